// The kernel's own symbol table (CONFIG_KALLSYMS): the table says where everything lies and moves everything behind it, so a mix
// is linked several times, as scripts/link-vmlinux.sh does: without the table, with one of the right size, with the right one.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { infraError } from "../errors.ts";
import type { ProcessResult } from "../process.ts";
import { readCommandFile } from "./units.ts";

/** What the files made on the way are called. */
export const SCRATCH = ".tmp_vmlinux.kallsyms";

/** How the symbol table of one kernel is made; paths are relative to the build directory. */
export interface KallsymsRecipe {
  /** Options of scripts/kallsyms. */
  readonly options: readonly string[];
  /** The command that assembles a table, without output and source. */
  readonly assemble: readonly string[];
  /** The script that turns an image into a list of symbols. */
  readonly symbolScript: string;
  /** The script leaves out what the table itself defines (kernels from 6.4 on). */
  readonly leavesOutTable: boolean;
}

/** Reads the recipe of a finished build with CONFIG_KALLSYMS; `objects` are its leaf objects. */
export function readKallsymsRecipe(
  buildDir: string,
  sourceDir: string,
  objects: readonly string[],
  config: ReadonlySet<string>,
): KallsymsRecipe {
  const script = readFileSync(join(sourceDir, "scripts/link-vmlinux.sh"), "utf8");
  const map = /^\s*mksysmap "?\$\{kallsyms_vmlinux\}"? "?\$\{kallsyms_vmlinux\}\.syms"?( "?\$\{kallsymso_prev\}"?)?/m.exec(
    script,
  );
  if (map === null || !/^\s*kallsyms_step 2$/m.test(script))
    throw infraError("config", "CONFIG_KALLSYMS: this kernel's scripts/link-vmlinux.sh makes its symbol table in an unknown way");
  const options = [...script.matchAll(/is_enabled (CONFIG_\w+); then\s+kallsymopt="\$\{kallsymopt\} (--[\w-]+)"/g)]
    .filter((match) => config.has(`${match[1]}=y`))
    .map((match) => match[2]!);
  for (const object of objects) {
    const record = readCommandFile(buildDir, object);
    const first = record?.commands[0];
    if (first === undefined || !record!.source?.endsWith(".S") || !first.includes("-c")) continue;
    const assemble: string[] = [];
    for (let i = 0; i < first.length; i++) {
      const word = first[i]!;
      if (word === "-o") i++;
      // the build's directory gets its final name later: no path of it may stay
      else if (!word.startsWith("-Wp,-M") && word !== record!.source) assemble.push(word.replaceAll(buildDir, "."));
    }
    return { options, assemble, symbolScript: join(sourceDir, "scripts/mksysmap"), leavesOutTable: map[1] !== undefined };
  }
  throw infraError("baseline", `${buildDir}: no object of an assembly source to take the flags for the symbol table from`);
}

/** What a link is made of: the first failing step ends it. */
export interface KallsymsSteps {
  /** Links with the table at the given path, or with none. */
  readonly link: (out: string, table: string | undefined) => Promise<ProcessResult>;
  readonly run: (argv: readonly string[], env?: Readonly<Record<string, string>>) => Promise<ProcessResult>;
}

/** A made table, or the step that failed and its result. */
export type KallsymsResult =
  | { readonly table: string; readonly failed?: undefined }
  | { readonly failed: string; readonly result: ProcessResult };

/** Makes the symbol table of a mix in `outDir`. Passes: two, a third when the second changed the table's size. */
export async function makeKallsyms(
  recipe: KallsymsRecipe,
  nm: string,
  outDir: string,
  steps: KallsymsSteps,
): Promise<KallsymsResult> {
  let previous: string | undefined;
  for (let pass = 1; ; pass++) {
    const image = join(outDir, `${SCRATCH}${pass}`);
    const link = await steps.link(image, previous);
    if (link.exitCode !== 0) return { failed: "ld", result: link };
    const table = `${image}.o`;
    const exclude = recipe.leavesOutTable && previous !== undefined ? [previous] : [];
    const map = await steps.run(["sh", recipe.symbolScript, image, `${image}.syms`, ...exclude], { NM: nm });
    if (map.exitCode !== 0) return { failed: "mksysmap", result: map };
    const write = 'out=$1; shift; exec "$@" > "$out"';
    const argv = ["sh", "-c", write, "sh", `${image}.S`, "scripts/kallsyms", ...recipe.options, `${image}.syms`];
    const list = await steps.run(argv);
    if (list.exitCode !== 0) return { failed: "kallsyms", result: list };
    const assembled = await steps.run([...recipe.assemble, "-o", table, `${image}.S`]);
    if (assembled.exitCode !== 0) return { failed: "assembling the symbol table", result: assembled };
    const settled = previous !== undefined && existsSync(previous) && statSync(previous).size === statSync(table).size;
    if (pass >= 2 && (settled || pass === 3)) return { table };
    previous = table;
  }
}
