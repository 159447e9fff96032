// Instruction selection for x86-64 and i386: the selector that lowering.ts drives, and its control flow. Integers are in integer.ts,
// flags in flags.ts, loads and stores in memory.ts, atomics in atomics.ts, calls in calls.ts, floating point in float.ts and x87-only.ts. // hot
//
// The rows for 64 bits stand for the machine word (isa.ts): on i386, where integers of 64 bits are pairs by now, they are 32 bits.
// The upper half of a register that holds an I32 is unspecified; an instruction that writes 32 bits clears it (Intel SDM vol. 1,
// 3.4.1.1), which ZEXT32 uses where it can see the definition. Comparisons set the flags right in front of what reads them.

import type { AsmInfo, RetInfo, Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import { type AsmTarget, lowerAsm } from "../../mach/inline-asm.ts";
import type { Lowering, Selector } from "../../mach/lowering.ts";
import { CLASS_FLOAT, CLASS_INT, type MFunc, type MInst } from "../../mach/minst.ts";
import { lowerSwitch } from "../../mach/switch.ts";
import { TLS_LOCAL_DYNAMIC, tlsModelOf } from "../tls-model.ts";
import { address, emitMem, foldableLoad, SLOT_DYNAMIC, SLOT_INCOMING, SLOT_OUTGOING, viaGot } from "./address.ts";
import { x86Asm } from "./asm-operands.ts";
import { selectAtomicRmw, selectAtomicStore, selectCompareExchange } from "./atomics.ts";
import { selectCall, selectEntry, selectVaStart } from "./calls.ts";
import { emitSetcc, selectSelect, setCondition, setFlags } from "./flags.ts";
import { FLAGS_FEQ, FLAGS_FNE, materializeFloat, selectFloat } from "./float.ts";
import {
  clearsUpper,
  isInt32,
  selectAdd,
  selectAlu,
  selectAnd,
  selectDivide,
  selectMultiply,
  selectShift,
  selectUnary,
  selectWithCarry,
} from "./integer.ts";
import * as I from "./isa.ts";
import { selectLoad, selectStore } from "./memory.ts";
import type { X86Options } from "./options.ts";
import { CALL_CLOBBERS, CALL_CLOBBERS32, CLASS_X87, RAX, RBP, RBX, RDX, ST0 } from "./registers.ts";
import { materializeX87, selectX87Only, x87Format } from "./x87-only.ts";

export class X86Selector implements Selector {
  readonly o: X86Options;
  private readonly asm: AsmTarget;
  readonly stackAlign: number;
  readonly f80Class: number = CLASS_X87;
  /** i386 computes all floating-point numbers in the x87. */
  readonly floatClass: number;
  private readonly long: boolean;
  /** i386: register that holds the address of the global offset table in the function being selected. */
  private got = -1;
  private gotOf: MFunc | undefined;
  private readonly gotBase = (L: Lowering): number => {
    if (this.gotOf !== L.m) {
      this.gotOf = L.m;
      this.got = L.tmp();
    }
    return this.got;
  };

  constructor(o: X86Options) {
    this.o = o;
    this.asm = x86Asm(o);
    this.stackAlign = o.stackAlign;
    this.long = o.bits === 64;
    this.floatClass = this.long ? CLASS_FLOAT : CLASS_X87;
  }

  isTerminator(i: MInst): boolean {
    if (i.op === 2) return i.aux !== undefined && "info" in i.aux && i.aux.info.labels.length > 0;
    return i.op >= I.I_JCC && i.op <= I.I_TABLEJMP;
  }

  cheap(): boolean {
    return true;
  }

  asmFixedReg(constraint: string): number {
    return this.asm.fixedReg(constraint);
  }

  materialize(L: Lowering, v: Value, dst: number): void {
    const f = L.f;
    switch (f.op[v]) {
      case O.OP_CONST:
        this.li(L, dst, f.a[v]!, f.ty[v] === O.TY_I32 ? 0 : f.b[v]!);
        break;
      case O.OP_SYM:
        if (viaGot(L.module.syms[f.a[v]!]!, this.o) && f.b[v] !== 0) {
          const t = L.tmp();
          L.emit(I.I_ADDRESS, this.withGot(L, t), 1).sym = f.a[v]!;
          L.emitImm(I.I_ADDI3[1]!, [dst, t], 1, f.b[v]!);
        } else L.emitImm(I.I_ADDRESS, this.withGot(L, dst), 1, f.b[v]!).sym = f.a[v]!;
        break;
      case O.OP_LABELADDR:
        L.emit(I.I_LABEL, this.withGot(L, dst), 1).target = f.a[v]!;
        break;
      case O.OP_ALLOCA: {
        if (!L.overAligned(v)) {
          L.emit(I.I_LEA[1]!, [dst], 1).slot = L.slotOf[v]!;
          break;
        }
        const t = L.tmp();
        L.emitImm(I.I_LEA[1]!, [t], 1, f.b[v]! - this.stackAlign).slot = L.slotOf[v]!;
        L.copy(dst, t);
        L.emit(I.AND.ri[1]!, [dst, dst], 1).imm2 = -f.b[v]!;
        break;
      }
      case O.OP_UNDEF:
        if (L.classOf(v) === CLASS_INT) this.li(L, dst, 0, 0);
        else this.materializeFloat(L, v, dst);
        break;
      default:
        this.materializeFloat(L, v, dst);
    }
  }

  private materializeFloat(L: Lowering, v: Value, dst: number): void {
    if (this.long) materializeFloat(L, v, dst);
    else materializeX87(L, v, dst);
  }

  li(L: Lowering, dst: number, lo: number, hi: number): void {
    L.emitImm(I.I_LI, [dst], 1, lo).immHi = hi;
  }

  entry(L: Lowering): void {
    selectEntry(L, this.o);
    if (this.gotOf === L.m) L.emit(I.I_GOTPC, [this.got], 1);
  }

  /** d, and on i386 the base that position-independent addresses are relative to. */
  private withGot(L: Lowering, d: number): number[] {
    return !this.long && this.o.pic ? [d, this.gotBase(L)] : [d];
  }

  select(L: Lowering, v: Value): void {
    const f = L.f;
    const op = f.op[v]!;
    const w = f.ty[v] === O.TY_I32 ? 0 : 1;
    const a = f.a[v]!;
    const b = f.b[v]!;
    switch (op) {
      case O.OP_COPY:
      case O.OP_TRUNC:
        L.copy(L.result(v), L.reg(a));
        break;
      case O.OP_ADD:
        selectAdd(L, v, w, this.o);
        break;
      case O.OP_SUB:
        if (isInt32(L, b) && f.a[b] !== -0x80000000) L.emitImm(I.I_ADDI3[w]!, [L.result(v), L.reg(a)], 1, -f.a[b]!);
        else if (L.constIn(a, 0, 0)) selectUnary(L, v, I.I_NEG[w]!);
        else if (!selectWithCarry(L, v, a, b, w)) selectAlu(L, v, w, I.SUB, false, this.o);
        break;
      case O.OP_AND:
        selectAnd(L, v, w, this.o);
        break;
      case O.OP_OR:
        selectAlu(L, v, w, I.OR, true, this.o);
        break;
      case O.OP_XOR:
        if (L.constIn(b, -1, -1)) selectUnary(L, v, I.I_NOT[w]!);
        else selectAlu(L, v, w, I.XOR, true, this.o);
        break;
      case O.OP_SHL:
        selectShift(L, v, w, I.I_SHL, I.I_SHLI);
        break;
      case O.OP_SHR:
        selectShift(L, v, w, I.I_SHR, I.I_SHRI);
        break;
      case O.OP_SAR:
        selectShift(L, v, w, I.I_SAR, I.I_SARI);
        break;
      case O.OP_ROTL:
        selectShift(L, v, w, I.I_ROL, I.I_ROLI);
        break;
      case O.OP_MUL:
        selectMultiply(L, v, w, this.o);
        break;
      case O.OP_SDIV:
      case O.OP_UDIV:
      case O.OP_SREM:
      case O.OP_UREM:
        selectDivide(L, v, w);
        break;
      case O.OP_SMULH:
      case O.OP_UMULH: {
        const y = L.reg(b);
        L.copy(RAX, L.reg(a));
        L.emit((op === O.OP_SMULH ? I.I_IMUL1 : I.I_MUL1)[w]!, [RDX, RAX, RAX, y], 2);
        L.copy(L.result(v), RDX);
        break;
      }
      case O.OP_EQ:
      case O.OP_NE:
      case O.OP_SLT:
      case O.OP_SLE:
      case O.OP_ULT:
      case O.OP_ULE:
      case O.OP_FEQ:
      case O.OP_FNE:
      case O.OP_FLT:
      case O.OP_FLE:
      case O.OP_FLTQ:
      case O.OP_FLEQ:
        emitSetcc(L, L.result(v), setFlags(L, v, v, this.o));
        break;
      case O.OP_SEXT8:
        L.emit(I.I_MOVSB[w]!, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_SEXT16:
        L.emit(I.I_MOVSW[w]!, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_ZEXT8:
        L.emit(I.I_MOVZB, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_ZEXT16:
        L.emit(I.I_MOVZW, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_SEXT32:
        if (foldableLoad(L, v, a) && (f.c[a]! & O.MEM_SIZE) === 4)
          emitMem(L, I.I_LDSL, [L.result(v)], 1, address(L, f.a[a]!, this.o, f.c[a]!));
        else L.emit(I.I_MOVSL, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_ZEXT32:
        if (clearsUpper(L, a)) L.copy(L.result(v), L.reg(a));
        else L.emit(I.I_MOVL, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_SELECT:
        selectSelect(L, v, w, this.o);
        break;
      case O.OP_CLZ: {
        const t = L.tmp();
        L.emit(I.I_BSR[w]!, [t, L.reg(a)], 1);
        const d = L.result(v);
        L.copy(d, t);
        L.emit(I.XOR.ri[w]!, [d, d], 1).imm2 = w === 1 ? 63 : 31;
        break;
      }
      case O.OP_CTZ:
        L.emit(I.I_BSF[w]!, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_POPCNT:
        L.emit(I.I_POPCNT[w]!, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_BSWAP:
        selectUnary(L, v, this.o.i486 ? I.I_BSWAP[w]! : I.I_BSWAP386);
        break;
      case O.OP_LOAD:
      case O.OP_ATOMICLOAD:
        selectLoad(L, v, this.o);
        break;
      case O.OP_STORE:
        selectStore(L, v, this.o);
        break;
      case O.OP_ATOMICSTORE:
        selectAtomicStore(L, v, this.o);
        break;
      case O.OP_ATOMICRMW:
        selectAtomicRmw(L, v, this.o);
        break;
      case O.OP_CMPXCHG:
        selectCompareExchange(L, v, this.o);
        break;
      case O.OP_FENCE:
        if (b !== 1 && a === 5) L.emit(this.long || this.o.sse ? I.I_MFENCE : I.I_FENCE, [], 0);
        break;
      case O.OP_PREFETCH:
        emitMem(L, I.I_PREFETCH[Math.min(3, Math.max(0, f.c[v]!))]!, [], 0, address(L, a, this.o));
        break;
      case O.OP_JMP:
        this.jump(L, b);
        break;
      case O.OP_BR:
        this.branch(L, v);
        break;
      case O.OP_SWITCH:
        lowerSwitch(L, v, this);
        break;
      case O.OP_IJMP:
        L.emit(I.I_IJMP, [L.reg(a)], 0);
        break;
      case O.OP_RET:
        this.ret(L, v);
        break;
      case O.OP_UNREACHABLE:
        L.emit(I.I_END, [], 0);
        break;
      case O.OP_TRAP:
        L.emit(I.I_UD2, [], 0);
        break;
      case O.OP_CALL:
        selectCall(L, v, this.o, this.long ? undefined : this.gotBase);
        break;
      case O.OP_ASM:
        lowerAsm(L, v, this.asm);
        break;
      case O.OP_DALLOCA:
        this.dynamicAlloca(L, v);
        break;
      case O.OP_STACKSAVE:
        L.emit(I.I_GETSP, [L.result(v)], 1);
        break;
      case O.OP_STACKRESTORE:
        L.emit(I.I_SETSP, [L.reg(a)], 0);
        break;
      case O.OP_STACKPARAM:
        L.emitImm(I.I_LEA[1]!, [L.result(v)], 1, a).slot = SLOT_INCOMING;
        break;
      case O.OP_OUTARG:
        L.emitImm(I.I_LEA[1]!, [L.result(v)], 1, a).slot = SLOT_OUTGOING;
        break;
      case O.OP_VASTART:
        selectVaStart(L, v, this.o);
        break;
      case O.OP_FRAMEADDR:
        this.frameAddress(L, L.result(v), a);
        break;
      case O.OP_RETADDR:
        if (a === 0) L.emitImm(I.I_LD[1]!, [L.result(v)], 1, this.long ? -8 : -4).slot = SLOT_INCOMING;
        else {
          const record = L.tmp();
          this.frameAddress(L, record, a);
          const i = L.emitImm(I.I_LD[1]!, [L.result(v), record], 1, this.long ? 8 : 4);
          i.immHi = I.MEM_BASE;
        }
        break;
      case O.OP_READREG:
        L.emit(I.I_MOV, [L.result(v), a], 1);
        break;
      case O.OP_WRITEREG:
        if (!this.keptByAsm(L, a, b)) L.emit(I.I_MOV, [a, L.reg(b)], 1);
        break;
      case O.OP_TLSADDR:
        this.threadLocal(L, v);
        break;
      default:
        if (this.long) selectFloat(L, v, this.o);
        else selectX87Only(L, v);
    }
  }

  /** Frame pointer `level` callers up: each one's slot holds the next. */
  private frameAddress(L: Lowering, dst: number, level: number): void {
    L.f.usesFrameAddr = true;
    let from = RBP;
    for (let k = 0; k < level; k++) {
      const t = k === level - 1 ? dst : L.tmp();
      L.emit(I.I_LD[1]!, [t, from], 1).immHi = I.MEM_BASE;
      from = t;
    }
    if (level === 0) L.emit(I.I_MOV, [dst, RBP], 1);
  }

  private threadLocal(L: Lowering, v: Value): void {
    const f = L.f;
    const s = L.module.syms[f.a[v]!]!;
    const model = tlsModelOf(s, this.o.tls);
    if (model <= TLS_LOCAL_DYNAMIC) {
      L.m.hasCalls = true;
      if (!this.long) L.copy(RBX, this.gotBase(L));
      const i = L.emitImm(I.I_TLSGD, this.long ? [RAX] : [RAX, RBX], 1, f.b[v]!);
      i.sym = s.id;
      i.immHi = model;
      i.clobbers = (this.long ? CALL_CLOBBERS : CALL_CLOBBERS32).filter((r) => r !== RAX);
      L.copy(L.result(v), RAX);
      return;
    }
    const i = L.emitImm(I.I_TLS, this.withGot(L, L.result(v)), 1, f.b[v]!);
    i.sym = s.id;
    i.immHi = model;
    // written before the base is read
    if (i.regs.length > 1) i.early = 1;
  }

  /** Is v what an asm statement left in the global register variable that it is stored to? */
  private keptByAsm(L: Lowering, reg: number, v: Value): boolean {
    const f = L.f;
    if (f.op[v] !== O.OP_PROJ || f.op[f.a[v]!] !== O.OP_ASM) return false;
    return (f.aux[f.a[v]!] as AsmInfo).operands.some((x) => x.outIndex === f.b[v] && x.fixedReg === reg);
  }

  jump(L: Lowering, target: number): void {
    L.emit(I.I_JMP, [], 0).target = target;
  }

  private branch(L: Lowering, v: Value): void {
    const f = L.f;
    const yes = f.b[v]!;
    const no = f.c[v]!;
    const cc = setCondition(L, v, f.a[v]!, this.o);
    const jcc = (c: number, target: number): void => {
      const i = L.emit(I.I_JCC, [], 0);
      i.immHi = c;
      i.target = target;
    };
    if (cc === FLAGS_FEQ) {
      jcc(I.CC_NE, no);
      jcc(I.CC_P, no);
      this.jump(L, yes);
    } else if (cc === FLAGS_FNE) {
      jcc(I.CC_NE, yes);
      jcc(I.CC_P, yes);
      this.jump(L, no);
    } else {
      jcc(cc, yes);
      this.jump(L, no);
    }
  }

  tableJump(L: Lowering, index: number, targets: number[]): void {
    const t = L.jumpTable(targets);
    const k = L.tmp();
    L.emit(I.I_MOVL, [k, index], 1);
    if (!this.long && this.o.pic) {
      const base = this.gotBase(L);
      const d = L.tmp();
      const to = L.tmp();
      L.emit(I.I_TABLELD, [d, base, k], 1).aux = t;
      L.emit(I.I_ADD3[1]!, [to, base, d], 1);
      L.emit(I.I_IJMP, [to], 0);
      return;
    }
    if (!this.o.pic) {
      L.emit(I.I_TABLEJMP, [k], 0).aux = t;
      return;
    }
    const base = L.tmp();
    const entry = L.tmp();
    const dest = L.tmp();
    L.emit(I.I_TABLE, [base], 1).aux = t;
    L.emit(I.I_LDSL, [entry, base, k], 1).immHi = I.MEM_BASE | 4;
    L.emit(I.I_ADD3[1]!, [dest, base, entry], 1);
    L.emit(I.I_IJMP, [dest], 0);
  }

  private ret(L: Lowering, v: Value): void {
    const f = L.f;
    const vals = (f.aux[v] as RetInfo).vals;
    const dsts: number[] = [];
    const srcs: number[] = [];
    const x87: number[] = [];
    for (let k = 0; k < vals.length; k++) {
      const loc = f.ret[k]!.loc;
      if (loc >= ST0) {
        x87[loc - ST0] = L.reg(vals[k]!);
        continue;
      }
      if (f.op[vals[k]!] === O.OP_UNDEF) continue;
      dsts.push(loc);
      srcs.push(L.reg(vals[k]!));
    }
    L.parallelCopy(dsts, srcs);
    for (let k = x87.length - 1; k >= 0; k--) L.emit(this.long ? I.I_T_PUSH : I.I_X_PUSH[x87Format(f.ret[k]!.ty)]!, [x87[k]!], 0);
    L.emit(I.I_RET, dsts.slice(), 0);
  }

  private dynamicAlloca(L: Lowering, v: Value): void {
    const f = L.f;
    // the stack pointer moves in steps that keep it as aligned as it is, and the area for arguments lies in between
    const step = Math.max(16, L.m.outAlign);
    const have = Math.min(16, Math.max(this.stackAlign, L.m.outAlign));
    const align = Math.max(have, f.b[v]!);
    const n = L.tmp();
    L.emitImm(I.I_ADDI3[1]!, [n, L.reg(f.a[v]!)], 1, step - 1 + align - have);
    const r = L.tmp();
    L.copy(r, n);
    L.emit(I.AND.ri[1]!, [r, r], 1).imm2 = -step;
    L.emit(I.I_SUBSP, [r], 0);
    const d = L.wanted(v) ? L.result(v) : L.tmp();
    if (align === have) L.emit(I.I_LEA[1]!, [d], 1).slot = SLOT_DYNAMIC;
    else {
      const low = L.tmp();
      L.emitImm(I.I_LEA[1]!, [low], 1, align - have).slot = SLOT_DYNAMIC;
      L.copy(d, low);
      L.emit(I.AND.ri[1]!, [d, d], 1).imm2 = -align;
    }
  }
}
