// Constant evaluation of typed expressions (C11 6.6): integer, floating, complex and address constants for static initialisers,
// integer constant expressions and folding.

import type { TargetInfo } from "../target/abi.ts";
import type { Decl, Expr, Label, StrLit } from "./ast.ts";

export type ConstKind = "int" | "float" | "complex" | "addr";

/** A constant value; one shape for all kinds. */
export class ConstVal {
  kind: ConstKind;
  /** int: 64-bit value, sign- or zero-extended from its type; `ext` (lo, hi of bits 64..127) only for __int128. */
  lo = 0;
  hi = 0;
  ext: Int32Array | null = null;
  /** float: value (long double, _Float128: nearest double, exact bits in ext as Int32Array(4)). */
  num = 0;
  /** complex: imaginary part. */
  re: ConstVal | null = null;
  im: ConstVal | null = null;
  /** addr: symbol + off; base null never occurs (that is an int). Compound literal: its Decl. */
  base: Decl | StrLit | Label | null = null;
  off = 0;
  /** addr: difference of two labels, base - minusLabel. */
  minusLabel: Label | null = null;

  constructor(kind: ConstKind) {
    this.kind = kind;
  }
}

/** Value of e if it is a constant usable in a static initialiser, else null. */
export function evalConst(e: Expr, target: TargetInfo): ConstVal | null {
  throw new Error(`constant evaluation of operator ${e.op} for ${target.name} is not there yet`);
}
