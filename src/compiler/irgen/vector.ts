// GNU vector types, element by element: a vector value is an array of scalars, memory holds it between statements.

import {
  E_ADD,
  E_BITNOT,
  E_BUILTIN,
  E_CAST,
  E_CONVERTVECTOR,
  E_EQ,
  E_GE,
  E_LOAD,
  E_LOGNOT,
  E_NEG,
  E_OPASSIGN,
  E_POSTINC,
  E_PREINC,
  E_SHR,
  E_VECCOND,
  E_VECTOR,
  type Expr,
} from "../c/ast.ts";
import { BI_SHUFFLE, BI_SHUFFLEVECTOR } from "../c/builtin-ids.ts";
import { type CType, isFloating, K_VECTOR } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { genAggregate, isLocation, isMemoryOp } from "./aggregate.ts";
import { bin, fconst, fneg, scalarOp, scaled } from "./arith.ts";
import { genArm, isArmVector } from "./arm-vector.ts";
import type { FnGen } from "./context.ts";
import { convert, extendNarrow, intCast, truth } from "./convert.ts";
import { compareScalars, genExpr } from "./expr.ts";
import { genLV, LV as Location, type LV, readLV, subLV, tempLV, writeLV } from "./lvalue.ts";
import { irType, isSignedInt } from "./types.ts";
import { genX86Vector, isX86Vector } from "./x86-vector.ts";

export function loadVector(g: FnGen, lv: LV, t: CType): Value[] {
  const et = t.base!.unqual;
  const out: Value[] = [];
  for (let i = 0; i < t.count; i++) out.push(readLV(g, subLV(lv, i * et.size, et)));
  return out;
}
export function storeVector(g: FnGen, lv: LV, vals: readonly Value[]): void {
  const et = lv.type.base!.unqual;
  for (let i = 0; i < vals.length; i++) writeLV(g, subLV(lv, i * et.size, et), vals[i]!);
}

function narrow(g: FnGen, v: Value, et: CType): Value {
  return g.f.ty[v] === O.TY_I32 ? extendNarrow(g, v, et.size, isSignedInt(et)) : v;
}

function elementOp(g: FnGen, op: number, t: CType, x: readonly Value[], y: readonly Value[]): Value[] {
  const et = t.base!;
  const ty = irType(g.target, et);
  const out: Value[] = [];
  for (let i = 0; i < x.length; i++) out.push(narrow(g, scalarOp(g, op, et, ty, x[i]!, y[i]!), et));
  return out;
}

/** Vector or scalar operand as elements. */
function operand(g: FnGen, e: Expr, count: number): Value[] {
  if (e.type.kind === K_VECTOR) return genVector(g, e);
  return new Array<Value>(count).fill(genExpr(g, e));
}

/** -1 or 0 in integer element type et. */
function mask(g: FnGen, c: Value, et: CType): Value {
  const v = bin(g, O.OP_SUB, O.TY_I32, g.i32(0), c);
  return intCast(g, v, irType(g.target, et), true);
}

export function genVector(g: FnGen, e: Expr): Value[] {
  const t = e.type;
  const n = t.count;
  const et = t.base!;
  const op = e.op;
  if ((op >= E_ADD && op <= E_SHR) || op === E_NEG || op === E_BITNOT) {
    const x = operand(g, e.a!, n);
    if (op === E_NEG || op === E_BITNOT) {
      const out: Value[] = [];
      for (const v of x) {
        const ty = g.f.ty[v]!;
        if (op === E_BITNOT)
          out.push(narrow(g, bin(g, O.OP_XOR, ty, v, g.b.emit(O.OP_CONST, ty, -1, -1, ty === O.TY_I128 ? -1 : 0)), et));
        else if (isFloating(et)) out.push(fneg(g, ty, v));
        else out.push(narrow(g, bin(g, O.OP_SUB, ty, g.b.iconst(ty, 0, 0), v), et));
      }
      return out;
    }
    return elementOp(g, op, t, x, operand(g, e.b!, n));
  }
  if (op >= E_EQ && op <= E_GE) {
    const at = e.a!.type.base!;
    const x = operand(g, e.a!, n);
    const y = operand(g, e.b!, n);
    const out: Value[] = [];
    for (let i = 0; i < n; i++) out.push(mask(g, compareScalars(g, op, at, x[i]!, y[i]!), et));
    return out;
  }
  switch (op) {
    case E_LOAD:
      return loadVector(g, genLV(g, e.a!), t);
    case E_VECTOR: {
      const v = genExpr(g, e.a!);
      return new Array<Value>(n).fill(v);
    }
    case E_CAST: {
      const a = e.a!;
      if (a.type.canon === t.canon) return genVector(g, a);
      const lv = tempLV(g, t.size >= a.type.size ? t : a.type);
      if (a.type.kind === K_VECTOR) storeVector(g, subLV(lv, 0, a.type), genVector(g, a));
      else writeLV(g, subLV(lv, 0, a.type.unqual), genExpr(g, a));
      return loadVector(g, lv, t);
    }
    case E_LOGNOT: {
      const at = e.a!.type.base!;
      const x = genVector(g, e.a!);
      const ty = irType(g.target, at);
      const zero = isFloating(at) ? fconst(g, ty, 0) : g.b.iconst(ty, 0, 0);
      return x.map((v) => mask(g, compareScalars(g, E_EQ, at, v, zero), et));
    }
    case E_CONVERTVECTOR: {
      const a = e.a!;
      return genVector(g, a).map((v) => convert(g, v, a.type.base!, et));
    }
    case E_VECCOND: {
      const c = genVector(g, e.a!);
      const x = operand(g, e.b!, n);
      const y = operand(g, e.c!, n);
      const ty = irType(g.target, et);
      return c.map((v, i) => g.b.emit(O.OP_SELECT, ty, truth(g, v), x[i]!, y[i]!));
    }
    case E_OPASSIGN: {
      const lv = genLV(g, e.a!);
      const x = loadVector(g, lv, t);
      const r = elementOp(g, e.binop, t, x, operand(g, e.b!, n));
      lv.type = t.unqual;
      storeVector(g, lv, r);
      return r;
    }
    case E_PREINC:
    case E_POSTINC: {
      const lv = genLV(g, e.a!);
      const x = loadVector(g, lv, t);
      const ty = irType(g.target, et);
      const one = isFloating(et) ? fconst(g, ty, e.num) : g.b.num(ty, e.num);
      const r = elementOp(g, E_ADD, t, x, new Array<Value>(n).fill(one));
      lv.type = t.unqual;
      storeVector(g, lv, r);
      return op === E_PREINC ? r : x;
    }
    case E_BUILTIN:
      if (e.builtin === BI_SHUFFLE) return shuffle(g, e);
      if (e.builtin === BI_SHUFFLEVECTOR) return shuffleVector(g, e);
      if (isArmVector(e)) return loadVector(g, genArm(g, e, null), t);
      if (isX86Vector(e)) return loadVector(g, genX86Vector(g, e, null), t);
      break;
  }
  if (e.lvalue || isLocation(op)) return loadVector(g, genLV(g, e), t);
  if (!isMemoryOp(op)) throw new Error(`vector expression ${op}`);
  return loadVector(g, genAggregate(g, e), t);
}

/** __builtin_shuffle(a [, b], mask): indices are taken modulo the number of elements. */
function shuffle(g: FnGen, e: Expr): Value[] {
  const args = e.args!;
  const a = genVector(g, args[0]!);
  const b = args.length === 3 ? genVector(g, args[1]!) : null;
  const m = genVector(g, args[args.length - 1]!);
  const all = b === null ? a : a.concat(b);
  const et = e.type.base!.unqual;
  let lv: LV | null = null;
  return m.map((v) => {
    const ty = g.f.ty[v]!;
    const i = bin(g, O.OP_AND, ty, v, g.b.num(ty, all.length - 1));
    if (g.isConst(i)) return all[g.f.a[i]!]!;
    if (lv === null) {
      const align = Math.max(1, e.type.align);
      lv = new Location(g.temp(all.length * et.size, align), 0, align, 0, et);
      for (let k = 0; k < all.length; k++) writeLV(g, subLV(lv, k * et.size, et), all[k]!);
    }
    const at = bin(g, O.OP_ADD, g.ptrTy, lv.base, scaled(g, g.ptrTy, intCast(g, i, g.ptrTy, false), et.size));
    return readLV(g, new Location(at, 0, et.align, 0, et));
  });
}

function shuffleVector(g: FnGen, e: Expr): Value[] {
  const args = e.args!;
  const all = genVector(g, args[0]!).concat(genVector(g, args[1]!));
  const out: Value[] = [];
  for (let i = 2; i < args.length; i++) {
    const k = args[i]!.lo;
    out.push(k < 0 ? g.b.emit(O.OP_UNDEF, irType(g.target, e.type.base!)) : all[k]!);
  }
  return out;
}
