// What the stack protector has to know of an object's type: arrays, and arrays of characters above all (GCC manual,
// -fstack-protector). An array of anything but characters counts as an array, whatever its elements hold.

import { type CType, isRecord, K_ARRAY, K_CHAR, K_SCHAR, K_UCHAR } from "../c/ctype.ts";
import { STACK_ARRAY, STACK_LARGE_CHARS, STACK_OBJECT, STACK_RECORD, STACK_SMALL_CHARS } from "../mach/stack-protector.ts";

/** Arrays of characters from this size on are large: GCC's --param ssp-buffer-size. */
const LARGE = 8;

function classify(t: CType): number {
  if (t.kind === K_ARRAY) {
    const element = t.base!.kind;
    if ((element !== K_CHAR && element !== K_SCHAR && element !== K_UCHAR) || t.size === 0) return STACK_ARRAY;
    return STACK_ARRAY | (t.size < 0 || t.size >= LARGE ? STACK_LARGE_CHARS : STACK_SMALL_CHARS);
  }
  if (!isRecord(t)) return 0;
  let bits = STACK_RECORD;
  for (const m of t.record!.members) bits |= classify(m.type);
  return bits;
}

/** STACK_* bits of an object of the program. */
export function stackKind(t: CType): number {
  return STACK_OBJECT | classify(t);
}
