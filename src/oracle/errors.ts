// The errors that end a command, each with the exit code of the command line's contract.
//
// Invariant: `message` is one line that names the offender. Whoever prints it adds nothing but the "ERROR: " in front.

export const EXIT_OK = 0;
export const EXIT_DIFFERENCE = 1;
export const EXIT_USAGE = 2;
export const EXIT_INFRA = 125;
export const EXIT_INTERRUPTED = 130;

/** An error with the exit code that the command ends with. */
export class OracleError extends Error {
  readonly exitCode: number;
  readonly kind: string;
  constructor(exitCode: number, kind: string, message: string) {
    super(message.replace(/\s*\n\s*/g, " "));
    this.exitCode = exitCode;
    this.kind = kind;
    this.name = "OracleError";
  }
}

/** A bad option, value, file or config: exit 2. */
export function usageError(message: string): OracleError {
  return new OracleError(EXIT_USAGE, "usage", message);
}

/** Trouble that says nothing about the compiler under test: exit 125. */
export function infraError(kind: string, message: string): OracleError {
  return new OracleError(EXIT_INFRA, kind, message);
}

/** The user's Ctrl-C: exit 130. */
export function interruptedError(): OracleError {
  return new OracleError(EXIT_INTERRUPTED, "interrupted", "interrupted");
}

/** Throws when the signal has been raised; called between steps so that nothing new is started after Ctrl-C. */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw interruptedError();
}

/** Turns the operating system's errors into ours (a full disk, a forbidden directory); leaves the rest as they are. */
export function explainSystemError(error: unknown): unknown {
  if (error instanceof OracleError || !(error instanceof Error)) return error;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return infraError("disk", `${path ?? "cache"}: no space left on the device`);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return infraError("access", `${path ?? "?"}: not writable or readable (${code})`);
  // A directory where a file should be, a file where a directory should, a bad disk: no mistake of the program's.
  if (syscall !== undefined && path !== undefined) return infraError("file", `${path}: ${syscall} fails (${code})`);
  if (code === "ERR_SQLITE_ERROR") return infraError("history", error.message);
  return error;
}
