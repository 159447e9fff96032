// One boot of a failing mix that is looked at closely: with the linker's map and QEMU's log of what ran (see suspicion.ts).

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../../bisect/probe.ts";
import { crossPrefix } from "../arch.ts";
import { cacheDir, contentHash, digest, readJson, writeAtomically } from "../cache.ts";
import { OracleError } from "../errors.ts";
import { runProcess } from "../process.ts";
import type { BaselineBoots, KernelContext } from "./context.ts";
import { linkMix } from "./mix-link.ts";
import { bootMix } from "./run.ts";
import { type RunFunctions, runFunctions, suspicion, textOf } from "./suspicion.ts";

/** What the boot showed, and the prior weights of the units. */
export interface Witness {
  readonly outcome: Outcome;
  readonly weight: Float64Array;
}

/** Most of nm's output that is kept. */
const NM_BYTES = 64_000_000;

/** Boots a mix of `ids`' objects (path by the build directory's object path) and says where to begin. */
export async function bootWitness(
  context: KernelContext,
  ids: readonly string[],
  objectOf: (id: string) => string,
  swapped: ReadonlyMap<string, string>,
  dir: string,
  initrd: string,
  baselineBoots: BaselineBoots,
  options: {
    readonly timeoutMs: number | undefined;
    readonly append?: readonly string[];
    /** How often this mix was booted before. */
    readonly boot?: number;
    /** What GCC's kernel runs (see `trustedFunctions`). */
    readonly trusted?: RunFunctions;
  },
  signal: AbortSignal,
): Promise<Witness> {
  const { baseline, arch } = context;
  const even = new Float64Array(ids.length).fill(1);
  mkdirSync(dir, { recursive: true });
  try {
    const map = join(dir, "vmlinux.map");
    const blocks = join(dir, "blocks.log");
    const link = await linkMix(context, swapped, dir, signal, map);
    if (link.failure !== undefined)
      return { outcome: { verdict: "fail", signature: `link-fail: ${link.failure}` }, weight: even };
    const mix = await bootMix(
      context,
      link,
      swapped.size,
      dir,
      initrd,
      baselineBoots,
      {
        boots: 1,
        timeoutMs: options.timeoutMs,
        retryFailures: false,
        boot: options.boot ?? 0,
        qemuOptions: ["-d", "in_asm", "-D", blocks],
        ...(options.append !== undefined && { append: options.append }),
      },
      signal,
    );
    if (mix.state === "pass") return { outcome: { verdict: "pass" }, weight: even };
    const prefix = crossPrefix(arch);
    // A frame may be in GCC's code: all objects have neighbours.
    const linked = [...baseline.record.link.objects, ...baseline.record.link.libraries.flatMap((library) => library.members)];
    const files = linked.map((object) => swapped.get(object) ?? object);
    const console = textOf(join(dir, "console.log"));
    const nm = async (argv: readonly string[]): Promise<string> =>
      (await runProcess([`${prefix}nm`, ...argv], { cwd: baseline.buildDir, signal, keep: NM_BYTES })).stdout;
    const weight = await suspicion(ids, (id) => swapped.get(objectOf(id))!, {
      map: textOf(map),
      console,
      blocksPath: existsSync(blocks) ? blocks : undefined,
      symbols: await nm(["--defined-only", link.vmlinux]),
      objectSymbols: await nm(["-A", ...files]),
      trusted: options.trusted,
      signature: mix.signature,
    });
    return { outcome: { verdict: "fail", signature: mix.signature }, weight };
  } catch (error) {
    if (error instanceof OracleError && error.kind !== "interrupted")
      return { outcome: { verdict: "invalid", reason: error.message }, weight: even };
    throw error;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What GCC's kernel runs: booted once with the log, then known. */
export async function trustedFunctions(
  context: KernelContext,
  dir: string,
  initrd: string,
  baselineBoots: BaselineBoots,
  options: { readonly append?: readonly string[] },
  signal: AbortSignal,
): Promise<RunFunctions | undefined> {
  const { baseline, arch } = context;
  const append = options.append ?? [];
  const key = digest(baseline.record.key, baseline.record.vmlinux, contentHash(readFileSync(initrd)), append.join(" "));
  const path = join(cacheDir("functions"), `${arch}-${key.slice(0, 24)}.json`);
  const known = readJson<{ order: string[]; defined: string[] }>(path);
  if (known !== undefined) return { order: known.order, defined: new Set(known.defined) };
  mkdirSync(dir, { recursive: true });
  try {
    const map = join(dir, "vmlinux.map");
    const blocks = join(dir, "blocks.log");
    const link = await linkMix(context, new Map(), dir, signal, map);
    const policy = {
      boots: 1,
      timeoutMs: undefined,
      retryFailures: false,
      qemuOptions: ["-d", "in_asm", "-D", blocks],
      append,
    };
    const mix = await bootMix(context, link, 0, dir, initrd, baselineBoots, policy, signal);
    if (mix.state !== "pass" || !existsSync(blocks)) return undefined;
    const argv = [`${crossPrefix(arch)}nm`, "--defined-only", link.vmlinux];
    const symbols = (await runProcess(argv, { signal, keep: NM_BYTES })).stdout;
    const functions = await runFunctions(blocks, textOf(map), symbols);
    writeAtomically(path, JSON.stringify({ order: functions.order, defined: [...functions.defined] }));
    return functions;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
