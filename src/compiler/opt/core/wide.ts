// I128 values as pairs of I64: each wide value gets a low and a high half. Multiplication, addition, logic, comparisons and shifts
// are spelled out; division and conversions with floats call libgcc (__divti3 …), as GCC does.

import type { CallInfo, Func, PhiInfo, Value } from "../../ir/func.ts";
import type { Module } from "../../ir/module.ts";
import {
  MEM_ALIGN_SHIFT,
  MEM_SIZE,
  OP_ADD,
  OP_AND,
  OP_CALL,
  OP_CONST,
  OP_EQ,
  OP_FTOSI,
  OP_FTOUI,
  OP_LOAD,
  OP_MUL,
  OP_NE,
  OP_OR,
  OP_PHI,
  OP_PROJ,
  OP_SAR,
  OP_SDIV,
  OP_SELECT,
  OP_SEXT64,
  OP_SHL,
  OP_SHR,
  OP_SITOF,
  OP_SLE,
  OP_SLT,
  OP_SREM,
  OP_STORE,
  OP_SUB,
  OP_TRUNC,
  OP_UDIV,
  OP_UITOF,
  OP_ULE,
  OP_ULT,
  OP_UMULH,
  OP_UNDEF,
  OP_UREM,
  OP_XOR,
  OP_ZEXT32,
  OP_ZEXT64,
  opName,
  TY_F32,
  TY_I32,
  TY_I64,
  TY_I128,
} from "../../ir/ops.ts";
import type { AbiType, TargetInfo } from "../../target/abi.ts";

export function splitWide(f: Func, m: Module, t: TargetInfo): void {
  let any = false;
  for (let v = 1; v < f.nval && !any; v++)
    if (
      f.op[v] !== 0 &&
      (f.ty[v] === TY_I128 || (f.ty[v] === TY_I32 && f.op[v]! >= OP_EQ && f.op[v]! <= OP_ULE && f.c[v] === TY_I128))
    )
      any = true;
  if (!any) return;
  new Splitter(f, m, t).run();
}

class Splitter {
  private readonly f: Func;
  private readonly m: Module;
  private readonly t: TargetInfo;
  private readonly lo: Map<Value, Value> = new Map();
  private readonly hi: Map<Value, Value> = new Map();
  private at: Value = 0;

  constructor(f: Func, m: Module, t: TargetInfo) {
    this.f = f;
    this.m = m;
    this.t = t;
  }

  run(): void {
    const { f } = this;
    const phis: Value[] = [];
    const dead: Value[] = [];
    // phis first: loops refer to them before their operands are split
    for (const b of f.order) {
      for (let p = f.first[b]!; p !== 0 && f.op[p] === OP_PHI; p = f.next[p]!) {
        if (f.ty[p] !== TY_I128) continue;
        phis.push(p);
      }
    }
    for (const p of phis) {
      const empty = (): PhiInfo => ({ blocks: [], vals: [] });
      this.lo.set(p, f.insertBefore(p, OP_PHI, TY_I64, 0, 0, 0, f.loc[p]!, empty()));
      this.hi.set(p, f.insertBefore(p, OP_PHI, TY_I64, 0, 0, 0, f.loc[p]!, empty()));
    }
    const order = this.dominanceOrder();
    for (const b of order) {
      for (let v = f.first[b]!; v !== 0; ) {
        const next = f.next[v]!;
        if (f.op[v] !== OP_PHI && this.value(v)) dead.push(v);
        v = next;
      }
    }
    for (const p of phis) {
      const info = f.aux[p] as PhiInfo;
      const l = f.aux[this.lo.get(p)!] as PhiInfo;
      const h = f.aux[this.hi.get(p)!] as PhiInfo;
      for (let k = 0; k < info.vals.length; k++) {
        l.blocks.push(info.blocks[k]!);
        l.vals.push(this.low(info.vals[k]!));
        h.blocks.push(info.blocks[k]!);
        h.vals.push(this.high(info.vals[k]!));
      }
      dead.push(p);
    }
    for (const v of dead) f.remove(v);
    f.resolveCopies();
  }

  /** Reverse postorder: definitions before uses but through phis. */
  private dominanceOrder(): number[] {
    const { f } = this;
    const out: number[] = [];
    const seen = new Uint8Array(f.nblk);
    const stack: [number, number][] = [[f.entry, 0]];
    seen[f.entry] = 1;
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      if (top[1] < f.succCount(top[0])) {
        const s = f.succ(top[0], top[1]++);
        if (seen[s] === 0) {
          seen[s] = 1;
          stack.push([s, 0]);
        }
      } else {
        out.push(top[0]);
        stack.pop();
      }
    }
    return out.reverse();
  }

  private low(v: Value): Value {
    const x = this.lo.get(v);
    if (x === undefined) throw new Error(`${this.f.name}: ${opName[this.f.op[v]!]} of __int128 has no halves`);
    return x;
  }
  private high(v: Value): Value {
    this.low(v);
    return this.hi.get(v)!;
  }
  private emit(op: number, ty: number, a: Value, b: Value = 0, c = 0): Value {
    return this.f.insertBefore(this.at, op, ty, a, b, c, this.f.loc[this.at]!);
  }
  private num(ty: number, x: number): Value {
    return this.emit(OP_CONST, ty, x, x >> 31);
  }
  private set(v: Value, l: Value, h: Value): boolean {
    this.lo.set(v, l);
    this.hi.set(v, h);
    return true;
  }
  private bool64(c: Value): Value {
    return this.emit(OP_ZEXT32, TY_I64, c);
  }

  /** True when v itself is not needed any more. */
  private value(v: Value): boolean {
    const { f } = this;
    this.at = v;
    const op = f.op[v]!;
    const a = f.a[v]!;
    const b = f.b[v]!;
    if (op >= OP_EQ && op <= OP_ULE && f.c[v] === TY_I128) {
      this.compare(v, op, a, b);
      return false;
    }
    if (op === OP_TRUNC && f.c[v] === TY_I128) {
      if (f.ty[v] === TY_I64) f.replaceWith(v, this.low(a));
      else {
        f.a[v] = this.low(a);
        f.c[v] = TY_I64;
      }
      return false;
    }
    if (op === OP_STORE && f.ty[b] === TY_I128) {
      const mem =
        8 |
        (Math.min(3, (f.c[v]! >> MEM_ALIGN_SHIFT) & 15) << MEM_ALIGN_SHIFT) |
        (f.c[v]! & ~(MEM_SIZE | (15 << MEM_ALIGN_SHIFT)));
      this.emit(OP_STORE, 0, a, this.low(b), mem);
      this.emit(OP_STORE, 0, this.emit(OP_ADD, TY_I64, a, this.num(TY_I64, 8)), this.high(b), mem);
      return true;
    }
    if ((op === OP_SITOF || op === OP_UITOF) && f.c[v] === TY_I128) {
      const name = `__float${op === OP_UITOF ? "un" : ""}ti${f.ty[v] === TY_F32 ? "sf" : "df"}`;
      const r = this.call(name, [this.low(a), this.high(a)], [f.ty[v]!]);
      f.replaceWith(v, r[0]!);
      return false;
    }
    if (f.ty[v] !== TY_I128) return false;
    switch (op) {
      case OP_CONST:
        return this.set(v, this.emit(OP_CONST, TY_I64, f.a[v]!, f.b[v]!), this.emit(OP_CONST, TY_I64, f.c[v]!, f.c[v]!));
      case OP_UNDEF:
        return this.set(v, this.emit(OP_UNDEF, TY_I64, 0), this.emit(OP_UNDEF, TY_I64, 0));
      case OP_ADD: {
        const l = this.emit(OP_ADD, TY_I64, this.low(a), this.low(b));
        const carry = this.bool64(this.emit(OP_ULT, TY_I32, l, this.low(a), TY_I64));
        return this.set(v, l, this.emit(OP_ADD, TY_I64, this.emit(OP_ADD, TY_I64, this.high(a), this.high(b)), carry));
      }
      case OP_SUB: {
        const l = this.emit(OP_SUB, TY_I64, this.low(a), this.low(b));
        const borrow = this.bool64(this.emit(OP_ULT, TY_I32, this.low(a), this.low(b), TY_I64));
        return this.set(v, l, this.emit(OP_SUB, TY_I64, this.emit(OP_SUB, TY_I64, this.high(a), this.high(b)), borrow));
      }
      case OP_AND:
      case OP_OR:
      case OP_XOR:
        return this.set(v, this.emit(op, TY_I64, this.low(a), this.low(b)), this.emit(op, TY_I64, this.high(a), this.high(b)));
      case OP_MUL: {
        const l = this.emit(OP_MUL, TY_I64, this.low(a), this.low(b));
        let h = this.emit(OP_UMULH, TY_I64, this.low(a), this.low(b));
        h = this.emit(OP_ADD, TY_I64, h, this.emit(OP_MUL, TY_I64, this.low(a), this.high(b)));
        h = this.emit(OP_ADD, TY_I64, h, this.emit(OP_MUL, TY_I64, this.high(a), this.low(b)));
        return this.set(v, l, h);
      }
      case OP_SHL:
      case OP_SHR:
      case OP_SAR:
        return this.shift(v, op, a, b);
      case OP_SDIV:
      case OP_UDIV:
      case OP_SREM:
      case OP_UREM: {
        const name = op === OP_SDIV ? "__divti3" : op === OP_UDIV ? "__udivti3" : op === OP_SREM ? "__modti3" : "__umodti3";
        const r = this.call(name, [this.low(a), this.high(a), this.low(b), this.high(b)], [TY_I64, TY_I64]);
        return this.set(v, r[0]!, r[1]!);
      }
      case OP_SEXT64:
        return this.set(v, a, this.emit(OP_SAR, TY_I64, a, this.num(TY_I32, 63)));
      case OP_ZEXT64:
        return this.set(v, a, this.num(TY_I64, 0));
      case OP_SELECT:
        return this.set(
          v,
          this.emit(OP_SELECT, TY_I64, a, this.low(b), this.low(f.c[v]!)),
          this.emit(OP_SELECT, TY_I64, a, this.high(b), this.high(f.c[v]!)),
        );
      case OP_LOAD: {
        const mem =
          8 |
          (Math.min(3, (f.c[v]! >> MEM_ALIGN_SHIFT) & 15) << MEM_ALIGN_SHIFT) |
          (f.c[v]! & ~(MEM_SIZE | (15 << MEM_ALIGN_SHIFT)));
        const l = this.emit(OP_LOAD, TY_I64, a, 0, mem);
        return this.set(v, l, this.emit(OP_LOAD, TY_I64, this.emit(OP_ADD, TY_I64, a, this.num(TY_I64, 8)), 0, mem));
      }
      case OP_FTOSI:
      case OP_FTOUI: {
        const name = `__fix${op === OP_FTOUI ? "uns" : ""}${f.c[v] === TY_F32 ? "sf" : "df"}ti`;
        const r = this.call(name, [a], [TY_I64, TY_I64]);
        return this.set(v, r[0]!, r[1]!);
      }
      default:
        throw new Error(`${f.name}: ${opName[op]} of __int128 cannot be split`);
    }
  }

  private compare(v: Value, op: number, a: Value, b: Value): void {
    const { f } = this;
    const [la, ha, lb, hb] = [this.low(a), this.high(a), this.low(b), this.high(b)];
    if (op === OP_EQ || op === OP_NE) {
      const x = this.emit(OP_OR, TY_I64, this.emit(OP_XOR, TY_I64, la, lb), this.emit(OP_XOR, TY_I64, ha, hb));
      f.a[v] = x;
      f.b[v] = this.num(TY_I64, 0);
      f.c[v] = TY_I64;
      return;
    }
    const unsigned = op === OP_ULT || op === OP_ULE;
    const high = this.emit(unsigned ? OP_ULT : OP_SLT, TY_I32, ha, hb, TY_I64);
    const same = this.emit(OP_EQ, TY_I32, ha, hb, TY_I64);
    const low = this.emit(op === OP_SLE || op === OP_ULE ? OP_ULE : OP_ULT, TY_I32, la, lb, TY_I64);
    f.op[v] = OP_OR;
    f.a[v] = high;
    f.b[v] = this.emit(OP_AND, TY_I32, same, low);
    f.c[v] = 0;
  }

  private shift(v: Value, op: number, a: Value, count: Value): boolean {
    const { f } = this;
    const l = this.low(a);
    const h = this.high(a);
    const fill = op === OP_SAR ? this.emit(OP_SAR, TY_I64, h, this.num(TY_I32, 63)) : this.num(TY_I64, 0);
    if (f.op[count] === OP_CONST) {
      const n = f.a[count]! & 127;
      const k = (x: number): Value => this.num(TY_I32, x);
      if (n === 0) return this.set(v, l, h);
      if (op === OP_SHL) {
        if (n >= 64) return this.set(v, this.num(TY_I64, 0), n === 64 ? l : this.emit(OP_SHL, TY_I64, l, k(n - 64)));
        return this.set(
          v,
          this.emit(OP_SHL, TY_I64, l, k(n)),
          this.emit(OP_OR, TY_I64, this.emit(OP_SHL, TY_I64, h, k(n)), this.emit(OP_SHR, TY_I64, l, k(64 - n))),
        );
      }
      if (n >= 64) return this.set(v, n === 64 ? h : this.emit(op, TY_I64, h, k(n - 64)), fill);
      return this.set(
        v,
        this.emit(OP_OR, TY_I64, this.emit(OP_SHR, TY_I64, l, k(n)), this.emit(OP_SHL, TY_I64, h, k(64 - n))),
        this.emit(op, TY_I64, h, k(n)),
      );
    }
    // variable: both results are made and one is taken; x << 1 << (63 - n) avoids a count of 64
    const n = this.emit(OP_AND, TY_I32, count, this.num(TY_I32, 63));
    const big = this.emit(OP_NE, TY_I32, this.emit(OP_AND, TY_I32, count, this.num(TY_I32, 64)), this.num(TY_I32, 0), TY_I32);
    const inv = this.emit(OP_XOR, TY_I32, n, this.num(TY_I32, 63));
    const one = this.num(TY_I32, 1);
    if (op === OP_SHL) {
      const sl = this.emit(OP_SHL, TY_I64, l, n);
      const sh = this.emit(
        OP_OR,
        TY_I64,
        this.emit(OP_SHL, TY_I64, h, n),
        this.emit(OP_SHR, TY_I64, this.emit(OP_SHR, TY_I64, l, one), inv),
      );
      return this.set(v, this.emit(OP_SELECT, TY_I64, big, this.num(TY_I64, 0), sl), this.emit(OP_SELECT, TY_I64, big, sl, sh));
    }
    const sh = this.emit(op, TY_I64, h, n);
    const sl = this.emit(
      OP_OR,
      TY_I64,
      this.emit(OP_SHR, TY_I64, l, n),
      this.emit(OP_SHL, TY_I64, this.emit(OP_SHL, TY_I64, h, one), inv),
    );
    return this.set(v, this.emit(OP_SELECT, TY_I64, big, sh, sl), this.emit(OP_SELECT, TY_I64, big, fill, sh));
  }

  private call(name: string, args: Value[], rets: number[]): Value[] {
    const { f, m, t } = this;
    const abi = (ty: number): AbiType => ({
      size: ty === TY_F32 ? 4 : 8,
      align: ty === TY_F32 ? 4 : 8,
      aggregate: false,
      complex: false,
      ty,
      signed: true,
      fields: undefined,
      unaligned: false,
      hasUnion: false,
      hasBitFields: false,
      hasFlexible: false,
    });
    const wide: AbiType = { ...abi(TY_I128), size: 16, align: 16, ty: TY_I128 };
    const isWide = rets.length === 2;
    const as = t.abi.assign(
      isWide ? wide : abi(rets[0]!),
      args.map((a) => abi(f.ty[a]!)),
      args.length,
      false,
    );
    const s = m.symbol(name);
    s.referenced = true;
    const info: CallInfo = {
      sym: s.id,
      target: 0,
      args,
      argLocs: as.args.map((x) => ({ ty: x.pieces[0]!.ty, loc: x.pieces[0]!.loc })),
      rets: as.ret.map((x) => ({ ty: x.ty, loc: x.loc })),
      stackSize: as.stackSize,
      variadic: false,
      vecRegs: 0,
      outArgs: [],
      noreturn: false,
      purity: 2,
      returnsTwice: false,
      tail: false,
    };
    const c = f.insertBefore(this.at, OP_CALL, 0, 0, 0, 0, f.loc[this.at]!, info);
    return rets.map((ty, k) => f.insertBefore(this.at, OP_PROJ, ty, c, k, 0, f.loc[this.at]!));
  }
}
