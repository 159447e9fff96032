/* Processes: fork, exec, wait, sessions, limits, credentials, prctl, ptrace. */
#include "harness.h"
#include <elf.h>
#include <sys/auxv.h>
#include <sys/fsuid.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <linux/capability.h>
#include <grp.h>

extern char **environ;

/* What the init does when a check runs it as a program. */
int exec_child(int argc, char **argv)
{
	uint64_t hash = 0xcbf29ce484222325ull;

	if (argc > 2 && !strcmp(argv[2], "exit"))
		return atoi(argv[3]);
	for (int i = 0; i < argc; i++)
		hash = hash_bytes(hash, argv[i], strlen(argv[i]) + 1);
	for (char **word = environ; *word; word++)
		hash = hash_bytes(hash, *word, strlen(*word) + 1);
	printf("argc=%d hash=%016llx\n", argc, (unsigned long long)hash);
	for (int i = 0; i < argc && i < 6; i++)
		printf("[%.40s]", argv[i]);
	printf("\n");
	for (int fd = 3; fd < 20; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			printf("fd%d ", fd);
	sigset_t set;
	sigprocmask(SIG_BLOCK, 0, &set);
	printf("mask=%d%d ", sigismember(&set, SIGUSR1), sigismember(&set, SIGUSR2));
	struct sigaction action;
	sigaction(SIGUSR1, 0, &action);
	printf("usr1=%s ", action.sa_handler == SIG_IGN ? "ign" : action.sa_handler == SIG_DFL ? "dfl" : "fn");
	sigaction(SIGUSR2, 0, &action);
	printf("usr2=%s ", action.sa_handler == SIG_IGN ? "ign" : action.sa_handler == SIG_DFL ? "dfl" : "fn");
	printf("aux pagesz=%lu clktck=%lu phent=%lu phnum=%lu uid=%lu secure=%lu random=%d platform=%.16s execfn=%.60s\n", getauxval(AT_PAGESZ),
	       getauxval(AT_CLKTCK), getauxval(AT_PHENT), getauxval(AT_PHNUM), getauxval(AT_UID), getauxval(AT_SECURE), getauxval(AT_RANDOM) != 0,
	       getauxval(AT_PLATFORM) ? (char *)getauxval(AT_PLATFORM) : "-", (char *)getauxval(AT_EXECFN));
	return 42;
}

static void say_status(const char *what, int status)
{
	if (WIFEXITED(status))
		say("%s:exit%d", what, WEXITSTATUS(status));
	else if (WIFSIGNALED(status))
		say("%s:signal%d%s", what, WTERMSIG(status), WCOREDUMP(status) ? "core" : "");
	else if (WIFSTOPPED(status))
		say("%s:stop%d", what, WSTOPSIG(status));
	else if (WIFCONTINUED(status))
		say("%s:continued", what);
	else
		say("%s:%x", what, status);
}

static void fork_wait(void)
{
	int status;

	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(i * 13 & 255);
		EXPECT(pid > 0);
		EXPECT(waitpid(pid, &status, 0) == pid);
		say_status("child", status);
	}
	EXPECT(waitpid(-1, &status, 0) == -1 && errno == ECHILD);
}

static void fork_tree(void)
{
	int pipes[2], sum = 0, value, status;

	EXPECT(pipe(pipes) == 0);
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			for (int j = 0; j < 3; j++)
				if (fork() == 0) {
					value = 1 << (i * 3 + j);
					write(pipes[1], &value, sizeof value);
					_exit(j);
				}
			while (wait(&status) > 0)
				;
			_exit(i);
		}
	close(pipes[1]);
	while (read(pipes[0], &value, sizeof value) == sizeof value)
		sum += value;
	say("sum=%d", sum);
	for (int i = 0; i < 3; i++) {
		EXPECT(wait(&status) > 0);
		sum += WEXITSTATUS(status);
	}
	say("all=%d", sum);
}

static void wait_variants(void)
{
	siginfo_t info;
	int status;
	struct rusage usage;
	int pipes[2];
	char c = 0;

	EXPECT(pipe(pipes) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		raise(SIGSTOP);
		read(pipes[0], &c, 1);
		_exit(7);
	}
	EXPECT(waitid(P_PID, pid, &info, WSTOPPED | WNOWAIT) == 0);
	say("code=%d status=%d own=%d", info.si_code, info.si_status, info.si_pid == pid);
	EXPECT(waitpid(pid, &status, WUNTRACED) == pid);
	say_status("stopped", status);
	SAY(waitpid(pid, &status, WNOHANG));
	kill(pid, SIGCONT);
	EXPECT(waitid(P_PID, pid, &info, WCONTINUED) == 0);
	say("code=%d status=%d", info.si_code, info.si_status);
	write(pipes[1], "x", 1);
	EXPECT(waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) == 0);
	say("code=%d status=%d", info.si_code, info.si_status);
	EXPECT(wait4(pid, &status, 0, &usage) == pid);
	say_status("end", status);
	SAY(waitid(P_ALL, 0, &info, WEXITED));
	SAY(waitid(P_PID, 1, &info, WEXITED));
	SAY(waitid(P_PGID, getpgrp(), &info, 0));
	SAY(waitid(99, 0, &info, WEXITED));
	SAY(waitpid(-1, &status, 0x4000));
	SAY(waitpid(INT_MIN, &status, 0));
	static const int signals[] = { SIGKILL, SIGTERM, SIGSEGV, SIGABRT, SIGHUP, SIGBUS, SIGFPE, SIGALRM, SIGPIPE, SIGUSR1, SIGCHLD, SIGWINCH };
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
		if ((pid = fork()) == 0) {
			struct rlimit none = { 0, 0 };
			setrlimit(RLIMIT_CORE, &none);
			raise(signals[i]);
			_exit(3);
		}
		waitpid(pid, &status, 0);
		say_status("raise", status);
	}
	/* Groups: only the group's children are found. */
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		_exit(5);
	}
	setpgid(pid, pid);
	say("group=%d", waitpid(-pid, &status, 0) == pid);
	say_status("group", status);
}

static void vfork_exec(void)
{
	int status;
	volatile int shared = 0;
	pid_t pid = vfork();

	if (pid == 0) {
		shared = 11;
		_exit(9);
	}
	EXPECT(waitpid(pid, &status, 0) == pid);
	say("shared=%d", shared);
	say_status("vfork", status);
	if ((pid = vfork()) == 0) {
		execl("/init", "init", "--child", "exit", "77", (char *)0);
		_exit(1);
	}
	EXPECT(waitpid(pid, &status, 0) == pid);
	say_status("exec", status);
}

static void capture(char *const argv[], char *const envp[], const char *path)
{
	int pipes[2], status;
	static char text[8192];
	size_t length = 0;
	ssize_t got;

	EXPECT(pipe(pipes) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(pipes[1], 1);
		close(pipes[0]);
		close(pipes[1]);
		execve(path, argv, envp);
		dprintf(1, "execve: %s", strerrorname_np(errno));
		_exit(126);
	}
	close(pipes[1]);
	while ((got = read(pipes[0], text + length, sizeof text - 1 - length)) > 0)
		length += got;
	close(pipes[0]);
	text[length] = 0;
	EXPECT(waitpid(pid, &status, 0) == pid);
	say_status(path, status);
	say("%s", text);
}

static void exec_arguments(void)
{
	char *argv[] = { "init", "--child", "a", "", "b c", "\xff\x01", 0 };
	char *envp[] = { "A=1", "PATH=/bin", "EMPTY=", 0 };

	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, (void (*)(int))say_status);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, 0);
	open("/dev/null", O_RDONLY | O_CLOEXEC);
	dup2(0, 9);
	capture(argv, envp, "/init");
	capture(argv, envp, "/proc/self/exe");
	char *none[] = { 0 };
	capture(argv, none, "/init");
	/* Many long words: argument pages. */
	static char *many[600];
	static char long_word[3000];
	memset(long_word, 'x', sizeof long_word - 1);
	many[0] = "init";
	many[1] = "--child";
	for (int i = 2; i < 40; i++)
		many[i] = i % 3 ? long_word : "s";
	capture(many, envp, "/init");
}

static int make_file(const char *path, const void *data, size_t size, int mode)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);

	if (fd < 0)
		return -1;
	write(fd, data, size);
	fchmod(fd, mode);
	close(fd);
	return 0;
}

static void exec_scripts(void)
{
	char *argv[] = { "script", "x", "y", 0 };
	char *envp[] = { "S=1", 0 };
	static const char *const heads[] = {
		"#!/init --child\n", "#! /init   --child   two words  \n", "#!/init\t--child\n", "#!/nonexistent\n", "#!\n", "#!   \n", "#!/init --child",
		"no format", "", "#!/tmp/work/script0\n", "\177ELF", "\177ELF\2\1\1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	char path[32];
	static char longest[400];

	for (unsigned i = 0; i < sizeof heads / sizeof *heads; i++) {
		snprintf(path, sizeof path, "/tmp/work/script%u", i);
		make_file(path, heads[i], strlen(heads[i]), 0755);
		capture(argv, envp, path);
	}
	memset(longest, 'z', sizeof longest);
	memcpy(longest, "#!/init --child ", 16);
	make_file("/tmp/work/script0", longest, sizeof longest, 0755);
	capture(argv, envp, "/tmp/work/script0");
	make_file("/tmp/work/script0", "#!/init --child\n", 16, 0644);
	capture(argv, envp, "/tmp/work/script0");
	capture(argv, envp, "/tmp/work");
	capture(argv, envp, "/tmp/none");
	capture(argv, envp, "/tmp/work/script0/x");
	/* A chain of interpreters that is too deep. */
	for (int i = 0; i < 7; i++) {
		char head[64];
		snprintf(path, sizeof path, "/tmp/work/chain%d", i);
		if (i == 0)
			snprintf(head, sizeof head, "#!/init --child\n");
		else
			snprintf(head, sizeof head, "#!/tmp/work/chain%d arg%d\n", i - 1, i);
		make_file(path, head, strlen(head), 0755);
		capture(argv, envp, path);
	}
}

/* Spoils the program's ELF headers in many ways: all must be refused or run the same way. */
static void exec_elf(void)
{
	static char image[1 << 21];
	long size = read_file("/init", image, sizeof image);
	char *argv[] = { "elf", "--child", 0 };
	char *envp[] = { 0 };
	Elf64_Ehdr *header = (Elf64_Ehdr *)image;
	Elf64_Phdr *program = (Elf64_Phdr *)(image + sizeof(Elf64_Ehdr));

	EXPECT(size > 0);
	if (size <= 0)
		return;
	say("loads=%d", header->e_phnum);
	for (int kind = 0; kind < 9; kind++) {
		Elf64_Ehdr saved = *header;
		Elf64_Phdr first = program[0];
		switch (kind) {
		case 1: header->e_machine = 3; break;
		case 2: header->e_type = ET_REL; break;
		case 3: header->e_phentsize = 55; break;
		case 4: header->e_phnum = 0; break;
		case 5: header->e_phoff = 1ull << 40; break;
		case 6: header->e_ident[4] = 7; break;
		case 7: header->e_phnum = 65535; break;
		case 8: memset(header->e_ident, 0, 4); break;
		}
		make_file("/tmp/work/elf", image, size, 0755);
		capture(argv, envp, "/tmp/work/elf");
		*header = saved;
		program[0] = first;
	}
	int fd = open("/tmp/work/elf", O_WRONLY);
	header->e_phoff = sizeof(Elf64_Ehdr);
	make_file("/tmp/work/elf", image, size, 0755);
	capture(argv, envp, "/tmp/work/elf"); /* ETXTBSY: it is open for writing */
	close(fd);
	capture(argv, envp, "/tmp/work/elf");
}

static void sessions(void)
{
	SAY(setsid());
	say("leader=%d group=%d", getsid(0) == getpid(), getpgrp() == getpid());
	SAY(setpgid(0, 1));
	SAY(setpgid(1, 0));
	SAY(setpgid(-1, 0));
	SAY(setpgid(0, -1));
	SAY(getpgid(99999));
	SAY(getsid(99999));
	SAY(getsid(1) == 1 || getsid(1) == 0);
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		say("same=%d", getsid(0) == getppid());
		SAY(setpgid(0, 0));
		say("own=%d", getpgrp() == getpid());
		pid_t grandchild = fork();
		if (grandchild == 0) {
			say("session=%d", setsid() == getpid());
			_exit(0);
		}
		waitpid(grandchild, 0, 0);
		SAY(setpgid(grandchild, 0));
		_exit(1);
	}
	waitpid(pid, &status, 0);
	say_status("child", status);
}

static void orphans(void)
{
	int pipes[2];
	char c = 0;

	SAY(prctl(PR_SET_CHILD_SUBREAPER, 1));
	EXPECT(pipe(pipes) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		if (fork() == 0) {
			read(pipes[0], &c, 1);
			say("adopted=%d", getppid() != 1);
			_exit(6);
		}
		_exit(0);
	}
	int status;
	EXPECT(waitpid(pid, &status, 0) == pid);
	say_status("parent", status);
	write(pipes[1], "x", 1);
	EXPECT(wait(&status) > 0);
	say_status("orphan", status);
}

static void limits(void)
{
	struct rlimit limit;
	for (int i = 0; i < RLIM_NLIMITS + 2; i++) {
		if (getrlimit(i, &limit) < 0) {
			say("%d=-%s", i, strerrorname_np(errno));
			continue;
		}
		if (i == RLIMIT_NPROC || i == RLIMIT_SIGPENDING) /* follow the size of memory */
			say("%d=%d", i, limit.rlim_cur == limit.rlim_max);
		else
			say("%d=%lld/%lld", i, (long long)limit.rlim_cur, (long long)limit.rlim_max);
	}
	limit.rlim_cur = 20;
	limit.rlim_max = 10;
	SAY(setrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = 10;
	SAY(setrlimit(RLIMIT_NOFILE, &limit));
	int fd, last = -1;
	while ((fd = dup(0)) >= 0)
		last = fd;
	say("last=%d %s", last, strerrorname_np(errno));
	SAY(dup2(0, 10));
	SAY(fcntl(0, F_DUPFD, 10));
	limit.rlim_cur = limit.rlim_max = 4096;
	SAY(setrlimit(RLIMIT_FSIZE, &limit));
	signal(SIGXFSZ, SIG_IGN);
	close(last);
	fd = open("limit", O_CREAT | O_RDWR, 0600);
	static char block[5000];
	SAY(write(fd, block, 4000));
	SAY(write(fd, block, 4000));
	SAY(write(fd, block, 1));
	SAY(ftruncate(fd, 5000));
	limit.rlim_cur = limit.rlim_max = 1 << 22;
	SAY(setrlimit(RLIMIT_AS, &limit));
	say("map=%d", mmap(0, 1 << 23, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0);
	struct rlimit old;
	SAY(prlimit(0, RLIMIT_CORE, 0, &old));
	SAY(prlimit(0, 99, 0, &old));
	SAY(prlimit(-5, RLIMIT_CORE, 0, &old));
	setuid(1000);
	limit.rlim_cur = limit.rlim_max = 1 << 23;
	SAY(setrlimit(RLIMIT_AS, &limit));
	SAY(prlimit(1, RLIMIT_CORE, 0, &old));
}

static void cpu_limit(void)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		struct rlimit limit = { 0, RLIM_INFINITY };
		struct itimerval time = { { 0, 0 }, { 0, 8000 } };
		limit.rlim_cur = 1;
		setrlimit(RLIMIT_CPU, &limit);
		setitimer(ITIMER_VIRTUAL, &time, 0);
		for (;;)
			;
	}
	waitpid(pid, &status, 0);
	say_status("virtual", status);
	if ((pid = fork()) == 0) {
		struct itimerval time = { { 0, 0 }, { 0, 8000 } };
		setitimer(ITIMER_PROF, &time, 0);
		for (;;)
			getppid();
	}
	waitpid(pid, &status, 0);
	say_status("prof", status);
}

static void credentials(void)
{
	uid_t r, e, s;
	gid_t groups[40];
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	getresuid(&r, &e, &s);
	say("uids=%d,%d,%d", r, e, s);
	syscall(SYS_capget, &header, data);
	say("caps=%x,%x,%x %x", data[0].effective, data[0].permitted, data[0].inheritable, data[1].effective);
	for (int i = 0; i < 33; i++)
		groups[i] = 3000 - i * 7;
	SAY(setgroups(33, groups));
	SAY(getgroups(0, groups));
	SAY(getgroups(5, groups));
	SAY(getgroups(40, groups));
	say_bytes("groups", groups, 33 * sizeof *groups);
	SAY(setgroups(70000, groups));
	SAY(setresgid(10, 20, 30));
	SAY(setregid(30, 10));
	gid_t gr, ge, gs;
	getresgid(&gr, &ge, &gs);
	say("gids=%d,%d,%d", gr, ge, gs);
	SAY(setfsgid(77));
	SAY(setfsgid(-1));
	SAY(setresuid(100, 200, 300));
	getresuid(&r, &e, &s);
	say("uids=%d,%d,%d", r, e, s);
	syscall(SYS_capget, &header, data);
	say("caps=%x,%x", data[0].effective, data[0].permitted);
	SAY(setuid(100));
	SAY(seteuid(300));
	SAY(setuid(5));
	SAY(setreuid(100, 300));
	SAY(setresuid(-1, 100, -1));
	SAY(setfsuid(300));
	SAY(setfsuid(-1));
	SAY(setgroups(1, groups));
	SAY(chroot("/tmp"));
	SAY(kill(1, 0));
	SAY(sethostname("x", 1));
	SAY(setpriority(PRIO_PROCESS, 0, -5));
	header.version = 1;
	SAY(syscall(SYS_capget, &header, data));
	say("version=%x", header.version);
	header.version = _LINUX_CAPABILITY_VERSION_3;
	memset(data, 255, sizeof data);
	SAY(syscall(SYS_capset, &header, data));
	memset(data, 0, sizeof data);
	SAY(syscall(SYS_capset, &header, data));
}

static void process_control(void)
{
	char name[32] = "";
	int value = 0;

	for (int i = 0; i < 66; i++) {
		if (i == PR_GET_TIMERSLACK || i == PR_SET_MM || i == PR_SET_SECCOMP)
			continue;
		long result = prctl(i, 0, 0, 0, 0);
		say("%d=%ld/%d", i, result, result < 0 ? errno : 0);
	}
	SAY(prctl(PR_SET_NAME, "a-name-that-is-too-long"));
	SAY(prctl(PR_GET_NAME, name));
	say("name=%s", name);
	say_text("/proc/self/comm");
	write_file("/proc/self/comm", "by-proc");
	say_text("/proc/self/comm");
	SAY(prctl(PR_SET_DUMPABLE, 2));
	SAY(prctl(PR_SET_DUMPABLE, 1));
	SAY(prctl(PR_GET_DUMPABLE));
	SAY(prctl(PR_SET_PDEATHSIG, SIGHUP));
	SAY(prctl(PR_GET_PDEATHSIG, &value));
	say("sig=%d", value);
	SAY(prctl(PR_SET_PDEATHSIG, 999));
	SAY(prctl(PR_SET_TIMERSLACK, 12345));
	SAY(prctl(PR_GET_TIMERSLACK));
	SAY(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	SAY(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	SAY(prctl(PR_CAPBSET_READ, CAP_CHOWN));
	SAY(prctl(PR_CAPBSET_DROP, CAP_CHOWN));
	SAY(prctl(PR_CAPBSET_READ, CAP_CHOWN));
	SAY(prctl(PR_CAPBSET_READ, 999));
	SAY(prctl(PR_SET_SECUREBITS, 0x2f));
	SAY(prctl(PR_GET_SECUREBITS));
	SAY(prctl(PR_SET_KEEPCAPS, 1));
	SAY(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
	SAY(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
	SAY(prctl(12345));
	SAY(personality(0xffffffff));
	SAY(personality(ADDR_NO_RANDOMIZE | READ_IMPLIES_EXEC));
	SAY(personality(0xffffffff));
	SAY(personality(PER_LINUX32));
	struct utsname uts;
	uname(&uts);
	say("%s %s %s %s", uts.sysname, uts.nodename, uts.release, uts.machine);
	SAY(sethostname("oracle-host", 11));
	SAY(setdomainname("oracle-domain", 13));
	uname(&uts);
	say("%s %s", uts.nodename, uts.domainname);
	SAY(sethostname(name, 100));
	SAY(sethostname(name, -1));
	say_text("/proc/sys/kernel/hostname");
	write_file("/proc/sys/kernel/hostname", "by-sysctl\n");
	say_text("/proc/sys/kernel/hostname");
	SAY(sethostname("(none)", 6));
}

static void system_info(void)
{
	struct sysinfo info;
	struct tms times_;
	struct rusage usage;

	EXPECT(sysinfo(&info) == 0);
	say("unit=%u swap=%lu high=%lu", info.mem_unit, info.totalswap, info.totalhigh);
	EXPECT(info.totalram > (100u << 20) && info.freeram < info.totalram && info.uptime < 600 && info.procs > 3);
	EXPECT(times(&times_) != -1);
	EXPECT(getrusage(RUSAGE_SELF, &usage) == 0);
	say("swap=%ld in=%ld", usage.ru_nswap, usage.ru_inblock);
	EXPECT(usage.ru_maxrss > 100 && usage.ru_minflt > 0);
	SAY(getrusage(RUSAGE_CHILDREN, &usage));
	say("children=%ld", usage.ru_maxrss);
	SAY(getrusage(RUSAGE_THREAD, &usage));
	SAY(getrusage(7, &usage));
	unsigned cpu = 9, node = 9;
	SAY(syscall(SYS_getcpu, &cpu, &node, 0));
	say("cpu=%u node=%u", cpu, node);
	EXPECT(getppid() == 1);
	EXPECT(getpid() == syscall(SYS_gettid));
	long before = usage.ru_minflt;
	getrusage(RUSAGE_SELF, &usage);
	before = usage.ru_minflt;
	char *pages = mmap(0, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 64; i++)
		pages[i * 4096] = 1;
	getrusage(RUSAGE_SELF, &usage);
	say("faults=%d", usage.ru_minflt - before >= 64 && usage.ru_minflt - before < 80);
}

static void trace_child(void)
{
	int status;
	static volatile long word = 0x1122334455667788;
	pid_t pid = fork();

	if (pid == 0) {
		/* When the grandchild ends is a matter of scheduling: no stop for that. */
		sigset_t set;
		sigemptyset(&set);
		sigaddset(&set, SIGCHLD);
		sigprocmask(SIG_BLOCK, &set, 0);
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		raise(SIGUSR1);
		if (word != 0x99)
			_exit(1);
		getppid();
		if (fork() == 0)
			_exit(2);
		wait(0);
		execl("/init", "init", "--child", "exit", "31", (char *)0);
		_exit(4);
	}
	EXPECT(waitpid(pid, &status, 0) == pid);
	say_status("first", status);
	errno = 0;
	say("peek=%lx errno=%d", ptrace(PTRACE_PEEKDATA, pid, &word, 0), errno);
	SAY(ptrace(PTRACE_POKEDATA, pid, &word, 0x99));
	SAY(ptrace(PTRACE_PEEKDATA, pid, 8, 0));
	SAY(ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT));
	SAY(ptrace(PTRACE_SETOPTIONS, pid, 0, 0xf0000000));
	static char registers[1024];
	struct iovec vector = { registers, sizeof registers };
	SAY(ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &vector));
	say("registers=%zu", vector.iov_len);
	SAY(ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &vector));
	vector.iov_len = sizeof registers;
	SAY(ptrace(PTRACE_GETREGSET, pid, NT_FPREGSET, &vector));
	say("fp=%zu", vector.iov_len);
	siginfo_t info;
	SAY(ptrace(PTRACE_GETSIGINFO, pid, 0, &info));
	say("signo=%d code=%d", info.si_signo, info.si_code);
	long result = ptrace(PTRACE_CONT, pid, 0, 0);
	say("cont=%ld", result);
	/* Only the first child's stops are told: when the second one stops is a matter of scheduling. */
	int stops = 0;
	for (;;) {
		pid_t stopped = waitpid(-1, &status, __WALL);
		unsigned long message;
		if (stopped < 0)
			break;
		if (stopped != pid) {
			if (WIFSTOPPED(status))
				ptrace(PTRACE_CONT, stopped, 0, 0);
			continue;
		}
		if (!WIFSTOPPED(status)) {
			say("%x", status);
			continue;
		}
		say("%x", status);
		if (status >> 16) {
			ptrace(PTRACE_GETEVENTMSG, pid, 0, &message);
			say("event%d", status >> 16);
		}
		/* The first signal is swallowed; then a few stops at system calls. */
		stops++;
		ptrace(stops > 2 && stops < 6 ? PTRACE_SYSCALL : PTRACE_CONT, pid, 0, 0);
	}
	SAY(ptrace(PTRACE_ATTACH, getpid(), 0, 0));
	SAY(ptrace(PTRACE_ATTACH, 99999, 0, 0));
	SAY(ptrace(PTRACE_CONT, 1, 0, 0));
	if ((pid = fork()) == 0)
		for (;;)
			pause();
	SAY(ptrace(PTRACE_SEIZE, pid, 0, 0));
	SAY(ptrace(PTRACE_INTERRUPT, pid, 0, 0));
	waitpid(pid, &status, 0);
	say("%x", status);
	SAY(ptrace(PTRACE_LISTEN, pid, 0, 0));
	SAY(ptrace(PTRACE_DETACH, pid, 0, 0));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	say_status("killed", status);
}

static void trace_memory(void)
{
	static char mine[20000], other[20000];
	int pipes[2], status;

	pipe(pipes);
	pid_t pid = fork();
	if (pid == 0) {
		for (unsigned i = 0; i < sizeof other; i++)
			other[i] = i * 7;
		write(pipes[1], "x", 1);
		pause();
		_exit(0);
	}
	char c;
	read(pipes[0], &c, 1);
	struct iovec local[2] = { { mine, 7000 }, { mine + 8000, 12000 } }, remote[1] = { { other + 100, 15000 } };
	SAY(syscall(SYS_process_vm_readv, pid, local, 2, remote, 1, 0));
	say_bytes("mine", mine, sizeof mine);
	char path[40];
	snprintf(path, sizeof path, "/proc/%d/mem", pid);
	int fd = open(path, O_RDWR);
	SAY(pread(fd, mine, 9000, (off_t)(uintptr_t)(other + 4000)));
	say_bytes("mine", mine, sizeof mine);
	SAY(pwrite(fd, "hello", 5, (off_t)(uintptr_t)(other + 4094)));
	SAY(pread(fd, mine, 10, (off_t)(uintptr_t)(other + 4090)));
	say_bytes("mine", mine, 10);
	SAY(pread(fd, mine, 10, 4));
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	SAY(pread(fd, mine, 10, (off_t)(uintptr_t)other));
	int handle = syscall(SYS_pidfd_open, getpid(), 0);
	say("pidfd=%d", handle >= 0);
	SAY(syscall(SYS_pidfd_open, 99999, 0));
	SAY(syscall(SYS_pidfd_open, -1, 0));
	SAY(syscall(SYS_pidfd_open, getpid(), 1));
	SAY(syscall(SYS_pidfd_send_signal, handle, 0, 0, 0));
	if ((pid = fork()) == 0)
		_exit(12);
	handle = syscall(SYS_pidfd_open, pid, 0);
	struct pollfd poller = { handle, POLLIN, 0 };
	SAY(poll(&poller, 1, 1000));
	say("revents=%x", poller.revents);
	siginfo_t info;
	SAY(waitid(3 /* P_PIDFD */, handle, &info, WEXITED));
	say("status=%d", info.si_status);
	SAY(syscall(SYS_kcmp, getpid(), getpid(), 1, 0, 0));
}

const struct check process_checks[] = {
	{ "fork-wait", fork_wait },
	{ "fork-tree", fork_tree },
	{ "wait-variants", wait_variants },
	{ "vfork-exec", vfork_exec },
	{ "exec-arguments", exec_arguments },
	{ "exec-scripts", exec_scripts },
	{ "exec-elf", exec_elf },
	{ "sessions", sessions },
	{ "orphans", orphans },
	{ "limits", limits },
	{ "cpu-timers", cpu_limit },
	{ "credentials", credentials },
	{ "process-control", process_control },
	{ "system-info", system_info },
	{ "ptrace", trace_child },
	{ "ptrace-memory", trace_memory },
	{ 0, 0 },
};
