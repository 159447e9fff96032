// Types of the built-in functions, from the letters of their prototypes in builtin-ids.ts.

import type { BuiltinRow } from "./builtin-ids.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import type { Parser } from "./parser.ts";

/** Type of a prototype letter (builtin-ids.ts). */
function letter(p: Parser, c: string): CType {
  const tt = p.types;
  switch (c) {
    case "v":
      return tt.void;
    case "b":
      return tt.bool;
    case "c":
      return tt.char;
    case "i":
      return tt.int;
    case "u":
    case "3":
      return tt.uint;
    case "l":
      return tt.long;
    case "L":
      return tt.ulong;
    case "x":
      return tt.llong;
    case "X":
      return tt.ullong;
    case "m":
      return tt.long.size === 8 ? tt.long : tt.llong;
    case "M":
      return tt.long.size === 8 ? tt.ulong : tt.ullong;
    case "z":
      return tt.size;
    case "Z":
    case "t":
      return tt.ptrdiff;
    case "6":
      return tt.ushort;
    case "8":
      return tt.long.size === 8 ? tt.ulong : tt.ullong;
    case "O":
      return tt.uint128;
    case "f":
      return tt.float;
    case "d":
      return tt.double;
    case "e":
      return tt.ldouble;
    case "q":
      return tt.float128;
    case "1":
      return tt.float32;
    case "2":
      return tt.float64;
    case "4":
      return tt.float32x;
    case "5":
      return tt.float64x;
    case "s":
      return tt.charPtr;
    case "S":
      return tt.constCharPtr;
    case "P":
      return tt.pointer(tt.qualified(tt.void, T.Q_CONST));
    case "V":
      return tt.pointer(tt.qualified(tt.void, T.Q_VOLATILE));
    case "W":
      return tt.pointer(tt.qualified(tt.void, T.Q_CONST | T.Q_VOLATILE));
    case "A":
      return tt.vaList.kind === T.K_ARRAY ? tt.pointer(tt.vaList.base!) : tt.vaList;
    case "w":
      return tt.wchar;
    case "y":
      return tt.wint;
    case "R":
      return tt.complex(tt.float);
    case "T":
      return tt.complex(tt.double);
    case "U":
      return tt.complex(tt.ldouble);
    case "D":
      return tt.pointer(tt.double);
    case "E":
      return tt.pointer(tt.ldouble);
    case "G":
      return tt.pointer(tt.float);
    case "I":
      return tt.pointer(tt.int);
    case "J":
      return tt.pointer(tt.voidPtr);
    default:
      return tt.voidPtr;
  }
}

/** Function type of a row with a prototype. */
export function prototypeOf(p: Parser, row: BuiltinRow): CType {
  const s = row[1];
  const variadic = s.endsWith(".");
  const params: CType[] = [];
  let i = 1;
  for (; i < s.length && s[i] !== "."; i++) {
    if (s[i] === "*") params.push(p.types.pointer(params[params.length - 1]!));
    else params.push(letter(p, s[i]!));
  }
  return p.types.func(letter(p, s[0] ?? "v"), params, true, variadic);
}
