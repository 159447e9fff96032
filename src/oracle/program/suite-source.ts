// Where a suite's files come from: a directory named by an environment variable, the cache, or a Debian package that is
// unpacked into the cache. A half-unpacked source is never taken for a whole one: it is unpacked beside and renamed.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { cacheRoot } from "../cache.ts";

export interface SourceSpec {
  readonly env?: string;
  readonly package?: string;
  readonly archive?: string;
  readonly members?: readonly string[];
  readonly root?: string;
  readonly repository?: string;
  readonly hint?: string;
}

export class SourceMissing extends Error {}

/** The directory that a suite's glob is relative to; throws SourceMissing with what to do. */
export async function locateSource(repo: string, name: string, spec: SourceSpec): Promise<string> {
  if (spec.repository !== undefined) return path.join(repo, spec.repository);
  const fromEnv = spec.env === undefined ? undefined : process.env[spec.env];
  if (fromEnv !== undefined && fromEnv !== "") {
    if (!existsSync(fromEnv) || !statSync(fromEnv).isDirectory())
      throw new SourceMissing(`${spec.env}=${fromEnv}: no such directory`);
    return fromEnv;
  }
  const final = path.join(cacheRoot(), "suites", name);
  const rooted = path.join(final, spec.root ?? "");
  if (existsSync(rooted)) return rooted;
  if (spec.package === undefined || spec.archive === undefined) {
    throw new SourceMissing(`suite source '${name}' is not on this machine: set ${spec.env} to ${spec.hint ?? "its directory"}`);
  }
  mkdirSync(path.dirname(final), { recursive: true });
  const tmp = mkdtempSync(path.join(path.dirname(final), `.${name}-`));
  try {
    await execa("apt-get", ["download", spec.package], { cwd: tmp });
    const deb = readdirSync(tmp).find((f) => f.endsWith(".deb"));
    if (deb === undefined) throw new SourceMissing(`apt-get download ${spec.package} brought no package`);
    await execa("sh", ["-c", 'dpkg-deb --fsys-tarfile "$1" | tar -x -O "$2" > archive.tar.xz', "sh", deb, spec.archive], {
      cwd: tmp,
    });
    await execa("tar", ["-xf", "archive.tar.xz", "--wildcards", ...(spec.members ?? [])], { cwd: tmp });
    rmSync(path.join(tmp, "archive.tar.xz"));
    rmSync(path.join(tmp, deb));
    renameSync(tmp, final);
  } catch (e) {
    rmSync(tmp, { recursive: true, force: true });
    if (existsSync(rooted)) return rooted; // another process was first
    throw new SourceMissing(
      `suite source '${name}': Debian package ${spec.package} cannot be had: ${String((e as Error).message).split("\n")[0]}`,
    );
  }
  return rooted;
}
