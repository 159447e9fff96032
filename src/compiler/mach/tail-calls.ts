// Sibling calls: a call behind which the function only returns what the call gave becomes a jump (-foptimize-sibling-calls).
//
// Works on IR that is ready for selection. A block that only merges results and returns is first copied to the ends of its
// predecessors where that makes a call the last thing done. A call that qualifies is marked `tail` and becomes the terminator
// of its block: what stood behind it, the RET included, is removed. The selectors then emit the epilogue and a jump.
// Conditions (GCC internals manual, "Permitting tail calls"; the psABIs for who owns the argument area):
// - what the callee leaves in the return registers is what this function has to return;
// - its stack arguments fit in the area of this function's own ones, which it may overwrite;
// - no address of this frame may be known to it: none escapes on a way to the call (a forward walk from the escaping uses);
// - the frame is a plain one: no alloca, va_start, setjmp, __builtin_frame_address.
// Invariant: a tail CALL has no users.

import { removePhiEdge } from "../ir/cfg.ts";
import { exposedBlocks, plainFrame } from "../ir/frame-escape.ts";
import type { Block, CallInfo, Func, Piece, RetInfo, Value } from "../ir/func.ts";
import type { Module } from "../ir/module.ts";
import * as O from "../ir/ops.ts";
import { behindExtension, lastCall, mayTailCall, onlyReturns, valueFrom } from "../ir/tail-position.ts";

/** What a target says about its sibling calls. */
export interface TailCallRules {
  /** The bits above a result of 1 or 2 bytes mean nothing. */
  readonly narrowResults: boolean;
  /** float and double results lie on the x87 stack. */
  readonly floatsOnStack: boolean;
  /** Can this call be a jump at all? */
  allows(info: CallInfo): boolean;
}

/** Turns the calls of f that can be jumps into terminators. */
export function markTailCalls(f: Func, m: Module, rules: TailCallRules): void {
  // a callee of another convention keeps fewer registers than a function of the ms_abi has to
  if (!mayTailCall(m.syms[f.sym]!) || f.callsSetjmp || f.hasDalloca || f.ms) return;
  if (!plainFrame(f)) return;
  let exposed: Uint8Array | undefined;
  const hidden = (b: Block): boolean => {
    exposed ??= exposedBlocks(f);
    return exposed[b] === 0;
  };
  for (const b of f.order.slice()) {
    const t = f.last[b]!;
    if (f.op[t] === O.OP_RET) {
      const call = lastCall(f, b);
      if (call !== 0 && qualifies(f, call, (f.aux[t] as RetInfo).vals, rules) && hidden(b)) finish(f, b, call);
      continue;
    }
    if (f.op[t] !== O.OP_JMP) continue;
    const r = f.b[t]!;
    if (r === b || !onlyReturns(f, r)) continue;
    const call = lastCall(f, b);
    if (call === 0) continue;
    const vals = (f.aux[f.last[r]!] as RetInfo).vals.map((v, k) => {
      const w = rules.narrowResults ? behindExtension(f, v, f.ret[k]!) : v;
      return valueFrom(f, w, r, b);
    });
    if (!qualifies(f, call, vals, rules) || !hidden(b)) continue;
    removePhiEdge(f, r, b);
    finish(f, b, call);
  }
}

function qualifies(f: Func, call: Value, vals: readonly Value[], rules: TailCallRules): boolean {
  const info = f.aux[call] as CallInfo;
  if (info.noreturn || info.returnsTwice || info.outArgs.length > 0 || info.stackSize > f.paramStack) return false;
  if ((info.calleePops ?? 0) !== f.calleePops || !rules.allows(info)) return false;
  const onStack = (p: Piece): boolean => p.ty === O.TY_F80 || (rules.floatsOnStack && (p.ty === O.TY_F32 || p.ty === O.TY_F64));
  const x87 = f.ret.some(onStack) || info.rets.some(onStack);
  // the depth of the x87 stack is part of the result
  if (x87 && f.ret.length !== info.rets.length) return false;
  for (let k = 0; k < vals.length; k++) {
    const want = f.ret[k]!;
    let v = vals[k]!;
    if (f.op[v] === O.OP_UNDEF && !x87) continue;
    if (rules.narrowResults) v = behindExtension(f, v, want);
    // both give back the address at which the result has to be
    if (info.hiddenResult === true && v === info.args[0] && info.rets.length === 1 && info.rets[0]!.loc === want.loc) continue;
    if (f.op[v] !== O.OP_PROJ || f.a[v] !== call) return false;
    const got = info.rets[f.b[v]!]!;
    if (got.loc !== want.loc || got.ty !== want.ty) return false;
  }
  return true;
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
