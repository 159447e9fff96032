// #pragma pack: a bit-field may cross storage units of its type, and a zero width aligns as without it.
#include <stdio.h>
#include <string.h>
#pragma pack(push, 2)
struct cross {
  _Bool m0 : 1, m1 : 1;
  unsigned short m2 : 12;
  short m3 : 14;
};
struct late {
  unsigned short : 6;
  long m1 : 61;
  unsigned char m2 : 7;
};
#pragma pack(1)
enum small { A, B = 70000 };
struct zero {
  unsigned char m0;
  _Bool m1;
  int m2;
  enum small : 0;
  enum small m4;
};
struct behind {
  short m0 : 3;
  long : 0;
  unsigned char m2;
  char m4 : 2;
};
union any {
  double m0;
  long : 0;
  int m2 : 5;
};
#pragma pack(pop)
static void show(const char *name, const void *p, unsigned long n, unsigned long align) {
  const unsigned char *b = p;
  printf("%s %lu %lu:", name, n, align);
  for (unsigned long i = 0; i < n; i++)
    if (b[i] != 0) printf(" %lu=%x", i, b[i]);
  printf("\n");
}
#define SHOW(type, member)                               \
  {                                                      \
    type v;                                              \
    memset(&v, 0, sizeof v);                             \
    v.member = -1;                                       \
    show(#type "." #member, &v, sizeof v, _Alignof(type)); \
    printf("%lld\n", (long long)v.member);               \
  }
int main(void) {
  SHOW(struct cross, m1) SHOW(struct cross, m2) SHOW(struct cross, m3) SHOW(struct late, m1) SHOW(struct late, m2)
  SHOW(struct zero, m2) SHOW(struct zero, m4) SHOW(struct behind, m0) SHOW(struct behind, m2) SHOW(struct behind, m4)
  SHOW(union any, m2)
  return 0;
}
