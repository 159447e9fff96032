/* all kinds of bit-fields: packed, straddling, signed, bool, enum, long, assignment values, unions, neighbours kept */
int printf(const char *, ...);
typedef unsigned long long u64;
struct a { int x : 3; unsigned y : 5; _Bool b : 1; signed char c : 4; short s : 13; u64 l : 40; long long m : 24; };
struct __attribute__((packed)) p { unsigned a : 1; u64 b : 63; u64 c : 37; int d : 30; char e; unsigned f : 27; unsigned long g : 61; };
struct z { char pre; unsigned v : 4; unsigned : 0; unsigned w : 4; char post; };
union u { struct { unsigned lo : 12, hi : 20; }; unsigned all; };
struct __attribute__((packed)) w { char c; unsigned f : 24; char d; };
static struct a ga = { -1, 9, 1, -3, -4096, 0x123456789aull, -5 };
static struct p gp = { 1, 0x7123456789abcdefull, 0x1fffffffffull, -7, 'x', 0x5555555, 0x1edcba9876543210ul };
static void show(const char *t, const void *q, int n) {
  printf("%s", t);
  for (int i = 0; i < n; i++) printf(" %02x", ((const unsigned char *)q)[i]);
  printf("\n");
}
int main(void) {
  struct a v;
  __builtin_memset(&v, 0x5a, sizeof v);
  printf("%d ", v.x = 13);
  printf("%u ", v.y = 77);
  printf("%d ", v.b = 4);
  printf("%d ", v.c = 9);
  printf("%d ", v.s = 5000);
  printf("%llu ", (u64)(v.l = -1));
  printf("%lld\n", (long long)(v.m = 0x7ffffff));
  show("a", &v, sizeof v);
  show("ga", &ga, sizeof ga);
  show("gp", &gp, sizeof gp);
  struct p q;
  __builtin_memset(&q, 0xa5, sizeof q);
  q.b = 0x0123456789abcdefull;
  q.c += 12345678901ull;
  q.d = -q.d;
  q.f ^= 0x7ffffff;
  q.g -= 3;
  q.a++;
  printf("%u %llu %llu %d %d %u %lu\n", q.a, (u64)q.b, (u64)q.c, q.d, q.e, q.f, (unsigned long)q.g);
  show("p", &q, sizeof q);
  struct z z = { 1, 2, 3, 4 };
  z.v--, z.w++;
  show("z", &z, sizeof z);
  union u u = { .all = 0xdeadbeef };
  u.lo = 0x123;
  u.hi += 2;
  printf("%x %d\n", u.all, u.hi > -1);
  struct w w = { 1, 0xabcdef, 2 };
  volatile struct w *pw = &w;
  pw->f += 0x111111;
  printf("%d %x %d\n", w.c, w.f, w.d);
  printf("%d %d %lld\n", ga.x, ga.c, (long long)ga.m);
  struct a init = { .l = 1, .x = 3, .m = -2 };
  show("i", &init, sizeof init);
  v.x = 3;
  printf("%d ", v.x++); printf("%d ", ++v.x); printf("%d\n", v.x--);
  return 0;
}
