// A search for one failure makes one check in each boot; what it may skip by that is never taken for proven.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { narrow } from "../../src/bisect/narrow.ts";
import type { Outcome, RunWish } from "../../src/bisect/probe.ts";
import { enoughCheck } from "../../src/oracle/kernel/narrow.ts";

/** Two bugs: a short run shows the first only, a whole one the first that there is. */
function twoBugs(first: string, second: string) {
  const asked = { short: 0, whole: 0 };
  const run = async (subset: ReadonlySet<string>, _signal: AbortSignal, wish?: RunWish): Promise<Outcome> => {
    if (wish?.whole === true) asked.whole++;
    else asked.short++;
    if (wish?.disguised === true) return { verdict: "pass" };
    if (subset.has(first)) return { verdict: "fail", signature: "test-fail: check a" };
    if (wish?.whole === true && subset.has(second)) return { verdict: "fail", signature: "test-fail: check b" };
    return { verdict: "pass" };
  };
  return { asked, run };
}

test("the second bug, which short runs cannot show, is found by whole ones", async () => {
  const items = Array.from({ length: 200 }, (_, i) => `f${i}`);
  for (const [first, second] of [
    ["f17", "f140"],
    ["f140", "f17"],
    ["f3", "f4"],
  ] as const) {
    const { asked, run } = twoBugs(first, second);
    const result = await narrow({
      items,
      nameOf: (item) => item,
      probe: { canDisguise: true, isPartial: true, run },
      workers: 2,
      seed: 7,
      signature: "test-fail: check a",
      isSoft: (signature) => signature.startsWith("test-fail"),
      witness: { runs: 3, failures: 3 },
      witnessRuns: 0,
    });
    expect(result.sets.map((s) => s.items)).toEqual([[first], [second]]);
    expect(result.complete).toBe(true);
    expect(asked.short).toBeGreaterThan(5);
    expect(asked.whole).toBeGreaterThan(5);
  }
});

test("which check is enough, from the stored boot", () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), "oracle-short-"));
  const said = (signature: string, boot: object): string | undefined => {
    writeFileSync(path.join(dir, "verdict.json"), JSON.stringify({ boot }));
    return enoughCheck(dir, signature);
  };
  const whole = { ready: true, unfinished: "", done: { count: 1, uts: "" } };
  expect(said("test-fail: check basic-file", whole)).toBe("basic-file");
  expect(said("test-fail: check kunit:memcpy/strtomem_test", whole)).toBe("basic-uname");
  expect(said("oops: in f", { ready: true, unfinished: "basic-pty" })).toBe("basic-pty");
  expect(said("panic: end without proof before the banner", { ready: false, unfinished: "" })).toBe("basic-uname");
  expect(said("hang: after check basic-pty", { ready: true, unfinished: "" })).toBeUndefined();
  expect(said("warn: console +x", whole)).toBe("basic-uname");
  expect(said("test-fail: number of checks", whole)).toBeUndefined();
  rmSync(dir, { recursive: true, force: true });
});
