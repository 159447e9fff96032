/* cleanup attribute on every way out of a scope, with values computed before the cleanups run */
int printf(const char *, ...);
static int depth;
static void done(int *p) { printf("c%d ", *p); depth--; }
#define G(n) __attribute__((cleanup(done))) int g##n = n; depth++
static int ret(int k) {
  G(1);
  {
    G(2);
    if (k == 0) return depth;
    for (int i = 0; i < 3; i++) {
      G(3);
      if (i == k) break;
      if (i == 1) continue;
      G(4);
      if (k == 7) goto out;
    }
  }
  if (k == 8) {
    G(5);
    goto out;
  }
  return ({ G(6); depth * 10; });
out:
  return depth + 100;
}
struct big { int a[9]; };
static struct big agg(int k) {
  struct big b = { { k, 1, 2 } };
  __attribute__((cleanup(done))) int z = 50;
  return b;
}
static int vla(int n) {
  int sum = 0;
again:;
  int a[n];
  for (int i = 0; i < n; i++) a[i] = i * i;
  for (int i = 0; i < n; i++) {
    char b[i + 1];
    b[i] = (char)i;
    if (i == 3) continue;
    sum += b[i] + a[i] + (int)sizeof b + (int)sizeof a;
  }
  if (--n > 2) goto again;
  return sum;
}
int main(void) {
  for (int k = 0; k < 9; k++) printf("= %d\n", ret(k));
  printf("= %d\n", agg(4).a[0]);
  printf("%d %d\n", vla(6), depth);
  return 0;
}
