// The calling convention of riscv64 Linux. Source: RISC-V ELF psABI, "Procedure Calling Convention" (integer calling
// convention, hardware floating-point calling convention LP64D; LP64 without).

import type { Builder } from "../../ir/builder.ts";
import type { Value } from "../../ir/func.ts";
import { MEM_ALIGN_SHIFT, OP_AND, TY_F32, TY_F64, TY_I32, TY_I64 } from "../../ir/ops.ts";
import {
  type Abi,
  type AbiField,
  type AbiPiece,
  type AbiType,
  type ArgAssign,
  type CallAssign,
  newCallAssign,
  pieceRow,
  stackLoc,
} from "../abi.ts";
import { A0, FA0 } from "./registers.ts";

const ARG_REGS = 8;

/** The one or two scalars of a struct that may travel in floating-point registers, or undefined. */
function floatFields(t: AbiType, flen: number): AbiField[] | undefined {
  if (t.fields === undefined || t.hasUnion || t.fields.length === 0 || t.fields.length > 2) return undefined;
  let floats = 0;
  for (const f of t.fields) {
    if (f.vector) return undefined;
    if (f.ty === TY_F32 || f.ty === TY_F64) {
      if (f.size > flen) return undefined;
      floats++;
    } else if (f.pointer && t.fields.length > 1) {
      // "one floating-point real and one integer": GCC does not count a pointer as one
      return undefined;
    } else if (f.ty !== TY_I32 && f.ty !== TY_I64) return undefined;
  }
  return floats > 0 ? t.fields : undefined;
}

class Assigner {
  gp = 0;
  fp = 0;
  stack = 0;
  private readonly flen: number;
  constructor(flen: number) {
    this.flen = flen;
  }

  /** One XLEN-sized piece by the integer convention. */
  private word(ty: number, off: number, size: number): AbiPiece {
    if (this.gp < ARG_REGS) return { ty, loc: A0 + this.gp++, off, size };
    const p = { ty, loc: stackLoc(this.stack), off, size };
    this.stack += 8;
    return p;
  }

  arg(t: AbiType, named: boolean, ret: boolean): ArgAssign {
    const a: ArgAssign = { pieces: [], indirect: false, stackOff: -1 };
    const fp = (ty: number, off: number, size: number): AbiPiece => ({ ty, loc: FA0 + this.fp++, off, size });
    const fpLeft = ret ? 2 - this.fp : ARG_REGS - this.fp;
    const gpLeft = ret ? 2 - this.gp : ARG_REGS - this.gp;
    if (named && this.flen > 0) {
      if (!t.aggregate && (t.ty === TY_F32 || t.ty === TY_F64)) {
        if (fpLeft > 0) {
          a.pieces.push(fp(t.ty, 0, t.size));
          return a;
        }
      } else if (t.aggregate) {
        // of any size: two reals may lie further apart than they are long
        const fs = floatFields(t, this.flen);
        if (fs !== undefined) {
          const nf = fs.filter((f) => f.ty === TY_F32 || f.ty === TY_F64).length;
          if (nf <= fpLeft && fs.length - nf <= gpLeft) {
            for (const f of fs) {
              if (f.ty === TY_F32 || f.ty === TY_F64) a.pieces.push(fp(f.ty, f.off, f.size));
              else a.pieces.push(this.word(TY_I64, f.off, f.size));
            }
            return a;
          }
        }
      }
    }
    if (t.size === 0 && t.aggregate) return a;
    if (t.size > 16) {
      a.indirect = true;
      a.pieces.push(this.word(TY_I64, 0, 8));
      return a;
    }
    const double = t.size > 8;
    if (!named && double && t.align >= 16) this.gp = (this.gp + 1) & -2;
    if (double && t.align >= 16 && this.gp >= ARG_REGS) this.stack = (this.stack + 15) & -16;
    if (!t.aggregate && !double) {
      // A float in an integer register travels as its bits.
      const ty = t.ty === TY_F32 ? TY_I32 : t.ty === TY_F64 ? TY_I64 : t.ty;
      const p = this.word(ty, 0, t.size);
      if (t.ty === TY_F32 || t.ty === TY_F64) p.ty = ty;
      a.pieces.push(p);
      return a;
    }
    for (let off = 0; off < t.size; off += 8) {
      const size = Math.min(8, t.size - off);
      // Bits of the register past the aggregate are undefined: never a TY_I32, which a register holds sign-extended.
      a.pieces.push(this.word(TY_I64, off, size));
    }
    return a;
  }
}

/** @param flen width in bytes of the floating-point argument registers: 8 for LP64D, 4 for LP64F, 0 for LP64 */
export function riscvAbi(flen: number): Abi {
  return {
    assign(ret, args, named, _isVariadic): CallAssign {
      const out = newCallAssign();
      const as = new Assigner(flen);
      if (ret !== undefined) {
        const direct = new Assigner(flen).arg(ret, true, true);
        if (direct.indirect) {
          out.sret = { ty: TY_I64, loc: A0 };
          out.sretBack = { ty: TY_I64, loc: A0 };
          as.gp = 1;
        } else out.ret = direct.pieces;
      }
      for (let i = 0; i < args.length; i++) {
        if (i === named) {
          out.gpUsed = as.gp;
          out.fpUsed = as.fp;
          out.namedStack = as.stack;
        }
        out.args.push(as.arg(args[i]!, i < named, false));
      }
      if (args.length <= named) {
        out.gpUsed = as.gp;
        out.fpUsed = as.fp;
        out.namedStack = as.stack;
      }
      out.stackSize = as.stack;
      return out;
    },
    vaList: { kind: "pointer", size: 8, align: 8 },
    vaArg(b: Builder, ap: Value, t: AbiType): Value {
      const m64 = 8 | (3 << MEM_ALIGN_SHIFT);
      let p = b.load(TY_I64, ap, m64);
      const indirect = t.size > 16;
      if (!indirect && t.size > 8 && t.align >= 16)
        p = b.emit(OP_AND, TY_I64, b.add(TY_I64, p, b.num(TY_I64, 15)), b.num(TY_I64, -16));
      b.store(ap, b.add(TY_I64, p, b.num(TY_I64, indirect ? 8 : (t.size + 7) & -8)), m64);
      return indirect ? b.load(TY_I64, p, m64) : p;
    },
    untyped: {
      args: [...pieceRow(TY_I64, A0, 8), ...(flen === 8 ? pieceRow(TY_F64, FA0, 8) : [])],
      rets: [...pieceRow(TY_I64, A0, 2), ...(flen === 8 ? pieceRow(TY_F64, FA0, 2) : [])],
      vecRegs: 0,
    },
  };
}
