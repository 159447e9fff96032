// Attribute ifunc: the resolver is called when the program is loaded and its result is what calls and addresses name.
#include <stdio.h>
static int one(int a) { return a + 1; }
static int two(int a) { return a + 2; }
int sel = 2;
static void *resolve(void) { return sel == 2 ? two : one; }
int f(int) __attribute__((ifunc("resolve")));
static int g(int) __attribute__((ifunc("resolve")));
int h(int a) __attribute__((ifunc("resolve"), visibility("hidden")));
int (*p)(int) = f;
int (*q)(int) = g;
int later(int);
__attribute__((noinline)) int last(int a) { return later(a); }
static __typeof__(one) *choose(void) { return one; }
int later(int a) __attribute__((ifunc("choose")));
int main(void) {
  int (*r)(int) = h;
  printf("%d %d %d %d %d %d\n", f(1), g(1), h(1), p(1), q(1), r(1));
  printf("%d %d %d\n", later(1), last(2), r == h);
  return 0;
}
