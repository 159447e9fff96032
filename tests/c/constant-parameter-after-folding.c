// A parameter that turns out constant only when the caller has been folded: the branch behind it holds a call of a function that is
// nowhere defined (the kernel's fpu__restore_sig).
int printf(const char *, ...);
void nowhere(void);

static volatile int sink;

__attribute__((noinline)) static int work(int *p, _Bool legacy) {
  int sum = 0;
  for (int i = 0; i < 10; i++) sum += p[i] * sink;
  if (!legacy) return sum + 1;
#ifdef __OPTIMIZE__
  nowhere();
#endif
  return sum;
}

int run(int *p, int frame) {
  _Bool legacy = 0;
  frame &= 0;
  if (frame && sink) legacy = 1;
  return work(p, legacy);
}

int main(void) {
  int a[10] = {1};
  printf("%d\n", run(a, 3));
  return 0;
}
