// Checks every rule of ir/ops.ts on one function: list links, terminators, phis against predecessors, dominance of uses,
// operand types and aux records. Run after each pass in tests and under --check; gives messages, never repairs.

import { computeCfg, successors } from "./cfg.ts";
import { computeDominators } from "./dominators.ts";
import type { AsmInfo, AtomicInfo, BlkInfo, CallInfo, Func, IjmpInfo, PhiInfo, RetInfo, SwitchInfo, Value } from "./func.ts";
import { opLayout } from "./layout.ts";
import type { Module } from "./module.ts";
import * as O from "./ops.ts";
import { printValue } from "./print.ts";

const isInt = (ty: number): boolean => ty >= O.TY_I32 && ty <= O.TY_I128;
const isFloat = (ty: number): boolean => ty >= O.TY_F32 && ty <= O.TY_F128;

class Verifier {
  f: Func;
  m: Module | undefined;
  errors: string[] = [];
  constructor(f: Func, m: Module | undefined) {
    this.f = f;
    this.m = m;
  }
  err(v: Value, text: string): void {
    if (this.errors.length < 20) {
      let s = "";
      try {
        s = v === 0 ? "" : "b" + this.f.blk[v] + ": " + printValue(this.f, v, this.m);
      } catch {
        s = "v" + v;
      }
      this.errors.push(this.f.name + ": " + text + (s === "" ? "" : " in " + s));
    }
  }

  run(): string[] {
    const f = this.f;
    const seen = new Uint8Array(f.nval);
    const inOrder = new Uint8Array(f.nblk);
    if (f.order[0] !== f.entry) this.err(0, "the entry block is not first in the order");
    for (const b of f.order) {
      if (inOrder[b]) this.err(0, "b" + b + " twice in the order");
      inOrder[b] = 1;
      if (f.live[b] === 0) this.err(0, "b" + b + " is in the order but not live");
    }
    for (let b = 1; b < f.nblk; b++) if (f.live[b] !== 0 && !inOrder[b]) this.err(0, "live b" + b + " is not in the order");
    for (const b of f.order) this.links(b, seen);
    if (this.errors.length !== 0) return this.errors;
    for (const b of f.order) this.targets(b, inOrder);
    if (this.errors.length !== 0) return this.errors;
    this.phis();
    for (const b of f.order) for (let v = f.first[b]; v !== 0; v = f.next[v]) this.value(v, seen);
    if (this.errors.length === 0) this.dominance();
    return this.errors;
  }

  private links(b: number, seen: Uint8Array): void {
    const f = this.f;
    let prev = 0;
    if (f.first[b] === 0) this.err(0, "b" + b + " is empty");
    for (let v = f.first[b]; v !== 0; v = f.next[v]) {
      if (v >= f.nval || seen[v]) {
        this.err(0, "v" + v + " is linked twice or out of range in b" + b);
        return;
      }
      seen[v] = 1;
      if (f.op[v] === O.OP_NONE) this.err(v, "free value in a block");
      if (f.prev[v] !== prev) this.err(v, "wrong prev link");
      if (f.blk[v] !== b) this.err(v, "wrong blk");
      const term = f.isTerminator(v);
      if (term !== (f.next[v] === 0))
        this.err(v, term ? "terminator before the end of b" + b : "b" + b + " does not end in a terminator");
      if (f.op[v] === O.OP_PHI && prev !== 0 && f.op[prev] !== O.OP_PHI) this.err(v, "phi after another value");
      if ((f.op[v] === O.OP_ALLOCA || f.op[v] === O.OP_PARAM) && b !== f.entry) this.err(v, "outside the entry block");
      prev = v;
    }
    if (f.last[b] !== prev) this.err(0, "wrong last of b" + b);
  }

  private targets(b: number, inOrder: Uint8Array): void {
    const buf: number[] = [];
    const n = successors(this.f, b, buf);
    for (let i = 0; i < n; i++) {
      if (!inOrder[buf[i]]) this.err(this.f.last[b], "target b" + buf[i] + " is not a block");
      if (buf[i] === this.f.entry) this.err(this.f.last[b], "jump to the entry block");
    }
  }

  private phis(): void {
    const f = this.f;
    const buf: number[] = [];
    const preds: Set<number>[] = [];
    for (const b of f.order) {
      const n = successors(f, b, buf);
      for (let i = 0; i < n; i++) (preds[buf[i]] ??= new Set()).add(b);
    }
    for (const b of f.order) {
      for (let v = f.first[b]; v !== 0 && f.op[v] === O.OP_PHI; v = f.next[v]) {
        const p = f.aux[v] as PhiInfo;
        const want = preds[b] ?? new Set();
        if (p.blocks.length !== p.vals.length || new Set(p.blocks).size !== p.blocks.length) this.err(v, "malformed phi");
        if (p.blocks.length !== want.size || p.blocks.some((x) => !want.has(x)))
          this.err(v, "phi does not match predecessors " + [...want].map((x) => "b" + x).join(" "));
      }
    }
  }

  private value(v: Value, seen: Uint8Array): void {
    const f = this.f;
    const op = f.op[v];
    const ty = f.ty[v];
    const buf: number[] = [];
    const n = f.operands(v, buf);
    for (let i = 0; i < n; i++) {
      const x = buf[i];
      if (x <= 0 || x >= f.nval || !seen[x]) {
        this.err(v, "operand v" + x + " is not in the function");
        return;
      }
      if (f.ty[x] === 0 && op !== O.OP_PROJ) this.err(v, "operand v" + x + " has no value");
    }
    const a = f.ty[f.a[v]];
    const lay = opLayout[op];
    if (lay[2] === "t" && (f.c[v] < 1 || f.c[v] > O.TY_F128)) this.err(v, "bad type code");
    if (lay[2] === "m") this.mem(v, f.c[v], op === O.OP_LOAD || op === O.OP_ATOMICLOAD ? ty : f.ty[f.b[v]]);
    const need = (ok: boolean, text: string): void => {
      if (!ok) this.err(v, text);
    };
    switch (op) {
      case O.OP_CONST:
        need(isInt(ty), "integer type expected");
        if (ty === O.TY_I32) need(f.b[v] === f.a[v] >> 31, "high half of an i32 constant");
        else if (ty === O.TY_I128) need(f.c[v] === 0 || f.c[v] === -1, "extension of an i128 constant");
        break;
      case O.OP_FCONST:
        need(isFloat(ty), "float type expected");
        if (ty >= O.TY_F80)
          need(f.aux[v] instanceof Int32Array && (f.aux[v] as Int32Array).length === 4, "aux of a wide constant");
        break;
      case O.OP_SYM:
      case O.OP_TLSADDR:
        need(ty === O.TY_I32 || ty === O.TY_I64, "address type expected");
        if (this.m !== undefined) need(this.m.syms[f.a[v]] !== undefined, "no such symbol");
        break;
      case O.OP_ALLOCA:
        need(f.a[v] >= 0 && f.b[v] > 0 && (f.b[v] & (f.b[v] - 1)) === 0, "size or alignment");
        break;
      case O.OP_PARAM:
        need(f.a[v] >= 0 && f.a[v] < f.params.length && f.params[f.a[v]].ty === ty, "parameter index or type");
        break;
      case O.OP_LABELADDR:
        need(f.live[f.a[v]] !== 0, "label of a removed block");
        break;
      case O.OP_PHI:
        for (const x of (f.aux[v] as PhiInfo).vals) need(f.ty[x] === ty, "phi operand type");
        need(ty !== 0, "phi without type");
        break;
      case O.OP_COPY:
        need(a === ty, "copy type");
        break;
      case O.OP_PROJ:
        this.proj(v);
        break;
      case O.OP_SHL:
      case O.OP_SHR:
      case O.OP_SAR:
      case O.OP_ROTL:
        need(isInt(ty) && a === ty && f.ty[f.b[v]] === O.TY_I32, "operand types");
        break;
      case O.OP_SEXT8:
      case O.OP_SEXT16:
      case O.OP_ZEXT8:
      case O.OP_ZEXT16:
        need(a === ty && isInt(ty), "operand types");
        break;
      case O.OP_SEXT32:
      case O.OP_ZEXT32:
        need(a === O.TY_I32 && ty === O.TY_I64, "operand types");
        break;
      case O.OP_SEXT64:
      case O.OP_ZEXT64:
        need(a === O.TY_I64 && ty === O.TY_I128, "operand types");
        break;
      case O.OP_TRUNC:
        need(a === f.c[v] && isInt(a) && isInt(ty) && ty < a, "operand types");
        break;
      case O.OP_SITOF:
      case O.OP_UITOF:
        need(a === f.c[v] && isInt(a) && isFloat(ty), "operand types");
        break;
      case O.OP_FTOSI:
      case O.OP_FTOUI:
        need(a === f.c[v] && isFloat(a) && isInt(ty), "operand types");
        break;
      case O.OP_FCVT:
        need(a === f.c[v] && isFloat(a) && isFloat(ty), "operand types");
        break;
      case O.OP_BITCAST:
        need(a === f.c[v] && O.TY_SIZE[a] === O.TY_SIZE[ty], "operand types");
        break;
      case O.OP_FNEG:
      case O.OP_FABS:
      case O.OP_FSQRT:
        need(isFloat(ty) && a === ty, "operand types");
        break;
      case O.OP_CLZ:
      case O.OP_CTZ:
      case O.OP_POPCNT:
      case O.OP_BSWAP:
        need(isInt(ty) && a === ty, "operand types");
        break;
      case O.OP_SELECT:
        need(a === O.TY_I32 && f.ty[f.b[v]] === ty && f.ty[f.c[v]] === ty, "operand types");
        break;
      case O.OP_CMPXCHG:
        this.mem(v, (f.aux[v] as AtomicInfo).mem, f.ty[f.b[v]]);
        need(f.ty[f.b[v]] === f.ty[f.c[v]], "operand types");
        break;
      case O.OP_BLKCPY:
      case O.OP_BLKSET:
        need(f.c[v] >= 0 && (f.aux[v] as BlkInfo).align >= 1, "size or alignment");
        break;
      case O.OP_ISCONST:
        need(ty === O.TY_I32, "type");
        break;
      case O.OP_SUBOBJ:
        need(f.b[v] >= 0 && f.ty[f.a[v]] === ty, "size or type");
        break;
      case O.OP_CALL: {
        const x = f.aux[v] as CallInfo;
        need(ty === 0, "a call has no type: its results are proj");
        need((x.sym !== 0) !== (x.target !== 0), "sym or target");
        need(x.args.length === x.argLocs.length, "argument locations");
        for (let i = 0; i < x.args.length; i++) need(f.ty[x.args[i]] === x.argLocs[i]?.ty, "type of argument " + i);
        for (const o of x.outArgs) need(f.op[o] === O.OP_OUTARG, "outArgs");
        break;
      }
      case O.OP_ASM:
        this.asm(v);
        break;
      case O.OP_BR:
        need(a === O.TY_I32, "condition type");
        break;
      case O.OP_SWITCH:
        this.sw(v);
        break;
      case O.OP_IJMP:
        need((f.aux[v] as IjmpInfo).targets.length !== 0, "no targets");
        break;
      case O.OP_RET: {
        const x = f.aux[v] as RetInfo;
        need(x.vals.length === f.ret.length, "number of results");
        for (let i = 0; i < x.vals.length; i++) need(f.ty[x.vals[i]] === f.ret[i]?.ty, "type of result " + i);
        break;
      }
      default:
        if (op >= O.OP_ADD && op <= O.OP_UMULH) need(isInt(ty) && a === ty && f.ty[f.b[v]] === ty, "operand types");
        else if (op >= O.OP_EQ && op <= O.OP_ULE)
          need(ty === O.TY_I32 && isInt(f.c[v]) && a === f.c[v] && f.ty[f.b[v]] === f.c[v], "operand types");
        else if (op >= O.OP_FEQ && op <= O.OP_FLEQ)
          need(ty === O.TY_I32 && isFloat(f.c[v]) && a === f.c[v] && f.ty[f.b[v]] === f.c[v], "operand types");
        else if (op === O.OP_FADD || op === O.OP_FSUB || op === O.OP_FMUL || op === O.OP_FDIV || op === O.OP_FCOPYSIGN)
          need(isFloat(ty) && a === ty && f.ty[f.b[v]] === ty, "operand types");
    }
  }

  private mem(v: Value, m: number, ty: number): void {
    const f = this.f;
    const size = m & O.MEM_SIZE;
    const at = f.ty[f.a[v]];
    if (at !== O.TY_I64 && at !== O.TY_I32) this.err(v, "address type");
    if (ty === O.TY_F80 && size === 12 && at === O.TY_I32) return;
    if (isFloat(ty) ? size !== O.TY_SIZE[ty] : size > O.TY_SIZE[ty]) this.err(v, "access size against type");
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8 && size !== 16) this.err(v, "access size");
  }

  private proj(v: Value): void {
    const f = this.f;
    const d = f.a[v];
    const i = f.b[v];
    if (f.op[d] === O.OP_CALL) {
      const r = (f.aux[d] as CallInfo).rets[i];
      if (r === undefined || r.ty !== f.ty[v]) this.err(v, "result index or type");
      if (f.blk[d] !== f.blk[v]) this.err(v, "proj of a call in another block");
    } else if (f.op[d] === O.OP_CMPXCHG) {
      if (i > 1 || f.ty[v] !== (i === 0 ? f.ty[f.b[d]] : O.TY_I32)) this.err(v, "result index or type");
    } else if (f.op[d] === O.OP_ASM) {
      const o = (f.aux[d] as AsmInfo).operands.find((x) => x.outIndex === i);
      if (o === undefined || o.ty !== f.ty[v]) this.err(v, "result index or type");
    } else this.err(v, "proj of something else");
  }

  private asm(v: Value): void {
    const x = this.f.aux[v] as AsmInfo;
    for (const o of x.operands) {
      if (o.value !== 0 && !o.mem && this.f.ty[o.value] !== o.ty) this.err(v, "operand type of " + o.constraint);
    }
  }

  private sw(v: Value): void {
    const f = this.f;
    const x = f.aux[v] as SwitchInfo;
    const ty = f.ty[f.a[v]];
    if (ty !== O.TY_I32 && ty !== O.TY_I64) this.err(v, "switch type");
    const big = (lo: number, hi: number): bigint => {
      const s = (BigInt(hi) << 32n) | BigInt(lo >>> 0);
      return x.unsigned ? (ty === O.TY_I32 ? BigInt.asUintN(32, s) : BigInt.asUintN(64, s)) : s;
    };
    let last: bigint | undefined;
    for (let i = 0; i < x.targets.length; i++) {
      const lo = big(x.lo[i], x.loHi[i]);
      const hi = big(x.hi[i], x.hiHi[i]);
      if (hi < lo || (last !== undefined && lo <= last)) this.err(v, "switch ranges not sorted and disjoint");
      last = hi;
    }
  }

  private dominance(): void {
    const f = this.f;
    const cfg = computeCfg(f);
    const dom = computeDominators(f, cfg);
    const place = new Int32Array(f.nval);
    let k = 0;
    for (const b of f.order) for (let v = f.first[b]; v !== 0; v = f.next[v]) place[v] = ++k;
    const buf: number[] = [];
    for (const b of f.order) {
      if (cfg.pos[b] < 0) continue;
      for (let v = f.first[b]; v !== 0; v = f.next[v]) {
        if (f.op[v] === O.OP_PHI) {
          const p = f.aux[v] as PhiInfo;
          for (let i = 0; i < p.vals.length; i++) {
            if (cfg.pos[p.blocks[i]] >= 0 && !dom.dominates(f.blk[p.vals[i]], p.blocks[i]))
              this.err(v, "v" + p.vals[i] + " does not dominate the end of b" + p.blocks[i]);
          }
          continue;
        }
        const n = f.operands(v, buf);
        for (let i = 0; i < n; i++) {
          const x = buf[i];
          const ok = f.blk[x] === b ? place[x] < place[v] : dom.dominates(f.blk[x], b);
          if (!ok) this.err(v, "v" + x + " does not dominate its use");
        }
      }
    }
  }
}

/** Messages about broken rules; empty when the function is sound. */
export function verify(f: Func, m?: Module): string[] {
  return new Verifier(f, m).run();
}

/** Throws when the function is not sound; `when` says after what. */
export function verifyOrThrow(f: Func, when: string, m?: Module): void {
  const e = verify(f, m);
  if (e.length !== 0) throw new Error("IR check failed after " + when + ":\n  " + e.join("\n  "));
}
