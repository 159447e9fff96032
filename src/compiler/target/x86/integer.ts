// Integer arithmetic on x86 in the two-operand form: the first operand becomes the result, the second may be a constant or memory
// (Intel SDM vol. 2). // hot

import type { Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { address, emitMem, fits32, foldableLoad } from "./address.ts";
import * as I from "./isa.ts";
import type { X86Options } from "./options.ts";
import { RAX, RCX, RDX } from "./registers.ts";

/** Is v a constant that an operand of 32 bits, sign-extended, can hold? */
export function isInt32(L: Lowering, v: Value): boolean {
  return L.isConst(v) && (L.f.ty[v] === O.TY_I32 || L.f.b[v] === L.f.a[v]! >> 31);
}

/** Was the I32 value made by an instruction that clears the upper half of its register? */
export function clearsUpper(L: Lowering, v: Value): boolean {
  const f = L.f;
  const op = f.op[v]!;
  if (op >= O.OP_ADD && op <= O.OP_ROTL) return op !== O.OP_SMULH && op !== O.OP_UMULH && !isDivision(op);
  if (op >= O.OP_EQ && op <= O.OP_ZEXT16) return true;
  return op === O.OP_LOAD || op === O.OP_BSWAP || op === O.OP_SELECT;
}

function isDivision(op: number): boolean {
  return op >= O.OP_SDIV && op <= O.OP_UREM;
}

/** One operand, which becomes the result. */
export function selectUnary(L: Lowering, v: Value, row: number): void {
  const d = L.result(v);
  const f = L.f;
  L.copy(d, L.reg(f.op[v] === O.OP_SUB ? f.b[v]! : f.a[v]!));
  L.emit(row, [d, d], 1);
}

/** Two-operand arithmetic with a register, constant or memory as second operand. */
export function selectAlu(L: Lowering, v: Value, w: number, rows: I.Alu, commutes: boolean, o: X86Options): void {
  const f = L.f;
  let a = f.a[v]!;
  let b = f.b[v]!;
  if (commutes && (L.isConst(a) || (!L.isConst(b) && isBetter(L, v, a, b, w)))) {
    const t = a;
    a = b;
    b = t;
  }
  const d = L.result(v);
  if (isInt32(L, b)) {
    L.copy(d, L.reg(a));
    L.emit(rows.ri[w]!, [d, d], 1).imm2 = f.a[b]!;
    return;
  }
  if (foldableLoad(L, v, b) && isWholeLoad(L, b, w)) {
    const m = address(L, f.a[b]!, o, f.c[b]!);
    L.copy(d, L.reg(a));
    emitMem(L, rows.rm[w]!, [d, d], 1, m);
    return;
  }
  const y = L.reg(b);
  L.copy(d, L.reg(a));
  L.emit(rows.rr[w]!, [d, d, y], 1);
}

/** Is b a better first operand than a: one that dies here or is v of the round before, while a can be read from memory or lives on? */
function isBetter(L: Lowering, v: Value, a: Value, b: Value, w: number): boolean {
  if (foldableLoad(L, v, b) && isWholeLoad(L, b, w)) return false;
  if (foldableLoad(L, v, a) && isWholeLoad(L, a, w)) return true;
  if (L.continues(v, a) || L.continues(v, b)) return !L.continues(v, a);
  return L.uses[a]! > 1 && L.uses[b] === 1;
}

/** Index of the rows (isa.ts) of the machine word. */
function wordRow(o: X86Options): number {
  return o.bits === 64 ? 1 : 0;
}

/** Does load v read all of its register, so that memory can stand for it? */
export function isWholeLoad(L: Lowering, v: Value, w: number): boolean {
  return (L.f.c[v]! & O.MEM_SIZE) === (w === 1 ? 8 : 4);
}

/** A sum: three operands by lea where that saves a copy. */
export function selectAdd(L: Lowering, v: Value, w: number, o: X86Options): void {
  const f = L.f;
  let a = f.a[v]!;
  let b = f.b[v]!;
  if (L.isConst(a)) {
    const t = a;
    a = b;
    b = t;
  }
  if (isInt32(L, b)) {
    // a sum of a sum: one lea
    if (w === wordRow(o) && (f.op[a] === O.OP_ADD || f.op[a] === O.OP_ALLOCA || f.op[a] === O.OP_SYM) && !L.wanted(a)) {
      const m = address(L, v, o);
      if (m.regs.length === 2 || m.slot !== -1 || m.sym !== 0) {
        emitMem(L, I.I_LEA[1]!, [L.result(v)], 1, m);
        return;
      }
      if (m.regs.length === 1 && fits32(m.disp)) {
        L.emitImm(I.I_ADDI3[1]!, [L.result(v), m.regs[0]!], 1, m.disp);
        return;
      }
    }
    L.emitImm(I.I_ADDI3[w]!, [L.result(v), L.reg(a)], 1, f.a[b]!);
    return;
  }
  if (selectWithCarry(L, v, a, b, w) || selectWithCarry(L, v, b, a, w)) return;
  if ((foldableLoad(L, v, b) && isWholeLoad(L, b, w)) || (foldableLoad(L, v, a) && isWholeLoad(L, a, w))) {
    selectAlu(L, v, w, I.ADD, true, o);
    return;
  }
  if (w === wordRow(o) && (isScaled(L, a) || isScaled(L, b) || f.op[a] === O.OP_ALLOCA || f.op[b] === O.OP_ALLOCA)) {
    const m = address(L, v, o);
    emitMem(L, I.I_LEA[1]!, [L.result(v)], 1, m);
    return;
  }
  L.emit(I.I_ADD3[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
}

/**
 * Upper words of wide sums and differences (mach/expand-wide.ts): x ± y ± (p < q), unsigned, is a comparison that leaves p < q in
 * the carry flag, and adc or sbb. False when `carry` is no such comparison.
 */
export function selectWithCarry(L: Lowering, v: Value, sum: Value, carry: Value, w: number): boolean {
  const f = L.f;
  let c = carry;
  if (w === 1 && f.op[c] === O.OP_ZEXT32 && L.uses[c] === 1 && !L.wanted(c)) c = f.a[c]!;
  if (f.op[c] !== O.OP_ULT || L.uses[c] !== 1 || L.wanted(c) || f.blk[c] !== f.blk[v]) return false;
  const plus = f.op[v] === O.OP_ADD;
  let x = sum;
  let y: Value = 0;
  if (f.op[x] === f.op[v] && L.uses[x] === 1 && !L.wanted(x) && f.blk[x] === f.blk[v]) {
    y = f.b[x]!;
    x = f.a[x]!;
  }
  const d = L.result(v);
  const yr = y === 0 || isInt32(L, y) ? -1 : L.reg(y);
  const p = L.reg(f.a[c]!);
  const q = f.b[c]!;
  const wide = f.c[c] === O.TY_I32 ? 0 : 1;
  L.copy(d, L.reg(x));
  if (isInt32(L, q)) L.emit(I.I_CMPI[wide]!, [p], 0).imm2 = f.a[q]!;
  else L.emit(I.I_CMP[wide]!, [p, L.reg(q)], 0);
  if (yr >= 0) L.emit((plus ? I.I_ADC : I.I_SBB)[w]!, [d, d, yr], 1);
  else L.emit((plus ? I.I_ADCI : I.I_SBBI)[w]!, [d, d], 1).imm2 = y === 0 ? 0 : f.a[y]!;
  return true;
}

/** Is v an index as an address can scale it? */
function isScaled(L: Lowering, v: Value): boolean {
  return L.f.op[v] === O.OP_SHL && L.constIn(L.f.b[v]!, 1, 3) && L.uses[v] === 1 && !L.wanted(v);
}

/** AND; with some masks it is an extension. */
export function selectAnd(L: Lowering, v: Value, w: number, o: X86Options): void {
  const f = L.f;
  const b = f.b[v]!;
  if (L.isConst(b) && (w === 0 || f.b[b] === 0)) {
    const c = f.a[b]!;
    const row = c === 0xff ? I.I_MOVZB : c === 0xffff ? I.I_MOVZW : w === 1 && c === -1 ? I.I_MOVL : -1;
    if (row >= 0) {
      L.emit(row, [L.result(v), L.reg(f.a[v]!)], 1);
      return;
    }
    if (w === 1) {
      // zero above bit 31: the 32-bit form clears it
      const d = L.result(v);
      L.copy(d, L.reg(f.a[v]!));
      L.emit(I.AND.ri[0]!, [d, d], 1).imm2 = c;
      return;
    }
  }
  selectAlu(L, v, w, I.AND, true, o);
}

/** A shift by a constant or by cl. */
export function selectShift(L: Lowering, v: Value, w: number, rr: readonly number[], ri: readonly number[]): void {
  const f = L.f;
  const b = f.b[v]!;
  const d = L.result(v);
  const x = L.reg(f.a[v]!);
  if (L.isConst(b)) {
    L.copy(d, x);
    L.emit(ri[w]!, [d, d], 1).imm2 = f.a[b]! & (w === 1 ? 63 : 31);
    return;
  }
  const n = L.reg(b);
  L.copy(d, x);
  L.copy(RCX, n);
  L.emit(rr[w]!, [d, d, RCX], 1);
}

/** A product: lea for small factors, imul. */
export function selectMultiply(L: Lowering, v: Value, w: number, o: X86Options): void {
  const f = L.f;
  const a = f.a[v]!;
  const b = f.b[v]!;
  const d = L.result(v);
  if (isInt32(L, b)) {
    const c = f.a[b]!;
    if (c === 3 || c === 5 || c === 9) {
      const x = L.reg(a);
      L.emit(I.I_LEA[w]!, [d, x, x], 1).immHi = I.MEM_BASE | (c - 1);
    } else L.emit(I.I_IMULI[w]!, [d, L.reg(a)], 1).imm2 = c;
    return;
  }
  const swap = isBetter(L, v, a, b, w);
  const x = swap ? b : a;
  const y = swap ? a : b;
  if (foldableLoad(L, v, y) && isWholeLoad(L, y, w)) {
    const m = address(L, f.a[y]!, o, f.c[y]!);
    L.copy(d, L.reg(x));
    emitMem(L, I.I_IMULM[w]!, [d, d], 1, m);
    return;
  }
  const r = L.reg(y);
  L.copy(d, L.reg(x));
  L.emit(I.I_IMUL[w]!, [d, d, r], 1);
}

/** Quotient or remainder, in rdx:rax. */
export function selectDivide(L: Lowering, v: Value, w: number): void {
  const f = L.f;
  const op = f.op[v]!;
  const signed = op === O.OP_SDIV || op === O.OP_SREM;
  const y = L.reg(f.b[v]!);
  L.copy(RAX, L.reg(f.a[v]!));
  if (signed) L.emit(I.I_CDQ[w]!, [RDX, RAX], 1);
  else L.emitImm(I.I_LI, [RDX], 1, 0).immHi = 0;
  L.emit((signed ? I.I_IDIV : I.I_DIV)[w]!, [RAX, RDX, RAX, RDX, y], 2);
  L.copy(L.result(v), op === O.OP_SDIV || op === O.OP_UDIV ? RAX : RDX);
}
