// The bundle that workers run: esbuild puts src/compiler into one file with every imported constant as a literal, for V8 makes
// jump tables only of literal case labels. Its name is the hash of the sources, so nothing stale ever runs; without esbuild the
// sources run as they are. `node bundle.ts [main|worker]` prints the path.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export type BundleEntry = "main" | "worker";
const ENTRIES: Readonly<Record<BundleEntry, string>> = { main: "driver/main.ts", worker: "server/worker.ts" };
const KEPT = 12;

/** Folder src/compiler, or undefined inside a bundle. */
function sourceRoot(): string | undefined {
  const here = fileURLToPath(import.meta.url);
  return here.endsWith(".ts") ? dirname(dirname(here)) : undefined;
}

/** Hash of every source file of the compiler. */
export function sourceHash(root: string): string {
  const h = createHash("sha256");
  const walk = (dir: string): void => {
    for (const e of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const p = join(dir, e.name);
      if (e.isDirectory()) walk(p);
      else if (e.name.endsWith(".ts")) {
        h.update(p.slice(root.length));
        h.update("\0");
        h.update(readFileSync(p));
      }
    }
  };
  walk(root);
  return h.digest("hex").slice(0, 32);
}

function bundleDir(): string {
  const cache = process.env.ORACLE_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "oracle");
  return join(cache, "bundle");
}

/** Module to run for an entry: its bundle, made when it is not there yet, or the source when esbuild is absent. */
export async function bundlePath(entry: BundleEntry): Promise<string> {
  const root = sourceRoot();
  if (root === undefined) return join(dirname(fileURLToPath(import.meta.url)), `${entry}.mjs`);
  const source = join(root, ENTRIES[entry]);
  const dir = bundleDir();
  const final = join(dir, `${sourceHash(root)}-${entry}.mjs`);
  if (existsSync(final)) return final;
  let build: typeof import("esbuild").build;
  try {
    ({ build } = await import("esbuild"));
  } catch {
    return source;
  }
  const temporary = `${final}.${process.pid}-${Math.floor(performance.now() * 1000)}.tmp`;
  try {
    mkdirSync(dir, { recursive: true });
    await build({
      entryPoints: [source],
      outfile: temporary,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node22",
      minifySyntax: true,
      logLevel: "silent",
      external: ["esbuild"],
    });
    renameSync(temporary, final);
  } catch {
    // A source that does not build now (or a cache that cannot be written) still runs, slower, or says itself what is wrong.
    rmSync(temporary, { force: true });
    return source;
  }
  sweep(dir);
  return final;
}

/** Folder for V8's code of a module that bundlePath() named; undefined for a source, whose modules have none of their own. */
export function codeCacheOf(path: string): string | undefined {
  return path.endsWith(".mjs") ? `${path}.code` : undefined;
}

/** Old bundles go, each with its code. */
function sweep(dir: string): void {
  const entries = readdirSync(dir)
    .filter((n) => n.endsWith(".mjs"))
    .map((n) => ({ n, time: statSync(join(dir, n), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.time - a.time);
  for (const e of entries.slice(KEPT)) {
    rmSync(join(dir, e.n), { force: true });
    rmSync(join(dir, `${e.n}.code`), { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const entry = process.argv[2] ?? "main";
  if (entry !== "main" && entry !== "worker") throw new Error(`no such entry: ${entry}`);
  process.stdout.write(`${await bundlePath(entry)}\n`);
}
