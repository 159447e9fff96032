// -falign-functions: the directives are those of GCC 12 for the same command line.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { occ } from "../pp/helper.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "occ-align-"));
  writeFileSync(join(dir, "a.c"), "int f(void) { return 0; }\n__attribute__((cold)) int g(void) { return 1; }\n");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Flags; directives on x86, aarch64 and riscv64, those of f and of the cold g. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  ["-O1", "", "2 2", "1 1"],
  ["-O2", "4", "2 4,,11 2", "1 1"],
  ["-Os", "", "2 2", "1 1"],
  ["-O2 -falign-functions=64", "6", "2 6 2", "1 6 1"],
  ["-O2 -falign-functions=32:7", "5,,6", "2 5,,6 2", "1 5,,6 1"],
  ["-O2 -falign-functions=3", "2,,2", "2 2", "1 2,,2 1"],
  ["-O2 -fno-align-functions", "", "2 2", "1 1"],
  ["-Os -falign-functions=64", "", "2 2", "1 1"],
];
for (const [flags, ...want] of CASES) {
  test(flags, async () => {
    const got: string[] = [];
    for (const target of ["x86_64", "aarch64", "riscv64"]) {
      const r = await occ([`--target=${target}-linux-gnu`, ...flags.split(" "), "-S", "a.c", "-o", "-"], dir);
      expect(r.err).toBe("");
      got.push([...r.out.matchAll(/\.p2align\t(\S+)/g)].map((m) => m[1]).join(" "));
    }
    expect(got).toEqual(want);
  });
}
