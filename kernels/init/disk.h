/* What the checks of file systems share: a disk in memory, file systems made on it, random work on files against a model. */
#ifndef ORACLE_DISK_H
#define ORACLE_DISK_H

#define DISK "/dev/ram0"
/* The layout of the one group: super block, descriptors, two maps, inodes, root, journal. */
enum { BLOCK = 1024, EXT_BLOCKS = 8192, INODES = 256, TABLE = 5, ROOT = TABLE + INODES * 256 / BLOCK, JOURNAL = ROOT + 1 };

/* A number in little-endian bytes. */
void put(unsigned char *at, unsigned long value, int bytes);
/* The disk, with nothing mounted on m; skips the check when there is none. */
int open_disk(void);
/* ext4 with a journal of so many blocks, extents and hashed directories; or, not modern, what ext2 was. */
void make_ext(int modern, int journal_blocks);
/* FAT with entries of 12, 16 or 32 bits. */
void make_fat(int bits);
/* No file is expected to be there. */
void forget_models(void);
/* So many random operations on the files in m, and the same on the model. */
void work_on_disk(int rounds, uint64_t seed);
/* Every file must hold what its model does. */
void compare_all(void);
/* Unmounts, mounts again, compares. */
void again(const char *type, const char *options);
/* Deletes what is in a directory. */
void clear_directory(const char *path);
#endif
