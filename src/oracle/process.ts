// Runs other programs: one result type, process groups that die with us, time-outs, nothing thrown for a failing exit.

import { execa, type Options } from "execa";
import { infraError, interruptedError } from "./errors.ts";

/** How a program is run. */
export interface ProcessOptions {
  readonly cwd?: string;
  /** Added to our environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly input?: string;
  /** Called with each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
  /** Bytes of each stream that are kept; what is over is cut. */
  readonly keep?: number;
  /** How the output is decoded; latin1 keeps each byte apart where the output of a compiled program is compared. */
  readonly encoding?: "utf8" | "latin1";
  /** What a time-out sends: a program under test may catch SIGTERM. */
  readonly killSignal?: "SIGTERM" | "SIGKILL";
}

/** How a program ended. */
export interface ProcessResult {
  /** Exit code, or -1 when a signal or a time-out ended it. */
  readonly exitCode: number;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  /** The program could not be started: no such file, or not executable. */
  readonly missing: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly wallMs: number;
}

/** Runs a program to its end. Throws only when interrupted. */
export async function runProcess(argv: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  if (options.signal?.aborted) throw interruptedError();
  const started = performance.now();
  const settings: Options = {
    cwd: options.cwd,
    env: { LC_ALL: "C", ...options.env },
    reject: false,
    killDescendants: true,
    forceKillAfterDelay: 2000,
    stripFinalNewline: false,
    maxBuffer: options.keep ?? 16_000_000,
    encoding: options.encoding ?? "utf8",
    killSignal: options.killSignal ?? "SIGTERM",
    stdin: options.input === undefined ? "ignore" : "pipe",
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  };
  const child = execa(argv[0]!, argv.slice(1), settings);
  if (options.onLine) {
    const onLine = options.onLine;
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream?.on("data", (chunk: Buffer | string) => {
        const lines = (rest + chunk.toString()).split("\n");
        rest = lines.pop()!;
        for (const line of lines) onLine(line);
      });
    }
  }
  const result = await child;
  if (options.signal?.aborted) throw interruptedError();
  const code = (result as { code?: string }).code;
  return {
    exitCode: result.exitCode ?? -1,
    signal: result.signal,
    timedOut: result.timedOut === true,
    missing: code === "ENOENT" || code === "EACCES",
    stdout: typeof result.stdout === "string" ? result.stdout : "",
    stderr: typeof result.stderr === "string" ? result.stderr : "",
    wallMs: performance.now() - started,
  };
}

/** Runs a tool of ours that must succeed; its failure is the machine's trouble, told in one line. */
export async function runTool(argv: readonly string[], options: ProcessOptions = {}): Promise<ProcessResult> {
  const result = await runProcess(argv, options);
  if (result.missing) throw infraError("tool", `${argv[0]}: not found; try: ./oracle doctor --install`);
  if (result.exitCode !== 0) throw infraError("tool", `${argv[0]}: ${failureReason(result)}`);
  return result;
}

/** The line of a failed program's output that says most. */
export function failureReason(result: ProcessResult): string {
  if (result.timedOut) return `no end after ${Math.round(result.wallMs / 1000)} s`;
  const lines = `${result.stderr}\n${result.stdout}`.split("\n").filter((line) => line.trim() !== "");
  if (lines.some((line) => line.includes("No space left on device"))) return "no space left on the device";
  const telling =
    lines.find((line) => /\b(fatal error|error|Error)\b[: ]/.test(line)) ??
    lines.find((line) => /undefined reference|Stop\./.test(line)) ??
    lines[0];
  if (telling !== undefined) return telling.trim().slice(0, 300);
  return result.signal ? `killed by ${result.signal}` : `exit code ${result.exitCode}`;
}
