// Parameters, calls and variable argument lists on AArch64; where arguments lie is settled in abi.ts (AAPCS64).

import type { CallInfo, Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_FLOAT, CLASS_INT } from "../../mach/minst.ts";
import { loadImmediate, valueOrZero } from "./integer.ts";
import * as I from "./isa.ts";
import { SLOT_INCOMING, SLOT_OUTGOING, SLOT_TOP } from "./memory.ts";
import type { AArch64Options } from "./options.ts";
import { CALL_CLOBBERS, INT_CALL_CLOBBERS, V0, X0, X17 } from "./registers.ts";

/** Parameters into registers of their own, and the unnamed arguments into the frame. */
export function selectEntry(L: Lowering, o: AArch64Options): void {
  const { f } = L;
  const { dsts, srcs, loads } = L.parameters();
  if (f.variadic) {
    for (let r = f.vaGp; r < 8; r++) L.emitImm(I.I_STR[1]!, [X0 + r], 0, 8 * (r - 8)).slot = SLOT_TOP;
    if (!o.generalRegsOnly) for (let r = f.vaFp; r < 8; r++) L.emitImm(I.I_STRQ, [V0 + r], 0, 16 * r - 192).slot = SLOT_TOP;
  }
  L.parallelCopy(dsts, srcs);
  for (const l of loads) {
    const op =
      l.ty === O.TY_F128
        ? I.I_LDRQ
        : l.ty === O.TY_F32
          ? I.I_LDRF[0]!
          : l.ty === O.TY_F64
            ? I.I_LDRF[1]!
            : l.ty === O.TY_I32
              ? I.I_LDR[0]!
              : I.I_LDR[1]!;
    L.emitImm(op, [l.dst], 1, l.off).slot = SLOT_INCOMING;
  }
}

/** A call: arguments into place, results out of it. */
export function selectCall(L: Lowering, v: Value, o: AArch64Options): void {
  const f = L.f;
  const info = f.aux[v] as CallInfo;
  const dsts: number[] = [];
  const srcs: number[] = [];
  L.openCall(info);
  for (let k = 0; k < info.args.length; k++) {
    const x = info.args[k]!;
    const p = info.argLocs[k]!;
    if (p.loc >= 0) {
      if (f.op[x] === O.OP_UNDEF) continue;
      dsts.push(p.loc);
      srcs.push(L.classOf(x) === CLASS_INT ? valueOrZero(L, x) : L.reg(x));
      continue;
    }
    if (f.op[x] === O.OP_UNDEF) continue;
    const float = L.classOf(x) === CLASS_FLOAT;
    const op = f.ty[x] === O.TY_F128 ? I.I_STRQ : float ? I.I_STRF[f.ty[x] === O.TY_F32 ? 0 : 1]! : I.I_STR[1]!;
    L.emitImm(op, [float ? L.reg(x) : valueOrZero(L, x)], 0, -1 - p.loc).slot = info.tail ? SLOT_INCOMING : SLOT_OUTGOING;
  }
  if (info.tail) {
    const to = info.sym === 0 ? L.reg(info.target) : -1;
    L.parallelCopy(dsts, srcs);
    // x17: the epilogue does not touch it, and code that checks its indirect branches lets it enter a function (Arm ARM, BTI)
    if (to >= 0) {
      L.copy(X17, to);
      dsts.push(X17);
    }
    const j = L.emit(to >= 0 ? I.I_TAILR : I.I_TAIL, dsts, 0);
    j.sym = info.sym;
    j.aux = info;
    return;
  }
  const target = info.sym === 0 ? L.reg(info.target) : -1;
  L.parallelCopy(dsts, srcs);
  const defs = info.rets.map((r) => r.loc);
  const i = L.emit(target >= 0 ? I.I_BLR : I.I_BL, [...defs, ...(target >= 0 ? [target] : []), ...dsts], defs.length);
  i.sym = info.sym;
  i.aux = info;
  const defined = new Set(defs);
  i.clobbers = (o.generalRegsOnly ? INT_CALL_CLOBBERS : CALL_CLOBBERS).filter((r) => !defined.has(r));
  L.takeResults(v, info.rets);
}

/** Bytes of the register save area of a variadic function. */
export function registerSaveArea(L: Lowering, o: AArch64Options): number {
  return L.f.variadic ? (o.generalRegsOnly ? 64 : 192) : 0;
}

/** AAPCS64 appendix B: { stack, gr_top, vr_top, gr_offs, vr_offs }. */
export function selectVaStart(L: Lowering, v: Value, o: AArch64Options): void {
  const f = L.f;
  const ap = L.reg(f.a[v]!);
  const pointer = (off: number, at: number): void => {
    const t = L.tmp();
    L.emitImm(I.I_FRAME, [t], 1, off).slot = SLOT_TOP;
    L.emitImm(I.I_STR[1]!, [t, ap], 0, at);
  };
  const word = (x: number, at: number): void => {
    const t = L.tmp();
    loadImmediate(L, t, x, 0, false);
    L.emitImm(I.I_STR[0]!, [t, ap], 0, at);
  };
  pointer(f.vaStack, 0);
  pointer(0, 8);
  pointer(-64, 16);
  word(-8 * (8 - f.vaGp), 24);
  word(o.generalRegsOnly ? 0 : -16 * (8 - f.vaFp), 28);
}
