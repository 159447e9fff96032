// Any one minimal failing set of any size, by repeated prefix search with W workers.
//
// The universe fails. The shortest failing prefix of it ends in an item that is needed; fix that item, drop everything after
// it, and search again (Lithium's and Go bisect's idea without their repeated runs; at most k (log2 N + 1) + 1 decisions for
// k items one at a time, k log_{W+1} N rounds with W workers). It assumes only that adding items never cures a failure.
// Prefixes are nested, so several independent culprits do not confuse it: it finds one of them.

import { addItem, type ItemSet, isSubset, removeItem, setOf } from "./item-set.ts";
import type { Rates } from "./rates.ts";
import type { Search } from "./search.ts";
import { decide, decideAll } from "./sprt.ts";

/** What a prefix search needs. */
export interface PrefixOptions {
  readonly rates: Rates;
  readonly workers: number;
  readonly error?: number;
  /** Prior weight by item; prefixes are cut by weight, so a likely item costs fewer boots. */
  readonly weight?: Float64Array;
  /** Subsets that passed: their subsets pass too. */
  readonly passed?: readonly ItemSet[];
}

/** A minimal failing set, or undefined if the universe turns out to pass. */
export function* minimalSet(items: readonly number[], n: number, options: PrefixOptions): Search<number[] | undefined> {
  const passed = [...(options.passed ?? [])];
  const needed: number[] = [];
  let rest = items.slice();
  if (options.weight !== undefined) rest.sort((x, y) => options.weight![y]! - options.weight![x]!);
  let believed = true;

  for (;;) {
    if (rest.length === 0) break;
    const base = setOf(n, needed);
    if (needed.length > 0 && (yield* ask(base, options, passed))) break;
    const at: number = yield* shortestFailingPrefix(base, rest, options, passed);
    if (at > rest.length) {
      believed = false;
      break;
    }
    needed.push(rest[at - 1]!);
    rest = rest.slice(0, at - 1);
  }
  if (!believed) return undefined;

  const set = setOf(n, needed);
  if (!(yield* ask(set, options, passed))) return undefined;
  for (const item of needed.slice()) {
    removeItem(set, item);
    if (needed.length > 1 && (yield* ask(set, options, passed))) needed.splice(needed.indexOf(item), 1);
    else addItem(set, item);
  }
  return needed.sort((x, y) => x - y);
}

function* ask(set: ItemSet, options: PrefixOptions, passed: ItemSet[]): Search<boolean> {
  for (const p of passed) if (isSubset(set, p)) return false;
  const fails = yield* decide(set, options.rates, options.workers, options.error);
  if (!fails) passed.push(set.slice());
  return fails;
}

/** Length of the shortest failing prefix of `rest` on top of `base`; more than the list if even all of it passes. */
function* shortestFailingPrefix(base: ItemSet, rest: number[], options: PrefixOptions, passed: ItemSet[]): Search<number> {
  const prefix = (count: number): ItemSet => {
    const set = base.slice();
    for (let i = 0; i < count; i++) addItem(set, rest[i]!);
    return set;
  };
  let low = 0; // the prefix of this length passes
  let high = rest.length; // and of this length fails, or is believed to
  const mass = new Float64Array(rest.length + 1);
  for (let i = 0; i < rest.length; i++) mass[i + 1] = mass[i]! + (options.weight?.[rest[i]!] ?? 1);
  // Prefixes that are inside something that passed need no boot.
  for (const p of passed) {
    if (!isSubset(base, p)) continue;
    let inside = 0;
    while (inside < rest.length && (p[rest[inside]! >>> 5]! >>> (rest[inside]! & 31)) & 1) inside++;
    if (inside > low) low = inside;
  }
  if (low >= high) return rest.length + 1;
  while (high - low > 1) {
    const cuts: number[] = [];
    for (let w = 1; w <= options.workers; w++) {
      const want = mass[low]! + ((mass[high]! - mass[low]!) * w) / (options.workers + 1);
      let cut = low + 1;
      while (cut < high - 1 && mass[cut]! < want) cut++;
      if (cuts.at(-1) !== cut) cuts.push(cut);
    }
    const sets = cuts.map(prefix);
    const fails = yield* decideAll(sets, options.rates, options.workers, options.error);
    const first = fails.indexOf(true);
    for (let i = 0; i < cuts.length; i++) if (!fails[i] && (first < 0 || i < first)) passed.push(sets[i]!);
    if (first >= 0) high = cuts[first]!;
    const passing = first < 0 ? cuts.length - 1 : first - 1;
    if (passing >= 0) low = cuts[passing]!;
  }
  return high;
}
