// Who may import whom: the architecture's rules, read from the sources themselves.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const src = join(import.meta.dirname, "../../src");

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every import within src (static, type-only, re-export or dynamic with a literal), as paths relative to src. */
function imports(): Import[] {
  const found: Import[] = [];
  for (const name of readdirSync(src, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const text = readFileSync(join(src, name), "utf8");
    for (const match of text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"(\.{1,2}\/[^"]+)"/g))
      found.push({ from: name, to: relative(src, resolve(src, dirname(name), match[1]!)) });
  }
  return found;
}

/** Imports that break a rule: of `to` by files outside `allowed`. */
function offenders(all: readonly Import[], to: string, allowed: readonly string[]): string[] {
  const inside = (path: string, part: string) => path === part || path.startsWith(`${part}/`);
  return all
    .filter((entry) => inside(entry.to, to) && !allowed.some((part) => inside(entry.from, part)))
    .map((entry) => `${entry.from} -> ${entry.to}`);
}

describe("import rules", () => {
  const all = imports();

  it("see the sources", () => {
    expect(all.length).toBeGreaterThan(100);
  });

  it("the compiler imports nothing from outside itself", () => {
    expect(all.filter((entry) => entry.from.startsWith("compiler/") && !entry.to.startsWith("compiler/"))).toEqual([]);
  });

  it("the search imports nothing of ours", () => {
    expect(all.filter((entry) => entry.from.startsWith("bisect/") && !entry.to.startsWith("bisect/"))).toEqual([]);
  });

  it("the engine reaches the compiler through oracle/compilers only", () => {
    expect(offenders(all, "compiler", ["compiler", "oracle/compilers", "cli"])).toEqual([]);
  });

  it("nothing imports the command line", () => {
    expect(offenders(all, "cli", ["cli"])).toEqual([]);
  });

  it("the compiler uses no package", () => {
    for (const name of readdirSync(join(src, "compiler"), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".ts")) continue;
      const packages = [...readFileSync(join(src, "compiler", name), "utf8").matchAll(/^import [^"]*"([^"./][^"]*)"/gm)].map(
        (match) => match[1]!,
      );
      expect(
        packages.filter((pack) => !pack.startsWith("node:")),
        name,
      ).toEqual([]);
    }
  });
});
