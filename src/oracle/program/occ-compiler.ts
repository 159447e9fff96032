// occ as the compiler of programs: warm workers in this process instead of a process for each file.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { OccPool } from "../compilers/occ-pool.ts";
import type { CompileResult, ProgramCompiler } from "./program-compiler.ts";

/** Hash over every source file of the compiler: a new build is a new identity. */
export function occIdentity(root: string): string {
  const h = createHash("sha256");
  const walk = (dir: string): void => {
    for (const e of readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const p = path.join(dir, e.name);
      if (e.isDirectory()) walk(p);
      else if (e.name.endsWith(".ts")) {
        h.update(e.name);
        h.update(readFileSync(p));
      }
    }
  };
  walk(path.join(root, "src/compiler"));
  return h.digest("hex");
}

export class OccProgramCompiler implements ProgramCompiler {
  readonly name = "occ";
  readonly identity: string;
  private readonly pool: OccPool;
  private readonly targetFlag: string;

  constructor(root: string, triple: string, workers: number) {
    this.identity = occIdentity(root);
    this.pool = new OccPool(workers);
    this.targetFlag = `--target=${triple}`;
  }

  async compile(args: readonly string[], cwd: string, signal?: AbortSignal): Promise<CompileResult> {
    const timeout = AbortSignal.timeout(120_000);
    const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const r = await this.pool.run({ argv: [this.targetFlag, ...args], cwd }, both);
    return {
      exitCode: r.exitCode,
      crashed: r.crashed || /internal compiler error/.test(r.stderr),
      timedOut: timeout.aborted,
      stderr: r.stderr,
      wallMs: r.wallMs,
    };
  }

  async close(): Promise<void> {
    await this.pool.close();
  }
}
