// Loads, stores and atomics on riscv64, with the fences that the unprivileged ISA recommends for the memory orders of C (appendix A.5,
// "Code Porting and Mapping Guidelines").

import type { AtomicInfo, Value } from "../../ir/func.ts";
import {
  MEM_SIGNED,
  MEM_SIZE,
  OP_ATOMICLOAD,
  RMW_ADD,
  RMW_AND,
  RMW_NAND,
  RMW_OR,
  RMW_SUB,
  RMW_XCHG,
  RMW_XOR,
  TY_I32,
} from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_FLOAT } from "../../mach/minst.ts";
import { access } from "./address.ts";
import { zeroOr } from "./integer.ts";
import * as I from "./isa.ts";

const AMO_KIND: Readonly<Record<number, number>> = {
  [RMW_XCHG]: 0,
  [RMW_ADD]: 1,
  [RMW_SUB]: 1,
  [RMW_AND]: 2,
  [RMW_OR]: 3,
  [RMW_XOR]: 4,
};

/** Loads, atomic ones with their fences. */
export function selectLoad(L: Lowering, v: Value): void {
  const f = L.f;
  const mem = f.c[v]!;
  const size = mem & MEM_SIZE;
  const atomic = f.op[v] === OP_ATOMICLOAD;
  const order = atomic ? f.b[v]! : 0;
  if (order === 5) emitFence(L, 3, 3);
  let op: number;
  if (L.classOf(v) === CLASS_FLOAT) op = size === 4 ? I.I_FLW : I.I_FLD;
  else if (size === 1) op = (mem & MEM_SIGNED) !== 0 ? I.I_LB : I.I_LBU;
  else if (size === 2) op = (mem & MEM_SIGNED) !== 0 ? I.I_LH : I.I_LHU;
  else if (size === 4) op = f.ty[v] === TY_I32 || (mem & MEM_SIGNED) !== 0 ? I.I_LW : I.I_LWU;
  else op = I.I_LD;
  const dst = L.wanted(v) ? L.result(v) : L.tmp(L.classOf(v));
  access(L, op, dst, 1, f.a[v]!);
  if (order === 5 || order === 2 || order === 1 || order === 4) emitFence(L, 2, 3);
}

/** Stores. */
export function selectStore(L: Lowering, v: Value): void {
  const f = L.f;
  const size = f.c[v]! & MEM_SIZE;
  const x = f.b[v]!;
  if (L.classOf(x) === CLASS_FLOAT) {
    access(L, size === 4 ? I.I_FSW : I.I_FSD, L.reg(x), 0, f.a[v]!);
    return;
  }
  const op = size === 1 ? I.I_SB : size === 2 ? I.I_SH : size === 4 ? I.I_SW : I.I_SD;
  access(L, op, zeroOr(L, x), 0, f.a[v]!);
}

/** fence pred,succ: 1 writes, 2 reads. */
export function emitFence(L: Lowering, pred: number, succ: number): void {
  L.emitImm(I.I_FENCE, [], 0, pred * 4 + succ);
}

/** Atomic read-modify-write: one AMO, or a loop of lr and sc for what has none and for bytes. */
export function selectRmw(L: Lowering, v: Value): void {
  const f = L.f;
  const info = f.aux[v] as AtomicInfo;
  const size = f.c[v]! & MEM_SIZE;
  const suffix = info.order === 5 || info.order === 4 ? 3 : info.order === 3 ? 2 : info.order >= 1 ? 1 : 0;
  const d = L.wanted(v) ? L.result(v) : L.tmp();
  let value = zeroOr(L, f.b[v]!);
  if (size >= 4 && info.kind !== RMW_NAND) {
    if (info.kind === RMW_SUB) {
      const t = L.tmp();
      L.emit(I.I_NEG, [t, value], 1);
      value = t;
    }
    const i = L.emitImm(I.I_AMO, [d, value, L.reg(f.a[v]!)], 1, suffix);
    i.immHi = AMO_KIND[info.kind]! * 2 + (size === 8 ? 1 : 0);
    return;
  }
  // lr/sc loop on the word that holds the bytes
  const i = L.emitImm(I.I_RMW_SUB, [d, L.tmp(), L.tmp(), L.tmp(), L.tmp(), L.reg(f.a[v]!), value], 5, info.kind);
  i.immHi = size;
  i.early = 31;
}

/** Atomic compare and exchange. */
export function selectCompareExchange(L: Lowering, v: Value): void {
  const f = L.f;
  const info = f.aux[v] as AtomicInfo;
  const size = info.mem & MEM_SIZE;
  const p = L.projections(v);
  const old = p[0] === undefined ? L.tmp() : L.result(p[0]);
  const ok = p[1] === undefined ? L.tmp() : L.result(p[1]);
  const addr = L.reg(f.a[v]!);
  const expected = zeroOr(L, f.b[v]!);
  const desired = zeroOr(L, f.c[v]!);
  if (size >= 4) {
    const i = L.emitImm(I.I_CAS, [old, ok, addr, expected, desired], 2, size);
    i.early = 3;
    return;
  }
  const i = L.emitImm(I.I_CAS_SUB, [old, ok, L.tmp(), L.tmp(), L.tmp(), addr, expected, desired], 5, size);
  i.early = 31;
}
