// A failing program is narrowed to the file and the function: the compiler under test is GCC, and breaks what is named `guilty`.

import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { programLines } from "../../src/cli/program-cases.ts";
import type { Case } from "../../src/delta/case.ts";
import { narrowProgram } from "../../src/oracle/program/narrow-program.ts";
import { CommandCompiler } from "../../src/oracle/program/program-compiler.ts";
import type { ProgramFailure, ProgramRun } from "../../src/oracle/program/program-run.ts";
import { TOOLCHAINS } from "../../src/oracle/program/toolchain.ts";

const GCC = "x86_64-linux-gnu-gcc";
let dir = "";
let broken = "";
beforeAll(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "oracle-narrow-program-"));
  broken = path.join(dir, "broken-cc");
  // One more argument register counted up wherever a function of that name begins.
  writeFileSync(
    broken,
    `#!/bin/sh\n${GCC} "$@" || exit\nfor last; do :; done\nsed -i 's/^guilty:/&\\n\\taddl $1, %edi/' "$last"\n`,
  );
  chmodSync(broken, 0o755);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function narrowed(name: string, texts: readonly string[], cc = broken): Promise<Case> {
  const files = texts.map((text, i) => {
    const file = path.join(dir, `${name}${i}.c`);
    writeFileSync(file, text);
    return file;
  });
  const failure: ProgramFailure = {
    arch: "x86",
    level: "-O2",
    reason: "exit 1, expected 0",
    test: {
      id: `t/${name}`,
      suite: "t",
      kind: "execute",
      files,
      cwd: dir,
      options: ["-w"],
      libs: [],
      errorLines: [],
      expectedOutput: undefined,
      requires: [],
      shouldFail: false,
    },
  };
  const runDir = path.join(dir, `run-${name}`);
  const run: ProgramRun = {
    kind: "program",
    id: `run-${name}`,
    dir: runDir,
    started: "",
    command: [],
    cc,
    gcc: undefined,
    seed: "1",
    count: "1",
    failures: [failure],
  };
  const side = {
    gcc: new CommandCompiler("gcc", [GCC], "gcc"),
    gccCommand: [GCC],
    toolchain: TOOLCHAINS.x86,
    cacheDir: dir,
    signal: new AbortController().signal,
  };
  const found = await narrowProgram(run, failure, side, { workers: 2, granularity: "function" });
  expect(programLines(run, 1, [found]).length).toBeLessThanOrEqual(15);
  return found;
}

const ONE = `__attribute__((noipa)) int guilty(int x) { return 2 * x; }
__attribute__((noipa)) int other(int x) { return x + 7; }
__attribute__((noipa)) int third(int x) { return other(x) - guilty(x); }
int main(void) { return third(3) != 4; }
`;

test("the function at fault is named, with the code of both compilers", { timeout: 60_000 }, async () => {
  const found = await narrowed("one", [ONE]);
  expect(found.functions).toEqual(["t/one:guilty"]);
  expect(found.confidence).toBeGreaterThan(0.99);
  expect(readFileSync(path.join(dir, "run-one", "cases", found.id, "asm.diff"), "utf8")).toContain("+\taddl $1, %edi");
});

test("of several files the one at fault is named first", { timeout: 60_000 }, async () => {
  const found = await narrowed("two", [
    "int guilty(int); int third(int); int main(void) { return third(3) != 4; }",
    "__attribute__((noipa)) int guilty(int x) { return 2 * x; }",
    "int guilty(int); __attribute__((noipa)) int third(int x) { return x + 7 - guilty(x); }",
  ]);
  expect(found.members).toEqual(["t/two/two1.c"]);
  expect(found.functions).toEqual(["t/two/two1.c:guilty"]);
});

test("where the assembly of the compiler under test passes, nobody is blamed", { timeout: 60_000 }, async () => {
  const found = await narrowed("none", [ONE], GCC);
  expect(found.functions).toEqual([]);
  expect(found.functionNote).toContain("the program passes");
  expect(found.confidence).toBe(0);
});
