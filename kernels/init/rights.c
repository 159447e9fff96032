/* What a process may see and do: namespaces, rule sets of Landlock, security modules, other processes' memory and descriptors; and the
 * calls that a configuration may lack: asynchronous input and output, watches, handles, futexes of several words. */
#include "harness.h"
#include <linux/aio_abi.h>
#include <linux/landlock.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/utsname.h>

static long done(long result) { return result < 0 ? -errno : result; }

/* Runs a part in a child, for it changes what the process is; the transcript is shared. */
static void apart(void (*run)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		run();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	say("child %x", status);
}

static int unshared;
static void in_namespace(void)
{
	struct utsname name;
	char path[300];
	int status;

	say("%x:%ld", unshared, done(syscall(SYS_unshare, unshared)));
	say("%ld", done(sethostname("inside", 6)));
	uname(&name);
	say("%s %d %d", name.nodename, getuid(), getgid());
	pid_t pid = fork();
	if (pid == 0) {
		say("pid %d", getpid() < 10 ? getpid() : 99);
		say("%ld", done(mount("t", "/mnt", "tmpfs", 0, 0)));
		say("%ld", done(setuid(0)));
		umount("/mnt");
		_exit(0);
	}
	waitpid(pid, &status, 0);
	static const char *const kinds[] = { "mnt", "uts", "ipc", "pid", "pid_for_children", "net", "user", "cgroup", "time", "time_for_children" };
	for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[i]);
		char target[100] = "";
		readlink(path, target, sizeof target - 1);
		target[strcspn(target, ":")] = 0;
		int fd = open(path, O_RDONLY), uid = -1;
		say("%s:%s:%d", kinds[i], target, fd < 0 ? errno : 0);
		for (int number = 0; number < 12; number++) {
			int result = ioctl(fd, 0xb700 + number, number == 4 ? &uid : 0);
			say("%d", result < 0 ? -errno : number == 3 ? result : 1);
		}
		say("%ld %ld %ld", done(syscall(SYS_setns, fd, 0)), done(syscall(SYS_setns, fd, 0x04000000)), done(syscall(SYS_setns, fd, 1)));
		close(fd);
		snprintf(path, sizeof path, "/proc/1/ns/%s", kinds[i]);
		fd = open(path, O_RDONLY);
		say("%d %ld", fd < 0 ? errno : 0, done(syscall(SYS_setns, fd, 0)));
	}
	int pidfd = syscall(SYS_pidfd_open, getppid(), 0);
	say("%ld %ld %ld", done(syscall(SYS_setns, pidfd, 0)), done(syscall(SYS_setns, pidfd, 0x0c000000)), done(syscall(SYS_setns, pidfd, 0x20000)));
	uname(&name);
	say("%s", name.nodename);
	for (int i = 0; i < 3; i++) {
		static const char *const maps[] = { "/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/setgroups" };
		say("%ld", done(write_file(maps[i], "0 0 1")));
		say_shape(maps[i]);
	}
}

static void namespaces(void)
{
	static const int flags[] = { 0, 0x20000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x02000000, 0x80, 0x200, 0x400, 0x40000, 0x100, 0x800, 0x10000, 0x24000000, 0x1 };
	struct utsname name;

	for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
		unshared = flags[i];
		apart(in_namespace);
	}
	uname(&name);
	say("%s", name.nodename);
	sethostname("(none)", 6);
}

enum { CREATE = 444, ADD = 445, RESTRICT = 446 };

static void try_all(const char *dir)
{
	char path[100], to[100];

	snprintf(path, sizeof path, "%s/file", dir);
	say("%d %d %d", open(path, O_RDONLY) < 0 ? errno : 0, open(path, O_WRONLY) < 0 ? errno : 0, open(path, O_RDWR | O_TRUNC) < 0 ? errno : 0);
	say("%ld %d", done(truncate(path, 10)), open(dir, O_RDONLY | O_DIRECTORY) < 0 ? errno : 0);
	char *args[] = { path, 0 };
	say("%ld", done(execve(path, args, args)));
	snprintf(to, sizeof to, "%s/new", dir);
	say("%d", open(to, O_CREAT | O_WRONLY, 0600) < 0 ? errno : 0);
	say("%ld %ld", done(rename(path, to)), done(rename(to, path)));
	snprintf(to, sizeof to, "%s/made", dir);
	say("%ld %ld", done(mkdir(to, 0755)), done(rmdir(to)));
	say("%ld %ld", done(symlink("x", to)), done(unlink(to)));
	say("%ld %ld", done(mknod(to, S_IFIFO | 0600, 0)), done(unlink(to)));
	say("%ld %ld", done(mknod(to, S_IFCHR | 0600, 0x103)), done(unlink(to)));
	say("%ld %ld", done(link(path, "/tmp/work/two/link")), done(rename("/tmp/work/two/link", to)));
	say("%ld %ld", done(unlink(to)), done(unlink("/tmp/work/two/link")));
	say("%ld %ld", done(rename("/tmp/work/one/deep", "/tmp/work/two/deep")), done(rename("/tmp/work/two/deep", "/tmp/work/one/deep")));
	say("%ld", done(syscall(SYS_renameat2, AT_FDCWD, "/tmp/work/one/file", AT_FDCWD, "/tmp/work/two/file", 2)));
	say("%ld", done(mount("t", dir, "tmpfs", 0, 0)));
}

static uint64_t handled, allowed;
static void in_ruleset(void)
{
	struct { uint64_t fs, net; } attr = { handled, 0 };
	struct landlock_path_beneath_attr rule = { allowed, open("/tmp/work/one", O_PATH) };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	int set = syscall(CREATE, &attr, 8, 0);
	say("%llx %llx:%d", (unsigned long long)handled, (unsigned long long)allowed, set < 0 ? -errno : 0);
	say("%ld", done(syscall(ADD, set, 1, &rule, 0)));
	rule.parent_fd = open("/tmp/work/two/deep2", O_PATH);
	say("%ld", done(syscall(ADD, set, 1, &rule, 0)));
	say("%ld", done(syscall(RESTRICT, set, 0)));
	try_all("/tmp/work/one");
	try_all("/tmp/work/two");
	try_all("/tmp/work/one/deep");
	int layers = 0;
	while (layers < 20 && syscall(RESTRICT, set, 0) == 0)
		layers++;
	say("%d %s", layers, strerrorname_np(errno));
	say("%ld", done(syscall(SYS_ptrace, 16, getppid(), 0, 0)));
}

static void landlock(void)
{
	struct { uint64_t fs, net, more; } attr = { 0x1fff, 0, 0 };
	struct landlock_path_beneath_attr rule = { 0x1fff, -1 };
	static const uint64_t sets[][2] = { { 0x1fff, 0 }, { 0x1fff, 0x1fff }, { 0x7fff, 0xc }, { 0x7fff, 0x7fff }, { 1, 0 }, { 2, 2 }, { 0xff0, 0x10 }, { 0x4, 0 }, { 0x2000, 0x2000 }, { 0x3000, 0x1000 }, { 0x4000, 0x4000 } };

	say("version %ld %ld %ld", done(syscall(CREATE, 0, 0, 1)), done(syscall(CREATE, &attr, 0, 1)), done(syscall(CREATE, 0, 0, 2)));
	for (int size = 0; size < 26; size += 4)
		say("%ld", done(syscall(CREATE, &attr, size, 0)) < 0 ? -(long)errno : 0l);
	attr.more = 1;
	SAY(syscall(CREATE, &attr, 24, 0));
	attr.fs = 0;
	SAY(syscall(CREATE, &attr, 8, 0));
	attr.fs = 1ull << 40;
	SAY(syscall(CREATE, &attr, 8, 0));
	SAY(syscall(CREATE, 8, 8, 0));
	attr.fs = 0x1fff;
	int set = syscall(CREATE, &attr, 8, 0);
	if (set < 0)
		skip("no landlock");
	SAY(syscall(ADD, set, 1, &rule, 0));
	rule.parent_fd = open("/dev/null", O_RDONLY);
	SAY(syscall(ADD, set, 1, &rule, 0));
	rule.allowed_access = 1;
	SAY(syscall(ADD, set, 1, &rule, 0));
	rule.allowed_access = 0;
	SAY(syscall(ADD, set, 1, &rule, 0));
	rule.allowed_access = 1ull << 50;
	SAY(syscall(ADD, set, 1, &rule, 0));
	SAY(syscall(ADD, set, 9, &rule, 0));
	SAY(syscall(ADD, set, 2, &rule, 0));
	SAY(syscall(ADD, set, 1, &rule, 1));
	SAY(syscall(ADD, set, 1, 8, 0));
	SAY(syscall(ADD, 0, 1, &rule, 0));
	SAY(syscall(ADD, 99, 1, &rule, 0));
	SAY(syscall(RESTRICT, set, 1));
	SAY(syscall(RESTRICT, 0, 0));
	char byte;
	SAY(read(set, &byte, 1));
	SAY(write(set, &byte, 1));
	say_shape("/proc/self/fdinfo/3");
	mkdir("one", 0755), mkdir("two", 0755), mkdir("one/deep", 0755), mkdir("two/deep2", 0755);
	close(open("one/file", O_CREAT | O_WRONLY, 0755));
	close(open("two/file", O_CREAT | O_WRONLY, 0755));
	close(open("one/deep/file", O_CREAT | O_WRONLY, 0755));
	for (unsigned i = 0; i < sizeof sets / sizeof *sets; i++) {
		handled = sets[i][0], allowed = sets[i][1];
		apart(in_ruleset);
	}
}

static void modules(void)
{
	uint64_t ids[20] = { 0 };
	char text[500];
	struct { uint64_t id, flags, length, context_length; char context[100]; } context = { 100, 0, sizeof context, 4 };

	for (int size = 0; size < 40; size += 4) {
		unsigned given = size;
		memset(ids, 0, sizeof ids);
		say("%d:%ld %u %llx %llx", size, done(syscall(461, ids, &given, 0)), given, (unsigned long long)ids[0], (unsigned long long)ids[1]);
	}
	SAY(syscall(461, 0, ids, 0));
	SAY(syscall(461, ids, 8, 0));
	for (int attribute = 98; attribute < 108; attribute++)
		for (int flags = 0; flags < 3; flags++) {
			unsigned given = sizeof text;
			say("%d.%d:%ld %u", attribute, flags, done(syscall(459, attribute, flags == 1 ? (void *)&context : text, &given, flags)), given);
			given = 0;
			say("%ld %u", done(syscall(459, attribute, 0, &given, flags)), given);
			say("%ld", done(syscall(460, attribute, &context, sizeof context, flags)));
			say("%ld", done(syscall(460, attribute, &context, 10, 0)));
		}
	static const char *const files[] = { "current", "prev", "exec", "fscreate", "keycreate", "sockcreate", "none" };
	for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(text, sizeof text, "/proc/self/attr/%s", files[i]);
		say("%ld", done(write_file(text, "label")));
		say_shape(text);
	}
	mkdir("/tmp/securityfs", 0755);
	say("%ld", done(mount("s", "/tmp/securityfs", "securityfs", 0, 0)));
	say_text("/tmp/securityfs/lsm");
	SAY(mkdir("/tmp/securityfs/x", 0700));
	SAY(umount("/tmp/securityfs"));
}

static void others(void)
{
	static char here[3 * 4096] __attribute__((aligned(4096))), there[3 * 4096] __attribute__((aligned(4096)));
	int ends[2], ready[2];
	char byte;

	pipe(ends);
	pipe(ready);
	for (unsigned i = 0; i < sizeof there; i++)
		there[i] = i * 7;
	pid_t pid = fork();
	if (pid == 0) {
		for (unsigned i = 0; i < sizeof there; i++)
			there[i] = i * 11;
		write(ready[1], "r", 1);
		read(ends[0], &byte, 1);
		_exit((unsigned char)there[4100]);
	}
	read(ready[0], &byte, 1);
	struct iovec local[3] = { { here, 100 }, { here + 4000, 5000 }, { here + 200, 50 } }, remote[3] = { { there + 4090, 20 }, { there, 0 }, { there + 10, 5130 } }, hole[2] = { { there, 100 }, { (void *)8, 100 } };
	SAY(process_vm_readv(pid, local, 3, remote, 3, 0));
	say_bytes("", here, sizeof here);
	SAY(process_vm_readv(pid, local, 2, hole, 2, 0));
	SAY(process_vm_readv(pid, local, 2, hole + 1, 1, 0));
	SAY(process_vm_readv(pid, local, 2, remote, 3, 1));
	SAY(process_vm_readv(pid, local, 2000, remote, 3, 0));
	SAY(process_vm_readv(pid, (void *)8, 2, remote, 3, 0));
	SAY(process_vm_readv(99999, local, 2, remote, 3, 0));
	memset(here, 0x55, sizeof here);
	SAY(process_vm_writev(pid, local, 3, remote, 3, 0));
	SAY(process_vm_writev(pid, local, 1, hole + 1, 1, 0));
	for (int kind = -1; kind < 9; kind++)
		say("%d:%ld %ld", kind, done(syscall(SYS_kcmp, getpid(), getpid(), kind, ends[0], ends[0])), done(syscall(SYS_kcmp, getpid(), pid, kind, ends[0], 99)) < 0 ? -(long)errno : 1l);
	int pidfd = syscall(SYS_pidfd_open, pid, 0);
	SAY(pidfd >= 0);
	SAY(syscall(438, pidfd, ends[0], 0) >= 0);
	SAY(syscall(438, pidfd, 99, 0));
	SAY(syscall(438, pidfd, 0, 1));
	SAY(syscall(424, pidfd, 0, 0, 0));
	SAY(syscall(424, pidfd, 99, 0, 0));
	struct iovec vector = { there, 4096 };
	for (int advice = 20; advice < 23; advice++)
		SAY(syscall(440, pidfd, &vector, 1, advice, 0));
	struct robust_list_head *head;
	size_t size;
	say("%ld", done(syscall(SYS_get_robust_list, pid, &head, &size)));
	static const int policies[] = { 0, 1, 2, 3, 5, 6, 99, -1 };
	for (unsigned i = 0; i < sizeof policies / sizeof *policies; i++)
		for (int priority = 0; priority < 100; priority += 33) {
			struct sched_param param = { priority };
			say("%ld %ld", done(sched_setscheduler(pid, policies[i], &param)), done(sched_getscheduler(pid)));
		}
	struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; uint32_t low, high; } attr = { 48 };
	for (unsigned length = 40; length < 60; length += 4)
		say("%ld %u", done(syscall(SYS_sched_getattr, pid, &attr, length, 0)), attr.size);
	for (int policy = 0; policy < 8; policy++) {
		memset(&attr, 0, sizeof attr);
		attr.size = 48, attr.policy = policy, attr.nice = policy * 3, attr.priority = policy == 1 || policy == 2 ? 5 : 0;
		attr.runtime = 1000000, attr.deadline = 5000000, attr.period = 10000000, attr.flags = policy == 3 ? 1 : 0;
		say("%ld", done(syscall(SYS_sched_setattr, pid, &attr, 0)));
		memset(&attr, 0, sizeof attr);
		say("%ld %u %llu %d %u", done(syscall(SYS_sched_getattr, pid, &attr, 56, 0)), attr.policy, (unsigned long long)attr.flags, attr.nice, attr.priority);
		struct timespec interval;
		say("%ld", done(sched_rr_get_interval(pid, &interval)));
	}
	memset(&attr, 0, sizeof attr);
	attr.size = 48;
	syscall(SYS_sched_setattr, pid, &attr, 0);
	unsigned long mask[4] = { 0 };
	for (size_t bytes = 0; bytes < 40; bytes += 4)
		say("%ld %lx", done(syscall(SYS_sched_getaffinity, pid, bytes, mask)), mask[0] & 1);
	for (unsigned long bits = 0; bits < 9; bits++)
		say("%ld", done(syscall(SYS_sched_setaffinity, pid, 8, &bits)));
	for (int which = -1; which < 4; which++)
		for (int class = 0; class < 5; class++)
			say("%ld %ld", done(syscall(SYS_ioprio_set, which, which == 1 ? pid : 0, class << 13 | class * 3)), done(syscall(SYS_ioprio_get, which, which == 1 ? pid : 0)));
	syscall(SYS_ioprio_set, 1, 0, 0);
	write(ends[1], "x", 1);
	int status;
	waitpid(pid, &status, 0);
	say("%x", status);
}

static void asynchronous(void)
{
	aio_context_t context = 0, second = 0;
	static char buffers[8][4096] __attribute__((aligned(4096)));
	struct iocb blocks[8], *list[8];
	struct io_event events[8];
	struct timespec zero = { 0, 0 }, long_enough = { 5, 0 };
	struct iovec vectors[2] = { { buffers[6], 100 }, { buffers[7], 200 } };
	int file = open("async", O_CREAT | O_RDWR, 0600), signal = eventfd(0, EFD_NONBLOCK), ends[2];

	if (syscall(SYS_io_setup, 8, &context) < 0)
		skip("no asynchronous input and output");
	pipe2(ends, O_NONBLOCK);
	SAY(syscall(SYS_io_setup, 0, &second));
	SAY(syscall(SYS_io_setup, 1 << 20, &second));
	SAY(syscall(SYS_io_setup, 8, &context));
	static const int codes[] = { IOCB_CMD_PWRITE, IOCB_CMD_PREAD, IOCB_CMD_FSYNC, IOCB_CMD_FDSYNC, IOCB_CMD_PWRITEV, IOCB_CMD_PREADV, 5, IOCB_CMD_NOOP, 99 };
	for (int round = 0; round < 9; round++) {
		memset(blocks, 0, sizeof blocks);
		for (int i = 0; i < 8; i++) {
			list[i] = &blocks[i];
			memset(buffers[i], round * 8 + i, 4096);
			blocks[i].aio_data = i + 100;
			blocks[i].aio_lio_opcode = codes[round];
			blocks[i].aio_fildes = round == 6 ? ends[i & 1] : file;
			blocks[i].aio_buf = (uint64_t)(round == 6 ? i & 1 ? POLLOUT : POLLOUT | POLLHUP : round == 4 || round == 5 ? (uint64_t)vectors : (uint64_t)buffers[i]);
			blocks[i].aio_nbytes = round == 6 || round == 2 || round == 3 ? 0 : round == 4 || round == 5 ? 2 : 1000 + i;
			blocks[i].aio_offset = round == 6 || round == 2 || round == 3 ? 0 : i * 3000;
			blocks[i].aio_flags = i == 3 ? IOCB_FLAG_RESFD : i == 5 ? 0x80 : 0;
			blocks[i].aio_resfd = i == 3 ? signal : 0;
		}
		int queued = 0;
		for (int first = 0; first < 8;) {
			long result = done(syscall(SYS_io_submit, context, 8 - first, list + first));
			say("%ld", result);
			first += result > 0 ? result : 1;
			queued += result > 0 ? result : 0;
		}
		long got;
		uint64_t sum = 0, count = 0;
		/* the order of those that a worker ends is its own */
		for (int tries = 0; tries < 3 && (got = syscall(SYS_io_getevents, context, tries || round == 6 ? 0 : queued, 8, events, tries ? &zero : &long_enough)) >= 0; tries++)
			for (int i = 0; i < got; i++)
				sum += events[i].data * (events[i].res + 77) + events[i].res2, count++;
		say("%llu %llu", (unsigned long long)count, (unsigned long long)sum);
		if (round == 6) {
			for (int i = 0; i < 8; i++)
				syscall(SYS_io_cancel, context, &blocks[i], events);
			/* their events come from a worker, in its time: into a context that nobody asks any more */
			say("%ld", done(syscall(SYS_io_destroy, context)));
			context = 0;
			say("%ld", done(syscall(SYS_io_setup, 8, &context)));
		}
		uint64_t value = 0;
		long told = done(read(signal, &value, 8));
		/* a worker tells after its event can be seen */
		if (round != 2 && round != 3 && round != 6)
			say("%ld", told);
		for (int i = 0; i < 8; i++)
			say_bytes("", buffers[i], 4096);
	}
	SAY(syscall(SYS_io_submit, context, -1, list));
	SAY(syscall(SYS_io_submit, context + 4096, 1, list));
	SAY(syscall(SYS_io_submit, context, 1, 8));
	SAY(syscall(SYS_io_getevents, context, 3, 2, events, &zero));
	SAY(syscall(SYS_io_destroy, context));
	SAY(syscall(SYS_io_destroy, context));
}

static void say_watch(int fd)
{
	static char text[8192] __attribute__((aligned(8)));
	long length = read(fd, text, sizeof text);

	say("%ld", done(length));
	for (char *at = text; length > 0 && at < text + length; at += sizeof(struct inotify_event) + ((struct inotify_event *)at)->len) {
		struct inotify_event *event = (void *)at;
		say("%d:%x:%d:%s", event->wd, event->mask, event->cookie != 0, event->len ? event->name : "");
	}
}

static void watches(void)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), number = 0;

	if (fd < 0)
		skip("no inotify");
	SAY(inotify_init1(99));
	mkdir("w", 0755);
	mkdir("w/sub", 0755);
	SAY(inotify_add_watch(fd, "w", IN_ALL_EVENTS));
	SAY(inotify_add_watch(fd, "w", IN_ALL_EVENTS | IN_MASK_CREATE));
	SAY(inotify_add_watch(fd, "w/sub", IN_MOVE_SELF | IN_DELETE_SELF | IN_ATTRIB));
	int file = open("w/file", O_CREAT | O_RDWR, 0600);
	write(file, "abc", 3);
	say_watch(fd);
	lseek(file, 0, SEEK_SET);
	char byte;
	read(file, &byte, 1);
	ftruncate(file, 1);
	fchmod(file, 0640);
	close(file);
	close(open("w/file", O_RDONLY));
	rename("w/file", "w/other");
	link("w/other", "w/linked");
	symlink("other", "w/symbolic");
	unlink("w/linked");
	rename("w/other", "w/sub/other");
	SAY(ioctl(fd, 0x541b, &number));
	say("%d", number);
	SAY(read(fd, &byte, 1));
	say_watch(fd);
	char path[40];
	SAY(inotify_add_watch(fd, "w/sub/other", IN_MODIFY | IN_ONESHOT));
	SAY(truncate("w/sub/other", 100));
	SAY(truncate("w/sub/other", 200));
	SAY(inotify_add_watch(fd, "w/sub/other", IN_ONLYDIR | IN_OPEN));
	SAY(inotify_add_watch(fd, "w/symbolic", IN_DONT_FOLLOW | IN_OPEN));
	SAY(inotify_add_watch(fd, "w", IN_MASK_ADD | IN_OPEN | IN_EXCL_UNLINK));
	SAY(inotify_add_watch(fd, "w", 0));
	SAY(inotify_add_watch(fd, "none", IN_OPEN));
	SAY(inotify_rm_watch(fd, 99));
	SAY(inotify_rm_watch(fd, 2));
	for (int i = 0; i < 20; i++)
		close(open("w/sub", O_RDONLY));
	say_watch(fd);
	rename("w", "v");
	mount("t", "v/sub", "tmpfs", 0, 0);
	umount("v/sub");
	unlink("v/sub/other");
	unlink("v/symbolic");
	rmdir("v/sub");
	rmdir("v");
	say_watch(fd);
	/* more than the queue holds */
	SAY(inotify_add_watch(fd, ".", IN_CREATE | IN_DELETE));
	char old[20] = "";
	for (int i = 0; i < 100; i++) {
		sprintf(path, "n%d", i);
		close(open(path, O_CREAT | O_WRONLY, 0600));
		unlink(path);
	}
	(void)old;
	say_watch(fd);
}

static void handles(void)
{
	struct { unsigned size; int type; unsigned char bytes[128]; } handle;
	int mount_id;

	close(open("held", O_CREAT | O_WRONLY, 0600));
	for (int size = 0; size < 200; size += size < 16 ? 4 : 60) {
		handle.size = size, handle.type = 0;
		say("%d:%ld %u %d", size, done(syscall(SYS_name_to_handle_at, AT_FDCWD, "held", &handle, &mount_id, 0)), handle.size, handle.type);
	}
	handle.size = 128;
	SAY(syscall(SYS_name_to_handle_at, AT_FDCWD, "held", &handle, &mount_id, 0));
	int at = open(".", O_RDONLY), fd = syscall(SYS_open_by_handle_at, at, &handle, O_RDONLY);
	say("%d", fd < 0 ? errno : 0);
	char path[60], target[100] = "";
	sprintf(path, "/proc/self/fd/%d", fd);
	readlink(path, target, 99);
	say("%s", target);
	handle.bytes[0] ^= 0x55;
	say("%ld", done(syscall(SYS_open_by_handle_at, at, &handle, O_RDONLY)));
	handle.type = 200;
	say("%ld", done(syscall(SYS_open_by_handle_at, at, &handle, O_RDONLY)));
	SAY(syscall(SYS_name_to_handle_at, AT_FDCWD, "/proc/self/stat", &handle, &mount_id, 0));
	SAY(syscall(SYS_name_to_handle_at, AT_FDCWD, "none", &handle, &mount_id, 0));
	SAY(syscall(SYS_name_to_handle_at, AT_FDCWD, "held", &handle, &mount_id, 0x2000));
	/* the newer way to open, with what it may follow */
	mkdir("in", 0755);
	symlink("../held", "in/up");
	symlink("/proc/self/exe", "in/magic");
	symlink("/tmp/work/held", "in/absolute");
	static const char *const names[] = { "held", "in/up", "in/magic", "in/absolute", "../held", "in/../held", "/tmp/work/held", "/proc/version" };
	struct { uint64_t flags, mode, resolve; uint64_t more; } how;
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		for (int resolve = 0; resolve < 128; resolve = resolve ? resolve * 2 : 1) {
			/* RESOLVE_CACHED says what the dentry cache happens to hold */
			if (resolve == 0x20)
				continue;
			memset(&how, 0, sizeof how);
			how.resolve = resolve;
			/* a rename or a mount elsewhere at the same time: to be tried again (openat2(2)) */
			for (int tries = 0; (fd = syscall(437, at, names[i], &how, 24)) < 0 && errno == EAGAIN && tries < 100; tries++)
				;
			say("%d", fd < 0 ? errno : 0);
			close(fd);
		}
	memset(&how, 0, sizeof how);
	for (int size = 0; size < 33; size += 8)
		say("%ld", syscall(437, at, "held", &how, size) < 0 ? (long)errno : 0l);
	how.mode = 0700;
	SAY(syscall(437, at, "held", &how, 24));
	how.mode = 0, how.flags = 1ull << 40;
	SAY(syscall(437, at, "held", &how, 24));
	how.flags = 0, how.more = 1;
	SAY(syscall(437, at, "held", &how, 32));
	/* all that a file says of itself */
	static struct { uint32_t mask, block; uint64_t attributes; uint32_t links, uid, gid; uint16_t mode, pad; uint64_t inode, size, blocks, attributes_mask; char rest[400]; } stat;
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		for (int flags = 0; flags < 0x8001; flags = flags ? flags * 2 : 0x100) {
			memset(&stat, 0, sizeof stat);
			say("%ld", done(syscall(291, AT_FDCWD, names[i], flags, 0xfff, &stat)));
			say("%x %llx %o %u %llx", stat.mask, (unsigned long long)stat.attributes, stat.mode, stat.links, (unsigned long long)stat.attributes_mask);
		}
	SAY(syscall(291, AT_FDCWD, "held", 0, 1u << 31, &stat));
	SAY(syscall(291, AT_FDCWD, "held", 0x6000, 1, &stat));
	SAY(syscall(291, at, "", 0x1000, 1, &stat));
	for (int mode = 0; mode < 9; mode++)
		say("%ld %ld", done(syscall(439, AT_FDCWD, "held", mode, 0x200)), done(syscall(439, AT_FDCWD, "in/absolute", mode, 0x100)));
}

static void futexes(void)
{
	static unsigned words[8] __attribute__((aligned(64))), pair[2];
	struct { uint64_t value, address; uint32_t flags, reserved; } waits[4];
	struct timespec zero = { 0, 0 }, soon = { 0, 1000000 };

	for (int operation = 0; operation < 16; operation++)
		for (int private = 0; private < 2; private++) {
			words[0] = operation & 4;
			long result = done(syscall(SYS_futex, &words[0], operation | private * 128, operation == 6 || operation == 7 || operation == 13 || operation == 8 ? 0 : 5, operation == 3 || operation == 4 || operation == 5 || operation == 12 ? (void *)1 : (void *)&soon, &words[4], 4));
			say("%d:%ld", operation, result);
			words[0] = words[4] = 0;
		}
	/* the arithmetic of FUTEX_WAKE_OP: every operation and comparison */
	for (int operation = 0; operation < 6; operation++)
		for (int comparison = 0; comparison < 7; comparison++)
			for (int shift = 0; shift < 2; shift++) {
				pair[1] = 0x1234;
				long result = done(syscall(SYS_futex, &pair[0], 5, 1, 1l, &pair[1], (unsigned)(operation | shift * 8) << 28 | comparison << 24 | (shift ? 5 : 0xfff) << 12 | 0x234));
				say("%ld:%x", result, pair[1]);
			}
	SAY(syscall(SYS_futex, (char *)words + 1, 1, 1, 0, 0, 0));
	SAY(syscall(SYS_futex, 8, 0, 0, &zero, 0, 0));
	SAY(syscall(SYS_futex, words, 9, 0, &zero, 0, 0));
	SAY(syscall(SYS_futex, words, 10, 1, 0, 0, 0));
	memset(waits, 0, sizeof waits);
	for (int i = 0; i < 4; i++)
		waits[i].address = (uint64_t)&words[i], waits[i].flags = 2 | 128, waits[i].value = 0;
	for (int count = 0; count < 5; count++)
		say("%ld", done(syscall(449, waits, count, 0, &zero, CLOCK_MONOTONIC)));
	waits[2].value = 9;
	SAY(syscall(449, waits, 4, 0, &zero, CLOCK_MONOTONIC));
	SAY(syscall(449, waits, 4, 1, &zero, CLOCK_MONOTONIC));
	SAY(syscall(449, waits, 4, 0, &zero, CLOCK_BOOTTIME));
	SAY(syscall(449, waits, 200, 0, &zero, CLOCK_MONOTONIC));
	waits[1].reserved = 1;
	SAY(syscall(449, waits, 4, 0, &zero, CLOCK_MONOTONIC));
	for (int flags = 0; flags < 16; flags++) {
		say("%ld %ld", done(syscall(454, words, 1l, 1, flags)), done(syscall(455, words, 1l, 1l, flags, &zero, CLOCK_MONOTONIC)));
		say("%ld", done(syscall(456, waits, flags, 1, 1)));
	}
}

const struct check rights_checks[] = {
	{ "rights-namespaces", namespaces }, { "rights-landlock", landlock }, { "rights-modules", modules }, { "rights-others", others },
	{ "io-asynchronous", asynchronous }, { "io-watches", watches },	      { "file-handles", handles },   { "futex-calls", futexes }, { 0, 0 },
};
