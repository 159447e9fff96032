// Block placement: reverse postorder with the blocks of each loop side by side and the cold blocks at the end.
//
// Reverse postorder may put what follows a loop between its blocks; here a loop takes the place of its header as a whole, which keeps
// every forward edge forward. Registers are allocated in this order.
// Cold is what ends in a trap or a noreturn call, calls a function declared cold, or is reached by edges that a branch's
// probability (__builtin_expect) calls unlikely. Source: Pettis & Hansen, "Profile Guided Code Positioning" (1990), the part on
// splitting off what is rarely run.

import { computeCfg } from "../ir/cfg.ts";
import { computeDominators } from "../ir/dominators.ts";
import type { Block, CallInfo, Func } from "../ir/func.ts";
import { computeLoops, type Loops } from "../ir/loops.ts";
import { OP_BR, OP_CALL, OP_JMP, OP_TRAP, OP_UNREACHABLE } from "../ir/ops.ts";
import type { PassCx } from "./options.ts";

/** Likelihood of 255 below which an edge counts as never taken. */
const UNLIKELY = 40;

export function placeBlocks(f: Func, cx: PassCx): boolean {
  if (f.order.length < 3) return false;
  const cfg = computeCfg(f);
  const dom = computeDominators(f, cfg);
  const cold = new Uint8Array(f.nblk);
  for (let i = 1; i < cfg.n; i++) {
    const b = cfg.rpo[i];
    if (endsCold(f, b, cx)) {
      cold[b] = 1;
      continue;
    }
    let all = true;
    for (let j = cfg.predStart[b]; all && j < cfg.predStart[b + 1]; j++) {
      const p = cfg.preds[j];
      if (dom.dominates(b, p)) continue;
      all = cold[p] === 1 || unlikely(f, p, b);
    }
    if (all) cold[b] = 1;
  }
  const order: Block[] = [];
  const loops = computeLoops(f, cfg, dom);
  if (loops.list.length === 0) for (let i = 0; i < cfg.n; i++) if (cold[cfg.rpo[i]] === 0) order.push(cfg.rpo[i]);
  if (loops.list.length !== 0) together(cfg.rpo, cold, loops, order);
  for (let i = 0; i < cfg.n; i++) if (cold[cfg.rpo[i]] === 1) order.push(cfg.rpo[i]);
  // Unreachable blocks that static data names stay last.
  for (const b of f.order) if (cfg.pos[b] < 0) order.push(b);
  let changed = false;
  for (let i = 0; i < order.length; i++) if (order[i] !== f.order[i]) changed = true;
  f.order = order;
  return changed;
}

/** The blocks that are not cold, those of a loop behind one another. */
function together(rpo: Int32Array, cold: Uint8Array, loops: Loops, order: Block[]): void {
  // By loop, the function last: blocks, and inner loops as -1 - index.
  const top = loops.list.length;
  const items: number[][] = Array.from({ length: top + 1 }, () => []);
  const entered = new Uint8Array(top);
  for (let i = 0; i < rpo.length; i++) {
    const b = rpo[i];
    if (cold[b] === 1) continue;
    const innermost = loops.of[b];
    for (let o = innermost; o >= 0 && entered[o] === 0; o = loops.list[o].parent) {
      entered[o] = 1;
      const parent = loops.list[o].parent;
      items[parent < 0 ? top : parent].push(-1 - o);
    }
    items[innermost < 0 ? top : innermost].push(b);
  }
  const emit = (list: readonly number[]): void => {
    for (const x of list) {
      if (x >= 0) order.push(x);
      else emit(items[-1 - x]);
    }
  };
  emit(items[top]);
}

function endsCold(f: Func, b: Block, cx: PassCx): boolean {
  const t = f.last[b];
  if (f.op[t] === OP_TRAP) return true;
  if (f.op[t] !== OP_UNREACHABLE && f.op[t] !== OP_JMP) return false;
  for (let v = f.first[b]; v !== 0; v = f.next[v]) {
    if (f.op[v] !== OP_CALL) continue;
    const x = f.aux[v] as CallInfo;
    if (x.noreturn || (x.sym !== 0 && cx.m.syms[x.sym]!.cold)) return true;
  }
  return f.op[t] === OP_UNREACHABLE;
}

function unlikely(f: Func, p: Block, b: Block): boolean {
  const t = f.last[p];
  if (f.op[t] !== OP_BR || f.prob[t] === 0) return false;
  return f.b[t] === b ? f.prob[t] < UNLIKELY : f.prob[t] > 255 - UNLIKELY;
}
