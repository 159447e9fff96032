// Postfix expressions (C11 6.5.2): subscripts, members, ++ and --; calls are built in calls.ts. // hot

import { LAST_KEYWORD } from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { E_ADD, E_MEMBER, E_POSTINC, E_VAR, E_VECELT, Expr } from "./ast.ts";
import { binary, deref, increment } from "./binary.ts";
import { call, parseArguments } from "./calls.ts";
import { convert, errorExpr, isError, promote, rvalue } from "./conversions.ts";
import type { CType, Member } from "./ctype.ts";
import * as T from "./ctype.ts";
import { parseExpression } from "./expr.ts";
import { findMember } from "./layout.ts";
import type { Parser } from "./parser.ts";

/** What follows a primary expression: [ ], ( ), ., ->, ++, -- */
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
function member(p: Parser, a: Expr, name: number, loc: number, arrow: boolean): Expr {
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

/** The lvalue as written, for messages. */
export function describe(p: Parser, e: Expr): string {
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
