import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globMatches, rankUnits, selectUnits } from "../../src/oracle/kernel/plan.ts";

const ids = Array.from({ length: 200 }, (_, i) => `dir${i % 7}/file${i}.c`);
const base = { seed: 7, fraction: 0.1, only: [], not: [] };

describe("selectUnits", () => {
  it("nests the sets of one seed", () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (seed, a, b) => {
          const small = selectUnits(ids, { ...base, seed, fraction: Math.min(a, b) });
          const large = new Set(selectUnits(ids, { ...base, seed, fraction: Math.max(a, b) }));
          expect(small.every((id) => large.has(id))).toBe(true);
        },
      ),
    );
  });

  it("takes the rounded share, at least one, none of zero, all of one", () => {
    expect(selectUnits(ids, base)).toHaveLength(20);
    expect(selectUnits(ids, { ...base, fraction: 0.0001 })).toHaveLength(1);
    expect(selectUnits(ids, { ...base, fraction: 0 })).toHaveLength(0);
    expect(selectUnits(ids, { ...base, fraction: 1 })).toEqual(ids);
  });

  it("cuts disjoint slices that cover everything", () => {
    const parts = [1, 2, 3].map((index) => selectUnits(ids, { ...base, slice: { index, count: 3 } }));
    expect(parts.flat().sort()).toEqual([...ids].sort());
    expect(new Set(parts.flat()).size).toBe(ids.length);
  });

  it("keeps a unit's rank when other units come or go", () => {
    const all = rankUnits(ids, 3);
    const fewer = rankUnits(
      ids.filter((id) => !id.startsWith("dir2/")),
      3,
    );
    expect(all.filter((id) => !id.startsWith("dir2/"))).toEqual(fewer);
  });

  it("depends on the seed", () => {
    expect(selectUnits(ids, { ...base, seed: 1 })).not.toEqual(selectUnits(ids, { ...base, seed: 2 }));
  });

  it("honours --only and --not", () => {
    const only = selectUnits(ids, { ...base, fraction: 1, only: ["dir3/**"], not: ["file10.c"] });
    expect(only.every((id) => id.startsWith("dir3/") && id !== "dir3/file10.c")).toBe(true);
    expect(only).not.toHaveLength(0);
  });

  it("replays an exact list and refuses a name that is no unit", () => {
    expect(selectUnits(ids, { ...base, files: ["dir1/file1.c", "dir0/file0.c"] })).toEqual(["dir0/file0.c", "dir1/file1.c"]);
    expect(() => selectUnits(ids, { ...base, files: ["dir0/nothing.c"] })).toThrow(
      "--files: dir0/nothing.c: no unit of this kernel and config",
    );
  });

  it("refuses a glob that matches nothing", () => {
    expect(() => selectUnits(ids, { ...base, only: ["nowhere/**"] })).toThrow("nowhere/**");
  });
});

describe("globMatches", () => {
  it("takes paths, base names and directories", () => {
    expect(globMatches("kernel/*.c", "kernel/fork.c")).toBe(true);
    expect(globMatches("fork.c", "kernel/fork.c")).toBe(true);
    expect(globMatches("kernel", "kernel/time/timer.c")).toBe(true);
    expect(globMatches("lib/string.c", "lib/string.c@arch/riscv/purgatory/string.o")).toBe(true);
    expect(globMatches("kern", "kernel/fork.c")).toBe(false);
  });
});
