// -fvisibility=hidden hides what a unit defines, but not the functions that it may only inline: those are a library's.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

const TEXT = `
extern __inline __attribute__((gnu_inline, always_inline)) int fortified(int x) { return x + 1; }
extern int declared(int);
extern __inline __attribute__((gnu_inline)) int declared(int x) { return x + 2; }
inline int standard(int x) { return x + 3; }
extern int elsewhere(int);
int (*table[])(int) = { fortified, declared, standard, elsewhere };
int mine(int x) { return declared(x) + standard(x) + fortified(x); }
`;

function hidden(command: readonly string[], level: string): string[] {
  const argv = [...command.slice(1), "-xc", "-", level, "-fPIC", "-fvisibility=hidden", "-S", "-o", "-"];
  const text = execFileSync(command[0]!, argv, { encoding: "utf8", input: TEXT });
  return [...text.matchAll(/^\s*\.hidden\s+(\w+)/gm)].map((m) => m[1]!).sort();
}

it.each(["riscv64", "aarch64", "x86_64"])("%s", (machine) => {
  for (const level of ["-O0", "-O2"]) {
    const got = hidden([join(root, "occ"), `--target=${machine}-linux-gnu`], level);
    expect(got).toEqual(["mine", "table"]);
    expect(got).toEqual(hidden([`${machine}-linux-gnu-gcc`], level));
  }
});
