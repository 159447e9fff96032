// The seam between the engine and a compiler under test.

import type { Arch } from "../arch.ts";
import type { BaselineUnit } from "../kernel/baseline.ts";

/** A unit that takes longer to compile has hung its compiler. */
export const COMPILE_TIMEOUT_MS = 300_000;

/** What became of one compilation. */
export interface CompileOutcome {
  /** `refused`: a diagnostic and no object; `crash`: killed by a signal or an internal error. */
  readonly status: "ok" | "refused" | "crash" | "timeout";
  /** The compiler's first error; empty when all went well. */
  readonly reason: string;
  readonly wallMs: number;
  /** What was done otherwise than the command line said, e.g. another assembler. */
  readonly note?: string;
}

/** A compiler under test. */
export interface Compiler {
  readonly name: string;
  /** Its own account of its version, for people. */
  readonly version: string;
  /** A hash that changes with every build of the compiler. */
  readonly identity: string;
  /** Flags of GCC's command lines that it does not get, because it refuses them. */
  readonly droppedFlags: readonly string[];
  /** Compiles one unit to `out`; `cwd` is the build directory. Throws only when interrupted or when the machine fails. */
  compile(unit: BaselineUnit, cwd: string, out: string, signal: AbortSignal): Promise<CompileOutcome>;
  close(): Promise<void>;
}

/** What a compiler is opened for. */
export interface CompilerContext {
  readonly arch: Arch;
  readonly jobs: number;
  /** Units that it may be asked for; their flags are what it must understand. */
  readonly units: readonly BaselineUnit[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}
