// __builtin_object_size of the closest surrounding subobject (GCC manual, "Object Size Checking", types 1 and 3): what the source
// names as a member is known here only; the rest (whole objects, what pointers hold) is found by the optimiser.

import type { Expr } from "../c/ast.ts";
import * as A from "../c/ast.ts";
import { K_ARRAY, K_POINTER, K_UNION } from "../c/ctype.ts";

/** Bytes from the address that e names to the end of the member that it lies in; undefined when it names none. */
export function memberSize(e: Expr): number | undefined {
  let off = 0;
  let x = e;
  for (;;) {
    if (x.op === A.E_CAST && x.type.kind === K_POINTER && x.a!.type.kind === K_POINTER) x = x.a!;
    else if (x.op === A.E_ADDR && x.a!.op === A.E_DEREF) x = x.a!.a!;
    else if ((x.op === A.E_PTRADD || x.op === A.E_PTRSUB) && constant(x.b!) !== undefined) {
      const size = x.a!.type.base!.size;
      if (size < 0) return undefined;
      off += (x.op === A.E_PTRADD ? 1 : -1) * constant(x.b!)! * size;
      x = x.a!;
    } else break;
  }
  if (x.op !== A.E_ADDR || x.a!.op !== A.E_MEMBER) return undefined;
  const member = x.a!;
  const size = member.type.size;
  if (size < 0 || (member.type.kind === K_ARRAY && size === 0) || openEnded(member)) return undefined;
  return off < 0 || off > size ? 0 : size - off;
}

/** An array at the end of something reached by a pointer may go on behind it, as flexible arrays were once written. */
function openEnded(member: Expr): boolean {
  if (member.type.kind !== K_ARRAY) return false;
  let x = member;
  while (x.op === A.E_MEMBER) {
    const record = x.a!.type;
    const members = record.record!.members;
    if (record.kind !== K_UNION && members[members.length - 1] !== x.member) return false;
    x = x.a!;
  }
  return x.op === A.E_DEREF;
}

function constant(e: Expr): number | undefined {
  let x = e;
  while (x.op === A.E_CAST) x = x.a!;
  return x.op === A.E_INT && (x.hi === 0 || x.hi === -1) ? (x.hi === 0 ? x.lo >>> 0 : x.lo | 0) : undefined;
}
