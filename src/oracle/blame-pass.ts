// From a function to the pass and the rewrite of occ: the same search over the ids of its optional rewrites (--bisect=PATTERN).
//
// occ says itself which rewrites it would do in a function (match lines, each with a hash of pass, function, rewrite and place).
// Everything outside the function stays as it was, so the function is compiled as in the failing build but for what the search
// switches off. First the passes are searched, each with all of its rewrites; then the rewrites of the pass that is found, the
// others staying off. If the function fails with every optional rewrite off, no pass is at fault but the front end or the code
// generator, and that is the answer. Text that does not compile with something off (an asm operand that is no constant any more)
// shows nothing: it counts as a pass, and what is found is booted by itself in any case.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { narrow } from "../bisect/narrow.ts";
import { encodePattern, parseMatches } from "../bisect/pattern.ts";
import { bootPoles } from "../bisect/poles.ts";
import type { Outcome, RunWish } from "../bisect/probe.ts";
import type { Rates } from "../bisect/rates.ts";
import { isCertain, sureness } from "../delta/case.ts";
import { textDiff } from "../delta/text-diff.ts";
import { type Arch, archInfo } from "./arch.ts";
import { COMPILE_TIMEOUT_MS } from "./compilers/compiler.ts";
import { runProcess } from "./process.ts";
import { repositoryRoot } from "./repository.ts";

/** Which rewrites are at fault. */
export interface PassBlame {
  readonly pass: string;
  readonly rewrite: string;
  /** Pattern under which the fault is in the function and as little else as possible is. */
  readonly pattern: string;
  /** The same with what is at fault off. */
  readonly cure: string;
  readonly note: string;
  readonly boots: number;
  /** The function before and after the rewrite. */
  readonly irDiff: readonly string[];
}

/** Boots of one search after which it is given up: ten times what a triple costs. */
const MOST_BOOTS = 400;

/** Code that cannot be made with something off shows nothing. */
function shown(outcome: Outcome): Outcome {
  return outcome.verdict === "invalid" ? { verdict: "pass" } : outcome;
}

/** No pass is blamed, and why. */
export function noPass(note: string, boots = 0): PassBlame {
  return { pass: "", rewrite: "", pattern: "", cure: "", note, boots, irDiff: [] };
}

/** A unit of a kernel or a file of a program, as occ is given it. */
export interface OccUnit {
  readonly arch: Arch;
  readonly argv: readonly string[];
  readonly source: string;
  readonly cwd: string;
}

/** occ's command for a unit under a pattern, without an output. */
export function occCommand(unit: OccUnit, pattern: string, more: readonly string[] = []): string[] {
  const target = `--target=${archInfo(unit.arch).triplet}`;
  return [join(repositoryRoot(), "occ"), target, ...unit.argv, `--bisect=${pattern}`, ...more, "-S", unit.source];
}

/** occ's assembly text of a unit under a pattern, or why there is none. */
export async function occText(
  unit: OccUnit,
  pattern: string,
  out: string,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<{ readonly failure: string | undefined; readonly messages: string }> {
  const done = await runProcess([...occCommand(unit, pattern, more), "-o", out], {
    cwd: unit.cwd,
    signal,
    timeoutMs: COMPILE_TIMEOUT_MS,
    keep: 64_000_000,
  });
  return {
    failure: done.exitCode === 0 ? undefined : (done.stderr.split("\n")[0] ?? "occ fails"),
    messages: `${done.stdout}\n${done.stderr}`,
  };
}

/** The shortest pattern that is off for exactly the given ids of a universe. */
export function allBut(off: ReadonlySet<number>, universe: readonly number[]): string {
  if (off.size === 0) return "y";
  if (off.size === universe.length) return "n";
  return encodePattern(off, universe).replaceAll("+", "-");
}

/** The pass of a match line: `values.fold-add main @a.c:3:4` is of `values`. */
function passOf(text: string): string {
  return /^[^. ]+/.exec(text)?.[0] ?? text;
}

/** What the level above knows of the failure. */
export interface PassSettings {
  readonly workers: number;
  readonly rates: Rates;
  readonly signature: string;
  /** As the search above had them. */
  readonly isSoft?: (signature: string) => boolean;
  readonly areFaces?: (a: string, b: string) => boolean;
}

/** Searches the rewrites of the functions at fault (of all, if none is named); `boot` builds and runs what has the text that occ gives under a pattern. */
export async function blamePass(
  unit: OccUnit,
  functions: readonly string[],
  work: string,
  settings: PassSettings,
  boot: (pattern: string, signal: AbortSignal, wish?: RunWish) => Promise<Outcome>,
  signal: AbortSignal,
): Promise<PassBlame> {
  const scratch = join(work, "ids.s");
  const idsUnder = async (pattern: string): Promise<Map<number, string> | string> => {
    const made = await occText(unit, `v${pattern}`, scratch, signal);
    rmSync(scratch, { force: true });
    return made.failure ?? parseMatches(made.messages);
  };
  const isOwn = (text: string): boolean => functions.length === 0 || functions.some((f) => text.split(" ").includes(f));
  const where = functions.length === 0 ? unit.source : functions.join(" + ");
  const all = await idsUnder("y");
  if (typeof all === "string") return noPass(`passes: ${all}`);
  const universe = [...all.keys()];
  const own = universe.filter((id) => isOwn(all.get(id)!));
  if (own.length === 0) return noPass("passes: no optional rewrite in the function");
  const bare = allBut(new Set(own), universe);
  const poles = await bootPoles({
    boot: async (on) => shown(await boot(on ? "y" : bare, signal, { fresh: true })),
    workers: settings.workers,
    rates: settings.rates,
    signature: settings.signature,
  });
  const count = (side: { readonly runs: number; readonly failures: number }): string => `${side.failures} of ${side.runs} boots`;
  if (poles.verdict === "trusted fails")
    return noPass(
      `no optional pass is at fault: fails with all of them off, ${count(poles.trusted)} (front end or code generator)`,
      poles.boots,
    );
  if (poles.verdict !== "both")
    return noPass(
      `passes: the function's own rewrites do not reproduce the failure, ${poles.trouble || count(poles.all)}`,
      poles.boots,
    );
  let boots = poles.boots;
  const notes: string[] = [];
  const search = async (items: readonly string[], patternOf: (on: ReadonlySet<string>) => string, phase: string) => {
    const result = await narrow({
      items,
      nameOf: (name) => name,
      probe: {
        run: async (subset, bootSignal, wish) => shown(await boot(patternOf(subset), bootSignal, wish)),
      },
      workers: settings.workers,
      seed: 1,
      controls: poles.trusted,
      witness: poles.all,
      witnessRuns: 0,
      signature: poles.signature,
      ...(settings.isSoft !== undefined && { isSoft: settings.isSoft }),
      ...(settings.areFaces !== undefined && { areFaces: settings.areFaces }),
      budget: MOST_BOOTS,
      mostSets: 1,
      phase,
      signal,
    });
    boots += result.boots;
    const [first] = result.sets;
    if (first !== undefined && !isCertain(first.confidence)) notes.push(`${phase}: ${sureness(first.confidence)}`);
    return first?.items;
  };

  const passes = [...new Set(own.map((id) => passOf(all.get(id)!)))];
  const withPasses = (on: ReadonlySet<string>): string =>
    allBut(new Set(own.filter((id) => !on.has(passOf(all.get(id)!)))), universe);
  const guilty = await search(passes, withPasses, `passes in ${where}`);
  if (guilty === undefined) return noPass("passes: not found", boots);
  let pattern = withPasses(new Set(guilty));
  let cure = withPasses(new Set());
  let rewrite = "";

  // With the other passes off the pass meets other code: its rewrites are asked for anew.
  const narrowed = await idsUnder(pattern);
  if (typeof narrowed !== "string") {
    const ids = [...narrowed.keys()];
    const mine = ids.filter((id) => isOwn(narrowed.get(id)!) && guilty.includes(passOf(narrowed.get(id)!)));
    // The others that were off stay off: they are asked for, and are in this universe too.
    const others = ids.filter((id) => isOwn(narrowed.get(id)!) && !guilty.includes(passOf(narrowed.get(id)!)));
    const rewrites = mine.filter((id) => narrowed.get(id)!.split(" ")[0]!.includes("."));
    const nameOf = (id: number): string => `${id.toString(16)} ${narrowed.get(id)!}`;
    const withRewrites = (on: ReadonlySet<string>): string =>
      allBut(new Set([...others, ...rewrites.filter((id) => !on.has(nameOf(id)))]), ids);
    const found =
      rewrites.length === 0
        ? undefined
        : await search(rewrites.map(nameOf), withRewrites, `rewrites of ${guilty.join(" + ")} in ${where}`);
    if (found !== undefined) {
      pattern = withRewrites(new Set(found));
      cure = withRewrites(new Set());
      rewrite = found.map((text) => text.slice(text.indexOf(" ") + 1)).join("; ");
    }
  }
  // Of "values.fold-add main @a.c:3:4" the function stands second.
  const named =
    functions.length > 0 || rewrite === "" ? functions : [...new Set(rewrite.split("; ").map((r) => r.split(" ")[1]!))];
  return {
    pass: guilty.join(" + "),
    rewrite,
    pattern,
    cure,
    note: notes.join("; "),
    boots,
    irDiff: await irDifference(unit, guilty, named, cure, pattern, scratch, signal),
  };
}

/** Lines of context around a change of the IR. */
const IR_CONTEXT = 6;

/** The function's IR after the first run of a guilty pass that differs: without what is at fault, and with it. */
async function irDifference(
  unit: OccUnit,
  passes: readonly string[],
  functions: readonly string[],
  cure: string,
  pattern: string,
  scratch: string,
  signal: AbortSignal,
): Promise<string[]> {
  for (const pass of passes)
    for (const name of functions) {
      const dumps = async (under: string): Promise<string[]> => {
        const made = await occText(unit, under, scratch, signal, [`--dump=${pass}:${name}`]);
        rmSync(scratch, { force: true });
        return made.messages.split(/^(?=; )/m).filter((part) => part.startsWith(`; ${pass} ${name}\n`));
      };
      const [before, after] = [await dumps(cure), await dumps(pattern)];
      const at = after.findIndex((text, i) => text !== before[i]);
      if (at < 0 || before[at] === undefined) continue;
      const lines = (text: string): string[] => text.trimEnd().split("\n").slice(1);
      return [
        `--- ${name} after run ${at + 1} of ${pass}, rewrite off`,
        `+++ ${name} after run ${at + 1} of ${pass}, rewrite on`,
        ...textDiff(lines(before[at]), lines(after[at]!), IR_CONTEXT),
      ];
    }
  return [];
}
