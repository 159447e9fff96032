// The baseline: one whole GCC build by kbuild, out of tree, and what a mix needs to know of it.
//
// A baseline is made under a temporary name and renamed when it is whole; its record (baseline.json) is written last. The
// key names source, configuration and GCC. For a user's own tree, which may change, the record also has size and time of
// every file that the build read: when one differs, that generation is passed over and a new one is built.

import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type Arch, archInfo, crossPrefix } from "../arch.ts";
import {
  cacheDir,
  contentHash,
  digest,
  publishDirectory,
  readJson,
  requireDiskSpace,
  sweepTemporaries,
  temporaryName,
  writeAtomically,
} from "../cache.ts";
import { infraError, interruptedError } from "../errors.ts";
import { failureReason, runProcess } from "../process.ts";
import type { ConfigRequest } from "./configure.ts";
import { kconfigFiles, requireConfig } from "./configure.ts";
import { type LinkRecipe, linkKernel, readLinkRecipe } from "./link.ts";
import { type ImageKind, linkImage, type NestedRecipe, nestedObjects, readNestedRecipe } from "./nested.ts";
import type { KernelSource } from "./source.ts";
import { compileArguments, readCommandFile, type TranslationUnit, unitFromRecord, withUniqueIds } from "./units.ts";

/** Goes up when the record's form or the way of building changes. */
const RECIPE = 3;
const BASELINE_BYTES = 600_000_000;

/** A unit as the baseline's record keeps it: the dependencies are folded into one hash. */
export interface BaselineUnit {
  readonly id: string;
  readonly object: string;
  readonly argv: readonly string[];
  readonly after: readonly (readonly string[])[];
  readonly source: string;
  /** Hash of the names and contents of everything that the compiler read. */
  readonly inputs: string;
}

/** What baseline.json holds. */
export interface BaselineRecord {
  readonly recipe: number;
  readonly key: string;
  readonly arch: Arch;
  readonly version: string;
  readonly source: { readonly dir: string; readonly id: string; readonly description: string };
  readonly config: string;
  readonly unknownOptions: readonly string[];
  readonly gcc: { readonly command: readonly string[]; readonly hash: string; readonly version: string };
  readonly buildMs: number;
  /** C files that were linked into vmlinux. */
  readonly units: readonly BaselineUnit[];
  /** C files that kbuild compiled for the target but that are no part of vmlinux's own link. */
  readonly unlinked: readonly string[];
  /** Assembler sources and derived objects in the link. */
  readonly otherObjects: number;
  readonly link: LinkRecipe;
  /** With a bzImage: how the programs in and around vmlinux are linked. Their units are among `units`. */
  readonly nested?: NestedRecipe;
  /** SHA-256 of each linked object, by its path. */
  readonly objects: Readonly<Record<string, string>>;
  readonly vmlinux: string;
  /** Path, size and modification time of each file read from a source tree that may change. */
  readonly tracked: readonly (readonly [string, number, number])[];
}

/** A baseline on this machine. */
export interface Baseline {
  readonly dir: string;
  readonly buildDir: string;
  readonly record: BaselineRecord;
  /** The image that QEMU boots. */
  readonly image: string;
}

/** What a baseline is made from. */
export interface BaselineRequest {
  readonly arch: Arch;
  readonly source: KernelSource;
  readonly config: ConfigRequest;
  readonly gcc: { readonly command: readonly string[]; readonly hash: string; readonly version: string };
  readonly jobs: number;
  /** vmlinux unless told otherwise. */
  readonly image?: ImageKind;
}

/** Told how far a build is. */
export interface BuildProgress {
  start(total: number, what: string): void;
  advance(what: string): void;
  stop(): void;
}

/** The environment that makes a kernel build repeatable. */
export const BUILD_ENVIRONMENT: Readonly<Record<string, string>> = {
  KBUILD_BUILD_TIMESTAMP: "2024-05-12 00:00:00 UTC",
  KBUILD_BUILD_USER: "oracle",
  KBUILD_BUILD_HOST: "oracle",
  KBUILD_BUILD_VERSION: "1",
  // Kbuild takes these from the environment; a stray one would change the build.
  KCFLAGS: "",
  KAFLAGS: "",
  MAKEFLAGS: "",
};

function baselineKey(request: BaselineRequest): string {
  const { source, config, gcc } = request;
  const image = request.image === "bzImage" ? ["bzImage"] : [];
  return digest(String(RECIPE), source.id, source.dir, request.arch, config.base, config.text, gcc.hash, ...image).slice(0, 24);
}

function isCurrent(record: BaselineRecord): boolean {
  return record.tracked.every(([path, size, mtime]) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat !== undefined && stat.size === size && stat.mtimeMs === mtime;
  });
}

function openBaseline(dir: string): Baseline | undefined {
  const record = readJson<BaselineRecord>(join(dir, "baseline.json"));
  if (record === undefined || record.recipe !== RECIPE) return undefined;
  const buildDir = join(dir, "build");
  const image = record.nested
    ? join(buildDir, record.nested.boot.result)
    : record.link.objcopy
      ? join(dir, "Image")
      : join(buildDir, "vmlinux");
  return { dir, buildDir, record, image };
}

/** A finished baseline for the request, if the cache has one that is still true. */
export function findBaseline(request: BaselineRequest): Baseline | undefined {
  const root = cacheDir("baselines");
  const key = baselineKey(request);
  for (const name of readdirSync(root)) {
    if (name.split("+")[0] !== key || name.includes(".tmp-")) continue;
    const found = openBaseline(join(root, name));
    if (found && isCurrent(found.record)) return found;
  }
  return undefined;
}

/** Finds the baseline or builds it; takes minutes in the second case. */
export async function requireBaseline(
  request: BaselineRequest,
  progress: BuildProgress,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<Baseline> {
  const found = findBaseline(request);
  if (found) return found;
  const root = cacheDir("baselines");
  sweepTemporaries(root);
  requireDiskSpace(root, BASELINE_BYTES, "a kernel build");
  const key = baselineKey(request);
  let generation = 0;
  while (existsSync(join(root, `${key}+${generation}`))) generation++;
  const final = join(root, `${key}+${generation}`);
  const temporary = temporaryName(final);
  mkdirSync(temporary);
  try {
    await build(request, key, temporary, progress, signal, log);
    publishDirectory(temporary, final);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  const built = openBaseline(final);
  if (!built) throw infraError("baseline", `${final}: was taken by something else`);
  return built;
}

async function build(
  request: BaselineRequest,
  key: string,
  dir: string,
  progress: BuildProgress,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  const started = performance.now();
  const { arch, source, config, gcc } = request;
  const info = archInfo(arch);
  const buildDir = join(dir, "build");
  mkdirSync(buildDir);
  writeFileSync(join(dir, "requested.config"), config.text);
  const buildLog: string[] = [];
  const make = async (targets: readonly string[], onLine?: (line: string) => void) => {
    const argv = [
      "make",
      "-C",
      source.dir,
      `O=${buildDir}`,
      `ARCH=${info.kbuild}`,
      `CROSS_COMPILE=${crossPrefix(arch)}`,
      `CC=${gcc.command.join(" ")}`,
      ...targets,
    ];
    const result = await runProcess(argv, {
      signal,
      env: { ...BUILD_ENVIRONMENT, KCONFIG_ALLCONFIG: join(dir, "requested.config") },
      onLine: (line) => {
        buildLog.push(line);
        onLine?.(line);
      },
    });
    if (result.exitCode === 0) return;
    writeAtomically(join(cacheDir("logs"), `baseline-${key}.log`), `${buildLog.join("\n")}\n`);
    if (result.missing) throw infraError("tool", "make: not found; try: ./oracle doctor --install");
    const reason = failureReason({ ...result, stderr: buildLog.join("\n"), stdout: "" });
    if (reason.includes("no space left")) throw infraError("disk", `${buildDir}: no space left on the device`);
    throw infraError("baseline", `make ${targets.at(-1)}: ${reason} (log: ${join(cacheDir("logs"), `baseline-${key}.log`)})`);
  };
  if (config.base === "allnoconfig") await make(["allnoconfig"]);
  else {
    await make([config.base]);
    writeFileSync(join(buildDir, ".config"), `${readFileSync(join(buildDir, ".config"), "utf8")}\n${config.text}`);
    await make(["olddefconfig"]);
  }
  const unknownOptions = requireConfig(config, source.dir, buildDir);
  for (const line of unknownOptions) log(`this kernel cannot be given ${line}`);
  progress.start(config.objects, `GCC baseline (${arch}, ${config.name})`);
  try {
    await make([`-j${request.jobs}`, request.image ?? "vmlinux"], (line) => {
      const step = /^ {2}(CC|AS|HOSTCC|LDS|AR|LD) +(?:\[M\] +)?(\S+)/.exec(line);
      if (step && step[1] !== "LDS" && step[1] !== "AR" && step[1] !== "LD") progress.advance(step[2]!);
    });
  } finally {
    progress.stop();
  }
  writeFileSync(join(dir, "build.log"), `${buildLog.join("\n")}\n`);
  await record(request, key, dir, unknownOptions, started, signal);
}

/** Reads the finished build, proves that our link gives kbuild's own bytes, and writes the record. */
async function record(
  request: BaselineRequest,
  key: string,
  dir: string,
  unknownOptions: readonly string[],
  started: number,
  signal: AbortSignal,
): Promise<void> {
  const { arch, source, config, gcc } = request;
  const buildDir = join(dir, "build");
  const link = await readLinkRecipe(arch, archInfo(arch).srcArch, buildDir, source.dir);
  const nested = request.image === "bzImage" ? readNestedRecipe(buildDir) : undefined;
  const leaves = [
    ...link.objects,
    ...link.libraries.flatMap((library) => library.members),
    ...(nested === undefined ? [] : nestedObjects(nested)),
  ];
  const raw: TranslationUnit[] = [];
  for (const object of leaves) {
    const command = readCommandFile(buildDir, object);
    const unit = command && unitFromRecord(command, object, buildDir, source.dir, gcc.command.length);
    if (unit) raw.push(unit);
  }
  if (raw.length === 0) throw infraError("baseline", `${source.dir}: no compile commands found in the build`);
  const hashes = new Map<string, string>();
  const hashOf = (path: string): string => {
    let hash = hashes.get(path);
    if (hash === undefined) {
      hash = existsSync(path) ? contentHash(readFileSync(path)) : "missing";
      hashes.set(path, hash);
    }
    return hash;
  };
  // fixdep leaves these out of the lists, though each unit reads them.
  const implicit = ["include/generated/autoconf.h"].map((name) => join(buildDir, name));
  const nameOf = (path: string) =>
    path.startsWith(buildDir) ? `@BUILD/${relative(buildDir, path)}` : relative(source.dir, path);
  const units = withUniqueIds(raw).map((unit): BaselineUnit => {
    const inputs = [...new Set([...unit.deps, ...implicit])].map((path) => `${nameOf(path)}\0${hashOf(path)}`).sort();
    return {
      id: unit.id,
      object: unit.object,
      argv: unit.argv,
      after: unit.after,
      source: unit.source,
      inputs: digest(...inputs),
    };
  });
  const objects: Record<string, string> = {};
  for (const object of [...leaves, ...link.extra]) objects[object] = contentHash(readFileSync(join(buildDir, object)));
  const noLate = async () => "nothing is swapped";
  const linked =
    nested === undefined
      ? await linkKernel(arch, link, buildDir, new Map(), dir, signal)
      : await linkImage(
          { arch, link, nested, buildDir, swapped: new Map(), outDir: dir, env: BUILD_ENVIRONMENT, late: noLate, all: true },
          signal,
        );
  if (linked.failure !== undefined) throw infraError("link", `relinking the baseline: ${linked.failure}`);
  const vmlinux = contentHash(readFileSync(join(buildDir, "vmlinux")));
  if (contentHash(readFileSync(linked.vmlinux)) !== vmlinux)
    throw infraError("link", "relinking the baseline does not give kbuild's own vmlinux");
  if (nested !== undefined && !readFileSync(linked.image).equals(readFileSync(join(buildDir, nested.boot.result))))
    throw infraError("link", "making the baseline's boot image again does not give kbuild's own bzImage");
  for (const name of ["vmlinux", "objects.rsp", "bzImage"]) rmSync(join(dir, name), { force: true });
  const whole: BaselineRecord = {
    recipe: RECIPE,
    key,
    arch,
    version: source.version,
    source: { dir: source.dir, id: source.id, description: source.description },
    config: config.name,
    unknownOptions,
    gcc,
    buildMs: performance.now() - started,
    units: units.map((unit) => relocate(unit, buildDir)),
    unlinked: findUnlinked(buildDir, source.dir, new Set(leaves), gcc.command.length),
    otherObjects: leaves.length - units.length,
    link,
    ...(nested !== undefined && { nested }),
    objects,
    vmlinux,
    tracked: source.immutable ? [] : trackedFiles(hashes.keys(), source.dir, buildDir),
  };
  writeAtomically(join(dir, "baseline.json"), JSON.stringify(whole));
}

/** The directory is about to get its final name: no path in the record may hold the temporary one. */
function relocate(unit: BaselineUnit, buildDir: string): BaselineUnit {
  const plain = (text: string) => text.replaceAll(buildDir, ".");
  return {
    ...unit,
    argv: unit.argv.map(plain),
    after: unit.after.map((command) => command.map(plain)),
    source: plain(unit.source),
  };
}

/** Objects compiled for the target from C that are embedded as data or linked elsewhere (vDSO and the like). */
function findUnlinked(buildDir: string, sourceDir: string, linked: ReadonlySet<string>, compilerWords: number): string[] {
  const found: string[] = [];
  for (const name of readdirSync(buildDir, { recursive: true, encoding: "utf8" })) {
    const match = /^(.*\/)\.([^/]+\.o)\.cmd$/.exec(name);
    if (!match || /^(scripts|tools|usr|samples|source)\//.test(name)) continue;
    const object = `${match[1]}${match[2]}`;
    if (linked.has(object)) continue;
    const command = readCommandFile(buildDir, object);
    if (
      command &&
      command.commands[0]?.includes("-D__KERNEL__") &&
      unitFromRecord(command, object, buildDir, sourceDir, compilerWords)
    )
      found.push(object);
  }
  return found.sort();
}

function trackedFiles(deps: Iterable<string>, sourceDir: string, buildDir: string): [string, number, number][] {
  const paths = new Set<string>(kconfigFiles(sourceDir, buildDir));
  for (const path of deps) if (!path.startsWith(buildDir)) paths.add(path);
  for (const path of [...paths]) {
    for (const name of ["Makefile", "Kbuild"]) {
      const beside = join(dirname(path), name);
      if (existsSync(beside)) paths.add(beside);
    }
  }
  const tracked: [string, number, number][] = [];
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile()) tracked.push([path, stat.size, stat.mtimeMs]);
  }
  return tracked;
}

/** Checks the baseline's own objects against their recorded hashes; a damaged one is compiled again, and must come out equal. */
export async function repairBaseline(baseline: Baseline, signal: AbortSignal): Promise<string[]> {
  const { buildDir, record: known } = baseline;
  const repaired: string[] = [];
  for (const [object, hash] of Object.entries(known.objects)) {
    const path = join(buildDir, object);
    if (existsSync(path) && contentHash(readFileSync(path)) === hash) continue;
    const unit = known.units.find((candidate) => candidate.object === object);
    const temporary = temporaryName(path);
    if (unit) {
      const result = await runProcess([...known.gcc.command, ...compileArguments(unit, temporary)], { cwd: buildDir, signal });
      for (const command of unit.after)
        if (result.exitCode === 0)
          await runProcess(
            command.map((word) => (word === object ? temporary : word)),
            { cwd: buildDir, signal },
          );
      if (result.exitCode === 0 && contentHash(readFileSync(temporary)) === hash) {
        writeAtomically(path, readFileSync(temporary));
        rmSync(temporary, { force: true });
        repaired.push(object);
        continue;
      }
      rmSync(temporary, { force: true });
    }
    if (signal.aborted) throw interruptedError();
    // Not ours to mend: the whole baseline goes, and the caller builds a new one.
    rmSync(join(baseline.dir, "baseline.json"), { force: true });
    rmSync(baseline.dir, { recursive: true, force: true });
    throw infraError(
      "cache",
      `${realpathSync(dirname(baseline.dir))}: baseline ${known.key} was damaged (${object}) and has been removed; run again`,
    );
  }
  return repaired;
}
