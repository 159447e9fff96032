// Types for GCC's arm_neon.h: what `#pragma GCC aarch64 "arm_neon.h"` declares (the vector types of the Arm C Language Extensions and the
// structures of two to four of them), and the types of calls of the __builtin_aarch64_* functions (arm-operations.ts).

import { ARM_OPERATIONS, type ArmOperation, armOperation } from "./arm-operations.ts";
import { D_TYPEDEF, Decl, type Expr, ownAttrs, SC_TYPEDEF } from "./ast.ts";
import { BI_ARM_VECTOR } from "./builtin-ids.ts";
import { builtinNode } from "./builtin-operands.ts";
import { errorExpr, isError, rvalue } from "./conversions.ts";
import { type CType, isArithmetic, K_POINTER, K_VECTOR, Member } from "./ctype.ts";
import { layoutRecord } from "./layout.ts";
import type { Parser } from "./parser.ts";

const PREFIX = "__builtin_aarch64_";

/** Element types by the stem of their names, and the bits of one. */
const ELEMENTS: readonly (readonly [string, number])[] = [
  ["int", 8],
  ["int", 16],
  ["int", 32],
  ["int", 64],
  ["uint", 8],
  ["uint", 16],
  ["uint", 32],
  ["uint", 64],
  ["poly", 8],
  ["poly", 16],
  ["poly", 64],
  ["float", 16],
  ["float", 32],
  ["float", 64],
  ["bfloat", 16],
];

function elementOf(p: Parser, stem: string, bits: number): CType {
  const tt = p.types;
  if (stem === "float") return bits === 16 ? tt.fp16 : bits === 32 ? tt.float : tt.double;
  if (stem === "bfloat") return tt.bf16;
  const signed = stem === "int";
  switch (bits) {
    case 8:
      return signed ? tt.schar : tt.uchar;
    case 16:
      return signed ? tt.short : tt.ushort;
    case 32:
      return signed ? tt.int : tt.uint;
    case 64:
      return signed ? tt.long : tt.ulong;
    default:
      return signed ? tt.int128 : tt.uint128;
  }
}

/** Declares what GCC knows on AArch64 without a header: the formats of 16 bits. */
export function declareArmScalars(p: Parser): void {
  if (p.target.name !== "aarch64") return;
  declareType(p, "__fp16", p.types.fp16);
  declareType(p, "__bf16", p.types.bf16);
}

function declareType(p: Parser, name: string, type: CType): void {
  const d = new Decl(D_TYPEDEF, p.names.intern(name), type);
  d.storage = SC_TYPEDEF;
  p.bind(d.name, d);
}

/** Declares the types of arm_neon.h at the place of its pragma. */
export function declareArmTypes(p: Parser): void {
  if (p.target.name !== "aarch64" || p.lookup(p.names.intern("__Int8x8_t")) !== null) return;
  const put = (name: string, type: CType): void => declareType(p, name, type);
  for (const [stem, bits] of ELEMENTS) {
    const element = elementOf(p, stem, bits);
    const upper = stem[0]!.toUpperCase() + stem.slice(1);
    for (const size of [64, 128]) {
      const n = size / bits;
      const vector = p.types.vector(element, n);
      put(`__${upper}${bits}x${n}_t`, vector);
      for (let k = 2; k <= 4; k++) {
        const name = `${stem}${bits}x${n}x${k}_t`;
        put(name, tuple(p, name, vector, k));
      }
    }
  }
  for (const bits of [8, 16, 64, 128]) put(`__Poly${bits}_t`, elementOf(p, "poly", bits));
  for (const mode of ["qi", "hi", "si", "di", "hf", "sf", "df", "bf"]) put(`${PREFIX}simd_${mode}`, modeElement(p, mode, false));
}

function tuple(p: Parser, name: string, vector: CType, count: number): CType {
  const t = p.types.record(p.names.intern(name), false);
  const r = t.record!;
  r.members.push(new Member(p.names.intern("val"), p.types.array(vector, count)));
  layoutRecord(p.target, t, [{ packed: false, aligned: 0 }], false, 0, 0);
  r.complete = true;
  p.types.complete(t);
  return t;
}

const BITS: Readonly<Record<string, number>> = { q: 8, h: 16, s: 32, d: 64, t: 128, b: 16 };

function modeElement(p: Parser, mode: string, unsigned: boolean): CType {
  const bits = BITS[mode[0]!]!;
  if (mode[1] === "f") return elementOf(p, mode[0] === "b" ? "bfloat" : "float", bits);
  return elementOf(p, unsigned ? "uint" : "int", bits);
}

/** The call of an operation of the machine; null: no built-in function of that name. */
export function armCall(p: Parser, text: string, args: Expr[], loc: number): Expr | null {
  const k = armOperation(text.slice(PREFIX.length));
  if (k < 0) return null;
  const o = ARM_OPERATIONS[k]!;
  const list: Expr[] = [];
  for (const x of args) {
    const a = rvalue(p, x);
    if (isError(a)) return a;
    if (a.type.kind !== K_POINTER && a.type.kind !== K_VECTOR && !isArithmetic(a.type) && a.type.record === null) {
      p.error(x.loc, `incompatible type for argument ${list.length + 1} of '${text}'`);
      return errorExpr(p, loc);
    }
    list.push(a);
  }
  const wanted = operandCount(o);
  if (wanted >= 0 && args.length !== wanted) {
    p.error(loc, `too ${args.length < wanted ? "few" : "many"} arguments to function '${text}'`);
    return errorExpr(p, loc);
  }
  const e = builtinNode(BI_ARM_VECTOR, resultType(p, o, list), list, loc);
  e.lo = k;
  return e;
}

/** The function that is being compiled can have no code: it calls a machine operation that is not known. */
export function armUnknown(p: Parser, text: string, loc: number): Expr {
  if (p.fn === null || p.target.name !== "aarch64") p.error(loc, `built-in function '${text}' is not supported`);
  else {
    const at = ownAttrs(p.fn.decl);
    at.unsupported = `built-in function '${text}' is not supported`;
  }
  return errorExpr(p, loc);
}

/** How many arguments an operation has: the highest operand that its template names. */
function operandCount(o: ArmOperation): number {
  switch (o.kind) {
    case "load":
    case "low":
    case "high":
      return 1;
    case "store":
    case "combine":
      return 2;
    case "none":
      return 3;
  }
  let most = o.tied;
  for (const m of o.template.matchAll(/\{(\d)|%[a-z]?(\d)/g)) most = Math.max(most, Number(m[1] ?? m[2]));
  return most;
}

function resultType(p: Parser, o: ArmOperation, args: readonly Expr[]): CType {
  const tt = p.types;
  const m = /^v(\d+)(..)$/.exec(o.mode);
  const count = m === null ? 0 : Number(m[1]);
  const em = m === null ? o.mode : m[2]!;
  const unsigned = o.quals.startsWith("u") || o.quals.startsWith("p");
  const float = em[1] === "f";
  const bits = BITS[em[0]!]!;
  const stem = float ? "float" : unsigned ? "uint" : "int";
  const of = (s: string, b: number, n: number): CType => (n === 0 ? elementOf(p, s, b) : tt.vector(elementOf(p, s, b), n));
  switch (o.result) {
    case "T":
    case "S":
      return of(em === "bf" ? "bfloat" : stem, bits, count);
    case "T8":
      return of(unsigned ? "uint" : "int", 8, count);
    case "I":
      return of(unsigned ? "uint" : "int", bits, count);
    case "F":
      return of("float", bits, count);
    case "E":
      return of(stem, bits, 0);
    case "D":
      return of(stem, bits * 2, 0);
    case "W":
      return of(stem, bits * 2, count === 0 ? 0 : 64 / bits);
    case "P":
      return of(stem, bits * 2, count / 2);
    case "N":
      return of(stem, bits / 2, count === 0 ? 0 : 128 / bits);
    case "M":
      return of(stem, bits / 2, 256 / bits);
    case "H":
      return of(em === "bf" ? "bfloat" : stem, bits, bits === 64 ? 0 : 64 / bits);
    case "B":
      return of(em === "bf" ? "bfloat" : stem, bits, 128 / bits);
    case "K":
      return tt.uint128;
    case "1":
      return args[0]!.type.unqual;
    case "3rd":
      return args[2]!.type.unqual;
    case "v":
      return tt.void;
  }
  const s = em === "bf" ? "bfloat" : float ? "float" : o.quals.startsWith("p") ? "poly" : stem;
  const d = p.lookup(p.names.intern(`${s}${bits}x${Math.max(1, count)}x${o.result}_t`));
  return d === null ? tt.error : d.type;
}
