// Runs a suite: every test at every level with GCC (remembered by content) and with the compiler under test, and judges.

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pLimit from "p-limit";
import { readJson, writeAtomically } from "../cache.ts";
import { findProgram } from "../compilers/identity.ts";
import { infraError } from "../errors.ts";
import { loadStretch } from "../load.ts";
import { runProcess } from "../process.ts";
import { judgeProgram, type ProgramOutcome, type TestVerdict } from "./judge-program.ts";
import type { CompileResult, ProgramCompiler } from "./program-compiler.ts";
import { GENERATED_SUITES, type TestCase } from "./suite.ts";
import type { Toolchain } from "./toolchain.ts";

/** A suite to run. */
export interface SuiteRun {
  readonly tests: readonly TestCase[];
  readonly levels: readonly string[];
  readonly toolchain: Toolchain;
  readonly gcc: ProgramCompiler;
  readonly cut: ProgramCompiler;
  readonly jobs: number;
  /** Where GCC's outcomes are remembered. */
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, failed: number) => void;
}

const RUN_TIMEOUT_MS = 20_000;
/** Csmith's programs end at once or, one in ten, never. */
const CSMITH_TIMEOUT_MS = 5_000;
const PROGRAM_OUTPUT_BYTES = 1 << 20;
const PRLIMIT = findProgram("prlimit");

/** Runs every test at every level; one verdict each, in the order of the tests. */
export async function runSuite(run: SuiteRun): Promise<TestVerdict[]> {
  const work = mkdtempSync(path.join(os.tmpdir(), "oracle-test-"));
  const limit = pLimit(run.jobs);
  const total = run.tests.length * run.levels.length;
  let done = 0;
  let failed = 0;
  const running = new Set<Promise<TestVerdict>>();
  try {
    const all = run.tests.flatMap((test) =>
      run.levels.map((level) =>
        limit(async () => {
          run.signal.throwIfAborted();
          const verdict = runTest(run, test, level, work);
          running.add(verdict);
          try {
            const v = await verdict;
            done++;
            if (v.verdict === "fail") failed++;
            run.onProgress(done, total, failed);
            return v;
          } finally {
            running.delete(verdict);
          }
        }),
      ),
    );
    return await Promise.all(all);
  } finally {
    limit.clearQueue();
    // One test ended the run (an interruption, a missing tool): the others' processes still write here until they are dead.
    await Promise.allSettled(running);
    rmSync(work, { recursive: true, force: true });
  }
}

async function runTest(run: SuiteRun, test: TestCase, level: string, work: string): Promise<TestVerdict> {
  const lacking = test.requires.find((r) => run.toolchain.lacks.has(r));
  if (lacking !== undefined) return { id: test.id, level, verdict: "left-out", reason: `needs ${lacking}` };
  let gcc: ProgramOutcome | undefined;
  let cut: ProgramOutcome;
  try {
    gcc = test.kind === "reject" ? undefined : await gccOutcome(run, test, level, work);
    // where GCC's program does not end, only the compilation can be judged
    cut = await outcome(run, run.cut, gcc?.state === "run-timeout" ? { ...test, kind: "compile" } : test, level, work);
  } catch (e) {
    if (e instanceof OracleRefusal) return { id: test.id, level, verdict: "left-out", reason: e.message };
    throw e;
  }
  const verdict = judgeProgram(test, level, gcc, cut);
  // of generated programs a difference counts only where GCC's own levels agree
  const generated = GENERATED_SUITES.includes(test.suite) && verdict.verdict === "fail" && cut.state !== "rejected";
  if (!generated && (!verdict.reason.startsWith("output differs") || test.expectedOutput !== undefined)) return verdict;
  // A program that prints addresses or the like says something else with GCC, too: then its output proves nothing.
  const other = await gccOutcome(run, test, /^-?O0$/.test(level) ? level.replace("0", "2") : level.replace(/O.*/, "O0"), work);
  const same = other.state === gcc!.state && other.exitCode === gcc!.exitCode && other.stdout === gcc!.stdout;
  if (generated) return same ? verdict : { id: test.id, level, verdict: "left-out", reason: "gcc -O0 and -O2 do not agree" };
  if (other.state !== "ran" || other.stdout === gcc!.stdout) return verdict;
  return judgeProgram(test, level, gcc, { ...cut, stdout: gcc!.stdout });
}

/** What GCC's outcome depends on. */
export type GccSide = Pick<SuiteRun, "gcc" | "toolchain" | "cacheDir" | "signal">;

/** GCC's outcome, from the store when the same GCC saw the same bytes before. */
export async function gccOutcome(run: GccSide, test: TestCase, level: string, work: string): Promise<ProgramOutcome> {
  const h = createHash("sha256");
  h.update(JSON.stringify([1, run.gcc.identity, level, test.options, test.libs, test.kind]));
  for (const f of [...test.files, ...(test.gccFiles ?? [])]) h.update(readFileSync(f));
  const key = h.digest("hex");
  const file = path.join(run.cacheDir, "programs", key.slice(0, 2), `${key}.json`);
  const known = readJson<ProgramOutcome>(file);
  if (known !== undefined) return known;
  const o = await outcome(run, run.gcc, test, level, work);
  // the machine's trouble (memory, disk) looks like this, too
  if (o.state === "link-error" || o.state === "compile-timeout" || o.state === "run-timeout") return o;
  writeAtomically(file, JSON.stringify(o));
  return o;
}

async function outcome(run: GccSide, cc: ProgramCompiler, test: TestCase, level: string, work: string): Promise<ProgramOutcome> {
  const out = path.join(work, `${createHash("sha256").update(`${cc.name} ${test.id} ${level}`).digest("hex").slice(0, 24)}.out`);
  const compileOnly = test.kind !== "execute";
  const gccObjects = await compileGccFiles(run, test, level, out);
  const args = [
    ...test.options,
    level,
    ...test.files,
    ...gccObjects,
    ...(compileOnly ? ["-c"] : []),
    "-o",
    compileOnly ? `${out}.o` : out,
    ...(compileOnly ? [] : test.libs),
  ];
  const c = await cc.compile(compileOnly && test.files.length > 1 ? withoutExtraSources(args, test) : args, test.cwd, run.signal);
  for (const o of gccObjects) rmSync(o, { force: true });
  const base = {
    message: firstError(c.stderr),
    errorLines: errorLines(c.stderr, test.files[0]!),
    exitCode: c.exitCode,
    signal: "",
    stdout: "",
    compileMs: c.wallMs,
  };
  const state = compileState(c);
  if (state !== "ok" || compileOnly) {
    rmSync(`${out}.o`, { force: true });
    return { ...base, state };
  }
  const ran = await runProgram(
    run.toolchain,
    out,
    work,
    test.suite === "csmith" ? CSMITH_TIMEOUT_MS : RUN_TIMEOUT_MS,
    run.signal,
  );
  rmSync(out, { force: true });
  return { ...base, ...ran };
}

/** A signal that ends a program whose processor time is over, and seconds until one that ignores it is killed. */
const OUT_OF_TIME = "SIGXCPU";
const GRACE_S = 2;

/**
 * Runs a linked program. Its limit counts processor time, where `prlimit` is there to set it: a busy machine makes no time-outs.
 * One that sleeps is ended by the clock, which the load stretches.
 */
export async function runProgram(
  toolchain: Toolchain,
  program: string,
  cwd: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Pick<ProgramOutcome, "state" | "exitCode" | "signal" | "stdout">> {
  const seconds = Math.ceil(timeoutMs / 1000);
  const limit = PRLIMIT === undefined ? [] : [PRLIMIT, `--cpu=${seconds}:${seconds + GRACE_S}`];
  const r = await runProcess([...limit, ...toolchain.runner, program], {
    cwd,
    timeoutMs: Math.ceil(timeoutMs * loadStretch()),
    killSignal: "SIGKILL",
    encoding: "latin1",
    keep: PROGRAM_OUTPUT_BYTES,
    signal,
  });
  if (r.missing || (PRLIMIT !== undefined && r.exitCode === 127 && r.stderr.startsWith("prlimit: ")))
    throw infraError("tool", `${toolchain.runner[0] ?? program}: cannot be started; try: ./oracle doctor --install`);
  return {
    state: r.timedOut || r.signal === OUT_OF_TIME ? "run-timeout" : "ran",
    exitCode: r.exitCode,
    signal: r.signal ?? "",
    stdout: r.stdout,
  };
}

/** GCC itself does not compile its part of a test (generated programs make it fail now and then): nothing to compare with. */
class OracleRefusal extends Error {}

/** Objects of the files that GCC compiles in either case. */
export async function compileGccFiles(run: GccSide, test: TestCase, level: string, out: string): Promise<string[]> {
  const objects: string[] = [];
  for (const [i, file] of (test.gccFiles ?? []).entries()) {
    const object = `${out}.gcc${i}.o`;
    const c = await run.gcc.compile([...test.options, level, "-c", file, "-o", object], test.cwd, run.signal);
    if (c.exitCode !== 0) throw new OracleRefusal(`GCC refuses ${path.basename(file)}: ${firstError(c.stderr)}`);
    objects.push(object);
  }
  return objects;
}

function withoutExtraSources(args: readonly string[], test: TestCase): string[] {
  const extra = new Set(test.files.slice(1));
  return args.filter((a) => !extra.has(a));
}

function compileState(c: CompileResult): ProgramOutcome["state"] {
  if (c.timedOut) return "compile-timeout";
  if (c.crashed) return "compiler-crash";
  if (c.exitCode === 0) return "ok";
  return /undefined reference|ld returned|\bld: |collect2/.test(c.stderr) ? "link-error" : "rejected";
}

function firstError(stderr: string): string {
  // that the linker failed is said last; what it said itself comes before
  const lines = stderr.split("\n").filter((l, i, all) => !/ld returned \d+ exit status/.test(l) || i === 0 || all[i - 1] === "");
  const line = lines.find((l) => /error|undefined reference|crash/i.test(l)) ?? lines.find((l) => l !== "") ?? "";
  return line.replace(/^\S*\/([^/\s]+:\d+)/, "$1").slice(0, 200);
}

function errorLines(stderr: string, file: string): number[] {
  const base = path.basename(file);
  const out: number[] = [];
  for (const m of stderr.matchAll(/^(\S+?):(\d+):(?:\d+:)? (?:fatal )?error: /gm)) {
    if (path.basename(m[1]!) === base) out.push(Number(m[2]));
  }
  return out;
}
