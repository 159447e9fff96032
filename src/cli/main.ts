// The command line's front door: finds the subcommand, loads only its module, and turns every ending into an exit code.

import { enableCompileCache } from "node:module";
import { Command, CommanderError } from "commander";
import { EXIT_INFRA, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, explainSystemError, OracleError } from "../oracle/errors.ts";
import { repositoryRoot } from "../oracle/repository.ts";

enableCompileCache();

/** What a subcommand's module gets to work with. */
export interface CommandHost {
  readonly root: string;
  readonly signal: AbortSignal;
  /** Called once by a command's action with the exit code. */
  exit(code: number): void;
}

interface Subcommand {
  readonly name: string;
  readonly summary: string;
  /** Loads the command's module; no other command pays for it. */
  load(): Promise<(program: Command, host: CommandHost) => void>;
}

const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: "kernel",
    summary: "build a mixed Linux kernel, boot it, judge it against the GCC boot",
    load: async () => (await import("./kernel.ts")).registerKernel,
  },
  {
    name: "test",
    summary: "compile and run program suites, compared with GCC",
    load: async () => (await import("./test.ts")).registerTest,
  },
  {
    name: "bisect",
    summary: "search a stored failing run for the units, functions and passes at fault",
    load: async () => (await import("./bisect.ts")).registerBisect,
  },
  {
    name: "delta",
    summary: "find every minimal failing set of a stored run and reduce it",
    load: async () => (await import("./delta.ts")).registerDelta,
  },
  {
    name: "runs",
    summary: "list the last runs",
    load: async () => (await import("./runs.ts")).registerRuns,
  },
  {
    name: "report",
    summary: "print one run, or write it as HTML or JUnit",
    load: async () => (await import("./report.ts")).registerReport,
  },
  {
    name: "doctor",
    summary: "external tools: found, needed, and the command that installs what is missing",
    load: async () => (await import("./doctor.ts")).registerDoctor,
  },
];

async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === "cc") {
    const { runCompilerCommand } = await import("./cc.ts");
    return runCompilerCommand(argv.slice(1));
  }
  const program = new Command("oracle");
  program
    .description("Proves a C compiler right or wrong at the scale of the Linux kernel, with GCC as the oracle.")
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .showSuggestionAfterError(true);
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT_INTERRUPTED);
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  let code = EXIT_OK;
  const host: CommandHost = { root: repositoryRoot(), signal: controller.signal, exit: (value) => (code = value) };
  const wanted = SUBCOMMANDS.find((command) => command.name === argv[0]);
  if (wanted) (await wanted.load())(program, host);
  else {
    for (const command of SUBCOMMANDS) program.command(command.name).description(command.summary).allowUnknownOption();
    program.command("cc").description("occ, the compiler, as a drop-in for gcc (the same as ./occ)");
    program.addHelpText("after", "\nExamples:\n  oracle kernel --arch riscv --fraction 0.1 --seed 7\n  oracle doctor --install");
    if (argv.length === 0) {
      program.outputHelp();
      return EXIT_USAGE;
    }
  }
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (controller.signal.aborted) {
      process.stderr.write("interrupted\n");
      return EXIT_INTERRUPTED;
    }
    throw error;
  }
  if (controller.signal.aborted) return EXIT_INTERRUPTED;
  return code;
}

function endingOf(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT_OK;
    process.stderr.write(`ERROR: usage: ${error.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ")}\n`);
    return EXIT_USAGE;
  }
  const explained = explainSystemError(error);
  if (explained instanceof OracleError) {
    if (explained.exitCode === EXIT_INTERRUPTED) process.stderr.write("interrupted\n");
    else process.stderr.write(`ERROR: ${explained.kind}: ${explained.message}\n`);
    return explained.exitCode;
  }
  process.stderr.write(
    `ERROR: internal: ${explained instanceof Error ? (explained.stack ?? explained.message) : String(explained)}\n`,
  );
  return EXIT_INFRA;
}

process.exitCode = await main(process.argv.slice(2)).catch(endingOf);
// Whatever a library still holds open must not keep a finished command alive; stdout is flushed first.
if (process.stdout.writableLength > 0) process.stdout.once("drain", () => process.exit());
else process.exit();
