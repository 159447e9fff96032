// The stack protector compares its guard before a call in tail position as before a return.
// { dg-options "-O2 -fstack-protector-all" }
#define NOIPA __attribute__((noipa))
NOIPA int even(int n);
NOIPA int odd(int n) {
  volatile char text[16];
  text[n & 15] = 1;
  return n == 0 ? 0 : even(n - text[n & 15]);
}
NOIPA int even(int n) {
  volatile char text[16];
  text[n & 15] = 1;
  if (n == 0) return 1;
  return odd(n - text[n & 15]);
}
struct large { long a[6]; };
NOIPA struct large wide(long n) {
  volatile char text[16];
  text[n & 15] = 1;
  if (n == 0) return (struct large){{1, 2, 3, 4, 5, 6}};
  return wide(n - text[n & 15]);
}
int main(void) {
  struct large l = wide(10);
  return even(1000) == 1 && odd(1000) == 0 && l.a[5] == 6 ? 0 : 1;
}
