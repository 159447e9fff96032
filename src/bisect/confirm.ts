// The last step before a set is blamed: does it fail because of its code, and because of all of its members?
//
// Two ways to blame the innocent are closed here, both seen on real kernels. (1) A check that depends on where code lies, or on the
// load of the machine, fails with nearly any subset and passes with the trusted build, whose layout it was measured with. So
// the trusted side is run in the set's disguise (Probe.run): it must not fail. (2) One bug has several faces: with some
// neighbours it shows the signature that is chased, without them another one. So a set of several items is made smaller as
// long as a part of it fails in any way (needed.ts).
//
// If the set and its disguise cannot be told apart by one run each, both are repeated until the odds that they fail at different
// rates (Beta-binomial Bayes factor, flat priors) are large, or the set is given up as unstable.

import { type ItemSet, setOf } from "./item-set.ts";
import { logBeta, neededMembers } from "./needed.ts";
import type { Rates } from "./rates.ts";
import type { Search } from "./search.ts";

/** Runs, and how many of them failed. */
export interface Counts {
  readonly runs: number;
  readonly failures: number;
}

/** What came of the last look. */
export interface Confirmation {
  readonly kind: "confirmed" | "unstable";
  /** The set, or the part of it that fails alone. */
  readonly items: number[];
  /** Probability that fewer of its members are enough, as far as the boots tell. */
  readonly doubt: number;
  readonly boots: number;
  /** Runs of the set itself and of its disguise, and how many of each failed. */
  readonly own: Counts;
  readonly trusted: Counts;
}

/** How much is asked for. */
export interface ConfirmOptions {
  readonly rates: Rates;
  /** The signature is of a kind that a busy machine or another layout can bring about. */
  readonly soft: boolean;
  /** The answers contradicted the model on the way: the bug may show less often than its witness did. */
  readonly doubtful: boolean;
  /** Runs of the failing universe and of the trusted side before the search. */
  readonly background?: { readonly witness: Counts; readonly trusted: Counts };
  /** Share of the prior that the set had: what a search finds among many has to explain more than what was suspected from the start. */
  readonly share?: number;
  /** The same of one item. */
  readonly shareOf?: (item: number) => number;
  readonly workers?: number;
  /** What the witness's runs were of. */
  readonly universe?: ItemSet;
  /** Subsets that were booted by the search. */
  readonly passed: readonly ItemSet[];
  readonly failed: readonly ItemSet[];
}

/** Odds at which a difference of rates is believed. */
const ENOUGH_ODDS = 1000;
/** Pairs of runs after which an undecided set is unstable; more while only the set itself ever failed, and that repeatedly. */
const MOST_PAIRS = 24;
const MOST_CLEAN_PAIRS = 72;
const REPEATEDLY = 5;
/** How much likelier it is beforehand that a failure is a compiler's than that it comes from where the code lies. */
const LAYOUT_ODDS = 20;
/** Failures that a set needs whose signature no machine brings about, and the chance that its disguise passed by luck. */
const HARD_FAILURES = 3;
const MISSED_BY_LUCK = 0.001;
/** P(fail) of a part that is innocent, at least: an odd check or hang does not take a member out, two traps do. */
const PART_P0 = { soft: 0.02, hard: 0.002 };
/** Larger sets are taken as they are, and said to be uncertain: each member costs runs. */
const MOST_MEMBERS = 8;
const UNTRIED_DOUBT = 0.1;

/** Looks at a set that is about to be blamed; it has failed by itself once already. */
export function* confirmSet(found: readonly number[], n: number, options: ConfirmOptions): Search<Confirmation> {
  const steady = options.rates.p0 < 0.005 && options.rates.p1 > 0.995;
  let boots = 0;
  let items = found.slice();
  let anySignature = false;
  let doubt = items.length > MOST_MEMBERS ? UNTRIED_DOUBT : 0;
  while (items.length > 1 && items.length <= MOST_MEMBERS) {
    const looked = yield* neededMembers(items, {
      n,
      p0: Math.max(options.soft ? PART_P0.soft : PART_P0.hard, options.rates.p0),
      workers: options.workers ?? 1,
      share: options.shareOf ?? (() => 1 / n),
      passed: options.passed,
      failed: options.failed,
      ...(options.background !== undefined &&
        options.universe !== undefined && { witness: { universe: options.universe, ...options.background.witness } }),
    });
    boots += looked.boots;
    doubt = looked.doubt;
    if (looked.items.length === items.length) break;
    items = looked.items;
    anySignature = true;
  }

  const set = setOf(n, items);
  const own = { runs: 1, failures: 1 };
  const trusted = { runs: 0, failures: 0 };
  function* look(ownRuns: number, trustedRuns: number): Search<void> {
    const sets: ItemSet[] = Array.from({ length: ownRuns + trustedRuns }, () => set);
    const disguised = sets.map((_, i) => i >= ownRuns);
    const verdicts = yield { sets, disguised, anySignature, fresh: true };
    boots += sets.length;
    for (let i = 0; i < sets.length; i++) {
      const side = disguised[i] === true ? trusted : own;
      if (verdicts[i] === undefined) continue;
      side.runs++;
      if (verdicts[i] === true) side.failures++;
    }
  }
  const done = (kind: Confirmation["kind"]): Confirmation => ({ kind, items, doubt, boots, own, trusted });
  if (steady && !options.soft) yield* look(0, 1);
  else if (steady && items.length === found.length) {
    // Most checks fail as steadily as traps do, and the search's own boots say so: only what they leave open is booted.
    yield* look(0, 1);
    const most = { own: own.runs + 2, trusted: trusted.runs + 2 };
    const isClean = (): boolean => trusted.failures === 0 && own.failures === own.runs;
    while (isClean() && !isConvincing(options, own, trusted) && (own.runs < most.own || trusted.runs < most.trusted))
      yield* look(own.runs < most.own ? 1 : 0, trusted.runs < most.trusted ? 1 : 0);
  } else yield* look(2, 3);
  // What fails only sometimes has to show its odds, or that its disguise passes more often than luck explains.
  const clean = trusted.failures === 0 && trusted.runs > 0;
  if (clean && steady && own.failures === own.runs) return done("confirmed");
  for (let pair = 0; pair < MOST_CLEAN_PAIRS; pair++) {
    if (pair >= MOST_PAIRS && (trusted.failures > 0 || own.failures < (options.soft ? REPEATEDLY : HARD_FAILURES))) break;
    // A trap is certain evidence and a pass a weak one: as many passes of the disguise as the set's own rate asks for.
    const rate = (own.failures + 1) / (own.runs + 2);
    const missed = (1 - rate) ** trusted.runs;
    if (!options.soft && trusted.failures === 0 && own.failures >= HARD_FAILURES && missed <= MISSED_BY_LUCK)
      return done("confirmed");
    const odds = oddsOfDifference(own, trusted);
    if (odds >= ENOUGH_ODDS && own.failures * trusted.runs > trusted.failures * own.runs) return done("confirmed");
    if (trusted.failures >= 3 && odds < 1 / 3 && own.runs > 6) break;
    yield* look(1, 1);
  }
  return done("unstable");
}

/**
 * Whether the boots of the search and of the confirmation together speak for the set against two ways to be nobody's: every boot
 * fails by chance at some rate, whatever is in it (the machine), or every image does (its layout; rarer, and repeats of an image say
 * nothing). A set is found to fit the boots, so it pays with its share of the prior.
 */
function isConvincing(options: ConfirmOptions, own: Counts, trusted: Counts): boolean {
  const { background, share } = options;
  if (background === undefined || share === undefined || options.doubtful) return false;
  const images = (sets: readonly ItemSet[]): number => new Set(sets.map((s) => s.join())).size;
  const [failed, passed] = [images(options.failed), images(options.passed)];
  const { witness } = background;
  if (witness.failures < witness.runs || background.trusted.failures > 0) return false;
  const here = Math.log(share);
  const bySet = here - logBeta(failed + 1, passed + Math.min(2, trusted.runs + 1) + 1) + Math.log(LAYOUT_ODDS);
  const boots = failed + witness.failures + own.failures - 1;
  const byBoot = here - logBeta(boots + 1, passed + background.trusted.runs + trusted.runs + 1);
  return Math.min(bySet, byBoot) >= Math.log(ENOUGH_ODDS);
}

/** Bayes factor of "two rates" against "one rate", each rate flat in 0..1. */
function oddsOfDifference(
  a: { readonly runs: number; readonly failures: number },
  b: { readonly runs: number; readonly failures: number },
): number {
  const two = logBeta(a.failures + 1, a.runs - a.failures + 1) + logBeta(b.failures + 1, b.runs - b.failures + 1);
  const failures = a.failures + b.failures;
  const one = logBeta(failures + 1, a.runs + b.runs - failures + 1);
  return Math.exp(two - one);
}
