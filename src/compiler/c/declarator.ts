// Declarators (C11 6.7.6, 6.7.7). // hot
//
// A parenthesised declarator is skipped, its suffixes are parsed onto the base type, then the inner part is parsed with the type
// so far and the cursor set behind the suffixes: types are built outside in without a list of pieces.

import * as KW from "../lex/names.ts";
import { LAST_KEYWORD } from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { D_VAR, Decl, E_BOUND, E_INT, Expr, SC_AUTO, SC_NONE, SC_REGISTER } from "./ast.ts";
import { type Attr, applyAttributes, attributesStart, parseAttributes, typeWithAttributes } from "./attributes.ts";
import { requiredInt } from "./consteval.ts";
import { convert, rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { atDeclaration, parseDeclSpec, startsDeclaration } from "./declspec.ts";
import { parseAssignment } from "./expr.ts";
import type { Parser } from "./parser.ts";
import { hasFlexibleArray } from "./record.ts";
import { isComplete, mentionsStar } from "./types.ts";

export class Declarator {
  name = 0;
  loc = 0;
  attrs: Attr[] | null = null;
  /** Parameters of the function declarator nearest to the name. */
  params: Decl[] | null = null;
  /** Names of an old-style definition's parameters. */
  oldNames: { name: number; loc: number }[] | null = null;
  /** Parsing a parameter: array qualifiers and static are allowed. */
  isParam = false;
  /** Qualifiers inside the outermost brackets of a parameter. */
  arrayQuals = 0;
  /** The declarator's own type is a parameter list's "()". */
  emptyParens = false;
}

/** declarator = pointer* direct-declarator; `abstractOk`: the name may be missing. Returns the declared type. */
export function parseDeclarator(p: Parser, base: CType, d: Declarator, abstractOk: boolean): CType {
  let t = base;
  while (p.tk === TK.TK_STAR) {
    p.next();
    t = p.types.pointer(t);
    t = pointerQualifiers(p, t, d);
  }
  if (attributesStart(p)) d.attrs = parseAttributes(p, d.attrs);
  if (p.tk === TK.TK_IDENT) {
    if (p.tv > LAST_KEYWORD) {
      d.name = p.tv;
      d.loc = p.loc;
      p.next();
      return parseSuffixes(p, t, d);
    }
    if (!abstractOk) p.syntaxError(`expected identifier or '(' ${p.tokenText()}`);
    return t;
  }
  if (p.tk === TK.TK_LPAREN && isNested(p, abstractOk)) {
    const from = p.pos;
    skipParens(p);
    t = parseSuffixes(p, t, d);
    const end = p.pos;
    p.seek(from + 1);
    if (attributesStart(p)) d.attrs = parseAttributes(p, d.attrs);
    t = parseDeclarator(p, t, d, abstractOk);
    if (!p.at(TK.TK_RPAREN)) p.expect(TK.TK_RPAREN);
    if (p.pos < end) p.seek(end);
    return t;
  }
  if (p.tk === TK.TK_LBRACKET || p.tk === TK.TK_LPAREN) {
    if (abstractOk) {
      d.loc = p.loc;
      return parseSuffixes(p, t, d);
    }
  }
  d.loc = p.loc;
  if (!abstractOk) p.syntaxError(`expected identifier or '(' ${p.tokenText()}`);
  return t;
}

function pointerQualifiers(p: Parser, t0: CType, d: Declarator): CType {
  let q = 0;
  let space = 0;
  while (p.tk === TK.TK_IDENT && p.tv <= LAST_KEYWORD) {
    switch (p.tv) {
      case KW.KW_const:
      case KW.KW___const:
      case KW.KW___const__:
        q |= T.Q_CONST;
        break;
      case KW.KW_volatile:
      case KW.KW___volatile:
      case KW.KW___volatile__:
        q |= T.Q_VOLATILE;
        break;
      case KW.KW_restrict:
      case KW.KW___restrict:
      case KW.KW___restrict__:
        q |= T.Q_RESTRICT;
        break;
      case KW.KW__Atomic:
        q |= T.Q_ATOMIC;
        break;
      case KW.KW___seg_gs:
        space = 1;
        break;
      case KW.KW___seg_fs:
        space = 2;
        break;
      case KW.KW___attribute:
      case KW.KW___attribute__:
        d.attrs = parseAttributes(p, d.attrs);
        continue;
      case KW.KW___extension__:
        break;
      default:
        return finish();
    }
    p.next();
  }
  return finish();
  function finish(): CType {
    let t = q === 0 ? t0 : p.types.qualified(t0, q);
    if (space !== 0) t = p.types.inSpace(t, space);
    return t;
  }
}

/** Is this "(" a parenthesised declarator (and not an abstract function's parameters)? */
function isNested(p: Parser, abstractOk: boolean): boolean {
  if (!abstractOk) return true;
  const k = p.peekKind(1);
  if (k === TK.TK_STAR || k === TK.TK_LPAREN || k === TK.TK_LBRACKET) return true;
  if (k !== TK.TK_IDENT) return false;
  const v = p.peekVal(1);
  if (v === KW.KW___attribute__ || v === KW.KW___attribute) {
    // attributes begin a nested declarator or the first parameter's specifiers
    let i = 2;
    let depth = 0;
    do {
      const a = p.peekKind(i++);
      if (a === TK.TK_LPAREN) depth++;
      else if (a === TK.TK_RPAREN) depth--;
      else if (a === TK.TK_EOF) return true;
    } while (depth > 0);
    const w = p.peekVal(i);
    return !(p.peekKind(i) === TK.TK_IDENT && (w <= LAST_KEYWORD ? startsDeclaration(w) : p.isTypedefName(w)));
  }
  if (v <= LAST_KEYWORD) return false;
  return !p.isTypedefName(v);
}

function skipParens(p: Parser): void {
  let depth = 0;
  for (let i = p.pos; i < p.count; i++) {
    const k = p.kinds[i]!;
    if (k === TK.TK_LPAREN) depth++;
    else if (k === TK.TK_RPAREN && --depth === 0) {
      p.seek(i + 1);
      return;
    } else if (k === TK.TK_EOF || k === TK.TK_LBRACE || (k === TK.TK_SEMI && depth <= 1)) break;
  }
  p.expect(TK.TK_RPAREN);
  p.next();
}

function parseSuffixes(p: Parser, base: CType, d: Declarator): CType {
  if (p.tk === TK.TK_LBRACKET) return parseArray(p, base, d, true);
  if (p.tk === TK.TK_LPAREN) return parseFunction(p, base, d);
  return base;
}

function parseArray(p: Parser, base: CType, d: Declarator, outermost: boolean): CType {
  const loc = p.loc;
  p.next();
  let length: Expr | null = null;
  let star = false;
  let quals = 0;
  while (p.tk === TK.TK_IDENT) {
    const v = p.tv;
    if (v === KW.KW_static) {
      if (!d.isParam) p.error(loc, "static or type qualifiers in non-parameter array declarator");
    } else if (v === KW.KW_const || v === KW.KW___const || v === KW.KW___const__) quals |= T.Q_CONST;
    else if (v === KW.KW_volatile || v === KW.KW___volatile || v === KW.KW___volatile__) quals |= T.Q_VOLATILE;
    else if (v === KW.KW_restrict || v === KW.KW___restrict || v === KW.KW___restrict__) quals |= T.Q_RESTRICT;
    else if (v === KW.KW__Atomic) quals |= T.Q_ATOMIC;
    else break;
    p.next();
  }
  if (quals !== 0) {
    if (!d.isParam || !outermost) p.error(loc, "static or type qualifiers in non-parameter array declarator");
    d.arrayQuals |= quals;
  }
  if (attributesStart(p)) parseAttributes(p, null);
  if (p.tk === TK.TK_STAR && p.peekKind(1) === TK.TK_RBRACKET) {
    star = true;
    p.since(1999, loc, "does not support '[*]' array declarators");
    p.next();
  } else if (p.tk !== TK.TK_RBRACKET) {
    // the length of a parameter's array is evaluated only in a definition
    length = rvalue(p, parseAssignment(p));
  }
  p.expect(TK.TK_RBRACKET);
  let elem = base;
  if (p.tk === TK.TK_LBRACKET) elem = parseArray(p, base, d, false);
  else if (p.tk === TK.TK_LPAREN) {
    elem = parseFunction(p, base, d);
  }
  return makeArray(p, elem, length, star, d, loc);
}

function makeArray(p: Parser, elem: CType, length: Expr | null, star: boolean, d: Declarator, loc: number): CType {
  const tt = p.types;
  const what = d.name !== 0 ? `'${p.text(d.name)}'` : "type name";
  if (elem.kind === T.K_ERROR) return elem;
  if (elem.kind === T.K_FUNCTION) {
    p.error(d.loc || loc, `declaration of ${what} as array of functions`);
    return tt.array(tt.int, 1);
  }
  if (elem.kind === T.K_VOID) {
    p.error(d.loc || loc, `declaration of ${what} as array of voids`);
    return tt.array(tt.int, 1);
  }
  if (!isComplete(elem)) {
    if (elem.kind === T.K_ARRAY) p.error(loc, "array type has incomplete element type '" + p.typeText(elem) + "'");
    else p.error(loc, `array type has incomplete element type '${p.typeText(elem)}'`);
    return tt.array(tt.int, 1);
  }
  if (elem.size > 0 && elem.size % elem.align !== 0) {
    p.error(
      d.loc || loc,
      elem.size < elem.align
        ? "alignment of array elements is greater than element size"
        : "size of array element is not a multiple of its alignment",
    );
    return tt.array(tt.int, 1);
  }
  if (hasFlexibleArray(elem)) p.pedwarn(loc, "invalid use of structure with flexible array member");
  if (star) return tt.vla(elem, null);
  if (length === null) return tt.array(elem, T.COUNT_INCOMPLETE);
  if (length.type.kind === T.K_ERROR) return tt.array(elem, 1);
  if (!T.isInteger(length.type)) {
    p.error(d.loc || loc, `size of array ${what} has non-integer type`);
    return tt.array(elem, 1);
  }
  // in a function GCC takes nothing that it would have to fold
  const c = length.op === E_INT && (length.ice || p.depth === 0) ? length : p.depth === 0 ? requiredInt(p, length) : null;
  if (c !== null) {
    if (c.hi < 0 && !c.type.unsigned) {
      p.error(d.loc || loc, `size of array ${what} is negative`);
      return tt.array(elem, 1);
    }
    const n = (c.hi >>> 0) * 4294967296 + (c.lo >>> 0);
    if (n * Math.max(1, elem.size) >= 2 ** (p.target.ptrSize * 8 - 1)) {
      p.error(d.loc || loc, `size of array ${what} is too large`);
      return tt.array(elem, 1);
    }
    if (p.depth === 0 && (c !== length || !c.ice) && p.fn === null)
      p.pedwarn(d.loc || loc, `variably modified ${what} at file scope`, "");
    if (n === 0) p.pedwarn(d.loc || loc, `ISO C forbids zero-size array ${what}`);
    return tt.array(elem, n);
  }
  if (p.fn === null && p.depth === 0 && p.unevaluated === 0) {
    p.error(
      d.loc || loc,
      d.name !== 0 ? `variably modified '${p.text(d.name)}' at file scope` : "variably modified type name at file scope",
    );
    return tt.array(elem, 1);
  }
  p.since(1999, d.loc || loc, `forbids variable length array ${what}`);
  const bound = new Expr(E_BOUND, length.type.size > 4 ? length.type : tt.ptrdiff, loc);
  bound.a = convert(p, length, bound.type);
  p.bounds.push(bound);
  return tt.vla(elem, bound);
}

function parseFunction(p: Parser, base: CType, d: Declarator): CType {
  const loc = p.loc;
  p.next();
  const tt = p.types;
  const params: Decl[] = [];
  let variadic = false;
  let prototype = true;
  let oldNames: { name: number; loc: number }[] | null = null;
  const mark = p.mark();
  const tagMark = p.tagMark();
  // a definition evaluates its parameters' bounds when it is entered, other declarations never
  const bounds = p.bounds.length;
  if (p.tk === TK.TK_RPAREN) {
    prototype = false;
    p.next();
  } else if (p.tk === TK.TK_IDENT && p.tv === KW.KW_void && p.peekKind(1) === TK.TK_RPAREN) {
    p.next();
    p.next();
  } else if (p.atName() && !p.isTypedefName(p.tv)) {
    prototype = false;
    oldNames = [];
    for (;;) {
      if (!p.atName()) {
        p.syntaxError(`expected identifier ${p.tokenText()}`);
        break;
      }
      oldNames.push({ name: p.tv, loc: p.loc });
      p.next();
      if (p.tk !== TK.TK_COMMA) break;
      p.next();
    }
    if (p.tk !== TK.TK_RPAREN) {
      const unknown = oldNames.length === 1 ? p.text(oldNames[0]!.name) : "";
      if (unknown !== "") p.error(oldNames[0]!.loc, `unknown type name '${unknown}'`);
      else p.expect(TK.TK_RPAREN);
      p.recoverParen();
    } else p.next();
  } else {
    p.enterScope();
    for (;;) {
      if (p.tk === TK.TK_ELLIPSIS) {
        if (params.length === 0) p.error(p.loc, "ISO C requires a named argument before '...'");
        variadic = true;
        p.next();
        break;
      }
      if (!atDeclaration(p)) {
        if (p.atName()) {
          p.error(p.loc, `unknown type name '${p.text(p.tv)}'`);
          skipParameter(p);
          const bad = new Decl(D_VAR, 0, tt.error);
          params.push(bad);
          if (p.tk !== TK.TK_COMMA) break;
          p.next();
          continue;
        }
        p.syntaxError(`expected declaration specifiers or '...' ${p.tokenText()}`);
        skipParameter(p);
        break;
      }
      params.push(parseParameter(p));
      if (p.at(TK.TK_SEMI)) {
        // GNU: forward declarations of parameters, `(int n; int a[n], int n)`
        if (params.every((x) => x.ordinal !== FORWARD)) p.pedwarn(p.loc, "ISO C forbids forward parameter declarations");
        for (const x of params) x.ordinal = FORWARD;
        params.length = 0;
        p.next();
        continue;
      }
      if (p.tk !== TK.TK_COMMA) break;
      p.next();
    }
    p.expect(TK.TK_RPAREN);
    p.leaveScope(mark, tagMark);
  }
  p.takeBounds(bounds);
  d.params = params;
  d.oldNames = oldNames;
  d.emptyParens = !prototype && oldNames === null;
  let ret = base;
  if (p.tk === TK.TK_LPAREN || p.tk === TK.TK_LBRACKET) {
    const ps = d.params;
    ret = parseSuffixes(p, base, d);
    d.params = ps;
    d.oldNames = oldNames;
  }
  const what = d.name !== 0 ? `'${p.text(d.name)}'` : "type name";
  if (ret.kind === T.K_FUNCTION) {
    p.error(d.loc || loc, `${what} declared as function returning a function`);
    ret = tt.int;
  } else if (ret.kind === T.K_ARRAY) {
    p.error(d.loc || loc, `${what} declared as function returning an array`);
    ret = tt.int;
  }
  const types: CType[] = new Array(params.length);
  for (let i = 0; i < params.length; i++)
    types[i] = params[i]!.type.kind === T.K_ERROR ? tt.error : tt.unqualified(params[i]!.type);
  return tt.func(ret.kind === T.K_VOID ? ret : ret, types, prototype, variadic);
}

/** Decl.ordinal of a parameter that is only declared forward so far. */
const FORWARD = -1;

function skipParameter(p: Parser): void {
  let depth = 0;
  while (p.tk !== TK.TK_EOF && p.tk !== TK.TK_SEMI && p.tk !== TK.TK_LBRACE) {
    if (p.tk === TK.TK_LPAREN || p.tk === TK.TK_LBRACKET) depth++;
    else if (p.tk === TK.TK_RPAREN || p.tk === TK.TK_RBRACKET) {
      if (depth === 0) return;
      depth--;
    } else if (p.tk === TK.TK_COMMA && depth === 0) return;
    p.next();
  }
}

/** parameter-declaration; declares the name in the prototype's scope. */
function parseParameter(p: Parser): Decl {
  const s = parseDeclSpec(p, true);
  const d = new Declarator();
  d.isParam = true;
  let t = s.type;
  const loc = p.loc;
  if (p.tk !== TK.TK_COMMA && p.tk !== TK.TK_RPAREN) t = parseDeclarator(p, t, d, true);
  const attrs = parseAttributes(p, d.attrs);
  if ((s.storage !== SC_NONE && s.storage !== SC_REGISTER) || s.thread !== "") {
    if (s.storage === SC_AUTO || s.storage > 0 || s.thread !== "")
      p.error(
        loc,
        d.name !== 0
          ? `storage class specified for parameter '${p.text(d.name)}'`
          : "storage class specified for unnamed parameter",
      );
  }
  t = typeWithAttributes(p, t, s.attrs);
  t = typeWithAttributes(p, t, attrs);
  const bound = variableBound(t);
  const star = mentionsStar(t);
  t = adjustParameter(p, t, d.arrayQuals);
  if (t.kind === T.K_VOID) {
    if (d.name !== 0) p.error(d.loc, `parameter '${p.text(d.name)}' has incomplete type`);
    else p.error(loc, "'void' must be the only parameter");
    t = p.types.error;
  }
  const forward = d.name === 0 ? null : p.lookupHere(d.name);
  if (forward !== null && forward.ordinal === FORWARD) {
    forward.ordinal = 0;
    forward.type = t;
    forward.bound = bound;
    forward.star = star;
    return forward;
  }
  const decl = new Decl(D_VAR, d.name, t);
  decl.isParam = true;
  decl.bound = bound;
  decl.star = star;
  decl.loc = d.name !== 0 ? d.loc : loc;
  decl.storage = s.storage === SC_REGISTER ? SC_REGISTER : SC_NONE;
  if (s.attrs !== null) applyAttributes(p, decl, s.attrs);
  if (attrs !== null) applyAttributes(p, decl, attrs);
  if (d.name !== 0) {
    if (p.lookupHere(d.name) !== null) p.error(d.loc, `redefinition of parameter '${p.text(d.name)}'`);
    p.bind(d.name, decl);
  }
  return decl;
}

/** Length of a parameter declared as a variable length array. */
export function variableBound(t: CType): Expr | null {
  return t.kind === T.K_ARRAY && t.count === T.COUNT_VLA ? t.vla : null;
}

/** Array and function parameters are pointers (C11 6.7.6.3p7). */
export function adjustParameter(p: Parser, t: CType, quals: number): CType {
  if (t.kind === T.K_ARRAY) return p.types.qualified(p.types.pointer(t.base!), quals);
  if (t.kind === T.K_FUNCTION) return p.types.pointer(t);
  return t;
}
