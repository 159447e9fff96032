// The length of a parameter that is written as a variable length array is evaluated when the function is entered.
static int calls;
static int count(void)
{
	return ++calls;
}
static int f(int a, int b[a += 2], int c[count()][count()])
{
	return a + b[0] + (int)(sizeof c[0] / sizeof(int));
}
static int old(a, b)
	int a, b[a++];
{
	return a + b[0];
}
int main(void)
{
	int x[4] = { 5 }, y[1][2];
	if (f(1, x, (void *)y) != 3 + 5 + 2 && f(1, x, (void *)y) != 3 + 5 + 1)
		return 1;
	if (calls < 2)
		return 2;
	return old(1, x) != 7;
}
