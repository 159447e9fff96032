/* { dg-options "-pg" } */
// -pg: every function tells the profiler that it begins, arguments of all kinds live on, and no_instrument_function is silent.
// The profiler is this file's own; _exit keeps the library's from writing its file.
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

int calls;
#ifdef __x86_64__
__asm__(
    ".pushsection .text\n.globl mcount\n.type mcount,@function\nmcount:\n\tincl calls(%rip)\n"
    "\tmovl $0x1234567, %r10d\n\tmovl $0x1234567, %r11d\n\tret\n.popsection\n");
#else
__attribute__((no_instrument_function)) void _mcount(void *from) {
  if (from != 0) calls++;
}
#endif
struct big {
  long a[5];
};
#define NI __attribute__((noinline, noclone))
NI int leaf(int a, double b, float c, long d) { return a + (int)b * 2 + (int)c * 3 + (int)d * 4; }
NI int variable(int n, ...) {
  va_list ap;
  va_start(ap, n);
  double sum = 0;
  for (int i = 0; i < n; i++) sum += i & 1 ? va_arg(ap, double) : va_arg(ap, int);
  va_end(ap);
  return (int)sum;
}
NI struct big large(struct big x, int k) {
  x.a[k] += k;
  return x;
}
NI __int128 wide(int a, __int128 b) { return b + a; }
NI int many(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j) {
  return a - b + c - d + e - f + g * 2 - h + i * 3 - j;
}
NI int frame(int n) {
  volatile char area[9000];
  area[n] = (char)n;
  char *p = __builtin_alloca(n);
  p[0] = (char)n;
  return area[n] + p[0];
}
NI __attribute__((no_instrument_function)) int silent(int a) { return a + 1; }
NI int outer(int a) {
  int sum = a;
  NI int inner(int b, double c) { return sum += b + (int)c; }
  return inner(1, 2.0) + inner(3, 4.0) + sum;
}
NI int last(int a) { return silent(a * 2); }

int main(void) {
  struct big b = {{1, 2, 3, 4, 5}};
  printf("%d %d %d\n", leaf(1, 2, 3, 4), variable(4, 1, 2.5, 3, 4.5), (int)large(b, 3).a[3]);
  printf("%d %d %d\n", (int)(wide(5, (__int128)7 << 64) >> 63), many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), frame(50));
  printf("%d %d\n", outer(10), last(4));
  printf("%d\n", calls);
  fflush(stdout);
  _exit(calls == 11 ? 0 : 1);
}
