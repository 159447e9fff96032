// What one translation unit becomes: symbols, initialised data, functions in SSA form, top-level asm.

import type { Func } from "./func.ts";

export const SYM_UNDEF = 0; // declared or referenced only
export const SYM_FUNC = 1;
export const SYM_DATA = 2;
export const BIND_LOCAL = 0;
export const BIND_GLOBAL = 1;
export const BIND_WEAK = 2;
export const VIS_DEFAULT = 0;
export const VIS_HIDDEN = 1;
export const VIS_PROTECTED = 2;
export const VIS_INTERNAL = 3;

/** A word of static data that the assembler or linker fills in: symbol or label + addend (- minus). */
export interface DataReloc {
  off: number;
  size: number;
  /** Symbol id, or 0 when `label` is meant. */
  sym: number;
  /** Module-wide label id (Func.labelId) of a block whose address is taken by static data, or 0. */
  label: number;
  /** &&a - &&b: label id to subtract, or 0. */
  minusLabel: number;
  addend: number;
}
export interface DataInit {
  /** Exactly `size` bytes, or shorter: the rest is zero. */
  bytes: Uint8Array;
  relocs: DataReloc[];
}

export class Sym {
  id: number;
  /** Assembler name. */
  name: string;
  kind: number = SYM_UNDEF;
  bind: number = BIND_GLOBAL;
  vis: number = VIS_DEFAULT;
  /** Named by weakref declarations only so far. */
  weakrefOnly = false;
  tls = false;
  /** Attribute tls_model, or "". */
  tlsModel = "";
  /** Section attribute, or "" for the usual one. */
  section = "";
  align = 1;
  size = 0;
  /** Defined elsewhere: its declaration tells the size all the same. */
  sizeKnown = false;
  /** Data: undefined = all zero (.bss) . */
  init: DataInit | undefined = undefined;
  readonly = false;
  /** Not const, and yet nothing in the unit ever writes it. */
  neverWritten = false;
  /** Goes to a mergeable string section; entry size in bytes, 0 = no. */
  mergeStr = 0;
  common = false;
  /** Symbol id that this is an alias of, 0 = none. */
  alias = 0;
  /** What `alias` names is no function but the resolver that chooses one (attribute ifunc). */
  ifunc = false;
  noreturn = false;
  /** 2 = __attribute__((const)), 1 = pure. */
  purity = 0;
  malloc = false;
  returnsTwice = false;
  /** Which arguments (from 0) multiply to the size of the object that the function returns: attribute alloc_size. */
  allocSize: readonly number[] | undefined = undefined;
  noinline = false;
  /** Not adapted to its callers. */
  noclone = false;
  /** Nothing that the body shows may be used by callers, nor the other way round. */
  noipa = false;
  alwaysInline = false;
  /** C `inline` keyword or gnu_inline: raises the inliner's limit. */
  inlineHint = false;
  /** extern inline (gnu_inline): body for inlining only, never emitted. */
  externInline = false;
  cold = false;
  hot = false;
  used = false;
  retain = false;
  /** -1 = none, else priority (65535 default). */
  ctor = -1;
  dtor = -1;
  /** __attribute__((error/warning("…"))): a call that survives is diagnosed. */
  errorText = "";
  warningText = "";
  noInstrument = false;
  /** Protection that the function itself asks for (StackProtection.mode), or "". */
  stackMode = "";
  stackProtect = false;
  noStackProtect = false;
  /** Attribute no_sanitize("shadow-call-stack"). */
  noShadowStack = false;
  naked = false;
  /** optimize("O0")-like attribute text, or "". */
  optimize = "";
  patchableEntry = -1;
  /** Address-taken or referenced: set by whoever emits a reference. */
  referenced = false;
  /** This symbol's function body, once generated. */
  func: Func | undefined = undefined;
  declLoc = 0;

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
  }
}

export class Module {
  fileName = "";
  /** Index = symbol id; entry 0 is unused. */
  syms: (Sym | undefined)[] = [undefined];
  byName: Map<string, Sym> = new Map();
  funcs: Func[] = [];
  /** Top-level asm texts in source order. */
  asms: string[] = [];
  /** Code runs on the stack (trampolines of nested functions). */
  execStack = false;
  nextLabelId = 1;
  private nextPrivate = 0;

  /** The symbol of that assembler name, made undefined if new. */
  symbol(name: string): Sym {
    let s = this.byName.get(name);
    if (s === undefined) {
      s = new Sym(this.syms.length, name);
      this.syms.push(s);
      this.byName.set(name, s);
    }
    return s;
  }

  /**
   * The symbol of a body that exists for inlining only. It bears the name of the real function, which stands elsewhere and which the
   * body itself may call by another declaration (asm label), so the two are not one.
   */
  inlineSymbol(name: string): Sym {
    const key = `${name} inline`;
    let s = this.byName.get(key);
    if (s === undefined) {
      s = new Sym(this.syms.length, name);
      this.syms.push(s);
      this.byName.set(key, s);
    }
    return s;
  }

  /** A fresh local symbol: `.Lprefix.N`, or `base.N` for a static local (then visible in the symbol table). */
  privateSymbol(base: string): Sym {
    let name = base + "." + this.nextPrivate++;
    while (this.byName.has(name)) name = base + "." + this.nextPrivate++;
    const s = this.symbol(name);
    s.bind = BIND_LOCAL;
    return s;
  }
}
