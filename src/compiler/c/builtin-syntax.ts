// Built-ins whose names are keywords, since they take types or evaluate only some of their operands: va_arg, __builtin_choose_expr
// and their like (GCC manual, "Other Built-in Functions Provided by GCC").

import * as KW from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { E_COMPLEX, E_CONVERTVECTOR, E_VAARG, Expr } from "./ast.ts";
import * as BI from "./builtin-ids.ts";
import { builtinNode, vaListArg } from "./builtin-operands.ts";
import { call, parseArguments } from "./calls.ts";
import { constantInt } from "./consteval.ts";
import { commonReal, errorExpr, isError, rvalue, withBounds } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { parseTypeName } from "./declspec.ts";
import { parseAssignment } from "./expr.ts";
import { isZero, smallInt } from "./fold.ts";
import { parseHasAttribute } from "./has-attribute.ts";
import { markReferenced } from "./name-expr.ts";
import { parseOffsetof } from "./offsetof.ts";
import type { Parser } from "./parser.ts";
import { compatible, isComplete } from "./types.ts";

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
      return builtinNode(BI.BI_SHUFFLE, args[0]!.type, args, loc);
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
