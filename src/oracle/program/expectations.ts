// The stored list of tests that are known to fail (tests/expected/SUITE.ARCH.txt): what a run is compared with, so that new
// work cannot break old. One line each, sorted: `SUITE/TEST LEVEL: reason`.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Arch } from "../arch.ts";
import { writeAtomically } from "../cache.ts";
import type { TestVerdict } from "./judge-program.ts";

/** Verdicts against the known failures. */
export interface Comparison {
  readonly newlyFailing: readonly TestVerdict[];
  readonly knownFailing: readonly TestVerdict[];
  readonly newlyPassing: readonly TestVerdict[];
}

function fileOf(root: string, suite: string, arch: Arch): string {
  return path.join(root, "tests", "expected", `${suite}.${arch}.txt`);
}

const keyOf = (id: string, level: string): string => `${id} ${level}`;

/** Keys of the known failures; empty when nothing was stored. */
export function knownFailures(root: string, suite: string, arch: Arch): Set<string> {
  const file = fileOf(root, suite, arch);
  if (!existsSync(file)) return new Set();
  const out = new Set<string>();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const m = /^(\S+ \S+):/.exec(line);
    if (m !== null) out.add(m[1]!);
  }
  return out;
}

/** Tells new failures from known ones. */
export function compare(verdicts: readonly TestVerdict[], known: ReadonlySet<string>): Comparison {
  const newlyFailing: TestVerdict[] = [];
  const knownFailing: TestVerdict[] = [];
  const newlyPassing: TestVerdict[] = [];
  for (const v of verdicts) {
    const was = known.has(keyOf(v.id, v.level));
    if (v.verdict === "fail") (was ? knownFailing : newlyFailing).push(v);
    else if (v.verdict === "pass" && was) newlyPassing.push(v);
  }
  return { newlyFailing, knownFailing, newlyPassing };
}

/** Replaces the list for the tests and levels that were run; what was not run stays. */
export function updateExpectations(root: string, suite: string, arch: Arch, verdicts: readonly TestVerdict[]): void {
  const file = fileOf(root, suite, arch);
  const ran = new Set(verdicts.map((v) => keyOf(v.id, v.level)));
  const kept = existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((l) => l !== "" && !ran.has(/^(\S+ \S+):/.exec(l)?.[1] ?? ""))
    : [];
  const failed = verdicts
    .filter((v) => v.verdict === "fail")
    .map((v) => `${keyOf(v.id, v.level)}: ${v.reason.replace(/\s+/g, " ")}`);
  writeAtomically(file, `${[...kept, ...failed].sort().join("\n")}\n`);
}
