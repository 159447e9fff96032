// What C types are in the IR: value types, sizes of access, memory descriptors.

import { type CType, K_ARRAY, K_BOOL, K_DOUBLE, K_ENUM, K_FLOAT, K_FLOAT128, K_LDOUBLE, K_POINTER } from "../c/ctype.ts";
import {
  MEM_ALIGN_SHIFT,
  MEM_FS,
  MEM_GS,
  MEM_SIGNED,
  MEM_VOLATILE,
  TY_F32,
  TY_F64,
  TY_F128,
  TY_I32,
  TY_I64,
  TY_I128,
} from "../ir/ops.ts";
import type { TargetInfo } from "../target/abi.ts";

/** IR type that holds an integer of that many bytes. */
export function intTy(size: number): number {
  return size <= 4 ? TY_I32 : size <= 8 ? TY_I64 : TY_I128;
}

/** A type that the parser knows and the generator has no code for: told of where the function or object is, by name. */
export class UnsupportedType extends Error {
  constructor(name: string) {
    super(`'${name}' is not supported on this target`);
  }
}

/** IR type of a scalar C type; 0 for everything else. */
export function irType(target: TargetInfo, t: CType): number {
  const k = t.kind;
  if (k >= K_BOOL && k <= K_ENUM) return intTy(t.size);
  switch (k) {
    case K_POINTER:
      return target.ptrTy;
    case K_FLOAT:
      if (t.size === 2) throw new UnsupportedType(t.floatName);
      return TY_F32;
    case K_DOUBLE:
      return TY_F64;
    case K_LDOUBLE:
      return target.longDoubleTy;
    case K_FLOAT128:
      return TY_F128;
    default:
      return 0;
  }
}

export function isFloatTy(ty: number): boolean {
  return ty >= TY_F32;
}

/** Bytes of memory access for a scalar of type t (F80: 16, on i386 12, see MEM_SIZE). */
export function accessSize(t: CType, _ty: number): number {
  return t.size;
}

/** Is the integer (or pointer) type unsigned in memory? Pointers are as wide as their IR type, so it does not matter. */
export function isSignedInt(t: CType): boolean {
  return t.kind >= K_BOOL && t.kind <= K_ENUM && !t.unsigned && t.kind !== K_BOOL;
}

/** Qualifiers of an object type: an array's are its element's. */
export function qualsOf(t: CType): number {
  let q = t.quals;
  while (t.kind === K_ARRAY) {
    t = t.base!;
    q |= t.quals;
  }
  return q;
}

/** Address space of an object type (0 none, 1 __seg_gs, 2 __seg_fs) as memory flags. */
export function segOf(t: CType): number {
  while (t.kind === K_ARRAY && t.addrSpace === 0) t = t.base!;
  return t.addrSpace === 1 ? MEM_GS : t.addrSpace === 2 ? MEM_FS : 0;
}

export function log2(align: number): number {
  return 31 - Math.clz32(align);
}

/** Memory descriptor. `align` is a power of two in bytes. */
export function mem(size: number, align: number, signed: boolean, flags: number): number {
  const al = log2(align);
  return size | (Math.min(al, 15) << MEM_ALIGN_SHIFT) | (signed ? MEM_SIGNED : 0) | flags;
}
export const VOLATILE: number = MEM_VOLATILE;

/** Largest power of two that divides both the alignment and the offset. */
export function alignAt(align: number, off: number): number {
  if (off === 0) return align;
  const low = off & -off;
  return low < align && low > 0 ? low : align;
}
