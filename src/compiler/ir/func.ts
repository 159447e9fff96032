// One function in SSA form: values and blocks as rows of typed arrays, changed in place. // hot
//
// A value is an integer; 0 is "none". Values of a block form a doubly linked list (next/prev); a removed value gets OP_NONE.
// Longer operand lists and infos hang in aux[v]. Replacing a value everywhere is done by turning it into COPY of the other
// (`replaceWith`) and sweeping once (`resolveCopies`), so that no use lists have to be kept.

import {
  F_A,
  F_B,
  F_C,
  F_TERM,
  OP_ASM,
  OP_BR,
  OP_CALL,
  OP_CONST,
  OP_COPY,
  OP_IJMP,
  OP_JMP,
  OP_NONE,
  OP_PHI,
  OP_RET,
  OP_SWITCH,
  OP_SYM,
  opFlags,
  TY_I32,
  TY_I128,
  TY_SIZE,
} from "./ops.ts";

export type Value = number;
export type Block = number;

/** One entry for each distinct predecessor block, in no particular order. */
export interface PhiInfo {
  blocks: Block[];
  vals: Value[];
}
/** loc >= 0: physical register of the target's numbering; loc < 0: stack, byte offset -(loc + 1) in the argument area. */
export interface Piece {
  ty: number;
  loc: number;
  /** Bytes of it that mean something, where that is known (the text form does not keep it). */
  size?: number;
}
export interface CallInfo {
  /** Symbol id of a direct callee, or 0: then `target` is the address. */
  sym: number;
  target: Value;
  args: Value[];
  /** Where args[i] goes. */
  argLocs: Piece[];
  /** Result pieces, read by PROJ index. */
  rets: Piece[];
  /** Bytes of outgoing stack arguments. */
  stackSize: number;
  variadic: boolean;
  /** x86-64: number of vector registers that hold arguments (AL). */
  vecRegs: number;
  /** OUTARG values whose memory this call reads. */
  outArgs: Value[];
  noreturn: boolean;
  /** __attribute__((const)) = 2, pure = 1, else 0. */
  purity: number;
  returnsTwice: boolean;
  /** The call is a jump and ends its block (mach/tail-calls.ts). */
  tail: boolean;
  /** The result is an object in memory whose address is an argument. */
  hiddenResult?: boolean;
  /** i386: bytes of arguments that the callee takes off the stack; 0 when absent. */
  calleePops?: number;
}

/** A plain call of a symbol, without arguments, results and promises. */
export function newCall(sym: number): CallInfo {
  return {
    sym,
    target: 0,
    args: [],
    argLocs: [],
    rets: [],
    stackSize: 0,
    variadic: false,
    vecRegs: 0,
    outArgs: [],
    noreturn: false,
    purity: 0,
    returnsTwice: false,
    tail: false,
  };
}
export const AO_IN = 0;
export const AO_OUT = 1;
/** `+`: value is the incoming value of the operand's register; the result is PROJ of outIndex. */
export const AO_INOUT = 2;
export interface AsmOperand {
  name: string;
  /** The constraint as written, without = + & and %. */
  constraint: string;
  dir: number;
  earlyClobber: boolean;
  /** Memory operand: value is the address (dir tells only read/write). */
  mem: boolean;
  /** Memory operand in a named address space of x86: which segment register its address is relative to. */
  segment: "" | "gs" | "fs";
  /** Input value or address; 0 for a pure register output. */
  value: Value;
  ty: number;
  /** Size in bytes of the C operand (1, 2, 4, 8 …): what %0 prints on x86. */
  size: number;
  signed: boolean;
  /** Physical register of a register-asm variable, or -1. */
  fixedReg: number;
  /** Index of the output operand that an input "0" is tied to, or -1. */
  tied: number;
  /** PROJ index of a register output, or -1. */
  outIndex: number;
}
/** An operand in a register of the compiler's choice, of asm that the compiler itself writes; what differs is set by the caller. */
export function registerOperand(dir: number, constraint: string, ty: number, value: Value): AsmOperand {
  return {
    name: "",
    constraint,
    dir,
    earlyClobber: false,
    mem: false,
    segment: "",
    value,
    ty,
    size: TY_SIZE[ty]!,
    signed: false,
    fixedReg: -1,
    tied: -1,
    outIndex: -1,
  };
}
export interface AsmInfo {
  template: string;
  /** In GCC's operand order: outputs, then inputs; labels are numbered after them. */
  operands: AsmOperand[];
  clobbers: string[];
  volatile: boolean;
  memory: boolean;
  /** asm without operands lists (no % processing). */
  basic: boolean;
  inline: boolean;
  labels: { name: string; block: Block }[];
  /** asm goto only: where control goes when no label is taken. */
  fallthrough: Block;
  loc: number;
}
export interface SwitchInfo {
  /** Inclusive ranges, sorted, disjoint, as signed halves of the value's type. */
  lo: Int32Array;
  loHi: Int32Array;
  hi: Int32Array;
  hiHi: Int32Array;
  targets: Block[];
  dflt: Block;
  /** Compare as unsigned. */
  unsigned: boolean;
}
export interface IjmpInfo {
  targets: Block[];
}
export interface RetInfo {
  vals: Value[];
}
export interface BlkInfo {
  align: number;
  volatile: boolean;
}
export interface AtomicInfo {
  order: number;
  failOrder: number;
  kind: number;
  mem: number;
  weak: boolean;
}
export type Aux = PhiInfo | CallInfo | AsmInfo | SwitchInfo | IjmpInfo | RetInfo | BlkInfo | AtomicInfo | Int32Array;

const INITIAL_VALUES = 256;
const INITIAL_BLOCKS = 64;

export class Func {
  /** Symbol id of the function. */
  sym: number;
  name: string;
  nval = 1;
  nblk = 1;
  op: Uint8Array = new Uint8Array(INITIAL_VALUES);
  ty: Uint8Array = new Uint8Array(INITIAL_VALUES);
  a: Int32Array = new Int32Array(INITIAL_VALUES);
  b: Int32Array = new Int32Array(INITIAL_VALUES);
  c: Int32Array = new Int32Array(INITIAL_VALUES);
  next: Int32Array = new Int32Array(INITIAL_VALUES);
  prev: Int32Array = new Int32Array(INITIAL_VALUES);
  blk: Int32Array = new Int32Array(INITIAL_VALUES);
  loc: Int32Array = new Int32Array(INITIAL_VALUES);
  /** BR: likelihood 1..255 of the first target, 0 = unknown. Other values: scratch of the running pass, zero between passes. */
  prob: Uint8Array = new Uint8Array(INITIAL_VALUES);
  aux: (Aux | undefined)[] = [undefined];
  first: Int32Array = new Int32Array(INITIAL_BLOCKS);
  last: Int32Array = new Int32Array(INITIAL_BLOCKS);
  /** 1 = in use; a removed block gets 0. */
  live: Uint8Array = new Uint8Array(INITIAL_BLOCKS);
  /** Non-zero: module-wide label id by which static data refers to this block. */
  labelId: Int32Array = new Int32Array(INITIAL_BLOCKS);
  entry: Block = 0;
  /** Layout order of the blocks; entry first. Passes keep it a permutation of the live blocks. */
  order: Block[] = [];
  params: Piece[] = [];
  ret: Piece[] = [];
  variadic = false;
  /** Variadic functions: argument registers and stack bytes taken by the named parameters. */
  vaGp = 0;
  vaFp = 0;
  vaStack = 0;
  /** Bytes of incoming stack arguments (named). */
  paramStack = 0;
  /** i386: bytes of arguments that a return takes off the stack. */
  calleePops = 0;
  /** By the convention of 64-bit Windows, whose functions keep more registers (attribute ms_abi). */
  ms = false;
  hasDalloca = false;
  callsSetjmp = false;
  usesFrameAddr = false;
  /** Declared location of the function, for messages and debug lines. */
  declLoc = 0;
  private constCache: Map<number, Value>[] = [];

  constructor(sym: number, name: string) {
    this.sym = sym;
    this.name = name;
  }

  newBlock(): Block {
    const b = this.nblk++;
    if (b >= this.first.length) {
      const n = this.first.length * 2;
      this.first = growI32(this.first, n);
      this.last = growI32(this.last, n);
      this.labelId = growI32(this.labelId, n);
      const l = new Uint8Array(n);
      l.set(this.live);
      this.live = l;
    }
    this.first[b] = 0;
    this.last[b] = 0;
    this.live[b] = 1;
    this.order.push(b);
    return b;
  }

  private newValue(op: number, ty: number, a: number, b: number, c: number, loc: number): Value {
    const v = this.nval++;
    if (v >= this.op.length) this.growValues();
    this.op[v] = op;
    this.ty[v] = ty;
    this.a[v] = a;
    this.b[v] = b;
    this.c[v] = c;
    this.loc[v] = loc;
    this.aux.push(undefined);
    return v;
  }

  private growValues(): void {
    const n = this.op.length * 2;
    const g8 = (x: Uint8Array): Uint8Array => {
      const y = new Uint8Array(n);
      y.set(x);
      return y;
    };
    this.op = g8(this.op);
    this.ty = g8(this.ty);
    this.prob = g8(this.prob);
    this.a = growI32(this.a, n);
    this.b = growI32(this.b, n);
    this.c = growI32(this.c, n);
    this.next = growI32(this.next, n);
    this.prev = growI32(this.prev, n);
    this.blk = growI32(this.blk, n);
    this.loc = growI32(this.loc, n);
  }

  /** Appends a value to the end of a block (after its terminator if it has one: the caller must not). */
  append(block: Block, op: number, ty: number, a: number, b: number, c: number, loc: number, aux?: Aux): Value {
    const v = this.newValue(op, ty, a, b, c, loc);
    if (aux !== undefined) this.aux[v] = aux;
    const l = this.last[block]!;
    this.prev[v] = l;
    this.next[v] = 0;
    if (l !== 0) this.next[l] = v;
    else this.first[block] = v;
    this.last[block] = v;
    this.blk[v] = block;
    return v;
  }

  /** Makes rows 1..n-1 exist as free slots, for a reader or a copier that gives the numbers itself. */
  reserveValues(n: number): void {
    while (this.op.length < n) this.growValues();
    if (this.nval < n) this.nval = n;
    while (this.aux.length < n) this.aux.push(undefined);
  }

  /** Links a row (reserved, or taken out by unlink) at the end of a block. */
  linkLast(v: Value, block: Block): void {
    const l = this.last[block]!;
    this.prev[v] = l;
    this.next[v] = 0;
    if (l !== 0) this.next[l] = v;
    else this.first[block] = v;
    this.last[block] = v;
    this.blk[v] = block;
  }

  /** Inserts a value before `at` in at's block. */
  insertBefore(at: Value, op: number, ty: number, a: number, b: number, c: number, loc: number, aux?: Aux): Value {
    const v = this.newValue(op, ty, a, b, c, loc);
    if (aux !== undefined) this.aux[v] = aux;
    this.linkBefore(v, at);
    return v;
  }

  /** Inserts a value at the head of a block, after its PHIs. */
  insertAtHead(block: Block, op: number, ty: number, a: number, b: number, c: number, loc: number, aux?: Aux): Value {
    let at = this.first[block]!;
    while (at !== 0 && this.op[at] === OP_PHI && op !== OP_PHI) at = this.next[at]!;
    if (at === 0) return this.append(block, op, ty, a, b, c, loc, aux);
    return this.insertBefore(at, op, ty, a, b, c, loc, aux);
  }

  linkBefore(v: Value, at: Value): void {
    const block = this.blk[at]!;
    const p = this.prev[at]!;
    this.prev[v] = p;
    this.next[v] = at;
    this.prev[at] = v;
    if (p !== 0) this.next[p] = v;
    else this.first[block] = v;
    this.blk[v] = block;
  }

  /** Takes a value out of its block without forgetting it. */
  unlink(v: Value): void {
    const block = this.blk[v]!;
    const p = this.prev[v]!;
    const n = this.next[v]!;
    if (p !== 0) this.next[p] = n;
    else this.first[block] = n;
    if (n !== 0) this.prev[n] = p;
    else this.last[block] = p;
  }

  remove(v: Value): void {
    this.unlink(v);
    this.op[v] = OP_NONE;
    this.aux[v] = undefined;
  }

  /** Moves v before `at`, which may be in another block. */
  moveBefore(v: Value, at: Value): void {
    this.unlink(v);
    this.linkBefore(v, at);
  }

  /** Turns v into a COPY of w; users see it after resolveCopies(). */
  replaceWith(v: Value, w: Value): void {
    this.op[v] = OP_COPY;
    this.a[v] = w;
    this.b[v] = 0;
    this.c[v] = 0;
    this.aux[v] = undefined;
  }

  /** Turns v in place into a CONST of its own type. */
  makeConst(v: Value, lo: number, hi: number): void {
    this.op[v] = OP_CONST;
    this.a[v] = lo | 0;
    this.b[v] = this.ty[v] === TY_I32 ? lo >> 31 : hi | 0;
    this.c[v] = 0;
    this.aux[v] = undefined;
  }

  /** Lets every operand that is a COPY point to what it copies, and removes the COPYs. PHIs of one value are left alone. */
  resolveCopies(): void {
    const n = this.nval;
    let any = false;
    for (let v = 1; v < n; v++) {
      if (this.op[v] === OP_COPY) {
        any = true;
        break;
      }
    }
    if (!any) return;
    for (const block of this.order) {
      for (let v = this.first[block]!; v !== 0; v = this.next[v]!) {
        if (this.op[v] === OP_COPY) continue;
        this.mapOperands(v, this);
      }
    }
    for (let v = 1; v < n; v++) if (this.op[v] === OP_COPY) this.remove(v);
  }

  /** What v stands for behind COPYs. */
  map(v: Value): Value {
    while (this.op[v] === OP_COPY) v = this.a[v]!;
    return v;
  }

  /** Replaces each operand x of v by m.map(x). */
  mapOperands(v: Value, m: { map(v: Value): Value }): void {
    const fl = opFlags[this.op[v]!]!;
    if (fl & F_A) this.a[v] = m.map(this.a[v]!);
    if (fl & F_B) this.b[v] = m.map(this.b[v]!);
    if (fl & F_C) this.c[v] = m.map(this.c[v]!);
    switch (this.op[v]) {
      case OP_PHI: {
        const x = (this.aux[v] as PhiInfo).vals;
        for (let i = 0; i < x.length; i++) x[i] = m.map(x[i]!);
        break;
      }
      case OP_CALL: {
        const x = this.aux[v] as CallInfo;
        if (x.target !== 0) x.target = m.map(x.target);
        for (let i = 0; i < x.args.length; i++) x.args[i] = m.map(x.args[i]!);
        for (let i = 0; i < x.outArgs.length; i++) x.outArgs[i] = m.map(x.outArgs[i]!);
        break;
      }
      case OP_ASM: {
        const x = (this.aux[v] as AsmInfo).operands;
        for (const o of x) if (o.value !== 0) o.value = m.map(o.value);
        break;
      }
      case OP_RET: {
        const x = (this.aux[v] as RetInfo).vals;
        for (let i = 0; i < x.length; i++) x[i] = m.map(x[i]!);
        break;
      }
    }
  }

  /** Writes v's operands into buf (grown by the array itself) and returns how many there are. */
  operands(v: Value, buf: number[]): number {
    let n = 0;
    const fl = opFlags[this.op[v]!]!;
    if (fl & F_A) buf[n++] = this.a[v]!;
    if (fl & F_B) buf[n++] = this.b[v]!;
    if (fl & F_C) buf[n++] = this.c[v]!;
    switch (this.op[v]) {
      case OP_PHI: {
        const x = (this.aux[v] as PhiInfo).vals;
        for (let i = 0; i < x.length; i++) buf[n++] = x[i]!;
        break;
      }
      case OP_CALL: {
        const x = this.aux[v] as CallInfo;
        if (x.target !== 0) buf[n++] = x.target;
        for (let i = 0; i < x.args.length; i++) buf[n++] = x.args[i]!;
        for (let i = 0; i < x.outArgs.length; i++) buf[n++] = x.outArgs[i]!;
        break;
      }
      case OP_ASM: {
        const x = (this.aux[v] as AsmInfo).operands;
        for (let i = 0; i < x.length; i++) if (x[i]!.value !== 0) buf[n++] = x[i]!.value;
        break;
      }
      case OP_RET: {
        const x = (this.aux[v] as RetInfo).vals;
        for (let i = 0; i < x.length; i++) buf[n++] = x[i]!;
        break;
      }
    }
    return n;
  }

  isTerminator(v: Value): boolean {
    if (this.op[v] === OP_ASM) return (this.aux[v] as AsmInfo).labels.length !== 0;
    return (opFlags[this.op[v]!]! & F_TERM) !== 0;
  }

  /** Number of successor slots of a block (a target named twice counts twice). */
  succCount(block: Block): number {
    const t = this.last[block]!;
    switch (this.op[t]) {
      case OP_JMP:
        return 1;
      case OP_BR:
        return 2;
      case OP_SWITCH:
        return (this.aux[t] as SwitchInfo).targets.length + 1;
      case OP_IJMP:
        return (this.aux[t] as IjmpInfo).targets.length;
      case OP_ASM: {
        const n = (this.aux[t] as AsmInfo).labels.length;
        return n === 0 ? 0 : n + 1;
      }
      default:
        return 0;
    }
  }

  /** Slot 0 of a SWITCH is the default; slot 0 of an asm goto the fall-through. */
  succ(block: Block, i: number): Block {
    const t = this.last[block]!;
    switch (this.op[t]) {
      case OP_JMP:
        return this.b[t]!;
      case OP_BR:
        return i === 0 ? this.b[t]! : this.c[t]!;
      case OP_SWITCH: {
        const s = this.aux[t] as SwitchInfo;
        return i === 0 ? s.dflt : s.targets[i - 1]!;
      }
      case OP_IJMP:
        return (this.aux[t] as IjmpInfo).targets[i]!;
      default: {
        const s = this.aux[t] as AsmInfo;
        return i === 0 ? s.fallthrough : s.labels[i - 1]!.block;
      }
    }
  }

  setSucc(block: Block, i: number, to: Block): void {
    const t = this.last[block]!;
    switch (this.op[t]) {
      case OP_JMP:
        this.b[t] = to;
        break;
      case OP_BR:
        if (i === 0) this.b[t] = to;
        else this.c[t] = to;
        break;
      case OP_SWITCH: {
        const s = this.aux[t] as SwitchInfo;
        if (i === 0) s.dflt = to;
        else s.targets[i - 1] = to;
        break;
      }
      case OP_IJMP:
        (this.aux[t] as IjmpInfo).targets[i] = to;
        break;
      default: {
        const s = this.aux[t] as AsmInfo;
        if (i === 0) s.fallthrough = to;
        else s.labels[i - 1]!.block = to;
      }
    }
  }

  /** CONST in the entry block, one for each distinct value. */
  const32(x: number): Value {
    return this.constant(TY_I32, x | 0, x >> 31);
  }

  /** A CONST of integer type ty, kept at the head of the entry block and shared while it stays there; top is an I128's field c. */
  constant(ty: number, lo: number, hi: number, top = 0): Value {
    const kind = ty * 2 - top;
    let m = this.constCache[kind];
    if (m === undefined) {
      m = new Map();
      this.constCache[kind] = m;
    }
    lo |= 0;
    hi = ty === TY_I32 ? lo >> 31 : hi | 0;
    const key = hi * 4294967296 + (lo >>> 0);
    const old = m.get(key);
    // -2^63.. keys above 2^53 are rounded: the match is checked on the value itself.
    if (
      old !== undefined &&
      this.op[old] === OP_CONST &&
      this.ty[old] === ty &&
      this.a[old] === lo &&
      this.b[old] === hi &&
      this.c[old] === top &&
      this.blk[old] === this.entry
    ) {
      return old;
    }
    const v = this.insertAtHead(this.entry, OP_CONST, ty, lo, hi, top, 0);
    m.set(key, v);
    return v;
  }

  /** The constant of the entry block that is equal to the constant v. */
  sharedConstant(v: Value): Value {
    const ty = this.ty[v]!;
    return this.constant(ty, this.a[v]!, this.b[v]!, ty === TY_I128 ? this.c[v]! : 0);
  }

  /** Address of a symbol plus a byte offset, before `at`. */
  symBefore(at: Value, ty: number, sym: number, off: number): Value {
    return this.insertBefore(at, OP_SYM, ty, sym, off, 0, this.loc[at]!);
  }
}

function growI32(x: Int32Array, n: number): Int32Array {
  const y = new Int32Array(n);
  y.set(x);
  return y;
}
