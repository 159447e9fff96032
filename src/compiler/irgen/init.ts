// Initialisation of automatic objects. A large initialiser that is constant throughout is copied from a read-only image; otherwise
// the object is zeroed where anything is left out, and the entries are evaluated and stored in order.

import { E_ADDR, E_CAST, E_COMPOUND, E_FLOAT, E_INT, E_STRING, E_VAR, type Expr, type Init, type InitEntry } from "../c/ast.ts";
import { type CType, isAggregate, isScalar, K_COMPLEX, Q_REVERSE } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { genAggregateTo } from "./aggregate.ts";
import type { FnGen } from "./context.ts";
import { buildImage } from "./data.ts";
import { genExpr } from "./expr.ts";
import { addrOf, copyObject, LV, subLV, writeLV } from "./lvalue.ts";
import { irType, isFloatTy } from "./types.ts";

/** Objects from this size on may come from an image. */
const IMAGE_BYTES = 64;
const IMAGE_ENTRIES = 6;

/** Certainly a constant of static data (address constants included). */
function isImageConstant(e: Expr): boolean {
  switch (e.op) {
    case E_INT:
    case E_STRING:
      return true;
    case E_FLOAT:
      return e.type.kind !== K_COMPLEX;
    case E_CAST:
      return e.type.size === e.a!.type.size && isScalar(e.type) && e.type.base !== null && isImageConstant(e.a!);
    case E_ADDR: {
      const a = e.a!;
      if (a.op === E_STRING) return true;
      if (a.op === E_VAR || a.op === E_COMPOUND) {
        const d = a.decl!;
        return (d.isStatic || d.linkage !== 0) && !d.tls;
      }
      return false;
    }
  }
  return false;
}

function isZero(e: Expr): boolean {
  return e.op === E_INT && e.lo === 0 && e.hi === 0 && e.ext === null;
}

/** Do the entries follow each other without a gap from 0 to size? */
function coversAll(init: Init, size: number): boolean {
  let at = 0;
  for (const x of init.entries) {
    if (x.field !== null || x.off !== at) return false;
    if (x.e.op === E_STRING && isAggregate(x.type) && x.e.str!.bytes.length < x.type.size) return false;
    at += x.type.size;
  }
  return at === size;
}

export function initObject(g: FnGen, base: Value, align: number, flags: number, t: CType, init: Init): void {
  const size = Math.max(0, t.size) + init.extra;
  const whole = new LV(base, 0, align, flags, t);
  const entries = init.entries;
  if (init.zeroRest || isAggregate(t)) {
    let constants = 0;
    let nonZero = 0;
    for (const x of entries) {
      if (isImageConstant(x.e)) {
        constants++;
        if (!isZero(x.e)) nonZero++;
      }
    }
    if (constants === entries.length && nonZero >= IMAGE_ENTRIES && size >= IMAGE_BYTES) {
      const s = g.mg.imageSym(buildImage(g.mg, size, init), size, Math.max(1, t.align));
      s.referenced = true;
      const src = new LV(g.b.emit(O.OP_SYM, g.ptrTy, s.id, 0), 0, s.align, 0, t);
      copyObject(g, whole, src, size);
      return;
    }
    if (init.zeroRest && size > 0 && !coversAll(init, size)) {
      g.b.emit(O.OP_BLKSET, 0, base, g.i32(0), size, { align, volatile: (flags & O.MEM_VOLATILE) !== 0 });
      initEntries(g, whole, size, entries, true);
      return;
    }
  }
  initEntries(g, whole, size, entries, false);
}

/** `zeroed`: entries that are 0 need no store. A range designator gives entries of one expression, which is evaluated once. */
function initEntries(g: FnGen, whole: LV, size: number, entries: readonly InitEntry[], zeroed: boolean): void {
  let last: Expr | null = null;
  let value = 0;
  for (const x of entries) {
    if (zeroed && isZero(x.e) && !overrides(entries, x)) continue;
    const repeated = x.e === last && g.reachable;
    value = initEntry(g, whole, size, x, repeated ? value : 0);
    last = value === 0 ? null : x.e;
  }
}

/** Does a zero entry come after one that covers the same place? */
function overrides(entries: readonly InitEntry[], x: InitEntry): boolean {
  for (const y of entries) {
    if (y === x) return false;
    if (y.off < x.off + x.type.size && x.off < y.off + Math.max(1, y.type.size)) return true;
  }
  return false;
}

/** Gives a scalar's value, else 0; known: that value if it has been evaluated already. */
function initEntry(g: FnGen, whole: LV, size: number, x: InitEntry, known: Value): Value {
  const e = x.e;
  const reversed = (x.type.quals & Q_REVERSE) !== 0;
  const t = reversed ? x.type : x.type.unqual;
  if (x.field !== null) {
    const recordOff = x.off - x.field.off;
    const lv = subLV(whole, recordOff, t);
    lv.field = x.field;
    lv.limit = size - recordOff;
    const v = known !== 0 ? known : genExpr(g, e);
    writeLV(g, lv, v);
    return v;
  }
  const lv = subLV(whole, x.off, t);
  if (e.op === E_STRING && isAggregate(t)) {
    initString(g, lv, e, t.size < 0 ? size - x.off : t.size);
    return 0;
  }
  if (isAggregate(t)) {
    genAggregateTo(g, e, lv, false);
    return 0;
  }
  const v = known !== 0 ? known : genExpr(g, e);
  if (isFloatTy(irType(g.target, t)) !== isFloatTy(g.f.ty[v]!)) throw new Error("initialiser of another kind than its object");
  writeLV(g, lv, v);
  return v;
}

/** Character array from a string literal, cut or zero-filled. */
function initString(g: FnGen, lv: LV, e: Expr, size: number): void {
  const bytes = e.str!.bytes;
  let n = Math.min(bytes.length, size);
  while (n > 0 && bytes[n - 1] === 0) n--;
  // at least up to a round size, so that short strings are single stores
  const copy = Math.min(size, Math.max(n, Math.min(bytes.length, size)));
  if (n > 0) {
    const s = g.mg.stringSym(e.str!, bytes.length);
    s.referenced = true;
    const src = new LV(g.b.emit(O.OP_SYM, g.ptrTy, s.id, 0), 0, s.align, 0, lv.type);
    copyObject(g, lv, src, copy);
  }
  const done = n > 0 ? copy : 0;
  if (done < size) {
    const rest = subLV(lv, done, lv.type);
    const info = { align: rest.align, volatile: (lv.flags & O.MEM_VOLATILE) !== 0 };
    g.b.emit(O.OP_BLKSET, 0, addrOf(g, rest), g.i32(0), size - done, info);
  }
}
