// _Generic (C11 6.5.1.1).

import * as KW from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import type { Expr } from "./ast.ts";
import { fieldBits } from "./binary.ts";
import { bitFieldOf, errorExpr, isError, rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { parseTypeName } from "./declspec.ts";
import { parseAssignment } from "./expr.ts";
import { markReferenced } from "./name-expr.ts";
import type { Parser } from "./parser.ts";
import { compatible, isComplete, isVlaType } from "./types.ts";

/** _Generic ( assignment-expression , generic-assoc-list ) */
export function parseGeneric(p: Parser): Expr {
  const loc = p.loc;
  p.since(2011, loc, "does not support '_Generic'");
  p.next();
  if (!p.expect(TK.TK_LPAREN)) return errorExpr(p, loc);
  p.unevaluated++;
  const c = rvalue(p, parseAssignment(p));
  p.unevaluated--;
  const ct = c.type;
  // a bit-field narrower than its declared type has a type of its own, that no name means
  const field = bitFieldOf(c);
  const ownType =
    field !== null ? field.bitWidth !== (ct.kind === T.K_BOOL ? 1 : ct.size * 8) : T.isInteger(ct) && fieldBits(c) !== 0;
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
      match = !ownType && compatible(t, ct);
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
