/* ext4 beyond files: what its features change, what a crash leaves, growing, and the calls of its own.
 *
 * The features are set in the super block of the file system that disk.c makes; the checksums are CRC-32C as the kernel's
 * Documentation/filesystems/ext4/checksums.rst puts them together. A crash is EXT4_IOC_SHUTDOWN: after the next mount, what was
 * synchronized must be there, and of the rest nothing is said. Blocks' numbers are not said either: they depend on when the journal
 * commits. */
#include "harness.h"
#include "disk.h"
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/fsmap.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/xattr.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SHUTDOWN _IOR('X', 125, uint32_t)
/* the families of features, as offsets in the super block */
enum { COMPATIBLE = 0x5c, INCOMPATIBLE = 0x60, READ_ONLY = 0x64 };
enum { FAST_COMMIT = 0x400, WIDE = 0x80, FLEXIBLE = 0x200, LARGE_VALUES = 0x400, LARGE_DIRECTORIES = 0x4000, INLINE = 0x8000, CASELESS = 0x20000, MANY_LINKS = 0x20, CHECKSUMS = 0x400 };

static unsigned char sector[BLOCK];

static long done(long result) { return result < 0 ? -errno : result; }

static unsigned get(const unsigned char *at, int bytes)
{
	unsigned value = 0;

	for (int i = bytes; i--;)
		value = value << 8 | at[i];
	return value;
}

static uint32_t checksum(uint32_t sum, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++) {
		sum ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			sum = sum >> 1 ^ (sum & 1 ? 0x82f63b78u : 0);
	}
	return sum;
}

static uint32_t inode_seed(uint32_t seed, unsigned number)
{
	unsigned char bytes[8];

	put(bytes, number, 4);
	put(bytes + 4, 0, 4);
	return checksum(seed, bytes, 8);
}

/* Writes every checksum of the file system that was just made. */
static void seal(int fd, int wide)
{
	static unsigned char inodes[BLOCK * 2], descriptor[BLOCK], map[BLOCK];
	unsigned char zero[4] = { 0 };

	pread(fd, sector, BLOCK, BLOCK);
	sector[0x175] = 1;
	uint32_t seed = checksum(~0u, sector + 0x68, 16), sum;
	put(sector + 0x3fc, checksum(~0u, sector, 0x3fc), 4);
	pwrite(fd, sector, BLOCK, BLOCK);

	/* the root is the second inode, the journal the eighth */
	pread(fd, inodes, sizeof inodes, TABLE * BLOCK);
	for (int i = 1; i < 8; i += 6) {
		unsigned char *inode = inodes + i * 256;
		put(inode + 0x7c, 0, 2);
		put(inode + 0x82, 0, 2);
		sum = checksum(inode_seed(seed, i + 1), inode, 256);
		put(inode + 0x7c, sum, 2);
		put(inode + 0x82, sum >> 16, 2);
	}
	pwrite(fd, inodes, sizeof inodes, TABLE * BLOCK);

	/* a directory's block ends in an entry without a name that carries the sum */
	pread(fd, map, BLOCK, ROOT * BLOCK);
	put(map + 16, BLOCK - 24, 2);
	put(map + BLOCK - 12, 0, 4);
	put(map + BLOCK - 8, 12, 2);
	map[BLOCK - 6] = 0, map[BLOCK - 5] = 0xde;
	put(map + BLOCK - 4, checksum(inode_seed(seed, 2), map, BLOCK - 12), 4);
	pwrite(fd, map, BLOCK, ROOT * BLOCK);

	pread(fd, descriptor, BLOCK, 2 * BLOCK);
	pread(fd, map, BLOCK, 3 * BLOCK);
	sum = checksum(seed, map, BLOCK);
	put(descriptor + 0x18, sum, 2);
	if (wide)
		put(descriptor + 0x38, sum >> 16, 2);
	pread(fd, map, BLOCK, 4 * BLOCK);
	sum = checksum(seed, map, INODES / 8);
	put(descriptor + 0x1a, sum, 2);
	if (wide)
		put(descriptor + 0x3a, sum >> 16, 2);
	put(descriptor + 0x1e, 0, 2);
	sum = checksum(seed, zero, 4);
	put(descriptor + 0x1e, checksum(sum, descriptor, wide ? 64 : 32), 2);
	pwrite(fd, descriptor, BLOCK, 2 * BLOCK);
}

/* Makes ext4 with features added, of so many blocks. */
static void make(int journal, unsigned compatible, unsigned incompatible, unsigned read_only, unsigned blocks)
{
	make_ext(1, journal);
	int fd = open_disk();

	pread(fd, sector, BLOCK, BLOCK);
	put(sector + COMPATIBLE, get(sector + COMPATIBLE, 4) | compatible, 4);
	put(sector + INCOMPATIBLE, get(sector + INCOMPATIBLE, 4) | incompatible, 4);
	put(sector + READ_ONLY, get(sector + READ_ONLY, 4) | read_only, 4);
	if (incompatible & WIDE)
		put(sector + 0xfe, 64, 2);
	if (incompatible & FLEXIBLE)
		sector[0x174] = 1;
	if (incompatible & CASELESS)
		put(sector + 0x27c, 1, 2);
	unsigned missing = EXT_BLOCKS - blocks;
	put(sector + 0x04, blocks, 4);
	put(sector + 0x0c, get(sector + 0x0c, 4) - missing, 4);
	pwrite(fd, sector, BLOCK, BLOCK);
	pread(fd, sector, BLOCK, 2 * BLOCK);
	put(sector + 12, get(sector + 12, 2) - missing, 2);
	pwrite(fd, sector, BLOCK, 2 * BLOCK);
	pread(fd, sector, BLOCK, 3 * BLOCK);
	for (unsigned i = blocks; i < EXT_BLOCKS; i++)
		sector[(i - 1) / 8] |= 1 << (i - 1) % 8;
	pwrite(fd, sector, BLOCK, 3 * BLOCK);
	if (read_only & CHECKSUMS)
		seal(fd, incompatible & WIDE);
	fsync(fd);
	close(fd);
	forget_models();
	mkdir("m", 0755);
}

static int mounted(const char *options) { return SAY(mount(DISK, "m", "ext4", 0, options)) == 0; }

static void fill(unsigned char *bytes, int size, unsigned seed)
{
	for (int i = 0; i < size; i++)
		bytes[i] = (i * 31 + seed * 7 + i / 251) & 0xff;
}

static unsigned char wanted[70000], found[70000];

static void keep(const char *path, int size, unsigned seed, int synchronize)
{
	int fd = open(path, O_CREAT | O_RDWR | O_TRUNC, 0644);

	fill(wanted, size, seed);
	EXPECT(fd >= 0 && write(fd, wanted, size) == size);
	if (synchronize)
		EXPECT(fsync(fd) == 0);
	close(fd);
}

static void check_kept(const char *path, int size, unsigned seed)
{
	int fd = open(path, O_RDONLY);

	fill(wanted, size, seed);
	EXPECT(fd >= 0);
	EXPECT(read(fd, found, sizeof found) == size && !memcmp(found, wanted, size));
	close(fd);
}

/* Names that fill blocks quickly, so that the directory's tree gets its second level. */
static void hashed(int count, int length)
{
	char path[300];
	int kept = 0;

	SAY(mkdir("m/hashed", 0755));
	keep("m/target", 10, 1, 0);
	for (int i = 0; i < count; i++) {
		memset(path, 'a' + i % 26, sizeof path);
		path[sprintf(path, "m/hashed/%u-", i * 2654435761u) + length] = 0;
		path[strlen("m/hashed/") + strcspn(path + strlen("m/hashed/"), "-")] = '-';
		/* most are one file, for the matter is names */
		int fd = i % 8 ? link("m/target", path) : open(path, O_CREAT | O_EXCL | O_WRONLY, 0644);
		if (fd < 0) {
			say("%d:%d", i, errno);
			break;
		}
		if (i % 8 == 0)
			close(fd);
		if (i % 9 == 1)
			unlink(path);
		else if (i % 9 == 2) {
			char other[300];
			snprintf(other, sizeof other, "m/hashed/x%d", i);
			if (rename(path, other) < 0 || access(other, F_OK) < 0)
				say("%d!%d", i, errno);
		}
	}
	DIR *directory = opendir("m/hashed");
	struct dirent *entry;
	while ((entry = readdir(directory)))
		kept += 1 + strlen(entry->d_name) % 7;
	say("%d", kept);
	for (int i = 0; i < count; i += 9) {
		memset(path, 'a' + i % 26, sizeof path);
		path[sprintf(path, "m/hashed/%u-", i * 2654435761u) + length] = 0;
		if (access(path, F_OK) < 0)
			say("%d?%d", i, errno);
	}
	closedir(directory);
}

/* Small files and directories live in the inode, until they grow. */
static void small(void)
{
	char path[60];
	static char value[900];
	struct stat info;

	for (int size = 0; size < 400; size += 25 + size / 4) {
		sprintf(path, "m/small%d", size);
		keep(path, size, size, size & 1);
		check_kept(path, size, size);
		int fd = open(path, O_RDWR);
		if (size % 50 == 0)
			say("%ld", done(setxattr(path, "user.name", value, size, 0)));
		say("%ld", done(lseek(fd, 0, SEEK_DATA))), say("%ld", done(lseek(fd, 0, SEEK_HOLE)));
		if (size % 75 == 0) {
			char *map = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
			if (size)
				map[size - 1] ^= 1, map[size - 1] ^= 1;
			munmap(map, 4096);
		}
		check_kept(path, size, size);
		fstat(fd, &info);
		say("%ld", (long)info.st_size);
		if (size % 60 == 25) {
			fill(wanted, 3000, size);
			EXPECT(pwrite(fd, wanted + size, 3000 - size, size) == 3000 - size);
			check_kept(path, 3000, size);
			EXPECT(ftruncate(fd, size / 2) == 0);
			check_kept(path, size / 2, size);
		}
		if (size % 4 == 0)
			say("%ld", done(fallocate(fd, size & 8, 0, 600)));
		struct fiemap map = { .fm_length = -1ull };
		say("%ld", done(ioctl(fd, FS_IOC_FIEMAP, &map)));
		close(fd);
	}
	SAY(mkdir("m/little", 0755));
	SAY(rmdir("m/little"));
	SAY(mkdir("m/little", 0755));
	for (int i = 0; i < 12; i++) {
		sprintf(path, "m/little/entry %d", i);
		say("%ld", done(mkdir(path, 0700)));
		if (i == 2) {
			SAY(rename("m/little/entry 0", "m/little/e"));
			SAY(rename("m/little/entry 1", "m/outside"));
			SAY(rmdir("m/little"));
		}
	}
	DIR *directory = opendir("m/little");
	for (struct dirent *entry; (entry = readdir(directory));)
		say("%s", entry->d_name);
	closedir(directory);
	SAY(symlink("short", "m/link"));
	SAY(readlink("m/link", value, sizeof value));
}

static void caseless(void)
{
	static const char *const names[] = { "m/fold/Name", "m/fold/nAME", "m/fold/\xc3\x84pfel", "m/fold/a\xcc\x88PFEL", "m/fold/\xff\xfe", "m/fold/stra\xc3\x9f" "e", "m/fold/STRASSE" };
	int flags = 0;

	SAY(mkdir("m/fold", 0755));
	int fd = open("m/fold", O_RDONLY);
	ioctl(fd, FS_IOC_GETFLAGS, &flags);
	flags |= FS_CASEFOLD_FL;
	SAY(ioctl(fd, FS_IOC_SETFLAGS, &flags));
	for (unsigned i = 0; i < COUNT(names); i++)
		say("%ld", done(mkdir(names[i], 0755)));
	for (unsigned i = 0; i < COUNT(names); i++)
		say("%ld", done(access(names[i], F_OK)));
	SAY(rename("m/fold/NAME", "m/fold/NaMe"));
	SAY(symlink("x", "m/fold/name"));
	for (int i = 0; i < 40; i++) {
		char path[60], upper[60];
		sprintf(path, "m/fold/\xc3\xa9ntry %d of many", i);
		sprintf(upper, "m/fold/\xc3\x89NTRY %d OF MANY", i);
		close(open(path, O_CREAT | O_WRONLY, 0600));
		if (access(upper, F_OK) < 0)
			say("%d:%d", i, errno);
		if (i % 4 == 0)
			say("%ld", done(unlink(upper)));
	}
	ioctl(fd, FS_IOC_GETFLAGS, &flags);
	flags &= ~FS_CASEFOLD_FL;
	SAY(ioctl(fd, FS_IOC_SETFLAGS, &flags));
	close(fd);
}

static void values(void)
{
	static char value[30000], back[30000];
	char path[40];

	for (int i = 0; i < 3; i++) {
		sprintf(path, "m/valued%d", i);
		close(open(path, O_CREAT | O_WRONLY, 0600));
		for (int size = 10; size < 30000; size *= 4) {
			char name[40];
			sprintf(name, "user.size%d", size);
			memset(value, 'a' + (size & 15), size);
			long result = done(setxattr(path, name, value, size, 0));
			say("%d:%ld", size, result);
			if (result == 0)
				EXPECT(getxattr(path, name, back, sizeof back) == size && !memcmp(back, value, size));
		}
		if (i == 1)
			SAY(removexattr(path, "user.size10240"));
	}
	SAY(unlink("m/valued0"));
	SAY(setxattr("m/valued2", "user.size640", value, 9000, XATTR_REPLACE));
}

static void features(void)
{
	static const struct {
		int journal;
		unsigned compatible, incompatible, read_only;
		const char *options;
	} kinds[] = {
		{ 1024, 0, 0, CHECKSUMS, "" },
		{ 1024, 0, WIDE | LARGE_VALUES | LARGE_DIRECTORIES | FLEXIBLE, CHECKSUMS | MANY_LINKS, "data=journal" },
		{ 1024, 0, INLINE | CASELESS, 0, "nodelalloc" },
		{ 1300, FAST_COMMIT, 0, 0, "data=writeback,journal_async_commit" },
	};
	struct statfs before, after;

	for (unsigned i = 0; i < COUNT(kinds); i++) {
		say("kind%d", i);
		make(kinds[i].journal, kinds[i].compatible, kinds[i].incompatible, kinds[i].read_only, EXT_BLOCKS);
		if (!mounted(kinds[i].options))
			continue;
		statfs("m", &before);
		work_on_disk(12, 100 + i);
		again("ext4", kinds[i].options);
		if (kinds[i].incompatible & INLINE)
			small();
		if (kinds[i].incompatible & CASELESS)
			caseless();
		if (kinds[i].incompatible & LARGE_VALUES)
			values();
		if (i == 0)
			hashed(40, 150);
		work_on_disk(5, 200 + i);
		again("ext4", kinds[i].options);
		clear_directory("m");
		sync();
		statfs("m", &after);
		EXPECT(after.f_ffree == before.f_ffree);
		SAY(umount("m"));
	}
	/* one bit more or less, and the sum is wrong */
	static const struct { int block, at; } spots[] = { { 1, 0x30 }, { 2, 8 }, { 3, 900 }, { 4, 3 }, { TABLE + 1, 768 + 0x20 }, { ROOT, 40 } };
	for (unsigned i = 0; i < COUNT(spots); i++) {
		make(1024, 0, 0, CHECKSUMS, EXT_BLOCKS);
		int fd = open_disk();
		unsigned char byte;
		pread(fd, &byte, 1, spots[i].block * BLOCK + spots[i].at);
		byte ^= 0x10;
		pwrite(fd, &byte, 1, spots[i].block * BLOCK + spots[i].at);
		fsync(fd);
		close(fd);
		if (!mounted("errors=continue"))
			continue;
		DIR *directory = opendir("m");
		say("%d", directory ? 0 : errno);
		errno = 0;
		say("%d %d", directory && readdir(directory) ? 1 : 0, errno);
		if (directory)
			closedir(directory);
		say("%ld", done(mkdir("m/new", 0755)));
		fd = open("m/file", O_CREAT | O_RDWR, 0600);
		say("%ld", done(fd) < 0 ? done(fd) : 0), say("%ld", fd < 0 ? 0 : done(write(fd, sector, BLOCK)));
		say("%ld", done(fsync(fd)));
		close(fd);
		umount("m");
	}
}

static void tree(void)
{
	make(1024, 0, LARGE_DIRECTORIES, MANY_LINKS, EXT_BLOCKS);
	/* a block has room for three of them */
	if (!mounted("noauto_da_alloc"))
		return;
	hashed(280, 240);
	again("ext4", "");
	clear_directory("m");
	SAY(umount("m"));
}

static void crash(int flags)
{
	uint32_t how = flags;
	int fd = open("m", O_RDONLY);

	say("crash%d:%ld", flags, done(ioctl(fd, SHUTDOWN, &how)));
	say("%ld", done(ioctl(fd, SHUTDOWN, &how)));
	close(fd);
}

/* All that is asked of a file system that is no more. */
static void after_crash(int fd)
{
	struct stat info;
	char value[10];

	say("%ld", done(pwrite(fd, "x", 1, 0))), say("%ld", done(fsync(fd))), say("%ld", done(ftruncate(fd, 0)));
	say("%ld", done(pread(fd, value, 1, 0))), say("%ld", done(fallocate(fd, 0, 0, 9000)));
	say("%ld", done(mkdir("m/late", 0755)));
	say("%ld", done(unlink("m/kept1")));
	say("%ld", done(rename("m/kept1", "m/kept9")));
	say("%ld", done(link("m/kept1", "m/kept9")));
	say("%ld", done(symlink("m/kept1", "m/kept9")));
	say("%ld", done(chmod("m/kept1", 0600)));
	say("%ld", done(setxattr("m/kept1", "user.x", "y", 1, 0)));
	say("%ld", done(stat("m/kept1", &info)));
	int other = open("m/kept2", O_RDWR);
	say("%d", other < 0 ? errno : 0);
	close(other);
	other = open("m", O_RDONLY);
	say("%ld", done(syncfs(other)));
	close(other);
}

static void recovery(void)
{
	static const struct {
		int journal;
		unsigned compatible, incompatible, read_only;
		int flags;
		const char *options;
	} kinds[] = {
		{ 1024, 0, WIDE, CHECKSUMS, 2, "data=journal,commit=1" },
		{ 1300, FAST_COMMIT, 0, 0, 2, "" },
		{ 1300, FAST_COMMIT, INLINE, CHECKSUMS, 1, "data=writeback,nodelalloc" },
	};
	char path[60];
	struct statfs before, after;

	for (unsigned i = 0; i < COUNT(kinds); i++) {
		say("kind%d", i);
		make(kinds[i].journal, kinds[i].compatible, kinds[i].incompatible, kinds[i].read_only, EXT_BLOCKS);
		if (!mounted(kinds[i].options))
			continue;
		statfs("m", &before);
		for (int file = 0; file < 6; file++) {
			sprintf(path, "m/kept%d", file);
			keep(path, 40 + file * 5000, i + file, 0);
		}
		mkdir("m/dir", 0755);
		keep("m/dir/gone", 3000, 9, 0);
		sync();
		/* each synchronized by itself, which is what a fast commit writes down */
		keep("m/single", 20000, 50, 1);
		keep("m/dir/within", 700, 51, 1);
		int fd = open("m/kept3", O_RDWR);
		EXPECT(ftruncate(fd, 5000) == 0 && fsync(fd) == 0);
		close(fd);
		fd = open("m/kept4", O_RDWR);
		fill(wanted, 30000, i + 4);
		EXPECT(pwrite(fd, wanted + 20040, 9960, 20040) == 9960 && fdatasync(fd) == 0);
		EXPECT(fallocate(fd, 3, 4096, 8192) == 0 && fsync(fd) == 0);
		close(fd);
		EXPECT(rename("m/kept5", "m/dir/moved") == 0 && link("m/kept0", "m/dir/linked") == 0 && symlink("kept0", "m/dir/symbolic") == 0 && unlink("m/dir/gone") == 0);
		fd = open("m/dir/moved", O_RDWR);
		EXPECT(fchmod(fd, 0640) == 0 && fsetxattr(fd, "user.kept", "value", 5, 0) == 0 && fsync(fd) == 0);
		close(fd);
		fd = open("m/dir/linked", O_RDONLY);
		EXPECT(fsync(fd) == 0);
		close(fd);
		fd = open("m/dir", O_RDONLY);
		EXPECT(fsync(fd) == 0);
		close(fd);
		/* files without a name and one half cut, for the list of orphans */
		int orphans[3];
		for (int file = 0; file < 3; file++) {
			sprintf(path, "m/orphan%d", file);
			orphans[file] = open(path, O_CREAT | O_RDWR, 0600);
			write(orphans[file], wanted, 12000);
			fsync(orphans[file]);
			unlink(path);
		}
		fd = open("m", O_RDONLY);
		syncfs(fd);
		close(fd);
		/* and some more, of which nobody knows what will be left */
		keep("m/perhaps", 15000, 77, 0);
		mkdir("m/perhaps too", 0755);
		unlink("m/kept2");
		crash(kinds[i].flags);
		after_crash(orphans[1]);
		for (int file = 0; file < 3; file++)
			close(orphans[file]);
		SAY(umount("m"));
		if (i == 0)
			SAY(mount(DISK, "m", "ext4", MS_RDONLY, "noload")), SAY(umount("m"));
		if (i == 1)
			SAY(mount(DISK, "m", "ext4", MS_RDONLY, "")), SAY(umount("m"));
		if (!mounted(kinds[i].options))
			continue;
		for (int file = 0; file < 2; file++) {
			sprintf(path, "m/kept%d", file);
			check_kept(path, 40 + file * 5000, i + file);
		}
		check_kept("m/single", 20000, 50);
		check_kept("m/dir/within", 700, 51);
		check_kept("m/kept3", 5000, i + 3);
		check_kept("m/dir/moved", 40 + 5 * 5000, i + 5);
		check_kept("m/dir/linked", 40, i);
		fd = open("m/kept4", O_RDONLY);
		fill(wanted, 30000, i + 4);
		memset(wanted + 4096, 0, 8192);
		EXPECT(read(fd, found, sizeof found) == 30000 && !memcmp(found, wanted, 30000));
		close(fd);
		struct stat info;
		EXPECT(stat("m/dir/moved", &info) == 0 && (info.st_mode & 07777) == 0640);
		EXPECT(stat("m/dir/linked", &info) == 0 && info.st_nlink == 2);
		EXPECT(getxattr("m/dir/moved", "user.kept", found, 10) == 5);
		EXPECT(readlink("m/dir/symbolic", path, sizeof path) == 5);
		say("%d", access("m/dir/gone", F_OK)), say("%d", access("m/kept5", F_OK));
		work_on_disk(4, i);
		compare_all();
		clear_directory("m");
		sync();
		statfs("m", &after);
		EXPECT(after.f_ffree == before.f_ffree);
		SAY(umount("m"));
	}
}

/* A group of blocks, as GROUP_ADD wants it. */
struct group {
	uint32_t number;
	uint64_t block_map, inode_map, inode_table;
	uint32_t blocks;
	uint16_t reserved, unused;
};

static void say_space(void)
{
	struct statfs info;

	say("%ld", done(statfs("m", &info)));
	say("%ld %ld", (long)info.f_blocks, (long)info.f_files);
}

static void growing(void)
{
	static const struct {
		unsigned incompatible, read_only;
	} kinds[] = { { WIDE | FLEXIBLE, CHECKSUMS } };
	static const uint64_t sizes[] = { 4096, 3000, 5000, 0, 8193, 12000, 16384, 1ull << 40 };

	for (unsigned i = 0; i < COUNT(kinds); i++) {
		make(1024, 0, kinds[i].incompatible, kinds[i].read_only, 4096);
		if (!mounted(""))
			continue;
		say_space();
		int fd = open("m", O_RDONLY);
		work_on_disk(3, 5 + i);
		for (unsigned step = 0; step < COUNT(sizes); step++) {
			uint64_t size = sizes[step];
			say("%ld", done(ioctl(fd, _IOW('f', 16, uint64_t), &size)));
			say_space();
			if (step == 6) {
				close(fd);
				again("ext4", "");
				fd = open("m", O_RDONLY);
			}
			if (step % 3 == 2)
				work_on_disk(3, 15 + i + step);
		}
		close(fd);
		again("ext4", "");
		clear_directory("m");
		SAY(umount("m"));
	}
	make(1024, 0, 0, 0, 4096);
	if (!mounted(""))
		return;
	int fd = open("m", O_RDONLY);
	static const unsigned long ends[] = { 4000, 4096, 6000, 9000, 8193, 8193 };
	static const struct group groups[] = { { 2, 8195, 8196, 8197, 4000, 5, 0 },	{ 1, 8193, 8196, 8197, 4000, 5, 0 }, { 1, 8195, 8195, 8197, 4000, 5, 0 }, { 1, 8195, 8196, 8196, 4000, 5, 0 },
					       { 1, 8195, 8196, 9999999, 4000, 5, 0 }, { 1, 8195, 8196, 8197, 20, 5, 0 },   { 1, 8195, 8196, 8197, 9000, 5, 0 }, { 1, 8195, 8196, 8197, 4000, 3000, 0 },
					       { 1, 8195, 8196, 8197, 4000, 50, 0 },	{ 1, 8195, 8196, 8197, 4000, 50, 0 }, { 3, 8195, 8196, 8197, 4000, 50, 0 } };
	for (unsigned i = 0; i < COUNT(ends); i++) {
		unsigned long end = ends[i];
		say("%ld", done(ioctl(fd, _IOW('f', 7, unsigned long), &end)));
		say_space();
	}
	for (unsigned i = 0; i < COUNT(groups); i++) {
		struct group group = groups[i];
		say("g%ld", done(ioctl(fd, _IOW('f', 8, struct group), &group)));
		say_space();
	}
	say("%ld", done(ioctl(fd, _IOW('f', 7, unsigned long), 8))), say("%ld", done(ioctl(fd, _IOW('f', 8, struct group), 8))), say("%ld", done(ioctl(fd, _IOW('f', 16, uint64_t), 8)));
	close(fd);
	work_on_disk(4, 44);
	again("ext4", "");
	clear_directory("m");
	SAY(umount("m"));
}

struct moved {
	uint32_t reserved, donor;
	uint64_t from, to, length, moved;
};

/* Where a file system has its blocks: as intervals that must not overlap. */
static void map_all(int fd)
{
	static struct {
		struct fsmap_head head;
		struct fsmap entries[200];
	} map;
	uint64_t end = 0;

	memset(&map, 0, sizeof map);
	map.head.fmh_count = 200;
	map.head.fmh_keys[1].fmr_device = map.head.fmh_keys[1].fmr_flags = -1u;
	map.head.fmh_keys[1].fmr_physical = map.head.fmh_keys[1].fmr_owner = map.head.fmh_keys[1].fmr_offset = -1ull;
	say("%ld", done(ioctl(fd, FS_IOC_GETFSMAP, &map))), say("%x", map.head.fmh_oflags);
	for (unsigned i = 0; i < map.head.fmh_entries && i < 200; i++) {
		EXPECT(map.entries[i].fmr_physical >= end);
		end = map.entries[i].fmr_physical + map.entries[i].fmr_length;
		if (i < 6)
			say("%lx %lx", (long)map.entries[i].fmr_owner, (long)map.entries[i].fmr_flags);
	}
	say("%lx", (long)end);
	map.head.fmh_count = 0;
	say("%ld", done(ioctl(fd, FS_IOC_GETFSMAP, &map)));
	map.head.fmh_count = 3;
	map.head.fmh_keys[0].fmr_physical = 3000 * BLOCK;
	map.head.fmh_keys[1].fmr_physical = 3100 * BLOCK;
	say("%ld", done(ioctl(fd, FS_IOC_GETFSMAP, &map))), say("%u", map.head.fmh_entries > 0);
	map.head.fmh_keys[0].fmr_physical = 4000 * BLOCK;
	say("%ld", done(ioctl(fd, FS_IOC_GETFSMAP, &map)));
	map.head.fmh_keys[0].fmr_flags = 0x400;
	say("%ld", done(ioctl(fd, FS_IOC_GETFSMAP, &map)));
	map.head.fmh_iflags = 1;
	say("%ld", done(ioctl(fd, FS_IOC_GETFSMAP, &map)));
	say("%ld", done(ioctl(fd, FS_IOC_GETFSMAP, 8)));
}

static void calls(void)
{
	static struct {
		struct fiemap head;
		struct fiemap_extent extents[40];
	} extents;
	unsigned value;
	int flags = 0;

	make(1024, 0, 0, 0, EXT_BLOCKS);
	if (!mounted(""))
		return;
	keep("m/one", 60000, 1, 1);
	keep("m/two", 60000, 2, 1);
	int one = open("m/one", O_RDWR), two = open("m/two", O_RDWR), root = open("m", O_RDONLY);
	/* blocks change places, what the files hold does not */
	static const struct { int from, to, length; } moves[] = { { 0, 0, 10 }, { 5, 5, 30 }, { 3, 7, 4 }, { 50, 50, 40 }, { 100, 100, 4 }, { 0, 0, 0 }, { 20, 20, 1 } };
	for (unsigned i = 0; i < COUNT(moves); i++) {
		struct moved moved = { 0, two, moves[i].from, moves[i].to, moves[i].length, 0 };
		say("%ld", done(ioctl(one, _IOWR('f', 15, struct moved), &moved))), say("%ld", (long)moved.moved);
		fsync(one);
		check_kept("m/one", 60000, 1);
	}
	struct moved wrong[] = { { 1, two, 0, 0, 1, 0 }, { 0, root, 0, 0, 1, 0 }, { 0, one, 0, 0, 1, 0 }, { 0, 999, 0, 0, 1, 0 }, { 0, two, 1ull << 40, 0, 1, 0 }, { 0, two, 0, 0, 1, 5 } };
	for (unsigned i = 0; i < COUNT(wrong); i++)
		say("%ld", done(ioctl(one, _IOWR('f', 15, struct moved), &wrong[i])));
	/* indirect blocks instead of extents, and back */
	for (int round = 0; round < 2; round++) {
		say("%ld", done(ioctl(one, FS_IOC_GETFLAGS, &flags)));
		flags ^= FS_EXTENT_FL;
		say("%ld", done(ioctl(one, FS_IOC_SETFLAGS, &flags)));
		check_kept("m/one", 60000, 1);
		keep("m/short", 9000, 3, 1);
		int fd = open("m/short", O_RDWR);
		flags &= ~FS_EXTENT_FL;
		say("%ld", done(ioctl(fd, FS_IOC_SETFLAGS, &flags)));
		pwrite(fd, "tail", 4, 70000);
		fsync(fd);
		say("%ld", done(ioctl(fd, _IO('f', 9), 0)));
		EXPECT(pread(fd, found, 9000, 0) == 9000 && pread(fd, found + 9000, 4, 70000) == 4 && !memcmp(found + 9000, "tail", 4));
		fill(wanted, 9000, 3);
		EXPECT(!memcmp(found, wanted, 9000));
		say("%ld", done(ioctl(fd, _IO('f', 9), 0)));
		close(fd);
	}
	say("%ld", done(ioctl(one, _IO('f', 12), 0)));
	pwrite(one, "later", 5, 90000);
	say("%ld", done(ioctl(one, _IO('f', 12), 0)));
	/* the boot loader's inode and a file change what they hold */
	keep("m/boot", 5000, 8, 1);
	int boot = open("m/boot", O_RDWR);
	say("%ld", done(ioctl(boot, _IO('f', 17), 0)));
	say("%ld", (long)lseek(boot, 0, SEEK_END));
	say("%ld", done(ioctl(boot, _IO('f', 17), 0)));
	check_kept("m/boot", 5000, 8);
	say("%ld", done(ioctl(root, _IO('f', 17), 0)));
	close(boot);
	/* what the kernel remembers of extents */
	for (int round = 0; round < 2; round++) {
		say("%ld", done(ioctl(one, _IO('f', round ? 40 : 18), 0)));
		memset(&extents, 0, sizeof extents);
		extents.head.fm_length = -1ull, extents.head.fm_extent_count = 40;
		say("%ld", done(ioctl(one, _IOWR('f', 42, struct fiemap), &extents)));
		say("%d", extents.head.fm_mapped_extents > 0);
		extents.head.fm_extent_count = 0, extents.head.fm_flags = round;
		say("%ld", done(ioctl(one, _IOWR('f', 42, struct fiemap), &extents)));
		say("%ld", done(ioctl(one, _IOW('f', 41, uint32_t), &value)));
	}
	for (value = 0; value < 10; value++) {
		unsigned how = value;
		say("%ld", done(ioctl(root, _IOW('f', 43, uint32_t), &how)));
	}
	struct { uint32_t size, flags; unsigned char bytes[16]; } name = { 16, 0, "" };
	say("%ld", done(ioctl(root, _IOR('f', 44, uint64_t), &name)));
	say_bytes("", name.bytes, 16);
	memcpy(name.bytes, "another universe", 16);
	say("%ld", done(ioctl(root, _IOW('f', 44, uint64_t), &name)));
	name.size = 3;
	say("%ld", done(ioctl(root, _IOR('f', 44, uint64_t), &name))), say("%u", name.size);
	name.flags = 1, name.size = 16;
	say("%ld", done(ioctl(root, _IOW('f', 44, uint64_t), &name)));
	say("%ld", done(ioctl(one, _IOW('f', 4, long), &value)));
	say("%ld", done(ioctl(one, _IOR('f', 3, long), &value))), say("%u", value);
	/* projects without quotas */
	struct fsxattr extended;
	for (int i = 0; i < 4; i++) {
		memset(&extended, 0, sizeof extended);
		say("%ld", done(ioctl(i & 1 ? root : one, FS_IOC_FSGETXATTR, &extended)));
		extended.fsx_projid = i * 3;
		extended.fsx_xflags = i == 1 ? FS_XFLAG_PROJINHERIT : i == 2 ? FS_XFLAG_NODUMP | FS_XFLAG_PROJINHERIT : i == 3 ? 0x80000 : 0;
		extended.fsx_extsize = i == 3;
		say("%ld", done(ioctl(i & 1 ? root : one, FS_IOC_FSSETXATTR, &extended)));
		ioctl(i & 1 ? root : one, FS_IOC_FSGETXATTR, &extended);
		say("%x %u", extended.fsx_xflags, extended.fsx_projid);
	}
	SAY(mkdir("m/project", 0755));
	int inherited = open("m/project", O_RDONLY);
	ioctl(inherited, FS_IOC_FSGETXATTR, &extended);
	say("%x %u", extended.fsx_xflags, extended.fsx_projid);
	SAY(rename("m/two", "m/project/two"));
	SAY(link("m/one", "m/project/one"));
	close(inherited);
	map_all(root);
	/* what it cannot do, and what only part of it can */
	struct file_clone_range range = { two, 0, 4096, 0 };
	say("%ld", done(ioctl(one, FICLONE, two))), say("%ld", done(ioctl(one, FICLONERANGE, &range)));
	struct {
		struct file_dedupe_range head;
		struct file_dedupe_range_info info[2];
	} same = { { 0, 4096, 2, 0, 0 }, { { two, 0, 0, 0, 0 }, { 999, 0, 0, 0, 0 } } };
	say("%ld", done(ioctl(one, FIDEDUPERANGE, &same)));
	say("%d %d", same.info[0].status, same.info[1].status);
	static const struct { long start, length, least; } trims[] = { { 0, -1, 0 }, { 0, 100, 0 }, { 1 << 30, 5, 0 }, { 4096, 1 << 20, 65536 }, { 0, -1, 1 << 30 } };
	for (unsigned i = 0; i < COUNT(trims); i++) {
		struct fstrim_range trim = { trims[i].start, trims[i].length, trims[i].least };
		say("%ld", done(ioctl(root, FITRIM, &trim)));
	}
	/* nothing may be written while it is frozen */
	for (int round = 0; round < 2; round++) {
		say("%ld", done(ioctl(root, FIFREEZE, 0))), say("%ld", done(ioctl(root, FIFREEZE, 0)));
		check_kept("m/boot", 5000, 8);
		say("%ld", done(ioctl(root, FITHAW, 0))), say("%ld", done(ioctl(root, FITHAW, 0)));
		keep("m/short", round * 100, 4, 1);
		if (round == 0)
			keep("m/short", 0, 4, 1);
	}
	SAY(copy_file_range(one, 0, two, 0, 30000, 0));
	close(one);
	close(two);
	close(root);
	again("ext4", "");
	clear_directory("m");
	SAY(umount("m"));
}

/* Files opened by what identifies them, after their names are no longer in mind. */
static void handles(void)
{
	static const struct {
		const char *type, *options;
	} kinds[] = { { "ext4", "" }, { "vfat", "" }, { "vfat", "nfs=nostale_ro" } };
	static const char *const names[] = { "m/one", "m/dir", "m/dir/two", "m/dir/sub", "m" };
	struct handle {
		unsigned size;
		int type;
		unsigned char bytes[128];
	} handles[COUNT(names)];
	int mount_id;
	char path[60], target[100], text[40];

	for (unsigned kind = 0; kind < COUNT(kinds); kind++) {
		if (kind == 0)
			make(1024, 0, 0, 0, EXT_BLOCKS);
		else
			make_fat(16);
		mkdir("m", 0755);
		if (SAY(mount(DISK, "m", kinds[kind].type, 0, kind == 2 ? "" : kinds[kind].options)) < 0)
			continue;
		mkdir("m/dir", 0755);
		mkdir("m/dir/sub", 0755);
		keep("m/one", 500, 1, 1);
		keep("m/dir/two", 1500, 2, 1);
		for (int round = 0; round < 3; round++) {
			say("round");
			if (round != 1) {
				SAY(umount("m"));
				SAY(mount(DISK, "m", kinds[kind].type, kind == 2 ? MS_RDONLY : 0, kinds[kind].options));
			}
			int at = open("m", O_RDONLY);
			for (unsigned i = 0; i < COUNT(names); i++) {
				if (round < 2) {
					handles[i].size = round ? 8 : 128;
					say("%ld", done(syscall(SYS_name_to_handle_at, AT_FDCWD, names[i], &handles[i], &mount_id, 0)));
					say("%u %x", handles[i].size, handles[i].type);
					if (round)
						handles[i].size = 128, syscall(SYS_name_to_handle_at, AT_FDCWD, names[i], &handles[i], &mount_id, 0);
				}
				write_file("/proc/sys/vm/drop_caches", "2");
				int fd = syscall(SYS_open_by_handle_at, at, &handles[i], O_RDONLY);
				say("%d", fd < 0 ? errno : 0);
				sprintf(path, "/proc/self/fd/%d", fd);
				long length = fd < 0 ? -1 : readlink(path, target, sizeof target - 1);
				target[length > 0 ? length : 0] = 0;
				say("%s", target);
				memset(text, 0, sizeof text);
				say("%ld", fd < 0 ? 0 : done(read(fd, text, 30)));
				say_bytes("", text, sizeof text);
				close(fd);
				struct handle bad = handles[i];
				bad.bytes[(round * 5 + i) % 12] ^= 0x41;
				fd = syscall(SYS_open_by_handle_at, at, &bad, O_RDONLY);
				say("%d", fd < 0 ? errno : 0);
				close(fd);
				bad = handles[i];
				bad.type ^= 3;
				fd = syscall(SYS_open_by_handle_at, at, &bad, O_RDONLY);
				say("%d", fd < 0 ? errno : 0);
				close(fd);
				bad = handles[i];
				bad.size = 4;
				say("%ld", done(syscall(SYS_open_by_handle_at, at, &bad, O_RDONLY)));
			}
			close(at);
		}
		/* and when they are gone */
		if (kind != 2) {
			unlink("m/one");
			unlink("m/dir/two");
			int at = open("m", O_RDONLY), fd;
			for (unsigned i = 0; i < COUNT(names); i += 2)
				if ((fd = syscall(SYS_open_by_handle_at, at, &handles[i], O_RDONLY)) < 0)
					say("%d", errno);
				else
					close(fd);
			close(at);
		}
		SAY(umount("m"));
	}
}

const struct check ext4_checks[] = {
	{ "ext4-features", features }, { "ext4-tree", tree }, { "ext4-recovery", recovery }, { "ext4-growing", growing }, { "ext4-calls", calls }, { "disk-handles", handles }, { 0, 0 },
};
