// Files that fail only when mixed: with everything by the compiler under test they are harmless, so something that they share with
// GCC's files is understood in two ways. Found here: which of GCC's files they clash with, and what the two disagree on.
//
// The search is the same as for culprits, in the other direction: the blamed files stay under test and the smallest set of files is
// wanted that has to stay with GCC. What they disagree on is a struct's layout where there is one (src/delta/struct-layout.ts);
// otherwise the functions through which they meet are named.

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drive } from "../../bisect/drive.ts";
import { setOf } from "../../bisect/item-set.ts";
import { findPartner } from "../../bisect/narrow.ts";
import type { Rates } from "../../bisect/rates.ts";
import {
  type LayoutQuestion,
  layoutAnswers,
  layoutDifferences,
  layoutProbe,
  layoutQuestions,
  namedStructs,
} from "../../delta/struct-layout.ts";
import { crossPrefix } from "../arch.ts";
import { runProcess } from "../process.ts";
import type { BaselineUnit, BuildProgress } from "./baseline.ts";
import { compileUnits, objectKey } from "./compile.ts";
import type { KernelContext } from "./context.ts";
import type { KernelProbe } from "./probe.ts";
import { areFaces, isSoft } from "./verdict.ts";

/** What a set of files clashes with. */
export interface Mismatch {
  /** GCC's files; empty if the set fails whatever the others are. */
  readonly against: readonly string[];
  readonly boots: number;
  /** What the two sides disagree on, or why that is not known. */
  readonly notes: readonly string[];
}

/** Notes that are kept of one mismatch. */
const MOST_NOTES = 6;
/** Times that questions which the compiler refuses are taken out. */
const MOST_REFUSALS = 4;

/** Whether every unit's object by the compiler under test is known, so that looking for a mismatch costs boots only. */
export function allObjectsKnown(context: KernelContext): boolean {
  return context.eligible.every((unit) => context.store.has(objectKey(context.baseline, context.compiler, unit)));
}

/** How a mismatch is looked for. */
export interface MismatchOptions {
  readonly jobs: number;
  readonly workers: number;
  readonly seed: number;
  /** Look among the files only that share most with the set, which are compiled if need be. */
  readonly neighbours?: boolean;
}

/** Files that are compiled to look whether a set clashes with them. */
const MOST_NEIGHBOURS = 40;

/** Looks for the files of GCC's that a failing set clashes with. */
export async function findMismatch(
  kernel: KernelProbe,
  members: readonly string[],
  signature: string,
  rates: Rates,
  options: MismatchOptions,
  progress: BuildProgress,
  signal: AbortSignal,
): Promise<Mismatch> {
  const { context } = kernel;
  const { baseline, compiler, store } = context;
  const wanted =
    options.neighbours === true ? new Set([...members, ...(await neighboursOf(kernel, members, signal))]) : undefined;
  const units = context.eligible.filter((unit) => wanted === undefined || wanted.has(unit.id));
  const compiled = await compileUnits(baseline, compiler, units, store, options.jobs, progress, signal);
  const items = units.filter((unit) => compiled.swapped.has(unit.object)).map((unit) => unit.id);
  if (members.some((id) => !items.includes(id))) return { against: [], boots: 0, notes: [] };
  const objectOf = new Map(units.map((unit) => [unit.id, unit.object]));
  const fixed = setOf(
    items.length,
    members.map((id) => items.indexOf(id)),
  );
  /** How everything from the compiler under test fails, if it does. */
  let otherwise = "";
  const driven = await drive(findPartner(items.length, fixed, rates, options.workers, options.seed, isSoft(signature)), {
    items,
    nameOf: (id) => id,
    probe: {
      run: async (subset, bootSignal, wish) => {
        const swapped = new Map<string, string>();
        for (const id of subset) swapped.set(objectOf.get(id)!, compiled.swapped.get(objectOf.get(id)!)!);
        const outcome = await kernel.bootObjects(swapped, bootSignal, { ...wish, whole: true });
        // A kernel that comes further than the clash does not have it, whatever else it shows.
        const further = outcome.verdict === "fail" && isSoft(outcome.signature) && !isSoft(signature);
        if (further) return { verdict: "pass" };
        if (outcome.verdict === "fail" && subset.size === items.length && !areFaces(outcome.signature, signature))
          otherwise = outcome.signature;
        return outcome;
      },
    },
    workers: options.workers,
    signal,
  });
  const { boots, result } = driven;
  const named = result.items.map((i) => items[i]!);
  if (result.kind === "alone") {
    const blind = `with ${wanted === undefined ? "all" : "its neighbours"} under test it fails in another way (${otherwise})`;
    return { against: [], boots, notes: otherwise === "" ? [] : [`${blind}: a clash with GCC's files would not show`] };
  }
  if (result.kind === "unsettled") {
    const leads = named.length > 0 ? `: perhaps ${named.join(" + ")}` : "";
    return { against: [], boots, notes: [`fails only when mixed with GCC's files; not settled with which${leads}`] };
  }
  const notes: string[] = [];
  for (const one of members)
    for (const other of named) if (notes.length < MOST_NOTES) notes.push(...(await disagreement(kernel, one, other, signal)));
  return { against: named, boots, notes: notes.slice(0, MOST_NOTES) };
}

/** The files that share most symbols with some others; a symbol that many files use says little. */
async function neighboursOf(kernel: KernelProbe, members: readonly string[], signal: AbortSignal): Promise<string[]> {
  const { baseline, arch, eligible } = kernel.context;
  const argv = [`${crossPrefix(arch)}nm`, "-A", ...eligible.map((unit) => unit.object)];
  const nm = await runProcess(argv, { cwd: baseline.buildDir, signal, keep: 256_000_000 });
  const idOf = new Map(eligible.map((unit) => [unit.object, unit.id]));
  const users = new Map<string, Set<string>>();
  for (const match of nm.stdout.matchAll(/^([^:\n]+):[0-9a-f ]{16} [A-Z] (\S+)$/gm)) {
    const id = idOf.get(match[1]!);
    if (id === undefined) continue;
    const known = users.get(match[2]!);
    if (known === undefined) users.set(match[2]!, new Set([id]));
    else known.add(id);
  }
  return rankNeighbours(users, members).slice(0, MOST_NEIGHBOURS);
}

/** Files by what they share with the members, most first; `users` are the files that define or need a symbol. */
export function rankNeighbours(users: ReadonlyMap<string, ReadonlySet<string>>, members: readonly string[]): string[] {
  const shares = new Map<string, number>();
  for (const ids of users.values()) {
    if (!members.some((id) => ids.has(id))) continue;
    for (const id of ids) if (!members.includes(id)) shares.set(id, (shares.get(id) ?? 0) + 1 / (ids.size - 1));
  }
  return [...shares].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([id]) => id);
}

/** Structs that the compiler under test lays out otherwise than GCC in one and the same file. */
export async function ownLayouts(kernel: KernelProbe, id: string, signal: AbortSignal): Promise<string[]> {
  const unit = kernel.context.eligible.find((u) => u.id === id);
  if (unit === undefined) return [];
  const mine = await layoutsOf(kernel, unit, "tested", signal);
  const theirs = await layoutsOf(kernel, unit, "gcc", signal);
  if (typeof mine === "string" || typeof theirs === "string") return [];
  const who = `${id} by ${kernel.context.compiler.name}`;
  return layoutDifferences({ who, answers: mine }, { who: "by GCC", answers: theirs }).slice(0, MOST_NOTES);
}

/** What a file by the compiler under test and one by GCC understand differently. */
async function disagreement(kernel: KernelProbe, one: string, other: string, signal: AbortSignal): Promise<string[]> {
  const { context } = kernel;
  const unitOf = (id: string): BaselineUnit => context.eligible.find((unit) => unit.id === id)!;
  const mine = await layoutsOf(kernel, unitOf(one), "tested", signal);
  const theirs = await layoutsOf(kernel, unitOf(other), "gcc", signal);
  if (typeof mine === "string" || typeof theirs === "string")
    return [`layouts of ${one} and ${other}: ${typeof mine === "string" ? mine : theirs}`];
  const name = context.compiler.name;
  const differences = layoutDifferences({ who: `${one} by ${name}`, answers: mine }, { who: `${other} by GCC`, answers: theirs });
  if (differences.length > 0) return differences;
  const meeting = await meetingPoints(kernel, unitOf(one), unitOf(other), signal);
  const where = meeting.length > 0 ? `; they meet in ${meeting.slice(0, 4).join(", ")}` : "; they share no symbol";
  return [`no struct that both see is laid out differently (arguments, return values, data or bit-fields are left)${where}`];
}

/** Sizes and offsets as one compiler sees them in one unit, or why there are none. */
async function layoutsOf(
  kernel: KernelProbe,
  unit: BaselineUnit,
  by: "gcc" | "tested",
  signal: AbortSignal,
): Promise<Map<string, number> | string> {
  const { baseline, compiler, arch } = kernel.context;
  const gcc = baseline.record.gcc.command;
  const base = join(kernel.run.dir, "narrow", "layout");
  const prefix = crossPrefix(arch);
  const options = { cwd: baseline.buildDir, signal, keep: 64_000_000 };
  try {
    const debug = await runProcess([...gcc, ...unit.argv, "-g", "-c", "-o", `${base}.o`, unit.source], options);
    if (debug.exitCode !== 0) return `GCC gives no debug information of ${unit.id}`;
    const dwarf = await runProcess([`${prefix}readelf`, "-wi", `${base}.o`], options);
    let questions: LayoutQuestion[] = layoutQuestions(namedStructs(dwarf.stdout));
    for (let i = 0; i < MOST_REFUSALS; i++) {
      writeFileSync(`${base}.c`, layoutProbe(unit.source, questions));
      const asked = await runProcess([...gcc, ...unit.argv, "-w", "-c", "-o", `${base}.o`, `${base}.c`], options);
      if (asked.exitCode === 0) break;
      const bad = new Set<number>();
      for (const match of asked.stderr.matchAll(/layout\.c:(\d+):/g)) bad.add(Number(match[1]) - 2);
      if (bad.size === 0 || i === MOST_REFUSALS - 1) return `GCC refuses the questions about ${unit.id}`;
      questions = questions.filter((_, at) => !bad.has(at));
    }
    if (by === "tested") {
      rmSync(`${base}.o`, { force: true });
      const probe: BaselineUnit = { ...unit, source: `${base}.c`, after: [] };
      const outcome = await compiler.compile(probe, baseline.buildDir, `${base}.o`, signal);
      if (outcome.status !== "ok") return `${compiler.name} refuses the questions about ${unit.id}: ${outcome.reason}`;
    }
    const nm = await runProcess([`${prefix}nm`, "-S", `${base}.o`], options);
    return layoutAnswers(nm.stdout, questions);
  } finally {
    for (const end of [".c", ".o"]) rmSync(base + end, { force: true });
  }
}

/** Symbols that one of two objects defines and the other needs. */
async function meetingPoints(
  kernel: KernelProbe,
  one: BaselineUnit,
  other: BaselineUnit,
  signal: AbortSignal,
): Promise<string[]> {
  const { baseline, arch } = kernel.context;
  const table = async (unit: BaselineUnit): Promise<{ defined: Set<string>; needed: Set<string> }> => {
    const nm = await runProcess([`${crossPrefix(arch)}nm`, join(baseline.buildDir, unit.object)], { signal });
    const defined = new Set<string>();
    const needed = new Set<string>();
    for (const match of nm.stdout.matchAll(/^[0-9a-f ]{16} (\w) (\S+)$/gm)) (match[1] === "U" ? needed : defined).add(match[2]!);
    return { defined, needed };
  };
  const [a, b] = [await table(one), await table(other)];
  return [...a.needed].filter((s) => b.defined.has(s)).concat([...b.needed].filter((s) => a.defined.has(s)));
}
