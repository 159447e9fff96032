// a ?: b of complex type: a is evaluated once, asked whether either part differs from zero, and converted.
extern int printf(const char *, ...);
static int calls;
static _Complex int whole(int re, int im) { calls++; return re + im * 1i; }
static _Complex double real(double re, double im) { calls++; _Complex double z; __real__ z = re; __imag__ z = im; return z; }
static float single(float x) { calls++; return x; }
static long number(long x) { calls++; return x; }
static _Complex double either(_Complex double a, _Complex double b) { return a ? : b; }

int main(void)
{
	for (int i = 0; i < 4; i++) {
		_Complex int a = whole(i & 1, i & 2) ? : whole(7, 8);
		_Complex double b = real(i & 1, i & 2) ? : real(0.5, 0.25);
		_Complex double c = single(i & 1) ? : real(3, 4);
		_Complex float d = number(i & 2) ? : 1.5f + 2.0if;
		_Complex double e = real(i & 1, i & 2) ? : 9;
		_Complex double f = either(i & 1 ? -0.0 : 0.0, 2 + i * 1i);
		(void)(whole(0, i) ? : whole(1, 1));
		printf("%d+%di %g+%gi %g+%gi %g+%gi %g+%gi %g+%gi %d\n", __real__ a, __imag__ a, __real__ b, __imag__ b, __real__ c,
			__imag__ c, __real__ d, __imag__ d, __real__ e, __imag__ e, __real__ f, __imag__ f, calls);
	}
	if (whole(0, 0) ? : whole(0, 3))
		printf("yes %d\n", (whole(0, 1) ? : 0) ? calls : -1);
	return 0;
}
