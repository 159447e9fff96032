// Boots mixes for a search: link, look whether the image is known, boot, judge; or GCC's own code in a mix's disguise.

import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Outcome, RunWish } from "../../bisect/probe.ts";
import { contentHash, digest } from "../cache.ts";
import { OracleError } from "../errors.ts";
import { type BaselineBoots, bootCodeHash, type KernelContext } from "./context.ts";
import { disguise } from "./disguise.ts";
import { KnownBoots } from "./known-boots.ts";
import { linkMix } from "./mix-link.ts";
import { type BootPolicy, bootMix } from "./run.ts";

/** How mixes are booted. */
export interface MixBootOptions {
  readonly context: KernelContext;
  readonly initrd: string;
  readonly baselineBoots: BaselineBoots;
  /** Directories of single boots are made and removed here. */
  readonly work: string;
  readonly timeoutMs: number | undefined;
  /** More words for the guest's command line. */
  readonly append?: readonly string[];
  /** Log of the images that were booted before; without it only this process's own are known. */
  readonly knownPath?: string;
  /** Leave each boot's directory behind. */
  readonly keep?: boolean;
}

/** Boots mixes and remembers their images. */
export interface MixBoots {
  /** Links and boots a choice of objects (path in the build directory to file). */
  boot(swapped: ReadonlyMap<string, string>, signal: AbortSignal, wish?: RunWish): Promise<Outcome>;
  /** Boots made, and boots that were known. */
  readonly counts: { booted: number; known: number };
  close(): void;
}

/** Part of the largest mix that must have passed before its slowness is taken for that of all. */
const ENOUGH_PASSED = 0.25;

/** How slow the compiler's code is, from the mixes that pass. */
export class SeenSlowdown {
  private largest = 1;
  private covered = 0;
  private most = 0;

  /** A mix of so many objects is booted. */
  ask(size: number): void {
    this.largest = Math.max(this.largest, size);
  }

  /** A mix of so many objects passed, with so many times GCC's longest silence. */
  passed(size: number, ratio: number): void {
    this.covered = Math.max(this.covered, size);
    this.most = Math.max(this.most, ratio);
  }

  /** The largest ratio; undefined until enough of the code was seen. */
  get seen(): number | undefined {
    return this.covered >= ENOUGH_PASSED * this.largest ? this.most : undefined;
  }
}

/** Opens the boots of one build. */
export async function openMixBoots(options: MixBootOptions): Promise<MixBoots> {
  const { context, initrd, baselineBoots } = options;
  const { baseline } = context;
  const append = options.append ?? [];
  const surroundings = digest(
    contentHash(readFileSync(initrd)),
    bootCodeHash(),
    String(context.accel),
    append.join(" "),
    String(options.timeoutMs ?? ""),
  );
  const known = new KnownBoots(options.knownPath);
  const counts = { booted: 0, known: 0 };
  const hashes = new Map<string, string>();
  /** Boots by set of objects, in this process. */
  const made = new Map<string, number>();
  const hashOf = (path: string): string => {
    const { mtimeMs, size } = statSync(path);
    const name = `${path} ${mtimeMs} ${size}`;
    const hash = hashes.get(name) ?? contentHash(readFileSync(path));
    hashes.set(name, hash);
    return hash;
  };
  let count = 0;
  // What passing mixes take says how soon a silent guest hangs. What is believed without asking again (a fresh boot) keeps the limit
  // for unknown code.
  const gccSilentCpuMs = Math.max(1, ...baselineBoots.results.map((result) => result.silentCpuMs));
  const slowdown = new SeenSlowdown();

  const boot = async (asked: ReadonlyMap<string, string>, signal: AbortSignal, wish: RunWish = {}): Promise<Outcome> => {
    const dir = join(options.work, `${process.pid}-${++count}`);
    try {
      const swapped =
        wish.disguised === true
          ? await disguise(context.arch, baseline.buildDir, asked, join(options.work, "disguised"), signal)
          : asked;
      const parts = [...swapped].map(([object, path]) => `${object} ${hashOf(path)}`).sort();
      const set = digest(surroundings, baseline.record.vmlinux, ...parts);
      const before = known.imageOf(set);
      const told = before === undefined || wish.fresh === true ? undefined : known.next(set, before);
      if (told !== undefined) {
        counts.known++;
        return told;
      }
      const earlier = made.get(set) ?? 0;
      made.set(set, earlier + 1);
      slowdown.ask(swapped.size);
      const policy: BootPolicy = {
        boots: 1,
        timeoutMs: options.timeoutMs,
        retryFailures: false,
        append,
        boot: earlier,
        ...(wish.fresh !== true && slowdown.seen !== undefined && { seenSlowdown: slowdown.seen }),
      };
      mkdirSync(dir, { recursive: true });
      const link = await linkMix(context, swapped, dir, signal);
      const image = link.failure === undefined ? digest(surroundings, contentHash(readFileSync(link.image))) : "";
      if (image !== "" && wish.fresh !== true) {
        const same = known.next(set, image);
        if (same !== undefined) {
          counts.known++;
          return same;
        }
      }
      const mix = await bootMix(context, link, swapped.size, dir, initrd, baselineBoots, policy, signal);
      if (link.failure === undefined) counts.booted++;
      if (mix.state === "pass" && wish.disguised !== true)
        slowdown.passed(swapped.size, (mix.boot?.silentCpuMs ?? 0) / gccSilentCpuMs);
      const outcome: Outcome = mix.state === "pass" ? { verdict: "pass" } : { verdict: "fail", signature: mix.signature };
      if (image !== "") known.add(set, image, outcome);
      return outcome;
    } catch (error) {
      if (error instanceof OracleError && error.kind !== "interrupted") return { verdict: "invalid", reason: error.message };
      throw error;
    } finally {
      if (options.keep !== true) rmSync(dir, { recursive: true, force: true });
    }
  };
  return { boot, counts, close: () => known.close() };
}
