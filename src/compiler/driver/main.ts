// The command `occ`: GCC's command line in, files and messages out. One call is one command; it keeps nothing but what is in its
// DriverState, reads and writes relative to the `cwd` it is given, and so runs as well in a worker thread as in a process.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { runTool } from "./assemble.ts";
import { from } from "./host.ts";
import { type Invocation, UsageError } from "./invocation.ts";
import { linkCommand } from "./link.ts";
import { parseCommandLine } from "./options.ts";
import { DriverState, environmentDirs, Failed, replaceSuffix, runSource } from "./pipeline.ts";
import { answerQuery, GCC_VERSION } from "./query.ts";
import { findToolchain, hostTriple } from "./toolchain.ts";

export interface DriverIo {
  stdout(data: string | Uint8Array): void;
  stderr(text: string): void;
  stdin(): Uint8Array;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs the command again where the stack is larger: for deeply nested input on the main thread, whose stack is small. */
  readonly deepStack?: (argv: readonly string[]) => Promise<number>;
}

/** Exit code of an internal error, as GCC's. */
export const EXIT_INTERNAL = 4;
const MAX_RESPONSE_FILES = 2000;

/** Runs a command line (without the program's name); resolves to its exit code. */
export async function runDriver(
  argv: readonly string[],
  cwd: string,
  io: DriverIo,
  state: DriverState = new DriverState(),
): Promise<number> {
  let stage = "command line";
  try {
    const inv = parseCommandLine(expandResponseFiles(argv, cwd), hostTriple());
    if (inv.query !== undefined) {
      io.stdout(answerQuery(inv, inv.query));
      return 0;
    }
    const sources = inv.inputs.filter((i) => i.kind === "source");
    const objects = inv.inputs.some((i) => i.kind === "link" && !/^-/.test(i.words[0] ?? "-"));
    if (inv.verbose) io.stderr(`Target: ${inv.options.triple}\nThread model: posix\ngcc version ${GCC_VERSION} (occ)\n`);
    if (sources.length === 0 && !objects) {
      if (inv.verbose) return 0;
      throw new UsageError("no input files", true);
    }
    if (inv.output !== undefined && inv.mode !== "link" && sources.length > 1)
      throw new UsageError("cannot specify '-o' with '-c', '-S' or '-E' with multiple files", true);
    stage = "compilation";
    return await runInputs(inv, cwd, io, state, (s) => {
      stage = s;
    });
  } catch (e) {
    if (e instanceof UsageError) {
      io.stderr(
        e.message
          .split("\n")
          .map((l) => `occ: ${l.startsWith("note: ") ? "" : e.fatal ? "fatal error: " : "error: "}${l}\n`)
          .join(""),
      );
      if (e.fatal) io.stderr("compilation terminated.\n");
      return 1;
    }
    if (io.deepStack !== undefined && e instanceof RangeError && /call stack/.test(e.message)) return await io.deepStack(argv);
    state.reset();
    const err = e instanceof Error ? e : new Error(String(e));
    io.stderr(`occ: internal compiler error: ${err.message}\n`);
    io.stderr(
      `  occ ${GCC_VERSION}, ${stage}; command: ${argv.join(" ")}\n${(err.stack ?? "").split("\n").slice(1, 9).join("\n")}\n`,
    );
    return EXIT_INTERNAL;
  }
}

async function runInputs(
  inv: Invocation,
  cwd: string,
  io: DriverIo,
  state: DriverState,
  at: (stage: string) => void,
): Promise<number> {
  const linking = inv.mode === "link";
  const temporary =
    linking && inv.inputs.some((i) => i.kind === "source") && !inv.dryRun ? mkdtempSync(join(tmpdir(), "occ-")) : "";
  let failed = false;
  let serial = 0;
  try {
    const words: string[] = [];
    for (const input of inv.inputs) {
      if (input.kind === "link") {
        words.push(...input.words);
        const file = input.words[0]!;
        if (!linking && !file.startsWith("-"))
          io.stderr(`occ: warning: ${file}: linker input file unused because linking not done\n`);
        continue;
      }
      const object = linking
        ? join(temporary, `${serial++}-${replaceSuffix(input.path, ".o")}`)
        : (inv.output ?? replaceSuffix(input.path, ".o"));
      words.push(object);
      at(input.path);
      if (inv.verbose) io.stderr(` occ1 ${input.language} ${input.path} -> ${object}\n`);
      if (inv.dryRun) continue;
      try {
        await runSource(inv, io, cwd, state, input.path, input.language, object);
      } catch (e) {
        if (!(e instanceof Failed)) throw e;
        failed = true;
      }
    }
    if (failed) return 1;
    if (!linking) return 0;
    at("link");
    const chain = findToolchain(inv.options.target, inv.options.triple, inv.link.prefixes);
    const { program, args } = linkCommand(
      inv,
      chain,
      words,
      from(cwd, inv.output ?? "a.out"),
      environmentDirs(io.env, "LIBRARY_PATH"),
    );
    if (inv.verbose) io.stderr(` ${program} ${args.join(" ")}\n`);
    if (inv.dryRun) return 0;
    const r = runTool(program, args, cwd);
    io.stderr(r.stderr);
    if (r.status === 0) return 0;
    io.stderr(`occ: error: ld returned ${r.status} exit status\n`);
    return 1;
  } finally {
    if (temporary !== "") rmSync(temporary, { recursive: true, force: true });
  }
}

/** Replaces every @file by the words in it (GCC manual, "Overall Options"); a file that is not there stays a word. */
export function expandResponseFiles(argv: readonly string[], cwd: string): string[] {
  const out: string[] = [];
  const rest = [...argv].reverse();
  let files = 0;
  while (rest.length > 0) {
    const a = rest.pop()!;
    if (!a.startsWith("@") || a.length === 1) {
      out.push(a);
      continue;
    }
    let text: string;
    try {
      text = readFileSync(from(cwd, a.slice(1)), "utf8");
    } catch {
      out.push(a);
      continue;
    }
    if (++files > MAX_RESPONSE_FILES) throw new UsageError("too many @-files encountered", true);
    rest.push(...splitWords(text).reverse());
  }
  return out;
}

/** Words as in a shell: white space separates, quotes and backslashes protect. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word = "";
  let open = false;
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === "\\" && i + 1 < text.length) {
      word += text[++i];
      open = true;
    } else if (quote !== "") {
      if (c === quote) quote = "";
      else word += c;
    } else if (c === "'" || c === '"') {
      quote = c;
      open = true;
    } else if (/\s/.test(c)) {
      if (open) words.push(word);
      word = "";
      open = false;
    } else {
      word += c;
      open = true;
    }
  }
  if (open) words.push(word);
  return words;
}

/** Standard streams of this process. */
function processIo(): DriverIo {
  let stdin: Uint8Array | undefined;
  return {
    stdout: (data) => void process.stdout.write(data),
    stderr: (text) => void (text !== "" && process.stderr.write(text)),
    stdin: () => (stdin ??= readFileSync(0)),
    env: process.env,
    deepStack: (argv) => runDeep(argv, stdin),
  };
}

const DEEP_STACK_MB = 256;

/** This module in a worker thread with a large stack. */
function runDeep(argv: readonly string[], stdin: Uint8Array | undefined): Promise<number> {
  const code = `
    const { workerData, parentPort } = require("node:worker_threads");
    import(workerData.module).then(async (m) => parentPort.postMessage({
      exit: await m.runDriver(workerData.argv, workerData.cwd, {
        stdout: (data) => parentPort.postMessage({ stdout: data }),
        stderr: (text) => parentPort.postMessage({ stderr: text }),
        stdin: () => workerData.stdin ?? new Uint8Array(),
        env: process.env,
      }),
    }));`;
  return new Promise((resolve, reject) => {
    const worker = new Worker(code, {
      eval: true,
      workerData: { module: import.meta.url, argv: [...argv], cwd: process.cwd(), stdin },
      resourceLimits: { stackSizeMb: DEEP_STACK_MB },
    });
    let exit = EXIT_INTERNAL;
    worker.on("message", (m: { stdout?: string | Uint8Array; stderr?: string; exit?: number }) => {
      if (m.stdout !== undefined) process.stdout.write(m.stdout);
      if (m.stderr !== undefined) process.stderr.write(m.stderr);
      if (m.exit !== undefined) exit = m.exit;
    });
    worker.on("error", reject);
    worker.on("exit", () => resolve(exit));
  });
}

/** Entry of the launcher. */
export function main(argv: readonly string[]): Promise<number> {
  return runDriver(argv, process.cwd(), processIo());
}
