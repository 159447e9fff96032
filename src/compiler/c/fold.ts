// Folding of operators on constants as expressions are built (C11 6.6). // hot
//
// Integers are int32 halves, sign- or zero-extended from their type; __int128 goes through BigInt. float is rounded with
// Math.fround (exact: double has more than twice its precision plus two bits), long double and _Float128 through wide-float.ts.

import * as I from "../base/i64.ts";
import { TY_F128 } from "../ir/ops.ts";
import {
  E_ADD,
  E_AND,
  E_DIV,
  E_EQ,
  E_FLOAT,
  E_GE,
  E_GT,
  E_INT,
  E_LE,
  E_LT,
  E_MUL,
  E_NE,
  E_OR,
  E_REM,
  E_SHL,
  E_SHR,
  E_SUB,
  E_XOR,
  Expr,
} from "./ast.ts";
import { type CType, K_BOOL, K_DOUBLE, K_ENUM, K_FLOAT, K_FLOAT128, K_LDOUBLE, K_POINTER } from "./ctype.ts";
import type { Parser } from "./parser.ts";
import * as W from "./wide-float.ts";

/** The last integer operation overflowed its signed type. */
export let overflowed = false;

/** Integer (or pointer) constant, wrapped to its type. */
export function intConst(lo: number, hi: number, t: CType, loc: number): Expr {
  const e = new Expr(E_INT, t, loc);
  e.ice = true;
  setInt(e, lo, hi);
  return e;
}

export function smallInt(n: number, t: CType, loc: number): Expr {
  if (n < 0 && t.size === 16) return bigConst(BigInt(n), t, loc);
  return intConst(n | 0, n < 0 ? -1 : 0, t, loc);
}

/** Sets the value, truncated and extended as the type says. */
export function setInt(e: Expr, lo: number, hi: number): void {
  const t = e.type;
  e.ext = null;
  switch (t.size) {
    case 1:
      if (t.kind === K_BOOL) lo = lo & 1;
      else lo = t.unsigned || (t.kind === K_ENUM && t.base!.unsigned) ? lo & 0xff : (lo << 24) >> 24;
      break;
    case 2:
      lo = t.unsigned || (t.kind === K_ENUM && t.base!.unsigned) ? lo & 0xffff : (lo << 16) >> 16;
      break;
    case 4:
      lo |= 0;
      break;
    default:
      e.lo = lo | 0;
      e.hi = hi | 0;
      return;
  }
  e.lo = lo;
  e.hi = isUnsigned(t) ? 0 : lo >> 31;
}

export function isUnsigned(t: CType): boolean {
  return t.kind === K_ENUM ? t.base!.unsigned : t.unsigned;
}

export function bigOf(e: Expr): bigint {
  const u = isUnsigned(e.type);
  let v = (BigInt(e.hi) << 32n) | BigInt(e.lo >>> 0);
  if (u || e.ext !== null) v = BigInt.asUintN(64, v);
  if (e.ext !== null) {
    v |= ((BigInt(e.ext[1]!) << 32n) | BigInt(e.ext[0]! >>> 0)) << 64n;
    if (u) v = BigInt.asUintN(128, v);
  }
  return v;
}

export function bigConst(v: bigint, t: CType, loc: number): Expr {
  const e = new Expr(E_INT, t, loc);
  e.ice = true;
  const w = BigInt.asIntN(128, v);
  setInt(e, Number(BigInt.asIntN(32, w)), Number(BigInt.asIntN(32, w >> 32n)));
  if (t.size === 16) {
    const up = w >> 64n;
    const plain = t.unsigned ? 0n : e.hi < 0 ? -1n : 0n;
    if (BigInt.asIntN(64, up) !== plain) {
      e.ext = Int32Array.of(Number(BigInt.asIntN(32, up)), Number(BigInt.asIntN(32, up >> 32n)));
    }
  }
  return e;
}

export function isZero(e: Expr): boolean {
  return e.lo === 0 && e.hi === 0 && e.ext === null;
}

function isWide(t: CType): boolean {
  return t.kind === K_LDOUBLE || t.kind === K_FLOAT128;
}

/** IR type of a wide floating type. */
export function wideTy(p: Parser, t: CType): number {
  return t.kind === K_FLOAT128 ? TY_F128 : p.target.longDoubleTy;
}

export function floatConst(p: Parser, x: number, t: CType, loc: number): Expr {
  if (t.size === 2) p.error(loc, `'${t.floatName}' is not supported on this target`);
  const e = new Expr(E_FLOAT, t, loc);
  e.num = t.kind === K_FLOAT ? Math.fround(x) : x;
  if (isWide(t)) e.ext = W.wideEncode(W.wideFromNumber(x), wideTy(p, t));
  return e;
}

export function wideConst(p: Parser, w: W.Wide, t: CType, loc: number): Expr {
  if (!isWide(t) && w.kind === "nan" && (w.neg || w.mant !== 0n)) {
    // no arithmetic on numbers keeps the bits of a NaN
    const e = new Expr(E_FLOAT, t, loc);
    e.num = Number.NaN;
    e.ext = W.nanEncode(w, t.kind === K_DOUBLE);
    return e;
  }
  if (!isWide(t)) return floatConst(p, t.kind === K_FLOAT ? roundToFloat(w) : W.wideToNumber(w), t, loc);
  const e = new Expr(E_FLOAT, t, loc);
  const ty = wideTy(p, t);
  e.ext = W.wideEncode(w, ty);
  e.num = W.wideToNumber(W.wideRound(w, ty));
  return e;
}

/** One rounding from the exact value to float: round-to-odd into double first. */
function roundToFloat(w: W.Wide): number {
  const d = W.wideToNumber(w);
  if (w.kind !== "finite" || !Number.isFinite(d)) return d;
  const c = W.wideCompare(w, W.wideFromNumber(d));
  if (c === 0) return Math.fround(d);
  const b = new DataView(new ArrayBuffer(8));
  b.setFloat64(0, d);
  const bits = b.getBigUint64(0);
  if ((bits & 1n) === 1n) return Math.fround(d);
  // the exact value lies between d and a neighbour: the odd one stands for it
  const away = c > 0 === d >= 0;
  if (d === 0) return Math.fround(d);
  b.setBigUint64(0, away ? bits + 1n : bits - 1n);
  return Math.fround(b.getFloat64(0));
}

export function wideOf(p: Parser, e: Expr): W.Wide {
  if (e.ext === null) return W.wideFromNumber(e.num);
  return isWide(e.type) ? W.wideDecode(e.ext, wideTy(p, e.type)) : W.nanDecode(e.ext, e.type.kind === K_DOUBLE);
}

/** a op b on constants of one integer type (shifts: b of any); null when it has no value (division by zero). */
export function foldIntBinary(op: number, t: CType, a: Expr, b: Expr, loc: number): Expr | null {
  overflowed = false;
  if (a.type.size === 16 || t.size === 16) return foldBig(op, t, a, b, loc);
  const uns = isUnsigned(t);
  const al = a.lo;
  const ah = a.hi;
  const bl = b.lo;
  const bh = b.hi;
  let lo: number;
  switch (op) {
    case E_ADD:
      lo = I.add64(al, ah, bl, bh);
      break;
    case E_SUB:
      lo = I.sub64(al, ah, bl, bh);
      break;
    case E_MUL:
      lo = I.mul64(al, ah, bl, bh);
      if (!uns && t.size === 8) overflowed = mulOverflows(a, b);
      break;
    case E_DIV:
    case E_REM:
      if (bl === 0 && bh === 0) return null;
      if (!uns && bl === -1 && bh === -1 && op === E_DIV && isMin(a)) overflowed = true;
      lo = uns ? I.udivrem64(al, ah, bl, bh, op === E_REM) : I.sdivrem64(al, ah, bl, bh, op === E_REM);
      break;
    case E_AND:
      return intConst(al & bl, ah & bh, t, loc);
    case E_OR:
      return intConst(al | bl, ah | bh, t, loc);
    case E_XOR:
      return intConst(al ^ bl, ah ^ bh, t, loc);
    case E_SHL:
      if (bh !== 0 || bl >>> 0 >= t.size * 8) {
        if (bh >= 0) return intConst(0, 0, t, loc);
        return null;
      }
      lo = I.shl64(al, ah, bl);
      break;
    case E_SHR:
      if (bh !== 0 || bl >>> 0 >= t.size * 8) {
        if (bh < 0) return null;
        return uns ? intConst(0, 0, t, loc) : intConst(ah >> 31, ah >> 31, t, loc);
      }
      lo = uns ? I.shr64(al, ah, bl) : I.sar64(al, ah, bl);
      break;
    default:
      return null;
  }
  const hi = I.hi;
  const r = intConst(lo, hi, t, loc);
  if (!uns) {
    if (t.size < 8) {
      if (op !== E_SHL && (r.lo !== lo || r.hi !== hi)) overflowed = true;
    } else if (op === E_ADD) overflowed = ((ah ^ hi) & (bh ^ hi)) < 0;
    else if (op === E_SUB) overflowed = ((ah ^ bh) & (ah ^ hi)) < 0;
  }
  return r;
}

function isMin(a: Expr): boolean {
  return a.type.size === 8 ? a.lo === 0 && a.hi === -0x80000000 : a.lo === -0x80000000;
}

function mulOverflows(a: Expr, b: Expr): boolean {
  const v = bigOf(a) * bigOf(b);
  return BigInt.asIntN(64, v) !== v;
}

function foldBig(op: number, t: CType, a: Expr, b: Expr, loc: number): Expr | null {
  const x = bigOf(a);
  const y = bigOf(b);
  let v: bigint;
  switch (op) {
    case E_ADD:
      v = x + y;
      break;
    case E_SUB:
      v = x - y;
      break;
    case E_MUL:
      v = x * y;
      break;
    case E_DIV:
      if (y === 0n) return null;
      v = x / y;
      break;
    case E_REM:
      if (y === 0n) return null;
      v = x % y;
      break;
    case E_AND:
      v = x & y;
      break;
    case E_OR:
      v = x | y;
      break;
    case E_XOR:
      v = x ^ y;
      break;
    case E_SHL:
      if (y < 0n || y >= 128n) return null;
      v = x << y;
      break;
    case E_SHR:
      if (y < 0n || y >= 128n) return null;
      v = x >> y;
      break;
    default:
      return null;
  }
  const r = bigConst(v, t, loc);
  overflowed = !t.unsigned && op !== E_SHL && bigOf(r) !== v;
  return r;
}

/** a cmp b, operands of one type. */
export function compareInts(op: number, a: Expr, b: Expr): boolean {
  let c: number;
  if (a.type.size === 16) {
    const x = bigOf(a);
    const y = bigOf(b);
    c = x < y ? -1 : x > y ? 1 : 0;
  } else if (a.lo === b.lo && a.hi === b.hi) c = 0;
  else {
    const less =
      a.type.kind === K_POINTER || isUnsigned(a.type) ? I.ult64(a.lo, a.hi, b.lo, b.hi) : I.slt64(a.lo, a.hi, b.lo, b.hi);
    c = less ? -1 : 1;
  }
  return decide(op, c);
}

function decide(op: number, c: number): boolean {
  switch (op) {
    case E_EQ:
      return c === 0;
    case E_NE:
      return c !== 0;
    case E_LT:
      return c < 0;
    case E_LE:
      return c <= 0;
    case E_GT:
      return c > 0;
    default:
      return op === E_GE && c >= 0;
  }
}

export function compareFloats(p: Parser, op: number, a: Expr, b: Expr): boolean {
  if (isWide(a.type)) {
    const c = W.wideCompare(wideOf(p, a), wideOf(p, b));
    return Number.isNaN(c) ? op === E_NE : decide(op, c);
  }
  const x = a.num;
  const y = b.num;
  switch (op) {
    case E_EQ:
      return x === y;
    case E_NE:
      return x !== y;
    case E_LT:
      return x < y;
    case E_LE:
      return x <= y;
    case E_GT:
      return x > y;
    default:
      return x >= y;
  }
}

export function foldFloatBinary(p: Parser, op: number, t: CType, a: Expr, b: Expr, loc: number): Expr | null {
  if (Number.isNaN(a.num) || Number.isNaN(b.num))
    return op < E_ADD || op > E_DIV ? null : wideConst(p, W.quieted(wideOf(p, Number.isNaN(a.num) ? a : b)), t, loc);
  if (isWide(t)) {
    const x = wideOf(p, a);
    const y = wideOf(p, b);
    switch (op) {
      case E_ADD:
        return wideConst(p, W.wideAdd(x, y), t, loc);
      case E_SUB:
        return wideConst(p, W.wideAdd(x, W.wideNeg(y)), t, loc);
      case E_MUL:
        return wideConst(p, W.wideMul(x, y), t, loc);
      case E_DIV:
        return wideConst(p, W.wideDiv(x, y), t, loc);
    }
    return null;
  }
  const x = a.num;
  const y = b.num;
  switch (op) {
    case E_ADD:
      return floatConst(p, x + y, t, loc);
    case E_SUB:
      return floatConst(p, x - y, t, loc);
    case E_MUL:
      return floatConst(p, x * y, t, loc);
    case E_DIV:
      return floatConst(p, x / y, t, loc);
  }
  return null;
}

/** Constant of an arithmetic type from an integer or floating constant. */
export function foldCast(p: Parser, e: Expr, t: CType, loc: number): Expr | null {
  if (e.op === E_INT) {
    if (t.kind === K_BOOL) return smallInt(isZero(e) ? 0 : 1, t, loc);
    if (t.kind <= K_ENUM || t.kind === K_POINTER) {
      if (t.size === 16 || e.ext !== null) return bigConst(bigOf(e), t, loc);
      return intConst(e.lo, e.hi, t, loc);
    }
    if (t.kind <= K_FLOAT128) {
      const negative = e.hi < 0;
      if (e.hi === e.lo >> 31 && !(negative && isUnsigned(e.type)) && e.ext === null && !isWide(t))
        return floatConst(p, e.lo, t, loc);
      return wideConst(p, W.wideFromBig(bigOf(e)), t, loc);
    }
    return null;
  }
  // from floating point
  if (t.kind === K_BOOL) return smallInt(e.num !== 0 ? 1 : 0, t, loc);
  if (t.kind <= K_ENUM) {
    const w = wideOf(p, e);
    if (w.kind !== "finite") return null;
    let v = W.wideToBig(w);
    const bits = BigInt(t.size * 8);
    // out of range: GCC saturates constants
    const max = isUnsigned(t) ? (1n << bits) - 1n : (1n << (bits - 1n)) - 1n;
    const min = isUnsigned(t) ? 0n : -(1n << (bits - 1n));
    if (v > max) v = max;
    if (v < min) v = min;
    return bigConst(v, t, loc);
  }
  if (t.kind <= K_FLOAT128) {
    if (e.ext === null && !isWide(t)) return floatConst(p, e.num, t, loc);
    const w = wideOf(p, e);
    return wideConst(p, w.kind === "nan" && e.type.kind !== t.kind ? W.quieted(w) : w, t, loc);
  }
  return null;
}
