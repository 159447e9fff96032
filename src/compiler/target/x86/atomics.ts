// Atomic operations on x86 (Intel SDM vol. 3, 9.1): loads and stores of a word are atomic, the others have a lock.

import type { AtomicInfo, Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import { AsmError } from "../../mach/inline-asm.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { address, emitMem, log2 } from "./address.ts";
import * as I from "./isa.ts";
import type { X86Options } from "./options.ts";
import { RAX, RDX } from "./registers.ts";

/** A store that others may see in between: xchg when it is sequentially consistent. */
export function selectAtomicStore(L: Lowering, v: Value, o: X86Options): void {
  const f = L.f;
  if ((f.aux[v] as AtomicInfo).order < 5) {
    const m = address(L, f.a[v]!, o, f.c[v]!);
    emitMem(L, I.I_ST[log2(f.c[v]! & O.MEM_SIZE)]!, [L.reg(f.b[v]!)], 0, m);
    return;
  }
  const m = address(L, f.a[v]!, o, f.c[v]!);
  const t = L.tmp();
  L.copy(t, L.reg(f.b[v]!));
  emitMem(L, I.I_XCHG[log2(f.c[v]! & O.MEM_SIZE)]!, [t, t], 1, m);
}

/** The old value in t, as narrow as it was, into v's register. */
function oldValue(L: Lowering, d: number, t: number, size: number): void {
  if (size === 1) L.emit(I.I_MOVZB, [d, t], 1);
  else if (size === 2) L.emit(I.I_MOVZW, [d, t], 1);
  else L.copy(d, t);
}

/** Atomic read-modify-write: lock on the instruction, xadd, or a loop of cmpxchg. */
export function selectAtomicRmw(L: Lowering, v: Value, o: X86Options): void {
  const f = L.f;
  const kind = (f.aux[v] as AtomicInfo).kind;
  const size = f.c[v]! & O.MEM_SIZE;
  const k = log2(size);
  const m = address(L, f.a[v]!, o, f.c[v]!);
  const x = L.reg(f.b[v]!);
  const wanted = L.wanted(v);
  if ((wanted && kind !== O.RMW_XCHG) || kind === O.RMW_NAND) need486(L, v, o);
  if (!wanted && kind !== O.RMW_XCHG && kind !== O.RMW_NAND) {
    const rows = [I.I_XCHG, I.I_LOCK_ADD, I.I_LOCK_SUB, I.I_LOCK_AND, I.I_LOCK_OR, I.I_LOCK_XOR][kind]!;
    emitMem(L, rows[k]!, [x], 0, m);
    return;
  }
  const t = L.tmp();
  if (kind <= O.RMW_SUB) {
    L.copy(t, x);
    if (kind === O.RMW_SUB) L.emit(I.I_NEG[1]!, [t, t], 1);
    emitMem(L, (kind === O.RMW_XCHG ? I.I_XCHG : I.I_XADD)[k]!, [t, t], 1, m);
    if (wanted) oldValue(L, L.result(v), t, size);
    return;
  }
  const p = L.tmp();
  emitMem(L, I.I_LEA[1]!, [p], 1, m);
  // the new value needs a byte part
  const i = L.emitImm(I.I_RMWLOOP, [RAX, o.bits === 64 ? t : RDX, x, p], 2, k);
  i.imm2 = kind;
  i.early = 3;
  if (wanted) oldValue(L, L.result(v), RAX, size);
}

/** cmpxchg and xadd came with the 486. */
function need486(L: Lowering, v: Value, o: X86Options): void {
  if (!o.i486) throw new AsmError(L.f.loc[v]!, "-march=i386 has no instruction for this atomic operation");
}

/** lock cmpxchg. */
export function selectCompareExchange(L: Lowering, v: Value, o: X86Options): void {
  const f = L.f;
  const info = f.aux[v] as AtomicInfo;
  const size = info.mem & O.MEM_SIZE;
  const p = L.projections(v);
  need486(L, v, o);
  const m = address(L, f.a[v]!, o, info.mem);
  const desired = L.reg(f.c[v]!);
  L.copy(RAX, L.reg(f.b[v]!));
  emitMem(L, I.I_CMPXCHG[log2(size)]!, [RAX, RAX, desired], 1, m);
  const ok = p[1] === undefined ? -1 : L.result(p[1]);
  if (ok >= 0) L.emit(I.I_SETCC, [ok], 1).immHi = I.CC_E;
  if (p[0] !== undefined) oldValue(L, L.result(p[0]), RAX, size);
}
