// __builtin_setjmp and __builtin_longjmp (GCC manual, 6.63 "Nonlocal Gotos"): a buffer of five words holds the frame pointer, the
// address to go on at and the stack pointer. Nothing else survives the jump, so the receiving point counts as a place where
// every register is lost; the function is treated as one that calls setjmp.

import { AO_IN, AO_INOUT, AO_OUT, type AsmInfo, type AsmOperand, registerOperand, type Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import type { FnGen } from "./context.ts";

interface Sequence {
  /** Register that the buffer's address comes in. */
  readonly buffer: string;
  /** Register of setjmp's result. */
  readonly result: string;
  readonly set: string;
  readonly jump: string;
  readonly lost: readonly string[];
}

const range = (prefix: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => prefix + (from + i));

const SEQUENCES: Readonly<Record<string, Sequence>> = {
  x86_64: {
    buffer: "rdi",
    result: "rax",
    set:
      "leaq 1f(%%rip), %%rax\n\tmovq %%rbp, (%%rdi)\n\tmovq %%rax, 8(%%rdi)\n\tmovq %%rsp, 16(%%rdi)\n\t" +
      "xorl %%eax, %%eax\n\tjmp 2f\n1:\tmovl $1, %%eax\n2:",
    jump: "movq (%%rdi), %%rbp\n\tmovq 8(%%rdi), %%rax\n\tmovq 16(%%rdi), %%rsp\n\tjmp *%%rax",
    lost: ["rbx", "rcx", "rdx", "rsi", ...range("r", 8, 15), ...range("xmm", 0, 15), "cc"],
  },
  i386: {
    buffer: "edi",
    result: "eax",
    set:
      "call 3f\n3:\tpopl %%eax\n\taddl $1f-3b, %%eax\n\tmovl %%ebp, (%%edi)\n\tmovl %%eax, 4(%%edi)\n\tmovl %%esp, 8(%%edi)\n\t" +
      "xorl %%eax, %%eax\n\tjmp 2f\n1:\tmovl $1, %%eax\n2:",
    jump: "movl (%%edi), %%ebp\n\tmovl 4(%%edi), %%eax\n\tmovl 8(%%edi), %%esp\n\tjmp *%%eax",
    lost: ["ebx", "ecx", "edx", "esi", "cc"],
  },
  aarch64: {
    buffer: "x0",
    result: "x0",
    set:
      "adr x1, 1f\n\tstr x29, [x0]\n\tstr x1, [x0, 8]\n\tmov x1, sp\n\tstr x1, [x0, 16]\n\t" +
      "mov x0, 0\n\tb 2f\n1:\tmov x0, 1\n2:",
    jump: "ldr x29, [x0]\n\tldr x1, [x0, 8]\n\tldr x2, [x0, 16]\n\tmov sp, x2\n\tbr x1",
    lost: [...range("x", 1, 17), ...range("x", 19, 28), "x30", ...range("v", 0, 31), "cc"],
  },
  riscv64: {
    buffer: "a0",
    result: "a0",
    set: "lla t0, 1f\n\tsd s0, 0(a0)\n\tsd t0, 8(a0)\n\tsd sp, 16(a0)\n\tli a0, 0\n\tj 2f\n1:\tli a0, 1\n2:",
    jump: "ld s0, 0(a0)\n\tld t0, 8(a0)\n\tld sp, 16(a0)\n\tjr t0",
    lost: [
      "ra",
      ...range("t", 0, 6),
      ...range("a", 1, 7),
      ...range("s", 1, 11),
      ...range("ft", 0, 11),
      ...range("fa", 0, 7),
      ...range("fs", 0, 11),
    ],
  },
};

function sequence(g: FnGen, what: string): Sequence {
  const s = SEQUENCES[g.target.name];
  if (s === undefined) g.mg.diags.fatal(g.b.loc, `'${what}' is not supported for ${g.target.name}`);
  return s!;
}

function operand(g: FnGen, dir: number, register: string, value: Value, outIndex: number): AsmOperand {
  const o = registerOperand(dir, "r", g.ptrTy, value);
  o.fixedReg = g.target.regByName(register);
  o.outIndex = outIndex;
  return o;
}

function emit(g: FnGen, template: string, operands: AsmOperand[], clobbers: readonly string[]): Value {
  const info: AsmInfo = {
    template,
    operands,
    clobbers: [...clobbers, "memory"],
    volatile: true,
    memory: true,
    basic: false,
    inline: false,
    labels: [],
    fallthrough: 0,
    loc: g.b.loc,
  };
  return g.b.emit(O.OP_ASM, 0, 0, 0, 0, info);
}

/** 0 now, 1 when a __builtin_longjmp to the buffer comes back. */
export function genBuiltinSetjmp(g: FnGen, buffer: Value): Value {
  const s = sequence(g, "__builtin_setjmp");
  g.f.callsSetjmp = true;
  const same = s.result === s.buffer;
  const operands = same
    ? [operand(g, AO_INOUT, s.buffer, buffer, 0)]
    : [operand(g, AO_OUT, s.result, 0, 0), operand(g, AO_INOUT, s.buffer, buffer, 1)];
  const asm = emit(g, s.set, operands, s.lost);
  const result = g.b.emit(O.OP_PROJ, g.ptrTy, asm, 0);
  if (!same) g.b.emit(O.OP_PROJ, g.ptrTy, asm, 1);
  if (g.ptrTy === O.TY_I32) return result;
  return g.b.emit(O.OP_TRUNC, O.TY_I32, result, 0, g.ptrTy);
}

/** Goes to where the buffer was filled; what follows is not reached. */
export function genBuiltinLongjmp(g: FnGen, buffer: Value): void {
  const s = sequence(g, "__builtin_longjmp");
  emit(g, s.jump, [operand(g, AO_IN, s.buffer, buffer, -1)], []);
}
