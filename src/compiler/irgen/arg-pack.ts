// __builtin_va_arg_pack and __builtin_va_arg_pack_len (GCC manual, "Constructing Function Calls").
//
// A variadic always_inline function that passes its variable arguments on is generated once for every list of their types: as a
// function with a parameter for each, which the inliner then puts in the place of the call. The body's tree is the same each time;
// what generation leaves in it (stack slots of objects) is taken out again.

import { D_VAR, Decl, E_BUILTIN, E_LOAD, E_VAR, Expr } from "../c/ast.ts";
import { BI_VA_ARG_PACK } from "../c/builtin-ids.ts";
import type { CType } from "../c/ctype.ts";
import type { FnGen } from "./context.ts";
import { isVla } from "./scope.ts";

/** The function to call instead of a variadic one with these arguments; the function itself if it hands no arguments on. */
export function packedCallee(g: FnGen, d: Decl, args: readonly Expr[]): Decl {
  if (!d.attrs.alwaysInline || !d.type.variadic || (d.bodyFrom < 0 && d.body === null)) return d;
  const body = g.mg.parser.bodyOf(d);
  const named = d.type.params.length;
  if (body === null || !body.usesArgPack || args.length < named) return d;
  if (body.nested.length > 0)
    g.mg.diags.fatal(d.loc, "'__builtin_va_arg_pack' in a function with nested functions is not supported");
  const extra: CType[] = [];
  for (let i = named; i < args.length; i++) {
    const t = args[i]!.type.unqual;
    if (isVla(t)) g.mg.diags.fatal(args[i]!.loc, "an argument of run-time size for '__builtin_va_arg_pack' is not supported");
    extra.push(t);
  }
  const type = g.mg.parser.types.func(d.type.base!, d.type.params.concat(extra), true, false, d.type.ms);
  let made = g.mg.packed.get(d);
  if (made === undefined) {
    made = new Map();
    g.mg.packed.set(d, made);
  }
  let clone = made.get(type);
  if (clone === undefined) {
    clone = g.mg.packedClone(d, type, extra.map(packParameter));
    clone.body = body;
    made.set(type, clone);
  }
  return clone;
}

function packParameter(t: CType): Decl {
  const x = new Decl(D_VAR, 0, t);
  x.isParam = true;
  return x;
}

/** A call with the variable arguments of the function in the place of __builtin_va_arg_pack (). */
export function withPack(g: FnGen, e: Expr): Expr {
  const last = e.args === null ? undefined : e.args[e.args.length - 1];
  if (g.pack === null || last === undefined || last.op !== E_BUILTIN || last.builtin !== BI_VA_ARG_PACK) return e;
  const r = new Expr(e.op, e.type, e.loc);
  r.a = e.a;
  r.builtin = e.builtin;
  r.args = e.args!.slice(0, -1);
  for (const d of g.pack) {
    const v = new Expr(E_VAR, d.type, e.loc);
    v.decl = d;
    v.lvalue = true;
    const x = new Expr(E_LOAD, d.type.canon, e.loc);
    x.a = v;
    r.args.push(x);
  }
  return r;
}
