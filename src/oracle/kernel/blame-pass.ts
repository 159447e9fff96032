// From a function to the pass and the rewrite of occ: the same search over the ids of its optional rewrites (--bisect=PATTERN).
//
// occ says itself which rewrites a function has (match lines); a subset of them is a short pattern. If the function fails with
// every optional rewrite off, no pass is at fault but the front end or the code generator, and that is the answer.

import { join } from "node:path";
import { narrow } from "../../bisect/narrow.ts";
import { encodePattern, parseMatches } from "../../bisect/pattern.ts";
import type { Outcome } from "../../bisect/probe.ts";
import { archInfo } from "../arch.ts";
import { runProcess } from "../process.ts";
import { repositoryRoot } from "../repository.ts";
import type { BaselineUnit } from "./baseline.ts";
import type { KernelContext } from "./context.ts";

/** Which rewrites are at fault. */
export interface PassBlame {
  readonly pass: string;
  readonly rewrite: string;
  /** Pattern that switches on what is at fault alone. */
  readonly pattern: string;
  readonly note: string;
  readonly boots: number;
}

/** occ's assembly text of a unit under a pattern, or why there is none. */
export async function occText(
  context: KernelContext,
  unit: BaselineUnit,
  pattern: string,
  out: string,
  signal: AbortSignal,
): Promise<{ readonly failure: string | undefined; readonly messages: string }> {
  const done = await runProcess(
    [
      join(repositoryRoot(), "occ"),
      `--target=${archInfo(context.arch).triplet}`,
      ...unit.argv,
      `--bisect=${pattern}`,
      "-S",
      "-o",
      out,
      unit.source,
    ],
    { cwd: context.baseline.buildDir, signal, timeoutMs: 300_000 },
  );
  return {
    failure: done.exitCode === 0 ? undefined : (done.stderr.split("\n")[0] ?? "occ fails"),
    messages: `${done.stdout}\n${done.stderr}`,
  };
}

/** Searches the rewrites of the functions at fault; `boot` builds and runs the kernel with the text occ gives under a pattern. */
export async function blamePass(
  context: KernelContext,
  unit: BaselineUnit,
  functions: readonly string[],
  work: string,
  workers: number,
  boot: (pattern: string, signal: AbortSignal) => Promise<Outcome>,
  signal: AbortSignal,
): Promise<PassBlame> {
  const nothing = { pass: "", rewrite: "", pattern: "", boots: 0 };
  const all = await occText(context, unit, "vy", join(work, "ids.s"), signal);
  if (all.failure !== undefined) return { ...nothing, note: `passes: ${all.failure}` };
  const matches = parseMatches(all.messages);
  const universe = [...matches.keys()];
  const items = universe.filter((id) => functions.some((f) => matches.get(id)!.split(" ").includes(f)));
  if (items.length === 0) return { ...nothing, note: "passes: no optional rewrite in the function" };
  const off = await boot("n", signal);
  if (off.verdict === "fail")
    return {
      ...nothing,
      boots: 1,
      note: "no optional pass is at fault: fails with all of them off (front end or code generator)",
    };
  const on = await boot(encodePattern(new Set(items), universe), signal);
  if (off.verdict !== "pass" || on.verdict !== "fail")
    return { ...nothing, boots: 2, note: "passes: the function's own rewrites do not reproduce the failure" };
  const result = await narrow({
    items,
    nameOf: (id) => matches.get(id)!,
    probe: { run: (subset, bootSignal) => boot(encodePattern(subset, universe), bootSignal) },
    workers,
    seed: 1,
    witness: { runs: 1, failures: 1 },
    witnessRuns: 0,
    anySignature: true,
    mostSets: 1,
    phase: `rewrites of ${functions.join(" + ")}`,
    signal,
  });
  const found = result.sets[0];
  if (found === undefined) return { ...nothing, boots: 2 + result.boots, note: "passes: not found" };
  const ids = items.filter((id) => found.items.includes(matches.get(id)!));
  const first = found.items[0]!;
  const [name, ...rest] = first.split(" ");
  return {
    pass: [...new Set(found.items.map((text) => text.split(/[ .]/)[0]!))].join(" + "),
    rewrite: found.items.length > 1 ? found.items.join("; ") : [name!.split(".").slice(1).join("."), ...rest].join(" ").trim(),
    pattern: encodePattern(new Set(ids), universe),
    note: "",
    boots: 2 + result.boots,
  };
}
