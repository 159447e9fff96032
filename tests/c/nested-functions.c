// Nested functions: the chain over several levels and recursion, pointers to them (trampolines), goto out of one.
int printf(const char *, ...);
void qsort(void *, unsigned long, unsigned long, int (*)(const void *, const void *));
int outer(int a, int b) {
  int total = 0;
  int plain(int x) { return x * 3; }
  int add(int x) { total += x + b; return total; }
  int deep(int n) {
    int local = n;
    int inner(int k) { local += k; total += local; return n == 0 ? add(k) : deep(n - 1) + local; }
    return inner(a);
  }
  add(1); add(2);
  int (*p)(int) = add;
  p(5);
  printf("%d %d\n", total, plain(4));
  int r = deep(3);
  printf("%d %d\n", r, total);
  return total;
}
int sorted(int sign) {
  int v[] = {3, 1, 2, 9, 4};
  int calls = 0;
  int cmp(const void *x, const void *y) { calls++; return sign * (*(const int *)x - *(const int *)y); }
  qsort(v, 5, sizeof v[0], cmp);
  for (int i = 0; i < 5; i++) printf("%d ", v[i]);
  printf("%s\n", calls > 0 ? "called" : "not");
  return v[0];
}
int nonlocal(int n) {
  __label__ out;
  int depth = 0;
  void walk(int k) { char pad[k + 1]; pad[0] = k; depth++; if (k == 0) goto out; walk(k - 1); depth += 100 + pad[0]; }
  walk(n);
  depth = -1;
out:
  printf("depth %d\n", depth);
  return depth;
}
int triple(int arg) {
  int read(void) { return arg; }
  int parent(int own) {
    int again(void) { return parent(0); }
    int both(void) { return own + read(); }
    return (own == 0 ? 0 : again()) + both();
  }
  return parent(arg);
}
int main(void) {
  outer(1, 2);
  sorted(1); sorted(-1);
  nonlocal(5);
  printf("%d\n", triple(13));
  return 0;
}
