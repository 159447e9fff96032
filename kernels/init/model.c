/* Random sequences of operations against a model that this file computes itself, and against the GCC kernel's results.
 *
 * Data structures that a plain boot hardly touches (page cache trees, the VMA tree, directory hashes, the pipe ring) go through
 * thousands of different states; each result is both checked here and said. */
#include "harness.h"
#include <sys/epoll.h>

#define FILE_PAGES 96
#define FILE_LIMIT (FILE_PAGES * 4096)

static unsigned char shadow[FILE_LIMIT], buffer[FILE_LIMIT];

/* Writes, reads, truncations, holes and mappings of one file, compared with an array. */
static void file_model_in(const char *path, uint64_t seed)
{
	int fd = open(path, O_CREAT | O_RDWR | O_TRUNC, 0600);
	size_t size = 0;
	struct stat stat_;
	unsigned char *map = mmap(0, FILE_LIMIT, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	EXPECT(fd >= 0 && map != MAP_FAILED);
	if (fd < 0 || map == MAP_FAILED)
		return;
	memset(shadow, 0, sizeof shadow);
	for (int step = 0; step < 220; step++) {
		uint64_t r = next_random(&seed);
		size_t at = (r >> 8) % FILE_LIMIT, length = 1 + (r >> 40) % ((r & 64) ? 9000 : 200);
		if (at + length > FILE_LIMIT)
			length = FILE_LIMIT - at;
		switch (r % 9) {
		case 0:
		case 1:
		case 2:
			memset(buffer, step + 1, length);
			EXPECT(pwrite(fd, buffer, length, at) == (ssize_t)length);
			memset(shadow + at, step + 1, length);
			if (at + length > size)
				size = at + length;
			break;
		case 3:
			if (r & 1 << 20) {
				EXPECT(ftruncate(fd, at) == 0);
				if (at < size)
					memset(shadow + at, 0, size - at);
				size = at;
			}
			break;
		case 4:
		case 5: {
			ssize_t got = pread(fd, buffer, length, at);
			ssize_t want = at >= size ? 0 : at + length > size ? (ssize_t)(size - at) : (ssize_t)length;
			EXPECT(got == want);
			if (got > 0)
				EXPECT(memcmp(buffer, shadow + at, got) == 0);
			break;
		}
		case 6:
			if (at + length <= size) {
				memset(map + at, ~step, length);
				memset(shadow + at, ~step, length);
			}
			break;
		case 7: {
			struct iovec parts[3] = { { buffer, length / 3 }, { buffer + length / 3, length / 3 }, { buffer + 2 * (length / 3), length - 2 * (length / 3) } };
			memset(buffer, step, length);
			EXPECT(pwritev(fd, parts, 3, at) == (ssize_t)length);
			memset(shadow + at, step, length);
			if (at + length > size)
				size = at + length;
			break;
		}
		case 8: {
			long result = syscall(SYS_fallocate, fd, 3, at, length); /* PUNCH_HOLE | KEEP_SIZE */
			if (result == 0 && at < size)
				memset(shadow + at, 0, at + length > size ? size - at : length);
			if (step < 20)
				say("%ld", result < 0 ? -errno : 0L);
			break;
		}
		}
		EXPECT(fstat(fd, &stat_) == 0 && (size_t)stat_.st_size == size);
		if (step % 16 == 0)
			say("%ld", (long)stat_.st_blocks);
	}
	EXPECT(pread(fd, buffer, FILE_LIMIT, 0) == (ssize_t)size);
	EXPECT(memcmp(buffer, shadow, size) == 0);
	say_bytes("content", buffer, size);
	for (off_t at = 0; at >= 0 && at < (off_t)size;) {
		off_t data = lseek(fd, at, SEEK_DATA), hole = data < 0 ? -1 : lseek(fd, data, SEEK_HOLE);
		say("%ld-%ld", (long)data, (long)hole);
		at = hole;
	}
	munmap(map, FILE_LIMIT);
	close(fd);
	unlink(path);
}

static void file_model(void)
{
	file_model_in("model", 0x1234567);
	file_model_in("model", 0x89abcdef1);
}

static void rootfs_model(void)
{
	file_model_in("/rootfs-model", 0x777);
}

/* Creates, links, renames and removes random names in a few directories, compared with a table. */
static void directory_model(void)
{
	enum { NAMES = 64, DIRECTORIES = 4 };
	static int present[DIRECTORIES][NAMES], inode[DIRECTORIES][NAMES], links[4096];
	char path[64], other[64];
	uint64_t seed = 42;
	int made = 0;
	struct stat info;

	for (int d = 0; d < DIRECTORIES; d++) {
		snprintf(path, sizeof path, "dir%d", d);
		EXPECT(mkdir(path, 0755) == 0);
	}
	for (int step = 0; step < 700; step++) {
		uint64_t r = next_random(&seed);
		int d = r % DIRECTORIES, n = (r >> 8) % NAMES, e = (r >> 20) % DIRECTORIES, m = (r >> 28) % NAMES;
		snprintf(path, sizeof path, "dir%d/name-%d", d, n * n);
		snprintf(other, sizeof other, "dir%d/name-%d", e, m * m);
		switch ((r >> 40) % 5) {
		case 0: {
			int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
			EXPECT((fd >= 0) == !present[d][n]);
			if (fd >= 0) {
				present[d][n] = 1;
				inode[d][n] = ++made;
				links[made] = 1;
				close(fd);
			}
			break;
		}
		case 1:
			EXPECT((unlink(path) == 0) == present[d][n]);
			if (present[d][n])
				links[inode[d][n]]--;
			present[d][n] = 0;
			break;
		case 2: {
			int result = link(path, other);
			EXPECT((result == 0) == (present[d][n] && !present[e][m]));
			if (result == 0) {
				present[e][m] = 1;
				inode[e][m] = inode[d][n];
				links[inode[d][n]]++;
			}
			break;
		}
		case 3: {
			int result = rename(path, other);
			EXPECT((result == 0) == present[d][n]);
			if (result == 0 && !(present[e][m] && inode[e][m] == inode[d][n])) {
				if (present[e][m])
					links[inode[e][m]]--;
				present[e][m] = 1;
				inode[e][m] = inode[d][n];
				present[d][n] = 0;
			}
			break;
		}
		case 4:
			EXPECT((stat(path, &info) == 0) == present[d][n]);
			if (present[d][n])
				EXPECT((int)info.st_nlink == links[inode[d][n]]);
			break;
		}
	}
	for (int d = 0; d < DIRECTORIES; d++) {
		snprintf(path, sizeof path, "dir%d", d);
		DIR *directory = opendir(path);
		struct dirent *entry;
		int count = 0, want = 0;
		while ((entry = readdir(directory))) {
			/* The order of a tmpfs directory is that of creation. */
			say("%s", entry->d_name);
			count++;
		}
		closedir(directory);
		for (int n = 0; n < NAMES; n++)
			want += present[d][n];
		EXPECT(count == want + 2);
		stat(path, &info);
		say("size=%ld nlink=%ld", (long)info.st_size, (long)info.st_nlink);
	}
}

/* Maps, protects, moves and unmaps in a window, and compares /proc/self/maps with an array of page states. */
static void map_model(void)
{
	enum { PAGES = 160 };
	static unsigned char state[PAGES]; /* 0 nothing, else protection + 1 */
	static unsigned char mark[PAGES];
	uint64_t seed = 99;
	char *base = mmap(0, PAGES * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	static char text[1 << 16];

	EXPECT(base != MAP_FAILED);
	int has_madvise = madvise(base, 4096, MADV_DONTNEED) == 0;
	munmap(base, PAGES * 4096);
	for (int step = 0; step < 300; step++) {
		uint64_t r = next_random(&seed);
		int at = r % PAGES, count = 1 + (r >> 16) % 12, protection = (r >> 24) % 4, all = 1;
		if (at + count > PAGES)
			count = PAGES - at;
		for (int i = at; i < at + count; i++)
			all &= state[i] != 0;
		switch ((r >> 32) % 6) {
		case 0:
		case 1:
			EXPECT(mmap(base + at * 4096L, count * 4096L, protection & 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == base + at * 4096L);
			for (int i = at; i < at + count; i++) {
				state[i] = (protection & 3) + 1;
				mark[i] = 0;
			}
			break;
		case 2:
			EXPECT(munmap(base + at * 4096L, count * 4096L) == 0);
			memset(state + at, 0, count);
			memset(mark + at, 0, count);
			break;
		case 3: {
			int result = mprotect(base + at * 4096L, count * 4096L, protection & 3);
			EXPECT((result == 0) == all);
			if (result == 0)
				memset(state + at, (protection & 3) + 1, count);
			else /* pages before the hole have changed */
				for (int i = at; i < at + count && state[i]; i++)
					state[i] = (protection & 3) + 1;
			break;
		}
		case 4:
			for (int i = at; i < at + count; i++)
				if (state[i] == (PROT_READ | PROT_WRITE) + 1) {
					base[i * 4096L + 7] = step;
					mark[i] = step;
				}
			break;
		case 5:
			/* Unmapped parts are passed over: the rest is dropped even when the call fails. */
			if (!has_madvise)
				break;
			EXPECT((madvise(base + at * 4096L, count * 4096L, MADV_DONTNEED) == 0) == all);
			memset(mark + at, 0, count);
			break;
		}
		for (int i = at; i < at + count; i++)
			if (state[i] == PROT_READ + 1 || state[i] == (PROT_READ | PROT_WRITE) + 1)
				EXPECT((unsigned char)base[i * 4096L + 7] == mark[i]);
	}
	/* Every page's protection as the kernel tells it. */
	EXPECT(read_file("/proc/self/maps", text, sizeof text) > 0);
	static unsigned char told[PAGES];
	int areas = 0;
	for (char *at = text; *at; at = strchr(at, '\n') + 1) {
		unsigned long from, to;
		char flags[5];
		if (sscanf(at, "%lx-%lx %4s", &from, &to, flags) != 3)
			break;
		if (to <= (unsigned long)base || from >= (unsigned long)base + PAGES * 4096)
			continue;
		areas++;
		for (unsigned long page = from; page < to; page += 4096) {
			long i = (long)(page - (unsigned long)base) / 4096;
			if (page >= (unsigned long)base && i < PAGES)
				told[i] = 1 + (flags[0] == 'r' ? PROT_READ : 0) + (flags[1] == 'w' ? PROT_WRITE : 0);
		}
	}
	for (int i = 0; i < PAGES; i++)
		EXPECT(told[i] == state[i] || (state[i] == PROT_WRITE + 1 && told[i] == state[i]));
	say("areas=%d", areas);
	say_bytes("state", state, sizeof state);
	say_bytes("mark", mark, sizeof mark);
	unsigned char resident[PAGES];
	for (int i = 0; i < PAGES; i++)
		say("%ld", state[i] ? (long)mincore(base + i * 4096L, 4096, resident) * 2 + (resident[0] & 1) : 3L);
}

/* Bytes through a pipe in random portions; the two ends must agree whatever the ring looks like. */
static void pipe_model(void)
{
	int ends[2], spliced[2];
	uint64_t seed = 7, written = 0, taken = 0;
	static unsigned char data[20000];

	EXPECT(pipe2(ends, O_NONBLOCK) == 0 && pipe2(spliced, O_NONBLOCK) == 0);
	say("size=%d", fcntl(ends[0], F_GETPIPE_SZ));
	for (int step = 0; step < 400; step++) {
		uint64_t r = next_random(&seed);
		size_t length = 1 + (r >> 16) % ((r & 256) ? 15000 : 300);
		if (step == 150)
			SAY(fcntl(ends[0], F_SETPIPE_SZ, 4096 * 4) >= 0);
		if (step == 250)
			SAY(fcntl(ends[1], F_SETPIPE_SZ, 1 << 17) >= 0);
		if (r % 5 < 3) {
			for (size_t i = 0; i < length; i++)
				data[i] = (written + i) * 31 >> 3;
			ssize_t put = write(ends[1], data, length);
			if (step % 8 == 0)
				say("w%ld", (long)put);
			if (put > 0)
				written += put;
		} else if (r % 5 == 3) {
			ssize_t got = read(ends[0], data, length);
			if (step % 8 == 0)
				say("r%ld", (long)got);
			for (ssize_t i = 0; i < got; i++)
				EXPECT(data[i] == (unsigned char)((taken + i) * 31 >> 3));
			if (got > 0)
				taken += got;
		} else {
			ssize_t moved = splice(ends[0], 0, spliced[1], 0, length, SPLICE_F_NONBLOCK);
			while (moved > 0) {
				ssize_t got = read(spliced[0], data, sizeof data < (size_t)moved ? sizeof data : (size_t)moved);
				EXPECT(got > 0);
				if (got <= 0)
					break;
				for (ssize_t i = 0; i < got; i++)
					EXPECT(data[i] == (unsigned char)((taken + i) * 31 >> 3));
				taken += got;
				moved -= got;
			}
		}
		int waiting = 0;
		ioctl(ends[0], FIONREAD, &waiting);
		EXPECT(waiting == (int)(written - taken));
	}
	say("written=%llu taken=%llu", (unsigned long long)written, (unsigned long long)taken);
}

/* Record locks by two processes over random ranges, against an array of owners. */
static void lock_model(void)
{
	enum { RANGE = 48 };
	int fd = open("locks", O_CREAT | O_RDWR, 0600), ask[2], answer[2];
	uint64_t seed = 5;
	char mine[RANGE] = "", theirs[RANGE] = "";
	struct { int type, from, length; } request;
	int reply;

	EXPECT(pipe(ask) == 0 && pipe(answer) == 0);
	struct flock probe = { F_RDLCK, SEEK_SET, 0, 1, 0 };
	if (fcntl(fd, F_SETLK, &probe) < 0)
		skip(strerrorname_np(errno));
	probe.l_type = F_UNLCK;
	fcntl(fd, F_SETLK, &probe);
	pid_t pid = fork();
	if (pid == 0) {
		close(ask[1]);
		while (read(ask[0], &request, sizeof request) == sizeof request) {
			struct flock lock = { request.type, SEEK_SET, request.from, request.length, 0 };
			reply = fcntl(fd, F_SETLK, &lock) < 0 ? errno : 0;
			write(answer[1], &reply, sizeof reply);
		}
		_exit(0);
	}
	for (int step = 0; step < 250; step++) {
		uint64_t r = next_random(&seed);
		int from = r % RANGE, length = 1 + (r >> 8) % 12, type = (int[]){ F_RDLCK, F_WRLCK, F_UNLCK, F_RDLCK }[(r >> 16) % 4], child = r >> 20 & 1, free = 1;
		char *own = child ? theirs : mine, *rival = child ? mine : theirs;
		if (from + length > RANGE)
			length = RANGE - from;
		for (int i = from; i < from + length; i++)
			if ((type == F_WRLCK && rival[i]) || (type == F_RDLCK && rival[i] == 'w'))
				free = 0;
		if (child) {
			request.type = type, request.from = from, request.length = length;
			write(ask[1], &request, sizeof request);
			EXPECT(read(answer[0], &reply, sizeof reply) == sizeof reply);
		} else {
			struct flock lock = { type, SEEK_SET, from, length, 0 };
			reply = fcntl(fd, F_SETLK, &lock) < 0 ? errno : 0;
		}
		EXPECT((reply == 0) == free);
		if (reply == 0)
			memset(own + from, type == F_UNLCK ? 0 : type == F_WRLCK ? 'w' : 'r', length);
		if (!child && step % 10 == 0) {
			struct flock lock = { F_WRLCK, SEEK_SET, from, 0, 0 };
			fcntl(fd, F_GETLK, &lock);
			say("%d:%ld+%ld", lock.l_type, lock.l_type == F_UNLCK ? 0 : (long)lock.l_start, lock.l_type == F_UNLCK ? 0 : (long)lock.l_len);
		}
	}
	static char text[8192];
	read_file("/proc/locks", text, sizeof text);
	int lines = 0;
	for (char *at = text; *at; at++)
		lines += *at == '\n';
	say("locks=%d", lines);
	close(ask[1]);
	waitpid(pid, 0, 0);
}

/* Many descriptors in and out of one epoll set. */
static void epoll_model(void)
{
	enum { COUNT = 60 };
	int set = epoll_create1(0), pipes[COUNT][2];
	char in[COUNT] = "", full[COUNT] = "";
	uint64_t seed = 3;
	struct epoll_event event, events[COUNT];

	for (int i = 0; i < COUNT; i++)
		EXPECT(pipe2(pipes[i], O_NONBLOCK) == 0);
	for (int step = 0; step < 500; step++) {
		uint64_t r = next_random(&seed);
		int i = r % COUNT;
		char c = i;
		event.events = EPOLLIN;
		event.data.u64 = i;
		switch ((r >> 12) % 6) {
		case 0:
			EXPECT((epoll_ctl(set, EPOLL_CTL_ADD, pipes[i][0], &event) == 0) == !in[i]);
			in[i] = 1;
			break;
		case 1:
			EXPECT((epoll_ctl(set, EPOLL_CTL_DEL, pipes[i][0], &event) == 0) == in[i]);
			in[i] = 0;
			break;
		case 2:
			EXPECT((epoll_ctl(set, EPOLL_CTL_MOD, pipes[i][0], &event) == 0) == in[i]);
			break;
		case 3:
			if (!full[i]) {
				EXPECT(write(pipes[i][1], &c, 1) == 1);
				full[i] = 1;
			}
			break;
		case 4:
			EXPECT((read(pipes[i][0], &c, 1) == 1) == full[i]);
			full[i] = 0;
			break;
		case 5: {
			int want = 0, got = epoll_wait(set, events, COUNT, 0);
			for (int k = 0; k < COUNT; k++)
				want += in[k] && full[k];
			EXPECT(got == want);
			for (int k = 0; k < got; k++)
				say("%d", (int)events[k].data.u64);
			break;
		}
		}
	}
}

const struct check model_checks[] = {
	{ "file-model", file_model },	  { "rootfs-model", rootfs_model }, { "directory-model", directory_model }, { "map-model", map_model },
	{ "pipe-model", pipe_model }, { "lock-model", lock_model },	    { "epoll-model", epoll_model },	    { 0, 0 },
};
