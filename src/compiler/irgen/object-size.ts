// Marks of members for __builtin_object_size (GCC manual, "Object Size Checking", types 1 and 3): which member a pointer points into is
// known where the source names it only; the optimiser finds the mark when it follows a pointer back (opt/object-size.ts).

import type { Expr } from "../c/ast.ts";
import * as A from "../c/ast.ts";
import { type CType, isRecord, K_ARRAY, K_POINTER, K_UNION } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import type { Names } from "../lex/names.ts";
import { TK_COMMA, TK_IDENT, TK_LPAREN, TK_NUM, TK_RPAREN, type Tokens } from "../lex/tokens.ts";
import type { FnGen } from "./context.ts";
import { genExpr } from "./expr.ts";
import { addrOf, genLV, pointerPlus } from "./lvalue.ts";

/** Whether the unit asks for the sizes of members anywhere, or may do so: then addresses of members are marked. */
export function asksForMembers(t: Tokens, names: Names): boolean {
  const size = names.intern("__builtin_object_size");
  const dynamic = names.intern("__builtin_dynamic_object_size");
  for (let i = 0; i < t.n; i++) {
    if (t.kind[i] !== TK_IDENT || (t.val[i] !== size && t.val[i] !== dynamic)) continue;
    let depth = 0;
    let j = i + 1;
    for (; j < t.n; j++) {
      if (t.kind[j] === TK_LPAREN) depth++;
      else if (t.kind[j] === TK_RPAREN && --depth === 0) break;
    }
    // ", 0)" and ", 2)" ask for whole objects
    const whole = t.kind[j - 1] === TK_NUM && t.kind[j - 2] === TK_COMMA && /^[02]$/.test(names.text(t.val[j - 1]!));
    if (!whole) return true;
  }
  return false;
}

/** A pointer that the source makes from a member of something, by indexing and moving. */
export function namesMember(e: Expr): boolean {
  let x = e;
  let indexed = false;
  for (;;) {
    if (x.op === A.E_PTRADD || x.op === A.E_PTRSUB) {
      if (x.type.base!.size < 0) return false;
      x = x.a!;
    } else if (x.op === A.E_CAST && x.type.kind === K_POINTER && x.a!.type.kind === K_POINTER) {
      x = x.a!;
      indexed = false;
    } else if (x.op !== A.E_ADDR) return false;
    else if (x.a!.op !== A.E_DEREF) return markedSize(x.a!) >= 0;
    else {
      if (indexed && isRow(x.a!)) return true;
      indexed = true;
      x = x.a!.a!;
    }
  }
}

/** The value of such a pointer, with the mark. `indexed`: an element of what e points to is meant, as in &row[1][3]; row[1] + 3 stays in row. */
export function genMarked(g: FnGen, e: Expr, indexed = false): Value {
  if (e.op === A.E_PTRADD || e.op === A.E_PTRSUB) {
    const p = genMarked(g, e.a!, indexed);
    return pointerPlus(g, p, genExpr(g, e.b!), e.b!.type, e.type.base!, e.op === A.E_PTRSUB);
  }
  if (e.op !== A.E_ADDR) return genExpr(g, e);
  const x = e.a!;
  if (x.op === A.E_DEREF) {
    const p = genMarked(g, x.a!, true);
    return indexed && isRow(x) ? g.b.emit(O.OP_SUBOBJ, g.ptrTy, p, x.type.size) : p;
  }
  const at = addrOf(g, genLV(g, x));
  const size = markedSize(x);
  return size < 0 ? at : g.b.emit(O.OP_SUBOBJ, g.ptrTy, at, size);
}

/** Size of the member or part that an lvalue is, or -1 when it is none of its own. */
function markedSize(x: Expr): number {
  const size = x.type.size;
  switch (x.op) {
    case A.E_MEMBER:
      if (x.member!.bitWidth >= 0) return -1;
      return openEnded(x) ? O.OPEN_ENDED : size;
    case A.E_REALPART:
    case A.E_IMAGPART:
      return size;
  }
  return -1;
}

/** x.m[2] of an array of arrays. */
function isRow(x: Expr): boolean {
  if (x.type.kind !== K_ARRAY || x.type.size < 0) return false;
  let p = x.a!;
  while (p.op === A.E_PTRADD || p.op === A.E_PTRSUB) p = p.a!;
  if (p.op !== A.E_ADDR || p === x.a) return false;
  const array = p.a!;
  if (array.type.kind !== K_ARRAY) return false;
  return array.op === A.E_VAR || (array.op === A.E_MEMBER && !openEnded(array)) || (array.op === A.E_DEREF && isRow(array));
}

/**
 * An array at the end of a record that a pointer leads to may go on behind it, as flexible arrays were once written; not so deeper inside
 * of the record.
 */
function openEnded(member: Expr): boolean {
  if (member.type.kind !== K_ARRAY) return false;
  if (member.type.size <= 0) return true;
  let x = throughUnions(member);
  if (x.op === A.E_MEMBER) {
    if (x.a!.type.record!.members.at(-1) !== x.member) return false;
    x = throughUnions(x.a!);
  }
  if (x.op !== A.E_DEREF) return false;
  let p = x.a!;
  while (p.op === A.E_PTRADD || p.op === A.E_PTRSUB) p = p.a!;
  return p.op !== A.E_ADDR;
}

function throughUnions(member: Expr): Expr {
  let x = member;
  while (x.op === A.E_MEMBER && x.a!.type.kind === K_UNION) x = x.a!;
  return x;
}

/** An object of this type that is defined elsewhere may be larger than the type says. */
export function isOpenEnded(t: CType): boolean {
  if (!isRecord(t)) return false;
  const last = t.record!.members.at(-1);
  return last !== undefined && last.type.kind === K_ARRAY && last.type.size <= last.type.base!.size;
}
