// { dg-options "-O2" }
// The kernel's __compiletime_strlen: what __builtin_dynamic_object_size knows at once, __builtin_constant_p builds upon.
int printf(const char *, ...);
#define COMPILETIME_STRLEN(p) ({ \
  char *p_ = (char *)(p); \
  unsigned long ret_ = -1UL; \
  const unsigned long size_ = __builtin_dynamic_object_size(p, 1); \
  if (size_ != -1UL && __builtin_constant_p(*p_)) { \
    unsigned long len_ = size_ - 1; \
    if (__builtin_constant_p(p_[len_]) && p_[len_] == '\0') ret_ = __builtin_strlen(p_); \
  } \
  ret_; })

static const char array_of_10[] = "this is 10";
static const char *ptr_of_11 = "this is 11!";
struct named { const char *name; };

__attribute__((noipa)) static void print(struct named *n) {
  printf("%ld %ld %ld %ld\n", COMPILETIME_STRLEN("88888888"), COMPILETIME_STRLEN(array_of_10), COMPILETIME_STRLEN(ptr_of_11),
         COMPILETIME_STRLEN(n->name));
}

int main(void) {
  print(&(struct named){"unknown"});
  return 0;
}
