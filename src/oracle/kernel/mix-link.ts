// Links one mix of a context: vmlinux, or the boot image with the programs inside the kernel.

import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { BUILD_ENVIRONMENT } from "./baseline.ts";
import { compileOne } from "./compile.ts";
import type { KernelContext } from "./context.ts";
import { type LinkResult, linkKernel } from "./link.ts";
import { linkImage } from "./nested.ts";

/** Links the kernel with `swapped` objects in the place of GCC's into `dir`. */
export async function linkMix(
  context: KernelContext,
  swapped: ReadonlyMap<string, string>,
  dir: string,
  signal: AbortSignal,
  mapPath?: string,
): Promise<LinkResult> {
  const { baseline, arch, compiler } = context;
  const { link, nested } = baseline.record;
  if (nested === undefined) return linkKernel(arch, link, baseline.buildDir, swapped, dir, signal, mapPath);
  const late = async (object: string, view: string, out: string): Promise<string | undefined> => {
    const stored = swapped.get(object)!;
    const unit = context.eligible.find((candidate) => candidate.object === object);
    // Not an object of the compiler under test (a disguise): the choice of the caller, whatever it was made of.
    if (unit === undefined || !isOfStore(context, stored)) {
      copyFileSync(stored, out);
      return undefined;
    }
    rmSync(out, { force: true });
    const outcome = await compileOne(compiler, unit, view, out, signal);
    return outcome.status === "ok" ? undefined : `${outcome.status}: ${outcome.reason}`;
  };
  return linkImage(
    {
      arch,
      link,
      nested,
      buildDir: baseline.buildDir,
      swapped,
      outDir: dir,
      env: BUILD_ENVIRONMENT,
      late,
      ...(mapPath !== undefined && { mapPath }),
    },
    signal,
  );
}

function isOfStore(context: KernelContext, path: string): boolean {
  return path.startsWith(join(context.store.root, "/"));
}
