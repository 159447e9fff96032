// The x86 instructions that occ emits, one row each, in AT&T syntax. Source: Intel SDM vol. 2; GNU as manual, "i386-Syntax".
//
// Rows for 64 bits are those of the machine word: the same row stands for 32 bits in i386 code (I386_ISA), where no value of
// 64 bits is left when instructions are selected.
//
// A row's text names its operands: {b0} {w0} {l0} {q0} {x0} = register 0 of the instruction as byte, word, long, quad, xmm;
// {i} = $imm2, {c} = condition in `cc` (kept in immHi where there is no memory operand, else in imm2), {t} = label of the target
// block, {m} = memory operand. A row without a text is printed by emit.ts. Two-address rows name their first register once:
// regs = [d, d, source].
//
// Memory operand: slot or sym, displacement in imm, and in immHi the scale of the index (0 = none, 1 2 4 8) | MEM_BASE |
// MEM_SEG_GS | MEM_SEG_FS; base and index are the last registers.

export interface IsaRow {
  readonly name: string;
  /** Pieces of the text: plain strings at even places, operands at odd ones. */
  readonly pieces: readonly string[];
}

export const MEM_SCALE = 15;
export const MEM_BASE = 16;
export const MEM_SEG_GS = 32;
export const MEM_SEG_FS = 64;

const rows: IsaRow[] = [];
const rows32: IsaRow[] = [];
function row(name: string, text = ""): number {
  const name32 = name === "cqto" ? "cltd" : name.replace(/q$/, "l");
  rows32.push(newRow(name32, text.replace(/\{q(\d)\}/g, "{l$1}").replaceAll("%rsp", "%esp")));
  return rows.push(newRow(name, text)) - 1;
}
function newRow(name: string, text: string): IsaRow {
  return { name, pieces: text === "" ? [] : `${name}\t${text}`.split(/[{}]/) };
}
const LETTERS = ["l", "q"];
/** [32 bits, 64 bits]; W in the text becomes the width's letter, the name gets it as suffix. */
function pair(name: string, text: string): readonly number[] {
  return LETTERS.map((w) => row(name + w, text.replaceAll("W", w)));
}
/** By log2 of the size: 8, 16, 32, 64 bits. */
function sizes(name: string, text: string): readonly number[] {
  return ["b", "w", "l", "q"].map((w) => row(name + w, text.replaceAll("W", w)));
}
/** [single, double] */
function fpair(name: string, text: string): readonly number[] {
  return ["ss", "sd"].map((s) => row(name + s, text));
}

// rows 0..3: copies, asm, nop (mach/minst.ts)
row("copy");
row("pcopy");
row("asm");
row("nop");
export const I_MOV: number = row("movq", "{q1}, {q0}");
export const I_MOVF: number = row("movaps", "{x1}, {x0}");
export const I_MOVT: number = row("x87move");
/** Moves of the allocator on i386, which keeps no register free for them: exchange of two places, slot to slot. */
export const I_SWAP: number = row("swap");
export const I_SLOTMOVE: number = row("slotmove");

/** Two-operand arithmetic: [op reg, reg], [op $imm, reg], [op mem, reg], all [32, 64] bits; mem forms by log2 of the size. */
export interface Alu {
  readonly rr: readonly number[];
  readonly ri: readonly number[];
  readonly rm: readonly number[];
  readonly mr: readonly number[];
  readonly mi: readonly number[];
}
function alu(name: string): Alu {
  return {
    rr: pair(name, "{W2}, {W0}"),
    ri: pair(name, "{i}, {W0}"),
    rm: pair(name, "{m}, {W0}"),
    mr: sizes(name, "{W0}, {m}"),
    mi: sizes(name, "{i}, {m}"),
  };
}
export const ADD: Alu = alu("add");
export const SUB: Alu = alu("sub");
export const AND: Alu = alu("and");
/** With the carry flag, which the comparison right in front has set: regs = [d, d, b] or [d, d] with imm2. */
export const I_ADC: readonly number[] = pair("adc", "{W2}, {W0}");
export const I_ADCI: readonly number[] = pair("adc", "{i}, {W0}");
export const I_SBB: readonly number[] = pair("sbb", "{W2}, {W0}");
export const I_SBBI: readonly number[] = pair("sbb", "{i}, {W0}");
export const OR: Alu = alu("or");
export const XOR: Alu = alu("xor");
/** Three-address additions: add where the result is an operand, else lea. regs = [d, a, b] or [d, a] with imm. */
export const I_ADD3: readonly number[] = [row("add3l"), row("add3q")];
export const I_ADDI3: readonly number[] = [row("addi3l"), row("addi3q")];
export const I_LEA: readonly number[] = pair("lea", "{m}, {W0}");
export const I_IMUL: readonly number[] = pair("imul", "{W2}, {W0}");
export const I_IMULM: readonly number[] = pair("imul", "{m}, {W0}");
export const I_IMULI: readonly number[] = pair("imul", "{i}, {W1}, {W0}");
export const I_NEG: readonly number[] = pair("neg", "{W0}");
export const I_NOT: readonly number[] = pair("not", "{W0}");
export const I_NEGM: readonly number[] = sizes("neg", "{m}");
export const I_NOTM: readonly number[] = sizes("not", "{m}");
export const I_SHL: readonly number[] = pair("sal", "%cl, {W0}");
export const I_SHR: readonly number[] = pair("shr", "%cl, {W0}");
export const I_SAR: readonly number[] = pair("sar", "%cl, {W0}");
export const I_ROL: readonly number[] = pair("rol", "%cl, {W0}");
export const I_SHLI: readonly number[] = pair("sal", "{i}, {W0}");
export const I_SHRI: readonly number[] = pair("shr", "{i}, {W0}");
export const I_SARI: readonly number[] = pair("sar", "{i}, {W0}");
export const I_ROLI: readonly number[] = pair("rol", "{i}, {W0}");
/** regs = [rdx, rax, rax, source] */
export const I_MUL1: readonly number[] = pair("mul", "{W3}");
export const I_IMUL1: readonly number[] = pair("imul", "{W3}");
/** regs = [rax, rdx, rax, rdx, divisor] */
export const I_DIV: readonly number[] = pair("div", "{W4}");
export const I_IDIV: readonly number[] = pair("idiv", "{W4}");
/** Sign of rax into rdx: regs = [rdx, rax] */
export const I_CDQ: readonly number[] = [row("cltd", " "), row("cqto", " ")];
export const I_BSWAP: readonly number[] = pair("bswap", "{W0}");
/** The same by rotations, for processors before the 486. */
export const I_BSWAP386: number = row("bswap386");
export const I_BSR: readonly number[] = pair("bsr", "{W1}, {W0}");
export const I_BSF: readonly number[] = ["l", "q"].map((w) => row(`rep bsf${w}`, `{${w}1}, {${w}0}`));
export const I_POPCNT: readonly number[] = pair("popcnt", "{W1}, {W0}");
// extensions [32, 64]
export const I_MOVSB: readonly number[] = [row("movsbl", "{b1}, {l0}"), row("movsbq", "{b1}, {q0}")];
export const I_MOVSW: readonly number[] = [row("movswl", "{w1}, {l0}"), row("movswq", "{w1}, {q0}")];
export const I_MOVSL: number = row("movslq", "{l1}, {q0}");
export const I_MOVZB: number = row("movzbl", "{b1}, {l0}");
export const I_MOVZW: number = row("movzwl", "{w1}, {l0}");
export const I_MOVL: number = row("movl", "{l1}, {l0}");
// flags: what reads them stands right behind; regs = [a, b] sets them for a - b
export const I_CMP: readonly number[] = pair("cmp", "{W1}, {W0}");
export const I_CMPI: readonly number[] = pair("cmp", "{i}, {W0}");
/** a against memory, memory against a constant (by log2 of the size) */
export const I_CMPM: readonly number[] = pair("cmp", "{m}, {W0}");
export const I_CMPMI: readonly number[] = sizes("cmp", "{i}, {m}");
export const I_CMPMR: readonly number[] = sizes("cmp", "{W0}, {m}");
export const I_TEST: readonly number[] = pair("test", "{W1}, {W0}");
export const I_TESTI: readonly number[] = pair("test", "{i}, {W0}");
export const I_TESTB: number = row("testb", "{i}, {b0}");
export const I_TESTMI: readonly number[] = sizes("test", "{i}, {m}");
export const I_SETCC: number = row("setcc");
export const I_CMOV: readonly number[] = [row("cmov", ""), row("cmov", "")];
/** The same by a jump, for processors without cmov: regs = [d, d, x]. */
export const I_SEL: number = row("sel");
/** and/or of two SETCC results. */
export const I_ANDB: number = row("andl", "{l2}, {l0}");
export const I_ORB: number = row("orl", "{l2}, {l0}");
// control
export const I_JCC: number = row("j", "");
export const I_JMP: number = row("jmp", "{t}");
export const I_IJMP: number = row("ijmp");
export const I_RET: number = row("ret");
/** Calls in tail position: the epilogue and a jump. */
export const I_TAIL: number = row("tail");
export const I_TAILR: number = row("tailr");
export const I_UD2: number = row("ud2", " ");
export const I_END: number = row("unreachable");
export const I_TABLEJMP: number = row("tablejmp");
export const I_CALL: number = row("call");
export const I_CALLR: number = row("callr");
export const I_CALLM: number = row("callm");
// addresses and constants
export const I_LI: number = row("li");
export const I_ADDRESS: number = row("address");
export const I_TLS: number = row("tls");
export const I_TLSGD: number = row("tlsgd");
/** i386: address of the global offset table, for position-independent code. */
export const I_GOTPC: number = row("gotpc");
export const I_LABEL: number = row("label");
export const I_TABLE: number = row("table");
/** i386: entry of a table of distances from the global offset table: regs = [d, base, index]. */
export const I_TABLELD: number = row("tableld");
// memory
export const I_LDZB: number = row("movzbl", "{m}, {l0}");
export const I_LDZW: number = row("movzwl", "{m}, {l0}");
export const I_LDSB: readonly number[] = [row("movsbl", "{m}, {l0}"), row("movsbq", "{m}, {q0}")];
export const I_LDSW: readonly number[] = [row("movswl", "{m}, {l0}"), row("movswq", "{m}, {q0}")];
export const I_LDSL: number = row("movslq", "{m}, {q0}");
export const I_LD: readonly number[] = pair("mov", "{m}, {W0}");
export const I_LDF: readonly number[] = fpair("mov", "{m}, {x0}");
export const I_ST: readonly number[] = sizes("mov", "{W0}, {m}");
export const I_STI: readonly number[] = sizes("mov", "{i}, {m}");
/** Address of a symbol into a place of the frame (i386): sym + imm2. */
export const I_STSYM: number = row("stsym");
export const I_STF: readonly number[] = fpair("mov", "{x0}, {m}");
export const I_STX: number = row("movaps", "{x0}, {m}");
export const I_LDX: number = row("movaps", "{m}, {x0}");
/** Objects of 16 bytes that may lie anywhere. */
export const I_STU: number = row("movups", "{x0}, {m}");
export const I_LDU: number = row("movups", "{m}, {x0}");
/** Where a variadic function keeps its vector registers: only when al says that there are any. */
export const I_VASAVE: number = row("vasave");
// atomics; width by log2 of the size
export const I_XCHG: readonly number[] = sizes("xchg", "{W0}, {m}");
export const I_XADD: readonly number[] = sizes("lock xadd", "{W0}, {m}");
export const I_LOCK_ADD: readonly number[] = sizes("lock add", "{W0}, {m}");
export const I_LOCK_SUB: readonly number[] = sizes("lock sub", "{W0}, {m}");
export const I_LOCK_AND: readonly number[] = sizes("lock and", "{W0}, {m}");
export const I_LOCK_OR: readonly number[] = sizes("lock or", "{W0}, {m}");
export const I_LOCK_XOR: readonly number[] = sizes("lock xor", "{W0}, {m}");
/** regs = [rax, rax, desired, address…] */
export const I_CMPXCHG: readonly number[] = sizes("lock cmpxchg", "{W2}, {m}");
/** and or xor nand with the old value: regs = [rax, t, value, address]; imm2 = kind, imm = log2 of the size */
export const I_RMWLOOP: number = row("rmwloop");
export const I_MFENCE: number = row("mfence", " ");
/** What processors without mfence have. */
export const I_FENCE: number = row("lock orl", "$0, (%rsp)");
export const I_PREFETCH: readonly number[] = [
  row("prefetchnta", "{m}"),
  row("prefetcht2", "{m}"),
  row("prefetcht1", "{m}"),
  row("prefetcht0", "{m}"),
];
export const I_SUBSP: number = row("subq", "{q0}, %rsp");
export const I_SETSP: number = row("movq", "{q0}, %rsp");
export const I_GETSP: number = row("movq", "%rsp, {q0}");
// SSE
export const I_FADD: readonly number[] = fpair("add", "{x2}, {x0}");
export const I_FSUB: readonly number[] = fpair("sub", "{x2}, {x0}");
export const I_FMUL: readonly number[] = fpair("mul", "{x2}, {x0}");
export const I_FDIV: readonly number[] = fpair("div", "{x2}, {x0}");
export const I_FADDM: readonly number[] = fpair("add", "{m}, {x0}");
export const I_FSUBM: readonly number[] = fpair("sub", "{m}, {x0}");
export const I_FMULM: readonly number[] = fpair("mul", "{m}, {x0}");
export const I_FDIVM: readonly number[] = fpair("div", "{m}, {x0}");
export const I_FSQRT: readonly number[] = fpair("sqrt", "{x1}, {x0}");
export const I_COMI: readonly number[] = [row("comiss", "{x1}, {x0}"), row("comisd", "{x1}, {x0}")];
export const I_UCOMI: readonly number[] = [row("ucomiss", "{x1}, {x0}"), row("ucomisd", "{x1}, {x0}")];
export const I_CVT_SD: number = row("cvtsd2ss", "{x1}, {x0}");
export const I_CVT_DS: number = row("cvtss2sd", "{x1}, {x0}");
/** [from 32, 64][to single, double]; the destination is cleared first: the instruction keeps its upper part. */
export const I_CVT_FI: readonly (readonly number[])[] = [
  [row("cvtsi2ssl"), row("cvtsi2sdl")],
  [row("cvtsi2ssq"), row("cvtsi2sdq")],
];
/** [to 32, 64][from single, double] */
export const I_CVT_IF: readonly (readonly number[])[] = [
  [row("cvttss2sil", "{x1}, {l0}"), row("cvttsd2sil", "{x1}, {l0}")],
  [row("cvttss2siq", "{x1}, {q0}"), row("cvttsd2siq", "{x1}, {q0}")],
];
/** Unsigned 64 bits to and from [single, double]: regs = [d, t, t2, source]. */
export const I_CVT_FU: readonly number[] = [row("u2ss"), row("u2sd")];
export const I_CVT_UF: readonly number[] = [row("ss2u"), row("sd2u")];
/** Masked sign bits: regs = [d, d]; imm2 = 0 negate, 1 absolute value, 2 sign only. */
export const I_FMASK: readonly number[] = [row("fmaskss"), row("fmasksd")];
export const I_ORPS: number = row("orps", "{x2}, {x0}");
export const I_PXOR: number = row("pxor", "{x0}, {x0}");
/** Constant out of the pool: imm = low word, immHi = high word. */
export const I_FCONST: readonly number[] = [row("fconsts"), row("fconstd")];
export const I_MOVD_TO: readonly number[] = [row("movd", "{l1}, {x0}"), row("movq", "{q1}, {x0}")];
export const I_MOVD_FROM: readonly number[] = [row("movd", "{x1}, {l0}"), row("movq", "{x1}, {q0}")];
/** Floating-point choice by a jump: regs = [d, d, x], condition in immHi. */
export const I_FSEL: number = row("fsel");
// x87: values live in 16-byte cells of the frame (registers.ts); printed by x87.ts
export const I_T_LOAD: number = row("tload");
export const I_T_STORE: number = row("tstore");
export const I_T_CONST: number = row("tconst");
export const I_T_BINARY: number = row("tbinary");
export const I_T_UNARY: number = row("tunary");
export const I_T_COPYSIGN: number = row("tcopysign");
export const I_T_COMPARE: number = row("tcompare");
export const I_T_COMPARE_SIGNALLING: number = row("tcompare.s");
export const I_T_FROM_FLOAT: readonly number[] = [row("tfroms"), row("tfromd")];
export const I_T_TO_FLOAT: readonly number[] = [row("ttos"), row("ttod")];
export const I_T_FROM_INT: readonly number[] = [row("tfroml"), row("tfromq"), row("tfromu")];
export const I_T_TO_INT: readonly number[] = [row("ttol"), row("ttoq"), row("ttou")];
export const I_T_SELECT: number = row("tselect");
/** Cell onto the x87 stack and back (arguments of RET, results of a call). */
export const I_T_PUSH: number = row("tpush");
export const I_T_POP: number = row("tpop");
// i386: all formats, [single, double, extended]; printed by x87-only.ts
function formats(name: string): readonly number[] {
  return ["s", "l", "t"].map((f) => row(name + f));
}
export const I_X_LOAD: readonly number[] = formats("xload");
export const I_X_STORE: readonly number[] = formats("xstore");
export const I_X_CONST: readonly number[] = formats("xconst");
/** imm2 = operation, as of I_T_BINARY and I_T_UNARY. */
export const I_X_BINARY: readonly number[] = formats("xbinary");
export const I_X_UNARY: readonly number[] = formats("xunary");
export const I_X_COPYSIGN: readonly number[] = formats("xcopysign");
export const I_X_COMPARE: readonly number[] = formats("xcompare");
export const I_X_COMPARE_SIGNALLING: readonly number[] = formats("xcompare.s");
/** [3 * from + to] */
export const I_X_CONVERT: readonly number[] = ["s", "l", "t"].flatMap((f) => formats(`xconvert${f}`));
/** imm2 = 1: unsigned. */
export const I_X_FROM_INT: readonly number[] = formats("xfromint");
export const I_X_TO_INT: readonly number[] = formats("xtoint");
export const I_X_PUSH: readonly number[] = formats("xpush");
export const I_X_POP: readonly number[] = formats("xpop");
/** A float's bits from and to an integer register. */
export const I_X_TO_BITS: number = row("xtobits");
export const I_X_FROM_BITS: number = row("xfrombits");

export const X86_ISA: readonly IsaRow[] = rows;
/** The same rows in 32-bit code. */
export const I386_ISA: readonly IsaRow[] = rows32;

/** Condition codes in their encoding; c ^ 1 is the opposite. Source: Intel SDM vol. 2, table B-10. */
export const CONDITIONS: readonly string[] = [
  "o",
  "no",
  "b",
  "ae",
  "e",
  "ne",
  "be",
  "a",
  "s",
  "ns",
  "p",
  "np",
  "l",
  "ge",
  "le",
  "g",
];
export const CC_B = 2;
export const CC_AE = 3;
export const CC_E = 4;
export const CC_NE = 5;
export const CC_BE = 6;
export const CC_A = 7;
export const CC_S = 8;
export const CC_NS = 9;
export const CC_P = 10;
export const CC_NP = 11;
export const CC_L = 12;
export const CC_GE = 13;
export const CC_LE = 14;
export const CC_G = 15;
