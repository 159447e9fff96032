// Puts an allocation into the code: operands become physical registers, moves, loads and stores appear where the parts of a
// virtual register meet, at copies, and on the edges between blocks. Parallel copies are put in order; cycles go through a
// scratch register. Source: Wimmer & Mössenböck 2005, section 4 ("resolve data flow").

import type { Block } from "../ir/func.ts";
import type { RewriteTrace } from "./allocation-checker.ts";
import { type Allocation, partAt } from "./linear-scan.ts";
import type { Interval } from "./liveness.ts";
import { FIRST_VREG, M_COPY, M_NOP, M_PCOPY, type MBlock, type MFunc, type MInst, type RegFile } from "./minst.ts";

/** What the rewriter needs of a target. */
export interface MoveEmitter {
  move(out: MInst[], dst: number, src: number, cls: number): void;
  load(out: MInst[], dst: number, slot: number, cls: number): void;
  store(out: MInst[], src: number, slot: number, cls: number): void;
  /** Two registers kept free for moves: the first breaks cycles, the second carries memory-to-memory moves. */
  scratch(cls: number, which: number): number;
  /**
   * Targets with too few registers to keep any free for class 0: one instruction that exchanges two places (registers, or slots as
   * -1 - slot), and one that copies a slot. scratch(0, 1) is then a register to borrow.
   */
  readonly exchange?: (a: number, b: number) => MInst;
  readonly copySlot?: (dst: number, src: number) => MInst;
}

/** One move of a parallel copy. Locations: >= 0 register, < 0 slot -1 - s; `remat` computes the value instead. */
interface Move {
  dst: number;
  src: number;
  cls: number;
  remat: MInst | undefined;
  /** Register of the program that the move is for. */
  value: number;
}

const slotLoc = (slot: number): number => -1 - slot;

export class Rewriter {
  private readonly m: MFunc;
  private readonly a: Allocation;
  private readonly t: MoveEmitter;
  private readonly regs: RegFile;
  /** Set when the result is to be checked: copies of the program then stay as markers. */
  private readonly trace: RewriteTrace | undefined;

  constructor(m: MFunc, a: Allocation, t: MoveEmitter, regs: RegFile, trace?: RewriteTrace) {
    this.m = m;
    this.a = a;
    this.t = t;
    this.regs = regs;
    this.trace = trace;
  }

  run(): void {
    const { live } = this.a;
    const gaps = this.collectGapMoves();
    const starts = new Map<Block, Move[]>();
    const ends = new Map<Block, Move[]>();
    this.collectEdgeMoves(starts, ends);
    for (const b of this.m.order) {
      const block = this.m.blocks[b]!;
      const out: MInst[] = [];
      this.sequence(starts.get(b), out);
      const from = live.from[b]!;
      const to = live.to[b]!;
      const term = firstTerminator(block, this.m);
      for (let i = from; i < to; i++) {
        this.sequence(gaps.get(i), out);
        if (i - from === term) this.sequence(ends.get(b), out);
        this.rewrite(live.insts[i]!, i, out);
      }
      if (term < 0) this.sequence(ends.get(b), out);
      block.insts = out;
    }
  }

  /** Moves between consecutive parts of one virtual register that meet inside a block, by instruction index. */
  private collectGapMoves(): Map<number, Move[]> {
    const gaps = new Map<number, Move[]>();
    const blockStarts = new Set<number>();
    for (const b of this.m.order) blockStarts.add(this.a.live.from[b]!);
    for (const first of this.a.parts) {
      let p = first;
      while (p !== undefined && p.next !== undefined) {
        const q: Interval = p.next;
        if (p.end === q.start && !q.spilled && (q.start & 3) === 0 && !blockStarts.has(q.start >> 2)) {
          const mv = this.moveBetween(p, q);
          if (mv !== undefined) {
            const at = q.start >> 2;
            const list = gaps.get(at);
            if (list === undefined) gaps.set(at, [mv]);
            else list.push(mv);
          }
        }
        p = q;
      }
    }
    return gaps;
  }

  private moveBetween(p: Interval, q: Interval): Move | undefined {
    if (q.spilled) return undefined;
    const v = p.vreg - FIRST_VREG;
    if (!p.spilled) return p.reg === q.reg ? undefined : { dst: q.reg, src: p.reg, cls: p.cls, remat: undefined, value: p.vreg };
    const remat = this.m.remat[v];
    return { dst: q.reg, src: remat === undefined ? slotLoc(this.a.slotOf[v]!) : 0, cls: p.cls, remat, value: p.vreg };
  }

  private collectEdgeMoves(starts: Map<Block, Move[]>, ends: Map<Block, Move[]>): void {
    const { live, parts } = this.a;
    for (const b of this.m.order) {
      const block = this.m.blocks[b]!;
      if (block.succs.length === 0) continue;
      const endPos = 4 * live.to[b]! - 1;
      for (const s of block.succs) {
        const target = this.m.blocks[s]!;
        const startPos = 4 * live.from[s]!;
        let list: Move[] | undefined;
        for (const v of live.liveIn[s]!) {
          const first = parts[v - FIRST_VREG];
          const p = partAt(first, endPos);
          const q = partAt(first, startPos);
          if (p === undefined || q === undefined || p === q) continue;
          const mv = this.moveBetween(p, q);
          if (mv === undefined) continue;
          if (list === undefined) list = [];
          list.push(mv);
        }
        if (list === undefined) continue;
        // a terminator that reads registers must not see the moves of its only way out
        if (target.preds.length === 1) starts.set(s, list);
        else if (block.succs.length === 1) ends.set(b, list);
        else throw new Error(`register allocation of ${this.m.name}: moves on the critical edge ${b} -> ${s}`);
      }
    }
  }

  private rewrite(inst: MInst, i: number, out: MInst[]): void {
    if (inst.op === M_NOP) return;
    if (inst.op === M_COPY || inst.op === M_PCOPY) {
      this.rewriteCopy(inst, i, out);
      return;
    }
    const r = inst.regs;
    this.trace?.original.set(inst, r.slice());
    let stores: { reg: number; slot: number; cls: number }[] | undefined;
    for (let k = 0; k < r.length; k++) {
      const v = r[k]!;
      if (v < FIRST_VREG) continue;
      const pos = k < inst.nd ? 4 * i + ((inst.early >>> k) & 1 ? 1 : 2) : 4 * i + 1;
      const p = partAt(this.a.parts[v - FIRST_VREG], pos);
      if (p === undefined || p.reg < 0)
        throw new Error(`register allocation of ${this.m.name}: v${v} has no register at instruction ${i}`);
      r[k] = p.reg;
      if (k < inst.nd) {
        const slot = this.a.slotOf[v - FIRST_VREG]!;
        if (slot >= 0) {
          stores ??= [];
          stores.push({ reg: p.reg, slot, cls: p.cls });
        }
      }
    }
    out.push(inst);
    if (stores !== undefined) for (const s of stores) this.t.store(out, s.reg, s.slot, s.cls);
  }

  private rewriteCopy(inst: MInst, i: number, out: MInst[]): void {
    const n = inst.nd;
    if (this.trace !== undefined) out.push(inst);
    const moves: Move[] = [];
    let stores: { reg: number; slot: number; cls: number }[] | undefined;
    for (let k = 0; k < n; k++) {
      const d = inst.regs[k]!;
      const s = inst.regs[n + k]!;
      let dst = d;
      let cls = -1;
      if (d >= FIRST_VREG) {
        const v = d - FIRST_VREG;
        cls = this.m.vregClass[v]!;
        const p = partAt(this.a.parts[v], 4 * i + 2);
        if (p === undefined) continue; // never read
        const slot = this.a.slotOf[v]!;
        if (p.reg >= 0) {
          dst = p.reg;
          if (slot >= 0) {
            stores ??= [];
            stores.push({ reg: p.reg, slot, cls });
          }
        } else if (slot >= 0) dst = slotLoc(slot);
        else continue;
      }
      let src = s;
      let remat: MInst | undefined;
      if (s >= FIRST_VREG) {
        const v = s - FIRST_VREG;
        cls = this.m.vregClass[v]!;
        const p = partAt(this.a.parts[v], 4 * i + 1);
        if (p === undefined)
          throw new Error(`register allocation of ${this.m.name}: v${s} is read but not live at instruction ${i}`);
        if (p.reg >= 0) src = p.reg;
        else if (this.m.remat[v] !== undefined) {
          remat = this.m.remat[v];
          src = 0;
        } else src = slotLoc(this.a.slotOf[v]!);
      }
      if (cls < 0) cls = d < FIRST_VREG ? this.regs.classOf(d) : 0;
      if (remat === undefined && dst === src) continue;
      moves.push({ dst, src, cls, remat, value: d });
    }
    this.sequence(moves, out);
    if (stores !== undefined) for (const s of stores) this.t.store(out, s.reg, s.slot, s.cls);
  }

  /** Emits a parallel copy as a sequence. */
  private sequence(moves: Move[] | undefined, out: MInst[]): void {
    if (moves === undefined || moves.length === 0) return;
    // Values that are computed wait until everything has been read.
    const pending = moves.filter((x) => x.remat === undefined);
    const readers = new Map<number, number>();
    for (const x of pending) readers.set(x.src, (readers.get(x.src) ?? 0) + 1);
    let left = pending.length;
    const done = new Array<boolean>(pending.length).fill(false);
    while (left > 0) {
      let progress = false;
      for (let k = 0; k < pending.length; k++) {
        if (done[k]) continue;
        const x = pending[k]!;
        const waiting = readers.get(x.dst) ?? 0;
        if (waiting > (x.src === x.dst ? 1 : 0)) continue;
        this.one(x.dst, x.src, x.cls, out);
        readers.set(x.src, readers.get(x.src)! - 1);
        done[k] = true;
        left--;
        progress = true;
      }
      if (!progress) {
        const x = pending.find((_x, k) => !done[k])!;
        if (x.cls === 0 && this.t.exchange !== undefined) {
          // only cycles are left: put one value in its place, and what was there where the value came from
          const { dst, src } = x;
          this.exchange(dst, src, out);
          for (let k = 0; k < pending.length; k++) {
            const y = pending[k]!;
            if (done[k]) continue;
            y.src = y.src === dst ? src : y.src === src ? dst : y.src;
            if (y.src !== y.dst) continue;
            done[k] = true;
            left--;
          }
          readers.clear();
          for (let k = 0; k < pending.length; k++) {
            const from = pending[k]!.src;
            if (!done[k]) readers.set(from, (readers.get(from) ?? 0) + 1);
          }
          continue;
        }
        // free one destination by saving its value
        const save = this.freeScratch(moves, pending, done, x.cls);
        this.one(save, x.dst, x.cls, out);
        let moved = 0;
        for (let k = 0; k < pending.length; k++) {
          if (!done[k] && pending[k]!.src === x.dst) {
            pending[k]!.src = save;
            moved++;
          }
        }
        readers.set(x.dst, 0);
        readers.set(save, (readers.get(save) ?? 0) + moved);
      }
    }
    for (const x of moves) {
      if (x.remat === undefined) continue;
      const dst = x.dst >= 0 ? x.dst : this.t.scratch(x.cls, 1);
      const borrowed = x.dst < 0 && x.cls === 0 && this.t.exchange !== undefined;
      if (borrowed) this.exchange(dst, x.dst, out);
      const again = cloneWithDef(x.remat, dst);
      this.trace?.remats.set(again, x.value);
      out.push(again);
      if (borrowed) this.exchange(dst, x.dst, out);
      else if (x.dst < 0) this.t.store(out, dst, -1 - x.dst, x.cls);
    }
  }

  private exchange(a: number, b: number, out: MInst[]): void {
    const i = this.t.exchange!(a, b);
    this.trace?.exchanges.set(i, [a, b]);
    out.push(i);
  }

  /** A scratch register that the copy itself does not name (asm operands in fixed registers may). */
  private freeScratch(moves: readonly Move[], pending: readonly Move[], done: readonly boolean[], cls: number): number {
    for (let which = 0; which < 2; which++) {
      const r = this.t.scratch(cls, which);
      if (!moves.some((x) => x.dst === r) && !pending.some((x, k) => !done[k] && x.src === r)) return r;
    }
    throw new Error(`register allocation of ${this.m.name}: no register is left to break a cycle of moves`);
  }

  private one(dst: number, src: number, cls: number, out: MInst[]): void {
    if (dst >= 0 && src >= 0) this.t.move(out, dst, src, cls);
    else if (dst >= 0) this.t.load(out, dst, -1 - src, cls);
    else if (src >= 0) this.t.store(out, src, -1 - dst, cls);
    else if (cls === 0 && this.t.copySlot !== undefined) {
      const i = this.t.copySlot(-1 - dst, -1 - src);
      this.trace?.copies.set(i, [dst, src]);
      out.push(i);
    } else {
      const tmp = this.t.scratch(cls, 1);
      this.t.load(out, tmp, -1 - src, cls);
      this.t.store(out, tmp, -1 - dst, cls);
    }
  }
}

/** Index of the first instruction that may leave the block, -1 = none (falls through). */
function firstTerminator(block: MBlock, m: MFunc): number {
  const n = block.insts.length;
  let k = n;
  while (k > 0 && m.isTerminator(block.insts[k - 1]!)) k--;
  return k === n ? -1 : k;
}

function cloneWithDef(inst: MInst, dst: number): MInst {
  const c = inst.clone();
  c.regs[0] = dst;
  return c;
}
