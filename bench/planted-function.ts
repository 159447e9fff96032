// Down to the function of a fault that shows in some boots only, on real kernels.
//
//   node bench/planted-function.ts --draws FILE --seed N --out DIR [--arch riscv] [--chance 512] [--cases 5] [--kernel K] [--others 15]
//
// The faults are those draws of bench/planted.ts (with its seed) that make the kernel fail, in their order. Each is put into one of
// sixteen units by tests/faults/fault-cc.ts, so that it fires in CHANCE of 1024 boots; `oracle kernel` boots the mix until it fails
// once, `oracle bisect --granularity function` narrows it. An answer is right if the file is and each function that is blamed holds
// a planted site; no function and a reason is "nobody", any other function is wrong. The exit code is 1 if one was.

import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../src/bisect/random.ts";
import type { Case } from "../src/delta/case.ts";
import { parseArch } from "../src/oracle/arch.ts";
import { contentHash } from "../src/oracle/cache.ts";
import { repositoryRoot } from "../src/oracle/repository.ts";

const { values } = parseArgs({
  options: {
    arch: { type: "string", default: "riscv" },
    draws: { type: "string" },
    seed: { type: "string", default: "31" },
    out: { type: "string" },
    chance: { type: "string", default: "512" },
    cases: { type: "string", default: "5" },
    others: { type: "string", default: "15" },
    kernel: { type: "string", default: "6.9" },
  },
});
const arch = parseArch(values.arch);
if (arch === undefined || values.draws === undefined || values.out === undefined)
  throw new Error("usage: planted-function.ts --draws FILE --out DIR [--seed N] [--arch A]");
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
const root = repositoryRoot();
const gcc = `${{ riscv: "riscv64", x86: "x86_64", arm: "aarch64" }[arch]}-linux-gnu-gcc`;
const draws = readFileSync(values.draws, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as { draw: number; unit: string; kind: string; verdict: string });
/** Boots of a mix until it fails once. */
const MOST_RUNS = 6;
const units = [...new Set(draws.map((d) => d.unit))];
const random = new Random(Number(values.seed));
const oracle = (...words: string[]): number =>
  spawnSync(join(root, "oracle"), words, { cwd: root, stdio: ["ignore", "ignore", "inherit"] }).status ?? -1;

let wrong = 0;
for (const fatal of draws.filter((d) => d.verdict === "fail").slice(0, Number(values.cases))) {
  const plan = JSON.stringify({
    arch,
    variant: ["-fno-schedule-insns", "-fno-schedule-insns2", "-fno-reorder-blocks", "-fno-tree-ter"],
    faults: [
      {
        unit: fatal.unit,
        kind: fatal.kind,
        seed: Number(values.seed) * 1000 + fatal.draw,
        spread: 3,
        needs: [],
        unless: [],
        chance: Number(values.chance),
        provides: [],
      },
    ],
    provides: [],
  });
  const planPath = join(out, `plan-${contentHash(plan).slice(0, 12)}.json`);
  writeFileSync(planPath, plan);
  const files = [fatal.unit];
  while (files.length <= Math.min(Number(values.others), units.length - 1)) {
    const other = units[random.below(units.length)]!;
    if (!files.includes(other)) files.push(other);
  }
  const run = join(out, `run-${fatal.draw}`);
  const cc = `node ${join(root, "tests/faults/fault-cc.ts")} --plan ${planPath} -- ${gcc}`;
  let status = 0;
  for (let i = 0; i < MOST_RUNS && status === 0; i++) {
    rmSync(run, { recursive: true, force: true });
    // The first boot of an image is always the same: another image is another throw of the dice.
    const mix = [
      "--arch",
      arch,
      "--kernel",
      values.kernel,
      "--files",
      files.slice(0, files.length - i).join(","),
      "--cc",
      cc,
      "--seed",
      String(i + 1),
    ];
    status = oracle("kernel", ...mix, "--no-bisect", "--run-dir", run);
  }
  const started = performance.now();
  if (status !== 0) oracle("bisect", run, "--granularity", "function", "--jobs", "2", "--json");
  const names = existsSync(join(run, "cases")) ? readdirSync(join(run, "cases")) : [];
  const cases = names.map((name) => ({
    record: JSON.parse(readFileSync(join(run, "cases", name, "case.json"), "utf8")) as Case,
    diff: existsSync(join(run, "cases", name, "asm.diff")) ? readFileSync(join(run, "cases", name, "asm.diff"), "utf8") : "",
  }));
  const isPlanted = (diff: string, name: string): boolean =>
    diff.split(/^--- gcc /m).some((part) => part.startsWith(`${name.replace(":", " ")}\n`) && part.includes("fault_latch"));
  const right = cases.every(
    ({ record, diff }) => record.members.join() === fatal.unit && record.functions.every((f) => isPlanted(diff, f)),
  );
  if (!right) wrong++;
  const line = {
    draw: fatal.draw,
    unit: fatal.unit,
    kind: fatal.kind,
    verdict:
      status === 0 ? "passed" : !right ? "WRONG" : cases.some(({ record }) => record.functions.length > 0) ? "right" : "nobody",
    found: cases.map(({ record }) => ({
      members: record.members,
      functions: record.functions,
      note: record.functionNote,
      boots: record.boots,
      signature: record.signature,
    })),
    seconds: Math.round((performance.now() - started) / 1000),
  };
  appendFileSync(join(out, "functions.jsonl"), `${JSON.stringify(line)}\n`);
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
process.exit(wrong === 0 ? 0 : 1);
