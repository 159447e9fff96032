// String literals as expressions (C11 6.4.5): adjacent ones are one, its type is that of the widest prefix.

import { decodeString, encodeText } from "../lex/literals.ts";
import type { Literal } from "../lex/tokens.ts";
import * as TK from "../lex/tokens.ts";
import { E_STRING, Expr, StrLit } from "./ast.ts";
import type { Parser } from "./parser.ts";

/** An array of characters of the execution character set, with its end, for text that the compiler makes. */
export function makeString(p: Parser, text: string, loc: number): Expr {
  const b = encodeText(text, p.opts.charset) ?? new TextEncoder().encode(text);
  const bytes = new Uint8Array(b.length + 1);
  bytes.set(b);
  const e = new Expr(E_STRING, p.types.array(p.types.char, bytes.length), loc);
  e.str = new StrLit(bytes, 1);
  e.lvalue = true;
  return e;
}

/** Adjacent string literals as one. */
export function stringExpr(p: Parser): Expr {
  const loc = p.loc;
  const first = p.lits.get(p.tv);
  p.next();
  let parts: Literal[] | null = null;
  while (p.tk === TK.TK_STR) {
    if (parts === null) parts = [first];
    parts.push(p.lits.get(p.tv));
    p.next();
  }
  const s = decodeString(parts ?? [first], p.opts.wcharSize, p.opts.charset);
  if (s.error !== "") p.error(loc, s.error);
  const n = s.units.length;
  const bytes = new Uint8Array((n + 1) * s.unit);
  for (let i = 0; i < n; i++) {
    const u = s.units[i]!;
    for (let k = 0; k < s.unit; k++) bytes[i * s.unit + k] = (u >>> (8 * k)) & 0xff;
  }
  const tt = p.types;
  const elem = s.prefix === "L" ? tt.wchar : s.prefix === "u" ? tt.char16 : s.prefix === "U" ? tt.char32 : tt.char;
  const e = new Expr(E_STRING, tt.array(elem, n + 1), loc);
  e.str = new StrLit(bytes, s.unit);
  e.lvalue = true;
  return e;
}

/** String of bytes, for asm templates and attributes; null if the token is no string. */
export function parseStringText(p: Parser): string | null {
  if (p.tk !== TK.TK_STR) return null;
  const parts: Literal[] = [];
  while (p.tk === TK.TK_STR) {
    parts.push(p.lits.get(p.tv));
    p.next();
  }
  const s = decodeString(parts, p.opts.wcharSize, null);
  return new TextDecoder("utf-8").decode(Uint8Array.from(s.units));
}
