// __builtin_has_attribute (type-or-expression, attribute) (GCC manual, "Other Builtins"): what is asked of a declaration or a type is
// looked up in what occ keeps of attributes; an attribute that it does not keep is an error, never a guess.

import { LAST_KEYWORD } from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { type Attrs, E_MEMBER, E_VAR, type Expr } from "./ast.ts";
import type { CType } from "./ctype.ts";
import { parseTypeName, startsDeclaration } from "./declspec.ts";
import { parseAssignment } from "./expr.ts";
import { smallInt } from "./fold.ts";
import type { Parser } from "./parser.ts";

/** Attributes of functions and objects, and how a declaration shows them. */
const OF_DECLARATIONS: Readonly<Record<string, (a: Attrs) => boolean>> = {
  alias: (a) => a.alias !== "",
  aligned: (a) => a.aligned > 0,
  alloc_size: (a) => a.allocSize.length > 0,
  always_inline: (a) => a.alwaysInline,
  artificial: (a) => a.artificial,
  cleanup: (a) => a.cleanup !== null,
  cold: (a) => a.cold,
  common: (a) => a.common === 1,
  const: (a) => a.isConst,
  constructor: (a: Attrs) => a.ctor >= 0,
  deprecated: (a) => a.deprecated,
  destructor: (a) => a.dtor >= 0,
  error: (a) => a.errorText !== "",
  externally_visible: (a) => a.externallyVisible,
  flatten: (a) => a.flatten,
  gnu_inline: (a) => a.gnuInline,
  hot: (a) => a.hot,
  ifunc: (a) => a.ifunc !== "",
  malloc: (a) => a.malloc,
  naked: (a) => a.naked,
  no_instrument_function: (a) => a.noInstrument,
  no_stack_protector: (a) => a.noStackProtector,
  noclone: (a) => a.noclone,
  nocommon: (a) => a.common === 0,
  noinline: (a) => a.noinline,
  noipa: (a) => a.noipa,
  nonstring: (a) => a.nonstring,
  noreturn: (a) => a.noreturn,
  optimize: (a) => a.optimize !== "",
  pure: (a) => a.pure,
  retain: (a) => a.retain,
  returns_twice: (a) => a.returnsTwice,
  section: (a) => a.section !== "",
  stack_protect: (a) => a.stackProtect,
  target: (a) => a.target !== "",
  tls_model: (a) => a.tlsModel !== "",
  unused: (a) => a.unused,
  used: (a) => a.used,
  visibility: (a) => a.visibility !== "",
  warn_unused_result: (a) => a.warnUnusedResult,
  warning: (a) => a.warningText !== "",
  weak: (a) => a.weak,
  weakref: (a) => a.isWeakref,
};

/** What a type can have, too. */
const OF_TYPES: ReadonlySet<string> = new Set(["aligned", "deprecated", "unused", "visibility", "warn_unused_result"]);

/** The cursor is behind "(". */
export function parseHasAttribute(p: Parser, loc: number): Expr {
  let type: CType | null = null;
  let e: Expr | null = null;
  if (p.tk === TK.TK_IDENT && (p.tv <= LAST_KEYWORD ? startsDeclaration(p.tv) : p.isTypedefName(p.tv))) type = parseTypeName(p);
  else {
    p.unevaluated++;
    e = parseAssignment(p);
    p.unevaluated--;
  }
  p.expect(TK.TK_COMMA);
  const name = p.tk === TK.TK_IDENT ? p.text(p.tv).replace(/^__(.*)__$/, "$1") : "";
  const known = name !== "" && Object.hasOwn(OF_DECLARATIONS, name);
  if (name !== "") p.next();
  const plain = p.tk === TK.TK_RPAREN;
  for (let depth = 0; p.tk !== TK.TK_EOF && (depth > 0 || p.tk !== TK.TK_RPAREN); p.next()) {
    if (p.tk === TK.TK_LPAREN) depth++;
    else if (p.tk === TK.TK_RPAREN) depth--;
  }
  p.expect(TK.TK_RPAREN);
  const has = known && plain && type === null ? answer(e!, name) : undefined;
  if (has === undefined)
    p.error(
      loc,
      `'__builtin_has_attribute' of '${name}'${plain ? "" : " with arguments"} is not supported${type === null ? "" : " for types"}`,
    );
  return smallInt(has === true ? 1 : 0, p.types.bool, loc);
}

function answer(e: Expr, name: string): boolean | undefined {
  if (e.op === E_VAR) return OF_DECLARATIONS[name]!(e.decl!.attrs);
  if (e.op === E_MEMBER) return name === "nonstring" ? e.member!.nonstring : undefined;
  // what is no declaration has only what its type has
  return OF_TYPES.has(name) ? undefined : false;
}
