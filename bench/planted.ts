// Planted truth on real kernels: faults drawn by seed, put into real objects, found by the search from boots alone.
//
//   node bench/planted.ts --arch riscv --kernel DIR --out DIR [--seed N] [--minutes M] [--workers W] [--timeout S] [--jobs N]
//                         [--shapes "flaky 0.5,flaky 0.9"] [--soft] [--only CHECK]
//
// The clean side of the compiler under test is GCC with other optimisation flags, so that every object differs and every image
// is new. A drawn fault counts only if the kernel with that one fault fails at all (a plain boot runs a fraction of the code;
// the silent ones are counted and reported); then cases of every shape are made of the fatal ones, in the order in which they
// were drawn. One JSON line per case goes to OUT/cases.jsonl; a run that is started again goes on where it was.

import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { drive } from "../src/bisect/drive.ts";
import { setOf } from "../src/bisect/item-set.ts";
import { findAgainst, narrow } from "../src/bisect/narrow.ts";
import type { Outcome, Probe, RunWish } from "../src/bisect/probe.ts";
import { Random } from "../src/bisect/random.ts";
import { STEADY } from "../src/bisect/rates.ts";
import { crossPrefix, parseArch } from "../src/oracle/arch.ts";
import { contentHash } from "../src/oracle/cache.ts";
import type { BaselineUnit } from "../src/oracle/kernel/baseline.ts";
import { type BootResult, bootKernel } from "../src/oracle/kernel/boot.ts";
import { compileUnits } from "../src/oracle/kernel/compile.ts";
import { initrdFor, openContext } from "../src/oracle/kernel/context.ts";
import { linkKernel } from "../src/oracle/kernel/link.ts";
import { openMixBoots } from "../src/oracle/kernel/mix-boots.ts";
import { areFaces, isSoft, judge } from "../src/oracle/kernel/verdict.ts";
import { bootWitness, trustedFunctions } from "../src/oracle/kernel/witness.ts";
import { runProcess } from "../src/oracle/process.ts";
import { FAULT_KINDS, type FaultKind } from "../tests/faults/kinds.ts";
import { type Fault, plant, provide } from "../tests/faults/plant.ts";

const VARIANT = ["-fno-schedule-insns", "-fno-schedule-insns2", "-fno-reorder-blocks", "-fno-tree-ter"];
const SPREAD = 3;

const { values } = parseArgs({
  options: {
    arch: { type: "string", default: "riscv" },
    kernel: { type: "string", default: "6.9" },
    out: { type: "string" },
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "30" },
    workers: { type: "string", default: "2" },
    timeout: { type: "string", default: "30" },
    jobs: { type: "string", default: "2" },
    only: { type: "string", default: "basic-file" },
    shapes: { type: "string", default: "" },
    // Only faults whose signature is a check or a console line: the boot goes to its end.
    soft: { type: "boolean", default: false },
  },
});
const arch = parseArch(values.arch);
if (arch === undefined || values.out === undefined)
  throw new Error("usage: planted.ts --arch A --out DIR [--kernel K] [--seed N] [--minutes M]");
const out = resolve(values.out);
const seed = Number(values.seed);
const workers = Number(values.workers);
const timeoutMs = Number(values.timeout) * 1000;
const deadline = performance.now() + Number(values.minutes) * 60_000;
mkdirSync(out, { recursive: true });
const log = (text: string): void => void process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
const quiet = { start() {}, advance() {}, stop() {} };
const signal = new AbortController().signal;

const gcc = `${{ riscv: "riscv64", x86: "x86_64", arm: "aarch64" }[arch]}-linux-gnu-gcc`;
const context = await openContext(
  {
    arch,
    kernel: values.kernel,
    config: ["boot"],
    cc: `${gcc} ${VARIANT.join(" ")}`,
    gcc: undefined,
    jobs: Number(values.jobs),
  },
  quiet,
  signal,
  log,
);
const { baseline } = context;
const initrd = await initrdFor(context);
// One check of the battery is enough here: what a plain boot sees is what the search is given, and a probe stays short.
const append = values.only === "" ? [] : [`oracle.only=${values.only}`];
const results: BootResult[] = [];
// Two at a time, as the search boots: what a busy machine does to GCC's own kernel is masked.
const bootGcc = async (i: number): Promise<void> => {
  const job = {
    arch,
    image: baseline.image,
    initrd,
    runDir: join(out, `gcc-${i}`),
    timeoutMs: 120_000,
    silenceMs: 120_000,
    accel: context.accel,
    append,
  };
  results.push(await bootKernel(job, signal));
};
for (let i = 0; i < 8; i += 2) await Promise.all([bootGcc(i), bootGcc(i + 1)]);
const boots = { results, wallMs: Math.max(...results.map((r) => r.wallMs)) };
for (const r of results) log(`GCC: ${JSON.stringify(judge(results, r).state)} ${(r.wallMs / 1000).toFixed(1)} s`);
log(`${context.eligible.length} units eligible; compiling the variant`);
const variant = await compileUnits(
  baseline,
  context.compiler,
  context.eligible,
  context.store,
  Number(values.jobs),
  quiet,
  signal,
);
const units: BaselineUnit[] = context.eligible.filter((unit) => {
  const path = variant.swapped.get(unit.object);
  return (
    path !== undefined && contentHash(readFileSync(path)) !== contentHash(readFileSync(join(baseline.buildDir, unit.object)))
  );
});
log(`${units.length} units differ from GCC's; GCC boots in ${(boots.wallMs / 1000).toFixed(1)} s`);

// Nothing is taken from earlier runs: every boot that a search asks for is made.
const mixes = await openMixBoots({
  context,
  initrd,
  baselineBoots: boots,
  work: join(out, "probes"),
  timeoutMs,
  append,
});
/** Links and boots the given objects (path by object name); everything else is GCC's. */
const boot = (swapped: ReadonlyMap<string, string>, wish: RunWish = { fresh: true }): Promise<Outcome> =>
  mixes.boot(swapped, signal, wish);
const witnessDir = join(out, "probes", `${process.pid}-witness`);
const trusted = await trustedFunctions(context, witnessDir, initrd, boots, { append }, signal);

async function textOf(unit: BaselineUnit): Promise<string | undefined> {
  const path = join(out, "text.s");
  const done = await runProcess([...baseline.record.gcc.command, ...unit.argv, ...VARIANT, "-S", "-o", path, unit.source], {
    cwd: baseline.buildDir,
    signal,
  });
  return done.exitCode === 0 ? readFileSync(path, "utf8") : undefined;
}

async function assemble(unit: BaselineUnit, text: string, name: string): Promise<string | undefined> {
  const path = join(out, "objects", `${name}.o`);
  mkdirSync(join(out, "objects"), { recursive: true });
  writeFileSync(`${path}.s`, text);
  const flags = unit.argv.filter((word) => /^-(m|Wa,|g|f)/.test(word) && !word.startsWith("-fplugin"));
  const done = await runProcess([...baseline.record.gcc.command, ...flags, "-c", "-o", path, "-x", "assembler", `${path}.s`], {
    cwd: baseline.buildDir,
    signal,
  });
  rmSync(`${path}.s`, { force: true });
  if (done.exitCode !== 0) {
    log(`assembling ${unit.id}: ${done.stderr.split("\n")[1] ?? ""}`);
    return undefined;
  }
  for (const command of unit.after) {
    const after = await runProcess(
      command.map((word) => (word === unit.object ? path : word)),
      { cwd: baseline.buildDir, signal },
    );
    if (after.exitCode !== 0) return undefined;
  }
  return path;
}

interface Fatal {
  readonly draw: number;
  readonly unit: string;
  readonly kind: FaultKind;
  readonly signature: string;
}

const faultOf = (fatal: { unit: string; kind: FaultKind; draw: number }, extra: Partial<Fault> = {}): Fault => ({
  unit: fatal.unit,
  kind: fatal.kind,
  seed: seed * 1000 + fatal.draw,
  spread: SPREAD,
  needs: [],
  unless: [],
  chance: 1024,
  provides: [],
  ...extra,
});

async function faultyObject(unitId: string, fault: Fault, name: string): Promise<string | undefined> {
  const unit = units.find((u) => u.id === unitId)!;
  const text = await textOf(unit);
  if (text === undefined) return undefined;
  const planted = plant(text, arch!, fault);
  return planted === undefined ? undefined : assemble(unit, planted.text, name);
}

async function providingObject(unitId: string, symbol: string, name: string): Promise<string | undefined> {
  const unit = units.find((u) => u.id === unitId)!;
  const text = await textOf(unit);
  return text === undefined ? undefined : assemble(unit, provide(text, [symbol]), name);
}

/** Whether a kernel of these objects has the symbols. */
async function areLinked(swapped: ReadonlyMap<string, string>, symbols: readonly string[]): Promise<boolean> {
  if (symbols.length === 0) return true;
  const dir = join(out, "probes", `${process.pid}-linked`);
  mkdirSync(dir, { recursive: true });
  const link = await linkKernel(arch!, baseline.record.link, baseline.buildDir, swapped, dir, signal);
  const nm = await runProcess([`${crossPrefix(arch!)}nm`, link.vmlinux], { signal, keep: 64_000_000 });
  rmSync(dir, { recursive: true, force: true });
  const names = new Set(nm.stdout.split("\n").map((line) => line.slice(line.lastIndexOf(" ") + 1)));
  return symbols.every((name) => names.has(name));
}

// ---- The clean variant must pass, or nothing below means anything.
const everything = new Map(units.map((u) => [u.object, variant.swapped.get(u.object)!]));
let clean = await boot(everything);
for (let i = 0; i < 3 && clean.verdict !== "pass"; i++) {
  log(`clean variant: ${JSON.stringify(clean)}`);
  clean = await boot(everything);
}
log(`all ${units.length} clean variant objects: ${JSON.stringify(clean)}`);
if (clean.verdict !== "pass") throw new Error("the clean variant does not boot");
// What clean kernels show now and then is no truth to plant.
const noise = new Set<string>();
const watch = async (): Promise<void> => {
  const seen = await boot(everything);
  if (seen.verdict === "fail") noise.add(seen.signature);
};
for (let i = 0; i < 6; i += 2) await Promise.all([watch(), watch()]);
log(`noise: ${[...noise].join("; ") || "none"}`);

// ---- Draws by seed, in order; fatal ones are remembered.
const drawsPath = join(out, "draws.jsonl");
const drawn: { draw: number; unit: string; kind: FaultKind; verdict: string; signature: string }[] = existsSync(drawsPath)
  ? readFileSync(drawsPath, "utf8")
      .split("\n")
      .filter((l) => l !== "")
      .map((l) => JSON.parse(l))
  : [];
const random = new Random(seed);
let draws = 0;
async function nextFatal(): Promise<Fatal> {
  for (;;) {
    const draw = draws++;
    const unit = units[random.below(units.length)]!;
    const kind = FAULT_KINDS[random.below(FAULT_KINDS.length)]!;
    let known = drawn.find((d) => d.draw === draw);
    if (known === undefined) {
      const path = await faultyObject(unit.id, faultOf({ unit: unit.id, kind, draw }), `draw-${draw}`);
      let outcome: Outcome | undefined;
      if (path !== undefined) {
        outcome = await boot(new Map([...everything, [unit.object, path]]));
        if (outcome.verdict === "fail" && isSoft(outcome.signature)) for (let i = 0; i < 2; i++) await watch();
        // A failure that is a flake of the machine would be a false truth.
        if (outcome.verdict === "fail") {
          const again = await boot(new Map([...everything, [unit.object, path]]));
          if (again.verdict !== "fail") outcome = again;
          else if (noise.has(outcome.signature)) outcome = { verdict: "invalid", reason: "an unstable check" };
          // Two faces of one fault are fine for a search, but not for a truth that rests on two boots.
          else if (again.signature !== outcome.signature) outcome = { verdict: "invalid", reason: "two signatures" };
        }
      }
      known = {
        draw,
        unit: unit.id,
        kind,
        verdict: outcome?.verdict ?? "no site",
        signature: outcome?.verdict === "fail" ? outcome.signature : "",
      };
      drawn.push(known);
      appendFileSync(drawsPath, `${JSON.stringify(known)}\n`);
    }
    if (known.verdict === "fail" && (!values.soft || isSoft(known.signature)))
      return { draw, unit: known.unit, kind: known.kind, signature: known.signature };
  }
}

type Shape = "single" | "multiple" | "pair" | "triple" | "mismatch" | "flaky 0.9" | "flaky 0.5";
const SHAPES: readonly Shape[] = ["single", "multiple", "pair", "triple", "mismatch", "flaky 0.9", "flaky 0.5"];
const ALL_IN_TURN: readonly Shape[] = [
  "single",
  "pair",
  "single",
  "multiple",
  "single",
  "flaky 0.9",
  "pair",
  "mismatch",
  "single",
  "triple",
  "flaky 0.5",
];
const asked = values.shapes.split(",").filter((name) => name !== "");
const ROTA = asked.length === 0 ? ALL_IN_TURN : SHAPES.filter((shape) => asked.includes(shape));
if (asked.some((name) => !SHAPES.includes(name as Shape))) throw new Error(`--shapes: of ${SHAPES.join(", ")}`);

const casesPath = join(out, "cases.jsonl");
const done = existsSync(casesPath)
  ? readFileSync(casesPath, "utf8")
      .split("\n")
      .filter((l) => l !== "").length
  : 0;

for (let number = 0; performance.now() < deadline; number++) {
  const shape = ROTA[number % ROTA.length]!;
  const fatals: Fatal[] = [];
  const wanted = shape === "multiple" ? 2 + random.below(3) : 1;
  while (fatals.length < wanted) {
    const fatal = await nextFatal();
    if (!fatals.some((f) => f.unit === fatal.unit)) fatals.push(fatal);
  }
  const others: string[] = [];
  while (others.length < 2) {
    const unit = units[random.below(units.length)]!.id;
    if (!others.includes(unit) && !fatals.some((f) => f.unit === unit)) others.push(unit);
  }
  const mixSeed = random.below(1 << 30);
  if (number < done) continue;

  const main = fatals[0]!;
  const objects = new Map(everything);
  const put = (unit: string, path: string | undefined): boolean => {
    if (path !== undefined) objects.set(units.find((u) => u.id === unit)!.object, path);
    return path !== undefined;
  };
  const symbol = (i: number): string => `planted_${number}_${i}`;
  let truth: string[][] = [];
  let against: string[] = [];
  let made = true;
  if (shape === "single" || shape === "multiple") {
    for (const f of fatals) made = made && put(f.unit, await faultyObject(f.unit, faultOf(f), `case-${number}-${f.draw}`));
    truth = fatals.map((f) => [f.unit]);
  } else if (shape === "pair" || shape === "triple") {
    const partners = others.slice(0, shape === "pair" ? 1 : 2);
    made = put(
      main.unit,
      await faultyObject(main.unit, faultOf(main, { needs: partners.map((_, i) => symbol(i)) }), `case-${number}`),
    );
    for (const [i, p] of partners.entries()) made = made && put(p, await providingObject(p, symbol(i), `case-${number}-p${i}`));
    truth = [[main.unit, ...partners].sort()];
  } else if (shape === "mismatch") {
    made = put(main.unit, await faultyObject(main.unit, faultOf(main, { unless: [symbol(0)] }), `case-${number}`));
    made = made && put(others[0]!, await providingObject(others[0]!, symbol(0), `case-${number}-p`));
    truth = [[main.unit]];
    against = [others[0]!];
  } else {
    made = put(
      main.unit,
      await faultyObject(main.unit, faultOf(main, { chance: shape === "flaky 0.9" ? 922 : 512 }), `case-${number}`),
    );
    truth = [[main.unit]];
  }
  // An archive's member that nothing refers to is in no kernel, with whatever was put into it.
  const symbols = [...(truth[0] ?? []).slice(1), ...against].map((_, i) => symbol(i));
  if (made && shape !== "multiple" && !(await areLinked(objects, symbols))) {
    appendFileSync(casesPath, `${JSON.stringify({ number, shape, skipped: "a partner is no part of the kernel" })}\n`);
    continue;
  }
  if (!made) {
    appendFileSync(casesPath, `${JSON.stringify({ number, shape, skipped: "an object could not be made" })}\n`);
    continue;
  }

  // The failing mix: everything under test, but for a mismatch a random half without the partner.
  const half = new Random(mixSeed);
  const items = units
    .map((u) => u.id)
    .filter((id) => shape !== "mismatch" || (id !== against[0] && (id === main.unit || half.unit() < 0.5)));
  const objectOf = new Map(units.map((u) => [u.id, u.object]));
  const mixOf = (subset: Iterable<string>): Map<string, string> =>
    new Map([...subset].map((id) => [objectOf.get(id)!, objects.get(objectOf.get(id)!)!]));
  const probe: Probe<string> = {
    canDisguise: true,
    run: (subset, _signal, wish) => boot(mixOf(subset), wish),
  };
  const started = performance.now();
  // As `oracle bisect` does it: a close look at the failing mix, then the search.
  let looks = 0;
  let failed = 0;
  let weight = new Float64Array(items.length).fill(1);
  let signature = "";
  while (looks < 4 && failed === 0) {
    const settings = { timeoutMs, append, boot: 10 + looks, ...(trusted !== undefined && { trusted }) };
    const id = (item: string): string => objectOf.get(item)!;
    const seen = await bootWitness(context, items, id, mixOf(items), witnessDir, initrd, boots, settings, signal);
    if (seen.outcome.verdict === "invalid") continue;
    looks++;
    if (seen.outcome.verdict === "pass") continue;
    failed++;
    weight = Float64Array.from(seen.weight);
    signature = seen.outcome.signature;
  }
  // `oracle kernel` boots a failing mix three times before anything is searched: these are part of the cost of a run, not of the search.
  let runs = looks;
  for (let i = 0; i < 2; i++) {
    const again = await boot(mixOf(items));
    if (again.verdict === "invalid") continue;
    runs++;
    if (again.verdict === "fail" && again.signature === signature) failed++;
  }
  const result = await narrow({
    items,
    nameOf: (id) => id,
    probe,
    workers,
    seed: number,
    weight,
    signature,
    isSoft,
    areFaces,
    controls: { runs: 3, failures: 0 },
    controlRuns: isSoft(signature) ? 1 : 0,
    witness: { runs, failures: failed },
    witnessRuns: failed < runs ? 6 : 0,
    onBoot: (size, outcome, took) =>
      appendFileSync(
        join(out, `boots-${number}.jsonl`),
        `${JSON.stringify({ size, ...outcome, seconds: Math.round(took * 10) / 10 })}\n`,
      ),
  });
  let boots_ = result.boots + looks;
  let partner: string[] = [];
  if (shape === "mismatch" && result.sets.length === 1) {
    const all = units.map((u) => u.id);
    const fixed = setOf(
      all.length,
      result.sets[0]!.items.map((id) => all.indexOf(id)),
    );
    const driven = await drive(findAgainst(all.length, fixed, STEADY, workers, number), {
      items: all,
      nameOf: (id) => id,
      probe,
      workers,
    });
    partner = driven.result.map((i) => all[i]!);
    boots_ += driven.boots;
  }
  const seconds = (performance.now() - started) / 1000;
  const found = result.sets.map((s) => [...s.items].sort().join(" + ")).sort();
  const expected = truth.map((t) => [...t].sort().join(" + ")).sort();
  const wrong = found.filter((f) => !expected.includes(f));
  const missed = expected.filter((e) => !found.includes(e));
  const record = {
    number,
    shape,
    kinds: fatals.map((f) => f.kind),
    universe: items.length,
    expected,
    against,
    found,
    partner,
    right: wrong.length === 0 && missed.length === 0 && partner.join() === against.join(),
    wrong,
    missed,
    reproduced: result.reproduced,
    complete: result.complete,
    confidence: result.sets.map((s) => s.confidence),
    rates: result.rates,
    // Until the sets were known, without the repeats of the witness and the proof that nothing else is left.
    known: result.sets.map((x) => x.boots + looks),
    boots: boots_,
    seconds: Math.round(seconds * 10) / 10,
    signatures: result.sets.map((s) => s.signature),
    unstable: result.unstable,
  };
  appendFileSync(casesPath, `${JSON.stringify(record)}\n`);
  log(
    `${number} ${shape} ${fatals.map((f) => f.kind).join("+")}: ${record.right ? "right" : "WRONG"} ${boots_} boots ${record.seconds} s: ${found.join(" | ")}${record.right ? "" : ` expected ${expected.join(" | ")} ${against.join()}`}`,
  );
}
log(
  `drawn ${drawn.length}: ${drawn.filter((d) => d.verdict === "fail").length} fatal, ${drawn.filter((d) => d.verdict === "pass").length} silent`,
);
await context.close();
