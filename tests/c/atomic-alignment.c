// _Atomic objects of 2, 4, 8 and 16 bytes are aligned to their size, whatever they consist of, unless the type was incomplete; others as they were.
#include <stddef.h>
struct s2 { char a, b; };
struct s4 { short a, b; };
struct s8 { int a, b; };
struct s16 { long long a; int b, c; };
struct s12 { int a, b, c; };
struct s3 { char c[3]; };
struct later;
typedef _Atomic struct later later_t;
struct later { int a, b, c, d; };
struct in { char c; _Atomic struct s16 x; char d; _Atomic struct s8 y; _Atomic struct s3 z; };
struct wide { char c; _Atomic long long x; _Atomic double _Complex y; };
_Atomic struct s8 a;
_Atomic struct s2 b;
int check(void) {
  if (_Alignof(_Atomic struct s2) != 2 || _Alignof(_Atomic struct s4) != 4 || _Alignof(_Atomic(struct s8)) != 8) return 1;
  if (_Alignof(_Atomic struct s16) != 16 || _Alignof(_Atomic struct s12) != 4 || _Alignof(_Atomic struct s3) != 1) return 2;
  if (_Alignof(later_t) != 4 || __alignof__(a) != 8 || _Alignof(struct s8) != 4) return 3;
  if (offsetof(struct in, x) != 16 || offsetof(struct in, y) != 40 || offsetof(struct in, z) != 48 || sizeof(struct in) != 64) return 4;
  if (offsetof(struct wide, x) != 8 || offsetof(struct wide, y) != 16) return 5;
  return 0;
}
int main(void) {
  a = (struct s8){ 4, 5 };
  struct s8 t = a;
  b = (struct s2){ 6, 7 };
  struct s2 u = b;
  if (t.a != 4 || t.b != 5 || u.a != 6 || u.b != 7) return 9;
  return check();
}
