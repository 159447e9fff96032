// The calling convention of 64-bit Windows and of UEFI (attribute ms_abi), beside that of System V. Source:
// Microsoft, "x64 calling convention"; what GCC makes of types that Microsoft's compiler does not have was found out by comparing code.
//
// Each argument has one of four places by its number, in an integer or a vector register; further ones lie above 32 bytes that the caller
// leaves free for the callee. What is not 1, 2, 4 or 8 bytes large goes by the address of a copy. The callee keeps more registers than
// the System V convention asks for (rdi, rsi, xmm6 to xmm15): emit.ts saves them.

import { TY_F32, TY_F64, TY_F80, TY_I32, TY_I64, TY_I128 } from "../../ir/ops.ts";
import { type AbiPiece, type AbiType, type ArgAssign, type CallAssign, newCallAssign, stackLoc } from "../abi.ts";
import { R8, R9, RAX, RCX, RDX, XMM0 } from "./registers.ts";

const INTEGER: readonly number[] = [RCX, RDX, R8, R9];
/** Room for the register arguments, which the callee may use as it likes. */
const HOME = 32;

const isReal = (t: AbiType): boolean => !t.aggregate && (t.ty === TY_F32 || t.ty === TY_F64);

/** Fits a register: 1, 2, 4 or 8 bytes. */
function isSmall(t: AbiType): boolean {
  return t.size === 1 || t.size === 2 || t.size === 4 || t.size === 8;
}

/** A type that this convention is not known for. */
function isForeign(t: AbiType): boolean {
  return (t.fields ?? []).some((f) => f.vector);
}

/** As Abi.assign; undefined where the convention is not known. */
export function assignMs(
  ret: AbiType | undefined,
  args: readonly AbiType[],
  named: number,
  _isVariadic: boolean,
): CallAssign | undefined {
  const out = newCallAssign();
  let place = 0;
  if (ret !== undefined) {
    if (isForeign(ret) || (!ret.aggregate && ret.ty === TY_I128)) return undefined;
    if (isReal(ret)) out.ret = [{ ty: ret.ty, loc: XMM0, off: 0, size: ret.size }];
    else if (isSmall(ret)) out.ret = [integer(ret, RAX)];
    else if (ret.size > 0) {
      out.sret = { ty: TY_I64, loc: RCX };
      out.sretBack = { ty: TY_I64, loc: RAX };
      place = 1;
    }
  }
  for (let i = 0; i < args.length; i++) {
    const t = args[i]!;
    if (isForeign(t) || t.size === 0) return undefined;
    const a: ArgAssign = { pieces: [], indirect: false, stackOff: -1 };
    const inRegister = place < INTEGER.length;
    const word = inRegister ? INTEGER[place]! : stackLoc(8 * place);
    if (isReal(t)) {
      a.pieces.push({ ty: t.ty, loc: inRegister ? XMM0 + place : word, off: 0, size: t.size });
      // a callee of variable arguments looks for them in the integer registers
      if (inRegister && i >= named) a.pieces.push(integer(t, word));
    } else if (isSmall(t) && t.ty !== TY_F80) a.pieces.push(integer(t, word));
    else {
      a.indirect = true;
      a.pieces.push({ ty: TY_I64, loc: word, off: 0, size: 8 });
    }
    out.args.push(a);
    place++;
  }
  out.stackSize = Math.max(HOME, 8 * place);
  return out;
}

function integer(t: AbiType, loc: number): AbiPiece {
  return { ty: t.size <= 4 ? TY_I32 : TY_I64, loc, off: 0, size: t.size };
}
