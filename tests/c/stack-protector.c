// { dg-options "-fstack-protector-strong" }
// Arrays that are written past their end are noticed at the return, and the other variables, which lie below them, keep their values.
int printf(const char *, ...);
int fflush(void *);
_Noreturn void _exit(int);
void *memset(void *, int, unsigned long);
int setjmp(void **);
_Noreturn void longjmp(void **, int);

static void *env[100];
static int caught;

void __stack_chk_fail(void) {
  caught++;
  longjmp(env, 1);
}

__attribute__((noinline)) static int fill(volatile char *p, int n) {
  for (int i = 0; i < n; i++) p[i] = 'A';
  return n;
}

__attribute__((noinline)) static int chars(int n) {
  int before = n;
  char buf[16];
  volatile int other = n + 1;
  char small[4] = "abc";
  fill(buf, n);
  printf("%d %d %c\n", before, other, buf[0] + small[0] - small[0]);
  return other;
}

__attribute__((noinline)) static int words(int n) {
  int before = n + 2;
  long buf[2];
  volatile double other = n;
  fill((char *)buf, n);
  if (n <= 16) printf("%d %.1f\n", before, other);
  return before;
}

struct record {
  long tag;
  char text[24];
};

__attribute__((noinline)) static struct record record(int n) {
  struct record r = {n, "x"};
  volatile int other = n * 3;
  fill(r.text, n);
  if (n <= 24) printf("%ld %d\n", r.tag, other);
  return r;
}

__attribute__((noinline)) static int dynamic(int n, int size) {
  char fixed[8];
  char *p = __builtin_alloca(size);
  char vla[size];
  fill(p, size);
  fill(vla, size);
  fill(fixed, n);
  return p[0] + vla[size - 1];
}

__attribute__((noinline)) static int variadic(int n, ...) {
  char buf[8];
  __builtin_va_list ap;
  __builtin_va_start(ap, n);
  fill(buf, n);
  int sum = 0;
  for (int i = 0; i < 12; i++) sum += __builtin_va_arg(ap, int);
  double d = __builtin_va_arg(ap, double);
  __builtin_va_end(ap);
  if (n <= 8) printf("%d %.1f\n", sum, d);
  return sum;
}

__attribute__((noinline)) static int early(int n) {
  char buf[8];
  if (n == 3) return 3;
  if (fill(buf, n) == 7) return buf[0];
  return buf[1] + 1;
}

#define TRY(call)          \
  if (setjmp(env) == 0) {  \
    call;                  \
    printf("%s returned\n", #call); \
  } else                   \
    printf("%s caught\n", #call)

int main(void) {
  TRY(chars(16));
  TRY(chars(32));
  TRY(words(16));
  TRY(words(32));
  TRY(record(24));
  TRY(record(40));
  TRY(dynamic(8, 100));
  TRY(dynamic(24, 100));
  TRY(variadic(8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1.5));
  TRY(variadic(24, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1.5));
  TRY(early(3));
  TRY(early(7));
  TRY(early(8));
  TRY(early(24));
  printf("%d caught\n", caught);
  fflush(0);
  return 0;
}
