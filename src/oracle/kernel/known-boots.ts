// What images of a build showed when they were booted: an image whose hash is known is not booted again.
//
// Every boot is an event, never the truth about an image: a flaky image has several. So each asker (a set of objects) is given
// the events of its image one after the other, then has to boot; what it boots becomes an event for others. Two sets of
// objects with one image share their events, a search that repeats a set on purpose gets a new boot each time. The log is
// append-only, a line per boot, synced: a torn line is skipped.

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** What one boot showed. */
export type KnownOutcome = { readonly verdict: "pass" } | { readonly verdict: "fail"; readonly signature: string };

interface Line {
  /** Hash of the set of objects. */
  readonly set: string;
  /** Hash of the image and of everything else that a boot depends on. */
  readonly image: string;
  readonly outcome: KnownOutcome;
}

/** The boots of one build. */
export class KnownBoots {
  readonly #images = new Map<string, string>();
  readonly #events = new Map<string, KnownOutcome[]>();
  readonly #given = new Map<string, number>();
  readonly #descriptor: number | undefined;

  /** Without a path it forgets everything at the end. */
  constructor(path: string | undefined) {
    if (path === undefined) return;
    mkdirSync(dirname(path), { recursive: true });
    let torn = false;
    if (existsSync(path)) {
      const text = readFileSync(path, "utf8");
      torn = text !== "" && !text.endsWith("\n");
      for (const line of text.split("\n")) {
        const read = parseLine(line);
        if (read !== undefined) this.#remember(read);
      }
    }
    this.#descriptor = openSync(path, "a");
    if (torn) writeSync(this.#descriptor, "\n");
  }

  /** The image that a set of objects was linked to, if that is known: it need not be linked again. */
  imageOf(set: string): string | undefined {
    return this.#images.get(set);
  }

  /** A boot of the image that this set has not been given yet. */
  next(set: string, image: string): KnownOutcome | undefined {
    const at = this.#given.get(set) ?? 0;
    const event = this.#events.get(image)?.[at];
    if (event !== undefined) this.#given.set(set, at + 1);
    return event;
  }

  /** Takes in a boot that was just made. */
  add(set: string, image: string, outcome: KnownOutcome): void {
    const line: Line = { set, image, outcome };
    if (this.#descriptor !== undefined) {
      writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
      fsyncSync(this.#descriptor);
    }
    this.#remember(line);
    this.#given.set(set, this.#events.get(image)!.length);
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }

  #remember(line: Line): void {
    this.#images.set(line.set, line.image);
    const events = this.#events.get(line.image);
    if (events === undefined) this.#events.set(line.image, [line.outcome]);
    else events.push(line.outcome);
  }
}

function parseLine(text: string): Line | undefined {
  if (text === "") return undefined;
  try {
    const value = JSON.parse(text) as Line;
    const verdict = value.outcome?.verdict;
    if (typeof value.set === "string" && typeof value.image === "string" && (verdict === "pass" || verdict === "fail"))
      return value;
  } catch {
    // A torn line.
  }
  return undefined;
}
