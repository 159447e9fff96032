/* Compresses and expands generated text with zlib, level 6, and checks that nothing changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

int main(void)
{
	unsigned long n = 3000000, clen = compressBound(n), dlen = n;
	unsigned char *src = malloc(n), *mid = malloc(clen), *dst = malloc(n);
	unsigned x = 1;
	for (unsigned long i = 0; i < n; i++) {
		x = x * 1664525u + 1013904223u;
		src[i] = (x >> 28) < 9 && i > 100 ? src[i - 1 - (x >> 8) % 97] : "etaoin shrdlu\n,."[x >> 12 & 15];
	}
	if (compress2(mid, &clen, src, n, 6) != Z_OK || uncompress(dst, &dlen, mid, clen) != Z_OK)
		return 1;
	if (dlen != n || memcmp(src, dst, n))
		return 2;
	printf("%lu %lu\n", clen, crc32(0, dst, dlen));
	return 0;
}
