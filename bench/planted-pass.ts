// A bug in a pass of occ, found by the engine from a kernel that hangs: file, function, pass and rewrite.
//
//   node bench/planted-pass.ts --bug licm|forward|compare --out DIR [--arch riscv] [--kernel K] [--fraction F] [--seed N]
//
// The bug is a change of the sources in a clone of this repository under DIR (occ itself has no hook for it). The clone's own
// `oracle kernel` builds and boots a mix with the broken occ, and its `oracle bisect` narrows it. The exit code is 0 if each case
// that is narrowed to a pass names the right one, and there is such a case. A mix that boots nonetheless says to try another seed.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
} as const;

const { values } = parseArgs({
  options: {
    bug: { type: "string", default: "licm" },
    out: { type: "string" },
    arch: { type: "string", default: "riscv" },
    kernel: { type: "string", default: "6.9" },
    fraction: { type: "string", default: "0.25" },
    seed: { type: "string", default: "11" },
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
process.exit(blamed.length > 0 && blamed.every((c) => c.pass === bug.pass) ? 0 : 1);
