// Conditions on x86: comparisons and tests that set the flags, and what turns flags into values. // hot

import type { Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_INT } from "../../mach/minst.ts";
import { address, emitMem, foldableLoad, log2 } from "./address.ts";
import { FLAGS_FEQ, floatFlags } from "./float.ts";
import { isInt32, isWholeLoad } from "./integer.ts";
import * as I from "./isa.ts";
import type { X86Options } from "./options.ts";
import { CLASS_X87 } from "./registers.ts";
import { x87Flags } from "./x87-only.ts";

/** Conditions of the integer comparisons EQ … ULE, and the same with the operands exchanged. */
const CONDITION = [I.CC_E, I.CC_NE, I.CC_L, I.CC_LE, I.CC_B, I.CC_BE];

const EXCHANGED = [I.CC_E, I.CC_NE, I.CC_G, I.CC_GE, I.CC_A, I.CC_AE];

/** For operands known not to be negative: the unsigned condition. */
const AS_UNSIGNED = [I.CC_E, I.CC_NE, I.CC_B, I.CC_BE, I.CC_B, I.CC_BE];

/** Sets the flags for comparison c, read by the instruction made for `at`; the condition under which it is true. */
export function setFlags(L: Lowering, at: Value, c: Value, o: X86Options): number {
  const f = L.f;
  const op = f.op[c]!;
  if (op >= O.OP_FEQ) return o.bits === 64 ? floatFlags(L, c) : x87Flags(L, c, o.cmov);
  let a = f.a[c]!;
  let b = f.b[c]!;
  const k = op - O.OP_EQ;
  const w = f.c[c] === O.TY_I32 ? 0 : 1;
  let conditions = CONDITION;
  if (L.isConst(a) && !L.isConst(b)) {
    const t = a;
    a = b;
    b = t;
    conditions = EXCHANGED;
  }
  if (L.constIn(b, 0, 0)) {
    if (k <= 1 && f.op[a] === O.OP_AND && !L.wanted(a) && L.uses[a] === 1) {
      testBits(L, at, a, w, o);
      return conditions[k]!;
    }
    if (!compareMemory(L, at, a, 0, w, o)) {
      const x = L.reg(a);
      L.emit(I.I_TEST[w]!, [x, x], 0);
    } else if ((f.c[a]! & O.MEM_SIZE) < (w === 1 ? 8 : 4)) return narrowCondition(conditions, k);
    return conditions[k]!;
  }
  if (isInt32(L, b)) {
    const n = f.a[b]!;
    if (compareMemory(L, at, a, n, w, o))
      return (f.c[a]! & O.MEM_SIZE) < (w === 1 ? 8 : 4) ? narrowCondition(conditions, k) : conditions[k]!;
    L.emit(I.I_CMPI[w]!, [L.reg(a)], 0).imm2 = n;
    return conditions[k]!;
  }
  if (foldableLoad(L, at, b) && isWholeLoad(L, b, w)) {
    const m = address(L, f.a[b]!, o, f.c[b]!);
    emitMem(L, I.I_CMPM[w]!, [L.reg(a)], 0, m);
  } else if (foldableLoad(L, at, a) && isWholeLoad(L, a, w)) {
    const m = address(L, f.a[a]!, o, f.c[a]!);
    emitMem(L, I.I_CMPMR[w === 1 ? 3 : 2]!, [L.reg(b)], 0, m);
  } else L.emit(I.I_CMP[w]!, [L.reg(a), L.reg(b)], 0);
  return conditions[k]!;
}

/** Narrow loads are zero-extended: the comparison of their bytes is unsigned. */
function narrowCondition(conditions: readonly number[], k: number): number {
  const cc = AS_UNSIGNED[k]!;
  return conditions === CONDITION || k <= 1 ? cc : cc === I.CC_B ? I.CC_A : I.CC_AE;
}

/** cmp $n, memory for load a, when it can be read in place. */
function compareMemory(L: Lowering, at: Value, a: Value, n: number, w: number, o: X86Options): boolean {
  const f = L.f;
  if (!foldableLoad(L, at, a)) return false;
  const size = f.c[a]! & O.MEM_SIZE;
  if (size < (w === 1 ? 8 : 4)) {
    if (size === 4 || (f.c[a]! & O.MEM_SIGNED) !== 0 || n < 0 || n >= 1 << (8 * size)) return false;
  }
  emitMem(L, I.I_CMPMI[log2(size)]!, [], 0, address(L, f.a[a]!, o, f.c[a]!), size === 1 ? (n << 24) >> 24 : n);
  return true;
}

/** Flags of the AND value a. */
function testBits(L: Lowering, at: Value, a: Value, w: number, o: X86Options): void {
  const f = L.f;
  const x = f.a[a]!;
  const y = f.b[a]!;
  if (isInt32(L, y) || (L.isConst(y) && f.b[y] === 0)) {
    const n = f.a[y]!;
    const width = w === 1 && f.b[y] !== 0 ? 1 : n < 0 && w === 1 ? 0 : w;
    if (foldableLoad(L, at, x)) {
      const size = f.c[x]! & O.MEM_SIZE;
      const limit = size >= 4 || (n >= 0 && n < 1 << (8 * size));
      const whole = size === 8 ? w === 1 && isInt32(L, y) : size === 4 ? w === 0 : (f.c[x]! & O.MEM_SIGNED) === 0 || n >= 0;
      if (limit && whole) {
        emitMem(L, I.I_TESTMI[log2(size)]!, [], 0, address(L, f.a[x]!, o, f.c[x]!), n);
        return;
      }
    }
    if (n > 0 && n <= 255 && f.b[y] === 0) L.emit(I.I_TESTB, [L.reg(x)], 0).imm2 = n;
    else if (w === 1 && f.b[y] === 0) L.emit(I.I_TESTI[0]!, [L.reg(x)], 0).imm2 = n;
    else L.emit(I.I_TESTI[width]!, [L.reg(x)], 0).imm2 = n;
    return;
  }
  L.emit(I.I_TEST[w]!, [L.reg(x), L.reg(y)], 0);
}

/** Sets the flags for "v is not 0". */
export function setCondition(L: Lowering, at: Value, v: Value, o: X86Options): number {
  const op = L.f.op[v]!;
  if (op >= O.OP_EQ && op <= O.OP_FLEQ) return setFlags(L, at, v, o);
  if (op === O.OP_AND && !L.wanted(v) && L.uses[v] === 1) {
    testBits(L, at, v, 0, o);
    return I.CC_NE;
  }
  if (compareMemory(L, at, v, 0, 0, o)) return I.CC_NE;
  const x = L.reg(v);
  L.emit(I.I_TEST[0]!, [x, x], 0);
  return I.CC_NE;
}

/** 0 or 1 into d. */
export function emitSetcc(L: Lowering, d: number, cc: number): void {
  if (cc < FLAGS_FEQ) {
    L.emit(I.I_SETCC, [d], 1).immHi = cc;
    return;
  }
  // equal and ordered; unequal or unordered
  const p = L.tmp();
  const e = L.tmp();
  L.emit(I.I_SETCC, [p], 1).immHi = cc === FLAGS_FEQ ? I.CC_NP : I.CC_P;
  L.emit(I.I_SETCC, [e], 1).immHi = cc === FLAGS_FEQ ? I.CC_E : I.CC_NE;
  L.copy(d, e);
  L.emit(cc === FLAGS_FEQ ? I.I_ANDB : I.I_ORB, [d, d, p], 1);
}

/** c ? x : y by cmov, or by a branch around a copy where there is none. */
export function selectSelect(L: Lowering, v: Value, w: number, o: X86Options): void {
  const f = L.f;
  const d = L.result(v);
  const cls = L.classOf(v);
  const x = L.reg(f.b[v]!);
  L.copy(d, L.reg(f.c[v]!));
  let cc = setCondition(L, v, f.a[v]!, o);
  if (cc >= FLAGS_FEQ) {
    const t = L.tmp();
    emitSetcc(L, t, cc);
    L.emit(I.I_TEST[0]!, [t, t], 0);
    cc = I.CC_NE;
  }
  const row = cls === CLASS_INT ? (o.cmov ? I.I_CMOV[w]! : I.I_SEL) : cls === CLASS_X87 ? I.I_T_SELECT : I.I_FSEL;
  L.emit(row, [d, d, x], 1).immHi = cc;
}
