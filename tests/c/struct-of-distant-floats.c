// Two reals that alignment sets more than 16 bytes apart: on riscv64 they travel in floating-point registers all the same.
struct distant { float f; double d __attribute__((aligned(16))); };
__attribute__((noipa)) static struct distant swap(int k, struct distant p, double after) { return (struct distant){p.d + k, p.f + after}; }
int main(void) {
  struct distant r = swap(1, (struct distant){2.5f, 8.0}, 0.25);
  return r.f == 9.0f && r.d == 2.75 ? 0 : 1;
}
