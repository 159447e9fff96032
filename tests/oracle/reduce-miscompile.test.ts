// A miscompile made smaller: what has nothing to do with the rewrite goes, and one place of several is left.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OccUnit } from "../../src/oracle/blame-pass.ts";
import { acceptedByGcc, reduceMiscompile } from "../../src/oracle/reduce-miscompile.ts";

const TEXT = `extern void sink(int);
struct pair { int a, b; };
struct unused { long c; };
int wrong(struct pair *p, int n)
{
  int extra = 3 * n;
  p->b = extra;
  if (n > 7) {
    sink(extra);
    extra++;
  }
  p->a = n + 1;
  return p->a + extra;
}
int other(struct pair *p, int n) { p->a = n; return p->a; }
`;
const RECORD = { functions: ["unit.c:wrong"], pass: "memory", rewrite: "memory.forward wrong @unit.c:13:10" };
const { signal } = new AbortController();
let dir = "";
let unit: OccUnit;
beforeAll(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "oracle-reduce-"));
  const source = path.join(dir, "unit.c");
  writeFileSync(source, TEXT);
  unit = { arch: "x86", argv: ["-O2"], source, cwd: dir };
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("the function keeps what the rewrite needs", { timeout: 600_000 }, async () => {
  const accepts = acceptedByGcc(["x86_64-linux-gnu-gcc"], ["-O2"], dir, signal);
  const seen: string[] = [];
  const judge = {
    accepts,
    // The rewrite is said to be wrong wherever it changes the code of something that stores.
    misbehaves: async (on: string, off: string, source: string) => {
      const [text, a, b] = [source, on, off].map((file) => readFileSync(file, "latin1"));
      seen.push(text!);
      expect(a).not.toBe(b);
      return text!.includes("p->a =");
    },
  };
  const options = { budget: 12, functionOnly: true, work: dir, signal };
  const reduced = await reduceMiscompile(unit, RECORD, judge, options);
  if (typeof reduced === "string") throw new Error(reduced);
  const text = reduced.files["reduced.c"]!;
  expect(text).toContain("wrong");
  expect(text.length).toBeLessThan(TEXT.length);
  expect(text).not.toContain("unused");
  // The other function is no part of what is reduced.
  expect(text).toContain("other");
  expect(reduced.runs).toBeLessThanOrEqual(reduced.tests);
  expect(reduced.files["reduced.sh"]).toContain('"$here/reduced.c"');
  // A value that is never set is no smaller failure.
  for (const variant of seen) expect(variant).not.toMatch(/int extra;/);
});

test("what does not fail with the rewrite alone is not reduced", { timeout: 600_000 }, async () => {
  const judge = { accepts: async () => true, misbehaves: async () => false };
  const options = { budget: 2, functionOnly: true, work: dir, signal };
  expect(await reduceMiscompile(unit, RECORD, judge, options)).toMatch(/does not show the failure/);
  const nowhere = { ...RECORD, functions: ["a.c:f", "b.c:g"], rewrite: "" };
  expect(await reduceMiscompile(unit, nowhere, judge, options)).toMatch(/no single function/);
});
