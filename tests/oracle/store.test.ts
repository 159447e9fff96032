import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digest, publishDirectory, sweepTemporaries, temporaryName } from "../../src/oracle/cache.ts";
import { ObjectStore } from "../../src/oracle/objects/store.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "oracle-store-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function put(store: ObjectStore, key: string, bytes: string) {
  const scratch = store.scratch(key);
  writeFileSync(scratch, bytes);
  return store.put(key, scratch, { unit: "a.c", compiler: "x", wallMs: 1 });
}

describe("ObjectStore", () => {
  const key = digest("key");

  it("gives back what was put", () => {
    const store = new ObjectStore(dir);
    expect(store.get(key)).toBeUndefined();
    put(store, key, "object");
    const entry = store.get(key)!;
    expect(readFileSync(entry.path!, "utf8")).toBe("object");
    expect(entry.record.unit).toBe("a.c");
  });

  it("takes a changed byte for a miss, and counts it", () => {
    const store = new ObjectStore(dir);
    const { path } = put(store, key, "object");
    writeFileSync(path!, "objekt");
    expect(store.get(key)).toBeUndefined();
    expect(store.corrupted).toBe(1);
    put(store, key, "object");
    expect(store.get(key)).toBeDefined();
  });

  it("takes a cut record or a lost object for a miss", () => {
    const store = new ObjectStore(dir);
    const { path } = put(store, key, "object");
    writeFileSync(path!.replace(/\.o$/, ".json"), '{"unit": "a');
    expect(store.get(key)).toBeUndefined();
    put(store, key, "object");
    rmSync(path!);
    expect(store.get(key)).toBeUndefined();
  });

  it("remembers a refusal", () => {
    const store = new ObjectStore(dir);
    store.putRefusal(key, { unit: "a.c", compiler: "x", wallMs: 1, refusal: "a.c:1:1: error: no" });
    expect(store.get(key)).toMatchObject({ path: undefined, record: { refusal: "a.c:1:1: error: no" } });
  });

  it("holds when two writers put the same key", () => {
    const [a, b] = [new ObjectStore(dir), new ObjectStore(dir)];
    const first = a.scratch(key);
    const second = b.scratch(key);
    expect(first).not.toBe(second);
    writeFileSync(first, "object");
    writeFileSync(second, "object");
    a.put(key, first, { unit: "a.c", compiler: "x", wallMs: 1 });
    b.put(key, second, { unit: "a.c", compiler: "x", wallMs: 1 });
    expect(a.get(key)).toBeDefined();
    expect(readdirSync(join(dir, key.slice(0, 2))).filter((name) => name.includes(".tmp-"))).toEqual([]);
  });
});

describe("temporary names", () => {
  it("are swept when their maker is dead and kept while it lives", () => {
    const mine = temporaryName(join(dir, "tree"));
    writeFileSync(mine, "");
    const dead = mine.replace(`-${process.pid}-`, "-999999999-");
    writeFileSync(dead, "");
    sweepTemporaries(dir);
    expect(readdirSync(dir)).toEqual([mine.slice(dir.length + 1)]);
  });

  it("never replace a directory that is already there", async () => {
    const { mkdirSync } = await import("node:fs");
    const final = join(dir, "final");
    const [a, b] = [temporaryName(final), temporaryName(final)];
    for (const [path, text] of [
      [a, "first"],
      [b, "second"],
    ] as const) {
      mkdirSync(path);
      writeFileSync(join(path, "file"), text);
    }
    expect(publishDirectory(a, final)).toBe(true);
    expect(publishDirectory(b, final)).toBe(false);
    expect(readFileSync(join(final, "file"), "utf8")).toBe("first");
    expect(readdirSync(dir)).toEqual(["final"]);
  });
});
