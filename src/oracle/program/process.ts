// Runs one external command with a time-out and bounded output, in a process group of its own so that nothing is left running.

import { execa } from "execa";

export interface ProcessResult {
  /** Exit status, or -1 when a signal ended it. */
  readonly exitCode: number;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

const MAX_OUTPUT = 1 << 20;

/** Never throws for a failing command; throws when the command cannot be started. */
export async function runProcess(
  argv: readonly string[],
  cwd: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ProcessResult> {
  const r = await execa(argv[0]!, argv.slice(1), {
    cwd,
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: MAX_OUTPUT,
    reject: false,
    stdin: "ignore",
    encoding: "latin1",
    stripFinalNewline: false,
    env: { LC_ALL: "C" },
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  if (r.exitCode === undefined && r.signal === undefined && !r.timedOut && !r.isMaxBuffer && !r.isCanceled) {
    throw new Error(`${argv[0]}: ${r.shortMessage ?? "cannot be started"}`);
  }
  return { exitCode: r.exitCode ?? -1, signal: r.signal, stdout: r.stdout, stderr: r.stderr, timedOut: r.timedOut };
}
