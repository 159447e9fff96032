// Complex arithmetic (C11 Annex G as GCC implements it with -fcx-fortran-rules and -fcx-limited-range off): products are formed
// inline and recomputed by libgcc's __mul?c3 when a NaN came out, quotients are libgcc's __div?c3. An operand converted from a real
// type takes part as a real number in +, -, * and as a divisor. GNU integer complex types use the plain formulas.

import {
  E_ADD,
  E_BITNOT,
  E_CALL,
  E_CAST,
  E_COMPLEX,
  E_DIV,
  E_LOAD,
  E_MUL,
  E_NEG,
  E_OPASSIGN,
  E_POSTINC,
  E_PREINC,
  E_SUB,
  type Expr,
} from "../c/ast.ts";
import { BI_CONJ } from "../c/builtin-ids.ts";
import { type CType, isFloating, K_COMPLEX, Q_ATOMIC } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { genAggregate, isLocation, isMemoryOp } from "./aggregate.ts";
import { bin, fbin, fcmp, fconst, fneg } from "./arith.ts";
import { genCall, libcallAggregate } from "./call.ts";
import type { FnGen } from "./context.ts";
import { convert, extendNarrow } from "./convert.ts";
import { genExpr } from "./expr.ts";
import { genLV, type LV, readLV, subLV, writeLV } from "./lvalue.ts";
import { irType, isFloatTy, isSignedInt } from "./types.ts";

export class Cx {
  re: Value;
  im: Value;
  /** Came from a real number: the imaginary part is a plain zero. */
  real: boolean;
  constructor(re: Value, im: Value, real: boolean) {
    this.re = re;
    this.im = im;
    this.real = real;
  }
}

function zeroOf(g: FnGen, ty: number): Value {
  return isFloatTy(ty) ? fconst(g, ty, 0) : g.b.iconst(ty, 0, 0);
}

export function loadComplex(g: FnGen, lv: LV, t: CType): Cx {
  const base = t.base!.unqual;
  return new Cx(readLV(g, subLV(lv, 0, base)), readLV(g, subLV(lv, base.size, base)), false);
}
export function storeComplex(g: FnGen, lv: LV, v: Cx): void {
  const base = lv.type.base!.unqual;
  writeLV(g, subLV(lv, 0, base), v.re);
  writeLV(g, subLV(lv, base.size, base), v.im);
}

export function convertComplex(g: FnGen, v: Cx, from: CType, to: CType): Cx {
  if (from === to) return v;
  return new Cx(convert(g, v.re, from.base!, to.base!), convert(g, v.im, from.base!, to.base!), v.real);
}

export function genComplex(g: FnGen, e: Expr): Cx {
  switch (e.op) {
    case E_LOAD:
      if ((e.a!.type.quals & Q_ATOMIC) !== 0) break;
      return loadComplex(g, genLV(g, e.a!), e.type);
    case E_COMPLEX: {
      const re = genExpr(g, e.a!);
      return new Cx(re, genExpr(g, e.b!), false);
    }
    case E_CAST:
      return genAsComplex(g, e.a!, e.type);
    case E_ADD:
    case E_SUB:
    case E_MUL:
    case E_DIV: {
      const x = genComplex(g, e.a!);
      const y = genComplex(g, e.b!);
      return complexOp(g, e.op, e.type, x, y);
    }
    case E_NEG: {
      const x = genComplex(g, e.a!);
      return new Cx(negate(g, e.type, x.re), negate(g, e.type, x.im), x.real);
    }
    case E_BITNOT: {
      const x = genComplex(g, e.a!);
      return new Cx(x.re, negate(g, e.type, x.im), false);
    }
    case E_OPASSIGN: {
      const lv = genLV(g, e.a!);
      const ct = e.compType!;
      let x: Cx;
      if (e.a!.type.kind === K_COMPLEX) x = convertComplex(g, loadComplex(g, lv, e.a!.type), e.a!.type.unqual, ct);
      else {
        const re = convert(g, readLV(g, lv), e.a!.type, ct.base!);
        x = new Cx(re, zeroOf(g, g.f.ty[re]!), true);
      }
      const r = convertComplex(g, complexOp(g, e.binop, ct, x, genComplex(g, e.b!)), ct, e.a!.type.unqual);
      storeComplex(g, lv, r);
      return r;
    }
    case E_PREINC:
    case E_POSTINC: {
      const lv = genLV(g, e.a!);
      const old = loadComplex(g, lv, e.type);
      const base = e.type.base!;
      const ty = irType(g.target, base);
      let re: Value;
      if (isFloating(base)) re = fbin(g, O.OP_FADD, ty, old.re, fconst(g, ty, e.num));
      else re = extendNarrow(g, bin(g, O.OP_ADD, ty, old.re, g.b.num(ty, e.num)), base.size, isSignedInt(base));
      const v = new Cx(re, old.im, false);
      storeComplex(g, lv, v);
      return e.op === E_PREINC ? v : old;
    }
    case E_CALL:
      if (e.builtin === BI_CONJ) {
        const x = genComplex(g, e.args![0]!);
        return new Cx(x.re, negate(g, e.type, x.im), false);
      }
      genCall(g, e, null, true);
      return loadComplex(g, g.mg.callResult!, e.type);
  }
  if (e.lvalue || isLocation(e.op)) return loadComplex(g, genLV(g, e), e.type);
  if (!isMemoryOp(e.op) && e.op !== E_LOAD) throw new Error(`complex expression ${e.op}`);
  return loadComplex(g, genAggregate(g, e), e.type);
}

/** An arithmetic value as the complex type t. */
export function genAsComplex(g: FnGen, e: Expr, t: CType): Cx {
  if (e.type.kind === K_COMPLEX) return convertComplex(g, genComplex(g, e), e.type, t);
  const re = convert(g, genExpr(g, e), e.type, t.base!);
  return new Cx(re, zeroOf(g, g.f.ty[re]!), true);
}

function negate(g: FnGen, t: CType, x: Value): Value {
  const base = t.base!;
  const ty = g.f.ty[x]!;
  if (isFloatTy(ty)) return fneg(g, ty, x);
  return extendNarrow(g, bin(g, O.OP_SUB, ty, g.b.iconst(ty, 0, 0), x), base.size, isSignedInt(base));
}

const MODE: readonly string[] = ["", "", "", "", "sc", "dc", "xc", "tc"];

/** x op y in complex type t. */
export function complexOp(g: FnGen, op: number, t: CType, x: Cx, y: Cx): Cx {
  const base = t.base!;
  const ty = irType(g.target, base);
  if (!isFloatTy(ty)) return integerOp(g, op, base, ty, x, y);
  switch (op) {
    case E_ADD:
      if (y.real) return new Cx(fbin(g, O.OP_FADD, ty, x.re, y.re), x.im, x.real);
      if (x.real) return new Cx(fbin(g, O.OP_FADD, ty, x.re, y.re), y.im, false);
      return new Cx(fbin(g, O.OP_FADD, ty, x.re, y.re), fbin(g, O.OP_FADD, ty, x.im, y.im), false);
    case E_SUB:
      if (y.real) return new Cx(fbin(g, O.OP_FSUB, ty, x.re, y.re), x.im, x.real);
      if (x.real) return new Cx(fbin(g, O.OP_FSUB, ty, x.re, y.re), fneg(g, ty, y.im), false);
      return new Cx(fbin(g, O.OP_FSUB, ty, x.re, y.re), fbin(g, O.OP_FSUB, ty, x.im, y.im), false);
    case E_MUL:
      if (y.real) return new Cx(fbin(g, O.OP_FMUL, ty, x.re, y.re), fbin(g, O.OP_FMUL, ty, x.im, y.re), false);
      if (x.real) return new Cx(fbin(g, O.OP_FMUL, ty, x.re, y.re), fbin(g, O.OP_FMUL, ty, x.re, y.im), false);
      return multiply(g, t, ty, x, y);
    case E_DIV:
      if (y.real) return new Cx(fbin(g, O.OP_FDIV, ty, x.re, y.re), fbin(g, O.OP_FDIV, ty, x.im, y.re), false);
      return loadComplex(g, libcallAggregate(g, `__div${MODE[ty]}3`, t.unqual, [x.re, x.im, y.re, y.im]), t);
  }
  throw new Error(`complex operator ${op}`);
}

function multiply(g: FnGen, t: CType, ty: number, x: Cx, y: Cx): Cx {
  const re = fbin(g, O.OP_FSUB, ty, fbin(g, O.OP_FMUL, ty, x.re, y.re), fbin(g, O.OP_FMUL, ty, x.im, y.im));
  const im = fbin(g, O.OP_FADD, ty, fbin(g, O.OP_FMUL, ty, x.re, y.im), fbin(g, O.OP_FMUL, ty, x.im, y.re));
  const isNan = bin(g, O.OP_OR, O.TY_I32, fcmp(g, O.OP_FNE, ty, re, re), fcmp(g, O.OP_FNE, ty, im, im));
  if (g.isConst(isNan)) {
    if (g.f.a[isNan] === 0) return new Cx(re, im, false);
    return loadComplex(g, libcallAggregate(g, `__mul${MODE[ty]}3`, t.unqual, [x.re, x.im, y.re, y.im]), t);
  }
  const slow = g.newBlock();
  const join = g.newBlock();
  const from = g.b.here();
  g.br(isNan, slow, join, 1);
  g.start(slow);
  const r = loadComplex(g, libcallAggregate(g, `__mul${MODE[ty]}3`, t.unqual, [x.re, x.im, y.re, y.im]), t);
  const slowEnd = g.b.here();
  g.start(join);
  const re2 = g.phi(ty, [from, slowEnd], [re, r.re]);
  const im2 = g.phi(ty, [from, slowEnd], [im, r.im]);
  return new Cx(re2, im2, false);
}

function integerOp(g: FnGen, op: number, base: CType, ty: number, x: Cx, y: Cx): Cx {
  const ext = (v: Value): Value => (ty === O.TY_I32 ? extendNarrow(g, v, base.size, isSignedInt(base)) : v);
  switch (op) {
    case E_ADD:
      return new Cx(ext(bin(g, O.OP_ADD, ty, x.re, y.re)), ext(bin(g, O.OP_ADD, ty, x.im, y.im)), false);
    case E_SUB:
      return new Cx(ext(bin(g, O.OP_SUB, ty, x.re, y.re)), ext(bin(g, O.OP_SUB, ty, x.im, y.im)), false);
    case E_MUL: {
      const re = bin(g, O.OP_SUB, ty, bin(g, O.OP_MUL, ty, x.re, y.re), bin(g, O.OP_MUL, ty, x.im, y.im));
      const im = bin(g, O.OP_ADD, ty, bin(g, O.OP_MUL, ty, x.re, y.im), bin(g, O.OP_MUL, ty, x.im, y.re));
      return new Cx(ext(re), ext(im), false);
    }
    case E_DIV: {
      const div = base.unsigned ? O.OP_UDIV : O.OP_SDIV;
      const d = bin(g, O.OP_ADD, ty, bin(g, O.OP_MUL, ty, y.re, y.re), bin(g, O.OP_MUL, ty, y.im, y.im));
      const re = bin(g, O.OP_ADD, ty, bin(g, O.OP_MUL, ty, x.re, y.re), bin(g, O.OP_MUL, ty, x.im, y.im));
      const im = bin(g, O.OP_SUB, ty, bin(g, O.OP_MUL, ty, x.im, y.re), bin(g, O.OP_MUL, ty, x.re, y.im));
      return new Cx(ext(bin(g, div, ty, re, d)), ext(bin(g, div, ty, im, d)), false);
    }
  }
  throw new Error(`complex operator ${op}`);
}
