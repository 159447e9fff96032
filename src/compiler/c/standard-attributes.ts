// The attributes of C2X (6.7.12), which GCC takes in every dialect: [[a, gnu::b(x)]] becomes __attribute__((a, b(x))) before the parser
// sees the tokens. Two brackets in a row open an attribute and nothing else in C, so a look at the tokens alone is enough.
// Invariant: tokens without [[ come back as they are, and the parser knows of one spelling only.

import type { Names } from "../lex/names.ts";
import * as KW from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { Tokens } from "../lex/tokens.ts";

/** GCC's name of a standard attribute where it has another one. */
const GNU_NAMES: ReadonlyMap<string, string> = new Map([
  ["nodiscard", "warn_unused_result"],
  ["__nodiscard__", "warn_unused_result"],
  ["maybe_unused", "unused"],
  ["__maybe_unused__", "unused"],
  ["_Noreturn", "noreturn"],
  ["___Noreturn__", "noreturn"],
]);

function opens(t: Tokens, i: number): boolean {
  return t.kind[i] === TK.TK_LBRACKET && i + 1 < t.n && t.kind[i + 1] === TK.TK_LBRACKET;
}

/** The tokens with every [[…]] in GNU's spelling. */
export function withGnuAttributes(t: Tokens, names: Names): Tokens {
  let first = t.kind.indexOf(TK.TK_LBRACKET);
  while (first >= 0 && first < t.n && !opens(t, first)) first = t.kind.indexOf(TK.TK_LBRACKET, first + 1);
  if (first < 0 || first >= t.n) return t;
  const out = new Tokens(t.n + 16);
  for (let i = 0; i < t.n; ) {
    if (opens(t, i)) i = attributes(t, i, names, out);
    else {
      out.push(t.kind[i]!, t.flags[i]!, t.val[i]!, t.loc[i]!);
      i++;
    }
  }
  out.openComment = t.openComment;
  return out;
}

/** Writes the specifier that opens at i; gives the place after it. */
function attributes(t: Tokens, start: number, names: Names, out: Tokens): number {
  const copy = (k: number): void => out.push(t.kind[k]!, t.flags[k]!, t.val[k]!, t.loc[k]!);
  const put = (kind: number, val: number, at: number): void => out.push(kind, t.flags[at]!, val, t.loc[at]!);
  put(TK.TK_IDENT, KW.KW___attribute__, start);
  put(TK.TK_LPAREN, 0, start);
  put(TK.TK_LPAREN, 0, start);
  let i = start + 2;
  while (i < t.n && t.kind[i] === TK.TK_IDENT) {
    let foreign = false;
    let standard = true;
    if (t.kind[i + 1] === TK.TK_COLON && t.kind[i + 2] === TK.TK_COLON && t.kind[i + 3] === TK.TK_IDENT) {
      foreign = !/^(gnu|__gnu__)$/.test(names.text(t.val[i]!));
      standard = false;
      i += 3;
    }
    const spelled = names.text(t.val[i]!);
    const gnu = standard ? GNU_NAMES.get(spelled) : undefined;
    if (!foreign) put(TK.TK_IDENT, gnu === undefined ? t.val[i]! : names.intern(gnu), i);
    i++;
    if (t.kind[i] === TK.TK_LPAREN) {
      // a reason, or GNU's arguments; GNU has no place for a reason that nodiscard gives
      const silent = foreign || (standard && gnu !== undefined);
      let depth = 0;
      do {
        if (t.kind[i] === TK.TK_LPAREN) depth++;
        else if (t.kind[i] === TK.TK_RPAREN) depth--;
        if (!silent) copy(i);
        i++;
      } while (depth > 0 && i < t.n);
    }
    if (t.kind[i] !== TK.TK_COMMA) break;
    copy(i);
    i++;
  }
  // what is no attribute is left for the parser to complain of
  for (let k = 0; k < 2 && t.kind[i] === TK.TK_RBRACKET; k++, i++) put(TK.TK_RPAREN, 0, i);
  return i;
}
