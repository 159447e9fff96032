// Expressions: the grammar of C11 6.5 with GNU's extensions, from the comma down to primary expressions; what comes behind a primary
// is in postfix.ts and calls.ts. // hot

import { decodeChar } from "../lex/literals.ts";
import * as KW from "../lex/names.ts";
import { LAST_KEYWORD } from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import {
  D_ENUMCONST,
  D_TYPEDEF,
  D_VAR,
  Decl,
  E_ADD,
  E_AND,
  E_ASSIGN,
  E_BITNOT,
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
  E_LOAD,
  E_LOGAND,
  E_LOGNOT,
  E_LOGOR,
  E_LT,
  E_MEMBER,
  E_MUL,
  E_NE,
  E_NEG,
  E_OR,
  E_PREINC,
  E_REALPART,
  E_REM,
  E_SHL,
  E_SHR,
  E_STMTEXPR,
  E_SUB,
  E_VAR,
  E_XOR,
  Expr,
  S_EXPR,
  SC_STATIC,
} from "./ast.ts";
import { assign, binary, conditional, deref, increment, unary } from "./binary.ts";
import { parseSpecialBuiltin } from "./builtin-syntax.ts";
import {
  addressOf,
  convert,
  errorExpr,
  explicitCast,
  isError,
  isRegisterVar,
  rvalue,
  rvalueForVoid,
  withBounds,
} from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { parseTypeName, startsDeclaration } from "./declspec.ts";
import { intConst, smallInt } from "./fold.ts";
import { parseGeneric } from "./generic.ts";
import { parseInitializerFor } from "./init.ts";
import { functionName, parseUnknown, varExpr } from "./name-expr.ts";
import { numberExpr } from "./number.ts";
import { parseAlignof, parseSizeof } from "./operand-size.ts";
import type { Parser } from "./parser.ts";
import { parsePostfixTail } from "./postfix.ts";
import { LABEL_ADDRESS, parseCompound, useLabel } from "./stmt.ts";
import { stringExpr } from "./string-expr.ts";
import { isComplete, isVlaType } from "./types.ts";

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

/** Is the token behind "(" the start of a type name? */
export function atTypeInParen(p: Parser): boolean {
  if (p.tk !== TK.TK_LPAREN || p.peekKind(1) !== TK.TK_IDENT) return false;
  let i = 1;
  let v = p.peekVal(i);
  while (v === KW.KW___extension__) v = p.peekVal(++i);
  return v <= LAST_KEYWORD ? startsTypeName(v) : p.peekKind(i) === TK.TK_IDENT && p.isTypedefName(v);
}

/** unary-expression */
export function parseUnary(p: Parser): Expr {
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
    return without(v, convert(p, smallInt(0, p.types.int, loc), v.type), loc);
  }
  if (e.op === E_COMPLEX) return op === E_REALPART ? without(e.b!, e.a!, loc) : without(e.a!, e.b!, loc);
  const r = new Expr(op, p.types.qualified(e.type.base!, e.type.quals), loc);
  r.a = e;
  r.lvalue = e.lvalue;
  return r;
}

/** value, after what is not asked for has been evaluated if that can be seen. */
function without(unused: Expr, value: Expr, loc: number): Expr {
  if (!mayHaveEffects(unused)) return value;
  const r = new Expr(E_COMMA, value.type, loc);
  r.a = unused;
  r.b = value;
  return r;
}

/** May evaluating it change something? */
export function mayHaveEffects(e: Expr): boolean {
  return (
    e.op >= E_ASSIGN ||
    (e.op === E_LOAD && (e.a!.type.quals & T.Q_VOLATILE) !== 0) ||
    (e.a !== null && mayHaveEffects(e.a)) ||
    (e.b !== null && mayHaveEffects(e.b)) ||
    (e.c !== null && mayHaveEffects(e.c))
  );
}

/** &e with its constraints (C11 6.5.3.2). */
export function takeAddress(p: Parser, e: Expr, loc: number): Expr {
  if (isError(e)) return e;
  if (e.type.kind === T.K_FUNCTION) return addressOf(p, e, loc);
  if (
    e.type.kind === T.K_VOID &&
    (e.type.quals === 0 || p.opts.version < 1999 || e.op !== E_VAR) &&
    (e.op === E_VAR || p.opts.version < 1999)
  )
    p.pedwarn(loc, "taking address of expression of type 'void'");
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

function parsePrimary(p: Parser): Expr {
  const loc = p.loc;
  switch (p.tk) {
    case TK.TK_IDENT: {
      if (p.tv <= LAST_KEYWORD) return parseKeywordPrimary(p);
      const name = p.tv;
      const d = p.lookup(name);
      if (d === null) return parseUnknown(p, name, loc);
      p.next();
      if (d.kind === D_ENUMCONST) return intConst(d.lo, d.hi, d.type, loc);
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
