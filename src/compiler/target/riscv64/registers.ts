// RISC-V registers: one numbering for the ABI, the allocator, inline asm and the printer.
// Source: RISC-V ELF psABI, "Register Convention".

import type { RegFile } from "../../mach/minst.ts";
import type { CallUsed } from "../../mach/zero-registers.ts";

/** 0..31 = x0..x31, 32..63 = f0..f31. */
export const ZERO = 0;
export const RA = 1;
export const SP = 2;
export const TP = 4;
export const T1 = 6;
export const S0 = 8;
export const A0 = 10;
export const T5 = 30;
export const T6 = 31;
export const F0 = 32;
export const FA0 = 42;

export const REG_NAMES: readonly string[] = [
  "zero",
  "ra",
  "sp",
  "gp",
  "tp",
  "t0",
  "t1",
  "t2",
  "s0",
  "s1",
  "a0",
  "a1",
  "a2",
  "a3",
  "a4",
  "a5",
  "a6",
  "a7",
  "s2",
  "s3",
  "s4",
  "s5",
  "s6",
  "s7",
  "s8",
  "s9",
  "s10",
  "s11",
  "t3",
  "t4",
  "t5",
  "t6",
  "ft0",
  "ft1",
  "ft2",
  "ft3",
  "ft4",
  "ft5",
  "ft6",
  "ft7",
  "fs0",
  "fs1",
  "fa0",
  "fa1",
  "fa2",
  "fa3",
  "fa4",
  "fa5",
  "fa6",
  "fa7",
  "fs2",
  "fs3",
  "fs4",
  "fs5",
  "fs6",
  "fs7",
  "fs8",
  "fs9",
  "fs10",
  "fs11",
  "ft8",
  "ft9",
  "ft10",
  "ft11",
];

const byName: Map<string, number> = new Map();
for (let i = 0; i < 64; i++) {
  byName.set(REG_NAMES[i]!, i);
  byName.set(i < 32 ? `x${i}` : `f${i - 32}`, i);
  byName.set(`${i}`, i); // GCC's own numbers are names too
}
byName.set("fp", S0);

/** Physical register of a name, -1 = unknown, -2 = a clobber that needs nothing. */
export function regByName(name: string): number {
  const r = byName.get(name);
  if (r !== undefined) return r;
  return name === "memory" || name === "cc" || name === "vl" || name === "vtype" || /^v\d+$/.test(name) ? -2 : -1;
}

const S = [8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27];
const FS = [8, 9, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27].map((x) => x + 32);
// a5 down first, as they are the ones that the compressed encodings reach and that arguments need last
const INT_ORDER = [15, 14, 13, 12, 11, 10, 16, 17, 6, 7, 5, 28, 29, ...S];
const FLOAT_ORDER = [47, 46, 45, 44, 43, 42, 48, 49, 32, 33, 34, 35, 36, 37, 38, 39, 60, 61, 62, ...FS];

/** Registers that a call destroys. */
export const CALL_CLOBBERS: readonly number[] = [
  1, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 42, 43, 44, 45, 46, 47, 48, 49, 60,
  61, 62, 63,
];

/** General purpose ones without the return address: what -fzero-call-used-regs= is about. */
export const CALL_USED: CallUsed = {
  registers: [5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31],
  args: [10, 11, 12, 13, 14, 15, 16, 17],
};

/** t5 and t6 (ft10, ft11) are kept for moves and far frame slots; with a frame pointer s0 is not allocated. */
export function riscvRegs(framePointer: boolean): RegFile {
  return {
    order: [framePointer ? INT_ORDER.filter((r) => r !== S0) : INT_ORDER, FLOAT_ORDER],
    calleeSaved: new Set([...S, ...FS]),
    classOf: (r) => (r < 32 ? 0 : 1),
    scratch: [T6, 63],
  };
}
