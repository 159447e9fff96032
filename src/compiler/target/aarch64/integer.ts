// Integer arithmetic on AArch64, and the comparisons that set the flags. // hot

import type { Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { isAddImmediate, isLogicalImmediate } from "./immediates.ts";
import * as I from "./isa.ts";
import { ZR } from "./registers.ts";

/** A constant into a register; it is made out of moves when it is printed. */
export function loadImmediate(L: Lowering, dst: number, lo: number, hi: number, wide: boolean): void {
  L.emitImm(I.I_LI, [dst], 1, lo).immHi = wide ? hi : 0;
}

/** dst = src + imm, by way of a register when it does not fit. */
export function addImmediate(L: Lowering, dst: number, src: number, imm: number, w: number): void {
  if (isAddImmediate(imm)) L.emitImm(I.I_ADDI[w]!, [dst, src], 1, imm);
  else if (isAddImmediate(-imm)) L.emitImm(I.I_SUBI[w]!, [dst, src], 1, -imm);
  else {
    const t = L.tmp();
    loadImmediate(L, t, imm, imm >> 31, w === 1);
    L.emit(I.I_ADD[w]!, [dst, src, t], 1);
  }
}

/** The register of v, the zero register for a constant 0. */
export function valueOrZero(L: Lowering, v: Value): number {
  return L.constIn(v, 0, 0) ? ZR : L.reg(v);
}

/** Sums and differences. */
export function selectAddSub(L: Lowering, v: Value, w: number): void {
  const f = L.f;
  let a = f.a[v]!;
  let b = f.b[v]!;
  const sub = f.op[v] === O.OP_SUB;
  if (!sub && L.isConst(a) && !L.isConst(b)) {
    const t = a;
    a = b;
    b = t;
  }
  if (L.isConst(b) && f.b[b] === f.a[b]! >> 31) {
    const c = sub ? -f.a[b]! : f.a[b]!;
    if (isAddImmediate(c)) {
      L.emitImm(I.I_ADDI[w]!, [L.result(v), L.reg(a)], 1, c);
      return;
    }
    if (isAddImmediate(-c)) {
      L.emitImm(I.I_SUBI[w]!, [L.result(v), L.reg(a)], 1, -c);
      return;
    }
  }
  if (sub && L.constIn(a, 0, 0)) L.emit(I.I_NEG[w]!, [L.result(v), L.reg(b)], 1);
  else L.emit((sub ? I.I_SUB : I.I_ADD)[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
}

/** rr, or ri when an operand is a constant that logical instructions can hold. */
export function selectLogical(L: Lowering, v: Value, w: number, rr: readonly number[], ri: readonly number[]): void {
  const f = L.f;
  let a = f.a[v]!;
  let b = f.b[v]!;
  if (L.isConst(a) && !L.isConst(b)) {
    const t = a;
    a = b;
    b = t;
  }
  if (L.isConst(b) && isLogicalImmediate(f.a[b]!, f.b[b]!, w === 1))
    L.emitImm(ri[w]!, [L.result(v), L.reg(a)], 1, f.a[b]!).immHi = w === 1 ? f.b[b]! : 0;
  else L.emit(rr[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
}

/** A shift by a register or a constant. */
export function selectShift(L: Lowering, v: Value, w: number, rr: readonly number[], ri: readonly number[]): void {
  const f = L.f;
  const b = f.b[v]!;
  if (L.isConst(b)) L.emitImm(ri[w]!, [L.result(v), L.reg(f.a[v]!)], 1, f.a[b]! & (w === 1 ? 63 : 31));
  else L.emit(rr[w]!, [L.result(v), L.reg(f.a[v]!), L.reg(b)], 1);
}

/** Sets the flags for comparison value c; the condition under which it is true. */
export function setFlags(L: Lowering, c: Value): number {
  const f = L.f;
  const a = f.a[c]!;
  const b = f.b[c]!;
  const op = f.op[c]!;
  if (op >= O.OP_FEQ) {
    const compare = O.isSignalling(op) ? I.I_FCMPE : I.I_FCMP;
    L.emit(compare[f.c[c] === O.TY_F64 ? 1 : 0]!, [L.reg(a), L.reg(b)], 0);
    if (op === O.OP_FEQ) return I.CC_EQ;
    if (op === O.OP_FNE) return I.CC_NE;
    return op === O.OP_FLT || op === O.OP_FLTQ ? I.CC_MI : I.CC_LS;
  }
  const w = f.c[c] === O.TY_I32 ? 0 : 1;
  const small = L.isConst(b) && f.b[b] === f.a[b]! >> 31;
  if (small && isAddImmediate(f.a[b]!)) L.emitImm(I.I_CMPI[w]!, [L.reg(a)], 0, f.a[b]!);
  else if (small && isAddImmediate(-f.a[b]!)) L.emitImm(I.I_CMNI[w]!, [L.reg(a)], 0, -f.a[b]!);
  else L.emit(I.I_CMP[w]!, [valueOrZero(L, a), L.reg(b)], 0);
  switch (op) {
    case O.OP_EQ:
      return I.CC_EQ;
    case O.OP_NE:
      return I.CC_NE;
    case O.OP_SLT:
      return I.CC_LT;
    case O.OP_SLE:
      return I.CC_LE;
    case O.OP_ULT:
      return I.CC_LO;
    default:
      return I.CC_LS;
  }
}

/** Sets the flags for "v is not 0". */
export function setCondition(L: Lowering, v: Value): number {
  const op = L.f.op[v]!;
  if (op >= O.OP_EQ && op <= O.OP_FLEQ) return setFlags(L, v);
  L.emitImm(I.I_CMPI[0]!, [L.reg(v)], 0, 0);
  return I.CC_NE;
}
