import { expect, test } from "vitest";
import { rankNeighbours } from "../../src/oracle/kernel/mismatch.ts";

test("files that share a symbol of few come before those that share one of many", () => {
  const users = new Map([
    ["printk", new Set(["a", "b", "c", "d", "e", "f"])],
    ["own_call", new Set(["a", "d"])],
    ["other_call", new Set(["a", "b", "c"])],
    ["foreign", new Set(["e", "f"])],
  ]);
  expect(rankNeighbours(users, ["a"])).toEqual(["d", "b", "c", "e", "f"]);
  // What the members share among themselves counts nothing.
  expect(rankNeighbours(users, ["a", "d"])).toEqual(["b", "c", "e", "f"]);
});
