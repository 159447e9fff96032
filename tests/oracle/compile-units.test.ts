// What a compilation says of a unit, and what only of the machine: the second must not be remembered of the unit.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it } from "vitest";
import type { CompileOutcome, Compiler } from "../../src/oracle/compilers/compiler.ts";
import type { Baseline, BaselineUnit, BuildProgress } from "../../src/oracle/kernel/baseline.ts";
import { compileUnits } from "../../src/oracle/kernel/compile.ts";
import { ObjectStore } from "../../src/oracle/objects/store.ts";

const root = mkdtempSync(join(tmpdir(), "oracle-compile-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let dir: string;
let store: ObjectStore;
beforeEach(() => {
  dir = mkdtempSync(join(root, "store-"));
  store = new ObjectStore(dir);
});

const quiet: BuildProgress = { start() {}, advance() {}, stop() {} };
const baseline = { buildDir: root, record: { source: { dir: "/s" } } } as unknown as Baseline;
const unit = { id: "a.c", object: "a.o", argv: [], after: [], source: "a.c", inputs: "" } as unknown as BaselineUnit;

function compile(outcome: Partial<CompileOutcome>, object?: string) {
  const compiler = {
    name: "cc",
    identity: "cc",
    compile: async (_unit: BaselineUnit, _cwd: string, out: string) => {
      if (object !== undefined) writeFileSync(out, object);
      return { status: "ok", reason: "", wallMs: 1, ...outcome };
    },
  } as unknown as Compiler;
  return compileUnits(baseline, compiler, [unit], store, 1, quiet, new AbortController().signal);
}

/** Files of the store. */
const kept = (): string[] => readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("."));

it("an object and a refusal are remembered", async () => {
  expect((await compile({ status: "refused", reason: "too hard" })).failed).toEqual([
    { unit: "a.c", status: "refused", reason: "too hard" },
  ]);
  expect(kept()).toHaveLength(1);
  expect((await compile({}, "object")).fromStore).toBe(1);
});

it("a compiler that says that all is well and makes no object has crashed, which is not remembered", async () => {
  const made = await compile({});
  expect(made.failed).toEqual([{ unit: "a.c", status: "crash", reason: expect.stringContaining("made no object") }]);
  expect(kept()).toEqual([]);
  expect((await compile({}, "object")).swapped.size).toBe(1);
});

for (const status of ["refused", "crash"] as const)
  it(`a full disk is no fault of the unit: ${status}`, async () => {
    const reason = "as: a.o: No space left on device";
    await expect(compile({ status, reason }, "part")).rejects.toMatchObject({ exitCode: 125, kind: "disk" });
    expect(kept()).toEqual([]);
  });
