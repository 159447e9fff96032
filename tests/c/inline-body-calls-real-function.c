// An inline-only body that calls the real function of its own name through another declaration (the kernel's fortify-string.h).
typedef __SIZE_TYPE__ size_t;
int printf(const char *, ...);

extern size_t real_strlen(const char *) __asm__("strlen");

extern inline __attribute__((always_inline, gnu_inline)) size_t strlen(const char *s) {
  if (__builtin_constant_p(s[0])) return 1000;
  return real_strlen(s) + 100;
}

extern inline __attribute__((always_inline, gnu_inline)) int memcmp(const void *a, const void *b, size_t n) {
  return n == 3 ? 77 : __builtin_memcmp(a, b, n);
}

__attribute__((noinline)) static int compare(const void *a, const void *b, size_t n) { return memcmp(a, b, n) != 0; }

__attribute__((noinline)) static size_t length(const char *s) { return strlen(s); }

int main(int argc, char **argv) {
  size_t (*p)(const char *) = real_strlen;
  printf("%d %d\n", (int)length(argc ? "abc" : "d"), (int)p("abcd"));
  printf("%d %d\n", compare("abcd", "abcd", 4), compare("abcd", "abcd", argc + 2));
  return 0;
}
