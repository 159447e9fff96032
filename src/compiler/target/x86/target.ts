// x86-64 as a target: what the front end asks, and code generation of a module.

import type { Func } from "../../ir/func.ts";
import type { Module } from "../../ir/module.ts";
import { OP_NONE, TY_F80, TY_F128, TY_I64 } from "../../ir/ops.ts";
import { allocateRegisters } from "../../mach/allocate.ts";
import { DebugLines } from "../../mach/debug-lines.ts";
import { ModuleEmitter } from "../../mach/emit-module.ts";
import { expandWide } from "../../mach/expand-wide.ts";
import { legalize } from "../../mach/legalize.ts";
import { Lowering } from "../../mach/lowering.ts";
import { MInst } from "../../mach/minst.ts";
import type { MoveEmitter } from "../../mach/rewrite.ts";
import { expandSwitches } from "../../mach/switch.ts";
import { threadJumps } from "../../mach/thread-jumps.ts";
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

function hasQuad(f: Func): boolean {
  for (let v = 1; v < f.nval; v++) if (f.ty[v] === TY_F128 && f.op[v] !== OP_NONE) return true;
  return false;
}

/** Assembler text of a module. */
export function x86Compile(m: Module, o: X86Options): string {
  const e = new ModuleEmitter(m, {
    functionSections: o.functionSections,
    dataSections: o.dataSections,
    pic: o.pic,
    quad: ".quad",
    at: "@",
    pointerSize: 8,
    patchable: o.patchable,
    ranges: o.lines !== undefined,
  });
  if (o.unwind === "debug") e.out.push("\t.cfi_sections\t.debug_frame\n");
  const lines = o.lines === undefined ? undefined : new DebugLines(o.lines, e.out);
  e.topLevelAsm();
  const info = x86Info(o);
  const selector = new X86Selector(o);
  const pool = new ConstantPool();
  let id = 0;
  for (const f of m.funcs) {
    const s = m.syms[f.sym]!;
    id++;
    expandWide(f, m, info, { softF128: false, quadF128: true });
    const quad = hasQuad(f);
    legalize(f, m, info, { clz: true, ctz: true, popcnt: o.popcnt, inlineBytes: 64 });
    expandSwitches(f, o.jumpTables && o.indirectBranch === "keep");
    const lowered = new Lowering(f, m, selector).run();
    const framePointer = o.framePointer || lowered.movesStack || f.usesFrameAddr;
    const regs = framePointer ? REGS_WITH_FRAME : REGS_WITHOUT_FRAME;
    allocateRegisters(lowered, quad ? quadRegs(regs) : regs, quad ? quadMoves : moves, o);
    threadJumps(lowered, I.I_JMP, I.I_IJMP);
    e.functionHeader(s, o.functionAlign);
    lines?.begin(f.declLoc);
    const emitter = new X86Emitter(lowered, m, o, e.out, id, framePointer, lines, pool);
    for (const b of f.order) if (f.labelId[b] !== 0) e.labels.set(f.labelId[b]!, emitter.label(b));
    emitter.layout();
    emitter.prologue();
    emitter.body();
    e.functionEnd(s);
  }
  e.forgetSection();
  e.data();
  pool.emit(e.out);
  e.finish();
  lines?.finish(m.fileName, o.directory, "occ", e.functionRanges, ".quad");
  return e.out.join("");
}
