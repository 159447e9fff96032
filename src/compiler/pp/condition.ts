// Value of a #if expression (C11 6.10.1): integer constant expression in intmax_t or uintmax_t, by precedence climbing.

import { add64, hi, mul64, neg64, sar64, sdivrem64, shl64, shr64, slt64, sub64, udivrem64, ult64 } from "../base/i64.ts";
import type { Charset } from "../lex/charset.ts";
import { decodeChar, parseNumber } from "../lex/literals.ts";
import type { Names } from "../lex/names.ts";
import {
  type Literals,
  TK_AMP,
  TK_ANDAND,
  TK_CARET,
  TK_CHAR,
  TK_COLON,
  TK_COMMA,
  TK_EOF,
  TK_EQEQ,
  TK_GE,
  TK_GT,
  TK_IDENT,
  TK_LE,
  TK_LPAREN,
  TK_LT,
  TK_MINUS,
  TK_NE,
  TK_NOT,
  TK_NUM,
  TK_OROR,
  TK_PERCENT,
  TK_PIPE,
  TK_PLUS,
  TK_QUESTION,
  TK_RPAREN,
  TK_SHL,
  TK_SHR,
  TK_SLASH,
  TK_STAR,
  TK_STR,
  TK_TILDE,
  TOKEN_TEXT,
  type Tokens,
} from "../lex/tokens.ts";

export class ConditionError extends Error {}

/** Binding strength of binary operators. */
const PREC: number[] = new Array(64).fill(0);
for (const [p, ops] of [
  [1, [TK_COMMA]],
  [3, [TK_OROR]],
  [4, [TK_ANDAND]],
  [5, [TK_PIPE]],
  [6, [TK_CARET]],
  [7, [TK_AMP]],
  [8, [TK_EQEQ, TK_NE]],
  [9, [TK_LT, TK_GT, TK_LE, TK_GE]],
  [10, [TK_SHL, TK_SHR]],
  [11, [TK_PLUS, TK_MINUS]],
  [12, [TK_STAR, TK_SLASH, TK_PERCENT]],
] as const)
  for (const o of ops) PREC[o] = p;
const PREC_COND = 2;
const PREC_UNARY = 13;

/** Evaluates the (already macro-expanded) tokens; identifiers are 0. Throws ConditionError. */
export class Condition {
  private readonly t: Tokens;
  private i = 0;
  private readonly names: Names;
  private readonly lits: Literals;
  private readonly charSigned: boolean;
  private readonly wchar: number;
  private readonly charset: Charset | null;
  /** Told of each identifier that counts as 0, by token index. */
  private readonly onUndefined: (i: number) => void;
  private h = 0;
  private uns = false;

  constructor(
    t: Tokens,
    names: Names,
    lits: Literals,
    charSigned: boolean,
    wchar: number,
    charset: Charset | null,
    onUndefined: (i: number) => void,
  ) {
    this.onUndefined = onUndefined;
    this.t = t;
    this.names = names;
    this.lits = lits;
    this.charSigned = charSigned;
    this.wchar = wchar;
    this.charset = charset;
  }

  evaluate(): boolean {
    if (this.t.n === 0) throw new ConditionError("#if with no expression");
    const lo = this.binary(0, true);
    const h = this.h;
    if (this.i < this.t.n) {
      const k = this.t.kind[this.i]!;
      throw new ConditionError(
        k === TK_RPAREN ? "missing '(' in expression" : `missing binary operator before token "${this.spell(this.i)}"`,
      );
    }
    return lo !== 0 || h !== 0;
  }

  private spell(i: number): string {
    const k = this.t.kind[i]!;
    if (k === TK_IDENT || k === TK_NUM) return this.names.text(this.t.val[i]!);
    return TOKEN_TEXT[k] ?? "?";
  }

  private kind(): number {
    return this.i < this.t.n ? this.t.kind[this.i]! : TK_EOF;
  }

  /** Low half of the value; the high one is left in this.h, unsignedness in this.uns. `live` = the value matters (no division errors in dead arms). */
  private binary(min: number, live: boolean): number {
    let lo = this.unary(live);
    for (;;) {
      const op = this.kind();
      if (op === TK_QUESTION && min <= PREC_COND) {
        const c = lo !== 0 || this.h !== 0;
        this.i++;
        const a = this.binary(1, live && c);
        const ah = this.h;
        const au = this.uns;
        if (this.kind() !== TK_COLON) throw new ConditionError("'?' without following ':'");
        this.i++;
        const b = this.binary(PREC_COND, live && !c);
        const bh = this.h;
        this.uns = this.uns || au;
        lo = c ? a : b;
        this.h = c ? ah : bh;
        continue;
      }
      const p = PREC[op]!;
      if (p === 0 || p < min || (p === 1 && min > 1)) return lo;
      this.i++;
      const ah = this.h;
      const au = this.uns;
      const rightLive = op === TK_ANDAND ? live && (lo !== 0 || ah !== 0) : op === TK_OROR ? live && lo === 0 && ah === 0 : live;
      const b = this.binary(p + 1, rightLive);
      lo = this.apply(op, lo, ah, au, b, this.h, this.uns, live);
    }
  }

  private apply(op: number, a: number, ah: number, au: boolean, b: number, bh: number, bu: boolean, live: boolean): number {
    const u = au || bu;
    this.uns = u;
    let r = 0;
    switch (op) {
      case TK_COMMA:
        this.uns = bu;
        this.h = bh;
        return b;
      case TK_OROR:
        return this.bool(a !== 0 || ah !== 0 || b !== 0 || bh !== 0);
      case TK_ANDAND:
        return this.bool((a !== 0 || ah !== 0) && (b !== 0 || bh !== 0));
      case TK_EQEQ:
        return this.bool(a === b && ah === bh);
      case TK_NE:
        return this.bool(a !== b || ah !== bh);
      case TK_LT:
        return this.bool(u ? ult64(a, ah, b, bh) : slt64(a, ah, b, bh));
      case TK_GT:
        return this.bool(u ? ult64(b, bh, a, ah) : slt64(b, bh, a, ah));
      case TK_LE:
        return this.bool(!(u ? ult64(b, bh, a, ah) : slt64(b, bh, a, ah)));
      case TK_GE:
        return this.bool(!(u ? ult64(a, ah, b, bh) : slt64(a, ah, b, bh)));
      case TK_PIPE:
        this.h = ah | bh;
        return a | b;
      case TK_CARET:
        this.h = ah ^ bh;
        return a ^ b;
      case TK_AMP:
        this.h = ah & bh;
        return a & b;
      case TK_PLUS:
        r = add64(a, ah, b, bh);
        this.h = hi;
        return r;
      case TK_MINUS:
        r = sub64(a, ah, b, bh);
        this.h = hi;
        return r;
      case TK_STAR:
        r = mul64(a, ah, b, bh);
        this.h = hi;
        return r;
      case TK_SLASH:
      case TK_PERCENT:
        if (b === 0 && bh === 0) {
          if (live) throw new ConditionError("division by zero in #if");
          this.h = 0;
          return 0;
        }
        r = u ? udivrem64(a, ah, b, bh, op === TK_PERCENT) : sdivrem64(a, ah, b, bh, op === TK_PERCENT);
        this.h = hi;
        return r;
      default: {
        // shifts: a negative count shifts the other way, as GCC does
        this.uns = au;
        let left = op === TK_SHL;
        let n = b;
        if (!bu && bh < 0) {
          left = !left;
          n = -b;
        }
        if (n < 0 || n >= 64 || (bh !== 0 && bh !== -1)) {
          const fill = !left && !au && ah < 0 ? -1 : 0;
          this.h = fill;
          return fill;
        }
        r = left ? shl64(a, ah, n) : au ? shr64(a, ah, n) : sar64(a, ah, n);
        this.h = hi;
        return r;
      }
    }
  }

  private bool(x: boolean): number {
    this.h = 0;
    this.uns = false;
    return x ? 1 : 0;
  }

  private unary(live: boolean): number {
    const k = this.kind();
    this.i++;
    let r: number;
    switch (k) {
      case TK_PLUS:
        return this.binary(PREC_UNARY, live);
      case TK_MINUS:
        r = this.binary(PREC_UNARY, live);
        r = neg64(r, this.h);
        this.h = hi;
        return r;
      case TK_TILDE:
        r = this.binary(PREC_UNARY, live);
        this.h = ~this.h;
        return ~r;
      case TK_NOT:
        r = this.binary(PREC_UNARY, live);
        return this.bool(r === 0 && this.h === 0);
      case TK_LPAREN:
        r = this.binary(0, live);
        if (this.kind() !== TK_RPAREN) throw new ConditionError("missing ')' in expression");
        this.i++;
        return r;
      case TK_IDENT:
        if (this.kind() === TK_LPAREN) throw new ConditionError(`missing binary operator before token "("`);
        if (live) this.onUndefined(this.i - 1);
        this.h = 0;
        this.uns = false;
        return 0;
      case TK_NUM: {
        const v = parseNumber(this.names.text(this.t.val[this.i - 1]!));
        if (v.kind === "bad") throw new ConditionError(v.text);
        if (v.kind === "float") throw new ConditionError("floating constant in preprocessor expression");
        if (v.overflow) throw new ConditionError("integer constant is too large for its type");
        this.h = v.hi;
        this.uns = v.unsigned || v.hi < 0;
        return v.lo;
      }
      case TK_CHAR: {
        const lit = this.lits.get(this.t.val[this.i - 1]!);
        const c = decodeChar(lit, this.wchar, this.charSigned, this.charset);
        if (c.error !== "") throw new ConditionError(c.error);
        this.h = c.value >> 31;
        this.uns = false;
        return c.value;
      }
      case TK_STR:
        throw new ConditionError(
          `token ""${new TextDecoder().decode(this.lits.get(this.t.val[this.i - 1]!).bytes)}"" is not valid in preprocessor expressions`,
        );
      case TK_EOF:
        throw new ConditionError("expression ends too early: operand expected in #if");
      default:
        if (PREC[k]! > 0) throw new ConditionError(`operator '${TOKEN_TEXT[k]}' has no left operand`);
        throw new ConditionError(`token "${this.spell(this.i - 1)}" is not valid in preprocessor expressions`);
    }
  }
}
