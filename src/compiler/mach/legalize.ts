// Last changes to the IR before selection: block copies and fills become loads and stores or library calls, bit counts that the target
// lacks become calls to libgcc (as GCC does; the kernel provides the same names).

import { type BlkInfo, type CallInfo, type Func, newCall, type Value } from "../ir/func.ts";
import type { Module } from "../ir/module.ts";
import {
  MEM_ALIGN_SHIFT,
  OP_ADD,
  OP_AND,
  OP_BLKCPY,
  OP_BLKSET,
  OP_CALL,
  OP_CLZ,
  OP_CONST,
  OP_CTZ,
  OP_LOAD,
  OP_MUL,
  OP_POPCNT,
  OP_PROJ,
  OP_STORE,
  OP_SUB,
  OP_ZEXT32,
  TY_I32,
  TY_I64,
} from "../ir/ops.ts";
import type { AbiType, TargetInfo } from "../target/abi.ts";

export interface LegalizeOptions {
  clz: boolean;
  ctz: boolean;
  popcnt: boolean;
  /** Largest block operation in bytes that is expanded in line. */
  inlineBytes: number;
}

function scalar(ty: number): AbiType {
  const size = ty === TY_I32 ? 4 : 8;
  return {
    size,
    align: size,
    aggregate: false,
    complex: false,
    ty,
    signed: true,
    fields: undefined,
    unaligned: false,
    hasUnion: false,
    hasBitFields: false,
    hasFlexible: false,
  };
}

export function legalize(f: Func, m: Module, t: TargetInfo, o: LegalizeOptions): void {
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; ) {
      const next = f.next[v]!;
      switch (f.op[v]) {
        case OP_BLKCPY:
        case OP_BLKSET:
          block(f, m, t, o, v);
          break;
        case OP_CLZ:
          if (!o.clz) bitCall(f, m, t, v, "__clz");
          break;
        case OP_CTZ:
          if (!o.ctz) bitCall(f, m, t, v, "__ctz");
          break;
        case OP_POPCNT:
          if (!o.popcnt) bitCall(f, m, t, v, "__popcount");
          break;
      }
      v = next;
    }
  }
  f.resolveCopies();
}

/** Inserts a call before `at`; the CALL value. */
function callBefore(f: Func, m: Module, t: TargetInfo, at: Value, name: string, args: Value[], ret: number): Value {
  const assign = t.abi.assign(
    ret === 0 ? undefined : scalar(ret),
    args.map((a) => scalar(f.ty[a]!)),
    args.length,
    false,
  );
  const sym = m.symbol(name);
  sym.referenced = true;
  const info: CallInfo = {
    ...newCall(sym.id),
    args,
    argLocs: assign.args.map((a) => ({ ty: a.pieces[0]!.ty, loc: a.pieces[0]!.loc })),
    rets: assign.ret.map((p) => ({ ty: p.ty, loc: p.loc })),
    stackSize: assign.stackSize,
  };
  return f.insertBefore(at, OP_CALL, 0, 0, 0, 0, f.loc[at]!, info);
}

/** libgcc has the functions of the machine word (64-bit targets: only those). */
function bitCall(f: Func, m: Module, t: TargetInfo, v: Value, name: string): void {
  if (t.ptrSize === 4) {
    const call = callBefore(f, m, t, v, `${name}si2`, [f.a[v]!], TY_I32);
    f.replaceWith(v, f.insertBefore(v, OP_PROJ, TY_I32, call, 0, 0, f.loc[v]!));
    return;
  }
  const wide = f.ty[v] === TY_I64;
  const loc = f.loc[v]!;
  const arg = wide ? f.a[v]! : f.insertBefore(v, OP_ZEXT32, TY_I64, f.a[v]!, 0, 0, loc);
  const call = callBefore(f, m, t, v, `${name}di2`, [arg], TY_I32);
  let r = f.insertBefore(v, OP_PROJ, TY_I32, call, 0, 0, loc);
  if (!wide && f.op[v] === OP_CLZ)
    r = f.insertBefore(v, OP_SUB, TY_I32, r, f.insertBefore(v, OP_CONST, TY_I32, 32, 0, 0, loc), 0, loc);
  f.replaceWith(v, wide ? f.insertBefore(v, OP_ZEXT32, TY_I64, r, 0, 0, loc) : r);
}

function block(f: Func, m: Module, t: TargetInfo, o: LegalizeOptions, v: Value): void {
  const info = f.aux[v] as BlkInfo;
  const size = f.c[v]! >>> 0;
  const ptr = t.ptrTy;
  const loc = f.loc[v]!;
  const copy = f.op[v] === OP_BLKCPY;
  const step = t.unalignedOk ? t.ptrSize : Math.min(t.ptrSize, Math.max(1, info.align));
  const konst = (ty: number, lo: number): Value => f.insertBefore(v, OP_CONST, ty, lo, lo >> 31, 0, loc);
  if (size <= o.inlineBytes && size / step <= 16) {
    const at = (base: Value, off: number): Value =>
      off === 0 ? base : f.insertBefore(v, OP_ADD, ptr, base, konst(ptr, off), 0, loc);
    let fill: Value = 0;
    if (!copy && f.op[f.b[v]!] === OP_CONST) {
      // here no pass folds any more: the pattern is made now, so that targets with stores of immediates can use it
      const lo = Math.imul(f.a[f.b[v]!]! & 255, 0x01010101);
      fill = f.insertBefore(v, OP_CONST, ptr, lo, ptr === TY_I64 ? lo : lo >> 31, 0, loc);
    } else if (!copy) {
      const byte = f.insertBefore(v, OP_AND, TY_I32, f.b[v]!, konst(TY_I32, 255), 0, loc);
      const wide = ptr === TY_I64 ? f.insertBefore(v, OP_ZEXT32, TY_I64, byte, 0, 0, loc) : byte;
      const ones = f.insertBefore(v, OP_CONST, ptr, 0x01010101, ptr === TY_I64 ? 0x01010101 : 0, 0, loc);
      fill = f.insertBefore(v, OP_MUL, ptr, wide, ones, 0, loc);
    }
    for (let off = 0; off < size; ) {
      let n = step;
      while (n > size - off) n >>= 1;
      const mem = n | ((31 - Math.clz32(n)) << MEM_ALIGN_SHIFT);
      const ty = n === 8 ? TY_I64 : TY_I32;
      let x: Value;
      if (copy) x = f.insertBefore(v, OP_LOAD, ty, at(f.b[v]!, off), 0, mem, loc);
      else x = fill;
      f.insertBefore(v, OP_STORE, 0, at(f.a[v]!, off), x, mem, loc);
      off += n;
    }
    f.remove(v);
    return;
  }
  const args = [f.a[v]!, f.b[v]!, konst(ptr, size)];
  callBefore(f, m, t, v, copy ? "memcpy" : "memset", args, 0);
  f.remove(v);
}
