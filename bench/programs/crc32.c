/* CRC-32, bytewise by table, over a buffer that changes: loads, shifts and table look-ups. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint32_t table[256];
static uint8_t buf[1 << 16];

static uint32_t crc(uint32_t c, const uint8_t *p, size_t n)
{
	c = ~c;
	while (n--)
		c = table[(c ^ *p++) & 0xff] ^ c >> 8;
	return ~c;
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1500;
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
		table[i] = c;
	}
	uint32_t c = 0;
	for (int i = 0; i < n; i++) {
		buf[i & 0xffff] += (uint8_t)i;
		c = crc(c, buf, sizeof buf);
	}
	printf("%08x\n", c);
	return 0;
}
