/*
 * <, <=, > and >= raise "invalid" for a quiet NaN, == and != do not (C11 F.8.3, 7.12.14), in values and in branches:
 * x86-64 and AArch64 had but the quiet comparison.
 */
#include <fenv.h>
#include <math.h>
#include <stdio.h>

static void say(int result)
{
	printf("%d%s ", result, fetestexcept(FE_INVALID) ? "!" : "");
	feclearexcept(FE_ALL_EXCEPT);
}

static int taken(int way)
{
	say(way);
	return way + 1;
}

#define TEST(type, name) \
	__attribute__((noinline)) static int name(volatile type x, volatile type y) \
	{ \
		int n = 0; \
		feclearexcept(FE_ALL_EXCEPT); \
		say(x < y); say(x <= y); say(x > y); say(x >= y); say(x == y); say(x != y); \
		n += x < y ? taken(1) : taken(2); \
		n += x >= y ? taken(3) : taken(4); \
		n += !(x > y) ? taken(5) : taken(6); \
		n += x == y ? taken(7) : taken(8); \
		n += x < 1 && y < 2 ? taken(9) : taken(10); \
		printf("\n"); \
		return n; \
	} \
	static int name##_all(void) \
	{ \
		volatile type values[] = { NAN, -NAN, INFINITY, 0, -2.5 }; \
		int n = 0; \
		for (int i = 0; i < 5; i++) \
			for (int k = 0; k < 5; k++) \
				n += name(values[i], values[k]); \
		return n; \
	}

TEST(float, of_float)
TEST(double, of_double)
TEST(long double, of_long_double)

int main(void)
{
	printf("%d\n", of_float_all());
	printf("%d\n", of_double_all());
	printf("%d\n", of_long_double_all());
	double nan = __builtin_nan("");
	feclearexcept(FE_ALL_EXCEPT);
	volatile int equal = nan == 1;
	say(equal);
	volatile int quiet = __builtin_isless(nan, 1);
	say(quiet);
	printf("\n");
	return 0;
}
