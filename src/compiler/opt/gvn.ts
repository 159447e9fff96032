// Folding, value numbering and use of branch conditions in one walk. // hot
//
// Algorithm: dominator-based value numbering (Briggs, Cooper, Simpson, "Value Numbering", 1997): blocks in dominator-tree
// preorder, each value folded (opt/fold.ts) and then looked up among the values that dominate it. On the way down the conditions
// of the branches taken are remembered as facts (opt/facts.ts): inside the region, a condition is its known truth, a value
// compared equal to a constant is that constant, and implied comparisons fold.
// Invariants: only COPYs are left behind in place of replaced values, swept at the end; no block or edge changes.

import { computeCfg, removePhiEdge } from "../ir/cfg.ts";
import { computeDominators, type DomTree } from "../ir/dominators.ts";
import type { Block, Func, PhiInfo, SwitchInfo, Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import type { Bisect } from "./bisect.ts";
import { mhi, mlo, possibleBits } from "./bits.ts";
import { Facts } from "./facts.ts";
import { Folder } from "./fold.ts";
import type { PassCx } from "./options.ts";

const MAX_CHAIN = 12;

class Numbering {
  f: Func;
  folder: Folder;
  dom: DomTree;
  facts: Facts;
  table: Int32Array;
  mask: number;
  chain: Int32Array;
  /** Constant that a value is known to be in the current region, 0 = none. */
  known: Int32Array;
  knownStack: Value[] = [];
  knownOld: Value[] = [];
  changed = false;
  /** Only while bisecting. */
  private readonly bisect: Bisect | undefined;
  /** COPYs to be swept even when nothing else changed. */
  copies = false;

  constructor(f: Func, cx: PassCx, dom: DomTree) {
    this.f = f;
    this.bisect = cx.bisect;
    this.folder = new Folder(f, cx);
    this.dom = dom;
    this.facts = new Facts(f);
    let n = 64;
    while (n < f.nval) n *= 2;
    this.table = new Int32Array(n);
    this.mask = n - 1;
    this.chain = new Int32Array(f.nval + 64);
    this.known = new Int32Array(f.nval + 64);
  }

  /** Whether a rewrite of v may be done, by its kind, its operation and its place in the source. */
  may(kind: string, v: Value): boolean {
    const f = this.f;
    return this.bisect === undefined || this.bisect.allow("values", f.name, kind + "-" + O.opName[f.op[v]], f.loc[v]);
  }

  /** What stands for v here. Called through Func.mapOperands. */
  map(v: Value): Value {
    const f = this.f;
    while (f.op[v] === O.OP_COPY) v = f.a[v];
    if (v < this.known.length) {
      const k = this.known[v];
      if (k !== 0) return f.map(k);
    }
    return v;
  }

  private hash(v: Value): number {
    const f = this.f;
    let h = Math.imul(f.op[v] + (f.ty[v] << 7), 0x9e3779b1);
    h = Math.imul(h ^ f.a[v], 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15) ^ f.b[v], 0xc2b2ae35);
    h = Math.imul(h ^ (h >>> 13) ^ f.c[v], 0x27d4eb2f);
    return (h ^ (h >>> 16)) & this.mask;
  }

  private grow(v: Value): void {
    if (v < this.chain.length) return;
    const n = Math.max(v + 1, this.chain.length * 2);
    const g = new Int32Array(n);
    g.set(this.chain);
    this.chain = g;
    const k = new Int32Array(n);
    k.set(this.known);
    this.known = k;
  }

  /** Replaces v by an equal value that dominates it, or makes v known as one. */
  private number(v: Value, fl: number): void {
    const f = this.f;
    const op = f.op[v];
    this.grow(v);
    if (fl & O.F_COMM && f.a[v] > f.b[v] && f.op[f.b[v]] !== O.OP_CONST) {
      const t = f.a[v];
      f.a[v] = f.b[v];
      f.b[v] = t;
    }
    const h = this.hash(v);
    const b = f.blk[v];
    let n = 0;
    for (let w = this.table[h]; w !== 0 && n < MAX_CHAIN; w = this.chain[w], n++) {
      if (f.op[w] !== op || f.ty[w] !== f.ty[v] || f.a[w] !== f.a[v] || f.b[w] !== f.b[v] || f.c[w] !== f.c[v]) continue;
      if (!this.dom.dominates(f.blk[w], b)) continue;
      if (this.bisect !== undefined && !this.may("equal", v)) return;
      f.replaceWith(v, w);
      this.changed = true;
      return;
    }
    this.chain[v] = this.table[h];
    this.table[h] = v;
  }

  /** Equal constants are one value, at the head of the entry block. */
  private constant(v: Value): void {
    const f = this.f;
    const w = f.sharedConstant(v);
    if (w !== v) {
      f.replaceWith(v, w);
      this.copies = true;
    }
  }

  visit(v: Value): void {
    const f = this.f;
    let op = f.op[v];
    if (op === O.OP_COPY) return;
    if (op === O.OP_CONST) {
      this.constant(v);
      return;
    }
    if (op === O.OP_FCONST || op === O.OP_SYM) {
      if (op !== O.OP_FCONST || f.aux[v] === undefined) this.number(v, O.F_PURE);
      return;
    }
    if (op !== O.OP_PHI) {
      const fl = O.opFlags[op];
      if (fl & O.F_AUX) f.mapOperands(v, this);
      else {
        if (fl & O.F_A && op !== O.OP_PROJ) f.a[v] = this.map(f.a[v]);
        if (fl & O.F_B) f.b[v] = this.map(f.b[v]);
        if (fl & O.F_C) f.c[v] = this.map(f.c[v]);
      }
    }
    for (let k = 0; k < 16; k++) {
      const before = f.nval;
      if (this.bisect !== undefined && !this.may("fold", v)) break;
      if (!this.folder.fold(v)) break;
      this.changed = true;
      const after = f.nval;
      for (let w = before; w < after; w++) {
        this.grow(w);
        this.visit(w);
      }
      op = f.op[v];
      if (op === O.OP_COPY || op === O.OP_CONST || op === O.OP_FCONST) break;
      const fl = O.opFlags[op];
      if (fl & O.F_A) f.a[v] = this.map(f.a[v]);
      if (fl & O.F_B) f.b[v] = this.map(f.b[v]);
      if (fl & O.F_C) f.c[v] = this.map(f.c[v]);
    }
    op = f.op[v];
    if (op >= O.OP_EQ && op <= O.OP_ULE) {
      const r = this.facts.decide(op, f.c[v], f.a[v], f.b[v]);
      if (r >= 0 && this.may("implied", v)) {
        f.makeConst(v, r, 0);
        op = O.OP_CONST;
        this.changed = true;
      }
    } else if (op === O.OP_BR && f.op[f.a[v]] !== O.OP_CONST && this.facts.knows(f.a[v])) {
      const zero = f.constant(O.TY_I32, 0, 0);
      if (this.facts.decide(O.OP_NE, O.TY_I32, f.a[v], zero) === 1 && this.may("implied", v)) {
        f.a[v] = f.constant(O.TY_I32, 1, 0);
        this.changed = true;
      }
    }
    if (op === O.OP_CONST) {
      this.constant(v);
      return;
    }
    const fl = O.opFlags[op];
    if (fl & O.F_PURE && op !== O.OP_COPY && (op !== O.OP_FCONST || f.aux[v] === undefined)) this.number(v, fl);
  }

  /** A phi of one value and undefined ones, and a phi that repeats another one of its block. */
  phi(v: Value, b: Block): void {
    const f = this.f;
    const p = f.aux[v] as PhiInfo;
    let x = 0;
    for (let i = 0; i < p.vals.length; i++) {
      const y = f.map(p.vals[i]);
      p.vals[i] = y;
      if (y === v || y === x || f.op[y] === O.OP_UNDEF) continue;
      if (x !== 0) {
        x = -1;
        break;
      }
      x = y;
    }
    if (x > 0) {
      if (f.blk[x] !== b && this.dom.dominates(f.blk[x], b)) {
        f.replaceWith(v, x);
        this.changed = true;
      }
      return;
    }
    let n = 0;
    for (let w = f.prev[v]; w !== 0 && n < 8; w = f.prev[w], n++) {
      if (f.op[w] !== O.OP_PHI || f.ty[w] !== f.ty[v]) continue;
      const q = f.aux[w] as PhiInfo;
      let same = true;
      for (let i = 0; same && i < p.vals.length; i++) same = p.blocks[i] === q.blocks[i] && p.vals[i] === f.map(q.vals[i]);
      if (same) {
        f.replaceWith(v, w);
        this.changed = true;
        return;
      }
    }
  }

  setKnown(v: Value, c: Value): void {
    this.grow(v);
    this.knownStack.push(v);
    this.knownOld.push(this.known[v]);
    this.known[v] = c;
  }
  popKnown(mark: number): void {
    while (this.knownStack.length > mark) {
      const v = this.knownStack.pop() as Value;
      this.known[v] = this.knownOld.pop() as Value;
    }
  }

  /** A value that the facts leave one constant for is that constant. */
  private learnOnly(x: Value): void {
    const f = this.f;
    const c = this.facts.soleValue(x);
    if (c === undefined || f.op[x] === O.OP_CONST) return;
    this.setKnown(x, f.constant(f.ty[x], c | 0, Math.floor(c / 2 ** 32)));
  }

  /** The condition c is known to be non-zero (or zero) from here on. */
  learn(c: Value, truth: boolean, depth: number): void {
    const f = this.f;
    const op = f.op[c];
    if (op === O.OP_CONST) return;
    if (!truth) this.setKnown(c, f.constant(O.TY_I32, 0, 0));
    else {
      possibleBits(f, c, 3);
      if (mlo === 1 && mhi === 0) this.setKnown(c, f.constant(O.TY_I32, 1, 0));
      else this.facts.add(O.OP_NE, c, f.constant(O.TY_I32, 0, 0));
    }
    if (op >= O.OP_EQ && op <= O.OP_ULE) {
      const ty = f.c[c];
      let x = f.a[c];
      let y = f.b[c];
      let rel = op;
      if (!truth) {
        if (op === O.OP_EQ || op === O.OP_NE) rel = op === O.OP_EQ ? O.OP_NE : O.OP_EQ;
        else {
          rel = op === O.OP_SLT ? O.OP_SLE : op === O.OP_SLE ? O.OP_SLT : op === O.OP_ULT ? O.OP_ULE : O.OP_ULT;
          x = f.b[c];
          y = f.a[c];
        }
      }
      if (ty > O.TY_I64) return;
      if (rel === O.OP_EQ && f.op[y] === O.OP_CONST) this.setKnown(x, y);
      else {
        this.facts.add(rel, x, y);
        if (f.op[y] === O.OP_CONST) this.learnOnly(x);
        else if (f.op[x] === O.OP_CONST) this.learnOnly(y);
      }
      return;
    }
    if (depth > 0 && ((op === O.OP_AND && truth) || (op === O.OP_OR && !truth))) {
      // All of a conjunction hold; for AND only when both sides are truth values.
      if (op === O.OP_AND) {
        possibleBits(f, f.a[c], 3);
        const l = mlo;
        possibleBits(f, f.b[c], 3);
        if (l !== 1 || mlo !== 1) return;
      }
      this.learn(f.a[c], truth, depth - 1);
      this.learn(f.b[c], truth, depth - 1);
    }
  }
}

/** Folds and numbers all values of f; true when something changed. */
export function numberValues(f: Func, cx: PassCx): boolean {
  const cfg = computeCfg(f);
  const dom = computeDominators(f, cfg);
  const n = new Numbering(f, cx, dom);
  const stackBlock: Block[] = [];
  const stackFacts: number[] = [];
  const stackKnown: number[] = [];
  for (let i = 0; i < cfg.n; i++) {
    const b = dom.order[i];
    while (stackBlock.length !== 0 && !dom.dominates(stackBlock[stackBlock.length - 1], b)) {
      stackBlock.pop();
      n.facts.popTo(stackFacts.pop() as number);
      n.popKnown(stackKnown.pop() as number);
    }
    if (b !== f.entry && cfg.predCount(b) === 1) {
      const t = f.last[cfg.preds[cfg.predStart[b]]];
      const facts = n.facts.mark();
      const known = n.knownStack.length;
      if (f.op[t] === O.OP_BR && f.b[t] !== f.c[t]) n.learn(f.map(f.a[t]), f.b[t] === b, 4);
      else if (f.op[t] === O.OP_SWITCH) learnCase(f, n, t, b);
      if (n.facts.mark() !== facts || n.knownStack.length !== known) {
        stackBlock.push(b);
        stackFacts.push(facts);
        stackKnown.push(known);
      }
    }
    for (let v = f.first[b]; v !== 0; ) {
      const next = f.next[v];
      if (f.op[v] === O.OP_PHI) n.phi(v, b);
      n.visit(v);
      v = next;
    }
    if (f.op[f.last[b]] === O.OP_SWITCH && dropCases(f, n, b)) n.changed = true;
  }
  if (n.changed || n.copies) f.resolveCopies();
  return n.changed;
}

/** Cases that cannot be, by what is known at the switch, go. */
function dropCases(f: Func, n: Numbering, b: Block): boolean {
  const t = f.last[b];
  const s = f.aux[t] as SwitchInfo;
  const x = f.map(f.a[t]);
  const ty = f.ty[x];
  if (f.op[x] === O.OP_CONST || ty > O.TY_I64 || !n.facts.knows(x)) return false;
  const gone: Block[] = [];
  for (let i = s.targets.length - 1; i >= 0; i--) {
    const one = s.lo[i] === s.hi[i] && s.loHi[i] === s.hiHi[i];
    const impossible = one
      ? n.facts.decide(O.OP_EQ, ty, x, f.constant(ty, s.lo[i], s.loHi[i])) === 0
      : n.facts.outside(ty, x, s, i);
    if (!impossible || !n.may("case", t)) continue;
    gone.push(s.targets[i]);
    s.targets.splice(i, 1);
    s.lo = without(s.lo, i);
    s.loHi = without(s.loHi, i);
    s.hi = without(s.hi, i);
    s.hiHi = without(s.hiHi, i);
  }
  for (const to of gone) if (to !== s.dflt && !s.targets.includes(to)) removePhiEdge(f, to, b);
  return gone.length !== 0;
}

function without(a: Int32Array, i: number): Int32Array {
  const r = new Int32Array(a.length - 1);
  r.set(a.subarray(0, i));
  r.set(a.subarray(i + 1), i);
  return r;
}

/** In the block of a case with one value the switch value is that value. */
function learnCase(f: Func, n: Numbering, t: Value, b: Block): void {
  const s = f.aux[t] as SwitchInfo;
  let at = -1;
  for (let i = 0; i < s.targets.length; i++) {
    if (s.targets[i] !== b) continue;
    if (at >= 0) return;
    at = i;
  }
  if (at < 0 || s.dflt === b || s.lo[at] !== s.hi[at] || s.loHi[at] !== s.hiHi[at]) return;
  const x = f.map(f.a[t]);
  if (f.op[x] === O.OP_CONST || f.ty[x] > O.TY_I64) return;
  n.setKnown(x, f.constant(f.ty[x], s.lo[at], s.loHi[at]));
}
