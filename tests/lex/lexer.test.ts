// Bytes to tokens: greedy punctuators, literals, splices, comments; and what is spelt comes back.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lex } from "../../src/compiler/lex/lexer.ts";
import { KW_while, LAST_KEYWORD, Names } from "../../src/compiler/lex/names.ts";
import {
  Literals,
  OTHER_TEXT,
  TF_BOL,
  TF_SPACE,
  TK_CHAR,
  TK_EOF,
  TK_IDENT,
  TK_NUM,
  TK_OTHER,
  TK_STR,
  TOKEN_TEXT,
} from "../../src/compiler/lex/tokens.ts";

function spell(source: string, asm = false): string[] {
  const names = new Names();
  const lits = new Literals();
  const t = lex(new TextEncoder().encode(source), names, lits, asm);
  const out: string[] = [];
  for (let i = 0; i < t.n; i++) {
    const v = t.val[i]!;
    switch (t.kind[i]) {
      case TK_EOF:
        break;
      case TK_IDENT:
      case TK_NUM:
        out.push(names.text(v));
        break;
      case TK_STR:
      case TK_CHAR: {
        const q = t.kind[i] === TK_STR ? '"' : "'";
        const l = lits.get(v);
        out.push(l.prefix + q + new TextDecoder().decode(l.bytes) + q);
        break;
      }
      case TK_OTHER:
        out.push(v >= OTHER_TEXT ? `<${names.text(v - OTHER_TEXT)}>` : String.fromCharCode(v));
        break;
      default:
        out.push(TOKEN_TEXT[t.kind[i]!]!);
    }
  }
  return out;
}

describe("tokens", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["a+++++b", "a ++ ++ + b"],
    ["x<<=y>>=z->w...", "x <<= y >>= z -> w ..."],
    ["..", ". ."],
    ["1.2.3e+5x .5 0x1p-3 1e5+2", "1.2.3e+5x .5 0x1p-3 1e5 + 2"],
    ["0xe+1", "0xe+1"],
    ["a.b .5.", "a . b .5."],
    [`L"x" u8"y" u'z' U"w" LL"v" u8'c'`, `L"x" u8"y" u'z' U"w" LL "v" u8 'c'`],
    [`"a\\"b\\\\" 'c\\''`, `"a\\"b\\\\" 'c\\''`],
    ["a/* c */b//d\ne", "a b e"],
    ["a/\\\n* c *\\\n/b", "a b"],
    ["in\\\n\\\nt x\\\n=\\\n=1", "int x == 1"],
    ["%:%: <: %>", "## [ }"],
    ["$a a$b @ `", "$a a$b @ `"],
    ["\\u00e9t\\u00E9", "été"],
    ["x ??= y", "x ? ? = y"],
  ];
  for (const [source, want] of cases) {
    test(source, () => {
      expect(spell(source)).toEqual(want.split(" "));
    });
  }
  test("an unterminated literal is one stray token up to the end of the line", () => {
    expect(spell('a "b c\nd')).toEqual(["a", '<"b c>', "d"]);
    expect(spell("it's # \"x\nd", true)).toEqual(["it", "'", "s", "#", '"', "x", "d"]);
  });
  test("assembler files: a dollar sign is no letter", () => {
    expect(spell("movl $MSR, %eax", true)).toEqual(["movl", "$", "MSR", ",", "%", "eax"]);
  });
  test("flags and offsets", () => {
    const t = lex(new TextEncoder().encode("a b\n  c"), new Names(), new Literals(), false);
    expect([...t.flags.slice(0, 3)]).toEqual([TF_BOL, TF_SPACE, TF_BOL | TF_SPACE]);
    expect([...t.loc.slice(0, 4)]).toEqual([0, 2, 6, 7]);
  });
  test("an open comment is noted", () => {
    const t = lex(new TextEncoder().encode("a /* b"), new Names(), new Literals(), false);
    expect([t.n, t.openComment]).toEqual([2, 2]);
  });
  test("keywords have fixed names", () => {
    const n = new Names();
    expect(n.intern("while")).toBe(KW_while);
    expect(n.intern("notakeyword")).toBeGreaterThan(LAST_KEYWORD);
  });
});

test("what is spelt with spaces comes back, wherever lines are spliced", () => {
  const punctuators = TOKEN_TEXT.slice(8).filter((s) => s !== "");
  const token = fc.oneof(
    fc.constantFrom(...punctuators),
    fc.stringMatching(/^[A-Za-z_][A-Za-z_0-9]{0,8}$/).filter((s) => !/^(L|u|U|u8)$/.test(s)),
    fc.stringMatching(/^[0-9][0-9a-fxX.]{0,6}$/),
    fc.stringMatching(/^"[a-z \\n]{0,6}"$/).filter((s) => !s.includes("\\")),
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 30 }), fc.array(fc.nat(200), { maxLength: 5 }), (tokens, cuts) => {
      let text = tokens.join(" ");
      for (const c of cuts) {
        const at = Math.min(c, text.length);
        if (text.length > 0 && text[at - 1] !== "\\") text = `${text.slice(0, at)}\\\n${text.slice(at)}`;
      }
      expect(spell(text)).toEqual(tokens);
    }),
    { numRuns: 300, seed: 7 },
  );
});
