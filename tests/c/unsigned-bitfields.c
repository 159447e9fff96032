// -funsigned-bitfields and -fsingle-precision-constant.
/* { dg-options "-funsigned-bitfields -fsigned-char -fsingle-precision-constant" } */
int printf(const char *, ...);
typedef int i;
typedef signed int si;
typedef si sit;
typedef i it;
enum e { LOW = -2, HIGH = 1 };
struct s { int a : 3; signed b : 3; i c : 3; si d : 3; it e : 3; sit f : 3; char g : 3; signed char h : 3; long k : 3; enum e l : 3; int : 2; };
int main(void)
{
	struct s s;
	s.a = s.b = s.c = s.d = s.e = s.f = s.g = s.h = s.k = s.l = -1;
	printf("%d %d %d %d %d %d %d %d %d %d\n", s.a, s.b, s.c, s.d, s.e, s.f, s.g, s.h, (int)s.k, s.l);
	printf("%d %d %d %.17g\n", (int)sizeof(1.0), (int)sizeof(1.0L), (int)sizeof(0x1p0), 0.1);
	return 0;
}
