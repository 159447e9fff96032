// What of the kernel a boot reaches: the conditional branches of GCC's code, unit by unit.
//
//   node bench/coverage.ts --arch riscv --config test --out DIR [--kernel K] [--jobs N]
//
// DIR/units.tsv: reached and all branches of each unit; DIR/functions.tsv: functions with branches of which none is reached, with their
// number. The mean over units is what a wrong branch drawn at random, first the unit, then the branch, has to be in to be noticed.

import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseArch } from "../src/oracle/arch.ts";
import { assemblyOf, branches, reached, type UnitSites } from "./branches.ts";
import { openGcc } from "./gcc-kernel.ts";

const { values } = parseArgs({
  options: {
    arch: { type: "string", default: "riscv" },
    kernel: { type: "string", default: "6.9" },
    config: { type: "string", default: "boot" },
    out: { type: "string" },
    jobs: { type: "string", default: "2" },
  },
});
const arch = parseArch(values.arch);
if (arch === undefined || values.out === undefined) {
  process.stderr.write(
    "usage: node bench/coverage.ts --arch riscv|x86|arm --out DIR [--config PROFILE] [--kernel K] [--jobs N]\n",
  );
  process.exit(2);
}
const out = resolve(values.out);
const jobs = Number(values.jobs);
mkdirSync(out, { recursive: true });
const { context, initrd, boots, signal } = await openGcc(arch, values.kernel, values.config);
const units = context.eligible.filter((unit) => unit.source.endsWith(".c"));
const sites: UnitSites[] = [];
const owners: string[][] = [];
let next = 0;
await Promise.all(
  Array.from({ length: jobs }, async () => {
    for (let unit = units[next++]; unit !== undefined; unit = units[next++]) {
      const lines = (await assemblyOf(context, unit, join(out, `${unit.id.replaceAll("/", "-")}.s`), signal)).split("\n");
      const found = branches(arch, lines);
      if (found.length === 0) continue;
      sites.push({ unit, lines, sites: found.map((branch) => branch.line) });
      owners.push(found.map((branch) => branch.function));
    }
  }),
);
const flags = await reached(context, sites, out, initrd, boots, jobs, signal);
await context.close();

const rows = sites.map((entry, index) => {
  const hit = flags[index]!.filter(Boolean).length;
  return { id: entry.unit.id, hit, all: entry.sites.length };
});
rows.sort((a, b) => b.all - b.hit - (a.all - a.hit));
writeFileSync(join(out, "units.tsv"), `${rows.map((row) => `${row.hit}\t${row.all}\t${row.id}`).join("\n")}\n`);
const silent: { name: string; count: number }[] = [];
for (const [index, entry] of sites.entries()) {
  const functions = new Map<string, { count: number; hit: boolean }>();
  for (const [i, name] of owners[index]!.entries()) {
    const seen = functions.get(name) ?? { count: 0, hit: false };
    functions.set(name, { count: seen.count + 1, hit: seen.hit || flags[index]![i]! });
  }
  for (const [name, { count, hit }] of functions) if (!hit) silent.push({ name: `${entry.unit.id}\t${name}`, count });
}
silent.sort((a, b) => b.count - a.count);
writeFileSync(join(out, "functions.tsv"), `${silent.map((entry) => `${entry.count}\t${entry.name}`).join("\n")}\n`);
const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
const hit = rows.reduce((sum, row) => sum + row.hit, 0);
const all = rows.reduce((sum, row) => sum + row.all, 0);
const mean = rows.reduce((sum, row) => sum + row.hit / row.all, 0) / rows.length;
process.stdout.write(
  `${arch} ${values.config}: ${hit} of ${all} branches of ${rows.length} units reached (${percent(hit / all)})\n`,
);
process.stdout.write(`mean over units ${percent(mean)}; units without any ${rows.filter((row) => row.hit === 0).length}\n`);
