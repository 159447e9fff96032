/* { dg-options "-w" } */
// __int128 in a vector register of an asm statement, in and out, tied and packed.
#include <stdio.h>
#if defined __x86_64__
#define R "x"
#elif defined __aarch64__
#define R "w"
#else
#define R "r"
#endif
#ifdef __riscv
typedef long T;
#else
typedef __int128 T;
#endif
struct packed {
  char d;
  T c;
} __attribute__((packed));
struct packed b[5];
int main(void) {
  for (int i = 0; i < 5; i++) {
    b[i].c = (T)i << 40;
    __asm__("" : "+" R(b[i].c));
  }
  T x = ((T)0x12345678 << 20) + 5, y, z = 3;
  __asm__("" : "=" R(y) : "0"(x));
  __asm__("" : "+" R(z) : R(y));
#if defined __x86_64__
  __asm__("paddq %1, %0" : "+x"(z) : "x"(y));
#elif defined __aarch64__
  __asm__("add %0.2d, %0.2d, %1.2d" : "+w"(z) : "w"(y));
#else
  z += y;
#endif
  printf("%lx %lx %lx %d\n", (long)y, (long)z, (long)b[3].c, (int)sizeof b);
  return 0;
}
