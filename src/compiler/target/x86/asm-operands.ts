// Inline-asm constraints of x86. Source: GCC manual, "Constraints for Particular Machines", x86 family.

import type { AsmTarget } from "../../mach/inline-asm.ts";
import type { AsmConstraint } from "../abi.ts";
import { type ConstraintLetters, commonConstant, readConstraint } from "../asm-constraints.ts";
import { mayBeNull } from "../reach.ts";
import { viaGot } from "./address.ts";
import type { X86Options } from "./options.ts";
import { CLASS_X87, RAX, RBX, RCX, RDI, RDX, RSI, regByName, regByName32 } from "./registers.ts";

/** Constraints that name one register. */
const FIXED: Readonly<Record<string, number>> = { a: RAX, b: RBX, c: RCX, d: RDX, S: RSI, D: RDI };

const small = (lo: number, hi: number): boolean => hi === lo >> 31;

/** Letters of a constraint without the alternatives' punctuation; a flag output has none. */
function lettersOf(text: string): string {
  return text.startsWith("@cc") ? "" : text.replace(/Y[a-zA-Z0-9]|[,?!*^$#%]/g, "");
}

function constantLetter(c: string, isInt: boolean, lo: number, hi: number): boolean {
  switch (c) {
    case "p":
      return !isInt;
    case "e":
      return !isInt || small(lo, hi);
    case "Z":
      return isInt && hi === 0;
    case "I":
      return isInt && hi === 0 && lo >= 0 && lo <= 31;
    case "J":
      return isInt && hi === 0 && lo >= 0 && lo <= 63;
    case "K":
      return isInt && small(lo, hi) && lo >= -128 && lo <= 127;
    case "L":
      return isInt && hi === 0 && (lo === 0xff || lo === 0xffff || lo === -1);
    case "M":
      return isInt && hi === 0 && lo >= 0 && lo <= 3;
    case "N":
      return isInt && hi === 0 && lo >= 0 && lo <= 255;
    case "O":
      return isInt && hi === 0 && lo >= 0 && lo <= 127;
    default:
      return commonConstant(c, isInt) === true;
  }
}

const target: AsmTarget = {
  maxOffset: 0x7ffffff,
  constantOk(text, isInt, lo, hi) {
    for (const c of lettersOf(text)) if (constantLetter(c, isInt, lo, hi)) return true;
    return false;
  },
  registerOk: (text) => /[rqQRlabcdSDAgXpxvUtuf]/.test(lettersOf(text)),
  offsetOk: () => true,
  regByName,
  fixedReg(text) {
    const s = lettersOf(text);
    if (/[rqQRlgXp]/.test(s)) return -1;
    let found = -1;
    for (const c of s) {
      const r = c === "A" ? RAX : FIXED[c];
      if (r === undefined) continue;
      if (found < 0) found = r;
    }
    return found;
  },
  classOf(text) {
    const s = lettersOf(text);
    return /[rqQRlgabcdSD]/.test(s) ? 0 : /[xv]/.test(s) ? 1 : /[tuf]/.test(s) ? CLASS_X87 : 0;
  },
};

/** The operands of asm statements under the options of a module. */
export function x86Asm(o: X86Options): AsmTarget {
  if (o.bits === 32)
    return { ...target, regByName: regByName32, symbolOk: (L, sym) => !o.pic && L.module.syms[sym] !== undefined };
  return { ...target, symbolOk: (L, sym) => !viaGot(L.module.syms[sym]!, o) && !mayBeNull(L.module.syms[sym]!) };
}

/** For the front end: what a constraint (all alternatives together) allows; undefined = unknown. */
export function x86Constraint(text: string): AsmConstraint | undefined {
  if (text.startsWith("@cc")) {
    if (conditionOf(text.slice(3)) === undefined) return undefined;
    return { reg: true, mem: false, imm: false, float: false, fixedReg: -1, tied: -1, flag: text.slice(3) };
  }
  return readConstraint(text, LETTERS);
}

const LETTERS: ConstraintLetters = {
  integer: "rqQRlpabcdSDA",
  float: "xv",
  x87: "tuf",
  memory: "moV<>",
  immediate: "insEeZIJKLMNOGC",
  preferInteger: /[rqQRlgabcdSD]/,
  preferOther: /[rqQRlgXabcdSDAxv]/,
};

/** Condition code of a flag output "@cc<name>". Source: GCC manual, "Flag Output Operands", x86. */
export function conditionOf(name: string): number | undefined {
  return FLAG_NAMES.get(name);
}
const FLAG_NAMES: ReadonlyMap<string, number> = new Map([
  ["o", 0],
  ["no", 1],
  ["b", 2],
  ["c", 2],
  ["nae", 2],
  ["ae", 3],
  ["nb", 3],
  ["nc", 3],
  ["e", 4],
  ["z", 4],
  ["ne", 5],
  ["nz", 5],
  ["be", 6],
  ["na", 6],
  ["a", 7],
  ["nbe", 7],
  ["s", 8],
  ["ns", 9],
  ["p", 10],
  ["np", 11],
  ["l", 12],
  ["nge", 12],
  ["ge", 13],
  ["nl", 13],
  ["le", 14],
  ["ng", 14],
  ["g", 15],
  ["nle", 15],
]);
