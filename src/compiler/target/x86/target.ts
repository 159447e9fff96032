// x86-64 and i386 as targets: what the front end asks, and code generation of a module.

import type { Func } from "../../ir/func.ts";
import type { Module } from "../../ir/module.ts";
import { OP_NONE, TY_F32, TY_F80, TY_F128, TY_I32, TY_I64 } from "../../ir/ops.ts";
import { compileModule } from "../../mach/compile-module.ts";
import { AsmError, type AsmTarget } from "../../mach/inline-asm.ts";
import { MInst } from "../../mach/minst.ts";
import type { MoveEmitter } from "../../mach/rewrite.ts";
import type { TargetInfo } from "../abi.ts";
import { x86Abi } from "./abi.ts";
import { i386Abi } from "./abi32.ts";
import { x86Asm, x86Constraint } from "./asm-operands.ts";
import { fixByteOperands } from "./byte-operands.ts";
import { mayTailJump } from "./calls.ts";
import { ConstantPool } from "./constant-pool.ts";
import { X86Emitter } from "./emit.ts";
import * as I from "./isa.ts";
import type { X86Options } from "./options.ts";
import {
  CELL0,
  CELLS,
  CLASS_X87,
  quadRegs,
  R11,
  RAX,
  REGS_WITH_FRAME,
  REGS_WITHOUT_FRAME,
  REGS32_WITH_FRAME,
  REGS32_WITHOUT_FRAME,
  regByName,
  regByName32,
  XMM0,
} from "./registers.ts";
import { X86Selector } from "./select.ts";

export function x86Info(o: X86Options): TargetInfo {
  if (o.bits === 32) {
    return {
      name: "i386",
      ptrTy: TY_I32,
      ptrSize: 4,
      longDoubleTy: TY_F80,
      longDoubleSize: 12,
      longDoubleAlign: 4,
      charSigned: true,
      wcharSigned: true,
      maxStructAlign64: 4,
      biggestAlign: 16,
      unalignedOk: true,
      abi: i386Abi(o),
      regByName: regByName32,
      asmConstraint: x86Constraint,
    };
  }
  return {
    name: "x86_64",
    ptrTy: TY_I64,
    ptrSize: 8,
    longDoubleTy: TY_F80,
    longDoubleSize: 16,
    longDoubleAlign: 16,
    charSigned: true,
    wcharSigned: true,
    maxStructAlign64: 8,
    biggestAlign: 16,
    unalignedOk: true,
    abi: o.sse ? x86Abi : { ...x86Abi, untyped: undefined },
    regByName,
    asmConstraint: x86Constraint,
  };
}

const MOVE = [I.I_MOV, I.I_MOVF, I.I_MOVT];
const LOAD = [I.I_LD[1]!, I.I_LDF[1]!, I.I_T_LOAD];
const STORE = [I.I_ST[3]!, I.I_STF[1]!, I.I_T_STORE];

const moves: MoveEmitter = {
  move(out, dst, src, cls) {
    out.push(new MInst(MOVE[cls]!, [dst, src], 1));
  },
  load(out, dst, slot, cls) {
    const i = new MInst(LOAD[cls]!, [dst], 1);
    i.slot = slot;
    out.push(i);
  },
  store(out, src, slot, cls) {
    const i = new MInst(STORE[cls]!, [src], 0);
    i.slot = slot;
    out.push(i);
  },
  scratch: (cls, which) => (cls === 0 ? R11 - which : cls === CLASS_X87 ? CELL0 + CELLS - 2 + which : XMM0 + 15 - which),
};

/** i386 keeps no integer register free for moves. */
const moves32: MoveEmitter = {
  ...moves,
  scratch: (cls, which) => (cls === CLASS_X87 ? CELL0 + CELLS - 2 + which : RAX),
  exchange(a, b) {
    const regs = [a, b].filter((x) => x >= 0);
    const slots = [a, b].filter((x) => x < 0);
    const i = new MInst(I.I_SWAP, regs, regs.length);
    if (slots.length > 0) i.slot = -1 - slots[0]!;
    if (slots.length > 1) i.imm2 = -1 - slots[1]!;
    return i;
  },
  copySlot(dst, src) {
    const i = new MInst(I.I_SLOTMOVE, [], 0);
    i.slot = dst;
    i.imm2 = src;
    return i;
  },
};

/** The same with vector registers of 16 bytes. */
const quadMoves: MoveEmitter = {
  move: moves.move,
  load(out, dst, slot, cls) {
    const i = new MInst(cls === 1 ? I.I_LDU : LOAD[cls]!, [dst], 1);
    i.slot = slot;
    out.push(i);
  },
  store(out, src, slot, cls) {
    const i = new MInst(cls === 1 ? I.I_STU : STORE[cls]!, [src], 0);
    i.slot = slot;
    out.push(i);
  },
  scratch: moves.scratch,
};

/** Without the x87 nothing computes floating-point numbers. */
function prepare32(f: Func, asm: AsmTarget, x87: boolean): void {
  for (let v = 1; v < f.nval; v++) {
    if (f.op[v] !== OP_NONE && f.ty[v] === TY_F128) throw new AsmError(f.loc[v]!, "occ computes no __float128 on i386");
    if (!x87 && f.op[v] !== OP_NONE && f.ty[v]! >= TY_F32)
      throw new AsmError(f.loc[v]!, "occ computes no floating-point numbers on i386 without the x87");
  }
  fixByteOperands(f, asm);
}

/** What the program loader is told of the object (x86-64 psABI, "Program Property", GNU_PROPERTY_X86_FEATURE_1_AND). */
function featureNote(o: X86Options): string {
  const bits = (o.endbr ? 1 : 0) | (o.shadowStack ? 2 : 0);
  if (bits === 0) return "";
  const log = o.bits === 64 ? 3 : 2;
  const property = `\t.long\t0xc0000002, 4, ${bits}\n\t.p2align\t${log}\n`;
  return `\t.section\t.note.gnu.property,"a"\n\t.p2align\t${log}\n\t.long\t4, ${log === 3 ? 16 : 12}, 5\n\t.string\t"GNU"\n${property}`;
}

/** Assembler text of a module. */
export function x86Compile(m: Module, o: X86Options): string {
  const pool = new ConstantPool();
  const long = o.bits === 64;
  const asm = x86Asm(o);
  return compileModule(
    m,
    {
      info: x86Info(o),
      selector: new X86Selector(o),
      wide: { softF128: false, quadF128: long },
      legal: { clz: true, ctz: true, popcnt: o.popcnt, inlineBytes: 64 },
      jumpTables: o.jumpTables && o.indirectBranch === "keep",
      jump: I.I_JMP,
      indirectJump: I.I_IJMP,
      functionAlign: 0,
      quad: long ? ".quad" : ".long",
      at: "@",
      preamble: o.code16 ? "\t.code16gcc\n" : "",
      ...(long ? {} : { prepare: (f) => prepare32(f, asm, o.x87) }),
      framePointer: (lowered, f) =>
        o.framePointer || lowered.movesStack || f.usesFrameAddr || (lowered.profiled && !o.profiler.first),
      registers: (framePointer, quad) => {
        if (!long) return framePointer ? REGS32_WITH_FRAME : REGS32_WITHOUT_FRAME;
        const regs = framePointer ? REGS_WITH_FRAME : REGS_WITHOUT_FRAME;
        return quad ? quadRegs(regs) : regs;
      },
      moves: (quad) => (!long ? moves32 : quad ? quadMoves : moves),
      tailCall: (info) => mayTailJump(m, info, o),
      emitter: (e) => new X86Emitter(e.lowered, m, o, e.out, e.id, e.framePointer, e.lines, pool),
      constants: (out) => {
        pool.emit(out);
        out.push(featureNote(o));
      },
    },
    o,
  );
}
