// Registers may be named by GCC's numbers in the list of what an asm destroys.
extern int printf(const char *, ...);
extern void abort(void);

__attribute__((noinline)) static long keep(long a, long b, long c, long d)
{
	long e = a * b, f = c * d, g = a ^ d;
#if defined __x86_64__
	__asm__ volatile("xor %%eax, %%eax\n\txor %%ebx, %%ebx\n\txor %%r12d, %%r12d\n\tpxor %%xmm0, %%xmm0" ::: "0", "3", "40", "20", "memory", "cc");
#elif defined __aarch64__
	__asm__ volatile("mov x0, 0\n\tmov x20, 0\n\tmov x21, 0\n\tfmov d8, xzr" ::: "0", "20", "21", "40", "memory");
#elif defined __riscv
	__asm__ volatile("li a0, 0\n\tli s1, 0\n\tli s2, 0\n\tfmv.d.x fs0, zero" ::: "10", "9", "18", "40", "memory");
#endif
	return a + b + c + d + e + f + g;
}

int main(void)
{
	long t = 0;
	double x = 1.5;
	for (long i = 0; i < 4; i++) {
		t += keep(i, i + 1, i + 2, i + 3);
		x *= 2;
	}
	printf("%ld %g\n", t, x);
	return 0;
}
