// 64-bit integers in pairs, byte registers, asm operands, shifts, switches over 64 bits.
#include "start.h"

#define N __attribute__((noinline, noclone))
N static u64 add(u64 a, u64 b) { return a + b; }
N static u64 sub(u64 a, u64 b) { return a - b; }
N static u64 mul(u64 a, u64 b) { return a * b; }
N static u64 shl(u64 a, int n) { return a << n; }
N static u64 shr(u64 a, int n) { return a >> n; }
N static s64 sar(s64 a, int n) { return a >> n; }
N static u64 rotate(u64 a, int n) { return a << n | a >> (64 - n); }
N static int less(s64 a, s64 b) { return (a < b) + 2 * (a <= b) + 4 * (a == b) + 8 * (a > b) + 16 * (a >= b); }
N static int below(u64 a, u64 b) { return (a < b) + 2 * (a <= b) + 4 * (a != b) + 8 * (a > b) + 16 * (a >= b); }
N static int wide_switch(u64 x) {
  switch (x) {
    case 1: return 10;
    case 0x100000000ull: return 11;
    case 0x100000010ull ... 0x1000000ffull: return 12;
    case -1ull: return 13;
    default: return 14;
  }
}
N static int dense(int x) {
  switch (x) {
    case 0: return 5;
    case 1: return 17;
    case 2: return 29;
    case 3: return 31;
    case 4: return 99;
    case 5: return 42;
    case 6: return 7;
    default: return -1;
  }
}
// more live values than registers with a byte part
N static unsigned char bytes(unsigned char *p, int a, int b, int c, int d) {
  unsigned char w = a < b, x = b < c, y = c < d, z = d < a;
  p[a & 3] = w + x;
  p[b & 3] += y;
  p[c & 3] ^= z;
  return w | x << 1 | y << 2 | z << 3 | p[d & 3] << 4;
}
N static u64 count(u64 x) {
  return (x == 0 ? 0 : __builtin_clzll(x) * 100 + __builtin_ctzll(x)) + __builtin_bswap64(x) + (u64)__builtin_parity(3);
}
N static u64 pair(u32 a, u32 b) {
  u64 r;
  __asm__("mull %2" : "=A"(r) : "a"(a), "r"(b));
  return r;
}
N static u64 pair_in_out(u64 x) {
  __asm__("addl $1, %%eax; adcl $0, %%edx" : "+A"(x) : : "cc");
  return x;
}
N static int flags(int a, int b) {
  int less, equal;
  __asm__("cmpl %3, %2" : "=@ccl"(less), "=@cce"(equal) : "r"(a), "r"(b));
  return less * 2 + equal;
}
N static int byte_operand(int a, int b, int c, int d) {
  unsigned char r = a + b, s = c;
  __asm__("addb %1, %0" : "+q"(r) : "q"(s));
  __asm__("addb %b1, %0" : "+r"(r) : "q"(d));
  return r;
}
N static u64 in_memory(u64 x) {
  __asm__("addl $5, %0" : "+rm"(x));
  return x;
}
static u64 table[4] = {1, 0x8000000000000000ull, 0xffffffff, 77};
struct bits {
  u64 a : 40, b : 24;
  u32 c : 7;
};
N static void change(struct bits *p, u64 x) {
  p->a = x;
  p->b += x >> 9;
  p->c ^= x;
}
N static int overflow(s64 a, s64 b) {
  s64 r;
  u64 u;
  return __builtin_add_overflow(a, b, &r) + 2 * __builtin_sub_overflow(a, b, &r) + 4 * __builtin_add_overflow((u64)a, (u64)b, &u);
}
N static u32 atomics(u32 *p, u32 x) {
  u32 r = __sync_fetch_and_add(p, x);
  r = r * 3 + __sync_fetch_and_or(p, 0x10);
  r = r * 3 + __sync_lock_test_and_set((unsigned char *)p, (unsigned char)x);
  r = r * 3 + __sync_bool_compare_and_swap(p, *p, x + 1);
  r = r * 3 + __atomic_fetch_nand((unsigned char *)p + 1, 0x55, 5);
  return r + *p;
}

static void run(int one) {
  static const u64 v[] = {0, 1, 0xffffffffull, 0x100000000ull, 0x123456789abcdef0ull, 0x8000000000000000ull, -1ull};
  for (int i = 0; i < 7; i++) {
    put("count", count(v[i]));
    put("switch", wide_switch(v[i] + one - 1));
    put("next", pair_in_out(v[i]));
    put("memory", in_memory(v[i]));
    for (int j = 0; j < 7; j++) {
      put("add", add(v[i], v[j]));
      put("sub", sub(v[i], v[j]));
      put("mul", mul(v[i], v[j]));
      put("less", less(v[i], v[j]));
      put("below", below(v[i], v[j]));
      put("over", overflow(v[i], v[j]));
      put("pair", pair(v[i], v[j]));
    }
    for (int n = 1; n < 64; n += 9) {
      put("shl", shl(v[i], n));
      put("shr", shr(v[i], n));
      put("sar", sar(v[i], n));
      put("rot", rotate(v[i], n));
      put("const", v[i] << 33 ^ v[i] >> 32 ^ (s64)v[i] >> 31);
    }
    struct bits b = {v[i], 9, 3};
    change(&b, v[6 - i]);
    put("bits", b.a ^ b.b << 30 ^ b.c);
  }
  unsigned char p[4] = {1, 2, 3, 4};
  for (int i = 0; i < 16; i++) put("bytes", bytes(p, i & 1, i >> 1 & 1, i >> 2, i * 5 & 7));
  for (int i = -1; i < 8; i++) put("dense", dense(i));
  put("flags", flags(one, 2) * 100 + flags(one, 1) * 10 + flags(2, one));
  put("byte", byte_operand(one, 200, 60, 0x1234));
  put("table", table[one] + table[one + 2]);
  u32 word = 0x01020304;
  put("atomics", atomics(&word, 0x1f0 + one));
}
