// occ as the compiler of programs: warm workers in this process instead of a process for each file.

import path from "node:path";
import { treeHash } from "../compilers/identity.ts";
import { OccPool } from "../compilers/occ-pool.ts";
import { COMPILE_TIMEOUT_MS, type CompileResult, type ProgramCompiler } from "./program-compiler.ts";

/** occ with a worker for each job. */
export class OccProgramCompiler implements ProgramCompiler {
  readonly name = "occ";
  readonly identity: string;
  private readonly pool: OccPool;
  private readonly targetFlag: string;

  constructor(root: string, triple: string, workers: number) {
    this.identity = treeHash(path.join(root, "src/compiler"));
    this.pool = new OccPool(workers);
    this.targetFlag = `--target=${triple}`;
  }

  async compile(args: readonly string[], cwd: string, signal?: AbortSignal): Promise<CompileResult> {
    const timeout = AbortSignal.timeout(COMPILE_TIMEOUT_MS);
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
