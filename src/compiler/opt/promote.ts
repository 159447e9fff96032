// Stack slots to SSA values (LLVM calls it mem2reg and SROA).
//
// A slot qualifies when its address is used only by plain loads, stores and block copies/fills at constant offsets. It is cut into
// slices, the pieces that are accessed as a whole; each slice becomes a variable: phis at iterated dominance frontiers, then
// renaming along the dominator tree (Cytron et al. 1991). Loads of another type or width convert; volatile accesses never qualify.

import { computeCfg } from "../ir/cfg.ts";
import { computeDominators, dominanceFrontiers } from "../ir/dominators.ts";
import type { BlkInfo, Block, Func, PhiInfo, Value } from "../ir/func.ts";
import {
  MEM_ALIGN_SHIFT,
  MEM_FS,
  MEM_GS,
  MEM_SIGNED,
  MEM_SIZE,
  MEM_VOLATILE,
  OP_ADD,
  OP_ALLOCA,
  OP_BITCAST,
  OP_BLKCPY,
  OP_BLKSET,
  OP_CONST,
  OP_COPY,
  OP_LOAD,
  OP_PHI,
  OP_SEXT8,
  OP_SEXT16,
  OP_SEXT32,
  OP_STORE,
  OP_TRUNC,
  OP_UNDEF,
  OP_ZEXT8,
  OP_ZEXT16,
  OP_ZEXT32,
  TY_F32,
  TY_F80,
  TY_I32,
  TY_I64,
  TY_I128,
  TY_SIZE,
} from "../ir/ops.ts";

const MAX_SLICES = 32;
const MAX_BLOCK_BYTES = 128;

interface Slot {
  v: Value;
  size: number;
  ok: boolean;
  /** Accessed as long double of the x87; as anything else. */
  x87: boolean;
  other: boolean;
  /** Accesses by (offset, size). */
  slices: Map<number, number>;
  /** Block operations on it. */
  blocks: Value[];
}
interface Variable {
  ty: number;
  size: number;
}

export function promote(f: Func): boolean {
  // A second return finds the variables as the code behind the first one left them; the graph has no edge for that.
  if (f.callsSetjmp) return false;
  const slots = collect(f);
  if (slots.size === 0) return false;
  expandBlocks(f, slots);
  return rename(f, slots);
}

/** Base slot and offset of an address, or undefined. */
function baseOf(f: Func, a: Value, slots: Map<Value, Slot>): { slot: Slot; off: number } | undefined {
  let off = 0;
  let v = a;
  while (f.op[v] === OP_ADD && f.op[f.b[v]!] === OP_CONST) {
    off += f.a[f.b[v]!]!;
    v = f.a[v]!;
  }
  const slot = slots.get(v);
  return slot === undefined ? undefined : { slot, off };
}

function collect(f: Func): Map<Value, Slot> {
  const slots = new Map<Value, Slot>();
  for (let v = f.first[f.entry]!; v !== 0; v = f.next[v]!) {
    if (f.op[v] === OP_ALLOCA)
      slots.set(v, { v, size: f.a[v]!, ok: true, x87: false, other: false, slices: new Map(), blocks: [] });
  }
  if (slots.size === 0) return slots;
  /** Values that are a slot's address plus a constant. */
  const addr = new Map<Value, { slot: Slot; off: number }>();
  for (const s of slots.values()) addr.set(s.v, { slot: s, off: 0 });
  const buf: number[] = [];
  const derived = new Set<Value>();
  // addresses are built before they are used, but not always in layout order: repeat until nothing new is found
  for (let again = true; again; ) {
    again = false;
    for (const b of f.order) {
      for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
        if (f.op[v] !== OP_ADD || addr.has(v) || f.op[f.b[v]!] !== OP_CONST) continue;
        const base = addr.get(f.a[v]!);
        if (base === undefined) continue;
        addr.set(v, { slot: base.slot, off: base.off + f.a[f.b[v]!]! });
        derived.add(v);
        again = true;
      }
    }
  }
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      const op = f.op[v]!;
      if (op === OP_LOAD || op === OP_STORE) {
        const at = addr.get(f.a[v]!);
        if (at !== undefined) {
          const mem = f.c[v]!;
          const size = mem & MEM_SIZE;
          if ((mem & (MEM_VOLATILE | MEM_GS | MEM_FS)) !== 0) at.slot.ok = false;
          else if (op === OP_LOAD && f.ty[v] === TY_I128 && size !== 16) at.slot.ok = false;
          else {
            access(at.slot, at.off, size);
            const ty = op === OP_LOAD ? f.ty[v]! : f.ty[f.b[v]!]!;
            if (ty === TY_F80) at.slot.x87 = true;
            else at.slot.other = true;
          }
        }
        if (op === OP_STORE) {
          const stored = addr.get(f.b[v]!);
          if (stored !== undefined) stored.slot.ok = false;
        }
        continue;
      }
      if (op === OP_BLKCPY || op === OP_BLKSET) {
        const x = addr.get(f.a[v]!);
        const y = op === OP_BLKCPY ? addr.get(f.b[v]!) : undefined;
        const tooBig =
          f.c[v]! > MAX_BLOCK_BYTES || (f.aux[v] as BlkInfo).volatile || (op === OP_BLKSET && f.op[f.b[v]!] !== OP_CONST);
        for (const at of [x, y]) {
          if (at === undefined) continue;
          if (tooBig || at.off < 0 || at.off + f.c[v]! > at.slot.size) at.slot.ok = false;
          else at.slot.blocks.push(v);
        }
        if (x !== undefined && y !== undefined && x.slot === y.slot) x.slot.ok = false;
        continue;
      }
      if (derived.has(v)) continue;
      const n = f.operands(v, buf);
      for (let k = 0; k < n; k++) {
        const at = addr.get(buf[k]!);
        if (at !== undefined) at.slot.ok = false;
      }
    }
  }
  // A long double's ten bytes are no other type's sixteen.
  for (const s of slots.values()) if (s.x87 && (s.other || s.blocks.length > 0)) s.ok = false;
  // A slot that shares a block copy with another gets the other's cuts; do so until nothing changes.
  let changed = true;
  while (changed) {
    changed = false;
    for (const s of slots.values())
      if (s.ok && !disjoint(s)) {
        s.ok = false;
        changed = true;
      }
    for (const s of slots.values()) {
      if (!s.ok) continue;
      for (const v of s.blocks) {
        if (f.op[v] !== OP_BLKCPY) continue;
        const x = addr.get(f.a[v]!);
        const y = addr.get(f.b[v]!);
        if (x === undefined || y === undefined || !x.slot.ok || !y.slot.ok) continue;
        const n = f.c[v]!;
        for (const [from, to] of [
          [x, y],
          [y, x],
        ] as const) {
          for (const [off, size] of from.slot.slices) {
            const rel = off - from.off;
            if (rel < 0 || rel + size > n) continue;
            if (!to.slot.slices.has(to.off + rel)) {
              to.slot.slices.set(to.off + rel, size);
              changed = true;
            }
          }
        }
      }
    }
  }
  for (const s of [...slots.values()]) if (!s.ok) slots.delete(s.v);
  return slots;
}

function access(s: Slot, off: number, size: number): void {
  if (off < 0 || off + size > s.size) {
    s.ok = false;
    return;
  }
  const old = s.slices.get(off);
  if (old === undefined) s.slices.set(off, size);
  else if (old !== size) s.ok = false;
}

function disjoint(s: Slot): boolean {
  if (s.slices.size > MAX_SLICES) return false;
  const list = [...s.slices].sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < list.length; i++) if (list[i - 1]![0] + list[i - 1]![1] > list[i]![0]) return false;
  return true;
}

/** Block copies and fills of qualifying slots become loads and stores of whole slices. */
function expandBlocks(f: Func, slots: Map<Value, Slot>): void {
  // Ranges that a block operation names but nobody accesses by themselves still have to travel: give them slices of their own.
  const blocks = new Set<Value>();
  for (const s of slots.values()) for (const v of s.blocks) blocks.add(v);
  for (let again = true; again; ) {
    again = false;
    for (const v of blocks) {
      const x = baseOf(f, f.a[v]!, slots);
      const y = f.op[v] === OP_BLKCPY ? baseOf(f, f.b[v]!, slots) : undefined;
      for (const at of [x, y]) {
        if (at === undefined) continue;
        again = fillGaps(at.slot, at.off, at.off + f.c[v]!) || again;
      }
      if (x !== undefined && y !== undefined) {
        for (const [from, to] of [
          [x, y],
          [y, x],
        ] as const) {
          for (const [off, size] of from.slot.slices) {
            const rel = off - from.off;
            if (rel >= 0 && rel + size <= f.c[v]! && !to.slot.slices.has(to.off + rel)) {
              to.slot.slices.set(to.off + rel, size);
              again = true;
            }
          }
        }
      }
    }
  }
  for (const s of slots.values()) if (!cutsFit(f, s, slots)) s.ok = false;
  for (let changed = true; changed; ) {
    changed = false;
    for (const s of slots.values()) {
      if (s.ok && !disjoint(s)) {
        s.ok = false;
        changed = true;
      }
    }
  }
  for (const s of [...slots.values()]) if (!s.ok) slots.delete(s.v);
  for (const v of blocks) {
    const x = baseOf(f, f.a[v]!, slots);
    const y = f.op[v] === OP_BLKCPY ? baseOf(f, f.b[v]!, slots) : undefined;
    const ref = x ?? y;
    if (ref === undefined) continue;
    const n = f.c[v]!;
    const loc = f.loc[v]!;
    const align = (f.aux[v] as BlkInfo).align;
    const add = (base: Value, off: number): Value =>
      off === 0
        ? base
        : f.insertBefore(v, OP_ADD, f.ty[base]!, base, f.insertBefore(v, OP_CONST, f.ty[base]!, off, off >> 31, 0, loc), 0, loc);
    const cuts = [...ref.slot.slices]
      .filter(([off, size]) => off >= ref.off && off + size <= ref.off + n)
      .sort((a, b) => a[0] - b[0]);
    for (const [off, size] of cuts) {
      const rel = off - ref.off;
      const ty = size === 16 ? TY_I128 : size === 8 ? TY_I64 : TY_I32;
      const mem = size | (alignLog(align, rel, size) << MEM_ALIGN_SHIFT);
      let value: Value;
      if (f.op[v] === OP_BLKCPY) value = f.insertBefore(v, OP_LOAD, ty, add(f.b[v]!, rel), 0, mem, loc);
      else {
        const byte = f.a[f.b[v]!]! & 255;
        const w = byte | (byte << 8) | (byte << 16) | (byte << 24) | 0;
        const lo = size === 1 ? byte : size === 2 ? byte | (byte << 8) : w;
        value = f.insertBefore(v, OP_CONST, ty, lo, ty === TY_I32 ? lo >> 31 : w, ty === TY_I128 ? w >> 31 : 0, loc);
        if (ty === TY_I128 && byte !== 0 && byte !== 255) continue;
      }
      f.insertBefore(v, OP_STORE, 0, add(f.a[v]!, rel), value, mem, loc);
    }
    f.remove(v);
  }
}

function alignLog(align: number, off: number, size: number): number {
  let a = align;
  while (off % a !== 0) a >>= 1;
  return 31 - Math.clz32(Math.min(a, size));
}

/** Every block operation on s covers whole slices, and no 16-byte slice is filled with an odd pattern. */
function cutsFit(f: Func, s: Slot, slots: Map<Value, Slot>): boolean {
  for (const v of s.blocks) {
    for (const a of f.op[v] === OP_BLKCPY ? [f.a[v]!, f.b[v]!] : [f.a[v]!]) {
      const at = baseOf(f, a, slots);
      if (at === undefined || at.slot !== s) continue;
      for (const [off, size] of s.slices) {
        const inside = off >= at.off && off + size <= at.off + f.c[v]!;
        const outside = off + size <= at.off || off >= at.off + f.c[v]!;
        if (!inside && !outside) return false;
        if (inside && size === 16 && f.op[v] === OP_BLKSET && ![0, 255].includes(f.a[f.b[v]!]! & 255)) return false;
      }
    }
  }
  return true;
}

/** Covers [from, to) of s with slices of at most 8 bytes where it has none. */
function fillGaps(s: Slot, from: number, to: number): boolean {
  const list = [...s.slices].filter(([off, size]) => off + size > from && off < to).sort((a, b) => a[0] - b[0]);
  let at = from;
  let added = false;
  const gap = (end: number): void => {
    while (at < end) {
      let n = 8;
      while (at % n !== 0 || n > end - at) n >>= 1;
      s.slices.set(at, n);
      added = true;
      at += n;
    }
  };
  for (const [off, size] of list) {
    gap(off);
    at = Math.max(at, off + size);
  }
  gap(to);
  return added;
}

function rename(f: Func, slots: Map<Value, Slot>): boolean {
  if (slots.size === 0) return false;
  const vars: Variable[] = [];
  /** Variable of an access, by value. */
  const varOf = new Int32Array(f.nval).fill(-1);
  const index = new Map<Slot, Map<number, number>>();
  const floats: number[][] = [];
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      const op = f.op[v]!;
      if (op !== OP_LOAD && op !== OP_STORE) continue;
      const at = baseOf(f, f.a[v]!, slots);
      if (at === undefined) continue;
      let m = index.get(at.slot);
      if (m === undefined) {
        m = new Map();
        index.set(at.slot, m);
      }
      let i = m.get(at.off);
      if (i === undefined) {
        i = vars.length;
        m.set(at.off, i);
        vars.push({ ty: 0, size: f.c[v]! & MEM_SIZE });
        floats.push([0, 0, 0, 0, 0, 0, 0, 0]);
      }
      varOf[v] = i;
      const ty = op === OP_LOAD ? f.ty[v]! : f.ty[f.b[v]!]!;
      floats[i]![ty]!++;
    }
  }
  for (let i = 0; i < vars.length; i++) {
    const x = vars[i]!;
    const c = floats[i]!;
    let best = x.size <= 4 ? TY_I32 : x.size === 8 ? TY_I64 : TY_I128;
    // a variable of one type alone keeps it; mixed ones are integers and convert
    for (let ty = TY_F32; ty < 8; ty++)
      if (
        c[ty]! > 0 &&
        c[ty]! >= c[TY_I32]! + c[TY_I64]! + c[TY_I128]! &&
        (TY_SIZE[ty] === x.size || (ty === TY_F80 && x.size === 12))
      )
        best = ty;
    x.ty = best;
  }
  const cfg = computeCfg(f);
  const dom = computeDominators(f, cfg);
  const fr = dominanceFrontiers(f, cfg, dom);
  const nv = vars.length;
  const defBlocks: Block[][] = Array.from({ length: nv }, () => []);
  /** Read in a block before any write there: only such variables need phis. */
  const exposed = new Uint8Array(nv);
  const lastDef = new Int32Array(nv);
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      const i = varOf[v]!;
      if (i < 0) continue;
      if (f.op[v] === OP_STORE) {
        if (lastDef[i] !== b) {
          lastDef[i] = b;
          defBlocks[i]!.push(b);
        }
      } else if (lastDef[i] !== b) exposed[i] = 1;
    }
  }
  const phiVar = new Map<Value, number>();
  const placed = new Int32Array(f.nblk);
  for (let i = 0; i < nv; i++) {
    if (exposed[i] === 0) continue;
    const work = defBlocks[i]!.slice();
    while (work.length > 0) {
      const b = work.pop()!;
      for (let k = fr.start[b]!; k < fr.start[b + 1]!; k++) {
        const d = fr.list[k]!;
        if (placed[d] === i + 1) continue;
        placed[d] = i + 1;
        const first = f.first[d]!;
        const p = f.insertBefore(first, OP_PHI, vars[i]!.ty, 0, 0, 0, f.loc[first]!, { blocks: [], vals: [] });
        phiVar.set(p, i);
        work.push(d);
      }
    }
  }
  // renaming, with an explicit stack over the dominator tree
  const cur = new Int32Array(nv);
  const undef = new Map<number, Value>();
  const undefOf = (ty: number): Value => {
    let u = undef.get(ty);
    if (u === undefined) {
      u = f.insertAtHead(f.entry, OP_UNDEF, ty, 0, 0, 0, 0);
      undef.set(ty, u);
    }
    return u;
  };
  const walk: { b: Block; saved: number[] | undefined }[] = [{ b: f.entry, saved: undefined }];
  const dead: Value[] = [];
  while (walk.length > 0) {
    const top = walk[walk.length - 1]!;
    if (top.saved !== undefined) {
      for (let k = 0; k < top.saved.length; k += 2) cur[top.saved[k]!] = top.saved[k + 1]!;
      walk.pop();
      continue;
    }
    const saved: number[] = [];
    top.saved = saved;
    const b = top.b;
    const set = (i: number, v: Value): void => {
      saved.unshift(i, cur[i]!);
      cur[i] = v;
    };
    for (let v = f.first[b]!; v !== 0; ) {
      const next = f.next[v]!;
      const p = phiVar.get(v);
      if (p !== undefined) set(p, v);
      else {
        const i = v < varOf.length ? varOf[v]! : -1;
        if (i >= 0) {
          if (f.op[v] === OP_STORE) {
            set(i, convertIn(f, v, f.map(f.b[v]!), vars[i]!));
            dead.push(v);
          } else {
            const x = cur[i] === 0 ? undefOf(vars[i]!.ty) : cur[i]!;
            const y = convertOut(f, v, x, vars[i]!);
            f.op[v] = OP_COPY;
            f.a[v] = y;
            f.b[v] = 0;
            f.c[v] = 0;
          }
        }
      }
      v = next;
    }
    const n = f.succCount(b);
    const seen = new Set<Block>();
    for (let k = 0; k < n; k++) {
      const s = f.succ(b, k);
      if (seen.has(s)) continue;
      seen.add(s);
      for (let p = f.first[s]!; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]!) {
        const i = phiVar.get(p);
        if (i === undefined) continue;
        const info = f.aux[p] as PhiInfo;
        info.blocks.push(b);
        info.vals.push(cur[i] === 0 ? undefOf(vars[i]!.ty) : cur[i]!);
      }
    }
    for (let c = dom.child[b]!; c !== 0; c = dom.sibling[c]!) walk.push({ b: c, saved: undefined });
  }
  for (const v of dead) f.remove(v);
  f.resolveCopies();
  return true;
}

const ins = (f: Func, at: Value, op: number, ty: number, a: Value, c = 0): Value =>
  f.insertBefore(at, op, ty, a, 0, c, f.loc[at]!);

/** Value as the variable keeps it: the low bytes count. */
function convertIn(f: Func, at: Value, x: Value, v: Variable): Value {
  const ty = f.ty[x]!;
  if (ty === v.ty) return x;
  if (v.ty === TY_I32) {
    if (ty === TY_I64 || ty === TY_I128) return ins(f, at, OP_TRUNC, TY_I32, x, ty);
    return ins(f, at, OP_BITCAST, TY_I32, x, ty);
  }
  if (v.ty === TY_I64) return ty === TY_I128 ? ins(f, at, OP_TRUNC, TY_I64, x, ty) : ins(f, at, OP_BITCAST, TY_I64, x, ty);
  return ins(f, at, OP_BITCAST, v.ty, x, ty);
}

/** The variable's value as a load at `at` would give it. */
function convertOut(f: Func, at: Value, x: Value, v: Variable): Value {
  const ty = f.ty[at]!;
  const signed = (f.c[at]! & MEM_SIGNED) !== 0;
  let y = x;
  if (v.size < 4) {
    y = ins(f, at, v.size === 1 ? (signed ? OP_SEXT8 : OP_ZEXT8) : signed ? OP_SEXT16 : OP_ZEXT16, TY_I32, x);
  }
  const have = f.ty[y]!;
  if (have === ty) return y;
  if (ty === TY_I64 && have === TY_I32) return ins(f, at, signed ? OP_SEXT32 : OP_ZEXT32, TY_I64, y);
  if (ty === TY_I64 && have === TY_F32)
    return ins(f, at, signed ? OP_SEXT32 : OP_ZEXT32, TY_I64, ins(f, at, OP_BITCAST, TY_I32, y, have));
  return ins(f, at, OP_BITCAST, ty, y, have);
}
