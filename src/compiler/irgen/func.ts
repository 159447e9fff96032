// One function body: parameters to their slots, the statements, one common return, and a last look that every block is whole.

import type { Decl, FuncBody } from "../c/ast.ts";
import { type CType, isAggregate, K_BOOL, K_INT, K_USHORT } from "../c/ctype.ts";
import { isPlainFloat } from "../c/types.ts";
import { computeCfg, removeUnreachable } from "../ir/cfg.ts";
import { Func, type Value } from "../ir/func.ts";
import type { Sym } from "../ir/module.ts";
import * as O from "../ir/ops.ts";
import { type AbiType, type ArgAssign, scalarAbi } from "../target/abi.ts";
import { assignPlaces, joinScalar, libcall, splitScalar, storePieces } from "./call.ts";
import { FnGen } from "./context.ts";
import { extendNarrow, intCast } from "./convert.ts";
import { genExpr } from "./expr.ts";
import { alignOfDecl, copyObject, LV, lvOfVar, slotOf } from "./lvalue.ts";
import type { ModGen } from "./module.ts";
import { chainRegister, enterBody, openFrame } from "./nested.ts";
import { evaluateParameter, isVla, vlaSlot } from "./scope.ts";
import { finishReturn, genStmt, undefinedResult } from "./stmt.ts";
import { accessSize, irType, isSignedInt, mem } from "./types.ts";

/** Generates d; `as` has the parameters and the type: d itself, or its copy that takes the variable arguments of a call. */
export function genFunction(mg: ModGen, d: Decl, sym: Sym, body: FuncBody, as: Decl): Func {
  const f = new Func(sym.id, sym.name);
  f.declLoc = d.loc;
  const g = new FnGen(mg, d, f);
  if (as !== d) g.pack = as.pack;
  const entry = g.newBlock();
  f.entry = entry;
  g.place(entry);
  g.b.loc = d.loc;
  prologue(g, as, body);
  instrument(g, sym, "__cyg_profile_func_enter");
  genStmt(g, body.body);
  g.b.loc = body.body.endLoc || d.loc;
  if (g.reachable) {
    if (mg.text(d.name) === "main" && d.type.base!.kind === K_INT) {
      const vals: Value[] = [];
      splitScalar(g, g.i32(0), true, g.assign!.ret, vals);
      finishReturn(g, vals);
    } else finishReturn(g, undefinedResult(g));
  }
  epilogue(g, sym);
  mg.drainData();
  finish(g);
  for (const x of g.slotted) x.slot = 0;
  return f;
}

/** Type in which an argument of an unprototyped definition arrives. */
function promotedAbi(g: FnGen, t: CType): AbiType {
  if (isPlainFloat(t)) return scalarAbi(O.TY_F64, true);
  if (t.kind >= K_BOOL && t.kind <= K_USHORT) return scalarAbi(O.TY_I32, true);
  return g.mg.abiType(t, g.decl.loc)!;
}

function prologue(g: FnGen, d: Decl, body: FuncBody): void {
  const f = g.f;
  const ft = d.type;
  const mg = g.mg;
  if (d.attrs.unsupported !== "") mg.diags.fatal(d.loc, d.attrs.unsupported);
  const types: AbiType[] = [];
  for (const p of d.params)
    types.push(isVla(p.type) ? scalarAbi(g.ptrTy, false) : d.oldStyle ? promotedAbi(g, p.type) : mg.abiType(p.type, d.loc)!);
  const retAbi = mg.abiType(ft.base!, d.loc);
  const ca = assignPlaces(g, ft, retAbi, types, types.length, ft.variadic);
  g.assign = ca;
  f.ms = ft.ms;
  f.variadic = ft.variadic;
  f.vaGp = ca.gpUsed;
  f.vaFp = ca.fpUsed;
  f.vaStack = ca.namedStack;
  f.paramStack = ca.stackSize;
  f.calleePops = ca.calleePops;
  f.ret = ca.sret !== undefined ? (ca.sretBack === undefined ? [] : [ca.sretBack]) : ca.ret;
  // all PARAMs come first
  if (ca.sret !== undefined) g.sretPtr = param(g, ca.sret.ty, ca.sret.loc);
  const vals: Value[][] = [];
  for (const a of ca.args) {
    const v: Value[] = [];
    for (const p of a.pieces) v.push(param(g, p.ty, p.loc));
    vals.push(v);
  }
  if (d.needsChain) g.chain = param(g, g.ptrTy, chainRegister(g, f.params));
  openFrame(g, body);
  for (let i = 0; i < d.params.length; i++) parameter(g, d, d.params[i]!, ca.args[i]!, types[i]!, vals[i]!);
  for (const p of d.params) {
    if (p.bound !== null) genExpr(g, p.bound);
    evaluateParameter(g, p.type);
  }
  enterBody(g, body);
}

function param(g: FnGen, ty: number, loc: number): Value {
  const i = g.f.params.length;
  g.f.params.push({ ty, loc });
  return g.b.emit(O.OP_PARAM, ty, i);
}

function parameter(g: FnGen, fn: Decl, p: Decl, a: ArgAssign, t: AbiType, vals: Value[]): void {
  const align = alignOfDecl(p);
  if (isVla(p.type)) {
    const at = a.stackOff >= 0 ? g.b.emit(O.OP_STACKPARAM, g.ptrTy, a.stackOff) : 0;
    const word = mem(g.target.ptrSize, g.target.ptrSize, false, 0);
    g.b.store(vlaSlot(g, p), at === 0 ? vals[0]! : g.b.load(g.ptrTy, at, word), word);
  } else if (isAggregate(p.type)) {
    if (a.indirect || a.stackOff >= 0) {
      const at = a.indirect ? vals[0]! : g.b.emit(O.OP_STACKPARAM, g.ptrTy, a.stackOff);
      if (p.captured) copyObject(g, lvOfVar(g, p), new LV(at, 0, Math.max(1, p.type.align), 0, p.type), p.type.size);
      else g.setSlot(p, at);
    } else storePieces(g, new LV(slotOf(g, p), 0, align, 0, p.type), a.pieces, vals);
  } else scalarParameter(g, fn, p, a, t, vals);
}

function scalarParameter(g: FnGen, fn: Decl, p: Decl, a: ArgAssign, t: AbiType, vals: Value[]): void {
  const align = alignOfDecl(p);
  const ty = irType(g.target, p.type);
  let v: Value;
  if (a.indirect || a.stackOff >= 0) {
    const at = a.indirect ? vals[0]! : g.b.emit(O.OP_STACKPARAM, g.ptrTy, a.stackOff);
    v = g.b.load(t.ty, at, mem(t.ty === O.TY_F80 ? g.target.longDoubleSize : O.TY_SIZE[t.ty]!, Math.min(16, t.align), false, 0));
  } else v = joinScalar(g, t.ty, a.pieces, vals);
  if (fn.oldStyle && isPlainFloat(p.type)) v = g.b.emit(O.OP_FCVT, O.TY_F32, v, 0, O.TY_F64);
  else if (ty === O.TY_I32) {
    v = intCast(g, v, ty, isSignedInt(p.type));
    v = extendNarrow(g, v, p.type.size, isSignedInt(p.type));
  }
  g.b.store(slotOf(g, p), v, mem(accessSize(p.type, ty), align, false, 0));
}

/** -finstrument-functions: tells the profiler of the user which function begins or ends, and for whom. */
function instrument(g: FnGen, sym: Sym, hook: string): void {
  if (!g.mg.opts.instrument || sym.noInstrument) return;
  g.f.usesFrameAddr = true;
  sym.referenced = true;
  libcall(g, hook, 0, false, [g.b.emit(O.OP_SYM, g.ptrTy, sym.id, 0), g.b.emit(O.OP_RETADDR, g.ptrTy, 0)]);
}

/** One RET that all returns jump to. */
function epilogue(g: FnGen, sym: Sym): void {
  const n = g.retBlocks.length;
  if (n === 0) return;
  const f = g.f;
  if (n === 1) {
    g.b.block = g.retBlocks[0]!;
    instrument(g, sym, "__cyg_profile_func_exit");
    g.b.emit(O.OP_RET, 0, 0, 0, 0, { vals: g.retVals[0]! });
    g.b.block = 0;
    return;
  }
  const ret = g.newBlock();
  for (const b of g.retBlocks) {
    g.b.block = b;
    g.jmp(ret);
  }
  g.place(ret);
  const vals: Value[] = [];
  for (let k = 0; k < f.ret.length; k++) {
    const column: Value[] = [];
    for (const v of g.retVals) column.push(v[k]!);
    vals.push(g.phi(f.ret[k]!.ty, g.retBlocks.slice(), column));
  }
  instrument(g, sym, "__cyg_profile_func_exit");
  g.b.emit(O.OP_RET, 0, 0, 0, 0, { vals });
  g.b.block = 0;
}

function finish(g: FnGen): void {
  const f = g.f;
  // labels whose address is taken: targets of computed gotos and names in static data
  const taken: number[] = [];
  for (const [l, s] of g.labels) {
    if (!s.placed && g.isReferenced(s.block)) {
      // its statement was dropped with dead code around it
      g.place(s.block);
      g.b.unreachable();
    }
    if (l.addrTaken && g.isReferenced(s.block)) taken.push(s.block);
    if (l.labelId !== 0) f.labelId[s.block] = l.labelId;
    for (const p of s.pending) {
      g.place(p.block);
      g.b.unreachable();
    }
  }
  if (g.dispatch !== undefined) {
    g.place(g.dispatch.block);
    const to = g.b.load(g.ptrTy, g.dispatch.slot, mem(g.target.ptrSize, g.target.ptrSize, false, 0));
    g.b.emit(O.OP_IJMP, 0, to, 0, 0, { targets: taken });
    g.b.block = 0;
  }
  const seen = new Uint8Array(f.nblk);
  const order: number[] = [];
  for (const b of g.placed) {
    if (seen[b] !== 0) continue;
    seen[b] = 1;
    order.push(b);
    const last = f.last[b]!;
    if (last === 0 || !f.isTerminator(last)) f.append(b, O.OP_UNREACHABLE, 0, 0, 0, 0, f.declLoc);
    else if (f.op[last] === O.OP_IJMP && taken.length === 0) {
      f.remove(last);
      f.append(b, O.OP_UNREACHABLE, 0, 0, 0, 0, f.declLoc);
    }
  }
  for (let b = 1; b < f.nblk; b++) {
    if (seen[b] === 0) {
      if (g.isReferenced(b)) throw new Error(`${f.name}: block ${b} is named but was never placed`);
      f.live[b] = 0;
    }
  }
  f.order = order;
  removeUnreachable(f, computeCfg(f));
}
