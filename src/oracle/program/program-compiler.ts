// Compiles and links one program with GCC or with the compiler under test, behind one interface.

import { createHash } from "node:crypto";
import { infraError } from "../errors.ts";
import { runProcess } from "../process.ts";

/** How one compilation ended. */
export interface CompileResult {
  readonly exitCode: number;
  readonly crashed: boolean;
  readonly timedOut: boolean;
  readonly stderr: string;
  readonly wallMs: number;
}

/** A compiler of whole programs. */
export interface ProgramCompiler {
  readonly name: string;
  /** Changes whenever the compiler does. */
  readonly identity: string;
  compile(args: readonly string[], cwd: string, signal?: AbortSignal): Promise<CompileResult>;
  close(): Promise<void>;
}

/** A program that takes longer to compile has hung its compiler. */
export const COMPILE_TIMEOUT_MS = 120_000;
const VERSION_TIMEOUT_MS = 20_000;

/** Any GCC-compatible command; a signal, exit status 4 (GCC's for an internal error) or its words are a crash. */
export class CommandCompiler implements ProgramCompiler {
  readonly name: string;
  readonly identity: string;
  private readonly command: readonly string[];

  constructor(name: string, command: readonly string[], identity: string) {
    this.name = name;
    this.command = command;
    this.identity = identity;
  }

  async compile(args: readonly string[], cwd: string, signal?: AbortSignal): Promise<CompileResult> {
    const t0 = performance.now();
    const r = await runProcess([...this.command, ...args], {
      cwd,
      timeoutMs: COMPILE_TIMEOUT_MS,
      killSignal: "SIGKILL",
      ...(signal === undefined ? {} : { signal }),
    });
    if (r.missing) throw infraError("tool", `${this.command[0]}: compiler not found; try: ./oracle doctor --install`);
    return {
      exitCode: r.exitCode,
      crashed:
        r.exitCode === 4 ||
        (r.signal !== undefined && !r.timedOut) ||
        /internal compiler error|PLEASE submit a bug report/.test(r.stderr),
      timedOut: r.timedOut,
      stderr: r.stderr,
      wallMs: performance.now() - t0,
    };
  }

  async close(): Promise<void> {}
}

/** A compiler's command with its identity: the command and its own version text, so that outcomes are remembered for this one. */
export async function openCommand(name: string, command: readonly string[]): Promise<CommandCompiler> {
  const r = await runProcess([...command, "--version"], { timeoutMs: VERSION_TIMEOUT_MS });
  if (r.missing) throw infraError("tool", `${command[0]}: not found; try: ./oracle doctor --install`);
  const identity = createHash("sha256")
    .update(JSON.stringify([command, r.stdout]))
    .digest("hex");
  return new CommandCompiler(name, command, identity);
}
