/* The block layer: disks in memory and loop devices as devices, their ioctls, partition tables, queues and schedulers. */
#include "harness.h"
#include <linux/blkpg.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/loop.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/sysmacros.h>

static unsigned char data[1 << 16] __attribute__((aligned(4096))), back[1 << 16] __attribute__((aligned(4096)));

static long done(long result) { return result < 0 ? -errno : result; }

static void fill(unsigned seed)
{
	for (unsigned i = 0; i < sizeof data; i++)
		data[i] = seed + i * 13 + (i >> 8);
}

static void say_parts(int fd)
{
	static const struct {
		const char *name;
		unsigned long number;
	} asks[] = { { "sector", BLKSSZGET }, { "block", BLKBSZGET }, { "read-only", BLKROGET }, { "size", BLKGETSIZE }, { "size64", BLKGETSIZE64 }, { "max", BLKSECTGET },
		     { "io-min", BLKIOMIN }, { "io-opt", BLKIOOPT }, { "physical", BLKPBSZGET }, { "offset", BLKALIGNOFF }, { "zeroes", BLKDISCARDZEROES }, { "rotational", BLKROTATIONAL },
		     { "ahead", BLKRAGET }, { "file-ahead", BLKFRAGET }, { "sequence", BLKGETDISKSEQ } };
	for (unsigned i = 0; i < sizeof asks / sizeof *asks; i++) {
		uint64_t value[8] = { 0 };
		long result = done(ioctl(fd, asks[i].number, value));
		say("%s:%ld %llx", asks[i].name, result, asks[i].number == BLKGETDISKSEQ ? 0ull : (unsigned long long)value[0]);
	}
	struct hd_geometry geometry = { 0 };
	say("geometry:%ld %d %d", done(ioctl(fd, HDIO_GETGEO, &geometry)), geometry.heads, geometry.sectors);
}

static int open_or_skip(const char *path, int flags)
{
	int fd = open(path, flags);
	if (fd < 0)
		skip("no such device");
	return fd;
}

static void device(void)
{
	int fd = open_or_skip("/dev/ram1", O_RDWR), number;
	uint64_t range[2];

	say_parts(fd);
	fill(1);
	SAY(pwrite(fd, data, sizeof data, 3000));
	SAY(pread(fd, back, 5000, 2500));
	say_bytes("", back, 5000);
	SAY(lseek(fd, 0, SEEK_END));
	SAY(lseek(fd, -100, SEEK_END));
	SAY(write(fd, data, 1000));
	SAY(write(fd, data, 10));
	SAY(read(fd, back, 10));
	SAY(pread(fd, back, 1000, (16 << 20) - 600));
	SAY(pread(fd, back, 1000, 1l << 40));
	SAY(lseek(fd, 0, SEEK_DATA));
	SAY(ftruncate(fd, 100));
	SAY(fsync(fd));
	SAY(fdatasync(fd));
	SAY(ioctl(fd, BLKFLSBUF, 0));
	SAY(sync_file_range(fd, 0, 100000, 7));
	SAY(readahead(fd, 0, 100000));
	for (int advice = 0; advice < 8; advice++)
		SAY(posix_fadvise(fd, 0, 0, advice));
	for (int i = 0; i < 40; i++) {
		pread(fd, back, 4096, (long)i * (i % 5 ? 4096 : 50000));
		say_bytes("", back, 16);
	}
	unsigned char *map = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
	EXPECT(map != MAP_FAILED);
	map[100] = 77;
	SAY(msync(map, 65536, MS_SYNC));
	SAY(pread(fd, back, 200, 4096));
	EXPECT(back[100] == 77);
	say_bytes("map", map, 65536);
	/* around the page cache, and beside what the device can do */
	int direct = open("/dev/ram1", O_RDWR | O_DIRECT);
	SAY(pwrite(direct, data, 65536, 1 << 20));
	SAY(pread(direct, back, 65536, 1 << 20));
	EXPECT(!memcmp(data, back, 65536));
	SAY(pread(direct, back, 512, 512));
	SAY(pread(direct, back, 100, 512));
	SAY(pread(direct, back, 4096, 100));
	SAY(pread(direct, back + 1, 4096, 0));
	SAY(pread(direct, back + 512, 4096, 0));
	SAY(pread(direct, back, 8192, (16 << 20) - 4096));
	SAY(pread(direct, back, 8192, 16 << 20));
	SAY(pwrite(direct, back, 8192, 16 << 20));
	struct iovec parts[20];
	for (int i = 0; i < 20; i++)
		parts[i] = (struct iovec){ data + i * 3 % 16 * 4096, i % 4 ? 4096 : 512 };
	SAY(pwritev(direct, parts, 20, 2 << 20));
	SAY(pwritev2(direct, parts, 20, 2 << 20, RWF_DSYNC));
	SAY(pwritev2(direct, parts, 20, 2 << 20, RWF_NOWAIT) >= -1);
	SAY(pwritev2(direct, parts, 20, 2 << 20, 0x4000));
	SAY(preadv(direct, parts, 20, 2 << 20));
	SAY(preadv2(fd, parts, 3, 0, RWF_NOWAIT) >= -1);
	SAY(pread(fd, back, 65536, 2 << 20));
	say_bytes("", back, 65536);
	/* giving back and nought */
	static const unsigned long calls[] = { BLKDISCARD, BLKSECDISCARD, BLKZEROOUT };
	static const uint64_t ranges[][2] = { { 4096, 8192 }, { 100, 512 }, { 512, 100 }, { 512, 1024 }, { 0, 1ull << 40 }, { -512ull, 1024 }, { 0, 0 } };
	for (unsigned i = 0; i < 3; i++)
		for (unsigned k = 0; k < sizeof ranges / sizeof *ranges; k++) {
			range[0] = ranges[k][0], range[1] = ranges[k][1];
			say("%ld", done(ioctl(fd, calls[i], range)));
		}
	static const int modes[] = { 0, FALLOC_FL_KEEP_SIZE, FALLOC_FL_ZERO_RANGE, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				     FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE | FALLOC_FL_NO_HIDE_STALE, FALLOC_FL_COLLAPSE_RANGE };
	for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++)
		say("%ld %ld", done(fallocate(fd, modes[i], 8192, 4096)), done(fallocate(fd, modes[i], 8191, 100)));
	SAY(fallocate(fd, FALLOC_FL_ZERO_RANGE, (16 << 20) - 4096, 8192));
	SAY(pread(fd, back, 20000, 0));
	say_bytes("", back, 20000);
	/* settings */
	number = 1;
	SAY(ioctl(fd, BLKROSET, &number));
	SAY(pwrite(fd, data, 512, 0));
	SAY(open("/dev/ram1", O_RDWR) >= 0);
	number = 0;
	SAY(ioctl(fd, BLKROSET, &number));
	SAY(ioctl(fd, BLKRASET, 64));
	say_parts(fd);
	SAY(ioctl(fd, BLKFRASET, 256));
	for (number = 256; number < 200000; number *= 2)
		say("%d:%ld", number, done(ioctl(fd, BLKBSZSET, &number)));
	number = 3000;
	SAY(ioctl(fd, BLKBSZSET, &number));
	int alone = open("/dev/ram1", O_RDWR | O_EXCL);
	SAY(alone >= 0);
	SAY(open("/dev/ram1", O_RDWR | O_EXCL));
	number = 1024;
	SAY(ioctl(alone, BLKBSZSET, &number));
	close(alone);
	SAY(ioctl(fd, BLKRRPART, 0));
	for (int minor = 0x60; minor < 0x90; minor++)
		if (minor != 0x61)
			say("%x:%d", minor, ioctl(fd, _IO(0x12, minor), 8) < 0 ? errno : 0);
	setuid(1000);
	SAY(ioctl(fd, BLKFLSBUF, 0));
	SAY(ioctl(fd, BLKRASET, 64));
}

static unsigned crc32_of(const unsigned char *bytes, int length)
{
	unsigned crc = ~0u;

	for (int i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void put(unsigned char *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = value >> 8 * i;
}

static void entry(unsigned char *sector, int index, int type, unsigned start, unsigned count)
{
	unsigned char *at = sector + 446 + index * 16;

	at[4] = type;
	put(at + 8, start, 4);
	put(at + 12, count, 4);
	put(sector + 510, 0xaa55, 2);
}

static void say_partitions(const char *disk)
{
	char path[100], text[100];

	for (int i = 1; i < 10; i++) {
		snprintf(path, sizeof path, "/sys/block/%s/%sp%d/start", disk, disk, i);
		if (read_file(path, text, sizeof text) < 0)
			continue;
		say("p%d %s", i, text);
		snprintf(path, sizeof path, "/sys/block/%s/%sp%d/size", disk, disk, i);
		say_text(path);
		snprintf(path, sizeof path, "/sys/block/%s/%sp%d/uevent", disk, disk, i);
		read_file(path, text, sizeof text);
		char *name = strstr(text, "PARTN");
		say("%s", name ? name : "");
		snprintf(path, sizeof path, "/dev/%sp%d", disk, i);
		int fd = open(path, O_RDWR);
		if (fd >= 0) {
			say("%ld", done(pread(fd, back, 512, 0)));
			say_bytes("", back, 512);
			say("%ld", done(lseek(fd, 0, SEEK_END)));
			close(fd);
		}
	}
	say_shape("/proc/partitions");
}

static int attach(int loop, int file, unsigned flags, uint64_t offset, uint64_t limit, unsigned block)
{
	struct loop_config config;

	memset(&config, 0, sizeof config);
	config.fd = file;
	config.block_size = block;
	config.info.lo_flags = flags;
	config.info.lo_offset = offset;
	config.info.lo_sizelimit = limit;
	strcpy((char *)config.info.lo_file_name, "a file");
	return ioctl(loop, LOOP_CONFIGURE, &config);
}

static int backing(const char *name, long size)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);

	ftruncate(fd, size);
	fill(9);
	for (long at = 0; at < size; at += 1 << 18)
		pwrite(fd, data, 5000, at);
	return fd;
}

static void partitions(void)
{
	int loop = open_or_skip("/dev/loop0", O_RDWR), file = backing("table", 8 << 20);
	static unsigned char sector[512], table[128 * 128];

	/* three partitions, the third one a chain of logical ones */
	memset(sector, 0, sizeof sector);
	entry(sector, 0, 0x83, 64, 1000);
	entry(sector, 1, 0x0c, 2048, 3000);
	entry(sector, 2, 0x05, 6000, 8000);
	pwrite(file, sector, 512, 0);
	memset(sector, 0, sizeof sector);
	entry(sector, 0, 0x83, 8, 500);
	entry(sector, 1, 0x05, 1000, 2000);
	pwrite(file, sector, 512, 6000 * 512);
	memset(sector, 0, sizeof sector);
	entry(sector, 0, 0x82, 16, 700);
	pwrite(file, sector, 512, 7000 * 512);
	SAY(attach(loop, file, LO_FLAGS_PARTSCAN, 0, 0, 0));
	say_partitions("loop0");
	/* by hand */
	struct blkpg_partition part = { 300 * 512, 100 * 512, 9 };
	struct blkpg_ioctl_arg arg = { BLKPG_ADD_PARTITION, 0, sizeof part, &part };
	SAY(ioctl(loop, BLKPG, &arg));
	part.pno = 4, part.start = 15000 * 512, part.length = 200 * 512;
	SAY(ioctl(loop, BLKPG, &arg));
	SAY(ioctl(loop, BLKPG, &arg));
	part.start = 15300 * 512 + 1;
	part.pno = 8;
	SAY(ioctl(loop, BLKPG, &arg));
	part.pno = 0;
	SAY(ioctl(loop, BLKPG, &arg));
	arg.op = BLKPG_RESIZE_PARTITION;
	part.pno = 4, part.start = 15000 * 512, part.length = 300 * 512;
	SAY(ioctl(loop, BLKPG, &arg));
	part.length = 1l << 40;
	SAY(ioctl(loop, BLKPG, &arg));
	say_partitions("loop0");
	arg.op = BLKPG_DEL_PARTITION;
	SAY(ioctl(loop, BLKPG, &arg));
	SAY(ioctl(loop, BLKPG, &arg));
	arg.op = 77;
	SAY(ioctl(loop, BLKPG, &arg));
	int held = open("/dev/loop0p1", O_RDWR);
	SAY(held >= 0);
	if (held >= 0) {
		say_parts(held);
		SAY(pwrite(held, data, 512, 999 * 512));
		SAY(pwrite(held, data, 1024, 999 * 512));
		SAY(pwrite(held, data, 512, 1000 * 512));
		SAY(ioctl(loop, BLKRRPART, 0));
		SAY(ioctl(held, BLKRRPART, 0));
	}
	close(held);
	/* a table of the newer kind, with both copies, then with the first one spoiled */
	memset(sector, 0, sizeof sector);
	entry(sector, 0, 0xee, 1, 16383);
	pwrite(file, sector, 512, 0);
	memset(table, 0, sizeof table);
	for (int i = 0; i < 3; i++) {
		unsigned char *at = table + i * 128;
		memcpy(at, "\xaf\x3d\xc6\x0f\x83\x84\x72\x47\x8e\x79\x3d\x69\xd8\x47\x7d\xe4", 16);
		memset(at + 16, 0x11 * (i + 1), 16);
		put(at + 32, 100 + i * 2000, 8);
		put(at + 40, 1099 + i * 2000, 8);
		for (int c = 0; c < 6; c++)
			at[56 + 2 * c] = "name-x"[c] + (c == 5 ? i : 0);
	}
	for (int copy = 0; copy < 2; copy++) {
		memset(sector, 0, sizeof sector);
		memcpy(sector, "EFI PART\0\0\1\0\x5c", 13);
		put(sector + 24, copy ? 16383 : 1, 8);
		put(sector + 32, copy ? 1 : 16383, 8);
		put(sector + 40, 34, 8);
		put(sector + 48, 16350, 8);
		memset(sector + 56, 0x77, 16);
		put(sector + 72, copy ? 16351 : 2, 8);
		put(sector + 80, 128, 4);
		put(sector + 84, 128, 4);
		put(sector + 88, crc32_of(table, sizeof table), 4);
		put(sector + 16, crc32_of(sector, 92), 4);
		pwrite(file, table, sizeof table, copy ? 16351 * 512 : 1024);
		pwrite(file, sector, 512, copy ? 16383 * 512 : 512);
	}
	SAY(ioctl(loop, BLKFLSBUF, 0));
	SAY(ioctl(loop, BLKRRPART, 0));
	say_partitions("loop0");
	pwrite(file, "x", 1, 512 + 60);
	SAY(ioctl(loop, BLKFLSBUF, 0));
	SAY(ioctl(loop, BLKRRPART, 0));
	say_partitions("loop0");
	memset(sector, 0, sizeof sector);
	pwrite(file, sector, 512, 0);
	SAY(ioctl(loop, BLKFLSBUF, 0));
	SAY(ioctl(loop, BLKRRPART, 0));
	say_partitions("loop0");
	SAY(ioctl(loop, LOOP_CLR_FD, 0));
	close(loop);
}

static void say_loop(int loop)
{
	struct loop_info64 info;
	struct loop_info old;

	memset(&info, 0, sizeof info);
	say("%ld", done(ioctl(loop, LOOP_GET_STATUS64, &info)));
	say("%llu %llu %d %x %s", (unsigned long long)info.lo_offset, (unsigned long long)info.lo_sizelimit, info.lo_number, info.lo_flags, info.lo_file_name);
	memset(&old, 0, sizeof old);
	say("%ld %d %x", done(ioctl(loop, LOOP_GET_STATUS, &old)), old.lo_offset, old.lo_flags);
	static const char *const files[] = { "backing_file", "offset", "sizelimit", "autoclear", "partscan", "dio" };
	for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
		char path[60];
		snprintf(path, sizeof path, "/sys/block/loop1/loop/%s", files[i]);
		say_text(path);
	}
	say("%ld", done(lseek(loop, 0, SEEK_END)));
}

static void loops(void)
{
	int loop = open_or_skip("/dev/loop1", O_RDWR), first = backing("first", 1 << 20), second = backing("second", 1 << 20), control = open("/dev/loop-control", O_RDWR);
	struct loop_info64 info;

	say_loop(loop);
	SAY(pread(loop, back, 512, 0));
	SAY(ioctl(loop, LOOP_SET_FD, 99));
	SAY(ioctl(loop, LOOP_SET_FD, loop));
	SAY(ioctl(loop, LOOP_SET_FD, first));
	SAY(ioctl(loop, LOOP_SET_FD, second));
	say_loop(loop);
	SAY(pread(loop, back, 65536, 0));
	say_bytes("", back, 65536);
	SAY(pwrite(loop, data, 65536, 4096));
	SAY(fsync(loop));
	SAY(pread(first, back, 65536, 4096));
	EXPECT(!memcmp(back, data, 65536));
	memset(&info, 0, sizeof info);
	ioctl(loop, LOOP_GET_STATUS64, &info);
	info.lo_offset = 8192;
	info.lo_sizelimit = 100000;
	info.lo_flags = LO_FLAGS_AUTOCLEAR;
	SAY(ioctl(loop, LOOP_SET_STATUS64, &info));
	say_loop(loop);
	SAY(pread(loop, back, 4096, 0));
	say_bytes("", back, 4096);
	info.lo_flags = 0;
	info.lo_encrypt_type = 18;
	SAY(ioctl(loop, LOOP_SET_STATUS64, &info));
	info.lo_encrypt_type = 0;
	info.lo_offset = -5ull;
	SAY(ioctl(loop, LOOP_SET_STATUS64, &info));
	info.lo_offset = info.lo_sizelimit = 0;
	SAY(ioctl(loop, LOOP_SET_STATUS64, &info));
	SAY(ftruncate(first, 2 << 20));
	say_loop(loop);
	SAY(ioctl(loop, LOOP_SET_CAPACITY, 0));
	say_loop(loop);
	for (int size = 256; size < 10000; size *= 2)
		SAY(ioctl(loop, LOOP_SET_BLOCK_SIZE, size));
	say_parts(loop);
	SAY(ioctl(loop, LOOP_SET_BLOCK_SIZE, 512));
	SAY(ioctl(loop, LOOP_SET_DIRECT_IO, 1));
	SAY(ioctl(loop, LOOP_SET_DIRECT_IO, 0));
	SAY(ioctl(loop, LOOP_CHANGE_FD, second));
	SAY(fallocate(loop, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 8192));
	SAY(fallocate(loop, FALLOC_FL_ZERO_RANGE, 16384, 8192));
	SAY(pread(loop, back, 40000, 0));
	say_bytes("", back, 40000);
	static const char *const schedulers[] = { "mq-deadline", "none", "nothing", "" };
	for (unsigned i = 0; i < sizeof schedulers / sizeof *schedulers; i++) {
		say("%d:%d", write_file("/sys/block/loop1/queue/scheduler", schedulers[i]), errno);
		say_text("/sys/block/loop1/queue/scheduler");
		int direct = open("/dev/loop1", O_RDWR | O_DIRECT);
		for (int k = 0; k < 20; k++) {
			fill(k);
			say("%ld", done(pwrite(direct, data, 4096 * (1 + k % 3), (long)(k * 7 % 20) * 8192)));
		}
		SAY(pread(direct, back, 65536, 8192));
		say_bytes("", back, 65536);
		close(direct);
		static const char *const values[][2] = { { "fifo_batch", "4" }, { "read_expire", "100" }, { "front_merges", "0" }, { "writes_starved", "x" }, { "async_depth", "8" }, { "prio_aging_expire", "-1" } };
		for (unsigned k = 0; k < sizeof values / sizeof *values; k++) {
			char path[80];
			snprintf(path, sizeof path, "/sys/block/loop1/queue/iosched/%s", values[k][0]);
			say("%d:%d", write_file(path, values[k][1]) < 0 ? errno : 0, 0);
			say_text(path);
		}
	}
	SAY(ioctl(loop, LOOP_CLR_FD, 0));
	close(loop);
	loop = open("/dev/loop1", O_RDWR);
	SAY(attach(loop, first, LO_FLAGS_READ_ONLY, 4096, 65536, 1024));
	say_loop(loop);
	SAY(pwrite(loop, data, 512, 0));
	SAY(pread(loop, back, 65536, 0));
	SAY(ioctl(loop, LOOP_CLR_FD, 0));
	close(loop);
	loop = open("/dev/loop1", O_RDWR);
	SAY(attach(loop, first, 0x80, 0, 0, 0));
	SAY(attach(loop, first, 0, 0, 0, 300));
	SAY(attach(loop, first, LO_FLAGS_DIRECT_IO | LO_FLAGS_AUTOCLEAR, 512, 0, 512));
	say_loop(loop);
	close(loop);
	SAY(ioctl(control, LOOP_CTL_GET_FREE, 0));
	SAY(ioctl(control, LOOP_CTL_ADD, 1));
	SAY(ioctl(control, LOOP_CTL_ADD, 5));
	SAY(ioctl(control, LOOP_CTL_ADD, 5));
	SAY(access("/dev/loop5", F_OK));
	SAY(ioctl(control, LOOP_CTL_REMOVE, 5));
	SAY(ioctl(control, LOOP_CTL_REMOVE, 5));
	SAY(ioctl(control, LOOP_CTL_REMOVE, -1));
	SAY(ioctl(control, 0x4c99, 0));
	SAY(access("/dev/loop5", F_OK));
}

/* Every attribute of a queue: what it says, what it takes, what it says then. */
static void queues(void)
{
	static const char *const disks[] = { "ram0", "loop0" };
	static const char *const values[] = { "0", "1", "64", "100000", "-1", "word", "" };
	char path[400], text[200];

	for (unsigned d = 0; d < 2; d++) {
		struct dirent **names;
		snprintf(path, sizeof path, "/sys/block/%s/queue", disks[d]);
		int count = scandir(path, &names, 0, alphasort);
		if (count < 0)
			skip("no such disk");
		for (int i = 0; i < count; i++) {
			snprintf(path, sizeof path, "/sys/block/%s/queue/%s", disks[d], names[i]->d_name);
			if (names[i]->d_type != DT_REG)
				continue;
			long length = read_file(path, text, sizeof text);
			say("%s %ld %s", names[i]->d_name, done(length), length > 0 ? text : "");
			for (unsigned k = 0; k < sizeof values / sizeof *values; k++)
				if (strcmp(names[i]->d_name, "scheduler") && strcmp(names[i]->d_name, "io_timeout")) {
					char now[200] = "";
					say("%d", write_file(path, values[k]) < 0 ? errno : 0);
					read_file(path, now, sizeof now);
					say("%s", now);
				}
			if (length > 0)
				write_file(path, text);
		}
		static const char *const files[] = { "ro", "removable", "range", "ext_range", "alignment_offset", "discard_alignment", "capability", "events", "events_async", "events_poll_msecs", "size", "hidden", "inflight" };
		for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
			snprintf(path, sizeof path, "/sys/block/%s/%s", disks[d], files[i]);
			say_text(path);
		}
		snprintf(path, sizeof path, "/sys/block/%s/events_poll_msecs", disks[d]);
		say("%d %d", write_file(path, "100") < 0 ? errno : 0, write_file(path, "-2") < 0 ? errno : 0);
	}
	static const char *const bdi[] = { "read_ahead_kb", "min_ratio", "max_ratio", "min_ratio_fine", "max_ratio_fine", "min_bytes", "strict_limit" };
	for (unsigned i = 0; i < sizeof bdi / sizeof *bdi; i++)
		for (unsigned k = 0; k < sizeof values / sizeof *values; k++) {
			snprintf(path, sizeof path, "/sys/block/ram0/bdi/%s", bdi[i]);
			long length = read_file(path, text, sizeof text);
			say("%d", write_file(path, values[k]) < 0 ? errno : 0);
			if (!strstr(path, "bytes"))
				say_text(path);
			if (length > 0)
				write_file(path, text);
		}
}

const struct check block_checks[] = {
	{ "block-device", device }, { "block-partitions", partitions }, { "block-loops", loops }, { "block-queues", queues }, { 0, 0 },
};
