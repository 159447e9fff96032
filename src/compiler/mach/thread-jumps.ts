// After allocation: jumps to blocks that only jump on go straight to their end (a copy of it where it is an indirect jump), and
// blocks that nobody reaches are left out.

import type { Block } from "../ir/func.ts";
import type { AsmText, JumpTable, MFunc } from "./minst.ts";

/** `indirectOp`: the row of a jump to the address in a register. */
export function threadJumps(m: MFunc, jumpOp: number, indirectOp: number): void {
  const to = new Map<Block, Block>();
  for (const b of m.order) {
    const block = m.blocks[b]!;
    const first = block.insts[0];
    if (block.insts.length === 1 && first !== undefined && first.op === jumpOp && first.target !== b && !block.addressTaken)
      to.set(b, first.target);
  }
  const final = (b: Block): Block => {
    let n = 0;
    while (to.has(b) && n++ < 64) b = to.get(b)!;
    return b;
  };
  // a block that only jumps to an address takes the place of the jumps to it
  for (const b of m.order) {
    const insts = m.blocks[b]!.insts;
    const last = insts[insts.length - 1];
    if (last === undefined || last.op !== jumpOp) continue;
    const target = m.blocks[last.target]!.insts;
    if (target.length === 1 && target[0]!.op === indirectOp) insts[insts.length - 1] = target[0]!.clone();
  }
  const reached = new Set<Block>([m.order[0]!]);
  for (const b of m.order) {
    for (const i of m.blocks[b]!.insts) {
      if (i.target !== 0) i.target = final(i.target);
      if (i.aux !== undefined && "info" in i.aux) for (const l of (i.aux as AsmText).info.labels) l.block = final(l.block);
      if (i.target !== 0) reached.add(i.target);
      if (i.aux !== undefined && "info" in i.aux) for (const l of (i.aux as AsmText).info.labels) reached.add(l.block);
    }
  }
  for (const t of m.tables as JumpTable[]) {
    for (let k = 0; k < t.targets.length; k++) {
      t.targets[k] = final(t.targets[k]!);
      reached.add(t.targets[k]!);
    }
  }
  m.order = m.order.filter((b) => reached.has(b) || !to.has(b) || m.blocks[b]!.addressTaken);
}
