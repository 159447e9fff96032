// Targets by triplet, and the processors that -march= and -mcpu= may name for each (GCC manual, "Machine-Dependent Options").

import type { TargetName } from "../base/options.ts";
import { UsageError } from "./invocation.ts";

const list = (s: string): readonly string[] => s.split(" ");

const TARGETS: readonly (readonly [RegExp, TargetName, string])[] = [
  [/^(x86_64|amd64)(-|$)/, "x86_64", "x86_64-linux-gnu"],
  [/^i[3-6]86(-|$)/, "i386", "i386-linux-gnu"],
  [/^(aarch64|arm64)(-|$)/, "aarch64", "aarch64-linux-gnu"],
  [/^riscv64(-|$)/, "riscv64", "riscv64-linux-gnu"],
];
const ARM_FEATURES: ReadonlySet<string> = new Set(
  list(
    "fp simd crypto crc lse fp16 rcpc rdma dotprod aes sha2 sha3 sm4 fp16fml sve profile rng memtag sb ssbs predres sve2 sve2-sm4 sve2-aes sve2-sha3 sve2-bitperm tme i8mm f32mm f64mm bf16 flagm pauth ls64 mops",
  ),
);
/** Values of -march= and -mtune= (GCC manual, "x86 Options"). */
const X86_CPUS: ReadonlySet<string> = new Set(
  list(
    "native generic x86-64 x86-64-v2 x86-64-v3 x86-64-v4 i386 i486 i586 pentium lakemont pentium-mmx winchip-c6 winchip2 c3 i686 pentiumpro pentium2 pentium3 pentium-m pentium4 pentium4m prescott nocona core2 nehalem corei7 westmere sandybridge corei7-avx ivybridge core-avx-i haswell core-avx2 broadwell skylake skylake-avx512 cannonlake icelake-client rocketlake icelake-server cascadelake tigerlake cooperlake sapphirerapids alderlake bonnell atom silvermont slm goldmont goldmont-plus tremont k6 k6-2 k6-3 athlon athlon-tbird athlon-4 athlon-xp athlon-mp k8 k8-sse3 opteron opteron-sse3 athlon64 athlon64-sse3 athlon-fx amdfam10 barcelona bdver1 bdver2 bdver3 bdver4 znver1 znver2 znver3 btver1 btver2",
  ),
);

/** Target of a triplet such as riscv64-unknown-linux-gnu; undefined = none of ours. */
export function targetOf(triple: string): { target: TargetName; triple: string } | undefined {
  for (const [pattern, target, canonical] of TARGETS) {
    if (pattern.test(triple)) return { target, triple: canonical };
  }
  return undefined;
}

/** Ends the command when `a`, a -march= or -mcpu= with this value, names nothing that the target has. */
export function checkArchitecture(target: TargetName, a: string, value: string): void {
  if (target === "riscv64") {
    if (value.startsWith("sifive") || a.startsWith("-mcpu")) return;
    if (value.startsWith("rv32")) throw new UsageError(`'${a}': only rv64 is supported`);
    if (!value.startsWith("rv64")) throw new UsageError(`'${a}': ISA string must begin with rv32 or rv64`);
    const first = value[4] ?? "";
    if (first !== "i" && first !== "g") throw new UsageError(`'${a}': first ISA subset must be 'e', 'i' or 'g'`);
    const single = value.slice(4).split("_")[0]!.replace(/z.*$/, "");
    if (/v/.test(single) || /_zv/.test(value)) throw new UsageError(`'${a}': the vector extension is not supported`);
    if (/[^gimafdqcb]/.test(single))
      throw new UsageError(`'${a}': unexpected ISA string at end: '${/[^gimafdqcb].*/.exec(single)![0]}'`);
  } else if (target === "aarch64") {
    const m = /^(armv(8|9)(\.\d)?-[ar]|native|generic|[a-z0-9.-]+)((\+\w+(-\w+)*)*)$/.exec(value);
    if (m === null || (a.startsWith("-march") && !/^armv|^native/.test(value)))
      throw new UsageError(`unknown value '${value}' for '-march'`);
    for (const f of m[4]!.split("+").slice(1)) {
      if (!ARM_FEATURES.has(f.replace(/^no/, "")) && !ARM_FEATURES.has(f))
        throw new UsageError(`invalid feature modifier '${f}' in '${a}'`);
    }
  } else if (!X86_CPUS.has(value)) throw new UsageError(`bad value '${value}' for '-march=' switch`);
}
