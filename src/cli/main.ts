// The command line's front door: finds the subcommand, loads only its module, and turns every ending into an exit code.

import { existsSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
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
  /** Registers the command; a command is offered only when its module is there. */
  readonly module: string;
  register(module: Record<string, unknown>, program: Command, host: CommandHost): void;
}

type Register = (program: Command, host: CommandHost) => void;

const byHost = (name: string) => (module: Record<string, unknown>, program: Command, host: CommandHost) =>
  (module[name] as Register)(program, host);

const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: "kernel",
    summary: "build a mixed Linux kernel, boot it, judge it against the GCC boot",
    module: "kernel.ts",
    register: byHost("registerKernel"),
  },
  {
    name: "bisect",
    summary: "search a stored failing run for the units at fault",
    module: "bisect.ts",
    register: byHost("registerBisect"),
  },
  {
    name: "delta",
    summary: "find every minimal failing set of a stored run and reduce it",
    module: "delta.ts",
    register: byHost("registerDelta"),
  },
  {
    name: "test",
    summary: "compile and run program suites, compared with GCC",
    module: "test.ts",
    register: byHost("registerTest"),
  },
  { name: "fuzz", summary: "Csmith programs against GCC", module: "fuzz.ts", register: byHost("registerFuzz") },
  { name: "agents", summary: "parallel agents on failing cases", module: "agents.ts", register: byHost("registerAgents") },
  {
    name: "nightly",
    summary: "every arch and profile, compared with the last night",
    module: "nightly.ts",
    register: byHost("registerNightly"),
  },
  { name: "runs", summary: "list the last runs", module: "runs.ts", register: byHost("registerRuns") },
  {
    name: "report",
    summary: "print one run, or write it as HTML or JUnit",
    module: "report.ts",
    register: byHost("registerReport"),
  },
  {
    name: "doctor",
    summary: "external tools: found, needed, and the command that installs what is missing",
    module: "doctor.ts",
    register: byHost("registerDoctor"),
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
  const present = SUBCOMMANDS.filter((command) => existsSync(join(import.meta.dirname, command.module)));
  const wanted = present.find((command) => command.name === argv[0]);
  if (wanted) wanted.register((await import(join(import.meta.dirname, wanted.module))) as Record<string, unknown>, program, host);
  else {
    for (const command of present) program.command(command.name).description(command.summary).allowUnknownOption();
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
