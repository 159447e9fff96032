// Calls whose arguments nobody knows: __builtin_apply_args, __builtin_apply, __builtin_return.
//
// Source: GCC manual, "Constructing Calls". A block of arguments is what a function may have been called with: the address of its
// stack arguments, then every register that can carry an argument; a block of results is every register that can carry one.
// Cells are 16 bytes, in the order of the ABI's lists. Invariant: the registers are saved at the function's entry, behind its PARAMs.

import { E_INT, type Expr } from "../c/ast.ts";
import { type CallInfo, newCall, type Piece, type Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import type { UntypedCall } from "../target/abi.ts";
import type { FnGen } from "./context.ts";
import { genExpr } from "./expr.ts";
import { unwind } from "./scope.ts";
import { finishReturn } from "./stmt.ts";
import { mem } from "./types.ts";

const CELL = 16;
/** Block of arguments of a function that asked for it. */
const saved: WeakMap<FnGen, Value> = new WeakMap();

function registersOf(g: FnGen, e: Expr): UntypedCall {
  const u = g.target.abi.untyped;
  return u ?? g.mg.diags.fatal(e.loc, `calls with unknown arguments are not supported for ${g.target.name}`);
}

function memOf(ty: number): number {
  return mem(ty === O.TY_F80 ? CELL : O.TY_SIZE[ty]!, CELL, false, 0);
}

/** __builtin_apply_args(): the address of the block. */
export function genApplyArgs(g: FnGen, e: Expr): Value {
  const old = saved.get(g);
  if (old !== undefined) return old;
  const { args } = registersOf(g, e);
  const { f, ptrTy } = g;
  const loc = f.declLoc;
  const block = g.temp(CELL * (args.length + 1), CELL);
  let at = f.first[f.entry]!;
  while (at !== 0 && (f.op[at] === O.OP_PARAM || f.op[at] === O.OP_ALLOCA)) at = f.next[at]!;
  const put = (op: number, ty: number, a: number, b: number, c: number): Value =>
    at === 0 ? f.append(f.entry, op, ty, a, b, c, loc) : f.insertBefore(at, op, ty, a, b, c, loc);
  const cell = (k: number): Value => put(O.OP_ADD, ptrTy, block, put(O.OP_CONST, ptrTy, CELL * k, 0, 0), 0);
  put(O.OP_STORE, 0, block, put(O.OP_STACKPARAM, ptrTy, 0, 0, 0), memOf(ptrTy));
  args.forEach((p, k) => {
    f.params.push({ ty: p.ty, loc: p.loc });
    const v = f.insertAtHead(f.entry, O.OP_PARAM, p.ty, f.params.length - 1, 0, 0, loc);
    put(O.OP_STORE, 0, cell(k + 1), v, memOf(p.ty));
  });
  // its body needs its own frame, and registers that no prototype speaks of
  const s = g.mg.module.syms[f.sym]!;
  s.noinline = s.noclone = s.noipa = true;
  s.alwaysInline = false;
  saved.set(g, block);
  return block;
}

/** __builtin_apply(function, arguments, size): the address of the block of results. */
export function genApply(g: FnGen, e: Expr): Value {
  const { args, rets, vecRegs } = registersOf(g, e);
  const [fe, ae, se] = e.args!;
  if (se!.op !== E_INT) g.mg.diags.fatal(e.loc, "'__builtin_apply' with a size that is not constant is not supported");
  const target = genExpr(g, fe!);
  const block = genExpr(g, ae!);
  const size = (se!.lo + 15) & -16;
  const b = g.b;
  const vals = args.map((p, k) => b.load(p.ty, g.addOff(block, CELL * (k + 1)), memOf(p.ty)));
  const outArgs: Value[] = [];
  if (size > 0) {
    const from = b.load(g.ptrTy, block, memOf(g.ptrTy));
    const to = b.emit(O.OP_OUTARG, g.ptrTy, 0, g.target.ptrSize);
    b.emit(O.OP_BLKCPY, 0, to, from, se!.lo, { align: g.target.ptrSize, volatile: false });
    outArgs.push(to);
  }
  const direct = g.f.op[target] === O.OP_SYM && g.f.b[target] === 0;
  const info: CallInfo = {
    ...newCall(direct ? g.f.a[target]! : 0),
    target: direct ? 0 : target,
    args: vals,
    argLocs: args.slice(),
    rets: rets.slice(),
    stackSize: size,
    variadic: vecRegs > 0,
    vecRegs,
    outArgs,
    hiddenResult: false,
  };
  const call = b.emit(O.OP_CALL, 0, 0, 0, 0, info);
  const results = g.temp(CELL * rets.length, CELL);
  const got = rets.map((p, k) => b.emit(O.OP_PROJ, p.ty, call, k));
  rets.forEach((p, k) => {
    b.store(g.addOff(results, CELL * k), got[k]!, memOf(p.ty));
  });
  return results;
}

/** __builtin_return(results): returns what the registers of this function's result hold in the block. */
export function genUntypedReturn(g: FnGen, e: Expr): void {
  const { rets } = registersOf(g, e);
  const block = genExpr(g, e.args![0]!);
  const piece = (p: Piece): Value => {
    const k = rets.findIndex((r) => r.loc === p.loc);
    if (k < 0) g.mg.diags.fatal(e.loc, "'__builtin_return' of this type is not supported");
    return g.b.load(p.ty, g.addOff(block, CELL * k), memOf(p.ty));
  };
  const vals = g.f.ret.map(piece);
  unwind(g, g.cleanup, null);
  finishReturn(g, vals);
}
