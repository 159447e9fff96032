/* switch ranges, computed goto, labels in static data, statement expressions, jumps into dead code, ?: */
int printf(const char *, ...);
static int sw(long x) { switch (x) { case -5 ... -1: return 1; case 0: return 2; case 1: case 3: return 3; case 100 ... 200: return 4; case 0x7fffffffffffffffl: return 5; default: return 6; } }
static int usw(unsigned x) { switch (x) { case 0 ... 9: return 1; case 0x80000000u ... 0xffffffffu: return 2; case 50: return 3; } return 4; }
static int interp(const unsigned char *p) {
  static void *const tab[] = { &&inc, &&dbl, &&neg, &&end };
  static const int off[] = { &&inc - &&inc, &&dbl - &&inc, &&neg - &&inc, &&end - &&inc };
  int a = 1, n = 0;
  goto *tab[*p++];
inc: a++; goto *tab[*p++];
dbl: a *= 2; n++; goto *(&&inc + off[*p++]);
neg: a = -a; goto *tab[*p++];
end: return a * 10 + n;
}
static int duff(int n) { int i = 0, c = n % 4, r = 0; switch (c) { case 0: do { r += i++; case 3: r += i++; case 2: r += i++; case 1: r += i++; } while ((n -= 4) > 0); } return r; }
static int dead(int k) { if (0) { in: k += 100; } if (k == 1) goto in; while (0) { lbl: k *= 2; } if (k == 3) { k = 4; goto lbl; } return k; }
static int sx(int a) { return ({ int t = a; if (t > 3) t = 3; for (;;) { if (t > 10) break; t++; } t + ({ a; }); }); }
static int calls; static int side(int x) { calls++; return x; }
static int constsw(void) { switch (3) { case 1: undefined_function_1(); case 3: return 33; default: undefined_function_2(); } }
int main(void) {
  printf("%d %d %d %d %d %d %d\n", sw(-3), sw(0), sw(3), sw(150), sw(0x7fffffffffffffffl), sw(99), sw(-6));
  printf("%d %d %d %d\n", usw(5), usw(0x90000000u), usw(50), usw(51));
  printf("%d\n", interp((const unsigned char *)"\0\1\2\1\0\3"));
  for (int i = 1; i < 12; i++) printf("%d ", duff(i));
  printf("\n%d %d %d %d\n", dead(0), dead(1), dead(3), sx(5));
  int a = side(0) ?: side(7); int b = side(3) ? : side(9); printf("%d %d %d\n", a, b, calls);
  printf("%d %d %d\n", side(1) && side(0), side(0) || side(2), !side(5));
  if (0 && undefined_function_3()) undefined_function_4();
  int x = 1 ? 5 : undefined_function_5(); printf("%d %d\n", x, constsw());
  int i = 0, t = 0; do { if (i == 2) continue; if (i == 5) break; t += i; } while (++i < 10); printf("%d %d\n", i, t);
  unsigned char uc = 200; signed char scc = -100; unsigned short us = 65535; printf("%d %d %d %d %d\n", uc + 100, (signed char)(uc + 100), uc << 4, scc >> 2, (short)us);
  uc += 100; scc -= 100; us++; printf("%d %d %d\n", uc, scc, us);
  long l = -1; unsigned u = l; printf("%u %d %d %lu\n", u, l < 0u, (long)u < 0, (unsigned long)(int)u);
  float f = 3.99f; double d = -2.5; printf("%d %u %d %g %d\n", (int)f, (unsigned)f, (signed char)d, (float)0.1, (_Bool)0.5);
  unsigned long long big = 18446744073709551615ull; printf("%g %g %llu\n", (double)big, (float)big, (unsigned long long)1e19);
  int m[3][4] = { [1] = { 1, 2, 3, 4 }, [2][3] = 9 }; int (*pm)[4] = m; printf("%d %d %d\n", pm[1][2], *(*(m + 2) + 3), (int)(&m[2] - m));
  char s1[8] = "hello", s2[] = "abc", s3[3] = "xyz"; printf("%s %s %c %d\n", s1, s2, s3[2], (int)sizeof s2);
  return 0;
}
