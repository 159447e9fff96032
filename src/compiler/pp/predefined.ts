// Predefined macros (GCC CPP manual 3.7.2; per target the RISC-V C API, ACLE, and the x86 options' documentation): constant ones
// from tables, the rest from the flags. The result is #define lines.

import { flagOn, flagValue, type Options } from "../base/options.ts";
import {
  AARCH64_MACROS,
  COMMON_MACROS,
  FLOAT16_MACROS,
  I386_MACROS,
  RISCV64_MACROS,
  X86_64_MACROS,
} from "./predefined-tables.ts";

const TABLES = { x86_64: X86_64_MACROS, i386: I386_MACROS, aarch64: AARCH64_MACROS, riscv64: RISCV64_MACROS } as const;

/** __STDC_VERSION__ by dialect without its gnu or c. */
const STD_VERSION: Readonly<Record<string, string>> = {
  "99": "199901L",
  "11": "201112L",
  "17": "201710L",
  "2x": "202000L",
  iso94: "199409L",
};

class Out {
  private readonly lines: string[] = [];
  def(name: string, value: string | number = 1): void {
    this.lines.push(`${name} ${value}`);
  }
  table(text: string): void {
    this.lines.push(text.trimEnd());
  }
  text(): string {
    return this.lines.join("\n").replace(/^(?=.)/gm, "#define ");
  }
}

/** The #define lines that GCC 12.2 would start with for these options. */
export function predefinedMacros(o: Options, asm: boolean): string {
  const out = new Out();
  if (flagOn(o, "undef", false)) {
    if (asm) out.def("__ASSEMBLER__");
    return out.text();
  }
  out.table(COMMON_MACROS);
  out.table(TABLES[o.target]);
  language(o, out, asm);
  optimisation(o, out);
  if (o.target === "riscv64") riscv(o, out);
  else if (o.target === "aarch64") aarch64(o, out);
  else x86(o, out);
  return out.text();
}

function language(o: Options, out: Out, asm: boolean): void {
  const gnu = o.std.startsWith("gnu");
  const year = o.std.replace(/^(gnu|c)/, "");
  const c89 = year === "89" || year === "iso94";
  const version = STD_VERSION[year];
  if (version !== undefined) out.def("__STDC_VERSION__", version);
  if (!c89 && (gnu || year !== "99")) {
    out.def("__STDC_UTF_16__");
    out.def("__STDC_UTF_32__");
  }
  if (!gnu) out.def("__STRICT_ANSI__");
  else {
    out.def("linux");
    out.def("unix");
    if (o.target === "i386") out.def("i386");
  }
  out.def(flagOn(o, "fgnu89-inline", c89) ? "__GNUC_GNU_INLINE__" : "__GNUC_STDC_INLINE__");
  out.def("__STDC_HOSTED__", flagOn(o, "ffreestanding", false) || !flagOn(o, "fhosted", true) ? 0 : 1);
  if (asm) out.def("__ASSEMBLER__");
  if (!o.charSigned) out.def("__CHAR_UNSIGNED__");
  out.def("__SIZEOF_WCHAR_T__", o.wcharSize);
  out.def("__WCHAR_WIDTH__", o.wcharSize * 8);
  if (o.wcharSize === 2) {
    out.def("__WCHAR_TYPE__", "short unsigned int");
    out.def("__WCHAR_MAX__", "0xffff");
    out.def("__WCHAR_MIN__", "0");
  } else if (o.target === "aarch64") {
    out.def("__WCHAR_TYPE__", "unsigned int");
    out.def("__WCHAR_MAX__", "0xffffffffU");
    out.def("__WCHAR_MIN__", "0U");
  } else {
    out.def("__WCHAR_TYPE__", o.target === "i386" ? "long int" : "int");
    out.def("__WCHAR_MAX__", o.target === "i386" ? "0x7fffffffL" : "0x7fffffff");
    out.def("__WCHAR_MIN__", "(-__WCHAR_MAX__ - 1)");
  }
  out.def("__GNUC_WIDE_EXECUTION_CHARSET_NAME", o.wcharSize === 2 ? '"UTF-16LE"' : '"UTF-32LE"');
}

function optimisation(o: Options, out: Out): void {
  if (o.opt === 0 || !flagOn(o, "finline", true)) out.def("__NO_INLINE__");
  if (o.opt !== 0) out.def("__OPTIMIZE__");
  if (o.opt === "s") out.def("__OPTIMIZE_SIZE__");
  if (o.pic > 0) {
    out.def("__pic__", o.pic);
    out.def("__PIC__", o.pic);
  }
  if (o.pie > 0) {
    out.def("__pie__", o.pie);
    out.def("__PIE__", o.pie);
  }
  if (flagOn(o, "pthread", false) || flagOn(o, "fopenmp", false)) out.def("_REENTRANT");
  if (flagOn(o, "fexceptions", false) || flagOn(o, "fnon-call-exceptions", false)) out.def("__EXCEPTIONS");
  const fast = o.opt === "fast" || flagOn(o, "ffast-math", false);
  const on = (name: string): boolean => flagOn(o, name, fast);
  const unsafe = flagOn(o, "funsafe-math-optimizations", fast);
  const finite = on("ffinite-math-only");
  out.def("__FINITE_MATH_ONLY__", finite ? 1 : 0);
  const noErrno = !flagOn(o, "fmath-errno", !fast);
  if (noErrno) out.def("__NO_MATH_ERRNO__");
  const unsignedZeros = !flagOn(o, "fsigned-zeros", !unsafe);
  if (unsignedZeros) out.def("__NO_SIGNED_ZEROS__");
  const noTraps = !flagOn(o, "ftrapping-math", !unsafe);
  if (noTraps) out.def("__NO_TRAPPING_MATH__");
  if (unsafe && finite && noErrno && unsignedZeros && noTraps && !flagOn(o, "frounding-math", false)) out.def("__FAST_MATH__");
  if (unsafe && o.target === "aarch64") out.def("__ARM_FP_FAST");
  const associative = flagOn(o, "fassociative-math", unsafe) && unsignedZeros && noTraps;
  if (associative) out.def("__ASSOCIATIVE_MATH__");
  const reciprocal = flagOn(o, "freciprocal-math", unsafe);
  if (reciprocal) out.def("__RECIPROCAL_MATH__");
  if (flagOn(o, "frounding-math", false)) out.def("__ROUNDING_MATH__");
  if (flagOn(o, "fsignaling-nans", false)) out.def("__SUPPORT_SNAN__");
  const iec =
    !finite &&
    !unsignedZeros &&
    !associative &&
    !reciprocal &&
    !unsafe &&
    !flagOn(o, "fsingle-precision-constant", false) &&
    hardFloat(o);
  // ISO contraction rules are followed only by the strict dialects; without the C99 complex rules (-fcx-limited-range) there is no annex G.
  out.def("__GCC_IEC_559", iec ? 2 : 0);
  out.def(
    "__GCC_IEC_559_COMPLEX",
    iec && !flagOn(o, "fcx-limited-range", false) && !flagOn(o, "fcx-fortran-rules", false) ? 2 : 0,
  );
  if (flagOn(o, "fstack-protector-all", false)) out.def("__SSP_ALL__", 2);
  else if (flagOn(o, "fstack-protector-strong", false)) out.def("__SSP_STRONG__", 3);
  else if (flagOn(o, "fstack-protector-explicit", false)) out.def("__SSP_EXPLICIT__", 4);
  else if (flagOn(o, "fstack-protector", false)) out.def("__SSP__");
  if (
    flagOn(o, "fdwarf2-cfi-asm", true) &&
    (flagOn(o, "fasynchronous-unwind-tables", o.target !== "riscv64") ||
      flagOn(o, "funwind-tables", false) ||
      flagOn(o, "fexceptions", false) ||
      o.debug > 0)
  )
    out.def("__GCC_HAVE_DWARF2_CFI_ASM");
}

/** Does the target's floating point follow IEC 60559 in hardware? */
function hardFloat(o: Options): boolean {
  if (o.target === "riscv64") return /[fdg]/.test(riscvExtensions(o).single);
  if (o.target === "aarch64") return !aarch64Features(o).has("nofp");
  return !x86SoftFloat(o) || (o.target === "x86_64" && x86Features(o).has("sse2"));
}

/** Sets all the lock-free macros; small ones apart, for machines with word atomics only. */
function lockFree(out: Out, small: number, word: number, double: number): void {
  for (const t of ["BOOL", "CHAR", "CHAR16_T", "SHORT"]) out.def(`__GCC_ATOMIC_${t}_LOCK_FREE`, small);
  for (const t of ["CHAR32_T", "INT", "LONG", "POINTER"]) out.def(`__GCC_ATOMIC_${t}_LOCK_FREE`, word);
  out.def("__GCC_ATOMIC_LLONG_LOCK_FREE", double);
}

// ---- RISC-V -----------------------------------------------------------------------------------

interface RiscvArch {
  single: string;
  multi: string[];
}

/** Extensions of -march, g unfolded. */
export function riscvExtensions(o: Options): RiscvArch {
  const cpu = flagValue(o, "mcpu", "");
  const arch = flagValue(o, "march", cpu.startsWith("sifive") ? "rv64imafdc" : "rv64imafdc_zicsr_zifencei").replace(
    /^rv(32|64)/,
    "",
  );
  const parts = arch.split("_");
  let single = parts[0]!;
  const multi = parts.slice(1);
  const z = /[zsx]/.exec(single);
  if (z !== null) {
    multi.unshift(single.slice(z.index));
    single = single.slice(0, z.index);
  }
  if (single.includes("g")) {
    single = single.replace("g", "imafd");
    multi.push("zicsr", "zifencei");
  }
  if (/[fd]/.test(single)) multi.push("zicsr");
  if (single.includes("d") && !single.includes("f")) single += "f";
  return { single, multi: [...new Set(closure(multi, RISCV_IMPLIED))].sort() };
}

const RISCV_IMPLIED: Readonly<Record<string, readonly string[]>> = {
  zk: ["zkn", "zkr", "zkt"],
  zkn: ["zbkb", "zbkc", "zbkx", "zkne", "zknd", "zknh"],
  zks: ["zbkb", "zbkc", "zbkx", "zksed", "zksh"],
};
const RISCV_VERSION: Readonly<Record<string, number>> = {
  i: 2001000,
  m: 2000000,
  a: 2001000,
  f: 2002000,
  d: 2002000,
  c: 2000000,
};

function closure(names: readonly string[], implied: Readonly<Record<string, readonly string[]>>): string[] {
  const all = new Set<string>();
  const add = (n: string): void => {
    if (all.has(n)) return;
    all.add(n);
    for (const x of implied[n] ?? []) add(x);
  };
  for (const n of names) add(n);
  return [...all];
}

function riscv(o: Options, out: Out): void {
  const { single, multi } = riscvExtensions(o);
  const has = (c: string): boolean => single.includes(c);
  const old = flagValue(o, "misa-spec", "") === "2.2";
  out.def("__riscv_xlen", 64);
  out.def("__riscv_arch_test");
  for (const c of new Set(single)) {
    const v = RISCV_VERSION[c] ?? 1000000;
    out.def(`__riscv_${c}`, old && "iafd".includes(c) ? 2000000 : v);
  }
  for (const e of multi) {
    if (old && (e === "zicsr" || e === "zifencei")) out.def(`__riscv_${e}`, 2000000);
    else out.def(`__riscv_${e}`, e === "zicsr" || e === "zifencei" ? 2000000 : /^(zihintpause|zicbo.)$/.test(e) ? 0 : 1000000);
  }
  if (has("c")) out.def("__riscv_compressed");
  if (has("a")) out.def("__riscv_atomic");
  if (has("m")) {
    out.def("__riscv_mul");
    if (flagOn(o, "mdiv", true)) {
      out.def("__riscv_div");
      out.def("__riscv_muldiv");
    }
  }
  if (has("f")) {
    out.def("__riscv_flen", has("d") ? 64 : 32);
    if (flagOn(o, "mfdiv", true)) {
      out.def("__riscv_fdiv");
      out.def("__riscv_fsqrt");
    }
    out.def("__FP_FAST_FMAF");
    out.def("__FP_FAST_FMAF32");
    if (has("d")) {
      out.def("__FP_FAST_FMA");
      out.def("__FP_FAST_FMAF64");
      out.def("__FP_FAST_FMAF32x");
    }
  }
  const abi = flagValue(o, "mabi", "lp64d");
  out.def(abi === "lp64d" ? "__riscv_float_abi_double" : abi === "lp64f" ? "__riscv_float_abi_single" : "__riscv_float_abi_soft");
  const model = flagValue(o, "mcmodel", "medlow");
  if (o.pic > 0) {
    // GCC 12 answers medany for position-independent code whatever the model.
    out.def("__riscv_cmodel_medany");
    out.def("__riscv_cmodel_pic");
  } else out.def(`__riscv_cmodel_${model}`);
  out.def("__BIGGEST_ALIGNMENT__", 16);
  out.def("__FLT_EVAL_METHOD__", 0);
  out.def("__FLT_EVAL_METHOD_TS_18661_3__", 0);
  const a = has("a") ? 2 : 1;
  lockFree(out, 1, a, a);
  out.def("__GCC_ATOMIC_WCHAR_T_LOCK_FREE", o.wcharSize === 2 ? 1 : a);
  if (has("a")) {
    out.def("__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4");
    out.def("__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8");
  }
}

// ---- AArch64 ----------------------------------------------------------------------------------

const ARM_IMPLIED: Readonly<Record<string, readonly string[]>> = {
  "8.1": ["lse", "crc", "rdma", "simd"],
  "8.2": ["8.1"],
  "8.3": ["8.2", "8.3f"],
  "8.4": ["8.3", "dotprod"],
  "8.5": ["8.4", "8.5f"],
  "8.6": ["8.5", "bf16", "i8mm"],
  "8.7": ["8.6"],
  "8.8": ["8.7"],
  "9": ["8.5", "sve2", "fp16fml"],
  crypto: ["aes", "sha2"],
  aes: ["simd"],
  sha2: ["simd"],
  sve2: ["sve"],
  sve: ["fp16"],
  fp16fml: ["fp16"],
};
const ARM_MACROS: Readonly<Record<string, readonly string[]>> = {
  lse: ["ATOMICS"],
  crc: ["CRC32"],
  rdma: ["QRDMX"],
  "8.3f": ["COMPLEX", "JCVT"],
  dotprod: ["DOTPROD"],
  "8.5f": ["FRINT"],
  bf16: ["BF16_SCALAR_ARITHMETIC", "BF16_VECTOR_ARITHMETIC"],
  i8mm: ["MATMUL_INT8"],
  aes: ["AES"],
  sha2: ["SHA2"],
  crypto: ["CRYPTO"],
  fp16: ["FP16_SCALAR_ARITHMETIC", "FP16_VECTOR_ARITHMETIC"],
  fp16fml: ["FP16_FML"],
  sve: ["SVE", "SVE_VECTOR_OPERATORS"],
  sve2: ["SVE2"],
  memtag: ["MEMORY_TAGGING"],
  rng: ["RNG"],
};

function aarch64Features(o: Options): Set<string> {
  const cpu = flagValue(o, "mcpu", "");
  const arch = flagValue(o, "march", cpu === "" || cpu.startsWith("generic") ? "armv8-a" : "armv8-a+crc");
  const [base, ...ext] = arch.split("+");
  const level = /^armv([0-9.]+)/.exec(base!)?.[1] ?? "8";
  const names = [level, ...ext.filter((e) => !e.startsWith("no"))];
  if (cpu.includes("+")) names.push(...cpu.split("+").slice(1));
  const f = new Set(closure(names, ARM_IMPLIED));
  for (const e of ext) if (e.startsWith("no")) f.delete(e.slice(2));
  if (flagOn(o, "mgeneral-regs-only", false) || ext.includes("nofp")) {
    f.add("nofp");
    f.add("nosimd");
  }
  if (ext.includes("nosimd")) f.add("nosimd");
  return f;
}

function aarch64(o: Options, out: Out): void {
  const f = aarch64Features(o);
  if (f.has("9")) {
    out.def("__ARM_ARCH", 9);
  }
  for (const [name, macros] of Object.entries(ARM_MACROS)) if (f.has(name)) for (const m of macros) out.def(`__ARM_FEATURE_${m}`);
  if (f.has("sve")) out.def("__ARM_FEATURE_SVE_BITS", 0);
  if (!f.has("nofp")) {
    out.def("__ARM_FEATURE_FMA");
    if (!f.has("nosimd")) {
      out.def("__ARM_FEATURE_NUMERIC_MAXMIN");
      out.def("__ARM_NEON");
    }
    out.def("__ARM_FP", 14);
    out.def("__ARM_FP16_ARGS");
    out.def("__ARM_FP16_FORMAT_IEEE");
    for (const t of ["FMA", "FMAF", "FMAF32", "FMAF64", "FMAF32x"]) out.def(`__FP_FAST_${t}`);
  }
  out.def("__ARM_FEATURE_UNALIGNED"); // even with -mstrict-align
  out.def("__ARM_SIZEOF_WCHAR_T", 4);
  if (o.pic !== 1) out.def(`__AARCH64_CMODEL_${flagValue(o, "mcmodel", "small").toUpperCase()}__`);
  const bp = flagValue(o, "mbranch-protection", "none");
  if (bp !== "none") {
    const parts = bp.split("+");
    const std = bp === "standard" || bp.startsWith("standard+");
    if (std || parts.includes("bti")) out.def("__ARM_FEATURE_BTI_DEFAULT");
    if (std || parts.includes("pac-ret"))
      out.def("__ARM_FEATURE_PAC_DEFAULT", (parts.includes("b-key") ? 2 : 1) | (parts.includes("leaf") ? 4 : 0));
  }
  const evalMethod = f.has("fp16") && !f.has("nofp") ? 16 : 0;
  out.def("__FLT_EVAL_METHOD__", evalMethod);
  out.def("__FLT_EVAL_METHOD_TS_18661_3__", evalMethod);
  out.def("__FLT_EVAL_METHOD_C99__", evalMethod);
  out.def("__BIGGEST_ALIGNMENT__", 16);
  out.def("__GCC_ASM_FLAG_OUTPUTS__");
  lockFree(out, 2, 2, 2);
  out.def("__GCC_ATOMIC_WCHAR_T_LOCK_FREE", 2);
  for (const n of [1, 2, 4, 8, 16]) out.def(`__GCC_HAVE_SYNC_COMPARE_AND_SWAP_${n}`);
}

// ---- x86 --------------------------------------------------------------------------------------

const X86_IMPLIED: Readonly<Record<string, readonly string[]>> = {
  sse2: ["sse"],
  sse: [],
  sse3: ["sse2"],
  ssse3: ["sse3"],
  "sse4.1": ["ssse3"],
  "sse4.2": ["sse4.1", "popcnt", "crc32"],
  sse4: ["sse4.2"],
  sse4a: ["sse3"],
  avx: ["sse4.2", "xsave"],
  avx2: ["avx"],
  fma: ["avx"],
  fma4: ["avx", "sse4a"],
  xop: ["fma4"],
  f16c: ["avx"],
  avx512f: ["avx2"],
  avx512bw: ["avx512f"],
  avx512cd: ["avx512f"],
  avx512dq: ["avx512f"],
  avx512vl: ["avx512f"],
  avx512ifma: ["avx512f"],
  avx512vbmi: ["avx512bw"],
  aes: ["sse2"],
  pclmul: ["sse2"],
  sha: ["sse2"],
  gfni: ["sse2"],
  xsaveopt: ["xsave"],
  xsavec: ["xsave"],
  xsaves: ["xsave"],
  abm: ["popcnt", "lzcnt"],
  "3dnow": ["mmx", "prfchw"],
};
/** Feature flags of -m, and the macro where it is not the name in capitals. */
const X86_MACRO: Readonly<Record<string, string>> = {
  "sse4.1": "SSE4_1",
  "sse4.2": "SSE4_2",
  sse4: "",
  sse4a: "SSE4A",
  cx16: "",
  sahf: "LAHF_SAHF",
  "3dnow": "3dNOW",
};
const X86_FEATURES =
  "mmx sse sse2 sse3 ssse3 sse4.1 sse4.2 sse4 sse4a avx avx2 avx512f avx512bw avx512cd avx512dq avx512vl avx512ifma avx512vbmi aes pclmul popcnt abm bmi bmi2 fma fma4 xop lzcnt rdrnd f16c movbe adx rdseed fsgsbase xsave xsaveopt xsavec xsaves sha cx16 sahf crc32 prfchw rtm shstk fxsr clflushopt clwb gfni rdpid 3dnow".split(
    " ",
  );
const V2 = ["sse4.2", "cx16", "sahf", "mmx", "fxsr"];
const V3 = [...V2, "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe"];
const HASWELL = [...V3, "fsgsbase", "pclmul", "rdrnd", "xsaveopt"];
const X86_ARCH: Readonly<Record<string, readonly string[]>> = {
  "x86-64": ["sse2", "mmx", "fxsr"],
  "x86-64-v2": V2,
  "x86-64-v3": V3,
  "x86-64-v4": [...V3, "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
  nocona: ["sse3", "mmx", "fxsr", "cx16"],
  core2: ["ssse3", "mmx", "fxsr", "cx16", "sahf"],
  nehalem: V2,
  haswell: HASWELL,
  k8: ["sse2", "mmx", "fxsr", "3dnow"],
  i386: [],
  i486: [],
  i586: [],
  pentium: [],
  i686: [],
  pentiumpro: [],
  pentium4: ["sse2", "mmx", "fxsr"],
};
/** __NAME__ pairs that -march= brings. */
const X86_ARCH_NAMES: Readonly<Record<string, readonly string[]>> = {
  "x86-64": ["k8"],
  "x86-64-v2": ["k8"],
  "x86-64-v3": ["k8"],
  "x86-64-v4": ["k8"],
  k8: ["k8"],
  nocona: ["nocona"],
  core2: ["core2"],
  nehalem: ["corei7", "nehalem"],
  haswell: ["core_avx2", "haswell"],
  i486: ["i486"],
  i586: ["i586", "pentium"],
  pentium: ["i586", "pentium"],
  i686: ["i686", "pentiumpro"],
  pentiumpro: ["i686", "pentiumpro"],
  pentium4: ["pentium4"],
};

function x86Arch(o: Options): string {
  const given = flagValue(o, "march", "");
  if (given !== "" && given !== "native") return given;
  return o.target === "x86_64" || o.code16 ? "x86-64" : "i686";
}

function x86SoftFloat(o: Options): boolean {
  return !flagOn(o, "m80387", true) || flagOn(o, "msoft-float", false) || flagOn(o, "mgeneral-regs-only", false);
}

function x86Features(o: Options): Set<string> {
  const f = new Set(closure(X86_ARCH[x86Arch(o)] ?? X86_ARCH["x86-64"]!, X86_IMPLIED));
  const off = (name: string): void => {
    if (!f.delete(name)) return;
    for (const [k, v] of Object.entries(X86_IMPLIED)) if (v.includes(name)) off(k);
  };
  for (const [k, v] of o.flags) {
    const name = k.slice(1);
    if (!k.startsWith("m") || !X86_FEATURES.includes(name)) continue;
    if (v === false) off(name);
    else {
      for (const x of closure([name], X86_IMPLIED)) f.add(x);
      if (closure([name], X86_IMPLIED).includes("sse") && o.flags.get("mmmx") !== false) f.add("mmx");
    }
  }
  if (flagOn(o, "mgeneral-regs-only", false)) for (const x of ["mmx", "sse", "3dnow"]) off(x);
  return f;
}

function x86(o: Options, out: Out): void {
  const f = x86Features(o);
  const arch = x86Arch(o);
  const long = o.target === "x86_64";
  if (!long) {
    out.def("__i386");
    out.def("__i386__");
  }
  for (const n of X86_FEATURES) {
    if (!f.has(n)) continue;
    const m = X86_MACRO[n] ?? n.toUpperCase();
    if (m !== "") out.def(`__${m}__`);
  }
  if (arch === "k8") out.def("__3dNOW_A__");
  for (const n of X86_ARCH_NAMES[arch] ?? []) {
    out.def(`__${n}`);
    out.def(`__${n}__`);
  }
  const tune = flagValue(
    o,
    "mtune",
    flagValue(o, "march", "").startsWith("x86-64") ? "generic" : flagValue(o, "march", "generic"),
  );
  if (tune === "i386") out.def("__tune_i386__");
  else for (const n of tune.startsWith("x86-64") ? [] : (X86_ARCH_NAMES[tune] ?? [])) out.def(`__tune_${n}__`);
  const soft = x86SoftFloat(o);
  if (soft) out.def("_SOFT_FLOAT");
  const sseMath = flagValue(o, "mfpmath", long ? "sse" : "387").includes("sse");
  if (sseMath && f.has("sse")) out.def("__SSE_MATH__");
  if (sseMath && f.has("sse2")) out.def("__SSE2_MATH__");
  if (long && f.has("sse2") && f.has("mmx")) out.def("__MMX_WITH_SSE__");
  else if (long && f.has("sse2")) out.def("__MMX_WITH_SSE__");
  if (f.has("sse2")) out.table(FLOAT16_MACROS);
  let method = 0;
  if (sseMath && f.has("sse2")) method = 0;
  else if (soft) method = 0;
  else if (sseMath && f.has("sse")) method = -1;
  else method = 2;
  out.def("__FLT_EVAL_METHOD__", method);
  out.def("__FLT_EVAL_METHOD_TS_18661_3__", method);
  out.def("__BIGGEST_ALIGNMENT__", f.has("avx512f") ? 64 : f.has("avx") ? 32 : flagOn(o, "miamcu", false) ? 4 : 16);
  if (f.has("fma") || f.has("avx512f")) for (const t of ["FMA", "FMAF", "FMAF32", "FMAF64", "FMAF32x"]) out.def(`__FP_FAST_${t}`);
  const cas = arch === "i386" ? 0 : arch === "i486" ? 4 : 8;
  lockFree(out, cas >= 1 ? 2 : 1, cas >= 4 ? 2 : 1, cas >= 8 ? 2 : 1);
  out.def("__GCC_ATOMIC_WCHAR_T_LOCK_FREE", cas >= 4 ? 2 : 1);
  for (const n of [1, 2, 4, 8]) if (n <= cas) out.def(`__GCC_HAVE_SYNC_COMPARE_AND_SWAP_${n}`);
  if (f.has("cx16") && long) out.def("__GCC_HAVE_SYNC_COMPARE_AND_SWAP_16");
  out.def("__GCC_ASM_FLAG_OUTPUTS__");
  out.def("__SEG_FS");
  out.def("__SEG_GS");
  const model = flagValue(o, "mcmodel", long ? "small" : "32");
  out.def(`__code_model_${model}__`);
  const cf = o.flags.get("fcf-protection");
  if (cf !== undefined && cf !== false && cf !== "none") {
    const bits = cf === "branch" ? 1 : cf === "return" ? 2 : 3;
    out.def("__CET__", bits);
  }
  const ld = flagOn(o, "mlong-double-64", false) ? 64 : flagOn(o, "mlong-double-128", false) ? 128 : 80;
  if (ld !== 80) throw new Error(`-mlong-double-${ld} is not supported`);
}
