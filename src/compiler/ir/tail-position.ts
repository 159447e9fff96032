// Calls behind which a function only returns: what a call in tail position looks like in the IR.

import type { Block, Func, PhiInfo, Piece, Value } from "./func.ts";
import type { Sym } from "./module.ts";
import * as O from "./ops.ts";

/** May calls of the function be jumps, by what its attribute `optimize` says? */
export function mayTailCall(s: Sym): boolean {
  return !s.naked && !/no-optimize-sibling-calls|(^|[\s,-])O?[01g]\b/.test(s.optimize);
}

/** The call at the end of b with nothing but pure operations behind it, or 0. */
export function lastCall(f: Func, b: Block): Value {
  for (let v = f.prev[f.last[b]!]!; v !== 0; v = f.prev[v]!) {
    const op = f.op[v]!;
    if (op === O.OP_CALL) return v;
    if (op !== O.OP_PROJ && (O.opFlags[op]! & O.F_PURE) === 0) return 0;
  }
  return 0;
}

/** r merges results and returns them. */
export function onlyReturns(f: Func, r: Block): boolean {
  const t = f.last[r]!;
  if (f.op[t] !== O.OP_RET || f.labelId[r] !== 0) return false;
  for (let v = f.first[r]!; v !== t; v = f.next[v]!) {
    const op = f.op[v]!;
    if (op !== O.OP_PHI && (O.opFlags[op]! & O.F_PURE) === 0) return false;
  }
  return true;
}

/** What v of block r is when control comes from b. */
export function valueFrom(f: Func, v: Value, r: Block, b: Block): Value {
  if (f.op[v] !== O.OP_PHI || f.blk[v] !== r) return v;
  const phi = f.aux[v] as PhiInfo;
  return phi.vals[phi.blocks.indexOf(b)]!;
}

/** v, or what it extends when the bits above a result of p's size mean nothing. */
export function behindExtension(f: Func, v: Value, p: Piece): Value {
  const op = f.op[v]!;
  const kept = op === O.OP_ZEXT8 || op === O.OP_SEXT8 ? 1 : op === O.OP_ZEXT16 || op === O.OP_SEXT16 ? 2 : 0;
  return p.size !== undefined && p.size <= kept ? f.a[v]! : v;
}
