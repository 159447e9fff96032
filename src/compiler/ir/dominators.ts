// Dominator tree. // hot
// Algorithm: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm" (2001), on reverse-postorder numbers; then a
// preorder numbering of the tree, so that `dominates` is two comparisons.

import type { Cfg } from "./cfg.ts";
import type { Block, Func } from "./func.ts";

export class DomTree {
  /** Immediate dominator by block; entry: itself; unreachable: 0. */
  idom: Int32Array;
  /** Preorder number and last number in the subtree, by block; unreachable blocks have pre -1. */
  pre: Int32Array;
  end: Int32Array;
  /** Blocks in dominator-tree preorder. */
  order: Int32Array;
  /** Tree links by block. */
  child: Int32Array;
  sibling: Int32Array;

  constructor(n: number, count: number) {
    this.idom = new Int32Array(n);
    this.pre = new Int32Array(n).fill(-1);
    this.end = new Int32Array(n);
    this.order = new Int32Array(count);
    this.child = new Int32Array(n);
    this.sibling = new Int32Array(n);
  }

  dominates(a: Block, b: Block): boolean {
    const p = this.pre[b];
    return p >= this.pre[a] && p <= this.end[a];
  }
}

export function computeDominators(f: Func, cfg: Cfg): DomTree {
  const d = new DomTree(f.nblk, cfg.n);
  const { rpo, pos, preds, predStart, n } = cfg;
  const idom = new Int32Array(n).fill(-1); // by rpo index
  idom[0] = 0;
  let changed = true;
  while (changed) {
    changed = false;
    for (let i = 1; i < n; i++) {
      const b = rpo[i];
      let x = -1;
      for (let j = predStart[b]; j < predStart[b + 1]; j++) {
        let p = pos[preds[j]];
        if (idom[p] < 0) continue;
        if (x < 0) {
          x = p;
          continue;
        }
        while (p !== x) {
          while (p > x) p = idom[p];
          while (x > p) x = idom[x];
        }
      }
      if (idom[i] !== x) {
        idom[i] = x;
        changed = true;
      }
    }
  }
  d.idom[f.entry] = f.entry;
  for (let i = n - 1; i > 0; i--) {
    const b = rpo[i];
    const p = rpo[idom[i]];
    d.idom[b] = p;
    d.sibling[b] = d.child[p];
    d.child[p] = b;
  }
  // Preorder numbers without a stack: down to the child, else to the sibling, else up.
  let k = 0;
  let b = f.entry;
  for (;;) {
    d.pre[b] = k;
    d.order[k++] = b;
    if (d.child[b] !== 0) {
      b = d.child[b];
      continue;
    }
    d.end[b] = k - 1;
    while (b !== f.entry && d.sibling[b] === 0) {
      b = d.idom[b];
      d.end[b] = k - 1;
    }
    if (b === f.entry) break;
    b = d.sibling[b];
  }
  return d;
}

/** Dominance frontiers as packed lists: frontier of b is list[start[b] .. start[b + 1]). Cooper et al., figure 5. */
export function dominanceFrontiers(f: Func, cfg: Cfg, dom: DomTree): { start: Int32Array; list: Int32Array } {
  const start = new Int32Array(f.nblk + 1);
  const mark = new Int32Array(f.nblk);
  let list = new Int32Array(0);
  let fill = start;
  // First round counts, second fills.
  for (let round = 0; round < 2; round++) {
    mark.fill(0);
    for (let i = 0; i < cfg.n; i++) {
      const b = cfg.rpo[i];
      const from = cfg.predStart[b];
      const to = cfg.predStart[b + 1];
      if (to - from < 2 && b !== f.entry) continue;
      for (let j = from; j < to; j++) {
        let r = cfg.preds[j];
        while (r !== dom.idom[b]) {
          if (mark[r] !== b) {
            mark[r] = b;
            if (round === 0) start[r + 1]++;
            else list[fill[r]++] = b;
          }
          r = dom.idom[r];
        }
      }
    }
    if (round === 0) {
      for (let b = 0; b < f.nblk; b++) start[b + 1] += start[b];
      list = new Int32Array(start[f.nblk]);
      fill = start.slice();
    }
  }
  return { start, list };
}
