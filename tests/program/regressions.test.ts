// tests/c/*.c: one small program for each bug found; each must end with 0 and print what it prints when GCC compiled it.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-regressions-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const programs = readdirSync(join(root, "tests/c")).filter((name) => name.endsWith(".c"));
const machines = ["riscv64", "aarch64", "x86_64"];

/** What a program printed and how it ended: its exit status, or the signal. */
function run(argv: readonly string[]): string {
  try {
    return `${execFileSync(argv[0]!, argv.slice(1), { timeout: 20_000, stdio: ["ignore", "pipe", "ignore"] })}exit 0`;
  } catch (e) {
    const { status, signal, stdout } = e as { status: number | null; signal: string | null; stdout: Buffer | null };
    return `${stdout ?? ""}exit ${status ?? signal ?? -1}`;
  }
}

/** The options that a test asks for, as GCC's tests do. */
function optionsOf(source: string): string[] {
  return /dg-options "([^"]*)"/.exec(readFileSync(source, "utf8"))?.[1]?.split(" ") ?? [];
}

describe.each(machines)("%s", (machine) => {
  it.each(programs)(
    "%s",
    (name) => {
      const source = join(root, "tests/c", name);
      const build = (compiler: readonly string[], level: string) => {
        const out = join(dir, `${machine}${level}-${name}.out`);
        execFileSync(compiler[0]!, [
          ...compiler.slice(1),
          "-w",
          level,
          ...optionsOf(source),
          "-static",
          source,
          "-o",
          out,
          "-lm",
        ]);
        return run([`qemu-${machine}-static`, out]);
      };
      for (const level of ["-O0", "-O2"]) {
        const oracle = build([`${machine}-linux-gnu-gcc`], level);
        const got = build([join(root, "occ"), `--target=${machine}-linux-gnu`], level);
        // where GCC itself does not do what the standard says, the program's own checks are what counts
        if (oracle.endsWith("exit 0")) expect(got, level).toBe(oracle);
        else expect(got, level).toMatch(/exit 0$/);
      }
    },
    60_000,
  );
});
