// The whole narrowing of one failure over one universe: all minimal failing sets, then, if files fail only when mixed, the
// partner that must come from the other side.
//
// Order: repeat the witness (is it steady, with what signature?), chase that signature with the rates that gave, take its
// culprits out, look whether the rest fails in another way, chase that, and so on. If a chase ends without an answer, every
// failure counts and it is done again: one bug can show with several faces.

import { type AllSets, type FoundSet, findAllSets } from "./all-sets.ts";
import { type DriveOptions, drive, subsetKey } from "./drive.ts";
import { findSet } from "./hypothesis-engine.ts";
import { areEqual, countItems, emptySet, fullSet, type ItemSet, isSubset, setOf, without } from "./item-set.ts";
import { OutcomeStore } from "./outcome-store.ts";
import type { PairBonus } from "./posterior.ts";
import type { Outcome, Probe } from "./probe.ts";
import { type BestSoFar, writeProgress } from "./progress.ts";
import { measureRates, type Rates, STEADY } from "./rates.ts";
import type { Search } from "./search.ts";
import { decide, decideAll } from "./sprt.ts";

/** Bugs with different signatures that are chased one after the other. */
const MOST_BUGS = 20;
/** Runs of the trusted side as it is, after which only its disguise is asked for. */
const KNOWN_CONTROLS = 3;
/** Fresh runs of the witness that measure how often it fails, once its first runs are in doubt. */
const RATE_RUNS = 10;

/** One narrowing. */
export interface NarrowOptions<Item> {
  readonly items: readonly Item[];
  readonly nameOf: (item: Item) => string;
  readonly probe: Probe<Item>;
  readonly workers: number;
  readonly seed: number;
  /** Signature of the failing run; failures with another one are another bug. Without it the witness's first failure gives it. */
  readonly signature?: string;
  /** Count every failure, whatever its signature. */
  readonly anySignature?: boolean;
  /** Prior weight of each item, e.g. from the stack trace. */
  readonly weight?: Float64Array;
  readonly bonuses?: readonly PairBonus[];
  /** Runs of the trusted side: how many, and how many of them failed. */
  readonly controls?: { readonly runs: number; readonly failures: number };
  /** Times that the trusted side itself (the empty subset) is run first; its failures are no bug of anything searched. */
  readonly controlRuns?: number;
  /** Times that the witness is repeated to measure how steadily it fails. */
  readonly witnessRuns?: number;
  /** Results of running the witness that are known already. */
  readonly witness?: { readonly runs: number; readonly failures: number };
  /**
   * Runs that were made for other questions, by item name; names outside the universe stand for items that are not in it now. What
   * passed together is innocent together; a failure counts only if all of it is in the universe.
   */
  readonly known?: readonly { readonly items: readonly string[]; readonly outcome: Outcome }[];
  readonly storePath?: string;
  readonly progressPath?: string;
  readonly budget?: number;
  readonly mostSets?: number;
  /** Overlapping sets too (each costs the proof that nothing else is left). */
  readonly overlapping?: boolean;
  /** Items of the universe that also could come from the other side: enables the search for a mismatch. */
  readonly mixed?: boolean;
  /** Signatures that the load of the machine or another layout of the code can bring about. */
  readonly isSoft?: (signature: string) => boolean;
  /** Whether two signatures may always be faces of one bug. */
  readonly areFaces?: (a: string, b: string) => boolean;
  /** Blame what the search finds without a last look at it (the trusted side in disguise). */
  readonly unconfirmed?: boolean;
  readonly phase?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (best: BestSoFar) => void;
  readonly onSet?: (set: NamedSet) => void;
  readonly onBoot?: (count: number, outcome: Outcome, seconds: number) => void;
}

/** A found set by name. */
export interface NamedSet {
  readonly items: readonly string[];
  /** For a mismatch: items that must NOT be under test for it to fail. */
  readonly against: readonly string[];
  readonly confidence: number;
  readonly signature: string;
  readonly boots: number;
}

/** What a narrowing found. */
export interface NarrowResult {
  readonly sets: readonly NamedSet[];
  readonly leaveOut: readonly string[];
  readonly complete: boolean;
  readonly reproduced: boolean;
  /** What the trusted side itself failed with, if it did. */
  readonly controlSignatures: readonly string[];
  readonly rates: Rates;
  readonly boots: number;
  readonly fromStore: number;
  readonly invalid: number;
  readonly rounds: number;
  readonly otherSignatures: readonly string[];
  readonly suspects: readonly string[];
  /** What fails no more than the trusted side in the same disguise: blamed on nobody. */
  readonly unstable: readonly UnstableSet[];
}

/** A failure that is nobody's: the trusted side shows it too when it is laid out like the set. */
export interface UnstableSet {
  readonly items: readonly string[];
  readonly signature: string;
  readonly own: { readonly runs: number; readonly failures: number };
  readonly trusted: { readonly runs: number; readonly failures: number };
}

/** Narrows one failure. */
export async function narrow<Item>(options: NarrowOptions<Item>): Promise<NarrowResult> {
  const { items, nameOf } = options;
  const n = items.length;
  const names = items.map(nameOf);
  const phase = options.phase ?? "narrow";
  const store = options.storePath === undefined ? undefined : new OutcomeStore(options.storePath);
  const cost = { boots: 0, fromStore: 0, invalid: 0, rounds: 0 };
  const signatures = new Map<string, string>();
  const otherSignatures = new Set<string>();
  /** Every outcome of this narrowing, for the chases after the first. */
  const history: { readonly set: ItemSet; readonly outcome: Outcome; readonly whole: boolean }[] = [];
  /** A probe that looks for one failure only is asked for everything once that one is settled. */
  const partial = options.probe.isPartial === true;
  let whole = !partial || options.anySignature === true;
  const disguisedOutcomes: Outcome[] = [];
  const controlSignatures = new Set<string>();
  const unstable: UnstableSet[] = [];
  let controlRuns = options.controls?.runs ?? 0;
  let controlFailures = options.controls?.failures ?? 0;
  let strict = options.signature;
  /** A bug that shows in some boots only shows with several faces, too: then whatever no machine brings about is it. */
  let faces = false;
  const isFace = (signature: string): boolean => {
    if (strict === undefined || controlSignatures.has(signature)) return false;
    if (options.areFaces?.(strict, signature) === true) return true;
    return faces && options.isSoft !== undefined && !options.isSoft(signature);
  };
  const isOurs = (outcome: Outcome): boolean =>
    outcome.verdict === "fail" && (strict === undefined || outcome.signature === strict || isFace(outcome.signature));
  /**
   * Takes the faces together if some runs of the witness show other ones than the chased, and some pass. If it always fails in one
   * way or another, a second bug hides behind the first, and the two are better told apart.
   */
  const takeFaces = (outcomes: readonly Outcome[]): void => {
    if (faces || strict === undefined || options.isSoft === undefined || options.isSoft(strict)) return;
    faces = outcomes.some((o) => o.verdict === "pass");
    faces = faces && outcomes.some((o) => o.verdict === "fail" && o.signature !== strict && isFace(o.signature));
  };
  const run = async <Result>(search: Search<Result>): Promise<Result> => {
    const settings: DriveOptions<Item> = {
      items,
      nameOf,
      probe: {
        ...(options.probe.canDisguise !== undefined && { canDisguise: options.probe.canDisguise }),
        isPartial: partial,
        run: async (subset, signal, wish) => {
          const outcome = await options.probe.run(subset, signal, wish);
          if (outcome.verdict === "fail" && wish?.disguised !== true)
            signatures.set(subsetKey([...subset].map(nameOf)), outcome.signature);
          return outcome;
        },
      },
      workers: options.workers,
      whole,
      ignored: controlSignatures,
      isFace,
      onOutcome: (set, outcome, disguised) => {
        if (disguised) disguisedOutcomes.push(outcome);
        else history.push({ set, outcome, whole });
        // Whatever the trusted side shows by itself counts no more from here on, whoever shows it.
        if (outcome.verdict === "fail" && (disguised || countItems(set) === 0) && outcome.signature !== strict)
          controlSignatures.add(outcome.signature);
      },
      onBoot: (set, outcome, seconds) => options.onBoot?.(countItems(set), outcome, seconds),
      ...(store !== undefined && { store }),
      ...(strict !== undefined && { signature: strict }),
      ...(options.signal !== undefined && { signal: options.signal }),
    };
    const driven = await drive(search, settings);
    cost.boots += driven.boots;
    cost.fromStore += driven.fromStore;
    cost.invalid += driven.invalid;
    cost.rounds += driven.rounds;
    for (const s of driven.others.keys()) otherSignatures.add(s);
    return driven.result;
  };
  /** Boots what is left until it passes, or until it has failed twice in one new way: that is then the next bug. */
  const stillFails = async (rest: ItemSet, rates: Rates): Promise<{ signature: string; rates: Rates } | undefined> => {
    if (countItems(rest) === 0) return undefined;
    const seen = new Map<string, number>();
    let passes = 0;
    const take = (outcome: Outcome): void => {
      if (outcome.verdict === "fail" && !controlSignatures.has(outcome.signature))
        seen.set(outcome.signature, (seen.get(outcome.signature) ?? 0) + 1);
      else if (outcome.verdict !== "invalid") passes++;
    };
    for (const h of history) if (h.whole && areEqual(h.set, rest)) take(h.outcome);
    const look = async (times: number): Promise<void> => {
      const from = history.length;
      await run(repeatSet(rest, times));
      for (const { outcome } of history.slice(from)) take(outcome);
    };
    // Passes that a bug as rare as the first one would survive with a chance of 2 %.
    const enough = Math.max(1, Math.ceil(Math.log(0.02) / Math.log(Math.max(1e-6, 1 - rates.p1))));
    for (let i = 0; i < enough + 4; i++) {
      const twice = [...seen].find(([, count]) => count >= 2);
      if (twice !== undefined) {
        const [signature] = twice;
        const total = (): number => passes + [...seen.values()].reduce((a, b) => a + b, 0);
        // It does not always fail so: its own rate decides how much a boot is worth, not that of the first bug.
        if (twice[1] < total()) await look(Math.max(0, 10 - total()));
        return { signature, rates: measureRates(controlRuns, 0, total(), seen.get(signature)!) };
      }
      if (passes >= enough) return undefined;
      await look(1);
    }
    return undefined;
  };
  if (store !== undefined) {
    for (const r of store.records) if (r.outcome.verdict === "fail") signatures.set(r.key, r.outcome.signature);
  }

  try {
    if (n === 0) throw new Error("narrow: nothing to search in");
    // Is the trusted side good? What it shows by itself is never chased.
    const control = async (times: number): Promise<void> => {
      const from = history.length;
      // As it is only if that was not seen yet; in disguise in any case: a check may depend on nothing but where the code lies.
      if (controlRuns < KNOWN_CONTROLS || options.probe.canDisguise !== true) await run(repeatSet(emptySet(n), times, true));
      const disguised = disguisedOutcomes.length;
      if (options.probe.canDisguise === true) await run(repeatDisguised(fullSet(n), times));
      for (const outcome of [...history.slice(from).map((h) => h.outcome), ...disguisedOutcomes.slice(disguised)]) {
        controlRuns++;
        if (outcome.verdict !== "fail") continue;
        controlSignatures.add(outcome.signature);
        if (strict === undefined || outcome.signature === strict) controlFailures++;
      }
    };
    if ((options.controlRuns ?? 0) > 0) {
      await control(options.controlRuns!);
      if (controlSignatures.size > 0) await control(4);
    }
    // Does the witness fail, how steadily, and with what signature?
    let witnessRuns = options.witness?.runs ?? 0;
    let witnessFailures = options.witness?.failures ?? 0;
    /** Failures of the witness in whatever way but the trusted side's. */
    let anyFailures = witnessFailures;
    const repeat = options.witnessRuns ?? 2;
    const look = async (times: number): Promise<void> => {
      const from = history.length;
      await run(repeatSet(fullSet(n), times));
      for (const { outcome } of history.slice(from)) {
        if (strict === undefined && outcome.verdict === "fail" && options.anySignature !== true) strict = outcome.signature;
        witnessRuns++;
        if (outcome.verdict === "fail" && !controlSignatures.has(outcome.signature)) anyFailures++;
        if (isOurs(outcome)) witnessFailures++;
      }
    };
    if (repeat > 0) {
      const from = history.length;
      await look(repeat);
      // Disagreement: look more often before believing any rate.
      if (witnessFailures > 0 && witnessFailures < witnessRuns) await look(Math.max(0, RATE_RUNS - witnessRuns));
      const looked = history.slice(from).map((h) => h.outcome);
      takeFaces(looked);
      if (faces) witnessFailures += looked.filter((o) => isOurs(o) && o.verdict === "fail" && o.signature !== strict).length;
    }
    // It mostly shows another face than the one that was asked for: then any face is it.
    if (strict !== undefined && witnessFailures > 0 && anyFailures >= 3 * witnessFailures) {
      strict = undefined;
      whole = true;
      witnessFailures = anyFailures;
    }
    let rates = witnessRuns === 0 ? STEADY : measureRates(controlRuns, controlFailures, witnessRuns, witnessFailures);
    const nothing: NarrowResult = {
      sets: [],
      leaveOut: [],
      complete: false,
      reproduced: false,
      controlSignatures: [...controlSignatures],
      rates,
      ...cost,
      otherSignatures: [...otherSignatures],
      suspects: [],
      unstable,
    };
    if (strict !== undefined && controlSignatures.has(strict) && controlFailures >= controlRuns / 2)
      return { ...nothing, ...cost };
    if (witnessRuns > 0 && witnessFailures === 0) {
      // It fails, but never twice in the same way: then every failure counts, for the rate too.
      if (strict === undefined || anyFailures === 0) return { ...nothing, ...cost };
      strict = undefined;
      whole = true;
      witnessFailures = anyFailures;
      rates = measureRates(controlRuns, 0, witnessRuns, witnessFailures);
    }

    const found: NamedSet[] = [];
    const report = (best: Partial<BestSoFar>): void => {
      const full: BestSoFar = {
        phase,
        done: false,
        universe: n,
        boots: cost.boots,
        bitsLeft: 0,
        bootsToGo: 0,
        sets: found,
        suspects: [],
        suspectConfidence: 0,
        ...best,
      };
      if (options.progressPath !== undefined) writeProgress(options.progressPath, full);
      options.onProgress?.(full);
    };
    const name = (set: FoundSet): NamedSet => {
      const members = set.items.map((i) => names[i]!);
      return {
        items: members,
        against: [],
        confidence: set.confidence,
        signature: signatures.get(subsetKey(members)) ?? strict ?? "",
        boots: set.boots,
      };
    };
    const indexOf = new Map(names.map((name_, i) => [name_, i]));
    const replayed = (options.known ?? []).flatMap(({ items: members, outcome }) => {
      const inside = members.map((m) => indexOf.get(m)).filter((i) => i !== undefined);
      // One file of a passing boot says nothing that its own boot would not; a failure needs all of its files.
      if (inside.length === 0 || (outcome.verdict === "fail" && inside.length < members.length)) return [];
      return [{ set: setOf(n, inside), outcome, whole: true }];
    });
    const chase = (universe: ItemSet, seed: number, measured: boolean): Promise<AllSets> => {
      const steady = rates.p0 < 0.005 && rates.p1 > 0.995;
      const before = [...history, ...replayed.filter((r) => r.outcome.verdict === "pass" || isOurs(r.outcome))];
      return run(
        findAllSets({
          n,
          universe,
          rates,
          workers: options.workers,
          seed,
          measured,
          disjointOnly: options.overlapping !== true,
          ...(options.unconfirmed !== true && {
            confirm: {
              soft: strict === undefined || options.isSoft?.(strict) === true,
              // What the first bug's witness showed says nothing of the next one.
              ...(strict === options.signature && {
                background: {
                  witness: { runs: witnessRuns, failures: witnessFailures },
                  trusted: { runs: controlRuns, failures: controlFailures },
                },
              }),
            },
          }),
          passed: steady ? before.filter((h) => (h.whole || !whole) && !isOurs(h.outcome)).map((h) => h.set) : [],
          failed: steady ? before.filter((h) => isOurs(h.outcome) && isSubset(h.set, universe)).map((h) => h.set) : [],
          ...(options.weight !== undefined && { weight: options.weight }),
          ...(options.bonuses !== undefined && { bonuses: options.bonuses }),
          ...(options.budget !== undefined && { budget: Math.max(0, options.budget - cost.boots) }),
          ...(options.mostSets !== undefined && { mostSets: options.mostSets - found.length }),
          onSet: (set) => {
            const named = name(set);
            found.push(named);
            options.onSet?.(named);
            report({ boots: cost.boots + set.boots });
          },
          onProgress: (p) =>
            report({
              boots: cost.boots + p.boots,
              bitsLeft: p.bitsLeft,
              bootsToGo: p.bootsToGo,
              suspects: (p.best ?? []).map((i) => names[i]!),
              suspectConfidence: p.confidence,
            }),
        }),
      );
    };

    // One signature after the other: what is left when the culprits of the first are taken out may fail in another way.
    const all: FoundSet[] = [];
    const leaveOut: number[] = [];
    let suspects: readonly number[] = [];
    let complete = false;
    let universe = fullSet(n);
    let measured = false;
    for (let bug = 0; bug < MOST_BUGS; bug++) {
      const outcome = await chase(universe, options.seed + bug * 104_729, measured);
      all.push(...outcome.sets);
      suspects = outcome.suspects;
      for (const i of outcome.leaveOut) leaveOut.push(i);
      // The trusted side never failed, and the set hardly does: not nobody's failure, but the wrong set.
      const wrongSet = outcome.unstable !== undefined && outcome.unstable.trusted.failures === 0 && !measured;
      if (outcome.unsteady !== undefined || wrongSet) {
        // Once more, with a rate from fresh runs alone: the first ones were what misled, and counting them would mislead again.
        universe = without(fullSet(n), setOf(n, leaveOut));
        const from = history.length;
        await run(repeatSet(universe, RATE_RUNS, true));
        takeFaces(history.slice(from).map((h) => h.outcome));
        const failures = history.slice(from).filter((h) => isOurs(h.outcome)).length;
        measured = true;
        // Not seen once: its few failures say too little to blame anybody.
        if (failures === 0) break;
        const { runs, failures: more } = outcome.unsteady ?? { runs: 0, failures: 0 };
        rates = measureRates(controlRuns, 0, RATE_RUNS + runs, failures + more);
        continue;
      }
      if (outcome.unstable !== undefined) {
        // The trusted side shows it too: chased no more, by whatever name the set shows it.
        const names_ = outcome.unstable.items.map((i) => names[i]!);
        const signature = signatures.get(subsetKey(names_)) ?? strict ?? "";
        unstable.push({ items: names_, signature, own: outcome.unstable.own, trusted: outcome.unstable.trusted });
        controlSignatures.add(signature);
        if (strict === undefined) break;
        controlSignatures.add(strict);
      } else if (outcome.sets.length === 0) {
        // The bug shows with several faces: chase it by any of them, once.
        if (strict === undefined || !history.some((h) => h.outcome.verdict === "fail" && h.outcome.signature !== strict)) break;
        strict = undefined;
        whole = true;
        continue;
      }
      if (
        all.length >= (options.mostSets ?? Number.POSITIVE_INFINITY) ||
        cost.boots >= (options.budget ?? Number.POSITIVE_INFINITY)
      )
        break;
      if (strict === undefined) {
        complete = outcome.complete;
        break;
      }
      const rest = without(fullSet(n), setOf(n, leaveOut));
      whole = true;
      const other = await stillFails(rest, rates);
      if (other === undefined) {
        complete = outcome.complete;
        break;
      }
      strict = other.signature;
      faces = false;
      rates = other.rates;
      measured = false;
      universe = rest;
    }
    const sets: NamedSet[] = found;

    // Fails only when mixed: with everything under test the set is harmless, so something outside it must come from the
    // trusted side. Then that side's needed items are searched in the same way, the set itself held fixed.
    if (options.mixed === true) {
      for (const [index, set] of all.entries()) {
        const fixed = setOf(n, set.items);
        const against = await run(findAgainst(n, fixed, rates, options.workers, options.seed));
        if (against.length > 0) sets[index] = { ...sets[index]!, against: against.map((i) => names[i]!) };
      }
    }
    report({ done: true, sets, boots: cost.boots });
    return {
      sets,
      leaveOut: leaveOut.map((i) => names[i]!),
      complete,
      reproduced: true,
      controlSignatures: [...controlSignatures],
      rates,
      ...cost,
      otherSignatures: [...otherSignatures],
      suspects: suspects.map((i) => names[i]!),
      unstable,
    };
  } finally {
    store?.close();
  }
}

function* repeatSet(set: ItemSet, times: number, fresh = false): Search<boolean[]> {
  if (times <= 0) return [];
  const verdicts = yield { sets: Array.from({ length: times }, () => set), fresh };
  return verdicts.map((v) => v === true);
}

function* repeatDisguised(set: ItemSet, times: number): Search<void> {
  if (times <= 0) return;
  const sets = Array.from({ length: times }, () => set);
  yield { sets, disguised: sets.map(() => true), fresh: true };
}

/** What a set of items fails next to. */
export interface Partner {
  /** It fails by itself, it fails only next to `items` of the trusted side, or the answers did not settle on any. */
  readonly kind: "alone" | "found" | "unsettled";
  readonly items: number[];
  readonly confidence: number;
}

/** Looks at a partner, and at everything without it, before it is named. */
const PARTNER_LOOKS = 3;

/**
 * The items that have to stay on the trusted side for `fixed` to fail. A mismatch of interfaces has one literal on each side: i under
 * test, j not. `soft`: the failure is one that a layout or the load can bring about, too.
 */
export function* findPartner(
  n: number,
  fixed: ItemSet,
  rates: Rates,
  workers: number,
  seed: number,
  soft = false,
): Search<Partner> {
  const alone: Partner = { kind: "alone", items: [], confidence: 1 };
  const others = without(fullSet(n), fixed);
  if (countItems(others) === 0) return alone;
  if (yield* decide(fullSet(n), rates, workers)) return alone;
  // In this direction the "subset" B is what stays trusted: fails(B) = boot(everything but B).
  const allBut = (items: readonly number[]): ItemSet => without(fullSet(n), setOf(n, items));
  const search = findSet({
    universe: others,
    n,
    rates,
    workers,
    seed,
    prior: { none: 0, single: 0.8, pair: 0.18, triple: 0.02 },
  });
  let step = search.next();
  while (!step.done) {
    const verdicts = yield { sets: step.value.sets.map((b) => without(fullSet(n), b)) };
    step = search.next(verdicts);
  }
  const { value } = step;
  if (value.kind !== "set")
    return { kind: "unsettled", items: value.kind === "unsettled" ? (value.items ?? []) : [], confidence: 0 };
  let { items } = value;
  const steady = rates.p0 < 0.005 && rates.p1 > 0.995;
  // Of several partners each has to be needed: a pass by luck is how a second one gets in.
  for (let smaller = items; smaller.length > 1; ) {
    const parts = items.map((x) => items.filter((y) => y !== x));
    const fails = yield* decideAll(parts.map(allBut), rates, workers);
    const at = fails.indexOf(true);
    smaller = at < 0 ? [] : parts[at]!;
    if (at >= 0) items = parts[at]!;
  }
  // The engine has booted the answer itself, and everything: where both say the same each time that is proof enough.
  if (steady && !soft) return { kind: "found", items, confidence: value.confidence };
  const looks = PARTNER_LOOKS * (steady ? 1 : Math.max(1, Math.ceil(1 / rates.p1)));
  const sets = Array.from({ length: 2 * looks }, (_, i) => (i % 2 === 0 ? allBut(items) : fullSet(n)));
  const verdicts = yield { sets, fresh: true };
  const seen = (of: number): boolean[] => verdicts.filter((v, i) => i % 2 === of && v !== undefined).map((v) => v === true);
  const [own, all] = [seen(0), seen(1)];
  const failures = own.filter((v) => v).length;
  const isSettled = !all.includes(true) && failures > 0 && (!steady || failures === own.length);
  return isSettled ? { kind: "found", items, confidence: value.confidence } : { kind: "unsettled", items, confidence: 0 };
}

/** The partner's items where there is one, else nothing. */
export function* findAgainst(n: number, fixed: ItemSet, rates: Rates, workers: number, seed: number): Search<number[]> {
  const partner = yield* findPartner(n, fixed, rates, workers, seed);
  return partner.kind === "found" ? partner.items : [];
}
