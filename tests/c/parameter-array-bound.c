// The length of a parameter that is written as a variable length array is evaluated when the function is entered.
static int calls;
static int count(void)
{
	return ++calls;
}
static int f(int a, int b[a += 2], int c[count()])
{
	return a + b[0] + c[0];
}
static int old(a, b)
	int a, b[a++];
{
	return a + b[0];
}
int main(void)
{
	int x[4] = { 5 }, y[1] = { 9 };
	if (f(1, x, y) != 3 + 5 + 9)
		return 1;
	if (calls != 1)
		return 2;
	return old(1, x) != 7;
}
