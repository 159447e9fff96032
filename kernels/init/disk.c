/* Disks: file systems that the init makes itself on a disk in memory, worked on against a model and read back after the next mount.
 *
 * The layouts are written from the formats' descriptions: ext2/3/4 from the kernel's Documentation/filesystems/ext4, FAT from Microsoft's
 * "FAT: General Overview of On-Disk Format" 1.03. One block group, blocks of 1 KiB, the smallest journal. Where blocks end up depends
 * on when the journal commits, so no transcript says a block's number or how many are free in between. */
#include "harness.h"
#include "disk.h"
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/falloc.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/statfs.h>
#include <sys/xattr.h>

enum { FILES = 6, LARGEST = 40000 };

void put(unsigned char *at, unsigned long value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = value >> 8 * i;
}

static void put_big(unsigned char *at, unsigned value)
{
	for (int i = 0; i < 4; i++)
		at[i] = value >> 8 * (3 - i);
}

static void write_block(int fd, long block, const void *data)
{
	EXPECT(pwrite(fd, data, BLOCK, block * BLOCK) == BLOCK);
}

int open_disk(void)
{
	umount2("m", MNT_DETACH);
	int fd = open(DISK, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		skip("no disk in memory");
	return fd;
}

static void extent(unsigned char *inode, int block, int count)
{
	unsigned char *tree = inode + 0x28;

	put(inode + 0x20, 0x80000, 4);
	put(tree, 0xf30a, 2);
	put(tree + 2, 1, 2);
	put(tree + 4, 4, 2);
	put(tree + 16, count, 2);
	put(tree + 20, block, 4);
}

/* ext4 with a journal, extents and hashed directories, or what ext2 was: indirect blocks and lists. */
void make_ext(int modern, int journal_blocks)
{
	static unsigned char block[BLOCK], inodes[INODES * 256];
	int fd = open_disk(), used = JOURNAL + (modern ? journal_blocks : 0);

	memset(block, 0, sizeof block);
	for (int i = 0; i < JOURNAL + 2; i++)
		write_block(fd, i, block);
	put(block + 0x00, INODES, 4);
	put(block + 0x04, EXT_BLOCKS, 4);
	put(block + 0x08, 100, 4);
	put(block + 0x0c, EXT_BLOCKS - used, 4);
	put(block + 0x10, INODES - 10, 4);
	put(block + 0x14, 1, 4);
	put(block + 0x20, 8192, 4);
	put(block + 0x24, 8192, 4);
	put(block + 0x28, INODES, 4);
	put(block + 0x36, 0xffff, 2);
	put(block + 0x38, 0xef53, 2);
	put(block + 0x3a, 1, 2);
	put(block + 0x3c, 1, 2);
	put(block + 0x4c, 1, 4);
	put(block + 0x54, 11, 4);
	put(block + 0x58, 256, 2);
	put(block + 0x5c, modern ? 0x4 | 0x8 | 0x20 : 0x8, 4);
	put(block + 0x60, modern ? 0x2 | 0x40 : 0x2, 4);
	put(block + 0x64, modern ? 0x1 | 0x2 | 0x8 | 0x20 | 0x40 : 0x1 | 0x2, 4);
	memcpy(block + 0x68, modern ? "oracle's ext4 fs" : "oracle's ext2 fs", 16);
	memcpy(block + 0x78, "volume", 6);
	put(block + 0xe0, modern ? 8 : 0, 4);
	for (int i = 0; i < 4; i++)
		put(block + 0xec + 4 * i, 0x12345678u * (i + 1), 4);
	block[0xfc] = modern;
	put(block + 0x15c, modern ? 32 : 0, 2);
	put(block + 0x15e, modern ? 32 : 0, 2);
	write_block(fd, 1, block);

	memset(block, 0, sizeof block);
	put(block, 3, 4);
	put(block + 4, 4, 4);
	put(block + 8, TABLE, 4);
	put(block + 12, EXT_BLOCKS - used, 2);
	put(block + 14, INODES - 10, 2);
	put(block + 16, 1, 2);
	write_block(fd, 2, block);

	memset(block, 0, sizeof block);
	for (int i = 1; i < used; i++)
		block[(i - 1) / 8] |= 1 << (i - 1) % 8;
	block[BLOCK - 1] |= 0x80;
	write_block(fd, 3, block);
	memset(block, 0xff, sizeof block);
	for (int i = 10; i < INODES; i++)
		block[i / 8] &= ~(1 << i % 8);
	write_block(fd, 4, block);

	memset(inodes, 0, sizeof inodes);
	unsigned char *root = inodes + 256, *journal = inodes + 7 * 256;
	put(root, S_IFDIR | 0755, 2);
	put(root + 4, BLOCK, 4);
	put(root + 0x1a, 2, 2);
	put(root + 0x1c, 2, 4);
	put(root + 0x80, modern ? 32 : 0, 2);
	if (modern) {
		extent(root, ROOT, 1);
		put(journal, S_IFREG | 0600, 2);
		put(journal + 4, journal_blocks * BLOCK, 4);
		put(journal + 0x1a, 1, 2);
		put(journal + 0x1c, journal_blocks * 2, 4);
		put(journal + 0x80, 32, 2);
		extent(journal, JOURNAL, journal_blocks);
	} else
		put(root + 0x28, ROOT, 4);
	for (int i = 0; i < INODES * 256 / BLOCK; i++)
		write_block(fd, TABLE + i, inodes + i * BLOCK);

	memset(block, 0, sizeof block);
	put(block, 2, 4);
	put(block + 4, 12, 2);
	block[6] = 1, block[7] = 2, block[8] = '.';
	put(block + 12, 2, 4);
	put(block + 16, BLOCK - 12, 2);
	block[18] = 2, block[19] = 2, block[20] = block[21] = '.';
	write_block(fd, ROOT, block);
	if (modern) {
		memset(block, 0, sizeof block);
		put_big(block, 0xc03b3998);
		put_big(block + 4, 4);
		put_big(block + 12, BLOCK);
		put_big(block + 16, journal_blocks);
		put_big(block + 20, 1);
		put_big(block + 24, 1);
		put_big(block + 64, 1);
		write_block(fd, JOURNAL, block);
	}
	fsync(fd);
	close(fd);
}

/* FAT with entries of 12, 16 or 32 bits. */
void make_fat(int bits)
{
	static unsigned char sectors[32 * 512];
	unsigned char *boot = sectors;
	int fd = open_disk(), total = bits == 12 ? 4096 : 5000, cluster = bits == 12 ? 2 : 1, reserved = bits == 32 ? 4 : 1, entries = bits == 32 ? 0 : 128,
	    fat = (total / cluster * bits / 8 + 511) / 512 + 1;

	memset(sectors, 0, sizeof sectors);
	for (int i = 0; i < 10; i++)
		pwrite(fd, sectors, sizeof sectors, (long)i * sizeof sectors);
	memcpy(boot, "\xeb\x3c\x90oracle  ", 11);
	put(boot + 11, 512, 2);
	boot[13] = cluster;
	put(boot + 14, reserved, 2);
	boot[16] = 2;
	put(boot + 17, entries, 2);
	put(boot + 19, total, 2);
	boot[21] = 0xf8;
	put(boot + 22, bits == 32 ? 0 : fat, 2);
	put(boot + 24, 32, 2);
	put(boot + 26, 4, 2);
	unsigned char *tail = boot + 36;
	if (bits == 32) {
		put(boot + 36, fat, 4);
		put(boot + 44, 2, 4);
		put(boot + 48, 1, 2);
		tail = boot + 64;
		unsigned char *info = boot + 512;
		put(info, 0x41615252, 4);
		put(info + 484, 0x61417272, 4);
		put(info + 488, 0xffffffff, 4);
		put(info + 492, 0xffffffff, 4);
		put(info + 508, 0xaa550000, 4);
	}
	tail[0] = 0x80;
	tail[2] = 0x29;
	put(tail + 3, 0x20240901, 4);
	memcpy(tail + 7, bits == 12 ? "ORACLE     FAT12   " : bits == 16 ? "ORACLE     FAT16   " : "ORACLE     FAT32   ", 19);
	put(boot + 510, 0xaa55, 2);
	pwrite(fd, boot, 2048, 0);
	memset(boot, 0, 2048);
	if (bits == 12)
		memcpy(boot, "\xf8\xff\xff", 3);
	else if (bits == 16)
		memcpy(boot, "\xf8\xff\xff\xff", 4);
	else
		memcpy(boot, "\xf8\xff\xff\x0f\xff\xff\xff\x0f\xff\xff\xff\x0f", 12);
	for (int copy = 0; copy < 2; copy++)
		pwrite(fd, boot, 512, (long)(reserved + copy * fat) * 512);
	fsync(fd);
	close(fd);
}

/* What a file must hold. */
struct model {
	long size;
	int there;
	unsigned char bytes[LARGEST];
};
static struct model models[FILES];
static unsigned char buffer[LARGEST + 4096] __attribute__((aligned(4096))), other[LARGEST + 4096] __attribute__((aligned(4096)));

/* MS-DOS cuts names after eight characters. */
static const char *name_form = "m/File number %d.data";
static void name_of(char *path, int file) { sprintf(path, name_form, file); }

static void compare(int file)
{
	char path[40];
	name_of(path, file);
	int fd = open(path, O_RDONLY);
	if (fd < 0) {
		EXPECT(!models[file].there);
		return;
	}
	long length = pread(fd, other, sizeof other, 0);
	EXPECT(models[file].there);
	EXPECT(length == models[file].size);
	EXPECT(!memcmp(other, models[file].bytes, models[file].size));
	close(fd);
}

static void grow(struct model *model, long size)
{
	if (size > model->size) {
		memset(model->bytes + model->size, 0, size - model->size);
		model->size = size;
	}
}

static void filled(struct model *model, long at, const void *data, long length)
{
	grow(model, at + length);
	memcpy(model->bytes + at, data, length);
}

void forget_models(void) { memset(models, 0, sizeof models); }

static long done(long result) { return result < 0 ? -errno : result; }

static void allocate(int fd, struct model *model, uint64_t random)
{
	static const int modes[] = { 0, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, FALLOC_FL_ZERO_RANGE, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
				     FALLOC_FL_COLLAPSE_RANGE, FALLOC_FL_INSERT_RANGE, FALLOC_FL_PUNCH_HOLE };
	int mode = modes[random % 8];
	long at = random / 8 % 20000, length = 1 + random / 1000000 % 9000, end;

	if (mode & (FALLOC_FL_COLLAPSE_RANGE | FALLOC_FL_INSERT_RANGE))
		at &= ~1023, length = (length + 1023) & ~1023;
	if ((mode & FALLOC_FL_INSERT_RANGE) && model->size + length > LARGEST)
		return;
	long result = done(fallocate(fd, mode, at, length));
	say("a%x:%ld", mode, result);
	if (result < 0)
		return;
	end = at + length;
	if (mode & FALLOC_FL_COLLAPSE_RANGE) {
		memmove(model->bytes + at, model->bytes + end, model->size - end);
		model->size -= length;
	} else if (mode & FALLOC_FL_INSERT_RANGE) {
		memmove(model->bytes + end, model->bytes + at, model->size - at);
		memset(model->bytes + at, 0, length);
		model->size += length;
	} else {
		if (!(mode & FALLOC_FL_KEEP_SIZE))
			grow(model, end);
		if ((mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) && at < model->size)
			memset(model->bytes + at, 0, (end < model->size ? end : model->size) - at);
	}
}

void work_on_disk(int rounds, uint64_t seed)
{
	char path[40], to[40];

	for (int round = 0; round < rounds; round++) {
		uint64_t random = next_random(&seed);
		int file = random % FILES, second = random / FILES % FILES, what = random / 64 % 20;
		long at = random / 4096 % (LARGEST - 9000), length = 1 + (random >> 32) % ((random >> 60) < 4 ? 9000 : 700);
		struct model *model = &models[file];
		name_of(path, file);
		name_of(to, second);
		int fd = open(path, O_RDWR);
		if (fd < 0) {
			EXPECT(!model->there);
			fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0640);
			EXPECT(fd >= 0);
			model->there = 1;
			model->size = 0;
		}
		for (long i = 0; i < length; i++)
			buffer[i] = (random >> 20) + i * 7;
		if (what < 5) {
			EXPECT(pwrite(fd, buffer, length, at) == length);
			filled(model, at, buffer, length);
		} else if (what == 5) {
			EXPECT(ftruncate(fd, at) == 0);
			if (at < model->size)
				model->size = at;
			grow(model, at);
		} else if (what < 9)
			allocate(fd, model, random >> 8);
		else if (what == 9)
			say("s%ld", done(random & 1 << 20 ? fsync(fd) : fdatasync(fd)));
		else if (what == 10 && model->size > 0) {
			char *map = mmap(0, model->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
			EXPECT(map != MAP_FAILED);
			at %= model->size;
			if (at + length > model->size)
				length = model->size - at;
			EXPECT(!memcmp(map, model->bytes, model->size));
			memcpy(map + at, buffer, length);
			filled(model, at, buffer, length);
			if (random & 1 << 21)
				EXPECT(msync(map, model->size, MS_SYNC) == 0);
			munmap(map, model->size);
		} else if (what == 11 || what == 12) {
			int direct = open(path, O_RDWR | O_DIRECT);
			say("d%ld", done(direct) < 0 ? done(direct) : 0);
			at &= ~1023, length = (length + 1023) & ~1023;
			long result = direct < 0 ? -1 : done(pwrite(direct, buffer, length, at));
			say("%ld", result);
			if (result > 0)
				filled(model, at, buffer, result);
			if (direct >= 0) {
				result = pread(direct, other, 4096, at);
				say("%ld", done(result));
				EXPECT(result < 0 || !memcmp(other, model->bytes + at, result));
				say("%ld", done(pread(direct, other + 1, 1024, 512)));
			}
			close(direct);
		} else if (what == 13 && file != second) {
			say("r%ld", done(rename(path, to)));
			models[second] = *model;
			model->there = 0;
		} else if (what == 14) {
			say("u%ld", done(unlink(path)));
			model->there = 0;
			EXPECT(pread(fd, other, sizeof other, 0) == model->size && !memcmp(other, model->bytes, model->size));
		} else if (what == 15) {
			int append = open(path, O_WRONLY | O_APPEND);
			if (model->size + length < LARGEST) {
				EXPECT(write(append, buffer, length) == length);
				filled(model, model->size, buffer, length);
			}
			close(append);
		} else if (what == 16 && file != second && models[second].there) {
			int from = open(to, O_RDONLY);
			loff_t in = 100, out = at;
			long result = syscall(SYS_copy_file_range, from, &in, fd, &out, length, 0);
			say("c%ld", done(result));
			if (result > 0)
				filled(model, at, models[second].bytes + 100, result);
			close(from);
		} else if (what == 17) {
			fsync(fd);
			long data = 0;
			for (int i = 0; i < 12 && data >= 0; i++) {
				data = lseek(fd, data, SEEK_DATA);
				/* what lies in holes is nought */
				if (data >= 0)
					data = lseek(fd, data, SEEK_HOLE);
			}
			say("h%ld:%d", done(sync_file_range(fd, 0, 8192, 7)), errno);
			say("%ld %ld", done(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED)), done(readahead(fd, 0, 20000)));
		} else if (what == 18)
			compare(second);
		close(fd);
		if (round % 16 == 0)
			compare(file);
	}
}

void compare_all(void)
{
	for (int file = 0; file < FILES; file++)
		compare(file);
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

static void list(const char *path, int order)
{
	struct dirent **names;
	char name[400];
	struct stat info;
	int count = scandir(path, &names, 0, order ? by_name : 0);

	for (int i = 0; i < count; i++) {
		snprintf(name, sizeof name, "%s/%s", path, names[i]->d_name);
		say("%s:%d", names[i]->d_name, names[i]->d_type);
		if (lstat(name, &info) == 0)
			say("%o %d %d %d %ld", info.st_mode, (int)info.st_nlink, info.st_uid, info.st_gid, S_ISDIR(info.st_mode) ? 0l : (long)info.st_size);
	}
	say("%d", count);
}

static void directories(int count)
{
	char path[300], to[300], target[100];
	struct stat info;

	SAY(mkdir("m/dir", 01755));
	SAY(mkdir("m/dir", 0700));
	for (int i = 0; i < count; i++) {
		sprintf(path, "m/dir/%x is the Name of entry %d%s", i * 2654435761u, i, i % 3 ? ".Txt" : "");
		int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);
		EXPECT(fd >= 0);
		close(fd);
	}
	list("m/dir", 0);
	for (int i = 0; i < count; i += 2) {
		sprintf(path, "m/dir/%x is the Name of entry %d%s", i * 2654435761u, i, i % 3 ? ".Txt" : "");
		sprintf(to, "m/dir/other %d", i);
		if ((i & 2 ? unlink(path) : rename(path, to)) < 0)
			say("%d:%d", i, errno);
	}
	list("m/dir", 0);
	SAY(stat("m/dir/OTHER 4", &info));
	SAY(stat("m/dir/other 4.", &info));
	SAY(rmdir("m/dir"));
	SAY(rmdir("m/dir/other 4"));
	SAY(mkdir("m/dir/sub", 0755));
	SAY(rename("m/dir/sub", "m/top"));
	SAY(mkdir("m/dir/sub", 0755));
	SAY(rename("m/dir", "m/dir/sub/in"));
	SAY(rename("m/top", "m/dir/sub"));
	SAY(rename("m/dir/sub", "m/dir/other 4"));
	SAY(syscall(SYS_renameat2, AT_FDCWD, "m/dir/sub", AT_FDCWD, "m/dir/other 4", 2));
	SAY(syscall(SYS_renameat2, AT_FDCWD, "m/dir/sub", AT_FDCWD, "m/dir/other 8", 1));
	SAY(syscall(SYS_renameat2, AT_FDCWD, "m/dir/other 8", AT_FDCWD, "m/dir/white", 4));
	SAY(link("m/dir/other 12", "m/linked"));
	SAY(link("m/dir", "m/linked2"));
	memset(target, 'x', sizeof target);
	target[59] = 0;
	SAY(symlink(target, "m/short"));
	target[59] = 'x', target[99] = 0;
	SAY(symlink(target, "m/long"));
	SAY(readlink("m/short", path, sizeof path));
	SAY(readlink("m/long", path, sizeof path));
	SAY(mknod("m/fifo", S_IFIFO | 0600, 0));
	SAY(mknod("m/device", S_IFCHR | 0600, 0x0103));
	SAY(mknod("m/device2", S_IFBLK | 0600, 0x12345678));
	SAY(chmod("m/dir/other 12", 04711));
	SAY(chown("m/dir/other 12", 70000, 12));
	SAY(truncate("m/dir/other 16", 1l << 32));
	SAY(truncate("m/dir/other 16", 1l << 45));
	SAY(truncate("m/dir/other 16", 3));
	memset(path, 'n', sizeof path);
	memcpy(path, "m/", 2);
	path[257] = 0;
	SAY(mkdir(path, 0700));
	path[258 - 1] = 'n', path[258] = 0;
	SAY(mkdir(path, 0700));
	static const char *const odd[] = { "m/a:b", "m/nul", "m/CON.txt", "m/x?", "m/trailing.", "m/ lead", "m/+,;=[]", "m/\xe9\xe8", "m/\xc3\xa9", "m/A.B.C", "m/.dot", "m/lower.ext",
					   "m/UPPER.EXT", "m/Mixed.ext", "m/longextension.html", "m/a\\b", "m/averylongname1", "m/averylongname2", "m/averylongname3" };
	for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++)
		SAY(mkdir(odd[i], 0755));
	list("m", 1);
	close(open("m/dir/stamped", O_CREAT | O_WRONLY, 0644));
	struct timespec times[2] = { { 1000000000, 123456789 }, { 1500000001, 999999999 } };
	SAY(utimensat(AT_FDCWD, "m/dir/stamped", times, 0));
	stat("m/dir/stamped", &info);
	say("%ld.%ld %ld.%ld", (long)info.st_atim.tv_sec, info.st_atim.tv_nsec, (long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
	times[0].tv_sec = -5, times[1].tv_sec = 5000000000;
	SAY(utimensat(AT_FDCWD, "m/dir/stamped", times, 0));
	stat("m/dir/stamped", &info);
	say("%ld.%ld %ld.%ld", (long)info.st_atim.tv_sec, info.st_atim.tv_nsec, (long)info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
	DIR *dir = opendir("m/dir");
	if (!dir) {
		say("no directory: %d", errno);
		return;
	}
	readdir(dir);
	readdir(dir);
	long place = telldir(dir);
	struct dirent *entry = readdir(dir);
	snprintf(path, sizeof path, "%s", entry ? entry->d_name : "");
	for (int i = 0; i < 5; i++)
		readdir(dir);
	seekdir(dir, place);
	entry = readdir(dir);
	EXPECT(entry && !strcmp(entry->d_name, path));
	SAY(lseek(dirfd(dir), -5, SEEK_SET));
	closedir(dir);
}

static void attributes(void)
{
	static char value[4000], names[2000];
	int fd = open("m/attributes", O_CREAT | O_RDWR, 0644), flags = 0;

	static const char *const keys[] = { "user.a", "trusted.b", "user.third attribute", "security.x", "system.none", "user.", "none" };
	for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++)
		for (int size = 0; size < 4000; size = size * 9 + 3) {
			memset(value, 'a' + i, size);
			say("%s %d:%ld", keys[i], size, done(fsetxattr(fd, keys[i], value, size, 0)));
		}
	SAY(fsetxattr(fd, "user.a", value, 10, XATTR_CREATE));
	SAY(fsetxattr(fd, "user.zz", value, 10, XATTR_REPLACE));
	long length = flistxattr(fd, names, sizeof names);
	say_result("list", length);
	say_bytes("", names, length > 0 ? length : 0);
	for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) {
		length = fgetxattr(fd, keys[i], value, sizeof value);
		say("%ld", done(length));
		say_bytes("", value, length > 0 ? length : 0);
	}
	SAY(fgetxattr(fd, "user.a", value, 1));
	SAY(fremovexattr(fd, "trusted.b"));
	SAY(fremovexattr(fd, "trusted.b"));
	/* a second file with the same attributes shares their block */
	int twin = open("m/attributes2", O_CREAT | O_RDWR, 0644);
	memset(value, 'q', sizeof value);
	SAY(fsetxattr(fd, "user.shared", value, 500, 0));
	SAY(fsetxattr(twin, "user.shared", value, 500, 0));
	SAY(fsetxattr(twin, "user.shared", value, 400, 0));
	SAY(ioctl(fd, FS_IOC_GETFLAGS, &flags));
	say("%x", flags);
	static const int bits[] = { FS_APPEND_FL, FS_IMMUTABLE_FL, FS_NODUMP_FL, FS_SYNC_FL, FS_NOATIME_FL, FS_JOURNAL_DATA_FL, FS_EXTENT_FL, FS_COMPR_FL, FS_DIRSYNC_FL, FS_CASEFOLD_FL };
	for (unsigned i = 0; i < sizeof bits / sizeof *bits; i++) {
		int now = flags ^ bits[i];
		say("f%x:%ld", bits[i], done(ioctl(fd, FS_IOC_SETFLAGS, &now)));
		say("%ld %ld %ld", done(pwrite(fd, "abc", 3, 0)), done(ftruncate(fd, 2)), done(fchmod(fd, 0600)));
		ioctl(fd, FS_IOC_GETFLAGS, &now);
		say("%x", now);
		ioctl(fd, FS_IOC_SETFLAGS, &flags);
	}
	struct fsxattr extended;
	memset(&extended, 0, sizeof extended);
	SAY(ioctl(fd, FS_IOC_FSGETXATTR, &extended));
	say("%x %d %d", extended.fsx_xflags, extended.fsx_extsize, extended.fsx_projid);
	extended.fsx_projid = 5;
	SAY(ioctl(fd, FS_IOC_FSSETXATTR, &extended));
	SAY(ioctl(fd, FS_IOC_GETVERSION, &flags) >= -1);
	SAY(ioctl(fd, FIGETBSZ, &flags));
	flags = 0;
	SAY(ioctl(fd, FIBMAP, &flags));
	SAY(ioctl(fd, FS_IOC_GETFSLABEL, value));
	SAY(ioctl(fd, FS_IOC_SETFSLABEL, "new label"));
	SAY(ioctl(fd, FIFREEZE, 0));
	SAY(ioctl(fd, FIFREEZE, 0));
	SAY(ioctl(fd, FITHAW, 0));
	SAY(ioctl(fd, FITHAW, 0));
	struct fstrim_range trim = { 0, -1ull, 0 };
	SAY(ioctl(fd, FITRIM, &trim) >= -1);
	for (unsigned number = 1; number < 50; number++)
		if (number != 16 && number != 7 && number != 8)
			say("i%u:%d", number, ioctl(fd, _IOW('f', number, long), 8) < 0 ? errno : 0);
	close(twin);
	close(fd);
}

/* The map of a sparse file, as which of its blocks hold data and which are only set aside. */
static void extents(void)
{
	static unsigned char kinds[400];
	static struct {
		struct fiemap head;
		struct fiemap_extent extents[64];
	} map;
	int fd = open("m/sparse", O_CREAT | O_TRUNC | O_RDWR, 0644);

	memset(kinds, 0, sizeof kinds);
	for (int i = 0; i < 24; i++)
		pwrite(fd, buffer, 1000 + i % 3 * 1024, (long)(i * 11 + i * i % 7) * 1024);
	say("%ld %ld", done(fallocate(fd, 0, 280 * 1024, 60 * 1024)), done(pwrite(fd, buffer, 4096, 300 * 1024)));
	fsync(fd);
	memset(&map, 0, sizeof map);
	map.head.fm_length = -1ull;
	map.head.fm_flags = FIEMAP_FLAG_SYNC;
	map.head.fm_extent_count = 64;
	SAY(ioctl(fd, FS_IOC_FIEMAP, &map));
	for (unsigned i = 0; i < map.head.fm_mapped_extents && i < 64; i++)
		for (uint64_t at = map.extents[i].fe_logical / 1024; at < (map.extents[i].fe_logical + map.extents[i].fe_length) / 1024 && at < 400; at++)
			kinds[at] = map.extents[i].fe_flags & FIEMAP_EXTENT_UNWRITTEN ? 2 : 1;
	for (int at = 0; at < 280; at++)
		if (kinds[at] != (at ? kinds[at - 1] : 0))
			say("%d:%d", at, kinds[at]);
	map.head.fm_flags = FIEMAP_FLAG_XATTR;
	SAY(ioctl(fd, FS_IOC_FIEMAP, &map));
	map.head.fm_flags = 0x80;
	SAY(ioctl(fd, FS_IOC_FIEMAP, &map));
	map.head.fm_flags = 0;
	map.head.fm_extent_count = 0;
	SAY(ioctl(fd, FS_IOC_FIEMAP, &map));
	map.head.fm_length = 0;
	SAY(ioctl(fd, FS_IOC_FIEMAP, &map));
	long data = 0, hole;
	for (int i = 0; i < 40 && data >= 0; i++) {
		data = lseek(fd, data, SEEK_DATA);
		hole = data < 0 ? -1 : lseek(fd, data, SEEK_HOLE);
		if (data < 280 * 1024 && hole < 280 * 1024)
			say("%ld-%ld", data, hole);
		data = hole;
	}
	close(fd);
}

static void space(void)
{
	struct statfs info;
	int fd = open("m/full", O_CREAT | O_RDWR, 0644);

	EXPECT(statfs("m", &info) == 0);
	say("%lx %ld %ld %ld %ld %lx", (long)info.f_type, (long)info.f_bsize, (long)info.f_blocks, (long)info.f_files, (long)info.f_namelen, (long)info.f_flags);
	/* more than there is */
	say("%ld", done(fallocate(fd, 0, 0, 20 << 20)));
	ftruncate(fd, 0);
	say("%ld", done(pwrite(fd, "x", 1, 3l << 40)));
	say("%ld", done(pwrite(fd, "x", 1, 3l << 32)));
	close(fd);
	SAY(unlink("m/full"));
}

void clear_directory(const char *path)
{
	struct dirent **names;
	char name[600];
	int count = scandir(path, &names, 0, 0);

	for (int i = 0; i < count; i++) {
		if (!strcmp(names[i]->d_name, ".") || !strcmp(names[i]->d_name, ".."))
			continue;
		snprintf(name, sizeof name, "%s/%s", path, names[i]->d_name);
		if (unlink(name) < 0) {
			clear_directory(name);
			if (rmdir(name) < 0)
				say("%s:%d", names[i]->d_name, errno);
		}
	}
}

void again(const char *type, const char *options)
{
	SAY(umount("m"));
	SAY(mount(DISK, "m", type, MS_NOATIME, options));
	compare_all();
}

static void whole(const char *type, const char *options, int rounds, int entries, uint64_t seed)
{
	struct statfs before, after;

	forget_models();
	mkdir("m", 0755);
	if (SAY(mount(DISK, "m", type, 0, options)) < 0)
		return;
	statfs("m", &before);
	work_on_disk(rounds, seed);
	again(type, options);
	work_on_disk(rounds / 2, seed + 1);
	directories(entries);
	attributes();
	extents();
	space();
	SAY(mount(0, "m", 0, MS_REMOUNT | MS_RDONLY, options));
	SAY(open("m/new", O_CREAT | O_WRONLY, 0600));
	SAY(unlink("m/attributes"));
	compare_all();
	SAY(mount(0, "m", 0, MS_REMOUNT, options));
	again(type, options);
	list("m/dir", 0);
	clear_directory("m");
	sync();
	statfs("m", &after);
	EXPECT(after.f_bfree <= before.f_bfree && after.f_bfree + 200 > before.f_bfree);
	EXPECT(after.f_ffree == before.f_ffree);
	list("m", 0);
	SAY(umount("m"));
}

/* Mounting with one option after the other, good and bad, and a little work under each. */
static void with_options(const char *type, const char *const *options, int count)
{
	char shown[100];
	struct stat info;

	mkdir("m", 0755);
	for (int i = 0; i < count; i++) {
		int result = mount(DISK, "m", type, i % 4 == 3 ? MS_SYNCHRONOUS : 0, options[i]);
		say("%s:%d", options[i], result < 0 ? errno : 0);
		if (result < 0)
			continue;
		int fd = open("m/Some.file", O_CREAT | O_RDWR, 0666);
		write(fd, buffer, 3000);
		fsync(fd);
		fstat(fd, &info);
		say("%o %d %d", info.st_mode, info.st_uid, info.st_gid);
		close(fd);
		SAY(access("m/some.FILE", F_OK));
		static char text[8000];
		read_file("/proc/self/mounts", text, sizeof text);
		char *line = strstr(text, DISK);
		snprintf(shown, sizeof shown, "%.*s", line ? (int)strcspn(line, "\n") : 0, line ? line : "");
		say("%s", shown);
		unlink("m/Some.file");
		SAY(umount("m"));
	}
}

static void disk_ext4(void) { make_ext(1, 1024); whole("ext4", "", 160, 70, 11); }
static void disk_ext2(void) { make_ext(0, 1024); whole("ext4", "", 120, 40, 12); }
static void disk_fat12(void) { name_form = "m/FILE%d.DAT"; make_fat(12); whole("msdos", "", 40, 10, 13); }
static void disk_fat16(void) { make_fat(16); whole("vfat", "", 60, 14, 14); }
static void disk_fat32(void) { make_fat(32); whole("vfat", "shortname=mixed,utf8=1", 30, 8, 15); }

static void ext_options(void)
{
	static const char *const options[] = { "data=journal", "data=writeback", "data=none", "nodelalloc", "noload", "errors=remount-ro", "errors=none", "commit=1", "barrier=0", "dax",
					       "journal_checksum", "minixdf", "grpid", "resuid=5,resgid=7", "sb=1", "sb=2", "inode_readahead_blks=32", "inode_readahead_blks=33", "max_batch_time=100",
					       "stripe=16", "noauto_da_alloc", "dioread_nolock", "discard", "init_itable=10", "nombcache", "prjquota", "usrjquota=x", "nouser_xattr",
					       "acl", "i_version", "unknown", "commit=x", "journal_ioprio=3", "journal_ioprio=9", "block_validity", "noblock_validity", "delalloc,data=journal" };
	make_ext(1, 1024);
	with_options("ext4", options, sizeof options / sizeof *options);
}

static void fat_options(void)
{
	static const char *const options[] = { "uid=5,gid=6", "umask=077", "dmask=022,fmask=133", "check=strict", "check=relaxed", "codepage=437", "codepage=9", "iocharset=iso8859-1", "iocharset=none",
					       "shortname=winnt", "shortname=win95", "shortname=lower", "nonumtail", "quiet", "showexec", "sys_immutable", "flush", "tz=UTC", "time_offset=60",
					       "time_offset=9999", "nfs", "nfs=nostale_ro", "errors=continue", "dots", "allow_utime=20", "usefree", "rodir", "unknown", "fat=16", "uni_xlate", "discard" };
	make_fat(16);
	with_options("vfat", options, sizeof options / sizeof *options);
	with_options("msdos", options, 6);
}

/* Disks that are not what they should be: each spoiled field must be refused, by the same words. */
static void spoiled(void)
{
	static const struct {
		int at, bytes;
		unsigned value;
	} fields[] = { { 0x00, 4, 7 }, { 0x04, 4, 999999 }, { 0x14, 4, 0 }, { 0x18, 4, 9 }, { 0x20, 4, 8 }, { 0x28, 4, 0 }, { 0x38, 2, 1 }, { 0x3a, 2, 2 }, { 0x4c, 4, 9 }, { 0x58, 2, 100 },
		       { 0x5c, 4, 0x1000 }, { 0x60, 4, 0x80000042 }, { 0x64, 4, 0x80000001 }, { 0xe0, 4, 77 }, { 0xfc, 1, 9 }, { 0x15e, 2, 300 } };
	int fd = open_disk();

	make_ext(1, 1024);
	mkdir("m", 0755);
	for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++) {
		unsigned char old[4], now[4];
		pread(fd, old, 4, BLOCK + fields[i].at);
		put(now, fields[i].value, 4);
		pwrite(fd, now, fields[i].bytes, BLOCK + fields[i].at);
		int result = mount(DISK, "m", "ext4", 0, 0);
		say("%x:%d", fields[i].at, result < 0 ? errno : 0);
		if (result == 0)
			umount("m");
		pwrite(fd, old, 4, BLOCK + fields[i].at);
	}
	make_fat(16);
	static const unsigned char places[] = { 11, 13, 14, 16, 17, 19, 21, 22 };
	for (unsigned i = 0; i < sizeof places; i++) {
		unsigned char old, now = 3;
		pread(fd, &old, 1, places[i]);
		pwrite(fd, &now, 1, places[i]);
		int result = mount(DISK, "m", "vfat", 0, 0);
		say("%d:%d", places[i], result < 0 ? errno : 0);
		if (result == 0)
			umount("m");
		pwrite(fd, &old, 1, places[i]);
	}
	SAY(mount("/dev/null", "m", "ext4", 0, 0));
	SAY(mount("/dev/none", "m", "vfat", 0, 0));
	SAY(mount("/tmp", "m", "vfat", 0, 0));
}

const struct check disk_checks[] = {
	{ "disk-ext4", disk_ext4 },   { "disk-ext2", disk_ext2 },	    { "disk-fat12", disk_fat12 },	    { "disk-fat16", disk_fat16 },
	{ "disk-fat32", disk_fat32 }, { "disk-ext-options", ext_options }, { "disk-fat-options", fat_options }, { "disk-spoiled", spoiled }, { 0, 0 },
};
