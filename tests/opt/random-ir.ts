// Random modules for differential tests: the shape a front end gives (variables are stack slots), structured control flow with
// bounded loops, every integer op, memory in slots and globals at all sizes, calls inside and outside. No undefined behaviour:
// shift counts are masked, divisors forced odd, addresses stay inside their objects.

import { Builder } from "../../src/compiler/ir/builder.ts";
import { type CallInfo, Func, type SwitchInfo } from "../../src/compiler/ir/func.ts";
import { BIND_LOCAL, Module, SYM_DATA, SYM_FUNC, type Sym } from "../../src/compiler/ir/module.ts";
import * as O from "../../src/compiler/ir/ops.ts";

export class Rng {
  s: number;
  constructor(seed: number) {
    this.s = (seed * 2654435761 + 12345) | 0;
  }
  /** 0 .. n-1 */
  below(n: number): number {
    // mulberry32
    this.s = (this.s + 0x6d2b79f5) | 0;
    let t = Math.imul(this.s ^ (this.s >>> 15), 1 | this.s);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  }
  chance(p: number): boolean {
    return this.below(100) < p;
  }
}

interface Slot {
  addr: number;
  size: number;
  /** Scalars are always accessed whole mostly. */
  scalar: number;
}
export interface GenOptions {
  i128?: boolean;
  floats?: boolean;
  size?: number;
  funcs?: number;
}

const INT_CONSTS = [
  0, 1, 2, 3, 4, 7, 8, 10, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 0xffff, 65536, 0x7fffffff, -1, -2, -8, -128,
  -0x80000000,
];

class Gen {
  m: Module;
  f: Func;
  b: Builder;
  r: Rng;
  opts: GenOptions;
  slots: Slot[] = [];
  globals: Sym[];
  callees: Sym[];
  extern: Sym;
  externPtr: Sym;
  avail: number[] = [];
  budget: number;
  loops: { cont: number; brk: number }[] = [];

  constructor(m: Module, f: Func, r: Rng, globals: Sym[], callees: Sym[], opts: GenOptions) {
    this.m = m;
    this.f = f;
    this.b = new Builder(f);
    this.r = r;
    this.globals = globals;
    this.callees = callees;
    this.extern = m.symbol("ext");
    this.externPtr = m.symbol("ext_ptr");
    this.opts = opts;
    this.budget = opts.size ?? 40;
  }

  intType(): number {
    const k = this.r.below(this.opts.i128 ? 5 : 4);
    return k < 2 ? O.TY_I32 : k < 4 ? O.TY_I64 : O.TY_I128;
  }
  anyType(): number {
    if (this.opts.floats && this.r.chance(20)) return this.r.chance(50) ? O.TY_F32 : O.TY_F64;
    return this.intType();
  }
  const(ty: number): number {
    const r = this.r;
    const x = r.chance(80) ? INT_CONSTS[r.below(INT_CONSTS.length)] : r.below(0x7fffffff);
    if (ty === O.TY_F32) {
      const d = new DataView(new ArrayBuffer(4));
      d.setFloat32(0, x / 4);
      return this.b.emit(O.OP_FCONST, ty, d.getInt32(0));
    }
    if (ty === O.TY_F64) {
      const d = new DataView(new ArrayBuffer(8));
      d.setFloat64(0, x / 4);
      return this.b.emit(O.OP_FCONST, ty, d.getInt32(4), d.getInt32(0));
    }
    if (ty === O.TY_I32) return this.b.iconst(ty, x, 0);
    const v = this.b.iconst(ty, x | 0, r.chance(30) ? r.below(0x7fffffff) - 0x40000000 : (x | 0) >> 31);
    if (ty === O.TY_I128) this.f.c[v] = r.chance(50) ? -1 : 0;
    return v;
  }
  find(ty: number): number {
    for (let k = 0; k < 4; k++) {
      if (this.avail.length === 0) break;
      const v = this.avail[this.avail.length - 1 - this.r.below(Math.min(12, this.avail.length))];
      if (this.f.ty[v] === ty) return v;
    }
    return 0;
  }
  address(size: number): { addr: number; off: number } {
    const r = this.r;
    const useGlobal = r.chance(35) || this.slots.length === 0;
    let base: number;
    let limit: number;
    if (useGlobal) {
      const g = this.globals[r.below(this.globals.length)];
      base = this.b.emit(O.OP_SYM, O.TY_I64, g.id, 0);
      limit = g.size;
    } else {
      const fit = this.slots.filter((s) => s.size >= size);
      if (fit.length === 0) return this.address(size);
      const s = fit[r.below(fit.length)];
      base = s.addr;
      limit = s.size;
    }
    const room = Math.floor((limit - size) / size);
    if (room === 0 || r.chance(20)) return { addr: base, off: 0 };
    if (r.chance(70)) {
      const off = r.below(room + 1) * size;
      return { addr: this.b.emit(O.OP_ADD, O.TY_I64, base, this.b.num(O.TY_I64, off)), off };
    }
    // Variable index: masked to a power of two inside.
    let mask = 1;
    while (mask * 2 - 1 <= room) mask *= 2;
    const ix = this.b.emit(O.OP_AND, O.TY_I64, this.expr(O.TY_I64, 1), this.b.num(O.TY_I64, mask - 1));
    const sc = this.b.emit(O.OP_MUL, O.TY_I64, ix, this.b.num(O.TY_I64, size));
    return { addr: this.b.emit(O.OP_ADD, O.TY_I64, base, sc), off: -1 };
  }
  memFor(ty: number): number {
    const full = O.TY_SIZE[ty];
    const size = ty >= O.TY_F32 || this.r.chance(60) ? full : [1, 2, 4, 8][this.r.below(ty === O.TY_I32 ? 3 : 4)];
    return size | (this.r.chance(50) && size < full ? O.MEM_SIGNED : 0) | (this.r.chance(3) ? O.MEM_VOLATILE : 0);
  }
  load(ty: number): number {
    const mem = this.memFor(ty);
    return this.b.load(ty, this.address(mem & O.MEM_SIZE).addr, mem);
  }
  expr(ty: number, depth: number): number {
    const v = this.expr0(ty, depth);
    this.avail.push(v);
    return v;
  }
  expr0(ty: number, depth: number): number {
    const r = this.r;
    const b = this.b;
    if (depth <= 0 || r.chance(15)) {
      const x = r.chance(60) ? this.find(ty) : 0;
      if (x !== 0) return x;
      return r.chance(35) ? this.const(ty) : this.load(ty);
    }
    const sub = (t: number): number => this.expr(t, depth - 1);
    if (ty >= O.TY_F32) {
      switch (r.below(6)) {
        case 0:
          return b.emit([O.OP_SITOF, O.OP_UITOF][r.below(2)], ty, sub(O.TY_I32), 0, O.TY_I32);
        case 1:
          return b.emit(O.OP_FCVT, ty, sub(ty === O.TY_F32 ? O.TY_F64 : O.TY_F32), 0, ty === O.TY_F32 ? O.TY_F64 : O.TY_F32);
        case 2:
          return b.emit(O.OP_FNEG, ty, sub(ty));
        case 3:
          return b.emit(O.OP_SELECT, ty, sub(O.TY_I32), sub(ty), sub(ty));
        default:
          return b.emit(O.OP_FADD + r.below(4), ty, sub(ty), sub(ty));
      }
    }
    const k = r.below(this.opts.floats && ty === O.TY_I32 ? 15 : 14);
    switch (k) {
      case 0:
      case 1:
      case 2:
        return b.emit(O.OP_ADD + r.below(3), ty, sub(ty), sub(ty));
      case 3:
        return b.emit(O.OP_AND + r.below(3), ty, sub(ty), sub(ty));
      case 4: {
        const n = b.emit(O.OP_AND, O.TY_I32, sub(O.TY_I32), b.iconst(O.TY_I32, O.TY_SIZE[ty] * 8 - 1, 0));
        return b.emit(O.OP_SHL + r.below(3), ty, sub(ty), n);
      }
      case 5:
        return b.emit(O.OP_SHL + r.below(3), ty, sub(ty), b.iconst(O.TY_I32, r.below(O.TY_SIZE[ty] * 8), 0));
      case 6: {
        const x = sub(ty);
        const one = b.iconst(ty, 1, 0);
        let d: number;
        if (r.chance(70)) {
          d = this.const(ty);
          if (this.f.a[d] === 0) this.f.a[d] = 3;
        } else d = b.emit(O.OP_OR, ty, sub(ty), one);
        return b.emit(O.OP_SDIV + r.below(4), ty, x, d);
      }
      case 7:
      case 8: {
        const t = this.intType();
        const c = b.emit(O.OP_EQ + r.below(6), O.TY_I32, sub(t), sub(t), t);
        return this.widen(c, ty);
      }
      case 9:
        return ty === O.TY_I128 ? this.widen(sub(O.TY_I64), ty) : b.emit(O.OP_SEXT8 + r.below(4), ty, sub(ty));
      case 10:
        if (ty === O.TY_I32) {
          const t = this.opts.i128 && r.chance(30) ? O.TY_I128 : O.TY_I64;
          return b.emit(O.OP_TRUNC, ty, sub(t), 0, t);
        }
        return this.widen(sub(O.TY_I32), ty);
      case 11:
        return b.emit(O.OP_SELECT, ty, sub(O.TY_I32), sub(ty), sub(ty));
      case 12: {
        if (ty === O.TY_I128) return sub(ty);
        const q = r.below(4);
        if (q === 0) return b.emit(O.OP_ROTL, ty, sub(ty), sub(O.TY_I32));
        if (q === 1) return b.emit(O.OP_POPCNT, ty, sub(ty));
        if (q === 2) return b.emit(O.OP_BSWAP, ty, sub(ty));
        return b.emit(r.chance(50) ? O.OP_CLZ : O.OP_CTZ, ty, b.emit(O.OP_OR, ty, sub(ty), b.iconst(ty, 16, 0)));
      }
      case 13:
        return this.load(ty);
      default: {
        const t = r.chance(50) ? O.TY_F32 : O.TY_F64;
        return b.emit(O.OP_FEQ + r.below(4), ty, sub(t), sub(t), t);
      }
    }
  }
  widen(c: number, ty: number): number {
    const b = this.b;
    if (ty === O.TY_I32) return this.f.ty[c] === ty ? c : b.emit(O.OP_TRUNC, ty, c, 0, this.f.ty[c]);
    if (this.f.ty[c] === O.TY_I32) c = b.emit(this.r.chance(50) ? O.OP_SEXT32 : O.OP_ZEXT32, O.TY_I64, c);
    return ty === O.TY_I64 ? c : b.emit(this.r.chance(50) ? O.OP_SEXT64 : O.OP_ZEXT64, ty, c);
  }
  call(callee: Sym, args: number[], rets: number[]): number {
    const info: CallInfo = {
      sym: callee.id,
      target: 0,
      args,
      argLocs: args.map((v, i) => ({ ty: this.f.ty[v], loc: i })),
      rets: rets.map((ty, i) => ({ ty, loc: i })),
      stackSize: 0,
      variadic: false,
      vecRegs: 0,
      outArgs: [],
      noreturn: false,
      purity: 0,
      returnsTwice: false,
      tail: false,
    };
    const c = this.b.emit(O.OP_CALL, 0, 0, 0, 0, info);
    let v = 0;
    for (let i = 0; i < rets.length; i++) v = this.b.emit(O.OP_PROJ, rets[i], c, i);
    return v;
  }
  scoped(fn: () => void): void {
    const n = this.avail.length;
    fn();
    this.avail.length = n;
  }
  stmts(n: number): void {
    for (let i = 0; i < n && this.budget > 0; i++) {
      this.stmt();
      if (this.b.block === 0) return;
    }
  }
  stmt(): void {
    const r = this.r;
    const b = this.b;
    const f = this.f;
    this.budget--;
    const k = r.below(20);
    if (k < 8) {
      const ty = this.anyType();
      const x = this.expr(ty, 3);
      const mem = this.memFor(ty) & ~O.MEM_SIGNED;
      b.store(this.address(mem & O.MEM_SIZE).addr, x, mem);
    } else if (k < 11) {
      const c = this.expr(O.TY_I32, 2);
      const yes = f.newBlock();
      const no = f.newBlock();
      const end = f.newBlock();
      b.br(c, yes, no, r.below(256));
      b.setBlock(yes);
      this.scoped(() => this.stmts(1 + r.below(4)));
      b.jmp(end);
      b.setBlock(no);
      if (r.chance(60)) this.scoped(() => this.stmts(1 + r.below(4)));
      b.jmp(end);
      b.setBlock(end);
    } else if (k < 13) {
      this.loop();
    } else if (k === 13) {
      const x = this.expr(r.chance(50) ? O.TY_I32 : O.TY_I64, 2);
      const end = f.newBlock();
      const info: SwitchInfo = {
        lo: new Int32Array(0),
        loHi: new Int32Array(0),
        hi: new Int32Array(0),
        hiHi: new Int32Array(0),
        targets: [],
        dflt: end,
        unsigned: r.chance(50),
      };
      const lo: number[] = [];
      const hi: number[] = [];
      let at = r.below(5);
      const n = 1 + r.below(9);
      for (let i = 0; i < n; i++) {
        lo.push(at);
        at += r.chance(80) ? 0 : r.below(20);
        hi.push(at);
        at += 1 + (r.chance(70) ? 0 : r.below(1000));
        info.targets.push(i > 0 && r.chance(30) ? info.targets[i - 1] : f.newBlock());
      }
      info.lo = Int32Array.from(lo);
      info.hi = Int32Array.from(hi);
      info.loHi = new Int32Array(n);
      info.hiHi = new Int32Array(n);
      b.emit(O.OP_SWITCH, 0, x, 0, 0, info);
      b.block = 0;
      for (const t of new Set(info.targets)) {
        b.setBlock(t);
        this.scoped(() => this.stmts(1 + r.below(2)));
        b.jmp(end);
      }
      b.setBlock(end);
    } else if (k === 14) {
      const args: number[] = [];
      for (let i = r.below(3); i >= 0; i--) args.push(this.expr(r.chance(50) ? O.TY_I32 : O.TY_I64, 2));
      this.avail.push(this.call(this.extern, args, [O.TY_I64]));
    } else if (k === 15) {
      const { addr } = this.address(8);
      this.call(this.externPtr, [addr], []);
    } else if (k === 16 && this.callees.length !== 0) {
      const c = this.callees[r.below(this.callees.length)];
      const args = c.func!.params.map((p) => this.expr(p.ty, 2));
      const v = this.call(
        c,
        args,
        c.func!.ret.map((p) => p.ty),
      );
      if (v !== 0) this.avail.push(v);
    } else if (k === 17) {
      const size = [8, 16, 24, 32][r.below(4)];
      const d = this.address(size);
      const s = this.address(size);
      if (r.chance(50)) {
        b.emit(O.OP_BLKSET, 0, d.addr, this.expr(O.TY_I32, 1), size, { align: 1, volatile: false });
      } else if (d.off === 0 && s.off === 0) b.emit(O.OP_BLKCPY, 0, d.addr, s.addr, size, { align: 1, volatile: false });
    } else if (k === 18 && this.loops.length !== 0) {
      const l = this.loops[r.below(this.loops.length)];
      const go = f.newBlock();
      const stay = f.newBlock();
      b.br(this.expr(O.TY_I32, 2), go, stay);
      b.setBlock(go);
      b.jmp(r.chance(50) ? l.brk : l.cont);
      b.setBlock(stay);
    } else if (k === 19 && r.chance(15)) {
      this.ret();
    } else {
      const ty = this.intType();
      b.store(this.slots[0].addr, this.widen(this.expr(O.TY_I64, 3), O.TY_I64), 8);
      this.expr(ty, 1);
    }
  }
  loop(): void {
    const r = this.r;
    const b = this.b;
    const f = this.f;
    const ctr = b.alloca(O.TY_I64, 4, 4);
    b.store(ctr, b.iconst(O.TY_I32, 0, 0), 4);
    const head = f.newBlock();
    const body = f.newBlock();
    const step = f.newBlock();
    const end = f.newBlock();
    const n = b.iconst(O.TY_I32, r.below(r.chance(70) ? 5 : 40), 0);
    const cmp = [O.OP_SLT, O.OP_ULT, O.OP_NE, O.OP_SLE][r.below(4)];
    const whileForm = r.chance(70);
    b.jmp(whileForm ? head : body);
    b.setBlock(head);
    const i = b.load(O.TY_I32, ctr, 4);
    b.br(b.emit(cmp, O.TY_I32, i, n, O.TY_I32), body, end);
    b.setBlock(body);
    this.loops.push({ cont: step, brk: end });
    this.scoped(() => {
      this.avail.push(b.load(O.TY_I32, ctr, 4));
      this.stmts(1 + r.below(4));
    });
    this.loops.pop();
    b.jmp(step);
    b.setBlock(step);
    const j = b.load(O.TY_I32, ctr, 4);
    b.store(ctr, b.emit(O.OP_ADD, O.TY_I32, j, b.iconst(O.TY_I32, 1, 0)), 4);
    b.jmp(head);
    b.setBlock(end);
  }
  ret(): void {
    const vals = this.f.ret.map((p) => this.expr(p.ty, 3));
    this.b.emit(O.OP_RET, 0, 0, 0, 0, { vals });
    this.b.block = 0;
  }
  func(): void {
    const f = this.f;
    const r = this.r;
    const b = this.b;
    f.entry = f.newBlock();
    b.setBlock(f.entry);
    const params = f.params.map((p, i) => b.emit(O.OP_PARAM, p.ty, i));
    const n = 3 + r.below(6);
    for (let i = 0; i < n; i++) {
      const size = [4, 8, 8, 4, 16, 32, 64, 2, 1][r.below(9)];
      const al = Math.min(size, 8);
      this.slots.push({ addr: b.emit(O.OP_ALLOCA, O.TY_I64, i === 0 ? 8 : size, al), size: i === 0 ? 8 : size, scalar: size });
    }
    for (const s of this.slots)
      b.emit(O.OP_BLKSET, 0, s.addr, b.iconst(O.TY_I32, r.below(256), 0), s.size, { align: 1, volatile: false });
    for (let i = 0; i < params.length; i++) {
      const sz = O.TY_SIZE[f.ty[params[i]]];
      const s = this.slots.find((y) => y.size >= sz);
      if (s !== undefined) b.store(s.addr, params[i], sz);
      this.avail.push(params[i]);
    }
    this.stmts(8);
    if (b.block !== 0) this.ret();
  }
}

/** A random module; the last function is the one to call. */
export function randomModule(seed: number, opts: GenOptions = {}): Module {
  const r = new Rng(seed);
  const m = new Module();
  m.fileName = "random" + seed;
  const globals: Sym[] = [];
  for (let i = 0; i < 3; i++) {
    const g = m.symbol("g" + i);
    g.kind = SYM_DATA;
    g.size = 64;
    g.align = 16;
    const bytes = new Uint8Array(64);
    for (let j = 0; j < 64; j++) bytes[j] = r.below(256);
    g.init = { bytes, relocs: [] };
    g.readonly = false;
    globals.push(g);
  }
  const callees: Sym[] = [];
  const n = 1 + r.below(opts.funcs ?? 3);
  for (let i = 0; i < n; i++) {
    const s = m.symbol("f" + i);
    s.kind = SYM_FUNC;
    if (i < n - 1) {
      s.bind = BIND_LOCAL;
      s.inlineHint = r.chance(50);
      s.alwaysInline = r.chance(20);
    }
    const f = new Func(s.id, s.name);
    const np = r.below(4);
    for (let j = 0; j < np; j++) f.params.push({ ty: r.chance(50) ? O.TY_I32 : O.TY_I64, loc: j });
    f.ret.push({ ty: O.TY_I64, loc: 0 });
    s.func = f;
    new Gen(m, f, r, globals, callees, i < n - 1 ? { ...opts, size: 12 } : opts).func();
    m.funcs.push(f);
    callees.push(s);
  }
  m.syms[m.funcs[n - 1].sym]!.used = true;
  return m;
}
