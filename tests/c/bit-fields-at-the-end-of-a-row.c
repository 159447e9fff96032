/* { dg-options "-Werror" } */
// Rows that end in bit-fields whose storage unit reaches into the next row: nothing of that is overridden, and nothing is warned of.
#include <stdio.h>
struct pins { const char *name; const unsigned *pins; unsigned long npins; };
struct row {
  struct pins grp;
  const int *funcs;
  unsigned a, b, c, d, e, e1;
  unsigned f : 2, g : 5, h : 5, i : 5, j : 5, k : 5, l : 5, m : 5, n : 5, o : 5, p : 5, q : 5, r : 5, s : 1, t : 5, u : 5, v : 5, w : 5, x : 5, y : 5, z : 5, z1 : 5, z2 : 5;
};
static const unsigned p0[] = {1}, p1[] = {2};
#define ROW(k) { .grp = (struct pins){.name = "gpio" #k, .pins = p##k, .npins = 1}, .funcs = (int[]){1, 2 + k}, .a = k, .f = 1, .z1 = 3, .z2 = 17 },
static const struct row rows[] = {ROW(0) ROW(1)};
int main(void) {
  for (int i = 0; i < 2; i++)
    printf("%s %u %d %u %d %d %d\n", rows[i].grp.name, *rows[i].grp.pins, rows[i].funcs[1], rows[i].a, rows[i].f, rows[i].z1, rows[i].z2);
  return 0;
}
