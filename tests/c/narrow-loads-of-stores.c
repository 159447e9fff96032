// A part of what was stored, filled or copied is read back without memory, where nothing came between; and the right part of it.
#include <string.h>
typedef unsigned char u8; typedef unsigned short u16; typedef unsigned long long u64;
void gone(void) __attribute__((error("the store's value is known")));
__attribute__((noinline)) int probe(void *p) { return p != 0; }
struct big { u8 b[13]; short s; int i; double d; u64 q; int tail[9]; };
static const struct big origin = { { 1, 2, 3 }, -2, 0x12345678, 1.5, 0x8877665544332211ull, { 9, 8, 7 } };

__attribute__((noinline)) int wide(u64 v, u64 *p) {
  *p = v;
  return ((u8 *)p)[3] + ((signed char *)p)[7] * 3 + ((short *)p)[1] * 5 + ((u16 *)p)[3] * 7 + (int)(((unsigned *)p)[1] >> 4);
}
__attribute__((noinline)) int odd(u64 v, u8 *p) {
  u16 x;
  memcpy(p, &v, 8);
  memcpy(&x, p + 3, 2);
  return x;
}
__attribute__((noinline)) u64 wider(unsigned __int128 v, unsigned __int128 *p) { *p = v; return ((u64 *)p)[1] ^ ((u16 *)p)[2]; }
__attribute__((noinline)) unsigned high(double v, double *p) { *p = v; return ((unsigned *)p)[1]; }
__attribute__((noinline)) float both(u64 v, u64 *p) { *p = v; return ((float *)p)[1]; }
__attribute__((noinline)) int between(u64 v, u64 *p, u8 *q) { *p = v; *q = 77; return ((u8 *)p)[2]; }
__attribute__((noinline)) int over(u64 v, u64 *p) { *p = v; ((u8 *)p)[2] = 77; return ((u16 *)p)[1]; }
__attribute__((noinline)) int looped(u64 v, u64 *p, int n) {
  int s = 0;
  *p = v;
  for (int i = 0; i < n; i++) { s += ((u8 *)p)[1]; ((u8 *)p)[1]++; }
  return s;
}
__attribute__((noinline)) int filled(struct big *p, int n) {
  memset(p, 0x85, sizeof *p);
  p->i = n;
  return p->s == (short)0x8585 && p->b[12] == 0x85 && p->tail[0] == (int)0x85858585 && p->q == 0x8585858585858585ull && p->i == n;
}
__attribute__((noinline)) int filled_in_part(struct big *p, int k) {
  memset(p, 0, sizeof *p);
  p->b[k] = 4;
  return p->b[5] + p->b[6];
}
__attribute__((noinline)) int copied(struct big *p) {
  *p = origin;
  p->s = 5;
  return p->i == 0x12345678 && p->b[1] == 2 && p->s == 5 && p->d == 1.5 && (u8)(p->q >> 8) == 0x22 && ((u8 *)&p->q)[7] == 0x88 && p->tail[1] == 8 && p->tail[8] == 0;
}
__attribute__((noinline)) int decided(struct big *p) {
  unsigned one = 1;
#ifdef __OPTIMIZE__
  if (!*(u8 *)&one) gone();
  *p = (struct big){ 0 };
  if (p->tail[3]) gone();
  *p = origin;
  if (p->tail[2] != 7) gone();
#endif
  return probe(&one);
}
int main(void) {
  static u64 m[2];
  static unsigned __int128 w;
  static double d;
  static struct big b, c;
  u64 v = 0xf1e2d3c4b5a69788ull;
  if (wide(v, m) != 0xb5 + -15 * 3 + (short)0xb5a6 * 5 + 0xf1e2 * 7 + (int)(0xf1e2d3c4u >> 4)) return 1;
  if (odd(v, (u8 *)m + 1) != 0xc4b5) return 2;
  if (wider((unsigned __int128)v << 64 | 0x123456789abcull, &w) != (v ^ 0x1234)) return 3;
  if (high(-2.0, &d) != 0xc0000000u) return 4;
  if (both(0x3fc0000012345678ull, m) != 1.5f) return 5;
  if (between(v, m, (u8 *)m + 2) != 77 || between(v, m, (u8 *)m + 3) != 0xa6) return 6;
  if (over(v, m) != 0xb54d) return 7;
  if (looped(v, m, 3) != 3 * 0x97 + 3) return 8;
  if (!filled(&b, 3) || filled_in_part(&b, 5) != 4 || filled_in_part(&b, 1) != 0) return 9;
  if (!copied(&c) || c.s != 5 || c.tail[2] != 7) return 10;
  if (!decided(&b)) return 11;
  return 0;
}
