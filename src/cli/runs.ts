// `oracle runs`: the last runs, one a line.

import type { Command } from "commander";
import { History } from "../history/db.ts";
import { EXIT_OK } from "../oracle/errors.ts";
import type { CommandHost } from "./main.ts";
import { wholeNumber } from "./options.ts";

/** Adds the subcommand. */
export function registerRuns(program: Command, host: CommandHost): void {
  program
    .command("runs")
    .description("list the last runs, newest first")
    .option("--last <n>", "how many", "20")
    .option("--json", "one JSON document on stdout")
    .addHelpText("after", "\nExamples:\n  oracle runs\n  oracle runs --last 100 --json")
    .action((options: { last: string; json?: boolean }) => {
      const history = new History();
      try {
        const rows = history.runs(wholeNumber("--last", options.last, 1));
        if (options.json === true) process.stdout.write(`${JSON.stringify(rows)}\n`);
        else
          for (const row of rows) {
            const counts = `${row.unitsUnderTest - row.unitsFailed}/${row.unitsUnderTest} of ${row.unitsTotal}`;
            process.stdout.write(
              `${row.id}  ${row.state}  ${row.arch} ${row.config} ${row.compiler} ${counts}  seed ${row.seed}  ${row.signature}\n`.replace(
                / +\n$/,
                "\n",
              ),
            );
          }
      } finally {
        history.close();
      }
      host.exit(EXIT_OK);
    });
}
