// Exact arithmetic for constants wider than double: x87 80-bit extended and IEEE binary128. Cold: BigInt mantissas, one
// rounding to nearest even per operation (IEEE 754-2008, 4.3.1).

import { TY_F80, TY_F128 } from "../ir/ops.ts";

/** (-1)^neg * mant * 2^exp; nan and inf by kind. A NaN's mant is its fraction as binary128 has it (112 bits); 0 stands for the default one. */
export interface Wide {
  kind: "finite" | "inf" | "nan";
  neg: boolean;
  mant: bigint;
  exp: number;
}

const ZERO: Wide = { kind: "finite", neg: false, mant: 0n, exp: 0 };

function bitLength(x: bigint): number {
  if (x === 0n) return 0;
  const s = x.toString(16);
  return (s.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(s[0]!, 16)));
}

/** Rounds to `prec` bits, exponents of the last place not below `emin`; `sticky`: lost bits below are not all zero. */
function round(w: Wide, prec: number, emin: number, sticky: boolean): Wide {
  if (w.kind !== "finite" || w.mant === 0n) return w;
  let drop = bitLength(w.mant) - prec;
  if (w.exp + drop < emin) drop = emin - w.exp;
  if (drop <= 0) return w;
  const d = BigInt(drop);
  const half = 1n << (d - 1n);
  const rest = w.mant & ((1n << d) - 1n);
  let mant = w.mant >> d;
  if (rest > half || (rest === half && (sticky || (mant & 1n) === 1n))) mant += 1n;
  return { kind: "finite", neg: w.neg, mant, exp: w.exp + drop };
}

export function wideFromNumber(x: number): Wide {
  if (Number.isNaN(x)) return { kind: "nan", neg: false, mant: 0n, exp: 0 };
  const neg = x < 0 || Object.is(x, -0);
  if (!Number.isFinite(x)) return { kind: "inf", neg, mant: 0n, exp: 0 };
  if (x === 0) return { ...ZERO, neg };
  const b = new DataView(new ArrayBuffer(8));
  b.setFloat64(0, x);
  const bits = b.getBigUint64(0);
  const e = Number((bits >> 52n) & 0x7ffn);
  const f = bits & ((1n << 52n) - 1n);
  return e === 0 ? { kind: "finite", neg, mant: f, exp: -1074 } : { kind: "finite", neg, mant: f | (1n << 52n), exp: e - 1075 };
}

export function wideToNumber(w: Wide): number {
  if (w.kind === "nan") return Number.NaN;
  const s = w.neg ? -1 : 1;
  if (w.kind === "inf") return s * Number.POSITIVE_INFINITY;
  const r = round(w, 53, -1074, false);
  let x = Number(r.mant);
  let e = r.exp;
  while (e > 900) {
    x *= 2 ** 900;
    e -= 900;
    if (!Number.isFinite(x)) return s * x;
  }
  while (e < -900) {
    // exact as long as the result is: the mantissa has been rounded to what fits
    const step = Math.max(e, -900);
    x *= 2 ** step;
    e -= step;
  }
  return s * x * 2 ** e;
}

export function wideFromBig(x: bigint): Wide {
  return { kind: "finite", neg: x < 0n, mant: x < 0n ? -x : x, exp: 0 };
}

/** Truncates toward zero. */
export function wideToBig(w: Wide): bigint {
  if (w.kind !== "finite") return 0n;
  const m = w.exp >= 0 ? w.mant << BigInt(Math.min(w.exp, 20000)) : w.mant >> BigInt(-w.exp);
  return w.neg ? -m : m;
}

/** Value of a decimal or hexadecimal floating constant, with enough bits for one more rounding to 113 bits. */
export function wideFromText(text: string): Wide {
  const hex = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([-+]?[0-9]+))?$/.exec(text);
  if (hex !== null) {
    const mant = BigInt(`0x${hex[1]}${hex[2] === undefined ? "" : hex[2]}`);
    return { kind: "finite", neg: false, mant, exp: Number(hex[3] ?? 0) - 4 * hex[2]!.length };
  }
  const m = /^([0-9]*)\.?([0-9]*)(?:[eE]([-+]?[0-9]+))?$/.exec(text)!;
  const digits = BigInt(m[1]! + m[2]!);
  const e10 = Number(m[3] ?? 0) - m[2]!.length;
  if (digits === 0n) return ZERO;
  // where the first digit stands: a constant may have thousands of digits and an exponent to match
  const first = digits.toString().length + e10;
  if (first > 6000) return { kind: "inf", neg: false, mant: 0n, exp: 0 };
  if (first < -6000) return ZERO;
  if (e10 >= 0) return { kind: "finite", neg: false, mant: digits * 10n ** BigInt(e10), exp: 0 };
  return quotient(digits, 10n ** BigInt(-e10), 0, false);
}

function quotient(a: bigint, b: bigint, exp: number, neg: boolean): Wide {
  const shift = Math.max(0, 240 + bitLength(b) - bitLength(a));
  const n = a << BigInt(shift);
  let q = n / b;
  // a sticky bit below everything that will be kept
  q = (q << 1n) | (q * b === n ? 0n : 1n);
  return { kind: "finite", neg, mant: q, exp: exp - shift - 1 };
}

function precision(ty: number): number {
  return ty === TY_F80 ? 64 : ty === TY_F128 ? 113 : 53;
}
function lastPlace(ty: number): number {
  return ty === TY_F80 ? -16445 : ty === TY_F128 ? -16494 : -1074;
}

/** Rounds to the format of IR type ty. */
export function wideRound(w: Wide, ty: number): Wide {
  const r = round(w, precision(ty), lastPlace(ty), false);
  if (r.kind === "finite" && r.mant !== 0n && bitLength(r.mant) + r.exp > (ty === TY_F80 || ty === TY_F128 ? 16384 : 1024)) {
    return { kind: "inf", neg: r.neg, mant: 0n, exp: 0 };
  }
  return r;
}

/** The format's bits, least significant word first. */
export function wideEncode(w: Wide, ty: number): Int32Array {
  const out = new Int32Array(4);
  if (ty !== TY_F80 && ty !== TY_F128) {
    const b = new DataView(new ArrayBuffer(8));
    b.setFloat64(0, wideToNumber(w), true);
    out[0] = b.getInt32(0, true);
    out[1] = b.getInt32(4, true);
    return out;
  }
  const p = precision(ty);
  const r = wideRound(w, ty);
  let e = 0;
  let mant = 0n;
  if (r.kind !== "finite") {
    e = 0x7fff;
    mant = r.kind === "nan" ? 3n << BigInt(p - 2) : 1n << BigInt(p - 1);
    if (r.kind === "nan" && r.mant !== 0n) mant = ty === TY_F80 ? (1n << 63n) | (r.mant >> 49n) : r.mant;
  } else if (r.mant !== 0n) {
    const shift = p - bitLength(r.mant);
    const exp = r.exp - shift;
    if (exp < lastPlace(ty)) {
      mant = r.mant << BigInt(r.exp - lastPlace(ty));
      e = 0;
    } else {
      mant = r.mant << BigInt(shift);
      e = exp + p - 1 + 16383;
    }
  }
  let bits: bigint;
  if (ty === TY_F80) bits = mant | (BigInt(e) << 64n) | (r.neg ? 1n << 79n : 0n);
  else bits = (mant & ((1n << 112n) - 1n)) | (BigInt(e) << 112n) | (r.neg ? 1n << 127n : 0n);
  for (let i = 0; i < 4; i++) out[i] = Number(BigInt.asIntN(32, bits >> BigInt(32 * i)));
  return out;
}

export function wideDecode(x: Int32Array, ty: number): Wide {
  let bits = 0n;
  for (let i = 3; i >= 0; i--) bits = (bits << 32n) | BigInt(x[i]! >>> 0);
  if (ty !== TY_F80 && ty !== TY_F128) {
    const b = new DataView(new ArrayBuffer(8));
    b.setBigUint64(0, bits & ((1n << 64n) - 1n));
    return wideFromNumber(b.getFloat64(0));
  }
  const p = precision(ty);
  const neg = ((bits >> (ty === TY_F80 ? 79n : 127n)) & 1n) === 1n;
  const e = Number((bits >> (ty === TY_F80 ? 64n : 112n)) & 0x7fffn);
  let mant = ty === TY_F80 ? bits & ((1n << 64n) - 1n) : bits & ((1n << 112n) - 1n);
  if (e === 0x7fff) {
    const frac = ty === TY_F80 ? mant & ((1n << 63n) - 1n) : mant;
    if (frac === 0n) return { kind: "inf", neg, mant: 0n, exp: 0 };
    return { kind: "nan", neg, mant: ty === TY_F80 ? frac << 49n : frac, exp: 0 };
  }
  if (e === 0) return { kind: "finite", neg, mant, exp: lastPlace(ty) };
  if (ty === TY_F128) mant |= 1n << 112n;
  return { kind: "finite", neg, mant, exp: e - 16383 - (p - 1) };
}

export function wideNeg(a: Wide): Wide {
  return { ...a, neg: !a.neg };
}

function signed(a: Wide): bigint {
  return a.neg ? -a.mant : a.mant;
}

/** Fraction bits of float and double in the words of their representation. */
function narrowFraction(double: boolean): bigint {
  return double ? 52n : 23n;
}

/** Words of a float or double that is a NaN. */
export function nanEncode(w: Wide, double: boolean): Int32Array {
  const width = narrowFraction(double);
  const frac = w.mant === 0n ? 1n << (width - 1n) : w.mant >> (112n - width);
  const bits = frac | ((double ? 0x7ffn : 0xffn) << width) | (w.neg ? 1n << (double ? 63n : 31n) : 0n);
  return Int32Array.of(Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)), 0, 0);
}

export function nanDecode(x: Int32Array, double: boolean): Wide {
  const width = narrowFraction(double);
  const bits = (BigInt(double ? x[1]! >>> 0 : 0) << 32n) | BigInt(x[0]! >>> 0);
  const neg = ((bits >> (double ? 63n : 31n)) & 1n) === 1n;
  return { kind: "nan", neg, mant: (bits & ((1n << width) - 1n)) << (112n - width), exp: 0 };
}

/** What an operation makes of a NaN: quiet, the rest as it is; of the signalling NaN without a payload the default one. */
export function quieted(w: Wide): Wide {
  return w.mant === 0n ? w : { ...w, mant: w.mant === 1n << 110n ? 0n : w.mant | (1n << 111n) };
}

const NAN: Wide = { kind: "nan", neg: false, mant: 0n, exp: 0 };

export function wideAdd(a: Wide, b: Wide): Wide {
  if (a.kind === "nan" || b.kind === "nan") return NAN;
  if (a.kind === "inf") return b.kind === "inf" && a.neg !== b.neg ? NAN : a;
  if (b.kind === "inf") return b;
  if (a.mant === 0n && b.mant === 0n) return { ...ZERO, neg: a.neg && b.neg };
  const exp = Math.min(a.exp, b.exp);
  const s = (signed(a) << BigInt(a.exp - exp)) + (signed(b) << BigInt(b.exp - exp));
  return { kind: "finite", neg: s < 0n, mant: s < 0n ? -s : s, exp };
}

export function wideMul(a: Wide, b: Wide): Wide {
  const neg = a.neg !== b.neg;
  if (a.kind === "nan" || b.kind === "nan") return NAN;
  if (a.kind === "inf" || b.kind === "inf") {
    const zero = (a.kind === "finite" && a.mant === 0n) || (b.kind === "finite" && b.mant === 0n);
    return zero ? NAN : { kind: "inf", neg, mant: 0n, exp: 0 };
  }
  return { kind: "finite", neg, mant: a.mant * b.mant, exp: a.exp + b.exp };
}

export function wideDiv(a: Wide, b: Wide): Wide {
  const neg = a.neg !== b.neg;
  if (a.kind === "nan" || b.kind === "nan") return NAN;
  if (a.kind === "inf") return b.kind === "inf" ? NAN : { ...a, neg };
  if (b.kind === "inf") return { ...ZERO, neg };
  if (b.mant === 0n) return a.mant === 0n ? NAN : { kind: "inf", neg, mant: 0n, exp: 0 };
  if (a.mant === 0n) return { ...ZERO, neg };
  return quotient(a.mant, b.mant, a.exp - b.exp, neg);
}

/** -1, 0, 1, or NaN when unordered. */
export function wideCompare(a: Wide, b: Wide): number {
  if (a.kind === "nan" || b.kind === "nan") return Number.NaN;
  const key = (w: Wide): number => (w.kind === "inf" ? (w.neg ? -1 : 1) : 0);
  if (a.kind === "inf" || b.kind === "inf") return Math.sign(key(a) - key(b));
  const exp = Math.min(a.exp, b.exp);
  const x = signed(a) << BigInt(a.exp - exp);
  const y = signed(b) << BigInt(b.exp - exp);
  return x < y ? -1 : x > y ? 1 : 0;
}
