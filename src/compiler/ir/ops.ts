// The IR's operations: one row each, read by the builder, the printer, the verifier, the passes and the selectors.
//
// Conventions (all of them checked by ir/verify.ts):
// - Value types are I32 I64 I128 F32 F64 F80 F128. Narrow C integers live in I32 with explicit SEXT8… ops; bool is I32 0/1.
//   Pointers are I64 (I32 on i386). A comparison gives I32 0 or 1.
// - A value's operands are in a, b, c; PHI, CALL, ASM, SWITCH, IJMP and RET keep more in func.aux[v].
// - The bits above 32 of an I32 are nobody's business at this level: a target may keep any invariant it likes.
// - Shift counts are I32; a count >= the width is undefined (C11 6.5.7).
// - Every block ends in exactly one terminator; PHIs come first; ALLOCA and PARAM stand in the entry block only.

export const TY_NONE = 0;
export const TY_I32 = 1;
export const TY_I64 = 2;
export const TY_I128 = 3;
export const TY_F32 = 4;
export const TY_F64 = 5;
export const TY_F80 = 6;
export const TY_F128 = 7;
export const TY_NAMES: readonly string[] = ["void", "i32", "i64", "i128", "f32", "f64", "f80", "f128"];
export const TY_SIZE: readonly number[] = [0, 4, 8, 16, 4, 8, 16, 16];

// ---- values ----
export const OP_NONE = 0; //     free slot
export const OP_CONST = 1; //    a = low 32 bits, b = bits 32..63 (I32: b = a >> 31), c = for I128: 0 zero- or -1 sign-extended above bit 63
export const OP_FCONST = 2; //   F32: a = IEEE single bits; F64: a,b = lo,hi of the double; F80/F128: aux = Int32Array(4), little endian
export const OP_SYM = 3; //      address of symbol: a = symbol id, b = int32 byte offset
export const OP_ALLOCA = 4; //   address of a stack slot: a = size in bytes, b = alignment, c = what for (mach/stack-protector.ts)
export const OP_DALLOCA = 5; //  alloca/VLA: a = size (pointer-sized value), b = alignment constant; lives until STACKRESTORE or return
export const OP_STACKSAVE = 6; // the stack pointer, for STACKRESTORE
export const OP_PARAM = 7; //    a = index into func.params
export const OP_STACKPARAM = 8; // address in the incoming argument area: a = byte offset
export const OP_OUTARG = 9; //   address in the outgoing argument area: a = byte offset, b = alignment (belongs to the call whose aux.outArgs names it)
export const OP_LABELADDR = 10; // address of a block: a = block
export const OP_PHI = 11; //     aux = PhiInfo
export const OP_COPY = 12; //    a
export const OP_UNDEF = 13;
export const OP_PROJ = 14; //    a = CALL/ASM/CMPXCHG value, b = result index (result 0 of a CALL too: a CALL itself has no value)
export const OP_FRAMEADDR = 15; // a = level constant
export const OP_RETADDR = 16; // a = level constant
export const OP_READREG = 17; // global register variable: a = physical register
export const OP_WRITEREG = 18; // a = physical register, b = value
export const OP_TLSADDR = 19; // address of a thread-local: a = symbol id, b = offset

// ---- integer arithmetic: operands and result of type ty ----
export const OP_ADD = 20;
export const OP_SUB = 21;
export const OP_MUL = 22;
export const OP_SDIV = 23;
export const OP_UDIV = 24;
export const OP_SREM = 25;
export const OP_UREM = 26;
export const OP_AND = 27;
export const OP_OR = 28;
export const OP_XOR = 29;
export const OP_SHL = 30; //     b: I32
export const OP_SHR = 31; //     logical
export const OP_SAR = 32; //     arithmetic
export const OP_SMULH = 33; //   high half of the 2n-bit product
export const OP_UMULH = 34;
export const OP_ROTL = 35; //    b: I32, count taken modulo the width

// ---- integer comparison: operands of the type in c (TY_*), result I32 ----
export const OP_EQ = 40;
export const OP_NE = 41;
export const OP_SLT = 42;
export const OP_SLE = 43;
export const OP_ULT = 44;
export const OP_ULE = 45;

// ---- float comparison: operand type in c, result I32; all false on NaN but FNE. FLT and FLE raise "invalid" for a quiet NaN
// as C's < and <= do (F.10.11 of C11 has what isless and isfinite need), the others only for a signalling one ----
export const OP_FEQ = 46;
export const OP_FNE = 47;
export const OP_FLT = 48;
export const OP_FLE = 49;
export const OP_FLTQ = 50;
export const OP_FLEQ = 51;

// ---- conversions; source type in c where it is not implied ----
export const OP_SEXT8 = 52; //   I32->I32 or I64->I64, from the low 8 bits
export const OP_SEXT16 = 53;
export const OP_ZEXT8 = 54;
export const OP_ZEXT16 = 55;
export const OP_SEXT32 = 56; //  I32->I64
export const OP_ZEXT32 = 57;
export const OP_SEXT64 = 58; //  I64->I128
export const OP_ZEXT64 = 59;
export const OP_TRUNC = 60; //   wider integer to ty; c = source type
export const OP_SITOF = 61; //   c = source type
export const OP_UITOF = 62;
export const OP_FTOSI = 63;
export const OP_FTOUI = 64;
export const OP_FCVT = 65; //    float to float
export const OP_BITCAST = 66; // same size int <-> float

// ---- float arithmetic ----
export const OP_FADD = 70;
export const OP_FSUB = 71;
export const OP_FMUL = 72;
export const OP_FDIV = 73;
export const OP_FNEG = 74;
export const OP_FABS = 75;
export const OP_FSQRT = 76;
export const OP_FCOPYSIGN = 77;

// ---- bits ----
export const OP_CLZ = 80; //     undefined for 0, result of type ty
export const OP_CTZ = 81;
export const OP_POPCNT = 82;
export const OP_BSWAP = 83; //   whole type; 16-bit swap is (x<<8|x>>8)
export const OP_SELECT = 84; //  a = I32 condition (any non-zero), b, c

// ---- memory ----
export const OP_LOAD = 90; //    a = address, c = MEM_*
export const OP_STORE = 91; //   a = address, b = value, c = MEM_*
export const OP_BLKCPY = 92; //  a = dst, b = src, c = byte count constant; aux = { align, volatile }; no overlap (or dst == src)
export const OP_BLKSET = 93; //  a = dst, b = I32 byte value, c = byte count constant; aux = { align, volatile }
export const OP_FENCE = 94; //   a = memory order constant (C11 numbering 0 relaxed .. 5 seq_cst), b = 1: compiler barrier only
export const OP_ATOMICLOAD = 95; // a = address, b = order, c = MEM_*
export const OP_ATOMICSTORE = 96; // a = address, b = value, c = MEM_*, aux = { order }
export const OP_ATOMICRMW = 97; // a = address, b = value, c = MEM_*, aux = { order, kind: RMW_* }; gives the old value
export const OP_CMPXCHG = 98; // a = address, b = expected, c = desired; aux = { order, failOrder, mem, weak }; PROJ 0 = old value, 1 = I32 success
export const OP_VASTART = 99; // a = address of the va_list
export const OP_STACKRESTORE = 100; // a
export const OP_PREFETCH = 101; // a = address, b = rw constant, c = locality constant

// ---- settled late ----
export const OP_ISCONST = 105; // __builtin_constant_p: a; 1 once a is a CONST, FCONST or address of a string literal, 0 at the late pass
export const OP_OBJSIZE = 106; // __builtin_object_size: a = pointer, b = kind constant 0..3, + 4: __builtin_dynamic_object_size
export const OP_SUBOBJ = 107; // a, the address of a member of b bytes (or OPEN_ENDED): what OBJSIZE of kinds 1 and 3 measures

// ---- calls ----
export const OP_CALL = 110; //   aux = CallInfo
export const OP_ASM = 111; //    aux = AsmInfo; a terminator when aux.labels is not empty

// ---- terminators: successors through succ()/setSucc() ----
export const OP_JMP = 120; //    b = target
export const OP_BR = 121; //     a = I32 condition (non-zero: b), b, c = targets; func.prob[v] 0..255 likelihood of b (0 = unknown)
export const OP_SWITCH = 122; // a = I32 or I64 value; aux = SwitchInfo
export const OP_IJMP = 123; //   a = address; aux = { targets }
export const OP_RET = 124; //    aux = { vals }, one for each func.ret piece
export const OP_UNREACHABLE = 125;
export const OP_TRAP = 126; //   __builtin_trap: terminator

export const OP_COUNT = 128;

// Kinds of OBJSIZE: the closest member instead of the whole object; the least instead of the most; code may compute the answer.
export const OBJSIZE_MEMBER = 1;
export const OBJSIZE_LEAST = 2;
export const OBJSIZE_DYNAMIC = 4;
/** Size of a SUBOBJ that reaches as far as the object around it: a flexible array, or what was once written for one. */
export const OPEN_ENDED = 0x7fffffff;

// Memory descriptor of LOAD/STORE/ATOMIC*: access size in bytes | flags | alignment.
export const MEM_SIZE = 31; //        1 2 4 8 16 (F80 uses 16, on i386 12: ten bytes are touched)
export const MEM_SIGNED = 1 << 5; //  a load narrower than its type sign-extends
export const MEM_VOLATILE = 1 << 6;
export const MEM_ALIGN_SHIFT = 8; //  log2 of the known alignment, 4 bits
export const MEM_GS = 1 << 12; //     __seg_gs
export const MEM_FS = 1 << 13; //     __seg_fs

export const RMW_XCHG = 0;
export const RMW_ADD = 1;
export const RMW_SUB = 2;
export const RMW_AND = 3;
export const RMW_OR = 4;
export const RMW_XOR = 5;
export const RMW_NAND = 6;

// Row flags.
export const F_A = 1; //     a is a value
export const F_B = 2;
export const F_C = 4;
export const F_PURE = 8; //  no effect, depends on its operands alone: may be removed, shared, hoisted (SDIV & co: not above a zero check)
export const F_COMM = 16; // commutative in a, b
export const F_TERM = 32;
export const F_EFFECT = 64; // must stay in its place in the order of effects
export const F_READ = 128; // reads memory, no other effect
export const F_AUX = 256; // more operands in aux
export const F_TRAPS = 512; // pure, but may trap: must not be executed where it was not

const A = F_A;
const AB = F_A | F_B;
const ABC = F_A | F_B | F_C;
const P = F_PURE;

/** [op, mnemonic, flags] */
export const OP_ROWS: readonly (readonly [number, string, number])[] = [
  [OP_CONST, "const", P],
  [OP_FCONST, "fconst", P],
  [OP_SYM, "sym", P],
  [OP_ALLOCA, "alloca", 0],
  [OP_DALLOCA, "dalloca", A | F_EFFECT],
  [OP_STACKSAVE, "stacksave", F_EFFECT],
  [OP_PARAM, "param", 0],
  [OP_STACKPARAM, "stackparam", P],
  [OP_OUTARG, "outarg", 0],
  [OP_LABELADDR, "labeladdr", P],
  [OP_PHI, "phi", F_AUX],
  [OP_COPY, "copy", A | P],
  [OP_UNDEF, "undef", P],
  [OP_PROJ, "proj", A],
  [OP_FRAMEADDR, "frameaddr", F_READ],
  [OP_RETADDR, "retaddr", F_READ],
  [OP_READREG, "readreg", F_READ],
  [OP_WRITEREG, "writereg", F_B | F_EFFECT],
  [OP_TLSADDR, "tlsaddr", P],
  [OP_ADD, "add", AB | P | F_COMM],
  [OP_SUB, "sub", AB | P],
  [OP_MUL, "mul", AB | P | F_COMM],
  [OP_SDIV, "sdiv", AB | P | F_TRAPS],
  [OP_UDIV, "udiv", AB | P | F_TRAPS],
  [OP_SREM, "srem", AB | P | F_TRAPS],
  [OP_UREM, "urem", AB | P | F_TRAPS],
  [OP_AND, "and", AB | P | F_COMM],
  [OP_OR, "or", AB | P | F_COMM],
  [OP_XOR, "xor", AB | P | F_COMM],
  [OP_SHL, "shl", AB | P],
  [OP_SHR, "shr", AB | P],
  [OP_SAR, "sar", AB | P],
  [OP_SMULH, "smulh", AB | P | F_COMM],
  [OP_UMULH, "umulh", AB | P | F_COMM],
  [OP_ROTL, "rotl", AB | P],
  [OP_EQ, "eq", AB | P | F_COMM],
  [OP_NE, "ne", AB | P | F_COMM],
  [OP_SLT, "slt", AB | P],
  [OP_SLE, "sle", AB | P],
  [OP_ULT, "ult", AB | P],
  [OP_ULE, "ule", AB | P],
  [OP_FEQ, "feq", AB | P | F_COMM],
  [OP_FNE, "fne", AB | P | F_COMM],
  [OP_FLT, "flt", AB | P],
  [OP_FLE, "fle", AB | P],
  [OP_FLTQ, "fltq", AB | P],
  [OP_FLEQ, "fleq", AB | P],
  [OP_SEXT8, "sext8", A | P],
  [OP_SEXT16, "sext16", A | P],
  [OP_ZEXT8, "zext8", A | P],
  [OP_ZEXT16, "zext16", A | P],
  [OP_SEXT32, "sext32", A | P],
  [OP_ZEXT32, "zext32", A | P],
  [OP_SEXT64, "sext64", A | P],
  [OP_ZEXT64, "zext64", A | P],
  [OP_TRUNC, "trunc", A | P],
  [OP_SITOF, "sitof", A | P],
  [OP_UITOF, "uitof", A | P],
  [OP_FTOSI, "ftosi", A | P],
  [OP_FTOUI, "ftoui", A | P],
  [OP_FCVT, "fcvt", A | P],
  [OP_BITCAST, "bitcast", A | P],
  [OP_FADD, "fadd", AB | P | F_COMM],
  [OP_FSUB, "fsub", AB | P],
  [OP_FMUL, "fmul", AB | P | F_COMM],
  [OP_FDIV, "fdiv", AB | P],
  [OP_FNEG, "fneg", A | P],
  [OP_FABS, "fabs", A | P],
  [OP_FSQRT, "fsqrt", A | P],
  [OP_FCOPYSIGN, "fcopysign", AB | P],
  [OP_CLZ, "clz", A | P],
  [OP_CTZ, "ctz", A | P],
  [OP_POPCNT, "popcnt", A | P],
  [OP_BSWAP, "bswap", A | P],
  [OP_SELECT, "select", ABC | P],
  [OP_LOAD, "load", A | F_READ],
  [OP_STORE, "store", AB | F_EFFECT],
  [OP_BLKCPY, "blkcpy", AB | F_EFFECT],
  [OP_BLKSET, "blkset", AB | F_EFFECT],
  [OP_FENCE, "fence", F_EFFECT],
  [OP_ATOMICLOAD, "atomicload", A | F_EFFECT],
  [OP_ATOMICSTORE, "atomicstore", AB | F_EFFECT],
  [OP_ATOMICRMW, "atomicrmw", AB | F_EFFECT],
  [OP_CMPXCHG, "cmpxchg", ABC | F_EFFECT],
  [OP_VASTART, "vastart", A | F_EFFECT],
  [OP_STACKRESTORE, "stackrestore", A | F_EFFECT],
  [OP_PREFETCH, "prefetch", A | F_EFFECT],
  [OP_ISCONST, "isconst", A | P],
  [OP_OBJSIZE, "objsize", A | P],
  [OP_SUBOBJ, "subobj", A | P],
  [OP_CALL, "call", F_AUX | F_EFFECT],
  [OP_ASM, "asm", F_AUX | F_EFFECT],
  [OP_JMP, "jmp", F_TERM | F_EFFECT],
  [OP_BR, "br", A | F_TERM | F_EFFECT],
  [OP_SWITCH, "switch", A | F_TERM | F_EFFECT | F_AUX],
  [OP_IJMP, "ijmp", A | F_TERM | F_EFFECT | F_AUX],
  [OP_RET, "ret", F_TERM | F_EFFECT | F_AUX],
  [OP_UNREACHABLE, "unreachable", F_TERM | F_EFFECT],
  [OP_TRAP, "trap", F_TERM | F_EFFECT],
];

/** Flags by op. */
export const opFlags: Int32Array = new Int32Array(OP_COUNT);
/** Mnemonic by op. */
export const opName: string[] = new Array(OP_COUNT).fill("?");
for (const [op, name, flags] of OP_ROWS) {
  opFlags[op] = flags;
  opName[op] = name;
}

/** Whether a float comparison raises "invalid" for a quiet NaN. */
export function isSignalling(op: number): boolean {
  return op === OP_FLT || op === OP_FLE;
}
