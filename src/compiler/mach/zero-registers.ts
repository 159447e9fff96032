// -fzero-call-used-regs=: registers that a function may leave its values in are zero when it returns (GCC manual, "Instrumentation
// Options"). General purpose registers only: of the kinds with "gpr" in their name.
//
// Works on the function as it is printed, after allocation: a register is "used" when an instruction of it names it. What carries
// the result is left alone; a sibling call leaves no registers behind, for its callee has them.

import type { MFunc, MInst } from "./minst.ts";

/** Which registers are zeroed. */
export interface ZeroRegisters {
  /** Those that the function uses; all without. */
  readonly used: boolean;
  /** Those that can hold an argument. */
  readonly args: boolean;
}

/** Reads the argument of -fzero-call-used-regs=, which the driver has checked. */
export function zeroRegisters(text: string): ZeroRegisters | undefined {
  if (text === "skip") return undefined;
  return { used: text.startsWith("used"), args: text.endsWith("-arg") };
}

/** A target's general purpose registers that a call may change, and those of them that hold arguments. */
export interface CallUsed {
  readonly registers: readonly number[];
  readonly args: readonly number[];
}

/** The registers of a function that each of its returns zeroes, but for those of the result. */
export class RegisterZeroing {
  private readonly chosen: readonly number[];

  constructor(m: MFunc, wish: ZeroRegisters | undefined, target: CallUsed) {
    if (wish === undefined) {
      this.chosen = [];
      return;
    }
    const all = wish.args ? target.args : target.registers;
    const used = wish.used ? usedRegisters(m) : undefined;
    this.chosen = used === undefined ? all : all.filter((r) => used.has(r));
  }

  /** The registers to zero in front of this return. */
  at(ret: MInst): readonly number[] {
    return this.chosen.filter((r) => !ret.regs.includes(r));
  }
}

/** Every register that an instruction of m names. */
export function usedRegisters(m: MFunc): Set<number> {
  const used = new Set(m.asmClobbers);
  for (const b of m.order) for (const i of m.blocks[b]!.insts) for (const r of i.regs) used.add(r);
  return used;
}
