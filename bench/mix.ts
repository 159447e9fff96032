// Where the time of a mix goes: plan, compile, link, boot; and, unit by unit, the compiler under test against GCC.
//
//   node bench/mix.ts [--arch riscv] [--cc occ] [--fraction 0.1] [--seeds 5] [--units 40] [--rounds 3] [--json]
//
// The first part runs each seed twice: the first run fills the store, the second is what a cached mix costs. The bare `ld`
// is timed beside it. The second part compiles the same units with both compilers, one at a time, taking turns, and keeps
// each one's best of `rounds` (the minimum is the time without the machine's other work); a worker's first rounds warm it.

import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseArch } from "../src/oracle/arch.ts";
import { openContext } from "../src/oracle/kernel/context.ts";
import { rankUnits } from "../src/oracle/kernel/plan.ts";
import { type RunReport, runKernel } from "../src/oracle/kernel/run.ts";
import { compileArguments } from "../src/oracle/kernel/units.ts";
import { runProcess } from "../src/oracle/process.ts";
import { makeRunDir } from "../src/oracle/run-dir.ts";
import { openProgress } from "../src/report/progress.ts";

const { values } = parseArgs({
  options: {
    arch: { type: "string", default: "riscv" },
    cc: { type: "string", default: "occ" },
    kernel: { type: "string", default: "6.9" },
    fraction: { type: "string", default: "0.1" },
    seeds: { type: "string", default: "5" },
    units: { type: "string", default: "40" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});

const arch = parseArch(values.arch);
if (arch === undefined) throw new Error(`--arch ${values.arch}: not one of x86, arm, riscv`);
const controller = new AbortController();
process.once("SIGINT", () => controller.abort());
const { signal } = controller;
const progress = openProgress();
const jobs = availableParallelism();

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0
    ? Number.NaN
    : sorted.length % 2 === 1
      ? sorted[middle]!
      : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

const context = await openContext(
  { arch, kernel: values.kernel, config: ["boot"], cc: values.cc, gcc: undefined, jobs },
  progress,
  signal,
  (line) => process.stderr.write(`${line}\n`),
);
const scratch = mkdtempSync(join(tmpdir(), "oracle-bench-"));
const scratchState = process.env.ORACLE_STATE;
process.env.ORACLE_STATE = scratch;
try {
  const run = async (seed: number): Promise<RunReport> =>
    runKernel(
      context,
      {
        selection: { seed, fraction: Number(values.fraction), only: [], not: [] },
        policy: { boots: 1, timeoutMs: undefined },
        jobs,
        kernel: values.kernel,
        configWords: ["boot"],
        command: process.argv.slice(2),
        repro: "node bench/mix.ts",
        place: makeRunDir(new Date()),
      },
      progress,
      signal,
    );
  const cached: RunReport[] = [];
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    await run(seed);
    cached.push(await run(seed));
  }
  const split = {
    planMs: median(cached.map((report) => report.times.planMs)),
    storeMs: median(cached.map((report) => report.times.compileMs)),
    linkMs: median(cached.map((report) => report.times.linkMs)),
    ldMs: median(cached.map((report) => report.times.ldMs)),
    bootMs: median(cached.map((report) => report.times.bootMs)),
    gccBootMs: median(cached.map((report) => report.times.gccBootMs)),
    totalMs: median(cached.map((report) => report.times.totalMs)),
  };
  const byId = new Map(context.eligible.map((unit) => [unit.id, unit]));
  const rows: { unit: string; ccMs: number; gccMs: number; ratio: number }[] = [];
  const refused: string[] = [];
  const sample = rankUnits([...byId.keys()], 1).slice(0, Number(values.units));
  // A worker is warm when its code is compiled and its headers are cached: it sees a few units before the clock counts.
  for (const id of sample.slice(0, 8))
    await context.compiler.compile(byId.get(id)!, context.baseline.buildDir, join(scratch, "warm.o"), signal);
  for (const id of sample) {
    const unit = byId.get(id)!;
    let ccMs = Number.POSITIVE_INFINITY;
    let gccMs = Number.POSITIVE_INFINITY;
    for (let round = 0; round < Number(values.rounds); round++) {
      const out = join(scratch, "unit.o");
      const outcome = await context.compiler.compile(unit, context.baseline.buildDir, out, signal);
      if (outcome.status !== "ok") break;
      ccMs = Math.min(ccMs, outcome.wallMs);
      const gcc = await runProcess([...context.baseline.record.gcc.command, ...compileArguments(unit, out)], {
        cwd: context.baseline.buildDir,
        signal,
      });
      gccMs = Math.min(gccMs, gcc.wallMs);
    }
    if (Number.isFinite(ccMs)) rows.push({ unit: id, ccMs, gccMs, ratio: ccMs / gccMs });
    else refused.push(id);
  }
  rows.sort((a, b) => b.ratio - a.ratio);
  const result = {
    arch,
    cc: values.cc,
    fraction: Number(values.fraction),
    states: cached.map((report) => report.state),
    split,
    medianRatio: median(rows.map((row) => row.ratio)),
    units: rows,
    refused,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const ms = (value: number) => `${value.toFixed(0)} ms`;
    process.stdout.write(
      `cached mix (${arch}, ${values.cc}, fraction ${values.fraction}, ${cached.length} seeds: ${result.states.join(" ")})\n`,
    );
    process.stdout.write(
      `  plan ${ms(split.planMs)}  store ${ms(split.storeMs)}  link ${ms(split.linkMs)} (ld alone ${ms(split.ldMs)})  boot ${ms(split.bootMs)} (gcc's ${ms(split.gccBootMs)})  total ${ms(split.totalMs)}\n`,
    );
    process.stdout.write(
      `units: ${rows.length} compiled, ${refused.length} refused; ${values.cc} / gcc -O2, wall: median ${result.medianRatio.toFixed(2)}\n`,
    );
    for (const row of rows.slice(0, 10))
      process.stdout.write(`  ${row.ratio.toFixed(2)}  ${ms(row.ccMs)} / ${ms(row.gccMs)}  ${row.unit}\n`);
  }
} finally {
  await context.close();
  rmSync(scratch, { recursive: true, force: true });
  if (scratchState === undefined) delete process.env.ORACLE_STATE;
}
