// Integer arithmetic, comparison and selection on riscv64 (RISC-V unprivileged ISA, RV64I). // hot

import type { Value } from "../../ir/func.ts";
import { OP_EQ, OP_FLEQ, OP_NE, OP_SLT, OP_ULE, OP_ULT, TY_F32 } from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_FLOAT, CLASS_INT } from "../../mach/minst.ts";
import * as I from "./isa.ts";
import { ZERO } from "./registers.ts";

/** rr, or ri when an operand is a small constant. */
export function selectBinary(L: Lowering, v: Value, rr: number, ri: number, commutes: boolean): void {
  const f = L.f;
  let a = f.a[v]!;
  let b = f.b[v]!;
  if (commutes && L.isConst(a) && !L.isConst(b)) {
    const t = a;
    a = b;
    b = t;
  }
  if (L.constIn(b, -2048, 2047)) L.emitImm(ri, [L.result(v), L.reg(a)], 1, f.a[b]!);
  else L.emit(rr, [L.result(v), L.reg(a), L.reg(b)], 1);
}

/** A shift by a register or a constant. */
export function selectShift(L: Lowering, v: Value, rr: number, ri: number, i32: boolean): void {
  const f = L.f;
  const b = f.b[v]!;
  if (L.isConst(b)) L.emitImm(ri, [L.result(v), L.reg(f.a[v]!)], 1, f.a[b]! & (i32 ? 31 : 63));
  else L.emit(rr, [L.result(v), L.reg(f.a[v]!), L.reg(b)], 1);
}

/** Rotation by two shifts. */
export function selectRotate(L: Lowering, v: Value, i32: boolean): void {
  const f = L.f;
  const x = L.reg(f.a[v]!);
  const l = L.tmp();
  const r = L.tmp();
  const b = f.b[v]!;
  if (L.isConst(b)) {
    const width = i32 ? 32 : 64;
    const n = f.a[b]! & (width - 1);
    if (n === 0) {
      L.copy(L.result(v), x);
      return;
    }
    L.emitImm(i32 ? I.I_SLLIW : I.I_SLLI, [l, x], 1, n);
    L.emitImm(i32 ? I.I_SRLIW : I.I_SRLI, [r, x], 1, width - n);
  } else {
    const n = L.reg(b);
    const m = L.tmp();
    L.emit(I.I_NEG, [m, n], 1);
    L.emit(i32 ? I.I_SLLW : I.I_SLL, [l, x, n], 1);
    L.emit(i32 ? I.I_SRLW : I.I_SRL, [r, x, m], 1);
  }
  L.emit(I.I_OR, [L.result(v), l, r], 1);
}

/** Extension by shifting to the left and back. */
export function selectExtension(L: Lowering, v: Value, n: number, right: number): void {
  const t = L.tmp();
  L.emitImm(I.I_SLLI, [t, L.reg(L.f.a[v]!)], 1, n);
  L.emitImm(right, [L.result(v), t], 1, n);
}

/** A comparison as 0 or 1. */
export function selectCompare(L: Lowering, v: Value): void {
  const f = L.f;
  const d = L.result(v);
  const a = f.a[v]!;
  const b = f.b[v]!;
  switch (f.op[v]) {
    case OP_EQ:
    case OP_NE: {
      const set = f.op[v] === OP_EQ ? I.I_SEQZ : I.I_SNEZ;
      if (L.constIn(b, 0, 0)) {
        L.emit(set, [d, L.reg(a)], 1);
        return;
      }
      const t = L.tmp();
      if (L.constIn(b, -2047, 2048)) L.emitImm(I.I_ADDI, [t, L.reg(a)], 1, -f.a[b]!);
      else L.emit(I.I_XOR, [t, L.reg(a), L.reg(b)], 1);
      L.emit(set, [d, t], 1);
      return;
    }
    case OP_SLT:
      if (L.constIn(b, -2048, 2047)) L.emitImm(I.I_SLTI, [d, L.reg(a)], 1, f.a[b]!);
      else L.emit(I.I_SLT, [d, zeroOr(L, a), L.reg(b)], 1);
      return;
    case OP_ULT:
      if (L.constIn(b, -2048, 2047)) L.emitImm(I.I_SLTIU, [d, L.reg(a)], 1, f.a[b]!);
      else L.emit(I.I_SLTU, [d, zeroOr(L, a), L.reg(b)], 1);
      return;
    default: {
      const unsigned = f.op[v] === OP_ULE;
      // a <= c is a < c + 1 where that does not wrap
      if (L.constIn(b, -2048, 2046) && !(unsigned && f.a[b] === -1)) {
        L.emitImm(unsigned ? I.I_SLTIU : I.I_SLTI, [d, L.reg(a)], 1, f.a[b]! + 1);
        return;
      }
      const t = L.tmp();
      L.emit(unsigned ? I.I_SLTU : I.I_SLT, [t, zeroOr(L, b), L.reg(a)], 1);
      L.emitImm(I.I_XORI, [d, t], 1, 1);
    }
  }
}

/** The zero register for a constant 0. */
export function zeroOr(L: Lowering, v: Value): number {
  return L.constIn(v, 0, 0) ? ZERO : L.reg(v);
}

/** c ? x : y without a branch, by a mask. */
export function selectSelect(L: Lowering, v: Value): void {
  const f = L.f;
  const float = L.classOf(v) === CLASS_FLOAT;
  const f32 = f.ty[v] === TY_F32;
  const bits = (x: Value): number => {
    if (!float) return L.reg(x);
    const t = L.tmp(CLASS_INT);
    L.emit(f32 ? I.I_FMV_X_W : I.I_FMV_X_D, [t, L.reg(x)], 1);
    return t;
  };
  const c = f.a[v]!;
  const isBool = f.op[c]! >= OP_EQ && f.op[c]! <= OP_FLEQ;
  let cond = L.reg(c);
  if (!isBool) {
    const t = L.tmp();
    L.emit(I.I_SNEZ, [t, cond], 1);
    cond = t;
  }
  const mask = L.tmp();
  L.emit(I.I_NEG, [mask, cond], 1);
  const d = float ? L.tmp(CLASS_INT) : L.result(v);
  if (L.constIn(f.c[v]!, 0, 0) && !float) {
    L.emit(I.I_AND, [d, bits(f.b[v]!), mask], 1);
    return;
  }
  const x = L.tmp();
  const y = L.tmp();
  const other = bits(f.c[v]!);
  L.emit(I.I_XOR, [x, bits(f.b[v]!), other], 1);
  L.emit(I.I_AND, [y, x, mask], 1);
  L.emit(I.I_XOR, [d, y, other], 1);
  if (float) L.emit(f32 ? I.I_FMV_W_X : I.I_FMV_D_X, [L.result(v), d], 1);
}

/** Bytes in reverse, one by one: Zbb has the instruction, RV64GC has none. */
export function selectByteSwap(L: Lowering, v: Value, i32: boolean): void {
  const x = L.reg(L.f.a[v]!);
  const bytes = i32 ? 4 : 8;
  let acc = -1;
  for (let k = 0; k < bytes; k++) {
    // byte k goes to place bytes-1-k
    const t = L.tmp();
    let part: number;
    if (k === bytes - 1) {
      part = t;
      L.emitImm(i32 ? I.I_SRLIW : I.I_SRLI, [t, x], 1, 8 * k);
    } else {
      if (k > 0) L.emitImm(I.I_SRLI, [t, x], 1, 8 * k);
      const m = L.tmp();
      L.emitImm(I.I_ANDI, [m, k > 0 ? t : x], 1, 255);
      part = L.tmp();
      L.emitImm(i32 ? I.I_SLLIW : I.I_SLLI, [part, m], 1, 8 * (bytes - 1 - k));
    }
    if (acc < 0) acc = part;
    else {
      const next = k === bytes - 1 ? L.result(v) : L.tmp();
      L.emit(I.I_OR, [next, acc, part], 1);
      acc = next;
    }
  }
}
