// Local rewriting: constant folding and algebraic identities, each value by its operands alone. // hot
// Only rules that hold for every input of the type (wrapping integers, IEEE floats) and never make more work.

import { hi as i64hi, sub64 } from "../../base/i64.ts";
import type { Func, PhiInfo, Value } from "../../ir/func.ts";
import { BIND_WEAK, type Module, SYM_UNDEF } from "../../ir/module.ts";
import {
  F_COMM,
  MEM_SIGNED,
  MEM_SIZE,
  MEM_VOLATILE,
  OP_ADD,
  OP_ALLOCA,
  OP_AND,
  OP_BITCAST,
  OP_BR,
  OP_BSWAP,
  OP_CLZ,
  OP_CONST,
  OP_CTZ,
  OP_EQ,
  OP_FEQ,
  OP_FLE,
  OP_LOAD,
  OP_MUL,
  OP_NE,
  OP_OR,
  OP_PHI,
  OP_POPCNT,
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
  OP_SREM,
  OP_SUB,
  OP_SYM,
  OP_TRUNC,
  OP_UDIV,
  OP_ULE,
  OP_ULT,
  OP_UMULH,
  OP_UREM,
  OP_XOR,
  OP_ZEXT8,
  OP_ZEXT16,
  OP_ZEXT32,
  opFlags,
  TY_I32,
  TY_I64,
  TY_I128,
} from "../../ir/ops.ts";
import { evalBinary, evalCompare, evalUnary, rhi, rlo } from "../eval.ts";
import type { OptOptions } from "./pipeline.ts";

export function simplify(f: Func, m: Module, o: OptOptions): boolean {
  const s = new Simplifier(f, m, o);
  let changed = false;
  for (let k = 0; k < 8; k++) {
    if (!s.sweep()) break;
    changed = true;
    f.resolveCopies();
  }
  return changed;
}

class Simplifier {
  private readonly f: Func;
  private readonly m: Module;
  private readonly o: OptOptions;

  constructor(f: Func, m: Module, o: OptOptions) {
    this.f = f;
    this.m = m;
    this.o = o;
  }

  sweep(): boolean {
    const f = this.f;
    let changed = false;
    for (const b of f.order) {
      for (let v = f.first[b]!; v !== 0; ) {
        const next = f.next[v]!;
        const op = f.op[v]!;
        if (op >= OP_ADD && op <= OP_SELECT) {
          // operands may have become copies in this sweep
          f.mapOperands(v, f);
          if (this.value(v, op)) changed = true;
        } else if (op === OP_BR) {
          f.mapOperands(v, f);
          if (this.branch(v)) changed = true;
        } else if (op === OP_LOAD) {
          f.mapOperands(v, f);
          if (this.load(v)) changed = true;
        }
        v = next;
      }
    }
    return changed;
  }

  private con(v: Value): boolean {
    return this.f.op[v] === OP_CONST;
  }
  /** v is the (sign-extended) constant x. */
  private is(v: Value, x: number): boolean {
    const f = this.f;
    return f.op[v] === OP_CONST && f.a[v] === x && f.b[v] === x >> 31 && (f.ty[v] !== TY_I128 || f.c[v] === x >> 31);
  }
  private copy(v: Value, w: Value): boolean {
    this.f.replaceWith(v, w);
    return true;
  }
  private konst(v: Value, lo: number, h: number): boolean {
    const f = this.f;
    f.makeConst(v, lo, h);
    if (f.ty[v] === TY_I128) f.c[v] = h >> 31;
    return true;
  }
  /** A constant before v. */
  private num(v: Value, ty: number, lo: number, h: number): Value {
    return this.f.insertBefore(v, OP_CONST, ty, lo, ty === TY_I32 ? lo >> 31 : h, 0, this.f.loc[v]!);
  }
  private set(v: Value, op: number, a: Value, b: Value, c: Value = 0): boolean {
    const f = this.f;
    f.op[v] = op;
    f.a[v] = a;
    f.b[v] = b;
    f.c[v] = c;
    return true;
  }

  private value(v: Value, op: number): boolean {
    const f = this.f;
    const ty = f.ty[v]!;
    const a = f.a[v]!;
    if (op === OP_SELECT) return this.select(v);
    if (op >= OP_EQ && op <= OP_ULE) return this.compare(v, op);
    if (op >= OP_FEQ && op <= OP_FLE) return false;
    if (op >= OP_SEXT8 && op <= OP_TRUNC) return this.convert(v, op);
    if (op === OP_BITCAST) return f.op[a] === OP_BITCAST && f.ty[f.a[a]!] === ty ? this.copy(v, f.a[a]!) : false;
    if (op === OP_CLZ || op === OP_CTZ || op === OP_POPCNT || op === OP_BSWAP) {
      if (this.con(a) && ty !== TY_I128 && evalUnary(op, ty, f.ty[a]!, f.a[a]!, f.b[a]!)) return this.konst(v, rlo, rhi);
      return false;
    }
    if (op > OP_ROTL) return false;
    let b = f.b[v]!;
    if (this.con(a) && this.con(b) && (ty === TY_I32 || ty === TY_I64)) {
      if (evalBinary(op, ty, f.a[a]!, f.b[a]!, f.a[b]!, f.b[b]!)) return this.konst(v, rlo, rhi);
    }
    if ((opFlags[op]! & F_COMM) !== 0 && (this.con(a) || (f.op[a] === OP_SYM && !this.con(b))) && !this.con(b)) {
      f.a[v] = b;
      f.b[v] = a;
      b = a;
      this.binary(v, op, ty, f.a[v]!, b);
      return true;
    }
    return this.binary(v, op, ty, a, b);
  }

  private binary(v: Value, op: number, ty: number, a: Value, b: Value): boolean {
    const f = this.f;
    switch (op) {
      case OP_ADD:
        if (this.is(b, 0)) return this.copy(v, a);
        if (this.con(b)) {
          if (f.op[a] === OP_SYM && f.b[b] === f.a[b]! >> 31) {
            const off = f.b[a]! + f.a[b]!;
            if (off === (off | 0)) return this.set(v, OP_SYM, f.a[a]!, off);
          }
          if (f.op[a] === OP_ADD && this.con(f.b[a]!) && ty !== TY_I128) {
            const c = f.b[a]!;
            evalBinary(OP_ADD, ty, f.a[c]!, f.b[c]!, f.a[b]!, f.b[b]!);
            return this.set(v, OP_ADD, f.a[a]!, this.num(v, ty, rlo, rhi));
          }
        }
        // (x + c) + y: constants outward, where addressing can take them
        if (
          f.op[a] === OP_ADD &&
          this.con(f.b[a]!) &&
          !this.con(b) &&
          ty !== TY_I128 &&
          f.op[b] !== OP_PHI &&
          f.op[b] !== OP_SYM
        ) {
          const c = f.b[a]!;
          const inner = f.insertBefore(v, OP_ADD, ty, f.a[a]!, b, 0, f.loc[v]!);
          return this.set(v, OP_ADD, inner, this.num(v, ty, f.a[c]!, f.b[c]!));
        }
        if (f.op[b] === OP_SUB && f.b[b] === a) return this.copy(v, f.a[b]!);
        return false;
      case OP_SUB:
        if (this.is(b, 0)) return this.copy(v, a);
        if (a === b) return this.konst(v, 0, 0);
        if (this.con(b) && ty !== TY_I128) {
          const lo = sub64(0, 0, f.a[b]!, f.b[b]!);
          return this.set(v, OP_ADD, a, this.num(v, ty, lo, i64hi));
        }
        if (f.op[a] === OP_ADD) {
          if (f.a[a] === b) return this.copy(v, f.b[a]!);
          if (f.b[a] === b) return this.copy(v, f.a[a]!);
        }
        if (f.op[a] === OP_SYM && f.op[b] === OP_SYM && f.a[a] === f.a[b]) {
          const d = f.b[a]! - f.b[b]!;
          return this.konst(v, d, d < 0 ? -1 : 0);
        }
        return false;
      case OP_MUL:
        if (this.is(b, 0)) return this.konst(v, 0, 0);
        if (this.is(b, 1)) return this.copy(v, a);
        if (this.con(b) && ty !== TY_I128) {
          const k = log2(f.a[b]!, ty === TY_I32 ? 0 : f.b[b]!);
          if (k > 0) return this.set(v, OP_SHL, a, this.num(v, TY_I32, k, 0));
          if (f.op[a] === OP_MUL && this.con(f.b[a]!)) {
            const c = f.b[a]!;
            evalBinary(OP_MUL, ty, f.a[c]!, f.b[c]!, f.a[b]!, f.b[b]!);
            return this.set(v, OP_MUL, f.a[a]!, this.num(v, ty, rlo, rhi));
          }
        }
        return false;
      case OP_UDIV:
        if (this.is(b, 1)) return this.copy(v, a);
        if (this.con(b) && ty !== TY_I128) {
          const k = log2(f.a[b]!, ty === TY_I32 ? 0 : f.b[b]!);
          if (k > 0) return this.set(v, OP_SHR, a, this.num(v, TY_I32, k, 0));
        }
        return false;
      case OP_UREM:
        if (this.is(b, 1)) return this.konst(v, 0, 0);
        if (this.con(b) && ty !== TY_I128) {
          const k = log2(f.a[b]!, ty === TY_I32 ? 0 : f.b[b]!);
          if (k > 0) {
            const lo = sub64(f.a[b]!, ty === TY_I32 ? 0 : f.b[b]!, 1, 0);
            return this.set(v, OP_AND, a, this.num(v, ty, lo, i64hi));
          }
        }
        return false;
      case OP_SDIV:
        if (this.is(b, 1)) return this.copy(v, a);
        if (this.con(b) && ty !== TY_I128) {
          // x / 2^k, rounding toward zero: (x + (x >> w-1 >>> w-k)) >> k
          const k = log2(f.a[b]!, ty === TY_I32 ? 0 : f.b[b]!);
          const w = ty === TY_I32 ? 32 : 64;
          if (k > 0 && k < w - 1) {
            const l = f.loc[v]!;
            const sign = f.insertBefore(v, OP_SAR, ty, a, this.num(v, TY_I32, w - 1, 0), 0, l);
            const bias = f.insertBefore(v, OP_SHR, ty, sign, this.num(v, TY_I32, w - k, 0), 0, l);
            const sum = f.insertBefore(v, OP_ADD, ty, a, bias, 0, l);
            return this.set(v, OP_SAR, sum, this.num(v, TY_I32, k, 0));
          }
        }
        return false;
      case OP_SREM:
        if (this.is(b, 1)) return this.konst(v, 0, 0);
        if (this.con(b) && ty !== TY_I128) {
          const k = log2(f.a[b]!, ty === TY_I32 ? 0 : f.b[b]!);
          const w = ty === TY_I32 ? 32 : 64;
          if (k > 0 && k < w - 1) {
            const q = f.insertBefore(v, OP_SDIV, ty, a, b, 0, f.loc[v]!);
            const p = f.insertBefore(v, OP_SHL, ty, q, this.num(v, TY_I32, k, 0), 0, f.loc[v]!);
            return this.set(v, OP_SUB, a, p);
          }
        }
        return false;
      case OP_AND:
        if (a === b || this.is(b, -1)) return this.copy(v, a);
        if (this.is(b, 0)) return this.konst(v, 0, 0);
        if (this.con(b) && ty !== TY_I128) {
          if (f.op[a] === OP_AND && this.con(f.b[a]!)) {
            const c = f.b[a]!;
            return this.set(v, OP_AND, f.a[a]!, this.num(v, ty, f.a[c]! & f.a[b]!, f.b[c]! & f.b[b]!));
          }
          // the mask keeps every bit that can be set
          const w = this.width(a);
          if (w < 32 && f.b[b] === f.a[b]! >> 31 && (((1 << w) - 1) & ~f.a[b]!) === 0) return this.copy(v, a);
          if (ty === TY_I32 && f.a[b] === 255) return this.set(v, OP_ZEXT8, a, 0);
          if (ty === TY_I32 && f.a[b] === 65535) return this.set(v, OP_ZEXT16, a, 0);
        }
        return false;
      case OP_OR:
        if (a === b || this.is(b, 0)) return this.copy(v, a);
        if (this.is(b, -1)) return this.konst(v, -1, -1);
        return this.rotate(v, ty, a, b);
      case OP_XOR:
        if (this.is(b, 0)) return this.copy(v, a);
        if (a === b) return this.konst(v, 0, 0);
        // !(x < y): turn the comparison round
        if (this.is(b, 1) && ty === TY_I32 && f.op[a]! >= OP_EQ && f.op[a]! <= OP_ULE) return this.negated(v, a);
        if (this.con(b) && f.op[a] === OP_XOR && this.con(f.b[a]!) && ty !== TY_I128) {
          const c = f.b[a]!;
          return this.set(v, OP_XOR, f.a[a]!, this.num(v, ty, f.a[c]! ^ f.a[b]!, f.b[c]! ^ f.b[b]!));
        }
        return false;
      case OP_SHL:
      case OP_SHR:
      case OP_SAR:
        if (this.is(b, 0)) return this.copy(v, a);
        if (this.is(a, 0)) return this.konst(v, 0, 0);
        if (this.con(b) && f.op[a] === op && this.con(f.b[a]!) && ty !== TY_I128) {
          const n = f.a[b]! + f.a[f.b[a]!]!;
          const w = ty === TY_I32 ? 32 : 64;
          if (f.a[b]! >= 0 && f.a[f.b[a]!]! >= 0 && f.a[b]! < w && f.a[f.b[a]!]! < w) {
            if (n < w) return this.set(v, op, f.a[a]!, this.num(v, TY_I32, n, 0));
            if (op !== OP_SAR) return this.konst(v, 0, 0);
          }
        }
        return false;
      case OP_UMULH:
        if (this.is(b, 0) || this.is(b, 1)) return this.konst(v, 0, 0);
        return false;
      default:
        return false;
    }
  }

  /** x << n | x >> (w - n), both counts constant. */
  private rotate(v: Value, ty: number, a: Value, b: Value): boolean {
    const f = this.f;
    const w = ty === TY_I32 ? 32 : 64;
    if (ty === TY_I128) return false;
    if (f.op[a] === OP_SHR && f.op[b] === OP_SHL) {
      const t = a;
      a = b;
      b = t;
    }
    if (f.op[a] !== OP_SHL || f.op[b] !== OP_SHR || f.a[a] !== f.a[b]) return false;
    const n = f.b[a]!;
    const k = f.b[b]!;
    if (!this.con(n) || !this.con(k) || f.a[n]! + f.a[k]! !== w || f.a[n]! <= 0) return false;
    return this.set(v, OP_ROTL, f.a[a]!, n);
  }

  /** Number of low bits that may be set; 64 = not known. */
  private width(v: Value, depth = 0): number {
    const f = this.f;
    switch (f.op[v]) {
      case OP_ZEXT8:
        return 8;
      case OP_ZEXT16:
        return 16;
      case OP_ZEXT32:
        return Math.min(32, this.width(f.a[v]!, depth));
      case OP_AND: {
        const b = f.b[v]!;
        if (this.con(b) && f.b[b] === 0 && f.a[b]! >= 0) return 32 - Math.clz32(f.a[b]!);
        return 64;
      }
      case OP_LOAD: {
        const size = f.c[v]! & MEM_SIZE;
        return (f.c[v]! & MEM_SIGNED) === 0 && size < 4 ? size * 8 : 64;
      }
      case OP_CONST:
        return f.b[v] === 0 && f.a[v]! >= 0 ? 32 - Math.clz32(f.a[v]!) : 64;
      case OP_SHR: {
        const n = f.b[v]!;
        if (!this.con(n)) return 64;
        return Math.max(0, (f.ty[v] === TY_I32 ? 32 : 64) - f.a[n]!);
      }
      case OP_SELECT:
        if (depth > 3) return 64;
        return Math.max(this.width(f.b[v]!, depth + 1), this.width(f.c[v]!, depth + 1));
      case OP_PHI: {
        if (depth > 2) return 64;
        let w = 0;
        for (const x of (f.aux[v] as PhiInfo).vals) {
          if (x === v) continue;
          w = Math.max(w, this.width(x, depth + 1));
          if (w >= 32) return 64;
        }
        return w;
      }
      default:
        return f.op[v]! >= OP_EQ && f.op[v]! <= OP_FLE ? 1 : 64;
    }
  }

  private convert(v: Value, op: number): boolean {
    const f = this.f;
    const ty = f.ty[v]!;
    const a = f.a[v]!;
    const from = f.ty[a]!;
    if (this.con(a) && ty !== TY_I128 && from !== TY_I128) {
      if (evalUnary(op, ty, from, f.a[a]!, f.b[a]!)) return this.konst(v, rlo, rhi);
    }
    const aop = f.op[a]!;
    switch (op) {
      case OP_ZEXT8:
        if (this.width(a) <= 8) return this.copy(v, a);
        if (aop === OP_SEXT8 || aop === OP_ZEXT16 || aop === OP_SEXT16) return this.set(v, op, f.a[a]!, 0);
        return false;
      case OP_ZEXT16:
        if (this.width(a) <= 16) return this.copy(v, a);
        if (aop === OP_SEXT16) return this.set(v, op, f.a[a]!, 0);
        return false;
      case OP_SEXT8:
        if (aop === OP_SEXT8 || this.width(a) <= 7) return this.copy(v, a);
        if (aop === OP_ZEXT8) return this.set(v, op, f.a[a]!, 0);
        return aop === OP_LOAD && (f.c[a]! & (MEM_SIZE | MEM_SIGNED)) === (1 | MEM_SIGNED) ? this.copy(v, a) : false;
      case OP_SEXT16:
        if (aop === OP_SEXT16 || aop === OP_SEXT8 || this.width(a) <= 15) return this.copy(v, a);
        if (aop === OP_ZEXT16) return this.set(v, op, f.a[a]!, 0);
        return aop === OP_LOAD && (f.c[a]! & MEM_SIGNED) !== 0 && (f.c[a]! & MEM_SIZE) <= 2 ? this.copy(v, a) : false;
      case OP_SEXT32:
        if (this.width(a) <= 31) return this.set(v, OP_ZEXT32, a, 0);
        return false;
      case OP_TRUNC:
        if (aop === OP_SEXT32 || aop === OP_ZEXT32 || ((aop === 56 || aop === 57) && ty === TY_I64)) {
          if (f.ty[f.a[a]!] === ty) return this.copy(v, f.a[a]!);
        }
        // low halves of sums depend on low halves alone
        if (
          ty === TY_I32 &&
          from === TY_I64 &&
          (aop === OP_ADD || aop === OP_SUB || aop === OP_MUL || aop === OP_AND || aop === OP_OR || aop === OP_XOR)
        ) {
          const x = this.low(v, f.a[a]!);
          const y = this.low(v, f.b[a]!);
          if (x !== 0 && y !== 0) return this.set(v, aop, x, y);
        }
        return false;
      default:
        return false;
    }
  }

  /** The I32 of which x is an extension, or a constant's low half; 0 = none. */
  private low(at: Value, x: Value): Value {
    const f = this.f;
    if (f.op[x] === OP_SEXT32 || f.op[x] === OP_ZEXT32) return f.a[x]!;
    if (f.op[x] === OP_CONST) return this.num(at, TY_I32, f.a[x]!, 0);
    return 0;
  }

  private compare(v: Value, op: number): boolean {
    const f = this.f;
    const ty = f.c[v]!;
    const a = f.a[v]!;
    const b = f.b[v]!;
    if (ty === TY_I128) return false;
    if (this.con(a) && this.con(b)) return this.konst(v, evalCompare(op, f.a[a]!, f.b[a]!, f.a[b]!, f.b[b]!) ? 1 : 0, 0);
    if (a === b) return this.konst(v, op === OP_EQ || op === OP_SLE || op === OP_ULE ? 1 : 0, 0);
    if (op === OP_EQ || op === OP_NE) {
      if (this.con(a) || (f.op[a] === OP_SYM && !this.con(b) && f.op[b] !== OP_SYM)) {
        f.a[v] = b;
        f.b[v] = a;
        return true;
      }
      const addr = this.addresses(a, b);
      if (addr !== 0) return this.konst(v, addr > 0 === (op === OP_EQ) ? 1 : 0, 0);
      if (this.con(b)) {
        // comparisons of booleans with 0 and 1
        if (f.op[a]! >= OP_EQ && f.op[a]! <= OP_FLE && ty === TY_I32) {
          if (this.is(b, 0)) {
            if (op === OP_NE) return this.copy(v, a);
            return f.op[a]! <= OP_ULE ? this.negated(v, a) : false;
          }
          if (this.is(b, 1) && op === OP_EQ) return this.copy(v, a);
        }
        const w = this.width(a);
        if (w < 31 && (f.b[b] !== 0 || (f.a[b]! >>> 0) >>> w !== 0)) return this.konst(v, op === OP_NE ? 1 : 0, 0);
        if ((f.op[a] === OP_SEXT32 || f.op[a] === OP_ZEXT32) && f.b[b] === (f.op[a] === OP_SEXT32 ? f.a[b]! >> 31 : 0)) {
          f.c[v] = TY_I32;
          f.a[v] = f.a[a]!;
          f.b[v] = this.num(v, TY_I32, f.a[b]!, 0);
          return true;
        }
        if (f.op[a] === OP_XOR && this.is(b, 0)) {
          const x = a;
          f.a[v] = f.a[x]!;
          f.b[v] = f.b[x]!;
          return true;
        }
        if (f.op[a] === OP_ADD && this.con(f.b[a]!)) {
          const c = f.b[a]!;
          const lo = sub64(f.a[b]!, f.b[b]!, f.a[c]!, f.b[c]!);
          f.a[v] = f.a[a]!;
          f.b[v] = this.num(v, ty, lo, i64hi);
          return true;
        }
        if (f.op[a] === OP_SUB && this.is(b, 0)) {
          const x = a;
          f.a[v] = f.a[x]!;
          f.b[v] = f.b[x]!;
          return true;
        }
      }
      return false;
    }
    if (op === OP_ULT && this.is(b, 0)) return this.konst(v, 0, 0);
    if (op === OP_ULE && this.is(a, 0)) return this.konst(v, 1, 0);
    if (op === OP_ULT && this.is(b, 1)) return this.set(v, OP_EQ, a, this.num(v, ty, 0, 0), ty);
    if (op === OP_ULE && this.is(b, 0)) return this.set(v, OP_EQ, a, this.num(v, ty, 0, 0), ty);
    if (op === OP_ULT && this.is(a, 0)) return this.set(v, OP_NE, b, this.num(v, ty, 0, 0), ty);
    if (this.con(b) && f.b[b] === 0 && f.a[b]! >= 0) {
      const w = this.width(a);
      if (w < 31) {
        const max = (1 << w) - 1;
        const c = f.a[b]!;
        if ((op === OP_ULT || op === OP_SLT) && c > max) return this.konst(v, 1, 0);
        if ((op === OP_ULE || op === OP_SLE) && c >= max) return this.konst(v, 1, 0);
      }
    }
    if (this.con(a)) {
      const w = this.width(b);
      if (w < 31) {
        const max = (1 << w) - 1;
        const unsigned = op === OP_ULT || op === OP_ULE;
        const big = unsigned ? f.b[a] !== 0 || f.a[a]! >>> 0 > max : f.b[a]! >= 0 && (f.b[a]! > 0 || f.a[a]! >>> 0 > max);
        if (big) return this.konst(v, 0, 0);
        if ((op === OP_ULT || op === OP_SLT) && f.b[a] === 0 && f.a[a] === max) return this.konst(v, 0, 0);
        if (!unsigned && f.b[a]! < 0) return this.konst(v, 1, 0);
      }
    }
    return false;
  }

  /** !(comparison), in place. */
  private negated(v: Value, cmp: Value): boolean {
    const f = this.f;
    const a = f.a[cmp]!;
    const b = f.b[cmp]!;
    const ty = f.c[cmp]!;
    switch (f.op[cmp]) {
      case OP_EQ:
        return this.set(v, OP_NE, a, b, ty);
      case OP_NE:
        return this.set(v, OP_EQ, a, b, ty);
      case OP_SLT:
        return this.set(v, OP_SLE, b, a, ty);
      case OP_SLE:
        return this.set(v, OP_SLT, b, a, ty);
      case OP_ULT:
        return this.set(v, OP_ULE, b, a, ty);
      default:
        return this.set(v, OP_ULT, b, a, ty);
    }
  }

  /** 1 = equal addresses, -1 = different, 0 = not known. */
  private addresses(a: Value, b: Value): number {
    const f = this.f;
    const object = (v: Value): number => {
      while (f.op[v] === OP_ADD && this.con(f.b[v]!)) v = f.a[v]!;
      return f.op[v] === OP_ALLOCA || f.op[v] === OP_SYM ? v : 0;
    };
    const x = object(a);
    const y = object(b);
    if (this.is(b, 0)) {
      if (x === 0) return 0;
      if (f.op[x] === OP_ALLOCA) return -1;
      if (!this.o.nullChecksDeletable) return 0;
      const s = this.m.syms[f.a[x]!]!;
      return s.bind === BIND_WEAK || f.b[a] !== 0 ? 0 : -1;
    }
    if (x === 0 || y === 0 || x === y) return 0;
    if (f.op[x] === OP_ALLOCA && f.op[y] === OP_ALLOCA) return a === x && b === y ? -1 : 0;
    if (f.op[a] === OP_SYM && f.op[b] === OP_SYM) {
      const s = this.m.syms[f.a[a]!]!;
      const t = this.m.syms[f.a[b]!]!;
      if (s === t) return f.b[a] === f.b[b] ? 1 : -1;
      // two names may be one object: aliases, weak definitions, what the linker script sets
      if (s.kind === SYM_UNDEF || t.kind === SYM_UNDEF || s.alias !== 0 || t.alias !== 0) return 0;
      if (s.bind === BIND_WEAK || t.bind === BIND_WEAK || s.size === 0 || t.size === 0) return 0;
      const inside = (off: number, size: number): boolean => off >= 0 && off < size;
      return inside(f.b[a]!, s.size) && inside(f.b[b]!, t.size) ? -1 : 0;
    }
    return 0;
  }

  private select(v: Value): boolean {
    const f = this.f;
    const c = f.a[v]!;
    if (this.con(c)) return this.copy(v, f.a[c] !== 0 ? f.b[v]! : f.c[v]!);
    if (f.b[v] === f.c[v]) return this.copy(v, f.b[v]!);
    if (f.ty[v] === TY_I32 && this.is(f.b[v]!, 1) && this.is(f.c[v]!, 0) && f.op[c]! >= OP_EQ && f.op[c]! <= OP_FLE)
      return this.copy(v, c);
    return false;
  }

  private branch(v: Value): boolean {
    const f = this.f;
    const c = f.a[v]!;
    // br (x != 0) is br x; br (x == 0) is br x with the arms changed (the back end sees through both)
    if (f.op[c] === OP_NE && this.is(f.b[c]!, 0) && f.c[c] === TY_I32) {
      f.a[v] = f.a[c]!;
      return true;
    }
    return false;
  }

  /** A load of constant data. */
  private load(v: Value): boolean {
    const f = this.f;
    const a = f.a[v]!;
    if (f.op[a] !== OP_SYM || (f.c[v]! & MEM_VOLATILE) !== 0) return false;
    const s = this.m.syms[f.a[a]!]!;
    if (!s.readonly || s.init === undefined || s.bind === BIND_WEAK || s.tls || s.section !== "") return false;
    const size = f.c[v]! & MEM_SIZE;
    const off = f.b[a]!;
    const ty = f.ty[v]!;
    if (off < 0 || off + size > s.size || (ty !== TY_I32 && ty !== TY_I64) || size > 8) return false;
    for (const r of s.init.relocs) if (r.off < off + size && r.off + r.size > off) return false;
    const byte = (k: number): number => (off + k < s.init!.bytes.length ? s.init!.bytes[off + k]! : 0);
    let lo = 0;
    let h = 0;
    for (let k = 0; k < size; k++) {
      if (k < 4) lo |= byte(k) << (8 * k);
      else h |= byte(k) << (8 * (k - 4));
    }
    if (size < 4 && (f.c[v]! & MEM_SIGNED) !== 0) lo = (lo << (32 - 8 * size)) >> (32 - 8 * size);
    if (size <= 4) h = (f.c[v]! & MEM_SIGNED) !== 0 ? lo >> 31 : 0;
    return this.konst(v, lo, h);
  }
}

/** k when the value is 2^k, else -1. */
function log2(lo: number, h: number): number {
  if (h === 0 && lo !== 0 && (lo & (lo - 1)) === 0) return 31 - Math.clz32(lo);
  if (lo === 0 && h !== 0 && (h & (h - 1)) === 0) return 63 - Math.clz32(h);
  return -1;
}
