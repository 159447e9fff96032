// __builtin_apply_args, __builtin_apply, __builtin_return: arguments in registers and on the stack, results of every class, through a
// pointer too; __builtin_call_with_static_chain.
#include <stdio.h>
struct pair {
  long a, b;
};
struct big {
  long w[5];
};
typedef void any(void);
#define NI __attribute__((noinline))
NI int ints(int a, char b, long c, short d, int e, int f, int g, int h, int i, long j) {
  return a + 2 * b + 3 * (int)c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * (int)j;
}
NI double floats(double a, float b, int c, double d) { return a * b - c + d; }
NI struct pair two(long a, double b) { return (struct pair){a, (long)b}; }
NI struct big large(long a, struct pair p) { return (struct big){{a, p.a, p.b, 4, 5}}; }
NI float single(float x) { return x / 2; }

int calls;
NI int by_ints(int a, char b, long c, short d, int e, int f, int g, int h, int i, long j) {
  calls++;
  void *args = __builtin_apply_args();
  __builtin_return(__builtin_apply((any *)ints, args, 64));
}
any *volatile target = (any *)floats;
NI double by_floats(double a, float b, int c, double d) {
  calls += (int)a;
  if (calls > 100) return 0;
  __builtin_return(__builtin_apply(target, __builtin_apply_args(), 32));
}
NI struct pair by_two(long a, double b) { __builtin_return(__builtin_apply((any *)two, __builtin_apply_args(), 32)); }
NI struct big by_large(long a, struct pair p) { __builtin_return(__builtin_apply((any *)large, __builtin_apply_args(), 32)); }
NI float by_single(float x) { __builtin_return(__builtin_apply((any *)single, __builtin_apply_args(), 0)); }
NI int twice(int a) {
  int sum = 0;
  for (int i = 0; i < 3; i++) sum += *(int *)__builtin_apply((any *)by_ints, __builtin_apply_args(), 96);
  return sum != 0 || a;
}
NI void *chain(void) {
  void *c;
#ifdef __x86_64__
  __asm__ volatile("movq %%r10, %0" : "=r"(c));
#elif defined __aarch64__
  __asm__ volatile("mov %0, x18" : "=r"(c));
#else
  __asm__ volatile("mv %0, t2" : "=r"(c));
#endif
  return c;
}
void *(*volatile asks)(void) = chain;
int main(void) {
  printf("%d %g\n", by_ints(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), by_floats(1.5, 2.5f, 3, 4.5));
  struct pair p = by_two(7, 8.5);
  struct big b = by_large(1, (struct pair){2, 3});
  printf("%ld %ld %ld %ld %ld %g\n", p.a, p.b, b.w[0], b.w[1], b.w[4], by_single(5));
  printf("%d %d\n", twice(1), calls);
  char c;
  printf("%d\n", __builtin_call_with_static_chain(asks(), &c) == &c);
  return 0;
}
