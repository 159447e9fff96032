// sizeof and _Alignof (C11 6.5.3.4), of a type or of an expression; the size of a variable array is an expression.

import * as KW from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { E_COMMA, E_COMPOUND, E_MEMBER, E_SIZEOFVLA, E_VAR, Expr } from "./ast.ts";
import { rvalueForVoid, withBounds } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { parseTypeName } from "./declspec.ts";
import { atTypeInParen, compoundLiteral, mayHaveEffects, parseUnary } from "./expr.ts";
import { bigConst, intConst } from "./fold.ts";
import { markReferenced } from "./name-expr.ts";
import type { Parser } from "./parser.ts";
import { parsePostfixTail } from "./postfix.ts";
import { isComplete, isVlaType } from "./types.ts";

/** sizeof unary-expression | sizeof ( type-name ) */
export function parseSizeof(p: Parser): Expr {
  const loc = p.loc;
  p.next();
  p.unevaluated++;
  let t: CType;
  let operand: Expr | null = null;
  let bounds: Expr[] | null = null;
  if (atTypeInParen(p)) {
    const at = p.loc;
    const mark = p.bounds.length;
    p.next();
    t = parseTypeName(p);
    bounds = p.takeBounds(mark);
    p.expect(TK.TK_RPAREN);
    if (p.tk === TK.TK_LBRACE) {
      operand = parsePostfixTail(p, compoundLiteral(p, t, at, bounds));
      t = operand.type;
      bounds = null;
    }
  } else {
    operand = parseUnary(p);
    t = operand.type;
    if (bitFieldOperand(operand)) p.error(loc, "'sizeof' applied to a bit-field");
  }
  p.unevaluated--;
  const size = sizeOf(p, t, loc, operand);
  return size.op === E_SIZEOFVLA ? withBounds(p, bounds, size) : size;
}

function bitFieldOperand(e: Expr): boolean {
  return e.op === E_MEMBER && e.member!.bitWidth >= 0;
}

/** sizeof of a type as an expression; operand: the expression, for VLAs evaluated. */
export function sizeOf(p: Parser, t: CType, loc: number, operand: Expr | null): Expr {
  if (isVlaType(t) && t.size < 0) {
    const e = new Expr(E_SIZEOFVLA, p.types.size, loc);
    e.compType = t;
    if (p.fn === null && p.depth === 0) p.error(loc, "variable-sized type outside of a function");
    if (operand !== null && operand.op !== E_VAR && mayHaveEffects(operand)) {
      markReferenced(operand);
      const c = new Expr(E_COMMA, p.types.size, loc);
      c.a = rvalueForVoid(p, operand);
      c.b = e;
      return c;
    }
    return e;
  }
  if (t.kind === T.K_ERROR) return intConst(1, 0, p.types.size, loc);
  if (t.kind === T.K_VOID || t.kind === T.K_FUNCTION) {
    p.pedwarn(
      loc,
      `invalid application of 'sizeof' to a ${t.kind === T.K_VOID ? "void" : "function"} type`,
      p.opts.pedanticErrors ? "pointer-arith" : "pedantic",
    );
    return intConst(1, 0, p.types.size, loc);
  }
  if (t.size < 0) {
    p.error(loc, `invalid application of 'sizeof' to incomplete type '${p.typeText(t)}'`);
    return intConst(1, 0, p.types.size, loc);
  }
  return t.size < 0x80000000 ? intConst(t.size | 0, 0, p.types.size, loc) : bigConst(BigInt(t.size), p.types.size, loc);
}

/** _Alignof and GNU's __alignof__, which takes an expression too. */
export function parseAlignof(p: Parser): Expr {
  const loc = p.loc;
  const gnu = p.tv !== KW.KW__Alignof;
  if (!gnu) p.since(2011, loc, "does not support '_Alignof'");
  p.next();
  p.unevaluated++;
  let t: CType;
  let align = 0;
  if (atTypeInParen(p)) {
    const mark = p.bounds.length;
    p.next();
    t = parseTypeName(p);
    p.takeBounds(mark);
    p.expect(TK.TK_RPAREN);
    if (p.tk === TK.TK_LBRACE) t = compoundLiteral(p, t, loc, null).type;
  } else {
    const e = parseUnary(p);
    t = e.type;
    if (bitFieldOperand(e)) p.error(loc, `'${gnu ? "__alignof" : "_Alignof"}' applied to a bit-field`);
    if (e.op === E_VAR || e.op === E_COMPOUND) align = e.decl!.attrs.aligned;
    else if (e.op === E_MEMBER) align = e.member!.align;
  }
  p.unevaluated--;
  if (
    t.kind !== T.K_VOID &&
    t.kind !== T.K_FUNCTION &&
    t.kind !== T.K_ERROR &&
    !isComplete(t) &&
    !(t.kind === T.K_ARRAY && isComplete(t.base!))
  ) {
    p.error(loc, `invalid application of '${gnu ? "__alignof__" : "_Alignof"}' to incomplete type '${p.typeText(t)}'`);
    return intConst(1, 0, p.types.size, loc);
  }
  let a = t.align;
  if (
    !gnu &&
    t.size === 8 &&
    p.target.maxStructAlign64 < 8 &&
    t.canon === t &&
    (t.kind === T.K_LLONG || t.kind === T.K_ULLONG || t.kind === T.K_DOUBLE)
  )
    a = p.target.maxStructAlign64;
  if (align > a || (align > 0 && t.canon === t)) a = align;
  return intConst(a, 0, p.types.size, loc);
}
