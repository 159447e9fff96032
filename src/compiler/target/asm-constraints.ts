// What inline-asm constraints mean on every target (GCC manual, "Simple Constraints"), and the reading of one: a target adds its letters.

import type { AsmConstraint } from "./abi.ts";

/** Letters of a target, those of every target among them; each in the one string where it belongs. */
export interface ConstraintLetters {
  /** Integer registers. */
  readonly integer: string;
  /** Registers of another class, and places of the x87 stack. */
  readonly float: string;
  readonly x87?: string;
  readonly memory: string;
  readonly immediate: string;
  /** Integer registers by which an operand that float ones would take too is an integer. */
  readonly preferInteger: RegExp;
  /** Letters by which an operand need not be on the x87 stack. */
  readonly preferOther?: RegExp;
}

/** What a constraint (all alternatives together) allows; undefined = it has a letter that there is none of. */
export function readConstraint(text: string, letters: ConstraintLetters): AsmConstraint | undefined {
  const out: AsmConstraint = { reg: false, mem: false, imm: false, float: false, fixedReg: -1, tied: -1, flag: "" };
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (letters.integer.includes(c)) out.reg = true;
    else if (letters.float.includes(c)) {
      out.reg = true;
      out.float = true;
    } else if (letters.x87?.includes(c)) {
      out.reg = true;
      out.x87 = true;
    } else if (letters.memory.includes(c)) out.mem = true;
    else if (c === "g" || c === "X") {
      out.reg = true;
      out.mem = true;
      out.imm = true;
    } else if (letters.immediate.includes(c)) out.imm = true;
    else if (/[0-9]/.test(c)) {
      out.tied = Number(/^[0-9]+/.exec(text.slice(i))![0]);
      out.reg = true;
      while (/[0-9]/.test(text[i + 1] ?? "")) i++;
    } else if (!",?!*".includes(c)) return undefined;
  }
  if (out.float && letters.preferInteger.test(text)) out.float = false;
  if (letters.preferOther?.test(text)) out.x87 = false;
  return out;
}

/** Does letter c, of those that every target has, allow this constant? Undefined: it is one of the target's own. */
export function commonConstant(c: string, isInt: boolean): boolean | undefined {
  switch (c) {
    case "i":
    case "g":
    case "X":
      return true;
    case "n":
      return isInt;
    case "s":
      return !isInt;
    default:
      return undefined;
  }
}
