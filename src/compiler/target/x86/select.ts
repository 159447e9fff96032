// Instruction selection for x86-64 and i386: integers, memory and control. // hot
//
// The rows for 64 bits stand for the machine word (isa.ts): on i386, where integers of 64 bits are pairs by now, they are 32 bits.
// The upper half of a register that holds an I32 is unspecified; an instruction that writes 32 bits clears it (Intel SDM vol. 1,
// 3.4.1.1), which ZEXT32 uses where it can see the definition. Comparisons set the flags right in front of what reads them.

import type { AsmInfo, AtomicInfo, RetInfo, Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import { AsmError, type AsmTarget, lowerAsm } from "../../mach/inline-asm.ts";
import type { Lowering, Selector } from "../../mach/lowering.ts";
import { CLASS_FLOAT, CLASS_INT, type MFunc, type MInst } from "../../mach/minst.ts";
import { lowerSwitch } from "../../mach/switch.ts";
import { TLS_LOCAL_DYNAMIC, tlsModelOf } from "../tls-model.ts";
import { address, emitMem, fits32, foldableLoad, SLOT_DYNAMIC, SLOT_INCOMING, SLOT_OUTGOING, viaGot } from "./address.ts";
import { x86Asm } from "./asm-operands.ts";
import { selectCall, selectEntry, selectVaStart } from "./calls.ts";
import { FLAGS_FEQ, FLAGS_FNE, floatFlags, materializeFloat, selectFloat } from "./float.ts";
import * as I from "./isa.ts";
import type { X86Options } from "./options.ts";
import { CALL_CLOBBERS, CALL_CLOBBERS32, CLASS_X87, RAX, RBP, RBX, RCX, RDX, ST0 } from "./registers.ts";
import { materializeX87, selectX87Only, x87Flags, x87Format } from "./x87-only.ts";

/** Conditions of the integer comparisons EQ … ULE, and the same with the operands exchanged. */
const CONDITION = [I.CC_E, I.CC_NE, I.CC_L, I.CC_LE, I.CC_B, I.CC_BE];
const EXCHANGED = [I.CC_E, I.CC_NE, I.CC_G, I.CC_GE, I.CC_A, I.CC_AE];
/** For operands known not to be negative: the unsigned condition. */
const AS_UNSIGNED = [I.CC_E, I.CC_NE, I.CC_B, I.CC_BE, I.CC_B, I.CC_BE];

const log2 = (n: number): number => 31 - Math.clz32(n);

export class X86Selector implements Selector {
  readonly o: X86Options;
  private readonly asm: AsmTarget;
  readonly stackAlign: number;
  readonly f80Class: number = CLASS_X87;
  /** i386 computes all floating-point numbers in the x87. */
  readonly floatClass: number;
  private readonly long: boolean;
  /** Width of addresses: index of the rows for I32 and I64. */
  private readonly pw: number;
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
    this.pw = this.long ? 1 : 0;
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
        if (viaGot(L, f.a[v]!, this.o) && f.b[v] !== 0) {
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

  // ---- values ---------------------------------------------------------------------------------------

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
        this.add(L, v, w);
        break;
      case O.OP_SUB:
        if (this.int32(L, b) && f.a[b] !== -0x80000000) L.emitImm(I.I_ADDI3[w]!, [L.result(v), L.reg(a)], 1, -f.a[b]!);
        else if (L.constIn(a, 0, 0)) this.unary(L, v, I.I_NEG[w]!);
        else if (!this.withCarry(L, v, a, b, w)) this.alu(L, v, w, I.SUB, false);
        break;
      case O.OP_AND:
        this.and(L, v, w);
        break;
      case O.OP_OR:
        this.alu(L, v, w, I.OR, true);
        break;
      case O.OP_XOR:
        if (L.constIn(b, -1, -1)) this.unary(L, v, I.I_NOT[w]!);
        else this.alu(L, v, w, I.XOR, true);
        break;
      case O.OP_SHL:
        this.shift(L, v, w, I.I_SHL, I.I_SHLI);
        break;
      case O.OP_SHR:
        this.shift(L, v, w, I.I_SHR, I.I_SHRI);
        break;
      case O.OP_SAR:
        this.shift(L, v, w, I.I_SAR, I.I_SARI);
        break;
      case O.OP_ROTL:
        this.shift(L, v, w, I.I_ROL, I.I_ROLI);
        break;
      case O.OP_MUL:
        this.multiply(L, v, w);
        break;
      case O.OP_SDIV:
      case O.OP_UDIV:
      case O.OP_SREM:
      case O.OP_UREM:
        this.divide(L, v, w);
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
        this.setcc(L, L.result(v), this.compare(L, v, v));
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
        if (this.clearsUpper(L, a)) L.copy(L.result(v), L.reg(a));
        else L.emit(I.I_MOVL, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_SELECT:
        this.selectValue(L, v, w);
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
        this.unary(L, v, this.o.i486 ? I.I_BSWAP[w]! : I.I_BSWAP386);
        break;
      case O.OP_LOAD:
      case O.OP_ATOMICLOAD:
        this.load(L, v);
        break;
      case O.OP_STORE:
        this.store(L, v);
        break;
      case O.OP_ATOMICSTORE:
        this.atomicStore(L, v);
        break;
      case O.OP_ATOMICRMW:
        this.atomicRmw(L, v);
        break;
      case O.OP_CMPXCHG:
        this.compareExchange(L, v);
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

  int32(L: Lowering, v: Value): boolean {
    return L.isConst(v) && (L.f.ty[v] === O.TY_I32 || L.f.b[v] === L.f.a[v]! >> 31);
  }

  /** Was the I32 value made by an instruction that clears the upper half of its register? */
  private clearsUpper(L: Lowering, v: Value): boolean {
    const f = L.f;
    const op = f.op[v]!;
    if (op >= O.OP_ADD && op <= O.OP_ROTL) return op !== O.OP_SMULH && op !== O.OP_UMULH && !this.isDivision(op);
    if (op >= O.OP_EQ && op <= O.OP_ZEXT16) return true;
    return op === O.OP_LOAD || op === O.OP_BSWAP || op === O.OP_SELECT;
  }
  private isDivision(op: number): boolean {
    return op >= O.OP_SDIV && op <= O.OP_UREM;
  }

  private unary(L: Lowering, v: Value, row: number): void {
    const d = L.result(v);
    const f = L.f;
    L.copy(d, L.reg(f.op[v] === O.OP_SUB ? f.b[v]! : f.a[v]!));
    L.emit(row, [d, d], 1);
  }

  /** Two-operand arithmetic with a register, constant or memory as second operand. */
  private alu(L: Lowering, v: Value, w: number, rows: I.Alu, commutes: boolean): void {
    const f = L.f;
    let a = f.a[v]!;
    let b = f.b[v]!;
    if (commutes && (L.isConst(a) || (!L.isConst(b) && this.better(L, v, a, b, w)))) {
      const t = a;
      a = b;
      b = t;
    }
    const d = L.result(v);
    if (this.int32(L, b)) {
      L.copy(d, L.reg(a));
      L.emit(rows.ri[w]!, [d, d], 1).imm2 = f.a[b]!;
      return;
    }
    if (foldableLoad(L, v, b) && this.wholeLoad(L, b, w)) {
      const m = address(L, f.a[b]!, this.o, f.c[b]!);
      L.copy(d, L.reg(a));
      emitMem(L, rows.rm[w]!, [d, d], 1, m);
      return;
    }
    const y = L.reg(b);
    L.copy(d, L.reg(a));
    L.emit(rows.rr[w]!, [d, d, y], 1);
  }

  /** Is b a better first operand than a: one that dies here, while a can be read from memory or lives on? */
  private better(L: Lowering, v: Value, a: Value, b: Value, w: number): boolean {
    if (foldableLoad(L, v, b) && this.wholeLoad(L, b, w)) return false;
    if (foldableLoad(L, v, a) && this.wholeLoad(L, a, w)) return true;
    return L.uses[a]! > 1 && L.uses[b] === 1;
  }

  private wholeLoad(L: Lowering, v: Value, w: number): boolean {
    return (L.f.c[v]! & O.MEM_SIZE) === (w === 1 ? 8 : 4);
  }

  private add(L: Lowering, v: Value, w: number): void {
    const f = L.f;
    let a = f.a[v]!;
    let b = f.b[v]!;
    if (L.isConst(a)) {
      const t = a;
      a = b;
      b = t;
    }
    if (this.int32(L, b)) {
      // a sum of a sum: one lea
      if (w === this.pw && (f.op[a] === O.OP_ADD || f.op[a] === O.OP_ALLOCA || f.op[a] === O.OP_SYM) && !L.wanted(a)) {
        const m = address(L, v, this.o);
        if (m.regs.length === 2 || m.slot !== -1 || m.sym !== 0) {
          emitMem(L, I.I_LEA[1]!, [L.result(v)], 1, m);
          return;
        }
        if (m.regs.length === 1 && fits32(m.disp)) {
          L.emitImm(I.I_ADDI3[1]!, [L.result(v), m.regs[0]!], 1, m.disp);
          return;
        }
      }
      L.emitImm(I.I_ADDI3[w]!, [L.result(v), L.reg(a)], 1, f.a[b]!);
      return;
    }
    if (this.withCarry(L, v, a, b, w) || this.withCarry(L, v, b, a, w)) return;
    if ((foldableLoad(L, v, b) && this.wholeLoad(L, b, w)) || (foldableLoad(L, v, a) && this.wholeLoad(L, a, w))) {
      this.alu(L, v, w, I.ADD, true);
      return;
    }
    if (w === this.pw && (this.isScaled(L, a) || this.isScaled(L, b) || f.op[a] === O.OP_ALLOCA || f.op[b] === O.OP_ALLOCA)) {
      const m = address(L, v, this.o);
      emitMem(L, I.I_LEA[1]!, [L.result(v)], 1, m);
      return;
    }
    L.emit(I.I_ADD3[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
  }

  /**
   * Upper words of wide sums and differences (mach/expand-wide.ts): x ± y ± (p < q), unsigned, is a comparison that leaves p < q in
   * the carry flag, and adc or sbb. False when `carry` is no such comparison.
   */
  private withCarry(L: Lowering, v: Value, sum: Value, carry: Value, w: number): boolean {
    const f = L.f;
    let c = carry;
    if (w === 1 && f.op[c] === O.OP_ZEXT32 && L.uses[c] === 1 && !L.wanted(c)) c = f.a[c]!;
    if (f.op[c] !== O.OP_ULT || L.uses[c] !== 1 || L.wanted(c) || f.blk[c] !== f.blk[v]) return false;
    const plus = f.op[v] === O.OP_ADD;
    let x = sum;
    let y: Value = 0;
    if (f.op[x] === f.op[v] && L.uses[x] === 1 && !L.wanted(x) && f.blk[x] === f.blk[v]) {
      y = f.b[x]!;
      x = f.a[x]!;
    }
    const d = L.result(v);
    const yr = y === 0 || this.int32(L, y) ? -1 : L.reg(y);
    const p = L.reg(f.a[c]!);
    const q = f.b[c]!;
    const wide = f.c[c] === O.TY_I32 ? 0 : 1;
    L.copy(d, L.reg(x));
    if (this.int32(L, q)) L.emit(I.I_CMPI[wide]!, [p], 0).imm2 = f.a[q]!;
    else L.emit(I.I_CMP[wide]!, [p, L.reg(q)], 0);
    if (yr >= 0) L.emit((plus ? I.I_ADC : I.I_SBB)[w]!, [d, d, yr], 1);
    else L.emit((plus ? I.I_ADCI : I.I_SBBI)[w]!, [d, d], 1).imm2 = y === 0 ? 0 : f.a[y]!;
    return true;
  }

  private isScaled(L: Lowering, v: Value): boolean {
    return L.f.op[v] === O.OP_SHL && L.constIn(L.f.b[v]!, 1, 3) && L.uses[v] === 1 && !L.wanted(v);
  }

  private and(L: Lowering, v: Value, w: number): void {
    const f = L.f;
    const b = f.b[v]!;
    if (L.isConst(b) && (w === 0 || f.b[b] === 0)) {
      const c = f.a[b]!;
      const row = c === 0xff ? I.I_MOVZB : c === 0xffff ? I.I_MOVZW : w === 1 && c === -1 ? I.I_MOVL : -1;
      if (row >= 0) {
        L.emit(row, [L.result(v), L.reg(f.a[v]!)], 1);
        return;
      }
      if (w === 1) {
        // zero above bit 31: the 32-bit form clears it
        const d = L.result(v);
        L.copy(d, L.reg(f.a[v]!));
        L.emit(I.AND.ri[0]!, [d, d], 1).imm2 = c;
        return;
      }
    }
    this.alu(L, v, w, I.AND, true);
  }

  private shift(L: Lowering, v: Value, w: number, rr: readonly number[], ri: readonly number[]): void {
    const f = L.f;
    const b = f.b[v]!;
    const d = L.result(v);
    const x = L.reg(f.a[v]!);
    if (L.isConst(b)) {
      L.copy(d, x);
      L.emit(ri[w]!, [d, d], 1).imm2 = f.a[b]! & (w === 1 ? 63 : 31);
      return;
    }
    const n = L.reg(b);
    L.copy(d, x);
    L.copy(RCX, n);
    L.emit(rr[w]!, [d, d, RCX], 1);
  }

  private multiply(L: Lowering, v: Value, w: number): void {
    const f = L.f;
    const a = f.a[v]!;
    const b = f.b[v]!;
    const d = L.result(v);
    if (this.int32(L, b)) {
      const c = f.a[b]!;
      if (c === 3 || c === 5 || c === 9) {
        const x = L.reg(a);
        L.emit(I.I_LEA[w]!, [d, x, x], 1).immHi = I.MEM_BASE | (c - 1);
      } else L.emit(I.I_IMULI[w]!, [d, L.reg(a)], 1).imm2 = c;
      return;
    }
    const swap = this.better(L, v, a, b, w);
    const x = swap ? b : a;
    const y = swap ? a : b;
    if (foldableLoad(L, v, y) && this.wholeLoad(L, y, w)) {
      const m = address(L, f.a[y]!, this.o, f.c[y]!);
      L.copy(d, L.reg(x));
      emitMem(L, I.I_IMULM[w]!, [d, d], 1, m);
      return;
    }
    const r = L.reg(y);
    L.copy(d, L.reg(x));
    L.emit(I.I_IMUL[w]!, [d, d, r], 1);
  }

  private divide(L: Lowering, v: Value, w: number): void {
    const f = L.f;
    const op = f.op[v]!;
    const signed = op === O.OP_SDIV || op === O.OP_SREM;
    const y = L.reg(f.b[v]!);
    L.copy(RAX, L.reg(f.a[v]!));
    if (signed) L.emit(I.I_CDQ[w]!, [RDX, RAX], 1);
    else this.li(L, RDX, 0, 0);
    L.emit((signed ? I.I_IDIV : I.I_DIV)[w]!, [RAX, RDX, RAX, RDX, y], 2);
    L.copy(L.result(v), op === O.OP_SDIV || op === O.OP_UDIV ? RAX : RDX);
  }

  // ---- flags ----------------------------------------------------------------------------------------

  /** Sets the flags for comparison c, read by the instruction made for `at`; the condition under which it is true. */
  compare(L: Lowering, at: Value, c: Value): number {
    const f = L.f;
    const op = f.op[c]!;
    if (op >= O.OP_FEQ) return this.long ? floatFlags(L, c) : x87Flags(L, c, this.o.cmov);
    let a = f.a[c]!;
    let b = f.b[c]!;
    const k = op - O.OP_EQ;
    const w = f.c[c] === O.TY_I32 ? 0 : 1;
    let conditions = CONDITION;
    if (L.isConst(a) && !L.isConst(b)) {
      const t = a;
      a = b;
      b = t;
      conditions = EXCHANGED;
    }
    if (L.constIn(b, 0, 0)) {
      if (k <= 1 && f.op[a] === O.OP_AND && !L.wanted(a) && L.uses[a] === 1) {
        this.test(L, at, a, w);
        return conditions[k]!;
      }
      if (!this.compareMemory(L, at, a, 0, w)) {
        const x = L.reg(a);
        L.emit(I.I_TEST[w]!, [x, x], 0);
      } else if ((f.c[a]! & O.MEM_SIZE) < (w === 1 ? 8 : 4)) return this.narrowCondition(conditions, k);
      return conditions[k]!;
    }
    if (this.int32(L, b)) {
      const n = f.a[b]!;
      if (this.compareMemory(L, at, a, n, w))
        return (f.c[a]! & O.MEM_SIZE) < (w === 1 ? 8 : 4) ? this.narrowCondition(conditions, k) : conditions[k]!;
      L.emit(I.I_CMPI[w]!, [L.reg(a)], 0).imm2 = n;
      return conditions[k]!;
    }
    if (foldableLoad(L, at, b) && this.wholeLoad(L, b, w)) {
      const m = address(L, f.a[b]!, this.o, f.c[b]!);
      emitMem(L, I.I_CMPM[w]!, [L.reg(a)], 0, m);
    } else if (foldableLoad(L, at, a) && this.wholeLoad(L, a, w)) {
      const m = address(L, f.a[a]!, this.o, f.c[a]!);
      emitMem(L, I.I_CMPMR[w === 1 ? 3 : 2]!, [L.reg(b)], 0, m);
    } else L.emit(I.I_CMP[w]!, [L.reg(a), L.reg(b)], 0);
    return conditions[k]!;
  }

  /** Narrow loads are zero-extended: the comparison of their bytes is unsigned. */
  private narrowCondition(conditions: readonly number[], k: number): number {
    const cc = AS_UNSIGNED[k]!;
    return conditions === CONDITION || k <= 1 ? cc : cc === I.CC_B ? I.CC_A : I.CC_AE;
  }

  /** cmp $n, memory for load a, when it can be read in place. */
  private compareMemory(L: Lowering, at: Value, a: Value, n: number, w: number): boolean {
    const f = L.f;
    if (!foldableLoad(L, at, a)) return false;
    const size = f.c[a]! & O.MEM_SIZE;
    if (size < (w === 1 ? 8 : 4)) {
      if (size === 4 || (f.c[a]! & O.MEM_SIGNED) !== 0 || n < 0 || n >= 1 << (8 * size)) return false;
    }
    emitMem(L, I.I_CMPMI[log2(size)]!, [], 0, address(L, f.a[a]!, this.o, f.c[a]!), size === 1 ? (n << 24) >> 24 : n);
    return true;
  }

  /** Flags of the AND value a. */
  private test(L: Lowering, at: Value, a: Value, w: number): void {
    const f = L.f;
    const x = f.a[a]!;
    const y = f.b[a]!;
    if (this.int32(L, y) || (L.isConst(y) && f.b[y] === 0)) {
      const n = f.a[y]!;
      const width = w === 1 && f.b[y] !== 0 ? 1 : n < 0 && w === 1 ? 0 : w;
      if (foldableLoad(L, at, x)) {
        const size = f.c[x]! & O.MEM_SIZE;
        const limit = size >= 4 || (n >= 0 && n < 1 << (8 * size));
        const whole = size === 8 ? w === 1 && this.int32(L, y) : size === 4 ? w === 0 : (f.c[x]! & O.MEM_SIGNED) === 0 || n >= 0;
        if (limit && whole) {
          emitMem(L, I.I_TESTMI[log2(size)]!, [], 0, address(L, f.a[x]!, this.o, f.c[x]!), n);
          return;
        }
      }
      if (n > 0 && n <= 255 && f.b[y] === 0) L.emit(I.I_TESTB, [L.reg(x)], 0).imm2 = n;
      else if (w === 1 && f.b[y] === 0) L.emit(I.I_TESTI[0]!, [L.reg(x)], 0).imm2 = n;
      else L.emit(I.I_TESTI[width]!, [L.reg(x)], 0).imm2 = n;
      return;
    }
    L.emit(I.I_TEST[w]!, [L.reg(x), L.reg(y)], 0);
  }

  /** Sets the flags for "v is not 0". */
  private condition(L: Lowering, at: Value, v: Value): number {
    const op = L.f.op[v]!;
    if (op >= O.OP_EQ && op <= O.OP_FLE) return this.compare(L, at, v);
    if (op === O.OP_AND && !L.wanted(v) && L.uses[v] === 1) {
      this.test(L, at, v, 0);
      return I.CC_NE;
    }
    if (this.compareMemory(L, at, v, 0, 0)) return I.CC_NE;
    const x = L.reg(v);
    L.emit(I.I_TEST[0]!, [x, x], 0);
    return I.CC_NE;
  }

  /** 0 or 1 into d. */
  private setcc(L: Lowering, d: number, cc: number): void {
    if (cc < FLAGS_FEQ) {
      L.emit(I.I_SETCC, [d], 1).immHi = cc;
      return;
    }
    // equal and ordered; unequal or unordered
    const p = L.tmp();
    const e = L.tmp();
    L.emit(I.I_SETCC, [p], 1).immHi = cc === FLAGS_FEQ ? I.CC_NP : I.CC_P;
    L.emit(I.I_SETCC, [e], 1).immHi = cc === FLAGS_FEQ ? I.CC_E : I.CC_NE;
    L.copy(d, e);
    L.emit(cc === FLAGS_FEQ ? I.I_ANDB : I.I_ORB, [d, d, p], 1);
  }

  private selectValue(L: Lowering, v: Value, w: number): void {
    const f = L.f;
    const d = L.result(v);
    const cls = L.classOf(v);
    const x = L.reg(f.b[v]!);
    L.copy(d, L.reg(f.c[v]!));
    let cc = this.condition(L, v, f.a[v]!);
    if (cc >= FLAGS_FEQ) {
      const t = L.tmp();
      this.setcc(L, t, cc);
      L.emit(I.I_TEST[0]!, [t, t], 0);
      cc = I.CC_NE;
    }
    const row = cls === CLASS_INT ? (this.o.cmov ? I.I_CMOV[w]! : I.I_SEL) : cls === CLASS_X87 ? I.I_T_SELECT : I.I_FSEL;
    L.emit(row, [d, d, x], 1).immHi = cc;
  }

  // ---- memory ---------------------------------------------------------------------------------------

  private load(L: Lowering, v: Value): void {
    const f = L.f;
    const memory = f.op[v] === O.OP_ATOMICLOAD ? f.c[v]! | O.MEM_VOLATILE : f.c[v]!;
    const size = memory & O.MEM_SIZE;
    const signed = (memory & O.MEM_SIGNED) !== 0;
    const w = f.ty[v] === O.TY_I32 ? 0 : 1;
    const cls = L.classOf(v);
    const d = L.wanted(v) ? L.result(v) : L.tmp(cls);
    const m = address(L, f.a[v]!, this.o, memory);
    let op: number;
    if (cls === CLASS_X87) op = this.long ? I.I_T_LOAD : I.I_X_LOAD[x87Format(f.ty[v]!)]!;
    else if (cls !== CLASS_INT) op = size === 16 ? I.I_LDU : I.I_LDF[size === 4 ? 0 : 1]!;
    else if (size === 1) op = signed ? I.I_LDSB[w]! : I.I_LDZB;
    else if (size === 2) op = signed ? I.I_LDSW[w]! : I.I_LDZW;
    else if (size === 4) op = w === 1 && signed ? I.I_LDSL : I.I_LD[0]!;
    else op = I.I_LD[1]!;
    emitMem(L, op, [d], 1, m);
  }

  private store(L: Lowering, v: Value): void {
    const f = L.f;
    const size = f.c[v]! & O.MEM_SIZE;
    const x = f.b[v]!;
    const cls = L.classOf(x);
    if (cls !== CLASS_INT) {
      const m = address(L, f.a[v]!, this.o, f.c[v]!);
      if (!this.long) emitMem(L, I.I_X_STORE[x87Format(f.ty[x]!)]!, [L.reg(x)], 0, m);
      else emitMem(L, cls === CLASS_X87 ? I.I_T_STORE : size === 16 ? I.I_STU : I.I_STF[size === 4 ? 0 : 1]!, [L.reg(x)], 0, m);
      return;
    }
    if (this.update(L, v, size)) return;
    const m = address(L, f.a[v]!, this.o, f.c[v]!);
    if (L.isConst(x) && (size < 8 || this.int32(L, x))) {
      const n = f.a[x]!;
      emitMem(L, I.I_STI[log2(size)]!, [], 0, m, size === 1 ? (n << 24) >> 24 : size === 2 ? (n << 16) >> 16 : n);
      return;
    }
    emitMem(L, I.I_ST[log2(size)]!, [L.reg(f.op[x] === O.OP_TRUNC && L.uses[x] === 1 ? f.a[x]! : x)], 0, m);
  }

  /** An operation on the memory that is stored to: x = x op y in one instruction. */
  private update(L: Lowering, v: Value, size: number): boolean {
    const f = L.f;
    const x = f.b[v]!;
    const op = f.op[x]!;
    if (L.uses[x] !== 1 || L.wanted(x) || (f.c[v]! & O.MEM_VOLATILE) !== 0 || f.blk[x] !== f.blk[v]) return false;
    const rows =
      op === O.OP_ADD
        ? I.ADD
        : op === O.OP_SUB
          ? I.SUB
          : op === O.OP_AND
            ? I.AND
            : op === O.OP_OR
              ? I.OR
              : op === O.OP_XOR
                ? I.XOR
                : undefined;
    if (rows === undefined) return false;
    let l = f.a[x]!;
    let y = f.b[x]!;
    if (!this.sameLocation(L, v, l, size)) {
      if (op === O.OP_SUB || !this.sameLocation(L, v, y, size)) return false;
      const t = l;
      l = y;
      y = t;
    }
    const wide = size === 8;
    if (L.isConst(y) && (!wide || this.int32(L, y))) {
      const n = f.a[y]!;
      const cut = size === 1 ? (n << 24) >> 24 : size === 2 ? (n << 16) >> 16 : n;
      const m = address(L, f.a[v]!, this.o, f.c[v]!);
      if (op === O.OP_XOR && cut === -1) emitMem(L, I.I_NOTM[log2(size)]!, [], 0, m);
      else emitMem(L, rows.mi[log2(size)]!, [], 0, m, cut);
      return true;
    }
    const m = address(L, f.a[v]!, this.o, f.c[v]!);
    emitMem(L, rows.mr[log2(size)]!, [L.reg(y)], 0, m);
    return true;
  }

  private sameLocation(L: Lowering, store: Value, load: Value, size: number): boolean {
    const f = L.f;
    return (
      f.op[load] === O.OP_LOAD &&
      f.a[load] === f.a[store] &&
      (f.c[load]! & O.MEM_SIZE) === size &&
      ((f.c[load]! ^ f.c[store]!) & (O.MEM_GS | O.MEM_FS)) === 0 &&
      foldableLoad(L, store, load)
    );
  }

  private atomicStore(L: Lowering, v: Value): void {
    const f = L.f;
    if ((f.aux[v] as AtomicInfo).order < 5) {
      const m = address(L, f.a[v]!, this.o, f.c[v]!);
      emitMem(L, I.I_ST[log2(f.c[v]! & O.MEM_SIZE)]!, [L.reg(f.b[v]!)], 0, m);
      return;
    }
    const m = address(L, f.a[v]!, this.o, f.c[v]!);
    const t = L.tmp();
    L.copy(t, L.reg(f.b[v]!));
    emitMem(L, I.I_XCHG[log2(f.c[v]! & O.MEM_SIZE)]!, [t, t], 1, m);
  }

  /** The old value in t, as narrow as it was, into v's register. */
  private oldValue(L: Lowering, d: number, t: number, size: number): void {
    if (size === 1) L.emit(I.I_MOVZB, [d, t], 1);
    else if (size === 2) L.emit(I.I_MOVZW, [d, t], 1);
    else L.copy(d, t);
  }

  private atomicRmw(L: Lowering, v: Value): void {
    const f = L.f;
    const kind = (f.aux[v] as AtomicInfo).kind;
    const size = f.c[v]! & O.MEM_SIZE;
    const k = log2(size);
    const m = address(L, f.a[v]!, this.o, f.c[v]!);
    const x = L.reg(f.b[v]!);
    const wanted = L.wanted(v);
    if ((wanted && kind !== O.RMW_XCHG) || kind === O.RMW_NAND) this.need486(L, v);
    if (!wanted && kind !== O.RMW_XCHG && kind !== O.RMW_NAND) {
      const rows = [I.I_XCHG, I.I_LOCK_ADD, I.I_LOCK_SUB, I.I_LOCK_AND, I.I_LOCK_OR, I.I_LOCK_XOR][kind]!;
      emitMem(L, rows[k]!, [x], 0, m);
      return;
    }
    const t = L.tmp();
    if (kind <= O.RMW_SUB) {
      L.copy(t, x);
      if (kind === O.RMW_SUB) L.emit(I.I_NEG[1]!, [t, t], 1);
      emitMem(L, (kind === O.RMW_XCHG ? I.I_XCHG : I.I_XADD)[k]!, [t, t], 1, m);
      if (wanted) this.oldValue(L, L.result(v), t, size);
      return;
    }
    const p = L.tmp();
    emitMem(L, I.I_LEA[1]!, [p], 1, m);
    // the new value needs a byte part
    const i = L.emitImm(I.I_RMWLOOP, [RAX, this.long ? t : RDX, x, p], 2, k);
    i.imm2 = kind;
    i.early = 3;
    if (wanted) this.oldValue(L, L.result(v), RAX, size);
  }

  private need486(L: Lowering, v: Value): void {
    if (!this.o.i486) throw new AsmError(L.f.loc[v]!, "-march=i386 has no instruction for this atomic operation");
  }

  private compareExchange(L: Lowering, v: Value): void {
    const f = L.f;
    const info = f.aux[v] as AtomicInfo;
    const size = info.mem & O.MEM_SIZE;
    const p = L.projections(v);
    this.need486(L, v);
    const m = address(L, f.a[v]!, this.o, info.mem);
    const desired = L.reg(f.c[v]!);
    L.copy(RAX, L.reg(f.b[v]!));
    emitMem(L, I.I_CMPXCHG[log2(size)]!, [RAX, RAX, desired], 1, m);
    const ok = p[1] === undefined ? -1 : L.result(p[1]);
    if (ok >= 0) L.emit(I.I_SETCC, [ok], 1).immHi = I.CC_E;
    if (p[0] !== undefined) this.oldValue(L, L.result(p[0]), RAX, size);
  }

  // ---- control --------------------------------------------------------------------------------------

  jump(L: Lowering, target: number): void {
    L.emit(I.I_JMP, [], 0).target = target;
  }

  private branch(L: Lowering, v: Value): void {
    const f = L.f;
    const yes = f.b[v]!;
    const no = f.c[v]!;
    const cc = this.condition(L, v, f.a[v]!);
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
