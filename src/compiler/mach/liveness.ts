// Live intervals of virtual registers and busy ranges of physical ones. // hot
//
// Positions: instruction i of the linear order owns 4i (gap before it), 4i+1 (uses are read, early definitions written),
// 4i+2 (definitions written) and 4i+3. Intervals are built in one backward walk (Wimmer & Franz, "Linear Scan Register
// Allocation on SSA Form", 2010, figure 4) over block-level live sets; ranges are half-open and ascending.

import { FIRST_VREG, M_COPY, M_PCOPY, type MFunc, type MInst } from "./minst.ts";

export const INFINITY = 0x7fffffff;

export class Interval {
  readonly vreg: number;
  readonly cls: number;
  /** from0, to0, from1, to1 … ascending. */
  ranges: number[];
  /** Positions of uses and definitions that need a register, ascending. */
  uses: number[];
  /** Positions at which a register would save a load: copies, and ends of loops in which there are uses; ascending. */
  marks: number[];
  /** Physical register, or -1 = memory (or not yet decided). */
  reg = -1;
  spilled = false;
  /** Register wished for: physical, or a virtual one to sit with, -1 = none. */
  hint = -1;
  /** Where the scan stands in `ranges`. */
  cursor = 0;
  /** Next part of the same virtual register. */
  next: Interval | undefined = undefined;

  constructor(vreg: number, cls: number) {
    this.vreg = vreg;
    this.cls = cls;
    this.ranges = [];
    this.uses = [];
    this.marks = [];
  }

  get start(): number {
    return this.ranges[0]!;
  }
  get end(): number {
    return this.ranges[this.ranges.length - 1]!;
  }

  covers(pos: number): boolean {
    const r = this.ranges;
    for (let i = 0; i < r.length; i += 2) {
      if (pos < r[i]!) return false;
      if (pos < r[i + 1]!) return true;
    }
    return false;
  }

  /** First use at or after pos. */
  nextUse(pos: number): number {
    const u = this.uses;
    for (let i = 0; i < u.length; i++) if (u[i]! >= pos) return u[i]!;
    return INFINITY;
  }

  /** First use or mark at or after pos. */
  nextWish(pos: number): number {
    const m = this.marks;
    const u = this.nextUse(pos);
    for (let i = 0; i < m.length; i++) if (m[i]! >= pos) return m[i]! < u ? m[i]! : u;
    return u;
  }

  /** Last use or mark before pos, -1 = none. */
  lastWish(pos: number): number {
    let last = -1;
    for (let i = this.uses.length - 1; i >= 0; i--) {
      if (this.uses[i]! >= pos) continue;
      last = this.uses[i]!;
      break;
    }
    for (let i = this.marks.length - 1; i >= 0; i--)
      if (this.marks[i]! < pos) return this.marks[i]! > last ? this.marks[i]! : last;
    return last;
  }

  /** First position at which both are live, or INFINITY. */
  intersection(o: Interval): number {
    const a = this.ranges;
    const b = o.ranges;
    let i = 0;
    let j = 0;
    while (i < a.length && j < b.length) {
      if (a[i + 1]! <= b[j]!) i += 2;
      else if (b[j + 1]! <= a[i]!) j += 2;
      else return a[i]! > b[j]! ? a[i]! : b[j]!;
    }
    return INFINITY;
  }
}

export interface Liveness {
  /** By vreg - FIRST_VREG; undefined = never live. */
  intervals: (Interval | undefined)[];
  /** Busy ranges of physical registers, ascending. */
  fixed: number[][];
  /** First and one-past-last instruction index of each block. */
  from: Int32Array;
  to: Int32Array;
  /** Vregs live into a block (those that cross blocks). */
  liveIn: (Int32Array | undefined)[];
  insts: MInst[];
}

export function computeLiveness(m: MFunc, physCount: number): Liveness {
  const nb = m.blocks.length;
  const from = new Int32Array(nb);
  const to = new Int32Array(nb);
  const insts: MInst[] = [];
  for (const b of m.order) {
    from[b] = insts.length;
    for (const i of m.blocks[b]!.insts) insts.push(i);
    to[b] = insts.length;
  }
  // Vregs that appear in more than one block get a dense number; only they take part in the data-flow.
  const home = new Int32Array(m.nvreg).fill(-1);
  const dense = new Int32Array(m.nvreg).fill(-1);
  const global: number[] = [];
  for (const b of m.order) {
    for (const inst of m.blocks[b]!.insts) {
      const r = inst.regs;
      for (let k = 0; k < r.length; k++) {
        const v = r[k]! - FIRST_VREG;
        if (v < 0) continue;
        if (home[v] === -1) home[v] = b;
        else if (home[v] !== b && dense[v] === -1) {
          dense[v] = global.length;
          global.push(v);
        }
      }
    }
  }
  const words = (global.length + 31) >>> 5;
  const use = new Int32Array(words * nb);
  const def = new Int32Array(words * nb);
  const live = new Int32Array(words * nb);
  for (const b of m.order) {
    const base = b * words;
    for (const inst of m.blocks[b]!.insts) {
      const r = inst.regs;
      for (let k = inst.nd; k < r.length; k++) {
        const d = r[k]! >= FIRST_VREG ? dense[r[k]! - FIRST_VREG]! : -1;
        if (d >= 0 && ((def[base + (d >>> 5)]! >>> (d & 31)) & 1) === 0) use[base + (d >>> 5)]! |= 1 << (d & 31);
      }
      for (let k = 0; k < inst.nd; k++) {
        const d = r[k]! >= FIRST_VREG ? dense[r[k]! - FIRST_VREG]! : -1;
        if (d >= 0) def[base + (d >>> 5)]! |= 1 << (d & 31);
      }
    }
  }
  let changed = words > 0;
  while (changed) {
    changed = false;
    for (let oi = m.order.length - 1; oi >= 0; oi--) {
      const b = m.order[oi]!;
      const base = b * words;
      const succs = m.blocks[b]!.succs;
      for (let w = 0; w < words; w++) {
        let out = 0;
        for (let s = 0; s < succs.length; s++) out |= live[succs[s]! * words + w]!;
        const x = use[base + w]! | (out & ~def[base + w]!);
        if (x !== live[base + w]) {
          live[base + w] = x;
          changed = true;
        }
      }
    }
  }
  const liveIn: (Int32Array | undefined)[] = new Array(nb).fill(undefined);
  for (const b of m.order) {
    const list: number[] = [];
    for (let w = 0; w < words; w++) {
      let x = live[b * words + w]!;
      while (x !== 0) {
        const bit = 31 - Math.clz32(x & -x);
        list.push(global[w * 32 + bit]! + FIRST_VREG);
        x &= x - 1;
      }
    }
    liveIn[b] = Int32Array.from(list);
  }
  const intervals: (Interval | undefined)[] = new Array(m.nvreg).fill(undefined);
  const fixed: number[][] = Array.from({ length: physCount }, () => []);
  const get = (v: number): Interval => {
    let it = intervals[v - FIRST_VREG];
    if (it === undefined) {
      it = new Interval(v, m.vregClass[v - FIRST_VREG]!);
      intervals[v - FIRST_VREG] = it;
    }
    return it;
  };
  // Ranges and uses are pushed backwards, in descending order, and turned round at the end.
  const fixedEnd = new Int32Array(physCount).fill(-1);
  for (let oi = m.order.length - 1; oi >= 0; oi--) {
    const b = m.order[oi]!;
    const start = 4 * from[b]!;
    const end = 4 * to[b]!;
    const seen = new Set<number>();
    for (const s of m.blocks[b]!.succs) {
      const l = liveIn[s]!;
      for (let k = 0; k < l.length; k++) {
        if (seen.has(l[k]!)) continue;
        seen.add(l[k]!);
        addRange(get(l[k]!), start, end);
      }
    }
    fixedEnd.fill(-1);
    for (let i = to[b]! - 1; i >= from[b]!; i--) {
      const inst = insts[i]!;
      const r = inst.regs;
      const anyLocation = inst.op === M_COPY || inst.op === M_PCOPY;
      if (inst.clobbers !== undefined)
        for (const c of inst.clobbers) pushFixed(fixed[c]!, 4 * i + (inst.op === 2 ? 1 : 2), 4 * i + 3);
      for (let k = 0; k < inst.nd; k++) {
        const pos = 4 * i + ((inst.early >>> k) & 1 ? 1 : 2);
        const x = r[k]!;
        if (x < FIRST_VREG) {
          pushFixed(fixed[x]!, pos, fixedEnd[x]! >= 0 ? fixedEnd[x]! : pos + 1);
          fixedEnd[x] = -1;
          continue;
        }
        const it = get(x);
        const n = it.ranges.length;
        if (n === 0 || it.ranges[n - 1]! > pos)
          addRange(it, pos, pos + 1); // a dead definition still needs its register
        else if (!usesToo(inst, x)) it.ranges[n - 1] = pos; // a definition cuts the range that reaches back to the block's start
        if (!anyLocation) it.uses.push(pos);
      }
      for (let k = inst.nd; k < r.length; k++) {
        const x = r[k]!;
        const pos = 4 * i + 1;
        if (x < FIRST_VREG) {
          if (fixedEnd[x]! < 0) fixedEnd[x] = pos + 1;
          continue;
        }
        const it = get(x);
        addRange(it, start, pos + 1);
        if (anyLocation) it.marks.push(pos);
        else it.uses.push(pos);
      }
    }
    for (let x = 0; x < physCount; x++) if (fixedEnd[x]! >= 0) pushFixed(fixed[x]!, start, fixedEnd[x]!);
  }
  for (const it of intervals) {
    if (it === undefined) continue;
    // ranges were pushed as (to, from) pairs descending
    it.ranges.reverse();
    it.uses.reverse();
    it.marks.reverse();
    const u = it.uses;
    for (let k = 1; k < u.length; k++) {
      if (u[k]! < u[k - 1]!) {
        u.sort((a, b) => a - b);
        break;
      }
    }
  }
  for (let x = 0; x < physCount; x++) {
    const fx = fixed[x]!;
    fx.reverse();
    mergeFixed(fx);
  }
  markLoopEnds(m, intervals, liveIn, from, to);
  return { intervals, fixed, from, to, liveIn, insts };
}

/**
 * What is live into a loop and used in it is wished for at its end, where the next round begins: by position alone its next use
 * seems to lie behind the loop. Loops are taken as the stretches of the order that a jump back spans.
 */
function markLoopEnds(
  m: MFunc,
  intervals: readonly (Interval | undefined)[],
  liveIn: readonly (Int32Array | undefined)[],
  from: Int32Array,
  to: Int32Array,
): void {
  const at = new Int32Array(m.blocks.length);
  for (let i = 0; i < m.order.length; i++) at[m.order[i]!] = i;
  // Last block that jumps back to a block, by block.
  const back = new Int32Array(m.blocks.length).fill(-1);
  for (let i = 0; i < m.order.length; i++) {
    for (const s of m.blocks[m.order[i]!]!.succs) if (at[s]! <= i) back[s] = i;
  }
  let marked: Interval[] | undefined;
  for (const h of m.order) {
    if (back[h]! < 0) continue;
    const start = 4 * from[h]!;
    const end = 4 * to[m.order[back[h]!]!]! - 1;
    const live = liveIn[h]!;
    for (let k = 0; k < live.length; k++) {
      const it = intervals[live[k]! - FIRST_VREG];
      if (it === undefined || it.lastWish(end) < start) continue;
      marked ??= [];
      it.marks.push(end);
      marked.push(it);
    }
  }
  if (marked !== undefined) for (const it of marked) it.marks.sort((a, b) => a - b);
}

function usesToo(inst: MInst, x: number): boolean {
  for (let k = inst.nd; k < inst.regs.length; k++) if (inst.regs[k] === x) return true;
  return false;
}

/** Adds [from, to) in front; `ranges` is descending here: to, from, to, from … */
function addRange(it: Interval, from: number, to: number): void {
  const r = it.ranges;
  const n = r.length;
  if (n > 0) {
    const top = r[n - 1]!;
    if (to >= top) {
      // touches or overlaps the range added last
      if (from < top) r[n - 1] = from;
      if (to > r[n - 2]!) r[n - 2] = to;
      return;
    }
  }
  r.push(to, from);
}

function pushFixed(r: number[], from: number, to: number): void {
  r.push(to, from);
}

/** Sorts and merges touching ranges (several clobbers may name one register). */
function mergeFixed(r: number[]): void {
  let sorted = true;
  for (let i = 2; i < r.length; i += 2) if (r[i]! < r[i - 1]!) sorted = false;
  if (sorted) return;
  const pairs: [number, number][] = [];
  for (let i = 0; i < r.length; i += 2) pairs.push([r[i]!, r[i + 1]!]);
  pairs.sort((a, b) => a[0] - b[0]);
  r.length = 0;
  for (const [f, t] of pairs) {
    if (r.length > 0 && f <= r[r.length - 1]!) r[r.length - 1] = Math.max(r[r.length - 1]!, t);
    else r.push(f, t);
  }
}
