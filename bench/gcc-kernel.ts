// The kernel that GCC builds alone, ready to be changed a little: for what measures how much a boot notices.

import { type Arch, archInfo } from "../src/oracle/arch.ts";
import { type BaselineBoots, bootBaseline, initrdFor, type KernelContext, openContext } from "../src/oracle/kernel/context.ts";

/** A kernel of GCC with its boots. */
export interface GccKernel {
  readonly context: KernelContext;
  readonly initrd: string;
  readonly boots: BaselineBoots;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Builds (once) and boots GCC's kernel of a configuration. */
export async function openGcc(arch: Arch, kernel: string, config: string): Promise<GccKernel> {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  const { signal } = controller;
  const quiet = { start() {}, advance() {}, stop() {} };
  const context = await openContext(
    { arch, kernel, config: [config], cc: `${archInfo(arch).triplet}-gcc`, gcc: undefined, jobs: 1 },
    quiet,
    signal,
    (line) => process.stderr.write(`${line}\n`),
  );
  const initrd = await initrdFor(context);
  return { context, initrd, boots: await bootBaseline(context, initrd, quiet, signal), signal };
}
