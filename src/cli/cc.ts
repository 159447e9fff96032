// `oracle cc` and `./occ`: the compiler as a command, from its bundle.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { occBundle } from "./bundle.ts";

/** Runs the compiler on a command line; resolves to its exit code. */
export async function runCompilerCommand(argv: readonly string[]): Promise<number> {
  const dir = await occBundle();
  const module = (await import(pathToFileURL(join(dir, "main.mjs")).href)) as { main(argv: readonly string[]): number | Promise<number> };
  return module.main(argv);
}
