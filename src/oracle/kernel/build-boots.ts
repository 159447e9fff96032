// Every boot of one build (baseline and compiler under test), whoever made it: a run of `oracle kernel` or a search. A search
// over other units of the same build begins with them: whatever passed together is innocent together.
//
// One line per boot: the units under test as a bit string over the build's eligible units, and the outcome. Append-only; a
// torn line is skipped. The lines of one's own run are left out, since its search replays those by itself.

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheRoot, digest } from "../cache.ts";
import type { KernelContext } from "./context.ts";
import type { KnownOutcome } from "./known-boots.ts";

/** A boot by unit ids. */
export interface BuildBoot {
  readonly items: readonly string[];
  readonly outcome: KnownOutcome;
}

interface Line {
  readonly run: string;
  readonly bits: string;
  readonly outcome: KnownOutcome;
}

/** Boots that are read: the latest ones. */
const MOST_BOOTS = 2000;

function pathOf(context: KernelContext): string {
  const ids = context.eligible.map((unit) => unit.id).join("\n");
  const key = digest(context.baseline.record.vmlinux, context.compiler.identity, ids).slice(0, 32);
  return join(cacheRoot(), "build-boots", `${context.arch}-${key}.jsonl`);
}

/** Four units a hex digit, in the order of the build. */
function encode(ids: readonly string[], chosen: ReadonlySet<string>): string {
  let text = "";
  for (let i = 0; i < ids.length; i += 4) {
    let digit = 0;
    for (let k = 0; k < 4; k++) if (i + k < ids.length && chosen.has(ids[i + k]!)) digit |= 1 << k;
    text += digit.toString(16);
  }
  return text;
}

/** Remembers a boot. */
export function rememberBoot(context: KernelContext, run: string, items: Iterable<string>, outcome: KnownOutcome): void {
  const path = pathOf(context);
  mkdirSync(dirname(path), { recursive: true });
  const ids = context.eligible.map((unit) => unit.id);
  const line: Line = { run, bits: encode(ids, new Set(items)), outcome };
  const descriptor = openSync(path, "a");
  try {
    writeSync(descriptor, `${JSON.stringify(line)}\n`);
  } finally {
    closeSync(descriptor);
  }
}

/** The boots of this build that other runs made. */
export function bootsOfOthers(context: KernelContext, run: string): BuildBoot[] {
  const path = pathOf(context);
  if (!existsSync(path)) return [];
  const ids = context.eligible.map((unit) => unit.id);
  const boots: BuildBoot[] = [];
  for (const text of readFileSync(path, "utf8").split("\n").slice(-MOST_BOOTS)) {
    const line = parseLine(text);
    if (line === undefined || line.run === run) continue;
    const items = ids.filter((_, i) => ((Number.parseInt(line.bits[i >> 2] ?? "0", 16) >> (i & 3)) & 1) === 1);
    boots.push({ items, outcome: line.outcome });
  }
  return boots;
}

function parseLine(text: string): Line | undefined {
  if (text === "") return undefined;
  try {
    const value = JSON.parse(text) as Line;
    const verdict = value.outcome?.verdict;
    if (typeof value.bits === "string" && (verdict === "pass" || verdict === "fail")) return value;
  } catch {
    // A torn line.
  }
  return undefined;
}
