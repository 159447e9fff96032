// Which functions -fstack-protector… protects, compared with GCC, and where the guard comes from.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dir = mkdtempSync(join(tmpdir(), "oracle-protector-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const source = `
struct sc { char c[4]; int x; };
struct big { long a[6]; };
struct plain { int a, b; };
void use(void *); int cond(void); struct big mk(void); _Noreturn void die(void);
struct big gb;
int nothing(void) { return cond(); }
int address(void) { int x; use(&x); return x; }
int record(void) { struct sc s; use(&s); return s.x; }
int chars4(void) { char b[4]; use(b); return b[0]; }
int chars8(void) { char b[8]; use(b); return b[0]; }
int unsigned8(void) { unsigned char b[8]; use(b); return b[0]; }
int bools(void) { _Bool b[8]; use(b); return b[0]; }
int ints(void) { int b[8]; use(b); return b[0]; }
int vla(int n) { char b[n]; use(b); return b[0]; }
int dynamic(int n) { char *b = __builtin_alloca(n); use(b); return b[0]; }
long result(void) { return mk().a[2]; }
void resultToGlobal(void) { gb = mk(); }
struct big resultPassedOn(void) { return mk(); }
int volatileInt(void) { volatile int x = 4; return x; }
int asmMemory(void) { int x; __asm__("# %0" : "=m"(x)); return x; }
int asmRegister(void) { int x; __asm__("# %0" : "=r"(x)); return x; }
int recordParameter(struct big b) { use(&b); return b.a[0]; }
int parameter(int x) { use(&x); return x; }
int plainRecord(void) { struct plain p = {1, 2}; use(0); return p.a; }
int literal(void) { use(&(struct plain){1, 2}); return 1; }
int arrayLiteral(void) { use((char[8]){1, 2}); return 1; }
static inline int inlined(void) { char b[16]; use(b); return b[1]; }
int inlines(void) { return inlined() + 1; }
int unused(void) { char u[64]; return 3; }
int matrix(void) { char m[4][8]; use(m); return m[0][0]; }
int arrayOfRecords(void) { struct { struct sc s[2]; } z; use(&z); return z.s[0].x; }
int charsInRecord(void) { struct { char c[9]; } z; use(&z); return z.c[0]; }
int indexed(int i) { int a[3] = {1, 2, 3}; return a[i]; }
int constantData(int i) { static int a[3] = {1, 2, 3}; return a[i]; }
__attribute__((stack_protect)) int wanted(void) { return cond(); }
__attribute__((no_stack_protector)) int unwanted(void) { char b[64]; use(b); return b[0]; }
void neverReturns(void) { char b[64]; use(b); die(); }
__attribute__((optimize("stack-protector-strong"))) int asks(void) { int x; use(&x); return x; }
__attribute__((optimize("O2", "-fno-stack-protector"))) int declines(void) { char b[20]; use(b); return b[0]; }
#pragma GCC push_options
#pragma GCC optimize("stack-protector-all")
int under_pragma(void) { return 2; }
#pragma GCC pop_options
int behind_pragma(void) { int x; use(&x); return x; }
int variadic(int n, ...) { __builtin_va_list l; __builtin_va_start(l, n); int r = __builtin_va_arg(l, int); __builtin_va_end(l); return r; }
_Complex double complex(void) { _Complex double z = 1; use(&z); return z; }
`;
const file = join(dir, "f.c");
writeFileSync(file, source);

const text = (cc: readonly string[], args: readonly string[]) =>
  execFileSync(cc[0]!, [...cc.slice(1), ...args, "-w", "-S", "-fno-asynchronous-unwind-tables", file, "-o", "-"], {
    encoding: "utf8",
  });

/** Functions in whose text the guard or the failure is named. */
function protectedFunctions(asm: string): string[] {
  const found = new Set<string>();
  let name = "";
  for (const line of asm.split("\n")) {
    const label = /^([a-zA-Z]\w*):/.exec(line);
    if (label !== null) name = label[1]!;
    else if (/__stack_chk_(fail|guard)|%fs:/.test(line)) found.add(name);
  }
  return [...found].sort();
}

const modes = ["-fstack-protector", "-fstack-protector-strong", "-fstack-protector-all", "-fstack-protector-explicit"];

describe.each(["x86_64", "riscv64", "aarch64"])("%s", (machine) => {
  const occ = [join(root, "occ"), `--target=${machine}-linux-gnu`];
  it.each(modes)(
    "%s protects what GCC protects",
    (mode) => {
      for (const level of ["-O0", "-O2"]) {
        const want = protectedFunctions(text([`${machine}-linux-gnu-gcc`], [level, mode]));
        expect(want.length).toBeGreaterThan(0);
        expect(protectedFunctions(text(occ, [level, mode])), level).toEqual(want);
      }
    },
    60_000,
  );
  it("protects only what asks for it without the option", () => {
    const found = protectedFunctions(text(occ, ["-O2", "-fstack-protector-strong", "-fno-stack-protector"]));
    expect(found).toEqual(["asks", "under_pragma"]);
  });
});

/** What occ says of the options; "" when it compiles. */
function complaint(target: string, args: readonly string[]): string {
  try {
    execFileSync(join(root, "occ"), [`--target=${target}-linux-gnu`, ...args, "-S", file, "-o", "/dev/null"], { stdio: "pipe" });
    return "";
  } catch (e) {
    return String((e as { stderr: Buffer }).stderr);
  }
}

describe("the guard", () => {
  const g = "-mstack-protector-guard";
  it.each([
    ["x86_64", "", "%fs:40"],
    ["x86_64", "-mcmodel=kernel -fno-pie", "%gs:40"],
    ["x86_64", `${g}-reg=gs ${g}-offset=0x18`, "%gs:24"],
    ["x86_64", `-fno-pie ${g}-reg=gs ${g}-symbol=my_guard`, "%gs:my_guard(%rip)"],
    ["x86_64", `-fno-pie ${g}=global`, " __stack_chk_guard(%rip)"],
    ["riscv64", "", "__stack_chk_guard"],
    ["riscv64", `${g}=tls ${g}-reg=tp ${g}-offset=1040`, "1040("],
    ["aarch64", "-fPIC", ":got:__stack_chk_guard"],
    ["aarch64", `${g}=sysreg ${g}-reg=sp_el0 ${g}-offset=1040`, "sp_el0"],
  ])("%s %s", (machine, options, wanted) => {
    const args = ["-O2", "-fstack-protector-strong", ...options.split(" ").filter((x) => x !== "")];
    const asm = text([join(root, "occ"), `--target=${machine}-linux-gnu`], args);
    expect(asm.replaceAll("\t", " ")).toContain(wanted);
  });
  it.each([
    ["x86_64", `${g}-reg=ds`, "'ds' is not a valid base register in '-mstack-protector-guard-reg='"],
    ["x86_64", `${g}=sysreg`, "unrecognized argument"],
    ["riscv64", `${g}=tls ${g}-reg=tp`, "must be used with"],
    ["riscv64", `${g}=tls ${g}-reg=tp ${g}-offset=4000`, "'4000' is not a valid offset"],
    ["riscv64", `${g}=tls ${g}-reg=xx ${g}-offset=8`, "'xx' is not a valid base register"],
    ["aarch64", `${g}-offset=8`, "incompatible options"],
    ["aarch64", `${g}=sysreg ${g}-reg=sp_el0 ${g}-offset=x`, "'x' is not a valid offset"],
  ])("%s %s is refused", (machine, options, message) => {
    expect(complaint(machine, options.split(" "))).toContain(message);
  });
});
