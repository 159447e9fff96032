// Conversions: lvalue to value, promotions, usual arithmetic conversions, casts, assignment compatibility (C11 6.3, 6.5.4, 6.5.16.1). // hot

import {
  D_FUNC,
  E_ADDR,
  E_ASSIGN,
  E_BOUNDS,
  E_CAST,
  E_COMMA,
  E_COMPLEX,
  E_COMPOUND,
  E_DEREF,
  E_FLOAT,
  E_IMAGPART,
  E_INT,
  E_LOAD,
  E_MEMBER,
  E_NE,
  E_OPASSIGN,
  E_POSTINC,
  E_PREINC,
  E_REALPART,
  E_SHR,
  E_STRING,
  E_VAR,
  Expr,
  SC_REGISTER,
} from "./ast.ts";
import type { CType, Member } from "./ctype.ts";
import * as T from "./ctype.ts";
import { foldCast, intConst, isZero } from "./fold.ts";
import { findAnonymous } from "./layout.ts";
import type { Parser } from "./parser.ts";
import { compatible, isComplete, isPlainFloat, isVariablyModified, objectQuals, rank } from "./types.ts";

/** Value of e: arrays and functions decay, lvalues are loaded (C11 6.3.2.1). */
export function rvalue(p: Parser, e: Expr): Expr {
  const t = e.type;
  if (t.kind === T.K_ARRAY) {
    const r = new Expr(E_ADDR, p.types.pointer(t.base!), e.loc);
    r.a = e;
    r.parens = e.parens;
    return r;
  }
  if (t.kind === T.K_FUNCTION) {
    const r = new Expr(E_ADDR, p.types.pointer(t), e.loc);
    r.a = e;
    return r;
  }
  if (e.lvalue) {
    if (t.kind === T.K_VOID) return e;
    if (t.size < 0 && t.kind !== T.K_ERROR && !isComplete(t)) {
      incomplete(p, e.loc, t, e);
      return errorExpr(p, e.loc);
    }
    const r = new Expr(E_LOAD, t.kind <= T.K_POINTER ? t.canon : T.isRecord(t) ? t.canon : t.canon, e.loc);
    r.a = e;
    r.parens = e.parens;
    return r;
  }
  return e;
}

export function errorExpr(p: Parser, loc: number): Expr {
  const e = new Expr(E_INT, p.types.error, loc);
  e.ice = true;
  return e;
}

export function isError(e: Expr): boolean {
  return e.type.kind === T.K_ERROR;
}

/** GCC's complaint about an incomplete type. */
export function incomplete(p: Parser, loc: number, t: CType, e: Expr | null): void {
  if (t.kind === T.K_ERROR) return;
  if (t.kind === T.K_VOID)
    p.error(
      loc,
      e !== null && e.op === E_VAR
        ? `variable or field '${p.text(e.decl!.name)}' declared void`
        : "invalid use of void expression",
    );
  else if (t.kind === T.K_ARRAY) p.error(loc, "invalid use of array with unspecified bounds");
  else if (e !== null && e.op === E_VAR)
    p.error(loc, `'${p.text(e.decl!.name)}' has an incomplete type '${p.typeText(t.unqual)}'`);
  else p.error(loc, `invalid use of undefined type '${p.typeText(t.unqual)}'`);
}

export function isNullPointerConstant(e: Expr): boolean {
  if (e.op !== E_INT || !e.ice || !isZero(e)) return false;
  return T.isInteger(e.type) || (e.type.kind === T.K_POINTER && e.type.base!.kind === T.K_VOID && e.type.base!.quals === 0);
}

/** The bit-field whose value e has, or null. */
export function bitFieldOf(e: Expr): Member | null {
  switch (e.op) {
    case E_LOAD:
    case E_ASSIGN:
    case E_OPASSIGN:
    case E_PREINC:
    case E_POSTINC: {
      const a = e.a!;
      return a.op === E_MEMBER && a.member!.bitWidth >= 0 ? a.member : null;
    }
    case E_MEMBER:
      return e.member!.bitWidth >= 0 ? e.member : null;
    case E_COMMA:
      return bitFieldOf(e.b!);
    default:
      return null;
  }
}

/** Type after the integer promotions. */
function promotedType(p: Parser, e: Expr): CType {
  const t = e.type;
  if (t.kind < T.K_BOOL || t.kind > T.K_ENUM) return t;
  const m = bitFieldOf(e);
  if (m !== null) {
    const w = m.bitWidth;
    const uns = t.unsigned || (t.kind === T.K_ENUM && t.base!.unsigned);
    if (w < 32 || (w === 32 && !uns)) return p.types.int;
    if (w === 32 && t.size <= 4) return p.types.uint;
    return t.kind === T.K_ENUM ? t.base! : t;
  }
  if (t.kind === T.K_ENUM) return t.base!.size < 4 ? p.types.int : t.base!;
  return rank(t) < 3 ? p.types.int : t;
}

/** Integer promotions (C11 6.3.1.1p2) on a value. */
export function promote(p: Parser, e: Expr): Expr {
  const t = promotedType(p, e);
  return t === e.type ? e : convert(p, e, t);
}

/** Default argument promotions. */
export function defaultPromote(p: Parser, e: Expr): Expr {
  if (isPlainFloat(e.type)) return convert(p, e, p.types.double);
  return promote(p, e);
}

/** Common type of the usual arithmetic conversions (C11 6.3.1.8), complex included. */
export function usualType(p: Parser, a: Expr, b: Expr): CType {
  const tt = p.types;
  const x = promotedType(p, a);
  const y = promotedType(p, b);
  if (x === y) return x;
  if (x.kind === T.K_COMPLEX || y.kind === T.K_COMPLEX) {
    const rx = x.kind === T.K_COMPLEX ? x.base! : x;
    const ry = y.kind === T.K_COMPLEX ? y.base! : y;
    return tt.complex(commonReal(p, rx, ry));
  }
  return commonReal(p, x, y);
}

/** Common type of two real types. */
export function commonReal(p: Parser, x: CType, y: CType): CType {
  const tt = p.types;
  if (x === y) return x;
  if (T.isFloating(x) || T.isFloating(y)) {
    if (!T.isFloating(x)) return y;
    if (!T.isFloating(y)) return x;
    // binary128 holds every value of the x87 format
    if (x.kind === y.kind) return x.id > y.id ? x : y;
    return x.kind > y.kind ? x : y;
  }
  const rx = rank(x);
  const ry = rank(y);
  if (rx === ry) return x.unsigned ? x : y;
  const hi = rx > ry ? x : y;
  const lo = rx > ry ? y : x;
  if (hi.unsigned || !lo.unsigned) return hi;
  if (hi.size > lo.size) return hi;
  return tt.withSign(hi, true);
}

/** e as a value of type t without any check; constants are folded. */
export function convert(p: Parser, e: Expr, type: CType): Expr {
  const t = type.canon;
  const f = e.type;
  if (f === t || f.kind === T.K_ERROR) return e;
  if (f.canon === t) {
    if (!e.lvalue) return e;
  }
  if (t.kind === T.K_ERROR) return errorExpr(p, e.loc);
  if (e.op === E_INT && (t.kind <= T.K_FLOAT128 || t.kind === T.K_POINTER) && t.kind !== T.K_VOID) {
    const r = foldCast(p, e, t, e.loc);
    if (r !== null) {
      if (t.kind === T.K_POINTER) {
        r.ice = e.ice && isZero(e) && t.base!.kind === T.K_VOID && t.base!.quals === 0;
      } else r.ice = e.ice && f.kind !== T.K_POINTER;
      return r;
    }
  } else if (e.op === E_FLOAT && t.kind <= T.K_FLOAT128 && t.kind !== T.K_VOID) {
    const r = foldCast(p, e, t, e.loc);
    if (r !== null) {
      r.ice = e.ice && T.isInteger(t);
      return r;
    }
  } else if (t.kind === T.K_BOOL && f.kind === T.K_POINTER && e.op === E_ADDR && e.a!.op === E_STRING) {
    const r = intConst(1, 0, t, e.loc);
    r.ice = false;
    return r;
  }
  const r = new Expr(E_CAST, t, e.loc);
  r.a = e;
  return r;
}

/** &e for an lvalue or function; folds &*p and offsets from constant addresses. */
export function addressOf(p: Parser, e: Expr, loc: number): Expr {
  if (e.op === E_DEREF && e.type === e.a!.type.base) {
    const a = e.a!;
    return a;
  }
  const t = p.types.pointer(e.type);
  if (e.op === E_MEMBER) {
    // &((T *)0)->m is a constant
    let off = 0;
    let b: Expr = e;
    while (b.op === E_MEMBER && b.member!.segment === 0) {
      off += b.member!.off;
      b = b.a!;
    }
    if (b.op === E_DEREF && b.a!.op === E_INT) {
      const base = b.a!;
      const lo = base.lo + off;
      const r = intConst(lo | 0, base.hi + (base.lo >>> 0 > lo >>> 0 ? 1 : 0), t, loc);
      r.ice = false;
      return r;
    }
  }
  const r = new Expr(E_ADDR, t, loc);
  r.a = e;
  return r;
}

/** The object or function that an expression's storage belongs to: for marking and for register checks. */
export function rootDecl(e: Expr): Expr | null {
  for (;;) {
    switch (e.op) {
      case E_MEMBER:
      case E_REALPART:
      case E_IMAGPART:
        e = e.a!;
        break;
      case E_VAR:
      case E_COMPOUND:
        return e;
      case E_DEREF: {
        // array element: *(&a[0] + i)
        const a = e.a!;
        if (a.op === E_ADDR && a.a!.type.kind === T.K_ARRAY) {
          e = a.a!;
          break;
        }
        if (a.op === 41 /* PTRADD */ && a.a!.op === E_ADDR && a.a!.a!.type.kind === T.K_ARRAY && a.type === a.a!.type) {
          e = a.a!.a!;
          break;
        }
        return null;
      }
      default:
        return null;
    }
  }
}

export function isRegisterVar(e: Expr): boolean {
  const r = rootDecl(e);
  return r !== null && r.op === E_VAR && r.decl!.storage === SC_REGISTER && !r.decl!.isStatic;
}

/** A value that can stand as a condition. */
export function condition(p: Parser, e: Expr): Expr {
  const r = rvalue(p, e);
  const t = r.type;
  if (T.isScalar(t) || t.kind === T.K_COMPLEX) return r;
  if (t.kind === T.K_ERROR) return intConst(0, 0, p.types.int, e.loc);
  if (t.kind === T.K_VOID) p.error(e.loc, "void value not ignored as it ought to be");
  else if (T.isRecord(t))
    p.error(e.loc, `used ${t.kind === T.K_STRUCT ? "struct" : "union"} type value where scalar is required`);
  else p.error(e.loc, "used vector type where scalar is required");
  return intConst(0, 0, p.types.int, e.loc);
}

/** Scalar to 0/1 of type int (for complex conditions and folding). */
export function truth(p: Parser, e: Expr): Expr {
  if (e.type.kind !== T.K_COMPLEX) return e;
  const r = new Expr(E_NE, p.types.int, e.loc);
  r.a = e;
  r.b = convert(p, intConst(0, 0, p.types.int, e.loc), e.type);
  return r;
}

/** Known truth of a folded scalar: 1, 0 or -1 = not constant. */
export function knownTruth(e: Expr): number {
  if (e.op === E_INT) return isZero(e) ? 0 : 1;
  if (e.op === E_FLOAT) return e.num !== 0 || (e.ext !== null && Number.isNaN(e.num)) ? 1 : 0;
  if (e.op === E_ADDR && (e.a!.op === E_STRING || e.a!.op === E_COMPOUND)) return 1;
  if (e.op === E_ADDR && e.a!.op === E_VAR && e.a!.decl!.kind !== D_FUNC && e.a!.decl!.linkage === 0) return 1;
  return -1;
}

// ---- assignment ----

export const CX_ASSIGN = 0;
export const CX_INIT = 1;
export const CX_ARG = 2;
export const CX_RETURN = 3;

/** What is said about an implicit conversion that is not quite right. */
export class Context {
  kind: number;
  arg: number;
  fn: string;
  constructor(kind: number, arg = 0, fn = "") {
    this.kind = kind;
    this.arg = arg;
    this.fn = fn;
  }
}
export const ASSIGN: Context = new Context(CX_ASSIGN);
export const INIT: Context = new Context(CX_INIT);
export const RETURN: Context = new Context(CX_RETURN);

function fnText(c: Context): string {
  return c.fn === "" ? "" : ` of '${c.fn}'`;
}

function pointerText(p: Parser, c: Context, to: CType, from: CType, what: string): string {
  const t = p.typeText(to);
  const f = p.typeText(from);
  switch (c.kind) {
    case CX_ASSIGN:
      return what === ""
        ? `assignment to '${t}' from incompatible pointer type '${f}'`
        : `assignment to '${t}' from '${f}' ${what}`;
    case CX_INIT:
      return what === ""
        ? `initialization of '${t}' from incompatible pointer type '${f}'`
        : `initialization of '${t}' from '${f}' ${what}`;
    case CX_ARG:
      return what === ""
        ? `passing argument ${c.arg}${fnText(c)} from incompatible pointer type`
        : `passing argument ${c.arg}${fnText(c)} ${what}`;
    default:
      return what === ""
        ? `returning '${f}' from a function with incompatible return type '${t}'`
        : `returning '${f}' from a function with return type '${t}' ${what}`;
  }
}

function badTypes(p: Parser, c: Context, to: CType, from: CType, loc: number): void {
  if (to.kind === T.K_ERROR || from.kind === T.K_ERROR) return;
  const t = p.typeText(to);
  const f = p.typeText(from);
  switch (c.kind) {
    case CX_ASSIGN:
      return p.error(loc, `incompatible types when assigning to type '${t}' from type '${f}'`);
    case CX_INIT:
      return p.error(
        loc,
        T.isRecord(to) || to.kind === T.K_ARRAY
          ? "invalid initializer"
          : `incompatible types when initializing type '${t}' using type '${f}'`,
      );
    case CX_ARG:
      p.error(loc, `incompatible type for argument ${c.arg}${fnText(c)}`);
      return;
    default:
      p.error(loc, `incompatible types when returning type '${f}' but '${t}' was expected`);
  }
}

/** e converted as if by assignment to type `to` (C11 6.5.16.1). */
export function assignConvert(p: Parser, e0: Expr, to: CType, c: Context): Expr {
  const e = rvalue(p, e0);
  const f = e.type;
  const t = to.canon;
  if (f === t) return e;
  if (f.kind === T.K_ERROR || t.kind === T.K_ERROR)
    return f.kind === T.K_ERROR && t.kind !== T.K_ERROR && t.kind <= T.K_POINTER && t.kind > T.K_VOID
      ? intConst(0, 0, T.isInteger(t) || t.kind === T.K_POINTER ? t : p.types.int, e.loc)
      : e;
  if (T.isArithmetic(t) && T.isArithmetic(f)) return convert(p, e, t);
  if (f.kind === T.K_VOID) {
    p.error(e0.loc, "void value not ignored as it ought to be");
    return errorExpr(p, e.loc);
  }
  if (t.kind === T.K_POINTER) {
    if (f.kind === T.K_POINTER) {
      if (p.opts.plan9) {
        const part = anonymousPart(p, e, t);
        if (part !== null) return convert(p, part, t);
      }
      if (!isNullPointerConstant(e)) checkPointers(p, t, f, c, e.loc);
      return convert(p, e, t);
    }
    if (T.isInteger(f)) {
      if (!isNullPointerConstant(e)) {
        p.pedwarn(e.loc, pointerText(p, c, to, f, "makes pointer from integer without a cast"), "int-conversion");
      }
      return convert(p, e, t);
    }
  } else if (f.kind === T.K_POINTER) {
    if (t.kind === T.K_BOOL) return convert(p, e, t);
    if (T.isInteger(t)) {
      p.pedwarn(e.loc, pointerText(p, c, to, f, "makes integer from pointer without a cast"), "int-conversion");
      return convert(p, e, t);
    }
  } else if (t.kind === T.K_VECTOR && f.kind === T.K_VECTOR) {
    if (compatible(t, f, true) || (t.size === f.size && laxVectors(t, f))) return convert(p, e, t);
  } else if (T.isRecord(t) && compatible(t, f, true)) return e;
  if (t.record?.transparentUnion === true && c.kind === CX_ARG) {
    const r = toTransparentUnion(p, e, t);
    if (r !== null) return r;
  }
  badTypes(p, c, to, f, e0.loc);
  return errorExpr(p, e.loc);
}

/** Plan 9: a pointer to a record where one to its anonymous member is wanted. */
function anonymousPart(p: Parser, e: Expr, to: CType): Expr | null {
  const a = to.base!;
  const b = e.type.base!;
  if (!T.isRecord(a) || !T.isRecord(b) || compatible(a, b, true) || !isComplete(b)) return null;
  const path = findAnonymous(b, a);
  if (path === null) return null;
  let x = new Expr(E_DEREF, b, e.loc);
  x.a = e;
  x.lvalue = true;
  for (const m of path) {
    const y = new Expr(E_MEMBER, p.types.qualified(m.type, x.type.quals), e.loc);
    y.a = x;
    y.member = m;
    y.lvalue = true;
    x = y;
  }
  return addressOf(p, x, e.loc);
}

/** Comparisons give GCC's opaque vectors, which go into any integer vector of their shape. */
function laxVectors(a: CType, b: CType): boolean {
  return a.count === b.count && a.base!.size === b.base!.size && T.isInteger(a.base!) && T.isInteger(b.base!);
}

function toTransparentUnion(p: Parser, e: Expr, t: CType): Expr | null {
  let found: Member | null = null;
  for (const m of t.record!.members) {
    if (compatible(m.type, e.type, true)) {
      found = m;
      break;
    }
    if (m.type.kind !== T.K_POINTER) continue;
    if (isNullPointerConstant(e)) found ??= m;
    else if (e.type.kind === T.K_POINTER) {
      const a = m.type.base!;
      const b = e.type.base!;
      if (a.kind === T.K_VOID || b.kind === T.K_VOID || compatible(a, b, true)) found ??= m;
    }
  }
  if (found === null) return null;
  const r = new Expr(E_CAST, t, e.loc);
  r.a = convert(p, e, found.type);
  r.member = found;
  return r;
}

function checkPointers(p: Parser, to: CType, from: CType, c: Context, loc: number): void {
  const a = to.base!;
  const b = from.base!;
  if (a === b) return;
  const qa = objectQuals(a);
  const qb = objectQuals(b);
  const voids = a.kind === T.K_VOID || b.kind === T.K_VOID;
  if (a.addrSpace !== b.addrSpace && !voids) {
    p.error(
      loc,
      `${c.kind === CX_ASSIGN ? "assignment" : c.kind === CX_INIT ? "initialization" : c.kind === CX_ARG ? `passing argument ${c.arg}${fnText(c)}` : "return"} from pointer to non-enclosed address space`,
    );
    return;
  }
  if (!voids && !compatible(p.types.unqualified(a), p.types.unqualified(b), true) && !signVariant(p, a, b)) {
    p.pedwarn(loc, pointerText(p, c, to, from, ""), "incompatible-pointer-types");
    return;
  }
  if (voids && (a.kind === T.K_FUNCTION || b.kind === T.K_FUNCTION)) {
    const what =
      c.kind === CX_ASSIGN
        ? "assignment"
        : c.kind === CX_INIT
          ? "initialization"
          : c.kind === CX_ARG
            ? `passing argument ${c.arg}${fnText(c)}`
            : "return";
    p.pedwarn(loc, `ISO C forbids ${what} between function pointer and 'void *'`);
    return;
  }
  const lost = qb & ~qa & (T.Q_CONST | T.Q_VOLATILE);
  if (lost !== 0 && a.kind !== T.K_FUNCTION) {
    const q = (lost & T.Q_CONST) !== 0 ? "const" : "volatile";
    const head =
      c.kind === CX_ASSIGN
        ? "assignment"
        : c.kind === CX_INIT
          ? "initialization"
          : c.kind === CX_ARG
            ? `passing argument ${c.arg}${fnText(c)}`
            : "return";
    p.pedwarn(
      loc,
      `${head} discards '${q}' qualifier from pointer target type`,
      a.base !== null && a.kind === T.K_ARRAY ? "discarded-array-qualifiers" : "discarded-qualifiers",
    );
  }
}

/** Pointees that differ in signedness only: -Wpointer-sign, off unless -Wall or -pedantic. */
function signVariant(p: Parser, a: CType, b: CType): boolean {
  const x = a.canon;
  const y = b.canon;
  if (!T.isInteger(x) || !T.isInteger(y)) {
    if (x.kind === T.K_POINTER && y.kind === T.K_POINTER && x.base!.quals === y.base!.quals)
      return signVariant(p, x.base!, y.base!);
    return false;
  }
  return x.kind !== T.K_BOOL && y.kind !== T.K_BOOL && p.types.withSign(x, true) === p.types.withSign(y, true);
}

// ---- explicit casts ----

/** (type) e */
export function explicitCast(p: Parser, e0: Expr, type: CType, loc: number): Expr {
  const t = type.canon;
  if (t.kind === T.K_VOID) {
    const a = e0.lvalue && T.isRecord(e0.type) ? e0 : rvalueForVoid(p, e0);
    const r = new Expr(E_CAST, t, loc);
    r.a = a;
    return r;
  }
  if (t.kind === T.K_ERROR || isError(e0))
    return isError(e0) && t.kind !== T.K_ERROR && T.isScalar(t)
      ? intConst(0, 0, T.isInteger(t) || t.kind === T.K_POINTER ? t : p.types.int, loc)
      : errorExpr(p, loc);
  if (t.kind === T.K_ARRAY) {
    p.error(loc, "cast specifies array type");
    return errorExpr(p, loc);
  }
  if (t.kind === T.K_FUNCTION) {
    p.error(loc, "cast specifies function type");
    return errorExpr(p, loc);
  }
  const e = rvalue(p, e0);
  const f = e.type;
  if (isError(e)) return e;
  if (T.isRecord(t)) {
    if (f.canon === t) {
      p.pedwarn(loc, "ISO C forbids casting nonscalar to the same type");
      return e;
    }
    if (t.kind === T.K_UNION && t.record!.complete) {
      for (const m of t.record!.members) {
        if (m.name !== 0 && m.bitWidth < 0 && compatible(m.type, f, true)) {
          p.pedwarn(loc, "ISO C forbids casts to union type");
          const r = new Expr(E_CAST, t, loc);
          r.a = e;
          r.member = m;
          return r;
        }
      }
      p.error(loc, "cast to union type from type not present in union");
      return errorExpr(p, loc);
    }
    p.error(loc, isComplete(t) ? "conversion to non-scalar type requested" : `invalid use of undefined type '${p.typeText(t)}'`);
    return errorExpr(p, loc);
  }
  if (f.kind === T.K_VOID) {
    p.error(loc, "void value not ignored as it ought to be");
    return errorExpr(p, loc);
  }
  if (t.kind === T.K_VECTOR || f.kind === T.K_VECTOR) {
    if (t.size !== f.size || T.isFloating(f) || T.isFloating(t) || T.isRecord(f)) {
      if (t.kind === T.K_VECTOR && f.kind === T.K_VECTOR)
        p.error(
          loc,
          `cannot convert a value of type '${p.typeText(f)}' to vector type '${p.typeText(t)}' which has different size`,
        );
      else
        p.error(
          loc,
          t.kind === T.K_VECTOR
            ? `cannot convert a value of type '${p.typeText(f)}' to vector type '${p.typeText(t)}' which has different size`
            : "aggregate value used where an integer was expected",
        );
      return errorExpr(p, loc);
    }
    return convert(p, e, t);
  }
  if (T.isRecord(f)) {
    p.error(
      loc,
      t.kind === T.K_POINTER
        ? "cannot convert to a pointer type"
        : T.isFloating(t)
          ? "aggregate value used where a floating-point was expected"
          : t.kind === T.K_COMPLEX
            ? "aggregate value used where a complex was expected"
            : "aggregate value used where an integer was expected",
    );
    return errorExpr(p, loc);
  }
  if (t.kind === T.K_ENUM && t.base === null) {
    p.error(loc, `invalid use of undefined type '${p.typeText(t)}'`);
    return errorExpr(p, loc);
  }
  if (t.kind === T.K_POINTER && (T.isFloating(f) || f.kind === T.K_COMPLEX)) {
    p.error(loc, "cannot convert to a pointer type");
    return errorExpr(p, loc);
  }
  if (f.kind === T.K_POINTER && (T.isFloating(t) || t.kind === T.K_COMPLEX)) {
    p.error(
      loc,
      T.isFloating(t)
        ? "pointer value used where a floating-point was expected"
        : "pointer value used where a complex was expected",
    );
    return errorExpr(p, loc);
  }
  if (t.kind === T.K_POINTER && T.isInteger(f) && e.op !== E_INT) {
    if (f.size < t.size) p.warning(loc, "cast to pointer from integer of different size", "int-to-pointer-cast");
  } else if (f.kind === T.K_POINTER && T.isInteger(t) && t.kind !== T.K_BOOL && t.size < f.size && e.op !== E_INT) {
    p.warning(loc, "cast from pointer to integer of different size", "pointer-to-int-cast");
  }
  if (t.kind === T.K_COMPLEX && f.kind !== T.K_COMPLEX) {
    // a complex number with an imaginary part of 0: only an operand converted implicitly takes part in arithmetic as a real number
    const c = new Expr(E_COMPLEX, t.unqual, loc);
    c.a = convert(p, e, t.base!);
    c.b = convert(p, intConst(0, 0, p.types.int, loc), t.base!);
    return c;
  }
  const r = convert(p, e, t);
  if (r === e && (bitFieldOf(e) !== null || (e.op === E_SHR && e.binop === E_SHR))) {
    // the cast makes a full-width value of it, which promotes as its type does
    const c = new Expr(E_CAST, t, loc);
    c.a = e;
    return c;
  }
  if (r === e && e.op !== E_INT) return r;
  if (r === e) {
    // keep the value but not its standing as an lvalue or literal
    const c = new Expr(e.op, e.type, loc);
    c.lo = e.lo;
    c.hi = e.hi;
    c.ext = e.ext;
    c.ice = e.ice;
    return c;
  }
  r.loc = loc;
  return r;
}

/** A void expression that evaluates bounds (Parser.takeBounds). */
export function boundsExpr(p: Parser, list: Expr[], loc: number): Expr {
  const e = new Expr(E_BOUNDS, p.types.void, loc);
  e.args = list;
  return e;
}

/** e with the bounds of a type name in it evaluated first. */
export function withBounds(p: Parser, list: Expr[] | null, e: Expr): Expr {
  if (list === null || e.type.kind === T.K_ERROR) return e;
  const c = new Expr(E_COMMA, e.type, e.loc);
  c.a = boundsExpr(p, list, e.loc);
  c.b = e;
  return c;
}

/** Operand of a cast to void or of an expression statement: volatile objects are read, others need no load. */
export function rvalueForVoid(p: Parser, e: Expr): Expr {
  if (e.type.kind === T.K_VOID || e.type.kind === T.K_ERROR) return e;
  if (e.type.kind === T.K_FUNCTION || e.type.kind === T.K_ARRAY)
    return e.type.kind === T.K_ARRAY && isVariablyModified(e.type) ? rvalue(p, e) : rvalue(p, e);
  if (e.lvalue && e.type.size < 0 && !isComplete(e.type)) {
    if (e.op === E_VAR) incomplete(p, e.loc, e.type, e);
    return addressOf(p, e, e.loc);
  }
  return rvalue(p, e);
}
