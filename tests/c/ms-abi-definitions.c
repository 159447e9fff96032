/* { dg-options "-w" } */
// Definitions of functions with attribute ms_abi: arguments by the numbers of their places, results in memory through rcx, and more
// registers kept than the System V convention asks for, whatever the function calls. The caller in assembler looks at those itself.
#include <stdio.h>
#include <string.h>
#if defined __x86_64__
#define MS __attribute__((ms_abi))
#define NI __attribute__((noinline))
struct S { int a, b, c; };
struct T { char c[8]; };
struct U { short a, b, c; };
NI static double other(double a, double b, double c, double d, double e, double f, double g, double h) {
  double x[32];
  for (int i = 0; i < 32; i++) x[i] = i * a + b;
  for (int i = 0; i < 32; i++) printf("%s", x[i] > 1e9 ? "?" : "");
  __asm__ volatile("xorl %%esi, %%esi\n xorl %%edi, %%edi\n xorps %%xmm6, %%xmm6\n xorps %%xmm7, %%xmm7\n xorps %%xmm8, %%xmm8\n"
                   "xorps %%xmm13, %%xmm13\n xorps %%xmm15, %%xmm15" ::: "rsi", "rdi", "xmm6", "xmm7", "xmm8", "xmm13", "xmm15");
  return a + b + c + d + e + f + g + h + x[31];
}
NI MS long many(int a, long b, short c, unsigned char d, long e, signed char f, double g) {
  return a + 10 * b + 100 * c + 1000 * d + 10000 * e + 100000 * f + (long)(g * 1e6);
}
NI MS double mixed(float a, int b, double c, int d, float e) { return a + 10 * b + 100 * c + 1000 * d + 10000 * e; }
NI MS struct S record(struct S s, struct T t, struct U u, _Complex float c, long double l, __int128 i) {
  struct S r = {s.a + t.c[0] + u.c, s.b + (int)__real__ c + (int)l, s.c + (int)__imag__ c + (int)(i >> 64) + (int)i};
  s.a = 99, u.c = 98;
  return r;
}
NI MS struct T small(struct T t, struct U *u) {
  t.c[1] += u->b;
  return t;
}
NI MS long double wide(long double a, int n) { return a * n; }
NI MS long caller(long a, double x) {
  // room for copies in the callers' area, and a call of each convention from within
  struct S s = record((struct S){1, 2, 3}, (struct T){"b"}, (struct U){4, 5, 6}, 1.5f + 2.5fi, 9.25L, (__int128)5 << 64 | 6);
  return (long)other(x, 1, 2, 3, 4, 5, 6, 7) + many(a, 2, 3, 4, 5, 6, 7.0) + s.a + s.b + s.c;
}
NI MS long leaf(long a, long b, long c, long d, long e) {
  char buf[64];
  memset(buf, (int)a, sizeof buf);
  __asm__ volatile("" : : "r"(buf) : "memory");
  return buf[5] + b * c * d - e;
}
NI MS int dynamic(int n, const char *s) {
  char buf[n];
  snprintf(buf, n, "%s", s);
  return printf("%s %d\n", buf, n);
}
static inline MS int inlined(int a, float b) { return a * 3 + (int)b; }
NI MS int last(int a) { return (int)other(a, 0, 0, 0, 0, 0, 0, 0); }
NI MS void counted(int n, ...) { printf("%d\n", n); }
// calls f(1, 2.0 in xmm1) with known values in the registers that f has to keep: how many of them changed
int changed(void *f);
__asm__(
    ".text\n.globl changed\n.type changed, @function\nchanged:\n"
    "pushq %rbx\npushq %rbp\npushq %r12\npushq %r13\npushq %r14\npushq %r15\nsubq $40, %rsp\nmovq %rdi, %rax\n"
    "movl $101, %ebx\nmovl $102, %ebp\nmovl $103, %esi\nmovl $104, %edi\nmovl $105, %r12d\nmovl $106, %r13d\nmovl $107, %r14d\nmovl $108, %r15d\n"
    "movabsq $0x4000000000000000, %rcx\nmovq %rcx, %xmm1\n"
    ".irp n,6,7,8,9,10,11,12,13,14,15\nmovl $2\\n, %ecx\nmovd %ecx, %xmm\\n\npshufd $0, %xmm\\n, %xmm\\n\n.endr\n"
    "movl $1, %ecx\ncall *%rax\nxorl %eax, %eax\n"
    ".macro same r, v\nxorl %ecx, %ecx\ncmpq $\\v, \\r\nsetne %cl\naddl %ecx, %eax\n.endm\n"
    "same %rbx, 101\nsame %rbp, 102\nsame %rsi, 103\nsame %rdi, 104\nsame %r12, 105\nsame %r13, 106\nsame %r14, 107\nsame %r15, 108\n"
    ".irp n,6,7,8,9,10,11,12,13,14,15\nmovl $2\\n, %ecx\nmovd %ecx, %xmm0\npshufd $0, %xmm0, %xmm0\npcmpeqd %xmm\\n, %xmm0\nmovmskps %xmm0, %ecx\n"
    "xorl $15, %ecx\naddl %ecx, %eax\n.endr\n"
    "addq $40, %rsp\npopq %r15\npopq %r14\npopq %r13\npopq %r12\npopq %rbp\npopq %rbx\nret\n.size changed, .-changed\n");
NI MS void worker(int n, double x) { printf("%d\n", caller(n, x) > 0); }
NI MS void vector(int n, double x) {
  double a = x, b = x + 1, c = x + 2, d = x + 3, e = x + 4, f = x + 5, g = x + 6, h = x + 7, i = x + 8;
  for (int k = 0; k < n + 3; k++) a += b * c, b += c * d, c -= d * e, d += e * f, e -= f * g, f += g * h, g += h * i, h -= i * a, i += a * b;
  *(volatile double *)&x = a + b + c + d + e + f + g + h + i;
}
NI MS void strings(int n, double x) {
  char buf[400];
  memset(buf, n, sizeof buf);
  __asm__ volatile("xorl %%edi, %%edi" : : "r"(buf) : "memory", "rdi", "xmm9");
}
NI MS void runtime(int n, double x) {
  char *volatile p = __builtin_alloca(n * 100);
  last(n);
}
NI MS void none(int n, double x) {}
int main(void) {
  struct T t = {"xyzzy"};
  struct U u = {1, 2, 3};
  long (MS *volatile p)(int, long, short, unsigned char, long, signed char, double) = many;
  printf("%ld %ld\n", many(1, -2, 3, 200, 5, -6, 7), p(1, -2, 3, 200, 5, -6, 7));
  printf("%g\n", mixed(1.5f, 2, 3.5, 4, 5.5f));
  struct S s = {1, 2, 3}, r = record(s, t, u, 1.5f + 2.5fi, 9.25L, (__int128)5 << 64 | 6);
  printf("%d %d %d %d %d\n", r.a, r.b, r.c, s.a, u.c);
  printf("%s %Lg\n", small(t, &u).c, wide(2.5L, 3));
  printf("%ld %ld %d %d\n", caller(3, 0.5), leaf(7, 2, 3, 4, 5), inlined(4, 2.5f), last(5));
  printf("%d\n", dynamic(6, "abcdefgh"));
  counted(3, 1.0, 2);
  printf("%d %d %d %d %d\n", changed(worker), changed(vector), changed(strings), changed(runtime), changed(none));
  return 0;
}
#else
int main(void) {
  puts("no ms_abi");
  return 0;
}
#endif
