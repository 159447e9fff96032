// Nested functions on i386: the chain in ecx, trampolines, gotos out of them, variable length arrays.
#include "start.h"

struct big { int a[5]; short s; };

static __attribute__((noinline)) int via(int (*f)(int), int n) {
  volatile char pad[(n & 15) + 4];
  pad[n & 3] = n;
  return f(n) + pad[n & 3];
}

static __attribute__((noinline)) u64 chain(int a, u64 b, struct big c, double d) {
  int total = 0;
  int plain(int x) { return x * 3; }
  u64 add(int x, u64 y) {
    total += x + (int)b;
    c.a[2] += x;
    b += y;
    d += 0.5;
    return b + (int)d;
  }
  int deep(int n) {
    int local = n;
    int inner(int k) {
      local += k;
      total += local;
      return n == 0 ? (int)add(k, 5) : deep(n - 1) + local;
    }
    return inner(a) + via(inner, n + 1);
  }
  add(1, 2);
  u64 (*p)(int, u64) = add;
  p(5, 0x100000000);
  put("deep", deep(2));
  put("total", total);
  put("via", via(plain, 7));
  put("d", (int)(d * 4));
  return b + c.a[2];
}

static __attribute__((noinline)) int find(const int *v, int n, int what) {
  __label__ found, missing;
  int at = -1, a = n * 3, b = what * 5;
  int look(int i) {
    if (i == n) goto missing;
    if (v[i] == what) {
      at = i;
      goto found;
    }
    return via(look, i + 1);
  }
  via(look, 0);
  at = -2;
found:
  return at * 1000 + a + b;
missing:
  return -a - b;
}

static __attribute__((noinline)) int again(int n) {
  __label__ retry;
  int tries = 0, sum = 0;
  int fail(int k) {
    sum += k;
    goto retry;
  }
retry:
  tries++;
  for (int i = 0; i < n; i++) {
    int scratch[n + i];
    scratch[i] = i;
    if (tries <= i) via(fail, scratch[i]);
  }
  return tries * 100 + sum;
}

static void run(int one) {
  struct big c = {{one, 2, 3, 4, 5}, 6};
  int v[] = {4, 8, 15, 16, 23, 42};
  put("chain", chain(one, 7, c, 2.25));
  put("found", find(v, 6, 23));
  put("missing", find(v, 6, 5));
  put("again", again(4));
  put("passes", one);
}
