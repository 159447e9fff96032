// What the command line says about AArch64 code. Source: GCC manual, "AArch64 Options".

import type { CodeOptions } from "../../mach/compile-module.ts";

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

/** Options of the target, besides those of every target. */
export interface AArch64Options extends CodeOptions {
  /** -mgeneral-regs-only: no floating-point registers, variadic functions save none. */
  readonly generalRegsOnly: boolean;
  readonly strictAlign: boolean;
  /** -mtls-dialect=trad: __tls_get_addr instead of descriptors. */
  readonly tlsTraditional: boolean;
  readonly branchProtection: BranchProtection;
  /** -ffixed-v16 … -ffixed-v31: vector registers that only asm statements name. */
  readonly fixedVectors: readonly number[];
  /** -fsanitize=shadow-call-stack: return addresses are kept on a second stack, to which x18 points, too. */
  readonly shadowCallStack: boolean;
}
