// C types as interned objects: two types are the same type exactly when they are the same object
// (struct, union and enum types by declaration, all others by structure, C11 6.2.7). c/types.ts makes them.

import type { Decl, Expr } from "./ast.ts";

export const K_VOID = 0;
export const K_BOOL = 1;
export const K_CHAR = 2; //   plain char; signedness in `unsigned`
export const K_SCHAR = 3;
export const K_UCHAR = 4;
export const K_SHORT = 5;
export const K_USHORT = 6;
export const K_INT = 7;
export const K_UINT = 8;
export const K_LONG = 9;
export const K_ULONG = 10;
export const K_LLONG = 11;
export const K_ULLONG = 12;
export const K_INT128 = 13;
export const K_UINT128 = 14;
export const K_ENUM = 15; //  base = compatible integer type
export const K_FLOAT = 16;
export const K_DOUBLE = 17;
export const K_LDOUBLE = 18;
export const K_FLOAT128 = 19; // _Float128/__float128 where it differs from long double
export const K_COMPLEX = 20; // base = real type (GNU: integer too)
export const K_POINTER = 21; // base = pointee
export const K_ARRAY = 22; //   base = element
export const K_VECTOR = 23; //  base = element, count = number of elements
export const K_FUNCTION = 24; // base = return type
export const K_STRUCT = 25;
export const K_UNION = 26;
/** Error recovery: compatible with everything. */
export const K_ERROR = 27;

export const Q_CONST = 1;
export const Q_VOLATILE = 2;
export const Q_RESTRICT = 4;
export const Q_ATOMIC = 8;
/** Of a member, or of an array member's elements: bytes in the order that is not the target's (attribute scalar_storage_order). */
export const Q_REVERSE = 16;

/** Array counts. */
export const COUNT_INCOMPLETE = -1; // int a[]
export const COUNT_VLA = -2; //        `vla` holds the length
export const COUNT_STAR = -3; //       int a[*] in a prototype

export class CType {
  readonly id: number;
  readonly kind: number;
  /** Q_* of this very type (an array's qualifiers are its element's). */
  readonly quals: number;
  /** The same type without qualifiers; itself when it has none. */
  unqual: CType;
  /** Unqualified and with its natural alignment: what values have. `typedef int t __attribute__((aligned(16)))` is a variant of int. */
  canon: CType;
  base: CType | null;
  /** Bytes; -1 while incomplete, for a VLA and for a record with such a member; functions and void have 1 (GNU). */
  size: number;
  /** Bytes. */
  align: number;
  unsigned: boolean;
  /** Arrays and vectors: number of elements or COUNT_*. */
  count: number;
  vla: Expr | null;
  /** Functions. */
  params: readonly CType[];
  /** false: declared as f(), arguments undergo the default promotions. */
  prototype: boolean;
  variadic: boolean;
  /** Function: called by the convention of 64-bit Windows (attribute ms_abi). */
  ms: boolean;
  record: RecordInfo | null;
  /** Pointee's named address space: 0 none, 1 = __seg_gs, 2 = __seg_fs (kept on the pointed-to type). */
  addrSpace: number;
  /** _Float32 and the like, which have the kind of the standard type of the same format; "" for the others. */
  floatName = "";
  /** Name for messages of typedef'd types is found by the printer; tag for struct/union/enum. */
  tag: number;

  constructor(id: number, kind: number, quals: number, size: number, align: number, base: CType | null) {
    this.id = id;
    this.kind = kind;
    this.quals = quals;
    this.unqual = this;
    this.canon = this;
    this.base = base;
    this.size = size;
    this.align = align;
    this.unsigned = false;
    this.count = 0;
    this.vla = null;
    this.params = [];
    this.prototype = false;
    this.variadic = false;
    this.ms = false;
    this.record = null;
    this.addrSpace = 0;
    this.tag = 0;
  }
}

export class Member {
  /** 0 = anonymous. */
  name: number;
  type: CType;
  /** Plan 9: the typedef name that an anonymous member also has, or 0. */
  alias = 0;
  /** Byte offset in the record; for a bit-field the offset of the byte in which it begins. */
  off = 0;
  /** Bit-field: width in bits (-1 = no bit-field), and its first bit counted from the record's start, little endian. */
  bitWidth = -1;
  bitPos = 0;
  nonstring = false;
  /** Known alignment of the member's storage, after packed/aligned. */
  align = 1;
  /** Index in RecordInfo.segments; off and bitPos count from that segment's start. */
  segment = 0;
  loc = 0;

  constructor(name: number, type: CType) {
    this.name = name;
    this.type = type;
  }
}

/** A part of a record whose members have constant offsets from its start, which follows a member of run-time size. */
export interface Segment {
  /** The start is rounded up to this, in bytes. */
  readonly align: number;
  /** Constant part of its size in bytes, and the member of run-time size that follows it. */
  length: number;
  tail: CType | null;
}

export class RecordInfo {
  tag: number;
  isUnion: boolean;
  complete = false;
  members: Member[] = [];
  packed = false;
  /** The last member is a flexible (or zero-length) array. */
  flexible = false;
  transparentUnion = false;
  unavailable = false;
  hasConstMember = false;
  hasVolatileMember = false;
  /** A member's type is variably modified; if one of them has a run-time size, the record has one too. */
  variable = false;
  /** Records of run-time size: their parts, in order; else empty. */
  segments: Segment[] = [];
  /** The function whose body declares a variably modified record. */
  owner: Decl | null = null;
  loc = 0;

  constructor(tag: number, isUnion: boolean) {
    this.tag = tag;
    this.isUnion = isUnion;
  }
}

export function isInteger(t: CType): boolean {
  return t.kind >= K_BOOL && t.kind <= K_ENUM;
}
export function isFloating(t: CType): boolean {
  return t.kind >= K_FLOAT && t.kind <= K_FLOAT128;
}
export function isArithmetic(t: CType): boolean {
  return t.kind >= K_BOOL && t.kind <= K_COMPLEX;
}
export function isScalar(t: CType): boolean {
  return (t.kind >= K_BOOL && t.kind <= K_FLOAT128) || t.kind === K_POINTER;
}
export function isRecord(t: CType): boolean {
  return t.kind === K_STRUCT || t.kind === K_UNION;
}
/** Held in memory, not in one IR value: records, arrays, complex, vectors. */
export function isAggregate(t: CType): boolean {
  return t.kind === K_STRUCT || t.kind === K_UNION || t.kind === K_ARRAY || t.kind === K_COMPLEX || t.kind === K_VECTOR;
}
