/* { dg-options "-w" } */
// GCC's header for Advanced SIMD: a checksum of what each kind of intrinsic gives on a few vectors.
#include <stdio.h>
#if defined __aarch64__ && defined __OPTIMIZE__
#include <arm_neon.h>
#include <string.h>
#define F __attribute__((noinline))
static const unsigned long long seeds[8][2] = {
  {0, ~0ull},
  {0x0123456789abcdefull, 0xfedcba9876543210ull},
  {0x80007fff80ff7f01ull, 0x7fffffff80000000ull},
  {0x1122334455667788ull, 0x8899aabbccddeeffull},
  {0x0706050403020100ull, 0x00ff00ff1234abcdull},
  {0x3ff8000000000000ull, 0xc00400003f800000ull},
  {0x4010000040400000ull, 0xbfe0000000000000ull},
  {0x4048f5c3bf000000ull, 0x40200000c1200000ull},
};
static unsigned long long sum;
static void add(const void *p, int n) {
  const unsigned char *c = p;
  for (int i = 0; i < n; i++) sum = sum * 1099511628211ull + c[i] + 1;
}
#define OUT(x) do { __typeof__(x) r_ = (x); add(&r_, sizeof r_); } while (0)
#define A(t, k) (*(const t *)seeds[k])
#define Q8(k) A(int8x16_t, k)
#define Q16(k) A(int16x8_t, k)
#define Q32(k) A(int32x4_t, k)
#define Q64(k) A(int64x2_t, k)
#define U8(k) A(uint8x16_t, k)
#define U16(k) A(uint16x8_t, k)
#define U32(k) A(uint32x4_t, k)
#define U64(k) A(uint64x2_t, k)
#define F32(k) A(float32x4_t, k)
#define F64(k) A(float64x2_t, k)
#define D8(k) A(int8x8_t, k)
#define D16(k) A(int16x4_t, k)
#define D32(k) A(int32x2_t, k)
#define E8(k) A(uint8x8_t, k)
#define E16(k) A(uint16x4_t, k)
#define E32(k) A(uint32x2_t, k)

F void arithmetic(int k, int l) {
  OUT(vaddq_s8(Q8(k), Q8(l)));
  OUT(veorq_u64(U64(k), U64(l)));
  OUT(vhaddq_s16(Q16(k), Q16(l)));
  OUT(vqaddq_u8(U8(k), U8(l)));
  OUT(vqsubq_s32(Q32(k), Q32(l)));
  OUT(vabdq_u16(U16(k), U16(l)));
  OUT(vabaq_s8(Q8(k), Q8(l), Q8(1)));
  OUT(vmulq_s16(Q16(k), Q16(l)));
  OUT(vmlaq_u32(U32(k), U32(l), U32(2)));
  OUT(vmlsq_n_s16(Q16(k), Q16(l), 77));
  OUT(vqdmulhq_s16(Q16(k), Q16(l)));
  OUT(vqrdmulhq_lane_s32(Q32(k), D32(l), 1));
  OUT(vmaxq_s8(Q8(k), Q8(l)));
  OUT(vminq_u32(U32(k), U32(l)));
  OUT(vpaddq_s16(Q16(k), Q16(l)));
  OUT(vpmaxq_u8(U8(k), U8(l)));
  OUT(vabsq_s32(Q32(k)));
  OUT(vqnegq_s8(Q8(k)));
  OUT(vclzq_u16(U16(k)));
  OUT(vcntq_u8(U8(k)));
  OUT(vrbitq_u8(U8(k)));
  OUT(vbslq_u32(U32(k), U32(l), U32(3)));
  OUT(vmulq_p8((poly8x16_t)U8(k), (poly8x16_t)U8(l)));
  OUT(vcgtq_s16(Q16(k), Q16(l)));
  OUT(vtstq_u8(U8(k), U8(l)));
}
F void widths(int k, int l) {
  OUT(vaddl_u8(E8(k), E8(l)));
  OUT(vaddw_high_s16(Q32(k), Q16(l)));
  OUT(vmull_s16(D16(k), D16(l)));
  OUT(vmull_high_u32(U32(k), U32(l)));
  OUT(vmlal_lane_s16(Q32(k), D16(l), D16(1), 3));
  OUT(vmlsl_high_n_u16(U32(k), U16(l), 1234));
  OUT(vqdmlal_s32(Q64(k), D32(l), D32(2)));
  OUT(vmull_p8((poly8x8_t)E8(k), (poly8x8_t)E8(l)));
  OUT(vmovl_s32(D32(k)));
  OUT(vmovl_high_u8(U8(k)));
  OUT(vmovn_u32(U32(k)));
  OUT(vqmovn_high_s16(D8(k), Q16(l)));
  OUT(vqmovun_s32(Q32(k)));
  OUT(vaddhn_u16(U16(k), U16(l)));
  OUT(vrsubhn_high_s32(D16(k), Q32(l), Q32(1)));
  OUT(vshrn_n_u16(U16(k), 3));
  OUT(vqrshrn_high_n_s64(D32(k), Q64(l), 7));
  OUT(vshll_n_u8(E8(k), 5));
  OUT(vpaddlq_u8(U8(k)));
  OUT(vpadalq_s16(Q32(k), Q16(l)));
  OUT(vabal_u16(U32(k), E16(l), E16(3)));
}
F void shifts(int k, int l) {
  OUT(vshlq_n_u16(U16(k), 3));
  OUT(vshrq_n_s8(Q8(k), 5));
  OUT(vrshrq_n_u32(U32(k), 9));
  OUT(vsraq_n_s64(Q64(k), Q64(l), 11));
  OUT(vsliq_n_u8(U8(k), U8(l), 4));
  OUT(vsriq_n_s16(Q16(k), Q16(l), 4));
  OUT(vshlq_s32(Q32(k), Q32(l)));
  OUT(vqshlq_u8(U8(k), Q8(l)));
  OUT(vqshluq_n_s16(Q16(k), 2));
  OUT(vqaddb_s8(Q8(k)[3], Q8(l)[4]));
  OUT(vqrshrnd_n_s64(Q64(k)[1], 9));
  OUT(vqdmulhh_s16(Q16(k)[1], Q16(l)[2]));
}
F void across(int k, int l) {
  OUT(vaddvq_u8(U8(k)));
  OUT(vaddv_s32(D32(k)));
  OUT(vaddvq_s64(Q64(k)));
  OUT(vaddlvq_u16(U16(k)));
  OUT(vmaxvq_s8(Q8(k)));
  OUT(vminv_u32(E32(k)));
  OUT(vaddvq_f32(F32(5 + k % 3)));
  OUT(vmaxvq_f32(F32(5 + k % 3)));
  OUT(vminnmvq_f64(F64(5 + l % 3)));
}
F void reals(int k, int l) {
  OUT(vaddq_f32(F32(k), F32(l)));
  OUT(vmulq_lane_f32(F32(k), A(float32x2_t, l), 1));
  OUT(vfmaq_f32(F32(k), F32(l), F32(5)));
  OUT(vfmsq_laneq_f64(F64(k), F64(l), F64(5), 1));
  OUT(vmlaq_n_f32(F32(k), F32(l), 2.0f));
  OUT(vabsq_f32(F32(k)));
  OUT(vmaxnmq_f32(F32(k), F32(l)));
  OUT(vminq_f64(F64(k), F64(l)));
  OUT(vsqrtq_f32(vabsq_f32(F32(k))));
  OUT(vrecpeq_f32(F32(k)));
  OUT(vrsqrtsq_f32(F32(k), F32(l)));
  OUT(vrndnq_f32(F32(k)));
  OUT(vcvtq_s32_f32(F32(k)));
  OUT(vcvtaq_u32_f32(F32(k)));
  OUT(vcvtq_n_f32_s32(Q32(k), 7));
  OUT(vcvt_f64_f32(A(float32x2_t, k)));
  OUT(vcvt_high_f32_f64(A(float32x2_t, k), F64(l)));
  OUT(vcgeq_f32(F32(k), F32(l)));
  OUT(vcagtq_f64(F64(k), F64(l)));
  OUT(vpaddq_f32(F32(k), F32(l)));
  OUT(vcvtpd_s64_f64(F64(k)[0]));
  OUT(vcvtms_s32_f32(F32(k)[2]));
  OUT(vfmad_lane_f64(F64(k)[0], F64(l)[1], A(float64x1_t, k), 0));
}
F void memory(int k, int l) {
  unsigned char b[128];
  memcpy(b, seeds, sizeof b);
  uint8x16x4_t t = vld4q_u8(b + k);
  OUT(t);
  OUT(vld2_s16((const short *)(b + 2 * k)));
  OUT(vld3q_lane_u32((const unsigned *)(b + 4 * l), (uint32x4x3_t){{U32(k), U32(l), U32(1)}}, 2));
  OUT(vld2_dup_u64((const unsigned long *)(b + 8 * k)));
  OUT(vld1q_f32_x2((const float *)(b + 4 * k)));
  OUT(vld1q_lane_u16((const unsigned short *)(b + 2 * k), U16(l), 6));
  OUT(vld1_dup_s8((const signed char *)b + l));
  vst4q_u8(b, t);
  vst2q_lane_s64((long *)(b + 64), (int64x2x2_t){{Q64(k), Q64(l)}}, 1);
  vst3_u8(b + 90, (uint8x8x3_t){{E8(k), E8(l), E8(3)}});
  vst1q_u8(b + 5, U8(l));
  add(b, sizeof b);
  OUT(vqtbl1q_u8(U8(k), U8(4)));
  OUT(vqtbl3q_u8((uint8x16x3_t){{U8(k), U8(l), U8(1)}}, U8(4)));
  OUT(vqtbx2_s8(D8(k), (int8x16x2_t){{Q8(k), Q8(l)}}, E8(4)));
  OUT(vtbl2_u8((uint8x8x2_t){{E8(k), E8(l)}}, E8(4)));
}
F void order(int k, int l) {
  OUT(vget_high_u8(U8(k)));
  OUT(vcombine_s16(D16(k), D16(l)));
  OUT(vextq_u8(U8(k), U8(l), 5));
  OUT(vzipq_u16(U16(k), U16(l)));
  OUT(vuzp2q_s8(Q8(k), Q8(l)));
  OUT(vtrn1q_s32(Q32(k), Q32(l)));
  OUT(vrev32q_u8(U8(k)));
  OUT(vdupq_lane_u16(E16(k), 2));
  OUT(vsetq_lane_s32(99, Q32(k), 3));
  OUT(vgetq_lane_u8(U8(k), 13));
  OUT(vcopyq_laneq_u16(U16(k), 1, U16(l), 6));
  OUT(vreinterpretq_f32_u8(U8(k)));
  OUT(vmovq_n_u8(k * 3 + l));
  OUT(vcreate_u16(seeds[k][0] + l));
}
#pragma GCC push_options
#pragma GCC target("+crypto")
F void cryptography(int k, int l) {
  OUT(vaesmcq_u8(vaeseq_u8(U8(k), U8(l))));
  OUT(vsha256hq_u32(U32(k), U32(l), U32(3)));
  OUT(vsha256su1q_u32(U32(k), U32(l), U32(3)));
  OUT(vsha1cq_u32(U32(k), U32(l)[0], U32(3)));
  OUT(vsha1h_u32(U32(k)[1]));
  OUT(vmull_p64(U64(k)[0], U64(l)[1]));
  OUT(vmull_high_p64((poly64x2_t)U64(k), (poly64x2_t)U64(l)));
}
#pragma GCC pop_options
// what the ABI does with a structure of vectors
F uint8x16x2_t swapped(uint8x16x2_t a, int8x8_t b) { return (uint8x16x2_t){{a.val[1], vcombine_u8((uint8x8_t)b, vget_low_u8(a.val[0]))}}; }

int main(void) {
  static void (*const f[])(int, int) = {arithmetic, widths, shifts, across, memory, order, cryptography};
  for (unsigned i = 0; i < sizeof f / sizeof *f; i++) {
    sum = 0;
    for (int k = 0; k < 5; k++)
      for (int l = 0; l < 5; l++) f[i](k, l);
    printf("%u %016llx\n", i, sum);
  }
  sum = 0;
  for (int k = 5; k < 8; k++)
    for (int l = 5; l < 8; l++) reals(k, l);
  OUT(swapped((uint8x16x2_t){{U8(1), U8(2)}}, D8(3)));
  printf("reals %016llx\n", sum);
  return 0;
}
#else
int main(void) {
  printf("no Advanced SIMD\n");
  return 0;
}
#endif
