// Calls of the printf family whose result nobody wants and whose format says it all: puts, putchar, fputs, fputc and fwrite do the
// same for less (C11 7.21.6.1). The rules are those that GCC documents for its built-ins; -fno-builtin makes them ordinary calls.

import type { Expr } from "../c/ast.ts";
import * as A from "../c/ast.ts";
import * as B from "../c/builtin-ids.ts";
import { K_POINTER } from "../c/ctype.ts";
import * as O from "../ir/ops.ts";
import { libcall } from "./call.ts";
import type { FnGen } from "./context.ts";
import { genDiscard, genExpr } from "./expr.ts";

/** Where the parts of a call lie in its arguments. */
interface Shape {
  /** Index of the FILE argument, or -1 for standard output. */
  readonly file: number;
  readonly format: number;
  /** The arguments of the format come in a va_list. */
  readonly list: boolean;
}

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ["printf", { file: -1, format: 0, list: false }],
  ["fprintf", { file: 0, format: 1, list: false }],
  ["vprintf", { file: -1, format: 0, list: true }],
  ["vfprintf", { file: 0, format: 1, list: true }],
  ["__printf_chk", { file: -1, format: 1, list: false }],
  ["__fprintf_chk", { file: 0, format: 2, list: false }],
  ["__vprintf_chk", { file: -1, format: 1, list: true }],
  ["__vfprintf_chk", { file: 0, format: 2, list: true }],
]);

const IDS: ReadonlySet<number> = new Set([B.BI_PRINTF, B.BI_FPRINTF, B.BI_PRINTF_CHK, B.BI_LIB]);

/** The narrow string literal that an argument is, without its end; nothing for any other expression. */
function literal(e: Expr): Uint8Array | undefined {
  let x = e;
  while (x.op === A.E_CAST && x.type.kind === K_POINTER) x = x.a!;
  if (x.op !== A.E_ADDR || x.a!.op !== A.E_STRING || x.a!.str!.unit !== 1) return undefined;
  const bytes = x.a!.str!.bytes;
  const end = bytes.indexOf(0);
  return end < 0 ? undefined : Uint8Array.from(bytes.subarray(0, end));
}

/** Generates a cheaper call for one whose result is not used; false when the call must stay. */
export function discardedOutput(g: FnGen, e: Expr): boolean {
  if (!IDS.has(e.builtin) || g.mg.opts.optimize === 0) return false;
  const callee = e.a!.op === A.E_ADDR && e.a!.a!.op === A.E_VAR ? e.a!.a!.decl : null;
  const shape = callee === null ? undefined : SHAPES.get(g.mg.text(callee.name).replace(/^__builtin_(?:__)?/, ""));
  if (shape === undefined) return false;
  const args = e.args ?? [];
  const format = literal(args[shape.format]!);
  if (format === undefined) return false;
  const rest = args.slice(shape.format + 1);
  const text = String.fromCharCode(...format);
  if (!text.includes("%")) return writeText(g, args, shape, format, rest);
  if (shape.list || rest.length !== 1) return false;
  const arg = rest[0]!;
  if (text === "%c") {
    others(g, args, shape);
    put(g, args, shape, genExpr(g, arg));
    return true;
  }
  if (arg.type.kind !== K_POINTER) return false;
  if (text === "%s\n" && shape.file < 0) {
    others(g, args, shape);
    libcall(g, "puts", O.TY_I32, true, [genExpr(g, arg)]);
    return true;
  }
  if (text !== "%s") return false;
  const known = literal(arg);
  if (known !== undefined) return writeText(g, args, shape, known, []);
  if (shape.file < 0) return false;
  others(g, args, shape);
  const file = genExpr(g, args[shape.file]!);
  libcall(g, "fputs", O.TY_I32, true, [genExpr(g, arg), file]);
  return true;
}

/** The flag of a checking call is evaluated for its side effects only. */
function others(g: FnGen, args: readonly Expr[], shape: Shape): void {
  for (let i = 0; i < shape.format; i++) if (i !== shape.file) genDiscard(g, args[i]!);
}

function put(g: FnGen, args: readonly Expr[], shape: Shape, c: number): void {
  if (shape.file < 0) libcall(g, "putchar", O.TY_I32, true, [c]);
  else libcall(g, "fputc", O.TY_I32, true, [c, genExpr(g, args[shape.file]!)]);
}

function writeText(g: FnGen, args: readonly Expr[], shape: Shape, text: Uint8Array, rest: readonly Expr[]): boolean {
  const n = text.length;
  const line = n > 0 && text[n - 1] === 10;
  // what neither ends a line nor is one character would need the file, which has no name here
  if (shape.file < 0 && n > 1 && !line) return false;
  others(g, args, shape);
  for (const x of rest) genDiscard(g, x);
  if (n === 0) {
    if (shape.file >= 0) genDiscard(g, args[shape.file]!);
  } else if (n === 1) put(g, args, shape, g.i32((text[0]! << 24) >> 24));
  else if (shape.file < 0) libcall(g, "puts", O.TY_I32, true, [stringAddress(g, text.subarray(0, n - 1))]);
  else {
    const file = genExpr(g, args[shape.file]!);
    libcall(g, "fwrite", g.ptrTy, false, [stringAddress(g, text), g.ptrNum(1), g.ptrNum(n), file]);
  }
  return true;
}

function stringAddress(g: FnGen, text: Uint8Array): number {
  const bytes = new Uint8Array(text.length + 1);
  bytes.set(text);
  const sym = g.mg.stringSym(new A.StrLit(bytes, 1), bytes.length);
  sym.referenced = true;
  return g.b.emit(O.OP_SYM, g.ptrTy, sym.id, 0);
}
