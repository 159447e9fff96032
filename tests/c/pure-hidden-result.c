// A pure or const function that returns by a hidden pointer still writes there, and one that takes an object by a hidden pointer reads.
int printf(const char *, ...);

struct big {
  long v[5];
};

__attribute__((pure)) _Complex long double grow(int x) {
  _Complex long double r;
  __real r = x + 1;
  __imag r = x - 1;
  return r;
}

__attribute__((const, noinline)) struct big fill(long x) {
  struct big b = {{x, x * 2, x * 3, x * 4, x * 5}};
  return b;
}

__attribute__((const, noinline)) long sum(struct big b) { return b.v[0] + b.v[1] + b.v[4]; }

__attribute__((noinline)) void real_part(long double *x) { *x = __real grow(5); }
__attribute__((noinline)) void imag_part(long double *x) { *x = __imag grow(5); }

int main(void) {
  long double x = 0, y = 0;
  real_part(&x);
  imag_part(&y);
  struct big b = fill(3);
  long first = sum(b);
  b.v[4] = 100;
  printf("%d %d %ld %ld %ld\n", (int)x, (int)y, fill(2).v[3], first, sum(b));
  return 0;
}
