// Every kind of variable that a nested function can use: parameters in registers, on the stack and by reference, arrays of variable
// length, their sizes and typedefs, structures, bit-fields, long double, over-aligned objects, cleanups, variadic nested functions.
typedef __builtin_va_list va_list;
int printf(const char *, ...);

struct big { long a[5]; char c; };
struct small { short s; unsigned bits : 5; int more : 20; };

static long parameters(int a, double b, struct big c, struct small d, int e, int f, int g, int h, float i, long double j, struct big k,
                       char l) {
  long sum(int scale) {
    c.a[2] += scale;
    d.bits += 3;
    k.c++;
    l -= 7;
    b += 0.5;
    j *= 2;
    return scale * (a + e + f + g + h) + (long)b + c.a[0] + c.a[2] + d.s + d.bits + d.more + (long)i + (long)j + k.a[4] + k.c + l;
  }
  long x = sum(3);
  a = 100;
  long y = sum(2);
  printf("%ld %ld %g %d %d %d %ld\n", x, y, b, d.bits, l, k.c, c.a[2]);
  return x + y;
}

static int arrays(int n, int m) {
  int v[n];
  int w[n][m];
  typedef int row[m];
  row last;
  int side = 0;
  int count(void) { return sizeof v / sizeof v[0] + sizeof w[0] / sizeof(int) + sizeof(row); }
  void fill(int k) {
    for (int i = 0; i < n; i++) {
      v[i] = i * k;
      for (int j = 0; j < m; j++) w[i][j] = v[i] + j;
    }
  }
  int total(int rows, row *p, int q[rows][m]) {
    int s = 0;
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < m; j++) s += p[i][j] * 2 + q[i][j];
    return s;
  }
  int effects(int k, int z[side += 2]) { return z[0] + side * k; }
  fill(3);
  m += 0;
  for (int j = 0; j < m; j++) last[j] = j;
  int before = count();
  n = 1;
  int bump(void) {
    int own[m + 1];
    own[m] = sizeof own;
    return own[m];
  }
  int with = effects(10, v);
  printf("%d %d %d %d %d %d\n", before, count(), total(2, w, w), with, side, bump());
  return last[m - 1] + w[1][1];
}

static int variadic(int base) {
  int sum(int n, ...) {
    va_list ap;
    __builtin_va_start(ap, n);
    int s = base;
    double d = 0;
    for (int i = 0; i < n; i++) {
      s += __builtin_va_arg(ap, int);
      d += __builtin_va_arg(ap, double);
    }
    __builtin_va_end(ap);
    base += n;
    return s + (int)(d * 10);
  }
  int (*p)(int, ...) = sum;
  return sum(3, 1, 0.5, 2, 0.25, 3, 0.75) * 1000 + p(7, 1, 1.0, 2, 2.0, 3, 3.0, 4, 4.0, 5, 5.0, 6, 6.0, 7, 7.0);
}

static struct big structures(int n) {
  struct big r = {{n, n + 1, n + 2, n + 3, n + 4}, 'x'};
  struct big copy(struct big v, int k) {
    r.a[0] += k;
    v.a[1] += r.a[0];
    return v;
  }
  struct small tiny(struct small s) {
    s.more += n;
    return s;
  }
  struct big (*p)(struct big, int) = copy;
  r = p(copy(r, 2), 3);
  struct small s = tiny((struct small){1, 2, 3});
  r.c = s.more;
  return r;
}

static int cleanups(void) {
  int log = 0;
  void note(int *p) { log = log * 10 + *p; }
  {
    int a __attribute__((cleanup(note))) = 1;
    for (int i = 0; i < 3; i++) {
      int b __attribute__((cleanup(note))) = i + 2;
      if (i == 1) continue;
    }
  }
  return log;
}

static int aligned(int n) {
  int v __attribute__((aligned(64))) = n;
  char c = 1;
  int ok(void) {
    v++;
    return ((unsigned long)&v & 63) == 0 && c;
  }
  return ok() * 100 + v;
}

static int forward(int n) {
  auto int odd(int);
  auto int even();
  int calls = 0;
  int start(void) { return even(n) * 2 + odd(n); }
  int even(k) int k;
  { calls++; return k == 0 ? 1 : odd(k - 1); }
  int odd(int k) { calls++; return k == 0 ? 0 : even(k - 1); }
  int r = start();
  return r * 100 + calls;
}

static int shadow(int n) {
  static int kept = 5;
  enum { STEP = 3 };
  int f(void) {
    int n = 7;
    int g(int kept) { return n++ + kept + STEP; }
    int r = g(1);
    return r * 10 + n + kept++;
  }
  n += f();
  return n * 1000 + f() + sizeof(int[STEP]);
}

static int (*plain(void))(int) {
  int twice(int x) { return 2 * x; }
  return twice;
}

static int loops(int n) {
  int r = 0;
  for (int i = 0; i < n; i++) {
    int sq = i * i;
    void add(int *to) { *to += sq + i; }
    void (*p)(int *) = i & 1 ? add : 0;
    if (p) p(&r);
    else add(&r);
  }
  return r;
}

int main(void) {
  struct big b = {{1, 2, 3, 4, 5}, 6};
  printf("%ld\n", parameters(1, 2.5, b, (struct small){4, 5, -6}, 7, 8, 9, 10, 11.5f, 12.5L, b, 13));
  printf("%d\n", arrays(4, 3));
  printf("%d\n", variadic(5));
  b = structures(10);
  printf("%ld %ld %ld %d\n", b.a[0], b.a[1], b.a[4], b.c);
  printf("%d\n", cleanups());
  printf("%d\n", aligned(3));
  printf("%d\n", forward(7));
  printf("%d\n", shadow(1));
  printf("%d\n", plain()(21));
  printf("%d\n", loops(6));
  return 0;
}
