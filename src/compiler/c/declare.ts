// A declarator becomes a Decl in its scope: linkage and the merge with earlier declarations (C11 6.2.2, 6.2.7), typedef names, locals,
// functions that are declared by their use (C90 6.3.2.2).

import {
  D_FUNC,
  D_TYPEDEF,
  D_VAR,
  Decl,
  LINK_EXTERNAL,
  LINK_INTERNAL,
  LINK_NONE,
  ownAttrs,
  SC_AUTO,
  SC_EXTERN,
  SC_NONE,
  SC_REGISTER,
  SC_STATIC,
  SC_TYPEDEF,
} from "./ast.ts";
import * as AT from "./attribute-ids.ts";
import { type Attr, applyAttributes, hasAttr } from "./attributes.ts";
import { prototypeOf } from "./builtin-prototypes.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import type { Declarator } from "./declarator.ts";
import { type DeclSpec, sameType } from "./declspec.ts";
import { declareNested } from "./nested.ts";
import type { Parser } from "./parser.ts";
import { compatible, composite, isComplete, isVariablyModified, isVlaType } from "./types.ts";

/** What a redeclared name was before, for "previous declaration of". */
export function previous(p: Parser, d: Decl): void {
  if (d.loc !== 0)
    p.diags.note(
      d.loc,
      `previous ${d.defined && !d.tentative ? "definition" : "declaration"} of '${p.text(d.name)}' with type '${p.typeText(d.type)}'`,
    );
}

/** Enters a declarator into the current scope; null after an error that leaves nothing to use. */
export function declare(
  p: Parser,
  s: DeclSpec,
  d: Declarator,
  type: CType,
  attrs: Attr[] | null,
  asmName: string,
  hasInit: boolean,
): Decl | null {
  const name = d.name;
  const loc = d.loc;
  let t = type;
  if (
    (s.unavailable || s.type.record?.unavailable === true) &&
    !hasAttr(s.attrs, AT.AT_UNAVAILABLE) &&
    !hasAttr(attrs, AT.AT_UNAVAILABLE)
  )
    p.error(s.loc, s.typedefName !== 0 ? `'${p.text(s.typedefName)}' is unavailable` : `'${p.typeText(s.type)}' is unavailable`);
  const atFile = p.fn === null && p.depth === 0;
  if (s.storage === SC_TYPEDEF) return declareTypedef(p, s, d, t, attrs);
  if (s.noreturn && t.kind !== T.K_FUNCTION) p.pedwarn(loc, `variable '${p.text(name)}' declared '_Noreturn'`, "");
  if ((s.inline || s.noreturn) && t.kind === T.K_FUNCTION && p.text(name) === "main")
    p.pedwarn(loc, s.inline ? "cannot inline function 'main'" : "'main' declared '_Noreturn'");
  if (s.inline && t.kind !== T.K_FUNCTION) p.pedwarn(loc, `variable '${p.text(name)}' declared 'inline'`, "");
  if (atFile && (s.storage === SC_AUTO || (s.storage === SC_REGISTER && asmName === ""))) {
    p.error(
      loc,
      s.storage === SC_AUTO
        ? `file-scope declaration of '${p.text(name)}' specifies 'auto'`
        : `register name not specified for '${p.text(name)}'`,
    );
  }
  if (t.kind === T.K_FUNCTION) {
    if ((s.storage === SC_AUTO && atFile) || s.storage === SC_REGISTER)
      p.error(loc, `invalid storage class for function '${p.text(name)}'`);
    else if (!atFile && s.storage === SC_STATIC) p.error(loc, `invalid storage class for function '${p.text(name)}'`);
    if (s.thread !== "")
      p.error(
        loc,
        `storage class specified for function '${p.text(name)}'`.replace(
          "storage class specified for function",
          "invalid storage class for function",
        ),
      );
    if (s.alignas !== 0) p.error(loc, `alignment specified for function '${p.text(name)}'`);
    t = p.types.func(t.base!.kind === T.K_VOID ? t.base!.unqual : t.base!, t.params, t.prototype, t.variadic, t.ms);
  } else {
    if (t.kind === T.K_VOID && !(s.storage === SC_EXTERN)) {
      p.error(loc, `variable or field '${p.text(name)}' declared void`);
      t = p.types.error;
    }
    if (s.thread !== "" && p.fn !== null && s.storage !== SC_STATIC && s.storage !== SC_EXTERN)
      p.error(loc, `function-scope '${p.text(name)}' implicitly auto and declared '${s.thread}'`);
    if (isVariablyModified(t)) {
      if (atFile) {
        p.error(loc, `variably modified '${p.text(name)}' at file scope`);
        t = p.types.error;
      } else if (s.storage === SC_STATIC && isVlaType(t)) p.error(loc, `storage size of '${p.text(name)}' isn't constant`);
      else if (s.storage === SC_EXTERN) p.error(loc, "object with variably modified type must have no linkage");
      else if (p.fn !== null) {
        p.fn.usesVla = true;
        p.fn.vmStack.push(p.fn.vmNext++);
      }
    }
  }
  if (s.alignas > 0 && s.alignas < t.align && isComplete(t) && t.kind !== T.K_ERROR)
    p.error(loc, `'_Alignas' specifiers cannot reduce alignment of '${p.text(name)}'`);
  const isFunc = t.kind === T.K_FUNCTION;
  if (isFunc && s.storage !== SC_AUTO && isVariablyModified(t)) {
    p.error(loc, `non-nested function with variably modified type`);
    t = p.types.func(p.types.error, t.params, t.prototype, t.variadic, t.ms);
  }
  if (isFunc && s.storage === SC_AUTO && !atFile && p.fn !== null) return declareNested(p, s, d, t, attrs);
  const linked = isFunc || atFile || s.storage === SC_EXTERN;
  if (!linked) return declareLocal(p, s, d, t, attrs, asmName);
  // linkage (C11 6.2.2)
  const visible = p.lookup(name);
  let prev: Decl | null = null;
  if (atFile) {
    prev = name < p.syms.length ? p.syms[name]! : null;
    if (prev === null) prev = p.hidden.get(name) ?? null;
  } else {
    const here = p.lookupHere(name);
    if (here !== null && here.linkage === LINK_NONE) {
      p.error(
        loc,
        here.kind === D_VAR && !isFunc
          ? `extern declaration of '${p.text(name)}' follows declaration with no linkage`
          : `'${p.text(name)}' redeclared as different kind of symbol`,
      );
      previous(p, here);
      return here.kind === D_VAR || here.kind === D_FUNC ? here : null;
    }
    prev = linkedDecl(p, name);
  }
  let linkage = LINK_EXTERNAL;
  if (s.storage === SC_STATIC) linkage = LINK_INTERNAL;
  else if (
    prev !== null &&
    (isFunc || s.storage === SC_EXTERN) &&
    (prev.kind === D_FUNC || prev.kind === D_VAR) &&
    !prev.implicit
  )
    linkage = prev.linkage;
  const kind = isFunc ? D_FUNC : D_VAR;
  if (prev !== null) {
    const merged = merge(p, prev, kind, t, linkage, s, loc, hasInit);
    if (merged) {
      prev.implicit = false;
      finishLinked(p, prev, s, attrs, asmName, atFile);
      if (d.params !== null && isFunc && !prev.defined) prev.params = d.params;
      if (p.hidden.get(name) === prev && atFile) {
        p.hidden.delete(name);
        p.bind(name, prev);
      } else if (!atFile && visible !== prev) {
        const st = prev.stamp;
        p.bind(name, prev);
        prev.stamp = st;
      }
      return prev;
    }
    if (prev.kind !== kind) {
      // go on with the new declaration
    } else return prev;
  }
  const r = new Decl(kind, name, t);
  r.loc = loc;
  r.storage = s.storage;
  r.linkage = linkage;
  r.isStatic = kind === D_VAR;
  if (isFunc) {
    if (d.params !== null) r.params = d.params;
    const row = p.voc.plain.get(name);
    if (row !== undefined && linkage === LINK_EXTERNAL) {
      if (sameBuiltin(t, prototypeOf(p, row), row[1])) {
        r.builtin = builtinAllowed(p, name) ? row[2] : 0;
        if ((row[3] & 16) !== 0) ownAttrs(r).noreturn = true;
      } else if (builtinAllowed(p, name))
        p.warning(
          loc,
          `conflicting types for built-in function '${p.text(name)}'; expected '${p.typeText(prototypeOf(p, row))}'`,
          "builtin-declaration-mismatch",
        );
    }
  }
  finishLinked(p, r, s, attrs, asmName, atFile);
  if (!atFile) {
    p.hidden.set(name, r);
    r.stamp = 0;
    const depth = p.depth;
    p.bind(name, r);
    p.depth = depth;
  } else p.bind(name, r);
  p.unit.objects.push(r);
  return r;
}

function builtinAllowed(p: Parser, name: number): boolean {
  return !p.opts.noBuiltin && !p.opts.noBuiltinNames.has(p.text(name));
}

/** Loose comparison with a built-in's type: FILE * and va_list are not known to the table. */
function sameBuiltin(a: CType, b: CType, letters: string): boolean {
  const same = (x: CType, y: CType): boolean =>
    compatible(x, y, true) ||
    (x.kind === T.K_POINTER && y.kind === T.K_POINTER) ||
    (T.isInteger(x) && T.isInteger(y) && x.size === y.size) ||
    T.isRecord(x);
  if (!same(a.base!, b.base!) || (a.base!.kind === T.K_VOID) !== (b.base!.kind === T.K_VOID)) return false;
  if (!a.prototype) return true;
  if (a.params.length !== b.params.length || a.variadic !== b.variadic) return false;
  for (let i = 0; i < a.params.length; i++) {
    // isnan and its like take any floating type
    if (letters[i + 1] === "?" ? !T.isFloating(a.params[i]!) : !same(a.params[i]!, b.params[i]!)) return false;
  }
  return true;
}

/** The file-scope function or object of a name, hidden or not, whatever a local one hides. */
function linkedDecl(p: Parser, name: number): Decl | null {
  const d = p.fileDecl(name);
  if (d !== null && (d.kind === D_VAR || d.kind === D_FUNC) && d.stamp <= p.stampLimit) return d;
  return p.hidden.get(name) ?? (d !== null && (d.kind === D_VAR || d.kind === D_FUNC) ? d : null);
}

/** Merges a redeclaration into `prev`; false when they do not agree (said so). */
function merge(
  p: Parser,
  prev: Decl,
  kind: number,
  t: CType,
  linkage: number,
  s: DeclSpec,
  loc: number,
  hasInit: boolean,
): boolean {
  const name = p.text(prev.name);
  if (prev.kind !== kind) {
    if (prev.type.kind === T.K_ERROR) return false;
    p.error(loc, `'${name}' redeclared as different kind of symbol`);
    previous(p, prev);
    return false;
  }
  if (prev.implicit && prev.builtin !== 0 && !compatible(prev.type, t)) {
    // a library built-in used before its declaration: the declaration rules
    prev.type = t;
    prev.loc = loc;
    if (linkage === LINK_INTERNAL) {
      prev.linkage = linkage;
      prev.builtin = 0;
    }
    return true;
  }
  if (kind === D_FUNC && !compatible(prev.type, t) && prev.builtin === 0) {
    // int by default against void: GCC only warns
    const implied = prev.implicit && t.base!.kind === T.K_VOID;
    if (implied || (!s.any && prev.type.base!.kind === T.K_VOID && t.base === p.types.int)) {
      const f = implied ? t : prev.type;
      const o = implied ? prev.type : t;
      if (compatible(f, p.types.func(f.base!, o.params, o.prototype, o.variadic, o.ms))) {
        p.pedwarn(loc, `conflicting types for '${name}'; have '${p.typeText(t)}'`, "");
        prev.type = f;
        return true;
      }
    }
  }
  if (!compatible(prev.type, t)) {
    p.error(loc, `conflicting types for '${name}'; have '${p.typeText(t)}'`);
    previous(p, prev);
    return kind === D_FUNC;
  }
  if (linkage === LINK_INTERNAL && prev.linkage === LINK_EXTERNAL) {
    if (prev.implicit) {
      prev.linkage = LINK_INTERNAL;
      prev.builtin = 0;
    } else {
      p.error(loc, `static declaration of '${name}' follows non-static declaration`);
      previous(p, prev);
    }
  } else if (linkage === LINK_EXTERNAL && prev.linkage === LINK_INTERNAL) {
    p.error(loc, `non-static declaration of '${name}' follows static declaration`);
    previous(p, prev);
  }
  if (kind === D_VAR && (s.thread !== "") !== prev.tls) {
    p.error(
      loc,
      s.thread !== ""
        ? `thread-local declaration of '${name}' follows non-thread-local declaration`
        : `non-thread-local declaration of '${name}' follows thread-local declaration`,
    );
    previous(p, prev);
  }
  if (hasInit && prev.defined && !prev.tentative && kind === D_VAR) {
    p.error(loc, `redefinition of '${name}'`);
    previous(p, prev);
    prev.init = null;
  }
  const c = composite(p.types, prev.type, t);
  prev.type = c;
  if (prev.loc === 0) prev.loc = loc;
  return true;
}

function finishLinked(p: Parser, r: Decl, s: DeclSpec, attrs: Attr[] | null, asmName: string, atFile: boolean): void {
  if (r.kind === D_FUNC) {
    if (s.inline) r.isInline = true;
    if (atFile && s.storage !== SC_STATIC && (!s.inline || s.storage === SC_EXTERN)) r.externSeen = true;
    if (s.noreturn) ownAttrs(r).noreturn = true;
  } else {
    if (s.thread !== "") r.tls = true;
    r.isStatic = true;
    if (s.storage === SC_REGISTER) r.storage = SC_REGISTER;
    if (s.alignas > 0) ownAttrs(r).aligned = Math.max(r.attrs.aligned, s.alignas);
  }
  if (s.storage === SC_STATIC && r.storage === SC_NONE) r.storage = SC_STATIC;
  if (asmName !== "") r.asmName = asmName;
  else if (r.asmName === "" && p.redefine.size > 0) r.asmName = p.redefine.get(r.name) ?? "";
  const section = r.attrs.section;
  if (s.attrs !== null) applyAttributes(p, r, s.attrs, section);
  if (attrs !== null) applyAttributes(p, r, attrs, section);
  if (p.visibility.length > 0 && r.attrs.visibility === "" && r.linkage === LINK_EXTERNAL) {
    const v = p.visibility[p.visibility.length - 1]!;
    if (v !== "default") ownAttrs(r).visibility = v;
  }
  if (p.protection !== "" && r.kind === D_FUNC && r.attrs.stackMode === "") ownAttrs(r).stackMode = p.protection;
  if (p.weakPragmas.length > 0) {
    for (const w of p.weakPragmas)
      if (w.name === r.name) {
        ownAttrs(r).weak = true;
        if (w.alias !== 0) ownAttrs(r).alias = p.text(w.alias);
      }
  }
}

function declareTypedef(p: Parser, s: DeclSpec, d: Declarator, type: CType, attrs: Attr[] | null): Decl | null {
  if (s.inline) p.pedwarn(d.loc, `typedef '${p.text(d.name)}' declared 'inline'`, "");
  if (s.noreturn) p.pedwarn(d.loc, `typedef '${p.text(d.name)}' declared '_Noreturn'`, "");
  const prev = p.lookupHere(d.name);
  const r = new Decl(D_TYPEDEF, d.name, type);
  r.loc = d.loc;
  r.storage = SC_TYPEDEF;
  r.explicitSigned = s.explicitSigned;
  if (s.attrs !== null) applyAttributes(p, r, s.attrs);
  if (attrs !== null) applyAttributes(p, r, attrs);
  if (s.alignas !== 0) p.error(d.loc, `alignment specified for typedef '${p.text(d.name)}'`);
  if (prev !== null) {
    if (prev.kind !== D_TYPEDEF) {
      p.error(d.loc, `'${p.text(d.name)}' redeclared as different kind of symbol`);
      previous(p, prev);
      return null;
    }
    if (!sameType(prev.type, r.type)) {
      p.error(d.loc, `conflicting types for '${p.text(d.name)}'; have '${p.typeText(r.type)}'`);
      previous(p, prev);
      return null;
    }
    if (r.type.align > prev.type.align) prev.type = r.type;
    p.since(2011, d.loc, `forbids redefinition of typedef '${p.text(d.name)}'`);
    return prev;
  }
  if (p.fn !== null && isVariablyModified(type)) {
    p.fn.usesVla = true;
    p.fn.vmStack.push(p.fn.vmNext++);
    r.owner = p.fn.decl;
  }
  p.bind(d.name, r);
  return r;
}

function declareLocal(p: Parser, s: DeclSpec, d: Declarator, t: CType, attrs: Attr[] | null, asmName: string): Decl {
  const prev = p.lookupHere(d.name);
  if (prev !== null && prev.type.kind !== T.K_ERROR) {
    if (prev.kind === D_VAR && prev.linkage === LINK_NONE) {
      p.error(
        d.loc,
        prev.type.kind !== t.kind || !compatible(prev.type, t)
          ? `conflicting types for '${p.text(d.name)}'; have '${p.typeText(t)}'`
          : `redeclaration of '${p.text(d.name)}' with no linkage`,
      );
    } else if (prev.kind === D_VAR)
      p.error(d.loc, `declaration of '${p.text(d.name)}' with no linkage follows extern declaration`);
    else p.error(d.loc, `'${p.text(d.name)}' redeclared as different kind of symbol`);
    previous(p, prev);
  } else if (prev === null && p.fn !== null && p.depth === p.fn.bodyDepth) {
    // a parameter's scope is the body's outermost block
    const q = d.name < p.syms.length ? p.syms[d.name]! : null;
    if (q !== null && q.isParam && p.symDepth[d.name] === p.depth - 1) {
      p.error(d.loc, `'${p.text(d.name)}' redeclared as different kind of symbol`);
      previous(p, q);
    }
  }
  const r = new Decl(D_VAR, d.name, t);
  r.loc = d.loc;
  r.storage = s.storage;
  r.asmName = asmName;
  r.fnLocal = true;
  r.tls = s.thread !== "";
  if (s.storage === SC_STATIC) {
    r.isStatic = true;
    r.ordinal = ++p.localOrdinal;
    p.unit.objects.push(r);
  } else if (p.fn !== null) r.owner = p.fn.decl;
  if (s.alignas > 0) {
    ownAttrs(r).aligned = s.alignas;
    if (s.storage === SC_REGISTER) p.error(d.loc, `alignment specified for 'register' object '${p.text(d.name)}'`);
  }
  if (s.attrs !== null) applyAttributes(p, r, s.attrs);
  if (attrs !== null) applyAttributes(p, r, attrs);
  p.bind(d.name, r);
  return r;
}

/** A call of an undeclared function declares it: extern int f(). */
export function implicitFunction(p: Parser, name: number, loc: number): Decl {
  const row = p.voc.plain.get(name);
  const known = linkedDecl(p, name);
  if (known !== null && known.kind === D_FUNC) {
    p.pedwarn99(loc, `implicit declaration of function '${p.text(name)}'`, "implicit-function-declaration");
    if (known.builtin === 0 && !compatible(known.type, p.types.func(p.types.int, [], false, false))) {
      p.error(loc, `incompatible implicit declaration of function '${p.text(name)}'`);
      previous(p, known);
    }
    known.referenced = true;
    return known;
  }
  const builtin = row !== undefined && builtinAllowed(p, name);
  // One machine instruction that occ does not know must not look like a function that the linker may find.
  const text = p.text(name);
  if (/^__builtin_(ia32|aarch64|riscv|neon|sve)_/.test(text)) p.error(loc, `built-in function '${text}' is not supported`);
  p.pedwarn99(loc, `implicit declaration of function '${p.text(name)}'`, "implicit-function-declaration");
  const d = new Decl(D_FUNC, name, builtin ? prototypeOf(p, row) : p.types.func(p.types.int, [], false, false));
  d.loc = loc;
  d.linkage = LINK_EXTERNAL;
  d.storage = SC_EXTERN;
  d.implicit = true;
  if (builtin) {
    d.builtin = row[2];
    if ((row[3] & 16) !== 0) ownAttrs(d).noreturn = true;
    p.warning(loc, `incompatible implicit declaration of built-in function '${p.text(name)}'`, "builtin-declaration-mismatch");
  }
  p.hidden.set(name, d);
  p.unit.objects.push(d);
  // visible until the end of the block only
  d.stamp = 0;
  if (p.depth > 0) p.bind(name, d);
  return d;
}
