// Built-in functions that ask the machine: which processor this is (GCC manual, "x86 Built-in Functions": __builtin_cpu_init, cpu_supports,
// cpu_is), the thread's pointer, checksums and status registers of AArch64 ("AArch64 Built-in Functions"), and the stores of
// __builtin_unwind_init. What libgcc found out about the processor lies in its objects __cpu_model (words: vendor, type, subtype,
// features 0 to 31) and __cpu_features2 (the features from 32 on); the order of the names below is that of their bits, as observed in
// code that GCC 12.2 makes.

import type { Expr } from "../c/ast.ts";
import * as A from "../c/ast.ts";
import * as B from "../c/builtin-ids.ts";
import { K_POINTER } from "../c/ctype.ts";
import { AO_IN, AO_OUT, type AsmOperand, registerOperand, type Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { bin, icmp } from "./arith.ts";
import { libcall } from "./call.ts";
import type { FnGen } from "./context.ts";
import { genExpr } from "./expr.ts";
import { irType, mem } from "./types.ts";

const FEATURES: readonly string[] =
  `cmov mmx popcnt sse sse2 sse3 ssse3 sse4.1 sse4.2 avx avx2 sse4a fma4 xop fma avx512f bmi bmi2 aes pclmul avx512vl avx512bw
  avx512dq avx512cd avx512er avx512pf avx512vbmi avx512ifma avx5124vnniw avx5124fmaps avx512vpopcntdq avx512vbmi2 gfni vpclmulqdq
  avx512vnni avx512bitalg avx512bf16 avx512vp2intersect 3dnow 3dnowp adx abm cldemote clflushopt clwb clzero cmpxchg16b cmpxchg8b
  enqcmd f16c fsgsbase fxsave hle ibt lahf_lm lm lwp lzcnt movbe movdir64b movdiri mwaitx osxsave pconfig pku prefetchwt1 prfchw
  ptwrite rdpid rdrnd rdseed rtm serialize sgx sha shstk tbm tsxldtrk vaes waitpkg wbnoinvd xsave xsavec xsaveopt xsaves amx-tile
  amx-int8 amx-bf16 uintr hreset kl aeskle widekl avxvnni avx512fp16 x86-64 x86-64-v2 x86-64-v3 x86-64-v4`.split(/\s+/);

/** Word of __cpu_model and its value, by the name that __builtin_cpu_is takes. */
const PROCESSORS: ReadonlyMap<string, readonly [number, number]> = new Map(
  (
    [
      [0, "intel=1 amd=2"],
      [
        1,
        `atom=1 bonnell=1 core2=2 corei7=3 amdfam10h=4 amdfam15h=5 shanghai=5 slm=6 silvermont=6 istanbul=6 knl=7 bdver1=7 bdver2=8 btver2=9
        amdfam17h=10 knm=11 goldmont=12 goldmont-plus=13 tremont=14 amdfam19h=15`,
      ],
      [
        2,
        `nehalem=1 westmere=2 sandybridge=3 barcelona=4 btver1=7 bdver3=9 bdver4=10 znver1=11 ivybridge=12 haswell=13 broadwell=14
        skylake=15 skylake-avx512=16 cannonlake=17 icelake-client=18 icelake-server=19 znver2=20 cascadelake=21 tigerlake=22
        cooperlake=23 sapphirerapids=24 alderlake=25 znver3=26 rocketlake=27`,
      ],
    ] as const
  ).flatMap(([word, names]) =>
    names.split(/\s+/).map((n) => {
      const [name, value] = n.split("=");
      return [name!, [word, Number(value)]] as const;
    }),
  ),
);

/** The value (0 for void); -1 when the function is none of these, or none of this target's. */
export function genMachineBuiltin(g: FnGen, e: Expr): Value {
  const x86 = g.target.name === "x86_64" || g.target.name === "i386";
  switch (e.builtin) {
    case B.BI_CPU_INIT:
      return x86 ? libcall(g, "__cpu_indicator_init", O.TY_I32, true, []) : -1;
    case B.BI_CPU_SUPPORTS:
      return x86 ? cpuSupports(g, e.args![0]!) : -1;
    case B.BI_CPU_IS:
      return x86 ? cpuIs(g, e.args![0]!) : -1;
    case B.BI_THREAD_POINTER:
      return threadPointer(g);
    case B.BI_UNWIND_INIT:
      return storeSavedRegisters(g);
  }
  return e.builtin >= B.BI_ARM_CRC32B && e.builtin <= B.BI_ARM_SET_FPSR && g.target.name === "aarch64" ? armScalar(g, e) : -1;
}

/** The text of a string literal. */
function literal(g: FnGen, e: Expr): string {
  let x = e;
  while (x.op === A.E_CAST && x.type.kind === K_POINTER) x = x.a!;
  if (x.op !== A.E_ADDR || x.a!.op !== A.E_STRING || x.a!.str!.unit !== 1)
    g.mg.diags.fatal(e.loc, "parameter to builtin must be a string constant or literal");
  const bytes = x.a!.str!.bytes;
  let s = "";
  for (const c of bytes) {
    if (c === 0) break;
    s += String.fromCharCode(c);
  }
  return s;
}

function word(g: FnGen, object: string, index: number): Value {
  const sym = g.mg.module.symbol(object);
  sym.referenced = true;
  const at = g.addOff(g.b.emit(O.OP_SYM, g.ptrTy, sym.id, 0), index * 4);
  return g.b.load(O.TY_I32, at, mem(4, 4, false, 0));
}

function cpuSupports(g: FnGen, e: Expr): Value {
  const name = literal(g, e);
  const k = FEATURES.indexOf(name);
  if (k < 0) g.mg.diags.fatal(e.loc, `parameter to builtin not valid: ${name}`);
  const w = k < 32 ? word(g, "__cpu_model", 3) : word(g, "__cpu_features2", (k >> 5) - 1);
  // GCC: of the first 32 the last is told as 1, all others as their bit
  if (k === 31) return bin(g, O.OP_SHR, O.TY_I32, w, g.i32(31));
  return bin(g, O.OP_AND, O.TY_I32, w, g.i32(1 << (k & 31)));
}

function cpuIs(g: FnGen, e: Expr): Value {
  const name = literal(g, e);
  const p = PROCESSORS.get(name);
  if (p === undefined) g.mg.diags.fatal(e.loc, `parameter to builtin not valid: ${name}`);
  return icmp(g, O.OP_EQ, O.TY_I32, word(g, "__cpu_model", p![0]), g.i32(p![1]));
}

/** An instruction as an asm statement; its result, if `out` is one, is operand 0. */
function instruction(g: FnGen, template: string, operands: AsmOperand[], out: number, effect: boolean): Value {
  if (out !== 0) {
    const o = registerOperand(AO_OUT, "r", out, 0);
    o.outIndex = 0;
    operands.unshift(o);
  }
  const v = g.b.emit(O.OP_ASM, 0, 0, 0, 0, {
    template,
    operands,
    clobbers: effect ? ["memory"] : [],
    volatile: effect,
    memory: effect,
    basic: false,
    inline: false,
    labels: [],
    fallthrough: 0,
    loc: g.b.loc,
  });
  return out === 0 ? 0 : g.b.emit(O.OP_PROJ, out, v, 0);
}

function threadPointer(g: FnGen): Value {
  switch (g.target.name) {
    case "riscv64":
      return g.b.emit(O.OP_READREG, g.ptrTy, g.target.regByName("tp"));
    case "aarch64":
      return instruction(g, "mrs %0, tpidr_el0", [], g.ptrTy, false);
    case "x86_64":
      return instruction(g, "movq %%fs:0, %0", [], g.ptrTy, false);
    case "i386":
      return instruction(g, "movl %%gs:0, %0", [], g.ptrTy, false);
  }
}

const SAVED: Readonly<Record<string, readonly [store: string, registers: string]>> = {
  x86_64: ["movq %%R, O(%0)", "rbx rbp r12 r13 r14 r15"],
  i386: ["movl %%R, O(%0)", "ebx esi edi ebp"],
  aarch64: ["str R, [%0, O]", "x19 x20 x21 x22 x23 x24 x25 x26 x27 x28 x29 d8 d9 d10 d11 d12 d13 d14 d15"],
  riscv64: ["sd R, O(%0)", "s0 s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11"],
};

/** What a caller may keep in registers comes to lie in this frame, where collectors of garbage look for pointers. */
function storeSavedRegisters(g: FnGen): Value {
  const [store, names] = SAVED[g.target.name]!;
  const registers = names.split(" ");
  const size = g.target.ptrSize;
  const at = g.temp(Math.ceil((registers.length * size) / 16) * 16, 16);
  const text = registers.map((r, i) => store.replace("R", r).replace("O", String(i * size))).join("\n\t");
  return instruction(g, text, [registerOperand(AO_IN, "r", g.ptrTy, at)], 0, true);
}

const ARM_SCALARS: Readonly<Record<number, string>> = {
  [B.BI_ARM_CRC32B]: "crc32b %w0, %w1, %w2",
  [B.BI_ARM_CRC32B + 1]: "crc32h %w0, %w1, %w2",
  [B.BI_ARM_CRC32B + 2]: "crc32w %w0, %w1, %w2",
  [B.BI_ARM_CRC32B + 3]: "crc32x %w0, %w1, %x2",
  [B.BI_ARM_CRC32B + 4]: "crc32cb %w0, %w1, %w2",
  [B.BI_ARM_CRC32B + 5]: "crc32ch %w0, %w1, %w2",
  [B.BI_ARM_CRC32B + 6]: "crc32cw %w0, %w1, %w2",
  [B.BI_ARM_CRC32B + 7]: "crc32cx %w0, %w1, %x2",
  [B.BI_ARM_GET_FPCR]: "mrs %x0, fpcr",
  [B.BI_ARM_GET_FPCR + 1]: "mrs %x0, fpsr",
  [B.BI_ARM_SET_FPCR]: "msr fpcr, %x0",
  [B.BI_ARM_SET_FPSR]: "msr fpsr, %x0",
};

function armScalar(g: FnGen, e: Expr): Value {
  const operands = e.args!.map((a) => {
    const v = genExpr(g, a);
    return registerOperand(AO_IN, "r", g.f.ty[v]!, v);
  });
  const crc = e.builtin < B.BI_ARM_GET_FPCR;
  g.b.loc = e.loc;
  const out = e.builtin >= B.BI_ARM_SET_FPCR ? 0 : irType(g.target, e.type);
  return instruction(g, (crc ? ".arch_extension crc\n\t" : "") + ARM_SCALARS[e.builtin]!, operands, out, !crc);
}
