/* { dg-options "-w" } */
// fma and the roundings in line where the machine has them; the built-ins that round to an integer type.
#include <math.h>
#include <stdio.h>
__attribute__((noinline)) double f(double a, double b, double c) { return __builtin_fma(a, b, c); }
__attribute__((noinline)) float g(float a, float b, float c) { return fmaf(a, b, c); }
__attribute__((noinline)) long double h(long double a, long double b, long double c) { return fmal(a, b, c); }
__attribute__((noinline)) void r(double x) {
  printf("%g %g %g %g %g %g\n", floor(x), ceil(x), trunc(x), round(x), rint(x), nearbyint(x));
  printf("%g %g %g %g\n", floorf(x), ceilf(x), (double)truncf((float)x), roundf(x));
  printf("%d %ld %lld %d %ld %lld\n", __builtin_iceil(x), __builtin_lceil(x), __builtin_llceil(x), __builtin_ifloor(x),
         __builtin_lfloor(x), __builtin_llfloor(x));
  printf("%d %lld %d %ld\n", __builtin_iceilf(x), __builtin_llfloorf(x), __builtin_iround(x), __builtin_lceill(x));
}
int main(void) {
  printf("%a %a %La\n", f(1 + 0x1p-30, 1 - 0x1p-30, -1), g(1 + 0x1p-13f, 1 - 0x1p-13f, -1), h(3, 5, 7));
  const double v[] = {2.5, -2.5, 0.4, -0.4, 1e9, -7.999, 3.5};
  for (unsigned i = 0; i < sizeof v / sizeof *v; i++) r(v[i]);
  return 0;
}
