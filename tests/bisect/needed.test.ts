// Whether each member of a set is needed, from boots that all agree by chance.

import { expect, it } from "vitest";
import { fullSet, type ItemSet, setOf } from "../../src/bisect/item-set.ts";
import { type Needed, neededMembers } from "../../src/bisect/needed.ts";
import { Random } from "../../src/bisect/random.ts";
import { simulate } from "../../src/bisect/search.ts";

const N = 500;
const GUILTY = 7;
const NEIGHBOUR = 450;

/** What a search that believed in steady boots has seen when it ends at the pair: everything fits it, as it was chosen to. */
function looked(fails: (set: ItemSet) => boolean, more: { passed?: ItemSet[]; failed?: ItemSet[] } = {}): Needed {
  const others = [1, 2, 3, 4, 5, 6];
  const search = neededMembers([GUILTY, NEIGHBOUR], {
    n: N,
    p0: 0.002,
    workers: 2,
    share: () => 1 / N,
    passed: [...others.map((x) => setOf(N, x % 2 === 0 ? [GUILTY, x] : [NEIGHBOUR, x])), ...(more.passed ?? [])],
    failed: [...others.map((x) => setOf(N, [GUILTY, NEIGHBOUR, x])), ...(more.failed ?? [])],
    witness: { universe: fullSet(N), runs: 3, failures: 3 },
  });
  return simulate(search, fails, { boots: 0, rounds: 0 });
}

const has = (set: ItemSet, item: number): boolean => ((set[item >>> 5]! >>> (item & 31)) & 1) === 1;

/** A rate that a culprit may have which failed nine times of twelve: beta distributed. */
function rateOf(random: Random): number {
  for (;;) {
    const p = random.unit();
    if (random.unit() * 0.75 ** 9 * 0.25 ** 3 < p ** 9 * (1 - p) ** 3) return p;
  }
}

it("a culprit that shows in some boots only takes the place of its set", () => {
  const random = new Random(5);
  let wrong = 0;
  for (let i = 0; i < 400; i++) {
    const rate = rateOf(random);
    const { items } = looked((set) => has(set, GUILTY) && random.unit() < rate);
    if (items.join() !== `${GUILTY}`) wrong++;
  }
  // Odds of a thousand to one, of which the search's own boots have given a few.
  expect(wrong).toBeLessThanOrEqual(6);
});

it("a pair that fails steadily stays one, for a few boots, and says how sure that is", () => {
  const { items, doubt, boots } = looked((set) => has(set, GUILTY) && has(set, NEIGHBOUR));
  expect(items).toEqual([GUILTY, NEIGHBOUR]);
  expect(doubt).toBeGreaterThan(0);
  expect(doubt).toBeLessThan(0.003);
  expect(boots).toBeLessThanOrEqual(12);
});

it("a flaky pair stays one", () => {
  const random = new Random(9);
  let right = 0;
  for (let i = 0; i < 50; i++)
    if (looked((set) => has(set, GUILTY) && has(set, NEIGHBOUR) && random.unit() < 0.5).items.length === 2) right++;
  expect(right).toBe(50);
});

it("what another culprit makes fail says nothing for the set", () => {
  const alone = looked((set) => has(set, GUILTY) && has(set, NEIGHBOUR));
  const among = looked((set) => has(set, GUILTY) && has(set, NEIGHBOUR), { failed: [setOf(N, [100, 101])] });
  expect(among.items).toEqual([GUILTY, NEIGHBOUR]);
  expect(among.boots).toBeGreaterThan(alone.boots);
});
