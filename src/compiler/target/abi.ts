// The seam between the front end and a target's calling convention.
//
// The front end flattens C types to AbiType; the target says where each scalar piece goes. IR calls, params and returns then
// carry plain scalars with physical registers or stack offsets, so that no pass has to know a C type.

import type { Builder } from "../ir/builder.ts";
import type { Piece, Value } from "../ir/func.ts";
import { TY_SIZE } from "../ir/ops.ts";

/** A scalar leaf of an aggregate. */
export interface AbiField {
  off: number;
  /** IR type that holds it: TY_I32 for integers up to 4 bytes, TY_I64, TY_I128, TY_F32, TY_F64, TY_F80, TY_F128. */
  ty: number;
  size: number;
  bitField: boolean;
  /** A pointer: riscv does not take it for an integer beside a float. */
  pointer: boolean;
  /** A vector of this size (TY_F64 and TY_F128 stand for a vector register of 8 and 16 bytes), or a part of a larger one. */
  vector: boolean;
}
/** An object seen as one value: an integer of 1, 2, 4 or 8 bytes, a number of another kind, or no value at all. */
export type ObjectMode = "integer" | "float" | "complex" | "block";
/** A C type as calling conventions see it. */
export interface AbiType {
  size: number;
  align: number;
  /** struct, union, array-like (vector) or complex. */
  aggregate: boolean;
  complex: boolean;
  /** Scalars: IR type. */
  ty: number;
  signed: boolean;
  /** Leaves in order of declaration (union members overlap); undefined when there are too many to matter. */
  fields: AbiField[] | undefined;
  /** A member is at an offset that its natural alignment does not divide (packed). */
  unaligned: boolean;
  hasUnion: boolean;
  hasBitFields: boolean;
  /** A flexible or zero-length array member occurs. */
  hasFlexible: boolean;
  /** A vector, or a record that holds one. */
  hasVector?: boolean;
  /** What the i386 convention takes it for; filled in for that target. */
  mode?: ObjectMode;
}
const scalars: (AbiType | undefined)[] = [];

/** AbiType of a scalar that is as wide as its IR type. */
export function scalarAbi(ty: number, signed: boolean): AbiType {
  const key = ty * 2 + (signed ? 1 : 0);
  let t = scalars[key];
  if (t === undefined) {
    const size = TY_SIZE[ty]!;
    t = {
      size,
      align: size,
      aggregate: false,
      complex: false,
      ty,
      signed,
      fields: [{ off: 0, ty, size, bitField: false, pointer: false, vector: false }],
      unaligned: false,
      hasUnion: false,
      hasBitFields: false,
      hasFlexible: false,
    };
    scalars[key] = t;
  }
  return t;
}

/** A scalar piece of one argument: bytes off … off+size-1 of it (size <= TY_SIZE of ty), passed at loc. */
export interface AbiPiece extends Piece {
  off: number;
  size: number;
}
/** Where one argument goes. */
export interface ArgAssign {
  /** The value's pieces; with indirect: one piece, the address of a copy that the caller makes. */
  pieces: AbiPiece[];
  indirect: boolean;
  /** >= 0: the whole object lies in the argument area at this offset (then no pieces). */
  stackOff: number;
}
/** Where arguments and result of a call go. */
export interface CallAssign {
  /** In argument order. */
  args: ArgAssign[];
  /** Return pieces; empty for void or when sret is set. */
  ret: AbiPiece[];
  /** Result is returned in memory: where its address is passed (comes first in the IR call's args), and the pieces (if any) in which the callee gives the address back. */
  sret: Piece | undefined;
  sretBack: Piece | undefined;
  stackSize: number;
  /** After the named arguments: registers used, stack offset of the first variadic one. */
  gpUsed: number;
  fpUsed: number;
  vecRegs: number;
  namedStack: number;
  /** Bytes of arguments that the callee takes off the stack (i386). */
  calleePops: number;
}

/** An assignment of places before the first argument. */
export function newCallAssign(): CallAssign {
  return {
    args: [],
    ret: [],
    sret: undefined,
    sretBack: undefined,
    stackSize: 0,
    gpUsed: 0,
    fpUsed: 0,
    vecRegs: 0,
    namedStack: 0,
    calleePops: 0,
  };
}

/** Place of a piece in the argument area, as places of pieces are written: -1 - offset. */
export function stackLoc(off: number): number {
  return -1 - off;
}

/** Registers of a call that says nothing of its types (__builtin_apply). */
export interface UntypedCall {
  /** All that can carry an argument, and all that can carry a result. */
  readonly args: readonly Piece[];
  readonly rets: readonly AbiPiece[];
  /** Vector registers that the callee is told of, 0 where it is not. */
  readonly vecRegs: number;
}

/** n pieces in registers that follow each other. */
export function pieceRow(ty: number, loc: number, n: number): AbiPiece[] {
  return Array.from({ length: n }, (_, k) => ({ ty, loc: loc + k, off: 0, size: TY_SIZE[ty]! }));
}

/** A calling convention. */
export interface Abi {
  /** `named` = number of named arguments; those after it are variadic. isVariadic: the callee's type ends in `...` (or is unprototyped). */
  assign(ret: AbiType | undefined, args: readonly AbiType[], named: number, isVariadic: boolean): CallAssign;
  /** The other convention that functions may have, of the attribute ms_abi; undefined: a type that it has no place for. */
  ms?(ret: AbiType | undefined, args: readonly AbiType[], named: number, isVariadic: boolean): CallAssign | undefined;
  /** Size and alignment of va_list and whether it is an array type (x86-64) . */
  readonly vaList: { kind: "pointer" | "x86-64" | "aarch64"; size: number; align: number };
  /** Emits va_arg: `ap` is the address of the va_list object; the result is the address of the argument's bytes. */
  vaArg(b: Builder, ap: Value, t: AbiType): Value;
  readonly untyped?: UntypedCall;
}

/** What an inline-asm constraint (or list of alternatives) allows, after `= + & %` are stripped. */
export interface AsmConstraint {
  reg: boolean;
  mem: boolean;
  /** Immediate, symbol or label: the operand must or may be a constant. */
  imm: boolean;
  /** A register class other than integer: float or vector. */
  float: boolean;
  /** A place of the x87 stack: the operand is a long double there, whatever its C type. */
  x87?: boolean;
  /** Single-register constraint ("a", "b" …), physical register, or -1. */
  fixedReg: number;
  /** Digit: tied to that operand, or -1. */
  tied: number;
  /** Flag output "@cc<cond>" of x86 and AArch64: the condition, or "". */
  flag: string;
}

/** What the front end must know of a target. */
export interface TargetInfo {
  readonly name: "x86_64" | "i386" | "aarch64" | "riscv64";
  /** IR type of a pointer. */
  readonly ptrTy: number;
  readonly ptrSize: number;
  /** IR type and size of long double. */
  readonly longDoubleTy: number;
  readonly longDoubleSize: number;
  readonly longDoubleAlign: number;
  readonly charSigned: boolean;
  readonly wcharSigned: boolean;
  /** alignof(long long/double) inside structs is 4 on i386. */
  readonly maxStructAlign64: number;
  /** __BIGGEST_ALIGNMENT__ */
  readonly biggestAlign: number;
  /** Misaligned scalar access is fine. */
  readonly unalignedOk: boolean;
  readonly abi: Abi;
  /** Physical register of a name in asm("…") or a clobber, -1 = unknown, -2 = "cc"/"memory"-like pseudo. */
  regByName(name: string): number;
  asmConstraint(text: string): AsmConstraint | undefined;
}
