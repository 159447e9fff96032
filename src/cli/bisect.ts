// `oracle bisect RUN`: searches a stored failing run for the units at fault, down to the functions. Also what `oracle kernel`
// calls by itself when a mix fails.

import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { type BestSoFar, progressLine } from "../bisect/progress.ts";
import { type Case, caseLines, readCases } from "../delta/case.ts";
import { EXIT_DIFFERENCE, EXIT_INFRA, usageError } from "../oracle/errors.ts";
import { type KernelNarrowing, type KernelNarrowOptions, narrowKernelRun } from "../oracle/kernel/narrow.ts";
import { loadRun, type RunReport } from "../oracle/kernel/run.ts";
import { loadProgramRun } from "../oracle/program/program-run.ts";
import { holdRun } from "../oracle/run-lock.ts";
import { openProgress } from "../report/progress.ts";
import type { CommandHost } from "./main.ts";
import { positiveSeconds, wholeNumber } from "./options.ts";
import { programCommand } from "./program-cases.ts";

/** Options that bisect and delta share. */
export interface SearchOptions {
  readonly jobs: string;
  readonly workers: string;
  readonly granularity: string;
  readonly boots?: string;
  readonly timeout?: string;
  readonly overlapping?: boolean;
  readonly anySignature?: boolean;
  readonly mixed?: boolean;
  readonly again?: boolean;
  readonly json?: boolean;
  /** For runs of programs. */
  readonly only?: readonly string[];
  readonly most?: string;
}

/** Adds the options that bisect and delta share. */
export function searchOptions(command: Command): Command {
  return command
    .option("--granularity <level>", "file, function or pass", "pass")
    .option("--boots <n>", "give the best answer so far after this many boots (default 400)")
    .option("--workers <n>", "boots at once", String(availableParallelism()))
    .option("--jobs <n>", "parallel compilations", String(availableParallelism()))
    .option("--timeout <s>", "deadline of a boot in seconds (default: scaled from the GCC boot)")
    .option("--overlapping", "also sets that share a file with another one")
    .option("--any-signature", "count every failure, whatever its signature")
    .option("--mixed", "compile all other units too, and look whether what is found fails only when mixed with GCC's")
    .option("--again", "search even if the run has cases (bisect does so by itself)")
    .option("--only <names...>", "of a run of programs: tests whose name contains one of these")
    .option("--most <n>", "of a run of programs: narrow so many failures", "10")
    .option("--json", "one JSON document on stdout");
}

/** Runs the search with options from the command line. */
export async function search(
  run: RunReport,
  options: SearchOptions,
  host: CommandHost,
  onCase?: (record: Case) => void,
): Promise<KernelNarrowing> {
  const { granularity } = options;
  if (granularity !== "file" && granularity !== "function" && granularity !== "pass")
    throw usageError(`--granularity ${granularity}: not file, function or pass`);
  let shown = 0;
  const onProgress = (best: BestSoFar): void => {
    const now = performance.now();
    if (now - shown < (process.stderr.isTTY === true ? 500 : 30_000)) return;
    shown = now;
    process.stderr.write(`${progressLine(best)}\n`);
  };
  const settings: KernelNarrowOptions = {
    jobs: wholeNumber("--jobs", options.jobs, 1),
    workers: wholeNumber("--workers", options.workers, 1),
    granularity,
    overlapping: options.overlapping === true,
    anySignature: options.anySignature === true,
    ...(options.mixed === true && { mixed: true }),
    ...(options.boots !== undefined && { budget: wholeNumber("--boots", options.boots, 1) }),
    ...(options.timeout !== undefined && { timeoutMs: 1000 * positiveSeconds("--timeout", options.timeout) }),
    ...(options.json !== true && { onProgress }),
    ...(onCase !== undefined && { onCase }),
  };
  if (run.state === "pass") throw usageError(`run ${run.id} passed: there is nothing to search`);
  if (run.state === "build-fail")
    throw usageError(
      `run ${run.id}: its mix passes, only units did not compile; to reduce those: ./oracle delta ${run.id} --reduce 500`,
    );
  const release = await holdRun(run.dir, run.id);
  try {
    return await narrowKernelRun(run.dir, settings, openProgress(options.json === true), host.signal, (line) =>
      process.stderr.write(`${line}\n`),
    );
  } finally {
    release();
  }
}

/** What was found, in at most 15 lines. */
function narrowingLines(run: RunReport, found: KernelNarrowing): string[] {
  const { result } = found;
  const head = `narrowed run ${run.id}: ${found.universe} of ${found.units} units differ from GCC's; ${result.boots} boots (${result.fromStore} known) in ${found.seconds.toFixed(0)} s`;
  if (result.controlSignatures.length > 0)
    process.stderr.write(`ERROR: baseline: the GCC kernel itself fails some boots: ${result.controlSignatures.join("; ")}\n`);
  if (!result.reproduced) return [head, "the failure did not show again: nothing is blamed"];
  const lines = [head];
  const most = found.cases.length > 2 ? 3 : 6;
  for (const record of found.cases) {
    const text = caseLines(record, most);
    if (lines.length + text.length > 13) {
      lines.push(`and ${found.cases.length - found.cases.indexOf(record)} more in ${join(run.dir, "cases")}`);
      break;
    }
    lines.push(...text);
  }
  for (const u of result.unstable.slice(0, 2))
    lines.push(
      `not blamed: ${u.signature} (${u.own.failures} of ${u.own.runs} boots; GCC's own code, laid out alike: ${u.trusted.failures} of ${u.trusted.runs})`,
    );
  if (result.sets.length === 0 && result.suspects.length > 0)
    lines.push(`not settled; best guess: ${result.suspects.join(" + ")}`);
  if (result.sets.length > 0)
    lines.push(`leave to GCC: ${result.leaveOut.join(" ")}${result.complete ? "" : " (and there may be more)"}`);
  return lines;
}

/** Exit code of a search: nothing can be said of a failure that did not show again. */
function endOf(found: KernelNarrowing): number {
  return found.result.reproduced ? EXIT_DIFFERENCE : EXIT_INFRA;
}

/** Adds the subcommand. */
export function registerBisect(program: Command, host: CommandHost): void {
  searchOptions(
    program.command("bisect <run>").description("search a stored failing run for every minimal set of units at fault"),
  )
    .addHelpText(
      "after",
      "\nExamples:\n  oracle bisect 20261120-1\n  oracle bisect 20261120-1 --granularity file --boots 40\n  oracle bisect 20261120-2 --only pr12345",
    )
    .action(async (id: string, options: SearchOptions) => {
      const programs = loadProgramRun(id);
      if (programs !== undefined) {
        host.exit(await programCommand(programs, { ...options, again: true }, host));
        return;
      }
      host.exit(await searchAndPrint(loadRun(id), options, host, (found) => found));
    });
}

/** Searches and prints, with --json the part of the answer that the command gives; resolves to the exit code. */
export async function searchAndPrint(
  run: RunReport,
  options: SearchOptions,
  host: CommandHost,
  partOf: (found: KernelNarrowing) => object,
): Promise<number> {
  const found = await search(run, options, host);
  if (options.json === true) process.stdout.write(`${JSON.stringify(partOf(found))}\n`);
  else process.stdout.write(`${narrowingLines(run, found).join("\n")}\n`);
  return endOf(found);
}

/** Called by `oracle kernel` for a failing mix. */
export async function narrowRun(
  run: RunReport,
  settings: { jobs: number; json: boolean },
  host: CommandHost,
): Promise<readonly Case[]> {
  const options: SearchOptions = {
    jobs: String(settings.jobs),
    workers: String(availableParallelism()),
    granularity: "function",
    json: settings.json,
  };
  const found = await search(run, options, host);
  if (!settings.json) process.stdout.write(`${narrowingLines(run, found).join("\n")}\n`);
  return found.cases;
}

/** Cases of a run that are on disk. */
export function storedCases(run: RunReport): Case[] {
  return readCases(join(run.dir, "cases"));
}
