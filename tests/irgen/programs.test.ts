// The C programs of tests/c/irgen, compiled by occ and run under qemu-riscv64; the expected output is GCC's.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = join(root, "tests/c/irgen");
const tools = ["riscv64-linux-gnu-gcc", "qemu-riscv64"].every((t) => spawnSync(t, ["--version"]).status === 0);
const work = mkdtempSync(join(tmpdir(), "irgen-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe.skipIf(!tools)("programs", () => {
  const programs = readdirSync(dir).filter((f) => f.endsWith(".c"));
  test.each(programs.flatMap((f) => ["-O0", "-O2"].map((level) => [f, level] as const)))(
    "%s %s",
    { timeout: 120_000 },
    (file, level) => {
      const out = join(work, file + level);
      execFileSync(join(root, "occ"), [
        "--target=riscv64-linux-gnu",
        level,
        "-w",
        "-static",
        "-o",
        out,
        join(dir, file),
        "-lm",
        "-latomic",
      ]);
      const run = spawnSync("qemu-riscv64", [out], { encoding: "utf8" });
      expect(run.status).toBe(0);
      expect(run.stdout).toBe(readFileSync(join(dir, file.replace(/c$/, "expected")), "utf8"));
    },
  );
});
