// Integers of two machine words become pairs of words: 128 bits on 64-bit targets, 64 bits on i386. On targets without binary128
// registers so do F128 values (softF128). Where F128 values fit a vector register (quadF128) they stay whole. Either way their
// arithmetic goes to libgcc ("Soft float library routines" and "Routines for integer arithmetic" in GCC internals). Runs once,
// after the optimiser and before selection. Afterwards no such value is left.

import { computeCfg } from "../ir/cfg.ts";
import {
  AO_IN,
  AO_OUT,
  type AsmInfo,
  type CallInfo,
  type Func,
  newCall,
  type PhiInfo,
  type Piece,
  type Value,
} from "../ir/func.ts";
import type { Module } from "../ir/module.ts";
import * as O from "../ir/ops.ts";
import { type AbiType, scalarAbi, type TargetInfo } from "../target/abi.ts";
import { AsmError } from "./inline-asm.ts";

export interface WideOptions {
  /** F128 values live in pairs of integer registers and are computed by libgcc. */
  softF128: boolean;
  /** F128 values live in vector registers and are computed by libgcc. */
  quadF128?: boolean;
}

/** Name part of a type in libgcc: si di ti sf df xf tf. */
const MODE: readonly string[] = ["", "si", "di", "ti", "sf", "df", "xf", "tf"];

/** Access of 8 and of 16 bytes in a slot aligned to 16. */
const HALF = 8 | (3 << O.MEM_ALIGN_SHIFT);
const WHOLE = 16 | (4 << O.MEM_ALIGN_SHIFT);

class Expander {
  readonly f: Func;
  readonly m: Module;
  readonly t: TargetInfo;
  readonly soft: boolean;
  readonly quad: boolean;
  /** The type that is split, its halves and their bits and bytes. */
  readonly whole: number;
  readonly word: number;
  readonly bits: number;
  readonly bytes: number;
  readonly lo: Int32Array;
  readonly hi: Int32Array;
  /** asm value * 64 + index of a result that was split: index of its upper word. */
  readonly asmHigh: Map<number, number> = new Map();
  /** Value before which new ones are inserted. */
  at: Value = 0;
  dead: Value[] = [];
  phis: Value[] = [];

  constructor(f: Func, m: Module, t: TargetInfo, o: WideOptions) {
    this.f = f;
    this.m = m;
    this.t = t;
    this.soft = o.softF128;
    this.quad = o.quadF128 === true;
    this.word = t.ptrTy;
    this.bytes = t.ptrSize;
    this.bits = 8 * t.ptrSize;
    this.whole = this.word + 1;
    this.lo = new Int32Array(f.nval);
    this.hi = new Int32Array(f.nval);
  }

  wide(ty: number): boolean {
    return ty === this.whole || (this.soft && ty === O.TY_F128);
  }

  ins(op: number, ty: number, a = 0, b = 0, c = 0): Value {
    return this.f.insertBefore(this.at, op, ty, a, b, c, this.f.loc[this.at]!);
  }
  i64(lo: number, hi: number): Value {
    return this.ins(O.OP_CONST, O.TY_I64, lo, hi);
  }
  i32(x: number): Value {
    return this.ins(O.OP_CONST, O.TY_I32, x, x >> 31);
  }
  /** A constant of one word. */
  num(x: number): Value {
    return this.ins(O.OP_CONST, this.word, x, x >> 31);
  }
  /** The word that has only its sign bit, or all but that. */
  sign(): Value {
    return this.bits === 32 ? this.i32(-0x80000000) : this.i64(0, -0x80000000);
  }
  isNum(v: Value, x: number): boolean {
    return this.f.op[v] === O.OP_CONST && this.f.a[v] === x && this.f.b[v] === x >> 31;
  }
  op(op: number, a: Value, b: Value): Value {
    // halves are often 0: no pass comes after this one
    switch (op) {
      case O.OP_OR:
      case O.OP_XOR:
      case O.OP_ADD:
        if (this.isNum(a, 0)) return b;
        if (this.isNum(b, 0)) return a;
        break;
      case O.OP_SUB:
      case O.OP_SHL:
      case O.OP_SHR:
      case O.OP_SAR:
        if (this.isNum(b, 0) || (op !== O.OP_SUB && this.isNum(a, 0))) return a;
        break;
      case O.OP_AND:
        if (this.isNum(a, 0) || this.isNum(b, -1)) return a;
        if (this.isNum(b, 0) || this.isNum(a, -1)) return b;
        break;
      case O.OP_MUL:
      case O.OP_UMULH:
        if (this.isNum(a, 0)) return a;
        if (this.isNum(b, 0)) return b;
        break;
    }
    return this.ins(op, this.word, a, b);
  }
  cmp(op: number, a: Value, b: Value): Value {
    return this.ins(op, O.TY_I32, a, b, this.word);
  }
  /** A comparison's result as a word. */
  zext(v: Value): Value {
    return this.bits === 32 ? v : this.ins(O.OP_ZEXT32, O.TY_I64, v);
  }
  select(c: Value, a: Value, b: Value): Value {
    return this.ins(O.OP_SELECT, this.word, c, a, b);
  }

  set(v: Value, lo: Value, hi: Value): void {
    this.lo[v] = lo;
    this.hi[v] = hi;
    this.dead.push(v);
  }
  L(v: Value): Value {
    const x = this.lo[this.f.map(v)]!;
    if (x === 0) throw new Error(`${this.f.name}: v${v} has no halves`);
    return this.f.map(x);
  }
  H(v: Value): Value {
    return this.f.map(this.hi[this.f.map(v)]!);
  }

  run(): void {
    const f = this.f;
    const cfg = computeCfg(f);
    for (let i = 0; i < cfg.n; i++) {
      const b = cfg.rpo[i]!;
      for (let v = f.first[b]!; v !== 0; ) {
        const next = f.next[v]!;
        this.value(v);
        v = next;
      }
    }
    for (const v of this.phis) {
      const p = f.aux[v] as PhiInfo;
      const lo = f.aux[this.lo[v]!] as PhiInfo;
      const hi = f.aux[this.hi[v]!] as PhiInfo;
      for (let i = 0; i < p.vals.length; i++) {
        lo.blocks.push(p.blocks[i]!);
        hi.blocks.push(p.blocks[i]!);
        lo.vals.push(this.L(p.vals[i]!));
        hi.vals.push(this.H(p.vals[i]!));
      }
    }
    for (const v of this.dead) f.remove(v);
    f.resolveCopies();
  }

  private value(v: Value): void {
    const f = this.f;
    const op = f.op[v]!;
    const ty = f.ty[v]!;
    const a = f.a[v]!;
    this.at = v;
    if (this.wide(ty)) {
      this.wideValue(v, op, ty, a, f.b[v]!, f.c[v]!);
      return;
    }
    if (this.quad && this.quadValue(v, op, ty, a)) return;
    switch (op) {
      case O.OP_STORE: {
        if (!this.wide(f.ty[f.map(f.b[v]!)]!)) return;
        this.store(v, a, f.b[v]!, f.c[v]!);
        return;
      }
      case O.OP_EQ:
      case O.OP_NE:
      case O.OP_SLT:
      case O.OP_SLE:
      case O.OP_ULT:
      case O.OP_ULE:
        if (f.c[v] === this.whole) f.replaceWith(v, this.compare(op, a, f.b[v]!));
        return;
      case O.OP_FEQ:
      case O.OP_FNE:
      case O.OP_FLT:
      case O.OP_FLE:
        if (this.wide(f.c[v]!)) f.replaceWith(v, this.floatCompare(op, a, f.b[v]!));
        return;
      case O.OP_TRUNC:
        if (f.c[v] !== this.whole) return;
        f.replaceWith(v, ty === this.word ? this.L(a) : this.ins(O.OP_TRUNC, O.TY_I32, this.L(a), 0, O.TY_I64));
        return;
      case O.OP_BITCAST:
        if (f.c[v] !== this.whole || this.bits !== 32) return;
        f.replaceWith(v, this.ins(O.OP_LOAD, ty, this.spill(this.whole, a), 0, 8 | (2 << O.MEM_ALIGN_SHIFT)));
        return;
      case O.OP_ASM:
        if (this.bits === 32) this.asm(v);
        return;
      case O.OP_SITOF:
      case O.OP_UITOF:
        if (f.c[v] === this.whole) {
          const name = `__float${op === O.OP_UITOF ? "un" : ""}${MODE[this.whole]}${MODE[ty]}`;
          f.replaceWith(v, this.call1(name, ty, true, [a]));
        }
        return;
      case O.OP_FTOSI:
      case O.OP_FTOUI:
        if (this.wide(f.c[v]!)) {
          const name = `__fix${op === O.OP_FTOUI ? "uns" : ""}tf${MODE[ty]}`;
          f.replaceWith(v, this.call1(name, ty, op === O.OP_FTOSI, [a]));
        }
        return;
      case O.OP_FCVT:
        if (this.wide(f.c[v]!)) f.replaceWith(v, this.call1(`__trunctf${MODE[ty]}2`, ty, true, [a]));
        return;
      case O.OP_ISCONST:
        if (this.wide(f.ty[f.map(a)]!)) f.replaceWith(v, this.i32(0));
        return;
    }
  }

  private wideValue(v: Value, op: number, ty: number, a: Value, b: number, c: number): void {
    const f = this.f;
    switch (op) {
      case O.OP_CONST:
        if (this.bits === 32) this.set(v, this.i32(a), this.i32(b));
        else this.set(v, this.i64(a, b), this.i64(c, c));
        return;
      case O.OP_FCONST: {
        const w = f.aux[v] as Int32Array;
        this.set(v, this.i64(w[0]!, w[1]!), this.i64(w[2]!, w[3]!));
        return;
      }
      case O.OP_UNDEF:
        this.set(v, this.ins(O.OP_UNDEF, this.word), this.ins(O.OP_UNDEF, this.word));
        return;
      case O.OP_PHI: {
        const loc = f.loc[v]!;
        const lo = f.insertBefore(v, O.OP_PHI, this.word, 0, 0, 0, loc, { blocks: [], vals: [] });
        const hi = f.insertBefore(v, O.OP_PHI, this.word, 0, 0, 0, loc, { blocks: [], vals: [] });
        this.set(v, lo, hi);
        this.phis.push(v);
        return;
      }
      case O.OP_COPY:
        return;
      case O.OP_LOAD:
        this.load(v, a, c);
        return;
      case O.OP_ADD: {
        const lo = this.op(O.OP_ADD, this.L(a), this.L(b));
        const carry = this.zext(this.cmp(O.OP_ULT, lo, this.L(b)));
        this.set(v, lo, this.op(O.OP_ADD, this.op(O.OP_ADD, this.H(a), this.H(b)), carry));
        return;
      }
      case O.OP_SUB: {
        const borrow = this.zext(this.cmp(O.OP_ULT, this.L(a), this.L(b)));
        const lo = this.op(O.OP_SUB, this.L(a), this.L(b));
        this.set(v, lo, this.op(O.OP_SUB, this.op(O.OP_SUB, this.H(a), this.H(b)), borrow));
        return;
      }
      case O.OP_MUL: {
        const lo = this.op(O.OP_MUL, this.L(a), this.L(b));
        const cross = this.op(O.OP_ADD, this.op(O.OP_MUL, this.L(a), this.H(b)), this.op(O.OP_MUL, this.H(a), this.L(b)));
        this.set(v, lo, this.op(O.OP_ADD, this.op(O.OP_UMULH, this.L(a), this.L(b)), cross));
        return;
      }
      case O.OP_SDIV:
        this.callWide(v, `__div${MODE[this.whole]}3`, [a, b]);
        return;
      case O.OP_UDIV:
        this.callWide(v, `__udiv${MODE[this.whole]}3`, [a, b]);
        return;
      case O.OP_SREM:
        this.callWide(v, `__mod${MODE[this.whole]}3`, [a, b]);
        return;
      case O.OP_UREM:
        this.callWide(v, `__umod${MODE[this.whole]}3`, [a, b]);
        return;
      case O.OP_AND:
      case O.OP_OR:
      case O.OP_XOR:
        this.set(v, this.op(op, this.L(a), this.L(b)), this.op(op, this.H(a), this.H(b)));
        return;
      case O.OP_SHL:
      case O.OP_SHR:
      case O.OP_SAR:
        this.shift(v, op, a, b);
        return;
      case O.OP_ROTL:
        this.rotate(v, a, b);
        return;
      case O.OP_SEXT32:
      case O.OP_SEXT64:
        this.set(v, f.map(a), this.signOf(f.map(a)));
        return;
      case O.OP_ZEXT32:
      case O.OP_ZEXT64:
        this.set(v, f.map(a), this.num(0));
        return;
      case O.OP_PROJ: {
        // an asm's result of two words, whose operand has been split
        const upper = this.asmHigh.get(a * 64 + b);
        if (upper === undefined) break;
        this.set(v, this.ins(O.OP_PROJ, this.word, a, b), this.ins(O.OP_PROJ, this.word, a, upper));
        return;
      }
      case O.OP_SEXT8:
      case O.OP_SEXT16: {
        const lo = this.ins(op, this.word, this.L(a));
        this.set(v, lo, this.signOf(lo));
        return;
      }
      case O.OP_ZEXT8:
      case O.OP_ZEXT16:
        this.set(v, this.ins(op, this.word, this.L(a)), this.num(0));
        return;
      case O.OP_SELECT: {
        const cond = f.map(a);
        this.set(v, this.select(cond, this.L(b), this.L(c)), this.select(cond, this.H(b), this.H(c)));
        return;
      }
      case O.OP_BSWAP:
        this.set(v, this.ins(O.OP_BSWAP, this.word, this.H(a)), this.ins(O.OP_BSWAP, this.word, this.L(a)));
        return;
      case O.OP_CLZ:
      case O.OP_CTZ: {
        const first = op === O.OP_CLZ ? this.H(a) : this.L(a);
        const second = op === O.OP_CLZ ? this.L(a) : this.H(a);
        // one more bit at the far end, which changes no defined result, keeps both counts defined
        const bit = op === O.OP_CLZ ? this.num(1) : this.sign();
        const far = this.op(O.OP_ADD, this.ins(op, this.word, this.op(O.OP_OR, second, bit)), this.num(this.bits));
        const near = this.ins(op, this.word, this.op(O.OP_OR, first, bit));
        this.set(v, this.select(this.cmp(O.OP_NE, first, this.num(0)), near, far), this.num(0));
        return;
      }
      case O.OP_POPCNT: {
        const n = this.op(O.OP_ADD, this.ins(op, this.word, this.L(a)), this.ins(op, this.word, this.H(a)));
        this.set(v, n, this.num(0));
        return;
      }
      case O.OP_BITCAST:
        if (this.wide(c)) this.set(v, this.L(a), this.H(a));
        else if (this.quad && c === O.TY_F128) {
          const p = this.spill(O.TY_F128, f.map(a));
          this.set(v, this.ins(O.OP_LOAD, O.TY_I64, p, 0, HALF), this.ins(O.OP_LOAD, O.TY_I64, this.upper(p), 0, HALF));
        } else if (this.bits === 32 && c === O.TY_F64) {
          const p = this.slot();
          const half = 4 | (2 << O.MEM_ALIGN_SHIFT);
          this.ins(O.OP_STORE, 0, p, f.map(a), 8 | (2 << O.MEM_ALIGN_SHIFT));
          this.set(v, this.ins(O.OP_LOAD, O.TY_I32, p, 0, half), this.ins(O.OP_LOAD, O.TY_I32, this.upper(p), 0, half));
        } else break;
        return;
      case O.OP_FTOSI:
      case O.OP_FTOUI:
        this.callWide(v, `__fix${op === O.OP_FTOUI ? "uns" : ""}${MODE[c]}${MODE[this.whole]}`, [a]);
        return;
      case O.OP_SITOF:
      case O.OP_UITOF:
        if (ty === this.whole) break;
        this.callWide(v, `__float${op === O.OP_UITOF ? "un" : ""}${MODE[c]}tf`, [a], op === O.OP_SITOF);
        return;
      case O.OP_FCVT:
        this.callWide(v, `__extend${MODE[c]}tf2`, [a]);
        return;
      case O.OP_FADD:
        this.callWide(v, "__addtf3", [a, b]);
        return;
      case O.OP_FSUB:
        this.callWide(v, "__subtf3", [a, b]);
        return;
      case O.OP_FMUL:
        this.callWide(v, "__multf3", [a, b]);
        return;
      case O.OP_FDIV:
        this.callWide(v, "__divtf3", [a, b]);
        return;
      case O.OP_FSQRT:
        this.callWide(v, "sqrtl", [a]);
        return;
      case O.OP_FNEG:
        this.set(v, this.L(a), this.op(O.OP_XOR, this.H(a), this.i64(0, -0x80000000)));
        return;
      case O.OP_FABS:
        this.set(v, this.L(a), this.op(O.OP_AND, this.H(a), this.i64(-1, 0x7fffffff)));
        return;
      case O.OP_FCOPYSIGN: {
        const mag = this.op(O.OP_AND, this.H(a), this.i64(-1, 0x7fffffff));
        const sign = this.op(O.OP_AND, this.H(b), this.i64(0, -0x80000000));
        this.set(v, this.L(a), this.op(O.OP_OR, mag, sign));
        return;
      }
    }
    throw new Error(`${f.name}: ${O.opName[op]} of ${O.TY_NAMES[ty]} cannot be expanded`);
  }

  // ---- F128 in vector registers ----

  /** Replaces value v of or from F128 values by calls and accesses of memory; false when the target selects it as it is. */
  private quadValue(v: Value, op: number, ty: number, a: Value): boolean {
    const f = this.f;
    const b = f.b[v]!;
    const c = f.c[v]!;
    const to = (x: Value): boolean => {
      f.replaceWith(v, x);
      return true;
    };
    if (op >= O.OP_FEQ && op <= O.OP_FLEQ) return c === O.TY_F128 && to(this.floatCompare(op, a, b));
    if (ty !== O.TY_F128) {
      if (op !== O.OP_FTOSI && op !== O.OP_FTOUI && op !== O.OP_FCVT) return false;
      if ((op === O.OP_FCVT ? f.ty[f.map(a)] : c) !== O.TY_F128) return false;
      if (op === O.OP_FCVT) return to(this.call1(`__trunctf${MODE[ty]}2`, ty, true, [a]));
      return to(this.call1(`__fix${op === O.OP_FTOUI ? "uns" : ""}tf${MODE[ty]}`, ty, op === O.OP_FTOSI, [a]));
    }
    const call = (name: string, args: Value[], signed = true): boolean => to(this.call1(name, ty, signed, args));
    switch (op) {
      case O.OP_FADD:
        return call("__addtf3", [a, b]);
      case O.OP_FSUB:
        return call("__subtf3", [a, b]);
      case O.OP_FMUL:
        return call("__multf3", [a, b]);
      case O.OP_FDIV:
        return call("__divtf3", [a, b]);
      case O.OP_FSQRT:
        return call(this.t.longDoubleTy === O.TY_F128 ? "sqrtl" : "sqrtf128", [a]);
      case O.OP_SITOF:
      case O.OP_UITOF:
        return call(`__float${op === O.OP_UITOF ? "un" : ""}${MODE[c]}tf`, [a], op === O.OP_SITOF);
      case O.OP_FCVT:
        return f.ty[f.map(a)] === ty ? to(f.map(a)) : call(`__extend${MODE[f.ty[f.map(a)]!]}tf2`, [a]);
      case O.OP_FCONST: {
        const w = f.aux[v] as Int32Array;
        return to(this.fromHalves(this.i64(w[0]!, w[1]!), this.i64(w[2]!, w[3]!)));
      }
      case O.OP_BITCAST:
        if (!this.wide(c)) return false;
        return to(this.fromHalves(this.L(a), this.H(a)));
      case O.OP_FNEG:
      case O.OP_FABS:
      case O.OP_FCOPYSIGN: {
        const p = this.spill(ty, f.map(a));
        const h = this.ins(O.OP_LOAD, O.TY_I64, this.upper(p), 0, HALF);
        let r: Value;
        if (op === O.OP_FNEG) r = this.op(O.OP_XOR, h, this.i64(0, -0x80000000));
        else {
          r = this.op(O.OP_AND, h, this.i64(-1, 0x7fffffff));
          if (op === O.OP_FCOPYSIGN) {
            const s = this.ins(O.OP_LOAD, O.TY_I64, this.upper(this.spill(ty, f.map(b))), 0, HALF);
            r = this.op(O.OP_OR, r, this.op(O.OP_AND, s, this.i64(0, -0x80000000)));
          }
        }
        this.ins(O.OP_STORE, 0, this.upper(p), r, HALF);
        return to(this.ins(O.OP_LOAD, ty, p, 0, WHOLE));
      }
      default:
        return false;
    }
  }

  /** Address of a new slot of 16 bytes. */
  private slot(): Value {
    const f = this.f;
    return f.insertBefore(f.first[f.entry]!, O.OP_ALLOCA, this.t.ptrTy, 16, 16, 0, f.loc[this.at]!);
  }
  private spill(ty: number, v: Value): Value {
    const p = this.slot();
    if (this.wide(ty)) {
      const half = this.bits === 32 ? 4 | (2 << O.MEM_ALIGN_SHIFT) : HALF;
      this.ins(O.OP_STORE, 0, p, this.L(v), half);
      this.ins(O.OP_STORE, 0, this.upper(p), this.H(v), half);
    } else this.ins(O.OP_STORE, 0, p, v, WHOLE);
    return p;
  }
  private fromHalves(lo: Value, hi: Value): Value {
    const p = this.slot();
    this.ins(O.OP_STORE, 0, p, lo, HALF);
    this.ins(O.OP_STORE, 0, this.upper(p), hi, HALF);
    return this.ins(O.OP_LOAD, O.TY_F128, p, 0, WHOLE);
  }

  private load(v: Value, addr: Value, m: number): void {
    const size = m & O.MEM_SIZE;
    const p = this.f.map(addr);
    const al = (m >> O.MEM_ALIGN_SHIFT) & 15;
    const n = this.bytes;
    const rest =
      (m & ~(O.MEM_SIZE | O.MEM_SIGNED | (15 << O.MEM_ALIGN_SHIFT))) | (Math.min(al, 31 - Math.clz32(n)) << O.MEM_ALIGN_SHIFT);
    if (size < 2 * n) {
      const lo = this.ins(O.OP_LOAD, this.word, p, 0, size === n ? m & ~O.MEM_SIGNED : m);
      this.set(v, lo, (m & O.MEM_SIGNED) !== 0 ? this.signOf(lo) : this.num(0));
      return;
    }
    const lo = this.ins(O.OP_LOAD, this.word, p, 0, rest | n);
    this.set(v, lo, this.ins(O.OP_LOAD, this.word, this.upper(p), 0, rest | n));
  }

  /** The word that holds v's sign in every bit. */
  private signOf(v: Value): Value {
    return this.op(O.OP_SAR, v, this.i32(this.bits - 1));
  }

  /** i386: operands of two words are the pair edx:eax (A, a), two registers of which the template names the lower, or constants of one word. */
  private asm(v: Value): void {
    const f = this.f;
    const old = f.aux[v] as AsmInfo;
    if (old.operands.every((o) => o.mem || o.ty !== this.whole)) return;
    const info = { ...old, operands: old.operands.map((o) => ({ ...o })) };
    f.aux[v] = info;
    let outputs = 0;
    for (const o of info.operands) outputs = Math.max(outputs, o.outIndex + 1);
    const n = info.operands.length;
    /** Operand that holds the upper word of operand k. */
    const high: number[] = [];
    for (let k = 0; k < n; k++) {
      const o = info.operands[k]!;
      if (o.mem || o.ty !== this.whole) continue;
      const input = o.dir !== AO_OUT;
      const lo = input ? this.L(o.value) : 0;
      const hi = input ? this.H(o.value) : 0;
      o.ty = this.word;
      o.size = 4;
      o.value = lo;
      const tied = o.tied >= 0 ? high[o.tied] : undefined;
      const pair = o.constraint === "A" || o.constraint === "a";
      if (!pair && tied === undefined && !/^[^A-Za-z]*[rqQR]/.test(o.constraint)) {
        if (
          o.dir === AO_IN &&
          f.op[lo] === O.OP_CONST &&
          f.op[hi] === O.OP_CONST &&
          (f.a[hi] === 0 || f.a[hi] === f.a[lo]! >> 31)
        )
          continue;
        throw new AsmError(info.loc, `occ supports no 64-bit operand '${o.constraint}' of an 'asm' on i386`);
      }
      if ((o.fixedReg >= 0 && !pair && tied === undefined) || info.labels.length > 0)
        throw new AsmError(info.loc, "occ supports no 64-bit register variable and no 64-bit operand of an 'asm goto' on i386");
      o.fixedReg = -1;
      const second = { ...o, name: "", value: hi };
      if (tied !== undefined) second.tied = tied;
      else if (pair) {
        o.constraint = "a";
        second.constraint = "d";
      }
      if (o.outIndex >= 0) {
        second.outIndex = outputs++;
        this.asmHigh.set(v * 64 + o.outIndex, second.outIndex);
      }
      high[k] = info.operands.length;
      info.operands.push(second);
    }
  }

  private store(v: Value, addr: Value, val: Value, m: number): void {
    const f = this.f;
    const p = f.map(addr);
    const lo = this.L(val);
    const n = this.bytes;
    if ((m & O.MEM_SIZE) < 2 * n) this.ins(O.OP_STORE, 0, p, lo, m);
    else {
      const al = (m >> O.MEM_ALIGN_SHIFT) & 15;
      const rest =
        (m & ~(O.MEM_SIZE | O.MEM_SIGNED | (15 << O.MEM_ALIGN_SHIFT))) | (Math.min(al, 31 - Math.clz32(n)) << O.MEM_ALIGN_SHIFT);
      this.ins(O.OP_STORE, 0, p, lo, rest | n);
      this.ins(O.OP_STORE, 0, this.upper(p), this.H(val), rest | n);
    }
    f.remove(v);
  }

  /** Address of the upper word. */
  private upper(p: Value): Value {
    const f = this.f;
    const n = this.bytes;
    if (f.op[p] === O.OP_SYM) return this.ins(O.OP_SYM, f.ty[p]!, f.a[p]!, f.b[p]! + n);
    return this.ins(O.OP_ADD, f.ty[p]!, p, this.num(n));
  }

  private compare(op: number, a: Value, b: Value): Value {
    if (op === O.OP_EQ || op === O.OP_NE) {
      const d = this.op(O.OP_OR, this.op(O.OP_XOR, this.L(a), this.L(b)), this.op(O.OP_XOR, this.H(a), this.H(b)));
      return this.cmp(op, d, this.num(0));
    }
    const strict = op === O.OP_SLT || op === O.OP_ULT;
    const low = this.cmp(strict ? O.OP_ULT : O.OP_ULE, this.L(a), this.L(b));
    const high = this.cmp(op === O.OP_SLT || op === O.OP_SLE ? O.OP_SLT : O.OP_ULT, this.H(a), this.H(b));
    const same = this.cmp(O.OP_EQ, this.H(a), this.H(b));
    return this.ins(O.OP_SELECT, O.TY_I32, same, low, high);
  }

  private floatCompare(op: number, a: Value, b: Value): Value {
    const zero = (): Value => this.i32(0);
    const c = (o: number, x: Value, y: Value): Value => this.ins(o, O.TY_I32, x, y, O.TY_I32);
    switch (op) {
      case O.OP_FEQ:
        return c(O.OP_EQ, this.call1("__eqtf2", O.TY_I32, true, [a, b]), zero());
      case O.OP_FNE:
        return c(O.OP_NE, this.call1("__netf2", O.TY_I32, true, [a, b]), zero());
      case O.OP_FLT:
        return c(O.OP_SLT, this.call1("__lttf2", O.TY_I32, true, [a, b]), zero());
      case O.OP_FLE:
        return c(O.OP_SLE, this.call1("__letf2", O.TY_I32, true, [a, b]), zero());
      default:
        throw new Error("binary128 has no comparison that is quiet and an order");
    }
  }

  private shift(v: Value, op: number, a: Value, count: Value): void {
    const f = this.f;
    const w = this.bits;
    const n = f.map(count);
    const l = this.L(a);
    const h = this.H(a);
    const sh = (o: number, x: Value, k: number): Value => (k === 0 ? x : this.op(o, x, this.i32(k)));
    const fill = (): Value => (op === O.OP_SAR ? this.op(O.OP_SAR, h, this.i32(w - 1)) : this.num(0));
    if (f.op[n] === O.OP_CONST) {
      const k = f.a[n]! & (2 * w - 1);
      if (k === 0) this.set(v, l, h);
      else if (op === O.OP_SHL) {
        if (k >= w) this.set(v, this.num(0), sh(O.OP_SHL, l, k - w));
        else this.set(v, sh(O.OP_SHL, l, k), this.op(O.OP_OR, sh(O.OP_SHL, h, k), sh(O.OP_SHR, l, w - k)));
      } else if (k >= w) this.set(v, sh(op, h, k - w), fill());
      else this.set(v, this.op(O.OP_OR, sh(O.OP_SHR, l, k), sh(O.OP_SHL, h, w - k)), sh(op, h, k));
      return;
    }
    // counts of a word and more are told by one bit; the shifts themselves use those below
    const low = this.ins(O.OP_AND, O.TY_I32, n, this.i32(w - 1));
    const inv = this.ins(O.OP_XOR, O.TY_I32, low, this.i32(w - 1));
    const big = this.ins(O.OP_AND, O.TY_I32, n, this.i32(w));
    if (op === O.OP_SHL) {
      const sl = this.op(O.OP_SHL, l, low);
      const over = this.op(O.OP_SHR, this.op(O.OP_SHR, l, this.i32(1)), inv);
      const mid = this.op(O.OP_OR, this.op(O.OP_SHL, h, low), over);
      this.set(v, this.select(big, this.num(0), sl), this.select(big, sl, mid));
    } else {
      const sr = this.op(op, h, low);
      const over = this.op(O.OP_SHL, this.op(O.OP_SHL, h, this.i32(1)), inv);
      const mid = this.op(O.OP_OR, this.op(O.OP_SHR, l, low), over);
      this.set(v, this.select(big, sr, mid), this.select(big, fill(), sr));
    }
  }

  private rotate(v: Value, a: Value, count: Value): void {
    const w = this.bits;
    const n = this.f.map(count);
    const low = this.ins(O.OP_AND, O.TY_I32, n, this.i32(w - 1));
    const inv = this.ins(O.OP_XOR, O.TY_I32, low, this.i32(w - 1));
    const big = this.ins(O.OP_AND, O.TY_I32, n, this.i32(w));
    const l = this.select(big, this.H(a), this.L(a));
    const h = this.select(big, this.L(a), this.H(a));
    const part = (x: Value, y: Value): Value =>
      this.op(O.OP_OR, this.op(O.OP_SHL, x, low), this.op(O.OP_SHR, this.op(O.OP_SHR, y, this.i32(1)), inv));
    this.set(v, part(l, h), part(h, l));
  }

  // ---- calls ----

  private callCore(name: string, ret: AbiType, args: readonly Value[], signed: boolean): { call: Value; rets: Piece[] } {
    const f = this.f;
    const types: AbiType[] = [];
    for (const x of args) types.push(scalarAbi(f.ty[f.map(x)]!, signed));
    const ca = this.t.abi.assign(ret, types, args.length, false);
    const vals: Value[] = [];
    const locs: Piece[] = [];
    for (let i = 0; i < args.length; i++) {
      const x = f.map(args[i]!);
      const ty = f.ty[x]!;
      if (ca.args[i]!.indirect || ca.args[i]!.stackOff >= 0) throw new Error(`${name}: argument in memory`);
      for (const p of ca.args[i]!.pieces) {
        let y: Value;
        if (this.wide(ty)) y = p.off === 0 ? this.L(x) : this.H(x);
        else if (p.ty === ty) y = x;
        else if (ty === O.TY_F32) {
          y = this.ins(O.OP_BITCAST, O.TY_I32, x, 0, ty);
          if (p.ty === O.TY_I64) y = this.zext(y);
        } else if (ty === O.TY_I32) y = this.ins(signed ? O.OP_SEXT32 : O.OP_ZEXT32, p.ty, x);
        else y = this.ins(O.OP_BITCAST, p.ty, x, 0, ty);
        vals.push(y);
        locs.push(p);
      }
    }
    const sym = this.m.symbol(name);
    sym.referenced = true;
    const info: CallInfo = {
      ...newCall(sym.id),
      args: vals,
      argLocs: locs,
      rets: ca.ret,
      stackSize: ca.stackSize,
      vecRegs: ca.vecRegs,
      purity: 2,
    };
    const call = f.insertBefore(this.at, O.OP_CALL, 0, 0, 0, 0, f.loc[this.at]!, info);
    return { call, rets: ca.ret };
  }

  private callWide(v: Value, name: string, args: readonly Value[], signed = true): void {
    const { call, rets } = this.callCore(name, scalarAbi(this.f.ty[v]!, true), args, signed);
    if (rets.length !== 2) throw new Error(`${name}: result not in two registers`);
    this.set(v, this.ins(O.OP_PROJ, this.word, call, 0), this.ins(O.OP_PROJ, this.word, call, 1));
  }

  private call1(name: string, ty: number, signed: boolean, args: readonly Value[]): Value {
    const { call, rets } = this.callCore(name, scalarAbi(ty, signed), args, true);
    const p = rets[0]!;
    const r = this.ins(O.OP_PROJ, p.ty, call, 0);
    if (p.ty === ty) return r;
    if (ty === O.TY_F32 && p.ty === O.TY_I64) {
      return this.ins(O.OP_BITCAST, ty, this.ins(O.OP_TRUNC, O.TY_I32, r, 0, O.TY_I64), 0, O.TY_I32);
    }
    if (ty === O.TY_I32) return this.ins(O.OP_TRUNC, ty, r, 0, p.ty);
    return this.ins(O.OP_BITCAST, ty, r, 0, p.ty);
  }
}

/** Rewrites f in place; true if there was anything to do. */
export function expandWide(f: Func, m: Module, t: TargetInfo, o: WideOptions): boolean {
  let any = false;
  for (let v = 1; v < f.nval && !any; v++) {
    if (f.op[v] === O.OP_NONE) continue;
    any = f.ty[v] === t.ptrTy + 1 || ((o.softF128 || o.quadF128 === true) && f.ty[v] === O.TY_F128);
  }
  if (!any) return false;
  new Expander(f, m, t, o).run();
  return true;
}
