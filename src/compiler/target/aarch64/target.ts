// AArch64 as a target: what the front end asks, and code generation of a module.

import type { Func } from "../../ir/func.ts";
import type { Module } from "../../ir/module.ts";
import { OP_NONE, TY_F128, TY_I64 } from "../../ir/ops.ts";
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
import { aarch64Abi } from "./abi.ts";
import { aarch64Constraint } from "./asm-operands.ts";
import { AArch64Emitter } from "./emit.ts";
import * as I from "./isa.ts";
import type { AArch64Options } from "./options.ts";
import { AARCH64_QUAD_REGS, AARCH64_REGS, regByName, V0, X16, X17 } from "./registers.ts";
import { AArch64Selector } from "./select.ts";

export function aarch64Info(o: AArch64Options): TargetInfo {
  return {
    name: "aarch64",
    ptrTy: TY_I64,
    ptrSize: 8,
    longDoubleTy: TY_F128,
    longDoubleSize: 16,
    longDoubleAlign: 16,
    charSigned: false,
    wcharSigned: false,
    maxStructAlign64: 8,
    biggestAlign: 16,
    unalignedOk: !o.strictAlign,
    abi: aarch64Abi,
    regByName,
    asmConstraint: aarch64Constraint,
  };
}

const moves: MoveEmitter = {
  move(out, dst, src, cls) {
    out.push(new MInst(cls === 0 ? I.I_MOV : I.I_FMOV, [dst, src], 1));
  },
  load(out, dst, slot, cls) {
    const i = new MInst(cls === 0 ? I.I_LDR[1]! : I.I_LDRF[1]!, [dst], 1);
    i.slot = slot;
    out.push(i);
  },
  store(out, src, slot, cls) {
    const i = new MInst(cls === 0 ? I.I_STR[1]! : I.I_STRF[1]!, [src], 0);
    i.slot = slot;
    out.push(i);
  },
  scratch: (cls, which) => (cls === 0 ? (which === 0 ? X16 : X17) : V0 + 30 + which),
};

/** The same with float registers of 16 bytes. */
const quadMoves: MoveEmitter = {
  move(out, dst, src, cls) {
    out.push(new MInst(cls === 0 ? I.I_MOV : I.I_MOVQ, [dst, src], 1));
  },
  load(out, dst, slot, cls) {
    const i = new MInst(cls === 0 ? I.I_LDR[1]! : I.I_LDRQ, [dst], 1);
    i.slot = slot;
    out.push(i);
  },
  store(out, src, slot, cls) {
    const i = new MInst(cls === 0 ? I.I_STR[1]! : I.I_STRQ, [src], 0);
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
export function aarch64Compile(m: Module, o: AArch64Options): string {
  const e = new ModuleEmitter(m, {
    functionSections: o.functionSections,
    dataSections: o.dataSections,
    pic: o.pic,
    quad: ".xword",
    at: "%",
    pointerSize: 8,
    patchable: o.patchable,
    ranges: o.lines !== undefined,
  });
  if (o.unwind === "debug") e.out.push("\t.cfi_sections\t.debug_frame\n");
  const lines = o.lines === undefined ? undefined : new DebugLines(o.lines, e.out);
  e.topLevelAsm();
  const info = aarch64Info(o);
  const selector = new AArch64Selector(o);
  let id = 0;
  for (const f of m.funcs) {
    const s = m.syms[f.sym]!;
    id++;
    expandWide(f, m, info, { softF128: false, quadF128: true });
    const quad = hasQuad(f);
    legalize(f, m, info, { clz: true, ctz: true, popcnt: false, inlineBytes: 64 });
    expandSwitches(f, o.jumpTables);
    const lowered = new Lowering(f, m, selector).run();
    // -momit-leaf-frame-pointer is the default
    const framePointer = (o.framePointer && lowered.hasCalls) || lowered.movesStack || f.usesFrameAddr;
    allocateRegisters(lowered, quad ? AARCH64_QUAD_REGS : AARCH64_REGS, quad ? quadMoves : moves, o);
    threadJumps(lowered, I.I_B, I.I_BR);
    e.functionHeader(s, 2);
    lines?.begin(f.declLoc);
    const emitter = new AArch64Emitter(lowered, m, o, e.out, id, framePointer, lines);
    for (const b of f.order) if (f.labelId[b] !== 0) e.labels.set(f.labelId[b]!, emitter.label(b));
    emitter.layout();
    emitter.prologue();
    emitter.body();
    e.functionEnd(s);
  }
  e.forgetSection();
  e.data();
  e.finish();
  lines?.finish(m.fileName, o.directory, "occ", e.functionRanges, ".xword");
  return e.out.join("");
}
