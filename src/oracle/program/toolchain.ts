// How programs are built and run for each arch: the oracle GCC, the flags of the arch, the emulator.

import type { Arch } from "../arch.ts";

/** Building and running for one arch. */
export interface Toolchain {
  readonly gcc: string;
  /** occ's --target. */
  readonly triple: string;
  /** Prefix of the command that runs a program; empty = natively. */
  readonly runner: readonly string[];
  /** Effective targets (GCC's testsuite names) that do not hold. */
  readonly lacks: ReadonlySet<string>;
}

/** Effective targets that hold on none of ours, or whose features neither run need (each is left out with this as reason). */
const LACKS_EVERYWHERE = [
  "split_stack",
  "ilp32",
  "int16",
  "size20plus_not",
  "avr",
  "non_bionic_not",
  "exceptions",
  "lto",
  "openacc",
  "fopenmp",
  "offload",
  "tls_emulated",
  "fenv_exceptions_dfp",
  "dfp",
  "dfprt",
  "fixed_point",
];

export const TOOLCHAINS: Readonly<Record<Arch, Toolchain>> = {
  x86: { gcc: "x86_64-linux-gnu-gcc", triple: "x86_64-linux-gnu", runner: [], lacks: new Set(LACKS_EVERYWHERE) },
  arm: {
    gcc: "aarch64-linux-gnu-gcc",
    triple: "aarch64-linux-gnu",
    runner: ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"],
    lacks: new Set([...LACKS_EVERYWHERE, "cet", "sse_runtime"]),
  },
  riscv: {
    gcc: "riscv64-linux-gnu-gcc",
    triple: "riscv64-linux-gnu",
    runner: ["qemu-riscv64-static", "-L", "/usr/riscv64-linux-gnu"],
    lacks: new Set([...LACKS_EVERYWHERE, "cet", "sse_runtime", "non_strict_align_not"]),
  },
};
