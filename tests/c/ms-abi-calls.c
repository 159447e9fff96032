/* { dg-options "-w" } */
// Calls of functions with attribute ms_abi, by name and through pointers, members, typedefs: the attribute is part of the type. What
// was called says what it found in its registers, in the room above the return address, and behind the pointers it was given.
#include <stdio.h>
#include <string.h>
#if defined __x86_64__
#define MS __attribute__((ms_abi))
unsigned long long seen[14];
// leaves its arguments, scribbles over the 32 bytes that are its own, gives back 0x123456789abcdef0 or 2.5
__asm__(
    ".text\n.globl callee\n.type callee, @function\ncallee:\n"
    "movq %rcx, seen(%rip)\nmovq %rdx, 8+seen(%rip)\nmovq %r8, 16+seen(%rip)\nmovq %r9, 24+seen(%rip)\n"
    "movq %xmm0, 32+seen(%rip)\nmovq %xmm1, 40+seen(%rip)\nmovq %xmm2, 48+seen(%rip)\nmovq %xmm3, 56+seen(%rip)\n"
    "movq 40(%rsp), %rax\nmovq %rax, 64+seen(%rip)\nmovq 48(%rsp), %rax\nmovq %rax, 72+seen(%rip)\n"
    "movq $-1, 8(%rsp)\nmovq $-1, 16(%rsp)\nmovq $-1, 24(%rsp)\nmovq $-1, 32(%rsp)\n"
    "movabsq $0x4004000000000000, %rax\nmovq %rax, %xmm0\nmovabsq $0x123456789abcdef0, %rax\nret\n"
    ".size callee, .-callee\n"
    // a result in memory, whose address it returns
    ".globl filler\n.type filler, @function\nfiller:\nmovq %rdx, seen(%rip)\nmovq $11, (%rcx)\nmovl $22, 8(%rcx)\nmovq %rcx, %rax\nret\n"
    ".size filler, .-filler\n");
struct S { int a, b, c; };
struct T { char c[8]; };
struct U { short a, b, c; };
extern long MS callee(int, long, short, char, long, unsigned char);
extern struct S MS filler(long);
typedef double MS mixed(float, int, double, int, float);
typedef long (MS *pointer)(struct S, struct T, struct U, _Complex float, long double, __int128);
struct table {
  int n;
  struct T (MS *member)(int, ...);
  long (*trailing)(long, long) MS;
};
static void show(const char *what, int ints, int floats, int stack) {
  printf("%s", what);
  for (int i = 0; i < 4; i++)
    if (ints >> i & 1) printf(" %llx", seen[i]);
  for (int i = 0; i < 4; i++)
    if (floats >> i & 1) printf(" x%llx", seen[4 + i]);
  for (int i = 0; i < 2; i++)
    if (stack >> i & 1) printf(" s%llx", seen[8 + i]);
  puts("");
}
__attribute__((noinline)) int calls(struct table *t, pointer p, struct S s, struct T y, struct U u, _Complex float c, float f, double d) {
  long guard = 0x1122334455667788;
  printf("%lx\n", callee(s.a, -2, -3, 'x', 1L << 40, 200));
  seen[0] = (int)seen[0], seen[2] = (short)seen[2], seen[3] = (char)seen[3], seen[9] = (unsigned char)seen[9];
  show("ints", 15, 0, 3);
  printf("%g\n", ((mixed *)callee)(f, 7, d, 9, 2.0f));
  seen[4] = (unsigned)seen[4], seen[8] = (unsigned)seen[8], seen[1] = (int)seen[1], seen[3] = (int)seen[3];
  show("mixed", 10, 5, 1);
  struct T r = t->member(1, d, 5L, f, y, 3.5);
  seen[0] = (int)seen[0];
  show("variadic", 15, 10, 3);
  printf("%d %d\n", r.c[0], r.c[7]);
  printf("%lx\n", t->trailing(3, 4));
  show("trailing", 3, 0, 0);
  struct S g = filler(77);
  printf("%d %d %d %llu\n", g.a, g.b, g.c, seen[0]);
  printf("%lx\n", p(s, y, u, c, 1.25L, (__int128)5 << 64 | 6));
  struct S *ps = (void *)seen[0];
  struct U *pu = (void *)seen[2];
  long double *pl = (void *)seen[8];
  __int128 *pi = (void *)seen[9];
  // the copies lie in the frame of this function, which is still there
  printf("%d %d %d %llx %d %d %d %llx %Lg %d %d\n", ps->a, ps->b, ps->c, seen[1], pu->a, pu->b, pu->c, seen[3], *pl, (int)(*pi >> 64), (int)*pi);
  printf("%lx %d\n", guard, __builtin_types_compatible_p(__typeof__(*t->trailing), long(long, long)));
  return s.a + s.b;
}
int main(void) {
  struct table t = {1, (struct T (MS *)(int, ...))callee, (void *)callee};
  printf("%d\n", calls(&t, (pointer)callee, (struct S){1, 2, 3}, (struct T){"abcdefg"}, (struct U){4, 5, 6}, 1.5f + 2.5fi, 0.5f, 8.25));
  return 0;
}
#else
int main(void) {
  puts("no ms_abi");
  return 0;
}
#endif
