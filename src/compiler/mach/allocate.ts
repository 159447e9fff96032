// Register allocation of one function: linear scan, rewriting, and (when asked) the symbolic check of both.

import { checkAllocation, type RewriteTrace } from "./allocation-checker.ts";
import { LinearScan } from "./linear-scan.ts";
import { M_COPY, M_PCOPY, type MFunc, type RegFile } from "./minst.ts";
import { type MoveEmitter, Rewriter } from "./rewrite.ts";

export interface AllocateOptions {
  /** Validate the result; a mistake is an error of the compiler. */
  check: boolean;
}

/** Gives every operand of m a physical register. */
export function allocateRegisters(m: MFunc, regs: RegFile, moves: MoveEmitter, o: AllocateOptions): void {
  const trace: RewriteTrace | undefined = o.check
    ? { original: new Map(), remats: new Map(), exchanges: new Map(), copies: new Map() }
    : undefined;
  const allocation = new LinearScan(m, regs).run();
  const rewriter = new Rewriter(m, allocation, moves, regs, trace);
  rewriter.run();
  if (trace === undefined) return;
  const error = checkAllocation(m, regs, trace);
  if (error !== undefined) throw new Error(`wrong register allocation: ${error}`);
  for (const b of m.order) {
    const block = m.blocks[b]!;
    block.insts = block.insts.filter((i) => (i.op !== M_COPY && i.op !== M_PCOPY) || trace.original.has(i));
  }
}
