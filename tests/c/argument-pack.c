// __builtin_va_arg_pack in always_inline functions: one copy for each list of types, static locals and loops in them, one in another (where GCC 12 goes wrong).
struct big { long v[5]; };
struct small { char c[3]; };
__attribute__((noinline)) static long add(const char *kinds, ...)
{
	__builtin_va_list ap;
	long r = 0;
	__builtin_va_start(ap, kinds);
	for (; *kinds; kinds++) {
		r *= 3;
		switch (*kinds) {
		case 'i': r += __builtin_va_arg(ap, int); break;
		case 'l': r += __builtin_va_arg(ap, long); break;
		case 'd': r += __builtin_va_arg(ap, double); break;
		case 'L': r += __builtin_va_arg(ap, long double); break;
		case 'b': r += __builtin_va_arg(ap, struct big).v[4]; break;
		case 's': r += __builtin_va_arg(ap, struct small).c[2]; break;
		}
	}
	__builtin_va_end(ap);
	return r;
}
static inline __attribute__((always_inline)) long inner(const char *k, ...)
{
	static int calls;
	int local[2] = { __builtin_va_arg_pack_len(), ++calls };
	long r = 0;
	for (int i = 0; i < 2; i++)
		switch (local[i]) {
		case 0: r += 1000; break;
		case 2: r += 2000; if (k[0] == 'q') goto out; break;
		default: r += add(k, __builtin_va_arg_pack());
		}
out:
	return r * 10 + calls;
}
extern inline __attribute__((always_inline, gnu_inline)) struct big outer(int n, ...)
{
	struct big b = { { 0, 0, 0, 0, inner("idLbs", n, 2.5, 3.5L, __builtin_va_arg_pack()) } };
	return b;
}
__attribute__((noinline)) static long many(const char *k, int n)
{
	struct big b = { { 1, 2, 3, 4, 5 } };
	struct small s = { "abc" };
	return inner(k, n, 2, 3, 4, 5, 6, 7, 8L, b, s, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 5.0L) + outer(n, b, s).v[4];
}
int main(void)
{
	struct big b = { { 1, 2, 3, 4, 50 } };
	struct small s = { "xyz" };
	if (inner("") != 10001 || inner("i", 5) != 20052 || inner("li", 5L, 'x') != 21353 || inner("li", 7L, 'y') != 21424)
		return 1;
	if (outer(4, b, s).v[4] != 13545)
		return 2;
	return many("iiiiiiilbsdddddddddL", 1) != 52386801893 ? 3 : 0;
}
