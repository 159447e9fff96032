// { dg-options "-ftrivial-auto-var-init=zero" }
// Variables without initialiser begin as zero, those in switches, loops and of variable length too; `uninitialized` ones are left alone.
int printf(const char *, ...);

struct s {
  char a;
  int b;
  long c[5];
};

__attribute__((noinline)) static void dirty(void) {
  volatile char b[600];
  for (int i = 0; i < 600; i++) b[i] = 0x55;
}

__attribute__((noinline)) static int sum(const void *p, int n) {
  int s = 0;
  for (int i = 0; i < n; i++) s += ((const unsigned char *)p)[i];
  return s;
}

__attribute__((noinline)) static int all(int n) {
  struct s x;
  int y;
  char z[n];
  __attribute__((uninitialized)) int any;
  __asm__ volatile("" : : "r"(&any) : "memory");
  int r = sum(&x, sizeof x) + sum(&y, sizeof y) + sum(z, n);
  for (int i = 0; i < 3; i++) {
    int k;
    r += sum(&k, sizeof k);
    k = i + 1;
    __asm__ volatile("" : : "r"(&k) : "memory");
  }
  return r;
}

int main(void) {
  dirty();
  printf("%d\n", all(5));
  dirty();
  printf("%d\n", all(70));
  return 0;
}
