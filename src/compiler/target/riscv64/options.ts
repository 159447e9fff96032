// What the command line says about riscv64 code. Source: GCC manual, "RISC-V Options".

import type { DecodeLoc } from "../../mach/debug-lines.ts";
import type { FunctionAlignment } from "../../mach/emit-module.ts";
import type { StackProtection } from "../../mach/stack-protector.ts";
import type { ZeroRegisters } from "../../mach/zero-registers.ts";
import type { TlsOptions } from "../tls-model.ts";

export interface RiscvOptions {
  /** F and D registers exist and the ABI passes floats in them. */
  readonly hardFloat: boolean;
  /** Global symbols go through the GOT. */
  readonly pic: boolean;
  readonly framePointer: boolean;
  readonly strictAlign: boolean;
  /** -foptimize-sibling-calls */
  readonly siblingCalls: boolean;
  /** -falign-functions= */
  readonly alignFunctions: FunctionAlignment;
  readonly functionSections: boolean;
  readonly dataSections: boolean;
  readonly jumpTables: boolean;
  readonly common: boolean;
  /** -g: where a location lies; undefined without. */
  readonly lines: DecodeLoc | undefined;
  /** Directory of the compilation, for debug information. */
  readonly directory: string;
  /** .cfi directives: -fasynchronous-unwind-tables (.eh_frame) or -g (.debug_frame). */
  readonly unwind: "none" | "eh" | "debug";
  /** -mriscv-attribute */
  readonly attributes: boolean;
  /** -fpatchable-function-entry=N,M */
  readonly patchable: readonly [number, number];
  readonly tls: TlsOptions;
  readonly stackProtection: StackProtection | undefined;
  /** -pg */
  readonly profile: boolean;
  /** -fzero-call-used-regs= */
  readonly zeroRegisters?: ZeroRegisters | undefined;
  /** Validate every register allocation. */
  readonly check: boolean;
  readonly march: string;
  readonly mabi: string;
}
