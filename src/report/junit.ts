// JUnit XML, the form that CI servers read: one test case a unit, and one for the boot of the mix.

import type { UnitRow } from "../history/db.ts";
import type { RunReport } from "../oracle/kernel/run.ts";

/** Escapes text for XML and HTML; characters that XML 1.0 does not know become question marks. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "?");
}

/** One run as JUnit XML. */
export function junitReport(report: RunReport, units: readonly UnitRow[]): string {
  const suite = `oracle.${report.arch}.${report.config}`;
  const bootFails = report.state !== "pass" && report.state !== "build-fail";
  const failures = units.filter((unit) => unit.status !== "ok").length + (bootFails ? 1 : 0);
  const cases = units.map((unit) => {
    const head = `  <testcase classname="${escapeMarkup(suite)}.compile" name="${escapeMarkup(unit.unit)}" time="${(unit.wallMs / 1000).toFixed(3)}"`;
    return unit.status === "ok"
      ? `${head}/>`
      : `${head}><failure type="${escapeMarkup(unit.status)}" message="${escapeMarkup(unit.reason)}"/></testcase>`;
  });
  const boot = `  <testcase classname="${escapeMarkup(suite)}" name="boot" time="${(report.times.bootMs / 1000).toFixed(3)}"`;
  cases.push(
    bootFails
      ? `${boot}><failure type="${report.state}" message="${escapeMarkup(report.signature)}">${escapeMarkup(report.evidence.join("\n"))}</failure></testcase>`
      : `${boot}/>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${escapeMarkup(suite)}" timestamp="${report.started}" tests="${cases.length}" failures="${failures}">`,
    ...cases,
    "</testsuite>",
    "",
  ].join("\n");
}
