/* __builtin_mul_overflow with a 128-bit operand or result and types that are not all alike: it was refused. */
int printf(const char *, ...);
typedef __int128 s128;
typedef unsigned __int128 u128;

#define S128_MAX ((s128)(~(u128)0 >> 1))
#define S128_MIN (-S128_MAX - 1)

#define TEST(name, A, B, R)                                                    \
  __attribute__((noipa)) static void name(A a, B b) {                          \
    R r;                                                                       \
    _Bool o = __builtin_mul_overflow(a, b, &r);                                \
    printf(#name " %d %llx%016llx\n", o, (unsigned long long)((u128)r >> 64),  \
           (unsigned long long)r);                                             \
  }
TEST(su_u, s128, u128, u128)
TEST(su_s, s128, u128, s128)
TEST(ss_u, s128, s128, u128)
TEST(uu_s, u128, u128, s128)
TEST(si_c, s128, int, signed char)
TEST(ul_us, unsigned long, s128, unsigned short)
TEST(us_l, u128, short, long)
TEST(cu_u, signed char, u128, u128)

int main(void) {
  static const s128 v[] = {0, 1, -1, 2, -2, 3, 127, -128, 65535, S128_MAX, S128_MIN, S128_MIN + 1,
                           (s128)1 << 64, -((s128)1 << 64), (s128)1 << 63, -((s128)1 << 63), 0x7fffffff};
  int n = sizeof v / sizeof *v;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      su_u(v[i], v[j]);
      su_s(v[i], v[j]);
      ss_u(v[i], v[j]);
      uu_s(v[i], v[j]);
      si_c(v[i], v[j]);
      ul_us(v[i], v[j]);
      us_l(v[i], v[j]);
      cu_u(v[i], v[j]);
    }
  return 0;
}
