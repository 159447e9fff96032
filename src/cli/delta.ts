// `oracle delta RUN`: the cases of a stored run in at most 15 lines; searched first if that was not done yet.

import { join } from "node:path";
import type { Command } from "commander";
import { type Case, caseLines } from "../delta/case.ts";
import { EXIT_DIFFERENCE } from "../oracle/errors.ts";
import { reduceFailures } from "../oracle/kernel/reduce-unit.ts";
import { reduceWrongCode } from "../oracle/kernel/reduce-wrong-code.ts";
import { loadRun } from "../oracle/kernel/run.ts";
import { loadProgramRun } from "../oracle/program/program-run.ts";
import { holdRun } from "../oracle/run-lock.ts";
import { openProgress } from "../report/progress.ts";
import { type SearchOptions, searchAndPrint, searchOptions, storedCases } from "./bisect.ts";
import type { CommandHost } from "./main.ts";
import { wholeNumber } from "./options.ts";
import { programCommand } from "./program-cases.ts";

/** Adds the subcommand. */
export function registerDelta(program: Command, host: CommandHost): void {
  searchOptions(
    program
      .command("delta <run>")
      .description("every minimal failing set of a stored run, with its evidence; searched if it was not yet"),
  )
    .option(
      "--reduce <tests>",
      "also reduce one unit of each root cause that did not compile, and what was narrowed to a rewrite of occ, with so many tests each",
    )
    .addHelpText("after", "\nExamples:\n  oracle delta 20261120-1\n  oracle delta 20261120-1 --again --overlapping --json")
    .action(async (id: string, options: SearchOptions & { reduce?: string }) => {
      const programs = loadProgramRun(id);
      if (programs !== undefined) {
        host.exit(await programCommand(programs, options, host, budgetOf(options.reduce)));
        return;
      }
      const run = loadRun(id);
      if (options.reduce !== undefined) {
        const settings = {
          jobs: wholeNumber("--jobs", options.jobs, 1),
          budget: budgetOf(options.reduce),
          most: 10,
        };
        const release = await holdRun(run.dir, run.id);
        const log = (line: string) => process.stderr.write(`${line}\n`);
        const onCase = (record: Case, lines: number) =>
          log(`${record.members.length} units: ${record.signature}: reduced to ${lines} lines`);
        const progress = openProgress(options.json === true);
        const onWrong = (record: Case, text: string) => log(`${record.members.join(" + ")}: ${text}`);
        try {
          if (run.failed.length > 0) await reduceFailures(run, { ...settings, onCase }, progress, host.signal, log);
          await reduceWrongCode(run, { ...settings, onCase: onWrong }, progress, host.signal, log);
        } finally {
          release();
        }
      }
      const known = options.again === true ? [] : storedCases(run);
      // Units that did not compile are no failing mix: what there is to say of them is in their cases.
      const searched = known.some((record) => record.kind !== "compile");
      if (searched || run.state === "build-fail" || run.state === "pass" || options.reduce !== undefined) {
        if (options.json === true) process.stdout.write(`${JSON.stringify(known)}\n`);
        else {
          const lines = [`run ${run.id}: ${known.length} minimal failing set${known.length === 1 ? "" : "s"}`];
          for (const record of known) {
            const text = caseLines(record, known.length > 2 ? 3 : 6);
            if (lines.length + text.length > 14) {
              lines.push(`and ${known.length - known.indexOf(record)} more in ${join(run.dir, "cases")}`);
              break;
            }
            lines.push(...text);
          }
          process.stdout.write(`${lines.join("\n")}\n`);
        }
        host.exit(known.length > 0 ? EXIT_DIFFERENCE : run.exitCode);
        return;
      }
      host.exit(await searchAndPrint(run, options, host, (found) => found.cases));
    });
}

function budgetOf(reduce: string | undefined): number {
  return reduce === undefined ? 0 : wholeNumber("--reduce", reduce, 1);
}
