// Inline-asm constraints of AArch64. Source: GCC manual, "Constraints for Particular Machines", AArch64.

import type { AsmTarget } from "../../mach/inline-asm.ts";
import type { AsmConstraint } from "../abi.ts";
import { type ConstraintLetters, commonConstant, readConstraint } from "../asm-constraints.ts";
import { isAddImmediate, isLogicalImmediate } from "./immediates.ts";
import { regByName, V0 } from "./registers.ts";

const small = (lo: number, hi: number): boolean => hi === lo >> 31;

/** Vector registers from the sixteenth, and from the eighth, on: an index of 16-bit lanes does not reach them. */
const ABOVE_V15 = Array.from({ length: 16 }, (_, i) => V0 + 16 + i);
const ABOVE_V7 = Array.from({ length: 24 }, (_, i) => V0 + 8 + i);

export const aarch64Asm: AsmTarget = {
  maxOffset: 255,
  constantOk(letters, isInt, lo, hi) {
    for (const c of letters.replace(/U[a-z]{1,2}|D[a-z]/g, "")) {
      if (commonConstant(c, isInt) === true) return true;
      switch (c) {
        case "S":
          if (!isInt) return true;
          break;
        case "I":
          if (isInt && small(lo, hi) && isAddImmediate(lo)) return true;
          break;
        case "J":
          if (isInt && small(lo, hi) && isAddImmediate(-lo)) return true;
          break;
        case "K":
          if (isInt && isLogicalImmediate(lo, lo, false)) return true;
          break;
        case "L":
          if (isInt && isLogicalImmediate(lo, hi, true)) return true;
          break;
        case "M":
        case "N":
          if (isInt && ((lo >>> 16 === 0 && hi === 0) || (lo === 0 && hi === 0))) return true;
          break;
        case "Z":
          if (isInt && lo === 0 && hi === 0) return true;
          break;
      }
    }
    return false;
  },
  registerOk: (letters) => /[rwgXpxy]/.test(letters),
  offsetOk: (letters) => !letters.includes("Q"),
  regByName,
  fixedReg: () => -1,
  outside: (letters) =>
    flagCondition(letters) !== "" || /[wrg]/.test(letters)
      ? []
      : letters.includes("x")
        ? ABOVE_V15
        : letters.includes("y")
          ? ABOVE_V7
          : [],
  classOf: (letters) => (flagCondition(letters) === "" && /[wxy]/.test(letters) && !/[rg]/.test(letters) ? 1 : 0),
};

/** Conditions of flag outputs "=@cc<name>". Source: GCC manual, "Flag Output Operands", ARM and AArch64. */
const CONDITIONS = /^(eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)$/;

/** The condition of a flag output's constraint, or "". */
export function flagCondition(constraint: string): string {
  return constraint.startsWith("@cc") && CONDITIONS.test(constraint.slice(3)) ? constraint.slice(3) : "";
}

/** For the front end: what a constraint (all alternatives together) allows; undefined = unknown. */
export function aarch64Constraint(text: string): AsmConstraint | undefined {
  const flag = flagCondition(text);
  if (flag !== "") return { reg: true, mem: false, imm: false, float: false, fixedReg: -1, tied: -1, flag };
  if (text.startsWith("@cc")) return undefined;
  return readConstraint(text, LETTERS);
}

const LETTERS: ConstraintLetters = {
  integer: "rp",
  float: "wxy",
  memory: "moVQ",
  immediate: "inSsIJKLMNZY",
  preferInteger: /[rg]/,
};
