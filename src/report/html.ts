// One run as a single HTML page without scripts: the verdict, the evidence, the units, and the runs before it.

import type { RunRow, UnitRow } from "../history/db.ts";
import type { RunReport } from "../oracle/kernel/run.ts";
import { escapeMarkup } from "./junit.ts";
import { planLine, seconds } from "./terminal.ts";

const STYLE =
  "body{font:15px/1.5 system-ui,sans-serif;max-width:75em;margin:2em auto;padding:0 1em}table{border-collapse:collapse}td,th{padding:.1em .8em .1em 0;text-align:left}" +
  "pre{background:#f4f4f4;padding:.6em;overflow:auto}.pass{color:#176b1c}.fail{color:#a11414}";

/** The page. */
export function htmlReport(report: RunReport, units: readonly UnitRow[], recent: readonly RunRow[]): string {
  const tone = report.state === "pass" ? "pass" : "fail";
  const failed = units.filter((unit) => unit.status !== "ok");
  const row = (cells: readonly (string | number)[]) =>
    `<tr>${cells.map((cell) => `<td>${escapeMarkup(String(cell))}</td>`).join("")}</tr>`;
  const table = (heads: readonly string[], rows: readonly string[]) =>
    `<table><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr>\n${rows.join("\n")}</table>`;
  const slowest = [...units].sort((a, b) => b.wallMs - a.wallMs).slice(0, 20);
  return [
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Oracle: run ${escapeMarkup(report.id)}</title><style>${STYLE}</style>`,
    `<h1>Run ${escapeMarkup(report.id)}: <span class="${tone}">${escapeMarkup(report.state)}</span></h1>`,
    `<p>${escapeMarkup(planLine(report))}</p>`,
    `<p>${escapeMarkup(report.compilerVersion)} against ${escapeMarkup(report.gcc)}; ${escapeMarkup(report.source)}; ${report.accel}</p>`,
    report.signature === "" ? "" : `<p class="fail">${escapeMarkup(report.signature)}</p>`,
    report.evidence.length === 0 ? "" : `<pre>${escapeMarkup(report.evidence.join("\n"))}</pre>`,
    `<pre>${escapeMarkup(report.repro)}</pre>`,
    table(
      ["step", "time"],
      [
        row(["plan", seconds(report.times.planMs)]),
        row(["compile", seconds(report.times.compileMs)]),
        row(["link", seconds(report.times.linkMs)]),
        row(["boot", seconds(report.times.bootMs)]),
        row(["GCC's boot", seconds(report.times.gccBootMs)]),
      ],
    ),
    failed.length === 0
      ? ""
      : `<h2>Units that did not compile</h2>${table(
          ["unit", "status", "reason"],
          failed.map((unit) => row([unit.unit, unit.status, unit.reason])),
        )}`,
    `<h2>Slowest units</h2>${table(
      ["unit", "ms"],
      slowest.map((unit) => row([unit.unit, unit.wallMs.toFixed(0)])),
    )}`,
    `<h2>Runs</h2>${table(
      ["run", "state", "arch", "compiler", "seed", "units", "signature"],
      recent.map((run) => row([run.id, run.state, run.arch, run.compiler, run.seed, run.unitsUnderTest, run.signature])),
    )}`,
    "</html>",
    "",
  ].join("\n");
}
