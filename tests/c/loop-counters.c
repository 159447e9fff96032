// { dg-options "-O2 -fwrapv" }
// Counters and what is computed from them in each round: strides, directions, types, counters that wrap, values used behind the loop.
static int a[40][12];
static struct item { int x, y, z; long w[3]; } items[20];
static unsigned char bytes[600];

__attribute__((noipa)) static int column(int j, int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) sum += a[i][j] * (i + 1);
  return sum;
}
__attribute__((noipa)) static int backwards(int n) {
  int sum = 0;
  for (int i = n; i >= 0; i--) sum = sum * 3 + a[i][i % 12];
  return sum;
}
__attribute__((noipa)) static int strided(unsigned from, unsigned to) {
  int sum = 0;
  for (unsigned i = from; i < to; i += 3) sum += items[i].z - items[i].x + (int)items[i].w[1];
  return sum;
}
__attribute__((noipa)) static int *last_of(int *p, int n, int key) {
  int *found = 0;
  int i;
  for (i = 0; i < n; i++) {
    int *q = p + i * 12 + 5;
    if (*q == key) found = q;
    else if (*q > 1000) return q;
  }
  return found ? found : p + i * 12;
}
// Counters that do wrap.
__attribute__((noipa)) static long wrapping(unsigned char n) {
  long sum = 0;
  int rounds = 0;
  for (int i = 0x7fffffff - 3; i != -0x7fffffff + n; i++) {
    sum += i;
    if (++rounds > 50) break;
  }
  return sum;
}
__attribute__((noipa)) static long wraps_unsigned(unsigned from) {
  long sum = 0;
  for (unsigned i = from; i != 4; i++) sum += (long)i * 24;
  return sum;
}
__attribute__((noipa)) static long at_most(int n) {
  long sum = 0;
  int rounds = 0;
  for (int i = 0x7ffffffd; i <= n; i += 2) {
    sum += (long)i * 40;
    if (++rounds == 4) break;
  }
  return sum;
}
__attribute__((noipa)) static long step_over(int from, int n) {
  long sum = 0;
  int rounds = 0;
  for (int i = from; i < n; i += 5) {
    sum = sum * 7 + i * 2L;
    if (++rounds == 9) break;
  }
  return sum;
}
__attribute__((noipa)) static long triangle(int n) {
  long sum = 0;
  for (int i = 0; i < n; i++)
    for (int j = i + 1; j < n; j++) sum += items[j].w[2] * (i + 1) + a[j][i % 12];
  return sum;
}
__attribute__((noipa)) static int two(int n) {
  int sum = 0;
  for (long i = 0, j = n; i < j; i++, j--) sum += bytes[i * 17] * 2 - bytes[j * 9];
  return sum;
}
__attribute__((noipa)) static int copy_back(int n) {
  int i;
  for (i = 0; i < n; i++) items[i + 1].y = items[i].y + 1;
  return items[n].y + i;
}
__attribute__((noipa)) static long negative(int from, int to) {
  long sum = 0;
  for (int i = from; i < to; i++) sum += items[i + 10].w[0] * i;
  return sum;
}

int main(void) {
  for (int i = 0; i < 40; i++)
    for (int j = 0; j < 12; j++) a[i][j] = i * 31 ^ j * 7;
  for (int i = 0; i < 20; i++) {
    items[i].x = i;
    items[i].y = 100 - i;
    items[i].z = i * i;
    for (int k = 0; k < 3; k++) items[i].w[k] = i * 10L + k;
  }
  for (int i = 0; i < 600; i++) bytes[i] = (unsigned char)(i * 5);
  if (column(3, 40) != 661028) return 1;
  if (column(3, 0) != 0) return 2;
  if (column(3, -5) != 0) return 3;
  if (backwards(39) != 229717744) return 4;
  if (backwards(-1) != 0) return 5;
  if (strided(0, 20) != 1393) return 6;
  if (strided(7, 7) != 0) return 7;
  if (strided(1, 18) != 1056) return 8;
  if (last_of(a[0], 40, 9) - a[0] != 413) return 9;
  if (last_of(a[0], 3, 9999) - a[0] != 36) return 10;
  if (last_of(a[0], 40, 1100) - a[0] != 413) return 11;
  if (wrapping(4) != -2147483648) return 12;
  if (wrapping(200) != -92341795793) return 13;
  if (wraps_unsigned(0xfffffffau) != 618475290264) return 14;
  if (at_most(0x7fffffff) != 0) return 15;
  if (at_most(0x7ffffffe) != 85899345800) return 16;
  if (step_over(0x7ffffff8, 0x7fffffff) != 27707207592250456) return 17;
  if (step_over(-0x7fffffff - 1, -0x7fffffff + 12) != -244813135782) return 18;
  if (step_over(3, 3) != 0) return 19;
  if (triangle(20) != 271686) return 20;
  if (two(33) != 2971) return 21;
  if (copy_back(15) != 130) return 22;
  if (negative(-10, 10) != 5700) return 23;
  if (negative(5, 2) != 0) return 24;
  return 0;
}
