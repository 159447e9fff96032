// A union of a long double and others by value: on x86-64 the order of its members decides between registers and memory (psABI 3.2.3,
// step 4, "merging"); also a union of more scalars than registers could ever take.
struct two { double a, b; };
union memory { unsigned long m0; struct two m2; long double m6; __int128 m7; };
union many { char a[16]; signed char b[16]; short c[8]; unsigned short d[8]; int e[4]; long f[2]; };

__attribute__((noipa)) static long take(union memory u, float f, union many m, long after) {
  return u.m0 + (long)f + m.f[0] + m.f[1] * 3 + after;
}
__attribute__((noipa)) static long take_pieces(long r0, long r1, long r2) { return r0 * 100 + r1 * 10 + r2; }

int main(void) {
  union memory u = {.m0 = 1000};
  union many m = {.f = {2, 3}};
  if (take(u, 5.5f, m, 7) != 1023) return 1;
  // the union of many goes in two registers everywhere: what a callee of three integers sees
  if (((long (*)(union many, long))(void *)take_pieces)(m, 4) != 234) return 2;
  return 0;
}
