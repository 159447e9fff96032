// What all calls of built-in functions share: the node, the count of the arguments, the va_list behind one.

import { E_BUILTIN, E_DEREF, Expr } from "./ast.ts";
import { errorExpr, rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import type { Parser } from "./parser.ts";
import { compatible } from "./types.ts";

/** The node of a call; what it means stands in builtin-ids.ts. */
export function builtinNode(id: number, t: CType, args: Expr[], loc: number): Expr {
  const e = new Expr(E_BUILTIN, t, loc);
  e.builtin = id;
  e.args = args;
  return e;
}

/** Tells of too few or too many arguments; false then. */
export function countArgs(p: Parser, text: string, args: Expr[], min: number, max: number, loc: number): boolean {
  if (args.length < min) {
    p.error(loc, `too few arguments to function '${text}'`);
    return false;
  }
  if (args.length > max) {
    p.error(loc, `too many arguments to function '${text}'`);
    return false;
  }
  return true;
}

/** The va_list object behind an argument: a parameter of array type va_list is a pointer to it. */
export function vaListArg(p: Parser, e: Expr, text: string, n: number): Expr {
  const vl = p.types.vaList;
  if (vl.kind === T.K_ARRAY) {
    if (e.type.kind === T.K_ARRAY && compatible(e.type.base!, vl.base!, true)) return e;
    const v = rvalue(p, e);
    if (v.type.kind === T.K_POINTER && compatible(v.type.base!, vl.base!, true)) {
      const d = new Expr(E_DEREF, v.type.base!, e.loc);
      d.a = v;
      d.lvalue = true;
      return d;
    }
  } else if (compatible(e.type, vl, true) && e.lvalue) return e;
  p.error(
    e.loc,
    text === "va_arg" ? "first argument to 'va_arg' not of type 'va_list'" : `incompatible type for argument ${n} of '${text}'`,
  );
  return errorExpr(p, e.loc);
}
