// An undefined weak symbol that is hidden: its address is 0, and position independent code cannot reach that from rip.
/* { dg-options "-fPIC" } */
extern int f(int) __attribute__((weak, visibility("hidden")));
extern int v[4] __attribute__((weak, visibility("hidden")));
static int (*p)(int) = f;
int main(void)
{
	if (v)
		return v[2];
	if (p != f)
		return 1;
	return f ? f(1) : 0;
}
