// Calls of built-in functions that look like calls of any function: types of the arguments and of the result. Those with a
// prototype (builtin-ids.ts) are converted by it, the others have rules of their own here. What can be folded at once is.

import { E_CALL, E_INT, Expr } from "./ast.ts";
import { atomicGeneric, atomicSized } from "./builtin-atomics.ts";
import { classify, constantP, foldCall, nanConstant } from "./builtin-fold.ts";
import * as BI from "./builtin-ids.ts";
import { BF_CUSTOM, BF_LIBCALL, BF_SIZED, type BuiltinRow } from "./builtin-ids.ts";
import { builtinNode, countArgs, vaListArg } from "./builtin-operands.ts";
import { prototypeOf } from "./builtin-prototypes.ts";
import { convertArguments, parseArguments } from "./calls.ts";
import { constantInt } from "./consteval.ts";
import { assignConvert, bitFieldOf, Context, CX_ARG, convert, errorExpr, isError, rvalue, usualType } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { bigOf, floatConst, isUnsigned, smallInt } from "./fold.ts";
import { libraryFunction, varExpr } from "./name-expr.ts";
import type { Parser } from "./parser.ts";
import { makeString } from "./string-expr.ts";
import { x86Call } from "./x86-builtins.ts";

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
  const e = builtinNode(id, ft.base!, convertArguments(p, args, ft, text, null, loc, endLoc), loc);
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

function custom(p: Parser, row: BuiltinRow, text: string, args: Expr[], loc: number): Expr {
  const tt = p.types;
  const id = row[2];
  switch (id) {
    case BI.BI_CONSTANT_P: {
      if (!countArgs(p, text, args, 1, 1, loc)) return errorExpr(p, loc);
      const a = rvalue(p, args[0]!);
      const k = constantP(a);
      // nothing more is found out later without optimization or outside functions
      if (k >= 0 || !p.opts.optimize || p.fn === null) {
        const answer = smallInt(k === 1 ? 1 : 0, tt.int, loc);
        answer.builtin = id;
        return answer;
      }
      return builtinNode(id, tt.int, [a], loc);
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
      return builtinNode(id, tt.void, isError(ap) ? [] : [ap], loc);
    }
    case BI.BI_VA_END:
    case BI.BI_VA_COPY: {
      const n = id === BI.BI_VA_END ? 1 : 2;
      if (!countArgs(p, text, args, n, n, loc)) return errorExpr(p, loc);
      const list = args.map((a, i) => vaListArg(p, a, text, i + 1));
      for (const a of list) if (isError(a)) return errorExpr(p, loc);
      return builtinNode(id, tt.void, list, loc);
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
      const e = builtinNode(id, tt.bool, v, loc);
      e.compType = t.canon;
      if (isP && v[0]!.op === E_INT && v[1]!.op === E_INT) {
        const x = bigOf(v[0]!);
        const y = bigOf(v[1]!);
        const r = id === BI.BI_ADD_OVERFLOW_P ? x + y : id === BI.BI_SUB_OVERFLOW_P ? x - y : x * y;
        const bits = bitFieldOf(v[2]!)?.bitWidth ?? t.size * 8;
        const c = smallInt((isUnsigned(t) ? BigInt.asUintN(bits, r) : BigInt.asIntN(bits, r)) === r ? 0 : 1, tt.bool, loc);
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
      return builtinNode(id, a.type, list, loc);
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
      const e = builtinNode(id, tt.int, [a], loc);
      return foldCall(p, e) ?? e;
    }
    case BI.BI_FPCLASSIFY: {
      if (!countArgs(p, text, args, 6, 6, loc)) return errorExpr(p, loc);
      const list = args.map((a, i) => (i < 5 ? convert(p, rvalue(p, a), tt.int) : rvalue(p, a)));
      if (!T.isFloating(list[5]!.type)) {
        p.error(loc, `non-floating-point argument in call to function '${text}'`);
        return errorExpr(p, loc);
      }
      return builtinNode(id, tt.int, list, loc);
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
      return builtinNode(id, tt.int, [convert(p, a, t), convert(p, b, t)], loc);
    }
    case BI.BI_X86_VECTOR:
      return x86Call(p, row[0], text, args, loc);
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
      return builtinNode(id, tt.vector(a.type.base!, args.length - 2), list, loc);
    }
    case BI.BI_ATOMIC_LOAD:
    case BI.BI_ATOMIC_STORE:
    case BI.BI_ATOMIC_EXCHANGE:
    case BI.BI_ATOMIC_CAS:
      return atomicGeneric(p, id, text, args, loc);
    case BI.BI_APPLY_ARGS:
      if (p.fn !== null) return builtinNode(id, tt.voidPtr, [], loc);
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
      return builtinNode(id, id === BI.BI_RETURN ? tt.void : tt.voidPtr, list, loc);
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
