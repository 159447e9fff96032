/* overflow checks over all type pairs, bit counts, classification */
int printf(const char *, ...);
#define OV(T, A, B, a, b) { A x = a; B y = b; T r; int o = __builtin_add_overflow(x, y, &r); printf("%d %lld;", o, (long long)r); o = __builtin_sub_overflow(x, y, &r); printf("%d %lld;", o, (long long)r); o = __builtin_mul_overflow(x, y, &r); printf("%d %lld\n", o, (long long)r); }
#define ALL(T) OV(T, int, int, 2147483647, 2) OV(T, unsigned, int, 4000000000u, -3) OV(T, long, long, 0x7fffffffffffffffl, -2) OV(T, unsigned long, unsigned long, -1ul, 3) OV(T, long, unsigned long, -5, -1ul) OV(T, char, short, 100, -300) OV(T, unsigned char, unsigned char, 200, 100) OV(T, long, int, -0x7fffffffffffffffl - 1, -1) OV(T, int, int, -2147483647 - 1, -1)
typedef unsigned char uc; typedef signed char sc; typedef unsigned short us; typedef unsigned long ul; typedef long long ll;
volatile unsigned vu = 0x00f0; volatile unsigned long vl = 0x0f00000000000000ul; volatile int vz;
volatile double nan_, inf_ = 1e308, one = 1, neg = -0.0, sub = 5e-324;
int main(void) {
  ALL(uc) ALL(sc) ALL(us) ALL(short) ALL(int) ALL(unsigned) ALL(long) ALL(ul)
  printf("%d %d %d %d %d %d %d\n", __builtin_clz(vu), __builtin_ctz(vu), __builtin_popcount(vu), __builtin_ffs(vz), __builtin_ffsl(vl), __builtin_parity(vu + 1), __builtin_clrsb(-1 - vz));
  printf("%d %d %d %x %lx %x\n", __builtin_clzl(vl), __builtin_ctzl(vl), __builtin_popcountl(vl), __builtin_bswap32(vu), __builtin_bswap64(vl), __builtin_bswap16(vu));
  /* no product in the difference: GCC contracts it to a fused operation, which gives no NaN */
  inf_ *= 10; nan_ = inf_ - inf_;
  printf("%d %d %d %d %d %d\n", __builtin_isnan(nan_), __builtin_isnan(one), !!__builtin_isinf(inf_), __builtin_isinf_sign(-inf_), __builtin_isfinite(inf_), __builtin_isfinite(one));
  printf("%d %d %d %d\n", __builtin_isnormal(sub), __builtin_isnormal(one), !!__builtin_signbit(neg), !!__builtin_signbit(one));
  printf("%d %d %d %d %d\n", __builtin_fpclassify(1, 2, 3, 4, 5, nan_), __builtin_fpclassify(1, 2, 3, 4, 5, inf_), __builtin_fpclassify(1, 2, 3, 4, 5, one), __builtin_fpclassify(1, 2, 3, 4, 5, sub), __builtin_fpclassify(1, 2, 3, 4, 5, neg));
  printf("%d %d %d %d %d\n", __builtin_isgreater(one, nan_), __builtin_isless(neg, one), __builtin_isunordered(one, nan_), __builtin_islessgreater(one, one), __builtin_islessequal(one, one));
  printf("%g %g %d %ld\n", __builtin_fabs(-one), __builtin_copysign(one, neg), __builtin_abs(-7 + vz), __builtin_labs(-9l + vz));
  char buf[8]; __builtin_memset(buf, 'x', 7); buf[7] = 0; printf("%s %d %d\n", buf, (int)__builtin_strlen("abcd"), __builtin_add_overflow_p(2147483647, 1, (int)0));
  long double w = one; printf("%d %Lg\n", !!__builtin_signbit(-w), __builtin_fabsl(-w * 3));
  return 0;
}
