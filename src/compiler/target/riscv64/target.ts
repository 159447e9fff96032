// riscv64 as a target: what the front end asks, and code generation of a module.

import type { Module } from "../../ir/module.ts";
import { TY_F128, TY_I64 } from "../../ir/ops.ts";
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
import { riscvAbi } from "./abi.ts";
import { riscvConstraint } from "./asm-operands.ts";
import { RiscvEmitter } from "./emit.ts";
import * as I from "./isa.ts";
import type { RiscvOptions } from "./options.ts";
import { regByName, riscvRegs, T5, T6 } from "./registers.ts";
import { RiscvSelector } from "./select.ts";

export function riscvInfo(o: RiscvOptions): TargetInfo {
  return {
    name: "riscv64",
    ptrTy: TY_I64,
    ptrSize: 8,
    longDoubleTy: TY_F128,
    longDoubleSize: 16,
    longDoubleAlign: 16,
    charSigned: false,
    wcharSigned: true,
    maxStructAlign64: 8,
    biggestAlign: 16,
    unalignedOk: !o.strictAlign,
    abi: riscvAbi(o.mabi === "lp64d" ? 8 : o.mabi === "lp64f" ? 4 : 0),
    regByName,
    asmConstraint: riscvConstraint,
  };
}

const moves: MoveEmitter = {
  move(out, dst, src, cls) {
    out.push(new MInst(cls === 0 ? I.I_MV : I.I_FMV_D, [dst, src], 1));
  },
  load(out, dst, slot, cls) {
    const i = new MInst(cls === 0 ? I.I_LD : I.I_FLD, [dst], 1);
    i.slot = slot;
    out.push(i);
  },
  store(out, src, slot, cls) {
    const i = new MInst(cls === 0 ? I.I_SD : I.I_FSD, [src], 0);
    i.slot = slot;
    out.push(i);
  },
  scratch: (cls, which) => (cls === 0 ? (which === 0 ? T5 : T6) : which === 0 ? 62 : 63),
};

/** Assembler text of a module. */
export function riscvCompile(m: Module, o: RiscvOptions): string {
  const e = new ModuleEmitter(m, {
    functionSections: o.functionSections,
    dataSections: o.dataSections,
    pic: o.pic,
    quad: ".8byte",
    at: "@",
    pointerSize: 8,
    patchable: o.patchable,
    ranges: o.lines !== undefined,
  });
  e.out.push(`\t.option ${o.pic ? "pic" : "nopic"}\n`);
  if (o.attributes) e.out.push("\t.attribute unaligned_access, 0\n\t.attribute stack_align, 16\n");
  if (o.unwind === "debug") e.out.push("\t.cfi_sections\t.debug_frame\n");
  const lines = o.lines === undefined ? undefined : new DebugLines(o.lines, e.out);
  const align = /^rv64(?:g|[a-z]*)c/.test(o.march.replace(/_.*/, "")) ? 1 : 2;
  e.topLevelAsm();
  const info = riscvInfo(o);
  const selector = new RiscvSelector(o);
  let id = 0;
  for (const f of m.funcs) {
    const s = m.syms[f.sym]!;
    id++;
    expandWide(f, m, info, { softF128: true });
    legalize(f, m, info, { clz: false, ctz: false, popcnt: false, inlineBytes: 64 });
    expandSwitches(f, o.jumpTables);
    const lowered = new Lowering(f, m, selector).run();
    const framePointer = o.framePointer || lowered.movesStack || f.usesFrameAddr;
    const regs = riscvRegs(framePointer);
    allocateRegisters(lowered, regs, moves, o);
    threadJumps(lowered, I.I_J, I.I_JR);
    e.functionHeader(s, align);
    lines?.begin(f.declLoc);
    const emitter = new RiscvEmitter(lowered, m, o, e.out, id, framePointer, lines);
    for (const b of f.order) if (f.labelId[b] !== 0) e.labels.set(f.labelId[b]!, emitter.label(b));
    emitter.layout();
    emitter.prologue();
    emitter.body();
    e.functionEnd(s);
  }
  e.forgetSection();
  e.data();
  e.finish();
  lines?.finish(m.fileName, o.directory, "occ", e.functionRanges, ".8byte");
  return e.out.join("");
}
