// Payloads, signs and quiet bits of NaN constants, in static data and in code.
int printf(const char *, ...);
static float fs[] = { __builtin_nanf(""), __builtin_nanf("0x123"), __builtin_nansf(""), __builtin_nansf("5"), -__builtin_nanf("7"),
	-__builtin_nanf(""), (float)__builtin_nan("0x4000000000000"), __builtin_nanf("0x7fffff"), (float)__builtin_nansl("") };
static double ds[] = { __builtin_nan(""), __builtin_nan("0x123456789abc"), __builtin_nans(""), __builtin_nans("5"), -__builtin_nan("7"),
	(double)__builtin_nanf("0x11"), (double)__builtin_nansf(""), __builtin_nan("010"), __builtin_fabs(-__builtin_nan("3")) };
static long double ls[] = { __builtin_nanl(""), __builtin_nanl("0x123"), __builtin_nansl(""), -__builtin_nanl("9"), (long double)__builtin_nanf("0x11") };
static void show(const void *p, int n)
{
	const unsigned char *b = p;
	while (n--)
		printf("%02x", b[n]);
	printf("\n");
}
static float f(int i)
{
	switch (i) {
	case 0: return __builtin_nanf("0x55");
	case 1: return -__builtin_nansf("6");
	case 2: return __builtin_copysignf(__builtin_nanf("3"), -1.0f);
	default: return __builtin_nanf("0x55") + 2.0f;
	}
}
static double d(int i)
{
	switch (i) {
	case 0: return __builtin_nan("0x55");
	case 1: return __builtin_nans("");
	case 2: return (double)__builtin_nanf("0x77");
	default: return 3.0 * __builtin_nan("0x99");
	}
}
int main(void)
{
	for (unsigned i = 0; i < sizeof(fs) / sizeof(fs[0]); i++)
		show(fs + i, 4);
	for (unsigned i = 0; i < sizeof(ds) / sizeof(ds[0]); i++)
		show(ds + i, 8);
	for (unsigned i = 0; i < sizeof(ls) / sizeof(ls[0]); i++)
		show(ls + i, __LDBL_MANT_DIG__ == 64 ? 10 : 16);
	for (int i = 0; i < 4; i++) {
		float x = f(i);
		double y = d(i);
		show(&x, 4);
		show(&y, 8);
	}
	return 0;
}
