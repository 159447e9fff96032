/* __real__ and __imag__ of a complex number made of two parts evaluate the other part, too. */
static int calls;
__attribute__((noipa)) static double count(double x) {
  calls++;
  return x;
}
static volatile double v = 3;

int main(void) {
  double a = __imag__ __builtin_complex(count(1.0), 2.0);
  double b = __real__ __builtin_complex(4.0, count(5.0));
  double c = __imag__(_Complex double) count(6.0);
  double d = __imag__ v;
  return calls != 3 || a != 2 || b != 4 || c != 0 || d != 0;
}
