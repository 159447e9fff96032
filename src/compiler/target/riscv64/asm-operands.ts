// Inline-asm constraints of riscv64. Source: GCC manual, "Constraints for Particular Machines", RISC-V.

import type { AsmTarget } from "../../mach/inline-asm.ts";
import type { AsmConstraint } from "../abi.ts";
import { regByName } from "./registers.ts";

const fits = (lo: number, hi: number, min: number, max: number): boolean => hi === lo >> 31 && lo >= min && lo <= max;

export const riscvAsm: AsmTarget = {
  maxOffset: 2000,
  constantOk(letters, isInt, lo, hi) {
    for (const c of letters) {
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
  const out: AsmConstraint = { reg: false, mem: false, imm: false, float: false, fixedReg: -1, tied: -1, flag: "" };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    switch (c) {
      case "r":
      case "p":
        out.reg = true;
        break;
      case "f":
        out.reg = true;
        out.float = true;
        break;
      case "m":
      case "o":
      case "V":
      case "A":
        out.mem = true;
        break;
      case "g":
      case "X":
        out.reg = true;
        out.mem = true;
        out.imm = true;
        break;
      case "i":
      case "n":
      case "s":
      case "S":
      case "I":
      case "J":
      case "K":
        out.imm = true;
        break;
      case ",":
      case "?":
      case "!":
      case "*":
        break;
      default:
        if (/[0-9]/.test(c)) {
          out.tied = Number(/^[0-9]+/.exec(text.slice(i))![0]);
          out.reg = true;
          while (/[0-9]/.test(text[i + 1] ?? "")) i++;
        } else return undefined;
    }
  }
  if (out.float && out.reg && /[rg]/.test(text)) out.float = false;
  return out;
}
