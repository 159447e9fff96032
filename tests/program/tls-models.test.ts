// Thread-local variables of shared libraries: dynamic models with dlopen, in threads, and the model that each access takes.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const sources = join(root, "tests/program/tls");
const dir = mkdtempSync(join(tmpdir(), "oracle-tls-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const occ = (machine: string) => [join(root, "occ"), `--target=${machine}-linux-gnu`];
const gcc = (machine: string) => [`${machine}-linux-gnu-gcc`];
const call = (argv: readonly string[]) => execFileSync(argv[0]!, argv.slice(1), { encoding: "utf8", timeout: 60_000 });

/** Output of the program whose libraries and main file were made by these compilers. */
function output(machine: string, library: readonly string[], other: readonly string[], flags: readonly string[]): string {
  const name = `${machine}-${library.length}${other.length}${flags.join("")}`;
  const lib = join(dir, `lib${name}.so`);
  const second = join(dir, `other${name}.so`);
  const main = join(dir, name);
  call([...other, ...flags, "-fPIC", "-shared", "-w", join(sources, "other.c"), "-o", second]);
  call([...library, ...flags, "-fPIC", "-shared", "-w", join(sources, "library.c"), "-o", lib, second, `-Wl,-rpath,${dir}`]);
  call([...gcc(machine), "-O1", join(sources, "main.c"), "-o", main, "-ldl", "-lpthread"]);
  const run = machine === "x86_64" ? [] : [`qemu-${machine}-static`, "-L", `/usr/${machine}-linux-gnu`];
  return call([...run, main, lib]);
}

describe.each(["x86_64", "riscv64", "aarch64"])("%s", (machine) => {
  const levels = machine === "aarch64" ? [["-O0"], ["-O2"], ["-O2", "-mtls-dialect=trad"]] : [["-O0"], ["-O2"]];
  it.each(levels)(
    "a library loaded at run time %s %s",
    (...flags) => {
      const given = flags.filter((x) => x !== undefined);
      const want = output(machine, gcc(machine), gcc(machine), given);
      expect(want.split("\n").length).toBeGreaterThan(20);
      expect(output(machine, occ(machine), gcc(machine), given)).toBe(want);
      expect(output(machine, occ(machine), occ(machine), given)).toBe(want);
    },
    60_000,
  );
});

const source = join(dir, "models.c");
writeFileSync(
  source,
  `
__thread int defined;
static __thread int own;
extern __thread int elsewhere;
extern __thread int named __attribute__((tls_model("initial-exec")));
int *a_defined(void) { return &defined; }
int *a_own(void) { return &own; }
int *a_elsewhere(void) { return &elsewhere; }
int *a_named(void) { return &named; }
`,
);

/** gd, ld, ie or le, by function. */
function models(argv: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  let name = "";
  for (const line of call([...argv, "-S", "-fno-asynchronous-unwind-tables", source, "-o", "-"]).split("\n")) {
    name = /^(a_\w+):/.exec(line)?.[1] ?? name;
    const model = /tlsgd|tlsdesc:|tls\.gd/.test(line)
      ? "gd"
      : /tlsld|dtpoff/.test(line)
        ? "ld"
        : /gottpoff|gottprel:|tls\.ie/.test(line)
          ? "ie"
          : /tpoff|tprel_hi/.test(line)
            ? "le"
            : undefined;
    if (model !== undefined) found[name] = model;
  }
  return found;
}

describe.each(["x86_64", "riscv64", "aarch64"])("models on %s", (machine) => {
  it.each([
    "-fPIC -O2",
    "-fPIC -O0",
    "-fPIE -O2",
    "-fno-pic -O2",
    "-fPIC -O2 -ftls-model=initial-exec",
    "-fPIC -O2 -ftls-model=local-exec",
  ])("%s", (flags) => {
    const want = models([...gcc(machine), ...flags.split(" ")]);
    expect(Object.keys(want).length).toBe(4);
    expect(models([...occ(machine), ...flags.split(" ")])).toEqual(want);
  });
});

it("an unknown model is an error", () => {
  const file = join(dir, "bad.c");
  writeFileSync(file, '__thread int x __attribute__((tls_model("fast")));\n');
  expect(() => execFileSync(join(root, "occ"), ["-S", file, "-o", "/dev/null"], { stdio: "pipe" })).toThrow(
    /'tls_model' argument must be/,
  );
});
