// Initialisers, flattened to entries at byte offsets (C11 6.7.9 with GNU's ranges, obsolete designators and empty braces). // hot
//
// One function walks the subobjects of a type; brace elision is the same walk without braces, which stops when the type is full or
// a designator begins that belongs to an outer list. An expression read before it is known which subobject takes it waits in
// Ctx.pending.

import * as TK from "../lex/tokens.ts";
import { type Decl, E_COMPOUND, E_FLOAT, E_INT, E_LOAD, E_STRING, Expr, Init, type InitEntry } from "./ast.ts";
import { isConstantInitializer, requiredInt } from "./consteval.ts";
import { assignConvert, INIT, rvalue } from "./conversions.ts";
import type { CType, Member } from "./ctype.ts";
import * as T from "./ctype.ts";
import { parseAssignment, parseConditional } from "./expr.ts";
import { findMember } from "./layout.ts";
import type { Parser } from "./parser.ts";
import { compatible, isComplete } from "./types.ts";

class Ctx {
  init: Init = new Init();
  isStatic: boolean;
  pending: Expr | null = null;
  /** Bytes of a flexible array member. */
  extra = 0;
  /** The whole object's type. */
  top: CType | null = null;
  topSize: number;
  /** The designators at the cursor belong to the list that begins now. */
  designated = false;
  /** Designators before the one that is read. */
  chain = 0;
  /** End of the last byte that any entry so far reaches: what lies behind it overrides nothing. */
  reach = 0;
  /** Entries before this one belong to the last designated item; those behind it continue the list after it. */
  leafEnd = 0;
  /** Entries have been replaced by DEAD. */
  overridden = false;
  /** Which member the unions have that were begun. */
  unions: { off: number; type: CType; member: Member }[] = [];
  name: string;
  constructor(isStatic: boolean, topSize: number, name: string) {
    this.isStatic = isStatic;
    this.topSize = topSize;
    this.name = name;
  }
}

/** The initialiser of d after "=" (or a compound literal's braces); completes an array of unknown length. */
export function parseInitializerFor(p: Parser, d: Decl, given: Expr | null = null): void {
  const t = d.type;
  const cx = new Ctx(d.isStatic, t.size, d.name === 0 ? "" : p.text(d.name));
  cx.top = t;
  cx.pending = given;
  if (t.kind === T.K_ERROR || (!isComplete(t) && t.kind !== T.K_ARRAY)) {
    skipInitializer(p, cx);
    return;
  }
  d.init = cx.init;
  if (t.kind === T.K_ARRAY && t.count === T.COUNT_INCOMPLETE) {
    const n = element(p, cx, t, 0, null, true);
    if (n >= 0) d.type = p.types.array(t.base!, n);
    settle(cx);
    return;
  }
  element(p, cx, t, 0, null, true);
  settle(cx);
  cx.init.extra = Math.max(0, cx.extra);
}

function settle(cx: Ctx): void {
  if (cx.overridden) cx.init.entries = cx.init.entries.filter((x) => x.off >= 0);
}

function skipInitializer(p: Parser, cx: Ctx): void {
  if (cx.pending !== null) return;
  if (p.tk === TK.TK_LBRACE) {
    let depth = 0;
    while (!p.at(TK.TK_EOF)) {
      if (p.tk === TK.TK_LBRACE) depth++;
      else if (p.tk === TK.TK_RBRACE && --depth === 0) {
        p.next();
        return;
      }
      p.next();
    }
    return;
  }
  parseAssignment(p);
}

function isCharArray(t: CType, e: Expr): boolean {
  if (t.kind !== T.K_ARRAY || e.op !== E_STRING) return false;
  const b = t.base!.canon;
  const u = e.str!.unit;
  if (u === 1) return b.kind === T.K_CHAR || b.kind === T.K_SCHAR || b.kind === T.K_UCHAR;
  return T.isInteger(b) && b.kind !== T.K_BOOL && b.size === u && e.type.base!.canon.kind !== T.K_CHAR;
}

function push(cx: Ctx, off: number, type: CType, field: Member | null, e: Expr): void {
  cx.init.entries.push({ off, field, type, e });
  const end = off + bytesOf(type, field);
  if (end > cx.reach) cx.reach = end;
}

/** How many bytes from its offset on an entry reaches: a bit-field's storage unit may go beyond the record. */
function bytesOf(type: CType, field: Member | null): number {
  return field === null || field.bitWidth < 0 ? type.size : ((field.bitPos & 7) + field.bitWidth + 7) >> 3;
}

/** Stands where an entry was that a later initialiser overrides; taken out when all is read. */
const DEAD: InitEntry = { off: -1, field: null, type: null!, e: null! };

/**
 * An initialiser for all of the `size` bytes at off comes: what earlier ones gave them is as if it had not been (C11 6.7.9p19), and
 * what it leaves out is zero.
 */
function override(p: Parser, cx: Ctx, t: CType, off: number, size: number): void {
  if (off >= cx.reach) return;
  const entries = cx.init.entries;
  let under = false;
  for (let i = 0; i < entries.length; i++) {
    const x = entries[i]!;
    if (x.off < 0) continue;
    const end = x.off + bytesOf(x.type, x.field);
    if (end <= off || x.off >= off + size) continue;
    if (x.off >= off && end <= off + size) {
      entries[i] = DEAD;
      cx.overridden = true;
    } else under = true;
  }
  // a part of what one expression gave: the rest of that stays
  if (under) pushZeros(p, cx, t, off);
}

/** A zero for every scalar of an object. */
function pushZeros(p: Parser, cx: Ctx, t: CType, off: number): void {
  if (t.kind === T.K_ARRAY || t.kind === T.K_VECTOR) {
    for (let i = 0; i < t.count; i++) pushZeros(p, cx, t.base!, off + i * t.base!.size);
  } else if (T.isRecord(t)) {
    for (const m of t.record!.members) {
      if (m.bitWidth < 0) pushZeros(p, cx, m.type, off + m.off);
      else if (m.bitWidth > 0) push(cx, off + m.off, m.type, m, zero(p, m.type));
    }
  } else push(cx, off, t, null, zero(p, t));
}

function zero(p: Parser, t: CType): Expr {
  const e = new Expr(E_INT, p.types.int, p.loc);
  e.ice = true; // a null pointer where one is wanted
  return assignConvert(p, e, t, INIT);
}

/** The union at off has member m now: another one that it had is gone. */
function claimUnion(p: Parser, cx: Ctx, t: CType, off: number, m: Member): void {
  if (off < cx.reach)
    for (const u of cx.unions) {
      if (u.off !== off || u.type !== t || u.member === m) continue;
      override(p, cx, t, off, t.size);
      u.member = m;
      return;
    }
  cx.unions.push({ off, type: t, member: m });
}

/**
 * One initialiser for a subobject of type t at off. Returns the number of elements for an array of unknown length, else -1.
 * `top`: the whole object (an expression must fit as it is).
 */
function element(p: Parser, cx: Ctx, t: CType, off: number, field: Member | null, top: boolean): number {
  if (cx.pending === null && p.tk === TK.TK_LBRACE) return braced(p, cx, t, off, field);
  let e: Expr;
  if (cx.pending !== null) {
    e = cx.pending;
    cx.pending = null;
  } else e = parseAssignment(p);
  if (t.kind === T.K_ARRAY) {
    if (isCharArray(t, e)) return stringInit(p, cx, t, off, e);
    if (
      e.op === E_COMPOUND &&
      compatible(t.base!, e.type.base ?? t, true) &&
      e.type.kind === T.K_ARRAY &&
      (top || !T.isScalar(t.base!))
    ) {
      // GNU: an array initialised from a compound literal
      if (e.decl!.init !== null) {
        for (const x of e.decl!.init.entries) push(cx, off + x.off, x.type, x.field, x.e);
        cx.init.zeroRest = true;
        return e.type.count;
      }
    }
    if (top) {
      if (e.type.kind !== T.K_ERROR)
        p.error(
          e.loc,
          e.op === E_STRING
            ? t.base!.size === 1 || e.str!.unit === 1
              ? "array of inappropriate type initialized from string constant"
              : "wide character array initialized from non-wide string"
            : "invalid initializer",
        );
      return -1;
    }
    cx.pending = e;
    return list(p, cx, t, off, false);
  }
  if (T.isRecord(t)) {
    const v = rvalueForRecord(p, e);
    if (compatible(t, v.type, true)) {
      checkConstant(p, cx, v);
      push(cx, off, t, field, v);
      return -1;
    }
    if (top) {
      if (v.type.kind === T.K_VOID) p.error(e.loc, "void value not ignored as it ought to be");
      else if (v.type.kind !== T.K_ERROR) p.error(e.loc, "invalid initializer");
      return -1;
    }
    cx.pending = e;
    list(p, cx, t, off, false);
    return -1;
  }
  if (t.kind === T.K_VECTOR && !top) {
    const v = rvalue(p, e);
    if (!compatible(t, v.type, true)) {
      cx.pending = e;
      list(p, cx, t, off, false);
      return -1;
    }
  }
  scalar(p, cx, t, off, field, e);
  return -1;
}

function rvalueForRecord(p: Parser, e: Expr): Expr {
  return T.isRecord(e.type) ? rvalue(p, e) : e.type.kind === T.K_ARRAY ? e : e;
}

function scalar(p: Parser, cx: Ctx, t: CType, off: number, field: Member | null, e: Expr): void {
  const v = assignConvert(p, e, t, INIT);
  if (v.type.kind === T.K_ERROR) return;
  checkConstant(p, cx, v);
  push(cx, off, t, field, v);
}

function checkConstant(p: Parser, cx: Ctx, e: Expr): void {
  if (!cx.isStatic || e.op === E_INT || e.op === E_FLOAT || e.type.kind === T.K_ERROR) return;
  if (T.isRecord(e.type) && e.op === E_LOAD && e.a!.op === E_COMPOUND) return;
  const r = isConstantInitializer(p, e);
  if (r === 0) p.error(e.loc, "initializer element is not constant");
  else if (r === 1) p.error(e.loc, "initializer element is not computable at load time");
}

function stringInit(p: Parser, cx: Ctx, t: CType, off: number, e: Expr): number {
  const unit = e.str!.unit;
  const len = e.type.count;
  if (t.count === T.COUNT_INCOMPLETE) {
    const full = p.types.array(t.base!, len);
    flexible(cx, off, len * unit);
    push(cx, off, full, null, e);
    cx.init.zeroRest = true;
    return len;
  }
  if (len - 1 > t.count) p.pedwarn(e.loc, "initializer-string for array of 'char' is too long", "");
  push(cx, off, t, null, e);
  cx.init.zeroRest = true;
  return t.count;
}

/** Room that a flexible array member needs beyond the object's size. */
function flexible(cx: Ctx, off: number, size: number): void {
  if (cx.topSize >= 0) cx.extra = Math.max(cx.extra, off + size - cx.topSize);
}

/** { … } */
function braced(p: Parser, cx: Ctx, t: CType, off: number, field: Member | null): number {
  const loc = p.loc;
  p.next();
  let n = -1;
  if (t.kind === T.K_ARRAY || T.isRecord(t) || t.kind === T.K_VECTOR) {
    cx.init.zeroRest = true;
    if (p.at(TK.TK_RBRACE)) p.pedwarn(loc, "ISO C forbids empty initializer braces");
    // { "text" } for a character array
    if (t.kind === T.K_ARRAY && (p.tk === TK.TK_STR || p.tk === TK.TK_LPAREN) && T.isInteger(t.base!)) {
      const e = parseAssignment(p);
      if (isCharArray(t, e)) {
        n = stringInit(p, cx, t, off, e);
        if (p.at(TK.TK_COMMA)) {
          p.next();
          if (!p.at(TK.TK_RBRACE)) {
            p.error(p.loc, "excess elements in 'char' array initializer");
            excess(p, cx, "'char' array");
          }
        }
        p.expect(TK.TK_RBRACE);
        return n;
      }
      cx.pending = e;
    }
    override(p, cx, t, off, t.size);
    n = list(p, cx, t, off, true);
  } else {
    if (p.tk === TK.TK_RBRACE) {
      p.error(loc, "empty scalar initializer");
      p.next();
      return -1;
    }
    if (p.tk === TK.TK_LBRACE) {
      p.warning(p.loc, "braces around scalar initializer", "");
      braced(p, cx, t, off, field);
    } else if (isDesignator(p)) {
      p.error(
        p.loc,
        p.tk === TK.TK_LBRACKET ? "array index in non-array initializer" : "field name not in record or union initializer",
      );
      skipDesignators(p);
      element(p, cx, t, off, field, true);
    } else scalar(p, cx, t, off, field, parseAssignment(p));
    if (p.tk === TK.TK_COMMA) {
      p.next();
      if (!p.at(TK.TK_RBRACE)) excess(p, cx, "scalar");
    }
  }
  p.expect(TK.TK_RBRACE);
  return n;
}

function excess(p: Parser, cx: Ctx, what: string): void {
  p.pedwarn(p.loc, `excess elements in ${what} initializer`, "");
  const dummy = new Ctx(false, 0, "");
  for (;;) {
    if (cx.pending !== null) cx.pending = null;
    else {
      if (isDesignator(p)) skipDesignators(p);
      skipInitializer(p, dummy);
    }
    if (p.tk !== TK.TK_COMMA) return;
    p.next();
    if (p.at(TK.TK_RBRACE)) return;
  }
}

function isDesignator(p: Parser): boolean {
  if (p.tk === TK.TK_DOT || p.tk === TK.TK_LBRACKET) return true;
  return p.tk === TK.TK_IDENT && p.peekKind(1) === TK.TK_COLON;
}

function skipDesignators(p: Parser): void {
  for (;;) {
    if (p.tk === TK.TK_DOT) {
      p.next();
      if (p.at(TK.TK_IDENT)) p.next();
    } else if (p.tk === TK.TK_LBRACKET) {
      p.next();
      parseConditional(p);
      if (p.at(TK.TK_ELLIPSIS)) {
        p.next();
        parseConditional(p);
      }
      p.expect(TK.TK_RBRACKET);
    } else break;
  }
  if (p.tk === TK.TK_IDENT && p.peekKind(1) === TK.TK_COLON) {
    p.next();
    p.next();
  } else if (p.tk === TK.TK_ASSIGN) p.next();
}

/** Members that take initialisers. */
function initMembers(t: CType): Member[] {
  const rec = t.record!;
  const ms = rec.members;
  for (const m of ms)
    if (m.name === 0 && (m.bitWidth >= 0 || !T.isRecord(m.type)))
      return ms.filter((x) => x.name !== 0 || (x.bitWidth < 0 && T.isRecord(x.type)));
  return ms;
}

/**
 * The initialiser list of an aggregate, with or without its own braces. Begins at an item (or designators); returns the element
 * count for arrays of unknown length.
 */
function list(p: Parser, cx: Ctx, t: CType, off: number, own: boolean): number {
  const isArray = t.kind === T.K_ARRAY || t.kind === T.K_VECTOR;
  const members = isArray ? null : initMembers(t);
  const limit = isArray
    ? t.count >= 0
      ? t.count
      : Number.POSITIVE_INFINITY
    : t.kind === T.K_UNION
      ? Math.min(1, members!.length)
      : members!.length;
  const elem = isArray ? t.base! : null;
  const esize = isArray ? elem!.size : 0;
  let i = 0;
  let max = 0;
  let first = true;
  let said = false;
  for (;;) {
    if (cx.pending === null && p.tk === TK.TK_RBRACE) break;
    if (!first && !own && i >= limit) break;
    if (!first) {
      // the comma belongs to this list only if something for it follows
      if (p.tk !== TK.TK_COMMA) break;
      const k = p.peekKind(1);
      if (k === TK.TK_RBRACE) {
        if (own) p.next();
        break;
      }
      if (!own && (k === TK.TK_DOT || k === TK.TK_LBRACKET || (k === TK.TK_IDENT && p.peekKind(2) === TK.TK_COLON))) break;
      p.next();
    }
    if (cx.pending === null && (own || (first && cx.designated)) && isDesignator(p)) {
      cx.designated = false;
      const loc = p.loc;
      p.since(1999, loc, "forbids specifying subobject to initialize");
      if (p.tk === TK.TK_LBRACKET) {
        if (!isArray) {
          p.error(loc, "array index in non-array initializer");
          skipDesignators(p);
          skipInitializer(p, new Ctx(false, 0, ""));
          first = false;
          continue;
        }
        p.next();
        const lo = index(p, limit, loc);
        let hi = lo;
        if (p.at(TK.TK_ELLIPSIS)) {
          p.next();
          hi = index(p, limit, loc);
          if (hi >= 0 && hi < lo) {
            p.error(loc, "empty index range in initializer");
            hi = lo;
          }
        }
        p.expect(TK.TK_RBRACKET);
        if (lo < 0 || hi < 0) {
          designatedItem(p, new Ctx(false, 0, ""), elem!, 0, null);
          first = false;
          continue;
        }
        const from = cx.init.entries.length;
        const all = p.tk !== TK.TK_LBRACKET && p.tk !== TK.TK_DOT;
        designatedItem(p, cx, elem!, off + lo * esize, null);
        if (hi > lo) {
          // what follows [lo ... hi].x = e in the list belongs to the last element
          const rest = cx.init.entries.splice(cx.leafEnd);
          const to = cx.init.entries.length;
          for (let k = lo + 1; k <= hi; k++) {
            if (all && !T.isScalar(elem!)) override(p, cx, elem!, off + k * esize, esize);
            for (let j = from; j < to; j++) {
              const x = cx.init.entries[j]!;
              if (x.off >= 0) push(cx, x.off + (k - lo) * esize, x.type, x.field, x.e);
            }
          }
          cx.leafEnd = cx.init.entries.length;
          for (const x of rest) push(cx, x.off + (hi - lo) * esize, x.type, x.field, x.e);
        }
        i = hi + 1;
      } else {
        const dot = p.tk === TK.TK_DOT;
        if (dot) p.next();
        const name = p.tk === TK.TK_IDENT ? p.tv : 0;
        p.next();
        if (!dot) p.next();
        if (isArray) {
          p.error(loc, "field name not in record or union initializer");
          designatedItem(p, new Ctx(false, 0, ""), p.types.error, 0, null);
          first = false;
          continue;
        }
        const path = findMember(t, name);
        if (path === null) {
          p.error(loc, `'${p.typeText(t.unqual)}' has no member named '${p.text(name)}'`);
          designatedItem(p, new Ctx(false, 0, ""), p.types.error, 0, null);
          first = false;
          continue;
        }
        const k = members!.indexOf(path[0]!);
        if (t.kind === T.K_UNION) claimUnion(p, cx, t, off, path[0]!);
        if (path.length > 1) {
          // inside an anonymous member: go on there
          designatedPath(p, cx, path, off, dot);
        } else {
          const m = path[0]!;
          designatedItem(p, cx, m.type, off + m.off, m.bitWidth >= 0 ? m : null, !dot);
        }
        i = t.kind === T.K_UNION ? limit : k + 1;
      }
      first = false;
      if (i > max) max = i;
      continue;
    }
    first = false;
    if (i >= limit) {
      // nothing takes it
      if (!own && limit === 0) {
        if (cx.pending !== null) {
          cx.pending = null;
          p.pedwarn(p.loc, "excess elements in struct initializer", "");
        }
        break;
      }
      if (!said)
        p.pedwarn(
          p.loc,
          `excess elements in ${t.kind === T.K_ARRAY ? "array" : t.kind === T.K_UNION ? "union" : t.kind === T.K_VECTOR ? "vector" : "struct"} initializer`,
          "",
        );
      said = true;
      if (cx.pending !== null) cx.pending = null;
      else skipInitializer(p, new Ctx(false, 0, ""));
      continue;
    }
    if (isArray) {
      element(p, cx, elem!, off + i * esize, null, false);
    } else {
      const m = members![i]!;
      if (t.kind === T.K_UNION) claimUnion(p, cx, t, off, m);
      subobject(p, cx, m, off, false, t);
    }
    i++;
    if (i > max) max = i;
  }
  if (isArray && t.count === T.COUNT_INCOMPLETE) {
    flexible(cx, off, max * esize);
    return max;
  }
  return -1;
}

/** A member that gets its initialiser now; a flexible array member counts its elements. */
function subobject(p: Parser, cx: Ctx, m: Member, off: number, top: boolean, owner: CType | null = null): void {
  if (
    m.type.kind === T.K_ARRAY &&
    m.type.count === T.COUNT_INCOMPLETE &&
    cx.top !== owner &&
    owner !== null &&
    cx.top!.kind !== T.K_UNION &&
    !(p.tk === TK.TK_LBRACE && p.peekKind(1) === TK.TK_RBRACE)
  ) {
    p.error(p.loc, "initialization of flexible array member in a nested context");
  } else if (m.type.kind === T.K_ARRAY && m.type.count <= 0 && cx.topSize >= 0) {
    if (m.type.count === T.COUNT_INCOMPLETE && owner !== null) p.pedwarn(p.loc, "initialization of a flexible array member");
    if (m.type.count === T.COUNT_INCOMPLETE && !cx.isStatic && p.tk !== TK.TK_RBRACE)
      p.error(p.loc, "non-static initialization of a flexible array member");
  }
  element(p, cx, m.type, off + m.off, m.bitWidth >= 0 ? m : null, top);
}

/** What follows a designator: more designators, or = and the initialiser. */
function designatedItem(p: Parser, cx: Ctx, t: CType, off: number, field: Member | null, obsolete = false): void {
  if (!obsolete) {
    if (p.tk === TK.TK_DOT || p.tk === TK.TK_LBRACKET) {
      if (t.kind === T.K_ERROR || t.kind === T.K_VOID || (!T.isRecord(t) && t.kind !== T.K_ARRAY && t.kind !== T.K_VECTOR)) {
        if (t.kind !== T.K_ERROR)
          p.error(
            p.loc,
            p.tk === TK.TK_DOT ? "field name not in record or union initializer" : "array index in non-array initializer",
          );
        skipDesignators(p);
        skipInitializer(p, cx);
        return;
      }
      cx.designated = true;
      cx.init.zeroRest = true;
      cx.chain++;
      list(p, cx, t, off, false);
      cx.chain--;
      return;
    }
    // GNU: the = may be missing after [index]
    if (p.tk === TK.TK_ASSIGN) p.next();
    else if (p.kinds[p.pos - 1] === TK.TK_RBRACKET && cx.chain === 0)
      p.pedwarn(p.loc, "obsolete use of designated initializer without '='");
    else {
      p.syntaxError(`expected '=' ${p.tokenText()}`);
      skipInitializer(p, cx);
      return;
    }
  } else p.pedwarn(p.loc, "obsolete use of designated initializer with ':'");
  if (t.kind === T.K_ERROR) {
    skipInitializer(p, cx);
    return;
  }
  element(p, cx, t, off, field, false);
  cx.leafEnd = cx.init.entries.length;
}

/** .name where name lies in an anonymous member: initialises it and goes on behind it there. */
function designatedPath(p: Parser, cx: Ctx, path: readonly Member[], off: number, dot: boolean): void {
  let at = off;
  for (let i = 0; i < path.length - 1; i++) {
    at += path[i]!.off;
    const inner = path[i]!.type;
    if (inner.kind === T.K_UNION) claimUnion(p, cx, inner, at, path[i + 1]!);
  }
  const last = path[path.length - 1]!;
  designatedItem(p, cx, last.type, at + last.off, last.bitWidth >= 0 ? last : null, !dot);
  // members after it inside the anonymous ones, innermost first
  for (let i = path.length - 2; i >= 0; i--) {
    const t = path[i]!.type;
    let base = off;
    for (let k = 0; k <= i; k++) base += path[k]!.off;
    if (t.kind === T.K_UNION) continue;
    const ms = initMembers(t);
    for (let k = ms.indexOf(path[i + 1]!) + 1; k < ms.length; k++) {
      if (p.tk !== TK.TK_COMMA) return;
      const n = p.peekKind(1);
      if (n === TK.TK_RBRACE || n === TK.TK_DOT || n === TK.TK_LBRACKET || (n === TK.TK_IDENT && p.peekKind(2) === TK.TK_COLON))
        return;
      p.next();
      subobject(p, cx, ms[k]!, base, false);
    }
  }
}

function index(p: Parser, limit: number, loc: number): number {
  const e = rvalue(p, parseConditional(p));
  const c = T.isInteger(e.type) ? requiredInt(p, e) : null;
  if (!T.isInteger(e.type)) {
    p.error(loc, "array index in initializer not of integer type");
    return -1;
  }
  if (c === null) {
    p.error(loc, "nonconstant array index in initializer");
    return -1;
  }
  if (!c.ice || c !== e) p.pedwarn(loc, "array index in initializer is not an integer constant expression");
  const n = c.hi * 4294967296 + (c.lo >>> 0);
  if (n < 0 || n >= limit) {
    p.error(loc, "array index in initializer exceeds array bounds");
    return -1;
  }
  return n;
}
