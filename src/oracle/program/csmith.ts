// Csmith programs as a suite: program N of seed S is Csmith's output for the seed S * 2^16 + N. Csmith's programs have no undefined
// behaviour by construction; still a difference is only called a bug when GCC -O0 and -O2 agree and the program ends in time.

import { existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { writeAtomically } from "../cache.ts";
import { infraError } from "../errors.ts";
import { runProcess } from "../process.ts";
import { generatedTest, programSeed } from "./generated-tests.ts";
import type { TestCase } from "./suite.ts";

const CSMITH_TIMEOUT_MS = 30_000;

/** Where csmith.h lies. */
function csmithInclude(): string {
  for (const d of ["/usr/include/csmith", ...versioned("/usr/include")]) if (existsSync(path.join(d, "csmith.h"))) return d;
  throw infraError("tool", "csmith.h: not found; run: apt-get install -y libcsmith-dev");
}

function versioned(dir: string): string[] {
  return existsSync(dir)
    ? readdirSync(dir)
        .filter((f) => f.startsWith("csmith"))
        .map((f) => path.join(dir, f))
    : [];
}

/** Generates (or finds in the cache) `count` programs. */
export async function csmithTests(cacheDir: string, seed: number, count: number, signal: AbortSignal): Promise<TestCase[]> {
  const include = csmithInclude();
  const dir = path.join(cacheDir, "csmith");
  mkdirSync(dir, { recursive: true });
  const tests: TestCase[] = [];
  for (let n = 0; n < count; n++) {
    signal.throwIfAborted();
    const own = programSeed(seed, n);
    const file = path.join(dir, `${own}.c`);
    if (!existsSync(file)) {
      const r = await runProcess(["csmith", "--seed", String(own)], {
        cwd: dir,
        timeoutMs: CSMITH_TIMEOUT_MS,
        encoding: "latin1",
        signal,
      });
      if (r.missing) throw infraError("tool", "csmith: not found; try: ./oracle doctor --install");
      if (r.exitCode !== 0) continue;
      writeAtomically(file, Buffer.from(r.stdout, "latin1"));
    }
    tests.push(generatedTest("csmith", own, dir, file, ["-w", `-I${include}`]));
  }
  if (tests.length === 0) throw infraError("tool", `csmith: made none of ${count} programs`);
  return tests;
}
