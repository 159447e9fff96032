// Vectors as arguments and results, plain, in structs and variadic: in vector registers where the ABI has them. Both sides are the same
// compiler here; that GCC does the same is what the suite abi shows.
typedef int v2si __attribute__((vector_size(8)));
typedef float v2sf __attribute__((vector_size(8)));
typedef int v4si __attribute__((vector_size(16)));
typedef double v4df __attribute__((vector_size(32)));
struct pair { v4si a; v4si b; };
struct mixed { v2sf v; int i; };

__attribute__((noipa)) static v2si small(v2si a, int k, v2si b) { return a * k + b; }
__attribute__((noipa)) static v4si large(v2sf f, v4si a, struct pair p) { return a + p.a * p.b + (int)f[1]; }
__attribute__((noipa)) static struct mixed both(struct mixed m, v4df d) { return (struct mixed){m.v + (float)d[3], m.i + (int)d[0]}; }
__attribute__((noipa)) static int sum(int n, ...) {
  __builtin_va_list ap;
  __builtin_va_start(ap, n);
  int s = 0;
  for (int i = 0; i < n; i++) {
    v4si v = __builtin_va_arg(ap, v4si);
    v2si w = __builtin_va_arg(ap, v2si);
    struct mixed m = __builtin_va_arg(ap, struct mixed);
    s = s * 3 + v[0] + v[3] * w[1] + m.i + (int)m.v[0];
  }
  __builtin_va_end(ap);
  return s;
}

int main(void) {
  v2si s = small((v2si){1, 2}, 3, (v2si){10, 20});
  if (s[0] != 13 || s[1] != 26) return 1;
  v4si v = {1, 2, 3, 4};
  v4si l = large((v2sf){1, 100}, v, (struct pair){v, v + 1});
  if (l[0] != 103 || l[3] != 124) return 2;
  struct mixed m = both((struct mixed){{1.5f, 2.5f}, 7}, (v4df){3, 0, 0, 4});
  if (m.v[0] != 5.5f || m.v[1] != 6.5f || m.i != 10) return 3;
  if (sum(4, v, s, m, v, s, m, v + 1, s, m, v, s, m) != 4881) return 4;
  return 0;
}
