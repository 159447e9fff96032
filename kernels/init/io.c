/* The corners of waiting, of moving data between descriptors, of descriptors' own settings, and of the memory calls. */
#include "harness.h"
#include <linux/falloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

static unsigned char page[4 * 4096] __attribute__((aligned(4096))), copy[1 << 16];

static long done(long result) { return result < 0 ? -errno : result; }

/* One descriptor of each kind, in states that differ in what they are ready for. */
static int collect(int *fds)
{
	int count = 0, ends[2];
	sigset_t set;

	fds[count++] = open("regular", O_CREAT | O_RDWR, 0600);
	fds[count++] = open(".", O_RDONLY | O_DIRECTORY);
	fds[count++] = open("regular", O_PATH);
	for (int state = 0; state < 4; state++) {
		pipe2(ends, O_NONBLOCK);
		if (state == 1)
			write(ends[1], "data", 4);
		if (state == 2)
			while (write(ends[1], copy, 4096) > 0)
				;
		fds[count++] = ends[0];
		fds[count++] = ends[1];
		if (state == 3)
			close(ends[1]);
	}
	pipe2(ends, O_NONBLOCK);
	close(ends[0]);
	fds[count++] = ends[1];
	fds[count++] = eventfd(0, EFD_NONBLOCK);
	fds[count++] = eventfd(3, EFD_NONBLOCK | EFD_SEMAPHORE);
	int full = eventfd(0, EFD_NONBLOCK);
	uint64_t most = -2ull;
	write(full, &most, 8);
	fds[count++] = full;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, 0);
	fds[count++] = signalfd(-1, &set, SFD_NONBLOCK);
	fds[count++] = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	fds[count++] = epoll_create1(0);
	fds[count++] = syscall(SYS_memfd_create, "m", 0);
	fds[count++] = inotify_init1(IN_NONBLOCK);
	fds[count++] = syscall(SYS_pidfd_open, getpid(), 0);
	static const char *const files[] = { "/dev/null", "/dev/zero", "/dev/full", "/dev/ptmx", "/proc/self/mounts", "/proc/sys/kernel/hostname", "/proc/self/stat", "/sys/kernel/uevent_seqnum", "/dev/kmsg", "/proc/swaps" };
	for (unsigned i = 0; i < sizeof files / sizeof *files; i++)
		fds[count++] = open(files[i], O_RDONLY | O_NONBLOCK);
	return count;
}

static void polling(void)
{
	int fds[64], count = collect(fds);
	static struct pollfd polls[1200];
	struct timespec zero = { 0, 0 }, bad = { 0, 2000000000 }, negative = { -1, 0 };
	fd_set sets[3];
	sigset_t none, all;

	lseek(fds[count - 2], 0, SEEK_END);
	for (int i = 0; i < count; i++) {
		polls[i] = (struct pollfd){ fds[i], 0x7fff, 0x1234 };
		struct epoll_event event = { EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | (i % 3 ? 0 : EPOLLET) | (i % 5 ? 0 : EPOLLONESHOT), { .u32 = i } };
		int set = epoll_create1(EPOLL_CLOEXEC);
		say("%d:%ld", i, done(epoll_ctl(set, EPOLL_CTL_ADD, fds[i], &event)));
		for (int k = 0; k < 3; k++) {
			struct epoll_event out = { 0 };
			say("%ld:%x", done(epoll_wait(set, &out, 1, 0)), out.events);
			if (k == 1) {
				event.events = k ? EPOLLOUT | EPOLLEXCLUSIVE : EPOLLIN;
				say("%ld", done(epoll_ctl(set, EPOLL_CTL_MOD, fds[i], &event)));
			}
		}
		close(set);
	}
	SAY(poll(polls, count, 0));
	for (int i = 0; i < count; i++)
		say("%d:%x", i, polls[i].revents);
	for (int i = 0; i < 1200; i++)
		polls[i] = (struct pollfd){ i % 7 == 6 ? -1 : i % 11 == 10 ? 900 : fds[i % count], i % 3 ? POLLIN : POLLOUT | POLLPRI, 0 };
	static const int sizes[] = { 0, 1, 29, 30, 31, 32, 500, 541, 542, 1000, 1024, 1025, 1200 };
	for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
		say("%d:%ld", sizes[i], done(poll(polls, sizes[i], 0)));
	say_bytes("", polls, 0);
	for (int i = 0; i < 1000; i++)
		if (polls[i].fd == 900 || polls[i].fd == -1)
			say("%x", polls[i].revents);
	sigemptyset(&none);
	sigfillset(&all);
	/* the C library's forms hide what the calls refuse */
	say("%ld %ld %ld %ld", done(syscall(SYS_ppoll, polls, 1, &zero, 0, 8)), done(syscall(SYS_ppoll, polls, 1, &bad, 0, 8)), done(syscall(SYS_ppoll, polls, 1, &negative, 0, 8)),
	    done(syscall(SYS_ppoll, polls, 1, &zero, &all, 4)));
	say("%ld %ld", done(syscall(SYS_ppoll, polls, 1, 8, &all, 8)), done(syscall(SYS_ppoll, 8, 1, &zero, &all, 8)));
	say("%ld", done(syscall(SYS_ppoll, polls, -1, &zero, 0, 8)));
	/* a blocked signal that the call's own mask lets in */
	struct sigaction action = { .sa_handler = (void (*)(int))say_shape };
	kill(getpid(), SIGUSR2);
	signal(SIGUSR2, SIG_IGN);
	kill(getpid(), SIGUSR2);
	(void)action;
	polls[0] = (struct pollfd){ fds[3], POLLIN, 0 };
	say("%ld", done(syscall(SYS_ppoll, polls, 1, &zero, &none, 8)));
	for (int nfds = -1; nfds < 70; nfds += 7) {
		for (int s = 0; s < 3; s++) {
			FD_ZERO(&sets[s]);
			for (int i = s; i < count; i += 1 + s)
				if (fds[i] >= 0 && fds[i] < 64)
					FD_SET(fds[i], &sets[s]);
		}
		struct { const sigset_t *set; size_t size; } mask = { nfds % 2 ? &none : 0, 8 };
		struct timespec now = { 0, 0 };
		long result = done(syscall(SYS_pselect6, nfds, &sets[0], nfds % 3 ? &sets[1] : 0, nfds % 4 ? &sets[2] : 0, &now, &mask));
		say("%d:%ld", nfds, result);
		if (result > 0)
			say_bytes("", sets, sizeof sets);
	}
	FD_ZERO(&sets[0]);
	FD_SET(900, &sets[0]);
	say("%ld", done(syscall(SYS_pselect6, 1000, &sets[0], 0, 0, &zero, 0)));
	say("%ld", done(syscall(SYS_pselect6, 1 << 20, 0, 0, 0, &zero, 0)));
	say("%ld", done(syscall(SYS_pselect6, 64, 8, 0, 0, &zero, 0)));
	say("%ld", done(syscall(SYS_pselect6, 1, 0, 0, 0, &bad, 0)));
	struct rlimit { unsigned long now, most; } limit = { 20, 100 };
	syscall(SYS_prlimit64, 0, 7, &limit, 0);
	say("%ld %ld", done(poll(polls, 21, 0)), done(poll(polls, 20, 0)));
	for (int i = 0; i < count; i++)
		for (int offset = -1; offset < 2; offset++)
			say("%ld", done(lseek(fds[i], offset, SEEK_SET)));
	for (int i = 0; i < count; i++) {
		int number = 0;
		say("%ld %ld", done(ioctl(fds[i], 0x541b, &number)), i == 0 || i == 1 || i > 20 ? 0l : (long)number);
		say("%ld %ld", done(fcntl(fds[i], F_GETFL)), done(fcntl(fds[i], F_SETFL, O_NONBLOCK | O_APPEND | O_NOATIME)));
		say("%ld %ld", done(fsync(fds[i])), done(ftruncate(fds[i], 5)));
		struct iovec vector = { page, 0 };
		say("%ld %ld", done(writev(fds[i], &vector, 1)), done(pread(fds[i], page, 0, 0)));
	}
}

static void moving(void)
{
	int a[2], b[2], packets[2], file = open("source", O_CREAT | O_RDWR, 0600), target = open("target", O_CREAT | O_RDWR, 0600), zero = open("/dev/zero", O_RDWR), null = open("/dev/null", O_WRONLY);
	uint64_t seed = 77;

	pipe2(a, O_NONBLOCK);
	pipe2(b, O_NONBLOCK);
	for (unsigned i = 0; i < sizeof copy; i++)
		copy[i] = i * 31 + i / 256;
	write(file, copy, sizeof copy);
	static const int sizes[] = { 0, 1, 4096, 5000, 65536, 200000, 1 << 20, (1 << 20) + 1, 1 << 30, -1 };
	for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
		say("%ld", done(fcntl(b[0], F_SETPIPE_SZ, sizes[i])));
	fcntl(b[0], F_SETPIPE_SZ, 16384);
	/* data wander: file to pipe, pipe to pipe, copies of pipes, pages of our own, pipe to file */
	loff_t out = 0;
	for (int round = 0; round < 150; round++) {
		uint64_t random = next_random(&seed);
		loff_t in = random % 60000;
		size_t length = 1 + (random >> 20) % 9000;
		unsigned flags = SPLICE_F_NONBLOCK | (random >> 40) % 2 * SPLICE_F_MOVE | (random >> 41) % 2 * SPLICE_F_MORE;
		struct iovec vectors[3] = { { copy + in % 4096, length / 3 }, { copy + 100, 0 }, { copy + in, length / 5 } };
		long result = -1;
		switch ((random >> 50) % 9) {
		case 0: result = splice(file, &in, a[1], 0, length, flags); break;
		case 1: result = splice(a[0], 0, b[1], 0, length, flags); break;
		case 2: result = tee(a[0], b[1], length, flags); break;
		case 3: result = vmsplice(a[1], vectors, 3, flags); break;
		case 4:
			result = splice(b[0], 0, target, &out, length, flags);
			break;
		case 5: result = splice(b[0], 0, null, 0, length, flags); break;
		case 6: result = splice(zero, 0, a[1], 0, length / 4, flags); break;
		case 7: result = sendfile(a[1], file, &in, length); break;
		default:
			vectors[0].iov_base = page, vectors[0].iov_len = length % 4096;
			result = vmsplice(b[0], vectors, 1, flags);
			if (result > 0)
				say_bytes("", page, result);
		}
		say("%d:%ld", (int)((random >> 50) % 9), done(result));
	}
	long length = pread(target, copy, sizeof copy, 0);
	say_bytes("target", copy, length > 0 ? length : 0);
	while ((length = read(b[0], copy, 3000)) > 0)
		say_bytes("", copy, length);
	/* what is refused */
	loff_t at = 5, minus = -5;
	SAY(splice(file, &at, target, &at, 10, 0));
	SAY(splice(file, &minus, a[1], 0, 10, 0));
	SAY(splice(a[0], &at, b[1], 0, 10, 0));
	SAY(splice(file, &at, b[1], &at, 10, 0));
	SAY(splice(a[0], 0, a[1], 0, 10, 0));
	SAY(tee(a[0], a[1], 10, 0));
	SAY(tee(a[0], file, 10, 0));
	SAY(splice(a[0], 0, b[1], 0, 10, 0x100));
	SAY(splice(a[0], 0, b[1], 0, 0, 0));
	SAY(splice(a[1], 0, b[0], 0, 10, 0));
	SAY(splice(99, 0, b[0], 0, 10, 0));
	SAY(vmsplice(file, 0, 0, 0));
	SAY(vmsplice(a[1], (void *)8, 1, 0));
	SAY(vmsplice(a[1], 0, 2000, 0));
	int append = open("target", O_WRONLY | O_APPEND);
	write(a[1], "some", 4);
	SAY(splice(a[0], 0, append, 0, 4, 0));
	SAY(sendfile(append, file, 0, 100));
	SAY(sendfile(target, a[0], 0, 10));
	SAY(sendfile(target, file, (off_t *)8, 10));
	at = 0;
	SAY(syscall(SYS_copy_file_range, file, &at, file, &at, 100, 0));
	out = 50;
	SAY(syscall(SYS_copy_file_range, file, &at, file, &out, 100, 0));
	out = 500;
	SAY(syscall(SYS_copy_file_range, file, &at, file, &out, 100, 0));
	SAY(syscall(SYS_copy_file_range, file, &at, append, 0, 100, 0));
	SAY(syscall(SYS_copy_file_range, file, &at, a[1], 0, 100, 0));
	SAY(syscall(SYS_copy_file_range, file, &at, target, &out, 100, 1));
	/* a pipe of packets */
	pipe2(packets, O_DIRECT | O_NONBLOCK);
	for (int i = 1; i < 6; i++)
		write(packets[1], copy, i * 1500);
	for (int i = 0; i < 8; i++)
		SAY(read(packets[0], page, 5000));
	/* a pipe without a reader, and one without a writer */
	signal(SIGPIPE, SIG_IGN);
	close(a[0]);
	SAY(splice(file, 0, a[1], 0, 10, 0));
	SAY(tee(b[0], a[1], 10, 0));
	close(b[1]);
	SAY(splice(b[0], 0, target, 0, 100, 0));
	mkfifo("fifo", 0600);
	SAY(open("fifo", O_WRONLY | O_NONBLOCK));
	int reader = open("fifo", O_RDONLY | O_NONBLOCK), both = open("fifo", O_RDWR);
	SAY(reader >= 0);
	SAY(write(both, "through", 7));
	SAY(read(reader, page, 100));
	SAY(ftruncate(both, 1));
	SAY(lseek(both, 0, SEEK_SET));
}

static volatile int got_signal, got_fd, got_code, got_band;
static void on_io(int number, siginfo_t *info, void *context)
{
	got_signal = number;
	got_fd = info->si_fd;
	got_code = info->si_code;
	got_band = info->si_band;
}

static void settings(void)
{
	int ends[2], fd = open("file", O_CREAT | O_RDWR, 0600);
	struct sigaction action = { .sa_sigaction = on_io, .sa_flags = SA_SIGINFO };

	sigaction(SIGIO, &action, 0);
	sigaction(SIGRTMIN + 3, &action, 0);
	sigaction(SIGURG, &action, 0);
	pipe2(ends, O_NONBLOCK);
	SAY(fcntl(ends[0], F_GETOWN));
	SAY(fcntl(ends[0], F_SETOWN, getpid()));
	EXPECT(fcntl(ends[0], F_GETOWN) == getpid());
	SAY(fcntl(ends[0], F_SETOWN, 999999));
	SAY(fcntl(ends[0], F_SETOWN, INT_MIN));
	static const int signals[] = { 0, SIGIO, 35, 99, -1 };
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
		say("%ld", done(fcntl(ends[0], F_SETSIG, signals[i] == 35 ? SIGRTMIN + 3 : signals[i])));
		say("%ld", done(fcntl(ends[0], F_GETSIG)));
		fcntl(ends[0], F_SETOWN, i & 1 ? -getpgrp() : getpid());
		say("%ld", done(fcntl(ends[0], F_SETFL, O_ASYNC | O_NONBLOCK)));
		got_signal = got_fd = got_code = got_band = 0;
		write(ends[1], "x", 1);
		say("%d %d %x %d", got_signal, got_fd == ends[0], got_band, got_code);
		read(ends[0], page, 10);
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
		got_signal = 0;
		write(ends[1], "x", 1);
		say("%d", got_signal);
	}
	struct { int type, pid; } owner;
	for (int type = -1; type < 4; type++) {
		owner.type = type, owner.pid = type == 0 ? syscall(SYS_gettid) : type == 1 ? getpid() : getpgrp();
		say("%ld", done(fcntl(ends[1], F_SETOWN_EX, &owner)));
		owner.type = 77;
		say("%ld %d", done(fcntl(ends[1], F_GETOWN_EX, &owner)), owner.type);
	}
	/* leases and notes */
	int only = open("lease", O_CREAT | O_RDONLY, 0600), other;
	static const int leases[] = { F_RDLCK, F_WRLCK, F_UNLCK, 77 };
	for (unsigned i = 0; i < 4; i++)
		say("%ld %ld", done(fcntl(only, F_SETLEASE, leases[i])), done(fcntl(only, F_GETLEASE)));
	SAY(fcntl(only, F_SETLEASE, F_RDLCK));
	got_signal = 0;
	SAY((other = open("lease", O_WRONLY | O_NONBLOCK)) >= 0);
	say("%d", got_signal);
	SAY(fcntl(only, F_GETLEASE));
	SAY(fcntl(only, F_SETLEASE, F_UNLCK));
	SAY((other = open("lease", O_WRONLY | O_NONBLOCK)) >= 0);
	SAY(fcntl(only, F_SETLEASE, F_RDLCK));
	SAY(fcntl(fd, F_SETLEASE, F_WRLCK));
	SAY(fcntl(fd, F_SETLEASE, F_RDLCK));
	SAY(fcntl(fd, F_SETLEASE, F_UNLCK));
	SAY(fcntl(only, F_SETLEASE, F_UNLCK));
	int dir = open(".", O_RDONLY);
	SAY(fcntl(dir, F_SETLEASE, F_RDLCK));
	SAY(fcntl(dir, F_NOTIFY, 1));
	/* locks of the process, of the file and of the whole */
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	for (int i = 0; i < 24; i++) {
		lock.l_type = i % 4 == 3 ? F_UNLCK : i % 3 ? F_RDLCK : F_WRLCK, lock.l_whence = i % 5 == 4 ? SEEK_END : SEEK_SET;
		lock.l_start = i * 7 % 30, lock.l_len = i % 6 == 5 ? -3 : i % 7 == 6 ? 0 : i % 10 + 1, lock.l_pid = 0;
		say("%ld %ld", done(fcntl(fd, F_SETLK, &lock)), done(fcntl(open("file", O_RDWR), F_OFD_SETLK, &lock)));
		lock.l_type = F_WRLCK, lock.l_len = 50;
		say("%ld %d %ld %ld", done(fcntl(fd, F_OFD_GETLK, &lock)), lock.l_type, (long)lock.l_start, (long)lock.l_len);
	}
	say_shape("/proc/locks");
	SAY(flock(fd, 2 | 4));
	other = open("file", O_RDWR);
	SAY(flock(other, 1 | 4));
	SAY(flock(fd, 1 | 4));
	SAY(flock(other, 1 | 4));
	SAY(flock(other, 2 | 4));
	SAY(flock(other, 8));
	SAY(flock(other, 99));
	for (int command = 0; command < 60; command++)
		if (command != F_SETLKW && command != F_OFD_SETLKW && command != F_DUPFD && command != F_GETOWN)
			say("%d:%ld", command, done(fcntl(other, command, 8l)));
	for (int command = 1024; command < 1050; command++)
		say("%d:%ld", command, done(fcntl(fd, command, 0l)));
	SAY(fcntl(fd, F_DUPFD, 100));
	SAY(fcntl(fd, F_DUPFD_CLOEXEC, 100));
	SAY(fcntl(fd, F_DUPFD, 1 << 20));
	SAY(fcntl(101, F_GETFD));
	SAY(fcntl(101, F_SETFD, 0));
	SAY(dup3(fd, 102, O_CLOEXEC));
	SAY(dup3(fd, fd, 0));
	SAY(dup3(fd, 103, 7));
	SAY(syscall(SYS_close_range, 100, 101, 0));
	SAY(syscall(SYS_close_range, 102, 200, 4));
	SAY(syscall(SYS_close_range, 5, 4, 0));
	SAY(syscall(SYS_close_range, 100, 200, 2));
	static const int flags[] = { O_APPEND, O_DIRECT, O_NOATIME, O_SYNC, O_ASYNC, O_TRUNC, O_NONBLOCK, -1 };
	for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
		say("%ld %ld", done(fcntl(fd, F_SETFL, flags[i])), done(fcntl(fd, F_GETFL)));
}

static void seals(void)
{
	for (int flags = 0; flags < 32; flags++) {
		int fd = syscall(SYS_memfd_create, "sealed", flags);
		say("%d:%d", flags, fd < 0 ? -errno : 0);
		if (fd < 0)
			continue;
		say("%ld", done(fcntl(fd, F_GET_SEALS)));
		close(fd);
	}
	static char name[300];
	memset(name, 'n', 249);
	SAY(syscall(SYS_memfd_create, name, 0) >= 0);
	name[249] = 'n';
	SAY(syscall(SYS_memfd_create, name, 0));
	SAY(syscall(SYS_memfd_create, 8, 0));
	for (int seal = 0; seal < 128; seal += seal < 32 ? 1 : 16) {
		int fd = syscall(SYS_memfd_create, "sealed", 2);
		if (fd < 0)
			skip("no memfd");
		write(fd, page, 8192);
		char *before = seal % 3 ? MAP_FAILED : mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		say("%x:%ld", seal, done(fcntl(fd, F_ADD_SEALS, seal)));
		say("%ld", done(fcntl(fd, F_GET_SEALS)));
		say("%ld %ld %ld", done(pwrite(fd, "x", 1, 5)), done(pwrite(fd, page, 4096, 8192)), done(ftruncate(fd, 20000)));
		say("%ld %ld %ld", done(ftruncate(fd, 4096)), done(fallocate(fd, 0, 0, 16384)), done(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096)));
		char *shared = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), *private = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0), *read = mmap(0, 4096, PROT_READ, MAP_SHARED, fd, 0);
		say("%d %d %d", shared != MAP_FAILED, private != MAP_FAILED, read != MAP_FAILED);
		if (read != MAP_FAILED)
			say("%ld", done(mprotect(read, 4096, PROT_READ | PROT_WRITE)));
		say("%ld %ld", done(fcntl(fd, F_ADD_SEALS, 2)), done(fchmod(fd, 0777)));
		if (before != MAP_FAILED)
			munmap(before, 8192);
		munmap(shared, 4096), munmap(private, 4096), munmap(read, 4096);
		say("%ld", done(fcntl(fd, F_ADD_SEALS, 8)));
		close(fd);
	}
	int fd = open("unsealed", O_CREAT | O_RDWR, 0600);
	SAY(fcntl(fd, F_GET_SEALS));
	SAY(fcntl(fd, F_ADD_SEALS, 1));
}

static void advice(void)
{
	int file = open("advised", O_CREAT | O_RDWR, 0600);
	unsigned char present[16];

	ftruncate(file, 16 * 4096);
	for (int kind = 0; kind < 4; kind++) {
		for (int advice = -1; advice < 27; advice++) {
			unsigned char *area = mmap(0, 16 * 4096, PROT_READ | PROT_WRITE, kind == 0 ? MAP_PRIVATE | MAP_ANONYMOUS : kind == 1 ? MAP_SHARED | MAP_ANONYMOUS : kind == 2 ? MAP_SHARED : MAP_PRIVATE,
						   kind < 2 ? -1 : file, 0);
			EXPECT(area != MAP_FAILED);
			for (int i = 0; i < 16; i += 2)
				area[i * 4096 + 5] = i + 1;
			munmap(area + 12 * 4096, 4096);
			say("%d.%d:%ld", kind, advice, done(madvise(area + 2 * 4096, 5 * 4096, advice)));
			say("%ld %ld", done(madvise(area + 10 * 4096, 4 * 4096, advice)), done(madvise(area + 1, 4096, advice)));
			/* pages that may be freed may still be there */
			if (advice != 8)
				for (int i = 0; i < 10; i++)
					say("%d", area[i * 4096 + 5]);
			if (advice != 8 && advice != 20 && advice != 21) {
				say("%ld", done(mincore(area, 12 * 4096, present)));
				for (int i = 0; i < 12; i++)
					say("%d", present[i] & 1);
			}
			if (advice == 10 || advice == 18) {
				pid_t pid = fork();
				if (pid == 0)
					_exit(area[4 * 4096 + 5]);
				int status;
				waitpid(pid, &status, 0);
				say("child %x", status);
			}
			munmap(area, 16 * 4096);
		}
	}
	char *area = mmap(0, 8 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	SAY(mincore(area, 1, (void *)8));
	SAY(mincore(area + 1, 1, present));
	SAY(mincore(area, -1, present));
	for (int flags = 0; flags < 9; flags++)
		say("%ld %ld", done(msync(area, 8 * 4096, flags)), done(msync(area + 7, 4096, flags)));
	SAY(syscall(SYS_remap_file_pages, area, 4096, 0, 3, 0));
	SAY(syscall(SYS_mlock2, area, 8192, 1));
	SAY(syscall(SYS_mlock2, area, 8192, 2));
	SAY(munlock(area, 8192));
	for (int flags = 0; flags < 8; flags++)
		say("%d", mremap(area + 4096, 4096, 8192, flags, area + 64 * 4096) == MAP_FAILED ? errno : 0);
	SAY(syscall(SYS_get_mempolicy, 0, 0, 0, 0, 0));
	SAY(syscall(SYS_mbind, area, 4096, 0, 0, 0, 0));
	int self = syscall(SYS_pidfd_open, getpid(), 0);
	struct iovec vector = { area, 4096 };
	for (int advice = 0; advice < 27; advice++)
		say("%ld", done(syscall(440, self, &vector, 1l, advice, 0)));
	struct { uint64_t at, length; } range = { 0, 65536 };
	uint64_t stat[5] = { 0 };
	say("%ld %llu", done(syscall(451, file, &range, stat, 0)), (unsigned long long)stat[0]);
	SAY(syscall(451, file, &range, stat, 1));
	for (int command = 0; command < 300; command = command ? command * 2 : 1)
		say("%ld", done(syscall(SYS_membarrier, command, 0, 0)));
}

const struct check io_checks[] = {
	{ "io-polling", polling }, { "io-moving", moving }, { "io-settings", settings }, { "io-seals", seals }, { "io-advice", advice }, { 0, 0 },
};
