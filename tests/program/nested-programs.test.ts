// Generated programs with nested functions: a seed always gives the same program, GCC finds nothing undefined in it, and occ's
// program prints what GCC's prints.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { nestedProgram } from "../../src/oracle/program/nested-programs.ts";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-nested-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function built(argv: readonly string[], name: string): string {
  const out = join(dir, name);
  execFileSync(argv[0]!, [...argv.slice(1), "-w", "-o", out], { stdio: "pipe" });
  return out;
}

function output(argv: readonly string[]): string {
  return execFileSync(argv[0]!, argv.slice(1), { encoding: "utf8", timeout: 20_000 });
}

describe.each([7, 327_680, 2_000_000_011])("seed %i", (seed) => {
  const source = join(dir, `${seed}.c`);
  writeFileSync(source, nestedProgram(seed));
  it("is the same again", () => {
    expect(nestedProgram(seed)).toBe(nestedProgram(seed));
    expect(nestedProgram(seed)).not.toBe(nestedProgram(seed + 1));
  });
  it("has no undefined behaviour and runs as GCC has it", () => {
    const want = output([built(["x86_64-linux-gnu-gcc", "-O0", source], "gcc0")]);
    expect(want).toMatch(/^top2 /m);
    const checked = ["x86_64-linux-gnu-gcc", "-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all", source];
    expect(output([built(checked, "gcc1")])).toBe(want);
    for (const machine of ["riscv64", "aarch64", "x86_64"]) {
      const program = built([join(root, "occ"), `--target=${machine}-linux-gnu`, "-O2", "-static", source], machine);
      expect(output([`qemu-${machine}-static`, program]), machine).toBe(want);
    }
  }, 60_000);
});
