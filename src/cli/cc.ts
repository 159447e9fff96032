// `oracle cc` and `./occ`: the compiler as a command, from its bundle.

import { pathToFileURL } from "node:url";
import { bundlePath } from "../compiler/server/bundle.ts";

/** Runs the compiler on a command line; resolves to its exit code. */
export async function runCompilerCommand(argv: readonly string[]): Promise<number> {
  const module = (await import(pathToFileURL(await bundlePath("main")).href)) as {
    main(argv: readonly string[]): Promise<number>;
  };
  return module.main(argv);
}
