// C2X: separated digits, labels before declarations and at the end of a block, parameters without a name.
/* { dg-options "-std=c2x -pedantic-errors" } */
int printf(const char *, ...);
#define m(x) 0
static int unnamed(int a, int[++a], int)
{
	return a;
}
static int jumps(int x)
{
	goto b;
a:
	int i = 2 * x;
aa:
	int u = 1;
	goto c;
b:
	goto a;
	{
		i *= 3;
	c:
	}
	return i + u;
d:
}
int main(void)
{
	_Static_assert(0x1'23 == 0x123);
	int t[4];
	printf("%d %d %d %d %g\n", 123'45'6, 0'123, m(1'2) + (3'4), 0x0'e-0xe, 314'159e-0'5);
#line 4'56
	printf("%d %d %d\n", __LINE__, unnamed(1, t, 3), jumps(4));
	return 0;
}
