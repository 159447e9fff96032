// Values of numbers, characters and strings (C11 6.4.4, 6.4.5, with GNU's binary and imaginary constants).

import { add64, fromNumber64, hi, mul64 } from "../base/i64.ts";
import type { Charset } from "./charset.ts";
import type { Literal } from "./tokens.ts";

export interface IntNumber {
  kind: "int";
  lo: number;
  hi: number;
  /** Does not fit in 64 bits. */
  overflow: boolean;
  decimal: boolean;
  unsigned: boolean;
  /** Number of l's: 0, 1, 2. */
  longs: number;
  imaginary: boolean;
}
export interface FloatNumber {
  kind: "float";
  /** Nearest double. */
  value: number;
  /** The spelling without its suffix: an exact source for wider formats. */
  digits: string;
  /** Suffix in lower case: "", f, l, q, w, f16, f32, f64, f128, f32x, f64x, df, dd, dl. */
  suffix: string;
  imaginary: boolean;
}
export interface BadNumber {
  kind: "bad";
  text: string;
}

/** Value of a pp-number's spelling. */
export function parseNumber(s: string): IntNumber | FloatNumber | BadNumber {
  const t = s.replace(/(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])/g, "");
  const hex = /^0[xX]/.test(t);
  if (hex ? /[.pP]/.test(t) : /^[0-9]*\.|^[0-9]+[eE]/.test(t)) return parseFloating(t, s, hex);
  let m: RegExpExecArray | null;
  let radix = 10;
  let digits: string;
  let rest: string;
  if ((m = /^0[xX]([0-9a-fA-F]+)(.*)$/.exec(t)) !== null) {
    radix = 16;
    digits = m[1]!;
    rest = m[2]!;
  } else if ((m = /^0[bB]([01]+)(.*)$/.exec(t)) !== null) {
    radix = 2;
    digits = m[1]!;
    rest = m[2]!;
  } else if ((m = /^0([0-9]+)(.*)$/.exec(t)) !== null) {
    radix = 8;
    digits = m[1]!;
    rest = m[2]!;
    if (/[89]/.test(digits)) return { kind: "bad", text: `invalid digit "${/[89]/.exec(digits)![0]}" in octal constant` };
  } else {
    m = /^([0-9]+)(.*)$/.exec(t);
    if (m === null) return { kind: "bad", text: `invalid number "${s}"` };
    digits = m[1]!;
    rest = m[2]!;
  }
  let imaginary = false;
  let suffix = rest;
  if (/[ij]/i.test(suffix)) {
    imaginary = true;
    suffix = suffix.replace(/[ijIJ]/, "");
  }
  const sm = /^(?:([uU])(ll|LL|l|L)?|(ll|LL|l|L)([uU])?)?$/.exec(suffix);
  if (sm === null) return { kind: "bad", text: `invalid suffix "${rest}" on integer constant` };
  const long = sm[2] ?? sm[3] ?? "";
  let lo = 0;
  let h = 0;
  let overflow = false;
  if (digits.length <= 15 && radix === 10) {
    lo = fromNumber64(Number(digits));
    h = hi;
  } else {
    const limit = (1n << 64n) - 1n;
    const big = BigInt((radix === 16 ? "0x" : radix === 8 ? "0o" : radix === 2 ? "0b" : "") + digits);
    overflow = big > limit;
    for (let i = 0; i < digits.length; i++) {
      lo = mul64(lo, h, radix, 0);
      h = hi;
      lo = add64(lo, h, Number.parseInt(digits[i]!, 16), 0);
      h = hi;
    }
  }
  return {
    kind: "int",
    lo,
    hi: h,
    overflow,
    decimal: radix === 10,
    unsigned: (sm[1] ?? sm[4]) !== undefined,
    longs: long.length,
    imaginary,
  };
}

function parseFloating(t: string, s: string, hex: boolean): FloatNumber | BadNumber {
  const m = hex
    ? /^(0[xX](?:[0-9a-fA-F]*\.?[0-9a-fA-F]*)[pP][-+]?[0-9]+)(.*)$/.exec(t)
    : /^((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)(.*)$/.exec(t);
  if (m === null)
    return { kind: "bad", text: hex ? "hexadecimal floating constants require an exponent" : `invalid number "${s}"` };
  let suffix = m[2]!;
  let imaginary = false;
  if (/[ij]/i.test(suffix)) {
    imaginary = true;
    suffix = suffix.replace(/[ijIJ]/, "");
  }
  suffix = suffix.toLowerCase();
  if (!/^(?:|f|d|l|q|w|f16|f32|f64|f128|f32x|f64x|df|dd|dl)$/.test(suffix))
    return { kind: "bad", text: `invalid suffix "${m[2]}" on floating constant` };
  return { kind: "float", value: hex ? hexValue(m[1]!) : Number(m[1]), digits: m[1]!, suffix, imaginary };
}

/** Nearest double of a hexadecimal floating constant, rounded once. */
function hexValue(text: string): number {
  const m = /^0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([-+]?[0-9]+)$/.exec(text)!;
  let mant = BigInt(`0x${m[1]}${m[2]}` === "0x" ? "0" : `0x${m[1]}${m[2]}`);
  let exp = Number(m[3]) - 4 * m[2]!.length;
  if (mant === 0n) return 0;
  let bits = mant.toString(2).length;
  // Keep 53 bits (fewer for subnormals), round half to even.
  const keep = Math.min(53, Math.max(0, 53 + (exp + bits - 1 + 1022)));
  if (bits > keep) {
    const drop = BigInt(bits - keep);
    const half = 1n << (drop - 1n);
    const rest = mant & ((1n << drop) - 1n);
    mant >>= drop;
    if (rest > half || (rest === half && (mant & 1n) === 1n)) mant += 1n;
    exp += bits - keep;
    bits = keep;
  }
  let x = Number(mant);
  while (exp > 1000) {
    x *= 2 ** 1000;
    exp -= 1000;
  }
  while (exp < -1000) {
    x *= 2 ** -1000;
    exp += 1000;
  }
  return x * 2 ** exp;
}

export interface DecodedString {
  /** Code units. */
  units: number[];
  /** Bytes of a unit: 1, 2 or 4. */
  unit: number;
  prefix: string;
  /** First problem found, or "". */
  error: string;
}

/**
 * Concatenated string literals to code units, without the terminating zero. wchar is the size of wchar_t in bytes; charset the
 * execution character set of literals without a prefix, null for UTF-8.
 */
export function decodeString(parts: readonly Literal[], wchar: number, charset: Charset | null = null): DecodedString {
  let prefix = "";
  let error = "";
  for (const p of parts) {
    if (p.prefix === "" || p.prefix === prefix) continue;
    if (prefix !== "" && prefix !== p.prefix) error = "unsupported non-standard concatenation of string literals";
    prefix = p.prefix;
  }
  const unit = unitOf(prefix, wchar);
  const units: number[] = [];
  for (const p of parts) {
    const e = decodeInto(p.bytes, unit, units, prefix === "" ? charset : null);
    if (error === "") error = e;
  }
  return { units, unit, prefix, error };
}

/** Size of a code unit of a literal's prefix. */
export function unitOf(prefix: string, wchar: number): number {
  return prefix === "L" ? wchar : prefix === "u" ? 2 : prefix === "U" ? 4 : 1;
}

const UNCONVERTED = "converting to execution character set: Invalid or incomplete multibyte or wide character";

/** Text in the execution character set; null if that lacks a character. */
export function encodeText(text: string, charset: Charset | null): Uint8Array | null {
  if (charset === null) return new TextEncoder().encode(text);
  const out: number[] = [];
  for (const c of text) {
    const cp = c.codePointAt(0)!;
    const byte = cp < 0x80 ? cp : charset.get(cp);
    if (byte === undefined) return null;
    out.push(byte);
  }
  return Uint8Array.from(out);
}

function decodeInto(b: Uint8Array, unit: number, out: number[], charset: Charset | null): string {
  let error = "";
  const put = (cp: number): void => {
    const byte = charset === null || cp < 0x80 ? -1 : charset.get(cp);
    if (byte === undefined) error = UNCONVERTED;
    else if (byte >= 0) out.push(byte);
    else pushCodePoint(cp, unit, out);
  };
  let i = 0;
  while (i < b.length) {
    const c = b[i]!;
    if (c !== 0x5c) {
      if (c < 0x80 || (unit === 1 && charset === null)) {
        out.push(c);
        i++;
      } else {
        const len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        const cp = new TextDecoder().decode(b.subarray(i, i + len)).codePointAt(0) ?? 0xfffd;
        put(cp);
        i += len;
      }
      continue;
    }
    i++;
    const e = b[i++]!;
    switch (e) {
      case 0x6e:
        out.push(10);
        break;
      case 0x74:
        out.push(9);
        break;
      case 0x72:
        out.push(13);
        break;
      case 0x61:
        out.push(7);
        break;
      case 0x62:
        out.push(8);
        break;
      case 0x66:
        out.push(12);
        break;
      case 0x76:
        out.push(11);
        break;
      case 0x65:
      case 0x45:
        out.push(27);
        break;
      case 0x5c:
      case 0x27:
      case 0x22:
      case 0x3f:
        out.push(e);
        break;
      case 0x78: {
        let v = 0;
        const from = i;
        while (i < b.length && hexDigit(b[i]!) >= 0) v = (v * 16 + hexDigit(b[i++]!)) >>> 0;
        if (i === from) error = "\\x used with no following hex digits";
        out.push(unit === 1 ? v & 0xff : unit === 2 ? v & 0xffff : v);
        break;
      }
      case 0x75:
      case 0x55: {
        let v = 0;
        const len = e === 0x75 ? 4 : 8;
        for (let k = 0; k < len && i < b.length && hexDigit(b[i]!) >= 0; k++) v = v * 16 + hexDigit(b[i++]!);
        put(v);
        break;
      }
      default:
        if (e >= 0x30 && e <= 0x37) {
          let v = e - 0x30;
          for (let k = 0; k < 2 && i < b.length && b[i]! >= 0x30 && b[i]! <= 0x37; k++) v = v * 8 + b[i++]! - 0x30;
          out.push(unit === 1 ? v & 0xff : v);
        } else out.push(e); // unknown escape: GCC warns and takes the character
    }
  }
  return error;
}

function hexDigit(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  const l = c | 0x20;
  return l >= 0x61 && l <= 0x66 ? l - 0x57 : -1;
}

function pushCodePoint(cp: number, unit: number, out: number[]): void {
  if (unit === 4) out.push(cp);
  else if (unit === 2) {
    if (cp < 0x10000) out.push(cp);
    else out.push(0xd800 + ((cp - 0x10000) >> 10), 0xdc00 + ((cp - 0x10000) & 0x3ff));
  } else for (const x of new TextEncoder().encode(String.fromCodePoint(cp > 0x10ffff ? 0xfffd : cp))) out.push(x);
}

/** Value of a character constant as GCC gives it: multi-character ones shift left by 8, plain ones are sign-extended if char is signed. */
export function decodeChar(
  lit: Literal,
  wchar: number,
  charSigned: boolean,
  charset: Charset | null = null,
): { value: number; multi: boolean; error: string } {
  const units: number[] = [];
  const unit = unitOf(lit.prefix, wchar);
  const error = decodeInto(lit.bytes, unit, units, lit.prefix === "" ? charset : null);
  if (error === UNCONVERTED) return { value: 0, multi: false, error };
  if (units.length === 0) return { value: 0, multi: false, error: "empty character constant" };
  if (unit !== 1) return { value: units[units.length - 1]! | 0, multi: units.length > 1, error };
  if (units.length === 1) return { value: charSigned ? (units[0]! << 24) >> 24 : units[0]!, multi: false, error };
  let v = 0;
  for (const u of units) v = (v << 8) | u;
  return { value: v | 0, multi: true, error: units.length > 4 ? error || "" : error };
}
