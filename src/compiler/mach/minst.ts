// Machine functions: instructions of one target before and after register allocation.
//
// A register operand is a number: 0..127 = physical register of the target's numbering, FIRST_VREG and above = virtual. The code
// is not in SSA form: a virtual register may have several definitions (two-address forms, phi destinations).

import type { AsmInfo, Block, CallInfo, Func } from "../ir/func.ts";

export const FIRST_VREG = 128;
export const CLASS_INT = 0;
export const CLASS_FLOAT = 1;

/** Instructions that every target has, in rows 0..15 of its table. */
export const M_COPY = 0; //  regs = [d, s]
export const M_PCOPY = 1; // parallel copy: regs = [d0 … dn-1, s0 … sn-1]
export const M_ASM = 2; //   aux = AsmText
export const M_NOP = 3;
/** Memory operands hold a frame slot in `slot` and an offset in imm. */
export const NO_SLOT = -1;

export interface JumpTable {
  id: number;
  targets: Block[];
}
/** An asm statement after selection: where each operand went. */
export interface AsmText {
  info: AsmInfo;
  /** By operand: index into regs, or -1 for a constant or a frame slot address. */
  regIndex: number[];
  /** By operand: constant text, frame slot. */
  text: string[];
  slot: number[];
  off: number[];
  clobbers: number[];
}
export type MAux = CallInfo | AsmText | JumpTable | undefined;

export class MInst {
  /** Row of the target's instruction table. */
  op: number;
  /** Definitions first, then uses. */
  regs: number[];
  /** Number of definitions. */
  nd: number;
  /** Definitions (bit mask) that are written before all uses are read. */
  early = 0;
  imm = 0;
  immHi = 0;
  /** Immediate operand of an instruction whose memory operand takes imm (x86). */
  imm2 = 0;
  /** Symbol id, 0 = none; imm is the offset then. */
  sym = 0;
  /** Frame slot, or NO_SLOT; imm is the offset in it. */
  slot: number = NO_SLOT;
  /** Branch target. */
  target: Block = 0;
  /** Physical registers that the instruction destroys (call). */
  clobbers: readonly number[] | undefined = undefined;
  aux: MAux = undefined;
  loc = 0;

  /** The same instruction with registers of its own. */
  clone(): MInst {
    const c = new MInst(this.op, this.regs.slice(), this.nd);
    c.early = this.early;
    c.imm = this.imm;
    c.immHi = this.immHi;
    c.imm2 = this.imm2;
    c.sym = this.sym;
    c.slot = this.slot;
    c.target = this.target;
    c.clobbers = this.clobbers;
    c.aux = this.aux;
    c.loc = this.loc;
    return c;
  }

  constructor(op: number, regs: number[], nd: number) {
    this.op = op;
    this.regs = regs;
    this.nd = nd;
  }
}

export class MBlock {
  readonly id: Block;
  insts: MInst[] = [];
  succs: Block[] = [];
  preds: Block[] = [];
  depth = 0;
  /** Entered by a computed goto: everything live into it is in memory. */
  memoryEntry = false;
  /** Needs a label although nothing branches to it (its address is taken). */
  addressTaken = false;

  constructor(id: Block) {
    this.id = id;
  }
}

export interface FrameSlot {
  size: number;
  align: number;
  /** Set by the frame builder: bytes from the frame's base. */
  off: number;
  /** Higher ones lie at higher addresses (mach/stack-protector.ts). */
  rank: number;
}

export class MFunc {
  readonly f: Func;
  readonly name: string;
  /** By IR block id. */
  blocks: (MBlock | undefined)[] = [];
  order: Block[] = [];
  nvreg = 0;
  vregClass: number[] = [];
  /** A single definition that may be repeated instead of a reload. */
  remat: (MInst | undefined)[] = [];
  noSpill: boolean[] = [];
  slots: FrameSlot[] = [];
  outArea = 0;
  /** What the outgoing arguments ask of the stack pointer's alignment. */
  outAlign = 1;
  hasCalls = false;
  /** Callee-saved registers that are written. */
  savedRegs: number[] = [];
  /** Physical registers that asm statements destroy. */
  asmClobbers: Set<number> = new Set();
  /** The stack pointer moves after the prologue (alloca, VLA). */
  movesStack = false;
  /** Tells a profiler that it begins (-pg). */
  profiled = false;
  tables: JumpTable[] = [];

  constructor(f: Func) {
    this.f = f;
    this.name = f.name;
  }

  /** Set by the target: does this instruction end a block? */
  isTerminator: (inst: MInst) => boolean = () => false;

  newVreg(cls: number): number {
    this.vregClass.push(cls);
    this.remat.push(undefined);
    this.noSpill.push(false);
    return FIRST_VREG + this.nvreg++;
  }

  newSlot(size: number, align: number, rank = 0): number {
    return this.slots.push({ size, align, off: 0, rank }) - 1;
  }

  /** The slots from low to high addresses. */
  slotsInOrder(): readonly FrameSlot[] {
    return this.slots.some((s) => s.rank !== 0) ? [...this.slots].sort((a, b) => a.rank - b.rank) : this.slots;
  }
}

/** A target's registers as the allocator sees them. */
export interface RegFile {
  /** Allocation order by class: cheap ones first, callee-saved ones last. */
  readonly order: readonly (readonly number[])[];
  readonly calleeSaved: ReadonlySet<number>;
  /** Class of a physical register. */
  classOf(reg: number): number;
  /** Bytes of a spill slot by class; 8, 8, 16 when absent. */
  readonly slotSize?: readonly number[];
  /** Register kept out of allocation for moves, by class. */
  readonly scratch: readonly number[];
}
