/* Every system call with arguments that it must refuse: which error comes first is the kernel's argument checking, branch by
 * branch. Calls that could end the check, the machine or the wait are left out; each call runs in this one process. */
#include "harness.h"

static int allowed(long number)
{
	static const long unsafe[] = {
		SYS_exit, SYS_exit_group, SYS_reboot, SYS_rt_sigreturn, SYS_pselect6, SYS_ppoll, SYS_wait4, SYS_waitid, SYS_clone, SYS_execve, SYS_rt_sigsuspend,
		SYS_rt_sigtimedwait, SYS_kill, SYS_tkill, SYS_tgkill, SYS_munmap, SYS_mmap, SYS_mremap, SYS_mprotect, SYS_brk, SYS_futex, SYS_nanosleep,
		SYS_clock_nanosleep, SYS_vhangup, SYS_setsid, SYS_close, SYS_dup, SYS_dup3, SYS_read, SYS_readv, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_set_robust_list,
		SYS_set_tid_address, SYS_getpid, SYS_gettid, SYS_getppid, SYS_clock_gettime, SYS_clock_settime, SYS_settimeofday, SYS_gettimeofday, SYS_times,
		SYS_sysinfo, SYS_prlimit64, SYS_close_range, SYS_chroot, SYS_munlockall, SYS_mlockall, SYS_sync, SYS_epoll_pwait, SYS_clone3, SYS_execveat, SYS_ptrace,
		SYS_sethostname, SYS_setdomainname, SYS_restart_syscall, SYS_getpgid, SYS_getsid, SYS_setpgid, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_pidfd_open,
		SYS_getrandom, SYS_syslog, SYS_getcpu, SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr, SYS_personality, SYS_madvise, SYS_clock_adjtime,
		SYS_adjtimex, SYS_setuid, SYS_setreuid, SYS_setresuid, SYS_setfsuid, SYS_getcwd, SYS_sigaltstack, SYS_getrusage, SYS_getitimer, SYS_setitimer, SYS_prctl,
#ifdef SYS_fork
		SYS_fork, SYS_vfork, SYS_pause, SYS_poll, SYS_select, SYS_dup2, SYS_arch_prctl, SYS_alarm, SYS_time, SYS_epoll_wait, SYS_iopl, SYS_ioperm, SYS_setrlimit,
#endif
	};
	for (unsigned i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
		if (unsafe[i] == number)
			return 0;
	return number != 334 && number != 293; /* rseq */
}

static void table(long first, long second, long third)
{
	for (long number = 0; number < 470; number++) {
		if (!allowed(number))
			continue;
		long result = syscall(number, first, second, third, -1, -1, -1);
		say("%ld:%ld", number, result < 0 ? -errno : result > 2 ? 9l : result);
	}
}

static void invalid_all(void) { table(-1, -1, -1); }
static void invalid_null(void) { table(999, 0, 0); }
static void invalid_pointer(void) { table(8, 8, 8); }
static void invalid_path(void)
{
	static char path[8000];
	memset(path, 'a', sizeof path - 1);
	table(AT_FDCWD, (long)path, 0);
}
static void invalid_range(void)
{
	for (long number = 440; number < 2000; number += 7)
		say("%ld", syscall(number, 0, 0, 0) < 0 ? (long)errno : 0l);
	say("%ld", syscall(-1, 0, 0, 0) < 0 ? (long)errno : 0l);
}

/* Paths: what a name can be, and what it may not. */
static void paths(void)
{
	mkdir("d", 0755);
	mkdir("d/e", 0755);
	close(open("d/f", O_CREAT | O_WRONLY, 0644));
	symlink("f", "d/l");
	symlink("e", "d/le");
	symlink("/tmp/work/d/e", "d/la");
	symlink("loop2", "d/loop1");
	symlink("loop1", "d/loop2");
	symlink("", "d/empty");
	static const char *const names[] = { "d", "d/", "d//", "d/.", "d/..", "d/f", "d/f/", "d/f/.", "d/f/..", "d/l", "d/l/", "d/le", "d/le/", "d/le/..", "d/la/.", "d/loop1", "d/e/../f",
					     "", ".", "..", "/", "//", "/..", "none", "none/", "none/x", "d/none", "d/e/none/..", "/proc/self/../self/comm", "/proc/self/fd/0/x",
					     "./d/./e/.//../e", "d/le/../l", "/tmp/work/d/../d/l" };
	struct stat info;
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		say("%s", names[i]);
		say("%o", stat(names[i], &info) < 0 ? errno : info.st_mode);
		say("%o", lstat(names[i], &info) < 0 ? errno : info.st_mode);
		int fd = open(names[i], O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
		say("%d", fd < 0 ? errno : (close(fd), 0));
		fd = open(names[i], O_PATH | O_NOFOLLOW);
		say("%d", fd < 0 ? errno : (close(fd), 0));
		fd = open(names[i], O_DIRECTORY);
		say("%d", fd < 0 ? errno : (close(fd), 0));
		say("%d", access(names[i], X_OK) < 0 ? errno : 0);
		say("%d", mkdir(names[i], 0700) < 0 ? errno : 0);
		say("%d", names[i][0] == 'n' ? rmdir(names[i]) < 0 ? errno : 0 : -1);
		say("%d", link(names[i], "d/e/linked") < 0 ? errno : unlink("d/e/linked"));
		say("%d", readlink(names[i], (char[20]){ 0 }, 19) < 0 ? errno : 0);
		/* Not RESOLVE_CACHED, whose answer hangs on the cache; EAGAIN says that another rename or mount came between. */
		struct { uint64_t flags, mode, resolve; } how = { O_RDONLY | O_NONBLOCK, 0, 1 << (i % 5) };
		for (int attempt = 0; attempt < 20; attempt++) {
			fd = syscall(SYS_openat2, AT_FDCWD, names[i], &how, sizeof how);
			if (fd >= 0 || errno != EAGAIN)
				break;
		}
		say("%d", fd < 0 ? errno : (close(fd), 0));
	}
	int fd = open("d", O_RDONLY);
	SAY(openat(fd, "f", O_RDONLY) >= 0);
	SAY(openat(fd, "../d/l", O_RDONLY) >= 0);
	SAY(fstatat(fd, "", &info, AT_EMPTY_PATH));
	SAY(fstatat(fd, "", &info, 0));
	SAY(fstatat(fd, "f", &info, 0xffff));
	SAY(faccessat(fd, "f", R_OK | W_OK, AT_EACCESS));
	SAY(unlinkat(fd, "e", 0));
	SAY(unlinkat(fd, "f", AT_REMOVEDIR));
	SAY(symlinkat("x", fd, "newlink"));
	SAY(renameat(fd, "newlink", AT_FDCWD, "moved"));
	SAY(mknodat(fd, "fifo", S_IFIFO | 0600, 0));
	SAY(mknodat(fd, "bad", 0170000, 0));
	struct { uint32_t mask, block; uint64_t rest[40]; } extended;
	memset(&extended, 0, sizeof extended);
	SAY(syscall(SYS_statx, fd, "f", 0, 0x7ff, &extended));
	say("%x %u", extended.mask, extended.block);
	SAY(syscall(SYS_statx, fd, "f", 0, 0x80000000, &extended));
	unlink("moved");
	/* As another user: what the bits allow. */
	chmod("d", 0711);
	chmod("d/f", 0640);
	chown("d/f", 100, 200);
	int status;
	for (int who = 0; who < 4; who++) {
		pid_t pid = fork();
		if (pid == 0) {
			static const int groups[] = { 300, 200, 300, 200 }, users[] = { 100, 101, 101, 0 };
			syscall(SYS_setgroups, 0, 0);
			setgid(groups[who]);
			setuid(users[who]);
			say("%d:", who);
			SAY(open("d/f", O_RDONLY) >= 0);
			SAY(open("d/f", O_WRONLY) >= 0);
			SAY(open("d/new", O_CREAT | O_WRONLY, 0600));
			SAY(open("d", O_RDONLY) >= 0);
			SAY(unlink("d/l"));
			SAY(chmod("d/f", 0644));
			SAY(chown("d/f", 5, -1));
			SAY(chown("d/f", -1, 300));
			SAY(access("d/f", R_OK));
			SAY(link("d/f", "/tmp/linked"));
			SAY(rename("d/f", "/tmp/renamed"));
			_exit(0);
		}
		waitpid(pid, &status, 0);
	}
}

const struct check error_checks[] = {
	{ "error-all", invalid_all }, { "error-null", invalid_null }, { "error-pointer", invalid_pointer }, { "error-path", invalid_path }, { "error-range", invalid_range },
	{ "error-paths", paths }, { 0, 0 },
};
