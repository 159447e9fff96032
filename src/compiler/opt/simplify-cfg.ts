// Control-flow cleaning: constant branches, unreachable blocks, trivial phis, merged straight lines, jumps over empty blocks.

import { slt64, ult64 } from "../base/i64.ts";
import { addressTaken, computeCfg, removePhiEdge, removeUnreachable } from "../ir/cfg.ts";
import type { Block, Func, PhiInfo, SwitchInfo, Value } from "../ir/func.ts";
import { OP_ASM, OP_BR, OP_CONST, OP_IJMP, OP_JMP, OP_PHI, OP_SWITCH, OP_UNDEF } from "../ir/ops.ts";

export function cleanCfg(f: Func): boolean {
  let changed = false;
  for (let again = true; again; ) {
    again = false;
    for (const b of f.order) if (foldTerminator(f, b)) again = true;
    const cfg = computeCfg(f);
    if (removeUnreachable(f, cfg)) again = true;
    if (trivialPhis(f)) again = true;
    if (mergeBlocks(f)) again = true;
    if (skipEmpty(f)) again = true;
    changed = changed || again;
  }
  return changed;
}

function jump(f: Func, b: Block, to: Block): void {
  const t = f.last[b]!;
  const others = new Set<Block>();
  for (let k = 0; k < f.succCount(b); k++) if (f.succ(b, k) !== to) others.add(f.succ(b, k));
  for (const s of others) removePhiEdge(f, s, b);
  f.op[t] = OP_JMP;
  f.a[t] = 0;
  f.b[t] = to;
  f.c[t] = 0;
  f.prob[t] = 0;
  f.aux[t] = undefined;
}

function foldTerminator(f: Func, b: Block): boolean {
  const t = f.last[b]!;
  if (f.op[t] === OP_BR) {
    if (f.b[t] === f.c[t]) {
      jump(f, b, f.b[t]!);
      return true;
    }
    const c = f.a[t]!;
    if (f.op[c] === OP_CONST) {
      jump(f, b, f.a[c] !== 0 ? f.b[t]! : f.c[t]!);
      return true;
    }
    if (f.op[c] === OP_UNDEF) {
      jump(f, b, f.c[t]!);
      return true;
    }
    return false;
  }
  if (f.op[t] === OP_SWITCH) {
    const s = f.aux[t] as SwitchInfo;
    const x = f.a[t]!;
    if (f.op[x] === OP_CONST) {
      jump(f, b, switchTarget(s, f.a[x]!, f.b[x]!));
      return true;
    }
    if (s.targets.every((x2) => x2 === s.dflt)) {
      jump(f, b, s.dflt);
      return true;
    }
  }
  return false;
}

function switchTarget(s: SwitchInfo, lo: number, h: number): Block {
  const less = s.unsigned ? ult64 : slt64;
  for (let k = 0; k < s.targets.length; k++) {
    if (!less(lo, h, s.lo[k]!, s.loHi[k]!) && !less(s.hi[k]!, s.hiHi[k]!, lo, h)) return s.targets[k]!;
  }
  return s.dflt;
}

/** A phi of one value (or of itself and one value) is that value. */
function trivialPhis(f: Func): boolean {
  let changed = false;
  for (const b of f.order) {
    for (let p = f.first[b]!; p !== 0 && f.op[p] === OP_PHI; ) {
      const next = f.next[p]!;
      const info = f.aux[p] as PhiInfo;
      let same: Value = 0;
      let trivial = true;
      let undef: Value = 0;
      for (const x of info.vals) {
        const v = f.map(x);
        if (v === p || v === same) continue;
        if (f.op[v] === OP_UNDEF) {
          undef = v;
          continue;
        }
        if (same !== 0) {
          trivial = false;
          break;
        }
        same = v;
      }
      // with an undefined operand the one value must be available here: only constants are so everywhere
      if (trivial && undef !== 0 && same !== 0 && !(f.op[same] === OP_CONST && f.blk[same] === f.entry)) trivial = false;
      if (trivial) {
        if (same === 0) same = undef;
        if (same === 0) {
          // a phi that only feeds itself: never executed, or an endless loop without a value
          f.op[p] = OP_UNDEF;
          f.aux[p] = undefined;
          moveBehindPhis(f, p);
        } else f.replaceWith(p, same);
        changed = true;
      }
      p = next;
    }
  }
  if (changed) {
    f.resolveCopies();
  }
  return changed;
}

function moveBehindPhis(f: Func, v: Value): void {
  let at = f.next[v]!;
  while (at !== 0 && f.op[at] === OP_PHI) at = f.next[at]!;
  if (at !== f.next[v]) f.moveBefore(v, at);
}

/** b → s where b is s's only predecessor and s is b's only successor: one block. */
function mergeBlocks(f: Func): boolean {
  const preds = new Int32Array(f.nblk);
  for (const b of f.order) {
    const seen = new Set<Block>();
    for (let k = 0; k < f.succCount(b); k++) {
      const s = f.succ(b, k);
      if (seen.has(s)) continue;
      seen.add(s);
      preds[s]!++;
    }
  }
  const taken = addressTaken(f);
  let changed = false;
  const gone = new Set<Block>();
  for (const b of f.order) {
    if (gone.has(b)) continue;
    for (;;) {
      const t = f.last[b]!;
      if (f.op[t] !== OP_JMP) break;
      const s = f.b[t]!;
      if (s === b || s === f.entry || preds[s] !== 1 || taken?.[s] === 1 || f.labelId[s] !== 0) break;
      for (let p = f.first[s]!; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]!) f.replaceWith(p, (f.aux[p] as PhiInfo).vals[0]!);
      f.remove(t);
      const first = f.first[s]!;
      const last = f.last[b]!;
      if (last !== 0) f.next[last] = first;
      else f.first[b] = first;
      f.prev[first] = last;
      f.last[b] = f.last[s]!;
      for (let v = first; v !== 0; v = f.next[v]!) f.blk[v] = b;
      f.first[s] = 0;
      f.last[s] = 0;
      f.live[s] = 0;
      gone.add(s);
      for (let k = 0; k < f.succCount(b); k++) {
        for (let p = f.first[f.succ(b, k)]!; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]!) {
          const info = f.aux[p] as PhiInfo;
          const i = info.blocks.indexOf(s);
          if (i >= 0) info.blocks[i] = b;
        }
      }
      changed = true;
    }
  }
  if (changed) {
    f.order = f.order.filter((b) => !gone.has(b));
    f.resolveCopies();
  }
  return changed;
}

/** Edges to a block that only jumps on go to its target, where the phis there allow it. */
function skipEmpty(f: Func): boolean {
  const taken = addressTaken(f);
  let changed = false;
  const predsOf: Block[][] = [];
  for (const b of f.order) {
    for (let k = 0; k < f.succCount(b); k++) {
      const s = f.succ(b, k);
      let list = predsOf[s];
      if (list === undefined) {
        list = [];
        predsOf[s] = list;
      }
      if (list[list.length - 1] !== b) list.push(b);
    }
  }
  for (const e of f.order) {
    const t = f.last[e]!;
    if (e === f.entry || f.first[e] !== t || f.op[t] !== OP_JMP || taken?.[e] === 1 || f.labelId[e] !== 0) continue;
    const to = f.b[t]!;
    if (to === e) continue;
    const hasPhi = f.op[f.first[to]!] === OP_PHI;
    const preds = predsOf[e] ?? [];
    let movable = true;
    for (const b of preds) {
      const bt = f.op[f.last[b]!]!;
      if (bt === OP_IJMP || bt === OP_ASM || (hasPhi && predsOf[to]!.includes(b))) {
        movable = false;
        break;
      }
    }
    if (!movable || preds.length === 0) continue;
    if (hasPhi && preds.length > 4) continue;
    for (const b of preds) {
      for (let k = 0; k < f.succCount(b); k++) if (f.succ(b, k) === e) f.setSucc(b, k, to);
      for (let p = f.first[to]!; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]!) {
        const info = f.aux[p] as PhiInfo;
        if (info.blocks.includes(b)) continue;
        info.blocks.push(b);
        info.vals.push(info.vals[info.blocks.indexOf(e)]!);
      }
    }
    removePhiEdge(f, to, e);
    predsOf[to] = [...predsOf[to]!.filter((b) => b !== e), ...preds];
    f.remove(t);
    f.live[e] = 0;
    f.first[e] = 0;
    f.last[e] = 0;
    changed = true;
  }
  if (changed) f.order = f.order.filter((b) => f.live[b] === 1);
  return changed;
}
