/* { dg-options "-std=c90" } */
/* Words that are no keywords of C90: restrict, and without GNU extensions inline, typeof and asm. */
extern int printf(const char *, ...);
static int restrict(int inline) { return inline + 1; }
struct asm { int typeof, restrict; };
#define paste(a, b) a##b
typedef unsigned char paste(in, line);

int main(void)
{
	register int i, typeof = 3;
	struct asm asm = { 1, 2 };
	inline small = 250;
	__typeof__(small) same = 7;
	for (i = 0; i < 10; i++)
		small += asm.typeof;
	__asm__("" : "+r" (typeof));
	printf("%d %d %d %d %d %s\n", restrict(asm.restrict), typeof, small, same, (int)sizeof(inline), __func__);
	return 0;
}
