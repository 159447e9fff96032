// Where an address points: base + constant offset, and whether two accesses can touch the same byte. // hot
//
// Bases: a local slot (ALLOCA), a symbol, or any other value. A slot whose address is only used to access it ("private") cannot be
// touched through other pointers, calls or asm. No assumption is made from C types (-fno-strict-aliasing always), and two symbols
// are different objects only when both are defined in this unit: linker scripts give one object two names.

import type { BlkInfo, Func, Value } from "../ir/func.ts";
import { BIND_WEAK, type Module, SYM_UNDEF } from "../ir/module.ts";
import * as O from "../ir/ops.ts";

/** Base of the last resolve(): value id, or -symbol id. */
export let base = 0;
export let offset = 0;

/** Splits an address into base and constant offset. False when the offset does not fit. */
export function resolve(f: Func, v: Value): boolean {
  let off = 0;
  for (;;) {
    const op = f.op[v];
    if (op === O.OP_COPY) v = f.a[v];
    else if (op === O.OP_ADD && f.op[f.b[v]] === O.OP_CONST) {
      const c = f.b[v];
      if (f.b[c] !== f.a[c] >> 31) break;
      const n = off + f.a[c];
      if (n !== (n | 0)) break;
      off = n;
      v = f.a[v];
    } else if (op === O.OP_SYM) {
      base = -f.a[v];
      offset = off + f.b[v];
      return true;
    } else break;
  }
  base = v;
  offset = off;
  return true;
}

export class Aliases {
  f: Func;
  m: Module;
  /** 1 for slots that only plain accesses use. */
  isPrivate: Uint8Array;
  /** Private slots that some access reads. */
  isRead: Uint8Array;
  /** Slot that a variable address lies in, by value; 0 = unknown. */
  private slotOf: Int32Array;

  constructor(f: Func, m: Module) {
    this.f = f;
    this.m = m;
    this.isPrivate = new Uint8Array(f.nval);
    this.isRead = new Uint8Array(f.nval);
    this.slotOf = new Int32Array(f.nval);
    this.analyse();
  }

  private analyse(): void {
    const f = this.f;
    const slotOf = this.slotOf;
    let any = false;
    for (let v = f.first[f.entry]; v !== 0; v = f.next[v]) {
      if (f.op[v] === O.OP_ALLOCA) {
        this.isPrivate[v] = 1;
        slotOf[v] = v;
        any = true;
      }
    }
    if (!any) return;
    // Addresses derived by addition. Uses may precede in block order only through phis, which count as escapes.
    const buf: number[] = [];
    let again = true;
    while (again) {
      again = false;
      for (const b of f.order) {
        for (let v = f.first[b]; v !== 0; v = f.next[v]) {
          if ((f.op[v] !== O.OP_ADD && f.op[v] !== O.OP_COPY && f.op[v] !== O.OP_SUBOBJ) || slotOf[v] !== 0) continue;
          const s = slotOf[f.a[v]] !== 0 ? slotOf[f.a[v]] : f.op[v] === O.OP_ADD ? slotOf[f.b[v]] : 0;
          if (s !== 0) {
            slotOf[v] = s;
            again = true;
          }
        }
      }
    }
    for (const b of f.order) {
      for (let v = f.first[b]; v !== 0; v = f.next[v]) {
        const op = f.op[v];
        const sa = O.opFlags[op] & O.F_A ? slotOf[f.a[v]] : 0;
        switch (op) {
          case O.OP_LOAD:
            if (sa !== 0) {
              this.isRead[sa] = 1;
              if (f.c[v] & (O.MEM_GS | O.MEM_FS)) this.isPrivate[sa] = 0;
            }
            break;
          case O.OP_STORE:
            if (slotOf[f.b[v]] !== 0) this.isPrivate[slotOf[f.b[v]]] = 0;
            if (sa !== 0 && f.c[v] & (O.MEM_GS | O.MEM_FS)) this.isPrivate[sa] = 0;
            if (sa !== 0 && f.c[v] & O.MEM_VOLATILE) this.isRead[sa] = 1;
            break;
          case O.OP_BLKCPY:
            if (slotOf[f.b[v]] !== 0) this.isRead[slotOf[f.b[v]]] = 1;
            if (sa !== 0 && (f.aux[v] as BlkInfo).volatile) this.isRead[sa] = 1;
            break;
          case O.OP_BLKSET:
            if (sa !== 0 && (f.aux[v] as BlkInfo).volatile) this.isRead[sa] = 1;
            break;
          case O.OP_ADD:
            // The sum of two slot addresses is nobody's address.
            if (sa !== 0 && slotOf[f.b[v]] !== 0) {
              this.isPrivate[sa] = 0;
              this.isPrivate[slotOf[f.b[v]]] = 0;
            }
            break;
          case O.OP_COPY:
          case O.OP_ISCONST:
          case O.OP_OBJSIZE:
          case O.OP_SUBOBJ:
            break;
          default: {
            if (op >= O.OP_EQ && op <= O.OP_ULE) break;
            const n = f.operands(v, buf);
            for (let i = 0; i < n; i++) if (slotOf[buf[i]] !== 0) this.isPrivate[slotOf[buf[i]]] = 0;
          }
        }
      }
    }
  }

  /** The private slot that an access with this base touches, or 0. */
  privateSlot(b: number): Value {
    if (b <= 0 || b >= this.slotOf.length) return 0;
    const s = this.slotOf[b];
    return s !== 0 && this.isPrivate[s] === 1 ? s : 0;
  }

  mayAlias(b1: number, o1: number, n1: number, b2: number, o2: number, n2: number): boolean {
    if (b1 === b2) return o1 < o2 + n2 && o2 < o1 + n1;
    const s1 = this.privateSlot(b1);
    const s2 = this.privateSlot(b2);
    if (s1 !== 0 || s2 !== 0) return s1 === s2;
    const k1 = this.isObject(b1);
    if (!k1) return true;
    return !this.isObject(b2);
  }
  /** A slot or a symbol that is certainly its own object. */
  private isObject(b: number): boolean {
    if (b > 0) return this.f.op[b] === O.OP_ALLOCA;
    const s = this.m.syms[-b]!;
    return s.kind !== SYM_UNDEF && s.bind !== BIND_WEAK && s.alias === 0 && s.mergeStr === 0 && !s.common && s.section === "";
  }
}
