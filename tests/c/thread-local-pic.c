// { dg-options "-fPIC" }
// Dynamic models in a static program: linkers rewrite the sequences, whose registers and order they know; values live across them stay.
int printf(const char *, ...);

__thread int a = 1;
__thread char big[70000] = {1, 2, 3};
static __thread long b = 2;
static __thread struct {
  int x, y[5];
} c = {3, {4, 5, 6, 7, 8}};
extern __thread double d;

__attribute__((noinline)) static double sum(int i, long j, double x, float y, int k, int l, int m, int n, double z) {
  long s = i + j * 2 + k * 3 + l * 4 + m * 5 + n * 6;
  double t = x * y - z;
  a += i;
  b += j;
  c.y[k & 3] += l;
  big[i * 1000] += m;
  d += t;
  return s + t + a + b + c.x + c.y[k & 3] + big[i * 1000] + d + i + j + k + l + m + n + x + y + z;
}

__attribute__((noinline)) static int *where(int i) { return i ? &c.y[i] : &a; }

int main(void) {
  for (int i = 0; i < 5; i++) printf("%.3f %d\n", sum(i, 7, 2.5, 0.25f, i, 5, 6, 8, 1.125), *where(i));
  printf("%d %d\n", where(2) == &c.y[2], big[69999] + big[2]);
  return 0;
}

__thread double d = 0.5;
