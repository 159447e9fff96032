// Classification, comparison and sign built-ins on floating types, in line.

import type { Expr } from "../c/ast.ts";
import * as B from "../c/builtin-ids.ts";
import { isFloating, K_COMPLEX } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { bin, fbin, fcmp, fconst, icmp } from "./arith.ts";
import { genComplex } from "./complex.ts";
import type { FnGen } from "./context.ts";
import { convert, intCast } from "./convert.ts";
import { genExpr } from "./expr.ts";
import { intTy, irType } from "./types.ts";

function fabs(g: FnGen, x: Value): Value {
  return g.b.emit(O.OP_FABS, g.f.ty[x]!, x);
}
function inf(g: FnGen, ty: number): Value {
  return fconst(g, ty, Infinity);
}

/** Smallest normal number of the format. */
function minNormal(g: FnGen, ty: number): Value {
  if (ty === O.TY_F32) return fconst(g, ty, 2 ** -126);
  if (ty === O.TY_F64) return fconst(g, ty, 2 ** -1022);
  const w = new Int32Array(4);
  if (ty === O.TY_F80) {
    w[1] = -0x80000000;
    w[2] = 1;
  } else w[3] = 0x10000;
  return g.b.emit(O.OP_FCONST, ty, 0, 0, 0, w);
}

/** 1 if the sign bit is set. */
export function signBit(g: FnGen, x: Value): Value {
  const ty = g.f.ty[x]!;
  if (ty === O.TY_F80) {
    const t = g.temp(16, 16);
    g.b.store(t, x, 16 | (4 << O.MEM_ALIGN_SHIFT));
    const top = g.b.load(O.TY_I32, g.addOff(t, 8), 2 | (3 << O.MEM_ALIGN_SHIFT));
    return bin(g, O.OP_SHR, O.TY_I32, top, g.i32(15));
  }
  const it = intTy(O.TY_SIZE[ty]!);
  const bits = g.b.emit(O.OP_BITCAST, it, x, 0, ty);
  return intCast(g, bin(g, O.OP_SHR, it, bits, g.i32(O.TY_SIZE[it]! * 8 - 1)), O.TY_I32, false);
}

/** Both arguments in the wider floating type of the two. */
function pair(g: FnGen, e: Expr): [Value, Value] {
  const a = e.args![0]!;
  const b = e.args![1]!;
  let x = genExpr(g, a);
  let y = genExpr(g, b);
  const wide =
    !isFloating(b.type) || (isFloating(a.type) && irType(g.target, a.type) >= irType(g.target, b.type)) ? a.type : b.type;
  x = convert(g, x, a.type.unqual, wide.unqual);
  y = convert(g, y, b.type.unqual, wide.unqual);
  return [x, y];
}

/**
 * FLT or FLE that raises no exception for a quiet NaN (C11 7.12.14, F.10.11). riscv64 has no such instruction and binary128 no such
 * function, so there the comparison gets two zeros where the operands are not ordered.
 */
function quiet(g: FnGen, op: number, ty: number, x: Value, y: Value): Value {
  if (ty !== O.TY_F128 && g.target.name !== "riscv64") return fcmp(g, op === O.OP_FLT ? O.OP_FLTQ : O.OP_FLEQ, ty, x, y);
  let unordered = fcmp(g, O.OP_FNE, ty, x, x);
  if (g.f.op[y] !== O.OP_FCONST) unordered = bin(g, O.OP_OR, O.TY_I32, unordered, fcmp(g, O.OP_FNE, ty, y, y));
  const zero = fconst(g, ty, 0);
  const either = (v: Value): Value => g.b.emit(O.OP_SELECT, ty, unordered, zero, v);
  const ordered = bin(g, O.OP_XOR, O.TY_I32, unordered, g.i32(1));
  return bin(g, O.OP_AND, O.TY_I32, fcmp(g, op, ty, either(x), either(y)), ordered);
}

/** The value, or -1 if the built-in is not expanded in line. */
export function genFloatBuiltin(g: FnGen, e: Expr): Value {
  const args = e.args!;
  const or = (x: Value, y: Value): Value => bin(g, O.OP_OR, O.TY_I32, x, y);
  switch (e.builtin) {
    case B.BI_FABS:
      return fabs(g, genExpr(g, args[0]!));
    case B.BI_COPYSIGN: {
      const x = genExpr(g, args[0]!);
      return fbin(g, O.OP_FCOPYSIGN, g.f.ty[x]!, x, genExpr(g, args[1]!));
    }
    case B.BI_ISNAN: {
      const x = genExpr(g, args[0]!);
      return fcmp(g, O.OP_FNE, g.f.ty[x]!, x, x);
    }
    case B.BI_ISINF: {
      const x = genExpr(g, args[0]!);
      const ty = g.f.ty[x]!;
      return fcmp(g, O.OP_FEQ, ty, fabs(g, x), inf(g, ty));
    }
    case B.BI_ISINF_SIGN: {
      const x = genExpr(g, args[0]!);
      const ty = g.f.ty[x]!;
      const isInf = fcmp(g, O.OP_FEQ, ty, fabs(g, x), inf(g, ty));
      const sign = bin(g, O.OP_SUB, O.TY_I32, g.i32(1), bin(g, O.OP_SHL, O.TY_I32, signBit(g, x), g.i32(1)));
      return g.b.emit(O.OP_SELECT, O.TY_I32, isInf, sign, g.i32(0));
    }
    case B.BI_ISFINITE: {
      const x = genExpr(g, args[0]!);
      const ty = g.f.ty[x]!;
      return quiet(g, O.OP_FLT, ty, fabs(g, x), inf(g, ty));
    }
    case B.BI_ISNORMAL: {
      const x = genExpr(g, args[0]!);
      const ty = g.f.ty[x]!;
      const m = fabs(g, x);
      return bin(g, O.OP_AND, O.TY_I32, quiet(g, O.OP_FLE, ty, minNormal(g, ty), m), quiet(g, O.OP_FLT, ty, m, inf(g, ty)));
    }
    case B.BI_SIGNBIT:
      return signBit(g, genExpr(g, args[0]!));
    case B.BI_FPCLASSIFY: {
      const kinds: Value[] = [];
      for (let i = 0; i < 5; i++) kinds.push(genExpr(g, args[i]!));
      const x = genExpr(g, args[5]!);
      const ty = g.f.ty[x]!;
      const m = fabs(g, x);
      const sel = (c: Value, y: Value, n: Value): Value => g.b.emit(O.OP_SELECT, O.TY_I32, c, y, n);
      let r = sel(fcmp(g, O.OP_FEQ, ty, m, fconst(g, ty, 0)), kinds[4]!, kinds[3]!);
      r = sel(quiet(g, O.OP_FLE, ty, minNormal(g, ty), m), kinds[2]!, r);
      r = sel(fcmp(g, O.OP_FEQ, ty, m, inf(g, ty)), kinds[1]!, r);
      return sel(fcmp(g, O.OP_FNE, ty, x, x), kinds[0]!, r);
    }
    case B.BI_ISGREATER:
    case B.BI_ISGREATEREQUAL:
    case B.BI_ISLESS:
    case B.BI_ISLESSEQUAL:
    case B.BI_ISLESSGREATER:
    case B.BI_ISUNORDERED:
    case B.BI_ISEQSIG: {
      const [x, y] = pair(g, e);
      const ty = g.f.ty[x]!;
      switch (e.builtin) {
        case B.BI_ISGREATER:
          return quiet(g, O.OP_FLT, ty, y, x);
        case B.BI_ISGREATEREQUAL:
          return quiet(g, O.OP_FLE, ty, y, x);
        case B.BI_ISLESS:
          return quiet(g, O.OP_FLT, ty, x, y);
        case B.BI_ISLESSEQUAL:
          return quiet(g, O.OP_FLE, ty, x, y);
        case B.BI_ISLESSGREATER:
          return or(quiet(g, O.OP_FLT, ty, x, y), quiet(g, O.OP_FLT, ty, y, x));
        case B.BI_ISEQSIG:
          return fcmp(g, O.OP_FEQ, ty, x, y);
        default:
          return or(fcmp(g, O.OP_FNE, ty, x, x), fcmp(g, O.OP_FNE, ty, y, y));
      }
    }
    case B.BI_CREAL:
    case B.BI_CIMAG: {
      if (args[0]!.type.kind !== K_COMPLEX) return -1;
      const c = genComplex(g, args[0]!);
      return e.builtin === B.BI_CREAL ? c.re : c.im;
    }
  }
  return -1;
}

/** |x| of an integer; the minimum stays what it is. */
export function integerAbs(g: FnGen, x: Value): Value {
  const ty = g.f.ty[x]!;
  const zero = g.b.iconst(ty, 0, 0);
  return g.b.emit(O.OP_SELECT, ty, icmp(g, O.OP_SLT, ty, x, zero), bin(g, O.OP_SUB, ty, zero, x), x);
}
