// Narrows a failing program: to the files, the functions, the pass of occ and its rewrite, by the same searches as a kernel.
//
// A probe assembles and links one choice of functions (src/delta/splice.ts) with GCC and runs it, which takes a fraction of a
// second, and any wrong behaviour counts: the failure of a program has as many faces as the program has output. Programs that do
// not compile are a case by themselves: nothing is run, the diagnostic is the signature.
//
// GCC's side is compiled without inlining and without clones first, so that each function of the source is one in both texts.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { narrow } from "../../bisect/narrow.ts";
import type { Outcome } from "../../bisect/probe.ts";
import { STEADY } from "../../bisect/rates.ts";
import { type Case, caseId, writeCase } from "../../delta/case.ts";
import { splice, takeApart } from "../../delta/splice.ts";
import { type FunctionBlame, nameOf, nobody, searchFunctions, type TwoTexts } from "../blame-functions.ts";
import { blamePass, noPass, type OccUnit, occText, type PassBlame } from "../blame-pass.ts";
import { blameFiles } from "../case-files.ts";
import { runProcess } from "../process.ts";
import { acceptedByGcc, type ReducedMiscompile, reduceMiscompile } from "../reduce-miscompile.ts";
import { quoteWord, splitWords } from "../shell-words.ts";
import { functionOf, type Standalone, standaloneOf } from "../standalone.ts";
import { judgeProgram, type ProgramOutcome } from "./judge-program.ts";
import type { ProgramFailure, ProgramRun } from "./program-run.ts";
import { compileGccFiles, type GccSide, gccOutcome, runProgram } from "./run-suite.ts";
import { GENERATED_SUITES } from "./suite.ts";
import { VariantJudge } from "./variant-judge.ts";

/** How deep. */
export interface ProgramNarrowOptions {
  readonly workers: number;
  readonly granularity: "file" | "function" | "pass";
  /** Tests with which what is narrowed to a rewrite is made smaller; none by default. */
  readonly reduce?: number;
}

/** Flags for GCC's text: tried in turn until the splices show both verdicts. */
const FRAMES: readonly (readonly string[])[] = [
  ["-fno-section-anchors", "-fno-ipa-ra", "-fno-inline", "-fno-ipa-cp", "-fno-ipa-sra", "-fno-ipa-icf", "-fno-partial-inlining"],
  ["-fno-section-anchors", "-fno-ipa-ra"],
];
/** The one signature of a program that does not do what GCC's does. */
const WRONG = "wrong behaviour";
const MOST_RUNS = 400;
const LEAST_TIMEOUT_MS = 3000;

interface Unit {
  /** What a case calls it. */
  readonly id: string;
  readonly file: string;
}

/** Assembly of one file by both compilers. */
interface UnitTexts extends TwoTexts {
  readonly unit: Unit;
  readonly whole: { readonly trusted: string; readonly other: string };
}

class Refused extends Error {}

/** Narrows one failing test and writes its case. */
export async function narrowProgram(
  run: ProgramRun,
  failure: ProgramFailure,
  side: GccSide & { readonly gccCommand: readonly string[] },
  options: ProgramNarrowOptions,
): Promise<Case> {
  const work = mkdtempSync(path.join(os.tmpdir(), "oracle-program-"));
  try {
    return await new Narrowing(run, failure, side, options, work).case();
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

class Narrowing {
  private readonly units: readonly Unit[];
  private count = 0;
  private boots = 0;
  private objects: string[] = [];
  private expected: ProgramOutcome | undefined;
  private timeoutMs = 20_000;
  private readonly run: ProgramRun;
  private readonly failure: ProgramFailure;
  private readonly side: GccSide & { readonly gccCommand: readonly string[] };
  private readonly options: ProgramNarrowOptions;
  private readonly work: string;

  constructor(
    run: ProgramRun,
    failure: ProgramFailure,
    side: GccSide & { readonly gccCommand: readonly string[] },
    options: ProgramNarrowOptions,
    work: string,
  ) {
    this.run = run;
    this.failure = failure;
    this.side = side;
    this.options = options;
    this.work = work;
    const { files, id } = failure.test;
    this.units = files.map((file) => ({ file, id: files.length === 1 ? id : `${id}/${path.basename(file)}` }));
  }

  /** The whole way down. */
  async case(): Promise<Case> {
    const { failure } = this;
    // Only what compiles, runs and does something else can be cut into functions.
    if (failure.test.kind !== "execute" || /^(?:compiler|rejected|link|no error|invalid)/.test(failure.reason))
      return this.record([...this.units.map((u) => u.id)], {
        note: "",
        pass: noPass(""),
        functions: [],
        confidence: 1,
        files: {},
      });
    try {
      return await this.wrongCode();
    } catch (error) {
      if (this.side.signal.aborted || !(error instanceof Refused)) throw error;
      return this.record(
        this.units.map((u) => u.id),
        { note: `functions: ${error.message}`, pass: noPass(""), functions: [], confidence: 0, files: {} },
      );
    }
  }

  private async wrongCode(): Promise<Case> {
    const { failure, side } = this;
    const { signal } = side;
    this.expected = await gccOutcome(side, failure.test, failure.level, this.work);
    this.objects = await compileGccFiles(side, failure.test, failure.level, path.join(this.work, "own"));
    let blame: FunctionBlame | undefined;
    let texts: UnitTexts[] = [];
    let members = this.units.map((u) => u.id);
    for (const frame of FRAMES) {
      texts = await Promise.all(this.units.map((unit) => this.textsOf(unit, frame)));
      const whole = async (all: boolean): Promise<Outcome> =>
        this.runTexts(new Map(texts.map((t) => [t.id, all ? t.whole.other : t.whole.trusted])), signal);
      const trusted = await whole(false);
      if (trusted.verdict !== "pass") {
        blame = nobody(`functions: GCC's own assembly does not pass: ${reasonOf(trusted)}`, STEADY);
        continue;
      }
      const other = await whole(true);
      if (other.verdict !== "fail") {
        const why = other.verdict === "pass" ? "assembled and linked by GCC the program passes" : reasonOf(other);
        blame = nobody(`functions: ${why}`, STEADY);
        continue;
      }
      if (texts.length > 1) members = await this.blameFiles(texts);
      if (this.options.granularity === "file") break;
      const chosen = texts.filter((t) => members.includes(t.id));
      const boot = (pieces: ReadonlyMap<string, string>, bootSignal: AbortSignal): Promise<Outcome> =>
        this.runTexts(this.filled(texts, pieces), bootSignal);
      const settings = {
        rates: STEADY,
        workers: this.options.workers,
        signature: WRONG,
        canDisguise: false,
        budget: MOST_RUNS,
        refusalsPass: true,
      };
      blame = await searchFunctions(chosen, boot, settings, signal);
      if (blame.functions.length > 0) break;
    }
    const chosen = texts.filter((t) => members.includes(t.id));
    const functions = blame?.functions ?? [];
    const pass = await this.blamePasses(texts, chosen, functions, blame?.companions ?? []);
    const files = blameFiles(chosen, functions, pass, this.run.cc);
    const alone = await this.standalone(chosen, functions, pass);
    Object.assign(files, alone?.files);
    const smaller = await this.smaller(functions, pass);
    if (typeof smaller === "object") Object.assign(files, smaller.files);
    return this.record(members, {
      ...(alone !== undefined && { standalone: alone.line }),
      ...(smaller !== undefined && { reduced: typeof smaller === "string" ? `not reduced: ${smaller}` : smaller.line }),
      note: blame?.note ?? "",
      pass,
      functions,
      confidence: functions.length > 0 ? (blame?.confidence ?? 0) : pass.pass !== "" ? 1 : 0,
      files,
    });
  }

  /** The files of the program that fail together. */
  private async blameFiles(texts: readonly UnitTexts[]): Promise<string[]> {
    const result = await narrow({
      items: texts.map((t) => t.id),
      nameOf: (id) => id,
      probe: {
        run: (subset, signal) =>
          this.runTexts(new Map(texts.map((t) => [t.id, subset.has(t.id) ? t.whole.other : t.whole.trusted])), signal),
      },
      workers: this.options.workers,
      seed: 1,
      signature: WRONG,
      controls: { runs: 1, failures: 0 },
      witness: { runs: 1, failures: 1 },
      witnessRuns: 0,
      budget: MOST_RUNS,
      mostSets: 1,
      phase: "files",
      signal: this.side.signal,
    });
    return [...(result.sets[0]?.items ?? texts.map((t) => t.id))];
  }

  /** The pass and its rewrite; over the whole file where no function could be named. */
  private async blamePasses(
    texts: readonly UnitTexts[],
    chosen: readonly UnitTexts[],
    functions: readonly string[],
    along: readonly string[],
  ): Promise<PassBlame> {
    const [only] = chosen;
    if (this.options.granularity !== "pass" || this.run.cc !== "occ" || chosen.length !== 1 || only === undefined)
      return noPass("");
    const names = functions.map(nameOf);
    const unit = this.occUnit(only.unit);
    let count = 0;
    const boot = async (pattern: string, signal: AbortSignal): Promise<Outcome> => {
      const out = path.join(this.work, `pass-${++count}.s`);
      const made = await occText(unit, pattern, out, signal);
      if (made.failure !== undefined) return { verdict: "invalid", reason: made.failure };
      const text = readFileSync(out, "latin1");
      rmSync(out, { force: true });
      const piece = names.length === 0 ? text : splice(only.trusted, takeApart(text), new Set(names));
      return this.runTexts(this.filled(texts, new Map([[only.id, piece]])), signal);
    };
    const settings = { workers: this.options.workers, rates: STEADY, signature: WRONG };
    const all = [...names, ...along.map(nameOf)];
    return blamePass(unit, all, this.work, settings, boot, this.side.signal);
  }

  /** The function at fault by itself. */
  private async standalone(
    chosen: readonly UnitTexts[],
    functions: readonly string[],
    pass: PassBlame,
  ): Promise<Standalone | undefined> {
    const [only] = chosen;
    const name = functionOf(functions, pass);
    if (only === undefined || chosen.length !== 1 || name === undefined) return undefined;
    return standaloneOf(this.occUnit(only.unit), name, pass, this.work, this.side.signal);
  }

  /** The program with as little else as possible in which the rewrite is wrong; why not, or nothing where that was not asked. */
  private async smaller(functions: readonly string[], pass: PassBlame): Promise<ReducedMiscompile | string | undefined> {
    const { options, failure, side, work } = this;
    if ((options.reduce ?? 0) === 0 || pass.pass === "") return undefined;
    const [unit] = this.units;
    if (this.units.length !== 1 || unit === undefined || (failure.test.gccFiles ?? []).length > 0)
      return "the program has several files";
    const flags = [...failure.test.options, failure.level];
    const judge = new VariantJudge(failure, side, work);
    return reduceMiscompile(
      this.occUnit(unit),
      { functions: [...functions], pass: pass.pass, rewrite: pass.rewrite },
      {
        accepts: acceptedByGcc(side.gccCommand, flags, work, side.signal),
        misbehaves: (on, off, source) => judge.misbehaves(on, off, source),
      },
      { budget: options.reduce!, functionOnly: false, work, signal: side.signal },
    );
  }

  /** Pieces for some files, GCC's text for the others. */
  private filled(texts: readonly UnitTexts[], pieces: ReadonlyMap<string, string>): Map<string, string> {
    return new Map(texts.map((t) => [t.id, pieces.get(t.id) ?? t.whole.trusted]));
  }

  private occUnit(unit: Unit): OccUnit {
    const { test, level, arch } = this.failure;
    return { arch, argv: [...test.options, level], source: unit.file, cwd: test.cwd };
  }

  private async textsOf(unit: Unit, frame: readonly string[]): Promise<UnitTexts> {
    const { test, level } = this.failure;
    const { signal } = this.side;
    const out = (name: string): string => path.join(this.work, `${name}-${this.units.indexOf(unit)}.s`);
    const made = async (argv: readonly string[], file: string): Promise<string> => {
      const done = await runProcess([...argv, "-S", unit.file, "-o", file], { cwd: test.cwd, signal, timeoutMs: 120_000 });
      if (done.exitCode !== 0)
        throw new Refused(done.stderr.split("\n").find((line) => line.includes("error")) ?? "no assembly text");
      return readFileSync(file, "latin1");
    };
    const trusted = await made([...this.side.gccCommand, ...test.options, level, ...frame], out("gcc"));
    let other: string;
    if (this.run.cc === "occ") {
      const text = await occText(this.occUnit(unit), "y", out("other"), signal);
      if (text.failure !== undefined) throw new Refused(text.failure);
      other = readFileSync(out("other"), "latin1");
    } else
      other = await made(
        [...splitWords(this.run.cc), ...test.options, level, "-fno-section-anchors", "-fno-ipa-ra"],
        out("other"),
      );
    return { id: unit.id, unit, trusted: takeApart(trusted), other: takeApart(other), whole: { trusted, other } };
  }

  /** Assembles, links and runs one choice of texts. */
  private async runTexts(pieces: ReadonlyMap<string, string>, signal: AbortSignal): Promise<Outcome> {
    const { test, level } = this.failure;
    const dir = path.join(this.work, `run-${++this.count}`);
    mkdirSync(dir);
    try {
      const paths = this.units.map((unit, i) => {
        const file = path.join(dir, `${i}.s`);
        writeFileSync(file, pieces.get(unit.id)!, "latin1");
        return file;
      });
      const program = path.join(dir, "program");
      const argv = [...this.side.gccCommand, ...test.options, level, ...paths, ...this.objects, "-o", program, ...test.libs];
      const linked = await runProcess(argv, { cwd: test.cwd, signal, timeoutMs: 120_000 });
      if (linked.exitCode !== 0)
        return { verdict: "invalid", reason: linked.stderr.split("\n").find((line) => /rror|undefined/.test(line)) ?? "no link" };
      this.boots++;
      const started = performance.now();
      const ran = await runProgram(this.side.toolchain, program, dir, this.timeoutMs, signal);
      const cut: ProgramOutcome = { message: "", errorLines: [], compileMs: 0, ...ran };
      const verdict = judgeProgram(test, level, this.expected, cut);
      if (verdict.verdict !== "fail") {
        // What passes says how long a splice may take.
        this.timeoutMs = Math.min(this.timeoutMs, Math.max(LEAST_TIMEOUT_MS, 10 * (performance.now() - started)));
        return { verdict: "pass" };
      }
      return { verdict: "fail", signature: WRONG };
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }

  private record(
    members: readonly string[],
    found: {
      readonly note: string;
      readonly standalone?: string;
      readonly reduced?: string;
      readonly pass: PassBlame;
      readonly functions: readonly string[];
      readonly confidence: number;
      readonly files: Readonly<Record<string, string>>;
    },
  ): Case {
    const { run, failure } = this;
    const { test, level, arch } = failure;
    const { pass, functions } = found;
    const words = ["./oracle", "test", test.suite, "--arch", arch, "--level", level.replace(/^-/, "")];
    words.push("--only", test.id.slice(test.suite.length + 1));
    if (run.cc !== "occ") words.push("--cc", run.cc);
    if (run.gcc !== undefined) words.push("--gcc", run.gcc);
    if (GENERATED_SUITES.includes(test.suite)) words.push("--seed", run.seed, "--count", run.count);
    const compile = found.confidence === 1 && functions.length === 0 && pass.pass === "";
    const record: Case = {
      id: caseId({ files: members, functions: [level, ...functions], pass: pass.pass, rewrite: pass.rewrite }, arch),
      kind: compile ? "compile" : "program",
      members,
      against: [],
      functions,
      functionNote: [found.note, pass.note].filter((note) => note !== "").join("; "),
      pass: pass.pass,
      rewrite: pass.rewrite,
      ...(found.standalone !== undefined && { standalone: found.standalone }),
      ...(found.reduced !== undefined && { reduced: found.reduced }),
      signature: `${level}: ${failure.reason}`,
      confidence: found.confidence,
      boots: this.boots,
      repro: words.map(quoteWord).join(" "),
      compiler: run.cc,
      arch,
      run: run.id,
      evidence: [],
    };
    writeCase(path.join(run.dir, "cases"), record, found.files);
    return record;
  }
}

function reasonOf(outcome: Outcome): string {
  return outcome.verdict === "fail" ? outcome.signature : outcome.verdict === "invalid" ? outcome.reason : "it passes";
}
