// Any compiler that takes GCC's command line, as a program: GCC at another level, Clang, somebody's wrapper, `./occ`.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Arch, archInfo, crossPrefix } from "../arch.ts";
import { digest } from "../cache.ts";
import { infraError, usageError } from "../errors.ts";
import { compileArguments } from "../kernel/units.ts";
import { failureReason, type ProcessResult, runProcess } from "../process.ts";
import { isSimpleCommand, quoteWord, splitWords } from "../shell-words.ts";
import type { CompileOutcome, Compiler, CompilerContext } from "./compiler.ts";
import { type FlagMap, mapFlags, probeFlags } from "./flags.ts";
import { commandIdentity, findProgram } from "./identity.ts";

/** The smallest unit takes a moment, also on a machine that is busy. */
const PROBE_MS = 60_000;

/** A user's command, taken apart: the program (with wrappers), and the flags, which come last on the line so that they win. */
export function splitCommand(
  text: string,
  context: Pick<CompilerContext, "arch">,
  option = "--cc",
): { command: string[]; flags: string[] } {
  const words = splitWords(text);
  if (words.length === 0) throw usageError(`${option}: empty command`);
  if (!isSimpleCommand(text)) throw usageError(`${option} ${text}: not one command with its quotes closed`);
  const firstFlag = words.findIndex((word) => word.startsWith("-"));
  const command = firstFlag < 0 ? words : words.slice(0, firstFlag);
  const flags = firstFlag < 0 ? [] : words.slice(firstFlag);
  if (command.length === 0) throw usageError(`${option} ${text}: begins with an option`);
  // A bare `gcc` means the GCC of the architecture at hand: the host's own could compile none of the others.
  const last = command.length - 1;
  if (/^gcc(-\d+)?$/.test(command[last]!)) {
    const cross = `${crossPrefix(context.arch)}${command[last]}`;
    if (findProgram(cross) !== undefined) command[last] = cross;
  }
  return { command, flags };
}

/** Ends with one line unless the command makes an object of the smallest unit: what is no compiler would refuse every one. */
export async function requireCompiler(command: readonly string[], signal: AbortSignal): Promise<void> {
  if (findProgram(command[0]!) === undefined)
    throw infraError("tool", `${command[0]}: compiler not found; try: ./oracle doctor --install`);
  const dir = mkdtempSync(join(tmpdir(), "oracle-probe-"));
  try {
    writeFileSync(join(dir, "probe.c"), "int oracle_probe;\n");
    const result = await runProcess([...command, "-c", "probe.c", "-o", "probe.o"], { cwd: dir, signal, timeoutMs: PROBE_MS });
    if (result.exitCode === 0 && existsSync(join(dir, "probe.o"))) return;
    const reason = result.exitCode === 0 ? "makes no object" : failureReason(result);
    throw infraError("tool", `${command.map(quoteWord).join(" ")}: does not compile \`int oracle_probe;\`: ${reason}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Opens a command as a compiler under test. */
export async function openCommandCompiler(text: string, context: CompilerContext): Promise<Compiler> {
  const { command, flags } = splitCommand(text, context);
  const plain = await commandIdentity(command, flags);
  const isClang = /clang version/.test(plain.version);
  if (isClang && !flags.some((flag) => flag.startsWith("--target="))) flags.unshift(`--target=${archInfo(context.arch).triplet}`);
  const identity = digest(plain.hash, JSON.stringify(flags), isClang ? "flags probed, GNU as second, without attributes" : "");
  const map: FlagMap = isClang
    ? await probeFlags(
        [...command, ...flags],
        identity,
        context.units.map((unit) => unit.argv),
        context.jobs,
        context.signal,
      )
    : new Map();
  return {
    name: text,
    version: plain.version,
    identity: digest(identity, JSON.stringify([...map])),
    droppedFlags: [...map].map(([flag, other]) => (other === undefined ? flag : `${flag} (as ${other})`)),
    async compile(unit, cwd, out, signal) {
      const base = [...command, ...mapFlags(compileArguments(unit, out), map), ...flags];
      const first = await runCompiler(base, cwd, out, context.timeoutMs, signal);
      if (!isClang || first.status !== "refused") return first;
      // Kconfig probed GNU as; what Clang's own assembler does not know, that one may.
      const second = await withGnuAssembler(
        context.arch,
        [...command, ...mapFlags(unit.argv, map), unit.source, ...flags],
        unit.argv,
        cwd,
        out,
        context.timeoutMs,
        signal,
      );
      return second.status === "ok" ? { ...second, note: `with GNU as, for its own assembler says: ${first.reason}` } : first;
    },
    async close() {},
  };
}

/**
 * Compiles to assembler text and gives that to GNU as with what GCC would have told it. Clang's `.attribute` lines go, for
 * they would take back the extensions that the options give.
 */
async function withGnuAssembler(
  arch: Arch,
  compile: readonly string[],
  gccArgv: readonly string[],
  cwd: string,
  out: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<CompileOutcome> {
  const text = `${out}.s`;
  try {
    const first = await runCompiler([...compile, "-fno-integrated-as", "-S", "-o", text], cwd, out, timeoutMs, signal);
    if (first.status !== "ok") return first;
    writeFileSync(text, readFileSync(text, "utf8").replace(/^\t\.attribute\t.*\n/gm, ""));
    const own = gccArgv.flatMap((word) =>
      word.startsWith("-Wa,") ? word.slice(4).split(",") : /^-m(arch|abi)=/.test(word) && arch === "riscv" ? [word] : [],
    );
    const second = await runCompiler(
      [`${crossPrefix(arch)}as`, ...(arch === "x86" ? ["--64"] : []), ...own, "-o", out, text],
      cwd,
      out,
      timeoutMs,
      signal,
    );
    return { ...second, wallMs: first.wallMs + second.wallMs };
  } finally {
    rmSync(text, { force: true });
  }
}

async function runCompiler(
  argv: readonly string[],
  cwd: string,
  out: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<CompileOutcome> {
  const result = await runProcess(argv, { cwd, signal, timeoutMs });
  if (result.missing) throw infraError("tool", `${argv[0]}: compiler not found; try: ./oracle doctor --install`);
  const { wallMs } = result;
  if (result.exitCode === 0) return { status: "ok", reason: "", wallMs };
  rmSync(out, { force: true });
  const reason = failureReason(result);
  if (reason.includes("no space left")) throw infraError("disk", `${out}: no space left on the device`);
  return { status: classify(result), reason, wallMs };
}

function classify(result: ProcessResult): CompileOutcome["status"] {
  if (result.timedOut) return "timeout";
  if (result.signal !== undefined || /internal compiler error|PLEASE submit a bug report|Stack dump:/.test(result.stderr))
    return "crash";
  return "refused";
}
