/* { dg-options "-w" } */
// Vectors as operands of asm statements: in registers, tied, in memory.
#include <stdio.h>
typedef int v4 __attribute__((vector_size(16)));
typedef long long v2 __attribute__((vector_size(16)));
typedef short h4 __attribute__((vector_size(8)));
#if defined __x86_64__
#define R "x"
#define ADD "paddd %1, %0"
#define ADD3(d, a, b) __asm__("movdqa %1, %0\n\tpaddd %2, %0" : "=&x"(d) : "x"(a), "xm"(b))
#define ADDH(d, a, b) __asm__("movdqa %1, %0\n\tpaddw %2, %0" : "=&x"(d) : "x"(a), "x"(b))
#elif defined __aarch64__
#define R "w"
#define ADD "add %0.4s, %0.4s, %1.4s"
#define ADD3(d, a, b) __asm__("add %0.4s, %1.4s, %2.4s" : "=w"(d) : "w"(a), "w"(b))
#define ADDH(d, a, b) __asm__("add %0.4h, %1.4h, %2.4h" : "=w"(d) : "w"(a), "w"(b))
#endif
struct s { char c; v4 v; } __attribute__((packed));
v4 table[2] = {{1, 2, 3, 4}, {5, 6, 7, 8}};
struct s packed[2];
#ifdef R
__attribute__((noinline)) v4 add(v4 a, v4 b) {
  __asm__(ADD : "+" R(a) : R(b));
  return a;
}
__attribute__((noinline)) v2 add3(v2 a, v4 *b, int i) {
  v2 r;
  ADD3(r, a, b[i]);
  return r;
}
__attribute__((noinline)) h4 half(h4 a, h4 b) {
  h4 r;
  ADDH(r, a, b);
  return r;
}
#else
#define R "r"
v4 add(v4 a, v4 b) { return a + b; }
v2 add3(v2 a, v4 *b, int i) { return (v2)((v4)a + b[i]); }
h4 half(h4 a, h4 b) { return a + b; }
#endif
int main(void) {
  // whole numbers in vector registers
  long l = 40, l2;
  int i = -3;
  short sh = -5;
#if defined __x86_64__
  __asm__("movq %1, %0\n\tpaddq %2, %0" : "=&x"(l2) : "x"(l), "x"(l + 1));
  __asm__("paddd %1, %0" : "+x"(i) : "x"(7));
#elif defined __aarch64__
  __asm__("add %d0, %d1, %d2" : "=w"(l2) : "w"(l), "w"(l + 1));
  __asm__("add %0.2s, %0.2s, %1.2s" : "+w"(i) : "w"(7));
#else
  l2 = l + l + 1, i += 7;
#endif
  printf("%ld %d %d\n", l2, i, sh);
  v4 a = add(table[0], table[1]);
  packed[1].v = add(a, a);
#ifndef __riscv
  __asm__("" : "+" R(packed[1].v));
  v4 tied;
  __asm__("" : "=" R(tied) : "0"(a));
#else
  v4 tied = a;
#endif
  v4 c = (v4)add3((v2)a, table, 1);
  h4 h = half((h4){1, 2, 3, 4}, (h4){10, 20, 30, -40});
  printf("%d %d %d %d\n", a[0], a[3], packed[1].v[1], packed[1].v[2]);
  printf("%d %d %d %d %d %d %d\n", tied[0], tied[3], c[1], c[2], h[0], h[2], h[3]);
  return 0;
}
