// -fplan9-extensions: structs with a tag and typedefs as anonymous members, named by the typedef, found through pointers.
/* { dg-options "-fplan9-extensions -w" } */
int printf(const char *, ...);
struct A { int a; };
typedef struct { char d[3]; } D;
struct B { char b; struct A; struct C { int x; struct E { short e; }; }; union { D; }; };
static int ofA(struct A *p) { return p->a; }
static int ofE(const struct E *p) { return p->e; }
static int ofD(D *p) { return p->d[2]; }
static int byValue(D d) { return d.d[1]; }
int main(void)
{
	struct B b = { 1, { 2 }, { 3, { 4 } }, { { { 5, 6, 7 } } } };
	struct E *e = &b;
	D *d;
	d = &b;
	printf("%d %d %d %d\n", b.b, b.a, b.x, b.e);
	printf("%d %d %d %d %d %d\n", ofA(&b), ofE(&b), ofD(&b), byValue(b.D), e->e, d->d[0]);
	printf("%d %d\n", (int)__builtin_offsetof(struct B, D), (int)sizeof(b));
	return 0;
}
