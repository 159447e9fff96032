// Append-only log of outcomes, one JSON line each, so that a search killed at any moment loses at most the boots in flight.
//
// An outcome is on disk (fsync) before the search hears of it. A line torn by a crash is ignored, and the next line starts on a
// fresh one. Every boot is kept as an event, not as the truth about a subset: a flaky subset has several lines, and a search
// that starts again with the same seed asks the same questions and consumes them in order (`take`).

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Outcome } from "./probe.ts";

/** One boot. */
export interface OutcomeRecord {
  /** Names the subset (see `subsetKey`). */
  readonly key: string;
  /** The subset, by item name; left out when it is the complement that is small. */
  readonly items: readonly string[];
  readonly outcome: Outcome;
  readonly seconds: number;
}

/** The log of one universe on disk. */
export class OutcomeStore {
  private readonly descriptor: number;
  private readonly unused = new Map<string, OutcomeRecord[]>();
  private readonly all: OutcomeRecord[] = [];

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    let torn = false;
    if (existsSync(path)) {
      const text = readFileSync(path, "utf8");
      torn = text.length > 0 && !text.endsWith("\n");
      for (const line of text.split("\n")) {
        const record = parseRecord(line);
        if (record !== undefined) this.remember(record);
      }
    }
    this.descriptor = openSync(path, "a");
    if (torn) writeSync(this.descriptor, "\n");
  }

  /** All boots so far. */
  get records(): readonly OutcomeRecord[] {
    return this.all;
  }

  /** The next stored boot of a subset that was not consumed yet. */
  take(key: string): OutcomeRecord | undefined {
    return this.unused.get(key)?.shift();
  }

  /** Writes a boot and waits until it is on disk. */
  append(record: OutcomeRecord): void {
    writeSync(this.descriptor, `${JSON.stringify(record)}\n`);
    fsyncSync(this.descriptor);
    this.all.push(record);
  }

  close(): void {
    closeSync(this.descriptor);
  }

  private remember(record: OutcomeRecord): void {
    this.all.push(record);
    const list = this.unused.get(record.key);
    if (list === undefined) this.unused.set(record.key, [record]);
    else list.push(record);
  }
}

function parseRecord(line: string): OutcomeRecord | undefined {
  if (line === "") return undefined;
  try {
    const value = JSON.parse(line) as OutcomeRecord;
    const verdict = value.outcome?.verdict;
    if (typeof value.key === "string" && (verdict === "pass" || verdict === "fail")) return value;
  } catch {
    // A torn line.
  }
  return undefined;
}
