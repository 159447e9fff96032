/* __sync, __atomic, _Atomic */
int printf(const char *, ...);
static int i = 5; static unsigned char c = 250; static short s = -3; static long l = 1; static long long ll = 7;
struct pair { long a, b; }; struct three { char x[3]; };
static _Atomic int ai = 3; static _Atomic double ad = 1.5; static _Atomic unsigned char ac = 255; static _Atomic(struct pair) ap; static int *_Atomic ptr; static _Atomic _Bool ab;
static int arr[4];
int main(void) {
  printf("%d %d %d\n", __sync_fetch_and_add(&i, 3), __sync_sub_and_fetch(&i, 1), __sync_fetch_and_nand(&i, 6));
  printf("%d %d %d\n", __sync_fetch_and_add(&c, 10), c, __sync_add_and_fetch(&c, 250));
  printf("%d %d\n", __sync_val_compare_and_swap(&s, -3, 9), __sync_bool_compare_and_swap(&s, 8, 1));
  printf("%ld %ld\n", __atomic_exchange_n(&l, 44, __ATOMIC_ACQ_REL), __atomic_load_n(&l, __ATOMIC_ACQUIRE));
  long long e = 6;
  int ok = __atomic_compare_exchange_n(&ll, &e, 100, 0, 5, 5);
  printf("%d %lld %lld\n", ok, e, ll);
  ok = __atomic_compare_exchange_n(&ll, &e, 100, 0, 5, 0);
  printf("%d %lld %lld\n", ok, e, ll);
  printf("%d %d\n", __atomic_or_fetch(&i, 0x80, 5), __atomic_fetch_xor(&s, 1, 0));
  struct pair p = { 1, 2 }, q, r = { 3, 4 };
  ap = p; q = ap; printf("%ld %ld\n", q.a, q.b);
  struct three t3 = { "ab" }, t4; __atomic_load(&t3, &t4, 5); printf("%s\n", t4.x);
  struct pair gp; __atomic_exchange(&p, &r, &gp, 5); printf("%ld %ld %ld\n", gp.a, p.a, p.b);
  ai += 4; ai++; --ai; ai *= 3; ai <<= 1; printf("%d ", ai); printf("%d\n", ai--);
  ad *= 2.5; ad += 1; printf("%g ", ad); printf("%g\n", ad++);
  ac++; ac -= 2; printf("%d\n", ac);
  ptr = arr; ptr++; ptr += 2; printf("%d\n", (int)(ptr - arr));
  ab = 5; ab ^= 1; printf("%d\n", ab);
  char flag = 0; printf("%d %d\n", __atomic_test_and_set(&flag, 5), __atomic_test_and_set(&flag, 5));
  __atomic_clear(&flag, 3); __sync_synchronize(); __atomic_thread_fence(2); __atomic_signal_fence(5);
  printf("%d %d\n", flag, __atomic_always_lock_free(4, 0));
  return 0;
}
