// Conversions between scalar types (C11 6.3). A value of a narrow integer type is kept in an I32 as its type extends it. // hot

import { type CType, isFloating, K_BOOL } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { fcmp, fconst, fconstNumber, icmp, isFconst } from "./arith.ts";
import type { FnGen } from "./context.ts";
import { irType, isFloatTy, isSignedInt } from "./types.ts";

/** I32 that is non-zero exactly when the scalar is (not normalised to 0/1 for I32). */
export function truth(g: FnGen, v: Value): Value {
  const ty = g.f.ty[v]!;
  if (ty === O.TY_I32) return v;
  return nonZero(g, v);
}

/** 1 if the scalar is not zero, else 0. */
export function nonZero(g: FnGen, v: Value): Value {
  const f = g.f;
  const ty = f.ty[v]!;
  if (isFloatTy(ty)) return fcmp(g, O.OP_FNE, ty, v, fconst(g, ty, 0));
  const op = f.op[v]!;
  if (op >= O.OP_EQ && op <= O.OP_FLEQ) return v;
  return icmp(g, O.OP_NE, ty, v, g.b.iconst(ty, 0, 0));
}

/** Cuts an I32 to `size` bytes and extends it as the type says; 4 leaves it alone. */
export function extendNarrow(g: FnGen, v: Value, size: number, signed: boolean): Value {
  if (size >= 4) return v;
  if (g.f.op[v] === O.OP_CONST) {
    const x = g.f.a[v]!;
    const r = size === 1 ? (signed ? (x << 24) >> 24 : x & 0xff) : signed ? (x << 16) >> 16 : x & 0xffff;
    return r === x ? v : g.i32(r);
  }
  if (size === 1) return g.b.emit(signed ? O.OP_SEXT8 : O.OP_ZEXT8, O.TY_I32, v);
  return g.b.emit(signed ? O.OP_SEXT16 : O.OP_ZEXT16, O.TY_I32, v);
}

/** Integer value to another integer IR type. */
export function intCast(g: FnGen, v: Value, to: number, signed: boolean): Value {
  const f = g.f;
  const from = f.ty[v]!;
  if (from === to) return v;
  if (f.op[v] === O.OP_CONST) {
    const lo = f.a[v]!;
    let h = f.b[v]!;
    if (to === O.TY_I32) return g.i32(lo);
    if (from === O.TY_I32) h = signed ? lo >> 31 : 0;
    if (to === O.TY_I64) return g.b.iconst(to, lo, h);
    return g.b.emit(O.OP_CONST, to, lo, h, signed && h < 0 ? -1 : 0);
  }
  if (to < from) return g.b.emit(O.OP_TRUNC, to, v, 0, from);
  if (from === O.TY_I32) v = g.b.emit(signed ? O.OP_SEXT32 : O.OP_ZEXT32, O.TY_I64, v);
  if (to === O.TY_I128) v = g.b.emit(signed ? O.OP_SEXT64 : O.OP_ZEXT64, O.TY_I128, v);
  return v;
}

/** Converts a scalar of C type `from` to C type `to`. */
export function convert(g: FnGen, v: Value, from: CType, to: CType): Value {
  if (from === to) return v;
  if (to.kind === K_BOOL) return from.kind === K_BOOL ? v : nonZero(g, v);
  const toTy = irType(g.target, to);
  const fromTy = g.f.ty[v]!;
  if (toTy === 0) throw new Error(`conversion to type kind ${to.kind}`);
  if (isFloating(to)) {
    if (fromTy === toTy) return v;
    if (isFloatTy(fromTy)) {
      if (isFconst(g, v)) return fconst(g, toTy, fconstNumber(g, v));
      return g.b.emit(O.OP_FCVT, toTy, v, 0, fromTy);
    }
    const signed = isSignedInt(from) || from.size < 4;
    if (g.f.op[v] === O.OP_CONST && fromTy === O.TY_I32) {
      const x = g.f.a[v]!;
      return fconst(g, toTy, signed ? x : x >>> 0);
    }
    return g.b.emit(signed ? O.OP_SITOF : O.OP_UITOF, toTy, v, 0, fromTy);
  }
  if (isFloatTy(fromTy)) {
    const signed = !to.unsigned || to.size < 4;
    const r = g.b.emit(signed ? O.OP_FTOSI : O.OP_FTOUI, toTy, v, 0, fromTy);
    return extendNarrow(g, r, to.size, isSignedInt(to));
  }
  let r = intCast(g, v, toTy, isSignedInt(from));
  if (to.size < 4) {
    // widening within the I32 keeps the value
    const fits = from.size < to.size && (from.unsigned || from.kind === K_BOOL || isSignedInt(to)) && from.size < 4;
    if (!fits && !(from.size === to.size && isSignedInt(from) === isSignedInt(to)))
      r = extendNarrow(g, r, to.size, isSignedInt(to));
  }
  return r;
}
