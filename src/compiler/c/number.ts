// Numeric and character constants as expressions (C11 6.4.4), cached by spelling.

import { parseNumber } from "../lex/literals.ts";
import { E_COMPLEX, Expr } from "./ast.ts";
import type { CType } from "./ctype.ts";
import { floatConst, intConst, wideConst } from "./fold.ts";
import type { Parser } from "./parser.ts";
import { wideFromText } from "./wide-float.ts";

export interface NumberValue {
  type: CType;
  isFloat: boolean;
  lo: number;
  hi: number;
  num: number;
  digits: string;
  imaginary: boolean;
}

function classify(p: Parser, name: number): NumberValue {
  const tt = p.types;
  const text = p.text(name);
  const n = parseNumber(text);
  if (/^0b/i.test(text) && p.opts.version < 2023) p.pedwarn(p.loc, "binary constants are a C2X feature or GCC extension");
  if (n.kind === "bad") {
    p.error(p.loc, n.text);
    return { type: tt.int, isFloat: false, lo: 0, hi: 0, num: 0, digits: "", imaginary: false };
  }
  if (n.kind === "float") {
    let type = tt.double;
    switch (n.suffix) {
      case "f":
        type = tt.float;
        break;
      case "f32":
        type = tt.float32;
        break;
      case "f64":
        type = tt.float64;
        break;
      case "f32x":
        type = tt.float32x;
        break;
      case "f64x":
        type = tt.float64x;
        break;
      case "l":
      case "w":
        type = tt.ldouble;
        break;
      case "q":
      case "f128":
        type = tt.float128;
        break;
      case "d":
        break;
      case "":
        if (p.opts.singleConstants) type = tt.float;
        break;
      default:
        p.error(p.loc, `unsupported floating constant suffix "${n.suffix}"`);
    }
    return { type, isFloat: true, lo: 0, hi: 0, num: n.value, digits: n.digits, imaginary: n.imaginary };
  }
  if (n.overflow) p.pedwarn(p.loc, "integer constant is too large for its type", "");
  const ranks: CType[] = n.longs === 0 ? [tt.int, tt.long, tt.llong] : n.longs === 1 ? [tt.long, tt.llong] : [tt.llong];
  let type: CType | null = null;
  for (const t of ranks) {
    const bits = t.size * 8;
    const fitsUnsigned = bits === 64 || n.hi === 0;
    const fitsSigned = bits === 64 ? n.hi >= 0 : n.hi === 0 && n.lo >= 0;
    if (!n.unsigned && fitsSigned) type = t;
    else if ((n.unsigned || !n.decimal) && fitsUnsigned) type = tt.withSign(t, true);
    if (type !== null) break;
  }
  if (type === null) {
    // a decimal constant above the signed range: GCC takes __int128 where there is one
    const text = "integer constant is so large that it is unsigned";
    if (n.longs === 2 && p.opts.version >= 1999) p.pedwarn(p.loc, text, "");
    else p.warning(p.loc, text, "");
    type = p.target.ptrSize === 8 ? tt.int128 : tt.ullong;
  }
  return { type, isFloat: false, lo: n.lo, hi: n.hi, num: 0, digits: "", imaginary: n.imaginary };
}

/** The current TK_NUM token as an expression; does not advance. */
export function numberExpr(p: Parser): Expr {
  const loc = p.loc;
  let v = p.numbers[p.tv];
  if (v === undefined) {
    v = classify(p, p.tv);
    while (p.numbers.length <= p.tv) p.numbers.push(undefined);
    p.numbers[p.tv] = v;
  }
  let e: Expr;
  if (v.isFloat) {
    e = v.type === p.types.double ? floatConst(p, v.num, v.type, loc) : wideConst(p, wideFromText(v.digits), v.type, loc);
  } else {
    e = intConst(v.lo, v.hi, v.type, loc);
    // a 64-bit pattern in __int128 is positive
    if (v.type.size === 16 && v.hi < 0) e.ext = new Int32Array(2);
  }
  if (!v.imaginary) return e;
  p.pedwarn(loc, "imaginary constants are a GCC extension");
  const c = new Expr(E_COMPLEX, p.types.complex(v.type), loc);
  c.a = v.isFloat ? floatConst(p, 0, v.type, loc) : intConst(0, 0, v.type, loc);
  c.b = e;
  return c;
}
