// Gets the objects of the compiler under test: from the store, or by compiling, with `jobs` at a time.
//
// A unit that does not compile is no reason to stop: it is listed, GCC's object takes its place, and the mix goes on.

import { existsSync, renameSync, rmSync } from "node:fs";
import pLimit from "p-limit";
import { digest } from "../cache.ts";
import type { CompileOutcome, Compiler } from "../compilers/compiler.ts";
import { infraError, throwIfInterrupted } from "../errors.ts";
import type { ObjectStore, StoredObject } from "../objects/store.ts";
import { failureReason, runProcess } from "../process.ts";
import type { Baseline, BaselineUnit, BuildProgress } from "./baseline.ts";

/** A unit that the compiler under test did not compile. */
export interface FailedUnit {
  readonly unit: string;
  readonly status: CompileOutcome["status"];
  readonly reason: string;
}

/** The objects of one set of units. */
export interface CompiledUnits {
  /** Object path in the build directory, and the object that replaces it. */
  readonly swapped: Map<string, string>;
  readonly hashes: Map<string, string>;
  readonly failed: FailedUnit[];
  readonly notes: Map<string, string>;
  /** Compile time of each unit in ms, also of those that came from the store. */
  readonly times: Map<string, number>;
  readonly fromStore: number;
  readonly corrupted: number;
  readonly wallMs: number;
}

/** Key of a unit's object in the store. */
export function objectKey(baseline: Baseline, compiler: Compiler, unit: BaselineUnit): string {
  const source = baseline.record.source.dir;
  const argv = unit.argv.map((word) => word.replaceAll(source, "@SOURCE"));
  return digest(compiler.identity, JSON.stringify(argv), JSON.stringify(unit.after), unit.object, unit.inputs);
}

/** Compiles the units, or finds what they compiled to before. */
export async function compileUnits(
  baseline: Baseline,
  compiler: Compiler,
  units: readonly BaselineUnit[],
  store: ObjectStore,
  jobs: number,
  progress: BuildProgress,
  signal: AbortSignal,
): Promise<CompiledUnits> {
  const started = performance.now();
  const result: Omit<CompiledUnits, "wallMs" | "fromStore" | "corrupted"> = {
    swapped: new Map(),
    hashes: new Map(),
    failed: [],
    notes: new Map(),
    times: new Map(),
  };
  const damagedBefore = store.corrupted;
  const missing: { unit: BaselineUnit; key: string }[] = [];
  const take = (unit: BaselineUnit, entry: StoredObject) => {
    result.times.set(unit.id, entry.record.wallMs);
    if (entry.record.note !== undefined) result.notes.set(unit.id, entry.record.note);
    if (entry.path === undefined) result.failed.push({ unit: unit.id, status: "refused", reason: entry.record.refusal! });
    else {
      result.swapped.set(unit.object, entry.path);
      result.hashes.set(unit.object, entry.record.sha256);
    }
  };
  for (const unit of units) {
    const key = objectKey(baseline, compiler, unit);
    const entry = store.get(key);
    if (entry) take(unit, entry);
    else missing.push({ unit, key });
  }
  if (missing.length > 0) {
    progress.start(missing.length, `compiling with ${compiler.name}`);
    const limit = pLimit(jobs);
    try {
      const ends = await Promise.allSettled(
        missing.map(({ unit, key }) =>
          limit(async () => {
            throwIfInterrupted(signal);
            const scratch = store.scratch(key);
            try {
              const outcome = await compileOne(compiler, unit, baseline.buildDir, scratch, signal);
              throwIfInterrupted(signal);
              // That the disk is full says nothing about the unit, and must not be remembered of it.
              if (outcome.status !== "ok" && /no space left/i.test(outcome.reason))
                throw infraError("disk", `${scratch}: no space left on the device`);
              const record = {
                unit: unit.id,
                compiler: compiler.name,
                wallMs: outcome.wallMs,
                ...(outcome.note === undefined ? {} : { note: outcome.note }),
              };
              if (outcome.status === "ok") take(unit, store.put(key, scratch, record));
              else if (outcome.status === "refused") take(unit, store.putRefusal(key, { ...record, refusal: outcome.reason }));
              else {
                // Crashes and time-outs may be the machine's fault: they are not remembered.
                result.times.set(unit.id, outcome.wallMs);
                result.failed.push({ unit: unit.id, status: outcome.status, reason: outcome.reason });
              }
            } finally {
              rmSync(scratch, { force: true });
            }
            progress.advance(unit.id);
          }),
        ),
      );
      // All have ended, also after Ctrl-C: no child is left and no scratch file.
      const broken = ends.find((end) => end.status === "rejected");
      if (broken) throw broken.reason;
    } finally {
      progress.stop();
    }
  }
  result.failed.sort((a, b) => (a.unit < b.unit ? -1 : 1));
  return {
    ...result,
    fromStore: units.length - missing.length,
    corrupted: store.corrupted - damagedBefore,
    wallMs: performance.now() - started,
  };
}

/** Compiles one unit in `buildDir` (or a view of it), then does to the object what kbuild did to GCC's (objtool). */
export async function compileOne(
  compiler: Compiler,
  unit: BaselineUnit,
  buildDir: string,
  out: string,
  signal: AbortSignal,
): Promise<CompileOutcome> {
  const outcome = await compiler.compile(unit, buildDir, out, signal);
  if (outcome.status === "ok" && !existsSync(out))
    return { ...outcome, status: "crash", reason: "says that all is well, but made no object" };
  if (outcome.status !== "ok" || unit.after.length === 0) return outcome;
  // objtool tells objects apart by name in places, so it gets one that ends like an object's.
  const named = `${out}.o`;
  renameSync(out, named);
  try {
    for (const command of unit.after) {
      const argv = command.map((word) => (word === unit.object ? named : word));
      const done = await runProcess(argv, { cwd: buildDir, signal });
      if (done.exitCode !== 0)
        return { ...outcome, status: "refused", reason: `${command[0]!.replace(/^.*\//, "")}: ${failureReason(done)}` };
    }
    renameSync(named, out);
  } finally {
    rmSync(named, { force: true });
  }
  return outcome;
}
