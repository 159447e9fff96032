// What the tests of single passes are run with: level 2 of a 64-bit target without unaligned accesses, every check on.

import { Diagnostics, defaultDiagnosticOptions } from "../../src/compiler/base/diagnostics.ts";
import { SourceManager } from "../../src/compiler/base/source.ts";
import type { Module } from "../../src/compiler/ir/module.ts";
import { TY_I64 } from "../../src/compiler/ir/ops.ts";
import { Bisect } from "../../src/compiler/opt/bisect.ts";
import type { OptOptions, PassCx } from "../../src/compiler/opt/options.ts";
import type { TargetInfo } from "../../src/compiler/target/abi.ts";

/** A target of which the passes see nothing but its name and its pointers. */
export function targetOf(name: string, unalignedOk: boolean): TargetInfo {
  return { name, ptrTy: TY_I64, ptrSize: 8, unalignedOk } as unknown as TargetInfo;
}

/** The options of a pass. */
export function passOptions(more: Partial<OptOptions> = {}): OptOptions {
  return {
    level: 2,
    size: false,
    target: targetOf("riscv64", false),
    nullChecksDeletable: true,
    interposable: false,
    noInline: false,
    check: true,
    diags: new Diagnostics(new SourceManager(), defaultDiagnosticOptions()),
    ...more,
  };
}

/** What a pass is given that is called by itself; `pattern` says which of its rewrites are on. */
export function passContext(m: Module, more: Partial<OptOptions> = {}, pattern?: string): PassCx {
  const bisect = pattern === undefined ? undefined : new Bisect(pattern, () => {});
  return { m, o: passOptions(more), bisect, late: true };
}
