// Reads a guest's console: lines without time stamps, alarms with title and frame, initcall results, the TAP of our init.
//
// Init's lines come through the kernel log (so that no message of the kernel can fall into the middle of one):
//   oracle: 1..N plan            oracle: start NAME          oracle: ok|not ok|skip NAME VALUE...
//   oracle: ready nonce=X        oracle: done nonce=X count=N uts=...
// Only lines behind a `ready` with this boot's nonce count, so that nothing else on the console can pass for a result.

import { type Family, HELPER_FRAMES, PATTERNS } from "./patterns.ts";
import { SelfTests } from "./self-tests.ts";

/** Bytes of one console line that are looked at. */
const LINE_LIMIT = 1000;
/** Lines of one boot that are kept for comparison. */
const LINES_LIMIT = 20_000;

/** An alarm of the kernel. */
export interface ConsoleEvent {
  readonly family: Family;
  /** The message with addresses, numbers of processes and the like masked. */
  readonly title: string;
  /** The function that it happened in, as far as the console tells; "" when it doesn't. */
  readonly frame: string;
  /** Index of the line in `ConsoleReport.lines`. */
  readonly line: number;
}

/** One check of the init. */
export interface CheckResult {
  readonly name: string;
  readonly status: "ok" | "not ok" | "skip";
  readonly value: string;
}

/** What a console says. */
export interface ConsoleReport {
  /** The kernel's own lines, normalised: no time stamps, the nonce masked. */
  readonly lines: readonly string[];
  readonly events: readonly ConsoleEvent[];
  readonly checks: readonly CheckResult[];
  /** The check that had begun and not ended when the console ended; "" when none. */
  readonly unfinished: string;
  /** How many checks the init said there are. */
  readonly planned: number | undefined;
  readonly ready: boolean;
  /** What the token of the end carries, when it has this boot's nonce. */
  readonly done: { readonly count: number; readonly uts: string } | undefined;
  /** Return codes of the initcalls, in order. */
  readonly initcalls: readonly number[];
  /** How often the kernel introduced itself. */
  readonly banners: number;
  readonly banner: string;
}

const STAMP = /^(?:<\d+>)?\[\s*\d+\.\d+\](?:\[\s*[CT]\d+\])? ?/;

/** A console line without its time stamp and control characters. */
export function stripStamp(line: string): string {
  return line
    .slice(0, LINE_LIMIT)
    .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "")
    .replace(STAMP, "")
    .trimEnd();
}

/** Masks what differs from boot to boot or from mix to mix in an alarm: addresses, processes, offsets, counts. */
export function normalizeTitle(text: string): string {
  return text
    .replace(/\b(?:0x)?[0-9a-f]{8,}\b/g, "ADDR")
    .replace(/0x[0-9a-f]+/g, "HEX")
    .replace(/\bPID: \d+/g, "PID: N")
    .replace(/(CPU#\d+, \S+)\/\d+/g, "$1/N")
    .replace(/\bCPU(?:#|: )\d+/g, "CPU: N")
    .replace(/\[#\d+\]/g, "[#N]")
    .replace(/\+HEX\/HEX/g, "")
    .replace(/\bfor \d+s\b/g, "for Ns")
    .replace(/\s+/g, " ")
    .trim();
}

/** The kernel function that a line of a register dump or a call trace names. */
function frameOf(line: string): string | undefined {
  const match = /(?:epc : |RIP: [0-9a-f]+:|pc : |at \S+ )?\b([A-Za-z_][\w.]*)\+0x[0-9a-f]+\/0x[0-9a-f]+/.exec(line);
  return match && !HELPER_FRAMES.has(match[1]!) ? match[1] : undefined;
}

/** Parses a whole console. */
export function parseConsole(text: string, nonce: string): ConsoleReport {
  const lines: string[] = [];
  const events: { family: Family; title: string; frame: string; line: number }[] = [];
  const checks: CheckResult[] = [];
  const initcalls: number[] = [];
  const selfTests = new SelfTests();
  let unfinished = "";
  let planned: number | undefined;
  let ready = false;
  let done: ConsoleReport["done"];
  let banners = 0;
  let banner = "";
  for (const raw of text.split("\n")) {
    const line = stripStamp(raw);
    if (line === "") continue;
    const at = line.indexOf("oracle: ");
    if (at === 0) {
      const words = line.slice(8);
      const token = /^(ready|done) nonce=(\S+)(?: count=(\d+) uts=(.*))?$/.exec(words);
      if (token) {
        if (token[2] !== nonce) continue;
        if (token[1] === "ready") ready = true;
        else if (token[3] !== undefined) done = { count: Number(token[3]), uts: token[4]! };
        continue;
      }
      if (!ready) continue;
      const plan = /^1\.\.(\d+)$/.exec(words);
      if (plan) {
        planned = Number(plan[1]);
        continue;
      }
      const start = /^start (\S+)$/.exec(words);
      if (start) {
        unfinished = start[1]!;
        continue;
      }
      const result = /^(ok|not ok|skip) (\S+) ?(.*)$/.exec(words);
      if (result) {
        checks.push({ status: result[1] as CheckResult["status"], name: result[2]!, value: result[3]! });
        unfinished = "";
        continue;
      }
    }
    const initcall = /^initcall .* returned (-?\d+) after/.exec(line);
    if (initcall) {
      initcalls.push(Number(initcall[1]));
      continue;
    }
    if (/^calling .* @ \d+$/.test(line)) continue;
    if (!ready && selfTests.take(line)) continue;
    if (/^Linux version /.test(line)) {
      banners++;
      banner ||= line;
    }
    const index = lines.length;
    if (lines.length < LINES_LIMIT)
      lines.push(line.replace(/\boracle\.(\w+)=\S+/g, "oracle.$1=MASKED").replaceAll(nonce, "NONCE"));
    const pattern = PATTERNS.find((candidate) => candidate.expression.test(line));
    if (pattern) {
      const match = pattern.expression.exec(line)![0];
      events.push({ family: pattern.family, title: normalizeTitle(match), frame: frameOf(line) ?? "", line: index });
      continue;
    }
    const last = events.at(-1);
    if (last && last.frame === "" && index - last.line < 60) {
      const frame = frameOf(line);
      if (frame !== undefined) last.frame = frame;
    }
  }
  checks.unshift(...selfTests.checks);
  unfinished ||= selfTests.unfinished;
  return { lines, events, checks, unfinished, planned, ready, done, initcalls, banners, banner };
}
