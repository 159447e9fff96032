// A memory operand of an asm in a named address space bears its segment (the kernel's this_cpu_inc).
int printf(const char *, ...);

static __thread long counter = 40;

int main(void) {
#ifdef __x86_64__
  // the thread pointer's first word is its own address; thread-local variables lie below it
  long self;
  __asm__("movq %1, %0" : "=r"(self) : "m"(*(long __seg_fs *)0));
  long offset = (long)&counter - self;
  __asm__("incq %0" : "+m"(*(long __seg_fs *)offset));
  __asm__("addq %1, %0" : "+m"(*(volatile long __seg_fs *)offset) : "er"(1L));
#else
  counter += 2;
#endif
  printf("%ld\n", counter);
  return 0;
}
