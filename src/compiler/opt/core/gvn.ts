// Value sharing: a pure operation computed before on every path is not computed again. A walk over the dominator tree with a hash
// table of what is available (Briggs, Cooper, Simpson, "Value Numbering", 1997, the dominator-based form). Also settles
// comparisons that an enclosing branch has decided.

import { computeCfg } from "../../ir/cfg.ts";
import { computeDominators } from "../../ir/dominators.ts";
import type { Block, Func, Value } from "../../ir/func.ts";
import {
  F_PURE,
  OP_BR,
  OP_CONST,
  OP_COPY,
  OP_EQ,
  OP_FCONST,
  OP_FLE,
  OP_ISCONST,
  OP_NE,
  OP_PHI,
  OP_SLE,
  OP_SLT,
  OP_ULE,
  OP_ULT,
  OP_UNDEF,
  opFlags,
  TY_I32,
} from "../../ir/ops.ts";

export function shareValues(f: Func): boolean {
  const cfg = computeCfg(f);
  const dom = computeDominators(f, cfg);
  const table = new Map<number, Value[]>();
  const scopes: { b: Block; added: Value[] | undefined; facts: number }[] = [{ b: f.entry, added: undefined, facts: 0 }];
  /** What branches on the way down have decided: condition value, 1 = true, 0 = false. */
  const facts: { cond: Value; truth: boolean }[] = [];
  let changed = false;
  const hash = (v: Value): number => {
    let h = Math.imul(f.op[v]!, 0x9e3779b1) ^ f.ty[v]!;
    h = Math.imul(h ^ f.a[v]!, 0x85ebca6b);
    h = Math.imul(h ^ (f.b[v]! + 0x7f4a7c15), 0xc2b2ae35);
    return (h ^ Math.imul(f.c[v]!, 0x27d4eb2f)) | 0;
  };
  while (scopes.length > 0) {
    const top = scopes[scopes.length - 1]!;
    if (top.added !== undefined) {
      for (const v of top.added) table.get(hash(v))!.pop();
      facts.length = top.facts;
      scopes.pop();
      continue;
    }
    top.added = [];
    top.facts = facts.length;
    const b = top.b;
    // the only way in decides the branch that led here
    if (cfg.predCount(b) === 1) {
      const p = cfg.preds[cfg.predStart[b]!]!;
      const t = f.last[p]!;
      if (f.op[t] === OP_BR && f.b[t] !== f.c[t]) facts.push({ cond: f.map(f.a[t]!), truth: f.b[t] === b });
    }
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      const op = f.op[v]!;
      if (op === OP_PHI || op === OP_COPY) continue;
      f.mapOperands(v, f);
      const fl = opFlags[op]!;
      if (op === OP_BR) {
        const k = decided(f, f.a[v]!, facts);
        if (k >= 0) {
          f.a[v] = f.insertBefore(v, OP_CONST, TY_I32, k, 0, 0, f.loc[v]!);
          changed = true;
        }
        continue;
      }
      if ((fl & F_PURE) === 0 || op === OP_FCONST || op === OP_UNDEF || op === OP_ISCONST) continue;
      if (op >= OP_EQ && op <= OP_ULE && facts.length > 0) {
        const k = decided(f, v, facts);
        if (k >= 0) {
          f.makeConst(v, k, 0);
          changed = true;
        }
      }
      const h = hash(v);
      let list = table.get(h);
      if (list === undefined) {
        list = [];
        table.set(h, list);
      }
      let found: Value = 0;
      for (let k = list.length - 1; k >= 0; k--) {
        const w = list[k]!;
        if (f.op[w] === f.op[v] && f.ty[w] === f.ty[v] && f.a[w] === f.a[v] && f.b[w] === f.b[v] && f.c[w] === f.c[v]) {
          found = w;
          break;
        }
      }
      if (found !== 0) {
        const trivial = f.op[v] === OP_CONST;
        f.replaceWith(v, found);
        changed = changed || !trivial;
      } else {
        list.push(v);
        top.added.push(v);
      }
    }
    for (let c = dom.child[b]!; c !== 0; c = dom.sibling[c]!) scopes.push({ b: c, added: undefined, facts: 0 });
  }
  f.resolveCopies();
  return changed;
}

/** Value of the condition under the facts: 1, 0, or -1 = not known. */
function decided(f: Func, c: Value, facts: readonly { cond: Value; truth: boolean }[]): number {
  for (let k = facts.length - 1; k >= 0 && k >= facts.length - 24; k--) {
    const { cond, truth } = facts[k]!;
    if (cond === c) {
      // a condition is any non-zero value; only a comparison's is 1
      if (!truth) return 0;
      return f.op[c]! >= OP_EQ && f.op[c]! <= OP_FLE ? 1 : -1;
    }
    const x = f.op[cond]!;
    const y = f.op[c]!;
    if (y < OP_EQ || y > OP_ULE) continue;
    // br x where c is x == 0 or x != 0
    if (
      (y === OP_EQ || y === OP_NE) &&
      f.a[c] === cond &&
      f.op[f.b[c]!] === OP_CONST &&
      f.a[f.b[c]!] === 0 &&
      f.b[f.b[c]!] === 0
    ) {
      return (y === OP_NE) === truth ? 1 : 0;
    }
    if (x < OP_EQ || x > OP_ULE || f.c[cond] !== f.c[c]) continue;
    if (f.a[cond] === f.a[c] && sameOperand(f, f.b[cond]!, f.b[c]!)) {
      const r = implied(x, truth, y, false);
      if (r >= 0) return r;
    }
    if (f.a[cond] === f.b[c] && f.b[cond] === f.a[c]) {
      const r = implied(x, truth, y, true);
      if (r >= 0) return r;
    }
    // x == constant decides every comparison of x with a constant
    if (
      ((x === OP_EQ && truth) || (x === OP_NE && !truth)) &&
      f.a[cond] === f.a[c] &&
      f.op[f.b[cond]!] === OP_CONST &&
      f.op[f.b[c]!] === OP_CONST
    ) {
      return compareConst(f, y, f.b[cond]!, f.b[c]!);
    }
  }
  return -1;
}

function sameOperand(f: Func, a: Value, b: Value): boolean {
  return a === b || (f.op[a] === OP_CONST && f.op[b] === OP_CONST && f.a[a] === f.a[b] && f.b[a] === f.b[b]);
}

function compareConst(f: Func, op: number, x: Value, y: Value): number {
  const a = (BigInt(f.b[x]!) << 32n) | BigInt(f.a[x]! >>> 0);
  const b = (BigInt(f.b[y]!) << 32n) | BigInt(f.a[y]! >>> 0);
  const ua = BigInt.asUintN(64, a);
  const ub = BigInt.asUintN(64, b);
  switch (op) {
    case OP_EQ:
      return a === b ? 1 : 0;
    case OP_NE:
      return a !== b ? 1 : 0;
    case OP_SLT:
      return a < b ? 1 : 0;
    case OP_SLE:
      return a <= b ? 1 : 0;
    case OP_ULT:
      return ua < ub ? 1 : 0;
    default:
      return ua <= ub ? 1 : 0;
  }
}

/** Does `a X b` being `truth` decide `a Y b` (swapped: `b Y a`)? */
function implied(x: number, truth: boolean, y: number, swapped: boolean): number {
  // relations between a and b as a set of {<, =, >}, bits 1, 2, 4; signed and unsigned orders do not mix
  const set = (op: number): number => (op === OP_EQ ? 2 : op === OP_NE ? 5 : op === OP_SLT || op === OP_ULT ? 1 : 3);
  const domain = (op: number): number => (op === OP_EQ || op === OP_NE ? 0 : op === OP_SLT || op === OP_SLE ? 1 : 2);
  const dx = domain(x);
  const dy = domain(y);
  if (dx !== 0 && dy !== 0 && dx !== dy) return -1;
  const known = truth ? set(x) : 7 & ~set(x);
  let want = set(y);
  if (swapped) want = (want & 2) | ((want & 1) << 2) | ((want & 4) >> 2);
  if ((known & ~want) === 0) return 1;
  if ((known & want) === 0) return 0;
  return -1;
}
