// Frame layout, prologue and epilogue, and assembler text of an AArch64 function.
//
// Frame, from high to low addresses: incoming stack arguments | register save area of variadic functions | frame record (x29, x30), other
// saved registers | slots | outgoing arguments. x29 points to the record. Slots are addressed from sp, or from x29 in functions that
// move sp. Offsets out of reach go through x30, which is saved then, or through the register that is loaded.

import type { CallInfo } from "../../ir/func.ts";
import { BIND_LOCAL, type Module, type Sym } from "../../ir/module.ts";
import { OP_LABELADDR } from "../../ir/ops.ts";
import type { DebugLines } from "../../mach/debug-lines.ts";
import { AsmError, expandTemplate } from "../../mach/inline-asm.ts";
import type { AsmText, JumpTable, MFunc, MInst } from "../../mach/minst.ts";
import { RegisterZeroing, usedRegisters } from "../../mach/zero-registers.ts";
import { TLS_INITIAL_EXEC } from "../tls-model.ts";
import { flagCondition } from "./asm-operands.ts";
import { isLogicalImmediate } from "./immediates.ts";
import * as I from "./isa.ts";
import { offsetFits, SLOT_DYNAMIC, SLOT_INCOMING, SLOT_OUTGOING, SLOT_TOP, viaGot } from "./memory.ts";
import type { AArch64Options } from "./options.ts";
import { CALL_USED, FP, LR, OTHER_SCRATCH, SP, V0, X0, X16, X17, ZR } from "./registers.ts";

function reg(width: string, r: number): string {
  if (r === ZR) return `${width}zr`;
  if (r === SP) return width === "w" ? "wsp" : "sp";
  return width + (r >= V0 ? r - V0 : r);
}
const x = (r: number): string => reg("x", r);
const hex64 = (lo: number, hi: number): string =>
  hi === 0 ? `0x${(lo >>> 0).toString(16)}` : `0x${(hi >>> 0).toString(16)}${(lo >>> 0).toString(16).padStart(8, "0")}`;
/** ldrb and friends: letter for the size. */
const SIZE_SUFFIX: Readonly<Record<number, string>> = { 1: "b", 2: "h", 4: "", 8: "" };

// hint numbers (Arm ARM, C6.2 "HINT")
const HINT_XPACLRI = 7;
/** Bytes of locals that offsets without alignment surely reach. */
const SHORT_REACH = 240;
const HINT_PACIASP = 25;
const HINT_PACIBSP = 27;
const HINT_AUTIASP = 29;
const HINT_AUTIBSP = 31;
const HINT_BTI_C = 34;
const HINT_BTI_J = 36;

/** The landing place at the start of a function that may be called through a pointer. */
export function landing(s: Sym, o: AArch64Options): string {
  return o.branchProtection.landings && (s.bind !== BIND_LOCAL || s.referenced) ? `\thint\t${HINT_BTI_C}\n` : "";
}

export class AArch64Emitter {
  private readonly m: MFunc;
  private readonly module: Module;
  private readonly o: AArch64Options;
  private readonly out: string[];
  private readonly id: number;
  private readonly framePointer: boolean;
  private readonly lines: DebugLines | undefined;
  private readonly naked: boolean;
  private readonly cfi: boolean;
  private readonly vaSize: number;
  private readonly saves: { reg: number; off: number }[] = [];
  private zeroing: RegisterZeroing | undefined;
  private size = 0;
  private saveSize = 0;
  private far = false;
  private uniqueAsm: number;
  /** The return address is signed while it lies in the frame. */
  private signed = false;
  /** The return address is taken from the stack of x18, not from the frame. */
  private shadowed = false;
  private readonly asmFar: Map<number, number> = new Map();

  constructor(
    m: MFunc,
    module: Module,
    o: AArch64Options,
    out: string[],
    id: number,
    framePointer: boolean,
    lines: DebugLines | undefined,
  ) {
    this.m = m;
    this.module = module;
    this.o = o;
    this.out = out;
    this.id = id;
    this.framePointer = framePointer;
    this.lines = lines;
    this.naked = module.syms[m.f.sym]!.naked;
    this.cfi = o.unwind !== "none";
    this.vaSize = m.f.variadic ? (o.generalRegsOnly ? 64 : 192) : 0;
    this.uniqueAsm = id * 1000;
  }

  label(b: number): string {
    return `.L${this.id}_${b}`;
  }

  private put(s: string): void {
    this.out.push(s);
  }

  // ---- frame ----------------------------------------------------------------------------------------

  layout(): void {
    const { m } = this;
    if (this.o.fixedVectors.length > 0) {
      const used = usedRegisters(m);
      m.savedRegs.push(...OTHER_SCRATCH.filter((r) => used.has(r) && !m.savedRegs.includes(r)));
    }
    let locals = m.outArea;
    for (const s of m.slots) locals += s.size + 16;
    this.far = locals > 3500 || this.unalignedSlots(locals);
    const record = this.framePointer || m.hasCalls || this.far || m.asmClobbers.has(LR);
    const regs = record ? [LR, FP, ...m.savedRegs] : m.savedRegs;
    const { sign } = this.o.branchProtection;
    this.signed = !this.naked && (sign === "all" || (sign === "non-leaf" && record));
    this.shadowed = this.o.shadowCallStack && record && !this.naked && !this.module.syms[m.f.sym]!.noShadowStack;
    let off = this.vaSize;
    for (const r of regs) {
      off += 8;
      this.saves.push({ reg: r, off: -off });
    }
    this.saveSize = (off + 15) & -16;
    let low = (m.outArea + 15) & -16;
    for (const s of m.slotsInOrder()) {
      low = (low + s.align - 1) & -s.align;
      s.off = low;
      low += s.size;
    }
    this.size = ((low + 15) & -16) + this.saveSize;
  }

  /** Whether a slot of a frame with so many bytes of locals is accessed where only the short offsets reach, which the frame may exceed. */
  private unalignedSlots(locals: number): boolean {
    const { m } = this;
    for (const b of m.order)
      for (const i of m.blocks[b]!.insts) {
        if (i.slot === -1 || (i.slot >= 0 && locals <= SHORT_REACH) || !I.AARCH64_ISA[i.op]!.pieces.includes("m")) continue;
        const size = accessSize(i.op);
        if (i.imm % size !== 0 || (i.slot >= 0 && m.slots[i.slot]!.align % size !== 0)) return true;
      }
    return false;
  }

  /** Distance of the frame record below the stack pointer at entry. */
  private recordOff(): number {
    return this.vaSize + 16;
  }

  private place(slot: number, off: number): [number, number] {
    const fp = this.framePointer && this.m.movesStack;
    switch (slot) {
      case SLOT_INCOMING:
      case SLOT_TOP:
        return fp ? [FP, this.recordOff() + off] : [SP, this.size + off];
      case SLOT_OUTGOING:
        return [SP, off];
      case SLOT_DYNAMIC:
        return [SP, ((this.m.outArea + 15) & -16) + off];
      default: {
        const at = this.m.slots[slot]!.off + off;
        return fp ? [FP, at - this.size + this.recordOff()] : [SP, at];
      }
    }
  }

  /** base + offset into d. */
  private addOffset(d: number, base: number, off: number): void {
    const n = Math.abs(off);
    const op = off < 0 ? "sub" : "add";
    if (n <= 4095) this.put(`\t${op}\t${x(d)}, ${x(base)}, ${n}\n`);
    else if (n <= 0xffffff) {
      this.put(`\t${op}\t${x(d)}, ${x(base)}, ${n & 0xfff000}\n`);
      if ((n & 0xfff) !== 0) this.put(`\t${op}\t${x(d)}, ${x(d)}, ${n & 0xfff}\n`);
    } else {
      const t = d === SP || d === base ? X16 : d;
      this.constant(t, n, 0, true);
      this.put(`\t${op}\t${x(d)}, ${x(base)}, ${x(t)}\n`);
    }
  }

  prologue(): void {
    if (this.cfi) this.put("\t.cfi_startproc\n");
    const s = this.module.syms[this.m.f.sym]!;
    // signing is a landing place too; with no-ops to be patched in front, functionHeader has put one out
    if (!this.signed && !this.patched(s)) this.put(landing(s, this.o));
    if (this.signed) this.authenticate(true);
    if (this.shadowed) this.put("\tstr\tx30, [x18], 8\n");
    if (this.size === 0 || this.naked) return;
    const first = this.size <= 480 ? this.size : this.saveSize;
    if (first > 0) this.put(`\tsub\tsp, sp, ${first}\n`);
    if (this.cfi && first > 0) this.put(`\t.cfi_def_cfa_offset ${first}\n`);
    this.saveAll("stp", "str", first);
    if (this.cfi) for (const s of this.saves) this.put(`\t.cfi_offset ${s.reg >= V0 ? s.reg + 32 : s.reg}, ${s.off}\n`);
    if (this.framePointer) {
      this.put(`\tadd\tx29, sp, ${first - this.recordOff()}\n`);
      if (this.cfi) this.put(`\t.cfi_def_cfa 29, ${this.recordOff()}\n`);
    }
    if (this.size > first) {
      this.addOffset(SP, SP, first - this.size);
      if (this.cfi && !this.framePointer) this.put(`\t.cfi_def_cfa_offset ${this.size}\n`);
    }
  }

  private patched(s: Sym): boolean {
    const [all, before] = s.patchableEntry >= 0 ? [s.patchableEntry, 0] : this.o.patchable;
    return all > before;
  }

  /** Signs the return address, or checks and strips it; sp has to be that of the entry. As hints: older processors do nothing. */
  private authenticate(sign: boolean): void {
    const { keyB } = this.o.branchProtection;
    if (sign && keyB && this.cfi) this.put("\t.cfi_b_key_frame\n");
    this.put(`\thint\t${sign ? (keyB ? HINT_PACIBSP : HINT_PACIASP) : keyB ? HINT_AUTIBSP : HINT_AUTIASP}\n`);
    if (this.cfi) this.put("\t.cfi_negate_ra_state\n");
  }

  /** Saves or restores, in pairs of neighbours (the later one lies lower). */
  private saveAll(two: string, one: string, top: number): void {
    const s = this.saves;
    for (let k = 0; k < s.length; k++) {
      const a = s[k]!;
      const b = s[k + 1];
      const letter = a.reg >= V0 ? "d" : "x";
      if (b !== undefined && b.reg >= V0 === a.reg >= V0) {
        this.put(`\t${two}\t${reg(letter, b.reg)}, ${reg(letter, a.reg)}, [sp, ${top + b.off}]\n`);
        k++;
      } else this.put(`\t${one}\t${reg(letter, a.reg)}, [sp, ${top + a.off}]\n`);
    }
  }

  /** Gives the frame back and leaves by `jump`. */
  private epilogue(jump: string): void {
    if (this.naked) return;
    const changes = this.size !== 0 || this.signed;
    if (this.cfi && changes) this.put("\t.cfi_remember_state\n");
    if (this.size !== 0) {
      const first = this.size <= 480 ? this.size : this.saveSize;
      if (this.framePointer && this.m.movesStack) this.put(`\tsub\tsp, x29, ${first - this.recordOff()}\n`);
      else if (this.size > first) this.addOffset(SP, SP, this.size - first);
      if (this.cfi) this.put(`\t.cfi_def_cfa 31, ${first}\n`);
      this.saveAll("ldp", "ldr", first);
      if (this.cfi) for (const s of this.saves) this.put(`\t.cfi_restore ${s.reg >= V0 ? s.reg + 32 : s.reg}\n`);
      if (first > 0) this.put(`\tadd\tsp, sp, ${first}\n`);
      if (this.cfi) this.put("\t.cfi_def_cfa_offset 0\n");
    }
    if (this.shadowed) this.put("\tldr\tx30, [x18, -8]!\n");
    if (this.signed) this.authenticate(false);
    this.put(jump);
    if (this.cfi && changes) this.put("\t.cfi_restore_state\n");
  }

  /** Registers that a return does not leave values in. */
  private zeroed(i: MInst): string {
    this.zeroing ??= new RegisterZeroing(this.m, this.o.zeroRegisters, CALL_USED);
    let text = "";
    for (const r of this.zeroing.at(i)) text += `\tmov\t${x(r)}, 0\n`;
    return text;
  }

  // ---- instructions ---------------------------------------------------------------------------------

  body(): void {
    const { m } = this;
    const order = m.order;
    const landings = this.landings();
    for (let k = 0; k < order.length; k++) {
      const b = m.blocks[order[k]!]!;
      if (k > 0 || b.preds.length > 0 || b.addressTaken) this.put(`${this.label(b.id)}:\n`);
      if (landings.has(b.id)) this.put(`\thint\t${HINT_BTI_J}\n`);
      const next = k + 1 < order.length ? order[k + 1]! : -1;
      const insts = b.insts;
      const n = insts.length;
      for (let i = 0; i < n; i++) {
        const inst = insts[i]!;
        if (this.lines !== undefined) this.lines.at(inst.loc);
        if (inst.op === I.I_B) {
          if (inst.target !== next) this.put(`\tb\t${this.label(inst.target)}\n`);
          continue;
        }
        const after = insts[i + 1];
        if (inst.op >= I.I_BCC && inst.op <= I.I_CBNZ[1]!) {
          // a conditional branch over the fall-through: turn it round
          const turn = inst.target === next && after !== undefined && after.op === I.I_B && i + 2 === n;
          this.branch(inst, turn, turn ? after.target : inst.target);
          if (turn) break;
          continue;
        }
        this.print(inst);
      }
    }
    if (this.cfi) this.put("\t.cfi_endproc\n");
    for (const t of m.tables) this.table(t);
  }

  /** Blocks that are reached by a jump through a register. */
  private landings(): Set<number> {
    const found = new Set<number>();
    if (!this.o.branchProtection.landings) return found;
    const { f } = this.m;
    for (const t of this.m.tables) for (const b of t.targets) found.add(b);
    for (let v = 1; v < f.nval; v++) if (f.op[v] === OP_LABELADDR) found.add(f.a[v]!);
    for (const b of f.order) if (f.labelId[b] !== 0) found.add(b);
    return found;
  }

  private branch(i: MInst, turn: boolean, target: number): void {
    if (i.op === I.I_BCC) {
      this.put(`\tb.${I.CONDITIONS[turn ? i.immHi ^ 1 : i.immHi]}\t${this.label(target)}\n`);
      return;
    }
    const zero = I.I_CBZ.includes(i.op);
    const wide = i.op === I.I_CBZ[1] || i.op === I.I_CBNZ[1];
    this.put(`\t${zero !== turn ? "cbz" : "cbnz"}\t${reg(wide ? "x" : "w", i.regs[0]!)}, ${this.label(target)}\n`);
  }

  private table(t: JumpTable): void {
    this.put(`\t.section\t.rodata\n\t.align\t2\n.LT${this.id}_${t.id}:\n`);
    for (const b of t.targets) this.put(`\t.word\t${this.label(b)}-.LT${this.id}_${t.id}\n`);
    this.put("\t.previous\n");
  }

  /** Text of the memory operand; what it needs in front is put out. */
  private memory(i: MInst, tmp: number, size: number): string {
    if (i.slot !== -1) return this.slotMemory(i.slot, i.imm, tmp, size);
    const base = x(i.regs[1]!);
    if (i.immHi !== 0) return i.immHi === 1 ? `[${base}, ${x(i.regs[2]!)}]` : `[${base}, ${x(i.regs[2]!)}, lsl ${i.immHi - 1}]`;
    return i.imm === 0 ? `[${base}]` : `[${base}, ${i.imm}]`;
  }

  private slotMemory(slot: number, off: number, tmp: number, size: number): string {
    const [base, at] = this.place(slot, off);
    if (offsetFits(at, size)) return at === 0 ? `[${x(base)}]` : `[${x(base)}, ${at}]`;
    if (tmp === LR && !this.saves.some((s) => s.reg === LR))
      throw new Error(`${this.m.name}: frame offset ${at} without a saved x30`);
    this.addOffset(tmp, base, at);
    return `[${x(tmp)}]`;
  }

  private print(i: MInst): void {
    const row = I.AARCH64_ISA[i.op]!;
    const p = row.pieces;
    const r = i.regs;
    if (p.length === 0) {
      this.pseudo(i);
      return;
    }
    if ((i.op === I.I_MOV || i.op === I.I_FMOV || i.op === I.I_MOVQ) && r[0] === r[1]) return;
    let text = "\t";
    for (let k = 0; k < p.length; k++) {
      const s = p[k]!;
      if ((k & 1) === 0) {
        text += s;
        continue;
      }
      switch (s[0]) {
        case "i":
          text += i.imm;
          break;
        case "h":
          text += hex64(i.imm, i.immHi);
          break;
        case "c":
          text += I.CONDITIONS[i.immHi]!;
          break;
        case "l":
          text += this.label(i.target);
          break;
        case "m":
          // an integer load computes a far address in its own result
          text += this.memory(i, i.nd === 1 && r[0]! < SP ? r[0]! : LR, accessSize(i.op));
          break;
        default:
          text += reg(s[0]!, r[Number(s[1])]!);
      }
    }
    this.put(`${text}\n`);
  }

  private symbol(sym: number, off: number): string {
    const name = this.module.syms[sym]!.name;
    return off === 0 ? name : off > 0 ? `${name}+${off}` : `${name}${off}`;
  }

  private address(d: string, name: string): void {
    this.put(`\tadrp\t${d}, ${name}\n\tadd\t${d}, ${d}, :lo12:${name}\n`);
  }

  /** A constant by movz/movn/movk, or a logical immediate. */
  private constant(r: number, lo: number, hi: number, wide: boolean): void {
    const width = wide && hi !== 0 ? "x" : "w";
    const d = reg(width, r);
    const parts = [lo & 0xffff, lo >>> 16];
    if (width === "x") parts.push(hi & 0xffff, hi >>> 16);
    const zeros = parts.filter((q) => q === 0).length;
    const ones = parts.filter((q) => q === 0xffff).length;
    if (zeros < parts.length - 1 && ones < parts.length - 1 && isLogicalImmediate(lo, hi, width === "x")) {
      this.put(`\tmov\t${d}, ${width === "x" ? hex64(lo, hi) : hex64(lo, 0)}\n`);
      return;
    }
    const fill = ones > zeros ? 0xffff : 0;
    let first = true;
    for (let k = 0; k < parts.length; k++) {
      if (parts[k] === fill) continue;
      const shift = k === 0 ? "" : `, lsl ${16 * k}`;
      if (first) this.put(fill === 0 ? `\tmovz\t${d}, ${parts[k]}${shift}\n` : `\tmovn\t${d}, ${~parts[k]! & 0xffff}${shift}\n`);
      else this.put(`\tmovk\t${d}, ${parts[k]}${shift}\n`);
      first = false;
    }
    if (first) this.put(fill === 0 ? `\tmov\t${d}, 0\n` : `\tmov\t${d}, -1\n`);
  }

  private pseudo(i: MInst): void {
    const r = i.regs;
    const d = r.length > 0 ? x(r[0]!) : "";
    switch (i.op) {
      case 2:
        this.asm(i);
        return;
      case I.I_LI:
        this.constant(r[0]!, i.imm, i.immHi, true);
        return;
      case I.I_ADDRESS: {
        if (i.aux !== undefined) {
          this.address(d, `.LT${this.id}_${(i.aux as JumpTable).id}`);
          return;
        }
        const s = this.module.syms[i.sym]!;
        if (viaGot(s, this.o)) this.put(`\tadrp\t${d}, :got:${s.name}\n\tldr\t${d}, [${d}, :got_lo12:${s.name}]\n`);
        else this.address(d, this.symbol(i.sym, i.imm));
        return;
      }
      case I.I_TLS: {
        const s = this.symbol(i.sym, i.imm);
        if (i.immHi === TLS_INITIAL_EXEC) {
          this.put(`\tmrs\tx16, tpidr_el0\n\tadrp\t${d}, :gottprel:${this.module.syms[i.sym]!.name}\n`);
          this.put(`\tldr\t${d}, [${d}, :gottprel_lo12:${this.module.syms[i.sym]!.name}]\n\tadd\t${d}, ${d}, x16\n`);
          if (i.imm !== 0) this.addOffset(r[0]!, r[0]!, i.imm);
        } else
          this.put(
            `\tmrs\t${d}, tpidr_el0\n\tadd\t${d}, ${d}, :tprel_hi12:${s}, lsl 12\n\tadd\t${d}, ${d}, :tprel_lo12_nc:${s}\n`,
          );
        return;
      }
      case I.I_TLSGD:
        this.threadLocal(this.module.syms[i.sym]!.name, i.imm);
        return;
      case I.I_FRAME: {
        const [base, at] = this.place(i.slot, i.imm);
        this.addOffset(r[0]!, base, at);
        return;
      }
      case I.I_LABEL:
        this.address(d, this.label(i.target));
        return;
      case I.I_BL:
        this.put(`\tbl\t${this.module.syms[i.sym]!.name}\n`);
        this.afterCall(i);
        return;
      case I.I_BLR:
        this.put(`\tblr\t${x(r[i.nd]!)}\n`);
        this.afterCall(i);
        return;
      case I.I_STRIP:
        // the instruction that older processors pass over knows x30 only
        this.put(`\tmov\tx30, ${x(r[1]!)}\n\thint\t${HINT_XPACLRI}\n\tmov\t${d}, x30\n`);
        return;
      case I.I_RET:
        this.epilogue(`${this.zeroed(i)}\tret\n`);
        return;
      case I.I_TAIL:
        this.epilogue(`\tb\t${this.module.syms[i.sym]!.name}\n`);
        return;
      case I.I_TAILR:
        this.epilogue(`\tbr\t${x(X17)}\n`);
        return;
      case I.I_END:
        return;
      case I.I_DMB:
        this.put(`\tdmb\t${i.imm === 0 ? "ishld" : "ish"}\n`);
        return;
      case I.I_LDAR:
        this.put(`\tldar${SIZE_SUFFIX[i.imm]}\t${reg(i.imm === 8 ? "x" : "w", r[0]!)}, [${x(r[1]!)}]\n`);
        return;
      case I.I_STLR:
        this.put(`\tstlr${SIZE_SUFFIX[i.imm]}\t${reg(i.imm === 8 ? "x" : "w", r[0]!)}, [${x(r[1]!)}]\n`);
        return;
      case I.I_QSEL:
        this.put(`\tb.${I.CONDITIONS[i.immHi ^ 1]}\t1f\n\tmov\t${reg("v", r[0]!)}.16b, ${reg("v", r[2]!)}.16b\n1:\n`);
        return;
      case I.I_RMW:
        this.rmw(i);
        return;
      case I.I_CAS:
        this.cas(i);
        return;
      default:
        throw new Error(`${this.m.name}: row ${i.op} has no text`);
    }
  }

  /** longjmp may come back by a jump through a register. */
  private afterCall(i: MInst): void {
    if (this.o.branchProtection.landings && (i.aux as CallInfo).returnsTwice) this.put(`\thint\t${HINT_BTI_J}\n`);
  }

  private rmw(i: MInst): void {
    const w = i.imm === 8 ? "x" : "w";
    const [old, t, status, , value] = i.regs.map((q) => reg(w, q));
    const st = reg("w", i.regs[2]!);
    void status;
    const addr = x(i.regs[3]!);
    const order = i.immHi & 7;
    const kind = i.immHi >> 3;
    const sfx = SIZE_SUFFIX[i.imm]!;
    const load = order === 0 || order === 3 ? `ldxr${sfx}` : `ldaxr${sfx}`;
    const store = order >= 3 ? `stlxr${sfx}` : `stxr${sfx}`;
    const names = ["mov", "add", "sub", "and", "orr", "eor"];
    const combine =
      kind === 0
        ? `\tmov\t${t}, ${value}\n`
        : kind === 6
          ? `\tand\t${t}, ${old}, ${value}\n\tmvn\t${t}, ${t}\n`
          : `\t${names[kind]}\t${t}, ${old}, ${value}\n`;
    this.put(`1:\t${load}\t${old}, [${addr}]\n${combine}\t${store}\t${st}, ${t}, [${addr}]\n\tcbnz\t${st}, 1b\n`);
  }

  private cas(i: MInst): void {
    const w = i.imm === 8 ? "x" : "w";
    const [old, , , expected, desired] = i.regs.map((q) => reg(w, q));
    const ok = reg("w", i.regs[1]!);
    const addr = x(i.regs[2]!);
    const sfx = SIZE_SUFFIX[i.imm]!;
    const extend = i.imm === 1 ? ", uxtb" : i.imm === 2 ? ", uxth" : "";
    this.put(
      `1:\tldaxr${sfx}\t${old}, [${addr}]\n\tcmp\t${old}, ${expected}${extend}\n\tb.ne\t2f\n` +
        `\tstlxr${sfx}\t${ok}, ${desired}, [${addr}]\n\tcbnz\t${ok}, 1b\n2:\tcset\t${ok}, eq\n`,
    );
  }

  // ---- asm ------------------------------------------------------------------------------------------

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
    const ops = text.info.operands;
    for (let k = 0; k < ops.length; k++) {
      const condition = flagCondition(ops[k]!.constraint);
      if (condition !== "") this.put(`\tcset\t${reg("w", i.regs[text.regIndex[k]!]!)}, ${condition}\n`);
    }
  }

  /** Addresses of frame operands that do not fit, or that must be a bare register. */
  private farOperands(i: MInst, t: AsmText): void {
    this.asmFar.clear();
    const free = [X16, X17, ...(this.saves.some((s) => s.reg === LR) ? [LR] : [])].filter(
      (r) => !i.regs.includes(r) && !t.clobbers.includes(r),
    );
    for (let k = 0; k < t.slot.length; k++) {
      if (t.slot[k]! < 0) continue;
      const [base, at] = this.place(t.slot[k]!, t.off[k]!);
      if (offsetFits(at, t.info.operands[k]!.size)) continue;
      const r = free.shift();
      if (r === undefined) throw new AsmError(t.info.loc, "'asm' operand has impossible constraints");
      this.addOffset(r, base, at);
      this.asmFar.set(k, r);
    }
  }

  /** Address of a thread-local variable of perhaps another module, in x0. */
  private threadLocal(name: string, offset: number): void {
    if (this.o.tlsTraditional)
      this.put(`\tadrp\tx0, :tlsgd:${name}\n\tadd\tx0, x0, :tlsgd_lo12:${name}\n\tbl\t__tls_get_addr\n\tnop\n`);
    else {
      // the registers and the order are what linkers relax
      this.put(`\tadrp\tx0, :tlsdesc:${name}\n\tldr\tx1, [x0, :tlsdesc_lo12:${name}]\n\tadd\tx0, x0, :tlsdesc_lo12:${name}\n`);
      this.put(`\t.tlsdesccall\t${name}\n\tblr\tx1\n\tmrs\tx1, tpidr_el0\n\tadd\tx0, x0, x1\n`);
    }
    if (offset !== 0) this.addOffset(X0, X0, offset);
  }

  private asmOperand(inst: MInst, t: AsmText, k: number, modifier: string): string {
    const o = t.info.operands[k]!;
    if (!/^[aclnwx]?$/.test(modifier) && (o.mem || !"bhsdqZ".includes(modifier)))
      throw new AsmError(t.info.loc, `invalid 'asm': operand code '${modifier}'`);
    if (o.mem) {
      const far = this.asmFar.get(k);
      if (far !== undefined) return `[${x(far)}]`;
      const [base, at] = t.slot[k]! >= 0 ? this.place(t.slot[k]!, t.off[k]!) : [inst.regs[t.regIndex[k]!]!, t.off[k]!];
      return at === 0 ? `[${x(base)}]` : `[${x(base)}, ${at}]`;
    }
    if (t.regIndex[k]! < 0) {
      const c = t.text[k]!;
      if (c === "0" && (modifier === "w" || modifier === "x")) return `${modifier}zr`;
      if (modifier === "n") return String(-Number(c));
      return c.startsWith("@") ? this.label(Number(c.slice(1))) : c;
    }
    const r = inst.regs[t.regIndex[k]!]!;
    if (modifier === "a") return `[${x(r)}]`;
    if (r >= V0 && r < ZR) return reg("bhsdqZ".includes(modifier) && modifier !== "" ? modifier.replace("Z", "z") : "v", r);
    return reg(modifier === "w" ? "w" : "x", r);
  }
}

/** Bytes that a load or store row moves: the unit of its scaled offset. */
function accessSize(op: number): number {
  switch (op) {
    case I.I_LDRB:
    case I.I_STRB:
    case I.I_LDRSB[0]:
    case I.I_LDRSB[1]:
      return 1;
    case I.I_LDRH:
    case I.I_STRH:
    case I.I_LDRSH[0]:
    case I.I_LDRSH[1]:
      return 2;
    case I.I_LDR[0]:
    case I.I_STR[0]:
    case I.I_LDRF[0]:
    case I.I_STRF[0]:
    case I.I_LDRSW:
      return 4;
    case I.I_STRQ:
    case I.I_LDRQ:
      return 16;
    default:
      return 8;
  }
}
