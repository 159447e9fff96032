// Register allocation by linear scan with lifetime holes and interval splitting. // hot
//
// Source: Wimmer & Mössenböck, "Optimized Interval Splitting in a Linear Scan Register Allocator" (VEE 2005). A spilled virtual
// register has one home in memory that is written after every definition, so that going to memory never costs a move; one
// whose value can be computed again (`remat`) has no home at all. Parts of an interval are chained by `next`.

import { computeLiveness, INFINITY, type Interval, Interval as IntervalClass, type Liveness } from "./liveness.ts";
import { FIRST_VREG, M_ASM, M_COPY, M_PCOPY, type MFunc, type MInst, type RegFile } from "./minst.ts";

const PHYS = 128;

export interface Allocation {
  live: Liveness;
  /** First part of each virtual register. */
  parts: (Interval | undefined)[];
  /** Home slot of a spilled virtual register, -1 = none. */
  slotOf: Int32Array;
}

export class LinearScan {
  private readonly m: MFunc;
  private readonly regs: RegFile;
  private readonly live: Liveness;
  private readonly heap: Interval[] = [];
  private active: Interval[] = [];
  private inactive: Interval[] = [];
  private readonly fixedCursor = new Int32Array(PHYS);
  private readonly freeUntil = new Int32Array(PHYS);
  private readonly usePos = new Int32Array(PHYS);
  private readonly blockPos = new Int32Array(PHYS);
  private readonly first: (Interval | undefined)[];
  private readonly slotOf: Int32Array;
  /** Register last given to a virtual one: the best hint for its other parts and its phi relatives. */
  private readonly lastReg: Int32Array;
  private readonly isBlockStart: Uint8Array;
  private readonly usedCalleeSaved: Set<number> = new Set();
  /** Block of each instruction, as an index into the order. */
  private readonly indexAt: Int32Array;
  /** Where the scan stands. */
  private pos = 0;

  constructor(m: MFunc, regs: RegFile) {
    this.m = m;
    this.regs = regs;
    this.live = computeLiveness(m, PHYS);
    this.first = this.live.intervals.slice();
    this.slotOf = new Int32Array(m.nvreg).fill(-1);
    this.lastReg = new Int32Array(m.nvreg).fill(-1);
    this.isBlockStart = new Uint8Array(this.live.insts.length + 1);
    this.indexAt = new Int32Array(this.live.insts.length + 1);
    for (let i = 0; i < m.order.length; i++) {
      const b = m.order[i]!;
      this.isBlockStart[this.live.from[b]!] = 1;
      this.indexAt.fill(i, this.live.from[b]!, this.live.to[b]!);
    }
  }

  run(): Allocation {
    this.collectHints();
    for (const it of this.live.intervals) if (it !== undefined) this.push(it);
    this.splitAtMemoryEntries();
    while (this.heap.length > 0) {
      const cur = this.pop();
      const pos = cur.start;
      this.pos = pos;
      this.advance(pos);
      if (cur.spilled) {
        this.spill(cur);
        continue;
      }
      if (this.allocateFree(cur)) this.active.push(cur);
      else this.allocateBlocked(cur);
    }
    this.collectPhysicalWrites();
    this.m.savedRegs = [...this.usedCalleeSaved].sort((a, b) => a - b);
    return { live: this.live, parts: this.first, slotOf: this.slotOf };
  }

  /** Callee-saved registers written by name: asm clobbers, register variables, calls with a convention of their own. */
  private collectPhysicalWrites(): void {
    for (const inst of this.live.insts) {
      for (let k = 0; k < inst.nd; k++) {
        const r = inst.regs[k]!;
        if (r < FIRST_VREG && this.regs.calleeSaved.has(r)) this.usedCalleeSaved.add(r);
      }
      if (inst.op !== M_ASM || inst.clobbers === undefined) continue;
      for (const c of inst.clobbers) {
        this.m.asmClobbers.add(c);
        if (this.regs.calleeSaved.has(c)) this.usedCalleeSaved.add(c);
      }
    }
  }

  /** Moves wish for one register on both sides. */
  private collectHints(): void {
    const hint = (a: number, b: number): void => {
      if (a >= FIRST_VREG) {
        const it = this.live.intervals[a - FIRST_VREG];
        if (it !== undefined && (it.hint < 0 || b < FIRST_VREG)) it.hint = b;
      }
    };
    for (const inst of this.live.insts) {
      if (inst.op === M_COPY) {
        hint(inst.regs[0]!, inst.regs[1]!);
        hint(inst.regs[1]!, inst.regs[0]!);
      } else if (inst.op === M_PCOPY) {
        for (let k = 0; k < inst.nd; k++) {
          hint(inst.regs[k]!, inst.regs[inst.nd + k]!);
          hint(inst.regs[inst.nd + k]!, inst.regs[k]!);
        }
      }
    }
  }

  /** What is live into a block that a computed goto enters must be in memory there: its edges cannot carry moves. */
  private splitAtMemoryEntries(): void {
    for (const b of this.m.order) {
      if (!this.m.blocks[b]!.memoryEntry) continue;
      const at = 4 * this.live.from[b]!;
      for (const v of this.live.liveIn[b]!) {
        let it = this.first[v - FIRST_VREG];
        while (it !== undefined && !it.covers(at)) it = it.next;
        if (it === undefined) continue;
        if (it.start < at) {
          const tail = this.split(it, at);
          tail.spilled = true;
          this.push(tail);
        } else it.spilled = true;
      }
    }
  }

  // ---- priority queue by start ----------------------------------------------------------------------

  private push(it: Interval): void {
    const h = this.heap;
    let i = h.length;
    h.push(it);
    const key = it.start;
    while (i > 0) {
      const p = (i - 1) >> 1;
      if (h[p]!.start <= key) break;
      h[i] = h[p]!;
      i = p;
    }
    h[i] = it;
  }

  private pop(): Interval {
    const h = this.heap;
    const top = h[0]!;
    const last = h.pop()!;
    const n = h.length;
    if (n > 0) {
      let i = 0;
      const key = last.start;
      for (;;) {
        let c = 2 * i + 1;
        if (c >= n) break;
        if (c + 1 < n && h[c + 1]!.start < h[c]!.start) c++;
        if (h[c]!.start >= key) break;
        h[i] = h[c]!;
        i = c;
      }
      h[i] = last;
    }
    return top;
  }

  // ---- the scan -------------------------------------------------------------------------------------

  /** Brings active and inactive up to pos. */
  private advance(pos: number): void {
    const act = this.active;
    const ina = this.inactive;
    const nextActive: Interval[] = [];
    const nextInactive: Interval[] = [];
    for (let k = 0; k < act.length; k++) this.place(act[k]!, pos, nextActive, nextInactive);
    for (let k = 0; k < ina.length; k++) this.place(ina[k]!, pos, nextActive, nextInactive);
    this.active = nextActive;
    this.inactive = nextInactive;
  }

  private place(it: Interval, pos: number, active: Interval[], inactive: Interval[]): void {
    const r = it.ranges;
    let c = it.cursor;
    while (c < r.length && r[c + 1]! <= pos) c += 2;
    it.cursor = c;
    if (c >= r.length) return;
    (r[c]! <= pos ? active : inactive).push(it);
  }

  /** Next busy position of a physical register at or after pos, pos itself when it is busy now. */
  private nextFixed(reg: number, pos: number): number {
    const fx = this.live.fixed[reg]!;
    let c = this.fixedCursor[reg]!;
    while (c < fx.length && fx[c + 1]! <= pos) c += 2;
    this.fixedCursor[reg] = c;
    if (c >= fx.length) return INFINITY;
    return fx[c]! <= pos ? pos : fx[c]!;
  }

  /** First position from `pos` on at which `cur` is live and the register is busy. */
  private fixedConflict(reg: number, cur: Interval): number {
    const q = this.nextFixed(reg, cur.start);
    if (q === INFINITY || q >= cur.end) return q;
    const fx = this.live.fixed[reg]!;
    const r = cur.ranges;
    let i = this.fixedCursor[reg]!;
    let j = 0;
    while (i < fx.length && j < r.length) {
      if (fx[i + 1]! <= r[j]!) i += 2;
      else if (r[j + 1]! <= fx[i]!) j += 2;
      else return Math.max(fx[i]!, r[j]!);
    }
    return INFINITY;
  }

  private allocateFree(cur: Interval): boolean {
    const order = this.regs.order[cur.cls]!;
    const free = this.freeUntil;
    for (let k = 0; k < order.length; k++) free[order[k]!] = INFINITY;
    for (let k = 0; k < this.active.length; k++) free[this.active[k]!.reg] = 0;
    for (let k = 0; k < this.inactive.length; k++) {
      const it = this.inactive[k]!;
      if (it.cls !== cur.cls || free[it.reg]! === 0) continue;
      const q = it.intersection(cur);
      if (q < free[it.reg]!) free[it.reg] = q;
    }
    const start = cur.start;
    const end = cur.end;
    const wish = this.wish(cur);
    if (wish >= 0 && order.includes(wish) && free[wish]! > start) {
      const q = this.fixedConflict(wish, cur);
      if (q < free[wish]!) free[wish] = q;
      if (free[wish]! >= end) {
        this.assign(cur, wish);
        return true;
      }
    }
    let best = -1;
    let bestFree = 0;
    for (let k = 0; k < order.length; k++) {
      const r = order[k]!;
      if (free[r]! <= start) continue;
      const q = this.fixedConflict(r, cur);
      if (q < free[r]!) free[r] = q;
      if (free[r]! >= end) {
        // the first in order that fits: callee-saved ones stand last, those in use already before new ones
        best = r;
        bestFree = free[r]!;
        if (this.regs.calleeSaved.has(r) && !this.usedCalleeSaved.has(r)) {
          for (let j = k + 1; j < order.length; j++) {
            const s = order[j]!;
            if (!this.usedCalleeSaved.has(s) || free[s]! <= start) continue;
            const qs = Math.min(free[s]!, this.fixedConflict(s, cur));
            if (qs >= end) {
              best = s;
              break;
            }
          }
        }
        break;
      }
      if (free[r]! > bestFree) {
        best = r;
        bestFree = free[r]!;
      }
    }
    if (best < 0 || bestFree <= start + 3) return false;
    if (bestFree < end) {
      // not worth a register if the value is not used before it has to go
      const at = this.splitPosition(cur, start, bestFree);
      if (at <= start) return false;
      if (cur.nextUse(start) >= at && !this.definedAt(cur, start)) return false;
      this.push(this.split(cur, at));
    }
    this.assign(cur, best);
    return true;
  }

  private definedAt(cur: Interval, pos: number): boolean {
    return (pos & 3) !== 0 && cur.uses.length > 0 && cur.uses[0] === pos;
  }

  private wish(cur: Interval): number {
    const v = cur.vreg - FIRST_VREG;
    if (cur.hint >= 0 && cur.hint < FIRST_VREG) return cur.hint;
    if (this.lastReg[v]! >= 0) return this.lastReg[v]!;
    if (cur.hint >= FIRST_VREG) return this.lastReg[cur.hint - FIRST_VREG]!;
    return -1;
  }

  private assign(cur: Interval, reg: number): void {
    cur.reg = reg;
    cur.cursor = 0;
    this.lastReg[cur.vreg - FIRST_VREG] = reg;
    if (this.regs.calleeSaved.has(reg)) this.usedCalleeSaved.add(reg);
  }

  private allocateBlocked(cur: Interval): void {
    const order = this.regs.order[cur.cls]!;
    const use = this.usePos;
    const block = this.blockPos;
    const start = cur.start;
    for (let k = 0; k < order.length; k++) {
      const q = this.fixedConflict(order[k]!, cur);
      use[order[k]!] = q;
      block[order[k]!] = q;
    }
    for (let k = 0; k < this.active.length; k++) {
      const it = this.active[k]!;
      if (it.cls !== cur.cls) continue;
      const q = this.m.noSpill[it.vreg - FIRST_VREG] ? 0 : it.nextWish(start);
      if (q < use[it.reg]!) use[it.reg] = q;
    }
    for (let k = 0; k < this.inactive.length; k++) {
      const it = this.inactive[k]!;
      if (it.cls !== cur.cls || it.intersection(cur) === INFINITY) continue;
      const q = this.m.noSpill[it.vreg - FIRST_VREG] ? 0 : it.nextWish(start);
      if (q < use[it.reg]!) use[it.reg] = q;
    }
    let reg = order[0]!;
    for (let k = 1; k < order.length; k++) if (use[order[k]!]! > use[reg]!) reg = order[k]!;
    const noSpill = this.m.noSpill[cur.vreg - FIRST_VREG]!;
    const firstUse = noSpill ? start : cur.nextUse(start);
    if (firstUse > start + 2 && use[reg]! < cur.nextWish(start)) {
      this.spill(cur);
      return;
    }
    if (use[reg]! <= start || block[reg]! <= start + 1) {
      if (firstUse > start + 2) {
        this.spill(cur);
        return;
      }
      throw new Error(`register allocation of ${this.m.name}: no register for v${cur.vreg} at instruction ${start >> 2}`);
    }
    if (block[reg]! < cur.end) this.push(this.split(cur, this.splitPosition(cur, start, block[reg]!)));
    this.assign(cur, reg);
    // whoever has the register gives it up from here on
    for (const list of [this.active, this.inactive]) {
      for (let k = list.length - 1; k >= 0; k--) {
        const it = list[k]!;
        if (it.reg !== reg) continue;
        if (list === this.inactive && it.intersection(cur) === INFINITY) continue;
        list.splice(k, 1);
        this.evict(it, start);
      }
    }
    this.active.push(cur);
  }

  /**
   * Splits `it` before pos; the tail is spilled up to its next use. Where nothing has used it since a loop began, the split goes in
   * front of the loop: its value is in its home there too, and no round has to bring it back.
   */
  private evict(it: Interval, pos: number): void {
    let tail = it;
    if (pos > it.start) {
      const entry = it.nextUse(pos) <= pos + 2 ? -1 : this.loopEntry(it, it.start, pos);
      tail = this.split(it, entry < 0 ? pos : entry);
    } else it.reg = -1;
    // What has a hole here begins again behind it, perhaps with a use.
    if (tail.nextUse(tail.start) <= tail.start + 2) this.push(tail);
    else this.spill(tail);
  }

  /** `cur` lives in memory from its start to just before its first use that needs a register. */
  private spill(cur: Interval): void {
    cur.spilled = true;
    cur.reg = -1;
    const v = cur.vreg - FIRST_VREG;
    const u = cur.nextUse(cur.start);
    if (u !== INFINITY) {
      const latest = this.reloadPosition(cur, u);
      // in front of the loops that the use stands in, when the scan has not come to them yet
      const at = (latest & 3) === 0 ? this.splitPosition(cur, Math.max(cur.start, this.pos), latest) : latest;
      if (at <= cur.start)
        throw new Error(`register allocation of ${this.m.name}: v${cur.vreg} is used where it must be in memory`);
      this.push(this.split(cur, at));
    }
    if (this.m.remat[v] === undefined && this.slotOf[v] === -1) {
      const size = this.regs.slotSize?.[cur.cls] ?? slotSize(cur.cls);
      this.slotOf[v] = this.m.newSlot(size, size);
    }
  }

  /** Gap before the instruction of a use. */
  private reloadPosition(cur: Interval, use: number): number {
    const at = use & ~3;
    return at > cur.start ? at : (use & 3) === 2 ? use : at;
  }

  /** A good place to split in (lo, hi]: the block start of least loop depth near hi, else the gap before hi. */
  private splitPosition(cur: Interval, lo: number, hi: number): number {
    const at = hi & ~3;
    if (at <= lo) return hi;
    const entry = this.loopEntry(cur, lo, at);
    return entry < 0 ? at : entry;
  }

  /** The start of the outermost loop around hi that begins behind lo and behind all that wishes for a register, -1 = none. */
  private loopEntry(cur: Interval, lo: number, hi: number): number {
    const floor = Math.max(lo, cur.lastWish(hi));
    const { from } = this.live;
    const { order, blocks } = this.m;
    let i = this.indexAt[Math.min(hi >> 2, this.indexAt.length - 2)]!;
    let depth = blocks[order[i]!]!.depth;
    let at = -1;
    for (; depth > 0 && i > 0; i--) {
      const start = 4 * from[order[i]!]!;
      if (start <= floor) break;
      const before = blocks[order[i - 1]!]!.depth;
      if (before < depth) {
        depth = before;
        at = start;
      }
    }
    return at;
  }

  /** Cuts `it` at pos (inside it); the new tail is linked behind and returned. */
  private split(it: Interval, pos: number): Interval {
    const tail = new IntervalClass(it.vreg, it.cls);
    const r = it.ranges;
    let i = 0;
    while (i < r.length && r[i + 1]! <= pos) i += 2;
    if (i < r.length && r[i]! < pos) {
      tail.ranges = r.slice(i);
      tail.ranges[0] = pos;
      r.length = i + 2;
      r[i + 1] = pos;
    } else {
      tail.ranges = r.slice(i);
      r.length = i;
    }
    if (tail.ranges.length === 0 || r.length === 0)
      throw new Error(`register allocation of ${this.m.name}: empty split of v${it.vreg} at ${pos}`);
    let u = 0;
    while (u < it.uses.length && it.uses[u]! < pos) u++;
    tail.uses = it.uses.slice(u);
    it.uses.length = u;
    let k = 0;
    while (k < it.marks.length && it.marks[k]! < pos) k++;
    tail.marks = it.marks.slice(k);
    it.marks.length = k;
    tail.hint = it.hint;
    tail.next = it.next;
    it.next = tail;
    return tail;
  }

  /** Whether instruction i begins a block (moves between parts then belong to the edges). */
  blockStart(i: number): boolean {
    return this.isBlockStart[i] === 1;
  }
}

function slotSize(cls: number): number {
  return cls >= 2 ? 16 : 8;
}

/** The part of a virtual register that holds at pos. */
export function partAt(first: Interval | undefined, pos: number): Interval | undefined {
  let it = first;
  while (it !== undefined) {
    const r = it.ranges;
    if (pos < r[r.length - 1]! && pos >= r[0]! && it.covers(pos)) return it;
    it = it.next;
  }
  return undefined;
}

export type { MInst };
