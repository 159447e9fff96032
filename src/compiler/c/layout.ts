// Layout of structs, unions and bit-fields as GCC does it on ELF targets (System V psABIs; "PCC bit-field type matters").
//
// A bit-field must not cross more storage units of its declared type than that type has; a named one gives the record its type's
// alignment, an unnamed one does so on AArch64 only; a zero-width one closes the unit and ignores packed. #pragma pack(n) caps the
// alignment of every member, packed makes it 1 byte (bit-fields: 1 bit), aligned(n) on a member raises it.
// GNU C: a member of run-time size (of an array of variable length) ends a segment; offsets count from the segment's start. A member
// which asks for more alignment than the start of its segment has begins another one.
// Tested against three GCCs on random records (tests/c-parse/layout.test.ts).

import type { TargetInfo } from "../target/abi.ts";
import type { CType, Member, Segment } from "./ctype.ts";
import * as T from "./ctype.ts";
import { isVlaType } from "./types.ts";

/** What the declaration says about one member beyond its type. */
export interface MemberAttrs {
  /** aligned(n) or _Alignas in bytes, 0 = none. */
  aligned: number;
  packed: boolean;
}

/** Natural alignment of a type as a member of a record. */
export function fieldAlign(target: TargetInfo, t: CType): number {
  let b = t;
  while (b.kind === T.K_ARRAY) b = b.base!;
  const is64 =
    b.kind === T.K_LLONG ||
    b.kind === T.K_ULLONG ||
    b.kind === T.K_DOUBLE ||
    (b.kind === T.K_ENUM && b.size === 8) ||
    (b.kind === T.K_COMPLEX && b.base!.kind === T.K_DOUBLE);
  if (is64 && b.align === 8 && b === b.canon.unqual) return Math.min(8, target.maxStructAlign64);
  return t.align;
}

/** Does packed change the place of a member? Bit-fields of type char are packed too since GCC 4.4. */
export function isPackedMember(m: Member, natural: number, packed: boolean): boolean {
  return packed && (natural > 1 || m.bitWidth >= 0);
}

/** Alignment of a member that is no bit-field; `aligned` and `pack` as layoutRecord's. */
export function memberAlign(natural: number, packed: boolean, aligned: number, pack: number): number {
  let align = packed ? 1 : natural;
  if (aligned !== 0) align = packed ? aligned : Math.max(align, aligned);
  return pack !== 0 ? Math.min(align, pack) : align;
}

/** x, raised to a multiple of a. */
export function roundUp(x: number, a: number): number {
  const r = x % a;
  return r === 0 ? x : x + a - r;
}

/**
 * Places the members and sets size, align of t. `packed`: the record's attribute; `aligned`: its aligned attribute or 0;
 * `pack`: #pragma pack value or 0. Bit positions stay exact integers up to 2^53.
 */
export function layoutRecord(
  target: TargetInfo,
  t: CType,
  attrs: readonly MemberAttrs[],
  packed: boolean,
  aligned: number,
  pack: number,
): void {
  const rec = t.record!;
  const anonAligns = target.name === "aarch64";
  let bit = 0;
  let align = 1;
  let maxBits = 0;
  const ms = rec.members;
  let segment: Segment = { align: aligned, length: 0, tail: null };
  const nextSegment = (from: number): void => {
    segment.length = Math.ceil(bit / 8);
    segment = { align: from, length: 0, tail: null };
    rec.segments.push(segment);
    bit = 0;
  };
  if (ms.some((m) => isVlaType(m.type))) rec.segments.push(segment);
  const variable = rec.segments.length > 0;
  for (let i = 0; i < ms.length; i++) {
    const m = ms[i]!;
    const a = attrs[i]!;
    const mt = m.type;
    const natural = fieldAlign(target, mt);
    const isPacked = isPackedMember(m, natural, packed || a.packed);
    if (rec.isUnion) bit = 0;
    if (m.bitWidth >= 0) {
      const w = m.bitWidth;
      let want = a.aligned * 8; // in bits; 0 = none
      if (pack !== 0 && want > pack * 8) want = pack * 8;
      // a zero width ignores packed and #pragma pack
      if (w === 0) want = Math.max(want, natural * 8);
      if (variable && !rec.isUnion && needsSegment(rec.segments, want / 8)) nextSegment(Math.max(1, want / 8));
      if (want > 1) bit = roundUp(bit, want);
      // GCC looks at storage units only where it knows the offset and no #pragma pack holds
      if (w !== 0 && !isPacked && pack === 0 && rec.segments.length < 2) {
        const tb = natural * 8;
        const units = Math.floor(((bit % tb) + w + tb - 1) / tb);
        if (units > (mt.size * 8) / tb) bit = roundUp(bit, tb);
      }
      m.bitPos = bit;
      m.off = Math.floor(bit / 8);
      m.align = 1;
      if (m.name !== 0 || anonAligns) {
        let ra = natural;
        if (pack !== 0) ra = Math.min(ra, pack);
        else if (isPacked) ra = 1;
        align = Math.max(align, ra, Math.ceil(want / 8));
      }
      bit += w;
    } else {
      const al = memberAlign(natural, isPacked, a.aligned, pack);
      if (variable && !rec.isUnion && needsSegment(rec.segments, al)) nextSegment(al);
      bit = roundUp(bit, al * 8);
      m.off = bit / 8;
      m.bitPos = bit;
      m.align = al;
      align = Math.max(align, al);
      const size = Math.max(0, mt.size);
      bit += size * 8;
      if (variable && !rec.isUnion && isVlaType(mt)) segment.tail = mt;
    }
    if (variable && !rec.isUnion) {
      m.segment = rec.segments.length - 1;
      segment.length = Math.ceil(bit / 8);
    }
    if (bit > maxBits) maxBits = bit;
  }
  if (aligned > align) align = aligned;
  t.align = align;
  if (variable && rec.isUnion) segment.length = Math.ceil(maxBits / 8);
  t.size = variable ? -1 : roundUp(Math.ceil(maxBits / 8), align);
}

/** Can a member with that alignment not be placed in the last segment? The first one starts as aligned as the record. */
function needsSegment(list: readonly Segment[], align: number): boolean {
  const last = list[list.length - 1]!;
  return last.tail !== null || (list.length > 1 && align > last.align);
}

/** The only member of type `to` among the anonymous ones of a record, as a path; null if there is none or more than one. */
export function findAnonymous(t: CType, to: CType): Member[] | null {
  let found: Member[] | null = null;
  for (const m of t.record!.members) {
    if (m.name !== 0 || m.bitWidth >= 0 || !T.isRecord(m.type)) continue;
    const path = m.type.canon === to.canon ? [m] : findAnonymous(m.type, to);
    if (path === null) continue;
    if (found !== null) return null;
    found = path === null || path[0] === m ? path : [m, ...path];
  }
  return found;
}

/** Finds a member by name, through anonymous members; the path is outermost first. */
export function findMember(t: CType, name: number): Member[] | null {
  const ms = t.record!.members;
  for (let i = 0; i < ms.length; i++) {
    const m = ms[i]!;
    if (m.name === name || (m.alias === name && name !== 0)) return [m];
    if (m.name === 0 && m.bitWidth < 0 && T.isRecord(m.type)) {
      const p = findMember(m.type, name);
      if (p !== null) {
        p.unshift(m);
        return p;
      }
    }
  }
  return null;
}
