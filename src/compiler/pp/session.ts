// What a worker keeps warm between units: names, literals, lexed files. Holds nothing that depends on a unit's macros.

import type { SourceFile } from "../base/source.ts";
import { lex, NO_DIGRAPHS, NO_UNICODE, PLAIN_NUMBERS, SEPARATORS } from "../lex/lexer.ts";
import { Names } from "../lex/names.ts";
import { Literals, TF_BOL, TK_COMMENT, TK_EOF, TK_HASH, TK_IDENT, TK_LPAREN, TK_NOT, TK_RPAREN, Tokens } from "../lex/tokens.ts";
import type { Macro } from "./macro.ts";

/** The only door to the outside (design: the compiler is pure). */
export interface Host {
  /** undefined = no such file. */
  read(path: string): Uint8Array | undefined;
  /** undefined = no such file or not a regular one. */
  stat(path: string): { size: number; mtimeMs: number } | undefined;
}

export interface LexedFile {
  readonly source: SourceFile;
  readonly toks: Tokens;
  readonly size: number;
  readonly mtimeMs: number;
  /** Macro that guards the whole file (#ifndef X … #endif with nothing outside), or 0. */
  readonly guard: number;
  /** Definitions by token index of their name: the same #define gives the same Macro in every unit. */
  readonly macros: Map<number, Macro>;
  /** Dead arms: token index where one begins, index of the `#` of the directive that ends it. */
  readonly skips: Map<number, number>;
}

/** How a file is lexed: a sum of these. */
export const LEX_ASM = 1;
export const LEX_TRIGRAPHS = 2;
/** Comments are kept (-C). */
export const LEX_COMMENTS = 4;
/** Bits of lex/lexer.ts. */
export const LEX_NO_DIGRAPHS = NO_DIGRAPHS;
export const LEX_PLAIN_NUMBERS = PLAIN_NUMBERS;
export const LEX_SEPARATORS = SEPARATORS;
export const LEX_NO_UNICODE = NO_UNICODE;
const OUTPUT_CAPACITY = 1 << 16;

export class Session {
  readonly names: Names = new Names();
  readonly lits: Literals = new Literals();
  readonly host: Host;
  /** The unit that was preprocessed last: memory used again, for a kernel unit has 0.7 million tokens. */
  readonly output: Tokens = new Tokens(OUTPUT_CAPACITY);
  /** Lexed files by path, apart for each way of lexing. */
  private readonly files: readonly Map<string, LexedFile>[] = Array.from({ length: 128 }, () => new Map());

  constructor(host: Host) {
    this.host = host;
  }

  /** The file, lexed; undefined when there is none. `seen` remembers what this unit has checked already. */
  open(path: string, mode: number, seen: Map<string, LexedFile | undefined>): LexedFile | undefined {
    if (seen.has(path)) return seen.get(path);
    const st = this.host.stat(path);
    let f: LexedFile | undefined;
    if (st !== undefined) {
      const cache = this.files[mode]!;
      f = cache.get(path);
      if (f === undefined || f.size !== st.size || f.mtimeMs !== st.mtimeMs) {
        const bytes = this.host.read(path);
        f = bytes === undefined ? undefined : this.lexBytes(path, bytes, mode, st.size, st.mtimeMs);
        if (f !== undefined) cache.set(path, f);
      }
    }
    seen.set(path, f);
    return f;
  }

  lexBytes(path: string, raw: Uint8Array, mode: number, size = -1, mtimeMs = -1): LexedFile {
    const bytes = (mode & LEX_TRIGRAPHS) !== 0 ? replaceTrigraphs(raw) : raw;
    const toks = lex(bytes, this.names, this.lits, (mode & LEX_ASM) !== 0, (mode & LEX_COMMENTS) !== 0, mode);
    return {
      source: { path, bytes, lines: undefined, system: false },
      toks,
      size,
      mtimeMs,
      guard: guardOf(toks, this.names),
      macros: new Map(),
      skips: new Map(),
    };
  }
}

const TRIGRAPHS: Readonly<Record<number, number>> = {
  61: 35, // = #
  40: 91, // ( [
  47: 92, // / backslash
  41: 93, // ) ]
  39: 94, // ' ^
  60: 123, // < {
  33: 124, // ! |
  62: 125, // > }
  45: 126, // - ~
};

/** Translation phase 1 (C11 5.2.1.1): ??= and its like; the columns behind one are two less. */
function replaceTrigraphs(b: Uint8Array): Uint8Array {
  const out = new Uint8Array(b.length);
  let n = 0;
  for (let i = 0; i < b.length; i++) {
    const c = b[i] === 63 && b[i + 1] === 63 ? TRIGRAPHS[b[i + 2]!] : undefined;
    if (c === undefined) out[n++] = b[i]!;
    else {
      out[n++] = c;
      i += 2;
    }
  }
  return out.subarray(0, n);
}

/** Multiple-include optimisation: the guard of `#ifndef X` / `#if !defined(X)` around everything. */
function guardOf(all: Tokens, names: Names): number {
  const t = withoutComments(all);
  if (t.n < 6 || t.kind[0] !== TK_HASH || t.kind[1] !== TK_IDENT || (t.flags[1]! & TF_BOL) !== 0) return 0;
  let guard = 0;
  let i: number;
  const word = names.text(t.val[1]!);
  if (word === "ifndef" && t.kind[2] === TK_IDENT) {
    guard = t.val[2]!;
    i = 3;
  } else if (word === "if" && t.kind[2] === TK_NOT && t.kind[3] === TK_IDENT && names.text(t.val[3]!) === "defined") {
    if (t.kind[4] === TK_LPAREN && t.kind[5] === TK_IDENT && t.kind[6] === TK_RPAREN) {
      guard = t.val[5]!;
      i = 7;
    } else if (t.kind[4] === TK_IDENT) {
      guard = t.val[4]!;
      i = 5;
    } else return 0;
  } else return 0;
  if ((t.flags[i]! & TF_BOL) === 0) return 0;
  let depth = 1;
  for (; i < t.n; i++) {
    if (t.kind[i] !== TK_HASH || (t.flags[i]! & TF_BOL) === 0 || t.kind[i + 1] !== TK_IDENT || (t.flags[i + 1]! & TF_BOL) !== 0)
      continue;
    const d = names.text(t.val[i + 1]!);
    if (d === "if" || d === "ifdef" || d === "ifndef") depth++;
    else if ((d === "else" || d === "elif" || d === "elifdef" || d === "elifndef") && depth === 1) return 0;
    else if (d === "endif" && --depth === 0) {
      let j = i + 2;
      while ((t.flags[j]! & TF_BOL) === 0) j++;
      return t.kind[j] === TK_EOF ? guard : 0;
    }
  }
  return 0;
}

function withoutComments(t: Tokens): Tokens {
  if (t.kind.indexOf(TK_COMMENT) < 0) return t;
  const out = new Tokens(t.n);
  for (let i = 0; i < t.n; i++) if (t.kind[i] !== TK_COMMENT) out.push(t.kind[i]!, t.flags[i]!, t.val[i]!, t.loc[i]!);
  return out;
}
