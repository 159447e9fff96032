// A sum of a symbol's address and a scaled index that is itself an argument: the address must be computed from its parts.
static short table[8], other[8];
static int use(short *p, short *q, int d)
{
	*p = (short)(*q + d);
	return (int)(p - table);
}
int main(int argc, char **argv)
{
	(void)argv;
	int k = 0;
	for (int i = 0; i < 4; i++) {
		other[i] = (short)(10 * i);
		k += use(&table[i + argc], &other[i], i);
	}
	return k != 1 + 2 + 3 + 4 || table[4] != 33 || table[1] != 0;
}
