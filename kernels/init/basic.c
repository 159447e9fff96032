/* A first round over everything that a kernel does for a program: short checks, each on one subject. */
#include "harness.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static uint64_t hash(const void *p, size_t n, uint64_t h)
{
	const unsigned char *b = p;
	while (n--)
		h = (h ^ *b++) * 1099511628211ull;
	return h;
}
#define H0 14695981039346656037ull

/* The result of a system call and its error, as text. */
static long sys(const char *what, long r)
{
	if (r < 0)
		say("%s=-%d ", what, errno);
	else
		say("%s=%ld ", what, r);
	return r;
}

static char filebuf[1 << 16];
static int slurp(const char *path)
{
	int fd = open(path, O_RDONLY), n, at = 0;
	if (fd < 0)
		return -1;
	while (at < (int)sizeof filebuf - 1 && (n = read(fd, filebuf + at, sizeof filebuf - 1 - at)) > 0)
		at += n;
	filebuf[at] = 0;
	close(fd);
	return at;
}

/* Shape of a text: digits and hexadecimal numbers are folded, so that only the format is left. */
static uint64_t shape(const char *s)
{
	uint64_t h = H0;
	for (; *s; s++) {
		char c = *s;
		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
			while ((s[1] >= '0' && s[1] <= '9') || (s[1] >= 'a' && s[1] <= 'f'))
				s++;
			c = '0';
		} else if (c == ' ' && s[1] == ' ')
			continue;
		h = hash(&c, 1, h);
	}
	return h;
}

/* ---- processes ------------------------------------------------------------------------------- */
static void c_fork_wait(void)
{
	for (int i = 0; i < 20; i++) {
		pid_t p = fork();
		if (p == 0)
			_exit(i * 7);
		int st = 0;
		waitpid(p, &st, 0);
		say("%d,", WEXITSTATUS(st));
	}
}
static void c_fork_tree(void)
{
	int fd[2];
	pipe(fd);
	for (int i = 0; i < 4; i++)
		if (fork() == 0) {
			for (int j = 0; j < 4; j++)
				if (fork() == 0) {
					char c = 'a' + i * 4 + j;
					write(fd[1], &c, 1);
					_exit(0);
				}
			while (wait(NULL) > 0)
				;
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	char b[32];
	int n = read(fd[0], b, sizeof b), seen = 0;
	for (int i = 0; i < n; i++)
		seen |= 1 << (b[i] - 'a');
	say("%d %x", n, seen);
}
static void c_exec(void)
{
	int st;
	if (fork() == 0) {
		char *a[] = { "/init", "--exec", "x y", NULL }, *e[] = { "K=v", NULL };
		execve("/init", a, e);
		_exit(99);
	}
	wait(&st);
	say("%x", st);
}
static void c_exec_errors(void)
{
	char *a[] = { "x", NULL };
	sys("none", execve("/nonexistent", a, NULL));
	sys("dir", execve("/proc", a, NULL));
	int fd = open("/tmp/bad", O_CREAT | O_WRONLY, 0755);
	write(fd, "garbage here", 12);
	close(fd);
	sys("bad", execve("/tmp/bad", a, NULL));
	chmod("/tmp/bad", 0644);
	sys("perm", execve("/tmp/bad", a, NULL));
}
static void c_script(void)
{
	int fd = open("/tmp/s.sh", O_CREAT | O_WRONLY, 0755), st;
	write(fd, "#!/init --exec\nhello\n", 21);
	close(fd);
	if (fork() == 0) {
		char *a[] = { "s.sh", "q", NULL };
		execve("/tmp/s.sh", a, NULL);
		_exit(98);
	}
	wait(&st);
	say("%x", st);
}
static void c_vfork(void)
{
	volatile int x = 1;
	pid_t p = vfork();
	if (p == 0) {
		x = 42;
		_exit(3);
	}
	int st;
	waitpid(p, &st, 0);
	say("%d %x", x, st);
}
static void c_kill_status(void)
{
	int sigs[] = { SIGKILL, SIGTERM, SIGSEGV, SIGABRT, SIGFPE };
	for (int i = 0; i < 5; i++) {
		pid_t p = fork();
		if (p == 0) {
			if (sigs[i] == SIGSEGV)
				*(volatile int *)16 = 1;
			raise(sigs[i]);
			pause();
		}
		int st;
		waitpid(p, &st, 0);
		say("%x ", st & 0x7f);
	}
}
static void c_session(void)
{
	int st;
	if (fork() == 0) {
		pid_t s = setsid();
		_exit((s == getpid()) | (getpgrp() == getpid()) << 1 | (getsid(0) == s) << 2);
	}
	wait(&st);
	say("%x ", st);
	sys("setpgid", setpgid(0, 0));
	sys("bad", getsid(999999));
}
static int clone_fn(void *p)
{
	*(int *)p += 41;
	return 7;
}
static char stack[65536] __attribute__((aligned(16)));
static void c_clone(void)
{
	int x = 1, st;
	pid_t p = clone(clone_fn, stack + sizeof stack, CLONE_VM | SIGCHLD, &x);
	waitpid(p, &st, 0);
	say("%d %x ", x, st);
	x = 1;
	p = clone(clone_fn, stack + sizeof stack, SIGCHLD, &x);
	waitpid(p, &st, 0);
	say("%d %x", x, st);
}
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int counter, turn;
static void *thread_fn(void *p)
{
	for (int i = 0; i < 200; i++) {
		pthread_mutex_lock(&mutex);
		while (turn != (long)p)
			pthread_cond_wait(&cond, &mutex);
		counter = counter * 3 + (long)p;
		turn = (turn + 1) % 3;
		pthread_cond_broadcast(&cond);
		pthread_mutex_unlock(&mutex);
	}
	return p;
}
static void c_threads(void)
{
	pthread_t t[3];
	for (long i = 0; i < 3; i++)
		if (pthread_create(&t[i], NULL, thread_fn, (void *)i))
			say("create! ");
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	say("%d", counter);
}
static void c_ptrace(void)
{
	static volatile long word = 0x1234;
	pid_t p = fork();
	if (p == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(word == 0x777 ? 11 : 12);
	}
	int st;
	waitpid(p, &st, 0);
	errno = 0;
	long v = ptrace(PTRACE_PEEKDATA, p, (void *)&word, 0);
	say("%lx %d ", v, errno);
	sys("poke", ptrace(PTRACE_POKEDATA, p, (void *)&word, 0x777L));
	sys("cont", ptrace(PTRACE_CONT, p, 0, 0));
	waitpid(p, &st, 0);
	say("%x", st);
}
/* ---- signals --------------------------------------------------------------------------------- */
static volatile int sig_log[64], sig_n;
static void on_sig(int s, siginfo_t *si, void *u)
{
	(void)u;
	if (sig_n < 64)
		sig_log[sig_n++] = s * 1000 + (si->si_code == SI_QUEUE ? si->si_value.sival_int : 0);
}
static void handler(int s)
{
	struct sigaction sa = { .sa_sigaction = on_sig, .sa_flags = SA_SIGINFO | SA_RESTART };
	sigaction(s, &sa, NULL);
}
static void c_signals(void)
{
	handler(SIGUSR1);
	handler(SIGUSR2);
	handler(SIGRTMIN);
	handler(SIGRTMIN + 3);
	sigset_t set, old;
	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, &old);
	kill(getpid(), SIGUSR2);
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR1);
	for (int i = 0; i < 4; i++) {
		union sigval v = { .sival_int = i };
		sigqueue(getpid(), SIGRTMIN + 3, v);
		sigqueue(getpid(), SIGRTMIN, v);
	}
	sigpending(&set);
	say("pend %d%d%d ", sigismember(&set, SIGUSR1), sigismember(&set, SIGRTMIN), sigismember(&set, SIGHUP));
	sigprocmask(SIG_SETMASK, &old, NULL);
	for (int i = 0; i < sig_n; i++)
		say("%d,", sig_log[i]);
}
static char alt[32768];
static volatile int on_alt;
static void alt_handler(int s)
{
	char c;
	(void)s;
	on_alt = &c >= alt && &c < alt + sizeof alt;
}
static void c_sigaltstack(void)
{
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof alt }, was;
	sys("set", sigaltstack(&ss, NULL));
	struct sigaction sa = { .sa_handler = alt_handler, .sa_flags = SA_ONSTACK };
	sigaction(SIGUSR1, &sa, NULL);
	raise(SIGUSR1);
	sigaltstack(NULL, &was);
	say("on %d flags %d", on_alt, was.ss_flags);
}
static void c_sigsegv_info(void)
{
	int st;
	if (fork() == 0) {
		char *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		(void)p;
		signal(SIGSEGV, SIG_DFL);
		p[5] = 1;
		_exit(1);
	}
	wait(&st);
	say("%x", st & 0x7f);
}
static void c_sigfd(void)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	sigprocmask(SIG_BLOCK, &s, NULL);
	int fd = signalfd(-1, &s, SFD_NONBLOCK);
	struct signalfd_siginfo si;
	sys("empty", read(fd, &si, sizeof si));
	raise(SIGUSR1);
	sys("read", read(fd, &si, sizeof si));
	say("signo %u", si.ssi_signo);
}
static void c_sigwait(void)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR2);
	sigprocmask(SIG_BLOCK, &s, NULL);
	struct timespec ts = { 0, 1000000 };
	siginfo_t si;
	sys("timeout", sigtimedwait(&s, &si, &ts));
	raise(SIGUSR2);
	sys("got", sigtimedwait(&s, &si, &ts));
}
/* ---- memory ---------------------------------------------------------------------------------- */
static void c_mmap(void)
{
	char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int sum = 0;
	for (int i = 0; i < 1 << 20; i += 4096)
		sum += p[i], p[i] = i >> 12;
	for (int i = 0; i < 1 << 20; i += 4096)
		sum += (unsigned char)p[i];
	say("%d ", sum);
	sys("unmap", munmap(p + 65536, 65536));
	sys("mprotect", mprotect(p, 4096, PROT_NONE));
	sys("mprotect2", mprotect(p + 65536, 4096, PROT_READ));
	unsigned char vec[4];
	sys("mincore", mincore(p + 65536, 4096, vec));
	char *q = mremap(p + 262144, 262144, 524288, MREMAP_MAYMOVE);
	say("remap %d ", q != MAP_FAILED && (unsigned char)q[0] == 64 && q[300000] == 0);
	sys("madvise", madvise(p + 524288, 65536, MADV_DONTNEED));
	say("zero %d ", p[524288]);
	sys("badlen", (long)mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == -1 ? -1 : 0);
	sys("fixed", mmap((void *)0x10000000, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == (void *)0x10000000);
}
static void c_cow(void)
{
	int *p = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int *s = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 4096; i++)
		p[i] = s[i] = i;
	if (fork() == 0) {
		for (int i = 0; i < 4096; i++)
			p[i] = s[i] = -i;
		_exit(0);
	}
	wait(NULL);
	long a = 0, b = 0;
	for (int i = 0; i < 4096; i++)
		a += p[i], b += s[i];
	say("%ld %ld", a, b);
}
static void c_filemap(void)
{
	int fd = open("/tmp/map", O_RDWR | O_CREAT | O_TRUNC, 0600);
	ftruncate(fd, 10000);
	char *p = mmap(NULL, 12288, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	memcpy(p + 4000, "crossing a page", 16);
	msync(p, 12288, MS_SYNC);
	char b[16] = "";
	pread(fd, b, 15, 4000);
	say("%s ", b);
	int st;
	if (fork() == 0) {
		volatile char c = p[12287];
		(void)c;
		ftruncate(fd, 0);
		c = p[8191];
		_exit(0);
	}
	wait(&st);
	say("%x", st & 0x7f);
}
static void c_brk(void)
{
	char *a = sbrk(0), *b = sbrk(100000);
	memset(a, 1, 100000);
	say("%d %d ", a == b, a[99999]);
	sbrk(-100000);
	say("%d", sbrk(0) == a);
}
static int deep(int n)
{
	volatile char b[1024];
	b[0] = n;
	return n == 0 ? 0 : deep(n - 1) + b[0] - (char)n + 1;
}
static void c_stack(void)
{
	say("%d ", deep(2000));
	int st;
	struct rlimit r = { 65536, 65536 };
	if (fork() == 0) {
		setrlimit(RLIMIT_STACK, &r);
		deep(100000);
		_exit(0);
	}
	wait(&st);
	say("%x", st & 0x7f);
}
static void c_limits(void)
{
	struct rlimit r;
	for (int i = 0; i < 16; i++)
		if (i != RLIMIT_NPROC && i != RLIMIT_SIGPENDING && getrlimit(i, &r) == 0)
			say("%lx,%lx ", (long)r.rlim_cur, (long)r.rlim_max);
	r.rlim_cur = 8;
	r.rlim_max = 8;
	sys("set", setrlimit(RLIMIT_NOFILE, &r));
	int n = 0;
	while (open("/dev/null", O_RDONLY) >= 0)
		n++;
	say("open %d -%d", n, errno);
}
/* ---- files ----------------------------------------------------------------------------------- */
static void c_file(void)
{
	int fd = open("/tmp/f", O_RDWR | O_CREAT | O_TRUNC, 0640);
	uint64_t h = H0;
	char b[3000];
	for (int i = 0; i < 200; i++) {
		memset(b, i, sizeof b);
		write(fd, b, 1 + i * 13 % sizeof b);
	}
	lseek(fd, 0, SEEK_SET);
	int n, total = 0;
	while ((n = read(fd, b, 777)) > 0)
		h = hash(b, n, h), total += n;
	say("%d %llx ", total, (unsigned long long)h);
	sys("seek", lseek(fd, 1 << 20, SEEK_SET));
	write(fd, "end", 3);
	struct stat st;
	fstat(fd, &st);
	say("%ld %lo %ld ", (long)st.st_size, (long)st.st_mode, (long)st.st_blocks);
	sys("trunc", ftruncate(fd, 12345));
	sys("pread", pread(fd, b, 100, 12300));
	sys("pwrite", pwrite(fd, "xyz", 3, 5));
	pread(fd, b, 8, 3);
	say("%llx ", (unsigned long long)hash(b, 8, H0));
	sys("hole", lseek(fd, 0, SEEK_HOLE));
	sys("badseek", lseek(fd, -1, SEEK_SET));
	sys("append", fcntl(fd, F_SETFL, O_APPEND));
	sys("fl", fcntl(fd, F_GETFL) & (O_APPEND | O_ACCMODE));
}
static void c_dirs(void)
{
	char p[64];
	mkdir("/tmp/d", 0755);
	for (int i = 0; i < 300; i++) {
		snprintf(p, sizeof p, "/tmp/d/file-%d-%x", i, i * 77);
		close(open(p, O_CREAT | O_WRONLY, 0600));
	}
	DIR *d = opendir("/tmp/d");
	struct dirent *e;
	int n = 0;
	uint64_t x = 0;
	while ((e = readdir(d)))
		n++, x += hash(e->d_name, strlen(e->d_name), H0) * (e->d_type + 1);
	closedir(d);
	say("%d %llx ", n, (unsigned long long)x);
	sys("rmdir", rmdir("/tmp/d"));
	for (int i = 0; i < 300; i++) {
		snprintf(p, sizeof p, "/tmp/d/file-%d-%x", i, i * 77);
		if (unlink(p))
			say("unlink! ");
	}
	sys("rmdir", rmdir("/tmp/d"));
	sys("gone", chdir("/tmp/d"));
}
static void c_links(void)
{
	close(open("/tmp/l", O_CREAT | O_WRONLY, 0600));
	sys("link", link("/tmp/l", "/tmp/l2"));
	sys("again", link("/tmp/l", "/tmp/l2"));
	sys("sym", symlink("/tmp/l", "/tmp/l3"));
	struct stat st;
	stat("/tmp/l3", &st);
	say("nlink %ld ", (long)st.st_nlink);
	lstat("/tmp/l3", &st);
	say("mode %lo size %ld ", (long)st.st_mode, (long)st.st_size);
	char b[64];
	sys("readlink", readlink("/tmp/l3", b, sizeof b));
	sys("rename", rename("/tmp/l", "/tmp/l4"));
	sys("dangling", open("/tmp/l3", O_RDONLY));
	sys("loop", symlink("/tmp/lo", "/tmp/lo"));
	sys("eloop", open("/tmp/lo", O_RDONLY));
	mkdir("/tmp/ld", 0700);
	sys("intoitself", rename("/tmp/ld", "/tmp/ld/x"));
	sys("exchange", syscall(SYS_renameat2, AT_FDCWD, "/tmp/l2", AT_FDCWD, "/tmp/l4", 2));
	sys("noreplace", syscall(SYS_renameat2, AT_FDCWD, "/tmp/l2", AT_FDCWD, "/tmp/l4", 1));
}
static void c_perms(void)
{
	close(open("/tmp/p", O_CREAT | O_WRONLY, 0600));
	mkdir("/tmp/pd", 0700);
	sys("umask", umask(027));
	close(open("/tmp/p2", O_CREAT | O_WRONLY, 0777));
	struct stat st;
	stat("/tmp/p2", &st);
	say("%lo ", (long)st.st_mode);
	sys("chown", chown("/tmp/p", 5, 6));
	sys("setgid", setgid(100));
	sys("setuid", setuid(1000));
	sys("open", open("/tmp/p", O_RDONLY));
	sys("dir", open("/tmp/pd/x", O_CREAT | O_WRONLY, 0600));
	sys("setuid0", setuid(0));
	sys("chroot", chroot("/tmp"));
	sys("mount", mount("x", "/tmp", "tmpfs", 0, NULL));
	sys("kill1", kill(1, SIGTERM));
	sys("access", access("/tmp/p", R_OK));
	say("%d %d", getuid(), getgid());
}
static void c_iov(void)
{
	int fd = open("/tmp/iov", O_RDWR | O_CREAT | O_TRUNC, 0600);
	char a[10] = "aaaaaaaaa", b[20] = "bbbbbbbbbbbbbbbbbbb", c[5];
	struct iovec w[3] = { { a, 9 }, { b, 19 }, { "!", 1 } };
	sys("writev", writev(fd, w, 3));
	struct iovec r[2] = { { c, 5 }, { a, 9 } };
	sys("preadv", preadv(fd, r, 2, 6));
	say("%.5s%.9s ", c, a);
	sys("bad", writev(fd, w, -1));
	sys("fault", write(fd, (void *)1, 10));
}
static void c_sendfile(void)
{
	int a = open("/tmp/sf", O_RDWR | O_CREAT | O_TRUNC, 0600), b = open("/tmp/sf2", O_RDWR | O_CREAT | O_TRUNC, 0600), p[2];
	for (int i = 0; i < 5000; i++)
		write(a, &i, 4);
	off_t off = 1000;
	sys("sendfile", sendfile(b, a, &off, 12000));
	pipe(p);
	loff_t at = 0;
	sys("splice", splice(a, &at, p[1], NULL, 4096, 0));
	sys("tee", tee(p[0], p[1], 10, SPLICE_F_NONBLOCK));
	char buf[4096];
	n_read: ;
	int n = read(p[0], buf, sizeof buf);
	say("%llx ", (unsigned long long)hash(buf, n > 0 ? n : 0, H0));
	sys("copy", syscall(SYS_copy_file_range, a, &at, b, NULL, 777, 0));
	(void)&&n_read;
}
static void c_locks(void)
{
	int fd = open("/tmp/lk", O_RDWR | O_CREAT, 0600);
	struct flock l = { .l_type = F_WRLCK, .l_start = 10, .l_len = 20 };
	sys("lock", fcntl(fd, F_SETLK, &l));
	int st;
	if (fork() == 0) {
		struct flock q = { .l_type = F_RDLCK, .l_start = 15, .l_len = 1 };
		int r = fcntl(fd, F_SETLK, &q) < 0 ? errno : 0;
		fcntl(fd, F_GETLK, &q);
		_exit(r + q.l_start + q.l_len);
	}
	wait(&st);
	say("%x", st);
}
static void c_xattr(void)
{
	close(open("/tmp/xa", O_CREAT | O_WRONLY, 0600));
	sys("set", setxattr("/tmp/xa", "trusted.k", "value", 5, 0));
	char b[32];
	sys("get", getxattr("/tmp/xa", "trusted.k", b, sizeof b));
	sys("user", setxattr("/tmp/xa", "user.k", "v", 1, 0));
	sys("list", listxattr("/tmp/xa", b, sizeof b));
	sys("none", getxattr("/tmp/xa", "trusted.z", b, sizeof b));
}
static void c_mounts(void)
{
	mkdir("/tmp/m", 0755);
	sys("tmpfs", mount("t", "/tmp/m", "tmpfs", MS_NOSUID, "size=64k,mode=700,nr_inodes=10"));
	struct stat st;
	stat("/tmp/m", &st);
	say("%lo ", (long)st.st_mode);
	struct statfs fs;
	statfs("/tmp/m", &fs);
	say("%ld %ld ", (long)fs.f_blocks, (long)fs.f_files);
	int fd = open("/tmp/m/big", O_CREAT | O_WRONLY, 0600), n = 0;
	char b[4096] = "";
	while (write(fd, b, sizeof b) == sizeof b)
		n++;
	say("%d -%d ", n, errno);
	sys("busy", umount("/tmp/m"));
	close(fd);
	sys("remount", mount("t", "/tmp/m", "tmpfs", MS_REMOUNT | MS_RDONLY, NULL));
	sys("rofs", open("/tmp/m/x", O_CREAT | O_WRONLY, 0600));
	sys("umount", umount2("/tmp/m", MNT_DETACH));
	sys("badopt", mount("t", "/tmp/m", "tmpfs", 0, "size=junk"));
	sys("nofs", mount("t", "/tmp/m", "nosuchfs", 0, NULL));
	sys("ramfs", mount("r", "/tmp/m", "ramfs", 0, NULL));
	sys("bind", mount("/proc", "/tmp/m", NULL, MS_BIND, NULL));
	sys("umount", umount("/tmp/m"));
	sys("umount", umount("/tmp/m"));
	sys("chroot", chroot("/tmp/m"));
}
static void c_poll(void)
{
	int p[2];
	pipe(p);
	struct pollfd f[2] = { { p[0], POLLIN, 0 }, { p[1], POLLOUT, 0 } };
	sys("poll", poll(f, 2, 0));
	say("%x %x ", f[0].revents, f[1].revents);
	write(p[1], "x", 1);
	poll(f, 2, 0);
	say("%x %x ", f[0].revents, f[1].revents);
	close(p[1]);
	poll(f, 1, 0);
	say("%x ", f[0].revents);
	fd_set r;
	FD_ZERO(&r);
	FD_SET(p[0], &r);
	struct timeval tv = { 0, 1000 };
	sys("select", select(p[0] + 1, &r, NULL, NULL, &tv));
	sys("bad", poll((void *)8, 1, 0));
}
static void c_epoll(void)
{
	int e = epoll_create1(0), p[2], v = eventfd(3, EFD_NONBLOCK);
	pipe(p);
	struct epoll_event ev = { EPOLLIN, { .u32 = 1 } }, out[4];
	sys("add", epoll_ctl(e, EPOLL_CTL_ADD, p[0], &ev));
	sys("again", epoll_ctl(e, EPOLL_CTL_ADD, p[0], &ev));
	ev.events = EPOLLIN | EPOLLET;
	ev.data.u32 = 2;
	sys("add", epoll_ctl(e, EPOLL_CTL_ADD, v, &ev));
	int n = epoll_wait(e, out, 4, 0);
	say("n%d %u ", n, out[0].data.u32);
	sys("et", epoll_wait(e, out, 4, 0));
	write(p[1], "a", 1);
	n = epoll_wait(e, out, 4, 10);
	say("n%d %u %x ", n, out[0].data.u32, out[0].events);
	uint64_t c;
	read(v, &c, 8);
	say("%lld ", (long long)c);
	sys("empty", read(v, &c, 8));
	sys("self", epoll_ctl(e, EPOLL_CTL_ADD, e, &ev));
	sys("del", epoll_ctl(e, EPOLL_CTL_DEL, p[0], NULL));
	sys("del", epoll_ctl(e, EPOLL_CTL_DEL, p[0], NULL));
}
static void c_pipes(void)
{
	int p[2];
	pipe2(p, O_NONBLOCK);
	char b[5000];
	memset(b, 'z', sizeof b);
	int total = 0, n;
	while ((n = write(p[1], b, sizeof b)) > 0)
		total += n;
	say("%d -%d ", total, errno);
	sys("size", fcntl(p[1], F_GETPIPE_SZ));
	sys("nread", ioctl(p[0], FIONREAD, &n));
	say("%d ", n);
	total = 0;
	while ((n = read(p[0], b, 4999)) > 0)
		total += n;
	say("%d ", total);
	close(p[0]);
	signal(SIGPIPE, SIG_IGN);
	sys("epipe", write(p[1], "x", 1));
}
static void c_futex(void)
{
	int w = 5;
	struct timespec ts = { 0, 2000000 };
	sys("again", syscall(SYS_futex, &w, FUTEX_WAIT, 4, &ts, NULL, 0));
	sys("timeout", syscall(SYS_futex, &w, FUTEX_WAIT, 5, &ts, NULL, 0));
	sys("wake", syscall(SYS_futex, &w, FUTEX_WAKE, 1, NULL, NULL, 0));
	int *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t p = fork();
	if (p == 0) {
		while (*(volatile int *)s == 0)
			syscall(SYS_futex, s, FUTEX_WAIT, 0, NULL, NULL, 0);
		_exit(*s);
	}
	usleep(2000);
	*s = 33;
	syscall(SYS_futex, s, FUTEX_WAKE, 10, NULL, NULL, 0);
	int st;
	waitpid(p, &st, 0);
	say("%x ", st);
	sys("op", syscall(SYS_futex, &w, FUTEX_WAKE_OP, 1, 1, s, FUTEX_OP(FUTEX_OP_ADD, 7, FUTEX_OP_CMP_EQ, 33)));
	say("%d", *s);
}
/* ---- time ------------------------------------------------------------------------------------ */
static void c_timers(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	struct itimerspec it = { { 0, 3000000 }, { 0, 1000000 } }, cur;
	sys("set", timerfd_settime(fd, 0, &it, NULL));
	uint64_t n = 0, sum = 0;
	while (sum < 3) {
		read(fd, &n, 8);
		sum += n;
	}
	timerfd_gettime(fd, &cur);
	say("%d %ld ", sum >= 3, (long)cur.it_interval.tv_nsec);
	struct timespec a, b, d = { 0, 5000000 };
	clock_gettime(CLOCK_MONOTONIC, &a);
	sys("sleep", clock_nanosleep(CLOCK_MONOTONIC, 0, &d, NULL));
	clock_gettime(CLOCK_MONOTONIC, &b);
	long ns = (b.tv_sec - a.tv_sec) * 1000000000l + b.tv_nsec - a.tv_nsec;
	say("%d ", ns >= 5000000 && ns < 2000000000);
	d.tv_nsec = 1000000000;
	sys("bad", clock_nanosleep(CLOCK_MONOTONIC, 0, &d, NULL));
	clock_getres(CLOCK_MONOTONIC, &d);
	say("res %ld ", (long)d.tv_nsec);
	timer_t t;
	struct sigevent se = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	handler(SIGUSR1);
	sys("create", timer_create(CLOCK_REALTIME, &se, &t));
	struct itimerspec one = { { 0, 0 }, { 0, 1000000 } };
	timer_settime(t, 0, &one, NULL);
	for (int i = 0; i < 200 && !sig_n; i++)
		usleep(1000);
	say("fired %d ", sig_n > 0);
	struct itimerval iv = { { 0, 0 }, { 0, 2000 } };
	sig_n = 0;
	handler(SIGALRM);
	setitimer(ITIMER_REAL, &iv, NULL);
	for (int i = 0; i < 200 && !sig_n; i++)
		usleep(1000);
	say("alarm %d", sig_n);
}
static void c_clock(void)
{
	struct timespec t = { 1000000000, 5 }, u;
	sys("set", clock_settime(CLOCK_REALTIME, &t));
	clock_gettime(CLOCK_REALTIME, &u);
	say("%d ", u.tv_sec - t.tv_sec >= 0 && u.tv_sec - t.tv_sec < 20);
	sys("cpu", clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &u));
	sys("bad", clock_gettime(77, &u));
	struct timespec last, now;
	clock_gettime(CLOCK_MONOTONIC, &last);
	int back = 0;
	for (int i = 0; i < 2000; i++) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec < last.tv_sec || (now.tv_sec == last.tv_sec && now.tv_nsec < last.tv_nsec))
			back++;
		last = now;
	}
	say("back %d", back);
	struct tms tm;
	say(" %d", times(&tm) != -1);
}
static void c_sched(void)
{
	struct sched_param p = { .sched_priority = 10 };
	sys("fifo", sched_setscheduler(0, SCHED_FIFO, &p));
	sys("get", sched_getscheduler(0));
	sys("max", sched_get_priority_max(SCHED_RR));
	p.sched_priority = 200;
	sys("bad", sched_setscheduler(0, SCHED_RR, &p));
	p.sched_priority = 0;
	sys("other", sched_setscheduler(0, SCHED_OTHER, &p));
	sys("nice", setpriority(PRIO_PROCESS, 0, 5));
	sys("prio", getpriority(PRIO_PROCESS, 0));
	cpu_set_t s;
	CPU_ZERO(&s);
	sys("affinity", sched_getaffinity(0, sizeof s, &s));
	say("cpus %d ", CPU_COUNT(&s));
	sys("yield", sched_yield());
	int p2[2];
	pipe(p2);
	if (fork() == 0) {
		for (volatile int i = 0; i < 2000000; i++)
			;
		write(p2[1], "c", 1);
		_exit(0);
	}
	char c;
	sys("preempted", read(p2[0], &c, 1));
}
/* ---- terminals ------------------------------------------------------------------------------- */
static void c_pty(void)
{
	mkdir("/dev/pts", 0755);
	mount("devpts", "/dev/pts", "devpts", 0, "mode=620,ptmxmode=666");
	int m = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY), unlock = 0, n = -1;
	if (m < 0) {
		say("-%d", errno);
		return;
	}
	ioctl(m, TIOCSPTLCK, &unlock);
	ioctl(m, TIOCGPTN, &n);
	char path[32], b[256];
	snprintf(path, sizeof path, "/dev/pts/%d", n);
	int s = open(path, O_RDWR | O_NOCTTY);
	write(m, "hellp\177o\nsecond \025line\004", 21);
	int k = read(s, b, sizeof b);
	say("[%d %llx] ", k, (unsigned long long)hash(b, k > 0 ? k : 0, H0));
	k = read(s, b, sizeof b);
	say("[%d %.*s] ", k, k > 0 ? k : 0, b);
	k = read(m, b, sizeof b);
	say("[%d %llx] ", k, (unsigned long long)hash(b, k > 0 ? k : 0, H0));
	struct termios t;
	tcgetattr(s, &t);
	say("%x %x %x %x ", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag);
	cfmakeraw(&t);
	sys("raw", tcsetattr(s, TCSANOW, &t));
	write(m, "a\177b\n", 4);
	k = read(s, b, sizeof b);
	say("[%d %llx] ", k, (unsigned long long)hash(b, k > 0 ? k : 0, H0));
	struct winsize w = { 24, 80, 0, 0 };
	sys("winsz", ioctl(m, TIOCSWINSZ, &w));
	w.ws_row = 0;
	ioctl(s, TIOCGWINSZ, &w);
	say("%d,%d ", w.ws_row, w.ws_col);
	close(s);
	sys("hup", read(m, b, sizeof b));
}
/* ---- what the kernel prints -------------------------------------------------------------------- */
static void c_proc_self(void)
{
	prctl(PR_SET_NAME, "odd ) name(");
	slurp("/proc/self/stat");
	char *close_paren = strrchr(filebuf, ')');
	int fields = 0;
	for (char *p = close_paren; p && *p; p++)
		fields += *p == ' ';
	say("%.13s %d ", strchr(filebuf, '(') ? strchr(filebuf, '(') : "", fields);
	slurp("/proc/self/status");
	say("%llx ", (unsigned long long)shape(filebuf));
	char *sig = strstr(filebuf, "SigCgt");
	say("%.25s ", sig ? sig : "");
	slurp("/proc/self/limits");
	char *file = strstr(filebuf, "Max open");
	say("%.60s ", file ? file : "");
	slurp("/proc/self/maps");
	int lines = 0;
	for (char *p = filebuf; *p; p++)
		lines += *p == '\n';
	say("maps %d %d ", lines > 5, strstr(filebuf, "[stack]") != NULL);
	sys("cmdline", slurp("/proc/self/cmdline"));
	char link_[64] = "";
	readlink("/proc/self/exe", link_, sizeof link_);
	say("%s", link_);
}
static void c_proc_text(void)
{
	static const char *files[] = { "/proc/filesystems", "/proc/devices", "/proc/mounts", "/proc/cmdline", "/proc/iomem",
		"/proc/partitions", "/proc/misc", "/proc/version", "/proc/swaps", "/proc/consoles", "/proc/tty/drivers", "/proc/self/mountinfo",
		"/proc/sys/kernel/ostype", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/tainted", "/proc/sys/kernel/pid_max", "/proc/crypto", "/proc/fb" };
	for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
		int n = slurp(files[i]);
		if (n < 0)
			say("%s - ", strrchr(files[i], '/') + 1);
		else if (!strcmp(files[i], "/proc/cmdline") || !strcmp(files[i], "/proc/version") || !strcmp(files[i], "/proc/iomem"))
			say("%s %d ", strrchr(files[i], '/') + 1, n > 0);
		else
			/* mounts carry sizes that follow the free memory, and so the kernel's size */
			say("%s %llx ", strrchr(files[i], '/') + 1, (unsigned long long)(strstr(files[i], "mount") ? shape(filebuf) : hash(filebuf, n, H0)));
	}
}
static void c_proc_shape(void)
{
	static const char *files[] = { "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime", "/proc/vmstat", "/proc/zoneinfo", "/proc/buddyinfo",
		"/proc/slabinfo", "/proc/interrupts", "/proc/self/io", "/proc/self/sched", "/proc/timer_list", "/proc/self/smaps_rollup" };
	for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
		int n = slurp(files[i]), words = 0;
		uint64_t h = H0;
		if (n < 0) {
			say("%s - ", strrchr(files[i], '/') + 1);
			continue;
		}
		/* names at the beginnings of lines */
		for (char *p = filebuf; *p;) {
			char *e = p;
			while (*e && *e != ':' && *e != ' ' && *e != '\t' && *e != '\n')
				e++;
			int digit = *p >= '0' && *p <= '9';
			if (!digit && e > p && i < 6) {
				h = hash(p, e - p, h);
				words++;
			}
			while (*e && *e != '\n')
				e++;
			p = *e ? e + 1 : e;
		}
		say("%s %d %llx ", strrchr(files[i], '/') + 1, words, (unsigned long long)h);
	}
}
static void c_sysctl(void)
{
	static const char *tries[][2] = { { "kernel/panic", "17" }, { "kernel/panic", "-3" }, { "kernel/panic", "0x10" }, { "kernel/panic", "99999999999" },
		{ "kernel/panic", "junk" }, { "kernel/hostname", "some-host.name" }, { "vm/swappiness", "201" }, { "vm/swappiness", "33" }, { "kernel/printk", "9 4 1 7" },
		{ "fs/file-max", "18446744073709551615" }, { "fs/nr_open", "5" }, { "kernel/pid_max", "40000" }, { "vm/dirty_ratio", "101" } };
	for (unsigned i = 0; i < sizeof tries / sizeof *tries; i++) {
		char p[64];
		snprintf(p, sizeof p, "/proc/sys/%s", tries[i][0]);
		int fd = open(p, O_RDWR);
		if (fd < 0) {
			say("-%d ", errno);
			continue;
		}
		int r = write(fd, tries[i][1], strlen(tries[i][1]));
		say("%d", r < 0 ? -errno : r);
		close(fd);
		slurp(p);
		filebuf[strcspn(filebuf, "\n")] = 0;
		/* file-max follows the free memory, and so the kernel's size */
		say(":%s ", strcmp(tries[i][0], "fs/file-max") ? filebuf : "");
	}
}
static void c_uname(void)
{
	struct utsname u;
	uname(&u);
	say("%s %s %s ", u.sysname, u.release, u.machine);
	sys("set", sethostname("abc", 3));
	uname(&u);
	say("%s ", u.nodename);
	struct sysinfo si;
	sysinfo(&si);
	say("%d %lu %d", si.mem_unit, si.totalswap, si.totalram > 0);
}
static void c_errno_table(void)
{
	char b[16];
	sys("read", read(-1, b, 1));
	sys("fault", read(open("/dev/zero", O_RDONLY), (void *)-4096l, 10));
	sys("dirread", read(open("/", O_RDONLY), b, 1));
	sys("writerdonly", write(open("/dev/null", O_RDONLY), b, 1));
	sys("notdir", open("/dev/null/x", O_RDONLY));
	sys("isdir", open("/tmp", O_WRONLY));
	sys("long", open(memset(filebuf, 'a', 5000), O_RDONLY));
	sys("excl", open("/dev/null", O_CREAT | O_EXCL, 0));
	sys("dup", dup2(1, 100000));
	sys("fcntl", fcntl(1, 9999));
	sys("ioctl", ioctl(open("/dev/null", O_RDONLY), TCGETS, b));
	sys("nosys", syscall(1000));
	sys("kill", kill(999999, 0));
	sys("badsig", kill(getpid(), 99));
	sys("umask", umask(0));
	sys("mkdir", mkdir("/", 0));
	sys("unlinkdir", unlink("/tmp"));
	sys("pipe", syscall(SYS_pipe2, NULL, 0));
	sys("socket", socket(99, 1, 0));
	sys("prctl", prctl(9999));
	sys("times", nanosleep((struct timespec[]){ { 0, -1 } }, NULL));
	sys("poll", ppoll(NULL, 0, (struct timespec[]){ { -1, 0 } }, NULL));
	sys("mlock", mlock((void *)4096, 4096));
	sys("personality", syscall(SYS_personality, 0xffffffff));
}
static void c_dev(void)
{
	char b[100];
	int z = open("/dev/zero", O_RDONLY), f = open("/dev/full", O_RDWR), r = open("/dev/urandom", O_RDONLY);
	memset(b, 1, sizeof b);
	sys("zero", read(z, b, 100));
	say("%llx ", (unsigned long long)hash(b, 100, H0));
	sys("full", write(f, b, 1));
	sys("random", read(r, b, 100));
	int distinct = 0;
	for (int i = 1; i < 100; i++)
		distinct += b[i] != b[0];
	say("%d ", distinct > 50);
	sys("getrandom", syscall(SYS_getrandom, b, 16, 1));
	sys("kmsg", open("/dev/kmsg", O_RDONLY | O_NONBLOCK) >= 0);
	struct stat st;
	stat("/dev/null", &st);
	say("%lo %lx ", (long)st.st_mode, (long)st.st_rdev);
	sys("mknod", mknod("/tmp/node", S_IFCHR | 0600, 0x103));
	sys("open", open("/tmp/node", O_RDWR) >= 0);
}
static void c_sockets(void)
{
	int s[2];
	if (sys("pair", socketpair(AF_UNIX, SOCK_STREAM, 0, s)) < 0)
		return;
	char b[16];
	sys("send", send(s[0], "message", 7, 0));
	sys("peek", recv(s[1], b, 4, MSG_PEEK));
	sys("recv", recv(s[1], b, 16, 0));
	shutdown(s[0], SHUT_WR);
	sys("eof", recv(s[1], b, 16, 0));
}
static void c_rusage(void)
{
	struct rusage u;
	for (volatile int i = 0; i < 300000; i++)
		;
	sys("self", getrusage(RUSAGE_SELF, &u));
	say("%d %d ", u.ru_utime.tv_sec < 100, u.ru_minflt > 0);
	sys("bad", getrusage(5, &u));
	sys("dumpable", prctl(PR_GET_DUMPABLE));
	sys("nonewprivs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	char n[17] = "";
	prctl(PR_SET_NAME, "a-name-longer-than-sixteen");
	prctl(PR_GET_NAME, n);
	say("%s", n);
}
static void c_compute(void)
{
	/* user space that the kernel must save and restore exactly: registers, floating point across switches */
	double x = 1;
	uint64_t h = H0;
	pid_t p = fork();
	for (int i = 0; i < 30000; i++) {
		x = x * 1.0000001 + 0.5 / (i + 1);
		h = hash(&i, sizeof i, h);
		if (i % 5000 == 0)
			sched_yield();
	}
	if (p == 0)
		_exit(x > 10 && h == 0 ? 1 : 0);
	wait(NULL);
	say("%.9f %llx", x, (unsigned long long)h);
}

const struct check basic_checks[] = {
#define C(x) { "basic-" #x, c_##x }
	C(uname), C(fork_wait), C(fork_tree), C(exec), C(exec_errors), C(script), C(vfork), C(kill_status), C(session), C(clone), C(threads),
	C(ptrace), C(signals), C(sigaltstack), C(sigsegv_info), C(sigfd), C(sigwait), C(mmap), C(cow), C(filemap), C(brk), C(stack), C(limits), C(file), C(dirs),
	C(links), C(perms), C(iov), C(sendfile), C(locks), C(xattr), C(mounts), C(poll), C(epoll), C(pipes), C(futex), C(timers), C(clock), C(sched), C(pty),
	C(proc_self), C(proc_text), C(proc_shape), C(sysctl), C(errno_table), C(dev), C(sockets), C(rusage), C(compute), { 0, 0 },
};
