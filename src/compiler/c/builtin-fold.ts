// Calls of built-in functions whose value is known at once: bits of constants, lengths of literals, NaNs with a payload, and
// what __builtin_constant_p and __builtin_classify_type say.

import { TY_F80 } from "../ir/ops.ts";
import { E_ADDR, E_ASSIGN, E_CALL, E_CAST, E_COMPLEX, E_FLOAT, E_INT, E_LOAD, E_POSTINC, E_STRING, type Expr } from "./ast.ts";
import * as BI from "./builtin-ids.ts";
import { rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { bigConst, bigOf, floatConst, smallInt, wideConst, wideOf } from "./fold.ts";
import type { Parser } from "./parser.ts";

/** The bytes of a string literal argument, or null. */
function literalBytes(e: Expr | undefined): Uint8Array | null {
  let x = e;
  while (x !== undefined && x.op === E_CAST) x = x.a!;
  if (x === undefined || x.op !== E_ADDR || x.a!.op !== E_STRING || x.a!.str!.unit !== 1) return null;
  return x.a!.str!.bytes;
}

/** The NaN with the payload that a literal argument names; null when that is for run time. */
export function nanConstant(p: Parser, t: CType, a: Expr | undefined, signalling: boolean, loc: number): Expr | null {
  if (a === undefined) return null;
  const v = rvalue(p, a);
  const b = literalBytes(v);
  if (b === null) return null;
  const text = new TextDecoder().decode(b.subarray(0, b.length - 1));
  let payload = 0n;
  if (text !== "") {
    if (!/^(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.test(text)) return null;
    payload = BigInt(/^0[0-7]+$/.test(text) ? `0o${text.slice(1)}` : text);
  }
  // bits of the fraction; the highest says quiet, and a signalling NaN without a payload has the next one
  const width =
    t.kind === T.K_FLOAT
      ? 23n
      : t.kind === T.K_DOUBLE
        ? 52n
        : t.kind === T.K_LDOUBLE && p.target.longDoubleTy === TY_F80
          ? 63n
          : 112n;
  let frac = payload & ((1n << (width - 1n)) - 1n);
  if (!signalling) frac = frac === 0n ? 0n : frac | (1n << (width - 1n));
  else if (frac === 0n) frac = 1n << (width - 2n);
  return wideConst(p, { kind: "nan", neg: false, mant: frac << (112n - width), exp: 0 }, t, loc);
}

/** A call whose value is known: bit counting and byte swapping of constants, lengths of literals. */
export function foldCall(p: Parser, e: Expr): Expr | null {
  const args = e.args!;
  const a = args[0];
  if (a === undefined) return null;
  const done = (v: Expr): Expr => {
    v.ice = true;
    return v;
  };
  switch (e.builtin) {
    case BI.BI_STRLEN: {
      const b = literalBytes(a);
      if (b === null) return null;
      const n = b.indexOf(0);
      return done(smallInt(n, e.type, e.loc));
    }
    case BI.BI_EXPECT:
    case BI.BI_EXPECT_WITH_PROBABILITY:
      return a.op === E_INT ? a : null;
  }
  if (a.op === E_INT) {
    const bits = a.type.size * 8;
    const v = BigInt.asUintN(bits, bigOf(a));
    switch (e.builtin) {
      case BI.BI_CLZ:
        return v === 0n ? null : constant(bits - v.toString(2).length, e);
      case BI.BI_CTZ:
        return v === 0n ? null : constant(trailing(v), e);
      case BI.BI_FFS:
        return constant(v === 0n ? 0 : trailing(v) + 1, e);
      case BI.BI_POPCOUNT:
        return constant(ones(v), e);
      case BI.BI_PARITY:
        return constant(ones(v) & 1, e);
      case BI.BI_CLRSB: {
        const s = BigInt.asIntN(bits, v);
        const u = s < 0n ? ~s : s;
        return constant(bits - 1 - (u === 0n ? 0 : u.toString(2).length), e);
      }
      case BI.BI_BSWAP: {
        let r = 0n;
        const n = e.type.size;
        for (let i = 0; i < n; i++) r = (r << 8n) | ((v >> BigInt(8 * i)) & 0xffn);
        const x = bigConst(r, e.type, e.loc);
        x.ice = true;
        return x;
      }
      case BI.BI_ABS: {
        const s = BigInt.asIntN(bits, v);
        return done(bigConst(s < 0n ? -s : s, e.type, e.loc));
      }
    }
    return null;
  }
  if (a.op === E_FLOAT) {
    const x = a.num;
    switch (e.builtin) {
      case BI.BI_FABS: {
        if (a.ext === null) return floatConst(p, Math.abs(x), e.type, e.loc);
        return wideConst(p, { ...wideOf(p, a), neg: false }, e.type, e.loc);
      }
      case BI.BI_ISNAN:
        return done(smallInt(Number.isNaN(x) ? 1 : 0, e.type, e.loc));
      case BI.BI_ISINF_SIGN:
      case BI.BI_ISINF:
        if (a.ext !== null) return null;
        return done(smallInt(x === Number.POSITIVE_INFINITY ? 1 : x === Number.NEGATIVE_INFINITY ? -1 : 0, e.type, e.loc));
      case BI.BI_ISFINITE:
        if (a.ext !== null) return null;
        return done(smallInt(Number.isFinite(x) ? 1 : 0, e.type, e.loc));
      case BI.BI_SIGNBIT:
        if (a.ext !== null || Number.isNaN(x)) return null;
        return done(smallInt(x < 0 || Object.is(x, -0) ? 1 : 0, e.type, e.loc));
      case BI.BI_SQRT:
        if (a.ext !== null || x < 0 || Number.isNaN(x)) return null;
        return floatConst(p, Math.sqrt(x), e.type, e.loc);
      case BI.BI_FLOOR:
        return a.ext !== null ? null : floatConst(p, Math.floor(x), e.type, e.loc);
      case BI.BI_CEIL:
        return a.ext !== null ? null : floatConst(p, Math.ceil(x), e.type, e.loc);
      case BI.BI_TRUNC:
        return a.ext !== null ? null : floatConst(p, Math.trunc(x), e.type, e.loc);
      case BI.BI_COPYSIGN: {
        const b = args[1]!;
        if (b.op !== E_FLOAT || a.ext !== null || Number.isNaN(b.num) || Number.isNaN(x)) return null;
        const neg = b.num < 0 || Object.is(b.num, -0);
        return floatConst(p, neg ? -Math.abs(x) : Math.abs(x), e.type, e.loc);
      }
    }
  }
  return null;
}

function constant(n: number, e: Expr): Expr {
  // GCC counts folded built-ins of integer constants as integer constant expressions
  return smallInt(n, e.type, e.loc);
}

function trailing(v: bigint): number {
  let n = 0;
  while (((v >> BigInt(n)) & 1n) === 0n) n++;
  return n;
}

function ones(v: bigint): number {
  let n = 0;
  for (const c of v.toString(2)) if (c === "1") n++;
  return n;
}

/** 1: constant, 0: never, -1: for the optimiser to decide. */
export function constantP(e: Expr): number {
  if (e.op === E_INT || e.op === E_FLOAT) return 1;
  if (e.op === E_COMPLEX) return Math.min(constantP(e.a!), constantP(e.b!));
  if (e.op === E_ADDR) return e.a!.op === E_STRING ? 1 : 0;
  if (e.op === E_CAST)
    return T.isScalar(e.type) && e.a!.type.kind !== T.K_POINTER ? constantP(e.a!) : constantP(e.a!) === 1 ? 1 : -1;
  if (e.type.kind === T.K_VOID || T.isRecord(e.type) || e.type.kind === T.K_ARRAY) return 0;
  if (e.op === E_CALL || e.op === E_LOAD) return -1;
  return hasEffects(e) ? 0 : -1;
}

function hasEffects(e: Expr): boolean {
  if (e.op >= E_ASSIGN && e.op <= E_POSTINC) return true;
  return (e.a !== null && hasEffects(e.a)) || (e.b !== null && hasEffects(e.b)) || (e.c !== null && hasEffects(e.c));
}

/** typeclass.h: void 0, integer 1, … */
export function classify(t: CType): number {
  switch (t.kind) {
    case T.K_VOID:
      return 0;
    case T.K_POINTER:
      return 5;
    case T.K_COMPLEX:
      return 9;
    case T.K_FUNCTION:
      return 10;
    case T.K_STRUCT:
      return 12;
    case T.K_UNION:
      return 13;
    case T.K_ARRAY:
      return 14;
    case T.K_VECTOR:
      return -1;
    default:
      return T.isFloating(t) ? 8 : 1;
  }
}
