// i386 (-m32): programs without a library must print what they print when GCC compiled them, under each convention; -m16 code must
// assemble; what is not done is refused by name.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const occ = join(root, "occ");
const gcc = "x86_64-linux-gnu-gcc";
const dir = mkdtempSync(join(tmpdir(), "oracle-i386-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const COMMON = ["-m32", "-w", "-ffreestanding", "-fno-stack-protector", "-nostdlib", "-static"];

function output(compiler: string, options: readonly string[], program: string): string {
  const exe = join(dir, "program");
  execFileSync(compiler, [...COMMON, ...options, join(import.meta.dirname, "i386", program), "-o", exe]);
  return execFileSync("qemu-i386-static", [exe], { encoding: "utf8", timeout: 20_000 });
}

const WAYS = [
  ["-O0", "-fno-pic"],
  ["-O2", "-fno-pic"],
  ["-O2", "-fPIE"],
  ["-O1", "-fPIC"],
  ["-Os", "-fno-pic", "-march=i486", "-fomit-frame-pointer", "-mpreferred-stack-boundary=2"],
  ["-O2", "-fno-pic", "-mregparm=3", "-freg-struct-return", "-fno-omit-frame-pointer"],
];

/** The static chain of a nested function and a third register argument are in the same place. */
const ROOMY = WAYS.filter((way) => !way.includes("-mregparm=3"));

describe.each(["integers.c", "calls.c", "nested.c"])("%s", (program) => {
  it.each(program === "nested.c" ? ROOMY : WAYS)(
    "%s %s %s %s %s",
    (...options) => {
      const given = options.filter((o) => o !== undefined);
      const want = output(gcc, given, program);
      expect(want.length).toBeGreaterThan(200);
      expect(output(occ, ["--check", ...given], program)).toBe(want);
    },
    60_000,
  );
});

describe.each(["sibling-calls.c", "tail-recursion.c"])("%s", (program) => {
  it.each(WAYS)(
    "%s %s %s %s %s",
    (...options) => {
      const given = options.filter((o) => o !== undefined);
      const source = [`-DSOURCE="${join(import.meta.dirname, "../c", program)}"`, "-DDEEP=200"];
      expect(output(occ, ["--check", ...source, ...given], "siblings.c")).toBe("result=0000000000000000\n");
    },
    60_000,
  );
});

describe("objects of both compilers", () => {
  it.each(WAYS.map((w) => w.join(" ")))(
    "%s",
    (options) => {
      const half = (compiler: string, part: string): string => {
        const object = join(dir, `${compiler === occ ? "occ" : "gcc"}-${part}.o`);
        const source = join(import.meta.dirname, "i386", "calls.c");
        execFileSync(compiler, [...COMMON, ...options.split(" "), `-D${part}`, "-c", source, "-o", object]);
        return object;
      };
      const run = (caller: string, callee: string): string => {
        const exe = join(dir, "mixed");
        execFileSync(gcc, [...COMMON, "-no-pie", half(caller, "CALLER"), half(callee, "CALLEE"), "-o", exe]);
        return execFileSync("qemu-i386-static", [exe], { encoding: "utf8", timeout: 20_000 });
      };
      const want = run(gcc, gcc);
      expect(run(gcc, occ)).toBe(want);
      expect(run(occ, gcc)).toBe(want);
    },
    60_000,
  );
});

describe("-m16", () => {
  it("is i386 code for processors in 16-bit mode", () => {
    const source = join(dir, "real.c");
    writeFileSync(source, "int f(int a, int b) { return a / b; }");
    const asm = execFileSync(occ, ["-m16", "-O2", "-S", "-o", "-", source], { encoding: "utf8" });
    expect(asm).toMatch(/^\s*\.code16gcc$/m);
    execFileSync(occ, ["-m16", "-O2", "-c", "-o", join(dir, "real.o"), source]);
    const text = execFileSync("objdump", ["-d", "-Mi8086", join(dir, "real.o")], { encoding: "utf8" });
    expect(text).toMatch(/66 f7 f9\s+idiv/);
  });
});

describe("what is not done", () => {
  it.each([
    ["float f(float x) { return x + 1; }", "-msoft-float", /without the x87/],
    ["__float128 f(__float128 x) { return x; }", "-O2", /__float128/],
    ["typedef int v4 __attribute__((vector_size(16))); v4 f(v4 x) { return x; }", "-O2", /vector/],
    ["int __attribute__((regparm(2))) f(int a, int b) { return a + b; }", "-O2", /regparm/],
    [
      "int f(int n) { int g(int a, int b, int c) { return a + b + c + n++; } return g(1, 2, 3); }",
      "-mregparm=3",
      /register for the static chain/,
    ],
    ["int f(int *p) { return __sync_fetch_and_add(p, 1); }", "-march=i386", /i386/],
  ])("%s %s", (text, option, message) => {
    const source = join(dir, "refused.c");
    writeFileSync(source, text);
    let said = "";
    try {
      execFileSync(occ, ["-m32", option, "-c", "-o", join(dir, "refused.o"), source], { stdio: ["ignore", "pipe", "pipe"] });
    } catch (e) {
      said = String((e as { stderr: Buffer }).stderr);
    }
    expect(said).toMatch(message);
  });
});
