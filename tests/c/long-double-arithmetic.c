// long double in every place a value can be: arithmetic, conversions, comparisons, calls, variable arguments, structures, choices.
#include <stdarg.h>

static long double mix(long double a, long double b, int c)
{
	return c ? a * b - 3 : -a / b;
}
static long double sum(int n, ...)
{
	va_list ap;
	long double s = 0;
	va_start(ap, n);
	for (int i = 0; i < n; i++)
		s += va_arg(ap, long double);
	va_end(ap);
	return s;
}
struct pair {
	long double x;
	int y;
};
static struct pair bump(struct pair p)
{
	p.x += p.y;
	return p;
}
union bits {
	long double value;
	unsigned char byte[sizeof(long double)];
};
int main(int argc, char **argv)
{
	(void)argv;
	long double x = argc + 1.5L, z = mix(x, 2.25L, argc);
	struct pair p = { z, 4 };
	union bits u = { z };
	p = bump(p);
	if (z != 2.625L || mix(x, x, 0) != -1 || p.x != 6.625L)
		return 1;
	if ((unsigned long long)(z * 1e18L) != 2625000000000000000ull || (int)-z != -2 || (float)z != 2.625f)
		return 2;
	if (sum(9, 1.0L, 2.0L, 3.0L, 4.0L, 5.0L, 6.0L, 7.0L, 8.0L, 9.5L) != 45.5L)
		return 3;
	if (!(z > x) || z != z || (long double)(unsigned long)-1 != 18446744073709551615.0L)
		return 4;
	if (u.value != z || __builtin_copysignl(z, -1) != -z || __builtin_fabsl(-z) != z)
		return 5;
	return (argc ? z : x) != z;
}
