// Frame layout, prologue and epilogue, and assembler text of an x86 function.
//
// Frame, from high to low addresses: incoming stack arguments | return address | rbp (with a frame pointer) | saved registers | slots and
// long double cells | outgoing arguments. Slots are addressed from rsp, or from rbp in functions that move rsp. A function that
// calls nobody keeps up to 128 bytes below rsp without moving it (psABI 3.2.2, "the red zone").

import type { CallInfo } from "../../ir/func.ts";
import type { Module } from "../../ir/module.ts";
import type { DebugLines } from "../../mach/debug-lines.ts";
import { AsmError, expandTemplate } from "../../mach/inline-asm.ts";
import type { AsmText, JumpTable, MFunc, MInst } from "../../mach/minst.ts";
import { RegisterZeroing, usedRegisters } from "../../mach/zero-registers.ts";
import { mayBeNull } from "../reach.ts";
import { SLOT_DYNAMIC, SLOT_INCOMING, SLOT_OUTGOING, SLOT_VA, viaGot } from "./address.ts";
import { conditionOf } from "./asm-operands.ts";
import { placeX87 } from "./asm-x87.ts";
import { VA_GP_BYTES } from "./calls.ts";
import type { ConstantPool } from "./constant-pool.ts";
import { expandPseudo } from "./expand-pseudo.ts";
import * as I from "./isa.ts";
import type { X86Options } from "./options.ts";
import {
  CALL_USED,
  CALL_USED32,
  CELL0,
  CELLS,
  GP8,
  GP8H,
  GP16,
  GP32,
  GP64,
  MS_SAVED,
  MS_SAVED_VECTORS,
  R10,
  RBP,
  RSP,
  ST0,
  XMM0,
} from "./registers.ts";
import { printX87 } from "./x87.ts";
import { printX87Only } from "./x87-only.ts";

const RED_ZONE = 128;
/** DWARF numbers of the general registers. Source: psABI figure 3.36. */
const DWARF32: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7];
const DWARF64: readonly number[] = [0, 2, 1, 3, 7, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15];
const NAMES: Readonly<Record<string, readonly string[]>> = { b: GP8, w: GP16, l: GP32, q: GP64 };

/** Name of a register as operand of the given width, with its %. */
export function regName(width: string, r: number): string {
  if (r >= XMM0 && r < ST0) return `%xmm${r - XMM0}`;
  const name = r < XMM0 ? NAMES[width]?.[r] : undefined;
  if (name === undefined) throw new Error(`register ${r} has no name of width ${width}`);
  return `%${name}`;
}

/** Rows that read the flags. */
const READS_FLAGS: ReadonlySet<number> = new Set([
  I.I_JCC,
  I.I_SETCC,
  ...I.I_CMOV,
  I.I_SEL,
  ...I.I_ADC,
  ...I.I_ADCI,
  ...I.I_SBB,
  ...I.I_SBBI,
  I.I_FSEL,
  I.I_T_SELECT,
]);
/** Rows that leave the flags alone and may stand between a comparison and its reader. */
const KEEPS_FLAGS: ReadonlySet<number> = new Set([
  I.I_MOV,
  I.I_MOVF,
  I.I_MOVT,
  I.I_SWAP,
  I.I_SLOTMOVE,
  I.I_LI,
  I.I_ADDRESS,
  I.I_PXOR,
  I.I_LABEL,
  ...I.I_FCONST,
  ...I.I_LD,
  ...I.I_LDF,
  ...I.I_ST,
  ...I.I_STF,
  ...I.I_LEA,
  I.I_T_LOAD,
  I.I_T_STORE,
  I.I_T_CONST,
  ...I.I_X_LOAD,
  ...I.I_X_STORE,
  ...I.I_X_CONST,
  I.I_SETCC,
]);

export class X86Emitter {
  readonly m: MFunc;
  readonly module: Module;
  readonly o: X86Options;
  readonly pool: ConstantPool;
  private readonly out: string[];
  private readonly id: number;
  private readonly framePointer: boolean;
  private readonly lines: DebugLines | undefined;
  private readonly naked: boolean;
  private readonly cfi: boolean;
  /** x86-64. */
  readonly long: boolean;
  /** Bytes of a word and its suffix; names of the registers that hold one. */
  private readonly word: number;
  private readonly suffix: string;
  private readonly gp: readonly string[];
  private readonly dwarf: readonly number[];
  private readonly isa: readonly I.IsaRow[];
  /** Bytes pushed before the locals: rbp and the saved registers. */
  private pushed = 0;
  /** Bytes of locals and outgoing arguments. */
  private zeroing: RegisterZeroing | undefined;
  private size = 0;
  /** rsp stays above the locals. */
  private redZone = false;
  private vaOff = 0;
  /** Vector registers that are saved, and where. */
  private vectors: readonly number[] = [];
  private vectorOff = 0;
  private readonly cellOff: Int32Array = new Int32Array(CELLS).fill(-1);
  private uniqueAsm: number;
  private uniqueLabel = 0;

  constructor(
    m: MFunc,
    module: Module,
    o: X86Options,
    out: string[],
    id: number,
    framePointer: boolean,
    lines: DebugLines | undefined,
    pool: ConstantPool,
  ) {
    this.m = m;
    this.module = module;
    this.o = o;
    this.out = out;
    this.id = id;
    this.framePointer = framePointer;
    this.lines = lines;
    this.pool = pool;
    this.naked = module.syms[m.f.sym]!.naked;
    this.cfi = o.unwind !== "none";
    this.uniqueAsm = id * 1000;
    this.long = o.bits === 64;
    this.word = this.long ? 8 : 4;
    this.suffix = this.long ? "q" : "l";
    this.gp = this.long ? GP64 : GP32;
    this.dwarf = this.long ? DWARF64 : DWARF32;
    this.isa = this.long ? I.X86_ISA : I.I386_ISA;
  }

  label(b: number): string {
    return `.L${this.id}_${b}`;
  }
  /** A label that nobody else has. */
  freshLabel(): string {
    return `.LX${this.id}_${this.uniqueLabel++}`;
  }

  put(s: string): void {
    this.out.push(s);
  }

  // ---- frame ----------------------------------------------------------------------------------------

  layout(): void {
    const { m } = this;
    if (m.f.ms) this.saveMore();
    this.pushed = this.word * (m.savedRegs.length + (this.framePointer ? 1 : 0));
    const step = this.step();
    let low = (m.outArea + step - 1) & -step;
    const place = (size: number, align: number): number => {
      low = (low + align - 1) & -align;
      const at = low;
      low += size;
      return at;
    };
    const slots = m.slotsInOrder();
    for (const s of slots) if (s.rank === 0) s.off = place(s.size, s.align);
    if (m.f.variadic && this.long) this.vaOff = place(this.o.sse ? 176 : VA_GP_BYTES, 16);
    if (this.vectors.length > 0) this.vectorOff = place(16 * this.vectors.length, step);
    for (const b of m.order) {
      for (const i of m.blocks[b]!.insts) {
        for (const r of i.regs) if (r >= CELL0 && this.cellOff[r - CELL0] === -1) this.cellOff[r - CELL0] = place(16, step);
      }
    }
    for (const s of slots) if (s.rank !== 0) s.off = place(s.size, s.align);
    const calls = m.hasCalls || (m.profiled && !this.o.profiler.first);
    const aligned = calls || m.movesStack || low > 0;
    const align = aligned ? this.o.stackAlign : this.word;
    // with the return address the whole is a multiple of the alignment
    const above = this.pushed + this.word;
    this.size = ((low + above + align - 1) & -align) - above;
    // a jump by a thunk is a call: it pushes
    const keeps = this.o.indirectBranch === "keep";
    const own = this.long && this.o.redZone && !m.f.ms;
    this.redZone = own && keeps && !calls && !m.movesStack && !this.framePointer && this.size <= RED_ZONE;
  }

  /** What a function of the ms_abi keeps beside the registers that the allocator knows of: whatever may change. */
  private saveMore(): void {
    const { m } = this;
    const used = usedRegisters(m);
    for (const b of m.order) for (const i of m.blocks[b]!.insts) for (const r of i.clobbers ?? []) used.add(r);
    m.savedRegs.push(...MS_SAVED.filter((r) => m.hasCalls || used.has(r)));
    // two of them are scratch registers of moves and pseudo-instructions
    const some = m.hasCalls || [...used].some((r) => r >= XMM0 && r < ST0);
    this.vectors = this.o.sse && some ? MS_SAVED_VECTORS : [];
  }

  /** Base register and offset of a frame location. */
  place(slot: number, off: number): [number, number] {
    const byFrame = this.m.movesStack;
    const lift = this.redZone ? -this.size : 0;
    switch (slot) {
      case SLOT_INCOMING:
        return this.framePointer ? [RBP, 2 * this.word + off] : [RSP, this.size + this.pushed + this.word + lift + off];
      case SLOT_OUTGOING:
        return [RSP, off];
      case SLOT_DYNAMIC:
        return [RSP, ((this.m.outArea + this.step() - 1) & -this.step()) + off];
      default: {
        const at = (slot === SLOT_VA ? this.vaOff : this.m.slots[slot]!.off) + off;
        return byFrame ? [RBP, at - this.size - this.pushed + this.word] : [RSP, at + lift];
      }
    }
  }

  /** Memory operand of a long double cell, `off` bytes into it. */
  cell(r: number, off = 0): string {
    return this.local(this.cellOff[r - CELL0]! + off);
  }

  /** Memory operand of what the layout put at this offset. */
  private local(at: number): string {
    if (this.m.movesStack) return `${at - this.size - this.pushed + this.word}(%${this.gp[RBP]})`;
    return `${at - (this.redZone ? this.size : 0)}(%${this.gp[RSP]})`;
  }

  /** What the outgoing arguments are rounded to. */
  private step(): number {
    return Math.min(16, this.o.stackAlign);
  }

  prologue(): void {
    const { m } = this;
    if (this.cfi) this.put("\t.cfi_startproc\n");
    const s = this.module.syms[m.f.sym]!;
    if (this.o.endbr && (s.bind !== 0 || s.referenced)) this.put(this.endbr());
    if (m.profiled && this.o.profiler.first) this.callProfiler();
    if (!this.naked) this.frame();
    if (m.profiled && !this.o.profiler.first) this.callProfiler();
  }

  /** Saves registers and makes room for the locals. */
  private frame(): void {
    const { m } = this;
    const { word, suffix: x, gp, dwarf } = this;
    let cfa = word;
    if (this.framePointer) {
      cfa = 2 * word;
      this.put(`\tpush${x}\t%${gp[RBP]}\n`);
      if (this.cfi) this.put(`\t.cfi_def_cfa_offset ${cfa}\n\t.cfi_offset ${dwarf[RBP]}, ${-cfa}\n`);
      this.put(`\tmov${x}\t%${gp[RSP]}, %${gp[RBP]}\n`);
      if (this.cfi) this.put(`\t.cfi_def_cfa_register ${dwarf[RBP]}\n`);
    }
    for (const r of m.savedRegs) {
      cfa += word;
      this.put(`\tpush${x}\t%${gp[r]}\n`);
      if (!this.cfi) continue;
      if (!this.framePointer) this.put(`\t.cfi_def_cfa_offset ${cfa}\n`);
      this.put(`\t.cfi_offset ${dwarf[r]}, ${-cfa}\n`);
    }
    if (this.size === 0 || this.redZone) return;
    this.put(`\tsub${x}\t$${this.size}, %${gp[RSP]}\n`);
    if (m.outAlign > this.o.stackAlign) this.put(`\tand${x}\t$${-m.outAlign}, %${gp[RSP]}\n`);
    if (this.cfi && !this.framePointer) this.put(`\t.cfi_def_cfa_offset ${cfa + this.size}\n`);
    this.vectors.forEach((r, k) => {
      this.put(`\tmovups\t${regName("", r)}, ${this.local(this.vectorOff + 16 * k)}\n`);
    });
  }

  /** -pg: the profiler keeps the registers of arguments, but not the static chain. */
  private callProfiler(): void {
    const { name, record, nop } = this.o.profiler;
    const chain = this.long && !nop && this.m.f.params.some((p) => p.loc === R10);
    if (chain) this.put("\tpushq\t%r10\n\tpushq\t%r10\n");
    if (nop) this.put("1:\t.byte\t0x0f, 0x1f, 0x44, 0x00, 0x00\n");
    else this.put(`1:\tcall\t${this.o.pic ? `*${name}@GOTPCREL(%rip)` : name}\n`);
    if (record !== "") this.put(`\t.section\t${record},"a",@progbits\n\t${this.long ? ".quad" : ".long"}\t1b\n\t.previous\n`);
    if (chain) this.put("\tpopq\t%r10\n\tpopq\t%r10\n");
  }

  /** Gives the frame back and leaves by `jump`. */
  private epilogue(jump: string): void {
    if (!this.naked) {
      const { m, word, suffix: x, gp, dwarf } = this;
      const saved = m.savedRegs;
      const changes = this.pushed > 0 || (this.size > 0 && !this.redZone);
      if (this.cfi && changes) this.put("\t.cfi_remember_state\n");
      let cfa = word + this.pushed;
      this.vectors.forEach((r, k) => {
        this.put(`\tmovups\t${this.local(this.vectorOff + 16 * k)}, ${regName("", r)}\n`);
      });
      if (m.movesStack && saved.length === 0) this.put("\tleave\n");
      else {
        if (m.movesStack) this.put(`\tlea${x}\t${-word * saved.length}(%${gp[RBP]}), %${gp[RSP]}\n`);
        else if (this.size > 0 && !this.redZone) {
          this.put(`\tadd${x}\t$${this.size}, %${gp[RSP]}\n`);
          if (this.cfi && !this.framePointer) this.put(`\t.cfi_def_cfa_offset ${cfa}\n`);
        }
        for (let k = saved.length - 1; k >= 0; k--) {
          cfa -= word;
          this.put(`\tpop${x}\t%${gp[saved[k]!]}\n`);
          if (this.cfi && !this.framePointer) this.put(`\t.cfi_def_cfa_offset ${cfa}\n`);
        }
        if (this.framePointer) this.put(`\tpop${x}\t%${gp[RBP]}\n`);
      }
      if (this.cfi && this.framePointer) this.put(`\t.cfi_def_cfa ${dwarf[RSP]}, ${word}\n`);
      this.put(jump);
      if (this.cfi && changes) this.put("\t.cfi_restore_state\n");
      return;
    }
    this.put(jump);
  }

  /** Registers that a return does not leave values in. */
  private zeroed(i: MInst): string {
    this.zeroing ??= new RegisterZeroing(this.m, this.o.zeroRegisters, this.long ? CALL_USED : CALL_USED32);
    let text = "";
    for (const r of this.zeroing.at(i)) if (!this.m.f.ms || !MS_SAVED.includes(r)) text += `\txorl\t%${GP32[r]}, %${GP32[r]}\n`;
    return text;
  }

  private returnInstruction(): string {
    const pops = this.m.f.calleePops;
    if (pops > 0) return `\tret\t$${pops}\n${this.o.hardenReturn ? "\tint3\n" : ""}`;
    if (this.o.functionReturn === "keep") return this.o.hardenReturn ? "\tret\n\tint3\n" : "\tret\n";
    return "\tjmp\t__x86_return_thunk\n";
  }

  /** Operand of a direct call or jump to a function. */
  private callee(sym: number): string {
    const s = this.module.syms[sym]!;
    const preempts = viaGot(s, this.o);
    if (preempts && !this.o.plt) return this.long ? `*${s.name}@GOTPCREL(%rip)` : `*${s.name}@GOT(%ebx)`;
    return `${s.name}${preempts ? "@PLT" : ""}`;
  }

  /** Jump to the address in a register, without a way past it. */
  private indirectJump(reg: number): string {
    if (this.o.indirectBranch === "keep") return `\tjmp\t*%${this.gp[reg]}\n${this.o.hardenJump ? "\tint3\n" : ""}`;
    if (this.o.indirectBranch === "thunk-inline") return this.retpoline(reg);
    return `\t${this.csPrefix(reg)}jmp\t__x86_indirect_thunk_${this.gp[reg]}\n`;
  }

  /** Jump by a return: what is predicted is the loop behind the call. Source: P. Turner, "Retpoline" (2018). */
  private retpoline(reg: number): string {
    const loop = this.freshLabel();
    const jump = this.freshLabel();
    const [sp, target] = [this.gp[RSP], this.gp[reg]];
    return `\tcall\t${jump}\n${loop}:\n\tpause\n\tlfence\n\tjmp\t${loop}\n${jump}:\n\tmov\t%${target}, (%${sp})\n\tret\n`;
  }

  /** Call of the address in a register, by a thunk. */
  private callThunk(reg: number): string {
    if (this.o.indirectBranch !== "thunk-inline") return `\t${this.csPrefix(reg)}call\t__x86_indirect_thunk_${this.gp[reg]}\n`;
    const past = this.freshLabel();
    const jump = this.freshLabel();
    return `\tjmp\t${past}\n${jump}:\n${this.retpoline(reg)}${past}:\n\tcall\t${jump}\n`;
  }

  /** Landing place of indirect branches. */
  private endbr(): string {
    return this.long ? "\tendbr64\n" : "\tendbr32\n";
  }

  private csPrefix(reg: number): string {
    return this.o.csPrefix && reg >= 8 ? "cs " : "";
  }

  // ---- instructions ---------------------------------------------------------------------------------

  body(): void {
    const { m } = this;
    const order = m.order;
    for (let k = 0; k < order.length; k++) {
      const b = m.blocks[order[k]!]!;
      if (k > 0 || b.preds.length > 0 || b.addressTaken) this.put(`${this.label(b.id)}:\n`);
      if (b.memoryEntry && this.o.endbr) this.put(this.endbr());
      const next = k + 1 < order.length ? order[k + 1]! : -1;
      const insts = b.insts;
      const n = insts.length;
      for (let i = 0; i < n; i++) {
        const inst = insts[i]!;
        if (this.lines !== undefined) this.lines.at(inst.loc);
        if (inst.op === I.I_JMP) {
          if (inst.target !== next) this.put(`\tjmp\t${this.label(inst.target)}\n`);
          continue;
        }
        if (inst.op === I.I_JCC) {
          // a conditional branch over the fall-through: turn it round
          const after = insts[i + 1];
          const turn = inst.target === next && after !== undefined && after.op === I.I_JMP && i + 2 === n;
          this.put(`\tj${I.CONDITIONS[turn ? inst.immHi ^ 1 : inst.immHi]}\t${this.label(turn ? after.target : inst.target)}\n`);
          if (turn) break;
          continue;
        }
        if (inst.op === I.I_LI) {
          this.loadConstant(inst, insts, i);
          continue;
        }
        this.print(inst);
      }
    }
    if (this.cfi) this.put("\t.cfi_endproc\n");
    for (const t of m.tables) this.table(t);
  }

  /** xor clears a register in two bytes, but changes the flags. */
  private loadConstant(i: MInst, insts: readonly MInst[], at: number): void {
    const r = i.regs[0]!;
    if (i.imm === 0 && i.immHi === 0) {
      let k = at + 1;
      while (k < insts.length && KEEPS_FLAGS.has(insts[k]!.op) && !READS_FLAGS.has(insts[k]!.op)) k++;
      const flagsLive = k < insts.length && READS_FLAGS.has(insts[k]!.op);
      this.put(flagsLive ? `\tmovl\t$0, %${GP32[r]}\n` : `\txorl\t%${GP32[r]}, %${GP32[r]}\n`);
    } else if (i.immHi === 0) this.put(`\tmovl\t$${i.imm}, %${GP32[r]}\n`);
    else if (i.immHi === -1 && i.imm < 0) this.put(`\tmovq\t$${i.imm}, %${GP64[r]}\n`);
    else this.put(`\tmovabsq\t$0x${(i.immHi >>> 0).toString(16)}${(i.imm >>> 0).toString(16).padStart(8, "0")}, %${GP64[r]}\n`);
  }

  private table(t: JumpTable): void {
    const name = `.LT${this.id}_${t.id}`;
    if (this.o.pic) {
      this.put(`\t.section\t.rodata\n\t.p2align\t2\n${name}:\n`);
      for (const b of t.targets)
        this.put(this.long ? `\t.long\t${this.label(b)}-${name}\n` : `\t.long\t${this.label(b)}@GOTOFF\n`);
    } else {
      this.put(`\t.section\t.rodata\n\t.p2align\t${this.long ? 3 : 2}\n${name}:\n`);
      for (const b of t.targets) this.put(`\t.${this.long ? "quad" : "long"}\t${this.label(b)}\n`);
    }
    this.put("\t.previous\n");
  }

  symbol(sym: number, off: number): string {
    const name = this.module.syms[sym]!.name;
    return off === 0 ? name : off > 0 ? `${name}+${off}` : `${name}${off}`;
  }

  /** Text of the memory operand; base and index are the last registers. */
  memory(i: MInst): string {
    const flags = i.immHi;
    const scale = flags & I.MEM_SCALE;
    const based = (flags & I.MEM_BASE) !== 0;
    const r = i.regs;
    const index = scale !== 0 ? `,%${this.gp[r[r.length - 1]!]},${scale}` : "";
    const seg = (flags & I.MEM_SEG_GS) !== 0 ? "%gs:" : (flags & I.MEM_SEG_FS) !== 0 ? "%fs:" : "";
    if (i.slot !== -1) {
      const [base, at] = this.place(i.slot, i.imm);
      return `${seg}${at === 0 ? "" : at}(%${this.gp[base]}${index})`;
    }
    const base = based ? `%${this.gp[r[r.length - (scale !== 0 ? 2 : 1)]!]}` : "";
    if (i.sym !== 0) {
      const s = this.symbol(i.sym, i.imm);
      if (!based && scale === 0) return `${seg}${s}${!this.long || this.absolute(i.sym) ? "" : "(%rip)"}`;
      return `${seg}${s}(${base}${index})`;
    }
    if (!based && scale === 0) return `${seg}${i.imm}`;
    return `${seg}${i.imm === 0 ? "" : i.imm}(${base}${index})`;
  }

  /** A weak symbol may be at 0, out of rip's reach. */
  private absolute(sym: number): boolean {
    return !this.o.pic && mayBeNull(this.module.syms[sym]!);
  }

  private print(i: MInst): void {
    const row = this.isa[i.op]!;
    const p = row.pieces;
    const r = i.regs;
    if (p.length === 0) {
      this.pseudo(i);
      return;
    }
    if (!this.long && this.lacksByte(i, p)) {
      this.throughByte(i);
      return;
    }
    if ((i.op === I.I_MOV || i.op === I.I_MOVF) && r[0] === r[1]) return;
    let text = "\t";
    for (let k = 0; k < p.length; k++) {
      const s = p[k]!;
      if ((k & 1) === 0) {
        text += s;
        continue;
      }
      switch (s[0]) {
        case "i":
          text += `$${i.imm2}`;
          break;
        case "c":
          text += I.CONDITIONS[i.immHi]!;
          break;
        case "t":
          text += this.label(i.target);
          break;
        case "m":
          text += this.memory(i);
          break;
        default:
          text += regName(s[0]!, r[Number(s[1])]!);
      }
    }
    this.put(`${text}\n`);
  }

  /** i386: only a, b, c and d have a byte part. */
  withoutByte(r: number): boolean {
    return !this.long && r >= RSP && r < XMM0;
  }

  /** A register with a byte part that the instruction does not name. */
  byteRegister(used: readonly number[]): number {
    for (let r = 0; r < RSP; r++) if (!used.includes(r)) return r;
    throw new Error(`${this.m.name}: no byte register is left`);
  }

  private lacksByte(i: MInst, pieces: readonly string[]): boolean {
    for (let k = 1; k < pieces.length; k += 2)
      if (pieces[k]![0] === "b" && this.withoutByte(i.regs[Number(pieces[k]![1])]!)) return true;
    return false;
  }

  /**
   * An instruction on the byte part of a register that has none: two registers change places around it. xchg leaves the flags
   * alone; results of a conversion are whole registers, whose byte operand need not survive.
   */
  private throughByte(i: MInst): void {
    const pieces = this.isa[i.op]!.pieces;
    let from = -1;
    for (let k = 1; k < pieces.length; k += 2) {
      const r = pieces[k]![0] === "b" ? i.regs[Number(pieces[k]![1])]! : -1;
      if (this.withoutByte(r)) from = r;
    }
    const d = i.regs[0]!;
    if (i.op === I.I_MOVZB || i.op === I.I_MOVSB[0]) {
      // from one register to another: whole words have no such trouble
      if (d !== from) this.put(`\tmovl\t%${GP32[from]}, %${GP32[d]}\n`);
      if (i.op === I.I_MOVZB) this.put(`\tandl\t$255, %${GP32[d]}\n`);
      else this.put(`\tsall\t$24, %${GP32[d]}\n\tsarl\t$24, %${GP32[d]}\n`);
      return;
    }
    if (i.op === I.I_TESTB) {
      // the constant has no bit above the byte
      this.put(`\ttestl\t$${i.imm2}, %${GP32[from]}\n`);
      return;
    }
    const to = this.byteRegister(i.regs);
    const swap = `\txchgl\t%${GP32[from]}, %${GP32[to]}\n`;
    const c = i.clone();
    for (let k = 0; k < c.regs.length; k++) if (c.regs[k] === from) c.regs[k] = to;
    this.put(swap);
    this.print(c);
    this.put(swap);
  }

  /** Text of a slot's place. */
  private slotText(slot: number, lift: number): string {
    const [base, at] = this.place(slot, 0);
    return `${at + (base === RSP ? lift : 0)}(%${GP32[base]})`;
  }

  /** Exchanges two registers, a register and a slot, or two slots: slot and imm2 name them. */
  swapText(i: MInst): string {
    const r = i.regs;
    if (r.length === 2) return `\txchgl\t%${GP32[r[0]!]}, %${GP32[r[1]!]}\n`;
    if (r.length === 1) return `\txchgl\t%${GP32[r[0]!]}, ${this.slotText(i.slot, 0)}\n`;
    // pop computes its address after it has moved the stack pointer (Intel SDM vol. 2, POP)
    const a = this.slotText(i.slot, 0);
    return `\tpushl\t${a}\n\tpushl\t${this.slotText(i.imm2, 4)}\n\tpopl\t${this.slotText(i.slot, 4)}\n\tpopl\t${this.slotText(i.imm2, 0)}\n`;
  }

  /** Copies slot imm2 to slot. */
  slotMoveText(i: MInst): string {
    return `\tpushl\t${this.slotText(i.imm2, 0)}\n\tpopl\t${this.slotText(i.slot, 0)}\n`;
  }

  private pseudo(i: MInst): void {
    const r = i.regs;
    switch (i.op) {
      case 2:
        this.asm(i);
        return;
      case I.I_ADDRESS:
        this.address(i);
        return;
      case I.I_LABEL:
        if (this.long) this.put(`\tleaq\t${this.label(i.target)}(%rip), %${GP64[r[0]!]}\n`);
        else if (r.length > 1) this.put(`\tleal\t${this.label(i.target)}@GOTOFF(%${GP32[r[1]!]}), %${GP32[r[0]!]}\n`);
        else this.put(`\tmovl\t$${this.label(i.target)}, %${GP32[r[0]!]}\n`);
        return;
      case I.I_TABLELD: {
        const t = `.LT${this.id}_${(i.aux as JumpTable).id}`;
        this.put(`\tmovl\t${t}@GOTOFF(%${GP32[r[1]!]},%${GP32[r[2]!]},4), %${GP32[r[0]!]}\n`);
        return;
      }
      case I.I_TABLE:
        this.put(`\tleaq\t.LT${this.id}_${(i.aux as JumpTable).id}(%rip), %${GP64[r[0]!]}\n`);
        return;
      case I.I_TABLEJMP:
        this.put(`\tjmp\t*.LT${this.id}_${(i.aux as JumpTable).id}(,%${this.gp[r[0]!]},${this.word})\n`);
        return;
      case I.I_RET:
        this.epilogue(this.zeroed(i) + this.returnInstruction());
        return;
      case I.I_END:
        return;
      case I.I_CALL:
        this.put(`\tcall\t${this.callee(i.sym)}\n`);
        this.afterCall(i);
        return;
      case I.I_CALLR:
        if (this.o.indirectBranch === "keep") this.put(`\tcall\t*%${this.gp[r[i.nd]!]}\n`);
        else this.put(this.callThunk(r[i.nd]!));
        this.afterCall(i);
        return;
      case I.I_CALLM:
        this.put(`\tcall\t*${this.memory(i)}\n`);
        this.afterCall(i);
        return;
      case I.I_IJMP:
        this.put(this.indirectJump(r[0]!));
        return;
      case I.I_TAIL:
        this.epilogue(`\tjmp\t${this.callee(i.sym)}\n`);
        return;
      case I.I_TAILR:
        this.epilogue(this.indirectJump(r[0]!));
        return;
      case I.I_MOVT:
        if (r[0] !== r[1]) this.put(`\tfldt\t${this.cell(r[1]!)}\n\tfstpt\t${this.cell(r[0]!)}\n`);
        return;
      default:
        if (i.op >= I.I_X_LOAD[0]!) printX87Only(this, i);
        else if (i.op >= I.I_T_LOAD) printX87(this, i);
        else expandPseudo(this, i);
    }
  }

  /** setjmp-like functions come back by an indirect jump. */
  private afterCall(i: MInst): void {
    const info = i.aux as CallInfo;
    // the callee has taken its hidden argument with it
    if (info.calleePops !== undefined && info.calleePops > 0) this.put(`\tsubl\t$${info.calleePops}, %esp\n`);
    if (this.o.endbr && info.returnsTwice) this.put(this.endbr());
  }

  private address(i: MInst): void {
    const d = GP64[i.regs[0]!]!;
    const s = this.module.syms[i.sym]!;
    const name = this.symbol(i.sym, i.imm);
    if (!this.long) {
      const to = GP32[i.regs[0]!];
      if (i.regs.length === 1) this.put(`\tmovl\t$${name}, %${to}\n`);
      else {
        const got = viaGot(s, this.o);
        const base = `(%${GP32[i.regs[1]!]}), %${to}\n`;
        if (got) this.put(`\tmovl\t${s.name}@GOT${base}`);
        else this.put(`\tleal\t${s.name}@GOTOFF${i.imm === 0 ? "" : i.imm > 0 ? `+${i.imm}` : i.imm}${base}`);
      }
      return;
    }
    if (this.o.pic) {
      const got = viaGot(s, this.o);
      if (got) this.put(`\tmovq\t${s.name}@GOTPCREL(%rip), %${d}\n`);
      else this.put(`\tleaq\t${name}(%rip), %${d}\n`);
    } else if (this.o.model === "kernel") this.put(`\tmovq\t$${name}, %${d}\n`);
    else this.put(`\tmovl\t$${name}, %${GP32[i.regs[0]!]}\n`);
  }

  // ---- asm ------------------------------------------------------------------------------------------

  private asm(i: MInst): void {
    const text = i.aux as AsmText;
    const regOf = (k: number): number => (text.regIndex[k]! < 0 ? -1 : i.regs[text.regIndex[k]!]!);
    const x87 = placeX87(text, (k) => regOf(k) >= CELL0);
    if (x87 !== undefined) {
      for (let at = x87.inputs.length - 1; at >= 0; at--) {
        this.put(`\tfldt\t${this.cell(regOf(x87.inputs[at]!))}\n`);
      }
    }
    const s = expandTemplate(
      i,
      text,
      {
        operand: (inst, t, k, modifier) => {
          const at = x87?.place[k] ?? -1;
          if (at < 0) return this.asmOperand(inst, t, k, modifier);
          return at === 0 && modifier !== "y" ? "%st" : `%st(${at})`;
        },
        blockLabel: (b) => this.label(b),
        unique: this.uniqueAsm++,
        dialect: 0,
        punctuation: (c) => (c === "*" ? "*" : c === "*" ? "" : undefined),
      },
      this.module,
    );
    if (s !== "") this.put(`\t${s}\n`);
    if (x87 !== undefined) {
      for (const k of x87.outputs) this.put(`\tfstpt\t${this.cell(regOf(k))}\n`);
      for (let n = x87.left; n > 0; n--) this.put("\tfstp\t%st(0)\n");
    }
    const ops = text.info.operands;
    for (let k = 0; k < ops.length; k++) {
      const c = ops[k]!.constraint;
      if (!c.startsWith("@cc")) continue;
      const r = i.regs[text.regIndex[k]!]!;
      if (this.withoutByte(r)) {
        const t = `%${GP32[r]}`;
        const skip = this.freshLabel();
        this.put(`\tmovl\t$0, ${t}\n\tj${I.CONDITIONS[conditionOf(c.slice(3))! ^ 1]}\t${skip}\n\tmovl\t$1, ${t}\n${skip}:\n`);
        continue;
      }
      this.put(`\tset${I.CONDITIONS[conditionOf(c.slice(3))!]}\t%${GP8[r]}\n\tmovzbl\t%${GP8[r]}, %${GP32[r]}\n`);
    }
  }

  private asmOperand(inst: MInst, t: AsmText, k: number, modifier: string): string {
    const o = t.info.operands[k]!;
    const bad = (what: string): never => {
      throw new AsmError(t.info.loc, `invalid 'asm': ${what}`);
    };
    if (modifier === "z") return { 1: "b", 2: "w", 4: "l", 8: "q" }[o.size] ?? bad("operand size for %z");
    if (o.mem) {
      const star = modifier === "A" ? "*" : "";
      const off = t.off[k]! + (modifier === "H" ? 8 : 0);
      const [base, at] = t.slot[k]! >= 0 ? this.place(t.slot[k]!, off) : [inst.regs[t.regIndex[k]!]!, off];
      const segment = o.segment === "" ? star : `${star}%${o.segment}:`;
      if (t.text[k] !== "")
        return `${segment}${t.text[k]}${off === 0 ? "" : off > 0 ? `+${off}` : off}${this.long ? "(%rip)" : ""}`;
      return `${segment}${at === 0 ? "" : at}(%${this.gp[base]})`;
    }
    if (t.regIndex[k]! < 0) {
      const c = t.text[k]!;
      const s = c.startsWith("@") ? this.label(Number(c.slice(1))) : c;
      if (modifier === "n") return String(-Number(c));
      if (modifier === "a") return !this.long || /^-?\d+$/.test(s) ? s : `${s}(%rip)`;
      return modifier === "c" || modifier === "P" || modifier === "p" || modifier === "l" ? s : `$${s}`;
    }
    const r = inst.regs[t.regIndex[k]!]!;
    const word = this.suffix;
    if (this.withoutByte(r) && (modifier === "b" || (o.size === 1 && /^[pPc]?$/.test(modifier))))
      bad(`register ${GP32[r]} has no byte part`);
    switch (modifier) {
      case "b":
        return regName("b", r);
      case "h":
        return r < GP8H.length ? `%${GP8H[r]}` : bad("operand is not one of a, b, c, d for %h");
      case "w":
        return regName("w", r);
      case "k":
        return regName("l", r);
      case "q":
        return regName(word, r);
      case "V":
        return regName(word, r).slice(1);
      case "a":
        return `(${regName(word, r)})`;
      case "x":
        return regName("x", r);
      case "A":
        return `*${regName(word, r)}`;
      case "":
      case "p":
      case "P":
      case "c":
        return regName(o.size === 1 ? "b" : o.size === 2 ? "w" : o.size === 4 ? "l" : word, r);
      default:
        return bad(`operand code '${modifier}'`);
    }
  }
}
