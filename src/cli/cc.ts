// `oracle cc` and `./occ`: the compiler as a command, from its bundle.

import { enableCompileCache } from "node:module";
import { pathToFileURL } from "node:url";
import { bundlePath, codeCacheOf } from "../compiler/server/bundle.ts";

/** Runs the compiler on a command line; resolves to its exit code. */
export async function runCompilerCommand(argv: readonly string[]): Promise<number> {
  const path = await bundlePath("main");
  // V8's code of earlier starts: a quarter of the time that a small file takes.
  const code = codeCacheOf(path);
  if (code !== undefined) enableCompileCache(code);
  const module = (await import(pathToFileURL(path).href)) as {
    main(argv: readonly string[]): Promise<number>;
  };
  return module.main(argv);
}
