// Induction variables of innermost loops: strength reduction of addresses, and counters widened to the size of a pointer.
//
// A value that is linear in a counter (base + counter * constant) and costs a multiplication or a shift in each round becomes a
// variable of its own that a constant is added to; the sign extension of a 32-bit counter becomes a counter of 64 bits, and the
// narrow one goes when only the loop's test is left of its uses. Source: Allen, Cocke, Kennedy, "Reduction of Operator Strength"
// (1981), in the form of Muchnick 14.1.2.
// Arithmetic wraps here, so an extension is linear only where the test of the loop proves that the counter does not: a back edge
// taken for `next < n` leaves next below the greatest n, the entry has a constant or was guarded by such a comparison.
// Invariant: what is added is pure and cannot trap; it replaces values of the same round.

import { type Cfg, computeCfg } from "../ir/cfg.ts";
import { computeDominators } from "../ir/dominators.ts";
import type { Block, Func, PhiInfo, Value } from "../ir/func.ts";
import { computeLoops, type Loop } from "../ir/loops.ts";
import * as O from "../ir/ops.ts";
import { mlo, possibleBits } from "./bits.ts";
import { preheader } from "./licm.ts";
import type { PassCx } from "./options.ts";

const MAX_INT = 0x7fffffff;
const MIN_INT = -0x80000000;
const MAX_UNSIGNED = 0xffffffff;
/** New variables of one loop at most: each lives in a register across it. */
const MAX_REDUCED = 4;
/** Steps from a value to its counter at most. */
const MAX_DEPTH = 8;

/** i = phi(init, next) with next = i + step. */
interface Counter {
  phi: Value;
  next: Value;
  init: Value;
  step: number;
  /** Whether SEXT32 or ZEXT32 of it is linear; asked once. */
  signed: boolean | undefined;
  unsigned: boolean | undefined;
}

/** Rewrites the innermost loops of f; true when something changed. */
export function reduceInduction(f: Func, cx: PassCx): boolean {
  if (cx.o.size) return false;
  const cfg = computeCfg(f);
  const loops = computeLoops(f, cfg, computeDominators(f, cfg));
  if (loops.list.length === 0) return false;
  const outer = new Uint8Array(loops.list.length);
  for (const l of loops.list) if (l.parent >= 0) outer[l.parent] = 1;
  let work: Reduction | undefined;
  for (let i = 0; i < loops.list.length; i++) {
    const l = loops.list[i];
    if (outer[i] === 1 || l.latches.length !== 1) continue;
    const pre = preheader(f, cfg, l);
    if (pre === 0 || f.op[f.first[l.header]] !== O.OP_PHI) continue;
    work ??= new Reduction(f, cfg, cx);
    work.loop(l, pre);
  }
  if (work === undefined || !work.changed) return false;
  f.resolveCopies();
  return true;
}

class Reduction {
  changed = false;
  private readonly f: Func;
  private readonly cfg: Cfg;
  private readonly cx: PassCx;
  private readonly inLoop: Uint8Array;
  private readonly pointer: number;
  /** The target adds a scaled index in an address. */
  private readonly scaled: boolean;
  private header: Block = 0;
  private latch: Block = 0;
  private pre: Block = 0;
  /** Slope of values of the loop in work: undefined = not asked yet, 0 = not linear. */
  private slopes: Map<Value, number> = new Map();
  /** Users of v: userList[userStart[v] .. userStart[v + 1]). */
  private userStart: Int32Array | undefined;
  private userList: Int32Array = new Int32Array(0);

  constructor(f: Func, cfg: Cfg, cx: PassCx) {
    this.f = f;
    this.cfg = cfg;
    this.cx = cx;
    this.inLoop = new Uint8Array(f.nblk);
    this.pointer = cx.o.target.ptrTy;
    this.scaled = cx.o.target.name !== "riscv64";
  }

  loop(l: Loop, pre: Block): void {
    const { f } = this;
    this.header = l.header;
    this.latch = l.latches[0];
    this.pre = pre;
    for (const b of l.blocks) this.inLoop[b] = 1;
    const counters: Counter[] = [];
    for (let v = f.first[l.header]; f.op[v] === O.OP_PHI; v = f.next[v]) {
      const c = this.counter(v);
      if (c !== undefined) counters.push(c);
    }
    if (counters.length !== 0) {
      this.collectUsers();
      let left = MAX_REDUCED;
      for (const c of counters) {
        this.slopes.clear();
        left -= this.reduce(c, l, left);
      }
      if (this.pointer === O.TY_I64) {
        for (const c of counters) {
          if (f.ty[c.phi] !== O.TY_I32) continue;
          if (!this.widen(c, O.OP_SEXT32)) this.widen(c, O.OP_ZEXT32);
        }
      }
    }
    for (const b of l.blocks) this.inLoop[b] = 0;
  }

  private may(kind: string, v: Value): boolean {
    const { f, cx } = this;
    return cx.bisect === undefined || cx.bisect.allow("induction", f.name, kind, f.loc[v]);
  }

  private counter(phi: Value): Counter | undefined {
    const { f } = this;
    const p = f.aux[phi] as PhiInfo;
    if ((f.ty[phi] !== O.TY_I32 && f.ty[phi] !== O.TY_I64) || p.vals.length !== 2) return undefined;
    const k = p.blocks[0] === this.latch ? 0 : 1;
    if (p.blocks[k] !== this.latch || p.blocks[1 - k] !== this.pre) return undefined;
    const next = p.vals[k];
    const op = f.op[next];
    if ((op !== O.OP_ADD && op !== O.OP_SUB) || f.a[next] !== phi || !this.small(f.b[next]) || this.inLoop[f.blk[next]] === 0)
      return undefined;
    const by = f.a[f.b[next]];
    const step = op === O.OP_ADD ? by : -by;
    if (step === 0 || step === -MIN_INT) return undefined;
    return { phi, next, init: p.vals[1 - k], step, signed: undefined, unsigned: undefined };
  }

  /** A constant of 32 bits, sign-extended. */
  private small(v: Value): boolean {
    const { f } = this;
    return f.op[v] === O.OP_CONST && f.ty[v] <= O.TY_I64 && f.b[v] === f.a[v] >> 31;
  }

  /** Lists the users of all values, once; what the pass adds later is not in the lists, and need not be. */
  private collectUsers(): void {
    if (this.userStart !== undefined) return;
    const { f } = this;
    const start = new Int32Array(f.nval + 1);
    const buf: number[] = [];
    for (const b of f.order) {
      for (let v = f.first[b]; v !== 0; v = f.next[v]) {
        const n = f.operands(v, buf);
        for (let k = 0; k < n; k++) start[buf[k] + 1]++;
      }
    }
    for (let v = 1; v < start.length; v++) start[v] += start[v - 1];
    const fill = start.slice();
    const list = new Int32Array(start[f.nval]);
    for (const b of f.order) {
      for (let v = f.first[b]; v !== 0; v = f.next[v]) {
        const n = f.operands(v, buf);
        for (let k = 0; k < n; k++) list[fill[buf[k]]++] = v;
      }
    }
    this.userStart = start;
    this.userList = list;
  }

  private users(v: Value): Int32Array {
    const start = this.userStart as Int32Array;
    return v + 1 < start.length ? this.userList.subarray(start[v], start[v + 1]) : this.userList.subarray(0, 0);
  }

  // ---- strength reduction ---------------------------------------------------------------------------

  private invariant(v: Value): boolean {
    const { f } = this;
    const op = f.op[v];
    return this.inLoop[f.blk[v]] === 0 || op === O.OP_CONST || op === O.OP_SYM;
  }

  /** How much v grows from round to round, 0 when it is not linear in the counter. */
  private slope(v: Value, c: Counter, depth: number): number {
    const known = this.slopes.get(v);
    if (known !== undefined) return known;
    if (depth === 0 || this.invariant(v)) return 0;
    const s = this.slopeOf(v, c, depth);
    const r = s >= MIN_INT && s <= MAX_INT ? s : 0;
    this.slopes.set(v, r);
    return r;
  }

  private slopeOf(v: Value, c: Counter, depth: number): number {
    const { f } = this;
    const op = f.op[v];
    if (f.ty[v] !== this.pointer) return 0;
    if (v === c.phi || v === c.next) return c.step;
    const a = f.a[v];
    switch (op) {
      case O.OP_SEXT32:
        return (a === c.phi || a === c.next) && this.noSignedWrap(c) ? c.step : 0;
      case O.OP_ZEXT32:
        return (a === c.phi || a === c.next) && this.noUnsignedWrap(c) ? c.step : 0;
      case O.OP_ADD: {
        const x = this.slope(a, c, depth - 1);
        if (x !== 0) return this.invariant(f.b[v]) ? x : 0;
        return this.invariant(a) ? this.slope(f.b[v], c, depth - 1) : 0;
      }
      case O.OP_SUB:
        return this.invariant(f.b[v]) ? this.slope(a, c, depth - 1) : 0;
      case O.OP_MUL:
        return this.small(f.b[v]) ? this.slope(a, c, depth - 1) * f.a[f.b[v]] : 0;
      case O.OP_SHL:
        return this.small(f.b[v]) && f.a[f.b[v]] >= 0 && f.a[f.b[v]] < 31 ? this.slope(a, c, depth - 1) * 2 ** f.a[f.b[v]] : 0;
      default:
        return 0;
    }
  }

  /** Gives the number of new variables. */
  private reduce(c: Counter, l: Loop, most: number): number {
    const { f } = this;
    const roots: Value[] = [];
    for (const b of l.blocks) {
      for (let v = f.first[b]; v !== 0; v = f.next[v]) {
        const op = f.op[v];
        if (op !== O.OP_ADD && op !== O.OP_SUB && op !== O.OP_MUL && op !== O.OP_SHL) continue;
        if (v === c.next || this.slope(v, c, MAX_DEPTH) === 0) continue;
        // a constant on top is an offset in an address
        if (op === O.OP_ADD && this.small(f.b[v])) continue;
        if (this.onlyFeedsLinear(v, c)) continue;
        if (!roots.includes(v) && this.worth(v, c)) roots.push(v);
      }
    }
    let n = 0;
    for (const v of roots) {
      if (n === most) break;
      const s = this.slope(v, c, MAX_DEPTH);
      if (f.op[v] === O.OP_COPY || !this.may("reduce", v)) continue;
      const at = f.last[this.latch];
      const start = this.atEntry(v, c);
      const phi: PhiInfo = { blocks: [this.pre, this.latch], vals: [start, 0] };
      const p = f.insertBefore(f.first[this.header], O.OP_PHI, this.pointer, 0, 0, 0, f.loc[v], phi);
      const by = f.constant(this.pointer, s, s >> 31);
      phi.vals[1] = f.insertBefore(at, O.OP_ADD, this.pointer, p, by, 0, f.loc[v]);
      f.replaceWith(v, p);
      this.changed = true;
      n++;
    }
    return n;
  }

  /** Every user of v is a linear value that is reduced as a whole. */
  private onlyFeedsLinear(v: Value, c: Counter): boolean {
    const { f } = this;
    for (const u of this.users(v)) {
      const linear = this.inLoop[f.blk[u]] === 1 && this.slope(u, c, MAX_DEPTH) !== 0;
      if (!linear || (f.op[u] === O.OP_ADD && this.small(f.b[u]))) return false;
    }
    return true;
  }

  /** Is computing v in each round dearer than adding a constant? */
  private worth(v: Value, c: Counter): boolean {
    const { f } = this;
    let cost = 0;
    let x = v;
    for (let k = 0; k < MAX_DEPTH && !this.invariant(x) && x !== c.phi && x !== c.next; k++) {
      // what others need as well is computed anyway
      if (x !== v && this.users(x).length > 1 && f.op[x] !== O.OP_MUL) break;
      const op = f.op[x];
      if (op === O.OP_MUL) cost += 3;
      else if (op === O.OP_SHL) cost += this.scaled ? (f.a[f.b[x]] > 3 ? 2 : 0) : 1;
      else if (op === O.OP_ADD || op === O.OP_SUB) cost += this.scaled ? 0 : 1;
      x = (op === O.OP_ADD || op === O.OP_SUB) && this.slope(f.a[x], c, MAX_DEPTH) === 0 ? f.b[x] : f.a[x];
    }
    return cost >= 2;
  }

  /** The value of linear v in the first round, computed in the preheader. */
  private atEntry(v: Value, c: Counter): Value {
    const { f } = this;
    if (v === c.phi) return c.init;
    const at = f.last[this.pre];
    const op = f.op[v];
    if (this.inLoop[f.blk[v]] === 0) return v;
    if (op === O.OP_COPY) return this.atEntry(f.a[v], c);
    if (op === O.OP_PHI) {
      // a variable that this pass has made
      const phi = f.aux[v] as PhiInfo;
      return phi.vals[phi.blocks.indexOf(this.pre)];
    }
    if (op === O.OP_CONST || op === O.OP_SYM) return f.insertBefore(at, op, f.ty[v], f.a[v], f.b[v], f.c[v], f.loc[v]);
    const fl = O.opFlags[op];
    const a = this.atEntry(f.a[v], c);
    const b = fl & O.F_B ? this.atEntry(f.b[v], c) : f.b[v];
    return f.insertBefore(at, op, f.ty[v], a, b, f.c[v], f.loc[v]);
  }

  // ---- widening -------------------------------------------------------------------------------------

  /** Counts in 64 bits when the extensions and tests of the counter are all that is left of its uses. */
  private widen(c: Counter, ext: number): boolean {
    const { f } = this;
    const extensions: Value[] = [];
    const tests: Value[] = [];
    for (const x of [c.phi, c.next]) {
      for (const u of this.users(x)) {
        if (u === c.phi || u === c.next) continue;
        if (f.op[u] === O.OP_COPY) continue;
        if (f.op[u] === ext && this.inLoop[f.blk[u]] === 1) {
          if (this.needed(u)) extensions.push(u);
        } else if (this.isTest(u, x, ext === O.OP_SEXT32)) tests.push(u);
        else return false;
      }
    }
    if (extensions.length === 0) return false;
    if (!(ext === O.OP_SEXT32 ? this.noSignedWrap(c) : this.noUnsignedWrap(c))) return false;
    if (!this.may("widen", c.phi)) return true;
    const entry = f.last[this.pre];
    const start = f.insertBefore(entry, ext, O.TY_I64, c.init, 0, 0, f.loc[c.phi]);
    const phi: PhiInfo = { blocks: [this.pre, this.latch], vals: [start, 0] };
    const w = f.insertBefore(f.first[this.header], O.OP_PHI, O.TY_I64, 0, 0, 0, f.loc[c.phi], phi);
    const next = f.insertBefore(c.next, O.OP_ADD, O.TY_I64, w, f.constant(O.TY_I64, c.step, c.step >> 31), 0, f.loc[c.next]);
    phi.vals[1] = next;
    for (const u of extensions) f.replaceWith(u, f.a[u] === c.phi ? w : next);
    for (const u of tests) {
      const left = f.a[u] === c.phi || f.a[u] === c.next;
      const wide = (left ? f.a[u] : f.b[u]) === c.phi ? w : next;
      const n = this.wideLimit(left ? f.b[u] : f.a[u], ext, entry);
      f.a[u] = left ? wide : n;
      f.b[u] = left ? n : wide;
      f.c[u] = O.TY_I64;
    }
    this.changed = true;
    return true;
  }

  /** Does anything other than a value that has been reduced away use v? */
  private needed(v: Value): boolean {
    const { f } = this;
    const work: Value[] = [v];
    for (let k = 0; k < work.length && k < 32; k++) {
      for (const u of this.users(work[k])) {
        const op = f.op[u];
        if (op === O.OP_COPY) continue;
        if (op !== O.OP_ADD && op !== O.OP_SUB && op !== O.OP_MUL && op !== O.OP_SHL) return true;
        if (!work.includes(u)) work.push(u);
      }
    }
    return work.length >= 32;
  }

  /** A comparison of x with something that stays the same, which means the same in 64 bits. */
  private isTest(u: Value, x: Value, signed: boolean): boolean {
    const { f } = this;
    const op = f.op[u];
    if (op < O.OP_EQ || op > O.OP_ULE || f.c[u] !== O.TY_I32 || this.inLoop[f.blk[u]] === 0) return false;
    if (op !== O.OP_EQ && op !== O.OP_NE && (op === O.OP_SLT || op === O.OP_SLE) !== signed) return false;
    const other = f.a[u] === x ? f.b[u] : f.a[u];
    return other !== x && this.invariant(other);
  }

  private wideLimit(n: Value, ext: number, at: Value): Value {
    const { f } = this;
    if (f.op[n] === O.OP_CONST) return f.constant(O.TY_I64, f.a[n], ext === O.OP_SEXT32 ? f.a[n] >> 31 : 0);
    return f.insertBefore(at, ext, O.TY_I64, n, 0, 0, f.loc[n]);
  }

  // ---- what the tests prove -------------------------------------------------------------------------

  private noSignedWrap(c: Counter): boolean {
    if (c.signed === undefined) c.signed = this.f.ty[c.phi] === O.TY_I32 && this.staysInside(c, true);
    return c.signed;
  }

  private noUnsignedWrap(c: Counter): boolean {
    if (c.unsigned === undefined) c.unsigned = this.f.ty[c.phi] === O.TY_I32 && c.step > 0 && this.staysInside(c, false);
    return c.unsigned;
  }

  /** Can the counter, wherever a round begins, take one step without leaving the range of its type? */
  private staysInside(c: Counter, signed: boolean): boolean {
    const { f } = this;
    const t = f.last[this.latch];
    if (f.op[t] !== O.OP_BR || f.b[t] === f.c[t]) return false;
    const back = this.bound(f.a[t], f.b[t] === this.header, c.next, c.step > 0, signed);
    if (back === undefined) return false;
    let first: number | undefined;
    if (f.op[c.init] === O.OP_CONST) first = signed ? f.a[c.init] : f.a[c.init] >>> 0;
    else first = this.guard(c.init, c.step > 0, signed);
    if (first === undefined) return false;
    if (c.step < 0) return Math.min(back, first) + c.step >= MIN_INT;
    return Math.max(back, first) + c.step <= (signed ? MAX_INT : MAX_UNSIGNED);
  }

  /** The greatest (least, if not `upper`) value that x can have where `cond` is `truth`. */
  private bound(cond: Value, truth: boolean, x: Value, upper: boolean, signed: boolean): number | undefined {
    const { f } = this;
    const op = f.op[cond];
    const less = signed ? O.OP_SLT : O.OP_ULT;
    const most = signed ? O.OP_SLE : O.OP_ULE;
    if ((op !== less && op !== most) || f.c[cond] !== O.TY_I32) return undefined;
    // not (a < b) is b <= a
    const strict = (op === less) === truth;
    const lo = truth ? f.a[cond] : f.b[cond];
    const hi = truth ? f.b[cond] : f.a[cond];
    if (upper) return lo === x ? this.extreme(hi, true, signed) - (strict ? 1 : 0) : undefined;
    return hi === x ? this.extreme(lo, false, signed) + (strict ? 1 : 0) : undefined;
  }

  private extreme(n: Value, upper: boolean, signed: boolean): number {
    const { f } = this;
    if (f.op[n] === O.OP_CONST) return signed ? f.a[n] : f.a[n] >>> 0;
    possibleBits(f, n, 3);
    if (!signed) return mlo >>> 0;
    if (mlo >= 0) return upper ? mlo : 0;
    return upper ? MAX_INT : MIN_INT;
  }

  /** What a branch on the way into the loop says about x. */
  private guard(x: Value, upper: boolean, signed: boolean): number | undefined {
    const { f, cfg } = this;
    let b = this.pre;
    for (let k = 0; k < 4; k++) {
      if (cfg.predCount(b) !== 1) return undefined;
      const p = cfg.preds[cfg.predStart[b]];
      const t = f.last[p];
      if (f.op[t] === O.OP_BR && f.b[t] !== f.c[t]) {
        const r = this.bound(f.a[t], f.b[t] === b, x, upper, signed);
        if (r !== undefined) return r;
      }
      b = p;
    }
    return undefined;
  }
}
