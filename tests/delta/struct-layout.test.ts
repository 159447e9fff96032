// Struct layouts of two compilations of real code, asked for without their debug information.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { layoutAnswers, layoutDifferences, layoutProbe, layoutQuestions, namedStructs } from "../../src/delta/struct-layout.ts";

const SOURCE = `
enum state { OFF, ON };
struct inner { char c; enum state s; };
struct outer { long l; struct inner in; union { int i; struct { short deep; }; }; unsigned bit : 3; int last; };
struct same { int a; char b[3]; struct { int x; } named; };
struct opaque;
struct outer keep; struct same also;
int f(struct opaque *p) { struct local { enum state s; } v = { ON }; return v.s + keep.last; }
`;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "layout-"));
  writeFileSync(join(dir, "unit.c"), SOURCE);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const run = (...argv: string[]): string => execFileSync(argv[0]!, argv.slice(1), { encoding: "utf8", cwd: dir });

test("names from DWARF, layouts from symbol sizes, differences in words", () => {
  run("gcc", "-g", "-c", "-o", "unit.o", "unit.c");
  const structs = namedStructs(run("readelf", "-wi", "unit.o"));
  expect(structs.map((s) => s.name).sort()).toEqual(["struct inner", "struct outer", "struct same"]);
  expect(structs.find((s) => s.name === "struct outer")!.members).toEqual(["l", "in", "i", "deep", "last"]);
  const questions = layoutQuestions(structs);
  writeFileSync(join(dir, "probe.c"), layoutProbe(join(dir, "unit.c"), questions));
  const answers = (...flags: string[]): Map<string, number> => {
    run("gcc", ...flags, "-c", "-o", "probe.o", "probe.c");
    return layoutAnswers(run("nm", "-S", "probe.o"), questions);
  };
  const plain = { who: "a.c", answers: answers() };
  expect(plain.answers.get("size of struct inner")).toBe(8);
  expect(plain.answers.get("offset of struct outer.l")).toBe(0);
  expect(plain.answers.size).toBe(questions.length);
  const short = { who: "b.c", answers: answers("-fshort-enums") };
  expect(layoutDifferences(plain, short)).toEqual([
    "size of struct inner: 8 in a.c, 2 in b.c",
    "alignment of struct inner: 4 in a.c, 1 in b.c",
    "offset of struct inner.s: 4 in a.c, 1 in b.c",
    "size of struct outer: 32 in a.c, 24 in b.c",
    "offset of struct outer.i: 16 in a.c, 12 in b.c",
    "offset of struct outer.deep: 16 in a.c, 12 in b.c",
    "offset of struct outer.last: 24 in a.c, 20 in b.c",
  ]);
  expect(layoutDifferences(plain, plain)).toEqual([]);
});
