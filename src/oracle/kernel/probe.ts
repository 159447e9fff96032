// A probe of a search: a subset of the units that were under test in a stored run, linked, booted and judged.
//
// Nothing is compiled again: all objects come from the store, so a probe is a link and a boot. Units that did not compile
// are no part of the universe.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArch } from "../arch.ts";
import { readJson } from "../cache.ts";
import { OracleError, usageError } from "../errors.ts";
import type { BuildProgress } from "./baseline.ts";
import { compileUnits } from "./compile.ts";
import { bootBaseline, initrdFor, type KernelContext, openContext } from "./context.ts";
import { loadRun, type RunReport, tryMix } from "./run.ts";

/** What one probe showed; the same shape as the search's own outcome. */
export type ProbeOutcome =
  | { readonly verdict: "pass" }
  | { readonly verdict: "fail"; readonly signature: string }
  | { readonly verdict: "invalid"; readonly reason: string };

/** A stored run, ready to be searched. */
export interface KernelProbe {
  readonly run: RunReport;
  readonly context: KernelContext;
  /** Ids of the units that the search is over. */
  readonly items: readonly string[];
  /** Signature of the failure that is looked for. */
  readonly signature: string;
  /** By unit: the object of the compiler under test, and the path in the build directory that it replaces. */
  readonly objects: ReadonlyMap<string, { readonly object: string; readonly path: string }>;
  /** Console of a GCC boot, as a path; it may be gone. */
  readonly gccConsole: string;
  /** Links and boots any choice of objects (path in the build directory to file). */
  bootObjects(swapped: ReadonlyMap<string, string>, signal: AbortSignal): Promise<ProbeOutcome>;
  readonly probe: { run(subset: ReadonlySet<string>, signal: AbortSignal): Promise<ProbeOutcome> };
  close(): Promise<void>;
}

/** Opens a stored run for a search; `keep` leaves each probe's directory behind. */
export async function createKernelProbe(
  runIdOrDir: string,
  options: { readonly jobs: number; readonly timeoutMs?: number; readonly keep?: boolean },
  progress: BuildProgress,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<KernelProbe> {
  const run = loadRun(runIdOrDir);
  const arch = parseArch(run.arch);
  const plan = readJson<{ underTest: string[] }>(join(run.dir, "plan.json"));
  if (arch === undefined || plan === undefined) throw usageError(`${run.dir}: not the directory of a kernel run`);
  const context = await openContext(
    {
      arch,
      kernel: run.kernel,
      config: run.configWords,
      cc: run.cc,
      gcc: run.gccOption,
      jobs: options.jobs,
      compileTimeoutMs: 300_000,
    },
    progress,
    signal,
    log,
  );
  if (context.compiler.identity !== run.compilerIdentity)
    log(`${run.cc} is not what it was in run ${run.id}: its units are compiled again`);
  const wanted = new Set(plan.underTest);
  const units = context.eligible.filter((unit) => wanted.has(unit.id));
  const compiled = await compileUnits(context.baseline, context.compiler, units, context.store, options.jobs, progress, signal);
  const usable = units.filter((unit) => compiled.swapped.has(unit.object));
  const objectOf = new Map(usable.map((unit) => [unit.id, unit.object]));
  const initrd = await initrdFor(context);
  const boots = await bootBaseline(context, initrd, progress, signal);
  let count = 0;
  const bootObjects = async (swapped: ReadonlyMap<string, string>, bootSignal: AbortSignal): Promise<ProbeOutcome> => {
    const dir = join(run.dir, "probes", `${process.pid}-${++count}`);
    try {
      const mix = await tryMix(
        context,
        swapped,
        dir,
        initrd,
        boots,
        { boots: 1, timeoutMs: options.timeoutMs, retryFailures: false },
        bootSignal,
      );
      if (mix.state === "pass") return { verdict: "pass" };
      return { verdict: "fail", signature: mix.signature };
    } catch (error) {
      if (error instanceof OracleError && error.kind !== "interrupted") return { verdict: "invalid", reason: error.message };
      throw error;
    } finally {
      if (options.keep !== true) rmSync(dir, { recursive: true, force: true });
    }
  };
  return {
    run,
    context,
    items: usable.map((unit) => unit.id),
    signature: run.signature,
    objects: new Map(usable.map((unit) => [unit.id, { object: unit.object, path: compiled.swapped.get(unit.object)! }])),
    gccConsole: boots.results[0]?.consolePath ?? "",
    bootObjects,
    probe: {
      async run(subset, probeSignal) {
        const swapped = new Map<string, string>();
        for (const id of subset) {
          const object = objectOf.get(id);
          if (object === undefined) return { verdict: "invalid", reason: `${id}: is not under test in run ${run.id}` };
          swapped.set(object, compiled.swapped.get(object)!);
        }
        return bootObjects(swapped, probeSignal);
      },
    },
    close: () => context.close(),
  };
}
