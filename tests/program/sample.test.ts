import { expect, test } from "vitest";
import { sampleFor } from "../../src/oracle/program/sample.ts";

const ids = Array.from({ length: 1592 }, (_, i) => `torture-execute/t${i}`);

test("an agent's sample is the same every time and does not depend on the order of the ids", () => {
  const a = sampleFor("agent-3", ids, 0.01);
  expect(sampleFor("agent-3", [...ids].reverse(), 0.01)).toEqual(a);
  expect(a.length).toBeGreaterThanOrEqual(15);
  expect(a.length).toBeLessThanOrEqual(16);
});

test("a hundred numbered agents cover everything, each test once", () => {
  const seen = new Map<string, number>();
  for (let n = 1; n <= 100; n++) for (const id of sampleFor(`agent-${n}`, ids, 0.01)) seen.set(id, (seen.get(id) ?? 0) + 1);
  expect(seen.size).toBe(ids.length);
  expect(Math.max(...seen.values())).toBe(1);
});

test("agents see different samples", () => {
  expect(sampleFor("alice", ids, 0.01)).not.toEqual(sampleFor("bob", ids, 0.01));
});
