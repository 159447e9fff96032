// What a kernel run prints: two or three lines when all is well, at most twelve when it is not.

import type { FailedUnit } from "../oracle/kernel/compile.ts";
import type { RunReport } from "../oracle/kernel/run.ts";

const MAX_ERRORS = 5;
const MAX_EVIDENCE = 3;

/** Seconds with one decimal. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** The first line of a run: what was chosen. */
export function planLine(report: RunReport): string {
  const version = report.kernelVersion.replace(/\.0$/, "");
  const toGcc = report.units - report.underTest;
  const compiler = report.cc.split(/\s/)[0]!.replace(/^.*\//, "");
  return (
    `kernel ${version} ${report.arch} ${report.config}: ${report.units} units, ${report.underTest} to ${compiler} ` +
    `(seed ${report.seed}, fraction ${report.fraction}), ${toGcc} to gcc, ${report.excluded} excluded`
  );
}

function errorLines(kind: string, failures: readonly FailedUnit[], id: string): string[] {
  const lines = failures.slice(0, MAX_ERRORS).map((failure) => `${kind}: ${failure.status}: ${failure.unit}: ${failure.reason}`);
  if (failures.length > MAX_ERRORS) lines.push(`${kind}: ${failures.length - MAX_ERRORS} more units: see build.log of run ${id}`);
  return lines;
}

/** All lines of a finished run. */
export function runLines(report: RunReport): string[] {
  const { times } = report;
  const counts = `${report.compiled}/${report.underTest} compiled`;
  const linked = `linked in ${seconds(times.linkMs)}`;
  const booted = `booted in ${seconds(times.bootMs)} (gcc: ${seconds(times.gccBootMs)})`;
  const lines = [planLine(report)];
  if (report.state === "pass") lines.push(`PASS  ${counts}, ${linked}, ${booted}, ${report.checks} checks equal`);
  else if (report.state === "build-fail")
    lines.push(`FAIL  ${counts}; the rest passes: ${linked}, ${booted}, ${report.checks} checks equal`);
  else if (report.state === "flaky") lines.push(`FLAKY  ${counts}, ${linked}, ${report.signature}`);
  else
    lines.push(
      `FAIL  ${report.state}: ${stripState(report.signature, report.state)} (${counts}, ${linked}, ${report.bootsDone - report.bootsPassed} of ${report.bootsDone} boots fail)`,
    );
  if (report.state !== "pass" && report.state !== "build-fail")
    for (const line of report.evidence.slice(0, MAX_EVIDENCE)) lines.push(`  ${line}`.slice(0, 160));
  const room = 11 - lines.length;
  const errors = [...errorLines("ERROR", report.failed, report.id), ...errorLines("REFUSED", report.refusedByKconfig, report.id)];
  lines.push(
    ...(errors.length <= room
      ? errors
      : [...errors.slice(0, room - 1), `ERROR: ${errors.length - room + 1} more lines: see build.log of run ${report.id}`]),
  );
  lines.push(`run ${report.id}   repro: ${report.repro}`);
  return lines.map((line) => line.replace(/\s*\n\s*/g, " "));
}

function stripState(signature: string, state: string): string {
  return signature.startsWith(`${state}: `) ? signature.slice(state.length + 2) : signature;
}
