// A bit-field has a type of its own width: _Generic matches no name for it, arithmetic and comparisons of two wide ones go by the
// wider one's sign, and __builtin_*_overflow_p goes by the width.
#define KIND(x) _Generic((x), _Bool: 1, int: 2, unsigned: 3, long long: 4, unsigned long long: 5, short: 6, signed char: 7, default: 9)
enum e { A, B = 3 };
struct s {
  _Bool b : 1;
  enum e e : 3;
  signed char c : 5;
  short h : 9;
  int i : 31;
  unsigned w : 32;
  long long l : 40;
  unsigned long long u : 33, f : 64, v : 31;
  unsigned three : 3;
  int five : 5;
} s = { 1, B, -3, -200, 5, 7, -1, 0x1ffffffffull, 8, 9, 7, 15 };
int main(void) {
  if (KIND(s.b) != 1 || KIND(s.c) != 9 || KIND(s.h) != 9 || KIND(s.i) != 9 || KIND(s.w) != 3 || KIND(s.f) != 5) return 1;
  if (KIND(s.v) != 9 || KIND(+s.c) != 2 || KIND(s.i + 0) != 2 || KIND(s.l + 0) != 9 || KIND(s.u + 1ull) != 5 || KIND((short)s.h) != 6) return 2;
  if ((long long)(s.l * s.u) != -0x1ffffffffll || (long long)(s.u + s.l) != 0x1fffffffell || (long long)(s.l / s.u) != 0) return 3;
  if (!(s.l < s.u) || s.u < s.l || s.l == s.u) return 4;
  if (!__builtin_add_overflow_p(s.three, 1, s.three) || __builtin_add_overflow_p(s.three, 0, s.three)) return 5;
  if (!__builtin_sub_overflow_p(0u, 17u, s.five) || __builtin_sub_overflow_p(0u, 16u, s.five) || !__builtin_mul_overflow_p(4, 4, s.five)) return 6;
  if (__builtin_add_overflow_p(s.five, 0, (signed char)0) || !__builtin_add_overflow_p((__int128)1 << 40, 0, s.l)) return 7;
  return 0;
}
