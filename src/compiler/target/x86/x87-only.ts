// Floating point of i386: float, double and long double by the x87. Source: Intel SDM vol. 1, chapter 8.
//
// As long double on x86-64 (x87.ts), values live in cells of the frame and the register stack is empty between two instructions.
// A cell holds its value in the format of its type, so that each result is rounded to it: what FLT_EVAL_METHOD 2 allows beyond
// that is not used. Moves between cells copy ten bytes, whatever they mean: fld and fstp of that format change none.

import type { Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import type { Lowering } from "../../mach/lowering.ts";
import { CLASS_INT, type MInst } from "../../mach/minst.ts";
import { regName, type X86Emitter } from "./emit.ts";
import { FLAGS_FEQ, FLAGS_FNE } from "./float.ts";
import * as I from "./isa.ts";
import { GP32, RAX } from "./registers.ts";
import { BINARY_NAMES, truncate, UNARY_NAMES, X87_BINARY, X87_UNARY } from "./x87.ts";

/** Index of the rows for a type: single, double, extended. */
export function x87Format(ty: number): number {
  if (ty < O.TY_F32 || ty > O.TY_F80) throw new Error("occ computes no __float128 on i386");
  return ty - O.TY_F32;
}

/** A constant, or an undefined value, into a cell. */
export function materializeX87(L: Lowering, v: Value, dst: number): void {
  const f = L.f;
  const ty = f.ty[v]!;
  const p = x87Format(ty);
  const undef = f.op[v] === O.OP_UNDEF;
  const wide = ty === O.TY_F80 && !undef ? (f.aux[v] as Int32Array) : undefined;
  const i = L.emitImm(I.I_X_CONST[p]!, [dst], 1, wide?.[0] ?? (undef ? 0 : f.a[v]!));
  i.immHi = wide?.[1] ?? (ty === O.TY_F64 && !undef ? f.b[v]! : 0);
  i.imm2 = (wide?.[2] ?? 0) & 0xffff;
}

/** Sets the flags for comparison c, as floatFlags of float.ts. */
export function x87Flags(L: Lowering, c: Value, hasFcomi: boolean): number {
  const f = L.f;
  const op = f.op[c]!;
  const a = L.reg(f.a[c]!);
  const b = L.reg(f.b[c]!);
  const exchange = op >= O.OP_FLT;
  const i = L.emit(
    (O.isSignalling(op) ? I.I_X_COMPARE_SIGNALLING : I.I_X_COMPARE)[x87Format(f.c[c]!)]!,
    exchange ? [b, a] : [a, b],
    0,
  );
  if (!hasFcomi) i.clobbers = [RAX];
  return op === O.OP_FEQ ? FLAGS_FEQ : op === O.OP_FNE ? FLAGS_FNE : op === O.OP_FLT || op === O.OP_FLTQ ? I.CC_A : I.CC_AE;
}

/** An operation on numbers of any of the three formats. */
export function selectX87Only(L: Lowering, v: Value): void {
  const f = L.f;
  const op = f.op[v]!;
  const a = f.a[v]!;
  const d = L.result(v);
  const binary = X87_BINARY.indexOf(op);
  const unary = X87_UNARY.indexOf(op);
  if (binary >= 0) L.emit(I.I_X_BINARY[x87Format(f.ty[v]!)]!, [d, L.reg(a), L.reg(f.b[v]!)], 1).imm2 = binary;
  else if (unary >= 0) L.emit(I.I_X_UNARY[x87Format(f.ty[v]!)]!, [d, L.reg(a)], 1).imm2 = unary;
  else selectMove(L, v, op, a, d);
}

/** Conversions and copysign. */
function selectMove(L: Lowering, v: Value, op: number, a: Value, d: number): void {
  const f = L.f;
  switch (op) {
    case O.OP_FCOPYSIGN:
      L.emit(I.I_X_COPYSIGN[x87Format(f.ty[v]!)]!, [d, L.reg(a), L.reg(f.b[v]!)], 1);
      break;
    case O.OP_FCVT:
      L.emit(I.I_X_CONVERT[x87Format(f.ty[a]!) * 3 + x87Format(f.ty[v]!)]!, [d, L.reg(a)], 1);
      break;
    case O.OP_SITOF:
    case O.OP_UITOF:
      L.emit(I.I_X_FROM_INT[x87Format(f.ty[v]!)]!, [d, L.reg(a)], 1).imm2 = op === O.OP_UITOF ? 1 : 0;
      break;
    case O.OP_FTOSI:
    case O.OP_FTOUI: {
      const i = L.emit(I.I_X_TO_INT[x87Format(f.ty[a]!)]!, [d, L.reg(a)], 1);
      i.imm2 = op === O.OP_FTOUI ? 1 : 0;
      i.slot = L.m.newSlot(16, 4);
      break;
    }
    case O.OP_BITCAST:
      if (L.classOf(v) === L.classOf(a)) L.copy(d, L.reg(a));
      else L.emit(L.classOf(v) === CLASS_INT ? I.I_X_TO_BITS : I.I_X_FROM_BITS, [d, L.reg(a)], 1);
      break;
    default:
      L.bug(v, "not selected on i386");
  }
}

const SUFFIX = ["s", "l", "t"];
/** Byte of the format that has the sign. */
const SIGN_BYTE = [3, 7, 9];

/** The text of one instruction of the rows I_X_. */
export function printX87Only(e: X86Emitter, i: MInst): void {
  const r = i.regs;
  const d = r[0]!;
  for (let p = 0; p < 3; p++) {
    const s = SUFFIX[p]!;
    switch (i.op) {
      case I.I_X_LOAD[p]:
        e.put(`\tfld${s}\t${e.memory(i)}\n\tfstp${s}\t${e.cell(d)}\n`);
        return;
      case I.I_X_STORE[p]:
        e.put(`\tfld${s}\t${e.cell(d)}\n\tfstp${s}\t${e.memory(i)}\n`);
        return;
      case I.I_X_CONST[p]:
        e.put(`\tmovl\t$${i.imm}, ${e.cell(d)}\n`);
        if (p > 0) e.put(`\tmovl\t$${i.immHi}, ${e.cell(d, 4)}\n`);
        if (p > 1) e.put(`\tmovl\t$${i.imm2}, ${e.cell(d, 8)}\n`);
        return;
      case I.I_X_BINARY[p]:
        if (p < 2)
          e.put(`\tfld${s}\t${e.cell(r[1]!)}\n\t${BINARY_NAMES[i.imm2]}${s}\t${e.cell(r[2]!)}\n\tfstp${s}\t${e.cell(d)}\n`);
        else {
          e.put(`\tfldt\t${e.cell(r[2]!)}\n\tfldt\t${e.cell(r[1]!)}\n\t${BINARY_NAMES[i.imm2]}\t%st(1), %st\n`);
          e.put(`\tfstpt\t${e.cell(d)}\n\tfstp\t%st(0)\n`);
        }
        return;
      case I.I_X_UNARY[p]:
        e.put(`\tfld${s}\t${e.cell(r[1]!)}\n\t${UNARY_NAMES[i.imm2]}\n\tfstp${s}\t${e.cell(d)}\n`);
        return;
      case I.I_X_COPYSIGN[p]: {
        const skip = e.freshLabel();
        e.put(
          `\tfld${s}\t${e.cell(r[1]!)}\n\tfabs\n\ttestb\t$128, ${e.cell(r[2]!, SIGN_BYTE[p]!)}\n\tje\t${skip}\n\tfchs\n${skip}:\n`,
        );
        e.put(`\tfstp${s}\t${e.cell(d)}\n`);
        return;
      }
      case I.I_X_COMPARE[p]:
      case I.I_X_COMPARE_SIGNALLING[p]: {
        const compare = i.op === I.I_X_COMPARE[p] ? "fucom" : "fcom";
        e.put(`\tfld${s}\t${e.cell(r[1]!)}\n\tfld${s}\t${e.cell(d)}\n\t${compare}`);
        e.put(e.o.cmov ? "ip\t%st(1), %st\n\tfstp\t%st(0)\n" : "pp\n\tfnstsw\t%ax\n\tsahf\n");
        return;
      }
      case I.I_X_CONVERT[3 * p]:
      case I.I_X_CONVERT[3 * p + 1]:
      case I.I_X_CONVERT[3 * p + 2]:
        e.put(`\tfld${s}\t${e.cell(r[1]!)}\n\tfstp${SUFFIX[i.op - I.I_X_CONVERT[3 * p]!]}\t${e.cell(d)}\n`);
        return;
      case I.I_X_FROM_INT[p]: {
        // an unsigned number is a non-negative one of 64 bits
        const unsigned = i.imm2 === 1;
        e.put(`\tmovl\t${regName("l", r[1]!)}, ${e.cell(d)}\n`);
        if (unsigned) e.put(`\tmovl\t$0, ${e.cell(d, 4)}\n`);
        e.put(`\tfild${unsigned ? "ll" : "l"}\t${e.cell(d)}\n\tfstp${s}\t${e.cell(d)}\n`);
        return;
      }
      case I.I_X_TO_INT[p]: {
        const [base, at] = e.place(i.slot, 0);
        const slot = (off: number): string => `${at + off}(%${GP32[base]})`;
        e.put(`\tfld${s}\t${e.cell(r[1]!)}\n`);
        truncate(e, slot, i.imm2 === 1 ? "ll" : "l");
        e.put(`\tmovl\t${slot(0)}, ${regName("l", d)}\n`);
        return;
      }
      case I.I_X_PUSH[p]:
        e.put(`\tfld${s}\t${e.cell(d)}\n`);
        return;
      case I.I_X_POP[p]:
        e.put(`\tfstp${s}\t${e.cell(d)}\n`);
        return;
    }
  }
  if (i.op === I.I_X_TO_BITS) e.put(`\tmovl\t${e.cell(r[1]!)}, ${regName("l", d)}\n`);
  else if (i.op === I.I_X_FROM_BITS) e.put(`\tmovl\t${regName("l", r[1]!)}, ${e.cell(d)}\n`);
  else throw new Error(`${e.m.name}: row ${I.I386_ISA[i.op]!.name} has no text`);
}
