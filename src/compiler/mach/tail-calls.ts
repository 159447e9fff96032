// Sibling calls: a call behind which the function only returns what the call gave becomes a jump (-foptimize-sibling-calls).
//
// Works on IR that is ready for selection. A block that only merges results and returns is first copied to the ends of its
// predecessors where that makes a call the last thing done. A call that qualifies is marked `tail` and becomes the terminator
// of its block: what stood behind it, the RET included, is removed. The selectors then emit the epilogue and a jump.
// Conditions (GCC internals manual, "Tail recursion / sibling call"; the psABIs for who owns the argument area):
// - what the callee leaves in the return registers is what this function has to return;
// - its stack arguments fit in the area of this function's own ones, which it may overwrite;
// - no address of this frame may be known to it: none escapes on a way to the call (a forward walk from the escaping uses);
// - the frame is a plain one: no alloca, va_start, setjmp, __builtin_frame_address.
// Invariant: a tail CALL has no users.

import { removePhiEdge } from "../ir/cfg.ts";
import type { AsmInfo, Block, CallInfo, Func, PhiInfo, Piece, RetInfo, Value } from "../ir/func.ts";
import type { Module } from "../ir/module.ts";
import * as O from "../ir/ops.ts";

/** Turns the calls of f that can be jumps into terminators; `narrowResults`: bits above a result of 1 or 2 bytes mean nothing. */
export function markTailCalls(f: Func, m: Module, narrowResults: boolean): void {
  if (m.syms[f.sym]!.naked || f.callsSetjmp || f.hasDalloca) return;
  if (!plainFrame(f)) return;
  const exposed = exposedBlocks(f);
  for (const b of f.order.slice()) {
    const t = f.last[b]!;
    if (f.op[t] === O.OP_RET) {
      const call = lastCall(f, b);
      if (call !== 0 && exposed[b] === 0 && qualifies(f, call, (f.aux[t] as RetInfo).vals, narrowResults)) finish(f, b, call);
      continue;
    }
    if (f.op[t] !== O.OP_JMP) continue;
    const r = f.b[t]!;
    if (r === b || !onlyReturns(f, r)) continue;
    const call = lastCall(f, b);
    if (call === 0 || exposed[b] !== 0) continue;
    const vals = (f.aux[f.last[r]!] as RetInfo).vals.map((v, k) => {
      const w = narrowResults ? behindExtension(f, v, f.ret[k]!) : v;
      return valueFrom(f, w, r, b);
    });
    if (!qualifies(f, call, vals, narrowResults)) continue;
    removePhiEdge(f, r, b);
    finish(f, b, call);
  }
}

/** Nothing in f needs its frame in ways that the walk over escaping uses does not see. */
function plainFrame(f: Func): boolean {
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

/** The call at the end of b with nothing but pure operations behind it, or 0. */
function lastCall(f: Func, b: Block): Value {
  for (let v = f.prev[f.last[b]!]!; v !== 0; v = f.prev[v]!) {
    const op = f.op[v]!;
    if (op === O.OP_CALL) return v;
    if (op !== O.OP_PROJ && (O.opFlags[op]! & O.F_PURE) === 0) return 0;
  }
  return 0;
}

/** r merges results and returns them. */
function onlyReturns(f: Func, r: Block): boolean {
  const t = f.last[r]!;
  if (f.op[t] !== O.OP_RET || f.labelId[r] !== 0) return false;
  for (let v = f.first[r]!; v !== t; v = f.next[v]!) {
    const op = f.op[v]!;
    if (op !== O.OP_PHI && (O.opFlags[op]! & O.F_PURE) === 0) return false;
  }
  return true;
}

/** What v of block r is when control comes from b. */
function valueFrom(f: Func, v: Value, r: Block, b: Block): Value {
  if (f.op[v] !== O.OP_PHI || f.blk[v] !== r) return v;
  const phi = f.aux[v] as PhiInfo;
  return phi.vals[phi.blocks.indexOf(b)]!;
}

function qualifies(f: Func, call: Value, vals: readonly Value[], narrowResults: boolean): boolean {
  const info = f.aux[call] as CallInfo;
  if (info.noreturn || info.returnsTwice || info.outArgs.length > 0 || info.stackSize > f.paramStack) return false;
  let x87 = false;
  for (const p of f.ret) if (p.ty === O.TY_F80) x87 = true;
  for (const p of info.rets) if (p.ty === O.TY_F80) x87 = true;
  // the depth of the x87 stack is part of the result
  if (x87 && f.ret.length !== info.rets.length) return false;
  for (let k = 0; k < vals.length; k++) {
    const want = f.ret[k]!;
    let v = vals[k]!;
    if (f.op[v] === O.OP_UNDEF && !x87) continue;
    if (narrowResults) v = behindExtension(f, v, want);
    // both give back the address at which the result has to be
    if (info.hiddenResult === true && v === info.args[0] && info.rets.length === 1 && info.rets[0]!.loc === want.loc) continue;
    if (f.op[v] !== O.OP_PROJ || f.a[v] !== call) return false;
    const got = info.rets[f.b[v]!]!;
    if (got.loc !== want.loc || got.ty !== want.ty) return false;
  }
  return true;
}

/** v, or what it extends when the bits above a result of p's size mean nothing. */
function behindExtension(f: Func, v: Value, p: Piece): Value {
  const op = f.op[v]!;
  const kept = op === O.OP_ZEXT8 || op === O.OP_SEXT8 ? 1 : op === O.OP_ZEXT16 || op === O.OP_SEXT16 ? 2 : 0;
  return p.size !== undefined && p.size <= kept ? f.a[v]! : v;
}

/** The call ends b. */
function finish(f: Func, b: Block, call: Value): void {
  for (let v = f.next[call]!; v !== 0; ) {
    const next = f.next[v]!;
    const op = f.op[v]!;
    // constants may have users elsewhere; everything else depends on the call, or nobody reads it
    if (op !== O.OP_CONST && op !== O.OP_FCONST && op !== O.OP_SYM && op !== O.OP_UNDEF && op !== O.OP_LABELADDR) f.remove(v);
    v = next;
  }
  (f.aux[call] as CallInfo).tail = true;
  if (f.last[b] !== call) {
    f.unlink(call);
    f.linkLast(call, b);
  }
}

/** 1 for each block at whose end somebody else may know the address of an object in this frame. */
function exposedBlocks(f: Func): Uint8Array {
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
  return op >= O.OP_EQ && op <= O.OP_FLE;
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
