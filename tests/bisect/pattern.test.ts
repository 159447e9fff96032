// The patterns that the search writes, read by the compiler that they are for.

import { expect, test } from "vitest";
import { encodePattern, parseMatches } from "../../src/bisect/pattern.ts";
import { Random } from "../../src/bisect/random.ts";
import { Bisect } from "../../src/compiler/opt/bisect.ts";

const FUNCTIONS = Array.from({ length: 200 }, (_, i) => `f${i}`);

/** Runs a pattern over all functions: which were allowed, and what was printed of them. */
function run(pattern: string): { on: boolean[]; output: string } {
  let output = "";
  const bisect = new Bisect(pattern, (line) => {
    output += `${line}\n`;
  });
  const on = FUNCTIONS.map((name) => bisect.allow("gvn", name, "", 0));
  return { on, output };
}

/** Ids of all functions, in order: what the compiler itself prints of them. */
const ids = [...parseMatches(run("y").output).keys()];

test("a pattern is on for exactly the chosen ids", () => {
  expect(new Set(ids).size).toBe(FUNCTIONS.length);
  const random = new Random(4);
  for (let t = 0; t < 50; t++) {
    const q = random.unit();
    const chosen = new Set(ids.filter(() => random.unit() < q));
    expect(run(encodePattern(chosen, ids)).on).toEqual(ids.map((id) => chosen.has(id)));
  }
});

test("the last matching term decides; ! inverts; y and n are all and nothing", () => {
  const low = (id: number, bits: number): number => id & ((1 << bits) - 1);
  const decided = (id: number): boolean => (low(id, 3) === 0b101 ? true : low(id, 2) === 0b01 ? false : low(id, 1) === 1);
  expect(run("+1-01+101").on).toEqual(ids.map(decided));
  expect(run("!+1-01+101").on).toEqual(ids.map((id) => !decided(id)));
  expect(run("-1").on).toEqual(ids.map((id) => low(id, 1) === 0));
  expect(run("!y").on).not.toContain(true);
  expect(run("!n").on).not.toContain(false);
  for (const bad of ["+1x", "", "1+", "yn"]) expect(() => run(bad)).toThrow(/bad bisect pattern/);
});

test("match lines are read back, those of what is off too", () => {
  const { on, output } = run("v+1");
  expect([...parseMatches(output)]).toEqual(ids.map((id, i) => [id, `gvn ${FUNCTIONS[i]}`]));
  expect(output.split("\n").filter((line) => line.includes("] off "))).toHaveLength(on.filter((x) => !x).length);
});
