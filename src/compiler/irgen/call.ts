// Calls: arguments are evaluated in GCC's order (right to left on x86, else left to right), cut into the pieces that the calling convention asks for, and
// stack aggregates are copied to the outgoing area once everything is evaluated. Results come back through PROJ.

import { D_FUNC, type Decl, E_ADDR, E_VAR, type Expr } from "../c/ast.ts";
import { type CType, isAggregate } from "../c/ctype.ts";
import type { CallInfo, Piece, Value } from "../ir/func.ts";
import type { Sym } from "../ir/module.ts";
import * as O from "../ir/ops.ts";
import { type AbiPiece, type AbiType, type CallAssign, scalarAbi } from "../target/abi.ts";
import { packedCallee, withPack } from "./arg-pack.ts";
import { bin } from "./arith.ts";
import { expandLibrary } from "./builtins-lib.ts";
import type { FnGen } from "./context.ts";
import { extendNarrow, intCast } from "./convert.ts";
import { genExpr } from "./expr.ts";
import { addrOf, copyObject, genLV, LV, readLV, subLV, tempLV } from "./lvalue.ts";
import { chainFor, chainRegister } from "./nested.ts";
import { isVla } from "./scope.ts";
import { alignAt, intTy, isFloatTy, isSignedInt, mem, UnsupportedType } from "./types.ts";

// ---- pieces ----

/** A local object may as well be aligned as its widest access likes: its slot's alignment is ours to choose. */
function raiseAlign(g: FnGen, lv: LV): LV {
  const f = g.f;
  const slot = lv.base;
  if (g.target.unalignedOk || lv.align >= 8 || f.op[slot] !== O.OP_ALLOCA || f.a[slot]! < 2) return lv;
  f.b[slot] = Math.max(f.b[slot]!, f.a[slot]! >= 8 ? 8 : f.a[slot]! >= 4 ? 4 : 2);
  const at = subLV(lv, 0, lv.type);
  at.align = Math.max(lv.align, alignAt(f.b[slot]!, lv.off));
  return at;
}

/** Reads bytes off … off+size-1 of an object as an integer, never touching others. */
export function loadBytes(g: FnGen, lv: LV, off: number, size: number, ty: number): Value {
  lv = raiseAlign(g, lv);
  let acc = 0;
  let done = 0;
  while (done < size) {
    let n = 1;
    while (n * 2 <= size - done && n < 8) n *= 2;
    const at = subLV(lv, off + done, lv.type);
    if (!g.target.unalignedOk && at.align < n) n = at.align;
    const lt = n === 8 ? O.TY_I64 : O.TY_I32;
    const x = g.b.load(lt, addrOf(g, at), mem(n, at.align, false, lv.flags));
    if (done === 0) acc = intCast(g, x, ty, false);
    else acc = bin(g, O.OP_OR, ty, acc, bin(g, O.OP_SHL, ty, intCast(g, x, ty, false), g.i32(done * 8)));
    done += n;
  }
  return acc === 0 ? g.b.iconst(ty, 0, 0) : acc;
}

export function storeBytes(g: FnGen, lv: LV, off: number, size: number, v: Value): void {
  lv = raiseAlign(g, lv);
  const ty = g.f.ty[v]!;
  let done = 0;
  while (done < size) {
    let n = 1;
    while (n * 2 <= size - done && n < 8) n *= 2;
    const at = subLV(lv, off + done, lv.type);
    if (!g.target.unalignedOk && at.align < n) n = at.align;
    const lt = n === 8 ? O.TY_I64 : O.TY_I32;
    let x = done === 0 ? v : bin(g, O.OP_SHR, ty, v, g.i32(done * 8));
    if (g.f.ty[x]! > lt) x = intCast(g, x, lt, false);
    g.b.store(addrOf(g, at), x, mem(n, at.align, false, lv.flags));
    done += n;
  }
}

function loadPiece(g: FnGen, lv: LV, p: AbiPiece): Value {
  if (!isFloatTy(p.ty)) return loadBytes(g, lv, p.off, p.size, p.ty);
  const full = p.ty === O.TY_F80 ? g.target.longDoubleSize : O.TY_SIZE[p.ty]!;
  const at = subLV(lv, p.off, lv.type);
  if (p.size >= full || p.ty === O.TY_F80) return g.b.load(p.ty, addrOf(g, at), mem(full, at.align, false, lv.flags));
  // a short tail in a float register (struct of three floats in two SSE words)
  const it = intTy(full);
  return g.b.emit(O.OP_BITCAST, p.ty, loadBytes(g, lv, p.off, p.size, it), 0, it);
}

function storePiece(g: FnGen, lv: LV, p: AbiPiece, v: Value): void {
  if (!isFloatTy(p.ty)) {
    storeBytes(g, lv, p.off, p.size, v);
    return;
  }
  const full = p.ty === O.TY_F80 ? g.target.longDoubleSize : O.TY_SIZE[p.ty]!;
  const at = subLV(lv, p.off, lv.type);
  if (p.size >= full || p.ty === O.TY_F80) g.b.store(addrOf(g, at), v, mem(full, at.align, false, lv.flags));
  else {
    const it = intTy(full);
    storeBytes(g, lv, p.off, p.size, g.b.emit(O.OP_BITCAST, it, v, 0, p.ty));
  }
}

export function loadPieces(g: FnGen, lv: LV, pieces: readonly AbiPiece[], out: Value[]): void {
  for (const p of pieces) out.push(loadPiece(g, lv, p));
}
export function storePieces(g: FnGen, lv: LV, pieces: readonly AbiPiece[], vals: readonly Value[]): void {
  for (let i = 0; i < pieces.length; i++) storePiece(g, lv, pieces[i]!, vals[i]!);
}

/** Cuts a scalar into its pieces. */
export function splitScalar(g: FnGen, v: Value, signed: boolean, pieces: readonly AbiPiece[], out: Value[]): void {
  const ty = g.f.ty[v]!;
  if (pieces.length === 1 && pieces[0]!.ty === ty) {
    out.push(v);
    return;
  }
  let x = v;
  if (isFloatTy(ty)) {
    if (pieces.length === 1 && isFloatTy(pieces[0]!.ty)) throw new Error("float argument in a piece of another float type");
    x = g.b.emit(O.OP_BITCAST, intTy(O.TY_SIZE[ty]!), v, 0, ty);
  }
  for (const p of pieces) {
    let y = x;
    const it = isFloatTy(p.ty) ? intTy(O.TY_SIZE[p.ty]!) : p.ty;
    if (p.off !== 0) y = bin(g, O.OP_SHR, g.f.ty[x]!, x, g.i32(p.off * 8));
    y = intCast(g, y, it, signed);
    out.push(it === p.ty ? y : g.b.emit(O.OP_BITCAST, p.ty, y, 0, it));
  }
}

/** Puts a scalar of IR type ty together from its pieces. */
export function joinScalar(g: FnGen, ty: number, pieces: readonly AbiPiece[], vals: readonly Value[]): Value {
  if (pieces.length === 1 && pieces[0]!.ty === ty) return vals[0]!;
  const it = isFloatTy(ty) ? intTy(O.TY_SIZE[ty]!) : ty;
  let acc = 0;
  for (let i = 0; i < pieces.length; i++) {
    const p = pieces[i]!;
    let x = vals[i]!;
    if (isFloatTy(p.ty)) x = g.b.emit(O.OP_BITCAST, intTy(O.TY_SIZE[p.ty]!), x, 0, p.ty);
    x = intCast(g, x, it, false);
    if (p.off !== 0) x = bin(g, O.OP_SHL, it, x, g.i32(p.off * 8));
    acc = acc === 0 ? x : bin(g, O.OP_OR, it, acc, x);
  }
  return it === ty ? acc : g.b.emit(O.OP_BITCAST, ty, acc, 0, it);
}

// ---- the call itself ----

/**
 * Emits a call. vals[i] is a scalar argument, or lvs[i] where an aggregate lies; retDst: memory for a result by reference; chain: a nested
 * function's static chain.
 */
export function callCore(
  g: FnGen,
  sym: Sym | null,
  target: Value,
  ca: CallAssign,
  types: readonly (AbiType | undefined)[],
  vals: readonly Value[],
  lvs: readonly (LV | null)[],
  retDst: LV | null,
  variadic: boolean,
  chain: Value = 0,
): Value {
  const args: Value[] = [];
  const argLocs: Piece[] = [];
  const outArgs: Value[] = [];
  if (ca.sret !== undefined) {
    args.push(addrOf(g, retDst!));
    argLocs.push(ca.sret);
  }
  for (let i = 0; i < ca.args.length; i++) {
    const a = ca.args[i]!;
    const lv = lvs[i];
    const t = types[i]!;
    if (a.stackOff >= 0) {
      let from = lv;
      if (from === null || from === undefined) {
        from = new LV(g.temp(t.size, t.align), 0, t.align, 0, null as unknown as CType);
        g.b.store(from.base, vals[i]!, mem(O.TY_SIZE[t.ty]!, t.align, false, 0));
      }
      if (t.size === 0) continue;
      // the x86-64 ABI wants the place in the frame aligned as the type is, the others no more than 16 bytes, i386 4
      const most = g.target.name === "x86_64" ? Math.max(16, t.align) : g.target.name === "i386" ? 4 : 16;
      const al = alignAt(most, a.stackOff);
      const to = g.b.emit(O.OP_OUTARG, g.ptrTy, a.stackOff, Math.min(al, t.align));
      g.b.emit(O.OP_BLKCPY, 0, to, addrOf(g, from), t.size, { align: Math.min(from.align, al), volatile: false });
      outArgs.push(to);
      continue;
    }
    if (a.indirect) {
      const copy = new LV(g.temp(t.size, t.align), 0, t.align, 0, null as unknown as CType);
      if (lv !== null && lv !== undefined) {
        const info = { align: Math.min(lv.align, t.align), volatile: false };
        if (t.size > 0) g.b.emit(O.OP_BLKCPY, 0, copy.base, addrOf(g, lv), t.size, info);
      } else g.b.store(copy.base, vals[i]!, mem(O.TY_SIZE[t.ty]!, t.align, false, 0));
      args.push(copy.base);
      argLocs.push(a.pieces[0]!);
      continue;
    }
    if (lv !== null && lv !== undefined) loadPieces(g, lv, a.pieces, args);
    else splitScalar(g, vals[i]!, t.signed, a.pieces, args);
    for (const p of a.pieces) argLocs.push(p);
  }
  if (chain !== 0) {
    args.push(chain);
    argLocs.push({ ty: g.ptrTy, loc: chainRegister(g, argLocs) });
  }
  const info: CallInfo = {
    sym: sym === null ? 0 : sym.id,
    target,
    args,
    argLocs,
    rets: ca.sret !== undefined ? (ca.sretBack === undefined ? [] : [ca.sretBack]) : ca.ret,
    stackSize: ca.stackSize,
    variadic,
    vecRegs: ca.vecRegs,
    outArgs,
    noreturn: sym !== null && sym.noreturn,
    purity: sym === null ? 0 : sym.purity,
    returnsTwice: sym !== null && sym.returnsTwice,
    tail: false,
    hiddenResult: ca.sret !== undefined,
    calleePops: ca.calleePops,
  };
  if (info.returnsTwice) g.f.callsSetjmp = true;
  const v = g.b.emit(O.OP_CALL, 0, 0, 0, 0, info);
  return v;
}

function projections(g: FnGen, call: Value, pieces: readonly AbiPiece[]): Value[] {
  const out: Value[] = [];
  for (let i = 0; i < pieces.length; i++) out.push(g.b.emit(O.OP_PROJ, pieces[i]!.ty, call, i));
  return out;
}

/** Scalar result of a call. */
function scalarResult(g: FnGen, call: Value, ca: CallAssign, ty: number, size: number, signed: boolean): Value {
  const v = joinScalar(g, ty, ca.ret, projections(g, call, ca.ret));
  // only the RISC-V convention promises the bits above a narrow result
  return size < 4 && ty === O.TY_I32 && g.target.name !== "riscv64" ? extendNarrow(g, v, size, signed) : v;
}

/** Result in memory; `dst` must be storage that no argument can refer to. */
function aggregateResult(g: FnGen, call: Value, ca: CallAssign, dst: LV): void {
  if (ca.sret !== undefined) return;
  storePieces(g, dst, ca.ret, projections(g, call, ca.ret));
}

/** Where arguments and result of a call of a function of type ft go. */
export function assignPlaces(
  g: FnGen,
  ft: CType,
  ret: AbiType | undefined,
  args: readonly AbiType[],
  named: number,
  variadic: boolean,
): CallAssign {
  if (!ft.ms) return g.target.abi.assign(ret, args, named, variadic);
  const ca = g.target.abi.ms?.(ret, args, named, variadic);
  if (ca === undefined) throw new UnsupportedType("type of this argument or result of a function with attribute ms_abi");
  return ca;
}

function directCallee(e: Expr): Decl | null {
  if (e.op === E_ADDR && e.a!.op === E_VAR && e.a!.decl!.kind === D_FUNC) return e.a!.decl;
  return null;
}

/**
 * E_CALL. A scalar result is returned; g.mg.callResult names where an aggregate one (record, complex, vector) lies: `dst` if it
 * could be used, else a temporary. `fresh`: the callee cannot know dst by another way, so it may write there while it runs.
 */
export function genCall(g: FnGen, call0: Expr, dst: LV | null, fresh: boolean): Value {
  const e = withPack(g, call0);
  if (e.builtin !== 0) {
    const r = expandLibrary(g, e);
    if (r >= 0) return r;
  }
  const named0 = directCallee(e.a!);
  const callee = named0 === null ? null : packedCallee(g, named0, e.args ?? []);
  const ft = callee === named0 ? e.a!.type.base! : callee!.type;
  let sym: Sym | null = null;
  let target = 0;
  if (callee !== null) {
    sym = g.mg.symOf(callee);
    sym.referenced = true;
  } else {
    target = genExpr(g, e.a!);
    const f = g.f;
    if (f.op[target] === O.OP_SYM && f.b[target] === 0) {
      sym = g.mg.module.syms[f.a[target]!]!;
      target = 0;
    }
  }
  const argv = e.args ?? [];
  const n = argv.length;
  const vals: Value[] = new Array(n).fill(0);
  const lvs: (LV | null)[] = new Array(n).fill(null);
  const types: AbiType[] = new Array(n);
  const pushes = g.target.name === "x86_64" || g.target.name === "i386";
  for (let k = 0; k < n; k++) {
    const i = pushes ? n - 1 - k : k;
    const a = argv[i]!;
    types[i] = g.mg.abiType(a.type, e.loc)!;
    if (isVla(a.type)) {
      // what has a run-time size goes by reference
      const copy = tempLV(g, a.type);
      copyObject(g, copy, genLV(g, a), -1);
      vals[i] = copy.base;
      types[i] = scalarAbi(g.ptrTy, false);
    } else if (isAggregate(a.type)) lvs[i] = genLV(g, a);
    else vals[i] = genExpr(g, a);
  }
  // __builtin_call_with_static_chain
  const given = e.b === null ? 0 : genExpr(g, e.b);
  g.b.loc = e.loc;
  const rt = ft.base!;
  const retAbi = g.mg.abiType(rt, e.loc);
  const variadic = ft.variadic || !ft.prototype;
  const named = ft.prototype ? ft.params.length : n;
  let ca: CallAssign;
  if (!variadic && n === ft.params.length) {
    const cached = g.mg.assigns[ft.id];
    ca = cached === undefined ? (g.mg.assigns[ft.id] = assignPlaces(g, ft, retAbi, types, named, false)) : cached;
  } else ca = assignPlaces(g, ft, retAbi, types, Math.min(named, n), g.target.name === "i386" ? ft.variadic : variadic);
  const aggr = retAbi !== undefined && isAggregate(rt);
  if (aggr && (dst === null || (ca.sret !== undefined && !fresh))) dst = tempLV(g, rt);
  // a scalar in memory: only ms_abi has such results
  if (!aggr && ca.sret !== undefined) dst = tempLV(g, rt);
  const own = callee === null ? 0 : chainFor(g, callee);
  const call = callCore(g, sym, target, ca, types, vals, lvs, dst, variadic, given !== 0 ? given : own);
  if (sym !== null && sym.noreturn) {
    g.b.unreachable();
    if (retAbi === undefined) return 0;
  }
  if (retAbi === undefined) return 0;
  if (aggr) {
    if (g.reachable) aggregateResult(g, call, ca, dst!);
    g.mg.callResult = dst;
    return 0;
  }
  if (!g.reachable) return g.b.emit(O.OP_UNDEF, retAbi.ty);
  if (ca.sret !== undefined) return readLV(g, dst!);
  return scalarResult(g, call, ca, retAbi.ty, retAbi.size, isSignedInt(rt));
}

/** Calls a function with scalar values; arguments it doesn't take are dropped. Its result is thrown away. */
export function emitCall(g: FnGen, d: Decl, vals: Value[]): void {
  const sym = g.mg.symOf(d);
  sym.referenced = true;
  const types: AbiType[] = [];
  const n = d.type.prototype ? Math.min(vals.length, d.type.params.length) : vals.length;
  for (let i = 0; i < n; i++) types.push(scalarAbi(g.f.ty[vals[i]!]!, false));
  const rt = g.mg.abiType(d.type.base!);
  const ca = assignPlaces(g, d.type, rt, types, n, d.type.variadic);
  const dst = rt !== undefined && ca.sret !== undefined ? tempLV(g, d.type.base!) : null;
  callCore(g, sym, 0, ca, types, vals.slice(0, n), new Array(n).fill(null), dst, d.type.variadic, chainFor(g, d));
  if (sym.noreturn) g.b.unreachable();
}

/** Calls a library function with full-width scalars; retTy 0 = void. */
export function libcall(g: FnGen, name: string, retTy: number, retSigned: boolean, vals: readonly Value[], purity = 0): Value {
  const sym = g.mg.module.symbol(name);
  sym.referenced = true;
  const types: AbiType[] = [];
  for (const v of vals) types.push(scalarAbi(g.f.ty[v]!, true));
  const ca = g.target.abi.assign(retTy === 0 ? undefined : scalarAbi(retTy, retSigned), types, vals.length, false);
  const call = callCore(g, sym, 0, ca, types, vals, new Array(vals.length).fill(null), null, false);
  if (purity !== 0) (g.f.aux[call] as CallInfo).purity = purity;
  return retTy === 0 ? 0 : joinScalar(g, retTy, ca.ret, projections(g, call, ca.ret));
}

/** Calls a library function that takes scalars and gives an aggregate (complex arithmetic). */
export function libcallAggregate(g: FnGen, name: string, rt: CType, vals: readonly Value[]): LV {
  const sym = g.mg.module.symbol(name);
  sym.referenced = true;
  const types: AbiType[] = [];
  for (const v of vals) types.push(scalarAbi(g.f.ty[v]!, true));
  const ca = g.target.abi.assign(g.mg.abiType(rt), types, vals.length, false);
  const dst = tempLV(g, rt);
  const call = callCore(g, sym, 0, ca, types, vals, new Array(vals.length).fill(null), dst, false);
  aggregateResult(g, call, ca, dst);
  return dst;
}
