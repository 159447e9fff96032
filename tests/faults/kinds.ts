// The kinds of miscompile that are planted, as tables over compiler-generated assembly text, per architecture.
//
// A rule takes one instruction and returns what a compiler with that bug would have emitted instead, or nothing if the
// instruction is no site of the bug. The result is assembled by the real assembler: real object code, not a simulation.

/** A class of compiler bug. */
export type FaultKind = "signedness" | "dropped-store" | "shift" | "extension" | "clobber" | "offset" | "branch";

/** All kinds, in the order that draws by seed use. */
export const FAULT_KINDS: readonly FaultKind[] = [
  "signedness",
  "dropped-store",
  "shift",
  "extension",
  "clobber",
  "offset",
  "branch",
];

/** What a gate looks at before the wrong code is run. */
export interface GateInput {
  /** Labels of words that must be non-zero. */
  readonly nonZero: readonly string[];
  /** Labels of words that must be zero. */
  readonly zero: readonly string[];
  /** Label of a word that remembers the draw of this boot, and the chance in 1024. */
  readonly latch: string | undefined;
  readonly chance: number;
}

/** One architecture's rules. */
export interface FaultMachine {
  readonly rules: Readonly<Record<FaultKind, (mnemonic: string, operands: readonly string[]) => readonly string[] | undefined>>;
  /** Wraps wrong and right code: the wrong one runs when the gate is open. Leaves registers and flags as they were. */
  gate(input: GateInput, wrong: readonly string[], right: string, label: string): string[];
}

const swap = (pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> =>
  new Map(pairs.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
const renamed = (table: ReadonlyMap<string, string>, mnemonic: string, operands: readonly string[]): string[] | undefined => {
  const other = table.get(mnemonic);
  return other === undefined ? undefined : [`${other}\t${operands.join(",")}`];
};

// ---- riscv64 -----------------------------------------------------------------------------------------------------

const RISCV_SIGN = swap([
  ["blt", "bltu"],
  ["bge", "bgeu"],
  ["bgt", "bgtu"],
  ["ble", "bleu"],
  ["slt", "sltu"],
  ["slti", "sltiu"],
  ["sgt", "sgtu"],
]);
const RISCV_BRANCH = swap([
  ["beq", "bne"],
  ["beqz", "bnez"],
  ["blt", "bge"],
  ["bltu", "bgeu"],
  ["bgt", "ble"],
  ["bgtu", "bleu"],
  ["bltz", "bgez"],
  ["blez", "bgtz"],
]);
const RISCV_MEMORY = /^(-?\d+)\((\w+)\)$/;

/** riscv64, GNU syntax. */
export const RISCV_FAULTS: FaultMachine = {
  rules: {
    signedness: (m, o) => renamed(RISCV_SIGN, m, o),
    "dropped-store": (m, o) => {
      if (!/^s[bhwd]$/.test(m)) return undefined;
      const at = RISCV_MEMORY.exec(o[1] ?? "");
      return at !== null && at[2] !== "sp" && at[2] !== "s0" ? ["nop"] : undefined;
    },
    shift: (m, o) => {
      if (!/^(slli|srli|srai)w?$/.test(m)) return undefined;
      const by = Number(o[2]);
      return by > 0 && by < 31 ? [`${m}\t${o[0]},${o[1]},${by + 1}`] : undefined;
    },
    extension: (m, o) => {
      if (m === "sext.w") return [`slli\t${o[0]},${o[1]},32`, `srli\t${o[0]},${o[0]},32`];
      if (/^(add|sub|addi|mul|sll|slli)w$/.test(m)) return [`${m.slice(0, -1)}\t${o.join(",")}`];
      return undefined;
    },
    clobber: (m, o) => (m === "ret" || (m === "jr" && o[0] === "ra") ? ["addi\ts1,s1,16", "ret"] : undefined),
    offset: (m, o) => {
      if (!/^l[bhwd]u?$/.test(m)) return undefined;
      const at = RISCV_MEMORY.exec(o[1] ?? "");
      if (at === null || at[2] === "sp" || at[2] === "s0" || at[1] === "0" || Number(at[1]) > 2000) return undefined;
      return [`${m}\t${o[0]},${Number(at[1]) + 8}(${at[2]})`];
    },
    branch: (m, o) => renamed(RISCV_BRANCH, m, o),
  },
  gate(input, wrong, right, label) {
    const restore = ["ld\tt0,0(sp)", "ld\tt1,8(sp)", "ld\tt2,16(sp)", "addi\tsp,sp,32"];
    const lines = ["addi\tsp,sp,-32", "sd\tt0,0(sp)", "sd\tt1,8(sp)", "sd\tt2,16(sp)"];
    for (const word of input.nonZero) lines.push(`la\tt1,${word}`, "ld\tt1,0(t1)", `beqz\tt1,${label}r`);
    for (const word of input.zero) lines.push(`la\tt1,${word}`, "ld\tt1,0(t1)", `bnez\tt1,${label}r`);
    if (input.latch !== undefined) {
      lines.push(`la\tt1,${input.latch}`, "ld\tt0,0(t1)", `bnez\tt0,${label}d`);
      lines.push("rdtime\tt0", "slli\tt2,t0,13", "xor\tt0,t0,t2", "srli\tt2,t0,7", "xor\tt0,t0,t2", "andi\tt0,t0,1023");
      lines.push(`sltiu\tt0,t0,${input.chance}`, "li\tt2,2", "sub\tt0,t2,t0", "sd\tt0,0(t1)");
      lines.push(`${label}d:`, "li\tt2,1", `bne\tt0,t2,${label}r`);
    }
    return [...lines, ...restore, ...wrong, `j\t${label}e`, `${label}r:`, ...restore, right, `${label}e:`];
  },
};

// ---- x86-64 ------------------------------------------------------------------------------------------------------

const X86_CONDITIONS_SIGN = [
  ["l", "b"],
  ["le", "be"],
  ["g", "a"],
  ["ge", "nb"],
  ["ge", "ae"],
] as const;
const X86_SIGN = swap(
  ["j", "set", "cmov"].flatMap((prefix) => X86_CONDITIONS_SIGN.map(([a, b]) => [prefix + a, prefix + b] as const)),
);
const X86_BRANCH = swap(
  (
    [
      ["e", "ne"],
      ["l", "ge"],
      ["g", "le"],
      ["b", "nb"],
      ["b", "ae"],
      ["a", "be"],
      ["s", "ns"],
    ] as const
  ).map(([a, b]) => [`j${a}`, `j${b}`] as const),
);
const X86_MEMORY = /^(-?\d+)?\((%r\w+)\)$/;

/** x86-64, AT&T syntax. */
export const X86_FAULTS: FaultMachine = {
  rules: {
    signedness: (m, o) => renamed(X86_SIGN, m, o),
    "dropped-store": (m, o) => {
      const at = X86_MEMORY.exec(o[1] ?? "");
      return /^mov[bwlq]$/.test(m) && at !== null && at[2] !== "%rsp" && at[2] !== "%rbp" ? ["nop"] : undefined;
    },
    shift: (m, o) => {
      const by = /^\$(\d+)$/.exec(o[0] ?? "");
      return /^(sal|shl|sar|shr)[lq]$/.test(m) && by !== null && Number(by[1]) < 31
        ? [`${m}\t$${Number(by[1]) + 1}, ${o[1]}`]
        : undefined;
    },
    extension: (m, o) => {
      if (m === "cltq") return ["movl\t%eax, %eax"];
      if (/^movs[bw]l$/.test(m)) return [`movz${m[4]}l\t${o.join(", ")}`];
      if (/^movs[bw]q$/.test(m)) return [`movz${m[4]}q\t${o.join(", ")}`];
      return undefined;
    },
    clobber: (m, o) =>
      m === "ret"
        ? ["leaq\t16(%rbx), %rbx", "ret"]
        : m === "jmp" && o[0] === "__x86_return_thunk"
          ? ["leaq\t16(%rbx), %rbx", "jmp\t__x86_return_thunk"]
          : undefined,
    offset: (m, o) => {
      const at = X86_MEMORY.exec(o[0] ?? "");
      if (
        !/^mov[bwlq]$/.test(m) ||
        at === null ||
        at[1] === undefined ||
        at[2] === "%rsp" ||
        at[2] === "%rbp" ||
        at[2] === "%rip"
      )
        return undefined;
      return [`${m}\t${Number(at[1]) + 8}(${at[2]}), ${o[1]}`];
    },
    branch: (m, o) => renamed(X86_BRANCH, m, o),
  },
  gate(input, wrong, right, label) {
    const restore = ["popq\t%rdx", "popq\t%rax", "popfq"];
    const lines = ["pushfq", "pushq\t%rax", "pushq\t%rdx"];
    for (const word of input.nonZero) lines.push(`cmpq\t$0, ${word}(%rip)`, `je\t${label}r`);
    for (const word of input.zero) lines.push(`cmpq\t$0, ${word}(%rip)`, `jne\t${label}r`);
    if (input.latch !== undefined) {
      lines.push(`movq\t${input.latch}(%rip), %rax`, "testq\t%rax, %rax", `jne\t${label}d`);
      lines.push("rdtsc", "movl\t%eax, %edx", "shrl\t$7, %edx", "xorl\t%edx, %eax", "andl\t$1023, %eax");
      lines.push(`cmpl\t$${input.chance}, %eax`, "movl\t$2, %eax", "sbbl\t$0, %eax", `movq\t%rax, ${input.latch}(%rip)`);
      lines.push(`${label}d:`, "cmpq\t$1, %rax", `jne\t${label}r`);
    }
    return [...lines, ...restore, ...wrong, `jmp\t${label}e`, `${label}r:`, ...restore, right, `${label}e:`];
  },
};

// ---- AArch64 -----------------------------------------------------------------------------------------------------

const ARM_SIGN_CONDITIONS = swap([
  ["lt", "cc"],
  ["ge", "cs"],
  ["gt", "hi"],
  ["le", "ls"],
]);
const ARM_INVERSE = swap([
  ["eq", "ne"],
  ["lt", "ge"],
  ["gt", "le"],
  ["cc", "cs"],
  ["hi", "ls"],
  ["mi", "pl"],
]);
const ARM_COMPARE = swap([
  ["cbz", "cbnz"],
  ["tbz", "tbnz"],
]);
const ARM_LAST_MEMORY = /^\[(x\d+)(?:, ?(\d+))?\]$/;

/** AArch64, GNU syntax. */
export const ARM_FAULTS: FaultMachine = {
  rules: {
    signedness: (m, o) => {
      const jump = /^b\.?(lt|ge|gt|le|cc|cs|hi|ls)$/.exec(m);
      if (jump !== null) return [`b.${ARM_SIGN_CONDITIONS.get(jump[1]!)}\t${o.join(", ")}`];
      const last = o.at(-1) ?? "";
      if (!/^(cset|csel|cinc)$/.test(m) || !ARM_SIGN_CONDITIONS.has(last)) return undefined;
      return [`${m}\t${[...o.slice(0, -1), ARM_SIGN_CONDITIONS.get(last)!].join(", ")}`];
    },
    "dropped-store": (m, o) =>
      /^str[bh]?$/.test(m) && ARM_LAST_MEMORY.test(o.at(-1) ?? "") && !/x29/.test(o.at(-1)!) ? ["nop"] : undefined,
    shift: (m, o) => {
      const by = Number(o[2]);
      return /^(lsl|lsr|asr)$/.test(m) && by > 0 && by < 31 ? [`${m}\t${o[0]}, ${o[1]}, ${by + 1}`] : undefined;
    },
    extension: (m, o) =>
      m === "sxtw"
        ? [`mov\t${o[0]!.replace("x", "w")}, ${o[1]}`]
        : /^sxt[bh]$/.test(m)
          ? [`u${m.slice(1)}\t${o.map((r) => r.replace("x", "w")).join(", ")}`]
          : undefined,
    clobber: (m) => (m === "ret" ? ["add\tx19, x19, 16", "ret"] : undefined),
    offset: (m, o) => {
      const at = ARM_LAST_MEMORY.exec(o.at(-1) ?? "");
      if (!/^ldr[bh]?$/.test(m) || at === null || at[2] === undefined || at[1] === "x29" || Number(at[2]) > 200) return undefined;
      return [`${m}\t${[...o.slice(0, -1), `[${at[1]}, ${Number(at[2]) + 8}]`].join(", ")}`];
    },
    branch: (m, o) => {
      const jump = /^b\.?(eq|ne|lt|ge|gt|le|cc|cs|hi|ls|mi|pl)$/.exec(m);
      if (jump !== null) return [`b.${ARM_INVERSE.get(jump[1]!)}\t${o.join(", ")}`];
      return renamed(ARM_COMPARE, m, o);
    },
  },
  gate(input, wrong, right, label) {
    const restore = ["ldr\tx17, [sp, 16]", "msr\tnzcv, x17", "ldr\tx15, [sp, 24]", "ldp\tx16, x17, [sp], 32"];
    const lines = ["stp\tx16, x17, [sp, -32]!", "mrs\tx17, nzcv", "str\tx17, [sp, 16]", "str\tx15, [sp, 24]"];
    const load = (word: string): string[] => [`adrp\tx16, ${word}`, `ldr\tx16, [x16, :lo12:${word}]`];
    for (const word of input.nonZero) lines.push(...load(word), `cbz\tx16, ${label}r`);
    for (const word of input.zero) lines.push(...load(word), `cbnz\tx16, ${label}r`);
    if (input.latch !== undefined) {
      lines.push(
        ...load(input.latch),
        `cbnz\tx16, ${label}d`,
        "mrs\tx16, cntvct_el0",
        "eor\tx16, x16, x16, lsr 7",
        "and\tx16, x16, 1023",
      );
      lines.push(
        `cmp\tx16, ${input.chance}`,
        "mov\tx16, 1",
        "cinc\tx16, x16, cs",
        `adrp\tx15, ${input.latch}`,
        `str\tx16, [x15, :lo12:${input.latch}]`,
      );
      lines.push(`${label}d:`, "cmp\tx16, 1", `b.ne\t${label}r`);
    }
    return [...lines, ...restore, ...wrong, `b\t${label}e`, `${label}r:`, ...restore, right, `${label}e:`];
  },
};

/** Rules by architecture. */
export const FAULT_MACHINES: Readonly<Record<"riscv" | "x86" | "arm", FaultMachine>> = {
  riscv: RISCV_FAULTS,
  x86: X86_FAULTS,
  arm: ARM_FAULTS,
};
