// One boot under QEMU: the command line per arch, the bounded console, the time limits. Says what happened; verdict.ts judges it.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "../arch.ts";
import { type ConsoleReading, readConsole } from "./console.ts";

export interface BootJob {
  readonly arch: Arch;
  /** Kernel image that QEMU loads. */
  readonly image: string;
  readonly initrd: string;
  /** console.log is written here. */
  readonly runDir: string;
  /** Whole boot, milliseconds. */
  readonly timeoutMs: number;
  /** Longest time without a byte on the console. */
  readonly silenceMs: number;
  readonly accel: "tcg" | "kvm";
  /** Console bytes after which the guest is stopped as one that floods; default 8 MiB. */
  readonly maxConsoleBytes?: number;
}

export type BootEnd = "exited" | "timeout" | "silence" | "flood" | "start-failed";

export interface BootResult extends ConsoleReading {
  readonly end: BootEnd;
  /** QEMU's exit status; it is 0 for a panic too, so it proves nothing by itself. */
  readonly qemuExit: number | undefined;
  readonly qemuErrors: string;
  readonly nonce: string;
  readonly wallMs: number;
}

const MAX_CONSOLE = 8 << 20;
const MAX_ERRORS = 8192;

interface Machine {
  readonly program: string;
  readonly argv: readonly string[];
  readonly console: string;
}

function machine(job: BootJob): Machine {
  const kvm = job.accel === "kvm";
  const accel = kvm ? ["-accel", "kvm"] : ["-accel", "tcg"];
  switch (job.arch) {
    case "riscv":
      return {
        program: "qemu-system-riscv64",
        argv: ["-M", "virt", "-cpu", "rv64", "-bios", "default", ...accel],
        console: "console=ttyS0 earlycon=sbi",
      };
    case "arm":
      return {
        program: "qemu-system-aarch64",
        argv: ["-M", "virt", "-cpu", kvm ? "host" : "cortex-a57", ...accel],
        console: "console=ttyAMA0",
      };
    case "x86":
      return {
        program: "qemu-system-x86_64",
        argv: ["-M", "q35", "-cpu", kvm ? "host" : "max", ...accel],
        console: "console=ttyS0 reboot=t",
      };
  }
}

/** Boots once. Rejects only when `signal` is aborted; everything else is in the result. */
export function bootKernel(job: BootJob, signal: AbortSignal): Promise<BootResult> {
  signal.throwIfAborted();
  const nonce = randomBytes(8).toString("hex");
  const m = machine(job);
  const started = performance.now();
  const append = `${m.console} panic=-1 oops=panic loglevel=8 nokaslr random.trust_cpu=1 oracle.nonce=${nonce}`;
  const argv = [
    ...m.argv,
    ...["-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none", "-no-reboot", "-m", "512M", "-smp", "1"],
    ...["-serial", "stdio", "-kernel", job.image, "-initrd", job.initrd, "-append", append],
  ];
  return new Promise<BootResult>((resolve, reject) => {
    const log = openSync(join(job.runDir, "console.log"), "w");
    const child = spawn(m.program, argv, { stdio: ["ignore", "pipe", "pipe"] });
    const limit = job.maxConsoleBytes ?? MAX_CONSOLE;
    const chunks: Buffer[] = [];
    let bytes = 0;
    let errors = "";
    let end: BootEnd = "exited";
    let last = performance.now();
    let settled = false;
    const stop = (why: BootEnd): void => {
      if (end === "exited") end = why;
      child.kill("SIGKILL");
    };
    const whole = setTimeout(() => stop("timeout"), job.timeoutMs);
    const silence = setInterval(
      () => {
        if (performance.now() - last > job.silenceMs) stop("silence");
      },
      Math.min(1000, Math.max(50, job.silenceMs / 4)),
    );
    const onAbort = (): void => void child.kill("SIGKILL");
    signal.addEventListener("abort", onAbort, { once: true });
    child.stdout.on("data", (d: Buffer) => {
      last = performance.now();
      if (bytes >= limit) return;
      const part = d.subarray(0, limit - bytes);
      bytes += part.length;
      chunks.push(part);
      writeSync(log, part);
      if (bytes >= limit) stop("flood");
    });
    child.stderr.on("data", (d: Buffer) => {
      if (errors.length < MAX_ERRORS) errors += d.toString();
    });
    const finish = (exit: number | undefined): void => {
      if (settled) return;
      settled = true;
      clearTimeout(whole);
      clearInterval(silence);
      signal.removeEventListener("abort", onAbort);
      closeSync(log);
      if (signal.aborted) {
        reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
        return;
      }
      const text = Buffer.concat(chunks).toString("latin1");
      resolve({
        ...readConsole(text),
        end,
        qemuExit: exit,
        qemuErrors: errors.trim(),
        nonce,
        wallMs: performance.now() - started,
      });
    };
    child.on("error", (e) => {
      end = "start-failed";
      errors += e.message;
      finish(undefined);
    });
    child.on("close", (code) => finish(code ?? undefined));
  });
}
