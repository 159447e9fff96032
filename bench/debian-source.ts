// Brings a Debian source package's original tarball into the cache and unpacks it: the programs that the benchmarks compile.
// A private sources list with `Types: deb-src` is used, so that the machine's own configuration stays as it is.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { execa } from "execa";

export function cacheDir(): string {
  return process.env.ORACLE_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "oracle");
}

/** Directory of the unpacked upstream source of a Debian package; throws when it cannot be had. */
export async function debianSource(name: string): Promise<string> {
  const final = path.join(cacheDir(), "sources", name);
  if (existsSync(final)) return final;
  mkdirSync(path.dirname(final), { recursive: true });
  const tmp = mkdtempSync(path.join(path.dirname(final), `.${name}-`));
  try {
    const lists = path.join(tmp, "lists");
    mkdirSync(path.join(lists, "partial"), { recursive: true });
    const sources = path.join(tmp, "src.sources");
    writeFileSync(sources, debSrcSources());
    const options = [
      "-o",
      `Dir::Etc::sourcelist=${sources}`,
      "-o",
      "Dir::Etc::sourceparts=/dev/null",
      "-o",
      `Dir::State::lists=${lists}`,
    ];
    await execa("apt-get", [...options, "update"]);
    await execa("apt-get", [...options, "source", "--download-only", name], { cwd: tmp });
    const tarball = readdirSync(tmp).find((f) => /\.orig\.tar\.\w+$/.test(f));
    if (tarball === undefined) throw new Error(`no upstream tarball of ${name}`);
    const tree = path.join(tmp, "tree");
    mkdirSync(tree);
    await execa("tar", ["-xf", path.join(tmp, tarball), "-C", tree, "--strip-components=1"]);
    renameSync(tree, final);
  } finally {
    rmSync(tmp, { recursive: true, force: true });
  }
  return final;
}

/** The machine's own package sources with deb-src instead of deb. */
function debSrcSources(): string {
  const dir = "/etc/apt/sources.list.d";
  const parts: string[] = [];
  for (const f of existsSync(dir) ? readdirSync(dir) : []) {
    if (f.endsWith(".sources")) parts.push(readFileSync(path.join(dir, f), "utf8").replace(/^Types:.*$/gm, "Types: deb-src"));
  }
  if (parts.length === 0) throw new Error("no deb822 package sources on this machine");
  return parts.join("\n");
}
