/* Sieve of Eratosthenes on a bit map, and a count of its bits. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LIMIT 4000000
static uint32_t map[LIMIT / 32 + 1];

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 12;
	unsigned total = 0;
	for (int r = 0; r < n; r++) {
		for (unsigned i = 0; i < sizeof map / sizeof *map; i++)
			map[i] = ~0u;
		for (unsigned i = 2; i * i < LIMIT; i++)
			if (map[i / 32] >> i % 32 & 1)
				for (unsigned j = i * i; j < LIMIT; j += i)
					map[j / 32] &= ~(1u << j % 32);
		for (unsigned i = 2; i < LIMIT; i++)
			total += map[i / 32] >> i % 32 & 1;
	}
	printf("%u\n", total);
	return 0;
}
