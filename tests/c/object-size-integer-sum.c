// An address plus an offset between two mappings or copies of data (as in per-CPU variables of Linux) is no index into the object.
static struct event { char c[256]; } events, copy;
unsigned long offset = 0x123456789000;
unsigned long other(void *p, unsigned long by) {
  unsigned long t = by;
  t += (unsigned long)p;
  return t;
}
__attribute__((noipa)) static unsigned long far(unsigned long by) {
  unsigned long t = by;
  t += (unsigned long)&events;
  return __builtin_dynamic_object_size((void *)t, 0);
}
__attribute__((noipa)) static unsigned long near(unsigned long i) { return __builtin_dynamic_object_size(&events.c[i], 0); }
// two sums that need each other: the question must end
static char first[16], second[16];
__attribute__((noipa)) static unsigned long crossed(const unsigned long *x, const unsigned long *y, int n) {
  unsigned long a = (unsigned long)first, b = (unsigned long)second;
  for (int i = 0; i < n; i++) {
    unsigned long t = x[i] + b;
    b = y[i] + a;
    a = t;
  }
  return __builtin_dynamic_object_size((void *)a, 0);
}
int main(void) {
  if (far(offset) < 256 || far(-offset) < 256) return 1;
  if (near(6) != 250 && near(6) != (unsigned long)-1) return 2;
  if (near(300) != 0 && near(300) != (unsigned long)-1) return 3;
  unsigned long x[3] = {offset, 1, offset};
  if (crossed(x, x, 3) < 16) return 4;
  return (int)(other(&copy, 0) - (unsigned long)&copy);
}
