// --files: exactly these units, from a plan.json, a text file with one unit a line, or names with commas.

import { readFileSync, statSync } from "node:fs";
import { usageError } from "../oracle/errors.ts";

/** Reads --files. Only a plan may name nothing: that of a run without units under test. */
export function unitList(text: string): string[] {
  const stat = statSync(text, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) throw usageError(`--files ${text}: is a directory; give its plan.json`);
  const content = stat === undefined ? undefined : readFileSync(text, "utf8");
  if (content !== undefined && /^\s*\{/.test(content)) return planned(text, content);
  const names = content === undefined ? text.split(",") : content.split("\n").map((line) => line.replace(/#.*/, ""));
  const units = names.map((name) => name.trim()).filter((name) => name !== "");
  if (units.length === 0) throw usageError(`--files ${text}: names no unit`);
  return units;
}

function planned(path: string, content: string): string[] {
  let plan: { underTest?: unknown };
  try {
    plan = JSON.parse(content) as { underTest?: unknown };
  } catch {
    throw usageError(`--files ${path}: begins like a plan.json, and is none`);
  }
  if (!Array.isArray(plan.underTest)) throw usageError(`--files ${path}: has no list underTest`);
  return plan.underTest.map(String);
}
