// The calling convention of x86-64 Linux. Source: System V Application Binary Interface, AMD64 Architecture Processor
// Supplement, 3.2.3 (parameter passing) and 3.5.7 (variable argument lists).

import type { Builder } from "../../ir/builder.ts";
import type { Value } from "../../ir/func.ts";
import {
  MEM_ALIGN_SHIFT,
  OP_AND,
  OP_BLKCPY,
  OP_PHI,
  OP_ULE,
  OP_ZEXT32,
  TY_F32,
  TY_F64,
  TY_F80,
  TY_F128,
  TY_I32,
  TY_I64,
  TY_I128,
  TY_NONE,
} from "../../ir/ops.ts";
import {
  type Abi,
  type AbiPiece,
  type AbiType,
  type ArgAssign,
  type CallAssign,
  newCallAssign,
  pieceRow,
  stackLoc,
} from "../abi.ts";
import { assignMs } from "./abi-ms.ts";
import { ARG_GP, ARG_XMM, RAX, RDI, RDX, ST0, XMM0 } from "./registers.ts";

const CLASS_NONE = 0;
const CLASS_INTEGER = 1;
const CLASS_SSE = 2;
const CLASS_MEMORY = 3;
const CLASS_X87 = 4;
const CLASS_X87UP = 5;
const CLASS_SSEUP = 6;

/** One scalar piece before it has a place. */
interface Eightbyte {
  cls: number;
  ty: number;
  off: number;
  size: number;
}

/** Classes of a type's eightbytes; undefined = memory. */
function classify(t: AbiType): Eightbyte[] | undefined {
  if (!t.aggregate) {
    switch (t.ty) {
      case TY_F32:
      case TY_F64:
        return [{ cls: CLASS_SSE, ty: t.ty, off: 0, size: t.size }];
      case TY_F128:
        return [{ cls: CLASS_SSE, ty: t.ty, off: 0, size: 16 }];
      case TY_F80:
        return [{ cls: CLASS_X87, ty: TY_F80, off: 0, size: 16 }];
      case TY_I128:
        return [
          { cls: CLASS_INTEGER, ty: TY_I64, off: 0, size: 8 },
          { cls: CLASS_INTEGER, ty: TY_I64, off: 8, size: 8 },
        ];
      default:
        return [{ cls: CLASS_INTEGER, ty: t.ty, off: 0, size: t.size }];
    }
  }
  if (t.size === 0) return [];
  if (t.complex && t.fields?.[0]?.ty === TY_F80) return undefined;
  if (t.size > 16 || t.unaligned || t.fields === undefined) return undefined;
  const cls = [CLASS_NONE, CLASS_NONE];
  for (const f of t.fields) {
    const wide = f.ty === TY_F80 || f.ty === TY_F128;
    const c = f.ty === TY_F80 ? CLASS_X87 : f.ty === TY_F32 || f.ty === TY_F64 || f.ty === TY_F128 ? CLASS_SSE : CLASS_INTEGER;
    const high = wide ? (f.ty === TY_F80 ? CLASS_X87UP : CLASS_SSEUP) : c;
    const from = f.off >> 3;
    for (let e = from; e <= (f.off + Math.max(f.size, 1) - 1) >> 3 && e < 2; e++) cls[e] = merge(cls[e]!, e === from ? c : high);
  }
  // post-merger clean-up (3.2.3, step 5); a long double alone is an argument in memory too
  if (cls[0] === CLASS_MEMORY || cls[0] === CLASS_X87 || cls[1]! === CLASS_MEMORY || cls[1]! === CLASS_X87UP) return undefined;
  if (cls[1] === CLASS_SSEUP) {
    if (cls[0] === CLASS_SSE) return [{ cls: CLASS_SSE, ty: TY_F128, off: 0, size: 16 }];
    cls[1] = CLASS_SSE;
  }
  const out: Eightbyte[] = [];
  for (let e = 0; e * 8 < t.size; e++) {
    const size = Math.min(8, t.size - e * 8);
    // An eightbyte of nothing but padding (class NO_CLASS) takes no register.
    const c = cls[e]!;
    if (c === CLASS_NONE) continue;
    out.push({ cls: c, ty: c === CLASS_SSE ? (size === 4 ? TY_F32 : TY_F64) : size <= 4 ? TY_I32 : TY_I64, off: e * 8, size });
  }
  return out;
}

/** Two fields in one eightbyte (3.2.3, step 4): INTEGER wins over x87, which else takes the whole type to memory. */
function merge(a: number, b: number): number {
  if (a === b || b === CLASS_NONE) return a;
  if (a === CLASS_NONE) return b;
  if (a === CLASS_MEMORY || b === CLASS_MEMORY) return CLASS_MEMORY;
  if (a === CLASS_INTEGER || b === CLASS_INTEGER) return CLASS_INTEGER;
  const x87 = (c: number): boolean => c === CLASS_X87 || c === CLASS_X87UP;
  return x87(a) || x87(b) ? CLASS_MEMORY : CLASS_SSE;
}

/** Return pieces, or undefined for a result in memory. */
function returnPieces(t: AbiType): AbiPiece[] | undefined {
  // Long double and its complex come back on the x87 stack, also as the only member of a struct.
  if (
    t.fields !== undefined &&
    t.aggregate &&
    t.size <= 32 &&
    t.fields.every((f) => f.ty === TY_F80) &&
    (t.complex || t.size <= 16) &&
    t.size > 0
  ) {
    return t.fields.slice(0, t.complex ? 2 : 1).map((f, i) => ({ ty: TY_F80, loc: ST0 + i, off: f.off, size: 16 }));
  }
  const parts = classify(t);
  if (parts === undefined) return undefined;
  const gp = [RAX, RDX];
  let ng = 0;
  let nx = 0;
  return parts.map((p) => ({
    ty: p.ty,
    loc: p.cls === CLASS_X87 ? ST0 : p.cls === CLASS_SSE ? XMM0 + nx++ : gp[ng++]!,
    off: p.off,
    size: p.size,
  }));
}

function assign(ret: AbiType | undefined, args: readonly AbiType[], named: number, isVariadic: boolean): CallAssign {
  let gp = 0;
  let fp = 0;
  let stack = 0;
  const out = newCallAssign();
  if (ret !== undefined) {
    const pieces = returnPieces(ret);
    if (pieces === undefined) {
      out.sret = { ty: TY_I64, loc: RDI };
      out.sretBack = { ty: TY_I64, loc: RAX };
      gp = 1;
    } else out.ret = pieces;
  }
  for (let i = 0; i < args.length; i++) {
    if (i === named) {
      out.gpUsed = gp;
      out.fpUsed = fp;
      out.namedStack = stack;
    }
    const t = args[i]!;
    const parts = classify(t);
    let needGp = 0;
    let needFp = 0;
    let inRegs = parts !== undefined;
    for (const p of parts ?? []) {
      if (p.cls === CLASS_INTEGER) needGp++;
      else if (p.cls === CLASS_SSE) needFp++;
      else inRegs = false;
    }
    if (inRegs && gp + needGp <= ARG_GP.length && fp + needFp <= ARG_XMM) {
      const pieces: AbiPiece[] = [];
      for (const p of parts!)
        pieces.push({ ty: p.ty, loc: p.cls === CLASS_INTEGER ? ARG_GP[gp++]! : XMM0 + fp++, off: p.off, size: p.size });
      out.args.push({ pieces, indirect: false, stackOff: -1 });
      continue;
    }
    const align = Math.max(8, t.align > 8 ? t.align : 8);
    stack = (stack + align - 1) & -align;
    const a: ArgAssign = { pieces: [], indirect: false, stackOff: -1 };
    if (t.aggregate) a.stackOff = stack;
    else for (const p of parts!) a.pieces.push({ ty: p.ty, loc: stackLoc(stack + p.off), off: p.off, size: p.size });
    stack += (t.size + 7) & -8;
    out.args.push(a);
  }
  if (args.length <= named) {
    out.gpUsed = gp;
    out.fpUsed = fp;
    out.namedStack = stack;
  }
  out.stackSize = stack;
  out.vecRegs = isVariadic ? fp : 0;
  return out;
}

const M32 = 4 | (2 << MEM_ALIGN_SHIFT);
const M64 = 8 | (3 << MEM_ALIGN_SHIFT);
const GP_OFFSET = 0;
const FP_OFFSET = 4;
const OVERFLOW_AREA = 8;
const SAVE_AREA = 16;
const GP_BYTES = 48;
const FP_BYTES = 176;

/** psABI 3.5.7: registers saved by the prologue first, then the overflow area. */
function vaArg(b: Builder, ap: Value, t: AbiType): Value {
  const parts = classify(t);
  let needGp = 0;
  let needFp = 0;
  let inRegs = parts !== undefined && parts.length > 0;
  for (const p of parts ?? []) {
    if (p.cls === CLASS_INTEGER) needGp++;
    else if (p.cls === CLASS_SSE) needFp++;
    else inRegs = false;
  }
  const field = (off: number): Value => b.add(TY_I64, ap, b.num(TY_I64, off));
  if (!inRegs) return fromOverflow(b, field(OVERFLOW_AREA), t);
  const f = b.f;
  const regBlock = f.newBlock();
  const stackBlock = f.newBlock();
  const join = f.newBlock();
  if (needGp > 0) {
    const off = b.load(TY_I32, field(GP_OFFSET), M32);
    const ok = b.emit(OP_ULE, TY_I32, off, b.iconst(TY_I32, GP_BYTES - 8 * needGp, 0), TY_I32);
    const next = needFp > 0 ? f.newBlock() : regBlock;
    b.br(ok, next, stackBlock);
    b.setBlock(next);
  }
  if (needFp > 0) {
    const off = b.load(TY_I32, field(FP_OFFSET), M32);
    const ok = b.emit(OP_ULE, TY_I32, off, b.iconst(TY_I32, FP_BYTES - 16 * needFp, 0), TY_I32);
    b.br(ok, regBlock, stackBlock);
  }
  b.setBlock(regBlock);
  const save = b.load(TY_I64, field(SAVE_AREA), M64);
  const take = (which: number, step: number, n: number): Value => {
    const at = field(which);
    const off = b.load(TY_I32, at, M32);
    b.store(at, b.add(TY_I32, off, b.iconst(TY_I32, step * n, 0)), M32);
    return b.add(TY_I64, save, b.emit(OP_ZEXT32, TY_I64, off));
  };
  const gpAddr = needGp > 0 ? take(GP_OFFSET, 8, needGp) : 0;
  const fpAddr = needFp > 0 ? take(FP_OFFSET, 16, needFp) : 0;
  let regAddr: Value;
  if (needFp === 0 || (needFp === 1 && needGp === 0)) regAddr = needFp === 0 ? gpAddr : fpAddr;
  else {
    // pieces are not contiguous in the save area: put them together in a temporary
    regAddr = b.alloca(TY_I64, Math.max(16, t.size), 16);
    let g = 0;
    let x = 0;
    for (const p of parts!) {
      const from =
        p.cls === CLASS_INTEGER ? b.add(TY_I64, gpAddr, b.num(TY_I64, 8 * g++)) : b.add(TY_I64, fpAddr, b.num(TY_I64, 16 * x++));
      b.store(b.add(TY_I64, regAddr, b.num(TY_I64, p.off)), b.load(TY_I64, from, M64), M64);
    }
  }
  if (t.align > 8 && needFp === 0) {
    // the save area is only 8-byte aligned for a 16-byte aligned type in two registers
    const tmp = b.alloca(TY_I64, 16, 16);
    b.emit(OP_BLKCPY, TY_NONE, tmp, regAddr, 16, { align: 8, volatile: false });
    regAddr = tmp;
  }
  const regEnd = b.here();
  b.jmp(join);
  b.setBlock(stackBlock);
  const stackAddr = fromOverflow(b, field(OVERFLOW_AREA), t);
  const stackEnd = b.here();
  b.jmp(join);
  b.setBlock(join);
  return b.emit(OP_PHI, TY_I64, 0, 0, 0, { blocks: [regEnd, stackEnd], vals: [regAddr, stackAddr] });
}

function fromOverflow(b: Builder, at: Value, t: AbiType): Value {
  let p = b.load(TY_I64, at, M64);
  if (t.align > 8) p = b.emit(OP_AND, TY_I64, b.add(TY_I64, p, b.num(TY_I64, t.align - 1)), b.num(TY_I64, -t.align));
  b.store(at, b.add(TY_I64, p, b.num(TY_I64, (t.size + 7) & -8)), M64);
  return p;
}

export const x86Abi: Abi = {
  assign,
  ms: assignMs,
  vaList: { kind: "x86-64", size: 24, align: 8 },
  vaArg,
  untyped: {
    args: [...ARG_GP.map((loc) => ({ ty: TY_I64, loc })), ...pieceRow(TY_F128, XMM0, ARG_XMM)],
    rets: [
      ...[RAX, RDX].flatMap((r) => pieceRow(TY_I64, r, 1)),
      ...pieceRow(TY_F128, XMM0, 2),
      { ty: TY_F80, loc: ST0, off: 0, size: 16 },
    ],
    vecRegs: ARG_XMM,
  },
};
