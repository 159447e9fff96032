/* Memory that the kernel takes back: swap on a compressed and on a plain disk in memory, caches dropped, pages moved, merged and paged out.
 * What comes back must be what was written; how much was moved is only told where the work decides it. */
#include "harness.h"
#include <sys/swap.h>

#define MB (1 << 20)
#define PART (400 << 10)

static unsigned char data[MB] __attribute__((aligned(4096))), back[MB] __attribute__((aligned(4096)));

/* Pages of every kind: words of a text, noise, one word again and again, rising numbers, zeros. */
static void fill(unsigned char *to, long size, uint64_t seed)
{
	static const char *const words[] = { "the ", "page ", "memory ", "returns ", "of ", "and ", "compressed ", "kernel ", "a ", "to\n" };

	for (long at = 0; at < size; at += 4096) {
		long page = at >> 12;
		switch (page % 5) {
		case 0:
			for (long i = 0; i < 4096;) {
				const char *word = words[next_random(&seed) % 10];
				for (long j = 0; word[j] && i < 4096; j++)
					to[at + i++] = word[j];
			}
			break;
		case 1:
			for (long i = 0; i < 4096; i += 8) {
				uint64_t value = next_random(&seed);
				memcpy(to + at + i, &value, 8);
			}
			break;
		case 2:
			memset(to + at, page, 4096);
			break;
		case 3:
			for (long i = 0; i < 4096; i += 4) {
				uint32_t value = (page << 16) + i * 3;
				memcpy(to + at + i, &value, 4);
			}
			break;
		default:
			memset(to + at, 0, 4096);
			memcpy(to + at + next_random(&seed) % 4000, "island", 6);
		}
	}
}

static int put(const char *file, const char *text)
{
	char path[100];

	snprintf(path, sizeof path, "/sys/block/zram0/%s", file);
	return write_file(path, text) < 0 ? errno : 0;
}

static void numbers(const char *file, int count)
{
	char path[100], text[300], *end = text;

	snprintf(path, sizeof path, "/sys/block/zram0/%s", file);
	if (read_file(path, text, sizeof text) < 0)
		return say("%s=-%d", file, errno);
	for (int i = 0; i < count; i++)
		say("%ld", strtol(end, &end, 10));
}

static void need_zram(void)
{
	if (access("/sys/block/zram0", F_OK) < 0)
		skip("no compressed disk");
	put("reset", "1");
}

static void zram(void)
{
	char text[300], *rest;

	need_zram();
	read_file("/sys/block/zram0/comp_algorithm", text, sizeof text);
	say("%s", text);
	uint64_t seed = 91;
	for (char *name = strtok_r(text, " []\n", &rest); name; name = strtok_r(0, " []\n", &rest)) {
		say("%s:%d size:%d", name, put("comp_algorithm", name), put("disksize", "3M"));
		int fd = open("/dev/zram0", O_RDWR);
		for (int part = 0; part < 2; part++) {
			fill(data, PART, ++seed);
			say("%ld", (long)pwrite(fd, data, PART, (long)part * PART));
			fsync(fd);
			posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
			memset(back, 1, PART);
			say("%ld %d", (long)pread(fd, back, PART, (long)part * PART), memcmp(data, back, PART) == 0);
		}
		/* stored, and how small: the compressors decide it */
		numbers("mm_stat", 2);
		uint64_t range[2] = { 65536, 131072 };
		SAY(ioctl(fd, 0x1277, range)); /* BLKDISCARD */
		pread(fd, back, 65536, 65536);
		say("%d", back[0] | back[65535]);
		numbers("mm_stat", 2);
		say("again:%d compact:%d idle:%d limit:%d", put("disksize", "1M"), put("compact", "1"), put("idle", "all"), put("mem_limit", "64M"));
		close(fd);
		say("reset:%d", put("reset", "1"));
	}
	say("none:%d", put("comp_algorithm", "no_such"));
	say("zero:%d word:%d", put("disksize", "0"), put("disksize", "x"));
}

/* A swap area's header (mm/swapfile.c, union swap_header): version, last page, and the magic at the page's end. */
static int make_swap(const char *device, uint32_t pages)
{
	static unsigned char header[4096];
	uint32_t words[3] = { 1, pages - 1, 0 };

	memset(header, 0, sizeof header);
	memcpy(header + 1024, words, sizeof words);
	memcpy(header + 4086, "SWAPSPACE2", 10);
	int fd = open(device, O_RDWR);
	if (fd < 0)
		return -1;
	long wrote = pwrite(fd, header, sizeof header, 0);
	fsync(fd);
	close(fd);
	return wrote == sizeof header ? 0 : -1;
}

/* Anonymous and shared memory out and in again, written and forked in between. */
static void swapped(const char *device, int flags)
{
	long size = 5 * MB / 4;
	uint64_t hashes[2];

	SAY(swapon(device, flags));
	SAY(swapon(device, flags));
	for (int shared = 0; shared < 2; shared++) {
		unsigned char *memory = mmap(0, size, PROT_READ | PROT_WRITE, (shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS, -1, 0);
		fill(memory, size, 5 + shared);
		hashes[0] = hash_bytes(1, memory, size);
		SAY(madvise(memory, size, MADV_PAGEOUT));
		int child = fork(), status = 0;
		if (child == 0) {
			hashes[1] = hash_bytes(1, memory, size / 2);
			memset(memory + MB / 2, shared ? 0 : 9, 100);
			madvise(memory, size, MADV_PAGEOUT);
			_exit(hashes[1] == hash_bytes(1, memory, size / 2) ? 3 : 4);
		}
		waitpid(child, &status, 0);
		say("child=%d", WEXITSTATUS(status));
		if (shared)
			fill(memory + MB / 2, 4096, 77);
		hashes[1] = hash_bytes(1, memory, size);
		say("shared=%d same=%d", shared, hashes[0] == hashes[1]);
		for (long at = 0; at < size; at += 3 * 4096)
			memory[at]++;
		uint64_t before = hash_bytes(1, memory, size);
		SAY(madvise(memory, size, MADV_COLD));
		SAY(madvise(memory, size, MADV_PAGEOUT));
		SAY(madvise(memory, size / 2, MADV_WILLNEED));
		SAY(mprotect(memory, MB / 4, PROT_READ));
		SAY(mremap(memory, size, size + MB, MREMAP_MAYMOVE) != MAP_FAILED || shared);
		char line[4000];
		read_file("/proc/swaps", line, sizeof line);
		say("swaps=%d", strstr(line, device) != 0);
		read_file("/proc/self/smaps_rollup", line, sizeof line);
		say("rollup=%d", strstr(line, "Swap:") != 0);
		if (shared) {
			say("kept=%d", before == hash_bytes(1, memory, size));
			munmap(memory, size);
		}
	}
	/* left by the file system in memory */
	int fd = open("swapped.data", O_CREAT | O_RDWR, 0600);
	fill(data, MB, 33);
	write(fd, data, MB);
	unsigned char *view = mmap(0, MB, PROT_READ, MAP_SHARED, fd, 0);
	SAY(madvise(view, MB, MADV_PAGEOUT));
	memset(back, 0, MB);
	SAY(pread(fd, back, MB, 0));
	say("file=%d view=%d", memcmp(data, back, MB) == 0, memcmp(data, view, MB) == 0);
	munmap(view, MB);
	close(fd);
	unlink("swapped.data");
	SAY(swapoff(device));
	SAY(swapoff(device));
}

static void swap_zram(void)
{
	need_zram();
	if (swapoff("/dev/none") < 0 && errno == ENOSYS)
		skip("no swap");
	put("disksize", "24M");
	SAY(swapon("/dev/zram0", 0));
	SAY(make_swap("/dev/zram0", 6144));
	swapped("/dev/zram0", 0);
	put("reset", "1");
}

static void swap_disk(void)
{
	if (access("/dev/ram1", F_OK) < 0)
		skip("no disk");
	if (swapoff("/dev/none") < 0 && errno == ENOSYS)
		skip("no swap");
	SAY(make_swap("/dev/ram1", 3840));
	swapped("/dev/ram1", SWAP_FLAG_PREFER | 5 | SWAP_FLAG_DISCARD);
	SAY(make_swap("/dev/ram1", 1 << 20));
	SAY(swapon("/dev/ram1", 0));
	SAY(swapoff("/dev/ram1"));
	int fd = open("/dev/ram1", O_RDWR);
	memset(data, 0, 8192);
	pwrite(fd, data, 8192, 0);
	ioctl(fd, 0x1261, 0); /* BLKFLSBUF */
	close(fd);
}

static void caches(void)
{
	static const char *const words[] = { "1", "2", "3", "4", "0", "x" };
	static unsigned char resident[MB / 4096];

	int fd = open("/init", O_RDONLY);
	struct stat info;
	fstat(fd, &info);
	for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
		say("%s:%d", words[i], write_file("/proc/sys/vm/drop_caches", words[i]) < 0 ? errno : 0);
		long got = pread(fd, data, MB, 0);
		say("%d", got > 4096);
		say_bytes("", data, 4);
	}
	say("compact:%d", write_file("/proc/sys/vm/compact_memory", "1") < 0 ? errno : 0);
	close(fd);
	fd = open("cached.data", O_CREAT | O_RDWR, 0600);
	fill(data, MB, 3);
	write(fd, data, MB);
	SAY(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
	SAY(posix_fadvise(fd, 4096, 65536, POSIX_FADV_WILLNEED));
	SAY(posix_fadvise(fd, 0, 0, 99));
	SAY(readahead(fd, 0, 65536));
	unsigned char *view = mmap(0, MB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	SAY(mincore(view, MB, resident));
	say("%d", resident[0]);
	SAY(mlock(view, 65536));
	SAY(madvise(view, MB, MADV_PAGEOUT));
	SAY(munlock(view, 65536));
	say("%d", memcmp(view, data, MB) == 0);
	munmap(view, MB);
	close(fd);
	unlink("cached.data");
}

/* Equal pages become one, and two again when written. */
static void merged(void)
{
	if (access("/sys/kernel/mm/ksm/run", F_OK) < 0)
		skip("no merging");
	char text[40];
	long size = 64 * 4096;
	unsigned char *memory = mmap(0, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (long at = 0; at < 2 * size; at += 4096)
		memset(memory + at, 1 + (at >> 12) % 4, 4096);
	uint64_t before = hash_bytes(1, memory, 2 * size);
	SAY(madvise(memory, 2 * size, MADV_MERGEABLE));
	write_file("/sys/kernel/mm/ksm/sleep_millisecs", "1");
	write_file("/sys/kernel/mm/ksm/pages_to_scan", "1000");
	say("run:%d", write_file("/sys/kernel/mm/ksm/run", "1") < 0 ? errno : 0);
	long shared = 0;
	for (int i = 0; i < 100 && shared < 100; i++) {
		sleep_ms(20);
		read_file("/sys/kernel/mm/ksm/pages_sharing", text, sizeof text);
		shared = atol(text);
	}
	say("shared=%d same=%d", shared >= 100, before == hash_bytes(1, memory, 2 * size));
	for (long at = 0; at < size; at += 4096)
		memory[at] = at >> 12;
	int right = 1;
	for (long at = 0; at < 2 * size; at += 4096)
		right &= memory[at] == (at < size ? (unsigned char)(at >> 12) : 1 + (at >> 12) % 4) && memory[at + 1] == 1 + (at >> 12) % 4;
	say("written=%d", right);
	SAY(madvise(memory, size, MADV_UNMERGEABLE));
	say("unmerge:%d", write_file("/sys/kernel/mm/ksm/run", "2") < 0 ? errno : 0);
	for (long at = size; at < 2 * size; at += 4096)
		right &= memory[at] == 1 + (at >> 12) % 4;
	say("right=%d", right);
	write_file("/sys/kernel/mm/ksm/run", "0");
	SAY(write_file("/sys/kernel/mm/ksm/run", "7"));
	munmap(memory, 2 * size);
}

/* The archives that the kernel unpacked behind the init's own. */
static void unpacked(void)
{
	static const char *const names[] = { "/packed-gzip", "/packed-zstd" };

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		say_text(names[i]);
}

const struct check reclaim_checks[] = {
	{ "reclaim-unpacked", unpacked },
	{ "reclaim-zram", zram }, { "reclaim-swap-zram", swap_zram }, { "reclaim-swap-disk", swap_disk },
	{ "reclaim-caches", caches }, { "reclaim-merged", merged }, { 0, 0 },
};
