// Flattens C types to the scalar leaves that calling conventions classify (AbiType), once per type.

import { type CType, isFloating, isRecord, K_ARRAY, K_COMPLEX, K_POINTER, K_VECTOR, K_VOID } from "../c/ctype.ts";
import { TY_F32, TY_F64, TY_F128, TY_I32, TY_I64 } from "../ir/ops.ts";
import type { AbiField, AbiType, ObjectMode, TargetInfo } from "../target/abi.ts";
import { intTy, irType, isSignedInt } from "./types.ts";

/** No calling convention looks into what is larger (bytes), nor are there types worth looking at with more scalars. */
const MAX_SIZE = 64;
const MAX_FIELDS = 4096;

class Flattener {
  readonly target: TargetInfo;
  fields: AbiField[] = [];
  overflow = false;
  unaligned = false;
  hasUnion = false;
  hasBitFields = false;
  hasFlexible = false;
  hasVector = false;

  constructor(target: TargetInfo) {
    this.target = target;
  }

  add(off: number, ty: number, size: number, bitField: boolean, pointer = false, vector = false): void {
    if (this.fields.length >= MAX_FIELDS) this.overflow = true;
    else this.fields.push({ off, ty, size, bitField, pointer, vector });
  }

  walk(t: CType, off: number): void {
    if (this.overflow) return;
    if (isRecord(t)) {
      const r = t.record!;
      if (r.isUnion) this.hasUnion = true;
      for (const m of r.members) {
        if (m.bitWidth >= 0) {
          this.hasBitFields = true;
          if (m.bitWidth === 0) continue;
          const first = m.bitPos >> 3;
          const last = (m.bitPos + m.bitWidth - 1) >> 3;
          this.add(off + first, intTy(m.type.size), last - first + 1, true);
          continue;
        }
        this.walk(m.type, off + m.off);
      }
      return;
    }
    switch (t.kind) {
      case K_ARRAY: {
        if (t.count <= 0) {
          this.hasFlexible = true;
          return;
        }
        const e = t.base!;
        for (let i = 0; i < t.count && !this.overflow; i++) this.walk(e, off + i * e.size);
        return;
      }
      case K_VECTOR: {
        this.hasVector = true;
        if (off % t.align !== 0) this.unaligned = true;
        // GCC passes a vector of one floating-point element in memory on x86-64
        if (t.count === 1 && isFloating(t.base!)) this.unaligned = true;
        if (t.size === 8) this.add(off, TY_F64, 8, false, false, true);
        else if (t.size === 16) this.add(off, TY_F128, 16, false, false, true);
        else
          for (let at = 0; at < t.size; at += 8)
            this.add(off + at, t.size < 8 ? TY_I32 : TY_I64, Math.min(8, t.size), false, false, true);
        return;
      }
      case K_COMPLEX: {
        const e = t.base!;
        this.walk(e, off);
        this.walk(e, off + e.size);
        return;
      }
      default: {
        const ty = irType(this.target, t);
        if (ty === 0) return;
        if (off % t.canon.align !== 0) this.unaligned = true;
        this.add(off, ty, t.size, false, t.kind === K_POINTER);
      }
    }
  }
}

/** The ABI's view of a C type; undefined for void. */
export function makeAbiType(target: TargetInfo, t: CType): AbiType | undefined {
  if (t.kind === K_VOID) return undefined;
  const ty = irType(target, t);
  if (ty !== 0) {
    return {
      size: t.size,
      align: t.canon.align,
      aggregate: false,
      complex: false,
      ty,
      signed: isSignedInt(t),
      fields: [{ off: 0, ty, size: t.size, bitField: false, pointer: t.kind === K_POINTER, vector: false }],
      unaligned: false,
      hasUnion: false,
      hasBitFields: false,
      hasFlexible: false,
    };
  }
  const fl = new Flattener(target);
  // in the order of declaration: that of the members of a union decides on x86-64 (x87 classes do not merge alike both ways)
  // a result of run-time size comes in memory, as one does that is too large for registers
  if (t.size < 0 || t.size > MAX_SIZE) fl.overflow = true;
  else fl.walk(t, 0);
  return {
    size: t.size < 0 ? 1 << 20 : t.size,
    align: t.align,
    aggregate: true,
    complex: t.kind === K_COMPLEX,
    ty: 0,
    signed: false,
    fields: fl.overflow ? undefined : fl.fields,
    unaligned: fl.unaligned,
    hasUnion: fl.hasUnion,
    hasBitFields: fl.hasBitFields,
    hasFlexible: fl.hasFlexible,
    hasVector: fl.hasVector,
    ...(target.name === "i386" ? { mode: modeOf(target, t).kind } : {}),
  };
}

/**
 * GCC's machine mode of a type, which its i386 convention goes by (GCC internals, "Machine Modes"; found out by comparing objects): a
 * record is what a member that fills it is, else an integer of its size, but no value when a member is none; a union is never a
 * floating-point number.
 */
function modeOf(target: TargetInfo, t: CType): { kind: ObjectMode; size: number } {
  const ofSize = (size: number): ObjectMode => (size === 1 || size === 2 || size === 4 || size === 8 ? "integer" : "block");
  if (t.kind === K_COMPLEX) return { kind: "complex", size: t.size };
  if (t.kind === K_ARRAY) {
    if (t.count <= 0) return { kind: "block", size: 0 };
    const e = modeOf(target, t.base!);
    if (e.kind === "block") return { kind: "block", size: t.size };
    return { kind: t.count === 1 ? e.kind : ofSize(t.size), size: t.size };
  }
  if (isRecord(t)) {
    let kind = ofSize(t.size);
    let whole: ObjectMode | undefined;
    for (const m of t.record!.members) {
      if (m.bitWidth >= 0) continue;
      const x = modeOf(target, m.type);
      if (x.kind === "block" && x.size > 0) return { kind: "block", size: t.size };
      if (x.size === t.size && t.size > 0) whole = x.kind;
    }
    if (whole !== undefined && !t.record!.isUnion) kind = whole;
    return { kind, size: t.size };
  }
  const ty = irType(target, t);
  return { kind: ty >= TY_F32 ? "float" : ofSize(t.size), size: t.size };
}
