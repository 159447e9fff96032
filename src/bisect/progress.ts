// The best answer so far, on disk at every moment: written whole beside its place and renamed, so a reader and a crash both
// see either the old answer or the new one.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** What a search knows at some moment. */
export interface BestSoFar {
  readonly phase: string;
  readonly done: boolean;
  readonly universe: number;
  readonly boots: number;
  readonly bitsLeft: number;
  readonly bootsToGo: number;
  readonly sets: readonly { readonly items: readonly string[]; readonly confidence: number }[];
  readonly suspects: readonly string[];
  readonly suspectConfidence: number;
}

/** Writes the best answer so far. */
export function writeProgress(path: string, best: BestSoFar): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  const descriptor = openSync(temporary, "w");
  writeSync(descriptor, `${JSON.stringify(best, null, 1)}\n`);
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(temporary, path);
}

/** One line for the terminal. */
export function progressLine(best: BestSoFar): string {
  const found = best.sets.map((s) => `{${s.items.join(", ")}}`).join(" ");
  const guess =
    best.suspects.length > 0 ? `, best guess ${best.suspects.join(" + ")} (${(best.suspectConfidence * 100).toFixed(1)} %)` : "";
  return `${best.phase}: ${best.boots} boots, ${best.bitsLeft.toFixed(1)} bits left, about ${best.bootsToGo} to go${guess}${found === "" ? "" : `; found ${found}`}`;
}
