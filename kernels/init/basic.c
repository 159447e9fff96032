/* A first round over everything that a kernel does for a program: short checks, each on one subject. */
#include "harness.h"
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <termios.h>

#define H0 14695981039346656037ull

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
		h = hash_bytes(h, &c, 1);
	}
	return h;
}

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
	say_result("none", execve("/nonexistent", a, NULL));
	say_result("dir", execve("/proc", a, NULL));
	int fd = open("/tmp/bad", O_CREAT | O_WRONLY, 0755);
	write(fd, "garbage here", 12);
	close(fd);
	say_result("bad", execve("/tmp/bad", a, NULL));
	chmod("/tmp/bad", 0644);
	say_result("perm", execve("/tmp/bad", a, NULL));
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
	say_result("setpgid", setpgid(0, 0));
	say_result("bad", getsid(999999));
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
	say_result("poke", ptrace(PTRACE_POKEDATA, p, (void *)&word, 0x777L));
	say_result("cont", ptrace(PTRACE_CONT, p, 0, 0));
	waitpid(p, &st, 0);
	say("%x", st);
}

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
	say_result("set", sigaltstack(&ss, NULL));
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

static void c_sigwait(void)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR2);
	sigprocmask(SIG_BLOCK, &s, NULL);
	struct timespec ts = { 0, 1000000 };
	siginfo_t si;
	say_result("timeout", sigtimedwait(&s, &si, &ts));
	raise(SIGUSR2);
	say_result("got", sigtimedwait(&s, &si, &ts));
}

static void c_mmap(void)
{
	char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int sum = 0;
	for (int i = 0; i < 1 << 20; i += 4096)
		sum += p[i], p[i] = i >> 12;
	for (int i = 0; i < 1 << 20; i += 4096)
		sum += (unsigned char)p[i];
	say("%d ", sum);
	say_result("unmap", munmap(p + 65536, 65536));
	say_result("mprotect", mprotect(p, 4096, PROT_NONE));
	say_result("mprotect2", mprotect(p + 65536, 4096, PROT_READ));
	unsigned char vec[4];
	say_result("mincore", mincore(p + 65536, 4096, vec));
	char *q = mremap(p + 262144, 262144, 524288, MREMAP_MAYMOVE);
	say("remap %d ", q != MAP_FAILED && (unsigned char)q[0] == 64 && q[300000] == 0);
	say_result("madvise", madvise(p + 524288, 65536, MADV_DONTNEED));
	say("zero %d ", p[524288]);
	say_result("badlen", (long)mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == -1 ? -1 : 0);
	say_result("fixed", mmap((void *)0x10000000, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == (void *)0x10000000);
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

static void c_timers(void)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	struct itimerspec it = { { 0, 3000000 }, { 0, 1000000 } }, cur;
	say_result("set", timerfd_settime(fd, 0, &it, NULL));
	uint64_t n = 0, sum = 0;
	while (sum < 3) {
		read(fd, &n, 8);
		sum += n;
	}
	timerfd_gettime(fd, &cur);
	say("%d %ld ", sum >= 3, (long)cur.it_interval.tv_nsec);
	struct timespec a, b, d = { 0, 5000000 };
	clock_gettime(CLOCK_MONOTONIC, &a);
	say_result("sleep", clock_nanosleep(CLOCK_MONOTONIC, 0, &d, NULL));
	clock_gettime(CLOCK_MONOTONIC, &b);
	long ns = (b.tv_sec - a.tv_sec) * 1000000000l + b.tv_nsec - a.tv_nsec;
	say("%d ", ns >= 5000000 && ns < 2000000000);
	d.tv_nsec = 1000000000;
	say_result("bad", clock_nanosleep(CLOCK_MONOTONIC, 0, &d, NULL));
	clock_getres(CLOCK_MONOTONIC, &d);
	say("res %ld ", (long)d.tv_nsec);
	timer_t t;
	struct sigevent se = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	handler(SIGUSR1);
	say_result("create", timer_create(CLOCK_REALTIME, &se, &t));
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
	say_result("set", clock_settime(CLOCK_REALTIME, &t));
	clock_gettime(CLOCK_REALTIME, &u);
	say("%d ", u.tv_sec - t.tv_sec >= 0 && u.tv_sec - t.tv_sec < 20);
	say_result("cpu", clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &u));
	say_result("bad", clock_gettime(77, &u));
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
	say("[%d %llx] ", k, (unsigned long long)hash_bytes(H0, b, k > 0 ? k : 0));
	k = read(s, b, sizeof b);
	say("[%d %.*s] ", k, k > 0 ? k : 0, b);
	k = read(m, b, sizeof b);
	say("[%d %llx] ", k, (unsigned long long)hash_bytes(H0, b, k > 0 ? k : 0));
	struct termios t;
	tcgetattr(s, &t);
	say("%x %x %x %x ", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag);
	cfmakeraw(&t);
	say_result("raw", tcsetattr(s, TCSANOW, &t));
	write(m, "a\177b\n", 4);
	k = read(s, b, sizeof b);
	say("[%d %llx] ", k, (unsigned long long)hash_bytes(H0, b, k > 0 ? k : 0));
	struct winsize w = { 24, 80, 0, 0 };
	say_result("winsz", ioctl(m, TIOCSWINSZ, &w));
	w.ws_row = 0;
	ioctl(s, TIOCGWINSZ, &w);
	say("%d,%d ", w.ws_row, w.ws_col);
	close(s);
	say_result("hup", read(m, b, sizeof b));
}

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
	say_result("cmdline", slurp("/proc/self/cmdline"));
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
			say("%s %llx ", strrchr(files[i], '/') + 1, (unsigned long long)(strstr(files[i], "mount") ? shape(filebuf) : hash_bytes(H0, filebuf, n)));
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
				h = hash_bytes(h, p, e - p);
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
	say_result("set", sethostname("abc", 3));
	uname(&u);
	say("%s ", u.nodename);
	struct sysinfo si;
	sysinfo(&si);
	say("%d %lu %d", si.mem_unit, si.totalswap, si.totalram > 0);
}

static void c_errno_table(void)
{
	char b[16];
	say_result("read", read(-1, b, 1));
	say_result("fault", read(open("/dev/zero", O_RDONLY), (void *)-4096l, 10));
	say_result("dirread", read(open("/", O_RDONLY), b, 1));
	say_result("writerdonly", write(open("/dev/null", O_RDONLY), b, 1));
	say_result("notdir", open("/dev/null/x", O_RDONLY));
	say_result("isdir", open("/tmp", O_WRONLY));
	say_result("long", open(memset(filebuf, 'a', 5000), O_RDONLY));
	say_result("excl", open("/dev/null", O_CREAT | O_EXCL, 0));
	say_result("dup", dup2(1, 100000));
	say_result("fcntl", fcntl(1, 9999));
	say_result("ioctl", ioctl(open("/dev/null", O_RDONLY), TCGETS, b));
	say_result("nosys", syscall(1000));
	say_result("kill", kill(999999, 0));
	say_result("badsig", kill(getpid(), 99));
	say_result("umask", umask(0));
	say_result("mkdir", mkdir("/", 0));
	say_result("unlinkdir", unlink("/tmp"));
	say_result("pipe", syscall(SYS_pipe2, NULL, 0));
	say_result("socket", socket(99, 1, 0));
	say_result("prctl", prctl(9999));
	say_result("times", nanosleep((struct timespec[]){ { 0, -1 } }, NULL));
	say_result("poll", ppoll(NULL, 0, (struct timespec[]){ { -1, 0 } }, NULL));
	say_result("mlock", mlock((void *)4096, 4096));
	say_result("personality", syscall(SYS_personality, 0xffffffff));
}

static void c_dev(void)
{
	char b[100];
	int z = open("/dev/zero", O_RDONLY), f = open("/dev/full", O_RDWR), r = open("/dev/urandom", O_RDONLY);
	memset(b, 1, sizeof b);
	say_result("zero", read(z, b, 100));
	say("%llx ", (unsigned long long)hash_bytes(H0, b, 100));
	say_result("full", write(f, b, 1));
	say_result("random", read(r, b, 100));
	int distinct = 0;
	for (int i = 1; i < 100; i++)
		distinct += b[i] != b[0];
	say("%d ", distinct > 50);
	say_result("getrandom", syscall(SYS_getrandom, b, 16, 1));
	say_result("kmsg", open("/dev/kmsg", O_RDONLY | O_NONBLOCK) >= 0);
	struct stat st;
	stat("/dev/null", &st);
	say("%lo %lx ", (long)st.st_mode, (long)st.st_rdev);
	say_result("mknod", mknod("/tmp/node", S_IFCHR | 0600, 0x103));
	say_result("open", open("/tmp/node", O_RDWR) >= 0);
}

const struct check basic_checks[] = {
#define C(x) { "basic-" #x, c_##x }
	C(uname), C(fork_wait), C(fork_tree), C(exec), C(exec_errors), C(script), C(vfork), C(kill_status),
	C(session), C(ptrace), C(signals), C(sigaltstack), C(sigsegv_info), C(sigwait), C(mmap), C(cow), C(filemap),
	C(brk), C(stack), C(timers), C(clock), C(pty), C(proc_self), C(proc_text), C(proc_shape), C(sysctl),
	C(errno_table), C(dev),
	{ 0, 0 },
};
