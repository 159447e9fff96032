/* SHA-256 (FIPS 180-4) over a generated stream: 32-bit rotates, shifts and additions. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t k[64];
static uint32_t h[8];

static uint32_t ror(uint32_t x, int n) { return x >> n | x << (32 - n); }

/* Fractional parts of cube (or square) roots of the first primes, found by integer search instead of a table. */
static uint32_t root_bits(uint32_t p, int cube)
{
	unsigned __int128 lo = 0, hi = (unsigned __int128)1 << 40;
	while (lo + 1 < hi) {
		unsigned __int128 m = (lo + hi) / 2;
		unsigned __int128 v = cube ? m * m * m : m * m;
		if (v <= (unsigned __int128)p << (cube ? 96 : 64))
			lo = m;
		else
			hi = m;
	}
	return (uint32_t)lo;
}

static void init(void)
{
	int n = 0;
	for (uint32_t p = 2; n < 64; p++) {
		int prime = 1;
		for (uint32_t d = 2; d * d <= p; d++)
			if (p % d == 0)
				prime = 0;
		if (!prime)
			continue;
		if (n < 8)
			h[n] = root_bits(p, 0);
		k[n++] = root_bits(p, 1);
	}
}

static void block(const uint8_t *p)
{
	uint32_t w[64];
	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 64; i++) {
		uint32_t s0 = ror(w[i - 15], 7) ^ ror(w[i - 15], 18) ^ w[i - 15] >> 3;
		uint32_t s1 = ror(w[i - 2], 17) ^ ror(w[i - 2], 19) ^ w[i - 2] >> 10;
		w[i] = w[i - 16] + s0 + w[i - 7] + s1;
	}
	uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], hh = h[7];
	for (int i = 0; i < 64; i++) {
		uint32_t t1 = hh + (ror(e, 6) ^ ror(e, 11) ^ ror(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i];
		uint32_t t2 = (ror(a, 2) ^ ror(a, 13) ^ ror(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
		hh = g; g = f; f = e; e = d + t1; d = c; c = b; b = a; a = t1 + t2;
	}
	h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += hh;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 400000;
	uint8_t buf[64];
	init();
	for (int i = 0; i < n; i++) {
		for (int j = 0; j < 64; j++)
			buf[j] = (uint8_t)(i * 7 + j * 13);
		block(buf);
	}
	for (int i = 0; i < 8; i++)
		printf("%08x", h[i]);
	printf("\n");
	return 0;
}
