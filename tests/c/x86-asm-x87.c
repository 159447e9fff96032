// asm operands on the x87 stack: t, u and f, popped and kept inputs, results of every floating type.
int printf(const char *, ...);

#ifdef __x86_64__
__attribute__((noinline)) static double sine(double x) {
  double r;
  __asm__("fsin" : "=t"(r) : "0"(x));
  return r;
}
__attribute__((noinline)) static long double atan2_(long double y, long double x) {
  long double r;
  __asm__("fpatan" : "=t"(r) : "0"(x), "u"(y) : "st(1)");
  return r;
}
__attribute__((noinline)) static float scale(float x, float e) {
  float r;
  __asm__("fscale" : "=t"(r) : "0"(x), "u"(e));
  return r;
}
__attribute__((noinline)) static double extract(double x, double *exponent) {
  double m;
  __asm__("fxtract" : "=t"(m), "=u"(*exponent) : "0"(x));
  return m;
}
static void both(float x, float *s, double *c) { __asm__("fsincos" : "=t"(*c), "=u"(*s) : "0"(x)); }
static long rounded(long double x) {
  long r;
  __asm__("fistpll %0" : "=m"(r) : "t"(x) : "st");
  return r;
}
static int rounded_and_kept(double x) {
  int r;
  __asm__ volatile("fistl %0" : "=m"(r) : "t"(x));
  return r;
}
static long double pi(void) {
  long double r;
  __asm__("fldpi" : "=t"(r));
  return r;
}
static double inout(double x, float y, long double z) {
  __asm__("fadd %1, %0\n\tfsub %2, %0" : "+t"(x) : "f"(y), "f"(z));
  return x;
}
static double pushed(double b) {
  double a;
  __asm__("fld %1\n\tfchs" : "=&t"(a) : "f"(b));
  return a;
}
static double power2m1(double x) {
  double r;
  __asm__("f2xm1" : "=t"(r) : "0"(x));
  return r;
}
static long double logarithm(long double y, long double x) {
  long double r;
  __asm__("fyl2x" : "=t"(r) : "0"(x), "u"(y) : "st(1)");
  return r;
}
static long double remainder_(long double x, long double y) {
  unsigned short status;
  do __asm__ volatile("fprem1\n\tfnstsw %1" : "+t"(x), "=a"(status) : "u"(y) : "cc");
  while (status & 0x400);
  return x;
}
static int equal(double a, double b) {
  char e;
  __asm__("fucomi %2, %1\n\tsete %0" : "=q"(e) : "t"(a), "u"(b) : "cc");
  return e;
}
static int flag(double a, double b) {
  int above;
  __asm__("fcomip %2, %1" : "=@cca"(above) : "t"(a), "u"(b) : "st");
  return above;
}
static double exchange(double a, double b) {
  __asm__("fxch %1" : "+t"(a), "+u"(b));
  return a * 10 + b;
}
static double memory_or_stack(double a, double b) {
  double r;
  __asm__("fmul %2, %0" : "=t"(r) : "0"(a), "f"(b));
  return r;
}

int main(void) {
  volatile double one = 1, two = 2.5;
  double e, c;
  float s;
  printf("%.15f %.15Lf %.3f\n", sine(one), atan2_(one, two), scale(1.5f, 4));
  double m = extract(40, &e);
  printf("%.4f %.4f\n", m, e);
  both(0.5f, &s, &c);
  printf("%.7f %.15f\n", s, c);
  printf("%ld %ld %d\n", rounded(two), rounded(-1e15L), rounded_and_kept(two + 1));
  printf("%.17Lf %.4f %.4f %.6f\n", pi(), inout(one, 2.25f, 0.5L), pushed(two), power2m1(0.5));
  printf("%.15Lf %.15Lf\n", logarithm(one, 10), remainder_(1e20L, 3.7L));
  printf("%d %d %d %d\n", equal(one, 1), equal(one, two), flag(two, one), flag(one, two));
  printf("%.2f %.3f\n", exchange(one, two), memory_or_stack(two, two));
  // many statements, none of which leaves anything on the stack
  double sum = 0;
  for (int i = 0; i < 100; i++) sum += sine(i) + scale(i, 1) + rounded_and_kept(i) + extract(i + 1, &e) + e + (double)atan2_(i, 3);
  printf("%.9f\n", sum);
}
#else
int main(void) { return printf("x86 only\n") < 0; }
#endif
