// Is every member of a set needed, or is a part of it a culprit that shows in some boots only?
//
// A bug that shows in seven boots of ten draws a neighbour into its set: a subset with the culprit and without the neighbour passed by
// chance, and all that had both failed. So each part of the set is a hypothesis of its own, with a rate of failing that is not
// known: half of the prior is "always", half is flat in 0..1 (Beta-binomial). Every boot of the search and every look made here is
// weighed under each of them; a set has to pay for its further members, which were chosen among all items to fit the boots
// (their share of the prior). No rate that was measured on few boots comes in.
//
// Boots that passed speak against every part that they had. Boots that failed speak for a part only as far as nobody else can have made
// them fail: where some failed without the set, another culprit is there, and only boots of the set and its parts alone count.

import { areEqual, countItems, hasItem, type ItemSet, setOf } from "./item-set.ts";
import type { Search } from "./search.ts";

/** What is known before the looks. */
export interface NeededOptions {
  readonly n: number;
  /** P(fail) of a subset that holds no culprit. */
  readonly p0: number;
  readonly workers: number;
  /** Share of the prior that an item has. */
  readonly share: (item: number) => number;
  /** Subsets that were booted by the search. */
  readonly passed: readonly ItemSet[];
  readonly failed: readonly ItemSet[];
  /** Runs of the failing universe, which has the set; those in the lists are among them. */
  readonly witness?: { readonly universe: ItemSet; readonly runs: number; readonly failures: number };
}

/** What came of it. */
export interface Needed {
  /** The set, or the part of it that fails without the rest. */
  readonly items: number[];
  /** Probability that a smaller part is the truth. */
  readonly doubt: number;
  readonly boots: number;
}

/** Odds (natural log) at which a part is believed or ruled out. */
const ENOUGH = Math.log(1000);
/** Looks at a part before it counts as needed; what the search booted tells of one signature only, a look of any. */
const FEWEST_LOOKS = 1;
/** Most looks for each member. */
const MOST_LOOKS = 32;

/** Looks at the parts of a set until each is ruled out or one is believed. */
export function* neededMembers(items: readonly number[], options: NeededOptions): Search<Needed> {
  const { n, workers } = options;
  const k = items.length;
  const whole = (1 << k) - 1;
  const fails = new Float64Array(whole + 1);
  const passes = new Float64Array(whole + 1);
  const maskOf = (set: ItemSet): number => {
    let mask = 0;
    for (let i = 0; i < k; i++) if (hasItem(set, items[i]!)) mask |= 1 << i;
    return mask;
  };
  const { witness } = options;
  const isTold = (set: ItemSet): boolean => witness === undefined || !areEqual(set, witness.universe);
  const isAlone = options.failed.every((set) => maskOf(set) === whole);
  for (const set of options.passed) if (isTold(set)) passes[maskOf(set)]!++;
  for (const set of options.failed) if (isTold(set) && (isAlone || countItems(set) === k)) fails[maskOf(set)]!++;
  if (witness !== undefined && isAlone) {
    fails[whole]! += witness.failures;
    passes[whole]! += witness.runs - witness.failures;
  }
  const looks = new Uint32Array(whole + 1);
  const exact = new Uint32Array(whole + 1);
  const parts = Array.from({ length: k }, (_, i) => whole & ~(1 << i));
  let boots = 0;
  for (;;) {
    const ofWhole = logLikelihood(whole, fails, passes, options.p0);
    let worst = 0;
    let most = Number.NEGATIVE_INFINITY;
    let sum = 0;
    const odds = new Float64Array(whole);
    for (let part = 1; part < whole; part++) {
      let paid = 0;
      for (let i = 0; i < k; i++) if ((part & (1 << i)) === 0) paid -= Math.log(options.share(items[i]!));
      odds[part] = logLikelihood(part, fails, passes, options.p0) - ofWhole + paid;
      sum += Math.exp(odds[part]!);
      if (odds[part]! > most) {
        most = odds[part]!;
        worst = part;
      }
    }
    if (most >= ENOUGH && exact[worst]! > 0) {
      const kept = items.filter((_, i) => (worst & (1 << i)) !== 0);
      return { items: kept, doubt: 0, boots };
    }
    const unseen = parts.filter((part) => looks[part]! < FEWEST_LOOKS);
    const doubt = sum / (1 + sum);
    if (unseen.length === 0 && most <= -ENOUGH) return { items: items.slice(), doubt, boots };
    if (boots >= MOST_LOOKS * k) return { items: items.slice(), doubt, boots };
    const asked: number[] = [];
    if (unseen.length > 0) asked.push(...unseen);
    else if (most > 0) asked.push(worst);
    else {
      // Each part that is still open has its turn; the whole set where its own failures are what is short.
      const open = parts.filter((part) => hasOpen(part, odds));
      asked.push(...(sumOver(whole, fails) < sumOver(worst, passes) ? [whole] : []), ...open);
    }
    const sets = asked.slice(0, Math.max(workers, unseen.length, 1)).map((mask) => ({
      mask,
      set: setOf(
        n,
        items.filter((_, i) => (mask & (1 << i)) !== 0),
      ),
    }));
    const verdicts = yield { sets: sets.map((s) => s.set), anySignature: true, fresh: true };
    for (const [i, { mask }] of sets.entries()) {
      boots++;
      looks[mask]!++;
      if (verdicts[i] === undefined) continue;
      (verdicts[i] ? fails : passes)[mask]!++;
      if (verdicts[i]) exact[mask]!++;
    }
  }
}

/** Whether a hypothesis inside the part is not ruled out. */
function hasOpen(part: number, odds: Float64Array): boolean {
  for (let inside = part; inside > 0; inside = (inside - 1) & part) if (odds[inside]! > -ENOUGH) return true;
  return false;
}

/** Runs that had all of a part. */
function sumOver(part: number, counts: Float64Array): number {
  let sum = 0;
  for (let mask = part; mask < counts.length; mask++) if ((mask & part) === part) sum += counts[mask]!;
  return sum;
}

/** ln P(runs | exactly this part is the culprit, at whatever rate). */
function logLikelihood(part: number, fails: Float64Array, passes: Float64Array, p0: number): number {
  let failed = 0;
  let passed = 0;
  let log = 0;
  for (let mask = 0; mask < fails.length; mask++) {
    if ((mask & part) === part) {
      failed += fails[mask]!;
      passed += passes[mask]!;
    } else log += fails[mask]! * Math.log(p0) + passes[mask]! * Math.log(1 - p0);
  }
  const flat = Math.exp(logBeta(failed + 1, passed + 1));
  return log + Math.log(0.5 * flat + (passed === 0 ? 0.5 : 0));
}

/** ln B(x, y) of whole numbers. */
export function logBeta(x: number, y: number): number {
  return logFactorial(x - 1) + logFactorial(y - 1) - logFactorial(x + y - 1);
}

function logFactorial(n: number): number {
  let sum = 0;
  for (let i = 2; i <= n; i++) sum += Math.log(i);
  return sum;
}
