// riscv64 as a target: what the front end asks, and code generation of a module.

import type { Module } from "../../ir/module.ts";
import { TY_F128, TY_I64 } from "../../ir/ops.ts";
import { compileModule } from "../../mach/compile-module.ts";
import { MInst } from "../../mach/minst.ts";
import type { MoveEmitter } from "../../mach/rewrite.ts";
import type { TargetInfo } from "../abi.ts";
import { riscvAbi } from "./abi.ts";
import { riscvConstraint } from "./asm-operands.ts";
import { RiscvEmitter } from "./emit.ts";
import * as I from "./isa.ts";
import type { RiscvOptions } from "./options.ts";
import { A0, regByName, riscvRegs, T5, T6 } from "./registers.ts";
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
  const attributes = o.attributes ? "\t.attribute unaligned_access, 0\n\t.attribute stack_align, 16\n" : "";
  return compileModule(
    m,
    {
      info: riscvInfo(o),
      selector: new RiscvSelector(o),
      wide: { softF128: true },
      legal: { clz: false, ctz: false, popcnt: false, inlineBytes: 64 },
      jumpTables: o.jumpTables,
      jump: I.I_J,
      indirectJump: I.I_JR,
      profilerArgument: A0,
      functionAlign: /^rv64(?:g|[a-z]*)c/.test(o.march.replace(/_.*/, "")) ? 1 : 2,
      quad: ".8byte",
      at: "@",
      preamble: `\t.option ${o.pic ? "pic" : "nopic"}\n${attributes}`,
      framePointer: (lowered, f) => o.framePointer || lowered.movesStack || f.usesFrameAddr,
      registers: riscvRegs,
      moves: () => moves,
      emitter: (e) => new RiscvEmitter(e.lowered, m, o, e.out, e.id, e.framePointer, e.lines),
    },
    o,
  );
}
