// Built-in functions: ids, prototypes and properties (GCC manual, "Other Built-in Functions", "__sync Builtins", "__atomic Builtins").
//
// How they reach the IR generator:
//  - a built-in with a library function behind it (BF_LIBCALL), whether spelled __builtin_memcpy or memcpy, is an ordinary
//    E_CALL of that function's Decl with Expr.builtin = its BI_* id (0 when -fno-builtin hides the plain name): the generator
//    may expand it or just emit the call;
//  - every other one is E_BUILTIN with the id in Expr.builtin and converted args; there is no function to call.
// Families over types share one id: clz/clzl/clzll are all BI_CLZ and the type of args[0] tells the width, fabs/fabsf/fabsl are
// all BI_FABS, __sync_fetch_and_add_4 is BI_SYNC_FETCH_ADD; the __atomic_* and __sync_* act on the pointee of args[0].
//
// Settled by the parser, never seen by the generator: types_compatible_p, choose_expr, offsetof, classify_type, LINE/FILE/FUNCTION,
// has_attribute, complex (E_COMPLEX), convertvector (E_CONVERTVECTOR), va_arg (E_VAARG), inf*/huge_val*/nan* of constants (E_FLOAT),
// and constant_p, object_size, expect … where the arguments are constant already.

import { X86_OPERATIONS } from "./x86-operations.ts";

export const BI_NONE = 0;
// ---- control and hints
/** args: value, expected [, probability]; the value of args[0], type long. */
export const BI_EXPECT = 1;
export const BI_EXPECT_WITH_PROBABILITY = 2;
/** args[0] unevaluated when not constant; 0/1 after optimisation. */
export const BI_CONSTANT_P = 3;
/** args: pointer, kind (constant int 0..3); size_t. */
export const BI_OBJECT_SIZE = 4;
export const BI_DYNAMIC_OBJECT_SIZE = 5;
export const BI_UNREACHABLE = 6;
export const BI_TRAP = 7;
export const BI_RETURN_ADDRESS = 8;
export const BI_FRAME_ADDRESS = 9;
export const BI_EXTRACT_RETURN_ADDR = 10;
export const BI_FROB_RETURN_ADDR = 11;
export const BI_PREFETCH = 12;
export const BI_ASSUME_ALIGNED = 13;
export const BI_SPECULATION_SAFE_VALUE = 14;
export const BI_ALLOCA = 15;
/** args: size, alignment in bits (constant). */
export const BI_ALLOCA_WITH_ALIGN = 16;
export const BI_STACK_SAVE = 17;
export const BI_STACK_RESTORE = 18;
export const BI_SETJMP = 19;
export const BI_LONGJMP = 20;
export const BI_CLEAR_CACHE = 21;
export const BI_DWARF_CFA = 22;
export const BI_EH_RETURN = 23;
export const BI_UNWIND_INIT = 24;
export const BI_THREAD_POINTER = 25;
export const BI_SET_THREAD_POINTER = 26;
export const BI_CPU_INIT = 27;
export const BI_CPU_SUPPORTS = 28;
export const BI_CPU_IS = 29;
export const BI_APPLY_ARGS = 30;
// ---- variable arguments: args[0] = lvalue of va_list (not loaded, not decayed)
export const BI_VA_START = 31;
export const BI_VA_END = 32;
/** args: destination lvalue, source lvalue. */
export const BI_VA_COPY = 33;
export const BI_VA_ARG_PACK = 34;
export const BI_VA_ARG_PACK_LEN = 35;
export const BI_NEXT_ARG = 36;
// ---- bits; the width is that of args[0]
export const BI_CLZ = 40;
export const BI_CTZ = 41;
export const BI_FFS = 42;
export const BI_POPCOUNT = 43;
export const BI_PARITY = 44;
export const BI_CLRSB = 45;
/** Width: that of the result type (2, 4, 8, 16 bytes). */
export const BI_BSWAP = 46;
// ---- checked arithmetic: args a, b (each in its own type), pointer to the result; _Bool. compType = the result's type.
export const BI_ADD_OVERFLOW = 50;
export const BI_SUB_OVERFLOW = 51;
export const BI_MUL_OVERFLOW = 52;
/** As above; compType = type of the third argument (args[2] is only for its side effects). */
export const BI_ADD_OVERFLOW_P = 53;
export const BI_SUB_OVERFLOW_P = 54;
export const BI_MUL_OVERFLOW_P = 55;
// ---- memory and strings
export const BI_MEMCPY = 60;
export const BI_MEMMOVE = 61;
export const BI_MEMSET = 62;
export const BI_MEMCMP = 63;
export const BI_MEMCHR = 64;
export const BI_MEMPCPY = 65;
export const BI_BCMP = 66;
export const BI_BCOPY = 67;
export const BI_BZERO = 68;
export const BI_STRLEN = 70;
export const BI_STRNLEN = 71;
export const BI_STRCPY = 72;
export const BI_STRNCPY = 73;
export const BI_STRCMP = 74;
export const BI_STRNCMP = 75;
export const BI_STRCAT = 76;
export const BI_STRNCAT = 77;
export const BI_STRCHR = 78;
export const BI_STRRCHR = 79;
export const BI_STRSTR = 80;
export const BI_STRPBRK = 81;
export const BI_STRSPN = 82;
export const BI_STRCSPN = 83;
export const BI_STPCPY = 84;
export const BI_STPNCPY = 85;
export const BI_STRDUP = 86;
export const BI_STRNDUP = 87;
export const BI_STRCASECMP = 88;
export const BI_STRNCASECMP = 89;
export const BI_INDEX = 90;
export const BI_RINDEX = 91;
export const BI_MALLOC = 92;
export const BI_CALLOC = 93;
export const BI_REALLOC = 94;
export const BI_FREE = 95;
export const BI_ALIGNED_ALLOC = 96;
export const BI_POSIX_MEMALIGN = 97;
/** __memcpy_chk etc.: the last argument is the object size. */
export const BI_MEMCPY_CHK = 100;
export const BI_MEMMOVE_CHK = 101;
export const BI_MEMSET_CHK = 102;
export const BI_MEMPCPY_CHK = 103;
export const BI_STRCPY_CHK = 104;
export const BI_STRNCPY_CHK = 105;
export const BI_STRCAT_CHK = 106;
export const BI_STRNCAT_CHK = 107;
export const BI_STPCPY_CHK = 108;
export const BI_STPNCPY_CHK = 109;
export const BI_PRINTF_CHK = 110; // __printf_chk, __fprintf_chk, __sprintf_chk … : no expansion
// ---- input/output and process
export const BI_PRINTF = 120;
export const BI_FPRINTF = 121;
export const BI_SPRINTF = 122;
export const BI_SNPRINTF = 123;
export const BI_PUTS = 124;
export const BI_PUTCHAR = 125;
export const BI_FPUTS = 126;
export const BI_FPUTC = 127;
export const BI_FWRITE = 128;
export const BI_ABORT = 129;
export const BI_EXIT = 130;
/** A library function that nothing expands. */
export const BI_LIB = 131;
// ---- integers
export const BI_ABS = 140;
export const BI_ISDIGIT = 141;
export const BI_ISASCII = 142;
export const BI_TOASCII = 143;
export const BI_TOUPPER = 144;
export const BI_TOLOWER = 145;
export const BI_ISCTYPE = 146; // isalpha …: no expansion
// ---- floating point; the width is that of the result or args[0]
export const BI_FABS = 150;
export const BI_COPYSIGN = 151;
export const BI_SQRT = 152;
export const BI_FLOOR = 153;
export const BI_CEIL = 154;
export const BI_TRUNC = 155;
export const BI_ROUND = 156;
export const BI_RINT = 157;
export const BI_NEARBYINT = 158;
export const BI_FMIN = 159;
export const BI_FMAX = 160;
export const BI_FMA = 161;
/** Any other function of <math.h> and <complex.h>: const but for errno. */
export const BI_LIBM = 162;
export const BI_LRINT = 163;
export const BI_LROUND = 164;
export const BI_LDEXP = 165;
export const BI_ISNAN = 170; // int
export const BI_ISINF = 171; // int, nonzero
export const BI_ISINF_SIGN = 172; // -1, 0, 1
export const BI_ISFINITE = 173;
export const BI_ISNORMAL = 174;
export const BI_SIGNBIT = 175;
/** args: nan, inf, normal, subnormal, zero (ints), x. */
export const BI_FPCLASSIFY = 176;
export const BI_ISGREATER = 177;
export const BI_ISGREATEREQUAL = 178;
export const BI_ISLESS = 179;
export const BI_ISLESSEQUAL = 180;
export const BI_ISLESSGREATER = 181;
export const BI_ISUNORDERED = 182;
/** nan("…") whose argument is no literal: library call. */
export const BI_NAN = 183;
export const BI_CREAL = 184;
export const BI_CIMAG = 185;
export const BI_CONJ = 186;
export const BI_CABS = 187;
export const BI_CEXPI = 188;
export const BI_INF = 189; // settled by the parser
export const BI_HUGE_VAL = 190; // settled by the parser
export const BI_NANS = 191; // settled by the parser
export const BI_ISEQSIG = 192;
// ---- vectors: args a, mask or a, b, mask
export const BI_SHUFFLE = 200;
/** args: a, b, then constant indices. */
export const BI_SHUFFLEVECTOR = 201;
// ---- settled by the parser (special syntax)
export const BI_TYPES_COMPATIBLE_P = 210;
export const BI_CHOOSE_EXPR = 211;
export const BI_OFFSETOF = 212;
export const BI_CLASSIFY_TYPE = 213;
export const BI_COMPLEX = 214;
export const BI_CONVERTVECTOR = 215;
export const BI_VA_ARG = 216;
export const BI_LINE = 217;
export const BI_FILE = 218;
export const BI_FUNCTION = 219;
export const BI_HAS_ATTRIBUTE = 220;
export const BI_CALL_WITH_STATIC_CHAIN = 221;
export const BI_TGMATH = 222;
export const BI_BIT_CAST = 223;
export const BI_APPLY = 224;
export const BI_RETURN = 225;
// ---- __sync_*: args pointer, value(s) of the pointee type; full barrier
export const BI_SYNC_FETCH_ADD = 240;
export const BI_SYNC_FETCH_SUB = 241;
export const BI_SYNC_FETCH_OR = 242;
export const BI_SYNC_FETCH_AND = 243;
export const BI_SYNC_FETCH_XOR = 244;
export const BI_SYNC_FETCH_NAND = 245;
export const BI_SYNC_ADD_FETCH = 246;
export const BI_SYNC_SUB_FETCH = 247;
export const BI_SYNC_OR_FETCH = 248;
export const BI_SYNC_AND_FETCH = 249;
export const BI_SYNC_XOR_FETCH = 250;
export const BI_SYNC_NAND_FETCH = 251;
export const BI_SYNC_BOOL_CAS = 252;
export const BI_SYNC_VAL_CAS = 253;
export const BI_SYNC_LOCK_TEST_SET = 254;
/** args: pointer only. */
export const BI_SYNC_LOCK_RELEASE = 255;
export const BI_SYNC_SYNCHRONIZE = 256;
// ---- __atomic_*: pointer, values, memory order (int)
/** args: pointer, order. */
export const BI_ATOMIC_LOAD_N = 260;
/** args: pointer, value, order. */
export const BI_ATOMIC_STORE_N = 261;
export const BI_ATOMIC_EXCHANGE_N = 262;
/** args: pointer, pointer to expected, desired, weak, success order, failure order; _Bool. */
export const BI_ATOMIC_CAS_N = 263;
/** Generic forms for any object type, values by pointer: (ptr, ret, order), (ptr, val, order), (ptr, val, ret, order), (ptr, expected, desired*, weak, succ, fail). */
export const BI_ATOMIC_LOAD = 264;
export const BI_ATOMIC_STORE = 265;
export const BI_ATOMIC_EXCHANGE = 266;
export const BI_ATOMIC_CAS = 267;
/** args: pointer, value, order. */
export const BI_ATOMIC_FETCH_ADD = 268;
export const BI_ATOMIC_FETCH_SUB = 269;
export const BI_ATOMIC_FETCH_AND = 270;
export const BI_ATOMIC_FETCH_OR = 271;
export const BI_ATOMIC_FETCH_XOR = 272;
export const BI_ATOMIC_FETCH_NAND = 273;
export const BI_ATOMIC_ADD_FETCH = 274;
export const BI_ATOMIC_SUB_FETCH = 275;
export const BI_ATOMIC_AND_FETCH = 276;
export const BI_ATOMIC_OR_FETCH = 277;
export const BI_ATOMIC_XOR_FETCH = 278;
export const BI_ATOMIC_NAND_FETCH = 279;
/** args: pointer, order; _Bool. */
export const BI_ATOMIC_TEST_AND_SET = 280;
export const BI_ATOMIC_CLEAR = 281;
/** args: order. */
export const BI_ATOMIC_THREAD_FENCE = 282;
export const BI_ATOMIC_SIGNAL_FENCE = 283;
/** args: size, pointer; _Bool; settled by the parser when the size is constant. */
export const BI_ATOMIC_ALWAYS_LOCK_FREE = 284;
export const BI_ATOMIC_IS_LOCK_FREE = 285;
// ---- x86
export const BI_POWI = 304;
/** An operation of x86-operations.ts: Expr.lo is its index in X86_OPERATIONS. */
export const BI_X86_VECTOR = 310;
/** An operation of arm-operations.ts: Expr.lo is its index in ARM_OPERATIONS. */
export const BI_ARM_VECTOR = 311;
// ---- a float rounded to an integer type (iceil, lceil, llceil, …)
export const BI_CEIL_INT = 312;
export const BI_FLOOR_INT = 313;
export const BI_ROUND_INT = 314;
export const BI_RINT_INT = 315;
// ---- scalar functions of AArch64: crc32b, h, w, x, then crc32cb and its like; status registers of floating point
export const BI_ARM_CRC32B = 320;
export const BI_ARM_GET_FPCR = 328;
export const BI_ARM_SET_FPCR = 330;
export const BI_ARM_SET_FPSR = 331;

/** The plain name (without __builtin_) is a built-in too. */
export const BF_PLAIN = 1;
/** A library function of that name exists: E_CALL. */
export const BF_LIBCALL = 2;
export const BF_PURE = 4;
export const BF_CONST = 8;
export const BF_NORETURN = 16;
/** Arguments are checked by code, not by the prototype. */
export const BF_CUSTOM = 32;
/** The row's name is complete: no __builtin_ before it. */
export const BF_FULLNAME = 64;
/** Only a GNU (not -std=c11) plain name. */
export const BF_GNU = 128;
export const BF_MALLOC = 256;
export const BF_TWICE = 512;
/** Acts on the pointee of args[0]; a suffix _1 … _16 fixes the size. */
export const BF_SIZED = 1024;

/**
 * name, prototype, id, flags. The prototype is the result's letter followed by the parameters' letters:
 * v void, b _Bool, c char, i int, u unsigned, l long, L unsigned long, x long long, X unsigned long long, z size_t, Z ssize_t,
 * t ptrdiff_t, m intmax_t, M uintmax_t, 6 3 8 O unsigned of 16, 32, 64, 128 bits, f float, d double, e long double, q _Float128,
 * p void*, P const void*, s char*, S const char*, V volatile void*, W const volatile void*, a va_list by reference, A va_list as
 * passed, F FILE*, w wchar_t, y wint_t, R float _Complex, T double _Complex, U long double _Complex, D double*, E long double*,
 * G float*, I int*, J void**, ? anything, . variadic; empty = by code.
 */
export type BuiltinRow = readonly [name: string, proto: string, id: number, flags: number];

const LIB = BF_PLAIN | BF_LIBCALL;
const CL = BF_PLAIN | BF_LIBCALL | BF_CONST;
const PL = BF_PLAIN | BF_LIBCALL | BF_PURE;
const C = BF_CUSTOM;
const K = BF_CONST;
const CHK = BF_LIBCALL;

const rows: BuiltinRow[] = [
  ["expect", "lll", BI_EXPECT, K],
  ["expect_with_probability", "llld", BI_EXPECT_WITH_PROBABILITY, K],
  ["constant_p", "i?", BI_CONSTANT_P, C | K],
  ["object_size", "zPi", BI_OBJECT_SIZE, K],
  ["dynamic_object_size", "zPi", BI_DYNAMIC_OBJECT_SIZE, K],
  ["unreachable", "v", BI_UNREACHABLE, BF_NORETURN],
  ["trap", "v", BI_TRAP, BF_NORETURN],
  ["return_address", "pu", BI_RETURN_ADDRESS, 0],
  ["frame_address", "pu", BI_FRAME_ADDRESS, 0],
  ["extract_return_addr", "pp", BI_EXTRACT_RETURN_ADDR, 0],
  ["frob_return_addr", "pp", BI_FROB_RETURN_ADDR, 0],
  ["prefetch", "vP.", BI_PREFETCH, 0],
  ["assume_aligned", "pPz.", BI_ASSUME_ALIGNED, K],
  ["speculation_safe_value", "", BI_SPECULATION_SAFE_VALUE, C],
  ["alloca", "pz", BI_ALLOCA, BF_PLAIN | BF_GNU],
  ["alloca_with_align", "pzz", BI_ALLOCA_WITH_ALIGN, 0],
  ["alloca_with_align_and_max", "pzzz", BI_ALLOCA_WITH_ALIGN, 0],
  ["stack_save", "p", BI_STACK_SAVE, 0],
  ["stack_restore", "vp", BI_STACK_RESTORE, 0],
  ["setjmp", "ip", BI_SETJMP, BF_TWICE],
  ["longjmp", "vpi", BI_LONGJMP, BF_NORETURN],
  ["__clear_cache", "vpp", BI_CLEAR_CACHE, 0],
  ["dwarf_cfa", "p", BI_DWARF_CFA, 0],
  ["eh_return", "vlp", BI_EH_RETURN, BF_NORETURN],
  ["unwind_init", "v", BI_UNWIND_INIT, 0],
  ["thread_pointer", "p", BI_THREAD_POINTER, K],
  ["set_thread_pointer", "vp", BI_SET_THREAD_POINTER, 0],
  ["cpu_init", "i", BI_CPU_INIT, 0],
  ["cpu_supports", "iS", BI_CPU_SUPPORTS, 0],
  ["cpu_is", "iS", BI_CPU_IS, 0],
  ["apply_args", "p.", BI_APPLY_ARGS, C],
  ["apply", "", BI_APPLY, C],
  ["return", "", BI_RETURN, C],
  ["va_start", "va.", BI_VA_START, C],
  ["va_end", "va", BI_VA_END, C],
  ["va_copy", "vaa", BI_VA_COPY, C],
  ["stdarg_start", "va.", BI_VA_START, C],
  ["va_arg_pack", "i", BI_VA_ARG_PACK, 0],
  ["va_arg_pack_len", "i", BI_VA_ARG_PACK_LEN, 0],
  ["next_arg", "p.", BI_NEXT_ARG, C],
  ["clz", "iu", BI_CLZ, K],
  ["clzl", "iL", BI_CLZ, K],
  ["clzll", "iX", BI_CLZ, K],
  ["clzimax", "iM", BI_CLZ, K],
  ["ctz", "iu", BI_CTZ, K],
  ["ctzl", "iL", BI_CTZ, K],
  ["ctzll", "iX", BI_CTZ, K],
  ["ctzimax", "iM", BI_CTZ, K],
  ["ffs", "ii", BI_FFS, CL | BF_GNU],
  ["ffsl", "il", BI_FFS, CL | BF_GNU],
  ["ffsll", "ix", BI_FFS, CL | BF_GNU],
  ["ffsimax", "im", BI_FFS, K],
  ["popcount", "iu", BI_POPCOUNT, K],
  ["popcountl", "iL", BI_POPCOUNT, K],
  ["popcountll", "iX", BI_POPCOUNT, K],
  ["popcountimax", "iM", BI_POPCOUNT, K],
  ["parity", "iu", BI_PARITY, K],
  ["parityl", "iL", BI_PARITY, K],
  ["parityll", "iX", BI_PARITY, K],
  ["parityimax", "iM", BI_PARITY, K],
  ["clrsb", "ii", BI_CLRSB, K],
  ["clrsbl", "il", BI_CLRSB, K],
  ["clrsbll", "ix", BI_CLRSB, K],
  ["clrsbimax", "im", BI_CLRSB, K],
  ["bswap16", "66", BI_BSWAP, K],
  ["bswap32", "33", BI_BSWAP, K],
  ["bswap64", "88", BI_BSWAP, K],
  ["bswap128", "OO", BI_BSWAP, K],
  ["add_overflow", "", BI_ADD_OVERFLOW, C],
  ["sub_overflow", "", BI_SUB_OVERFLOW, C],
  ["mul_overflow", "", BI_MUL_OVERFLOW, C],
  ["add_overflow_p", "", BI_ADD_OVERFLOW_P, C],
  ["sub_overflow_p", "", BI_SUB_OVERFLOW_P, C],
  ["mul_overflow_p", "", BI_MUL_OVERFLOW_P, C],
  ["memcpy", "ppPz", BI_MEMCPY, LIB],
  ["memmove", "ppPz", BI_MEMMOVE, LIB],
  ["memset", "ppiz", BI_MEMSET, LIB],
  ["memcmp", "iPPz", BI_MEMCMP, PL],
  ["memchr", "pPiz", BI_MEMCHR, PL],
  ["mempcpy", "ppPz", BI_MEMPCPY, LIB | BF_GNU],
  ["bcmp", "iPPz", BI_BCMP, PL | BF_GNU],
  ["bcopy", "vPpz", BI_BCOPY, LIB | BF_GNU],
  ["bzero", "vpz", BI_BZERO, LIB | BF_GNU],
  ["strlen", "zS", BI_STRLEN, PL],
  ["strnlen", "zSz", BI_STRNLEN, PL | BF_GNU],
  ["strcpy", "ssS", BI_STRCPY, LIB],
  ["strncpy", "ssSz", BI_STRNCPY, LIB],
  ["strcmp", "iSS", BI_STRCMP, PL],
  ["strncmp", "iSSz", BI_STRNCMP, PL],
  ["strcat", "ssS", BI_STRCAT, LIB],
  ["strncat", "ssSz", BI_STRNCAT, LIB],
  ["strchr", "sSi", BI_STRCHR, PL],
  ["strrchr", "sSi", BI_STRRCHR, PL],
  ["strstr", "sSS", BI_STRSTR, PL],
  ["strpbrk", "sSS", BI_STRPBRK, PL],
  ["strspn", "zSS", BI_STRSPN, PL],
  ["strcspn", "zSS", BI_STRCSPN, PL],
  ["stpcpy", "ssS", BI_STPCPY, LIB | BF_GNU],
  ["stpncpy", "ssSz", BI_STPNCPY, LIB | BF_GNU],
  ["strdup", "sS", BI_STRDUP, LIB | BF_GNU | BF_MALLOC],
  ["strndup", "sSz", BI_STRNDUP, LIB | BF_GNU | BF_MALLOC],
  ["strcasecmp", "iSS", BI_STRCASECMP, PL | BF_GNU],
  ["strncasecmp", "iSSz", BI_STRNCASECMP, PL | BF_GNU],
  ["index", "sSi", BI_INDEX, PL | BF_GNU],
  ["rindex", "sSi", BI_RINDEX, PL | BF_GNU],
  ["malloc", "pz", BI_MALLOC, LIB | BF_MALLOC],
  ["calloc", "pzz", BI_CALLOC, LIB | BF_MALLOC],
  ["realloc", "ppz", BI_REALLOC, LIB],
  ["free", "vp", BI_FREE, LIB],
  ["aligned_alloc", "pzz", BI_ALIGNED_ALLOC, LIB | BF_MALLOC],
  ["posix_memalign", "iJzz", BI_POSIX_MEMALIGN, LIB | BF_GNU],
  ["__memcpy_chk", "ppPzz", BI_MEMCPY_CHK, CHK],
  ["__memmove_chk", "ppPzz", BI_MEMMOVE_CHK, CHK],
  ["__memset_chk", "ppizz", BI_MEMSET_CHK, CHK],
  ["__mempcpy_chk", "ppPzz", BI_MEMPCPY_CHK, CHK],
  ["__strcpy_chk", "ssSz", BI_STRCPY_CHK, CHK],
  ["__strncpy_chk", "ssSzz", BI_STRNCPY_CHK, CHK],
  ["__strcat_chk", "ssSz", BI_STRCAT_CHK, CHK],
  ["__strncat_chk", "ssSzz", BI_STRNCAT_CHK, CHK],
  ["__stpcpy_chk", "ssSz", BI_STPCPY_CHK, CHK],
  ["__stpncpy_chk", "ssSzz", BI_STPNCPY_CHK, CHK],
  ["__printf_chk", "iiS.", BI_PRINTF_CHK, LIB | BF_GNU],
  ["__fprintf_chk", "iFiS.", BI_PRINTF_CHK, LIB | BF_GNU],
  ["__sprintf_chk", "isizS.", BI_PRINTF_CHK, LIB | BF_GNU],
  ["__snprintf_chk", "iszizS.", BI_PRINTF_CHK, LIB | BF_GNU],
  ["__vprintf_chk", "iiSA", BI_PRINTF_CHK, LIB | BF_GNU],
  ["__vfprintf_chk", "iFiSA", BI_PRINTF_CHK, LIB | BF_GNU],
  ["__vsprintf_chk", "isizSA", BI_PRINTF_CHK, LIB | BF_GNU],
  ["__vsnprintf_chk", "iszizSA", BI_PRINTF_CHK, LIB | BF_GNU],
  ["printf", "iS.", BI_PRINTF, LIB],
  ["fprintf", "iFS.", BI_FPRINTF, LIB],
  ["sprintf", "isS.", BI_SPRINTF, LIB],
  ["snprintf", "iszS.", BI_SNPRINTF, LIB],
  ["vprintf", "iSA", BI_LIB, LIB],
  ["vfprintf", "iFSA", BI_LIB, LIB],
  ["vsprintf", "isSA", BI_LIB, LIB],
  ["vsnprintf", "iszSA", BI_LIB, LIB],
  ["scanf", "iS.", BI_LIB, LIB],
  ["fscanf", "iFS.", BI_LIB, LIB],
  ["sscanf", "iSS.", BI_LIB, LIB],
  ["vscanf", "iSA", BI_LIB, LIB],
  ["vsscanf", "iSSA", BI_LIB, LIB],
  ["vfscanf", "iFSA", BI_LIB, LIB],
  ["printf_unlocked", "iS.", BI_LIB, BF_LIBCALL],
  ["fprintf_unlocked", "iFS.", BI_LIB, BF_LIBCALL],
  ["puts", "iS", BI_PUTS, LIB],
  ["puts_unlocked", "iS", BI_LIB, BF_LIBCALL],
  ["putchar", "ii", BI_PUTCHAR, LIB],
  ["putchar_unlocked", "ii", BI_LIB, BF_LIBCALL],
  ["fputs", "iSF", BI_FPUTS, LIB],
  ["fputs_unlocked", "iSF", BI_LIB, BF_LIBCALL],
  ["fputc", "iiF", BI_FPUTC, LIB],
  ["fputc_unlocked", "iiF", BI_LIB, BF_LIBCALL],
  ["fwrite", "zPzzF", BI_FWRITE, LIB],
  ["fwrite_unlocked", "zPzzF", BI_LIB, BF_LIBCALL],
  ["abort", "v", BI_ABORT, LIB | BF_NORETURN],
  ["exit", "vi", BI_EXIT, LIB | BF_NORETURN],
  ["_exit", "vi", BI_EXIT, LIB | BF_NORETURN | BF_GNU],
  ["_Exit", "vi", BI_EXIT, LIB | BF_NORETURN],
  ["gettext", "sS", BI_LIB, LIB | BF_GNU],
  ["dgettext", "sSS", BI_LIB, LIB | BF_GNU],
  ["dcgettext", "sSSi", BI_LIB, LIB | BF_GNU],
  ["strftime", "zszSP", BI_LIB, LIB],
  ["strfmon", "ZszS.", BI_LIB, LIB | BF_GNU],
  ["fork", "i", BI_LIB, LIB | BF_GNU],
  ["execl", "iSS.", BI_LIB, LIB | BF_GNU],
  ["execlp", "iSS.", BI_LIB, LIB | BF_GNU],
  ["execle", "iSS.", BI_LIB, LIB | BF_GNU],
  ["execv", "iSJ", BI_LIB, LIB | BF_GNU],
  ["execvp", "iSJ", BI_LIB, LIB | BF_GNU],
  ["execve", "iSJJ", BI_LIB, LIB | BF_GNU],
  ["abs", "ii", BI_ABS, CL],
  ["labs", "ll", BI_ABS, CL],
  ["llabs", "xx", BI_ABS, CL],
  ["imaxabs", "mm", BI_ABS, CL],
  ["isdigit", "ii", BI_ISDIGIT, PL],
  ["isascii", "ii", BI_ISASCII, CL | BF_GNU],
  ["toascii", "ii", BI_TOASCII, CL | BF_GNU],
  ["toupper", "ii", BI_TOUPPER, PL],
  ["tolower", "ii", BI_TOLOWER, PL],
  ["iswalnum", "iy", BI_ISCTYPE, PL],
  ["towlower", "yy", BI_ISCTYPE, PL],
  ["towupper", "yy", BI_ISCTYPE, PL],
  ["fpclassify", "iiiiii?", BI_FPCLASSIFY, C | K],
  ["shuffle", "", BI_SHUFFLE, C],
  ["shufflevector", "", BI_SHUFFLEVECTOR, C],
  ["types_compatible_p", "", BI_TYPES_COMPATIBLE_P, C],
  ["choose_expr", "", BI_CHOOSE_EXPR, C],
  ["offsetof", "", BI_OFFSETOF, C],
  ["classify_type", "i?", BI_CLASSIFY_TYPE, C],
  ["complex", "", BI_COMPLEX, C],
  ["convertvector", "", BI_CONVERTVECTOR, C],
  ["va_arg", "", BI_VA_ARG, C],
  ["LINE", "i", BI_LINE, 0],
  ["FILE", "S", BI_FILE, 0],
  ["FUNCTION", "S", BI_FUNCTION, 0],
  ["has_attribute", "", BI_HAS_ATTRIBUTE, C],
  ["call_with_static_chain", "", BI_CALL_WITH_STATIC_CHAIN, C],
  ["tgmath", "", BI_TGMATH, C],
  ["bit_cast", "", BI_BIT_CAST, C],
  ["__sync_synchronize", "v", BI_SYNC_SYNCHRONIZE, BF_FULLNAME],
  ["__atomic_test_and_set", "bVi", BI_ATOMIC_TEST_AND_SET, BF_FULLNAME],
  ["__atomic_clear", "vVi", BI_ATOMIC_CLEAR, BF_FULLNAME],
  ["__atomic_thread_fence", "vi", BI_ATOMIC_THREAD_FENCE, BF_FULLNAME],
  ["__atomic_signal_fence", "vi", BI_ATOMIC_SIGNAL_FENCE, BF_FULLNAME],
  ["__atomic_always_lock_free", "bzW", BI_ATOMIC_ALWAYS_LOCK_FREE, BF_FULLNAME | K],
  ["__atomic_is_lock_free", "bzW", BI_ATOMIC_IS_LOCK_FREE, BF_FULLNAME | K],
  ["__atomic_load", "", BI_ATOMIC_LOAD, C | BF_FULLNAME],
  ["__atomic_store", "", BI_ATOMIC_STORE, C | BF_FULLNAME],
  ["__atomic_exchange", "", BI_ATOMIC_EXCHANGE, C | BF_FULLNAME],
  ["__atomic_compare_exchange", "", BI_ATOMIC_CAS, C | BF_FULLNAME],
];

for (const [i, n] of ["b", "h", "w", "x", "cb", "ch", "cw", "cx"].entries())
  rows.push([`aarch64_crc32${n}`, n.endsWith("x") ? "uuX" : "uuu", BI_ARM_CRC32B + i, 0]);
rows.push(["aarch64_get_fpcr", "u", BI_ARM_GET_FPCR, 0], ["aarch64_get_fpsr", "u", BI_ARM_GET_FPCR + 1, 0]);
rows.push(["aarch64_set_fpcr", "vu", BI_ARM_SET_FPCR, 0], ["aarch64_set_fpsr", "vu", BI_ARM_SET_FPSR, 0]);
for (const n of X86_OPERATIONS) rows.push([n, "", BI_X86_VECTOR, C]);
for (const n of ["alnum", "alpha", "blank", "cntrl", "graph", "lower", "print", "punct", "space", "upper", "xdigit"]) {
  rows.push([`is${n}`, "ii", BI_ISCTYPE, PL]);
}
for (const [op, id] of [
  ["add", BI_ADD_OVERFLOW],
  ["sub", BI_SUB_OVERFLOW],
  ["mul", BI_MUL_OVERFLOW],
] as const) {
  for (const [pre, l] of [
    ["s", "ilx"],
    ["u", "uLX"],
  ] as const) {
    for (let i = 0; i < 3; i++) rows.push([`${pre}${op}${["", "l", "ll"][i]}_overflow`, `b${l[i]}${l[i]}*`, id, 0]);
  }
}
// Functions over float, double, long double: prototype letters are doubles', replaced per type (d, T, D).
const floats: readonly (readonly [string, string, number, number])[] = [
  ["fabs", "dd", BI_FABS, CL],
  ["copysign", "ddd", BI_COPYSIGN, CL],
  ["sqrt", "dd", BI_SQRT, LIB],
  ["floor", "dd", BI_FLOOR, CL],
  ["ceil", "dd", BI_CEIL, CL],
  ["trunc", "dd", BI_TRUNC, CL],
  ["round", "dd", BI_ROUND, CL],
  ["rint", "dd", BI_RINT, CL],
  ["nearbyint", "dd", BI_NEARBYINT, CL],
  ["fmin", "ddd", BI_FMIN, CL],
  ["fmax", "ddd", BI_FMAX, CL],
  ["fma", "dddd", BI_FMA, CL],
  ["iceil", "id", BI_CEIL_INT, 0],
  ["lceil", "ld", BI_CEIL_INT, 0],
  ["llceil", "xd", BI_CEIL_INT, 0],
  ["ifloor", "id", BI_FLOOR_INT, 0],
  ["lfloor", "ld", BI_FLOOR_INT, 0],
  ["llfloor", "xd", BI_FLOOR_INT, 0],
  ["iround", "id", BI_ROUND_INT, 0],
  ["irint", "id", BI_RINT_INT, 0],
  ["lrint", "ld", BI_LRINT, LIB],
  ["llrint", "xd", BI_LRINT, LIB],
  ["lround", "ld", BI_LROUND, LIB],
  ["llround", "xd", BI_LROUND, LIB],
  ["ldexp", "ddi", BI_LDEXP, LIB],
  ["scalbn", "ddi", BI_LDEXP, LIB],
  ["scalbln", "ddl", BI_LIBM, LIB],
  ["creal", "dT", BI_CREAL, CL],
  ["cimag", "dT", BI_CIMAG, CL],
  ["conj", "TT", BI_CONJ, CL],
  ["cabs", "dT", BI_CABS, LIB],
  ["carg", "dT", BI_LIBM, LIB],
  ["cproj", "TT", BI_LIBM, LIB],
  ["cpow", "TTT", BI_LIBM, LIB],
  ["frexp", "ddI", BI_LIBM, LIB],
  ["modf", "ddD", BI_LIBM, LIB],
  ["remquo", "dddI", BI_LIBM, LIB],
  ["ilogb", "id", BI_LIBM, LIB],
  ["nexttoward", "dde", BI_LIBM, LIB],
  ["jn", "did", BI_LIBM, LIB | BF_GNU],
  ["yn", "did", BI_LIBM, LIB | BF_GNU],
  ["powi", "ddi", BI_POWI, 0],
  ["sincos", "vdDD", BI_LIBM, LIB | BF_GNU],
  ["gamma_r", "ddI", BI_LIBM, LIB | BF_GNU],
  ["lgamma_r", "ddI", BI_LIBM, LIB | BF_GNU],
];
const unary =
  "acos acosh asin asinh atan atanh cbrt cos cosh erf erfc exp exp10 exp2 expm1 gamma j0 j1 lgamma log log10 log1p log2 logb pow10 roundeven significand sin sinh tan tanh tgamma y0 y1";
const binary = "atan2 drem fdim fmod hypot nextafter pow remainder scalb";
const cunary = "cacos cacosh casin casinh catan catanh ccos ccosh cexp clog clog10 csin csinh csqrt ctan ctanh";
const gnuMath = " drem exp10 gamma j0 j1 pow10 significand y0 y1 scalb clog10 ";

function floatFamily(name: string, proto: string, id: number, flags: number): void {
  rows.push([name, proto, id, flags]);
  rows.push([`${name}f`, proto.replace(/d/g, "f").replace(/T/g, "R").replace(/D/g, "G"), id, flags]);
  rows.push([`${name}l`, proto.replace(/d/g, "e").replace(/T/g, "U").replace(/D/g, "E"), id, flags]);
}
for (const [n, p, id, f] of floats) floatFamily(n, p, id, f);
for (const n of unary.split(" ")) floatFamily(n, "dd", BI_LIBM, LIB | (gnuMath.includes(` ${n} `) ? BF_GNU : 0));
for (const n of binary.split(" ")) floatFamily(n, "ddd", BI_LIBM, LIB | (gnuMath.includes(` ${n} `) ? BF_GNU : 0));
for (const n of cunary.split(" ")) floatFamily(n, "TT", BI_LIBM, LIB | (gnuMath.includes(` ${n} `) ? BF_GNU : 0));
// Classification works on any floating type; the suffixed forms fix it.
for (const [n, id] of [
  ["isnan", BI_ISNAN],
  ["isinf", BI_ISINF],
  ["isfinite", BI_ISFINITE],
  ["finite", BI_ISFINITE],
  ["signbit", BI_SIGNBIT],
] as const) {
  const plain = n === "isnan" || n === "isinf" || n === "finite" || n === "signbit" ? LIB | BF_GNU : 0;
  rows.push([n, "i?", id, C | K | plain]);
  for (const [s, l] of [
    ["f", "f"],
    ["l", "e"],
  ] as const)
    rows.push([n + s, `i${l}`, id, K | plain]);
  rows.push([`${n}d32`, "if", id, K]);
}
for (const [n, id] of [
  ["isnormal", BI_ISNORMAL],
  ["isinf_sign", BI_ISINF_SIGN],
] as const)
  rows.push([n, "i?", id, C | K]);
for (const [n, id] of [
  ["isgreater", BI_ISGREATER],
  ["isgreaterequal", BI_ISGREATEREQUAL],
  ["isless", BI_ISLESS],
  ["islessequal", BI_ISLESSEQUAL],
  ["islessgreater", BI_ISLESSGREATER],
  ["isunordered", BI_ISUNORDERED],
  ["iseqsig", BI_ISEQSIG],
] as const) {
  rows.push([n, "i??", id, C | K]);
}
for (const [s, l] of [
  ["", "d"],
  ["f", "f"],
  ["l", "e"],
  ["f32", "1"],
  ["f64", "2"],
  ["f128", "q"],
  ["f32x", "4"],
  ["f64x", "5"],
  ["q", "q"],
] as const) {
  rows.push([`inf${s}`, l, BI_INF, K]);
  rows.push([`huge_val${s}`, l, BI_HUGE_VAL, K]);
  rows.push([`nan${s}`, `${l}S`, BI_NAN, (s === "" || s === "f" || s === "l" ? LIB : 0) | K]);
  rows.push([`nans${s}`, `${l}S`, BI_NANS, K]);
}
for (const [s, l] of [
  ["f32", "1"],
  ["f64", "2"],
  ["f128", "q"],
  ["f32x", "4"],
  ["q", "q"],
] as const) {
  rows.push([`fabs${s}`, l + l, BI_FABS, K]);
  rows.push([`copysign${s}`, l + l + l, BI_COPYSIGN, K]);
  rows.push([`sqrt${s}`, l + l, BI_SQRT, s === "q" ? K : K | BF_LIBCALL]);
}
for (const [n, id] of [
  ["fetch_and_add", BI_SYNC_FETCH_ADD],
  ["fetch_and_sub", BI_SYNC_FETCH_SUB],
  ["fetch_and_or", BI_SYNC_FETCH_OR],
  ["fetch_and_and", BI_SYNC_FETCH_AND],
  ["fetch_and_xor", BI_SYNC_FETCH_XOR],
  ["fetch_and_nand", BI_SYNC_FETCH_NAND],
  ["add_and_fetch", BI_SYNC_ADD_FETCH],
  ["sub_and_fetch", BI_SYNC_SUB_FETCH],
  ["or_and_fetch", BI_SYNC_OR_FETCH],
  ["and_and_fetch", BI_SYNC_AND_FETCH],
  ["xor_and_fetch", BI_SYNC_XOR_FETCH],
  ["nand_and_fetch", BI_SYNC_NAND_FETCH],
  ["bool_compare_and_swap", BI_SYNC_BOOL_CAS],
  ["val_compare_and_swap", BI_SYNC_VAL_CAS],
  ["lock_test_and_set", BI_SYNC_LOCK_TEST_SET],
  ["lock_release", BI_SYNC_LOCK_RELEASE],
] as const) {
  sized(`__sync_${n}`, id, true);
}
for (const [n, id] of [
  ["load", BI_ATOMIC_LOAD_N],
  ["store", BI_ATOMIC_STORE_N],
  ["exchange", BI_ATOMIC_EXCHANGE_N],
  ["compare_exchange", BI_ATOMIC_CAS_N],
] as const) {
  rows.push([`__atomic_${n}_n`, "", id, C | BF_FULLNAME | BF_SIZED]);
  sized(`__atomic_${n}`, id, false);
}
for (const [n, id] of [
  ["fetch_add", BI_ATOMIC_FETCH_ADD],
  ["fetch_sub", BI_ATOMIC_FETCH_SUB],
  ["fetch_and", BI_ATOMIC_FETCH_AND],
  ["fetch_or", BI_ATOMIC_FETCH_OR],
  ["fetch_xor", BI_ATOMIC_FETCH_XOR],
  ["fetch_nand", BI_ATOMIC_FETCH_NAND],
  ["add_fetch", BI_ATOMIC_ADD_FETCH],
  ["sub_fetch", BI_ATOMIC_SUB_FETCH],
  ["and_fetch", BI_ATOMIC_AND_FETCH],
  ["or_fetch", BI_ATOMIC_OR_FETCH],
  ["xor_fetch", BI_ATOMIC_XOR_FETCH],
  ["nand_fetch", BI_ATOMIC_NAND_FETCH],
] as const) {
  sized(`__atomic_${n}`, id, true);
}
function sized(name: string, id: number, generic: boolean): void {
  if (generic) rows.push([name, "", id, C | BF_FULLNAME | BF_SIZED]);
  for (const n of [1, 2, 4, 8, 16]) rows.push([`${name}_${n}`, "", id, C | BF_FULLNAME | BF_SIZED]);
}

/** Every built-in function. */
export const BUILTINS: readonly BuiltinRow[] = rows;
