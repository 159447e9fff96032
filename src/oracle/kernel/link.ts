// Links a mix without make, by the recipe of scripts/link-vmlinux.sh with the flags that kbuild recorded. With nothing
// swapped the result is bit-identical to kbuild's own vmlinux.
//
// The build tree is never written to: leaf objects keep their order (that of vmlinux.a), a swapped object's path stands
// where the original's stood, and a library with a swapped member is made anew as a thin archive beside the output.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Arch, crossPrefix } from "../arch.ts";
import { infraError } from "../errors.ts";
import { failureReason, type ProcessResult, runProcess, runTool } from "../process.ts";
import { type KallsymsRecipe, makeKallsyms, readKallsymsRecipe, SCRATCH } from "./kallsyms.ts";
import { readCommandFile } from "./units.ts";

/** How one kernel is linked: all paths are relative to the build directory. */
export interface LinkRecipe {
  readonly ld: string;
  readonly flags: readonly string[];
  readonly script: string;
  /** Leaf objects of vmlinux.a in link order. */
  readonly objects: readonly string[];
  /** Linked after the leaves, never swapped. */
  readonly extra: readonly string[];
  readonly libraries: readonly { readonly archive: string; readonly members: readonly string[] }[];
  /** With CONFIG_X86_KERNEL_IBT: objtool sees all objects at once, and the kernel is linked of what it leaves. */
  readonly whole?: WholeRecipe;
  /** With CONFIG_KALLSYMS: how the symbol table is made, which is linked after the libraries. */
  readonly kallsyms?: KallsymsRecipe;
  readonly sortTable: boolean;
  /** With relocations that are taken out of vmlinux behind the link (arch/ARCH/Makefile.postlink). */
  readonly relocations?: RelocationRecipe;
  /** objcopy's options for the image; nothing when vmlinux itself is booted. */
  readonly objcopy: readonly string[] | undefined;
}

/** How all objects become one (`ld -r`), and what is run on that one: scripts/Makefile.vmlinux_o. */
export interface WholeRecipe {
  readonly flags: readonly string[];
  /** Commands on WHOLE. */
  readonly after: readonly (readonly string[])[];
}

/** What kbuild calls the object of all objects; objtool knows it by its name. */
const WHOLE = "vmlinux.o";

/** What becomes of the relocations that a kernel is linked with when it can move itself. */
export interface RelocationRecipe {
  /** The tool that makes the list of them for the unpacker, and refuses those that it does not know (x86). */
  readonly lister: string | undefined;
  /** objcopy's options that take them out. */
  readonly strip: readonly string[];
}

/** The list of relocations beside a linked kernel, for the boot image. */
export const RELOCATIONS = "vmlinux.relocs";

/** Reads what the architecture does behind the link of a kernel with these options; nothing when it does nothing. */
export function readRelocationRecipe(
  arch: Arch,
  postlink: string | undefined,
  config: ReadonlySet<string>,
): RelocationRecipe | undefined {
  const moves = arch === "x86" ? "CONFIG_X86_NEED_RELOCS=y" : arch === "riscv" ? "CONFIG_RELOCATABLE=y" : "";
  if (postlink === undefined || !config.has(moves)) return undefined;
  const strip = [...postlink.matchAll(/--remove-section='([^']+)'/g)].map((match) => `--remove-section=${match[1]}`);
  return strip.length === 0 ? undefined : { lister: arch === "x86" ? "arch/x86/tools/relocs" : undefined, strip };
}

/** A linked kernel, or why there is none. */
export interface LinkResult {
  readonly vmlinux: string;
  /** What QEMU boots: the flat image, or vmlinux itself. */
  readonly image: string;
  /** The linker's complaint when it failed. */
  readonly failure: string | undefined;
  readonly log: string;
  readonly wallMs: number;
  /** Of that, ld alone. */
  readonly ldMs: number;
}

async function members(prefix: string, buildDir: string, archive: string): Promise<string[]> {
  const result = await runTool([`${prefix}ar`, "t", archive], { cwd: buildDir });
  return result.stdout.split("\n").filter((line) => line !== "");
}

/** Reads the recipe out of a finished kbuild directory of the tree at `sourceDir`. */
export async function readLinkRecipe(arch: Arch, srcArch: string, buildDir: string, sourceDir: string): Promise<LinkRecipe> {
  const prefix = crossPrefix(arch);
  const link = readCommandFile(buildDir, "vmlinux")?.commands[0];
  const partial = readCommandFile(buildDir, "vmlinux.o")?.commands[0];
  if (link === undefined || partial === undefined || !link[0]!.endsWith("link-vmlinux.sh") || link.length < 4)
    throw infraError("baseline", `${buildDir}: kbuild left no link command of the known form (.vmlinux.cmd)`);
  const config = new Set(readFileSync(join(buildDir, ".config"), "utf8").split("\n"));
  const from = partial.indexOf("--start-group");
  const to = partial.indexOf("--end-group");
  const archives = from < 0 ? [] : partial.slice(from + 1, to);
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== "");
  const wholeObject = config.has("CONFIG_LTO_CLANG=y");
  if (wholeObject) throw infraError("config", "CONFIG_LTO_CLANG links no separate objects");
  const objects = await members(prefix, buildDir, "vmlinux.a");
  const group = partial.indexOf("--whole-archive");
  const whole: WholeRecipe = {
    flags: partial.slice(1, group).filter((word, i, all) => word !== "-o" && all[i - 1] !== "-o"),
    after: readCommandFile(buildDir, WHOLE)!.commands.slice(1),
  };
  const postlink = join(sourceDir, "arch", srcArch, "Makefile.postlink");
  const relocations = readRelocationRecipe(arch, existsSync(postlink) ? readFileSync(postlink, "utf8") : undefined, config);
  return {
    ld: link[1]!,
    flags: [...words(link[2]!), ...words(link[3]!)],
    script: `arch/${srcArch}/kernel/vmlinux.lds`,
    objects,
    extra: [".vmlinux.export.o", "init/version-timestamp.o"].filter((name) => existsSync(join(buildDir, name))),
    libraries: await Promise.all(
      archives.map(async (archive) => ({ archive, members: await members(prefix, buildDir, archive) })),
    ),
    ...(config.has("CONFIG_X86_KERNEL_IBT=y") ? { whole } : {}),
    ...(config.has("CONFIG_KALLSYMS=y") ? { kallsyms: readKallsymsRecipe(buildDir, sourceDir, objects, config) } : {}),
    ...(relocations === undefined ? {} : { relocations }),
    sortTable: config.has("CONFIG_BUILDTIME_TABLE_SORT=y"),
    objcopy: arch === "x86" ? undefined : ["-O", "binary", "-R", ".note", "-R", ".note.gnu.build-id", "-R", ".comment", "-S"],
  };
}

/**
 * Links a kernel into `outDir`; `swapped` maps an object's path in the build directory to the file that replaces it. The linker's
 * map of sections to objects goes to `mapPath` if that is given.
 */
export async function linkKernel(
  arch: Arch,
  recipe: LinkRecipe,
  buildDir: string,
  swapped: ReadonlyMap<string, string>,
  outDir: string,
  signal: AbortSignal,
  mapPath?: string,
): Promise<LinkResult> {
  const started = performance.now();
  const vmlinux = join(outDir, "vmlinux");
  const image = recipe.objcopy ? join(outDir, "Image") : vmlinux;
  const log: string[] = [];
  let ldMs = 0;
  const failed = (step: string, result: ProcessResult): LinkResult => {
    const reason = failureReason(result);
    if (result.missing) throw infraError("tool", `${step}: not found; try: ./oracle doctor --install`);
    // Ended from outside (out of memory, an operator): that says nothing about the objects.
    if (result.signal !== undefined) throw infraError("link", `${step} was killed by ${result.signal}`);
    if (reason.includes("no space left")) throw infraError("disk", `${outDir}: no space left on the device`);
    return { vmlinux, image, failure: `${step}: ${reason}`, log: log.join("\n"), wallMs: performance.now() - started, ldMs };
  };
  const step = async (argv: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) => {
    const result = await runProcess(argv, { cwd, signal, env });
    log.push(argv.join(" "), result.stderr);
    return result;
  };
  const libraries: string[] = [];
  for (const [index, library] of recipe.libraries.entries()) {
    if (!library.members.some((member) => swapped.has(member))) {
      libraries.push(library.archive);
      continue;
    }
    // A thin archive of absolute paths: it lies elsewhere than its members.
    const archive = join(outDir, `lib${index}.a`);
    const paths = library.members.map((member) => swapped.get(member) ?? join(buildDir, member));
    const argv = [`${crossPrefix(arch)}ar`, "cDPrsT", archive, ...paths];
    const result = await step(argv, buildDir);
    if (result.exitCode !== 0) return failed("ar", result);
    libraries.push(archive);
  }
  const response = join(outDir, "objects.rsp");
  const leaves = recipe.objects.map((object) => swapped.get(object) ?? object);
  const all = (names: readonly string[], archives: readonly string[]): string[] => {
    writeFileSync(response, `${names.join("\n")}\n`);
    return ["--whole-archive", `@${response}`, "--no-whole-archive", "--start-group", ...archives, "--end-group"];
  };
  const ldStep = async (out: string, table: string | undefined): Promise<ProcessResult> => {
    const tables = table === undefined ? [] : [table];
    const start = [recipe.ld, ...recipe.flags, `--script=./${recipe.script}`, "-o", out];
    const map = mapPath === undefined || out !== vmlinux ? [] : ["-Map", mapPath];
    const single = [...all([...leaves, ...recipe.extra], libraries), ...tables];
    // The map is to name objects: of a link of the one object of all it is made by another, whose code lies in the same places.
    if (recipe.whole !== undefined && map.length > 0) await step([...start, ...map, ...single], buildDir);
    const inputs = recipe.whole === undefined ? [...map, ...single] : [...all([whole, ...recipe.extra], []), ...tables];
    const result = await step([...start, ...inputs], buildDir);
    ldMs += result.wallMs;
    return result;
  };
  const whole = join(outDir, WHOLE);
  if (recipe.whole !== undefined) {
    const partial = await step([recipe.ld, ...recipe.whole.flags, "-o", whole, ...all(leaves, libraries)], buildDir);
    if (partial.exitCode !== 0) return failed("ld -r", partial);
    for (const command of recipe.whole.after) {
      const argv = command.map((word) => (word === WHOLE ? whole : word));
      const done = await step(argv, buildDir);
      if (done.exitCode !== 0) return failed(argv[0]!.replace(/^.*\//, ""), done);
    }
  }
  let table: string | undefined;
  if (recipe.kallsyms !== undefined) {
    const made = await makeKallsyms(recipe.kallsyms, `${crossPrefix(arch)}nm`, outDir, {
      link: ldStep,
      run: (argv, env) => step(argv, buildDir, env),
    });
    if (made.failed !== undefined) return failed(made.failed, made.result);
    table = made.table;
  }
  const ld = await ldStep(vmlinux, table);
  for (const name of readdirSync(outDir)) if (name.startsWith(SCRATCH)) rmSync(join(outDir, name), { force: true });
  rmSync(whole, { force: true });
  if (ld.exitCode !== 0) return failed("ld", ld);
  if (recipe.sortTable) {
    // It also sorts the tracer's list of calls, which it finds through System.map in its directory: with the build directory's one
    // it would sort what happens to lie at the addresses of another link.
    const sortsCalls = readFileSync(join(buildDir, ".config"), "utf8").includes("\nCONFIG_BUILDTIME_MCOUNT_SORT=y\n");
    if (sortsCalls) {
      const map = await step([`${crossPrefix(arch)}nm`, "-n", vmlinux], buildDir);
      if (map.exitCode !== 0) return failed("nm", map);
      writeFileSync(join(outDir, "System.map"), map.stdout);
    }
    const sort = await step([join(buildDir, "scripts/sorttable"), vmlinux], sortsCalls ? outDir : buildDir);
    if (sort.exitCode !== 0) return failed("sorttable", sort);
  }
  if (recipe.objcopy) {
    const copy = await step([`${crossPrefix(arch)}objcopy`, ...recipe.objcopy, vmlinux, image], buildDir);
    if (copy.exitCode !== 0) return failed("objcopy", copy);
  }
  // behind the flat image, which keeps them: it moves itself
  if (recipe.relocations) {
    const { lister, strip } = recipe.relocations;
    if (lister !== undefined) {
      const list = ["sh", "-c", 'exec "$1" "$2" > "$3"', "sh", lister, vmlinux, join(outDir, RELOCATIONS)];
      const listed = await step(list, buildDir);
      if (listed.exitCode !== 0) return failed("relocs", listed);
    }
    const stripped = await step([`${crossPrefix(arch)}objcopy`, ...strip, vmlinux], buildDir);
    if (stripped.exitCode !== 0) return failed("objcopy", stripped);
  }
  return { vmlinux, image, failure: undefined, log: log.join("\n"), wallMs: performance.now() - started, ldMs };
}
