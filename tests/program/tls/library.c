// A library that is loaded at run time and has more thread-local data than a loader keeps free for late comers.
#define BIG 300000

__thread int counter = 5;
__thread char block[BIG];
static __thread long own = 7, table[10];
__attribute__((visibility("hidden"))) __thread short hidden = 3;
extern __thread int other_counter;
extern __thread int absent __attribute__((weak));

int *address(void) { return &counter; }
char *block_address(void) { return block; }

int next(void) { return ++counter + ++hidden + (int)(own += 2) + other_counter++; }

long element(int i, long x) {
  table[i] += x;
  return table[i] + table[(i + 1) % 10];
}

// much is alive across the calls that find the variables
double mixed(int a, long b, double c, float d, int e, int f, int g, int h, double i, double j) {
  double x = c * d, y = i - j;
  long s = a * 2 + b * 3 + e * 5 + f * 7 + g * 11 + h * 13;
  counter += a;
  own += b;
  other_counter += e;
  table[3] += f;
  return x + y + s + counter + own + other_counter + table[3] + a + b + c + d + e + f + g + h + i + j;
}

int touch(int n) {
  int sum = 0;
  for (int i = 0; i < n; i++) {
    block[i * 37 % BIG] += i;
    sum += block[i * 37 % BIG] + counter;
  }
  return sum;
}

int large(int i) { return block[i + 5000] + block[6001] + (&block[100000])[i]; }
