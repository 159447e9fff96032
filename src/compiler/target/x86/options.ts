// What the command line says about x86 code. Source: GCC manual, "x86 Options".

import type { CodeOptions } from "../../mach/compile-module.ts";

/** -mindirect-branch= and -mfunction-return= */
export type BranchThunk = "keep" | "thunk" | "thunk-inline" | "thunk-extern";

/** How -pg tells the profiler. Source: GCC manual, "x86 Options" (-mfentry, -mrecord-mcount, -mnop-mcount). */
export interface ProfilerCall {
  readonly name: string;
  /** Before the frame is made, not behind it. */
  readonly first: boolean;
  /** Section for the addresses of the calls, or "". */
  readonly record: string;
  /** Only room for the call. */
  readonly nop: boolean;
}

/** Options of the target, besides those of every target. */
export interface X86Options extends CodeOptions {
  /** Size of the machine word: 64 = x86-64, 32 = i386. */
  readonly bits: 32 | 64;
  /** -m16: 32-bit code for processors in 16-bit mode. */
  readonly code16: boolean;
  /** -mregparm=: how many words of arguments go in registers on i386. */
  readonly regparm: number;
  /** -freg-struct-return: small structs of i386 come back in registers. */
  readonly regStructReturn: boolean;
  /** The processor has cmov, fcomi and what else came with the Pentium Pro. */
  readonly cmov: boolean;
  /** bswap, xadd and cmpxchg: from the 486 on. */
  readonly i486: boolean;
  /** The x87 may be used. */
  readonly x87: boolean;
  /** Position independent, but what this module defines is final. */
  readonly pie: boolean;
  /** Symbols lie in the top 2 GiB (-mcmodel=kernel) or the bottom ones (small). */
  readonly model: "small" | "kernel";
  readonly redZone: boolean;
  /** Vector registers may be used. */
  readonly sse: boolean;
  readonly popcnt: boolean;
  /** Bytes to which the stack is aligned at calls: 16, or 8 with -mpreferred-stack-boundary=3. */
  readonly stackAlign: number;
  readonly indirectBranch: BranchThunk;
  readonly functionReturn: BranchThunk;
  /** -mindirect-branch-cs-prefix: a call of a thunk for r8 to r15 is as long as what may be patched over it. */
  readonly csPrefix: boolean;
  /** endbr64 where indirect branches may land (-fcf-protection=branch). */
  readonly endbr: boolean;
  /** -fcf-protection=return or full: the object says that it bears a shadow stack; the code is the same. */
  readonly shadowStack: boolean;
  /** -mskip-rax-setup: no count of vector registers for variadic calls (without SSE only). */
  readonly skipRaxSetup: boolean;
  /** -fno-plt: calls of other modules' functions go through the GOT themselves. */
  readonly plt: boolean;
  /** -mharden-sls=: a trap behind returns and indirect jumps. */
  readonly hardenReturn: boolean;
  readonly hardenJump: boolean;
  readonly profiler: ProfilerCall;
}
