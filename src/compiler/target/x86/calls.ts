// Calls, parameters and variable argument lists on x86. Source: System V psABI of x86-64, 3.2.3 and 3.5.7; of i386, 2.2.

import type { CallInfo, Value } from "../../ir/func.ts";
import type { Module } from "../../ir/module.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_INT } from "../../mach/minst.ts";
import { address, emitMem, foldableLoad, SLOT_INCOMING, SLOT_OUTGOING, SLOT_VA, viaGot } from "./address.ts";
import * as I from "./isa.ts";
import type { X86Options } from "./options.ts";
import {
  ARG_GP,
  ARG_XMM,
  CALL_CLOBBERS,
  CALL_CLOBBERS32,
  CLASS_X87,
  INT_CALL_CLOBBERS,
  R11,
  RAX,
  RBX,
  RCX,
  RDX,
  ST0,
  XMM0,
} from "./registers.ts";
import { x87Format } from "./x87-only.ts";

/** Bytes of the register save area that hold general registers; the vector registers follow. */
export const VA_GP_BYTES = 48;

/** Parameters out of their registers and the argument area. */
export function selectEntry(L: Lowering, o: X86Options): void {
  const { f } = L;
  const { dsts, srcs, loads } = L.parameters();
  if (f.variadic && o.bits === 64) {
    for (let r = f.vaGp; r < ARG_GP.length; r++) L.emitImm(I.I_ST[3]!, [ARG_GP[r]!], 0, 8 * r).slot = SLOT_VA;
    if (o.sse && f.vaFp < ARG_XMM) {
      const regs: number[] = [];
      for (let r = f.vaFp; r < ARG_XMM; r++) regs.push(XMM0 + r);
      const i = L.emitImm(I.I_VASAVE, [RAX, ...regs], 0, VA_GP_BYTES + 16 * f.vaFp);
      i.slot = SLOT_VA;
    }
  }
  L.parallelCopy(dsts, srcs);
  for (const l of loads) {
    let op = l.ty === O.TY_I32 ? I.I_LD[0]! : I.I_LD[1]!;
    if (o.bits === 32 && l.ty !== O.TY_I32) op = I.I_X_LOAD[x87Format(l.ty)]!;
    else if (l.ty === O.TY_F32 || l.ty === O.TY_F64) op = I.I_LDF[l.ty === O.TY_F64 ? 1 : 0]!;
    else if (l.ty === O.TY_F80) op = I.I_T_LOAD;
    else if (l.ty === O.TY_F128) op = I.I_LDU;
    L.emitImm(op, [l.dst], 1, l.off).slot = SLOT_INCOMING;
  }
}

/** May another module define the function, so that a call goes through the linkage table? */
export function preempted(m: Module, sym: number, o: X86Options): boolean {
  return viaGot(m.syms[sym]!, o);
}

/** What takes the target of an indirect jump on i386: not restored by the epilogue, no argument. */
const JUMP32: readonly number[] = [RCX, RDX, RAX];

/** i386: the linkage table wants ebx, which the epilogue restores, and an address a register that is left. */
export function mayTailJump(m: Module, info: CallInfo, o: X86Options): boolean {
  if (o.bits === 64) return true;
  if (info.sym !== 0) return !preempted(m, info.sym, o);
  return JUMP32.some((r) => !info.argLocs.some((p) => p.loc === r));
}

/** `got`: the address of the global offset table, which i386's linkage table wants in ebx. */
export function selectCall(L: Lowering, v: Value, o: X86Options, got: ((L: Lowering) => number) | undefined): void {
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
      srcs.push(L.reg(x));
      continue;
    }
    storeArgument(L, x, -1 - p.loc, info.tail ? SLOT_INCOMING : SLOT_OUTGOING, o);
  }
  if (info.tail) {
    tailJump(L, info, dsts, srcs, o);
    return;
  }
  const rets = info.rets;
  const defs = rets.filter((r) => r.loc < ST0).map((r) => r.loc);
  const uses = dsts.slice();
  const long = o.bits === 64;
  const countVectors = info.variadic && o.sse && long;
  if (countVectors) uses.push(RAX);
  const all = !long ? CALL_CLOBBERS32 : o.sse ? CALL_CLOBBERS : INT_CALL_CLOBBERS;
  const clobbers = all.filter((r) => !defs.includes(r));
  const direct = info.sym !== 0;
  let target: number[] = [];
  let row = direct ? I.I_CALL : I.I_CALLR;
  let memory: ReturnType<typeof address> | undefined;
  if (!direct) {
    if (o.indirectBranch === "keep" && foldableLoad(L, v, info.target) && (f.c[info.target]! & O.MEM_SIZE) === (long ? 8 : 4)) {
      memory = address(L, f.a[info.target]!, o, f.c[info.target]!);
      row = I.I_CALLM;
    } else target = [L.reg(info.target)];
  }
  if (direct && got !== undefined && preempted(L.module, info.sym, o)) {
    dsts.push(RBX);
    srcs.push(got(L));
    uses.push(RBX);
  }
  L.parallelCopy(dsts, srcs);
  if (countVectors) L.emitImm(I.I_LI, [RAX], 1, info.vecRegs);
  const i =
    memory === undefined
      ? L.emit(row, [...defs, ...target, ...uses], defs.length)
      : emitMem(L, row, [...defs, ...uses], defs.length, memory);
  if (memory === undefined) i.sym = info.sym;
  i.aux = info;
  i.clobbers = clobbers;
  const proj = L.projections(v);
  for (let k = 0; k < rets.length; k++) {
    if (rets[k]!.loc < ST0) continue;
    // taken off the x87 stack even when nobody wants it
    const p = proj[k];
    L.emit(long ? I.I_T_POP : I.I_X_POP[x87Format(rets[k]!.ty)]!, [p === undefined ? L.tmp(CLASS_X87) : L.result(p)], 1);
  }
  L.takeResults(v, rets, ST0);
}

/** Registers that the epilogue does not restore take the target: rax, r11 where rax counts vector registers; on i386 one of JUMP32. */
function tailJump(L: Lowering, info: CallInfo, dsts: number[], srcs: number[], o: X86Options): void {
  const counted = info.variadic && o.sse && o.bits === 64;
  const uses = dsts.slice();
  const target = info.sym === 0 ? L.reg(info.target) : -1;
  const through = o.bits === 32 ? JUMP32.find((r) => !info.argLocs.some((p) => p.loc === r))! : counted ? R11 : RAX;
  if (target >= 0 && !counted) {
    dsts.push(through);
    srcs.push(target);
  }
  L.parallelCopy(dsts, srcs);
  if (target >= 0 && counted) L.copy(through, target);
  if (counted) {
    L.emitImm(I.I_LI, [RAX], 1, info.vecRegs);
    uses.push(RAX);
  }
  const i = L.emit(target >= 0 ? I.I_TAILR : I.I_TAIL, target >= 0 ? [through, ...uses] : uses, 0);
  i.sym = info.sym;
  i.aux = info;
}

function storeArgument(L: Lowering, x: Value, off: number, slot: number, o: X86Options): void {
  const f = L.f;
  const cls = L.classOf(x);
  if (f.op[x] === O.OP_UNDEF) return;
  if (cls === CLASS_INT && L.isConst(x) && (f.ty[x] === O.TY_I32 || f.b[x] === f.a[x]! >> 31)) {
    const i = L.emitImm(I.I_STI[3]!, [], 0, off);
    i.slot = slot;
    i.imm2 = f.a[x]!;
    return;
  }
  if (o.bits === 32 && f.op[x] === O.OP_SYM && !o.pic) {
    const i = L.emitImm(I.I_STSYM, [], 0, off);
    i.slot = slot;
    i.sym = f.a[x]!;
    i.imm2 = f.b[x]!;
    return;
  }
  const op =
    cls === CLASS_INT
      ? I.I_ST[3]!
      : o.bits === 32
        ? I.I_X_STORE[x87Format(f.ty[x]!)]!
        : cls === CLASS_X87
          ? I.I_T_STORE
          : f.ty[x] === O.TY_F128
            ? I.I_STU
            : I.I_STF[f.ty[x] === O.TY_F32 ? 0 : 1]!;
  L.emitImm(op, [L.reg(x)], 0, off).slot = slot;
}

/** { gp_offset, fp_offset, overflow_arg_area, reg_save_area } */
export function selectVaStart(L: Lowering, v: Value, o: X86Options): void {
  const f = L.f;
  const a = f.a[v]!;
  if (o.bits === 32) {
    const t = L.tmp();
    const m = address(L, a, o);
    L.emitImm(I.I_LEA[1]!, [t], 1, f.vaStack).slot = SLOT_INCOMING;
    emitMem(L, I.I_ST[2]!, [t], 0, m);
    return;
  }
  const at = (off: number): ReturnType<typeof address> => {
    const m = address(L, a, o);
    m.disp += off;
    return m;
  };
  emitMem(L, I.I_STI[2]!, [], 0, at(0), 8 * f.vaGp);
  emitMem(L, I.I_STI[2]!, [], 0, at(4), VA_GP_BYTES + 16 * f.vaFp);
  const pointer = (slot: number, off: number, field: number): void => {
    const t = L.tmp();
    L.emitImm(I.I_LEA[1]!, [t], 1, off).slot = slot;
    emitMem(L, I.I_ST[3]!, [t], 0, at(field));
  };
  pointer(SLOT_INCOMING, f.vaStack, 8);
  pointer(SLOT_VA, 0, 16);
}
