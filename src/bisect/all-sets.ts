// All minimal failing sets, overlapping ones too, and the smallest list of items to leave to the trusted side: the
// hitting-set tree of R. Reiter (A theory of diagnosis from first principles, 1987), by size.
//
// A node is a set H of items left out. If something still fails without H, a minimal failing set M disjoint from H is found
// (or one already known is reused) and the node has a child H + {x} for every x in M. If nothing fails, H is sufficient. Each set is
// handed on as soon as it is known. With only independent single culprits the tree is one path.

import { type Confirmation, type ConfirmOptions, confirmSet } from "./confirm.ts";
import { type EngineProgress, findSet, KNOWN_TO_FAIL, MAY_FAIL } from "./hypothesis-engine.ts";
import { areDisjoint, countItems, fullSet, type ItemSet, isSubset, setOf, without } from "./item-set.ts";
import type { PairBonus, SizePrior } from "./posterior.ts";
import type { Rates } from "./rates.ts";
import type { Search } from "./search.ts";

/** A minimal failing set with what is known of it. */
export interface FoundSet {
  readonly items: readonly number[];
  readonly confidence: number;
  /** Boots spent until it was known, from the start of the search. */
  readonly boots: number;
}

/** What to search and how far. */
export interface AllSetsOptions {
  readonly n: number;
  readonly universe?: ItemSet;
  readonly rates: Rates;
  readonly workers: number;
  readonly seed: number;
  readonly weight?: Float64Array;
  readonly bonuses?: readonly PairBonus[];
  /** Stop after this many sets. */
  readonly mostSets?: number;
  /** Stop when this many boots were spent; what is known then is the answer. */
  readonly budget?: number;
  /** Look only for sets that have no item in common (cheaper: one path of the tree). */
  readonly disjointOnly?: boolean;
  /** Whether the universe is known to fail (the failing run itself). */
  readonly knownToFail?: boolean;
  /** Verdicts from earlier searches of the same build. */
  readonly passed?: readonly ItemSet[];
  readonly failed?: readonly ItemSet[];
  /** Look at each set once more before it is blamed; says whether the signature is one that a layout or the load brings about. */
  readonly confirm?: Pick<ConfirmOptions, "soft" | "background">;
  /** The rate of failing was measured on enough runs of the witness: a contradiction is no reason to measure it again. */
  readonly measured?: boolean;
  readonly onSet?: (set: FoundSet) => void;
  readonly onProgress?: (progress: EngineProgress & { readonly sets: number }) => void;
}

/** All minimal failing sets that were found. */
export interface AllSets {
  readonly sets: readonly FoundSet[];
  /** A smallest set of items whose removal cures everything found. */
  readonly leaveOut: readonly number[];
  /** Whether it was shown that nothing else fails. */
  readonly complete: boolean;
  readonly boots: number;
  /** Items blamed with too little confidence when the budget ran out. */
  readonly suspects: readonly number[];
  /** A set that fails no more than the trusted side in its disguise: the search ended there. */
  readonly unstable: Confirmation | undefined;
  /**
   * What was believed to fail always may not: a set passed (with its counts), or the answers contradicted each other (no runs). The
   * search ended there, to be made again with rates that say so.
   */
  readonly unsteady: { readonly runs: number; readonly failures: number } | undefined;
}

/**
 * Repeats of a set of several items that a steady search found; twice as many where it met contradictions, and for three and more
 * items, which are rarer than a bug of half of the boots that seems to need them.
 */
const REPEATS = 3;

/** Searches all minimal failing sets. */
export function* findAllSets(options: AllSetsOptions): Search<AllSets> {
  const { n, rates } = options;
  const universe = options.universe ?? fullSet(n);
  const steady = rates.p0 < 0.005 && rates.p1 > 0.995;
  const passed = [...(options.passed ?? [])];
  const failed = [...(options.failed ?? [])];
  if (options.knownToFail !== false) failed.push(universe);
  const sets: FoundSet[] = [];
  const bits: ItemSet[] = [];
  let suspects: readonly number[] = [];
  let complete = true;
  let leaveOut: readonly number[] | undefined;
  let boots = 0;
  let unstable: Confirmation | undefined;
  let unsteady: AllSets["unsteady"];
  const budget = options.budget ?? Number.POSITIVE_INFINITY;
  const queue: number[][] = [[]];
  const seen = new Set<string>([""]);

  while (queue.length > 0) {
    const left = queue.shift()!;
    if (leaveOut !== undefined && options.disjointOnly) break;
    const h = setOf(n, left);
    let known = bits.findIndex((m) => areDisjoint(m, h));
    if (known < 0) {
      if (sets.length >= (options.mostSets ?? Number.POSITIVE_INFINITY) || boots >= budget) {
        complete = false;
        continue;
      }
      const rest = without(universe, h);
      if (countItems(rest) === 0 || passed.some((p) => isSubset(rest, p))) {
        leaveOut ??= left;
        continue;
      }
      // Start inside the smallest subset that is known to fail; a flaky failure is not knowledge.
      let start = rest;
      let size = Number.POSITIVE_INFINITY;
      if (steady || left.length === 0) {
        for (const f of failed) {
          if (isSubset(f, rest) && countItems(f) < size) {
            start = f;
            size = countItems(f);
          }
        }
      }
      const fails = size < Number.POSITIVE_INFINITY;
      const doubtful = options.confirm !== undefined && options.measured !== true && steady;
      const search = findSet({
        universe: start,
        n,
        rates,
        workers: options.workers,
        seed: options.seed + sets.length * 7919 + left.length,
        prior: fails ? KNOWN_TO_FAIL : priorAfter(sets),
        ...(options.weight !== undefined && { weight: options.weight }),
        ...(options.bonuses !== undefined && { bonuses: options.bonuses }),
        passed: steady ? passed : [],
        budget: budget - boots,
        endOnContradiction: doubtful,
        onProgress: (p) => options.onProgress?.({ ...p, boots: boots + p.boots, sets: sets.length }),
      });
      let step = search.next();
      let spent = 0;
      while (!step.done) {
        const verdicts = yield step.value;
        for (let i = 0; i < step.value.sets.length; i++) {
          if (verdicts[i] === undefined) continue;
          spent++;
          (verdicts[i] ? failed : passed).push(step.value.sets[i]!);
        }
        step = search.next(verdicts);
      }
      boots += spent;
      const result = step.value;
      // Steady answers do not contradict each other. That these did (or led nowhere) says first of all that the witness's few runs
      // agreed by chance, and prefixes that believe a single pass would end at an innocent neighbour.
      if (doubtful && result.kind === "unsettled" && boots < budget) {
        unsteady = { runs: 0, failures: 0 };
        if (result.items !== undefined) suspects = result.items;
        complete = false;
        break;
      }
      if (result.kind === "none") {
        leaveOut ??= left;
        continue;
      }
      if (result.kind === "unsettled") {
        complete = false;
        if (result.items !== undefined) suspects = result.items;
        continue;
      }
      let items = result.items;
      let doubt = 0;
      if (options.confirm !== undefined && steady && items.length > 1) {
        // Passes by chance draw neighbours in: does a set of several always fail, as was believed?
        const repeats = result.model === "prefix" || items.length > 2 ? 2 * REPEATS : REPEATS;
        const again = yield { sets: Array.from({ length: repeats }, () => setOf(n, items)), fresh: true };
        boots += again.length;
        const failures = again.filter((v) => v === true).length;
        if (failures < again.length) {
          unsteady = { runs: again.length, failures };
          complete = false;
          break;
        }
        for (let i = 0; i < failures; i++) failed.push(setOf(n, items));
      }
      if (options.confirm !== undefined) {
        const looked = yield* confirmSet(items, n, {
          rates,
          ...options.confirm,
          doubtful: result.model === "prefix",
          share: priorShare(items, n, options.weight),
          shareOf: (item) => priorShare([item], n, options.weight),
          workers: options.workers,
          universe: fullSet(n),
          passed,
          failed,
        });
        boots += looked.boots;
        if (looked.kind === "unstable") {
          unstable = looked;
          complete = false;
          break;
        }
        items = looked.items;
        doubt = looked.doubt;
      }
      const found: FoundSet = { items, confidence: result.confidence * (1 - doubt), boots };
      sets.push(found);
      bits.push(setOf(n, items));
      options.onSet?.(found);
      known = sets.length - 1;
    }
    for (const x of sets[known]!.items) {
      const next = [...left, x].sort((a, b) => a - b);
      const key = next.join();
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
    queue.sort((a, b) => a.length - b.length);
  }
  return { sets, leaveOut: leaveOut ?? smallestHittingSet(sets), complete, boots, suspects, unstable, unsteady };
}

/** Share of the prior of a set among all sets of its size. */
function priorShare(items: readonly number[], n: number, weight: Float64Array | undefined): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += weight?.[i] ?? 1;
  let share = 1;
  for (const [k, x] of items.entries()) share *= ((k + 1) * (weight?.[x] ?? 1)) / total;
  return share;
}

/** What to expect of the rest, judged by what was found. */
function priorAfter(sets: readonly FoundSet[]): SizePrior {
  let single = 1.5;
  let more = 1;
  for (const s of sets) {
    if (s.items.length === 1) single++;
    else more++;
  }
  // One culprit is common, two are less so, but after three the next one is likely.
  const none = sets.length > 1 ? 0.3 : MAY_FAIL.none;
  const fails = 1 - none;
  const p = (fails * single) / (single + more);
  return { none, single: p, pair: (fails - p) * 0.85, triple: (fails - p) * 0.15 };
}

/** A smallest set of items that touches every found set (few sets: by breadth-first search). */
function smallestHittingSet(sets: readonly FoundSet[]): number[] {
  let level: number[][] = [[]];
  for (;;) {
    const next: number[][] = [];
    for (const h of level) {
      const open = sets.find((s) => !s.items.some((x) => h.includes(x)));
      if (open === undefined) return h;
      for (const x of open.items) next.push([...h, x]);
    }
    level = next;
  }
}
