// Objects much larger than what their initialisers set: only that is held in memory by the compiler.
extern int printf(const char *, ...);
static char big[1UL << 26] = "abc";
struct s { long a; int b : 3, c : 9; char d[1 << 20]; };
struct s q = { 1, .c = 300 };
struct s arr[3] = { [1].d[5] = 7, [2].d[1 << 18] = 0 };
static const char ends[] = { 'a', [1 << 22] = '\0' };
static char *names[1 << 16] = { [3] = big + 1, [5] = "five" };
static double reals[1 << 16] = { [7] = 0.0, [8] = -0.0 };
int main(void)
{
	printf("%d %d %d %d\n", big[2], q.c, arr[1].d[5], arr[2].d[1 << 18]);
	printf("%d %d %d\n", (int)__builtin_strlen(big), (int)sizeof ends, ends[1 << 22]);
	printf("%s %s %d\n", names[3], names[5], names[6] == 0);
	printf("%g %g %g\n", reals[7], reals[8], reals[9]);
	return 0;
}
