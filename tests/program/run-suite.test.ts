import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandCompiler } from "../../src/oracle/program/program-compiler.ts";
import { runSuite } from "../../src/oracle/program/run-suite.ts";
import type { TestCase } from "../../src/oracle/program/suite.ts";
import { TOOLCHAINS } from "../../src/oracle/program/toolchain.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "oracle-run-suite-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function program(name: string, text: string, kind: TestCase["kind"] = "execute", errorLines: number[] = []): TestCase {
  const file = path.join(dir, `${name}.c`);
  writeFileSync(file, text);
  return {
    id: `t/${name}`,
    suite: "t",
    kind,
    files: [file],
    cwd: dir,
    options: ["-w"],
    libs: [],
    errorLines,
    expectedOutput: undefined,
    requires: [],
    shouldFail: false,
  };
}

async function verdictOf(test: TestCase, cut: string[]): Promise<string> {
  const v = await runSuite({
    tests: [test],
    levels: ["-O1"],
    toolchain: TOOLCHAINS.x86,
    gcc: new CommandCompiler("gcc", ["gcc"], "gcc"),
    cut: new CommandCompiler("cut", cut, cut.join(" ")),
    jobs: 1,
    cacheDir: dir,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  return `${v[0]!.verdict}: ${v[0]!.reason}`;
}

test("the same compiler passes", async () => {
  expect(await verdictOf(program("same", '#include <stdio.h>\nint main(void){printf("hi\\n");return 0;}'), ["gcc", "-O2"])).toBe(
    "pass: ",
  );
});

test("a different exit, a different output, a rejection are failures with their reason", async () => {
  const p = program(
    "differs",
    '#include <stdio.h>\nint main(void){\n#ifdef X\nputs("b"); return X;\n#else\nputs("a"); return 0;\n#endif\n}',
  );
  expect(await verdictOf(p, ["gcc", "-DX=3"])).toBe("fail: exit 3, expected 0");
  expect(await verdictOf(p, ["gcc", "-DX=0"])).toBe('fail: output differs: line 1: "b", expected "a"');
  expect(await verdictOf(p, ["gcc", "-DX=+*"])).toMatch(/^fail: rejected: /);
});

test("what GCC itself fails is left out, not failed", async () => {
  expect(await verdictOf(program("gccfails", "int main(void){return 7;}"), ["gcc"])).toBe("left-out: gcc itself: exit 7");
});

test("a generated program on whose behaviour GCC's levels do not agree proves nothing", async () => {
  const text = "int main(void){\n#ifdef X\nreturn 3;\n#elif defined __OPTIMIZE__\nreturn 0;\n#else\nreturn 1;\n#endif\n}";
  const p = { ...program("levels", text), suite: "csmith" };
  expect(await verdictOf(p, ["gcc", "-DX"])).toBe("left-out: gcc -O0 and -O2 do not agree");
  const agreed = { ...program("agreed", "int main(void){\n#ifdef X\nreturn 3;\n#endif\nreturn 0;}"), suite: "csmith" };
  expect(await verdictOf(agreed, ["gcc", "-DX"])).toBe("fail: exit 3, expected 0");
});

test("what GCC refuses of its own half is left out and does not end the run", async () => {
  const p = program("half", "int main(void){return 0;}");
  const half = path.join(dir, "half-gcc.c");
  writeFileSync(half, "int x = ;\n");
  expect(await verdictOf({ ...p, gccFiles: [half] }, ["gcc"])).toMatch(/^left-out: GCC refuses half-gcc\.c: .*error/);
});

test("an invalid program must be rejected on the right line", async () => {
  const bad = program("bad", "int main(void)\n{\n  5 = 3;\n}\n", "reject", [3]);
  expect(await verdictOf(bad, ["gcc"])).toBe("pass: ");
  expect(await verdictOf(bad, ["true"])).toBe("fail: invalid program accepted");
  expect(await verdictOf({ ...bad, errorLines: [1] }, ["gcc"])).toMatch(/^fail: no error on line 1/);
});
