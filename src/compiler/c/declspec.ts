// Declaration specifiers and type names (C11 6.7.1 to 6.7.5, 6.7.7). // hot

import * as KW from "../lex/names.ts";
import { LAST_KEYWORD } from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { D_TYPEDEF, E_VAR, SC_AUTO, SC_EXTERN, SC_NONE, SC_REGISTER, SC_STATIC, SC_TYPEDEF } from "./ast.ts";
import { type Attr, listAligned, parseAttributes, typeWithAttributes } from "./attributes.ts";
import {
  B_BOOL,
  B_CHAR,
  B_COMPLEX,
  B_DOUBLE,
  B_F16,
  B_F32,
  B_F32X,
  B_F64,
  B_F64X,
  B_F128,
  B_FLOAT,
  B_INT,
  B_INT128,
  B_LLONG,
  B_LONG,
  B_OTHER,
  B_SHORT,
  B_SIGNED,
  B_UNSIGNED,
  B_VOID,
  basicType,
  twoTypes,
} from "./basic-type.ts";
import { requiredInt } from "./consteval.ts";
import { rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { Declarator, parseDeclarator } from "./declarator.ts";
import { parseEnum } from "./enum.ts";
import { parseConditional, parseExpression } from "./expr.ts";
import { markReferenced } from "./name-expr.ts";
import { useOf } from "./nested.ts";
import type { Parser } from "./parser.ts";
import { parseRecord } from "./record.ts";
import { compatible, isVariablyModified } from "./types.ts";

const STARTS = new Uint8Array(LAST_KEYWORD + 1);

for (const k of [
  KW.KW_auto,
  KW.KW_char,
  KW.KW_const,
  KW.KW_double,
  KW.KW_enum,
  KW.KW_extern,
  KW.KW_float,
  KW.KW_inline,
  KW.KW_int,
  KW.KW_long,
  KW.KW_register,
  KW.KW_restrict,
  KW.KW_short,
  KW.KW_signed,
  KW.KW_static,
  KW.KW_struct,
  KW.KW_typedef,
  KW.KW_union,
  KW.KW_unsigned,
  KW.KW_void,
  KW.KW_volatile,
  KW.KW__Alignas,
  KW.KW__Atomic,
  KW.KW__Bool,
  KW.KW__Complex,
  KW.KW__Imaginary,
  KW.KW__Noreturn,
  KW.KW__Static_assert,
  KW.KW__Thread_local,
  KW.KW_typeof,
  KW.KW___attribute,
  KW.KW___attribute__,
  KW.KW___const,
  KW.KW___const__,
  KW.KW___inline,
  KW.KW___inline__,
  KW.KW___restrict,
  KW.KW___restrict__,
  KW.KW___signed,
  KW.KW___signed__,
  KW.KW___typeof,
  KW.KW___typeof__,
  KW.KW___volatile,
  KW.KW___volatile__,
  KW.KW___auto_type,
  KW.KW___builtin_va_list,
  KW.KW___complex,
  KW.KW___complex__,
  KW.KW___int128,
  KW.KW___int128_t,
  KW.KW___uint128_t,
  KW.KW___label__,
  KW.KW___thread,
  KW.KW___seg_gs,
  KW.KW___seg_fs,
  KW.KW__Float16,
  KW.KW__Float32,
  KW.KW__Float64,
  KW.KW__Float128,
  KW.KW__Float32x,
  KW.KW__Float64x,
  KW.KW___float128,
  KW.KW___float80,
]) {
  STARTS[k] = 1;
}

/** Can this keyword begin a declaration or type name? */
export function startsDeclaration(kw: number): boolean {
  return kw <= LAST_KEYWORD && STARTS[kw] === 1;
}

/** Is the current token the start of declaration specifiers? */
export function atDeclaration(p: Parser): boolean {
  if (p.tk !== TK.TK_IDENT) return false;
  const v = p.tv;
  if (v <= LAST_KEYWORD) return STARTS[v] === 1;
  return p.isTypedefName(v);
}

export class DeclSpec {
  type: CType;
  storage = SC_NONE;
  /** "__thread" or "_Thread_local" as written, or "". */
  thread = "";
  inline = false;
  noreturn = false;
  attrs: Attr[] | null = null;
  /** _Alignas in bytes. */
  alignas = 0;
  /** "signed" is written, here or in the typedef. */
  explicitSigned = false;
  /** The typedef name that stands for the type, or 0. */
  typedefName = 0;
  /** The typedef name or the record is `unavailable`. */
  unavailable = false;
  autoType = false;
  /** No type specifier at all: implicit int. */
  implicitInt = false;
  /** The specifiers declare or name a tag, so that a declaration without declarators is useful. */
  tag = false;
  /** The storage class is written more than once or with another. */
  loc = 0;
  any = false;
  constructor(type: CType) {
    this.type = type;
  }
}

/** declaration-specifiers / specifier-qualifier-list (storage only where the caller allows it). */
export function parseDeclSpec(p: Parser, storageOk: boolean): DeclSpec {
  const tt = p.types;
  const s = new DeclSpec(tt.int);
  s.loc = p.loc;
  let bits = 0;
  let quals = 0;
  let space = 0;
  let other: CType | null = null;
  for (;;) {
    if (p.tk !== TK.TK_IDENT) break;
    const kw = p.tv;
    if (kw > LAST_KEYWORD) {
      if (bits !== 0 || other !== null) break;
      const d = p.lookup(kw);
      if (d === null || d.kind !== D_TYPEDEF) break;
      other = d.type;
      s.explicitSigned = d.explicitSigned;
      s.typedefName = kw;
      s.unavailable = d.attrs.unavailable;
      if (d.owner !== null) useOf(p, d);
      bits |= B_OTHER;
      p.next();
      continue;
    }
    const loc = p.loc;
    let b = 0;
    switch (kw) {
      case KW.KW_typedef:
        storage(p, s, SC_TYPEDEF, storageOk, loc);
        p.next();
        continue;
      case KW.KW_extern:
        storage(p, s, SC_EXTERN, storageOk, loc);
        p.next();
        continue;
      case KW.KW_static:
        storage(p, s, SC_STATIC, storageOk, loc);
        p.next();
        continue;
      case KW.KW_auto:
        storage(p, s, SC_AUTO, storageOk, loc);
        p.next();
        continue;
      case KW.KW_register:
        storage(p, s, SC_REGISTER, storageOk, loc);
        p.next();
        continue;
      case KW.KW___thread:
      case KW.KW__Thread_local:
        if (kw === KW.KW__Thread_local) p.since(2011, loc, "does not support '_Thread_local'");
        thread(p, s, loc);
        p.next();
        continue;
      case KW.KW_inline:
      case KW.KW___inline:
      case KW.KW___inline__:
        s.inline = true;
        p.next();
        continue;
      case KW.KW__Noreturn:
        p.since(2011, loc, "does not support '_Noreturn'");
        s.noreturn = true;
        p.next();
        continue;
      case KW.KW_const:
      case KW.KW___const:
      case KW.KW___const__:
        if ((quals & T.Q_CONST) !== 0) p.since(1999, loc, "forbids duplicate 'const'");
        quals |= T.Q_CONST;
        p.next();
        continue;
      case KW.KW_volatile:
      case KW.KW___volatile:
      case KW.KW___volatile__:
        if ((quals & T.Q_VOLATILE) !== 0) p.since(1999, loc, "forbids duplicate 'volatile'");
        quals |= T.Q_VOLATILE;
        p.next();
        continue;
      case KW.KW_restrict:
      case KW.KW___restrict:
      case KW.KW___restrict__:
        if ((quals & T.Q_RESTRICT) !== 0) p.since(1999, loc, "forbids duplicate 'restrict'");
        quals |= T.Q_RESTRICT;
        p.next();
        continue;
      case KW.KW___seg_gs:
        space = 1;
        p.next();
        continue;
      case KW.KW___seg_fs:
        space = 2;
        p.next();
        continue;
      case KW.KW___extension__:
        p.next();
        continue;
      case KW.KW___attribute:
      case KW.KW___attribute__:
        s.attrs = parseAttributes(p, s.attrs);
        continue;
      case KW.KW__Alignas:
        parseAlignas(p, s);
        continue;
      case KW.KW__Atomic:
        p.since(2011, loc, "does not support the '_Atomic' qualifier");
        if (p.peekKind(1) === TK.TK_LPAREN) {
          p.next();
          p.next();
          const t = parseTypeName(p);
          p.expect(TK.TK_RPAREN);
          other = tt.qualified(t, T.Q_ATOMIC);
          if (t.kind === T.K_ARRAY || t.kind === T.K_FUNCTION)
            p.error(loc, `'_Atomic'-qualified ${t.kind === T.K_ARRAY ? "array" : "function"} type`);
          bits |= B_OTHER;
        } else {
          quals |= T.Q_ATOMIC;
          p.next();
        }
        continue;
      case KW.KW_struct:
      case KW.KW_union:
        if (bits !== 0) twoTypes(p, loc);
        other = parseRecord(p, s);
        bits |= B_OTHER;
        continue;
      case KW.KW_enum:
        if (bits !== 0) twoTypes(p, loc);
        other = parseEnum(p, s);
        bits |= B_OTHER;
        continue;
      case KW.KW_typeof:
      case KW.KW___typeof:
      case KW.KW___typeof__:
        if (bits !== 0) twoTypes(p, loc);
        other = parseTypeof(p);
        bits |= B_OTHER;
        continue;
      case KW.KW___auto_type:
        s.autoType = true;
        bits |= B_OTHER;
        other = tt.error;
        p.next();
        continue;
      case KW.KW___builtin_va_list:
        other = tt.vaList;
        bits |= B_OTHER;
        p.next();
        continue;
      case KW.KW__Float32:
        b = B_F32;
        break;
      case KW.KW__Float64:
        b = B_F64;
        break;
      case KW.KW__Float32x:
        b = B_F32X;
        break;
      case KW.KW__Float64x:
        b = B_F64X;
        break;
      case KW.KW__Float128:
      case KW.KW___float128:
        bits |= B_F128;
        p.next();
        continue;
      case KW.KW___float80:
        bits |= B_DOUBLE | B_LONG;
        p.next();
        continue;
      case KW.KW__Float16:
        b = B_F16;
        break;
      case KW.KW_void:
        b = B_VOID;
        break;
      case KW.KW__Bool:
        b = B_BOOL;
        p.since(1999, loc, "does not support boolean types");
        break;
      case KW.KW_char:
        b = B_CHAR;
        break;
      case KW.KW_short:
        b = B_SHORT;
        break;
      case KW.KW_int:
        b = B_INT;
        break;
      case KW.KW_long:
        if ((bits & B_LLONG) !== 0) p.error(loc, "'long long long' is too long for GCC");
        b = (bits & B_LONG) !== 0 ? B_LLONG : B_LONG;
        if (b === B_LLONG) p.since(1999, loc, "does not support 'long long'");
        break;
      case KW.KW_signed:
      case KW.KW___signed:
      case KW.KW___signed__:
        b = B_SIGNED;
        break;
      case KW.KW_unsigned:
        b = B_UNSIGNED;
        break;
      case KW.KW_float:
        b = B_FLOAT;
        break;
      case KW.KW_double:
        b = B_DOUBLE;
        break;
      case KW.KW__Complex:
      case KW.KW___complex:
      case KW.KW___complex__:
        b = B_COMPLEX;
        p.since(1999, loc, "does not support complex types");
        break;
      case KW.KW___int128:
        b = B_INT128;
        break;
      case KW.KW___int128_t:
        b = B_INT128;
        break;
      case KW.KW___uint128_t:
        b = B_INT128 | B_UNSIGNED;
        break;
      default:
        b = -1;
    }
    if (b < 0) break;
    if ((bits & B_OTHER) !== 0) twoTypes(p, loc);
    else if ((b & bits) !== 0) p.error(loc, `duplicate '${p.text(kw)}'`);
    bits |= b;
    p.next();
  }
  // qualifiers alone mean int, as in C90
  s.any = bits !== 0 || quals !== 0;
  if ((bits & B_SIGNED) !== 0) s.explicitSigned = true;
  let t = (bits & B_OTHER) !== 0 ? other! : basicType(p, bits, s);
  if (bits === 0) s.implicitInt = true;
  if (quals !== 0) {
    if ((quals & T.Q_RESTRICT) !== 0 && t.kind !== T.K_POINTER && !(t.kind === T.K_ARRAY) && t.kind !== T.K_ERROR) {
      p.error(s.loc, "invalid use of 'restrict'");
      quals &= ~T.Q_RESTRICT;
    }
    t = tt.qualified(t, quals);
  }
  if (space !== 0) t = tt.inSpace(t, space);
  s.type = t;
  return s;
}

/** A storage class, of which there is one at the most; `ok`: the grammar has one here. */
function storage(p: Parser, s: DeclSpec, sc: number, ok: boolean, loc: number): void {
  if (!ok) {
    p.syntaxError(`expected specifier-qualifier-list ${p.tokenText()}`);
    return;
  }
  if (s.storage !== SC_NONE)
    p.error(loc, s.storage === sc ? `duplicate '${p.text(p.tv)}'` : "multiple storage classes in declaration specifiers");
  if (s.thread !== "") {
    if (sc !== SC_EXTERN && sc !== SC_STATIC) {
      p.error(loc, `'${s.thread}' used with '${p.text(p.tv)}'`);
      s.thread = "";
    } else if (s.thread === "__thread") p.error(loc, `'__thread' before '${p.text(p.tv)}'`);
  }
  s.storage = sc;
}

/** __thread or _Thread_local, which go with static and extern only. */
function thread(p: Parser, s: DeclSpec, loc: number): void {
  const word = p.text(p.tv);
  const used =
    s.storage === SC_TYPEDEF ? "typedef" : s.storage === SC_AUTO ? "auto" : s.storage === SC_REGISTER ? "register" : "";
  if (s.thread !== "") p.error(loc, `duplicate '${word}'`);
  else if (used !== "") p.error(loc, `'${word}' used with '${used}'`);
  else s.thread = word;
}

function parseAlignas(p: Parser, s: DeclSpec): void {
  const loc = p.loc;
  p.since(2011, loc, "does not support '_Alignas'");
  p.next();
  if (!p.expect(TK.TK_LPAREN)) return;
  if (atDeclaration(p)) {
    const t = parseTypeName(p);
    s.alignas = Math.max(s.alignas, t.align);
  } else {
    const c = requiredInt(p, rvalue(p, parseConditional(p)));
    if (c === null) p.error(loc, "requested alignment is not an integer constant");
    else if (c.hi !== 0 || c.lo < 0 || (c.lo & (c.lo - 1)) !== 0)
      p.error(loc, `requested alignment '${c.lo}' is not a positive power of 2`);
    else s.alignas = Math.max(s.alignas, c.lo);
  }
  p.expect(TK.TK_RPAREN);
}

function parseTypeof(p: Parser): CType {
  p.next();
  if (!p.expect(TK.TK_LPAREN)) return p.types.error;
  let t: CType;
  p.unevaluated++;
  while (p.isKeyword(KW.KW___extension__)) p.next();
  if (atDeclaration(p)) t = parseTypeName(p);
  else {
    const loc = p.loc;
    const e = parseExpression(p);
    if (e.op === 3 /* E_MEMBER */ && e.member!.bitWidth >= 0) p.error(loc, "'typeof' applied to a bit-field");
    t = p.types.nativeOrder(e.type);
    // C2x 6.7.2.5: the operand is evaluated if its type is variably modified
    if (isVariablyModified(t) && e.op !== E_VAR) {
      markReferenced(e);
      p.bounds.push(e);
    }
  }
  p.unevaluated--;
  p.expect(TK.TK_RPAREN);
  return t;
}

/** type-name = specifier-qualifier-list [abstract-declarator] */
export function parseTypeName(p: Parser): CType {
  const s = parseDeclSpec(p, false);
  if (!s.any) {
    p.syntaxError(`expected specifier-qualifier-list ${p.tokenText()}`);
    return p.types.error;
  }
  let t = s.type;
  if (s.alignas !== 0) p.error(s.loc, "alignment specified for type name");
  if (s.implicitInt) p.pedwarn99(s.loc, "type defaults to 'int' in type name", "implicit-int");
  if (p.tk !== TK.TK_RPAREN) {
    const d = new Declarator();
    t = parseDeclarator(p, t, d, true);
    if (d.name !== 0) p.syntaxError("expected abstract declarator");
    if (d.attrs !== null) s.attrs = s.attrs === null ? d.attrs : s.attrs.concat(d.attrs);
  }
  if (s.attrs !== null) {
    t = typeWithAttributes(p, t, s.attrs);
    const al = listAligned(p, s.attrs);
    if (al > 0) t = p.types.aligned(t, al);
  }
  return t;
}

/** Are two declared types the same for a typedef's redefinition? */
export function sameType(a: CType, b: CType): boolean {
  return a === b || compatible(a, b);
}
