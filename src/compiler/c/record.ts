// Structures and unions (C11 6.7.2.1) with GNU's attributes; where members lie is settled in layout.ts.

import * as KW from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import * as AT from "./attribute-ids.ts";
import { type Attr, alignedArg, hasAttr, listAligned, parseAttributes, stringArg, typeWithAttributes } from "./attributes.ts";
import { requiredInt } from "./consteval.ts";
import { rvalue } from "./conversions.ts";
import * as T from "./ctype.ts";
import { type CType, Member, type RecordInfo } from "./ctype.ts";
import { staticAssert } from "./declaration.ts";
import { Declarator, parseDeclarator } from "./declarator.ts";
import { type DeclSpec, parseDeclSpec } from "./declspec.ts";
import { parseConditional } from "./expr.ts";
import { layoutRecord, type MemberAttrs } from "./layout.ts";
import { layoutMsRecord } from "./layout-ms.ts";
import { useOfRecord } from "./nested.ts";
import type { Parser } from "./parser.ts";
import { isComplete, isVariablyModified, isVlaType, mentionsStar } from "./types.ts";

/** struct-or-union-specifier; the cursor is at the keyword. */
export function parseRecord(p: Parser, s: DeclSpec): CType {
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
  if (rec.members.length === 0) p.pedwarn(loc, `${word} has no members`);
  else if (rec.members.every((m) => m.name === 0 && m.bitWidth >= 0)) p.pedwarn(loc, `${word} has no named members`);
  p.expect(TK.TK_RBRACE);
  attrs = parseAttributes(p, attrs);
  rec.packed = hasAttr(attrs, AT.AT_PACKED);
  if (hasAttr(attrs, AT.AT_UNAVAILABLE)) rec.unavailable = true;
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
    if (s.implicitInt && !p.at(TK.TK_SEMI)) p.pedwarn99(s.loc, "type defaults to 'int' in member declaration", "implicit-int");
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
        } else p.pedwarn(s.loc, "declaration does not declare anything", "");
      } else if (s.type.kind !== T.K_ENUM) p.pedwarn(s.loc, "declaration does not declare anything", "");
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
      p.pedwarn(p.prevLoc, "no semicolon at end of struct or union", "");
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
  const c = requiredInt(p, e);
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
