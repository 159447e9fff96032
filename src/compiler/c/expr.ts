// Expressions: the grammar of C11 6.5 with GNU's extensions. // hot

import { decodeChar, decodeString, encodeText } from "../lex/literals.ts";
import * as KW from "../lex/names.ts";
import { LAST_KEYWORD } from "../lex/names.ts";
import type { Literal } from "../lex/tokens.ts";
import * as TK from "../lex/tokens.ts";
import {
  D_ENUMCONST,
  D_FUNC,
  D_TYPEDEF,
  D_VAR,
  Decl,
  E_ADD,
  E_AND,
  E_BITNOT,
  E_CALL,
  E_COMMA,
  E_COMPLEX,
  E_COMPOUND,
  E_DIV,
  E_EQ,
  E_GE,
  E_GT,
  E_IMAGPART,
  E_INT,
  E_LABELADDR,
  E_LE,
  E_LOGAND,
  E_LOGNOT,
  E_LOGOR,
  E_LT,
  E_MEMBER,
  E_MUL,
  E_NE,
  E_NEG,
  E_OR,
  E_POSTINC,
  E_PREINC,
  E_REALPART,
  E_REM,
  E_SHL,
  E_SHR,
  E_SIZEOFVLA,
  E_STMTEXPR,
  E_STRING,
  E_SUB,
  E_VAR,
  E_VECELT,
  E_XOR,
  Expr,
  Init,
  LINK_EXTERNAL,
  ownAttrs,
  S_EXPR,
  SC_EXTERN,
  SC_STATIC,
  StrLit,
} from "./ast.ts";
import { assign, binary, conditional, deref, increment, unary } from "./binary.ts";
import { foldCall } from "./builtin-fold.ts";
import { BF_LIBCALL } from "./builtin-ids.ts";
import { prototypeOf } from "./builtin-prototypes.ts";
import { parseSpecialBuiltin } from "./builtin-syntax.ts";
import { buildBuiltin } from "./builtins.ts";
import {
  addressOf,
  assignConvert,
  Context,
  CX_ARG,
  convert,
  defaultPromote,
  errorExpr,
  explicitCast,
  incomplete,
  isError,
  isRegisterVar,
  promote,
  rvalue,
  rvalueForVoid,
  withBounds,
} from "./conversions.ts";
import type { CType, Member } from "./ctype.ts";
import * as T from "./ctype.ts";
import { implicitFunction } from "./declaration.ts";
import { parseTypeName, startsDeclaration } from "./declspec.ts";
import { bigConst, intConst, smallInt } from "./fold.ts";
import { parseInitializerFor } from "./init.ts";
import { findMember } from "./layout.ts";
import { useOf } from "./nested.ts";
import { numberExpr } from "./number.ts";
import type { Parser } from "./parser.ts";
import { LABEL_ADDRESS, parseCompound, useLabel } from "./stmt.ts";
import { compatible, isComplete, isVlaType } from "./types.ts";

/** Binary precedence by token kind; 0 = no binary operator. */
const PREC = new Uint8Array(TK.TK_COUNT);
const BINOP = new Uint8Array(TK.TK_COUNT);
for (const [tk, prec, op] of [
  [TK.TK_OROR, 1, E_LOGOR],
  [TK.TK_ANDAND, 2, E_LOGAND],
  [TK.TK_PIPE, 3, E_OR],
  [TK.TK_CARET, 4, E_XOR],
  [TK.TK_AMP, 5, E_AND],
  [TK.TK_EQEQ, 6, E_EQ],
  [TK.TK_NE, 6, E_NE],
  [TK.TK_LT, 7, E_LT],
  [TK.TK_LE, 7, E_LE],
  [TK.TK_GT, 7, E_GT],
  [TK.TK_GE, 7, E_GE],
  [TK.TK_SHL, 8, E_SHL],
  [TK.TK_SHR, 8, E_SHR],
  [TK.TK_PLUS, 9, E_ADD],
  [TK.TK_MINUS, 9, E_SUB],
  [TK.TK_STAR, 10, E_MUL],
  [TK.TK_SLASH, 10, E_DIV],
  [TK.TK_PERCENT, 10, E_REM],
] as const) {
  PREC[tk] = prec;
  BINOP[tk] = op;
}
const ASSIGNOP = new Uint8Array(TK.TK_COUNT);
for (const [tk, op] of [
  [TK.TK_STAREQ, E_MUL],
  [TK.TK_SLASHEQ, E_DIV],
  [TK.TK_PERCENTEQ, E_REM],
  [TK.TK_PLUSEQ, E_ADD],
  [TK.TK_MINUSEQ, E_SUB],
  [TK.TK_SHLEQ, E_SHL],
  [TK.TK_SHREQ, E_SHR],
  [TK.TK_AMPEQ, E_AND],
  [TK.TK_CARETEQ, E_XOR],
  [TK.TK_PIPEEQ, E_OR],
] as const) {
  ASSIGNOP[tk] = op;
}

/** expression = assignment-expression ("," assignment-expression)* */
export function parseExpression(p: Parser): Expr {
  let e = parseAssignment(p);
  while (p.tk === TK.TK_COMMA) {
    const loc = p.loc;
    p.next();
    const b0 = parseAssignment(p);
    const b = rvalue(p, b0);
    const r = new Expr(E_COMMA, b.type, loc);
    r.a = rvalueForVoid(p, e);
    r.b = b;
    e = r;
  }
  return e;
}

/** assignment-expression = conditional-expression [assignment-operator assignment-expression] */
export function parseAssignment(p: Parser): Expr {
  const e = parseConditional(p);
  const k = p.tk;
  if (k === TK.TK_ASSIGN || ASSIGNOP[k] !== 0) {
    const loc = p.loc;
    p.next();
    const r = parseAssignment(p);
    return assign(p, k === TK.TK_ASSIGN ? 0 : ASSIGNOP[k]!, e, r, loc);
  }
  return e;
}

/** conditional-expression = binary ["?" [expression] ":" conditional-expression] */
export function parseConditional(p: Parser): Expr {
  const c = parseBinary(p, 1);
  if (p.tk !== TK.TK_QUESTION) return c;
  const loc = p.loc;
  p.next();
  // the operand that is known not to be evaluated gives no warnings about its value
  const known = c.op === E_INT ? (c.lo !== 0 || c.hi !== 0 ? 1 : 0) : -1;
  let b: Expr | null = null;
  if (p.at(TK.TK_COLON)) p.pedwarn(p.loc, "ISO C forbids omitting the middle term of a '?:' expression");
  else {
    if (known === 0) p.unevaluatedWarnings++;
    b = parseExpression(p);
    if (known === 0) p.unevaluatedWarnings--;
  }
  p.expect(TK.TK_COLON);
  if (known === 1) p.unevaluatedWarnings++;
  const d = parseConditional(p);
  if (known === 1) p.unevaluatedWarnings--;
  return conditional(p, c, b, d, loc);
}

function parseBinary(p: Parser, min: number): Expr {
  let a = parseCast(p);
  for (;;) {
    const k = p.tk;
    const prec = PREC[k]!;
    if (prec < min || prec === 0) return a;
    const loc = p.loc;
    p.next();
    const b = parseBinary(p, prec + 1);
    a = binary(p, BINOP[k]!, a, b, loc);
  }
}

/** cast-expression = unary | "(" type-name ")" cast-expression; compound literals are postfix expressions */
export function parseCast(p: Parser): Expr {
  if (p.tk === TK.TK_LPAREN) {
    const k = p.peekKind(1);
    if (k === TK.TK_IDENT) {
      const v = p.peekVal(1);
      if (v <= LAST_KEYWORD ? startsTypeName(v) : p.isTypedefName(v)) {
        const loc = p.loc;
        const mark = p.bounds.length;
        p.next();
        const t = parseTypeName(p);
        const bounds = p.takeBounds(mark);
        p.expect(TK.TK_RPAREN);
        if (p.at(TK.TK_LBRACE)) return parsePostfixTail(p, compoundLiteral(p, t, loc, bounds));
        const e = parseCast(p);
        return withBounds(p, bounds, explicitCast(p, e, t, loc));
      }
    }
  }
  return parseUnary(p);
}

function startsTypeName(kw: number): boolean {
  return startsDeclaration(kw) && kw !== KW.KW___label__ && kw !== KW.KW__Static_assert;
}

function atTypeInParen(p: Parser): boolean {
  if (p.tk !== TK.TK_LPAREN || p.peekKind(1) !== TK.TK_IDENT) return false;
  let i = 1;
  let v = p.peekVal(i);
  while (v === KW.KW___extension__) v = p.peekVal(++i);
  return v <= LAST_KEYWORD ? startsTypeName(v) : p.peekKind(i) === TK.TK_IDENT && p.isTypedefName(v);
}

function parseUnary(p: Parser): Expr {
  const loc = p.loc;
  switch (p.tk) {
    case TK.TK_PLUSPLUS:
      p.next();
      return increment(p, E_PREINC, parseCast(p), 1, loc);
    case TK.TK_MINUSMINUS:
      p.next();
      return increment(p, E_PREINC, parseCast(p), -1, loc);
    case TK.TK_AMP:
      p.next();
      return takeAddress(p, parseCast(p), loc);
    case TK.TK_STAR:
      p.next();
      return deref(p, parseCast(p), loc);
    case TK.TK_PLUS:
      p.next();
      return unary(p, 0, parseCast(p), loc);
    case TK.TK_MINUS:
      p.next();
      return unary(p, E_NEG, parseCast(p), loc);
    case TK.TK_TILDE:
      p.next();
      return unary(p, E_BITNOT, parseCast(p), loc);
    case TK.TK_NOT:
      p.next();
      return unary(p, E_LOGNOT, parseCast(p), loc);
    case TK.TK_ANDAND: {
      p.next();
      if (!p.atName()) {
        p.syntaxError(`expected identifier ${p.tokenText()}`);
        return errorExpr(p, loc);
      }
      if (p.fn === null) {
        p.error(loc, `label '${p.text(p.tv)}' referenced outside of any function`);
        p.next();
        return errorExpr(p, loc);
      }
      p.pedwarn(loc, "taking the address of a label is non-standard");
      const l = useLabel(p, p.tv, loc, LABEL_ADDRESS);
      l.addrTaken = true;
      p.next();
      const e = new Expr(E_LABELADDR, p.types.voidPtr, loc);
      e.label = l;
      return e;
    }
    case TK.TK_IDENT:
      switch (p.tv) {
        case KW.KW_sizeof:
          return parseSizeof(p);
        case KW.KW__Alignof:
        case KW.KW___alignof:
        case KW.KW___alignof__:
          return parseAlignof(p);
        case KW.KW___extension__: {
          p.next();
          p.quiet++;
          const e = parseCast(p);
          p.quiet--;
          return e;
        }
        case KW.KW___real:
        case KW.KW___real__:
          p.next();
          return realImag(p, E_REALPART, parseCast(p), loc);
        case KW.KW___imag:
        case KW.KW___imag__:
          p.next();
          return realImag(p, E_IMAGPART, parseCast(p), loc);
      }
  }
  return parsePostfixTail(p, parsePrimary(p));
}

function realImag(p: Parser, op: number, e: Expr, loc: number): Expr {
  if (isError(e)) return e;
  if (e.type.kind !== T.K_COMPLEX) {
    const v = rvalue(p, e);
    if (!T.isArithmetic(v.type)) {
      p.error(loc, `wrong type argument to ${op === E_REALPART ? "__real" : "__imag"}`);
      return errorExpr(p, loc);
    }
    if (op === E_REALPART) return e;
    if (v.op === E_INT || !mayHaveEffects(v)) return convert(p, smallInt(0, p.types.int, loc), v.type);
    const r = new Expr(E_COMMA, v.type, loc);
    r.a = v;
    r.b = convert(p, smallInt(0, p.types.int, loc), v.type);
    return r;
  }
  if (e.op === E_COMPLEX) return op === E_REALPART ? e.a! : e.b!;
  const r = new Expr(op, p.types.qualified(e.type.base!, e.type.quals), loc);
  r.a = e;
  r.lvalue = e.lvalue;
  return r;
}

function mayHaveEffects(e: Expr): boolean {
  return (
    e.op >= 46 ||
    (e.a !== null && mayHaveEffects(e.a)) ||
    (e.b !== null && mayHaveEffects(e.b)) ||
    (e.c !== null && mayHaveEffects(e.c))
  );
}

/** &e with its constraints (C11 6.5.3.2). */
export function takeAddress(p: Parser, e: Expr, loc: number): Expr {
  if (isError(e)) return e;
  if (e.type.kind === T.K_FUNCTION) return addressOf(p, e, loc);
  if (!e.lvalue) {
    if (e.type.kind === T.K_VOID && e.op === 2) return e.a!;
    p.error(loc, "lvalue required as unary '&' operand");
    return errorExpr(p, loc);
  }
  if (e.op === E_MEMBER && e.member!.bitWidth >= 0) {
    p.error(loc, `cannot take address of bit-field '${p.text(e.member!.name)}'`);
    return errorExpr(p, loc);
  }
  if ((e.type.quals & T.Q_REVERSE) !== 0) {
    p.error(loc, "cannot take address of scalar with reverse storage order");
    return errorExpr(p, loc);
  }
  if (isRegisterVar(e)) {
    const what = e.op === E_VAR ? `register variable '${p.text(e.decl!.name)}'` : "register variable";
    p.error(loc, `address of ${what} requested`);
  } else if (e.op === E_VAR && e.decl!.isStatic && e.decl!.storage === 4 && e.decl!.asmName !== "") {
    p.error(loc, `address of global register variable '${p.text(e.decl!.name)}' requested`);
  }
  return addressOf(p, e, loc);
}

function parseSizeof(p: Parser): Expr {
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

function parseAlignof(p: Parser): Expr {
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

// ---- postfix ----

export function parsePostfixTail(p: Parser, e0: Expr): Expr {
  let e = e0;
  for (;;) {
    switch (p.tk) {
      case TK.TK_LBRACKET: {
        const loc = p.loc;
        p.next();
        const i = parseExpression(p);
        p.expect(TK.TK_RBRACKET);
        e = subscript(p, e, i, loc);
        break;
      }
      case TK.TK_LPAREN: {
        const loc = e.loc;
        p.next();
        e = call(p, e, parseArguments(p), loc, p.prevLoc);
        break;
      }
      case TK.TK_DOT:
      case TK.TK_ARROW: {
        const arrow = p.tk === TK.TK_ARROW;
        const loc = p.loc;
        p.next();
        if (!p.at(TK.TK_IDENT) || p.tv <= LAST_KEYWORD) {
          p.syntaxError(`expected identifier ${p.tokenText()}`);
          return errorExpr(p, loc);
        }
        const name = p.tv;
        p.next();
        if (arrow) {
          const v = rvalue(p, e);
          if (isError(v)) {
            e = v;
            break;
          }
          if (v.type.kind !== T.K_POINTER) {
            p.error(loc, `invalid type argument of '->' (have '${p.typeText(v.type)}')`);
            e = errorExpr(p, loc);
            break;
          }
          e = member(p, deref(p, v, loc), name, loc, true);
        } else e = member(p, e, name, loc, false);
        break;
      }
      case TK.TK_PLUSPLUS:
      case TK.TK_MINUSMINUS: {
        const loc = p.loc;
        const d = p.tk === TK.TK_PLUSPLUS ? 1 : -1;
        p.next();
        e = increment(p, E_POSTINC, e, d, loc);
        break;
      }
      default:
        return e;
    }
  }
}

/** Arguments after "(", with the closing parenthesis. */
export function parseArguments(p: Parser): Expr[] {
  const args: Expr[] = [];
  if (p.tk === TK.TK_RPAREN) {
    p.next();
    return args;
  }
  for (;;) {
    args.push(parseAssignment(p));
    if (p.tk !== TK.TK_COMMA) break;
    p.next();
  }
  p.expect(TK.TK_RPAREN);
  return args;
}

function subscript(p: Parser, a0: Expr, i0: Expr, loc: number): Expr {
  if (isError(a0) || isError(i0)) return errorExpr(p, loc);
  if (a0.type.kind === T.K_VECTOR || i0.type.kind === T.K_VECTOR) {
    const v = a0.type.kind === T.K_VECTOR ? a0 : i0;
    const idx = rvalue(p, v === a0 ? i0 : a0);
    if (!T.isInteger(idx.type)) {
      p.error(loc, "array subscript is not an integer");
      return errorExpr(p, loc);
    }
    const e = new Expr(E_VECELT, p.types.qualified(v.type.base!, v.type.quals), loc);
    e.a = v;
    e.b = convert(p, promote(p, idx), p.types.ptrdiff);
    e.lvalue = v.lvalue;
    return e;
  }
  const swap =
    a0.type.kind !== T.K_ARRAY && a0.type.kind !== T.K_POINTER && (i0.type.kind === T.K_ARRAY || i0.type.kind === T.K_POINTER);
  const a = rvalue(p, swap ? i0 : a0);
  const i = rvalue(p, swap ? a0 : i0);
  if (isError(a) || isError(i)) return errorExpr(p, loc);
  if (a.type.kind !== T.K_POINTER) {
    p.error(loc, "subscripted value is neither array nor pointer nor vector");
    return errorExpr(p, loc);
  }
  if (a.type.base!.kind === T.K_FUNCTION) {
    p.error(loc, "subscripted value is pointer to function");
    return errorExpr(p, loc);
  }
  if (!T.isInteger(i.type)) {
    p.error(loc, "array subscript is not an integer");
    return errorExpr(p, loc);
  }
  return deref(p, binary(p, E_ADD, a, i, loc), loc);
}

/** a.name for an lvalue or record value a. */
export function member(p: Parser, a: Expr, name: number, loc: number, arrow: boolean): Expr {
  if (isError(a)) return a;
  const t = a.type;
  if (!T.isRecord(t)) {
    if (arrow && t.kind !== T.K_VOID) p.error(loc, `request for member '${p.text(name)}' in something not a structure or union`);
    else if (t.kind === T.K_POINTER && T.isRecord(t.base!))
      p.error(loc, `'${describe(p, a)}' is a pointer; did you mean to use '->'?`);
    else p.error(loc, `request for member '${p.text(name)}' in something not a structure or union`);
    return errorExpr(p, loc);
  }
  if (!t.record!.complete) {
    p.error(loc, `invalid use of undefined type '${p.typeText(t.unqual)}'`);
    return errorExpr(p, loc);
  }
  const path = lookupMember(t, name);
  if (path === null) {
    p.error(loc, `'${p.typeText(t.unqual)}' has no member named '${p.text(name)}'`);
    return errorExpr(p, loc);
  }
  let e = a;
  for (let i = 0; i < path.length; i++) {
    const m = path[i]!;
    const r = new Expr(E_MEMBER, fieldType(p, m, e.type), loc);
    r.a = e;
    r.member = m;
    r.lvalue = a.lvalue;
    e = r;
  }
  return e;
}

function describe(p: Parser, e: Expr): string {
  if (e.op === E_VAR) return p.text(e.decl!.name);
  if (e.op === E_MEMBER) return `${describe(p, e.a!)}.${p.text(e.member!.name)}`;
  return "expression";
}

const singlePath: Member[] = [];
function lookupMember(t: CType, name: number): readonly Member[] | null {
  const ms = t.record!.members;
  for (let i = 0; i < ms.length; i++) {
    if (ms[i]!.name === name) {
      singlePath.length = 0;
      singlePath.push(ms[i]!);
      return singlePath;
    }
  }
  return findMember(t, name);
}

function fieldType(p: Parser, m: Member, rec: CType): CType {
  const q = rec.quals & ~T.Q_RESTRICT & ~T.Q_ATOMIC;
  let t = q === 0 ? m.type : p.types.qualified(m.type, q);
  if (rec.addrSpace !== 0) t = p.types.inSpace(t, rec.addrSpace);
  return t;
}

// ---- calls ----

/** f(args); argument expressions are not values yet. */
export function call(p: Parser, f0: Expr, args: Expr[], loc: number, endLoc: number): Expr {
  if (isError(f0)) return f0;
  const f = rvalue(p, f0);
  if (isError(f)) return f;
  if (f.type.kind !== T.K_POINTER || f.type.base!.kind !== T.K_FUNCTION) {
    p.error(
      loc,
      f0.op === E_VAR
        ? `called object '${p.text(f0.decl!.name)}' is not a function or function pointer`
        : "called object is not a function or function pointer",
    );
    return errorExpr(p, loc);
  }
  const ft = f.type.base!;
  const decl = f0.op === E_VAR && f0.decl!.kind === D_FUNC ? f0.decl : null;
  const name =
    decl !== null ? p.text(decl.name) : f0.op === E_VAR ? p.text(f0.decl!.name) : f0.op === E_MEMBER ? describe(p, f0) : "";
  const e = new Expr(E_CALL, ft.base!.unqual.canon, loc);
  const rt = e.type;
  if (rt.kind !== T.K_VOID && !isComplete(rt) && rt.kind !== T.K_ERROR) incomplete(p, loc, rt, null);
  e.a = f;
  e.args = convertArguments(p, args, ft, name, decl, loc, endLoc);
  if (decl !== null && decl.builtin !== 0) {
    e.builtin = decl.builtin;
    const r = foldCall(p, e);
    if (r !== null) return r;
  }
  return e;
}

/** Arguments converted as the function type says. */
export function convertArguments(
  p: Parser,
  args: Expr[],
  ft: CType,
  name: string,
  decl: Decl | null,
  loc: number,
  endLoc: number,
): Expr[] {
  const n = args.length;
  const params = ft.params;
  if (ft.prototype) {
    if (n < params.length) {
      p.error(loc, name === "" ? "too few arguments to function call" : `too few arguments to function '${name}'`);
      if (decl !== null && decl.loc !== 0) p.diags.note(decl.loc, "declared here");
    } else if (n > params.length && !ft.variadic) {
      p.error(loc, name === "" ? "too many arguments to function call" : `too many arguments to function '${name}'`);
      if (decl !== null && decl.loc !== 0) p.diags.note(decl.loc, "declared here");
    }
  } else if (decl !== null && decl.oldStyle && decl.defined && n < decl.params.length && decl.type.params.length === 0) {
    p.warning(endLoc, `too few arguments to function '${name}'`, "old-style");
  }
  for (let i = 0; i < n; i++) {
    const a = args[i]!;
    if (ft.prototype && i < params.length) {
      const t = params[i]!;
      if (!isComplete(t) && t.kind !== T.K_ERROR) {
        p.error(a.loc, `type of formal parameter ${i + 1} is incomplete`);
        args[i] = rvalue(p, a);
        continue;
      }
      args[i] = assignConvert(p, a, t, a.type === t ? ARG0 : new Context(CX_ARG, i + 1, name));
    } else {
      const v = defaultPromote(p, rvalue(p, a));
      if (v.type.kind === T.K_VOID) {
        p.error(a.loc, "invalid use of void expression");
        args[i] = errorExpr(p, a.loc);
      } else args[i] = v;
    }
  }
  return args;
}
const ARG0: Context = new Context(CX_ARG, 0, "");

// ---- primary ----

function parsePrimary(p: Parser): Expr {
  const loc = p.loc;
  switch (p.tk) {
    case TK.TK_IDENT: {
      if (p.tv <= LAST_KEYWORD) return parseKeywordPrimary(p);
      const name = p.tv;
      const d = p.lookup(name);
      if (d === null) return parseUnknown(p, name, loc);
      p.next();
      if (d.kind === D_ENUMCONST)
        return d.type.size === 16 ? intConst(d.lo, d.hi, d.type, loc) : intConst(d.lo, d.hi, d.type, loc);
      if (d.kind === D_TYPEDEF) {
        p.error(loc, `unexpected type name '${p.text(name)}': expected expression`);
        return errorExpr(p, loc);
      }
      return varExpr(p, d, loc);
    }
    case TK.TK_NUM: {
      const e = numberExpr(p);
      p.next();
      e.ice = true;
      return e;
    }
    case TK.TK_CHAR: {
      const lit = p.lits.get(p.tv);
      const c = decodeChar(lit, p.opts.wcharSize, p.opts.charSigned, p.opts.charset);
      if (c.error !== "") p.error(loc, c.error);
      else if (c.multi && lit.prefix === "") p.warning(loc, "multi-character character constant", "multichar");
      p.next();
      const tt = p.types;
      const t =
        lit.prefix === "L"
          ? tt.wchar
          : lit.prefix === "u"
            ? tt.char16
            : lit.prefix === "U"
              ? tt.char32
              : lit.prefix === "u8"
                ? tt.uchar
                : tt.int;
      return intConst(c.value, c.value < 0 ? -1 : 0, lit.prefix === "u8" ? tt.int : t, loc);
    }
    case TK.TK_STR:
      return stringExpr(p);
    case TK.TK_LPAREN: {
      p.next();
      if (p.at(TK.TK_LBRACE)) {
        const e = statementExpression(p, loc);
        p.expect(TK.TK_RPAREN);
        return e;
      }
      const e = parseExpression(p);
      p.expect(TK.TK_RPAREN);
      e.parens = true;
      return e;
    }
  }
  p.syntaxError(`expected expression ${p.tokenText()}`);
  if (p.tk === TK.TK_OTHER) p.next();
  return errorExpr(p, loc);
}

export function varExpr(p: Parser, d: Decl, loc: number): Expr {
  const e = new Expr(E_VAR, d.type, loc);
  e.decl = d;
  e.lvalue = d.kind === D_VAR;
  if (p.unevaluated === 0) d.referenced = true;
  if (d.owner !== null) useOf(p, d);
  return e;
}

/** An identifier that is not declared: built-in, implicit function, or an error. */
function parseUnknown(p: Parser, name: number, loc: number): Expr {
  const row = p.voc.builtins.get(name);
  if (row !== undefined) {
    p.next();
    if (p.tk === TK.TK_LPAREN) return buildBuiltin(p, row, name, loc);
    const lib = libraryFunction(p, row[0]);
    if ((row[3] & BF_LIBCALL) !== 0 && lib !== null) return varExpr(p, lib, loc);
    p.error(loc, `built-in function '${p.text(name)}' must be directly called`);
    return errorExpr(p, loc);
  }
  p.next();
  if (p.tk === TK.TK_LPAREN) return varExpr(p, implicitFunction(p, name, loc), loc);
  p.error(loc, `'${p.text(name)}' undeclared ${p.fn === null ? "here (not in a function)" : "(first use in this function)"}`);
  const d = new Decl(D_VAR, name, p.types.error);
  d.loc = loc;
  // declared from here on, so that it is reported once
  p.bind(name, d);
  const e = new Expr(E_VAR, p.types.error, loc);
  e.decl = d;
  return e;
}

/**
 * Declaration of the library function behind a built-in: the user's own if there is one. A body that exists for inlining only is not
 * it: what calls the built-in from there wants the real function.
 */
export function libraryFunction(p: Parser, name: string): Decl | null {
  const n = p.names.intern(name);
  let d = n < p.syms.length ? p.syms[n]! : null;
  while (d !== null && (d.kind !== D_FUNC || d.linkage !== LINK_EXTERNAL)) d = null;
  if (d?.inlineOnly === true && d.defined) d = null;
  if (d === null) d = p.hidden.get(n) ?? null;
  const row = p.voc.plain.get(n) ?? p.voc.builtins.get(p.names.intern(`__builtin_${name}`)) ?? p.voc.builtins.get(n);
  if (d === null) {
    if (row === undefined) return null;
    d = new Decl(D_FUNC, n, prototypeOf(p, row));
    d.storage = SC_EXTERN;
    d.linkage = LINK_EXTERNAL;
    d.loc = 0;
    d.implicit = true;
    d.builtin = row[2];
    ownAttrs(d).noreturn = (row[3] & 16) !== 0;
    d.asmName = p.redefine.get(n) ?? "";
    p.hidden.set(n, d);
    p.unit.objects.push(d);
  }
  d.referenced = true;
  return d;
}

/** ({ ... }) */
function statementExpression(p: Parser, loc: number): Expr {
  if (p.fn === null) p.error(loc, "braced-group within expression allowed only inside a function");
  p.pedwarn(loc, "ISO C forbids braced-groups within expressions");
  const saved = p.unevaluated;
  const fn = p.fn;
  if (fn !== null) {
    fn.stmtExprs.add(fn.vmNext);
    fn.vmStack.push(fn.vmNext++);
  }
  const body = parseCompound(p, true);
  if (fn !== null) fn.vmStack.pop();
  p.unevaluated = saved;
  const last = body.result;
  let t = p.types.void;
  if (last !== null && last.op === S_EXPR && last.e !== null) t = last.e.type;
  const e = new Expr(E_STMTEXPR, t, loc);
  e.body = body;
  return e;
}

function parseKeywordPrimary(p: Parser): Expr {
  const loc = p.loc;
  switch (p.tv) {
    case KW.KW__Generic:
      return parseGeneric(p);
    case KW.KW___func__:
    case KW.KW___FUNCTION__:
    case KW.KW___PRETTY_FUNCTION__: {
      p.next();
      return functionName(p, loc);
    }
    case KW.KW___extension__:
      p.next();
      return parseCast(p);
    case KW.KW___null: {
      p.next();
      return intConst(0, 0, p.types.long, loc);
    }
  }
  const e = parseSpecialBuiltin(p);
  if (e !== null) return e;
  p.syntaxError(`expected expression ${p.tokenText()}`);
  return errorExpr(p, loc);
}

/** __func__: static const char __func__[] = "name". */
function functionName(p: Parser, loc: number): Expr {
  p.since(1999, loc, "does not support '__func__' predefined identifier");
  const fn = p.fn;
  if (fn === null) {
    p.warning(loc, "'__func__' is not defined outside of function scope", "");
    return stringOf(p, "", loc);
  }
  if (fn.funcName === null) {
    const text = p.text(fn.decl.name);
    const s = stringOf(p, text, loc);
    const t = p.types.array(p.types.qualified(p.types.char, T.Q_CONST), s.type.count);
    const d = new Decl(D_VAR, KW.KW___func__, t);
    d.isStatic = true;
    d.fnLocal = true;
    d.storage = SC_STATIC;
    d.defined = true;
    d.loc = loc;
    d.ordinal = ++p.localOrdinal;
    d.init = new Init();
    d.init.entries.push({ off: 0, field: null, type: t, e: s });
    ownAttrs(d).unused = true;
    fn.funcName = d;
    p.unit.objects.push(d);
  }
  return varExpr(p, fn.funcName, loc);
}

function stringOf(p: Parser, text: string, loc: number): Expr {
  const b = encodeText(text, p.opts.charset) ?? new TextEncoder().encode(text);
  const bytes = new Uint8Array(b.length + 1);
  bytes.set(b);
  const e = new Expr(E_STRING, p.types.array(p.types.char, bytes.length), loc);
  e.str = new StrLit(bytes, 1);
  e.lvalue = true;
  return e;
}

export function makeString(p: Parser, text: string, loc: number): Expr {
  return stringOf(p, text, loc);
}

/** Adjacent string literals as one. */
export function stringExpr(p: Parser): Expr {
  const loc = p.loc;
  const first = p.lits.get(p.tv);
  p.next();
  let parts: Literal[] | null = null;
  while (p.tk === TK.TK_STR) {
    if (parts === null) parts = [first];
    parts.push(p.lits.get(p.tv));
    p.next();
  }
  const s = decodeString(parts ?? [first], p.opts.wcharSize, p.opts.charset);
  if (s.error !== "") p.error(loc, s.error);
  const n = s.units.length;
  const bytes = new Uint8Array((n + 1) * s.unit);
  for (let i = 0; i < n; i++) {
    const u = s.units[i]!;
    for (let k = 0; k < s.unit; k++) bytes[i * s.unit + k] = (u >>> (8 * k)) & 0xff;
  }
  const tt = p.types;
  const elem = s.prefix === "L" ? tt.wchar : s.prefix === "u" ? tt.char16 : s.prefix === "U" ? tt.char32 : tt.char;
  const e = new Expr(E_STRING, tt.array(elem, n + 1), loc);
  e.str = new StrLit(bytes, s.unit);
  e.lvalue = true;
  return e;
}

/** String of bytes, for asm templates and attributes; null if the token is no string. */
export function parseStringText(p: Parser): string | null {
  if (p.tk !== TK.TK_STR) return null;
  const parts: Literal[] = [];
  while (p.tk === TK.TK_STR) {
    parts.push(p.lits.get(p.tv));
    p.next();
  }
  const s = decodeString(parts, p.opts.wcharSize, null);
  return new TextDecoder("utf-8").decode(Uint8Array.from(s.units));
}

/** _Generic ( assignment-expression , generic-assoc-list ) */
function parseGeneric(p: Parser): Expr {
  const loc = p.loc;
  p.since(2011, loc, "does not support '_Generic'");
  p.next();
  if (!p.expect(TK.TK_LPAREN)) return errorExpr(p, loc);
  p.unevaluated++;
  const c = rvalue(p, parseAssignment(p));
  p.unevaluated--;
  const ct = c.type;
  let chosen: Expr | null = null;
  let dflt: Expr | null = null;
  let matches = 0;
  const seen: CType[] = [];
  if (!p.expect(TK.TK_COMMA)) {
    p.recoverParen();
    return errorExpr(p, loc);
  }
  for (;;) {
    const at = p.loc;
    let isDefault = false;
    let match = false;
    if (p.isKeyword(KW.KW_default)) {
      p.next();
      if (dflt !== null) p.error(at, "duplicate 'default' case in '_Generic'");
      isDefault = true;
    } else {
      const mark = p.bounds.length;
      const t = parseTypeName(p);
      p.takeBounds(mark);
      if (t.kind === T.K_FUNCTION) p.error(at, "'_Generic' association has function type");
      else if (t.kind !== T.K_ERROR && !isComplete(t)) p.error(at, "'_Generic' association has incomplete type");
      else if (isVlaType(t)) p.error(at, "'_Generic' association has variable length type");
      for (const s of seen) if (compatible(s, t)) p.error(at, "'_Generic' specifies two compatible types");
      seen.push(t);
      match = compatible(t, ct);
      if (match) matches++;
    }
    p.expect(TK.TK_COLON);
    const live = match && matches === 1;
    if (!live) p.unevaluated++;
    const e = parseAssignment(p);
    if (!live) p.unevaluated--;
    if (match && matches === 1) chosen = e;
    if (isDefault) dflt = e;
    if (p.tk !== TK.TK_COMMA) break;
    p.next();
  }
  p.expect(TK.TK_RPAREN);
  const r = chosen ?? dflt;
  if (r === null) {
    if (!isError(c)) p.error(loc, `'_Generic' selector of type '${p.typeText(ct)}' is not compatible with any association`);
    return errorExpr(p, loc);
  }
  if (chosen === null) markReferenced(r);
  return r;
}

/** Counts the names in an expression as used after all (a _Generic default that turned out to be chosen). */
export function markReferenced(e: Expr | null): void {
  if (e === null) return;
  if (e.decl !== null) e.decl.referenced = true;
  markReferenced(e.a);
  markReferenced(e.b);
  markReferenced(e.c);
  if (e.args !== null) for (const a of e.args) markReferenced(a);
}

/** ( type-name ) { initializer-list }; bounds: what the type name evaluates. */
export function compoundLiteral(p: Parser, type: CType, loc: number, bounds: Expr[] | null): Expr {
  p.since(1999, loc, "forbids compound literals");
  const d = new Decl(D_VAR, 0, type);
  d.loc = loc;
  d.isStatic = p.fn === null;
  d.storage = d.isStatic ? SC_STATIC : 0;
  d.defined = true;
  if (isVlaType(type)) p.error(loc, "variable-sized object may not be initialized");
  else if (type.kind !== T.K_ARRAY && !isComplete(type))
    p.error(
      loc,
      type.kind === T.K_VOID ? "compound literal has incomplete type" : `invalid use of undefined type '${p.typeText(type)}'`,
    );
  parseInitializerFor(p, d);
  if (d.isStatic) {
    d.ordinal = ++p.localOrdinal;
    if (p.unevaluated === 0) p.unit.objects.push(d);
  }
  const e = new Expr(E_COMPOUND, d.type, loc);
  e.args = bounds;
  e.decl = d;
  e.lvalue = true;
  return e;
}
