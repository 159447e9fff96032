// `oracle report`: one stored run on the terminal, as HTML, or as JUnit for a CI server.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { History } from "../history/db.ts";
import { writeAtomically } from "../oracle/cache.ts";
import { EXIT_OK, usageError } from "../oracle/errors.ts";
import { loadRun } from "../oracle/kernel/run.ts";
import { htmlReport } from "../report/html.ts";
import { junitReport } from "../report/junit.ts";
import { runLines } from "../report/terminal.ts";
import type { CommandHost } from "./main.ts";

/** Adds the subcommand. */
export function registerReport(program: Command, host: CommandHost): void {
  program
    .command("report [run]")
    .description("print one stored run (default: the last), or write it as HTML or JUnit")
    .option("--html <dir>", "write DIR/index.html")
    .option("--junit <file>", "write a JUnit XML file")
    .option("--json", "one JSON document on stdout")
    .addHelpText("after", "\nExamples:\n  oracle report\n  oracle report 20261120-1 --html out --junit out/junit.xml")
    .action((id: string | undefined, options: { html?: string; junit?: string; json?: boolean }) => {
      const history = new History();
      try {
        const known = history.runs(1)[0];
        const wanted = id ?? known?.dir;
        if (wanted === undefined) throw usageError("report: no run yet; start one with: ./oracle kernel");
        const report = loadRun(history.run(wanted)?.dir ?? wanted);
        const units = history.units(report.id);
        if (options.html !== undefined) {
          mkdirSync(options.html, { recursive: true });
          writeAtomically(join(options.html, "index.html"), htmlReport(report, units, history.runs(50)));
        }
        if (options.junit !== undefined) {
          mkdirSync(dirname(options.junit), { recursive: true });
          writeAtomically(options.junit, junitReport(report, units));
        }
        if (options.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
        else process.stdout.write(`${runLines(report).join("\n")}\n`);
      } finally {
        history.close();
      }
      host.exit(EXIT_OK);
    });
}
