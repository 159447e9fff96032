/* Before C11 u, U and u8 in front of a quote are ordinary names. */
/* { dg-options "-std=gnu89" } */
int printf(const char *, ...);
#define u 1 +
#define U 2 +
#define u8 "a"
int main(void)
{
	printf("%d %d %s\n", u'a', U'b', u8"c");
	return 0;
}
