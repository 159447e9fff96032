// Loop inversion: what becomes of a loop, and which loops are left alone.

import { describe, expect, it } from "vitest";
import { computeCfg } from "../../src/compiler/ir/cfg.ts";
import { computeDominators } from "../../src/compiler/ir/dominators.ts";
import { computeLoops } from "../../src/compiler/ir/loops.ts";
import { OP_BR } from "../../src/compiler/ir/ops.ts";
import { readModule } from "../../src/compiler/ir/read.ts";
import { verify } from "../../src/compiler/ir/verify.ts";
import type { OptOptions } from "../../src/compiler/opt/options.ts";
import { rotateLoops } from "../../src/compiler/opt/rotate.ts";
import { cleanCfg } from "../../src/compiler/opt/simplify-cfg.ts";
import { passContext } from "./pass-options.ts";

/** Rotates; gives how many loops end in their own test, of how many. */
function rotate(
  text: string,
  more: Partial<OptOptions> = {},
  pattern?: string,
): { changed: boolean; bottom: number; loops: number } {
  const m = readModule(text);
  const f = m.funcs[0]!;
  const changed = rotateLoops(f, passContext(m, more, pattern));
  expect(verify(f, m)).toEqual([]);
  cleanCfg(f);
  expect(verify(f, m)).toEqual([]);
  const cfg = computeCfg(f);
  const loops = computeLoops(f, cfg, computeDominators(f, cfg)).list;
  const bottom = loops.filter((l) =>
    l.latches.some(
      (b) => f.op[f.last[b]!] === OP_BR && !(l.blocks.includes(f.b[f.last[b]!]!) && l.blocks.includes(f.c[f.last[b]!]!)),
    ),
  ).length;
  return { changed, bottom, loops: loops.length };
}

/** Counts to the parameter; BODY stands before the jump back, TEST before the test. */
const COUNT = `sym {"name":"f","kind":1}
func @f params (i32:10) ret (i32:10) entry b1 {
b1:
  v1 = param i32 0
  v2 = const i32 0
  v3 = const i32 1
  v4 : jmp b2
b2:
  v5 = phi i32 [b1 v2 b3 v8]
TEST
  v6 = slt i32 v5 v1 i32
  v7 : br v6 b3 b4
b3:
  v8 = add i32 v5 v3
  v9 : jmp b2
b4:
  v10 : ret v5
}
`;

describe("rotateLoops", () => {
  it("the test goes to the bottom, the value after the loop is right", () => {
    expect(rotate(COUNT.replace("TEST\n", ""))).toEqual({ changed: true, bottom: 1, loops: 1 });
  });
  it("not for -Os", () => {
    expect(rotate(COUNT.replace("TEST\n", ""), { size: true }).changed).toBe(false);
  });
  it("can be switched off by bisection", () => {
    expect(rotate(COUNT.replace("TEST\n", ""), {}, "n").changed).toBe(false);
  });
  it("a call in the test is not copied", () => {
    expect(rotate(COUNT.replace("TEST", "  v20 : call @ext () -> ()")).changed).toBe(false);
  });
  it("nor is a test of many values", () => {
    const many = Array.from({ length: 9 }, (_, k) => `  v${20 + k} = add i32 v5 v${k === 0 ? 1 : 19 + k}`).join("\n");
    expect(rotate(COUNT.replace("TEST", many)).changed).toBe(false);
    expect(rotate(COUNT.replace("TEST", many.split("\n").slice(0, 7).join("\n"))).changed).toBe(true);
  });
  it("a loop that is rotated stays as it is", () => {
    const m = readModule(COUNT.replace("TEST\n", ""));
    const f = m.funcs[0]!;
    const cx = passContext(m);
    expect(rotateLoops(f, cx)).toBe(true);
    cleanCfg(f);
    expect(rotateLoops(f, cx)).toBe(false);
  });
});
