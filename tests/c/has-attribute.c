// __builtin_has_attribute of declarations: Linux 6.12 asks it for nonstring in every string comparison by prefix.
int printf(const char *, ...);
struct s { char tag[4] __attribute__((nonstring)); char name[8]; };
static char raw[4] __attribute__((nonstring)) = {'a', 'b', 'c', 'd'};
static char text[] = "text";
__attribute__((noinline, cold)) static int f(void) { return 1; }
extern int w __attribute__((weak));
#define CSTR(p) (sizeof(struct { int x : (-!!(__builtin_has_attribute(p, nonstring))) + 1; }) + 0)

int main(void) {
  struct s s = {"abc", "name"};
  const char *p = s.name;
  printf("%d %d %d %d\n", __builtin_has_attribute(raw, nonstring), __builtin_has_attribute(text, nonstring),
         __builtin_has_attribute("literal", __nonstring__), __builtin_has_attribute(p, nonstring));
  printf("%d %d %d %d\n", __builtin_has_attribute(f, noinline), __builtin_has_attribute(f, cold), __builtin_has_attribute(f, pure),
         __builtin_has_attribute(w, weak));
  printf("%d %d\n", __builtin_has_attribute(s.tag, nonstring), __builtin_has_attribute((&s)->name, nonstring));
  return f() - 1 + (CSTR(text) == 0) + (CSTR(p) == 0);
}
