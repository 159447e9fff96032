// What is known inside the region a branch dominates: relations between values that hold there, with scopes. // hot
//
// A fact is `x rel y` with rel one of EQ NE SLT SLE ULT ULE. Facts of one value are chained, newest first; leaving a scope pops
// them. Queries: the same pair of values, or the interval of one value against a constant. Intervals are kept as doubles, so
// constants beyond 2^53 give none. This is the part of value range propagation that needs no fixed point.

import type { Func, SwitchInfo, Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { mhi, mlo, possibleBits } from "./bits.ts";

const TWO32 = 4294967296;
const SAFE = 2 ** 53;

export class Facts {
  f: Func;
  rel: number[] = [];
  x: Value[] = [];
  y: Value[] = [];
  /** Index + 1 of the next older fact that has the same x (or the same y). */
  nextX: number[] = [];
  nextY: number[] = [];
  /** Newest fact in which the value stands left (right), index + 1. */
  headX: Map<Value, number> = new Map();
  headY: Map<Value, number> = new Map();
  // Interval of the last rangeOf.
  slo = 0;
  shi = 0;
  ulo = 0;
  uhi = 0;

  constructor(f: Func) {
    this.f = f;
  }

  mark(): number {
    return this.rel.length;
  }
  popTo(mark: number): void {
    while (this.rel.length > mark) {
      const i = this.rel.length - 1;
      this.headX.set(this.x[i], this.nextX[i]);
      this.headY.set(this.y[i], this.nextY[i]);
      this.rel.pop();
      this.x.pop();
      this.y.pop();
      this.nextX.pop();
      this.nextY.pop();
    }
  }

  /** Records that x rel y holds from here on. */
  add(rel: number, x: Value, y: Value): void {
    this.rel.push(rel);
    this.x.push(x);
    this.y.push(y);
    this.nextX.push(this.headX.get(x) ?? 0);
    this.nextY.push(this.headY.get(y) ?? 0);
    this.headX.set(x, this.rel.length);
    this.headY.set(y, this.rel.length);
  }

  /** Whether any fact is about x. */
  knows(x: Value): boolean {
    return (this.headX.get(x) ?? 0) !== 0 || (this.headY.get(x) ?? 0) !== 0;
  }

  /** 1 or 0 when the facts decide the comparison, else -1. */
  decide(op: number, ty: number, x: Value, y: Value): number {
    if (this.rel.length === 0 || ty > O.TY_I64) return -1;
    for (let i = this.headX.get(x) ?? 0; i !== 0; i = this.nextX[i - 1]) {
      if (this.y[i - 1] === y) {
        const r = implied(this.rel[i - 1], op);
        if (r >= 0) return r;
      }
    }
    for (let i = this.headX.get(y) ?? 0; i !== 0; i = this.nextX[i - 1]) {
      if (this.y[i - 1] === x) {
        const r = impliedSwapped(this.rel[i - 1], op);
        if (r >= 0) return r;
      }
    }
    const f = this.f;
    if (f.op[y] === O.OP_CONST) {
      if (!this.knows(x)) return -1;
      const s = signedOf(f, y);
      if (Math.abs(s) > SAFE) return -1;
      const u = unsignedOf(f, y, ty);
      this.rangeOf(x, ty);
      switch (op) {
        case O.OP_EQ:
        case O.OP_NE:
          if (s < this.slo || s > this.shi || (u <= SAFE && (u < this.ulo || u > this.uhi))) return op === O.OP_NE ? 1 : 0;
          if ((s === this.slo && s === this.shi) || (u <= SAFE && u === this.ulo && u === this.uhi))
            return op === O.OP_EQ ? 1 : 0;
          return -1;
        case O.OP_SLT:
          return this.shi < s ? 1 : this.slo >= s ? 0 : -1;
        case O.OP_SLE:
          return this.shi <= s ? 1 : this.slo > s ? 0 : -1;
        case O.OP_ULT:
          return u > SAFE ? -1 : this.uhi < u ? 1 : this.ulo >= u ? 0 : -1;
        case O.OP_ULE:
          return u > SAFE ? -1 : this.uhi <= u ? 1 : this.ulo > u ? 0 : -1;
      }
    } else if (f.op[x] === O.OP_CONST) {
      if (!this.knows(y)) return -1;
      const s = signedOf(f, x);
      if (Math.abs(s) > SAFE) return -1;
      const u = unsignedOf(f, x, ty);
      this.rangeOf(y, ty);
      switch (op) {
        case O.OP_SLT:
          return s < this.slo ? 1 : s >= this.shi ? 0 : -1;
        case O.OP_SLE:
          return s <= this.slo ? 1 : s > this.shi ? 0 : -1;
        case O.OP_ULT:
          return u > SAFE ? -1 : u < this.ulo ? 1 : u >= this.uhi ? 0 : -1;
        case O.OP_ULE:
          return u > SAFE ? -1 : u <= this.ulo ? 1 : u > this.uhi ? 0 : -1;
      }
    }
    return -1;
  }

  /** The one value that x, known something about, can have; undefined when there may be more (or it is too large to tell). */
  soleValue(x: Value): number | undefined {
    const ty = this.f.ty[x];
    if (ty > O.TY_I64) return undefined;
    this.rangeOf(x, ty);
    const v = this.slo === this.shi ? this.slo : this.ulo === this.uhi ? this.ulo : SAFE * 2;
    return Math.abs(v) <= SAFE ? v : undefined;
  }

  /** True when x, of type ty and known something about, certainly lies outside of case i of a switch. */
  outside(ty: number, x: Value, s: SwitchInfo, i: number): boolean {
    this.rangeOf(x, ty);
    const bound = (lo: number, hi: number): number =>
      !s.unsigned ? hi * TWO32 + (lo >>> 0) : ty === O.TY_I32 ? lo >>> 0 : (hi >>> 0) * TWO32 + (lo >>> 0);
    const from = bound(s.lo[i], s.loHi[i]);
    const to = bound(s.hi[i], s.hiHi[i]);
    if (Math.abs(from) > SAFE || Math.abs(to) > SAFE) return false;
    return s.unsigned ? to < this.ulo || from > this.uhi : to < this.slo || from > this.shi;
  }

  /** Interval of x from its possible bits and the facts with constants. */
  private rangeOf(x: Value, ty: number): void {
    const f = this.f;
    const w = ty === O.TY_I32 ? 32 : 64;
    const half = 2 ** (w - 1);
    this.slo = -half;
    this.shi = half - 1;
    this.ulo = 0;
    possibleBits(f, x, 3);
    this.uhi = (mhi >>> 0) * TWO32 + (mlo >>> 0);
    for (let i = this.headX.get(x) ?? 0; i !== 0; i = this.nextX[i - 1]) {
      const c = this.y[i - 1];
      if (f.op[c] !== O.OP_CONST) continue;
      const s = signedOf(f, c);
      if (Math.abs(s) > SAFE) continue;
      const u = unsignedOf(f, c, ty);
      switch (this.rel[i - 1]) {
        case O.OP_SLT:
          this.shi = Math.min(this.shi, s - 1);
          break;
        case O.OP_SLE:
          this.shi = Math.min(this.shi, s);
          break;
        case O.OP_ULT:
          if (u <= SAFE) this.uhi = Math.min(this.uhi, u - 1);
          break;
        case O.OP_ULE:
          if (u <= SAFE) this.uhi = Math.min(this.uhi, u);
          break;
        case O.OP_EQ:
          this.slo = Math.max(this.slo, s);
          this.shi = Math.min(this.shi, s);
          break;
      }
    }
    for (let i = this.headY.get(x) ?? 0; i !== 0; i = this.nextY[i - 1]) {
      const c = this.x[i - 1];
      if (f.op[c] !== O.OP_CONST) continue;
      const s = signedOf(f, c);
      if (Math.abs(s) > SAFE) continue;
      const u = unsignedOf(f, c, ty);
      switch (this.rel[i - 1]) {
        case O.OP_SLT:
          this.slo = Math.max(this.slo, s + 1);
          break;
        case O.OP_SLE:
          this.slo = Math.max(this.slo, s);
          break;
        case O.OP_ULT:
          if (u <= SAFE) this.ulo = Math.max(this.ulo, u + 1);
          break;
        case O.OP_ULE:
          if (u <= SAFE) this.ulo = Math.max(this.ulo, u);
          break;
      }
    }
    this.joinOrders(half);
    // An excluded end may bare another excluded one.
    for (let round = 0, shut = true; shut && round < 4; round++) {
      shut = false;
      for (let i = this.headX.get(x) ?? 0; i !== 0; i = this.nextX[i - 1]) {
        if (this.rel[i - 1] === O.OP_NE && f.op[this.y[i - 1]] === O.OP_CONST && this.shutOut(this.y[i - 1], ty)) shut = true;
      }
      if (shut) this.joinOrders(half);
    }
  }

  /** Takes an excluded constant off the ends of the interval; true when it was one. */
  private shutOut(c: Value, ty: number): boolean {
    const s = signedOf(this.f, c);
    if (Math.abs(s) > SAFE) return false;
    const u = unsignedOf(this.f, c, ty);
    let shut = false;
    if (s === this.slo) {
      this.slo++;
      shut = true;
    }
    if (s === this.shi) {
      this.shi--;
      shut = true;
    }
    if (u > SAFE) return shut;
    if (u === this.ulo) {
      this.ulo++;
      shut = true;
    }
    if (u === this.uhi) {
      this.uhi--;
      shut = true;
    }
    return shut;
  }

  /** Where the sign is known, one order tells about the other. */
  private joinOrders(half: number): void {
    if (this.uhi < half) {
      this.slo = Math.max(this.slo, this.ulo);
      this.shi = Math.min(this.shi, this.uhi);
    }
    if (this.slo >= 0) {
      this.ulo = Math.max(this.ulo, this.slo);
      this.uhi = Math.min(this.uhi, this.shi);
    }
  }
}

function signedOf(f: Func, c: Value): number {
  return f.b[c] * TWO32 + (f.a[c] >>> 0);
}
function unsignedOf(f: Func, c: Value, ty: number): number {
  return ty === O.TY_I32 ? f.a[c] >>> 0 : (f.b[c] >>> 0) * TWO32 + (f.a[c] >>> 0);
}

/** Given x rel y: the truth of x op y, or -1. */
function implied(rel: number, op: number): number {
  if (rel === op) return 1;
  switch (rel) {
    case O.OP_EQ:
      return op === O.OP_SLE || op === O.OP_ULE ? 1 : 0;
    case O.OP_NE:
      return op === O.OP_EQ ? 0 : -1;
    case O.OP_SLT:
      return op === O.OP_SLE || op === O.OP_NE ? 1 : op === O.OP_EQ ? 0 : -1;
    case O.OP_ULT:
      return op === O.OP_ULE || op === O.OP_NE ? 1 : op === O.OP_EQ ? 0 : -1;
  }
  return -1;
}
/** Given x rel y: the truth of y op x, or -1. */
function impliedSwapped(rel: number, op: number): number {
  switch (rel) {
    case O.OP_EQ:
      return op === O.OP_EQ || op === O.OP_SLE || op === O.OP_ULE ? 1 : 0;
    case O.OP_NE:
      return op === O.OP_NE ? 1 : op === O.OP_EQ ? 0 : -1;
    case O.OP_SLT:
      return op === O.OP_NE ? 1 : op === O.OP_EQ || op === O.OP_SLT || op === O.OP_SLE ? 0 : -1;
    case O.OP_SLE:
      return op === O.OP_SLT ? 0 : -1;
    case O.OP_ULT:
      return op === O.OP_NE ? 1 : op === O.OP_EQ || op === O.OP_ULT || op === O.OP_ULE ? 0 : -1;
    case O.OP_ULE:
      return op === O.OP_ULT ? 0 : -1;
  }
  return -1;
}
