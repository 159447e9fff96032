// tests/c/*.c: one small program for each bug found; each must end with 0 on every target and level.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-regressions-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const programs = readdirSync(join(root, "tests/c")).filter((name) => name.endsWith(".c"));
const machines = ["riscv64", "aarch64", "x86_64"];

/** Exit status, or the signal that ended it. */
function run(argv: readonly string[]): number | string {
  try {
    execFileSync(argv[0]!, argv.slice(1), { timeout: 20_000, stdio: "ignore" });
    return 0;
  } catch (e) {
    const { status, signal } = e as { status: number | null; signal: string | null };
    return status ?? signal ?? -1;
  }
}

describe.each(machines)("%s", (machine) => {
  it.each(programs)(
    "%s",
    (name) => {
      for (const level of ["-O0", "-O2"]) {
        const out = join(dir, `${machine}${level}-${name}.out`);
        const source = join(root, "tests/c", name);
        execFileSync(join(root, "occ"), [`--target=${machine}-linux-gnu`, "-w", level, "-static", source, "-o", out]);
        expect(run([`qemu-${machine}-static`, out]), level).toBe(0);
      }
    },
    60_000,
  );
});
