// "Did you mean": the option nearest to one that there is none of, by Levenshtein distance (Wagner and Fischer, 1974).

import { UsageError } from "./invocation.ts";

/** The error of an option that there is none of. */
export function unknownOption(a: string, candidates: readonly string[]): UsageError {
  const near = nearest(a, candidates);
  return new UsageError(`unrecognized command-line option '${a}'${near === "" ? "" : `; did you mean '${near}'?`}`);
}

/** The candidate with the least edit distance, if it is near enough to be meant. */
export function nearest(word: string, candidates: readonly string[]): string {
  let best = "";
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  const name = word.replace(/^(-[fmW])no-/, "$1").replace(/=.*$/, "");
  for (const c of candidates) {
    const d = distance(name, c.replace(/=$/, ""), least);
    if (d < least) {
      least = d;
      best = c;
    }
  }
  return best;
}

/** Levenshtein distance, or `limit` when it is not below. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row: number[] = [];
  for (let j = 0; j <= b.length; j++) row.push(j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return Math.min(row[b.length]!, limit);
}
