// An interpreter of the IR for tests: integers as BigInt, memory as one small byte array, calls to other functions of the
// module or to a handler. Deliberately written without the compiler's own arithmetic, so that differential tests compare two
// readings of the op table. Effects that a compiler must keep (volatile accesses, calls outside, asm) are recorded in `trace`.
// UNDEF reads as 0. Address of symbols: given out from 0x1000 upwards; stack from the end downwards.

import type { AsmInfo, AtomicInfo, CallInfo, Func, IjmpInfo, PhiInfo, RetInfo, SwitchInfo, Value } from "./func.ts";
import type { Module } from "./module.ts";
import * as O from "./ops.ts";
import { printValue } from "./print.ts";

/** An integer (unsigned, of its type's width) or a float. */
export type IValue = bigint | number;
export class Trap extends Error {}
export class OutOfFuel extends Error {}

const BITS = [0, 32, 64, 128];
const uns = (ty: number, x: bigint): bigint => BigInt.asUintN(BITS[ty], x);
const sgn = (ty: number, x: bigint): bigint => BigInt.asIntN(BITS[ty], x);
const cvt = new DataView(new ArrayBuffer(16));

export class Interp {
  m: Module;
  mem: Uint8Array = new Uint8Array(1 << 18);
  view: DataView = new DataView(this.mem.buffer);
  symAddr: number[] = [];
  sp: number = this.mem.length;
  fuel = 100_000;
  trace: string[] = [];
  /** Calls to symbols without a body. */
  extern: (name: string, args: IValue[], it: Interp) => IValue[];

  constructor(m: Module, extern: (name: string, args: IValue[], it: Interp) => IValue[]) {
    this.m = m;
    this.extern = extern;
    let at = 0x1000;
    for (const s of m.syms) {
      if (s === undefined) continue;
      const al = Math.max(s.align, 16);
      at = (at + al - 1) & -al;
      this.symAddr[s.id] = at;
      if (s.init !== undefined) this.mem.set(s.init.bytes, at);
      at += Math.max(s.size, 16) + 16;
    }
    for (const s of m.syms) {
      if (s?.init === undefined) continue;
      for (const r of s.init.relocs) this.write(this.symAddr[s.id] + r.off, r.size, BigInt(this.symAddr[r.sym] + r.addend));
    }
  }

  read(addr: number, size: number): bigint {
    if (addr < 16 || addr + size > this.mem.length) throw new Trap("read at " + addr);
    let x = 0n;
    for (let i = size - 1; i >= 0; i--) x = (x << 8n) | BigInt(this.mem[addr + i]);
    return x;
  }
  write(addr: number, size: number, x: bigint): void {
    if (addr < 16 || addr + size > this.mem.length) throw new Trap("write at " + addr);
    for (let i = 0; i < size; i++) this.mem[addr + i] = Number((x >> BigInt(8 * i)) & 255n);
  }

  /** Runs a function; arguments by params index. */
  call(f: Func, args: IValue[]): IValue[] {
    const saved = this.sp;
    try {
      return this.run(f, args);
    } finally {
      this.sp = saved;
    }
  }

  private run(f: Func, args: IValue[]): IValue[] {
    const val: IValue[] = [];
    const results: IValue[][] = [];
    let block = f.entry;
    let from = 0;
    for (;;) {
      // Phis read all their operands before any is written.
      let v = f.first[block];
      const news: [Value, IValue][] = [];
      for (; v !== 0 && f.op[v] === O.OP_PHI; v = f.next[v]) {
        const p = f.aux[v] as PhiInfo;
        const i = p.blocks.indexOf(from);
        if (i < 0) throw new Error("phi without predecessor b" + from + ": " + printValue(f, v));
        news.push([v, val[p.vals[i]]]);
      }
      for (const [w, x] of news) val[w] = x;
      let to = 0;
      for (; v !== 0; v = f.next[v]) {
        if (--this.fuel < 0) throw new OutOfFuel();
        switch (f.op[v]) {
          case O.OP_RET:
            return (f.aux[v] as RetInfo).vals.map((x) => val[x]);
          case O.OP_JMP:
            to = f.b[v];
            break;
          case O.OP_BR:
            to = (val[f.a[v]] as bigint) !== 0n ? f.b[v] : f.c[v];
            break;
          case O.OP_SWITCH:
            to = this.switchTarget(f, v, val[f.a[v]] as bigint);
            break;
          case O.OP_IJMP: {
            const t = (f.aux[v] as IjmpInfo).targets;
            to = t.find((x) => BigInt(x) + 0xb10c000n === val[f.a[v]]) ?? 0;
            if (to === 0) throw new Trap("wild jump");
            break;
          }
          case O.OP_UNREACHABLE:
            throw new Trap("unreachable");
          case O.OP_TRAP:
            throw new Trap("trap");
          case O.OP_CALL:
            results[v] = this.doCall(f, f.aux[v] as CallInfo, val);
            break;
          case O.OP_PROJ:
            val[v] = results[f.a[v]][f.b[v]] ?? 0n;
            break;
          case O.OP_ASM: {
            const x = f.aux[v] as AsmInfo;
            results[v] = this.doAsm(x, val);
            if (x.labels.length !== 0) to = x.fallthrough;
            break;
          }
          case O.OP_CMPXCHG: {
            const x = f.aux[v] as AtomicInfo;
            const size = x.mem & O.MEM_SIZE;
            const ty = f.ty[f.b[v]];
            const at = Number(val[f.a[v]]);
            const old = this.read(at, size);
            const want = BigInt.asUintN(8 * size, val[f.b[v]] as bigint);
            if (old === want) this.write(at, size, val[f.c[v]] as bigint);
            results[v] = [uns(ty, old), old === want ? 1n : 0n];
            break;
          }
          case O.OP_PARAM:
            val[v] = args[f.a[v]];
            break;
          default:
            val[v] = this.eval(f, v, val);
        }
      }
      from = block;
      block = to;
    }
  }

  private switchTarget(f: Func, v: Value, x: bigint): number {
    const s = f.aux[v] as SwitchInfo;
    const bits = BITS[f.ty[f.a[v]]];
    const norm = (y: bigint): bigint => (s.unsigned ? BigInt.asUintN(bits, y) : BigInt.asIntN(bits, y));
    x = norm(x);
    for (let i = 0; i < s.targets.length; i++) {
      const lo = norm((BigInt(s.loHi[i]) << 32n) | BigInt(s.lo[i] >>> 0));
      const hi = norm((BigInt(s.hiHi[i]) << 32n) | BigInt(s.hi[i] >>> 0));
      if (x >= lo && x <= hi) return s.targets[i];
    }
    return s.dflt;
  }

  private doCall(_f: Func, x: CallInfo, val: IValue[]): IValue[] {
    const args = x.args.map((a) => val[a]);
    const name = x.sym !== 0 ? this.m.syms[x.sym]!.name : "";
    if (x.sym === 0) {
      const at = Number(val[x.target]);
      const id = this.symAddr.indexOf(at);
      const s = this.m.syms[id];
      if (s === undefined) throw new Trap("call to " + at);
      if (s.func !== undefined) return this.call(s.func, args);
      return this.extern(s.name, args, this);
    }
    const callee = this.m.syms[x.sym]!.func;
    if (callee !== undefined) return this.call(callee, args);
    if (name === "memcpy" || name === "memmove") {
      const n = Number(args[2]);
      if (Number(args[1]) < 16 || Number(args[0]) < 16) throw new Trap("copy");
      this.mem.copyWithin(Number(args[0]), Number(args[1]), Number(args[1]) + n);
      return [args[0]];
    }
    if (name === "memset") {
      if (Number(args[0]) < 16) throw new Trap("set");
      this.mem.fill(Number((args[1] as bigint) & 255n), Number(args[0]), Number(args[0]) + Number(args[2]));
      return [args[0]];
    }
    const big = (t: number): [bigint, bigint] => [
      t === 0 ? ((args[1] as bigint) << 64n) | (args[0] as bigint) : ((args[3] as bigint) << 64n) | (args[2] as bigint),
      0n,
    ];
    const split = (y: bigint): IValue[] => [BigInt.asUintN(64, y), BigInt.asUintN(64, y >> 64n)];
    switch (name) {
      case "__multi3":
        return split(big(0)[0] * big(1)[0]);
      case "__udivti3":
      case "__umodti3":
        if (big(1)[0] === 0n) throw new Trap("division");
        return split(name === "__udivti3" ? big(0)[0] / big(1)[0] : big(0)[0] % big(1)[0]);
      case "__divti3":
      case "__modti3": {
        const p = BigInt.asIntN(128, big(0)[0]);
        const q = BigInt.asIntN(128, big(1)[0]);
        if (q === 0n) throw new Trap("division");
        return split(name === "__divti3" ? p / q : p % q);
      }
    }
    const r = this.extern(name, args, this);
    if (x.noreturn) throw new Trap("noreturn " + name);
    return r;
  }

  private doAsm(x: AsmInfo, val: IValue[]): IValue[] {
    const out: IValue[] = [];
    const ins: string[] = [];
    for (const o of x.operands) if (o.value !== 0 && !o.mem) ins.push(String(val[o.value]));
    this.trace.push("asm " + x.template + " " + ins.join(" "));
    for (const o of x.operands) {
      if (o.outIndex < 0) continue;
      const tied = x.operands.find((y) => y.tied >= 0 && x.operands[y.tied] === o);
      out[o.outIndex] = o.value !== 0 ? val[o.value] : tied !== undefined ? val[tied.value] : 0n;
    }
    return out;
  }

  private loadFrom(at: number, ty: number, m: number): IValue {
    const size = m & O.MEM_SIZE;
    const x = this.read(at, size);
    let r: IValue;
    if (ty >= O.TY_F32) r = fromBits(ty, x);
    else r = uns(ty, m & O.MEM_SIGNED ? BigInt.asIntN(8 * size, x) : x);
    if (m & O.MEM_VOLATILE) this.trace.push("load " + size + " at " + at + " = " + r);
    return r;
  }

  private eval(f: Func, v: Value, val: IValue[]): IValue {
    const op = f.op[v];
    const ty = f.ty[v];
    const a = val[f.a[v]];
    const b = val[f.b[v]];
    const A = a as bigint;
    const B = b as bigint;
    switch (op) {
      case O.OP_CONST: {
        const x = (BigInt(f.b[v]) << 32n) | BigInt(f.a[v] >>> 0);
        if (ty === O.TY_I128) return uns(ty, f.c[v] === 0 ? BigInt.asUintN(64, x) : x | (-1n << 64n));
        return uns(ty, x);
      }
      case O.OP_FCONST:
        if (ty === O.TY_F32) return fromBits(ty, BigInt(f.a[v] >>> 0));
        if (ty === O.TY_F64) return fromBits(ty, (BigInt(f.b[v] >>> 0) << 32n) | BigInt(f.a[v] >>> 0));
        throw new Error("interpreter: no wide floats");
      case O.OP_SYM:
        return uns(ty, BigInt(this.symAddr[f.a[v]] + f.b[v]));
      case O.OP_ALLOCA:
      case O.OP_DALLOCA: {
        const size = op === O.OP_ALLOCA ? f.a[v] : Number(A);
        this.sp = (this.sp - size) & -Math.max(f.b[v], 16);
        if (this.sp < this.mem.length / 2) throw new Trap("stack overflow");
        return BigInt(this.sp);
      }
      case O.OP_STACKSAVE:
        return BigInt(this.sp);
      case O.OP_STACKRESTORE:
        this.sp = Number(A);
        return 0n;
      case O.OP_LABELADDR:
        return BigInt(f.a[v]) + 0xb10c000n;
      case O.OP_COPY:
        return a;
      case O.OP_UNDEF:
        return ty >= O.TY_F32 ? 0 : 0n;
      case O.OP_SELECT:
        return A !== 0n ? b : val[f.c[v]];
      case O.OP_LOAD:
        return this.loadFrom(Number(A), ty, f.c[v]);
      case O.OP_ATOMICLOAD:
        return this.loadFrom(Number(A), ty, f.c[v]);
      case O.OP_STORE:
      case O.OP_ATOMICSTORE: {
        const size = f.c[v] & O.MEM_SIZE;
        const t = f.ty[f.b[v]];
        const bits = t >= O.TY_F32 ? toBits(t, b as number) : B;
        this.write(Number(A), size, bits);
        if (f.c[v] & O.MEM_VOLATILE)
          this.trace.push("store " + size + " at " + Number(A) + " = " + BigInt.asUintN(8 * size, bits));
        return 0n;
      }
      case O.OP_BLKCPY:
        if (Number(A) < 16 || Number(B) < 16) throw new Trap("copy");
        this.mem.copyWithin(Number(A), Number(B), Number(B) + f.c[v]);
        return 0n;
      case O.OP_BLKSET:
        if (Number(A) < 16) throw new Trap("set");
        this.mem.fill(Number(B & 255n), Number(A), Number(A) + f.c[v]);
        return 0n;
      case O.OP_ATOMICRMW: {
        const x = f.aux[v] as AtomicInfo;
        const size = f.c[v] & O.MEM_SIZE;
        const old = this.read(Number(A), size);
        const r = [B, old + B, old - B, old & B, old | B, old ^ B, ~(old & B)][x.kind];
        this.write(Number(A), size, BigInt.asUintN(8 * size, r));
        return uns(ty, old);
      }
      case O.OP_FENCE:
      case O.OP_PREFETCH:
        return 0n;
      case O.OP_ISCONST:
        return 0n;
      case O.OP_SUBOBJ:
        return a;
      case O.OP_OBJSIZE:
        return uns(ty, f.b[v] & 2 ? 0n : -1n);
    }
    if (op >= O.OP_ADD && op <= O.OP_ROTL) return uns(ty, intOp(op, ty, A, B));
    if (op >= O.OP_EQ && op <= O.OP_FLEQ) return compare(op, f.c[v], a, b) ? 1n : 0n;
    if (op >= O.OP_SEXT8 && op <= O.OP_BITCAST) return convert(op, ty, f.c[v], a);
    if (op >= O.OP_FADD && op <= O.OP_FCOPYSIGN) return floatOp(op, ty, a as number, b as number);
    const n = BITS[ty];
    switch (op) {
      case O.OP_CLZ: {
        if (A === 0n) throw new Trap("clz of 0");
        return BigInt(n - A.toString(2).length);
      }
      case O.OP_CTZ: {
        if (A === 0n) throw new Trap("ctz of 0");
        let k = 0n;
        while (((A >> k) & 1n) === 0n) k++;
        return k;
      }
      case O.OP_POPCNT:
        return BigInt(A.toString(2).replaceAll("0", "").length);
      case O.OP_BSWAP: {
        let r = 0n;
        for (let i = 0; i < n / 8; i++) r = (r << 8n) | ((A >> BigInt(8 * i)) & 255n);
        return r;
      }
    }
    throw new Error("interpreter: cannot run " + printValue(f, v));
  }
}

function intOp(op: number, ty: number, a: bigint, b: bigint): bigint {
  const n = BigInt(BITS[ty]);
  const sa = sgn(ty, a);
  const sb = sgn(ty, b);
  switch (op) {
    case O.OP_ADD:
      return a + b;
    case O.OP_SUB:
      return a - b;
    case O.OP_MUL:
      return a * b;
    case O.OP_SDIV:
    case O.OP_SREM:
      if (b === 0n) throw new Trap("division");
      return op === O.OP_SDIV ? sa / sb : sa % sb;
    case O.OP_UDIV:
    case O.OP_UREM:
      if (b === 0n) throw new Trap("division");
      return op === O.OP_UDIV ? a / b : a % b;
    case O.OP_AND:
      return a & b;
    case O.OP_OR:
      return a | b;
    case O.OP_XOR:
      return a ^ b;
    case O.OP_SMULH:
      return (sa * sb) >> n;
    case O.OP_UMULH:
      return (a * b) >> n;
    case O.OP_ROTL: {
      const k = b & (n - 1n);
      return (a << k) | (a >> (n - k));
    }
  }
  if (b >= n) throw new Trap("shift count");
  if (op === O.OP_SHL) return a << b;
  return op === O.OP_SHR ? a >> b : sa >> b;
}

function compare(op: number, ty: number, a: IValue, b: IValue): boolean {
  switch (op) {
    case O.OP_EQ:
    case O.OP_FEQ:
      return a === b;
    case O.OP_NE:
    case O.OP_FNE:
      return a !== b;
    case O.OP_SLT:
      return sgn(ty, a as bigint) < sgn(ty, b as bigint);
    case O.OP_SLE:
      return sgn(ty, a as bigint) <= sgn(ty, b as bigint);
    case O.OP_ULT:
    case O.OP_FLT:
    case O.OP_FLTQ:
      return a < b;
    default:
      return a <= b;
  }
}

/** IEEE bits of a float. */
export function toBits(ty: number, x: number): bigint {
  if (ty === O.TY_F32) {
    cvt.setFloat32(0, x);
    return BigInt(cvt.getUint32(0));
  }
  cvt.setFloat64(0, x);
  return cvt.getBigUint64(0);
}
function fromBits(ty: number, x: bigint): number {
  if (ty === O.TY_F32) {
    cvt.setUint32(0, Number(x));
    return cvt.getFloat32(0);
  }
  if (ty !== O.TY_F64) throw new Error("interpreter: no wide floats");
  cvt.setBigUint64(0, x);
  return cvt.getFloat64(0);
}

function convert(op: number, ty: number, from: number, a: IValue): IValue {
  const x = a as bigint;
  switch (op) {
    case O.OP_SEXT8:
      return uns(ty, BigInt.asIntN(8, x));
    case O.OP_SEXT16:
      return uns(ty, BigInt.asIntN(16, x));
    case O.OP_ZEXT8:
      return x & 0xffn;
    case O.OP_ZEXT16:
      return x & 0xffffn;
    case O.OP_SEXT32:
      return uns(ty, BigInt.asIntN(32, x));
    case O.OP_SEXT64:
      return uns(ty, BigInt.asIntN(64, x));
    case O.OP_ZEXT32:
    case O.OP_ZEXT64:
      return x;
    case O.OP_TRUNC:
      return uns(ty, x);
    case O.OP_SITOF:
      return ty === O.TY_F32 ? roundF32(sgn(from, x)) : Number(sgn(from, x));
    case O.OP_UITOF:
      return ty === O.TY_F32 ? roundF32(x) : Number(x);
    case O.OP_FTOSI:
    case O.OP_FTOUI: {
      const y = Math.trunc(a as number);
      if (!Number.isFinite(y)) throw new Trap("float to integer");
      const r = BigInt(y);
      const n = BITS[ty];
      if (op === O.OP_FTOSI ? r !== BigInt.asIntN(n, r) : r !== BigInt.asUintN(n, r)) throw new Trap("float to integer");
      return uns(ty, r);
    }
    case O.OP_FCVT:
      return ty === O.TY_F32 ? Math.fround(a as number) : a;
    default:
      return ty >= O.TY_F32 ? fromBits(ty, x) : toBits(from, a as number);
  }
}

/** Integer to binary32 with one rounding: through a double whose lost bits are kept sticky. */
function roundF32(x: bigint): number {
  const neg = x < 0n;
  let y = neg ? -x : x;
  let shift = 0;
  while (y >> 52n !== 0n) {
    y = (y >> 1n) | (y & 1n);
    shift++;
  }
  const r = Math.fround(Number(y) * 2 ** shift);
  return neg ? -r : r;
}

function floatOp(op: number, ty: number, a: number, b: number): number {
  const r = ((): number => {
    switch (op) {
      case O.OP_FADD:
        return a + b;
      case O.OP_FSUB:
        return a - b;
      case O.OP_FMUL:
        return a * b;
      case O.OP_FDIV:
        return a / b;
      case O.OP_FNEG:
        return -a;
      case O.OP_FABS:
        return Math.abs(a);
      case O.OP_FSQRT:
        return Math.sqrt(a);
      default:
        return b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a);
    }
  })();
  return ty === O.TY_F32 ? Math.fround(r) : r;
}
