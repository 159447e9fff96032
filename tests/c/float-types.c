// _Float32 and the like are types of their own with the formats of float, double, long double; __builtin_tgmath chooses among them.
/* { dg-options "-std=gnu17" } */
int printf(const char *, ...);
#define NAME(x) _Generic((x), float: "float", double: "double", long double: "long double", _Float32: "_Float32", _Float64: "_Float64", \
	_Float32x: "_Float32x", _Float64x: "_Float64x", _Complex double: "complex double", _Complex _Float32: "complex _Float32", default: "?")
static float tf(int a, float x) { return x + a; }
static double td(int a, double x) { return x + 2 * a; }
static long double tl(int a, long double x) { return x + 3 * a; }
static _Complex double tc(int a, _Complex double x) { return x + 4 * a; }
static _Float32 t32(int a, _Float32 x) { return x + 5 * a; }
static float nd(double x) { return x + 1; }
static float nl(long double x) { return x + 2; }
static _Float32 wf(float x) { return x + 1; }
static _Float32 wd(double x) { return x + 2; }
static _Float32 w64(_Float64 x) { return x + 3; }
static int promoted(int n, ...)
{
	__builtin_va_list ap;
	__builtin_va_start(ap, n);
	double d = __builtin_va_arg(ap, double);
	__builtin_va_end(ap);
	return d;
}
#define T(a, x) __builtin_tgmath(tf, td, tl, tc, t32, a, x)
#define SHOW(e) printf("%s %g\n", NAME(e), (double)(e))
int main(void)
{
	float f = 1.5f;
	_Float32 f32 = 2.5f32;
	_Float64 f64 = f32;
	_Float32x f32x = 3.5f32x;
	_Float64x f64x = 4.5f64x;
	double d = 5.5;
	long double ld = f64x;
	SHOW(f + f32);
	SHOW(f32 * 2);
	SHOW(d + f64);
	SHOW(f32x + d);
	SHOW(f32x - f64);
	SHOW(ld + f64x);
	SHOW(f64x + d);
	SHOW(f32 ? f : f64);
	SHOW(-f32);
	SHOW(__builtin_fabsf32(-f32));
	SHOW(1.0f64);
	printf("%s\n", NAME((_Complex _Float32)f32));
	SHOW(T(1, f));
	SHOW(T(1, d));
	SHOW(T(1, ld));
	SHOW(T(1, f32));
	SHOW(T(1, 7));
	printf("%s %g\n", NAME(T(1, 7 + 1i)), __imag__ T(1, 7 + 1i));
	SHOW(__builtin_tgmath(nd, nl, f));
	SHOW(__builtin_tgmath(nd, nl, ld));
	SHOW(__builtin_tgmath(wf, wd, w64, 1));
	SHOW(__builtin_tgmath(wf, wd, w64, d));
	SHOW(__builtin_powif(f, 3));
	SHOW(__builtin_powi(d, -2));
	SHOW(__builtin_powil(ld, 4));
	printf("%d\n", promoted(1, f));
	return 0;
}
