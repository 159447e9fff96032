// Letters between % and an operand's number in an asm: sizes and indirect calls of memory, negated constants without a "$", the
// "i" that RISC-V's immediate mnemonics bear.
int printf(const char *, ...);

static int calls;
static void called(void) { calls++; }
static void (*pointer)(void) = called;

int main(void) {
  long a = 5, b = 7, r = 0;
  short s = -1;
  long array[3] = {1, 2, 3};
#if defined(__x86_64__)
  __asm__("add%z0 $2, %0" : "+m"(a));
  __asm__("inc%z0 %0" : "+m"(s));
  __asm__("add%z0 %1, %0" : "+r"(b) : "r"(a));
  __asm__("movq %n1(%2), %0" : "=r"(r) : "i"(8), "r"(&array[2]), "m"(array));
  // aligned, and away from the red zone
  __asm__ volatile("movq %%rsp, %%rbx\n\tsubq $256, %%rsp\n\tandq $-16, %%rsp\n\tcall %A0\n\tmovq %%rbx, %%rsp"
                   :
                   : "m"(pointer)
                   : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc", "memory");
#elif defined(__riscv)
  __asm__("add%i2 %0, %1, %2" : "=r"(a) : "r"(a), "rI"(2));
  __asm__("add%i2 %0, %1, %2" : "=r"(b) : "r"(b), "rI"(a));
  __asm__("ld %0, %n1(%2)" : "=r"(r) : "i"(8), "r"(&array[2]), "m"(array));
  __asm__("add%i1 %0, %0, %z1" : "+r"(s) : "rI"(1));
  pointer();
#else
  a += 2, s++, b += a, r = array[1];
  pointer();
#endif
  printf("%ld %ld %d %ld %d\n", a, b, s, r, calls);
  return a == 7 && b == 14 && s == 0 && r == 2 && calls == 1 ? 0 : 1;
}
