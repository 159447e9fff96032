// The attributes of C2X in brackets, which GCC takes in every dialect: wherever they may stand, with and without its own prefix.
extern int printf(const char *, ...);
#define UNUSED [[maybe_unused]]
struct [[gnu::packed]] pair { char a; [[deprecated("old")]] int b [[gnu::aligned(2)]]; };
enum [[deprecated]] colour { RED [[deprecated]] = 3, GREEN };
[[nodiscard("because")]] [[gnu::noinline, gnu::__cold__]] static int twice(UNUSED int x, int y [[maybe_unused]]) { return 2 * x; }
[[noreturn]] void exit(int);
[[gnu::weak]] extern int absent;
static int table[4] [[gnu::aligned(64)]] = { [0] = 1, [1] = 2, [3] = 4 };
[[gnu::constructor]] static void early(void) { table[2] = 3; }
typedef int vector [[gnu::vector_size(16)]];
[[]] int empty [[]];
[[unknown::thing(1, (2)), gnu::used]] static int kept = 7;

int main(void)
{
	[[maybe_unused]] int a = 1, b [[maybe_unused]] = 2;
	int index[2] = { 1, 2 };
	for ([[maybe_unused]] int i = 0; i < 2; i++)
		a += table[index[i]];
	switch (a) {
	case 6:
		a++;
		[[fallthrough]];
	case 7:
		a++;
		[[fallthrough]];
	default:
		a++;
	}
out: [[maybe_unused]]
	b++;
	vector v = { 1, 2, 3, 4 };
	__asm__("" : [x] "+r"(a) : [y] "r"(index[index[0]]));
	printf("%d %d %d %d %d %d %d %d\n", a, b, (int)sizeof(struct pair), (int)__builtin_offsetof(struct pair, b), twice(4, 5) + GREEN,
	       (int)((unsigned long)table % 64), v[2] + empty + kept, &absent == 0);
	if (a > 100)
		goto out;
	exit(0);
}
