/* { dg-options "-w" } */
// GCC's headers for AVX, AVX2, FMA, and for bits and carries: a checksum of what each intrinsic gives on a few vectors.
#include <stdio.h>
#if defined __x86_64__ && defined __OPTIMIZE__
#include <immintrin.h>
#include <string.h>
#define V __attribute__((target("avx2,fma,bmi,bmi2,adx,lzcnt,f16c"), noinline))
static const unsigned long long seeds[6][4] = {
  {0, 0, 0, 0},
  {~0ull, ~0ull, 1, 0x8000000000000000ull},
  {0x0123456789abcdefull, 0xfedcba9876543210ull, 0x0706050403020100ull, 0x00ff00ff1234abcdull},
  {0x80007fff80ff7f01ull, 0x7fffffff80000000ull, 0x1122334455667788ull, 0x8899aabbccddeeffull},
  {0x3ff8000000000000ull, 0xc00400003f800000ull, 0x4010000040400000ull, 0xbfe0000000000000ull},
  {0x4048f5c3bf000000ull, 0x40200000c1200000ull, 0x4059000000000000ull, 0x3fb99999bdcccccdull},
};
static const __m256i *at(int k) { return (const __m256i *)seeds[k]; }
#define I(k) _mm256_loadu_si256(at(k))
#define F(k) _mm256_castsi256_ps(I(k))
#define D(k) _mm256_castsi256_pd(I(k))
#define H(k) _mm_loadu_si128((const __m128i *)seeds[k])
static unsigned long long h = 0xcbf29ce484222325ull;
static void add(const void *p, int n) {
  const unsigned char *c = p;
  for (int i = 0; i < n; i++) h = (h ^ c[i]) * 0x100000001b3ull;
}
static void addn(long long v) { add(&v, 8); }
V static void addi(__m256i v) { long long b[4]; _mm256_storeu_si256((__m256i *)b, v); add(b, 32); }
V static void addh(__m128i v) { long long b[2]; _mm_storeu_si128((__m128i *)b, v); add(b, 16); }
V static void addf(__m256 v) { float f[8]; _mm256_storeu_ps(f, v); for (int i = 0; i < 8; i++) if (f[i] != f[i]) f[i] = 7; add(f, 32); }
V static void addd(__m256d v) { double f[4]; _mm256_storeu_pd(f, v); for (int i = 0; i < 4; i++) if (f[i] != f[i]) f[i] = 7; add(f, 32); }
static void say(const char *s) { printf("%s %016llx\n", s, h); h = 0xcbf29ce484222325ull; }
#define BI(f) addi(_mm256_##f(I(i), I(k)));
#define BF(f) addf(_mm256_##f(F(i), F(k)));
#define BD(f) addd(_mm256_##f(D(i), D(k)));
V static void integers(int i, int k) {
  BI(adds_epi8) BI(subs_epu16) BI(avg_epu8) BI(max_epi8) BI(min_epu32) BI(packs_epi16) BI(packus_epi32) BI(unpackhi_epi8)
  BI(unpacklo_epi64) BI(shuffle_epi8) BI(sign_epi16) BI(mulhi_epi16) BI(mulhrs_epi16) BI(hadd_epi32) BI(hsubs_epi16)
  BI(maddubs_epi16) BI(madd_epi16) BI(sad_epu8) BI(mul_epu32) BI(mul_epi32) BI(andnot_si256) BI(add_epi64) BI(cmpgt_epi16)
  BI(permutevar8x32_epi32) BI(sllv_epi32) BI(srlv_epi64) BI(srav_epi32)
  addi(_mm256_blendv_epi8(I(i), I(k), I(2))), addi(_mm256_blend_epi16(I(i), I(k), 0x5a)), addi(_mm256_blend_epi32(I(i), I(k), 0x96));
  addi(_mm256_alignr_epi8(I(i), I(k), 5)), addi(_mm256_permute2x128_si256(I(i), I(k), 0x31)), addi(_mm256_mpsadbw_epu8(I(i), I(k), 0x2b));
  addi(_mm256_slli_epi16(I(i), k)), addi(_mm256_srai_epi32(I(i), k * 9)), addi(_mm256_srli_epi64(I(i), k * 13)), addi(_mm256_sll_epi32(I(i), H(2)));
  addn(_mm256_testz_si256(I(i), I(k))), addn(_mm256_testc_si256(I(i), I(k))), addn(_mm256_testnzc_si256(I(i), I(k)));
  addi(_mm256_maskload_epi32((const int *)at(i), I(k))), addh(_mm_sllv_epi32(H(i), H(k))), addh(_mm_blend_epi32(H(i), H(k), 6));
}
V static void integer(int i) {
  addi(_mm256_abs_epi8(I(i))), addi(_mm256_slli_si256(I(i), 3)), addi(_mm256_srli_si256(I(i), 11)), addi(_mm256_shuffle_epi32(I(i), 0x1b));
  addi(_mm256_shufflehi_epi16(I(i), 0x93)), addi(_mm256_permute4x64_epi64(I(i), 0x4e)), addi(_mm256_cvtepi8_epi16(H(i)));
  addi(_mm256_cvtepu16_epi64(H(i))), addi(_mm256_cvtepi32_epi64(H(i))), addi(_mm256_broadcastb_epi8(H(i))), addi(_mm256_broadcastq_epi64(H(i)));
  addi(_mm256_broadcastsi128_si256(H(i))), addh(_mm256_extracti128_si256(I(i), 1)), addi(_mm256_inserti128_si256(I(i), H(2), 1));
  addh(_mm256_castsi256_si128(I(i))), addn(_mm256_movemask_epi8(I(i))), addn(_mm256_extract_epi32(I(i), 6)), addi(_mm256_insert_epi16(I(i), 77, 9));
  addi(_mm256_set1_epi16(i)), addi(_mm256_setr_epi32(1, i, 3, 4, 5, 6, 7, -8)), addh(_mm_broadcastw_epi16(H(i)));
  int m[8] = {0};
  _mm256_maskstore_epi32(m, I(i), I(3)), add(m, 32);
  _mm256_zeroupper();
}
V static void reals(int i, int k) {
  BF(add_ps) BF(max_ps) BF(andnot_ps) BF(addsub_ps) BF(hadd_ps) BF(unpackhi_ps) BD(mul_pd) BD(min_pd) BD(xor_pd) BD(hsub_pd) BD(unpacklo_pd)
  addf(_mm256_shuffle_ps(F(i), F(k), 0x72)), addf(_mm256_blend_ps(F(i), F(k), 0x35)), addf(_mm256_dp_ps(F(i), F(k), 0x75));
  addf(_mm256_cmp_ps(F(i), F(k), _CMP_LT_OQ)), addd(_mm256_cmp_pd(D(i), D(k), _CMP_NLE_US)), addf(_mm256_permute2f128_ps(F(i), F(k), 0x20));
  addf(_mm256_fmadd_ps(F(i), F(k), F(4))), addd(_mm256_fnmsub_pd(D(i), D(k), D(5))), addf(_mm256_fmaddsub_ps(F(i), F(k), F(5)));
  addf(_mm256_blendv_ps(F(i), F(k), F(3))), addf(_mm256_permutevar8x32_ps(F(i), I(k))), addf(_mm256_permutevar_ps(F(i), I(k)));
  addn(_mm256_testz_ps(F(i), F(k)));
  __m128 a = _mm256_castps256_ps128(F(i)), b = _mm256_castps256_ps128(F(k));
  addh(_mm_castps_si128(_mm_fmadd_ps(a, b, a))), addh(_mm_castps_si128(_mm_fnmadd_ss(a, b, a))), addh(_mm_castps_si128(_mm_cmp_ss(a, b, _CMP_GE_OS)));
}
V static void real(int i) {
  addf(_mm256_sqrt_ps(F(i))), addf(_mm256_movehdup_ps(F(i))), addd(_mm256_movedup_pd(D(i))), addf(_mm256_cvtepi32_ps(I(i)));
  addi(_mm256_cvttps_epi32(F(i))), addd(_mm256_cvtepi32_pd(H(i))), addh(_mm256_cvtpd_epi32(D(i))), addf(_mm256_round_ps(F(i), 1));
  addf(_mm256_permute_ps(F(i), 0x1b)), addd(_mm256_permute4x64_pd(D(i), 0x93)), addf(_mm256_broadcast_ss((const float *)seeds[i]));
  addd(_mm256_broadcast_pd((const __m128d *)seeds[i])), addn(_mm256_movemask_ps(F(i))), addn(_mm256_movemask_pd(D(i)));
  addh(_mm_castps_si128(_mm256_extractf128_ps(F(i), 1))), addf(_mm256_insertf128_ps(F(i), _mm_castsi128_ps(H(2)), 0));
  addf(_mm256_cvtph_ps(H(i))), addh(_mm256_cvtps_ph(F(i), 0)), addf(_mm256_maskload_ps((const float *)seeds[i], I(3)));
  addh(_mm_castps_si128(_mm256_cvtpd_ps(D(i))));
}
V static void bits(unsigned long long a, unsigned long long b) {
  unsigned long long r[2] = {0};
  unsigned s[2] = {0};
  addn(_pdep_u64(a, b)), addn(_pext_u32(a, b)), addn(_bzhi_u64(a, 13)), addn(_bextr_u64(a, 5, 9)), addn(_lzcnt_u64(b)), addn(_tzcnt_u32(b));
  addn(_addcarry_u64(1, a, b, r)), addn(_subborrow_u64(1, a, b, r + 1)), addn(_addcarry_u32(0, a, b, s)), addn(_subborrow_u32(0, a, b, s + 1));
  add(r, 16), add(s, 8);
  if (a != 0) addn(__bsrq(a));
}
int main(void) {
  for (int i = 0; i < 6; i++) {
    integer(i);
    for (int k = 0; k < 6; k++) integers(i, k);
    printf("%d ", i), say("integers");
    if (i < 2) continue;
    real(i);
    for (int k = 2; k < 6; k++) reals(i, k);
    printf("%d ", i), say("reals");
  }
  for (int i = 0; i < 6; i++) bits(seeds[i][0], seeds[5 - i][1] + 1);
  say("bits");
  return 0;
}
#else
int main(void) { return 0; }
#endif
