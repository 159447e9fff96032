// How a search is written: as a generator that yields the subsets it wants run and is sent their verdicts.
//
// The searches are therefore free of clocks, promises and processes. The same code is driven by simulated oracles
// (a hundred thousand searches in a test) and by real boots (drive.ts), and a replay of recorded answers repeats it exactly.

import type { ItemSet } from "./item-set.ts";

/** Subsets to run side by side; the verdicts come back in the same order. */
export interface Ask {
  readonly sets: readonly ItemSet[];
  /** By set: run the trusted side in its disguise (see `Probe.run`). */
  readonly disguised?: readonly boolean[];
  /** Failures with any signature count, not only with the one that is chased. */
  readonly anySignature?: boolean;
  /** An outcome that is known from elsewhere will not do. */
  readonly fresh?: boolean;
  /** Says that the rest need not be waited for; a verdict not known yet is undefined. */
  enough?(verdicts: readonly (boolean | undefined)[]): boolean;
}

/** The verdicts on one Ask: true means the subset failed. */
export type Answer = readonly (boolean | undefined)[];

/** A search over subsets. */
export type Search<Result> = Generator<Ask, Result, Answer>;

/** What a simulated search cost. */
export interface SimulatedCost {
  boots: number;
  rounds: number;
}

/** Drives a search by a function instead of by boots; used by the simulations and tests. */
export function simulate<Result>(search: Search<Result>, fails: (set: ItemSet) => boolean, cost: SimulatedCost): Result {
  let step = search.next();
  while (!step.done) {
    const sets = step.value.sets;
    const verdicts: boolean[] = [];
    for (let i = 0; i < sets.length; i++) {
      const set = sets[i]!;
      verdicts.push(fails(step.value.disguised?.[i] === true ? set.slice().fill(0) : set));
    }
    cost.boots += sets.length;
    cost.rounds++;
    step = search.next(verdicts);
  }
  return step.value;
}
