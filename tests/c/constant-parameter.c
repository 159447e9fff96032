// A parameter that is the same constant at every call is known in the callee, also where that is not inlined (the kernel's
// patch_map() on arm64 asks __builtin_constant_p-like questions of one).
extern void never_defined(void);
static int pick(int which, int x) __attribute__((noinline));
static int pick(int which, int x)
{
#ifdef __OPTIMIZE__
	if (which != 7)
		never_defined();
#endif
	return x + which;
}
static int both(int which, int x) __attribute__((noinline));
static int both(int which, int x)
{
	return which == 1 ? x : -x;
}
static int by_pointer(int which) __attribute__((noinline));
static int by_pointer(int which)
{
	return which;
}
int (*volatile indirect)(int) = by_pointer;
int main(int argc, char **argv)
{
	(void)argv;
	if (pick(7, argc) != 8 || pick(7, 3) != 10)
		return 1;
	if (both(1, 5) != 5 || both(2, 5) != -5)
		return 2;
	return by_pointer(1) + indirect(4) - 5;
}
