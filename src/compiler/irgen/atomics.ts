// __sync_*, __atomic_* and C11 _Atomic objects. Sizes of 1, 2, 4, 8 bytes (up to a pointer's) are done in line; the rest goes to
// libatomic, whose calling conventions are in its manual ("__atomic_load (size_t, void*, void*, int)" and so on).

import type { Expr } from "../c/ast.ts";
import * as A from "../c/ast.ts";
import * as B from "../c/builtin-ids.ts";
import { type CType, isInteger, K_BOOL, K_POINTER, K_VOID, Q_ATOMIC } from "../c/ctype.ts";
import type { AtomicInfo, Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { bin, icmp, scaled } from "./arith.ts";
import { libcall } from "./call.ts";
import type { FnGen } from "./context.ts";
import { convert, extendNarrow, intCast, nonZero } from "./convert.ts";
import { genDiscard, genExpr, incremented, opAssignValue } from "./expr.ts";
import { addrOf, type LV as Location, LV } from "./lvalue.ts";
import { intTy, irType, isFloatTy, isSignedInt, mem } from "./types.ts";

const SEQ_CST = 5;

export function isAtomicLv(lv: Location): boolean {
  return (lv.type.quals & Q_ATOMIC) !== 0 && lv.field === null && lv.reg < 0;
}

function inlineSize(g: FnGen, size: number): boolean {
  return size === 1 || size === 2 || size === 4 || (size === 8 && g.target.ptrSize === 8);
}

function atomicMem(size: number, flags: number): number {
  return mem(size, size, false, flags);
}

function info(order: number, failOrder: number, kind: number, m: number, weak: boolean): AtomicInfo {
  return { order, failOrder, kind, mem: m, weak };
}

/** Order argument: a constant's low bits; anything else is taken as seq_cst. */
function orderOf(g: FnGen, e: Expr): number {
  if (e.op !== A.E_INT) {
    genDiscard(g, e);
    return SEQ_CST;
  }
  const o = e.lo & 7;
  return o === 1 ? 2 : o > 5 ? SEQ_CST : o;
}

function asInt(g: FnGen, v: Value, size: number): Value {
  const ty = g.f.ty[v]!;
  return isFloatTy(ty) ? g.b.emit(O.OP_BITCAST, intTy(size), v, 0, ty) : v;
}
function fromInt(g: FnGen, v: Value, t: CType): Value {
  const ty = irType(g.target, t);
  if (isFloatTy(ty)) return g.b.emit(O.OP_BITCAST, ty, v, 0, g.f.ty[v]!);
  return g.f.ty[v] === O.TY_I32 ? extendNarrow(g, v, t.size, isSignedInt(t)) : v;
}

// ---- _Atomic lvalues ----

export function atomicLoadLv(g: FnGen, lv: Location): Value {
  const t = lv.type.unqual;
  if (!inlineSize(g, t.size)) {
    const tmp = new LV(g.temp(Math.max(16, t.size), 16), 0, 16, 0, t);
    libAtomicLoad(g, addrOf(g, lv), tmp.base, t.size, SEQ_CST);
    const ty = irType(g.target, t);
    return g.b.load(ty, tmp.base, mem(ty === O.TY_F80 ? g.target.longDoubleSize : t.size, 16, isSignedInt(t), 0));
  }
  const v = g.b.emit(O.OP_ATOMICLOAD, intTy(t.size), addrOf(g, lv), SEQ_CST, atomicMem(t.size, lv.flags));
  return fromInt(g, v, t);
}

export function atomicStoreLv(g: FnGen, lv: Location, v: Value): void {
  const t = lv.type.unqual;
  if (!inlineSize(g, t.size)) {
    const tmp = new LV(g.temp(Math.max(16, t.size), 16), 0, 16, 0, t);
    const ty = irType(g.target, t);
    g.b.store(tmp.base, v, mem(ty === O.TY_F80 ? g.target.longDoubleSize : t.size, 16, false, 0));
    libAtomicStore(g, addrOf(g, lv), tmp.base, t.size, SEQ_CST);
    return;
  }
  storeOp(g, addrOf(g, lv), asInt(g, v, t.size), t.size, SEQ_CST, lv.flags);
}

function storeOp(g: FnGen, p: Value, v: Value, size: number, order: number, flags: number): void {
  const m = atomicMem(size, flags);
  g.b.emit(O.OP_ATOMICSTORE, 0, p, v, m, info(order, order, 0, m, false));
}

function libAtomicLoad(g: FnGen, p: Value, ret: Value, size: number, order: number): void {
  libcall(g, "__atomic_load", 0, false, [g.ptrNum(size), p, ret, g.i32(order)]);
}
function libAtomicStore(g: FnGen, p: Value, val: Value, size: number, order: number): void {
  libcall(g, "__atomic_store", 0, false, [g.ptrNum(size), p, val, g.i32(order)]);
}

/** Copies a whole _Atomic object (record, complex, array) out, or a value in. */
export function atomicLoadObject(g: FnGen, src: Location, dst: Location, size: number): void {
  if (inlineSize(g, size) && src.align >= size) {
    const v = g.b.emit(O.OP_ATOMICLOAD, intTy(size), addrOf(g, src), SEQ_CST, atomicMem(size, src.flags));
    g.b.store(addrOf(g, dst), v, mem(size, dst.align, false, dst.flags));
  } else libAtomicLoad(g, addrOf(g, src), addrOf(g, dst), size, SEQ_CST);
}
export function atomicStoreObject(g: FnGen, dst: Location, src: Location, size: number): void {
  if (inlineSize(g, size) && dst.align >= size) {
    const v = g.b.load(intTy(size), addrOf(g, src), mem(size, src.align, false, src.flags));
    storeOp(g, addrOf(g, dst), v, size, SEQ_CST, dst.flags);
  } else libAtomicStore(g, addrOf(g, dst), addrOf(g, src), size, SEQ_CST);
}

/** lv op= …, ++lv, lv++ on an _Atomic object: one RMW where there is one, else a compare-and-swap loop (C11 6.5.16.2, note 113). */
export function genAtomicOpAssign(g: FnGen, e: Expr, lv: Location): Value {
  const t = lv.type.unqual;
  const p = addrOf(g, lv);
  const isInc = e.op === A.E_PREINC || e.op === A.E_POSTINC;
  const size = t.size;
  const kind = rmwKind(e, isInc, t);
  if (kind >= 0 && inlineSize(g, size)) {
    let v: Value;
    if (isInc) v = g.b.num(intTy(size), e.num * (t.kind === K_POINTER ? Math.max(1, t.base!.size) : 1));
    else if (t.kind === K_POINTER) {
      v = scaled(g, g.ptrTy, intCast(g, genExpr(g, e.b!), g.ptrTy, isSignedInt(e.b!.type)), Math.max(1, t.base!.size));
    } else v = convert(g, genExpr(g, e.b!), e.compType!.unqual, t);
    const m = atomicMem(size, lv.flags);
    const old = fromInt(g, g.b.emit(O.OP_ATOMICRMW, intTy(size), p, v, m, info(SEQ_CST, SEQ_CST, kind, m, false)), t);
    if (e.op === A.E_POSTINC) return old;
    return fromInt(g, rmwResult(g, kind, old, v), t);
  }
  // the right side is evaluated once, before the loop
  const rhs = isInc ? 0 : genExpr(g, e.b!);
  const ty = irType(g.target, t);
  const m = mem(ty === O.TY_F80 ? g.target.longDoubleSize : size, Math.max(1, t.align), isSignedInt(t), 0);
  const oldSlot = g.temp(Math.max(16, size), 16);
  const newSlot = g.temp(Math.max(16, size), 16);
  g.b.store(oldSlot, atomicLoadLv(g, lv), m);
  const loop = g.newBlock();
  const done = g.newBlock();
  g.start(loop);
  const old = g.b.load(ty, oldSlot, m);
  const v = isInc ? incremented(g, e, old) : opAssignValue(g, e, old, rhs);
  g.b.store(newSlot, v, m);
  let ok: Value;
  if (inlineSize(g, size)) {
    const it = intTy(size);
    const am = atomicMem(size, lv.flags);
    const cas = g.b.emit(O.OP_CMPXCHG, it, p, asInt(g, old, size), asInt(g, v, size), info(SEQ_CST, SEQ_CST, 0, am, false));
    g.b.store(oldSlot, fromInt(g, g.b.emit(O.OP_PROJ, it, cas, 0), t), m);
    ok = g.b.emit(O.OP_PROJ, O.TY_I32, cas, 1);
  } else {
    const order = g.i32(SEQ_CST);
    ok = libcall(g, "__atomic_compare_exchange", O.TY_I32, false, [g.ptrNum(size), p, oldSlot, newSlot, order, order]);
    ok = extendNarrow(g, ok, 1, false);
  }
  g.br(ok, done, loop);
  g.start(done);
  return e.op === A.E_POSTINC ? g.b.load(ty, oldSlot, m) : g.b.load(ty, newSlot, m);
}

function rmwKind(e: Expr, isInc: boolean, t: CType): number {
  if (t.kind === K_POINTER) {
    if (t.base!.size < 0) return -1;
    if (isInc || e.binop === A.E_PTRADD) return O.RMW_ADD;
    return e.binop === A.E_PTRSUB ? O.RMW_SUB : -1;
  }
  if (!isInteger(t) || t.kind === K_BOOL) return -1;
  if (isInc) return O.RMW_ADD;
  if (!isInteger(e.compType!)) return -1;
  switch (e.binop) {
    case A.E_ADD:
      return O.RMW_ADD;
    case A.E_SUB:
      return O.RMW_SUB;
    case A.E_AND:
      return O.RMW_AND;
    case A.E_OR:
      return O.RMW_OR;
    case A.E_XOR:
      return O.RMW_XOR;
  }
  return -1;
}

/** The new value that an RMW left behind. */
function rmwResult(g: FnGen, kind: number, old: Value, v: Value): Value {
  const ty = g.f.ty[old]!;
  switch (kind) {
    case O.RMW_ADD:
      return bin(g, O.OP_ADD, ty, old, v);
    case O.RMW_SUB:
      return bin(g, O.OP_SUB, ty, old, v);
    case O.RMW_AND:
      return bin(g, O.OP_AND, ty, old, v);
    case O.RMW_OR:
      return bin(g, O.OP_OR, ty, old, v);
    case O.RMW_XOR:
      return bin(g, O.OP_XOR, ty, old, v);
    case O.RMW_NAND:
      return bin(g, O.OP_XOR, ty, bin(g, O.OP_AND, ty, old, v), g.b.iconst(ty, -1, -1));
  }
  return v;
}

// ---- built-in functions ----

/** Object type that an atomic built-in works on. */
function objectType(e: Expr): CType {
  let p = e.args![0]!;
  while (p.op === A.E_CAST && p.type.kind === K_POINTER && p.type.base!.kind === K_VOID && p.a!.type.kind === K_POINTER) p = p.a!;
  const t = p.type.base!.unqual;
  return t.kind === K_VOID ? e.type.unqual : t;
}

const RMW_NAMES: readonly string[] = ["exchange", "fetch_add", "fetch_sub", "fetch_and", "fetch_or", "fetch_xor", "fetch_nand"];

/** All BI_SYNC_* and BI_ATOMIC_*; 0 for void. */
export function genAtomicBuiltin(g: FnGen, e: Expr): Value {
  const args = e.args!;
  const id = e.builtin;
  switch (id) {
    case B.BI_SYNC_SYNCHRONIZE:
      g.b.emit(O.OP_FENCE, 0, SEQ_CST, 0);
      return 0;
    case B.BI_ATOMIC_THREAD_FENCE:
      g.b.emit(O.OP_FENCE, 0, orderOf(g, args[0]!), 0);
      return 0;
    case B.BI_ATOMIC_SIGNAL_FENCE:
      g.b.emit(O.OP_FENCE, 0, orderOf(g, args[0]!), 1);
      return 0;
    case B.BI_ATOMIC_ALWAYS_LOCK_FREE:
    case B.BI_ATOMIC_IS_LOCK_FREE: {
      const n = genExpr(g, args[0]!);
      genDiscard(g, args[1]!);
      return icmp(g, O.OP_ULE, g.f.ty[n]!, n, g.b.num(g.f.ty[n]!, g.target.ptrSize));
    }
    case B.BI_ATOMIC_TEST_AND_SET: {
      const p = genExpr(g, args[0]!);
      return nonZero(g, rmw(g, p, g.i32(1), 1, O.RMW_XCHG, orderOf(g, args[1]!)));
    }
    case B.BI_ATOMIC_CLEAR: {
      const p = genExpr(g, args[0]!);
      storeOp(g, p, g.i32(0), 1, orderOf(g, args[1]!), 0);
      return 0;
    }
    case B.BI_ATOMIC_LOAD:
    case B.BI_ATOMIC_STORE:
    case B.BI_ATOMIC_EXCHANGE:
    case B.BI_ATOMIC_CAS:
      return genericForm(g, e);
  }
  const t = objectType(e);
  const size = t.size;
  const it = intTy(size);
  const p = genExpr(g, args[0]!);
  const small = inlineSize(g, size);
  const value = (i: number): Value => {
    const a = args[i]!;
    const v = genExpr(g, a);
    return isFloatTy(g.f.ty[v]!) ? asInt(g, v, size) : intCast(g, v, it, isSignedInt(a.type));
  };
  switch (id) {
    case B.BI_ATOMIC_LOAD_N: {
      const order = orderOf(g, args[1]!);
      if (!small) return libcall(g, `__atomic_load_${size}`, it, false, [p, g.i32(order)]);
      return fromInt(g, g.b.emit(O.OP_ATOMICLOAD, it, p, order, atomicMem(size, 0)), t);
    }
    case B.BI_ATOMIC_STORE_N: {
      const v = value(1);
      const order = orderOf(g, args[2]!);
      if (small) storeOp(g, p, v, size, order, 0);
      else libcall(g, `__atomic_store_${size}`, 0, false, [p, v, g.i32(order)]);
      return 0;
    }
    case B.BI_SYNC_LOCK_RELEASE:
      if (small) storeOp(g, p, g.b.iconst(it, 0, 0), size, 3, 0);
      else libcall(g, `__sync_lock_release_${size}`, 0, false, [p]);
      return 0;
    case B.BI_SYNC_LOCK_TEST_SET: {
      const v = value(1);
      if (!small) return libcall(g, `__sync_lock_test_and_set_${size}`, it, false, [p, v]);
      return fromInt(g, rmw(g, p, v, size, O.RMW_XCHG, 2), t);
    }
    case B.BI_SYNC_BOOL_CAS:
    case B.BI_SYNC_VAL_CAS: {
      const exp = value(1);
      const des = value(2);
      if (!small) {
        const isBool = id === B.BI_SYNC_BOOL_CAS;
        return libcall(g, `__sync_${isBool ? "bool" : "val"}_compare_and_swap_${size}`, isBool ? O.TY_I32 : it, false, [
          p,
          exp,
          des,
        ]);
      }
      const cas = compareSwap(g, p, exp, des, size, SEQ_CST, SEQ_CST, false);
      if (id === B.BI_SYNC_BOOL_CAS) return g.b.emit(O.OP_PROJ, O.TY_I32, cas, 1);
      return fromInt(g, g.b.emit(O.OP_PROJ, it, cas, 0), t);
    }
    case B.BI_ATOMIC_CAS_N: {
      const ep = genExpr(g, args[1]!);
      const des = value(2);
      const weak = args[3]!.op === A.E_INT && args[3]!.lo !== 0;
      const order = orderOf(g, args[4]!);
      const fail = orderOf(g, args[5]!);
      if (!small) {
        const r = libcall(g, `__atomic_compare_exchange_${size}`, O.TY_I32, false, [p, ep, des, g.i32(order), g.i32(fail)]);
        return extendNarrow(g, r, 1, false);
      }
      return casThrough(g, p, ep, des, size, order, fail, weak, isSignedInt(t), Math.max(1, t.align));
    }
    case B.BI_ATOMIC_EXCHANGE_N: {
      const v = value(1);
      return doRmw(g, p, v, t, O.RMW_XCHG, orderOf(g, args[2]!), false);
    }
  }
  const v = value(1);
  switch (id) {
    case B.BI_SYNC_FETCH_ADD:
    case B.BI_SYNC_ADD_FETCH:
      return doRmw(g, p, v, t, O.RMW_ADD, SEQ_CST, id === B.BI_SYNC_ADD_FETCH);
    case B.BI_SYNC_FETCH_SUB:
    case B.BI_SYNC_SUB_FETCH:
      return doRmw(g, p, v, t, O.RMW_SUB, SEQ_CST, id === B.BI_SYNC_SUB_FETCH);
    case B.BI_SYNC_FETCH_OR:
    case B.BI_SYNC_OR_FETCH:
      return doRmw(g, p, v, t, O.RMW_OR, SEQ_CST, id === B.BI_SYNC_OR_FETCH);
    case B.BI_SYNC_FETCH_AND:
    case B.BI_SYNC_AND_FETCH:
      return doRmw(g, p, v, t, O.RMW_AND, SEQ_CST, id === B.BI_SYNC_AND_FETCH);
    case B.BI_SYNC_FETCH_XOR:
    case B.BI_SYNC_XOR_FETCH:
      return doRmw(g, p, v, t, O.RMW_XOR, SEQ_CST, id === B.BI_SYNC_XOR_FETCH);
    case B.BI_SYNC_FETCH_NAND:
    case B.BI_SYNC_NAND_FETCH:
      return doRmw(g, p, v, t, O.RMW_NAND, SEQ_CST, id === B.BI_SYNC_NAND_FETCH);
    case B.BI_ATOMIC_FETCH_ADD:
    case B.BI_ATOMIC_ADD_FETCH:
      return doRmw(g, p, v, t, O.RMW_ADD, orderOf(g, args[2]!), id === B.BI_ATOMIC_ADD_FETCH);
    case B.BI_ATOMIC_FETCH_SUB:
    case B.BI_ATOMIC_SUB_FETCH:
      return doRmw(g, p, v, t, O.RMW_SUB, orderOf(g, args[2]!), id === B.BI_ATOMIC_SUB_FETCH);
    case B.BI_ATOMIC_FETCH_AND:
    case B.BI_ATOMIC_AND_FETCH:
      return doRmw(g, p, v, t, O.RMW_AND, orderOf(g, args[2]!), id === B.BI_ATOMIC_AND_FETCH);
    case B.BI_ATOMIC_FETCH_OR:
    case B.BI_ATOMIC_OR_FETCH:
      return doRmw(g, p, v, t, O.RMW_OR, orderOf(g, args[2]!), id === B.BI_ATOMIC_OR_FETCH);
    case B.BI_ATOMIC_FETCH_XOR:
    case B.BI_ATOMIC_XOR_FETCH:
      return doRmw(g, p, v, t, O.RMW_XOR, orderOf(g, args[2]!), id === B.BI_ATOMIC_XOR_FETCH);
    case B.BI_ATOMIC_FETCH_NAND:
    case B.BI_ATOMIC_NAND_FETCH:
      return doRmw(g, p, v, t, O.RMW_NAND, orderOf(g, args[2]!), id === B.BI_ATOMIC_NAND_FETCH);
  }
  return g.mg.diags.fatal(e.loc, `IR generator: atomic built-in ${id} is not supported`);
}

function rmw(g: FnGen, p: Value, v: Value, size: number, kind: number, order: number): Value {
  const m = atomicMem(size, 0);
  return g.b.emit(O.OP_ATOMICRMW, intTy(size), p, v, m, info(order, order, kind, m, false));
}

function doRmw(g: FnGen, p: Value, v: Value, t: CType, kind: number, order: number, newValue: boolean): Value {
  const size = t.size;
  let old: Value;
  if (inlineSize(g, size)) old = fromInt(g, rmw(g, p, v, size, kind, order), t);
  else old = libcall(g, `__atomic_${RMW_NAMES[kind]}_${size}`, intTy(size), false, [p, v, g.i32(order)]);
  return newValue ? fromInt(g, rmwResult(g, kind, asInt(g, old, size), v), t) : old;
}

function compareSwap(
  g: FnGen,
  p: Value,
  exp: Value,
  des: Value,
  size: number,
  order: number,
  fail: number,
  weak: boolean,
): Value {
  return g.b.emit(O.OP_CMPXCHG, intTy(size), p, exp, des, info(order, fail, 0, atomicMem(size, 0), weak));
}

/** Compare and swap whose expected value is in memory and is replaced on failure. */
function casThrough(
  g: FnGen,
  p: Value,
  ep: Value,
  des: Value,
  size: number,
  order: number,
  fail: number,
  weak: boolean,
  signed: boolean,
  align: number,
): Value {
  const it = intTy(size);
  const m = mem(size, align, signed, 0);
  const cas = compareSwap(g, p, g.b.load(it, ep, m), des, size, order, fail, weak);
  const old = g.b.emit(O.OP_PROJ, it, cas, 0);
  const ok = g.b.emit(O.OP_PROJ, O.TY_I32, cas, 1);
  const failed = g.newBlock();
  const done = g.newBlock();
  g.br(ok, done, failed);
  g.start(failed);
  g.b.store(ep, old, m);
  g.start(done);
  return ok;
}

/** Values by pointer: (ptr, ret, order), (ptr, val, order), (ptr, val, ret, order), (ptr, expected, desired, weak, succ, fail). */
function genericForm(g: FnGen, e: Expr): Value {
  const args = e.args!;
  const t = objectType(e);
  const size = t.size;
  const it = intTy(size);
  const small = inlineSize(g, size);
  const p = genExpr(g, args[0]!);
  const q = genExpr(g, args[1]!);
  const plain = mem(small ? size : 1, Math.max(1, Math.min(t.align, small ? size : 1)), false, 0);
  const n = g.ptrNum(size);
  switch (e.builtin) {
    case B.BI_ATOMIC_LOAD: {
      const order = orderOf(g, args[2]!);
      if (small) g.b.store(q, g.b.emit(O.OP_ATOMICLOAD, it, p, order, atomicMem(size, 0)), plain);
      else libcall(g, "__atomic_load", 0, false, [n, p, q, g.i32(order)]);
      return 0;
    }
    case B.BI_ATOMIC_STORE: {
      const order = orderOf(g, args[2]!);
      if (small) storeOp(g, p, g.b.load(it, q, plain), size, order, 0);
      else libcall(g, "__atomic_store", 0, false, [n, p, q, g.i32(order)]);
      return 0;
    }
    case B.BI_ATOMIC_EXCHANGE: {
      const r = genExpr(g, args[2]!);
      const order = orderOf(g, args[3]!);
      if (small) g.b.store(r, rmw(g, p, g.b.load(it, q, plain), size, O.RMW_XCHG, order), plain);
      else libcall(g, "__atomic_exchange", 0, false, [n, p, q, r, g.i32(order)]);
      return 0;
    }
    default: {
      const d = genExpr(g, args[2]!);
      const weak = args[3]!.op === A.E_INT && args[3]!.lo !== 0;
      const order = orderOf(g, args[4]!);
      const fail = orderOf(g, args[5]!);
      if (small) return casThrough(g, p, q, g.b.load(it, d, plain), size, order, fail, weak, false, Math.min(t.align, size));
      const r = libcall(g, "__atomic_compare_exchange", O.TY_I32, false, [n, p, q, d, g.i32(order), g.i32(fail)]);
      return extendNarrow(g, r, 1, false);
    }
  }
}
