// One run: a plan, its objects, the link, the boot and the verdict, with a directory that holds all of it.
//
// Three steps that a search over subsets needs by themselves are functions of their own: compile (compile.ts), build and
// boot one mix (`tryMix`), and the run around them (`runKernel`), which also keeps the record.

import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { contentHash, writeAtomically } from "../cache.ts";
import { EXIT_DIFFERENCE, EXIT_INFRA, EXIT_OK, infraError, throwIfInterrupted } from "../errors.ts";
import { findRunDir, type RunPlace, readRunRecord } from "../run-dir.ts";
import { quoteWord } from "../shell-words.ts";
import type { BuildProgress } from "./baseline.ts";
import { type BootResult, bootKernel } from "./boot.ts";
import { rememberBoot } from "./build-boots.ts";
import { type CompiledUnits, compileUnits, type FailedUnit } from "./compile.ts";
import { type BaselineBoots, bootBaseline, imageWords, initrdFor, type KernelContext } from "./context.ts";
import type { LinkResult } from "./link.ts";
import { linkMix } from "./mix-link.ts";
import type { ImageKind } from "./nested.ts";
import { type Selection, selectUnits } from "./plan.ts";
import { judge, type Verdict } from "./verdict.ts";

/** Retries of a failing boot before it counts: a pass is never retried. */
const FAILURE_BOOTS = 3;
/** How much slower code of an unknown compiler may be, at worst. */
const SLOWDOWN = 8;

/** Least processor time that a guest may burn in silence. */
const LEAST_CPU_MS = 1500;

/** How a mix is booted. */
export interface BootPolicy {
  /** Boots that must all pass. */
  readonly boots: number;
  /** Overrides the deadline that is scaled from the GCC boot. */
  readonly timeoutMs: number | undefined;
  /** More words for the guest's command line. */
  readonly append?: readonly string[];
  /** A search repeats by its own rules: it looks at a failure once. */
  readonly retryFailures?: boolean;
  /** See `bootLimits`. */
  readonly seenSlowdown?: number;
  /** How many boots of this mix were made before: each further one runs a little shifted in time. */
  readonly boot?: number;
  /** More options for QEMU (a trace of what is executed). */
  readonly qemuOptions?: readonly string[];
}

/** How one mix went. */
export interface MixOutcome {
  readonly state: string;
  readonly signature: string;
  readonly verdict: Verdict | undefined;
  readonly link: LinkResult;
  readonly boot: BootResult | undefined;
  readonly bootMs: number;
  readonly bootsDone: number;
  readonly bootsPassed: number;
}

/** A finished run, as run.json has it. */
export interface RunReport {
  readonly id: string;
  readonly dir: string;
  readonly started: string;
  readonly command: readonly string[];
  readonly repro: string;
  readonly arch: string;
  readonly kernel: string;
  readonly kernelVersion: string;
  readonly source: string;
  readonly passedOver: readonly string[];
  readonly config: string;
  readonly configWords: readonly string[];
  /** What was booted; absent for vmlinux. */
  readonly image?: ImageKind;
  readonly unknownOptions: readonly string[];
  readonly gcc: string;
  readonly gccOption: string | undefined;
  readonly cc: string;
  readonly compilerVersion: string;
  readonly compilerIdentity: string;
  readonly droppedFlags: readonly string[];
  readonly accel: string;
  readonly seed: number;
  readonly fraction: number;
  readonly units: number;
  readonly underTest: number;
  readonly excluded: number;
  readonly compiled: number;
  readonly failed: readonly FailedUnit[];
  readonly refusedByKconfig: readonly FailedUnit[];
  readonly notes: Readonly<Record<string, string>>;
  readonly fromStore: number;
  readonly corruptedEntries: number;
  /** kbuild's directory with the GCC kernel. */
  readonly buildDir: string;
  /** SHA-256 of the mix's vmlinux; that of the GCC kernel when nothing is under test. */
  readonly vmlinux: string;
  readonly state: string;
  readonly signature: string;
  readonly exitCode: number;
  readonly checks: number;
  readonly evidence: readonly string[];
  readonly bootsDone: number;
  readonly bootsPassed: number;
  readonly times: {
    readonly planMs: number;
    readonly compileMs: number;
    readonly linkMs: number;
    readonly ldMs: number;
    readonly bootMs: number;
    readonly gccBootMs: number;
    readonly totalMs: number;
  };
}

/**
 * Deadline and silence limit for a mix, scaled from the GCC boot by how much of the kernel is under test. `crowding` is how
 * many processes share a processor now: a boot on a crowded machine is slow without being wrong. Processor time is what it is,
 * whatever else runs: a guest that burns more of it without a word than GCC's kernel ever does, allowing for slow code, hangs.
 */
export function bootLimits(
  gccBootMs: number,
  fraction: number,
  crowding = 1,
  gccSilentCpuMs = gccBootMs,
  /** How many times GCC's processor time between two words the compiler's code was seen to take; unknown code is given 8. */
  seenSlowdown?: number,
): { timeoutMs: number; silenceMs: number; silentCpuMs: number } {
  const slower = Math.min(10, 1 + fraction * (SLOWDOWN - 1));
  const factor = Math.max(1, crowding) * slower;
  const least = 30_000 * Math.max(1, crowding);
  return {
    timeoutMs: Math.max(least, 4 * factor * gccBootMs),
    silenceMs: Math.max(least, 3 * factor * gccBootMs),
    silentCpuMs:
      seenSlowdown === undefined
        ? LEAST_CPU_MS + 1.5 * slower * gccSilentCpuMs
        : LEAST_CPU_MS / 2 + 3 * Math.max(1, seenSlowdown) * gccSilentCpuMs,
  };
}

/** Links and boots one choice of objects, and judges it. */
export async function tryMix(
  context: KernelContext,
  swapped: ReadonlyMap<string, string>,
  dir: string,
  initrd: string,
  baselineBoots: BaselineBoots,
  policy: BootPolicy,
  signal: AbortSignal,
): Promise<MixOutcome> {
  mkdirSync(dir, { recursive: true });
  const link = await linkMix(context, swapped, dir, signal);
  return bootMix(context, link, swapped.size, dir, initrd, baselineBoots, policy, signal);
}

/** Boots what was linked from `swapped` swapped objects, and judges it. */
export async function bootMix(
  context: KernelContext,
  link: LinkResult,
  swapped: number,
  dir: string,
  initrd: string,
  baselineBoots: BaselineBoots,
  policy: BootPolicy,
  signal: AbortSignal,
): Promise<MixOutcome> {
  const { baseline, arch, accel } = context;
  if (link.failure !== undefined)
    return {
      state: "link-fail",
      signature: `link-fail: ${link.failure}`,
      verdict: undefined,
      link,
      boot: undefined,
      bootMs: 0,
      bootsDone: 0,
      bootsPassed: 0,
    };
  const fraction = swapped / Math.max(1, baseline.record.units.length);
  const gccSilentCpuMs = Math.max(...baselineBoots.results.map((result) => result.silentCpuMs));
  const scaled = bootLimits(
    baselineBoots.wallMs,
    fraction,
    loadavg()[0]! / availableParallelism(),
    gccSilentCpuMs,
    policy.seenSlowdown,
  );
  const limits = {
    timeoutMs: policy.timeoutMs ?? scaled.timeoutMs,
    silenceMs: Math.min(scaled.silenceMs, policy.timeoutMs ?? Number.POSITIVE_INFINITY),
    silentCpuMs: Math.min(scaled.silentCpuMs, policy.timeoutMs ?? Number.POSITIVE_INFINITY),
  };
  let wanted = policy.boots;
  let done = 0;
  let passed = 0;
  let worst: { verdict: Verdict; boot: BootResult } | undefined;
  let last: { verdict: Verdict; boot: BootResult } | undefined;
  let bootMs = 0;
  while (done < wanted) {
    throwIfInterrupted(signal);
    const started = performance.now();
    const boot = await bootKernel(
      {
        arch,
        image: link.image,
        initrd,
        runDir: dir,
        ...limits,
        accel,
        repeat: (policy.boot ?? 0) + done,
        append: [...imageWords(baseline), ...(policy.append ?? [])],
        ...(policy.qemuOptions && { qemuOptions: policy.qemuOptions }),
      },
      signal,
    );
    if (done === 0) bootMs = performance.now() - started;
    throwIfInterrupted(signal);
    const verdict = judge(baselineBoots.results, boot);
    if (verdict.state === "infra-error") throw infraError("boot", verdict.signature);
    last = { verdict, boot };
    done++;
    if (verdict.state === "pass") passed++;
    else {
      if (!worst) {
        const console = join(dir, "console.log");
        if (existsSync(console)) copyFileSync(console, join(dir, "console-failed.log"));
      }
      worst ??= last;
      // A failure is looked at again: what passes sometimes is not what was asked for.
      if (policy.retryFailures !== false) wanted = Math.max(wanted, FAILURE_BOOTS);
    }
  }
  const failedConsole = join(dir, "console-failed.log");
  if (existsSync(failedConsole)) {
    copyFileSync(failedConsole, join(dir, "console.log"));
    rmSync(failedConsole);
  }
  const shown = worst ?? last!;
  const flaky = worst !== undefined && passed > 0;
  return {
    state: flaky ? "flaky" : shown.verdict.state,
    signature: flaky
      ? `flaky: ${passed} of ${done} boots pass, else ${shown.verdict.signature}`
      : shown.verdict.state === "pass"
        ? ""
        : shown.verdict.signature,
    verdict: shown.verdict,
    link,
    boot: shown.boot,
    bootMs,
    bootsDone: done,
    bootsPassed: passed,
  };
}

/** What a run is asked to do. */
export interface RunRequest {
  readonly selection: Selection;
  readonly policy: BootPolicy;
  readonly jobs: number;
  readonly kernel: string;
  readonly configWords: readonly string[];
  readonly command: readonly string[];
  /** The command that repeats the run, without a file list. */
  readonly repro: string;
  /** Where its files go; held by the caller. */
  readonly place: Pick<RunPlace, "id" | "dir">;
}

/** What only Kconfig can mend: it asked GCC and its assembler what they can do, and built code for the answer. */
function isKconfigMatter(compiler: string, failure: FailedUnit): boolean {
  if (compiler.startsWith("occ") || failure.status !== "refused") return false;
  return /unrecognized instruction mnemonic|unknown directive|unrecognized opcode|invalid operand for instruction|instruction requires|unknown (token|attribute|use of instruction)|unsupported inline asm|invalid (output|input) constraint|asm goto/.test(
    failure.reason,
  );
}

/** Plans, compiles, links, boots and judges one mix; writes the run directory and returns its report. */
export async function runKernel(
  context: KernelContext,
  request: RunRequest,
  progress: BuildProgress,
  signal: AbortSignal,
): Promise<RunReport> {
  const begun = performance.now();
  const now = new Date();
  const { baseline, compiler } = context;
  const byId = new Map(context.eligible.map((unit) => [unit.id, unit]));
  const chosen = selectUnits([...byId.keys()], request.selection);
  const { id, dir } = request.place;
  const plan = {
    arch: context.arch,
    seed: request.selection.seed,
    fraction: request.selection.fraction,
    underTest: chosen,
    excluded: context.excluded,
  };
  writeAtomically(join(dir, "plan.json"), `${JSON.stringify(plan, null, 1)}\n`);
  writeAtomically(
    join(dir, "repro.sh"),
    `#!/bin/sh\n# Repeats run ${id}: the same units by the same plan.\nexec ${request.repro} "$@"\n`,
  );
  const planMs = performance.now() - begun;
  const compiled = await compileUnits(
    baseline,
    compiler,
    chosen.map((unit) => byId.get(unit)!),
    context.store,
    request.jobs,
    progress,
    signal,
  );
  const initrd = await initrdFor(context, signal);
  const boots = await bootBaseline(context, initrd, progress, signal);
  const mix = await tryMix(context, compiled.swapped, dir, initrd, boots, request.policy, signal);
  const refusedByKconfig = compiled.failed.filter((failure) => isKconfigMatter(compiler.name, failure));
  const failed = compiled.failed.filter((failure) => !refusedByKconfig.includes(failure));
  const state = mix.state === "pass" && failed.length > 0 ? "build-fail" : mix.state;
  const report: RunReport = {
    id,
    dir,
    started: now.toISOString(),
    command: request.command,
    repro: request.repro,
    arch: context.arch,
    kernel: request.kernel,
    kernelVersion: baseline.record.version,
    source: context.sourceDescription,
    passedOver: context.passedOver,
    config: baseline.record.config,
    configWords: request.configWords,
    ...(baseline.record.nested !== undefined && { image: "bzImage" as const }),
    unknownOptions: baseline.record.unknownOptions,
    gcc: baseline.record.gcc.version,
    gccOption: context.options.gcc,
    cc: compiler.name,
    compilerVersion: compiler.version,
    compilerIdentity: compiler.identity,
    droppedFlags: compiler.droppedFlags,
    accel: String(context.accel),
    seed: request.selection.seed,
    fraction: request.selection.fraction,
    units: context.eligible.length,
    underTest: chosen.length,
    excluded: context.excluded.length,
    compiled: chosen.length - compiled.failed.length,
    failed,
    refusedByKconfig,
    notes: Object.fromEntries(compiled.notes),
    fromStore: compiled.fromStore,
    corruptedEntries: compiled.corrupted + context.repaired.length,
    buildDir: baseline.buildDir,
    vmlinux: existsSync(mix.link.vmlinux) ? contentHash(readFileSync(mix.link.vmlinux)) : "",
    state,
    signature: state === "build-fail" ? `build-fail: ${failed.length} units` : mix.signature,
    exitCode: state === "pass" ? EXIT_OK : state === "flaky" ? EXIT_INFRA : EXIT_DIFFERENCE,
    checks: checksOf(mix.verdict),
    evidence: evidenceOf(mix),
    bootsDone: mix.bootsDone,
    bootsPassed: mix.bootsPassed,
    times: {
      planMs,
      compileMs: compiled.wallMs,
      linkMs: mix.link.wallMs,
      ldMs: mix.link.ldMs,
      bootMs: mix.bootMs,
      gccBootMs: boots.wallMs,
      totalMs: performance.now() - begun,
    },
  };
  writeRecord(dir, report, mix, compiled);
  if (mix.state !== "flaky") {
    const linked = chosen.filter((unit) => compiled.swapped.has(byId.get(unit)!.object));
    const outcome =
      mix.state === "pass" ? ({ verdict: "pass" } as const) : ({ verdict: "fail", signature: mix.signature } as const);
    rememberBoot(context, id, linked, outcome);
  }
  return report;
}

function checksOf(verdict: Verdict | undefined): number {
  return verdict?.checks ?? 0;
}

function evidenceOf(mix: MixOutcome): string[] {
  if (mix.link.failure !== undefined)
    return mix.link.log
      .split("\n")
      .filter((line) => /error|undefined|multiple definition|relocation/.test(line))
      .slice(0, 5);
  return [...(mix.verdict?.evidence ?? [])];
}

function writeRecord(dir: string, report: RunReport, mix: MixOutcome, compiled: CompiledUnits): void {
  const lines = [mix.link.log];
  for (const failure of compiled.failed) lines.push(`${failure.status}: ${failure.unit}: ${failure.reason}`);
  writeFileSync(join(dir, "build.log"), `${lines.join("\n")}\n`);
  writeAtomically(
    join(dir, "verdict.json"),
    `${JSON.stringify({ state: report.state, signature: report.signature, verdict: mix.verdict, boot: mix.boot }, null, 1)}\n`,
  );
  // The link manifest: proof of which object stood for which unit.
  writeAtomically(join(dir, "objects.json"), `${JSON.stringify(Object.fromEntries(compiled.hashes), null, 1)}\n`);
  writeAtomically(join(dir, "times.json"), `${JSON.stringify(Object.fromEntries(compiled.times), null, 1)}\n`);
  writeAtomically(join(dir, "run.json"), `${JSON.stringify(report, null, 1)}\n`);
  if (report.state === "pass")
    for (const name of ["vmlinux", "Image", "bzImage", "objects.rsp"]) rmSync(join(dir, name), { force: true });
}

/** The command that tries some units of a run again, all else being as it was. */
export function commandOf(run: RunReport, units: readonly string[]): string {
  const words = ["./oracle", "kernel", "--arch", run.arch, "--files", units.join(","), "--no-bisect"];
  if (run.cc !== "occ") words.push("--cc", run.cc);
  if (run.gccOption !== undefined) words.push("--gcc", run.gccOption);
  if (run.kernel !== "6.9") words.push("--kernel", run.kernel);
  if (run.configWords.join(" ") !== "boot") words.push("--config", ...run.configWords);
  if (run.image !== undefined) words.push("--image", run.image);
  return words.map(quoteWord).join(" ");
}

/** Loads a stored run by id or directory. */
export function loadRun(idOrDir: string): RunReport {
  const dir = findRunDir(idOrDir);
  if (dir === undefined) throw infraError("run", `${idOrDir}: no such run (see: ./oracle runs)`);
  const report = readRunRecord(dir) as RunReport & { kind?: string };
  if (report.kind === "program") throw infraError("run", `${idOrDir}: a run of programs; see: ./oracle bisect ${idOrDir}`);
  return { ...report, dir };
}
