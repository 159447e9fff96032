// Instruction selection for AArch64: the selector that lowering.ts drives, and its control flow. Integers and flags are in integer.ts,
// loads and stores in memory.ts, calls in calls.ts, floating point in float.ts. // hot
//
// The upper half of a register that holds an I32 is unspecified, as in AAPCS64: I32 operations use W registers, ZEXT32 and SEXT32 are
// real instructions and TRUNC is a copy. Comparisons set the flags right in front of the instruction that reads them.

import type { AtomicInfo, RetInfo, Value } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import { lowerAsm } from "../../mach/inline-asm.ts";
import type { Lowering, Selector } from "../../mach/lowering.ts";
import { CLASS_FLOAT, type MInst } from "../../mach/minst.ts";
import { lowerSwitch } from "../../mach/switch.ts";
import { TLS_INITIAL_EXEC, tlsModelOf } from "../tls-model.ts";
import { aarch64Asm } from "./asm-operands.ts";
import { registerSaveArea, selectCall, selectEntry, selectVaStart } from "./calls.ts";
import { selectFloat } from "./float.ts";
import {
  addImmediate,
  loadImmediate,
  selectAddSub,
  selectLogical,
  selectShift,
  setCondition,
  setFlags,
  valueOrZero,
} from "./integer.ts";
import * as I from "./isa.ts";
import { SLOT_DYNAMIC, SLOT_INCOMING, SLOT_OUTGOING, SLOT_TOP, selectLoad, selectStore, viaGot } from "./memory.ts";
import type { AArch64Options } from "./options.ts";
import { CALL_CLOBBERS, FP, INT_CALL_CLOBBERS, LR, SP, X0, X1, X16, ZR } from "./registers.ts";

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
        loadImmediate(L, dst, f.a[v]!, f.ty[v] === O.TY_I32 ? 0 : f.b[v]!, f.ty[v] !== O.TY_I32);
        break;
      case O.OP_SYM: {
        const s = L.module.syms[f.a[v]!]!;
        if (viaGot(s, this.o) && f.b[v] !== 0) {
          const t = L.tmp();
          L.emit(I.I_ADDRESS, [t], 1).sym = s.id;
          addImmediate(L, dst, t, f.b[v]!, 1);
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
        else loadImmediate(L, dst, 0, 0, false);
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
        loadImmediate(L, t, f.a[v]!, h, wide === 1);
        L.emit(I.I_FMOV_TO[wide]!, [dst, t], 1);
        break;
      }
      default:
        L.bug(v, "cannot be computed anew");
    }
  }

  entry(L: Lowering): void {
    selectEntry(L, this.o);
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
      case O.OP_SUB:
        selectAddSub(L, v, w);
        break;
      case O.OP_AND:
        selectLogical(L, v, w, I.I_AND, I.I_ANDI);
        break;
      case O.OP_OR:
        selectLogical(L, v, w, I.I_ORR, I.I_ORRI);
        break;
      case O.OP_XOR:
        if (L.constIn(b, -1, -1)) L.emit(I.I_MVN[w]!, [L.result(v), L.reg(a)], 1);
        else selectLogical(L, v, w, I.I_EOR, I.I_EORI);
        break;
      case O.OP_SHL:
        selectShift(L, v, w, I.I_LSL, I.I_LSLI);
        break;
      case O.OP_SHR:
        selectShift(L, v, w, I.I_LSR, I.I_LSRI);
        break;
      case O.OP_SAR:
        selectShift(L, v, w, I.I_ASR, I.I_ASRI);
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
      case O.OP_FLE:
      case O.OP_FLTQ:
      case O.OP_FLEQ: {
        const d = L.result(v);
        const cc = setFlags(L, v);
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
        const x = valueOrZero(L, b);
        const y = valueOrZero(L, f.c[v]!);
        const d = L.result(v);
        if (f.ty[v] === O.TY_F128) {
          L.copy(d, y);
          const c = setCondition(L, a);
          L.emit(I.I_QSEL, [d, d, x], 1).immHi = c;
          break;
        }
        const cc = setCondition(L, a);
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
        selectLoad(L, v);
        break;
      case O.OP_STORE:
        selectStore(L, v);
        break;
      case O.OP_ATOMICLOAD: {
        if (b === 0) {
          selectLoad(L, v);
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
        if ((f.aux[v] as AtomicInfo).order < 3) selectStore(L, v);
        else L.emitImm(I.I_STLR, [valueOrZero(L, b), L.reg(a)], 0, f.c[v]! & O.MEM_SIZE);
        break;
      case O.OP_ATOMICRMW: {
        const info = f.aux[v] as AtomicInfo;
        const d = L.wanted(v) ? L.result(v) : L.tmp();
        const i = L.emitImm(I.I_RMW, [d, L.tmp(), L.tmp(), L.reg(a), valueOrZero(L, b)], 3, f.c[v]! & O.MEM_SIZE);
        i.immHi = info.kind * 8 + info.order;
        i.early = 7;
        break;
      }
      case O.OP_CMPXCHG: {
        const info = f.aux[v] as AtomicInfo;
        const p = L.projections(v);
        const old = p[0] === undefined ? L.tmp() : L.result(p[0]);
        const ok = p[1] === undefined ? L.tmp() : L.result(p[1]);
        const i = L.emitImm(I.I_CAS, [old, ok, L.reg(a), valueOrZero(L, b), valueOrZero(L, f.c[v]!)], 2, info.mem & O.MEM_SIZE);
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
          srcs.push(valueOrZero(L, vals[k]!));
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
        selectCall(L, v, this.o);
        break;
      case O.OP_ASM:
        lowerAsm(L, v, aarch64Asm);
        break;
      case O.OP_DALLOCA:
        selectDynamicAlloca(L, v);
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
        selectVaStart(L, v, this.o);
        break;
      case O.OP_FRAMEADDR:
        selectFrameAddress(L, L.result(v), a);
        break;
      case O.OP_RETADDR:
        if (a !== 0) {
          const record = L.tmp();
          selectFrameAddress(L, record, a);
          const address = L.tmp();
          L.emitImm(I.I_LDR[1]!, [address, record], 1, 8);
          selectPlainAddress(L, v, address, this.o);
          break;
        }
        // the frame record's second word (emit.ts lays it out first)
        {
          const address = L.tmp();
          L.emitImm(I.I_LDR[1]!, [address], 1, -8 - registerSaveArea(L, this.o)).slot = SLOT_TOP;
          selectPlainAddress(L, v, address, this.o);
        }
        L.m.hasCalls = true;
        break;
      case O.OP_READREG:
        L.emit(I.I_MOV, [L.result(v), a], 1);
        break;
      case O.OP_WRITEREG:
        L.emit(I.I_MOV, [a, L.reg(b)], 1);
        break;
      case O.OP_TLSADDR:
        selectThreadLocal(L, v, this.o);
        break;
      default:
        selectFloat(L, v, op);
    }
  }

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
    else if (op >= O.OP_EQ && op <= O.OP_FLEQ) {
      const cc = setFlags(L, c);
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
}

/** A return address as the program sees it: without the signature that the frame record's copy has. */
function selectPlainAddress(L: Lowering, v: Value, address: number, o: AArch64Options): void {
  if (o.branchProtection.sign === "none") L.emit(I.I_MOV, [L.result(v), address], 1);
  else L.emit(I.I_STRIP, [L.result(v), address], 1).clobbers = [LR];
}

/** The address of a thread-local variable. */
function selectThreadLocal(L: Lowering, v: Value, o: AArch64Options): void {
  const sym = L.f.a[v]!;
  const model = tlsModelOf(L.module.syms[sym]!, o.tls);
  if (model >= TLS_INITIAL_EXEC) {
    const i = L.emitImm(I.I_TLS, [L.result(v)], 1, L.f.b[v]!);
    i.sym = sym;
    i.immHi = model;
    return;
  }
  L.m.hasCalls = true;
  const i = L.emitImm(I.I_TLSGD, [X0], 1, L.f.b[v]!);
  i.sym = sym;
  const all = o.generalRegsOnly ? INT_CALL_CLOBBERS : CALL_CLOBBERS;
  // a descriptor's function keeps all registers but those of its own protocol
  i.clobbers = o.tlsTraditional ? all.filter((r) => r !== X0) : [X1, X16, LR];
  L.copy(L.result(v), X0);
}

/** Frame record `level` callers up: each record starts with the address of the next. */
function selectFrameAddress(L: Lowering, dst: number, level: number): void {
  L.f.usesFrameAddr = true;
  let from = FP;
  for (let k = 0; k < level; k++) {
    const t = k === level - 1 ? dst : L.tmp();
    L.emitImm(I.I_LDR[1]!, [t, from], 1, 0);
    from = t;
  }
  if (level === 0) L.emit(I.I_MOV, [dst, FP], 1);
}

/** Stack space of a size known at run time. */
function selectDynamicAlloca(L: Lowering, v: Value): void {
  const f = L.f;
  const align = Math.max(16, f.b[v]!);
  const t = L.tmp();
  const u = L.tmp();
  const s = L.tmp();
  addImmediate(L, t, L.reg(f.a[v]!), 15 + align - 16, 1);
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
