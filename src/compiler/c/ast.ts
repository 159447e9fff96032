// The seam between the parser (src/compiler/c), which does all of C's semantics, and the IR generator (src/compiler/irgen).
//
// Every expression is fully typed and every conversion is explicit: array-to-pointer and function-to-pointer decay are ADDR,
// lvalue-to-rvalue is LOAD, arithmetic conversions are CAST. Operators see operands of the types they work on. The generator
// never decides about C's types; it only asks sizes, offsets and kinds.

import type { CType, Member } from "./ctype.ts";

// ---- expressions: lvalues ----
export const E_VAR = 1; //       decl: object, parameter or function designator
export const E_DEREF = 2; //     *a; a is a pointer rvalue
export const E_MEMBER = 3; //    a.member; a is an lvalue, or an rvalue of record type (then the result is no lvalue); bit-fields by member.bitWidth
export const E_STRING = 4; //    str: array lvalue with static storage
export const E_COMPOUND = 5; //  compound literal: decl = its unnamed object (init in decl.init); static at file scope; args: bounds of its type
export const E_VECELT = 6; //    a[b] of a vector lvalue a
export const E_REALPART = 7; //  __real a (lvalue if a is one), type = base
export const E_IMAGPART = 8;
// ---- rvalues ----
export const E_INT = 10; //      lo, hi (for __int128: sign- or zero-extended by `type.unsigned` above bit 63; wider constants in ext)
export const E_FLOAT = 11; //    num; long double, _Float128 and NaNs that are not the default one: ext = Int32Array(4) in the target's format, num = nearest double
export const E_ADDR = 12; //     address of lvalue or function a: &, array decay, function decay (the type tells the pointee)
export const E_LOAD = 13; //     value of lvalue a (type unqualified); for record types: the object itself, to be copied from
export const E_CAST = 14; //     a to `type`: any scalar conversion, to void, to union (GNU: member set), vector reinterpretation; same-type casts are dropped
export const E_LABELADDR = 15; // &&label
export const E_ADD = 20; //      arithmetic, both operands of `type` (integer, float, complex, vector)
export const E_SUB = 21;
export const E_MUL = 22;
export const E_DIV = 23;
export const E_REM = 24;
export const E_AND = 25;
export const E_OR = 26;
export const E_XOR = 27;
export const E_SHL = 28; //      a of `type` (promoted), b any promoted integer type
export const E_SHR = 29; //      arithmetic if the type is signed
export const E_NEG = 30;
export const E_BITNOT = 31; //   ~; complex: conjugate
export const E_LOGNOT = 32; //   !a, a scalar; int
export const E_EQ = 33; //       both operands of one type (arithmetic or pointer); int; vectors: element-wise 0/-1
export const E_NE = 34;
export const E_LT = 35;
export const E_LE = 36;
export const E_GT = 37;
export const E_GE = 38;
export const E_LOGAND = 39; //   int
export const E_LOGOR = 40;
export const E_PTRADD = 41; //   a pointer, b integer of ptrdiff type; scaled by the pointee's size (void, function: 1; VLA: run time)
export const E_PTRSUB = 42; //   a - b
export const E_PTRDIFF = 43; //  (a - b) / size; ptrdiff_t
export const E_COND = 44; //     a ? b : c; b null: GNU a ?: c (a evaluated once, value converted: see `conv`); void, scalar or aggregate
export const E_COMMA = 45; //    a, b
export const E_ASSIGN = 46; //   a = b; value is the new value of a (after conversion to a's type; records: the object)
export const E_OPASSIGN = 47; // a = (type of a)((compType)a <binop> b): binop is E_ADD…E_SHR, E_PTRADD or E_PTRSUB; lvalue once
export const E_PREINC = 48; //   ++a, --a, a++, a--: num = +1 or -1; pointers, integers, floats, _Bool, complex
export const E_POSTINC = 49;
export const E_CALL = 50; //     a = function pointer rvalue (ADDR of VAR for a direct call), args converted (default promotions done)
export const E_STMTEXPR = 51; // ({ … }): body; value is that of the last expression statement (body.result), or void
export const E_VAARG = 52; //    a = lvalue of type va_list; type = the argument's
export const E_BUILTIN = 53; //  builtin = BI_*; args converted
export const E_SIZEOFVLA = 54; // run-time size in bytes of castType (a VLA type), size_t
export const E_VECTOR = 55; //   vector from scalars: __builtin_shuffle etc. come as BUILTIN; this is a splat of scalar a
export const E_COMPLEX = 56; //  complex value from real a and imaginary b (of type.base)
export const E_CONVERTVECTOR = 57;
export const E_VECCOND = 58; //  vector a ? b : c
export const E_BOUND = 59; //    length of a VLA type (CType.vla): evaluating it gives a and remembers it for sizes of the type
export const E_BOUNDS = 60; //   void: evaluates args, the bounds (and typeof operands) of a type name where it stands
export const E_SEGMENT = 61; //  run-time offset of the segment that `member` of the record compType lies in, size_t

export class Expr {
  op: number;
  type: CType;
  loc: number;
  a: Expr | null = null;
  b: Expr | null = null;
  c: Expr | null = null;
  lo = 0;
  hi = 0;
  num = 0;
  ext: Int32Array | null = null;
  decl: Decl | null = null;
  member: Member | null = null;
  args: Expr[] | null = null;
  str: StrLit | null = null;
  body: Stmt | null = null;
  label: Label | null = null;
  /** BUILTIN: which; INT: BI_CONSTANT_P if it is that one's answer, elsewhere 0. */
  builtin = 0;
  /** OPASSIGN: the operator (E_*); elsewhere 0. */
  binop = 0;
  /** OPASSIGN: type of the computation; SIZEOFVLA, BUILTIN with a type operand: that type. */
  compType: CType | null = null;
  lvalue = false;
  /** Integer constant expression (C11 6.6p6): set by the parser. */
  ice = false;
  /** Written in parentheses (for warnings, and for `(a)` as a string initialiser). */
  parens = false;

  constructor(op: number, type: CType, loc: number) {
    this.op = op;
    this.type = type;
    this.loc = loc;
  }
}

export class StrLit {
  /** Code units, little endian, with the terminating zero. */
  bytes: Uint8Array;
  /** 1, 2 or 4. */
  unit: number;
  /** Filled by the generator: symbol id. */
  symId = 0;

  constructor(bytes: Uint8Array, unit: number) {
    this.bytes = bytes;
    this.unit = unit;
  }
}

// ---- initialisers: flattened by the parser ----
export interface InitEntry {
  /** Byte offset in the object. */
  off: number;
  /** The member's bit-field, or null. */
  field: Member | null;
  /** Type of the sub-object. */
  type: CType;
  /** Scalar value, record-typed rvalue, or E_STRING for a character array (cut or zero-filled to type.size). */
  e: Expr;
}
export class Init {
  /** In evaluation order; a later entry overrides what it covers. */
  entries: InitEntry[] = [];
  /** Anything not covered must be zeroed (true for every braced initialiser of an aggregate). */
  zeroRest = false;
  /** Bytes needed by a flexible array member beyond the type's size. */
  extra = 0;
}

// ---- declarations ----
export const D_VAR = 1; //     object, also parameters and compound literals
export const D_FUNC = 2;
export const D_TYPEDEF = 3;
export const D_ENUMCONST = 4;
export const SC_NONE = 0;
export const SC_EXTERN = 1;
export const SC_STATIC = 2;
export const SC_AUTO = 3;
export const SC_REGISTER = 4;
export const SC_TYPEDEF = 5;
export const LINK_NONE = 0;
export const LINK_INTERNAL = 1;
export const LINK_EXTERNAL = 2;

/** Attributes of a declaration that outlive parsing; defaults mean "not given". */
export class Attrs {
  section = "";
  alias = "";
  weakref = "";
  /** The weakref attribute has been seen; its target may come by an alias attribute. */
  isWeakref = false;
  weak = false;
  used = false;
  retain = false;
  unused = false;
  noreturn = false;
  isConst = false;
  pure = false;
  malloc = false;
  noinline = false;
  noclone = false;
  noipa = false;
  alwaysInline = false;
  gnuInline = false;
  cold = false;
  hot = false;
  naked = false;
  returnsTwice = false;
  common = -1; // 1 common, 0 nocommon
  /** "" | default | hidden | protected | internal */
  visibility = "";
  errorText = "";
  warningText = "";
  deprecated = false;
  unavailable = false;
  warnUnusedResult = false;
  ctor = -1;
  dtor = -1;
  cleanup: Decl | null = null;
  /** alloc_size: argument places from 0. */
  allocSize: readonly number[] = [];
  uninitialized = false;
  /** Alignment in bytes, 0 = natural. */
  aligned = 0;
  packed = false;
  optimize = "";
  target = "";
  noInstrument = false;
  patchable = -1;
  tlsModel = "";
  ifunc = "";
  /** Why there can be no code for the function although it is right, or "". */
  unsupported = "";
  /** Attribute of i386 that asks for another calling convention, or "". */
  convention = "";
  /** What optimize("stack-protector…") or the pragma says, in the words of protectorNamed (c/pragma.ts); "" = nothing. */
  stackMode = "";
  stackProtect = false;
  noStackProtector = false;
  noShadowStack = false;
  externallyVisible = false;
  nonstring = false;
  flatten = false;
  artificial = false;
}

/** Shared by all declarations without attributes: never written to. */
export const NO_ATTRS: Attrs = new Attrs();

export class Decl {
  kind: number;
  name: number;
  /** Assembler name from asm("…") or redefine_extname; "" = the C name. Of a register variable: the register. */
  asmName = "";
  type: CType;
  storage = SC_NONE;
  linkage = LINK_NONE;
  /** Written to only through ownAttrs. */
  attrs: Attrs = NO_ATTRS;
  loc = 0;
  tls = false;
  isInline = false;
  /** _Noreturn or attribute. */
  isParam = false;
  /** Parameter written as a variable length array: its length, evaluated when the function is entered (C11 6.7.6.2p5). */
  bound: Expr | null = null;
  /** Seen a definition (body, initialiser), or a tentative one. */
  defined = false;
  tentative = false;
  /** Declared (also) extern without inline at file scope: decides C99/gnu inline emission. */
  externSeen = false;
  /** Parser's: the definition is written extern inline (under GNU's rules: for inlining only). */
  externInline = false;
  inlineOnly = false; // extern inline gnu_inline / C99 inline without extern: body for inlining only
  init: Init | null = null;
  /** Object with static storage duration (file scope, static local, file-scope compound literal). */
  isStatic = false;
  /** Local static: the enclosing function's name for nothing but messages. */
  fnLocal = false;
  /** Enum constant value. */
  lo = 0;
  hi = 0;
  /** Built-in function id (BI_*) when the declaration names one and -fno-builtin does not forbid it. */
  builtin = 0;
  /** Functions: token span of the body (lazy), and the body once parsed. */
  bodyFrom = -1;
  bodyTo = -1;
  params: Decl[] = [];
  /** K&R definition: parameters arrive promoted. */
  oldStyle = false;
  body: FuncBody | null = null;
  referenced = false;
  /** Generator's: symbol id, IR stack slot. */
  symId = 0;
  slot = 0;
  /** Declared inside a function body whose scope is a nested block: ordinal for unique names. */
  ordinal = 0;
  /** Parser's: order of the first declaration at file scope (a lazily parsed body sees only what came before it). */
  stamp = 0;
  /** Parser's: the newest file-scope name that the body sees. */
  bodyStamp = 0;
  /** Parser's: #pragma pack in force where the body begins. */
  bodyPack = 0;
  bodyBigEndian = false;
  /** Automatic objects, parameters, variably modified typedefs and nested functions: the function whose body declares them. */
  owner: Decl | null = null;
  /** A nested function uses this object of its outer function, so that it must lie in memory which that one can find. */
  captured = false;
  /** A nested function that uses something of its outer ones: it is called with the static chain. */
  needsChain = false;
  /** Generator's: the variadic function that this is a copy of, and parameters for its variable arguments (irgen/arg-pack.ts). */
  packOf: Decl | null = null;
  pack: readonly Decl[] = [];
  /** Parser's: a parameter declared with [*]. */
  star = false;
  /** Parser's: a typedef that says "signed". */
  explicitSigned = false;
  /** Functions: declared by a call only (C90), or a built-in's declaration that no source text wrote. */
  implicit = false;

  constructor(kind: number, name: number, type: CType) {
    this.kind = kind;
    this.name = name;
    this.type = type;
  }
}

/** The declaration's attributes, to be written to. */
export function ownAttrs(d: Decl): Attrs {
  if (d.attrs === NO_ATTRS) d.attrs = new Attrs();
  return d.attrs;
}

export class Label {
  name: number;
  defined = false;
  addrTaken = false;
  /** Address used in a static initialiser: module-wide id given by the generator. */
  labelId = 0;
  block = 0;
  loc = 0;
  /** Generator's: the S_LABEL statement's enclosing compound chain, for cleanups. */
  stmt: Stmt | null = null;
  /** The function that the label belongs to. */
  readonly owner: Decl | null;
  /** Declared by __label__ inside a statement expression. */
  inStmtExpr = false;
  /** Of a __label__ declaration: its scope. */
  depth = 0;

  constructor(name: number, owner: Decl | null = null) {
    this.name = name;
    this.owner = owner;
  }
}

export class FuncBody {
  decl: Decl;
  body: Stmt;
  labels: Label[] = [];
  /** Functions defined in this one's blocks (GNU). */
  nested: Decl[] = [];
  /** Labels that nested functions go to. */
  receives: Label[] = [];
  /** Labels whose addresses nested functions take. */
  addressed: Label[] = [];
  usesVla = false;
  usesAlloca = false;
  /** __builtin_va_arg_pack or __builtin_va_arg_pack_len occurs. */
  usesArgPack = false;

  constructor(decl: Decl, body: Stmt) {
    this.decl = decl;
    this.body = body;
  }
}

// ---- statements ----
export const S_EMPTY = 0;
export const S_EXPR = 1; //     e
export const S_COMPOUND = 2; // list
export const S_DECL = 3; //     decls: block-scope objects in order (auto ones with init; statics and externs are in unit.objects too)
export const S_IF = 4; //       e, a, b
export const S_WHILE = 5; //    e, a
export const S_DO = 6; //       a, e
export const S_FOR = 7; //      init, e, e2, a
export const S_SWITCH = 8; //   e (promoted), a; cases collected in `cases`
export const S_CASE = 9; //     cs, a
export const S_DEFAULT = 10; // a
export const S_LABEL = 11; //   label, a
export const S_GOTO = 12; //    label
export const S_IGOTO = 13; //   goto *e
export const S_BREAK = 14;
export const S_CONTINUE = 15;
export const S_RETURN = 16; //  e or null
export const S_ASM = 17; //     asm
export const S_BOUNDS = 18; // e: the bounds of the types that a declaration names, evaluated here

export const S_LABELDECL = 19; // label: __label__ in a statement expression, where gotos of nested functions to it become possible

export interface CaseLabel {
  lo: number;
  loHi: number;
  hi: number;
  hiHi: number;
  /** First and last value of a 128-bit selector's case, whose other members are the low halves. */
  wide: readonly [Expr, Expr] | null;
  stmt: Stmt;
}
export interface AsmArg {
  name: string;
  constraint: string;
  e: Expr; // outputs: lvalue; inputs: rvalue, or lvalue when only memory is allowed
  loc: number;
}
export interface AsmStmt {
  template: string;
  basic: boolean;
  volatile: boolean;
  inline: boolean;
  isGoto: boolean;
  outputs: AsmArg[];
  inputs: AsmArg[];
  clobbers: string[];
  labels: { name: string; label: Label }[];
  loc: number;
}

export class Stmt {
  op: number;
  loc: number;
  e: Expr | null = null;
  e2: Expr | null = null;
  a: Stmt | null = null;
  b: Stmt | null = null;
  init: Stmt | null = null;
  list: Stmt[] | null = null;
  decls: Decl[] | null = null;
  label: Label | null = null;
  asm: AsmStmt | null = null;
  /** SWITCH: all its cases in order; `dflt`: its default statement. */
  cases: CaseLabel[] | null = null;
  dflt: Stmt | null = null;
  /** Last location (closing brace) of a compound statement. */
  endLoc = 0;
  /** COMPOUND of a statement expression: the expression statement that gives the value (last in list), or null. */
  result: Stmt | null = null;
  /** Generator's: block of a case, default or label. */
  block = 0;

  constructor(op: number, loc: number) {
    this.op = op;
    this.loc = loc;
  }
}

/** A translation unit after parsing: bodies stay token spans until Parser.bodyOf(decl) is asked for. */
export interface Unit {
  /** File-scope functions and objects in order of first declaration, each once, and static locals as bodies get parsed. */
  objects: Decl[];
  /** Top-level asm strings in order. */
  asms: string[];
}
