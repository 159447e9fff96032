// Declaration specifiers, type names, structs, unions and enums (C11 6.7.1-6.7.5, 6.7.7). // hot

import * as KW from "../lex/names.ts";
import { LAST_KEYWORD } from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { D_ENUMCONST, D_TYPEDEF, Decl, E_VAR, SC_AUTO, SC_EXTERN, SC_NONE, SC_REGISTER, SC_STATIC, SC_TYPEDEF } from "./ast.ts";
import * as AT from "./attribute-ids.ts";
import { type Attr, alignedArg, hasAttr, listAligned, parseAttributes, stringArg, typeWithAttributes } from "./attributes.ts";
import { constantInt } from "./consteval.ts";
import { rvalue } from "./conversions.ts";
import type { CType, RecordInfo } from "./ctype.ts";
import * as T from "./ctype.ts";
import { Member } from "./ctype.ts";
import { staticAssert } from "./declaration.ts";
import { Declarator, parseDeclarator } from "./declarator.ts";
import { markReferenced, parseConditional, parseExpression } from "./expr.ts";
import { layoutRecord, type MemberAttrs } from "./layout.ts";
import { layoutMsRecord } from "./layout-ms.ts";
import { useOf, useOfRecord } from "./nested.ts";
import type { Parser } from "./parser.ts";
import { compatible, isComplete, isVariablyModified, isVlaType, mentionsStar } from "./types.ts";

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

const B_CHAR = 1;
const B_SHORT = 2;
const B_INT = 4;
const B_LONG = 8;
const B_LLONG = 16;
const B_SIGNED = 32;
const B_UNSIGNED = 64;
const B_FLOAT = 128;
const B_DOUBLE = 256;
const B_BOOL = 512;
const B_VOID = 1024;
const B_COMPLEX = 2048;
const B_INT128 = 4096;
/** A type that is complete in itself: typedef name, tag, typeof, _Float128 … */
const B_OTHER = 8192;
const B_F128 = 16384;
const B_F32 = 1 << 15;
const B_F64 = 1 << 16;
const B_F32X = 1 << 17;
const B_F64X = 1 << 18;

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
        p.error(loc, "'_Float16' is not supported on this target");
        bits |= B_FLOAT;
        p.next();
        continue;
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

function twoTypes(p: Parser, loc: number): void {
  p.error(loc, "two or more data types in declaration specifiers");
}

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

function basicType(p: Parser, bits: number, s: DeclSpec): CType {
  const tt = p.types;
  const complex = (bits & B_COMPLEX) !== 0;
  const u = (bits & B_UNSIGNED) !== 0;
  if (u && (bits & B_SIGNED) !== 0) p.error(s.loc, "both 'signed' and 'unsigned' in declaration specifiers");
  let t: CType | null = null;
  switch (bits & ~(B_COMPLEX | B_SIGNED | B_UNSIGNED)) {
    case 0:
      t = complex && !u && (bits & B_SIGNED) === 0 ? tt.double : u ? tt.uint : tt.int;
      break;
    case B_INT:
      t = u ? tt.uint : tt.int;
      break;
    case B_CHAR:
      t = u ? tt.uchar : (bits & B_SIGNED) !== 0 ? tt.schar : tt.char;
      break;
    case B_SHORT:
    case B_SHORT | B_INT:
      t = u ? tt.ushort : tt.short;
      break;
    case B_LONG:
    case B_LONG | B_INT:
      t = u ? tt.ulong : tt.long;
      break;
    case B_LONG | B_LLONG:
    case B_LONG | B_LLONG | B_INT:
      t = u ? tt.ullong : tt.llong;
      break;
    case B_INT128:
      t = u ? tt.uint128 : tt.int128;
      if (p.target.ptrSize < 8) p.error(s.loc, "'__int128' is not supported on this target");
      break;
    default:
      if ((bits & (B_SIGNED | B_UNSIGNED)) === 0) {
        switch (bits & ~B_COMPLEX) {
          case B_VOID:
            t = complex ? null : tt.void;
            break;
          case B_BOOL:
            t = complex ? null : tt.bool;
            break;
          case B_FLOAT:
            t = tt.float;
            break;
          case B_DOUBLE:
            t = tt.double;
            break;
          case B_DOUBLE | B_LONG:
            t = tt.ldouble;
            break;
          case B_F128:
            t = tt.float128;
            break;
          case B_F32:
            t = tt.float32;
            break;
          case B_F64:
            t = tt.float64;
            break;
          case B_F32X:
            t = tt.float32x;
            break;
          case B_F64X:
            t = tt.float64x;
            break;
        }
      }
  }
  if (t === null) {
    p.error(s.loc, "two or more data types in declaration specifiers");
    t = tt.int;
  }
  if (!complex) return t;
  if (T.isInteger(t)) p.pedwarn(s.loc, "ISO C does not support complex integer types");
  else if ((bits & ~B_COMPLEX) === 0) p.pedwarn(s.loc, "ISO C does not support plain 'complex' meaning 'double complex'");
  return tt.complex(t);
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
    const c = constantInt(p, rvalue(p, parseConditional(p)));
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
  if (s.implicitInt) p.warning(s.loc, "type defaults to 'int' in type name", "implicit-int");
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

// ---- struct and union ----

function parseRecord(p: Parser, s: DeclSpec): CType {
  const isUnion = p.tv === KW.KW_union;
  const kind = isUnion ? T.K_UNION : T.K_STRUCT;
  const word = isUnion ? "union" : "struct";
  p.next();
  let attrs = parseAttributes(p, null);
  let tag = 0;
  const loc = p.loc;
  if (p.atName()) {
    tag = p.tv;
    p.next();
  }
  if (p.tk !== TK.TK_LBRACE) {
    if (tag === 0) {
      p.syntaxError(`expected identifier or '{' ${p.tokenText()}`);
      return p.types.error;
    }
    s.tag = true;
    const old = p.lookupTag(tag);
    // "struct s;" declares a new one in an inner scope
    if (old !== null && !(p.tk === TK.TK_SEMI && old.depth !== p.depth)) {
      if (old.type.kind !== kind) {
        p.error(loc, `'${p.text(tag)}' defined as wrong kind of tag`);
        return p.types.error;
      }
      if (old.type.record!.owner !== null) useOfRecord(p, old.type);
      return old.type;
    }
    const t = p.types.record(tag, isUnion);
    t.record!.loc = loc;
    p.bindTag(tag, t, loc);
    return t;
  }
  s.tag = true;
  let t: CType;
  const old = tag === 0 ? null : p.lookupTag(tag);
  if (old !== null && old.depth === p.depth) {
    t = old.type;
    if (t.kind !== kind) {
      p.error(loc, `'${p.text(tag)}' defined as wrong kind of tag`);
      t = p.types.record(0, isUnion);
    } else if (t.record!.complete) {
      p.error(loc, `redefinition of '${word} ${p.text(tag)}'`);
      t = p.types.record(0, isUnion);
    } else if (p.openRecords.includes(t)) {
      p.error(loc, `nested redefinition of '${word} ${p.text(tag)}'`);
      t = p.types.record(0, isUnion);
    }
  } else {
    t = p.types.record(tag, isUnion);
    if (tag !== 0) p.bindTag(tag, t, loc);
  }
  const rec = t.record!;
  rec.loc = loc;
  p.openRecords.push(t);
  p.next();
  const pack = p.pack.value;
  const fieldAttrs = parseMembers(p, t);
  p.openRecords.pop();
  p.expect(TK.TK_RBRACE);
  attrs = parseAttributes(p, attrs);
  rec.packed = hasAttr(attrs, AT.AT_PACKED);
  if (hasAttr(attrs, AT.AT_TRANSPARENT_UNION) && isUnion) rec.transparentUnion = true;
  const ms = isMsStruct(p, attrs);
  if (ms && rec.members.some((m) => isVlaType(m.type)))
    p.error(loc, "a variably modified member of a 'ms_struct' is not supported");
  const layout = ms ? layoutMsRecord : layoutRecord;
  layout(p.target, t, fieldAttrs, rec.packed, listAligned(p, attrs), pack !== 0 ? pack : 0);
  rec.complete = true;
  if (isBigEndian(p, attrs)) reverseMembers(p, rec);
  if (rec.variable && p.fn !== null) {
    rec.owner = p.fn.decl;
    p.fn.usesVla = true;
  }
  p.types.complete(t);
  return t;
}

/** Are scalar members to be stored big-endian, other than on the targets here? */
function isBigEndian(p: Parser, attrs: Attr[] | null): boolean {
  let big = p.bigEndian;
  for (const a of attrs ?? []) {
    if (a.id !== AT.AT_SCALAR_STORAGE_ORDER) continue;
    const order = stringArg(a);
    if (order !== "big-endian" && order !== "little-endian")
      p.error(a.loc, '\'scalar_storage_order\' argument must be one of "big-endian" or "little-endian"');
    big = order === "big-endian";
  }
  return big;
}

/** Members that are scalars, or arrays of them, get the other byte order; pointers and vectors keep the target's as in GCC. */
function reverseMembers(p: Parser, rec: RecordInfo): void {
  for (const m of rec.members) {
    let t = m.type;
    while (t.kind === T.K_ARRAY) t = t.base!;
    if (t.kind === T.K_COMPLEX || t.kind === T.K_LDOUBLE)
      p.error(m.loc, `a member of type '${p.typeText(t)}' in the reverse storage order is not supported`);
    else if ((t.quals & T.Q_ATOMIC) !== 0) p.error(m.loc, "an atomic member in the reverse storage order is not supported");
    else if (T.isScalar(t) && t.kind !== T.K_POINTER) m.type = p.types.qualified(m.type, T.Q_REVERSE);
  }
}

/** Laid out as Microsoft's compilers do: something that only x86 knows. */
function isMsStruct(p: Parser, attrs: Attr[] | null): boolean {
  if (p.target.name !== "x86_64" && p.target.name !== "i386") return false;
  return hasAttr(attrs, AT.AT_MS_STRUCT) || (p.opts.msBitfields && !hasAttr(attrs, AT.AT_GCC_STRUCT));
}

function parseMembers(p: Parser, t: CType): MemberAttrs[] {
  const rec = t.record!;
  const out: MemberAttrs[] = [];
  const seen: Set<number> = new Set();
  while (p.tk !== TK.TK_RBRACE && p.tk !== TK.TK_EOF) {
    if (p.tk === TK.TK_SEMI) {
      p.pedwarn(p.loc, "extra semicolon in struct or union specified");
      p.next();
      continue;
    }
    if (p.isKeyword(KW.KW__Static_assert)) {
      staticAssert(p);
      continue;
    }
    const before = p.pos;
    const s = parseDeclSpec(p, false);
    if (!s.any && s.attrs === null && p.pos === before) {
      p.syntaxError(`expected specifier-qualifier-list ${p.tokenText()}`);
      p.recover();
      continue;
    }
    if (s.implicitInt && !p.at(TK.TK_SEMI)) p.warning(s.loc, "type defaults to 'int' in member declaration", "implicit-int");
    if (p.tk === TK.TK_SEMI) {
      // anonymous struct or union (C11 6.7.2.1p13); other declarations declare nothing
      if (T.isRecord(s.type) && (s.type.tag === 0 || s.type.record!.complete)) {
        if (s.type.tag === 0) p.since(2011, p.loc, "doesn't support unnamed structs/unions");
        if (p.opts.msExtensions || (s.type.tag === 0 && s.typedefName === 0)) {
          addMember(p, t, out, seen, 0, s.type, -1, s, null, s.loc);
          if (p.opts.plan9 && s.typedefName !== 0) {
            rec.members.at(-1)!.alias = s.typedefName;
            if (seen.has(s.typedefName)) p.error(s.loc, `duplicate member '${p.text(s.typedefName)}'`);
            seen.add(s.typedefName);
          }
        } else p.warning(s.loc, "declaration does not declare anything", "");
      } else if (s.type.kind !== T.K_ENUM) p.warning(s.loc, "declaration does not declare anything", "");
      p.next();
      continue;
    }
    for (;;) {
      let name = 0;
      let mt = s.type;
      const loc = p.loc;
      let d: Declarator | null = null;
      if (p.tk !== TK.TK_COLON) {
        d = new Declarator();
        d.attrs = parseAttributes(p, null);
        mt = parseDeclarator(p, s.type, d, false);
        name = d.name;
      }
      let width = -1;
      if (p.tk === TK.TK_COLON) {
        p.next();
        width = bitWidth(p, mt, name, loc);
        if (p.opts.unsignedBitfields && width >= 0 && !s.explicitSigned && T.isInteger(mt) && mt.kind !== T.K_ENUM)
          mt = p.types.qualified(p.types.withSign(mt.unqual, true), mt.quals);
      }
      let attrs = d === null ? null : d.attrs;
      attrs = parseAttributes(p, attrs);
      addMember(p, t, out, seen, name, mt, width, s, attrs, d === null ? loc : d.loc);
      if (p.tk !== TK.TK_COMMA) break;
      p.next();
    }
    if (p.tk === TK.TK_RBRACE) {
      p.warning(p.prevLoc, "no semicolon at end of struct or union", "");
      break;
    }
    if (!p.expect(TK.TK_SEMI)) p.recover();
  }
  const n = rec.members.length;
  for (let i = 0; i < n; i++) {
    const m = rec.members[i]!;
    if (m.type.kind === T.K_ARRAY && m.type.count === T.COUNT_INCOMPLETE) {
      if (i < n - 1 && !rec.isUnion) p.error(m.loc, "flexible array member not at end of struct");
      else if (rec.isUnion) p.error(m.loc, "flexible array member in union");
      else if (n === 1 || rec.members.every((x) => (x.type.kind === T.K_ARRAY && x === m) || (x.name === 0 && x.bitWidth >= 0))) {
        if (n === 1) p.error(m.loc, "flexible array member in a struct with no named members");
      }
      p.since(1999, m.loc, "does not support flexible array members");
      rec.flexible = true;
      m.type = p.types.array(m.type.base!, T.COUNT_INCOMPLETE);
    } else if (i === n - 1 && m.type.kind === T.K_ARRAY && m.type.count === 0) rec.flexible = true;
    else if (i === n - 1 && T.isRecord(m.type) && m.type.record!.flexible) rec.flexible = true;
  }
  return out;
}

function bitWidth(p: Parser, t: CType, name: number, loc: number): number {
  const e = rvalue(p, parseConditional(p));
  const what = name === 0 ? "<anonymous>" : p.text(name);
  const c = constantInt(p, e);
  if (t.kind === T.K_ERROR || e.type.kind === T.K_ERROR) return 1;
  if (!T.isInteger(t)) {
    p.error(loc, `bit-field '${what}' has invalid type`);
    return -1;
  }
  if (c === null || !T.isInteger(e.type)) {
    p.error(loc, `bit-field '${what}' width not an integer constant`);
    return 1;
  }
  if (!c.ice || c !== e) p.pedwarn(loc, `bit-field '${what}' width not an integer constant expression`);
  if (c.hi < 0) {
    p.error(loc, `negative width in bit-field '${what}'`);
    return 1;
  }
  const max = t.kind === T.K_BOOL ? 1 : t.size * 8;
  if (c.hi !== 0 || c.lo >>> 0 > max) {
    p.error(loc, `width of '${what}' exceeds its type`);
    return max;
  }
  if (c.lo === 0 && name !== 0) {
    p.error(loc, `zero width for bit-field '${what}'`);
    return 1;
  }
  return c.lo;
}

function addMember(
  p: Parser,
  t: CType,
  out: MemberAttrs[],
  seen: Set<number>,
  name: number,
  type: CType,
  width: number,
  s: DeclSpec,
  attrs: Attr[] | null,
  loc: number,
): void {
  const rec = t.record!;
  let mt = type;
  if (s.attrs !== null) mt = typeWithAttributes(p, mt, s.attrs);
  if (attrs !== null) mt = typeWithAttributes(p, mt, attrs);
  const text = name === 0 ? "<anonymous>" : p.text(name);
  if (name !== 0) {
    if (seen.has(name)) p.error(loc, `duplicate member '${text}'`);
    seen.add(name);
  } else if (T.isRecord(mt) && width < 0) addAnonymousNames(p, mt, seen, loc);
  if (mt.kind === T.K_FUNCTION) {
    p.error(loc, `field '${text}' declared as a function`);
    mt = p.types.pointer(mt);
  } else if (mt.kind === T.K_VOID) {
    p.error(loc, `variable or field '${text}' declared void`);
    mt = p.types.int;
  } else if (
    !isComplete(mt) &&
    mt.kind !== T.K_ERROR &&
    !(mt.kind === T.K_ARRAY && mt.count === T.COUNT_INCOMPLETE && isComplete(mt.base!))
  ) {
    p.error(loc, `field '${text}' has incomplete type`);
    mt = p.types.int;
  }
  if (isVariablyModified(mt) || mentionsStar(mt)) {
    p.pedwarn(loc, "a member of a structure or union cannot have a variably modified type");
    rec.variable = true;
  }
  if (hasFlexibleArray(mt) && !rec.isUnion) p.pedwarn(loc, "invalid use of structure with flexible array member");
  const m = new Member(name, mt);
  m.loc = loc;
  m.bitWidth = width;
  rec.members.push(m);
  let elem = mt;
  while (elem.kind === T.K_ARRAY) elem = elem.base!;
  if ((elem.quals & T.Q_CONST) !== 0 || elem.record?.hasConstMember === true) rec.hasConstMember = true;
  if ((elem.quals & T.Q_VOLATILE) !== 0 || elem.record?.hasVolatileMember === true) rec.hasVolatileMember = true;
  let aligned = s.alignas;
  let packed = false;
  for (const list of [s.attrs, attrs]) {
    if (list === null) continue;
    for (const a of list) {
      if (a.id === AT.AT_ALIGNED) aligned = Math.max(aligned, alignedArg(p, a));
      else if (a.id === AT.AT_PACKED) packed = true;
      else if (a.id === AT.AT_NONSTRING) m.nonstring = true;
    }
  }
  out.push({ aligned, packed });
}

/** Ends the record in a [] member, itself or in its last one? */
export function hasFlexibleArray(t: CType): boolean {
  if (!T.isRecord(t) || t.record!.members.length === 0) return false;
  const ms = t.record!.members;
  const last = ms[ms.length - 1]!;
  if (last.type.kind === T.K_ARRAY && last.type.count === T.COUNT_INCOMPLETE) return true;
  return t.record!.isUnion ? ms.some((m) => hasFlexibleArray(m.type)) : hasFlexibleArray(last.type);
}

function addAnonymousNames(p: Parser, t: CType, seen: Set<number>, loc: number): void {
  for (const m of t.record!.members) {
    if (m.name !== 0) {
      if (seen.has(m.name)) p.error(m.loc, `duplicate member '${p.text(m.name)}'`);
      seen.add(m.name);
    } else if (T.isRecord(m.type)) addAnonymousNames(p, m.type, seen, loc);
  }
}

// ---- enum ----

function parseEnum(p: Parser, s: DeclSpec): CType {
  p.next();
  let attrs = parseAttributes(p, null);
  let tag = 0;
  const loc = p.loc;
  const tt = p.types;
  if (p.atName()) {
    tag = p.tv;
    p.next();
  }
  s.tag = true;
  if (p.tk !== TK.TK_LBRACE) {
    if (tag === 0) {
      p.syntaxError(`expected identifier or '{' ${p.tokenText()}`);
      return tt.error;
    }
    const old = p.lookupTag(tag);
    if (old !== null && !(p.tk === TK.TK_SEMI && old.depth !== p.depth)) {
      if (old.type.kind !== T.K_ENUM) {
        p.error(loc, `'${p.text(tag)}' defined as wrong kind of tag`);
        return tt.error;
      }
      if (old.type.base === null) p.pedwarn(loc, "ISO C forbids forward references to 'enum' types");
      return old.type;
    }
    p.pedwarn(loc, "ISO C forbids forward references to 'enum' types");
    const t = tt.enumType(tag);
    p.bindTag(tag, t, loc);
    return t;
  }
  let t: CType;
  const old = tag === 0 ? null : p.lookupTag(tag);
  if (old !== null && old.depth === p.depth) {
    t = old.type;
    if (t.kind !== T.K_ENUM) {
      p.error(loc, `'${p.text(tag)}' defined as wrong kind of tag`);
      t = tt.enumType(0);
    } else if (t.base !== null) {
      p.error(loc, `redeclaration of 'enum ${p.text(tag)}'`);
      t = tt.enumType(0);
    }
  } else {
    t = tt.enumType(tag);
    if (tag !== 0) p.bindTag(tag, t, loc);
  }
  p.next();
  const list: Decl[] = [];
  // the next value as a BigInt is simple and enums are few
  let lo = 0;
  let hi = 0;
  let valueType = tt.int;
  let negative = false;
  let min = 0n;
  let max = 0n;
  if (p.at(TK.TK_RBRACE)) p.error(p.loc, "empty enum is invalid");
  while (p.at(TK.TK_IDENT)) {
    const at = p.loc;
    const name = p.tv;
    if (name <= LAST_KEYWORD) {
      p.syntaxError(`expected identifier ${p.tokenText()}`);
      break;
    }
    p.next();
    parseAttributes(p, null);
    if (p.at(TK.TK_ASSIGN)) {
      p.next();
      const e = rvalue(p, parseConditional(p));
      const c = constantInt(p, e);
      if (c === null || !T.isInteger(e.type)) {
        if (e.type.kind !== T.K_ERROR) p.error(at, `enumerator value for '${p.text(name)}' is not an integer constant`);
      } else {
        if (!c.ice || c !== e) p.pedwarn(at, `enumerator value for '${p.text(name)}' is not an integer constant expression`);
        lo = c.lo;
        hi = c.hi;
        valueType = c.type;
        // a plain int unless it does not fit
        const uns = valueType.kind === T.K_ENUM ? valueType.base!.unsigned : valueType.unsigned;
        negative = !uns && hi < 0;
        if (valueType.size <= 4 && !uns) valueType = tt.int;
      }
    }
    if (hi !== lo >> 31 || (!negative && hi < 0)) p.pedwarn(at, "ISO C restricts enumerator values to range of 'int'");
    const v: bigint = negative ? (BigInt(hi) << 32n) | BigInt(lo >>> 0) : (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
    if (v < min) min = v;
    if (v > max) max = v;
    const d = new Decl(
      D_ENUMCONST,
      name,
      v >= -0x80000000n && v <= 0x7fffffffn
        ? tt.int
        : v > 0x7fffffffffffffffn
          ? tt.ulong
          : v > 0xffffffffn || v < 0n
            ? tt.long
            : tt.uint,
    );
    d.lo = lo;
    d.hi = hi;
    d.loc = at;
    const prev = p.lookupHere(name);
    if (prev !== null) {
      if (prev.kind === D_ENUMCONST) p.error(at, `redeclaration of enumerator '${p.text(name)}'`);
      else p.error(at, `'${p.text(name)}' redeclared as different kind of symbol`);
    }
    p.bind(name, d);
    list.push(d);
    // next value
    lo = (lo + 1) | 0;
    if (lo === 0) hi = (hi + 1) | 0;
    negative = hi < 0 && v < 0n;
    if (!p.at(TK.TK_COMMA)) break;
    p.next();
    if (v === 0xffffffffffffffffn && p.at(TK.TK_IDENT) && p.peekKind(1) !== TK.TK_ASSIGN)
      p.error(p.loc, "overflow in enumeration values");
  }
  if (p.kinds[p.pos - 1] === TK.TK_COMMA && p.at(TK.TK_RBRACE)) {
    if (p.opts.version < 1999) p.pedwarn(p.prevLoc, "comma at end of enumerator list");
  }
  p.expect(TK.TK_RBRACE);
  attrs = parseAttributes(p, attrs);
  const packed = hasAttr(attrs, AT.AT_PACKED) || p.opts.shortEnums;
  const fits = (size: number): boolean => {
    const b = BigInt(size * 8);
    return min < 0n ? min >= -(1n << (b - 1n)) && max < 1n << (b - 1n) : max < 1n << b;
  };
  let size = 8;
  for (const n of packed ? [1, 2, 4, 8] : [4, 8]) {
    if (fits(n)) {
      size = n;
      break;
    }
  }
  if (hasAttr(attrs, AT.AT_MODE)) {
    const wanted = typeWithAttributes(
      p,
      tt.uint,
      attrs!.filter((a) => a.id === AT.AT_MODE),
    ).size;
    if (!fits(wanted)) p.error(loc, "specified mode too small for enumerated values");
    else size = wanted;
  }
  const base = tt.integer(size, min >= 0n)!;
  t.base = base;
  t.size = base.size;
  t.align = base.align;
  t.unsigned = base.unsigned;
  const al = listAligned(p, attrs);
  if (al > 0) t.align = al;
  tt.complete(t);
  // enumerators that int cannot hold have the enum's integer type
  for (const d of list) if (d.type !== tt.int) d.type = base;
  return t;
}

/** Are two declared types the same for a typedef's redefinition? */
export function sameType(a: CType, b: CType): boolean {
  return a === b || compatible(a, b);
}
