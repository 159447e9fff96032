// Bytes to preprocessing tokens (C11 6.4). // hot
// One pass over a Uint8Array with a class table. A file is lexed once per Session; directives stay in the list (a `#` with TF_BOL
// begins one, the next TF_BOL token ends it). Locs are byte offsets in the file. A backslash-newline is skipped wherever it
// stands: between tokens as white space, inside a token by a slower path that joins the pieces.

import type { Names } from "./names.ts";
import type { Literals } from "./tokens.ts";
import {
  OTHER_TEXT,
  TF_BOL,
  TF_SPACE,
  TK_AMP,
  TK_AMPEQ,
  TK_ANDAND,
  TK_ARROW,
  TK_ASSIGN,
  TK_CARET,
  TK_CARETEQ,
  TK_CHAR,
  TK_COLON,
  TK_COMMA,
  TK_COMMENT,
  TK_DOT,
  TK_ELLIPSIS,
  TK_EOF,
  TK_EQEQ,
  TK_GE,
  TK_GT,
  TK_HASH,
  TK_HASHHASH,
  TK_IDENT,
  TK_LBRACE,
  TK_LBRACKET,
  TK_LE,
  TK_LPAREN,
  TK_LT,
  TK_MINUS,
  TK_MINUSEQ,
  TK_MINUSMINUS,
  TK_NE,
  TK_NOT,
  TK_NUM,
  TK_OROR,
  TK_OTHER,
  TK_PERCENT,
  TK_PERCENTEQ,
  TK_PIPE,
  TK_PIPEEQ,
  TK_PLUS,
  TK_PLUSEQ,
  TK_PLUSPLUS,
  TK_QUESTION,
  TK_RBRACE,
  TK_RBRACKET,
  TK_RPAREN,
  TK_SEMI,
  TK_SHL,
  TK_SHLEQ,
  TK_SHR,
  TK_SHREQ,
  TK_SLASH,
  TK_SLASHEQ,
  TK_STAR,
  TK_STAREQ,
  TK_STR,
  TK_TILDE,
  Tokens,
} from "./tokens.ts";

const C_SPACE = 1;
const C_NEWLINE = 2;
const C_LETTER = 3;
const C_DIGIT = 4;
const C_PUNCT = 5;
const C_QUOTE = 6;
const C_SLASH = 7;
const C_BACKSLASH = 8;
const C_DOT = 9;

const cls = new Uint8Array(256);
/** Letters, digits, _ and $ and bytes of UTF-8 identifiers. */
const word = new Uint8Array(256);
for (const c of " \t\v\f\r\0") cls[c.charCodeAt(0)] = C_SPACE;
cls[10] = C_NEWLINE;
for (let c = 0; c < 256; c++) {
  const ch = String.fromCharCode(c);
  if (/[A-Za-z_$]/.test(ch) || c >= 128) cls[c] = C_LETTER;
  else if (/[0-9]/.test(ch)) cls[c] = C_DIGIT;
  if (cls[c] === C_LETTER || cls[c] === C_DIGIT) word[c] = 1;
}
/** Assembler files: $ is no letter (it marks immediates). */
const asmWord = Uint8Array.from(word);
asmWord[0x24] = 0;
for (const c of "()[]{}&*+-~!%<>=^|?:;,#") cls[c.charCodeAt(0)] = C_PUNCT;
for (const c of "\"'") cls[c.charCodeAt(0)] = C_QUOTE;
cls[0x2f] = C_SLASH;
cls[0x5c] = C_BACKSLASH;
cls[0x2e] = C_DOT;

const NL = 10;
const BACKSLASH = 0x5c;

/** Length of a backslash-newline at i (GCC allows white space between), or 0. */
function splice(b: Uint8Array, i: number): number {
  if (b[i] !== BACKSLASH) return 0;
  let j = i + 1;
  while (b[j] === 32 || b[j] === 9 || b[j] === 13) j++;
  return b[j] === NL ? j + 1 - i : 0;
}

/** Length of all backslash-newlines that follow each other at i. */
function splices(b: Uint8Array, i: number): number {
  let j = i;
  for (;;) {
    const s = splice(b, j);
    if (s === 0) return j - i;
    j += s;
  }
}

/** Bytes of a spelling without its backslash-newlines. */
function unspliced(b: Uint8Array, from: number, to: number): Uint8Array {
  const out: number[] = [];
  for (let i = from; i < to; ) {
    const s = splice(b, i);
    if (s !== 0) i += s;
    else out.push(b[i++]!);
  }
  return Uint8Array.from(out);
}

/** Dialects, a sum of these. Strict C90 knows no digraphs; numbers have no p exponents before C99; C2X separates digits by quotes. */
export const NO_DIGRAPHS = 8;
export const PLAIN_NUMBERS = 16;
export const SEPARATORS = 32;
/** u, U and u8 before a quote are ordinary names: C before C11, GNU C before gnu99. */
export const NO_UNICODE = 64;

/** Lexes a whole buffer; ends with TK_EOF (TF_BOL). `comments` keeps those that stand outside of directives. */
export function lex(b: Uint8Array, names: Names, lits: Literals, asm: boolean, comments = false, dialect = 0): Tokens {
  const out = new Tokens(Math.max(64, (b.length >> 2) + 16));
  const n = b.length;
  let i = 0;
  let flags = TF_BOL;
  const letters = asm ? asmWord : word;
  /** First token of the line. */
  let first = 0;
  if (b[0] === 0xef && b[1] === 0xbb && b[2] === 0xbf) i = 3;
  for (;;) {
    if (i >= n) break;
    const c = b[i]!;
    switch (cls[c]) {
      case C_SPACE:
        i++;
        flags |= TF_SPACE;
        continue;
      case C_NEWLINE:
        i++;
        flags = TF_BOL;
        first = out.n;
        continue;
      case C_BACKSLASH: {
        const s = splice(b, i);
        if (s !== 0) {
          i += s;
          flags |= TF_SPACE;
          continue;
        }
        if (b[i + 1] === 0x75 || b[i + 1] === 0x55) {
          i = ident(b, i, n, names, lits, out, flags, letters, (dialect & NO_UNICODE) === 0);
          flags = 0;
          continue;
        }
        out.push(TK_OTHER, flags, c, i++);
        flags = 0;
        continue;
      }
      case C_LETTER:
        if (letters[c] === 0) out.push(TK_OTHER, flags, c, i++);
        else i = ident(b, i, n, names, lits, out, flags, letters, (dialect & NO_UNICODE) === 0);
        flags = 0;
        continue;
      case C_DOT:
        if (cls[b[i + 1]!] !== C_DIGIT) {
          if (b[i + 1] === 0x2e && b[i + 2] === 0x2e) {
            out.push(TK_ELLIPSIS, flags, 0, i);
            i += 3;
          } else out.push(TK_DOT, flags, 0, i++);
          flags = 0;
          continue;
        }
        i = number(b, i, n, names, out, flags, letters, dialect);
        flags = 0;
        continue;
      case C_DIGIT:
        i = number(b, i, n, names, out, flags, letters, dialect);
        flags = 0;
        continue;
      case C_QUOTE:
        i = quoted(b, i, i, "", n, names, lits, out, flags, asm);
        flags = 0;
        continue;
      case C_SLASH: {
        let j = i + 1;
        j += splices(b, j);
        if (b[j] === 0x2a) {
          const begin = i;
          i = j + 1;
          while (
            i < n &&
            !(b[i] === 0x2a && (b[i + 1] === 0x2f || (b[i + 1] === BACKSLASH && b[i + 1 + splice(b, i + 1)] === 0x2f)))
          )
            i++;
          if (i >= n) out.openComment = begin;
          i += 1 + (i + 1 < n ? splice(b, i + 1) : 0) + 1;
          if (comments && (out.n === first || out.kind[first] !== TK_HASH)) {
            out.push(TK_COMMENT, flags, names.internBytes(b, begin, Math.min(i, n)), begin);
            flags = 0;
          }
          flags |= TF_SPACE;
          continue;
        }
        if (b[j] === 0x2f) {
          const begin = i;
          i = j + 1;
          while (i < n && b[i] !== NL) {
            const s = splice(b, i);
            i += s !== 0 ? s : 1;
          }
          if (comments && (out.n === first || out.kind[first] !== TK_HASH)) {
            out.push(TK_COMMENT, flags, names.internBytes(b, begin, i), begin);
            flags = 0;
          }
          flags |= TF_SPACE;
          continue;
        }
        if (b[j] === 0x3d) {
          out.push(TK_SLASHEQ, flags, 0, i);
          i = j + 1;
        } else out.push(TK_SLASH, flags, 0, i++);
        flags = 0;
        continue;
      }
      case C_PUNCT:
        i = punct(b, i, c, out, flags, (dialect & NO_DIGRAPHS) === 0);
        flags = 0;
        continue;
      default:
        out.push(TK_OTHER, flags, c, i++);
        flags = 0;
    }
  }
  out.push(TK_EOF, TF_BOL, 0, n);
  out.trim();
  return out;
}

function ident(
  b: Uint8Array,
  from: number,
  n: number,
  names: Names,
  lits: Literals,
  out: Tokens,
  flags: number,
  letters: Uint8Array,
  unicode: boolean,
): number {
  let i = from;
  let odd = false;
  for (;;) {
    while (i < n && letters[b[i]!] === 1) i++;
    if (b[i] !== BACKSLASH) break;
    const s = splices(b, i);
    if (s !== 0 && letters[b[i + s]!] === 1) {
      i += s;
      odd = true;
      continue;
    }
    if (b[i + 1] === 0x75 || b[i + 1] === 0x55) {
      i += b[i + 1] === 0x75 ? 6 : 10;
      odd = true;
      continue;
    }
    break;
  }
  const len = i - from;
  if ((b[i] === 0x22 || b[i] === 0x27) && len <= 2 && !odd) {
    const p = b[from];
    if (len === 1 && (p === 0x4c || (unicode && (p === 0x75 || p === 0x55))))
      return quoted(b, from, i, String.fromCharCode(p), n, names, lits, out, flags, false);
    if (len === 2 && unicode && p === 0x75 && b[from + 1] === 0x38 && b[i] === 0x22)
      return quoted(b, from, i, "u8", n, names, lits, out, flags, false);
  }
  if (!odd) {
    out.push(TK_IDENT, flags, names.internBytes(b, from, i), from);
    return i;
  }
  const text = new TextDecoder()
    .decode(unspliced(b, from, i))
    .replace(/\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g, (_m, x: string | undefined, y: string | undefined) =>
      String.fromCodePoint(Number.parseInt(x ?? y ?? "0", 16)),
    );
  out.push(TK_IDENT, flags, names.intern(text), from);
  return i;
}

function number(
  b: Uint8Array,
  from: number,
  n: number,
  names: Names,
  out: Tokens,
  flags: number,
  letters: Uint8Array,
  dialect: number,
): number {
  let i = from + 1;
  let odd = false;
  while (i < n) {
    const c = b[i]!;
    if ((c === 0x2b || c === 0x2d) && isExponent(b[i - 1]!, dialect) && (b[i - 2] !== 0x27 || i - 2 <= from)) i++;
    else if (letters[c] === 1 || c === 0x2e) i++;
    else if (c === 0x27 && (dialect & SEPARATORS) !== 0 && letters[b[i + 1]!] === 1) i += 2;
    else if (c === BACKSLASH) {
      const s = splices(b, i);
      if (s === 0 || (letters[b[i + s]!] !== 1 && b[i + s] !== 0x2e)) break;
      i += s;
      odd = true;
    } else break;
  }
  if (odd) {
    const u = unspliced(b, from, i);
    out.push(TK_NUM, flags, names.internBytes(u, 0, u.length), from);
  } else out.push(TK_NUM, flags, names.internBytes(b, from, i), from);
  return i;
}

function isExponent(c: number, dialect: number): boolean {
  return c === 0x65 || c === 0x45 || ((c === 0x70 || c === 0x50) && (dialect & PLAIN_NUMBERS) === 0);
}

/** A literal whose quote is at `q` and whose prefix begins at `from`. An unterminated one is TK_OTHER (an error only where it is used). */
function quoted(
  b: Uint8Array,
  from: number,
  q: number,
  prefix: string,
  n: number,
  names: Names,
  lits: Literals,
  out: Tokens,
  flags: number,
  asm: boolean,
): number {
  const quote = b[q]!;
  let i = q + 1;
  let odd = false;
  for (;;) {
    if (i >= n || b[i] === NL) {
      // In an assembler file a quote may stand alone; in C the rest of the line belongs to it.
      if (asm) {
        out.push(TK_OTHER, flags, quote, from);
        return q + 1;
      }
      out.push(TK_OTHER, flags, OTHER_TEXT + names.internBytes(b, from, i), from);
      return i;
    }
    const c = b[i]!;
    if (c === quote) break;
    if (c === BACKSLASH) {
      const s = splice(b, i);
      if (s !== 0) {
        odd = true;
        i += s;
      } else {
        i++;
        const s2 = splice(b, i);
        if (s2 !== 0) {
          odd = true;
          i += s2;
        }
        i++;
      }
    } else i++;
  }
  const body = odd ? unspliced(b, q + 1, i) : b.subarray(q + 1, i);
  out.push(quote === 0x22 ? TK_STR : TK_CHAR, flags, lits.add(prefix, body), from);
  return i + 1;
}

/** Second characters may stand behind a backslash-newline in theory; GCC joins them, so do we. */
function punct(b: Uint8Array, i: number, c: number, out: Tokens, flags: number, digraphs: boolean): number {
  let j = i + 1;
  j += splices(b, j);
  const d = b[j]!;
  let kind: number;
  let end = i + 1;
  let digraph = 0;
  switch (c) {
    case 0x28:
      kind = TK_LPAREN;
      break;
    case 0x29:
      kind = TK_RPAREN;
      break;
    case 0x5b:
      kind = TK_LBRACKET;
      break;
    case 0x5d:
      kind = TK_RBRACKET;
      break;
    case 0x7b:
      kind = TK_LBRACE;
      break;
    case 0x7d:
      kind = TK_RBRACE;
      break;
    case 0x7e:
      kind = TK_TILDE;
      break;
    case 0x3f:
      kind = TK_QUESTION;
      break;
    case 0x3b:
      kind = TK_SEMI;
      break;
    case 0x2c:
      kind = TK_COMMA;
      break;
    case 0x26:
      if (d === 0x26) {
        kind = TK_ANDAND;
        end = j + 1;
      } else if (d === 0x3d) {
        kind = TK_AMPEQ;
        end = j + 1;
      } else kind = TK_AMP;
      break;
    case 0x2a:
      if (d === 0x3d) {
        kind = TK_STAREQ;
        end = j + 1;
      } else kind = TK_STAR;
      break;
    case 0x2b:
      if (d === 0x2b) {
        kind = TK_PLUSPLUS;
        end = j + 1;
      } else if (d === 0x3d) {
        kind = TK_PLUSEQ;
        end = j + 1;
      } else kind = TK_PLUS;
      break;
    case 0x2d:
      if (d === 0x2d) {
        kind = TK_MINUSMINUS;
        end = j + 1;
      } else if (d === 0x3d) {
        kind = TK_MINUSEQ;
        end = j + 1;
      } else if (d === 0x3e) {
        kind = TK_ARROW;
        end = j + 1;
      } else kind = TK_MINUS;
      break;
    case 0x21:
      if (d === 0x3d) {
        kind = TK_NE;
        end = j + 1;
      } else kind = TK_NOT;
      break;
    case 0x3d:
      if (d === 0x3d) {
        kind = TK_EQEQ;
        end = j + 1;
      } else kind = TK_ASSIGN;
      break;
    case 0x5e:
      if (d === 0x3d) {
        kind = TK_CARETEQ;
        end = j + 1;
      } else kind = TK_CARET;
      break;
    case 0x7c:
      if (d === 0x7c) {
        kind = TK_OROR;
        end = j + 1;
      } else if (d === 0x3d) {
        kind = TK_PIPEEQ;
        end = j + 1;
      } else kind = TK_PIPE;
      break;
    case 0x3a:
      if (d === 0x3e && digraphs) {
        kind = TK_RBRACKET;
        end = j + 1;
        digraph = 1;
      } else kind = TK_COLON;
      break;
    case 0x25:
      if (d === 0x3d) {
        kind = TK_PERCENTEQ;
        end = j + 1;
      } else if (d === 0x3e && digraphs) {
        kind = TK_RBRACE;
        end = j + 1;
        digraph = 1;
      } else if (d === 0x3a && digraphs) {
        kind = TK_HASH;
        end = j + 1;
        digraph = 1;
        if (b[end] === 0x25 && b[end + 1] === 0x3a) {
          kind = TK_HASHHASH;
          end += 2;
        }
      } else kind = TK_PERCENT;
      break;
    case 0x3c:
      if (d === 0x3c) {
        const k = j + 1 + splices(b, j + 1);
        if (b[k] === 0x3d) {
          kind = TK_SHLEQ;
          end = k + 1;
        } else {
          kind = TK_SHL;
          end = j + 1;
        }
      } else if (d === 0x3d) {
        kind = TK_LE;
        end = j + 1;
      } else if (d === 0x3a && digraphs) {
        kind = TK_LBRACKET;
        end = j + 1;
        digraph = 1;
      } else if (d === 0x25 && digraphs) {
        kind = TK_LBRACE;
        end = j + 1;
        digraph = 1;
      } else kind = TK_LT;
      break;
    case 0x3e:
      if (d === 0x3e) {
        const k = j + 1 + splices(b, j + 1);
        if (b[k] === 0x3d) {
          kind = TK_SHREQ;
          end = k + 1;
        } else {
          kind = TK_SHR;
          end = j + 1;
        }
      } else if (d === 0x3d) {
        kind = TK_GE;
        end = j + 1;
      } else kind = TK_GT;
      break;
    default: // 0x23
      if (d === 0x23) {
        kind = TK_HASHHASH;
        end = j + 1;
      } else kind = TK_HASH;
  }
  out.push(kind, flags, digraph, i);
  return end;
}
