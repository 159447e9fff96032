// `oracle test`: program suites, compiled by the compiler under test and by GCC, run and compared.

import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Command } from "commander";
import type { Arch } from "../oracle/arch.ts";
import { cacheRoot, writeAtomically } from "../oracle/cache.ts";
import { EXIT_DIFFERENCE, EXIT_OK, usageError } from "../oracle/errors.ts";
import { abiTests } from "../oracle/program/abi-pairs.ts";
import { ARITHMETIC_SUITE } from "../oracle/program/arithmetic-programs.ts";
import { csmithTests } from "../oracle/program/csmith.ts";
import { compare, knownFailures, updateExpectations } from "../oracle/program/expectations.ts";
import { generatedTests } from "../oracle/program/generated-tests.ts";
import type { TestVerdict } from "../oracle/program/judge-program.ts";
import { NESTED_SUITE } from "../oracle/program/nested-programs.ts";
import { OccProgramCompiler } from "../oracle/program/occ-compiler.ts";
import { openCommand, type ProgramCompiler } from "../oracle/program/program-compiler.ts";
import { type ProgramFailure, writeProgramRun } from "../oracle/program/program-run.ts";
import { runSuite } from "../oracle/program/run-suite.ts";
import { sampleFor } from "../oracle/program/sample.ts";
import { GENERATED_SUITES, loadSuite, type TestCase } from "../oracle/program/suite.ts";
import { TOOLCHAINS } from "../oracle/program/toolchain.ts";
import { splitWords } from "../oracle/shell-words.ts";
import type { CommandHost } from "./main.ts";
import { arches, commandFromAnywhere, wholeNumber } from "./options.ts";

interface Options {
  arch: string;
  level: string;
  cc: string;
  gcc?: string;
  jobs: string;
  fast?: string | true;
  agent?: string;
  only?: string[];
  seed: string;
  count: string;
  updateBaseline?: boolean;
  json?: boolean;
  log?: string;
}

const MAX_ERRORS = 20;

/** Adds the subcommand; its action resolves to the exit code. */
export function registerTest(program: Command, host: CommandHost): void {
  program
    .command("test [suites...]")
    .description("compile and run program suites with GCC and with the compiler under test, and compare")
    .option("--arch <arch>", "x86, arm, riscv or all", "riscv")
    .option("--level <list>", "optimisation levels, e.g. O0,O2,Os", "O0,O2")
    .option("--cc <command>", "compiler under test: occ, or a GCC-compatible command", "occ")
    .option("--gcc <command>", "the oracle")
    .option("--jobs <n>", "parallel tests", String(os.availableParallelism()))
    .option("--fast [fraction]", "a sample of each suite (default 0.01), fixed by --agent")
    .option("--agent <name>", "whose sample --fast takes")
    .option("--only <names...>", "tests whose name contains one of these")
    .option("--seed <n>", `seed of the generated suites ${GENERATED_SUITES.join(", ")}`, "1")
    .option("--count <n>", "programs of a generated suite", "100")
    .option("--update-baseline", "store the failures as the expected ones in tests/expected")
    .option("--log <file>", "where every failure goes (default .oracle/test.log)")
    .option("--json", "one JSON document on stdout")
    .addHelpText(
      "after",
      `\nSuites: torture-execute torture-ieee torture-compile dg-run dg-error c-testsuite own ${GENERATED_SUITES.join(" ")} (default: own c-testsuite torture-execute)\n\nExamples:\n  oracle test c-testsuite --arch riscv --level O2\n  oracle test --fast=0.05 --agent agent-3`,
    )
    .action(async (suites: string[], o: Options) => {
      const gcc = o.gcc === undefined ? {} : { gcc: commandFromAnywhere(o.gcc) };
      host.exit(await testCommand(host, suites, { ...o, ...gcc, cc: commandFromAnywhere(o.cc) }));
    });
}

async function testCommand(host: CommandHost, names: string[], o: Options): Promise<number> {
  // Compilers that an interruption ends in the middle leave their scratch files where TMPDIR says; all of it goes with the run.
  const scratch = mkdtempSync(path.join(os.tmpdir(), "oracle-test-"));
  process.env.TMPDIR = scratch;
  try {
    return await runAll(host.root, names.length === 0 ? ["own", "c-testsuite", "torture-execute"] : names, o, host.signal);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function runAll(root: string, names: readonly string[], o: Options, signal: AbortSignal): Promise<number> {
  const targets = arches(o.arch);
  const fraction = o.fast === undefined ? 1 : o.fast === true ? 0.01 : Number(o.fast);
  if (!(fraction > 0 && fraction <= 1)) throw usageError(`--fast=${o.fast}: a fraction in (0, 1] is wanted`);
  const jobs = wholeNumber("--jobs", o.jobs, 1);
  const cacheDir = cacheRoot();
  const levels = o.level.split(",").map((l) => (l.startsWith("-") ? l : `-${l}`));
  const odd = levels.find((l) => !/^-O([0123sg]|fast)$/.test(l));
  if (odd !== undefined) throw usageError(`--level ${o.level}: '${odd}' is no optimisation level`);
  const logFile = o.log ?? path.join(root, ".oracle", "test.log");
  const log: string[] = [];
  const summaries: object[] = [];
  const errors: string[] = [];
  const failures: ProgramFailure[] = [];
  let bad = 0;
  for (const arch of targets) {
    const tc = TOOLCHAINS[arch];
    const gcc = await openCommand("gcc", splitWords(o.gcc ?? tc.gcc));
    const cut: ProgramCompiler =
      o.cc === "occ" ? new OccProgramCompiler(root, tc.triple, jobs) : await openCommand("cut", splitWords(o.cc));
    try {
      for (const name of names) {
        const tests = await testsOf(root, name, arch, o, cacheDir, fraction, signal);
        const verdicts = await runSuite({
          tests,
          levels,
          toolchain: tc,
          gcc,
          cut,
          jobs,
          cacheDir,
          signal,
          onProgress: progressPrinter(`${name} ${arch}`),
        });
        const c = compare(verdicts, knownFailures(root, name, arch));
        if (o.updateBaseline === true) updateExpectations(root, name, arch, verdicts);
        const count = (v: TestVerdict["verdict"]): number => verdicts.filter((x) => x.verdict === v).length;
        const ran = count("pass") + count("fail");
        const share = ran === 0 ? 0 : (100 * count("pass")) / ran;
        const all = verdicts.length === 0 ? 0 : (100 * count("pass")) / verdicts.length;
        bad += o.updateBaseline === true ? 0 : c.newlyFailing.length;
        summaries.push({
          suite: name,
          arch,
          levels,
          pass: count("pass"),
          fail: count("fail"),
          leftOut: count("left-out"),
          newlyFailing: c.newlyFailing,
          newlyPassing: c.newlyPassing,
        });
        if (o.json !== true) {
          process.stdout.write(
            `${name} ${arch} ${levels.join(" ")}: ${count("pass")} of ${ran} pass (${share.toFixed(1)} %), ${count("fail")} fail ` +
              `(${c.newlyFailing.length} new), ${c.newlyPassing.length} newly pass, ${count("left-out")} left out; of all files ${all.toFixed(1)} %\n`,
          );
        }
        const byId = new Map(tests.map((t) => [t.id, t]));
        // Known failures are narrowed only if they were asked for by name.
        const failing = o.only === undefined ? c.newlyFailing : verdicts.filter((v) => v.verdict === "fail");
        for (const v of o.updateBaseline === true ? [] : failing)
          failures.push({ arch, level: v.level, reason: v.reason, test: byId.get(v.id)! });
        for (const v of c.newlyFailing) errors.push(`ERROR: ${v.id} ${arch} ${v.level}: ${v.reason}`);
        for (const v of verdicts)
          if (v.verdict !== "pass")
            log.push(`${v.verdict === "fail" ? "ERROR" : "left out"}: ${v.id} ${arch} ${v.level}: ${v.reason}`);
      }
    } finally {
      await cut.close();
      await gcc.close();
    }
  }
  writeAtomically(logFile, `${log.join("\n")}\n`);
  const stored =
    failures.length === 0
      ? undefined
      : writeProgramRun({
          command: process.argv.slice(2),
          cc: o.cc,
          gcc: o.gcc,
          seed: o.seed,
          count: o.count,
          failures,
        });
  if (o.json === true)
    process.stdout.write(`${JSON.stringify({ suites: summaries, log: logFile, ...(stored && { run: stored.id }) })}\n`);
  else {
    for (const e of errors.slice(0, MAX_ERRORS)) process.stdout.write(`${e}\n`);
    if (errors.length > MAX_ERRORS)
      process.stdout.write(`(${errors.length - MAX_ERRORS} more in ${path.relative(root, logFile)})\n`);
    if (stored !== undefined) process.stdout.write(`narrow them: ./oracle bisect ${stored.id}\n`);
  }
  return bad === 0 ? EXIT_OK : EXIT_DIFFERENCE;
}

async function testsOf(
  root: string,
  name: string,
  arch: Arch,
  o: Options,
  cacheDir: string,
  fraction: number,
  signal: AbortSignal,
): Promise<TestCase[]> {
  const seed = wholeNumber("--seed", o.seed, 0);
  const count = wholeNumber("--count", o.count, 1);
  let tests: TestCase[];
  if (name === "csmith") tests = await csmithTests(cacheDir, seed, count, signal);
  else if (name === "abi") tests = abiTests(cacheDir, arch, seed, count);
  else if (name === "nested") tests = generatedTests(NESTED_SUITE, cacheDir, seed, count);
  else if (name === "arithmetic") tests = generatedTests(ARITHMETIC_SUITE, cacheDir, seed, count);
  else tests = await loadSuite(root, name, signal);
  if (o.only !== undefined) tests = tests.filter((t) => o.only!.some((x) => t.id.includes(x)));
  if (tests.length === 0) throw usageError(`--only ${o.only?.join(" ")}: no such test in ${name}`);
  if (fraction >= 1) return tests;
  const mine = new Set(
    sampleFor(
      o.agent ?? "default",
      tests.map((t) => t.id),
      fraction,
    ),
  );
  return tests.filter((t) => mine.has(t.id));
}

function progressPrinter(what: string): (done: number, total: number, failed: number) => void {
  let last = performance.now();
  return (done, total, failed) => {
    const tty = process.stderr.isTTY === true;
    const now = performance.now();
    if (now - last < (tty ? 200 : 30_000) && done !== total) return;
    if (done === total && !tty) return;
    last = now;
    process.stderr.write(
      tty
        ? `\r${what}: ${done}/${total}, ${failed} failed${done === total ? "\n" : ""}`
        : `${what}: ${done}/${total}, ${failed} failed\n`,
    );
  };
}
