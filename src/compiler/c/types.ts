// The type table: makes every CType and interns it, so that structurally equal types are one object (C11 6.2.7). // hot
//
// Variants of a type (qualifiers, alignment, address space) hang on the type they vary; when a record or enum is completed its
// variants and the arrays of it get their sizes too.

import type { TargetInfo } from "../target/abi.ts";
import type { Expr } from "./ast.ts";
import * as T from "./ctype.ts";
import { CType, RecordInfo } from "./ctype.ts";

/** Options that change types. */
export interface TypeOptions {
  charSigned: boolean;
  wcharSigned: boolean;
  wcharSize: number;
}

class Derived {
  ptr: CType | null = null;
  /** By qualifiers (4 bits) and address space (2 bits). */
  quals: (CType | undefined)[] | null = null;
  arrays: Map<number, CType> | null = null;
  /** Alignment variants. */
  aligned: Map<number, CType> | null = null;
  vectors: Map<number, CType> | null = null;
  complex: CType | null = null;
}

export class TypeTable {
  readonly target: TargetInfo;
  private n = 0;
  private readonly derived: Derived[] = [];
  /** Function types by hash. */
  private readonly fns: Map<number, CType[]> = new Map();
  readonly void: CType;
  readonly bool: CType;
  readonly char: CType;
  readonly schar: CType;
  readonly uchar: CType;
  readonly short: CType;
  readonly ushort: CType;
  readonly int: CType;
  readonly uint: CType;
  readonly long: CType;
  readonly ulong: CType;
  readonly llong: CType;
  readonly ullong: CType;
  readonly int128: CType;
  readonly uint128: CType;
  readonly float: CType;
  readonly double: CType;
  readonly ldouble: CType;
  readonly float128: CType;
  /** Types of ISO/IEC TS 18661-3 that have the format of a standard type and are types of their own. */
  /** Known as a type, so that x86's headers can be read; nothing is computed with it (irgen/types.ts). */
  readonly float16: CType;
  /** The formats of 16 bits of Arm: IEEE's under its older name, and the upper half of a float. */
  readonly fp16: CType;
  readonly bf16: CType;
  readonly float32: CType;
  readonly float64: CType;
  readonly float32x: CType;
  readonly float64x: CType;
  readonly error: CType;
  readonly size: CType;
  readonly ptrdiff: CType;
  readonly wchar: CType;
  readonly wint: CType;
  readonly char16: CType;
  readonly char32: CType;
  readonly vaList: CType;
  readonly voidPtr: CType;
  readonly charPtr: CType;
  readonly constCharPtr: CType;

  constructor(target: TargetInfo, o: TypeOptions) {
    this.target = target;
    const ps = target.ptrSize;
    const int = (kind: number, size: number, unsigned: boolean): CType => {
      const t = this.make(kind, 0, size, size, null);
      t.unsigned = unsigned;
      return t;
    };
    this.error = this.make(T.K_ERROR, 0, 1, 1, null);
    this.void = this.make(T.K_VOID, 0, 1, 1, null);
    this.bool = int(T.K_BOOL, 1, true);
    this.char = int(T.K_CHAR, 1, !o.charSigned);
    this.schar = int(T.K_SCHAR, 1, false);
    this.uchar = int(T.K_UCHAR, 1, true);
    this.short = int(T.K_SHORT, 2, false);
    this.ushort = int(T.K_USHORT, 2, true);
    this.int = int(T.K_INT, 4, false);
    this.uint = int(T.K_UINT, 4, true);
    this.long = int(T.K_LONG, ps, false);
    this.ulong = int(T.K_ULONG, ps, true);
    this.llong = int(T.K_LLONG, 8, false);
    this.ullong = int(T.K_ULLONG, 8, true);
    this.int128 = int(T.K_INT128, 16, false);
    this.uint128 = int(T.K_UINT128, 16, true);
    // of two types with one format, usual arithmetic conversions take the one made later: extended, standard, interchange types
    this.float32x = this.named("_Float32x", T.K_DOUBLE, 8, 8);
    this.float64x = this.named("_Float64x", T.K_LDOUBLE, target.longDoubleSize, target.longDoubleAlign);
    this.float16 = this.named("_Float16", T.K_FLOAT, 2, 2);
    this.fp16 = this.named("__fp16", T.K_FLOAT, 2, 2);
    this.bf16 = this.named("__bf16", T.K_FLOAT, 2, 2);
    this.float = this.make(T.K_FLOAT, 0, 4, 4, null);
    this.double = this.make(T.K_DOUBLE, 0, 8, 8, null);
    this.ldouble = this.make(T.K_LDOUBLE, 0, target.longDoubleSize, target.longDoubleAlign, null);
    // where long double is binary128 the two types have one format and GCC still tells them apart
    this.float128 = this.make(T.K_FLOAT128, 0, 16, 16, null);
    this.float32 = this.named("_Float32", T.K_FLOAT, 4, 4);
    this.float64 = this.named("_Float64", T.K_DOUBLE, 8, 8);
    this.size = ps === 8 ? this.ulong : this.uint;
    this.ptrdiff = ps === 8 ? this.long : this.int;
    this.wchar = o.wcharSize === 2 ? (o.wcharSigned ? this.short : this.ushort) : o.wcharSigned ? this.int : this.uint;
    this.wint = this.uint;
    this.char16 = this.ushort;
    this.char32 = this.uint;
    this.voidPtr = this.pointer(this.void);
    this.charPtr = this.pointer(this.char);
    this.constCharPtr = this.pointer(this.qualified(this.char, T.Q_CONST));
    this.vaList = this.makeVaList();
  }

  private make(kind: number, quals: number, size: number, align: number, base: CType | null): CType {
    this.derived.push(new Derived());
    return new CType(this.n++, kind, quals, size, align, base);
  }

  private named(name: string, kind: number, size: number, align: number): CType {
    const t = this.make(kind, 0, size, align, null);
    t.floatName = name;
    return t;
  }

  private makeVaList(): CType {
    const v = this.target.abi.vaList;
    if (v.kind === "pointer") return this.voidPtr;
    const r = new RecordInfo(0, false);
    r.complete = true;
    const t = this.make(T.K_STRUCT, 0, v.size, v.align, null);
    t.record = r;
    const add = (type: CType, off: number): void => {
      const m = new T.Member(0, type);
      m.off = off;
      m.align = type.align;
      r.members.push(m);
    };
    if (v.kind === "x86-64") {
      add(this.uint, 0);
      add(this.uint, 4);
      add(this.voidPtr, 8);
      add(this.voidPtr, 16);
      return this.array(t, 1);
    }
    for (const off of [0, 8, 16]) add(this.voidPtr, off);
    add(this.int, 24);
    add(this.int, 28);
    return t;
  }

  pointer(to: CType): CType {
    const d = this.derived[to.id]!;
    if (d.ptr !== null) return d.ptr;
    const ps = this.target.ptrSize;
    const t = this.make(T.K_POINTER, 0, ps, ps, to);
    t.unsigned = true;
    d.ptr = t;
    return t;
  }

  array(elem: CType, count: number): CType {
    const d = this.derived[elem.id]!;
    if (d.arrays === null) d.arrays = new Map();
    let t = d.arrays.get(count);
    if (t === undefined) {
      t = this.make(T.K_ARRAY, 0, -1, elem.align, elem);
      t.count = count;
      this.sizeArray(t);
      d.arrays.set(count, t);
    }
    return t;
  }

  /** A variable length array; never interned. */
  vla(elem: CType, length: Expr | null): CType {
    const t = this.make(T.K_ARRAY, 0, -1, elem.align, elem);
    t.count = length === null ? T.COUNT_STAR : T.COUNT_VLA;
    t.vla = length;
    return t;
  }

  private sizeArray(t: CType): void {
    const elem = t.base!;
    t.align = elem.align;
    t.size = t.count >= 0 && elem.size >= 0 ? t.count * elem.size : -1;
  }

  vector(elem: CType, count: number): CType {
    const d = this.derived[elem.id]!;
    if (d.vectors === null) d.vectors = new Map();
    let t = d.vectors.get(count);
    if (t === undefined) {
      const size = elem.size * count;
      t = this.make(T.K_VECTOR, 0, size, Math.min(size, 1 << 28), elem);
      t.count = count;
      d.vectors.set(count, t);
    }
    return t;
  }

  complex(real: CType): CType {
    const d = this.derived[real.id]!;
    if (d.complex === null) d.complex = this.make(T.K_COMPLEX, 0, real.size * 2, real.align, real);
    return d.complex;
  }

  func(ret: CType, params: readonly CType[], prototype: boolean, variadic: boolean, ms = false): CType {
    const n = params.length;
    let h = (ret.id * 4 + (prototype ? 1 : 0) + (variadic ? 2 : 0) + (ms ? 0x10000000 : 0)) | 0;
    for (let i = 0; i < n; i++) h = (Math.imul(h, 0x01000193) ^ params[i]!.id) | 0;
    let bucket = this.fns.get(h);
    if (bucket === undefined) {
      bucket = [];
      this.fns.set(h, bucket);
    }
    search: for (let k = 0; k < bucket.length; k++) {
      const f = bucket[k]!;
      if (f.base !== ret || f.params.length !== n || f.prototype !== prototype || f.variadic !== variadic) continue;
      for (let i = 0; i < n; i++) if (f.params[i] !== params[i]) continue search;
      return f;
    }
    const t = this.make(T.K_FUNCTION, 0, 1, 1, ret);
    t.params = params;
    t.prototype = prototype;
    t.variadic = variadic;
    t.ms = ms;
    bucket.push(t);
    return t;
  }

  record(tag: number, isUnion: boolean): CType {
    const t = this.make(isUnion ? T.K_UNION : T.K_STRUCT, 0, -1, 1, null);
    t.record = new RecordInfo(tag, isUnion);
    t.tag = tag;
    return t;
  }

  /** An enum without its list; `base` is set when it is complete. */
  enumType(tag: number): CType {
    const t = this.make(T.K_ENUM, 0, -1, 4, null);
    t.tag = tag;
    return t;
  }

  /** t with exactly these qualifiers added; an array's go to its elements. */
  qualified(t: CType, quals: number): CType {
    if (quals === 0) return t;
    if (t.kind === T.K_ARRAY) {
      const e = this.qualified(t.base!, quals);
      return e === t.base ? t : this.withElement(t, e);
    }
    const q = t.quals | quals;
    if (q === t.quals) return t;
    return this.variant(t.unqual, q, t.addrSpace);
  }

  /** A scalar's type in the target's byte order; an array's elements keep theirs. */
  nativeOrder(t: CType): CType {
    return t.kind === T.K_ARRAY || (t.quals & T.Q_REVERSE) === 0
      ? t
      : this.variant(t.unqual, t.quals & ~T.Q_REVERSE, t.addrSpace);
  }

  private withElement(t: CType, elem: CType): CType {
    if (t.count === T.COUNT_VLA || t.count === T.COUNT_STAR) return this.vla(elem, t.vla);
    return this.array(elem, t.count);
  }

  inSpace(t: CType, space: number): CType {
    if (t.kind === T.K_ARRAY) return this.withElement(t, this.inSpace(t.base!, space));
    return this.variant(t.unqual, t.quals, space);
  }

  private variant(u: CType, q: number, space: number): CType {
    if (q === 0 && space === 0) return u;
    const d = this.derived[u.id]!;
    if (d.quals === null) d.quals = new Array(128).fill(undefined);
    const key = q | (space << 5);
    let t = d.quals[key];
    if (t === undefined) {
      t = this.make(u.kind, q, u.size, u.align, u.base);
      t.unqual = u;
      t.canon = u.canon;
      t.addrSpace = space;
      t.params = u.params;
      t.prototype = u.prototype;
      t.variadic = u.variadic;
      t.ms = u.ms;
      this.copyShape(u, t);
      // _Atomic objects of the sizes of instructions lie as these want them (GCC: unless the type was incomplete so far)
      if ((q & T.Q_ATOMIC) !== 0 && t.size > t.align && t.size <= 16 && (t.size & (t.size - 1)) === 0) t.align = t.size;
      d.quals[key] = t;
    }
    return t;
  }

  private copyShape(u: CType, t: CType): void {
    t.size = u.size;
    t.align = u.align;
    t.unsigned = u.unsigned;
    t.count = u.count;
    t.vla = u.vla;
    t.record = u.record;
    t.tag = u.tag;
    t.floatName = u.floatName;
    t.base = u.base;
  }

  /** t without qualifiers, elements of arrays included; address spaces go too. */
  unqualified(t: CType): CType {
    if (t.kind === T.K_ARRAY) {
      const e = this.unqualified(t.base!);
      return e === t.base ? t : this.withElement(t, e);
    }
    return t.unqual;
  }

  /** t with another alignment. */
  aligned(t: CType, align: number): CType {
    if (t.align === align) return t;
    const c = t.unqual;
    const d = this.derived[c.id]!;
    if (d.aligned === null) d.aligned = new Map();
    let v = d.aligned.get(align);
    if (v === undefined) {
      v = this.make(c.kind, 0, c.size, align, c.base);
      v.canon = c.canon;
      v.params = c.params;
      v.prototype = c.prototype;
      v.variadic = c.variadic;
      this.copyShape(c, v);
      v.align = align;
      d.aligned.set(align, v);
    }
    return this.variant(v, t.quals, t.addrSpace);
  }

  /** A fresh copy of a type under a typedef with attributes that must not touch the original (may_alias, packed enum …). */
  complete(t: CType): void {
    const d = this.derived[t.id]!;
    if (d.quals !== null)
      for (const v of d.quals)
        if (v !== undefined) {
          this.copyShape(t, v);
          this.refreshArrays(v);
        }
    if (d.aligned !== null)
      for (const [align, v] of d.aligned) {
        this.copyShape(t, v);
        v.align = align;
        this.complete(v);
      }
    this.refreshArrays(t);
  }

  private refreshArrays(t: CType): void {
    const a = this.derived[t.id]!.arrays;
    if (a === null) return;
    for (const x of a.values()) {
      this.sizeArray(x);
      this.refreshArrays(x);
    }
  }

  /** Integer type of that many bytes. */
  integer(size: number, unsigned: boolean): CType | null {
    switch (size) {
      case 1:
        return unsigned ? this.uchar : this.schar;
      case 2:
        return unsigned ? this.ushort : this.short;
      case 4:
        return unsigned ? this.uint : this.int;
      case 8:
        return this.long.size === 8 ? (unsigned ? this.ulong : this.long) : unsigned ? this.ullong : this.llong;
      case 16:
        return unsigned ? this.uint128 : this.int128;
      default:
        return null;
    }
  }

  /** The same integer type with the other signedness. */
  withSign(t: CType, unsigned: boolean): CType {
    switch (t.kind) {
      case T.K_CHAR:
      case T.K_SCHAR:
      case T.K_UCHAR:
        return unsigned ? this.uchar : this.schar;
      case T.K_SHORT:
      case T.K_USHORT:
        return unsigned ? this.ushort : this.short;
      case T.K_INT:
      case T.K_UINT:
        return unsigned ? this.uint : this.int;
      case T.K_LONG:
      case T.K_ULONG:
        return unsigned ? this.ulong : this.long;
      case T.K_LLONG:
      case T.K_ULLONG:
        return unsigned ? this.ullong : this.llong;
      case T.K_INT128:
      case T.K_UINT128:
        return unsigned ? this.uint128 : this.int128;
      case T.K_ENUM:
        return t.base === null ? t : this.withSign(t.base, unsigned);
      default:
        return t;
    }
  }
}

/** Conversion rank (C11 6.3.1.1). */
export function rank(t: CType): number {
  switch (t.kind) {
    case T.K_BOOL:
      return 0;
    case T.K_CHAR:
    case T.K_SCHAR:
    case T.K_UCHAR:
      return 1;
    case T.K_SHORT:
    case T.K_USHORT:
      return 2;
    case T.K_INT:
    case T.K_UINT:
      return 3;
    case T.K_LONG:
    case T.K_ULONG:
      return 4;
    case T.K_LLONG:
    case T.K_ULLONG:
      return 5;
    case T.K_INT128:
    case T.K_UINT128:
      return 6;
    case T.K_ENUM:
      return t.base === null ? 3 : rank(t.base);
    default:
      return 7;
  }
}

export function isComplete(t: CType): boolean {
  if (t.kind === T.K_ARRAY) {
    return t.count === T.COUNT_VLA || t.count === T.COUNT_STAR || (t.count >= 0 && isComplete(t.base!));
  }
  return t.kind !== T.K_VOID && (t.size >= 0 || (t.record !== null && t.record.complete));
}

/** Of run-time size: array of run-time length, array of such, record with such a member. */
export function isVlaType(t: CType): boolean {
  while (t.kind === T.K_ARRAY) {
    if (t.count === T.COUNT_VLA || t.count === T.COUNT_STAR) return true;
    t = t.base!;
  }
  return t.size < 0 && t.record !== null && t.record.complete;
}

/** A VLA occurs somewhere in the type (C11 6.7.6p3). */
export function isVariablyModified(t: CType): boolean {
  for (;;) {
    if (t.kind === T.K_ARRAY) {
      if (t.count === T.COUNT_VLA) return true;
    } else if (t.kind !== T.K_POINTER && t.kind !== T.K_FUNCTION) return t.record !== null && t.record.variable;
    t = t.base!;
  }
}

/** Does an array of unspecified length, [*], occur in the type? */
export function mentionsStar(t: CType): boolean {
  for (let x: CType | null = t; x !== null; x = x.base) {
    if (x.kind === T.K_ARRAY && x.count === T.COUNT_STAR) return true;
    if (x.kind !== T.K_ARRAY && x.kind !== T.K_POINTER && x.kind !== T.K_FUNCTION) return false;
  }
  return false;
}

/** Qualifiers of an object type: an array's are its element's. */
export function objectQuals(t: CType): number {
  while (t.kind === T.K_ARRAY) t = t.base!;
  return t.quals;
}

/** float itself, which the default argument promotions make double. */
export function isPlainFloat(t: CType): boolean {
  return t.kind === T.K_FLOAT && t.floatName === "";
}

function promotesToItself(t: CType): boolean {
  if (isPlainFloat(t)) return false;
  if (t.kind === T.K_ENUM) return t.size >= 4;
  return !T.isInteger(t) || rank(t) >= 3;
}

/** Compatible types (C11 6.2.7p1); qualifiers at the top are compared unless `ignoreQuals`. */
export function compatible(a: CType, b: CType, ignoreQuals = false): boolean {
  if (a === b) return true;
  if (a.kind === T.K_ERROR || b.kind === T.K_ERROR) return true;
  if (!ignoreQuals && (a.quals !== b.quals || a.addrSpace !== b.addrSpace) && a.kind !== T.K_ARRAY) return false;
  const x = a.canon;
  const y = b.canon;
  if (x === y) return true;
  if (x.kind !== y.kind) {
    // an enum is compatible with its integer type
    if (x.kind === T.K_ENUM && x.base !== null) return x.base === y;
    if (y.kind === T.K_ENUM && y.base !== null) return y.base === x;
    return false;
  }
  switch (x.kind) {
    case T.K_POINTER:
      return compatible(x.base!, y.base!);
    case T.K_COMPLEX:
      return x.base === y.base;
    case T.K_ARRAY:
      if (!compatible(x.base!, y.base!, ignoreQuals)) return false;
      return x.count < 0 || y.count < 0 || x.count === y.count;
    case T.K_VECTOR:
      return x.count === y.count && compatible(x.base!, y.base!);
    case T.K_FUNCTION: {
      if (x.ms !== y.ms || !compatible(x.base!, y.base!, true)) return false;
      if (x.prototype && y.prototype) {
        if (x.params.length !== y.params.length || x.variadic !== y.variadic) return false;
        for (let i = 0; i < x.params.length; i++) {
          if (!compatibleParam(x.params[i]!, y.params[i]!)) return false;
        }
        return true;
      }
      const p = x.prototype ? x : y;
      if (!p.prototype) return true;
      if (p.variadic) return false;
      for (const t of p.params) if (!promotesToItself(t)) return false;
      return true;
    }
    default:
      return false;
  }
}

function compatibleParam(a: CType, b: CType): boolean {
  if (compatible(a, b, true)) return true;
  // GNU: a transparent union parameter matches its members
  const u = a.record?.transparentUnion === true ? a : b.record?.transparentUnion === true ? b : null;
  if (u === null) return false;
  const o = u === a ? b : a;
  for (const m of u.record!.members) if (compatible(m.type, o, true)) return true;
  return false;
}

/** Composite type of two compatible types (C11 6.2.7p3). */
export function composite(tt: TypeTable, a: CType, b: CType): CType {
  if (a === b) return a;
  if (a.kind === T.K_ERROR) return b;
  if (a.kind !== b.kind) return a.kind === T.K_ENUM ? a : b.kind === T.K_ENUM ? b : a;
  switch (a.kind) {
    case T.K_ARRAY: {
      const e = composite(tt, a.base!, b.base!);
      if (a.count >= 0) return e === a.base ? a : tt.array(e, a.count);
      if (b.count >= 0) return e === b.base ? b : tt.array(e, b.count);
      return a.count === T.COUNT_VLA ? a : b.count === T.COUNT_VLA ? b : e === a.base ? a : tt.array(e, T.COUNT_INCOMPLETE);
    }
    case T.K_POINTER: {
      const c = composite(tt, a.base!, b.base!);
      return c === a.base ? a : c === b.base && b.quals === a.quals ? b : tt.qualified(tt.pointer(c), a.quals);
    }
    case T.K_FUNCTION: {
      const r = composite(tt, a.base!, b.base!);
      if (!a.prototype && !b.prototype) return r === a.base ? a : tt.func(r, a.params, false, false, a.ms);
      if (!a.prototype) return r === b.base ? b : tt.func(r, b.params, true, b.variadic, b.ms);
      if (!b.prototype) return r === a.base ? a : tt.func(r, a.params, true, a.variadic, a.ms);
      const ps = a.params.map((p, i) => composite(tt, p, b.params[i]!));
      return tt.func(r, ps, true, a.variadic, a.ms);
    }
    default:
      return a.align >= b.align ? a : b;
  }
}
