// The syntax tree as text, for tests and for reading: S-expressions with types after a colon.

import type { Expr, Init, Stmt } from "./ast.ts";
import * as A from "./ast.ts";
import { bigOf } from "./fold.ts";
import type { Parser } from "./parser.ts";

const EXPR_NAMES: readonly (readonly [number, string])[] = [
  [A.E_DEREF, "deref"],
  [A.E_VECELT, "vecelt"],
  [A.E_REALPART, "real"],
  [A.E_IMAGPART, "imag"],
  [A.E_ADDR, "addr"],
  [A.E_LOAD, "load"],
  [A.E_CAST, "cast"],
  [A.E_ADD, "+"],
  [A.E_SUB, "-"],
  [A.E_MUL, "*"],
  [A.E_DIV, "/"],
  [A.E_REM, "%"],
  [A.E_AND, "&"],
  [A.E_OR, "|"],
  [A.E_XOR, "^"],
  [A.E_SHL, "<<"],
  [A.E_SHR, ">>"],
  [A.E_NEG, "neg"],
  [A.E_BITNOT, "~"],
  [A.E_LOGNOT, "!"],
  [A.E_EQ, "=="],
  [A.E_NE, "!="],
  [A.E_LT, "<"],
  [A.E_LE, "<="],
  [A.E_GT, ">"],
  [A.E_GE, ">="],
  [A.E_LOGAND, "&&"],
  [A.E_LOGOR, "||"],
  [A.E_PTRADD, "ptr+"],
  [A.E_PTRSUB, "ptr-"],
  [A.E_PTRDIFF, "ptrdiff"],
  [A.E_COND, "?"],
  [A.E_COMMA, ","],
  [A.E_ASSIGN, "="],
  [A.E_OPASSIGN, "op="],
  [A.E_PREINC, "preinc"],
  [A.E_POSTINC, "postinc"],
  [A.E_CALL, "call"],
  [A.E_STMTEXPR, "stmts"],
  [A.E_VAARG, "va_arg"],
  [A.E_BUILTIN, "builtin"],
  [A.E_SIZEOFVLA, "sizeof"],
  [A.E_VECTOR, "splat"],
  [A.E_COMPLEX, "complex"],
  [A.E_CONVERTVECTOR, "convertvector"],
  [A.E_VECCOND, "vec?"],
  [A.E_BOUND, "bound"],
  [A.E_BOUNDS, "bounds"],
  [A.E_SEGMENT, "segment"],
];
const NAMES: Map<number, string> = new Map(EXPR_NAMES);

const STMT_NAMES: readonly string[] = [
  "empty",
  "expr",
  "block",
  "decl",
  "if",
  "while",
  "do",
  "for",
  "switch",
  "case",
  "default",
  "label",
  "goto",
  "goto*",
  "break",
  "continue",
  "return",
  "asm",
  "vla",
];

/** An expression on one line. */
export function dumpExpr(p: Parser, e: Expr): string {
  const t = `:${p.typeText(e.type)}`;
  switch (e.op) {
    case A.E_INT:
      return `${bigOf(e)}${t}`;
    case A.E_FLOAT:
      return `${e.num}${t}`;
    case A.E_VAR:
      return p.text(e.decl!.name);
    case A.E_STRING:
      return JSON.stringify(new TextDecoder("latin1").decode(e.str!.bytes.subarray(0, e.str!.bytes.length - e.str!.unit)));
    case A.E_COMPOUND:
      return `(compound${t} ${e.decl!.init === null ? "" : dumpInit(p, e.decl!.init)})`;
    case A.E_MEMBER:
      return `(. ${dumpExpr(p, e.a!)} ${p.text(e.member!.name)})`;
    case A.E_LABELADDR:
      return `&&${p.text(e.label!.name)}`;
    case A.E_STMTEXPR:
      return `(stmts${t} ${dumpStmt(p, e.body!).trim().replace(/\s+/g, " ")})`;
  }
  const parts: string[] = [];
  let name = NAMES.get(e.op) ?? `op${e.op}`;
  if (e.op === A.E_OPASSIGN) name = `${NAMES.get(e.binop)}=`;
  else if (e.op === A.E_PREINC || e.op === A.E_POSTINC) name += e.num > 0 ? "+" : "-";
  else if (e.op === A.E_BUILTIN) name += ` ${e.builtin}`;
  for (const x of [e.a, e.b, e.c]) if (x !== null) parts.push(dumpExpr(p, x));
  if (e.args !== null) for (const x of e.args) parts.push(dumpExpr(p, x));
  return `(${name}${t}${parts.length === 0 ? "" : ` ${parts.join(" ")}`})`;
}

/** An initialiser's entries. */
export function dumpInit(p: Parser, init: Init): string {
  const list = init.entries.map((x) => {
    const bits = x.field === null ? "" : `.${x.field.bitPos}:${x.field.bitWidth}`;
    return `@${x.off}${bits} ${dumpExpr(p, x.e)}`;
  });
  return `{${list.join(", ")}${init.zeroRest ? " 0" : ""}${init.extra > 0 ? ` +${init.extra}` : ""}}`;
}

/** A statement, one per line, indented. */
export function dumpStmt(p: Parser, s: Stmt, indent = ""): string {
  const deeper = `${indent}  `;
  let head = `${indent}${STMT_NAMES[s.op]}`;
  if (s.label !== null) head += ` ${p.text(s.label.name)}`;
  if (s.e !== null) head += ` ${dumpExpr(p, s.e)}`;
  if (s.e2 !== null) head += ` ; ${dumpExpr(p, s.e2)}`;
  if (s.asm !== null) head += ` ${JSON.stringify(s.asm.template)}`;
  if (s.decls !== null) {
    for (const d of s.decls)
      head += ` ${p.text(d.name)}:${p.typeText(d.type)}${d.init === null ? "" : ` = ${dumpInit(p, d.init)}`}`;
  }
  let out = `${head}\n`;
  if (s.init !== null) out += dumpStmt(p, s.init, deeper);
  if (s.list !== null) for (const x of s.list) out += dumpStmt(p, x, deeper);
  if (s.a !== null) out += dumpStmt(p, s.a, deeper);
  if (s.b !== null) out += dumpStmt(p, s.b, deeper);
  return out;
}
