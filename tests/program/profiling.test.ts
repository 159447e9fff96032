// -mfentry, -mrecord-mcount and -mnop-mcount of x86: where the call stands and what the list of calls holds, as the kernel's
// function tracer wants it.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-profiling-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const occ = [join(root, "occ"), "--target=x86_64-linux-gnu"];
const call = (argv: readonly string[]) => execFileSync(argv[0]!, argv.slice(1), { encoding: "utf8", timeout: 60_000 });

const source = join(dir, "traced.c");
writeFileSync(
  source,
  `#include <stdio.h>
#include <unistd.h>
int calls;
__asm__(".pushsection .text\\n.globl __fentry__\\n__fentry__: incl calls(%rip)\\n\\tret\\n.popsection");
__asm__(".pushsection .text\\n.globl other\\nother: incl calls(%rip)\\n\\tret\\n.popsection");
extern const unsigned long __start_list[] __attribute__((weak)), __stop_list[] __attribute__((weak));
__attribute__((noinline, noclone)) int leaf(int a) { return a + 1; }
__attribute__((noinline, noclone)) long deep(long a, long b) { return leaf((int)a) * leaf((int)b); }
__attribute__((noinline, noclone, no_instrument_function)) int silent(int a) { return a - 1; }
int main(void) {
  long r = deep(1, 2) + silent(3);
  int listed = 0, right = 0;
#ifdef LEAD
  for (const unsigned long *p = __start_list; p != __stop_list; p++, listed++) {
    const unsigned char *at = (const unsigned char *)*p;
    int call = at[0] == 0xe8 || (at[0] == 0x67 && at[1] == 0xe8) || (at[0] == 0xff && at[1] == 0x15);
    int nop = at[0] == 0x0f && at[1] == 0x1f;
    unsigned long f = *p - LEAD;
    right += (f == (unsigned long)leaf || f == (unsigned long)deep || f == (unsigned long)main) && (NOP ? nop : call);
  }
#endif
  printf("%ld %d %d %d\\n", r, calls, listed, right);
  fflush(stdout);
  _exit(0);
}
`,
);

function output(compiler: readonly string[], flags: readonly string[]): string {
  const out = join(dir, `traced${compiler.length}`);
  call([...compiler, "-w", "-pg", ...flags, source, "-o", out]);
  return call([out]);
}

const fixed = ["-fno-pic", "-no-pie"];
const list = ["-mrecord-mcount", "-mfentry-section=list"];
describe.each(["-O0", "-O2"])("%s", (level) => {
  it.each([
    ["calls only", ["-mfentry", ...fixed], "8 4 0 0\n"],
    ["recorded", ["-mfentry", ...list, "-DLEAD=0", "-DNOP=0", ...fixed], "8 4 3 3\n"],
    ["behind endbr64", ["-mfentry", "-fcf-protection=branch", ...list, "-DLEAD=4", "-DNOP=0", ...fixed], "8 4 3 3\n"],
    ["another name", ["-mfentry", "-mfentry-name=other", ...list, "-DLEAD=0", "-DNOP=0", ...fixed], "8 4 3 3\n"],
    ["no-ops", ["-mfentry", "-mnop-mcount", ...list, "-DLEAD=0", "-DNOP=1", ...fixed], "8 0 3 3\n"],
    ["through the GOT", ["-mfentry", ...list, "-DLEAD=0", "-DNOP=0", "-fPIE"], "8 4 3 3\n"],
  ])("%s", (_name, flags, want) => {
    expect(output(["gcc"], [level, ...flags]), "GCC").toBe(want);
    expect(output(occ, [level, ...flags])).toBe(want);
  });
});

describe("what GCC refuses", () => {
  it.each([[["-fomit-frame-pointer"]], [["-mnop-mcount", "-fPIC"]]])("%s", (flags) => {
    const words = ["-w", "-pg", ...flags, "-DLEAD=0", "-DNOP=0", "-S", "-o", "/dev/null", source];
    for (const c of [["gcc"], occ]) expect(() => execFileSync(c[0]!, [...c.slice(1), ...words], { stdio: "ignore" })).toThrow();
  });
});
