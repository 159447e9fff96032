// Calling convention: results in memory, small structs, variable arguments, floating point, alloca, the x87. With -DCALLER and
// -DCALLEE the two halves, for two compilers.
#ifdef CALLEE
typedef unsigned long long u64;
typedef long long s64;
typedef unsigned int u32;
#else
#include "start.h"
#endif
#ifdef CALLER
#define BODY(...) ;
#else
#define BODY(...) {__VA_ARGS__}
#endif

#define N __attribute__((noinline, noclone))
struct big {
  int a, b, c, d, e;
};
struct small {
  short a;
  char b, c;
};
struct pair {
  int a, b;
};
struct one {
  double d;
};
struct mixed {
  char c;
  double d;
  s64 l;
  long double x;
  int i;
};
N struct big make_big(int x, struct small s) BODY(return (struct big){x, s.a, s.b, s.c, 5};)
N struct small make_small(struct big b) BODY(return (struct small){b.a, b.b, b.c};)
N struct pair make_pair(struct pair p, struct one o, int i) BODY(return (struct pair){p.b + i, p.a + (int)o.d};)
N struct one make_one(int i, struct pair p, float f) BODY(return (struct one){i + p.a * f};)
N struct mixed make_mixed(struct mixed m, int k) BODY(
  m.c += k;
  m.d *= k;
  m.l -= k;
  m.x /= k;
  m.i = (char *)&m.i - (char *)&m;
  return m;
)
N s64 many(int a, s64 b, char c, short d, s64 e, struct small f, int g) BODY(return a + b * 3 + c * 5 + d * 7 + e * 11 + f.a * 13 + g * 17;)
N s64 sum(int n, ...) BODY(
  __builtin_va_list ap;
  s64 r = 0;
  __builtin_va_start(ap, n);
  while (n--) {
    r += __builtin_va_arg(ap, int);
    r += __builtin_va_arg(ap, s64);
    r += (int)__builtin_va_arg(ap, double);
    r += __builtin_va_arg(ap, struct big).c;
    r += (int)__builtin_va_arg(ap, long double);
  }
  __builtin_va_end(ap);
  return r;
)
N int stack(int n) BODY(
  int *p = __builtin_alloca(n * sizeof(int));
  struct big b[n];
  for (int i = 0; i < n; i++) {
    p[i] = i * i;
    b[i] = make_big(p[i], (struct small){1, 2, 3});
  }
  int s = 0;
  for (int i = 0; i < n; i++) s += b[i].a + b[i].c;
  return s + (((u32)p & 3) != 0);
)
N double mean(float *p, int n) BODY(
  double s = 0;
  for (int i = 0; i < n; i++) s += p[i];
  return s / n;
)
N u64 bits(double d) BODY(
  union {
    double d;
    u64 u;
  } x = {d};
  return x.u;
)
N int order(double a, double b) BODY(return (a < b) + 2 * (a <= b) + 4 * (a == b) + 8 * (a != b) + 16 * !(a < b);)
N long double extended(long double a, float b, double c) BODY(return a * b - c;)
#ifndef CALLEE
int (*volatile indirect)(int) = stack;
__attribute__((aligned(64))) char lines[64];

static void run(int one) {
  struct small s = {one, 2, 3};
  struct big b = make_big(7, s);
  put("big", b.a + b.b * 10 + b.c * 100 + b.d * 1000 + b.e * 10000);
  s = make_small(b);
  put("small", s.a + s.b * 10 + s.c * 100);
  struct pair p = make_pair((struct pair){1, 2}, (struct one){3.5}, one);
  put("pair", p.a * 10 + p.b);
  put("one", bits(make_one(2, p, 1.25f).d));
  struct mixed m = make_mixed((struct mixed){1, 2.5, 1ll << 40, 3, 4}, 3);
  put("mixed", m.c + m.i * 256 + m.l + (s64)bits(m.d) + (int)(m.x * 1024));
  put("size", sizeof m * 1000 + __alignof__(struct mixed) * 10 + sizeof(long double));
  put("many", many(one, 2, 3, 4, 5, s, 7));
  put("sum", sum(2, 1, 2ll, 3.5, b, 4.5L, 10, 20ll, 30.25, b, 40.75L));
  put("stack", stack(9) + indirect(4));
  float f[5] = {1, 2.5f, 3, 1e10f, -7};
  put("mean", bits(mean(f, 5)));
  double nan = __builtin_nan("");
  put("order", order(1, 2) + order(2, 2) * 100 + order(3, 2) * 10000 + order(nan, one) * 1000000);
  put("extended", bits(extended(1.5L, 2.25f, one)));
  put("convert", (u32)(f[1] * 1e9) + (s64)(int)-f[2] + (signed char)f[4] + (u64)bits((double)(u32)(-5 - one)) + bits((float)(-77 * one)));
  put("sign", bits(__builtin_copysign(3.0, -(double)one)) ^ bits(__builtin_fabs(-2.0 * one)));
  put("aligned", (u32)lines & 63);
}
#endif
