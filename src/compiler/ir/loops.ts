// Natural loops and their nesting. A back edge is an edge to a dominator; the loops of one header are one loop.
// Algorithm: inner loops first, walking backwards from the latches and stepping over finished inner loops as a whole
// (Havlak-style as in Muchnick 7.4); irreducible cycles have no header that dominates them and are not loops here.

import type { Cfg } from "./cfg.ts";
import type { DomTree } from "./dominators.ts";
import type { Block, Func } from "./func.ts";

export interface Loop {
  header: Block;
  /** Index of the enclosing loop, or -1. */
  parent: number;
  depth: number;
  /** Blocks of the loop with those of its inner loops; header first. */
  blocks: Block[];
  latches: Block[];
}
export interface Loops {
  list: Loop[];
  /** Index of the innermost loop by block, -1 = none. */
  of: Int32Array;
  /** Nesting depth by block. */
  depth: Uint8Array;
}

/** Loops in an order in which inner ones come before outer ones. */
export function computeLoops(f: Func, cfg: Cfg, dom: DomTree): Loops {
  const of = new Int32Array(f.nblk).fill(-1);
  const list: Loop[] = [];
  const depth = new Uint8Array(f.nblk);
  const work: Block[] = [];
  for (let i = cfg.n - 1; i >= 0; i--) {
    const h = cfg.rpo[i];
    let latches: Block[] | undefined;
    for (let j = cfg.predStart[h]; j < cfg.predStart[h + 1]; j++) {
      if (dom.dominates(h, cfg.preds[j])) {
        latches ??= [];
        latches.push(cfg.preds[j]);
      }
    }
    if (latches === undefined) continue;
    const id = list.length;
    const loop: Loop = { header: h, parent: -1, depth: 0, blocks: [], latches };
    list.push(loop);
    work.length = 0;
    for (const l of latches) work.push(l);
    while (work.length !== 0) {
      let b = work.pop() as Block;
      let o = of[b];
      if (o < 0) {
        of[b] = id;
        if (b === h) continue;
      } else {
        while (list[o].parent >= 0 && list[o].parent !== id) o = list[o].parent;
        if (o === id || list[o].parent === id) continue;
        list[o].parent = id;
        b = list[o].header;
        if (b === h) continue;
      }
      for (let j = cfg.predStart[b]; j < cfg.predStart[b + 1]; j++) work.push(cfg.preds[j]);
    }
    of[h] = of[h] < 0 ? id : of[h];
  }
  for (let i = list.length - 1; i >= 0; i--) list[i].depth = list[i].parent < 0 ? 1 : list[list[i].parent].depth + 1;
  for (let i = 0; i < cfg.n; i++) {
    const b = cfg.rpo[i];
    let o = of[b];
    if (o < 0) continue;
    depth[b] = Math.min(list[o].depth, 255);
    while (o >= 0) {
      list[o].blocks.push(b);
      o = list[o].parent;
    }
  }
  return { list, of, depth };
}
