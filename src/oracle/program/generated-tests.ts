// Test cases of generated programs: program N of seed S is the generator's for the seed S * 2^16 + N, kept in the cache.

import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { writeAtomically } from "../cache.ts";
import type { TestCase } from "./suite.ts";

/** A suite whose programs are one file each, made of a number. */
export interface GeneratedSuite {
  readonly name: string;
  /** Version of the generator, a part of the cache folder's name. */
  readonly version: number;
  readonly options: readonly string[];
  /** The text of the program of a seed. */
  readonly program: (seed: number) => string;
}

/** Seed of program `n` of a run's seed. */
export function programSeed(seed: number, n: number): number {
  return seed * 65536 + n;
}

/** The test of one generated file: it runs, and prints what GCC's prints. */
export function generatedTest(suite: string, seed: number, dir: string, file: string, options: readonly string[]): TestCase {
  return {
    id: `${suite}/${seed}`,
    suite,
    kind: "execute",
    files: [file],
    cwd: dir,
    options,
    libs: [],
    errorLines: [],
    expectedOutput: undefined,
    requires: [],
    shouldFail: false,
  };
}

/** `count` programs of `seed`, kept in the cache under the generator's version. */
export function generatedTests(suite: GeneratedSuite, cacheDir: string, seed: number, count: number): TestCase[] {
  const dir = path.join(cacheDir, `${suite.name}-${suite.version}`);
  mkdirSync(dir, { recursive: true });
  const tests: TestCase[] = [];
  for (let n = 0; n < count; n++) {
    const own = programSeed(seed, n);
    const file = path.join(dir, `${own}.c`);
    if (!existsSync(file)) writeAtomically(file, suite.program(own));
    tests.push(generatedTest(suite.name, own, dir, file, suite.options));
  }
  return tests;
}
