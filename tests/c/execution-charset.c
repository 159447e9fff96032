// -fexec-charset: plain literals and __func__ are converted, escapes by number, u8 and wide ones are not.
/* { dg-options "-std=gnu17 -fexec-charset=ISO-8859-2" } */
int printf(const char *, ...);
static void show(const char *s)
{
	for (; *s; s++)
		printf("%02x ", (unsigned char)*s);
	printf("\n");
}
static void \u010d\u00e1(void)
{
	show(__func__);
}
int main(void)
{
	show("h\u00e1\U0000010Dky č \xc4\215");
	show(u8"h\u00e1č");
	show("a" u8"\u010d");
	printf("%d %d %d %d\n", 'č', '\u00e1', (int)L'č', (int)sizeof("áč"));
#if 'č' == '\xe8'
	printf("same\n");
#endif
	\u010d\u00e1();
	return 0;
}
