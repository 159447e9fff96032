// Bit-field access. // hot
//
// A write touches only bytes that no other memory location owns (C11 3.14): the unit stays inside the run of adjacent bit-fields
// (a zero-width one ends it) and the padding after it. The smallest aligned power-of-two unit that holds the whole field is taken;
// a field that fits none (packed, straddling) is read and written byte by byte. A volatile field is accessed in units of its
// declared type where that is possible (AAPCS and the usual expectation of drivers). In the reverse storage order bits count from
// the most significant one of byte 0, so that a unit is swapped when it is read and when it is written.

import { type CType, K_BOOL, type Member, Q_REVERSE } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { bin } from "./arith.ts";
import type { FnGen } from "./context.ts";
import { intCast } from "./convert.ts";
import { addrOf, type LV, subLV } from "./lvalue.ts";
import { alignAt, intTy, isSignedInt, mem } from "./types.ts";

/** First and past-the-last byte that an access to the field may touch. */
function regionOf(g: FnGen, record: CType, m: Member): readonly [number, number] {
  const cache = g.mg.bitRegions;
  const old = cache.get(m);
  if (old !== undefined) return old;
  const r = record.record!;
  const size = record.size;
  if (r.isUnion) {
    const whole = [0, size < 0 ? (m.bitPos + m.bitWidth + 7) >> 3 : size] as const;
    cache.set(m, whole);
    return whole;
  }
  const list = r.members;
  const at = list.indexOf(m);
  const neighbour = (x: Member | undefined): boolean => x !== undefined && x.bitWidth > 0 && x.segment === m.segment;
  let first = at;
  while (neighbour(list[first - 1])) first--;
  let last = at;
  while (neighbour(list[last + 1])) last++;
  const start = list[first]!.bitPos >> 3;
  let end = size;
  for (let i = last + 1; size >= 0 && i < list.length; i++) {
    const n = list[i]!;
    if (n.bitWidth === 0) continue;
    end = n.bitWidth > 0 ? n.bitPos >> 3 : n.off;
    break;
  }
  const own = (list[last]!.bitPos + list[last]!.bitWidth + 7) >> 3;
  const res = [start, Math.max(end, own)] as const;
  cache.set(m, res);
  return res;
}

/** Byte offset * 16 + size of the unit to access, or -1. */
function findUnit(g: FnGen, lv: LV): number {
  const m = lv.field!;
  const region = lv.record === null ? null : regionOf(g, lv.record, m);
  const start = region === null ? 0 : region[0];
  const end = region === null ? lv.limit : region[1];
  const strict = !g.target.unalignedOk;
  const isVolatile = (lv.flags & O.MEM_VOLATILE) !== 0;
  if (isVolatile) {
    const s = m.type.size;
    const off = Math.floor(m.bitPos / (8 * s)) * s;
    if (s <= 8 && m.bitPos - off * 8 + m.bitWidth <= 8 * s && alignAt(lv.align, off) >= s) {
      if (off >= start && off + s <= end) return off * 16 + s;
    }
  }
  for (let s = 1; s <= 8; s <<= 1) {
    const off = Math.floor(m.bitPos / (8 * s)) * s;
    if (m.bitPos - off * 8 + m.bitWidth > 8 * s || off < start || off + s > end) continue;
    if (strict && alignAt(lv.align, off) < s) continue;
    return off * 16 + s;
  }
  if (!strict) {
    const off = m.bitPos >> 3;
    for (let s = 1; s <= 8; s <<= 1) {
      if (m.bitPos - off * 8 + m.bitWidth <= 8 * s && off + s <= end) return off * 16 + s;
    }
  }
  return -1;
}

/** Low `width` bits of v (type ty), sign- or zero-extended. */
export function extractLow(g: FnGen, ty: number, v: Value, width: number, signed: boolean): Value {
  const bits = O.TY_SIZE[ty]! * 8;
  if (width >= bits) return v;
  if (signed || ty === O.TY_I128) {
    const n = g.i32(bits - width);
    const up = bin(g, O.OP_SHL, ty, v, n);
    return bin(g, signed ? O.OP_SAR : O.OP_SHR, ty, up, n);
  }
  return bin(g, O.OP_AND, ty, v, maskConst(g, ty, width));
}

/** width low bits set; width <= 64. */
function maskConst(g: FnGen, ty: number, width: number): Value {
  if (width >= 64) return g.b.iconst(ty, -1, -1);
  if (width >= 32) return g.b.iconst(ty, -1, width === 32 ? 0 : (1 << (width - 32)) - 1);
  return g.b.iconst(ty, (1 << width) - 1, 0);
}

function isReversed(m: Member): boolean {
  return (m.type.quals & Q_REVERSE) !== 0;
}

/** The low `size` bytes of v in the other order; above them is 0 if it is in v. */
export function swapBytes(g: FnGen, v: Value, size: number): Value {
  if (size === 1) return v;
  const ty = g.f.ty[v]!;
  if (size === 16) {
    const half = (x: Value): Value => intCast(g, g.b.emit(O.OP_BSWAP, O.TY_I64, intCast(g, x, O.TY_I64, false)), ty, false);
    return bin(g, O.OP_OR, ty, bin(g, O.OP_SHL, ty, half(v), g.i32(64)), half(bin(g, O.OP_SHR, ty, v, g.i32(64))));
  }
  const swapped = g.b.emit(O.OP_BSWAP, ty, v);
  return size === 2 ? bin(g, O.OP_SHR, ty, swapped, g.i32(16)) : swapped;
}

export function readBitField(g: FnGen, lv: LV): Value {
  const m = lv.field!;
  const t = lv.type;
  const ty = intTy(t.size);
  const signed = isSignedInt(t);
  const unit = findUnit(g, lv);
  if (unit < 0) return readBytes(g, lv, ty, signed);
  const size = unit & 15;
  const off = unit >> 4;
  const at = subLV(lv, off, t);
  const uty = size <= 4 ? O.TY_I32 : O.TY_I64;
  const w = m.bitWidth;
  const reversed = isReversed(m);
  const pos = reversed ? (off + size) * 8 - m.bitPos - w : m.bitPos - off * 8;
  const whole = pos === 0 && w === size * 8 && !reversed;
  const loaded = g.b.load(uty, addrOf(g, at), mem(size, at.align, signed && whole, lv.flags));
  const raw = reversed ? swapBytes(g, loaded, size) : loaded;
  let v = raw;
  if (!whole) {
    const bits = O.TY_SIZE[uty]! * 8;
    if (signed) {
      v = bin(g, O.OP_SHL, uty, v, g.i32(bits - pos - w));
      v = bin(g, O.OP_SAR, uty, v, g.i32(bits - w));
    } else {
      v = bin(g, O.OP_SHR, uty, v, g.i32(pos));
      if (pos + w < size * 8) v = bin(g, O.OP_AND, uty, v, maskConst(g, uty, w));
    }
  }
  return intCast(g, v, ty, signed);
}

/** Byte-wise: bytes that hold the field, put together in a type at least as wide as field + 7 bits where possible. */
function readBytes(g: FnGen, lv: LV, ty: number, signed: boolean): Value {
  const m = lv.field!;
  const w = m.bitWidth;
  const wide = w <= 32 ? (ty === O.TY_I128 ? O.TY_I64 : ty) : w <= 64 ? O.TY_I64 : O.TY_I128;
  const first = m.bitPos >> 3;
  const last = (m.bitPos + w - 1) >> 3;
  let acc = 0;
  for (let i = first; i <= last; i++) {
    const at = subLV(lv, i, lv.type);
    let x = intCast(g, g.b.load(O.TY_I32, addrOf(g, at), mem(1, 1, false, lv.flags)), wide, false);
    const sh = isReversed(m) ? m.bitPos + w - 8 * (i + 1) : i * 8 - m.bitPos;
    x = sh < 0 ? bin(g, O.OP_SHR, wide, x, g.i32(-sh)) : bin(g, O.OP_SHL, wide, x, g.i32(sh));
    acc = acc === 0 ? x : bin(g, O.OP_OR, wide, acc, x);
  }
  return intCast(g, extractLow(g, wide, acc, w, signed), ty, signed);
}

export function writeBitField(g: FnGen, lv: LV, v: Value): Value {
  const m = lv.field!;
  const t = lv.type;
  const ty = intTy(t.size);
  const w = m.bitWidth;
  const signed = isSignedInt(t);
  const unit = findUnit(g, lv);
  if (unit < 0) writeBytes(g, lv, v);
  else {
    const size = unit & 15;
    const off = unit >> 4;
    const at = subLV(lv, off, t);
    const uty = size <= 4 ? O.TY_I32 : O.TY_I64;
    const reversed = isReversed(m);
    const pos = reversed ? (off + size) * 8 - m.bitPos - w : m.bitPos - off * 8;
    const addr = addrOf(g, at);
    const md = mem(size, at.align, false, lv.flags);
    let x = intCast(g, v, uty, signed);
    if (pos !== 0 || w !== size * 8) {
      const loaded = g.b.load(uty, addr, md);
      const old = reversed ? swapBytes(g, loaded, size) : loaded;
      if (pos + w < O.TY_SIZE[uty]! * 8 || pos === 0) x = bin(g, O.OP_AND, uty, x, maskConst(g, uty, w));
      x = bin(g, O.OP_SHL, uty, x, g.i32(pos));
      const keep = bin(g, O.OP_XOR, uty, bin(g, O.OP_SHL, uty, maskConst(g, uty, w), g.i32(pos)), g.b.iconst(uty, -1, -1));
      x = bin(g, O.OP_OR, uty, bin(g, O.OP_AND, uty, old, keep), x);
    }
    g.b.store(addr, reversed ? swapBytes(g, x, size) : x, md);
  }
  return t.kind === K_BOOL ? v : extractLow(g, ty, v, w, signed);
}

function writeBytes(g: FnGen, lv: LV, v: Value): void {
  const m = lv.field!;
  const w = m.bitWidth;
  const ty = g.f.ty[v]!;
  const bits = O.TY_SIZE[ty]! * 8;
  const first = m.bitPos >> 3;
  const last = (m.bitPos + w - 1) >> 3;
  for (let i = first; i <= last; i++) {
    const at = subLV(lv, i, lv.type);
    const addr = addrOf(g, at);
    const md = mem(1, 1, false, lv.flags);
    // bits of this byte: field bit k is bit k - sh of the byte
    const sh = isReversed(m) ? m.bitPos + w - 8 * (i + 1) : i * 8 - m.bitPos;
    const loBit = Math.max(0, -sh);
    const hiBit = Math.min(8, w - sh);
    let x: Value;
    if (sh < 0) x = bin(g, O.OP_SHL, O.TY_I32, intCast(g, v, O.TY_I32, false), g.i32(-sh));
    else x = sh >= bits ? g.i32(0) : intCast(g, bin(g, O.OP_SHR, ty, v, g.i32(sh)), O.TY_I32, false);
    const mask = ((1 << hiBit) - 1) & ~((1 << loBit) - 1);
    if (mask !== 0xff) {
      const old = g.b.load(O.TY_I32, addr, md);
      x = bin(g, O.OP_AND, O.TY_I32, x, g.i32(mask));
      x = bin(g, O.OP_OR, O.TY_I32, bin(g, O.OP_AND, O.TY_I32, old, g.i32(0xff & ~mask)), x);
    }
    g.b.store(addr, x, md);
  }
}

/** Does field bit layout matter to static data: writes the field's bits of a 64-bit value (more in ext) into bytes. */
export function pokeBitField(
  bytes: Uint8Array,
  recordOff: number,
  m: Member,
  lo: number,
  hi: number,
  ext: Int32Array | null,
): void {
  for (let k = 0; k < m.bitWidth; k++) {
    const word = k < 32 ? lo : k < 64 ? hi : ext === null ? hi >> 31 : k < 96 ? ext[0]! : ext[1]!;
    const bit = (word >>> (k & 31)) & 1;
    const reversed = isReversed(m);
    const at = reversed ? m.bitPos + m.bitWidth - 1 - k : m.bitPos + k;
    const i = recordOff + (at >> 3);
    const mask = 1 << (reversed ? 7 - (at & 7) : at & 7);
    if (bit !== 0) bytes[i] = bytes[i]! | mask;
    else bytes[i] = bytes[i]! & ~mask;
  }
}
