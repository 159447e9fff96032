// Addresses on riscv64: a base register or a slot of the frame, and an offset of 12 bits.

import type { Value } from "../../ir/func.ts";
import type { Sym } from "../../ir/module.ts";
import { OP_ADD, OP_ALLOCA, OP_OUTARG, OP_STACKPARAM } from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { mayBeNull, othersMayDefine } from "../reach.ts";
import * as I from "./isa.ts";
import type { RiscvOptions } from "./options.ts";

/** Pseudo slots of the frame, below the real ones; the emitter gives them offsets. */
export const SLOT_INCOMING = -2;

export const SLOT_OUTGOING = -3;

/** The frame's top: the stack pointer at entry. */
export const SLOT_TOP = -5;

/** What a dynamic allocation gets: above the outgoing arguments. */
export const SLOT_DYNAMIC = -6;

export const imm12 = (x: number): boolean => x >= -2048 && x <= 2047;

/** In position-independent code: symbols that others may define, and weak ones that may be 0, which is in nobody's reach. */
export function viaGot(s: Sym, o: RiscvOptions): boolean {
  return o.pic && (othersMayDefine(s) || mayBeNull(s));
}

/** dst = src + imm, by way of a register when it does not fit. */
export function addImmediate(L: Lowering, dst: number, src: number, imm: number): void {
  if (imm12(imm)) {
    L.emitImm(I.I_ADDI, [dst, src], 1, imm);
    return;
  }
  const t = L.tmp();
  const i = L.emitImm(I.I_LI, [t], 1, imm);
  i.immHi = imm >> 31;
  L.emit(I.I_ADD, [dst, src, t], 1);
}

/** Base register (or slot) and offset of an address, for an access of `size` bytes. */
function address(L: Lowering, a: Value): { reg: number; slot: number; off: number } {
  const f = L.f;
  let off = 0;
  let v = a;
  while (f.op[v] === OP_ADD && L.isConst(f.b[v]!) && f.b[f.b[v]!] === f.a[f.b[v]!]! >> 31 && imm12(off + f.a[f.b[v]!]!)) {
    off += f.a[f.b[v]!]!;
    v = f.a[v]!;
  }
  switch (f.op[v]) {
    case OP_ALLOCA:
      if (L.overAligned(v)) return { reg: L.reg(v), slot: -1, off };
      return { reg: -1, slot: L.slotOf[v]!, off };
    case OP_STACKPARAM:
      return { reg: -1, slot: SLOT_INCOMING, off: off + f.a[v]! };
    case OP_OUTARG:
      return { reg: -1, slot: SLOT_OUTGOING, off: off + f.a[v]! };
    default:
      return { reg: L.reg(v), slot: -1, off };
  }
}

/** A load or store of `data` at an address; nd: 1 when it is defined. */
export function access(L: Lowering, op: number, data: number, nd: number, a: Value): void {
  const at = address(L, a);
  const i = L.emitImm(op, at.reg >= 0 ? [data, at.reg] : [data], nd, at.off);
  i.slot = at.slot;
}
