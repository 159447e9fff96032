// Calls of the profiler (-pg) that are part of the function's body: at its start, with the address that it returns to.
//
// Source: GCC manual, "Program Instrumentation Options" (-p, -pg), and what glibc's gmon/mcount of riscv and aarch64 expects: the
// caller's address as the argument, the function's own one as the return address. x86 calls from the prologue instead (emit.ts).
// Invariant: stands behind the PARAMs, which live on across the call as across any other one.

import { type Func, newCall } from "../ir/func.ts";
import type { Module } from "../ir/module.ts";
import * as O from "../ir/ops.ts";

/** Lets f begin with _mcount(return address); `argument`: register of a first argument. */
export function callProfiler(f: Func, m: Module, ptrTy: number, argument: number): void {
  let at = f.first[f.entry]!;
  while (f.op[at] === O.OP_PARAM || f.op[at] === O.OP_ALLOCA || f.op[at] === O.OP_NONE) at = f.next[at]!;
  const s = m.symbol("_mcount");
  s.referenced = true;
  const from = f.insertBefore(at, O.OP_RETADDR, ptrTy, 0, 0, 0, f.declLoc);
  f.insertBefore(at, O.OP_CALL, 0, 0, 0, 0, f.declLoc, {
    ...newCall(s.id),
    args: [from],
    argLocs: [{ ty: ptrTy, loc: argument }],
  });
}
