// The bytes of an argument register past a struct's last ones may hold anything: they are no sign extension.
struct tail { int m[3]; };
struct narrow { int m; };
struct mixed { double d; int i; };
struct wide { long a, b; };
struct one { long a; };
struct both { double d; long i; };

__attribute__((noipa)) static int tail_is(struct tail t, long x) { return t.m[2] == x; }
__attribute__((noipa)) static int narrow_is(struct narrow n, long x) { return n.m == x; }
__attribute__((noipa)) static long mixed_as_long(struct mixed m) { return m.i; }
__attribute__((noipa)) static struct wide make_wide(void) { return (struct wide){1, 0x7000000000000005}; }
__attribute__((noipa)) static struct one make_one(void) { return (struct one){0x7000000000000006}; }

int main(void) {
  // the same registers, with more in them than the callee's type has
  int (*volatile t)(struct wide, long) = (int (*)(struct wide, long))(void *)tail_is;
  int (*volatile n)(struct one, long) = (int (*)(struct one, long))(void *)narrow_is;
  long (*volatile m)(struct both) = (long (*)(struct both))(void *)mixed_as_long;
  struct tail (*volatile w)(void) = (struct tail(*)(void))(void *)make_wide;
  struct narrow (*volatile o)(void) = (struct narrow(*)(void))(void *)make_one;
  if (!t((struct wide){1, 0x7000000000000007}, 7)) return 1;
  if (!n((struct one){0x7000000000000008}, 8)) return 2;
  if (m((struct both){1.0, 0x7000000000000009}) != 9) return 3;
  long five = w().m[2], six = o().m;
  if (five != 5) return 4;
  if (six != 6) return 5;
  return 0;
}
