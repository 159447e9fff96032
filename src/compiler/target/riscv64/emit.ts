// Frame layout, prologue and epilogue, and assembler text of a riscv64 function.
//
// Frame, from high to low addresses: incoming stack arguments | variadic register area (64) | ra, saved registers | slots |
// outgoing arguments. Slots are addressed from sp, or from s0 (= sp at entry) in functions that move sp.

import { format64 } from "../../base/i64.ts";
import type { Module } from "../../ir/module.ts";
import type { DebugLines } from "../../mach/debug-lines.ts";
import { AsmError, expandTemplate } from "../../mach/inline-asm.ts";
import type { AsmText, JumpTable, MFunc, MInst } from "../../mach/minst.ts";
import { RegisterZeroing } from "../../mach/zero-registers.ts";
import { othersMayDefine } from "../reach.ts";
import { TLS_INITIAL_EXEC, TLS_LOCAL_EXEC } from "../tls-model.ts";
import { SLOT_DYNAMIC, SLOT_INCOMING, SLOT_OUTGOING, SLOT_TOP, viaGot } from "./address.ts";
import * as I from "./isa.ts";
import type { RiscvOptions } from "./options.ts";
import { CALL_USED, RA, REG_NAMES, S0, T1, T5, T6 } from "./registers.ts";

const AMO = ["amoswap", "amoadd", "amoand", "amoor", "amoxor"];
const ORDER = ["", ".aq", ".rl", ".aqrl"];
const FENCE = ["", "w", "r", "rw"];

export class RiscvEmitter {
  private readonly m: MFunc;
  private readonly module: Module;
  private readonly o: RiscvOptions;
  private readonly out: string[];
  private readonly id: number;
  private zeroing: RegisterZeroing | undefined;
  private size = 0;
  /** Offsets may exceed 12 bits, and ra is saved. */
  private far = false;
  private saveSize = 0;
  private readonly vaSize: number;
  private readonly framePointer: boolean;
  private readonly saves: { reg: number; off: number }[] = [];
  private uniqueAsm: number;

  private readonly lines: DebugLines | undefined;
  private readonly cfi: boolean;
  /** __attribute__((naked)): the asm statements are all there is. */
  private readonly naked: boolean;

  constructor(
    m: MFunc,
    module: Module,
    o: RiscvOptions,
    out: string[],
    id: number,
    framePointer: boolean,
    lines: DebugLines | undefined,
  ) {
    this.m = m;
    this.lines = lines;
    this.naked = module.syms[m.f.sym]!.naked;
    this.cfi = o.unwind !== "none";
    this.module = module;
    this.o = o;
    this.out = out;
    this.id = id;
    this.framePointer = framePointer;
    this.vaSize = m.f.variadic ? 64 : 0;
    this.uniqueAsm = id * 1000;
  }

  label(b: number): string {
    return `.L${this.id}_${b}`;
  }

  layout(): void {
    const { m } = this;
    const regs: number[] = [];
    let locals = m.outArea;
    for (const s of m.slots) locals += s.size + 16;
    // ra also serves as an address register in frames that offsets do not reach
    this.far = locals > 1500;
    if (this.far || m.asmClobbers.has(RA)) m.hasCalls = true;
    if (m.hasCalls) regs.push(RA);
    if (this.framePointer) regs.push(S0);
    for (const r of m.savedRegs) if (!(this.framePointer && r === S0)) regs.push(r);
    if (this.framePointer && !m.hasCalls) regs.unshift(RA);
    let off = this.vaSize;
    for (const r of regs) {
      off += 8;
      this.saves.push({ reg: r, off: -off });
    }
    this.saveSize = (off + 15) & -16;
    let low = (m.outArea + 15) & -16;
    for (const s of m.slotsInOrder()) {
      const align = Math.min(s.align, 16);
      low = (low + align - 1) & -align;
      s.off = low;
      low += s.size;
    }
    this.size = ((low + 15) & -16) + this.saveSize;
    if (low === 0) this.size = this.saveSize;
  }

  /** Base register and offset of a slot reference. */
  private place(slot: number, off: number): [number, number] {
    const fp = this.framePointer;
    switch (slot) {
      case SLOT_INCOMING:
      case SLOT_TOP:
        return fp ? [S0, off] : [2, this.size + off];
      case SLOT_OUTGOING:
        return [2, off];
      case SLOT_DYNAMIC:
        return [2, ((this.m.outArea + 15) & -16) + off];
      default: {
        const at = this.m.slots[slot]!.off + off;
        return fp && this.m.movesStack ? [S0, at - this.size] : [2, at];
      }
    }
  }

  private put(s: string): void {
    this.out.push(s);
  }

  /** base(reg) text for a memory operand, by way of register `tmp` when the offset is too far. */
  private memory(slot: number, off: number, tmp: number): string {
    const [base, at] = this.place(slot, off);
    if (at >= -2048 && at <= 2047) return `${at}(${REG_NAMES[base]})`;
    if (!this.far && tmp === RA) throw new Error(`${this.m.name}: frame offset ${at} without a saved ra`);
    const t = REG_NAMES[tmp]!;
    this.put(`\tli\t${t},${at}\n\tadd\t${t},${t},${REG_NAMES[base]}\n`);
    return `0(${t})`;
  }

  prologue(): void {
    if (this.cfi) this.put("\t.cfi_startproc\n");
    if (this.size === 0 || this.naked) return;
    const first = this.size <= 2032 ? this.size : this.saveSize;
    if (first > 0) this.put(`\taddi\tsp,sp,-${first}\n`);
    if (this.cfi && first > 0) this.put(`\t.cfi_def_cfa_offset ${first}\n`);
    for (const s of this.saves) this.put(`\t${s.reg >= 32 ? "fsd" : "sd"}\t${REG_NAMES[s.reg]},${first + s.off}(sp)\n`);
    if (this.cfi) for (const s of this.saves) this.put(`\t.cfi_offset ${s.reg}, ${s.off}\n`);
    if (this.framePointer) {
      this.put(`\taddi\ts0,sp,${first}\n`);
      if (this.cfi) this.put("\t.cfi_def_cfa 8, 0\n");
    }
    const rest = this.size - first;
    if (rest > 0) {
      if (rest <= 2048) this.put(`\taddi\tsp,sp,-${rest}\n`);
      else this.put(`\tli\tt6,-${rest}\n\tadd\tsp,sp,t6\n`);
      if (this.cfi && !this.framePointer) this.put(`\t.cfi_def_cfa_offset ${this.size}\n`);
    }
  }

  /** Gives the frame back and leaves by `jump`. */
  private epilogue(jump: string): void {
    if (this.naked) return;
    if (this.size !== 0) {
      if (this.cfi) this.put("\t.cfi_remember_state\n");
      const first = this.size <= 2032 ? this.size : this.saveSize;
      const rest = this.size - first;
      if (this.framePointer && this.m.movesStack) this.put(`\taddi\tsp,s0,-${first}\n`);
      else if (rest > 0) {
        if (rest <= 2047) this.put(`\taddi\tsp,sp,${rest}\n`);
        else this.put(`\tli\tt6,${rest}\n\tadd\tsp,sp,t6\n`);
      }
      if (this.cfi) this.put(`\t.cfi_def_cfa 2, ${first}\n`);
      for (const s of this.saves) {
        this.put(`\t${s.reg >= 32 ? "fld" : "ld"}\t${REG_NAMES[s.reg]},${first + s.off}(sp)\n`);
        if (this.cfi) this.put(`\t.cfi_restore ${s.reg}\n`);
      }
      if (first > 0) this.put(`\taddi\tsp,sp,${first}\n`);
      if (this.cfi) this.put("\t.cfi_def_cfa_offset 0\n");
    }
    this.put(jump);
    if (this.cfi && this.size !== 0) this.put("\t.cfi_restore_state\n");
  }

  /** Registers that a return does not leave values in. */
  private zeroed(i: MInst): string {
    this.zeroing ??= new RegisterZeroing(this.m, this.o.zeroRegisters, CALL_USED);
    let text = "";
    for (const r of this.zeroing.at(i)) text += `\tli\t${REG_NAMES[r]},0\n`;
    return text;
  }

  body(): void {
    const { m } = this;
    const order = m.order;
    for (let k = 0; k < order.length; k++) {
      const b = m.blocks[order[k]!]!;
      if (k > 0 || b.preds.length > 0 || b.addressTaken) this.put(`${this.label(b.id)}:\n`);
      const next = k + 1 < order.length ? order[k + 1]! : -1;
      const insts = b.insts;
      const n = insts.length;
      for (let i = 0; i < n; i++) {
        const inst = insts[i]!;
        if (this.lines !== undefined) this.lines.at(inst.loc);
        if (inst.op === I.I_J) {
          if (inst.target !== next) this.put(`\tj\t${this.label(inst.target)}\n`);
          continue;
        }
        // a conditional branch over the fall-through: turn it round
        const after = insts[i + 1];
        if (
          inst.target === next &&
          inst.target !== 0 &&
          after !== undefined &&
          after.op === I.I_J &&
          isBranch(inst.op) &&
          i + 2 === n
        ) {
          this.inst({ op: inverse(inst.op), inst, target: after.target });
          break;
        }
        this.print(inst);
      }
    }
    if (this.cfi) this.put("\t.cfi_endproc\n");
    for (const t of m.tables) this.table(t);
  }

  private table(t: JumpTable): void {
    this.put(`\t.section\t.rodata\n\t.align\t2\n.LT${this.id}_${t.id}:\n`);
    for (const b of t.targets) this.put(`\t.word\t${this.label(b)}-.LT${this.id}_${t.id}\n`);
    this.put("\t.previous\n");
  }

  private inst(x: { op: number; inst: MInst; target: number }): void {
    const row = I.RISCV_ISA[x.op]!;
    const r = x.inst.regs;
    if (row.format === "Z") this.put(`\t${row.name}\t${REG_NAMES[r[0]!]},${this.label(x.target)}\n`);
    else this.put(`\t${row.name}\t${REG_NAMES[r[0]!]},${REG_NAMES[r[1]!]},${this.label(x.target)}\n`);
  }

  private print(i: MInst): void {
    const row = I.RISCV_ISA[i.op]!;
    const r = i.regs;
    switch (row.format) {
      case "R":
        this.put(`\t${row.name}\t${REG_NAMES[r[0]!]},${REG_NAMES[r[1]!]},${REG_NAMES[r[2]!]}\n`);
        return;
      case "R2":
        if (r[0] === r[1] && (i.op === I.I_MV || i.op === I.I_FMV_D)) return;
        this.put(`\t${row.name}\t${REG_NAMES[r[0]!]},${REG_NAMES[r[1]!]}\n`);
        return;
      case "I":
        this.put(`\t${row.name}\t${REG_NAMES[r[0]!]},${REG_NAMES[r[1]!]},${i.imm}\n`);
        return;
      case "L":
        if (i.slot !== -1) {
          // an integer load computes the address in its own result
          const at = this.memory(i.slot, i.imm, r[0]! < 32 ? r[0]! : T6);
          this.put(`\t${row.name}\t${REG_NAMES[r[0]!]},${at}\n`);
        } else this.put(`\t${row.name}\t${REG_NAMES[r[0]!]},${i.imm}(${REG_NAMES[r[1]!]})\n`);
        return;
      case "S":
        if (i.slot !== -1) {
          const at = this.memory(i.slot, i.imm, r[0] === T6 ? RA : T6);
          this.put(`\t${row.name}\t${REG_NAMES[r[0]!]},${at}\n`);
        } else this.put(`\t${row.name}\t${REG_NAMES[r[0]!]},${i.imm}(${REG_NAMES[r[1]!]})\n`);
        return;
      case "B":
      case "Z":
        this.inst({ op: i.op, inst: i, target: i.target });
        return;
      default:
        this.pseudo(i, row.name);
    }
  }

  private symbol(sym: number, off: number): string {
    const name = this.module.syms[sym]!.name;
    return off === 0 ? name : off > 0 ? `${name}+${off}` : `${name}${off}`;
  }

  private callee(sym: number): string {
    const s = this.module.syms[sym]!;
    return `${s.name}${this.o.pic && othersMayDefine(s) ? "@plt" : ""}`;
  }

  private pseudo(i: MInst, name: string): void {
    const r = i.regs;
    const d = r.length > 0 ? REG_NAMES[r[0]!]! : "";
    switch (i.op) {
      case 2:
        this.asm(i);
        return;
      case I.I_LI:
        this.put(
          `\tli\t${d},${format64(i.imm, i.immHi === 0 && i.imm < 0 ? 0 : i.immHi !== 0 ? i.immHi : i.imm >> 31, false)}\n`,
        );
        return;
      case I.I_LA:
        if (i.aux !== undefined) this.put(`\tlla\t${d},.LT${this.id}_${(i.aux as JumpTable).id}\n`);
        else if (i.immHi === TLS_INITIAL_EXEC) {
          this.put(`\tla.tls.ie\t${d},${this.module.syms[i.sym]!.name}\n\tadd\t${d},${d},tp\n`);
          for (let left = i.imm; left !== 0; ) {
            const step = Math.max(-2048, Math.min(2047, left));
            this.put(`\taddi\t${d},${d},${step}\n`);
            left -= step;
          }
        } else if (i.immHi === TLS_LOCAL_EXEC) {
          const s = this.symbol(i.sym, i.imm);
          this.put(`\tlui\t${d},%tprel_hi(${s})\n\tadd\t${d},${d},tp,%tprel_add(${s})\n\taddi\t${d},${d},%tprel_lo(${s})\n`);
        } else {
          const s = this.module.syms[i.sym]!;
          this.put(`\t${viaGot(s, this.o) ? "la" : "lla"}\t${d},${this.symbol(i.sym, i.imm)}\n`);
        }
        return;
      case I.I_FRAME: {
        const [base, at] = this.place(i.slot, i.imm);
        if (at >= -2048 && at <= 2047) this.put(`\taddi\t${d},${REG_NAMES[base]},${at}\n`);
        else this.put(`\tli\t${d},${at}\n\tadd\t${d},${d},${REG_NAMES[base]}\n`);
        return;
      }
      case I.I_LABEL:
        this.put(`\tlla\t${d},${this.label(i.target)}\n`);
        return;
      case I.I_JR:
      case I.I_TABLEJUMP:
        this.put(`\tjr\t${d}\n`);
        return;
      case I.I_CALL:
        this.put(`\tcall\t${this.callee(i.sym)}\n`);
        return;
      case I.I_TLSGD:
        this.put(`\tla.tls.gd\ta0,${this.module.syms[i.sym]!.name}\n\tcall\t__tls_get_addr@plt\n`);
        return;
      case I.I_CALLR:
        this.put(`\tjalr\t${REG_NAMES[r[i.nd]!]}\n`);
        return;
      case I.I_RET:
        this.epilogue(`${this.zeroed(i)}\tret\n`);
        return;
      case I.I_TAIL:
        this.epilogue(`\ttail\t${this.callee(i.sym)}\n`);
        return;
      case I.I_TAILR:
        this.epilogue(`\tjr\t${REG_NAMES[T1]}\n`);
        return;
      case I.I_EBREAK:
        this.put("\tebreak\n");
        return;
      case I.I_SWITCHEND:
        return;
      case I.I_FENCE:
        this.put(`\tfence\t${FENCE[i.imm >> 2]},${FENCE[i.imm & 3]}\n`);
        return;
      case I.I_AMO:
        this.put(
          `\t${AMO[i.immHi >> 1]}.${(i.immHi & 1) === 1 ? "d" : "w"}${ORDER[i.imm]}\t${d},${REG_NAMES[r[1]!]},(${REG_NAMES[r[2]!]})\n`,
        );
        return;
      case I.I_CAS:
        this.cas(i);
        return;
      case I.I_CAS_SUB:
        this.casSub(i);
        return;
      case I.I_RMW_SUB:
        this.rmwSub(i);
        return;
      default:
        // fcvt to integer, rounding toward zero
        this.put(`\t${name}\t${d},${REG_NAMES[r[1]!]},rtz\n`);
    }
  }

  private cas(i: MInst): void {
    const [old, ok, addr, expected, desired] = i.regs.map((x) => REG_NAMES[x]!);
    const w = i.imm === 8 ? "d" : "w";
    this.put(
      `1:\tlr.${w}.aqrl\t${old},(${addr})\n\tli\t${ok},0\n\tbne\t${old},${expected},2f\n` +
        `\tsc.${w}.rl\t${ok},${desired},(${addr})\n\tbnez\t${ok},1b\n\tli\t${ok},1\n2:\n`,
    );
  }

  /** Compare and swap of 1 or 2 bytes inside their aligned word. */
  private casSub(i: MInst): void {
    const [old, ok, word, shift, t, addr, expected, desired] = i.regs.map((x) => REG_NAMES[x]!);
    const bits = 8 * i.imm;
    const mask = i.imm === 1 ? 255 : 65535;
    // t = mask << shift; compare the bytes, replace them
    this.put(
      `\tandi\t${word},${addr},-4\n\tandi\t${shift},${addr},3\n\tslli\t${shift},${shift},3\n` +
        `1:\tlr.w.aqrl\t${t},(${word})\n\tsrlw\t${old},${t},${shift}\n\tslli\t${old},${old},${64 - bits}\n\tsrli\t${old},${old},${64 - bits}\n` +
        `\tslli\t${ok},${expected},${64 - bits}\n\tsrli\t${ok},${ok},${64 - bits}\n\tsub\t${ok},${old},${ok}\n\tbnez\t${ok},2f\n` +
        `\tli\tt6,${mask}\n\tand\t${ok},${desired},t6\n\tsllw\tt6,t6,${shift}\n\tnot\tt6,t6\n\tand\t${t},${t},t6\n\tsllw\t${ok},${ok},${shift}\n\tor\t${t},${t},${ok}\n` +
        `\tsc.w.rl\t${ok},${t},(${word})\n\tbnez\t${ok},1b\n2:\n\tseqz\t${ok},${ok}\n`,
    );
  }

  private rmwSub(i: MInst): void {
    const [old, word, shift, t, u, addr, value] = i.regs.map((x) => REG_NAMES[x]!);
    const size = i.immHi;
    const op = ["mv", "add", "sub", "and", "or", "xor", "nand"][i.imm]!;
    const combine = (dst: string, a: string): string =>
      op === "mv"
        ? `\tmv\t${dst},${value}\n`
        : op === "nand"
          ? `\tand\t${dst},${a},${value}\n\tnot\t${dst},${dst}\n`
          : `\t${op}\t${dst},${a},${value}\n`;
    if (size >= 4) {
      const w = size === 8 ? "d" : "w";
      this.put(`1:\tlr.${w}.aqrl\t${old},(${addr})\n${combine(t!, old!)}\tsc.${w}.rl\t${u},${t},(${addr})\n\tbnez\t${u},1b\n`);
      return;
    }
    const bits = 8 * size;
    const mask = size === 1 ? 255 : 65535;
    this.put(
      `\tandi\t${word},${addr},-4\n\tandi\t${shift},${addr},3\n\tslli\t${shift},${shift},3\n` +
        `1:\tlr.w.aqrl\t${t},(${word})\n\tsrlw\t${old},${t},${shift}\n${combine(u!, old!)}` +
        `\tli\tt6,${mask}\n\tand\t${u},${u},t6\n\tsllw\t${u},${u},${shift}\n\tsllw\tt6,t6,${shift}\n\tnot\tt6,t6\n\tand\t${t},${t},t6\n\tor\t${t},${t},${u}\n` +
        `\tsc.w.rl\t${u},${t},(${word})\n\tbnez\t${u},1b\n\tslli\t${old},${old},${64 - bits}\n\tsrli\t${old},${old},${64 - bits}\n`,
    );
  }

  private asm(i: MInst): void {
    const text = i.aux as AsmText;
    this.farOperands(i, text);
    const s = expandTemplate(
      i,
      text,
      {
        operand: (inst, t, k, modifier) => this.asmOperand(inst, t, k, modifier),
        blockLabel: (b) => this.label(b),
        unique: this.uniqueAsm++,
        dialect: -1,
        punctuation: () => undefined,
      },
      this.module,
    );
    if (s !== "") this.put(`\t${s}\n`);
  }

  private readonly asmFar: Map<number, number> = new Map();
  /** Computes the addresses of memory operands that are too far in the frame, in registers that the statement does not touch. */
  private farOperands(i: MInst, t: AsmText): void {
    this.asmFar.clear();
    const free = [T6, T5, ...(this.far ? [RA] : [])].filter((r) => !i.regs.includes(r) && !t.clobbers.includes(r));
    for (let k = 0; k < t.slot.length; k++) {
      if (t.slot[k]! < 0) continue;
      const [, at] = this.place(t.slot[k]!, t.off[k]!);
      if (at >= -2048 && at <= 2047) continue;
      const r = free.shift();
      if (r === undefined) throw new AsmError(t.info.loc, "'asm' operand has impossible constraints");
      this.memory(t.slot[k]!, t.off[k]!, r);
      this.asmFar.set(k, r);
    }
  }

  private asmOperand(inst: MInst, t: AsmText, k: number, modifier: string): string {
    const o = t.info.operands[k]!;
    if (!RISCV_MODIFIERS.includes(modifier)) throw new AsmError(t.info.loc, `invalid 'asm': operand code '${modifier}'`);
    // an "i" after the mnemonic is printed unless the operand is a register
    if (modifier === "i") return o.mem || t.regIndex[k]! < 0 ? "i" : "";
    if (o.mem) {
      if (t.slot[k]! >= 0) {
        const far = this.asmFar.get(k);
        if (far !== undefined) return `0(${REG_NAMES[far]})`;
        const [base, at] = this.place(t.slot[k]!, t.off[k]!);
        return `${at}(${REG_NAMES[base]})`;
      }
      return `${t.off[k]}(${REG_NAMES[inst.regs[t.regIndex[k]!]!]})`;
    }
    if (t.regIndex[k]! < 0) {
      const c = t.text[k]!;
      if (modifier === "z" && c === "0") return "zero";
      if (modifier === "n") return String(-Number(c));
      return c.startsWith("@") ? this.label(Number(c.slice(1))) : c;
    }
    const r = REG_NAMES[inst.regs[t.regIndex[k]!]!]!;
    return modifier === "a" ? `0(${r})` : r;
  }
}

/** Letters between % and an operand's number (GCC manual, "Generic Operand Modifiers", "RISC-V Operand Modifiers"). */
const RISCV_MODIFIERS = ["", "a", "c", "i", "l", "n", "z"];

function isBranch(op: number): boolean {
  return op >= I.I_BEQ && op <= I.I_BNEZ;
}

function inverse(op: number): number {
  switch (op) {
    case I.I_BEQ:
      return I.I_BNE;
    case I.I_BNE:
      return I.I_BEQ;
    case I.I_BLT:
      return I.I_BGE;
    case I.I_BGE:
      return I.I_BLT;
    case I.I_BLTU:
      return I.I_BGEU;
    case I.I_BGEU:
      return I.I_BLTU;
    case I.I_BEQZ:
      return I.I_BNEZ;
    default:
      return I.I_BEQZ;
  }
}
