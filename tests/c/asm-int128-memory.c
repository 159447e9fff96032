// A 128-bit operand that may lie in memory as well as in registers lies in memory.
typedef unsigned __int128 u128;

static u128 hidden(u128 a) {
  __asm__("" : "+g"(a));
  return a;
}

int main(void) {
  u128 a = (u128)0x1122334455667788 << 64 | 5, b = a;
  __asm__ volatile("" : : "rm"(a), "ri"((u128)5));
  __asm__ volatile("" : "+rm"(b));
  return hidden(a) + 1 == b + 1 && (unsigned long)(b >> 64) == 0x1122334455667788 ? 0 : 1;
}
