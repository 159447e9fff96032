// `--again` of bisect and delta: what was found of a run is told from its cases, or searched anew. The compiler under test counts how
// often it is asked.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProgramRun } from "../../src/oracle/program/program-run.ts";

const root = join(import.meta.dirname, "../..");
let dir: string;
let asked: string;

async function oracle(...args: string[]) {
  writeFileSync(asked, "");
  const env = { ORACLE_CACHE: join(dir, "cache"), ORACLE_STATE: join(dir, "state") };
  const result = await execa(join(root, "oracle"), args, { reject: false, env });
  return { code: result.exitCode, out: result.stdout, err: result.stderr, asked: readFileSync(asked, "utf8").length };
}

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "oracle-again-"));
  asked = join(dir, "asked");
  const compiler = join(dir, "cc");
  const break_ = `sed -i 's/^guilty:/&\\n\\taddl $1, %edi/' "$last"`;
  writeFileSync(
    compiler,
    `#!/bin/sh\nprintf x >> ${asked}\nx86_64-linux-gnu-gcc "$@" || exit\nfor last; do :; done\n${break_}\n`,
    { mode: 0o755 },
  );
  const file = join(dir, "p.c");
  writeFileSync(
    file,
    "__attribute__((noipa)) int guilty(int x) { return 2 * x; }\n__attribute__((noipa)) int other(int x) { return x + 7; }\nint main(void) { return other(3) - guilty(3) != 4; }\n",
  );
  const at = join(dir, "state", "runs", "programs");
  mkdirSync(at, { recursive: true });
  const test = { id: "t/p", suite: "t", kind: "execute", files: [file], cwd: dir, options: ["-w"], libs: [], errorLines: [] };
  const failure = { arch: "x86", level: "-O2", reason: "exit 1, expected 0", test: { ...test, requires: [], shouldFail: false } };
  const run = { kind: "program", id: "programs", dir: at, started: "", command: [], cc: compiler, seed: "1", count: "1" };
  writeFileSync(join(at, "run.json"), JSON.stringify({ ...run, failures: [failure] } as unknown as ProgramRun));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("a run of programs", { timeout: 240_000 }, () => {
  it("is searched once by delta, and by both with --again", async () => {
    const first = await oracle("delta", "programs", "--granularity", "function");
    expect(first.code, first.err).toBe(1);
    expect(first.out).toContain("t/p:guilty");
    expect(first.asked).toBeGreaterThan(0);
    const stored = await oracle("delta", "programs", "--granularity", "function");
    expect(stored).toMatchObject({ code: 1, out: first.out, asked: 0 });
    for (const command of ["delta", "bisect"]) {
      const again = await oracle(command, "programs", "--granularity", "function", "--again");
      expect(again).toMatchObject({ code: 1, out: first.out });
      expect(again.asked).toBeGreaterThan(0);
    }
    expect((await oracle("bisect", "programs", "--granularity", "function")).asked).toBeGreaterThan(0);
  });
});

describe("the option", () => {
  it("is told in one way by both", async () => {
    const [a, b] = [await oracle("bisect", "--help"), await oracle("delta", "--help")];
    const lineOf = (text: string) => text.split("\n").find((line) => line.includes("--again"));
    expect(lineOf(a.out)).toBe(lineOf(b.out));
    expect(lineOf(a.out)).toContain("search even if the run has cases");
  });
});
