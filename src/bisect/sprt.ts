// Sequential probability ratio test (A. Wald, Sequential Analysis, 1947) over boots of one subset.
//
// With p0 = 0.02 and p1 = 0.9 two failures in a row or four passes in a row decide at an error of 0.1 %. With steady rates
// one boot decides, so a search without flakes pays nothing for it.

import type { ItemSet } from "./item-set.ts";
import { evidence, type Rates } from "./rates.ts";
import type { Search } from "./search.ts";

/** Error of a decision that is asked for unless the caller says otherwise. */
export const DECISION_ERROR = 0.001;

/** A running test of one subset. */
export class Sprt {
  private readonly rates: Rates;
  private readonly upper: number;
  private readonly lower: number;
  private sum = 0;

  constructor(rates: Rates, error = DECISION_ERROR) {
    this.rates = rates;
    this.upper = Math.log((1 - error) / error);
    this.lower = -this.upper;
  }

  /** Adds one boot. */
  add(failed: boolean): void {
    this.sum += evidence(this.rates, failed);
  }

  /** "fail", "pass" or undefined while undecided. */
  decision(): "fail" | "pass" | undefined {
    if (this.sum >= this.upper - 1e-9) return "fail";
    if (this.sum <= this.lower + 1e-9) return "pass";
    return undefined;
  }

  /** The side the evidence is on, decided or not. */
  leansToFail(): boolean {
    return this.sum > 0;
  }

  /** How many more equal boots in a row would decide. */
  toGo(): number {
    const up = (this.upper - this.sum) / evidence(this.rates, true);
    const down = (this.lower - this.sum) / evidence(this.rates, false);
    return Math.max(1, Math.ceil(Math.min(up, down) - 1e-9));
  }
}

/** Most boots of one subset before it is called by the sign of the evidence. */
const MOST_BOOTS = 200;

/** Decides one subset: true if it fails. Boots up to `workers` at once, but never more than could be needed. */
export function* decide(set: ItemSet, rates: Rates, workers = 1, error = DECISION_ERROR): Search<boolean> {
  const [verdict] = yield* decideAll([set], rates, workers, error);
  return verdict!;
}

/** Decides several subsets side by side. */
export function* decideAll(sets: readonly ItemSet[], rates: Rates, workers: number, error = DECISION_ERROR): Search<boolean[]> {
  const tests = sets.map(() => new Sprt(rates, error));
  let boots = 0;
  for (;;) {
    const open: number[] = [];
    for (let i = 0; i < sets.length; i++) if (tests[i]!.decision() === undefined) open.push(i);
    if (open.length === 0 || boots > MOST_BOOTS * sets.length) break;
    const batch = open.slice();
    // Spare workers repeat the open tests, as far as one of them cannot be decided by fewer boots.
    for (let extra = 1; batch.length < workers; extra++) {
      const more = open.filter((i) => tests[i]!.toGo() > extra);
      if (more.length === 0) break;
      batch.push(...more.slice(0, workers - batch.length));
    }
    const verdicts = yield { sets: batch.map((i) => sets[i]!) };
    for (let k = 0; k < batch.length; k++) if (verdicts[k] !== undefined) tests[batch[k]!]!.add(verdicts[k]!);
    boots += batch.length;
  }
  return tests.map((t) => t.leansToFail());
}
