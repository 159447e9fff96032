// The content-addressed object store: what a compiler made of a unit, under the hash of everything that it was made from.
//
// A key names (compiler identity, normalised command line, contents of every input). An entry is two files: KEY.o and
// KEY.json, which holds the object's own SHA-256; the object is renamed into place before its record, so a record without
// its object never exists for long, and a reader checks the hash before it trusts a byte. A wrong hash is a miss, never an
// error: the entry is removed and made again. Two writers of one key write the same thing; the last rename wins.

import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheRoot, contentHash, readJson, temporaryName, writeAtomically } from "../cache.ts";

/** What is known of one compilation. */
export interface ObjectRecord {
  /** The unit's id, for people. */
  readonly unit: string;
  readonly compiler: string;
  /** SHA-256 of the object; empty when the compiler refused the unit. */
  readonly sha256: string;
  readonly wallMs: number;
  /** Why there is no object: the compiler's first error. */
  readonly refusal?: string;
  /** Flags or means without which the unit did not compile (e.g. another assembler). */
  readonly note?: string;
}

/** An entry of the store: the record, and the object's path unless the unit was refused. */
export interface StoredObject {
  readonly record: ObjectRecord;
  readonly path: string | undefined;
}

/** Finds and keeps objects. */
export class ObjectStore {
  readonly root: string;
  /** Entries found damaged so far; they count as misses. */
  corrupted = 0;

  constructor(root: string = join(cacheRoot(), "objects")) {
    this.root = root;
  }

  #path(key: string, suffix: string): string {
    return join(this.root, key.slice(0, 2), `${key}${suffix}`);
  }

  /** The entry of a key, its bytes checked. */
  get(key: string): StoredObject | undefined {
    const recordPath = this.#path(key, ".json");
    const record = readJson<ObjectRecord>(recordPath);
    if (record === undefined) return undefined;
    if (record.refusal !== undefined) return { record, path: undefined };
    const path = this.#path(key, ".o");
    try {
      if (contentHash(readFileSync(path)) === record.sha256) return { record, path };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    this.corrupted++;
    rmSync(recordPath, { force: true });
    rmSync(path, { force: true });
    return undefined;
  }

  /** Whether there is an entry, its bytes not looked at. */
  has(key: string): boolean {
    return existsSync(this.#path(key, ".json"));
  }

  /** A place for a compiler to write to, on the store's own file system. */
  scratch(key: string): string {
    const path = this.#path(key, ".o");
    mkdirSync(dirname(path), { recursive: true });
    return temporaryName(path);
  }

  /** Takes over a finished object from a scratch file. */
  put(key: string, object: string, record: Omit<ObjectRecord, "sha256">): StoredObject {
    const path = this.#path(key, ".o");
    const whole: ObjectRecord = { ...record, sha256: contentHash(readFileSync(object)) };
    renameSync(object, path);
    writeAtomically(this.#path(key, ".json"), JSON.stringify(whole));
    return { record: whole, path };
  }

  /** Remembers that the compiler refuses these very bytes. */
  putRefusal(key: string, record: Omit<ObjectRecord, "sha256"> & { readonly refusal: string }): StoredObject {
    const whole: ObjectRecord = { ...record, sha256: "" };
    writeAtomically(this.#path(key, ".json"), JSON.stringify(whole));
    return { record: whole, path: undefined };
  }

  /** Copies an entry's object elsewhere. */
  copyTo(entry: StoredObject, target: string): void {
    if (entry.path === undefined) throw new Error(`${entry.record.unit}: refused, has no object`);
    copyFileSync(entry.path, target);
  }
}
