// Everything that mixes of one (source, config, GCC, compiler under test) share: opened once, used by any number of runs.

import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Arch, archInfo, crossPrefix } from "../arch.ts";
import { cacheDir, contentHash, digest, readJson, sweepTemporaries, temporaryName, writeAtomically } from "../cache.ts";
import { requireCompiler, splitCommand } from "../compilers/command.ts";
import { COMPILE_TIMEOUT_MS, type Compiler } from "../compilers/compiler.ts";
import { commandIdentity, findProgram } from "../compilers/identity.ts";
import { isOcc, openCompiler } from "../compilers/open.ts";
import { infraError, OracleError, usageError } from "../errors.ts";
import { ObjectStore } from "../objects/store.ts";
import { runProcess } from "../process.ts";
import { type Baseline, type BaselineUnit, type BuildProgress, repairBaseline, requireBaseline } from "./baseline.ts";
import { type BootJob, type BootResult, bootKernel } from "./boot.ts";
import { checkConfigWords, requestConfig } from "./configure.ts";
import { exclusionFor, loadExclusions } from "./exclusions.ts";
import { buildInitrd } from "./init.ts";
import { BOOT_IMAGE_WORDS, type ImageKind } from "./nested.ts";
import { resolveSource } from "./source.ts";
import { judge } from "./verdict.ts";

/** Boots of the GCC kernel that a verdict is measured against. */
const BASELINE_BOOTS = 3;
const BASELINE_TIMEOUT_MS = 180_000;
const BASELINE_SILENCE_MS = 90_000;

/** What a context is opened for. */
export interface ContextOptions {
  readonly arch: Arch;
  readonly kernel: string;
  readonly config: readonly string[];
  readonly cc: string;
  readonly gcc: string | undefined;
  readonly jobs: number;
  /** Limit of one compilation, for one that is to end sooner than usual. */
  readonly compileTimeoutMs?: number;
  /** What is booted; vmlinux unless told otherwise. */
  readonly image?: ImageKind | undefined;
}

/** An object that stays with GCC, and why. */
export interface ExcludedObject {
  readonly object: string;
  readonly reason: string;
}

/** The GCC kernel's boots, and what they were booted with. */
export interface BaselineBoots {
  readonly results: readonly BootResult[];
  readonly wallMs: number;
}

/** What all mixes of one kernel and one compiler share. */
export interface KernelContext {
  readonly options: ContextOptions;
  readonly arch: Arch;
  readonly baseline: Baseline;
  readonly sourceDescription: string;
  readonly passedOver: readonly string[];
  readonly compiler: Compiler;
  readonly store: ObjectStore;
  readonly eligible: readonly BaselineUnit[];
  readonly excluded: readonly ExcludedObject[];
  readonly repaired: readonly string[];
  readonly accel: BootJob["accel"];
  close(): Promise<void>;
}

/** Finds or makes the source, the configuration and the baseline, and opens the compiler under test. */
export async function openContext(
  options: ContextOptions,
  progress: BuildProgress,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<KernelContext> {
  const { arch } = options;
  // A command that is wrong in itself is said before minutes are spent on a baseline.
  const underTest = isOcc(options.cc) ? undefined : splitCommand(options.cc, { arch });
  const gccCommand = splitCommand(options.gcc ?? `${crossPrefix(arch)}gcc`, { arch }, "--gcc");
  const command = [...gccCommand.command, ...gccCommand.flags];
  for (const tool of [`${crossPrefix(arch)}ld`, `${crossPrefix(arch)}ar`, `${crossPrefix(arch)}objcopy`, "make"])
    if (findProgram(tool) === undefined) throw infraError("tool", `${tool}: not found; try: ./oracle doctor --install`);
  checkConfigWords(options.config);
  const image = options.image ?? "vmlinux";
  if (image === "bzImage" && arch !== "x86") throw usageError("--image bzImage: only x86 has one");
  await requireCompiler(command, signal);
  if (underTest !== undefined) await requireCompiler([...underTest.command, ...underTest.flags], signal);
  const source = await resolveSource(options.kernel, signal, log);
  const config = requestConfig(arch, options.config, source.version);
  const gcc = { command, ...(await commandIdentity(command, [])) };
  const request = { arch, source, config, gcc, jobs: options.jobs, image };
  let baseline = await requireBaseline(request, progress, signal, log);
  let repaired: string[];
  try {
    repaired = await repairBaseline(baseline, signal);
  } catch (error) {
    if (!(error instanceof OracleError) || error.kind !== "cache") throw error;
    log(error.message);
    baseline = await requireBaseline(request, progress, signal, log);
    repaired = [];
  }
  const exclusions = loadExclusions();
  const excluded: ExcludedObject[] = [];
  const eligible: BaselineUnit[] = [];
  for (const unit of baseline.record.units) {
    const exclusion = exclusionFor(unit.object, exclusions);
    // What only vmlinux's own link keeps out is in the boot image's.
    const kept = exclusion !== undefined && (exclusion.linked || baseline.record.nested === undefined);
    if (kept) excluded.push({ object: unit.object, reason: exclusion.reason });
    else eligible.push(unit);
  }
  for (const object of baseline.record.unlinked) {
    const exclusion = exclusionFor(object, exclusions);
    if (exclusion) excluded.push({ object, reason: exclusion.reason });
  }
  const compiler = await openCompiler(options.cc, {
    arch,
    jobs: options.jobs,
    units: eligible,
    timeoutMs: options.compileTimeoutMs ?? COMPILE_TIMEOUT_MS,
    signal,
  });
  return {
    options,
    arch,
    baseline,
    sourceDescription: source.description,
    passedOver: source.passedOver,
    compiler,
    store: new ObjectStore(),
    eligible,
    excluded,
    repaired,
    accel: "tcg",
    close: () => compiler.close(),
  };
}

/** Boots the GCC kernel often enough to know what it does; the results are kept beside the baseline. */
export async function bootBaseline(
  context: KernelContext,
  initrd: string,
  progress: BuildProgress,
  signal: AbortSignal,
  append: readonly string[] = [],
): Promise<BaselineBoots> {
  const { baseline, arch, accel } = context;
  const qemu = await runProcess([archInfo(arch).qemu, "--version"], { signal, timeoutMs: 30_000 });
  if (qemu.missing) throw infraError("tool", `${archInfo(arch).qemu}: not found; try: ./oracle doctor --install`);
  const parts = [contentHash(readFileSync(initrd)), qemu.stdout, accel, baseline.record.vmlinux, bootCodeHash()];
  const key = digest(...parts, ...imageWords(baseline), ...append).slice(0, 16);
  const path = join(baseline.dir, `boots-${key}.json`);
  const known = readJson<BaselineBoots>(path);
  if (known) return known;
  const results: BootResult[] = [];
  let wallMs = 0;
  sweepTemporaries(cacheDir("boots"));
  const dirs = Array.from({ length: BASELINE_BOOTS }, () => temporaryName(join(cacheDir("boots"), baseline.record.key)));
  progress.start(BASELINE_BOOTS, `booting the GCC kernel (${arch})`);
  try {
    for (let i = 0; i < BASELINE_BOOTS; i++) {
      const started = performance.now();
      const job: BootJob = {
        arch,
        image: baseline.image,
        initrd,
        runDir: dirs[i]!,
        timeoutMs: BASELINE_TIMEOUT_MS,
        silenceMs: BASELINE_SILENCE_MS,
        accel,
        append: [...imageWords(baseline), ...append],
      };
      results.push(await bootKernel(job, signal));
      wallMs = Math.max(wallMs, performance.now() - started);
      progress.advance(`boot ${i + 1}`);
    }
  } catch (error) {
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
    throw error;
  } finally {
    progress.stop();
  }
  for (const [index, result] of results.entries()) {
    const verdict = judge(results, result);
    if (verdict.state === "pass") continue;
    const kept = join(baseline.dir, "failed-console.log");
    copyFileSync(join(dirs[index]!, "console.log"), kept);
    throw infraError("baseline", `the GCC kernel itself does not pass: ${verdict.signature} (console: ${kept})`);
  }
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  const boots = { results, wallMs };
  writeAtomically(path, JSON.stringify(boots));
  return boots;
}

/** Words for the command line of every boot of a baseline's image. */
export function imageWords(baseline: Baseline): readonly string[] {
  return baseline.record.nested === undefined ? [] : BOOT_IMAGE_WORDS;
}

/** The judged results depend on the code that reads the console: an edit of it makes old boots stale. */
export function bootCodeHash(): string {
  return digest(
    ...["boot.ts", "console.ts", "patterns.ts", "verdict.ts"].map((name) => readFileSync(join(import.meta.dirname, name))),
  );
}

/** The initial RAM disk with our own init, from the cache or made now. */
export function initrdFor(context: KernelContext, signal?: AbortSignal): Promise<string> {
  const config = readFileSync(join(context.baseline.buildDir, ".config"), "utf8");
  return buildInitrd(context.arch, cacheDir("initrd"), config, signal);
}
