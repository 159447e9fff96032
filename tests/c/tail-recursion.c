// Calls of the function itself in tail position are loops, also where the result is added to or multiplied: deeper than the stack.
// { dg-options "-O2" }
#define NOINLINE __attribute__((noinline, noclone))
#ifndef DEEP
#define DEEP 3000000
#endif

NOINLINE unsigned sum(unsigned n) { return n == 0 ? 0 : n + sum(n - 1); }
NOINLINE unsigned less(unsigned n) { return n == 0 ? 1000 : less(n - 1) - n; }
NOINLINE unsigned product(unsigned n) { return n == 0 ? 1 : (2 * n + 1) * product(n - 1); }
NOINLINE unsigned long horner(const unsigned char *p, unsigned n) {
  if (n == 0) return 7;
  return p[0] + 31 * horner(p + (n & 1), n - 1);
}
NOINLINE long mixed(long n, long x) {
  if (n <= 0) return x;
  if (n % 7 == 0) return mixed(n - 1, x ^ n);
  if (n % 5 == 0) return 3 * mixed(n - 2, x + 1);
  if (n % 3 == 0) return n - 4 + mixed(n - 1, -x);
  return mixed(n - 3, x - n) - x;
}
static long reference(long n, long x) {
  unsigned long a = 0, m = 1;
  for (;;) {
    if (n <= 0) return (long)(a + m * x);
    if (n % 7 == 0) { x ^= n; n--; }
    else if (n % 5 == 0) { m *= 3; n -= 2; x++; }
    else if (n % 3 == 0) { a += m * (n - 4); n--; x = -x; }
    else { a -= m * x; x -= n; n -= 3; }
  }
}
// not in tail position: what is added is read after the call, or changes there
static int counter;
NOINLINE int after(int n) {
  if (n == 0) return 0;
  counter = n;
  int r = after(n - 1);
  return r + counter;
}
// swapped and shifted parameters, a loop inside, an effect before the call
NOINLINE long gcd(long a, long b) { return b == 0 ? a : gcd(b, a % b); }
static long calls;
NOINLINE void walk(long n, long step) {
  for (long i = 0; i < (n & 3); i++) calls += step;
  if (n == 0) return;
  walk(n - 1, step);
}
// one local for all rounds, never shared between two; a local that others know stays one for each
NOINLINE int local(int n, int seed) {
  int a[4] = {seed, seed + 1, seed + 2, seed + 3};
  a[n & 3] += n;
  if (n == 0) return a[0] + a[1] + a[2] + a[3];
  return local(n - 1, a[(n + 1) & 3] & 0xffff);
}
struct cell { int v; struct cell *up; };
NOINLINE int chain(int n, struct cell *up) {
  struct cell c = {n, up};
  if (n == 0) {
    int s = 0;
    for (struct cell *p = &c; p; p = p->up) s = s * 3 + p->v;
    return s;
  }
  return chain(n - 1, &c);
}
// the same through narrow and through two results
NOINLINE unsigned char narrow_sum(unsigned n) { return n == 0 ? 250 : narrow_sum(n - 1) + 3; }
NOINLINE double real(int n, double x) { return n == 0 ? x : real(n - 1, x * 0.5 + 1); }
struct two { long a, b; };
NOINLINE struct two both(long n, struct two t) {
  if (n == 0) return t;
  return both(n - 1, (struct two){t.b, t.a + 1});
}
// inlined once it is a loop
static int digits(unsigned long x, int n) { return x < 10 ? n : digits(x / 10, n + 1); }

int main(void) {
  if (sum(DEEP) != (unsigned)((unsigned long long)DEEP * (DEEP + 1) / 2)) return 1;
  if (less(DEEP) != (unsigned)(1000 - (unsigned long long)DEEP * (DEEP + 1) / 2)) return 2;
  unsigned p = 1;
  for (unsigned n = 1; n <= DEEP; n++) p *= 2 * n + 1;
  if (product(DEEP) != p) return 3;
  static unsigned char text[1000];
  for (int i = 0; i < 1000; i++) text[i] = (unsigned char)(i * 7);
  unsigned long h = 0, m = 1, at = 0;
  for (unsigned n = 1999; n > 0; n--) {
    h += m * text[at];
    m *= 31;
    at += n & 1;
  }
  if (horner(text, 1999) != h + m * 7) return 4;
  for (long n = 0; n < 300; n++) if (mixed(n, n * 5) != reference(n, n * 5)) return 5;
  mixed(DEEP, 1);
  if (after(10) != 10) return 6;
  if (gcd(1071, 462) != 21 || gcd(DEEP, 1) != 1) return 7;
  walk(DEEP, 2);
  if (calls != 3l * DEEP) return 8;
  if (local(3, 10) != 0) {
    // computed without recursion
    int seed = 10, s = 0;
    for (int n = 3; n >= 0; n--) {
      int a[4] = {seed, seed + 1, seed + 2, seed + 3};
      a[n & 3] += n;
      s = a[0] + a[1] + a[2] + a[3];
      seed = a[(n + 1) & 3] & 0xffff;
    }
    if (local(3, 10) != s) return 9;
  }
  local(DEEP, 1);
  if (chain(4, 0) != ((1 * 3 + 2) * 3 + 3) * 3 + 4) return 10;
  if (narrow_sum(100) != (unsigned char)(250 + 300)) return 11;
  if (real(50, 100) < 2 || real(50, 100) > 2.0001 || real(DEEP, 1) != 2) return 12;
  struct two t = both(DEEP, (struct two){1, 2});
  if (t.a != 1 + DEEP / 2 || t.b != 2 + DEEP / 2) return 13;
  if (digits(1234567, 1) != 7) return 14;
  return 0;
}
