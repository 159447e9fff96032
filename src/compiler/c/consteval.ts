// Constant evaluation of typed expressions (C11 6.6): integer, floating, complex and address constants for static initialisers,
// integer constant expressions and folding. Most integers are folded already while expressions are built (fold.ts).

import { add64, hi as hi64 } from "../base/i64.ts";
import type { TargetInfo } from "../target/abi.ts";
import {
  D_FUNC,
  type Decl,
  E_ADD,
  E_ADDR,
  E_BITNOT,
  E_BUILTIN,
  E_CALL,
  E_CAST,
  E_COMMA,
  E_COMPLEX,
  E_COMPOUND,
  E_COND,
  E_DEREF,
  E_DIV,
  E_EQ,
  E_FLOAT,
  E_GE,
  E_IMAGPART,
  E_INT,
  E_LABELADDR,
  E_LOAD,
  E_LOGAND,
  E_LOGNOT,
  E_LOGOR,
  E_MEMBER,
  E_MUL,
  E_NE,
  E_NEG,
  E_PTRADD,
  E_PTRDIFF,
  E_PTRSUB,
  E_REALPART,
  E_REM,
  E_SHR,
  E_STRING,
  E_SUB,
  E_VAR,
  E_XOR,
  Expr,
  type Label,
  type StrLit,
} from "./ast.ts";
import { BI_CONSTANT_P, BI_EXPECT, BI_EXPECT_WITH_PROBABILITY } from "./builtin-ids.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import * as F from "./fold.ts";
import type { Parser } from "./parser.ts";

export type ConstKind = "int" | "float" | "complex" | "addr";

/** A constant value; one shape for all kinds. */
export class ConstVal {
  kind: ConstKind;
  /** int: 64-bit value, sign- or zero-extended from its type; `ext` (lo, hi of bits 64..127) only for __int128. */
  lo = 0;
  hi = 0;
  ext: Int32Array | null = null;
  /** float: value (long double, _Float128: nearest double, exact bits in ext as Int32Array(4)). */
  num = 0;
  /** complex: real and imaginary part. */
  re: ConstVal | null = null;
  im: ConstVal | null = null;
  /** addr: symbol + off; base null never occurs (that is an int). Compound literal: its Decl. */
  base: Decl | StrLit | Label | null = null;
  off = 0;
  /** addr: difference of two labels, base - minusLabel. */
  minusLabel: Label | null = null;

  constructor(kind: ConstKind) {
    this.kind = kind;
  }
}

/** What fold.ts needs of a Parser: only the target. */
interface Folder {
  target: TargetInfo;
}

/** How much counts as constant: whatever can be computed, what GCC takes in static initialisers, what it takes as an integer constant. */
const FOLDABLE = 0;
const INITIALIZER = 1;
const INTEGER = 2;
/** Inside a function GCC's optimizer also puts the values of constant variables in. */
const INTEGER_OPTIMIZED = 3;

/** Value of e if it is a constant usable in a static initialiser, else null. */
export function evalConst(e: Expr, target: TargetInfo): ConstVal | null {
  return new Evaluator(target, FOLDABLE).eval(e);
}

/** e as an integer whose value is known, as arguments of built-in functions and attributes need it; null if it is none. */
export function constantInt(p: Parser, e: Expr): Expr | null {
  return toInt(p, e, FOLDABLE);
}

/**
 * e where the language asks for an integer constant expression, or what GCC folds to one there: no constant variables (but in
 * functions when it optimizes), elements of string literals, addresses that are compared, or commas.
 */
export function requiredInt(p: Parser, e: Expr): Expr | null {
  return toInt(p, e, p.fn !== null && p.opts.optimize ? INTEGER_OPTIMIZED : INTEGER);
}

function toInt(p: Parser, e: Expr, mode: number): Expr | null {
  if (e.op === E_INT) return T.isInteger(e.type) ? e : null;
  if (!T.isInteger(e.type)) return null;
  const v = new Evaluator(p.target, mode).eval(e);
  if (v === null || v.kind !== "int") return null;
  const r = F.intConst(v.lo, v.hi, e.type, e.loc);
  r.ext = v.ext;
  r.ice = false;
  return r;
}

/** 2: constant; 1: an address that no relocation can hold; 0: not constant. */
export function isConstantInitializer(p: Parser, e: Expr): number {
  if (e.type.kind === T.K_STRUCT || e.type.kind === T.K_UNION || e.type.kind === T.K_VECTOR) {
    let x: Expr = e;
    while (x.op === E_LOAD || x.op === E_CAST) x = x.a!;
    if (x.op === E_COMPOUND) return 2;
    return e.op === E_CAST && e.member !== null ? isConstantInitializer(p, e.a!) : 0;
  }
  const v = new Evaluator(p.target, INITIALIZER).eval(e);
  if (v === null) return 0;
  if (v.kind === "addr" && e.type.size < p.target.ptrSize && v.minusLabel === null) return 1;
  return 2;
}

class Evaluator {
  private readonly p: Parser;
  private readonly mode: number;
  constructor(target: TargetInfo, mode: number) {
    this.mode = mode;
    const f: Folder = { target };
    // the folding functions read nothing of the parser but its target
    this.p = f as unknown as Parser;
  }

  private int(e: Expr): ConstVal {
    const v = new ConstVal("int");
    v.lo = e.lo;
    v.hi = e.hi;
    v.ext = e.ext;
    return v;
  }

  private small(n: number): ConstVal {
    const v = new ConstVal("int");
    v.lo = n;
    v.hi = n >> 31;
    return v;
  }

  private float(e: Expr): ConstVal {
    const v = new ConstVal("float");
    v.num = e.num;
    v.ext = e.ext;
    return v;
  }

  /** The value as an E_INT or E_FLOAT of type t. */
  private expr(v: ConstVal, t: CType, loc: number): Expr {
    const e = new Expr(v.kind === "float" ? E_FLOAT : E_INT, t, loc);
    e.lo = v.lo;
    e.hi = v.hi;
    e.num = v.num;
    e.ext = v.ext;
    return e;
  }

  private back(e: Expr | null): ConstVal | null {
    return e === null ? null : e.op === E_INT ? this.int(e) : e.op === E_FLOAT ? this.float(e) : null;
  }

  eval(e: Expr): ConstVal | null {
    switch (e.op) {
      case E_INT:
        return this.int(e);
      case E_FLOAT:
        return this.float(e);
      case E_COMPLEX: {
        const re = this.eval(e.a!);
        const im = this.eval(e.b!);
        return re === null || im === null ? null : this.complex(re, im);
      }
      case E_ADDR:
        return this.address(e.a!);
      case E_LABELADDR: {
        const v = new ConstVal("addr");
        v.base = e.label;
        return v;
      }
      case E_LOAD:
        return this.load(e);
      case E_CAST:
        return this.cast(e);
      case E_COND: {
        const c = this.truth(e.a!);
        if (c < 0) return null;
        if (c === 1) {
          if (e.b !== null) return this.eval(e.b);
          const v = this.eval(e.a!);
          return v === null ? null : this.convert(v, e.a!.type, e.type, e.loc);
        }
        return this.eval(e.c!);
      }
      case E_COMMA:
        if (this.mode !== FOLDABLE) return null;
        return this.eval(e.a!) === null && e.a!.op !== E_CAST ? null : this.eval(e.b!);
      case E_LOGNOT: {
        const c = this.truth(e.a!);
        return c < 0 ? null : this.small(1 - c);
      }
      case E_LOGAND:
      case E_LOGOR: {
        const a = this.truth(e.a!);
        if (a < 0) return null;
        if (e.op === E_LOGAND ? a === 0 : a === 1) return this.small(a);
        const b = this.truth(e.b!);
        return b < 0 ? null : this.small(b);
      }
      case E_PTRADD:
      case E_PTRSUB: {
        const a = this.eval(e.a!);
        const i = this.eval(e.b!);
        const size = e.type.base!.size;
        if (a === null || i === null || i.kind !== "int" || size < 0) return null;
        const d = (i.hi * 4294967296 + (i.lo >>> 0)) * size * (e.op === E_PTRADD ? 1 : -1);
        return this.offset(a, d);
      }
      case E_PTRDIFF: {
        const a = this.eval(e.a!);
        const b = this.eval(e.b!);
        const size = e.a!.type.base!.size;
        if (a === null || b === null || size <= 0) return null;
        if (a.kind === "addr" && b.kind === "addr") {
          if (sameBase(a, b)) return this.number(Math.trunc((a.off - b.off) / size));
          if (size === 1) return this.labelDifference(a, b);
          return null;
        }
        if (a.kind === "int" && b.kind === "int") return this.number(Math.trunc((toNumber(a) - toNumber(b)) / size));
        return null;
      }
      case E_REALPART:
      case E_IMAGPART: {
        const a = this.eval(e.a!);
        return a === null || a.kind !== "complex" ? null : e.op === E_REALPART ? a.re : a.im;
      }
      case E_NEG:
      case E_BITNOT: {
        const a = this.eval(e.a!);
        if (a === null) return null;
        if (a.kind === "complex") {
          const t = e.type.base!;
          const im = this.negate(a.im!, t, e.loc);
          const re = e.op === E_NEG ? this.negate(a.re!, t, e.loc) : a.re;
          return re === null || im === null ? null : this.complex(re, im);
        }
        if (a.kind === "float") return this.negate(a, e.type, e.loc);
        if (a.kind !== "int") return null;
        const z = F.smallInt(e.op === E_NEG ? 0 : -1, e.type, e.loc);
        return this.back(F.foldIntBinary(e.op === E_NEG ? E_SUB : E_XOR, e.type, z, this.expr(a, e.type, e.loc), e.loc));
      }
      case E_BUILTIN:
        if (e.builtin === BI_CONSTANT_P) return this.small(0);
        if (e.builtin === BI_EXPECT || e.builtin === BI_EXPECT_WITH_PROBABILITY) return this.eval(e.args![0]!);
        return null;
      case E_CALL:
        return null;
    }
    if (e.op >= E_ADD && e.op <= E_SHR) return this.arithmetic(e);
    if (e.op >= E_EQ && e.op <= E_GE) return this.compare(e);
    return null;
  }

  private number(n: number): ConstVal {
    const v = new ConstVal("int");
    v.lo = n | 0;
    v.hi = Math.floor(n / 4294967296) | 0;
    if (Math.abs(n) >= 2 ** 53) return v;
    v.lo = Number(BigInt.asIntN(32, BigInt(n)));
    v.hi = Number(BigInt.asIntN(32, BigInt(n) >> 32n));
    return v;
  }

  private complex(re: ConstVal, im: ConstVal): ConstVal {
    const v = new ConstVal("complex");
    v.re = re;
    v.im = im;
    return v;
  }

  private negate(a: ConstVal, t: CType, loc: number): ConstVal | null {
    if (a.kind === "int") return this.back(F.foldIntBinary(E_SUB, t, F.smallInt(0, t, loc), this.expr(a, t, loc), loc));
    if (a.ext === null && !Number.isNaN(a.num)) {
      const v = new ConstVal("float");
      v.num = -a.num;
      return v;
    }
    const w = F.wideOf(this.p, this.expr(a, t, loc));
    w.neg = !w.neg;
    return this.back(F.wideConst(this.p, w, t, loc));
  }

  private truth(e: Expr): number {
    const v = this.eval(e);
    if (v === null) return -1;
    switch (v.kind) {
      case "int":
        return v.lo !== 0 || v.hi !== 0 || v.ext !== null ? 1 : 0;
      case "float":
        return v.num !== 0 ? 1 : 0;
      case "addr":
        if (v.minusLabel !== null) return -1;
        if (this.mode >= INTEGER) return -1;
        // a weak symbol may be absent
        return isDecl(v.base) && v.base.attrs.weak ? -1 : 1;
      default:
        return v.re !== null && v.im !== null && (v.re.num !== 0 || v.im.num !== 0 || v.re.lo !== 0 || v.im.lo !== 0) ? 1 : 0;
    }
  }

  private offset(a: ConstVal, d: number): ConstVal | null {
    if (a.kind === "addr") {
      const v = new ConstVal("addr");
      v.base = a.base;
      v.off = a.off + d;
      v.minusLabel = a.minusLabel;
      return v;
    }
    if (a.kind !== "int") return null;
    const v = new ConstVal("int");
    v.lo = add64(a.lo, a.hi, d | 0, Math.floor(d / 4294967296) | 0);
    v.hi = hi64;
    return v;
  }

  private labelDifference(a: ConstVal, b: ConstVal): ConstVal | null {
    if (isDecl(a.base) || isDecl(b.base) || a.base === null || b.base === null) return null;
    if (!("labelId" in a.base) || !("labelId" in b.base)) return null;
    const v = new ConstVal("addr");
    v.base = a.base;
    v.off = a.off - b.off;
    v.minusLabel = b.base;
    return v;
  }

  /** Address of an lvalue or function. */
  private address(e: Expr): ConstVal | null {
    switch (e.op) {
      case E_VAR: {
        const d = e.decl!;
        if (d.kind !== D_FUNC && (!d.isStatic || d.tls)) return null;
        const v = new ConstVal("addr");
        v.base = d;
        return v;
      }
      case E_COMPOUND: {
        if (!e.decl!.isStatic) return null;
        const v = new ConstVal("addr");
        v.base = e.decl;
        return v;
      }
      case E_STRING: {
        const v = new ConstVal("addr");
        v.base = e.str;
        return v;
      }
      case E_MEMBER: {
        const a = this.address(e.a!);
        return a === null || e.member!.bitWidth >= 0 || e.member!.segment > 0 ? null : this.offset(a, e.member!.off);
      }
      case E_DEREF:
        return this.eval(e.a!);
      case E_REALPART:
        return this.address(e.a!);
      case E_IMAGPART: {
        const a = this.address(e.a!);
        return a === null ? null : this.offset(a, e.type.size);
      }
      default:
        return null;
    }
  }

  /** GCC takes the value of a constant object, and characters of a string literal. */
  private load(e: Expr): ConstVal | null {
    const a = e.a!;
    if (!T.isScalar(e.type) || this.mode === INTEGER || (this.mode === INTEGER_OPTIMIZED && a.op !== E_VAR)) return null;
    if (a.op === E_VAR && (a.decl!.type.quals & (T.Q_CONST | T.Q_VOLATILE)) === T.Q_CONST && !a.decl!.attrs.weak) {
      const x = a.decl!.init === null ? undefined : a.decl!.init.entries[0];
      return x !== undefined && a.decl!.init!.entries.length === 1 && x.off === 0 && x.field === null ? this.eval(x.e) : null;
    }
    if (a.op === E_COMPOUND) {
      if (this.mode !== FOLDABLE) return null;
      const x = a.decl!.init === null ? undefined : a.decl!.init.entries[0];
      return x !== undefined && a.decl!.init!.entries.length === 1 ? this.eval(x.e) : null;
    }
    if (a.op !== E_DEREF && a.op !== E_MEMBER) return null;
    if (a.op === E_MEMBER && a.member!.bitWidth >= 0) return null;
    const v = this.address(a);
    if (v === null || v.kind !== "addr" || v.base === null) return null;
    if (!isDecl(v.base)) {
      if (!("bytes" in v.base) || e.type.size !== 1 || v.off < 0 || v.off >= v.base.bytes.length) return null;
      return this.int(F.smallInt(v.base.bytes[v.off]!, e.type, e.loc));
    }
    let elem = v.base.type;
    while (elem.kind === T.K_ARRAY) elem = elem.base!;
    if ((elem.quals & (T.Q_CONST | T.Q_VOLATILE)) !== T.Q_CONST || v.base.init === null || v.base.attrs.weak) return null;
    // the last entry that covers the place counts
    const list = v.base.init.entries;
    for (let i = list.length - 1; i >= 0; i--) {
      const x = list[i]!;
      if (x.off > v.off || x.off + x.type.size <= v.off) continue;
      if (x.field !== null) return null;
      if (x.e.op === E_STRING && e.type.size === 1)
        return this.int(F.smallInt(x.e.str!.bytes[v.off - x.off] ?? 0, e.type, e.loc));
      return x.off === v.off && x.type.canon === e.type ? this.eval(x.e) : null;
    }
    return v.base.init.zeroRest && T.isInteger(e.type) ? this.small(0) : null;
  }

  private cast(e: Expr): ConstVal | null {
    const v = this.eval(e.a!);
    if (v === null) return null;
    return this.convert(v, e.a!.type, e.type, e.loc);
  }

  private convert(v: ConstVal, from: CType, to: CType, loc: number): ConstVal | null {
    if (from === to || to.kind === T.K_VOID) return v;
    if (v.kind === "addr") {
      if (to.kind === T.K_BOOL) return v.minusLabel === null && !(isDecl(v.base) && v.base.attrs.weak) ? this.small(1) : null;
      if (to.kind === T.K_POINTER) return v;
      if (T.isInteger(to)) return to.size >= this.p.target.ptrSize || v.minusLabel !== null ? v : null;
      return null;
    }
    if (v.kind === "complex") {
      if (to.kind === T.K_COMPLEX) {
        const re = this.convert(v.re!, from.base!, to.base!, loc);
        const im = this.convert(v.im!, from.base!, to.base!, loc);
        return re === null || im === null ? null : this.complex(re, im);
      }
      if (to.kind === T.K_BOOL) return this.small(isNonzero(v.re!) || isNonzero(v.im!) ? 1 : 0);
      return this.convert(v.re!, from.base!, to, loc);
    }
    if (to.kind === T.K_COMPLEX) {
      const re = this.convert(v, from, to.base!, loc);
      const zero = this.back(F.foldCast(this.p, this.expr(this.small(0), T.isInteger(from) ? from : to, loc), to.base!, loc));
      return re === null || zero === null ? null : this.complex(re, zero);
    }
    if (to.kind > T.K_FLOAT128 && to.kind !== T.K_POINTER) return null;
    return this.back(F.foldCast(this.p, this.expr(v, from, loc), to, loc));
  }

  private arithmetic(e: Expr): ConstVal | null {
    const a = this.eval(e.a!);
    if (a === null) return null;
    const b = this.eval(e.b!);
    if (b === null) return null;
    const t = e.type;
    if (a.kind === "int" && b.kind === "int")
      return this.back(F.foldIntBinary(e.op, t, this.expr(a, e.a!.type, e.loc), this.expr(b, e.b!.type, e.loc), e.loc));
    if (a.kind === "float" && b.kind === "float")
      return this.back(F.foldFloatBinary(this.p, e.op, t, this.expr(a, t, e.loc), this.expr(b, t, e.loc), e.loc));
    if (a.kind === "complex" && b.kind === "complex") return this.complexArithmetic(e, a, b);
    if (a.kind === "addr" && b.kind === "int" && (e.op === E_ADD || e.op === E_SUB))
      return this.offset(a, toNumber(b) * (e.op === E_ADD ? 1 : -1));
    if (a.kind === "int" && b.kind === "addr" && e.op === E_ADD) return this.offset(b, toNumber(a));
    if (a.kind === "addr" && b.kind === "addr" && e.op === E_SUB) {
      if (a.base === b.base) return this.number(a.off - b.off);
      return this.labelDifference(a, b);
    }
    return null;
  }

  private complexArithmetic(e: Expr, a: ConstVal, b: ConstVal): ConstVal | null {
    const t = e.type.base!;
    const op = (o: number, x: ConstVal | null, y: ConstVal | null): ConstVal | null => {
      if (x === null || y === null) return null;
      const l = this.expr(x, t, e.loc);
      const r = this.expr(y, t, e.loc);
      return this.back(T.isInteger(t) ? F.foldIntBinary(o, t, l, r, e.loc) : F.foldFloatBinary(this.p, o, t, l, r, e.loc));
    };
    let re: ConstVal | null = null;
    let im: ConstVal | null = null;
    switch (e.op) {
      case E_ADD:
      case E_SUB:
        re = op(e.op, a.re, b.re);
        im = op(e.op, a.im, b.im);
        break;
      case E_MUL:
        re = op(E_SUB, op(E_MUL, a.re, b.re), op(E_MUL, a.im, b.im));
        im = op(E_ADD, op(E_MUL, a.re, b.im), op(E_MUL, a.im, b.re));
        break;
      case E_DIV: {
        const d = op(E_ADD, op(E_MUL, b.re, b.re), op(E_MUL, b.im, b.im));
        re = op(E_DIV, op(E_ADD, op(E_MUL, a.re, b.re), op(E_MUL, a.im, b.im)), d);
        im = op(E_DIV, op(E_SUB, op(E_MUL, a.im, b.re), op(E_MUL, a.re, b.im)), d);
        break;
      }
      case E_REM:
        return null;
    }
    return re === null || im === null ? null : this.complex(re, im);
  }

  private compare(e: Expr): ConstVal | null {
    if (e.type.kind === T.K_VECTOR) return null;
    const a = this.eval(e.a!);
    const b = this.eval(e.b!);
    if (a === null || b === null) return null;
    const t = e.a!.type;
    if (a.kind === "int" && b.kind === "int")
      return this.small(F.compareInts(e.op, this.expr(a, t, e.loc), this.expr(b, t, e.loc)) ? 1 : 0);
    if (a.kind === "float" && b.kind === "float")
      return this.small(F.compareFloats(this.p, e.op, this.expr(a, t, e.loc), this.expr(b, t, e.loc)) ? 1 : 0);
    if (a.kind === "complex" && b.kind === "complex") {
      const same = isSame(a.re!, b.re!) && isSame(a.im!, b.im!);
      return this.small(same === (e.op === E_EQ) ? 1 : 0);
    }
    if (a.kind === "addr" && b.kind === "addr" && sameBase(a, b) && a.minusLabel === null && b.minusLabel === null) {
      return this.small(F.compareInts(e.op, F.smallInt(a.off, t, e.loc), F.smallInt(b.off, t, e.loc)) ? 1 : 0);
    }
    if (this.mode < INTEGER && (e.op === E_EQ || e.op === E_NE)) {
      const x = a.kind === "addr" ? a : b;
      const y = x === a ? b : a;
      if (x.kind === "addr" && y.kind === "int" && y.lo === 0 && y.hi === 0 && x.minusLabel === null) {
        if (isDecl(x.base) && x.base.attrs.weak) return null;
        return this.small(e.op === E_NE ? 1 : 0);
      }
      if (
        x.kind === "addr" &&
        y.kind === "addr" &&
        x.off === y.off &&
        isDecl(x.base) &&
        isDecl(y.base) &&
        x.base !== y.base &&
        !x.base.attrs.weak &&
        !y.base.attrs.weak &&
        x.base.attrs.alias === "" &&
        y.base.attrs.alias === ""
      ) {
        return this.small(e.op === E_NE ? 1 : 0);
      }
    }
    return null;
  }
}

/** One object; equal string literals are merged. */
function sameBase(a: ConstVal, b: ConstVal): boolean {
  const x = a.base;
  const y = b.base;
  if (x === y) return true;
  if (x === null || y === null || !("bytes" in x) || !("bytes" in y) || x.bytes.length !== y.bytes.length) return false;
  for (let i = 0; i < x.bytes.length; i++) if (x.bytes[i] !== y.bytes[i]) return false;
  return true;
}

function isDecl(b: Decl | StrLit | Label | null): b is Decl {
  return b !== null && "attrs" in b;
}
function isNonzero(v: ConstVal): boolean {
  return v.kind === "float" ? v.num !== 0 : v.lo !== 0 || v.hi !== 0;
}
function isSame(a: ConstVal, b: ConstVal): boolean {
  return a.kind === "float" ? a.num === b.num : a.lo === b.lo && a.hi === b.hi;
}
function toNumber(v: ConstVal): number {
  return v.hi * 4294967296 + (v.lo >>> 0);
}
