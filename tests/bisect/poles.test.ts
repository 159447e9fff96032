// The level below a flaky failure: poles that are booted as often as the rate asks for, and searches between them.

import { describe, expect, it } from "vitest";
import { narrow } from "../../src/bisect/narrow.ts";
import { bootPoles } from "../../src/bisect/poles.ts";
import type { Outcome } from "../../src/bisect/probe.ts";
import { Random } from "../../src/bisect/random.ts";
import { type Rates, STEADY } from "../../src/bisect/rates.ts";
import { sayFunctions } from "../../src/oracle/blame-functions.ts";

const HANG = "hang: in check basic-threads";
const HALF: Rates = { p0: 0.002, p1: 0.5 };

/** A unit of `n` functions, of which `guilty` fails in a share `p` of the boots and GCC's code in a share `q`. */
function world(seed: number, n: number, guilty: string, p: number, q = 0) {
  const random = new Random(seed);
  const items = Array.from({ length: n }, (_, i) => `f${i}`);
  const outcome = (fails: boolean): Outcome => (fails ? { verdict: "fail", signature: HANG } : { verdict: "pass" });
  const run = async (subset: ReadonlySet<string>, _signal?: AbortSignal, wish?: { disguised?: boolean }): Promise<Outcome> =>
    outcome(random.unit() < (wish?.disguised !== true && subset.has(guilty) ? p : q));
  return { items, run };
}

async function search(seed: number, p: number, above: Rates, q = 0) {
  const { items, run } = world(seed, 40, "f17", p, q);
  const poles = await bootPoles({
    boot: (all) => run(new Set(all ? items : [])),
    rates: above,
    workers: 2,
    signature: HANG,
  });
  if (poles.verdict !== "both") return { poles, result: undefined };
  const result = await narrow({
    items,
    nameOf: (item) => item,
    probe: { canDisguise: true, run },
    workers: 2,
    seed,
    signature: poles.signature,
    isSoft: () => true,
    controls: poles.trusted,
    witness: poles.all,
    witnessRuns: 0,
    budget: 400,
    mostSets: 1,
  });
  return { poles, result };
}

describe("a function of a flaky failure", () => {
  for (const [p, above, what] of [
    [0.5, HALF, "half of the boots, known above"],
    [0.5, STEADY, "half of the boots, taken for steady above"],
    [0.9, STEADY, "nine boots of ten, taken for steady above"],
    [1, STEADY, "every boot"],
  ] as const)
    it(`fails in ${what}: found, nobody else blamed`, async () => {
      let found = 0;
      let wrong = 0;
      for (let seed = 1; seed <= 60; seed++) {
        const { result } = await search(seed, p, above);
        const names = result === undefined ? [] : sayFunctions(result).functions;
        if (names.join() === "f17") found++;
        else if (names.length > 0) wrong++;
      }
      expect(wrong).toBe(0);
      expect(found).toBeGreaterThanOrEqual(56);
    }, 60_000);

  it("is not blamed for what GCC's code does as often", async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const { poles, result } = await search(seed, 0.5, HALF, 0.5);
      if (poles.verdict === "trusted fails") continue;
      expect(poles.verdict).toBe("both");
      expect(sayFunctions(result!).functions).toEqual([]);
      expect(sayFunctions(result!).note).not.toBe("");
    }
  }, 60_000);

  it("is not blamed when nothing of the unit fails any more", async () => {
    const { poles } = await search(1, 0, HALF);
    expect(poles.verdict).toBe("all passes");
    expect(poles.all.runs).toBeGreaterThanOrEqual(10);
  });
});

it("a steady failure costs four boots of poles", async () => {
  const { poles } = await search(1, 1, STEADY);
  expect(poles.verdict).toBe("both");
  expect(poles.boots).toBe(4);
});

it("trouble of the machinery is no verdict", async () => {
  const poles = await bootPoles({
    boot: async () => ({ verdict: "invalid", reason: "the assembler refuses the splice" }),
    rates: STEADY,
    workers: 2,
    signature: HANG,
  });
  expect(poles.verdict).toBe("trouble");
  expect(poles.trouble).toContain("refuses");
});
