// AArch64 as a target: what the front end asks, and code generation of a module.

import type { Module } from "../../ir/module.ts";
import { TY_F128, TY_I64 } from "../../ir/ops.ts";
import { compileModule } from "../../mach/compile-module.ts";
import { MInst } from "../../mach/minst.ts";
import type { MoveEmitter } from "../../mach/rewrite.ts";
import type { TargetInfo } from "../abi.ts";
import { aarch64Abi } from "./abi.ts";
import { aarch64Constraint } from "./asm-operands.ts";
import { AArch64Emitter, landing } from "./emit.ts";
import * as I from "./isa.ts";
import type { AArch64Options } from "./options.ts";
import { AARCH64_QUAD_REGS, AARCH64_REGS, OTHER_SCRATCH, regByName, V0, withoutVectors, X0, X16, X17 } from "./registers.ts";
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

/** What the program loader is told of the object (ABI for the Arm 64-bit Architecture, GNU_PROPERTY_AARCH64_FEATURE_1_AND). */
function featureNote(o: AArch64Options): string {
  const { landings, sign } = o.branchProtection;
  const bits = (landings ? 1 : 0) | (sign !== "none" ? 2 : 0);
  if (bits === 0) return "";
  const property = `\t.word\t0xc0000000, 4, ${bits}\n\t.p2align\t3\n`;
  return `\t.section\t.note.gnu.property,"a"\n\t.p2align\t3\n\t.word\t4, 16, 5\n\t.string\t"GNU"\n${property}`;
}

function movesOf(usual: MoveEmitter, o: AArch64Options): MoveEmitter {
  if (o.fixedVectors.length === 0) return usual;
  return { ...usual, scratch: (cls, which) => (cls === 0 ? usual.scratch(cls, which) : OTHER_SCRATCH[which]!) };
}

/** Assembler text of a module. */
export function aarch64Compile(m: Module, o: AArch64Options): string {
  return compileModule(
    m,
    {
      info: aarch64Info(o),
      selector: new AArch64Selector(o),
      wide: { softF128: false, quadF128: true },
      legal: { clz: true, ctz: true, popcnt: false, inlineBytes: 64 },
      jumpTables: o.jumpTables,
      jump: I.I_B,
      indirectJump: I.I_BR,
      profilerArgument: X0,
      functionAlign: 2,
      quad: ".xword",
      at: "%",
      preamble: "",
      // -momit-leaf-frame-pointer is the default
      framePointer: (lowered, f) => (o.framePointer && lowered.hasCalls) || lowered.movesStack || f.usesFrameAddr,
      registers: (_framePointer, quad) => withoutVectors(quad ? AARCH64_QUAD_REGS : AARCH64_REGS, o.fixedVectors),
      moves: (quad) => movesOf(quad ? quadMoves : moves, o),
      landing: (s) => landing(s, o),
      constants: (out) => out.push(featureNote(o)),
      emitter: (e) => new AArch64Emitter(e.lowered, m, o, e.out, e.id, e.framePointer, e.lines),
    },
    o,
  );
}
