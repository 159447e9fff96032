// Long double instructions: cells of the frame in, cells out, the x87 stack empty before and after. Source: Intel SDM vol. 1, 8.

import type { MInst } from "../../mach/minst.ts";
import { regName, type X86Emitter } from "./emit.ts";
import * as I from "./isa.ts";
import { GP64 } from "./registers.ts";

const BINARY = ["fadd", "fsub", "fmul", "fdiv"];
const UNARY = ["fchs", "fabs", "fsqrt"];
/** 2^64 as float, what an unsigned 64-bit integer that was read as a negative one lacks; 2^63. */
const TWO64 = [0x5f800000];
const TWO63 = [0x5f000000];

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
      e.put(`\tfldt\t${e.cell(r[2]!)}\n\tfldt\t${e.cell(r[1]!)}\n\t${BINARY[i.imm2]}\t%st(1), %st\n`);
      e.put(`\tfstpt\t${e.cell(d)}\n\tfstp\t%st(0)\n`);
      return;
    case I.I_T_UNARY:
      e.put(`\tfldt\t${e.cell(r[1]!)}\n\t${UNARY[i.imm2]}\n\tfstpt\t${e.cell(d)}\n`);
      return;
    case I.I_T_COPYSIGN: {
      const skip = e.freshLabel();
      e.put(`\tfldt\t${e.cell(r[1]!)}\n\tfabs\n\ttestb\t$128, ${e.cell(r[2]!, 9)}\n\tje\t${skip}\n\tfchs\n${skip}:\n`);
      e.put(`\tfstpt\t${e.cell(d)}\n`);
      return;
    }
    case I.I_T_COMPARE:
      e.put(`\tfldt\t${e.cell(r[1]!)}\n\tfldt\t${e.cell(d)}\n\tfucomip\t%st(1), %st\n\tfstp\t%st(0)\n`);
      return;
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

/** st(0) toward zero into the slot: without SSE3's fisttp the control word says how to round. */
function truncate(e: X86Emitter, frame: (off: number) => string): void {
  e.put(`\tfnstcw\t${frame(8)}\n\tfnstcw\t${frame(10)}\n\torw\t$3072, ${frame(10)}\n\tfldcw\t${frame(10)}\n`);
  e.put(`\tfistpll\t${frame(0)}\n\tfldcw\t${frame(8)}\n`);
}
