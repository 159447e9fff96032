// Nested functions with variables of every kind of type, old-style parameters, cleanups, switch, statement expressions, inlining.
typedef float v4 __attribute__((vector_size(16)));
typedef int (*fp)(int);
int printf(const char *, ...);
union tu { int i; int *p; } ;
struct h { double a, b; };
static int kinds(_Complex double z, v4 v, __int128 w, _Atomic int at, volatile int vo, struct h hf, union tu u, _Bool bo, short sh) {
  int all(void) {
    z *= 2; v[1] += 3; w <<= 40; at++; vo--; hf.b += hf.a; u.i ^= 5; bo = !bo; sh -= 4;
    return (int)__real__ z + (int)__imag__ z + (int)v[1] + (int)(w >> 42) + at + vo + (int)hf.b + u.i + bo + sh;
  }
  int r = all();
  return r * 1000 + all() + (int)v[0] + (int)__imag__ z;
}
static int old(int n) {
  int f(c, s, x, d) char c; short s; float x; double d; {
    int g(void) { c++; s--; x *= 2; d += x; return c + s + (int)d; }
    int r = g();
    return r + c + s + (int)x + g();
  }
  return f(n, n + 300, 2.5f, 3.5);
}
static void say(int *p) { printf("bye %d\n", *p); }
static int cleaned(int n) {
  __label__ out;
  int r = 0;
  void leave(int k) {
    int a __attribute__((cleanup(say))) = k;
    int v[k + 1]; v[k] = k;
    if (k > 2) goto out;
    r += v[k];
  }
  leave(1); leave(2); leave(n); r = 100;
out:
  return r;
}
static int bypass(int n) {
  switch (n) {
    int x;
  case 1: { x = 5; int f(void) { return x + n; } return f(); }
  case 2: { x = 7; int f(void) { return x * n; } fp p = (fp)f; return p(0); }
  }
  if (0) { dead: ; int y = 4; int g(void) { return y++; } n += g(); return n; }
  goto dead;
}
static int exprs(int n) {
  int r = ({ int k = n; int f(int a) { return ({ int q = a + k++; q * 2; }); } f(1) + ({ fp p = f; p(2); }) + k; });
  return r;
}
static inline int lazy(int n) { int f(int a) { return a <= 0 ? n : f(a - 1) + 1; } return f(n) + f(3); }
static inline __attribute__((always_inline)) int apply(fp p, int n) { return p(n) + p(n + 1); }
static int users(int n) {
  int count = 0;
  int f(int a) { count += a; return count; }
  int r = 0;
  for (int i = 0; i < 3; i++) r += apply(f, i) + apply(f, n);
  return r + count;
}
static int *leak;
static int sizes(int n) {
  typedef int T[n];
  n += 2;
  T a;
  int f(void) { T b; return sizeof(T) + sizeof a + sizeof b; }
  int g(T *p) { n += 1; return sizeof *p + (int)((char *)(p + 1) - (char *)p); }
  return f() * 1000 + g(&a);
}
static int plain(int n) { typedef int T[n]; n += 2; T a; return sizeof a + sizeof(T); }
static int deepvla(int n) {
  int v[n];
  for (int i = 0; i < n; i++) v[i] = i;
  int f(int m) {
    int w[m][n];
    for (int i = 0; i < m; i++) for (int j = 0; j < n; j++) w[i][j] = v[j] * i;
    int g(int k, int (*p)[n]) {
      int h(void) { return w[k][n - 1] + p[k][n - 2] + v[k] + sizeof(w[0]) + sizeof *p; }
      return h();
    }
    return g(m - 1, w);
  }
  return f(3) + f(4);
}
static int twice(int n) { int a = n; int f(void) { return a++; } return f() + f() * 10; }
static int combine(int n) { return twice(n) + twice(n + 1) + lazy(n); }
int main(void) {
  printf("%d\n", kinds(1.0 + 2.0i, (v4){1, 2, 3, 4}, 5, 6, 7, (struct h){8, 9}, (union tu){10}, 1, 11));
  printf("%d %d\n", old(3), cleaned(5));
  printf("%d %d %d\n", bypass(1), bypass(2), bypass(3));
  printf("%d %d %d\n", exprs(4), lazy(5), users(2));
  printf("%d %d %d\n", sizes(3), deepvla(4), combine(3));
  printf("%d\n", plain(3));
  return 0;
}
