// Run directories: made, or cleared of an earlier run, and held by one process at a time.

import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { explainSystemError, infraError, OracleError, usageError } from "./errors.ts";
import { stateDir } from "./repository.ts";
import { holdRun } from "./run-lock.ts";

/** A run directory that this process holds. */
export interface RunPlace {
  readonly id: string;
  /** An absolute path: programs that run elsewhere are given it. */
  readonly dir: string;
  /** Gives it back. What an interrupted run wrote goes, of one that failed half a kernel, and so does a directory of our own in which nothing is. */
  release(): void;
}

const PLAN = "plan.json";
const RECORD = "run.json";
/** What a run leaves behind. The plan is written first and the record last: between them a run is not finished. */
const LEFT_BY_RUNS = [
  ...[RECORD, PLAN, "repro.sh", "verdict.json", "objects.json", "times.json", "build.log", "console.log", "console-failed.log"],
  ...["cases", "narrow", "probes", "reduce"],
];
/** What a link makes: of no use unless the run was finished. */
const LINKED = ["vmlinux", "vmlinux.relocs", "System.map", "Image", "bzImage", "objects.rsp", "view"];

/** Makes .oracle/runs/DATE-N, of a number that no other process has. */
export function makeRunDir(now: Date): { id: string; dir: string } {
  const root = resolve(stateDir("runs"));
  const day = now.toISOString().slice(0, 10).replaceAll("-", "");
  for (let n = 1; ; n++) {
    const dir = join(root, `${day}-${n}`);
    try {
      mkdirSync(dir);
      return { id: `${day}-${n}`, dir };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Takes the directory of a new run: the one that was asked for, or a new one. Of an earlier run nothing is left in it. */
export async function openRunDir(asked: string | undefined, signal: AbortSignal): Promise<RunPlace> {
  const { id, dir, isNew } = asked === undefined ? { ...makeRunDir(new Date()), isNew: true } : makeAsked(asked);
  const release = await holdRun(dir, id);
  // Only what is a run's: a directory may hold other things of its owner.
  const clear = (names: readonly string[]): void => {
    if (!existsSync(join(dir, PLAN))) return;
    for (const name of names) rmSync(join(dir, name), { recursive: true, force: true });
  };
  clear([...LINKED, ...LEFT_BY_RUNS]);
  let released = false;
  return {
    id,
    dir,
    release() {
      if (released) return;
      released = true;
      // What was said before a failure of the machine's stays, for it may tell why.
      if (!existsSync(join(dir, RECORD))) clear(signal.aborted ? [...LINKED, ...LEFT_BY_RUNS] : LINKED);
      release();
      if (isNew) removeEmpty(dir);
    },
  };
}

/** The directory of a stored run, by its id or by where it is; undefined if there is none. */
export function findRunDir(idOrDir: string): string | undefined {
  return [resolve(idOrDir), resolve(stateDir("runs"), idOrDir)].find((dir) => existsSync(join(dir, RECORD)));
}

/** The record of a stored run, of whatever kind. */
export function readRunRecord(dir: string): unknown {
  const path = join(dir, RECORD);
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) throw infraError("run", `${path}: damaged: ${error.message}`);
    throw error;
  }
}

function makeAsked(asked: string): { id: string; dir: string; isNew: boolean } {
  if (asked === "") throw usageError("--run-dir: no directory is named");
  const dir = resolve(asked);
  try {
    return { id: basename(dir), dir, isNew: makeWithParents(dir) };
  } catch (error) {
    const explained = explainSystemError(error);
    // No room and no right are the machine's matter; every other name was a slip.
    if (explained instanceof OracleError && explained.kind !== "file") throw explained;
    const code = (error as NodeJS.ErrnoException).code;
    throw usageError(
      `--run-dir ${asked}: ${code === "EEXIST" || code === "ENOTDIR" ? "not a directory" : `cannot be made (${code})`}`,
    );
  }
}

/** Whether it was not there before. Node's own recursive form never returns where nothing can be made (/proc). */
function makeWithParents(dir: string): boolean {
  const isThere = (): boolean => statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isThere()) return false;
  if (!existsSync(dirname(dir))) makeWithParents(dirname(dir));
  try {
    mkdirSync(dir);
    return true;
  } catch (error) {
    // Another process may have been faster.
    if (isThere()) return false;
    throw error;
  }
}

function removeEmpty(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // It holds something.
  }
}
