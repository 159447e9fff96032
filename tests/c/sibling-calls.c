// Calls in tail position are jumps: these recursions are far deeper than the stack.
// { dg-options "-O2" }
#include <stdarg.h>
#define NOIPA __attribute__((noipa))
#ifndef DEEP
#define DEEP 2000000
#endif
typedef unsigned char u8;

NOIPA int odd(int n);
NOIPA int even(int n) { return n == 0 ? 1 : odd(n - 1); }
NOIPA int odd(int n) { return n == 0 ? 0 : even(n - 1); }

// through a pointer in memory, with values in callee-saved registers across another call
struct ops {
  long long (*step)(struct ops *, long, long long);
  long count;
};
NOIPA long twice(long x) { return 2 * x; }
NOIPA long long step(struct ops *o, long n, long long sum) {
  long t = twice(n) - n;
  o->count += twice(1);
  if (n == 0) return sum;
  return o->step(o, n - 1, sum + t);
}

// stack arguments that change places
NOIPA long turn(long n, long a, long b, long c, long d, long e, long f, long g, long h, long i, int j, long k) {
  if (n == 0) return a + 2 * b + 3 * c + 5 * d + 7 * e + 11 * f + 13 * g + 17 * h + 19 * i + 23 * j + 29 * k;
  return turn(n - 1, k, a, b, c, d, e, f, g, h, (int)i, j);
}
// fewer stack arguments than the caller has, and floating-point ones
NOIPA double fewer(int n, double a, double b, double c, double d, double e, double f, double g, double h, double i);
NOIPA double more(int n, double a, double b, double c, double d, double e, double f, double g, double h, double i, double j, double k) {
  if (n == 0) return j - k;
  return fewer(n - 1, b, a, d, c, f, e, h, g, j + k);
}
NOIPA double fewer(int n, double a, double b, double c, double d, double e, double f, double g, double h, double i) {
  return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + n;
}

// narrow results
NOIPA _Bool flag_b(int n);
NOIPA _Bool flag_a(int n) {
  if (n == 0) return 1;
  return flag_b(n - 1);
}
NOIPA _Bool flag_b(int n) {
  if (n == 0) return 0;
  return flag_a(n - 1);
}
NOIPA short narrow(int n, short x) {
  if (n == 0) return x;
  return narrow(n - 1, (short)(x + 3));
}

// every case of a switch ends in a call
NOIPA int machine(int state, int n, int acc);
NOIPA int red(int n, int acc) { return machine(1, n, acc + 1); }
NOIPA int green(int n, int acc) { return machine(2, n, acc ^ 5); }
NOIPA int blue(int n, int acc) { return machine(0, n, acc - 3); }
NOIPA int machine(int state, int n, int acc) {
  if (n == 0) return acc;
  switch (state) {
    case 0: return red(n - 1, acc);
    case 1: return green(n - 1, acc);
    case 2: return blue(n - 1, acc);
    default: return -1;
  }
}

// variadic callee, by name and through a pointer; no result
NOIPA void spin(int n, int (*f)(int, ...), double x);
NOIPA int many(int n, ...) {
  va_list ap;
  va_start(ap, n);
  int (*f)(int, ...) = va_arg(ap, int (*)(int, ...));
  double x = va_arg(ap, double);
  va_end(ap);
  return (int)x + n + (f != 0);
}
NOIPA int by_name(int n, double x) { return many(n, many, x); }
NOIPA int by_pointer(int n, int (*f)(int, ...), double x) { return f(n, (int (*)(int, ...))0, x); }
static int spun;
NOIPA void spin(int n, int (*f)(int, ...), double x) {
  spun += f(n, f, x) & 1;
  if (n == 0) return;
  spin(n - 1, f, x);
}

// a small struct in registers, a large one in memory
struct two { long a, b; };
struct large { long a[6]; };
NOIPA struct two pair(long n, long a, long b) {
  if (n == 0) return (struct two){a, b};
  return pair(n - 1, b, a + 1);
}
NOIPA struct large wide(long n) {
  if (n == 0) return (struct large){{1, 2, 3, 4, 5, 6}};
  return wide(n - 1);
}
// the address of a local is known to nobody any more, or not yet
NOIPA long fill(long *p, long n) { return *p = n; }
NOIPA long early(long n, long x) {
  if (n != 0) return early(n - 1, x + 1);
  long local[2] = {1, 2};
  fill(&local[n], x);
  return local[0];
}
NOIPA long private_array(long n, long x) {
  volatile long local[4] = {x, x + 1, x + 2, x + 3};
  if (n == 0) return local[x & 3];
  return private_array(n - 1, local[n & 3]);
}

int main(void) {
  if (even(DEEP) != 1 || odd(DEEP) != 0) return 1;
  struct ops o = {step, 0};
  if (o.step(&o, DEEP, 5) != 5 + (long long)DEEP * (DEEP + 1) / 2 || o.count != 2l * (DEEP + 1)) return 2;
  if (turn(DEEP, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) != turn(DEEP % 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)) return 3;
  if (turn(1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) != 11 + 2 + 6 + 15 + 28 + 55 + 78 + 119 + 152 + 207 + 290) return 4;
  if (more(1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) != 2 + 2 + 12 + 12 + 30 + 30 + 56 + 56 + 189) return 5;
  if (flag_a(DEEP) != 1 || flag_b(DEEP) != 0) return 6;
  if (narrow(DEEP, 7) != (short)(7 + 3 * DEEP)) return 7;
  if (machine(0, 6, 100) != ((((101 ^ 5) - 3) + 1) ^ 5) - 3) return 8;
  machine(0, DEEP, 0);
  if (by_name(3, 4.5) != 8 || by_pointer(3, many, 4.5) != 7) return 9;
  spin(DEEP, many, 2.0);
  if (spun != DEEP / 2 + 1) return 10;
  struct two p = pair(DEEP, 1, 2);
  if (p.a != 1 + DEEP / 2 || p.b != 2 + DEEP / 2) return 11;
  struct large l = wide(DEEP);
  if (l.a[0] != 1 || l.a[5] != 6) return 12;
  if (early(DEEP, 0) != DEEP) return 13;
  if (private_array(DEEP, 1) < DEEP) return 14;
  return 0;
}
