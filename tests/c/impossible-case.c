// { dg-options "-O2" }
// A case that a dominating condition rules out is not there any more: the kernel's scoped_seqlock_read() calls a function that does not
// exist in it.
enum state { done, locked, lockless };
struct tmp { enum state state; int *lock; };
extern void impossible(void);
static int gave, took;

static inline __attribute__((always_inline)) void cleanup(struct tmp *t) { if (t->lock) gave++; }
static inline __attribute__((always_inline)) void next(struct tmp *t, int *lock, enum state target) {
  switch (t->state) {
  case done: impossible(); return;
  case locked: t->state = done; return;
  case lockless: if (!*lock) { t->state = done; return; } break;
  }
  t->lock = lock;
  took++;
  t->state = target;
}

__attribute__((noipa)) static int rounds(int *lock) {
  int n = 0;
  for (struct tmp t __attribute__((cleanup(cleanup))) = {lockless, 0}; t.state != done; next(&t, lock, locked)) n++;
  return n;
}
__attribute__((noipa)) static int range(unsigned x) {
  if (x > 4) return -1;
  switch (x) {
  case 0 ... 2: return 1;
  case 3: return 2;
  case 5 ... 9: impossible(); return 3;
  default: return 4;
  }
}
__attribute__((noipa)) static int negative(long x) {
  if (x >= 0) return 0;
  switch (x) {
  case -3 ... -1: return 1;
  case 0: impossible(); return 2;
  case 7 ... 1000000: impossible(); return 3;
  }
  return 4;
}

int main(void) {
  int free = 0, held = 1;
  if (rounds(&free) != 1 || rounds(&held) != 2 || took != 1 || gave != 1) return 1;
  if (range(2) != 1 || range(3) != 2 || range(4) != 4 || range(7) != -1) return 2;
  if (negative(5) != 0 || negative(-2) != 1 || negative(-9) != 4) return 3;
  return 0;
}
