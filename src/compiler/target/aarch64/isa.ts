// The A64 instructions that occ emits, one row each. Source: Arm Architecture Reference Manual, chapters C3 and C6.
//
// A row's text names its operands: {w0} {x0} {s0} {d0} {q0} = register 0 of the instruction in that width, {i} = imm, {c} = condition in
// immHi, {l} = label of the target block, {m} = memory operand (frame slot, or base in register 1 with offset or index). A row
// without a text is printed by emit.ts.

export interface IsaRow {
  readonly name: string;
  /** Pieces of the text: plain strings at even places, operands at odd ones. */
  readonly pieces: readonly string[];
}

const rows: IsaRow[] = [];
function row(name: string, text = ""): number {
  return rows.push({ name, pieces: text === "" ? [] : `${name}\t${text}`.split(/[{}]/) }) - 1;
}
/** [32 bits, 64 bits]; W in the text becomes the width's letter. */
function pair(name: string, text: string): readonly number[] {
  return [row(name, text.replaceAll("W", "w")), row(name, text.replaceAll("W", "x"))];
}
/** [single, double] */
function fpair(name: string, text: string): readonly number[] {
  return [row(name, text.replaceAll("F", "s")), row(name, text.replaceAll("F", "d"))];
}

// rows 0..3: copies, asm, nop (mach/minst.ts)
row("copy");
row("pcopy");
row("asm");
row("nop");
export const I_MOV: number = row("mov", "{x0}, {x1}");
export const I_FMOV: number = row("fmov", "{d0}, {d1}");
const rrr = "{W0}, {W1}, {W2}";
const rri = "{W0}, {W1}, {i}";
export const I_ADD: readonly number[] = pair("add", rrr);
export const I_SUB: readonly number[] = pair("sub", rrr);
export const I_AND: readonly number[] = pair("and", rrr);
export const I_ORR: readonly number[] = pair("orr", rrr);
export const I_EOR: readonly number[] = pair("eor", rrr);
export const I_LSL: readonly number[] = pair("lsl", rrr);
export const I_LSR: readonly number[] = pair("lsr", rrr);
export const I_ASR: readonly number[] = pair("asr", rrr);
export const I_ROR: readonly number[] = pair("ror", rrr);
export const I_MUL: readonly number[] = pair("mul", rrr);
export const I_SDIV: readonly number[] = pair("sdiv", rrr);
export const I_UDIV: readonly number[] = pair("udiv", rrr);
export const I_MSUB: readonly number[] = pair("msub", "{W0}, {W1}, {W2}, {W3}");
export const I_ADDI: readonly number[] = pair("add", rri);
export const I_SUBI: readonly number[] = pair("sub", rri);
/** The immediate is immHi:imm, printed in hexadecimal. */
export const I_ANDI: readonly number[] = pair("and", "{W0}, {W1}, {h}");
export const I_ORRI: readonly number[] = pair("orr", "{W0}, {W1}, {h}");
export const I_EORI: readonly number[] = pair("eor", "{W0}, {W1}, {h}");
export const I_LSLI: readonly number[] = pair("lsl", rri);
export const I_LSRI: readonly number[] = pair("lsr", rri);
export const I_ASRI: readonly number[] = pair("asr", rri);
export const I_RORI: readonly number[] = pair("ror", rri);
export const I_NEG: readonly number[] = pair("neg", "{W0}, {W1}");
export const I_MVN: readonly number[] = pair("mvn", "{W0}, {W1}");
export const I_CLZ: readonly number[] = pair("clz", "{W0}, {W1}");
export const I_RBIT: readonly number[] = pair("rbit", "{W0}, {W1}");
export const I_REV: readonly number[] = pair("rev", "{W0}, {W1}");
export const I_SXTB: readonly number[] = pair("sxtb", "{W0}, {w1}");
export const I_SXTH: readonly number[] = pair("sxth", "{W0}, {w1}");
export const I_SXTW: number = row("sxtw", "{x0}, {w1}");
export const I_UXTB: number = row("uxtb", "{w0}, {w1}");
export const I_UXTH: number = row("uxth", "{w0}, {w1}");
export const I_UXTW: number = row("mov", "{w0}, {w1}");
export const I_SMULL: number = row("smull", "{x0}, {w1}, {w2}");
export const I_UMULL: number = row("umull", "{x0}, {w1}, {w2}");
export const I_SMULH: number = row("smulh", "{x0}, {x1}, {x2}");
export const I_UMULH: number = row("umulh", "{x0}, {x1}, {x2}");
// flags: what reads them stands right behind
export const I_CMP: readonly number[] = pair("cmp", "{W0}, {W1}");
export const I_CMPI: readonly number[] = pair("cmp", "{W0}, {i}");
export const I_CMNI: readonly number[] = pair("cmn", "{W0}, {i}");
export const I_CSET: number = row("cset", "{w0}, {c}");
export const I_CSEL: readonly number[] = pair("csel", "{W0}, {W1}, {W2}, {c}");
// control
export const I_BCC: number = row("b.", "");
export const I_CBZ: readonly number[] = pair("cbz", "{W0}, {l}");
export const I_CBNZ: readonly number[] = pair("cbnz", "{W0}, {l}");
export const I_B: number = row("b", "{l}");
export const I_BR: number = row("br", "{x0}");
/** A signed address, made plain. */
export const I_STRIP: number = row("strip");
export const I_RET: number = row("ret");
/** Calls in tail position: the epilogue and a jump. */
export const I_TAIL: number = row("tail");
export const I_TAILR: number = row("tailr");
export const I_BRK: number = row("brk", "1000");
export const I_END: number = row("unreachable");
export const I_BL: number = row("bl");
export const I_BLR: number = row("blr");
// addresses and constants
export const I_LI: number = row("li");
export const I_ADDRESS: number = row("adrp");
export const I_TLS: number = row("tls");
/** Address of a thread-local variable from its descriptor (immHi = 0) or from __tls_get_addr: calls. */
export const I_TLSGD: number = row("tlsgd");
export const I_FRAME: number = row("frame");
export const I_LABEL: number = row("label");
// memory
export const I_LDRB: number = row("ldrb", "{w0}, {m}");
export const I_LDRH: number = row("ldrh", "{w0}, {m}");
export const I_LDRSB: readonly number[] = pair("ldrsb", "{W0}, {m}");
export const I_LDRSH: readonly number[] = pair("ldrsh", "{W0}, {m}");
export const I_LDRSW: number = row("ldrsw", "{x0}, {m}");
export const I_LDR: readonly number[] = pair("ldr", "{W0}, {m}");
export const I_LDRF: readonly number[] = fpair("ldr", "{F0}, {m}");
export const I_STRB: number = row("strb", "{w0}, {m}");
export const I_STRH: number = row("strh", "{w0}, {m}");
export const I_STR: readonly number[] = pair("str", "{W0}, {m}");
export const I_STRF: readonly number[] = fpair("str", "{F0}, {m}");
export const I_STRQ: number = row("str", "{q0}, {m}");
export const I_LDRQ: number = row("ldr", "{q0}, {m}");
export const I_MOVQ: number = row("mov", "{v0}.16b, {v1}.16b");
/** Choice between 16-byte values by a jump: regs = [d, d, x], condition in immHi. */
export const I_QSEL: number = row("qsel");
export const I_TABLELOAD: number = row("ldrsw", "{x0}, [{x1}, {w2}, uxtw 2]");
// ordered and exclusive accesses; `imm` = size, immHi = order or kind
export const I_LDAR: number = row("ldar");
export const I_STLR: number = row("stlr");
export const I_DMB: number = row("dmb");
export const I_RMW: number = row("rmw");
export const I_CAS: number = row("cas");
// floating point
export const I_FADD: readonly number[] = fpair("fadd", "{F0}, {F1}, {F2}");
export const I_FSUB: readonly number[] = fpair("fsub", "{F0}, {F1}, {F2}");
export const I_FMUL: readonly number[] = fpair("fmul", "{F0}, {F1}, {F2}");
export const I_FDIV: readonly number[] = fpair("fdiv", "{F0}, {F1}, {F2}");
export const I_FNEG: readonly number[] = fpair("fneg", "{F0}, {F1}");
export const I_FABS: readonly number[] = fpair("fabs", "{F0}, {F1}");
export const I_FSQRT: readonly number[] = fpair("fsqrt", "{F0}, {F1}");
export const I_FCMP: readonly number[] = fpair("fcmp", "{F0}, {F1}");
export const I_FCMPE: readonly number[] = fpair("fcmpe", "{F0}, {F1}");
export const I_FCSEL: readonly number[] = fpair("fcsel", "{F0}, {F1}, {F2}, {c}");
export const I_FCVT_SD: number = row("fcvt", "{s0}, {d1}");
export const I_FCVT_DS: number = row("fcvt", "{d0}, {s1}");
/** [from 32, 64][to s, d] */
export const I_SCVTF: readonly (readonly number[])[] = [fpair("scvtf", "{F0}, {w1}"), fpair("scvtf", "{F0}, {x1}")];
export const I_UCVTF: readonly (readonly number[])[] = [fpair("ucvtf", "{F0}, {w1}"), fpair("ucvtf", "{F0}, {x1}")];
/** [to 32, 64][from s, d] */
export const I_FCVTZS: readonly (readonly number[])[] = [fpair("fcvtzs", "{w0}, {F1}"), fpair("fcvtzs", "{x0}, {F1}")];
export const I_FCVTZU: readonly (readonly number[])[] = [fpair("fcvtzu", "{w0}, {F1}"), fpair("fcvtzu", "{x0}, {F1}")];
/** Bits between the files: [32, 64]. */
export const I_FMOV_FROM: readonly number[] = [row("fmov", "{w0}, {s1}"), row("fmov", "{x0}, {d1}")];
export const I_FMOV_TO: readonly number[] = [row("fmov", "{s0}, {w1}"), row("fmov", "{d0}, {x1}")];

export const AARCH64_ISA: readonly IsaRow[] = rows;

/** Condition codes in their encoding; c ^ 1 is the opposite. */
export const CONDITIONS: readonly string[] = ["eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le"];
export const CC_EQ = 0;
export const CC_NE = 1;
export const CC_LO = 3;
export const CC_MI = 4;
export const CC_LS = 9;
export const CC_LT = 11;
export const CC_LE = 13;
