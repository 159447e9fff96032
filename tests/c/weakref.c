// Weak references: to nothing, to definitions of this unit, to others through a chain, with a strong reference before or after.
typedef int fn(const char *);
extern int nowhere;
static int w1 __attribute__((weakref("nowhere")));
static int here;
static int w2 __attribute__((weakref("here")));
int there = 5;
static int w3a __attribute__((weakref("w3b")));
static int w3b __attribute__((weakref("w3c")));
static int w3c __attribute__((weakref("there")));
static int w4a __attribute__((weakref("w4b")));
static int w4b __attribute__((weakref("nowhere_else")));
static int *p1 = &w1, *p2 = &w2, *p3 = &w3a, *p4 = &w4a;
static fn w5 __attribute__((weakref));
extern fn w5 __attribute__((alias("puts")));
static int local(const char *s) { return s[0]; }
static fn w6 __attribute__((weakref("local")));
static fn w7 __attribute__((weakref("no_function")));
fn puts;
static fn *f5 = w5, *f6 = w6, *f7 = w7;
int main(void)
{
	*p2 = 7;
	if (p1 || p4 || f7 || &w1 || &w4a || w7)
		return 1;
	if (here != 7 || *p3 != 5 || p3 != &there)
		return 2;
	f5("through a weak reference");
	return f5 != puts || f6("a") != 'a' || w6("b") != 'b' || f6 != local;
}
