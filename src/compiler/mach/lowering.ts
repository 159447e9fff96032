// IR to machine code of one function: the part that all targets share. // hot
//
// Blocks are visited in postorder and read bottom-up, so that all users of a value are selected before the value itself: what every
// user has folded (an address, an immediate, a comparison) was never asked for in a register and vanishes. Phis become parallel
// copies at the ends of predecessors; critical edges are split first. Constants and symbol addresses are computed again after
// each call instead of living across it.

import { type Cfg, computeCfg, removeUnreachable, splitEdge } from "../ir/cfg.ts";
import { computeDominators } from "../ir/dominators.ts";
import type { AsmInfo, Block, CallInfo, Func, IjmpInfo, PhiInfo, Piece, Value } from "../ir/func.ts";
import { computeLoops } from "../ir/loops.ts";
import type { Module } from "../ir/module.ts";
import {
  F_EFFECT,
  MEM_VOLATILE,
  OP_ALLOCA,
  OP_ASM,
  OP_CALL,
  OP_CONST,
  OP_DALLOCA,
  OP_FCONST,
  OP_IJMP,
  OP_JMP,
  OP_LABELADDR,
  OP_LOAD,
  OP_NONE,
  OP_OUTARG,
  OP_PARAM,
  OP_PHI,
  OP_PROJ,
  OP_STACKRESTORE,
  OP_SYM,
  OP_UNDEF,
  opFlags,
  opName,
  TY_F32,
  TY_F64,
  TY_F80,
  TY_F128,
  TY_I32,
} from "../ir/ops.ts";
import { CLASS_FLOAT, CLASS_INT, type JumpTable, M_COPY, M_NOP, M_PCOPY, MBlock, MFunc, MInst } from "./minst.ts";

/** Alignment of the stack pointer where a target says nothing else. */
const STACK_ALIGN = 16;

/** Error of this compiler, not of the program. */
export class LoweringError extends Error {}

/** What a target does itself. */
export interface Selector {
  /** Selects v, whose result (if any) goes to L.result(v). Emits in program order. */
  select(L: Lowering, v: Value): void;
  /** Value of a CONST, FCONST, SYM, LABELADDR or ALLOCA into a register. */
  materialize(L: Lowering, v: Value, dst: number): void;
  /** Parameters into registers at function entry. */
  entry(L: Lowering): void;
  isTerminator(inst: MInst): boolean;
  jump(L: Lowering, target: Block): void;
  /** Whether v (CONST …) is better computed at each use than kept in a register across calls. */
  cheap(L: Lowering, v: Value): boolean;
  /** Bytes to which the stack pointer is aligned; 16 when absent. */
  readonly stackAlign?: number;
  /** Class of F80 values, the float class when absent. */
  readonly f80Class?: number;
  /** Class of F32 and F64 values, CLASS_FLOAT when absent. */
  readonly floatClass?: number;
  /** Register of a single-register constraint, -1 = none (as AsmTarget.fixedReg); for asm goto with outputs. */
  asmFixedReg?(constraint: string): number;
}

export class Lowering {
  readonly m: MFunc;
  readonly f: Func;
  readonly module: Module;
  readonly cfg: Cfg;
  private readonly sel: Selector;
  private readonly stackAlign: number;
  /** Register of a value, 0 = not asked for. */
  private readonly vreg: Int32Array;
  /** Number of operand positions that name a value (folding decisions). */
  readonly uses: Int32Array;
  /** Slot of an ALLOCA. */
  readonly slotOf: Int32Array;
  /** Instructions of the value being selected. */
  private cur: MInst[] = [];
  /** Constants asked for below the current point and not yet computed: value -> register. */
  private pending: Map<Value, number> = new Map();
  block: Block = 0;
  /** Source location of the value being selected. */
  private loc = 0;
  /** Phi destinations that need a register of their own on edges that cannot be split. */
  private readonly phiTemp: Map<Value, number> = new Map();

  constructor(f: Func, module: Module, sel: Selector) {
    this.f = f;
    this.module = module;
    this.sel = sel;
    this.stackAlign = sel.stackAlign ?? STACK_ALIGN;
    splitCriticalEdges(f);
    const cfg = computeCfg(f);
    removeUnreachable(f, cfg);
    this.cfg = computeCfg(f);
    this.m = new MFunc(f);
    this.m.isTerminator = (i) => sel.isTerminator(i);
    this.vreg = new Int32Array(f.nval);
    this.uses = new Int32Array(f.nval);
    this.slotOf = new Int32Array(f.nval).fill(-1);
  }

  run(): MFunc {
    const { f, m } = this;
    const buf: number[] = [];
    for (const b of f.order) {
      for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
        const n = f.operands(v, buf);
        for (let k = 0; k < n; k++) this.uses[buf[k]!]!++;
      }
    }
    m.order = f.order.slice();
    for (const b of f.order) m.blocks[b] = new MBlock(b);
    for (const b of f.order) {
      const mb = m.blocks[b]!;
      const seen = new Set<Block>();
      for (let k = 0; k < f.succCount(b); k++) {
        const s = f.succ(b, k);
        if (seen.has(s)) continue;
        seen.add(s);
        mb.succs.push(s);
        m.blocks[s]!.preds.push(b);
      }
    }
    for (let v = 1; v < f.nval; v++) {
      if (f.op[v] === OP_DALLOCA || f.op[v] === OP_STACKRESTORE) m.movesStack = true;
      if (f.op[v] === OP_OUTARG) m.outAlign = Math.max(m.outAlign, f.b[v]!);
      if (f.op[v] === OP_ALLOCA) {
        // Over-aligned objects get room to be aligned in: their address is computed, never folded (overAligned).
        const align = Math.max(1, f.b[v]!);
        const extra = align > this.stackAlign ? align - this.stackAlign : 0;
        this.slotOf[v] = m.newSlot(Math.max(1, f.a[v]!) + extra, Math.min(align, this.stackAlign), f.c[v]!);
      }
      if (f.op[v] === OP_LABELADDR) m.blocks[f.a[v]!]!.addressTaken = true;
    }
    for (const b of f.order) if (f.labelId[b] !== 0) m.blocks[b]!.addressTaken = true;
    for (const b of f.order) {
      if (f.op[f.last[b]!] !== OP_IJMP) continue;
      for (const s of m.blocks[b]!.succs) if (m.blocks[s]!.preds.length > 1) m.blocks[s]!.memoryEntry = true;
    }
    // the prologue aligns the stack pointer: from then on only the frame pointer knows where the frame is
    if (m.outAlign > this.stackAlign) m.movesStack = true;
    this.loopDepths();
    for (const b of this.postorder()) this.lowerBlock(b);
    return m;
  }

  private loopDepths(): void {
    const loops = computeLoops(this.f, this.cfg, computeDominators(this.f, this.cfg));
    for (const b of this.f.order) this.m.blocks[b]!.depth = loops.depth[b] ?? 0;
  }

  private postorder(): Block[] {
    const { f, m } = this;
    const out: Block[] = [];
    const state = new Uint8Array(f.nblk);
    const stack: Block[] = [f.entry];
    const at: number[] = [0];
    state[f.entry] = 1;
    while (stack.length > 0) {
      const b = stack[stack.length - 1]!;
      const succs = m.blocks[b]!.succs;
      const k = at[at.length - 1]!;
      if (k < succs.length) {
        at[at.length - 1] = k + 1;
        const s = succs[k]!;
        if (state[s] === 0) {
          state[s] = 1;
          stack.push(s);
          at.push(0);
        }
      } else {
        out.push(b);
        stack.pop();
        at.pop();
      }
    }
    return out;
  }

  // ---- one block ------------------------------------------------------------------------------------

  private lowerBlock(b: Block): void {
    const { f, m, sel } = this;
    this.block = b;
    this.pending.clear();
    /** The block's code, last instruction first. */
    const rev: MInst[] = [];
    const mb = m.blocks[b]!;
    let v = f.last[b]!;
    // terminator, with the phi copies in front of it
    this.cur = [];
    this.loc = f.loc[v]!;
    sel.select(this, v);
    flush(this.cur, rev);
    this.phiCopies(mb, rev);
    v = f.prev[v]!;
    for (; v !== 0; v = f.prev[v]!) {
      const op = f.op[v]!;
      if (op === OP_PHI) {
        this.phiHead(v, mb, rev);
        continue;
      }
      if (op === OP_PROJ || op === OP_PARAM || op === OP_ALLOCA || op === OP_NONE) {
        if (op === OP_PROJ && f.blk[f.a[v]!] !== b) this.edgeProj(v, rev);
        continue;
      }
      if (op === OP_CONST || op === OP_SYM || op === OP_FCONST || op === OP_LABELADDR || op === OP_UNDEF) continue;
      if ((opFlags[op]! & F_EFFECT) === 0 && this.vreg[v] === 0 && !(op === OP_LOAD && (f.c[v]! & MEM_VOLATILE) !== 0)) continue;
      if (op === OP_CALL || op === OP_ASM) this.flushPending(rev);
      this.loc = f.loc[v]!;
      this.cur = [];
      sel.select(this, v);
      flush(this.cur, rev);
    }
    this.flushPending(rev);
    if (b === f.entry) {
      this.cur = [];
      sel.entry(this);
      flush(this.cur, rev);
    }
    if (mb.memoryEntry) rev.push(new MInst(M_NOP, [], 0));
    rev.reverse();
    mb.insts = rev;
  }

  /** Computes the pending constants here (in front of what has been emitted so far). */
  private flushPending(rev: MInst[]): void {
    if (this.pending.size === 0) return;
    this.loc = 0;
    const list = [...this.pending];
    this.pending.clear();
    for (const [v, reg] of list) {
      this.cur = [];
      this.sel.materialize(this, v, reg);
      if (this.cur.length === 1 && this.cur[0]!.regs.length === 1) this.m.remat[reg - 128] = this.cur[0]!.clone();
      flush(this.cur, rev);
    }
  }

  /** Copies into the phis of the successors, at the end of this block. */
  private phiCopies(mb: MBlock, rev: MInst[]): void {
    const { f } = this;
    const defs: number[] = [];
    const srcs: number[] = [];
    for (const s of mb.succs) {
      for (let p = f.first[s]!; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]!) {
        // Phis of a loop header are asked for by blocks that may come later in this walk: give them a register now.
        const info = f.aux[p] as PhiInfo;
        const k = info.blocks.indexOf(mb.id);
        const x = info.vals[k]!;
        if (f.op[x] === OP_UNDEF) continue;
        defs.push(this.phiTarget(p, s));
        srcs.push(this.reg(x));
      }
    }
    if (defs.length === 0) return;
    for (let k = 0; k < rev.length; k++) {
      for (const r of rev[k]!.regs)
        if (defs.includes(r)) throw new LoweringError(`${f.name}: a phi copy would change an operand of the terminator`);
    }
    rev.push(new MInst(M_PCOPY, [...defs, ...srcs], defs.length));
  }

  /** Register that predecessors write for phi p of block s. */
  private phiTarget(p: Value, s: Block): number {
    if (!this.m.blocks[s]!.memoryEntry) return this.result(p);
    let t = this.phiTemp.get(p);
    if (t === undefined) {
      t = this.m.newVreg(this.classOf(p));
      this.phiTemp.set(p, t);
    }
    return t;
  }

  private phiHead(p: Value, mb: MBlock, rev: MInst[]): void {
    if (!mb.memoryEntry || (this.vreg[p] === 0 && !this.phiTemp.has(p))) return;
    rev.push(new MInst(M_COPY, [this.result(p), this.phiTarget(p, mb.id)], 1));
  }

  /** Output of an asm goto, read at the head of a successor. */
  private edgeProj(v: Value, rev: MInst[]): void {
    if (this.vreg[v] === 0) return;
    const asm = this.f.a[v]!;
    const index = this.f.b[v]!;
    const o = (this.f.aux[asm] as AsmInfo).operands.find((x) => x.outIndex === index)!;
    const fixed = o.fixedReg >= 0 ? o.fixedReg : (this.sel.asmFixedReg?.(o.constraint) ?? -1);
    rev.push(new MInst(M_COPY, [this.vreg[v]!, fixed >= 0 ? fixed : this.asmOut(asm, index, this.classOf(v))], 1));
  }

  private readonly asmOuts: Map<number, number> = new Map();
  /** Register of output `index` of an asm goto: defined by the terminator, copied at the heads of the successors. */
  asmOut(asm: Value, index: number, cls: number): number {
    const key = asm * 64 + index;
    let r = this.asmOuts.get(key);
    if (r === undefined) {
      r = this.m.newVreg(cls);
      this.m.noSpill[r - 128] = true;
      this.asmOuts.set(key, r);
    }
    return r;
  }

  // ---- for selectors --------------------------------------------------------------------------------

  classOf(v: Value): number {
    const ty = this.f.ty[v]!;
    if (ty === TY_F80) return this.sel.f80Class ?? CLASS_FLOAT;
    return ty === TY_F32 || ty === TY_F64 || ty === TY_F128 ? (this.sel.floatClass ?? CLASS_FLOAT) : CLASS_INT;
  }

  /** An ALLOCA whose address has to be rounded up to its alignment inside its slot. */
  overAligned(v: Value): boolean {
    return this.f.b[v]! > this.stackAlign;
  }

  /** Register that holds v, asking for it to be computed. */
  reg(v: Value): number {
    const { f } = this;
    const op = f.op[v]!;
    if (op === OP_CONST || op === OP_SYM || op === OP_FCONST || op === OP_LABELADDR || op === OP_ALLOCA || op === OP_UNDEF) {
      let r = this.pending.get(v);
      if (r === undefined) {
        r = this.m.newVreg(this.classOf(v));
        this.pending.set(v, r);
      }
      return r;
    }
    return this.result(v);
  }

  /** Register in which v's result belongs. */
  result(v: Value): number {
    let r = this.vreg[v]!;
    if (r === 0) {
      r = this.m.newVreg(this.classOf(v));
      this.vreg[v] = r;
    }
    return r;
  }

  /** Was v's result asked for by anyone? */
  wanted(v: Value): boolean {
    return this.vreg[v] !== 0;
  }

  /** Is x a phi that v flows back into: they should share a register. */
  continues(v: Value, x: Value): boolean {
    return this.f.op[x] === OP_PHI && (this.f.aux[x] as PhiInfo).vals.includes(v);
  }

  /** The PROJs of a call, asm or cmpxchg, by index; those that nobody reads are undefined. */
  projections(v: Value): (Value | undefined)[] {
    const { f } = this;
    const out: (Value | undefined)[] = [];
    for (let p = f.next[v]!; p !== 0; p = f.next[p]!) {
      if (f.op[p] === OP_PROJ && f.a[p] === v && this.vreg[p] !== 0) out[f.b[p]!] = p;
    }
    return out;
  }

  tmp(cls: number = CLASS_INT): number {
    return this.m.newVreg(cls);
  }

  emit(op: number, regs: number[], nd: number): MInst {
    const i = new MInst(op, regs, nd);
    i.loc = this.loc;
    this.cur.push(i);
    return i;
  }

  emitImm(op: number, regs: number[], nd: number, imm: number): MInst {
    const i = this.emit(op, regs, nd);
    i.imm = imm;
    return i;
  }

  copy(dst: number, src: number): void {
    this.emit(M_COPY, [dst, src], 1);
  }

  /** The parameters that are used: copies out of registers (srcs to dsts), and loads from `off` bytes into the arguments' area. */
  parameters(): { dsts: number[]; srcs: number[]; loads: { dst: number; off: number; ty: number }[] } {
    const { f } = this;
    const dsts: number[] = [];
    const srcs: number[] = [];
    const loads: { dst: number; off: number; ty: number }[] = [];
    for (let v = f.first[f.entry]!; v !== 0; v = f.next[v]!) {
      if (f.op[v] !== OP_PARAM || !this.wanted(v)) continue;
      const p = f.params[f.a[v]!]!;
      if (p.loc >= 0) {
        dsts.push(this.result(v));
        srcs.push(p.loc);
      } else loads.push({ dst: this.result(v), off: -1 - p.loc, ty: p.ty });
    }
    return { dsts, srcs, loads };
  }

  /** Notes a call, and room for its arguments on the stack; a jump in place of a call leaves no frame to return to. */
  openCall(info: CallInfo): void {
    if (info.tail) return;
    this.m.hasCalls = true;
    if (info.stackSize > this.m.outArea) this.m.outArea = info.stackSize;
  }

  /** Results of call v out of the registers where the callee leaves them; places from `limit` on are for the caller to empty. */
  takeResults(v: Value, rets: readonly Piece[], limit = Number.POSITIVE_INFINITY): void {
    const parts = this.projections(v);
    const dsts: number[] = [];
    const srcs: number[] = [];
    for (let k = 0; k < rets.length; k++) {
      const p = parts[k];
      if (p === undefined || rets[k]!.loc >= limit) continue;
      dsts.push(this.result(p));
      srcs.push(rets[k]!.loc);
    }
    this.parallelCopy(dsts, srcs);
  }

  parallelCopy(dsts: number[], srcs: number[]): void {
    if (dsts.length > 0) this.emit(M_PCOPY, [...dsts, ...srcs], dsts.length);
  }

  /** Unconditional jump, for shared code that ends a block. */
  jumpTo(target: Block): void {
    this.sel.jump(this, target);
  }

  isConst(v: Value): boolean {
    return this.f.op[v] === OP_CONST;
  }

  /** v is a constant in [lo, hi]. */
  constIn(v: Value, lo: number, hi: number): boolean {
    const { f } = this;
    return f.op[v] === OP_CONST && f.b[v] === f.a[v]! >> 31 && f.a[v]! >= lo && f.a[v]! <= hi;
  }

  isI32(v: Value): boolean {
    return this.f.ty[v] === TY_I32;
  }

  jumpTable(targets: Block[]): JumpTable {
    const t = { id: this.m.tables.length, targets };
    this.m.tables.push(t);
    for (const b of targets) this.m.blocks[b]!.addressTaken = true;
    return t;
  }

  bug(v: Value, text: string): never {
    throw new LoweringError(`${this.f.name}: ${opName[this.f.op[v]!]}: ${text}`);
  }
}

function flush(cur: MInst[], rev: MInst[]): void {
  for (let k = cur.length - 1; k >= 0; k--) rev.push(cur[k]!);
}

/** The label that the computed goto of block b reaches s by becomes a block of its own, which jumps to s. */
function splitLabel(f: Func, b: Block, s: Block): void {
  const nb = f.newBlock();
  f.append(nb, OP_JMP, 0, 0, s, 0, f.loc[f.last[b]!]!);
  const info = f.aux[f.last[b]!] as IjmpInfo;
  info.targets = info.targets.map((t) => (t === s ? nb : t));
  for (let v = 1; v < f.nval; v++) if (f.op[v] === OP_LABELADDR && f.a[v] === s) f.a[v] = nb;
  f.labelId[nb] = f.labelId[s]!;
  f.labelId[s] = 0;
  for (let p = f.first[s]!; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]!) {
    const phi = f.aux[p] as PhiInfo;
    const k = phi.blocks.indexOf(b);
    if (k >= 0) phi.blocks[k] = nb;
  }
}

/** Splits every edge from a block with several successors to one with several predecessors (but those of computed gotos). */
function splitCriticalEdges(f: Func): void {
  const cfg = computeCfg(f);
  removeUnreachable(f, cfg);
  const preds = new Int32Array(f.nblk + 1);
  for (const b of f.order) {
    const seen = new Set<Block>();
    for (let k = 0; k < f.succCount(b); k++) {
      const s = f.succ(b, k);
      if (!seen.has(s)) preds[s]!++;
      seen.add(s);
    }
  }
  for (const b of f.order.slice()) {
    if (f.op[f.last[b]!] === OP_IJMP) {
      // with several computed gotos the labels stay shared, and what is live into them is in memory
      const alone = f.order.every((x) => x === b || f.op[f.last[x]!] !== OP_IJMP);
      if (alone) for (const s of new Set((f.aux[f.last[b]!] as IjmpInfo).targets)) if (preds[s]! > 1) splitLabel(f, b, s);
      continue;
    }
    const succs = new Set<Block>();
    for (let k = 0; k < f.succCount(b); k++) succs.add(f.succ(b, k));
    // one way out by a terminator that reads registers: moves have no place in front of it either
    if (succs.size < 2 && (f.op[f.last[b]!] === OP_JMP || succs.size === 0)) continue;
    for (const s of succs) {
      if (preds[s]! <= 1) continue;
      splitEdge(f, b, s);
      // the new block stands behind the block that jumps to it
      const nb = f.order.pop()!;
      f.order.splice(f.order.indexOf(b) + 1, 0, nb);
    }
  }
}
