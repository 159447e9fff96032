// An operand of an asm statement whose constraint is empty may be anything.
#include <stdio.h>
int main(void) {
  char dummy[64];
  int a = 3;
  dummy[5] = 7;
  __asm__("" : : ""(dummy), ""(a), ""(12) : "memory");
  printf("%d %d\n", dummy[5], a);
  return 0;
}
