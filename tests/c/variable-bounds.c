// Bounds of variable length arrays are evaluated once, where the type is named, and only where C asks for it.
int printf(const char *, ...);
static int calls;
static int next(void)
{
	return ++calls;
}

static void typedefs(int n)
{
	typedef int T[n];
	n += 5;
	T a, b[2];
	typedef T U[next()];
	U d;
	U *e = &d;
	struct S { char c[next()]; };
	struct S f, *g = &f;
	printf("%d %d %d %d %d %d %d\n", (int)sizeof(a), (int)sizeof(b), (int)sizeof(const T), (int)sizeof(d), (int)sizeof(*e),
	       (int)sizeof(*g), calls);
}

static void operands(void)
{
	int n = 3, i = 0, j = 0;
	char rows[4][n];
	void *p = rows;
	int size = sizeof(rows[i++]);
	size += sizeof(int[++j]) + sizeof(int(*)[++j]) + _Alignof(int[++j]);
	__typeof__(rows[i++]) c1;
	__typeof__(&rows[i++]) c2 = &rows[0];
	__typeof__(i++) c3 = 1;
	printf("%d %d %d %d %d\n", size, i, j, (int)sizeof(c1), (int)sizeof(*c2));
	(void)(int(*)[++j])p;
	int(*q)[n] = (int(*)[(++j, n)])p;
	printf("%d %d\n", j, (int)((char *)(q + 1) - (char *)p));
	printf("%d\n", (int)((char *)((char(*)[next() + 4])p + 1) - (char *)p));
	int (**r)[n] = &(int (*[1])[n]){ p }[0];
	printf("%d %d\n", *r == p, (int)sizeof(**r));
	(__typeof__(++i, (int(*)[i])p)){ p }++;
	--(__typeof__(++i, (int(*)[i])p)){ p };
	size = sizeof(__typeof__(*(++i, (char(*)[i])p)));
	printf("%d\n", size);
	printf("%d %d\n", i, c3);
}

static int loops(int n)
{
	int total = 0;
	for (int k = 1; k < n; k++) {
		typedef char T[k];
		T a[2];
		struct { char x[k]; T y; int z; } s;
		total = total * 7 + sizeof(a) + sizeof(s);
	}
	for (int k = 0, (*p)[n] = 0; k < 2; k++, p++)
		total += (int)(long)p;
	return total;
}

static int outer(int n)
{
	typedef int T[n];
	int inner(T *p, int m, int q[][m + n])
	{
		T local;
		return sizeof(local) + (int)((char *)(p + 1) - (char *)p) + sizeof(q[0]);
	}
	T x;
	n = 1000;
	return inner(&x, 2, (void *)x);
}

static int kept(int n)
{
	char *p;
	{
		char i[n];
		if (n) {
			p = __builtin_alloca(8);
			p[0] = 1;
		}
		i[0] = 0;
	}
	char *q = __builtin_alloca(64);
	__builtin_memset(q, 0, 64);
	return p[0];
}

int main(void)
{
	typedefs(3);
	typedefs(4);
	operands();
	printf("%d %d %d\n", loops(9), outer(6), kept(48));
	return 0;
}
