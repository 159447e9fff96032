// The C parser's state: token cursor, scopes, the unit being built. The grammar is in the files beside it; functions there take
// the Parser as their first argument. // hot
//
// Scopes are arrays indexed by Name with an undo log, so that lookup is one load. Bodies of inline functions stay token
// spans: bodyOf parses them at the end of the unit, and `stampLimit` hides every file-scope name whose first
// declaration came after the body, so that it means what it meant where it stands.

import type { Diagnostics } from "../base/diagnostics.ts";
import type { Charset } from "../lex/charset.ts";
import { LAST_KEYWORD, type Names } from "../lex/names.ts";
import {
  type Literals,
  type Pragma,
  TK_CHAR,
  TK_EOF,
  TK_IDENT,
  TK_LBRACE,
  TK_LPAREN,
  TK_NUM,
  TK_PRAGMA,
  TK_RBRACE,
  TK_RPAREN,
  TK_SEMI,
  TK_STR,
  TOKEN_TEXT,
  type Tokens,
} from "../lex/tokens.ts";
import type { TargetInfo } from "../target/abi.ts";
import { declareArmScalars } from "./arm-builtins.ts";
import { D_TYPEDEF, type Decl, type Expr, type FuncBody, type Label, type Stmt, type Unit } from "./ast.ts";
import type { CType } from "./ctype.ts";
import { parseExternalDeclaration } from "./declaration.ts";
import { finishUnit, parseFunctionBody } from "./function-definition.ts";
import type { NumberValue } from "./number.ts";
import { handlePragma, PackState } from "./pragma.ts";
import { withGnuAttributes } from "./standard-attributes.ts";
import { typeText } from "./type-print.ts";
import { TypeTable } from "./types.ts";
import { type Vocabulary, vocabularyOf } from "./vocabulary.ts";

export interface ParseOptions {
  /** Strict ISO mode (-std=c11). */
  std: boolean;
  /** -std=gnu89 or -fgnu89-inline. */
  gnu89Inline: boolean;
  noBuiltin: boolean;
  /** Not -O0. */
  optimize: boolean;
  /** -fwrapv */
  wraps: boolean;
  /** -mregparm= of i386. */
  regparm: number;
  /** Not -ffreestanding: main is what the standard says. */
  hosted: boolean;
  /** -fno-builtin-NAME. */
  noBuiltinNames: ReadonlySet<string>;
  shortEnums: boolean;
  /** -funsigned-bitfields: bit-fields are signed only where the source says so. */
  unsignedBitfields: boolean;
  /** -fsingle-precision-constant. */
  singleConstants: boolean;
  /** -fms-extensions: a struct with a tag or a typedef name may be an anonymous member. */
  msExtensions: boolean;
  /** -fplan9-extensions: that, such members by their typedef name, and pointers that become pointers to them. */
  plan9: boolean;
  /** Execution character set of plain literals; null: UTF-8. */
  charset: Charset | null;
  charSigned: boolean;
  wcharSigned: boolean;
  wcharSize: number;
  /** -fpack-struct[=n]; 0 = no. */
  packStruct: number;
  /** -fsso-struct=big-endian */
  bigEndian: boolean;
  /** -mms-bitfields */
  msBitfields: boolean;
  /** Parse every body where it stands. */
  parseAll: boolean;
  pedanticErrors: boolean;
  pedantic: boolean;
  /** Year of the standard: 1990, 1999, 2011 or 2017. */
  version: number;
  pragmas: readonly Pragma[];
}

export function defaultParseOptions(target: TargetInfo): ParseOptions {
  return {
    std: false,
    gnu89Inline: false,
    noBuiltin: false,
    optimize: true,
    wraps: false,
    regparm: 0,
    hosted: true,
    noBuiltinNames: new Set(),
    shortEnums: false,
    unsignedBitfields: false,
    singleConstants: false,
    msExtensions: false,
    plan9: false,
    charset: null,
    charSigned: target.charSigned,
    wcharSigned: target.wcharSigned,
    wcharSize: 4,
    packStruct: 0,
    bigEndian: false,
    msBitfields: false,
    parseAll: false,
    pedanticErrors: false,
    pedantic: false,
    version: 2017,
    pragmas: [],
  };
}

export class TagEntry {
  type: CType;
  depth: number;
  stamp: number;
  loc: number;
  constructor(type: CType, depth: number, stamp: number, loc: number) {
    this.type = type;
    this.depth = depth;
    this.stamp = stamp;
    this.loc = loc;
  }
}

/** One switch statement being parsed. */
export interface SwitchState {
  stmt: Stmt;
  type: CType;
  seen: Map<number, number>;
  ranges: boolean;
  outer: SwitchState | null;
  /** VLA nesting at the switch: a case must not jump into a scope of a VLA. */
  vmDepth: number;
}

/** What belongs to the function body being parsed. */
export class FnState {
  readonly decl: Decl;
  readonly body: FuncBody | null = null;
  labels: Map<number, Label> = new Map();
  allLabels: Label[] = [];
  /** __label__ declarations in scope, innermost last. */
  localLabels: { name: number; label: Label }[] = [];
  usesVla = false;
  usesAlloca = false;
  usesArgPack = false;
  loopDepth = 0;
  switches: SwitchState | null = null;
  breakDepth = 0;
  funcName: Decl | null = null;
  /** Scopes of variably modified objects that are open, innermost last. */
  vmStack: number[] = [];
  vmNext = 1;
  /** Those of vmStack that are statement expressions. */
  stmtExprs: Set<number> = new Set();
  gotos: { label: Label; loc: number; vm: number[] }[] = [];
  labelVm: Map<Label, number[]> = new Map();
  /** Scope depth of the body's outermost block. */
  bodyDepth = 0;
  /** A nested function's outer one; null for others. */
  readonly outer: FnState | null;
  /** Functions defined in the body. */
  nested: Decl[] = [];
  /** Labels of this function that nested ones go to. */
  receives: Label[] = [];
  /** Labels of this function whose addresses nested ones take. */
  addressed: Label[] = [];
  /** Uses of nested functions by others than their owners, for all functions inside one outermost function. */
  readonly uses: { from: Decl; to: Decl }[];
  constructor(decl: Decl, outer: FnState | null) {
    this.decl = decl;
    this.outer = outer;
    this.uses = outer === null ? [] : outer.uses;
  }
}

/** Warnings about what happens when an expression is evaluated. */
const VALUE_WARNINGS: ReadonlySet<string> = new Set(["overflow", "div-by-zero", "shift-count-overflow", "shift-count-negative"]);

/** Warnings that -pedantic-errors makes errors: the standard asks for a diagnostic. */
const PEDWARNS: ReadonlySet<string> = new Set([
  "",
  "implicit-int",
  "implicit-function-declaration",
  "int-conversion",
  "incompatible-pointer-types",
  "discarded-qualifiers",
  "return-type",
]);
/** Warnings without a flag that no constraint asks for. */
const PLAIN_WARNING: RegExp =
  /^(empty range|array '|braces around|'[^']*' initialized and|integer constant is|'[^']*' is promoted|multi-|useless storage)/;

export class Parser {
  readonly names: Names;
  readonly lits: Literals;
  readonly target: TargetInfo;
  readonly opts: ParseOptions;
  readonly diags: Diagnostics;
  readonly types: TypeTable;
  readonly voc: Vocabulary;
  readonly unit: Unit = { objects: [], asms: [] };

  // token cursor
  readonly kinds: Uint8Array;
  readonly vals: Int32Array;
  readonly locs: Int32Array;
  readonly count: number;
  pos = 0;
  tk = 0;
  tv = 0;

  // scopes
  syms: (Decl | null)[] = [];
  symDepth: Int32Array;
  tags: (TagEntry | null)[] = [];
  depth = 0;
  private logName: number[] = [];
  private logDecl: (Decl | null)[] = [];
  private logDepth: number[] = [];
  private logTagName: number[] = [];
  private logTag: (TagEntry | null)[] = [];
  stamp = 0;
  stampLimit = 1e15;
  /** File-scope functions and objects with linkage that no file-scope name shows (block-scope externs, library built-ins). */
  hidden: Map<number, Decl> = new Map();
  fn: FnState | null = null;
  /** 0 outside, else inside sizeof/typeof/_Generic: names used there are not referenced. */
  unevaluated = 0;
  /** Above 0: an operand that a constant condition leaves out; warnings about values are held back. */
  unevaluatedWarnings = 0;
  /** Above 0: inside __extension__. */
  quiet = 0;
  /** Bounds of variable length arrays in the types read last that no declaration or expression evaluates yet, and operands of typeof. */
  bounds: Expr[] = [];
  /** Counts static locals and compound literals of the unit, for unique names. */
  localOrdinal = 0;
  pack: PackState;
  /** #pragma scalar_storage_order or -fsso-struct= */
  bigEndian: boolean;
  /** Records whose member lists are open, innermost last. */
  readonly openRecords: CType[] = [];
  readonly numbers: (NumberValue | undefined)[] = [];
  visibility: string[] = [];
  /** Stack protection that #pragma GCC optimize asks for, and what push_options saved. */
  protection = "";
  savedProtection: string[] = [];
  /** Some function says what protection it wants. */
  namesProtection = false;
  weakPragmas: { name: number; alias: number; loc: number }[] = [];
  redefine: Map<number, string> = new Map();

  constructor(source: Tokens, names: Names, lits: Literals, target: TargetInfo, opts: ParseOptions, diags: Diagnostics) {
    const tokens = withGnuAttributes(source, names);
    this.names = names;
    this.lits = lits;
    this.target = target;
    this.opts = opts;
    this.diags = diags;
    this.kinds = tokens.kind;
    this.vals = tokens.val;
    this.locs = tokens.loc;
    this.count = tokens.n;
    this.types = new TypeTable(target, opts);
    this.voc = vocabularyOf(names);
    const n = names.n + 64;
    this.syms = new Array(n).fill(null);
    this.tags = new Array(n).fill(null);
    this.symDepth = new Int32Array(n);
    this.pack = new PackState(opts.packStruct);
    this.bigEndian = opts.bigEndian;
    this.seek(0);
  }

  // ---- tokens ----

  seek(pos: number): void {
    this.pos = pos;
    this.tk = this.kinds[pos]!;
    this.tv = this.vals[pos]!;
    if (this.tk === TK_PRAGMA) this.skipPragmas();
  }

  next(): void {
    const i = ++this.pos;
    this.tk = this.kinds[i]!;
    this.tv = this.vals[i]!;
    if (this.tk === TK_PRAGMA) this.skipPragmas();
  }

  private skipPragmas(): void {
    while (this.tk === TK_PRAGMA) {
      handlePragma(this, this.tv);
      const i = ++this.pos;
      this.tk = this.kinds[i]!;
      this.tv = this.vals[i]!;
    }
  }

  get loc(): number {
    return this.locs[this.pos]!;
  }

  /** Location of the token before this one. */
  get prevLoc(): number {
    return this.pos > 0 ? this.locs[this.pos - 1]! : 0;
  }

  peekKind(n: number): number {
    return this.pos + n < this.count ? this.kinds[this.pos + n]! : TK_EOF;
  }
  peekVal(n: number): number {
    return this.pos + n < this.count ? this.vals[this.pos + n]! : 0;
  }

  isKeyword(kw: number): boolean {
    return this.tk === TK_IDENT && this.tv === kw;
  }

  /** Is the current token of this kind? (for places where the type checker takes an older comparison as still valid) */
  at(kind: number): boolean {
    return this.tk === kind;
  }

  accept(kind: number): boolean {
    if (this.tk !== kind) return false;
    this.next();
    return true;
  }

  acceptKeyword(kw: number): boolean {
    if (this.tk !== TK_IDENT || this.tv !== kw) return false;
    this.next();
    return true;
  }

  /** Identifier that is no keyword. */
  atName(): boolean {
    return this.tk === TK_IDENT && this.tv > LAST_KEYWORD;
  }

  /** What GCC calls the current token in "before '…' token". */
  tokenText(): string {
    switch (this.tk) {
      case TK_EOF:
        return "at end of input";
      case TK_IDENT:
        return `before '${this.names.text(this.tv)}'`;
      case TK_NUM:
        return "before numeric constant";
      case TK_STR:
        return "before string constant";
      case TK_CHAR:
        return "before character constant";
      default:
        return `before '${TOKEN_TEXT[this.tk]}' token`;
    }
  }

  /** Takes a punctuator; else GCC's "expected X before Y" (at the end of the previous token for ; and the like). */
  expect(kind: number, what = `'${TOKEN_TEXT[kind]}'`): boolean {
    if (this.tk === kind) {
      this.next();
      return true;
    }
    this.syntaxError(`expected ${what} ${this.tokenText()}`);
    return false;
  }

  private lastSyntaxError = -1;
  /** One syntax error per token. */
  syntaxError(text: string): void {
    if (this.lastSyntaxError === this.pos) return;
    this.lastSyntaxError = this.pos;
    const missing = /^expected '[;,)\]}]'/.test(text);
    this.diags.error(missing && this.pos > 0 ? this.prevLoc : this.loc, text);
  }

  /** After an error: to the next ; or } of this level. */
  recover(): void {
    let depth = 0;
    while (this.tk !== TK_EOF) {
      if (this.tk === TK_LBRACE || this.tk === TK_LPAREN) depth++;
      else if (this.tk === TK_RBRACE) {
        if (depth === 0) return;
        depth--;
        if (depth === 0 && this.fn === null) {
          this.next();
          return;
        }
      } else if (this.tk === TK_RPAREN) {
        if (depth > 0) depth--;
      } else if (this.tk === TK_SEMI && depth === 0) {
        this.next();
        return;
      }
      this.next();
    }
  }

  /** After an error inside parentheses: past the matching one. */
  recoverParen(): void {
    let depth = 0;
    while (this.tk !== TK_EOF && this.tk !== TK_SEMI && this.tk !== TK_RBRACE) {
      if (this.tk === TK_LPAREN) depth++;
      else if (this.tk === TK_RPAREN && depth-- === 0) {
        this.next();
        return;
      }
      this.next();
    }
  }

  // ---- diagnostics ----

  error(loc: number, text: string): void {
    this.diags.error(loc, text);
  }
  warning(loc: number, text: string, flag: string): void {
    if (this.unevaluatedWarnings > 0 && VALUE_WARNINGS.has(flag)) return;
    if (
      this.opts.pedanticErrors &&
      this.quiet === 0 &&
      PEDWARNS.has(flag) &&
      !PLAIN_WARNING.test(text) &&
      !this.diags.sources.isSystem(loc)
    ) {
      // C90 allowed implicit int and implicit declarations
      if (
        this.opts.version < 1999 &&
        (flag === "implicit-int" || flag === "implicit-function-declaration" || flag === "return-type")
      )
        return;
      this.diags.error(loc, text, flag);
      return;
    }
    this.diags.warning(loc, text, flag);
  }
  /** A constraint that GCC checks only with -pedantic; nothing is said inside __extension__. */
  pedwarn(loc: number, text: string, flag = "pedantic"): void {
    // __extension__ speaks for what -pedantic alone complains about
    if ((this.quiet > 0 && flag === "pedantic") || this.diags.sources.isSystem(loc)) return;
    if (this.opts.pedanticErrors) this.diags.error(loc, text, flag);
    else if (this.opts.pedantic || !flag.startsWith("pedantic")) this.diags.warning(loc, text, flag === "pedantic" ? "" : flag);
  }
  /** What C90 lets pass. */
  pedwarn99(loc: number, text: string, flag: string): void {
    if (this.opts.version >= 1999) this.pedwarn(loc, text, flag);
    else this.warning(loc, text, flag);
  }
  /** Something that a standard before `year` does not have. */
  since(year: number, loc: number, text: string): void {
    if (this.opts.version < year && (this.opts.pedantic || this.opts.pedanticErrors))
      this.pedwarn(loc, `ISO C${this.opts.version < 1999 ? "90" : "99"} ${text}`);
  }
  text(name: number): string {
    return this.names.text(name);
  }
  typeText(t: CType): string {
    return typeText(t, this.names);
  }

  // ---- scopes ----

  enterScope(): void {
    this.depth++;
  }

  mark(): number {
    return this.logName.length;
  }

  tagMark(): number {
    return this.logTagName.length;
  }

  leaveScope(mark: number, tagMark: number): void {
    this.depth--;
    while (this.logName.length > mark) {
      const n = this.logName.pop()!;
      this.syms[n] = this.logDecl.pop()!;
      this.symDepth[n] = this.logDepth.pop()!;
    }
    while (this.logTagName.length > tagMark) this.tags[this.logTagName.pop()!] = this.logTag.pop()!;
  }

  /** Declarations entered into this scope since a mark. */
  boundSince(mark: number): Decl[] {
    const out: Decl[] = [];
    for (let i = mark; i < this.logName.length; i++) {
      const d = this.syms[this.logName[i]!]!;
      if (d !== null && !out.includes(d)) out.push(d);
    }
    return out;
  }

  /** Tags entered into this scope since a mark. */
  taggedSince(mark: number): TagEntry[] {
    return this.logTagName.slice(mark).map((n) => this.tags[n]!);
  }

  private growScopes(n: number): void {
    const size = Math.max(n + 1, this.syms.length * 2);
    while (this.syms.length < size) {
      this.syms.push(null);
      this.tags.push(null);
    }
    const d = new Int32Array(size);
    d.set(this.symDepth);
    this.symDepth = d;
  }

  /** The declaration that an identifier stands for here, or null. */
  lookup(name: number): Decl | null {
    if (name >= this.syms.length) return null;
    const d = this.syms[name]!;
    if (d === null) return null;
    return d.stamp > this.stampLimit && this.symDepth[name] === 0 ? null : d;
  }

  /** The file-scope declaration of a name, whatever hides it. */
  fileDecl(name: number): Decl | null {
    if (name >= this.syms.length) return null;
    let d = this.syms[name]!;
    let depth = this.symDepth[name]!;
    for (let i = this.logName.length - 1; i >= 0 && (d === null || depth > 0); i--) {
      if (this.logName[i] === name) {
        d = this.logDecl[i]!;
        depth = this.logDepth[i]!;
      }
    }
    return depth === 0 ? d : null;
  }

  /** Declaration of this very scope, or null. */
  lookupHere(name: number): Decl | null {
    if (name >= this.syms.length) return null;
    const d = this.syms[name]!;
    return d !== null && this.symDepth[name] === this.depth ? d : null;
  }

  bind(name: number, d: Decl): void {
    if (name >= this.syms.length) this.growScopes(name);
    if (this.depth > 0) {
      this.logName.push(name);
      this.logDecl.push(this.syms[name]!);
      this.logDepth.push(this.symDepth[name]!);
    } else if (d.stamp === 0) d.stamp = ++this.stamp;
    this.syms[name] = d;
    this.symDepth[name] = this.depth;
  }

  lookupTag(name: number): TagEntry | null {
    if (name >= this.tags.length) return null;
    const t = this.tags[name]!;
    return t !== null && t.depth === 0 && t.stamp > this.stampLimit ? null : t;
  }

  bindTag(name: number, type: CType, loc: number): void {
    if (name >= this.tags.length) this.growScopes(name);
    if (this.depth > 0) {
      this.logTagName.push(name);
      this.logTag.push(this.tags[name]!);
    }
    this.tags[name] = new TagEntry(type, this.depth, this.depth === 0 ? ++this.stamp : 0, loc);
  }

  isTypedefName(name: number): boolean {
    const d = this.lookup(name);
    return d !== null && d.kind === D_TYPEDEF;
  }

  /** Takes the bounds that came up since `mark` (a length of `bounds`); null if there are none. */
  takeBounds(mark: number): Expr[] | null {
    return this.bounds.length > mark ? this.bounds.splice(mark) : null;
  }

  // ---- entry points ----

  /** translation-unit = external-declaration* */
  parseUnit(): Unit {
    declareArmScalars(this);
    if (this.tk === TK_EOF) this.pedwarn(this.loc, "ISO C forbids an empty translation unit");
    while (this.tk !== TK_EOF) {
      const before = this.pos;
      parseExternalDeclaration(this);
      if (this.pos === before) {
        this.syntaxError(`expected identifier or '(' ${this.tokenText()}`);
        this.next();
      }
    }
    finishUnit(this);
    return this.unit;
  }

  /** The body of a defined function, parsed now if it was not yet. */
  bodyOf(fn: Decl): FuncBody {
    if (fn.body !== null) return fn.body;
    if (fn.bodyFrom < 0) throw new Error(`function ${this.text(fn.name)} has no body`);
    const pos = this.pos;
    const outer = this.fn;
    const limit = this.stampLimit;
    const pack = this.pack;
    if (this.depth !== 0) throw new Error("a body cannot be parsed inside another one");
    const bigEndian = this.bigEndian;
    this.pack = pack.copy(fn.bodyPack);
    this.bigEndian = fn.bodyBigEndian;
    this.stampLimit = fn.stamp > 0 ? Math.max(fn.stamp, fn.bodyStamp) : 1e15;
    const body = parseFunctionBody(this, fn);
    this.stampLimit = limit;
    this.pack = pack;
    this.bigEndian = bigEndian;
    this.fn = outer;
    this.seek(Math.min(pos, this.count - 1));
    return body;
  }
}
