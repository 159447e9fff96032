/* Both arms of a choice give the same 128-bit constant, each its own: the value taken for both was that of one arm, which does not
   dominate the use (the compiler stopped). */
typedef unsigned __int128 u128;

static u128 seen;
__attribute__((noipa)) static void see(u128 v) { seen = v; }

__attribute__((noipa)) static void choose(float p, int q) {
  int y = -268435458;
  long x = y;
  u128 a = p == 3.4e37f ? (u128)x : (u128)x;
  u128 b = q;
  see(a == b ? a + 1 : b);
}

int main(void) {
  choose(1, 5);
  if (seen != 5) return 1;
  choose(3.4e37f, -268435458);
  if (seen != (u128)-268435457) return 2;
  return 0;
}
