/* Memory: brk, protections, copy on write, moving, locking, sharing, pressure. */
#include "harness.h"
#include <sys/resource.h>

static int page_in(const void *at)
{
	unsigned char in = 0;
	return mincore((void *)((uintptr_t)at & ~4095ul), 4096, &in) < 0 ? -errno : in & 1;
}

static void break_moves(void)
{
	char *start = sbrk(0);
	for (int i = 1; i < 40; i++) {
		char *now = sbrk(i * 1000);
		EXPECT(now != (char *)-1);
		memset(now, i, i * 1000);
	}
	uint64_t hash = hash_bytes(0xcbf29ce484222325ull, start, (char *)sbrk(0) - start);
	say("%016llx", (unsigned long long)hash);
	SAY(brk(start + 5000));
	say("first=%d", start[100]);
	SAY(brk(start + 200000));
	say("zero=%d", start[150000]);
	struct rlimit limit = { 1 << 16, 1 << 16 };
	setrlimit(RLIMIT_DATA, &limit);
	SAY(brk(start + (64 << 20)));
}

static void sharing(void)
{
	int fd = open("shared", O_CREAT | O_RDWR, 0600), status;
	ftruncate(fd, 64 * 4096);
	char *a = mmap(0, 64 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char *b = mmap(0, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	char *c = mmap(0, 64 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *d = mmap(0, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 64; i++)
		a[i * 4096] = i, c[i * 4096] = i * 2, d[i * 4096] = i * 3;
	for (int i = 0; i < 64; i += 5)
		b[i * 4096 + 1] = 99;
	for (int round = 0; round < 4; round++) {
		pid_t pid = fork();
		if (pid == 0) {
			for (int i = round; i < 64; i += 4) {
				if (d[i * 4096] != i * 3 || b[i * 4096] != (i % 5 == 0 ? b[i * 4096] : a[i * 4096]))
					_exit(1);
				a[i * 4096]++, b[i * 4096]++, c[i * 4096]++, d[i * 4096]++;
			}
			_exit(fork() == 0 ? (d[0] = 5, 0) : (wait(0), 0));
		}
		waitpid(pid, &status, 0);
		say("%x", status);
	}
	uint64_t hash = 0xcbf29ce484222325ull;
	hash = hash_bytes(hash, a, 64 * 4096);
	hash = hash_bytes(hash, b, 64 * 4096);
	hash = hash_bytes(hash, c, 64 * 4096);
	hash = hash_bytes(hash, d, 64 * 4096);
	say("%016llx", (unsigned long long)hash);
	ftruncate(fd, 10 * 4096);
	char byte;
	SAY(pread(fd, &byte, 1, 9 * 4096));
	say("%d %d", a[9 * 4096], b[5 * 4096 + 1]);
	say("in=%d%d", page_in(a), page_in(a + 20 * 4096));
	SAY(msync(a, 40 * 4096, MS_SYNC));
	SAY(msync(a + 1, 4096, MS_SYNC));
	SAY(msync(a, 4096, MS_SYNC | MS_ASYNC));
	SAY(munmap(a + 1, 4096));
	close(fd);
	fd = open("shared", O_RDONLY);
	say("%d", mmap(0, 4096, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED ? errno : 0);
	say("%d", mmap(0, 4096, PROT_READ, 0, fd, 0) == MAP_FAILED ? errno : 0);
	say("%d", mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 100) == MAP_FAILED ? errno : 0);
	say("%d", mmap(0, -1ul, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED ? errno : 0);
	say("%d", mmap(0, 4096, PROT_READ, MAP_SHARED, 99, 0) == MAP_FAILED ? errno : 0);
	char *e = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
	SAY(mprotect(e, 4096, PROT_READ | PROT_WRITE));
}

static void moving(void)
{
	char *a = mmap(0, 40 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *b;
	for (int i = 0; i < 40; i++)
		a[i * 4096 + i] = i + 1;
	mprotect(a + 40 * 4096 - 4096, 4096, PROT_READ);
	b = mremap(a, 20 * 4096, 10 * 4096, 0);
	say("shrunk=%d %d", b == a, page_in(a + 15 * 4096));
	b = mremap(a, 10 * 4096, 13 * 4096, 0);
	say("grown=%d", b == a);
	b = mremap(a, 13 * 4096, 30 * 4096, 0);
	say("fixed=%d", b == MAP_FAILED ? errno : 0);
	b = mremap(a, 13 * 4096, 300 * 4096, MREMAP_MAYMOVE);
	EXPECT(b != MAP_FAILED);
	uint64_t hash = hash_bytes(0xcbf29ce484222325ull, b, 13 * 4096);
	say("%016llx %d", (unsigned long long)hash, b[100 * 4096]);
	char *target = mmap(0, 50 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *c = mremap(b + 4096, 5 * 4096, 5 * 4096, MREMAP_MAYMOVE | MREMAP_FIXED, target + 7 * 4096);
	say("moved=%d %d", c == target + 7 * 4096, c != MAP_FAILED ? c[1] + c[4096 + 2] : -1);
	say("hole=%d", page_in(b + 2 * 4096));
	say("%d", mremap(b + 1, 4096, 4096, 0) == MAP_FAILED ? errno : 0);
	say("%d", mremap(b, 4096, 0, MREMAP_MAYMOVE) == MAP_FAILED ? errno : 0);
	say("%d", mremap(b, 4096, 4096, MREMAP_FIXED) == MAP_FAILED ? errno : 0);
	say("%d", mremap(b, 8 * 4096, 8 * 4096, MREMAP_MAYMOVE | MREMAP_FIXED, b + 4096) == MAP_FAILED ? errno : 0);
	say("%d", mremap(target + 49 * 4096, 8192, 16384, MREMAP_MAYMOVE) == MAP_FAILED ? errno : 0);
	c = mremap(b, 4096, 4096, MREMAP_MAYMOVE | 4 /* DONTUNMAP */);
	say("dontunmap=%d", c == MAP_FAILED ? errno : c[0] * 10 + b[0]);
	say("noreplace=%d", mmap(b, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | 0x100000, -1, 0) == MAP_FAILED ? errno : 0);
}

static void locking(void)
{
	char *a = mmap(0, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static char text[8192];
	SAY(mlock(a + 4096, 10 * 4096));
	say("in=%d%d", page_in(a), page_in(a + 5 * 4096));
	SAY(munlock(a + 4 * 4096, 2 * 4096));
	SAY(syscall(SYS_mlock2, a + 20 * 4096, 8192, 1));
	SAY(syscall(SYS_mlock2, a, 8192, 8));
	read_file("/proc/self/status", text, sizeof text);
	char *line = strstr(text, "VmLck");
	say("%.22s", line ? line : "-");
	SAY(mlockall(MCL_CURRENT | MCL_FUTURE));
	char *b = mmap(0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	say("in=%d", page_in(b));
	SAY(munlockall());
	SAY(mlockall(0));
	SAY(mlock((char *)4096, 4096));
	unsigned long limit[2] = { 8192, 8192 };
	syscall(SYS_prlimit64, 0, 8, limit, 0);
	setuid(1000);
	SAY(mlock(a, 4096));
	SAY(mlock(a, 16384));
	char *c = mmap(0, 8 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	say("populate=%d", page_in(c + 7 * 4096));
	static const int advice[] = { MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_FREE, MADV_DONTFORK, MADV_DOFORK, MADV_DONTDUMP,
				      MADV_WIPEONFORK, MADV_COLD, MADV_PAGEOUT, MADV_POPULATE_READ, MADV_POPULATE_WRITE, 99 };
	for (unsigned i = 0; i < sizeof advice / sizeof *advice; i++)
		say("%d", madvise(c, 2 * 4096, advice[i]) < 0 ? errno : 0);
	SAY(syscall(SYS_membarrier, 0, 0, 0));
	int memory = syscall(SYS_memfd_create, "named", 3u);
	say("memfd=%d", memory < 0 ? errno : 0);
	if (memory >= 0) {
		SAY(ftruncate(memory, 8192));
		SAY(fcntl(memory, 1033 /* F_ADD_SEALS */, 0x0002 | 0x0004));
		SAY(ftruncate(memory, 16384));
		SAY(ftruncate(memory, 4096));
		SAY(fcntl(memory, 1034));
		char path[64], name[64] = "";
		snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
		readlink(path, name, sizeof name);
		say("%s", name);
	}
}

/* Takes and gives back memory in many sizes; nothing may be lost on the way. */
static void allocation(void)
{
	enum { BLOCKS = 120 };
	static char *blocks[BLOCKS];
	static size_t sizes[BLOCKS];
	uint64_t seed = 11;
	for (int step = 0; step < 1200; step++) {
		uint64_t r = next_random(&seed);
		int i = r % BLOCKS;
		if (blocks[i]) {
			EXPECT(blocks[i][0] == (char)i && blocks[i][sizes[i] - 1] == (char)~i);
			munmap(blocks[i], sizes[i]);
			blocks[i] = 0;
		} else {
			sizes[i] = 4096ul << (r >> 16) % 7;
			blocks[i] = mmap(0, sizes[i], PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			EXPECT(blocks[i] != MAP_FAILED && blocks[i][sizes[i] / 2] == 0);
			blocks[i][0] = i;
			blocks[i][sizes[i] - 1] = ~i;
		}
	}
	/* Kernel objects of many sizes: names, pipes, descriptors tables, messages. */
	int fds[300];
	struct { unsigned long soft, hard; } limit = { 4096, 4096 };
	syscall(SYS_prlimit64, 0, 7, &limit, 0);
	for (int i = 0; i < 300; i++) {
		fds[i] = open("/dev/null", O_RDONLY);
		EXPECT(fds[i] >= 0);
	}
	SAY(dup2(fds[0], 3000));
	say("low=%d", dup(0) < 400);
	SAY(syscall(SYS_close_range, fds[10], fds[200], 0));
	SAY(fcntl(fds[11], F_GETFD));
	SAY(fcntl(fds[250], F_GETFD));
	SAY(syscall(SYS_close_range, 3, ~0u, 4));
	SAY(fcntl(fds[250], F_GETFD));
	SAY(syscall(SYS_close_range, 30, 10, 0));
	char name[260];
	memset(name, 'n', sizeof name);
	for (int length = 1; length < 256; length += 25) {
		name[length] = 0;
		EXPECT(symlink(name, "link") == 0);
		char back[300];
		EXPECT(readlink("link", back, sizeof back) == length);
		unlink("link");
		int fd = open(name, O_CREAT | O_WRONLY, 0600);
		EXPECT(fd >= 0);
		close(fd);
		EXPECT(unlink(name) == 0);
		name[length] = 'n';
	}
	name[256] = 0;
	SAY(open(name, O_CREAT | O_WRONLY, 0600));
}

const struct check memory_checks[] = {
	{ "memory-break", break_moves }, { "memory-sharing", sharing }, { "memory-moving", moving }, { "memory-locking", locking },
	{ "memory-allocation", allocation }, { 0, 0 },
};
