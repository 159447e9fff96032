// The function at fault by itself: what it does not need is gone, its code is the same, and the rewrite can be switched.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { parseMatches } from "../../src/bisect/pattern.ts";
import { allBut, noPass, type OccUnit, occText } from "../../src/oracle/blame-pass.ts";
import { functionOf, standaloneOf } from "../../src/oracle/standalone.ts";

const TEXT = `#define TWICE(x) ((x) * 2)
struct used { int a, b; };
struct unused { long c; };
static int helper(int x) { return x + 1; }
static int unrelated(struct unused *u) { return (int)u->c; }
int other(struct unused *u) { return unrelated(u) + TWICE(helper(2)); }
int kept(struct used *u, int n)
{
  int sum = 0;
  for (int i = 0; i < n; i++)
    sum += TWICE(u->a) + helper(i);
  u->b = sum;
  return u->b + u->a;
}
`;

test("the function stays with what it needs, and both patterns are carried over", { timeout: 300_000 }, async () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), "oracle-standalone-"));
  const { signal } = new AbortController();
  try {
    const source = path.join(dir, "unit.c");
    writeFileSync(source, TEXT);
    const unit: OccUnit = { arch: "x86", argv: ["-O2"], source, cwd: dir };
    const { messages } = await occText(unit, "vy", path.join(dir, "all.s"), signal);
    const ids = parseMatches(messages);
    const forward = [...ids].filter(([, text]) => text.startsWith("memory.forward kept ")).map(([id]) => id);
    expect(forward.length).toBeGreaterThan(0);
    const blame = {
      ...noPass(""),
      pass: "memory",
      rewrite: ids.get(forward[0]!)!,
      pattern: "y",
      cure: allBut(new Set(forward), [...ids.keys()]),
    };
    expect(functionOf([], blame)).toBe("kept");
    const alone = await standaloneOf(unit, "kept", blame, dir, signal);
    const text = alone?.files["standalone.c"] ?? "";
    expect(text).toContain("int kept(");
    expect(text).toContain("helper");
    expect(text).not.toMatch(/unrelated|other|unused/);
    expect(alone?.files["standalone.sh"]).toContain("--bisect=y ");
    expect(alone?.files["standalone.sh"]).toContain(blame.rewrite);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
