// Instruction selection for riscv64: the selector that lowering.ts drives, and its control flow. Integers are in integer.ts, memory and
// atomics in memory.ts, calls in calls.ts, floating point in float.ts. // hot
//
// Invariant: an I32 in a register is sign-extended to 64 bits, as every W instruction leaves it and the ABI passes it. So SEXT32 is
// a copy, 32-bit comparisons are 64-bit ones, and only ZEXT32 and TRUNC cost something.

import { hi as i64hi, sub64 } from "../../base/i64.ts";
import type { AtomicInfo, Value } from "../../ir/func.ts";
import {
  OP_ADD,
  OP_ALLOCA,
  OP_AND,
  OP_ASM,
  OP_ATOMICLOAD,
  OP_ATOMICRMW,
  OP_ATOMICSTORE,
  OP_BR,
  OP_BSWAP,
  OP_CALL,
  OP_CMPXCHG,
  OP_CONST,
  OP_COPY,
  OP_DALLOCA,
  OP_EQ,
  OP_FCONST,
  OP_FENCE,
  OP_FRAMEADDR,
  OP_IJMP,
  OP_JMP,
  OP_LABELADDR,
  OP_LOAD,
  OP_MUL,
  OP_NE,
  OP_OR,
  OP_OUTARG,
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
  TY_F32,
  TY_I32,
} from "../../ir/ops.ts";
import { lowerAsm } from "../../mach/inline-asm.ts";
import type { Lowering, Selector } from "../../mach/lowering.ts";
import { CLASS_FLOAT, type MInst } from "../../mach/minst.ts";
import { lowerSwitch } from "../../mach/switch.ts";
import { TLS_INITIAL_EXEC, tlsModelOf } from "../tls-model.ts";
import { access, addImmediate, imm12, SLOT_DYNAMIC, SLOT_INCOMING, SLOT_OUTGOING, SLOT_TOP, viaGot } from "./address.ts";
import { riscvAsm } from "./asm-operands.ts";
import { selectCall, selectEntry, selectReturn } from "./calls.ts";
import { selectFloat } from "./float.ts";
import {
  selectBinary,
  selectByteSwap,
  selectCompare,
  selectExtension,
  selectRotate,
  selectSelect,
  selectShift,
  zeroOr,
} from "./integer.ts";
import * as I from "./isa.ts";
import { emitFence, selectCompareExchange, selectLoad, selectRmw, selectStore } from "./memory.ts";
import type { RiscvOptions } from "./options.ts";
import { A0, CALL_CLOBBERS, S0, SP, TP, ZERO } from "./registers.ts";

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
    if (viaGot(s, this.o) && off !== 0) {
      const t = L.tmp();
      L.emitImm(I.I_LA, [t], 1, 0).sym = sym;
      addImmediate(L, dst, t, off);
      return;
    }
    L.emitImm(I.I_LA, [dst], 1, off).sym = sym;
  }

  entry(L: Lowering): void {
    selectEntry(L);
  }

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
        selectBinary(L, v, i32 ? I.I_ADDW : I.I_ADD, i32 ? I.I_ADDIW : I.I_ADDI, true);
        break;
      case OP_SUB:
        if (L.constIn(b, -2047, 2048)) L.emitImm(i32 ? I.I_ADDIW : I.I_ADDI, [L.result(v), L.reg(a)], 1, -f.a[b]!);
        else if (L.constIn(a, 0, 0)) L.emit(i32 ? I.I_NEGW : I.I_NEG, [L.result(v), L.reg(b)], 1);
        else L.emit(i32 ? I.I_SUBW : I.I_SUB, [L.result(v), L.reg(a), L.reg(b)], 1);
        break;
      case OP_AND:
        selectBinary(L, v, I.I_AND, I.I_ANDI, true);
        break;
      case OP_OR:
        selectBinary(L, v, I.I_OR, I.I_ORI, true);
        break;
      case OP_XOR:
        selectBinary(L, v, I.I_XOR, I.I_XORI, true);
        break;
      case OP_SHL:
        selectShift(L, v, i32 ? I.I_SLLW : I.I_SLL, i32 ? I.I_SLLIW : I.I_SLLI, i32);
        break;
      case OP_SHR:
        selectShift(L, v, i32 ? I.I_SRLW : I.I_SRL, i32 ? I.I_SRLIW : I.I_SRLI, i32);
        break;
      case OP_SAR:
        selectShift(L, v, i32 ? I.I_SRAW : I.I_SRA, i32 ? I.I_SRAIW : I.I_SRAI, i32);
        break;
      case OP_ROTL:
        selectRotate(L, v, i32);
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
        selectCompare(L, v);
        break;
      case OP_SEXT8:
        selectExtension(L, v, 56, I.I_SRAI);
        break;
      case OP_SEXT16:
        selectExtension(L, v, 48, I.I_SRAI);
        break;
      case OP_ZEXT8:
        L.emitImm(I.I_ANDI, [L.result(v), L.reg(a)], 1, 255);
        break;
      case OP_ZEXT16:
        selectExtension(L, v, 48, I.I_SRLI);
        break;
      case OP_SEXT32:
        L.copy(L.result(v), L.reg(a));
        break;
      case OP_ZEXT32:
        selectExtension(L, v, 32, I.I_SRLI);
        break;
      case OP_TRUNC:
        L.emit(I.I_SEXTW, [L.result(v), L.reg(a)], 1);
        break;
      case OP_SELECT:
        selectSelect(L, v);
        break;
      case OP_BSWAP:
        selectByteSwap(L, v, i32);
        break;
      case OP_LOAD:
      case OP_ATOMICLOAD:
        selectLoad(L, v);
        break;
      case OP_STORE:
        selectStore(L, v);
        break;
      case OP_ATOMICSTORE: {
        const order = (f.aux[v] as AtomicInfo).order;
        if (order >= 3) emitFence(L, 3, 1); // fence rw,w
        selectStore(L, v);
        if (order === 5) emitFence(L, 3, 3);
        break;
      }
      case OP_ATOMICRMW:
        selectRmw(L, v);
        break;
      case OP_CMPXCHG:
        selectCompareExchange(L, v);
        break;
      case OP_FENCE:
        if (b === 1 || a === 0) break;
        if (a === 1 || a === 2) emitFence(L, 2, 3);
        else if (a === 3) emitFence(L, 3, 1);
        else emitFence(L, 3, 3);
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
        break;
      }
      case OP_RET:
        selectReturn(L, v);
        break;
      case OP_UNREACHABLE:
        L.emit(I.I_SWITCHEND, [], 0);
        break;
      case OP_TRAP:
        L.emit(I.I_EBREAK, [], 0);
        break;
      case OP_CALL:
        selectCall(L, v, this.o);
        break;
      case OP_ASM:
        lowerAsm(L, v, riscvAsm);
        break;
      case OP_DALLOCA:
        selectDynamicAlloca(L, v);
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
        access(L, I.I_SD, t, 0, a);
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
        selectThreadLocal(L, v, this.o);
        break;
      }
      default:
        selectFloat(L, v, op);
    }
  }

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
        i = L.emit(I.I_BLT, [zeroOr(L, a), zeroOr(L, b)], 0);
        break;
      case OP_SLE:
        i = L.emit(I.I_BGE, [zeroOr(L, b), zeroOr(L, a)], 0);
        break;
      case OP_ULT:
        i = L.emit(I.I_BLTU, [zeroOr(L, a), L.reg(b)], 0);
        break;
      case OP_ULE:
        i = L.emit(I.I_BGEU, [L.reg(b), zeroOr(L, a)], 0);
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
}

/** The address of a thread-local variable. */
function selectThreadLocal(L: Lowering, v: Value, o: RiscvOptions): void {
  const sym = L.f.a[v]!;
  const model = tlsModelOf(L.module.syms[sym]!, o.tls);
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
  i.clobbers = CALL_CLOBBERS.filter((r) => r !== A0 && (o.hardFloat || r < 32));
  if (L.f.b[v] === 0) L.copy(L.result(v), A0);
  else {
    const t = L.tmp();
    L.copy(t, A0);
    addImmediate(L, L.result(v), t, L.f.b[v]!);
  }
}

/** Stack space of a size known at run time. */
function selectDynamicAlloca(L: Lowering, v: Value): void {
  const f = L.f;
  const size = f.a[v]!;
  const align = Math.max(16, f.b[v]!);
  const t = L.tmp();
  const u = L.tmp();
  addImmediate(L, t, L.reg(size), 15 + align - 16);
  L.emitImm(I.I_ANDI, [u, t], 1, -16);
  L.emit(I.I_SUB, [SP, SP, u], 1);
  const d = L.wanted(v) ? L.result(v) : L.tmp();
  // outgoing arguments stay at the bottom of the stack
  if (align === 16) L.emitImm(I.I_FRAME, [d], 1, 0).slot = SLOT_DYNAMIC;
  else {
    const low = L.tmp();
    const m = L.tmp();
    L.emitImm(I.I_FRAME, [low], 1, align - 16).slot = SLOT_DYNAMIC;
    L.emitImm(I.I_LI, [m], 1, -align).immHi = -1;
    L.emit(I.I_AND, [d, low, m], 1);
  }
}
