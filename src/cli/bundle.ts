// The bundle of occ: esbuild puts src/compiler into one file with every imported constant written out as a literal.
//
// Why: V8 makes a jump table of `switch` only when the case labels are literals; through live bindings they are compared
// one by one. The bundle's name is the hash of the sources, so that nothing stale ever runs and nobody builds by hand.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, temporaryName } from "../oracle/cache.ts";
import { treeHash } from "../oracle/compilers/identity.ts";
import { repositoryRoot } from "../oracle/repository.ts";

const KEPT_BUNDLES = 8;

/** Entry points of the compiler that are bundled: the command and the worker thread. */
const ENTRIES: readonly (readonly [string, string])[] = [
  ["main", "src/compiler/driver/main.ts"],
  ["worker", "src/compiler/server/worker.ts"],
];

/** Directory with main.mjs and worker.mjs of the compiler as it stands; made in under a second when it is not there. */
export async function occBundle(): Promise<string> {
  const root = repositoryRoot();
  const bundles = cacheDir("bundles");
  const hash = treeHash(join(root, "src/compiler")).slice(0, 24);
  const final = join(bundles, hash);
  if (existsSync(final)) return final;
  const { build } = await import("esbuild");
  const temporary = temporaryName(final);
  mkdirSync(temporary, { recursive: true });
  try {
    const entryPoints = ENTRIES.filter(([, path]) => existsSync(join(root, path))).map(([out, path]) => ({ out, in: join(root, path) }));
    await build({
      entryPoints,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node22",
      outdir: temporary,
      outExtension: { ".js": ".mjs" },
      minifySyntax: true,
      sourcemap: "linked",
      logLevel: "silent",
      // Node's require is absent in modules, and some helpers ask for it.
      banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
    });
    renameSync(temporary, final);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    if (!existsSync(final)) throw error;
  }
  sweep(bundles);
  return final;
}

function sweep(dir: string): void {
  const entries = readdirSync(dir)
    .filter((name) => /^[0-9a-f]{24}$/.test(name))
    .map((name) => ({ name, time: statSync(join(dir, name)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const entry of entries.slice(KEPT_BUNDLES)) rmSync(join(dir, entry.name), { recursive: true, force: true });
}
