/* Strict C90: no digraphs, no p exponents in preprocessing numbers, no block around an if. */
/* { dg-options "-std=c90 -pedantic-errors" } */
#define f (
#define STR(x) #x
#define l )
#define xstr(x) STR(x)
#define both(p, q) xstr(p %:%: q)
int printf(const char *, ...);
struct tag { char c; };
static int inner(void)
{
	if (sizeof(struct tag { long m[3]; }))
		printf("%d\n", (int)sizeof(struct tag));
	return sizeof(struct tag);
}
int main(void)
{
	printf("%s %s %s\n", xstr(0x1p+f 0x1p+l), xstr(<:), both(1, 2));
	printf("%d %d\n", inner(), (int)sizeof(struct tag));
	return 0;
}
