// Addressing modes and memory operands of x86: base + index * scale + displacement, frame slots, symbols. // hot
// Source: Intel SDM vol. 1, 3.7.5.

import type { Value } from "../../ir/func.ts";
import { SYM_UNDEF, type Sym } from "../../ir/module.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import type { MInst } from "../../mach/minst.ts";
import { mayBeNull, othersMayDefine } from "../reach.ts";
import { MEM_BASE, MEM_SEG_FS, MEM_SEG_GS } from "./isa.ts";
import type { X86Options } from "./options.ts";

/** Pseudo slots of the frame (emit.ts gives them offsets). */
export const SLOT_INCOMING = -2;
export const SLOT_OUTGOING = -3;
/** Register save area of a variadic function. */
export const SLOT_VA = -5;
/** First byte above the outgoing arguments: what alloca gives. */
export const SLOT_DYNAMIC = -6;

export interface Mem {
  regs: number[];
  /** Scale | MEM_BASE | segment. */
  flags: number;
  disp: number;
  slot: number;
  sym: number;
}

/** How far a load may lie before the instruction it becomes a part of, in values. */
const FOLD_DISTANCE = 24;
/** A sum with more users than this is better computed once. */
const FOLD_USES = 3;

/** Is the symbol's address known only to the dynamic linker? */
export function viaGot(s: Sym, o: X86Options): boolean {
  // a weak symbol that is nowhere defined has address 0, whatever its visibility: out of reach of rip
  return o.pic && (mayBeNull(s) || (othersMayDefine(s) && (!o.pie || s.kind === SYM_UNDEF)));
}

function int32(L: Lowering, v: Value): boolean {
  return L.isConst(v) && L.f.b[v] === L.f.a[v]! >> 31;
}

/** Index of the rows (isa.ts) for a size in bytes. */
export const log2 = (n: number): number => 31 - Math.clz32(n);

/** Can x be a displacement or an immediate operand? */
export function fits32(x: number): boolean {
  return x === (x | 0);
}

/** The memory operand for address a, its registers asked for. */
export function address(L: Lowering, a: Value, o: X86Options, memory = 0): Mem {
  const f = L.f;
  const seg = ((memory & O.MEM_GS) !== 0 ? MEM_SEG_GS : 0) | ((memory & O.MEM_FS) !== 0 ? MEM_SEG_FS : 0);
  const m: Mem = { regs: [], flags: seg, disp: 0, slot: -1, sym: 0 };
  const v = peel(L, a, m);
  if (leaf(L, v, m, o, false)) return m;
  if (seg !== 0 && int32(L, v) && fits32(m.disp + f.a[v]!)) {
    // a fixed place in the segment
    m.disp += f.a[v]!;
    return m;
  }
  if (f.op[v] === O.OP_ADD && (v === a || L.uses[v]! <= FOLD_USES || !L.wanted(v))) {
    let x = f.a[v]!;
    let y = f.b[v]!;
    if (isLeaf(L, y)) {
      const t = x;
      x = y;
      y = t;
    }
    if (scaleOf(L, y) === 0 && scaleOf(L, x) !== 0) {
      const t = x;
      x = y;
      y = t;
    }
    const scale = scaleOf(L, y);
    x = peel(L, x, m);
    if (!leaf(L, x, m, o, true)) {
      m.regs.push(L.reg(x));
      m.flags |= MEM_BASE;
    }
    m.regs.push(L.reg(scale > 1 ? f.a[y]! : y));
    m.flags |= Math.max(1, scale);
    return m;
  }
  if (f.op[v] === O.OP_SHL && scaleOf(L, v) === 2 && L.uses[v] === 1) {
    // x * 2 = x + x needs no displacement
    const r = L.reg(f.a[v]!);
    m.regs.push(r, r);
    m.flags |= MEM_BASE | 1;
    return m;
  }
  m.regs.push(L.reg(v));
  m.flags |= MEM_BASE;
  return m;
}

/** Takes constant summands into the displacement. */
function peel(L: Lowering, v: Value, m: Mem): Value {
  const f = L.f;
  while (f.op[v] === O.OP_ADD && int32(L, f.b[v]!) && fits32(m.disp + f.a[f.b[v]!]!)) {
    m.disp += f.a[f.b[v]!]!;
    v = f.a[v]!;
  }
  return v;
}

function isLeaf(L: Lowering, v: Value): boolean {
  const op = L.f.op[v];
  return op === O.OP_ALLOCA || op === O.OP_SYM || op === O.OP_STACKPARAM || op === O.OP_OUTARG;
}

/** A frame address, or a symbol (next to an index only where symbols are absolute). */
function leaf(L: Lowering, v: Value, m: Mem, o: X86Options, indexed: boolean): boolean {
  const f = L.f;
  switch (f.op[v]) {
    case O.OP_ALLOCA:
      if (L.overAligned(v)) return false;
      m.slot = L.slotOf[v]!;
      return true;
    case O.OP_STACKPARAM:
      m.slot = SLOT_INCOMING;
      m.disp += f.a[v]!;
      return true;
    case O.OP_OUTARG:
      m.slot = SLOT_OUTGOING;
      m.disp += f.a[v]!;
      return true;
    case O.OP_SYM:
      if (o.bits === 32 && o.pic) return false;
      if ((indexed && o.pic) || viaGot(L.module.syms[f.a[v]!]!, o) || (o.pic && mayBeNull(L.module.syms[f.a[v]!]!))) return false;
      if (!fits32(m.disp + f.b[v]!)) return false;
      m.sym = f.a[v]!;
      m.disp += f.b[v]!;
      return true;
    default:
      return false;
  }
}

/** 2, 4 or 8 when v is a shift that an index can do, else 0. */
function scaleOf(L: Lowering, v: Value): number {
  const f = L.f;
  if (f.op[v] !== O.OP_SHL || !L.constIn(f.b[v]!, 1, 3)) return 0;
  return 1 << f.a[f.b[v]!]!;
}

/** Emits `op` with leading registers and the memory operand. */
export function emitMem(L: Lowering, op: number, lead: readonly number[], nd: number, m: Mem, imm2 = 0): MInst {
  const i = L.emitImm(op, [...lead, ...m.regs], nd, m.disp);
  i.immHi = m.flags;
  i.slot = m.slot;
  i.sym = m.sym;
  i.imm2 = imm2;
  return i;
}

/** Can load x be a memory operand of the instruction made for `at`? Nothing that writes memory may lie between. */
export function foldableLoad(L: Lowering, at: Value, x: Value): boolean {
  const f = L.f;
  if (f.op[x] !== O.OP_LOAD || L.uses[x] !== 1 || L.wanted(x) || (f.c[x]! & O.MEM_VOLATILE) !== 0) return false;
  if (f.blk[x] !== f.blk[at]) return false;
  let v = f.next[x]!;
  for (let n = 0; n < FOLD_DISTANCE; n++) {
    if (v === at) return true;
    if (v === 0 || (O.opFlags[f.op[v]!]! & O.F_EFFECT) !== 0) return false;
    v = f.next[v]!;
  }
  return false;
}
