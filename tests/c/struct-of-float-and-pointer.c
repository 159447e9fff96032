// A structure of a float and a pointer by value, named, variadic and returned (riscv passes it in integer registers; that GCC does the
// same is what the suite abi shows).
int printf(const char *, ...);

struct mixed {
  float f;
  char *p;
};
struct counted {
  float f;
  int n;
};

__attribute__((noinline)) static struct mixed swap(struct mixed m, struct counted c, int k, ...) {
  __builtin_va_list ap;
  __builtin_va_start(ap, k);
  struct mixed v = __builtin_va_arg(ap, struct mixed);
  struct counted w = __builtin_va_arg(ap, struct counted);
  __builtin_va_end(ap);
  return (struct mixed){m.f + c.f + v.f + w.f + c.n + w.n + k, v.p ? m.p : v.p};
}

int main(void) {
  struct mixed m = {1.5f, "text"};
  struct counted c = {2.25f, 3};
  struct mixed r = swap(m, c, 4, m, c);
  printf("%g %s\n", r.f, r.p);
  return 0;
}
