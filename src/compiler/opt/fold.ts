// Algebraic simplification of one value, driven by opt/gvn.ts. // hot
//
// fold(v) rewrites v in place (another op, CONST, COPY of an operand) and may put new values before it. Rules never make more
// work than they save, terminate because each moves towards constants on the right, fewer ops or smaller ops, and hold for
// wrapping arithmetic (-fwrapv) with no assumption on types of memory. Comparison rules are in fold-compare.ts, loads from
// constant data in fold-load.ts, division by constants in fold-divide.ts.

import { add64, hi as i64hi, mul64, neg64, shl64 } from "../base/i64.ts";
import type { CallInfo, Func, PhiInfo, Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { mhi, mlo, possibleBits, stripDemanded, stripHigh } from "./bits.ts";
import {
  evalBinary,
  evalCompare,
  evalFloat,
  evalFloatCompare,
  evalToInt,
  evalUnary,
  floatBits,
  floatOf,
  rhi,
  rlo,
} from "./eval.ts";
import { foldCompare, invertedCompare } from "./fold-compare.ts";
import { foldDivide } from "./fold-divide.ts";
import { foldLoad } from "./fold-load.ts";
import type { PassCx } from "./options.ts";

const DEPTH = 4;

export class Folder {
  f: Func;
  cx: PassCx;

  constructor(f: Func, cx: PassCx) {
    this.f = f;
    this.cx = cx;
  }

  isConst(v: Value, lo: number, hi: number): boolean {
    const f = this.f;
    return f.op[v] === O.OP_CONST && f.a[v] === lo && f.b[v] === hi && f.ty[v] !== O.TY_I128;
  }
  isZero(v: Value): boolean {
    const f = this.f;
    return f.op[v] === O.OP_CONST && f.a[v] === 0 && f.b[v] === 0 && f.c[v] === 0;
  }
  toConst(v: Value, lo: number, hi: number): boolean {
    this.f.makeConst(v, lo, hi);
    return true;
  }
  copy(v: Value, x: Value): boolean {
    this.f.replaceWith(v, x);
    return true;
  }
  /** Turns v into op(a, b) of the same type. */
  become(v: Value, op: number, a: Value, b: Value, c: number): boolean {
    const f = this.f;
    f.op[v] = op;
    f.a[v] = a;
    f.b[v] = b;
    f.c[v] = c;
    f.aux[v] = undefined;
    return true;
  }
  /** A new value of type ty before v. */
  before(v: Value, op: number, ty: number, a: Value, b: Value, c: number): Value {
    return this.f.insertBefore(v, op, ty, a, b, c, this.f.loc[v]);
  }
  num(ty: number, lo: number, hi: number): Value {
    return this.f.constant(ty, lo, hi);
  }

  /** An access needs no mark of the member that its address names. */
  private unmark(v: Value): boolean {
    const f = this.f;
    let marked = false;
    let off = 0;
    let x = f.a[v];
    for (;;) {
      if (f.op[x] === O.OP_SUBOBJ) marked = true;
      else if (f.op[x] === O.OP_ADD && f.op[f.b[x]] === O.OP_CONST && f.b[f.b[x]] === f.a[f.b[x]] >> 31) off += f.a[f.b[x]];
      else break;
      x = f.a[x];
    }
    if (!marked || off !== (off | 0)) return false;
    f.a[v] = off === 0 ? x : this.before(v, O.OP_ADD, f.ty[x], x, this.num(f.ty[x], off, off >> 31), 0);
    return true;
  }

  /** One step; true when v changed. */
  fold(v: Value): boolean {
    const f = this.f;
    const op = f.op[v];
    if (op >= O.OP_ADD && op <= O.OP_ROTL) return this.arith(v, op);
    if (op >= O.OP_EQ && op <= O.OP_ULE) {
      const x = f.a[v];
      const y = f.b[v];
      if (f.c[v] <= O.TY_I64 && f.op[x] === O.OP_CONST && f.op[y] === O.OP_CONST)
        return this.toConst(v, evalCompare(op, f.a[x], f.b[x], f.a[y], f.b[y]) ? 1 : 0, 0);
      if (f.op[x] === O.OP_SUBOBJ) f.a[v] = f.a[x];
      if (f.op[y] === O.OP_SUBOBJ) f.b[v] = f.a[y];
      return foldCompare(this, v, op) || f.a[v] !== x || f.b[v] !== y;
    }
    if (op >= O.OP_FEQ && op <= O.OP_FLEQ) {
      const x = f.a[v];
      const y = f.b[v];
      const ty = f.c[v];
      if (ty > O.TY_F64) return false;
      // |x| is never below zero; the exception of a NaN goes with the comparison, as GCC has it.
      const isLess = op === O.OP_FLT || op === O.OP_FLTQ;
      if (isLess && f.op[x] === O.OP_FABS && f.op[y] === O.OP_FCONST && floatOf(ty, f.a[y], f.b[y]) <= 0)
        return this.toConst(v, 0, 0);
      if (f.op[x] !== O.OP_FCONST || f.op[y] !== O.OP_FCONST) return false;
      const p = floatOf(ty, f.a[x], f.b[x]);
      const q = floatOf(ty, f.a[y], f.b[y]);
      if (O.isSignalling(op) && (Number.isNaN(p) || Number.isNaN(q))) return false;
      const r = evalFloatCompare(op, p, q);
      return this.toConst(v, r ? 1 : 0, 0);
    }
    if (op >= O.OP_SEXT8 && op <= O.OP_BITCAST) return this.convert(v, op);
    if (op >= O.OP_FADD && op <= O.OP_FCOPYSIGN) return this.float(v, op);
    switch (op) {
      case O.OP_PHI:
        return this.phi(v);
      case O.OP_SELECT:
        return this.select(v);
      case O.OP_CLZ:
      case O.OP_CTZ:
      case O.OP_POPCNT:
      case O.OP_BSWAP: {
        const x = f.a[v];
        if (f.op[x] === O.OP_CONST && evalUnary(op, f.ty[v], f.ty[x], f.a[x], f.b[x])) return this.toConst(v, rlo, rhi);
        if (op === O.OP_BSWAP && f.op[x] === O.OP_BSWAP) return this.copy(v, f.a[x]);
        return false;
      }
      case O.OP_LOAD:
        return this.unmark(v) || foldLoad(this, v);
      case O.OP_BLKCPY:
      case O.OP_BLKSET:
        return this.unmark(v);
      case O.OP_STORE: {
        if (this.unmark(v)) return true;
        const size = f.c[v] & O.MEM_SIZE;
        const x = f.b[v];
        if (size > 2 || f.ty[x] > O.TY_I64) return false;
        const y = stripDemanded(f, stripHigh(f, x, size * 8), size === 1 ? 0xff : 0xffff, 0);
        if (y === x) return false;
        f.b[v] = y;
        return true;
      }
      case O.OP_ISCONST: {
        const x = f.op[f.a[v]];
        if (x === O.OP_CONST || x === O.OP_FCONST) return this.toConst(v, 1, 0);
        if (x === O.OP_SYM && f.b[f.a[v]] === 0 && this.cx.m.syms[f.a[f.a[v]]]!.mergeStr !== 0) return this.toConst(v, 1, 0);
        return false;
      }
      case O.OP_CALL: {
        const x = f.aux[v] as CallInfo;
        const t = x.target;
        if (t === 0 || f.op[t] !== O.OP_SYM || f.b[t] !== 0) return false;
        x.sym = f.a[t];
        x.target = 0;
        return true;
      }
      case O.OP_BR: {
        const x = f.a[v];
        const z = f.b[x];
        // if (x != 0), if (x == 0) on an I32
        if ((f.op[x] === O.OP_NE || f.op[x] === O.OP_EQ) && f.c[x] === O.TY_I32 && this.isConst(z, 0, 0)) {
          if (f.op[x] === O.OP_EQ) {
            const t = f.b[v];
            f.b[v] = f.c[v];
            f.c[v] = t;
            if (f.prob[v] !== 0) f.prob[v] = Math.max(1, 255 - f.prob[v]);
          }
          f.a[v] = f.a[x];
          return true;
        }
        return false;
      }
    }
    return false;
  }

  private phi(v: Value): boolean {
    const f = this.f;
    const p = (f.aux[v] as PhiInfo).vals;
    let x = 0;
    for (let i = 0; i < p.length; i++) {
      const y = f.map(p[i]);
      if (y === v || y === x) continue;
      if (x !== 0) {
        // Equal constants are equal values.
        if (f.op[x] === O.OP_CONST && f.op[y] === O.OP_CONST && f.a[x] === f.a[y] && f.b[x] === f.b[y] && f.c[x] === f.c[y])
          continue;
        return false;
      }
      x = y;
    }
    if (x === 0) return false;
    if (f.op[x] === O.OP_CONST) {
      // Not a COPY: a phi that became a constant must leave the head of its block.
      return this.copy(v, f.sharedConstant(x));
    }
    return this.copy(v, x);
  }

  private arith(v: Value, op: number): boolean {
    const f = this.f;
    const ty = f.ty[v];
    let x = f.a[v];
    let y = f.b[v];
    if (ty === O.TY_I128) return this.arith128(v, op);
    if (f.op[x] === O.OP_CONST) {
      if (f.op[y] === O.OP_CONST) {
        if (evalBinary(op, ty, f.a[x], f.b[x], f.a[y], f.b[y])) return this.toConst(v, rlo, rhi);
        return false;
      }
      if (O.opFlags[op] & O.F_COMM) {
        f.a[v] = y;
        f.b[v] = x;
        const t = x;
        x = y;
        y = t;
      }
    }
    if (f.op[y] === O.OP_CONST) {
      const r = this.arithConst(v, op, ty, x, f.a[y], f.b[y]);
      if (r) return true;
    }
    switch (op) {
      case O.OP_ADD:
        // x + (0 - y)
        if (f.op[y] === O.OP_SUB && this.isZero(f.a[y])) return this.become(v, O.OP_SUB, x, f.b[y], 0);
        if (f.op[x] === O.OP_SUB && this.isZero(f.a[x])) return this.become(v, O.OP_SUB, y, f.b[x], 0);
        // (x - y) + y
        if (f.op[x] === O.OP_SUB && f.b[x] === y) return this.copy(v, f.a[x]);
        if (f.op[y] === O.OP_SUB && f.b[y] === x) return this.copy(v, f.a[y]);
        // (x + c) + y = (x + y) + c: constants float outwards into addressing modes
        if (f.op[x] === O.OP_ADD && f.op[f.b[x]] === O.OP_CONST && f.op[y] !== O.OP_CONST) {
          const t = this.before(v, O.OP_ADD, ty, f.a[x], y, 0);
          return this.become(v, O.OP_ADD, t, f.b[x], 0);
        }
        if (f.op[y] === O.OP_ADD && f.op[f.b[y]] === O.OP_CONST && f.op[x] !== O.OP_CONST) {
          const t = this.before(v, O.OP_ADD, ty, x, f.a[y], 0);
          return this.become(v, O.OP_ADD, t, f.b[y], 0);
        }
        return false;
      case O.OP_SUB:
        if (x === y) return this.toConst(v, 0, 0);
        if (f.op[x] === O.OP_ADD) {
          if (f.a[x] === y) return this.copy(v, f.b[x]);
          if (f.b[x] === y) return this.copy(v, f.a[x]);
        }
        if (f.op[y] === O.OP_ADD && f.a[y] === x) return this.become(v, O.OP_SUB, this.num(ty, 0, 0), f.b[y], 0);
        // x - (y + c) = (x - y) + -c
        if (f.op[y] === O.OP_ADD && f.op[f.b[y]] === O.OP_CONST) {
          const t = this.before(v, O.OP_SUB, ty, x, f.a[y], 0);
          const k = f.b[y];
          const lo = neg64(f.a[k], f.b[k]);
          return this.become(v, O.OP_ADD, t, this.num(ty, lo, i64hi), 0);
        }
        if (f.op[x] === O.OP_ADD && f.op[f.b[x]] === O.OP_CONST) {
          const t = this.before(v, O.OP_SUB, ty, f.a[x], y, 0);
          return this.become(v, O.OP_ADD, t, f.b[x], 0);
        }
        // x - (0 - y)
        if (f.op[y] === O.OP_SUB && this.isZero(f.a[y])) return this.become(v, O.OP_ADD, x, f.b[y], 0);
        if (f.op[x] === O.OP_SYM && f.op[y] === O.OP_SYM && f.a[x] === f.a[y]) {
          const d = f.b[x] - f.b[y];
          return this.toConst(v, d, d < 0 ? -1 : 0);
        }
        return false;
      case O.OP_AND:
        if (x === y) return this.copy(v, x);
        return false;
      case O.OP_OR:
        if (x === y) return this.copy(v, x);
        return this.rotate(v, ty, x, y);
      case O.OP_XOR:
        if (x === y) return this.toConst(v, 0, 0);
        return false;
      case O.OP_SHL:
      case O.OP_SHR:
        return this.isZero(x) && this.copy(v, x);
      case O.OP_SAR:
        // all bits are the same: any distance gives them again
        return (this.isZero(x) || this.isConst(x, -1, -1)) && this.copy(v, x);
      case O.OP_SDIV:
      case O.OP_UDIV:
      case O.OP_SREM:
      case O.OP_UREM:
        return foldDivide(this, v, op);
    }
    return false;
  }

  /** x << n | x >> (w - n) is a rotation for constant n. */
  private rotate(v: Value, ty: number, x: Value, y: Value): boolean {
    const f = this.f;
    if (f.op[x] === O.OP_SHR && f.op[y] === O.OP_SHL) {
      const t = x;
      x = y;
      y = t;
    }
    if (f.op[x] !== O.OP_SHL || f.op[y] !== O.OP_SHR || f.a[x] !== f.a[y]) return false;
    const n = f.b[x];
    const m = f.b[y];
    if (f.op[n] !== O.OP_CONST || f.op[m] !== O.OP_CONST) return false;
    if (f.a[n] <= 0 || f.a[n] + f.a[m] !== O.TY_SIZE[ty] * 8) return false;
    return this.become(v, O.OP_ROTL, f.a[x], n, 0);
  }

  private arithConst(v: Value, op: number, ty: number, x: Value, lo: number, hi: number): boolean {
    const f = this.f;
    const xop = f.op[x];
    const zero = lo === 0 && hi === 0;
    const ones = lo === -1 && hi === -1;
    // Constant operand of x, when x is the same op.
    const k = f.op[f.b[x]] === O.OP_CONST && (O.opFlags[xop] & O.F_B) !== 0 ? f.b[x] : 0;
    switch (op) {
      case O.OP_ADD:
        if (zero) return this.copy(v, x);
        if (xop === O.OP_SYM && hi === lo >> 31) {
          const off = f.b[x] + lo;
          if (off === (off | 0)) return this.become(v, O.OP_SYM, f.a[x], off, 0);
        }
        if (xop === O.OP_ADD && k !== 0) {
          const l = add64(lo, hi, f.a[k], f.b[k]);
          return this.become(v, O.OP_ADD, f.a[x], this.num(ty, l, i64hi), 0);
        }
        if (xop === O.OP_SUB && f.op[f.a[x]] === O.OP_CONST) {
          const c = f.a[x];
          const l = add64(lo, hi, f.a[c], f.b[c]);
          return this.become(v, O.OP_SUB, this.num(ty, l, i64hi), f.b[x], 0);
        }
        return false;
      case O.OP_SUB: {
        if (zero) return this.copy(v, x);
        const l = neg64(lo, hi);
        return this.become(v, O.OP_ADD, x, this.num(ty, l, i64hi), 0);
      }
      case O.OP_MUL: {
        if (zero) return this.toConst(v, 0, 0);
        if (lo === 1 && hi === 0) return this.copy(v, x);
        if (ones) return this.become(v, O.OP_SUB, this.num(ty, 0, 0), x, 0);
        const n = log2(ty, lo, hi);
        if (n > 0) return this.become(v, O.OP_SHL, x, this.num(O.TY_I32, n, 0), 0);
        if (xop === O.OP_MUL && k !== 0) {
          const l = mul64(lo, hi, f.a[k], f.b[k]);
          return this.become(v, O.OP_MUL, f.a[x], this.num(ty, l, i64hi), 0);
        }
        if (xop === O.OP_SHL && k !== 0 && f.a[k] >>> 0 < O.TY_SIZE[ty] * 8 && evalBinary(O.OP_SHL, ty, lo, hi, f.a[k], 0))
          return this.become(v, O.OP_MUL, f.a[x], this.num(ty, rlo, rhi), 0);
        return false;
      }
      case O.OP_AND: {
        if (zero) return this.toConst(v, 0, 0);
        if (ones) return this.copy(v, x);
        if (xop === O.OP_AND && k !== 0) return this.become(v, O.OP_AND, f.a[x], this.num(ty, lo & f.a[k], hi & f.b[k]), 0);
        if (xop === O.OP_OR && k !== 0 && (lo & f.a[k]) === 0 && (hi & f.b[k]) === 0)
          return this.become(v, O.OP_AND, f.a[x], f.b[v], 0);
        possibleBits(f, x, DEPTH);
        if (ty === O.TY_I32) {
          if ((mlo & ~lo) === 0) return this.copy(v, x);
          if ((mlo & lo) === 0) return this.toConst(v, 0, 0);
        } else {
          if ((mlo & ~lo) === 0 && (mhi & ~hi) === 0) return this.copy(v, x);
          if ((mlo & lo) === 0 && (mhi & hi) === 0) return this.toConst(v, 0, 0);
        }
        if (lo > 0 && hi === 0) {
          const s = stripHigh(f, x, 32 - Math.clz32(lo));
          if (s !== x) {
            f.a[v] = s;
            return true;
          }
        }
        if (this.demand(v, lo, ty === O.TY_I32 ? 0 : hi)) return true;
        if (lo === 0xff && hi === 0) return this.become(v, O.OP_ZEXT8, x, 0, 0);
        if (lo === 0xffff && hi === 0) return this.become(v, O.OP_ZEXT16, x, 0, 0);
        return false;
      }
      case O.OP_OR:
        if (zero) return this.copy(v, x);
        if (ones) return this.toConst(v, -1, -1);
        if (xop === O.OP_OR && k !== 0) return this.become(v, O.OP_OR, f.a[x], this.num(ty, lo | f.a[k], hi | f.b[k]), 0);
        return false;
      case O.OP_XOR:
        if (zero) return this.copy(v, x);
        if (xop === O.OP_XOR && k !== 0) return this.become(v, O.OP_XOR, f.a[x], this.num(ty, lo ^ f.a[k], hi ^ f.b[k]), 0);
        if (lo === 1 && hi === 0 && xop >= O.OP_EQ && xop <= O.OP_FLEQ) return invertedCompare(this, v, x);
        return false;
      case O.OP_ROTL:
        if ((lo & (O.TY_SIZE[ty] * 8 - 1)) === 0) return this.copy(v, x);
        return false;
      case O.OP_SHL:
      case O.OP_SHR:
      case O.OP_SAR:
        return this.shiftConst(v, op, ty, x, lo, k);
      case O.OP_UMULH:
      case O.OP_SMULH: {
        if (zero) return this.toConst(v, 0, 0);
        const n = log2(ty, lo, hi);
        const bits = O.TY_SIZE[ty] * 8;
        if (n < 0) return false;
        if (op === O.OP_SMULH)
          return n < bits - 1 && this.become(v, O.OP_SAR, x, this.num(ty, Math.min(bits - n, bits - 1), 0), 0);
        if (n === 0) return this.toConst(v, 0, 0);
        return this.become(v, O.OP_SHR, x, this.num(ty, bits - n, 0), 0);
      }
    }
    return false;
  }

  private shiftConst(v: Value, op: number, ty: number, x: Value, n: number, k: Value): boolean {
    const f = this.f;
    const w = O.TY_SIZE[ty] * 8;
    const xop = f.op[x];
    if (n === 0) return this.copy(v, x);
    if (n >>> 0 >= w) return false;
    if (op !== O.OP_SAR) {
      possibleBits(f, x, DEPTH);
      const l = mlo;
      const h = mhi;
      if (evalBinary(op, ty, l, ty === O.TY_I32 ? l >> 31 : h, n, 0) && rlo === 0 && rhi === 0) return this.toConst(v, 0, 0);
    }
    if (op !== O.OP_SAR) {
      // The bits that are not shifted out.
      evalBinary(op === O.OP_SHR ? O.OP_SHL : O.OP_SHR, ty, -1, -1, n, 0);
      const y = stripDemanded(f, x, rlo, ty === O.TY_I32 ? 0 : rhi);
      if (y !== x) {
        f.a[v] = y;
        return true;
      }
    }
    if (xop === op && k !== 0 && f.a[k] >>> 0 < w) {
      const s = f.a[k] + n;
      if (s < w) return this.become(v, op, f.a[x], this.num(O.TY_I32, s, 0), 0);
      if (op === O.OP_SAR) return this.become(v, op, f.a[x], this.num(O.TY_I32, w - 1, 0), 0);
      return this.toConst(v, 0, 0);
    }
    if (op === O.OP_SAR) {
      possibleBits(f, x, DEPTH);
      if ((ty === O.TY_I32 ? mlo : mhi) >= 0) return this.become(v, O.OP_SHR, x, f.b[v], 0);
    }
    if (xop === O.OP_SHL && k !== 0 && f.a[k] === n) {
      const y = f.a[x];
      if (op === O.OP_SHR) {
        evalBinary(O.OP_SHR, ty, -1, -1, n, 0);
        return this.become(v, O.OP_AND, y, this.num(ty, rlo, rhi), 0);
      }
      if (op === O.OP_SAR) {
        if (w - n === 8) return this.become(v, O.OP_SEXT8, y, 0, 0);
        if (w - n === 16) return this.become(v, O.OP_SEXT16, y, 0, 0);
        if (w - n === 32 && ty === O.TY_I64) {
          const t = this.before(v, O.OP_TRUNC, O.TY_I32, y, 0, O.TY_I64);
          return this.become(v, O.OP_SEXT32, t, 0, 0);
        }
      }
    }
    if (op === O.OP_SHL && (xop === O.OP_SHR || xop === O.OP_SAR) && k !== 0 && f.a[k] === n) {
      evalBinary(O.OP_SHL, ty, -1, -1, n, 0);
      return this.become(v, O.OP_AND, f.a[x], this.num(ty, rlo, rhi), 0);
    }
    return false;
  }

  private arith128(v: Value, op: number): boolean {
    const f = this.f;
    const x = f.a[v];
    const y = f.b[v];
    if (this.isZero(y)) {
      switch (op) {
        case O.OP_ADD:
        case O.OP_SUB:
        case O.OP_OR:
        case O.OP_XOR:
        case O.OP_SHL:
        case O.OP_SHR:
        case O.OP_SAR:
          return this.copy(v, x);
        case O.OP_AND:
          return this.copy(v, y);
      }
    }
    return false;
  }

  private convert(v: Value, op: number): boolean {
    const f = this.f;
    const x = f.a[v];
    const ty = f.ty[v];
    const from = f.ty[x];
    const xop = f.op[x];
    if (op >= O.OP_SITOF) return this.convertFloat(v, op, ty, from, x);
    if (xop === O.OP_CONST) {
      if (ty !== O.TY_I128 && from !== O.TY_I128) return evalUnary(op, ty, from, f.a[x], f.b[x]) && this.toConst(v, rlo, rhi);
      if (op === O.OP_TRUNC) return evalUnary(op, ty, from, f.a[x], f.b[x]) && this.toConst(v, rlo, rhi);
      if (op === O.OP_SEXT64 || op === O.OP_ZEXT64) {
        const lo = f.a[x];
        const hi = f.b[x];
        this.become(v, O.OP_CONST, lo, hi, op === O.OP_SEXT64 ? hi >> 31 : 0);
        return true;
      }
      return false;
    }
    switch (op) {
      case O.OP_ZEXT8:
      case O.OP_ZEXT16: {
        const bits = op === O.OP_ZEXT8 ? 8 : 16;
        const mask = op === O.OP_ZEXT8 ? 0xff : 0xffff;
        if (from > O.TY_I64) return false;
        possibleBits(f, x, DEPTH);
        if ((mlo & ~mask) === 0 && mhi === 0) return this.copy(v, x);
        const s = stripHigh(f, x, bits);
        if (s !== x) {
          f.a[v] = s;
          return true;
        }
        return this.demand(v, mask, 0);
      }
      case O.OP_SEXT8:
      case O.OP_SEXT16: {
        const bits = op === O.OP_SEXT8 ? 8 : 16;
        if (from > O.TY_I64) return false;
        if (xop === O.OP_SEXT8 || (xop === O.OP_SEXT16 && bits === 16)) return this.copy(v, x);
        if (xop === O.OP_LOAD && f.c[x] & O.MEM_SIGNED && (f.c[x] & O.MEM_SIZE) * 8 <= bits) return this.copy(v, x);
        possibleBits(f, x, DEPTH);
        if (mhi === 0 && mlo >>> (bits - 1) === 0) return this.copy(v, x);
        const s = stripHigh(f, x, bits);
        if (s !== x) {
          f.a[v] = s;
          return true;
        }
        return this.demand(v, bits === 8 ? 0xff : 0xffff, 0);
      }
      case O.OP_TRUNC:
        return this.trunc(v, ty, from, x);
      case O.OP_ZEXT32:
        // A narrower load can extend by itself.
        return false;
    }
    return false;
  }

  private trunc(v: Value, ty: number, from: number, x: Value): boolean {
    const f = this.f;
    const xop = f.op[x];
    const inner = f.a[x];
    if (xop === O.OP_SEXT32 || xop === O.OP_ZEXT32) return this.copy(v, inner);
    if (xop === O.OP_SEXT64 || xop === O.OP_ZEXT64) {
      if (ty === O.TY_I64) return this.copy(v, inner);
      return this.become(v, O.OP_TRUNC, inner, 0, O.TY_I64);
    }
    if (xop === O.OP_TRUNC) return this.become(v, O.OP_TRUNC, inner, 0, f.ty[inner]);
    if (from !== O.TY_I64 || ty !== O.TY_I32) return false;
    if (xop === O.OP_AND && f.op[f.b[x]] === O.OP_CONST && f.a[f.b[x]] === -1) {
      f.a[v] = inner;
      return true;
    }
    if (this.demand(v, -1, 0)) return true;
    // (int)((long)a op (long)b) = a op b
    if (xop === O.OP_ADD || xop === O.OP_SUB || xop === O.OP_MUL || (xop >= O.OP_AND && xop <= O.OP_XOR)) {
      const p = this.low32(inner);
      const q = this.low32(f.b[x]);
      if (p === 0 || q === 0) return false;
      const y = p < 0 ? this.num(O.TY_I32, f.a[inner], 0) : p;
      const z = q < 0 ? this.num(O.TY_I32, f.a[f.b[x]], 0) : q;
      return this.become(v, xop, y, z, 0);
    }
    return false;
  }
  /** The I32 that v extends, -1 for a constant, 0 for neither. */
  private low32(v: Value): Value {
    const f = this.f;
    if (f.op[v] === O.OP_SEXT32 || f.op[v] === O.OP_ZEXT32) return f.a[v];
    return f.op[v] === O.OP_CONST ? -1 : 0;
  }

  private convertFloat(v: Value, op: number, ty: number, from: number, x: Value): boolean {
    const f = this.f;
    if (op === O.OP_BITCAST) {
      if (ty === from) return this.copy(v, x);
      if (f.op[x] === O.OP_BITCAST && f.ty[f.a[x]] === ty) return this.copy(v, f.a[x]);
      if (ty > O.TY_F64 || from > O.TY_F64 || ty === O.TY_I128 || from === O.TY_I128) return false;
      if (f.op[x] === O.OP_CONST && ty >= O.TY_F32) return this.become(v, O.OP_FCONST, f.a[x], ty === O.TY_F32 ? 0 : f.b[x], 0);
      if (f.op[x] === O.OP_FCONST && ty < O.TY_F32) return this.toConst(v, f.a[x], f.b[x]);
      return false;
    }
    if (op === O.OP_SITOF || op === O.OP_UITOF) {
      if (f.op[x] !== O.OP_CONST || from > O.TY_I64 || ty > O.TY_F64) return false;
      const h = op === O.OP_UITOF && from === O.TY_I32 ? 0 : f.b[x];
      const n = (op === O.OP_UITOF ? h >>> 0 : h) * 4294967296 + (f.a[x] >>> 0);
      if (!Number.isSafeInteger(n)) return false;
      return floatBits(ty, n) && this.become(v, O.OP_FCONST, rlo, rhi, 0);
    }
    if (op === O.OP_FCVT && (f.op[x] === O.OP_FABS || f.op[x] === O.OP_FNEG)) {
      // a sign is changed as well before a float became wider as after it; one that became narrower has been rounded
      const inner = f.a[x];
      if (f.op[inner] === O.OP_FCVT && f.ty[f.a[inner]] === ty && f.ty[inner] > ty)
        return this.become(v, f.op[x], f.a[inner], 0, 0);
    }
    if (f.op[x] !== O.OP_FCONST || from > O.TY_F64) return false;
    const y = floatOf(from, f.a[x], f.b[x]);
    // the bits of a NaN are left to the machine
    if (Number.isNaN(y)) return false;
    if (op === O.OP_FCVT) return ty <= O.TY_F64 && floatBits(ty, y) && this.become(v, O.OP_FCONST, rlo, rhi, 0);
    return evalToInt(ty, op === O.OP_FTOSI, y) && this.toConst(v, rlo, rhi);
  }

  private float(v: Value, op: number): boolean {
    const f = this.f;
    const ty = f.ty[v];
    const x = f.a[v];
    if (op === O.OP_FNEG && f.op[x] === O.OP_FNEG) return this.copy(v, f.a[x]);
    if (ty > O.TY_F64 || f.op[x] !== O.OP_FCONST) return false;
    const a = floatOf(ty, f.a[x], f.b[x]);
    if (Number.isNaN(a)) return false;
    let b = 0;
    if (O.opFlags[op] & O.F_B) {
      const y = f.b[v];
      if (f.op[y] !== O.OP_FCONST) return false;
      b = floatOf(ty, f.a[y], f.b[y]);
      if (Number.isNaN(b)) return false;
    }
    return evalFloat(op, ty, a, b) && this.become(v, O.OP_FCONST, rlo, rhi, 0);
  }

  /** Operand a of v, of which only these bits count: simpler where it can be, also through a shift right by a constant. */
  private demand(v: Value, dlo: number, dhi: number): boolean {
    const f = this.f;
    const x = f.a[v];
    const ty = f.ty[x];
    if (ty > O.TY_I64) return false;
    const s = stripDemanded(f, x, dlo, dhi);
    if (s !== x) {
      f.a[v] = s;
      return true;
    }
    if (f.op[x] !== O.OP_SHR || f.op[f.b[x]] !== O.OP_CONST) return false;
    const n = f.a[f.b[x]];
    if (n >>> 0 >= O.TY_SIZE[ty] * 8) return false;
    let lo: number;
    let hi = 0;
    if (ty === O.TY_I32) lo = dlo << n;
    else {
      lo = shl64(dlo, dhi, n);
      hi = i64hi;
    }
    const y = stripDemanded(f, f.a[x], lo, hi);
    if (y === f.a[x]) return false;
    f.a[v] = this.before(v, O.OP_SHR, ty, y, f.b[x], 0);
    return true;
  }

  private select(v: Value): boolean {
    const f = this.f;
    const c = f.a[v];
    const x = f.b[v];
    const y = f.c[v];
    if (f.op[c] === O.OP_CONST) return this.copy(v, f.a[c] !== 0 ? x : y);
    if (x === y) return this.copy(v, x);
    if ((f.op[c] === O.OP_NE || f.op[c] === O.OP_EQ) && f.c[c] === O.TY_I32 && this.isConst(f.b[c], 0, 0)) {
      if (f.op[c] === O.OP_EQ) {
        f.b[v] = y;
        f.c[v] = x;
      }
      f.a[v] = f.a[c];
      return true;
    }
    if (f.ty[v] === O.TY_I32 && f.op[x] === O.OP_CONST && f.op[y] === O.OP_CONST) {
      if (f.a[x] === 1 && f.a[y] === 0) {
        possibleBits(f, c, 1);
        if ((mlo & ~1) === 0) return this.copy(v, c);
        return this.become(v, O.OP_NE, c, this.num(O.TY_I32, 0, 0), O.TY_I32);
      }
      if (f.a[x] === 0 && f.a[y] === 1) return this.become(v, O.OP_EQ, c, this.num(O.TY_I32, 0, 0), O.TY_I32);
    }
    return false;
  }
}

/** n when the constant is 2^n, else -1. */
export function log2(ty: number, lo: number, hi: number): number {
  if (ty === O.TY_I32) return lo !== 0 && (lo & (lo - 1)) === 0 ? 31 - Math.clz32(lo) : -1;
  if (hi === 0) return lo !== 0 && (lo & (lo - 1)) === 0 ? 31 - Math.clz32(lo) : -1;
  return lo === 0 && (hi & (hi - 1)) === 0 ? 63 - Math.clz32(hi) : -1;
}
