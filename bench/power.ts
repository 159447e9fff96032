// The power of the verdict: kernels with one wrong branch each, and how many of them a boot tells from GCC's.
//
//   node bench/power.ts --arch riscv --seed 1 --count 100 --out DIR [--kernel K] [--jobs N] [--timeout S] [--config PROFILE] [--executed]
//
// A draw is a C unit of the `boot` kernel (by seed, each at most once) and one conditional branch of GCC's assembly text for it
// (compiler-generated code only). The branch is inverted, the object is assembled and linked among GCC's, the kernel is booted
// and judged; a mutant that only a check or a warning gives away must do so twice, or it is put down as flaky and not caught.
// With --executed each mutant that was not caught is booted again with a trap in the branch's place: a kernel
// that doesn't notice it never came there, and no check that stops short of running that code can notice the inversion.
// One JSON line per draw goes to OUT/draws.jsonl; a run that is started again goes on where it was.

import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../src/bisect/random.ts";
import { archInfo, parseArch } from "../src/oracle/arch.ts";
import type { BaselineUnit } from "../src/oracle/kernel/baseline.ts";
import { bootBaseline, initrdFor, openContext } from "../src/oracle/kernel/context.ts";
import { rankUnits } from "../src/oracle/kernel/plan.ts";
import { tryMix } from "../src/oracle/kernel/run.ts";
import { runProcess } from "../src/oracle/process.ts";
import { FAULT_MACHINES } from "../tests/faults/kinds.ts";
import { splitOperands } from "../tests/faults/plant.ts";

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
    executed: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const arch = parseArch(values.arch);
if (values.help || arch === undefined || values.out === undefined || !Object.hasOwn(FAULT_MACHINES, arch)) {
  process.stderr.write(
    "usage: node bench/power.ts --arch riscv|x86|arm --seed N --count N --out DIR [--jobs N] [--timeout S] [--config PROFILE] [--executed]\n",
  );
  process.exit(2);
}
const rules = (FAULT_MACHINES as Record<string, (typeof FAULT_MACHINES)[keyof typeof FAULT_MACHINES]>)[arch]!.rules;
const TRAP = { riscv: "ebreak", arm: "brk\t#1", x86: "ud2" }[arch];
const out = resolve(values.out);
const seed = Number(values.seed);
const count = Number(values.count);
const timeoutMs = Number(values.timeout) * 1000;
mkdirSync(out, { recursive: true });
const controller = new AbortController();
process.once("SIGINT", () => controller.abort());
const signal = controller.signal;
const quiet = { start() {}, advance() {}, stop() {} };
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
  /** Whether the code at the branch runs at all: known for what was caught, and with --executed. */
  readonly executed: boolean | undefined;
}

const context = await openContext(
  {
    arch,
    kernel: values.kernel,
    config: [values.config],
    cc: `${archInfo(arch).triplet}-gcc`,
    gcc: undefined,
    jobs: 1,
  },
  quiet,
  signal,
  log,
);
const { baseline } = context;
const initrd = await initrdFor(context);
const boots = await bootBaseline(context, initrd, quiet, signal);
const byId = new Map(context.eligible.filter((unit) => unit.source.endsWith(".c")).map((unit) => [unit.id, unit]));
const order = rankUnits([...byId.keys()], seed);
const record = join(out, "draws.jsonl");
const known = new Map<number, Draw | { index: number; unit: string; state: "no-branch" }>();
if (existsSync(record))
  for (const line of readFileSync(record, "utf8").split("\n"))
    if (line !== "") known.set(JSON.parse(line).index, JSON.parse(line));

async function assemblyOf(unit: BaselineUnit, name: string): Promise<string> {
  const path = join(out, `${name}.s`);
  const done = await runProcess([...baseline.record.gcc.command, ...unit.argv, "-S", "-o", path, unit.source], {
    cwd: baseline.buildDir,
    signal,
  });
  if (done.exitCode !== 0) throw new Error(`${unit.id}: ${done.stderr.split("\n")[0]}`);
  const text = readFileSync(path, "utf8");
  rmSync(path);
  return text;
}

async function assemble(unit: BaselineUnit, text: string, name: string): Promise<string> {
  const path = join(out, `${name}.o`);
  writeFileSync(`${path}.s`, text);
  const flags = unit.argv.filter((word) => /^-(m|Wa,|f)/.test(word) && !word.startsWith("-fplugin"));
  const argv = [...baseline.record.gcc.command, ...flags, "-c", "-o", path, "-x", "assembler", `${path}.s`];
  for (const command of [argv, ...unit.after.map((after) => after.map((word) => (word === unit.object ? path : word)))]) {
    const done = await runProcess(command, { cwd: baseline.buildDir, signal });
    if (done.exitCode !== 0) throw new Error(`${unit.id}: ${done.stderr.split("\n")[1] ?? done.stderr}`);
  }
  rmSync(`${path}.s`);
  return path;
}

/** The compiler-generated conditional branches of an assembly text. */
function branches(lines: readonly string[]): { line: number; inverted: string; function: string }[] {
  const found: { line: number; inverted: string; function: string }[] = [];
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

async function boot(unit: BaselineUnit, lines: readonly string[], line: number, replacement: string, name: string) {
  const changed = [...lines];
  changed[line] = `\t${replacement}`;
  const object = await assemble(unit, changed.join("\n"), name);
  const dir = join(out, name);
  try {
    return await tryMix(
      context,
      new Map([[unit.object, object]]),
      dir,
      initrd,
      boots,
      { boots: 1, timeoutMs, retryFailures: false },
      signal,
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
    rmSync(object, { force: true });
  }
}

async function draw(index: number): Promise<Draw | { index: number; unit: string; state: "no-branch" }> {
  const unit = byId.get(order[index]!)!;
  const name = `mutant-${index}`;
  const lines = (await assemblyOf(unit, name)).split("\n");
  const sites = branches(lines);
  if (sites.length === 0) return { index, unit: unit.id, state: "no-branch" };
  const random = new Random(seed * 100_003 + index);
  const site = random.uint32() % sites.length;
  const chosen = sites[site]!;
  const instruction = lines[chosen.line]!.trim().replace("\t", " ");
  const drawn = { index, unit: unit.id, function: chosen.function, site, sites: sites.length, instruction };
  const mix = await boot(unit, lines, chosen.line, chosen.inverted, name);
  // What a busy machine may have done must happen twice to count.
  if (mix.state === "test-fail" || mix.state === "warn") {
    const again = await boot(unit, lines, chosen.line, chosen.inverted, name);
    if (again.state === "pass") return { ...drawn, state: "flaky", signature: mix.signature, executed: undefined };
  }
  let executed: boolean | undefined = mix.state === "pass" ? undefined : true;
  if (mix.state === "pass" && values.executed)
    executed = (await boot(unit, lines, chosen.line, `${TRAP}\n${lines[chosen.line]}`, name)).state !== "pass";
  return { ...drawn, state: mix.state, signature: mix.signature, executed };
}

/** Done draws without a gap, as far as they make `count` mutants. */
function mutants(): Draw[] {
  const list: Draw[] = [];
  for (let index = 0; known.has(index) && list.length < count; index++) {
    const entry = known.get(index)!;
    if (entry.state !== "no-branch") list.push(entry as Draw);
  }
  return list;
}

let next = 0;
async function worker(): Promise<void> {
  for (;;) {
    const index = next++;
    if (index >= order.length || mutants().length >= count || signal.aborted) return;
    if (known.has(index)) continue;
    const result = await draw(index);
    known.set(index, result);
    appendFileSync(record, `${JSON.stringify(result)}\n`);
    if ("signature" in result) log(`${index} ${result.unit} ${result.function}: ${result.state} ${result.signature}`);
  }
}
await Promise.all(Array.from({ length: Number(values.jobs) }, worker));
await context.close();

const list = mutants();
const caught = list.filter((entry) => entry.state !== "pass" && entry.state !== "flaky");
const states = new Map<string, number>();
for (const entry of list) states.set(entry.state, (states.get(entry.state) ?? 0) + 1);
const silent = list.filter((entry) => entry.state === "pass" || entry.state === "flaky");
const ran = silent.filter((entry) => entry.executed === true).length;
process.stdout.write(`${arch}, seed ${seed}: ${caught.length} of ${list.length} inverted branches caught\n`);
process.stdout.write(
  `${[...states]
    .sort((a, b) => b[1] - a[1])
    .map(([state, n]) => `${state} ${n}`)
    .join(", ")}\n`,
);
if (values.executed)
  process.stdout.write(
    `not caught: ${ran} of ${silent.length} in code that runs; executed and caught: ${caught.length} of ${caught.length + ran}\n`,
  );
