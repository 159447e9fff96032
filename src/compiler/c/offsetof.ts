// __builtin_offsetof (GCC manual, "Support for offsetof"): a sum of constants, and of what is only known at run time.

import * as TK from "../lex/tokens.ts";
import { E_ADD, E_MUL, E_SEGMENT, Expr } from "./ast.ts";
import { binary } from "./binary.ts";
import { constantInt } from "./consteval.ts";
import { convert, errorExpr, promote, rvalue, withBounds } from "./conversions.ts";
import * as T from "./ctype.ts";
import { parseTypeName } from "./declspec.ts";
import { parseExpression } from "./expr.ts";
import { bigConst } from "./fold.ts";
import { findMember } from "./layout.ts";
import { sizeOf } from "./operand-size.ts";
import type { Parser } from "./parser.ts";
import { isVlaType } from "./types.ts";

/** __builtin_offsetof ( type-name , member-designator ) */
export function parseOffsetof(p: Parser, loc: number): Expr {
  const mark = p.bounds.length;
  const t = parseTypeName(p);
  const bounds = p.takeBounds(mark);
  p.expect(TK.TK_COMMA);
  let cur = t;
  let off = 0;
  let dynamic: Expr | null = null;
  const add = (x: Expr): void => {
    dynamic = dynamic === null ? x : binary(p, E_ADD, dynamic, x, loc);
  };
  const fail = (): Expr => {
    p.recoverParen();
    return errorExpr(p, loc);
  };
  const step = (): boolean => {
    if (p.tk !== TK.TK_IDENT) {
      p.syntaxError(`expected identifier ${p.tokenText()}`);
      return false;
    }
    const name = p.tv;
    const at = p.loc;
    p.next();
    if (cur.kind === T.K_ERROR) return false;
    if (!T.isRecord(cur)) {
      p.error(at, `request for member '${p.text(name)}' in something not a structure or union`);
      return false;
    }
    if (!cur.record!.complete) {
      p.error(loc, `invalid use of undefined type '${p.typeText(cur.unqual)}'`);
      return false;
    }
    const path = findMember(cur, name);
    if (path === null) {
      p.error(at, `'${p.typeText(cur.unqual)}' has no member named '${p.text(name)}'`);
      return false;
    }
    for (const m of path) {
      off += m.off;
      if (m.segment > 0) {
        const x = new Expr(E_SEGMENT, p.types.size, loc);
        x.compType = cur;
        x.member = m;
        add(x);
      }
      cur = m.type;
      if (m.bitWidth >= 0) {
        p.error(at, `attempt to take address of bit-field structure member '${p.text(name)}'`);
        return false;
      }
    }
    return true;
  };
  if (!step()) return fail();
  for (;;) {
    if (p.tk === TK.TK_DOT || p.tk === TK.TK_ARROW) {
      if (p.tk === TK.TK_ARROW && cur.kind === T.K_ARRAY) cur = cur.base!;
      p.next();
      if (!step()) return fail();
    } else if (p.tk === TK.TK_LBRACKET) {
      p.next();
      const i = rvalue(p, parseExpression(p));
      p.expect(TK.TK_RBRACKET);
      if (cur.kind !== T.K_ARRAY) {
        p.error(loc, "subscripted value is neither array nor pointer");
        return fail();
      }
      cur = cur.base!;
      const c = T.isInteger(i.type) && !isVlaType(cur) ? constantInt(p, i) : null;
      if (c !== null) off += (c.hi * 4294967296 + (c.lo >>> 0)) * cur.size;
      else add(binary(p, E_MUL, convert(p, promote(p, i), p.types.size), sizeOf(p, cur, loc, null), loc));
    } else break;
  }
  p.expect(TK.TK_RPAREN);
  const base = bigConst(BigInt(off), p.types.size, loc);
  return dynamic === null ? base : withBounds(p, bounds, binary(p, E_ADD, dynamic, base, loc));
}
