/* Code that the kernel lends to programs: the vDSO, called through its own symbol table and held against the system calls. */
#include "harness.h"
#include <elf.h>
#include <sys/auxv.h>

/* A symbol of the vDSO by one of its names in the architectures; null when it has none. */
static void *vdso_symbol(const char *name)
{
	const Elf64_Ehdr *header = (const void *)getauxval(AT_SYSINFO_EHDR);
	const Elf64_Dyn *dynamic = 0;
	const Elf64_Sym *symbols = 0;
	const char *strings = 0;
	const uint32_t *hash = 0;
	long bias = 0;

	if (!header)
		skip("no vDSO");
	const Elf64_Phdr *segments = (const void *)((const char *)header + header->e_phoff);
	for (int i = 0; i < header->e_phnum; i++) {
		if (segments[i].p_type == PT_LOAD)
			bias = (long)header + segments[i].p_offset - segments[i].p_vaddr;
		if (segments[i].p_type == PT_DYNAMIC)
			dynamic = (const void *)((const char *)header + segments[i].p_offset);
	}
	for (; dynamic && dynamic->d_tag != DT_NULL; dynamic++) {
		const void *at = (const void *)(bias + dynamic->d_un.d_ptr);
		if (dynamic->d_tag == DT_SYMTAB)
			symbols = at;
		else if (dynamic->d_tag == DT_STRTAB)
			strings = at;
		else if (dynamic->d_tag == DT_HASH)
			hash = at;
	}
	EXPECT(symbols && strings && hash);
	for (uint32_t i = 0; symbols && strings && hash && i < hash[1]; i++) {
		const char *found = strings + symbols[i].st_name;
		if (symbols[i].st_shndx != SHN_UNDEF && (!strcmp(found, name) || (!strncmp(found, "__vdso_", 7) && !strcmp(found + 7, name)) ||
							 (!strncmp(found, "__kernel_", 9) && !strcmp(found + 9, name))))
			return (void *)(bias + symbols[i].st_value);
	}
	return 0;
}

static long long nanoseconds(const struct timespec *time) { return time->tv_sec * 1000000000ll + time->tv_nsec; }

static void vdso_clocks(void)
{
	static const int clocks[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 31, 32, 99, -1, -2, -6, INT_MIN, INT_MAX };
	long (*gettime)(int, struct timespec *) = vdso_symbol("clock_gettime");
	long (*getres)(int, struct timespec *) = vdso_symbol("clock_getres");

	say("gettime=%d getres=%d", gettime != 0, getres != 0);
	for (unsigned i = 0; gettime && i < sizeof clocks / sizeof *clocks; i++) {
		struct timespec before = { 0, 0 }, middle = { 0, 0 }, after = { 0, 0 };
		long first = syscall(SYS_clock_gettime, clocks[i], &before);
		long result = gettime(clocks[i], &middle);
		long last = syscall(SYS_clock_gettime, clocks[i], &after);
		/* the coarse clocks stand still between ticks, the others never run backwards */
		int ordered = nanoseconds(&before) <= nanoseconds(&middle) && nanoseconds(&middle) <= nanoseconds(&after);
		EXPECT(first != 0 || ordered);
		EXPECT(first == last && (first == 0) == (result == 0));
		say("%d:%ld:%d:%d", clocks[i], result, ordered, middle.tv_nsec >= 0 && middle.tv_nsec < 1000000000);
	}
	for (unsigned i = 0; getres && i < sizeof clocks / sizeof *clocks; i++) {
		struct timespec own = { -1, -1 }, kernel = { -1, -1 };
		long result = getres(clocks[i], &own), called = syscall(SYS_clock_getres, clocks[i], &kernel);
		EXPECT((result == 0) == (called == 0) && (result != 0 || nanoseconds(&own) == nanoseconds(&kernel)));
		say("%d:%ld:%lld", clocks[i], result, result == 0 ? nanoseconds(&own) : 0);
	}
}

/* Many readings in a row: the sequence count and the multiplication of the clock source. */
static void vdso_steady(void)
{
	long (*gettime)(int, struct timespec *) = vdso_symbol("clock_gettime");
	struct timespec last = { 0, 0 }, now;
	int backwards = 0;

	if (!gettime)
		skip("no clock_gettime in the vDSO");
	gettime(CLOCK_MONOTONIC, &last);
	struct timespec begin = last, kernel;
	for (int i = 0; i < 20000; i++) {
		gettime(CLOCK_MONOTONIC, &now);
		backwards += nanoseconds(&now) < nanoseconds(&last);
		last = now;
	}
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &kernel);
	EXPECT(backwards == 0 && nanoseconds(&last) > nanoseconds(&begin) && nanoseconds(&kernel) >= nanoseconds(&last));
	say("backwards=%d", backwards);
}

static void vdso_calls(void)
{
	long (*gettimeofday_)(struct timeval *, struct timezone *) = vdso_symbol("gettimeofday");
	long (*time_)(long *) = vdso_symbol("time");
	long (*getcpu_)(unsigned *, unsigned *, void *) = vdso_symbol("getcpu");

	say("gettimeofday=%d time=%d getcpu=%d", gettimeofday_ != 0, time_ != 0, getcpu_ != 0);
	if (gettimeofday_) {
		struct timeval before, now, after;
		struct timezone zone = { 77, 77 };
		syscall(SYS_gettimeofday, &before, 0);
		long result = gettimeofday_(&now, &zone), none = gettimeofday_(0, 0);
		syscall(SYS_gettimeofday, &after, 0);
		EXPECT(!timercmp(&now, &before, <) && !timercmp(&after, &now, <));
		say("%ld %ld zone=%d,%d usec=%d", result, none, zone.tz_minuteswest, zone.tz_dsttime, now.tv_usec >= 0 && now.tv_usec < 1000000);
	}
	if (time_) {
		struct timespec before, after;
		long stored = -1;
		syscall(SYS_clock_gettime, CLOCK_REALTIME_COARSE, &before);
		long now = time_(&stored);
		syscall(SYS_clock_gettime, CLOCK_REALTIME, &after);
		EXPECT(now == stored && now >= before.tv_sec && now <= after.tv_sec && time_(0) >= now);
	}
	if (getcpu_) {
		unsigned cpu = 99, node = 99, cpu2 = 98, node2 = 98;
		long result = getcpu_(&cpu, &node, 0);
		syscall(SYS_getcpu, &cpu2, &node2, 0);
		EXPECT(cpu == cpu2 && node == node2);
		say("%ld cpu=%u node=%u %ld", result, cpu, node, getcpu_(0, 0, 0));
	}
}

const struct check vdso_checks[] = {
	{ "vdso-clocks", vdso_clocks }, { "vdso-steady", vdso_steady }, { "vdso-calls", vdso_calls }, { 0, 0 },
};
