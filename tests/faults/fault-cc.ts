// A compiler with planted bugs, usable as `--cc 'node tests/faults/fault-cc.ts --plan FILE -- riscv64-linux-gnu-gcc'`.
//
// The plan (JSON) says which units get which faults; all others are compiled correctly but differently from plain GCC (the
// plan's `variant` flags), as another compiler's objects would be. The engine puts a command's own options last on the
// line, so everything before --plan is the compile job.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fault, type FaultArch, plant, provide } from "./plant.ts";

interface FaultPlan {
  readonly arch: FaultArch;
  readonly variant: readonly string[];
  readonly faults: readonly Fault[];
  readonly provides: readonly { readonly unit: string; readonly symbols: readonly string[] }[];
}

function run(argv: readonly string[]): number {
  const child = spawnSync(argv[0]!, argv.slice(1), { stdio: "inherit" });
  return child.status ?? 1;
}

function main(argv: readonly string[]): number {
  const at = argv.indexOf("--plan");
  if (at < 0) {
    // Asked who it is: the answer must change with this file and its rules.
    const hash = createHash("sha256");
    for (const name of ["fault-cc.ts", "plant.ts", "kinds.ts"]) hash.update(readFileSync(join(import.meta.dirname, name)));
    process.stdout.write(`fault-cc ${hash.digest("hex").slice(0, 12)}\n`);
    return 0;
  }
  const path = argv[at + 1];
  const dashes = argv.indexOf("--", at);
  if (path === undefined || dashes < 0 || dashes + 1 >= argv.length) {
    process.stderr.write("fault-cc: usage: [compile options] --plan FILE -- COMPILER [OPTIONS]\n");
    return 2;
  }
  const plan = JSON.parse(readFileSync(path, "utf8")) as FaultPlan;
  const compiler = argv.slice(dashes + 1);
  const job = argv.slice(0, at);
  const source = job.findLast((word) => /\.c$/.test(word)) ?? "";
  const of = (unit: string): boolean => source === unit || source.endsWith(`/${unit}`);
  const faults = plan.faults.filter((f) => of(f.unit));
  const provided = plan.provides.filter((p) => of(p.unit)).flatMap((p) => p.symbols);
  const dashC = job.indexOf("-c");
  if (dashC < 0 || (faults.length === 0 && provided.length === 0)) return run([...compiler, ...job, ...plan.variant]);

  const dashO = job.indexOf("-o");
  const out = job[dashO + 1]!;
  const wantsText = job.includes("-S");
  const text = `${out}.fault.s`;
  const toText = job.slice();
  toText[dashC] = "-S";
  toText[dashO + 1] = text;
  const status = run([...compiler, ...toText, ...plan.variant]);
  if (status !== 0) return status;
  let code = readFileSync(text, "utf8");
  for (const fault of faults) {
    const planted = plant(code, plan.arch, fault);
    if (planted !== undefined) code = planted.text;
  }
  if (provided.length > 0) code = provide(code, provided);
  if (wantsText) {
    rmSync(text, { force: true });
    writeFileSync(out, code);
    return 0;
  }
  writeFileSync(text, code);
  // The same options again, for -march and -mabi; -x assembler takes the text as it is, without the preprocessor.
  const assemble = job
    .filter((word) => word !== source && !word.startsWith("-Wp,") && word !== "-include")
    .filter((w) => !/\.h$/.test(w));
  try {
    return run([...compiler, ...assemble, "-x", "assembler", text]);
  } finally {
    rmSync(text, { force: true });
  }
}

process.exitCode = main(process.argv.slice(2));
