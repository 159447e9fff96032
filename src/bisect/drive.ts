// Drives a search (a generator of subsets) with a real probe: W runs at once, each outcome stored before it is told, trouble
// of the machinery retried and never told, another bug's failure kept apart.
//
// A failure with another signature than the one that is chased: the universe as a whole shows ours, so where the other one
// shows instead, ours did not happen. It is told as "passes" and remembered as another bug to be searched later.

import { createHash } from "node:crypto";
import type { ItemSet } from "./item-set.ts";
import { itemsOf } from "./item-set.ts";
import type { OutcomeStore } from "./outcome-store.ts";
import type { Outcome, Probe } from "./probe.ts";
import type { Ask, Search } from "./search.ts";

/** Raised when the machinery fails again and again: nothing can be said. */
export class ProbeTrouble extends Error {}

/** How a search is driven. */
export interface DriveOptions<Item> {
  readonly items: readonly Item[];
  readonly nameOf: (item: Item) => string;
  readonly probe: Probe<Item>;
  readonly workers: number;
  readonly store?: OutcomeStore;
  /** Every failure is to show in each run (see `RunWish.whole`). */
  readonly whole?: boolean;
  /** Only failures with this signature count; undefined counts every failure. */
  readonly signature?: string;
  /** Whether another signature is a face of the same bug. */
  readonly isFace?: (signature: string) => boolean;
  /** Signatures that the trusted side shows by itself: they never count. */
  readonly ignored?: ReadonlySet<string>;
  readonly signal?: AbortSignal;
  /** Told of each outcome, made now or stored. */
  readonly onOutcome?: (set: ItemSet, outcome: Outcome, disguised: boolean) => void;
  /** Told of each run that was really made. */
  readonly onBoot?: (set: ItemSet, outcome: Outcome, seconds: number) => void;
}

/** What driving cost, and what else was seen. */
export interface DriveResult<Result> {
  readonly result: Result;
  /** Runs made now, without those that came from the store. */
  readonly boots: number;
  readonly fromStore: number;
  readonly invalid: number;
  readonly rounds: number;
  /** Signatures of other bugs, with a subset that shows each. */
  readonly others: ReadonlyMap<string, ItemSet>;
}

const MOST_RETRIES = 3;

/** Names a subset by content. */
export function subsetKey(names: readonly string[]): string {
  return createHash("sha256").update(names.slice().sort().join("\n")).digest("hex").slice(0, 32);
}

/** Runs a search to its end. */
export async function drive<Item, Result>(search: Search<Result>, options: DriveOptions<Item>): Promise<DriveResult<Result>> {
  const { items, probe, store } = options;
  const others = new Map<string, ItemSet>();
  let boots = 0;
  let fromStore = 0;
  let invalid = 0;
  let rounds = 0;

  const judge = (set: ItemSet, outcome: Outcome, any: boolean): boolean => {
    if (outcome.verdict !== "fail") return false;
    if (any || options.signature === undefined) return options.ignored?.has(outcome.signature) !== true;
    if (outcome.signature === options.signature) return true;
    if (options.isFace?.(outcome.signature) === true) return options.ignored?.has(outcome.signature) !== true;
    if (!others.has(outcome.signature)) others.set(outcome.signature, set);
    return false;
  };

  const runOne = async (ask: Ask, at: number, signal: AbortSignal): Promise<boolean | undefined> => {
    const asked = ask.sets[at]!;
    const disguised = ask.disguised?.[at] === true;
    // A probe without disguises shows the trusted side as it is.
    const plain = disguised && probe.canDisguise !== true;
    const set = plain ? asked.slice().fill(0) : asked;
    const inDisguise = disguised && !plain;
    const whole = options.whole === true && probe.isPartial === true;
    const wish = { disguised: inDisguise, fresh: ask.fresh === true, ...(whole && { whole }) };
    const any = ask.anySignature === true;
    const chosen = itemsOf(set).map((i) => items[i]!);
    const names = chosen.map(options.nameOf);
    const key = `${whole ? "whole-" : ""}${inDisguise ? "disguised-" : ""}${subsetKey(names)}`;
    const known = store?.take(key);
    if (known !== undefined) {
      fromStore++;
      options.onOutcome?.(set, known.outcome, inDisguise);
      return judge(set, known.outcome, any);
    }
    for (let attempt = 0; ; attempt++) {
      const started = performance.now();
      let outcome: Outcome;
      try {
        outcome = await probe.run(new Set(chosen), signal, wish);
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
      if (signal.aborted && outcome.verdict === "invalid") return undefined;
      const seconds = (performance.now() - started) / 1000;
      if (outcome.verdict !== "invalid") {
        boots++;
        store?.append({ key, items: names, outcome, seconds });
        options.onOutcome?.(set, outcome, inDisguise);
        options.onBoot?.(set, outcome, seconds);
        return judge(set, outcome, any);
      }
      invalid++;
      if (attempt >= MOST_RETRIES) throw new ProbeTrouble(outcome.reason);
    }
  };

  let step = search.next();
  while (!step.done) {
    options.signal?.throwIfAborted();
    const ask = step.value;
    const stop = new AbortController();
    const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
    const verdicts: (boolean | undefined)[] = ask.sets.map(() => undefined);
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < ask.sets.length && !stop.signal.aborted) {
        const i = next++;
        verdicts[i] = await runOne(ask, i, signal);
        if (ask.enough?.(verdicts) === true) stop.abort();
      }
    };
    const crew: Promise<void>[] = [];
    for (let w = 0; w < Math.min(options.workers, ask.sets.length); w++) crew.push(worker());
    const ends = await Promise.allSettled(crew);
    for (const end of ends) {
      if (end.status !== "rejected") continue;
      stop.abort();
      throw end.reason;
    }
    options.signal?.throwIfAborted();
    rounds++;
    step = search.next(verdicts);
  }
  return { result: step.value, boots, fromStore, invalid, rounds, others };
}
