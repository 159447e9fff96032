/* { dg-options "-w" } */
// GCC's headers for SSE to SSE4.2, AES and PCLMUL: a checksum of what each intrinsic gives on a few vectors.
#include <stdio.h>
#if defined __x86_64__ && defined __OPTIMIZE__
#include <nmmintrin.h>
#include <wmmintrin.h>
#include <string.h>
#define V __attribute__((target("sse4.2,aes,pclmul"), noinline))
static const unsigned long long seeds[6][2] = {
  {0, 0},
  {~0ull, ~0ull},
  {0x0123456789abcdefull, 0xfedcba9876543210ull},
  {0x80007fff80ff7f01ull, 0x7fffffff80000000ull},
  {0x3ff8000000000000ull, 0xc00400003f800000ull},
  {0x4048f5c3bf000000ull, 0x40200000c1200000ull},
};
#define I(k) _mm_loadu_si128((const __m128i *)seeds[k])
#define F(k) _mm_castsi128_ps(I(k))
#define D(k) _mm_castsi128_pd(I(k))
static unsigned long long h;
static void add(const void *p, int n) {
  const unsigned char *c = p;
  for (int i = 0; i < n; i++) h = (h ^ c[i]) * 0x100000001b3ull;
}
static void addi(__m128i v) { add(&v, 16); }
// which of two NaNs comes out is not told
static void addf(__m128 v) { float f[4]; memcpy(f, &v, 16); for (int i = 0; i < 4; i++) if (f[i] != f[i]) f[i] = 7; add(f, 16); }
static void addd(__m128d v) { double f[2]; memcpy(f, &v, 16); for (int i = 0; i < 2; i++) if (f[i] != f[i]) f[i] = 7; add(f, 16); }
static void addn(long long v) { add(&v, 8); }
static void say(const char *s) { printf("%s %016llx\n", s, h); h = 0xcbf29ce484222325ull; }
#define BI(f) V static void b_##f(void) { for (int i = 0; i < 6; i++) for (int k = 0; k < 6; k++) addi(_mm_##f(I(i), I(k))); say(#f); }
#define BF(f) V static void b_##f(void) { for (int i = 2; i < 6; i++) for (int k = 2; k < 6; k++) addf(_mm_##f(F(i), F(k))); say(#f); }
#define BD(f) V static void b_##f(void) { for (int i = 2; i < 6; i++) for (int k = 2; k < 6; k++) addd(_mm_##f(D(i), D(k))); say(#f); }
#define BNI(f) V static void b_##f(void) { for (int i = 0; i < 6; i++) for (int k = 0; k < 6; k++) addn(_mm_##f(I(i), I(k))); say(#f); }
#define BNF(f) V static void b_##f(void) { for (int i = 2; i < 6; i++) for (int k = 2; k < 6; k++) addn(_mm_##f(F(i), F(k))); say(#f); }
#define BND(f) V static void b_##f(void) { for (int i = 2; i < 6; i++) for (int k = 2; k < 6; k++) addn(_mm_##f(D(i), D(k))); say(#f); }
#define UI(f) V static void b_##f(void) { for (int i = 0; i < 6; i++) addi(_mm_##f(I(i))); say(#f); }
#define UF(f) V static void b_##f(void) { for (int i = 2; i < 6; i++) addf(_mm_##f(F(i))); say(#f); }
#define UD(f) V static void b_##f(void) { for (int i = 2; i < 6; i++) addd(_mm_##f(D(i))); say(#f); }
#define SI(f) V static void b_##f(void) { for (int i = 0; i < 6; i++) for (int n = 0; n < 70; n += 3) addi(_mm_##f(I(i), n)); say(#f); }
#define CI(f, n) V static void c_##f##n(void) { for (int i = 0; i < 6; i++) addi(_mm_##f(I(i), n)); say(#f #n); }
#define CI2(f, n) V static void c_##f##n(void) { for (int i = 0; i < 6; i++) for (int k = 0; k < 6; k++) addi(_mm_##f(I(i), I(k), n)); say(#f #n); }
#define CN2(f, n) V static void c_##f##n(void) { for (int i = 0; i < 6; i++) for (int k = 0; k < 6; k++) addn(_mm_##f(I(i), I(k), n)); say(#f #n); }
#define CF2(f, n) V static void c_##f##n(void) { for (int i = 2; i < 6; i++) for (int k = 2; k < 6; k++) addf(_mm_##f(F(i), F(k), n)); say(#f #n); }
#define CD2(f, n) V static void c_##f##n(void) { for (int i = 2; i < 6; i++) for (int k = 2; k < 6; k++) addd(_mm_##f(D(i), D(k), n)); say(#f #n); }
#define INTEGER(X) X(adds_epi8) X(adds_epu8) X(adds_epu16) X(subs_epi8) X(subs_epu16) \
  X(avg_epu8) X(max_epu8) X(min_epu8) X(max_epi16) X(min_epi16) X(packs_epi16) X(packs_epi32) X(packus_epi16) \
  X(packus_epi32) X(unpackhi_epi8) X(unpacklo_epi8) X(unpacklo_epi16) X(unpackhi_epi32) \
  X(unpacklo_epi64) X(shuffle_epi8) X(sign_epi8) X(max_epi8) X(min_epi8) \
  X(min_epu16) X(max_epi32) X(max_epu32) X(mulhi_epi16) X(mullo_epi16) \
  X(mullo_epi32) X(hadd_epi16) X(hsub_epi16) X(hsubs_epi16) X(hadd_epi32) X(maddubs_epi16) \
  X(mulhrs_epi16) X(madd_epi16) X(sad_epu8) X(mul_epu32) X(mul_epi32) X(andnot_si128) \
  X(sll_epi16) X(sll_epi64) X(sra_epi16) X(srl_epi16) X(srl_epi32) \
  X(sub_epi64) X(cmpeq_epi8) X(cmpgt_epi16) X(cmpgt_epi64) X(aesenc_si128) \
  X(aesdeclast_si128)
#define FLOAT(X) X(add_ps) X(mul_ss) X(max_ss) X(min_ss) X(min_ps) X(and_ps) X(andnot_ps) \
  X(addsub_ps) X(hadd_ps) X(unpacklo_ps) X(movehl_ps) X(movelh_ps) X(move_ss) X(cmpeq_ps) \
  X(cmplt_ps) X(cmple_ps) X(cmpnlt_ps) X(cmpord_ps) X(cmpgt_ps) \
  X(cmpnge_ps) X(cmpeq_ss) X(cmpord_ss) X(cmpnge_ss)
#define DOUBLE(X) X(add_sd) X(mul_sd) X(max_pd) X(min_sd) X(andnot_pd) X(addsub_pd) \
  X(hsub_pd) X(unpackhi_pd) X(unpacklo_pd) X(move_sd) X(cmpeq_pd) X(cmplt_pd) X(cmpneq_sd) X(cmpnle_sd)
#define BOOLI(X) X(testz_si128) X(testc_si128) X(testnzc_si128)
#define BOOLF(X) X(comieq_ss) X(comilt_ss) X(comile_ss) X(comige_ss) X(ucomilt_ss)
#define BOOLD(X) X(comieq_sd) X(ucomige_sd)
#define UNI(X) X(abs_epi8) X(abs_epi16) X(minpos_epu16) X(cvtepi8_epi16) X(cvtepi8_epi64) \
  X(cvtepu8_epi16) X(cvtepu32_epi64) X(cvtepi16_epi64) X(move_epi64) X(aesimc_si128)
#define UNF(X) X(sqrt_ps) X(sqrt_ss) X(movehdup_ps) X(moveldup_ps)
#define UND(X) X(sqrt_pd)
#define SHIFT(X) X(slli_epi16) X(slli_epi64) X(srai_epi32) X(srli_epi16) X(srli_epi32) 
#define CONST1(X) X(slli_si128, 3) X(srli_si128, 11) X(slli_si128, 16) X(shuffle_epi32, 0x1b) X(shufflehi_epi16, 0x93) \
  X(shufflelo_epi16, 0x4e) X(aeskeygenassist_si128, 0x1b) X(slli_epi32, 7) X(insert_epi16_, 5)
#define CONST2(X) X(alignr_epi8, 5) X(alignr_epi8, 21) X(blend_epi16, 0x5a) X(mpsadbw_epu8, 5) X(clmulepi64_si128, 0x10) \
  X(cmpistrm, 0x44) X(blendv_epi8_, 0)
#define CONSTN(X) X(cmpistri, 0x0c) X(cmpistrc, 0x18) X(cmpistrz, 0x08) X(cmpestri_, 0x0d) X(cmpestro_, 0x44)
#define CONSTF(X) X(shuffle_ps, 0x72) X(blend_ps, 6) X(dp_ps, 0x75) X(insert_ps, 0x9c) X(round_ss, 1)
#define CONSTD(X) X(shuffle_pd, 1) X(blend_pd, 2) X(dp_pd, 0x31) X(round_sd, 2)
#define _mm_insert_epi16_(v, n) _mm_insert_epi16(v, 0x1234, n)
#define _mm_blendv_epi8_(a, b, n) _mm_blendv_epi8(a, b, _mm_xor_si128(a, b))
#define _mm_cmpestri_(a, b, n) _mm_cmpestri(a, 9, b, 14, n)
#define _mm_cmpestro_(a, b, n) _mm_cmpestro(a, 5, b, 16, n)
INTEGER(BI) FLOAT(BF) DOUBLE(BD) BOOLI(BNI) BOOLF(BNF) BOOLD(BND) UNI(UI) UNF(UF) UND(UD) SHIFT(SI)
CONST1(CI) CONST2(CI2) CONSTN(CN2) CONSTF(CF2) CONSTD(CD2)
V static void scalars(void) {
  for (int i = 2; i < 6; i++) {
    addn(_mm_movemask_epi8(I(i))), addn(_mm_movemask_ps(F(i))), addn(_mm_movemask_pd(D(i)));
    addn(_mm_cvtss_si32(F(i))), addn(_mm_cvttss_si64(F(i))), addn(_mm_cvtsd_si64(D(i))), addn(_mm_cvttsd_si32(D(i)));
    addn(_mm_extract_epi16(I(i), 5)), addn(_mm_extract_epi8(I(i), 9)), addn(_mm_extract_epi32(I(i), 2)), addn(_mm_extract_epi64(I(i), 1));
    addn(_mm_extract_ps(F(i), 3)), addn(_mm_cvtsi128_si32(I(i))), addn(_mm_cvtsi128_si64(I(i)));
    addi(_mm_insert_epi8(I(i), 77, 6)), addi(_mm_insert_epi32(I(i), -5, 1)), addi(_mm_insert_epi64(I(i), -5, 1));
    addf(_mm_cvtsi32_ss(F(i), i * 1000 + 1)), addf(_mm_cvtsi64_ss(F(i), -i)), addd(_mm_cvtsi32_sd(D(i), i)), addd(_mm_cvtsi64_sd(D(i), -i));
    addf(_mm_cvtsd_ss(F(i), D(5))), addd(_mm_cvtss_sd(D(i), F(5))), addf(_mm_cvtepi32_ps(I(i))), addf(_mm_cvtpd_ps(D(i)));
    addd(_mm_cvtepi32_pd(I(i))), addd(_mm_cvtps_pd(F(i))), addi(_mm_cvtps_epi32(F(i))), addi(_mm_cvttps_epi32(F(i))), addi(_mm_cvtpd_epi32(D(i)));
    addf(_mm_blendv_ps(F(i), F(2), F(3))), addd(_mm_blendv_pd(D(i), D(2), D(3))), addf(_mm_round_ps(F(i), 0)), addd(_mm_floor_pd(D(i)));
    addn(_mm_crc32_u8(i, 200)), addn(_mm_crc32_u16(i, 2000)), addn(_mm_crc32_u32(i, 20000)), addn(_mm_crc32_u64(i, 0x123456789abcdefull));
    addf(_mm_loadh_pi(F(i), (const __m64 *)seeds[5])), addf(_mm_loadl_pi(F(i), (const __m64 *)seeds[4])), addd(_mm_loadh_pd(D(i), (const double *)seeds[4]));
    __m64 m[2];
    _mm_storeh_pi(m, F(i)), _mm_storel_pi(m + 1, F(i)), add(m, 16);
    __m128i s[3] = {0};
    _mm_stream_si128(s, I(i)), _mm_stream_si32((int *)(s + 1), i), _mm_stream_si64((long long *)(s + 1) + 1, 5);
    _mm_storeu_si128(s + 2, I(2)), _mm_maskmoveu_si128(I(4), I(i), (char *)(s + 2));
    _mm_sfence(), add(s, 48), addi(_mm_lddqu_si128(s)), addi(_mm_stream_load_si128(s));
  }
  say("scalars");
  _mm_setcsr(_mm_getcsr() | 0x6000);
  printf("%d %x\n", _mm_cvtss_si32(_mm_set_ss(2.9f)), _mm_getcsr() & 0xffc0);
}
int main(void) {
#define RUN(f) b_##f();
#define RUNC(f, n) c_##f##n();
  INTEGER(RUN) FLOAT(RUN) DOUBLE(RUN) BOOLI(RUN) BOOLF(RUN) BOOLD(RUN) UNI(RUN) UNF(RUN) UND(RUN) SHIFT(RUN)
  CONST1(RUNC) CONST2(RUNC) CONSTN(RUNC) CONSTF(RUNC) CONSTD(RUNC)
  scalars();
  return 0;
}
#else
int main(void) { return 0; }
#endif
