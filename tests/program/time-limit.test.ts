import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runProgram } from "../../src/oracle/program/run-suite.ts";
import { TOOLCHAINS } from "../../src/oracle/program/toolchain.ts";

const dir = mkdtempSync(join(tmpdir(), "oracle-limit-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const toolchain = TOOLCHAINS.x86;

async function ended(name: string, text: string) {
  const source = join(dir, `${name}.c`);
  writeFileSync(source, text);
  execFileSync(toolchain.gcc, ["-static", "-o", join(dir, name), source]);
  return runProgram(toolchain, join(dir, name), dir, 1000, new AbortController().signal);
}

it("a program that never ends is ended by its processor time", async () => {
  expect((await ended("spin", "int main(void) { volatile int x = 1; while (x); return 3; }")).state).toBe("run-timeout");
});

it("one that ends is told by its exit code, one that raises a signal by it", async () => {
  expect(await ended("ends", "int main(void) { return 3; }")).toMatchObject({ state: "ran", exitCode: 3 });
  expect(await ended("aborts", "int main(void) { __builtin_trap(); }")).toMatchObject({ state: "ran", exitCode: -1 });
});

it("a runner that is not there is the machine's trouble", async () => {
  const gone = { ...toolchain, runner: ["no-such-runner"] };
  await expect(runProgram(gone, join(dir, "ends"), dir, 1000, new AbortController().signal)).rejects.toThrow("cannot be started");
});
