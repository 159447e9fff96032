// The command end to end: files, exit codes, messages, linking, the pool.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OccPool } from "../../src/compiler/server/pool.ts";
import { occ } from "../pp/helper.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "occ-driver-"));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});
const put = (name: string, text: string): void => writeFileSync(join(dir, name), text);
const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;
const RISCV = "--target=riscv64-linux-gnu";

test("no input, no such input, several inputs for one output", async () => {
  expect(await occ([], dir)).toEqual({ code: 1, out: "", err: "occ: fatal error: no input files\ncompilation terminated.\n" });
  expect((await occ(["-c", "x.c"], dir)).err).toBe("occ: fatal error: x.c: No such file or directory\ncompilation terminated.\n");
  put("a.c", "");
  expect((await occ(["-c", "a.c", "a.c", "-o", "x.o"], dir)).err).toContain(
    "cannot specify '-o' with '-c', '-S' or '-E' with multiple files",
  );
});

test("queries", async () => {
  const ask = async (q: string): Promise<string> => (await occ([RISCV, q], dir)).out.trim();
  expect(await ask("-dumpversion")).toBe("12");
  expect(await ask("-dumpfullversion")).toBe("12.2.0");
  expect(await ask("-dumpmachine")).toBe("riscv64-linux-gnu");
  expect(await ask("-print-multi-os-directory")).toBe("../lib");
  expect(await ask("-print-file-name=nonsense")).toBe("nonsense");
  expect(await ask("--version")).toContain("12.2.0");
});

test.skipIf(!has("riscv64-linux-gnu-gcc"))("files of the cross GCC are found where it finds them", async () => {
  for (const q of ["-print-libgcc-file-name", "-print-file-name=include", "-print-file-name=plugin"]) {
    const want = execFileSync("riscv64-linux-gnu-gcc", [q], { encoding: "utf8" });
    expect((await occ([RISCV, q], dir)).out).toBe(want);
  }
});

test("a diagnostic has place, source line and caret, and leaves no output", async () => {
  put("a.c", "#define X 1\n\t#error no way\n");
  put("a.i", "old");
  const r = await occ(["-E", "a.c", "-o", "a.i"], dir);
  expect(r.code).toBe(1);
  expect(r.err).toBe("a.c:2:10: error: #error no way\n    2 |         #error no way\n      |          ^\n");
  expect(readdirSync(dir).sort()).toEqual(["a.c", "a.i"]);
});

test("kbuild's form of -MMD, read by fixdep: rule and target without a directory", async () => {
  put("a.c", '#include "h.h"\n');
  put("h.h", "");
  const r = await occ(["-nostdinc", "-Wp,-MMD,.a.o.d", "-E", "-o", "sub.i", "a.c"], dir);
  expect(r.err).toBe("");
  expect(readFileSync(join(dir, ".a.o.d"), "utf8")).toBe("a.o: a.c h.h\n");
});

describe.skipIf(!has("riscv64-linux-gnu-as"))("assembling and linking for riscv64", () => {
  const EXIT = "\t.globl _start\n_start:\n\tli a0, CODE\n\tli a7, 93\n\tecall\n";
  test(".S goes through the preprocessor, .s does not; comments with quotes are left alone", async () => {
    put("code.h", "#define CODE 7\n");
    put("a.S", `#include "code.h"\n# it's a comment\n${EXIT}`);
    expect(await occ([RISCV, "-c", "-MMD", "a.S"], dir)).toEqual({ code: 0, out: "", err: "" });
    expect(readFileSync(join(dir, "a.d"), "utf8")).toBe("a.o: a.S code.h\n");
    put("b.s", EXIT.replace("CODE", "7"));
    expect(await occ([RISCV, "-c", "b.s"], dir)).toEqual({ code: 0, out: "", err: "" });
    const text = (o: string): Buffer => {
      execFileSync("riscv64-linux-gnu-objcopy", ["-O", "binary", "-j", ".text", o, `${o}.bin`], { cwd: dir });
      return readFileSync(join(dir, `${o}.bin`));
    };
    expect(text("a.o")).toEqual(text("b.o"));
  });

  test("an assembler error: exit code 1, no object, nothing left behind", async () => {
    put("bad.s", "\tnonsense a0\n");
    put("bad.o", "old");
    const r = await occ([RISCV, "-c", "bad.s", "-o", "bad.o"], dir);
    expect(r.code).toBe(1);
    expect(r.err).toContain("bad.s:1: Error: unrecognized opcode");
    expect(readdirSync(dir)).toEqual(["bad.s"]);
  });

  test("linking without libraries", async () => {
    put("a.s", EXIT.replace("CODE", "0"));
    expect(await occ([RISCV, "-static", "-nostdlib", "a.s", "-o", "a"], dir)).toEqual({ code: 0, out: "", err: "" });
    expect(existsSync(join(dir, "a"))).toBe(true);
    const bad = await occ([RISCV, "-static", "-nostdlib", "a.s", "missing.o", "-o", "b"], dir);
    expect(bad.code).toBe(1);
    expect(bad.err).toContain("occ: error: ld returned 1 exit status");
  });

  test("the same words as GCC's own link, in order", async () => {
    if (!has("riscv64-linux-gnu-gcc")) return;
    put("x.o", "");
    for (const flags of [[], ["-static"], ["-shared"], ["-no-pie"], ["-nostartfiles"], ["-nostdlib"], ["-r"]]) {
      const words = (line: string): string[] =>
        line
          .split(" ")
          .filter((w) => /^(-l|--start-group|--end-group|-pie|-static|-shared|-r$|-dynamic-linker)|crt\w*\.o$|x\.o$/.test(w))
          .map((w) => w.replace(/^.*\//, ""));
      const gcc = spawnSync("riscv64-linux-gnu-gcc", ["-###", ...flags, "x.o"], { cwd: dir, encoding: "utf8" });
      const collect = gcc.stderr.split("\n").find((l) => l.includes("collect2"))!;
      const own = (await occ([RISCV, "-###", ...flags, "x.o"], dir)).err.split("\n").find((l) => l.includes("-o "))!;
      const dropped = (w: string[]): string[] => w.filter((x) => !(flags[0] === "-r" && x.startsWith("-dynamic-linker")));
      expect(dropped(words(own)), flags.join(" ")).toEqual(dropped(words(collect)));
    }
  });
});

describe("the pool", () => {
  test("jobs give what the command gives, one worker stays warm, abort and close end them", async () => {
    put("a.c", "A __LINE__\n");
    put("bad.c", "#error x\n");
    const pool = new OccPool(1);
    try {
      const job = (argv: string[]): Promise<{ exitCode: number; stderr: string; crashed: boolean }> =>
        pool.run({ argv, cwd: dir });
      const all = await Promise.all([
        job(["-E", "-P", "-DA=1", "a.c", "-o", "1.i"]),
        job(["-E", "bad.c", "-o", "2.i"]),
        job(["-E", "-P", "-DA=3", "a.c", "-o", "3.i"]),
      ]);
      expect(all.map((r) => [r.exitCode, r.crashed])).toEqual([
        [0, false],
        [1, false],
        [0, false],
      ]);
      expect(all[1]!.stderr).toContain("#error x");
      expect(readFileSync(join(dir, "1.i"), "utf8")).toBe("1 1\n");
      expect(readFileSync(join(dir, "3.i"), "utf8")).toBe("3 1\n");
      const ac = new AbortController();
      const aborted = pool.run({ argv: ["-E", "a.c", "-o", "4.i"], cwd: dir }, ac.signal);
      ac.abort();
      expect(await aborted).toMatchObject({ crashed: true });
      expect(await job(["-E", "-P", "a.c", "-o", "5.i"])).toMatchObject({ exitCode: 0, crashed: false });
    } finally {
      await pool.close();
    }
    expect(await pool.run({ argv: ["-v"], cwd: dir })).toMatchObject({ crashed: true });
  }, 60_000);

  test("a bundle that another version has swept out of the cache is made again", async () => {
    put("a.c", "A\n");
    const cache = process.env.ORACLE_CACHE;
    process.env.ORACLE_CACHE = join(dir, "cache");
    const pool = new OccPool(2);
    try {
      const job = (out: string) => pool.run({ argv: ["-E", "-P", "a.c", "-o", out], cwd: dir });
      expect(await job("1.i")).toMatchObject({ exitCode: 0, crashed: false });
      rmSync(join(dir, "cache", "bundle"), { recursive: true });
      // the second one starts a worker
      for (const r of await Promise.all([job("2.i"), job("3.i")])) expect(r).toMatchObject({ exitCode: 0, crashed: false });
    } finally {
      await pool.close();
      if (cache === undefined) delete process.env.ORACLE_CACHE;
      else process.env.ORACLE_CACHE = cache;
    }
  }, 180_000);
});

test("deeply nested input: the command goes on where the stack is larger", () => {
  const depth = 20_000;
  put("deep.c", `int x = ${"(".repeat(depth)}7${")".repeat(depth)};\n`);
  const module = new URL("../../src/compiler/driver/main.ts", import.meta.url).href;
  const run = `import(${JSON.stringify(module)}).then(async (m) => { process.exitCode = await m.main(["${RISCV}", "-S", "deep.c", "-o", "-"]); })`;
  const r = spawnSync(process.execPath, ["-e", run], { cwd: dir, encoding: "utf8" });
  expect([r.status, r.stderr]).toEqual([0, ""]);
  expect(r.stdout).toMatch(/^x:/m);
}, 60_000);

test("a device can be included", () => {
  put("null.c", "int x;\n");
  const module = new URL("../../src/compiler/driver/main.ts", import.meta.url).href;
  const run = `import(${JSON.stringify(module)}).then(async (m) => { process.exitCode = await m.main(["-include", "/dev/null", "-E", "-P", "null.c"]); })`;
  const r = spawnSync(process.execPath, ["-e", run], { cwd: dir, encoding: "utf8" });
  expect([r.status, r.stderr, r.stdout.trim()]).toEqual([0, "", "int x;"]);
}, 60_000);

test("-fcf-protection marks the object as GCC does", async () => {
  put("a.c", "int f(void) { return 1; }\n");
  const note = async (...words: string[]): Promise<string | undefined> => {
    const r = await occ(["--target=x86_64-linux-gnu", "-c", "a.c", "-o", "a.o", ...words], dir);
    expect(r).toEqual({ code: 0, out: "", err: "" });
    return /x86 feature: (.*)/.exec(execFileSync("readelf", ["-nW", "a.o"], { cwd: dir, encoding: "utf8" }))?.[1]?.trim();
  };
  expect(await note("-fcf-protection=branch")).toBe("IBT");
  expect(await note("-fcf-protection", "-m32")).toBe("IBT, SHSTK");
});
