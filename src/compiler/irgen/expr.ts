// Scalar expressions to IR values, conditions to branches. // hot
//
// genExpr gives the value of a scalar (0 for void); complex numbers, vectors and records are in complex.ts, vector.ts and
// aggregate.ts. Evaluation order is left to right but for call arguments (see call.ts).

import type { Expr } from "../c/ast.ts";
import * as A from "../c/ast.ts";
import { BI_EXPECT, BI_EXPECT_WITH_PROBABILITY } from "../c/builtin-ids.ts";
import {
  type CType,
  isAggregate,
  isFloating,
  isInteger,
  K_BOOL,
  K_COMPLEX,
  K_VECTOR,
  K_VOID,
  Q_REVERSE,
  Q_VOLATILE,
} from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { genAggregate, genAssignAggregate } from "./aggregate.ts";
import { withPack } from "./arg-pack.ts";
import { bin, fbin, fcmp, fconst, fneg, icmp, scalarOp, trapping } from "./arith.ts";
import { genAtomicOpAssign, isAtomicLv } from "./atomics.ts";
import { genBuiltin } from "./builtins.ts";
import { discardedOutput } from "./builtins-output.ts";
import { genCall } from "./call.ts";
import { Cx, complexOp, genComplex } from "./complex.ts";
import type { FnGen } from "./context.ts";
import { convert, extendNarrow, nonZero, truth } from "./convert.ts";
import { addrOf, genLV, genPointer, pointerPlus, readLV, writeLV } from "./lvalue.ts";
import { outerLabel } from "./nested.ts";
import { genMarked, namesMember } from "./object-size.ts";
import { genBound, labelState, segmentOffset, vlaSize } from "./scope.ts";
import { genStmtExpr } from "./stmt.ts";
import { irType, isSignedInt, qualsOf } from "./types.ts";
import { genVaArg } from "./vaarg.ts";
import { genVector } from "./vector.ts";

/** Likelihood that __builtin_expect stands for (GCC: builtin-expect-probability=90). */
const EXPECTED = 230;

export function genExpr(g: FnGen, e: Expr): Value {
  const t = e.type;
  if (t.kind === K_VOID) {
    genDiscard(g, e);
    return 0;
  }
  g.b.loc = e.loc;
  switch (e.op) {
    case A.E_INT:
      return intConst(g, e);
    case A.E_FLOAT: {
      const ty = irType(g.target, t);
      if (e.ext !== null && ty >= O.TY_F80) return g.b.emit(O.OP_FCONST, ty, 0, 0, 0, e.ext.slice());
      if (e.ext !== null) return g.b.emit(O.OP_FCONST, ty, e.ext[0]!, e.ext[1]!);
      return fconst(g, ty, e.num);
    }
    case A.E_ADDR: {
      if (g.mg.opts.markMembers && namesMember(e)) return genMarked(g, e);
      const lv = genLV(g, e.a!);
      if (lv.field !== null || lv.reg >= 0) throw new Error("address of a bit-field or register");
      return addrOf(g, lv);
    }
    case A.E_CAST:
      return genCast(g, e);
    case A.E_LABELADDR: {
      if (e.label!.owner !== g.decl) return outerLabel(g, e.label!);
      const s = labelState(g, e.label!);
      g.refer(s.block);
      return g.b.emit(O.OP_LABELADDR, g.ptrTy, s.block);
    }
    case A.E_ADD:
    case A.E_SUB:
    case A.E_MUL:
    case A.E_DIV:
    case A.E_REM:
    case A.E_AND:
    case A.E_OR:
    case A.E_XOR:
    case A.E_SHL:
    case A.E_SHR: {
      const x = genExpr(g, e.a!);
      const y = genExpr(g, e.b!);
      g.b.loc = e.loc;
      return scalarOp(g, e.op, t, irType(g.target, t), x, y);
    }
    case A.E_NEG: {
      const x = genExpr(g, e.a!);
      const ty = g.f.ty[x]!;
      if (isFloating(t)) return fneg(g, ty, x);
      if (g.mg.opts.trapOverflow && !t.unsigned) return trapping(g, "negv", ty, [x]);
      return bin(g, O.OP_SUB, ty, g.b.iconst(ty, 0, 0), x);
    }
    case A.E_BITNOT: {
      const x = genExpr(g, e.a!);
      const ty = g.f.ty[x]!;
      return bin(g, O.OP_XOR, ty, x, allOnes(g, ty));
    }
    case A.E_LOGNOT: {
      const a = e.a!;
      if (a.type.kind === K_COMPLEX) return icmp(g, O.OP_EQ, O.TY_I32, complexTruth(g, genComplex(g, a)), g.i32(0));
      const v = genExpr(g, a);
      const ty = g.f.ty[v]!;
      if (isFloating(a.type)) return fcmp(g, O.OP_FEQ, ty, v, fconst(g, ty, 0));
      return icmp(g, O.OP_EQ, ty, v, g.b.iconst(ty, 0, 0));
    }
    case A.E_EQ:
    case A.E_NE:
    case A.E_LT:
    case A.E_LE:
    case A.E_GT:
    case A.E_GE:
      return genCompare(g, e);
    case A.E_LOGAND:
    case A.E_LOGOR:
      return genLogical(g, e);
    case A.E_PTRADD:
    case A.E_PTRSUB: {
      const pointee = t.base!;
      if (g.mg.opts.markMembers && namesMember(e)) return genMarked(g, e);
      if (pointee.size >= 0) return addrOf(g, genPointer(g, e));
      const p = genExpr(g, e.a!);
      return pointerPlus(g, p, genExpr(g, e.b!), e.b!.type, pointee, e.op === A.E_PTRSUB);
    }
    case A.E_PTRDIFF:
      return genPointerDifference(g, e);
    case A.E_COND:
      return genConditional(g, e);
    case A.E_COMMA:
      genDiscard(g, e.a!);
      return genExpr(g, e.b!);
    case A.E_ASSIGN: {
      const lv = genLV(g, e.a!);
      const v = genExpr(g, e.b!);
      g.b.loc = e.loc;
      return writeLV(g, lv, v);
    }
    case A.E_OPASSIGN:
      return genOpAssign(g, e);
    case A.E_PREINC:
    case A.E_POSTINC:
      return genIncrement(g, e);
    case A.E_CALL:
      return genCall(g, e, null, true);
    case A.E_STMTEXPR:
      return genStmtExpr(g, e, null);
    case A.E_VAARG: {
      const p = genVaArg(g, e);
      const ty = irType(g.target, t);
      return g.b.load(
        ty,
        p,
        ty === O.TY_F80
          ? g.target.longDoubleSize | ((g.target.longDoubleSize === 16 ? 4 : 2) << O.MEM_ALIGN_SHIFT)
          : memOfScalar(t, ty),
      );
    }
    case A.E_BUILTIN:
      return genBuiltin(g, e);
    case A.E_SIZEOFVLA: {
      const ty = e.compType!;
      return convertSize(g, vlaSize(g, ty), t);
    }
    case A.E_BOUND:
      return genBound(g, e);
    case A.E_SEGMENT:
      return convertSize(g, segmentOffset(g, e.compType!.record!, e.member!), t);
    case A.E_REALPART:
    case A.E_IMAGPART: {
      const a = e.a!;
      if (a.type.kind !== K_COMPLEX) {
        const v = genExpr(g, a);
        if (e.op === A.E_REALPART) return v;
        const ty = irType(g.target, t);
        return isFloating(t) ? fconst(g, ty, 0) : g.b.iconst(ty, 0, 0);
      }
      if (a.op === A.E_LOAD) {
        // only the part asked for is read
        if ((a.a!.type.quals & Q_VOLATILE) === 0) return readPart(g, e, a.a!);
      }
      if (a.lvalue && a.op !== A.E_LOAD) return readLV(g, genLV(g, e));
      const c = genComplex(g, a);
      return e.op === A.E_REALPART ? c.re : c.im;
    }
    case A.E_LOAD: {
      return readLV(g, genLV(g, e.a!));
    }
    case A.E_MEMBER:
    case A.E_VAR:
    case A.E_DEREF:
    case A.E_COMPOUND:
    case A.E_VECELT: {
      const lv = genLV(g, e);
      if ((lv.type.quals & Q_REVERSE) === 0) lv.type = lv.type.unqual;
      return readLV(g, lv);
    }
  }
  return g.mg.diags.fatal(e.loc, `IR generator: expression operator ${e.op} of type kind ${t.kind} is not supported`);
}

function readPart(g: FnGen, e: Expr, complexLv: Expr): Value {
  const lv = genLV(g, complexLv);
  const base = e.type.unqual;
  if (e.op === A.E_IMAGPART) lv.off += base.size;
  lv.type = base;
  if (lv.align > base.align) lv.align = Math.max(1, base.align);
  return readLV(g, lv);
}

function memOfScalar(t: CType, ty: number): number {
  const size = Math.min(O.TY_SIZE[ty]!, t.size);
  return size | ((31 - Math.clz32(Math.max(1, t.align))) << O.MEM_ALIGN_SHIFT) | (isSignedInt(t) ? O.MEM_SIGNED : 0);
}

function convertSize(g: FnGen, v: Value, t: CType): Value {
  const ty = irType(g.target, t);
  return g.f.ty[v] === ty ? v : g.b.emit(g.f.ty[v]! > ty ? O.OP_TRUNC : O.OP_ZEXT32, ty, v, 0, g.f.ty[v]!);
}

export function allOnes(g: FnGen, ty: number): Value {
  return g.b.emit(O.OP_CONST, ty, -1, -1, ty === O.TY_I128 ? -1 : 0);
}

/** An integer constant as a value. */
export function intConst(g: FnGen, e: Expr): Value {
  const ty = irType(g.target, e.type);
  if (ty !== O.TY_I128) return g.b.iconst(ty, e.lo, e.hi);
  const ext = e.ext;
  if (ext === null) return g.b.emit(O.OP_CONST, ty, e.lo, e.hi, e.type.unsigned ? 0 : e.hi >> 31);
  const s = e.hi >> 31;
  if (ext[0] === 0 && ext[1] === 0) return g.b.emit(O.OP_CONST, ty, e.lo, e.hi, 0);
  if (ext[0] === s && ext[1] === s) return g.b.emit(O.OP_CONST, ty, e.lo, e.hi, s);
  const top = bin(g, O.OP_SHL, ty, g.b.emit(O.OP_CONST, ty, ext[0]!, ext[1]!, 0), g.i32(64));
  return bin(g, O.OP_OR, ty, top, g.b.emit(O.OP_CONST, ty, e.lo, e.hi, 0));
}

function genCast(g: FnGen, e: Expr): Value {
  const a = e.a!;
  const t = e.type;
  const k = a.type.kind;
  if (k === K_COMPLEX) {
    const c = genComplex(g, a);
    return t.kind === K_BOOL ? complexTruth(g, c) : convert(g, c.re, a.type.base!.unqual, t.unqual);
  }
  if (k === K_VECTOR) {
    const lv = genAggregate(g, a);
    lv.type = t.unqual;
    return readLV(g, lv);
  }
  if (isAggregate(a.type)) return readLV(g, genLV(g, e));
  const v = genExpr(g, a);
  g.b.loc = e.loc;
  return convert(g, v, a.type.unqual, t.unqual);
}

/** 1 if either part is not zero, else 0. */
export function complexTruth(g: FnGen, c: Cx): Value {
  return bin(g, O.OP_OR, O.TY_I32, nonZero(g, c.re), nonZero(g, c.im));
}

/** Comparison E_EQ … E_GE of two scalars of type t. */
export function compareScalars(g: FnGen, op: number, t: CType, x: Value, y: Value): Value {
  const ty = g.f.ty[x]!;
  if (isFloating(t)) {
    switch (op) {
      case A.E_EQ:
        return fcmp(g, O.OP_FEQ, ty, x, y);
      case A.E_NE:
        return fcmp(g, O.OP_FNE, ty, x, y);
      case A.E_LT:
        return fcmp(g, O.OP_FLT, ty, x, y);
      case A.E_LE:
        return fcmp(g, O.OP_FLE, ty, x, y);
      case A.E_GT:
        return fcmp(g, O.OP_FLT, ty, y, x);
      default:
        return fcmp(g, O.OP_FLE, ty, y, x);
    }
  }
  // pointers compare as unsigned numbers; narrow types are held extended, so that their order is that of the I32
  const signed = isInteger(t) && !t.unsigned && t.kind !== K_BOOL;
  switch (op) {
    case A.E_EQ:
      return icmp(g, O.OP_EQ, ty, x, y);
    case A.E_NE:
      return icmp(g, O.OP_NE, ty, x, y);
    case A.E_LT:
      return icmp(g, signed ? O.OP_SLT : O.OP_ULT, ty, x, y);
    case A.E_LE:
      return icmp(g, signed ? O.OP_SLE : O.OP_ULE, ty, x, y);
    case A.E_GT:
      return icmp(g, signed ? O.OP_SLT : O.OP_ULT, ty, y, x);
    default:
      return icmp(g, signed ? O.OP_SLE : O.OP_ULE, ty, y, x);
  }
}

function genCompare(g: FnGen, e: Expr): Value {
  const a = e.a!;
  if (a.type.kind === K_COMPLEX) {
    const x = genComplex(g, a);
    const y = genComplex(g, e.b!);
    const part = a.type.base!;
    const re = compareScalars(g, e.op, part, x.re, y.re);
    const im = compareScalars(g, e.op, part, x.im, y.im);
    return bin(g, e.op === A.E_EQ ? O.OP_AND : O.OP_OR, O.TY_I32, re, im);
  }
  const x = genExpr(g, a);
  const y = genExpr(g, e.b!);
  g.b.loc = e.loc;
  return compareScalars(g, e.op, a.type, x, y);
}

function genPointerDifference(g: FnGen, e: Expr): Value {
  const pointee = e.a!.type.base!;
  const x = genExpr(g, e.a!);
  const y = genExpr(g, e.b!);
  const ty = g.ptrTy;
  const f = g.f;
  let d: Value;
  if (f.op[x] === O.OP_SYM && f.op[y] === O.OP_SYM && f.a[x] === f.a[y]) d = g.ptrNum(f.b[x]! - f.b[y]!);
  else d = bin(g, O.OP_SUB, ty, x, y);
  const size = pointee.size;
  if (size < 0) return bin(g, O.OP_SDIV, ty, d, vlaSize(g, pointee));
  if (size <= 1) return d;
  if ((size & (size - 1)) === 0 && !g.isConst(d)) return bin(g, O.OP_SAR, ty, d, g.i32(31 - Math.clz32(size)));
  return bin(g, O.OP_SDIV, ty, d, g.ptrNum(size));
}

/** a && b, a || b as 0 or 1. */
function genLogical(g: FnGen, e: Expr): Value {
  const yes = g.newBlock();
  const no = g.newBlock();
  const join = g.newBlock();
  genCond(g, e, yes, no, 0);
  if (!g.isReferenced(no)) {
    g.start(yes);
    return g.i32(1);
  }
  if (!g.isReferenced(yes)) {
    g.start(no);
    return g.i32(0);
  }
  g.start(yes);
  const one = g.i32(1);
  g.jmp(join);
  g.start(no);
  const zero = g.i32(0);
  g.jmp(join);
  g.start(join);
  return g.phi(O.TY_I32, [yes, no], [one, zero]);
}

/** Scalar a ? b : c and a ?: c. */
function genConditional(g: FnGen, e: Expr): Value {
  const yes = g.newBlock();
  const no = g.newBlock();
  const join = g.newBlock();
  let v = 0;
  if (e.b === null) {
    const a = e.a!;
    v = genExpr(g, a);
    g.br(truth(g, v), yes, no);
  } else genCond(g, e.a!, yes, no, 0);
  const blocks: number[] = [];
  const vals: Value[] = [];
  g.start(yes);
  if (g.reachable) {
    const x = e.b === null ? convert(g, v, e.a!.type.unqual, e.type.unqual) : genExpr(g, e.b);
    if (g.reachable) {
      blocks.push(g.b.block);
      vals.push(x);
      g.jmp(join);
    }
  }
  g.start(no);
  if (g.reachable) {
    const x = genExpr(g, e.c!);
    if (g.reachable) {
      blocks.push(g.b.block);
      vals.push(x);
      g.jmp(join);
    }
  }
  const ty = irType(g.target, e.type);
  if (blocks.length === 0) return g.b.emit(O.OP_UNDEF, ty);
  g.start(join);
  return g.phi(ty, blocks, vals);
}

/** Branches to `yes` if e is non-zero, else to `no`; prob: likelihood of yes, 0 unknown. */
export function genCond(g: FnGen, e: Expr, yes: number, no: number, prob: number): void {
  const a = e.a;
  switch (e.op) {
    case A.E_LOGNOT:
      if (a!.type.kind === K_COMPLEX) break;
      genCond(g, a!, no, yes, prob === 0 ? 0 : 256 - prob);
      return;
    case A.E_LOGAND: {
      const next = g.newBlock();
      genCond(g, a!, next, no, prob > 128 ? prob : 0);
      g.start(next);
      if (g.reachable) genCond(g, e.b!, yes, no, prob);
      return;
    }
    case A.E_LOGOR: {
      const next = g.newBlock();
      genCond(g, a!, yes, next, prob < 128 ? prob : 0);
      g.start(next);
      if (g.reachable) genCond(g, e.b!, yes, no, prob);
      return;
    }
    case A.E_COMMA:
      genDiscard(g, a!);
      genCond(g, e.b!, yes, no, prob);
      return;
    case A.E_NE:
    case A.E_EQ: {
      const b = e.b!;
      if (b.op === A.E_INT && b.lo === 0 && b.hi === 0 && b.ext === null && isInteger(a!.type)) {
        if (e.op === A.E_NE) genCond(g, a!, yes, no, prob);
        else genCond(g, a!, no, yes, prob === 0 ? 0 : 256 - prob);
        return;
      }
      break;
    }
    case A.E_CAST:
      // widening and conversion to _Bool keep the truth of an integer
      if (isInteger(e.type) && isInteger(a!.type) && (e.type.kind === K_BOOL || e.type.size >= a!.type.size)) {
        genCond(g, a!, yes, no, prob);
        return;
      }
      break;
    case A.E_COND:
      if (e.b !== null && isInteger(e.type)) {
        const y = g.newBlock();
        const n = g.newBlock();
        genCond(g, a!, y, n, 0);
        g.start(y);
        if (g.reachable) genCond(g, e.b, yes, no, prob);
        g.start(n);
        if (g.reachable) genCond(g, e.c!, yes, no, prob);
        return;
      }
      break;
    case A.E_BUILTIN:
      if (e.builtin === BI_EXPECT || e.builtin === BI_EXPECT_WITH_PROBABILITY) {
        const want = e.args![1]!;
        if (want.op === A.E_INT) {
          const p = e.builtin === BI_EXPECT ? EXPECTED : probability(e.args![2]!);
          const isTrue = want.lo !== 0 || want.hi !== 0;
          genCond(g, e.args![0]!, yes, no, isTrue ? p : 256 - p);
          return;
        }
      }
      break;
  }
  let v: Value;
  if (e.type.kind === K_COMPLEX) v = complexTruth(g, genComplex(g, e));
  else v = truth(g, genExpr(g, e));
  g.b.loc = e.loc;
  g.br(v, yes, no, prob);
}

function probability(e: Expr): number {
  const x = e.op === A.E_FLOAT ? e.num : 0.9;
  return Math.min(255, Math.max(1, Math.round(x * 256)));
}

function genOpAssign(g: FnGen, e: Expr): Value {
  const a = e.a!;
  const lv = genLV(g, a);
  if (isAtomicLv(lv)) return genAtomicOpAssign(g, e, lv);
  if (e.compType !== null && e.compType.kind === K_COMPLEX) return writeLV(g, lv, opAssignValue(g, e, readLV(g, lv)));
  // the right side comes before the left side is read (GCC PR c/58943)
  const rhs = genExpr(g, e.b!);
  return writeLV(g, lv, opAssignValue(g, e, readLV(g, lv), rhs));
}

/** New value, in a's type, of the compound assignment e whose left side holds `old`; rhs: the right side if it is evaluated already. */
export function opAssignValue(g: FnGen, e: Expr, old: Value, rhs = 0): Value {
  const at = e.a!.type.unqual;
  if (e.binop === A.E_PTRADD || e.binop === A.E_PTRSUB) {
    const i = rhs !== 0 ? rhs : genExpr(g, e.b!);
    g.b.loc = e.loc;
    return pointerPlus(g, old, i, e.b!.type, at.base!, e.binop === A.E_PTRSUB);
  }
  const ct = e.compType!.unqual;
  if (ct.kind === K_COMPLEX) {
    // real op= complex: the real part of the complex result
    const x = convert(g, old, at, ct.base!.unqual);
    const c = complexAssign(g, e, ct, x);
    return at.kind === K_BOOL ? complexTruth(g, c) : convert(g, c.re, ct.base!.unqual, at);
  }
  const y = rhs !== 0 ? rhs : genExpr(g, e.b!);
  g.b.loc = e.loc;
  const x = convert(g, old, at, ct);
  return convert(g, scalarOp(g, e.binop, ct, irType(g.target, ct), x, y), ct, at);
}

function genIncrement(g: FnGen, e: Expr): Value {
  const lv = genLV(g, e.a!);
  if (isAtomicLv(lv)) return genAtomicOpAssign(g, e, lv);
  const old = readLV(g, lv);
  const v = writeLV(g, lv, incremented(g, e, old));
  return e.op === A.E_PREINC ? v : old;
}

/** old + 1 or old - 1 in the operand's type. */
export function incremented(g: FnGen, e: Expr, old: Value): Value {
  const t = e.a!.type.unqual;
  const ty = g.f.ty[old]!;
  if (t.base !== null && t.kind !== K_COMPLEX && !isInteger(t)) {
    const pointee = t.base;
    if (pointee.size < 0) return pointerPlus(g, old, g.ptrNum(e.num), t, pointee, false);
    return bin(g, O.OP_ADD, ty, old, g.ptrNum(e.num * pointee.size));
  }
  if (isFloating(t)) return fbin(g, O.OP_FADD, ty, old, fconst(g, ty, e.num));
  if (t.kind === K_BOOL) return e.num > 0 ? g.i32(1) : bin(g, O.OP_XOR, ty, old, g.i32(1));
  const one = ty === O.TY_I128 ? g.b.emit(O.OP_CONST, ty, e.num, e.num >> 31, e.num >> 31) : g.b.num(ty, e.num);
  const checked = g.mg.opts.trapOverflow && !t.unsigned && t.size >= 4;
  const v = checked ? trapping(g, "addv", ty, [old, one]) : bin(g, O.OP_ADD, ty, old, one);
  return ty === O.TY_I32 ? extendNarrow(g, v, t.size, isSignedInt(t)) : v;
}

/** Evaluates e for its effects. */
export function genDiscard(g: FnGen, e: Expr): void {
  const t = e.type;
  g.b.loc = e.loc;
  switch (e.op) {
    case A.E_INT:
    case A.E_FLOAT:
    case A.E_STRING:
    case A.E_VAR:
      return;
    case A.E_CAST:
    case A.E_NEG:
    case A.E_BITNOT:
    case A.E_LOGNOT:
      genDiscard(g, e.a!);
      return;
    case A.E_COMMA:
      genDiscard(g, e.a!);
      genDiscard(g, e.b!);
      return;
    case A.E_COND: {
      const yes = g.newBlock();
      const no = g.newBlock();
      const join = g.newBlock();
      if (e.b === null) genCond(g, e.a!, join, no, 0);
      else {
        genCond(g, e.a!, yes, no, 0);
        g.start(yes);
        if (g.reachable) genDiscard(g, e.b);
        g.jmp(join);
      }
      g.start(no);
      if (g.reachable) genDiscard(g, e.c!);
      g.start(join);
      return;
    }
    case A.E_LOGAND:
    case A.E_LOGOR: {
      const next = g.newBlock();
      const join = g.newBlock();
      if (e.op === A.E_LOGAND) genCond(g, e.a!, next, join, 0);
      else genCond(g, e.a!, join, next, 0);
      g.start(next);
      if (g.reachable) genDiscard(g, e.b!);
      g.start(join);
      return;
    }
    case A.E_DEREF:
    case A.E_MEMBER:
    case A.E_ADDR:
      if (t.kind === K_VOID || e.op === A.E_ADDR) {
        genDiscard(g, e.a!);
        return;
      }
      genLV(g, e);
      return;
    case A.E_LOAD:
      if (!isAggregate(t) && t.kind !== K_VOID) genExpr(g, e);
      else if (t.kind === K_VOID) genDiscard(g, e.a!);
      else if ((qualsOf(e.a!.type) & Q_VOLATILE) !== 0 && t.kind === K_COMPLEX) genComplex(g, e);
      else genLV(g, e.a!);
      return;
    case A.E_ASSIGN:
      if (t.kind === K_COMPLEX || t.kind === K_VECTOR || isAggregate(t)) genAssignAggregate(g, e);
      else genExpr(g, e);
      return;
    case A.E_CALL:
      if (e.builtin === 0 || !discardedOutput(g, withPack(g, e))) genCall(g, e, null, true);
      return;
    case A.E_STMTEXPR:
      genStmtExpr(g, e, null);
      return;
    case A.E_BUILTIN:
      if (t.kind === K_VECTOR) genVector(g, e);
      else genBuiltin(g, e);
      return;
    case A.E_VAARG:
      genVaArg(g, e);
      return;
    case A.E_SIZEOFVLA:
      return;
    case A.E_BOUNDS:
      for (const x of e.args!) genDiscard(g, x);
      return;
  }
  if (t.kind === K_COMPLEX) genComplex(g, e);
  else if (t.kind === K_VECTOR) genVector(g, e);
  else if (t.kind === K_VOID) g.mg.diags.fatal(e.loc, `IR generator: void expression operator ${e.op} is not supported`);
  else if (isAggregate(t)) genLV(g, e);
  else genExpr(g, e);
}

function complexAssign(g: FnGen, e: Expr, ct: CType, x: Value): Cx {
  const ty = g.f.ty[x]!;
  const zero = isFloating(ct.base!) ? fconst(g, ty, 0) : g.b.iconst(ty, 0, 0);
  return complexOp(g, e.binop, ct, new Cx(x, zero, true), genComplex(g, e.b!));
}
