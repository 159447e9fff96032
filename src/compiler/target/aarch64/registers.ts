// AArch64 registers: one numbering for the ABI, the allocator, inline asm and the printer. Source: Arm ARM B1.2, AAPCS64 6.1.

import type { RegFile } from "../../mach/minst.ts";
import type { CallUsed } from "../../mach/zero-registers.ts";

/** 0..30 = x0..x30, 31 = sp, 32..63 = v0..v31. */
export const X0 = 0;
export const X1 = 1;
export const X8 = 8;
export const X16 = 16;
export const X17 = 17;
export const X18 = 18;
export const X19 = 19;
export const FP = 29;
export const LR = 30;
export const SP = 31;
export const V0 = 32;

/** The zero register: register 31 where an instruction does not mean the stack pointer. */
export const ZR = 64;

const GENERAL = [...range(0, 15), ...range(19, 28)];
const FLOATS = [...range(48, 61), ...range(32, 39), ...range(40, 47)];

function range(from: number, to: number): number[] {
  const out: number[] = [];
  for (let r = from; r <= to; r++) out.push(r);
  return out;
}

/** Registers that a call destroys. */
export const CALL_CLOBBERS: readonly number[] = [...range(0, 17), LR, ...range(32, 39), ...range(48, 63)];
/** The same without the return address: what -fzero-call-used-regs= is about. */
export const CALL_USED: CallUsed = { registers: range(0, 17), args: range(0, 7) };
export const INT_CALL_CLOBBERS: readonly number[] = [...range(0, 17), LR];

/** x16, x17, v30 and v31 are kept for moves, x18 for the platform, x29 for frame records. */
export const AARCH64_REGS: RegFile = {
  order: [GENERAL, FLOATS],
  calleeSaved: new Set([...range(19, 28), ...range(40, 47)]),
  classOf: (r) => (r >= V0 && r < ZR ? 1 : 0),
  scratch: [X16, V0 + 30],
};

/** For functions with values of 16 bytes: callee-saved registers keep only 8, so that none is used. Source: AAPCS64 6.1.2. */
export const AARCH64_QUAD_REGS: RegFile = {
  ...AARCH64_REGS,
  order: [GENERAL, [...range(48, 61), ...range(32, 39)]],
  slotSize: [8, 16],
};

/** Registers for moves where v30 or v31 is not the compiler's; callee-saved ones. */
export const OTHER_SCRATCH: readonly number[] = [V0 + 14, V0 + 15];

/** The same without some of the vector registers from v16 on, by number. */
export function withoutVectors(r: RegFile, fixed: readonly number[]): RegFile {
  if (fixed.length === 0) return r;
  const taken = fixed.map((n) => V0 + n).concat(OTHER_SCRATCH);
  return { ...r, order: [r.order[0]!, r.order[1]!.filter((v) => !taken.includes(v))], scratch: [X16, OTHER_SCRATCH[0]!] };
}

const byName: Map<string, number> = new Map();
for (let i = 0; i <= 30; i++) {
  byName.set(`x${i}`, i);
  byName.set(`w${i}`, i);
  byName.set(`r${i}`, i);
}
byName.set("sp", SP);
byName.set("wsp", SP);
byName.set("fp", FP);
byName.set("lr", LR);
byName.set("ip0", X16);
byName.set("ip1", X17);
for (let i = 0; i < 32; i++) for (const c of "vqdshb") byName.set(`${c}${i}`, V0 + i);

// GCC's own numbers are names too
for (let i = 0; i < 31; i++) byName.set(`${i}`, byName.get(`x${i}`)!);
for (let i = 0; i < 32; i++) byName.set(`${32 + i}`, V0 + i);

/** Physical register of a name, -1 = unknown, -2 = a clobber that needs nothing. */
export function regByName(name: string): number {
  const n = name.startsWith("%") ? name.slice(1) : name;
  const r = byName.get(n);
  if (r !== undefined) return r;
  return n === "cc" || n === "memory" || n === "fpsr" || /^(z|p)\d+$/.test(n) || n === "ffr" ? -2 : -1;
}
