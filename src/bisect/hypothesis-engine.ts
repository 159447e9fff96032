// The default search for one minimal failing set: exact Bayes over singles, pairs and triples (posterior.ts), each boot or
// batch of boots chosen for its information (design.ts).
//
// It ends when one hypothesis holds nearly all of the posterior AND its exact set has itself been booted and failed: the
// posterior is only right within its model, the direct boot is right without it. If the answers are too surprising for the
// model (four files needed at once, several culprits seen by one batch, a failure that is not monotone), the search goes on by
// prefixes inside the smallest set known to fail (minimal-set.ts), which assumes less.

import { bestShareInside, chooseBatch, chooseOne, exactly } from "./design.ts";
import { countItems, type ItemSet, intersect, isSubset, itemsOf, setOf } from "./item-set.ts";
import { minimalSet } from "./minimal-set.ts";
import { type PairBonus, Posterior, type SizePrior } from "./posterior.ts";
import { Random } from "./random.ts";
import { evidence, type Rates } from "./rates.ts";
import type { Search } from "./search.ts";
import { decideAll } from "./sprt.ts";

/** Prior for a universe that is known to fail. */
export const KNOWN_TO_FAIL: SizePrior = { none: 0, single: 0.42, pair: 0.52, triple: 0.06 };
/** Prior for what is left after culprits were taken out. */
export const MAY_FAIL: SizePrior = { none: 0.5, single: 0.36, pair: 0.12, triple: 0.02 };

/** What is known, and how sure the answer has to be. */
export interface EngineOptions {
  readonly universe: ItemSet;
  /** How many items there are in all (sets are over 0..n-1). */
  readonly n: number;
  readonly rates: Rates;
  readonly workers: number;
  readonly prior: SizePrior;
  readonly seed: number;
  readonly weight?: Float64Array;
  readonly bonuses?: readonly PairBonus[];
  /** Subsets that passed earlier. */
  readonly passed?: readonly ItemSet[];
  /** Subsets that failed earlier. */
  readonly failed?: readonly ItemSet[];
  /** Posterior that is asked for. */
  readonly confidence?: number;
  /** Boots after which the best answer so far is given. */
  readonly budget?: number;
  /** End unsettled when the answers contradict the model, so that the caller can doubt the rates before it pays for prefixes. */
  readonly endOnContradiction?: boolean;
  readonly onProgress?: (progress: EngineProgress) => void;
}

/** The best answer so far. */
export interface EngineProgress {
  readonly boots: number;
  /** Bits still missing. */
  readonly bitsLeft: number;
  readonly bootsToGo: number;
  readonly best: readonly number[] | undefined;
  readonly confidence: number;
}

/** How a search for one set ended. */
export type EngineResult =
  | { readonly kind: "set"; readonly items: number[]; readonly confidence: number; readonly model: "bayes" | "prefix" }
  | { readonly kind: "none"; readonly confidence: number }
  | { readonly kind: "unsettled"; readonly items: number[] | undefined; readonly confidence: number };

const CONFIDENCE = 0.9995;
/** The best set is booted directly once it holds this much. */
const DIRECT_FROM = 0.32;
/** Rounds without any information after which the model is given up. */
const MOST_IDLE = 4;
/** The universe as a whole is booted once "nothing fails" holds this much. */
const NONE_FROM = 0.3;
/** Evidence (natural log) that direct boots of the answer must give in sum. */
const DIRECT_EVIDENCE = 2;
/** Surprise (nats beyond what the model expects) at which the model is given up. */
const SURPRISE = 5.5;
/** Share of a measured rate that is still believed after a contradiction: 5 of 10 where 8 of 10 were seen. */
const DOUBTED = 0.6;

/** Searches one minimal failing set. */
export function* findSet(options: EngineOptions): Search<EngineResult> {
  const { n, rates, workers } = options;
  const confidence = options.confidence ?? CONFIDENCE;
  const budget = options.budget ?? Number.POSITIVE_INFINITY;
  const random = new Random(options.seed);
  const items = Int32Array.from(itemsOf(options.universe));
  random.shuffle(items);
  const weight = options.weight ?? new Float64Array(n).fill(1);
  const passed = [...(options.passed ?? [])];
  const target = bestShareInside(rates);
  const directEnough = Math.min(DIRECT_EVIDENCE, evidence(rates, true));
  const information = Math.max(0.05, evidenceBits(rates));
  let smallestFailing = options.universe;
  let smallestCount = items.length;
  const noteFailing = (set: ItemSet): void => {
    const count = countItems(set);
    if (count < smallestCount && count > 0 && isSubset(set, options.universe)) {
      smallestFailing = set;
      smallestCount = count;
    }
  };
  let boots = 0;

  // Wide batches split every class, and triples of a thousand classes are too many rows; a triple then shows as a surprise.
  const steady = rates.p0 < 0.005 && rates.p1 > 0.995;
  const prior =
    workers > 2 || (workers > 1 && !steady)
      ? { ...options.prior, pair: options.prior.pair + options.prior.triple, triple: 0 }
      : options.prior;
  const posterior = new Posterior(items, weight, prior, rates, options.bonuses);
  for (const set of passed) posterior.tell(intersect(set, options.universe), false);
  for (const set of options.failed ?? []) {
    if (!isSubset(set, options.universe)) continue;
    posterior.tell(set, true);
    noteFailing(set);
  }
  const direct = new Map<string, number>();
  let universePassed = false;
  let several = false;
  let bitsBefore = Number.NaN;
  let idle = 0;
  let surprise = 0;
  let variance = 0;

  for (;;) {
    if (steady && posterior.shareWithoutContradiction() < 0.02) break;
    if (posterior.rowCount === 0 || surprise > SURPRISE + (steady ? 0 : 3 * Math.sqrt(variance))) break;
    const best = posterior.best();
    const none = posterior.shareOfNone();
    // The table was cut short by its size (a wide batch): nothing more can be learnt from it, so prove the answer itself.
    if (best !== undefined && posterior.lost > 1 - confidence && best.share >= confidence * (1 - posterior.lost)) {
      const proven = yield* isMinimal(best.items, n, rates, workers);
      if (proven) return { kind: "set", items: best.items, confidence: 0.998, model: "bayes" };
      break;
    }
    if (posterior.lost > 1 - confidence && none >= confidence * (1 - posterior.lost)) {
      const [fails] = yield* decideAll([options.universe], rates, workers);
      if (fails === false) return { kind: "none", confidence: 0.998 };
      break;
    }
    if (none >= confidence && universePassed) return { kind: "none", confidence: none };
    const key = best === undefined ? "" : best.items.join();
    if (best !== undefined && best.share >= confidence && (direct.get(key) ?? 0) >= directEnough) {
      // Boots that miss the bug make a single look like a pair; with flakes each part is tried by itself.
      const items = steady ? best.items : yield* failingPart(best.items, n, rates, workers);
      return { kind: "set", items, confidence: best.share, model: "bayes" };
    }
    const bitsLeft = posterior.entropy();
    // Boots that tell nothing are a hole in the choice of subsets, not a reason to boot for ever.
    idle = Math.abs(bitsLeft - bitsBefore) < 1e-9 && boots > 0 ? idle + 1 : 0;
    bitsBefore = bitsLeft;
    if (idle > MOST_IDLE) break;
    options.onProgress?.({
      boots,
      bitsLeft,
      bootsToGo: Math.ceil(bitsLeft / information) + (best !== undefined && direct.has(key) ? 0 : 1),
      best: best?.items,
      confidence: best?.share ?? 0,
    });
    if (boots >= budget) return { kind: "unsettled", items: best?.items, confidence: best?.share ?? 0 };

    const sets: ItemSet[] = [];
    const unproven = (direct.get(key) ?? 0) < directEnough;
    const goDirect = best !== undefined && unproven && (best.share >= DIRECT_FROM || none + best.share >= 0.9);
    if (goDirect) sets.push(exactly(posterior, best.items));
    // "Nothing fails" is proved by the universe itself, not by most of it; mostly that is the end, so nothing is booted beside it.
    const proof = none >= NONE_FROM && !universePassed;
    if (proof) sets.push(options.universe);
    if (proof && steady) {
      // One boot.
    } else if (workers === 1) {
      if (sets.length === 0) sets.push(chooseOne(posterior, random, target, smallestFailing).set);
    } else {
      // Few suspects left: boot each one alone, which names and proves it in the same round.
      const suspects = posterior.leading(0.02, workers);
      let covered = none;
      for (const s of suspects) covered += s.share;
      if (covered > 0.9 && (unproven || suspects.length > 1)) {
        for (const s of suspects) if (!goDirect || s.items.join() !== key) sets.push(exactly(posterior, s.items));
      }
      const more = Math.min(workers, usefulBoots(bitsLeft, information, workers)) - sets.length;
      if (more > 0 && bitsLeft >= 1) sets.push(...chooseBatch(posterior, random, more, smallestFailing));
      // Doubt that is thin but spread (an odd boot?) is beyond a sample of hypotheses: take the exact optimum, and with flaky
      // boots take it several times.
      else if (sets.length === 0 || (!steady && sets.length < workers)) {
        const { set } = chooseOne(posterior, random, target, smallestFailing);
        do sets.push(set);
        while (!steady && sets.length < workers);
      }
    }
    const verdicts = yield { sets };
    for (let i = 0; i < sets.length; i++) {
      const set = sets[i]!;
      const failed = verdicts[i];
      if (failed === undefined) continue;
      boots++;
      if (failed) noteFailing(set);
      else {
        passed.push(set);
        if (set === options.universe) universePassed = true;
      }
      const before = posterior.logProbability;
      const predicted = predictedFailure(posterior, set);
      posterior.tell(set, failed);
      if (posterior.rowCount === 0) break;
      const expected = entropyNats(predicted);
      surprise += before - posterior.logProbability - expected;
      variance += varianceNats(predicted);
      if (countItems(set) <= 3) {
        const exact = itemsOf(set).join();
        direct.set(exact, (direct.get(exact) ?? 0) + evidence(rates, failed));
      }
    }
    const failures = verdicts.filter((v) => v === true).length;
    // Nearly every boot of a broad batch failed: several culprits; a batch cannot tell them apart, nested prefixes can.
    if (boots === sets.length && sets.length >= 6 && failures >= sets.length - 1) {
      several = true;
      break;
    }
  }

  if (options.endOnContradiction === true && !several) return { kind: "unsettled", items: undefined, confidence: 0 };

  // Earlier passes are believed at first; if that leads nowhere one of them was a flake.
  let found: number[] | undefined;
  if (steady) found = yield* minimalSet(itemsOf(smallestFailing), n, { rates, workers, weight, passed });
  if (found === undefined)
    found = yield* minimalSet(itemsOf(options.universe), n, { rates: atLeastFlaky(rates), workers, weight });
  if (found === undefined || found.length === 0) return { kind: "unsettled", items: undefined, confidence: 0 };
  return { kind: "set", items: found, confidence: 0.998, model: "prefix" };
}

/** Whether a set fails and no set with one item less does. */
function* isMinimal(items: readonly number[], n: number, rates: Rates, workers: number): Search<boolean> {
  const sets = [setOf(n, items)];
  if (items.length > 1)
    for (const x of items)
      sets.push(
        setOf(
          n,
          items.filter((y) => y !== x),
        ),
      );
  const fails = yield* decideAll(sets, rates, workers);
  return fails[0] === true && !fails.includes(true, 1);
}

/** The set itself, or the smaller part of it that turns out to fail alone. */
function* failingPart(items: number[], n: number, rates: Rates, workers: number): Search<number[]> {
  if (items.length < 2) return items;
  const parts = items.map((x) => items.filter((y) => y !== x));
  const fails = yield* decideAll(
    parts.map((p) => setOf(n, p)),
    rates,
    workers,
  );
  const at = fails.indexOf(true);
  return at < 0 ? items : yield* failingPart(parts[at]!, n, rates, workers);
}

/** Rates after a contradiction: a boot is worth less than it was thought to be. */
function atLeastFlaky(rates: Rates): Rates {
  // A rate that was measured below one came from some ten runs, and answers that contradict the model say that it is too high.
  const flaky = rates.p1 < 0.99;
  return {
    p0: flaky ? rates.p0 : Math.max(rates.p0, 0.01),
    p1: flaky ? Math.max(rates.p1 * DOUBTED, rates.p0 + 0.05) : Math.min(rates.p1, 0.99),
  };
}

/** Boots of a batch: never many more than the bits that are missing. */
function usefulBoots(bitsLeft: number, information: number, workers: number): number {
  return Math.max(1, Math.min(workers, Math.ceil((bitsLeft * 1.3) / information) + 2));
}

function evidenceBits(rates: Rates): number {
  let most = 0;
  for (let p = 0.3; p <= 0.7; p += 0.02) {
    const { p0, p1 } = rates;
    const f = p * p1 + (1 - p) * p0;
    const bits = (entropyNats(f) - p * entropyNats(p1) - (1 - p) * entropyNats(p0)) / Math.LN2;
    if (bits > most) most = bits;
  }
  return most;
}

function entropyNats(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -(p * Math.log(p) + (1 - p) * Math.log(1 - p));
}

/** Variance of -log p(verdict). */
function varianceNats(p: number): number {
  if (p <= 0 || p >= 1) return 0;
  const d = Math.log(p / (1 - p));
  return p * (1 - p) * d * d;
}

/** Share of the posterior inside a set, turned into the probability that its boot fails. */
function predictedFailure(posterior: Posterior, set: ItemSet): number {
  const inside = posterior.shareInside(set);
  return inside * posterior.rates.p1 + (1 - inside) * posterior.rates.p0;
}
