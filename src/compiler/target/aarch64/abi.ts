// The calling convention of AArch64 Linux. Source: Procedure Call Standard for the Arm 64-bit Architecture (AAPCS64),
// 6.8 (parameter passing, rules A-E), 6.9 (result return), 10.1.5 (va_list), appendix B (va_arg).

import type { Builder } from "../../ir/builder.ts";
import type { Value } from "../../ir/func.ts";
import {
  MEM_ALIGN_SHIFT,
  MEM_SIGNED,
  OP_AND,
  OP_BLKCPY,
  OP_PHI,
  OP_SEXT32,
  OP_SLE,
  OP_SLT,
  TY_F32,
  TY_F64,
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
import { V0, X0, X8 } from "./registers.ts";

const NGRN_MAX = 8;
const NSRN_MAX = 8;
const isFloat = (ty: number): boolean => ty === TY_F32 || ty === TY_F64 || ty === TY_F128;

/** Homogeneous floating-point or short-vector aggregate (6.4.1): its element type and count, or undefined. */
function hfa(t: AbiType): { ty: number; size: number; count: number } | undefined {
  if (!t.aggregate || t.fields === undefined || t.fields.length === 0 || t.size === 0) return undefined;
  const ty = t.fields[0]!.ty;
  const { size, vector } = t.fields[0]!;
  if (!isFloat(ty)) return undefined;
  const offs = new Set<number>();
  for (const f of t.fields) {
    if (f.ty !== ty || f.vector !== vector) return undefined;
    offs.add(f.off);
  }
  const count = offs.size;
  return count <= 4 && count * size === t.size ? { ty, size, count } : undefined;
}

function intPieces(t: AbiType, reg: number): AbiPiece[] {
  const out: AbiPiece[] = [];
  for (let off = 0; off < t.size; off += 8) {
    const size = Math.min(8, t.size - off);
    out.push({ ty: size <= 4 ? TY_I32 : TY_I64, loc: reg++, off, size });
  }
  return out;
}

function returnPieces(t: AbiType): AbiPiece[] | undefined {
  if (!t.aggregate) {
    if (isFloat(t.ty)) return [{ ty: t.ty, loc: V0, off: 0, size: t.size }];
    if (t.ty === TY_I128) return intPieces(t, X0);
    return [{ ty: t.ty, loc: X0, off: 0, size: t.size }];
  }
  const h = hfa(t);
  if (h !== undefined)
    return Array.from({ length: h.count }, (_, i) => ({ ty: h.ty, loc: V0 + i, off: i * h.size, size: h.size }));
  return t.size > 16 ? undefined : intPieces(t, X0);
}

function assign(ret: AbiType | undefined, args: readonly AbiType[], named: number, _isVariadic: boolean): CallAssign {
  let ngrn = 0;
  let nsrn = 0;
  let nsaa = 0;
  const out = newCallAssign();
  if (ret !== undefined) {
    const pieces = returnPieces(ret);
    if (pieces === undefined) out.sret = { ty: TY_I64, loc: X8 };
    else out.ret = pieces;
  }
  const mark = (): void => {
    out.gpUsed = ngrn;
    out.fpUsed = nsrn;
    out.namedStack = nsaa;
  };
  for (let i = 0; i < args.length; i++) {
    if (i === named) mark();
    const t = args[i]!;
    const a: ArgAssign = { pieces: [], indirect: false, stackOff: -1 };
    out.args.push(a);
    const h = hfa(t);
    if (!t.aggregate && isFloat(t.ty)) {
      if (nsrn < NSRN_MAX) a.pieces.push({ ty: t.ty, loc: V0 + nsrn++, off: 0, size: t.size });
      else {
        nsaa = (nsaa + Math.max(8, t.size) - 1) & -Math.max(8, t.size);
        a.pieces.push({ ty: t.ty, loc: stackLoc(nsaa), off: 0, size: t.size });
        nsaa += Math.max(8, t.size);
      }
      continue;
    }
    if (h !== undefined) {
      if (nsrn + h.count <= NSRN_MAX) {
        for (let k = 0; k < h.count; k++) a.pieces.push({ ty: h.ty, loc: V0 + nsrn++, off: k * h.size, size: h.size });
        continue;
      }
      nsrn = NSRN_MAX; // C.3
    } else if (t.aggregate && t.size > 16) {
      // B.4: a copy is passed by address
      a.indirect = true;
      if (ngrn < NGRN_MAX) a.pieces.push({ ty: TY_I64, loc: X0 + ngrn++, off: 0, size: 8 });
      else {
        nsaa = (nsaa + 7) & -8;
        a.pieces.push({ ty: TY_I64, loc: stackLoc(nsaa), off: 0, size: 8 });
        nsaa += 8;
      }
      continue;
    } else {
      if (t.size === 0) continue; // GNU C: an empty struct takes no register
      const words = Math.max(1, (t.size + 7) >> 3);
      const wide = t.align >= 16;
      if (wide && ngrn < NGRN_MAX) ngrn = (ngrn + 1) & -2; // C.10
      if (ngrn + words <= NGRN_MAX) {
        if (t.aggregate || t.ty === TY_I128) a.pieces.push(...intPieces(t, X0 + ngrn));
        else a.pieces.push({ ty: t.ty, loc: X0 + ngrn, off: 0, size: t.size });
        ngrn += words;
        continue;
      }
      ngrn = NGRN_MAX; // C.13
    }
    const align = t.align >= 16 ? 16 : 8;
    nsaa = (nsaa + align - 1) & -align;
    if (t.aggregate) a.stackOff = nsaa;
    else if (t.ty === TY_I128) {
      a.pieces.push(
        { ty: TY_I64, loc: stackLoc(nsaa), off: 0, size: 8 },
        { ty: TY_I64, loc: stackLoc(nsaa + 8), off: 8, size: 8 },
      );
    } else a.pieces.push({ ty: t.ty, loc: stackLoc(nsaa), off: 0, size: t.size });
    nsaa += (t.size + 7) & -8;
  }
  if (args.length <= named) mark();
  out.stackSize = nsaa;
  return out;
}

const M32 = 4 | (2 << MEM_ALIGN_SHIFT);
const M64 = 8 | (3 << MEM_ALIGN_SHIFT);
const VA_STACK = 0;
const VA_GR_TOP = 8;
const VA_VR_TOP = 16;
const VA_GR_OFFS = 24;
const VA_VR_OFFS = 28;

/** AAPCS64 appendix B. */
function vaArg(b: Builder, ap: Value, t: AbiType): Value {
  const field = (off: number): Value => b.add(TY_I64, ap, b.num(TY_I64, off));
  const h = hfa(t);
  const indirect = t.aggregate && t.size > 16 && h === undefined;
  const float = h !== undefined || (!t.aggregate && isFloat(t.ty));
  const size = indirect ? 8 : t.size;
  const align = indirect ? 8 : t.align;
  const f = b.f;
  if (t.size === 0) return b.load(TY_I64, field(VA_STACK), M64);
  const maybeReg = f.newBlock();
  const regBlock = f.newBlock();
  const stackBlock = f.newBlock();
  const join = f.newBlock();
  const offsField = field(float ? VA_VR_OFFS : VA_GR_OFFS);
  let offs = b.load(TY_I32, offsField, M32 | MEM_SIGNED);
  b.br(b.emit(OP_SLT, TY_I32, offs, b.iconst(TY_I32, 0, 0), TY_I32), maybeReg, stackBlock);
  b.setBlock(maybeReg);
  const count = h?.count ?? 1;
  if (!float && align >= 16)
    offs = b.emit(OP_AND, TY_I32, b.add(TY_I32, offs, b.iconst(TY_I32, 15, 0)), b.iconst(TY_I32, -16, 0));
  const bytes = float ? 16 * count : (size + 7) & -8;
  const nextOffs = b.add(TY_I32, offs, b.iconst(TY_I32, bytes, 0));
  b.store(offsField, nextOffs, M32);
  b.br(b.emit(OP_SLE, TY_I32, nextOffs, b.iconst(TY_I32, 0, 0), TY_I32), regBlock, stackBlock);
  b.setBlock(regBlock);
  const top = b.load(TY_I64, field(float ? VA_VR_TOP : VA_GR_TOP), M64);
  let regAddr = b.add(TY_I64, top, b.emit(OP_SEXT32, TY_I64, offs));
  if (h !== undefined && (h.count > 1 || h.size < 16)) {
    const tmp = b.alloca(TY_I64, t.size, Math.max(8, t.align));
    for (let k = 0; k < h.count; k++) {
      const from = b.add(TY_I64, regAddr, b.num(TY_I64, 16 * k));
      b.emit(OP_BLKCPY, TY_NONE, b.add(TY_I64, tmp, b.num(TY_I64, k * h.size)), from, h.size, { align: h.size, volatile: false });
    }
    regAddr = tmp;
  }
  const regEnd = b.here();
  b.jmp(join);
  b.setBlock(stackBlock);
  let stack = b.load(TY_I64, field(VA_STACK), M64);
  if (align > 8) stack = b.emit(OP_AND, TY_I64, b.add(TY_I64, stack, b.num(TY_I64, 15)), b.num(TY_I64, -16));
  b.store(field(VA_STACK), b.add(TY_I64, stack, b.num(TY_I64, (size + 7) & -8)), M64);
  const stackEnd = b.here();
  b.jmp(join);
  b.setBlock(join);
  const addr = b.emit(OP_PHI, TY_I64, 0, 0, 0, { blocks: [regEnd, stackEnd], vals: [regAddr, stack] });
  return indirect ? b.load(TY_I64, addr, M64) : addr;
}

export const aarch64Abi: Abi = {
  assign,
  vaList: { kind: "aarch64", size: 32, align: 8 },
  vaArg,
  untyped: {
    args: [...pieceRow(TY_I64, X0, 9), ...pieceRow(TY_F128, V0, 8)],
    rets: [...pieceRow(TY_I64, X0, 2), ...pieceRow(TY_F128, V0, 4)],
    vecRegs: 0,
  },
};
