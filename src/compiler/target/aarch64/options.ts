// What the command line says about AArch64 code. Source: GCC manual, "AArch64 Options".

import type { DecodeLoc } from "../../mach/debug-lines.ts";
import type { FunctionAlignment } from "../../mach/emit-module.ts";
import type { StackProtection } from "../../mach/stack-protector.ts";
import type { ZeroRegisters } from "../../mach/zero-registers.ts";
import type { TlsOptions } from "../tls-model.ts";

/** -mbranch-protection=, as far as it changes code (Arm ARM, "Pointer authentication", "Branch Target Identification"). */
export interface BranchProtection {
  /** Whose return address is signed: nobody's, that of functions that save it, everybody's. */
  readonly sign: "none" | "non-leaf" | "all";
  /** Sign with key B. */
  readonly keyB: boolean;
  /** Mark where indirect branches may land. */
  readonly landings: boolean;
}

/** Reads the argument of -mbranch-protection=, which the driver has checked. */
export function branchProtection(text: string): BranchProtection {
  const words = text.split("+");
  const standard = words[0] === "standard";
  return {
    sign: words.includes("leaf") ? "all" : standard || words.includes("pac-ret") ? "non-leaf" : "none",
    keyB: words.includes("b-key"),
    landings: standard || words.includes("bti"),
  };
}

export interface AArch64Options {
  /** -mgeneral-regs-only: no floating-point registers, variadic functions save none. */
  readonly generalRegsOnly: boolean;
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
  /** -g: where a location lies; undefined without. */
  readonly lines: DecodeLoc | undefined;
  readonly directory: string;
  readonly unwind: "none" | "eh" | "debug";
  /** -fpatchable-function-entry=N,M */
  readonly patchable: readonly [number, number];
  readonly tls: TlsOptions;
  /** -mtls-dialect=trad: __tls_get_addr instead of descriptors. */
  readonly tlsTraditional: boolean;
  readonly stackProtection: StackProtection | undefined;
  readonly branchProtection: BranchProtection;
  /** -pg */
  readonly profile: boolean;
  /** -fzero-call-used-regs= */
  readonly zeroRegisters?: ZeroRegisters | undefined;
  /** Validate every register allocation. */
  readonly check: boolean;
}
