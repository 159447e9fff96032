// Redundant loads and dead stores. // hot
//
// Forward: available memory contents ("base + offset holds value v"), a set of at most MAX entries that flows along the edges in
// reverse postorder; joins keep what all predecessors agree on; a loop header drops what any store of the loop may touch, so
// one round is enough. A load of available contents, or of a part of them, becomes that value, a store of what is already there
// goes. Contents are a value, the bytes of a fill, or those of constant data that was copied there; a store into the latter two
// leaves what is beside it. All targets are little-endian: byte k of a value is its bits 8k.. .
// Backward, within a block: a store whose bytes are stored again before anything can read them goes; so do stores to private
// slots that are never read. Volatile accesses are never touched.

import { type Cfg, computeCfg } from "../ir/cfg.ts";
import { computeDominators } from "../ir/dominators.ts";
import type { AsmInfo, BlkInfo, Block, CallInfo, Func, Value } from "../ir/func.ts";
import { computeLoops } from "../ir/loops.ts";
import * as O from "../ir/ops.ts";
import { Aliases, base, offset, resolve } from "./alias.ts";
import type { Bisect } from "./bisect.ts";
import { constantData } from "./fold-load.ts";
import type { PassCx } from "./options.ts";

const MAX = 48;
const NOTHING: number[] = [];

/** Effects of a value on memory. */
const READS = 1;
const WRITES = 2;

/** What an entry holds. */
const HOLDS_VALUE = 0;
const HOLDS_FILL = 1; // every byte is eVal
const HOLDS_DATA = 2; // the bytes of symbol eVal from eOff + eFrom on

/** What v may do to memory that is not a private slot, beyond its own plain access. */
function effects(f: Func, v: Value): number {
  switch (f.op[v]) {
    case O.OP_CALL: {
      const x = f.aux[v] as CallInfo;
      return x.purity === 2 && x.outArgs.length === 0 ? 0 : x.purity !== 0 ? READS : READS | WRITES;
    }
    case O.OP_ASM: {
      const x = f.aux[v] as AsmInfo;
      if (x.memory || x.basic) return READS | WRITES;
      for (const o of x.operands) if (o.mem) return READS | WRITES;
      return 0;
    }
    case O.OP_FENCE:
    case O.OP_ATOMICLOAD:
    case O.OP_ATOMICSTORE:
    case O.OP_ATOMICRMW:
    case O.OP_CMPXCHG:
    case O.OP_VASTART:
    case O.OP_STACKRESTORE:
    case O.OP_WRITEREG:
      return READS | WRITES;
  }
  return 0;
}

class Forwarding {
  f: Func;
  al: Aliases;
  // Entries.
  eBase: number[] = [];
  eOff: number[] = [];
  eSize: number[] = [];
  eVal: Value[] = [];
  eKind: number[] = [];
  eFrom: number[] = [];
  state: number[] = [];
  changed = false;

  /** Only while bisecting. */
  private readonly bisect: Bisect | undefined;
  private readonly cx: PassCx;

  constructor(f: Func, cx: PassCx) {
    this.f = f;
    this.cx = cx;
    this.bisect = cx.bisect;
    this.al = new Aliases(f, cx.m);
  }

  add(b: number, off: number, size: number, val: Value, kind = HOLDS_VALUE, from = 0): void {
    const id = this.eBase.length;
    this.eBase.push(b);
    this.eOff.push(off);
    this.eSize.push(size);
    this.eVal.push(val);
    this.eKind.push(kind);
    this.eFrom.push(from);
    if (this.state.length >= MAX) this.state.shift();
    this.state.push(id);
  }
  /** Forgets what a store to these bytes may change. */
  kill(b: number, off: number, size: number): void {
    const s = this.state;
    let k = 0;
    let cut = false;
    for (let i = 0; i < s.length; i++) {
      const e = s[i];
      if (!this.al.mayAlias(b, off, size, this.eBase[e], this.eOff[e], this.eSize[e])) s[k++] = e;
      else if (this.eKind[e] !== HOLDS_VALUE && this.eBase[e] === b) {
        // marked: its ends stay, once the list is whole again
        s[k++] = ~e;
        cut = true;
      }
    }
    s.length = k;
    if (cut) this.cut(off, off + size);
  }
  /** Of the marked entries what lies before `from` and from `to` on is still there. */
  private cut(from: number, to: number): void {
    const s = this.state;
    const marked: number[] = [];
    let k = 0;
    for (let i = 0; i < s.length; i++) {
      if (s[i] < 0) marked.push(~s[i]);
      else s[k++] = s[i];
    }
    s.length = k;
    for (const e of marked) {
      const at = this.eOff[e];
      const end = at + this.eSize[e];
      if (at < from) this.add(this.eBase[e], at, from - at, this.eVal[e], this.eKind[e], this.eFrom[e]);
      if (end > to) this.add(this.eBase[e], to, end - to, this.eVal[e], this.eKind[e], this.eFrom[e]);
    }
  }
  /** Forgets all but private slots. */
  killShared(): void {
    const s = this.state;
    let k = 0;
    for (let i = 0; i < s.length; i++) if (this.al.privateSlot(this.eBase[s[i]]) !== 0) s[k++] = s[i];
    s.length = k;
  }
  find(b: number, off: number, size: number): number {
    const s = this.state;
    for (let i = s.length - 1; i >= 0; i--) {
      const e = s[i];
      if (this.eBase[e] === b && this.eOff[e] === off && this.eSize[e] === size) return e;
    }
    return -1;
  }
  /** The newest entry that has all of these bytes, or -1. */
  private covering(b: number, off: number, size: number): number {
    const s = this.state;
    for (let i = s.length - 1; i >= 0; i--) {
      const e = s[i];
      if (this.eBase[e] === b && this.eOff[e] <= off && off + size <= this.eOff[e] + this.eSize[e]) return e;
    }
    return -1;
  }

  block(b: Block): void {
    const f = this.f;
    for (let v = f.first[b]; v !== 0; ) {
      const next = f.next[v];
      const op = f.op[v];
      if (op === O.OP_LOAD) this.load(v);
      else if (op === O.OP_STORE) this.store(v);
      else if (op === O.OP_BLKCPY || op === O.OP_BLKSET) this.blockStore(v);
      else if (O.opFlags[op] & O.F_EFFECT && effects(f, v) & WRITES) this.killShared();
      v = next;
    }
  }

  private load(v: Value): void {
    const f = this.f;
    const mem = f.c[v];
    if (mem & (O.MEM_VOLATILE | O.MEM_GS | O.MEM_FS)) return;
    const size = mem & O.MEM_SIZE;
    resolve(f, f.a[v]);
    const b = base;
    const off = offset;
    const e = this.covering(b, off, size);
    if (e >= 0 && mayRewrite(f, v, "forward", this.bisect)) {
      const x = this.contents(e, off, v, size, (mem & O.MEM_SIGNED) !== 0);
      if (x !== 0) {
        f.replaceWith(v, x);
        this.changed = true;
        return;
      }
      if (this.readsData(e, off, v, size)) {
        this.changed = true;
        return;
      }
    }
    this.add(b, off, size, v);
  }

  /** The value of load v, which reads a part of entry e; 0 when there is no simple one. */
  private contents(e: number, off: number, v: Value, size: number, signed: boolean): Value {
    const f = this.f;
    switch (this.eKind[e]) {
      case HOLDS_FILL: {
        const ty = f.ty[v];
        const byte = this.eVal[e];
        if (size > 8 || ty === O.TY_I128 || ty > O.TY_F64) return 0;
        const word = Math.imul(byte, 0x01010101);
        const x = f.constant(size === 8 ? O.TY_I64 : O.TY_I32, word, word);
        return convert(f, v, x, size, signed);
      }
      case HOLDS_DATA:
        return 0;
    }
    const x = f.map(this.eVal[e]);
    if (this.eSize[e] === size) return convert(f, v, x, size, signed);
    return part(f, v, x, this.eSize[e], off - this.eOff[e], size, signed);
  }

  /** Lets load v of bytes that were copied from constant data read the data itself, where that is folded. */
  private readsData(e: number, off: number, v: Value, size: number): boolean {
    if (this.eKind[e] !== HOLDS_DATA) return false;
    const f = this.f;
    const from = off + this.eFrom[e];
    const d = constantData(this.cx.m, this.eVal[e]);
    if (d === undefined || size > 8 || f.ty[v] === O.TY_I128 || f.ty[v] > O.TY_F64) return false;
    if (from < 0 || from + size > d.size) return false;
    for (const r of d.init?.relocs ?? []) if (r.off < from + size && from < r.off + r.size) return false;
    f.a[v] = f.symBefore(v, this.cx.o.target.ptrTy, this.eVal[e], from);
    f.c[v] &= O.MEM_SIZE | O.MEM_SIGNED;
    return true;
  }

  private blockStore(v: Value): void {
    const f = this.f;
    const size = f.c[v];
    let from = 0;
    let fromOffset = 0;
    if (f.op[v] === O.OP_BLKCPY) {
      resolve(f, f.b[v]);
      from = base;
      fromOffset = offset;
    }
    resolve(f, f.a[v]);
    const b = base;
    const off = offset;
    this.kill(b, off, size);
    if ((f.aux[v] as BlkInfo).volatile) return;
    if (f.op[v] === O.OP_BLKSET) {
      const x = f.map(f.b[v]);
      if (f.op[x] === O.OP_CONST) this.add(b, off, size, f.a[x] & 255, HOLDS_FILL);
    } else if (from < 0 && constantData(this.cx.m, -from) !== undefined)
      this.add(b, off, size, -from, HOLDS_DATA, fromOffset - off);
  }

  private store(v: Value): void {
    const f = this.f;
    const mem = f.c[v];
    const size = mem & O.MEM_SIZE;
    if (mem & (O.MEM_GS | O.MEM_FS)) {
      this.killShared();
      return;
    }
    resolve(f, f.a[v]);
    const b = base;
    const off = offset;
    const val = f.map(f.b[v]);
    if ((mem & O.MEM_VOLATILE) === 0) {
      const e = this.find(b, off, size);
      if (e >= 0 && this.eKind[e] === HOLDS_VALUE && f.map(this.eVal[e]) === val && mayRewrite(f, v, "repeated", this.bisect)) {
        f.remove(v);
        this.changed = true;
        return;
      }
    }
    this.kill(b, off, size);
    if ((mem & O.MEM_VOLATILE) === 0) this.add(b, off, size, val);
  }
}

/** The value of a load of v's type whose `size` low bytes are those of x; 0 when there is no simple one. New ops go before v. */
function convert(f: Func, v: Value, x: Value, size: number, signed: boolean): Value {
  const ty = f.ty[v];
  const from = f.ty[x];
  const loc = f.loc[v];
  if (size === O.TY_SIZE[ty] && ty === from) return x;
  if (ty >= O.TY_F32 || from >= O.TY_F32) {
    if (size !== O.TY_SIZE[ty] || size !== O.TY_SIZE[from] || size > 8) return 0;
    return f.insertBefore(v, O.OP_BITCAST, ty, x, 0, from, loc);
  }
  if (ty === O.TY_I128 || from === O.TY_I128 || size > O.TY_SIZE[from]) return 0;
  if (size === 8) return x;
  let y = x;
  if (from === O.TY_I64 && (size === 4 || ty === O.TY_I32)) y = f.insertBefore(v, O.OP_TRUNC, O.TY_I32, y, 0, O.TY_I64, loc);
  if (size < 4) {
    const op = size === 1 ? (signed ? O.OP_SEXT8 : O.OP_ZEXT8) : signed ? O.OP_SEXT16 : O.OP_ZEXT16;
    y = f.insertBefore(v, op, f.ty[y], y, 0, 0, loc);
  }
  if (ty === O.TY_I64 && f.ty[y] === O.TY_I32) y = f.insertBefore(v, signed ? O.OP_SEXT32 : O.OP_ZEXT32, O.TY_I64, y, 0, 0, loc);
  return y;
}

/** The value of a load of v's type of `size` bytes from the `skip`th on of x, which was stored (or loaded) with `stored` bytes. */
function part(f: Func, v: Value, x: Value, stored: number, skip: number, size: number, signed: boolean): Value {
  const loc = f.loc[v];
  const ty = f.ty[v];
  if (ty === O.TY_I128 || ty > O.TY_F64) return 0;
  let y = x;
  if (f.ty[y] === O.TY_F32 || f.ty[y] === O.TY_F64) {
    if (stored !== O.TY_SIZE[f.ty[y]]) return 0;
    y = f.insertBefore(v, O.OP_BITCAST, stored === 8 ? O.TY_I64 : O.TY_I32, y, 0, f.ty[y], loc);
  }
  if (f.ty[y] > O.TY_I128) return 0;
  if (skip !== 0) y = f.insertBefore(v, O.OP_SHR, f.ty[y], y, f.const32(8 * skip), 0, loc);
  if (f.ty[y] === O.TY_I128) y = f.insertBefore(v, O.OP_TRUNC, O.TY_I64, y, 0, O.TY_I128, loc);
  return convert(f, v, y, size, signed);
}

/** Stores of each loop: [base, offset, size]*, or undefined when something in it may write anything shared. */
export interface LoopWrites {
  list: number[];
  shared: boolean;
}

export function loopWrites(f: Func, blocks: readonly Block[]): LoopWrites {
  const list: number[] = [];
  let shared = false;
  for (const b of blocks) {
    for (let v = f.first[b]; v !== 0; v = f.next[v]) {
      const op = f.op[v];
      if (op === O.OP_STORE) {
        if (f.c[v] & (O.MEM_GS | O.MEM_FS)) shared = true;
        else {
          resolve(f, f.a[v]);
          list.push(base, offset, f.c[v] & O.MEM_SIZE);
        }
      } else if (op === O.OP_BLKCPY || op === O.OP_BLKSET) {
        resolve(f, f.a[v]);
        list.push(base, offset, f.c[v]);
      } else if (O.opFlags[op] & O.F_EFFECT && effects(f, v) & WRITES) shared = true;
    }
  }
  return { list, shared };
}

/** Contents that all processed predecessors agree on. */
function meet(w: Forwarding, cfg: Cfg, b: Block, out: (number[] | undefined)[]): number[] {
  const from = cfg.predStart[b];
  const to = cfg.predStart[b + 1];
  let first: number[] | undefined;
  for (let j = from; j < to; j++) {
    const s = out[cfg.preds[j]];
    if (s === undefined) continue;
    if (first === undefined) {
      first = s.slice();
      continue;
    }
    let k = 0;
    for (let i = 0; i < first.length; i++) {
      const e = first[i];
      let found = false;
      for (let q = 0; !found && q < s.length; q++) {
        const g = s[q];
        found =
          g === e ||
          (w.eBase[g] === w.eBase[e] &&
            w.eOff[g] === w.eOff[e] &&
            w.eSize[g] === w.eSize[e] &&
            w.eVal[g] === w.eVal[e] &&
            w.eKind[g] === w.eKind[e] &&
            w.eFrom[g] === w.eFrom[e]);
      }
      if (found) first[k++] = e;
    }
    first.length = k;
  }
  return first ?? [];
}

/** Forwards stored and loaded values to loads, removes dead stores. */
export function forwardMemory(f: Func, cx: PassCx): boolean {
  if (f.callsSetjmp) return false;
  const cfg = computeCfg(f);
  const dom = computeDominators(f, cfg);
  const loops = computeLoops(f, cfg, dom);
  const loopAt = new Int32Array(f.nblk).fill(-1);
  for (let i = 0; i < loops.list.length; i++) loopAt[loops.list[i].header] = i;
  const w = new Forwarding(f, cx);
  const out: (number[] | undefined)[] = [];
  for (let i = 0; i < cfg.n; i++) {
    const b = cfg.rpo[i];
    let open = false;
    for (let j = cfg.predStart[b]; j < cfg.predStart[b + 1]; j++) {
      // A predecessor not seen yet that is no latch of a natural loop: irreducible.
      if (out[cfg.preds[j]] === undefined && !dom.dominates(b, cfg.preds[j])) open = true;
    }
    w.state = open || i === 0 ? [] : meet(w, cfg, b, out);
    if (loopAt[b] >= 0 && w.state.length !== 0) {
      const x = loopWrites(f, loops.list[loopAt[b]].blocks);
      if (x.shared) w.killShared();
      for (let j = 0; j < x.list.length && w.state.length !== 0; j += 3) w.kill(x.list[j], x.list[j + 1], x.list[j + 2]);
    }
    w.block(b);
    out[b] = w.state.length === 0 ? NOTHING : w.state;
  }
  const dead = deadStores(f, w.al, cx.bisect);
  if (w.changed) f.resolveCopies();
  return w.changed || dead;
}

/** Whether a load or store may be replaced, by its place in the source. */
function mayRewrite(f: Func, v: Value, kind: string, bisect: Bisect | undefined): boolean {
  return bisect === undefined || bisect.allow("memory", f.name, kind, f.loc[v]);
}

function deadStores(f: Func, al: Aliases, bisect: Bisect | undefined): boolean {
  let changed = false;
  const pBase: number[] = [];
  const pOff: number[] = [];
  const pSize: number[] = [];
  /** Drops pending overwrites that a read of these bytes would see. */
  const read = (b: number, off: number, size: number): void => {
    let k = 0;
    for (let i = 0; i < pBase.length; i++) {
      if (al.mayAlias(b, off, size, pBase[i], pOff[i], pSize[i])) continue;
      pBase[k] = pBase[i];
      pOff[k] = pOff[i];
      pSize[k++] = pSize[i];
    }
    pBase.length = k;
    pOff.length = k;
    pSize.length = k;
  };
  const readShared = (): void => {
    let k = 0;
    for (let i = 0; i < pBase.length; i++) {
      if (al.privateSlot(pBase[i]) === 0) continue;
      pBase[k] = pBase[i];
      pOff[k] = pOff[i];
      pSize[k++] = pSize[i];
    }
    pBase.length = k;
    pOff.length = k;
    pSize.length = k;
  };
  for (const b of f.order) {
    pBase.length = 0;
    pOff.length = 0;
    pSize.length = 0;
    for (let v = f.last[b]; v !== 0; ) {
      const prev = f.prev[v];
      const op = f.op[v];
      const fl = O.opFlags[op];
      if (op === O.OP_LOAD) {
        resolve(f, f.a[v]);
        if (f.c[v] & (O.MEM_GS | O.MEM_FS)) readShared();
        else read(base, offset, f.c[v] & O.MEM_SIZE);
      } else if (op === O.OP_STORE || op === O.OP_BLKCPY || op === O.OP_BLKSET) {
        const size = op === O.OP_STORE ? f.c[v] & O.MEM_SIZE : f.c[v];
        const plain =
          op === O.OP_STORE ? (f.c[v] & (O.MEM_VOLATILE | O.MEM_GS | O.MEM_FS)) === 0 : !(f.aux[v] as BlkInfo).volatile;
        resolve(f, f.a[v]);
        if (plain) {
          const slot = al.privateSlot(base);
          let dead = slot !== 0 && al.isRead[slot] === 0;
          for (let i = 0; !dead && i < pBase.length; i++)
            dead = pBase[i] === base && pOff[i] <= offset && offset + size <= pOff[i] + pSize[i];
          if (dead && mayRewrite(f, v, "dead-store", bisect)) {
            f.remove(v);
            changed = true;
            v = prev;
            continue;
          }
          if (pBase.length < MAX) {
            pBase.push(base);
            pOff.push(offset);
            pSize.push(size);
          }
        }
        if (op === O.OP_BLKCPY) {
          resolve(f, f.b[v]);
          read(base, offset, f.c[v]);
        }
      } else if (fl & (O.F_EFFECT | O.F_READ) && effects(f, v) !== 0) readShared();
      v = prev;
    }
  }
  return changed;
}
