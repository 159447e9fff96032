// Generated arithmetic: a seed always gives the same program, GCC finds nothing undefined in it, and occ's program prints what
// GCC's prints.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { arithmeticProgram } from "../../src/oracle/program/arithmetic-programs.ts";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-arithmetic-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const FLAGS = ["-w", "-Wno-psabi", "-fwrapv", "-fno-strict-aliasing", "-ffp-contract=off"];

function output(compiler: readonly string[], source: string, name: string, runner: readonly string[] = []): string {
  const out = join(dir, name);
  execFileSync(compiler[0]!, [...compiler.slice(1), ...FLAGS, source, "-o", out], { stdio: "pipe" });
  return execFileSync(runner[0] ?? out, [...runner.slice(1), ...(runner.length > 0 ? [out] : [])], {
    encoding: "utf8",
    timeout: 20_000,
  });
}

describe.each([3, 65_536, 2_000_000_011])("seed %i", (seed) => {
  const source = join(dir, `${seed}.c`);
  writeFileSync(source, arithmeticProgram(seed));
  it("is the same again", () => {
    expect(arithmeticProgram(seed)).toBe(arithmeticProgram(seed));
    expect(arithmeticProgram(seed)).not.toBe(arithmeticProgram(seed + 1));
  });
  it("has no undefined behaviour and runs as GCC has it", () => {
    const want = output(["x86_64-linux-gnu-gcc", "-O0"], source, "gcc0");
    expect(want).toMatch(/^f23 /m);
    const sanitizers = ["-fsanitize=undefined", "-fno-sanitize=signed-integer-overflow", "-fno-sanitize-recover=all"];
    expect(output(["x86_64-linux-gnu-gcc", "-O1", ...sanitizers], source, "gcc1")).toBe(want);
    for (const machine of ["riscv64", "aarch64", "x86_64"]) {
      const runner = [`qemu-${machine}-static`];
      const gcc = output([`${machine}-linux-gnu-gcc`, "-O0", "-static"], source, `gcc-${machine}`, runner);
      const occ = [join(root, "occ"), `--target=${machine}-linux-gnu`, "-O2", "-static"];
      expect(output(occ, source, machine, runner), machine).toBe(gcc);
    }
  }, 60_000);
});
