// va_start, va_end, va_copy and va_arg on the target's va_list.

import type { Expr } from "../c/ast.ts";
import { K_POINTER } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { scalarAbi } from "../target/abi.ts";
import type { FnGen } from "./context.ts";
import { genExpr } from "./expr.ts";
import { addrOf, genLV, readLV } from "./lvalue.ts";
import { isVla } from "./scope.ts";
import { mem } from "./types.ts";

/** Address of a va_list object; where va_list is an array type, a parameter is a pointer to it. */
export function vaListAddress(g: FnGen, e: Expr): Value {
  if (g.target.abi.vaList.kind === "x86-64" && e.type.kind === K_POINTER)
    return e.lvalue ? readLV(g, genLV(g, e)) : genExpr(g, e);
  return addrOf(g, genLV(g, e));
}

/** E_VAARG: address of the argument's bytes. */
export function genVaArg(g: FnGen, e: Expr): Value {
  const ap = vaListAddress(g, e.a!);
  g.b.here();
  const first = g.f.nblk;
  const byReference = isVla(e.type);
  const p = g.target.abi.vaArg(g.b, ap, byReference ? scalarAbi(g.ptrTy, false) : g.mg.abiType(e.type, e.loc)!);
  for (let b = first; b < g.f.nblk; b++) {
    g.refer(b);
    g.placed.push(b);
  }
  if (byReference) return g.b.load(g.ptrTy, p, mem(g.target.ptrSize, g.target.ptrSize, false, 0));
  return p;
}

export function genVaCopy(g: FnGen, dst: Expr, src: Expr): void {
  const d = vaListAddress(g, dst);
  const s = vaListAddress(g, src);
  const l = g.target.abi.vaList;
  if (l.kind === "pointer") {
    const m = l.size | ((O.TY_SIZE[g.ptrTy] === 8 ? 3 : 2) << O.MEM_ALIGN_SHIFT);
    g.b.store(d, g.b.load(g.ptrTy, s, m), m);
  } else g.b.emit(O.OP_BLKCPY, 0, d, s, l.size, { align: l.align, volatile: false });
}
