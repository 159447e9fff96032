// A worker thread of the pool: runs command lines one after another on one warm DriverState.

import { parentPort } from "node:worker_threads";
import { runDriver } from "../driver/main.ts";
import { DriverState } from "../driver/pipeline.ts";

/** From the pool. */
export interface WorkerJob {
  readonly id: number;
  readonly argv: readonly string[];
  readonly cwd: string;
}
/** To the pool. */
export interface WorkerResult {
  readonly id: number;
  readonly exitCode: number;
  readonly stderr: string;
  readonly wallMs: number;
}

const port = parentPort;
if (port !== null) {
  const state = new DriverState();
  port.on("message", (job: WorkerJob) => {
    const start = performance.now();
    let stderr = "";
    const io = {
      // What would go to standard output is not asked for in a pool (-o names the outputs).
      stdout: () => {},
      stderr: (text: string) => {
        stderr += text;
      },
      stdin: () => new Uint8Array(),
      env: process.env,
    };
    void runDriver(job.argv, job.cwd, io, state).then((exitCode) => {
      port.postMessage({ id: job.id, exitCode, stderr, wallMs: performance.now() - start } satisfies WorkerResult);
    });
  });
}
