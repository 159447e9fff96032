// i386: asm operands that need a register with a byte part get one of a, b, c, d by name, as the allocator knows no classes of
// integer registers. Source: GCC manual, "Constraints for Particular Machines", x86 family: q and Q.

import { AO_IN, type AsmInfo, type AsmOperand, type Func } from "../../ir/func.ts";
import * as O from "../../ir/ops.ts";
import { AsmError, type AsmTarget } from "../../mach/inline-asm.ts";
import { RAX, RBX, RCX, RDX } from "./registers.ts";

const BYTE_REGISTERS = [RAX, RDX, RCX, RBX];

function needsByte(f: Func, o: AsmOperand, t: AsmTarget): boolean {
  if (o.mem || o.tied >= 0 || o.fixedReg >= 0 || o.constraint.startsWith("@cc")) return false;
  if (!/[rqQRlgX]/.test(o.constraint)) return false;
  if (/[rRlgX]/.test(o.constraint) && o.size !== 1) return false;
  if (o.dir !== AO_IN) return true;
  const v = f.map(o.value);
  if (f.op[v] === O.OP_CONST) return !t.constantOk(o.constraint, true, f.a[v]!, f.a[v]! >> 31);
  return f.op[v] !== O.OP_SYM || !t.constantOk(o.constraint, false, 0, 0);
}

/** Fixes the registers of such operands; an asm that has more of them than there are registers is an error. */
export function fixByteOperands(f: Func, t: AsmTarget): void {
  for (let v = 1; v < f.nval; v++) {
    if (f.op[v] !== O.OP_ASM) continue;
    const old = f.aux[v] as AsmInfo;
    if (!old.operands.some((o) => needsByte(f, o, t))) continue;
    const info = { ...old, operands: old.operands.map((o) => ({ ...o })) };
    f.aux[v] = info;
    const used = new Set<number>();
    for (const name of info.clobbers) used.add(t.regByName(name));
    for (const o of info.operands) if (!o.mem) used.add(o.fixedReg >= 0 ? o.fixedReg : t.fixedReg(o.constraint));
    for (const o of info.operands) {
      if (!needsByte(f, o, t)) continue;
      const r = BYTE_REGISTERS.find((x) => !used.has(x));
      if (r === undefined) throw new AsmError(info.loc, "occ finds no byte register for an operand of this 'asm'");
      used.add(r);
      o.fixedReg = r;
    }
  }
}
