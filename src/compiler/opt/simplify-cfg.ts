// Control-flow simplification: branches on constants, code behind noreturn calls, unreachable blocks, trivial phis, straight lines
// merged, jumps threaded through blocks that only choose by a phi, and phis of 1 and 0 that repeat a condition. // hot
//
// One round walks the function a constant number of times; rounds repeat while something changes, a few at most (two blocks that
// jump to each other could be threaded for ever). Blocks whose address is taken stay where jumps expect them.

import { slt64, ult64 } from "../base/i64.ts";
import { addressTaken, type Cfg, computeCfg, removePhiEdge, removeUnreachable, successors } from "../ir/cfg.ts";
import type { Block, CallInfo, Func, PhiInfo, SwitchInfo, Value } from "../ir/func.ts";
import {
  F_A,
  F_AUX,
  F_B,
  F_C,
  OP_ASM,
  OP_BR,
  OP_CALL,
  OP_CONST,
  OP_EQ,
  OP_IJMP,
  OP_JMP,
  OP_NE,
  OP_PHI,
  OP_SWITCH,
  OP_ULE,
  OP_UNDEF,
  OP_UNREACHABLE,
  opFlags,
  TY_I32,
  TY_I64,
} from "../ir/ops.ts";
import { mhi, mlo, possibleBits } from "./bits.ts";
import { evalCompare } from "./eval.ts";

const MAX_ROUNDS = 6;

/** Cleans the control flow of f; true when something changed. */
export function cleanCfg(f: Func): boolean {
  let changed = false;
  const taken = addressTaken(f);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let again = false;
    const order = f.order;
    for (let i = 0; i < order.length; i++) if (foldEnd(f, order[i])) again = true;
    let cfg = computeCfg(f);
    if (removeUnreachable(f, cfg)) again = true;
    if (f.order.length > 1) {
      if (trivialPhis(f)) again = true;
      if (mergeBlocks(f, cfg, taken)) {
        again = true;
        cfg = computeCfg(f);
      }
      if (f.order.length > 1 && thread(f, cfg, taken)) again = true;
    }
    if (!again) break;
    changed = true;
  }
  return changed;
}

/** Makes b end in a jump to `to`, one of its successors. */
export function makeJump(f: Func, b: Block, to: Block): void {
  const t = f.last[b];
  const n = f.succCount(b);
  for (let k = 0; k < n; k++) {
    const s = f.succ(b, k);
    if (s !== to) removePhiEdge(f, s, b);
  }
  f.op[t] = OP_JMP;
  f.ty[t] = 0;
  f.a[t] = 0;
  f.b[t] = to;
  f.c[t] = 0;
  f.prob[t] = 0;
  f.aux[t] = undefined;
}

function foldEnd(f: Func, b: Block): boolean {
  let changed = false;
  for (let v = f.first[b]; v !== 0; v = f.next[v]) {
    if (f.op[v] === OP_CALL && (f.aux[v] as CallInfo).noreturn && f.op[f.next[v]] !== OP_UNREACHABLE) {
      cutAfter(f, b, v);
      changed = true;
      break;
    }
  }
  const t = f.last[b];
  if (f.op[t] === OP_BR) {
    const yes = f.b[t];
    const no = f.c[t];
    if (yes === no) {
      makeJump(f, b, yes);
      return true;
    }
    const c = f.a[t];
    if (f.op[c] === OP_CONST) {
      makeJump(f, b, f.a[c] !== 0 ? yes : no);
      return true;
    }
    if (f.op[c] === OP_UNDEF) {
      makeJump(f, b, no);
      return true;
    }
    // Undefined behaviour on one side: the other one is taken.
    if (f.op[f.first[yes]] === OP_UNREACHABLE) {
      makeJump(f, b, no);
      return true;
    }
    if (f.op[f.first[no]] === OP_UNREACHABLE) {
      makeJump(f, b, yes);
      return true;
    }
    return changed;
  }
  if (f.op[t] === OP_SWITCH) {
    const s = f.aux[t] as SwitchInfo;
    const x = f.a[t];
    if (f.op[x] === OP_CONST) {
      makeJump(f, b, switchTarget(s, f.a[x], f.b[x]));
      return true;
    }
    let same = true;
    for (let i = 0; same && i < s.targets.length; i++) same = s.targets[i] === s.dflt;
    if (same) {
      makeJump(f, b, s.dflt);
      return true;
    }
  }
  return changed;
}

/** Ends block b behind v with UNREACHABLE. */
function cutAfter(f: Func, b: Block, v: Value): void {
  const n = f.succCount(b);
  for (let k = 0; k < n; k++) removePhiEdge(f, f.succ(b, k), b);
  for (let w = f.last[b]; w !== v; ) {
    // Uses of what goes lie in blocks that are unreachable now and removed next.
    const p = f.prev[w];
    f.remove(w);
    w = p;
  }
  f.append(b, OP_UNREACHABLE, 0, 0, 0, 0, f.loc[v]);
}

export function switchTarget(s: SwitchInfo, lo: number, h: number): Block {
  for (let k = 0; k < s.targets.length; k++) {
    const below = s.unsigned ? ult64(lo, h, s.lo[k], s.loHi[k]) : slt64(lo, h, s.lo[k], s.loHi[k]);
    const above = s.unsigned ? ult64(s.hi[k], s.hiHi[k], lo, h) : slt64(s.hi[k], s.hiHi[k], lo, h);
    if (!below && !above) return s.targets[k];
  }
  return s.dflt;
}

/** A phi of one value (or of itself and one value) is that value. */
function trivialPhis(f: Func): boolean {
  let changed = false;
  const order = f.order;
  for (let i = 0; i < order.length; i++) {
    for (let p = f.first[order[i]]; p !== 0 && f.op[p] === OP_PHI; ) {
      const next = f.next[p];
      const vals = (f.aux[p] as PhiInfo).vals;
      let same = 0;
      for (let k = 0; k < vals.length; k++) {
        const x = f.map(vals[k]);
        if (x === p || x === same) continue;
        if (same !== 0) {
          same = -1;
          break;
        }
        same = x;
      }
      if (same > 0) {
        // Out of the phis, so that they stay together.
        f.replaceWith(p, same);
        changed = true;
      } else if (same === 0) {
        // Feeds only itself: a loop that is never left through it.
        f.op[p] = OP_UNDEF;
        f.aux[p] = undefined;
        let at = next;
        while (f.op[at] === OP_PHI) at = f.next[at];
        if (at !== next) f.moveBefore(p, at);
        changed = true;
      }
      p = next;
    }
  }
  if (changed) f.resolveCopies();
  return changed;
}

/** b → s where b is s's only predecessor and s is b's only successor: one block. */
function mergeBlocks(f: Func, cfg: Cfg, taken: Uint8Array | undefined): boolean {
  let changed = false;
  let copies = false;
  const buf: number[] = [];
  const order = f.order;
  for (let i = 0; i < order.length; i++) {
    const b = order[i];
    if (f.live[b] === 0 || cfg.pos[b] < 0) continue;
    for (;;) {
      const t = f.last[b];
      if (f.op[t] !== OP_JMP) break;
      const s = f.b[t];
      if (s === b || s === f.entry || cfg.predCount(s) !== 1 || (taken !== undefined && taken[s] === 1) || f.labelId[s] !== 0)
        break;
      for (let p = f.first[s]; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]) {
        f.replaceWith(p, (f.aux[p] as PhiInfo).vals[0]);
        copies = true;
      }
      f.remove(t);
      const first = f.first[s];
      const last = f.last[b];
      if (last !== 0) f.next[last] = first;
      else f.first[b] = first;
      f.prev[first] = last;
      f.last[b] = f.last[s];
      for (let v = first; v !== 0; v = f.next[v]) f.blk[v] = b;
      f.first[s] = 0;
      f.last[s] = 0;
      f.live[s] = 0;
      const n = successors(f, b, buf);
      for (let k = 0; k < n; k++) {
        for (let p = f.first[buf[k]]; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]) {
          const blocks = (f.aux[p] as PhiInfo).blocks;
          const at = blocks.indexOf(s);
          if (at >= 0) blocks[at] = b;
        }
      }
      changed = true;
    }
  }
  if (changed) {
    let k = 0;
    for (let i = 0; i < order.length; i++) if (f.live[order[i]] === 1) order[k++] = order[i];
    order.length = k;
    if (copies) f.resolveCopies();
  }
  return changed;
}

/** 1 for values that are used outside their block, other than by phis on edges from it. */
function escaping(f: Func): Uint8Array {
  const esc = new Uint8Array(f.nval);
  const buf: number[] = [];
  const order = f.order;
  for (let i = 0; i < order.length; i++) {
    const b = order[i];
    for (let v = f.first[b]; v !== 0; v = f.next[v]) {
      const op = f.op[v];
      if (op === OP_PHI) {
        const p = f.aux[v] as PhiInfo;
        for (let k = 0; k < p.vals.length; k++) if (f.blk[p.vals[k]] !== p.blocks[k]) esc[p.vals[k]] = 1;
        continue;
      }
      const fl = opFlags[op];
      if (fl & F_AUX) {
        const n = f.operands(v, buf);
        for (let k = 0; k < n; k++) if (f.blk[buf[k]] !== b) esc[buf[k]] = 1;
        continue;
      }
      if (fl & F_A && f.blk[f.a[v]] !== b) esc[f.a[v]] = 1;
      if (fl & F_B && f.blk[f.b[v]] !== b) esc[f.b[v]] = 1;
      if (fl & F_C && f.blk[f.c[v]] !== b) esc[f.c[v]] = 1;
    }
  }
  return esc;
}

/** Sends predecessors of blocks that only choose (by nothing, a phi, or a comparison of a phi) straight to where they will go. */
function thread(f: Func, cfg: Cfg, taken: Uint8Array | undefined): boolean {
  let esc: Uint8Array | undefined;
  let changed = false;
  const order = f.order;
  const preds: Block[] = [];
  for (let i = 0; i < order.length; i++) {
    const b = order[i];
    if (b === f.entry || cfg.pos[b] < 0 || f.labelId[b] !== 0 || (taken !== undefined && taken[b] === 1)) continue;
    const t = f.last[b];
    const end = f.op[t];
    if (end !== OP_JMP && end !== OP_BR && end !== OP_SWITCH) continue;
    let v = f.first[b];
    while (f.op[v] === OP_PHI) v = f.next[v];
    let cmp = 0;
    if (v !== t && end === OP_BR && f.next[v] === t && f.op[v] >= OP_EQ && f.op[v] <= OP_ULE && f.a[t] === v) {
      cmp = v;
      v = t;
    }
    if (v !== t) continue;
    const hasPhi = f.op[f.first[b]] === OP_PHI;
    if (end !== OP_JMP && !hasPhi) continue;
    if (end === OP_JMP) {
      if (f.b[t] === b) continue;
      if (!hasPhi && diamondSide(f, cfg, b)) continue;
    }
    esc ??= escaping(f);
    let ok = cmp === 0 || esc[cmp] === 0;
    for (let p = f.first[b]; ok && f.op[p] === OP_PHI; p = f.next[p]) ok = esc[p] === 0;
    if (!ok) continue;
    // The chosen value: a phi of this block.
    const key = end === OP_JMP ? 0 : cmp !== 0 ? (f.op[f.b[cmp]] === OP_CONST ? f.a[cmp] : 0) : f.a[t];
    if (end !== OP_JMP && (key === 0 || f.op[key] !== OP_PHI || f.blk[key] !== b)) continue;
    preds.length = 0;
    for (let j = cfg.predStart[b]; j < cfg.predStart[b + 1]; j++) preds.push(cfg.preds[j]);
    for (const p of preds) {
      if (p === b || f.live[p] === 0) continue;
      const pt = f.op[f.last[p]];
      if (pt === OP_IJMP || pt === OP_ASM) continue;
      if (!jumpsTo(f, p, b)) continue;
      let to = 0;
      let truth = -1;
      if (end === OP_JMP) to = f.b[t];
      else {
        const x = valueFrom(f, key, p);
        if (f.op[x] !== OP_CONST || f.ty[x] > TY_I64) continue;
        if (end === OP_SWITCH) to = switchTarget(f.aux[t] as SwitchInfo, f.a[x], f.b[x]);
        else {
          if (cmp !== 0) {
            const c = f.b[cmp];
            truth = evalCompare(f.op[cmp], f.a[x], f.b[x], f.a[c], f.b[c]) ? 1 : 0;
          } else truth = f.a[x] !== 0 ? 1 : 0;
          to = truth === 1 ? f.b[t] : f.c[t];
        }
      }
      if (to === b) continue;
      if (redirect(f, p, b, to, cmp, truth)) changed = true;
    }
  }
  return changed;
}

function jumpsTo(f: Func, p: Block, b: Block): boolean {
  const n = f.succCount(p);
  for (let k = 0; k < n; k++) if (f.succ(p, k) === b) return true;
  return false;
}
function valueFrom(f: Func, phi: Value, pred: Block): Value {
  const p = f.aux[phi] as PhiInfo;
  return p.vals[p.blocks.indexOf(pred)];
}

/** An empty block on one side of a branch whose join has phis: needed to tell the sides apart. */
function diamondSide(f: Func, cfg: Cfg, b: Block): boolean {
  const to = f.b[f.last[b]];
  if (f.op[f.first[to]] !== OP_PHI || cfg.predCount(b) !== 1) return false;
  return jumpsTo(f, cfg.preds[cfg.predStart[b]], to);
}

/** Sends the edges p → b to `to`, a successor of b. False when the phis there do not allow it. */
function redirect(f: Func, p: Block, b: Block, to: Block, cmp: Value, truth: number): boolean {
  const already = jumpsTo(f, p, to);
  // With an edge from p there already, its phis must not tell the two apart.
  for (let q = f.first[to]; already && q !== 0 && f.op[q] === OP_PHI; q = f.next[q]) {
    const x = valueFrom(f, q, b);
    if (x === cmp && cmp !== 0) return false;
    const y = f.blk[x] === b && f.op[x] === OP_PHI ? valueFrom(f, x, p) : x;
    if (y !== valueFrom(f, q, p)) return false;
  }
  if (!already) {
    for (let q = f.first[to]; q !== 0 && f.op[q] === OP_PHI; q = f.next[q]) {
      const info = f.aux[q] as PhiInfo;
      const x = info.vals[info.blocks.indexOf(b)];
      let y = f.blk[x] === b && f.op[x] === OP_PHI ? valueFrom(f, x, p) : x;
      if (x === cmp && cmp !== 0) y = f.constant(TY_I32, truth, 0);
      info.blocks.push(p);
      info.vals.push(y);
    }
  }
  const n = f.succCount(p);
  for (let k = 0; k < n; k++) if (f.succ(p, k) === b) f.setSucc(p, k, to);
  removePhiEdge(f, b, p);
  return true;
}

/**
 * A branch whose two sides do nothing but meet again, telling phis 1 and 0 (or 0 and 1), is no branch: the phis get the condition
 * (or its negation) on one edge. The join may have other predecessors.
 */
export function conditionPhis(f: Func): boolean {
  const cfg = computeCfg(f);
  let changed = false;
  for (let i = 0; i < cfg.n; i++) {
    const h = cfg.rpo[i];
    const t = f.last[h];
    if (f.op[t] !== OP_BR || f.b[t] === f.c[t]) continue;
    const yes = sideOf(f, cfg, f.b[t]);
    const no = sideOf(f, cfg, f.c[t]);
    // The join, and the edges into it on either side.
    let join = 0;
    if (yes !== 0 && (yes === no || yes === f.c[t])) join = yes;
    else if (no !== 0 && no === f.b[t]) join = no;
    if (join === 0 || f.op[f.first[join]] !== OP_PHI) continue;
    const py = f.b[t] === join ? h : f.b[t];
    const pn = f.c[t] === join ? h : f.c[t];
    if (meet(f, h, t, join, py, pn)) changed = true;
  }
  return changed;
}

/** Where a block that only jumps goes, when only one block leads to it; else 0. */
function sideOf(f: Func, cfg: Cfg, b: Block): Block {
  return f.op[f.first[b]] === OP_JMP && cfg.predCount(b) === 1 && f.labelId[b] === 0 ? f.b[f.first[b]] : 0;
}

function meet(f: Func, h: Block, t: Value, join: Block, py: Block, pn: Block): boolean {
  for (let v = f.first[join]; v !== 0 && f.op[v] === OP_PHI; v = f.next[v]) {
    const blocks = (f.aux[v] as PhiInfo).blocks;
    if (!blocks.includes(py) || !blocks.includes(pn)) return false;
    const x = valueFrom(f, v, py);
    const y = valueFrom(f, v, pn);
    if (x === y) continue;
    if (f.ty[v] !== TY_I32 || f.op[x] !== OP_CONST || f.op[y] !== OP_CONST) return false;
    if (f.a[x] + f.a[y] !== 1 || (f.a[x] !== 0 && f.a[x] !== 1)) return false;
  }
  const c = f.a[t];
  possibleBits(f, c, 3);
  const isBool = mlo === 1 && mhi === 0;
  let positive = isBool ? c : 0;
  let negative = 0;
  for (let v = f.first[join]; v !== 0 && f.op[v] === OP_PHI; v = f.next[v]) {
    const p = f.aux[v] as PhiInfo;
    const x = valueFrom(f, v, py);
    const y = valueFrom(f, v, pn);
    let r = x;
    if (x !== y) {
      if (f.a[x] === 1) {
        if (positive === 0) positive = f.insertBefore(t, OP_NE, TY_I32, c, f.constant(TY_I32, 0, 0), TY_I32, f.loc[v]);
        r = positive;
      } else {
        if (negative === 0) negative = f.insertBefore(t, OP_EQ, TY_I32, c, f.constant(TY_I32, 0, 0), TY_I32, f.loc[v]);
        r = negative;
      }
    }
    for (const from of [py, pn]) {
      const at = p.blocks.indexOf(from);
      p.blocks.splice(at, 1);
      p.vals.splice(at, 1);
    }
    p.blocks.push(h);
    p.vals.push(r);
  }
  f.op[t] = OP_JMP;
  f.a[t] = 0;
  f.b[t] = join;
  f.c[t] = 0;
  f.prob[t] = 0;
  // The sides cannot be reached any more; their jumps must not count as edges.
  for (const from of [py, pn]) {
    if (from === h) continue;
    const j = f.last[from];
    f.op[j] = OP_UNREACHABLE;
    f.b[j] = 0;
  }
  return true;
}
