// Floating point on x86-64: float and double by SSE2 (Intel SDM vol. 1, chapter 11); long double is in x87.ts.

import type { Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_FLOAT, CLASS_INT } from "../../mach/minst.ts";
import { address, emitMem, foldableLoad } from "./address.ts";
import * as I from "./isa.ts";
import type { X86Options } from "./options.ts";
import { selectX87 } from "./x87.ts";

/** "Conditions" of two flags each: equal and ordered, unequal or unordered. */
export const FLAGS_FEQ = 16;
export const FLAGS_FNE = 17;

/** Sets the flags for comparison c; comi and ucomi leave "above" false and "below" true when a NaN takes part. */
export function floatFlags(L: Lowering, c: Value): number {
  const f = L.f;
  const op = f.op[c]!;
  const a = L.reg(f.a[c]!);
  const b = L.reg(f.b[c]!);
  const exchange = op >= O.OP_FLT;
  const signalling = O.isSignalling(op);
  const regs = exchange ? [b, a] : [a, b];
  if (f.c[c] === O.TY_F80) L.emit(signalling ? I.I_T_COMPARE_SIGNALLING : I.I_T_COMPARE, regs, 0);
  else L.emit((signalling ? I.I_COMI : I.I_UCOMI)[f.c[c] === O.TY_F64 ? 1 : 0]!, regs, 0);
  switch (op) {
    case O.OP_FEQ:
      return FLAGS_FEQ;
    case O.OP_FNE:
      return FLAGS_FNE;
    case O.OP_FLT:
    case O.OP_FLTQ:
      return I.CC_A;
    default:
      return I.CC_AE;
  }
}

/** A floating-point constant, or an undefined value, into dst. */
export function materializeFloat(L: Lowering, v: Value, dst: number): void {
  const f = L.f;
  const ty = f.ty[v]!;
  const undef = f.op[v] === O.OP_UNDEF;
  if (ty === O.TY_F80) {
    const bits = undef ? undefined : (f.aux[v] as Int32Array);
    const i = L.emitImm(I.I_T_CONST, [dst], 1, bits?.[0] ?? 0);
    i.immHi = bits?.[1] ?? 0;
    i.imm2 = (bits?.[2] ?? 0) & 0xffff;
    return;
  }
  const wide = ty === O.TY_F64 ? 1 : 0;
  const hi = wide === 1 && !undef ? f.b[v]! : 0;
  if (undef || (f.a[v] === 0 && hi === 0)) L.emit(I.I_PXOR, [dst], 1);
  else L.emitImm(I.I_FCONST[wide]!, [dst], 1, f.a[v]!).immHi = hi;
}

/** Arithmetic and conversion of floating point. */
export function selectFloat(L: Lowering, v: Value, o: X86Options): void {
  const f = L.f;
  const op = f.op[v]!;
  const a = f.a[v]!;
  const from = f.ty[a]!;
  if (f.ty[v] === O.TY_F80 || from === O.TY_F80) selectX87(L, v);
  else selectSse(L, v, op, a, o);
}

function selectSse(L: Lowering, v: Value, op: number, a: Value, o: X86Options): void {
  const f = L.f;
  const b = f.b[v]!;
  const d = f.ty[v] === O.TY_F64 ? 1 : 0;
  const src = f.c[v] === O.TY_F64 ? 1 : 0;
  switch (op) {
    case O.OP_FADD:
      binary(L, v, I.I_FADD[d]!, I.I_FADDM[d]!, o);
      break;
    case O.OP_FSUB:
      binary(L, v, I.I_FSUB[d]!, I.I_FSUBM[d]!, o);
      break;
    case O.OP_FMUL:
      binary(L, v, I.I_FMUL[d]!, I.I_FMULM[d]!, o);
      break;
    case O.OP_FDIV:
      binary(L, v, I.I_FDIV[d]!, I.I_FDIVM[d]!, o);
      break;
    case O.OP_FNEG:
      masked(L, L.result(v), L.reg(a), d, 0);
      break;
    case O.OP_FABS:
      masked(L, L.result(v), L.reg(a), d, 1);
      break;
    case O.OP_FSQRT:
      L.emit(I.I_FSQRT[d]!, [L.result(v), L.reg(a)], 1);
      break;
    case O.OP_FCOPYSIGN: {
      const m = L.tmp(CLASS_FLOAT);
      const s = L.tmp(CLASS_FLOAT);
      masked(L, m, L.reg(a), d, 1);
      masked(L, s, L.reg(b), d, 2);
      const r = L.result(v);
      L.copy(r, m);
      L.emit(I.I_ORPS, [r, r, s], 1);
      break;
    }
    case O.OP_FCVT:
      if (f.ty[a] === f.ty[v]) L.copy(L.result(v), L.reg(a));
      else L.emit(d === 1 ? I.I_CVT_DS : I.I_CVT_SD, [L.result(v), L.reg(a)], 1);
      break;
    case O.OP_SITOF:
      L.emit(I.I_CVT_FI[f.c[v] === O.TY_I64 ? 1 : 0]![d]!, [L.result(v), L.reg(a)], 1);
      break;
    case O.OP_UITOF:
      if (f.c[v] === O.TY_I64) {
        const i = L.emit(I.I_CVT_FU[d]!, [L.result(v), L.tmp(), L.tmp(), L.reg(a)], 3);
        i.early = 7;
      } else {
        const t = L.tmp();
        L.emit(I.I_MOVL, [t, L.reg(a)], 1);
        L.emit(I.I_CVT_FI[1]![d]!, [L.result(v), t], 1);
      }
      break;
    case O.OP_FTOSI:
      L.emit(I.I_CVT_IF[f.ty[v] === O.TY_I64 ? 1 : 0]![src]!, [L.result(v), L.reg(a)], 1);
      break;
    case O.OP_FTOUI:
      if (f.ty[v] === O.TY_I64) {
        const i = L.emit(I.I_CVT_UF[src]!, [L.result(v), L.tmp(), L.tmp(CLASS_FLOAT), L.reg(a)], 3);
        i.early = 7;
      } else L.emit(I.I_CVT_IF[1]![src]!, [L.result(v), L.reg(a)], 1);
      break;
    case O.OP_BITCAST:
      if (L.classOf(v) === L.classOf(a)) L.copy(L.result(v), L.reg(a));
      else if (L.classOf(v) === CLASS_INT) L.emit(I.I_MOVD_FROM[f.ty[v] === O.TY_I64 ? 1 : 0]!, [L.result(v), L.reg(a)], 1);
      else L.emit(I.I_MOVD_TO[d]!, [L.result(v), L.reg(a)], 1);
      break;
    default:
      L.bug(v, "not selected on x86-64");
  }
}

function binary(L: Lowering, v: Value, rr: number, rm: number, o: X86Options): void {
  const f = L.f;
  let a = f.a[v]!;
  let b = f.b[v]!;
  if ((O.opFlags[f.op[v]!]! & O.F_COMM) !== 0 && !foldableLoad(L, v, b)) {
    if (foldableLoad(L, v, a) || (!L.continues(v, a) && (L.continues(v, b) || (L.uses[a]! > 1 && L.uses[b] === 1)))) {
      const t = a;
      a = b;
      b = t;
    }
  }
  const d = L.result(v);
  if (foldableLoad(L, v, b)) {
    const m = address(L, f.a[b]!, o, f.c[b]!);
    L.copy(d, L.reg(a));
    emitMem(L, rm, [d, d], 1, m);
    return;
  }
  const y = L.reg(b);
  L.copy(d, L.reg(a));
  L.emit(rr, [d, d, y], 1);
}

function masked(L: Lowering, d: number, a: number, wide: number, kind: number): void {
  L.copy(d, a);
  L.emit(I.I_FMASK[wide]!, [d, d], 1).imm2 = kind;
}
