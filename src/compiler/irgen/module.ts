// A translation unit to an IR module: a worklist from the definitions that must be emitted over everything they refer to, so that
// unused static inline functions are never even parsed.
//
// Roots: externally visible definitions, `used` and `retain` ones, constructors and destructors, targets of aliases. Names in
// top-level asm are not roots, as in GCC.

import type { Diagnostics } from "../base/diagnostics.ts";
import { D_FUNC, D_VAR, Decl, type FuncBody, type Label, LINK_EXTERNAL, SC_EXTERN, type StrLit, type Unit } from "../c/ast.ts";
import * as B from "../c/builtin-ids.ts";
import { type CType, isAggregate, K_ARRAY, type Member, Q_CONST, Q_VOLATILE } from "../c/ctype.ts";
import type { TypeTable } from "../c/types.ts";
import type { Func } from "../ir/func.ts";
import {
  BIND_GLOBAL,
  BIND_LOCAL,
  BIND_WEAK,
  type DataInit,
  Module,
  SYM_DATA,
  SYM_FUNC,
  SYM_UNDEF,
  type Sym,
  VIS_DEFAULT,
  VIS_HIDDEN,
  VIS_INTERNAL,
  VIS_PROTECTED,
} from "../ir/module.ts";
import { TY_F128 } from "../ir/ops.ts";
import type { AbiType, CallAssign, TargetInfo } from "../target/abi.ts";
import { makeAbiType } from "./abi-type.ts";
import { objectImage } from "./data.ts";
import { genFunction } from "./func.ts";
import { alignOfDecl, isGlobalRegister, type LV } from "./lvalue.ts";
import { type Frame, writeTrampolines } from "./nested.ts";
import { isOpenEnded } from "./object-size.ts";
import { stackKind } from "./stack-kind.ts";
import { qualsOf, UnsupportedType } from "./types.ts";

/** What the generator wants of the parser. */
export interface FrontEnd {
  /** Parses the body if that has not been done; null after errors. */
  bodyOf(d: Decl): FuncBody | null;
  /** Spelling of an interned name. */
  text(name: number): string;
  readonly types: TypeTable;
}

export interface IrgenOptions {
  fileName: string;
  /** -fvisibility as VIS_*. */
  visibility: number;
  /** -fcommon. */
  common: boolean;
  /** Off with -fno-delete-null-pointer-checks: a symbol's address may be 0. */
  deleteNullChecks: boolean;
  /** 0 … 3: at 0 bodies that exist for inlining only are not generated unless always_inline. */
  optimize: number;
  /** -finstrument-functions. */
  instrument: boolean;
  /** Some -fstack-protector: what lies on the stack is described. */
  stackProtector: boolean;
  /** -ftrapv. */
  trapOverflow: boolean;
  /** -ftrivial-auto-var-init=: the byte that fills a variable without initialiser, or -1. */
  fillByte: number;
  /** The unit asks for the sizes of members (__builtin_object_size of kinds 1 and 3): their addresses are marked. */
  markMembers: boolean;
}

export const DEFAULT_IRGEN_OPTIONS: IrgenOptions = {
  fileName: "",
  visibility: VIS_DEFAULT,
  common: false,
  deleteNullChecks: true,
  optimize: 2,
  instrument: false,
  stackProtector: false,
  trapOverflow: false,
  fillByte: -1,
  markMembers: false,
};

const RETURNS_TWICE: ReadonlySet<string> = new Set([
  "setjmp",
  "_setjmp",
  "sigsetjmp",
  "__sigsetjmp",
  "savectx",
  "vfork",
  "getcontext",
]);

/**
 * 2 for const, 1 for pure. What comes back or goes in through memory of the caller is an effect (a hidden result pointer) or a read (a
 * hidden argument pointer) that the attribute does not speak of.
 */
function purityOf(d: Decl): number {
  const ret = d.type.base!;
  if (isAggregate(ret) || ret.size > 8) return 0;
  const byReference = (d.type.params ?? []).some((t) => isAggregate(t) || t.size > 8);
  return d.attrs.isConst ? (byReference ? 1 : 2) : d.attrs.pure ? 1 : 0;
}

/** Library functions whose result's size GCC knows without an attribute. */
const ALLOCATORS: ReadonlyMap<number, readonly number[]> = new Map([
  [B.BI_MALLOC, [0]],
  [B.BI_CALLOC, [0, 1]],
  [B.BI_REALLOC, [1]],
  [B.BI_ALIGNED_ALLOC, [1]],
]);

/** Where the size of what d returns is said, if all its parameters are scalars of one register each. */
function allocSizeOf(d: Decl): readonly number[] | undefined {
  const places = d.attrs.allocSize.length > 0 ? d.attrs.allocSize : ALLOCATORS.get(d.builtin);
  if (places === undefined || isAggregate(d.type.base!)) return undefined;
  const simple = (d.type.params ?? []).every((t) => !isAggregate(t) && t.size <= 8);
  return simple ? places : undefined;
}

export class ModGen {
  readonly module: Module = new Module();
  readonly parser: FrontEnd;
  readonly unit: Unit;
  readonly target: TargetInfo;
  readonly opts: IrgenOptions;
  readonly diags: Diagnostics;
  /** Bit-field regions (bitfield.ts). */
  bitRegions: Map<Member, readonly [number, number]> = new Map();
  /** Calling convention of prototyped function types, by type id. */
  assigns: (CallAssign | undefined)[] = [];
  /** Records of functions whose nested functions use their variables. */
  readonly frames: Map<Decl, Frame> = new Map();
  /** Copies of functions that hand their variable arguments on, by type (arg-pack.ts). */
  readonly packed: Map<Decl, Map<CType, Decl>> = new Map();
  /** Where the aggregate result of the last call or statement expression lies. */
  callResult: LV | null = null;
  private abiTypes: (AbiType | null | undefined)[] = [];
  private strings: Map<string, Sym> = new Map();
  private funcQueue: Decl[] = [];
  private dataQueue: Decl[] = [];
  private names: Map<string, Decl> | undefined;

  constructor(parser: FrontEnd, unit: Unit, target: TargetInfo, opts: IrgenOptions, diags: Diagnostics) {
    this.parser = parser;
    this.unit = unit;
    this.target = target;
    this.opts = opts;
    this.diags = diags;
    this.module.fileName = opts.fileName;
  }

  /** Describes an object of type t for the stack protector. */
  stackKind(t: CType): number {
    return this.opts.stackProtector ? stackKind(t) : 0;
  }

  error(loc: number, text: string): void {
    this.diags.error(loc, text);
  }

  text(name: number): string {
    return name === 0 ? "" : this.parser.text(name);
  }

  abiType(t: CType, loc = 0): AbiType | undefined {
    const old = this.abiTypes[t.id];
    if (old !== undefined) return old === null ? undefined : old;
    const r = t.record;
    // a transparent union travels as its first member
    const made =
      r?.transparentUnion && r.members.length > 0 ? this.abiType(r.members[0]!.type, loc) : makeAbiType(this.target, t);
    this.abiTypes[t.id] = made === undefined ? null : made;
    if (made !== undefined) this.refuse32(made, loc);
    return made;
  }

  /** What i386 passes in vector registers occ does not. */
  private refuse32(t: AbiType, loc: number): void {
    if (this.target.name !== "i386") return;
    const quad = t.ty === TY_F128 || t.fields?.some((f) => f.ty === TY_F128) === true;
    if (t.hasVector === true || quad)
      this.diags.fatal(loc, `occ passes no ${t.hasVector === true ? "vector" : "__float128"} by value on i386`);
  }

  // ---- symbols ----

  asmNameOf(d: Decl): string {
    return d.asmName !== "" ? d.asmName : this.text(d.name);
  }

  /** The symbol of a function or static object; queues its definition. */
  symOf(d: Decl): Sym {
    if (d.symId !== 0) return this.module.syms[d.symId]!;
    const m = this.module;
    const a = d.attrs;
    if (d.kind === D_VAR && isGlobalRegister(d)) this.diags.fatal(d.loc, "address of a global register variable requested");
    if (a.convention !== "") this.diags.fatal(d.loc, `occ does not support the '${a.convention}' attribute`);
    if (a.weakref !== "") return this.weakref(d);
    let s: Sym;
    if (d.kind === D_FUNC && d.owner !== null) s = m.privateSymbol(this.text(d.name));
    else if (d.kind === D_VAR && (d.fnLocal || d.name === 0) && d.linkage !== LINK_EXTERNAL && d.asmName === "") {
      const name = this.text(d.name);
      s = m.privateSymbol(name === "" ? ".Lcompound" : name);
    } else if (d.kind === D_FUNC && d.inlineOnly && this.hasDefinition(d) && a.alias === "")
      s = m.inlineSymbol(this.asmNameOf(d));
    else s = m.symbol(this.asmNameOf(d));
    d.symId = s.id;
    this.applyAttributes(s, d);
    if (d.kind === D_FUNC) this.declareFunction(s, d);
    else this.declareData(s, d);
    return s;
  }

  /** A copy of d of another type, for inlining only. */
  packedClone(d: Decl, type: CType, pack: readonly Decl[]): Decl {
    const c = new Decl(D_FUNC, d.name, type);
    c.attrs = d.attrs;
    c.loc = d.loc;
    c.params = d.params.concat(pack);
    c.isInline = true;
    c.defined = true;
    c.bodyFrom = d.bodyFrom;
    c.packOf = d;
    c.pack = pack;
    const s = this.module.privateSymbol(this.text(d.name));
    c.symId = s.id;
    this.applyAttributes(s, c);
    this.declareFunction(s, c);
    return c;
  }

  /** What a weakref stands for: a definition, another weakref's target, or a name that is weak unless something else refers to it. */
  private weakref(d: Decl): Sym {
    const name = d.attrs.weakref;
    const target = this.declNamed(name);
    let s: Sym;
    if (target !== undefined && target !== d && (target.attrs.weakref !== "" || this.isDefined(name))) s = this.symOf(target);
    else {
      const known = this.module.byName.get(name);
      s = known ?? this.module.symbol(name);
      if (known === undefined) {
        s.bind = BIND_WEAK;
        s.weakrefOnly = true;
      }
    }
    d.symId = s.id;
    if (d.kind === D_FUNC && s.kind === SYM_UNDEF) s.noreturn = d.attrs.noreturn;
    return s;
  }

  private isDefined(name: string): boolean {
    const d = this.declNamed(name);
    return d !== undefined && (d.bodyFrom >= 0 || d.body !== null || d.defined || d.tentative);
  }

  private declNamed(name: string): Decl | undefined {
    if (this.names === undefined) {
      this.names = new Map();
      for (const d of this.unit.objects) {
        if (d.fnLocal || (d.kind !== D_FUNC && d.kind !== D_VAR)) continue;
        const n = this.asmNameOf(d);
        const old = this.names.get(n);
        if (old === undefined || (!this.hasDefinition(old) && this.hasDefinition(d))) this.names.set(n, d);
      }
    }
    return this.names.get(name);
  }

  private hasDefinition(d: Decl): boolean {
    if (d.kind === D_FUNC) return d.bodyFrom >= 0 || d.body !== null;
    return d.init !== null || d.tentative || (d.defined && d.storage !== SC_EXTERN);
  }

  private applyAttributes(s: Sym, d: Decl): void {
    const a = d.attrs;
    s.declLoc = d.loc;
    if (d.linkage !== LINK_EXTERNAL) s.bind = BIND_LOCAL;
    else if (a.weak) s.bind = BIND_WEAK;
    else if (s.bind !== BIND_WEAK || s.weakrefOnly) s.bind = BIND_GLOBAL;
    s.weakrefOnly = false;
    // What is only inlined is defined elsewhere, in a library perhaps (fread of _FORTIFY_SOURCE): -fvisibility is not for it.
    const defined = (this.hasDefinition(d) && !(d.kind === D_FUNC && d.inlineOnly)) || a.alias !== "";
    if (a.visibility !== "") s.vis = visibilityOf(a.visibility);
    else if (defined && d.linkage === LINK_EXTERNAL) s.vis = this.opts.visibility;
    s.tls = d.tls;
    if (a.tlsModel !== "") s.tlsModel = a.tlsModel;
    if (a.section !== "") s.section = a.section;
    s.used ||= a.used;
    s.retain ||= a.retain;
    s.ifunc ||= a.ifunc !== "";
    if (a.errorText !== "") s.errorText = a.errorText;
    if (a.warningText !== "") s.warningText = a.warningText;
    if (a.alias !== "") {
      const t = this.declNamed(a.alias);
      const to = t === undefined ? this.module.symbol(a.alias) : this.symOf(t);
      s.alias = to.id;
      to.referenced = true;
      s.kind = d.kind === D_FUNC ? SYM_FUNC : SYM_DATA;
    }
  }

  private declareFunction(s: Sym, d: Decl): void {
    const a = d.attrs;
    s.noreturn ||= a.noreturn || d.builtin === B.BI_ABORT || d.builtin === B.BI_EXIT;
    s.purity = Math.max(s.purity, purityOf(d));
    s.malloc ||= a.malloc;
    s.allocSize ??= allocSizeOf(d);
    s.returnsTwice ||= a.returnsTwice || RETURNS_TWICE.has(s.name);
    s.noinline ||= a.noinline;
    s.noclone ||= a.noclone;
    s.noipa ||= a.noipa;
    s.alwaysInline ||= a.alwaysInline;
    s.inlineHint ||= d.isInline;
    s.cold ||= a.cold;
    s.hot ||= a.hot;
    s.noInstrument ||= a.noInstrument;
    s.stackProtect ||= a.stackProtect;
    s.noStackProtect ||= a.noStackProtector;
    s.noShadowStack ||= a.noShadowStack;
    if (a.stackMode !== "") s.stackMode = a.stackMode;
    s.naked ||= a.naked;
    if (a.optimize !== "") s.optimize = a.optimize;
    if (a.patchable >= 0) s.patchableEntry = a.patchable;
    if (a.ctor >= 0) s.ctor = a.ctor;
    if (a.dtor >= 0) s.dtor = a.dtor;
    if (a.aligned > s.align) s.align = a.aligned;
    if (a.alias !== "") return;
    if (this.hasDefinition(d)) {
      if (d.inlineOnly) {
        s.externInline = true;
        if (this.opts.optimize === 0 && !a.alwaysInline) return;
      } else s.kind = SYM_FUNC;
      this.funcQueue.push(d);
    } else if (d.linkage !== LINK_EXTERNAL) {
      const other = this.declNamed(s.name);
      if (other !== undefined && other !== d && other.symId === 0 && this.hasDefinition(other)) this.symOf(other);
      else if (other === undefined || other === d) s.bind = BIND_GLOBAL;
    }
  }

  private declareData(s: Sym, d: Decl): void {
    const t = d.type;
    s.align = Math.max(s.align, alignOfDecl(d));
    if (
      d.attrs.alias !== "" ||
      !(this.hasDefinition(d) || (d.isStatic && d.linkage !== LINK_EXTERNAL && d.storage !== SC_EXTERN))
    ) {
      if (s.size === 0) s.size = Math.max(0, t.size);
      s.sizeKnown = t.size >= 0 && !isOpenEnded(t) && !d.attrs.weak;
      return;
    }
    s.kind = SYM_DATA;
    s.size = Math.max(0, t.size) + (d.init?.extra ?? 0);
    if (t.kind === K_ARRAY && t.size < 0) s.size = Math.max(t.base!.size, 0) + (d.init?.extra ?? 0);
    const q = qualsOf(t);
    s.readonly = (q & Q_CONST) !== 0 && (q & Q_VOLATILE) === 0;
    const common = d.attrs.common >= 0 ? d.attrs.common === 1 : this.opts.common;
    if (d.init === null) {
      s.common = common && d.tentative && d.linkage === LINK_EXTERNAL && !d.attrs.weak && d.attrs.section === "" && !d.tls;
    } else this.dataQueue.push(d);
  }

  /** Certainly not address 0. */
  neverNull(symId: number): boolean {
    const s = this.module.syms[symId]!;
    return s.bind !== BIND_WEAK && (this.opts.deleteNullChecks || s.kind !== SYM_UNDEF);
  }

  /** String literal; equal ones share a symbol. */
  stringSym(str: StrLit, _size: number): Sym {
    if (str.symId !== 0) return this.module.syms[str.symId]!;
    const bytes = str.bytes;
    let key = String(str.unit) + ":";
    for (let i = 0; i < bytes.length; i++) key += String.fromCharCode(bytes[i]!);
    let s = this.strings.get(key);
    if (s === undefined) {
      s = this.module.privateSymbol(".LC");
      s.kind = SYM_DATA;
      s.size = bytes.length;
      s.align = str.unit;
      s.readonly = true;
      s.init = { bytes, relocs: [] };
      if (isTerminatedOnce(bytes, str.unit)) s.mergeStr = str.unit;
      this.strings.set(key, s);
    }
    str.symId = s.id;
    return s;
  }

  /** Read-only image of an initialiser. */
  imageSym(init: DataInit, size: number, align: number): Sym {
    const s = this.module.privateSymbol(".LC");
    s.kind = SYM_DATA;
    s.size = size;
    s.align = align;
    s.readonly = true;
    s.init = init;
    return s;
  }

  /** Module-wide id by which static data names a label. */
  labelIdOf(l: Label): number {
    if (l.labelId === 0) l.labelId = this.module.nextLabelId++;
    return l.labelId;
  }

  // ---- the worklist ----

  private isRoot(d: Decl): boolean {
    const a = d.attrs;
    if (a.alias !== "") return true;
    if (d.kind !== D_FUNC && d.kind !== D_VAR) return false;
    if (!this.hasDefinition(d)) return false;
    if (d.kind === D_VAR && isGlobalRegister(d)) return false;
    if (a.used || a.retain || a.ctor >= 0 || a.dtor >= 0) return true;
    return d.linkage === LINK_EXTERNAL && !d.inlineOnly;
  }

  /** Where the function or object is declared that is being generated. */
  private at = 0;

  /** Defines queued data; the initialisers may queue more of everything. */
  drainData(): void {
    for (let d = this.dataQueue.pop(); d !== undefined; d = this.dataQueue.pop()) {
      if (this.diags.errors !== 0) continue;
      const s = this.module.syms[d.symId]!;
      this.at = d.loc;
      s.init = objectImage(this, d);
    }
  }

  private roots(from: number): number {
    const objects = this.unit.objects;
    let i = from;
    for (; i < objects.length; i++) if (this.isRoot(objects[i]!)) this.symOf(objects[i]!);
    return i;
  }

  run(): Module {
    try {
      return this.generate();
    } catch (e) {
      if (e instanceof UnsupportedType) this.diags.fatal(this.at, e.message);
      throw e;
    }
  }

  private generate(): Module {
    const m = this.module;
    let seen = this.roots(0);
    this.drainData();
    for (let i = 0; i < this.funcQueue.length; i++) {
      const d = this.funcQueue[i]!;
      const body = this.parser.bodyOf(d);
      seen = this.roots(seen);
      // after an error the rest is only parsed, for its messages
      if (body === null || this.diags.errors !== 0) continue;
      const s = m.syms[d.symId]!;
      this.at = d.loc;
      const f: Func = genFunction(this, d.packOf ?? d, s, body, d);
      s.func = f;
      m.funcs.push(f);
      this.drainData();
    }
    if (this.diags.errors === 0) writeTrampolines(this);
    for (const text of this.unit.asms) m.asms.push(text);
    return m;
  }
}

function visibilityOf(text: string): number {
  switch (text) {
    case "hidden":
      return VIS_HIDDEN;
    case "protected":
      return VIS_PROTECTED;
    case "internal":
      return VIS_INTERNAL;
    default:
      return VIS_DEFAULT;
  }
}

/** No zero unit but the last one: the section may be merged as strings. */
function isTerminatedOnce(b: Uint8Array, unit: number): boolean {
  for (let i = 0; i < b.length; i += unit) {
    let zero = true;
    for (let k = 0; k < unit; k++) if (b[i + k] !== 0) zero = false;
    if (zero) return i + unit === b.length;
  }
  return false;
}

/** Translates a unit; errors are in diags. */
export function generateModule(parser: FrontEnd, unit: Unit, target: TargetInfo, opts: IrgenOptions, diags: Diagnostics): Module {
  return new ModGen(parser, unit, target, opts, diags).run();
}
