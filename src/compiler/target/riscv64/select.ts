// Instruction selection for riscv64. // hot
//
// Invariant: an I32 in a register is sign-extended to 64 bits, as every W instruction leaves it and the ABI passes it. So SEXT32 is
// a copy, 32-bit comparisons are 64-bit ones, and only ZEXT32 and TRUNC cost something.

import { hi as i64hi, sub64 } from "../../base/i64.ts";
import type { AtomicInfo, IjmpInfo, RetInfo, Value } from "../../ir/func.ts";
import {
  MEM_SIGNED,
  MEM_SIZE,
  OP_ADD,
  OP_ALLOCA,
  OP_AND,
  OP_ASM,
  OP_ATOMICLOAD,
  OP_ATOMICRMW,
  OP_ATOMICSTORE,
  OP_BITCAST,
  OP_BR,
  OP_BSWAP,
  OP_CALL,
  OP_CMPXCHG,
  OP_CONST,
  OP_COPY,
  OP_DALLOCA,
  OP_EQ,
  OP_FABS,
  OP_FADD,
  OP_FCONST,
  OP_FCOPYSIGN,
  OP_FCVT,
  OP_FDIV,
  OP_FENCE,
  OP_FEQ,
  OP_FLE,
  OP_FLT,
  OP_FMUL,
  OP_FNE,
  OP_FNEG,
  OP_FRAMEADDR,
  OP_FSQRT,
  OP_FSUB,
  OP_FTOSI,
  OP_FTOUI,
  OP_IJMP,
  OP_JMP,
  OP_LABELADDR,
  OP_LOAD,
  OP_MUL,
  OP_NE,
  OP_OR,
  OP_OUTARG,
  OP_PARAM,
  OP_PREFETCH,
  OP_READREG,
  OP_RET,
  OP_RETADDR,
  OP_ROTL,
  OP_SAR,
  OP_SDIV,
  OP_SELECT,
  OP_SEXT8,
  OP_SEXT16,
  OP_SEXT32,
  OP_SHL,
  OP_SHR,
  OP_SITOF,
  OP_SLE,
  OP_SLT,
  OP_SMULH,
  OP_SREM,
  OP_STACKPARAM,
  OP_STACKRESTORE,
  OP_STACKSAVE,
  OP_STORE,
  OP_SUB,
  OP_SWITCH,
  OP_SYM,
  OP_TLSADDR,
  OP_TRAP,
  OP_TRUNC,
  OP_UDIV,
  OP_UITOF,
  OP_ULE,
  OP_ULT,
  OP_UMULH,
  OP_UNDEF,
  OP_UNREACHABLE,
  OP_UREM,
  OP_VASTART,
  OP_WRITEREG,
  OP_XOR,
  OP_ZEXT8,
  OP_ZEXT16,
  OP_ZEXT32,
  RMW_ADD,
  RMW_AND,
  RMW_NAND,
  RMW_OR,
  RMW_SUB,
  RMW_XCHG,
  RMW_XOR,
  TY_F32,
  TY_F64,
  TY_I32,
  TY_I64,
} from "../../ir/ops.ts";
import { lowerAsm } from "../../mach/inline-asm.ts";
import type { Lowering, Selector } from "../../mach/lowering.ts";
import { CLASS_FLOAT, CLASS_INT, type MInst } from "../../mach/minst.ts";
import { lowerSwitch } from "../../mach/switch.ts";
import { TLS_INITIAL_EXEC, tlsModelOf } from "../tls-model.ts";
import { riscvAsm } from "./asm-operands.ts";
import * as I from "./isa.ts";
import type { RiscvOptions } from "./options.ts";
import { A0, CALL_CLOBBERS, RA, S0, SP, T1, TP, ZERO } from "./registers.ts";

/** Pseudo slots of the frame, below the real ones (frame.ts gives them offsets). */
export const SLOT_INCOMING = -2;
export const SLOT_OUTGOING = -3;
export const SLOT_VARARGS = -4;
/** The frame's top: the stack pointer at entry. */
export const SLOT_TOP = -5;

const imm12 = (x: number): boolean => x >= -2048 && x <= 2047;

export class RiscvSelector implements Selector {
  private readonly o: RiscvOptions;

  constructor(o: RiscvOptions) {
    this.o = o;
  }

  isTerminator(i: MInst): boolean {
    if (i.op === 2) return i.aux !== undefined && "info" in i.aux && i.aux.info.labels.length > 0;
    return (
      (i.op >= I.I_BEQ && i.op <= I.I_TAILR) ||
      i.op === I.I_RET ||
      i.op === I.I_TABLEJUMP ||
      i.op === I.I_EBREAK ||
      i.op === I.I_SWITCHEND
    );
  }

  cheap(): boolean {
    return true;
  }

  materialize(L: Lowering, v: Value, dst: number): void {
    const f = L.f;
    switch (f.op[v]) {
      case OP_CONST: {
        const i = L.emitImm(I.I_LI, [dst], 1, f.a[v]!);
        i.immHi = f.ty[v] === TY_I32 ? f.a[v]! >> 31 : f.b[v]!;
        break;
      }
      case OP_SYM:
        this.symbol(L, dst, f.a[v]!, f.b[v]!);
        break;
      case OP_LABELADDR:
        L.emit(I.I_LABEL, [dst], 1).target = f.a[v]!;
        break;
      case OP_ALLOCA: {
        if (L.overAligned(v)) {
          const align = f.b[v]!;
          const t = L.tmp();
          const u = L.tmp();
          L.emitImm(I.I_FRAME, [t], 1, align - 16).slot = L.slotOf[v]!;
          if (align <= 2048) L.emitImm(I.I_ANDI, [dst, t], 1, -align);
          else {
            L.emitImm(I.I_LI, [u], 1, -align).immHi = -1;
            L.emit(I.I_AND, [dst, t, u], 1);
          }
          break;
        }
        L.emitImm(I.I_FRAME, [dst], 1, 0).slot = L.slotOf[v]!;
        break;
      }
      case OP_UNDEF:
        if (L.classOf(v) === CLASS_FLOAT) L.emit(I.I_FMV_D_X, [dst, ZERO], 1);
        else L.emitImm(I.I_LI, [dst], 1, 0);
        break;
      case OP_FCONST: {
        const f32 = f.ty[v] === TY_F32;
        const lo = f.a[v]!;
        const h = f.b[v]!;
        if (lo === 0 && (f32 || h === 0)) {
          L.emit(f32 ? I.I_FMV_W_X : I.I_FMV_D_X, [dst, ZERO], 1);
          break;
        }
        const t = L.tmp();
        const i = L.emitImm(I.I_LI, [t], 1, lo);
        i.immHi = f32 ? lo >> 31 : h;
        L.emit(f32 ? I.I_FMV_W_X : I.I_FMV_D_X, [dst, t], 1);
        break;
      }
      default:
        L.bug(v, "cannot be computed anew");
    }
  }

  private symbol(L: Lowering, dst: number, sym: number, off: number): void {
    const s = L.module.syms[sym]!;
    if (this.o.pic && !(s.bind === 0 || s.vis !== 0) && off !== 0) {
      const t = L.tmp();
      L.emitImm(I.I_LA, [t], 1, 0).sym = sym;
      this.addImm(L, dst, t, off);
      return;
    }
    L.emitImm(I.I_LA, [dst], 1, off).sym = sym;
  }

  private addImm(L: Lowering, dst: number, src: number, imm: number): void {
    if (imm12(imm)) {
      L.emitImm(I.I_ADDI, [dst, src], 1, imm);
      return;
    }
    const t = L.tmp();
    const i = L.emitImm(I.I_LI, [t], 1, imm);
    i.immHi = imm >> 31;
    L.emit(I.I_ADD, [dst, src, t], 1);
  }

  entry(L: Lowering): void {
    const { f } = L;
    const dsts: number[] = [];
    const srcs: number[] = [];
    const loads: { dst: number; off: number; ty: number }[] = [];
    for (const b of [f.entry]) {
      for (let v = f.first[b]!; v !== 0; v = f.next[v]!) {
        if (f.op[v] !== OP_PARAM || !L.wanted(v)) continue;
        const p = f.params[f.a[v]!]!;
        if (p.loc >= 0) {
          dsts.push(L.result(v));
          srcs.push(p.loc);
        } else loads.push({ dst: L.result(v), off: -1 - p.loc, ty: p.ty });
      }
    }
    if (f.variadic) {
      // psABI: unnamed argument registers are stored right below the stack arguments
      for (let r = f.vaGp; r < 8; r++) {
        const i = L.emitImm(I.I_SD, [A0 + r], 0, 8 * (r - 8));
        i.slot = SLOT_TOP;
      }
    }
    L.parallelCopy(dsts, srcs);
    for (const l of loads) {
      const op = l.ty === TY_F32 ? I.I_FLW : l.ty === TY_F64 ? I.I_FLD : l.ty === TY_I32 ? I.I_LW : I.I_LD;
      const i = L.emitImm(op, [l.dst], 1, l.off);
      i.slot = SLOT_INCOMING;
    }
  }

  // ---- addresses ------------------------------------------------------------------------------------

  /** Base register (or slot) and offset of an address, for an access of `size` bytes. */
  private address(L: Lowering, a: Value): { reg: number; slot: number; off: number } {
    const f = L.f;
    let off = 0;
    let v = a;
    while (f.op[v] === OP_ADD && L.isConst(f.b[v]!) && f.b[f.b[v]!] === f.a[f.b[v]!]! >> 31 && imm12(off + f.a[f.b[v]!]!)) {
      off += f.a[f.b[v]!]!;
      v = f.a[v]!;
    }
    switch (f.op[v]) {
      case OP_ALLOCA:
        if (L.overAligned(v)) return { reg: L.reg(v), slot: -1, off };
        return { reg: -1, slot: L.slotOf[v]!, off };
      case OP_STACKPARAM:
        return { reg: -1, slot: SLOT_INCOMING, off: off + f.a[v]! };
      case OP_OUTARG:
        return { reg: -1, slot: SLOT_OUTGOING, off: off + f.a[v]! };
      default:
        return { reg: L.reg(v), slot: -1, off };
    }
  }

  private access(L: Lowering, op: number, data: number, nd: number, a: Value): void {
    const at = this.address(L, a);
    const i = L.emitImm(op, at.reg >= 0 ? [data, at.reg] : [data], nd, at.off);
    i.slot = at.slot;
  }

  // ---- values ---------------------------------------------------------------------------------------

  select(L: Lowering, v: Value): void {
    const f = L.f;
    const op = f.op[v]!;
    const i32 = f.ty[v] === TY_I32;
    const a = f.a[v]!;
    const b = f.b[v]!;
    switch (op) {
      case OP_COPY: {
        L.copy(L.result(v), L.reg(a));
        break;
      }
      case OP_ADD:
        this.binary(L, v, i32 ? I.I_ADDW : I.I_ADD, i32 ? I.I_ADDIW : I.I_ADDI, true);
        break;
      case OP_SUB:
        if (L.constIn(b, -2047, 2048)) L.emitImm(i32 ? I.I_ADDIW : I.I_ADDI, [L.result(v), L.reg(a)], 1, -f.a[b]!);
        else if (L.constIn(a, 0, 0)) L.emit(i32 ? I.I_NEGW : I.I_NEG, [L.result(v), L.reg(b)], 1);
        else L.emit(i32 ? I.I_SUBW : I.I_SUB, [L.result(v), L.reg(a), L.reg(b)], 1);
        break;
      case OP_AND:
        this.binary(L, v, I.I_AND, I.I_ANDI, true);
        break;
      case OP_OR:
        this.binary(L, v, I.I_OR, I.I_ORI, true);
        break;
      case OP_XOR:
        this.binary(L, v, I.I_XOR, I.I_XORI, true);
        break;
      case OP_SHL:
        this.shift(L, v, i32 ? I.I_SLLW : I.I_SLL, i32 ? I.I_SLLIW : I.I_SLLI, i32);
        break;
      case OP_SHR:
        this.shift(L, v, i32 ? I.I_SRLW : I.I_SRL, i32 ? I.I_SRLIW : I.I_SRLI, i32);
        break;
      case OP_SAR:
        this.shift(L, v, i32 ? I.I_SRAW : I.I_SRA, i32 ? I.I_SRAIW : I.I_SRAI, i32);
        break;
      case OP_ROTL:
        this.rotate(L, v, i32);
        break;
      case OP_MUL:
        L.emit(i32 ? I.I_MULW : I.I_MUL, [L.result(v), L.reg(a), L.reg(b)], 1);
        break;
      case OP_SDIV:
        L.emit(i32 ? I.I_DIVW : I.I_DIV, [L.result(v), L.reg(a), L.reg(b)], 1);
        break;
      case OP_UDIV:
        L.emit(i32 ? I.I_DIVUW : I.I_DIVU, [L.result(v), L.reg(a), L.reg(b)], 1);
        break;
      case OP_SREM:
        L.emit(i32 ? I.I_REMW : I.I_REM, [L.result(v), L.reg(a), L.reg(b)], 1);
        break;
      case OP_UREM:
        L.emit(i32 ? I.I_REMUW : I.I_REMU, [L.result(v), L.reg(a), L.reg(b)], 1);
        break;
      case OP_SMULH:
        if (!i32) L.emit(I.I_MULH, [L.result(v), L.reg(a), L.reg(b)], 1);
        else {
          const t = L.tmp();
          L.emit(I.I_MUL, [t, L.reg(a), L.reg(b)], 1);
          L.emitImm(I.I_SRAI, [L.result(v), t], 1, 32);
        }
        break;
      case OP_UMULH:
        if (!i32) L.emit(I.I_MULHU, [L.result(v), L.reg(a), L.reg(b)], 1);
        else {
          // both operands moved to the high half: their 128-bit product's high half is the 64-bit product
          const x = L.tmp();
          const y = L.tmp();
          const t = L.tmp();
          L.emitImm(I.I_SLLI, [x, L.reg(a)], 1, 32);
          L.emitImm(I.I_SLLI, [y, L.reg(b)], 1, 32);
          L.emit(I.I_MULHU, [t, x, y], 1);
          L.emitImm(I.I_SRAI, [L.result(v), t], 1, 32);
        }
        break;
      case OP_EQ:
      case OP_NE:
      case OP_SLT:
      case OP_SLE:
      case OP_ULT:
      case OP_ULE:
        this.compare(L, v);
        break;
      case OP_SEXT8:
        this.extend(L, v, 56, I.I_SRAI);
        break;
      case OP_SEXT16:
        this.extend(L, v, 48, I.I_SRAI);
        break;
      case OP_ZEXT8:
        L.emitImm(I.I_ANDI, [L.result(v), L.reg(a)], 1, 255);
        break;
      case OP_ZEXT16:
        this.extend(L, v, 48, I.I_SRLI);
        break;
      case OP_SEXT32:
        L.copy(L.result(v), L.reg(a));
        break;
      case OP_ZEXT32:
        this.extend(L, v, 32, I.I_SRLI);
        break;
      case OP_TRUNC:
        L.emit(I.I_SEXTW, [L.result(v), L.reg(a)], 1);
        break;
      case OP_SELECT:
        this.selectValue(L, v);
        break;
      case OP_BSWAP:
        this.byteSwap(L, v, i32);
        break;
      case OP_LOAD:
      case OP_ATOMICLOAD:
        this.load(L, v);
        break;
      case OP_STORE:
        this.store(L, v);
        break;
      case OP_ATOMICSTORE: {
        const order = (f.aux[v] as AtomicInfo).order;
        if (order >= 3) this.fence(L, 3, 1); // fence rw,w
        this.store(L, v);
        if (order === 5) this.fence(L, 3, 3);
        break;
      }
      case OP_ATOMICRMW:
        this.rmw(L, v);
        break;
      case OP_CMPXCHG:
        this.cmpxchg(L, v);
        break;
      case OP_FENCE:
        if (b === 1 || a === 0) break;
        if (a === 1 || a === 2) this.fence(L, 2, 3);
        else if (a === 3) this.fence(L, 3, 1);
        else this.fence(L, 3, 3);
        break;
      case OP_PREFETCH:
        break;
      case OP_JMP:
        L.emit(I.I_J, [], 0).target = b;
        break;
      case OP_BR:
        this.branch(L, v);
        break;
      case OP_SWITCH:
        lowerSwitch(L, v, this);
        break;
      case OP_IJMP: {
        L.emit(I.I_JR, [L.reg(a)], 0);
        void (f.aux[v] as IjmpInfo);
        break;
      }
      case OP_RET:
        this.ret(L, v);
        break;
      case OP_UNREACHABLE:
        L.emit(I.I_SWITCHEND, [], 0);
        break;
      case OP_TRAP:
        L.emit(I.I_EBREAK, [], 0);
        break;
      case OP_CALL:
        this.call(L, v);
        break;
      case OP_ASM:
        lowerAsm(L, v, riscvAsm);
        break;
      case OP_DALLOCA:
        this.dynamicAlloca(L, v);
        break;
      case OP_STACKSAVE:
        L.emit(I.I_MV, [L.result(v), SP], 1);
        break;
      case OP_STACKRESTORE:
        L.emit(I.I_MV, [SP, L.reg(a)], 1);
        break;
      case OP_STACKPARAM:
        L.emitImm(I.I_FRAME, [L.result(v)], 1, a).slot = SLOT_INCOMING;
        break;
      case OP_OUTARG:
        L.emitImm(I.I_FRAME, [L.result(v)], 1, a).slot = SLOT_OUTGOING;
        break;
      case OP_VASTART: {
        const t = L.tmp();
        const off = f.vaGp < 8 ? 8 * (f.vaGp - 8) : f.vaStack;
        L.emitImm(I.I_FRAME, [t], 1, off).slot = SLOT_TOP;
        this.access(L, I.I_SD, t, 0, a);
        break;
      }
      case OP_FRAMEADDR:
        f.usesFrameAddr = true;
        if (a === 0) L.emit(I.I_MV, [L.result(v), S0], 1);
        else {
          // the caller's s0 lies below the return address
          let from = S0;
          for (let k = 0; k < a; k++) {
            const t = k === a - 1 ? L.result(v) : L.tmp();
            L.emitImm(I.I_LD, [t, from], 1, -16);
            from = t;
          }
        }
        break;
      case OP_RETADDR:
        if (a !== 0) {
          // GCC gives 0 for the outer levels that it cannot follow
          L.emitImm(I.I_LI, [L.result(v)], 1, 0);
          break;
        }
        L.emitImm(I.I_LD, [L.result(v)], 1, -8 - (f.variadic ? 64 : 0)).slot = SLOT_TOP;
        L.m.hasCalls = true;
        break;
      case OP_READREG:
        if (a >= 32) L.emit(I.I_FMV_D, [L.result(v), a], 1);
        else L.emit(I.I_MV, [L.result(v), a], 1);
        break;
      case OP_WRITEREG:
        L.emit(I.I_MV, [a, L.reg(b)], 1);
        break;
      case OP_TLSADDR: {
        this.threadLocal(L, v);
        break;
      }
      default:
        this.float(L, v, op);
    }
  }

  private binary(L: Lowering, v: Value, rr: number, ri: number, commutes: boolean): void {
    const f = L.f;
    let a = f.a[v]!;
    let b = f.b[v]!;
    if (commutes && L.isConst(a) && !L.isConst(b)) {
      const t = a;
      a = b;
      b = t;
    }
    if (L.constIn(b, -2048, 2047)) L.emitImm(ri, [L.result(v), L.reg(a)], 1, f.a[b]!);
    else L.emit(rr, [L.result(v), L.reg(a), L.reg(b)], 1);
  }

  private shift(L: Lowering, v: Value, rr: number, ri: number, i32: boolean): void {
    const f = L.f;
    const b = f.b[v]!;
    if (L.isConst(b)) L.emitImm(ri, [L.result(v), L.reg(f.a[v]!)], 1, f.a[b]! & (i32 ? 31 : 63));
    else L.emit(rr, [L.result(v), L.reg(f.a[v]!), L.reg(b)], 1);
  }

  private rotate(L: Lowering, v: Value, i32: boolean): void {
    const f = L.f;
    const x = L.reg(f.a[v]!);
    const l = L.tmp();
    const r = L.tmp();
    const b = f.b[v]!;
    if (L.isConst(b)) {
      const width = i32 ? 32 : 64;
      const n = f.a[b]! & (width - 1);
      if (n === 0) {
        L.copy(L.result(v), x);
        return;
      }
      L.emitImm(i32 ? I.I_SLLIW : I.I_SLLI, [l, x], 1, n);
      L.emitImm(i32 ? I.I_SRLIW : I.I_SRLI, [r, x], 1, width - n);
    } else {
      const n = L.reg(b);
      const m = L.tmp();
      L.emit(I.I_NEG, [m, n], 1);
      L.emit(i32 ? I.I_SLLW : I.I_SLL, [l, x, n], 1);
      L.emit(i32 ? I.I_SRLW : I.I_SRL, [r, x, m], 1);
    }
    L.emit(I.I_OR, [L.result(v), l, r], 1);
  }

  private extend(L: Lowering, v: Value, n: number, right: number): void {
    const t = L.tmp();
    L.emitImm(I.I_SLLI, [t, L.reg(L.f.a[v]!)], 1, n);
    L.emitImm(right, [L.result(v), t], 1, n);
  }

  private compare(L: Lowering, v: Value): void {
    const f = L.f;
    const d = L.result(v);
    const a = f.a[v]!;
    const b = f.b[v]!;
    switch (f.op[v]) {
      case OP_EQ:
      case OP_NE: {
        const set = f.op[v] === OP_EQ ? I.I_SEQZ : I.I_SNEZ;
        if (L.constIn(b, 0, 0)) {
          L.emit(set, [d, L.reg(a)], 1);
          return;
        }
        const t = L.tmp();
        if (L.constIn(b, -2047, 2048)) L.emitImm(I.I_ADDI, [t, L.reg(a)], 1, -f.a[b]!);
        else L.emit(I.I_XOR, [t, L.reg(a), L.reg(b)], 1);
        L.emit(set, [d, t], 1);
        return;
      }
      case OP_SLT:
        if (L.constIn(b, -2048, 2047)) L.emitImm(I.I_SLTI, [d, L.reg(a)], 1, f.a[b]!);
        else L.emit(I.I_SLT, [d, this.zeroOr(L, a), L.reg(b)], 1);
        return;
      case OP_ULT:
        if (L.constIn(b, -2048, 2047)) L.emitImm(I.I_SLTIU, [d, L.reg(a)], 1, f.a[b]!);
        else L.emit(I.I_SLTU, [d, this.zeroOr(L, a), L.reg(b)], 1);
        return;
      default: {
        const unsigned = f.op[v] === OP_ULE;
        // a <= c is a < c + 1 where that does not wrap
        if (L.constIn(b, -2048, 2046) && !(unsigned && f.a[b] === -1)) {
          L.emitImm(unsigned ? I.I_SLTIU : I.I_SLTI, [d, L.reg(a)], 1, f.a[b]! + 1);
          return;
        }
        const t = L.tmp();
        L.emit(unsigned ? I.I_SLTU : I.I_SLT, [t, this.zeroOr(L, b), L.reg(a)], 1);
        L.emitImm(I.I_XORI, [d, t], 1, 1);
      }
    }
  }

  /** The zero register for a constant 0. */
  private zeroOr(L: Lowering, v: Value): number {
    return L.constIn(v, 0, 0) ? ZERO : L.reg(v);
  }

  private selectValue(L: Lowering, v: Value): void {
    const f = L.f;
    const float = L.classOf(v) === CLASS_FLOAT;
    const f32 = f.ty[v] === TY_F32;
    const bits = (x: Value): number => {
      if (!float) return L.reg(x);
      const t = L.tmp(CLASS_INT);
      L.emit(f32 ? I.I_FMV_X_W : I.I_FMV_X_D, [t, L.reg(x)], 1);
      return t;
    };
    const c = f.a[v]!;
    const isBool = f.op[c]! >= OP_EQ && f.op[c]! <= OP_FLE;
    let cond = L.reg(c);
    if (!isBool) {
      const t = L.tmp();
      L.emit(I.I_SNEZ, [t, cond], 1);
      cond = t;
    }
    const mask = L.tmp();
    L.emit(I.I_NEG, [mask, cond], 1);
    const d = float ? L.tmp(CLASS_INT) : L.result(v);
    if (L.constIn(f.c[v]!, 0, 0) && !float) {
      L.emit(I.I_AND, [d, bits(f.b[v]!), mask], 1);
      return;
    }
    const x = L.tmp();
    const y = L.tmp();
    const other = bits(f.c[v]!);
    L.emit(I.I_XOR, [x, bits(f.b[v]!), other], 1);
    L.emit(I.I_AND, [y, x, mask], 1);
    L.emit(I.I_XOR, [d, y, other], 1);
    if (float) L.emit(f32 ? I.I_FMV_W_X : I.I_FMV_D_X, [L.result(v), d], 1);
  }

  private byteSwap(L: Lowering, v: Value, i32: boolean): void {
    const x = L.reg(L.f.a[v]!);
    const bytes = i32 ? 4 : 8;
    let acc = -1;
    for (let k = 0; k < bytes; k++) {
      // byte k goes to place bytes-1-k
      const t = L.tmp();
      let part: number;
      if (k === bytes - 1) {
        part = t;
        L.emitImm(i32 ? I.I_SRLIW : I.I_SRLI, [t, x], 1, 8 * k);
      } else {
        if (k > 0) L.emitImm(I.I_SRLI, [t, x], 1, 8 * k);
        const m = L.tmp();
        L.emitImm(I.I_ANDI, [m, k > 0 ? t : x], 1, 255);
        part = L.tmp();
        L.emitImm(i32 ? I.I_SLLIW : I.I_SLLI, [part, m], 1, 8 * (bytes - 1 - k));
      }
      if (acc < 0) acc = part;
      else {
        const next = k === bytes - 1 ? L.result(v) : L.tmp();
        L.emit(I.I_OR, [next, acc, part], 1);
        acc = next;
      }
    }
  }

  private load(L: Lowering, v: Value): void {
    const f = L.f;
    const mem = f.c[v]!;
    const size = mem & MEM_SIZE;
    const atomic = f.op[v] === OP_ATOMICLOAD;
    const order = atomic ? f.b[v]! : 0;
    if (order === 5) this.fence(L, 3, 3);
    let op: number;
    if (L.classOf(v) === CLASS_FLOAT) op = size === 4 ? I.I_FLW : I.I_FLD;
    else if (size === 1) op = (mem & MEM_SIGNED) !== 0 ? I.I_LB : I.I_LBU;
    else if (size === 2) op = (mem & MEM_SIGNED) !== 0 ? I.I_LH : I.I_LHU;
    else if (size === 4) op = f.ty[v] === TY_I32 || (mem & MEM_SIGNED) !== 0 ? I.I_LW : I.I_LWU;
    else op = I.I_LD;
    const dst = L.wanted(v) ? L.result(v) : L.tmp(L.classOf(v));
    this.access(L, op, dst, 1, f.a[v]!);
    if (order === 5 || order === 2 || order === 1 || order === 4) this.fence(L, 2, 3);
  }

  private store(L: Lowering, v: Value): void {
    const f = L.f;
    const size = f.c[v]! & MEM_SIZE;
    const x = f.b[v]!;
    if (L.classOf(x) === CLASS_FLOAT) {
      this.access(L, size === 4 ? I.I_FSW : I.I_FSD, L.reg(x), 0, f.a[v]!);
      return;
    }
    const op = size === 1 ? I.I_SB : size === 2 ? I.I_SH : size === 4 ? I.I_SW : I.I_SD;
    this.access(L, op, this.zeroOr(L, x), 0, f.a[v]!);
  }

  private fence(L: Lowering, pred: number, succ: number): void {
    L.emitImm(I.I_FENCE, [], 0, pred * 4 + succ);
  }

  private rmw(L: Lowering, v: Value): void {
    const f = L.f;
    const info = f.aux[v] as AtomicInfo;
    const size = f.c[v]! & MEM_SIZE;
    const suffix = info.order === 5 || info.order === 4 ? 3 : info.order === 3 ? 2 : info.order >= 1 ? 1 : 0;
    const d = L.wanted(v) ? L.result(v) : L.tmp();
    let value = this.zeroOr(L, f.b[v]!);
    if (size >= 4 && info.kind !== RMW_NAND) {
      if (info.kind === RMW_SUB) {
        const t = L.tmp();
        L.emit(I.I_NEG, [t, value], 1);
        value = t;
      }
      const i = L.emitImm(I.I_AMO, [d, value, L.reg(f.a[v]!)], 1, suffix);
      i.immHi = AMO_KIND[info.kind]! * 2 + (size === 8 ? 1 : 0);
      return;
    }
    // lr/sc loop on the word that holds the bytes
    const i = L.emitImm(I.I_RMW_SUB, [d, L.tmp(), L.tmp(), L.tmp(), L.tmp(), L.reg(f.a[v]!), value], 5, info.kind);
    i.immHi = size;
    i.early = 31;
    if (size < 4 && L.wanted(v)) {
      // the old bytes come zero-extended
    }
  }

  private cmpxchg(L: Lowering, v: Value): void {
    const f = L.f;
    const info = f.aux[v] as AtomicInfo;
    const size = info.mem & MEM_SIZE;
    const p = L.projections(v);
    const old = p[0] === undefined ? L.tmp() : L.result(p[0]);
    const ok = p[1] === undefined ? L.tmp() : L.result(p[1]);
    const addr = L.reg(f.a[v]!);
    const expected = this.zeroOr(L, f.b[v]!);
    const desired = this.zeroOr(L, f.c[v]!);
    if (size >= 4) {
      const i = L.emitImm(I.I_CAS, [old, ok, addr, expected, desired], 2, size);
      i.early = 3;
      return;
    }
    const i = L.emitImm(I.I_CAS_SUB, [old, ok, L.tmp(), L.tmp(), L.tmp(), addr, expected, desired], 5, size);
    i.early = 31;
  }

  // ---- control --------------------------------------------------------------------------------------

  private branch(L: Lowering, v: Value): void {
    const f = L.f;
    const c = f.a[v]!;
    const yes = f.b[v]!;
    const no = f.c[v]!;
    let i: MInst;
    const a = f.a[c]!;
    const b = f.b[c]!;
    switch (f.op[c]) {
      case OP_EQ:
      case OP_NE:
        if (L.constIn(b, 0, 0)) i = L.emit(f.op[c] === OP_EQ ? I.I_BEQZ : I.I_BNEZ, [L.reg(a)], 0);
        else i = L.emit(f.op[c] === OP_EQ ? I.I_BEQ : I.I_BNE, [L.reg(a), L.reg(b)], 0);
        break;
      case OP_SLT:
        i = L.emit(I.I_BLT, [this.zeroOr(L, a), this.zeroOr(L, b)], 0);
        break;
      case OP_SLE:
        i = L.emit(I.I_BGE, [this.zeroOr(L, b), this.zeroOr(L, a)], 0);
        break;
      case OP_ULT:
        i = L.emit(I.I_BLTU, [this.zeroOr(L, a), L.reg(b)], 0);
        break;
      case OP_ULE:
        i = L.emit(I.I_BGEU, [L.reg(b), this.zeroOr(L, a)], 0);
        break;
      default:
        i = L.emit(I.I_BNEZ, [L.reg(c)], 0);
    }
    i.target = yes;
    L.emit(I.I_J, [], 0).target = no;
  }

  /** switch.ts: branch to `target` when x (register) compares so with a constant. */
  branchIf(L: Lowering, kind: "eq" | "lt" | "ltu" | "gt" | "gtu", x: number, lo: number, h: number, target: number): void {
    let c = ZERO;
    if (lo !== 0 || h !== 0) {
      c = L.tmp();
      L.emitImm(I.I_LI, [c], 1, lo).immHi = h;
    }
    const op = kind === "eq" ? I.I_BEQ : kind === "lt" || kind === "gt" ? I.I_BLT : I.I_BLTU;
    L.emit(op, kind === "gt" || kind === "gtu" ? [c, x] : [x, c], 0).target = target;
  }

  /** switch.ts: x - (lo, h) into a fresh register. */
  subConst(L: Lowering, x: number, lo: number, h: number): number {
    if (lo === 0 && h === 0) return x;
    const d = L.tmp();
    const nlo = sub64(0, 0, lo, h);
    const nh = i64hi;
    if (nh === nlo >> 31 && imm12(nlo)) L.emitImm(I.I_ADDI, [d, x], 1, nlo);
    else {
      const c = L.tmp();
      L.emitImm(I.I_LI, [c], 1, nlo).immHi = nh;
      L.emit(I.I_ADD, [d, x, c], 1);
    }
    return d;
  }

  jump(L: Lowering, target: number): void {
    L.emit(I.I_J, [], 0).target = target;
  }

  tableJump(L: Lowering, index: number, targets: number[]): void {
    const t = L.jumpTable(targets);
    const base = L.tmp();
    const scaled = L.tmp();
    const entry = L.tmp();
    const dest = L.tmp();
    const la = L.emit(I.I_LA, [base], 1);
    la.aux = t;
    L.emitImm(I.I_SLLI, [scaled, index], 1, 2);
    const at = L.tmp();
    L.emit(I.I_ADD, [at, base, scaled], 1);
    L.emitImm(I.I_LW, [entry, at], 1, 0);
    L.emit(I.I_ADD, [dest, entry, base], 1);
    L.emit(I.I_TABLEJUMP, [dest], 0).aux = t;
  }

  private ret(L: Lowering, v: Value): void {
    const f = L.f;
    const vals = (f.aux[v] as RetInfo).vals;
    const dsts: number[] = [];
    const srcs: number[] = [];
    for (let k = 0; k < vals.length; k++) {
      if (f.op[vals[k]!] === OP_UNDEF) continue;
      dsts.push(f.ret[k]!.loc);
      srcs.push(L.reg(vals[k]!));
    }
    L.parallelCopy(dsts, srcs);
    L.emit(I.I_RET, dsts.slice(), 0);
  }

  private call(L: Lowering, v: Value): void {
    const f = L.f;
    const info = f.aux[v];
    if (info === undefined || !("argLocs" in info)) return L.bug(v, "no call information");
    const dsts: number[] = [];
    const srcs: number[] = [];
    if (!info.tail) {
      L.m.hasCalls = true;
      if (info.stackSize > L.m.outArea) L.m.outArea = info.stackSize;
    }
    for (let k = 0; k < info.args.length; k++) {
      const x = info.args[k]!;
      const p = info.argLocs[k]!;
      if (p.loc >= 0) {
        if (f.op[x] === OP_UNDEF) continue;
        dsts.push(p.loc);
        srcs.push(L.constIn(x, 0, 0) ? ZERO : L.reg(x));
        continue;
      }
      if (f.op[x] === OP_UNDEF) continue;
      const float = L.classOf(x) === CLASS_FLOAT;
      const op = float ? (f.ty[x] === TY_F32 ? I.I_FSW : I.I_FSD) : I.I_SD;
      L.emitImm(op, [float ? L.reg(x) : this.zeroOr(L, x)], 0, -1 - p.loc).slot = info.tail ? SLOT_INCOMING : SLOT_OUTGOING;
    }
    if (info.tail) {
      // a register that the epilogue does not restore
      if (info.sym === 0) {
        dsts.push(T1);
        srcs.push(L.reg(info.target));
      }
      L.parallelCopy(dsts, srcs);
      const j = L.emit(info.sym === 0 ? I.I_TAILR : I.I_TAIL, dsts, 0);
      j.sym = info.sym;
      j.aux = info;
      return;
    }
    const target = info.sym === 0 ? L.reg(info.target) : -1;
    L.parallelCopy(dsts, srcs);
    const rets = info.rets;
    const defs = rets.map((r) => r.loc);
    const uses = target >= 0 ? [target, ...dsts] : dsts;
    const i = L.emit(target >= 0 ? I.I_CALLR : I.I_CALL, [...defs, ...uses], defs.length);
    i.sym = info.sym;
    i.aux = info;
    const defined = new Set(defs);
    i.clobbers = this.o.hardFloat
      ? CALL_CLOBBERS.filter((r) => !defined.has(r))
      : CALL_CLOBBERS.filter((r) => r < 32 && !defined.has(r));
    const proj = L.projections(v);
    const outs: number[] = [];
    const from: number[] = [];
    for (let k = 0; k < rets.length; k++) {
      const p = proj[k];
      if (p === undefined) continue;
      outs.push(L.result(p));
      from.push(rets[k]!.loc);
    }
    L.parallelCopy(outs, from);
  }

  private threadLocal(L: Lowering, v: Value): void {
    const sym = L.f.a[v]!;
    const model = tlsModelOf(L.module.syms[sym]!, this.o.tls);
    if (model >= TLS_INITIAL_EXEC) {
      const i = L.emitImm(I.I_LA, [L.result(v)], 1, L.f.b[v]!);
      i.sym = sym;
      i.immHi = model;
      i.regs.push(TP);
      return;
    }
    L.m.hasCalls = true;
    const i = L.emit(I.I_TLSGD, [A0], 1);
    i.sym = sym;
    i.clobbers = CALL_CLOBBERS.filter((r) => r !== A0 && (this.o.hardFloat || r < 32));
    if (L.f.b[v] === 0) L.copy(L.result(v), A0);
    else {
      const t = L.tmp();
      L.copy(t, A0);
      this.addImm(L, L.result(v), t, L.f.b[v]!);
    }
  }

  private dynamicAlloca(L: Lowering, v: Value): void {
    const f = L.f;
    const size = f.a[v]!;
    const align = Math.max(16, f.b[v]!);
    const t = L.tmp();
    const u = L.tmp();
    this.addImm(L, t, L.reg(size), 15 + align - 16);
    L.emitImm(I.I_ANDI, [u, t], 1, -16);
    L.emit(I.I_SUB, [SP, SP, u], 1);
    const d = L.wanted(v) ? L.result(v) : L.tmp();
    // outgoing arguments stay at the bottom of the stack
    if (align === 16) L.emitImm(I.I_FRAME, [d], 1, 0).slot = -6;
    else {
      const low = L.tmp();
      const m = L.tmp();
      L.emitImm(I.I_FRAME, [low], 1, align - 16).slot = -6;
      L.emitImm(I.I_LI, [m], 1, -align).immHi = -1;
      L.emit(I.I_AND, [d, low, m], 1);
    }
  }

  // ---- floating point -------------------------------------------------------------------------------

  private float(L: Lowering, v: Value, op: number): void {
    const f = L.f;
    const a = f.a[v]!;
    const b = f.b[v]!;
    const d = f.ty[v] === TY_F64 ? 1 : 0;
    const r3 = (row: readonly number[], w: number): void => void L.emit(row[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
    const r2 = (row: number): void => void L.emit(row, [L.result(v), L.reg(a)], 1);
    switch (op) {
      case OP_FADD:
        r3(I.I_FADD, d);
        break;
      case OP_FSUB:
        r3(I.I_FSUB, d);
        break;
      case OP_FMUL:
        r3(I.I_FMUL, d);
        break;
      case OP_FDIV:
        r3(I.I_FDIV, d);
        break;
      case OP_FNEG:
        r2(I.I_FNEG[d]!);
        break;
      case OP_FABS:
        r2(I.I_FABS[d]!);
        break;
      case OP_FSQRT:
        r2(I.I_FSQRT[d]!);
        break;
      case OP_FCOPYSIGN:
        r3(I.I_FSGNJ, d);
        break;
      case OP_FEQ:
        r3(I.I_FEQ, f.c[v] === TY_F64 ? 1 : 0);
        break;
      case OP_FLT:
        r3(I.I_FLT, f.c[v] === TY_F64 ? 1 : 0);
        break;
      case OP_FLE:
        r3(I.I_FLE, f.c[v] === TY_F64 ? 1 : 0);
        break;
      case OP_FNE: {
        const t = L.tmp();
        L.emit(I.I_FEQ[f.c[v] === TY_F64 ? 1 : 0]!, [t, L.reg(a), L.reg(b)], 1);
        L.emitImm(I.I_XORI, [L.result(v), t], 1, 1);
        break;
      }
      case OP_FCVT:
        if (f.ty[a] === f.ty[v]) L.copy(L.result(v), L.reg(a));
        else r2(d === 1 ? I.I_FCVT_D_S : I.I_FCVT_S_D);
        break;
      case OP_SITOF:
        r2(I.I_FCVT_SI[f.c[v] === TY_I64 ? 1 : 0]![d]!);
        break;
      case OP_UITOF:
        r2(I.I_FCVT_UI[f.c[v] === TY_I64 ? 1 : 0]![d]!);
        break;
      case OP_FTOSI:
        r2(I.I_FTOI[f.ty[v] === TY_I64 ? 1 : 0]![f.c[v] === TY_F64 ? 1 : 0]!);
        break;
      case OP_FTOUI:
        r2(I.I_FTOU[f.ty[v] === TY_I64 ? 1 : 0]![f.c[v] === TY_F64 ? 1 : 0]!);
        break;
      case OP_BITCAST:
        if (f.ty[v] === TY_F32) r2(I.I_FMV_W_X);
        else if (f.ty[v] === TY_F64) r2(I.I_FMV_D_X);
        else r2(f.ty[v] === TY_I32 ? I.I_FMV_X_W : I.I_FMV_X_D);
        break;
      default:
        L.bug(v, "not selected on riscv64");
    }
  }
}

const AMO_KIND: Readonly<Record<number, number>> = {
  [RMW_XCHG]: 0,
  [RMW_ADD]: 1,
  [RMW_SUB]: 1,
  [RMW_AND]: 2,
  [RMW_OR]: 3,
  [RMW_XOR]: 4,
};

export { RA };
