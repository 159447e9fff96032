// Addresses, loads and stores on AArch64 (Arm ARM, C1.3.3 "Load/store addressing modes"). // hot

import type { Value } from "../../ir/func.ts";
import type { Sym } from "../../ir/module.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_FLOAT } from "../../mach/minst.ts";
import { mayBeNull, othersMayDefine } from "../reach.ts";
import { valueOrZero } from "./integer.ts";
import * as I from "./isa.ts";
import type { AArch64Options } from "./options.ts";

/** Symbols that are not known to be in reach: preemptible ones, and weak ones that may be 0. */
export function viaGot(s: Sym, o: AArch64Options): boolean {
  return (o.pic && othersMayDefine(s)) || mayBeNull(s);
}

/** Pseudo slots of the frame, below the real ones; the emitter gives them offsets. */
export const SLOT_INCOMING = -2;

export const SLOT_OUTGOING = -3;

/** The stack pointer at entry. */
export const SLOT_TOP = -5;

export const SLOT_DYNAMIC = -6;

interface Address {
  regs: number[];
  slot: number;
  off: number;
  /** Index register is shifted by this less one; 0 = no index. */
  index: number;
}

/** Does a load or store of `size` bytes hold this offset? */
export function offsetFits(off: number, size: number): boolean {
  return (off >= -256 && off <= 255) || (off >= 0 && off % size === 0 && off / size <= 4095);
}

/** Base, slot or base and index of an address, for an access of `size` bytes. */
function address(L: Lowering, a: Value, size: number): Address {
  const f = L.f;
  let off = 0;
  let v = a;
  while (f.op[v] === O.OP_ADD && L.isConst(f.b[v]!)) {
    const c = f.a[f.b[v]!]!;
    if (f.b[f.b[v]!] !== c >> 31 || !offsetFits(off + c, size)) break;
    off += c;
    v = f.a[v]!;
  }
  switch (f.op[v]) {
    case O.OP_ALLOCA:
      if (!L.overAligned(v)) return { regs: [], slot: L.slotOf[v]!, off, index: 0 };
      break;
    case O.OP_STACKPARAM:
      return { regs: [], slot: SLOT_INCOMING, off: off + f.a[v]!, index: 0 };
    case O.OP_OUTARG:
      return { regs: [], slot: SLOT_OUTGOING, off: off + f.a[v]!, index: 0 };
    case O.OP_ADD: {
      if (off !== 0 || L.isConst(f.b[v]!) || L.isConst(f.a[v]!)) break;
      // base + index, the index shifted by the access size
      const i = f.b[v]!;
      if (f.op[i] === O.OP_SHL && size > 1 && L.constIn(f.b[i]!, 31 - Math.clz32(size), 31 - Math.clz32(size)))
        return { regs: [L.reg(f.a[v]!), L.reg(f.a[i]!)], slot: -1, off: 0, index: 1 + f.a[f.b[i]!]! };
      return { regs: [L.reg(f.a[v]!), L.reg(i)], slot: -1, off: 0, index: 1 };
    }
  }
  return { regs: [L.reg(v)], slot: -1, off, index: 0 };
}

/** A load or store of `data` at an address; nd: 1 when it is defined. */
function access(L: Lowering, op: number, data: number, nd: number, a: Value, size: number): void {
  const at = address(L, a, size);
  const i = L.emitImm(op, [data, ...at.regs], nd, at.off);
  i.slot = at.slot;
  i.immHi = at.index;
}

/** Loads. */
export function selectLoad(L: Lowering, v: Value): void {
  const f = L.f;
  const mem = f.c[v]!;
  const size = mem & O.MEM_SIZE;
  const signed = (mem & O.MEM_SIGNED) !== 0;
  const w = f.ty[v] === O.TY_I32 ? 0 : 1;
  let op: number;
  if (L.classOf(v) === CLASS_FLOAT) op = size === 16 ? I.I_LDRQ : I.I_LDRF[size === 4 ? 0 : 1]!;
  else if (size === 1) op = signed ? I.I_LDRSB[w]! : I.I_LDRB;
  else if (size === 2) op = signed ? I.I_LDRSH[w]! : I.I_LDRH;
  else if (size === 4) op = w === 1 && signed ? I.I_LDRSW : I.I_LDR[0]!;
  else op = I.I_LDR[1]!;
  access(L, op, L.wanted(v) ? L.result(v) : L.tmp(L.classOf(v)), 1, f.a[v]!, size);
}

/** Stores. */
export function selectStore(L: Lowering, v: Value): void {
  const f = L.f;
  const size = f.c[v]! & O.MEM_SIZE;
  const x = f.b[v]!;
  if (L.classOf(x) === CLASS_FLOAT) {
    access(L, size === 16 ? I.I_STRQ : I.I_STRF[size === 4 ? 0 : 1]!, L.reg(x), 0, f.a[v]!, size);
    return;
  }
  const op = size === 1 ? I.I_STRB : size === 2 ? I.I_STRH : I.I_STR[size === 4 ? 0 : 1]!;
  access(L, op, valueOrZero(L, x), 0, f.a[v]!, size);
}
