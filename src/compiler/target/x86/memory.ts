// Loads and stores on x86. // hot

import type { Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_INT } from "../../mach/minst.ts";
import { address, emitMem, foldableLoad, log2 } from "./address.ts";
import { isInt32 } from "./integer.ts";
import * as I from "./isa.ts";
import type { X86Options } from "./options.ts";
import { CLASS_X87 } from "./registers.ts";
import { x87Format } from "./x87-only.ts";

/** Loads. */
export function selectLoad(L: Lowering, v: Value, o: X86Options): void {
  const f = L.f;
  const memory = f.op[v] === O.OP_ATOMICLOAD ? f.c[v]! | O.MEM_VOLATILE : f.c[v]!;
  const size = memory & O.MEM_SIZE;
  const signed = (memory & O.MEM_SIGNED) !== 0;
  const w = f.ty[v] === O.TY_I32 ? 0 : 1;
  const cls = L.classOf(v);
  const d = L.wanted(v) ? L.result(v) : L.tmp(cls);
  const m = address(L, f.a[v]!, o, memory);
  let op: number;
  if (cls === CLASS_X87) op = o.bits === 64 ? I.I_T_LOAD : I.I_X_LOAD[x87Format(f.ty[v]!)]!;
  else if (cls !== CLASS_INT) op = size === 16 ? I.I_LDU : I.I_LDF[size === 4 ? 0 : 1]!;
  else if (size === 1) op = signed ? I.I_LDSB[w]! : I.I_LDZB;
  else if (size === 2) op = signed ? I.I_LDSW[w]! : I.I_LDZW;
  else if (size === 4) op = w === 1 && signed ? I.I_LDSL : I.I_LD[0]!;
  else op = I.I_LD[1]!;
  emitMem(L, op, [d], 1, m);
}

/** Stores; an operation on what is stored to is done in place. */
export function selectStore(L: Lowering, v: Value, o: X86Options): void {
  const f = L.f;
  const size = f.c[v]! & O.MEM_SIZE;
  const x = f.b[v]!;
  const cls = L.classOf(x);
  if (cls !== CLASS_INT) {
    const m = address(L, f.a[v]!, o, f.c[v]!);
    if (o.bits !== 64) emitMem(L, I.I_X_STORE[x87Format(f.ty[x]!)]!, [L.reg(x)], 0, m);
    else emitMem(L, cls === CLASS_X87 ? I.I_T_STORE : size === 16 ? I.I_STU : I.I_STF[size === 4 ? 0 : 1]!, [L.reg(x)], 0, m);
    return;
  }
  if (selectUpdate(L, v, size, o)) return;
  const m = address(L, f.a[v]!, o, f.c[v]!);
  if (L.isConst(x) && (size < 8 || isInt32(L, x))) {
    const n = f.a[x]!;
    emitMem(L, I.I_STI[log2(size)]!, [], 0, m, size === 1 ? (n << 24) >> 24 : size === 2 ? (n << 16) >> 16 : n);
    return;
  }
  emitMem(L, I.I_ST[log2(size)]!, [L.reg(f.op[x] === O.OP_TRUNC && L.uses[x] === 1 ? f.a[x]! : x)], 0, m);
}

/** An operation on the memory that is stored to: x = x op y in one instruction. */
function selectUpdate(L: Lowering, v: Value, size: number, o: X86Options): boolean {
  const f = L.f;
  const x = f.b[v]!;
  const op = f.op[x]!;
  if (L.uses[x] !== 1 || L.wanted(x) || (f.c[v]! & O.MEM_VOLATILE) !== 0 || f.blk[x] !== f.blk[v]) return false;
  const rows =
    op === O.OP_ADD
      ? I.ADD
      : op === O.OP_SUB
        ? I.SUB
        : op === O.OP_AND
          ? I.AND
          : op === O.OP_OR
            ? I.OR
            : op === O.OP_XOR
              ? I.XOR
              : undefined;
  if (rows === undefined) return false;
  let l = f.a[x]!;
  let y = f.b[x]!;
  if (!sameLocation(L, v, l, size)) {
    if (op === O.OP_SUB || !sameLocation(L, v, y, size)) return false;
    const t = l;
    l = y;
    y = t;
  }
  const wide = size === 8;
  if (L.isConst(y) && (!wide || isInt32(L, y))) {
    const n = f.a[y]!;
    const cut = size === 1 ? (n << 24) >> 24 : size === 2 ? (n << 16) >> 16 : n;
    const m = address(L, f.a[v]!, o, f.c[v]!);
    if (op === O.OP_XOR && cut === -1) emitMem(L, I.I_NOTM[log2(size)]!, [], 0, m);
    else emitMem(L, rows.mi[log2(size)]!, [], 0, m, cut);
    return true;
  }
  const m = address(L, f.a[v]!, o, f.c[v]!);
  emitMem(L, rows.mr[log2(size)]!, [L.reg(y)], 0, m);
  return true;
}

/** Does the load read what the store writes, with nothing in between? */
function sameLocation(L: Lowering, store: Value, load: Value, size: number): boolean {
  const f = L.f;
  return (
    f.op[load] === O.OP_LOAD &&
    f.a[load] === f.a[store] &&
    (f.c[load]! & O.MEM_SIZE) === size &&
    ((f.c[load]! ^ f.c[store]!) & (O.MEM_GS | O.MEM_FS)) === 0 &&
    foldableLoad(L, store, load)
  );
}
