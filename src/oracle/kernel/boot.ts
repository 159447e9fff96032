// Boots one kernel under QEMU and reads what it says; judges nothing (verdict.ts does).
//
// The console is the only way out of the guest (the `boot` profile has neither PCI nor virtio), so proof of the end is a token
// with a nonce that exists for this boot only: it goes in on the kernel's command line and comes out of our init.
//
// QEMU writes the console to a file, which is read as it grows: a pipe whose reader is late makes QEMU's UART busy, and the
// kernel gives up on a busy UART after 10 ms and drops characters (drivers/tty/serial/8250, wait_for_xmitr).
//
// Invariants: when the promise settles no QEMU of ours is alive; at most `maxConsoleBytes` of the console are kept, and a
// guest that writes more is ended; QEMU's exit status decides nothing (0 for success and for a panic alike).

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statfsSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import { archInfo } from "../arch.ts";
import { infraError, interruptedError } from "../errors.ts";
import { loadStretch } from "../load.ts";
import { type ConsoleReport, parseConsole } from "./console.ts";

/** One boot that is asked for. */
export interface BootJob {
  readonly arch: "x86" | "arm" | "riscv";
  readonly image: string;
  readonly initrd: string;
  /** Where console.log and qemu.log go; made if need be. */
  readonly runDir: string;
  /** Limits on an idle machine; a busy one stretches them. */
  readonly timeoutMs: number;
  /** A guest that says nothing for so long is taken to hang. */
  readonly silenceMs: number;
  /** Processor time that a guest may burn without a word: the load of the machine does not stretch it. */
  readonly silentCpuMs?: number;
  readonly accel: "kvm" | "tcg";
  readonly maxConsoleBytes?: number;
  /** Processors of the guest. */
  readonly cpus?: number;
  /**
   * Which boot of this kernel it is, from 0. A guest whose time is counted in instructions does the same again and again: a fault that
   * shows now and then would show always or never, and a repeat would tell nothing. So a repeat's nonce is some digits longer,
   * which moves everything behind it.
   */
  readonly repeat?: number;
  /** More words for the kernel's command line. */
  readonly append?: readonly string[];
  /** More options for QEMU (tracing of executed code). */
  readonly qemuOptions?: readonly string[];
}

/** How the guest's life ended: QEMU left by itself, or we ended it and why. */
export type BootEnd = "exit" | "timeout" | "silence" | "flood" | "panic" | "no-power-off" | "second-boot";

/** What a boot showed; plain data. */
export interface BootResult extends ConsoleReport {
  readonly end: BootEnd;
  /** QEMU's exit code, -1 when a signal ended it. */
  readonly exitCode: number;
  /** Last lines of QEMU's own complaints. */
  readonly qemuErrors: string;
  readonly consolePath: string;
  readonly consoleBytes: number;
  readonly wallMs: number;
  /** Most processor time that QEMU used between two pieces of the console, to a tenth of a second. */
  readonly silentCpuMs: number;
  /** Milliseconds from the start of QEMU to the first byte, the banner, the init's first line, its last one, and the exit. */
  readonly stages: Readonly<Record<string, number>>;
}

const DEFAULT_CONSOLE_BYTES = 2_000_000;
/** A kernel that panics or powers off is given this long to leave by itself, on an idle machine. */
const LEAVE_MS = 3000;
const ERROR_BYTES = 8000;
/** Less than this, and the console may have been cut. */
const LEAST_FREE_BYTES = 65_536;
/** How long a check of the init may take on an idle machine. */
const CHECK_MS = 12_000;
/** Counted instructions make a guest's clock run this much faster than its work. */
const GUEST_STRETCH = 5;
/** A guest without processes that neither speaks nor wants the processor for so long has stopped. */
const IDLE_MS = 8000;
/** How often the console is looked at. */
const POLL_MS = 20;
const LIMIT_POLL_MS = 100;

const MACHINE = {
  riscv: { options: ["-M", "virt", "-cpu", "rv64", "-bios", "default"], console: "ttyS0", words: [] },
  arm: { options: ["-M", "virt,gic-version=3", "-cpu", "cortex-a57"], console: "ttyAMA0", words: [] },
  x86: { options: ["-M", "q35", "-cpu", "max"], console: "ttyS0", words: ["reboot=t", "tsc=reliable"] },
} as const;

/** Milliseconds that the threads of a process ran, and that they waited for a processor; 0 if it is gone. */
function processTimes(pid: number | undefined): { ran: number; waited: number } {
  let ran = 0;
  let waited = 0;
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const [run = "", wait = ""] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, "latin1").split(" ");
      ran += Number(run) / 1e6;
      waited += Number(wait) / 1e6;
    }
  } catch {
    // It is ending.
  }
  return { ran, waited };
}

/**
 * Under emulation the guest's time is the number of instructions it has executed, 2^N ns each, and idle time is skipped: what a timer,
 * a calibration loop or a time-out sees does not depend on the load of the machine (QEMU manual, "-icount"). N is as small as costs
 * no wall time: x86 waits for its emulated timers in busy loops.
 */
const NS_SHIFT = { riscv: 2, arm: 2, x86: 4 } as const;

/** QEMU's command line for a boot. */
export function qemuCommand(job: BootJob, nonce: string, consolePath: string): string[] {
  const machine = MACHINE[job.arch];
  const kvm = job.accel === "kvm";
  const counted = !kvm && (job.cpus ?? 1) === 1;
  const append = [
    `console=${machine.console}`,
    ...machine.words,
    "panic=-1 oops=panic printk.time=1 printk.devkmsg=on loglevel=8 nokaslr initcall_debug debug_boot_weak_hash random.trust_cpu=1",
    // tests that KUnit itself calls slow take a minute each under emulation; a kernel without KUnit ignores it
    "kunit.filter=speed>slow",
    // as many entries as take a moment, not minutes
    "test_rhashtable.parm_entries=600 test_rhashtable.runs=1 test_rhashtable.tcount=3",
    ...(job.append ?? []),
    `oracle.patience=${counted ? CHECK_MS * GUEST_STRETCH : Math.round(CHECK_MS * loadStretch())}`,
    `oracle.nonce=${nonce}`,
  ].join(" ");
  return [
    archInfo(job.arch).qemu,
    ...machine.options.map((option) => (kvm && (option === "max" || option === "cortex-a57") ? "host" : option)),
    ...(counted ? ["-icount", `shift=${NS_SHIFT[job.arch]},sleep=off`] : []),
    ...["-accel", kvm ? "kvm" : "tcg", "-m", "512M", "-smp", String(job.cpus ?? 1)],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none", "-no-reboot", "-serial", `file:${consolePath}`],
    ...["-kernel", job.image, "-initrd", job.initrd, "-append", append],
    ...(job.qemuOptions ?? []),
  ];
}

/** Has the kernel end QEMU when we die, however we die. */
function tiedToUs(argv: readonly string[]): string[] {
  const tool = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
  return tool === undefined ? [...argv] : [tool, "--pdeathsig", "KILL", "--", ...argv];
}

/** Boots a kernel; settles when QEMU is gone. Throws when interrupted or when QEMU can't be started. */
export async function bootKernel(job: BootJob, signal: AbortSignal): Promise<BootResult> {
  if (signal.aborted) throw interruptedError();
  for (const file of [job.image, job.initrd]) if (!existsSync(file)) throw infraError("boot", `${file}: no such file`);
  mkdirSync(job.runDir, { recursive: true });
  const nonce = randomBytes(8 + (((job.repeat ?? 0) * 7) % 22)).toString("hex");
  const consolePath = join(job.runDir, "console.log");
  const limit = job.maxConsoleBytes ?? DEFAULT_CONSOLE_BYTES;
  rmSync(consolePath, { force: true });
  const started = performance.now();
  const stages: Record<string, number> = {};
  const chunks: string[] = [];
  let bytes = 0;
  let errors = "";
  let end: BootEnd = "exit";
  let failure: NodeJS.ErrnoException | undefined;
  const argv = tiedToUs(qemuCommand(job, nonce, consolePath));
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, LC_ALL: "C" } });
  const kill = () => child.kill("SIGKILL");
  const stop = (why: BootEnd) => {
    if (end === "exit") end = why;
    kill();
  };
  process.once("exit", kill);
  signal.addEventListener("abort", kill, { once: true });
  /** It said its last word, and should go. */
  let leaving: { readonly end: BootEnd; readonly since: number } | undefined;
  // Limits are for an idle machine: when one is over, the load decides whether it really is.
  let heard = started;
  let longest = 0;
  let ranWhenHeard = 0;
  let wantedWhenHeard = 0;
  let heardBefore = -1;
  const limits = setInterval(() => {
    const now = performance.now();
    const { ran, waited } = processTimes(child.pid);
    longest = Math.max(longest, ran - ranWhenHeard);
    if (heard !== heardBefore) [heardBefore, ranWhenHeard, wantedWhenHeard] = [heard, ran, ran + waited];
    else if (job.silentCpuMs !== undefined) {
      if (ran - ranWhenHeard >= job.silentCpuMs) stop("silence");
      // A kernel sleeps for long only once there are processes: one that wants no processor before that has stopped.
      else if (stages.ready === undefined && now - heard >= IDLE_MS && ran + waited - wantedWhenHeard < (now - heard) / 20)
        stop("silence");
    }
    const late = leaving !== undefined && now - leaving.since >= LEAVE_MS;
    if (!late && now - started < job.timeoutMs && now - heard < job.silenceMs) return;
    const factor = loadStretch();
    if (leaving !== undefined && now - leaving.since >= LEAVE_MS * factor) return stop(leaving.end);
    if (now - heard >= job.silenceMs * factor) stop("silence");
    else if (now - started >= job.timeoutMs * factor) stop("timeout");
  }, LIMIT_POLL_MS);
  let tail = "";
  const mark = (stage: string) => {
    stages[stage] ??= performance.now() - started;
  };
  const take = (chunk: string) => {
    mark("first-byte");
    heard = performance.now();
    bytes += chunk.length;
    chunks.push(chunk);
    // A message may be cut by the end of a chunk: the last bytes are looked at again with the next.
    const window = tail + chunk;
    tail = window.slice(-200);
    const seen = (text: string, stage: string) => {
      if (stages[stage] === undefined && window.includes(text)) mark(stage);
    };
    seen("Linux version ", "banner");
    seen("oracle: ready", "ready");
    seen("oracle: done nonce=", "done");
    const panicked = /Kernel panic - not syncing|System halted/.test(window);
    const leaves = stages.done !== undefined ? "no-power-off" : panicked ? "panic" : undefined;
    if (leaves && leaving === undefined) leaving = { end: leaves, since: heard };
  };
  const buffer = Buffer.alloc(65_536);
  let file = -1;
  const readMore = () => {
    if (file < 0) {
      if (!existsSync(consolePath)) return;
      file = openSync(consolePath, "r");
    }
    for (;;) {
      const count = readSync(file, buffer, 0, Math.min(buffer.length, limit - bytes), bytes);
      if (count === 0) break;
      take(buffer.toString("latin1", 0, count));
    }
    if (bytes >= limit) stop("flood");
  };
  const poll = setInterval(() => {
    try {
      readMore();
    } catch (error) {
      failure ??= error as NodeJS.ErrnoException;
      kill();
    }
  }, POLL_MS);
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (chunk: string) => {
    errors = (errors + chunk).slice(-ERROR_BYTES);
  });
  const exitCode = await new Promise<number>((resolve) => {
    child.on("error", (error) => {
      failure ??= error;
      resolve(-1);
    });
    child.on("close", (code) => resolve(code ?? -1));
  });
  clearInterval(poll);
  if (!failure) readMore();
  if (file >= 0) closeSync(file);
  mark("exit");
  clearInterval(limits);
  process.removeListener("exit", kill);
  signal.removeEventListener("abort", kill);
  if ((end as BootEnd) === "flood") truncateSync(consolePath, limit);
  if (signal.aborted) throw interruptedError();
  // QEMU drops what it cannot write: on a full disk a healthy guest falls silent.
  const { bavail, bsize } = statfsSync(job.runDir);
  if (bavail * bsize < LEAST_FREE_BYTES) throw infraError("disk", `${consolePath}: no space left on the device`);
  if (failure) {
    if (failure.code === "ENOENT")
      throw infraError("tool", `${archInfo(job.arch).qemu}: not found; try: ./oracle doctor --install`);
    throw infraError("boot", `${consolePath}: ${failure.message}`);
  }
  return {
    ...parseConsole(chunks.join(""), nonce),
    end,
    exitCode,
    qemuErrors: errors.trim(),
    consolePath,
    consoleBytes: bytes,
    wallMs: performance.now() - started,
    silentCpuMs: longest,
    stages,
  };
}
