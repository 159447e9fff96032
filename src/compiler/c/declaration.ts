// Declarations (C11 6.7, 6.9): specifiers, then declarators with their initialisers. What a declarator comes to is settled in
// declare.ts, what has a body in function-definition.ts. // hot

import * as KW from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import {
  D_TYPEDEF,
  D_VAR,
  Decl,
  LINK_INTERNAL,
  S_BOUNDS,
  S_DECL,
  SC_AUTO,
  SC_EXTERN,
  SC_NONE,
  SC_REGISTER,
  SC_TYPEDEF,
  Stmt,
} from "./ast.ts";
import { type Attr, attributesStart, parseAttributes, typeWithAttributes } from "./attributes.ts";
import { requiredInt } from "./consteval.ts";
import { boundsExpr, rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { Declarator, parseDeclarator } from "./declarator.ts";
import { declare } from "./declare.ts";
import { atDeclaration, type DeclSpec, parseDeclSpec } from "./declspec.ts";
import { parseAssignment, parseConditional } from "./expr.ts";
import { functionDefinition, nestedDefinition } from "./function-definition.ts";
import { parseInitializerFor } from "./init.ts";
import type { Parser } from "./parser.ts";
import { parseStringText } from "./string-expr.ts";
import { isComplete, isVariablyModified } from "./types.ts";

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
  const c = T.isInteger(e.type) ? requiredInt(p, e) : null;
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
    if (s.implicitInt) implicitInt(p, s, d, first && t.kind === T.K_FUNCTION && startsBody(p));
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
      if (p.tk === TK.TK_ASSIGN) initialize(p, r, s, d.loc);
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

function implicitInt(p: Parser, s: DeclSpec, d: Declarator, definition: boolean): void {
  s.implicitInt = false;
  if (definition) p.pedwarn99(d.loc, "return type defaults to 'int'", "implicit-int");
  else if (s.storage !== SC_NONE || s.attrs !== null || s.inline)
    p.pedwarn99(d.loc, `type defaults to 'int' in declaration of '${p.text(d.name)}'`, "implicit-int");
  else p.pedwarn(d.loc, "data definition has no type or storage class", "");
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
  else if (!s.any) p.pedwarn(s.loc, "empty declaration", "");
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

/** An array, of arrays perhaps, whose own lengths are all constant. */
function isPointerArray(t: CType): boolean {
  let x = t;
  for (; x.kind === T.K_ARRAY; x = x.base!) if (x.count === T.COUNT_VLA || x.count === T.COUNT_STAR) return false;
  return true;
}

function initialize(p: Parser, r: Decl | null, s: DeclSpec, at: number): void {
  const loc = p.loc;
  p.next();
  if (r === null || r.kind !== D_VAR) {
    if (r !== null) {
      if (r.kind === D_TYPEDEF) p.error(r.loc, `typedef '${p.text(r.name)}' is initialized (use '__typeof__' instead)`);
      else p.error(at, `function '${p.text(r.name)}' is initialized like a variable`);
    }
    const dummy = new Decl(D_VAR, 0, p.types.error);
    parseInitializerFor(p, dummy);
    return;
  }
  if (s.storage === SC_EXTERN) {
    if (p.fn !== null) p.error(at, `'${p.text(r.name)}' has both 'extern' and initializer`);
    else p.warning(r.loc, `'${p.text(r.name)}' initialized and declared 'extern'`, "");
  }
  if (r.type.kind === T.K_ARRAY && isVariablyModified(r.type) && !isPointerArray(r.type)) {
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
