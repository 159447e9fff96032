// The calling convention of i386 Linux. Source: System V Application Binary Interface, Intel386 Architecture Processor
// Supplement, 2.2 (function calling sequence); GCC manual, "x86 Options" (-mregparm) and "Code Gen Options" (-freg-struct-return).
//
// Arguments lie on the stack in words; with -mregparm=N the first N words of integers and small structs go in eax, edx, ecx
// until one does not fit: then all that follow go on the stack. A result in memory has its address pushed as a hidden first
// argument, which the callee takes off the stack again, or passed in eax with -mregparm.

import type { Builder } from "../../ir/builder.ts";
import type { Value } from "../../ir/func.ts";
import { MEM_ALIGN_SHIFT, TY_F32, TY_F80, TY_I32, TY_I64 } from "../../ir/ops.ts";
import {
  type Abi,
  type AbiPiece,
  type AbiType,
  type ArgAssign,
  type CallAssign,
  newCallAssign,
  type ObjectMode,
  stackLoc,
} from "../abi.ts";
import { RAX, RCX, RDX, ST0 } from "./registers.ts";

const REGPARM = [RAX, RDX, RCX];

const isFloat = (ty: number): boolean => ty >= TY_F32;

/** What a type is as one value. */
function modeOf(t: AbiType): ObjectMode {
  return t.mode ?? (isFloat(t.ty) ? "float" : "integer");
}

/** Bytes of an argument: whole words; long double takes three. */
function argumentSize(t: AbiType): number {
  if (t.ty === TY_F80) return 12;
  return (t.size + 3) & -4;
}

/** A piece for each word of an object in registers. */
function words(size: number, regs: readonly number[], first: number): AbiPiece[] {
  const out: AbiPiece[] = [];
  for (let off = 0; off < size; off += 4)
    out.push({ ty: TY_I32, loc: regs[first + (off >> 2)]!, off, size: Math.min(4, size - off) });
  return out;
}

/** Return pieces, or undefined for a result in memory. */
function returnPieces(t: AbiType, regStructReturn: boolean): AbiPiece[] | undefined {
  if (t.aggregate && !t.complex && !regStructReturn) return undefined;
  const mode = modeOf(t);
  if (mode === "block" || (mode === "complex" && t.size > 8)) return undefined;
  if (mode !== "float") return words(t.size, [RAX, RDX], 0);
  return [{ ty: t.aggregate ? t.fields![0]!.ty : t.ty, loc: ST0, off: 0, size: t.size }];
}

export interface I386AbiOptions {
  readonly regparm: number;
  readonly regStructReturn: boolean;
}

function assign(
  o: I386AbiOptions,
  ret: AbiType | undefined,
  args: readonly AbiType[],
  named: number,
  isVariadic: boolean,
): CallAssign {
  const out = newCallAssign();
  let reg = 0;
  // with `...` all arguments are on the stack
  let left = isVariadic ? 0 : o.regparm;
  let stack = 0;
  if (ret !== undefined) {
    const pieces = returnPieces(ret, o.regStructReturn);
    if (pieces === undefined) {
      out.sretBack = { ty: TY_I32, loc: RAX };
      if (left > 0) {
        out.sret = { ty: TY_I32, loc: REGPARM[reg++]! };
        left--;
      } else {
        out.sret = { ty: TY_I32, loc: stackLoc(0) };
        stack = 4;
        if (o.regparm === 0) out.calleePops = 4;
      }
    } else out.ret = pieces;
  }
  for (let i = 0; i < args.length; i++) {
    const t = args[i]!;
    if (i === named) out.namedStack = stack;
    const size = argumentSize(t);
    const a: ArgAssign = { pieces: [], indirect: false, stackOff: -1 };
    out.args.push(a);
    // numbers of other kinds than integers never go in registers
    const mode = modeOf(t);
    if ((mode === "integer" || mode === "block") && left > 0) {
      const n = size >> 2;
      const fits = n <= left;
      if (fits) a.pieces = words(t.aggregate ? t.size : size, REGPARM, reg);
      reg += n;
      left = Math.max(0, left - n);
      if (fits) continue;
    }
    if (t.aggregate) a.stackOff = stack;
    else if (t.ty === TY_I64) {
      a.pieces.push(
        { ty: TY_I32, loc: stackLoc(stack), off: 0, size: 4 },
        { ty: TY_I32, loc: stackLoc(stack + 4), off: 4, size: 4 },
      );
    } else a.pieces.push({ ty: t.ty, loc: stackLoc(stack), off: 0, size: t.size });
    stack += size;
  }
  if (args.length <= named) out.namedStack = stack;
  out.stackSize = stack;
  return out;
}

const M32 = 4 | (2 << MEM_ALIGN_SHIFT);

/** va_list is a pointer to the next argument. */
function vaArg(b: Builder, ap: Value, t: AbiType): Value {
  const p = b.load(TY_I32, ap, M32);
  b.store(ap, b.add(TY_I32, p, b.num(TY_I32, argumentSize(t))), M32);
  return p;
}

export function i386Abi(o: I386AbiOptions): Abi {
  return {
    assign: (ret, args, named, isVariadic) => assign(o, ret, args, named, isVariadic),
    vaList: { kind: "pointer", size: 4, align: 4 },
    vaArg,
  };
}
