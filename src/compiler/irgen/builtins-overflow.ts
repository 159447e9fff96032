// __builtin_{add,sub,mul}_overflow and the _p forms: the operation in infinite precision, the result cut to the result type, and
// whether that changed it.

import type { Expr } from "../c/ast.ts";
import * as B from "../c/builtin-ids.ts";
import { bitFieldOf } from "../c/conversions.ts";
import { type CType, K_BOOL } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { bin, icmp } from "./arith.ts";
import type { FnGen } from "./context.ts";
import { extendNarrow, intCast } from "./convert.ts";
import { genDiscard, genExpr } from "./expr.ts";
import { genPointer, type LV, writeLV } from "./lvalue.ts";
import { intTy, isSignedInt } from "./types.ts";

const OPS: readonly number[] = [O.OP_ADD, O.OP_SUB, O.OP_MUL];

export function genOverflow(g: FnGen, e: Expr): Value {
  const args = e.args!;
  const isP = e.builtin >= B.BI_ADD_OVERFLOW_P;
  const op = OPS[e.builtin - (isP ? B.BI_ADD_OVERFLOW_P : B.BI_ADD_OVERFLOW)]!;
  const rt = (isP ? e.compType! : (e.compType ?? args[2]!.type.base!)).unqual;
  const at = args[0]!.type;
  const bt = args[1]!.type;
  const x = genExpr(g, args[0]!);
  const y = genExpr(g, args[1]!);
  let dst: LV | null = null;
  if (isP) genDiscard(g, args[2]!);
  else dst = genPointer(g, args[2]!);
  g.b.loc = e.loc;
  const signed = isSignedInt(rt);
  // a bit-field stands for its own width
  const field = isP ? bitFieldOf(args[2]!) : null;
  const cutBits = field === null ? 0 : rt.size * 8 - field.bitWidth;
  const same =
    cutBits === 0 &&
    at.size === bt.size &&
    at.size === rt.size &&
    isSignedInt(at) === signed &&
    isSignedInt(bt) === signed &&
    rt.size >= 4;
  let res: Value;
  let over: Value;
  if (same) {
    const ty = g.f.ty[x]!;
    res = bin(g, op, ty, x, y);
    over = sameTypeOverflow(g, op, ty, signed, x, y, res);
  } else {
    const widest = Math.max(at.size, bt.size, rt.size);
    const wide = widest <= 4 ? O.TY_I64 : O.TY_I128;
    const xs = isSignedInt(at);
    const ys = isSignedInt(bt);
    const r = bin(g, op, wide, intCast(g, x, wide, xs), intCast(g, y, wide, ys));
    const rty = intTy(rt.size);
    res = intCast(g, r, rty, signed);
    if (rt.kind === K_BOOL) throw new Error("overflow check into _Bool");
    if (rt.size < 4) res = extendNarrow(g, res, rt.size, signed);
    if (widest <= 8) over = icmp(g, O.OP_NE, wide, intCast(g, res, wide, signed), r);
    else over = wideOverflow(g, e, op, at, bt, rt, x, y, r);
    if (cutBits !== 0) {
      const n = g.i32((wide === O.TY_I64 ? 64 : 128) - field!.bitWidth);
      const cut = bin(g, signed ? O.OP_SAR : O.OP_SHR, wide, bin(g, O.OP_SHL, wide, r, n), n);
      over = bin(g, O.OP_OR, O.TY_I32, over, icmp(g, O.OP_NE, wide, cut, r));
    }
  }
  if (dst !== null) writeLV(g, dst, res);
  return over;
}

/** Operands and result of one type of at least 32 bits (Hacker's Delight, 2-13). */
function sameTypeOverflow(g: FnGen, op: number, ty: number, signed: boolean, x: Value, y: Value, r: Value): Value {
  const zero = g.b.iconst(ty, 0, 0);
  if (op === O.OP_MUL) {
    if (ty === O.TY_I128 || (ty === O.TY_I64 && g.target.ptrSize === 4)) return bigMulOverflow(g, ty, signed, x, y, r);
    if (ty === O.TY_I32) {
      const wide = bin(g, O.OP_MUL, O.TY_I64, intCast(g, x, O.TY_I64, signed), intCast(g, y, O.TY_I64, signed));
      return icmp(g, O.OP_NE, O.TY_I64, intCast(g, r, O.TY_I64, signed), wide);
    }
    if (g.isConst(x) && g.isConst(y)) {
      const big = (v: Value): bigint => {
        const n = (BigInt(g.f.b[v]!) << 32n) | BigInt(g.f.a[v]! >>> 0);
        return signed ? n : BigInt.asUintN(64, n);
      };
      const p = big(x) * big(y);
      return g.i32((signed ? BigInt.asIntN(64, p) : BigInt.asUintN(64, p)) === p ? 0 : 1);
    }
    const high = g.b.emit(signed ? O.OP_SMULH : O.OP_UMULH, ty, x, y);
    return icmp(g, O.OP_NE, ty, high, signed ? bin(g, O.OP_SAR, ty, r, g.i32(63)) : zero);
  }
  if (!signed) return op === O.OP_ADD ? icmp(g, O.OP_ULT, ty, r, x) : icmp(g, O.OP_ULT, ty, x, y);
  const p = bin(g, O.OP_XOR, ty, op === O.OP_ADD ? r : x, op === O.OP_ADD ? x : y);
  const q = bin(g, O.OP_XOR, ty, r, op === O.OP_ADD ? y : x);
  return icmp(g, O.OP_SLT, ty, bin(g, O.OP_AND, ty, p, q), zero);
}

/** 128-bit product: checked by dividing back. */
function bigMulOverflow(g: FnGen, ty: number, signed: boolean, x: Value, y: Value, r: Value): Value {
  const zero = g.b.iconst(ty, 0, 0);
  const isZero = icmp(g, O.OP_EQ, ty, x, zero);
  const safe = g.b.emit(O.OP_SELECT, ty, isZero, g.b.iconst(ty, 1, 0), x);
  const back = g.b.emit(signed ? O.OP_SDIV : O.OP_UDIV, ty, r, safe);
  let bad = icmp(g, O.OP_NE, ty, back, y);
  if (signed) {
    // MIN * -1 wraps to MIN, and MIN / -1 gives it back
    const minus = icmp(g, O.OP_EQ, ty, x, g.b.emit(O.OP_CONST, ty, -1, -1, -1));
    const both = bin(g, O.OP_AND, O.TY_I32, icmp(g, O.OP_SLT, ty, y, zero), icmp(g, O.OP_SLT, ty, r, zero));
    bad = bin(g, O.OP_OR, O.TY_I32, bad, bin(g, O.OP_AND, O.TY_I32, minus, both));
  }
  return g.b.emit(O.OP_SELECT, O.TY_I32, isZero, g.i32(0), bad);
}

/** 128-bit types that are not all alike; r = the wrapped 128-bit result. */
function wideOverflow(g: FnGen, e: Expr, op: number, at: CType, bt: CType, rt: CType, x: Value, y: Value, r: Value): Value {
  const xs = isSignedInt(at);
  const ys = isSignedInt(bt);
  const rs = isSignedInt(rt);
  const ty = O.TY_I128;
  if (g.target.ptrSize < 8) g.mg.diags.fatal(e.loc, "overflow of mixed 64-bit types is not checked on 32-bit targets by occ");
  const negative = icmp(g, O.OP_SLT, ty, r, g.b.iconst(ty, 0, 0));
  if (at.size <= 8 && bt.size <= 8) {
    // the exact result fits 128 bits; only its sign may not fit the type
    const exactUnsigned = !xs && !ys && op !== O.OP_SUB;
    return exactUnsigned === !rs ? g.i32(0) : negative;
  }
  if (op !== O.OP_MUL) {
    // both as signed or both as unsigned 128-bit values: sign of the exact result from the carries
    const wx = intCast(g, x, ty, xs);
    const wy = intCast(g, y, ty, ys);
    const zero = g.b.iconst(ty, 0, 0);
    const xneg = xs ? icmp(g, O.OP_SLT, ty, wx, zero) : g.i32(0);
    const yneg = ys ? icmp(g, O.OP_SLT, ty, wy, zero) : g.i32(0);
    const carry = op === O.OP_ADD ? icmp(g, O.OP_ULT, ty, r, wx) : icmp(g, O.OP_ULT, ty, wx, wy);
    // bits 128 and up of the exact result: -xneg ± -yneg ± carry
    let top = bin(g, O.OP_SUB, O.TY_I32, g.i32(0), xneg);
    if (op === O.OP_ADD) top = bin(g, O.OP_ADD, O.TY_I32, bin(g, O.OP_SUB, O.TY_I32, top, yneg), carry);
    else top = bin(g, O.OP_SUB, O.TY_I32, bin(g, O.OP_ADD, O.TY_I32, top, yneg), carry);
    let fits: Value;
    if (rt.size === 16) {
      const want = rs ? bin(g, O.OP_SUB, O.TY_I32, g.i32(0), negative) : g.i32(0);
      fits = icmp(g, O.OP_EQ, O.TY_I32, top, want);
    } else {
      const cut = intCast(g, extendNarrow32(g, intCast(g, r, intTy(rt.size), rs), rt.size, rs), ty, rs);
      const sign = bin(g, O.OP_SUB, O.TY_I32, g.i32(0), negative);
      fits = bin(g, O.OP_AND, O.TY_I32, icmp(g, O.OP_EQ, ty, cut, r), icmp(g, O.OP_EQ, O.TY_I32, top, sign));
      if (!rs) fits = bin(g, O.OP_AND, O.TY_I32, icmp(g, O.OP_EQ, ty, cut, r), icmp(g, O.OP_EQ, O.TY_I32, top, g.i32(0)));
    }
    return bin(g, O.OP_XOR, O.TY_I32, fits, g.i32(1));
  }
  // sign and magnitude: the product of the magnitudes must be one of 128 bits, and within what the result's type has on its side of 0
  const zero = g.b.iconst(ty, 0, 0);
  const wx = intCast(g, x, ty, xs);
  const wy = intCast(g, y, ty, ys);
  const xneg = xs ? icmp(g, O.OP_SLT, ty, wx, zero) : g.i32(0);
  const yneg = ys ? icmp(g, O.OP_SLT, ty, wy, zero) : g.i32(0);
  const mx = g.b.emit(O.OP_SELECT, ty, xneg, bin(g, O.OP_SUB, ty, zero, wx), wx);
  const my = g.b.emit(O.OP_SELECT, ty, yneg, bin(g, O.OP_SUB, ty, zero, wy), wy);
  const product = bin(g, O.OP_MUL, ty, mx, my);
  const one = g.b.iconst(ty, 1, 0);
  const half = bin(g, O.OP_SHL, ty, one, g.i32(rt.size * 8 - 1));
  const mostSigned = bin(g, O.OP_SUB, ty, half, one);
  const most = rs ? mostSigned : bin(g, O.OP_OR, ty, half, mostSigned);
  const limit = g.b.emit(O.OP_SELECT, ty, bin(g, O.OP_XOR, O.TY_I32, xneg, yneg), rs ? half : zero, most);
  const above = icmp(g, O.OP_ULT, ty, limit, product);
  return bin(g, O.OP_OR, O.TY_I32, above, bigMulOverflow(g, ty, false, mx, my, product));
}

function extendNarrow32(g: FnGen, v: Value, size: number, signed: boolean): Value {
  return size < 4 ? extendNarrow(g, v, size, signed) : v;
}
