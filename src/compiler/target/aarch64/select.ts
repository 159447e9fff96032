// Instruction selection for AArch64. // hot
//
// The upper half of a register that holds an I32 is unspecified, as in AAPCS64: I32 operations use W registers, ZEXT32 and SEXT32 are
// real instructions and TRUNC is a copy. Comparisons set the flags right in front of the instruction that reads them.

import type { AtomicInfo, CallInfo, RetInfo, Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import { lowerAsm } from "../../mach/inline-asm.ts";
import type { Lowering, Selector } from "../../mach/lowering.ts";
import { CLASS_FLOAT, CLASS_INT, type MInst } from "../../mach/minst.ts";
import { lowerSwitch } from "../../mach/switch.ts";
import { TLS_INITIAL_EXEC, tlsModelOf } from "../tls-model.ts";
import { aarch64Asm } from "./asm-operands.ts";
import { isAddImmediate, isLogicalImmediate } from "./immediates.ts";
import * as I from "./isa.ts";
import type { AArch64Options } from "./options.ts";
import { CALL_CLOBBERS, FP, INT_CALL_CLOBBERS, LR, SP, V0, X0, X1, X16, X17, ZR } from "./registers.ts";

/** Pseudo slots of the frame (emit.ts gives them offsets). */
export const SLOT_INCOMING = -2;
export const SLOT_OUTGOING = -3;
/** The stack pointer at entry. */
export const SLOT_TOP = -5;
export const SLOT_DYNAMIC = -6;

interface Address {
  regs: number[];
  slot: number;
  off: number;
  /** Index register is shifted by this less one; 0 = no index. */
  index: number;
}

export function offsetFits(off: number, size: number): boolean {
  return (off >= -256 && off <= 255) || (off >= 0 && off % size === 0 && off / size <= 4095);
}

export class AArch64Selector implements Selector {
  private readonly o: AArch64Options;

  constructor(o: AArch64Options) {
    this.o = o;
  }

  isTerminator(i: MInst): boolean {
    if (i.op === 2) return i.aux !== undefined && "info" in i.aux && i.aux.info.labels.length > 0;
    return i.op >= I.I_BCC && i.op <= I.I_END;
  }

  cheap(): boolean {
    return true;
  }

  materialize(L: Lowering, v: Value, dst: number): void {
    const f = L.f;
    switch (f.op[v]) {
      case O.OP_CONST:
        this.li(L, dst, f.a[v]!, f.ty[v] === O.TY_I32 ? 0 : f.b[v]!, f.ty[v] !== O.TY_I32);
        break;
      case O.OP_SYM: {
        const s = L.module.syms[f.a[v]!]!;
        if (this.viaGot(L, f.a[v]!) && f.b[v] !== 0) {
          const t = L.tmp();
          L.emit(I.I_ADDRESS, [t], 1).sym = s.id;
          this.addImm(L, dst, t, f.b[v]!, 1);
        } else L.emitImm(I.I_ADDRESS, [dst], 1, f.b[v]!).sym = s.id;
        break;
      }
      case O.OP_LABELADDR:
        L.emit(I.I_LABEL, [dst], 1).target = f.a[v]!;
        break;
      case O.OP_ALLOCA: {
        const slot = L.slotOf[v]!;
        if (!L.overAligned(v)) {
          L.emit(I.I_FRAME, [dst], 1).slot = slot;
          break;
        }
        const t = L.tmp();
        L.emitImm(I.I_FRAME, [t], 1, f.b[v]! - 16).slot = slot;
        L.emitImm(I.I_ANDI[1]!, [dst, t], 1, -f.b[v]!).immHi = -1;
        break;
      }
      case O.OP_UNDEF:
        if (L.classOf(v) === CLASS_FLOAT) L.emit(I.I_FMOV_TO[1]!, [dst, ZR], 1);
        else this.li(L, dst, 0, 0, false);
        break;
      case O.OP_FCONST: {
        if (f.ty[v] === O.TY_F128) L.bug(v, "binary128 constants are made in memory on aarch64");
        const wide = f.ty[v] === O.TY_F64 ? 1 : 0;
        const h = wide === 1 ? f.b[v]! : 0;
        if (f.a[v] === 0 && h === 0) {
          L.emit(I.I_FMOV_TO[wide]!, [dst, ZR], 1);
          break;
        }
        const t = L.tmp();
        this.li(L, t, f.a[v]!, h, wide === 1);
        L.emit(I.I_FMOV_TO[wide]!, [dst, t], 1);
        break;
      }
      default:
        L.bug(v, "cannot be computed anew");
    }
  }

  private li(L: Lowering, dst: number, lo: number, hi: number, wide: boolean): void {
    L.emitImm(I.I_LI, [dst], 1, lo).immHi = wide ? hi : 0;
  }

  /** Symbols that are not known to be in reach: preemptible ones, and weak ones that may be 0. */
  private viaGot(L: Lowering, sym: number): boolean {
    const s = L.module.syms[sym]!;
    return (this.o.pic && s.bind !== 0 && s.vis === 0) || (s.bind === 2 && s.kind === 0);
  }

  private addImm(L: Lowering, dst: number, src: number, imm: number, w: number): void {
    if (isAddImmediate(imm)) L.emitImm(I.I_ADDI[w]!, [dst, src], 1, imm);
    else if (isAddImmediate(-imm)) L.emitImm(I.I_SUBI[w]!, [dst, src], 1, -imm);
    else {
      const t = L.tmp();
      this.li(L, t, imm, imm >> 31, w === 1);
      L.emit(I.I_ADD[w]!, [dst, src, t], 1);
    }
  }

  entry(L: Lowering): void {
    const { f } = L;
    const dsts: number[] = [];
    const srcs: number[] = [];
    const loads: { dst: number; off: number; ty: number }[] = [];
    for (let v = f.first[f.entry]!; v !== 0; v = f.next[v]!) {
      if (f.op[v] !== O.OP_PARAM || !L.wanted(v)) continue;
      const p = f.params[f.a[v]!]!;
      if (p.loc >= 0) {
        dsts.push(L.result(v));
        srcs.push(p.loc);
      } else loads.push({ dst: L.result(v), off: -1 - p.loc, ty: p.ty });
    }
    if (f.variadic) {
      for (let r = f.vaGp; r < 8; r++) L.emitImm(I.I_STR[1]!, [X0 + r], 0, 8 * (r - 8)).slot = SLOT_TOP;
      if (!this.o.generalRegsOnly)
        for (let r = f.vaFp; r < 8; r++) L.emitImm(I.I_STRQ, [V0 + r], 0, 16 * r - 192).slot = SLOT_TOP;
    }
    L.parallelCopy(dsts, srcs);
    for (const l of loads) {
      const op =
        l.ty === O.TY_F128
          ? I.I_LDRQ
          : l.ty === O.TY_F32
            ? I.I_LDRF[0]!
            : l.ty === O.TY_F64
              ? I.I_LDRF[1]!
              : l.ty === O.TY_I32
                ? I.I_LDR[0]!
                : I.I_LDR[1]!;
      L.emitImm(op, [l.dst], 1, l.off).slot = SLOT_INCOMING;
    }
  }

  // ---- addresses ------------------------------------------------------------------------------------

  private address(L: Lowering, a: Value, size: number): Address {
    const f = L.f;
    let off = 0;
    let v = a;
    while (f.op[v] === O.OP_ADD && L.isConst(f.b[v]!)) {
      const c = f.a[f.b[v]!]!;
      if (f.b[f.b[v]!] !== c >> 31 || !offsetFits(off + c, size)) break;
      off += c;
      v = f.a[v]!;
    }
    switch (f.op[v]) {
      case O.OP_ALLOCA:
        if (!L.overAligned(v)) return { regs: [], slot: L.slotOf[v]!, off, index: 0 };
        break;
      case O.OP_STACKPARAM:
        return { regs: [], slot: SLOT_INCOMING, off: off + f.a[v]!, index: 0 };
      case O.OP_OUTARG:
        return { regs: [], slot: SLOT_OUTGOING, off: off + f.a[v]!, index: 0 };
      case O.OP_ADD: {
        if (off !== 0 || L.isConst(f.b[v]!) || L.isConst(f.a[v]!)) break;
        // base + index, the index shifted by the access size
        const i = f.b[v]!;
        if (f.op[i] === O.OP_SHL && size > 1 && L.constIn(f.b[i]!, 31 - Math.clz32(size), 31 - Math.clz32(size)))
          return { regs: [L.reg(f.a[v]!), L.reg(f.a[i]!)], slot: -1, off: 0, index: 1 + f.a[f.b[i]!]! };
        return { regs: [L.reg(f.a[v]!), L.reg(i)], slot: -1, off: 0, index: 1 };
      }
    }
    return { regs: [L.reg(v)], slot: -1, off, index: 0 };
  }

  private access(L: Lowering, op: number, data: number, nd: number, a: Value, size: number): void {
    const at = this.address(L, a, size);
    const i = L.emitImm(op, [data, ...at.regs], nd, at.off);
    i.slot = at.slot;
    i.immHi = at.index;
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
      case O.OP_SUB:
        this.addSub(L, v, w);
        break;
      case O.OP_AND:
        this.logical(L, v, w, I.I_AND, I.I_ANDI);
        break;
      case O.OP_OR:
        this.logical(L, v, w, I.I_ORR, I.I_ORRI);
        break;
      case O.OP_XOR:
        if (L.constIn(b, -1, -1)) L.emit(I.I_MVN[w]!, [L.result(v), L.reg(a)], 1);
        else this.logical(L, v, w, I.I_EOR, I.I_EORI);
        break;
      case O.OP_SHL:
        this.shift(L, v, w, I.I_LSL, I.I_LSLI);
        break;
      case O.OP_SHR:
        this.shift(L, v, w, I.I_LSR, I.I_LSRI);
        break;
      case O.OP_SAR:
        this.shift(L, v, w, I.I_ASR, I.I_ASRI);
        break;
      case O.OP_ROTL: {
        const width = w === 1 ? 64 : 32;
        if (L.isConst(b)) L.emitImm(I.I_RORI[w]!, [L.result(v), L.reg(a)], 1, (width - f.a[b]!) & (width - 1));
        else {
          const t = L.tmp();
          L.emit(I.I_NEG[0]!, [t, L.reg(b)], 1);
          L.emit(I.I_ROR[w]!, [L.result(v), L.reg(a), t], 1);
        }
        break;
      }
      case O.OP_MUL:
        L.emit(I.I_MUL[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
        break;
      case O.OP_SDIV:
        L.emit(I.I_SDIV[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
        break;
      case O.OP_UDIV:
        L.emit(I.I_UDIV[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
        break;
      case O.OP_SREM:
      case O.OP_UREM: {
        const q = L.tmp();
        L.emit((op === O.OP_SREM ? I.I_SDIV : I.I_UDIV)[w]!, [q, L.reg(a), L.reg(b)], 1);
        L.emit(I.I_MSUB[w]!, [L.result(v), q, L.reg(b), L.reg(a)], 1);
        break;
      }
      case O.OP_SMULH:
      case O.OP_UMULH:
        if (w === 1) L.emit(op === O.OP_SMULH ? I.I_SMULH : I.I_UMULH, [L.result(v), L.reg(a), L.reg(b)], 1);
        else {
          const t = L.tmp();
          L.emit(op === O.OP_SMULH ? I.I_SMULL : I.I_UMULL, [t, L.reg(a), L.reg(b)], 1);
          L.emitImm(I.I_LSRI[1]!, [L.result(v), t], 1, 32);
        }
        break;
      case O.OP_EQ:
      case O.OP_NE:
      case O.OP_SLT:
      case O.OP_SLE:
      case O.OP_ULT:
      case O.OP_ULE:
      case O.OP_FEQ:
      case O.OP_FNE:
      case O.OP_FLT:
      case O.OP_FLE: {
        const d = L.result(v);
        const cc = this.compare(L, v);
        L.emit(I.I_CSET, [d], 1).immHi = cc;
        break;
      }
      case O.OP_SEXT8:
        L.emit(I.I_SXTB[w]!, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_SEXT16:
        L.emit(I.I_SXTH[w]!, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_ZEXT8:
        L.emit(I.I_UXTB, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_ZEXT16:
        L.emit(I.I_UXTH, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_SEXT32:
        L.emit(I.I_SXTW, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_ZEXT32:
        L.emit(I.I_UXTW, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_SELECT: {
        const x = this.valueOrZero(L, b);
        const y = this.valueOrZero(L, f.c[v]!);
        const d = L.result(v);
        if (f.ty[v] === O.TY_F128) {
          L.copy(d, y);
          const c = this.condition(L, a);
          L.emit(I.I_QSEL, [d, d, x], 1).immHi = c;
          break;
        }
        const cc = this.condition(L, a);
        const row = L.classOf(v) === CLASS_FLOAT ? I.I_FCSEL[f.ty[v] === O.TY_F64 ? 1 : 0]! : I.I_CSEL[w]!;
        L.emit(row, [d, x, y], 1).immHi = cc;
        break;
      }
      case O.OP_CLZ:
        L.emit(I.I_CLZ[w]!, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_CTZ: {
        const t = L.tmp();
        L.emit(I.I_RBIT[w]!, [t, L.reg(a)], 1);
        L.emit(I.I_CLZ[w]!, [L.result(v), t], 1);
        break;
      }
      case O.OP_BSWAP:
        L.emit(I.I_REV[w]!, [L.result(v), L.reg(a)], 1);
        break;
      case O.OP_LOAD:
        this.load(L, v);
        break;
      case O.OP_STORE:
        this.store(L, v);
        break;
      case O.OP_ATOMICLOAD: {
        if (b === 0) {
          this.load(L, v);
          break;
        }
        const d = L.wanted(v) ? L.result(v) : L.tmp();
        const size = f.c[v]! & O.MEM_SIZE;
        L.emitImm(I.I_LDAR, [d, L.reg(a)], 1, size);
        if ((f.c[v]! & O.MEM_SIGNED) !== 0 && size < O.TY_SIZE[f.ty[v]!]!)
          L.emit(size === 1 ? I.I_SXTB[w]! : size === 2 ? I.I_SXTH[w]! : I.I_SXTW, [d, d], 1);
        break;
      }
      case O.OP_ATOMICSTORE:
        if ((f.aux[v] as AtomicInfo).order < 3) this.store(L, v);
        else L.emitImm(I.I_STLR, [this.valueOrZero(L, b), L.reg(a)], 0, f.c[v]! & O.MEM_SIZE);
        break;
      case O.OP_ATOMICRMW: {
        const info = f.aux[v] as AtomicInfo;
        const d = L.wanted(v) ? L.result(v) : L.tmp();
        const i = L.emitImm(I.I_RMW, [d, L.tmp(), L.tmp(), L.reg(a), this.valueOrZero(L, b)], 3, f.c[v]! & O.MEM_SIZE);
        i.immHi = info.kind * 8 + info.order;
        i.early = 7;
        break;
      }
      case O.OP_CMPXCHG: {
        const info = f.aux[v] as AtomicInfo;
        const p = L.projections(v);
        const old = p[0] === undefined ? L.tmp() : L.result(p[0]);
        const ok = p[1] === undefined ? L.tmp() : L.result(p[1]);
        const i = L.emitImm(
          I.I_CAS,
          [old, ok, L.reg(a), this.valueOrZero(L, b), this.valueOrZero(L, f.c[v]!)],
          2,
          info.mem & O.MEM_SIZE,
        );
        i.immHi = info.order;
        i.early = 3;
        break;
      }
      case O.OP_FENCE:
        if (b === 1 || a === 0) break;
        L.emitImm(I.I_DMB, [], 0, a === 1 || a === 2 ? 0 : 1);
        break;
      case O.OP_PREFETCH:
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
        L.emit(I.I_BR, [L.reg(a)], 0);
        break;
      case O.OP_RET: {
        const vals = (f.aux[v] as RetInfo).vals;
        const dsts: number[] = [];
        const srcs: number[] = [];
        for (let k = 0; k < vals.length; k++) {
          if (f.op[vals[k]!] === O.OP_UNDEF) continue;
          dsts.push(f.ret[k]!.loc);
          srcs.push(this.valueOrZero(L, vals[k]!));
        }
        L.parallelCopy(dsts, srcs);
        L.emit(I.I_RET, dsts.slice(), 0);
        break;
      }
      case O.OP_UNREACHABLE:
        L.emit(I.I_END, [], 0);
        break;
      case O.OP_TRAP:
        L.emit(I.I_BRK, [], 0);
        break;
      case O.OP_CALL:
        this.call(L, v);
        break;
      case O.OP_ASM:
        lowerAsm(L, v, aarch64Asm);
        break;
      case O.OP_DALLOCA:
        this.dynamicAlloca(L, v);
        break;
      case O.OP_STACKSAVE:
        L.emit(I.I_MOV, [L.result(v), SP], 1);
        break;
      case O.OP_STACKRESTORE:
        L.emit(I.I_MOV, [SP, L.reg(a)], 1);
        break;
      case O.OP_STACKPARAM:
        L.emitImm(I.I_FRAME, [L.result(v)], 1, a).slot = SLOT_INCOMING;
        break;
      case O.OP_OUTARG:
        L.emitImm(I.I_FRAME, [L.result(v)], 1, a).slot = SLOT_OUTGOING;
        break;
      case O.OP_VASTART:
        this.vaStart(L, v);
        break;
      case O.OP_FRAMEADDR:
        this.frameAddress(L, L.result(v), a);
        break;
      case O.OP_RETADDR:
        if (a !== 0) {
          const record = L.tmp();
          this.frameAddress(L, record, a);
          L.emitImm(I.I_LDR[1]!, [L.result(v), record], 1, 8);
          break;
        }
        // the frame record's second word (emit.ts lays it out first)
        L.emitImm(I.I_LDR[1]!, [L.result(v)], 1, -8 - this.varArea(L)).slot = SLOT_TOP;
        L.m.hasCalls = true;
        break;
      case O.OP_READREG:
        L.emit(I.I_MOV, [L.result(v), a], 1);
        break;
      case O.OP_WRITEREG:
        L.emit(I.I_MOV, [a, L.reg(b)], 1);
        break;
      case O.OP_TLSADDR:
        this.threadLocal(L, v);
        break;
      default:
        this.float(L, v, op);
    }
  }

  private threadLocal(L: Lowering, v: Value): void {
    const sym = L.f.a[v]!;
    const model = tlsModelOf(L.module.syms[sym]!, this.o.tls);
    if (model >= TLS_INITIAL_EXEC) {
      const i = L.emitImm(I.I_TLS, [L.result(v)], 1, L.f.b[v]!);
      i.sym = sym;
      i.immHi = model;
      return;
    }
    L.m.hasCalls = true;
    const i = L.emitImm(I.I_TLSGD, [X0], 1, L.f.b[v]!);
    i.sym = sym;
    const all = this.o.generalRegsOnly ? INT_CALL_CLOBBERS : CALL_CLOBBERS;
    // a descriptor's function keeps all registers but those of its own protocol
    i.clobbers = this.o.tlsTraditional ? all.filter((r) => r !== X0) : [X1, X16, LR];
    L.copy(L.result(v), X0);
  }

  /** Frame record `level` callers up: each record starts with the address of the next. */
  private frameAddress(L: Lowering, dst: number, level: number): void {
    L.f.usesFrameAddr = true;
    let from = FP;
    for (let k = 0; k < level; k++) {
      const t = k === level - 1 ? dst : L.tmp();
      L.emitImm(I.I_LDR[1]!, [t, from], 1, 0);
      from = t;
    }
    if (level === 0) L.emit(I.I_MOV, [dst, FP], 1);
  }

  /** Bytes of the register save area of a variadic function. */
  varArea(L: Lowering): number {
    return L.f.variadic ? (this.o.generalRegsOnly ? 64 : 192) : 0;
  }

  private valueOrZero(L: Lowering, v: Value): number {
    return L.constIn(v, 0, 0) ? ZR : L.reg(v);
  }

  private addSub(L: Lowering, v: Value, w: number): void {
    const f = L.f;
    let a = f.a[v]!;
    let b = f.b[v]!;
    const sub = f.op[v] === O.OP_SUB;
    if (!sub && L.isConst(a) && !L.isConst(b)) {
      const t = a;
      a = b;
      b = t;
    }
    if (L.isConst(b) && f.b[b] === f.a[b]! >> 31) {
      const c = sub ? -f.a[b]! : f.a[b]!;
      if (isAddImmediate(c)) {
        L.emitImm(I.I_ADDI[w]!, [L.result(v), L.reg(a)], 1, c);
        return;
      }
      if (isAddImmediate(-c)) {
        L.emitImm(I.I_SUBI[w]!, [L.result(v), L.reg(a)], 1, -c);
        return;
      }
    }
    if (sub && L.constIn(a, 0, 0)) L.emit(I.I_NEG[w]!, [L.result(v), L.reg(b)], 1);
    else L.emit((sub ? I.I_SUB : I.I_ADD)[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
  }

  private logical(L: Lowering, v: Value, w: number, rr: readonly number[], ri: readonly number[]): void {
    const f = L.f;
    let a = f.a[v]!;
    let b = f.b[v]!;
    if (L.isConst(a) && !L.isConst(b)) {
      const t = a;
      a = b;
      b = t;
    }
    if (L.isConst(b) && isLogicalImmediate(f.a[b]!, f.b[b]!, w === 1))
      L.emitImm(ri[w]!, [L.result(v), L.reg(a)], 1, f.a[b]!).immHi = w === 1 ? f.b[b]! : 0;
    else L.emit(rr[w]!, [L.result(v), L.reg(a), L.reg(b)], 1);
  }

  private shift(L: Lowering, v: Value, w: number, rr: readonly number[], ri: readonly number[]): void {
    const f = L.f;
    const b = f.b[v]!;
    if (L.isConst(b)) L.emitImm(ri[w]!, [L.result(v), L.reg(f.a[v]!)], 1, f.a[b]! & (w === 1 ? 63 : 31));
    else L.emit(rr[w]!, [L.result(v), L.reg(f.a[v]!), L.reg(b)], 1);
  }

  /** Sets the flags for comparison value c; the condition under which it is true. */
  private compare(L: Lowering, c: Value): number {
    const f = L.f;
    const a = f.a[c]!;
    const b = f.b[c]!;
    const op = f.op[c]!;
    if (op >= O.OP_FEQ) {
      L.emit(I.I_FCMP[f.c[c] === O.TY_F64 ? 1 : 0]!, [L.reg(a), L.reg(b)], 0);
      return op === O.OP_FEQ ? I.CC_EQ : op === O.OP_FNE ? I.CC_NE : op === O.OP_FLT ? I.CC_MI : I.CC_LS;
    }
    const w = f.c[c] === O.TY_I32 ? 0 : 1;
    const small = L.isConst(b) && f.b[b] === f.a[b]! >> 31;
    if (small && isAddImmediate(f.a[b]!)) L.emitImm(I.I_CMPI[w]!, [L.reg(a)], 0, f.a[b]!);
    else if (small && isAddImmediate(-f.a[b]!)) L.emitImm(I.I_CMNI[w]!, [L.reg(a)], 0, -f.a[b]!);
    else L.emit(I.I_CMP[w]!, [this.valueOrZero(L, a), L.reg(b)], 0);
    switch (op) {
      case O.OP_EQ:
        return I.CC_EQ;
      case O.OP_NE:
        return I.CC_NE;
      case O.OP_SLT:
        return I.CC_LT;
      case O.OP_SLE:
        return I.CC_LE;
      case O.OP_ULT:
        return I.CC_LO;
      default:
        return I.CC_LS;
    }
  }

  /** Sets the flags for "v is not 0". */
  private condition(L: Lowering, v: Value): number {
    const op = L.f.op[v]!;
    if (op >= O.OP_EQ && op <= O.OP_FLE) return this.compare(L, v);
    L.emitImm(I.I_CMPI[0]!, [L.reg(v)], 0, 0);
    return I.CC_NE;
  }

  private load(L: Lowering, v: Value): void {
    const f = L.f;
    const mem = f.c[v]!;
    const size = mem & O.MEM_SIZE;
    const signed = (mem & O.MEM_SIGNED) !== 0;
    const w = f.ty[v] === O.TY_I32 ? 0 : 1;
    let op: number;
    if (L.classOf(v) === CLASS_FLOAT) op = size === 16 ? I.I_LDRQ : I.I_LDRF[size === 4 ? 0 : 1]!;
    else if (size === 1) op = signed ? I.I_LDRSB[w]! : I.I_LDRB;
    else if (size === 2) op = signed ? I.I_LDRSH[w]! : I.I_LDRH;
    else if (size === 4) op = w === 1 && signed ? I.I_LDRSW : I.I_LDR[0]!;
    else op = I.I_LDR[1]!;
    this.access(L, op, L.wanted(v) ? L.result(v) : L.tmp(L.classOf(v)), 1, f.a[v]!, size);
  }

  private store(L: Lowering, v: Value): void {
    const f = L.f;
    const size = f.c[v]! & O.MEM_SIZE;
    const x = f.b[v]!;
    if (L.classOf(x) === CLASS_FLOAT) {
      this.access(L, size === 16 ? I.I_STRQ : I.I_STRF[size === 4 ? 0 : 1]!, L.reg(x), 0, f.a[v]!, size);
      return;
    }
    const op = size === 1 ? I.I_STRB : size === 2 ? I.I_STRH : I.I_STR[size === 4 ? 0 : 1]!;
    this.access(L, op, this.valueOrZero(L, x), 0, f.a[v]!, size);
  }

  // ---- control --------------------------------------------------------------------------------------

  jump(L: Lowering, target: number): void {
    L.emit(I.I_B, [], 0).target = target;
  }

  private branch(L: Lowering, v: Value): void {
    const f = L.f;
    const c = f.a[v]!;
    const op = f.op[c]!;
    let i: MInst;
    if ((op === O.OP_EQ || op === O.OP_NE) && L.constIn(f.b[c]!, 0, 0))
      i = L.emit((op === O.OP_EQ ? I.I_CBZ : I.I_CBNZ)[f.c[c] === O.TY_I32 ? 0 : 1]!, [L.reg(f.a[c]!)], 0);
    else if (op >= O.OP_EQ && op <= O.OP_FLE) {
      const cc = this.compare(L, c);
      i = L.emit(I.I_BCC, [], 0);
      i.immHi = cc;
    } else i = L.emit(I.I_CBNZ[0]!, [L.reg(c)], 0);
    i.target = f.b[v]!;
    this.jump(L, f.c[v]!);
  }

  tableJump(L: Lowering, index: number, targets: number[]): void {
    const t = L.jumpTable(targets);
    const base = L.tmp();
    const entry = L.tmp();
    const dest = L.tmp();
    L.emit(I.I_ADDRESS, [base], 1).aux = t;
    L.emit(I.I_TABLELOAD, [entry, base, index], 1);
    L.emit(I.I_ADD[1]!, [dest, base, entry], 1);
    L.emit(I.I_BR, [dest], 0).aux = t;
  }

  private call(L: Lowering, v: Value): void {
    const f = L.f;
    const info = f.aux[v] as CallInfo;
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
        if (f.op[x] === O.OP_UNDEF) continue;
        dsts.push(p.loc);
        srcs.push(L.classOf(x) === CLASS_INT ? this.valueOrZero(L, x) : L.reg(x));
        continue;
      }
      if (f.op[x] === O.OP_UNDEF) continue;
      const float = L.classOf(x) === CLASS_FLOAT;
      const op = f.ty[x] === O.TY_F128 ? I.I_STRQ : float ? I.I_STRF[f.ty[x] === O.TY_F32 ? 0 : 1]! : I.I_STR[1]!;
      L.emitImm(op, [float ? L.reg(x) : this.valueOrZero(L, x)], 0, -1 - p.loc).slot = info.tail ? SLOT_INCOMING : SLOT_OUTGOING;
    }
    if (info.tail) {
      const to = info.sym === 0 ? L.reg(info.target) : -1;
      L.parallelCopy(dsts, srcs);
      // x17: the epilogue does not touch it, and code that checks its indirect branches lets it enter a function (Arm ARM, BTI)
      if (to >= 0) {
        L.copy(X17, to);
        dsts.push(X17);
      }
      const j = L.emit(to >= 0 ? I.I_TAILR : I.I_TAIL, dsts, 0);
      j.sym = info.sym;
      j.aux = info;
      return;
    }
    const target = info.sym === 0 ? L.reg(info.target) : -1;
    L.parallelCopy(dsts, srcs);
    const defs = info.rets.map((r) => r.loc);
    const i = L.emit(target >= 0 ? I.I_BLR : I.I_BL, [...defs, ...(target >= 0 ? [target] : []), ...dsts], defs.length);
    i.sym = info.sym;
    i.aux = info;
    const defined = new Set(defs);
    i.clobbers = (this.o.generalRegsOnly ? INT_CALL_CLOBBERS : CALL_CLOBBERS).filter((r) => !defined.has(r));
    const proj = L.projections(v);
    const outs: number[] = [];
    const from: number[] = [];
    for (let k = 0; k < info.rets.length; k++) {
      const p = proj[k];
      if (p === undefined) continue;
      outs.push(L.result(p));
      from.push(info.rets[k]!.loc);
    }
    L.parallelCopy(outs, from);
  }

  private dynamicAlloca(L: Lowering, v: Value): void {
    const f = L.f;
    const align = Math.max(16, f.b[v]!);
    const t = L.tmp();
    const u = L.tmp();
    const s = L.tmp();
    this.addImm(L, t, L.reg(f.a[v]!), 15 + align - 16, 1);
    L.emitImm(I.I_ANDI[1]!, [u, t], 1, -16).immHi = -1;
    L.emit(I.I_MOV, [s, SP], 1);
    const n = L.tmp();
    L.emit(I.I_SUB[1]!, [n, s, u], 1);
    L.emit(I.I_MOV, [SP, n], 1);
    const d = L.wanted(v) ? L.result(v) : L.tmp();
    if (align === 16) L.emit(I.I_FRAME, [d], 1).slot = SLOT_DYNAMIC;
    else {
      const low = L.tmp();
      L.emitImm(I.I_FRAME, [low], 1, align - 16).slot = SLOT_DYNAMIC;
      L.emitImm(I.I_ANDI[1]!, [d, low], 1, -align).immHi = -1;
    }
  }

  /** AAPCS64 appendix B: { stack, gr_top, vr_top, gr_offs, vr_offs }. */
  private vaStart(L: Lowering, v: Value): void {
    const f = L.f;
    const ap = L.reg(f.a[v]!);
    const pointer = (off: number, at: number): void => {
      const t = L.tmp();
      L.emitImm(I.I_FRAME, [t], 1, off).slot = SLOT_TOP;
      L.emitImm(I.I_STR[1]!, [t, ap], 0, at);
    };
    const word = (x: number, at: number): void => {
      const t = L.tmp();
      this.li(L, t, x, 0, false);
      L.emitImm(I.I_STR[0]!, [t, ap], 0, at);
    };
    pointer(f.vaStack, 0);
    pointer(0, 8);
    pointer(-64, 16);
    word(-8 * (8 - f.vaGp), 24);
    word(this.o.generalRegsOnly ? 0 : -16 * (8 - f.vaFp), 28);
  }

  // ---- floating point -------------------------------------------------------------------------------

  private float(L: Lowering, v: Value, op: number): void {
    const f = L.f;
    const a = f.a[v]!;
    const b = f.b[v]!;
    if (f.ty[v] === O.TY_F128 || f.ty[a] === O.TY_F128) L.bug(v, "binary128 arithmetic is libgcc's on aarch64");
    const d = f.ty[v] === O.TY_F64 ? 1 : 0;
    const src = f.c[v] === O.TY_F64 ? 1 : 0;
    const r3 = (row: readonly number[]): void => void L.emit(row[d]!, [L.result(v), L.reg(a), L.reg(b)], 1);
    const r2 = (row: number): void => void L.emit(row, [L.result(v), L.reg(a)], 1);
    switch (op) {
      case O.OP_FADD:
        r3(I.I_FADD);
        break;
      case O.OP_FSUB:
        r3(I.I_FSUB);
        break;
      case O.OP_FMUL:
        r3(I.I_FMUL);
        break;
      case O.OP_FDIV:
        r3(I.I_FDIV);
        break;
      case O.OP_FNEG:
        r2(I.I_FNEG[d]!);
        break;
      case O.OP_FABS:
        r2(I.I_FABS[d]!);
        break;
      case O.OP_FSQRT:
        r2(I.I_FSQRT[d]!);
        break;
      case O.OP_FCOPYSIGN: {
        const x = L.tmp();
        const y = L.tmp();
        const m = L.tmp();
        const s = L.tmp();
        const r = L.tmp();
        L.emit(I.I_FMOV_FROM[d]!, [x, L.reg(a)], 1);
        L.emit(I.I_FMOV_FROM[d]!, [y, L.reg(b)], 1);
        L.emitImm(I.I_ANDI[d]!, [m, x], 1, d === 1 ? -1 : 0x7fffffff).immHi = d === 1 ? 0x7fffffff : 0;
        L.emitImm(I.I_ANDI[d]!, [s, y], 1, d === 1 ? 0 : -0x80000000).immHi = d === 1 ? -0x80000000 : 0;
        L.emit(I.I_ORR[d]!, [r, m, s], 1);
        L.emit(I.I_FMOV_TO[d]!, [L.result(v), r], 1);
        break;
      }
      case O.OP_FCVT:
        if (f.ty[a] === f.ty[v]) L.copy(L.result(v), L.reg(a));
        else r2(d === 1 ? I.I_FCVT_DS : I.I_FCVT_SD);
        break;
      case O.OP_SITOF:
        r2(I.I_SCVTF[f.c[v] === O.TY_I64 ? 1 : 0]![d]!);
        break;
      case O.OP_UITOF:
        r2(I.I_UCVTF[f.c[v] === O.TY_I64 ? 1 : 0]![d]!);
        break;
      case O.OP_FTOSI:
        r2(I.I_FCVTZS[f.ty[v] === O.TY_I64 ? 1 : 0]![src]!);
        break;
      case O.OP_FTOUI:
        r2(I.I_FCVTZU[f.ty[v] === O.TY_I64 ? 1 : 0]![src]!);
        break;
      case O.OP_BITCAST:
        if (L.classOf(v) === L.classOf(a)) L.copy(L.result(v), L.reg(a));
        else if (L.classOf(v) === CLASS_FLOAT) r2(I.I_FMOV_TO[d]!);
        else r2(I.I_FMOV_FROM[f.ty[v] === O.TY_I64 ? 1 : 0]!);
        break;
      default:
        L.bug(v, "not selected on aarch64");
    }
  }
}
