// Vector instructions of x86 as asm statements: the operations of c/x86-operations.ts. Vectors lie in memory between them (vector.ts)
// and are 16-byte values (F128) in registers around the instruction.

import { E_BUILTIN, E_CAST, type Expr } from "../c/ast.ts";
import { BI_X86_VECTOR } from "../c/builtin-ids.ts";
import { type CType, K_VECTOR } from "../c/ctype.ts";
import { X86_OPERATIONS, type X86Operation, x86Operation } from "../c/x86-operations.ts";
import { AO_IN, AO_OUT, type AsmInfo, type AsmOperand, registerOperand, type Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { genAggregate, isMemoryOp } from "./aggregate.ts";
import { bin, scaled } from "./arith.ts";
import type { FnGen } from "./context.ts";
import { intCast } from "./convert.ts";
import { genExpr } from "./expr.ts";
import { addrOf, copyObject, genLV, LV as Location, type LV, readLV, subLV, tempLV, writeLV } from "./lvalue.ts";
import { irType, mem } from "./types.ts";

/** Is e an operation whose result is a vector? */
export function isX86Vector(e: Expr): boolean {
  return e.op === E_BUILTIN && e.builtin === BI_X86_VECTOR && e.type.kind === K_VECTOR;
}

/** Does the operation have another effect than its result? */
export function hasX86Effect(e: Expr): boolean {
  return operationOf(e).effect;
}

function operationOf(e: Expr): X86Operation {
  return x86Operation(X86_OPERATIONS[e.lo]!)!;
}

/** The object that holds a vector's value; what it is cast from has the same bytes. */
function vectorObject(g: FnGen, e: Expr): LV {
  let x = e;
  while (x.op === E_CAST && x.a!.type.kind === K_VECTOR && x.a!.type.size === e.type.size) x = x.a!;
  if (isX86Vector(x)) return genX86Vector(g, x, null);
  return isMemoryOp(x.op) ? genAggregate(g, x) : genLV(g, x);
}

function vectorValue(g: FnGen, e: Expr): Value {
  const lv = vectorObject(g, e);
  return g.b.load(O.TY_F128, addrOf(g, lv), mem(16, lv.align, false, lv.flags));
}

/** Result of an operation that is a vector: in dst, or in an object of its own. */
export function genX86Vector(g: FnGen, e: Expr, dst: LV | null): LV {
  const o = operationOf(e);
  const to = dst ?? tempLV(g, e.type);
  if (o.template === "insert") {
    const a = e.args!;
    // into a temporary: the other operands may look at what dst holds
    const tmp = tempLV(g, e.type);
    copyObject(g, tmp, vectorObject(g, a[0]!), 16);
    const v = genExpr(g, a[1]!);
    writeLV(g, element(g, tmp, e.type, a[2]!), v);
    if (dst === null) return tmp;
    copyObject(g, dst, tmp, 16);
    return dst;
  }
  if (o.result.startsWith("Y")) {
    instruction(g, e, o, to);
    return to;
  }
  const v = instruction(g, e, o, null);
  g.b.store(addrOf(g, to), v, mem(16, to.align, false, to.flags));
  return to;
}

/** Result of an operation that is a number; 0 when it has none. */
export function genX86Scalar(g: FnGen, e: Expr): Value {
  const o = operationOf(e);
  if (o.template !== "extract") return instruction(g, e, o, null);
  const lv = vectorObject(g, e.args![0]!);
  return readLV(g, element(g, lv, e.args![0]!.type, e.args![1]!));
}

function element(g: FnGen, lv: LV, t: CType, index: Expr): LV {
  const et = t.base!.unqual;
  const i = bin(g, O.OP_AND, O.TY_I32, genExpr(g, index), g.i32(t.count - 1));
  if (g.isConst(i)) return subLV(lv, g.f.a[i]! * et.size, et);
  const at = bin(g, O.OP_ADD, g.ptrTy, addrOf(g, lv), scaled(g, g.ptrTy, intCast(g, i, g.ptrTy, false), et.size));
  return new Location(at, 0, et.align, lv.flags, et);
}

function fixed(g: FnGen, op: AsmOperand): AsmOperand {
  op.fixedReg = g.target.asmConstraint(op.constraint)!.fixedReg;
  return op;
}

function inMemory(g: FnGen, dir: number, lv: LV): AsmOperand {
  const op = registerOperand(dir, "m", g.ptrTy, addrOf(g, lv));
  op.mem = true;
  op.size = 4;
  return op;
}

/** The statement; `wide`: where a result of 32 bytes goes. */
function instruction(g: FnGen, e: Expr, o: X86Operation, wide: LV | null): Value {
  const operands: AsmOperand[] = [];
  let ty = 0;
  let slot: LV | null = null;
  if (wide !== null) operands.push(inMemory(g, AO_OUT, wide));
  else if (o.result === "M") {
    slot = tempLV(g, e.type);
    operands.push(inMemory(g, AO_OUT, slot));
  } else if (o.result !== "v") {
    ty = o.result.startsWith("V") ? O.TY_F128 : irType(g.target, e.type);
    const out = fixed(
      g,
      registerOperand(AO_OUT, o.result.startsWith("V") ? "x" : o.result === "c" ? "c" : o.result === "A" ? "a" : "r", ty, 0),
    );
    out.outIndex = 0;
    operands.push(out);
  }
  const args = e.args!;
  for (let i = 0; i < args.length; i++) operands.push(input(g, o.args[i]!, args[i]!));
  const info: AsmInfo = {
    template: o.template,
    operands,
    clobbers: o.effect ? [...o.clobbers, "memory"] : [...o.clobbers],
    volatile: o.effect,
    memory: o.effect,
    basic: false,
    inline: false,
    labels: [],
    fallthrough: 0,
    loc: e.loc,
  };
  g.b.loc = e.loc;
  const v = g.b.emit(O.OP_ASM, 0, 0, 0, 0, info);
  if (slot !== null) return readLV(g, slot);
  return ty === 0 ? 0 : g.b.emit(O.OP_PROJ, ty, v, 0);
}

function input(g: FnGen, letter: string, a: Expr): AsmOperand {
  switch (letter) {
    case "T":
    case "x": {
      const op = registerOperand(AO_IN, letter === "T" ? "0" : "x", O.TY_F128, vectorValue(g, a));
      if (letter === "T") op.tied = 0;
      return op;
    }
    case "y":
      return inMemory(g, AO_IN, vectorObject(g, a));
    case "M": {
      const lv = tempLV(g, a.type);
      writeLV(g, lv, genExpr(g, a));
      return inMemory(g, AO_IN, lv);
    }
  }
  let v = genExpr(g, a);
  const ty = g.f.ty[v]!;
  if (letter === "8") v = bin(g, O.OP_SHR, ty, v, g.i32(3));
  if (letter === "i" || letter === "8") v = bin(g, O.OP_AND, ty, v, g.i32(255));
  const constraint =
    letter === "i" || letter === "8" ? "i" : letter === "t" ? "0" : /[adDC]/.test(letter) ? letter.replace("C", "c") : "r";
  const op = fixed(g, registerOperand(AO_IN, constraint, ty, v));
  if (letter === "t") op.tied = 0;
  return op;
}
