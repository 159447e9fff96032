// { dg-options "-O2" }
// __builtin_object_size: members (kinds 1 and 3), what several pointers may be, allocations; a static variable that nobody writes.
typedef __SIZE_TYPE__ size_t;
int printf(const char *, ...);
void *malloc(size_t);
__attribute__((alloc_size(1, 2), noinline)) static void *table(size_t n, size_t size) { return malloc(n * size); }

struct wrap {
  unsigned long before;
  char output[4];
  char more[6];
  unsigned long after;
  char tail[8];
};

static const char *text = "this is 11!";
static int never;

#define SIZES(p) printf("%zd %zd %zd %zd\n", __builtin_object_size(p, 0), __builtin_object_size(p, 1), __builtin_object_size(p, 2), __builtin_object_size(p, 3))

__attribute__((noinline)) static void through(struct wrap *w) {
  SIZES(w->output);
  SIZES(&w->more[2]);
  SIZES(w->more + 1);
  SIZES(&w->before);
  SIZES(w->tail);
}

int main(int argc, char **argv) {
  struct wrap w;
  char buf[10], other[20];
  char *p = argc > 5 ? buf + 1 : other + 2;
  SIZES(w.output);
  SIZES(&w.more[5]);
  SIZES(w.tail + 3);
  SIZES(&w);
  SIZES(p);
  SIZES(table(3, 5));
  SIZES(text);
  through(&w);
  printf("%d\n", never);
  return 0;
}
