// Appends values to a current block, folding what is constant on the spot (LuaJIT's habit: fold on construction).

import { add64, fromNumber64, hi, mul64, sub64 } from "../base/i64.ts";
import type { Aux, Block, Func, Value } from "./func.ts";
import {
  OP_ADD,
  OP_ALLOCA,
  OP_BR,
  OP_CONST,
  OP_JMP,
  OP_LOAD,
  OP_MUL,
  OP_STORE,
  OP_SUB,
  OP_SYM,
  OP_UNREACHABLE,
  TY_I32,
  TY_I64,
} from "./ops.ts";

export class Builder {
  f: Func;
  /** Current block; 0 after a terminator: then code is unreachable and `here()` opens a dead block. */
  block: Block;
  loc = 0;

  constructor(f: Func) {
    this.f = f;
    this.block = 0;
  }

  setBlock(b: Block): void {
    this.block = b;
  }

  /** The block to append to; opens a new (unreachable) one after a terminator. */
  here(): Block {
    if (this.block === 0) this.block = this.f.newBlock();
    return this.block;
  }

  emit(op: number, ty: number, a = 0, b = 0, c = 0, aux?: Aux): Value {
    return this.f.append(this.here(), op, ty, a, b, c, this.loc, aux);
  }

  iconst(ty: number, lo: number, h: number): Value {
    return this.emit(OP_CONST, ty, lo | 0, ty === TY_I32 ? lo >> 31 : h | 0, 0);
  }

  /** A constant from a (safe-integer) number. */
  num(ty: number, x: number): Value {
    const lo = fromNumber64(x);
    return this.iconst(ty, lo, hi);
  }

  isConst(v: Value): boolean {
    return this.f.op[v] === OP_CONST;
  }

  add(ty: number, x: Value, y: Value): Value {
    const f = this.f;
    if (f.op[y] === OP_CONST) {
      if (f.a[y] === 0 && f.b[y] === 0) return x;
      if (f.op[x] === OP_CONST && (ty === TY_I32 || ty === TY_I64)) {
        const lo = add64(f.a[x]!, f.b[x]!, f.a[y]!, f.b[y]!);
        return this.iconst(ty, lo, hi);
      }
      if (f.op[x] === OP_SYM && f.b[y] === f.a[y]! >> 31) {
        const off = f.b[x]! + f.a[y]!;
        if (off === (off | 0)) return this.emit(OP_SYM, ty, f.a[x], off, 0);
      }
    }
    return this.emit(OP_ADD, ty, x, y);
  }

  sub(ty: number, x: Value, y: Value): Value {
    const f = this.f;
    if (f.op[y] === OP_CONST && f.op[x] === OP_CONST && (ty === TY_I32 || ty === TY_I64)) {
      const lo = sub64(f.a[x]!, f.b[x]!, f.a[y]!, f.b[y]!);
      return this.iconst(ty, lo, hi);
    }
    return this.emit(OP_SUB, ty, x, y);
  }

  mul(ty: number, x: Value, y: Value): Value {
    const f = this.f;
    if (f.op[y] === OP_CONST && f.op[x] === OP_CONST && (ty === TY_I32 || ty === TY_I64)) {
      const lo = mul64(f.a[x]!, f.b[x]!, f.a[y]!, f.b[y]!);
      return this.iconst(ty, lo, hi);
    }
    if (f.op[y] === OP_CONST && f.a[y] === 1 && f.b[y] === 0) return x;
    return this.emit(OP_MUL, ty, x, y);
  }

  load(ty: number, addr: Value, mem: number): Value {
    return this.emit(OP_LOAD, ty, addr, 0, mem);
  }

  store(addr: Value, val: Value, mem: number): Value {
    return this.emit(OP_STORE, 0, addr, val, mem);
  }

  /** A stack slot; always in the entry block, before everything else there. */
  alloca(ptrTy: number, size: number, align: number, kind = 0): Value {
    const f = this.f;
    return f.insertAtHead(f.entry, OP_ALLOCA, ptrTy, size, align, kind, this.loc);
  }

  jmp(to: Block): void {
    if (this.block === 0) return;
    this.emit(OP_JMP, 0, 0, to);
    this.block = 0;
  }

  br(cond: Value, yes: Block, no: Block, prob = 0): void {
    if (this.block === 0) return;
    const v = this.emit(OP_BR, 0, cond, yes, no);
    this.f.prob[v] = prob;
    this.block = 0;
  }

  unreachable(): void {
    if (this.block === 0) return;
    this.emit(OP_UNREACHABLE, 0);
    this.block = 0;
  }
}
