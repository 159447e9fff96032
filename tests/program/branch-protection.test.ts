// -mbranch-protection of AArch64: programs that run where every indirect branch is checked and every return address is signed, under
// QEMU's processor "max", and what GCC's own output says with the same flags.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-branch-protection-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const occ = [join(root, "occ"), "--target=aarch64-linux-gnu"];

function build(compiler: readonly string[], source: string, flags: readonly string[]): string {
  const file = join(dir, "program.c");
  const out = join(dir, "program");
  writeFileSync(file, source);
  execFileSync(compiler[0]!, [...compiler.slice(1), "-w", "-static", ...flags, file, "-o", out], {
    stdio: "pipe",
    timeout: 60_000,
  });
  return out;
}
const run = (program: string) =>
  spawnSync("qemu-aarch64-static", ["-cpu", "max", program], { encoding: "utf8", timeout: 60_000 });

/** Without a library, so that all of its code is marked and the linker's word for it is true. */
const bare = `
static long sys(long n, long a, long b, long c) {
  register long x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
static int one(int a) { return a + 1; }
static int two(int a) { return one(a) * 2; }
int (*volatile calls[2])(int) = {one, two};
__attribute__((noinline)) int tail(int i) { return calls[i](i); }
__attribute__((noinline)) int table(int x) {
  switch (x) {
    case 0: return tail(1);
    case 1: return tail(0) + 7;
    case 2: return two(9);
    case 3: return 12;
    case 4: return 77;
    case 5: return two(6);
  }
  return -1;
}
__attribute__((noinline)) int labels(int i) {
  static void *to[] = {&&a, &&b, &&c};
  goto *to[i];
a: return 1;
b: return 2 + tail(0);
c: return 3;
}
void _start(void) {
  int s = 0;
  for (int i = 0; i < 7; i++) s += table(i);
  for (int i = 0; i < 3; i++) s += labels(i);
  char text[4] = {'0' + s / 100 % 10, '0' + s / 10 % 10, '0' + s % 10, '\\n'};
  sys(64, 1, (long)text, 4);
  sys(93, 0, 0, 0);
}
`;

describe("landing places", () => {
  const checked = ["-ffreestanding", "-nostdlib", "-Wl,-z,force-bti"];
  it("are asked for by the processor", () => {
    expect(run(build(occ, bare, ["-O2", ...checked])).signal).not.toBe(null);
  });
  it.each(["bti", "standard", "pac-ret+leaf+bti", "bti+pac-ret+b-key"])("%s", (value) => {
    for (const [level, entry] of [
      ["-O0", "0"],
      ["-O2", "2"],
      ["-Os", "4,2"],
    ]) {
      const flags = [level!, `-fpatchable-function-entry=${entry}`, `-mbranch-protection=${value}`, ...checked];
      const done = run(build(occ, bare, flags));
      expect(`${done.stdout}${done.status}`, flags.join(" ")).toBe("141\n0");
    }
  });
});

/** Signed return addresses: deep frames, frames out of reach, sibling calls, a way back by longjmp, the address itself. */
const signing = `
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
__attribute__((noinline)) int leaf(int x) { return x * 3; }
__attribute__((noinline)) int deep(int x) { return x == 0 ? leaf(3) : deep(x - 1) + leaf(x); }
int (*call)(int) = leaf;
__attribute__((noinline)) int sibling(int x) { return call(deep(x)); }
__attribute__((noinline)) void *from(void) { return __builtin_return_address(0); }
__attribute__((noinline)) int far(int n) {
  char b[100000];
  memset(b, n, sizeof b);
  __asm__("" : : "r"(b) : "memory");
  return b[n * 1000] + (__builtin_return_address(0) != 0);
}
jmp_buf env;
__attribute__((noinline)) void back(int x) { longjmp(env, x); }
int main(void) {
  int k = setjmp(env);
  if (k < 3) back(k + 1);
  char *p = from();
  printf("%d %d %d %d %d\\n", deep(10), sibling(5), far(3), k, p > (char *)main && p < (char *)main + 4000);
  return 0;
}
`;

describe("signed return addresses", () => {
  it.each(["none", "pac-ret", "pac-ret+leaf", "pac-ret+b-key+leaf", "standard"])("%s", (value) => {
    for (const level of ["-O0", "-O2"]) {
      const done = run(build(occ, signing, [level, `-mbranch-protection=${value}`]));
      expect(`${done.stdout}${done.status}`, level).toBe("174 162 4 3 1\n0");
    }
  });

  it("are signed in the functions where GCC's are", () => {
    const file = join(dir, "signed.c");
    writeFileSync(file, "int f(int);\nint leaf(int a) { return a + 1; }\nint saves(int a) { return f(a) + 1; }\n");
    const hints = (compiler: readonly string[], value: string) => {
      const words = ["-O2", `-mbranch-protection=${value}`, "-S", "-o", "-", file];
      const text = execFileSync(compiler[0]!, [...compiler.slice(1), ...words], { encoding: "utf8", timeout: 60_000 });
      return [...text.matchAll(/^\s*(?:hint\s+(?:25|27|29|31|34)\b|(?:leaf|saves):)/gm)].map((m) =>
        m[0].trim().replace(/\s+/, " "),
      );
    };
    for (const value of ["none", "bti", "pac-ret", "pac-ret+leaf", "standard", "pac-ret+b-key"])
      expect(hints(occ, value), value).toEqual(hints(["aarch64-linux-gnu-gcc"], value));
  });
});

describe("what GCC refuses", () => {
  it.each(["foo", "standard+leaf", "none+bti", "bti+leaf", "leaf"])("%s", (value) => {
    const file = join(dir, "empty.c");
    writeFileSync(file, "int x;\n");
    for (const c of [["aarch64-linux-gnu-gcc"], occ])
      expect(() =>
        execFileSync(c[0]!, [...c.slice(1), `-mbranch-protection=${value}`, "-S", "-o", "/dev/null", file], { stdio: "ignore" }),
      ).toThrow();
  });
});
