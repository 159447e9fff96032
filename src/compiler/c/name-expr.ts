// Identifiers as expressions (C11 6.5.1): variables, functions, names that nobody declared (C90's implicit functions, built-ins by
// their library's names), __func__ and its like.

import * as KW from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { armCall, armUnknown } from "./arm-builtins.ts";
import { D_FUNC, D_VAR, Decl, E_VAR, Expr, Init, LINK_EXTERNAL, ownAttrs, SC_EXTERN, SC_STATIC } from "./ast.ts";
import { BF_LIBCALL } from "./builtin-ids.ts";
import { prototypeOf } from "./builtin-prototypes.ts";
import { buildBuiltin } from "./builtins.ts";
import { parseArguments } from "./calls.ts";
import { errorExpr } from "./conversions.ts";
import * as T from "./ctype.ts";
import { implicitFunction } from "./declare.ts";
import { useOf } from "./nested.ts";
import type { Parser } from "./parser.ts";
import { makeString } from "./string-expr.ts";

/** A declared object or function as an expression; that it is used is noted. */
export function varExpr(p: Parser, d: Decl, loc: number): Expr {
  const e = new Expr(E_VAR, d.type, loc);
  e.decl = d;
  e.lvalue = d.kind === D_VAR;
  if (p.unevaluated === 0) d.referenced = true;
  if (d.attrs.unavailable && !p.fn?.decl.attrs.unavailable) p.error(loc, `'${p.text(d.name)}' is unavailable`);
  if (d.owner !== null) useOf(p, d);
  return e;
}

/** An identifier that is not declared: built-in, implicit function, or an error. */
export function parseUnknown(p: Parser, name: number, loc: number): Expr {
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
  if (p.tk === TK.TK_LPAREN && p.target.name === "aarch64" && p.text(name).startsWith("__builtin_aarch64_")) {
    p.next();
    const args = parseArguments(p);
    return armCall(p, p.text(name), args, loc) ?? armUnknown(p, p.text(name), loc);
  }
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

/** __func__: static const char __func__[] = "name". */
export function functionName(p: Parser, loc: number): Expr {
  p.since(1999, loc, "does not support '__func__' predefined identifier");
  const fn = p.fn;
  if (fn === null) {
    p.pedwarn(loc, "'__func__' is not defined outside of function scope", "");
    return makeString(p, "", loc);
  }
  if (fn.funcName === null) {
    const text = p.text(fn.decl.name);
    const s = makeString(p, text, loc);
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

/** Counts the names in an expression as used after all (a _Generic default that turned out to be chosen). */
export function markReferenced(e: Expr | null): void {
  if (e === null) return;
  if (e.decl !== null) e.decl.referenced = true;
  markReferenced(e.a);
  markReferenced(e.b);
  markReferenced(e.c);
  if (e.args !== null) for (const a of e.args) markReferenced(a);
}
