// What the environment says of directories, and what -v and --version say to configure scripts.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const GCC = "x86_64-linux-gnu-gcc";
let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "occ-environment-"));
  for (const d of ["i", "c", "s", "e", "l"]) mkdirSync(join(dir, d));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function run(compiler: string, argv: readonly string[], env: Record<string, string>): { status: number | null; all: string } {
  const words = compiler === "occ" ? ["--target=x86_64-linux-gnu", ...argv] : argv;
  const r = spawnSync(compiler === "occ" ? join(root, "occ") : compiler, words, {
    cwd: dir,
    encoding: "utf8",
    input: "",
    env: { ...process.env, ...env },
  });
  return { status: r.status, all: r.stderr + r.stdout };
}

test("CPATH is searched behind -I, C_INCLUDE_PATH behind -isystem, in GCC's order", () => {
  const list = (compiler: string): string[] => {
    const env = { CPATH: "e:i", C_INCLUDE_PATH: `${dir}/c:` };
    const { all } = run(compiler, ["-v", "-E", "-xc", "-", "-Ii", "-isystem", "s"], env);
    const start = "#include <...> search starts here:\n";
    return all
      .slice(all.indexOf(start) + start.length)
      .split("\n")
      .slice(0, 5);
  };
  expect(list("occ")).toEqual([" i", " e", " s", ` ${dir}/c`, " ."]);
  expect(list("occ")).toEqual(list(GCC));
});

test("LIBRARY_PATH has libraries, for a native compiler", () => {
  writeFileSync(join(dir, "f.c"), "int f(void) { return 0; }\n");
  writeFileSync(join(dir, "main.c"), "int f(void);\nint main(void) { return f(); }\n");
  expect(run("occ", ["-shared", "-fPIC", "f.c", "-o", "l/libf.so"], {}).status).toBe(0);
  expect(run("occ", ["main.c", "-lf", "-o", "a"], {}).status).toBe(1);
  expect(run("occ", ["main.c", "-lf", "-o", "a"], { LIBRARY_PATH: "l" }).status).toBe(0);
});

test("the version is told in words that Meson and nginx look for", () => {
  expect(run("occ", ["--version"], {}).all).toMatch(/12\.2\.0\n.*Free Software Foundation/);
  expect(run("occ", ["-v", "-E", "-xc", "-"], {}).all).toMatch(/^gcc version 12\.2\.0/m);
});
