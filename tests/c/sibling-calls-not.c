// Calls at the end of a function that must stay calls: somebody still needs the frame, or the result has to be made.
// { dg-options "-O2" }
#include <setjmp.h>
#include <stdarg.h>
#define NOIPA __attribute__((noipa))

static long *kept;
static void **node;
NOIPA long clobber(long n) {
  volatile long a[64];
  for (int i = 0; i < 64; i++) a[i] = n + i;
  return a[n & 63];
}
NOIPA long read(long *p) {
  clobber(3);
  return *p;
}
NOIPA long read_kept(void) {
  clobber(5);
  return *kept;
}
NOIPA void keep(long *p) { kept = p; }

// the address goes in the call, went in an earlier call, was stored, came through a choice, lies in a loop
NOIPA long direct(long x) {
  long local = x;
  return read(&local);
}
NOIPA long before(long x) {
  long local = x;
  keep(&local);
  return read_kept();
}
NOIPA long stored(long x) {
  long local = x;
  kept = &local;
  return read_kept();
}
NOIPA long chosen(long x, long y) {
  long a = x, b = y;
  return read(x > y ? &a : &b);
}
NOIPA long computed(long x) {
  long local[4] = {x, x + 1, x + 2, x + 3};
  return read(local + (x & 3));
}
NOIPA long loop(long n) {
  long local = n;
  for (long i = 0; i < n; i++) {
    if (i == 3) return read_kept();
    keep(&local);
  }
  return 0;
}
NOIPA long by_integer(long x) {
  long local = x;
  unsigned long u = (unsigned long)&local ^ 0x5555;
  return read((long *)(u ^ 0x5555));
}
struct large { long a[8]; };
NOIPA long sum(struct large s, long x) {
  clobber(x);
  long t = 0;
  for (int i = 0; i < 8; i++) t += s.a[i];
  return t + x;
}
NOIPA long by_value(long x) {
  struct large s = {{x, 2, 3, 4, 5, 6, 7, 8}};
  return sum(s, x);
}
NOIPA long on(long x, struct large s) { return sum(s, x); }
NOIPA long parameter(struct large s) { return read(&s.a[2]); }
NOIPA long variable(long n) {
  long a[n];
  for (long i = 0; i < n; i++) a[i] = i;
  return read(&a[n - 1]);
}
NOIPA long listed(va_list ap) {
  clobber(9);
  long a = va_arg(ap, long), b = va_arg(ap, long);
  return 10 * a + b;
}
NOIPA long variadic(int n, ...) {
  va_list ap;
  va_start(ap, n);
  return listed(ap);
}

// results
NOIPA long wide_result(void) { return 0x1234567890l; }
NOIPA int cut(void) { return (int)wide_result(); }
NOIPA _Bool truth(void) { return wide_result(); }
NOIPA int minus(void) { return -1; }
NOIPA unsigned char byte(void) { return minus(); }
NOIPA signed char sbyte(int x) { return (signed char)x; }
NOIPA unsigned char other_sign(int x) { return sbyte(x); }
NOIPA long own(long x) {
  clobber(x);
  return x;
}
NOIPA long double ld(void) { return 1.5L; }
NOIPA void drop(void) { ld(); }
NOIPA double rounded(void) { return ld(); }
NOIPA double as_double(void) { return 2.5; }
NOIPA float as_float(void) { return as_double(); }
NOIPA struct large make(long x) { return (struct large){{x, x + 1}}; }
NOIPA void drop_large(long x) { make(x); }
NOIPA struct large mine(long x) {
  make(x + 1);
  return (struct large){{x}};
}

// more stack arguments than the caller has
NOIPA long ten(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) {
  clobber(a);
  return a + b + c + d + e + f + g + h + i * 100 + j * 1000;
}
NOIPA long grows(long a) { return ten(a, 1, 1, 1, 1, 1, 1, 1, a, a + 1); }
NOIPA long nine(long a, long b, long c, long d, long e, long f, long g, long h, long i) { return ten(a, b, c, d, e, f, g, h, i, i); }

static jmp_buf env;
NOIPA long leap(long x) {
  if (x > 0) longjmp(env, (int)x);
  return x;
}
NOIPA long jumps(long x) {
  volatile long n = x;
  if (setjmp(env) != 0) return n + 1;
  return leap(n);
}
NOIPA int own_setjmp(void) { return setjmp(env); }

static int cleaned;
static void clean(int *p) { cleaned = *p; }
NOIPA int with_cleanup(int x) {
  int guard __attribute__((cleanup(clean))) = x;
  return minus();
}

int main(void) {
  if (direct(11) != 11 || before(12) != 12 || stored(13) != 13 || chosen(4, 9) != 9 || computed(6) != 8) return 1;
  if (loop(5) != 5 || by_integer(77) != 77) return 2;
  struct large s = {{1, 2, 3, 4, 5, 6, 7, 8}};
  if (by_value(1) != 37 || on(2, s) != 38 || parameter(s) != 3 || variable(9) != 8) return 3;
  if (variadic(0, 3l, 4l) != 34) return 4;
  if (cut() != 0x34567890 || truth() != 1 || byte() != 255 || other_sign(-2) != 254 || own(8) != 8) return 5;
  for (int i = 0; i < 20; i++) drop();
  if (rounded() != 1.5 || as_float() != 2.5f || ld() != 1.5L) return 6;
  drop_large(1);
  struct large m = mine(4);
  if (m.a[0] != 4 || m.a[1] != 0) return 7;
  if (grows(2) != 2 + 7 + 200 + 3000 || nine(1, 1, 1, 1, 1, 1, 1, 1, 2) != 8 + 200 + 2000) return 8;
  if (jumps(5) != 6 || jumps(-5) != -5 || own_setjmp() != 0) return 9;
  if (with_cleanup(6) != -1 || cleaned != 6) return 10;
  (void)node;
  return 0;
}
