/* A magnitude below zero is folded away where GCC folds it, with the code that it guards (torture 20020720-1). */
#include <stdio.h>

#ifdef __OPTIMIZE__
void not_linked(void);
#else
static void not_linked(void) { printf("reached\n"); }
#endif

__attribute__((noinline)) static int never(double x, float y)
{
	int n = 1;
	if (__builtin_fabs(x) < 0.0) {
		not_linked();
		n = 2;
	}
	if (__builtin_fabsf(y) < 0.0f) {
		not_linked();
		n = 3;
	}
	return n;
}

int main(void)
{
	printf("%d %d %d\n", never(-0.0, 0.0f), never(-1.5, __builtin_nanf("")), never(__builtin_inf(), -1.0f));
	return 0;
}
