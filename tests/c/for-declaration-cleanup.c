// A variable with a cleanup function (or of variable length) declared in the head of a for loop lives until the loop is left.
int printf(const char *, ...);

struct guard {
  int *lock;
};

static inline void unlock(struct guard *g) {
  printf("unlock %d\n", *g->lock);
  *g->lock = 0;
}

static inline struct guard take(int *lock) {
  struct guard g = {lock};
  *lock = 1;
  return g;
}

static int run(int *lock, int how) {
  for (struct guard g __attribute__((cleanup(unlock))) = take(lock), *done = 0; g.lock && !done; done = (void *)1) {
    printf("body %d\n", *lock);
    if (how == 1) break;
    if (how == 2) return 2;
    if (how == 3) goto out;
    if (how == 4) continue;
    *lock += 10;
  }
  printf("after %d\n", *lock);
  return 0;
out:
  printf("out %d\n", *lock);
  return 3;
}

static int rows(int n) {
  int sum = 0;
  for (int a[n], i = 0; i < n; i++) {
    a[i] = i;
    int b[n + i];
    b[n + i - 1] = 7;
    sum += a[i] + b[n + i - 1];
    if (i == n - 1) sum += a[0] + a[n - 1];
  }
  return sum;
}

int main(void) {
  for (int how = 0; how < 5; how++) {
    int lock = 5;
    int r = run(&lock, how);
    printf("%d %d\n", r, lock);
  }
  printf("%d\n", rows(9));
  return 0;
}
