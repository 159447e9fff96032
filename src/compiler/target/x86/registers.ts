// x86 registers: one numbering for the ABI, the allocator, inline asm and the printer. Source: Intel SDM vol. 1, 3.4.1.

import type { RegFile } from "../../mach/minst.ts";
import type { CallUsed } from "../../mach/zero-registers.ts";

/** 0..15 general purpose in encoding order, 16..31 xmm, 32..39 x87 stack, 40..63 x87 cells. */
export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
export const R8 = 8;
export const R9 = 9;
export const R10 = 10;
export const R11 = 11;
export const R12 = 12;
export const R13 = 13;
export const R14 = 14;
export const R15 = 15;
export const XMM0 = 16;
export const ST0 = 32;
/**
 * Places of long double values between two instructions: 16 bytes of the frame each, given out by the allocator as if they were
 * registers. The x87 stack itself is empty between instructions, so that no call or jump has to know its depth.
 */
export const CELL0 = 40;
export const CELLS = 24;
export const CLASS_X87 = 2;

export const GP64: readonly string[] = [
  "rax",
  "rcx",
  "rdx",
  "rbx",
  "rsp",
  "rbp",
  "rsi",
  "rdi",
  "r8",
  "r9",
  "r10",
  "r11",
  "r12",
  "r13",
  "r14",
  "r15",
];
export const GP32: readonly string[] = [
  "eax",
  "ecx",
  "edx",
  "ebx",
  "esp",
  "ebp",
  "esi",
  "edi",
  "r8d",
  "r9d",
  "r10d",
  "r11d",
  "r12d",
  "r13d",
  "r14d",
  "r15d",
];
export const GP16: readonly string[] = [
  "ax",
  "cx",
  "dx",
  "bx",
  "sp",
  "bp",
  "si",
  "di",
  "r8w",
  "r9w",
  "r10w",
  "r11w",
  "r12w",
  "r13w",
  "r14w",
  "r15w",
];
export const GP8: readonly string[] = [
  "al",
  "cl",
  "dl",
  "bl",
  "spl",
  "bpl",
  "sil",
  "dil",
  "r8b",
  "r9b",
  "r10b",
  "r11b",
  "r12b",
  "r13b",
  "r14b",
  "r15b",
];
/** Second byte of a b c d. */
export const GP8H: readonly string[] = ["ah", "ch", "dh", "bh"];

/** Integer argument registers, psABI figure 3.4. */
export const ARG_GP: readonly number[] = [RDI, RSI, RDX, RCX, R8, R9];
export const ARG_XMM = 8;

const byName: Map<string, number> = new Map();
for (const names of [GP64, GP32, GP16, GP8]) for (let i = 0; i < names.length; i++) byName.set(names[i]!, i);
for (let i = 0; i < GP8H.length; i++) byName.set(GP8H[i]!, i);
for (let i = 0; i < 16; i++) byName.set(`xmm${i}`, XMM0 + i);
for (let i = 0; i < 8; i++) {
  byName.set(i === 0 ? "st" : `st(${i})`, ST0 + i);
  byName.set(`st${i}`, ST0 + i);
}
byName.set("st(0)", ST0);

function range(from: number, to: number): number[] {
  const out: number[] = [];
  for (let r = from; r <= to; r++) out.push(r);
  return out;
}

const CALLER_SAVED = [RAX, RCX, RDX, RSI, RDI, R8, R9, R10, R11];
/** Registers that a call destroys, with and without vector registers. */
export const CALL_CLOBBERS: readonly number[] = [...CALLER_SAVED, ...range(XMM0, XMM0 + 15)];
export const INT_CALL_CLOBBERS: readonly number[] = CALLER_SAVED;

/** What -fzero-call-used-regs= is about. */
export const CALL_USED: CallUsed = { registers: CALLER_SAVED, args: [RDI, RSI, RDX, RCX, R8, R9] };
export const CALL_USED32: CallUsed = { registers: [RAX, RCX, RDX], args: [RAX, RCX, RDX] };

const FIRST = [RAX, RCX, RDX, RSI, RDI, R8, R9];
const SAVED = [RBX, R12, R13, R14, R15];
const FLOATS = range(XMM0, XMM0 + 13);
const X87_CELLS = range(CELL0, CELL0 + CELLS - 3);

function regFile(saved: readonly number[]): RegFile {
  return {
    order: [[...FIRST, ...saved], FLOATS, X87_CELLS],
    calleeSaved: new Set([...SAVED, RBP]),
    classOf: (r) => (r < XMM0 ? 0 : r < ST0 ? 1 : CLASS_X87),
    scratch: [R11, XMM0 + 15, CELL0],
  };
}
/** What a function of the ms_abi keeps beside those. Source: Microsoft, "x64 calling convention", caller/callee saved registers. */
export const MS_SAVED: readonly number[] = [RSI, RDI];
export const MS_SAVED_VECTORS: readonly number[] = range(XMM0 + 6, XMM0 + 15);

/** The same for functions with values of 16 bytes in vector registers. */
export function quadRegs(r: RegFile): RegFile {
  return { ...r, slotSize: [8, 16, 16] };
}
/** With rbp as the frame pointer, and as one more register. r10, r11, xmm14, xmm15 and two cells are kept for moves. */
export const REGS_WITH_FRAME: RegFile = regFile(SAVED);
export const REGS_WITHOUT_FRAME: RegFile = regFile([RBX, RBP, ...SAVED.slice(1)]);

const SAVED32 = [RBX, RSI, RDI];
/** Registers that a call destroys on i386; x87 values live in cells of the frame. */
export const CALL_CLOBBERS32: readonly number[] = [RAX, RCX, RDX];

function regFile32(saved: readonly number[]): RegFile {
  return {
    // those with a byte part first, of those that a call keeps too
    order: [[RAX, RDX, RCX, ...saved], [], X87_CELLS],
    calleeSaved: new Set([...SAVED32, RBP]),
    classOf: (r) => (r < XMM0 ? 0 : CLASS_X87),
    slotSize: [4, 4, 16],
    scratch: [RAX, XMM0, CELL0],
  };
}
/** i386 with and without a frame pointer. No register is kept for moves (MoveEmitter.exchange). */
export const REGS32_WITH_FRAME: RegFile = regFile32(SAVED32);
export const REGS32_WITHOUT_FRAME: RegFile = regFile32([...SAVED32, RBP]);

// GCC's own numbers are names too (mbedTLS clobbers "0" and "1")
for (const [i, r] of [RAX, RDX, RCX, RBX, RSI, RDI, RBP, RSP].entries()) byName.set(`${i}`, r);
for (let i = 0; i < 8; i++) {
  byName.set(`${36 + i}`, byName.get(`r${8 + i}`)!);
  byName.set(`${20 + i}`, XMM0 + i);
  byName.set(`${44 + i}`, XMM0 + 8 + i);
}

/** Physical register of a name in 32-bit code. */
export function regByName32(name: string): number {
  const n = name.startsWith("%") ? name.slice(1) : name;
  const r = regByName(n);
  if (r >= XMM0 + 8 && r < ST0) return -1;
  return r >= 0 && r < XMM0 && (r > RDI || n.startsWith("r") || (n.length === 3 && n.endsWith("l"))) ? -1 : r;
}

/** Physical register of a name with or without %, -1 = unknown, -2 = a clobber that needs nothing (flags and the like). */
export function regByName(name: string): number {
  const n = name.startsWith("%") ? name.slice(1) : name;
  const r = byName.get(n);
  if (r !== undefined) return r;
  return n === "cc" || n === "flags" || n === "fpsr" || n === "dirflag" || n === "memory" ? -2 : -1;
}
