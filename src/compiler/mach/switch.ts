// SWITCH to comparison trees and jump tables.
//
// Before selection `expandSwitches` turns each SWITCH into a binary tree of comparisons over clusters (single values, ranges, dense
// groups); a dense group keeps a SWITCH whose value is known to lie in [first, last], which `lowerSwitch` makes a table jump.
// Source: Hennessy & Mendelsohn, "Compilation of the Pascal case statement" (1982), for density-based clustering.

import { hi as i64hi, sub64 } from "../base/i64.ts";
import type { Block, Func, PhiInfo, SwitchInfo, Value } from "../ir/func.ts";
import { OP_BR, OP_CONST, OP_EQ, OP_JMP, OP_PHI, OP_SLT, OP_SUB, OP_SWITCH, OP_ULE, OP_ULT, TY_I32 } from "../ir/ops.ts";
import type { Lowering } from "./lowering.ts";

const MIN_TABLE_CASES = 5;
/** A table may have this many entries for each case. */
const MAX_SPARSE = 3;
const MAX_TABLE = 4096;

interface Cluster {
  /** Indices [from, to) into the switch's ranges. */
  from: number;
  to: number;
  table: boolean;
}

/** Replaces every SWITCH of f. `tables` = jump tables are allowed. */
export function expandSwitches(f: Func, tables: boolean): void {
  for (const b of f.order.slice()) {
    const t = f.last[b]!;
    if (f.op[t] === OP_SWITCH) expand(f, b, t, tables);
  }
}

/** Replaces those whose value is wider than a word, before such values become pairs; `word`: IR type of a word. */
export function expandWideSwitches(f: Func, word: number): void {
  for (const b of f.order.slice()) {
    const t = f.last[b]!;
    if (f.op[t] === OP_SWITCH && f.ty[f.a[t]!]! > word) expand(f, b, t, false);
  }
}

function expand(f: Func, b: Block, t: Value, tables: boolean): void {
  const s = f.aux[t] as SwitchInfo;
  const ty = f.ty[f.a[t]!]!;
  const x = f.a[t]!;
  const loc = f.loc[t]!;
  const clusters = clustersOf(s, tables);
  const targets = new Set<Block>([...s.targets, s.dflt]);
  const newPreds = new Map<Block, Set<Block>>();
  const pred = (target: Block, from: Block): void => {
    let set = newPreds.get(target);
    if (set === undefined) {
      set = new Set();
      newPreds.set(target, set);
    }
    set.add(from);
  };
  const konst = (at: Block, lo: number, h: number): Value => f.append(at, OP_CONST, ty, lo, ty === TY_I32 ? lo >> 31 : h, 0, loc);
  f.remove(t);
  const jmp = (at: Block, to: Block): void => {
    f.append(at, OP_JMP, 0, 0, to, 0, loc);
    pred(to, at);
  };
  const block = (): Block => {
    const nb = f.newBlock();
    f.order.pop();
    f.order.splice(f.order.indexOf(last) + 1, 0, nb);
    last = nb;
    return nb;
  };
  let last = b;
  /** Code at the end of block `at` for clusters [from, to). */
  const tree = (at: Block, from: number, to: number): void => {
    if (from >= to) {
      jmp(at, s.dflt);
      return;
    }
    if (to - from > 3) {
      const mid = (from + to) >> 1;
      const c = clusters[mid]!;
      const k = konst(at, s.lo[c.from]!, s.loHi[c.from]!);
      const less = f.append(at, s.unsigned ? OP_ULT : OP_SLT, TY_I32, x, k, ty, loc);
      const left = block();
      tree(left, from, mid);
      const right = block();
      f.append(at, OP_BR, 0, less, left, right, loc);
      tree(right, mid, to);
      return;
    }
    const c = clusters[from]!;
    const next = from + 1 < to ? block() : 0;
    const other = next === 0 ? s.dflt : next;
    leaf(at, c, other);
    if (next !== 0) tree(next, from + 1, to);
  };
  const leaf = (at: Block, c: Cluster, other: Block): void => {
    const lo = s.lo[c.from]!;
    const loHi = s.loHi[c.from]!;
    const end = c.to - 1;
    if (!c.table && lo === s.hi[c.from] && loHi === s.hiHi[c.from]) {
      const eq = f.append(at, OP_EQ, TY_I32, x, konst(at, lo, loHi), ty, loc);
      f.append(at, OP_BR, 0, eq, s.targets[c.from]!, other, loc);
      pred(s.targets[c.from]!, at);
      if (other === s.dflt) pred(other, at);
      return;
    }
    const rel = lo === 0 && loHi === 0 ? x : f.append(at, OP_SUB, ty, x, konst(at, lo, loHi), 0, loc);
    const spanLo = sub64(s.hi[end]!, s.hiHi[end]!, lo, loHi);
    const within = f.append(at, OP_ULE, TY_I32, rel, konst(at, spanLo, i64hi), ty, loc);
    if (!c.table) {
      f.append(at, OP_BR, 0, within, s.targets[c.from]!, other, loc);
      pred(s.targets[c.from]!, at);
      if (other === s.dflt) pred(other, at);
      return;
    }
    const tb = block();
    f.append(at, OP_BR, 0, within, tb, other, loc);
    if (other === s.dflt) pred(other, at);
    const cut = (a: Int32Array): Int32Array => a.slice(c.from, c.to);
    const info: SwitchInfo = {
      lo: cut(s.lo),
      loHi: cut(s.loHi),
      hi: cut(s.hi),
      hiHi: cut(s.hiHi),
      targets: s.targets.slice(c.from, c.to),
      dflt: s.dflt,
      unsigned: s.unsigned,
    };
    f.append(tb, OP_SWITCH, 0, rel, 0, 0, loc, info);
    for (const target of info.targets) pred(target, tb);
    pred(s.dflt, tb);
  };
  tree(b, 0, clusters.length);
  for (const target of targets) {
    const preds = newPreds.get(target) ?? new Set<Block>();
    for (let p = f.first[target]!; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]!) {
      const info = f.aux[p] as PhiInfo;
      const k = info.blocks.indexOf(b);
      if (k < 0) continue;
      const v = info.vals[k]!;
      info.blocks.splice(k, 1);
      info.vals.splice(k, 1);
      for (const q of preds) {
        info.blocks.push(q);
        info.vals.push(v);
      }
    }
  }
}

/** Cases in order, adjacent equal targets joined, dense groups found greedily. */
function clustersOf(s: SwitchInfo, tables: boolean): Cluster[] {
  const n = s.targets.length;
  const out: Cluster[] = [];
  let i = 0;
  while (i < n) {
    let best = i;
    if (tables) {
      let cases = 0;
      for (let j = i; j < n; j++) {
        const width = sub64(s.hi[j]!, s.hiHi[j]!, s.lo[j]!, s.loHi[j]!);
        if (i64hi !== 0 || width < 0 || width > MAX_TABLE) break;
        cases += width + 1;
        const span = sub64(s.hi[j]!, s.hiHi[j]!, s.lo[i]!, s.loHi[i]!);
        if (i64hi !== 0 || span < 0 || span >= MAX_TABLE || span + 1 > MAX_SPARSE * cases) break;
        if (j - i + 1 >= MIN_TABLE_CASES) best = j;
      }
    }
    if (best > i) {
      out.push({ from: i, to: best + 1, table: true });
      i = best + 1;
    } else {
      out.push({ from: i, to: i + 1, table: false });
      i++;
    }
  }
  return out;
}

/** What a target gives for a table jump. */
export interface TableJumper {
  tableJump(L: Lowering, index: number, targets: number[]): void;
}

/** Selects a dense SWITCH: its value is the index from the first case on, already known to be in range. */
export function lowerSwitch(L: Lowering, v: Value, t: TableJumper): void {
  const s = L.f.aux[v] as SwitchInfo;
  const n = s.targets.length;
  const span = sub64(s.hi[n - 1]!, s.hiHi[n - 1]!, s.lo[0]!, s.loHi[0]!) + 1;
  const targets: number[] = new Array(span).fill(s.dflt);
  for (let k = 0; k < n; k++) {
    const from = sub64(s.lo[k]!, s.loHi[k]!, s.lo[0]!, s.loHi[0]!);
    const to = sub64(s.hi[k]!, s.hiHi[k]!, s.lo[0]!, s.loHi[0]!);
    for (let x = from; x <= to; x++) targets[x] = s.targets[k]!;
  }
  t.tableJump(L, L.reg(L.f.a[v]!), targets);
}
