/*
 * isgreater, isless and their like, and the classifications, raise no exception for a quiet NaN (C11 7.12.14): not with the
 * comparisons of riscv64 nor with libgcc's for binary128, which do raise it.
 */
#include <fenv.h>
#include <math.h>
#include <stdio.h>

#define SAY(x) do { \
	int result = (x) != 0; \
	printf("%d%s ", result, fetestexcept(FE_ALL_EXCEPT) ? "!" : ""); \
	feclearexcept(FE_ALL_EXCEPT); \
} while (0)

#define TEST(type, low, high) do { \
	volatile type nan = NAN, inf = INFINITY, small = low, large = high, less = small / 2, zero = 0; \
	type values[] = { nan, -nan, inf, -inf, small, large, less, -less, zero, -zero }; \
	feclearexcept(FE_ALL_EXCEPT); \
	for (int i = 0; i < 10; i++) { \
		volatile type x = values[i]; \
		SAY(isnan(x)); SAY(isinf(x)); SAY(isfinite(x)); SAY(isnormal(x)); SAY(signbit(x)); \
		printf("%d", fpclassify(x) == FP_NAN ? 0 : fpclassify(x) == FP_INFINITE ? 1 : fpclassify(x) == FP_ZERO ? 2 : \
			fpclassify(x) == FP_SUBNORMAL ? 3 : 4); \
		SAY(fpclassify(x) == FP_NORMAL); \
		for (int k = 0; k < 10; k += 3) { \
			volatile type y = values[k]; \
			SAY(isgreater(x, y)); SAY(isgreaterequal(x, y)); SAY(isless(x, y)); \
			SAY(islessequal(x, y)); SAY(islessgreater(x, y)); SAY(isunordered(x, y)); \
		} \
		printf("\n"); \
	} \
} while (0)

int main(void)
{
	TEST(float, __FLT_MIN__, __FLT_MAX__);
	TEST(double, __DBL_MIN__, __DBL_MAX__);
	TEST(long double, __LDBL_MIN__, __LDBL_MAX__);
	return 0;
}
