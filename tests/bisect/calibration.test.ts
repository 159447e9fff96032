// Is the stated confidence honest? Of all answers that are given with confidence c the share c has to be right.

import { expect, it } from "vitest";
import { narrow } from "../../src/bisect/narrow.ts";
import { bootPoles } from "../../src/bisect/poles.ts";
import type { Outcome } from "../../src/bisect/probe.ts";
import { Random } from "../../src/bisect/random.ts";
import { type Rates, STEADY } from "../../src/bisect/rates.ts";

const HANG = "hang: in check basic-threads";
const FUNCTIONS = 40;
const SEARCHES = 150;

/** One search among functions, of which one (or two together) fail in a share of the boots. */
async function searched(seed: number): Promise<{ right: boolean; confidence: number } | undefined> {
  const random = new Random(seed);
  const p = 0.3 + 0.65 * random.unit();
  const guilty = new Set([`f${random.below(FUNCTIONS)}`]);
  if (random.unit() < 0.3) guilty.add(`f${random.below(FUNCTIONS)}`);
  // The level above may have taken it for steady.
  const above: Rates = random.unit() < 0.5 ? STEADY : { p0: 0.002, p1: p };
  const items = Array.from({ length: FUNCTIONS }, (_, i) => `f${i}`);
  const run = async (subset: ReadonlySet<string>, _signal?: AbortSignal, wish?: { disguised?: boolean }): Promise<Outcome> => {
    const fails = wish?.disguised !== true && [...guilty].every((f) => subset.has(f)) && random.unit() < p;
    return fails ? { verdict: "fail", signature: HANG } : { verdict: "pass" };
  };
  const boot = (all: boolean): Promise<Outcome> => run(new Set(all ? items : []));
  const poles = await bootPoles({ boot, rates: above, workers: 2, signature: HANG });
  if (poles.verdict !== "both") return undefined;
  const { sets } = await narrow({
    items,
    nameOf: (item) => item,
    probe: { canDisguise: true, run },
    workers: 2,
    seed,
    signature: poles.signature,
    isSoft: () => seed % 2 === 0,
    controls: poles.trusted,
    witness: poles.all,
    witnessRuns: 0,
    budget: 400,
    mostSets: 1,
  });
  const [first] = sets;
  if (first === undefined) return undefined;
  return { right: [...first.items].sort().join() === [...guilty].sort().join(), confidence: first.confidence };
}

it("answers are right as often as they say, whatever the rate of the failure", async () => {
  let answers = 0;
  let wrong = 0;
  let expected = 0;
  for (let seed = 1; seed <= SEARCHES; seed++) {
    const found = await searched(seed);
    if (found === undefined) continue;
    answers++;
    if (!found.right) wrong++;
    expected += 1 - found.confidence;
  }
  expect(answers).toBeGreaterThanOrEqual(0.85 * SEARCHES);
  // Wrong answers are a Poisson count with the mean that the confidences promise: three deviations, and one for good measure.
  expect(wrong).toBeLessThanOrEqual(expected + 3 * Math.sqrt(expected) + 1);
}, 300_000);
