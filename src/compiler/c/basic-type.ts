// Type specifiers that are words (C11 6.7.2): what has been seen is a set of bits, and a set of them a type.

import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import type { DeclSpec } from "./declspec.ts";
import type { Parser } from "./parser.ts";

export const B_CHAR = 1;
export const B_SHORT = 2;
export const B_INT = 4;
export const B_LONG = 8;
export const B_LLONG = 16;
export const B_SIGNED = 32;
export const B_UNSIGNED = 64;
export const B_FLOAT = 128;
export const B_DOUBLE = 256;
export const B_BOOL = 512;
export const B_VOID = 1024;
export const B_COMPLEX = 2048;
export const B_INT128 = 4096;

/** A type that is complete in itself: typedef name, tag, typeof, _Float128 … */
export const B_OTHER = 8192;

export const B_F128 = 16384;
export const B_F32 = 1 << 15;
export const B_F64 = 1 << 16;
export const B_F32X = 1 << 17;
export const B_F64X = 1 << 18;
export const B_F16 = 1 << 19;

/** Tells of a second type where one was complete. */
export function twoTypes(p: Parser, loc: number): void {
  p.error(loc, "two or more data types in declaration specifiers");
}

/** The type that the words seen so far (B_ bits) stand for. */
export function basicType(p: Parser, bits: number, s: DeclSpec): CType {
  const tt = p.types;
  const complex = (bits & B_COMPLEX) !== 0;
  const u = (bits & B_UNSIGNED) !== 0;
  if (u && (bits & B_SIGNED) !== 0) p.error(s.loc, "both 'signed' and 'unsigned' in declaration specifiers");
  let t: CType | null = null;
  switch (bits & ~(B_COMPLEX | B_SIGNED | B_UNSIGNED)) {
    case 0:
      t = complex && !u && (bits & B_SIGNED) === 0 ? tt.double : u ? tt.uint : tt.int;
      break;
    case B_INT:
      t = u ? tt.uint : tt.int;
      break;
    case B_CHAR:
      t = u ? tt.uchar : (bits & B_SIGNED) !== 0 ? tt.schar : tt.char;
      break;
    case B_SHORT:
    case B_SHORT | B_INT:
      t = u ? tt.ushort : tt.short;
      break;
    case B_LONG:
    case B_LONG | B_INT:
      t = u ? tt.ulong : tt.long;
      break;
    case B_LONG | B_LLONG:
    case B_LONG | B_LLONG | B_INT:
      t = u ? tt.ullong : tt.llong;
      break;
    case B_INT128:
      t = u ? tt.uint128 : tt.int128;
      if (p.target.ptrSize < 8) p.error(s.loc, "'__int128' is not supported on this target");
      break;
    default:
      if ((bits & (B_SIGNED | B_UNSIGNED)) === 0) {
        switch (bits & ~B_COMPLEX) {
          case B_VOID:
            t = complex ? null : tt.void;
            break;
          case B_BOOL:
            t = complex ? null : tt.bool;
            break;
          case B_FLOAT:
            t = tt.float;
            break;
          case B_DOUBLE:
            t = tt.double;
            break;
          case B_DOUBLE | B_LONG:
            t = tt.ldouble;
            break;
          case B_F128:
            t = tt.float128;
            break;
          case B_F16:
            if (p.target.name === "x86_64") t = tt.float16;
            else p.error(s.loc, "'_Float16' is not supported on this target");
            t ??= tt.float;
            break;
          case B_F32:
            t = tt.float32;
            break;
          case B_F64:
            t = tt.float64;
            break;
          case B_F32X:
            t = tt.float32x;
            break;
          case B_F64X:
            t = tt.float64x;
            break;
        }
      }
  }
  if (t === null) {
    p.error(s.loc, "two or more data types in declaration specifiers");
    t = tt.int;
  }
  if (!complex) return t;
  if (T.isInteger(t)) p.pedwarn(s.loc, "ISO C does not support complex integer types");
  else if ((bits & ~B_COMPLEX) === 0) p.pedwarn(s.loc, "ISO C does not support plain 'complex' meaning 'double complex'");
  return tt.complex(t);
}
