// Types of the calls of __builtin_ia32_* functions that stand for one vector instruction (x86-operations.ts).

import type { Expr } from "./ast.ts";
import { BI_X86_VECTOR } from "./builtin-ids.ts";
import { builtinNode, countArgs } from "./builtin-operands.ts";
import { convert, errorExpr, isError, rvalue } from "./conversions.ts";
import { type CType, isArithmetic, K_POINTER, K_VECTOR } from "./ctype.ts";
import type { Parser } from "./parser.ts";
import { X86_OPERATIONS, x86Operation } from "./x86-operations.ts";

/** The call of an operation; `name` is without __builtin_. */
export function x86Call(p: Parser, name: string, text: string, args: Expr[], loc: number): Expr {
  const o = x86Operation(name)!;
  // instructions without operands are the same in 32-bit code
  const bare = p.target.name === "i386" && o.result === "v" && o.args === "";
  if (p.target.name !== "x86_64" && !bare) {
    p.error(loc, `'${text}' is not supported on this target`);
    return errorExpr(p, loc);
  }
  if (!countArgs(p, text, args, o.args.length, o.args.length, loc)) return errorExpr(p, loc);
  const list: Expr[] = [];
  for (let i = 0; i < args.length; i++) {
    const a = argument(p, o.args[i]!, rvalue(p, args[i]!), o.result);
    if (a === null) {
      p.error(args[i]!.loc, `incompatible type for argument ${i + 1} of '${text}'`);
      return errorExpr(p, loc);
    }
    if (isError(a)) return a;
    list.push(a);
  }
  const e = builtinNode(BI_X86_VECTOR, resultType(p, o.result), list, loc);
  e.lo = X86_OPERATIONS.indexOf(name);
  return e;
}

function argument(p: Parser, letter: string, a: Expr, result: string): Expr | null {
  if (isError(a)) return a;
  const tt = p.types;
  switch (letter) {
    case "T":
      return isVector16(a.type) ? a : null;
    case "x":
      return isVector16(a.type) ? a : null;
    case "y":
      return a.type.kind === K_VECTOR && a.type.size === 32 ? a : null;
    case "p":
    case "D":
      return a.type.kind === K_POINTER ? a : null;
  }
  if (!isArithmetic(a.type)) return null;
  const to =
    letter === "q"
      ? tt.llong
      : letter === "f"
        ? tt.float
        : letter === "g"
          ? tt.double
          : letter === "t"
            ? resultType(p, result)
            : tt.int;
  return convert(p, a, to);
}

function isVector16(t: CType): boolean {
  return t.kind === K_VECTOR && t.size === 16;
}

function elementType(p: Parser, mode: string): CType {
  const tt = p.types;
  switch (mode) {
    case "qi":
      return tt.char;
    case "hi":
      return tt.short;
    case "si":
      return tt.int;
    case "di":
      return tt.llong;
    case "sf":
      return tt.float;
    default:
      return tt.double;
  }
}

function resultType(p: Parser, r: string): CType {
  const tt = p.types;
  const vector = /^[VY](\d+)(qi|hi|si|di|sf|df)$/.exec(r);
  if (vector !== null) return tt.vector(elementType(p, vector[2]!), Number(vector[1]));
  switch (r) {
    case "l":
      return tt.llong;
    case "A":
    case "L":
      return tt.ullong;
    case "u":
    case "M":
      return tt.uint;
    case "f":
      return tt.float;
    case "g":
      return tt.double;
    case "v":
      return tt.void;
    default:
      return tt.int;
  }
}
