// Names a compiler by what it is, not by what it is called: a new build is a new identity, so nothing stale is ever reused.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { digest } from "../cache.ts";
import { infraError } from "../errors.ts";
import { runProcess } from "../process.ts";

/** A program's absolute path, searched as a shell does; nothing when it is not there. */
export function findProgram(name: string): string | undefined {
  const candidates = name.includes("/") ? [name] : (process.env.PATH ?? "").split(delimiter).map((dir) => join(dir || ".", name));
  for (const path of candidates) {
    try {
      if (statSync(path).isFile() && (statSync(path).mode & 0o111) !== 0) return realpathSync(path);
    } catch {
      // Not there: the next directory.
    }
  }
  return undefined;
}

/** Identity of a command-line compiler: its own account of itself, its file, its assembler, and the flags it is given. */
export async function commandIdentity(
  command: readonly string[],
  flags: readonly string[],
): Promise<{ hash: string; version: string }> {
  const program = findProgram(command[0]!);
  if (program === undefined) throw infraError("tool", `${command[0]}: compiler not found; try: ./oracle doctor --install`);
  const [version, verbose, assembler] = await Promise.all([
    runProcess([...command, "--version"], { timeoutMs: 60_000 }),
    runProcess([...command, "-v"], { timeoutMs: 60_000 }),
    runProcess([...command, "-print-prog-name=as"], { timeoutMs: 60_000 }),
  ]);
  if (version.exitCode !== 0) throw infraError("tool", `${command.join(" ")}: --version fails: ${version.stderr.split("\n")[0]}`);
  const stat = statSync(program);
  const as = await runProcess([assembler.stdout.trim() || "as", "--version"], { timeoutMs: 60_000 });
  const hash = digest(
    program,
    String(stat.size),
    String(stat.mtimeMs),
    version.stdout,
    verbose.stderr,
    as.stdout,
    JSON.stringify([...command.slice(1), ...flags]),
  );
  return { hash, version: version.stdout.split("\n")[0]!.trim() };
}

/** Hash of all files below a directory, by relative path. */
export function treeHash(dir: string): string {
  const hash = createHash("sha256");
  const names = readdirSync(dir, { recursive: true, encoding: "utf8" }).sort();
  for (const name of names) {
    const path = join(dir, name);
    if (!statSync(path).isFile()) continue;
    hash.update(name);
    hash.update("\0");
    hash.update(readFileSync(path));
    hash.update("\0");
  }
  return hash.digest("hex");
}
