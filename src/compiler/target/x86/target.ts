// x86-64 as a target: what the front end asks, and code generation of a module.

import type { Module } from "../../ir/module.ts";
import { TY_F80, TY_I64 } from "../../ir/ops.ts";
import { compileModule } from "../../mach/compile-module.ts";
import { MInst } from "../../mach/minst.ts";
import type { MoveEmitter } from "../../mach/rewrite.ts";
import type { TargetInfo } from "../abi.ts";
import { x86Abi } from "./abi.ts";
import { x86Constraint } from "./asm-operands.ts";
import { ConstantPool } from "./constant-pool.ts";
import { X86Emitter } from "./emit.ts";
import * as I from "./isa.ts";
import type { X86Options } from "./options.ts";
import { CELL0, CELLS, CLASS_X87, quadRegs, R11, REGS_WITH_FRAME, REGS_WITHOUT_FRAME, regByName, XMM0 } from "./registers.ts";
import { X86Selector } from "./select.ts";

export function x86Info(_o: X86Options): TargetInfo {
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
    abi: x86Abi,
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

/** Assembler text of a module. */
export function x86Compile(m: Module, o: X86Options): string {
  const pool = new ConstantPool();
  return compileModule(
    m,
    {
      info: x86Info(o),
      selector: new X86Selector(o),
      wide: { softF128: false, quadF128: true },
      legal: { clz: true, ctz: true, popcnt: o.popcnt, inlineBytes: 64 },
      jumpTables: o.jumpTables && o.indirectBranch === "keep",
      jump: I.I_JMP,
      indirectJump: I.I_IJMP,
      functionAlign: 0,
      quad: ".quad",
      at: "@",
      preamble: "",
      framePointer: (lowered, f) => o.framePointer || lowered.movesStack || f.usesFrameAddr,
      registers: (framePointer, quad) => {
        const regs = framePointer ? REGS_WITH_FRAME : REGS_WITHOUT_FRAME;
        return quad ? quadRegs(regs) : regs;
      },
      moves: (quad) => (quad ? quadMoves : moves),
      emitter: (e) => new X86Emitter(e.lowered, m, o, e.out, e.id, e.framePointer, e.lines, pool),
      constants: (out) => pool.emit(out),
    },
    o,
  );
}
