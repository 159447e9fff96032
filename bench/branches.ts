// Conditional branches in GCC's own code of a kernel's units, and which of them a boot reaches.
//
// A unit is taken as GCC's assembly text; only code that the compiler made counts, not that of asm statements. To see what runs, a
// global label is put before each branch that is asked for (a label moves no code), the kernel is linked with those objects and booted
// once with QEMU's log of translated instructions (-d in_asm: each once, when its block is first reached).

import { createReadStream, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Arch } from "../src/oracle/arch.ts";
import { crossPrefix } from "../src/oracle/arch.ts";
import type { BaselineUnit } from "../src/oracle/kernel/baseline.ts";
import type { BaselineBoots, KernelContext } from "../src/oracle/kernel/context.ts";
import { tryMix } from "../src/oracle/kernel/run.ts";
import { runProcess } from "../src/oracle/process.ts";
import { FAULT_MACHINES } from "../tests/faults/kinds.ts";
import { splitOperands } from "../tests/faults/plant.ts";

/** A conditional branch of an assembly text. */
export interface Branch {
  /** Index of its line. */
  readonly line: number;
  /** The same branch on the opposite condition. */
  readonly inverted: string;
  readonly function: string;
}

const NM_BYTES = 256_000_000;
/** A name that scripts/mksysmap of the kernel keeps out of the kernel's own symbol table. */
const LABEL = "__crc_oracle_branch_";

/** GCC's assembly text for a unit; `scratch` is a path to write to. */
export async function assemblyOf(
  context: KernelContext,
  unit: BaselineUnit,
  scratch: string,
  signal: AbortSignal,
): Promise<string> {
  const { baseline } = context;
  const done = await runProcess([...baseline.record.gcc.command, ...unit.argv, "-S", "-o", scratch, unit.source], {
    cwd: baseline.buildDir,
    signal,
  });
  if (done.exitCode !== 0) throw new Error(`${unit.id}: ${done.stderr.split("\n")[0]}`);
  const text = readFileSync(scratch, "utf8");
  rmSync(scratch);
  return text;
}

/** Assembles a text as a unit's object, with the steps that kbuild takes after compiling (objtool). */
export async function assemble(
  context: KernelContext,
  unit: BaselineUnit,
  text: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const { baseline } = context;
  writeFileSync(`${path}.s`, text);
  const flags = unit.argv.filter((word) => /^-(m|Wa,|f)/.test(word) && !word.startsWith("-fplugin"));
  const argv = [...baseline.record.gcc.command, ...flags, "-c", "-o", path, "-x", "assembler", `${path}.s`];
  for (const command of [argv, ...unit.after.map((after) => after.map((word) => (word === unit.object ? path : word)))]) {
    const done = await runProcess(command, { cwd: baseline.buildDir, signal });
    if (done.exitCode !== 0) throw new Error(`${unit.id}: ${done.stderr.split("\n")[1] ?? done.stderr}`);
  }
  rmSync(`${path}.s`);
}

/** The compiler-generated conditional branches of an assembly text. */
export function branches(arch: Arch, lines: readonly string[]): Branch[] {
  const { rules } = FAULT_MACHINES[arch];
  const found: Branch[] = [];
  let inAsm = false;
  let current = "";
  for (const [index, line] of lines.entries()) {
    if (line.startsWith("#APP")) inAsm = true;
    else if (line.startsWith("#NO_APP")) inAsm = false;
    current = /^([A-Za-z_][\w.$]*):/.exec(line)?.[1] ?? current;
    // on arm a # starts an immediate operand
    const match = inAsm ? null : /^\t([a-z][\w.]*)\t(.*)$/.exec(line.replace(arch === "arm" ? /\s*\/\/.*$/ : /\s*#.*$/, ""));
    const inverted = match && rules.branch(match[1]!, splitOperands(match[2]!));
    if (inverted) found.push({ line: index, inverted: inverted[0]!, function: current });
  }
  return found;
}

/** Branches of a unit, by the lines of its text. */
export interface UnitSites {
  readonly unit: BaselineUnit;
  readonly lines: readonly string[];
  readonly sites: readonly number[];
}

/** All instructions of a log of translated blocks, by the low 48 bits of their addresses. */
async function instructions(path: string): Promise<Set<number>> {
  const out = new Set<number>();
  for await (const line of createInterface({ input: createReadStream(path, "latin1") })) {
    const match = /^0x([0-9a-f]+):/.exec(line);
    if (match !== null) out.add(Number.parseInt(match[1]!.slice(-12), 16));
  }
  return out;
}

/**
 * Boots GCC's kernel and says which of the branches it reaches: for each unit, a flag per site. One without a label in the kernel (its
 * section was thrown away) counts as not reached. Throws if that kernel does not pass.
 */
export async function reached(
  context: KernelContext,
  units: readonly UnitSites[],
  out: string,
  initrd: string,
  boots: BaselineBoots,
  jobs: number,
  signal: AbortSignal,
): Promise<boolean[][]> {
  const { arch } = context;
  const dir = join(out, "reached");
  mkdirSync(dir, { recursive: true });
  const swapped = new Map<string, string>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < units.length; index = next++) {
      const { unit, lines, sites } = units[index]!;
      const labelled = [...lines];
      for (const [i, line] of sites.entries()) {
        const label = `${LABEL}${index}_${i}`;
        labelled[line] = `\t.globl ${label}\n${label}:\n${lines[line]}`;
      }
      const path = join(dir, `${index}.o`);
      await assemble(context, unit, labelled.join("\n"), path, signal);
      swapped.set(unit.object, path);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  const log = join(dir, "instructions.log");
  const policy = { boots: 1, timeoutMs: undefined, retryFailures: false, qemuOptions: ["-d", "in_asm", "-D", log] };
  const mix = await tryMix(context, swapped, dir, initrd, boots, policy, signal);
  if (mix.state !== "pass") throw new Error(`the kernel with labels does not pass: ${mix.signature}`);
  const nm = await runProcess([`${crossPrefix(arch)}nm`, mix.link.vmlinux], { signal, keep: NM_BYTES });
  const ran = await instructions(log);
  const result = units.map((entry) => entry.sites.map(() => false));
  for (const match of nm.stdout.matchAll(new RegExp(`^([0-9a-f]{16}) . ${LABEL}(\\d+)_(\\d+)$`, "gm")))
    result[Number(match[2])]![Number(match[3])] = ran.has(Number.parseInt(match[1]!.slice(-12), 16));
  rmSync(dir, { recursive: true, force: true });
  return result;
}
