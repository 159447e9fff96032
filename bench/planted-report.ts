// The tables of docs/narrowing.md from runs of bench/planted.ts.
//
//   node bench/planted-report.ts ARCH=DIR ... [--write docs/narrowing.md [--marks planted-table]]
//
// Every case of every run is counted, right or wrong; what was cut off by time is not there. Text between the marks
// planted-table:begin and planted-table:end of the file (or those named) is replaced.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface CaseLine {
  readonly number: number;
  readonly shape: string;
  readonly kinds: readonly string[];
  readonly expected: readonly string[];
  readonly against: readonly string[];
  readonly found: readonly string[];
  readonly partner: readonly string[];
  readonly right: boolean;
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
  readonly known: readonly number[];
  readonly boots: number;
  readonly seconds: number;
  readonly signatures: readonly string[];
}

interface Draw {
  readonly verdict: string;
}

function lines<T>(path: string): T[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

const words = process.argv.slice(2);
const marksAt = words.indexOf("--marks");
const marks = marksAt < 0 ? "planted-table" : words.splice(marksAt, 2)[1]!;
const at = words.indexOf("--write");
const target = at < 0 ? undefined : words[at + 1];
const runs = (at < 0 ? words : words.slice(0, at)).map((word) => {
  const [arch = "", dir = ""] = word.split("=");
  return {
    arch,
    cases: lines<CaseLine>(join(dir, "cases.jsonl")).filter((c) => c.found !== undefined),
    draws: lines<Draw>(join(dir, "draws.jsonl")),
  };
});
if (runs.length === 0) throw new Error("usage: planted-report.ts ARCH=DIR ... [--write FILE]");

const mean = (list: readonly number[]): string =>
  list.length === 0 ? "-" : (list.reduce((a, b) => a + b, 0) / list.length).toFixed(1);
const median = (list: readonly number[]): string =>
  list.length === 0 ? "-" : [...list].sort((a, b) => a - b)[list.length >> 1]!.toFixed(0);
const most = (list: readonly number[]): string => (list.length === 0 ? "-" : String(Math.max(...list)));

const out: string[] = [
  "| arch | shape | cases | sets planted | found | wrongly blamed | boots until the first set is known, mean (max) | boots in all, mean (max) | wall s, median (max) |",
  "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
];
const shapes = ["single", "multiple", "pair", "triple", "mismatch", "flaky 0.9", "flaky 0.5"];
const row = (arch: string, shape: string, cases: readonly CaseLine[]): void => {
  if (cases.length === 0) return;
  const planted = cases.reduce((sum, c) => sum + c.expected.length, 0);
  const missed = cases.reduce((sum, c) => sum + c.missed.length, 0);
  const wrong = cases.reduce((sum, c) => sum + c.wrong.length, 0);
  const known = cases.flatMap((c) => c.known.slice(0, 1));
  const boots = cases.map((c) => c.boots);
  const seconds = cases.map((c) => c.seconds);
  out.push(
    `| ${arch} | ${shape} | ${cases.length} | ${planted} | ${planted - missed} | ${wrong} | ${mean(known)} (${most(known)}) | ${mean(boots)} (${most(boots)}) | ${median(seconds)} (${most(seconds)}) |`,
  );
};
const arches = [...new Set(runs.map((r) => r.arch))];
for (const arch of arches)
  for (const shape of shapes)
    row(
      arch,
      shape,
      runs.filter((r) => r.arch === arch).flatMap((r) => r.cases.filter((c) => c.shape === shape)),
    );
const all = runs.flatMap((r) => r.cases);
row("**all**", "", all);
const partners = all.filter((c) => c.shape === "mismatch");
const draws = runs.flatMap((r) => r.draws);
const of = (verdict: string): number => draws.filter((d) => d.verdict === verdict).length;
const named =
  partners.length === 0
    ? ""
    : ` The partner of a mismatch was named rightly in ${partners.filter((c) => c.partner.join() === c.against.join()).length} of ${partners.length}.`;
out.push(
  "",
  `${draws.length} draws: ${of("fail")} make the kernel fail, ${of("pass")} are never noticed by that boot, ${of("no site")} have no site, ${of("invalid")} show two signatures or one that clean kernels show as well.${named}`,
);
const text = `${out.join("\n")}\n`;
process.stdout.write(text);
for (const c of all.filter((x) => !x.right))
  process.stdout.write(
    `not right: ${c.number} ${c.shape} ${c.kinds.join("+")}: found ${c.found.join(" | ") || "nothing"} [${c.partner.join()}], planted ${c.expected.join(" | ")} [${c.against.join()}], ${c.signatures.join("; ")}\n`,
  );
if (target !== undefined) {
  const begin = `<!-- ${marks}:begin -->\n`;
  const end = `<!-- ${marks}:end -->`;
  const file = readFileSync(target, "utf8");
  const from = file.indexOf(begin);
  const to = file.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${target}: has no place for the table`);
  writeFileSync(target, file.slice(0, from + begin.length) + text + file.slice(to));
}
