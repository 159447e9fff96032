// GCC's object in the disguise of another compiler's: as large as the other, all code and data GCC's own.
//
// `ld -r` of GCC's object with padding behind its .text, .rodata, .data and .bss. The kernel that is linked of such objects
// has its symbols elsewhere than GCC's kernel has them, and differs from it in nothing else: what fails with it as well depends
// on the layout (or on the machine's mood), and no compiler is to blame.

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Arch, crossPrefix } from "../arch.ts";
import { contentHash, digest, temporaryName } from "../cache.ts";
import { runProcess } from "../process.ts";

/** Objects of one disguise at most: a few shift everything behind them. */
const MOST_OBJECTS = 24;
/** Padding where the other object is no larger. */
const LEAST = 16;

interface Sizes {
  readonly text: number;
  readonly data: number;
  readonly bss: number;
}

async function sizesOf(arch: Arch, path: string, signal: AbortSignal): Promise<Sizes> {
  const done = await runProcess([`${crossPrefix(arch)}size`, path], { signal });
  const [text = 0, data = 0, bss = 0] = (done.stdout.split("\n")[1] ?? "").trim().split(/\s+/).map(Number);
  return { text, data, bss };
}

/** Padding that stands for the difference: a shrunken object is disguised by a shift of the same amount the other way. */
function padding(other: number, own: number): number {
  return (Math.abs(other - own) + LEAST + 15) & ~15;
}

/** GCC's objects in the disguise of the swapped ones; objects that resist stay away. */
export async function disguise(
  arch: Arch,
  buildDir: string,
  swapped: ReadonlyMap<string, string>,
  work: string,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  mkdirSync(work, { recursive: true });
  const prefix = crossPrefix(arch);
  const chosen = [...swapped]
    .map(([object, path]) => ({ object, path, order: contentHash(object) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .slice(0, MOST_OBJECTS);
  const out = new Map<string, string>();
  for (const { object, path } of chosen) {
    const own = join(buildDir, object);
    const [mine, theirs] = [await sizesOf(arch, own, signal), await sizesOf(arch, path, signal)];
    const pad = {
      text: padding(theirs.text, mine.text),
      data: padding(theirs.data, mine.data),
      bss: padding(theirs.bss, mine.bss),
    };
    const result = join(work, `${digest(object, JSON.stringify(pad)).slice(0, 24)}.o`);
    if (!existsSync(result)) {
      const made = temporaryName(result);
      const source = `${made}.s`;
      writeFileSync(
        source,
        `\t.text\n\t.zero\t${pad.text}\n\t.section\t.rodata\n\t.zero\t${LEAST}\n\t.data\n\t.zero\t${pad.data}\n\t.bss\n\t.zero\t${pad.bss}\n\t.section\t.note.GNU-stack,"",%progbits\n`,
      );
      const steps = [
        [`${prefix}gcc`, ...machineFlags(arch), "-c", "-o", `${made}.pad`, "-x", "assembler", source],
        [`${prefix}ld`, "-r", "-o", made, own, `${made}.pad`],
      ];
      let ok = true;
      for (const step of steps) if (ok) ok = (await runProcess(step, { cwd: buildDir, signal })).exitCode === 0;
      for (const name of [source, `${made}.pad`]) rmSync(name, { force: true });
      if (!ok) {
        rmSync(made, { force: true });
        continue;
      }
      renameSync(made, result);
    }
    out.set(object, result);
  }
  return out;
}

/** Objects of different floating-point ABIs do not link: the kernel's have none. */
function machineFlags(arch: Arch): string[] {
  return arch === "riscv" ? ["-march=rv64imac", "-mabi=lp64"] : [];
}
