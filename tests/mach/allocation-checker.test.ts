// The allocation checker accepts what is right and names what is wrong.

import { expect, test } from "vitest";
import { Func } from "../../src/compiler/ir/func.ts";
import { checkAllocation, type RewriteTrace } from "../../src/compiler/mach/allocation-checker.ts";
import { CLASS_INT, M_PCOPY, MBlock, MFunc, MInst, type RegFile } from "../../src/compiler/mach/minst.ts";

const REGS: RegFile = { order: [[1, 2, 3], []], calleeSaved: new Set([3]), classOf: () => 0, scratch: [4] };
const OP = 20;

/** A function of one block whose instructions are [before, after] rewriting: [definitions, uses] each. */
function check(
  rows: { op?: number; nd: number; before: number[]; after: number[]; early?: number; clobbers?: number[]; slot?: number }[],
): string | undefined {
  const f = new Func(1, "f");
  const b = f.newBlock();
  const m = new MFunc(f);
  for (let i = 0; i < 8; i++) m.newVreg(CLASS_INT);
  m.order = [b];
  const block = new MBlock(b);
  m.blocks[b] = block;
  const trace: RewriteTrace = { original: new Map(), remats: new Map(), exchanges: new Map(), copies: new Map() };
  for (const r of rows) {
    const i = new MInst(r.op ?? OP, r.after, r.nd);
    i.early = r.early ?? 0;
    i.slot = r.slot ?? -1;
    i.clobbers = r.clobbers;
    if (r.before.length > 0) trace.original.set(i, r.before);
    block.insts.push(i);
  }
  return checkAllocation(m, REGS, trace);
}
const A = 128;
const B = 129;
const C = 130;

test("a right allocation with a copy, a spill and a reload passes", () => {
  expect(
    check([
      { nd: 1, before: [A], after: [1] },
      { nd: 1, before: [B], after: [2] },
      { nd: 0, before: [], after: [1], slot: 0 },
      { nd: 1, before: [], after: [2, B], op: M_PCOPY },
      { nd: 0, before: [2], after: [2], clobbers: [1] },
      { nd: 1, before: [], after: [3], slot: 0 },
      { nd: 1, before: [C, A], after: [1, 3] },
    ]),
  ).toBeUndefined();
});

test("two live values in one register are found", () => {
  expect(
    check([
      { nd: 1, before: [A], after: [1] },
      { nd: 1, before: [B], after: [1] },
      { nd: 1, before: [C, A, B], after: [2, 1, 1] },
    ]),
  ).toMatch(/operand 1 should be v128/);
});

test("a value that a call destroys is found", () => {
  expect(
    check([
      { nd: 1, before: [A], after: [1] },
      { nd: 0, before: [2], after: [2], clobbers: [1] },
      { nd: 1, before: [C, A], after: [2, 1] },
    ]),
  ).toMatch(/v128/);
});

test("an early result in an operand's register is found", () => {
  expect(
    check([
      { nd: 1, before: [A], after: [1] },
      { nd: 1, before: [C, A], after: [1, 1], early: 1 },
    ]),
  ).toMatch(/early result/);
});

test("a stale spill slot is found", () => {
  expect(
    check([
      { nd: 1, before: [A], after: [1] },
      { nd: 0, before: [], after: [1], slot: 0 },
      { nd: 1, before: [A], after: [1] },
      { nd: 1, before: [], after: [2], slot: 0 },
      { nd: 1, before: [C, A], after: [3, 2] },
    ]),
  ).toMatch(/v128/);
});
