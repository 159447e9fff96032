// State of generation: one ModGen per unit, one FnGen per function body.
//
// FnGen emits straight into the Func under construction. Blocks are created when they are first named and take their place in
// the layout when code for them starts (`start`); a block that nobody jumped to is never placed, so that code under constant
// conditions leaves no trace. `b.block === 0` means that the current point cannot be reached.

import type { Decl, Expr, Label } from "../c/ast.ts";
import { Builder } from "../ir/builder.ts";
import type { Block, Func, PhiInfo, Value } from "../ir/func.ts";
import { OP_CONST, OP_PHI, TY_I32, TY_I64 } from "../ir/ops.ts";
import type { CallAssign, TargetInfo } from "../target/abi.ts";
import type { ModGen } from "./module.ts";
import type { Frame } from "./nested.ts";

/** What must be done when a scope is left: a chain from the innermost outwards. */
export class Cleanup {
  readonly parent: Cleanup | null;
  readonly depth: number;
  /** Variable with a cleanup function, or null. */
  readonly decl: Decl | null;
  /** Slot of the stack pointer to restore (VLA), or 0. */
  readonly saved: Value;
  /** Something that lives longer has been put on the stack since: it is not restored. */
  keep = false;

  constructor(parent: Cleanup | null, decl: Decl | null, saved: Value) {
    this.parent = parent;
    this.depth = parent === null ? 1 : parent.depth + 1;
    this.decl = decl;
    this.saved = saved;
  }
}

/** A goto out of scopes with cleanups to a label that has not been seen yet. */
export interface PendingGoto {
  block: Block;
  cleanup: Cleanup | null;
}
export class LabelState {
  block: Block;
  placed = false;
  cleanup: Cleanup | null = null;
  pending: PendingGoto[] = [];

  constructor(block: Block) {
    this.block = block;
  }
}

/** Builder that tells FnGen which blocks came into being by `here()`. */
class FnBuilder extends Builder {
  g: FnGen;
  constructor(f: Func, g: FnGen) {
    super(f);
    this.g = g;
  }
  override here(): Block {
    if (this.block === 0) {
      this.block = this.f.newBlock();
      this.g.placed.push(this.block);
      this.g.deadBlock = this.block;
    }
    return this.block;
  }
}

export class FnGen {
  readonly mg: ModGen;
  readonly target: TargetInfo;
  readonly ptrTy: number;
  readonly decl: Decl;
  readonly f: Func;
  readonly b: Builder;
  /** Blocks in layout order. */
  placed: Block[] = [];
  /** Block opened for the rest of an expression after control left it. */
  deadBlock: Block = 0;
  /** 1: some jump names the block. */
  private refd: Uint8Array = new Uint8Array(64);
  cleanup: Cleanup | null = null;
  breakBlock: Block = 0;
  breakCleanup: Cleanup | null = null;
  contBlock: Block = 0;
  contCleanup: Cleanup | null = null;
  labels: Map<Label, LabelState> = new Map();
  /** Labels that computed gotos may reach, and the gotos' target lists to be filled at the end. */
  /** Where all computed gotos leave the function, and the slot of the address they go to. */
  dispatch: { block: Block; slot: Value } | undefined = undefined;
  /** Slots of evaluated bounds of variable length arrays, by E_BOUND. */
  bounds: Map<Expr, Value> = new Map();
  /** Open scopes when the innermost block that declares something was entered. */
  blockCleanup: Cleanup | null = null;
  assign: CallAssign | null = null;
  /** The static chain, if the function has it; the record for nested functions (nested.ts), and the labels that those go to. */
  chain: Value = 0;
  frame: Frame | null = null;
  receives: readonly Label[] = [];
  /** Variable arguments of the call that the function is generated for, as parameters (arg-pack.ts); what has got a slot then. */
  pack: readonly Decl[] | null = null;
  readonly slotted: Decl[] = [];
  /** Address for a result in memory. */
  sretPtr: Value = 0;
  /** Returns: where from and the values of the pieces. */
  retBlocks: Block[] = [];
  retVals: Value[][] = [];

  constructor(mg: ModGen, decl: Decl, f: Func) {
    this.mg = mg;
    this.target = mg.target;
    this.ptrTy = mg.target.ptrTy;
    this.decl = decl;
    this.f = f;
    this.b = new FnBuilder(f, this);
  }

  newBlock(): Block {
    return this.f.newBlock();
  }

  isReferenced(blk: Block): boolean {
    return blk < this.refd.length && this.refd[blk] !== 0;
  }

  refer(blk: Block): void {
    if (blk >= this.refd.length) {
      const n = new Uint8Array(Math.max(this.refd.length * 2, blk + 1));
      n.set(this.refd);
      this.refd = n;
    }
    this.refd[blk] = 1;
  }

  jmp(to: Block): void {
    if (this.b.block === 0) return;
    this.refer(to);
    this.b.jmp(to);
  }

  /** Branch on an I32 condition; a constant one becomes a jump. */
  br(cond: Value, yes: Block, no: Block, prob = 0): void {
    if (this.b.block === 0) return;
    if (this.f.op[cond] === OP_CONST) {
      this.jmp(this.f.a[cond] !== 0 ? yes : no);
      return;
    }
    this.refer(yes);
    this.refer(no);
    this.b.br(cond, yes, no, prob);
  }

  /** Continues in blk: falls into it if the current point can be reached. Nothing happens to a block that nobody names. */
  start(blk: Block): void {
    this.jmp(blk);
    if (!this.isReferenced(blk)) return;
    this.place(blk);
  }

  place(blk: Block): void {
    this.placed.push(blk);
    this.b.setBlock(blk);
  }

  /** After a full expression: the rest of a dead one is not worth continuing. */
  endStatement(): void {
    if (this.b.block !== 0 && this.b.block === this.deadBlock) this.b.unreachable();
  }

  get reachable(): boolean {
    return this.b.block !== 0;
  }

  // ---- constants ----
  i32(x: number): Value {
    return this.b.iconst(TY_I32, x, 0);
  }
  i64(x: number): Value {
    return this.b.num(TY_I64, x);
  }
  ptrNum(x: number): Value {
    return this.b.num(this.ptrTy, x);
  }
  isConst(v: Value): boolean {
    return this.f.op[v] === OP_CONST;
  }

  setSlot(d: Decl, slot: Value): void {
    d.slot = slot;
    if (this.pack !== null) this.slotted.push(d);
  }

  addOff(base: Value, off: number): Value {
    return off === 0 ? base : this.b.add(this.ptrTy, base, this.ptrNum(off));
  }

  /** A stack slot. */
  temp(size: number, align: number, kind = 0): Value {
    return this.b.alloca(this.ptrTy, size, Math.max(align, 1), kind);
  }

  /** PHI at the head of the current (just started, still empty of others) block; the value itself if there is one source only. */
  phi(ty: number, blocks: Block[], vals: Value[]): Value {
    if (vals.length === 1) return vals[0]!;
    const info: PhiInfo = { blocks, vals };
    return this.b.emit(OP_PHI, ty, 0, 0, 0, info);
  }

  error(loc: number, text: string): void {
    this.mg.error(loc, text);
  }
}
