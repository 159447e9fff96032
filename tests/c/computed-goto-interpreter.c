// Computed gotos share one way out; labels that are also reached by falling through, and values that live across all of them.
static int interpret(const unsigned char *pc, int a, int b)
{
	static const void *const ops[] = { &&halt, &&add, &&sub, &&swap, &&twice, &&fall };
	int steps = 0, t;
	goto *ops[*pc++];
add:
	steps++;
	a += b;
	goto *ops[*pc++];
sub:
	steps++;
	a -= b;
	goto *ops[*pc++];
swap:
	steps++;
	t = a;
	a = b;
	b = t;
	goto *ops[*pc++];
fall:
	steps += 10;
twice:
	steps++;
	a *= 2;
	if (*pc == 9) {
		pc++;
		goto fall;
	}
	goto *ops[*pc++];
halt:
	return a * 1000 + b * 10 + steps;
}
int main(void)
{
	static const unsigned char program[] = { 1, 1, 3, 4, 2, 5, 9, 3, 1, 0 };
	return interpret(program, 5, 3) != -9171;
}
