// Judges one boot against boots of the GCC kernel of the same source and configuration.
//
// A pass needs positive proof: the token of the end with this boot's nonce, from the kernel that was built, and every check of
// the GCC boots with the same result. What differs between the GCC boots themselves is masked: a check whose value is not the
// same in all of them is compared by its status only, a console line by its class only (the line with its numbers struck out).
//
// State: the first alarm (an oops ends in a panic because of oops=panic; it is an oops), then how the boot ended, then a
// warning (it taints the kernel, which a check would report with less to say), the first differing check, the console.
// The signature names that first thing without addresses, process numbers or times, so that a search over subsets can tell one
// bug from another.

import type { BootResult } from "./boot.ts";
import { type CheckResult, normalizeTitle } from "./console.ts";
import { CODE_DEPENDENT } from "./patterns.ts";

/** What a boot comes to; build-fail, link-fail and flaky are given by those who build and repeat. */
export type State =
  | "infra-error"
  | "build-fail"
  | "link-fail"
  | "panic"
  | "oops"
  | "hang"
  | "test-fail"
  | "warn"
  | "flaky"
  | "pass";

/** A judged boot. */
export interface Verdict {
  readonly state: State;
  /** What went wrong, in words that are the same for the same bug; "" for a pass. */
  readonly signature: string;
  /** One line for people. */
  readonly title: string;
  /** How many checks had the same result as in the GCC boots. */
  readonly checks: number;
  /** All checks that differ, in order, as "name: what". */
  readonly differences: readonly string[];
  /** First differing console lines, at most five. */
  readonly evidence: readonly string[];
}

const EVIDENCE_LINES = 5;
const LINE_WIDTH = 200;

/**
 * Signatures that the load of the machine or another layout of the code can bring about: no trap, no death of the kernel, and no
 * hang before there is user space (its time is counted in instructions, and ours in processor time).
 */
export function isSoft(signature: string): boolean {
  return /^(?:test-fail|warn|flaky|hang: (?:in|after) check)/.test(signature);
}

/**
 * Whether two signatures may be one failure: a kernel that dies or stops before there is a console to say why does the one or the
 * other as its layout has it.
 */
export function areFaces(a: string, b: string): boolean {
  return a === b || (isMute(a) && isMute(b));
}

function isMute(signature: string): boolean {
  return /^(?:hang: |panic: end without proof )before the (?:first byte|banner)/.test(signature);
}

/** Whether all items are the same. */
function allSame(items: readonly string[]): boolean {
  return items.every((item) => item === items[0]);
}

/** How a check differs from the GCC boots, or nothing. */
function checkDifference(name: string, expected: readonly CheckResult[], got: CheckResult | undefined): string | undefined {
  if (!allSame(expected.map((check) => check.status))) return undefined;
  const { status, value } = expected[0]!;
  if (got === undefined) return `${name}: absent, expected "${status}"`;
  // A test of the kernel's own that had nothing to say with GCC (KUnit skips what the compiler may leave open, padding say).
  if (status === "skip" && got.status === "ok" && name.startsWith("kunit:")) return undefined;
  if (got.status !== status) return `${name}: "${got.status}" (${got.value}), expected "${status}" (${value})`;
  if (got.value !== value && allSame(expected.map((check) => check.value)))
    return `${name}: value ${got.value}, expected ${value}`;
  return undefined;
}

/** Compares the checks of a boot with those of the GCC boots. */
function compareChecks(baselines: readonly BootResult[], boot: BootResult): { equal: number; names: string[]; texts: string[] } {
  const tables = baselines.map((baseline) => new Map(baseline.checks.map((check) => [check.name, check])));
  const got = new Map(boot.checks.map((check) => [check.name, check]));
  const names: string[] = [];
  const texts: string[] = [];
  let equal = 0;
  for (const { name } of baselines[0]!.checks) {
    const expected = tables.map((table) => table.get(name)).filter((check) => check !== undefined);
    if (expected.length < tables.length) continue;
    const difference = checkDifference(name, expected, got.get(name));
    if (difference === undefined) equal++;
    else {
      names.push(name);
      texts.push(difference);
    }
  }
  for (const check of boot.checks) {
    if (tables.some((table) => table.has(check.name))) continue;
    names.push(check.name);
    texts.push(`${check.name}: not in any GCC boot`);
  }
  return { equal, names, texts };
}

/** The console line as it is compared: addresses, durations and process numbers masked. */
function comparable(line: string): string | undefined {
  if (CODE_DEPENDENT.some((expression) => expression.test(line))) return undefined;
  return (
    line
      .replace(/\b(?:0x)?[0-9a-f]{8,}\b/g, "ADDR")
      .replace(/\bafter \d+ usecs\b/, "after N usecs")
      .replace(/\bPID: \d+/, "PID: N")
      .replace(/(CPU#\d+, \S+)\/\d+/, "$1/N")
      // the tracer's self test: calls counted by three filters, and by two that take every function of the kernel
      .replace(/\((\d+ \d+ \d+) \d+ \d+\)/g, "($1 N N)")
      .replace(/\(\d+\)/g, "(N)")
  );
}

/** The kind of a line: its text with the numbers struck out. */
function lineClass(line: string): string {
  return line.replace(/0x[0-9a-f]+|\d+/g, "#");
}

/** Lines by class. The dump that follows a warning is left out: registers and time stamps are no two compilers' same. */
function byClass(lines: readonly string[]): Map<string, string[]> {
  const classes = new Map<string, string[]>();
  let dump = false;
  for (const line of lines) {
    if (line.includes("[ cut here ]")) dump = true;
    else if (line.includes("[ end trace ")) dump = false;
    if (dump) continue;
    const text = comparable(line);
    if (text === undefined) continue;
    const key = lineClass(text);
    const members = classes.get(key);
    if (members) members.push(text);
    else classes.set(key, [text]);
  }
  return classes;
}

/** Console lines that are new or gone, in words. */
function compareLines(baselines: readonly BootResult[], boot: BootResult): { classes: string[]; texts: string[] } {
  const tables = baselines.map((baseline) => byClass(baseline.lines));
  const got = byClass(boot.lines);
  const classes: string[] = [];
  const texts: string[] = [];
  for (const [key, lines] of got) {
    const expected = tables.map((table) => table.get(key));
    if (expected.every((group) => group === undefined)) {
      classes.push(`+${key}`);
      texts.push(`+ ${lines[0]}`);
      continue;
    }
    if (expected.some((group) => group === undefined)) continue;
    const texts0 = expected.map((group) => [...group!].sort().join("\n"));
    if (!allSame(texts0) || [...lines].sort().join("\n") === texts0[0]) continue;
    const known = new Set(expected[0]);
    classes.push(`~${key}`);
    texts.push(`~ ${lines.find((line) => !known.has(line)) ?? lines[0]} (GCC: ${expected[0]![0]})`);
  }
  for (const [key, lines] of tables[0]!) {
    if (got.has(key) || !tables.every((table) => table.has(key))) continue;
    classes.push(`-${key}`);
    texts.push(`- ${lines[0]}`);
  }
  return { classes, texts };
}

/** Where a boot stood when it ended: in which check, or after which line. */
function whereabouts(boot: BootResult): string {
  if (boot.unfinished !== "") return `in check ${boot.unfinished}`;
  const check = boot.checks.at(-1);
  if (check) return `after check ${check.name}`;
  if (boot.ready) return "before the first check";
  if (boot.banners === 0) return boot.consoleBytes === 0 ? "before the first byte" : "before the banner";
  return `after "${lineClass(normalizeTitle(boot.lines.at(-1) ?? "")).slice(0, 80)}"`;
}

/** Judges a boot against at least one (better three) boots of the GCC kernel. */
export function judge(baselines: readonly BootResult[], boot: BootResult): Verdict {
  if (baselines.length === 0) throw new Error("judge: no boot of the GCC kernel to compare with");
  const checks = compareChecks(baselines, boot);
  const show = (lines: readonly string[]) => lines.slice(0, EVIDENCE_LINES).map((line) => line.slice(0, LINE_WIDTH));
  const verdict = (state: State, signature: string, evidence: readonly string[], title = signature): Verdict => ({
    state,
    signature,
    title,
    checks: checks.equal,
    differences: checks.texts,
    evidence: show(evidence),
  });
  const lastLines = boot.lines.slice(-EVIDENCE_LINES);

  if (
    boot.end === "exit" &&
    boot.done === undefined &&
    (boot.exitCode === -1 || (boot.exitCode !== 0 && boot.consoleBytes === 0))
  ) {
    const reason =
      boot.qemuErrors.split("\n").at(-1) || (boot.exitCode === -1 ? "killed by a signal" : `exit code ${boot.exitCode}`);
    return verdict("infra-error", `QEMU: ${reason}`, boot.qemuErrors.split("\n"));
  }

  const known = new Set(baselines.flatMap((baseline) => baseline.events.map((event) => event.title)));
  const fresh = boot.events.filter((event) => !known.has(event.title));
  const alarm = fresh.find((event) => event.family !== "warn");
  if (alarm) {
    const frame = alarm.frame === "" ? "" : ` in ${alarm.frame}`;
    return verdict(alarm.family, `${alarm.family}: ${alarm.title}${frame}`, boot.lines.slice(alarm.line));
  }
  if (boot.banners > Math.max(...baselines.map((baseline) => baseline.banners)))
    return verdict("panic", "panic: the kernel started twice", lastLines);
  if (boot.end === "flood") return verdict("hang", `hang: flood of the console ${whereabouts(boot)}`, lastLines);
  // Whether silence or the deadline comes first is a matter of the machine's load: no part of the signature.
  if (boot.end === "silence" || boot.end === "timeout")
    return verdict("hang", `hang: ${whereabouts(boot)}`, lastLines, `hang: ${whereabouts(boot)} (${boot.end})`);
  if (boot.done === undefined) return verdict("panic", `panic: end without proof ${whereabouts(boot)}`, lastLines);
  if (boot.end === "no-power-off") return verdict("hang", "hang: no power-off after the last check", lastLines);

  const expected = baselines[0]!;
  if (boot.done.uts !== expected.done?.uts || boot.banner !== expected.banner)
    return verdict("test-fail", "test-fail: not the kernel that was built", [
      `kernel says: ${boot.done.uts}`,
      `GCC's says: ${expected.done?.uts}`,
    ]);
  const warning = fresh[0];
  if (warning)
    return verdict("warn", `warn: ${warning.title}${warning.frame === "" ? "" : ` in ${warning.frame}`}`, [
      ...boot.lines.slice(warning.line, warning.line + 2),
      ...checks.texts,
    ]);
  if (checks.names.length > 0)
    return verdict("test-fail", `test-fail: check ${checks.names[0]}`, checks.texts, `test-fail: ${checks.texts[0]}`);
  if (boot.done.count !== expected.done?.count || boot.planned !== expected.planned)
    return verdict("test-fail", "test-fail: number of checks", [
      `${boot.done.count} of ${boot.planned}, expected ${expected.done?.count} of ${expected.planned}`,
    ]);

  const calls = baselines.map((baseline) => baseline.initcalls.join(" "));
  if (allSame(calls) && boot.initcalls.join(" ") !== calls[0]) {
    const at = expected.initcalls.findIndex((code, index) => code !== boot.initcalls[index]);
    const index = at < 0 ? expected.initcalls.length : at;
    return verdict(
      "warn",
      `warn: initcall ${index} returned ${boot.initcalls[index]}, expected ${expected.initcalls[index]}`,
      [],
    );
  }
  const lines = compareLines(baselines, boot);
  if (lines.classes.length > 0) return verdict("warn", `warn: console ${lines.classes[0]!.slice(0, 120)}`, lines.texts);
  return verdict("pass", "", []);
}
