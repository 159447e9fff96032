// The power of the verdict: kernels with one wrong branch each, and how many of them a boot tells from GCC's.
//
//   node bench/power.ts --arch riscv --seed 1 --count 100 --out DIR [--kernel K] [--jobs N] [--timeout S] [--config PROFILE]
//
// A draw is a C unit of the kernel (by seed, each at most once) and one conditional branch of GCC's assembly text for it
// (compiler-generated code only). The branch is inverted, the object is assembled and linked among GCC's, the kernel is booted
// and judged; a mutant that only a check or a warning gives away must do so twice, or it is put down as flaky and not caught.
// A branch that GCC's own kernel never reaches can't be noticed by whatever it does when it is inverted: such a draw counts as not
// caught without a boot of its own (branches.ts says how that is known).
// One JSON line per draw goes to OUT/draws.jsonl; a run that is started again goes on where it was.

import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../src/bisect/random.ts";
import { parseArch } from "../src/oracle/arch.ts";
import { writeAtomically } from "../src/oracle/cache.ts";
import { rankUnits } from "../src/oracle/kernel/plan.ts";
import { tryMix } from "../src/oracle/kernel/run.ts";
import { assemble, assemblyOf, branches, reached, type UnitSites } from "./branches.ts";
import { openGcc } from "./gcc-kernel.ts";

const { values } = parseArgs({
  options: {
    arch: { type: "string", default: "riscv" },
    kernel: { type: "string", default: "6.9" },
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "100" },
    out: { type: "string" },
    jobs: { type: "string", default: "2" },
    timeout: { type: "string", default: "25" },
    config: { type: "string", default: "boot" },
    help: { type: "boolean", default: false },
  },
});
const arch = parseArch(values.arch);
if (values.help || arch === undefined || values.out === undefined) {
  process.stderr.write(
    "usage: node bench/power.ts --arch riscv|x86|arm --seed N --count N --out DIR [--jobs N] [--timeout S] [--config PROFILE]\n",
  );
  process.exit(2);
}
const out = resolve(values.out);
const seed = Number(values.seed);
const count = Number(values.count);
const jobs = Number(values.jobs);
const timeoutMs = Number(values.timeout) * 1000;
mkdirSync(out, { recursive: true });
const log = (line: string) => process.stderr.write(`${line}\n`);

/** One mutant and what became of it. */
interface Draw {
  readonly index: number;
  readonly unit: string;
  readonly function: string;
  /** The branch, of how many in the unit. */
  readonly site: number;
  readonly sites: number;
  readonly instruction: string;
  readonly state: string;
  readonly signature: string;
  /** Whether GCC's kernel comes to the branch at all. */
  readonly reached: boolean;
}

/** A draw before its boot. */
interface Planned extends UnitSites {
  readonly index: number;
  readonly site: number;
  readonly of: number;
  readonly function: string;
  readonly inverted: string;
}

const { context, initrd, boots, signal } = await openGcc(arch, values.kernel, values.config);
const byId = new Map(context.eligible.filter((unit) => unit.source.endsWith(".c")).map((unit) => [unit.id, unit]));
const order = rankUnits([...byId.keys()], seed);

/** The first `count` units with a branch, in the order of the seed, and the branch of each. */
async function plan(): Promise<Planned[]> {
  const list: Planned[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < order.length && list.filter((entry) => entry.index < next).length < count) {
      const index = next++;
      const unit = byId.get(order[index]!)!;
      const lines = (await assemblyOf(context, unit, join(out, `mutant-${index}.s`), signal)).split("\n");
      const sites = branches(arch!, lines);
      if (sites.length === 0) continue;
      const site = new Random(seed * 100_003 + index).uint32() % sites.length;
      const chosen = sites[site]!;
      const { function: name, inverted } = chosen;
      list.push({ index, unit, lines, sites: [chosen.line], site, of: sites.length, function: name, inverted });
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return list.sort((a, b) => a.index - b.index).slice(0, count);
}

async function boot(entry: Planned) {
  const name = `mutant-${entry.index}`;
  const changed = [...entry.lines];
  changed[entry.sites[0]!] = `\t${entry.inverted}`;
  const object = join(out, `${name}.o`);
  await assemble(context, entry.unit, changed.join("\n"), object, signal);
  const dir = join(out, name);
  try {
    const policy = { boots: 1, timeoutMs, retryFailures: false };
    return await tryMix(context, new Map([[entry.unit.object, object]]), dir, initrd, boots, policy, signal);
  } finally {
    rmSync(dir, { recursive: true, force: true });
    rmSync(object, { force: true });
  }
}

async function run(entry: Planned, comesThere: boolean): Promise<Draw> {
  const { index, site, of: sites } = entry;
  const instruction = entry.lines[entry.sites[0]!]!.trim().replace("\t", " ");
  const drawn = { index, unit: entry.unit.id, function: entry.function, site, sites, instruction, reached: comesThere };
  if (!comesThere) return { ...drawn, state: "pass", signature: "" };
  const mix = await boot(entry);
  // What a busy machine may have done must happen twice to count.
  const doubtful = mix.state === "test-fail" || mix.state === "warn";
  const flaky = doubtful && (await boot(entry)).state === "pass";
  return { ...drawn, state: flaky ? "flaky" : mix.state, signature: mix.signature };
}

const record = join(out, "draws.jsonl");
const known = new Map<number, Draw>();
if (existsSync(record))
  for (const line of readFileSync(record, "utf8").split("\n"))
    if (line !== "") known.set(JSON.parse(line).index, JSON.parse(line));
const planned = await plan();
const reachedPath = join(out, "reached.json");
const enough = existsSync(reachedPath) && JSON.parse(readFileSync(reachedPath, "utf8")).length >= planned.length;
if (!enough) writeAtomically(reachedPath, JSON.stringify(await reached(context, planned, out, initrd, boots, jobs, signal)));
const flags: boolean[][] = JSON.parse(readFileSync(reachedPath, "utf8"));
let next = 0;
async function worker(): Promise<void> {
  while (next < planned.length && !signal.aborted) {
    const which = next++;
    const entry = planned[which]!;
    if (known.has(entry.index)) continue;
    const result = await run(entry, flags[which]![0]!);
    known.set(entry.index, result);
    appendFileSync(record, `${JSON.stringify(result)}\n`);
    log(
      `${entry.index} ${result.unit} ${result.function}: ${result.reached ? `${result.state} ${result.signature}` : "not reached"}`,
    );
  }
}
await Promise.all(Array.from({ length: jobs }, worker));
await context.close();

const list = planned.flatMap((entry) => known.get(entry.index) ?? []);
const caught = list.filter((entry) => entry.state !== "pass" && entry.state !== "flaky").length;
const states = new Map<string, number>();
for (const entry of list) {
  const state = entry.reached ? entry.state : "not reached";
  states.set(state, (states.get(state) ?? 0) + 1);
}
process.stdout.write(`${arch}, seed ${seed}: ${caught} of ${list.length} inverted branches caught\n`);
process.stdout.write(
  `${[...states]
    .sort((a, b) => b[1] - a[1])
    .map(([state, n]) => `${state} ${n}`)
    .join(", ")}\n`,
);
