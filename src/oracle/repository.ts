// Where this repository is, and the places in it that programs write to.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The repository's root directory. */
export function repositoryRoot(): string {
  return ROOT;
}

/** The git-ignored directory for runs and history; $ORACLE_STATE moves it (tests do). */
export function stateDir(...parts: string[]): string {
  const dir = join(process.env.ORACLE_STATE || join(ROOT, ".oracle"), ...parts);
  mkdirSync(dir, { recursive: true });
  return dir;
}
