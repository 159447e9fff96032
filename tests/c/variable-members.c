// Members of variable length: sizes and offsets as GCC lays them out, copies, arguments, results, nested functions.
int printf(const char *, ...);
typedef __builtin_va_list va_list;

#define SHOW(t, m) printf(#t "." #m " %d\n", (int)__builtin_offsetof(struct t, m))

static void layout(int n, int m)
{
	struct a { char c[n]; int i; char d; long l; };
	struct b { char c; short s[n]; char d[m]; double f; char e; } __attribute__((packed));
	struct c { int i[n]; unsigned x : 3, y : 7; char z; unsigned long w : 40; short last; };
	struct d { char c[n]; struct { int x; char y[m]; } in[2]; char z; } __attribute__((aligned(32)));
	struct e { char a; __attribute__((aligned(8))) char b[n]; char p; int q; long r; char s; };
	struct f { int (*p)[n]; int q; };
	struct g { char h; int rows[n][m]; short t; };
	union u { char c[n]; int i; short s[m]; };
	struct h { char c; union u u; char d; };
	SHOW(a, i); SHOW(a, d); SHOW(a, l);
	SHOW(b, s); SHOW(b, d); SHOW(b, f); SHOW(b, e);
	SHOW(c, z); SHOW(c, last);
	SHOW(d, in[1]); SHOW(d, in[1].y[2]); SHOW(d, z);
	SHOW(e, b); SHOW(e, p); SHOW(e, q); SHOW(e, r); SHOW(e, s);
	SHOW(f, q); SHOW(g, rows[1][2]); SHOW(g, rows[m]); SHOW(g, t); SHOW(h, u); SHOW(h, d);
	printf("%d %d %d %d %d\n", (int)sizeof(struct a), (int)sizeof(struct b), (int)sizeof(struct c), (int)sizeof(struct d),
	       (int)sizeof(struct e));
	printf("%d %d %d %d\n", (int)sizeof(struct f), (int)sizeof(struct g), (int)sizeof(union u), (int)sizeof(struct h));
	printf("%d %d %d\n", (int)_Alignof(struct a), (int)_Alignof(struct b), (int)_Alignof(struct d));
	struct c v[3];
	__builtin_memset(v, 0, sizeof(v));
	for (int k = 0; k < 3; k++) {
		v[k].i[n - 1] = 100 + k;
		v[k].x = k + 5;
		v[k].y = 100 - k;
		v[k].z = k;
		v[k].w = 0x123456789aUL + k;
		v[k].last = -k;
	}
	v[2] = v[0];
	for (unsigned k = 0; k < sizeof(v); k++)
		printf("%02x", ((unsigned char *)v)[k]);
	struct c *p = v + 1;
	p[1].z++;
	printf("%d %d %d %d %lx %d\n", p->i[n - 1], p->x, p->y, p->z, (unsigned long)p->w, p->last);
	printf("%d %d %d %d %lx %d %d\n", p[1].i[n - 1], p[1].x, p[1].y, p[1].z, (unsigned long)p[1].w, p[1].last, (int)(&v[3] - p));
}

static int sum(int n, ...)
{
	struct { char x[n]; short last; } d;
	va_list ap;
	int r = 0;
	__builtin_va_start(ap, n);
	for (int k = 0; k < 2; k++) {
		d = __builtin_va_arg(ap, __typeof__(d));
		for (int i = 0; i < n; i++)
			r = r * 3 + d.x[i];
		r += d.last;
	}
	__builtin_va_end(ap);
	return r;
}

static int by_value(int n, struct s { char c[n]; int last; } s, int m)
{
	s.c[0] += 7;
	return s.c[0] + s.c[n - 1] + s.last + m + (int)sizeof(s);
}

static int nested(int n)
{
	struct S { int a[n]; char c; };
	int later = n++;
	struct S make(int x)
	{
		struct S s;
		for (unsigned i = 0; i < sizeof(s.a) / sizeof(s.a[0]); i++)
			s.a[i] = x + i;
		s.c = x;
		return s;
	}
	int total(struct S s)
	{
		int r = s.c;
		for (int i = 0; i < later; i++)
			r += s.a[i];
		return r;
	}
	struct S x, y;
	x = ({ struct S t, *p = &t; t = make(5); p->c++; t; });
	y = make(x.c);
	y = n > 100 ? x : y;
	struct S *q = &y, z;
	z = make(3);
	return total(x) * 1000 + total(z) + make(9).a[later - 1] + total(*q);
}

int main(void)
{
	for (int n = 1; n < 8; n++)
		for (int m = 3; m < 6; m++)
			layout(n, m);
	int n = 5;
	struct { char x[n]; short last; } a, b;
	for (int i = 0; i < n; i++) {
		a.x[i] = i;
		b.x[i] = 10 - i;
	}
	a.last = 1000;
	b.last = 2000;
	printf("%d\n", sum(n, a, b));
	struct s { char c[n]; int last; } s;
	s.c[0] = 1;
	s.c[n - 1] = 2;
	s.last = 30;
	int (*f)(int, struct s, int) = (int (*)(int, struct s, int))by_value;
	printf("%d %d\n", f(n, s, 400), s.c[0]);
	printf("%d\n", nested(4));
	return 0;
}
