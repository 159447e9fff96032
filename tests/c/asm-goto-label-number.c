// Labels of asm goto are numbered after all operands, and a `+` operand counts twice.
static int f(int x)
{
	asm volatile goto("" : "+r"(x) : "r"(x + 1) : : wrong, right);
#if defined(__x86_64__)
	asm volatile goto("jmp %l4" : "+r"(x) : "r"(x + 1) : : wrong, right);
#elif defined(__aarch64__)
	asm volatile goto("b %l4" : "+r"(x) : "r"(x + 1) : : wrong, right);
#elif defined(__riscv)
	asm volatile goto("j %l4" : "+r"(x) : "r"(x + 1) : : wrong, right);
#endif
	return 3;
wrong:
	return 2;
right:
	return 0;
}
int main(void)
{
	return f(1);
}
