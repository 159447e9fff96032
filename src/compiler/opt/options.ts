// What the optimiser is asked for, and what every pass gets.

import type { Diagnostics } from "../base/diagnostics.ts";
import type { Func } from "../ir/func.ts";
import type { Module } from "../ir/module.ts";
import type { TargetInfo } from "../target/abi.ts";
import type { Bisect } from "./bisect.ts";

export interface OptOptions {
  readonly level: 0 | 1 | 2 | 3;
  /** -Os */
  readonly size: boolean;
  readonly target: TargetInfo;
  /** -fdelete-null-pointer-checks: the address of a symbol defined elsewhere is not null. */
  readonly nullChecksDeletable: boolean;
  /** -fPIC: global functions may be replaced at run time and are not inlined. */
  readonly interposable: boolean;
  /** -foptimize-sibling-calls: tail recursion becomes a loop. */
  readonly siblingCalls?: boolean;
  /** -fno-inline: always_inline only. */
  readonly noInline: boolean;
  /** Verify after every pass. */
  readonly check: boolean;
  readonly diags: Diagnostics;
  /** The target has a conditional move, so that short branches may become SELECT. */
  readonly select?: boolean;
  /** --bisect=PATTERN (docs/passes.md); undefined: everything runs. */
  readonly bisect?: string | undefined;
  /** Functions after each pass that is wanted, and the lines of bisection. */
  readonly dump?: OptDump | undefined;
  /** Milliseconds by pass are added here. */
  readonly times?: Map<string, number> | undefined;
  /** Pass names that are switched off. */
  readonly disabled?: readonly string[];
}
export interface OptDump {
  wants(pass: string, fn: string): boolean;
  emit(pass: string, fn: string, text: string): void;
  /** One line for each enabled rewrite while bisecting. */
  match(text: string): void;
}

/** What a pass works with. */
export interface PassCx {
  readonly m: Module;
  readonly o: OptOptions;
  readonly bisect: Bisect | undefined;
  /** After inlining: ISCONST may be settled, expensive expansions done. */
  late: boolean;
}

export interface Pass {
  readonly name: string;
  /** It may be left out without making programs wrong, and so can be bisected. */
  readonly optional: boolean;
  /** Names of passes that must have run before. */
  readonly after: readonly string[];
  /** Gives true when it changed the function. */
  readonly run: (f: Func, cx: PassCx) => boolean;
}
