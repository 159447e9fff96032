// A later initialiser of a whole object overrides all that earlier ones gave it; what it leaves out is zero (C11 6.7.9p19).
int printf(const char *, ...);

struct in {
  short x[2];
  int y : 5, z : 7;
  double f;
};
struct out {
  int a;
  struct in in;
  char *s;
  char name[6];
};
union u {
  int i;
  struct {
    short lo, hi;
  };
  long wide[2];
  char c;
};
struct with {
  int before;
  union {
    struct {
      int p, q;
    };
    long r;
  };
  int after;
};

static struct in make(int n) { return (struct in){{n, n}, n, n, n}; }

static const struct out table[] = {
    [0 ... 5] = {.a = 1, .in = {.x = {1, 2}, .y = 3, .z = 4, .f = 5}, .s = "s", .name = "hello"},
    [2] = {.a = 7},
    [3].in = {.y = 1},
    [4].name = {'x'},
    [1 ... 2] = {.in.z = 9},
    [5].in.x[1] = 6,
};
static union u unions[] = {
    [0] = {.wide = {-1, -1}, .c = 2},
    [1].i = -1,
    [1].c = 3,
    [2].lo = 5,
    [2].hi = 6,
    {.i = -1, .lo = 7},
};
static struct with withs[] = {{.before = 1, .p = 2, .q = 3, .r = 4, .after = 5}, {.r = -1, .q = 3}, {.p = 1, .q = 2, 3}};
static struct {
  char text[6];
  int n;
} texts[] = {{{"foo"}, 1}, [0].text[0] = 'b', [1] = {{"foo"}, 1}, [1] = {.text[0] = 'b'}, {{"foo"}, 1}, [2].text = {"a"}, [2].n = 2};

static const struct out ranges[4] = {[0 ... 3].in.x[0 ... 1] = 4, 5, 6, 7.5, "s", "after"};

static void show(const struct out *o) {
  printf("%d %d %d %d %d %g %s %s\n", o->a, o->in.x[0], o->in.x[1], o->in.y, o->in.z, o->in.f, o->s ? o->s : "-", o->name);
}

int main(int argc, char **argv) {
  for (int i = 0; i < 6; i++) show(&table[i]);
  for (int i = 0; i < 4; i++)
    printf("%lx %lx\n", unions[i].wide[0] & (i == 1 ? 0xff : -1L), i == 0 ? unions[i].wide[1] & 0 : 0);
  for (int i = 0; i < 3; i++) printf("%d %d %d %d\n", withs[i].before, withs[i].p, withs[i].q, withs[i].after);
  for (int i = 0; i < 3; i++) printf("%s %d\n", texts[i].text, texts[i].n);
  for (int i = 0; i < 4; i++) show(&ranges[i]);
  // each spelled out: GCC itself loses what a range with a variable gave
  struct out local[] = {
      [0] = {.a = argc, .in = make(argc + 2), .s = argv[0] ? "l" : "m", .name = "local"},
      [1] = {.a = argc, .in = make(argc + 3), .s = argv[0] ? "l" : "m", .name = "local"},
      [2] = {.a = argc, .in = make(argc + 4), .s = argv[0] ? "l" : "m", .name = "local"},
      [3] = {.a = argc, .in = {.x = {argc + 2, 9}, .y = argc, .f = 2}, .s = argv[0] ? "l" : "m", .name = "local"},
      [1] = {.in.x[0] = argc},
      [2].in = {.f = argc},
      [3].in.x = {4},
  };
  for (int i = 0; i < 4; i++) show(&local[i]);
  return 0;
}
