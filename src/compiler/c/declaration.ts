// Declarations, function definitions and linkage (C11 6.7, 6.9). // hot

import * as KW from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import {
  D_FUNC,
  D_TYPEDEF,
  D_VAR,
  Decl,
  FuncBody,
  LINK_EXTERNAL,
  LINK_INTERNAL,
  LINK_NONE,
  ownAttrs,
  S_BOUNDS,
  S_COMPOUND,
  S_DECL,
  SC_AUTO,
  SC_EXTERN,
  SC_NONE,
  SC_REGISTER,
  SC_STATIC,
  SC_TYPEDEF,
  Stmt,
} from "./ast.ts";
import { type Attr, applyAttributes, attributesStart, parseAttributes, typeWithAttributes } from "./attributes.ts";
import { prototypeOf } from "./builtin-prototypes.ts";
import { constantInt } from "./consteval.ts";
import { boundsExpr, rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { adjustParameter, Declarator, parseDeclarator, variableBound } from "./declarator.ts";
import { atDeclaration, type DeclSpec, parseDeclSpec, sameType } from "./declspec.ts";
import { parseAssignment, parseConditional, parseStringText } from "./expr.ts";
import { parseInitializerFor } from "./init.ts";
import { declareNested, finishNested, useOfParameters } from "./nested.ts";
import { FnState, type Parser } from "./parser.ts";
import { finishLabels, parseCompoundBody } from "./stmt.ts";
import { compatible, composite, isComplete, isPlainFloat, isVariablyModified, isVlaType, mentionsStar } from "./types.ts";

/** external-declaration = function-definition | declaration | asm ; */
export function parseExternalDeclaration(p: Parser): void {
  if (p.tk === TK.TK_SEMI) {
    p.pedwarn(p.loc, "ISO C does not allow extra ';' outside of a function");
    p.next();
    return;
  }
  if (p.isKeyword(KW.KW___extension__)) {
    while (p.isKeyword(KW.KW___extension__)) p.next();
    p.quiet++;
    parseExternalDeclaration(p);
    p.quiet--;
    return;
  }
  if (p.tk === TK.TK_IDENT) {
    if (p.tv === KW.KW_asm || p.tv === KW.KW___asm || p.tv === KW.KW___asm__) {
      topLevelAsm(p);
      return;
    }
    if (p.tv === KW.KW__Static_assert) {
      staticAssert(p);
      return;
    }
  }
  parseDeclaration(p, null);
}

function topLevelAsm(p: Parser): void {
  p.next();
  while (p.tk === TK.TK_IDENT && p.tv <= KW.LAST_KEYWORD) p.next();
  if (!p.expect(TK.TK_LPAREN)) return p.recover();
  const s = parseStringText(p);
  if (s === null) {
    p.syntaxError(`expected string literal ${p.tokenText()}`);
    p.recoverParen();
  } else {
    p.unit.asms.push(s);
    p.expect(TK.TK_RPAREN);
  }
  p.expect(TK.TK_SEMI);
}

/** _Static_assert ( constant-expression [, string] ) ; */
export function staticAssert(p: Parser): void {
  const loc = p.loc;
  p.since(2011, loc, "does not support '_Static_assert'");
  p.next();
  if (!p.expect(TK.TK_LPAREN)) return p.recover();
  const at = p.loc;
  const e = rvalue(p, parseConditional(p));
  let text = "";
  if (p.tk === TK.TK_COMMA) {
    p.next();
    const s = parseStringText(p);
    if (s === null) p.syntaxError(`expected string literal ${p.tokenText()}`);
    else text = s;
  } else if (p.opts.version < 2023) p.pedwarn(loc, "ISO C11 does not support omitting the string in '_Static_assert'");
  p.expect(TK.TK_RPAREN);
  p.expect(TK.TK_SEMI);
  if (e.type.kind === T.K_ERROR) return;
  const c = T.isInteger(e.type) ? constantInt(p, e) : null;
  if (!T.isInteger(e.type)) p.error(at, "expression in static assertion is not an integer");
  else if (c === null) p.error(at, "expression in static assertion is not constant");
  else if (!c.ice || c !== e) p.pedwarn(at, "expression in static assertion is not an integer constant expression");
  if (c !== null && c.lo === 0 && c.hi === 0 && c.ext === null)
    p.error(loc, text === "" ? "static assertion failed" : `static assertion failed: "${text}"`);
}

/**
 * declaration, or at file scope a function definition. `out`: the block's statement list, null at file scope.
 */
export function parseDeclaration(p: Parser, out: Stmt[] | null): void {
  const startPos = p.pos;
  const mark = p.bounds.length;
  const s = parseDeclSpec(p, true);
  if (out !== null) evaluateBounds(p, mark, out, s.loc);
  if (p.tk === TK.TK_SEMI) {
    if (!s.any && s.attrs === null && p.pos === startPos) p.syntaxError(`expected declaration specifiers ${p.tokenText()}`);
    else emptyDeclaration(p, s);
    p.next();
    return;
  }
  if (!s.any) {
    if (p.pos === startPos && p.atName() && p.peekKind(1) === TK.TK_IDENT) {
      p.error(p.loc, `unknown type name '${p.text(p.tv)}'`);
      p.next();
      s.implicitInt = false;
      s.type = p.types.error;
    } else if (p.pos === startPos && out === null && p.atName() && p.peekKind(1) === TK.TK_STAR) {
      p.error(p.loc, `unknown type name '${p.text(p.tv)}'`);
      p.next();
      s.implicitInt = false;
      s.type = p.types.error;
    } else if (p.tk !== TK.TK_IDENT && p.tk !== TK.TK_STAR && p.tk !== TK.TK_LPAREN) {
      p.syntaxError(`expected identifier or '(' ${p.tokenText()}`);
      if (p.tk === TK.TK_RBRACE) p.next();
      else p.recover();
      return;
    }
  }
  let first = true;
  let stmt: Stmt | null = null;
  for (;;) {
    const d = new Declarator();
    if (!first || attributesStart(p)) d.attrs = parseAttributes(p, null);
    const errs = p.diags.errors;
    let t = parseDeclarator(p, s.type, d, false);
    if (out !== null && evaluateBounds(p, mark, out, d.loc)) stmt = null;
    if (d.name === 0) {
      if (p.diags.errors === errs) p.syntaxError(`expected identifier or '(' ${p.tokenText()}`);
      p.recover();
      return;
    }
    if (s.implicitInt) implicitInt(p, s, d, t);
    if (first && t.kind === T.K_FUNCTION && startsBody(p)) {
      if (out === null || p.fn === null) functionDefinition(p, s, d, t);
      else nestedDefinition(p, s, d, t);
      return;
    }
    let asmName = "";
    if (p.tk === TK.TK_IDENT && (p.tv === KW.KW_asm || p.tv === KW.KW___asm || p.tv === KW.KW___asm__)) asmName = asmLabel(p);
    let attrs = parseAttributes(p, d.attrs);
    if (p.tk === TK.TK_IDENT && (p.tv === KW.KW_asm || p.tv === KW.KW___asm || p.tv === KW.KW___asm__)) {
      asmName = asmLabel(p);
      attrs = parseAttributes(p, attrs);
    }
    if (s.autoType) {
      const r = autoType(p, s, d, attrs, asmName);
      if (r !== null && out !== null) {
        stmt = addDecl(stmt, out, r, s.loc);
      }
    } else {
      t = typeWithAttributes(p, t, s.attrs);
      t = typeWithAttributes(p, t, attrs);
      const r = declare(p, s, d, t, attrs, asmName, p.tk === TK.TK_ASSIGN);
      if (p.tk === TK.TK_ASSIGN) initialize(p, r, s);
      else if (r !== null) checkObject(p, r, s);
      if (r !== null && out !== null && r.kind === D_VAR) {
        stmt = addDecl(stmt, out, r, s.loc);
      }
    }
    first = false;
    if (p.tk !== TK.TK_COMMA) break;
    p.next();
  }
  if (
    !p.expect(
      TK.TK_SEMI,
      first ? "';'" : p.tk === TK.TK_IDENT || p.tk === TK.TK_LBRACE ? "'=', ',', ';', 'asm' or '__attribute__'" : "',' or ';'",
    )
  )
    p.recover();
}

/** The bounds of types that a declaration names are evaluated where it stands. */
function evaluateBounds(p: Parser, mark: number, out: Stmt[], loc: number): boolean {
  const list = p.takeBounds(mark);
  if (list === null) return false;
  const s = new Stmt(S_BOUNDS, loc);
  s.e = boundsExpr(p, list, loc);
  out.push(s);
  return true;
}

function addDecl(stmt: Stmt | null, out: Stmt[], d: Decl, loc: number): Stmt {
  let s = stmt;
  if (s === null || out[out.length - 1] !== s) {
    s = new Stmt(S_DECL, loc);
    s.decls = [];
    out.push(s);
  }
  s.decls!.push(d);
  return s;
}

function implicitInt(p: Parser, s: DeclSpec, d: Declarator, t: CType): void {
  s.implicitInt = false;
  if (t.kind === T.K_FUNCTION && t.base === p.types.int) p.warning(d.loc, "return type defaults to 'int'", "implicit-int");
  else if (s.storage !== SC_NONE || s.attrs !== null || s.inline)
    p.warning(d.loc, `type defaults to 'int' in declaration of '${p.text(d.name)}'`, "implicit-int");
  else p.warning(d.loc, "data definition has no type or storage class", "");
}

function emptyDeclaration(p: Parser, s: DeclSpec): void {
  if (s.inline) p.error(s.loc, "'inline' in empty declaration");
  else if (s.noreturn) p.error(s.loc, "'_Noreturn' in empty declaration");
  if (p.fn === null && p.depth === 0) {
    if (s.storage === SC_AUTO) p.error(s.loc, "'auto' in file-scope empty declaration");
    else if (s.storage === SC_REGISTER) p.error(s.loc, "'register' in file-scope empty declaration");
  }
  if (s.tag) return;
  if (s.storage === SC_TYPEDEF) p.warning(s.loc, "useless type name in empty declaration", "");
  else if (!s.any) p.warning(s.loc, "empty declaration", "");
  else p.warning(s.loc, "useless type name in empty declaration", "");
}

function asmLabel(p: Parser): string {
  p.next();
  if (!p.expect(TK.TK_LPAREN)) return "";
  const s = parseStringText(p);
  if (s === null) p.syntaxError(`expected string literal ${p.tokenText()}`);
  p.expect(TK.TK_RPAREN);
  return s ?? "";
}

/** Does a function body follow the declarator: "{", or declarations of old-style parameters? */
function startsBody(p: Parser): boolean {
  if (p.tk === TK.TK_LBRACE) return true;
  if (p.tk !== TK.TK_IDENT || p.tv === KW.KW_asm || p.tv === KW.KW___asm || p.tv === KW.KW___asm__) return false;
  if (p.tv === KW.KW___attribute__ || p.tv === KW.KW___attribute) return false;
  return atDeclaration(p);
}

/** __auto_type x = e; */
function autoType(p: Parser, s: DeclSpec, d: Declarator, attrs: Attr[] | null, asmName: string): Decl | null {
  if (p.tk !== TK.TK_ASSIGN) {
    p.error(d.loc, "'__auto_type' requires a initialized data declaration".replace(" a ", " an "));
    return null;
  }
  p.next();
  if (p.at(TK.TK_LBRACE)) {
    p.error(p.loc, "'__auto_type' used with a braced initializer");
    p.recover();
    return null;
  }
  const e = rvalue(p, parseAssignment(p));
  if (e.type.kind === T.K_VOID) p.error(e.loc, "variable or field declared void");
  const q = s.type.kind === T.K_ERROR ? s.type.quals : 0;
  const t = p.types.qualified(e.type, q);
  const r = declare(p, s, d, t, attrs, asmName, true);
  if (r !== null) {
    markDefined(p, r, s);
    parseInitializerFor(p, r, e);
  }
  return r;
}

function initialize(p: Parser, r: Decl | null, s: DeclSpec): void {
  const loc = p.loc;
  p.next();
  if (r === null || r.kind !== D_VAR) {
    if (r !== null) {
      if (r.kind === D_TYPEDEF) p.error(r.loc, `typedef '${p.text(r.name)}' is initialized (use '__typeof__' instead)`);
      else p.error(r.loc, `function '${p.text(r.name)}' is initialized like a variable`);
    }
    const dummy = new Decl(D_VAR, 0, p.types.error);
    parseInitializerFor(p, dummy);
    return;
  }
  if (s.storage === SC_EXTERN) {
    if (p.fn !== null) p.error(r.loc, `'${p.text(r.name)}' has both 'extern' and initializer`);
    else p.warning(r.loc, `'${p.text(r.name)}' initialized and declared 'extern'`, "");
  }
  if (isVlaType(r.type)) {
    p.error(loc, "variable-sized object may not be initialized");
    const dummy = new Decl(D_VAR, 0, p.types.error);
    parseInitializerFor(p, dummy);
    return;
  }
  if (r.defined && !r.tentative && r.init !== null) p.error(r.loc, `redefinition of '${p.text(r.name)}'`);
  markDefined(p, r, s);
  parseInitializerFor(p, r);
  if (r.type.kind !== T.K_ERROR && !isComplete(r.type)) {
    if (r.type.kind === T.K_ARRAY) p.error(r.loc, `array size missing in '${p.text(r.name)}'`);
    else p.error(r.loc, `variable '${p.text(r.name)}' has initializer but incomplete type`);
  }
}

function markDefined(_p: Parser, r: Decl, _s: DeclSpec): void {
  r.defined = true;
  r.tentative = false;
}

/** An object without initialiser: automatic ones must be complete, file-scope ones are tentative. */
function checkObject(p: Parser, r: Decl, s: DeclSpec): void {
  if (r.kind !== D_VAR || r.type.kind === T.K_ERROR) return;
  if (s.storage === SC_EXTERN) return;
  if (p.fn === null) {
    if (!r.defined) {
      r.tentative = true;
      r.defined = true;
    }
    if (r.linkage === LINK_INTERNAL && !isComplete(r.type) && r.type.kind !== T.K_ARRAY && r.type.kind !== T.K_VOID)
      p.pedwarn(r.loc, `tentative definition of '${p.text(r.name)}' with internal linkage has incomplete type`);
    return;
  }
  r.defined = true;
  if (!isComplete(r.type)) {
    if (r.type.kind === T.K_VOID) return;
    if (r.type.kind === T.K_ARRAY) p.error(r.loc, `array size missing in '${p.text(r.name)}'`);
    else p.error(r.loc, `storage size of '${p.text(r.name)}' isn't known`);
    r.type = p.types.error;
  }
}

/** What a redeclared name was before, for "previous declaration of". */
function previous(p: Parser, d: Decl): void {
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
  const atFile = p.fn === null && p.depth === 0;
  if (s.storage === SC_TYPEDEF) return declareTypedef(p, s, d, t, attrs);
  if (s.noreturn && t.kind !== T.K_FUNCTION) p.warning(loc, `variable '${p.text(name)}' declared '_Noreturn'`, "");
  if ((s.inline || s.noreturn) && t.kind === T.K_FUNCTION && p.text(name) === "main")
    p.pedwarn(loc, s.inline ? "cannot inline function 'main'" : "'main' declared '_Noreturn'");
  if (s.inline && t.kind !== T.K_FUNCTION) p.warning(loc, `variable '${p.text(name)}' declared 'inline'`, "");
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
    t = p.types.func(t.base!.kind === T.K_VOID ? t.base!.unqual : t.base!, t.params, t.prototype, t.variadic);
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
  const isFunc = t.kind === T.K_FUNCTION;
  if (isFunc && s.storage !== SC_AUTO && isVariablyModified(t)) {
    p.error(loc, `non-nested function with variably modified type`);
    t = p.types.func(p.types.error, t.params, t.prototype, t.variadic);
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

export function builtinAllowed(p: Parser, name: number): boolean {
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
      if (compatible(f, p.types.func(f.base!, o.params, o.prototype, o.variadic))) {
        p.warning(loc, `conflicting types for '${name}'; have '${p.typeText(t)}'`, "");
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
  if (s.attrs !== null) applyAttributes(p, r, s.attrs);
  if (attrs !== null) applyAttributes(p, r, attrs);
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
  if (s.inline) p.warning(d.loc, `typedef '${p.text(d.name)}' declared 'inline'`, "");
  if (s.noreturn) p.warning(d.loc, `typedef '${p.text(d.name)}' declared '_Noreturn'`, "");
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
    p.warning(loc, `implicit declaration of function '${p.text(name)}'`, "implicit-function-declaration");
    known.referenced = true;
    return known;
  }
  const builtin = row !== undefined && builtinAllowed(p, name);
  p.warning(loc, `implicit declaration of function '${p.text(name)}'`, "implicit-function-declaration");
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

// ---- function definitions ----

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
    t = p.types.func(t.base!, [], false, false);
    if (seen !== null && seen.kind === D_FUNC && seen.type.prototype && compatible(seen.type.base!, t.base!, true)) {
      const proto = seen.type;
      if (proto.params.length !== params.length) {
        if (!seen.implicit && seen.builtin === 0) p.error(d.loc, "number of arguments doesn't match prototype");
      } else {
        for (let i = 0; i < params.length; i++) {
          const x = params[i]!;
          // GCC lets a prototype give the unpromoted type
          if (!compatible(x.type, proto.params[i]!, true) && !compatible(promotedParam(p, x.type), proto.params[i]!, true)) {
            p.error(x.loc, `argument '${p.text(x.name)}' doesn't match prototype`);
          }
        }
      }
      t = p.types.func(t.base!, proto.params, true, proto.variadic);
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
    t = p.types.func(p.types.int, t.params, t.prototype, t.variadic);
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
function nestedDefinition(p: Parser, s: DeclSpec, d: Declarator, t0: CType): void {
  p.pedwarn(d.loc, "ISO C forbids nested functions");
  const outer = p.fn!;
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

function functionDefinition(p: Parser, s: DeclSpec, d: Declarator, t0: CType): void {
  if (s.storage === SC_TYPEDEF) p.error(d.loc, "function definition declared 'typedef'");
  if (s.storage === SC_AUTO) p.error(d.loc, "function definition declared 'auto'");
  if (s.storage === SC_REGISTER) p.error(d.loc, "function definition declared 'register'");
  const prev = p.fileDecl(d.name);
  const { t, params, old } = definitionHead(p, s, d, t0, prev);
  const wasInlineOnly = prev !== null && prev.kind === D_FUNC && prev.defined && isGnuInline(p, prev) && prev.inlineOnly;
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
    p.warning(d.loc, "return type of 'main' is not 'int'", "main");
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

/** What can be said only at the end: tentative arrays, inline definitions, undefined statics. */
export function finishUnit(p: Parser): void {
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
        p.warning(d.loc, `'${p.text(d.name)}' used but never defined`, "");
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
