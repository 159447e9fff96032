// What `oracle test` leaves behind when programs fail: a run directory that `oracle bisect` and `oracle delta` take.

import { join } from "node:path";
import { type Arch, parseArch } from "../arch.ts";
import { writeAtomically } from "../cache.ts";
import { infraError } from "../errors.ts";
import { findRunDir, makeRunDir, readRunRecord } from "../run-dir.ts";
import type { TestCase } from "./suite.ts";

/** One test that failed at one level. */
export interface ProgramFailure {
  readonly arch: Arch;
  readonly level: string;
  readonly reason: string;
  readonly test: TestCase;
}

/** A stored run of program suites. */
export interface ProgramRun {
  readonly kind: "program";
  readonly id: string;
  readonly dir: string;
  readonly started: string;
  readonly command: readonly string[];
  readonly cc: string;
  readonly gcc: string | undefined;
  /** Of the generated suites. */
  readonly seed: string;
  readonly count: string;
  readonly failures: readonly ProgramFailure[];
}

/** Writes a run directory of its own. */
export function writeProgramRun(run: Omit<ProgramRun, "kind" | "id" | "dir" | "started">): ProgramRun {
  const now = new Date();
  const { id, dir } = makeRunDir(now);
  const record: ProgramRun = { kind: "program", id, dir, started: now.toISOString(), ...run };
  writeAtomically(join(dir, "run.json"), `${JSON.stringify(record, null, 1)}\n`);
  return record;
}

/** A stored run of programs; undefined if the run is one of a kernel, or there is none. */
export function loadProgramRun(idOrDir: string): ProgramRun | undefined {
  const dir = findRunDir(idOrDir);
  if (dir === undefined) return undefined;
  const record = readRunRecord(dir) as ProgramRun;
  if (record.kind !== "program") return undefined;
  for (const failure of record.failures)
    if (parseArch(failure.arch) === undefined) throw infraError("run", `${dir}: '${failure.arch}' is no arch`);
  return { ...record, dir };
}
