// Attribute ms_struct (x86; ignored elsewhere): units of one type's size, zero widths, packed, aligned, unions, access by the members.
#include <stdio.h>
#include <string.h>
#define MS __attribute__((ms_struct))
struct one {
  int d;
  unsigned char a;
  unsigned short b : 7;
  char c;
} MS;
struct six {
  char a : 8;
  int : 0;
  char b;
  char c;
} MS;
struct late {
  char c;
  int : 0;
  short a : 9, b : 9;
  long : 0;
} MS;
struct __attribute__((packed)) tight {
  char c;
  int a : 20, b : 14;
  short : 0;
  long d : 33 __attribute__((aligned(8)));
} MS;
union any {
  long a : 17;
  char c;
} MS;
struct wide {
  int a : 2;
  __attribute__((aligned(8))) int b : 2;
  int c : 28;
  __attribute__((aligned(16))) int d : 2;
  int e : 30;
} MS;
#pragma pack(push, 2)
struct pushed {
  _Bool m0 : 1, m1 : 1;
  unsigned short m2 : 12 __attribute__((packed));
  short m3 : 14;
} MS;
#pragma pack(pop)
struct outer {
  char c;
  struct six s;
  union any u;
};
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
  SHOW(struct one, b) SHOW(struct one, c) SHOW(struct six, b) SHOW(struct six, c)
  SHOW(struct late, a) SHOW(struct late, b) SHOW(struct tight, a) SHOW(struct tight, b) SHOW(struct tight, d)
  SHOW(union any, a) SHOW(struct wide, b) SHOW(struct wide, c) SHOW(struct wide, d) SHOW(struct wide, e)
  SHOW(struct pushed, m1) SHOW(struct pushed, m2) SHOW(struct pushed, m3) SHOW(struct outer, s.c) SHOW(struct outer, u.a)
  return 0;
}
