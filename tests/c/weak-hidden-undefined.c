/* { dg-options "-fPIC" } */
/* A weak hidden symbol that nobody defines is 0 in position-independent code too, which riscv64 reaches only by the GOT. */
extern int printf(const char *, ...);
extern void nowhere(void) __attribute__((weak, visibility("hidden")));
extern int none[4] __attribute__((weak, visibility("hidden")));

int main(void)
{
	if (nowhere)
		nowhere();
	printf("%d %d %d\n", nowhere != 0, none != 0, none ? none[2] : -1);
	return 0;
}
