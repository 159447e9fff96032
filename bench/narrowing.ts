// Simulated cost of the searches of src/bisect: planted truths, seeded, as many trials as the cell says.
//
//   node bench/narrowing.ts [--scale F] [--seconds S] [--cells FROM-TO] [--only NAME] [--write docs/narrowing.md]
//
// --seconds ends a cell after so much CPU time, with the trials done till then; --cells takes those of these numbers (from 0),
// so that several processes share the work. Prints one row per cell and, with --write, puts it in the place of the row of the
// same cell between the markers of the document. The truth is drawn anew for each trial; "wrong" counts trials whose answer
// differs from the truth in any way; the bound is the information needed, log2 of the number of possible truths over the
// capacity of a boot. The upper limit of the wrong rate is the 95 % Clopper-Pearson one (3 / trials when none was wrong).

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { findAllSets } from "../src/bisect/all-sets.ts";
import { findSet, KNOWN_TO_FAIL } from "../src/bisect/hypothesis-engine.ts";
import { fullSet, hasItem, type ItemSet, setOf } from "../src/bisect/item-set.ts";
import { findAgainst } from "../src/bisect/narrow.ts";
import { Random } from "../src/bisect/random.ts";
import { type Rates, STEADY } from "../src/bisect/rates.ts";
import { type Search, simulate } from "../src/bisect/search.ts";

interface Cell {
  readonly name: string;
  readonly n: number;
  /** Sizes of the planted sets. */
  readonly shape: readonly number[];
  readonly p0: number;
  readonly p1: number;
  readonly workers: number;
  readonly trials: number;
  readonly kind: "one" | "all" | "mismatch";
  readonly goal: string;
}

const cell = (
  name: string,
  n: number,
  shape: number[],
  noise: readonly [number, number],
  workers: number,
  trials: number,
  kind: Cell["kind"],
  goal = "",
): Cell => ({
  name,
  n,
  shape,
  p0: noise[0],
  p1: noise[1],
  workers,
  trials,
  kind,
  goal,
});

const CLEAN = [0, 1] as const;
const CELLS: readonly Cell[] = [
  cell("single", 2600, [1], CLEAN, 1, 10_000, "one", "≤ 15"),
  cell("pair", 2600, [2], CLEAN, 1, 10_000, "one", "≤ 24 mean, ≤ 30 max"),
  cell("triple", 2600, [3], CLEAN, 1, 10_000, "one", "≤ 40"),
  cell("four together", 2600, [4], CLEAN, 1, 10_000, "one"),
  cell("5 singles, all, and nothing else left", 2600, [1, 1, 1, 1, 1], CLEAN, 1, 10_000, "all", "≤ 68"),
  cell("pair + single, all", 2600, [2, 1], CLEAN, 1, 10_000, "all"),
  cell("2 pairs, all", 2600, [2, 2], CLEAN, 1, 10_000, "all"),
  cell("pair, and nothing else left", 2600, [2], CLEAN, 1, 10_000, "all"),
  cell("mismatch: partner of a known file", 2600, [1], CLEAN, 1, 10_000, "mismatch"),
  cell("single, 1 % flaky", 2600, [1], [0.01, 0.99], 1, 10_000, "one"),
  cell("single, 5 % flaky", 2600, [1], [0.05, 0.95], 1, 10_000, "one"),
  cell("single, 10 % flaky", 2600, [1], [0.1, 0.9], 1, 10_000, "one", "≤ 35, wrong ≤ 0.1 %"),
  cell("single, 20 % flaky", 2600, [1], [0.2, 0.8], 1, 10_000, "one"),
  cell("single, fails in half of its boots", 2600, [1], [0.002, 0.5], 1, 10_000, "one"),
  cell("pair, 2 % false, 10 % missed", 2600, [2], [0.02, 0.9], 1, 10_000, "one"),
  cell("pair, 5 % flaky", 2600, [2], [0.05, 0.95], 1, 10_000, "one"),
  cell("single", 2600, [1], CLEAN, 2, 10_000, "one"),
  cell("pair", 2600, [2], CLEAN, 2, 10_000, "one"),
  cell("pair", 2600, [2], CLEAN, 4, 10_000, "one"),
  cell("single", 2600, [1], CLEAN, 16, 10_000, "one"),
  cell("pair", 2600, [2], CLEAN, 16, 10_000, "one", "≤ 3.5 rounds"),
  cell("pair, 2 % false, 10 % missed", 2600, [2], [0.02, 0.9], 16, 10_000, "one"),
  cell("single", 30_000, [1], CLEAN, 1, 10_000, "one"),
  cell("pair", 30_000, [2], CLEAN, 1, 10_000, "one"),
  cell("triple", 30_000, [3], CLEAN, 1, 10_000, "one"),
  cell("5 singles, all, and nothing else left", 30_000, [1, 1, 1, 1, 1], CLEAN, 1, 10_000, "all"),
  cell("single, 10 % flaky", 30_000, [1], [0.1, 0.9], 1, 10_000, "one"),
];

interface Row {
  readonly cell: Cell;
  readonly trials: number;
  readonly bound: number;
  readonly mean: number;
  readonly p99: number;
  readonly max: number;
  readonly rounds: number;
  readonly wrong: number;
  readonly milliseconds: number;
}

function choose(random: Random, n: number, k: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < k) chosen.add(random.below(n));
  return [...chosen].sort((a, b) => a - b);
}

function entropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
}

/** Most bits that one boot can tell. */
function capacity(p0: number, p1: number): number {
  let most = 0;
  for (let q = 0.001; q < 1; q += 0.001)
    most = Math.max(most, entropy(q * p1 + (1 - q) * p0) - q * entropy(p1) - (1 - q) * entropy(p0));
  return most;
}

function boundOf(c: Cell): number {
  const log2choose = (n: number, k: number): number => {
    let bits = 0;
    for (let i = 0; i < k; i++) bits += Math.log2((n - i) / (i + 1));
    return bits;
  };
  const counts = new Map<number, number>();
  for (const k of c.shape) counts.set(k, (counts.get(k) ?? 0) + 1);
  let bits = 0;
  for (const [k, times] of counts) {
    bits += times * log2choose(c.n, k);
    for (let i = 2; i <= times; i++) bits -= Math.log2(i);
  }
  return bits / capacity(c.p0, c.p1);
}

function run(c: Cell, mostTrials: number, mostSeconds: number): Row {
  let trials = 0;
  const random = new Random(2026);
  const boots: number[] = [];
  let rounds = 0;
  let wrong = 0;
  const rates: Rates = c.p0 === 0 ? STEADY : { p0: c.p0, p1: c.p1 };
  const started = process.cpuUsage().user;
  for (let t = 0; t < mostTrials && (process.cpuUsage().user - started) / 1e6 < mostSeconds; t++) {
    trials++;
    const cost = { boots: 0, rounds: 0 };
    const noisy = (bad: boolean): boolean => (c.p0 === 0 && c.p1 === 1 ? bad : random.unit() < (bad ? c.p1 : c.p0));
    // One draw, cut into the sets: they have no item in common, so each is minimal.
    const drawn = choose(
      random,
      c.n,
      c.shape.reduce((x, y) => x + y, 0),
    );
    random.shuffle(drawn);
    let taken = 0;
    const truth = c.shape.map((k) => drawn.slice(taken, (taken += k)).sort((x, y) => x - y));
    const planted = truth
      .map((s) => s.join())
      .sort()
      .join(" ");
    const fails = (set: ItemSet): boolean => {
      for (const s of truth) {
        let inside = true;
        for (const i of s) {
          if (hasItem(set, i)) continue;
          inside = false;
          break;
        }
        if (inside) return noisy(true);
      }
      return noisy(false);
    };
    const common = { n: c.n, rates, workers: c.workers, seed: t };
    let found: string;
    if (c.kind === "all") {
      found = simulate(findAllSets(common), fails, cost)
        .sets.map((s) => s.items.join())
        .sort()
        .join(" ");
    } else if (c.kind === "mismatch") {
      const partner = truth[0]![0]!;
      const file = (partner + 1 + random.below(c.n - 1)) % c.n;
      const search: Search<number[]> = findAgainst(c.n, setOf(c.n, [file]), rates, c.workers, t);
      found = simulate(search, (set) => noisy(hasItem(set, file) && !hasItem(set, partner)), cost).join();
    } else {
      const result = simulate(findSet({ ...common, universe: fullSet(c.n), prior: KNOWN_TO_FAIL }), fails, cost);
      found = result.kind === "set" ? result.items.join() : result.kind;
    }
    if (found !== planted) wrong++;
    boots.push(cost.boots);
    rounds += cost.rounds;
  }
  boots.sort((x, y) => x - y);
  return {
    cell: c,
    trials,
    bound: boundOf(c),
    mean: boots.reduce((x, y) => x + y, 0) / trials,
    p99: boots[Math.min(trials - 1, Math.floor(trials * 0.99))]!,
    max: boots.at(-1)!,
    rounds: rounds / trials,
    wrong,
    milliseconds: (process.cpuUsage().user - started) / 1000 / trials,
  };
}

/** Upper 95 % limit of a rate. */
function upperLimit(wrong: number, trials: number): number {
  if (wrong === 0) return 3 / trials;
  // Wilson's interval is within a few per cent of the exact one here.
  const z = 1.645;
  const p = wrong / trials;
  return (
    (p + (z * z) / (2 * trials) + z * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials))) /
    (1 + (z * z) / trials)
  );
}

const percent = (x: number): string => `${(x * 100).toPrecision(2)} %`;

function line(row: Row): string {
  const c = row.cell;
  return `| ${[
    c.n.toLocaleString("en"),
    c.workers,
    c.name,
    row.trials.toLocaleString("en"),
    row.bound.toFixed(1),
    row.mean.toFixed(1),
    row.p99,
    row.max,
    row.rounds.toFixed(1),
    `${row.wrong} (< ${percent(upperLimit(row.wrong, row.trials))})`,
    row.milliseconds.toFixed(1),
    c.goal,
  ].join(" | ")} |`;
}

/** Puts each row where its cell's stands in the document's table; a cell without one is an error. */
function writeRows(file: string, rows: readonly string[]): void {
  const lines = readFileSync(file, "utf8").split("\n");
  const begin = lines.indexOf("<!-- simulation:begin -->");
  const end = lines.indexOf("<!-- simulation:end -->");
  if (begin < 0 || end < begin) throw new Error(`${file}: no markers of the simulation`);
  const cellOf = (row: string): string => row.split(" | ").slice(0, 3).join(" | ");
  for (const row of rows) {
    const at = lines.findIndex((l, i) => i > begin && i < end && cellOf(l) === cellOf(row));
    if (at < 0) throw new Error(`${file}: no row "${cellOf(row)}" between the markers of the simulation`);
    lines[at] = row;
  }
  writeFileSync(`${file}.new`, lines.join("\n"));
  renameSync(`${file}.new`, file);
}

const { values } = parseArgs({
  options: {
    scale: { type: "string" },
    only: { type: "string" },
    cells: { type: "string" },
    seconds: { type: "string" },
    write: { type: "string" },
  },
});
const scale = Number(values.scale ?? "1");
const seconds = Number(values.seconds ?? "Infinity");
const rows: string[] = [];
const [from, to = from] = (values.cells ?? `0-${CELLS.length - 1}`).split("-").map(Number);
if (!(from! <= to!)) throw new Error(`--cells ${values.cells}: FROM-TO, two numbers from 0`);
for (const c of CELLS) {
  if (values.only !== undefined && !c.name.includes(values.only)) continue;
  if (CELLS.indexOf(c) < from! || CELLS.indexOf(c) > to!) continue;
  rows.push(line(run(c, Math.max(1, Math.round(c.trials * scale)), seconds)));
  process.stdout.write(`${rows.at(-1)}\n`);
}
if (values.write !== undefined) writeRows(values.write, rows);
