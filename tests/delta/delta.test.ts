// The reducer, the function splice, blame keys, cases and text differences.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { blameKey, normalDiagnostic } from "../../src/delta/blame-key.ts";
import { type Case, caseLines, readCases, writeCase } from "../../src/delta/case.ts";
import { reduce } from "../../src/delta/reduce.ts";
import { companions, differingFunctions, splice, takeApart } from "../../src/delta/splice.ts";
import { consoleLines, textDiff } from "../../src/delta/text-diff.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "delta-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("reduce", () => {
  const noise = Array.from(
    { length: 40 },
    (_, i) => `int unused${i}(int a) { if (a > ${i}) { return a * ${i}; } return 0; }`,
  ).join("\n");
  const text = `#define ONE 1\n${noise}\nint target(int x)\n{\n\tif (x) {\n\t\tx = x << 31; /* here */\n\t}\n\treturn x + ONE;\n}\nint main(void) { return target(3); }\n`;

  test("keeps only what the test needs", async () => {
    const result = await reduce(text, async (t) => /int target\(int x\)[^}]*x << 31/s.test(t), { workers: 3 });
    expect(result.complete).toBe(true);
    expect(result.text).toContain("x << 31");
    expect(result.text.length).toBeLessThan(60);
  });

  test("with the real compiler as the test: still accepted, still shifts", async () => {
    const interesting = async (t: string): Promise<boolean> => {
      if (!t.includes("<< 31")) return false;
      return spawnSync("gcc", ["-fsyntax-only", "-x", "c", "-"], { input: t }).status === 0;
    };
    const result = await reduce(text, interesting, { workers: 2 });
    expect(result.text.split("\n").filter((l) => l.trim() !== "").length).toBeLessThanOrEqual(6);
    expect(await interesting(result.text)).toBe(true);
  });

  test("a test that accepts nothing or everything is an error", async () => {
    await expect(reduce("int x;", async () => false, { workers: 1 })).rejects.toThrow(/not interesting/);
    await expect(reduce("int x;", async () => true, { workers: 1 })).rejects.toThrow(/tests nothing/);
  });

  test("the budget ends it with a good answer", async () => {
    const result = await reduce(text, async (t) => t.includes("<< 31"), { workers: 2, budget: 10 });
    expect(result.complete).toBe(false);
    expect(result.text).toContain("<< 31");
  });
});

describe("splice", () => {
  const source = `
int printf(const char *, ...);
static int table[4] = {1, 2, 3, 4};
static const char *name(int i) { switch (i) { case 0: return "zero"; case 1: return "one"; case 2: return "two"; case 3: return "three"; case 4: return "four"; default: return "many"; } }
__attribute__((noinline)) int first(int i) { table[i & 3] += i; return table[(i + 1) & 3] * 3; }
__attribute__((noinline)) int second(int i) { static int calls; return printf("%s %d\\n", name(i), ++calls); }
asm(".section .note.test,\\"a\\"\\nmark:\\n.long 1\\n.previous");
int main(void) { int s = 0; for (int i = 0; i < 6; i++) s += first(i) + second(i); printf("%d\\n", s); return 0; }`;

  for (const [gcc, run] of [
    ["riscv64-linux-gnu-gcc", ["qemu-riscv64-static"]],
    ["x86_64-linux-gnu-gcc", []],
    ["aarch64-linux-gnu-gcc", ["qemu-aarch64-static"]],
  ] as const) {
    test(`any mix of functions of two compilations runs the same: ${gcc}`, () => {
      const path = join(dir, "a.c");
      writeFileSync(path, source);
      const text = (...flags: string[]): string =>
        execFileSync(gcc, ["-fno-section-anchors", ...flags, "-S", "-o", "-", path], { encoding: "utf8" });
      const trusted = takeApart(text("-O2"));
      const other = takeApart(text("-O1", "-fno-jump-tables"));
      const names = differingFunctions(trusted, other);
      expect(names).toEqual(expect.arrayContaining(["second", "main"]));
      const output = (chosen: readonly string[]): string => {
        const s = join(dir, "mix.s");
        writeFileSync(s, splice(trusted, other, new Set(chosen)));
        execFileSync(gcc, ["-static", "-o", join(dir, "mix"), s]);
        const command = [...run, join(dir, "mix")];
        return execFileSync(command[0]!, command.slice(1), { encoding: "utf8" });
      };
      const right = output([]);
      expect(right).toContain("many 6");
      for (const chosen of [["first"], ["second"], ["main", "first"], names]) expect(output(chosen)).toBe(right);
    });
  }

  test("the chosen function really comes from the other text", () => {
    const a = takeApart(
      "\t.text\n\t.globl\tf\n\t.type\tf, @function\nf:\n\tret\n\t.size\tf, .-f\n\t.globl\tg\n\t.type\tg, @function\ng:\n\tnop\n\tret\n\t.size\tg, .-g\n",
    );
    const b = takeApart(
      '\t.text\n\t.globl\tf\n\t.type\tf, @function\nf:\n\tla\ta0,.LC0\n\tret\n\t.size\tf, .-f\n\t.section\t.rodata\n.LC0:\n\t.string\t"x"\n\t.text\n\t.globl\tg\n\t.type\tg, @function\ng:\n\tnop\n\tret\n\t.size\tg, .-g\n',
    );
    expect(differingFunctions(a, b)).toEqual(["f"]);
    const mixed = splice(a, b, new Set(["f"]));
    expect(mixed).toContain(".Lother_C0");
    expect(mixed).toMatch(/\.Lother_C0:\n\t\.string\t"x"/);
    expect(splice(a, b, new Set())).not.toContain("la\ta0");
  });
});

describe("keys, cases, differences", () => {
  test("one root cause has one key", () => {
    expect(blameKey({ files: ["b.c", "a.c"] })).toBe(blameKey({ files: ["a.c", "b.c"] }));
    expect(blameKey({ files: ["a.c"] })).not.toBe(blameKey({ files: ["a.c"], functions: ["f"] }));
    const one = "fs/open.c:12:3: error: cannot lower 'struct foo' of 24 bytes";
    const two = "mm/slub.c:900:1: error: cannot lower 'struct bar' of 16 bytes";
    expect(normalDiagnostic(one)).toBe(normalDiagnostic(two));
    expect(blameKey({ files: ["fs/open.c"], diagnostic: one })).toBe(blameKey({ files: ["mm/slub.c"], diagnostic: two }));
  });

  test("a case is written, read and shown in few lines", () => {
    const record: Case = {
      id: "riscv-1",
      kind: "pair",
      members: ["a.c", "b.c"],
      against: [],
      functions: ["a.c:f"],
      functionNote: "",
      pass: "gvn",
      rewrite: "f @3",
      signature: "panic: x",
      confidence: 0.9997,
      boots: 24,
      repro: "./oracle kernel --files a.c,b.c",
      compiler: "occ",
      arch: "riscv",
      run: "1",
      evidence: ["-a", "+b"],
    };
    const at = writeCase(dir, record, { "console.diff": "+b\n" });
    expect(readCases(dir)).toEqual([record]);
    expect(existsSync(join(at, "repro.sh"))).toBe(true);
    expect(readFileSync(join(at, "console.diff"), "utf8")).toBe("+b\n");
    expect(caseLines(record).length).toBeLessThanOrEqual(7);
    expect(caseLines(record).join("\n")).toMatch(/pair a\.c \+ b\.c.*99\.97 %/);
  });

  test("differences show what changed and little else", () => {
    const a = Array.from({ length: 50 }, (_, i) => `line ${i}`);
    const b = a.slice();
    b[25] = "other";
    b.splice(40, 0, "new");
    const diff = textDiff(a, b, 1);
    expect(diff.filter((l) => /^[-+]/.test(l))).toEqual(["-line 25", "+other", "+new"]);
    expect(diff.length).toBeLessThan(14);
    expect(consoleLines("[    0.123456] hello ffffffff80001234\r\n")).toEqual(["hello ADDRESS"]);
  });
});

test("a static object that one compiler defines by .comm and the other by a label is defined once", () => {
  const code = (name: string, body: string): string =>
    `\t.text\n\t.type\t${name}, @function\n${name}:\n${body}\t.size\t${name}, .-${name}\n`;
  const trusted = takeApart(`${code("f", "\tnop\n")}\t.local\tv\n\t.comm\tv,4,4\n`);
  const other = takeApart(
    `${code("f", "\tret\n")}\t.bss\n\t.p2align\t2\n\t.type\tv, @object\n\t.size\tv, 4\nv:\n\t.zero\t4\n\t.data\nw:\n\t.long\t1\n`,
  );
  const text = splice(trusted, other, new Set(["f"]));
  expect(text.match(/^v:/gm)).toBeNull();
  expect(text.match(/\.comm\tv,/g)).toHaveLength(1);
  expect(text.match(/^w:/gm)).toHaveLength(1);
});

test("functions that only the other compiler made come along with those that call them", () => {
  const code = (name: string, body: string): string =>
    `\t.text\n\t.type\t${name}, @function\n${name}:\n${body}\t.size\t${name}, .-${name}\n`;
  const trusted = takeApart(code("f", "\tcall\th\n") + code("g", "\tnop\n") + code("h", "\tnop\n"));
  const other = takeApart(
    code("f", "\tcall\th\n\ttail\tpart\n") +
      code("g", "\tcall\talone\n") +
      code("h", "\tnop\n") +
      code("part", "\tlla\ta0,deeper+4\n") +
      code("deeper", "\tcall\tpart\n") +
      code("alone", "\tnop\n"),
  );
  expect(companions(trusted, other, ["f"]).sort()).toEqual(["deeper", "part"]);
  expect(companions(trusted, other, ["g"])).toEqual(["alone"]);
  expect(companions(trusted, other, ["h"])).toEqual([]);
});
