// The RISC-V instructions that occ emits, one row each. Source: The RISC-V Instruction Set Manual, volume I, chapters 2, 5, 7-8, 9,
// 12-13, 28. `format` says which operands an instruction has and in which order they are printed:
//   R   d, a, b        I   d, a, imm       U   d, imm         L   d, imm(a) or frame slot      S   a, imm(b) or frame slot
//   B   a, b, label    Z   a, label        J   label          R2  d, a                         P   pseudo: a printer of its own
// opcode/funct3/funct7 are the manual's encoding fields (-1: pseudo-instruction of the assembler).

export type Format = "R" | "I" | "U" | "L" | "S" | "B" | "Z" | "J" | "R2" | "P";
export interface IsaRow {
  readonly name: string;
  readonly format: Format;
  readonly opcode: number;
  readonly funct3: number;
  readonly funct7: number;
}

const rows: IsaRow[] = [];
function row(name: string, format: Format, opcode = -1, funct3 = 0, funct7 = 0): number {
  return rows.push({ name, format, opcode, funct3, funct7 }) - 1;
}

// rows 0..3: copies, asm, nop (mach/minst.ts)
row("copy", "P");
row("pcopy", "P");
row("asm", "P");
row("nop", "P");
// moves that the allocator asks for
export const I_MV: number = row("mv", "R2");
export const I_FMV_D: number = row("fmv.d", "R2");
// RV64I register-register
export const I_ADD: number = row("add", "R", 0x33, 0, 0);
export const I_SUB: number = row("sub", "R", 0x33, 0, 0x20);
export const I_SLL: number = row("sll", "R", 0x33, 1, 0);
export const I_SLT: number = row("slt", "R", 0x33, 2, 0);
export const I_SLTU: number = row("sltu", "R", 0x33, 3, 0);
export const I_XOR: number = row("xor", "R", 0x33, 4, 0);
export const I_SRL: number = row("srl", "R", 0x33, 5, 0);
export const I_SRA: number = row("sra", "R", 0x33, 5, 0x20);
export const I_OR: number = row("or", "R", 0x33, 6, 0);
export const I_AND: number = row("and", "R", 0x33, 7, 0);
export const I_ADDW: number = row("addw", "R", 0x3b, 0, 0);
export const I_SUBW: number = row("subw", "R", 0x3b, 0, 0x20);
export const I_SLLW: number = row("sllw", "R", 0x3b, 1, 0);
export const I_SRLW: number = row("srlw", "R", 0x3b, 5, 0);
export const I_SRAW: number = row("sraw", "R", 0x3b, 5, 0x20);
// RV64M
export const I_MUL: number = row("mul", "R", 0x33, 0, 1);
export const I_MULH: number = row("mulh", "R", 0x33, 1, 1);
export const I_MULHU: number = row("mulhu", "R", 0x33, 3, 1);
export const I_DIV: number = row("div", "R", 0x33, 4, 1);
export const I_DIVU: number = row("divu", "R", 0x33, 5, 1);
export const I_REM: number = row("rem", "R", 0x33, 6, 1);
export const I_REMU: number = row("remu", "R", 0x33, 7, 1);
export const I_MULW: number = row("mulw", "R", 0x3b, 0, 1);
export const I_DIVW: number = row("divw", "R", 0x3b, 4, 1);
export const I_DIVUW: number = row("divuw", "R", 0x3b, 5, 1);
export const I_REMW: number = row("remw", "R", 0x3b, 6, 1);
export const I_REMUW: number = row("remuw", "R", 0x3b, 7, 1);
// immediate
export const I_ADDI: number = row("addi", "I", 0x13, 0);
export const I_SLTI: number = row("slti", "I", 0x13, 2);
export const I_SLTIU: number = row("sltiu", "I", 0x13, 3);
export const I_XORI: number = row("xori", "I", 0x13, 4);
export const I_ORI: number = row("ori", "I", 0x13, 6);
export const I_ANDI: number = row("andi", "I", 0x13, 7);
export const I_SLLI: number = row("slli", "I", 0x13, 1);
export const I_SRLI: number = row("srli", "I", 0x13, 5);
export const I_SRAI: number = row("srai", "I", 0x13, 5, 0x20);
export const I_ADDIW: number = row("addiw", "I", 0x1b, 0);
export const I_SLLIW: number = row("slliw", "I", 0x1b, 1);
export const I_SRLIW: number = row("srliw", "I", 0x1b, 5);
export const I_SRAIW: number = row("sraiw", "I", 0x1b, 5, 0x20);
export const I_LI: number = row("li", "P");
/** Address of a symbol: lla or la by `target`'s code model; imm is the offset. */
export const I_LA: number = row("lla", "P");
/** Address in the frame: slot + imm. */
export const I_FRAME: number = row("frame", "P");
/** Address of a block. */
export const I_LABEL: number = row("label", "P");
// loads and stores
export const I_LB: number = row("lb", "L", 0x03, 0);
export const I_LH: number = row("lh", "L", 0x03, 1);
export const I_LW: number = row("lw", "L", 0x03, 2);
export const I_LD: number = row("ld", "L", 0x03, 3);
export const I_LBU: number = row("lbu", "L", 0x03, 4);
export const I_LHU: number = row("lhu", "L", 0x03, 5);
export const I_LWU: number = row("lwu", "L", 0x03, 6);
export const I_FLW: number = row("flw", "L", 0x07, 2);
export const I_FLD: number = row("fld", "L", 0x07, 3);
export const I_SB: number = row("sb", "S", 0x23, 0);
export const I_SH: number = row("sh", "S", 0x23, 1);
export const I_SW: number = row("sw", "S", 0x23, 2);
export const I_SD: number = row("sd", "S", 0x23, 3);
export const I_FSW: number = row("fsw", "S", 0x27, 2);
export const I_FSD: number = row("fsd", "S", 0x27, 3);
// control
export const I_BEQ: number = row("beq", "B", 0x63, 0);
export const I_BNE: number = row("bne", "B", 0x63, 1);
export const I_BLT: number = row("blt", "B", 0x63, 4);
export const I_BGE: number = row("bge", "B", 0x63, 5);
export const I_BLTU: number = row("bltu", "B", 0x63, 6);
export const I_BGEU: number = row("bgeu", "B", 0x63, 7);
export const I_BEQZ: number = row("beqz", "Z");
export const I_BNEZ: number = row("bnez", "Z");
export const I_J: number = row("j", "J");
export const I_JR: number = row("jr", "P");
/** Calls in tail position: the epilogue and a jump. */
export const I_TAIL: number = row("tail", "P");
export const I_TAILR: number = row("tailr", "P");
export const I_CALL: number = row("call", "P");
/** Address of a thread-local variable from __tls_get_addr: a call. */
export const I_TLSGD: number = row("tlsgd", "P");
export const I_CALLR: number = row("jalr", "P");
export const I_RET: number = row("ret", "P");
export const I_EBREAK: number = row("ebreak", "P", 0x73);
export const I_TABLEJUMP: number = row("tablejump", "P");
export const I_SWITCHEND: number = row("switchend", "P");
// pseudo-instructions of two operands
export const I_SEXTW: number = row("sext.w", "R2");
export const I_SEQZ: number = row("seqz", "R2");
export const I_SNEZ: number = row("snez", "R2");
export const I_NEG: number = row("neg", "R2");
export const I_NEGW: number = row("negw", "R2");
export const I_NOT: number = row("not", "R2");
// fences and atomics (RV64A); `imm` of an AMO is its ordering suffix: 0 none, 1 .aq, 2 .rl, 3 .aqrl
export const I_FENCE: number = row("fence", "P");
export const I_AMO: number = row("amo", "P");
export const I_CAS: number = row("cas", "P");
export const I_CAS_SUB: number = row("cas.sub", "P");
export const I_RMW_SUB: number = row("rmw.sub", "P");
// RV64FD; `imm` 0 = .s, 1 = .d where the row has one name for both
const both = (name: string, format: Format, funct7: number): [number, number] => [
  row(`${name}.s`, format, 0x53, 0, funct7),
  row(`${name}.d`, format, 0x53, 0, funct7 + 1),
];
export const I_FADD: readonly number[] = both("fadd", "R", 0x00);
export const I_FSUB: readonly number[] = both("fsub", "R", 0x04);
export const I_FMUL: readonly number[] = both("fmul", "R", 0x08);
export const I_FDIV: readonly number[] = both("fdiv", "R", 0x0c);
export const I_FSQRT: readonly number[] = both("fsqrt", "R2", 0x2c);
export const I_FNEG: readonly number[] = both("fneg", "R2", 0x10);
export const I_FABS: readonly number[] = both("fabs", "R2", 0x10);
export const I_FSGNJ: readonly number[] = both("fsgnj", "R", 0x10);
export const I_FEQ: readonly number[] = both("feq", "R", 0x50);
export const I_FLT: readonly number[] = both("flt", "R", 0x50);
export const I_FLE: readonly number[] = both("fle", "R", 0x50);
export const I_FCVT_S_D: number = row("fcvt.s.d", "R2", 0x53, 0, 0x20);
export const I_FCVT_D_S: number = row("fcvt.d.s", "R2", 0x53, 0, 0x21);
/** [from 32, from 64][to s, to d], signed and unsigned. */
export const I_FCVT_SI: readonly (readonly number[])[] = [
  [row("fcvt.s.w", "R2", 0x53), row("fcvt.d.w", "R2", 0x53)],
  [row("fcvt.s.l", "R2", 0x53), row("fcvt.d.l", "R2", 0x53)],
];
export const I_FCVT_UI: readonly (readonly number[])[] = [
  [row("fcvt.s.wu", "R2", 0x53), row("fcvt.d.wu", "R2", 0x53)],
  [row("fcvt.s.lu", "R2", 0x53), row("fcvt.d.lu", "R2", 0x53)],
];
/** [to 32, to 64][from s, from d], rounding toward zero. */
export const I_FTOI: readonly (readonly number[])[] = [
  [row("fcvt.w.s", "P", 0x53), row("fcvt.w.d", "P", 0x53)],
  [row("fcvt.l.s", "P", 0x53), row("fcvt.l.d", "P", 0x53)],
];
export const I_FTOU: readonly (readonly number[])[] = [
  [row("fcvt.wu.s", "P", 0x53), row("fcvt.wu.d", "P", 0x53)],
  [row("fcvt.lu.s", "P", 0x53), row("fcvt.lu.d", "P", 0x53)],
];
export const I_FMV_X_W: number = row("fmv.x.w", "R2", 0x53);
export const I_FMV_X_D: number = row("fmv.x.d", "R2", 0x53);
export const I_FMV_W_X: number = row("fmv.w.x", "R2", 0x53);
export const I_FMV_D_X: number = row("fmv.d.x", "R2", 0x53);

export const RISCV_ISA: readonly IsaRow[] = rows;
