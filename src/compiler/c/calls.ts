// Function calls (C11 6.5.2.2): the arguments as written, and their conversion to the types of the parameters. // hot

import * as TK from "../lex/tokens.ts";
import { D_FUNC, type Decl, E_CALL, E_MEMBER, E_VAR, Expr } from "./ast.ts";
import { foldCall } from "./builtin-fold.ts";
import { assignConvert, Context, CX_ARG, defaultPromote, errorExpr, incomplete, isError, rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { parseAssignment } from "./expr.ts";
import type { Parser } from "./parser.ts";
import { describe } from "./postfix.ts";
import { isComplete } from "./types.ts";

/** Arguments after "(", with the closing parenthesis. */
export function parseArguments(p: Parser): Expr[] {
  const args: Expr[] = [];
  if (p.tk === TK.TK_RPAREN) {
    p.next();
    return args;
  }
  for (;;) {
    args.push(parseAssignment(p));
    if (p.tk !== TK.TK_COMMA) break;
    p.next();
  }
  p.expect(TK.TK_RPAREN);
  return args;
}

/** f(args); argument expressions are not values yet. */
export function call(p: Parser, f0: Expr, args: Expr[], loc: number, endLoc: number): Expr {
  if (isError(f0)) return f0;
  const f = rvalue(p, f0);
  if (isError(f)) return f;
  if (f.type.kind !== T.K_POINTER || f.type.base!.kind !== T.K_FUNCTION) {
    p.error(
      loc,
      f0.op === E_VAR
        ? `called object '${p.text(f0.decl!.name)}' is not a function or function pointer`
        : "called object is not a function or function pointer",
    );
    return errorExpr(p, loc);
  }
  const ft = f.type.base!;
  const decl = f0.op === E_VAR && f0.decl!.kind === D_FUNC ? f0.decl : null;
  const name =
    decl !== null ? p.text(decl.name) : f0.op === E_VAR ? p.text(f0.decl!.name) : f0.op === E_MEMBER ? describe(p, f0) : "";
  const e = new Expr(E_CALL, ft.base!.unqual.canon, loc);
  const rt = e.type;
  if (rt.kind !== T.K_VOID && !isComplete(rt) && rt.kind !== T.K_ERROR) incomplete(p, loc, rt, null);
  e.a = f;
  e.args = convertArguments(p, args, ft, name, decl, loc, endLoc);
  if (decl !== null && decl.builtin !== 0) {
    e.builtin = decl.builtin;
    const r = foldCall(p, e);
    if (r !== null) return r;
  }
  return e;
}

/** Arguments converted as the function type says. */
export function convertArguments(
  p: Parser,
  args: Expr[],
  ft: CType,
  name: string,
  decl: Decl | null,
  loc: number,
  endLoc: number,
): Expr[] {
  const n = args.length;
  const params = ft.params;
  if (ft.prototype) {
    if (n < params.length) {
      p.error(loc, name === "" ? "too few arguments to function call" : `too few arguments to function '${name}'`);
      if (decl !== null && decl.loc !== 0) p.diags.note(decl.loc, "declared here");
    } else if (n > params.length && !ft.variadic) {
      p.error(loc, name === "" ? "too many arguments to function call" : `too many arguments to function '${name}'`);
      if (decl !== null && decl.loc !== 0) p.diags.note(decl.loc, "declared here");
    }
  } else if (decl !== null && decl.oldStyle && decl.defined && n < decl.params.length && decl.type.params.length === 0) {
    p.warning(endLoc, `too few arguments to function '${name}'`, "old-style");
  }
  for (let i = 0; i < n; i++) {
    const a = args[i]!;
    if (ft.prototype && i < params.length) {
      const t = params[i]!;
      if (!isComplete(t) && t.kind !== T.K_ERROR) {
        p.error(a.loc, `type of formal parameter ${i + 1} is incomplete`);
        args[i] = rvalue(p, a);
        continue;
      }
      args[i] = assignConvert(p, a, t, a.type === t ? ARG0 : new Context(CX_ARG, i + 1, name));
    } else {
      const v = defaultPromote(p, rvalue(p, a));
      if (v.type.kind === T.K_VOID) {
        p.error(a.loc, "invalid use of void expression");
        args[i] = errorExpr(p, a.loc);
      } else args[i] = v;
    }
  }
  return args;
}

const ARG0: Context = new Context(CX_ARG, 0, "");
