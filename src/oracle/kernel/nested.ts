// Programs inside the kernel: what kbuild links by itself and embeds as data, and the boot image around vmlinux (x86).
//
// On x86 vmlinux holds the real-mode trampoline and the vDSOs as bytes, and a bzImage is a setup program (real mode), a program that
// unpacks (arch/x86/boot/compressed), and vmlinux, packed. Each is one more link, of which C units are swapped like the others:
//
//   1. embedded programs of which an object is swapped are linked again, by kbuild's own commands (replay.ts), down to the leaf
//      object that carries the bytes into vmlinux;
//   2. vmlinux is linked with those leaves (link.ts);
//   3. the boot image is made of it, again by kbuild's commands.
//
// A unit that reads what an earlier step of its chain makes (misc.c reads the addresses of vmlinux, vdso-image-64.c is made of the vDSO)
// cannot come from the object store: its compiler compiles it within the chain. With nothing swapped all steps together give kbuild's
// own bzImage bit by bit, which is checked once for every baseline.

import { copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Arch } from "../arch.ts";
import { infraError } from "../errors.ts";
import { failureReason } from "../process.ts";
import { splitCommands } from "../shell-words.ts";
import { type LinkRecipe, type LinkResult, linkKernel, RELOCATIONS } from "./link.ts";
import { makeView, putIntoView, type ReplayStep, requireSteps, runStep } from "./replay.ts";

/** What QEMU is given: the kernel's own file, or the boot image that kbuild makes of it. */
export type ImageKind = "vmlinux" | "bzImage";

/** A program that is linked by itself. */
export interface NestedProgram {
  readonly name: string;
  /** The objects that it is linked of. */
  readonly objects: readonly string[];
  /** In order; the last one makes `result`. */
  readonly steps: readonly ReplayStep[];
  readonly result: string;
}

/** The programs of one build. */
export interface NestedRecipe {
  /** Their result is a leaf object of vmlinux. */
  readonly embedded: readonly NestedProgram[];
  /** Made of vmlinux; the result is what QEMU boots. */
  readonly boot: NestedProgram;
}

/** Compiles the unit that makes `object` with the compiler under test, in a view of the build; gives its complaint or nothing. */
export type LateCompile = (object: string, view: string, out: string) => Promise<string | undefined>;

/** Words for the command line of a boot image: with them the setup program reads options and speaks on the serial port. */
export const BOOT_IMAGE_WORDS: readonly string[] = ["earlyprintk=ttyS0,115200", "debug"];

const RM = "arch/x86/realmode/rm";
const VDSO = "arch/x86/entry/vdso";
const BOOT = "arch/x86/boot";
const PACKED = `${BOOT}/compressed`;
const PACKERS = ["gz", "bz2", "lzma", "xz", "lzo", "lz4", "zst"];

/** Embedded programs by the target whose command links them. */
const EMBEDDED = [
  {
    name: "realmode",
    link: `${RM}/realmode.elf`,
    steps: [
      `${RM}/pasyms.h`,
      `${RM}/realmode.lds`,
      `${RM}/realmode.elf`,
      `${RM}/realmode.relocs`,
      `${RM}/realmode.bin`,
      "arch/x86/realmode/rmpiggy.o",
    ],
  },
  ...["64", "32"].map((bits) => ({
    name: `vdso${bits}`,
    link: `${VDSO}/vdso${bits}.so.dbg`,
    steps: [
      `${VDSO}/vdso${bits}.so.dbg`,
      `${VDSO}/vdso${bits}.so`,
      `${VDSO}/vdso-image-${bits}.c`,
      `${VDSO}/vdso-image-${bits}.o`,
    ],
  })),
];

/** The objects that a recorded link command names. */
function linkedObjects(buildDir: string, step: ReplayStep): string[] {
  const words = splitCommands(step.command)[0] ?? [];
  const objects = words.map((word) => word.replace(/^\.\//, "")).filter((word) => /\.o$/.test(word));
  return objects.filter((object) => existsSync(join(buildDir, object)));
}

/** Reads the recipe of a finished build of bzImage. */
export function readNestedRecipe(buildDir: string): NestedRecipe {
  const config = new Set(readFileSync(join(buildDir, ".config"), "utf8").split("\n"));
  if (config.has("CONFIG_X86_NEED_RELOCS=y"))
    throw infraError("config", "bzImage: CONFIG_RANDOMIZE_BASE (a list of relocations behind vmlinux) is not supported");
  const embedded: NestedProgram[] = [];
  for (const { name, link, steps: targets } of EMBEDDED) {
    if (!existsSync(join(buildDir, link))) continue;
    const steps = requireSteps(buildDir, targets);
    const objects = linkedObjects(buildDir, steps.find((step) => step.target === link)!);
    embedded.push({ name, objects, steps, result: targets.at(-1)! });
  }
  const packed = PACKERS.map((packer) => `${PACKED}/vmlinux.bin.${packer}`).find((path) => existsSync(join(buildDir, path)));
  if (packed === undefined) throw infraError("baseline", `${buildDir}: bzImage holds no packed kernel of a known kind`);
  const steps = requireSteps(buildDir, [
    `${BOOT}/voffset.h`,
    `${PACKED}/vmlinux.bin`,
    packed,
    `${PACKED}/piggy.S`,
    `${PACKED}/piggy.o`,
    `${PACKED}/misc.o`,
    `${PACKED}/vmlinux`,
    `${BOOT}/zoffset.h`,
    `${BOOT}/header.o`,
    `${BOOT}/setup.elf`,
    `${BOOT}/setup.bin`,
    `${BOOT}/vmlinux.bin`,
    `${BOOT}/bzImage`,
  ]);
  const objects = steps
    .filter((step) => step.target === `${PACKED}/vmlinux` || step.target === `${BOOT}/setup.elf`)
    .flatMap((step) => linkedObjects(buildDir, step));
  return { embedded, boot: { name: "boot", objects, steps, result: `${BOOT}/bzImage` } };
}

/** The programs of a recipe. */
export function nestedPrograms(recipe: NestedRecipe): NestedProgram[] {
  return [...recipe.embedded, recipe.boot];
}

/** Objects that are linked into programs of their own. */
export function nestedObjects(recipe: NestedRecipe): string[] {
  return nestedPrograms(recipe).flatMap((program) => program.objects);
}

/** What a link of everything needs. */
export interface ImageLink {
  readonly arch: Arch;
  readonly link: LinkRecipe;
  readonly nested: NestedRecipe;
  readonly buildDir: string;
  readonly swapped: ReadonlyMap<string, string>;
  readonly outDir: string;
  /** The environment that kbuild ran in. */
  readonly env: Readonly<Record<string, string>>;
  readonly late: LateCompile;
  /** Link also embedded programs of which nothing is swapped: the proof that the replay is true. */
  readonly all?: boolean;
  readonly mapPath?: string;
}

/** Links the embedded programs, vmlinux and the boot image. */
export async function linkImage(job: ImageLink, signal: AbortSignal): Promise<LinkResult> {
  const started = performance.now();
  const { buildDir, nested, outDir } = job;
  const embedded = nested.embedded.filter(
    (program) => job.all === true || program.objects.some((object) => job.swapped.has(object)),
  );
  const programs = [...embedded, nested.boot];
  const targets = programs.flatMap((program) => program.steps.map((step) => step.target));
  const view = join(outDir, "view");
  rmSync(view, { recursive: true, force: true });
  makeView(buildDir, view, {
    writable: [...new Set(targets.map((target) => dirname(target)))],
    absent: new Set(targets),
    swapped: job.swapped,
  });
  const log: string[] = [];
  const run = async (program: NestedProgram): Promise<string | undefined> => {
    for (const step of program.steps) {
      if (job.swapped.has(step.target)) {
        log.push(`${step.target}: compiled again by the compiler under test`);
        const complaint = await job.late(step.target, view, join(view, step.target));
        if (complaint !== undefined) return `${step.target}: ${complaint}`;
        continue;
      }
      const result = await runStep(view, step, job.env, signal);
      log.push(step.command, result.stderr);
      if (result.missing) throw infraError("tool", `${step.target}: a tool of its command is not found`);
      if (result.signal !== undefined) throw infraError("link", `${step.target} was ended by ${result.signal}`);
      if (result.exitCode !== 0) {
        const reason = failureReason(result);
        if (reason.includes("no space left")) throw infraError("disk", `${outDir}: no space left on the device`);
        return `${step.target}: ${reason}`;
      }
    }
    return undefined;
  };
  const image = join(outDir, "bzImage");
  const vmlinux = join(outDir, "vmlinux");
  let ldMs = 0;
  const end = (failure: string | undefined): LinkResult => {
    if (failure === undefined) rmSync(view, { recursive: true, force: true });
    return { vmlinux, image, failure, log: log.join("\n"), wallMs: performance.now() - started, ldMs };
  };
  const leaves = new Map(job.swapped);
  for (const program of embedded) {
    const failure = await run(program);
    if (failure !== undefined) return end(failure);
    leaves.set(program.result, join(view, program.result));
  }
  const linked = await linkKernel(job.arch, job.link, buildDir, leaves, outDir, signal, job.mapPath);
  ldMs = linked.ldMs;
  log.push(linked.log);
  if (linked.failure !== undefined) return end(linked.failure);
  putIntoView(view, "vmlinux", vmlinux);
  // kernels that make the list behind their link, and not within the boot image's directory
  if (job.link.relocations?.lister !== undefined) putIntoView(view, `${PACKED}/${RELOCATIONS}`, join(outDir, RELOCATIONS));
  const failure = await run(nested.boot);
  if (failure !== undefined) return end(failure);
  copyFileSync(join(view, nested.boot.result), image);
  return end(undefined);
}
