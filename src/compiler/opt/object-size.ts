// How much of its object lies behind a pointer: __builtin_object_size as a number, __builtin_dynamic_object_size as code.
// Source: GCC manual, "Object Size Checking".
//
// A pointer has an extent: the bytes behind it and the whole object's. Additions move within the whole, phis and selects join (the
// most, for kinds 2 and 3 the least); a loop's phi is solved by iteration from its entries, widened when it does not come to rest. For
// kinds 1 and 3 the object is the member that OP_SUBOBJ names, as far as the object around it reaches.

import type { CallInfo, Func, PhiInfo, Value } from "../ir/func.ts";
import { BIND_WEAK, type Module, SYM_DATA } from "../ir/module.ts";
import {
  OBJSIZE_LEAST,
  OBJSIZE_MEMBER,
  OP_ADD,
  OP_ALLOCA,
  OP_CALL,
  OP_CONST,
  OP_COPY,
  OP_DALLOCA,
  OP_LOAD,
  OP_MUL,
  OP_PHI,
  OP_PROJ,
  OP_SELECT,
  OP_SEXT32,
  OP_SUB,
  OP_SUBOBJ,
  OP_SYM,
  OP_ULE,
  OP_ULT,
  OP_ZEXT32,
  OPEN_ENDED,
  TY_I32,
  TY_I64,
} from "../ir/ops.ts";

interface Extent {
  readonly behind: number;
  readonly whole: number;
}
const UNKNOWN: Extent = { behind: -1, whole: -1 };
/** Of a loop's phi that no entry has reached yet. */
const NOTHING: Extent = { behind: -2, whole: -2 };

/** How many pointers one question may look at, and how often before loops are widened. */
const MOST_POINTERS = 2000;
const MOST_ROUNDS = 8;

/**
 * An answer; `provisional`: a member's size whose surroundings may still become known (and smaller); `joined`: the most or least of what
 * several pointers give, which code could tell apart.
 */
export interface ObjectSize {
  readonly size: number;
  readonly provisional: boolean;
  readonly joined: boolean;
}

/** Bytes from the address to the end of its object, or undefined when that is not known. */
export function objectSize(f: Func, m: Module, v: Value, kind: number): ObjectSize | undefined {
  const s = new Search(f, m, (kind & OBJSIZE_LEAST) !== 0);
  const e = s.solve(v, (kind & OBJSIZE_MEMBER) !== 0);
  return e.behind < 0 ? undefined : { size: e.behind, provisional: s.provisional, joined: s.joined };
}

function shifted(e: Extent, off: number): Extent {
  if (e.behind < 0 || off === 0) return e;
  const at = e.whole - e.behind + off;
  return { behind: at < 0 || at > e.whole ? 0 : e.whole - at, whole: e.whole };
}

class Search {
  provisional = false;
  joined = false;
  private readonly f: Func;
  private readonly m: Module;
  private readonly least: boolean;
  /** What each phi was found to be so far; key: twice the value, odd for members. */
  private readonly phis: Map<number, Extent> = new Map();
  private readonly visited: Set<number> = new Set();
  private changed = false;
  private widen = false;
  private looks = 0;

  constructor(f: Func, m: Module, least: boolean) {
    this.f = f;
    this.m = m;
    this.least = least;
  }

  solve(v: Value, member: boolean): Extent {
    for (let round = 0; ; round++) {
      this.changed = false;
      this.widen = round >= MOST_ROUNDS;
      this.visited.clear();
      const e = this.extent(v, member);
      if (!this.changed || this.looks > MOST_POINTERS) return this.looks > MOST_POINTERS ? UNKNOWN : e;
    }
  }

  private extent(v: Value, member: boolean): Extent {
    const f = this.f;
    let off = 0;
    let x = v;
    for (;;) {
      if (f.op[x] === OP_ADD && f.op[f.b[x]!] === OP_CONST) {
        const k = f.b[x]!;
        off += f.ty[k] === TY_I32 ? f.a[k]! : f.b[k]! * 2 ** 32 + (f.a[k]! >>> 0);
        x = f.a[x]!;
      } else if (f.op[x] === OP_COPY || (f.op[x] === OP_SUBOBJ && !member)) x = f.a[x]!;
      else break;
    }
    if (++this.looks > MOST_POINTERS) return UNKNOWN;
    const e = this.origin(x, member);
    // backwards from one of several places: no more is known than the object
    const exact = this.f.op[x] === OP_ALLOCA || this.f.op[x] === OP_SYM || this.f.op[x] === OP_SUBOBJ;
    if (off < 0 && e.behind >= 0 && !exact) return { behind: this.least ? 0 : e.whole, whole: e.whole };
    return shifted(e, off);
  }

  private origin(x: Value, member: boolean): Extent {
    const { f, m } = this;
    const whole = wholeSize(f, m, x);
    if (whole !== undefined) return shifted({ behind: whole, whole }, f.op[x] === OP_SYM ? f.b[x]! : 0);
    if (f.op[x] === OP_SUBOBJ) {
      const around = this.extent(f.a[x]!, false);
      if (around === NOTHING) return NOTHING;
      if (around.behind < 0) {
        const root = rootOf(f, f.a[x]!);
        if (f.op[root] === OP_SYM || f.b[x] === OPEN_ENDED) return UNKNOWN;
        if (f.op[root] !== OP_LOAD) this.provisional = true;
      }
      const size = around.behind < 0 ? f.b[x]! : Math.min(f.b[x]!, around.behind);
      return { behind: size, whole: size };
    }
    const first = firstArgument(f, m, x);
    if (first !== undefined) return this.extent(first, member);
    if (f.op[x] === OP_SELECT) return this.join(this.extent(f.b[x]!, member), this.extent(f.c[x]!, member));
    return f.op[x] === OP_PHI ? this.phi(x, member) : UNKNOWN;
  }

  private phi(x: Value, member: boolean): Extent {
    const key = x * 2 + (member ? 1 : 0);
    const before = this.phis.get(key) ?? NOTHING;
    if (this.visited.has(key)) return before;
    this.visited.add(key);
    let e = before;
    for (const v of (this.f.aux[x] as PhiInfo).vals) e = this.join(e, this.extent(v, member));
    if (e.behind === before.behind && e.whole === before.whole) return before;
    if (this.widen && e.behind >= 0) e = { behind: this.least ? 0 : e.whole, whole: e.whole };
    this.phis.set(key, e);
    this.changed = true;
    return e;
  }

  private join(a: Extent, b: Extent): Extent {
    if (a === NOTHING) return b;
    if (b === NOTHING) return a;
    if (a.behind < 0 || b.behind < 0) return UNKNOWN;
    if (a.behind !== b.behind) this.joined = true;
    const pick = this.least ? Math.min : Math.max;
    return { behind: pick(a.behind, b.behind), whole: pick(a.whole, b.whole) };
  }
}

/** What an address is computed from. */
function rootOf(f: Func, v: Value): Value {
  let x = v;
  while (f.op[x] === OP_COPY || f.op[x] === OP_SUBOBJ || (f.op[x] === OP_ADD && f.op[f.b[x]!] === OP_CONST)) x = f.a[x]!;
  return x;
}

const RETURNS_FIRST: ReadonlySet<string> = new Set(["memcpy", "memmove", "memset", "strcpy", "strncpy", "strcat", "strncat"]);

/** The argument that a library function gives back. */
function firstArgument(f: Func, m: Module, x: Value): Value | undefined {
  if (f.op[x] !== OP_PROJ || f.op[f.a[x]!] !== OP_CALL) return undefined;
  const info = f.aux[f.a[x]!] as CallInfo;
  const s = info.sym === 0 ? undefined : m.syms[info.sym];
  return s !== undefined && s.func === undefined && RETURNS_FIRST.has(s.name) ? info.args[0] : undefined;
}

/** Arguments whose product is the size of the object that a call gives (attribute alloc_size), or undefined. */
function allocatedBy(f: Func, m: Module, x: Value): Value[] | undefined {
  if (f.op[x] !== OP_PROJ || f.op[f.a[x]!] !== OP_CALL) return undefined;
  const info = f.aux[f.a[x]!] as CallInfo;
  const places = info.sym === 0 ? undefined : m.syms[info.sym]!.allocSize;
  if (places === undefined || places.some((place) => info.args[place] === undefined)) return undefined;
  return places.map((place) => info.args[place]!);
}

/** Size of the object that begins at this address, if it is one whose size is a known number. */
function wholeSize(f: Func, m: Module, x: Value): number | undefined {
  switch (f.op[x]) {
    case OP_ALLOCA:
      return f.a[x]!;
    case OP_DALLOCA:
      return constantArg(f, f.a[x]!);
    case OP_SYM: {
      const s = m.syms[f.a[x]!]!;
      return s.sizeKnown || (s.kind === SYM_DATA && s.bind !== BIND_WEAK) ? s.size : undefined;
    }
    case OP_PROJ: {
      const args = allocatedBy(f, m, x);
      if (args === undefined) return undefined;
      let size = 1;
      for (const a of args) {
        const n = constantArg(f, a);
        if (n === undefined) return undefined;
        size *= n;
      }
      return size;
    }
  }
  return undefined;
}

function constantArg(f: Func, v: Value): number | undefined {
  let x = v;
  while (f.op[x] === OP_ZEXT32) x = f.a[x]!;
  return f.op[x] === OP_CONST && f.a[x]! >= 0 && (f.b[x] === 0 || f.ty[x] === TY_I32) ? f.a[x]! : undefined;
}

/** Values: the bytes behind a pointer and those of its whole object. */
interface SizeValues {
  readonly behind: Value;
  readonly whole: Value;
}

/** How far behind or in front of an object a pointer still counts as one into it. */
const NEAR = 1 << 20;

/** Code that computes object sizes of one function; what one question has built serves the next. */
export class SizeCode {
  private readonly f: Func;
  private readonly m: Module;
  private readonly built: Map<number, SizeValues> = new Map();
  private readonly known: Map<number, boolean> = new Map();
  /** Questions that are being answered. */
  private readonly asked: Set<number> = new Set();
  private least = false;

  constructor(f: Func, m: Module) {
    this.f = f;
    this.m = m;
  }

  /** The number of bytes (I64), computed where the pointer is; undefined when some object that it may point to has no known size. */
  size(v: Value, kind: number): Value | undefined {
    const member = (kind & OBJSIZE_MEMBER) !== 0;
    if (this.least !== ((kind & OBJSIZE_LEAST) !== 0)) {
      this.least = !this.least;
      this.known.clear();
      this.built.clear();
    }
    return this.isKnown(v, member) ? this.build(v, member).behind : undefined;
  }

  private isKnown(x: Value, member: boolean): boolean {
    const key = x * 2 + (member ? 1 : 0);
    const before = this.known.get(key);
    if (before !== undefined) return before;
    this.known.set(key, true); // a loop's own contribution says nothing
    this.asked.add(key);
    const yes = this.findKnown(x, member);
    this.asked.delete(key);
    if (yes) return true;
    // what was assumed on the way here may rest on it; what is unknown in spite of the assumptions stays so
    for (const [k, known] of this.known) if (known && !this.asked.has(k)) this.known.delete(k);
    this.known.set(key, false);
    return false;
  }

  private findKnown(x: Value, member: boolean): boolean {
    const { f, m } = this;
    switch (f.op[x]) {
      case OP_COPY:
        return this.isKnown(f.a[x]!, member);
      case OP_SUBOBJ:
        if (member && f.b[x] !== OPEN_ENDED && f.op[rootOf(f, f.a[x]!)] !== OP_SYM) return true;
        return this.isKnown(f.a[x]!, false);
      case OP_ADD:
        return this.pointerOf(x, member) !== 0;
      case OP_SELECT:
        return this.isKnownOption(f.b[x]!, member) && this.isKnownOption(f.c[x]!, member);
      case OP_PHI:
        return (f.aux[x] as PhiInfo).vals.every((v) => this.isKnownOption(v, member));
      case OP_DALLOCA:
        return true;
    }
    const first = firstArgument(f, m, x);
    if (first !== undefined) return this.isKnown(first, member);
    return wholeSize(f, m, x) !== undefined || allocatedBy(f, m, x) !== undefined;
  }

  /** One of several pointers: where the least counts, the end of an object is as good as nothing known (GCC says 0 to both). */
  private isKnownOption(v: Value, member: boolean): boolean {
    const { f, m } = this;
    if (this.least) {
      const root = f.op[rootOf(f, v)];
      if ((root === OP_ALLOCA || root === OP_SYM) && objectSize(f, m, v, OBJSIZE_LEAST)?.size === 0) return false;
    }
    return this.isKnown(v, member);
  }

  /** The operand of a sum that is a pointer of known extent, or 0. */
  private pointerOf(x: Value, member: boolean): Value {
    const f = this.f;
    const a = this.isKnown(f.a[x]!, member);
    if (f.op[f.b[x]!] === OP_CONST) return a ? f.a[x]! : 0;
    const b = this.isKnown(f.b[x]!, member);
    return a === b ? 0 : a ? f.a[x]! : f.b[x]!;
  }

  private build(x: Value, member: boolean): SizeValues {
    const key = x * 2 + (member ? 1 : 0);
    const before = this.built.get(key);
    if (before !== undefined) return before;
    const f = this.f;
    if (f.op[x] === OP_PHI) return this.buildPhi(x, member, key);
    const made = this.make(x, member);
    this.built.set(key, made);
    return made;
  }

  private make(x: Value, member: boolean): SizeValues {
    const { f, m } = this;
    const whole = wholeSize(f, m, x);
    if (whole !== undefined) {
      const n = f.constant(TY_I64, whole, 0);
      const e = shifted({ behind: whole, whole }, f.op[x] === OP_SYM ? f.b[x]! : 0);
      return { behind: e.behind === whole ? n : f.constant(TY_I64, e.behind, 0), whole: n };
    }
    const at = f.next[x]!;
    const emit = (op: number, a: Value, b: Value, c: Value): Value => f.insertBefore(at, op, TY_I64, a, b, c, f.loc[x]!);
    const below = (op: number, a: Value, b: Value): Value => f.insertBefore(at, op, TY_I32, a, b, TY_I64, f.loc[x]!);
    switch (f.op[x]) {
      case OP_COPY:
        return this.build(f.a[x]!, member);
      case OP_SUBOBJ: {
        if (!member || f.b[x] === OPEN_ENDED) return this.build(f.a[x]!, false);
        const n = f.constant(TY_I64, f.b[x]!, 0);
        if (!this.isKnown(f.a[x]!, false)) return { behind: n, whole: n };
        const around = this.build(f.a[x]!, false).behind;
        const least = emit(OP_SELECT, below(OP_ULT, around, n), around, n);
        return { behind: least, whole: least };
      }
      case OP_ADD: {
        const p = this.pointerOf(x, member);
        const e = this.build(p, member);
        const at0 = emit(OP_ADD, emit(OP_SUB, e.whole, e.behind, 0), p === f.a[x] ? f.b[x]! : f.a[x]!, 0);
        const inside = below(OP_ULE, at0, e.whole);
        const outside = f.constant(TY_I64, 0, 0);
        const left = emit(OP_SELECT, inside, emit(OP_SUB, e.whole, at0, 0), outside);
        if (f.op[f.b[x]!] === OP_CONST) return { behind: left, whole: e.whole };
        // The sum may be one of integers: an address and the offset of per-CPU data, or of another mapping of the same memory.
        // What lies further away than an index takes it is in no known object.
        const near = below(OP_ULT, emit(OP_ADD, at0, f.constant(TY_I64, NEAR, 0), 0), f.constant(TY_I64, 2 * NEAR, 0));
        const unknown = this.least ? outside : f.constant(TY_I64, -1, -1);
        return { behind: emit(OP_SELECT, near, left, unknown), whole: emit(OP_SELECT, near, e.whole, unknown) };
      }
      case OP_SELECT: {
        const yes = this.build(f.b[x]!, member);
        const no = this.build(f.c[x]!, member);
        const c = f.a[x]!;
        return { behind: emit(OP_SELECT, c, yes.behind, no.behind), whole: emit(OP_SELECT, c, yes.whole, no.whole) };
      }
      case OP_DALLOCA:
        return { behind: f.a[x]!, whole: f.a[x]! };
    }
    const first = firstArgument(f, m, x);
    if (first !== undefined) return this.build(first, member);
    // where the call's arguments are
    const call = f.a[x]!;
    let n = 0;
    for (const arg of allocatedBy(f, m, x)!) {
      const wide = f.ty[arg] === TY_I32 ? f.insertBefore(call, OP_SEXT32, TY_I64, arg, 0, 0, f.loc[call]!) : arg;
      n = n === 0 ? wide : f.insertBefore(call, OP_MUL, TY_I64, n, wide, 0, f.loc[call]!);
    }
    return { behind: n, whole: n };
  }

  private buildPhi(x: Value, member: boolean, key: number): SizeValues {
    const f = this.f;
    const from = f.aux[x] as PhiInfo;
    const phi = (): Value => f.insertBefore(x, OP_PHI, TY_I64, 0, 0, 0, f.loc[x]!, { blocks: from.blocks.slice(), vals: [] });
    const made: SizeValues = { behind: phi(), whole: phi() };
    this.built.set(key, made); // before its operands: they may come back to it
    for (const v of from.vals) {
      const e = this.build(v, member);
      (f.aux[made.behind] as PhiInfo).vals.push(e.behind);
      (f.aux[made.whole] as PhiInfo).vals.push(e.whole);
    }
    return made;
  }
}
