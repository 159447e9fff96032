// Compile time of occ against gcc -O0 and gcc -O2: warm (a worker that has compiled before) and as a fresh process.
//
//   node bench/compile.ts [--rounds 3] [--units 30] [--arch riscv]
//
// Programs (lua, zlib, sqlite3.c) are compiled to objects file by file for x86-64; kernel units are those of the cached boot
// kernel, picked by a fixed seed. All compilers take turns on each file; a file counts with each one's best wall time, for that
// is the time without the machine's other work.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { archInfo, parseArch } from "../src/oracle/arch.ts";
import { openContext } from "../src/oracle/kernel/context.ts";
import { rankUnits } from "../src/oracle/kernel/plan.ts";
import { compileArguments } from "../src/oracle/kernel/units.ts";
import { runProcess } from "../src/oracle/process.ts";
import { OccProgramCompiler } from "../src/oracle/program/occ-compiler.ts";
import { openProgress } from "../src/report/progress.ts";
import { geomean, median, table } from "./measure.ts";
import { lua, sqlite, zlib } from "./programs.ts";

/** One file to compile: arguments without level and output. */
interface Job {
  readonly name: string;
  readonly argv: readonly string[];
  readonly cwd: string;
}

interface Group {
  readonly name: string;
  readonly jobs: readonly Job[];
  readonly gcc: string;
  readonly triple: string;
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    units: { type: "string", default: "30" },
    arch: { type: "string", default: "riscv" },
  },
});
const root = path.resolve(import.meta.dirname, "..");
const arch = parseArch(values.arch);
if (arch === undefined) throw new Error(`--arch ${values.arch}: not one of x86, arm, riscv`);
const controller = new AbortController();
process.once("SIGINT", () => controller.abort());
const { signal } = controller;
const scratch = mkdtempSync(path.join(tmpdir(), "oracle-compile-"));

async function kernelUnits(): Promise<Group> {
  const context = await openContext(
    { arch: arch!, kernel: "6.9", config: ["boot"], cc: "occ", gcc: undefined, jobs: 1 },
    openProgress(),
    signal,
    (line) => process.stderr.write(`${line}\n`),
  );
  try {
    const byId = new Map(context.eligible.map((unit) => [unit.id, unit]));
    const picked = rankUnits([...byId.keys()], 1).slice(0, Number(values.units));
    const jobs = picked.map((id) => {
      const unit = byId.get(id)!;
      // the level is ours to say
      const argv = compileArguments(unit, "-").filter((word) => !/^-O[0-3s]?$/.test(word));
      argv.splice(argv.indexOf("-o"), 2);
      return { name: id, argv, cwd: context.baseline.buildDir };
    });
    return {
      name: `${jobs.length} units of the ${arch} kernel`,
      jobs,
      gcc: context.baseline.record.gcc.command.join(" "),
      triple: archInfo(arch!).triplet,
    };
  } finally {
    await context.close();
  }
}

async function programGroups(): Promise<Group[]> {
  const sources = [await lua(), await zlib(), await sqlite()];
  return sources.map((s) => ({
    name: s.name,
    jobs: s.files.map((file) => ({ name: path.basename(file), argv: ["-w", ...s.flags, "-c", file], cwd: scratch })),
    gcc: "gcc",
    triple: "x86_64-linux-gnu",
  }));
}

/** Best wall milliseconds of each way on one file; nothing when a compiler refuses it. */
async function best(job: Job, ways: readonly ((job: Job) => Promise<number>)[]): Promise<number[]> {
  const times: number[] = ways.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < Number(values.rounds); round++)
    for (const [i, way] of ways.entries()) times[i] = Math.min(times[i]!, await way(job));
  return times;
}

const out = path.join(scratch, "out.o");

function byProcess(command: readonly string[]): (job: Job) => Promise<number> {
  return async (job) => {
    const r = await runProcess([...command, ...job.argv, "-o", out], { cwd: job.cwd, signal });
    if (r.exitCode !== 0) throw new Error(`${command.join(" ")}: ${job.name}: ${r.stderr.split("\n").find((l) => l !== "")}`);
    return r.wallMs;
  };
}

function byWorker(occ: OccProgramCompiler): (job: Job) => Promise<number> {
  return async (job) => {
    const r = await occ.compile(["-O2", ...job.argv, "-o", out], job.cwd, signal);
    if (r.exitCode !== 0) throw new Error(`occ: ${job.name}: ${r.stderr.split("\n").find((l) => l !== "")}`);
    return r.wallMs;
  };
}

try {
  const rows: string[][] = [];
  for (const group of [...(await programGroups()), await kernelUnits()]) {
    const occ = new OccProgramCompiler(root, group.triple, 1);
    const gcc = group.gcc.split(" ");
    const warm = byWorker(occ);
    try {
      // A worker is warm when its code is compiled: it sees the group once before the clock counts.
      for (const job of group.jobs) await warm(job);
      const fresh = byProcess([path.join(root, "occ"), `--target=${group.triple}`, "-O2"]);
      const ways = [byProcess([...gcc, "-O0"]), byProcess([...gcc, "-O2"]), warm, fresh];
      if (group.name.includes("kernel")) ways[0] = async () => Number.NaN;
      const times: number[][] = [];
      for (const job of group.jobs) times.push(await best(job, ways));
      const total = (i: number) => times.reduce((sum, t) => sum + t[i]!, 0);
      const ratio = (x: number) => (Number.isFinite(x) ? x.toFixed(2) : "");
      rows.push([
        group.name,
        `${total(1).toFixed(0)} ms`,
        ratio(total(2) / total(0)),
        ratio(total(2) / total(1)),
        ratio(median(times.map((t) => t[2]! / t[1]!))),
        ratio(Math.max(...times.map((t) => t[2]! / t[1]!))),
        ratio(total(3) / total(1)),
      ]);
      process.stderr.write(`${rows.at(-1)!.join("  ")}\n`);
    } finally {
      await occ.close();
    }
  }
  rows.push([
    "geometric mean",
    "",
    "",
    geomean(rows.map((r) => Number(r[3]))).toFixed(2),
    "",
    "",
    geomean(rows.map((r) => Number(r[6]))).toFixed(2),
  ]);
  const head = ["compiled", "gcc -O2", "warm / gcc -O0", "warm / gcc -O2", "median of files", "slowest file", "fresh / gcc -O2"];
  process.stdout.write(`${table(head, rows)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
