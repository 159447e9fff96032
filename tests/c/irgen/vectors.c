/* GNU vectors */
int printf(const char *, ...);
typedef int v4 __attribute__((vector_size(16)));
typedef unsigned char u16x8 __attribute__((vector_size(8)));
typedef float f4 __attribute__((vector_size(16)));
typedef double d2 __attribute__((vector_size(16)));
typedef long long l2 __attribute__((vector_size(16)));
typedef short s4 __attribute__((vector_size(8)));
static v4 gv = { 1, -2, 3, 4 };
static v4 add(v4 a, v4 b) { return a + b; }
static f4 scale(f4 a, float k) { return a * k; }
static void show(v4 v) { printf("%d %d %d %d | ", v[0], v[1], v[2], v[3]); }
int main(void) {
  v4 a = gv, b = { 5, 6, 7, 8 };
  show(add(a, b)); show(a * b - 1); show(b / a); show(b % 3); show(-a); show(~a); show(a << 2); show(a >> 1); show(a < b); show(a == gv); show(a & b); show(a ^ 1);
  printf("\n");
  show(__builtin_shuffle(a, (v4){ 3, 2, 1, 0 })); show(__builtin_shuffle(a, b, (v4){ 0, 4, 1, 5 }));
  a[2] = 100; a += b; b++; show(a); show(b);
  u16x8 u = { 250, 251, 252, 253, 254, 255, 0, 1 }; u += 10;
  for (int i = 0; i < 8; i++) printf("%d ", u[i]);
  f4 f = scale((f4){ 1, 2, 3, 4 }, 1.5f); printf("%g %g %g %g\n", f[0], f[1], f[2], f[3]);
  show(__builtin_convertvector(f, v4)); show((v4)f);
  l2 l = (l2)(d2){ 1.0, -2.0 }; printf("%llx %llx\n", l[0], l[1]);
  s4 s = { 1, 2, 3, 4 }; s = s * s - (s4){ 1, 1, 1, 1 }; printf("%d %d %d %d\n", s[0], s[1], s[2], s[3]);
  v4 *p = &a; int k = 2; (*p)[k] += 5; printf("%d %d\n", (*p)[k], (int)sizeof(v4));
  return 0;
}
