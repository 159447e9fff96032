// Exact Bayes over all single items, pairs and triples as the one minimal failing set, plus "nothing fails here".
//
// A table with one number per pair is 3.4 million entries at N = 2,600 and half a billion at N = 30,000; triples do not fit
// anywhere. But items that have been together in every subset so far cannot be told apart. So items are kept in classes
// (partition refinement), and a hypothesis is a multiset of classes, {A}, {A,B}, {A,A}, {A,B,C} ..., standing for all item
// sets drawn from them. The likelihood is the same for all of these, and with item priors that multiply (w_i, w_i w_j, ...)
// their total prior is an elementary symmetric polynomial of the class's weights: nothing is approximated. Subsets that split
// one class at a time keep the table at tens of rows.
//
// Invariants: the items of class c are order[start[c] .. start[c] + length[c]); equal classes stand next to each other within
// a row; a row whose share falls below DROP is deleted and its share is added to `lost`, which the confidence accounts for.

import { hasItem, type ItemSet } from "./item-set.ts";
import type { Rates } from "./rates.ts";

/** Prior probability of each size of the minimal failing set. */
export interface SizePrior {
  /** Nothing in the universe fails. */
  readonly none: number;
  readonly single: number;
  readonly pair: number;
  readonly triple: number;
}

/** A pair that something (call graph, shared struct) makes likelier than the product of its weights. */
export interface PairBonus {
  readonly a: number;
  readonly b: number;
  /** Prior probability given to this pair on its own. */
  readonly probability: number;
}

/** Rows with less than this share of the posterior are deleted. */
const DROP = 1e-10;
/** No more rows than this are kept; the lightest go first. */
const MOST_ROWS = 250_000;

/** Share of the prior weight from which an item is a class of its own. */
const HEAVY = 0.04;

const NONE = -1;

/** The posterior over minimal failing sets of one universe. */
export class Posterior {
  readonly rates: Rates;
  /** Items grouped by class. */
  order: Int32Array;
  /** Prior weight of each item. */
  readonly weight: Float64Array;
  classCount = 0;
  start: Int32Array;
  length: Int32Array;
  private sum1: Float64Array;
  private sum2: Float64Array;
  private sum3: Float64Array;

  rowCount = 0;
  a: Int32Array;
  b: Int32Array;
  c: Int32Array;
  private logLikelihood: Float64Array;
  private bonus: Float64Array;
  /** Share of each row, not normalised; `total` is their sum. */
  mass: Float64Array;
  total = 1;
  /** Share of the posterior that was deleted as negligible. */
  lost = 0;
  /** Log of the probability of all answers so far under the model: very low means the model is wrong. */
  logProbability = 0;
  /** What was taken off every row's log likelihood to keep the scale. */
  private shifted = 0;
  private readonly perSize: Float64Array;
  private readonly swap: Int32Array;
  /** Class whose prefixes are summed up in the three arrays, or -1. */
  private running = -1;
  private running1: Float64Array = new Float64Array(0);
  private running2: Float64Array = new Float64Array(0);
  private running3: Float64Array = new Float64Array(0);

  constructor(
    items: ArrayLike<number>,
    weight: Float64Array,
    prior: SizePrior,
    rates: Rates,
    bonuses: readonly PairBonus[] = [],
  ) {
    this.rates = rates;
    this.weight = weight;
    const n = items.length;
    this.swap = new Int32Array(n);
    const bonusItems = new Set<number>();
    const inUniverse = new Set<number>();
    if (bonuses.length > 0) for (let i = 0; i < n; i++) inUniverse.add(items[i]!);
    const usable = bonuses.filter((x) => x.a !== x.b && inUniverse.has(x.a) && inUniverse.has(x.b));
    for (const pair of usable) bonusItems.add(pair.a).add(pair.b);
    // An item that is likely from the start is a class of its own, so that it can be booted alone at once.
    let all = 0;
    for (let i = 0; i < n; i++) all += weight[items[i]!]!;
    const heavy: number[] = [];
    for (let i = 0; i < n; i++) if (weight[items[i]!]! > HEAVY * all && n > 2 / HEAVY) heavy.push(items[i]!);
    for (const item of heavy) bonusItems.add(item);

    this.order = new Int32Array(n);
    let filled = 0;
    for (const item of bonusItems) this.order[filled++] = item;
    for (let i = 0; i < n; i++) if (!bonusItems.has(items[i]!)) this.order[filled++] = items[i]!;

    const room = bonusItems.size + 16;
    this.start = new Int32Array(room);
    this.length = new Int32Array(room);
    this.sum1 = new Float64Array(room);
    this.sum2 = new Float64Array(room);
    this.sum3 = new Float64Array(room);
    const classOfItem = new Map<number, number>();
    for (let i = 0; i < bonusItems.size; i++) {
      classOfItem.set(this.order[i]!, this.classCount);
      this.addClass(i, 1);
    }
    if (n > bonusItems.size) this.addClass(bonusItems.size, n - bonusItems.size);

    // Totals over the universe turn the weights into probabilities.
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let i = 0; i < n; i++) {
      const w = weight[items[i]!]!;
      s1 += w;
      s2 += w * w;
      s3 += w * w * w;
    }
    const e2 = (s1 * s1 - s2) / 2;
    const e3 = (s1 * s1 * s1 - 3 * s1 * s2 + 2 * s3) / 6;
    this.perSize = new Float64Array(4);
    this.perSize[0] = prior.none;
    this.perSize[1] = n >= 1 ? prior.single / s1 : 0;
    this.perSize[2] = n >= 2 && e2 > 0 ? prior.pair / e2 : 0;
    this.perSize[3] = n >= 3 && e3 > 0 ? prior.triple / e3 : 0;

    const k = this.classCount;
    const most = 1 + k + (k * (k + 1)) / 2 + (this.perSize[3] > 0 ? (k * (k + 1) * (k + 2)) / 6 : 0);
    this.a = new Int32Array(most);
    this.b = new Int32Array(most);
    this.c = new Int32Array(most);
    this.logLikelihood = new Float64Array(most);
    this.bonus = new Float64Array(most);
    this.mass = new Float64Array(most);
    if (prior.none > 0) this.addRow(NONE, NONE, NONE, 0, 0);
    for (let x = 0; x < k; x++) {
      this.addRow(x, NONE, NONE, 0, 0);
      for (let y = x; y < k; y++) {
        this.addRow(x, y, NONE, 0, 0);
        if (this.perSize[3] > 0) for (let z = y; z < k; z++) this.addRow(x, y, z, 0, 0);
      }
    }
    for (const pair of usable) {
      const p = classOfItem.get(pair.a)!;
      const q = classOfItem.get(pair.b)!;
      for (let r = 0; r < this.rowCount; r++) {
        if (this.c[r] === NONE && this.b[r] === Math.max(p, q) && this.a[r] === Math.min(p, q))
          this.bonus[r]! += pair.probability;
      }
    }
    this.weigh();
    this.prune();
    this.logProbability = 0;
  }

  /** Takes in the verdict on one subset. */
  tell(set: ItemSet, failed: boolean): void {
    this.running = -1;
    const old = this.classCount;
    const out = new Int32Array(old);
    const inside = new Uint8Array(old * 2 + 2);
    for (let k = 0; k < old; k++) out[k] = this.split(k, set, inside);

    const na = this.a;
    const nb = this.b;
    const nc = this.c;
    const nl = this.logLikelihood;
    const nx = this.bonus;
    const rows = this.rowCount;
    const { p0, p1 } = this.rates;
    const lIn = Math.log(failed ? p1 : 1 - p1);
    const lOut = Math.log(failed ? p0 : 1 - p0);
    const before = this.total;

    const room = Math.max(rows * 2, 16);
    this.a = new Int32Array(room);
    this.b = new Int32Array(room);
    this.c = new Int32Array(room);
    this.logLikelihood = new Float64Array(room);
    this.bonus = new Float64Array(room);
    this.mass = new Float64Array(room);
    this.rowCount = 0;
    for (let r = 0; r < rows; r++) {
      const a = na[r]!;
      const b = nb[r]!;
      const c = nc[r]!;
      const l = nl[r]!;
      const x = nx[r]!;
      if (a === NONE) {
        this.addRow(NONE, NONE, NONE, l + lOut, x);
        continue;
      }
      const ka = out[a]! >= 0 ? 2 : 1;
      for (let ia = 0; ia < ka; ia++) {
        const a2 = ia === 0 ? a : out[a]!;
        if (b === NONE) {
          this.addRow(a2, NONE, NONE, l + (inside[a2] === 1 ? lIn : lOut), x);
          continue;
        }
        const kb = out[b]! >= 0 ? 2 : 1;
        for (let ib = b === a ? ia : 0; ib < kb; ib++) {
          const b2 = ib === 0 ? b : out[b]!;
          const ab = inside[a2] === 1 && inside[b2] === 1;
          if (c === NONE) {
            this.addRow(a2, b2, NONE, l + (ab ? lIn : lOut), x);
            continue;
          }
          const kc = out[c]! >= 0 ? 2 : 1;
          for (let ic = c === b ? ib : 0; ic < kc; ic++) {
            const c2 = ic === 0 ? c : out[c]!;
            this.addRow(a2, b2, c2, l + (ab && inside[c2] === 1 ? lIn : lOut), x);
          }
        }
      }
    }
    this.weigh();
    this.logProbability += Math.log(this.total / before);
    this.prune();
    // Keep the scale near one, or a few hundred boots would underflow.
    const scale = this.total;
    if (scale > 0) {
      const shift = Math.log(scale);
      this.shifted += shift;
      for (let r = 0; r < this.rowCount; r++) {
        this.logLikelihood[r]! -= shift;
        this.mass[r]! /= scale;
      }
      this.total = 1;
    }
  }

  /** Share of the posterior, by row. */
  share(row: number): number {
    return this.mass[row]! / this.total;
  }

  /** The likeliest single hypothesis that is down to named items, with its share; undefined if no class is down to one item. */
  best(): { items: number[]; share: number; row: number } | undefined {
    let row = -1;
    for (let r = 0; r < this.rowCount; r++) {
      if ((row < 0 || this.mass[r]! > this.mass[row]!) && this.isNamed(r)) row = r;
    }
    if (row < 0) return undefined;
    return { items: this.itemsOfRow(row), share: this.share(row) * (1 - this.lost), row };
  }

  /** The likeliest hypotheses that are down to named items, best first, each with at least this share. */
  leading(atLeast: number, most: number): { items: number[]; share: number }[] {
    const rows: number[] = [];
    for (let r = 0; r < this.rowCount; r++) if (this.share(r) >= atLeast && this.isNamed(r)) rows.push(r);
    rows.sort((x, y) => this.mass[y]! - this.mass[x]!);
    return rows.slice(0, most).map((r) => ({ items: this.itemsOfRow(r), share: this.share(r) }));
  }

  /** Share of "nothing here fails". */
  shareOfNone(): number {
    for (let r = 0; r < this.rowCount; r++) if (this.a[r] === NONE) return this.share(r) * (1 - this.lost);
    return 0;
  }

  /** Share of the posterior that contradicts no answer at all (for steady rates, where one contradiction costs ln 2000). */
  shareWithoutContradiction(): number {
    let share = 0;
    for (let r = 0; r < this.rowCount; r++) if (this.logLikelihood[r]! + this.shifted > -3) share += this.share(r);
    return share;
  }

  /** Information still missing, in bits. */
  entropy(): number {
    let bits = 0;
    for (let r = 0; r < this.rowCount; r++) {
      const p = this.share(r);
      if (p > 0) bits += p * Math.log2(this.hypothesesOfRow(r) / p);
    }
    return bits;
  }

  /** Share of the posterior whose failing set lies inside a subset. */
  shareInside(set: ItemSet): number {
    const k = this.classCount;
    const e = new Float64Array(k * 3);
    for (let x = 0; x < k; x++) {
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      const to = this.start[x]! + this.length[x]!;
      for (let i = this.start[x]!; i < to; i++) {
        const item = this.order[i]!;
        if (!hasItem(set, item)) continue;
        const w = this.weight[item]!;
        s1 += w;
        s2 += w * w;
        s3 += w * w * w;
      }
      const t1 = this.sum1[x]!;
      const t2 = (t1 * t1 - this.sum2[x]!) / 2;
      const t3 = (t1 * t1 * t1 - 3 * t1 * this.sum2[x]! + 2 * this.sum3[x]!) / 6;
      e[x * 3] = s1 / t1;
      e[x * 3 + 1] = t2 > 0 ? (s1 * s1 - s2) / 2 / t2 : 0;
      e[x * 3 + 2] = t3 > 0 ? (s1 * s1 * s1 - 3 * s1 * s2 + 2 * s3) / 6 / t3 : 0;
    }
    let inside = 0;
    for (let r = 0; r < this.rowCount; r++) {
      const a = this.a[r]!;
      if (a === NONE) continue;
      const b = this.b[r]!;
      const c = this.c[r]!;
      let part: number;
      if (b === NONE) part = e[a * 3]!;
      else if (c === NONE) part = a === b ? e[a * 3 + 1]! : e[a * 3]! * e[b * 3]!;
      else if (a === b && b === c) part = e[a * 3 + 2]!;
      else if (a === b) part = e[a * 3 + 1]! * e[c * 3]!;
      else if (b === c) part = e[a * 3]! * e[b * 3 + 1]!;
      else part = e[a * 3]! * e[b * 3]! * e[c * 3]!;
      if (part > 0) inside += this.mass[r]! * part;
    }
    return inside / this.total;
  }

  /** Power sums of the first `count` items of a class in its present order. */
  partialSums(k: number, count: number, into: Float64Array): void {
    if (this.running !== k) this.sumPrefixes(k);
    const s1 = this.running1[count]!;
    const s2 = this.running2[count]!;
    const s3 = this.running3[count]!;
    into[0] = s1;
    into[1] = (s1 * s1 - s2) / 2;
    into[2] = (s1 * s1 * s1 - 3 * s1 * s2 + 2 * s3) / 6;
  }

  /** Sums over each prefix of one class: a subset is found by bisection, which asks for many. */
  private sumPrefixes(k: number): void {
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    const from = this.start[k]!;
    const count = this.length[k]!;
    if (this.running1.length <= count) {
      this.running1 = new Float64Array(this.order.length + 1);
      this.running2 = new Float64Array(this.order.length + 1);
      this.running3 = new Float64Array(this.order.length + 1);
    }
    for (let i = 0; i < count; i++) {
      const w = this.weight[this.order[from + i]!]!;
      s1 += w;
      s2 += w * w;
      s3 += w * w * w;
      this.running1[i + 1] = s1;
      this.running2[i + 1] = s2;
      this.running3[i + 1] = s3;
    }
    this.running = k;
  }

  /** How many rows' slots a class fills: its expected number of members in the failing set, not normalised. */
  classMass(into: Float64Array): void {
    into.fill(0, 0, this.classCount);
    for (let r = 0; r < this.rowCount; r++) {
      const m = this.mass[r]!;
      if (this.a[r] !== NONE) into[this.a[r]!]! += m;
      if (this.b[r] !== NONE) into[this.b[r]!]! += m;
      if (this.c[r] !== NONE) into[this.c[r]!]! += m;
    }
  }

  private isNamed(row: number): boolean {
    const a = this.a[row]!;
    if (a === NONE || this.length[a] !== 1) return false;
    const b = this.b[row]!;
    if (b === NONE) return true;
    if (this.length[b] !== 1) return false;
    const c = this.c[row]!;
    return c === NONE || this.length[c] === 1;
  }

  private itemsOfRow(row: number): number[] {
    const items = [this.order[this.start[this.a[row]!]!]!];
    if (this.b[row] !== NONE) items.push(this.order[this.start[this.b[row]!]!]!);
    if (this.c[row] !== NONE) items.push(this.order[this.start[this.c[row]!]!]!);
    return items.sort((x, y) => x - y);
  }

  private hypothesesOfRow(row: number): number {
    const a = this.a[row]!;
    const b = this.b[row]!;
    const c = this.c[row]!;
    if (a === NONE) return 1;
    const la = this.length[a]!;
    if (b === NONE) return la;
    const lb = this.length[b]!;
    if (c === NONE) return a === b ? (la * (la - 1)) / 2 : la * lb;
    const lc = this.length[c]!;
    if (a === b && b === c) return (la * (la - 1) * (la - 2)) / 6;
    if (a === b) return ((la * (la - 1)) / 2) * lc;
    if (b === c) return la * ((lb * (lb - 1)) / 2);
    return la * lb * lc;
  }

  private addClass(start: number, length: number): number {
    const k = this.classCount++;
    if (k >= this.start.length) {
      this.start = grownInts(this.start);
      this.length = grownInts(this.length);
      this.sum1 = grownFloats(this.sum1);
      this.sum2 = grownFloats(this.sum2);
      this.sum3 = grownFloats(this.sum3);
    }
    this.start[k] = start;
    this.length[k] = length;
    this.sumUp(k);
    return k;
  }

  private sumUp(k: number): void {
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    const from = this.start[k]!;
    const to = from + this.length[k]!;
    for (let i = from; i < to; i++) {
      const w = this.weight[this.order[i]!]!;
      s1 += w;
      s2 += w * w;
      s3 += w * w * w;
    }
    this.sum1[k] = s1;
    this.sum2[k] = s2;
    this.sum3[k] = s3;
  }

  /** Splits a class by membership; the part inside keeps the number. Returns the outside part's number, or -1. */
  private split(k: number, set: ItemSet, inside: Uint8Array): number {
    const from = this.start[k]!;
    const to = from + this.length[k]!;
    const order = this.order;
    let kept = from;
    let moved = 0;
    for (let i = from; i < to; i++) {
      const item = order[i]!;
      if (hasItem(set, item)) order[kept++] = item;
      else this.swap[moved++] = item;
    }
    if (moved === 0) {
      inside[k] = 1;
      return -1;
    }
    if (kept === from) return -1;
    for (let i = 0; i < moved; i++) order[kept + i] = this.swap[i]!;
    inside[k] = 1;
    this.length[k] = kept - from;
    this.sumUp(k);
    return this.addClass(kept, moved);
  }

  private addRow(a: number, b: number, c: number, logLikelihood: number, bonus: number): void {
    if (a !== NONE && a === b && this.length[a]! < (b === c ? 3 : 2)) return;
    if (b !== NONE && b === c && this.length[b]! < 2) return;
    const r = this.rowCount++;
    if (r >= this.a.length) {
      this.a = grownInts(this.a);
      this.b = grownInts(this.b);
      this.c = grownInts(this.c);
      this.logLikelihood = grownFloats(this.logLikelihood);
      this.bonus = grownFloats(this.bonus);
      this.mass = grownFloats(this.mass);
    }
    this.a[r] = a;
    this.b[r] = b;
    this.c[r] = c;
    this.logLikelihood[r] = logLikelihood;
    this.bonus[r] = bonus;
  }

  private priorOfRow(r: number): number {
    const a = this.a[r]!;
    if (a === NONE) return this.perSize[0]!;
    const b = this.b[r]!;
    const s = this.sum1[a]!;
    if (b === NONE) return this.perSize[1]! * s;
    const c = this.c[r]!;
    if (c === NONE) {
      const e = a === b ? (s * s - this.sum2[a]!) / 2 : s * this.sum1[b]!;
      return this.perSize[2]! * e + this.bonus[r]!;
    }
    if (a === b && b === c) return (this.perSize[3]! * (s * s * s - 3 * s * this.sum2[a]! + 2 * this.sum3[a]!)) / 6;
    if (a === b) return (this.perSize[3]! * (s * s - this.sum2[a]!) * this.sum1[c]!) / 2;
    const t = this.sum1[b]!;
    if (b === c) return (this.perSize[3]! * s * (t * t - this.sum2[b]!)) / 2;
    return this.perSize[3]! * s * t * this.sum1[c]!;
  }

  private weigh(): void {
    let total = 0;
    for (let r = 0; r < this.rowCount; r++) {
      const m = this.priorOfRow(r) * Math.exp(this.logLikelihood[r]!);
      this.mass[r] = m;
      total += m;
    }
    this.total = total;
  }

  private prune(): void {
    let limit = this.total * DROP;
    if (this.rowCount > MOST_ROWS) {
      limit = Math.max(limit, kthSmallest(this.mass.slice(0, this.rowCount), this.rowCount - MOST_ROWS));
    }
    let kept = 0;
    let dropped = 0;
    const used = new Uint8Array(this.classCount);
    for (let r = 0; r < this.rowCount; r++) {
      const m = this.mass[r]!;
      if (!(m > limit)) {
        dropped += m;
        continue;
      }
      this.a[kept] = this.a[r]!;
      this.b[kept] = this.b[r]!;
      this.c[kept] = this.c[r]!;
      this.logLikelihood[kept] = this.logLikelihood[r]!;
      this.bonus[kept] = this.bonus[r]!;
      this.mass[kept] = m;
      kept++;
      if (this.a[r] !== NONE) used[this.a[r]!] = 1;
      if (this.b[r] !== NONE) used[this.b[r]!] = 1;
      if (this.c[r] !== NONE) used[this.c[r]!] = 1;
    }
    this.rowCount = kept;
    if (this.total > 0) this.lost += dropped / this.total;
    this.total -= dropped;
    this.renumber(used);
  }

  /** Forgets classes that no row mentions. */
  private renumber(used: Uint8Array): void {
    const number = new Int32Array(this.classCount);
    let next = 0;
    for (let k = 0; k < this.classCount; k++) {
      if (used[k] === 0) continue;
      number[k] = next;
      this.start[next] = this.start[k]!;
      this.length[next] = this.length[k]!;
      this.sum1[next] = this.sum1[k]!;
      this.sum2[next] = this.sum2[k]!;
      this.sum3[next] = this.sum3[k]!;
      next++;
    }
    if (next === this.classCount) return;
    this.classCount = next;
    for (let r = 0; r < this.rowCount; r++) {
      if (this.a[r] !== NONE) this.a[r] = number[this.a[r]!]!;
      if (this.b[r] !== NONE) this.b[r] = number[this.b[r]!]!;
      if (this.c[r] !== NONE) this.c[r] = number[this.c[r]!]!;
    }
  }
}

/** The value at index k of the list if it were sorted (Hoare's selection); puts the list in another order. */
function kthSmallest(list: Float64Array, k: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const x = list[low]!;
    const y = list[middle]!;
    const z = list[high]!;
    const pivot = x < y ? (y < z ? y : x < z ? z : x) : x < z ? x : y < z ? z : y;
    let i = low;
    let j = high;
    while (i <= j) {
      while (list[i]! < pivot) i++;
      while (list[j]! > pivot) j--;
      if (i > j) break;
      const swap = list[i]!;
      list[i++] = list[j]!;
      list[j--] = swap;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return list[k]!;
}

function grownInts(list: Int32Array): Int32Array {
  const out = new Int32Array(list.length * 2);
  out.set(list);
  return out;
}

function grownFloats(list: Float64Array): Float64Array {
  const out = new Float64Array(list.length * 2);
  out.set(list);
  return out;
}
