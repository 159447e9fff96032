// Whole narrowings of failures that show in some boots only, simulated: how many are right, wrong and given up, beside what the
// stated confidences promise.
//
//   node bench/flaky.ts [--trials N] [--seconds S] [--only TEXT] [--verbose] [--seed N]
//
// The machine is that of a kernel run: three boots of the mix by which the rate is judged (cells "3 of 3" keep only the trials in
// which a flaky bug failed in all of them and so was taken for a steady one), a probe that knows disguises, and the search, the
// repeats and the last look of src/bisect/narrow.ts. --seconds ends a cell after so much CPU time.

import { parseArgs } from "node:util";
import { narrow } from "../src/bisect/narrow.ts";
import type { Outcome, RunWish } from "../src/bisect/probe.ts";
import { Random } from "../src/bisect/random.ts";

const { values } = parseArgs({
  options: {
    trials: { type: "string", default: "1000" },
    seconds: { type: "string", default: "Infinity" },
    only: { type: "string", default: "" },
    seed: { type: "string", default: "0" },
    verbose: { type: "boolean", default: false },
  },
});

interface Cell {
  readonly n: number;
  /** Members of the planted set. */
  readonly size: number;
  /** The rate at which it fails. */
  readonly p: number;
  /** The three boots of the mix all failed. */
  readonly misled: boolean;
  /** A check or a hang, which a layout or the load can bring about. */
  readonly soft: boolean;
  /** Workers at once. */
  readonly workers: number;
}

const CELLS: Cell[] = [];
for (const soft of [false, true])
  for (const [size, p, misled] of [
    [1, 0.5, true],
    [1, 0.7, true],
    [1, 0.9, true],
    [1, 0.3, false],
    [1, 0.5, false],
    [1, 0.9, false],
    [2, 0.5, true],
    [2, 0.9, true],
    [2, 1, true],
    [3, 1, true],
  ] as const)
    CELLS.push({ n: 500, size, p, misled, soft, workers: 2 });

interface Answer {
  readonly kind: "right" | "wrong" | "nothing";
  readonly confidence: number;
  readonly boots: number;
  readonly text: string;
}

const OURS = "hang: in check basic-threads";

async function search(cell: Cell, seed: number): Promise<Answer> {
  const random = new Random(seed);
  const guilty = new Set<string>();
  while (guilty.size < cell.size) guilty.add(`f${random.below(cell.n)}`);
  const items = Array.from({ length: cell.n }, (_, i) => `f${i}`);
  let failures = 0;
  do {
    failures = 0;
    for (let i = 0; i < 3; i++) if (random.unit() < cell.p) failures++;
  } while (failures === 0 || (cell.misled && failures < 3));
  const run = async (subset: ReadonlySet<string>, _signal: AbortSignal, wish?: RunWish): Promise<Outcome> => {
    const fails = wish?.disguised !== true && [...guilty].every((f) => subset.has(f)) && random.unit() < cell.p;
    return fails ? { verdict: "fail", signature: OURS } : { verdict: "pass" };
  };
  const result = await narrow({
    items,
    nameOf: (item) => item,
    probe: { canDisguise: true, run },
    workers: cell.workers,
    seed,
    signature: OURS,
    isSoft: () => cell.soft,
    controls: { runs: 3, failures: 0 },
    controlRuns: cell.soft ? 1 : 0,
    witness: { runs: 3, failures },
    witnessRuns: failures < 3 ? 6 : 0,
    budget: 400,
    mostSets: 1,
  });
  const [first] = result.sets;
  const truth = [...guilty].sort().join(" + ");
  const text = first === undefined ? "nothing" : [...first.items].sort().join(" + ");
  const kind = first === undefined ? "nothing" : text === truth ? "right" : "wrong";
  return { kind, confidence: first?.confidence ?? 0, boots: result.boots, text: `${truth} => ${text}` };
}

process.stdout.write(
  "| files | set | fails in | first boots | kind | trials | right | wrong | promised wrong | nothing | mean boots | p99 | max |\n" +
    "| ---: | ---: | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
);
for (const cell of CELLS) {
  const start = `${cell.n} | ${cell.size} | ${cell.p} | ${cell.misled ? "3 of 3" : "some"} | ${cell.soft ? "soft" : "trap"}`;
  if (!start.includes(values.only)) continue;
  const count = { right: 0, wrong: 0, nothing: 0 };
  const boots: number[] = [];
  let promised = 0;
  const started = process.cpuUsage().user;
  for (let t = 0; t < Number(values.trials) && (process.cpuUsage().user - started) / 1e6 < Number(values.seconds); t++) {
    const answer = await search(cell, Number(values.seed) + t);
    count[answer.kind]++;
    if (answer.kind !== "nothing") promised += 1 - answer.confidence;
    boots.push(answer.boots);
    if (values.verbose && answer.kind !== "right")
      process.stdout.write(
        `  seed ${Number(values.seed) + t}: ${answer.text} (${answer.confidence.toFixed(5)}, ${answer.boots} boots)\n`,
      );
  }
  boots.sort((a, b) => a - b);
  const mean = boots.reduce((a, b) => a + b, 0) / boots.length;
  const cells = [boots.length, count.right, count.wrong, promised.toFixed(2), count.nothing];
  process.stdout.write(
    `| ${start} | ${cells.join(" | ")} | ${mean.toFixed(1)} | ${boots[Math.floor(boots.length * 0.99)]} | ${boots.at(-1)} |\n`,
  );
}
