// Text of those x86 rows that stand for several instructions. Source: Intel SDM vol. 2.

import type { MInst } from "../../mach/minst.ts";
import { TLS_INITIAL_EXEC, TLS_LOCAL_DYNAMIC } from "../tls-model.ts";
import { SLOT_VA } from "./address.ts";
import { regName, type X86Emitter } from "./emit.ts";
import * as I from "./isa.ts";

const q64 = (r: number): string => regName("q", r);
const l = (r: number): string => regName("l", r);
const b = (r: number): string => regName("b", r);
const x = (r: number): string => regName("x", r);
/** 2^63 as float and double. */
const TWO63: readonly (readonly number[])[] = [[0x5f000000], [0, 0x43e00000]];
/** Sign bits of [single, double], as 16 bytes; and all the others. */
const SIGN: readonly (readonly number[])[] = [
  [-0x80000000, 0, 0, 0],
  [0, -0x80000000, 0, 0],
];
const REST: readonly (readonly number[])[] = [
  [0x7fffffff, 0, 0, 0],
  [-1, 0x7fffffff, 0, 0],
];

export function expandPseudo(e: X86Emitter, i: MInst): void {
  const r = i.regs;
  const d = r[0]!;
  const q = e.long ? q64 : l;
  const word = e.long ? "q" : "l";
  switch (i.op) {
    case I.I_ADD3[0]:
    case I.I_ADD3[1]: {
      const w = i.op === I.I_ADD3[0] ? "l" : word;
      if (d === r[1]) e.put(`\tadd${w}\t${regName(w, r[2]!)}, ${regName(w, d)}\n`);
      else if (d === r[2]) e.put(`\tadd${w}\t${regName(w, r[1]!)}, ${regName(w, d)}\n`);
      else e.put(`\tlea${w}\t(${q(r[1]!)},${q(r[2]!)}), ${regName(w, d)}\n`);
      return;
    }
    case I.I_ADDI3[0]:
    case I.I_ADDI3[1]: {
      const w = i.op === I.I_ADDI3[0] ? "l" : word;
      if (i.imm === 0) e.put(`\tmov${w}\t${regName(w, r[1]!)}, ${regName(w, d)}\n`);
      else if (d !== r[1]) e.put(`\tlea${w}\t${i.imm}(${q(r[1]!)}), ${regName(w, d)}\n`);
      else if (i.imm === 128) e.put(`\tsub${w}\t$-128, ${regName(w, d)}\n`);
      else e.put(`\tadd${w}\t$${i.imm}, ${regName(w, d)}\n`);
      return;
    }
    case I.I_SETCC:
      if (e.withoutByte(d)) {
        const t = e.byteRegister(r);
        const swap = `\txchgl\t${l(d)}, ${l(t)}\n`;
        e.put(`${swap}\tset${I.CONDITIONS[i.immHi]}\t${b(t)}\n\tmovzbl\t${b(t)}, ${l(t)}\n${swap}`);
        return;
      }
      e.put(`\tset${I.CONDITIONS[i.immHi]}\t${b(d)}\n\tmovzbl\t${b(d)}, ${l(d)}\n`);
      return;
    case I.I_CMOV[0]:
      e.put(`\tcmov${I.CONDITIONS[i.immHi]}l\t${l(r[2]!)}, ${l(d)}\n`);
      return;
    case I.I_CMOV[1]:
      e.put(`\tcmov${I.CONDITIONS[i.immHi]}q\t${q(r[2]!)}, ${q(d)}\n`);
      return;
    case I.I_BSWAP386: {
      const low = regName("w", d);
      e.put(`\trolw\t$8, ${low}\n\troll\t$16, ${l(d)}\n\trolw\t$8, ${low}\n`);
      return;
    }
    case I.I_SEL: {
      const skip = e.freshLabel();
      e.put(`\tj${I.CONDITIONS[i.immHi ^ 1]}\t${skip}\n\tmovl\t${l(r[2]!)}, ${l(d)}\n${skip}:\n`);
      return;
    }
    case I.I_GOTPC: {
      const here = e.freshLabel();
      e.put(`\tcall\t${here}\n${here}:\n\tpopl\t${l(d)}\n\taddl\t$_GLOBAL_OFFSET_TABLE_+[.-${here}], ${l(d)}\n`);
      return;
    }
    case I.I_SWAP:
      e.put(e.swapText(i));
      return;
    case I.I_SLOTMOVE:
      e.put(e.slotMoveText(i));
      return;
    case I.I_STSYM: {
      const [base, at] = e.place(i.slot, i.imm);
      e.put(`\tmovl\t$${e.symbol(i.sym, i.imm2)}, ${at}(${l(base)})\n`);
      return;
    }
    case I.I_FSEL: {
      const skip = e.freshLabel();
      e.put(`\tj${I.CONDITIONS[i.immHi ^ 1]}\t${skip}\n\tmovaps\t${x(r[2]!)}, ${x(d)}\n${skip}:\n`);
      return;
    }
    case I.I_TLS: {
      const name = e.module.syms[i.sym]!.name;
      if (!e.long) {
        const off = i.imm === 0 ? "" : i.imm > 0 ? `+${i.imm}` : `${i.imm}`;
        e.put(`\tmovl\t%gs:0, ${l(d)}\n`);
        if (i.immHi === TLS_INITIAL_EXEC) {
          e.put(r.length > 1 ? `\taddl\t${name}@gotntpoff(${l(r[1]!)}), ${l(d)}\n` : `\taddl\t${name}@indntpoff, ${l(d)}\n`);
          if (i.imm !== 0) e.put(`\taddl\t$${i.imm}, ${l(d)}\n`);
        } else e.put(`\tleal\t${name}@ntpoff${off}(${l(d)}), ${l(d)}\n`);
        return;
      }
      e.put(`\tmovq\t%fs:0, ${q(d)}\n`);
      if (i.immHi === TLS_INITIAL_EXEC) {
        e.put(`\taddq\t${name}@gottpoff(%rip), ${q(d)}\n`);
        if (i.imm !== 0) e.put(`\taddq\t$${i.imm}, ${q(d)}\n`);
      } else e.put(`\tleaq\t${name}@tpoff${i.imm === 0 ? "" : i.imm > 0 ? `+${i.imm}` : i.imm}(${q(d)}), ${q(d)}\n`);
      return;
    }
    case I.I_TLSGD: {
      // the fixed form that linkers recognise and relax (Drepper, "ELF Handling For Thread-Local Storage", 4.1.6)
      const name = e.module.syms[i.sym]!.name;
      if (!e.long) {
        // always the general dynamic form; edx and ecx are free here, as in any call
        e.put(`\tleal\t${name}@tlsgd(,%ebx,1), %eax\n\tcall\t___tls_get_addr@PLT\n`);
        if (i.imm !== 0) e.put(`\taddl\t$${i.imm}, %eax\n`);
        return;
      }
      if (i.immHi === TLS_LOCAL_DYNAMIC) {
        e.put(`\tleaq\t${name}@tlsld(%rip), %rdi\n\tcall\t__tls_get_addr@PLT\n`);
        e.put(`\tleaq\t${name}@dtpoff${i.imm === 0 ? "" : i.imm > 0 ? `+${i.imm}` : i.imm}(%rax), %rax\n`);
        return;
      }
      e.put(`\t.byte\t0x66\n\tleaq\t${name}@tlsgd(%rip), %rdi\n\t.value\t0x6666\n\trex64\n\tcall\t__tls_get_addr@PLT\n`);
      if (i.imm !== 0) e.put(`\taddq\t$${i.imm}, %rax\n`);
      return;
    }
    case I.I_VASAVE: {
      const skip = e.freshLabel();
      e.put(`\ttestb\t%al, %al\n\tje\t${skip}\n`);
      const [base, at] = e.place(SLOT_VA, i.imm);
      for (let k = 1; k < r.length; k++) e.put(`\tmovaps\t${x(r[k]!)}, ${at + 16 * (k - 1)}(${q(base)})\n`);
      e.put(`${skip}:\n`);
      return;
    }
    case I.I_RMWLOOP: {
      // regs = [rax, t, value, address]
      const w = "bwlq"[i.imm]!;
      const again = e.freshLabel();
      const t = r[1]!;
      const p = q(r[3]!);
      const load = i.imm === 0 ? "movzbl" : i.imm === 1 ? "movzwl" : `mov${w}`;
      e.put(`\t${load}\t(${p}), ${i.imm === 3 ? "%rax" : "%eax"}\n${again}:\n\tmov${word}\t${q(0)}, ${q(t)}\n`);
      const name = ["", "", "", "and", "or", "xor", "and"][i.imm2]!;
      e.put(`\t${name}${word}\t${q(r[2]!)}, ${q(t)}\n`);
      if (i.imm2 === 6) e.put(`\tnot${word}\t${q(t)}\n`);
      e.put(`\tlock cmpxchg${w}\t${regName(w, t)}, (${p})\n\tjne\t${again}\n`);
      return;
    }
    case I.I_CVT_FI[0]![0]:
    case I.I_CVT_FI[0]![1]:
    case I.I_CVT_FI[1]![0]:
    case I.I_CVT_FI[1]![1]: {
      // the instruction keeps the upper part of its destination: clearing it ends the wait for its last writer
      const wide = i.op >= I.I_CVT_FI[1]![0]!;
      e.put(`\tpxor\t${x(d)}, ${x(d)}\n\t${I.X86_ISA[i.op]!.name}\t${regName(wide ? "q" : "l", r[1]!)}, ${x(d)}\n`);
      return;
    }
    case I.I_CVT_FU[0]:
    case I.I_CVT_FU[1]: {
      // halve with the lost bit kept sticky, convert, double
      const s = i.op === I.I_CVT_FU[0] ? "ss" : "sd";
      const big = e.freshLabel();
      const end = e.freshLabel();
      const [t, u, a] = [q(r[1]!), q(r[2]!), q(r[3]!)];
      e.put(
        `\tpxor\t${x(d)}, ${x(d)}\n\ttestq\t${a}, ${a}\n\tjs\t${big}\n\tcvtsi2${s}q\t${a}, ${x(d)}\n\tjmp\t${end}\n${big}:\n`,
      );
      e.put(`\tmovq\t${a}, ${t}\n\tmovq\t${a}, ${u}\n\tshrq\t${t}\n\tandl\t$1, ${l(r[2]!)}\n\torq\t${u}, ${t}\n`);
      e.put(`\tcvtsi2${s}q\t${t}, ${x(d)}\n\tadd${s}\t${x(d)}, ${x(d)}\n${end}:\n`);
      return;
    }
    case I.I_CVT_UF[0]:
    case I.I_CVT_UF[1]: {
      const k = i.op === I.I_CVT_UF[0] ? 0 : 1;
      const s = k === 0 ? "ss" : "sd";
      const big = e.freshLabel();
      const end = e.freshLabel();
      const [t, f, a] = [q(r[1]!), x(r[2]!), x(r[3]!)];
      const limit = `${e.pool.label(TWO63[k]!)}(%rip)`;
      e.put(`\tucomi${s}\t${limit}, ${a}\n\tjae\t${big}\n\tcvtt${s}2siq\t${a}, ${q(d)}\n\tjmp\t${end}\n${big}:\n`);
      e.put(`\tmovaps\t${a}, ${f}\n\tsub${s}\t${limit}, ${f}\n\tcvtt${s}2siq\t${f}, ${q(d)}\n`);
      e.put(`\tmovabsq\t$0x8000000000000000, ${t}\n\txorq\t${t}, ${q(d)}\n${end}:\n`);
      return;
    }
    case I.I_FMASK[0]:
    case I.I_FMASK[1]: {
      const k = i.op === I.I_FMASK[0] ? 0 : 1;
      const mask = e.pool.label((i.imm2 === 1 ? REST : SIGN)[k]!);
      e.put(`\t${i.imm2 === 0 ? "xorps" : "andps"}\t${mask}(%rip), ${x(d)}\n`);
      return;
    }
    case I.I_FCONST[0]:
      e.put(`\tmovss\t${e.pool.label([i.imm])}(%rip), ${x(d)}\n`);
      return;
    case I.I_FCONST[1]:
      e.put(`\tmovsd\t${e.pool.label([i.imm, i.immHi])}(%rip), ${x(d)}\n`);
      return;
    default:
      throw new Error(`${e.m.name}: row ${I.X86_ISA[i.op]!.name} has no text`);
  }
}
