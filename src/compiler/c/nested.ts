// Nested functions (GNU C, "Nested Functions" in the GCC manual): what they use of the functions around them.
//
// A nested function that uses an automatic object, a label, a variably modified type or a nested function which itself needs one of
// an outer function gets the static chain: the address of the frame record of the function that it is declared in. Objects so used
// are marked `captured` and live in their function's record. Calls between nested functions are settled when the outermost body has
// been read, by propagating over the recorded uses until nothing changes.

import {
  D_FUNC,
  D_TYPEDEF,
  D_VAR,
  Decl,
  E_BUILTIN,
  E_SIZEOFVLA,
  E_STMTEXPR,
  E_VAR,
  type Expr,
  LINK_NONE,
  SC_AUTO,
  SC_NONE,
} from "./ast.ts";
import { type Attr, applyAttributes } from "./attributes.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import type { Declarator } from "./declarator.ts";
import type { DeclSpec } from "./declspec.ts";
import type { FnState, Parser } from "./parser.ts";
import { compatible, composite, isVariablyModified } from "./types.ts";

/** All functions from `from` out to the one that `to` directly contains get the chain; true if one did not have it. */
export function markChain(from: Decl, to: Decl): boolean {
  let changed = false;
  for (let x: Decl | null = from; x !== null && x !== to; x = x.owner) {
    changed ||= !x.needsChain;
    x.needsChain = true;
  }
  return changed;
}

/** A name that belongs to a function body is used in the function being read. */
export function useOf(p: Parser, d: Decl): void {
  if (p.fn !== null && d.owner !== p.fn.decl) useFrom(p.fn, p.fn.decl, d);
}

/** A record of run-time size that a function around the one being read declares. */
export function useOfRecord(p: Parser, t: CType): void {
  const owner = t.record!.owner!;
  if (p.fn !== null && owner !== p.fn.decl) markChain(p.fn.decl, owner);
}

function useFrom(state: FnState, from: Decl, d: Decl): void {
  if (d.kind === D_FUNC) {
    state.uses.push({ from, to: d });
    return;
  }
  if (d.kind === D_VAR) d.captured = true;
  markChain(from, d.owner!);
}

/** Declares a nested function, or finds its forward declaration (`auto int f(int);`). Null after an error. */
export function declareNested(p: Parser, s: DeclSpec, d: Declarator, t: CType, attrs: Attr[] | null): Decl | null {
  const name = p.text(d.name);
  if (s.storage !== SC_NONE && s.storage !== SC_AUTO) p.error(d.loc, `invalid storage class for function '${name}'`);
  const prev = p.lookupHere(d.name);
  let r: Decl;
  if (prev !== null && prev.kind === D_FUNC && prev.owner !== null) {
    if (!compatible(prev.type, t)) {
      p.error(d.loc, `conflicting types for '${name}'; have '${p.typeText(t)}'`);
      p.diags.note(prev.loc, `previous declaration of '${name}' with type '${p.typeText(prev.type)}'`);
      return null;
    }
    r = prev;
    if (!r.defined) r.type = composite(p.types, prev.type, t);
  } else {
    if (prev !== null) {
      p.error(
        d.loc,
        prev.kind === D_FUNC
          ? `static declaration of '${name}' follows non-static declaration`
          : `'${name}' redeclared as different kind of symbol`,
      );
      return null;
    }
    r = new Decl(D_FUNC, d.name, t);
    r.loc = d.loc;
    r.storage = SC_NONE;
    r.linkage = LINK_NONE;
    r.fnLocal = true;
    r.owner = p.fn!.decl;
    p.bind(d.name, r);
    p.fn!.nested.push(r);
  }
  if (d.params !== null && !r.defined) r.params = d.params;
  if (s.inline) r.isInline = true;
  if (s.attrs !== null) applyAttributes(p, r, s.attrs);
  if (attrs !== null) applyAttributes(p, r, attrs);
  return r;
}

/** At the end of a body: nested functions all have one themselves; of the outermost body: who needs the chain. */
export function finishNested(p: Parser, state: FnState): void {
  for (const d of state.nested) {
    if (!d.defined) p.error(d.loc, `nested function '${p.text(d.name)}' declared but never defined`);
  }
  if (state.outer !== null) return;
  for (let again = true; again; ) {
    again = false;
    for (const { from, to } of state.uses) if (to.needsChain && markChain(from, to.owner!)) again = true;
  }
}

/**
 * The parameters of a nested function were read as part of the outer one, but their array bounds are evaluated in the nested one:
 * what those use is used from there.
 */
export function useOfParameters(p: Parser, state: FnState): void {
  const fn = state.decl;
  if (isVariablyModified(fn.type.base!)) markChain(fn, fn.owner!);
  for (const x of fn.params) {
    if (x.bound !== null) useOfExpr(p, state, x.bound);
    if (!isVariablyModified(x.type)) continue;
    markChain(fn, fn.owner!);
    useOfType(p, state, x.type);
  }
}

function useOfType(p: Parser, state: FnState, t: CType): void {
  for (let x: CType | null = t; x !== null; x = x.base) {
    if (x.kind === T.K_ARRAY && x.vla !== null) useOfExpr(p, state, x.vla);
    const owner = x.record === null ? null : x.record.owner;
    if (owner !== null && owner !== state.decl) markChain(state.decl, owner);
    if (x.kind !== T.K_ARRAY && x.kind !== T.K_POINTER && x.kind !== T.K_FUNCTION) return;
  }
}

function useOfExpr(p: Parser, state: FnState, e: Expr): void {
  if (e.op === E_STMTEXPR) {
    p.error(e.loc, "a statement expression in a parameter's array bound of a nested function is not supported");
    return;
  }
  if (e.op === E_VAR) {
    const d = e.decl!;
    if (d.owner !== null && d.owner !== state.decl && d.kind !== D_TYPEDEF) useFrom(state, state.decl, d);
  }
  if ((e.op === E_SIZEOFVLA || e.op === E_BUILTIN) && e.compType !== null && isVariablyModified(e.compType))
    useOfType(p, state, e.compType);
  if (e.a !== null) useOfExpr(p, state, e.a);
  if (e.b !== null) useOfExpr(p, state, e.b);
  if (e.c !== null) useOfExpr(p, state, e.c);
  if (e.args !== null) for (const a of e.args) useOfExpr(p, state, a);
}
