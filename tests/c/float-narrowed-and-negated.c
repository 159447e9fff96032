/* (double)(-(float)x) rounds to float: the two conversions around the change of sign went away, and with them the rounding. */
int printf(const char *, ...);
__attribute__((noipa)) static double negated(double x) { return (double)(-(float)x); }
__attribute__((noipa)) static double absolute(double x) { return (double)__builtin_fabsf((float)x); }
__attribute__((noipa)) static double through_long(double x) { return (double)(-(long double)x); }
__attribute__((noipa)) static float widened(float x) { return (float)(-(double)x); }
__attribute__((noipa)) static long double narrowed(long double x) { return -(double)x; }
int main(void) {
  static const double v[] = {0.1, -0.1, 1e300, -1e300, 16777217.0, 1e-60, 3.0};
  for (int i = 0; i < 7; i++)
    printf("%a %a %a %a %La\n", negated(v[i]), absolute(v[i]), through_long(v[i]), widened((float)v[i]), narrowed(v[i] + 1e-25L));
  return 0;
}
