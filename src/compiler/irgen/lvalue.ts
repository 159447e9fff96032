// Lvalues: where an object is and how it may be accessed. // hot
//
// An LV is base + constant offset, so that chains of members cost one addition. The known alignment follows the access path:
// elements and members of a packed object keep the object's alignment, a dereferenced pointer has its pointee type's.

import {
  D_FUNC,
  type Decl,
  E_ADDR,
  E_CAST,
  E_COMPOUND,
  E_DEREF,
  E_IMAGPART,
  E_LOAD,
  E_MEMBER,
  E_PTRADD,
  E_PTRSUB,
  E_REALPART,
  E_STRING,
  E_VAR,
  E_VECELT,
  type Expr,
  SC_REGISTER,
} from "../c/ast.ts";
import { type CType, isAggregate, type Member, Q_ATOMIC, Q_REVERSE, Q_VOLATILE } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { genAggregate } from "./aggregate.ts";
import { bin, scaled } from "./arith.ts";
import { atomicLoadLv, atomicStoreLv } from "./atomics.ts";
import { readBitField, swapBytes, writeBitField } from "./bitfield.ts";
import { libcall, loadBytes, storeBytes } from "./call.ts";
import type { FnGen } from "./context.ts";
import { extendNarrow, intCast } from "./convert.ts";
import { genDiscard, genExpr } from "./expr.ts";
import { initObject } from "./init.ts";
import { capturedOffset, frameOf, trampolineOf } from "./nested.ts";
import { dynamicTemp, isVla, segmentOffset, vlaAddress, vlaSize } from "./scope.ts";
import { accessSize, alignAt, intTy, irType, isFloatTy, isSignedInt, mem, qualsOf, segOf, VOLATILE } from "./types.ts";

export class LV {
  base: Value;
  off: number;
  /** Alignment of base + off. */
  align: number;
  /** MEM_VOLATILE, MEM_GS, MEM_FS. */
  flags: number;
  type: CType;
  /** Bit-field; base + off is then the address of the record. */
  field: Member | null = null;
  /** Bit-field: its record; null in an initialiser, then bytes 0 … limit-1 from base + off may be touched. */
  record: CType | null = null;
  limit = 0;
  /** Physical register of a global register variable, or -1. */
  reg = -1;

  constructor(base: Value, off: number, align: number, flags: number, type: CType) {
    this.base = base;
    this.off = off;
    this.align = align;
    this.flags = flags;
    this.type = type;
  }
}

function flagsOf(t: CType): number {
  return ((qualsOf(t) & Q_VOLATILE) !== 0 ? VOLATILE : 0) | segOf(t);
}

/** Slot of an automatic object, made at first use (a goto or a case may jump past the declaration). */
export function slotOf(g: FnGen, d: Decl): Value {
  if (d.captured) return g.addOff(frameOf(g, d.owner!), placeOf(g, d));
  if (d.slot !== 0) return d.slot;
  g.setSlot(d, g.temp(sizeOfSlot(d), alignOfDecl(d), kindOf(g, d)));
  return d.slot;
}

function sizeOfSlot(d: Decl): number {
  return d.type.size < 0 ? 0 : d.type.size + (d.init?.extra ?? 0);
}

/** What the stack protector has to know of it. */
function kindOf(g: FnGen, d: Decl): number {
  return d.isParam ? 0 : g.mg.stackKind(d.type);
}

/** Offset of a captured object in the record of its function. */
function placeOf(g: FnGen, d: Decl): number {
  return capturedOffset(g, d, sizeOfSlot(d), alignOfDecl(d), kindOf(g, d));
}

export function alignOfDecl(d: Decl): number {
  return Math.max(1, d.type.align, d.attrs.aligned);
}

export function isGlobalRegister(d: Decl): boolean {
  return d.storage === SC_REGISTER && d.asmName !== "" && d.isStatic;
}

/** Address of a variable or function of static storage. */
export function symAddr(g: FnGen, d: Decl): Value {
  const s = g.mg.symOf(d);
  s.referenced = true;
  if (d.tls) return g.b.emit(O.OP_TLSADDR, g.ptrTy, s.id, 0);
  return g.b.emit(O.OP_SYM, g.ptrTy, s.id, 0);
}

export function lvOfVar(g: FnGen, d: Decl): LV {
  const t = d.type;
  if (isGlobalRegister(d)) {
    const lv = new LV(0, 0, 1, flagsOf(t), t);
    lv.reg = g.target.regByName(d.asmName);
    if (lv.reg < 0) g.error(d.loc, `invalid register name for '${g.mg.text(d.name)}'`);
    return lv;
  }
  let base: Value;
  if (d.kind === D_FUNC && d.needsChain) base = trampolineOf(g, d);
  else if (d.isStatic || d.kind === D_FUNC || d.linkage !== 0) base = symAddr(g, d);
  else if (d.captured && t.size >= 0) return new LV(frameOf(g, d.owner!), placeOf(g, d), alignOfDecl(d), flagsOf(t), t);
  else base = t.size < 0 && isVla(t) ? vlaAddress(g, d) : slotOf(g, d);
  return new LV(base, 0, alignOfDecl(d), flagsOf(t), t);
}

/** Location of an lvalue expression, or of the object that holds a record rvalue. */
export function genLV(g: FnGen, e: Expr): LV {
  switch (e.op) {
    case E_VAR: {
      const lv = lvOfVar(g, e.decl!);
      lv.type = e.type;
      return lv;
    }
    case E_DEREF: {
      const lv = genPointer(g, e.a!);
      lv.flags |= flagsOf(e.type);
      lv.type = e.type;
      return lv;
    }
    case E_MEMBER: {
      const a = e.a!;
      const m = e.member!;
      const lv = genLV(g, a);
      if (m.segment > 0) {
        const r = a.type.record!;
        lv.base = bin(g, O.OP_ADD, g.ptrTy, lv.base, segmentOffset(g, r, m));
        lv.align = Math.min(alignAt(lv.align, lv.off), r.segments[m.segment]!.align);
      }
      if (m.bitWidth >= 0) {
        lv.field = m;
        lv.record = a.type;
      } else {
        lv.off += m.off;
        lv.align = alignAt(lv.align, m.off);
      }
      lv.flags |= flagsOf(e.type) & ~(O.MEM_GS | O.MEM_FS);
      lv.type = (m.type.quals & Q_REVERSE) !== 0 ? m.type : e.type;
      return lv;
    }
    case E_STRING: {
      const s = g.mg.stringSym(e.str!, e.type.size);
      s.referenced = true;
      return new LV(g.b.emit(O.OP_SYM, g.ptrTy, s.id, 0), 0, s.align, 0, e.type);
    }
    case E_COMPOUND: {
      const d = e.decl!;
      if (e.args !== null) for (const x of e.args) genDiscard(g, x);
      const lv = lvOfVar(g, d);
      if (!d.isStatic && d.init !== null) initObject(g, lv.base, lv.align, 0, d.type, d.init);
      return lv;
    }
    case E_VECELT: {
      const lv = genLV(g, e.a!);
      const size = e.type.size;
      const i = genExpr(g, e.b!);
      return indexed(g, lv, intCast(g, i, g.ptrTy, isSignedInt(e.b!.type)), size, e.type);
    }
    case E_REALPART:
    case E_IMAGPART: {
      const lv = genLV(g, e.a!);
      if (e.op === E_IMAGPART) {
        lv.off += e.type.size;
        lv.align = alignAt(lv.align, e.type.size);
      }
      lv.type = e.type;
      return lv;
    }
    case E_LOAD:
      if (isAggregate(e.type) && (qualsOf(e.a!.type) & Q_ATOMIC) === 0) return genLV(g, e.a!);
      break;
    case E_CAST:
      if (e.a!.type.canon === e.type.canon) return genLV(g, e.a!);
      break;
  }
  return genAggregate(g, e);
}

function indexed(g: FnGen, lv: LV, index: Value, size: number, t: CType): LV {
  lv.align = alignAt(lv.align, size);
  if (g.f.op[index] === O.OP_CONST) {
    const off = lv.off + g.f.a[index]! * size;
    if (off === (off | 0) && g.f.b[index] === g.f.a[index]! >> 31) {
      lv.off = off;
      lv.type = t;
      return lv;
    }
  }
  // base + index * size + off: the constant stays last so that it folds into the access
  lv.base = bin(g, O.OP_ADD, g.ptrTy, lv.base, scaled(g, g.ptrTy, index, size));
  lv.type = t;
  return lv;
}

/** Where a pointer rvalue points. `&x` and array decay give x's own location; its pointee type's alignment holds otherwise. */
export function genPointer(g: FnGen, e: Expr): LV {
  switch (e.op) {
    case E_ADDR: {
      const lv = genLV(g, e.a!);
      if (lv.field !== null || lv.reg >= 0) break;
      return lv;
    }
    case E_PTRADD: {
      const t = e.type.base!;
      if (t.size < 0) break;
      const lv = genPointer(g, e.a!);
      const i = genExpr(g, e.b!);
      return indexed(g, lv, intCast(g, i, g.ptrTy, isSignedInt(e.b!.type)), t.size, t);
    }
    case E_PTRSUB: {
      const t = e.type.base!;
      if (t.size < 0) break;
      const lv = genPointer(g, e.a!);
      const i = genExpr(g, e.b!);
      const neg = bin(g, O.OP_SUB, g.ptrTy, g.ptrNum(0), intCast(g, i, g.ptrTy, isSignedInt(e.b!.type)));
      return indexed(g, lv, neg, t.size, t);
    }
  }
  const v = genExpr(g, e);
  const t = e.type.base!;
  return new LV(v, 0, Math.max(1, t.align), flagsOf(t), t);
}

export function addrOf(g: FnGen, lv: LV): Value {
  return g.addOff(lv.base, lv.off);
}

/** pointer + integer (or minus) as a value. */
export function pointerPlus(g: FnGen, p: Value, i: Value, it: CType, pointee: CType, minus: boolean): Value {
  let n = intCast(g, i, g.ptrTy, isSignedInt(it));
  if (pointee.size < 0) n = bin(g, O.OP_MUL, g.ptrTy, n, vlaSize(g, pointee));
  else n = scaled(g, g.ptrTy, n, pointee.size);
  return bin(g, minus ? O.OP_SUB : O.OP_ADD, g.ptrTy, p, n);
}

// ---- scalar access ----

/** Reads a scalar lvalue. */
export function readLV(g: FnGen, lv: LV): Value {
  const t = lv.type;
  if (lv.reg >= 0) return readRegister(g, lv);
  if (lv.field !== null) return readBitField(g, lv);
  if ((t.quals & Q_ATOMIC) !== 0) return atomicLoadLv(g, lv);
  const ty = irType(g.target, t);
  if (t.size > 1 && (t.quals & Q_REVERSE) !== 0) return readReversed(g, lv, ty);
  if (ty === 0) throw new Error(`load of type kind ${t.kind}`);
  if (lv.align < t.size && misaligned(g, lv, t, ty)) return splitLoad(g, lv, t, ty);
  return g.b.load(ty, addrOf(g, lv), mem(accessSize(t, ty), lv.align, isSignedInt(t), lv.flags));
}

/** Writes a scalar of lv's type; gives the value that the assignment has (narrower for bit-fields). */
export function writeLV(g: FnGen, lv: LV, v: Value): Value {
  const t = lv.type;
  if (lv.reg >= 0) {
    const ty = g.f.ty[v]!;
    g.b.emit(O.OP_WRITEREG, 0, lv.reg, ty < g.ptrTy ? intCast(g, v, g.ptrTy, isSignedInt(t)) : v);
    return v;
  }
  if (lv.field !== null) return writeBitField(g, lv, v);
  if ((t.quals & Q_ATOMIC) !== 0) {
    atomicStoreLv(g, lv, v);
    return v;
  }
  const ty = irType(g.target, t);
  if (t.size > 1 && (t.quals & Q_REVERSE) !== 0) {
    const it = intTy(t.size);
    const x = isFloatTy(ty) ? g.b.emit(O.OP_BITCAST, it, v, 0, ty) : v;
    storeBytes(g, lv, 0, t.size, swapBytes(g, x, t.size));
    return v;
  }
  if (lv.align < t.size && misaligned(g, lv, t, ty)) {
    storeBytes(g, lv, 0, t.size, isFloatTy(ty) ? g.b.emit(O.OP_BITCAST, intTy(t.size), v, 0, ty) : v);
    return v;
  }
  g.b.store(addrOf(g, lv), v, mem(accessSize(t, ty), lv.align, false, lv.flags));
  return v;
}

/** A scalar in the reverse byte order. */
function readReversed(g: FnGen, lv: LV, ty: number): Value {
  const t = lv.type;
  const it = intTy(t.size);
  const v = swapBytes(g, loadBytes(g, lv, 0, t.size, it), t.size);
  if (isFloatTy(ty)) return g.b.emit(O.OP_BITCAST, ty, v, 0, it);
  return it === O.TY_I32 ? extendNarrow(g, v, t.size, isSignedInt(t)) : v;
}

/** Must an object that is less aligned than its natural alignment be accessed in parts? */
function misaligned(g: FnGen, lv: LV, t: CType, ty: number): boolean {
  return !g.target.unalignedOk && lv.align < t.canon.align && ty !== O.TY_F80;
}

function splitLoad(g: FnGen, lv: LV, t: CType, ty: number): Value {
  const it = intTy(t.size);
  const v = loadBytes(g, lv, 0, t.size, it);
  if (isFloatTy(ty)) return g.b.emit(O.OP_BITCAST, ty, v, 0, it);
  return it === O.TY_I32 ? extendNarrow(g, v, t.size, isSignedInt(t)) : v;
}

function readRegister(g: FnGen, lv: LV): Value {
  const ty = irType(g.target, lv.type);
  const v = g.b.emit(O.OP_READREG, g.ptrTy, lv.reg);
  return ty < g.ptrTy ? g.b.emit(O.OP_TRUNC, ty, v, 0, g.ptrTy) : v;
}

/** Location of a part of an object. */
export function subLV(lv: LV, off: number, t: CType): LV {
  const r = new LV(lv.base, lv.off + off, alignAt(lv.align, off), lv.flags, t);
  return r;
}

export function tempLV(g: FnGen, t: CType): LV {
  const align = Math.max(1, t.align);
  if (isVla(t)) return new LV(dynamicTemp(g, t), 0, align, 0, t.unqual);
  return new LV(g.temp(Math.max(0, t.size), align, g.mg.stackKind(t)), 0, align, 0, t.unqual);
}

/** Copies an object of record or array type; size -1: dst's type has a run-time size. */
export function copyObject(g: FnGen, dst: LV, src: LV, size: number): void {
  if (size === 0) return;
  if (size < 0) {
    if (((dst.flags | src.flags) & (O.MEM_GS | O.MEM_FS)) !== 0)
      g.mg.diags.fatal(g.b.loc, "copying an object of run-time size in a named address space is not supported");
    libcall(g, "memcpy", g.ptrTy, false, [addrOf(g, dst), addrOf(g, src), vlaSize(g, dst.type)]);
    return;
  }
  if (((dst.flags | src.flags) & (O.MEM_GS | O.MEM_FS)) !== 0) {
    copySegmented(g, dst, src, size);
    return;
  }
  g.b.emit(O.OP_BLKCPY, 0, addrOf(g, dst), addrOf(g, src), size, {
    align: Math.min(dst.align, src.align),
    volatile: ((dst.flags | src.flags) & VOLATILE) !== 0,
  });
}

/** Block copies know no segments: word by word. */
function copySegmented(g: FnGen, dst: LV, src: LV, size: number): void {
  let off = 0;
  while (off < size) {
    let n = 8;
    while (n > size - off) n >>= 1;
    const ty = n === 8 ? O.TY_I64 : O.TY_I32;
    const s = subLV(src, off, src.type);
    const d = subLV(dst, off, dst.type);
    g.b.store(addrOf(g, d), g.b.load(ty, addrOf(g, s), mem(n, s.align, false, s.flags)), mem(n, d.align, false, d.flags));
    off += n;
  }
}

/** Object of a type at an address that is as aligned as the type. */
export function lvOfAddress(p: Value, t: CType): LV {
  return new LV(p, 0, Math.max(1, t.align), 0, t);
}
