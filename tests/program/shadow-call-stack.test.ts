// -fsanitize=shadow-call-stack of AArch64: return addresses come from the stack of x18, whatever happens to the frame, and the
// functions that keep them there are GCC's.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-shadow-call-stack-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const occ = [join(root, "occ"), "--target=aarch64-linux-gnu"];
const shadow = ["-fsanitize=shadow-call-stack", "-ffixed-x18"];

/** Without a library, which knows nothing of x18: frames whose return address is spoiled, far ones, sibling calls, a function that opts out. */
const program = `
#define OUT __attribute__((no_sanitize("shadow-call-stack")))
#define NI __attribute__((noinline))
static long sys(long n, long a, long b, long c) {
  register long x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
NI int leaf(int x) { return x * 3; }
int (*volatile call)(int) = leaf;
NI int deep(int x) { return x == 0 ? leaf(3) : deep(x - 1) + call(x); }
NI int sibling(int x) { return call(deep(x)); }
NI int smashed(int x) {
  void **volatile frame = __builtin_frame_address(0);
  int r = call(x);
  if (x != 77) frame[1] = 0;
  return r + 1;
}
NI int far(int n) {
  char b[100000];
  for (int i = 0; i < 100000; i++) b[i] = n;
  __asm__("" : : "r"(b) : "memory");
  return b[n * 1000] + smashed(n);
}
OUT NI int plain(int n) { return call(n) + 1; }
static void *stack[64];
NI int work(void) { return deep(10) + sibling(5) + smashed(2) + far(3) + plain(4); }
void start(void) {
  int s = work();
  void **end;
  __asm__("mov %0, x18" : "=r"(end));
  char text[] = {'0' + s / 100 % 10, '0' + s / 10 % 10, '0' + s % 10, ' ', '0' + (end - stack), '\\n'};
  sys(64, 1, (long)text, sizeof text);
  sys(93, 0, 0, 0);
}
__asm__(".globl _start\\n_start: adrp x18, stack\\n add x18, x18, :lo12:stack\\n bl start\\n");
`;

describe("shadow call stack", () => {
  it.each([
    ["-O0", []],
    ["-O2", []],
    ["-O2", ["-fomit-frame-pointer"]],
    ["-O2", ["-mbranch-protection=standard"]],
    ["-Os", ["-mgeneral-regs-only"]],
  ] as const)("%s %j", (level, more) => {
    const file = join(dir, "program.c");
    const out = join(dir, "program");
    writeFileSync(file, program);
    const words = ["-w", level, ...more, ...shadow, "-ffreestanding", "-nostdlib", "-static", file, "-o", out];
    execFileSync(occ[0]!, [...occ.slice(1), ...words], { stdio: "pipe", timeout: 60_000 });
    const done = spawnSync("qemu-aarch64-static", ["-cpu", "max", out], { encoding: "utf8", timeout: 60_000 });
    // start's own return address is what is left on it
    expect(`${done.stdout}${done.status}`).toBe("369 1\n0");
  });

  it("is used in the functions where GCC uses it", () => {
    const file = join(dir, "functions.c");
    writeFileSync(
      file,
      'int f(int);\nint leaf(int a) { return a + 1; }\nint saves(int a) { return f(a) + 1; }\nint jumps(int a) { return f(a); }\n__attribute__((__no_sanitize__("shadow-call-stack"))) int out(int a) { return f(a) + 1; }\n',
    );
    const places = (compiler: readonly string[], flags: readonly string[]) => {
      const words = ["-O2", ...flags, "-S", "-o", "-", file];
      const text = execFileSync(compiler[0]!, [...compiler.slice(1), ...words], { encoding: "utf8", timeout: 60_000 });
      return [...text.matchAll(/^\s*(?:(?:ldr|str)\s+x30, \[x18.*|hint\s+(?:25|29)\b|(?:leaf|saves|jumps|out):)/gm)].map((m) =>
        m[0].trim().replace(/\s+/g, " ").replace("#", ""),
      );
    };
    for (const flags of [shadow, [...shadow, "-mbranch-protection=pac-ret"], [...shadow, "-fno-sanitize=all"]])
      expect(places(occ, flags), flags.join(" ")).toEqual(places(["aarch64-linux-gnu-gcc"], flags));
  });
});
