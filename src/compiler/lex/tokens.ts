// Tokens as arrays, append only: what the lexer writes, the preprocessor copies and the parser reads. // hot

export const TK_EOF = 0;
export const TK_IDENT = 1; // val = Name (keywords: <= LAST_KEYWORD)
export const TK_NUM = 2; //   pp-number; val = Name of the spelling
export const TK_CHAR = 3; //  val = index into the literal table
export const TK_STR = 4;
export const TK_PRAGMA = 5; // val = index into pragmas
export const TK_OTHER = 6; //  val = the byte, or OTHER_TEXT + Name: an unterminated literal up to the end of its line
/** A comment, only under -C; val = Name of its text. */
export const TK_COMMENT = 7;
export const TK_LPAREN = 8;
export const TK_RPAREN = 9;
export const TK_LBRACKET = 10;
export const TK_RBRACKET = 11;
export const TK_LBRACE = 12;
export const TK_RBRACE = 13;
export const TK_DOT = 14;
export const TK_ARROW = 15;
export const TK_PLUSPLUS = 16;
export const TK_MINUSMINUS = 17;
export const TK_AMP = 18;
export const TK_STAR = 19;
export const TK_PLUS = 20;
export const TK_MINUS = 21;
export const TK_TILDE = 22;
export const TK_NOT = 23;
export const TK_SLASH = 24;
export const TK_PERCENT = 25;
export const TK_SHL = 26;
export const TK_SHR = 27;
export const TK_LT = 28;
export const TK_GT = 29;
export const TK_LE = 30;
export const TK_GE = 31;
export const TK_EQEQ = 32;
export const TK_NE = 33;
export const TK_CARET = 34;
export const TK_PIPE = 35;
export const TK_ANDAND = 36;
export const TK_OROR = 37;
export const TK_QUESTION = 38;
export const TK_COLON = 39;
export const TK_SEMI = 40;
export const TK_ELLIPSIS = 41;
export const TK_ASSIGN = 42;
export const TK_STAREQ = 43;
export const TK_SLASHEQ = 44;
export const TK_PERCENTEQ = 45;
export const TK_PLUSEQ = 46;
export const TK_MINUSEQ = 47;
export const TK_SHLEQ = 48;
export const TK_SHREQ = 49;
export const TK_AMPEQ = 50;
export const TK_CARETEQ = 51;
export const TK_PIPEEQ = 52;
export const TK_COMMA = 53;
export const TK_HASH = 54;
export const TK_HASHHASH = 55;
export const TK_COUNT = 56;

/** TK_OTHER: values from here on are Names of longer spellings. */
export const OTHER_TEXT = 256;

/** Spelling of each punctuator, by kind (val = 1: written as a digraph). */
export const TOKEN_TEXT: readonly string[] = [
  "end of input",
  "identifier",
  "number",
  "character constant",
  "string literal",
  "pragma",
  "stray",
  "comment",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  ".",
  "->",
  "++",
  "--",
  "&",
  "*",
  "+",
  "-",
  "~",
  "!",
  "/",
  "%",
  "<<",
  ">>",
  "<",
  ">",
  "<=",
  ">=",
  "==",
  "!=",
  "^",
  "|",
  "&&",
  "||",
  "?",
  ":",
  ";",
  "...",
  "=",
  "*=",
  "/=",
  "%=",
  "+=",
  "-=",
  "<<=",
  ">>=",
  "&=",
  "^=",
  "|=",
  ",",
  "#",
  "##",
];

/** White space stands before the token. */
export const TF_SPACE = 1;
/** First token of its line. */
export const TF_BOL = 2;
/** An identifier that must not be expanded again (C11 6.10.3.4p2). */
export const TF_NOEXPAND = 4;
/** Macro body: the identifier is a parameter (val = index). */
export const TF_PARAM = 16;
/** Macro body: `#` stringifies the next parameter / placemarker uses. */
export const TF_STRINGIFY = 32;
/** Macro body: pasted with the token before it. */
export const TF_PASTE = 64;
/** Empty placemarker. */
export const TF_AVOID = 128;

/** Digraph spellings (C11 6.4.6p3), by kind. */
export const DIGRAPH_TEXT: Readonly<Record<number, string>> = {
  [TK_LBRACKET]: "<:",
  [TK_RBRACKET]: ":>",
  [TK_LBRACE]: "<%",
  [TK_RBRACE]: "%>",
  [TK_HASH]: "%:",
  [TK_HASHHASH]: "%:%:",
};

export class Tokens {
  n = 0;
  /** Offset of a comment that has no end, or -1. */
  openComment = -1;
  kind: Uint8Array;
  flags: Uint8Array;
  val: Int32Array;
  loc: Int32Array;

  constructor(capacity = 1024) {
    this.kind = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.val = new Int32Array(capacity);
    this.loc = new Int32Array(capacity);
  }

  push(kind: number, flags: number, val: number, loc: number): void {
    const n = this.n;
    if (n === this.kind.length) this.reserve(n + 1);
    this.kind[n] = kind;
    this.flags[n] = flags;
    this.val[n] = val;
    this.loc[n] = loc;
    this.n = n + 1;
  }

  reserve(n: number): void {
    let cap = this.kind.length;
    if (n <= cap) return;
    while (cap < n) cap *= 2;
    const k = new Uint8Array(cap);
    k.set(this.kind);
    this.kind = k;
    const f = new Uint8Array(cap);
    f.set(this.flags);
    this.flags = f;
    const v = new Int32Array(cap);
    v.set(this.val);
    this.val = v;
    const l = new Int32Array(cap);
    l.set(this.loc);
    this.loc = l;
  }

  /** Gives back what is not needed (for token lists that are kept). */
  trim(): void {
    this.kind = this.kind.slice(0, this.n);
    this.flags = this.flags.slice(0, this.n);
    this.val = this.val.slice(0, this.n);
    this.loc = this.loc.slice(0, this.n);
  }
}

export interface Literal {
  /** "", L, u, U or u8. */
  prefix: string;
  /** What stands between the quotes, escapes not decoded. */
  bytes: Uint8Array;
}

/** Character and string literals, shared by all token lists of a Session. */
export class Literals {
  private list: Literal[] = [];
  add(prefix: string, bytes: Uint8Array): number {
    return this.list.push({ prefix, bytes }) - 1;
  }
  get(i: number): Literal {
    return this.list[i]!;
  }
}

export interface Pragma {
  loc: number;
  tokens: Tokens;
}
