// Units that the compiler under test refuses, crashes on or does not finish: grouped by root cause, one of each preprocessed and
// reduced, and kept as a case.
//
// The interestingness test is: GCC accepts the text, and the compiler under test fails with the same diagnostic, places and
// names aside. GCC's say keeps the reduction inside C.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blameKey, normalDiagnostic } from "../../delta/blame-key.ts";
import { type Case, caseId, writeCase } from "../../delta/case.ts";
import { reduceExternally } from "../../delta/external-reducer.ts";
import { NotInteresting, reduce } from "../../delta/reduce.ts";
import { parseArch } from "../arch.ts";
import { findProgram } from "../compilers/identity.ts";
import { usageError } from "../errors.ts";
import { runProcess } from "../process.ts";
import type { BaselineUnit, BuildProgress } from "./baseline.ts";
import type { FailedUnit } from "./compile.ts";
import { type KernelContext, openContext } from "./context.ts";
import { commandOf, type RunReport } from "./run.ts";

/** How far a reduction goes. */
export interface ReduceUnitsOptions {
  readonly jobs: number;
  /** Tests per case. */
  readonly budget: number;
  /** Root causes that are reduced; the others become cases without a reduced source. */
  readonly most: number;
  readonly onCase?: (record: Case, lines: number) => void;
}

/** Failures with one root cause. */
export interface FailureGroup {
  readonly key: string;
  readonly failures: readonly FailedUnit[];
}

/** An external reducer is given so much time for each test of the budget. */
const EXTERNAL_TEST_MS = 500;

/** Groups failures by root cause, the commonest first. */
export function groupFailures(failures: readonly FailedUnit[]): FailureGroup[] {
  const groups = new Map<string, FailedUnit[]>();
  for (const failure of failures) {
    const key = blameKey({ files: [], diagnostic: `${failure.status}: ${failure.reason}` });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [failure]);
    else group.push(failure);
  }
  return [...groups].map(([key, list]) => ({ key, failures: list })).sort((a, b) => b.failures.length - a.failures.length);
}

/** Reduces one unit of each root cause of a run's compile failures. */
export async function reduceFailures(
  run: RunReport,
  options: ReduceUnitsOptions,
  progress: BuildProgress,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<Case[]> {
  const arch = parseArch(run.arch);
  if (arch === undefined) throw usageError(`${run.dir}: not the directory of a kernel run`);
  const context = await openContext(
    {
      arch,
      kernel: run.kernel,
      config: run.configWords,
      image: run.image,
      cc: run.cc,
      gcc: run.gccOption,
      jobs: options.jobs,
      compileTimeoutMs: 60_000,
    },
    progress,
    signal,
    log,
  );
  try {
    const cases: Case[] = [];
    for (const [index, group] of groupFailures(run.failed).entries()) {
      const failure = group.failures[0]!;
      const unit = context.eligible.find((u) => u.id === failure.unit);
      if (unit === undefined) continue;
      const text =
        index < options.most ? await reduceUnit(context, unit, failure, join(run.dir, "reduce"), options, signal) : undefined;
      const record: Case = {
        id: caseId({ files: [], diagnostic: `${failure.status}: ${failure.reason}` }, run.arch),
        kind: "compile",
        members: group.failures.map((f) => f.unit),
        against: [],
        functions: [],
        functionNote: "",
        pass: "",
        rewrite: "",
        signature: `${failure.status}: ${failure.reason}`,
        confidence: 1,
        boots: 0,
        repro: commandOf(run, [failure.unit]),
        compiler: run.cc,
        arch: run.arch,
        run: run.id,
        evidence: text === undefined ? [] : text.split("\n").slice(0, 4),
      };
      writeCase(join(run.dir, "cases"), record, text === undefined ? {} : { "reduced.c": text });
      cases.push(record);
      options.onCase?.(record, text?.split("\n").length ?? 0);
    }
    return cases;
  } finally {
    await context.close();
  }
}

async function reduceUnit(
  context: KernelContext,
  unit: BaselineUnit,
  failure: FailedUnit,
  work: string,
  options: ReduceUnitsOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  mkdirSync(work, { recursive: true });
  const { baseline, compiler } = context;
  const gcc = baseline.record.gcc.command;
  const whole = join(work, "whole.i");
  const done = await runProcess([...gcc, ...unit.argv, "-E", "-P", "-o", whole, unit.source], { cwd: baseline.buildDir, signal });
  if (done.exitCode !== 0) return undefined;
  // The text is preprocessed: only flags that change the language or the code are left.
  const flags = unit.argv.filter((word) => /^-(?:m|f|O|std=)/.test(word) && !word.startsWith("-fmacro-prefix-map"));
  const wanted = `${failure.status}: ${normalDiagnostic(failure.reason)}`;
  let count = 0;
  const interesting = async (text: string): Promise<boolean> => {
    if (text.trim() === "") return false;
    const path = join(work, `variant-${++count}.c`);
    writeFileSync(path, text);
    try {
      const outcome = await compiler.compile({ ...unit, argv: flags, source: path }, baseline.buildDir, `${path}.o`, signal);
      if (outcome.status === "ok" || `${outcome.status}: ${normalDiagnostic(outcome.reason)}` !== wanted) return false;
      const accepted = await runProcess([...gcc, ...flags, "-w", "-fsyntax-only", path], {
        cwd: baseline.buildDir,
        signal,
        timeoutMs: 60_000,
      });
      return accepted.exitCode === 0;
    } finally {
      rmSync(path, { force: true });
      rmSync(`${path}.o`, { force: true });
    }
  };
  try {
    const external = findProgram("cvise") ?? findProgram("creduce");
    if (external !== undefined) {
      const reduced = await reduceExternally(readFileSync(whole, "utf8"), interesting, {
        program: external,
        workers: options.jobs,
        work: join(work, "external"),
        timeoutMs: options.budget * EXTERNAL_TEST_MS,
        signal,
        run: async (argv, cwd, timeoutMs) => (await runProcess(argv, { cwd, signal, timeoutMs })).exitCode,
      });
      return reduced.text;
    }
    const reduced = await reduce(readFileSync(whole, "utf8"), interesting, {
      workers: options.jobs,
      budget: options.budget,
      signal,
    });
    return reduced.text;
  } catch (error) {
    // Preprocessed by GCC it may compile: the failure is then the preprocessor's, and there is nothing to reduce here.
    if (signal.aborted || !(error instanceof NotInteresting)) throw error;
    return undefined;
  }
}
