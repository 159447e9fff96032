// Where the addresses of a function's own objects (ALLOCA, STACKPARAM) may be known outside of it.
//
// Flow-sensitive in the blocks, not in the objects: an address escapes where it, or something computed from it, is used otherwise
// than to read or write there or to compare; from then on every block that control can reach counts as exposed.

import type { AsmInfo, Block, CallInfo, Func, Value } from "./func.ts";
import * as O from "./ops.ts";

/** Nothing in f needs its frame in ways that the walk over escaping uses does not see. */
export function plainFrame(f: Func): boolean {
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      switch (f.op[v]) {
        case O.OP_DALLOCA:
        case O.OP_STACKSAVE:
        case O.OP_STACKRESTORE:
        case O.OP_VASTART:
        case O.OP_FRAMEADDR:
          return false;
        case O.OP_CALL:
          if ((f.aux[v] as CallInfo).returnsTwice) return false;
      }
    }
  }
  return true;
}

/** 1 for each block at whose end somebody else may know the address of an object in this frame. */
export function exposedBlocks(f: Func): Uint8Array {
  const out = new Uint8Array(f.nblk);
  const work: Block[] = [];
  const frame = frameAddresses(f);
  if (frame === undefined) return out;
  const escapes = (b: Block): void => {
    if (out[b] === 0) {
      out[b] = 1;
      work.push(b);
    }
  };
  const buf: number[] = [];
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      const n = f.operands(v, buf);
      for (let k = 0; k < n; k++) {
        if (frame[buf[k]!] === 0 || frame[v] !== 0 || harmless(f, v, buf[k]!)) continue;
        escapes(b);
        break;
      }
    }
  }
  while (work.length > 0) {
    const b = work.pop()!;
    for (let k = 0; k < f.succCount(b); k++) escapes(f.succ(b, k));
  }
  return out;
}

/** 1 for each value that may be computed from the address of an object in this frame; undefined when there is none. */
function frameAddresses(f: Func): Uint8Array | undefined {
  const from = new Uint8Array(f.nval);
  let any = false;
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      if (f.op[v] !== O.OP_ALLOCA && f.op[v] !== O.OP_STACKPARAM) continue;
      from[v] = 1;
      any = true;
    }
  }
  if (!any) return undefined;
  const buf: number[] = [];
  for (let changed = true; changed; ) {
    changed = false;
    for (const b of f.order) {
      for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
        const op = f.op[v]!;
        if (from[v] !== 0 || (op !== O.OP_PHI && (O.opFlags[op]! & O.F_PURE) === 0) || isComparison(op)) continue;
        const n = f.operands(v, buf);
        for (let k = 0; k < n; k++) {
          if (from[buf[k]!] === 0) continue;
          from[v] = 1;
          changed = true;
          break;
        }
      }
    }
  }
  return from;
}

function isComparison(op: number): boolean {
  return op >= O.OP_EQ && op <= O.OP_FLEQ;
}

/** v uses the frame address x without handing it on: it reads or writes there, or compares. */
function harmless(f: Func, v: Value, x: Value): boolean {
  const op = f.op[v]!;
  switch (op) {
    case O.OP_LOAD:
    case O.OP_ATOMICLOAD:
    case O.OP_PREFETCH:
      return true;
    case O.OP_STORE:
    case O.OP_ATOMICSTORE:
    case O.OP_ATOMICRMW:
      return f.b[v] !== x;
    case O.OP_CMPXCHG:
      return f.b[v] !== x && f.c[v] !== x;
    case O.OP_BLKCPY:
    case O.OP_BLKSET:
      return true;
    case O.OP_ASM: {
      for (const o of (f.aux[v] as AsmInfo).operands) if (o.value === x && !o.mem) return false;
      return true;
    }
    default:
      return isComparison(op);
  }
}
