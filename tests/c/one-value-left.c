// Where two tests leave a value only one number, what needs another one goes.
void gone(void) __attribute__((error("only one number is left")));
#ifndef __OPTIMIZE__
#define gone() ((void)0)
#endif
__attribute__((noinline)) int between(int n) {
  if (n < 0) return -1;
  if (n >= 1) return 1;
  if (n) gone();
  if (n * 7 + 3 != 3) gone();
  return n;
}
__attribute__((noinline)) int ends(unsigned n) {
  if (n > 3) return 9;
  if (n == 0 || n == 3) return 8;
  if (n == 1) return 7;
  if (n != 2) gone();
  return n;
}
__attribute__((noinline)) int top(long n) {
  if (n < 0x7ffffffffffffffe) return 1;
  if (n == 0x7fffffffffffffff) return 2;
  return n == 0x7ffffffffffffffe ? 3 : 4;
}
__attribute__((noinline)) int bottom(long long n) {
  if (n > -(1ll << 40)) return 1;
  if (n < -(1ll << 40)) return 2;
  if (n != -(1ll << 40)) gone();
  return (int)(n >> 38);
}
__attribute__((noinline)) int wrapped(int n) {
  unsigned u = n;
  if (u < 0x80000000u) return 1;
  if (n > -0x7fffffff - 1) return 2;
  if (n != -0x7fffffff - 1) gone();
  return 3;
}
int keep;
__attribute__((noinline)) int twice(int n) {
  if (!n) return 0;
  keep++;
  if (n) return 5;
  gone();
  return 6;
}
int main(void) {
  if (between(-3) != -1 || between(5) != 1 || between(0) != 0) return 1;
  if (ends(4) != 9 || ends(0) != 8 || ends(3) != 8 || ends(1) != 7 || ends(2) != 2) return 2;
  if (sizeof(long) == 8 && (top(5) != 1 || top(0x7ffffffffffffffe) != 3 || top(0x7fffffffffffffff) != 2)) return 3;
  if (bottom(0) != 1 || bottom(-(1ll << 40) - 1) != 2 || bottom(-(1ll << 40)) != -4) return 4;
  if (wrapped(3) != 1 || wrapped(-1) != 2 || wrapped(-0x7fffffff - 1) != 3) return 5;
  if (twice(0) != 0 || twice(9) != 5) return 6;
  return 0;
}
