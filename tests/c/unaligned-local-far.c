// Leaf functions that access unaligned objects far into their frame (AArch64: only the scaled offsets reach there).
extern int printf(const char *, ...);
struct __attribute__((packed)) odd { char pad; int word; short half; long wide; double real; };
static volatile char sink;
__attribute__((noinline)) static long store(int n, long w)
{
	char before[301];
	struct odd it, other;
	char between[203];
	struct odd last;
	before[n & 255] = between[n & 127] = n;
	it.word = n;
	other.half = n >> 3;
	last.wide = w;
	last.real = n;
	it.half = other.half + 1;
	other.word = it.word + 1;
	sink = before[n & 255] + between[n & 127];
	return it.word + it.half + other.half + other.word + last.wide + (long)last.real;
}
__attribute__((noinline)) static int stacked(long a, long b, long c, long d, long e, long f, long g, long h, struct odd s, struct odd t)
{
	volatile char locals[700];
	locals[299] = (char)a;
	return s.word + s.half + t.word + t.half + locals[299] + (int)(b + c + d + e + f + g + h);
}
int main(void)
{
	struct odd it = { .word = 77, .half = -5, .wide = 1L << 40, .real = 1.5 };
	printf("%ld %ld\n", store(1000, 5), store(-9, 1L << 33));
	printf("%d\n", stacked(1, 2, 3, 4, 5, 6, 7, 8, it, it));
	return 0;
}
