// The compiler proper: tokens to assembler text. Front end → IR → optimiser → target, nothing but function calls in between.

import type { Options } from "./base/options.ts";
import { flagOn, flagValue } from "./base/options.ts";
import type { SourceManager } from "./base/source.ts";
import { defaultParseOptions, Parser } from "./c/parser.ts";
import type { Module } from "./ir/module.ts";
import { printModule } from "./ir/print.ts";
import { verifyOrThrow } from "./ir/verify.ts";
import { DEFAULT_IRGEN_OPTIONS, generateModule } from "./irgen/module.ts";
import { asksForMembers } from "./irgen/object-size.ts";
import { KW_asm, KW_inline, KW_restrict, KW_typeof, LAST_KEYWORD, type Names } from "./lex/names.ts";
import { TK_IDENT, type Tokens } from "./lex/tokens.ts";
import { type FunctionAlignment, NO_ALIGNMENT } from "./mach/emit-module.ts";
import { AsmError } from "./mach/inline-asm.ts";
import { zeroRegisters } from "./mach/zero-registers.ts";
import { optimize } from "./opt/pipeline.ts";
import type { CompileJob } from "./pp/job.ts";
import { type AArch64Options, branchProtection } from "./target/aarch64/options.ts";
import { regByName as aarch64Register } from "./target/aarch64/registers.ts";
import { aarch64Compile, aarch64Info } from "./target/aarch64/target.ts";
import type { TargetInfo } from "./target/abi.ts";
import type { RiscvOptions } from "./target/riscv64/options.ts";
import { regByName as riscvRegister } from "./target/riscv64/registers.ts";
import { riscvCompile, riscvInfo } from "./target/riscv64/target.ts";
import { GuardError, stackProtection } from "./target/stack-guard.ts";
import { TLS_MODELS } from "./target/tls-model.ts";
import type { BranchThunk, X86Options } from "./target/x86/options.ts";
import { regByName as x86Register } from "./target/x86/registers.ts";
import { x86Compile, x86Info } from "./target/x86/target.ts";

interface Target {
  readonly info: TargetInfo;
  readonly stackProtector: boolean;
  /** Assembler text of an optimised module. */
  compile(m: Module): string;
}

function targetOf(o: Options, sources: SourceManager): Target {
  switch (o.target) {
    case "riscv64": {
      const r = riscvOptions(o, sources);
      return {
        info: { ...riscvInfo(r), charSigned: o.charSigned },
        stackProtector: r.stackProtection?.mode !== "none",
        compile: (m) => riscvCompile(m, r),
      };
    }
    case "aarch64": {
      const r = aarch64Options(o, sources);
      return {
        info: { ...aarch64Info(r), charSigned: o.charSigned },
        stackProtector: r.stackProtection?.mode !== "none",
        compile: (m) => aarch64Compile(m, r),
      };
    }
    case "i386":
    case "x86_64": {
      const r = x86Options(o, sources);
      return {
        info: { ...x86Info(r), charSigned: o.charSigned },
        stackProtector: r.stackProtection?.mode !== "none",
        compile: (m) => x86Compile(m, r),
      };
    }
  }
}

/** "N,M" of -fpatchable-function-entry: no-ops in all, and before the label. */
function patchableEntry(text: string): [number, number] {
  const [total, before] = text.split(",").map(Number);
  return [total ?? 0, before ?? 0];
}

/**
 * How functions are aligned beyond what the instruction set asks, as GCC does: -falign-functions=N or N:M (at most M - 1
 * bytes of padding; M is N without), else the default of the target from -O2. -Os never pads.
 */
function functionAlignment(o: Options, byDefault: FunctionAlignment): FunctionAlignment {
  if (o.opt === "s" || !flagOn(o, "falign-functions", true)) return NO_ALIGNMENT;
  const value = flagValue(o, "falign-functions", "0");
  const [n, m] = value.split(":").map(Number);
  if (n === undefined || n === 0) return Number(o.opt) >= 2 ? byDefault : NO_ALIGNMENT;
  return { log: Math.ceil(Math.log2(n)), skip: (m === undefined || m === 0 ? n : Math.min(m, n)) - 1 };
}

function siblingCalls(o: Options): boolean {
  return flagOn(o, "foptimize-sibling-calls", optLevel(o) >= 2);
}

/** What all targets ask of the command line. */
function commonOptions(o: Options, sources: SourceManager, regByName: (name: string) => number, alignment: FunctionAlignment) {
  return {
    alignFunctions: functionAlignment(o, alignment),
    siblingCalls: siblingCalls(o),
    pic: o.pic !== 0,
    functionSections: flagOn(o, "ffunction-sections", false),
    dataSections: flagOn(o, "fdata-sections", false),
    jumpTables: flagOn(o, "fjump-tables", true),
    lines: o.debug > 0 ? (loc: number) => sources.decode(loc) : undefined,
    directory: "",
    patchable: patchableEntry(flagValue(o, "fpatchable-function-entry", "0")),
    tls: {
      shared: o.pic !== 0 && o.pie === 0,
      least: Math.max(0, TLS_MODELS.indexOf(flagValue(o, "ftls-model", ""))),
      localDynamic: o.opt !== 0,
    },
    stackProtection: stackProtection(o, regByName),
    zeroRegisters: zeroRegisters(flagValue(o, "fzero-call-used-regs", "skip")),
    profile: flagOn(o, "pg", false),
    check: o.check,
  };
}

function aarch64Options(o: Options, sources: SourceManager): AArch64Options {
  return {
    ...commonOptions(o, sources, aarch64Register, { log: 4, skip: 11 }),
    branchProtection: branchProtection(flagValue(o, "mbranch-protection", "none")),
    fixedVectors: Array.from({ length: 16 }, (_, i) => 16 + i).filter((n) => flagOn(o, `ffixed-v${n}`, false)),
    shadowCallStack: flagOn(o, "fsanitize-shadow-call-stack", false),
    tlsTraditional: flagValue(o, "mtls-dialect", "desc") === "trad",
    generalRegsOnly: flagOn(o, "mgeneral-regs-only", false),
    framePointer: !flagOn(o, "fomit-frame-pointer", o.opt !== 0),
    strictAlign: flagOn(o, "mstrict-align", false),
    unwind: flagOn(o, "fasynchronous-unwind-tables", true) ? "eh" : o.debug > 0 ? "debug" : "none",
  };
}

/** What -ftrivial-auto-var-init= fills with (GCC manual, "Optimize Options"). */
const FILL_BYTES: Readonly<Record<string, number>> = { zero: 0, pattern: 0xfe };

function x86Options(o: Options, sources: SourceManager): X86Options {
  const cet = flagValue(o, "fcf-protection", flagOn(o, "fcf-protection", false) ? "full" : "none");
  const fentry = flagOn(o, "mfentry", false);
  const sls = flagValue(o, "mharden-sls", "none");
  const long = o.target === "x86_64";
  const arch = flagValue(o, "march", "x86-64");
  return {
    ...commonOptions(o, sources, x86Register, { log: 4, skip: 15 }),
    bits: long ? 64 : 32,
    code16: o.code16,
    regparm: Number(flagValue(o, "mregparm", "0")),
    regStructReturn: flagOn(o, "freg-struct-return", false),
    cmov: long || !/^(i[345]86|pentium|pentium-mmx|lakemont|winchip.*|c3|k6.*)$/.test(arch),
    i486: arch !== "i386",
    x87: flagOn(o, "m80387", true) && !flagOn(o, "msoft-float", false) && !flagOn(o, "mgeneral-regs-only", false),
    profiler: {
      name: fentry ? flagValue(o, "mfentry-name", "__fentry__") : "mcount",
      first: fentry,
      record: flagOn(o, "mrecord-mcount", false) ? flagValue(o, "mfentry-section", "__mcount_loc") : "",
      nop: flagOn(o, "mnop-mcount", false),
    },
    pie: o.pie !== 0,
    model: flagValue(o, "mcmodel", "small") === "kernel" ? "kernel" : "small",
    redZone: flagOn(o, "mred-zone", true),
    sse: flagOn(o, "msse", true) && flagOn(o, "msse2", true),
    popcnt: flagOn(o, "mpopcnt", false),
    framePointer: !flagOn(o, "fomit-frame-pointer", o.opt !== 0),
    stackAlign: 1 << Number(flagValue(o, "mpreferred-stack-boundary", "4")),
    indirectBranch: flagValue(o, "mindirect-branch", "keep") as BranchThunk,
    functionReturn: flagValue(o, "mfunction-return", "keep") as BranchThunk,
    csPrefix: flagOn(o, "mindirect-branch-cs-prefix", false),
    endbr: cet === "full" || cet === "branch",
    shadowStack: cet === "full" || cet === "return",
    skipRaxSetup: flagOn(o, "mskip-rax-setup", false),
    plt: flagOn(o, "fplt", true),
    hardenReturn: sls === "all" || sls === "return",
    hardenJump: sls === "all" || sls === "indirect-jmp",
    unwind: flagOn(o, "fasynchronous-unwind-tables", true) ? "eh" : o.debug > 0 ? "debug" : "none",
  };
}

function riscvOptions(o: Options, sources: SourceManager): RiscvOptions {
  const march = flagValue(o, "march", "rv64gc");
  const mabi = flagValue(o, "mabi", "lp64d");
  return {
    ...commonOptions(o, sources, riscvRegister, NO_ALIGNMENT),
    hardFloat: mabi !== "lp64",
    framePointer: !flagOn(o, "fomit-frame-pointer", o.opt !== 0),
    strictAlign: flagOn(o, "mstrict-align", true),
    common: flagOn(o, "fcommon", false),
    unwind:
      flagOn(o, "fasynchronous-unwind-tables", false) || flagOn(o, "funwind-tables", false)
        ? "eh"
        : o.debug > 0
          ? "debug"
          : "none",
    attributes: flagOn(o, "mriscv-attribute", true),
    march,
    mabi,
  };
}

const VISIBILITIES = ["default", "hidden", "protected", "internal"];

export function optLevel(o: Options): 0 | 1 | 2 | 3 {
  return o.opt === "s" ? 2 : o.opt === "g" ? 1 : o.opt === "fast" ? 3 : o.opt;
}

/** A location for people. */
function placeOf(sources: SourceManager, loc: number): string {
  const at = sources.decode(loc);
  return `${at.file}:${at.line}:${at.col}`;
}

/** Turns words that are no keywords in the dialect into plain names: restrict of C90, asm, typeof and C90's inline of strict ones. */
function dropKeywords(tokens: Tokens, names: Names, o: Options, iso: boolean, c90: boolean): void {
  const words: number[] = c90 ? [KW_restrict] : [];
  if (!flagOn(o, "fasm", !iso)) words.push(KW_asm, KW_typeof, ...(c90 ? [KW_inline] : []));
  if (words.length === 0) return;
  const { kind, val, n } = tokens;
  for (let i = 0; i < n; i++) {
    if (kind[i] === TK_IDENT && val[i]! <= LAST_KEYWORD && words.includes(val[i]!)) val[i] = names.plain(val[i]!);
  }
}

/** Compiles one translation unit; diagnostics go to job.diags, and the text is "" when there were errors. */
export function compileTokens(tokens: Tokens, job: CompileJob): { asm: string } {
  const o = job.options;
  let target: Target;
  try {
    target = targetOf(o, job.sources);
  } catch (e) {
    if (!(e instanceof GuardError)) throw e;
    job.diags.error(0, e.message);
    return { asm: "" };
  }
  const level = optLevel(o);
  const iso = /^(c|iso)/.test(o.std);
  const c90 = /^(c89|gnu89|ciso94)$/.test(o.std);
  dropKeywords(tokens, job.session.names, o, iso, c90);
  const noBuiltinNames = new Set<string>();
  for (const [name, v] of o.flags) if (name.startsWith("fbuiltin-") && v === false) noBuiltinNames.add(name.slice(9));
  const parser = new Parser(
    tokens,
    job.session.names,
    job.session.lits,
    target.info,
    {
      ...defaultParseOptions(target.info),
      std: iso,
      gnu89Inline: flagOn(o, "fgnu89-inline", c90),
      regparm: Number(flagValue(o, "mregparm", "0")),
      hosted: !flagOn(o, "ffreestanding", false),
      noBuiltin: !flagOn(o, "fbuiltin", !flagOn(o, "ffreestanding", false)),
      noBuiltinNames,
      optimize: o.opt !== 0,
      wraps: flagOn(o, "fwrapv", false) || !flagOn(o, "fstrict-overflow", true),
      shortEnums: flagOn(o, "fshort-enums", false),
      unsignedBitfields: flagOn(o, "funsigned-bitfields", false),
      singleConstants: flagOn(o, "fsingle-precision-constant", false),
      msExtensions: flagOn(o, "fms-extensions", false) || flagOn(o, "fplan9-extensions", false),
      plan9: flagOn(o, "fplan9-extensions", false),
      charset: o.charset,
      charSigned: o.charSigned,
      wcharSigned: target.info.wcharSigned && o.wcharSize === 4,
      wcharSize: o.wcharSize,
      packStruct:
        typeof o.flags.get("fpack-struct") === "string"
          ? Number(o.flags.get("fpack-struct"))
          : flagOn(o, "fpack-struct", false)
            ? 1
            : 0,
      bigEndian: flagValue(o, "fsso-struct", "native") === "big-endian",
      msBitfields: flagOn(o, "mms-bitfields", false),
      parseAll: flagOn(o, "fparse-all", false) || flagOn(o, "fsyntax-only", false),
      pedanticErrors: flagOn(o, "pedantic-errors", false),
      version: c90 ? 1990 : /^(c|gnu)9[9x]$|:199[9x]/.test(o.std) ? 1999 : o.std.endsWith("2x") ? 2023 : 2011,
      pedantic: flagOn(o, "pedantic", false),
      pragmas: job.pragmas,
    },
    job.diags,
  );
  const unit = parser.parseUnit();
  if (job.diags.errors > 0) return { asm: "" };
  const t0 = performance.now();
  const m = generateModule(
    parser,
    unit,
    target.info,
    {
      ...DEFAULT_IRGEN_OPTIONS,
      fileName: job.mainFile,
      visibility: Math.max(0, VISIBILITIES.indexOf(flagValue(o, "fvisibility", "default"))),
      common: flagOn(o, "fcommon", false),
      deleteNullChecks: flagOn(o, "fdelete-null-pointer-checks", true),
      optimize: level,
      instrument: flagOn(o, "finstrument-functions", false),
      stackProtector: target.stackProtector || parser.namesProtection,
      fillByte: FILL_BYTES[flagValue(o, "ftrivial-auto-var-init", "uninitialized")] ?? -1,
      markMembers: asksForMembers(tokens, job.session.names),
      trapOverflow: flagOn(o, "ftrapv", false) && !flagOn(o, "fwrapv", false),
    },
    job.diags,
  );
  if (job.diags.errors > 0) return { asm: "" };
  if (o.dumps.includes("ir")) job.dump("ir", printModule(m));
  if (o.check) for (const f of m.funcs) verifyOrThrow(f, "after IR generation", m);
  const t1 = performance.now();
  const times = o.time ? new Map<string, number>() : undefined;
  optimize(m, {
    times,
    disabled: o.passes.filter((p) => p.startsWith("-")).map((p) => p.slice(1)),
    bisect: o.bisect,
    dump: {
      wants: (pass, fn) => o.dumps.length !== 0 && (o.dumps.includes(pass) || o.dumps.includes(pass + ":" + fn)),
      emit: (pass, fn, text) => job.dump(pass + " " + fn, text),
      match: (text) =>
        job.dump(
          "bisect",
          text.replace(/ @(\d+)$/, (_, loc) => ` @${placeOf(job.sources, Number(loc))}`),
        ),
    },
    level,
    size: o.opt === "s",
    target: target.info,
    nullChecksDeletable: flagOn(o, "fdelete-null-pointer-checks", true),
    interposable: o.pic !== 0 && o.pie === 0,
    siblingCalls: siblingCalls(o),
    noInline: !flagOn(o, "finline-functions", true) || !flagOn(o, "finline", true),
    check: o.check,
    diags: job.diags,
  });
  if (job.diags.errors > 0) return { asm: "" };
  if (o.dumps.includes("opt")) job.dump("opt", printModule(m));
  const t2 = performance.now();
  if (times !== undefined) job.dump("passes", [...times].map(([p, t]) => p + " " + t.toFixed(1)).join(", "));
  try {
    const asm = target.compile(m);
    if (o.time)
      job.dump(
        "time",
        `irgen ${(t1 - t0).toFixed(1)} ms, optimise ${(t2 - t1).toFixed(1)} ms, code ${(performance.now() - t2).toFixed(1)} ms`,
      );
    return { asm };
  } catch (e) {
    if (!(e instanceof AsmError)) throw e;
    job.diags.error(e.loc, e.message);
    return { asm: "" };
  }
}
