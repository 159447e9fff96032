// Calls of built-in functions: types, special syntax, and what can be folded at once.

import { TY_F80 } from "../ir/ops.ts";
import * as KW from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import {
  E_ADD,
  E_ADDR,
  E_BUILTIN,
  E_CALL,
  E_CAST,
  E_COMPLEX,
  E_CONVERTVECTOR,
  E_FLOAT,
  E_INT,
  E_LOAD,
  E_MUL,
  E_SEGMENT,
  E_STRING,
  E_VAARG,
  Expr,
} from "./ast.ts";
import { binary } from "./binary.ts";
import * as BI from "./builtin-ids.ts";
import { BF_CUSTOM, BF_LIBCALL, BF_SIZED, type BuiltinRow } from "./builtin-ids.ts";
import { constantInt } from "./consteval.ts";
import {
  assignConvert,
  Context,
  CX_ARG,
  commonReal,
  convert,
  errorExpr,
  isError,
  promote,
  rvalue,
  usualType,
  withBounds,
} from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { parseTypeName } from "./declspec.ts";
import {
  call,
  convertArguments,
  libraryFunction,
  makeString,
  markReferenced,
  parseArguments,
  parseAssignment,
  parseExpression,
  sizeOf,
  varExpr,
} from "./expr.ts";
import { bigConst, bigOf, floatConst, isZero, smallInt, wideConst, wideOf } from "./fold.ts";
import { parseHasAttribute } from "./has-attribute.ts";
import { findMember } from "./layout.ts";
import type { Parser } from "./parser.ts";
import { compatible, isComplete, isVlaType } from "./types.ts";

/** Type of a prototype letter (builtin-ids.ts). */
function letter(p: Parser, c: string): CType {
  const tt = p.types;
  switch (c) {
    case "v":
      return tt.void;
    case "b":
      return tt.bool;
    case "c":
      return tt.char;
    case "i":
      return tt.int;
    case "u":
    case "3":
      return tt.uint;
    case "l":
      return tt.long;
    case "L":
      return tt.ulong;
    case "x":
      return tt.llong;
    case "X":
      return tt.ullong;
    case "m":
      return tt.long.size === 8 ? tt.long : tt.llong;
    case "M":
      return tt.long.size === 8 ? tt.ulong : tt.ullong;
    case "z":
      return tt.size;
    case "Z":
    case "t":
      return tt.ptrdiff;
    case "6":
      return tt.ushort;
    case "8":
      return tt.long.size === 8 ? tt.ulong : tt.ullong;
    case "O":
      return tt.uint128;
    case "f":
      return tt.float;
    case "d":
      return tt.double;
    case "e":
      return tt.ldouble;
    case "q":
      return tt.float128;
    case "1":
      return tt.float32;
    case "2":
      return tt.float64;
    case "4":
      return tt.float32x;
    case "5":
      return tt.float64x;
    case "s":
      return tt.charPtr;
    case "S":
      return tt.constCharPtr;
    case "P":
      return tt.pointer(tt.qualified(tt.void, T.Q_CONST));
    case "V":
      return tt.pointer(tt.qualified(tt.void, T.Q_VOLATILE));
    case "W":
      return tt.pointer(tt.qualified(tt.void, T.Q_CONST | T.Q_VOLATILE));
    case "A":
      return tt.vaList.kind === T.K_ARRAY ? tt.pointer(tt.vaList.base!) : tt.vaList;
    case "w":
      return tt.wchar;
    case "y":
      return tt.wint;
    case "R":
      return tt.complex(tt.float);
    case "T":
      return tt.complex(tt.double);
    case "U":
      return tt.complex(tt.ldouble);
    case "D":
      return tt.pointer(tt.double);
    case "E":
      return tt.pointer(tt.ldouble);
    case "G":
      return tt.pointer(tt.float);
    case "I":
      return tt.pointer(tt.int);
    case "J":
      return tt.pointer(tt.voidPtr);
    default:
      return tt.voidPtr;
  }
}

/** Function type of a row with a prototype. */
export function prototypeOf(p: Parser, row: BuiltinRow): CType {
  const s = row[1];
  const variadic = s.endsWith(".");
  const params: CType[] = [];
  let i = 1;
  for (; i < s.length && s[i] !== "."; i++) {
    if (s[i] === "*") params.push(p.types.pointer(params[params.length - 1]!));
    else params.push(letter(p, s[i]!));
  }
  return p.types.func(letter(p, s[0] ?? "v"), params, true, variadic);
}

function node(_p: Parser, id: number, t: CType, args: Expr[], loc: number): Expr {
  const e = new Expr(E_BUILTIN, t, loc);
  e.builtin = id;
  e.args = args;
  return e;
}

/** A built-in's call; the cursor is at "(". */
export function buildBuiltin(p: Parser, row: BuiltinRow, name: number, loc: number): Expr {
  const id = row[2];
  const text = p.text(name);
  if (id === BI.BI_CLASSIFY_TYPE || id === BI.BI_CONSTANT_P || id === BI.BI_OBJECT_SIZE || id === BI.BI_DYNAMIC_OBJECT_SIZE)
    p.unevaluatedWarnings++;
  p.next();
  // a va_list argument is an object, not a value
  const args = parseArguments(p);
  const endLoc = p.prevLoc;
  if (id === BI.BI_CLASSIFY_TYPE || id === BI.BI_CONSTANT_P || id === BI.BI_OBJECT_SIZE || id === BI.BI_DYNAMIC_OBJECT_SIZE)
    p.unevaluatedWarnings--;
  for (const a of args) if (isError(a)) return errorExpr(p, loc);
  if ((row[3] & BF_SIZED) !== 0) return atomicSized(p, row, text, args, loc);
  if ((row[3] & BF_CUSTOM) !== 0) return custom(p, row, text, args, loc);
  const ft = prototypeOf(p, row);
  switch (id) {
    case BI.BI_INF:
    case BI.BI_HUGE_VAL:
      return floatConst(p, Number.POSITIVE_INFINITY, ft.base!, loc);
    case BI.BI_NAN:
    case BI.BI_NANS: {
      const r = nanConstant(p, ft.base!, args[0], id === BI.BI_NANS, loc);
      if (r !== null) return r;
      break;
    }
    case BI.BI_LINE:
      return smallInt(p.diags.sources.decode(loc).line, p.types.int, loc);
    case BI.BI_FILE:
      return rvalue(p, makeString(p, p.diags.sources.decode(loc).file, loc));
    case BI.BI_FUNCTION:
      return rvalue(p, makeString(p, p.fn === null ? "" : p.text(p.fn.decl.name), loc));
    case BI.BI_VA_ARG_PACK:
    case BI.BI_VA_ARG_PACK_LEN:
      if (p.fn !== null) p.fn.usesArgPack = true;
      break;
    case BI.BI_ALLOCA:
    case BI.BI_ALLOCA_WITH_ALIGN:
      if (p.fn !== null) p.fn.usesAlloca = true;
      break;
  }
  if ((row[3] & BF_LIBCALL) !== 0) {
    const d = libraryFunction(p, row[0]);
    if (d !== null) {
      const f = varExpr(p, d, loc);
      const saved = d.builtin;
      d.builtin = id;
      const e = new Expr(E_CALL, ft.base!, loc);
      e.a = rvalue(p, f);
      e.args = convertArguments(p, args, ft, text, null, loc, endLoc);
      e.builtin = id;
      d.builtin = saved;
      return foldCall(p, e) ?? e;
    }
  }
  const e = node(p, id, ft.base!, convertArguments(p, args, ft, text, null, loc, endLoc), loc);
  if (id === BI.BI_ADD_OVERFLOW || id === BI.BI_SUB_OVERFLOW || id === BI.BI_MUL_OVERFLOW) e.compType = ft.params[0]!;
  if (id === BI.BI_ATOMIC_ALWAYS_LOCK_FREE || id === BI.BI_ATOMIC_IS_LOCK_FREE) {
    const n = e.args![0]!;
    if (n.op === E_INT) {
      const ok = n.hi === 0 && (n.lo === 1 || n.lo === 2 || n.lo === 4 || n.lo === 8);
      if (ok || id === BI.BI_ATOMIC_ALWAYS_LOCK_FREE) return smallInt(ok ? 1 : 0, p.types.bool, loc);
    }
  }
  return foldCall(p, e) ?? e;
}

/** The bytes of a string literal argument, or null. */
function literalBytes(e: Expr | undefined): Uint8Array | null {
  let x = e;
  while (x !== undefined && x.op === E_CAST) x = x.a!;
  if (x === undefined || x.op !== E_ADDR || x.a!.op !== E_STRING || x.a!.str!.unit !== 1) return null;
  return x.a!.str!.bytes;
}

function nanConstant(p: Parser, t: CType, a: Expr | undefined, signalling: boolean, loc: number): Expr | null {
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
    v.ice = false;
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
        return v === 0n ? null : constant(p, bits - v.toString(2).length, e);
      case BI.BI_CTZ:
        return v === 0n ? null : constant(p, trailing(v), e);
      case BI.BI_FFS:
        return constant(p, v === 0n ? 0 : trailing(v) + 1, e);
      case BI.BI_POPCOUNT:
        return constant(p, ones(v), e);
      case BI.BI_PARITY:
        return constant(p, ones(v) & 1, e);
      case BI.BI_CLRSB: {
        const s = BigInt.asIntN(bits, v);
        const u = s < 0n ? ~s : s;
        return constant(p, bits - 1 - (u === 0n ? 0 : u.toString(2).length), e);
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

function constant(_p: Parser, n: number, e: Expr): Expr {
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

function countArgs(p: Parser, text: string, args: Expr[], min: number, max: number, loc: number): boolean {
  if (args.length < min) {
    p.error(loc, `too few arguments to function '${text}'`);
    return false;
  }
  if (args.length > max) {
    p.error(loc, `too many arguments to function '${text}'`);
    return false;
  }
  return true;
}

/** The va_list object behind an argument: a parameter of array type va_list is a pointer to it. */
function vaListArg(p: Parser, e: Expr, text: string, n: number): Expr {
  const vl = p.types.vaList;
  if (vl.kind === T.K_ARRAY) {
    if (e.type.kind === T.K_ARRAY && compatible(e.type.base!, vl.base!, true)) return e;
    const v = rvalue(p, e);
    if (v.type.kind === T.K_POINTER && compatible(v.type.base!, vl.base!, true)) {
      const d = new Expr(2 /* E_DEREF */, v.type.base!, e.loc);
      d.a = v;
      d.lvalue = true;
      return d;
    }
  } else if (compatible(e.type, vl, true) && e.lvalue) return e;
  p.error(
    e.loc,
    text === "va_arg" ? "first argument to 'va_arg' not of type 'va_list'" : `incompatible type for argument ${n} of '${text}'`,
  );
  return errorExpr(p, e.loc);
}

function custom(p: Parser, row: BuiltinRow, text: string, args: Expr[], loc: number): Expr {
  const tt = p.types;
  const id = row[2];
  switch (id) {
    case BI.BI_CONSTANT_P: {
      if (!countArgs(p, text, args, 1, 1, loc)) return errorExpr(p, loc);
      const a = rvalue(p, args[0]!);
      const k = constantP(a);
      if (k >= 0) {
        return smallInt(k, tt.int, loc);
      }
      return node(p, id, tt.int, [a], loc);
    }
    case BI.BI_CLASSIFY_TYPE:
      if (!countArgs(p, text, args, 1, 1, loc)) return errorExpr(p, loc);
      return smallInt(classify(rvalue(p, args[0]!).type), tt.int, loc);
    case BI.BI_VA_START:
    case BI.BI_NEXT_ARG: {
      if (id === BI.BI_NEXT_ARG) break;
      if (!countArgs(p, text, args, 1, 2, loc)) return errorExpr(p, loc);
      if (p.fn !== null && !p.fn.decl.type.variadic) {
        p.error(loc, "'va_start' used in function with fixed arguments");
        return errorExpr(p, loc);
      }
      const ap = vaListArg(p, args[0]!, text, 1);
      return node(p, id, tt.void, isError(ap) ? [] : [ap], loc);
    }
    case BI.BI_VA_END:
    case BI.BI_VA_COPY: {
      const n = id === BI.BI_VA_END ? 1 : 2;
      if (!countArgs(p, text, args, n, n, loc)) return errorExpr(p, loc);
      const list = args.map((a, i) => vaListArg(p, a, text, i + 1));
      for (const a of list) if (isError(a)) return errorExpr(p, loc);
      return node(p, id, tt.void, list, loc);
    }
    case BI.BI_ADD_OVERFLOW:
    case BI.BI_SUB_OVERFLOW:
    case BI.BI_MUL_OVERFLOW:
    case BI.BI_ADD_OVERFLOW_P:
    case BI.BI_SUB_OVERFLOW_P:
    case BI.BI_MUL_OVERFLOW_P: {
      if (!countArgs(p, text, args, 3, 3, loc)) return errorExpr(p, loc);
      const isP = id >= BI.BI_ADD_OVERFLOW_P;
      const v = args.map((a) => rvalue(p, a));
      for (let i = 0; i < 2; i++) {
        if (!T.isInteger(v[i]!.type)) {
          p.error(v[i]!.loc, `argument ${i + 1} in call to function '${text}' does not have integral type`);
          return errorExpr(p, loc);
        }
      }
      let t: CType;
      if (isP) {
        t = v[2]!.type;
        // a bit-field's own width is the result's, for which no C type exists
        if (!T.isInteger(t) || t.kind === T.K_BOOL || t.kind === T.K_ENUM) {
          p.error(
            v[2]!.loc,
            `argument 3 in call to function '${text}' has ${t.kind === T.K_ENUM ? "enumerated" : t.kind === T.K_BOOL ? "boolean" : "non-integral"} type`,
          );
          return errorExpr(p, loc);
        }
      } else {
        const pt = v[2]!.type;
        if (pt.kind !== T.K_POINTER || !T.isInteger(pt.base!)) {
          p.error(v[2]!.loc, `argument 3 in call to function '${text}' does not have pointer to integral type`);
          return errorExpr(p, loc);
        }
        t = pt.base!;
        if (t.kind === T.K_ENUM || t.kind === T.K_BOOL) {
          p.error(
            v[2]!.loc,
            `argument 3 in call to function '${text}' has pointer to ${t.kind === T.K_ENUM ? "enumerated" : "boolean"} type`,
          );
          return errorExpr(p, loc);
        }
        if ((t.quals & T.Q_CONST) !== 0) {
          p.error(v[2]!.loc, `argument 3 in call to function '${text}' has pointer to 'const' type`);
          return errorExpr(p, loc);
        }
      }
      const e = node(p, id, tt.bool, v, loc);
      e.compType = t.canon;
      if (isP && v[0]!.op === E_INT && v[1]!.op === E_INT) {
        const x = bigOf(v[0]!);
        const y = bigOf(v[1]!);
        const r = id === BI.BI_ADD_OVERFLOW_P ? x + y : id === BI.BI_SUB_OVERFLOW_P ? x - y : x * y;
        const c = smallInt(bigOf(bigConst(r, t.canon, loc)) === r ? 0 : 1, tt.bool, loc);
        c.ice = v[0]!.ice && v[1]!.ice;
        return c;
      }
      return e;
    }
    case BI.BI_SPECULATION_SAFE_VALUE: {
      if (!countArgs(p, text, args, 1, 2, loc)) return errorExpr(p, loc);
      const a = rvalue(p, args[0]!);
      const list = [a];
      if (args.length > 1) list.push(assignConvert(p, args[1]!, a.type, new Context(CX_ARG, 2, text)));
      return node(p, id, a.type, list, loc);
    }
    case BI.BI_ISNAN:
    case BI.BI_ISINF:
    case BI.BI_ISFINITE:
    case BI.BI_SIGNBIT:
    case BI.BI_ISNORMAL:
    case BI.BI_ISINF_SIGN: {
      if (!countArgs(p, text, args, 1, 1, loc)) return errorExpr(p, loc);
      const a = rvalue(p, args[0]!);
      if (!T.isFloating(a.type)) {
        p.error(loc, `non-floating-point argument in call to function '${text}'`);
        return errorExpr(p, loc);
      }
      const e = node(p, id, tt.int, [a], loc);
      return foldCall(p, e) ?? e;
    }
    case BI.BI_FPCLASSIFY: {
      if (!countArgs(p, text, args, 6, 6, loc)) return errorExpr(p, loc);
      const list = args.map((a, i) => (i < 5 ? convert(p, rvalue(p, a), tt.int) : rvalue(p, a)));
      if (!T.isFloating(list[5]!.type)) {
        p.error(loc, `non-floating-point argument in call to function '${text}'`);
        return errorExpr(p, loc);
      }
      return node(p, id, tt.int, list, loc);
    }
    case BI.BI_ISGREATER:
    case BI.BI_ISGREATEREQUAL:
    case BI.BI_ISLESS:
    case BI.BI_ISLESSEQUAL:
    case BI.BI_ISLESSGREATER:
    case BI.BI_ISUNORDERED:
    case BI.BI_ISEQSIG: {
      if (!countArgs(p, text, args, 2, 2, loc)) return errorExpr(p, loc);
      const a = rvalue(p, args[0]!);
      const b = rvalue(p, args[1]!);
      if (!T.isArithmetic(a.type) || !T.isArithmetic(b.type) || (!T.isFloating(a.type) && !T.isFloating(b.type))) {
        p.error(loc, `non-floating-point arguments in call to function '${text}'`);
        return errorExpr(p, loc);
      }
      const t = usualType(p, a, b);
      return node(p, id, tt.int, [convert(p, a, t), convert(p, b, t)], loc);
    }
    case BI.BI_SHUFFLEVECTOR: {
      if (args.length < 3) {
        p.error(loc, `too few arguments to function '${text}'`);
        return errorExpr(p, loc);
      }
      const a = rvalue(p, args[0]!);
      const b = rvalue(p, args[1]!);
      if (a.type.kind !== T.K_VECTOR || b.type.kind !== T.K_VECTOR) {
        p.error(loc, `'${text}' arguments must be vectors`);
        return errorExpr(p, loc);
      }
      const list = [a, b];
      for (let i = 2; i < args.length; i++) {
        const c = constantInt(p, rvalue(p, args[i]!));
        if (c === null) {
          p.error(args[i]!.loc, `invalid element index to '${text}'`);
          return errorExpr(p, loc);
        }
        list.push(convert(p, c, tt.int));
      }
      return node(p, id, tt.vector(a.type.base!, args.length - 2), list, loc);
    }
    case BI.BI_ATOMIC_LOAD:
    case BI.BI_ATOMIC_STORE:
    case BI.BI_ATOMIC_EXCHANGE:
    case BI.BI_ATOMIC_CAS:
      return atomicGeneric(p, id, text, args, loc);
    case BI.BI_APPLY_ARGS:
      if (p.fn !== null) return node(p, id, tt.voidPtr, [], loc);
      break;
    case BI.BI_APPLY:
    case BI.BI_RETURN: {
      const want = id === BI.BI_RETURN ? 1 : 3;
      if (args.length !== want) {
        p.error(loc, `wrong number of arguments to function '${text}'`);
        return errorExpr(p, loc);
      }
      const list = args.map((a, k) => (k === 2 ? convert(p, rvalue(p, a), tt.size) : rvalue(p, a)));
      if (list.some((a, k) => k < 2 && a.type.kind !== T.K_POINTER)) {
        p.error(loc, `arguments of function '${text}' must be pointers`);
        return errorExpr(p, loc);
      }
      return node(p, id, id === BI.BI_RETURN ? tt.void : tt.voidPtr, list, loc);
    }
    case BI.BI_CALL_WITH_STATIC_CHAIN: {
      const call = args.length === 2 ? args[0]! : null;
      const chain = call === null ? null : rvalue(p, args[1]!);
      if (call === null || call.op !== E_CALL || call.builtin !== 0) {
        p.error(loc, `first argument to '${text}' must be a call expression`);
        return errorExpr(p, loc);
      }
      if (chain!.type.kind !== T.K_POINTER) {
        p.error(loc, `second argument to '${text}' must be a pointer type`);
        return errorExpr(p, loc);
      }
      call.b = chain;
      return call;
    }
    case BI.BI_TGMATH:
    case BI.BI_BIT_CAST:
      break;
  }
  p.error(loc, `built-in function '${text}' is not supported`);
  return errorExpr(p, loc);
}

/** 1: constant, 0: never, -1: for the optimiser to decide. */
function constantP(e: Expr): number {
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
  if (e.op >= 46 && e.op <= 49) return true;
  return (e.a !== null && hasEffects(e.a)) || (e.b !== null && hasEffects(e.b)) || (e.c !== null && hasEffects(e.c));
}

/** typeclass.h: void 0, integer 1, … */
function classify(t: CType): number {
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

// ---- atomics ----

function atomicPointer(p: Parser, a: Expr, text: string): CType | null {
  const v = rvalue(p, a);
  if (v.type.kind !== T.K_POINTER) {
    p.error(a.loc, `argument 1 of '${text}' must be a pointer type`);
    return null;
  }
  return v.type.base!;
}

function atomicSized(p: Parser, row: BuiltinRow, text: string, args: Expr[], loc: number): Expr {
  const tt = p.types;
  const id = row[2];
  const sync = text.startsWith("__sync");
  const suffix = /_(1|2|4|8|16)$/.exec(text);
  // pointer, values, orders
  let values = 1;
  let orders = sync ? 0 : 1;
  switch (id) {
    case BI.BI_SYNC_BOOL_CAS:
    case BI.BI_SYNC_VAL_CAS:
      values = 2;
      break;
    case BI.BI_SYNC_LOCK_RELEASE:
    case BI.BI_ATOMIC_LOAD_N:
      values = 0;
      break;
    case BI.BI_ATOMIC_CAS_N:
      values = 2;
      orders = 3;
      break;
  }
  const want = 1 + values + orders;
  if (!countArgs(p, text, args, want, sync ? 1000 : want, loc)) return errorExpr(p, loc);
  const ptr = rvalue(p, args[0]!);
  let t = atomicPointer(p, args[0]!, text);
  if (t === null) return errorExpr(p, loc);
  if (suffix !== null) {
    const it = tt.integer(Number(suffix[1]), true)!;
    if (t.kind === T.K_VOID || t.size !== it.size) t = it;
    else if (!T.isInteger(t) && t.kind !== T.K_POINTER) t = it;
  }
  if ((!T.isInteger(t) && t.kind !== T.K_POINTER) || ![1, 2, 4, 8, 16].includes(t.size)) {
    p.error(loc, `operand type '${p.typeText(ptr.type)}' is incompatible with argument 1 of '${text}'`);
    return errorExpr(p, loc);
  }
  if (
    t.kind === T.K_BOOL &&
    ((id >= BI.BI_ATOMIC_FETCH_ADD && id <= BI.BI_ATOMIC_NAND_FETCH) ||
      (id >= BI.BI_SYNC_FETCH_ADD && id <= BI.BI_SYNC_NAND_FETCH))
  ) {
    p.error(loc, `operand type '${p.typeText(ptr.type)}' is incompatible with argument 1 of '${text}'`);
    return errorExpr(p, loc);
  }
  const v = t.canon;
  const list: Expr[] = [ptr];
  let i = 1;
  if (id === BI.BI_ATOMIC_CAS_N) {
    list.push(rvalue(p, args[1]!));
    if (list[1]!.type.kind !== T.K_POINTER) {
      p.error(args[1]!.loc, `argument 2 of '${text}' must be a pointer type`);
      return errorExpr(p, loc);
    }
    list.push(convert(p, rvalue(p, args[2]!), v));
    i = 3;
  } else for (; i <= values; i++) list.push(convert(p, rvalue(p, args[i]!), v));
  for (let k = 0; k < orders; k++, i++) list.push(convert(p, rvalue(p, args[i]!), tt.int));
  let rt = v;
  switch (id) {
    case BI.BI_SYNC_BOOL_CAS:
    case BI.BI_ATOMIC_CAS_N:
      rt = tt.bool;
      break;
    case BI.BI_SYNC_LOCK_RELEASE:
    case BI.BI_ATOMIC_STORE_N:
      rt = tt.void;
      break;
  }
  const e = node(p, id, rt, list, loc);
  e.compType = v;
  return e;
}

function atomicGeneric(p: Parser, id: number, text: string, args: Expr[], loc: number): Expr {
  const n = id === BI.BI_ATOMIC_CAS ? 6 : id === BI.BI_ATOMIC_EXCHANGE ? 4 : 3;
  if (!countArgs(p, text, args, n, n, loc)) return errorExpr(p, loc);
  const t = atomicPointer(p, args[0]!, text);
  if (t === null) return errorExpr(p, loc);
  if (t.size < 0 || t.kind === T.K_VOID || t.kind === T.K_FUNCTION) {
    p.error(
      loc,
      `argument 1 of '${text}' must be a pointer to a ${t.kind === T.K_VOID || t.kind === T.K_FUNCTION ? "nonzero size object" : "constant size type"}`,
    );
    return errorExpr(p, loc);
  }
  const pointers = id === BI.BI_ATOMIC_LOAD || id === BI.BI_ATOMIC_STORE ? 2 : 3;
  const list: Expr[] = [];
  for (let i = 0; i < n; i++) {
    const v = rvalue(p, args[i]!);
    if (i < pointers) {
      if (v.type.kind !== T.K_POINTER) {
        p.error(args[i]!.loc, `argument ${i + 1} of '${text}' must be a pointer type`);
        return errorExpr(p, loc);
      }
      if (v.type.base!.size !== t.size) {
        p.error(args[i]!.loc, `size mismatch in argument ${i + 1} of '${text}'`);
        return errorExpr(p, loc);
      }
      list.push(v);
    } else list.push(convert(p, v, p.types.int));
  }
  const e = node(p, id, id === BI.BI_ATOMIC_CAS ? p.types.bool : p.types.void, list, loc);
  e.compType = t.canon;
  return e;
}

// ---- special syntax ----

/** Built-ins whose names are keywords; null if the current keyword is none. */
export function parseSpecialBuiltin(p: Parser): Expr | null {
  const loc = p.loc;
  const kw = p.tv;
  switch (kw) {
    case KW.KW___builtin_va_arg:
    case KW.KW___builtin_offsetof:
    case KW.KW___builtin_types_compatible_p:
    case KW.KW___builtin_choose_expr:
    case KW.KW___builtin_convertvector:
    case KW.KW___builtin_shuffle:
    case KW.KW___builtin_complex:
    case KW.KW___builtin_has_attribute:
    case KW.KW___builtin_tgmath:
      break;
    default:
      return null;
  }
  p.next();
  if (!p.expect(TK.TK_LPAREN)) return errorExpr(p, loc);
  const tt = p.types;
  switch (kw) {
    case KW.KW___builtin_va_arg: {
      const ap0 = parseAssignment(p);
      p.expect(TK.TK_COMMA);
      const mark = p.bounds.length;
      const t = parseTypeName(p);
      const bounds = p.takeBounds(mark);
      p.expect(TK.TK_RPAREN);
      if (isError(ap0) || t.kind === T.K_ERROR) return errorExpr(p, loc);
      const ap = vaListArg(p, ap0, "va_arg", 1);
      if (isError(ap)) return ap;
      if (t.kind !== T.K_VOID && !isComplete(t)) {
        p.error(loc, `second argument to 'va_arg' is of incomplete type '${p.typeText(t)}'`);
        return errorExpr(p, loc);
      }
      if (t.kind === T.K_VOID) {
        p.error(loc, "second argument to 'va_arg' is of incomplete type 'void'");
        return errorExpr(p, loc);
      }
      if (t.kind === T.K_FUNCTION) {
        p.error(loc, `second argument to 'va_arg' is of function type '${p.typeText(t)}'`);
        return errorExpr(p, loc);
      }
      const e = new Expr(E_VAARG, t.kind === T.K_ARRAY ? t : t.canon, loc);
      e.a = ap;
      if (T.isInteger(t) && t.size < 4) p.warning(loc, `'${p.typeText(t)}' is promoted to 'int' when passed through '...'`, "");
      return withBounds(p, bounds, t.kind === T.K_ARRAY ? rvalue(p, e) : e);
    }
    case KW.KW___builtin_offsetof:
      return parseOffsetof(p, loc);
    case KW.KW___builtin_types_compatible_p: {
      const mark = p.bounds.length;
      const a = parseTypeName(p);
      p.expect(TK.TK_COMMA);
      const b = parseTypeName(p);
      p.takeBounds(mark);
      p.expect(TK.TK_RPAREN);
      return smallInt(compatibleForBuiltin(p, a, b) ? 1 : 0, tt.int, loc);
    }
    case KW.KW___builtin_choose_expr: {
      const c = rvalue(p, parseAssignment(p));
      const k = T.isInteger(c.type) ? constantInt(p, c) : null;
      p.expect(TK.TK_COMMA);
      const first = k !== null && !isZero(k);
      if (!first) p.unevaluated++;
      p.unevaluatedWarnings += first ? 0 : 1;
      const a = parseAssignment(p);
      p.unevaluatedWarnings -= first ? 0 : 1;
      if (!first) p.unevaluated--;
      p.expect(TK.TK_COMMA);
      if (first) p.unevaluated++;
      p.unevaluatedWarnings += first ? 1 : 0;
      const b = parseAssignment(p);
      p.unevaluatedWarnings -= first ? 1 : 0;
      if (first) p.unevaluated--;
      p.expect(TK.TK_RPAREN);
      if (k === null) {
        if (!isError(c)) p.error(loc, "first argument to '__builtin_choose_expr' not a constant");
        return errorExpr(p, loc);
      }
      return first ? a : b;
    }
    case KW.KW___builtin_convertvector: {
      const e = rvalue(p, parseAssignment(p));
      p.expect(TK.TK_COMMA);
      const t = parseTypeName(p);
      p.expect(TK.TK_RPAREN);
      if (e.type.kind !== T.K_VECTOR || t.kind !== T.K_VECTOR || e.type.count !== t.count) {
        if (!isError(e))
          p.error(
            loc,
            e.type.kind !== T.K_VECTOR
              ? "'__builtin_convertvector' first argument must be an integer or floating vector"
              : "'__builtin_convertvector' number of elements of the first argument vector and the second argument vector type should be the same",
          );
        return errorExpr(p, loc);
      }
      const r = new Expr(E_CONVERTVECTOR, t.canon, loc);
      r.a = e;
      return r;
    }
    case KW.KW___builtin_shuffle: {
      const args = parseArguments(p).map((a) => rvalue(p, a));
      if (args.length < 2 || args.length > 3) {
        p.error(loc, "wrong number of arguments to '__builtin_shuffle'");
        return errorExpr(p, loc);
      }
      for (const a of args) {
        if (isError(a)) return a;
        if (a.type.kind !== T.K_VECTOR) {
          p.error(loc, "'__builtin_shuffle' arguments must be vectors");
          return errorExpr(p, loc);
        }
      }
      const mask = args[args.length - 1]!;
      if (!T.isInteger(mask.type.base!)) {
        p.error(loc, "'__builtin_shuffle' last argument must be an integer vector");
        return errorExpr(p, loc);
      }
      if (args[0]!.type.count !== mask.type.count) {
        p.error(loc, "'__builtin_shuffle' number of elements of the argument vector(s) and the mask vector should be the same");
        return errorExpr(p, loc);
      }
      return node(p, BI.BI_SHUFFLE, args[0]!.type, args, loc);
    }
    case KW.KW___builtin_complex: {
      const args = parseArguments(p).map((a) => rvalue(p, a));
      if (args.length !== 2) {
        p.error(loc, "wrong number of arguments to '__builtin_complex'");
        return errorExpr(p, loc);
      }
      const [a, b] = args as [Expr, Expr];
      if (!T.isFloating(a.type) || !T.isFloating(b.type)) {
        p.error(loc, "'__builtin_complex' operand not of real binary floating-point type");
        return errorExpr(p, loc);
      }
      if (a.type !== b.type) {
        p.error(loc, "'__builtin_complex' operands of different types");
        return errorExpr(p, loc);
      }
      const e = new Expr(E_COMPLEX, tt.complex(a.type), loc);
      e.a = a;
      e.b = b;
      return e;
    }
    case KW.KW___builtin_has_attribute:
      return parseHasAttribute(p, loc);
  }
  return parseTgmath(p, loc);
}

/** __builtin_tgmath (f1, f2, …, args): the function whose parameter type fits the arguments' common type. */
function parseTgmath(p: Parser, loc: number): Expr {
  const list = parseArguments(p);
  const fns: Expr[] = [];
  let i = 0;
  while (i < list.length) {
    const v = rvalue(p, list[i]!);
    if (v.type.kind !== T.K_POINTER || v.type.base!.kind !== T.K_FUNCTION) break;
    fns.push(list[i]!);
    i++;
  }
  const arity = fns.length === 0 ? 0 : rvalue(p, fns[0]!).type.base!.params.length;
  // functions come first, the arguments last
  const nargs = Math.min(arity, list.length - i);
  const args = list.slice(list.length - nargs);
  const types = fns.map((f) => rvalue(p, f).type.base!);
  // type-generic are the parameters in which the functions differ
  const generic = (k: number): boolean => types.some((t) => t.params[k]?.canon !== types[0]!.params[k]?.canon);
  const first = args.findIndex((_, k) => generic(k));
  const result = types[0]?.base;
  // what rounds its result to one of the types of TS 18661-3 takes an integer as _Float64
  const narrows = result !== undefined && result!.floatName !== "" && types.every((t) => t.base === result);
  const forInteger = narrows ? p.types.float64 : p.types.double;
  let common: CType | null = null;
  let complex = false;
  for (let k = 0; k < args.length; k++) {
    let t = rvalue(p, args[k]!).type;
    if (!generic(k)) continue;
    if (t.kind === T.K_COMPLEX) {
      complex = true;
      t = t.base!;
    }
    if (T.isInteger(t)) t = forInteger;
    if (T.isFloating(t)) common = common === null ? t.canon : commonReal(p, common, t.canon);
  }
  let pick: Expr | null = first < 0 && fns.length > 0 ? fns[0]! : null;
  // the type itself, else the narrowest that holds it; a complex function for a real argument if there is no other
  for (const wantComplex of complex ? [true] : [false, true]) {
    let best: CType | null = null;
    for (let k = 0; first >= 0 && common !== null && k < fns.length; k++) {
      const key = types[k]!.params[first]?.canon;
      if (key === undefined || (key.kind === T.K_COMPLEX) !== wantComplex) continue;
      const real = wantComplex ? key.base! : key;
      if (!T.isFloating(real) || commonReal(p, common, real) !== real) continue;
      if (best !== null && commonReal(p, best, real) === real) continue;
      best = real;
      pick = fns[k]!;
    }
    if (pick !== null) break;
  }
  if (pick === null) {
    p.error(loc, "no matching function for type-generic call");
    return errorExpr(p, loc);
  }
  markReferenced(pick);
  return call(p, pick, args, loc, loc);
}

/** GNU: qualifiers at the top are ignored, those inside are not; enums are distinct. */
function compatibleForBuiltin(p: Parser, a: CType, b: CType): boolean {
  const x = p.types.unqualified(a);
  const y = p.types.unqualified(b);
  if (x.kind === T.K_ENUM || y.kind === T.K_ENUM) return x.canon === y.canon || compatible(x, y);
  return compatible(x, y);
}

/** __builtin_offsetof ( type-name , member-designator ) */
function parseOffsetof(p: Parser, loc: number): Expr {
  const mark = p.bounds.length;
  const t = parseTypeName(p);
  const bounds = p.takeBounds(mark);
  p.expect(TK.TK_COMMA);
  let cur = t;
  let off = 0;
  let dynamic: Expr | null = null;
  const add = (x: Expr): void => {
    dynamic = dynamic === null ? x : binary(p, E_ADD, dynamic, x, loc);
  };
  const fail = (): Expr => {
    p.recoverParen();
    return errorExpr(p, loc);
  };
  const step = (): boolean => {
    if (p.tk !== TK.TK_IDENT) {
      p.syntaxError(`expected identifier ${p.tokenText()}`);
      return false;
    }
    const name = p.tv;
    const at = p.loc;
    p.next();
    if (cur.kind === T.K_ERROR) return false;
    if (!T.isRecord(cur)) {
      p.error(at, `request for member '${p.text(name)}' in something not a structure or union`);
      return false;
    }
    if (!cur.record!.complete) {
      p.error(loc, `invalid use of undefined type '${p.typeText(cur.unqual)}'`);
      return false;
    }
    const path = findMember(cur, name);
    if (path === null) {
      p.error(at, `'${p.typeText(cur.unqual)}' has no member named '${p.text(name)}'`);
      return false;
    }
    for (const m of path) {
      off += m.off;
      if (m.segment > 0) {
        const x = new Expr(E_SEGMENT, p.types.size, loc);
        x.compType = cur;
        x.member = m;
        add(x);
      }
      cur = m.type;
      if (m.bitWidth >= 0) {
        p.error(at, `attempt to take address of bit-field structure member '${p.text(name)}'`);
        return false;
      }
    }
    return true;
  };
  if (!step()) return fail();
  for (;;) {
    if (p.tk === TK.TK_DOT || p.tk === TK.TK_ARROW) {
      if (p.tk === TK.TK_ARROW && cur.kind === T.K_ARRAY) cur = cur.base!;
      p.next();
      if (!step()) return fail();
    } else if (p.tk === TK.TK_LBRACKET) {
      p.next();
      const i = rvalue(p, parseExpression(p));
      p.expect(TK.TK_RBRACKET);
      if (cur.kind !== T.K_ARRAY) {
        p.error(loc, "subscripted value is neither array nor pointer");
        return fail();
      }
      cur = cur.base!;
      const c = T.isInteger(i.type) && !isVlaType(cur) ? constantInt(p, i) : null;
      if (c !== null) off += (c.hi * 4294967296 + (c.lo >>> 0)) * cur.size;
      else add(binary(p, E_MUL, convert(p, promote(p, i), p.types.size), sizeOf(p, cur, loc, null), loc));
    } else break;
  }
  p.expect(TK.TK_RPAREN);
  const base = bigConst(BigInt(off), p.types.size, loc);
  return dynamic === null ? base : withBounds(p, bounds, binary(p, E_ADD, dynamic, base, loc));
}
