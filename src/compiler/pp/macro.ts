// Macro definitions and their table.

import {
  type Literal,
  type Literals,
  TF_BOL,
  TF_PARAM,
  TF_PASTE,
  TF_SPACE,
  TF_STRINGIFY,
  TK_CHAR,
  TK_HASH,
  TK_HASHHASH,
  TK_IDENT,
  TK_STR,
  Tokens,
} from "../lex/tokens.ts";

export class Macro {
  readonly name: number;
  /** -1 = object-like; else the number of parameters, a variadic one included. */
  params = -1;
  paramNames: number[] = [];
  /** Has `...`, as its last parameter. */
  variadic = false;
  /** Replacement list: parameters have TF_PARAM and val = index; a token pasted to the one before it has TF_PASTE; a stringified parameter TF_STRINGIFY. */
  body: Tokens = new Tokens(8);
  /** Non-zero: __LINE__ and its like, expanded by the preprocessor itself. */
  builtin = 0;
  loc = 0;
  /** Being expanded: not to be expanded again (C11 6.10.3.4p2). */
  disabled = false;
  usesVaOpt = false;
  /** The body has a ##. */
  pastes = false;

  constructor(name: number) {
    this.name = name;
  }
}

/** Same replacement (C11 6.10.3p1-2), white space told apart only as present or not. */
export function sameDefinition(a: Macro, b: Macro, lits: Literals): boolean {
  if (a.params !== b.params || a.variadic !== b.variadic || a.builtin !== b.builtin || a.body.n !== b.body.n) return false;
  for (let i = 0; i < a.paramNames.length; i++) if (a.paramNames[i] !== b.paramNames[i]) return false;
  const mask = TF_PARAM | TF_PASTE | TF_STRINGIFY | TF_SPACE;
  for (let i = 0; i < a.body.n; i++) {
    const kind = a.body.kind[i]!;
    if (kind !== b.body.kind[i]) return false;
    if (a.body.val[i] !== b.body.val[i]) {
      if (kind !== TK_STR && kind !== TK_CHAR) return false;
      if (!sameLiteral(lits.get(a.body.val[i]!), lits.get(b.body.val[i]!))) return false;
    }
    if (i > 0 && (a.body.flags[i]! & mask) !== (b.body.flags[i]! & mask)) return false;
  }
  return true;
}

function sameLiteral(a: Literal, b: Literal): boolean {
  if (a.prefix !== b.prefix || a.bytes.length !== b.bytes.length) return false;
  for (let i = 0; i < a.bytes.length; i++) if (a.bytes[i] !== b.bytes[i]) return false;
  return true;
}

/**
 * Fills a macro's replacement list from source tokens [from, to): marks parameters, # and ##.
 * Returns an error text or "". `vaOpt` is the Name of __VA_OPT__.
 */
export function fillBody(m: Macro, toks: Tokens, from: number, to: number, vaOpt: number, asm: boolean): string {
  const body = new Tokens(Math.max(4, to - from));
  let paste = false;
  for (let i = from; i < to; i++) {
    const kind = toks.kind[i]!;
    let flags = toks.flags[i]! & ~TF_BOL;
    if (kind === TK_HASHHASH) {
      if (i === from || i === to - 1) return "'##' cannot appear at either end of a macro expansion";
      paste = true;
      m.pastes = true;
      continue;
    }
    if (kind === TK_HASH && m.params >= 0) {
      const p = i + 1 < to && toks.kind[i + 1] === TK_IDENT ? m.paramNames.indexOf(toks.val[i + 1]!) : -1;
      if (p >= 0) {
        flags |= TF_PARAM | TF_STRINGIFY;
        if (paste) flags |= TF_PASTE;
        paste = false;
        body.push(TK_IDENT, flags, p, toks.loc[i]!);
        i++;
        continue;
      }
      if (!asm && !(i + 1 < to && toks.val[i + 1] === vaOpt)) return "'#' is not followed by a macro parameter";
    }
    let val = toks.val[i]!;
    if (kind === TK_IDENT) {
      const p = m.paramNames.indexOf(val);
      if (p >= 0) {
        flags |= TF_PARAM;
        val = p;
      } else if (val === vaOpt && m.variadic) m.usesVaOpt = true;
    }
    if (paste) flags |= TF_PASTE;
    paste = false;
    body.push(kind, flags, val, toks.loc[i]!);
  }
  body.trim();
  m.body = body;
  return "";
}
