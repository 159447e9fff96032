/* complex arithmetic, conversions, calls, integer complex */
int printf(const char *, ...);
typedef _Complex double cd;
typedef _Complex float cf;
static cd g = 1.5 + 2.0i;
static cd mul(cd a, cd b) { return a * b; }
static cf fdiv(cf a, cf b) { return a / b; }
static _Complex int imul(_Complex int a, _Complex int b) { return a * b; }
static _Complex long double ld(_Complex long double a) { return a * a - 2.0L; }
static void show(cd x) { printf("%g%+gi ", __real__ x, __imag__ x); }
int main(void) {
  cd a = 3.0 - 4.0i, b = g;
  show(mul(a, b)); show(a + b); show(a - 1); show(2 * a); show(a / 2); show(~a); show(-a); show(a / b);
  printf("\n");
  cf f = fdiv(1.0f + 2.0fi, 0.5f - 1.0fi);
  show(f);
  a += 1; a *= b; a -= f; a /= 2.0;
  show(a);
  __imag__ a = 7; __real__ a += 2; a++;
  show(a);
  _Complex int i = imul(2 + 3i, 4 - 1i);
  printf("%d %d %d\n", __real__ i, __imag__ i, i == 11 + 10i);
  show((cd)ld(1.0 + 1.0i));
  show(a != 0 ? a : b);
  cd arr[3] = { 1, 2i, [2] = 3 + 1i };
  show(arr[0] + arr[1] + arr[2]);
  printf("%d %d %d\n", !a, a && b, (int)a);
  int n = 3; n += 2.5 + 1.0i; printf("%d\n", n);
  return 0;
}
