/* Open hashing with string keys: pointers, calls, malloc, string comparison. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { struct node *next; unsigned hash; int value; char key[20]; };
static struct node **table;
static unsigned mask, used;

static unsigned hash(const char *s)
{
	unsigned h = 2166136261u;
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static void grow(void)
{
	unsigned n = (mask + 1) * 2;
	struct node **t = calloc(n, sizeof *t);
	for (unsigned i = 0; table && i <= mask; i++)
		for (struct node *p = table[i], *next; p; p = next) {
			next = p->next;
			p->next = t[p->hash & (n - 1)];
			t[p->hash & (n - 1)] = p;
		}
	free(table);
	table = t;
	mask = n - 1;
}

static int *slot(const char *key)
{
	unsigned h = hash(key);
	for (struct node *p = table[h & mask]; p; p = p->next)
		if (p->hash == h && !strcmp(p->key, key))
			return &p->value;
	if (++used > mask)
		grow();
	struct node *p = malloc(sizeof *p);
	p->hash = h;
	p->value = 0;
	strcpy(p->key, key);
	p->next = table[h & mask];
	table[h & mask] = p;
	return &p->value;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1500000;
	unsigned x = 12345, sum = 0;
	char key[20];
	mask = 7;
	table = calloc(8, sizeof *table);
	for (int i = 0; i < n; i++) {
		x = x * 1103515245u + 12345;
		unsigned v = x >> 8 & 0x1ffff;
		int len = 0;
		do {
			key[len++] = 'a' + v % 26;
			v /= 26;
		} while (v);
		key[len] = 0;
		sum += (unsigned)++*slot(key) * (unsigned)len;
	}
	printf("%u %u\n", used, sum);
	return 0;
}
