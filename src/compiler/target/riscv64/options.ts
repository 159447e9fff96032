// What the command line says about riscv64 code. Source: GCC manual, "RISC-V Options".

import type { CodeOptions } from "../../mach/compile-module.ts";

/** Options of the target, besides those of every target. */
export interface RiscvOptions extends CodeOptions {
  /** F and D registers exist and the ABI passes floats in them. */
  readonly hardFloat: boolean;
  readonly strictAlign: boolean;
  readonly common: boolean;
  /** -mriscv-attribute */
  readonly attributes: boolean;
  readonly march: string;
  readonly mabi: string;
}
