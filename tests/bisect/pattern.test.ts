import { expect, test } from "vitest";
import { changeId, encodePattern, parseMatches, parsePattern } from "../../src/bisect/pattern.ts";
import { Random } from "../../src/bisect/random.ts";

test("encode and parse are inverse on random subsets", () => {
  const universe = Array.from({ length: 200 }, (_, i) => changeId(`f${i}:gvn`));
  const random = new Random(4);
  for (let t = 0; t < 50; t++) {
    const q = random.unit();
    const chosen = new Set(universe.filter(() => random.unit() < q));
    const { matches } = parsePattern(encodePattern(chosen, universe));
    for (const id of universe) expect(matches(id)).toBe(chosen.has(id));
  }
});

test("the last matching term decides; ! inverts; y and n are all and nothing", () => {
  const { matches } = parsePattern("+1-01+101");
  expect([0b1, 0b11, 0b01, 0b101, 0b001, 0].map(matches)).toEqual([false, true, false, true, false, false]);
  expect([0b0, 0b1].map(parsePattern("-1").matches)).toEqual([true, false]);
  expect(parsePattern("!y").matches(5)).toBe(false);
  expect(parsePattern("!vn")).toMatchObject({ verbose: true });
  expect(parsePattern("!vn").matches(5)).toBe(true);
  expect(() => parsePattern("+1x")).toThrow(/unexpected "x"/);
  expect(() => parsePattern("")).toThrow(/empty/);
});

test("match lines of a target are read back", () => {
  expect(parseMatches("x\n[bisect-match 0x1f] off foo gvn\n[bisect-match 0x2] bar\n")).toEqual(
    new Map([
      [0x1f, "foo gvn"],
      [2, "bar"],
    ]),
  );
});
