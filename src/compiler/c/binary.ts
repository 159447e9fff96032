// Binary and unary operators, assignment and the conditional operator on typed operands (C11 6.5.3, 6.5.5-6.5.16). // hot

import * as A from "./ast.ts";
import {
  E_ADD,
  E_ADDR,
  E_AND,
  E_ASSIGN,
  E_BITNOT,
  E_CAST,
  E_COMPLEX,
  E_COND,
  E_DEREF,
  E_DIV,
  E_EQ,
  E_FLOAT,
  E_GE,
  E_INT,
  E_LOGAND,
  E_LOGNOT,
  E_LOGOR,
  E_MEMBER,
  E_NE,
  E_NEG,
  E_OPASSIGN,
  E_PTRADD,
  E_PTRDIFF,
  E_PTRSUB,
  E_REM,
  E_SHL,
  E_SHR,
  E_SUB,
  E_VAR,
  E_VECCOND,
  E_VECTOR,
  Expr,
} from "./ast.ts";
import { BI_CONSTANT_P } from "./builtin-ids.ts";
import {
  ASSIGN,
  assignConvert,
  bitFieldOf,
  condition,
  convert,
  errorExpr,
  incomplete,
  isError,
  isNullPointerConstant,
  knownTruth,
  promote,
  rootDecl,
  rvalue,
  usualType,
} from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import * as F from "./fold.ts";
import type { Parser } from "./parser.ts";
import { compatible, composite, isComplete, objectQuals } from "./types.ts";

const OP_TEXT: Readonly<Record<number, string>> = {
  20: "+",
  21: "-",
  22: "*",
  23: "/",
  24: "%",
  25: "&",
  26: "|",
  27: "^",
  28: "<<",
  29: ">>",
  33: "==",
  34: "!=",
  35: "<",
  36: "<=",
  37: ">",
  38: ">=",
  39: "&&",
  40: "||",
};

function node(op: number, t: CType, loc: number, a: Expr, b: Expr | null): Expr {
  const e = new Expr(op, t, loc);
  e.a = a;
  e.b = b;
  return e;
}

function invalid(p: Parser, op: number, a: Expr, b: Expr, loc: number): Expr {
  if (!isError(a) && !isError(b)) {
    if (a.type.kind === T.K_VOID || b.type.kind === T.K_VOID) p.error(loc, "void value not ignored as it ought to be");
    else p.error(loc, `invalid operands to binary ${OP_TEXT[op]} (have '${p.typeText(a.type)}' and '${p.typeText(b.type)}')`);
  }
  return errorExpr(p, loc);
}

/** a op b for + - * / % & | ^ << >> and comparisons; op is an E_* code. Operands need not be values yet. */
export function binary(p: Parser, op: number, a0: Expr, b0: Expr, loc: number): Expr {
  const a = rvalue(p, a0);
  const b = rvalue(p, b0);
  if (isError(a) || isError(b)) return errorExpr(p, loc);
  if (op >= E_EQ && op <= E_GE) return comparison(p, op, a, b, loc);
  if (op === E_LOGAND || op === E_LOGOR) return logical(p, op, a, b, loc);
  const x = a.type;
  const y = b.type;
  if (x.kind === T.K_VECTOR || y.kind === T.K_VECTOR) return vectorBinary(p, op, a, b, loc);
  if (T.isArithmetic(x) && T.isArithmetic(y)) return arithmetic(p, op, a, b, loc);
  if (op === E_ADD) {
    if (x.kind === T.K_POINTER && T.isInteger(y)) return pointerAdd(p, E_PTRADD, a, b, loc);
    if (y.kind === T.K_POINTER && T.isInteger(x)) return pointerAdd(p, E_PTRADD, b, a, loc);
  } else if (op === E_SUB && x.kind === T.K_POINTER) {
    if (T.isInteger(y)) return pointerAdd(p, E_PTRSUB, a, b, loc);
    if (y.kind === T.K_POINTER) return pointerDiff(p, a, b, loc);
  }
  return invalid(p, op, a, b, loc);
}

/**
 * GCC gives a bit-field wider than int a type of that many bits, and arithmetic in it wraps there: the width of such a value, or 0.
 * A wrapped result is SHR(SHL(x)) with binop = E_SHR and num = the width.
 */
export function fieldBits(e: Expr): number {
  if (e.op === E_SHR && e.binop === E_SHR) return e.num;
  const m = bitFieldOf(e);
  return m !== null && m.bitWidth > 32 && m.bitWidth < 64 ? m.bitWidth : 0;
}

/** Width in which a op b wraps, 0 = that of its type. */
function wrapBits(op: number, a: Expr, b: Expr): number {
  const x = fieldBits(a);
  const y = op === E_SHL || op === E_SHR ? 0 : fieldBits(b);
  if (x === 0 && y === 0) return 0;
  if ((x === 0 && a.type.size > 4) || (y === 0 && b.type.size > 4 && op !== E_SHL && op !== E_SHR)) return 0;
  return Math.max(x, y);
}

function wrapTo(p: Parser, e: Expr, bits: number): Expr {
  if (bits === 0) return e;
  const n = F.smallInt(64 - bits, p.types.int, e.loc);
  const r = node(E_SHR, e.type, e.loc, node(E_SHL, e.type, e.loc, e, n), n);
  r.binop = E_SHR;
  r.num = bits;
  return r;
}

/** a in the type of b's field when both are wide bit-fields, b the wider one and of the other sign: the wider type has the higher rank. */
function asWiderField(p: Parser, a: Expr, b: Expr): Expr {
  const x = fieldBits(a);
  if (x === 0 || F.isUnsigned(a.type) === F.isUnsigned(b.type)) return a;
  const y = fieldBits(b);
  return x < y ? wrapTo(p, convert(p, a, b.type), y) : a;
}

function arithmetic(p: Parser, op: number, a0: Expr, b0: Expr, loc: number): Expr {
  const bits = T.isInteger(a0.type) && T.isInteger(b0.type) ? wrapBits(op, a0, b0) : 0;
  if (bits === 0) return plainArithmetic(p, op, a0, b0, loc);
  if (op === E_SHL || op === E_SHR) return wrapTo(p, plainArithmetic(p, op, a0, b0, loc), bits);
  return wrapTo(p, plainArithmetic(p, op, asWiderField(p, a0, b0), asWiderField(p, b0, a0), loc), bits);
}

/** A shift by too much, and from C99 on also one that moves bits into the sign, is no integer constant expression. */
function shiftsInside(p: Parser, op: number, a: Expr, b: Expr): boolean {
  const bits = a.type.size * 8;
  if (b.hi !== 0 || b.lo >>> 0 >= bits) return false;
  if (op === E_SHR || F.isUnsigned(a.type) || p.opts.version < 1999) return true;
  if (a.hi < 0) return false;
  return p.opts.wraps || F.bigOf(a) << BigInt(b.lo) < 1n << BigInt(bits - 1);
}

function plainArithmetic(p: Parser, op: number, a0: Expr, b0: Expr, loc: number): Expr {
  let a = a0;
  let b = b0;
  if (op === E_SHL || op === E_SHR) {
    if (!T.isInteger(a.type) || !T.isInteger(b.type)) return invalid(p, op, a, b, loc);
    a = promote(p, a);
    b = promote(p, b);
    const t = a.type;
    if (b.op === E_INT) {
      if (b.hi < 0 && !F.isUnsigned(b.type)) {
        if (p.unevaluated === 0)
          p.warning(loc, `${op === E_SHL ? "left" : "right"} shift count is negative`, "shift-count-negative");
      } else if ((b.hi !== 0 || b.lo >>> 0 >= t.size * 8) && p.unevaluated === 0)
        p.warning(loc, `${op === E_SHL ? "left" : "right"} shift count >= width of type`, "shift-count-overflow");
      if (a.op === E_INT) {
        const r = F.foldIntBinary(op, t, a, b, loc);
        if (r !== null) {
          r.ice = a.ice && b.ice && shiftsInside(p, op, a, b);
          return r;
        }
      }
    }
    return node(op, t, loc, a, b);
  }
  const ints = T.isInteger(a.type) && T.isInteger(b.type);
  if ((op === E_REM || (op >= E_AND && op <= A.E_XOR)) && !ints) return invalid(p, op, a, b, loc);
  if (op === E_ADD || op === E_SUB) {
    // x + iy from constants and 1.0 + 2.0i stay E_COMPLEX: folded by consteval
  }
  const t = usualType(p, a, b);
  a = convert(p, a, t);
  b = convert(p, b, t);
  if (a.op === E_INT && b.op === E_INT) {
    if ((op === E_DIV || op === E_REM) && F.isZero(b)) {
      if (p.unevaluated === 0) p.warning(loc, "division by zero", "div-by-zero");
      return node(op, t, loc, a, b);
    }
    const r = F.foldIntBinary(op, t, a, b, loc);
    if (r !== null) {
      r.ice = a.ice && b.ice && !F.overflowed;
      if (F.overflowed && p.unevaluated === 0)
        p.warning(loc, `integer overflow in expression of type '${p.typeText(t)}' results in '${F.bigOf(r)}'`, "overflow");
      return r;
    }
  } else if (a.op === E_FLOAT && b.op === E_FLOAT) {
    const r = F.foldFloatBinary(p, op, t, a, b, loc);
    if (r !== null) return r;
  } else if ((op === E_DIV || op === E_REM) && b.op === E_INT && F.isZero(b) && p.unevaluated === 0) {
    p.warning(loc, "division by zero", "div-by-zero");
  }
  return node(op, t, loc, a, b);
}

function pointeeComplete(p: Parser, t: CType, loc: number): boolean {
  const b = t.base!;
  if (b.kind === T.K_VOID) {
    p.pedwarn(loc, "pointer of type 'void *' used in arithmetic", "pedantic");
    return true;
  }
  if (b.kind === T.K_FUNCTION || isComplete(b)) return true;
  if (b.kind === T.K_ARRAY) p.error(loc, "invalid use of array with unspecified bounds");
  else p.error(loc, `invalid use of undefined type '${p.typeText(b.unqual)}'`);
  return false;
}

/** pointer ± integer. */
export function pointerAdd(p: Parser, op: number, a: Expr, b: Expr, loc: number): Expr {
  if (!pointeeComplete(p, a.type, loc)) return errorExpr(p, loc);
  const i = convert(
    p,
    promote(p, b),
    T.isInteger(b.type) && F.isUnsigned(b.type) && b.type.size >= p.types.ptrdiff.size ? p.types.size : p.types.ptrdiff,
  );
  if (a.op === E_INT && i.op === E_INT && a.type.base!.size >= 0) {
    const tt = p.types;
    const n = F.foldIntBinary(A.E_MUL, tt.ptrdiff, i, F.smallInt(a.type.base!.size, tt.ptrdiff, loc), loc)!;
    const r = F.foldIntBinary(op === E_PTRADD ? E_ADD : E_SUB, tt.size, a, n, loc)!;
    const q = F.intConst(r.lo, r.hi, a.type.canon, loc);
    q.ice = false;
    return q;
  }
  if (i.op === E_INT && F.isZero(i)) {
    // p + 0 is p, but no lvalue and no array any more
    return a;
  }
  return node(op, a.type.canon, loc, a, i);
}

function pointerDiff(p: Parser, a: Expr, b: Expr, loc: number): Expr {
  const x = a.type.base!;
  const y = b.type.base!;
  if (!compatible(p.types.unqualified(x), p.types.unqualified(y), true)) {
    if (!(x.kind === T.K_VOID || y.kind === T.K_VOID) || x.kind !== y.kind) return invalid(p, E_SUB, a, b, loc);
  }
  if (!pointeeComplete(p, a.type, loc)) return errorExpr(p, loc);
  if (x.size === 0) p.error(loc, "arithmetic on pointer to an empty aggregate");
  const t = p.types.ptrdiff;
  if (a.op === E_INT && b.op === E_INT && x.size > 0) {
    const d = F.foldIntBinary(E_SUB, t, F.intConst(a.lo, a.hi, t, loc), F.intConst(b.lo, b.hi, t, loc), loc)!;
    const r = F.foldIntBinary(E_DIV, t, d, F.smallInt(x.size, t, loc), loc)!;
    r.ice = false;
    return r;
  }
  return node(E_PTRDIFF, t, loc, a, b);
}

/** An operand that is not evaluated may also be what has no value, as 1 / 0. */
function ofIntConstants(e: Expr): boolean {
  if (e.op === E_INT) return e.ice;
  if (e.op === E_CAST) return T.isInteger(e.type) && ofIntConstants(e.a!);
  return e.op >= E_ADD && e.op <= E_SHR && T.isInteger(e.type) && ofIntConstants(e.a!) && ofIntConstants(e.b!);
}

function comparison(p: Parser, op: number, a0: Expr, b0: Expr, loc: number): Expr {
  let a = a0;
  let b = b0;
  const x = a.type;
  const y = b.type;
  const int = p.types.int;
  if (x.kind === T.K_VECTOR || y.kind === T.K_VECTOR) return vectorBinary(p, op, a, b, loc);
  if (T.isArithmetic(x) && T.isArithmetic(y)) {
    a = asWiderField(p, a0, b0);
    b = asWiderField(p, b0, a0);
    const t = usualType(p, a, b);
    if (t.kind === T.K_COMPLEX && op !== E_EQ && op !== E_NE) return invalid(p, op, a, b, loc);
    a = convert(p, a, t);
    b = convert(p, b, t);
    if (a.op === E_INT && b.op === E_INT) {
      const r = F.smallInt(F.compareInts(op, a, b) ? 1 : 0, int, loc);
      r.ice = a.ice && b.ice;
      return r;
    }
    if (a.op === E_FLOAT && b.op === E_FLOAT) {
      const r = F.smallInt(F.compareFloats(p, op, a, b) ? 1 : 0, int, loc);
      r.ice = false;
      return r;
    }
    return node(op, int, loc, a, b);
  }
  if (x.kind === T.K_POINTER && y.kind === T.K_POINTER) {
    const u = x.base!;
    const v = y.base!;
    if (u !== v) {
      const na = isNullPointerConstant(a);
      const nb = isNullPointerConstant(b);
      const voids = u.kind === T.K_VOID || v.kind === T.K_VOID;
      if (!na && !nb && !voids && !compatible(p.types.unqualified(u), p.types.unqualified(v), true) && !samePointee(p, u, v))
        p.pedwarn(loc, "comparison of distinct pointer types lacks a cast", "");
      if (voids && !na && !nb && (u.kind === T.K_FUNCTION || v.kind === T.K_FUNCTION))
        p.pedwarn(loc, "ISO C forbids comparison of 'void *' with function pointer");
      const t = na || (!nb && u.kind === T.K_VOID) ? (na ? y : x) : nb ? x : v.kind === T.K_VOID ? y : x;
      a = convert(p, a, t);
      b = convert(p, b, t);
    }
    const ordered = op !== E_EQ && op !== E_NE;
    if (p.opts.version < 2011 && ordered && u.kind !== T.K_VOID && v.kind !== T.K_VOID && isComplete(u) !== isComplete(v))
      p.pedwarn(loc, "comparison of complete and incomplete pointers");
    else if (ordered && u.kind === T.K_FUNCTION && v.kind === T.K_FUNCTION)
      p.pedwarn(loc, "ISO C forbids ordered comparisons of pointers to functions");
    else if (ordered && (isNullPointerConstant(a0) || isNullPointerConstant(b0)))
      p.warning(loc, "ordered comparison of pointer with null pointer", "extra");
  } else if (x.kind === T.K_POINTER && T.isInteger(y)) {
    if (isNullPointerConstant(b) && op !== E_EQ && op !== E_NE) p.pedwarn(loc, "ordered comparison of pointer with integer zero");
    if (!isNullPointerConstant(b)) p.pedwarn(loc, "comparison between pointer and integer", "");
    b = convert(p, b, x);
  } else if (y.kind === T.K_POINTER && T.isInteger(x)) {
    if (isNullPointerConstant(a) && op !== E_EQ && op !== E_NE) p.pedwarn(loc, "ordered comparison of pointer with integer zero");
    if (!isNullPointerConstant(a)) p.pedwarn(loc, "comparison between pointer and integer", "");
    a = convert(p, a, y);
  } else return invalid(p, op, a, b, loc);
  if (a.op === E_INT && b.op === E_INT) {
    const r = F.smallInt(F.compareInts(op, a, b) ? 1 : 0, int, loc);
    r.ice = false;
    return r;
  }
  if (op === E_EQ || op === E_NE) {
    // an object's address is not null
    const k = b.op === E_INT && F.isZero(b) ? knownTruth(a) : a.op === E_INT && F.isZero(a) ? knownTruth(b) : -1;
    if (k === 1) {
      const r = F.smallInt(op === E_NE ? 1 : 0, int, loc);
      r.ice = false;
      return r;
    }
  }
  return node(op, int, loc, a, b);
}

function samePointee(p: Parser, a: CType, b: CType): boolean {
  const x = a.canon;
  const y = b.canon;
  return (
    T.isInteger(x) &&
    T.isInteger(y) &&
    x.kind !== T.K_BOOL &&
    y.kind !== T.K_BOOL &&
    p.types.withSign(x, true) === p.types.withSign(y, true)
  );
}

function logical(p: Parser, op: number, a0: Expr, b0: Expr, loc: number): Expr {
  if (a0.type.kind === T.K_VECTOR && b0.type.kind === T.K_VECTOR) {
    const z = (e: Expr): Expr => comparison(p, E_NE, e, splat(p, F.smallInt(0, p.types.int, loc), e.type), loc);
    return vectorBinary(p, op === E_LOGAND ? E_AND : A.E_OR, z(a0), z(b0), loc);
  }
  if (!isConditionType(a0.type) || !isConditionType(b0.type)) return invalid(p, op, a0, b0, loc);
  const a = condition(p, a0);
  const b = condition(p, b0);
  const ka = knownTruth(a);
  const int = p.types.int;
  const stop = op === E_LOGAND ? 0 : 1;
  if (ka === stop) {
    const r = F.smallInt(stop, int, loc);
    r.ice = ofIntConstants(a) && ofIntConstants(b);
    return r;
  }
  if (ka >= 0) {
    const kb = knownTruth(b);
    if (kb >= 0) {
      const r = F.smallInt(kb, int, loc);
      r.ice = a.ice && b.ice && a.op === E_INT && b.op === E_INT;
      return r;
    }
    const z = F.smallInt(0, int, loc);
    if (b.type.kind !== T.K_COMPLEX) return toBool(p, b, loc);
    return comparison(p, E_NE, b, z, loc);
  }
  return node(op, int, loc, a, b);
}

/** b != 0 as int. */
function toBool(p: Parser, b: Expr, loc: number): Expr {
  if (b.op >= E_EQ && b.op <= E_LOGOR) return b;
  if (b.op === E_LOGNOT) return b;
  const e = node(E_LOGNOT, p.types.int, loc, b, null);
  return node(E_LOGNOT, p.types.int, loc, e, null);
}

function isConditionType(t: CType): boolean {
  return T.isScalar(t) || t.kind === T.K_COMPLEX || t.kind === T.K_VECTOR;
}

// ---- vectors (GCC manual, "Vector Extensions") ----

/** A scalar in every element. */
export function splat(p: Parser, e: Expr, t: CType): Expr {
  return node(E_VECTOR, t.canon, e.loc, convert(p, e, t.base!), null);
}

function signedVector(p: Parser, t: CType): CType {
  return p.types.vector(p.types.integer(t.base!.size, false)!, t.count);
}

function vectorBinary(p: Parser, op: number, a0: Expr, b0: Expr, loc: number): Expr {
  let a = a0;
  let b = b0;
  if (a.type.kind !== T.K_VECTOR) {
    if (!T.isArithmetic(a.type)) return invalid(p, op, a, b, loc);
    a = splat(p, a, b.type);
  } else if (b.type.kind !== T.K_VECTOR) {
    if (!T.isArithmetic(b.type)) return invalid(p, op, a, b, loc);
    b = splat(p, b, a.type);
  }
  const x = a.type.canon;
  const y = b.type.canon;
  const shift = op === E_SHL || op === E_SHR;
  if (x.count !== y.count || x.base!.size !== y.base!.size || (!shift && T.isFloating(x.base!) !== T.isFloating(y.base!)))
    return invalid(p, op, a, b, loc);
  if ((op === E_REM || (op >= E_AND && op <= E_SHR)) && T.isFloating(x.base!)) return invalid(p, op, a, b, loc);
  if (op >= E_EQ && op <= E_GE) return node(op, signedVector(p, x), loc, a, b);
  return node(op, x, loc, a, b);
}

// ---- unary ----

/** - ~ ! + on a value; op 0 is unary plus. */
export function unary(p: Parser, op: number, a0: Expr, loc: number): Expr {
  let a = rvalue(p, a0);
  const t = a.type;
  if (isError(a)) return a;
  const text = op === E_NEG ? "minus" : op === 0 ? "plus" : op === E_BITNOT ? "bit-complement" : "unary exclamation mark";
  const wrong = (): Expr => {
    if (t.kind === T.K_VOID) p.error(loc, "void value not ignored as it ought to be");
    else
      p.error(
        loc,
        op === E_LOGNOT || op === E_BITNOT ? `wrong type argument to ${text}` : `wrong type argument to unary ${text}`,
      );
    return errorExpr(p, loc);
  };
  if (t.kind === T.K_VECTOR) {
    if (op === E_LOGNOT) return comparison(p, E_EQ, a, splat(p, F.smallInt(0, p.types.int, loc), t), loc);
    if (op === E_BITNOT && T.isFloating(t.base!)) return wrong();
    return op === 0 ? a : node(op, t, loc, a, null);
  }
  if (op === E_LOGNOT) {
    if (!isConditionType(t)) return wrong();
    const k = knownTruth(a);
    if (k >= 0) {
      const r = F.smallInt(1 - k, p.types.int, loc);
      r.ice = a.ice && a.op === E_INT && T.isInteger(a.type);
      return r;
    }
    if (t.kind === T.K_COMPLEX) return comparison(p, E_EQ, a, F.smallInt(0, p.types.int, loc), loc);
    return node(E_LOGNOT, p.types.int, loc, a, null);
  }
  if (!T.isArithmetic(t) || (op === E_BITNOT && T.isFloating(t))) return wrong();
  if (t.kind === T.K_COMPLEX && op === E_BITNOT) p.pedwarn(loc, "ISO C does not support '~' for complex conjugation");
  a = promote(p, a);
  if (op === 0) {
    if (a.op === E_INT || a.op === E_FLOAT || !a.lvalue) return a;
    return a;
  }
  if (a.op === E_INT) {
    const z = F.smallInt(op === E_NEG ? 0 : -1, a.type, loc);
    const r = F.foldIntBinary(op === E_NEG ? E_SUB : A.E_XOR, a.type, z, a, loc);
    if (r !== null) {
      r.ice = a.ice && !(op === E_NEG && F.overflowed);
      if (op === E_NEG && F.overflowed && p.unevaluated === 0)
        p.warning(loc, `integer overflow in expression of type '${p.typeText(a.type)}' results in '${F.bigOf(r)}'`, "overflow");
      return r;
    }
  }
  if (a.op === E_FLOAT && op === E_NEG) {
    const r = new Expr(E_FLOAT, a.type, loc);
    r.num = -a.num;
    if (a.ext !== null || Number.isNaN(a.num)) {
      const w = F.wideOf(p, a);
      w.neg = !w.neg;
      return F.wideConst(p, w, a.type, loc);
    }
    return r;
  }
  if (a.op === E_COMPLEX && op === E_NEG && a.a!.op !== E_INT) {
    // keeps constants of the form -(x + iy) constant
    return node(E_COMPLEX, a.type, loc, unary(p, E_NEG, a.a!, loc), unary(p, E_NEG, a.b!, loc));
  }
  const bits = T.isInteger(a.type) ? fieldBits(a) : 0;
  return wrapTo(p, node(op, a.type, loc, a, null), bits);
}

/** *e */
export function deref(p: Parser, e0: Expr, loc: number): Expr {
  const e = rvalue(p, e0);
  if (isError(e)) return e;
  if (e.type.kind !== T.K_POINTER) {
    p.error(loc, `invalid type argument of unary '*' (have '${p.typeText(e.type)}')`);
    return errorExpr(p, loc);
  }
  const t = e.type.base!;
  // *&x is x where the types agree
  if (e.op === E_ADDR && e.a!.type === t && (e.a!.lvalue || t.kind === T.K_FUNCTION)) return e.a!;
  const r = node(E_DEREF, t, loc, e, null);
  r.lvalue = t.kind !== T.K_FUNCTION;
  return r;
}

/** a ? b : c; b null for GNU's omitted middle operand. */
export function conditional(p: Parser, c0: Expr, b0: Expr | null, d0: Expr, loc: number): Expr {
  if (c0.type.kind === T.K_VECTOR && b0 !== null) return vectorConditional(p, c0, b0, d0, loc);
  const c = condition(p, c0);
  const cv = rvalue(p, c0);
  let b = b0 === null ? cv : rvalue(p, b0);
  let d = rvalue(p, d0);
  if (isError(b) || isError(d)) return errorExpr(p, loc);
  const x = b.type;
  const y = d.type;
  let t: CType;
  const tt = p.types;
  if (T.isArithmetic(x) && T.isArithmetic(y)) t = usualType(p, b, d);
  else if (x.kind === T.K_VOID || y.kind === T.K_VOID) {
    t = tt.void;
    if (x.kind !== y.kind) p.pedwarn(loc, "ISO C forbids conditional expr with only one void side");
  } else if (x.kind === T.K_POINTER && y.kind === T.K_POINTER) t = conditionalPointer(p, b, d, loc);
  else if (x.kind === T.K_POINTER && T.isInteger(y)) {
    if (!isNullPointerConstant(d)) p.pedwarn(loc, "pointer/integer type mismatch in conditional expression", "");
    t = x;
  } else if (y.kind === T.K_POINTER && T.isInteger(x)) {
    if (!isNullPointerConstant(b)) p.pedwarn(loc, "pointer/integer type mismatch in conditional expression", "");
    t = y;
  } else if (x.canon === y.canon || (x.kind === T.K_VECTOR && compatible(x, y, true))) t = x.canon;
  else {
    p.error(loc, "type mismatch in conditional expression");
    return errorExpr(p, loc);
  }
  t = t.canon;
  if (t.kind !== T.K_VOID) {
    b = convert(p, b, t);
    d = convert(p, d, t);
  }
  const k = knownTruth(c);
  if (k >= 0 && c.op !== E_COMPLEX) {
    const pick = k === 1 ? b : d;
    if (pick.op === E_INT || pick.op === E_FLOAT) {
      const r = new Expr(pick.op, t, loc);
      r.lo = pick.lo;
      r.hi = pick.hi;
      r.ext = pick.ext;
      r.num = pick.num;
      // GCC: what __builtin_constant_p chooses is what counts
      const chosen = c0.op === E_INT && c0.builtin === BI_CONSTANT_P;
      r.ice = c.op === E_INT && c.ice && T.isInteger(t);
      r.ice &&= chosen ? ofIntConstants(pick) : ofIntConstants(b) && ofIntConstants(d);
      return r;
    }
    if (t.kind !== T.K_VOID && b0 !== null) {
      // the value is the chosen operand; nothing of the other is evaluated (a label in it would need it kept)
      const other = k === 1 ? d : b;
      if (!holdsStatements(other)) {
        if (pick.type === t && !pick.lvalue) return pick;
      }
    }
  }
  const e = new Expr(E_COND, t, loc);
  e.a = c;
  e.b = b0 === null ? null : b;
  e.c = d;
  return e;
}

/** A statement expression may hold labels and static objects: it is not thrown away. */
function holdsStatements(e: Expr | null): boolean {
  if (e === null) return false;
  if (e.op === A.E_STMTEXPR) return true;
  if (e.args !== null) for (const a of e.args) if (holdsStatements(a)) return true;
  return holdsStatements(e.a) || holdsStatements(e.b) || holdsStatements(e.c);
}

function conditionalPointer(p: Parser, b: Expr, d: Expr, loc: number): CType {
  const tt = p.types;
  const x = b.type.base!;
  const y = d.type.base!;
  if (x === y) return b.type.canon;
  const ux = tt.unqualified(x);
  const uy = tt.unqualified(y);
  const q = objectQuals(x) | objectQuals(y);
  if (compatible(ux, uy, true)) return tt.pointer(tt.qualified(keepSpace(p, composite(tt, ux, uy), x, y), q));
  if (isNullPointerConstant(b)) return d.type.canon;
  if (isNullPointerConstant(d)) return b.type.canon;
  if (x.kind === T.K_VOID || y.kind === T.K_VOID) return tt.pointer(tt.qualified(keepSpace(p, tt.void, x, y), q));
  if (!samePointee(p, x, y)) p.pedwarn(loc, "pointer type mismatch in conditional expression", "");
  else return tt.pointer(tt.qualified(ux, q));
  return tt.pointer(tt.qualified(tt.void, q));
}

function keepSpace(p: Parser, t: CType, x: CType, y: CType): CType {
  const s = x.addrSpace !== 0 ? x.addrSpace : y.addrSpace;
  return s === 0 ? t : p.types.inSpace(t, s);
}

function vectorConditional(p: Parser, c0: Expr, b0: Expr, d0: Expr, loc: number): Expr {
  const c = rvalue(p, c0);
  let b = rvalue(p, b0);
  let d = rvalue(p, d0);
  if (b.type.kind !== T.K_VECTOR && d.type.kind !== T.K_VECTOR) {
    const t = usualType(p, b, d);
    const vt = p.types.vector(t.size === c.type.base!.size ? t : c.type.base!, c.type.count);
    b = splat(p, b, vt);
    d = splat(p, d, vt);
  } else if (b.type.kind !== T.K_VECTOR) b = splat(p, b, d.type);
  else if (d.type.kind !== T.K_VECTOR) d = splat(p, d, b.type);
  if (!compatible(b.type, d.type, true) || b.type.count !== c.type.count) {
    p.error(loc, "mismatched types in vector conditional");
    return errorExpr(p, loc);
  }
  const e = new Expr(E_VECCOND, b.type.canon, loc);
  e.a = c;
  e.b = b;
  e.c = d;
  return e;
}

// ---- assignment ----

/** Complains unless e is a modifiable lvalue. `what`: "assignment", "increment", "decrement" or "asm". */
export function checkModifiable(p: Parser, e: Expr, what: string, loc: number): boolean {
  if (isError(e)) return false;
  const verb = what === "asm" ? "read-only" : what;
  if (!e.lvalue) {
    if (e.type.kind === T.K_FUNCTION && what !== "asm") {
      p.error(loc, "lvalue required as " + role(what));
      return false;
    }
    p.error(loc, what === "asm" ? "lvalue required in 'asm' statement" : `lvalue required as ${role(what)}`);
    return false;
  }
  const t = e.type;
  if ((objectQuals(t) & T.Q_CONST) !== 0 || (T.isRecord(t) && t.record!.hasConstMember)) {
    readOnly(p, e, verb, loc);
    return false;
  }
  if (t.kind === T.K_ARRAY) {
    p.error(loc, "assignment to expression with array type");
    return false;
  }
  if (t.kind !== T.K_ERROR && t.size < 0 && !isComplete(t)) {
    incomplete(p, loc, t, e);
    return false;
  }
  return true;
}

function role(what: string): string {
  return what === "assignment" ? "left operand of assignment" : `${what} operand`;
}

function readOnly(p: Parser, e: Expr, what: string, loc: number): void {
  const head = what === "read-only" ? "read-only " : `${what} of `;
  const suffix = what === "read-only" ? " used as 'asm' output" : "";
  const ro = what === "read-only" ? "" : "read-only ";
  if (e.op === E_MEMBER) {
    if ((objectQuals(e.a!.type) & T.Q_CONST) !== 0 && (e.member!.type.quals & T.Q_CONST) === 0)
      return p.error(
        loc,
        what === "read-only"
          ? `member '${p.text(e.member!.name)}' in read-only object used as 'asm' output`
          : `${what} of member '${p.text(e.member!.name)}' in read-only object`,
      );
    return p.error(loc, `${head}${ro}member '${p.text(e.member!.name)}'${suffix}`);
  }
  if (e.op === E_VAR) {
    const d = e.decl!;
    return p.error(loc, `${head}${ro}${d.isParam ? "parameter" : "variable"} '${p.text(d.name)}'${suffix}`);
  }
  const r = rootDecl(e);
  p.error(
    loc,
    r !== null && r.op === E_VAR ? `${head}${ro}location '${p.text(r.decl!.name)}'${suffix}` : `${head}${ro}location${suffix}`,
  );
}

/** lhs = rhs, or lhs op= rhs with op an E_* code. */
export function assign(p: Parser, op: number, lhs: Expr, rhs: Expr, loc: number): Expr {
  if (isError(lhs) || isError(rhs)) return errorExpr(p, loc);
  if (!checkModifiable(p, lhs, "assignment", loc)) return errorExpr(p, loc);
  const t = lhs.type;
  if (op === 0) {
    const r = assignConvert(p, rhs, t, ASSIGN);
    if (isError(r)) return r;
    return node(E_ASSIGN, t.canon, loc, lhs, r);
  }
  // the computation's type and the right operand come from the plain operator on a stand-in value
  const v = rvalue(p, lhs);
  const r = rvalue(p, rhs);
  if (isError(v) || isError(r)) return errorExpr(p, loc);
  const e = new Expr(E_OPASSIGN, t.canon, loc);
  e.a = lhs;
  if (t.kind === T.K_POINTER) {
    if ((op !== E_ADD && op !== E_SUB) || !T.isInteger(r.type)) return invalid(p, op, v, r, loc);
    if (!pointeeComplete(p, t, loc)) return errorExpr(p, loc);
    e.binop = op === E_ADD ? E_PTRADD : E_PTRSUB;
    e.b = convert(p, promote(p, r), F.isUnsigned(r.type) && r.type.size >= p.types.ptrdiff.size ? p.types.size : p.types.ptrdiff);
    e.compType = t.canon;
    return e;
  }
  const x = binary(p, op, v, r, loc);
  if (isError(x)) return x;
  if (x.type.kind === T.K_POINTER) return invalid(p, op, v, r, loc);
  e.binop = op;
  if (x.binop === E_SHR && x.op === E_SHR) {
    // the stored field wraps by itself
    const plain = x.a!.a!;
    e.compType = plain.type;
    e.b = plain.b;
    return e;
  }
  if (x.op === E_INT || x.op === E_FLOAT || x.op !== op) {
    // folded although the left operand is no constant: cannot happen, but for vectors of splats
    e.compType = x.type;
    e.b = op === E_SHL || op === E_SHR ? promote(p, r) : convert(p, r, x.type);
    return e;
  }
  e.compType = x.type;
  e.b = x.b;
  return e;
}

/** ++ and --. */
export function increment(p: Parser, op: number, e: Expr, delta: number, loc: number): Expr {
  if (isError(e)) return e;
  const what = delta > 0 ? "increment" : "decrement";
  if (!checkModifiable(p, e, what, loc)) return errorExpr(p, loc);
  const t = e.type;
  if (!T.isScalar(t) && t.kind !== T.K_COMPLEX && t.kind !== T.K_VECTOR) {
    p.error(loc, `wrong type argument to ${what}`);
    return errorExpr(p, loc);
  }
  if (t.kind === T.K_POINTER && !isComplete(t.base!) && t.base!.kind !== T.K_VOID && t.base!.kind !== T.K_FUNCTION) {
    p.error(loc, `${what} of pointer to an incomplete type '${p.typeText(t.base!)}'`);
    return errorExpr(p, loc);
  }
  if (t.kind === T.K_COMPLEX) p.pedwarn(loc, "ISO C does not support '++' and '--' on complex types");
  const r = node(op, t.canon, loc, e, null);
  r.num = delta;
  return r;
}
