// Parameter classes of the System V ABI (3.2.3), seen through calls with another prototype: an eightbyte of padding takes no
// register; INTEGER wins over x87 in a union, SSE next to x87 goes to memory; quad precision and double share one register.
#ifdef __x86_64__
struct padded {
  double a __attribute__((aligned(16)));
};
union wins {
  unsigned long a;
  long b[2];
  long double c;
};
union memory {
  double a;
  long double b;
};
union half {
  long a;
  long double b;
};
union quad {
  _Float128 a;
  double b;
};
static long two(long a, long b) { return a * 10 + b; }
static double second(double a, double b) { return a * 16 + b; }
static long first(long a) { return a; }
static union wins back(long a) { return (union wins){.b = {a, a + 1}}; }
void *volatile fn;
int main(void) {
  struct padded p = {2};
  fn = second;
  if (((double (*)(struct padded, double))fn)(p, 3) != 35) return 1;
  union wins w = {.b = {4, 5}};
  fn = two;
  if (((long (*)(union wins))fn)(w) != 45) return 2;
  fn = back;
  struct pair {
    long a, b;
  } r = ((struct pair(*)(long))fn)(7);
  if (r.a != 7 || r.b != 8) return 3;
  union memory m = {.a = 1};
  fn = first;
  if (((long (*)(union memory, long))fn)(m, 6) != 6) return 4;
  union half h = {.a = 1};
  if (((long (*)(union half, long))fn)(h, 9) != 9) return 5;
  union quad q = {.b = 2};
  fn = second;
  if (((double (*)(union quad, double))fn)(q, 1) != 33) return 6;
  return 0;
}
#else
int main(void) { return 0; }
#endif
