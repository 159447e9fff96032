// Warm compilers: worker threads that each run one command line at a time in-process. A worker that dies (out of memory, a
// stack overflow in native code) costs its job, which reports crashed, and is replaced; an abort ends its worker at once.

import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { EXIT_INTERNAL } from "../driver/main.ts";
import { bundlePath } from "./bundle.ts";
import type { WorkerJob, WorkerResult } from "./worker.ts";

export interface PoolJob {
  readonly argv: readonly string[];
  readonly cwd: string;
}
export interface PoolResult {
  readonly exitCode: number;
  readonly stderr: string;
  readonly wallMs: number;
  /** The worker died, was ended, or the compiler failed in itself. */
  readonly crashed: boolean;
}

interface Pending extends PoolJob {
  readonly id: number;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (r: PoolResult) => void;
  readonly onAbort: () => void;
  /** When it was handed to a worker. */
  started: number;
}

interface Slot {
  worker: Worker | undefined;
  job: Pending | undefined;
}

/** Megabytes of heap that a worker may use: a kernel unit needs far less. */
const HEAP_LIMIT_MB = 3072;
/** Recursion of the parser on generated programs is deep. */
const STACK_MB = 64;
const EXIT_KILLED = 137;

export class OccPool {
  private readonly slots: Slot[] = [];
  private readonly queue: Pending[] = [];
  private serial = 0;
  private closed = false;
  private entry: Promise<string> | undefined;

  constructor(workers: number) {
    for (let i = 0; i < Math.max(1, Math.floor(workers)); i++) this.slots.push({ worker: undefined, job: undefined });
  }

  /** Runs a command line (an idle pool does not keep the process alive); never rejects: what goes wrong is in the result. */
  run(job: PoolJob, signal?: AbortSignal): Promise<PoolResult> {
    return new Promise((resolve) => {
      if (this.closed) return resolve(failed("the pool is closed", 0));
      if (signal?.aborted === true) return resolve(failed("aborted", 0));
      const pending: Pending = {
        id: ++this.serial,
        argv: job.argv,
        cwd: job.cwd,
        signal,
        resolve,
        onAbort: () => this.abort(pending),
        started: 0,
      };
      signal?.addEventListener("abort", pending.onAbort, { once: true });
      this.queue.push(pending);
      void this.dispatch();
    });
  }

  private async dispatch(): Promise<void> {
    const entry = await this.bundle();
    if (entry === undefined) {
      const text = "occ: internal compiler error: its sources have changed since the first job of this pool\n";
      for (const job of this.queue.splice(0)) this.settle(job, failed(text, 0));
      return;
    }
    for (const slot of this.slots) {
      if (slot.job !== undefined) continue;
      const job = this.queue.shift();
      if (job === undefined) return;
      slot.job = job;
      slot.worker ??= this.start(entry, slot);
      job.started = performance.now();
      slot.worker.ref();
      slot.worker.postMessage({ id: job.id, argv: [...job.argv], cwd: job.cwd } satisfies WorkerJob);
    }
  }

  /** What workers run. Other versions of the compiler sweep the cache: a bundle that is gone is made again, of the same sources. */
  private async bundle(): Promise<string | undefined> {
    this.entry ??= bundlePath("worker");
    const entry = await this.entry;
    return existsSync(entry) || (await bundlePath("worker")) === entry ? entry : undefined;
  }

  private start(entry: string, slot: Slot): Worker {
    const worker = new Worker(pathToFileURL(entry), {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB, stackSizeMb: STACK_MB },
    });
    worker.on("message", (r: WorkerResult) => {
      const job = slot.job;
      if (slot.worker !== worker || job === undefined || job.id !== r.id) return;
      slot.job = undefined;
      worker.unref();
      this.settle(job, { exitCode: r.exitCode, stderr: r.stderr, wallMs: r.wallMs, crashed: r.exitCode === EXIT_INTERNAL });
      void this.dispatch();
    });
    let reason = "";
    worker.on("error", (e) => {
      reason = e instanceof Error ? `${e.message}\n${e.stack ?? ""}` : String(e);
    });
    worker.on("exit", (code) => {
      if (slot.worker !== worker) return;
      slot.worker = undefined;
      const job = slot.job;
      slot.job = undefined;
      if (job !== undefined) {
        const text = `occ: internal compiler error: the worker ended with code ${code}${reason === "" ? "" : `: ${reason}`}\n`;
        this.settle(job, failed(text, performance.now() - job.started));
      }
      if (!this.closed) void this.dispatch();
    });
    return worker;
  }

  private abort(job: Pending): void {
    const waiting = this.queue.indexOf(job);
    if (waiting >= 0) {
      this.queue.splice(waiting, 1);
      this.settle(job, failed("aborted", 0));
      return;
    }
    const slot = this.slots.find((s) => s.job === job);
    if (slot === undefined) return;
    const worker = slot.worker;
    slot.worker = undefined;
    slot.job = undefined;
    void worker?.terminate();
    this.settle(job, failed("aborted", performance.now() - job.started));
    if (!this.closed) void this.dispatch();
  }

  private settle(job: Pending, result: PoolResult): void {
    job.signal?.removeEventListener("abort", job.onAbort);
    job.resolve(result);
  }

  /** Ends the workers; jobs that are waiting or running report crashed. */
  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.queue.splice(0)) this.settle(job, failed("the pool is closed", 0));
    const ends: Promise<number>[] = [];
    for (const slot of this.slots) {
      const { worker, job } = slot;
      slot.worker = undefined;
      slot.job = undefined;
      if (worker !== undefined) ends.push(worker.terminate());
      if (job !== undefined) this.settle(job, failed("the pool is closed", performance.now() - job.started));
    }
    await Promise.all(ends);
  }
}

function failed(stderr: string, wallMs: number): PoolResult {
  return { exitCode: EXIT_KILLED, stderr: stderr.endsWith("\n") ? stderr : `${stderr}\n`, wallMs, crashed: true };
}
