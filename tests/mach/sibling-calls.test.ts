// Which calls -foptimize-sibling-calls makes jumps of, compared with GCC, and what the jumps look like.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-sibling-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const source = `
struct big { long a[10]; }; struct two { long a, b; }; struct ops { int (*open)(void *, int); };
int g(int); int h(int, int); _Bool flag(int); short narrow(int); void use(void *); long wide(int); long double ld(void);
double real(double); int var(const char *, ...); struct big mk(int); struct two pair(int); void take(struct big);
int ten(int, int, int, int, int, int, int, int, int, int); int (*table[4])(int); _Noreturn void die(int); int *where(void);
int _setjmp(void *) __attribute__((returns_twice));
int plain(int x) { return g(x + 1); }
void dropped(int x) { g(x); }
int branches(int x) { if (x > 3) return g(x); return h(x, 2); }
int cases(int x) { switch (x) { case 1: return g(7); case 2: return h(1, 2); case 9: return g(3); default: return 0; } }
_Bool narrowFlag(int x) { return flag(x); }
short narrowShort(int x) { return narrow(x); }
int member(struct ops *o, int x) { return o->open(o, x); }
int indexed(int i, int x) { return table[i](x); }
int variadic(const char *s, int x) { return var(s, x, 1.5); }
int through(int (*f)(const char *, ...), const char *s, int x) { return f(s, x); }
struct big inMemory(int x) { return mk(x); }
struct two inRegisters(int x) { return pair(x); }
int moreStack(int x) { return ten(x, 1, 2, 3, 4, 5, 6, 7, 8, 9); }
int sameStack(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j) { return ten(j, i, h, g, f, e, d, c, b, a); }
double floats(int x, double y) { g(x); return real(y); }
void address(void) { int x = 1; use(&x); }
void addressBefore(void) { int x; use(&x); use(0); }
int addressOnOtherWay(int c) { if (c == 0) return g(1); int x; use(&x); return x; }
void array(int n) { int a[n]; use(a); }
void dynamic(int n) { use(__builtin_alloca(n)); }
long widened(int x) { return g(x); }
int cut(int x) { return (int)wide(x); }
double fromLong(void) { return ld(); }
int kept(int x) { g(1); return x; }
int added(int x) { return g(x) + 1; }
void byValue(struct big *b) { take(*b); }
void never(int x) { die(x); }
int twice(void *b) { return _setjmp(b); }
int afterTwice(void *b) { _setjmp(b); return g(1); }
int statement(int x) { int r = g(x); __asm__ volatile(""); return r; }
int load(void) { return *where(); }
int count(int n) { return n == 0 ? 0 : 1 + count(n - 1); }
int local2(int x) { return x ? g(x) : h(x, x); }
__attribute__((optimize("no-optimize-sibling-calls"))) int refused(int x) { return g(x); }
`;
const file = join(dir, "calls.c");
writeFileSync(file, source);

/** Bodies by function. */
function compile(compiler: readonly string[], options: readonly string[]): Map<string, string> {
  const argv = [...compiler.slice(1), "-w", "-S", "-o", "-", ...options, file];
  const text = execFileSync(compiler[0]!, argv, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const out = new Map<string, string>();
  for (const m of text.matchAll(/^(\w+):\n([\s\S]*?)\n\t\.size\t\1,/gm)) out.set(m[1]!, m[2]!);
  return out;
}

const CALL: Readonly<Record<string, RegExp>> = {
  x86_64: /^\tcall\t(?!__stack)/m,
  aarch64: /^\tblr?\t/m,
  i386: /^\tcall\t(?!__stack)/m,
  riscv64: /^\t(call|jalr)\t/m,
};
/** Functions in which some call is left; GCC keeps those that hand on the place of their result (on i386 a pair's as well). */
function calling(machine: string, bodies: ReadonlyMap<string, string>): string[] {
  const names = [...bodies.keys()].filter((name) => name !== "inMemory" && !(machine === "i386" && name === "inRegisters"));
  return names.filter((name) => CALL[machine]!.test(bodies.get(name)!));
}
const gcc = (machine: string): string[] =>
  machine === "i386" ? ["x86_64-linux-gnu-gcc", "-m32", "-fno-pic"] : [`${machine}-linux-gnu-gcc`];
const occ = (machine: string): string[] => [
  join(root, "occ"),
  `--target=${machine}-linux-gnu`,
  ...(machine === "i386" ? ["-fno-pic"] : []),
];

describe.each(["x86_64", "i386", "aarch64", "riscv64"])("%s", (machine) => {
  it.each([
    "-O2",
    "-Os",
    "-O1",
    "-O1 -foptimize-sibling-calls",
    "-O2 -fno-optimize-sibling-calls",
    "-O2 -fPIC",
    "-O2 -fno-omit-frame-pointer",
  ])("%s", (line) => {
    const options = line.split(" ");
    const ours = calling(machine, compile(occ(machine), options));
    expect(ours).toEqual(calling(machine, compile(gcc(machine), options)));
  });
});

describe("jumps on x86-64", () => {
  it.each([
    [["-O2", "-fno-pie"], "plain", /\tjmp\tg\n?$/],
    [["-O2", "-fPIC"], "plain", /\tjmp\tg@PLT$/],
    [["-O2", "-fPIC", "-fno-plt"], "plain", /\tjmp\t\*g@GOTPCREL\(%rip\)$/],
    [["-O2", "-mindirect-branch=thunk-extern"], "member", /\tjmp\t__x86_indirect_thunk_rax$/],
    [["-O2", "-mindirect-branch=thunk-extern", "-mindirect-branch-cs-prefix"], "through", /\tcs jmp\t__x86_indirect_thunk_r11$/],
    [["-O2", "-mharden-sls=all"], "member", /\tjmp\t\*[^\n]*\n\tint3$/],
  ])("%s %s", (options, name, jump) => {
    const body = compile(occ("x86_64"), [...options, "-fno-asynchronous-unwind-tables"]).get(name)!;
    expect(body).toMatch(jump);
  });
});
