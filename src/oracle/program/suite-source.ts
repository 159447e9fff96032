// Where a suite's files come from: a directory named by an environment variable, the cache, or a Debian package that is
// unpacked into the cache. A half-unpacked source is never taken for a whole one: it is unpacked beside and renamed.

import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheRoot, publishDirectory, sweepTemporaries, temporaryName } from "../cache.ts";
import { infraError } from "../errors.ts";
import { failureReason, runProcess } from "../process.ts";

/** A source of the manifest; which fields there are says how it is got. */
export interface SourceSpec {
  /** Variable with the directory. */
  readonly env?: string;
  /** Debian package, the archive in it, what of that is unpacked, and where in it the suite lies. */
  readonly package?: string;
  readonly archive?: string;
  readonly members?: readonly string[];
  readonly root?: string;
  /** Directory of this repository. */
  readonly repository?: string;
  /** What `env` wants, for people. */
  readonly hint?: string;
}

/** The directory that a suite's glob is relative to. */
export async function locateSource(repo: string, name: string, spec: SourceSpec, signal: AbortSignal): Promise<string> {
  if (spec.repository !== undefined) return join(repo, spec.repository);
  const fromEnv = spec.env === undefined ? undefined : process.env[spec.env];
  if (fromEnv !== undefined && fromEnv !== "") {
    if (!existsSync(fromEnv) || !statSync(fromEnv).isDirectory())
      throw infraError("source", `${spec.env}=${fromEnv}: no such directory`);
    return fromEnv;
  }
  const final = join(cacheRoot(), "suites", name);
  const rooted = join(final, spec.root ?? "");
  if (existsSync(rooted)) return rooted;
  if (spec.package === undefined || spec.archive === undefined)
    throw infraError("source", `suite source ${name}: not on this machine; set ${spec.env} to ${spec.hint ?? "its directory"}`);
  sweepTemporaries(dirname(final));
  const temporary = temporaryName(final);
  mkdirSync(temporary, { recursive: true });
  try {
    await unpack(temporary, spec.package, spec.archive, spec.members ?? [], signal);
    publishDirectory(temporary, final);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return rooted;
}

/** Fetches a Debian package and unpacks members of an archive in it into `dir`. */
async function unpack(
  dir: string,
  name: string,
  archive: string,
  members: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const step = async (argv: readonly string[]): Promise<void> => {
    const done = await runProcess(argv, { cwd: dir, signal });
    if (done.exitCode !== 0) throw infraError("source", `Debian package ${name}: ${argv[0]}: ${failureReason(done)}`);
  };
  await step(["apt-get", "download", name]);
  const deb = readdirSync(dir).find((file) => file.endsWith(".deb"));
  if (deb === undefined) throw infraError("source", `Debian package ${name}: apt-get download brought none`);
  await step(["sh", "-c", 'dpkg-deb --fsys-tarfile "$1" | tar -x -O "$2" > archive.tar.xz', "sh", deb, archive]);
  await step(["tar", "-xf", "archive.tar.xz", "--wildcards", ...members]);
  rmSync(join(dir, "archive.tar.xz"));
  rmSync(join(dir, deb));
}
