// Inline-asm constraints of riscv64. Source: GCC manual, "Constraints for Particular Machines", RISC-V.

import type { AsmTarget } from "../../mach/inline-asm.ts";
import type { AsmConstraint } from "../abi.ts";
import { type ConstraintLetters, commonConstant, readConstraint } from "../asm-constraints.ts";
import { regByName } from "./registers.ts";

const fits = (lo: number, hi: number, min: number, max: number): boolean => hi === lo >> 31 && lo >= min && lo <= max;

export const riscvAsm: AsmTarget = {
  maxOffset: 2000,
  constantOk(letters, isInt, lo, hi) {
    for (const c of letters) {
      if (commonConstant(c, isInt) === true) return true;
      switch (c) {
        case "S":
          if (!isInt) return true;
          break;
        case "I":
          if (isInt && fits(lo, hi, -2048, 2047)) return true;
          break;
        case "J":
          if (isInt && lo === 0 && hi === 0) return true;
          break;
        case "K":
          if (isInt && fits(lo, hi, 0, 31)) return true;
          break;
      }
    }
    return false;
  },
  registerOk: (letters) => /[rfgXp]/.test(letters) || /c[rf]/.test(letters),
  offsetOk: (letters) => !letters.includes("A"),
  regByName,
  fixedReg: () => -1,
  classOf: (letters) => (/f/.test(letters) && !/[rg]/.test(letters) ? 1 : 0),
};

/** For the front end: what a constraint (all alternatives together) allows; undefined = unknown. */
export function riscvConstraint(text: string): AsmConstraint | undefined {
  return readConstraint(text, LETTERS);
}

const LETTERS: ConstraintLetters = {
  integer: "rp",
  float: "f",
  memory: "moVA",
  immediate: "insSIJK",
  preferInteger: /[rg]/,
};
