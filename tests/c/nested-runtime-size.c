// Nested functions that use records of run-time size of the function around them.
int printf(const char *, ...);
static int f(int n) {
  struct S { int a[n]; int b; char c[n + 1]; } s, t;
  typedef struct S row[2];
  row r;
  for (int i = 0; i < n; i++) s.a[i] = i;
  s.b = 7; s.c[n] = 3;
  n += 2;
  int size(void) { struct S u; row v; u = s; return sizeof u + sizeof v + u.b + u.c[n - 2] + sizeof(struct S); }
  void put(struct S *p) { p->b += s.a[1]; p[1].b = p->b + n; t = *p; r[1] = s; }
  put(r);
  r[0].b = 5;
  put(r);
  int deep(struct S *p) { int in(void) { return p[1].b + t.b + r[1].a[2] + (int)(p + 1 == &r[1]); } return in(); }
  return size() * 1000 + deep(r);
}
int main(void) { printf("%d %d\n", f(3), f(5)); return 0; }
