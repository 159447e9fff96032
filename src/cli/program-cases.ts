// `oracle bisect RUN` and `oracle delta RUN` for a run of programs: each failure narrowed, root causes listed.

import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Case, caseLines, readCases } from "../delta/case.ts";
import { cacheRoot } from "../oracle/cache.ts";
import { EXIT_DIFFERENCE, usageError } from "../oracle/errors.ts";
import { narrowProgram } from "../oracle/program/narrow-program.ts";
import { type CommandCompiler, openCommand } from "../oracle/program/program-compiler.ts";
import type { ProgramFailure, ProgramRun } from "../oracle/program/program-run.ts";
import { TOOLCHAINS } from "../oracle/program/toolchain.ts";
import { holdRun } from "../oracle/run-lock.ts";
import { splitWords } from "../oracle/shell-words.ts";
import type { SearchOptions } from "./bisect.ts";
import type { CommandHost } from "./main.ts";
import { wholeNumber } from "./options.ts";

const MOST_LINES = 15;

/**
 * Narrows the failures of a run of programs that have no case yet (all of them with `again`) and prints what was found; resolves to the exit code. With `reduce` what is narrowed to
 * a rewrite is made smaller with so many tests.
 */
export async function programCommand(run: ProgramRun, options: SearchOptions, host: CommandHost, reduce = 0): Promise<number> {
  const { granularity } = options;
  if (granularity !== "file" && granularity !== "function" && granularity !== "pass")
    throw usageError(`--granularity ${granularity}: not file, function or pass`);
  const wanted = run.failures.filter((f) => options.only === undefined || options.only.some((name) => f.test.id.includes(name)));
  if (wanted.length === 0) throw usageError(`${run.id}: no failure of that name (it has ${run.failures.length})`);
  const most = wholeNumber("--most", options.most ?? "10", 1);
  const workers = wholeNumber("--workers", options.workers, 1);
  const release = await holdRun(run.dir, run.id);
  const scratch = mkdtempSync(path.join(os.tmpdir(), "oracle-narrow-"));
  process.env.TMPDIR = scratch;
  const known = options.again === true || reduce > 0 ? [] : readCases(path.join(run.dir, "cases"));
  const cases: Case[] = [];
  const compilers = new Map<string, CommandCompiler>();
  try {
    for (const failure of wanted.slice(0, most)) {
      host.signal.throwIfAborted();
      const stored = known.find((record) => isOf(record, failure));
      if (stored !== undefined) {
        cases.push(stored);
        continue;
      }
      const toolchain = TOOLCHAINS[failure.arch];
      const gccCommand = splitWords(run.gcc ?? toolchain.gcc);
      let gcc = compilers.get(failure.arch);
      if (gcc === undefined) {
        gcc = await openCommand("gcc", gccCommand);
        compilers.set(failure.arch, gcc);
      }
      const side = { gcc, gccCommand, toolchain, cacheDir: cacheRoot(), signal: host.signal };
      cases.push(await narrowProgram(run, failure, side, { workers, granularity, reduce }));
      if (options.json !== true) process.stderr.write(`${cases.length} of ${Math.min(most, wanted.length)} narrowed\n`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    release();
  }
  if (options.json === true) process.stdout.write(`${JSON.stringify(cases)}\n`);
  else process.stdout.write(`${programLines(run, wanted.length, cases).join("\n")}\n`);
  return EXIT_DIFFERENCE;
}

/** Whether a stored case is what was found of this failure. */
function isOf(record: Case, failure: ProgramFailure): boolean {
  const { id } = failure.test;
  const isMember = record.members.some((member) => member === id || member.startsWith(`${id}/`));
  return isMember && record.arch === failure.arch && record.signature === `${failure.level}: ${failure.reason}`;
}

/** Cases of programs in at most 15 lines, those with one root cause together. */
export function programLines(run: ProgramRun, failures: number, cases: readonly Case[]): string[] {
  const groups = new Map<string, Case[]>();
  for (const record of cases) {
    const cause = causeOf(record);
    groups.set(cause, [...(groups.get(cause) ?? []), record]);
  }
  const lines = [
    `run ${run.id}: ${cases.length} of ${failures} failing programs narrowed, ${groups.size} root cause${groups.size === 1 ? "" : "s"}`,
  ];
  let told = 0;
  for (const group of groups.values()) {
    const text = caseLines(group[0]!, groups.size > 2 ? 5 : 7);
    if (group.length > 1) text[0] += `, and ${group.length - 1} more`;
    if (lines.length + text.length > MOST_LINES - 1) {
      lines.push(`and ${groups.size - told} more in ${path.join(run.dir, "cases")}`);
      break;
    }
    lines.push(...text);
    told++;
  }
  return lines;
}

/** What two failing programs have in common if one change mends both: the kind of rewrite, or the pass, or the diagnostic. */
function causeOf(record: Case): string {
  const kinds = record.rewrite.split("; ").map((r) => r.split(" ")[0]);
  if (record.pass !== "") return `${record.pass} ${kinds.join(" ")}`;
  if (record.kind === "compile") return record.signature.replace(/^-O\w+: /, "").replace(/\d+/g, "#");
  return record.id;
}
