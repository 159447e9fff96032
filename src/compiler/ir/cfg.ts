// The control-flow graph of a function as flat arrays: distinct predecessors and successors, reverse postorder. // hot
// Computed afresh by the pass that needs it (one walk over the blocks); stale as soon as a terminator changes.

import type { AsmInfo, Block, Func, IjmpInfo, PhiInfo, SwitchInfo } from "./func.ts";
import { OP_ASM, OP_BR, OP_IJMP, OP_JMP, OP_LABELADDR, OP_PHI, OP_SWITCH, OP_UNREACHABLE } from "./ops.ts";

export class Cfg {
  /** Reachable blocks in reverse postorder; entry first. */
  rpo: Int32Array;
  n: number;
  /** Index in rpo by block, -1 = unreachable. */
  pos: Int32Array;
  /** preds[predStart[b] .. predStart[b + 1]): distinct reachable predecessors. */
  predStart: Int32Array;
  preds: Int32Array;

  constructor(rpo: Int32Array, n: number, pos: Int32Array, predStart: Int32Array, preds: Int32Array) {
    this.rpo = rpo;
    this.n = n;
    this.pos = pos;
    this.predStart = predStart;
    this.preds = preds;
  }

  predCount(b: Block): number {
    return this.predStart[b + 1] - this.predStart[b];
  }
}

/** Successor slots of a block written to buf (duplicates kept); gives their number. */
export function successors(f: Func, b: Block, buf: number[]): number {
  const t = f.last[b];
  switch (f.op[t]) {
    case OP_JMP:
      buf[0] = f.b[t];
      return 1;
    case OP_BR:
      buf[0] = f.b[t];
      buf[1] = f.c[t];
      return 2;
    case OP_SWITCH: {
      const s = f.aux[t] as SwitchInfo;
      let n = 0;
      buf[n++] = s.dflt;
      for (let i = 0; i < s.targets.length; i++) buf[n++] = s.targets[i];
      return n;
    }
    case OP_IJMP: {
      const s = (f.aux[t] as IjmpInfo).targets;
      for (let i = 0; i < s.length; i++) buf[i] = s[i];
      return s.length;
    }
    case OP_ASM: {
      const s = f.aux[t] as AsmInfo;
      if (s.labels.length === 0) return 0;
      let n = 0;
      buf[n++] = s.fallthrough;
      for (let i = 0; i < s.labels.length; i++) buf[n++] = s.labels[i].block;
      return n;
    }
    default:
      return 0;
  }
}

// Scratch space of computeCfg, kept between calls: small functions are many, and typed arrays are dear to make.
let scratch = 0;
let start = new Int32Array(0);
let count = new Int32Array(0);
let mark = new Int32Array(0);
let at = new Int32Array(0);
let post = new Int32Array(0);
let stack = new Int32Array(0);
let succ = new Int32Array(256);
let epoch = 0;
const buf: number[] = [];

/** Depth-first numbering and predecessor lists. */
export function computeCfg(f: Func): Cfg {
  const nb = f.nblk;
  if (nb > scratch) {
    scratch = nb * 2 + 64;
    start = new Int32Array(scratch);
    count = new Int32Array(scratch);
    mark = new Int32Array(scratch);
    at = new Int32Array(scratch);
    post = new Int32Array(scratch);
    stack = new Int32Array(scratch);
    epoch = 0;
  }
  if (epoch > 0x3fffffff) {
    mark.fill(0);
    epoch = 0;
  }
  // Distinct successors of every live block, packed.
  let n = 0;
  const order = f.order;
  for (let i = 0; i < order.length; i++) {
    const b = order[i];
    const k = successors(f, b, buf);
    if (n + k > succ.length) {
      const g = new Int32Array((n + k) * 2);
      g.set(succ);
      succ = g;
    }
    start[b] = n;
    epoch++;
    for (let j = 0; j < k; j++) {
      const s = buf[j];
      if (mark[s] === epoch) continue;
      mark[s] = epoch;
      succ[n++] = s;
    }
    count[b] = n - start[b];
  }
  // Iterative depth-first search; successors are taken last to first, so that slot 0 comes first in the result.
  const pos = new Int32Array(nb).fill(-1);
  let np = 0;
  let sp = 0;
  stack[sp++] = f.entry;
  pos[f.entry] = -2;
  at[f.entry] = count[f.entry];
  while (sp > 0) {
    const b = stack[sp - 1];
    if (at[b] > 0) {
      const s = succ[start[b] + --at[b]];
      if (pos[s] === -1) {
        pos[s] = -2;
        at[s] = count[s];
        stack[sp++] = s;
      }
    } else {
      sp--;
      post[np++] = b;
    }
  }
  const rpo = new Int32Array(np);
  const predStart = new Int32Array(nb + 1);
  for (let i = 0; i < np; i++) {
    const b = post[np - 1 - i];
    rpo[i] = b;
    pos[b] = i;
    for (let j = start[b]; j < start[b] + count[b]; j++) predStart[succ[j] + 1]++;
  }
  for (let b = 0; b < nb; b++) {
    predStart[b + 1] += predStart[b];
    at[b] = predStart[b];
  }
  const preds = new Int32Array(predStart[nb]);
  for (let i = 0; i < np; i++) {
    const b = rpo[i];
    for (let j = start[b]; j < start[b] + count[b]; j++) preds[at[succ[j]]++] = b;
  }
  return new Cfg(rpo, np, pos, predStart, preds);
}

/** Drops phi operands that come from `pred`. */
export function removePhiEdge(f: Func, block: Block, pred: Block): void {
  for (let v = f.first[block]; v !== 0 && f.op[v] === OP_PHI; v = f.next[v]) {
    const p = f.aux[v] as PhiInfo;
    const i = p.blocks.indexOf(pred);
    if (i < 0) continue;
    p.blocks.splice(i, 1);
    p.vals.splice(i, 1);
  }
}

/** 1 for each block whose address is taken (by a LABELADDR or by static data). */
export function addressTaken(f: Func): Uint8Array | undefined {
  let r: Uint8Array | undefined;
  const order = f.order;
  for (let i = 0; i < order.length; i++) {
    const b = order[i];
    if (f.labelId[b] !== 0) {
      r ??= new Uint8Array(f.nblk);
      r[b] = 1;
    }
    for (let v = f.first[b]; v !== 0; v = f.next[v]) {
      if (f.op[v] === OP_LABELADDR) {
        r ??= new Uint8Array(f.nblk);
        r[f.a[v]] = 1;
      }
    }
  }
  return r;
}

/**
 * Removes blocks that control cannot reach. A block that static data names keeps its label on an UNREACHABLE; the address of
 * another removed block becomes the constant 1, as no jump can use it. Gives true when something went.
 */
export function removeUnreachable(f: Func, cfg: Cfg): boolean {
  if (cfg.n === f.order.length) return false;
  const order = f.order;
  let k = 0;
  let dead: Block[] | undefined;
  const list: number[] = [];
  for (let i = 0; i < order.length; i++) {
    const b = order[i];
    if (cfg.pos[b] >= 0) {
      order[k++] = b;
      continue;
    }
    if (f.labelId[b] !== 0 && f.op[f.first[b]] === OP_UNREACHABLE) {
      order[k++] = b;
      continue;
    }
    dead ??= [];
    dead.push(b);
    if (f.labelId[b] !== 0) order[k++] = b;
  }
  order.length = k;
  if (dead === undefined) return false;
  for (const b of dead) {
    const n = successors(f, b, list);
    for (let j = 0; j < n; j++) if (cfg.pos[list[j]] >= 0) removePhiEdge(f, list[j], b);
    for (let v = f.first[b]; v !== 0; ) {
      const nx = f.next[v];
      f.remove(v);
      v = nx;
    }
    f.first[b] = 0;
    f.last[b] = 0;
    if (f.labelId[b] !== 0) f.append(b, OP_UNREACHABLE, 0, 0, 0, 0, 0);
    else f.live[b] = 0;
  }
  for (const b of order) {
    for (let v = f.first[b]; v !== 0; v = f.next[v]) {
      if (f.op[v] === OP_LABELADDR && f.live[f.a[v]] === 0) f.makeConst(v, 1, 0);
    }
  }
  return true;
}

/** Splits the edges pred→block into a new block holding a JMP; phis of block are corrected. */
export function splitEdge(f: Func, pred: Block, block: Block): Block {
  const nb = f.newBlock();
  const n = f.succCount(pred);
  for (let i = 0; i < n; i++) if (f.succ(pred, i) === block) f.setSucc(pred, i, nb);
  f.append(nb, OP_JMP, 0, 0, block, 0, f.loc[f.last[pred]]);
  for (let v = f.first[block]; v !== 0 && f.op[v] === OP_PHI; v = f.next[v]) {
    const p = f.aux[v] as PhiInfo;
    const i = p.blocks.indexOf(pred);
    if (i >= 0) p.blocks[i] = nb;
  }
  return nb;
}
