// Narrows a stored failing kernel run: files, then functions of those files, each minimal set written as a case.
//
// The searches (src/bisect) and the cases (src/delta) know no kernels; what is added here is which objects a subset means,
// where to begin (suspicion.ts), and what the evidence is.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type NamedSet, type NarrowResult, narrow } from "../../bisect/narrow.ts";
import type { Outcome, RunWish } from "../../bisect/probe.ts";
import type { BestSoFar } from "../../bisect/progress.ts";
import type { Rates } from "../../bisect/rates.ts";
import { type Case, caseId, kindOf, writeCase } from "../../delta/case.ts";
import { splice, takeApart } from "../../delta/splice.ts";
import { consoleLines, textDiff } from "../../delta/text-diff.ts";
import { crossPrefix } from "../arch.ts";
import { type FunctionBlame, nameOf, nobody, searchFunctions, type TwoTexts } from "../blame-functions.ts";
import { blamePass, noPass, type OccUnit, occText, type PassBlame } from "../blame-pass.ts";
import { contentHash, readJson, writeAtomically } from "../cache.ts";
import { blameFiles, MOST_DIFF_LINES } from "../case-files.ts";
import { infraError } from "../errors.ts";
import { runProcess } from "../process.ts";
import { functionOf, standaloneOf } from "../standalone.ts";
import type { BaselineUnit, BuildProgress } from "./baseline.ts";
import type { BootResult } from "./boot.ts";
import { bootsOfOthers } from "./build-boots.ts";
import { allObjectsKnown, findMismatch, type Mismatch, ownLayouts } from "./mismatch.ts";
import { createKernelProbe, type KernelProbe } from "./probe.ts";
import { commandOf } from "./run.ts";
import { areFaces, isSoft } from "./verdict.ts";
import type { Witness } from "./witness.ts";

/** How deep and how long. */
export interface KernelNarrowOptions {
  readonly jobs: number;
  /** Boots at once. */
  readonly workers: number;
  readonly granularity: "file" | "function" | "pass";
  readonly timeoutMs?: number;
  /** Boots after which the best answer so far is given. */
  readonly budget?: number;
  /** Overlapping sets too. */
  readonly overlapping?: boolean;
  /** Count every failure, whatever its signature. */
  readonly anySignature?: boolean;
  /** Compile everything else too and look whether what was found fails only when mixed; without it, if the objects are there. */
  readonly mixed?: boolean;
  readonly seed?: number;
  readonly onProgress?: (best: BestSoFar) => void;
  readonly onCase?: (record: Case) => void;
}

/** What narrowing a run gave. */
export interface KernelNarrowing {
  readonly result: NarrowResult;
  readonly cases: readonly Case[];
  /** Units under test before and after the identical ones were dropped. */
  readonly units: number;
  readonly universe: number;
  readonly seconds: number;
}

/** Boots of one search over files unless the caller says otherwise: ten times what a triple costs. */
const MOST_BOOTS = 400;
/** Boots of a flaky mix until it fails once under a close look. */
const WITNESS_LOOKS = 4;
/** A check that takes no time, for failures that come before any check. */
const CHEAPEST_CHECK = "basic-uname";

/** Narrows a stored run. */
export async function narrowKernelRun(
  runIdOrDir: string,
  options: KernelNarrowOptions,
  progress: BuildProgress,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<KernelNarrowing> {
  const started = performance.now();
  const kernel = await createKernelProbe(
    runIdOrDir,
    { jobs: options.jobs, ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }) },
    progress,
    signal,
    log,
  );
  try {
    const { run } = kernel;
    const work = join(run.dir, "narrow");
    mkdirSync(work, { recursive: true });
    const items = await differing(kernel, work, signal);
    if (items.length === 0)
      throw infraError("narrow", `run ${run.id}: no object differs from GCC's: nothing of the compiler's can be at fault`);
    // A kernel that does not link has nothing to look at.
    const linked = !run.signature.startsWith("link-fail");
    const look = linked
      ? await priors(kernel, items, work, options.anySignature === true ? undefined : enoughCheck(run.dir, run.signature), signal)
      : { weight: new Float64Array(items.length).fill(1), boots: 0, failures: 0, only: undefined };
    if (look.only !== undefined) await kernel.shorten(look.only, signal);
    const done = Math.max(1, run.bootsDone) + look.boots;
    const failures = (run.bootsDone === 0 ? 1 : run.bootsDone - run.bootsPassed) + look.failures;
    const soft = isSoft(run.signature) || options.anySignature === true;
    const result = await narrow({
      items,
      nameOf: (id) => id,
      probe: kernel.probe,
      workers: options.workers,
      seed: options.seed ?? run.seed,
      weight: look.weight,
      // A trap is no matter of layout or load; for all else GCC's own code is booted first, as it is and in disguise.
      controls: { runs: 3, failures: 0 },
      controlRuns: soft ? 1 : 0,
      witness: { runs: done, failures },
      witnessRuns: failures < done ? 6 : look.failures > 0 ? 0 : 1,
      isSoft,
      areFaces,
      known: bootsOfOthers(kernel.context, run.id),
      storePath: join(work, `files-${run.compilerIdentity.slice(0, 12)}.jsonl`),
      progressPath: join(work, "best.json"),
      phase: "files",
      overlapping: options.overlapping === true,
      anySignature: options.anySignature === true,
      ...(options.anySignature !== true && run.signature !== "" && run.state !== "flaky" && { signature: run.signature }),
      budget: options.budget ?? MOST_BOOTS,
      ...(options.onProgress !== undefined && { onProgress: options.onProgress }),
      signal,
    });
    const cases: Case[] = [];
    for (const set of result.sets) {
      const record = await makeCase(kernel, set, result.rates, options, work, progress, signal);
      cases.push(record);
      options.onCase?.(record);
    }
    return {
      result: { ...result, boots: result.boots + look.boots },
      cases,
      units: kernel.items.length,
      universe: items.length,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    await kernel.close();
  }
}

/** Part of the units from which a failing mix is nearly the whole build: what fails in it does not need GCC's files. */
const NEARLY_ALL = 0.9;

/** The files that a set clashes with; without the others' objects that is asked only where no pass is at fault, of its neighbours. */
async function mismatchOf(
  kernel: KernelProbe,
  set: NamedSet,
  rates: Rates,
  among: "all" | "neighbours",
  options: KernelNarrowOptions,
  progress: BuildProgress,
  signal: AbortSignal,
): Promise<Mismatch> {
  const { context, run } = kernel;
  const none: Mismatch = { against: [], boots: 0, notes: [] };
  if (set.signature.startsWith("link-fail")) return none;
  const { jobs, workers } = options;
  const settings = { jobs, workers, seed: options.seed ?? run.seed };
  const nearlyAll = kernel.items.length >= NEARLY_ALL * context.eligible.length;
  if (options.mixed === true || (!nearlyAll && allObjectsKnown(context)))
    return among === "all" ? findMismatch(kernel, set.items, set.signature, rates, settings, progress, signal) : none;
  if (among === "all" || nearlyAll || set.items.length > 2) return none;
  const [one] = set.items;
  const layouts = set.items.length === 1 ? await ownLayouts(kernel, one!, signal) : [];
  const near = { ...settings, neighbours: true };
  const found = await findMismatch(kernel, set.items, set.signature, rates, near, progress, signal);
  return { ...found, notes: [...layouts, ...found.notes] };
}

/** Units whose object differs from GCC's in more than its comments: the others cannot be at fault. */
async function differing(kernel: KernelProbe, work: string, signal: AbortSignal): Promise<string[]> {
  const { buildDir } = kernel.context.baseline;
  const prefix = crossPrefix(kernel.context.arch);
  const out: string[] = [];
  const strip = async (path: string, to: string): Promise<string | undefined> => {
    const done = await runProcess(
      [`${prefix}objcopy`, "--strip-debug", "-R", ".comment", "-R", ".note.GNU-stack", "-R", ".riscv.attributes", path, to],
      { signal },
    );
    if (done.exitCode !== 0) return undefined;
    const hash = contentHash(readFileSync(to));
    rmSync(to, { force: true });
    return hash;
  };
  for (const id of kernel.items) {
    const entry = kernel.objects.get(id)!;
    const own = join(buildDir, entry.object);
    const sizes = [readFileSync(entry.path), readFileSync(own)];
    if (sizes[0]!.equals(sizes[1]!)) continue;
    // Only objects of nearly one size can be equal but for comments; spare the others two processes.
    if (Math.abs(sizes[0]!.length - sizes[1]!.length) < 512) {
      const [a, b] = [await strip(entry.path, join(work, "a.o")), await strip(own, join(work, "b.o"))];
      if (a !== undefined && a === b) continue;
    }
    out.push(id);
  }
  return out;
}

interface Look {
  readonly weight: Float64Array;
  readonly boots: number;
  readonly failures: number;
  /** The one check that a guest needs to make for the failure to show. */
  readonly only: string | undefined;
}

/** Prior weights, from one close look at the failing mix; a search that was killed finds them again. */
async function priors(
  kernel: KernelProbe,
  items: readonly string[],
  work: string,
  only: string | undefined,
  signal: AbortSignal,
): Promise<Look> {
  const path = join(work, `priors-${kernel.run.compilerIdentity.slice(0, 12)}.json`);
  const known = readJson<{ weight: Record<string, number>; boots: number; failures: number; only?: string }>(path);
  const of = (weight: Record<string, number>): Float64Array => Float64Array.from(items, (id) => weight[id] ?? 1);
  if (known !== undefined) return { ...known, weight: of(known.weight), only: known.only };
  let boots = 0;
  let failures = 0;
  let enough: string | undefined;
  const weight: Record<string, number> = {};
  const take = (seen: Witness): void => {
    failures++;
    for (const [i, id] of kernel.items.entries()) weight[id] = seen.weight[i]!;
  };
  // The one check first: if the failure shows with it, no boot of the search need make the others.
  if (only !== undefined) {
    const seen = await kernel.witness(signal, only);
    if (seen.outcome.verdict === "fail" && areFaces(seen.outcome.signature, kernel.run.signature)) {
      boots++;
      take(seen);
      enough = only;
    }
  }
  while (boots < WITNESS_LOOKS && failures === 0) {
    const seen = await kernel.witness(signal);
    if (seen.outcome.verdict === "invalid") break;
    boots++;
    if (seen.outcome.verdict === "fail") take(seen);
  }
  writeAtomically(path, JSON.stringify({ weight, boots, failures, only: enough }));
  return { weight: of(weight), boots, failures, only: enough };
}

/** A check that is enough for a failure to show, as the stored boot tells; undefined where more than one may be needed. */
export function enoughCheck(runDir: string, signature: string): string | undefined {
  const record = readJson<{ boot?: BootResult }>(join(runDir, "verdict.json"));
  const boot = record?.boot;
  if (boot === undefined) return undefined;
  const named = /^(?:test-fail: check|hang: in check) (\S+)$/.exec(signature)?.[1];
  // The kernel's own tests are over before the battery begins.
  if (named !== undefined) return named.includes(":") ? CHEAPEST_CHECK : named;
  // It dies or stops within a check, or before there are any: then whichever is made, the others need not be.
  if (boot.done === undefined && boot.unfinished !== "" && !boot.unfinished.includes(":")) return boot.unfinished;
  if (boot.done === undefined && !boot.ready) return CHEAPEST_CHECK;
  // Mostly the kernel says such things on its way to the battery.
  return signature.startsWith("warn: ") ? CHEAPEST_CHECK : undefined;
}

interface UnitTexts extends TwoTexts {
  readonly unit: BaselineUnit;
}

/** Both compilers' assembly of a unit, or why there is none. */
async function textsOf(kernel: KernelProbe, id: string, work: string, signal: AbortSignal): Promise<UnitTexts | string> {
  const { baseline, compiler } = kernel.context;
  const unit = kernel.context.eligible.find((u) => u.id === id)!;
  const gccText = join(work, "gcc.s");
  const otherText = join(work, "other.s");
  const gcc = await runProcess(
    [...baseline.record.gcc.command, ...unit.argv, "-fno-section-anchors", "-fno-ipa-ra", "-S", "-o", gccText, unit.source],
    { cwd: baseline.buildDir, signal },
  );
  if (gcc.exitCode !== 0) return "GCC gives no assembly text";
  let text = "";
  // A compiler without the flag places no anchors either.
  for (const flags of [["-fno-section-anchors", "-fno-ipa-ra", "-S"], ["-S"]]) {
    rmSync(otherText, { force: true });
    const outcome = await compiler.compile({ ...unit, argv: [...unit.argv, ...flags] }, baseline.buildDir, otherText, signal);
    text = outcome.status === "ok" && existsSync(otherText) ? readFileSync(otherText, "latin1") : "";
    if (text !== "" && !text.startsWith("\x7fELF")) break;
  }
  if (text === "" || text.startsWith("\x7fELF")) return `${compiler.name} gives no assembly text`;
  try {
    return { id, unit, trusted: takeApart(readFileSync(gccText, "latin1")), other: takeApart(text) };
  } catch (error) {
    return (error as Error).message;
  }
}

/** Assembles a unit's text as the build does; a complaint if that fails. */
export async function assembleText(
  kernel: KernelProbe,
  unit: BaselineUnit,
  text: string,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { baseline } = kernel.context;
  writeFileSync(`${path}.s`, text, "latin1");
  const flags = unit.argv.filter((word) => /^-(?:m|Wa,)/.test(word));
  const done = await runProcess([...baseline.record.gcc.command, ...flags, "-c", "-o", path, "-x", "assembler", `${path}.s`], {
    cwd: baseline.buildDir,
    signal,
  });
  rmSync(`${path}.s`, { force: true });
  if (done.exitCode !== 0)
    return done.stderr.split("\n").find((line) => /Error|error/.test(line)) ?? "the assembler refuses the splice";
  for (const command of unit.after) {
    const after = await runProcess(
      command.map((word) => (word === unit.object ? path : word)),
      { cwd: baseline.buildDir, signal },
    );
    if (after.exitCode !== 0) return `${command[0]} refuses the splice`;
  }
  return undefined;
}

/** Which functions of the set's files are at fault, the other files held as they are. */
async function blameFunctions(
  kernel: KernelProbe,
  set: NamedSet,
  rates: Rates,
  options: KernelNarrowOptions,
  work: string,
  signal: AbortSignal,
): Promise<FunctionBlame & { readonly texts: readonly UnitTexts[] }> {
  const texts: UnitTexts[] = [];
  for (const id of set.items) {
    const got = await textsOf(kernel, id, work, signal);
    if (typeof got === "string") return { ...nobody(`functions: ${got}`, rates), texts };
    texts.push(got);
  }
  let count = 0;
  const boot = async (pieces: ReadonlyMap<string, string>, bootSignal: AbortSignal, wish?: RunWish): Promise<Outcome> => {
    const swapped = new Map<string, string>();
    for (const t of texts) {
      const path = join(work, `splice-${++count}.o`);
      const complaint = await assembleText(kernel, t.unit, pieces.get(t.id)!, path, bootSignal);
      if (complaint !== undefined) return { verdict: "invalid", reason: complaint };
      swapped.set(t.unit.object, path);
    }
    const outcome = await kernel.bootObjects(swapped, bootSignal, {
      ...wish,
      whole: !areFaces(set.signature, kernel.run.signature),
    });
    for (const path of swapped.values()) rmSync(path, { force: true });
    return outcome;
  };
  const blame = await searchFunctions(
    texts,
    boot,
    {
      rates,
      workers: options.workers,
      signature: set.signature,
      isSoft,
      areFaces,
      canDisguise: true,
      budget: options.budget ?? MOST_BOOTS,
      ...(options.onProgress !== undefined && { onProgress: options.onProgress }),
    },
    signal,
  );
  return { ...blame, texts };
}

function occUnitOf(kernel: KernelProbe, unit: BaselineUnit): OccUnit {
  const { arch, baseline } = kernel.context;
  return { arch, argv: unit.argv, source: unit.source, cwd: baseline.buildDir };
}

async function makeCase(
  kernel: KernelProbe,
  set: NamedSet,
  rates: Rates,
  options: KernelNarrowOptions,
  work: string,
  progress: BuildProgress,
  signal: AbortSignal,
): Promise<Case> {
  const { run } = kernel;
  let mismatch = await mismatchOf(kernel, set, rates, "all", options, progress, signal);
  let blame: Awaited<ReturnType<typeof blameFunctions>> = { ...nobody("", rates), texts: [] };
  // A kernel that does not link has no functions to boot.
  if (options.granularity !== "file" && !set.signature.startsWith("link-fail")) {
    try {
      blame = await blameFunctions(kernel, set, rates, options, work, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      blame = { ...blame, note: `functions: ${(error as Error).message}` };
    }
  }
  const functions = blame.functions;
  let pass: PassBlame = noPass("");
  const [only] = blame.texts;
  if (
    options.granularity === "pass" &&
    run.cc === "occ" &&
    functions.length > 0 &&
    set.items.length === 1 &&
    only !== undefined
  ) {
    const names = functions.map(nameOf);
    const whole = !areFaces(set.signature, run.signature);
    const occUnit = occUnitOf(kernel, only.unit);
    let count = 0;
    const boot = async (pattern: string, bootSignal: AbortSignal, wish?: RunWish): Promise<Outcome> => {
      const path = join(work, `pass-${++count}.o`);
      const text = `${path}.occ.s`;
      const made = await occText(occUnit, pattern, text, bootSignal);
      if (made.failure !== undefined) return { verdict: "invalid", reason: made.failure };
      const complaint = await assembleText(
        kernel,
        only.unit,
        splice(only.trusted, takeApart(readFileSync(text, "latin1")), new Set(names)),
        path,
        bootSignal,
      );
      rmSync(text, { force: true });
      if (complaint !== undefined) return { verdict: "invalid", reason: complaint };
      const outcome = await kernel.bootObjects(new Map([[only.unit.object, path]]), bootSignal, { ...wish, whole });
      rmSync(path, { force: true });
      return outcome;
    };
    try {
      const settings = { workers: options.workers, rates: blame.rates, signature: set.signature, isSoft, areFaces };
      pass = await blamePass(occUnit, [...names, ...blame.companions.map(nameOf)], work, settings, boot, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      pass = noPass(`passes: ${(error as Error).message}`);
    }
  }
  // Neither function nor pass says enough: perhaps it is right by itself and wrong beside GCC's files.
  const unexplained = functions.length === 0 || (options.granularity === "pass" && run.cc === "occ" && pass.pass === "");
  if (options.granularity !== "file" && unexplained && mismatch.against.length + mismatch.notes.length === 0)
    mismatch = await mismatchOf(kernel, set, rates, "neighbours", options, progress, signal);
  const files = blameFiles(blame.texts, functions, pass, run.cc);
  const name = functionOf(functions, pass);
  const alone =
    name === undefined || only === undefined
      ? undefined
      : await standaloneOf(occUnitOf(kernel, only.unit), name, pass, work, signal);
  Object.assign(files, alone?.files);
  const diff = consoleDiff(kernel);
  if (diff.length > 0) files["console.diff"] = `${diff.join("\n")}\n`;
  const record: Case = {
    id: caseId({ files: set.items, functions, pass: pass.pass, rewrite: pass.rewrite }, run.arch),
    kind: kindOf(set.items, mismatch.against),
    members: set.items,
    against: mismatch.against,
    ...(mismatch.notes.length > 0 && { disagreement: mismatch.notes }),
    functions,
    functionNote: [blame.note, pass.note].filter((note) => note !== "").join("; "),
    pass: pass.pass,
    rewrite: pass.rewrite,
    ...(alone !== undefined && { standalone: alone.line }),
    signature: set.signature === "" ? run.signature : set.signature,
    confidence: set.confidence,
    boots: set.boots + mismatch.boots + blame.boots + pass.boots,
    repro: commandOf(run, set.items),
    compiler: run.cc,
    arch: run.arch,
    run: run.id,
    evidence: diff.filter((line) => /^[-+]/.test(line)).slice(0, 4),
  };
  writeCase(join(run.dir, "cases"), record, files);
  return record;
}

function consoleDiff(kernel: KernelProbe): string[] {
  const own = join(kernel.run.dir, "console.log");
  if (!existsSync(own) || !existsSync(kernel.gccConsole)) return [];
  return textDiff(consoleLines(readFileSync(kernel.gccConsole, "utf8")), consoleLines(readFileSync(own, "utf8")), 2).slice(
    0,
    MOST_DIFF_LINES,
  );
}
