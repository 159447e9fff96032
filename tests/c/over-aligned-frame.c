/* { dg-options "-Wno-psabi" } */
// Objects aligned beyond what the ABI gives the stack: locals, variable length arrays beside them, arguments by value (named,
// variable, through a pointer), vectors of 32 and 64 bytes, and the same after inlining.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct wide {
  char c[5];
  int x __attribute__((aligned(64)));
};
struct line {
  unsigned long w[4];
} __attribute__((aligned(32)));
typedef int v8 __attribute__((vector_size(32)));
typedef long v8l __attribute__((vector_size(64)));

static int bad;
__attribute__((noipa)) void at(const void *p, unsigned long align) {
  if ((unsigned long)p % align != 0) bad++;
}

__attribute__((noipa)) int named(int a, struct wide w, long b, struct line l, struct wide w2) {
#ifdef __x86_64__
  at(&w, 64);
  at(&l, 32);
  at(&w2, 64);
#endif
  return a + w.x + w.c[3] + (int)b + (int)l.w[2] + w2.x * 100 + w2.c[4];
}
__attribute__((noipa)) int through(int n, ...) {
  va_list ap;
  va_start(ap, n);
  int sum = 0;
  for (int i = 0; i < n; i++) {
    sum += va_arg(ap, int);
    struct line l = va_arg(ap, struct line);
    sum += (int)l.w[i];
  }
  va_end(ap);
  return sum;
}
__attribute__((noipa)) v8 add(v8 a, int k, v8l b, v8 c) {
  for (int i = 0; i < 8; i++) a[i] += (int)b[i] * k + c[i];
  return a;
}
static inline __attribute__((always_inline)) int inlined(struct wide w) {
  at(&w, 64);
  w.x++;
  return w.x + w.c[1];
}
__attribute__((noipa)) int locals(int n) {
  char a __attribute__((aligned(64))) = 1;
  struct wide w = {{1, 2, 3, 4, 5}, n};
  char vla[n];
  int b __attribute__((aligned(256))) = n;
  at(&a, 64);
  at(&b, 256);
  at(&w, 64);
  at(vla, 16);
  memset(vla, 1, n);
  void *p = __builtin_alloca_with_align(n, 1024);
  at(p, 128);
  memset(p, 2, n);
  int r = named(1, w, 3, (struct line){{1, 2, 3, 4}}, w);
  void *q = __builtin_alloca(n);
  at(q, 16);
  memset(q, 3, n);
  for (int i = 0; i < n; i++) r += vla[i] + ((char *)p)[i];
  return r + a + b + inlined(w) + w.c[4];
}
__attribute__((noipa)) int deep(int n, struct wide w) {
  if (n == 0) return w.x;
  w.x += n;
  return deep(n - 1, w) + named(n, w, n, (struct line){{n, n, n, n}}, w);
}
int (*volatile pointer)(int, struct wide, long, struct line, struct wide) = named;

int main(void) {
  struct wide w = {{1, 2, 3, 4, 5}, 40};
  struct line l = {{10, 20, 30, 40}};
  printf("%d %d\n", named(1, w, 2, l, w), pointer(1, w, 2, l, w));
  printf("%d\n", through(3, 1, l, 2, l, 3, l));
  v8 a = {1, 2, 3, 4, 5, 6, 7, 8}, c = a + 1;
  v8l b = {8, 7, 6, 5, 4, 3, 2, 1};
  v8 s = add(a, 3, b, c);
  for (int i = 0; i < 8; i++) printf("%d ", s[i]);
  printf("\n%d %d %d\n", locals(20), locals(77), deep(5, w));
  return bad;
}
