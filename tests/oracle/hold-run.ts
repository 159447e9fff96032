// A child for the tests of the lock: takes a run directory, says so, and keeps it until it is told to go or is killed.
// usage: hold-run.ts DIR [MS]   (with MS it gives the directory back after that time)

import { OracleError } from "../../src/oracle/errors.ts";
import { holdRun } from "../../src/oracle/run-lock.ts";

const [dir, ms] = process.argv.slice(2);
process.on("SIGTERM", () => process.exit(130));
try {
  const release = await holdRun(dir!, "r");
  process.stdout.write(`held ${process.pid} ${Date.now()}\n`);
  if (ms === undefined) setInterval(() => {}, 1000);
  else
    setTimeout(() => {
      process.stdout.write(`released ${process.pid} ${Date.now()}\n`);
      release();
    }, Number(ms));
} catch (error) {
  if (!(error instanceof OracleError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
