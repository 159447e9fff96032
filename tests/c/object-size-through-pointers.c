// { dg-options "-O2" }
// __builtin_object_size of pointers that passed through variables, functions and loops; printed, as GCC's answers are the expected ones.
int printf(const char *, ...);
void *malloc(unsigned long);

struct inner { char head; char name[10]; };
struct outer { int id; char label[12]; struct inner in; char tail[4]; };

#define SIZES(p) printf("%d: %ld %ld %ld %ld\n", __LINE__, (long)__builtin_object_size(p, 0), (long)__builtin_object_size(p, 1), \
  (long)__builtin_object_size(p, 2), (long)__builtin_object_size(p, 3))

static inline __attribute__((always_inline)) void through(char *p) { SIZES(p); }

__attribute__((noipa)) static void pointed(struct outer *o, int i) {
  char *p = o->label;
  SIZES(p);
  p += 3;
  SIZES(p);
  through(o->in.name);
  through(&o->in.name[i]);
  through(o->tail);
  through((char *)&o->in);
  struct outer *q = (struct outer *)(p - 7);
  SIZES(q->label);
}

__attribute__((noipa)) static void moved(unsigned n) {
  static char buf[40];
  char row[3][8];
  char *p = n > 2 ? buf + 4 : buf + 10, *q = buf;
  SIZES(p);
  SIZES(p - 2);
  for (unsigned i = 0; i < n; i++) q += 4;
  SIZES(q);
  SIZES(row[1]);
  p = row[1];
  SIZES(p + 2);
  struct outer *o = malloc(sizeof *o - 2);
  SIZES(o->tail);
  SIZES(o->in.name);
  p = o->in.name + 1;
  printf("%ld %ld\n", (long)__builtin_object_size(p, 0), (long)__builtin_object_size(p, 1));
}

__attribute__((noipa)) static void computed(unsigned long n) {
  char vla[n + 5], *p = malloc(2 * n);
  char *q = n & 1 ? vla + 1 : p + n;
  printf("%ld %ld %ld\n", (long)__builtin_dynamic_object_size(vla, 0), (long)__builtin_dynamic_object_size(p + 3, 0),
         (long)__builtin_dynamic_object_size(q, 0));
  for (unsigned long i = 0; i < n; i++) q++;
  printf("%ld %ld\n", (long)__builtin_dynamic_object_size(q, 0), (long)__builtin_dynamic_object_size(p + 3 * n, 0));
}

int main(void) {
  struct outer o;
  pointed(&o, 2);
  moved(3);
  computed(7);
  computed(8);
  return 0;
}
