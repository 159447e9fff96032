// { dg-options "-O2" }
// Loops of every shape that the compiler turns over: values used behind them, several ways out and back, tests with loads, nests.
static int data[64];
static volatile int ticks;

__attribute__((noipa)) static int find(const int *a, int n, int x) {
  int i;
  for (i = 0; i < n; i++)
    if (a[i] == x) break;
  return i;
}
__attribute__((noipa)) static int swap(int n) {
  int a = 1, b = 2, c = 3;
  while (n-- > 0) {
    int t = a;
    a = b;
    b = c;
    c = t;
  }
  return a * 100 + b * 10 + c;
}
__attribute__((noipa)) static int nest(int n, int m) {
  int sum = 0, i, j = -1;
  for (i = 0; i < n; i++) {
    for (j = i; j < m; j++) {
      if (j % 3 == 0) continue;
      if (i * j > 40) goto out;
      sum += i * 8 + j;
    }
    if (sum & 64) continue;
    sum++;
  }
out:
  return sum * 10000 + i * 100 + j;
}
__attribute__((noipa)) static unsigned length(const char *s) {
  const char *p = s;
  while (*p) p++;
  return p - s;
}
__attribute__((noipa)) static int wait(void) {
  int rounds = 0;
  while (ticks < 5) {
    ticks = ticks + 1;
    rounds++;
  }
  return rounds;
}
__attribute__((noipa)) static int chain(int n) {
  int x = n, first = 0, second = 0;
  while (x > 10) {
    x -= 3;
    first++;
  }
  while (x > 0 && first < 100) {
    if (x == 4) break;
    x--;
    second++;
  }
  for (; second < 3;) second++;
  return x * 10000 + first * 100 + second;
}
__attribute__((noipa)) static int late_use(int n, int *last) {
  int i = 0, prev = -1, sum = 0;
  while (i * 2 < n) {
    if (data[i & 63] < 0) {
      *last = prev;
      if (sum > 50) return i;
    }
    prev = i;
    sum += i;
    i += data[i & 63] == 7 ? 2 : 1;
  }
  *last = prev + sum;
  return i;
}
__attribute__((noipa)) static int by_switch(int n) {
  int i = 0, odd = 0, k = 0;
again:
  while (i < n) {
    i++;
    switch (i & 3) {
    case 0: goto again;
    case 1: odd++; break;
    case 2: continue;
    default: k += i; if (k > 30) goto done;
    }
    odd += 2;
  }
done:
  return i * 1000 + odd * 10 + (k & 7);
}
__attribute__((noipa)) static unsigned collatz(unsigned n) {
  unsigned steps = 0, top = n;
  while (n != 1) {
    while ((n & 1) == 0) {
      n >>= 1;
      steps++;
    }
    if (n == 1) break;
    n = 3 * n + 1;
    if (n > top) top = n;
    steps++;
  }
  return steps * 100000 + top;
}

int main(void) {
  for (int i = 0; i < 64; i++) data[i] = i;
  if (find(data, 64, 9) != 9 || find(data, 64, 99) != 64 || find(data, 0, 0) != 0 || find(data, -3, 0) != 0) return 1;
  if (swap(0) != 123 || swap(1) != 231 || swap(2) != 312 || swap(300) != 123 || swap(-4) != 123) return 2;
  if (nest(0, 5) != -1 || nest(3, 0) != 30302 || nest(5, 5) != 1430505) return 3;
  if (length("") != 0 || length("abcdef") != 6) return 4;
  if (wait() != 5 || wait() != 0) return 5;
  if (chain(3) != 3 || chain(25) != 40506 || chain(-2) != -19997) return 6;
  int last = 0;
  data[20] = -1;
  if (late_use(30, &last) != 15 || last != 111 || late_use(100, &last) != 20 || last != 19 || late_use(0, &last) != 0 || last != -1) return 7;
  if (by_switch(0) != 0 || by_switch(4) != 4053 || by_switch(100) != 15184) return 8;
  if (collatz(27) != 11109232 || collatz(1) != 1) return 9;
  return 0;
}
