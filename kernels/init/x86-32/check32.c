/* A 32-bit program without a library: system calls by int 0x80 and through the 32-bit vDSO, signals with the frames of i386. Tells on
 * standard output what it sees; nothing there differs between two good boots. */
typedef unsigned int word;
typedef unsigned long long quad;

static int call(int number, long b, long c, long d, long s, long di)
{
	int result;

	asm volatile("int $0x80" : "=a"(result) : "0"(number), "b"(b), "c"(c), "d"(d), "S"(s), "D"(di) : "memory");
	return result;
}

static char text[4096];
static int length;

static void put(const char *string)
{
	while (*string && length < (int)sizeof text)
		text[length++] = *string++;
}

static void number(int value)
{
	char digits[12];
	int count = 0;
	word left = value < 0 ? -(word)value : (word)value;

	do
		digits[count++] = '0' + left % 10;
	while (left /= 10);
	if (value < 0)
		put("-");
	while (count && length < (int)sizeof text)
		text[length++] = digits[--count];
}

static void tell(const char *name, int value)
{
	put(name);
	put("=");
	number(value);
	put("\n");
}

static void flush(void)
{
	call(4, 1, (long)text, length, 0, 0);
	length = 0;
}

static int same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

/* ---- the 32-bit vDSO ---- */
struct header32 { unsigned char ident[16]; unsigned short type, machine; word version, entry, phoff, shoff, flags; unsigned short ehsize, phentsize, phnum; };
struct segment32 { word type, offset, vaddr, paddr, filesz, memsz, flags, align; };
struct dynamic32 { int tag; word value; };
struct symbol32 { word name, value, size; unsigned char info, other; unsigned short section; };

static const struct header32 *vdso;

static void *vdso_symbol(const char *name)
{
	const struct segment32 *segments = (const void *)((const char *)vdso + vdso->phoff);
	const struct dynamic32 *dynamic = 0;
	const struct symbol32 *symbols = 0;
	const char *strings = 0;
	const word *hash = 0;
	word bias = 0;

	for (int i = 0; i < vdso->phnum; i++) {
		if (segments[i].type == 1)
			bias = (word)vdso + segments[i].offset - segments[i].vaddr;
		if (segments[i].type == 2)
			dynamic = (const void *)((const char *)vdso + segments[i].offset);
	}
	for (; dynamic && dynamic->tag; dynamic++) {
		const void *at = (const void *)(bias + dynamic->value);
		if (dynamic->tag == 6)
			symbols = at;
		if (dynamic->tag == 5)
			strings = at;
		if (dynamic->tag == 4)
			hash = at;
	}
	for (word i = 0; symbols && strings && hash && i < hash[1]; i++)
		if (symbols[i].section && same(strings + symbols[i].name, name))
			return (void *)(bias + symbols[i].value);
	return 0;
}

/* ---- signals ---- */
struct action32 { void (*handler)(int); word flags; void (*restorer)(void); word mask[2]; };

static volatile int seen, value_seen;

static void plain(int signal)
{
	seen = seen * 10 + signal;
}

static void informed(int signal, int *info, void *context)
{
	seen = seen * 10 + signal;
	value_seen = info[0] * 1000 + info[2];
	(void)context;
}

struct stack32 { void *base; int flags; word size; };
static char other_stack[16384];
static volatile int on_other;

static void elsewhere(int signal)
{
	char here;

	seen = seen * 10 + signal;
	on_other = &here >= other_stack && &here < other_stack + sizeof other_stack;
}

static void signals(void)
{
	struct action32 action = { plain, 0, 0, { 0, 0 } };
	struct stack32 stack = { other_stack, 0, sizeof other_stack }, old = { 0, 9, 9 };
	int self = call(20, 0, 0, 0, 0, 0);
	register word kept asm("edi") = 0x5a5a1234;

	tell("sigaction", call(174, 10, (long)&action, 0, 8, 0));
	tell("kill", call(37, self, 10, 0, 0, 0));
	asm volatile("" : "+r"(kept));
	tell("kept", kept == 0x5a5a1234);
	action.handler = (void (*)(int))informed;
	action.flags = 4;
	tell("siginfo", call(174, 12, (long)&action, 0, 8, 0));
	tell("kill", call(37, self, 12, 0, 0, 0));
	tell("sigaltstack", call(186, (long)&stack, (long)&old, 0, 0, 0));
	tell("old", old.flags);
	action.handler = elsewhere;
	action.flags = 0x08000000;
	call(174, 10, (long)&action, 0, 8, 0);
	tell("kill", call(37, self, 10, 0, 0, 0));
	tell("seen", seen);
	tell("value", value_seen);
	tell("on other stack", on_other);
}

/* ---- vectors, files, memory, times ---- */
struct vector32 { const char *base; word size; };
struct lock32 { short type, whence; int start, size, pid; };
struct lock64 { short type, whence; long long start, size; int pid; } __attribute__((packed));
struct timespec64 { long long seconds, nanoseconds; };
struct timespec32 { int seconds, nanoseconds; };

static void files(void)
{
	struct vector32 vectors[3] = { { "ab", 2 }, { "cde", 3 }, { "", 0 } };
	struct lock32 lock = { 1, 0, 3, 4, 0 };
	struct lock64 lock64 = { 1, 0, 0x100000003ll, 4, 0 };
	char buffer[600];
	word status[40] = { 0 };
	long long position = -1;
	int fd = call(5, (long)"check32.data", 0100102, 0644, 0, 0);

	tell("open", fd >= 0);
	tell("writev", call(146, fd, (long)vectors, 3, 0, 0));
	tell("pwrite64", call(181, fd, (long)"xyz", 3, 0, 1));
	tell("llseek", call(140, fd, 0, 2, (long)&position, 0));
	tell("position", (int)position);
	tell("pread64", call(180, fd, (long)buffer, 5, 1, 0));
	tell("fcntl", call(55, fd, 6, (long)&lock, 0, 0));
	tell("fcntl64", call(221, fd, 13, (long)&lock64, 0, 0));
	lock.type = 0;
	tell("getlk", call(55, fd, 5, (long)&lock, 0, 0));
	tell("type", lock.type);
	tell("truncate64", call(194, fd, 4096, 1, 0, 0));
	tell("fstat64", call(197, fd, (long)status, 0, 0, 0));
	tell("size low", status[11]);
	tell("size high", status[12]);
	tell("mode", status[4]);
	tell("statfs64", call(269, fd, 84, (long)status, 0, 0));
	tell("sendfile", call(187, fd, fd, 0, 3, 0));
	tell("unlink", call(10, (long)"check32.data", 0, 0, 0, 0));
	tell("close", call(6, fd, 0, 0, 0, 0));
	fd = call(5, (long)"/proc/self", 0200000, 0, 0, 0);
	tell("getdents", call(141, fd, (long)buffer, sizeof buffer, 0, 0) > 0);
	tell("getdents64", call(220, fd, (long)buffer, sizeof buffer, 0, 0) > 0);
	call(6, fd, 0, 0, 0, 0);
	tell("ioctl", call(54, 1, 0x541b, (long)status, 0, 0));
	tell("uname", call(122, (long)buffer, 0, 0, 0, 0));
	put(buffer + 4 * 65);
	put("\n");
	tell("sysinfo", call(116, (long)status, 0, 0, 0, 0));
	tell("memory", status[4] > 1000);
}

static void memory(void)
{
	int at = call(192, 0, 3 * 4096, 3, 0x22, -1);
	volatile char *pages = (volatile char *)at;

	tell("mmap2", (word)at < 0xfffff000u && at != 0);
	pages[0] = 1;
	pages[3 * 4096 - 1] = 2;
	tell("mprotect", call(125, at, 4096, 1, 0, 0));
	tell("munmap", call(91, at, 3 * 4096, 0, 0, 0));
	int old[6] = { 0, 8192, 3, 0x22, -1, 0 };
	tell("old mmap", (word)call(90, (long)old, 0, 0, 0, 0) < 0xfffff000u);
	/* a segment of its own for %gs: what threads of 32-bit programs use */
	static int area[2] = { 77, 88 };
	struct { word entry, base, limit, flags; } segment = { -1u, (word)area, 0xfffff, 0x51 };
	tell("set_thread_area", call(243, (long)&segment, 0, 0, 0, 0));
	int value = 0;
	asm volatile("push %%gs\n\tmov %w1, %%gs\n\tmov %%gs:4, %0\n\tpop %%gs" : "=&r"(value) : "r"(segment.entry * 8 + 3));
	tell("gs", value);
	tell("get_thread_area", call(244, (long)&segment, 0, 0, 0, 0));
	tell("limit", segment.limit);
}

static void times(void)
{
	struct timespec64 before, after, middle64 = { -1, -1 };
	struct timespec32 middle = { -1, -1 }, nap = { 0, 2000000 };
	int (*gettime)(int, struct timespec32 *) = vdso_symbol("__vdso_clock_gettime");
	int (*gettime64)(int, struct timespec64 *) = vdso_symbol("__vdso_clock_gettime64");
	int (*gettimeofday)(int *, int *) = vdso_symbol("__vdso_gettimeofday");
	int (*seconds)(int *) = vdso_symbol("__vdso_time");
	int (*getres)(int, struct timespec32 *) = vdso_symbol("__vdso_clock_getres");
	int (*getcpu)(word *, word *, void *) = vdso_symbol("__vdso_getcpu");
	static const int clocks[] = { 0, 1, 4, 5, 6, 7, 11, 2, 3, 12, 99, -1 };

	put("vdso:");
	put(gettime ? " gettime" : "");
	put(gettime64 ? " gettime64" : "");
	put(gettimeofday ? " gettimeofday" : "");
	put(seconds ? " time" : "");
	put(getres ? " getres" : "");
	put(getcpu ? " getcpu" : "");
	put("\n");
	for (word i = 0; i < sizeof clocks / sizeof *clocks; i++) {
		tell("clock", clocks[i]);
		int first = call(403, clocks[i], (long)&before, 0, 0, 0);
		tell("vdso32", gettime ? gettime(clocks[i], &middle) : 1);
		tell("vdso64", gettime64 ? gettime64(clocks[i], &middle64) : 1);
		tell("call", call(403, clocks[i], (long)&after, 0, 0, 0));
		if (first == 0 && gettime && gettime64) {
			quad a = before.seconds * 1000000000ull + before.nanoseconds, b = after.seconds * 1000000000ull + after.nanoseconds;
			quad own = middle.seconds * 1000000000ull + middle.nanoseconds, own64 = middle64.seconds * 1000000000ull + middle64.nanoseconds;
			tell("ordered", a <= own && own <= own64 && own64 <= b);
		}
		if (getres) {
			tell("getres", getres(clocks[i], &middle));
			tell("resolution", middle.nanoseconds);
		}
	}
	if (gettimeofday && seconds) {
		int now[2] = { -1, -1 }, zone[2] = { 5, 5 }, stored = -1;
		tell("gettimeofday", gettimeofday(now, zone));
		tell("zone", zone[0]);
		int second = seconds(&stored);
		tell("time", second == stored && second >= now[0] && second <= now[0] + 1);
		tell("micro", now[1] >= 0 && now[1] < 1000000);
	}
	if (getcpu) {
		word cpu = 9, node = 9;
		tell("getcpu", getcpu(&cpu, &node, 0));
		tell("cpu", cpu);
		tell("node", node);
	}
	tell("nanosleep", call(162, (long)&nap, 0, 0, 0, 0));
	tell("clock_nanosleep64", call(407, 1, 0, (long)&(struct timespec64){ 0, 1000000 }, 0, 0));
	tell("select", call(142, 0, 0, 0, 0, (long)(int[]){ 0, 1000 }));
}

static void processes(void)
{
	int status = 0, child = call(2, 0, 0, 0, 0, 0);

	if (child == 0)
		call(1, 19, 0, 0, 0, 0);
	tell("fork", child > 0);
	tell("wait4", call(114, child, (long)&status, 0, 0, 0) == child);
	tell("status", status);
	word limits[2] = { 0, 0 };
	tell("getrlimit", call(191, 7, (long)limits, 0, 0, 0));
	tell("files", limits[0]);
	int ends[2];
	tell("pipe", call(42, (long)ends, 0, 0, 0, 0));
	tell("socketpair", call(102, 8, (long)(long[]){ 1, 1, 0, (long)ends }, 0, 0, 0));
	int key = call(117, 2, 0, 1, 01600, 0);
	tell("semget", key >= 0 || key == -38);
	if (key >= 0)
		tell("semctl", call(117, 3, key, 0, 0, (long)(int[]){ 0 }));
	tell("no such call", call(9999, 0, 0, 0, 0, 0));
}

__attribute__((used)) void start_in_c(word *stack)
{
	int count = stack[0];
	char **arguments = (char **)(stack + 1), **environment = arguments + count + 1;

	tell("arguments", count);
	for (int i = 0; i < count; i++) {
		put(arguments[i]);
		put("\n");
	}
	while (*environment)
		put(*environment++), put("\n");
	void *fast = 0;
	for (word *pair = (word *)(environment + 1); pair[0]; pair += 2) {
		if (pair[0] == 32)
			fast = (void *)pair[1];
		if (pair[0] == 33)
			vdso = (const void *)pair[1];
	}
	tell("sysinfo", fast != 0);
	tell("vdso", vdso != 0);
	if (fast) {
		int result;
		asm volatile("call *%1" : "=a"(result) : "r"(fast), "0"(20), "b"(0), "c"(0), "d"(0) : "memory");
		tell("fast call", result == call(20, 0, 0, 0, 0, 0));
	}
	flush();
	files();
	flush();
	memory();
	flush();
	signals();
	flush();
	if (vdso)
		times();
	flush();
	processes();
	flush();
	call(252, 5, 0, 0, 0, 0);
}

asm(".globl _start\n_start:\n\tmov %esp, %eax\n\tand $-16, %esp\n\tsub $12, %esp\n\tpush %eax\n\tcall start_in_c\n\thlt\n");
