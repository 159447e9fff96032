// -ffixed-q16 … -ffixed-q31 of AArch64 (aegis128 of the kernel keeps a table there): what an asm statement leaves in those registers
// is still there after code that is short of registers, and what the caller keeps in its own is, too.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-fixed-vectors-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const occ = [join(root, "occ"), "--target=aarch64-linux-gnu"];
const gcc = ["aarch64-linux-gnu-gcc"];
const fixed = Array.from({ length: 16 }, (_, i) => `-ffixed-q${16 + i}`);

const unit = `
#include <arm_neon.h>
static const unsigned char table[256] = {1, 2, 3, [17] = 4, [100] = 5, [255] = 6};
__attribute__((noinline)) double busy(double a, double b, double c) {
  double v[20], s = 0;
  for (int i = 0; i < 20; i++) v[i] = a * i + b;
  double d = v[0] * c, e = v[1] - c, f = v[2] * d, g = v[3] + e, h = v[4] * a, i = v[5] + b, j = v[6] * d, k = v[7] - e, l = v[8] + f;
  for (int n = 0; n < 5; n++) d += e, e += f, f += g, g += h, h += i, i += j, j += k, k += l, l += d * a, s += a * b + c;
  return s + d + e + f + g + h + i + j + k + l;
}
__attribute__((noinline)) uint8x16_t many(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
  uint8x16_t e = a ^ b, f = b + c, g = c - d, h = d ^ a, i = e + f, j = f ^ g, k = g + h;
  for (int n = 0; n < 4; n++) {
    uint8x16_t t = e;
    e = f ^ k, f = g + a, g = h ^ b, h = i + c, i = j ^ d, j = k + t, k = t ^ vqtbl1q_u8(a, i);
  }
  return e ^ f ^ g ^ h ^ i ^ j ^ k;
}
__attribute__((noinline)) void load(void) {
  const unsigned char *p = table;
  __asm__ volatile("ld1 {v16.16b-v19.16b}, [%0], #64\\n ld1 {v20.16b-v23.16b}, [%0], #64\\n ld1 {v24.16b-v27.16b}, [%0], #64\\n"
                   "ld1 {v28.16b-v31.16b}, [%0]" : "+r"(p));
}
__attribute__((noinline)) int kept(void) {
  unsigned char now[256], *p = now;
  __asm__ volatile("st1 {v16.16b-v19.16b}, [%0], #64\\n st1 {v20.16b-v23.16b}, [%0], #64\\n st1 {v24.16b-v27.16b}, [%0], #64\\n"
                   "st1 {v28.16b-v31.16b}, [%0]" : "+r"(p) : : "memory");
  int n = 0;
  for (int i = 0; i < 256; i++) n += now[i] == table[i];
  return n;
}
int run(double *r, unsigned char *o) {
  load();
  *r = busy(1.5, 2.25, 3);
  uint8x16_t a = vld1q_u8(table), b = vdupq_n_u8(7);
  vst1q_u8(o, many(a, b, a + b, a ^ b));
  return kept();
}
`;
/** Built without the flags: its own values lie in callee-saved registers over the call. */
const user = `
#include <stdio.h>
int run(double *, unsigned char *);
double one = 1;
int main(void) {
  double a = one + 1, b = one + 2, c = one + 3, d = one + 4, e = one + 5, f = one + 6, g = one + 7, h = one + 8, r;
  unsigned char o[16];
  int n = run(&r, o);
  printf("%d %g %g:", n, r, a + 10 * b + 100 * c + 1000 * d + 1e4 * e + 1e5 * f + 1e6 * g + 1e7 * h);
  for (int i = 0; i < 16; i++) printf(" %d", o[i]);
  printf("\\n");
  return 0;
}
`;

describe("fixed vector registers", () => {
  const file = (name: string, text: string): string => {
    const path = join(dir, name);
    writeFileSync(path, text);
    return path;
  };
  const result = (compiler: readonly string[], flags: readonly string[]): string => {
    const [object, other, out] = ["unit.o", "user.o", "program"].map((n) => join(dir, n));
    const words = ["-w", ...flags, ...fixed, "-c", file("unit.c", unit), "-o", object!];
    execFileSync(compiler[0]!, [...compiler.slice(1), ...words], { stdio: "pipe", timeout: 60_000 });
    execFileSync(gcc[0]!, ["-O2", "-c", file("user.c", user), "-o", other!], { stdio: "pipe" });
    execFileSync(gcc[0]!, ["-static", object!, other!, "-o", out!], { stdio: "pipe" });
    return spawnSync("qemu-aarch64-static", [out!], { encoding: "utf8", timeout: 60_000 }).stdout;
  };
  it.each(["-O0", "-O2"])("%s", (level) => {
    const expected = result(gcc, ["-O1"]);
    expect(expected).toMatch(/^256 /);
    expect(result(occ, [level])).toBe(expected);
  });
});
