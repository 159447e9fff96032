// goto out of nested functions: over several frames, into loops, with variables that live on and variable length arrays in the way.
int printf(const char *, ...);
void *memset(void *, int, unsigned long);

static int sink;
static void through(void (*f)(int), int n) {
  char pad[n * 8 + 8];
  memset(pad, n, sizeof pad);
  f(n);
  sink += pad[n];
}

static int find(const int *v, int n, int what) {
  __label__ found, missing;
  int at = -1;
  long a = n * 3L, b = what * 5L;
  double d = n * 0.5;
  void look(int i) {
    if (i == n) goto missing;
    if (v[i] == what) { at = i; goto found; }
    through(look, i + 1);
  }
  through(look, 0);
  at = -2;
found:
  return at * 1000 + (int)(a + b) + (int)(d * 2);
missing:
  return -(int)(a + b) - (int)(d * 2);
}

static int again(int n) {
  __label__ retry;
  int tries = 0, sum = 0;
  void fail(int k) { sum += k; goto retry; }
retry:
  tries++;
  for (int i = 0; i < n; i++) {
    int scratch[n + i];
    scratch[i] = i;
    if (tries <= i) through(fail, scratch[i]);
  }
  return tries * 100 + sum;
}

static int arrays(int n) {
  int r = 0;
  for (int round = 0; round < 3; round++) {
    __label__ next, done;
    int keep[n + round];
    for (int i = 0; i < n + round; i++) keep[i] = i + round;
    void stop(int k) { if (k & 1) goto next; goto done; }
    {
      char *more = __builtin_alloca(100);
      memset(more, 1, 100);
      int inner[50 + n];
      memset(inner, 2, sizeof inner);
      through(stop, round);
    }
    r = -1000;
  next:
    r += 100;
  done:
    memset(__builtin_alloca(64), 3, 64);
    for (int i = 0; i < n + round; i++) r += keep[i];
  }
  return r;
}

static int levels(int n) {
  __label__ top;
  int r = 0;
  int one(int k) {
    __label__ middle;
    int here = k;
    void two(int m) {
      here += m;
      void three(int q) {
        r += here;
        if (q > 2) goto top;
        if (q > 1) goto middle;
        r += 1000;
      }
      through(three, m);
    }
    through(two, k);
    return here;
  middle:
    return here + 50;
  }
  r += one(0);
  r += one(1);
  r += one(2);
  r += one(n);
  r = -1;
top:
  return r;
}

static int own(int n) {
  __label__ out;
  int r = 0;
  int f(int k) {
    if (k == 0) goto local;
    if (k < 0) goto out;
    return k;
  local:
    r += 7;
    return 0;
  }
  r += f(0) + f(n);
  f(-1);
  r = 9;
out:
  return r;
}

static int values(int n) {
  int r = n + ({
    __label__ leave;
    int x = n;
    void f(int k) { x += k; goto leave; }
    if (n > 2) f(3);
    x = 100;
  leave:
    x;
  }) * n;
  return r;
}

static int registers(int a, int b, int c, int d, int e, int f) {
  __label__ out;
  int g = a + b, h = c + d, i = e + f, j = a * b, k = c * d, l = e * f;
  void leave(int x) { goto out; }
  g++;
  through(leave, 2);
  g = 0;
out:
  return a + 2 * b + 3 * c + 5 * d + 7 * e + 11 * f + 13 * g + 17 * h + 19 * i + 23 * j + 29 * k + 31 * l;
}

static int computed(int n) {
  __label__ zero, one, many, out;
  int r = 0;
  void *pick(int k) {
    if (k < 0) goto out;
    return k == 0 ? &&zero : k == 1 ? &&one : &&many;
  }
  void *(*p)(int) = pick;
next:
  goto *p(n--);
many:
  r += 100;
  goto next;
one:
  r += 10;
  goto next;
zero:
  r += 1;
  goto next;
out:
  return r;
}

int main(void) {
  int v[] = {4, 8, 15, 16, 23, 42};
  printf("%d %d %d\n", find(v, 6, 23), find(v, 6, 4), find(v, 6, 5));
  printf("%d\n", again(4));
  printf("%d\n", arrays(3));
  printf("%d\n", levels(3));
  printf("%d\n", own(5));
  printf("%d %d\n", values(1), values(4));
  printf("%d\n", registers(1, 2, 3, 4, 5, 6));
  printf("%d\n", computed(5));
  return 0;
}
