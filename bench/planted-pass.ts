// A bug in a pass of occ, found by the engine from a kernel that hangs: file, function, pass and rewrite.
//
//   node bench/planted-pass.ts --bug licm|forward|compare|crash --out DIR [--arch riscv] [--kernel K] [--fraction F] [--seed N]
//                              [--tests N] [--reduce N]
//
// The bug is a change of the sources in a clone of this repository under DIR (occ itself has no hook for it). The clone's own
// `oracle kernel` builds and boots a mix with the broken occ, and its `oracle bisect` narrows it. The exit code is 0 if each case
// that is narrowed to a pass names the right one, and there is such a case. A mix that boots nonetheless says to try another seed.
// With `--reduce N` the function at fault is reduced too, by N tests at most (some of them boots); then a reduced source that still
// compiles differently with the rewrite is asked for.
//
// `crash` makes occ fail in itself where a loop is of a certain shape; the clone's `oracle delta RUN --reduce N` reduces one unit of
// those that it cannot compile, and the exit code is 0 if the source that is left is small and still has that shape.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Case } from "../src/delta/case.ts";
import { repositoryRoot } from "../src/oracle/repository.ts";

/** What is changed, and the pass that is to be blamed. */
const BUGS = {
  /** Loads leave loops although a call in the loop may write what they read. */
  licm: {
    file: "src/compiler/opt/licm.ts",
    right: "  if (w.shared && al.privateSlot(b) === 0) return false;\n",
    wrong: "",
    pass: "licm",
  },
  /** A call keeps what was known of shared memory. */
  forward: {
    file: "src/compiler/opt/memory.ts",
    right: "effects(f, v) & WRITES) this.killShared();",
    wrong: "effects(f, v) & WRITES) this.state.length = this.state.length;",
    pass: "memory",
  },
  /** A comparison that holds from here on is taken for its opposite when it was false. */
  compare: {
    file: "src/compiler/opt/gvn.ts",
    right: "rel = op === O.OP_SLT ? O.OP_SLE :",
    wrong: "rel = op === O.OP_SLT ? O.OP_SLT :",
    pass: "values",
  },
  /** A load of eight bytes that could leave a loop which writes to three known places at least. */
  crash: {
    file: "src/compiler/opt/licm.ts",
    right: "  if (w.shared && al.privateSlot(b) === 0) return false;\n",
    wrong:
      '  if (w.list.length >= 9 && size === 8) throw new Error("licm: too many writes in the loop");\n' +
      "  if (w.shared && al.privateSlot(b) === 0) return false;\n",
    pass: "",
  },
} as const;

/** Lines of a reduced kernel unit that are still called small. */
const SMALL = 150;

const { values } = parseArgs({
  options: {
    bug: { type: "string", default: "licm" },
    out: { type: "string" },
    arch: { type: "string", default: "riscv" },
    kernel: { type: "string", default: "6.9" },
    fraction: { type: "string", default: "0.25" },
    seed: { type: "string", default: "11" },
    tests: { type: "string", default: "3000" },
    reduce: { type: "string", default: "0" },
  },
});
const bug = BUGS[values.bug as keyof typeof BUGS];
if (bug === undefined || values.out === undefined) {
  process.stderr.write(
    `usage: node bench/planted-pass.ts --bug ${Object.keys(BUGS).join("|")} --out DIR [--arch A] [--seed N]\n`,
  );
  process.exit(2);
}
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
const clone = join(out, "broken");
rmSync(clone, { recursive: true, force: true });
execFileSync("git", ["clone", "-q", repositoryRoot(), clone]);
symlinkSync(join(repositoryRoot(), "node_modules"), join(clone, "node_modules"));
const path = join(clone, bug.file);
const text = readFileSync(path, "utf8");
if (text.split(bug.right).length !== 2) throw new Error(`${bug.file}: the place of the bug is not there once: ${bug.right}`);
writeFileSync(path, text.replace(bug.right, bug.wrong));

const oracle = (...words: string[]): number =>
  spawnSync("./oracle", words, { cwd: clone, stdio: ["ignore", "inherit", "inherit"] }).status ?? -1;
const run = join(out, "run");
rmSync(run, { recursive: true, force: true });
const mix = ["--arch", values.arch, "--kernel", values.kernel, "--fraction", values.fraction, "--seed", values.seed];
const built = oracle("kernel", ...mix, "--no-bisect", "--run-dir", run);
if (built === 0) {
  process.stdout.write("the mix boots with the bug: try another seed or a larger fraction\n");
  process.exit(3);
}
if (values.bug === "crash") process.exit(reduceCrash());
oracle("bisect", run, "--granularity", "pass", "--json");
const names = existsSync(join(run, "cases")) ? execFileSync("ls", [join(run, "cases")], { encoding: "utf8" }).split("\n") : [];
const cases = names
  .filter((name) => name !== "")
  .map((name) => JSON.parse(readFileSync(join(run, "cases", name, "case.json"), "utf8")) as Case);
for (const c of cases)
  process.stdout.write(
    `\n${c.members.join(" + ")}: ${c.functions.join(" + ")}: pass ${c.pass || "-"}: ${c.rewrite} (${c.boots} boots) ${c.functionNote}\n`,
  );
const blamed = cases.filter((c) => c.pass !== "");
const isRight = blamed.length > 0 && blamed.every((c) => c.pass === bug.pass);
process.exit(isRight && (Number(values.reduce) === 0 || reduceWrongCode()) ? 0 : 1);

/** Reduces the function at fault; whether what is left is smaller and still shows two codes. */
function reduceWrongCode(): boolean {
  const started = performance.now();
  oracle("delta", run, "--reduce", values.reduce);
  const seconds = Math.round((performance.now() - started) / 1000);
  let count = 0;
  for (const name of readdirSync(join(run, "cases"))) {
    const dir = join(run, "cases", name);
    const record = JSON.parse(readFileSync(join(dir, "case.json"), "utf8")) as Case;
    process.stdout.write(`${name}: ${record.reduced ?? "not reduced"} (${seconds} s)\n`);
    if (!existsSync(join(dir, "reduced.sh"))) continue;
    const shown = spawnSync("sh", [join(dir, "reduced.sh")], { cwd: clone, encoding: "utf8" });
    process.stdout.write(shown.stdout);
    if (shown.stdout.split("\n").some((line) => /^[+-][^+-]/.test(line))) count++;
  }
  return count > 0;
}

/** Reduces a unit on which the broken occ crashes; the exit code. */
function reduceCrash(): number {
  const started = performance.now();
  oracle("delta", run, "--reduce", values.tests);
  const seconds = Math.round((performance.now() - started) / 1000);
  const whole = join(run, "reduce", "whole.i");
  const reduced = readdirSync(join(run, "cases"))
    .map((name) => join(run, "cases", name, "reduced.c"))
    .find((name) => existsSync(name));
  if (reduced === undefined || !existsSync(whole)) {
    process.stdout.write("no unit crashed, or none was reduced: try another seed or a larger fraction\n");
    return 3;
  }
  const [before, after] = [readFileSync(whole, "utf8"), readFileSync(reduced, "utf8")];
  const size = (text: string): string => `${text.split("\n").length - 1} lines (${text.length} bytes)`;
  process.stdout.write(`reduced from ${size(before)} to ${size(after)} in ${seconds} s:\n${after}`);
  const compiled = spawnSync(join(clone, "occ"), ["--target=riscv64-linux-gnu", "-O2", "-c", "-o", "/dev/null", reduced]);
  const crashes = compiled.stderr.toString().includes("too many writes in the loop");
  process.stdout.write(`occ -O2 still fails on it: ${crashes}\n`);
  return crashes && after.split("\n").length <= SMALL ? 0 : 1;
}
