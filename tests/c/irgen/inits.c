/* initialisers: automatic and static, overrides, ranges, unions, flexible arrays, compound literals, large constant images */
int printf(const char *, ...);
struct in { short a; char b[3]; union { int i; float f; } u; };
struct out { struct in x, y[2]; const char *s; int *p; unsigned bf : 5, bg : 11; };
static int tgt[4] = { 1, 2, 3, 4 };
static struct out g = { .x = { 1, "ab", { .f = 1.0f } }, .y[1] = { .b = { [1] = 7 }, .u.i = 5 }, .s = "str" + 1, .p = &tgt[2], 3, 500 };
static struct { int n; char data[]; } flex = { 3, { 'a', 'b', 'c' } };
static const long addr = (long)&tgt[1] + 4;
static int over[] = { 1, 2, 3, [1] = 20, [0] = 10, [5 ... 7] = 9 };
static double dd[] = { 1, 2.5f, 'a', -0.0 };
static long double lld = 1.25L; static float _Complex fc = 2.0f + 1.0fi;
static void show(const struct out *o) {
  printf("%d %s %d | %d %d %d | %s %d %d %d\n", o->x.a, o->x.b, o->x.u.i, o->y[1].b[1], o->y[1].u.i, o->y[0].a, o->s, o->p ? *o->p : -1, o->bf, o->bg);
}
static int cnt; static int next(void) { return ++cnt; }
static void fill(unsigned char *p, int n) { while (n--) *p++ = 0xee; }
static void noise(void) { unsigned char junk[512]; fill(junk, sizeof junk); }
static void autos(int k) {
  struct out o = { .x = { k, "ab", { .i = k * 2 } }, .y[1] = { .b = { [1] = k }, .u.i = 5 }, .s = "q", .p = &tgt[k], 3, k };
  show(&o);
  struct out e = {};
  show(&(struct out){ .s = "lit", .y[1].u.i = k, .bg = 2047 });
  e.s = ""; show(&e);
  int a[40] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, [20] = 99, [39] = -1 }; int t = 0; for (int i = 0; i < 40; i++) t = t * 3 + a[i]; printf("%d\n", t);
  int r[6] = { [0 ... 3] = next(), next() }; printf("%d %d %d %d %d\n", r[0], r[3], r[4], r[5], cnt);
  const char *names[12] = { "a", "b", "c", "d", "e", "f", "g", [10] = "k" }; printf("%s%s %d\n", names[6], names[10], names[11] == 0);
  char big[100] = "some text in a larger array"; t = 0; for (int i = 0; i < 100; i++) t = t * 7 + big[i]; printf("%d\n", t);
  struct in copy[2] = { o.x, { .u.f = 2.0f } }; printf("%d %s %g\n", copy[0].a, copy[0].b, copy[1].u.f);
  union { char c[8]; long l; } un = { "abc" }; printf("%lx\n", un.l);
}
int main(void) {
  show(&g);
  printf("%d %c %d %d\n", flex.n, flex.data[2], *(int *)addr, (int)sizeof over);
  for (int i = 0; i < 8; i++) printf("%d ", over[i]);
  printf("%g %g %g %g %Lg %g\n", dd[0], dd[1], dd[2], 1 / dd[3], lld, __imag__ fc);
  noise(); autos(1); noise(); autos(2);
  static int loc = 5; { static int loc = 6; printf("%d ", loc++); } printf("%d %s\n", loc, __func__);
  return 0;
}
