/* structures by value of all sizes, variadic calls, old style definitions, returns */
int printf(const char *, ...);
#include <stdarg.h>
#define S(n) struct s##n { unsigned char b[n]; }; static struct s##n f##n(int k, struct s##n x, char c) { for (int i = 0; i < n; i++) x.b[i] += k + c; return x; }
S(1) S(2) S(3) S(4) S(5) S(6) S(7) S(8) S(9) S(12) S(13) S(15) S(16) S(17) S(24) S(33)
#define T(n) { struct s##n x; for (int i = 0; i < n; i++) x.b[i] = i * 7 + n; struct s##n y = f##n(3, x, 'a'); int t = 0; for (int i = 0; i < n; i++) t = t * 31 + y.b[i] + x.b[i]; printf("%d:%d ", n, t); }
struct ff { float a, b; }; struct fd { float a; double b; }; struct fi { float a; int b; }; struct d3 { double a[3]; }; struct ld { long double x; };
static struct ff mff(struct ff x) { x.a += x.b; return x; }
static struct fd mfd(struct fd x, struct fi y) { x.b += x.a + y.a + y.b; return x; }
static struct d3 md3(struct d3 x) { x.a[1] *= 2; return x; }
static long double mld(struct ld x, long double y) { return x.x * y; }
static int sum(int n, ...) {
  va_list ap, aq; va_start(ap, n); va_copy(aq, ap); int t = 0;
  for (int i = 0; i < n; i++) t += va_arg(ap, int);
  for (int i = 0; i < n; i++) t += 2 * va_arg(aq, int);
  va_end(ap); va_end(aq); return t;
}
static void mixed(const char *f, ...) {
  va_list ap; va_start(ap, f);
  for (; *f; f++) switch (*f) {
    case 'i': printf("%d ", va_arg(ap, int)); break;
    case 'd': printf("%g ", va_arg(ap, double)); break;
    case 'l': printf("%ld ", va_arg(ap, long)); break;
    case 'e': printf("%Lg ", va_arg(ap, long double)); break;
    case '5': { struct s5 x = va_arg(ap, struct s5); printf("<%d %d> ", x.b[0], x.b[4]); break; }
    case '3': { struct s33 x = va_arg(ap, struct s33); printf("<%d %d> ", x.b[0], x.b[32]); break; }
    case 'f': { struct fd x = va_arg(ap, struct fd); printf("<%g %g> ", x.a, x.b); break; }
    case 'q': { __int128 x = va_arg(ap, __int128); printf("%lld ", (long long)(x >> 60)); break; }
  }
  printf("\n"); va_end(ap);
}
static int old(a, b, c, d) char a; float b; short c; struct s3 d; { return a + (int)(b * 10) + c + d.b[2]; }
static short sh(long x) { return x; }
static _Bool bo(int x) { return x; }
static signed char (*fp)(int);
static signed char sc(int x) { return x; }
static __int128 wide(__int128 a, int k, unsigned __int128 b) { return a * k - b; }
int main(void) {
  T(1) T(2) T(3) T(4) T(5) T(6) T(7) T(8) T(9) T(12) T(13) T(15) T(16) T(17) T(24) T(33)
  printf("\n%g %g\n", mff((struct ff){ 1, 2 }).a, mfd((struct fd){ 1, 2 }, (struct fi){ 3, 4 }).b);
  printf("%g %Lg\n", md3((struct d3){ { 1, 2, 3 } }).a[1], mld((struct ld){ 1.5L }, 3));
  printf("%d %d\n", sum(3, 1, 2, 3), sum(10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
  struct s5 x5 = { { 1, 2, 3, 4, 5 } }; struct s33 x33 = { { [0] = 9, [32] = 8 } };
  mixed("idl5e3fqi5ld", 1, 2.5, 3l, x5, 4.25L, x33, (struct fd){ 6, 7 }, (__int128)5 << 60, 8, x5, 9l, 10.5);
  struct s3 x3 = { { 1, 2, 3 } };
  printf("%d\n", old('a', 1.5f, (short)-7, x3));
  fp = sc;
  printf("%d %d %d %d\n", sh(0x12345678), bo(256), fp(200), (*fp)(-129));
  __int128 w = wide(((__int128)1 << 100) + 5, -3, 7);
  printf("%llx %llx\n", (unsigned long long)(w >> 64), (unsigned long long)w);
  return 0;
}
