// -fzero-call-used-regs=: which registers a return zeroes, compared with GCC where the kind leaves no choice, and that results live on.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-zero-registers-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const source = join(dir, "f.c");
writeFileSync(source, "int f(int a, int b, int c) { return a * b + (c << a); }\n");

/** Text of f from its label to its return. */
function body(compiler: readonly string[], kind: string): string[] {
  const words = ["-O2", `-fzero-call-used-regs=${kind}`, "-fcf-protection=none", "-S", "-o", "-", source];
  const plain = words.filter((w) => !w.startsWith("-fcf") || /x86/.test(compiler.join(" ")));
  const text = execFileSync(compiler[0]!, [...compiler.slice(1), ...plain], { encoding: "utf8", timeout: 60_000 });
  return /^f:\n([\s\S]*?)\tret\b/m
    .exec(text)![1]!
    .split("\n")
    .map((line) => line.trim());
}

const ZEROING = /^(?:xorl\s+%(e\w+|r\d+)d?, %\1d?|mov\s+x(\d+), (?:0|x\d+)|li\s+(\w+),0|mv\s+(\w+),\w+)$/;
/** What is zeroed behind the last instruction that computes. */
function zeroed(lines: readonly string[]): string[] {
  const found: string[] = [];
  for (const line of lines.filter((l) => l !== "" && !l.startsWith(".")).reverse()) {
    const match = ZEROING.exec(line);
    if (match === null) break;
    // x18 belongs to the platform: occ neither uses nor zeroes it
    if (match[2] !== "18") found.push((match[1] ?? match[2] ?? match[3] ?? match[4])!.replace(/d$/, ""));
  }
  return found.sort();
}

describe.each(["x86_64", "aarch64", "riscv64"])("%s", (target) => {
  const gcc = [`${target}-linux-gnu-gcc`];
  const occ = [join(root, "occ"), `--target=${target}-linux-gnu`];

  it("zeroes what GCC zeroes where it has no choice", () => {
    expect(zeroed(body(occ, "all-gpr"))).toEqual(zeroed(body(gcc, "all-gpr")));
    expect(zeroed(body(occ, "all-gpr-arg"))).toEqual(zeroed(body(gcc, "all-gpr-arg")));
  });

  it("zeroes what the function names, and not the result", () => {
    const used = zeroed(body(occ, "used-gpr"));
    expect(used.length).toBeGreaterThan(1);
    expect(used.length).toBeLessThan(zeroed(body(occ, "all-gpr")).length);
    expect(zeroed(body(occ, "skip"))).toEqual([]);
  });

  it("names the kinds that it does not have", () => {
    expect(() =>
      execFileSync(occ[0]!, [...occ.slice(1), "-fzero-call-used-regs=all", "-S", "-o", "/dev/null", source], { stdio: "ignore" }),
    ).toThrow();
  });
});
