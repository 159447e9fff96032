// Inline-asm constraints of AArch64. Source: GCC manual, "Constraints for Particular Machines", AArch64.

import type { AsmTarget } from "../../mach/inline-asm.ts";
import type { AsmConstraint } from "../abi.ts";
import { isAddImmediate, isLogicalImmediate } from "./immediates.ts";
import { regByName } from "./registers.ts";

const small = (lo: number, hi: number): boolean => hi === lo >> 31;

export const aarch64Asm: AsmTarget = {
  maxOffset: 255,
  constantOk(letters, isInt, lo, hi) {
    for (const c of letters.replace(/U[a-z]{1,2}|D[a-z]/g, "")) {
      switch (c) {
        case "i":
        case "g":
        case "X":
          return true;
        case "n":
          if (isInt) return true;
          break;
        case "s":
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
  classOf: (letters) => (/[wxy]/.test(letters) && !/[rg]/.test(letters) ? 1 : 0),
};

/** For the front end: what a constraint (all alternatives together) allows; undefined = unknown. */
export function aarch64Constraint(text: string): AsmConstraint | undefined {
  const out: AsmConstraint = { reg: false, mem: false, imm: false, float: false, fixedReg: -1, tied: -1, flag: "" };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if ("rp".includes(c)) out.reg = true;
    else if ("wxy".includes(c)) {
      out.reg = true;
      out.float = true;
    } else if ("moVQ".includes(c)) out.mem = true;
    else if (c === "g" || c === "X") {
      out.reg = true;
      out.mem = true;
      out.imm = true;
    } else if ("inSsIJKLMNZY".includes(c)) out.imm = true;
    else if (/[0-9]/.test(c)) {
      out.tied = Number(/^[0-9]+/.exec(text.slice(i))![0]);
      out.reg = true;
      while (/[0-9]/.test(text[i + 1] ?? "")) i++;
    } else if (!",?!*".includes(c)) return undefined;
  }
  if (out.float && /[rg]/.test(text)) out.float = false;
  return out;
}
