// A probe of a search: a subset of the units that were under test in a stored run, linked, booted and judged.
//
// Nothing is compiled again: all objects come from the store, so a probe is a link and a boot. Units that did not compile
// are no part of the universe.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Outcome, Probe, RunWish } from "../../bisect/probe.ts";
import { parseArch } from "../arch.ts";
import { cacheDir, digest, isAlive, readJson } from "../cache.ts";
import { usageError } from "../errors.ts";
import type { BuildProgress } from "./baseline.ts";
import { rememberBoot } from "./build-boots.ts";
import { compileUnits } from "./compile.ts";
import { type BaselineBoots, bootBaseline, initrdFor, type KernelContext, openContext } from "./context.ts";
import { type MixBoots, openMixBoots } from "./mix-boots.ts";
import { loadRun, type RunReport } from "./run.ts";
import { bootWitness, trustedFunctions, type Witness } from "./witness.ts";

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
  bootObjects(swapped: ReadonlyMap<string, string>, signal: AbortSignal, wish?: RunWish): Promise<Outcome>;
  /** Boots made, and boots of images that were known. */
  readonly counts: { readonly booted: number; readonly known: number };
  /**
   * Boots everything under test once, closely looked at: prior weights by item, in the order of `items`. With `only` the guest makes
   * that one check.
   */
  witness(signal: AbortSignal, only?: string): Promise<Witness>;
  /** From here on a boot makes one check only unless it is wished whole: what is chased shows without the others. */
  shorten(only: string, signal: AbortSignal): Promise<void>;
  readonly probe: Probe<string>;
  close(): Promise<void>;
}

/** Words for the guest's command line: it makes one check. */
function onlyCheck(name: string): string[] {
  return [`oracle.only=${name}`];
}

/** Takes away the kernels of a search that was killed; each is as large as the kernel itself. */
function sweepProbes(dir: string): void {
  if (!existsSync(dir)) return;
  for (const name of readdirSync(dir)) {
    const pid = /^(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(dir, name), { recursive: true, force: true });
  }
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
      image: run.image,
      cc: run.cc,
      gcc: run.gccOption,
      jobs: options.jobs,
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
  const initrd = await initrdFor(context, signal);
  const boots = await bootBaseline(context, initrd, progress, signal);
  const trusted = digest(context.baseline.record.key, context.baseline.record.vmlinux).slice(0, 24);
  if (options.keep !== true) sweepProbes(join(run.dir, "probes"));
  let looks = 0;
  const mixBoots = (baselineBoots: BaselineBoots, append: readonly string[]): Promise<MixBoots> =>
    openMixBoots({
      context,
      initrd,
      baselineBoots,
      work: join(run.dir, "probes"),
      timeoutMs: options.timeoutMs,
      append,
      knownPath: join(cacheDir("known-boots"), `${arch}-${trusted}.jsonl`),
      keep: options.keep === true,
    });
  const mixes = await mixBoots(boots, []);
  let short: MixBoots | undefined;
  const boot: MixBoots["boot"] = (swapped, bootSignal, wish) =>
    (wish?.whole === true ? mixes : (short ?? mixes)).boot(swapped, bootSignal, wish);
  return {
    run,
    context,
    items: usable.map((unit) => unit.id),
    signature: run.signature,
    objects: new Map(usable.map((unit) => [unit.id, { object: unit.object, path: compiled.swapped.get(unit.object)! }])),
    gccConsole: boots.results[0]?.consolePath ?? "",
    bootObjects: boot,
    counts: {
      get booted() {
        return mixes.counts.booted + (short?.counts.booted ?? 0);
      },
      get known() {
        return mixes.counts.known + (short?.counts.known ?? 0);
      },
    },
    async shorten(only, shortSignal) {
      const append = onlyCheck(only);
      short ??= await mixBoots(await bootBaseline(context, initrd, progress, shortSignal, append), append);
    },
    async witness(witnessSignal, only) {
      const dir = join(run.dir, "probes", `${process.pid}-witness`);
      const append = only === undefined ? [] : onlyCheck(only);
      const against = only === undefined ? boots : await bootBaseline(context, initrd, progress, witnessSignal, append);
      const functions = await trustedFunctions(context, dir, initrd, against, { append }, witnessSignal);
      const ids = usable.map((unit) => unit.id);
      looks++;
      const settings = {
        timeoutMs: options.timeoutMs,
        boot: run.bootsDone + looks,
        append,
        ...(functions !== undefined && { trusted: functions }),
      };
      return bootWitness(
        context,
        ids,
        (id) => objectOf.get(id)!,
        compiled.swapped,
        dir,
        initrd,
        against,
        settings,
        witnessSignal,
      );
    },
    probe: {
      canDisguise: true,
      get isPartial() {
        return short !== undefined;
      },
      async run(subset, probeSignal, wish) {
        const swapped = new Map<string, string>();
        for (const id of subset) {
          const object = objectOf.get(id);
          if (object === undefined) return { verdict: "invalid", reason: `${id}: is not under test in run ${run.id}` };
          swapped.set(object, compiled.swapped.get(object)!);
        }
        const outcome = await boot(swapped, probeSignal, wish);
        // What passes one check says nothing to a search for another failure.
        const isWhole = short === undefined || wish?.whole === true;
        if (outcome.verdict !== "invalid" && wish?.disguised !== true && isWhole) rememberBoot(context, run.id, subset, outcome);
        return outcome;
      },
    },
    close: () => {
      mixes.close();
      short?.close();
      return context.close();
    },
  };
}
