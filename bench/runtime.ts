// Run time and text size of programs built by occ, as ratios to the same programs built by gcc -O0, -O1 and -O2.
//
// node bench/runtime.ts [--runs N] [--level -O2]      (x86-64, native; all builds are run in turn, round after round)

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { cost, geomean, median, table } from "./measure.ts";
import { lua, type Sources, sqlite, zlib } from "./programs.ts";

interface Program extends Sources {
  readonly args: readonly string[];
}

const root = path.resolve(import.meta.dirname, "..");

async function programs(): Promise<Program[]> {
  const own = readdirSync(path.join(root, "bench/programs")).filter((f) => f.endsWith(".c"));
  const list: Program[] = own.map((f) => ({
    name: f.replace(/\.c$/, ""),
    files: [path.join(root, "bench/programs", f)],
    flags: [],
    libs: ["-lm"],
    args: [],
  }));
  const script =
    "local function fib(n) if n < 2 then return n end return fib(n-1) + fib(n-2) end print(fib(29)) local t = {} for i = 1, 400000 do t[i] = tostring(i) end print(#table.concat(t))";
  list.push({ ...(await lua()), args: ["-e", script] });
  const drivers = path.join(root, "bench/programs/drivers");
  for (const [sources, driver] of [
    [await zlib(), "zlib-roundtrip.c"],
    [await sqlite(), "sqlite-queries.c"],
  ] as const)
    list.push({ ...sources, files: [...sources.files, path.join(drivers, driver)], args: [] });
  return list;
}

async function textSize(exe: string): Promise<number> {
  const r = await execa("size", [exe]);
  return Number(r.stdout.split("\n")[1]!.trim().split(/\s+/)[0]);
}

const { values } = parseArgs({ options: { runs: { type: "string", default: "5" }, level: { type: "string", default: "-O2" } } });
const dir = mkdtempSync(path.join(os.tmpdir(), "oracle-runtime-"));
const builds = [
  { name: "gcc -O0", cc: ["gcc", "-O0"] },
  { name: "gcc -O1", cc: ["gcc", "-O1"] },
  { name: "gcc -O2", cc: ["gcc", "-O2"] },
  { name: `occ ${values.level}`, cc: [path.join(root, "occ"), "--target=x86_64-linux-gnu", values.level!] },
];
try {
  const rows: string[][] = [];
  const toO2: number[] = [];
  const sizes: number[] = [];
  for (const p of await programs()) {
    const exes: string[] = [];
    for (const [i, b] of builds.entries()) {
      const exe = path.join(dir, `${p.name}.${i}`);
      mkdirSync(dir, { recursive: true });
      await execa(b.cc[0]!, [...b.cc.slice(1), "-w", ...p.flags, ...p.files, "-o", exe, ...p.libs]);
      exes.push(exe);
    }
    const times: number[][] = builds.map(() => []);
    for (let r = 0; r < Number(values.runs); r++)
      for (const [i, exe] of exes.entries()) times[i]!.push((await cost([exe, ...p.args], dir)).cpu);
    const med = times.map(median);
    const text = await Promise.all(exes.map(textSize));
    rows.push([
      p.name,
      ...med.slice(1).map((m) => (m / med[0]!).toFixed(2)),
      (med[3]! / med[2]!).toFixed(2),
      (text[3]! / text[2]!).toFixed(2),
    ]);
    toO2.push(med[3]! / med[2]!);
    sizes.push(text[3]! / text[2]!);
    process.stderr.write(`${rows.at(-1)!.join("  ")}\n`);
  }
  rows.push(["geometric mean", "", "", "", geomean(toO2).toFixed(2), geomean(sizes).toFixed(2)]);
  process.stdout.write(
    `${table(["program", "gcc -O1 / -O0", "gcc -O2 / -O0", "occ / gcc -O0", "occ / gcc -O2", "text size occ / gcc -O2"], rows)}\n`,
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
