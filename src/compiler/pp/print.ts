// -E: the preprocessed text with line markers (GCC CPP manual 9 "Preprocessor Output"), and -dM, -dD.
//
// A token that begins a source line begins an output line, at its column; a gap of under 8 lines is made of empty lines, a
// longer one of a line marker. Between tokens that were not neighbours in the source a space keeps them from running together.

import {
  TF_BOL,
  TF_PARAM,
  TF_PASTE,
  TF_SPACE,
  TF_STRINGIFY,
  TK_AMP,
  TK_ASSIGN,
  TK_CARET,
  TK_CHAR,
  TK_COLON,
  TK_COMMENT,
  TK_DOT,
  TK_EOF,
  TK_GT,
  TK_HASH,
  TK_IDENT,
  TK_LT,
  TK_MINUS,
  TK_NOT,
  TK_NUM,
  TK_PERCENT,
  TK_PIPE,
  TK_PLUS,
  TK_PRAGMA,
  TK_SHL,
  TK_SHR,
  TK_SLASH,
  TK_STAR,
  TK_STR,
  type Tokens,
} from "../lex/tokens.ts";
import { BUILTIN_MACROS } from "./builtin-macros.ts";
import type { Macro } from "./macro.ts";
import type { PpListener, Preprocessor } from "./preprocessor.ts";
import type { LexedFile } from "./session.ts";

const MAX_BLANK_LINES = 8;
const EMPTY = new Uint8Array(0);
const DECODER = new TextDecoder();
const ENCODER = new TextEncoder();

/** Growing bytes: what is no UTF-8 in the source comes through as it is. */
class Bytes {
  private data: Uint8Array = new Uint8Array(1 << 16);
  private n = 0;

  bytes(b: Uint8Array): void {
    if (this.n + b.length > this.data.length) {
      const d = new Uint8Array(Math.max(this.data.length * 2, this.n + b.length));
      d.set(this.data.subarray(0, this.n));
      this.data = d;
    }
    this.data.set(b, this.n);
    this.n += b.length;
  }

  push(text: string): void {
    this.bytes(ENCODER.encode(text));
  }

  done(): Uint8Array {
    return this.data.subarray(0, this.n);
  }
}

export interface PrintOptions {
  lineMarkers: boolean;
  /** -dD, -dN, -dU: directives of definitions stay. */
  definitions: boolean;
  asm: boolean;
}

class Printer implements PpListener {
  private readonly pp: Preprocessor;
  private readonly options: PrintOptions;
  private readonly out: Bytes = new Bytes();
  private file = "";
  private line = 0;
  private system = false;
  private printed = false;

  constructor(pp: Preprocessor, options: PrintOptions, main: string) {
    this.pp = pp;
    this.options = options;
    for (const f of [main, "<built-in>", "<command-line>"]) if (options.lineMarkers) this.out.push(`# 0 "${f}"\n`);
  }

  enterFile(path: string, line: number, flag: number, system: boolean): void {
    this.file = path;
    this.system = system;
    this.marker(line, flag);
  }

  define(m: Macro): void {
    if (!this.options.definitions || m.builtin !== 0) return;
    this.endLine();
    this.out.push(`${definition(this.pp, m)}\n`);
    this.line++;
  }

  undef(name: number): void {
    if (!this.options.definitions) return;
    this.endLine();
    this.out.push(`#undef ${this.pp.session.names.text(name)}\n`);
    this.line++;
  }

  private endLine(): void {
    if (!this.printed) return;
    this.out.push("\n");
    this.printed = false;
    this.line++;
  }

  private marker(line: number, flag: number): void {
    this.endLine();
    this.line = line;
    if (!this.options.lineMarkers) return;
    this.out.push(
      `# ${line} "${this.file.replace(/[\\"]/g, "\\$&")}"${flag === 0 ? "" : ` ${flag}`}${this.system ? " 3" : ""}\n`,
    );
  }

  private toLine(line: number): void {
    this.endLine();
    if (this.options.lineMarkers && line >= this.line && line < this.line + MAX_BLANK_LINES) {
      while (this.line < line) {
        this.out.push("\n");
        this.line++;
      }
    } else if (line !== this.line) this.marker(line, 0);
  }

  run(main: LexedFile): Uint8Array {
    const pp = this.pp;
    pp.listener = this;
    pp.start(main);
    let lastKind = 0;
    let last: Uint8Array = EMPTY;
    for (;;) {
      pp.next();
      const kind = pp.kind;
      if (kind === TK_EOF) break;
      if (kind === TK_PRAGMA) {
        this.pragma(pp.val);
        lastKind = 0;
        last = EMPTY;
        continue;
      }
      const text = kind === TK_IDENT ? identifier(pp.spelling(kind, pp.val)) : pp.spelling(kind, pp.val);
      if ((pp.flags & TF_BOL) !== 0) {
        const p = pp.sources.decode(pp.loc);
        this.toLine(p.line);
        if (p.col > 1) this.out.push(" ".repeat(p.col - 1));
      } else if ((pp.flags & TF_SPACE) !== 0) {
        if (!this.options.asm && this.printed && pp.fromFile) {
          const line = pp.sources.decode(pp.loc).line;
          if (line !== this.line) this.toLine(line);
        }
        this.out.push(" ");
      } else if (pp.padded && wouldPaste(lastKind, last, kind, text)) this.out.push(" ");
      this.out.bytes(text);
      if (kind === TK_COMMENT) for (let i = 0; i < text.length; i++) if (text[i] === 10) this.line++;
      this.printed = true;
      lastKind = kind;
      last = text;
    }
    this.endLine();
    return this.out.done();
  }

  private pragma(index: number): void {
    const p = this.pp.pragmas[index]!;
    const at = this.pp.sources.decode(p.loc);
    this.toLine(at.line);
    this.out.push(`#pragma ${spelled(this.pp, p.tokens)}\n`);
    this.line++;
  }
}

/** Text of a token list, a space where there was white space. */
function spelled(pp: Preprocessor, t: Tokens): string {
  let s = "";
  for (let i = 0; i < t.n; i++)
    s += (i > 0 && (t.flags[i]! & TF_SPACE) !== 0 ? " " : "") + DECODER.decode(pp.spelling(t.kind[i]!, t.val[i]!));
  return s;
}

/** An identifier as GCC prints it: what is not ASCII as \\U and eight digits. */
function identifier(b: Uint8Array): Uint8Array {
  let plain = true;
  for (let i = 0; i < b.length; i++) if (b[i]! >= 0x80) plain = false;
  if (plain) return b;
  const text = DECODER.decode(b);
  return ENCODER.encode(text.replace(/[^\0-\x7f]/gu, (c) => `\\U${c.codePointAt(0)!.toString(16).padStart(8, "0")}`));
}

/** Would the two tokens, written without a space, be read as something else? */
function wouldPaste(a: number, last: Uint8Array, b: number, text: Uint8Array): boolean {
  if (a === 0) return false;
  const c = text[0]!;
  switch (a) {
    case TK_IDENT:
      return b === TK_IDENT || b === TK_NUM || ((b === TK_STR || b === TK_CHAR) && /^(L|u|U|u8)$/.test(DECODER.decode(last)));
    case TK_NUM:
      return b === TK_NUM || b === TK_IDENT || c === 0x2e || c === 0x2b || c === 0x2d;
    case TK_STR:
    case TK_CHAR:
      return false;
    case TK_PLUS:
      return c === 0x2b || c === 0x3d;
    case TK_MINUS:
      return c === 0x2d || c === 0x3d || c === 0x3e;
    case TK_AMP:
      return c === 0x26 || c === 0x3d;
    case TK_PIPE:
      return c === 0x7c || c === 0x3d;
    case TK_LT:
      return c === 0x3c || c === 0x3d || c === 0x3a || c === 0x25;
    case TK_GT:
    case TK_SHR:
      return c === 0x3e || c === 0x3d;
    case TK_SHL:
    case TK_NOT:
    case TK_ASSIGN:
    case TK_STAR:
    case TK_CARET:
      return c === 0x3d;
    case TK_SLASH:
      return c === 0x2f || c === 0x2a || c === 0x3d;
    case TK_PERCENT:
      return c === 0x3d || c === 0x3a || c === 0x3e;
    case TK_DOT:
      return c === 0x2e || b === TK_NUM;
    case TK_COLON:
      return c === 0x3e || c === 0x3a;
    case TK_HASH:
      return c === 0x23;
    default:
      return false;
  }
}

/** The #define line of a macro. */
function definition(pp: Preprocessor, m: Macro): string {
  const names = pp.session.names;
  let s = `#define ${names.text(m.name)}`;
  if (m.params >= 0) {
    const params = m.paramNames.map((p, i) => {
      const text = names.text(p);
      if (!m.variadic || i < m.params - 1) return text;
      return text === "__VA_ARGS__" ? "..." : `${text}...`;
    });
    s += `(${params.join(",")})`;
  }
  s += " ";
  const b = m.body;
  for (let i = 0; i < b.n; i++) {
    const fl = b.flags[i]!;
    if ((fl & TF_PASTE) !== 0) s += " ## ";
    else if (i > 0 && (fl & TF_SPACE) !== 0) s += " ";
    if ((fl & TF_STRINGIFY) !== 0) s += "#";
    s += (fl & TF_PARAM) !== 0 ? names.text(m.paramNames[b.val[i]!]!) : DECODER.decode(pp.spelling(b.kind[i]!, b.val[i]!));
  }
  return s;
}

/** Preprocesses to text. */
export function printPreprocessed(pp: Preprocessor, main: LexedFile, options: PrintOptions): Uint8Array {
  return new Printer(pp, options, main.source.path).run(main);
}

/** -dM: every macro that is defined at the end. */
export function printMacros(pp: Preprocessor, main: LexedFile): string {
  pp.start(main);
  while (pp.next());
  const builtin = new Set(BUILTIN_MACROS.map(([name]) => name));
  let s = "";
  for (const m of pp.macros)
    if (m !== undefined && !(m.builtin !== 0 && builtin.has(pp.session.names.text(m.name)))) s += `${definition(pp, m)}\n`;
  return s;
}
