// Memory forwarding inside basic blocks: a load from where the block has just stored or loaded gives that value, and a store that is
// overwritten before anyone could see it goes. Two accesses are told apart by base and constant offset; a slot whose address
// never leaves the function is touched by its own accesses alone.

import type { Func, Value } from "../../ir/func.ts";
import {
  MEM_FS,
  MEM_GS,
  MEM_SIGNED,
  MEM_SIZE,
  MEM_VOLATILE,
  OP_ADD,
  OP_ALLOCA,
  OP_ASM,
  OP_ATOMICLOAD,
  OP_ATOMICRMW,
  OP_ATOMICSTORE,
  OP_BLKCPY,
  OP_BLKSET,
  OP_CALL,
  OP_CMPXCHG,
  OP_CONST,
  OP_DALLOCA,
  OP_FENCE,
  OP_LOAD,
  OP_PREFETCH,
  OP_SEXT8,
  OP_SEXT16,
  OP_STACKRESTORE,
  OP_STORE,
  OP_SYM,
  OP_VASTART,
  OP_WRITEREG,
  OP_ZEXT8,
  OP_ZEXT16,
  TY_I32,
} from "../../ir/ops.ts";

interface Known {
  base: Value;
  off: number;
  size: number;
  /** The value in memory. */
  val: Value;
  /** The store that put it there (0: a load saw it). */
  store: Value;
}

export function forwardMemory(f: Func): boolean {
  const escaped = escapes(f);
  let changed = false;
  for (const b of f.order) {
    let known: Known[] = [];
    for (let v = f.first[b]!; v !== 0; ) {
      const next = f.next[v]!;
      const op = f.op[v]!;
      if (op === OP_LOAD || op === OP_STORE) {
        const mem = f.c[v]!;
        if ((mem & MEM_VOLATILE) !== 0) {
          // it neither gives nor takes a known value, but touches its place all the same
          const { base, off } = split(f, f.a[v]!);
          const size = mem & MEM_SIZE;
          if (op === OP_STORE) known = known.filter((k) => !mayOverlap(f, k, base, off, size, escaped));
          else for (const k of known) if (mayOverlap(f, k, base, off, size, escaped)) k.store = 0;
          v = next;
          continue;
        }
        if ((mem & (MEM_GS | MEM_FS)) !== 0) {
          if (op === OP_STORE) known = [];
          v = next;
          continue;
        }
        const { base, off } = split(f, f.a[v]!);
        const size = mem & MEM_SIZE;
        if (op === OP_LOAD) {
          const k = known.find((x) => x.base === base && x.off === off && x.size === size);
          const w = k === undefined ? 0 : asLoad(f, v, k.val);
          if (w !== 0) {
            f.replaceWith(v, w);
            changed = true;
          } else if (k === undefined) known.push({ base, off, size, val: v, store: 0 });
          // a store that is read is needed
          for (const x of known) if (x.store !== 0 && mayOverlap(f, x, base, off, size, escaped)) x.store = 0;
        } else {
          for (const x of known) {
            if (x.store !== 0 && x.base === base && x.off === off && x.size === size) {
              f.remove(x.store);
              changed = true;
            }
          }
          known = known.filter((x) => !mayOverlap(f, x, base, off, size, escaped));
          known.push({ base, off, size, val: f.b[v]!, store: v });
        }
        if (known.length > 64) known.shift();
      } else if (op === OP_CALL || op === OP_ASM || op === OP_BLKCPY || op === OP_BLKSET || op === OP_VASTART) {
        known = known.filter((x) => privateSlot(f, x.base, escaped));
        if (op !== OP_CALL && op !== OP_ASM) known = [];
      } else if (
        op === OP_FENCE ||
        op === OP_ATOMICLOAD ||
        op === OP_ATOMICSTORE ||
        op === OP_ATOMICRMW ||
        op === OP_CMPXCHG ||
        op === OP_WRITEREG ||
        op === OP_DALLOCA ||
        op === OP_STACKRESTORE ||
        op === OP_PREFETCH
      ) {
        const at = op === OP_ATOMICLOAD || op === OP_ATOMICSTORE || op === OP_ATOMICRMW || op === OP_CMPXCHG ? split(f, f.a[v]!).base : 0;
        known = known.filter((x) => x.base !== at && privateSlot(f, x.base, escaped));
      }
      v = next;
    }
  }
  f.resolveCopies();
  return changed;
}

function split(f: Func, a: Value): { base: Value; off: number } {
  let off = 0;
  let v = a;
  while (f.op[v] === OP_ADD && f.op[f.b[v]!] === OP_CONST && f.b[f.b[v]!] === f.a[f.b[v]!]! >> 31) {
    off += f.a[f.b[v]!]!;
    v = f.a[v]!;
  }
  return { base: v, off };
}

function privateSlot(f: Func, base: Value, escaped: Uint8Array): boolean {
  return f.op[base] === OP_ALLOCA && escaped[base] === 0;
}

function mayOverlap(f: Func, x: Known, base: Value, off: number, size: number, escaped: Uint8Array): boolean {
  if (x.base === base) return x.off < off + size && off < x.off + x.size;
  if (privateSlot(f, x.base, escaped) || privateSlot(f, base, escaped)) return false;
  const a = f.op[x.base];
  const b = f.op[base];
  if (a === OP_ALLOCA && (b === OP_ALLOCA || b === OP_SYM)) return false;
  if (b === OP_ALLOCA && a === OP_SYM) return false;
  if (a === OP_SYM && b === OP_SYM && f.a[x.base] === f.a[base]) {
    const p = x.off + f.b[x.base]!;
    const q = off + f.b[base]!;
    return p < q + size && q < p + x.size;
  }
  return true;
}

/** Slots whose address is used for anything but loads, stores to it, and block operations. */
function escapes(f: Func): Uint8Array {
  const out = new Uint8Array(f.nval);
  const buf: number[] = [];
  for (const b of f.order) {
    for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
      const op = f.op[v]!;
      if (op === OP_LOAD || op === OP_BLKSET || op === OP_BLKCPY) continue;
      if (op === OP_ADD && f.op[f.b[v]!] === OP_CONST) continue;
      if (op === OP_STORE) {
        mark(f, f.b[v]!, out);
        continue;
      }
      const n = f.operands(v, buf);
      for (let k = 0; k < n; k++) mark(f, buf[k]!, out);
    }
  }
  return out;
}

function mark(f: Func, v: Value, out: Uint8Array): void {
  while (f.op[v] === OP_ADD && f.op[f.b[v]!] === OP_CONST) v = f.a[v]!;
  if (f.op[v] === OP_ALLOCA) out[v] = 1;
}

/** What loading x from memory would give at load v, or 0 when that is not simple. */
function asLoad(f: Func, v: Value, x: Value): Value {
  const ty = f.ty[v]!;
  const size = f.c[v]! & MEM_SIZE;
  if (f.ty[x] !== ty) return 0;
  const signed = (f.c[v]! & MEM_SIGNED) !== 0;
  if (f.op[x] === OP_LOAD && (f.c[x]! & MEM_SIZE) === size && (f.c[x]! & MEM_SIGNED) === (f.c[v]! & MEM_SIGNED)) return x;
  if (size >= 16 || (size === 4 && ty !== TY_I32 && ty < 4)) return 0;
  if (size >= 4) return x;
  const op = size === 1 ? (signed ? OP_SEXT8 : OP_ZEXT8) : signed ? OP_SEXT16 : OP_ZEXT16;
  return f.insertBefore(v, op, ty, x, 0, 0, f.loc[v]!);
}
