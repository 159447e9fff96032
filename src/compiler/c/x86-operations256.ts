// The instructions of AVX and AVX2 on 32 bytes (x86-operations.ts has the letters). Their vectors are operands in memory, for occ keeps
// none in registers: a template loads the first into ymm14, computes there and stores the result.

import type { X86Operation } from "./x86-operations.ts";

const LOAD = "vmovdqu %1, %%ymm14";
const STORE = "vmovdqu %%ymm14, %0";

/** Names of the built-in functions by result and shape; the mnemonic is the name without a trailing "256", with a "v" before. */
const BINARY: readonly (readonly [string, string])[] = [
  [
    "32qi",
    `paddsb256 paddusb256 psubsb256 psubusb256 pavgb256 pmaxub256 pminub256 packsswb256 packuswb256 punpckhbw256 punpcklbw256
    pshufb256 psignb256 pmaxsb256 pminsb256`,
  ],
  [
    "16hi",
    `paddsw256 paddusw256 psubsw256 psubusw256 pavgw256 pmaxsw256 pminsw256 packssdw256 packusdw256 pmulhw256 pmulhuw256
    punpckhwd256 punpcklwd256 phaddw256 phaddsw256 phsubw256 phsubsw256 pmaddubsw256 pmulhrsw256 psignw256 pmaxuw256 pminuw256`,
  ],
  ["8si", "pmaddwd256 punpckhdq256 punpckldq256 phaddd256 phsubd256 psignd256 pmaxsd256 pmaxud256 pminsd256 pminud256"],
  ["4di", "psadbw256 pmuludq256 pmuldq256 punpckhqdq256 punpcklqdq256"],
  ["8sf", "maxps256 minps256 andps256 andnps256 orps256 xorps256 addsubps256 haddps256 hsubps256 unpckhps256 unpcklps256"],
  ["4df", "maxpd256 minpd256 andpd256 andnpd256 orpd256 xorpd256 addsubpd256 haddpd256 hsubpd256 unpckhpd256 unpcklpd256"],
];
const UNARY: readonly (readonly [string, string])[] = [
  ["32qi", "pabsb256"],
  ["16hi", "pabsw256"],
  ["8si", "pabsd256 cvtps2dq256 cvttps2dq256"],
  ["8sf", "sqrtps256 rcpps256 rsqrtps256 movshdup256 movsldup256 cvtdq2ps256"],
  ["4df", "sqrtpd256 movddup256"],
];
/** From 16 bytes to 32. */
const WIDEN: readonly (readonly [string, string])[] = [
  ["32qi", "pbroadcastb256"],
  ["16hi", "pbroadcastw256 pmovsxbw256 pmovzxbw256"],
  ["8si", "pbroadcastd256 pmovsxbd256 pmovsxwd256 pmovzxbd256 pmovzxwd256"],
  ["4di", "pbroadcastq256 pmovsxbq256 pmovsxwq256 pmovsxdq256 pmovzxbq256 pmovzxwq256 pmovzxdq256"],
  ["8sf", "vcvtph2ps256"],
  ["4df", "cvtdq2pd256 cvtps2pd256"],
];
const IMMEDIATE: readonly (readonly [string, string])[] = [
  ["8si", "pshufd256"],
  ["16hi", "pshufhw256 pshuflw256"],
  ["8sf", "roundps256 vpermilps256"],
  ["4df", "roundpd256 vpermilpd256"],
];
const BINARY_IMMEDIATE: readonly (readonly [string, string])[] = [
  ["32qi", "mpsadbw256"],
  ["16hi", "pblendw256"],
  ["8si", "pblendd256 vperm2f128_si256"],
  ["8sf", "shufps256 blendps256 dpps256 cmpps256 vperm2f128_ps256"],
  ["4df", "shufpd256 blendpd256 cmppd256 vperm2f128_pd256"],
];

/** The table: name without __builtin_ia32_, and what it is. */
export function operations256(): readonly (readonly [string, X86Operation])[] {
  const out: (readonly [string, X86Operation])[] = [];
  const put = (name: string, result: string, args: string, body: string, clobbers: readonly string[] = []): void => {
    const template = body.replace(/\bT\b/g, "%%ymm14").replace(/\bS\b/g, "%%xmm14");
    out.push([name, { result, args, template, clobbers: ["xmm14", ...clobbers], effect: /p/.test(args) || result === "v" }]);
  };
  const each = (rows: readonly (readonly [string, string])[], args: string, body: string): void => {
    for (const [t, names] of rows)
      for (const name of names.trim().split(/\s+/)) {
        const m = name.replace(/(_[a-z]+)?256$/, "");
        put(name, `Y${t}`, args, body.replace("MN", m.startsWith("v") ? m : `v${m}`));
      }
  };
  each(BINARY, "yy", `${LOAD}; MN %2, T, T; ${STORE}`);
  each(UNARY, "y", `${LOAD}; MN T, T; ${STORE}`);
  each(WIDEN, "x", `MN %1, T; ${STORE}`);
  each(IMMEDIATE, "yi", `${LOAD}; MN %2, T, T; ${STORE}`);
  each(BINARY_IMMEDIATE, "yyi", `${LOAD}; MN %3, %2, T, T; ${STORE}`);
  put("andnotsi256", "Y4di", "yy", `${LOAD}; vpandn %2, T, T; ${STORE}`);
  put("palignr256", "Y4di", "yy8", `${LOAD}; vpalignr %3, %2, T, T; ${STORE}`);
  put("permti256", "Y4di", "yyi", `${LOAD}; vperm2i128 %3, %2, T, T; ${STORE}`);
  put("permdi256", "Y4di", "yi", `vpermq %2, %1, T; ${STORE}`);
  put("permdf256", "Y4df", "yi", `vpermpd %2, %1, T; ${STORE}`);
  put("permvarsi256", "Y8si", "yy", `vmovdqu %2, T; vpermd %1, T, T; ${STORE}`);
  put("permvarsf256", "Y8sf", "yy", `vmovdqu %2, T; vpermps %1, T, T; ${STORE}`);
  put("vpermilvarps256", "Y8sf", "yy", `${LOAD}; vpermilps %2, T, T; ${STORE}`);
  put("vpermilvarpd256", "Y4df", "yy", `${LOAD}; vpermilpd %2, T, T; ${STORE}`);
  put("vbroadcastss_ps256", "Y8sf", "x", `vbroadcastss %1, T; ${STORE}`);
  put("vbroadcastsd_pd256", "Y4df", "x", `vbroadcastsd %1, T; ${STORE}`);
  put("vbroadcastsi256", "Y4di", "x", `vinserti128 $1, %1, T, T; vinserti128 $0, %1, T, T; ${STORE}`);
  put("vbroadcastss256", "Y8sf", "p", `vbroadcastss (%1), T; ${STORE}`);
  put("vbroadcastsd256", "Y4df", "p", `vbroadcastsd (%1), T; ${STORE}`);
  put("vbroadcastf128_ps256", "Y8sf", "p", `vbroadcastf128 (%1), T; ${STORE}`);
  put("vbroadcastf128_pd256", "Y4df", "p", `vbroadcastf128 (%1), T; ${STORE}`);
  put("lddqu256", "Y32qi", "p", `vlddqu (%1), T; ${STORE}`);
  put("movntdqa256", "Y4di", "p", `vmovntdqa (%1), T; ${STORE}`);
  for (const n of ["movntdq256", "movntps256", "movntpd256"]) put(n, "v", "py", `vmovdqu %1, T; v${n.slice(0, -3)} T, (%0)`);
  for (const [s, l] of [
    ["w", "16hi"],
    ["d", "8si"],
    ["q", "4di"],
  ] as const)
    for (const op of ["psll", "psrl", "psra"]) {
      if (op === "psra" && s === "q") continue;
      put(`${op}${s}256`, `Y${l}`, "yx", `${LOAD}; v${op}${s} %2, T, T; ${STORE}`);
      put(`${op}${s}i256`, `Y${l}`, "yr", `${LOAD}; vmovd %k2, %%xmm15; v${op}${s} %%xmm15, T, T; ${STORE}`, ["xmm15"]);
      if (s !== "w") put(`${op}v${l}`, `Y${l}`, "yy", `${LOAD}; v${op}v${s} %2, T, T; ${STORE}`);
    }
  put("pslldqi256", "Y4di", "y8", `${LOAD}; vpslldq %2, T, T; ${STORE}`);
  put("psrldqi256", "Y4di", "y8", `${LOAD}; vpsrldq %2, T, T; ${STORE}`);
  for (const [n, op, t] of [
    ["pblendvb256", "vpblendvb", "32qi"],
    ["blendvps256", "vblendvps", "8sf"],
    ["blendvpd256", "vblendvpd", "4df"],
  ] as const)
    put(n, `Y${t}`, "yyy", `vmovdqu %3, %%ymm15; ${LOAD}; ${op} %%ymm15, %2, T, T; ${STORE}`, ["xmm15"]);
  // halves
  put("vextractf128_ps256", "V4sf", "yi", "vmovdqu %1, T; vextractf128 %2, T, %0");
  put("vextractf128_pd256", "V2df", "yi", "vmovdqu %1, T; vextractf128 %2, T, %0");
  put("vextractf128_si256", "V4si", "yi", "vmovdqu %1, T; vextractf128 %2, T, %0");
  put("extract128i256", "V2di", "yi", "vmovdqu %1, T; vextracti128 %2, T, %0");
  put("vinsertf128_ps256", "Y8sf", "yxi", `${LOAD}; vinsertf128 %3, %2, T, T; ${STORE}`);
  put("vinsertf128_pd256", "Y4df", "yxi", `${LOAD}; vinsertf128 %3, %2, T, T; ${STORE}`);
  put("vinsertf128_si256", "Y8si", "yxi", `${LOAD}; vinsertf128 %3, %2, T, T; ${STORE}`);
  put("insert128i256", "Y4di", "yxi", `${LOAD}; vinserti128 %3, %2, T, T; ${STORE}`);
  for (const [a, b, big, small] of [
    ["si", "si", "8si", "4si"],
    ["ps", "ps", "8sf", "4sf"],
    ["pd", "pd", "4df", "2df"],
  ] as const) {
    put(`${a}256_${b}`, `Y${big}`, "x", `vmovdqa %1, S; ${STORE}`);
    put(`${a}_${b}256`, `V${small}`, "y", "vmovdqu %1, %0");
  }
  // to 16 bytes and to numbers
  for (const [n, t] of [
    ["cvtpd2dq256", "4si"],
    ["cvttpd2dq256", "4si"],
    ["cvtpd2ps256", "4sf"],
  ] as const)
    put(n, `V${t}`, "y", `vmovdqu %1, T; v${n.slice(0, -3)} T, %0`);
  put("vcvtps2ph256", "V8hi", "yi", "vmovdqu %1, T; vcvtps2ph %2, T, %0");
  for (const n of ["pmovmskb256", "movmskps256", "movmskpd256"]) put(n, "i", "y", `vmovdqu %1, T; v${n.slice(0, -3)} T, %k0`);
  for (const [n, set] of [
    ["c", "setc"],
    ["z", "setz"],
    ["nzc", "seta"],
  ] as const) {
    put(`ptest${n}256`, "i", "yy", `vmovdqu %1, T; vptest %2, T; ${set} %b0; movzbl %b0, %k0`);
    for (const s of ["ps", "pd"]) {
      put(`vtest${n}${s}256`, "i", "yy", `vmovdqu %1, T; vtest${s} %2, T; ${set} %b0; movzbl %b0, %k0`);
      put(`vtest${n}${s}`, "i", "xx", `vtest${s} %2, %1; ${set} %b0; movzbl %b0, %k0`);
    }
  }
  for (const op of ["fmadd", "fmsub", "fnmadd", "fnmsub", "fmaddsub", "fmsubadd"])
    for (const [s, t] of [
      ["ps", "8sf"],
      ["pd", "4df"],
    ] as const)
      put(`v${op}${s}256`, `Y${t}`, "yyy", `${LOAD}; vmovdqu %2, %%ymm15; v${op}213${s} %3, %%ymm15, T; ${STORE}`, ["xmm15"]);
  // memory under a mask
  for (const [n, t, mn] of [
    ["maskloadps", "4sf", "vmaskmovps"],
    ["maskloadpd", "2df", "vmaskmovpd"],
    ["maskloadd", "4si", "vpmaskmovd"],
    ["maskloadq", "2di", "vpmaskmovq"],
  ] as const) {
    const wide = t === "4sf" ? "8sf" : t === "2df" ? "4df" : t === "4si" ? "8si" : "4di";
    put(n, `V${t}`, "px", `${mn} (%1), %2, %0`);
    put(`${n}256`, `Y${wide}`, "py", `vmovdqu %2, T; ${mn} (%1), T, T; ${STORE}`);
    const store = n.replace("load", "store");
    put(store, "v", "pxx", `${mn} %2, %1, (%0)`);
    put(`${store}256`, "v", "pyy", `vmovdqu %1, T; vmovdqu %2, %%ymm15; ${mn} %%ymm15, T, (%0)`, ["xmm15"]);
  }
  put("vzeroupper", "v", "", "vzeroupper");
  put("vzeroall", "v", "", "vzeroupper");
  return out;
}
