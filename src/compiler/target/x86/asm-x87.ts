// Operands of asm statements on the x87 register stack: constraints t, u and f.
//
// Source: GCC manual, "x86 Floating-Point asm Operands". The stack is empty between two instructions of occ (registers.ts), so that
// an asm finds on it exactly its inputs: t on top, u below it, those of f deeper. What it pops (inputs tied to an output or clobbered)
// lies above what it leaves, its outputs come back on top; they go to their cells and the rest is dropped. Invariant: the
// stack is empty again behind the statement.

import { AO_IN, AO_INOUT, type AsmOperand } from "../../ir/func.ts";
import { AsmError } from "../../mach/inline-asm.ts";
import type { AsmText } from "../../mach/minst.ts";

const STACK_SIZE = 8;

export interface X87Operands {
  /** By operand: k of %st(k), or -1. */
  readonly place: readonly number[];
  /** Operands from the top of the stack down when the statement begins. */
  readonly inputs: readonly number[];
  /** Operands that it leaves on top, from the top down. */
  readonly outputs: readonly number[];
  /** Values below them that are left over. */
  readonly left: number;
}

/** Place that the constraint names: 0, 1, or -1 for any. */
function namedPlace(o: AsmOperand): number {
  return o.constraint.includes("t") ? 0 : o.constraint.includes("u") ? 1 : -1;
}

/** Where the operands of a statement lie; undefined when none is on the stack. `onStack`: operand k is. */
export function placeX87(text: AsmText, onStack: (k: number) => boolean): X87Operands | undefined {
  const { operands, clobbers, loc } = text.info;
  const place = operands.map(() => -1);
  const inputs: number[] = [];
  const outputs: number[] = [];
  const clobbered = new Set(clobbers.map((c) => c.replace("%", "")));
  const popped = new Set<number>();
  let any = false;
  const put = (list: number[], at: number, k: number): void => {
    while (list.length <= at) list.push(-1);
    if (list[at] !== -1) throw new AsmError(loc, "'asm' operands want the same place of the x87 stack");
    list[at] = k;
    place[k] = at;
  };
  for (let k = 0; k < operands.length; k++) {
    const o = operands[k]!;
    if (o.mem || o.dir === AO_IN || !onStack(k)) continue;
    any = true;
    const at = namedPlace(o);
    if (at < 0) throw new AsmError(loc, `output constraint ${k} must specify a single register`);
    put(outputs, at, k);
    if (o.dir === AO_INOUT) {
      put(inputs, at, k);
      popped.add(at);
    }
  }
  if (outputs.includes(-1)) throw new AsmError(loc, "output registers must be grouped at top of stack");
  const free: number[] = [];
  for (let k = 0; k < operands.length; k++) {
    const o = operands[k]!;
    if (o.mem || o.dir !== AO_IN || !onStack(k)) continue;
    any = true;
    const at = o.tied >= 0 ? place[o.tied]! : namedPlace(o);
    if (at < 0) free.push(k);
    else {
      put(inputs, at, k);
      if (o.tied >= 0 || clobbered.has(`st(${at})`) || (at === 0 && clobbered.has("st"))) popped.add(at);
    }
  }
  if (!any) return undefined;
  if (inputs.includes(-1)) throw new AsmError(loc, "explicitly used registers must be grouped at top of stack");
  for (const k of free) put(inputs, inputs.length, k);
  if (inputs.length > STACK_SIZE) throw new AsmError(loc, "too many 'asm' operands for the x87 stack");
  for (let at = 0; at < popped.size; at++)
    if (!popped.has(at)) throw new AsmError(loc, "implicitly popped registers must be grouped at top of stack");
  return { place, inputs, outputs, left: inputs.length - popped.size };
}
