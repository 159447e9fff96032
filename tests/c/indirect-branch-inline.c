// Indirect calls, tail calls and computed gotos; with -mindirect-branch=thunk-inline (tests/program/indirect-branch.test.ts) a jump by the inline
// thunk pushes, so that nothing may lie below the stack pointer.
int printf(const char *, ...);
#define NOIPA __attribute__((noipa))

NOIPA int twice(int x) { return 2 * x; }
NOIPA int thrice(int x) { return 3 * x; }
int (*volatile table[2])(int) = {twice, thrice};

NOIPA int sum(int n) {
  int total = 0;
  for (int i = 0; i < n; i++) total += table[i & 1](i);
  return total;
}

NOIPA int tail(int n) { return table[n & 1](n + 1); }

// a leaf with locals in memory, and a computed goto among them
NOIPA int leaf(const unsigned char *code, int x) {
  static const void *const labels[] = {&&add, &&double_, &&store, &&end};
  volatile int memory[6] = {1, 2, 3, 4, 5, 6};
  goto *labels[*code++];
add:
  x += memory[5];
  goto *labels[*code++];
double_:
  x *= 2;
  goto *labels[*code++];
store:
  memory[5] = x;
  goto *labels[*code++];
end:
  return x + memory[0] + memory[1] + memory[2] + memory[3] + memory[4];
}

NOIPA int chosen(int x) {
  switch (x) {
    case 0: return 7;
    case 1: return 5;
    case 2: return 11;
    case 3: return 2;
    case 4: return 19;
    case 5: return 13;
    default: return -1;
  }
}

int main(void) {
  printf("%d %d %d\n", sum(10), tail(4), tail(5));
  printf("%d %d\n", leaf((const unsigned char[]){0, 1, 2, 0, 3}, 10), leaf((const unsigned char[]){1, 1, 3}, 4));
  for (int i = -1; i < 7; i++) printf("%d ", chosen(i));
  printf("\n");
  return 0;
}
