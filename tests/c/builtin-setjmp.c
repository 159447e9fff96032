// __builtin_setjmp and __builtin_longjmp: five words, every register lost, the stack as it was at the setjmp.
int printf(const char *, ...);

static void *buf[5];

__attribute__((noinline)) static void leave(int depth) {
  char pad[64];
  __asm__ volatile("" : : "r"(pad) : "memory");
  if (depth == 0) __builtin_longjmp(buf, 1);
  leave(depth - 1);
  __asm__ volatile("" : : "r"(pad) : "memory");
}

__attribute__((noinline)) static long values(long a, long b, long c, long d, long e, long f) {
  double x = a * 1.5;
  volatile int times = 0;
  char *p = __builtin_alloca(a);
  p[0] = 'p';
  if (__builtin_setjmp(buf)) {
    times++;
    printf("back %d %g %c\n", times, x, p[0]);
    if (times == 3) return a + b * 2 + c * 3 + d * 5 + e * 7 + f * 11;
  }
  char *q = __builtin_alloca(a * 16);
  q[0] = 'q';
  leave(times + 2);
  return -1;
}


int main(int argc, char **argv) {
  printf("%ld\n", values(argc, argc + 1, argc + 2, argc + 3, argc + 4, argc + 5));
  return 0;
}
