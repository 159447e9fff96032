// Parameters, calls and returns on riscv64; where arguments lie is settled in abi.ts (RISC-V psABI).

import type { RetInfo, Value } from "../../ir/func.ts";
import { OP_UNDEF, TY_F32, TY_F64, TY_I32 } from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_FLOAT } from "../../mach/minst.ts";
import { SLOT_INCOMING, SLOT_OUTGOING, SLOT_TOP } from "./address.ts";
import { zeroOr } from "./integer.ts";
import * as I from "./isa.ts";
import type { RiscvOptions } from "./options.ts";
import { A0, CALL_CLOBBERS, T1, ZERO } from "./registers.ts";

/** Parameters into registers of their own, and the unnamed arguments into the frame. */
export function selectEntry(L: Lowering): void {
  const { f } = L;
  const { dsts, srcs, loads } = L.parameters();
  if (f.variadic) {
    // psABI: unnamed argument registers are stored right below the stack arguments
    for (let r = f.vaGp; r < 8; r++) {
      const i = L.emitImm(I.I_SD, [A0 + r], 0, 8 * (r - 8));
      i.slot = SLOT_TOP;
    }
  }
  L.parallelCopy(dsts, srcs);
  for (const l of loads) {
    const op = l.ty === TY_F32 ? I.I_FLW : l.ty === TY_F64 ? I.I_FLD : l.ty === TY_I32 ? I.I_LW : I.I_LD;
    const i = L.emitImm(op, [l.dst], 1, l.off);
    i.slot = SLOT_INCOMING;
  }
}

/** Results into their registers, and the return. */
export function selectReturn(L: Lowering, v: Value): void {
  const f = L.f;
  const vals = (f.aux[v] as RetInfo).vals;
  const dsts: number[] = [];
  const srcs: number[] = [];
  for (let k = 0; k < vals.length; k++) {
    if (f.op[vals[k]!] === OP_UNDEF) continue;
    dsts.push(f.ret[k]!.loc);
    srcs.push(L.reg(vals[k]!));
  }
  L.parallelCopy(dsts, srcs);
  L.emit(I.I_RET, dsts.slice(), 0);
}

/** A call: arguments into place, results out of it. */
export function selectCall(L: Lowering, v: Value, o: RiscvOptions): void {
  const f = L.f;
  const info = f.aux[v];
  if (info === undefined || !("argLocs" in info)) return L.bug(v, "no call information");
  const dsts: number[] = [];
  const srcs: number[] = [];
  L.openCall(info);
  for (let k = 0; k < info.args.length; k++) {
    const x = info.args[k]!;
    const p = info.argLocs[k]!;
    if (p.loc >= 0) {
      if (f.op[x] === OP_UNDEF) continue;
      dsts.push(p.loc);
      srcs.push(L.constIn(x, 0, 0) ? ZERO : L.reg(x));
      continue;
    }
    if (f.op[x] === OP_UNDEF) continue;
    const float = L.classOf(x) === CLASS_FLOAT;
    const op = float ? (f.ty[x] === TY_F32 ? I.I_FSW : I.I_FSD) : I.I_SD;
    L.emitImm(op, [float ? L.reg(x) : zeroOr(L, x)], 0, -1 - p.loc).slot = info.tail ? SLOT_INCOMING : SLOT_OUTGOING;
  }
  if (info.tail) {
    // a register that the epilogue does not restore
    if (info.sym === 0) {
      dsts.push(T1);
      srcs.push(L.reg(info.target));
    }
    L.parallelCopy(dsts, srcs);
    const j = L.emit(info.sym === 0 ? I.I_TAILR : I.I_TAIL, dsts, 0);
    j.sym = info.sym;
    j.aux = info;
    return;
  }
  const target = info.sym === 0 ? L.reg(info.target) : -1;
  L.parallelCopy(dsts, srcs);
  const rets = info.rets;
  const defs = rets.map((r) => r.loc);
  const uses = target >= 0 ? [target, ...dsts] : dsts;
  const i = L.emit(target >= 0 ? I.I_CALLR : I.I_CALL, [...defs, ...uses], defs.length);
  i.sym = info.sym;
  i.aux = info;
  const defined = new Set(defs);
  i.clobbers = o.hardFloat
    ? CALL_CLOBBERS.filter((r) => !defined.has(r))
    : CALL_CLOBBERS.filter((r) => r < 32 && !defined.has(r));
  L.takeResults(v, rets);
}
