// Reads configs/exclusions.yaml: what the compiler under test does not get, and why.

import { readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { parse } from "yaml";
import { usageError } from "../errors.ts";
import { repositoryRoot } from "../repository.ts";

/** A glob over object paths with the reason why those objects stay with GCC. */
export interface Exclusion {
  readonly match: string;
  readonly reason: string;
  /** False when such objects are no part of vmlinux's own link. */
  readonly linked: boolean;
}

/** Parses the exclusions; every entry must say why. */
export function parseExclusions(text: string, file: string): Exclusion[] {
  const data = parse(text) as unknown;
  if (!Array.isArray(data)) throw usageError(`${file}: not a list`);
  return data.map((entry: Partial<Exclusion>, index) => {
    if (typeof entry?.match !== "string") throw usageError(`${file}: entry ${index + 1}: has no match`);
    if (typeof entry.reason !== "string" || entry.reason.trim() === "")
      throw usageError(`${file}: ${entry.match}: has no reason`);
    return { match: entry.match, reason: entry.reason, linked: entry.linked !== false };
  });
}

/** The repository's own exclusions. */
export function loadExclusions(): Exclusion[] {
  return parseExclusions(readFileSync(join(repositoryRoot(), "configs/exclusions.yaml"), "utf8"), "configs/exclusions.yaml");
}

/** Why an object is excluded, or nothing. */
export function exclusionFor(object: string, exclusions: readonly Exclusion[]): Exclusion | undefined {
  return exclusions.find((exclusion) => matchesGlob(object, exclusion.match));
}
