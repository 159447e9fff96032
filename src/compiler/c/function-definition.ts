// Function definitions (C11 6.9.1), nested ones (GNU) and those with a declaration list (C90) among them. The bodies of inline functions
// are parsed when somebody has called them; finishUnit does what waits at the end of the unit.

import * as TK from "../lex/tokens.ts";
import {
  D_FUNC,
  D_VAR,
  Decl,
  FuncBody,
  LINK_EXTERNAL,
  LINK_INTERNAL,
  LINK_NONE,
  ownAttrs,
  S_COMPOUND,
  SC_AUTO,
  SC_EXTERN,
  SC_NONE,
  SC_REGISTER,
  SC_TYPEDEF,
  Stmt,
} from "./ast.ts";
import * as AT from "./attribute-ids.ts";
import { applyAttributes, hasAttr, parseAttributes, typeWithAttributes } from "./attributes.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { adjustParameter, Declarator, parseDeclarator, variableBound } from "./declarator.ts";
import { declare, previous } from "./declare.ts";
import { atDeclaration, type DeclSpec, parseDeclSpec } from "./declspec.ts";
import { declareNested, finishNested, useOfParameters } from "./nested.ts";
import { FnState, type Parser } from "./parser.ts";
import { finishLabels, parseCompoundBody } from "./stmt.ts";
import { compatible, isComplete, isPlainFloat, isVariablyModified, mentionsStar } from "./types.ts";

/** What the head of a function definition says: parameters, old-style or not, type. `seen`: an earlier declaration in its scope. */
function definitionHead(
  p: Parser,
  s: DeclSpec,
  d: Declarator,
  t0: CType,
  seen: Decl | null,
): { t: CType; params: Decl[]; old: boolean } {
  let t = t0;
  let params = d.params ?? [];
  const old = d.oldNames !== null;
  if (old && p.opts.version >= 2023) p.pedwarn(d.loc, "ISO C2X does not support old-style function definitions");
  if (old || d.emptyParens) {
    if (old) params = oldParameters(p, d);
    // arguments to an old-style definition are checked by their promoted types when it stands in a composite type
    t = p.types.func(t.base!, [], !old && p.opts.version >= 2023, false, t.ms);
    if (seen !== null && seen.kind === D_FUNC && seen.type.prototype && compatible(seen.type.base!, t.base!, true)) {
      const proto = seen.type;
      if (proto.params.length !== params.length) {
        if (!seen.implicit) p.error(d.loc, "number of arguments doesn't match prototype");
      } else {
        for (let i = 0; i < params.length; i++) {
          const x = params[i]!;
          // GCC lets a prototype give the unpromoted type
          if (!compatible(x.type, proto.params[i]!, true) && !compatible(promotedParam(p, x.type), proto.params[i]!, true)) {
            p.error(x.loc, `argument '${p.text(x.name)}' doesn't match prototype`);
          } else if (compatible(x.type, proto.params[i]!, true) && !compatible(promotedParam(p, x.type), proto.params[i]!, true))
            p.pedwarn(x.loc, `promoted argument '${p.text(x.name)}' doesn't match prototype`);
        }
      }
      t = p.types.func(t.base!, proto.params, true, proto.variadic, t.ms);
    }
  } else {
    while (atDeclaration(p)) {
      p.error(p.loc, "old-style parameter declarations in prototyped function definition");
      p.recover();
    }
  }
  t = typeWithAttributes(p, t, s.attrs);
  const ret = t.base!;
  if (ret.kind !== T.K_VOID && !isComplete(ret) && ret.kind !== T.K_ERROR) {
    p.error(d.loc, "return type is an incomplete type");
    t = p.types.func(p.types.int, t.params, t.prototype, t.variadic, t.ms);
  }
  return { t, params, old };
}

/** The parameters of a definition are complete and have names. */
function checkParameters(p: Parser, params: Decl[], old: boolean): void {
  for (const x of params) {
    if (x.type.kind !== T.K_ERROR && !isComplete(x.type)) {
      p.error(x.loc, `parameter ${params.indexOf(x) + 1} ('${p.text(x.name)}') has incomplete type`);
      x.type = p.types.error;
    }
    if (x.star) p.error(p.loc, "'[*]' not allowed in other than function prototype scope");
    if (x.name === 0 && !old && x.type.kind !== T.K_ERROR && p.opts.version < 2023)
      p.pedwarn(x.loc, "ISO C does not support omitting parameter names in function definitions before C2X");
  }
}

/** Does an old-style definition take its arguments as the default promotions leave them? */
function takesPromoted(type: CType, params: readonly Decl[]): boolean {
  if (!type.prototype || type.params.length !== params.length) return true;
  // with a prototype in scope, arguments come as it says
  return !params.every((x, i) => compatible(x.type, type.params[i]!, true));
}

/** A function defined in a block (GNU C). */
export function nestedDefinition(p: Parser, s: DeclSpec, d: Declarator, t0: CType): void {
  p.pedwarn(d.loc, "ISO C forbids nested functions");
  const outer = p.fn!;
  if (hasAttr(s.attrs, AT.AT_WEAK) || hasAttr(d.attrs, AT.AT_WEAK))
    p.error(d.loc, `weak declaration of '${p.text(d.name)}' must be public`);
  const seen = p.lookupHere(d.name);
  const { t, params, old } = definitionHead(p, s, d, t0, seen);
  const r = declareNested(p, s, d, t, d.attrs);
  if (r !== null && r.defined) {
    p.error(d.loc, `redefinition of '${p.text(d.name)}'`);
    previous(p, r);
  }
  if (r === null || r.defined || p.tk !== TK.TK_LBRACE) {
    if (!p.at(TK.TK_LBRACE)) p.recover();
    else skipBody(p);
    return;
  }
  r.oldStyle = old && takesPromoted(r.type, params);
  r.loc = d.loc;
  r.params = params;
  r.defined = true;
  checkParameters(p, params, old);
  r.bodyFrom = p.pos;
  r.bodyPack = p.pack.value;
  r.bodyBigEndian = p.bigEndian;
  parseFunctionBody(p, r);
  p.fn = outer;
}

/** -Wmain, which -pedantic turns on. */
function checkMain(p: Parser, d: Declarator, params: readonly Decl[]): void {
  const tt = p.types;
  if (params.length > 0 && params[0]!.type.canon !== tt.int) p.pedwarn(d.loc, "first argument of 'main' should be 'int'", "main");
  for (let i = 1; i < params.length && i < 3; i++) {
    const t = params[i]!.type;
    if (t.kind === T.K_ERROR) continue;
    if (t.kind !== T.K_POINTER || t.base!.kind !== T.K_POINTER || t.base!.base!.canon !== tt.char)
      p.pedwarn(d.loc, `${i === 1 ? "second" : "third"} argument of 'main' should be 'char **'`, "main");
  }
  if (params.length === 1 || params.length > 3) p.pedwarn(d.loc, "'main' takes only zero or two arguments", "main");
  else if (params.length === 3) p.pedwarn(d.loc, "'main' takes only zero or two arguments");
}

/** A definition; the cursor is at its body, or at the declaration list of one in the old style. */
export function functionDefinition(p: Parser, s: DeclSpec, d: Declarator, t0: CType): void {
  if (s.storage === SC_TYPEDEF) p.error(d.loc, "function definition declared 'typedef'");
  if (s.storage === SC_AUTO) p.error(d.loc, "function definition declared 'auto'");
  if (s.storage === SC_REGISTER) p.error(d.loc, "function definition declared 'register'");
  const prev = p.fileDecl(d.name);
  const { t, params, old } = definitionHead(p, s, d, t0, prev ?? p.hidden.get(d.name) ?? null);
  const wasInlineOnly = prev !== null && prev.kind === D_FUNC && prev.defined && isGnuInline(p, prev) && prev.inlineOnly;
  if (wasInlineOnly && s.inline && s.storage === SC_EXTERN) {
    p.error(d.loc, `redefinition of '${p.text(d.name)}'`);
    previous(p, prev);
  } else if (prev !== null && prev.kind === D_FUNC && !prev.defined && (prev.attrs.alias !== "" || prev.attrs.isWeakref)) {
    p.error(d.loc, `redefinition of '${p.text(d.name)}'`);
    previous(p, prev);
  }
  const spec = s;
  if (spec.storage === SC_AUTO || spec.storage === SC_REGISTER || spec.storage === SC_TYPEDEF) spec.storage = SC_NONE;
  // an extern inline gnu_inline body may be replaced by the real definition
  if (wasInlineOnly) {
    prev.defined = false;
    prev.body = null;
    prev.bodyFrom = -1;
    ownAttrs(prev).gnuInline = false;
    prev.externSeen = false;
    prev.inlineOnly = false;
    prev.isInline = false;
    prev.implicit = true;
  }
  let r = declare(p, spec, d, t, d.attrs, "", false);
  if (r === null || r.kind !== D_FUNC) {
    r = new Decl(D_FUNC, d.name, t);
    r.linkage = LINK_INTERNAL;
  }
  if (r.defined) {
    p.error(d.loc, `redefinition of '${p.text(d.name)}'`);
    previous(p, r);
    skipBody(p);
    return;
  }
  const text = p.text(d.name);
  if (text === "main" && p.opts.hosted && r.type.base !== p.types.int && r.type.base!.kind !== T.K_ERROR)
    p.pedwarn(d.loc, "return type of 'main' is not 'int'", "main");
  if (text === "main" && p.opts.hosted && (p.opts.pedantic || p.opts.pedanticErrors)) checkMain(p, d, params);
  r.oldStyle = old && takesPromoted(r.type, params);
  r.loc = d.loc;
  r.params = params;
  r.defined = true;
  r.implicit = false;
  checkParameters(p, params, old);
  if (p.tk !== TK.TK_LBRACE) {
    p.expect(TK.TK_LBRACE);
    p.recover();
    return;
  }
  r.bodyFrom = p.pos;
  r.bodyStamp = p.stamp;
  r.bodyPack = p.pack.value;
  r.bodyBigEndian = p.bigEndian;
  // gnu_inline: the definition itself must say extern and inline; what other declarations say does not count
  r.inlineOnly = isGnuInline(p, r) && s.inline && s.storage === SC_EXTERN;
  if (r.isInline && !p.opts.parseAll && !r.attrs.used && r.attrs.ctor < 0) {
    skipBody(p);
    r.bodyTo = p.pos;
    return;
  }
  parseFunctionBody(p, r);
  p.fn = null;
}

/** Type that an argument has after the default promotions. */
function promotedParam(p: Parser, t: CType): CType {
  if (isPlainFloat(t)) return p.types.double;
  return T.isInteger(t) && t.size < 4 ? p.types.int : t.kind === T.K_ENUM && t.base !== null ? t.base : t;
}

/** Declarations of an old-style definition's parameters. */
function oldParameters(p: Parser, d: Declarator): Decl[] {
  const list: Decl[] = d.oldNames!.map((o) => {
    const x = new Decl(D_VAR, o.name, p.types.int);
    x.isParam = true;
    x.loc = o.loc;
    return x;
  });
  const seen: Set<number> = new Set();
  const mark = p.mark();
  const tagMark = p.tagMark();
  p.enterScope();
  while (atDeclaration(p)) {
    const s = parseDeclSpec(p, true);
    if (p.tk === TK.TK_SEMI) {
      if (!s.tag) p.pedwarn(s.loc, "empty declaration", "");
      p.next();
      continue;
    }
    if (s.storage !== SC_NONE && s.storage !== SC_REGISTER)
      p.error(
        s.loc,
        "invalid storage class in parameter declaration".replace(
          "invalid storage class in parameter declaration",
          "storage class specified for parameter",
        ),
      );
    for (;;) {
      const x = new Declarator();
      x.isParam = true;
      let t = parseDeclarator(p, s.type, x, false);
      const attrs = parseAttributes(p, x.attrs);
      t = typeWithAttributes(p, t, s.attrs);
      t = typeWithAttributes(p, t, attrs);
      const bound = variableBound(t);
      const star = mentionsStar(t);
      t = adjustParameter(p, t, x.arrayQuals);
      const i = list.findIndex((y) => y.name === x.name);
      if (i < 0) p.error(x.loc, `declaration for parameter '${p.text(x.name)}' but no such parameter`);
      else {
        if (seen.has(x.name)) p.error(x.loc, `redefinition of parameter '${p.text(x.name)}'`);
        seen.add(x.name);
        if (t.kind === T.K_VOID) {
          p.error(x.loc, `parameter '${p.text(x.name)}' declared void`);
          t = p.types.error;
        }
        list[i]!.type = t;
        list[i]!.bound = bound;
        list[i]!.star = star;
        list[i]!.loc = x.loc;
        list[i]!.storage = s.storage;
        if (s.attrs !== null) applyAttributes(p, list[i]!, s.attrs);
        if (attrs !== null) applyAttributes(p, list[i]!, attrs);
        p.bind(x.name, list[i]!);
      }
      if (p.tk === TK.TK_ASSIGN) {
        p.error(x.loc, `parameter '${p.text(x.name)}' is initialized`);
        p.recover();
        break;
      }
      if (p.tk !== TK.TK_COMMA) {
        if (!p.expect(TK.TK_SEMI)) p.recover();
        break;
      }
      p.next();
    }
  }
  p.leaveScope(mark, tagMark);
  return list;
}

/** Past the matching "}" of the body at the cursor. */
function skipBody(p: Parser): void {
  let depth = 0;
  const kinds = p.kinds;
  let i = p.pos;
  for (;;) {
    const k = kinds[i]!;
    if (k === TK.TK_LBRACE) depth++;
    else if (k === TK.TK_RBRACE) {
      if (--depth === 0) break;
    } else if (k === TK.TK_PRAGMA) {
      p.seek(i);
      i = p.pos;
      continue;
    } else if (k === TK.TK_EOF) {
      p.seek(i);
      p.syntaxError("expected declaration or statement at end of input");
      return;
    }
    i++;
  }
  p.seek(i + 1);
}

/** Parses the body at fn.bodyFrom; the cursor stands behind it afterwards. */
export function parseFunctionBody(p: Parser, fn: Decl): FuncBody {
  const state = new FnState(fn, fn.owner === null ? null : p.fn);
  p.fn = state;
  p.seek(fn.bodyFrom);
  const unevaluated = p.unevaluated;
  p.unevaluated = 0;
  const bounds = p.bounds.length;
  const mark = p.mark();
  const tagMark = p.tagMark();
  p.enterScope();
  for (const x of fn.params) {
    x.owner = fn;
    if (x.name !== 0) p.bind(x.name, x);
    if (isVariablyModified(x.type)) state.usesVla = true;
  }
  if (fn.owner !== null) useOfParameters(p, state);
  const root = new Stmt(S_COMPOUND, p.loc);
  root.list = [];
  const body = new FuncBody(fn, root);
  p.enterScope();
  state.bodyDepth = p.depth;
  const m2 = p.mark();
  const t2 = p.tagMark();
  p.next();
  parseCompoundBody(p, root);
  root.endLoc = p.loc;
  if (p.tk !== TK.TK_RBRACE) p.syntaxError("expected declaration or statement at end of input");
  p.leaveScope(m2, t2);
  p.leaveScope(mark, tagMark);
  finishLabels(p, state);
  if (state.nested.length > 0) finishNested(p, state);
  body.nested = state.nested;
  body.receives = state.receives;
  body.addressed = state.addressed;
  p.unevaluated = unevaluated;
  p.takeBounds(bounds);
  if (p.tk === TK.TK_RBRACE) p.next();
  fn.bodyTo = p.pos;
  body.labels = state.allLabels;
  body.usesVla = state.usesVla;
  body.usesAlloca = state.usesAlloca;
  body.usesArgPack = state.usesArgPack;
  fn.body = body;
  return body;
}

function isGnuInline(p: Parser, d: Decl): boolean {
  return d.isInline && (d.attrs.gnuInline || p.opts.gnu89Inline);
}

/** The target of an alias is defined here, is of its kind and in its section, and is not the alias itself. */
function checkAliases(p: Parser): void {
  const symbols: Map<string, Decl> = new Map();
  const aliases: Decl[] = [];
  for (const d of p.unit.objects) {
    if (d.fnLocal || d.linkage === LINK_NONE) continue;
    symbols.set(d.asmName !== "" ? d.asmName : p.text(d.name), d);
    if (d.attrs.alias !== "" && !p.weakPragmas.some((w) => w.name === d.name)) aliases.push(d);
  }
  for (const d of aliases) {
    const name = p.text(d.name);
    const target = symbols.get(d.attrs.alias);
    if (target !== undefined && target.kind !== d.kind)
      p.error(d.loc, `'${name}' alias between function and variable is not supported`);
    else if (target === undefined || !(target.defined || target.attrs.alias !== ""))
      p.error(d.loc, `'${name}' aliased to undefined symbol '${d.attrs.alias}'`);
    else if (d.attrs.section !== "" && d.attrs.section !== target.attrs.section)
      p.error(d.loc, `section of alias '${name}' must match section of its target`);
    let x: Decl | undefined = target;
    for (let i = 0; x !== undefined && x.attrs.alias !== "" && i < aliases.length; i++) {
      if (x === d) {
        p.error(d.loc, `'${name}' part of alias cycle`);
        break;
      }
      x = symbols.get(x.attrs.alias);
    }
  }
}

/** What can be said only at the end: tentative arrays, inline definitions, undefined statics. */
export function finishUnit(p: Parser): void {
  checkAliases(p);
  for (const d of p.unit.objects) {
    if (d.attrs.weakref !== "" && d.linkage === LINK_EXTERNAL)
      p.error(d.loc, `'weakref' symbol '${p.text(d.name)}' must have static linkage`);
    if (d.kind === D_FUNC) {
      if (
        d.linkage === LINK_INTERNAL &&
        !d.defined &&
        d.referenced &&
        !d.implicit &&
        d.attrs.alias === "" &&
        d.attrs.weakref === "" &&
        d.attrs.ifunc === ""
      )
        p.pedwarn(d.loc, `'${p.text(d.name)}' used but never defined`, "");
      if (d.isInline && d.defined && d.linkage === LINK_EXTERNAL) {
        if (!isGnuInline(p, d)) d.inlineOnly = !d.externSeen;
      }
    } else if (d.kind === D_VAR && d.tentative && !d.fnLocal) {
      if (d.type.kind === T.K_ARRAY && d.type.count === T.COUNT_INCOMPLETE) {
        p.warning(d.loc, `array '${p.text(d.name)}' assumed to have one element`, "");
        d.type = p.types.array(d.type.base!, 1);
      } else if (!isComplete(d.type) && d.type.kind !== T.K_ERROR) {
        p.error(d.loc, `storage size of '${p.text(d.name)}' isn't known`);
        d.type = p.types.error;
      }
    }
  }
}
