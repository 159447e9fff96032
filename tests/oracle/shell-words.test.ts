import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSimpleCommand, quoteWord, splitCommands, splitWords } from "../../src/oracle/shell-words.ts";

describe("shell words", () => {
  it("split what was quoted into the same words", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (words) => {
        expect(splitWords(words.map(quoteWord).join(" "))).toEqual(words);
      }),
    );
  });

  it("split as sh does", () => {
    const line = `a "b c" 'd"e' f\\ g "h\\"i" -DX='"y"' "" k`;
    const shell = execFileSync("sh", ["-c", `printf '%s\\n' ${line}`], { encoding: "utf8" })
      .split("\n")
      .slice(0, -1);
    expect(splitWords(line)).toEqual(shell);
  });

  it("are one command only without operators and with all quotes closed", () => {
    for (const text of ["gcc", "gcc -O1 '-DX=a b'", 'a "b;c"', "a\\ b"]) expect(isSimpleCommand(text)).toBe(true);
    for (const text of ["", " ", "gcc '", 'gcc "-DX', "gcc \\", "a; b", "a && b", "a | b"])
      expect(isSimpleCommand(text)).toBe(false);
  });

  it("separate commands", () => {
    expect(splitCommands("a b; c && d | e")).toEqual([["a", "b"], ["c"], ["d"], ["e"]]);
  });
});
