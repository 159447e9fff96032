/* A real number cast to a complex type has an imaginary part of 0, which takes part in the arithmetic (-0.0 + 0.0 is 0.0, inf * 0 a
   NaN); converted implicitly it stays a real number. */
int printf(const char *, ...);
typedef _Complex double cd;

__attribute__((noipa)) static cd add(int a, double z) { return (cd)a + __builtin_complex(3.25, z); }
__attribute__((noipa)) static cd add_real(int a, double z) { return a + __builtin_complex(3.25, z); }
__attribute__((noipa)) static cd mul(int a, double z) { return (cd)a * __builtin_complex(3.25, z); }
__attribute__((noipa)) static cd mul_real(int a, double z) { return a * __builtin_complex(3.25, z); }
__attribute__((noipa)) static cd div_real(float a, cd z) { return z / a; }
__attribute__((noipa)) static cd div(float a, cd z) { return z / (_Complex float)a; }

static void put(cd c) {
  double p[2] = {__real__ c, __imag__ c};
  for (int i = 0; i < 2; i++)
    if (p[i] != p[i]) printf(" nan");
    else printf(" %g", p[i]);
  printf("\n");
}

int main(void) {
  double inf = __builtin_inf();
  put(add(1, -0.0));
  put(add_real(1, -0.0));
  put(mul(1, -0.0));
  put(mul(1, inf));
  put(mul_real(1, -0.0));
  put(mul_real(1, inf));
  put(div_real(0, __builtin_complex(1.0, -0.0)));
  put(div(0, __builtin_complex(1.0, -0.0)));
  put(div(3, __builtin_complex(inf, 2.0)));
  put((cd)1.5 + (_Complex float)2);
  return 0;
}
