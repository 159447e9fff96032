// A variably modified type is evaluated once, where it is declared: a typedef keeps its size when the variables in it change, and
// side effects in the length of a pointer's target happen once.
int printf(const char *, ...);

static int calls;
static int next(int n) { calls++; return n; }

static void sizes(int n) {
  for (int i = 0; i < 3; i++) {
    typedef int row[n + i];
    row a;
    n++;
    row b;
    const row *p = (const row *)&b;
    row c[2];
    __typeof__(a) d;
    int e[n];
    __typeof__(e) f;
    printf("%d %d %d %d %d %d %d %d\n", (int)sizeof(row), (int)sizeof a, (int)sizeof b, (int)sizeof *p, (int)sizeof c, (int)sizeof d,
           (int)sizeof f, (int)((const char *)(p + 1) - (const char *)p));
    a[n - 2] = b[0] = c[1][0] = d[0] = e[0] = f[0] = 0;
  }
}

int main(void) {
  sizes(3);
  int n = 4;
  int (*p)[next(n)] = 0;
  int (*q)[next(n)][next(n + 1)] = 0;
  printf("%d %d %d\n", calls, (int)sizeof *p, (int)sizeof *q);
  int size = sizeof(int[n++]);
  printf("%d %d\n", size, n);
  printf("%d %d\n", (int)sizeof(int[n]), (int)sizeof(int[n]));
  return 0;
}
