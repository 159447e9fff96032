// The judgement of a boot: it passes when it does what the GCC boots of the same source and config did.
//
// A pass needs proof: the init's last line with this boot's nonce, all checks of the GCC boots with the same values (those on
// which the GCC boots agree among themselves), no event of a bad family that they do not have, no new line that sounds like
// trouble, one banner. The state is the family of the first event, not of the last: with oops=panic every oops ends in a panic.

import type { BootResult } from "./boot.ts";
import { foldNumbers } from "./console.ts";
import { SUSPICIOUS } from "./patterns.ts";

export type BootState = "infra-error" | "panic" | "oops" | "hang" | "test-fail" | "warn" | "pass";

export interface Verdict {
  readonly state: BootState;
  /** Names what went wrong, the same on every boot that fails so; "" for a pass. */
  readonly signature: string;
  /** Checks compared and equal. */
  readonly checks: number;
  /** The lines that show it. */
  readonly evidence: readonly string[];
}

const EVIDENCE = 5;

export function judge(baselines: readonly BootResult[], boot: BootResult): Verdict {
  const of = (state: BootState, signature: string, evidence: readonly string[]): Verdict => ({
    state,
    signature: `${state}: ${signature}`,
    checks: 0,
    evidence: evidence.slice(0, EVIDENCE),
  });
  if (boot.end === "start-failed" || (boot.bytes === 0 && boot.end === "exited" && boot.qemuErrors !== "")) {
    return of("infra-error", `QEMU did not start: ${boot.qemuErrors.split("\n")[0] ?? ""}`, [boot.qemuErrors]);
  }
  const event = boot.first;
  if (event !== undefined && !inBaselines(baselines, event.title)) {
    const title = event.frame === "" ? event.title : `${event.title} in ${event.frame}`;
    const around = boot.lines.slice(Math.max(0, event.line - 1), event.line + EVIDENCE - 1);
    switch (event.family) {
      case "panic":
      case "init":
        return of("panic", title, around);
      case "oops":
      case "memory":
        return of("oops", title, around);
      case "lockup":
        return of("hang", title, around);
      case "warn":
        return of("warn", title, around);
    }
  }
  if (boot.end === "flood") return of("hang", "the console floods", boot.lines.slice(-EVIDENCE));
  const stable = stableChecks(baselines);
  const differing = compareChecks(stable, boot);
  if (boot.done === undefined) {
    if (boot.end === "exited") {
      if (differing.changed.length > 0) return of("test-fail", differing.changed[0]!.split(":")[0]!, differing.changed);
      return of("panic", `reset ${where(boot)}`, boot.lines.slice(-EVIDENCE));
    }
    return of("hang", `${boot.bytes === 0 ? "no first byte" : where(boot)}`, boot.lines.slice(-EVIDENCE));
  }
  if (boot.done.nonce !== boot.nonce) return of("panic", "the final line has another boot's nonce", []);
  if (boot.banners !== 1) return of("panic", `${boot.banners} banners: the kernel started again`, []);
  const version = baselines[0]?.done?.version;
  if (version !== undefined && boot.done.version !== version)
    return of("test-fail", "another kernel version ran", [boot.done.version, version]);
  if (differing.changed.length > 0) return of("test-fail", differing.changed[0]!.split(":")[0]!, differing.changed);
  if (differing.missing.length > 0) return of("test-fail", `${differing.missing[0]!} is missing`, differing.missing);
  const fresh = newLines(baselines, boot);
  if (fresh.length > 0) return of("warn", `new line: ${foldNumbers(fresh[0]!)}`, fresh);
  const calls = boot.initcalls.filter((c) => !baselines.some((b) => b.initcalls.includes(c)));
  if (calls.length > 0) return of("warn", `initcall ${calls[0]}`, calls);
  return { state: "pass", signature: "", checks: stable.size, evidence: [] };
}

/** How far a boot came: the last check, or the last line. */
function where(boot: BootResult): string {
  const last = boot.checks.at(-1);
  if (last !== undefined) return `after check ${last.name}`;
  const line = boot.lines.at(-1);
  return line === undefined ? "without output" : `after: ${foldNumbers(line).slice(0, 80)}`;
}

function inBaselines(baselines: readonly BootResult[], title: string): boolean {
  return baselines.some((b) => b.lines.some((l) => foldNumbers(l) === title));
}

/** Checks on whose value all GCC boots agree. */
export function stableChecks(baselines: readonly BootResult[]): Map<string, string> {
  const out = new Map<string, string>();
  const [head, ...rest] = baselines;
  for (const c of head?.checks ?? []) {
    if (rest.every((b) => b.checks.some((x) => x.name === c.name && x.value === c.value))) out.set(c.name, c.value);
  }
  return out;
}

function compareChecks(stable: ReadonlyMap<string, string>, boot: BootResult): { changed: string[]; missing: string[] } {
  const changed: string[] = [];
  const missing: string[] = [];
  const got = new Map(boot.checks.map((c) => [c.name, c.value]));
  for (const [name, want] of stable) {
    const value = got.get(name);
    if (value === undefined) missing.push(`check ${name}`);
    else if (value !== want) changed.push(`check ${name}: ${difference(want, value)}`);
  }
  return { changed, missing };
}

/** First differing words of two values. */
function difference(want: string, got: string): string {
  const w = want.split(" ");
  const g = got.split(" ");
  for (let i = 0; i < Math.max(w.length, g.length); i++) {
    if (w[i] !== g[i]) return `got '${g.slice(i, i + 3).join(" ")}', GCC's kernel gave '${w.slice(i, i + 3).join(" ")}'`;
  }
  return "differs";
}

function newLines(baselines: readonly BootResult[], boot: BootResult): string[] {
  const known = new Set<string>();
  for (const b of baselines) for (const l of b.lines) known.add(foldNumbers(l));
  return boot.lines.filter((l) => SUSPICIOUS.test(l) && !known.has(foldNumbers(l)));
}
