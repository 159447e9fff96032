// The class-based posterior against brute force over all subsets, and the searches against planted truths.

import { describe, expect, test } from "vitest";
import { findAllSets } from "../../src/bisect/all-sets.ts";
import { findSet, KNOWN_TO_FAIL } from "../../src/bisect/hypothesis-engine.ts";
import { addItem, emptySet, fullSet, hasItem, type ItemSet } from "../../src/bisect/item-set.ts";
import { minimalSet } from "../../src/bisect/minimal-set.ts";
import { findAgainst, findPartner } from "../../src/bisect/narrow.ts";
import { Posterior } from "../../src/bisect/posterior.ts";
import { Random } from "../../src/bisect/random.ts";
import { type Rates, STEADY } from "../../src/bisect/rates.ts";
import { simulate } from "../../src/bisect/search.ts";
import { decide } from "../../src/bisect/sprt.ts";

function choose(random: Random, n: number, k: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < k) chosen.add(random.below(n));
  return [...chosen].sort((a, b) => a - b);
}

function randomSet(random: Random, n: number, q: number): ItemSet {
  const set = emptySet(n);
  for (let i = 0; i < n; i++) if (random.unit() < q) addItem(set, i);
  return set;
}

describe("posterior", () => {
  test("equals brute force over every single, pair and triple, with weights and a bonus pair", () => {
    const random = new Random(5);
    const n = 9;
    const rates: Rates = { p0: 0.07, p1: 0.8 };
    const weight = Float64Array.from({ length: n }, () => 0.2 + random.unit());
    const prior = { none: 0.1, single: 0.4, pair: 0.3, triple: 0.2 };
    const bonus = { a: 2, b: 7, probability: 0.05 };
    const hypotheses: { items: number[]; p: number }[] = [{ items: [], p: prior.none }];
    const sums = [0, 0, 0, 0];
    const add = (items: number[]): void => {
      let w = 1;
      for (const i of items) w *= weight[i]!;
      sums[items.length]! += w;
      hypotheses.push({ items, p: w });
    };
    for (let i = 0; i < n; i++) {
      add([i]);
      for (let j = i + 1; j < n; j++) {
        add([i, j]);
        for (let k = j + 1; k < n; k++) add([i, j, k]);
      }
    }
    const share = [0, prior.single, prior.pair, prior.triple];
    for (const h of hypotheses) {
      if (h.items.length > 0) h.p = (h.p / sums[h.items.length]!) * share[h.items.length]!;
      if (h.items.join() === "2,7") h.p += bonus.probability;
    }
    const posterior = new Posterior(
      Array.from({ length: n }, (_, i) => i),
      weight,
      prior,
      rates,
      [bonus],
    );
    for (let t = 0; t < 12; t++) {
      const set = randomSet(random, n, 0.7);
      const failed = random.unit() < 0.5;
      posterior.tell(set, failed);
      for (const h of hypotheses) {
        const inside = h.items.length > 0 && h.items.every((i) => hasItem(set, i));
        const p = inside ? rates.p1 : rates.p0;
        h.p *= failed ? p : 1 - p;
      }
      const total = hypotheses.reduce((s, h) => s + h.p, 0);
      const probe = randomSet(random, n, 0.6);
      const expected =
        hypotheses.filter((h) => h.items.length > 0 && h.items.every((i) => hasItem(probe, i))).reduce((s, h) => s + h.p, 0) /
        total;
      expect(posterior.shareInside(probe)).toBeCloseTo(expected, 8);
      expect(posterior.shareOfNone()).toBeCloseTo(hypotheses[0]!.p / total, 6);
    }
    const total = hypotheses.reduce((s, h) => s + h.p, 0);
    const best = posterior.best();
    if (best !== undefined) {
      const same = hypotheses.find((h) => h.items.join() === best.items.join())!;
      expect(best.share).toBeCloseTo(same.p / total, 5);
    }
  });
});

describe("one set", () => {
  for (const [k, trials, most] of [
    [1, 60, 16],
    [2, 60, 30],
    [3, 25, 42],
    [5, 5, 400],
  ] as const) {
    test(`finds ${k} of 2,600 that fail only together`, () => {
      const random = new Random(k);
      for (let t = 0; t < trials; t++) {
        const truth = choose(random, 2600, k);
        const cost = { boots: 0, rounds: 0 };
        const result = simulate(
          findSet({ universe: fullSet(2600), n: 2600, rates: STEADY, workers: 1, prior: KNOWN_TO_FAIL, seed: t }),
          (set) => truth.every((i) => hasItem(set, i)),
          cost,
        );
        expect(result).toMatchObject({ kind: "set", items: truth });
        expect(cost.boots).toBeLessThanOrEqual(most);
      }
    });
  }

  test("16 workers: a pair in few rounds", () => {
    const random = new Random(16);
    let rounds = 0;
    for (let t = 0; t < 20; t++) {
      const truth = choose(random, 2600, 2);
      const cost = { boots: 0, rounds: 0 };
      const result = simulate(
        findSet({ universe: fullSet(2600), n: 2600, rates: STEADY, workers: 16, prior: KNOWN_TO_FAIL, seed: t }),
        (set) => truth.every((i) => hasItem(set, i)),
        cost,
      );
      expect(result).toMatchObject({ kind: "set", items: truth });
      rounds += cost.rounds;
    }
    expect(rounds / 20).toBeLessThanOrEqual(3.5);
  });

  test("10 % flaky boots both ways", () => {
    const random = new Random(10);
    const rates = { p0: 0.1, p1: 0.9 };
    let boots = 0;
    for (let t = 0; t < 60; t++) {
      const truth = choose(random, 2600, 1);
      const cost = { boots: 0, rounds: 0 };
      const result = simulate(
        findSet({ universe: fullSet(2600), n: 2600, rates, workers: 1, prior: KNOWN_TO_FAIL, seed: t }),
        (set) => hasItem(set, truth[0]!) !== random.unit() < 0.1,
        cost,
      );
      expect(result).toMatchObject({ kind: "set", items: truth });
      boots += cost.boots;
    }
    expect(boots / 60).toBeLessThan(35);
  });

  test("a strong prior makes it cheap, a wrong one only dearer", () => {
    const weight = new Float64Array(2600).fill(1);
    weight[77] = 3000;
    for (const [culprit, most] of [
      [77, 6],
      [900, 20],
    ] as const) {
      const cost = { boots: 0, rounds: 0 };
      const result = simulate(
        findSet({ universe: fullSet(2600), n: 2600, rates: STEADY, workers: 1, prior: KNOWN_TO_FAIL, seed: 1, weight }),
        (set) => hasItem(set, culprit),
        cost,
      );
      expect(result).toMatchObject({ items: [culprit] });
      expect(cost.boots).toBeLessThanOrEqual(most);
    }
  });

  test("nothing fails: says so", () => {
    const cost = { boots: 0, rounds: 0 };
    const result = simulate(
      findSet({
        universe: fullSet(500),
        n: 500,
        rates: STEADY,
        workers: 2,
        prior: { none: 0.5, single: 0.3, pair: 0.2, triple: 0 },
        seed: 1,
      }),
      () => false,
      cost,
    );
    expect(result.kind).toBe("none");
    expect(cost.boots).toBeLessThan(8);
  });

  test("prefix search with several workers finds four that fail only together", () => {
    const truth = [3, 99, 180, 299];
    const found = simulate(
      minimalSet(
        Array.from({ length: 300 }, (_, i) => i),
        300,
        { rates: STEADY, workers: 4 },
      ),
      (set) => truth.every((i) => hasItem(set, i)),
      { boots: 0, rounds: 0 },
    );
    expect(found).toEqual(truth);
  });
});

describe("sequential test", () => {
  test("keeps its error on flaky boots", () => {
    const random = new Random(3);
    const rates = { p0: 0.05, p1: 0.7 };
    let wrong = 0;
    for (let t = 0; t < 3000; t++) {
      const bad = t % 2 === 0;
      const said = simulate(decide(fullSet(4), rates, 1 + (t % 3)), () => random.unit() < (bad ? rates.p1 : rates.p0), {
        boots: 0,
        rounds: 0,
      });
      if (said !== bad) wrong++;
    }
    expect(wrong).toBeLessThan(12);
  });
});

describe("all sets", () => {
  const shapes: [string, number[][]][] = [
    ["five singles", [[4], [100], [800], [801], [2000]]],
    ["a pair and a single", [[7, 1999], [1200]]],
    [
      "overlapping pairs",
      [
        [5, 60],
        [5, 900],
        [60, 901],
      ],
    ],
    ["pair inside nothing else", [[0, 2599]]],
  ];
  for (const workers of [1, 2]) {
    for (const [name, truth] of shapes) {
      test(`${name}, ${workers} workers`, () => {
        const told: string[] = [];
        const all = simulate(
          findAllSets({ n: 2600, rates: STEADY, workers, seed: 3, onSet: (s) => told.push(s.items.join()) }),
          (set) => truth.some((t) => t.every((i) => hasItem(set, i))),
          { boots: 0, rounds: 0 },
        );
        const found = all.sets.map((s) => s.items.join()).sort();
        expect(found).toEqual(truth.map((t) => t.join()).sort());
        expect(told.sort()).toEqual(found);
        expect(all.complete).toBe(true);
        for (const t of truth) expect(t.some((i) => all.leaveOut.includes(i))).toBe(true);
        expect(all.leaveOut.length).toBeLessThanOrEqual(truth.length);
      });
    }
  }
});

describe("fails only when mixed", () => {
  test("names the partner that must come from the other side", () => {
    const fails = (set: ItemSet): boolean => hasItem(set, 42) && !hasItem(set, 311);
    const cost = { boots: 0, rounds: 0 };
    const fixed = emptySet(500);
    addItem(fixed, 42);
    expect(simulate(findAgainst(500, fixed, STEADY, 1, 1), fails, cost)).toEqual([311]);
    expect(cost.boots).toBeLessThan(20);
  });

  test("an ordinary bug has no partner", () => {
    const fixed = emptySet(500);
    addItem(fixed, 42);
    expect(simulate(findAgainst(500, fixed, STEADY, 1, 1), (set) => hasItem(set, 42), { boots: 0, rounds: 0 })).toEqual([]);
  });

  test("a clash that shows in half of the boots names its partner or nobody", () => {
    const fixed = emptySet(300);
    addItem(fixed, 42);
    let right = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const random = new Random(seed);
      const fails = (set: ItemSet): boolean => hasItem(set, 42) && !hasItem(set, 211) && random.unit() < 0.5;
      const rates = { p0: 0.0005, p1: 0.5 };
      const found = simulate(findPartner(300, fixed, rates, 2, seed), fails, { boots: 0, rounds: 0 });
      if (found.kind === "found") expect(found.items).toEqual([211]);
      if (found.kind === "found") right++;
    }
    expect(right).toBeGreaterThanOrEqual(10);
  });

  test("a check that fails with every other layout clashes with nobody", () => {
    const fixed = emptySet(300);
    addItem(fixed, 42);
    for (let seed = 1; seed <= 12; seed++) {
      const random = new Random(seed);
      // Everything under test passes when it is looked at first, then any kernel fails by chance.
      let boots = 0;
      const fails = (): boolean => boots++ > 0 && random.unit() < 0.5;
      const found = simulate(findPartner(300, fixed, STEADY, 2, seed, true), fails, { boots: 0, rounds: 0 });
      expect(found.kind).not.toBe("found");
    }
  });
});

describe("prior weights", () => {
  const n = 452;
  /** Weights as a stack trace gives them: a few units hold most, the rest little. */
  const search = (workers: number, seed: number, rank: number): { boots: number; found: string; truth: string } => {
    const random = new Random(seed);
    const order = choose(random, n, n);
    const ranked = Int32Array.from(order);
    random.shuffle(ranked);
    const weight = new Float64Array(n);
    for (let r = 0; r < n; r++) weight[ranked[r]!] = 0.12 + (r < 200 ? 0.3 : 0) + 60 * 0.75 ** r;
    const truth = ranked[rank]!;
    const cost = { boots: 0, rounds: 0 };
    const settings = { universe: fullSet(n), n, rates: STEADY, workers, seed, prior: KNOWN_TO_FAIL, weight };
    const result = simulate(findSet(settings), (set) => hasItem(set, truth), cost);
    return { boots: cost.boots, found: result.kind === "set" ? result.items.join() : result.kind, truth: String(truth) };
  };
  for (const workers of [1, 2]) {
    test(`a good prior is worth its boots, a wrong one costs three, ${workers} workers`, () => {
      for (let seed = 0; seed < 25; seed++) {
        for (const [rank, most] of [
          [0, 7],
          [2, 8],
          [60, 17],
          [300, 18],
        ] as const) {
          const done = search(workers, seed, rank);
          expect(done.found).toBe(done.truth);
          expect(done.boots).toBeLessThanOrEqual(most);
        }
      }
    });
  }
});
