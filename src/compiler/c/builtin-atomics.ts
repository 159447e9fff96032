// Calls of the __atomic and __sync built-in functions (GCC manual, "Built-in Functions for Memory Model Aware Atomic Operations"):
// the type is that of the object behind the first argument.

import type { Expr } from "./ast.ts";
import type { BuiltinRow } from "./builtin-ids.ts";
import * as BI from "./builtin-ids.ts";
import { builtinNode, countArgs } from "./builtin-operands.ts";
import { convert, errorExpr, rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import type { Parser } from "./parser.ts";

function atomicPointer(p: Parser, a: Expr, text: string): CType | null {
  const v = rvalue(p, a);
  if (v.type.kind !== T.K_POINTER) {
    p.error(a.loc, `argument 1 of '${text}' must be a pointer type`);
    return null;
  }
  return v.type.base!;
}

/** A built-in for objects of a size of 1 to 16 bytes, named by the type or by a suffix. */
export function atomicSized(p: Parser, row: BuiltinRow, text: string, args: Expr[], loc: number): Expr {
  const tt = p.types;
  const id = row[2];
  const sync = text.startsWith("__sync");
  const suffix = /_(1|2|4|8|16)$/.exec(text);
  // pointer, values, orders
  let values = 1;
  let orders = sync ? 0 : 1;
  switch (id) {
    case BI.BI_SYNC_BOOL_CAS:
    case BI.BI_SYNC_VAL_CAS:
      values = 2;
      break;
    case BI.BI_SYNC_LOCK_RELEASE:
    case BI.BI_ATOMIC_LOAD_N:
      values = 0;
      break;
    case BI.BI_ATOMIC_CAS_N:
      values = 2;
      orders = 3;
      break;
  }
  const want = 1 + values + orders;
  if (!countArgs(p, text, args, want, sync ? 1000 : want, loc)) return errorExpr(p, loc);
  const ptr = rvalue(p, args[0]!);
  let t = atomicPointer(p, args[0]!, text);
  if (t === null) return errorExpr(p, loc);
  if (suffix !== null) {
    const it = tt.integer(Number(suffix[1]), true)!;
    if (t.kind === T.K_VOID || t.size !== it.size) t = it;
    else if (!T.isInteger(t) && t.kind !== T.K_POINTER) t = it;
  }
  if ((!T.isInteger(t) && t.kind !== T.K_POINTER) || ![1, 2, 4, 8, 16].includes(t.size)) {
    p.error(loc, `operand type '${p.typeText(ptr.type)}' is incompatible with argument 1 of '${text}'`);
    return errorExpr(p, loc);
  }
  if (
    t.kind === T.K_BOOL &&
    ((id >= BI.BI_ATOMIC_FETCH_ADD && id <= BI.BI_ATOMIC_NAND_FETCH) ||
      (id >= BI.BI_SYNC_FETCH_ADD && id <= BI.BI_SYNC_NAND_FETCH))
  ) {
    p.error(loc, `operand type '${p.typeText(ptr.type)}' is incompatible with argument 1 of '${text}'`);
    return errorExpr(p, loc);
  }
  const v = t.canon;
  const list: Expr[] = [ptr];
  let i = 1;
  if (id === BI.BI_ATOMIC_CAS_N) {
    list.push(rvalue(p, args[1]!));
    if (list[1]!.type.kind !== T.K_POINTER) {
      p.error(args[1]!.loc, `argument 2 of '${text}' must be a pointer type`);
      return errorExpr(p, loc);
    }
    list.push(convert(p, rvalue(p, args[2]!), v));
    i = 3;
  } else for (; i <= values; i++) list.push(convert(p, rvalue(p, args[i]!), v));
  for (let k = 0; k < orders; k++, i++) list.push(convert(p, rvalue(p, args[i]!), tt.int));
  let rt = v;
  switch (id) {
    case BI.BI_SYNC_BOOL_CAS:
    case BI.BI_ATOMIC_CAS_N:
      rt = tt.bool;
      break;
    case BI.BI_SYNC_LOCK_RELEASE:
    case BI.BI_ATOMIC_STORE_N:
      rt = tt.void;
      break;
  }
  const e = builtinNode(id, rt, list, loc);
  e.compType = v;
  return e;
}

/** __atomic_load and its like: operands are pointers to objects of any type of one size. */
export function atomicGeneric(p: Parser, id: number, text: string, args: Expr[], loc: number): Expr {
  const n = id === BI.BI_ATOMIC_CAS ? 6 : id === BI.BI_ATOMIC_EXCHANGE ? 4 : 3;
  if (!countArgs(p, text, args, n, n, loc)) return errorExpr(p, loc);
  const t = atomicPointer(p, args[0]!, text);
  if (t === null) return errorExpr(p, loc);
  if (t.size < 0 || t.kind === T.K_VOID || t.kind === T.K_FUNCTION) {
    p.error(
      loc,
      `argument 1 of '${text}' must be a pointer to a ${t.kind === T.K_VOID || t.kind === T.K_FUNCTION ? "nonzero size object" : "constant size type"}`,
    );
    return errorExpr(p, loc);
  }
  const pointers = id === BI.BI_ATOMIC_LOAD || id === BI.BI_ATOMIC_STORE ? 2 : 3;
  const list: Expr[] = [];
  for (let i = 0; i < n; i++) {
    const v = rvalue(p, args[i]!);
    if (i < pointers) {
      if (v.type.kind !== T.K_POINTER) {
        p.error(args[i]!.loc, `argument ${i + 1} of '${text}' must be a pointer type`);
        return errorExpr(p, loc);
      }
      if (v.type.base!.size !== t.size) {
        p.error(args[i]!.loc, `size mismatch in argument ${i + 1} of '${text}'`);
        return errorExpr(p, loc);
      }
      list.push(v);
    } else list.push(convert(p, v, p.types.int));
  }
  const e = builtinNode(id, id === BI.BI_ATOMIC_CAS ? p.types.bool : p.types.void, list, loc);
  e.compType = t.canon;
  return e;
}
