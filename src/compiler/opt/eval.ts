// Constant evaluation of integer and float ops on 32- and 64-bit halves. // hot
// Functions that give a 64-bit result return true and leave it in rlo/rhi; false = not to be evaluated (division by zero,
// shift count out of range, conversion out of range, a NaN that hardware might make with another sign).

import * as I from "../base/i64.ts";
import * as O from "../ir/ops.ts";

export let rlo = 0;
export let rhi = 0;

function set(ty: number, lo: number, hi: number): boolean {
  rlo = lo | 0;
  rhi = ty === O.TY_I32 ? lo >> 31 : hi | 0;
  return true;
}

/** op on constants of type ty (I32, I64); bl = shift count for shifts. */
export function evalBinary(op: number, ty: number, al: number, ah: number, bl: number, bh: number): boolean {
  let lo: number;
  if (ty === O.TY_I32) {
    switch (op) {
      case O.OP_ADD:
        return set(ty, al + bl, 0);
      case O.OP_SUB:
        return set(ty, al - bl, 0);
      case O.OP_MUL:
        return set(ty, Math.imul(al, bl), 0);
      case O.OP_SDIV:
        return bl !== 0 && set(ty, al / bl, 0);
      case O.OP_UDIV:
        return bl !== 0 && set(ty, Math.floor((al >>> 0) / (bl >>> 0)), 0);
      case O.OP_SREM:
        return bl !== 0 && set(ty, al % bl, 0);
      case O.OP_UREM:
        return bl !== 0 && set(ty, (al >>> 0) % (bl >>> 0), 0);
      case O.OP_AND:
        return set(ty, al & bl, 0);
      case O.OP_OR:
        return set(ty, al | bl, 0);
      case O.OP_XOR:
        return set(ty, al ^ bl, 0);
      case O.OP_SHL:
        return bl >>> 0 < 32 && set(ty, al << bl, 0);
      case O.OP_SHR:
        return bl >>> 0 < 32 && set(ty, al >>> bl, 0);
      case O.OP_SAR:
        return bl >>> 0 < 32 && set(ty, al >> bl, 0);
      case O.OP_SMULH:
        I.mul64(al, al >> 31, bl, bl >> 31);
        return set(ty, I.hi, 0);
      case O.OP_UMULH:
        I.mul64(al, 0, bl, 0);
        return set(ty, I.hi, 0);
      case O.OP_ROTL:
        bl &= 31;
        return set(ty, bl === 0 ? al : (al << bl) | (al >>> (32 - bl)), 0);
    }
    return false;
  }
  if (ty !== O.TY_I64) return false;
  switch (op) {
    case O.OP_ADD:
      lo = I.add64(al, ah, bl, bh);
      break;
    case O.OP_SUB:
      lo = I.sub64(al, ah, bl, bh);
      break;
    case O.OP_MUL:
      lo = I.mul64(al, ah, bl, bh);
      break;
    case O.OP_UMULH:
      lo = I.umulh64(al, ah, bl, bh);
      break;
    case O.OP_SMULH:
      lo = I.smulh64(al, ah, bl, bh);
      break;
    case O.OP_SDIV:
    case O.OP_SREM:
      if (bl === 0 && bh === 0) return false;
      lo = I.sdivrem64(al, ah, bl, bh, op === O.OP_SREM);
      break;
    case O.OP_UDIV:
    case O.OP_UREM:
      if (bl === 0 && bh === 0) return false;
      lo = I.udivrem64(al, ah, bl, bh, op === O.OP_UREM);
      break;
    case O.OP_AND:
      return set(ty, al & bl, ah & bh);
    case O.OP_OR:
      return set(ty, al | bl, ah | bh);
    case O.OP_XOR:
      return set(ty, al ^ bl, ah ^ bh);
    case O.OP_SHL:
      if (bl >>> 0 >= 64) return false;
      lo = I.shl64(al, ah, bl);
      break;
    case O.OP_SHR:
      if (bl >>> 0 >= 64) return false;
      lo = I.shr64(al, ah, bl);
      break;
    case O.OP_SAR:
      if (bl >>> 0 >= 64) return false;
      lo = I.sar64(al, ah, bl);
      break;
    case O.OP_ROTL: {
      const l = I.shl64(al, ah, bl);
      const h = I.hi;
      if ((bl & 63) === 0) return set(ty, al, ah);
      lo = I.shr64(al, ah, 64 - (bl & 63)) | l;
      return set(ty, lo, I.hi | h);
    }
    default:
      return false;
  }
  return set(ty, lo, I.hi);
}

/** Comparison of constants of type ty (I32, I64). */
export function evalCompare(op: number, al: number, ah: number, bl: number, bh: number): boolean {
  // I32 constants are kept sign-extended, which preserves both the signed and the unsigned order.
  switch (op) {
    case O.OP_EQ:
      return al === bl && ah === bh;
    case O.OP_NE:
      return al !== bl || ah !== bh;
    case O.OP_SLT:
      return I.slt64(al, ah, bl, bh);
    case O.OP_SLE:
      return !I.slt64(bl, bh, al, ah);
    case O.OP_ULT:
      return I.ult64(al, ah, bl, bh);
    default:
      return !I.ult64(bl, bh, al, ah);
  }
}

/** Conversions and bit operations between I32 and I64; `from` = the operand's type. */
export function evalUnary(op: number, ty: number, from: number, al: number, ah: number): boolean {
  switch (op) {
    case O.OP_SEXT8:
      return set(ty, (al << 24) >> 24, (al << 24) >> 31);
    case O.OP_SEXT16:
      return set(ty, (al << 16) >> 16, (al << 16) >> 31);
    case O.OP_ZEXT8:
      return set(ty, al & 0xff, 0);
    case O.OP_ZEXT16:
      return set(ty, al & 0xffff, 0);
    case O.OP_SEXT32:
      return set(ty, al, al >> 31);
    case O.OP_ZEXT32:
      return set(ty, al, 0);
    case O.OP_TRUNC:
      return ty === O.TY_I32 ? set(ty, al, 0) : ty === O.TY_I64 && set(ty, al, ah);
    case O.OP_POPCNT:
      if (ty > O.TY_I64) return false;
      return set(ty, pop(al) + (ty === O.TY_I64 ? pop(ah) : 0), 0);
    case O.OP_CLZ:
      if (ty > O.TY_I64 || (al === 0 && (ty === O.TY_I32 || ah === 0))) return false;
      return set(ty, ty === O.TY_I32 ? Math.clz32(al) : ah !== 0 ? Math.clz32(ah) : 32 + Math.clz32(al), 0);
    case O.OP_CTZ:
      if (ty > O.TY_I64 || (al === 0 && (ty === O.TY_I32 || ah === 0))) return false;
      return set(ty, al !== 0 ? 31 - Math.clz32(al & -al) : 63 - Math.clz32(ah & -ah), 0);
    case O.OP_BSWAP:
      if (ty === O.TY_I32) return set(ty, swap(al), 0);
      return ty === O.TY_I64 && set(ty, swap(ah), swap(al));
  }
  return from < 0;
}
function pop(x: number): number {
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
function swap(x: number): number {
  return (x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24);
}

const cvt = new DataView(new ArrayBuffer(8));
/** Value of an F32 or F64 constant. */
export function floatOf(ty: number, lo: number, hi: number): number {
  cvt.setInt32(0, lo, true);
  if (ty === O.TY_F32) return cvt.getFloat32(0, true);
  cvt.setInt32(4, hi, true);
  return cvt.getFloat64(0, true);
}
/** Bits of a float, in rlo/rhi. False for NaN. */
export function floatBits(ty: number, x: number): boolean {
  if (Number.isNaN(x)) return false;
  if (ty === O.TY_F32) {
    cvt.setFloat32(0, x, true);
    rlo = cvt.getInt32(0, true);
    rhi = 0;
  } else {
    cvt.setFloat64(0, x, true);
    rlo = cvt.getInt32(0, true);
    rhi = cvt.getInt32(4, true);
  }
  return true;
}
/** Float arithmetic with one rounding; NaN results and divisions by zero are left to run time. */
export function evalFloat(op: number, ty: number, a: number, b: number): boolean {
  switch (op) {
    case O.OP_FADD:
      return floatBits(ty, a + b);
    case O.OP_FSUB:
      return floatBits(ty, a - b);
    case O.OP_FMUL:
      return floatBits(ty, a * b);
    case O.OP_FDIV:
      return b !== 0 && floatBits(ty, a / b);
    case O.OP_FNEG:
      return floatBits(ty, -a);
    case O.OP_FABS:
      return floatBits(ty, Math.abs(a));
    case O.OP_FSQRT:
      return floatBits(ty, Math.sqrt(a));
  }
  return false;
}
export function evalFloatCompare(op: number, a: number, b: number): boolean {
  return op === O.OP_FEQ ? a === b : op === O.OP_FNE ? a !== b : op === O.OP_FLT || op === O.OP_FLTQ ? a < b : a <= b;
}
/** Float to a 32- or 64-bit integer in rlo/rhi; false when out of range. */
export function evalToInt(ty: number, signed: boolean, x: number): boolean {
  const y = Math.trunc(x);
  const n = ty === O.TY_I32 ? 32 : 64;
  if (ty > O.TY_I64 || !(signed ? y >= -(2 ** (n - 1)) && y < 2 ** (n - 1) : y >= 0 && y < 2 ** n)) return false;
  const lo = I.fromNumber64(y);
  return set(ty, lo, I.hi);
}
