// A call of a function without effects goes with its unread result, and with it what only its arguments name (the kernel's
// apply_retpolines() without retpolines is such a function).
extern int never_defined[];
static int unused(int *start, int *end) __attribute__((noinline));
static int unused(int *start, int *end)
{
	return start < end;
}
static int counter;
static int counts(void) __attribute__((noinline));
static int counts(void)
{
	return ++counter;
}
int main(void)
{
#ifdef __OPTIMIZE__
	unused(never_defined, never_defined + 1);
#endif
	counts();
	return counter - 1;
}
