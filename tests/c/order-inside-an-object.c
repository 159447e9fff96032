// The order of two addresses inside one object is known when the program is compiled (BUILD_BUG_ON in mm/ksm.c of Linux).
extern int printf(const char *, ...);
struct list { struct list *next, *prev; };
static struct list head = { &head, &head };
static int table[10];
extern struct list shared;
struct list shared;
extern void never(void) __attribute__((error("not known")));
__attribute__((noinline)) static int inside(int n)
{
	int local[8], r = 0;
#ifdef __OPTIMIZE__
	if ((struct list *)&head.prev <= &head)
		never();
	if ((struct list *)&head.prev >= &head + 1)
		never();
	if (&table[3] > &table[4] || &table[10] < table || &table[2] == &table[5])
		never();
	if ((char *)&shared.prev < (char *)&shared)
		never();
	if (&local[2] >= &local[3])
		never();
#endif
	local[2] = n;
	local[3] = n + 1;
	for (int *p = local + 2; p < &local[4]; p++)
		r += *p;
	r += &table[n] < &table[4];
	r += 2 * (&local[n] <= &local[1]);
	return r + 4 * ((char *)&table[10] == (char *)(table + 10));
}
int main(void)
{
	printf("%d %d %d\n", inside(1), inside(4), inside(7));
	return head.next != &head;
}
