// occ, our own compiler, warm inside worker threads: no process and no cold start per file.
//
// The one place where the engine touches src/compiler, and only its pool. Its identity is the hash of its sources and of
// the assembler that it drives, so an edit of any of its files makes every earlier object of it unreachable.

import { join } from "node:path";
import { crossPrefix } from "../arch.ts";
import { digest } from "../cache.ts";
import { compileArguments } from "../kernel/units.ts";
import { runProcess } from "../process.ts";
import { repositoryRoot } from "../repository.ts";
import type { Compiler, CompilerContext } from "./compiler.ts";
import { treeHash } from "./identity.ts";
import type { OccPool } from "./occ-pool.ts";

/** The identity of occ as it stands: its sources and the assembler. */
export async function occIdentity(context: Pick<CompilerContext, "arch">): Promise<string> {
  const as = await runProcess([`${crossPrefix(context.arch)}as`, "--version"], { timeoutMs: 30_000 });
  return digest(treeHash(join(repositoryRoot(), "src/compiler")), as.stdout);
}

/** Opens occ as the compiler under test; its workers start with the first unit. */
export async function openOcc(context: CompilerContext, flags: readonly string[] = []): Promise<Compiler> {
  const identity = digest(await occIdentity(context), JSON.stringify(flags));
  const target = `--target=${context.arch === "x86" ? "x86_64-linux-gnu" : context.arch === "arm" ? "aarch64-linux-gnu" : "riscv64-linux-gnu"}`;
  let pool: Promise<OccPool> | undefined;
  // Loaded only when a unit has to be compiled: with everything in the store a run does not pay for it.
  const open = async () => new (await import("./occ-pool.ts")).OccPool(context.jobs);
  return {
    name: ["occ", ...flags].join(" "),
    version: `occ ${identity.slice(0, 12)}`,
    identity,
    droppedFlags: [],
    async compile(unit, cwd, out, signal) {
      pool ??= open();
      const timeout = AbortSignal.timeout(context.timeoutMs);
      const job = { argv: [target, ...compileArguments(unit, out), ...flags], cwd };
      const result = await (await pool).run(job, AbortSignal.any([signal, timeout]));
      const { wallMs } = result;
      if (signal.aborted) return { status: "timeout", reason: "interrupted", wallMs };
      if (result.exitCode === 0 && !result.crashed) return { status: "ok", reason: "", wallMs };
      const reason = firstError(result.stderr) ?? `exit code ${result.exitCode}`;
      if (timeout.aborted) return { status: "timeout", reason: `no end after ${Math.round(context.timeoutMs / 1000)} s`, wallMs };
      return { status: result.crashed ? "crash" : "refused", reason, wallMs };
    },
    async close() {
      if (pool) await (await pool).close();
    },
  };
}

function firstError(stderr: string): string | undefined {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return (lines.find((line) => /error|Error/.test(line)) ?? lines[0])?.trim().slice(0, 300);
}
