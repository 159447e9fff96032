// Floating point on AArch64: float and double; binary128 is libgcc's.

import type { Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_FLOAT } from "../../mach/minst.ts";
import * as I from "./isa.ts";

/** Arithmetic and conversion of floating point; comparisons are with those of integers. */
export function selectFloat(L: Lowering, v: Value, op: number): void {
  const f = L.f;
  const a = f.a[v]!;
  const b = f.b[v]!;
  if (f.ty[v] === O.TY_F128 || f.ty[a] === O.TY_F128) L.bug(v, "binary128 arithmetic is libgcc's on aarch64");
  const d = f.ty[v] === O.TY_F64 ? 1 : 0;
  const src = f.c[v] === O.TY_F64 ? 1 : 0;
  const r3 = (row: readonly number[]): void => void L.emit(row[d]!, [L.result(v), L.reg(a), L.reg(b)], 1);
  const r2 = (row: number): void => void L.emit(row, [L.result(v), L.reg(a)], 1);
  switch (op) {
    case O.OP_FADD:
      r3(I.I_FADD);
      break;
    case O.OP_FSUB:
      r3(I.I_FSUB);
      break;
    case O.OP_FMUL:
      r3(I.I_FMUL);
      break;
    case O.OP_FDIV:
      r3(I.I_FDIV);
      break;
    case O.OP_FNEG:
      r2(I.I_FNEG[d]!);
      break;
    case O.OP_FABS:
      r2(I.I_FABS[d]!);
      break;
    case O.OP_FSQRT:
      r2(I.I_FSQRT[d]!);
      break;
    case O.OP_FCOPYSIGN: {
      const x = L.tmp();
      const y = L.tmp();
      const m = L.tmp();
      const s = L.tmp();
      const r = L.tmp();
      L.emit(I.I_FMOV_FROM[d]!, [x, L.reg(a)], 1);
      L.emit(I.I_FMOV_FROM[d]!, [y, L.reg(b)], 1);
      L.emitImm(I.I_ANDI[d]!, [m, x], 1, d === 1 ? -1 : 0x7fffffff).immHi = d === 1 ? 0x7fffffff : 0;
      L.emitImm(I.I_ANDI[d]!, [s, y], 1, d === 1 ? 0 : -0x80000000).immHi = d === 1 ? -0x80000000 : 0;
      L.emit(I.I_ORR[d]!, [r, m, s], 1);
      L.emit(I.I_FMOV_TO[d]!, [L.result(v), r], 1);
      break;
    }
    case O.OP_FCVT:
      if (f.ty[a] === f.ty[v]) L.copy(L.result(v), L.reg(a));
      else r2(d === 1 ? I.I_FCVT_DS : I.I_FCVT_SD);
      break;
    case O.OP_SITOF:
      r2(I.I_SCVTF[f.c[v] === O.TY_I64 ? 1 : 0]![d]!);
      break;
    case O.OP_UITOF:
      r2(I.I_UCVTF[f.c[v] === O.TY_I64 ? 1 : 0]![d]!);
      break;
    case O.OP_FTOSI:
      r2(I.I_FCVTZS[f.ty[v] === O.TY_I64 ? 1 : 0]![src]!);
      break;
    case O.OP_FTOUI:
      r2(I.I_FCVTZU[f.ty[v] === O.TY_I64 ? 1 : 0]![src]!);
      break;
    case O.OP_BITCAST:
      if (L.classOf(v) === L.classOf(a)) L.copy(L.result(v), L.reg(a));
      else if (L.classOf(v) === CLASS_FLOAT) r2(I.I_FMOV_TO[d]!);
      else r2(I.I_FMOV_FROM[f.ty[v] === O.TY_I64 ? 1 : 0]!);
      break;
    default:
      L.bug(v, "not selected on aarch64");
  }
}
