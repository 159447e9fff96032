// Library functions that the compiler knows (E_CALL with a built-in id): expanded in line where that is always a gain, else an
// ordinary call that the optimiser may still fold.

import type { Expr } from "../c/ast.ts";
import * as A from "../c/ast.ts";
import * as B from "../c/builtin-ids.ts";
import { K_COMPLEX, K_DOUBLE, K_FLOAT, K_POINTER } from "../c/ctype.ts";
import { AO_IN, AO_OUT, registerOperand, type Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { bin, icmp } from "./arith.ts";
import { genBits, genBuiltin } from "./builtins.ts";
import { genFloatBuiltin, integerAbs } from "./builtins-float.ts";
import { libcall } from "./call.ts";
import type { FnGen } from "./context.ts";
import { convert } from "./convert.ts";
import { genExpr } from "./expr.ts";
import { addrOf, genPointer, LV } from "./lvalue.ts";
import { irType } from "./types.ts";

/** Copies of more memory accesses than this are left to the library. */
const MAX_ACCESSES = 16;
const MAX_BYTES = 128;

/** Where a void* argument points, with the alignment of the object it names if it names one. */
function memoryArg(g: FnGen, e: Expr): LV {
  let x = e;
  while (x.op === A.E_CAST && x.type.kind === K_POINTER && x.a!.type.kind === K_POINTER) x = x.a!;
  if (x.op === A.E_ADDR) {
    const lv = genPointer(g, x);
    if ((lv.flags & (O.MEM_GS | O.MEM_FS)) === 0) return lv;
  }
  return new LV(genExpr(g, x), 0, 1, 0, e.type.base!);
}

function constSize(e: Expr): number {
  let x = e;
  while (x.op === A.E_CAST) x = x.a!;
  return x.op === A.E_INT && x.hi === 0 && x.lo >= 0 ? x.lo : -1;
}

/** The value (0 for void) if the call was expanded, else -1. Nothing has been evaluated then. */
export function expandLibrary(g: FnGen, e: Expr): Value {
  const args = e.args ?? [];
  const id = e.builtin;
  switch (id) {
    case B.BI_MEMCPY:
    case B.BI_MEMPCPY: {
      const n = constSize(args[2]!);
      if (n < 0 || n > MAX_BYTES) return -1;
      if (!g.target.unalignedOk && n > MAX_ACCESSES && !objectAligned(args[0]!, args[1]!)) return -1;
      const d = memoryArg(g, args[0]!);
      const s = memoryArg(g, args[1]!);
      const to = addrOf(g, d);
      const align = Math.min(d.align, s.align);
      if (n > 0) g.b.emit(O.OP_BLKCPY, 0, to, addrOf(g, s), n, { align, volatile: false });
      return id === B.BI_MEMCPY ? to : g.addOff(to, n);
    }
    case B.BI_MEMSET: {
      const n = constSize(args[2]!);
      if (n < 0 || n > MAX_BYTES) return -1;
      if (!g.target.unalignedOk && n > MAX_ACCESSES && !objectAligned(args[0]!, args[0]!)) return -1;
      const d = memoryArg(g, args[0]!);
      const to = addrOf(g, d);
      const v = genExpr(g, args[1]!);
      if (n > 0) g.b.emit(O.OP_BLKSET, 0, to, v, n, { align: d.align, volatile: false });
      return to;
    }
    case B.BI_STRLEN: {
      let x = args[0]!;
      while (x.op === A.E_CAST && x.type.kind === K_POINTER) x = x.a!;
      if (x.op === A.E_ADDR && x.a!.op === A.E_STRING && x.a!.str!.unit === 1) return g.ptrNum(x.a!.str!.bytes.indexOf(0));
      return -1;
    }
    case B.BI_ALLOCA:
      return genBuiltin(g, e);
    case B.BI_ABS:
      return integerAbs(g, genExpr(g, args[0]!));
    case B.BI_FFS:
      return genBits(g, e);
    case B.BI_ISDIGIT: {
      const x = bin(g, O.OP_SUB, O.TY_I32, genExpr(g, args[0]!), g.i32(48));
      return icmp(g, O.OP_ULE, O.TY_I32, x, g.i32(9));
    }
    case B.BI_ISASCII:
      return icmp(g, O.OP_ULE, O.TY_I32, genExpr(g, args[0]!), g.i32(127));
    case B.BI_TOASCII:
      return bin(g, O.OP_AND, O.TY_I32, genExpr(g, args[0]!), g.i32(127));
    case B.BI_SIGNBIT:
    case B.BI_ISNAN:
    case B.BI_ISINF:
    case B.BI_ISFINITE:
    case B.BI_FABS:
    case B.BI_COPYSIGN:
      return genFloatBuiltin(g, e);
    case B.BI_CREAL:
    case B.BI_CIMAG:
      return args[0]!.type.kind === K_COMPLEX ? genFloatBuiltin(g, e) : -1;
    case B.BI_FMA:
      return fusedMultiplyAdd(g, e);
    case B.BI_FLOOR:
    case B.BI_CEIL:
    case B.BI_TRUNC:
    case B.BI_ROUND:
    case B.BI_RINT:
    case B.BI_NEARBYINT:
      return narrowRounding(g, e);
  }
  return -1;
}

const ROUNDINGS: ReadonlyMap<number, string> = new Map([
  [B.BI_FLOOR, "floorf"],
  [B.BI_CEIL, "ceilf"],
  [B.BI_TRUNC, "truncf"],
  [B.BI_ROUND, "roundf"],
  [B.BI_RINT, "rintf"],
  [B.BI_NEARBYINT, "nearbyintf"],
]);

/** One instruction that rounds as the function does; "" = the machine has none. */
function roundingInstruction(g: FnGen, id: number): string {
  if (g.target.name !== "aarch64") return "";
  switch (id) {
    case B.BI_FLOOR:
      return "frintm";
    case B.BI_CEIL:
      return "frintp";
    case B.BI_TRUNC:
      return "frintz";
    case B.BI_ROUND:
      return "frinta";
    case B.BI_RINT:
      return "frintx";
    default:
      return "frinti";
  }
}

/** An instruction over floating-point registers, of which the IR has no operation. */
function floatInstruction(g: FnGen, template: string, ty: number, args: readonly Value[]): Value {
  const constraint = g.target.name === "aarch64" ? "w" : "f";
  const operand = (dir: number, value: Value) => registerOperand(dir, constraint, ty, value);
  const result = operand(AO_OUT, 0);
  result.outIndex = 0;
  const operands = [result, ...args.map((v) => operand(AO_IN, v))];
  const v = g.b.emit(O.OP_ASM, 0, 0, 0, 0, {
    template,
    operands,
    clobbers: [],
    volatile: false,
    memory: false,
    basic: false,
    inline: false,
    labels: [],
    fallthrough: 0,
    loc: g.b.loc,
  });
  return g.b.emit(O.OP_PROJ, ty, v, 0);
}

/** fma(x, y, z) where the machine has it; the library's function elsewhere. */
function fusedMultiplyAdd(g: FnGen, e: Expr): Value {
  const arm = g.target.name === "aarch64";
  const ty = irType(g.target, e.type);
  if ((!arm && g.target.name !== "riscv64") || (ty !== O.TY_F32 && ty !== O.TY_F64)) return -1;
  const template = arm
    ? ty === O.TY_F32
      ? "fmadd %s0, %s1, %s2, %s3"
      : "fmadd %d0, %d1, %d2, %d3"
    : `fmadd.${ty === O.TY_F32 ? "s" : "d"} %0, %1, %2, %3`;
  const args = e.args!.map((a) => genExpr(g, a));
  return floatInstruction(g, template, ty, args);
}

/** x rounded to an integral value, by a function of ROUNDINGS. */
function rounded(g: FnGen, id: number, ty: number, x: Value): Value {
  const mnemonic = roundingInstruction(g, id);
  if (mnemonic !== "" && (ty === O.TY_F32 || ty === O.TY_F64)) {
    const r = ty === O.TY_F32 ? "s" : "d";
    return floatInstruction(g, `${mnemonic} %${r}0, %${r}1`, ty, [x]);
  }
  const name = ROUNDINGS.get(id)!.slice(0, -1);
  return libcall(g, ty === O.TY_F32 ? `${name}f` : ty === O.TY_F64 ? name : `${name}l`, ty, true, [x], 2);
}

const TO_INTEGER: ReadonlyMap<number, number> = new Map([
  [B.BI_CEIL_INT, B.BI_CEIL],
  [B.BI_FLOOR_INT, B.BI_FLOOR],
  [B.BI_ROUND_INT, B.BI_ROUND],
  [B.BI_RINT_INT, B.BI_RINT],
]);

/** __builtin_iceil and its like: rounded, then converted. */
export function genRoundToInteger(g: FnGen, e: Expr): Value {
  const a = e.args![0]!;
  const v = rounded(g, TO_INTEGER.get(e.builtin)!, irType(g.target, a.type), genExpr(g, a));
  return convert(g, v, a.type.unqual, e.type.unqual);
}

/** Rounding to an integer is exact: of a float in double's clothes, the float's own function gives the same. */
function narrowRounding(g: FnGen, e: Expr): Value {
  const name = ROUNDINGS.get(e.builtin);
  const arg = e.args![0]!;
  const ty = irType(g.target, e.type);
  if (name !== undefined && roundingInstruction(g, e.builtin) !== "" && (ty === O.TY_F32 || ty === O.TY_F64))
    return rounded(g, e.builtin, ty, genExpr(g, arg));
  if (name === undefined || g.mg.opts.optimize === 0 || e.type.kind !== K_DOUBLE) return -1;
  if (arg.op !== A.E_CAST || arg.a!.type.kind !== K_FLOAT) return -1;
  const v = libcall(g, name, O.TY_F32, true, [genExpr(g, arg.a!)], 2);
  return g.b.emit(O.OP_FCVT, O.TY_F64, v);
}

function namesObject(e: Expr): boolean {
  let x = e;
  while (x.op === A.E_CAST && x.type.kind === K_POINTER) x = x.a!;
  return x.op === A.E_ADDR && x.a!.type.align >= 4;
}
function objectAligned(a: Expr, b: Expr): boolean {
  return namesObject(a) && namesObject(b);
}
