// Attribute and pragma scalar_storage_order: scalars, bit-fields (straddling ones too), arrays, nested records, unions, initialisers
// constant and not, compound assignment, packed members, functions that take and return them.
#include <stdio.h>
#include <string.h>
#define BIG __attribute__((scalar_storage_order("big-endian")))
#define LITTLE __attribute__((scalar_storage_order("little-endian")))
enum color { RED, GREEN = 0x1234, BLUE = 0x12345678 };
struct BIG all {
  char c;
  short s;
  int i;
  long l;
  float f;
  double d;
  __int128 w;
  enum color e;
  _Bool b;
  int *p;
  struct {
    short native;
  } in;
  short m[2][3];
};
struct __attribute__((packed)) BIG tight {
  char c;
  int i;
  long b : 61;
  unsigned a : 7, x : 20;
  double d;
};
struct BIG bits {
  unsigned a : 3;
  int b : 13;
  unsigned long c : 40;
  _Bool d : 1;
  short e : 16;
};
union BIG any {
  unsigned int word;
  struct BIG {
    unsigned short high, low;
  } half;
  unsigned char byte[4];
};
#pragma scalar_storage_order big-endian
struct by_pragma {
  int x;
};
struct LITTLE stays {
  int x;
};
static int in_body(void) {
  struct local {
    int y;
  } l = {1};
  return *(char *)&l;
}
#pragma scalar_storage_order default
struct plain {
  int x;
};
struct BIG list {
  int n;
  unsigned short data[4];
};

static void show(const char *name, const void *p, unsigned long n) {
  const unsigned char *b = p;
  printf("%s:", name);
  for (unsigned long i = 0; i < n; i++) printf(" %02x", b[i]);
  printf("\n");
}
static struct all image = {1, 2, 3, 4, 5.5f, 6.25, 7, BLUE, 1, 0, {8}, {{9, 10, 11}, {12}}};
static struct bits image_bits = {5, -3, 0x123456789a, 1, -2};
static struct tight image_tight = {1, 2, -3, 4, 5, 6.5};
static union any image_any = {.half = {1, 2}};
__attribute__((noipa)) struct list twice(struct list x) {
  for (int i = 0; i < x.n; i++) x.data[i] *= 2;
  x.n++;
  return x;
}
__attribute__((noipa)) int sum(struct all *a, struct bits *b, struct tight *t, int k) {
  a->s += 3;
  a->i++;
  --a->l;
  a->f *= 2;
  a->d += a->f;
  a->w <<= 65;
  a->e = GREEN;
  a->m[1][k] = a->m[0][k] + 300;
  b->a ^= 7;
  b->b -= 5;
  b->c += 1;
  b->d = 0;
  b->e++;
  t->i = -t->i;
  t->b += 1000000;
  t->a++;
  t->x = ~t->x;
  t->d /= 2;
  return a->s + a->i + (int)a->l + (int)a->d + (int)(a->w >> 64) + a->m[1][k] + b->b + b->e + (int)b->c + t->i + (int)t->b + t->x;
}
__attribute__((noipa)) void make(struct bits *out, int a, int b, unsigned long c) { *out = (struct bits){.a = a, .b = b, .c = c}; }

int main(void) {
  show("all", &image, sizeof image);
  show("bits", &image_bits, sizeof image_bits);
  show("tight", &image_tight, sizeof image_tight);
  show("any", &image_any, sizeof image_any);
  printf("%d %x %x\n", sum(&image, &image_bits, &image_tight, 1), image_any.word, image_any.byte[3]);
  show("all", &image, sizeof image);
  show("bits", &image_bits, sizeof image_bits);
  show("tight", &image_tight, sizeof image_tight);
  printf("%d %d %lx %d %d\n", image_bits.a, image_bits.b, (unsigned long)image_bits.c, image_bits.d, image_bits.e);
  struct bits made;
  memset(&made, 0xff, sizeof made);
  make(&made, 6, -1, 0x8765432109);
  show("made", &made, sizeof made);
  struct by_pragma p = {1};
  struct stays s = {1};
  struct plain q = {1};
  printf("%d %d %d %d\n", *(char *)&p, *(char *)&s, *(char *)&q, in_body());
  struct list l = twice((struct list){3, {1, 2, 3, 4}});
  show("list", &l, sizeof l);
  __typeof__(l.n) n = 5;
  printf("%d %d %d %d\n", l.n, l.data[2], twice(l).data[1], *(char *)&n);
  return 0;
}
