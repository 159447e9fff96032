// The instructions of x86-64 behind the __builtin_ia32_* functions that GCC's headers (xmmintrin.h … smmintrin.h, wmmintrin.h, shaintrin.h,
// avxintrin.h, avx2intrin.h, fmaintrin.h, bmi2intrin.h, adxintrin.h) are made of: SSE to SSE4.2, AES, PCLMUL, SHA, AVX, AVX2, FMA (those
// of 256 bits in x86-operations256.ts), and bits, carries and counters. What an instruction does stands in Intel's Software Developer's Manual,
// volume 2; here is only what its operands are. Operations that are none here are elements of vectors (extract, insert).
//
// An operation is an assembler template over operand 0, the result, and the arguments after it. Letters of the arguments:
//   T vector in the result's register   x vector   p address   D address in rdi
//   t integer in the result's register   M int in memory
//   i constant   8 constant number of bits, a multiple of 8, that the instruction wants in bytes
//   r int   q long long   a, d, C int in eax, edx, ecx   y vector of 32 bytes in memory
// Results: V and the elements (16qi, 8hi, 4si, 2di, 4sf, 2df), Y and the elements of 32 bytes in memory, A unsigned long long in rax, i int, u unsigned, c int that the instruction leaves in ecx, M unsigned in
// memory, l long long, L its unsigned, v nothing; of extracted elements f float and g double as well.

import { operations256 } from "./x86-operations256.ts";

export interface X86Operation {
  readonly result: string;
  readonly args: string;
  /** "extract" and "insert" have no template. */
  readonly template: string;
  readonly clobbers: readonly string[];
  /** Reads or writes memory through an address, or has another effect than its result. */
  readonly effect: boolean;
}

const table: Map<string, X86Operation> = new Map();

function put(
  name: string,
  result: string,
  args: string,
  template: string,
  clobbers: readonly string[] = [],
  effect = false,
): void {
  table.set(`ia32_${name}`, { result, args, template, clobbers, effect: effect || /[pDC]/.test(args) || result === "v" });
}

/** Names with one shape; the mnemonic is the name without a trailing "128". `template` says MN for it. */
function all(names: string, result: string, args: string, template: string, clobbers: readonly string[] = []): void {
  for (const name of names.trim().split(/\s+/))
    put(name, result, args, template.replace(/MN/g, name.replace(/128$/, "")), clobbers);
}

const BINARY: readonly (readonly [string, string])[] = [
  [
    "16qi",
    `paddsb128 paddusb128 psubsb128 psubusb128 pavgb128 pmaxub128 pminub128 packsswb128 packuswb128 punpckhbw128 punpcklbw128
    pshufb128 psignb128 pmaxsb128 pminsb128`,
  ],
  [
    "8hi",
    `paddsw128 paddusw128 psubsw128 psubusw128 pavgw128 pmaxsw128 pminsw128 packssdw128 packusdw128 pmulhw128 pmulhuw128
    punpckhwd128 punpcklwd128 phaddw128 phaddsw128 phsubw128 phsubsw128 pmaddubsw128 pmulhrsw128 psignw128 pmaxuw128 pminuw128
    psllw128 psraw128 psrlw128`,
  ],
  [
    "4si",
    `pmaddwd128 punpckhdq128 punpckldq128 phaddd128 phsubd128 psignd128 pmaxsd128 pmaxud128 pminsd128 pminud128 pslld128 psrad128
    psrld128 sha1msg1 sha1msg2 sha1nexte sha256msg1 sha256msg2`,
  ],
  [
    "2di",
    `psadbw128 pmuludq128 pmuldq128 punpckhqdq128 punpcklqdq128 pandn128 psllq128 psrlq128 aesenc128 aesenclast128 aesdec128
    aesdeclast128`,
  ],
  [
    "4sf",
    `addss subss mulss divss maxss minss maxps minps andps andnps orps xorps addsubps haddps hsubps unpckhps unpcklps movhlps
    movlhps movss cmpeqps cmpltps cmpleps cmpunordps cmpneqps cmpnltps cmpnleps cmpordps cmpeqss cmpltss cmpless cmpunordss
    cmpneqss cmpnltss cmpnless cmpordss cvtsd2ss`,
  ],
  [
    "2df",
    `addsd subsd mulsd divsd maxsd minsd maxpd minpd andpd andnpd orpd xorpd addsubpd haddpd hsubpd unpckhpd unpcklpd movsd
    cmpeqpd cmpltpd cmplepd cmpunordpd cmpneqpd cmpnltpd cmpnlepd cmpordpd cmpeqsd cmpltsd cmplesd cmpunordsd cmpneqsd
    cmpnltsd cmpnlesd cmpordsd cvtss2sd`,
  ],
];
const UNARY: readonly (readonly [string, string])[] = [
  ["16qi", "pabsb128"],
  ["8hi", "pabsw128 phminposuw128 pmovsxbw128 pmovzxbw128"],
  ["4si", "pabsd128 pmovsxbd128 pmovsxwd128 pmovzxbd128 pmovzxwd128 cvtps2dq cvttps2dq cvtpd2dq cvttpd2dq"],
  ["2di", "pmovsxbq128 pmovsxdq128 pmovsxwq128 pmovzxbq128 pmovzxdq128 pmovzxwq128 aesimc128"],
  ["4sf", "sqrtps rcpps rsqrtps movshdup movsldup cvtdq2ps cvtpd2ps"],
  ["2df", "sqrtpd cvtdq2pd cvtps2pd"],
];
for (const [t, names] of BINARY) all(names, `V${t}`, "Tx", "MN %2, %0");
for (const [t, names] of UNARY) all(names, `V${t}`, "x", "MN %1, %0");
all("sqrtss rcpss rsqrtss", "V4sf", "T", "MN %0, %0");
all("sqrtsd", "V2df", "T", "MN %0, %0");
put("movq128", "V2di", "x", "movq %1, %0");
// greater is less with the operands exchanged
for (const [s, t] of [
  ["ps", "4sf"],
  ["pd", "2df"],
] as const)
  for (const [gt, lt] of [
    ["gt", "lt"],
    ["ge", "le"],
    ["ngt", "nlt"],
    ["nge", "nle"],
  ] as const)
    put(`cmp${gt}${s}`, `V${t}`, "xT", `cmp${lt}${s} %1, %0`);

// A shift by an int that need not be a constant: by way of a register.
for (const [t, names] of [
  ["8hi", "psllw psraw psrlw"],
  ["4si", "pslld psrad psrld"],
  ["2di", "psllq psrlq"],
] as const)
  for (const n of names.split(" ")) put(`${n}i128`, `V${t}`, "Tr", `movd %k2, %%xmm15; ${n} %%xmm15, %0`, ["xmm15"]);
all("pslldqi128", "V2di", "T8", "pslldq %2, %0");
all("psrldqi128", "V2di", "T8", "psrldq %2, %0");
all("palignr128", "V2di", "Tx8", "MN %3, %2, %0");
all("pshufd", "V4si", "xi", "MN %2, %1, %0");
all("pshufhw pshuflw", "V8hi", "xi", "MN %2, %1, %0");
all("roundps", "V4sf", "xi", "MN %2, %1, %0");
all("roundpd", "V2df", "xi", "MN %2, %1, %0");
all("aeskeygenassist128", "V2di", "xi", "MN %2, %1, %0");
all("shufps blendps dpps roundss insertps128", "V4sf", "Txi", "MN %3, %2, %0");
all("shufpd blendpd dppd roundsd", "V2df", "Txi", "MN %3, %2, %0");
all("pblendw128", "V8hi", "Txi", "MN %3, %2, %0");
all("mpsadbw128", "V16qi", "Txi", "MN %3, %2, %0");
all("pclmulqdq128", "V2di", "Txi", "MN %3, %2, %0");
all("sha1rnds4", "V4si", "Txi", "MN %3, %2, %0");
all("pblendvb128", "V16qi", "Txx", "movdqa %3, %%xmm0; MN %%xmm0, %2, %0", ["xmm0"]);
all("blendvps", "V4sf", "Txx", "movdqa %3, %%xmm0; MN %%xmm0, %2, %0", ["xmm0"]);
all("blendvpd", "V2df", "Txx", "movdqa %3, %%xmm0; MN %%xmm0, %2, %0", ["xmm0"]);
all("sha256rnds2", "V4si", "Txx", "movdqa %3, %%xmm0; MN %%xmm0, %2, %0", ["xmm0"]);

all("cvtsi2ss", "V4sf", "Tr", "cvtsi2ssl %k2, %0");
all("cvtsi642ss", "V4sf", "Tq", "cvtsi2ssq %2, %0");
all("cvtsi2sd", "V2df", "Tr", "cvtsi2sdl %k2, %0");
all("cvtsi642sd", "V2df", "Tq", "cvtsi2sdq %2, %0");
for (const n of ["cvtss2si", "cvttss2si", "cvtsd2si", "cvttsd2si"]) {
  put(n, "i", "x", `${n} %1, %k0`);
  put(`${n}64`, "l", "x", `${n} %1, %q0`);
}
all("movmskps movmskpd pmovmskb128", "i", "x", "MN %1, %k0");
for (const s of ["comi", "ucomi", "comisd", "ucomisd"]) {
  const n = s.endsWith("sd") ? s : `${s}ss`;
  // unordered sets carry: "above" and "above or equal" are false then, equality is that of the zero flag as with GCC 12
  for (const [cond, order, set] of [
    ["eq", "%2, %1", "sete"],
    ["neq", "%2, %1", "setne"],
    ["gt", "%2, %1", "seta"],
    ["ge", "%2, %1", "setae"],
    ["lt", "%1, %2", "seta"],
    ["le", "%1, %2", "setae"],
  ] as const)
    put(s + cond, "i", "xx", `${n} ${order}; ${set} %b0; movzbl %b0, %k0`);
}
for (const [n, set] of [
  ["c", "setc"],
  ["z", "setz"],
  ["nzc", "seta"],
] as const)
  put(`ptest${n}128`, "i", "xx", `ptest %2, %1; ${set} %b0; movzbl %b0, %k0`);

// strings of SSE4.2: lengths in eax and edx, the index in ecx, the mask in xmm0
put("pcmpistrm128", "V16qi", "xxi", "pcmpistrm %3, %2, %1; movdqa %%xmm0, %0", ["xmm0"]);
put("pcmpestrm128", "V16qi", "xaxdi", "pcmpestrm %5, %3, %1; movdqa %%xmm0, %0", ["xmm0"]);
put("pcmpistri128", "c", "xxi", "pcmpistri %3, %2, %1");
put("pcmpestri128", "c", "xaxdi", "pcmpestri %5, %3, %1");
for (const [n, set] of [
  ["a", "seta"],
  ["c", "setc"],
  ["o", "seto"],
  ["s", "sets"],
  ["z", "setz"],
] as const) {
  put(`pcmpistri${n}128`, "c", "xxi", `pcmpistri %3, %2, %1; ${set} %b0; movzbl %b0, %k0`);
  put(`pcmpestri${n}128`, "c", "xaxdi", `pcmpestri %5, %3, %1; ${set} %b0; movzbl %b0, %k0`);
}
put("crc32qi", "u", "tr", "crc32b %b2, %k0");
put("crc32hi", "u", "tr", "crc32w %w2, %k0");
put("crc32si", "u", "tr", "crc32l %k2, %k0");
put("crc32di", "L", "tq", "crc32q %q2, %q0");

// memory
put("lddqu", "V16qi", "p", "lddqu (%1), %0");
put("movntdqa", "V2di", "p", "movntdqa (%1), %0");
put("loadhps", "V4sf", "Tp", "movhps (%2), %0");
put("loadlps", "V4sf", "Tp", "movlps (%2), %0");
put("loadhpd", "V2df", "Tp", "movhpd (%2), %0");
put("loadlpd", "V2df", "Tp", "movlpd (%2), %0");
put("storehps", "v", "px", "movhps %1, (%0)");
put("storelps", "v", "px", "movlps %1, (%0)");
put("movntps", "v", "px", "movntps %1, (%0)");
put("movntpd", "v", "px", "movntpd %1, (%0)");
put("movntdq", "v", "px", "movntdq %1, (%0)");
put("movnti", "v", "pr", "movntil %k1, (%0)");
put("movnti64", "v", "pq", "movntiq %1, (%0)");
put("maskmovdqu", "v", "xxD", "maskmovdqu %1, %0");
put("clflush", "v", "p", "clflush (%0)");
put("clflushopt", "v", "p", "clflushopt (%0)");
put("clwb", "v", "p", "clwb (%0)");
for (const n of ["sfence", "lfence", "mfence"]) put(n, "v", "", n);
put("ldmxcsr", "v", "M", "ldmxcsr %0");
put("stmxcsr", "M", "", "stmxcsr %0", [], true);

// bits, carries, counters
for (const [n, s, l, r, q] of [
  ["si", "l", "k", "u", "r"],
  ["di", "q", "q", "L", "q"],
] as const) {
  for (const op of ["pdep", "pext", "bzhi"]) put(`${op}_${n}`, r, q + q, `${op}${s} %${l}2, %${l}1, %${l}0`);
  const bits = s === "l" ? "32" : "64";
  put(`bextr_u${bits}`, r, q + q, `bextr${s} %${l}2, %${l}1, %${l}0`);
  put(`lzcnt_u${bits}`, r, q, `lzcnt${s} %${l}1, %${l}0`);
  put(`tzcnt_u${bits}`, r, q, `tzcnt${s} %${l}1, %${l}0`);
  put(`bsr${n}`, "i", q, `bsr${s} %${l}1, %${l}0`);
  const a = s === "l" ? "%%eax" : "%%rax";
  for (const [name, op] of [
    ["addcarryx", "adc"],
    ["sbb", "sbb"],
  ] as const) {
    // the carry from operand 0 into the flag, the sum by way of rax
    const text = `addb $-1, %b0; mov${s} %${l}2, ${a}; ${op}${s} %${l}3, ${a}; mov${s} ${a}, (%4); setc %b0; movzbl %b0, %k0`;
    put(`${name}_u${bits}`, "i", `t${q}${q}p`, text, ["rax"]);
  }
  for (const [name, op] of [
    [`rdrand${bits}_step`, "rdrand"],
    [`rdseed_${n}_step`, "rdseed"],
  ] as const)
    put(name, "i", "p", `${op} ${a}; mov${s} ${a}, (%1); setc %b0; movzbl %b0, %k0`, ["rax"], true);
}
put("rdtscp", "A", "p", "rdtscp; movl %%ecx, (%1); shlq $32, %%rdx; orq %%rdx, %0", ["rcx", "rdx"]);
put("rdtsc", "A", "", "rdtsc; shlq $32, %%rdx; orq %%rdx, %0", ["rdx"], true);
put("rdpmc", "A", "C", "rdpmc; shlq $32, %%rdx; orq %%rdx, %0", ["rdx"]);
put("pause", "v", "", "pause");
put("emms", "v", "", "emms");
put("rdpid", "u", "", "rdpid %q0", [], true);
for (const r of ["fs", "gs"]) {
  put(`rd${r}base32`, "u", "", `rd${r}base %k0`, [], true);
  put(`rd${r}base64`, "L", "", `rd${r}base %q0`, [], true);
  put(`wr${r}base32`, "v", "r", `wr${r}base %k0`);
  put(`wr${r}base64`, "v", "q", `wr${r}base %q0`);
}
// by way of the stack, below what a function without a frame of its own may keep under its pointer
const below = (text: string): string => `leaq -128(%%rsp), %%rsp; ${text}; leaq 128(%%rsp), %%rsp`;
put("readeflags_u64", "L", "", below("pushfq; popq %q0"), [], true);
put("writeeflags_u64", "v", "q", below("pushq %q0; popfq"), ["cc"]);
for (const op of ["rol", "ror"]) {
  put(`${op}qi`, "u", "tC", `${op}b %%cl, %b0`);
  put(`${op}hi`, "u", "tC", `${op}w %%cl, %w0`);
}
put("xgetbv", "A", "C", "xgetbv; shlq $32, %%rdx; orq %%rdx, %0", ["rdx"]);

// fused multiplication and addition, 128 bits; operand 0 is the first factor
for (const op of ["fmadd", "fmsub", "fnmadd", "fnmsub", "fmaddsub", "fmsubadd"])
  for (const [s, t] of [
    ["ps", "4sf"],
    ["pd", "2df"],
  ] as const) {
    put(`v${op}${s}`, `V${t}`, "Txx", `v${op}213${s} %3, %2, %0`);
    const one = s === "ps" ? "ss" : "sd";
    if (!/addsub|subadd/.test(op)) put(`v${op}${one}3`, `V${t}`, "Txx", `v${op}213${one} %3, %2, %0`);
  }
// AVX and AVX2 forms of 128 bits
for (const [t, names] of [
  ["4si", "psllv4si psrlv4si psrav4si"],
  ["2di", "psllv2di psrlv2di"],
] as const)
  for (const n of names.split(" ")) put(n, `V${t}`, "xx", `v${n.slice(0, 5)}${t === "4si" ? "d" : "q"} %2, %1, %0`);
put("pblendd128", "V4si", "xxi", "vpblendd %3, %2, %1, %0");
put("vpermilps", "V4sf", "xi", "vpermilps %2, %1, %0");
put("vpermilpd", "V2df", "xi", "vpermilpd %2, %1, %0");
put("vpermilvarps", "V4sf", "xx", "vpermilps %2, %1, %0");
put("vpermilvarpd", "V2df", "xx", "vpermilpd %2, %1, %0");
for (const [s, t] of [
  ["ps", "4sf"],
  ["pd", "2df"],
  ["ss", "4sf"],
  ["sd", "2df"],
] as const)
  put(`cmp${s}`, `V${t}`, "xxi", `vcmp${s} %3, %2, %1, %0`);
put("pbroadcastb128", "V16qi", "x", "vpbroadcastb %1, %0");
put("pbroadcastw128", "V8hi", "x", "vpbroadcastw %1, %0");
put("pbroadcastd128", "V4si", "x", "vpbroadcastd %1, %0");
put("pbroadcastq128", "V2di", "x", "vpbroadcastq %1, %0");
put("vbroadcastss_ps", "V4sf", "x", "vbroadcastss %1, %0");
put("vcvtph2ps", "V4sf", "x", "vcvtph2ps %1, %0");
put("vcvtps2ph", "V8hi", "xi", "vcvtps2ph %2, %1, %0");

// elements
for (const [t, n] of [
  ["16qi", "i"],
  ["8hi", "i"],
  ["4si", "i"],
  ["2di", "l"],
  ["4sf", "f"],
  ["2df", "g"],
] as const) {
  put(`vec_ext_v${t}`, n, "xr", "extract");
  put(`vec_set_v${t}`, `V${t}`, `x${n === "l" ? "q" : n === "i" ? "r" : n}r`, "insert");
}

for (const [name, o] of operations256()) put(name, o.result, o.args, o.template, o.clobbers, o.effect);

/** The operation of a built-in function's name without __builtin_; undefined when it is none. */
export function x86Operation(name: string): X86Operation | undefined {
  return table.get(name);
}

/** All names. */
export const X86_OPERATIONS: readonly string[] = [...table.keys()];
