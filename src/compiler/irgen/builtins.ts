// Built-in functions that are no library calls (E_BUILTIN). Every id is either expanded here or refused by name.

import type { Expr } from "../c/ast.ts";
import * as A from "../c/ast.ts";
import * as B from "../c/builtin-ids.ts";
import { isAggregate, K_VOID, Q_VOLATILE } from "../c/ctype.ts";
import type { Value } from "../ir/func.ts";
import * as O from "../ir/ops.ts";
import { bin, icmp, isFconst } from "./arith.ts";
import { genArm, hasArmEffect, isArmVector } from "./arm-vector.ts";
import { genAtomicBuiltin } from "./atomics.ts";
import { genFloatBuiltin } from "./builtins-float.ts";
import { genRoundToInteger } from "./builtins-lib.ts";
import { genOverflow } from "./builtins-overflow.ts";
import { libcall } from "./call.ts";
import type { FnGen } from "./context.ts";
import { extendNarrow, intCast } from "./convert.ts";
import { genDiscard, genExpr } from "./expr.ts";
import { addrOf, genLV, readLV } from "./lvalue.ts";
import { genMachineBuiltin } from "./machine-builtins.ts";
import { noteStackPointer } from "./nested.ts";
import { genBuiltinLongjmp, genBuiltinSetjmp } from "./nonlocal-jump.ts";
import { keepStack } from "./scope.ts";
import { irType } from "./types.ts";
import { genApply, genApplyArgs, genUntypedReturn } from "./untyped.ts";
import { genVaCopy, vaListAddress } from "./vaarg.ts";
import { genX86Scalar, genX86Vector, hasX86Effect, isX86Vector } from "./x86-vector.ts";

const STACK_ALIGN = 16;

function constArg(e: Expr | undefined, dflt: number): number {
  if (e === undefined) return dflt;
  let x = e;
  while (x.op === A.E_CAST) x = x.a!;
  return x.op === A.E_INT ? x.lo : dflt;
}

/** Would evaluating e do anything (GCC: TREE_SIDE_EFFECTS)? */
export function hasEffects(e: Expr): boolean {
  switch (e.op) {
    case A.E_ASSIGN:
    case A.E_OPASSIGN:
    case A.E_PREINC:
    case A.E_POSTINC:
    case A.E_STMTEXPR:
    case A.E_VAARG:
      return true;
    case A.E_LOAD:
      if ((e.a!.type.quals & Q_VOLATILE) !== 0) return true;
      break;
    case A.E_CALL: {
      const f = e.a!;
      const d = f.op === A.E_ADDR && f.a!.op === A.E_VAR ? f.a!.decl : null;
      if (d === null || !(d.attrs.isConst || d.attrs.pure || isPureLibrary(e.builtin))) return true;
      break;
    }
    case A.E_BUILTIN:
      if (e.builtin === B.BI_ARM_VECTOR) {
        if (hasArmEffect(e)) return true;
      } else if (e.builtin === B.BI_X86_VECTOR ? hasX86Effect(e) : !isPureBuiltin(e.builtin)) return true;
      break;
    case A.E_COMPOUND: {
      const init = e.decl!.init;
      if (init !== null) for (const x of init.entries) if (hasEffects(x.e)) return true;
      return false;
    }
  }
  if (e.a !== null && hasEffects(e.a)) return true;
  if (e.b !== null && hasEffects(e.b)) return true;
  if (e.c !== null && hasEffects(e.c)) return true;
  if (e.args !== null) for (const x of e.args) if (hasEffects(x)) return true;
  return false;
}

function isPureLibrary(id: number): boolean {
  return (
    (id >= B.BI_STRLEN && id <= B.BI_STRNLEN) ||
    id === B.BI_MEMCMP ||
    id === B.BI_MEMCHR ||
    id === B.BI_BCMP ||
    id === B.BI_STRCMP ||
    id === B.BI_STRNCMP ||
    (id >= B.BI_STRCHR && id <= B.BI_STRCSPN) ||
    (id >= B.BI_ABS && id <= B.BI_TOLOWER) ||
    (id >= B.BI_FABS && id <= B.BI_CONJ)
  );
}

function isPureBuiltin(id: number): boolean {
  return (
    (id >= B.BI_EXPECT && id <= B.BI_DYNAMIC_OBJECT_SIZE) ||
    id === B.BI_ASSUME_ALIGNED ||
    id === B.BI_RETURN_ADDRESS ||
    id === B.BI_FRAME_ADDRESS ||
    id === B.BI_EXTRACT_RETURN_ADDR ||
    (id >= B.BI_CLZ && id <= B.BI_BSWAP) ||
    (id >= B.BI_ADD_OVERFLOW_P && id <= B.BI_MUL_OVERFLOW_P) ||
    (id >= B.BI_FABS && id <= B.BI_ISEQSIG) ||
    (id >= B.BI_SHUFFLE && id <= B.BI_SHUFFLEVECTOR)
  );
}

export function genBuiltin(g: FnGen, e: Expr): Value {
  const args = e.args ?? [];
  const id = e.builtin;
  if (id >= B.BI_SYNC_FETCH_ADD && id <= B.BI_ATOMIC_IS_LOCK_FREE) return genAtomicBuiltin(g, e);
  if (id >= B.BI_ADD_OVERFLOW && id <= B.BI_MUL_OVERFLOW_P) return genOverflow(g, e);
  if (id >= B.BI_FABS && id <= B.BI_ISEQSIG) {
    const v = genFloatBuiltin(g, e);
    if (v >= 0) return v;
  }
  if (id >= B.BI_CLZ && id <= B.BI_BSWAP) return genBits(g, e);
  switch (id) {
    case B.BI_CEIL_INT:
    case B.BI_FLOOR_INT:
    case B.BI_ROUND_INT:
    case B.BI_RINT_INT:
      return genRoundToInteger(g, e);
    case B.BI_ARM_VECTOR: {
      const lv = genArm(g, e, null);
      return isArmVector(e) ? addrOf(g, lv) : e.type.kind === K_VOID ? 0 : readLV(g, lv);
    }
    case B.BI_X86_VECTOR:
      return isX86Vector(e) ? addrOf(g, genX86Vector(g, e, null)) : genX86Scalar(g, e);
    case B.BI_EXPECT:
    case B.BI_EXPECT_WITH_PROBABILITY: {
      const v = genExpr(g, args[0]!);
      for (let i = 1; i < args.length; i++) genDiscard(g, args[i]!);
      return v;
    }
    case B.BI_CONSTANT_P: {
      const a = args[0]!;
      if (isAggregate(a.type) || hasEffects(a)) return g.i32(0);
      const v = genExpr(g, a);
      if (g.isConst(v) || isFconst(g, v)) return g.i32(1);
      return g.b.emit(O.OP_ISCONST, O.TY_I32, v);
    }
    case B.BI_OBJECT_SIZE:
    case B.BI_DYNAMIC_OBJECT_SIZE: {
      const kind = (constArg(args[1], 0) & 3) | (id === B.BI_DYNAMIC_OBJECT_SIZE ? O.OBJSIZE_DYNAMIC : 0);
      const ty = irType(g.target, e.type);
      if (hasEffects(args[0]!)) return g.b.iconst(ty, (kind & 2) === 0 ? -1 : 0, (kind & 2) === 0 ? -1 : 0);
      return g.b.emit(O.OP_OBJSIZE, ty, genExpr(g, args[0]!), kind);
    }
    case B.BI_POWI: {
      // libgcc's, by the mode of the operand
      const ty = irType(g.target, e.type);
      const mode = ty === O.TY_F32 ? "s" : ty === O.TY_F64 ? "d" : ty === O.TY_F80 ? "x" : "t";
      const x = genExpr(g, args[0]!);
      return libcall(g, `__powi${mode}f2`, ty, false, [x, genExpr(g, args[1]!)]);
    }
    case B.BI_VA_ARG_PACK_LEN:
      if (g.pack !== null) return g.i32(g.pack.length);
      break;
    case B.BI_UNREACHABLE:
      g.b.here();
      g.b.unreachable();
      return 0;
    case B.BI_TRAP:
      g.b.emit(O.OP_TRAP, 0);
      g.b.block = 0;
      return 0;
    case B.BI_RETURN_ADDRESS:
    case B.BI_FRAME_ADDRESS:
      g.f.usesFrameAddr = true;
      return g.b.emit(id === B.BI_RETURN_ADDRESS ? O.OP_RETADDR : O.OP_FRAMEADDR, g.ptrTy, constArg(args[0], 0));
    case B.BI_EXTRACT_RETURN_ADDR:
    case B.BI_FROB_RETURN_ADDR:
    case B.BI_SPECULATION_SAFE_VALUE:
      return genExpr(g, args[0]!);
    case B.BI_ASSUME_ALIGNED: {
      const v = genExpr(g, args[0]!);
      for (let i = 1; i < args.length; i++) genDiscard(g, args[i]!);
      return v;
    }
    case B.BI_PREFETCH: {
      const p = genExpr(g, args[0]!);
      g.b.emit(O.OP_PREFETCH, 0, p, constArg(args[1], 0), constArg(args[2], 3));
      return 0;
    }
    case B.BI_ALLOCA:
    case B.BI_ALLOCA_WITH_ALIGN: {
      const n = genExpr(g, args[0]!);
      const align = id === B.BI_ALLOCA ? STACK_ALIGN : Math.max(STACK_ALIGN, constArg(args[1], 8) >> 3);
      g.f.hasDalloca = true;
      const p = g.b.emit(O.OP_DALLOCA, g.ptrTy, intCast(g, n, g.ptrTy, false), align);
      noteStackPointer(g);
      // GCC: a block that calls alloca keeps its arrays of variable length too
      keepStack(g, g.blockCleanup);
      return p;
    }
    case B.BI_STACK_SAVE:
      return g.b.emit(O.OP_STACKSAVE, g.ptrTy);
    case B.BI_STACK_RESTORE:
      g.b.emit(O.OP_STACKRESTORE, 0, genExpr(g, args[0]!));
      return 0;
    case B.BI_SETJMP:
      return genBuiltinSetjmp(g, genExpr(g, args[0]!));
    case B.BI_LONGJMP: {
      const buffer = genExpr(g, args[0]!);
      genDiscard(g, args[1]!);
      genBuiltinLongjmp(g, buffer);
      g.b.here();
      g.b.unreachable();
      return 0;
    }
    case B.BI_CLEAR_CACHE: {
      const p = genExpr(g, args[0]!);
      libcall(g, "__clear_cache", 0, false, [p, genExpr(g, args[1]!)]);
      return 0;
    }
    case B.BI_APPLY_ARGS:
      return genApplyArgs(g, e);
    case B.BI_APPLY:
      return genApply(g, e);
    case B.BI_RETURN:
      genUntypedReturn(g, e);
      return 0;
    case B.BI_VA_START:
      if (g.f.ms) g.mg.diags.fatal(e.loc, "va_start in a function of the ms_abi calling convention is not supported");
      g.b.emit(O.OP_VASTART, 0, vaListAddress(g, args[0]!));
      return 0;
    case B.BI_VA_END:
      if (args[0]!.op !== A.E_VAR) genLV(g, args[0]!);
      return 0;
    case B.BI_VA_COPY:
      genVaCopy(g, args[0]!, args[1]!);
      return 0;
  }
  const v = genMachineBuiltin(g, e);
  if (v >= 0) return v;
  const row = B.BUILTINS.find((x) => x[2] === id);
  const name = row === undefined ? `#${id}` : row[0].startsWith("__") ? row[0] : `__builtin_${row[0]}`;
  return g.mg.diags.fatal(e.loc, `built-in function '${name}' is not supported`);
}

/** clz, ctz, ffs, popcount, parity, clrsb, bswap. */
export function genBits(g: FnGen, e: Expr): Value {
  const x = genExpr(g, e.args![0]!);
  const ty = g.f.ty[x]!;
  const bits = O.TY_SIZE[ty]! * 8;
  const toInt = (v: Value): Value => intCast(g, v, O.TY_I32, true);
  switch (e.builtin) {
    case B.BI_CLZ:
      return toInt(g.b.emit(O.OP_CLZ, ty, x));
    case B.BI_CTZ:
      return toInt(g.b.emit(O.OP_CTZ, ty, x));
    case B.BI_POPCOUNT:
      return toInt(g.b.emit(O.OP_POPCNT, ty, x));
    case B.BI_PARITY:
      return bin(g, O.OP_AND, O.TY_I32, toInt(g.b.emit(O.OP_POPCNT, ty, x)), g.i32(1));
    case B.BI_FFS: {
      // the top bit changes nothing for x != 0 and keeps the count defined for 0
      const top = bin(g, O.OP_OR, ty, x, g.b.iconst(ty, ty === O.TY_I32 ? -0x80000000 : 0, -0x80000000));
      const pos = bin(g, O.OP_ADD, O.TY_I32, toInt(g.b.emit(O.OP_CTZ, ty, top)), g.i32(1));
      return g.b.emit(O.OP_SELECT, O.TY_I32, icmp(g, O.OP_NE, ty, x, g.b.iconst(ty, 0, 0)), pos, g.i32(0));
    }
    case B.BI_CLRSB: {
      // leading zeros of the bits that differ from the sign; the lowest bit is set so that 0 is never asked
      const diff = bin(g, O.OP_XOR, ty, x, bin(g, O.OP_SAR, ty, x, g.i32(bits - 1)));
      const y = bin(g, O.OP_OR, ty, bin(g, O.OP_SHL, ty, diff, g.i32(1)), g.b.iconst(ty, 1, 0));
      return toInt(g.b.emit(O.OP_CLZ, ty, y));
    }
  }
  if (e.type.size === 2) {
    const sw = bin(g, O.OP_OR, O.TY_I32, bin(g, O.OP_SHL, O.TY_I32, x, g.i32(8)), bin(g, O.OP_SHR, O.TY_I32, x, g.i32(8)));
    return extendNarrow(g, sw, 2, false);
  }
  return g.b.emit(O.OP_BSWAP, ty, x);
}
