// __attribute__((…)): parsing, and what each attribute does to a declaration or type (GCC manual, "Attribute Syntax").

import * as KW from "../lex/names.ts";
import { LAST_KEYWORD } from "../lex/names.ts";
import * as TK from "../lex/tokens.ts";
import { TLS_MODELS } from "../target/tls-model.ts";
import { D_FUNC, D_TYPEDEF, D_VAR, type Decl, E_ADDR, E_STRING, type Expr, ownAttrs } from "./ast.ts";
import * as AT from "./attribute-ids.ts";
import { constantInt } from "./consteval.ts";
import { rvalue } from "./conversions.ts";
import type { CType } from "./ctype.ts";
import * as T from "./ctype.ts";
import { parseTypeName, startsDeclaration } from "./declspec.ts";
import { parseAssignment } from "./expr.ts";
import { useOf } from "./nested.ts";
import type { Parser } from "./parser.ts";
import { protectorNamed } from "./pragma.ts";

export interface AttrArg {
  /** Identifier argument, or 0. */
  name: number;
  e: Expr | null;
}
export interface Attr {
  id: number;
  name: number;
  args: AttrArg[];
  loc: number;
}

export function attributesStart(p: Parser): boolean {
  return p.tk === TK.TK_IDENT && (p.tv === KW.KW___attribute__ || p.tv === KW.KW___attribute);
}

const NO_ARGS: AttrArg[] = [];

/** Parses any number of __attribute__((…)) here and appends to the list. */
export function parseAttributes(p: Parser, list: Attr[] | null): Attr[] | null {
  while (p.tk === TK.TK_IDENT && (p.tv === KW.KW___attribute__ || p.tv === KW.KW___attribute)) {
    p.next();
    if (!p.expect(TK.TK_LPAREN) || !p.expect(TK.TK_LPAREN)) return list;
    for (;;) {
      if (p.at(TK.TK_COMMA)) {
        p.next();
        continue;
      }
      if (p.tk !== TK.TK_IDENT) break;
      const loc = p.loc;
      const name = p.tv;
      const id = p.voc.attributes.get(name);
      p.next();
      let args = NO_ARGS;
      if (p.at(TK.TK_LPAREN)) {
        args = [];
        p.next();
        if (id === undefined || id === AT.AT_IGNORED) skipArgs(p);
        else parseAttrArgs(p, id, args);
      }
      if (id === undefined) {
        p.warning(loc, `'${p.text(name)}' attribute directive ignored`, "attributes");
      } else if (id !== AT.AT_IGNORED) {
        if (list === null) list = [];
        list.push({ id, name, args, loc });
      }
      if (!p.at(TK.TK_COMMA)) break;
    }
    p.expect(TK.TK_RPAREN);
    p.expect(TK.TK_RPAREN);
  }
  return list;
}

function skipArgs(p: Parser): void {
  let depth = 0;
  while (p.tk !== TK.TK_EOF) {
    if (p.tk === TK.TK_LPAREN) depth++;
    else if (p.tk === TK.TK_RPAREN && depth-- === 0) {
      p.next();
      return;
    }
    p.next();
  }
}

function parseAttrArgs(p: Parser, id: number, args: AttrArg[]): void {
  while (p.tk !== TK.TK_RPAREN && p.tk !== TK.TK_EOF) {
    if (
      p.tk === TK.TK_IDENT &&
      (p.peekKind(1) === TK.TK_COMMA || p.peekKind(1) === TK.TK_RPAREN) &&
      (id === AT.AT_MODE || id === AT.AT_CLEANUP || p.tv <= LAST_KEYWORD || p.lookup(p.tv) === null)
    ) {
      args.push({ name: p.tv, e: null });
      p.next();
    } else if (p.tk === TK.TK_IDENT && (p.tv <= LAST_KEYWORD ? startsDeclaration(p.tv) : p.isTypedefName(p.tv))) {
      parseTypeName(p);
      args.push({ name: 0, e: null });
    } else {
      const before = p.pos;
      p.unevaluated++;
      args.push({ name: 0, e: rvalue(p, parseAssignment(p)) });
      p.unevaluated--;
      if (p.pos === before) break;
    }
    if (p.tk !== TK.TK_COMMA) break;
    p.next();
  }
  p.expect(TK.TK_RPAREN);
}

/** Argument i of an attribute, or "". */
export function stringArg(a: Attr, i = 0): string {
  const e = a.args[i]?.e;
  if (e === undefined || e === null || e.op !== E_ADDR || e.a!.op !== E_STRING) return "";
  const b = e.a!.str!.bytes;
  return new TextDecoder().decode(b.subarray(0, b.length - 1));
}

function intArg(p: Parser, a: Attr, i: number, dflt: number): number {
  const e = a.args[i]?.e;
  if (e === undefined || e === null) return dflt;
  const c = constantInt(p, e);
  return c === null ? dflt : c.lo;
}

/** Of a constructor or destructor. */
function priority(p: Parser, a: Attr, what: string): number {
  if (a.args.length === 0) return 65535;
  const e = a.args[0]!.e;
  const c = e === null ? null : constantInt(p, e);
  if (c !== null && c.hi === 0 && c.lo >= 0 && c.lo <= 65535) return c.lo;
  p.error(a.loc, `${what} priorities must be integers from 0 to 65535 inclusive`);
  return 65535;
}

/** Alignment in bytes of an aligned attribute; 0 if it is wrong (said so). */
export function alignedArg(p: Parser, a: Attr): number {
  if (a.args.length === 0) return p.target.biggestAlign;
  const e = a.args[0]!.e;
  const c = e === null ? null : constantInt(p, e);
  if (c === null) {
    if (e === null || e.type.kind !== T.K_ERROR) p.error(a.loc, "requested alignment is not an integer constant");
    return 0;
  }
  const n = c.lo;
  if (c.hi !== 0 || n <= 0 || (n & (n - 1)) !== 0) {
    if (n === 0 && c.hi === 0) return 0;
    p.error(a.loc, `requested alignment '${n}' is not a positive power of 2`);
    return 0;
  }
  if (n > 1 << 28) {
    p.error(a.loc, `requested alignment '${n}' exceeds maximum 268435456`);
    return 0;
  }
  return n;
}

export function hasAttr(list: Attr[] | null, id: number): boolean {
  if (list !== null) for (const a of list) if (a.id === id) return true;
  return false;
}

/** Largest alignment asked for, 0 = none. */
export function listAligned(p: Parser, list: Attr[] | null): number {
  let n = 0;
  if (list !== null) for (const a of list) if (a.id === AT.AT_ALIGNED) n = Math.max(n, alignedArg(p, a));
  return n;
}

/** Rebuilds a derived type over another innermost type. */
export function reconstruct(p: Parser, t: CType, f: (t: CType) => CType): CType {
  const tt = p.types;
  switch (t.kind) {
    case T.K_POINTER:
      return tt.qualified(tt.pointer(reconstruct(p, t.base!, f)), t.quals);
    case T.K_ARRAY: {
      const e = reconstruct(p, t.base!, f);
      return t.count === T.COUNT_VLA || t.count === T.COUNT_STAR ? tt.vla(e, t.vla) : tt.array(e, t.count);
    }
    case T.K_FUNCTION:
      return tt.func(reconstruct(p, t.base!, f), t.params, t.prototype, t.variadic, t.ms);
    default:
      return f(t);
  }
}

/** t with the function type nearest to the name, behind pointers and arrays, called as on Windows. */
function msFunction(p: Parser, t: CType, a: Attr): CType {
  if (p.target.name !== "x86_64") {
    p.warning(a.loc, `'${p.text(a.name)}' attribute ignored`, "attributes");
    return t;
  }
  const tt = p.types;
  const changed = (x: CType): CType | null => {
    if (x.kind === T.K_FUNCTION) return tt.func(x.base!, x.params, x.prototype, x.variadic, true);
    if (x.kind !== T.K_POINTER && x.kind !== T.K_ARRAY) return null;
    const to = changed(x.base!);
    if (to === null) return null;
    if (x.kind === T.K_POINTER) return tt.qualified(tt.pointer(to), x.quals);
    return x.count === T.COUNT_VLA || x.count === T.COUNT_STAR ? tt.vla(to, x.vla) : tt.array(to, x.count);
  };
  const r = changed(t);
  if (r !== null) return r;
  p.warning(a.loc, `'${p.text(a.name)}' attribute only applies to function types`, "attributes");
  return t;
}

/** Attributes that make another type: mode, vector_size, ms_abi. */
export function typeWithAttributes(p: Parser, t0: CType, list: Attr[] | null): CType {
  let t = t0;
  if (list === null) return t;
  for (const a of list) {
    if (a.id === AT.AT_MS_ABI) t = msFunction(p, t, a);
    else if (a.id === AT.AT_MODE) {
      const name = a.args[0]?.name ?? 0;
      const mode = p.text(name).replace(/^__(.*)__$/, "$1");
      t = reconstruct(p, t, (b) => modeType(p, b, mode, a.loc));
    } else if (a.id === AT.AT_VECTOR_SIZE) {
      const e = a.args[0]?.e ?? null;
      const c = e === null ? null : constantInt(p, e);
      if (c === null) {
        p.error(a.loc, "'vector_size' attribute argument value is not an integer constant");
        continue;
      }
      const size = c.lo;
      t = reconstruct(p, t, (b) => vectorType(p, b, size, a.loc));
    }
  }
  return t;
}

function vectorType(p: Parser, b: CType, size: number, loc: number): CType {
  if ((!T.isInteger(b) && !T.isFloating(b)) || b.kind === T.K_BOOL || (b.kind === T.K_ENUM && b.base === null)) {
    if (b.kind !== T.K_ERROR) p.error(loc, "invalid vector type for attribute 'vector_size'");
    return b;
  }
  if (size <= 0) {
    p.error(
      loc,
      size === 0
        ? "'vector_size' attribute argument value '0' is zero"
        : `'vector_size' attribute argument value '${size}' is negative`,
    );
    return b;
  }
  if (size % b.size !== 0) {
    p.error(loc, "vector size not an integral multiple of component size");
    return b;
  }
  const n = size / b.size;
  if ((n & (n - 1)) !== 0) {
    p.error(loc, `number of vector components ${n} not a power of two`);
    return b;
  }
  return p.types.qualified(p.types.vector(b.canon, n), b.quals);
}

function modeType(p: Parser, b: CType, mode: string, loc: number): CType {
  const tt = p.types;
  const vec = /^V([0-9]+)([A-Z]+)$/.exec(mode);
  if (vec !== null) {
    const e = modeType(p, b, vec[2]!, loc);
    return tt.vector(e, Number(vec[1]));
  }
  const uns = b.kind === T.K_POINTER || (T.isInteger(b) && (b.kind === T.K_ENUM ? (b.base?.unsigned ?? true) : b.unsigned));
  let size = -1;
  switch (mode) {
    case "QI":
    case "byte":
      size = 1;
      break;
    case "HI":
      size = 2;
      break;
    case "SI":
      size = 4;
      break;
    case "DI":
      size = 8;
      break;
    case "TI":
      size = 16;
      break;
    case "word":
    case "pointer":
    case "unwind_word":
    case "libgcc_cmp_return":
    case "libgcc_shift_count":
      size = p.target.ptrSize;
      break;
    case "SF":
      return tt.qualified(tt.float, b.quals);
    case "DF":
      return tt.qualified(tt.double, b.quals);
    case "XF":
    case "TF":
      return tt.qualified(
        tt.ldouble.size === 16 && (mode === "XF" || p.target.name !== "x86_64")
          ? tt.ldouble
          : mode === "XF"
            ? tt.ldouble
            : tt.float128,
        b.quals,
      );
    case "SC":
      return tt.complex(tt.float);
    case "DC":
      return tt.complex(tt.double);
    case "XC":
      return tt.complex(tt.ldouble);
    case "TC":
      return tt.complex(p.target.name === "x86_64" || p.target.name === "i386" ? tt.float128 : tt.ldouble);
  }
  if (size < 0) {
    p.error(loc, `unknown machine mode '${mode}'`);
    return b;
  }
  if (b.kind === T.K_POINTER) return b;
  if (!T.isInteger(b)) {
    if (b.kind !== T.K_ERROR) p.error(loc, `mode '${mode}' applied to inappropriate type`);
    return b;
  }
  if (b.kind === T.K_ENUM) {
    // a complete enum keeps its size: the declared type is an integer of the mode
    return tt.qualified(tt.integer(size, b.base?.unsigned ?? true)!, b.quals);
  }
  return tt.qualified(size === 1 && b.kind <= T.K_UCHAR ? b.canon : tt.integer(size, uns)!, b.quals);
}

/** Applies attributes to a declared function, object or typedef; `earlier`: the section that an earlier declaration gave it. */
export function applyAttributes(p: Parser, d: Decl, list: Attr[] | null, earlier = ""): void {
  if (list === null) return;
  const at = ownAttrs(d);
  for (const a of list) {
    switch (a.id) {
      case AT.AT_ALIGNED: {
        const n = alignedArg(p, a);
        if (n === 0) break;
        if (d.kind === D_TYPEDEF) d.type = p.types.aligned(d.type, a.args.length === 0 || n > 0 ? n : d.type.align);
        else at.aligned = Math.max(at.aligned, n);
        break;
      }
      case AT.AT_PACKED:
        at.packed = true;
        break;
      case AT.AT_WARN_IF_NOT_ALIGNED:
        if (d.kind !== D_TYPEDEF) p.error(d.loc, `'warn_if_not_aligned' may not be specified for '${p.text(d.name)}'`);
        break;
      case AT.AT_SECTION:
        if (earlier !== "" && earlier !== stringArg(a)) {
          const text = `ignoring attribute 'section ("${stringArg(a)}")' because it conflicts with previous 'section ("${earlier}")'`;
          p.warning(a.loc, text, "attributes");
          break;
        }
        if (at.section !== "" && at.section !== stringArg(a))
          p.error(d.loc, `section of '${p.text(d.name)}' conflicts with previous declaration`);
        at.section = stringArg(a);
        if (at.section === "") p.error(a.loc, "section attribute argument not a string constant");
        else if (d.kind === D_VAR && d.linkage === 0 && !d.isStatic)
          p.error(a.loc, "section attribute cannot be specified for local variables");
        break;
      case AT.AT_ALIAS:
        if (at.ifunc !== "") p.error(d.loc, `redefinition of '${p.text(d.name)}'`);
        if (at.isWeakref && at.weakref === "") at.weakref = stringArg(a);
        else at.alias = stringArg(a);
        break;
      case AT.AT_WEAK:
        at.weak = true;
        if (at.ifunc !== "") p.error(d.loc, `indirect function '${p.text(d.name)}' cannot be declared weak`);
        if (d.linkage === 1) p.error(d.loc, `weak declaration of '${p.text(d.name)}' must be public`);
        break;
      case AT.AT_WEAKREF:
        if (a.args.length > 0) at.weakref = stringArg(a);
        at.isWeakref = true;
        at.weak = true;
        if (at.weakref === "" && at.alias !== "") {
          at.weakref = at.alias;
          at.alias = "";
        }
        break;
      case AT.AT_USED:
        at.used = true;
        break;
      case AT.AT_RETAIN:
        at.retain = true;
        break;
      case AT.AT_UNUSED:
        at.unused = true;
        break;
      case AT.AT_NONSTRING:
        at.nonstring = true;
        break;
      case AT.AT_NORETURN:
        at.noreturn = true;
        break;
      case AT.AT_CONST:
        at.isConst = true;
        break;
      case AT.AT_PURE:
        at.pure = true;
        break;
      case AT.AT_MALLOC:
        at.malloc = true;
        break;
      case AT.AT_NOIPA:
        at.noinline = true;
        at.noclone = true;
        at.noipa = true;
        break;
      case AT.AT_NOINLINE:
        at.noinline = true;
        break;
      case AT.AT_NOCLONE:
        at.noclone = true;
        break;
      case AT.AT_ALWAYS_INLINE:
        at.alwaysInline = true;
        break;
      case AT.AT_GNU_INLINE:
        at.gnuInline = true;
        break;
      case AT.AT_COLD:
        at.cold = true;
        break;
      case AT.AT_HOT:
        at.hot = true;
        break;
      case AT.AT_NAKED:
        at.naked = true;
        break;
      case AT.AT_RETURNS_TWICE:
        at.returnsTwice = true;
        break;
      case AT.AT_COMMON:
        at.common = 1;
        break;
      case AT.AT_NOCOMMON:
        at.common = 0;
        break;
      case AT.AT_VISIBILITY: {
        const v = stringArg(a);
        if (!/^(default|hidden|protected|internal)$/.test(v))
          p.error(a.loc, 'visibility argument must be one of "default", "hidden", "protected" or "internal"');
        else at.visibility = v;
        break;
      }
      case AT.AT_ERROR:
        at.errorText = stringArg(a);
        break;
      case AT.AT_WARNING:
        at.warningText = stringArg(a);
        break;
      case AT.AT_DEPRECATED:
        at.deprecated = true;
        break;
      case AT.AT_UNAVAILABLE:
        at.unavailable = true;
        break;
      case AT.AT_WARN_UNUSED_RESULT:
        at.warnUnusedResult = true;
        break;
      case AT.AT_CONSTRUCTOR:
        at.ctor = priority(p, a, "constructor");
        break;
      case AT.AT_DESTRUCTOR:
        at.dtor = priority(p, a, "destructor");
        break;
      case AT.AT_UNINITIALIZED:
        at.uninitialized = true;
        break;
      case AT.AT_ALLOC_SIZE:
        at.allocSize = a.args.map((_, i) => intArg(p, a, i, 0) - 1).filter((place) => place >= 0);
        break;
      case AT.AT_CLEANUP: {
        const name = a.args[0]?.name ?? 0;
        const f = name === 0 ? null : p.lookup(name);
        if (f === null || f.kind !== D_FUNC) {
          p.error(a.loc, "'cleanup' argument not a function");
          break;
        }
        f.referenced = true;
        if (f.owner !== null) useOf(p, f);
        at.cleanup = f;
        break;
      }
      case AT.AT_OPTIMIZE:
        at.optimize = a.args.map((_, i) => stringArg(a, i)).join(",");
        at.stackMode = protectorNamed(p, at.optimize) || at.stackMode;
        break;
      case AT.AT_TARGET:
        at.target = stringArg(a);
        break;
      case AT.AT_NO_INSTRUMENT:
        at.noInstrument = true;
        break;
      case AT.AT_PATCHABLE:
        at.patchable = intArg(p, a, 0, 0);
        break;
      case AT.AT_TLS_MODEL:
        at.tlsModel = stringArg(a);
        if (!TLS_MODELS.includes(at.tlsModel))
          p.error(
            a.loc,
            '\'tls_model\' argument must be one of "local-exec", "initial-exec", "local-dynamic" or "global-dynamic"',
          );
        break;
      case AT.AT_IFUNC:
        if (d.kind !== D_FUNC) {
          p.warning(a.loc, "'ifunc' attribute ignored", "attributes");
          break;
        }
        if (at.alias !== "" || d.defined) p.error(d.loc, `redefinition of '${p.text(d.name)}'`);
        if (at.weak) p.error(d.loc, `weak '${p.text(d.name)}' cannot be defined 'ifunc'`);
        // an alias of the resolver, of a type that tells the linker to call it
        at.alias = at.ifunc = stringArg(a);
        break;
      case AT.AT_CONVENTION:
        // they mean something on i386 alone
        if (p.target.name !== "i386" || (p.text(a.name) === "regparm" && intArg(p, a, 0, 0) === p.opts.regparm)) break;
        if (d.kind === D_FUNC) at.convention = p.text(a.name);
        else p.error(a.loc, `occ does not support the '${p.text(a.name)}' attribute`);
        break;
      case AT.AT_MS_ABI:
        // the type says it (typeWithAttributes)
        break;
      case AT.AT_STACK_PROTECT:
        at.stackProtect = true;
        break;
      case AT.AT_NO_STACK_PROTECTOR:
        at.noStackProtector = true;
        break;
      case AT.AT_NO_SANITIZE:
        if (a.args.some((_, i) => stringArg(a, i).split(",").includes("shadow-call-stack"))) at.noShadowStack = true;
        break;
      case AT.AT_OTHER_FRAME:
        // of a declaration it says that more registers are kept than the caller counts on
        if (d.kind === D_FUNC) at.unsupported = `occ does not support the '${p.text(a.name)}' attribute`;
        break;
      case AT.AT_EXTERNALLY_VISIBLE:
        at.externallyVisible = true;
        break;
      case AT.AT_FLATTEN:
        at.flatten = true;
        break;
      case AT.AT_ARTIFICIAL:
        at.artificial = true;
        break;
      case AT.AT_TRANSPARENT_UNION:
        if (d.kind === D_TYPEDEF && d.type.kind === T.K_UNION) d.type.record!.transparentUnion = true;
        break;
    }
  }
}
