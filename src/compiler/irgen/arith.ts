// Operators on scalars, folding constants while they are built (LuaJIT's habit: fold on construction). // hot
//
// Integers wrap (-fwrapv semantics everywhere). Narrow C integers never get here as such: C promotes them first.

import { add64, hi, mul64, sar64, sdivrem64, shl64, shr64, slt64, sub64, udivrem64, ult64 } from "../base/i64.ts";
import { E_ADD, E_AND, E_DIV, E_MUL, E_OR, E_REM, E_SHL, E_SHR, E_SUB, E_XOR } from "../c/ast.ts";
import { type CType, isFloating, isInteger } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { libcall } from "./call.ts";
import type { FnGen } from "./context.ts";

const f64 = new Float64Array(1);
const f64w = new Int32Array(f64.buffer);
const f32 = new Float32Array(1);
const f32w = new Int32Array(f32.buffer);

/** FCONST of F32 or F64 from a number. */
export function fconst(g: FnGen, ty: number, x: number): Value {
  if (ty === O.TY_F32) {
    f32[0] = x;
    return g.b.emit(O.OP_FCONST, ty, f32w[0]!, 0, 0);
  }
  if (ty === O.TY_F64) {
    f64[0] = x;
    return g.b.emit(O.OP_FCONST, ty, f64w[0]!, f64w[1]!, 0);
  }
  return fconstWide(g, ty, x);
}

/** F80 or F128 constant that a double holds exactly. */
function fconstWide(g: FnGen, ty: number, x: number): Value {
  return g.b.emit(O.OP_FCONST, ty, 0, 0, 0, wideBits(ty, x));
}

/** Bits of a double's value in the x87 80-bit or IEEE binary128 format. */
export function wideBits(ty: number, x: number): Int32Array {
  f64[0] = x;
  const lo = f64w[0]!;
  const h = f64w[1]!;
  const sign = h < 0 ? 0x8000 : 0;
  let exp = (h >>> 20) & 0x7ff;
  let mh = h & 0xfffff;
  let ml = lo;
  const w = new Int32Array(4);
  let e16: number;
  if (exp === 0x7ff) e16 = 0x7fff;
  else if (exp === 0 && mh === 0 && ml === 0) e16 = 0;
  else {
    if (exp === 0) {
      exp = 1;
      while ((mh & 0x100000) === 0) {
        mh = (mh << 1) | (ml >>> 31);
        ml <<= 1;
        exp--;
      }
      mh &= 0xfffff;
    }
    e16 = exp - 1023 + 16383;
  }
  if (ty === O.TY_F80) {
    // 64-bit significand with explicit leading bit
    const lead = e16 === 0 ? 0 : 0x80000000;
    w[1] = lead | (mh << 11) | (ml >>> 21);
    w[0] = ml << 11;
    w[2] = sign | e16;
    return w;
  }
  // 112-bit fraction: the 52 bits at the top
  w[3] = ((sign | e16) << 16) | (mh >>> 4);
  w[2] = (mh << 28) | (ml >>> 4);
  w[1] = ml << 28;
  return w;
}

/** Value of an F32/F64 FCONST. */
function fvalue(g: FnGen, v: Value): number {
  const f = g.f;
  if (f.ty[v] === O.TY_F32) {
    f32w[0] = f.a[v]!;
    return f32[0]!;
  }
  f64w[0] = f.a[v]!;
  f64w[1] = f.b[v]!;
  return f64[0]!;
}

export function isFconst(g: FnGen, v: Value): boolean {
  return g.f.op[v] === O.OP_FCONST && g.f.ty[v]! <= O.TY_F64;
}

/** Integer operation with both operands and the result of type ty (shift counts I32). */
export function bin(g: FnGen, op: number, ty: number, x: Value, y: Value): Value {
  const f = g.f;
  if (f.op[y] === O.OP_CONST) {
    if (f.op[x] === O.OP_CONST && ty !== O.TY_I128) {
      const r = foldBin(g, op, ty, f.a[x]!, f.b[x]!, f.a[y]!, f.b[y]!);
      if (r !== 0) return r;
    }
    const zero = f.a[y] === 0 && f.b[y] === 0 && f.c[y] === 0;
    switch (op) {
      case O.OP_ADD:
        if (ty === g.ptrTy) return g.b.add(ty, x, y);
        if (zero) return x;
        break;
      case O.OP_SUB:
      case O.OP_OR:
      case O.OP_XOR:
      case O.OP_SHL:
      case O.OP_SHR:
      case O.OP_SAR:
        if (zero) return x;
        break;
      case O.OP_AND:
        if (zero) return y;
        break;
      case O.OP_MUL:
        if (zero) return y;
        if (f.a[y] === 1 && f.b[y] === 0 && f.c[y] === 0) return x;
        break;
    }
  } else if (op === O.OP_ADD && ty === g.ptrTy && f.op[x] === O.OP_CONST && f.op[y] === O.OP_SYM) {
    return g.b.add(ty, y, x);
  } else if ((op === O.OP_AND || op === O.OP_MUL) && f.op[x] === O.OP_CONST && f.a[x] === 0 && f.b[x] === 0 && f.c[x] === 0) {
    return x;
  }
  return g.b.emit(op, ty, x, y);
}

/** 0 when there is no result (division by zero, count out of range). */
function foldBin(g: FnGen, op: number, ty: number, al: number, ah: number, bl: number, bh: number): Value {
  const b = g.b;
  if (ty === O.TY_I32) {
    switch (op) {
      case O.OP_ADD:
        return b.iconst(ty, (al + bl) | 0, 0);
      case O.OP_SUB:
        return b.iconst(ty, (al - bl) | 0, 0);
      case O.OP_MUL:
        return b.iconst(ty, Math.imul(al, bl), 0);
      case O.OP_AND:
        return b.iconst(ty, al & bl, 0);
      case O.OP_OR:
        return b.iconst(ty, al | bl, 0);
      case O.OP_XOR:
        return b.iconst(ty, al ^ bl, 0);
      case O.OP_SDIV:
        return bl === 0 ? 0 : b.iconst(ty, (al / bl) | 0, 0);
      case O.OP_SREM:
        return bl === 0 ? 0 : b.iconst(ty, bl === -1 ? 0 : (al % bl) | 0, 0);
      case O.OP_UDIV:
        return bl === 0 ? 0 : b.iconst(ty, ((al >>> 0) / (bl >>> 0)) | 0, 0);
      case O.OP_UREM:
        return bl === 0 ? 0 : b.iconst(ty, ((al >>> 0) % (bl >>> 0)) | 0, 0);
      case O.OP_SHL:
        return bl >>> 0 > 31 ? 0 : b.iconst(ty, al << bl, 0);
      case O.OP_SHR:
        return bl >>> 0 > 31 ? 0 : b.iconst(ty, (al >>> bl) | 0, 0);
      case O.OP_SAR:
        return bl >>> 0 > 31 ? 0 : b.iconst(ty, al >> bl, 0);
    }
    return 0;
  }
  let lo: number;
  switch (op) {
    case O.OP_ADD:
      lo = add64(al, ah, bl, bh);
      break;
    case O.OP_SUB:
      lo = sub64(al, ah, bl, bh);
      break;
    case O.OP_MUL:
      lo = mul64(al, ah, bl, bh);
      break;
    case O.OP_AND:
      return b.iconst(ty, al & bl, ah & bh);
    case O.OP_OR:
      return b.iconst(ty, al | bl, ah | bh);
    case O.OP_XOR:
      return b.iconst(ty, al ^ bl, ah ^ bh);
    case O.OP_SDIV:
    case O.OP_SREM:
      if (bl === 0 && bh === 0) return 0;
      lo = sdivrem64(al, ah, bl, bh, op === O.OP_SREM);
      break;
    case O.OP_UDIV:
    case O.OP_UREM:
      if (bl === 0 && bh === 0) return 0;
      lo = udivrem64(al, ah, bl, bh, op === O.OP_UREM);
      break;
    case O.OP_SHL:
      if (bl >>> 0 > 63) return 0;
      lo = shl64(al, ah, bl);
      break;
    case O.OP_SHR:
      if (bl >>> 0 > 63) return 0;
      lo = shr64(al, ah, bl);
      break;
    case O.OP_SAR:
      if (bl >>> 0 > 63) return 0;
      lo = sar64(al, ah, bl);
      break;
    default:
      return 0;
  }
  return b.iconst(ty, lo, hi);
}

/** Integer comparison of operands of type ty: I32 0 or 1. */
export function icmp(g: FnGen, op: number, ty: number, x: Value, y: Value): Value {
  const f = g.f;
  if (f.op[x] === O.OP_CONST && f.op[y] === O.OP_CONST && ty !== O.TY_I128) {
    const al = f.a[x]!;
    const ah = f.b[x]!;
    const bl = f.a[y]!;
    const bh = f.b[y]!;
    let r = false;
    switch (op) {
      case O.OP_EQ:
        r = al === bl && ah === bh;
        break;
      case O.OP_NE:
        r = al !== bl || ah !== bh;
        break;
      case O.OP_SLT:
        r = slt64(al, ah, bl, bh);
        break;
      case O.OP_SLE:
        r = !slt64(bl, bh, al, ah);
        break;
      case O.OP_ULT:
        r = ult64(al, ah, bl, bh);
        break;
      case O.OP_ULE:
        r = !ult64(bl, bh, al, ah);
        break;
    }
    return g.i32(r ? 1 : 0);
  }
  if ((op === O.OP_EQ || op === O.OP_NE) && ty === g.ptrTy && f.op[y] === O.OP_CONST && f.a[y] === 0 && f.b[y] === 0) {
    if (f.op[x] === O.OP_ALLOCA || (f.op[x] === O.OP_SYM && g.mg.neverNull(f.a[x]!))) return g.i32(op === O.OP_NE ? 1 : 0);
  }
  return g.b.emit(op, O.TY_I32, x, y, ty);
}

export function fcmp(g: FnGen, op: number, ty: number, x: Value, y: Value): Value {
  if (isFconst(g, x) && isFconst(g, y)) {
    const p = fvalue(g, x);
    const q = fvalue(g, y);
    // Its exception is left to run time.
    if (O.isSignalling(op) && (Number.isNaN(p) || Number.isNaN(q))) return g.b.emit(op, O.TY_I32, x, y, ty);
    const r = op === O.OP_FEQ ? p === q : op === O.OP_FNE ? p !== q : op === O.OP_FLT || op === O.OP_FLTQ ? p < q : p <= q;
    return g.i32(r ? 1 : 0);
  }
  return g.b.emit(op, O.TY_I32, x, y, ty);
}

/** Float operation. */
export function fbin(g: FnGen, op: number, ty: number, x: Value, y: Value): Value {
  if (isFconst(g, x) && isFconst(g, y)) {
    const p = fvalue(g, x);
    const q = fvalue(g, y);
    switch (op) {
      case O.OP_FADD:
        return fconst(g, ty, p + q);
      case O.OP_FSUB:
        return fconst(g, ty, p - q);
      case O.OP_FMUL:
        return fconst(g, ty, p * q);
      case O.OP_FDIV:
        if (q !== 0) return fconst(g, ty, p / q);
    }
  }
  return g.b.emit(op, ty, x, y);
}

export function fneg(g: FnGen, ty: number, x: Value): Value {
  if (isFconst(g, x)) return fconst(g, ty, -fvalue(g, x));
  return g.b.emit(O.OP_FNEG, ty, x);
}

/** Number of an F32/F64 constant. */
export function fconstNumber(g: FnGen, v: Value): number {
  return fvalue(g, v);
}

/** A shift count as the I32 that shifts want. */
export function shiftCount(g: FnGen, y: Value): Value {
  const ty = g.f.ty[y]!;
  if (ty === O.TY_I32) return y;
  if (g.f.op[y] === O.OP_CONST) return g.i32(g.f.a[y]!);
  return g.b.emit(O.OP_TRUNC, O.TY_I32, y, 0, ty);
}

const TRAPPING: ReadonlyMap<number, string> = new Map([
  [E_ADD, "addv"],
  [E_SUB, "subv"],
  [E_MUL, "mulv"],
]);

/** -ftrapv: libgcc's function that aborts when the signed result does not fit (GCC internals, "Integer library routines"). */
export function trapping(g: FnGen, name: string, ty: number, vals: readonly Value[]): Value {
  const mode = ty === O.TY_I32 ? "si" : ty === O.TY_I64 ? "di" : "ti";
  return libcall(g, `__${name}${mode}${vals.length + 1}`, ty, true, vals);
}

/** Arithmetic operator E_ADD … E_XOR, E_SHL, E_SHR on scalars x, y of C type t (IR type ty); a shift's y may be of another type. */
export function scalarOp(g: FnGen, eop: number, t: CType, ty: number, x: Value, y: Value): Value {
  if (isFloating(t)) {
    switch (eop) {
      case E_ADD:
        return fbin(g, O.OP_FADD, ty, x, y);
      case E_SUB:
        return fbin(g, O.OP_FSUB, ty, x, y);
      case E_MUL:
        return fbin(g, O.OP_FMUL, ty, x, y);
      case E_DIV:
        return fbin(g, O.OP_FDIV, ty, x, y);
    }
    throw new Error(`operator ${eop} on a floating type`);
  }
  if (g.mg.opts.trapOverflow && !t.unsigned && isInteger(t)) {
    const name = TRAPPING.get(eop);
    if (name !== undefined) return trapping(g, name, ty, [x, y]);
  }
  switch (eop) {
    case E_ADD:
      return bin(g, O.OP_ADD, ty, x, y);
    case E_SUB:
      return bin(g, O.OP_SUB, ty, x, y);
    case E_MUL:
      return bin(g, O.OP_MUL, ty, x, y);
    case E_DIV:
      return bin(g, t.unsigned ? O.OP_UDIV : O.OP_SDIV, ty, x, y);
    case E_REM:
      return bin(g, t.unsigned ? O.OP_UREM : O.OP_SREM, ty, x, y);
    case E_AND:
      return bin(g, O.OP_AND, ty, x, y);
    case E_OR:
      return bin(g, O.OP_OR, ty, x, y);
    case E_XOR:
      return bin(g, O.OP_XOR, ty, x, y);
    case E_SHL:
      return bin(g, O.OP_SHL, ty, x, shiftCount(g, y));
    case E_SHR:
      return bin(g, t.unsigned ? O.OP_SHR : O.OP_SAR, ty, x, shiftCount(g, y));
  }
  throw new Error(`operator ${eop} in scalar arithmetic`);
}

/** index * size, as pointers want it. */
export function scaled(g: FnGen, ty: number, index: Value, size: number): Value {
  if (size === 1) return index;
  if (g.f.op[index] !== O.OP_CONST && size > 0 && (size & (size - 1)) === 0) {
    return g.b.emit(O.OP_SHL, ty, index, g.i32(31 - Math.clz32(size)));
  }
  return bin(g, O.OP_MUL, ty, index, g.b.num(ty, size));
}
