// Progress of long steps on stderr: a bar on a terminal, a line every 30 s elsewhere.

import cliProgress from "cli-progress";
import type { BuildProgress } from "../oracle/kernel/baseline.ts";

const LINE_EVERY_MS = 30_000;

/** A progress display for stderr as it is. */
export function openProgress(quiet = false): BuildProgress {
  if (quiet) return { start() {}, advance() {}, stop() {} };
  return process.stderr.isTTY === true ? barProgress() : lineProgress();
}

function barProgress(): BuildProgress {
  let bar: cliProgress.SingleBar | undefined;
  let total = 0;
  let done = 0;
  return {
    start(count, what) {
      total = count;
      done = 0;
      bar = new cliProgress.SingleBar(
        {
          stream: process.stderr,
          clearOnComplete: true,
          hideCursor: true,
          format: (options, params, payload) =>
            `${what} ${cliProgress.Format.BarFormat(params.progress, options)} ${params.value}/${params.total} ${String((payload as { unit?: string }).unit ?? "").slice(-40)}`,
        },
        cliProgress.Presets.shades_classic,
      );
      bar.start(count, 0);
    },
    advance(unit) {
      done++;
      if (done > total) bar?.setTotal((total = done));
      bar?.update(done, { unit });
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function lineProgress(): BuildProgress {
  let timer: NodeJS.Timeout | undefined;
  let done = 0;
  let started = 0;
  return {
    start(total, what) {
      done = 0;
      started = performance.now();
      timer = setInterval(() => {
        const seconds = Math.round((performance.now() - started) / 1000);
        process.stderr.write(`${what}: ${done} of about ${Math.max(done, total)} after ${seconds} s\n`);
      }, LINE_EVERY_MS);
      timer.unref();
    },
    advance() {
      done++;
    },
    stop() {
      clearInterval(timer);
    },
  };
}
