// Floating point on riscv64 (RISC-V unprivileged ISA, extensions F and D).

import type { Value } from "../../ir/func.ts";
import {
  OP_BITCAST,
  OP_FABS,
  OP_FADD,
  OP_FCOPYSIGN,
  OP_FCVT,
  OP_FDIV,
  OP_FEQ,
  OP_FLE,
  OP_FLT,
  OP_FMUL,
  OP_FNE,
  OP_FNEG,
  OP_FSQRT,
  OP_FSUB,
  OP_FTOSI,
  OP_FTOUI,
  OP_SITOF,
  OP_UITOF,
  TY_F32,
  TY_F64,
  TY_I32,
  TY_I64,
} from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import * as I from "./isa.ts";

/** Arithmetic, comparison and conversion of floating point. */
export function selectFloat(L: Lowering, v: Value, op: number): void {
  const f = L.f;
  const a = f.a[v]!;
  const b = f.b[v]!;
  const d = f.ty[v] === TY_F64 ? 1 : 0;
  const r3 = (row: readonly number[], w: number): void => void L.emit(row[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
  const r2 = (row: number): void => void L.emit(row, [L.result(v), L.reg(a)], 1);
  switch (op) {
    case OP_FADD:
      r3(I.I_FADD, d);
      break;
    case OP_FSUB:
      r3(I.I_FSUB, d);
      break;
    case OP_FMUL:
      r3(I.I_FMUL, d);
      break;
    case OP_FDIV:
      r3(I.I_FDIV, d);
      break;
    case OP_FNEG:
      r2(I.I_FNEG[d]!);
      break;
    case OP_FABS:
      r2(I.I_FABS[d]!);
      break;
    case OP_FSQRT:
      r2(I.I_FSQRT[d]!);
      break;
    case OP_FCOPYSIGN:
      r3(I.I_FSGNJ, d);
      break;
    case OP_FEQ:
      r3(I.I_FEQ, f.c[v] === TY_F64 ? 1 : 0);
      break;
    case OP_FLT:
      r3(I.I_FLT, f.c[v] === TY_F64 ? 1 : 0);
      break;
    case OP_FLE:
      r3(I.I_FLE, f.c[v] === TY_F64 ? 1 : 0);
      break;
    case OP_FNE: {
      const t = L.tmp();
      L.emit(I.I_FEQ[f.c[v] === TY_F64 ? 1 : 0]!, [t, L.reg(a), L.reg(b)], 1);
      L.emitImm(I.I_XORI, [L.result(v), t], 1, 1);
      break;
    }
    case OP_FCVT:
      if (f.ty[a] === f.ty[v]) L.copy(L.result(v), L.reg(a));
      else r2(d === 1 ? I.I_FCVT_D_S : I.I_FCVT_S_D);
      break;
    case OP_SITOF:
      r2(I.I_FCVT_SI[f.c[v] === TY_I64 ? 1 : 0]![d]!);
      break;
    case OP_UITOF:
      r2(I.I_FCVT_UI[f.c[v] === TY_I64 ? 1 : 0]![d]!);
      break;
    case OP_FTOSI:
      r2(I.I_FTOI[f.ty[v] === TY_I64 ? 1 : 0]![f.c[v] === TY_F64 ? 1 : 0]!);
      break;
    case OP_FTOUI:
      r2(I.I_FTOU[f.ty[v] === TY_I64 ? 1 : 0]![f.c[v] === TY_F64 ? 1 : 0]!);
      break;
    case OP_BITCAST:
      if (f.ty[v] === TY_F32) r2(I.I_FMV_W_X);
      else if (f.ty[v] === TY_F64) r2(I.I_FMV_D_X);
      else r2(f.ty[v] === TY_I32 ? I.I_FMV_X_W : I.I_FMV_X_D);
      break;
    default:
      L.bug(v, "not selected on riscv64");
  }
}
