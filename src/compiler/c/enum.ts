// Enumerations (C11 6.7.2.2; a type larger than int as in GNU C and C23).

import { LAST_KEYWORD } from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { D_ENUMCONST, Decl } from "./ast.ts";
import * as AT from "./attribute-ids.ts";
import { hasAttr, listAligned, parseAttributes, typeWithAttributes } from "./attributes.ts";
import { requiredInt } from "./consteval.ts";
import { rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import type { DeclSpec } from "./declspec.ts";
import { parseConditional } from "./expr.ts";
import type { Parser } from "./parser.ts";

/** enum-specifier; the cursor is at "enum". */
export function parseEnum(p: Parser, s: DeclSpec): CType {
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
      const c = requiredInt(p, e);
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
