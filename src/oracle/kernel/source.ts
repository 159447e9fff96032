// Finds or fetches a kernel source tree, and says which one it is.
//
// A tree in the cache is unpacked under a temporary name, given a marker file as its last act, and renamed: what stands
// under its final name with its marker is whole. Such trees never change, so their id is the hash of what they came from.
// A user's own tree may change at any time: its id is its path, and the baseline watches the files it was made from.

import { createHash } from "node:crypto";
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  cacheDir,
  digest,
  publishDirectory,
  readJson,
  requireDiskSpace,
  sweepTemporaries,
  temporaryName,
  writeAtomically,
} from "../cache.ts";
import { infraError, interruptedError, OracleError, usageError } from "../errors.ts";
import { failureReason, runProcess, runTool } from "../process.ts";
import { type KernelManifest, loadManifest, manifestNames } from "./manifest.ts";

/** A kernel source tree that can be built from. */
export interface KernelSource {
  readonly dir: string;
  /** Names the content (or, for a user's own tree, the place). */
  readonly id: string;
  /** Version as the Makefile has it, e.g. "6.9.0". */
  readonly version: string;
  /** For people: what was used and where it came from. */
  readonly description: string;
  /** False for a user's own tree, which may change between runs. */
  readonly immutable: boolean;
  /** What was tried before and why it could not be had. */
  readonly passedOver: readonly string[];
}

const MARKER = ".oracle-complete";
const RETRY_AFTER_MS = 3_600_000;
const UNPACKED_BYTES = 1_800_000_000;

/** Reads VERSION.PATCHLEVEL.SUBLEVEL of a kernel tree; nothing when the directory is none. */
export function kernelVersion(dir: string): string | undefined {
  const path = join(dir, "Makefile");
  if (!existsSync(path) || !existsSync(join(dir, "Kbuild"))) return undefined;
  const text = readFileSync(path, "utf8").slice(0, 2000);
  const field = (name: string) => new RegExp(`^${name} = *(\\d+)`, "m").exec(text)?.[1];
  const [version, patch, sub] = [field("VERSION"), field("PATCHLEVEL"), field("SUBLEVEL")];
  return version === undefined || patch === undefined ? undefined : `${version}.${patch}.${sub ?? "0"}`;
}

/** Resolves what a user gave as --kernel. */
export async function resolveSource(spec: string, signal: AbortSignal, log: (line: string) => void): Promise<KernelSource> {
  const manifest = loadManifest(spec);
  if (manifest) return resolveManifest(manifest, signal, log);
  const [path, ref] = splitRef(spec);
  if (!existsSync(path)) throw usageError(`--kernel ${spec}: neither a file nor one of ${manifestNames().join(", ")}`);
  if (statSync(path).isFile()) return fromTarball(path, signal, log);
  if (ref !== undefined || isBareRepository(path)) return fromGit(path, ref ?? "HEAD", signal, log);
  return fromTree(path, []);
}

function splitRef(spec: string): [string, string | undefined] {
  if (existsSync(spec)) return [spec, undefined];
  const at = spec.lastIndexOf("@");
  return at <= 0 ? [spec, undefined] : [spec.slice(0, at), spec.slice(at + 1)];
}

function isBareRepository(path: string): boolean {
  return existsSync(join(path, "HEAD")) && existsSync(join(path, "objects")) && !existsSync(join(path, "Makefile"));
}

function fromTree(path: string, passedOver: readonly string[]): KernelSource {
  const version = kernelVersion(path);
  if (version === undefined)
    throw usageError(`--kernel ${path}: not a kernel source tree (no Makefile with a VERSION, or no Kbuild)`);
  const dir = realpathSync(path);
  if (existsSync(join(dir, ".config")) || existsSync(join(dir, "include/config")))
    throw usageError(
      `--kernel ${path}: was built in place, which kbuild forbids beside other build directories; run make mrproper there`,
    );
  return { dir, id: `tree:${dir}`, version, description: `local tree ${dir}`, immutable: false, passedOver };
}

/** Tries a manifest and its fallbacks in order. */
export async function resolveManifest(
  manifest: KernelManifest,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<KernelSource> {
  const passedOver: string[] = [];
  for (let current: KernelManifest | undefined = manifest; current; ) {
    const found = await tryManifest(current, passedOver, signal, log);
    if (found) return { ...found, passedOver };
    current = current.fallback === undefined ? undefined : loadManifest(current.fallback);
  }
  throw infraError(
    "source",
    `kernel ${manifest.name}: cannot be had: ${passedOver.join("; ")}; give a tree with --kernel DIR or ORACLE_KERNEL_SRC`,
  );
}

async function tryManifest(
  manifest: KernelManifest,
  passedOver: string[],
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<KernelSource | undefined> {
  const own = process.env.ORACLE_KERNEL_SRC;
  if (own && manifest.version !== undefined) {
    const version = kernelVersion(own);
    if (version === manifest.version) return fromTree(own, passedOver);
    passedOver.push(`ORACLE_KERNEL_SRC=${own} ${version === undefined ? "is no kernel tree" : `is Linux ${version}`}`);
  }
  try {
    if (manifest.tarball) return await fromDownload(manifest, manifest.tarball, signal, log);
    if (manifest.package !== undefined) return await fromPackage(manifest.package, signal, log);
  } catch (error) {
    if (!(error instanceof OracleError) || error.kind !== "source") throw error;
    passedOver.push(error.message);
    log(`${error.message}; trying the next source`);
  }
  return undefined;
}

/** A tree of the cache, if it is there and whole. */
function cachedTree(name: string, id: string): KernelSource | undefined {
  const dir = join(cacheDir("sources"), name);
  const marker = readJson<{ id: string; description: string }>(join(dir, MARKER));
  const version = kernelVersion(dir);
  if (marker === undefined || marker.id !== id || version === undefined) return undefined;
  return { dir, id, version, description: marker.description, immutable: true, passedOver: [] };
}

/** Unpacks into the cache by `fill` and returns the tree; safe against crashes and against others who do the same. */
async function makeTree(
  name: string,
  id: string,
  description: string,
  fill: (dir: string) => Promise<void>,
): Promise<KernelSource> {
  const root = cacheDir("sources");
  sweepTemporaries(root);
  requireDiskSpace(root, UNPACKED_BYTES, "a kernel source");
  const final = join(root, name);
  if (existsSync(final)) rmSync(final, { recursive: true, force: true });
  const temporary = temporaryName(final);
  mkdirSync(temporary);
  try {
    await fill(temporary);
    if (kernelVersion(temporary) === undefined) throw infraError("source", `${description}: holds no kernel source tree`);
    writeAtomically(join(temporary, MARKER), JSON.stringify({ id, description }));
    publishDirectory(temporary, final);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  const tree = cachedTree(name, id);
  if (tree === undefined) throw infraError("source", `${description}: the cache at ${final} holds something else`);
  return tree;
}

async function fileHash(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

async function unpackTar(tarball: string, dir: string, signal: AbortSignal): Promise<void> {
  const result = await runProcess(["tar", "-xf", tarball, "-C", dir, "--strip-components=1", "--no-same-owner"], { signal });
  if (result.exitCode !== 0) throw infraError("source", `${tarball}: cannot be unpacked: ${failureReason(result)}`);
}

async function fromTarball(path: string, signal: AbortSignal, log: (line: string) => void): Promise<KernelSource> {
  const sha = await fileHash(path, "sha512");
  const id = `sha512:${sha}`;
  const name = `tarball-${sha.slice(0, 16)}`;
  const cached = cachedTree(name, id);
  if (cached) return cached;
  log(`unpacking ${path}`);
  return makeTree(name, id, `tarball ${basename(path)}`, (dir) => unpackTar(path, dir, signal));
}

async function fromDownload(
  manifest: KernelManifest,
  tarball: { readonly url: string; readonly sha512: string },
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<KernelSource> {
  const id = `sha512:${tarball.sha512}`;
  const name = `${manifest.name}-${tarball.sha512.slice(0, 16)}`;
  const cached = cachedTree(name, id);
  if (cached) return cached;
  const downloads = cacheDir("downloads");
  sweepTemporaries(downloads);
  const file = join(downloads, basename(tarball.url));
  if (!existsSync(file) || (await fileHash(file, "sha512")) !== tarball.sha512) {
    // What could not be reached is not tried again for an hour: the next source is at hand, and waiting helps nobody.
    const failed = `${file}.unreachable`;
    const age = existsSync(failed) ? Date.now() - statSync(failed).mtimeMs : Number.POSITIVE_INFINITY;
    if (age < RETRY_AFTER_MS) throw infraError("source", readFileSync(failed, "utf8"));
    log(`downloading ${tarball.url}`);
    try {
      await download(tarball.url, file, tarball.sha512, signal);
    } catch (error) {
      if (error instanceof OracleError && error.message.includes("not reachable")) writeAtomically(failed, error.message);
      throw error;
    }
    rmSync(failed, { force: true });
  }
  log(`unpacking ${file}`);
  return makeTree(name, id, `${tarball.url}, checksum verified`, (dir) => unpackTar(file, dir, signal));
}

async function download(url: string, file: string, sha512: string, signal: AbortSignal): Promise<void> {
  const temporary = temporaryName(file);
  const quiet = AbortSignal.timeout(20 * 60_000);
  const connect = new AbortController();
  const timer = setTimeout(() => connect.abort(), 20_000);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, quiet, connect.signal]) });
    clearTimeout(timer);
    if (!response.ok || response.body === null) throw infraError("source", `${url}: HTTP ${response.status}`);
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(temporary));
    const actual = await fileHash(temporary, "sha512");
    if (actual !== sha512) throw infraError("source", `${url}: SHA-512 is ${actual.slice(0, 16)}…, not ${sha512.slice(0, 16)}…`);
    renameSync(temporary, file);
  } catch (error) {
    if (signal.aborted) throw interruptedError();
    if (error instanceof OracleError || (error as NodeJS.ErrnoException).code === "ENOSPC") throw error;
    const cause = (error as { cause?: unknown }).cause;
    const reason = cause instanceof Error ? cause.message : (error as Error).message;
    throw infraError("source", `${url}: not reachable (${reason || "no connection"})`);
  } finally {
    clearTimeout(timer);
    rmSync(temporary, { force: true });
  }
}

async function fromPackage(name: string, signal: AbortSignal, log: (line: string) => void): Promise<KernelSource> {
  const concrete = await concretePackage(name, signal);
  const policy = await runProcess(["apt-cache", "policy", concrete], { signal });
  const version = /Candidate: (\S+)/.exec(policy.stdout)?.[1];
  if (version === undefined || version === "(none)")
    throw infraError("source", `package ${concrete}: apt knows no version of it`);
  const id = `deb:${concrete}=${version}`;
  const label = `debian-${digest(id).slice(0, 16)}`;
  const cached = cachedTree(label, id);
  if (cached) return cached;
  const work = temporaryName(join(cacheDir("downloads"), label));
  mkdirSync(work);
  try {
    log(`downloading package ${concrete} ${version}`);
    const got = await runProcess(["apt-get", "download", `${concrete}=${version}`], {
      cwd: work,
      signal,
      timeoutMs: 30 * 60_000,
    });
    const deb = readdirSync(work).find((file) => file.endsWith(".deb"));
    if (got.exitCode !== 0 || deb === undefined) throw infraError("source", `package ${concrete}: ${failureReason(got)}`);
    await runTool(["dpkg-deb", "-x", deb, "unpacked"], { cwd: work, signal });
    const sources = join(work, "unpacked/usr/src");
    const tarball = readdirSync(sources).find((file) => /^linux-source-.*\.tar\./.test(file));
    if (tarball === undefined) throw infraError("source", `package ${concrete}: holds no tarball`);
    log(`unpacking ${tarball}`);
    return await makeTree(label, id, `Debian package ${concrete} ${version}`, (dir) =>
      unpackTar(join(sources, tarball), dir, signal),
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** `linux-source` is a metapackage: the one it depends on holds the tarball. */
async function concretePackage(name: string, signal: AbortSignal): Promise<string> {
  if (/\d/.test(name)) return name;
  const result = await runProcess(["apt-cache", "depends", name], { signal });
  if (result.missing) throw infraError("source", `package ${name}: this machine has no apt-cache`);
  const found = /Depends: (linux-source-[\d.]+\S*)/.exec(result.stdout)?.[1];
  if (found !== undefined) return found;
  const all = await runProcess(["apt-cache", "pkgnames", "linux-source-"], { signal });
  const best = all.stdout
    .split("\n")
    .filter((line) => /^linux-source-[\d.]+$/.test(line))
    .sort()
    .pop();
  if (best === undefined) throw infraError("source", `package ${name}: apt knows none; run apt-get update`);
  return best;
}

async function fromGit(path: string, ref: string, signal: AbortSignal, log: (line: string) => void): Promise<KernelSource> {
  const parsed = await runProcess(["git", "-C", path, "rev-parse", "--verify", "--quiet", `${ref}^{commit}`], { signal });
  if (parsed.exitCode !== 0) throw usageError(`--kernel ${path}@${ref}: no such git directory or ref`);
  const commit = parsed.stdout.trim();
  const id = `git:${commit}`;
  const name = `git-${commit.slice(0, 16)}`;
  const cached = cachedTree(name, id);
  if (cached) return cached;
  log(`exporting ${ref} (${commit.slice(0, 12)}) from ${path}`);
  return makeTree(name, id, `git ${path}@${ref} (${commit.slice(0, 12)})`, async (dir) => {
    const archive = `${dir}.tar`;
    try {
      await runTool(["git", "-C", path, "archive", "--format=tar", "-o", archive, commit], { signal });
      const result = await runProcess(["tar", "-xf", archive, "-C", dir, "--no-same-owner"], { signal });
      if (result.exitCode !== 0) throw infraError("source", `${path}@${ref}: cannot be unpacked: ${failureReason(result)}`);
    } finally {
      rmSync(archive, { force: true });
    }
  });
}
