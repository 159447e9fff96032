// Values that live in memory: records, and complex numbers and vectors where they come out of calls, branches and blocks.

import {
  E_ASSIGN,
  E_BUILTIN,
  E_CALL,
  E_CAST,
  E_COMMA,
  E_COMPOUND,
  E_COND,
  E_DEREF,
  E_LOAD,
  E_MEMBER,
  E_STMTEXPR,
  E_VAARG,
  E_VAR,
  type Expr,
} from "../c/ast.ts";
import { isAggregate, isRecord, K_COMPLEX, K_VECTOR, Q_ATOMIC } from "../c/ctype.ts";
import { genArm, isArmVector } from "./arm-vector.ts";
import { atomicLoadObject, atomicStoreObject } from "./atomics.ts";
import { genCall } from "./call.ts";
import { genAsComplex, genComplex, storeComplex } from "./complex.ts";
import type { FnGen } from "./context.ts";
import { complexTruth, genCond, genDiscard, genExpr } from "./expr.ts";
import { copyObject, genLV, type LV, lvOfAddress, subLV, tempLV, writeLV } from "./lvalue.ts";
import { genStmtExpr } from "./stmt.ts";
import { qualsOf } from "./types.ts";
import { genVaArg } from "./vaarg.ts";
import { genVector, storeVector } from "./vector.ts";
import { genX86Vector, isX86Vector } from "./x86-vector.ts";

/** Evaluates an rvalue of aggregate type and gives the object that holds it. */
export function genAggregate(g: FnGen, e: Expr): LV {
  switch (e.op) {
    case E_CALL: {
      if (e.type.kind === K_COMPLEX && e.builtin !== 0) break;
      genCall(g, e, null, true);
      return g.mg.callResult!;
    }
    case E_ASSIGN:
      return genAssignAggregate(g, e);
    case E_COMMA:
      genDiscard(g, e.a!);
      return genLV(g, e.b!);
    case E_STMTEXPR: {
      genStmtExpr(g, e, null);
      return g.mg.callResult ?? tempLV(g, e.type);
    }
    case E_VAARG:
      return lvOfAddress(genVaArg(g, e), e.type);
  }
  const t = tempLV(g, e.type);
  genAggregateTo(g, e, t, true);
  return t;
}

/** Evaluates an aggregate rvalue into dst. `fresh`: dst is storage that the expression itself cannot refer to. */
export function genAggregateTo(g: FnGen, e: Expr, dst: LV, fresh: boolean): void {
  switch (e.op) {
    case E_CALL: {
      if (e.type.kind === K_COMPLEX && e.builtin !== 0) break;
      genCall(g, e, dst, fresh);
      const r = g.mg.callResult!;
      if (r !== dst && g.reachable) copyObject(g, dst, r, e.type.size);
      return;
    }
    case E_COND: {
      const yes = g.newBlock();
      const no = g.newBlock();
      const join = g.newBlock();
      if (e.b === null) {
        // a ?: c of complex type: its type is at least as wide as a's, so a converted is zero when a is
        const x = genAsComplex(g, e.a!, e.type);
        g.br(complexTruth(g, x), yes, no);
        g.start(yes);
        if (g.reachable) storeComplex(g, dst, x);
      } else {
        genCond(g, e.a!, yes, no, 0);
        g.start(yes);
        if (g.reachable) genAggregateTo(g, e.b, dst, fresh);
      }
      g.jmp(join);
      g.start(no);
      if (g.reachable) genAggregateTo(g, e.c!, dst, fresh);
      g.start(join);
      return;
    }
    case E_COMMA:
      genDiscard(g, e.a!);
      genAggregateTo(g, e.b!, dst, fresh);
      return;
    case E_STMTEXPR: {
      genStmtExpr(g, e, dst);
      return;
    }
    case E_LOAD: {
      if (e.type.kind === K_COMPLEX) break;
      const a = e.a!;
      if ((qualsOf(a.type) & Q_ATOMIC) !== 0) {
        atomicLoadObject(g, genLV(g, a), dst, e.type.size);
        return;
      }
      copyObject(g, dst, genLV(g, a), e.type.size);
      return;
    }
    case E_BUILTIN:
      if (isArmVector(e)) {
        genArm(g, e, dst);
        return;
      }
      if (!isX86Vector(e)) break;
      genX86Vector(g, e, dst);
      return;
    case E_CAST: {
      const a = e.a!;
      if (e.type.kind === K_VECTOR && a.type.kind === K_VECTOR && a.type.size === e.type.size) {
        genAggregateTo(g, a, subLV(dst, 0, a.type.unqual), fresh);
        return;
      }
      if (!isRecord(e.type)) break;
      if (isRecord(a.type) && a.type.canon === e.type.canon) {
        genAggregateTo(g, a, dst, fresh);
        return;
      }
      // GNU cast to union: the member of a's type is set
      const part = subLV(dst, 0, a.type.unqual);
      if (isAggregate(a.type)) genAggregateTo(g, a, part, fresh);
      else writeLV(g, part, genExpr(g, a));
      return;
    }
    case E_ASSIGN:
    case E_VAARG:
      copyObject(g, dst, genLV(g, e), e.type.size);
      return;
  }
  if (e.type.kind === K_COMPLEX) storeComplex(g, dst, genComplex(g, e));
  else if (e.type.kind === K_VECTOR) storeVector(g, dst, genVector(g, e));
  else copyObject(g, dst, genLV(g, e), e.type.size);
}

/** a = b on aggregates; gives a's location. */
export function genAssignAggregate(g: FnGen, e: Expr): LV {
  const lv = genLV(g, e.a!);
  if ((qualsOf(e.a!.type) & Q_ATOMIC) !== 0) {
    const src = genLV(g, e.b!);
    const tmp = tempLV(g, e.type);
    copyObject(g, tmp, src, e.type.size);
    atomicStoreObject(g, lv, tmp, e.type.size);
    return tmp;
  }
  genAggregateTo(g, e.b!, lv, false);
  return lv;
}

export function isMemoryOp(op: number): boolean {
  return op === E_CALL || op === E_ASSIGN || op === E_COMMA || op === E_STMTEXPR || op === E_VAARG || op === E_COND;
}

/** Expressions that name an object, also as parts of rvalues (member of a call's result). */
export function isLocation(op: number): boolean {
  return op === E_MEMBER || op === E_VAR || op === E_DEREF || op === E_COMPOUND;
}
