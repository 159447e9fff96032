// -mindirect-branch=thunk-inline: no indirect branch is left, and programs do what they did.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-thunks-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const THUNKS = ["-mindirect-branch=thunk-inline", "-mindirect-branch-register"];
const source = join(root, "tests/c/indirect-branch-inline.c");

function output(compiler: readonly string[], options: readonly string[]): string {
  const exe = join(dir, "program");
  execFileSync(compiler[0]!, [...compiler.slice(1), "-w", "-static", ...options, source, "-o", exe]);
  return execFileSync("qemu-x86_64-static", [exe], { encoding: "utf8", timeout: 20_000 });
}

it.each(["-O0", "-O2", "-Os"])(
  "%s",
  (level) => {
    const want = output(["x86_64-linux-gnu-gcc"], [level]);
    expect(want.length).toBeGreaterThan(20);
    const occ = [join(root, "occ"), "--target=x86_64-linux-gnu"];
    expect(output(occ, [level, ...THUNKS])).toBe(want);
  },
  180_000,
);

it.each([["-O2"], ["-O2", "-m32", "-fpic"]])(
  "leaves no indirect branch: %s %s",
  (...options) => {
    const argv = [
      "--target=x86_64-linux-gnu",
      "-S",
      "-o",
      "-",
      "-ffreestanding",
      "-Dprintf=put",
      "-w",
      ...options.filter(Boolean),
    ];
    const text = execFileSync(join(root, "occ"), [...argv, ...THUNKS, source], { encoding: "utf8" });
    expect(text).not.toMatch(/^\t(?:jmp|call)\t\*/m);
    expect(text).not.toContain("__x86_indirect_thunk");
    expect(text.match(/^\tlfence$/gm)!.length).toBeGreaterThan(3);
  },
  180_000,
);
