// Long double instructions: cells of the frame in, cells out, the x87 stack empty before and after. Source: Intel SDM vol. 1, 8.

import type { Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import type { MInst } from "../../mach/minst.ts";
import { regName, type X86Emitter } from "./emit.ts";
import * as I from "./isa.ts";
import { GP64 } from "./registers.ts";

/** Operations that are one instruction: its name stands at the same index, which is the imm2 of the rows. */
export const X87_BINARY: readonly number[] = [O.OP_FADD, O.OP_FSUB, O.OP_FMUL, O.OP_FDIV];
export const BINARY_NAMES: readonly string[] = ["fadd", "fsub", "fmul", "fdiv"];
export const X87_UNARY: readonly number[] = [O.OP_FNEG, O.OP_FABS, O.OP_FSQRT];
export const UNARY_NAMES: readonly string[] = ["fchs", "fabs", "fsqrt"];
/** 2^64 as float, what an unsigned 64-bit integer that was read as a negative one lacks; 2^63. */
const TWO64 = [0x5f800000];
const TWO63 = [0x5f000000];

/** An operation on long double, or a conversion to or from it. */
export function selectX87(L: Lowering, v: Value): void {
  const f = L.f;
  const op = f.op[v]!;
  const a = f.a[v]!;
  const d = L.result(v);
  const binary = X87_BINARY.indexOf(op);
  const unary = X87_UNARY.indexOf(op);
  if (binary >= 0) L.emit(I.I_T_BINARY, [d, L.reg(a), L.reg(f.b[v]!)], 1).imm2 = binary;
  else if (unary >= 0) L.emit(I.I_T_UNARY, [d, L.reg(a)], 1).imm2 = unary;
  else selectX87Move(L, v, op, a, d);
}

/** Conversions and copysign. */
function selectX87Move(L: Lowering, v: Value, op: number, a: Value, d: number): void {
  const f = L.f;
  switch (op) {
    case O.OP_FCOPYSIGN:
      L.emit(I.I_T_COPYSIGN, [d, L.reg(a), L.reg(f.b[v]!)], 1);
      break;
    case O.OP_FCVT:
      if (f.ty[a] === f.ty[v]) L.copy(d, L.reg(a));
      else if (f.ty[v] === O.TY_F80) throughMemory(L, I.I_T_FROM_FLOAT[f.ty[a] === O.TY_F64 ? 1 : 0]!, d, L.reg(a));
      else throughMemory(L, I.I_T_TO_FLOAT[f.ty[v] === O.TY_F64 ? 1 : 0]!, d, L.reg(a));
      break;
    case O.OP_SITOF:
      throughMemory(L, I.I_T_FROM_INT[f.c[v] === O.TY_I64 ? 1 : 0]!, d, L.reg(a));
      break;
    case O.OP_UITOF:
      if (f.c[v] === O.TY_I64) throughMemory(L, I.I_T_FROM_INT[2]!, d, L.reg(a));
      else {
        const t = L.tmp();
        L.emit(I.I_MOVL, [t, L.reg(a)], 1);
        throughMemory(L, I.I_T_FROM_INT[1]!, d, t);
      }
      break;
    case O.OP_FTOSI:
      throughMemory(L, I.I_T_TO_INT[f.ty[v] === O.TY_I64 ? 1 : 0]!, d, L.reg(a));
      break;
    case O.OP_FTOUI:
      throughMemory(L, I.I_T_TO_INT[f.ty[v] === O.TY_I64 ? 2 : 1]!, d, L.reg(a));
      break;
    default:
      L.bug(v, "not selected on x86-64 for long double");
  }
}

/** Conversions between the x87 and other registers go through a slot of the frame. */
function throughMemory(L: Lowering, row: number, d: number, a: number): void {
  const i = L.emit(row, [d, a], 1);
  i.slot = L.m.newSlot(16, 8);
  // the control word and the value share the slot with the result that is written last
  i.early = 1;
}

/** The text of one instruction of the rows I_T_. */
export function printX87(e: X86Emitter, i: MInst): void {
  const r = i.regs;
  const d = r[0]!;
  const frame = (off: number): string => {
    const [base, at] = e.place(i.slot, off);
    return `${at}(%${GP64[base]})`;
  };
  switch (i.op) {
    case I.I_T_LOAD:
      e.put(`\tfldt\t${e.memory(i)}\n\tfstpt\t${e.cell(d)}\n`);
      return;
    case I.I_T_STORE:
      e.put(`\tfldt\t${e.cell(d)}\n\tfstpt\t${e.memory(i)}\n`);
      return;
    case I.I_T_CONST:
      if (i.imm === 0 && i.immHi === 0 && i.imm2 === 0) e.put(`\tfldz\n`);
      else if (i.imm === 0 && i.immHi === -0x80000000 && i.imm2 === 0x3fff) e.put(`\tfld1\n`);
      else e.put(`\tfldt\t${e.pool.label([i.imm, i.immHi, i.imm2, 0])}(%rip)\n`);
      e.put(`\tfstpt\t${e.cell(d)}\n`);
      return;
    case I.I_T_BINARY:
      // the forms that pop have their names exchanged in AT&T syntax (GNU as manual, "AT&T Mnemonic versus Intel"): not used
      e.put(`\tfldt\t${e.cell(r[2]!)}\n\tfldt\t${e.cell(r[1]!)}\n\t${BINARY_NAMES[i.imm2]}\t%st(1), %st\n`);
      e.put(`\tfstpt\t${e.cell(d)}\n\tfstp\t%st(0)\n`);
      return;
    case I.I_T_UNARY:
      e.put(`\tfldt\t${e.cell(r[1]!)}\n\t${UNARY_NAMES[i.imm2]}\n\tfstpt\t${e.cell(d)}\n`);
      return;
    case I.I_T_COPYSIGN: {
      const skip = e.freshLabel();
      e.put(`\tfldt\t${e.cell(r[1]!)}\n\tfabs\n\ttestb\t$128, ${e.cell(r[2]!, 9)}\n\tje\t${skip}\n\tfchs\n${skip}:\n`);
      e.put(`\tfstpt\t${e.cell(d)}\n`);
      return;
    }
    case I.I_T_COMPARE:
    case I.I_T_COMPARE_SIGNALLING: {
      const compare = i.op === I.I_T_COMPARE ? "fucomip" : "fcomip";
      e.put(`\tfldt\t${e.cell(r[1]!)}\n\tfldt\t${e.cell(d)}\n\t${compare}\t%st(1), %st\n\tfstp\t%st(0)\n`);
      return;
    }
    case I.I_T_FROM_FLOAT[0]:
    case I.I_T_FROM_FLOAT[1]: {
      const [s, w] = i.op === I.I_T_FROM_FLOAT[0] ? ["ss", "s"] : ["sd", "l"];
      e.put(`\tmov${s}\t${regName("x", r[1]!)}, ${frame(0)}\n\tfld${w}\t${frame(0)}\n\tfstpt\t${e.cell(d)}\n`);
      return;
    }
    case I.I_T_TO_FLOAT[0]:
    case I.I_T_TO_FLOAT[1]: {
      const [s, w] = i.op === I.I_T_TO_FLOAT[0] ? ["ss", "s"] : ["sd", "l"];
      e.put(`\tfldt\t${e.cell(r[1]!)}\n\tfstp${w}\t${frame(0)}\n\tmov${s}\t${frame(0)}, ${regName("x", d)}\n`);
      return;
    }
    case I.I_T_FROM_INT[0]:
      e.put(`\tmovl\t${regName("l", r[1]!)}, ${frame(0)}\n\tfildl\t${frame(0)}\n\tfstpt\t${e.cell(d)}\n`);
      return;
    case I.I_T_FROM_INT[1]:
      e.put(`\tmovq\t${regName("q", r[1]!)}, ${frame(0)}\n\tfildll\t${frame(0)}\n\tfstpt\t${e.cell(d)}\n`);
      return;
    case I.I_T_FROM_INT[2]: {
      const skip = e.freshLabel();
      const a = regName("q", r[1]!);
      e.put(`\tmovq\t${a}, ${frame(0)}\n\tfildll\t${frame(0)}\n\ttestq\t${a}, ${a}\n\tjns\t${skip}\n`);
      e.put(`\tfadds\t${e.pool.label(TWO64)}(%rip)\n${skip}:\n\tfstpt\t${e.cell(d)}\n`);
      return;
    }
    case I.I_T_TO_INT[0]:
    case I.I_T_TO_INT[1]: {
      e.put(`\tfldt\t${e.cell(r[1]!)}\n`);
      truncate(e, frame);
      e.put(i.op === I.I_T_TO_INT[0] ? `\tmovl\t${frame(0)}, ${regName("l", d)}\n` : `\tmovq\t${frame(0)}, ${regName("q", d)}\n`);
      return;
    }
    case I.I_T_TO_INT[2]: {
      // from 2^63 on: convert the difference and set the top bit again
      const big = e.freshLabel();
      const end = e.freshLabel();
      const q = regName("q", d);
      e.put(
        `\tfldt\t${e.cell(r[1]!)}\n\tflds\t${e.pool.label(TWO63)}(%rip)\n\tfucomi\t%st(1), %st\n\tjbe\t${big}\n\tfstp\t%st(0)\n`,
      );
      truncate(e, frame);
      e.put(`\tmovq\t${frame(0)}, ${q}\n\tjmp\t${end}\n${big}:\n\tfsubr\t%st(1), %st\n\tfstp\t%st(1)\n`);
      truncate(e, frame);
      e.put(`\tmovq\t${frame(0)}, ${q}\n\tbtcq\t$63, ${q}\n${end}:\n`);
      return;
    }
    case I.I_T_SELECT: {
      const skip = e.freshLabel();
      e.put(`\tj${I.CONDITIONS[i.immHi ^ 1]}\t${skip}\n\tfldt\t${e.cell(r[2]!)}\n\tfstpt\t${e.cell(d)}\n${skip}:\n`);
      return;
    }
    case I.I_T_PUSH:
      e.put(`\tfldt\t${e.cell(d)}\n`);
      return;
    case I.I_T_POP:
      e.put(`\tfstpt\t${e.cell(d)}\n`);
      return;
    default:
      throw new Error(`${e.m.name}: row ${I.X86_ISA[i.op]!.name} has no text`);
  }
}

/** st(0) toward zero into the slot: without SSE3's fisttp the control word says how to round. `width`: l or ll, 32 or 64 bits. */
export function truncate(e: X86Emitter, frame: (off: number) => string, width = "ll"): void {
  e.put(`\tfnstcw\t${frame(8)}\n\tfnstcw\t${frame(10)}\n\torw\t$3072, ${frame(10)}\n\tfldcw\t${frame(10)}\n`);
  e.put(`\tfistp${width}\t${frame(0)}\n\tfldcw\t${frame(8)}\n`);
}
