// The size of an allocation behind an overflow check: the high half of a product with 0, 1 or a power of two is known, and then so is
// the one call that gives the object.
// { dg-options "-O2" }
extern void *malloc(__SIZE_TYPE__) __attribute__((alloc_size(1)));
extern void abort(void);
typedef unsigned long size_t;

static inline void *array(size_t n, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(n, size, &bytes)) return 0;
  return malloc(bytes);
}

__attribute__((noinline)) static size_t high(size_t a, size_t b) { return ((unsigned __int128)a * b) >> 64; }
__attribute__((noinline)) static long shigh(long a, long b) { return ((__int128)a * b) >> 64; }

volatile size_t unknown = 50;

int main(void) {
  void *p = array(1, 7);
  if (__builtin_object_size(p, 1) != 7) abort();
  void *q = array(3, 0);
  if (__builtin_object_size(q, 1) != 0) abort();
  size_t n = unknown;
  void *r = array(1, n);
  if (__builtin_dynamic_object_size(r, 1) != 50) abort();
  void *s = array(n, 1);
  if (__builtin_dynamic_object_size(s, 1) != 50) abort();
  volatile size_t x = 0xfedcba9876543210, y = 0x8000000000000000;
  if (((unsigned __int128)x * 16 >> 64) != high(x, 16) || (size_t)((unsigned __int128)x * y >> 64) != high(x, y)) abort();
  if (((unsigned __int128)x * 0x8000000000000000 >> 64) != high(x, y)) abort();
  volatile long z = -5, w = -0x7fffffffffffffff - 1;
  if ((long)((__int128)z * 8 >> 64) != shigh(z, 8) || (long)((__int128)z * 1 >> 64) != shigh(z, 1)) abort();
  if ((long)((__int128)z * (-0x7fffffffffffffff - 1) >> 64) != shigh(z, w)) abort();
  if ((long)((__int128)-0x123456789abcdef * 0x7edcba9876543210 >> 64) != shigh(-0x123456789abcdef, 0x7edcba9876543210)) abort();
  if ((size_t)((unsigned __int128)0xfedcba9876543210 * 0xffffffff00000001 >> 64) != high(0xfedcba9876543210, 0xffffffff00000001)) abort();
  return 0;
}
