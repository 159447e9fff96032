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
/** Processors of x86 that know 32-bit code only, and the ones with 64-bit code: values of -march= and -mtune= (GCC manual, "x86 Options"). */
const X86_32: ReadonlySet<string> = new Set(
  list(
    "i386 i486 i586 pentium lakemont pentium-mmx winchip-c6 winchip2 c3 samuel-2 c3-2 nehemiah c7 esther i686 pentiumpro pentium2 pentium3 pentium3m pentium-m pentium4 pentium4m prescott geode k6 k6-2 k6-3 athlon athlon-tbird athlon-4 athlon-xp athlon-mp",
  ),
);
const X86_64: ReadonlySet<string> = new Set(
  list(
    "native x86-64 nocona core2 nehalem corei7 westmere sandybridge corei7-avx ivybridge core-avx-i haswell core-avx2 broadwell skylake skylake-avx512 cannonlake icelake-client rocketlake icelake-server cascadelake tigerlake cooperlake sapphirerapids alderlake bonnell atom silvermont slm goldmont goldmont-plus tremont knl knm eden-x2 nano nano-1000 nano-2000 nano-3000 nano-x2 eden-x4 nano-x4 k8 k8-sse3 opteron opteron-sse3 athlon64 athlon64-sse3 athlon-fx amdfam10 barcelona bdver1 bdver2 bdver3 bdver4 znver1 znver2 znver3 btver1 btver2",
  ),
);
const X86_ARCH_ONLY: ReadonlySet<string> = new Set(list("x86-64-v2 x86-64-v3 x86-64-v4"));
const X86_TUNE_ONLY: ReadonlySet<string> = new Set(list("generic intel"));
/** Processors of aarch64: values of -mcpu= and -mtune=. */
export const ARM_CPUS: readonly string[] = list(
  "cortex-a34 cortex-a35 cortex-a53 cortex-a57 cortex-a72 cortex-a73 thunderx thunderxt88p1 thunderxt88 octeontx octeontx81 octeontx83 thunderxt81 thunderxt83 ampere1 emag xgene1 falkor qdf24xx exynos-m1 phecda thunderx2t99p1 vulcan thunderx2t99 cortex-a55 cortex-a75 cortex-a76 cortex-a76ae cortex-a77 cortex-a78 cortex-a78ae cortex-a78c cortex-a65 cortex-a65ae cortex-x1 ares neoverse-n1 neoverse-e1 octeontx2 octeontx2t98 octeontx2t96 octeontx2t93 octeontx2f95 octeontx2f95n octeontx2f95mm a64fx tsv110 thunderx3t110 zeus neoverse-v1 neoverse-512tvb saphira cortex-a57.cortex-a53 cortex-a72.cortex-a53 cortex-a73.cortex-a35 cortex-a73.cortex-a53 cortex-a75.cortex-a55 cortex-a76.cortex-a55 cortex-r82 cortex-a510 cortex-a710 cortex-x2 neoverse-n2 demeter generic",
);
/** Processors of riscv64, and what -mtune= takes besides. */
export const RISCV_CPUS: readonly string[] = list(
  "sifive-e20 sifive-e21 sifive-e24 sifive-e31 sifive-e34 sifive-e76 sifive-s21 sifive-s51 sifive-s54 sifive-s76 sifive-u54 sifive-u74",
);
export const RISCV_TUNES: readonly string[] = [
  ...list("rocket sifive-3-series sifive-5-series sifive-7-series thead-c906 size"),
  ...RISCV_CPUS,
];

/** Target of a triplet such as riscv64-unknown-linux-gnu; undefined = none of ours. */
export function targetOf(triple: string): { target: TargetName; triple: string } | undefined {
  for (const [pattern, target, canonical] of TARGETS) {
    if (pattern.test(triple)) return { target, triple: canonical };
  }
  return undefined;
}

/** Ends the command when `a`, a -march=, -mcpu= or -mtune= with this value, names nothing that the target has. */
export function checkArchitecture(target: TargetName, a: string, value: string): void {
  if (target === "riscv64") {
    if (value.startsWith("sifive") || !a.startsWith("-march")) return;
    if (value.startsWith("rv32")) throw new UsageError(`'${a}': only rv64 is supported`);
    if (!value.startsWith("rv64")) throw new UsageError(`'${a}': ISA string must begin with rv32 or rv64`);
    const first = value[4] ?? "";
    if (first !== "i" && first !== "g") throw new UsageError(`'${a}': first ISA subset must be 'e', 'i' or 'g'`);
    const single = value.slice(4).split("_")[0]!.replace(/z.*$/, "");
    if (/v/.test(single) || /_zv/.test(value)) throw new UsageError(`'${a}': the vector extension is not supported`);
    for (const part of value.split("_").slice(1)) {
      if (part.length < 2 || !/^[hsxz]/.test(part)) throw new UsageError(`'${a}': unsupported ISA subset '${part[0] ?? ""}'`);
    }
    if (/[^gimafdqcb]/.test(single))
      throw new UsageError(`'${a}': unexpected ISA string at end: '${/[^gimafdqcb].*/.exec(single)![0]}'`);
  } else if (target === "aarch64") {
    const m = /^(armv(8|9)(\.\d)?-[ar]|[a-z0-9.-]+)((\+\w+(-\w+)*)*)$/.exec(value);
    const flag = a.slice(0, a.indexOf("="));
    if (m === null || (flag === "-march" ? !/^armv/.test(value) : !ARM_CPUS.includes(m[1]!)))
      throw new UsageError(`unknown value '${value}' for '${flag}'`);
    for (const f of m[4]!.split("+").slice(1)) {
      if (!ARM_FEATURES.has(f.replace(/^no/, "")) && !ARM_FEATURES.has(f))
        throw new UsageError(`invalid feature modifier '${f}' in '${a}'`);
    }
  } else if (!X86_32.has(value) && !X86_64.has(value) && !(a.startsWith("-march") ? X86_ARCH_ONLY : X86_TUNE_ONLY).has(value))
    throw new UsageError(`bad value '${value}' for '${a.startsWith("-march") ? "-march" : "-mtune"}=' switch`);
}

/** Ends the command when -m flags contradict each other, once all are known. */
export function checkMachine(flags: ReadonlyMap<string, string | boolean>, target: TargetName, pic: boolean): void {
  const model = flags.get("mcmodel");
  switch (target) {
    case "x86_64":
      for (const name of ["march", "mtune", "mcpu"])
        if (X86_32.has(String(flags.get(name)))) throw new UsageError("CPU you selected does not support x86-64 instruction set");
      if ((model === "kernel" || model === "32") && pic) throw new UsageError(`code model ${model} does not support PIC mode`);
      if (flags.get("maddress-mode") === "short") throw new UsageError("address mode 'short' not supported in the 64 bit mode");
      if (flags.get("mincoming-stack-boundary") === "2")
        throw new UsageError("'-mincoming-stack-boundary=2' is not between 3 and 12");
      break;
    case "aarch64":
      if (model === "large" && pic) throw new UsageError("code model 'large' with '-fPIC' is not supported");
      break;
    case "riscv64": {
      const boundary = flags.get("mpreferred-stack-boundary");
      if (typeof boundary === "string" && (Number(boundary) < 4 || Number(boundary) > 8))
        throw new UsageError(`'-mpreferred-stack-boundary=${boundary}' must be between 4 and 8`);
      const arch = flags.get("march");
      const letter = flags.get("mabi") === "lp64" ? "" : flags.get("mabi") === "lp64f" ? "f" : "d";
      // d brings f, and g is imafd
      if (typeof arch === "string" && arch.startsWith("rv64") && letter !== "") {
        const single = arch.slice(4).replace(/[_zsx].*$/, "");
        if (!/[gdq]/.test(single) && !(letter === "f" && single.includes("f")))
          throw new UsageError(`requested ABI requires '-march' to subsume the '${letter.toUpperCase()}' extension`);
      }
    }
  }
}
