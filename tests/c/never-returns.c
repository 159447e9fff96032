// A function found never to return: what follows its call is not reached, and nothing of a caller that does return is lost.
void exit(int);
static int depth;

__attribute__((noinline)) static void leave(int n) {
  depth += n;
  exit(depth - 12);
}
__attribute__((noinline)) static int maybe(int n) {
  if (n > 10) leave(n);
  return n + 1;
}
__attribute__((noinline)) static int spin(int n) {
  for (;;) {
    depth += n;
    if (depth > 100) exit(9);
    if (depth == 1) return 3;
  }
}

int main(void) {
  if (maybe(3) != 4) return 1;
  if (spin(1) != 3) return 2;
  maybe(11);
  return 3;
}
