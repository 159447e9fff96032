// The cache directory: sources, baselines, objects. Everything in it can be rebuilt, and any number of processes may share it.
//
// Invariant: a name without ".tmp-" in it is complete. Whatever takes time is made under a temporary name that carries
// the maker's process id and is renamed when it is whole; what dead makers left behind is swept up by the next run.

import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { homedir, hostname } from "node:os";
import { dirname, join } from "node:path";
import { infraError } from "./errors.ts";

/** The root of the cache: $ORACLE_CACHE, or the user's cache directory. */
export function cacheRoot(): string {
  const own = process.env.ORACLE_CACHE;
  if (own) return own;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "oracle");
}

/** A directory of the cache, made if need be. */
export function cacheDir(...parts: string[]): string {
  const dir = join(cacheRoot(), ...parts);
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** SHA-256 in hex of strings and bytes; each part is closed by a NUL so that parts cannot run together. */
export function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(part);
    hash.update("\0");
  }
  return hash.digest("hex");
}

/** SHA-256 in hex of exactly these bytes. */
export function contentHash(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A temporary name beside `path` that says whose it is. */
export function temporaryName(path: string): string {
  return `${path}.tmp-${hostname()}-${process.pid}-${randomBytes(4).toString("hex")}`;
}

/** Writes a file so that readers see the old or the new content and never a part. */
export function writeAtomically(path: string, data: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Moves a finished directory into place; says whether ours became the one that counts. */
export function publishDirectory(temporary: string, final: string): boolean {
  try {
    renameSync(temporary, final);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    rmSync(temporary, { recursive: true, force: true });
    return false;
  }
}

/** Removes temporary entries in `dir` whose makers (on this host) are dead. */
export function sweepTemporaries(dir: string): void {
  if (!existsSync(dir)) return;
  for (const name of readdirSync(dir)) {
    const match = /\.tmp-(.+)-(\d+)-[0-9a-f]{8}$/.exec(name);
    if (!match || match[1] !== hostname() || isAlive(Number(match[2]))) continue;
    rmSync(join(dir, name), { recursive: true, force: true });
  }
}

/** Whether there is a process of that number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Stops before a long job that could not end: `needed` bytes must be free where `dir` is. */
export function requireDiskSpace(dir: string, needed: number, what: string): void {
  const stat = statfsSync(dir);
  const free = stat.bavail * stat.bsize;
  const limit = Number(process.env.ORACLE_FREE_BYTES ?? Number.POSITIVE_INFINITY);
  if (Math.min(free, limit) >= needed) return;
  const mega = (bytes: number) => `${Math.floor(bytes / 1e6)} MB`;
  throw infraError("disk", `${dir}: ${mega(Math.min(free, limit))} free, ${what} needs ${mega(needed)}`);
}

/** Reads a JSON file; nothing when it is missing or not whole. */
export function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
