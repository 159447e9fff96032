// Simplification of integer and pointer comparisons. // hot

import { hi as i64hi, sub64, ult64 } from "../base/i64.ts";
import type { Func, Value } from "../ir/func.ts";
import { BIND_WEAK, type Module, SYM_UNDEF } from "../ir/module.ts";
import * as O from "../ir/ops.ts";
import { mhi, mlo, possibleBits } from "./bits.ts";
import { evalCompare, evalUnary, rhi, rlo } from "./eval.ts";
import type { Folder } from "./fold.ts";

/** v = !x for a comparison x. Float orders cannot be inverted (NaN). */
export function invertedCompare(k: Folder, v: Value, x: Value): boolean {
  const f = k.f;
  const a = f.a[x];
  const b = f.b[x];
  const c = f.c[x];
  switch (f.op[x]) {
    case O.OP_EQ:
      return k.become(v, O.OP_NE, a, b, c);
    case O.OP_NE:
      return k.become(v, O.OP_EQ, a, b, c);
    case O.OP_SLT:
      return k.become(v, O.OP_SLE, b, a, c);
    case O.OP_SLE:
      return k.become(v, O.OP_SLT, b, a, c);
    case O.OP_ULT:
      return k.become(v, O.OP_ULE, b, a, c);
    case O.OP_ULE:
      return k.become(v, O.OP_ULT, b, a, c);
    case O.OP_FEQ:
      return k.become(v, O.OP_FNE, a, b, c);
    case O.OP_FNE:
      return k.become(v, O.OP_FEQ, a, b, c);
  }
  return false;
}

export function foldCompare(k: Folder, v: Value, op: number): boolean {
  const f = k.f;
  const ty = f.c[v];
  let x = f.a[v];
  let y = f.b[v];
  if (x === y) return k.toConst(v, op === O.OP_EQ || op === O.OP_SLE || op === O.OP_ULE ? 1 : 0, 0);
  if (ty > O.TY_I64) return false;
  if (op === O.OP_EQ || op === O.OP_NE) {
    if (f.op[x] === O.OP_CONST) {
      f.a[v] = y;
      f.b[v] = x;
      const t = x;
      x = y;
      y = t;
    }
    return equality(k, v, op, ty, x, y);
  }
  return order(k, v, op, ty, x, y);
}

function equality(k: Folder, v: Value, op: number, ty: number, x: Value, y: Value): boolean {
  const f = k.f;
  const eq = op === O.OP_EQ;
  if (f.op[y] === O.OP_CONST) {
    const lo = f.a[y];
    const hi = f.b[y];
    const c = f.op[f.b[x]] === O.OP_CONST ? f.b[x] : 0;
    switch (f.op[x]) {
      case O.OP_ADD:
        if (c !== 0) {
          const l = sub64(lo, hi, f.a[c], f.b[c]);
          return k.become(v, op, f.a[x], k.num(ty, l, i64hi), ty);
        }
        break;
      case O.OP_SUB:
        if (lo === 0 && hi === 0) return k.become(v, op, f.a[x], f.b[x], ty);
        if (f.op[f.a[x]] === O.OP_CONST) {
          const d = f.a[x];
          const l = sub64(f.a[d], f.b[d], lo, hi);
          return k.become(v, op, f.b[x], k.num(ty, l, i64hi), ty);
        }
        break;
      case O.OP_XOR:
        if (c !== 0) return k.become(v, op, f.a[x], k.num(ty, lo ^ f.a[c], hi ^ f.b[c]), ty);
        if (lo === 0 && hi === 0) return k.become(v, op, f.a[x], f.b[x], ty);
        break;
      case O.OP_OR:
        if (c !== 0 && ((f.a[c] & ~lo) !== 0 || (f.b[c] & ~hi) !== 0)) return k.toConst(v, eq ? 0 : 1, 0);
        break;
      case O.OP_ZEXT32:
        if (hi !== 0) return k.toConst(v, eq ? 0 : 1, 0);
        return k.become(v, op, f.a[x], k.num(O.TY_I32, lo, 0), O.TY_I32);
      case O.OP_SEXT32:
        if (hi !== lo >> 31) return k.toConst(v, eq ? 0 : 1, 0);
        return k.become(v, op, f.a[x], k.num(O.TY_I32, lo, 0), O.TY_I32);
      case O.OP_SELECT: {
        const p = f.b[x];
        const q = f.c[x];
        if (f.op[p] !== O.OP_CONST || f.op[q] !== O.OP_CONST) break;
        const pe = f.a[p] === lo && f.b[p] === hi;
        const qe = f.a[q] === lo && f.b[q] === hi;
        if (pe === qe) return k.toConst(v, pe === eq ? 1 : 0, 0);
        return k.become(v, pe === eq ? O.OP_NE : O.OP_EQ, f.a[x], k.num(O.TY_I32, 0, 0), O.TY_I32);
      }
      case O.OP_SYM:
      case O.OP_ALLOCA:
        if (lo === 0 && hi === 0 && neverNull(k, x)) return k.toConst(v, eq ? 0 : 1, 0);
        break;
    }
    // A comparison against 0 or 1.
    const xop = f.op[x];
    if (hi === 0 && xop >= O.OP_EQ && xop <= O.OP_FLEQ && (lo === 0 || lo === 1)) {
      if ((lo === 1) === eq) return k.copy(v, x);
      if (invertedCompare(k, v, x)) return true;
    }
    if (xop === O.OP_ADD && lo === 0 && hi === 0 && f.op[f.a[x]] === O.OP_ALLOCA && c !== 0 && inside(f.a[f.a[x]], f, c))
      return k.toConst(v, eq ? 0 : 1, 0);
    possibleBits(f, x, 4);
    if ((lo & ~mlo) !== 0 || (ty === O.TY_I64 && (hi & ~mhi) !== 0)) return k.toConst(v, eq ? 0 : 1, 0);
    // A value that is 0 or 1, compared as such.
    if (mlo === 1 && mhi === 0 && ty === O.TY_I32 && hi === 0 && (lo === 0 || lo === 1) && (lo === 1) === eq) return k.copy(v, x);
    return false;
  }
  // Both extended the same way.
  const ext = f.op[x];
  if ((ext === O.OP_ZEXT32 || ext === O.OP_SEXT32) && f.op[y] === ext) return k.become(v, op, f.a[x], f.a[y], O.TY_I32);
  // x + c == y + c, x + c == x
  if (f.op[x] === O.OP_ADD && f.op[y] === O.OP_ADD && f.b[x] === f.b[y]) return k.become(v, op, f.a[x], f.a[y], ty);
  if (f.op[x] === O.OP_ADD && f.a[x] === y && f.op[f.b[x]] === O.OP_CONST) return k.become(v, op, f.b[x], k.num(ty, 0, 0), ty);
  if (f.op[y] === O.OP_ADD && f.a[y] === x && f.op[f.b[y]] === O.OP_CONST) return k.become(v, op, f.b[y], k.num(ty, 0, 0), ty);
  const distance = apart(k, x, y);
  if (!Number.isNaN(distance)) return k.toConst(v, (distance === 0) === eq ? 1 : 0, 0);
  const r = distinct(k, x, y);
  return r && k.toConst(v, eq ? 0 : 1, 0);
}

function inside(size: number, f: Func, c: Value): boolean {
  return f.b[c] === 0 && f.a[c] >= 0 && f.a[c] <= size;
}

/** The address is certainly not null. */
function neverNull(k: Folder, x: Value): boolean {
  const f = k.f;
  if (f.op[x] === O.OP_ALLOCA) return true;
  const s = k.cx.m.syms[f.a[x]]!;
  if (s.bind === BIND_WEAK || f.b[x] < 0) return false;
  if (s.kind === SYM_UNDEF) return k.cx.o.nullChecksDeletable && f.b[x] === 0;
  return f.b[x] <= s.size || f.b[x] === 0;
}

/** Base of an address that is a local object or a symbol, with its constant offset in offsetOf. */
let offsetOf = 0;
function objectOf(f: Func, x: Value): Value {
  offsetOf = 0;
  if (f.op[x] === O.OP_ADD && f.op[f.b[x]] === O.OP_CONST) {
    const c = f.b[x];
    if (f.b[c] !== f.a[c] >> 31) return 0;
    offsetOf = f.a[c];
    x = f.a[x];
  }
  if (f.op[x] === O.OP_SYM) {
    offsetOf += f.b[x];
    return x;
  }
  return f.op[x] === O.OP_ALLOCA ? x : 0;
}
function sizeOf(f: Func, m: Module, x: Value): number {
  if (f.op[x] === O.OP_ALLOCA) return f.a[x];
  const s = m.syms[f.a[x]]!;
  // Only objects defined here and now are known to be their own.
  return s.kind === SYM_UNDEF || s.bind === BIND_WEAK || s.alias !== 0 || s.mergeStr !== 0 || s.common
    ? 0
    : Math.max(s.size, s.func === undefined ? 0 : 1);
}
/** Addresses inside two different objects. */
function distinct(k: Folder, x: Value, y: Value): boolean {
  const f = k.f;
  const p = objectOf(f, x);
  const po = offsetOf;
  if (p === 0) return false;
  const q = objectOf(f, y);
  const qo = offsetOf;
  if (q === 0 || p === q || (f.op[p] === O.OP_SYM && f.op[q] === O.OP_SYM && f.a[p] === f.a[q])) return false;
  return po >= 0 && qo >= 0 && po < sizeOf(f, k.cx.m, p) && qo < sizeOf(f, k.cx.m, q);
}

/** Of two addresses inside (or just behind) one object: the first one's offset less the second one's; NaN if they are not known to be that. */
function apart(k: Folder, x: Value, y: Value): number {
  const f = k.f;
  const p = objectOf(f, x);
  const po = offsetOf;
  if (p === 0) return Number.NaN;
  const q = objectOf(f, y);
  const qo = offsetOf;
  if (q === 0 || (p !== q && (f.op[p] !== O.OP_SYM || f.op[q] !== O.OP_SYM || f.a[p] !== f.a[q]))) return Number.NaN;
  const size = sizeOf(f, k.cx.m, p);
  return po >= 0 && qo >= 0 && po <= size && qo <= size ? po - qo : Number.NaN;
}

function order(k: Folder, v: Value, op: number, ty: number, x: Value, y: Value): boolean {
  const f = k.f;
  const unsigned = op === O.OP_ULT || op === O.OP_ULE;
  const xc = f.op[x] === O.OP_CONST;
  const yc = f.op[y] === O.OP_CONST;
  if (unsigned) {
    if (yc && f.a[y] === 0 && f.b[y] === 0) {
      if (op === O.OP_ULT) return k.toConst(v, 0, 0);
      return k.become(v, O.OP_EQ, x, y, ty);
    }
    if (xc && f.a[x] === 0 && f.b[x] === 0) {
      if (op === O.OP_ULE) return k.toConst(v, 1, 0);
      return k.become(v, O.OP_NE, y, x, ty);
    }
    if (yc && f.a[y] === -1 && f.b[y] === -1) {
      if (op === O.OP_ULE) return k.toConst(v, 1, 0);
      return k.become(v, O.OP_NE, x, y, ty);
    }
    if (xc && f.a[x] === -1 && f.b[x] === -1) {
      if (op === O.OP_ULT) return k.toConst(v, 0, 0);
      return k.become(v, O.OP_EQ, y, x, ty);
    }
    if (op === O.OP_ULT && yc && f.a[y] === 1 && f.b[y] === 0) return k.become(v, O.OP_EQ, x, k.num(ty, 0, 0), ty);
    if (op === O.OP_ULE && xc && f.a[x] === 1 && f.b[x] === 0) return k.become(v, O.OP_NE, y, k.num(ty, 0, 0), ty);
  } else {
    const minLo = ty === O.TY_I32 ? -0x80000000 : 0;
    const minHi = ty === O.TY_I32 ? -1 : -0x80000000;
    const c = yc ? y : xc ? x : 0;
    if (c !== 0) {
      const isMin = f.a[c] === minLo && f.b[c] === minHi;
      const isMax = f.a[c] === ~minLo && f.b[c] === ~minHi;
      if (isMin && yc && op === O.OP_SLT) return k.toConst(v, 0, 0);
      if (isMin && xc && op === O.OP_SLE) return k.toConst(v, 1, 0);
      if (isMax && yc && op === O.OP_SLE) return k.toConst(v, 1, 0);
      if (isMax && xc && op === O.OP_SLT) return k.toConst(v, 0, 0);
    }
  }
  if (!xc && !yc) {
    const distance = unsigned ? apart(k, x, y) : Number.NaN;
    if (!Number.isNaN(distance)) return k.toConst(v, (op === O.OP_ULT ? distance < 0 : distance <= 0) ? 1 : 0, 0);
    const ext = f.op[x];
    if (ty === O.TY_I64 && f.op[y] === ext && (ext === O.OP_ZEXT32 || ext === O.OP_SEXT32)) {
      // Zero extension makes every order unsigned, sign extension keeps the order asked for.
      const n = ext === O.OP_ZEXT32 ? (op === O.OP_SLT || op === O.OP_ULT ? O.OP_ULT : O.OP_ULE) : op;
      return k.become(v, n, f.a[x], f.a[y], O.TY_I32);
    }
    return false;
  }
  const other = xc ? y : x;
  const c = xc ? x : y;
  // Comparison of an extended value with a constant that has the same extension.
  if (ty === O.TY_I64 && f.op[other] === O.OP_ZEXT32 && f.b[c] === 0) {
    const w = k.num(O.TY_I32, f.a[c], 0);
    const n = op === O.OP_SLT || op === O.OP_ULT ? O.OP_ULT : O.OP_ULE;
    return k.become(v, n, xc ? w : f.a[other], xc ? f.a[other] : w, O.TY_I32);
  }
  if (
    ty === O.TY_I64 &&
    f.op[other] === O.OP_SEXT32 &&
    !unsigned &&
    evalUnary(O.OP_SEXT32, O.TY_I64, O.TY_I32, f.a[c], 0) &&
    rhi === f.b[c] &&
    rlo === f.a[c]
  ) {
    const w = k.num(O.TY_I32, f.a[c], 0);
    return k.become(v, op, xc ? w : f.a[other], xc ? f.a[other] : w, O.TY_I32);
  }
  // Bounds from the possible bits: 0 <= other <= m when the sign bit is clear (or the comparison unsigned).
  possibleBits(f, other, 4);
  const ml = mlo;
  const mh = ty === O.TY_I32 ? (mlo < 0 ? -1 : 0) : mhi;
  if (!unsigned && mh < 0) return false;
  if (!unsigned && f.b[c] < 0) {
    // A negative constant against a value that is not negative.
    return k.toConst(v, xc ? 1 : 0, 0);
  }
  if (xc) {
    // c < other or c <= other: never when other cannot reach it.
    if (!evalCompare(op === O.OP_SLT || op === O.OP_ULT ? O.OP_ULT : O.OP_ULE, f.a[c], f.b[c], ml, mh)) return k.toConst(v, 0, 0);
  } else if (op === O.OP_SLT || op === O.OP_ULT ? ult64(ml, mh, f.a[c], f.b[c]) : !ult64(f.a[c], f.b[c], ml, mh)) {
    return k.toConst(v, 1, 0);
  }
  return false;
}
