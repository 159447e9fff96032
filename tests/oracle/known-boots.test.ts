// What is known of booted images: events, each told once to each set of objects, on disk at once.

import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KnownBoots } from "../../src/oracle/kernel/known-boots.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "known-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("an image that is known is not booted again, also in the next process; a repeat on purpose is", () => {
  const path = join(dir, "known.jsonl");
  let known = new KnownBoots(path);
  expect(known.imageOf("a")).toBeUndefined();
  known.add("a", "image1", { verdict: "fail", signature: "panic" });
  // Another set with the same image has it; the set that booted it asks for a second opinion.
  expect(known.next("b", "image1")).toEqual({ verdict: "fail", signature: "panic" });
  expect(known.next("b", "image1")).toBeUndefined();
  expect(known.next("a", "image1")).toBeUndefined();
  known.add("a", "image1", { verdict: "pass" });
  expect(known.next("b", "image1")).toEqual({ verdict: "pass" });
  known.close();
  appendFileSync(path, '{"set":"c","image":"im');
  known = new KnownBoots(path);
  expect(known.imageOf("a")).toBe("image1");
  expect(known.imageOf("c")).toBeUndefined();
  expect([known.next("a", "image1"), known.next("a", "image1"), known.next("a", "image1")]).toEqual([
    { verdict: "fail", signature: "panic" },
    { verdict: "pass" },
    undefined,
  ]);
  known.add("d", "image2", { verdict: "pass" });
  known.close();
  known = new KnownBoots(path);
  expect(known.next("e", "image2")).toEqual({ verdict: "pass" });
  known.close();
});
