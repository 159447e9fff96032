// Calls of the string functions that inlining and constant propagation have made easy: strlen of constant data, memcpy, memmove and
// memset of a small constant size, memcmp, strcmp and strncmp of constant data or of no bytes. What the front end can see at once
// it has expanded already; this pass sees the arguments of inlined wrappers (the kernel's FORTIFY_SOURCE is made of them).
// Functions with a body in this unit are not the library's and are left alone.

import type { CallInfo, Func, Value } from "../ir/func.ts";
import type { Module, Sym } from "../ir/module.ts";
import * as O from "../ir/ops.ts";
import { base, offset, resolve } from "./alias.ts";
import type { PassCx } from "./options.ts";

const MAX_BYTES = 64;
/** Accesses that an expansion may cost where alignment matters. */
const MAX_ACCESSES = 8;
const NAMES: ReadonlyMap<string, number> = new Map([
  ["strlen", 1],
  ["memcpy", 2],
  ["memset", 3],
  ["memmove", 4],
  ["memcmp", 5],
  ["strcmp", 6],
  ["strncmp", 7],
]);

export function simplifyLibcalls(f: Func, cx: PassCx): boolean {
  let changed = false;
  for (const b of f.order) {
    for (let v = f.first[b]; v !== 0; ) {
      const next = f.next[v];
      if (f.op[v] === O.OP_CALL && (f.aux[v] as CallInfo).sym !== 0 && one(f, v, cx)) changed = true;
      v = next;
    }
  }
  if (changed) f.resolveCopies();
  return changed;
}

function one(f: Func, v: Value, cx: PassCx): boolean {
  const x = f.aux[v] as CallInfo;
  const s = cx.m.syms[x.sym]!;
  const kind = NAMES.get(s.name);
  if (kind === undefined || s.func !== undefined || x.outArgs.length !== 0) return false;
  const a = x.args;
  const ptr = cx.o.target.ptrTy;
  if (a.length < 1 || f.ty[a[0]] !== ptr) return false;
  switch (kind) {
    case 1: {
      if (a.length !== 1 || x.rets.length !== 1) return false;
      const n = stringLength(f, cx.m, a[0]);
      return n >= 0 && finish(f, v, f.constant(x.rets[0].ty, n, 0));
    }
    case 2:
    case 4: {
      const n = constantSize(f, a, 3);
      if (n < 0 || f.ty[a[1]] !== ptr) return false;
      if (n > 0) {
        const align = Math.min(alignment(f, cx.m, a[0]), alignment(f, cx.m, a[1]));
        if (!cheap(cx, n, align)) return false;
        // memmove: one load and one store cannot overlap wrongly; more could.
        if (kind === 4 && (n & (n - 1) || n > cx.o.target.ptrSize || (!cx.o.target.unalignedOk && n > align))) return false;
        f.insertBefore(v, O.OP_BLKCPY, 0, a[0], a[1], n, f.loc[v], { align, volatile: false });
      }
      return finish(f, v, a[0]);
    }
    case 3: {
      const n = constantSize(f, a, 3);
      if (n < 0 || f.ty[a[1]] !== O.TY_I32) return false;
      if (n > 0) {
        const align = alignment(f, cx.m, a[0]);
        if (!cheap(cx, n, align)) return false;
        f.insertBefore(v, O.OP_BLKSET, 0, a[0], a[1], n, f.loc[v], { align, volatile: false });
      }
      return finish(f, v, a[0]);
    }
    default: {
      if (x.rets.length !== 1 || x.rets[0].ty !== O.TY_I32 || a.length < 2) return false;
      const n = kind === 6 ? Number.MAX_SAFE_INTEGER : f.op[a[2]] === O.OP_CONST && f.b[a[2]] === 0 ? f.a[a[2]] >>> 0 : -1;
      if (n < 0) return false;
      if (n === 0) return finish(f, v, f.constant(O.TY_I32, 0, 0));
      const p = bytesAt(f, cx.m, a[0]);
      const q = p === undefined ? undefined : bytesAt(f, cx.m, a[1]);
      if (p === undefined || q === undefined) return false;
      for (let i = 0; i < n; i++) {
        if (i >= p.length || i >= q.length) return false;
        if (p[i] !== q[i]) return finish(f, v, f.constant(O.TY_I32, p[i] < q[i] ? -1 : 1, 0));
        if (kind !== 5 && p[i] === 0) break;
      }
      return finish(f, v, f.constant(O.TY_I32, 0, 0));
    }
  }
}

/** Removes the call; its result, if used, is x. */
function finish(f: Func, call: Value, x: Value): boolean {
  for (let p = f.next[call]; p !== 0; p = f.next[p]) if (f.op[p] === O.OP_PROJ && f.a[p] === call) f.replaceWith(p, x);
  f.remove(call);
  return true;
}

function constantSize(f: Func, args: readonly Value[], count: number): number {
  if (args.length !== count) return -1;
  const n = args[2];
  return f.op[n] === O.OP_CONST && f.b[n] === 0 && f.a[n] >= 0 && f.a[n] <= MAX_BYTES ? f.a[n] : -1;
}

function cheap(cx: PassCx, n: number, align: number): boolean {
  if (cx.o.target.unalignedOk) return true;
  return n / Math.min(align, cx.o.target.ptrSize) <= MAX_ACCESSES;
}

/** Known alignment of an address: that of the object it names, lessened by the offset. */
function alignment(f: Func, m: Module, v: Value): number {
  resolve(f, v);
  let al = 1;
  if (base < 0) {
    const s = m.syms[-base]!;
    al = s.func !== undefined ? 1 : s.align;
  } else if (f.op[base] === O.OP_ALLOCA) al = f.b[base];
  const low = offset & -offset;
  return Math.max(1, offset === 0 ? al : Math.min(al, low < 0 ? al : low));
}

function constantSymbol(s: Sym): boolean {
  return (
    s.init !== undefined && s.init.relocs.length === 0 && (s.mergeStr !== 0 || (s.readonly && s.bind === 0 && s.section === ""))
  );
}
/** Zeros that are looked at behind what an initialiser sets: an object may be larger than the memory of this machine. */
const ZEROS = 4096;

/** The constant bytes from an address to the end of its object, or to a run of zeros behind its last byte that is none. */
function bytesAt(f: Func, m: Module, v: Value): Uint8Array | undefined {
  resolve(f, v);
  if (base >= 0) return undefined;
  const s = m.syms[-base]!;
  if (!constantSymbol(s) || offset < 0 || offset >= s.size) return undefined;
  const bytes = s.init!.bytes.subarray(offset, s.size);
  const out = new Uint8Array(Math.min(s.size - offset, bytes.length + ZEROS));
  out.set(bytes);
  return out;
}
function stringLength(f: Func, m: Module, v: Value): number {
  const p = bytesAt(f, m, v);
  return p === undefined ? -1 : p.indexOf(0);
}
