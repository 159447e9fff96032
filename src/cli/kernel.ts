// `oracle kernel`: the main job. Parses options, runs, prints; the work is in src/oracle/kernel.

import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import type { Case } from "../delta/case.ts";
import { History } from "../history/db.ts";
import type { Arch } from "../oracle/arch.ts";
import { EXIT_DIFFERENCE, EXIT_INFRA, EXIT_OK, explainSystemError, OracleError, usageError } from "../oracle/errors.ts";
import { profileNames } from "../oracle/kernel/configure.ts";
import { openContext } from "../oracle/kernel/context.ts";
import { manifestNames } from "../oracle/kernel/manifest.ts";
import type { ImageKind } from "../oracle/kernel/nested.ts";
import type { Selection } from "../oracle/kernel/plan.ts";
import { loadRun, type RunReport, runKernel } from "../oracle/kernel/run.ts";
import { openRunDir } from "../oracle/run-dir.ts";
import { quoteWord } from "../oracle/shell-words.ts";
import { openProgress } from "../report/progress.ts";
import { runLines } from "../report/terminal.ts";
import { narrowRun } from "./bisect.ts";
import type { CommandHost } from "./main.ts";
import { arches, commandFromAnywhere, fromAnywhere, positiveSeconds, share, sliceOf, wholeNumber } from "./options.ts";
import { unitList } from "./unit-list.ts";

interface KernelOptions {
  readonly arch: string;
  readonly fraction?: string;
  readonly slice?: string;
  readonly seed?: string;
  readonly repeat: string;
  readonly only: string[];
  readonly not: string[];
  readonly files?: string;
  readonly kernel: string;
  readonly config: string[];
  readonly image: string;
  readonly cc: string;
  readonly gcc?: string;
  readonly jobs: string;
  readonly boots: string;
  readonly timeout?: string;
  readonly bisect: boolean;
  readonly runDir?: string;
  readonly json?: boolean;
}

/** Adds the subcommand. */
export function registerKernel(program: Command, host: CommandHost): void {
  program
    .command("kernel")
    .description(
      "build Linux with a part of its C files compiled by the compiler under test, boot it, judge it against the GCC boot",
    )
    .option("--arch <arch>", "x86, arm (AArch64), riscv or all", "riscv")
    .option("--fraction <f>", "share of the units that the compiler under test gets, 0 to 1 (default 0.1)")
    .option("--slice <i/n>", "the i-th of n disjoint parts that together cover every unit")
    .option("--seed <n>", "which units; random and printed if left out")
    .option("--repeat <k>", "k seeds, one after the other", "1")
    .option("--only <globs...>", "units that may go to the compiler under test", [])
    .option("--not <globs...>", "units that stay with GCC", [])
    .option("--files <list>", "exactly these units: a plan.json, a file with one a line, or names with commas")
    .option("--kernel <source>", "6.9, debian, a directory, GITDIR@REF or a tarball", "6.9")
    .option("--config <words...>", "boot, test, full or defconfig, and fragment files over it", ["boot"])
    .option("--image <kind>", "what is booted: vmlinux, or bzImage (x86: with setup, unpacker, real mode and vDSOs)", "vmlinux")
    .option("--cc <command>", "the compiler under test: occ, or a GCC-compatible command", "occ")
    .option("--gcc <command>", "the oracle")
    .option("--jobs <n>", "parallel compilations", String(availableParallelism()))
    .option("--boots <k>", "boots of the mix, which must all pass", "1")
    .option("--timeout <s>", "deadline of a boot in seconds (default: scaled from the GCC boot)")
    .option("--no-bisect", "do not search a failing mix for the units at fault")
    .option("--run-dir <dir>", "where the run's files go (default .oracle/runs/DATE-N)")
    .option("--json", "one JSON document on stdout")
    .addHelpText(
      "after",
      "\nExamples:\n  oracle kernel --arch riscv --fraction 0.1 --seed 7\n  oracle kernel --arch riscv --cc clang --fraction 1.0 --no-bisect",
    )
    .action(async (options: KernelOptions) => host.exit(await kernelCommand(options, host)));
}

function imageKind(text: string): ImageKind {
  if (text !== "vmlinux" && text !== "bzImage") throw usageError(`--image ${text}: vmlinux or bzImage`);
  return text;
}

/** The options with what they name as it is from any directory; GITDIR@REF by its part before the @. */
function pathsFromAnywhere(options: KernelOptions): KernelOptions {
  const { kernel, files, gcc } = options;
  const at = existsSync(kernel) ? -1 : kernel.lastIndexOf("@");
  const [path, ref] = at <= 0 ? [kernel, ""] : [kernel.slice(0, at), kernel.slice(at)];
  return {
    ...options,
    kernel: `${fromAnywhere(path, manifestNames())}${ref}`,
    config: options.config.map((word) => fromAnywhere(word, profileNames())),
    cc: commandFromAnywhere(options.cc),
    ...(files !== undefined && { files: fromAnywhere(files) }),
    ...(gcc !== undefined && { gcc: commandFromAnywhere(gcc) }),
  };
}

async function kernelCommand(asGiven: KernelOptions, host: CommandHost): Promise<number> {
  const options = pathsFromAnywhere(asGiven);
  const { signal } = host;
  const targets = arches(options.arch);
  const repeat = wholeNumber("--repeat", options.repeat, 1);
  const firstSeed = options.seed === undefined ? Math.floor(Math.random() * 1_000_000) : wholeNumber("--seed", options.seed, 0);
  const choices = [
    ["--slice", options.slice] as const,
    ["--fraction", options.fraction] as const,
    ["--files", options.files] as const,
  ];
  const given = choices.filter(([, value]) => value !== undefined).map(([name]) => name);
  if (given.length > 1) throw usageError(`${given.join(" and ")}: give one of them`);
  if (options.files !== undefined && options.only.length + options.not.length > 0)
    throw usageError("--files and --only or --not: the list is exact");
  const policy = {
    boots: wholeNumber("--boots", options.boots, 1),
    timeoutMs: options.timeout === undefined ? undefined : 1000 * positiveSeconds("--timeout", options.timeout),
  };
  const base: Omit<Selection, "seed"> = {
    fraction: share("--fraction", options.fraction ?? "0.1"),
    slice: options.slice === undefined ? undefined : sliceOf(options.slice),
    only: options.only,
    not: options.not,
    files: options.files === undefined ? undefined : unitList(options.files),
  };
  const image = imageKind(options.image);
  if (image === "bzImage" && targets.some((arch) => arch !== "x86")) throw usageError("--image bzImage: only x86 has one");
  const jobs = wholeNumber("--jobs", options.jobs, 1);
  if (options.runDir !== undefined && (repeat > 1 || targets.length > 1))
    throw usageError("--run-dir: holds one run; not with --repeat or --arch all");
  // An empty name or one that cannot be made is said before minutes are spent on a baseline.
  const asked = options.runDir === undefined ? undefined : await openRunDir(options.runDir, signal);
  const progress = openProgress(options.json === true);
  const log = (line: string) => process.stderr.write(`${line}\n`);
  const reports: (RunReport & { readonly cases?: readonly Case[] })[] = [];
  const several = targets.length * repeat > 1;
  let history: History | undefined;
  try {
    history = new History();
    for (const arch of targets) {
      const context = await openContext(
        {
          arch,
          kernel: options.kernel,
          config: options.config,
          image,
          cc: options.cc,
          gcc: options.gcc,
          jobs,
        },
        progress,
        signal,
        log,
      );
      try {
        for (const reason of context.passedOver) log(`source passed over: ${reason}`);
        log(`source: ${context.sourceDescription}`);
        if (context.repaired.length > 0) log(`cache: ${context.repaired.length} damaged objects of the baseline rebuilt`);
        for (let i = 0; i < repeat; i++) {
          const selection = { ...base, seed: firstSeed + i };
          const place = asked ?? (await openRunDir(undefined, signal));
          try {
            const report = await runKernel(
              context,
              {
                selection,
                policy,
                jobs,
                kernel: options.kernel,
                configWords: options.config,
                command: process.argv.slice(2),
                repro: reproCommand(options, arch, selection.seed),
                place,
              },
              progress,
              signal,
            );
            reports.push(report);
            if (options.json !== true) process.stdout.write(`${runLines(report).join("\n")}\n`);
            try {
              remember(history, report);
            } catch (error) {
              // Without the history nothing is lost but the history.
              log(`WARNING: history: run ${report.id} is not in it: ${(error as Error).message}`);
            }
            if (report.corruptedEntries > 0) log(`cache: ${report.corruptedEntries} damaged entries found and made again`);
            if (report.exitCode === EXIT_DIFFERENCE && report.state !== "build-fail" && options.bisect) {
              const cases = await narrowed(report, { jobs, json: options.json === true }, host);
              reports[reports.length - 1] = { ...report, cases };
            }
          } finally {
            place.release();
          }
        }
      } finally {
        await context.close();
      }
    }
  } finally {
    history?.close();
    asked?.release();
    // What is known is told, also when the next run could not be made.
    if (options.json === true && reports.length > 0) process.stdout.write(`${JSON.stringify(several ? reports : reports[0])}\n`);
  }
  if (options.json !== true && reports.length > 1) process.stdout.write(`${summary(reports)}\n`);
  if (reports.some((report) => report.exitCode === EXIT_DIFFERENCE)) return EXIT_DIFFERENCE;
  return reports.some((report) => report.exitCode === EXIT_INFRA) ? EXIT_INFRA : EXIT_OK;
}

/** Narrows a failing run; that this cannot be done does not take back that it fails. */
async function narrowed(
  report: RunReport,
  settings: { jobs: number; json: boolean },
  host: CommandHost,
): Promise<readonly Case[]> {
  try {
    return await narrowRun(loadRun(report.dir), settings, host);
  } catch (error) {
    const explained = explainSystemError(error);
    if (host.signal.aborted || !(explained instanceof OracleError)) throw error;
    process.stderr.write(`ERROR: ${explained.kind}: run ${report.id} is not narrowed: ${explained.message}\n`);
    return [];
  }
}

function summary(reports: readonly RunReport[]): string {
  const passed = reports.filter((report) => report.exitCode === EXIT_OK).length;
  const bad = reports
    .filter((report) => report.exitCode !== EXIT_OK)
    .map((report) => `${report.arch} seed ${report.seed} ${report.state}`);
  return `${passed} of ${reports.length} runs pass${bad.length > 0 ? `; not: ${bad.slice(0, 6).join(", ")}${bad.length > 6 ? " ..." : ""}` : ""}`;
}

/** The command that repeats a run exactly. */
function reproCommand(options: KernelOptions, arch: Arch, seed: number): string {
  const words = ["./oracle", "kernel", "--arch", arch];
  if (options.files !== undefined) words.push("--files", options.files);
  else {
    if (options.slice !== undefined) words.push("--slice", options.slice);
    else words.push("--fraction", options.fraction ?? "0.1");
    words.push("--seed", String(seed));
    if (options.only.length > 0) words.push("--only", ...options.only);
    if (options.not.length > 0) words.push("--not", ...options.not);
  }
  if (options.cc !== "occ") words.push("--cc", options.cc);
  if (options.gcc !== undefined) words.push("--gcc", options.gcc);
  if (options.kernel !== "6.9") words.push("--kernel", options.kernel);
  if (options.config.join(" ") !== "boot") words.push("--config", ...options.config);
  if (options.image !== "vmlinux") words.push("--image", options.image);
  if (options.boots !== "1") words.push("--boots", options.boots);
  if (options.timeout !== undefined) words.push("--timeout", options.timeout);
  return words.map(quoteWord).join(" ");
}

function remember(history: History, report: RunReport): void {
  const times = JSON.parse(readFileSync(join(report.dir, "times.json"), "utf8")) as Record<string, number>;
  const failures = new Map([...report.failed, ...report.refusedByKconfig].map((failure) => [failure.unit, failure]));
  history.addRun(
    {
      id: report.id,
      started: report.started,
      command: report.repro,
      arch: report.arch,
      config: report.config,
      kernel: report.kernelVersion,
      compiler: report.cc,
      compilerIdentity: report.compilerIdentity,
      seed: report.seed,
      fraction: report.fraction,
      unitsUnderTest: report.underTest,
      unitsTotal: report.units,
      unitsFailed: failures.size,
      state: report.state,
      signature: report.signature,
      exitCode: report.exitCode,
      dir: report.dir,
      compileMs: report.times.compileMs,
      linkMs: report.times.linkMs,
      bootMs: report.times.bootMs,
    },
    Object.entries(times).map(([unit, wallMs]) => {
      const failure = failures.get(unit);
      return { unit, status: failure?.status ?? "ok", reason: failure?.reason ?? "", wallMs };
    }),
  );
}
