// AArch64's constraints x and y: vector registers that an index of 16-bit lanes reaches, and the first eight.
extern int printf(const char *, ...);
typedef short v8 __attribute__((vector_size(16)));
__attribute__((noinline)) static v8 times(v8 a, v8 b, v8 c, v8 d)
{
#ifdef __aarch64__
	v8 r, s = c;
	asm("mul %0.8h, %1.8h, %2.h[3]" : "=w"(r) : "w"(a), "x"(b));
	asm("mla %0.8h, %1.8h, %2.h[5]" : "+w"(s) : "w"(r), "x"(d));
	asm("mul %0.8h, %0.8h, %1.h[1]" : "+y"(r) : "y"(c));
#else
	v8 r = a * b[3], s = c + r * d[5];
	r = r * c[1];
#endif
	return r + s;
}
int main(void)
{
	v8 a = { 1, 2, 3, 4, 5, 6, 7, 8 }, r = times(a, a + 3, a * 5, a - 9);
	for (int i = 0; i < 8; i++)
		printf("%d ", r[i]);
	printf("\n");
	return 0;
}
