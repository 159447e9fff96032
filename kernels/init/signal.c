/* Signals: masks, queues, handlers on handlers, alternate stacks, faults, restarts. */
#include "harness.h"
#include <sys/signalfd.h>
#include <sys/ucontext.h>
#include <setjmp.h>

static volatile int events[200], event_count;
static void note(int value)
{
	if (event_count < 200)
		events[event_count++] = value;
}
static void say_events(const char *what)
{
	say("%s:", what);
	for (int i = 0; i < event_count; i++)
		say("%d", events[i]);
	event_count = 0;
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)context;
	note(number * 100 + (info->si_code == SI_QUEUE ? 50 + info->si_value.sival_int : info->si_code == SI_USER ? 1 : info->si_code == SI_TKILL ? 2 : 3));
}
static void nest(int number, siginfo_t *info, void *context)
{
	(void)info, (void)context;
	note(number);
	if (number == SIGUSR1)
		raise(SIGUSR2);
	if (number == SIGUSR2)
		raise(SIGHUP);
	note(-number);
}
static void install(int number, void (*handler)(int, siginfo_t *, void *), int flags, int masked)
{
	struct sigaction action = { 0 };
	action.sa_sigaction = handler;
	action.sa_flags = SA_SIGINFO | flags;
	sigemptyset(&action.sa_mask);
	if (masked)
		sigaddset(&action.sa_mask, masked);
	EXPECT(sigaction(number, &action, 0) == 0);
}

static void masks(void)
{
	sigset_t set, old;
	for (int number = 1; number < 65; number++)
		if (number != SIGKILL && number != SIGSTOP && number != 32 && number != 33)
			install(number, on_signal, 0, 0);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, &old);
	for (int number = 64; number > 0; number--)
		if (number != SIGKILL && number != SIGSTOP && number != 32 && number != 33)
			kill(getpid(), number);
	for (int i = 0; i < 3; i++) {
		union sigval value = { .sival_int = i };
		SAY(sigqueue(getpid(), 40, value));
		SAY(sigqueue(getpid(), SIGUSR1, value));
	}
	sigpending(&set);
	for (int number = 1; number < 65; number++)
		if (!sigismember(&set, number))
			say("%d", number);
	static char text[4096];
	read_file("/proc/self/status", text, sizeof text);
	char *line = strstr(text, "SigPnd");
	say("%.80s", line ? line : "-");
	sigprocmask(SIG_SETMASK, &old, 0);
	say_events("order");
	SAY(syscall(SYS_rt_sigprocmask, 9, &set, 0, 8));
	SAY(syscall(SYS_rt_sigprocmask, 0, &set, 0, 4));
	SAY(syscall(SYS_rt_sigaction, 65, 0, 0, 8));
	SAY(syscall(SYS_rt_sigaction, SIGKILL, &set, 0, 8));
	SAY(syscall(SYS_tgkill, getpid(), getpid(), SIGUSR1));
	SAY(syscall(SYS_tgkill, 1, getpid(), SIGUSR1));
	SAY(syscall(SYS_tgkill, -1, getpid(), SIGUSR1));
	SAY(syscall(SYS_tkill, getpid(), 0));
	say_events("direct");
	siginfo_t info = { 0 };
	info.si_signo = SIGUSR1;
	info.si_code = SI_USER;
	SAY(syscall(SYS_rt_sigqueueinfo, 1, SIGUSR1, &info));
	info.si_code = -60;
	SAY(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, &info));
	say_events("own");
}

static void nested(void)
{
	install(SIGUSR1, nest, 0, 0);
	install(SIGUSR2, nest, 0, 0);
	install(SIGHUP, nest, 0, 0);
	raise(SIGUSR1);
	say_events("nested");
	install(SIGUSR1, nest, 0, SIGUSR2);
	raise(SIGUSR1);
	say_events("masked");
	install(SIGUSR2, nest, SA_NODEFER, SIGHUP);
	raise(SIGUSR2);
	say_events("nodefer");
	install(SIGHUP, on_signal, SA_RESETHAND, 0);
	raise(SIGHUP);
	struct sigaction action;
	sigaction(SIGHUP, 0, &action);
	say("reset=%d", action.sa_handler == SIG_DFL);
	say_events("reset");
	install(SIGHUP, nest, 0, 0);
	sigset_t set;
	sigfillset(&set);
	sigdelset(&set, SIGUSR1);
	pid_t parent = getpid(), pid = fork();
	if (pid == 0) {
		sleep_ms(3);
		kill(parent, SIGUSR1);
		_exit(0);
	}
	sigset_t block;
	sigemptyset(&block);
	sigaddset(&block, SIGUSR2);
	sigprocmask(SIG_BLOCK, &block, 0);
	SAY(sigsuspend(&set));
	say_events("suspend");
	sigprocmask(SIG_UNBLOCK, &block, 0);
	say_events("after");
	waitpid(pid, 0, 0);
}

static sigjmp_buf away;
static volatile int fault_code, fault_number;
static volatile uintptr_t fault_address;
static void on_fault(int number, siginfo_t *info, void *context)
{
	(void)context;
	fault_number = number;
	fault_code = info->si_code;
	fault_address = (uintptr_t)info->si_addr;
	siglongjmp(away, 1);
}

static void faults(void)
{
	int fd = open("fault", O_CREAT | O_RDWR, 0600);
	ftruncate(fd, 4096);
	char *file = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char *closed = mmap(0, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *fixed = mmap(0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *gone = mmap(0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(gone, 8192);
	int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE };
	for (int i = 0; i < 5; i++)
		install(signals[i], on_fault, 0, 0);
	struct { char *at; int write; } cases[] = { { (char *)8, 0 }, { (char *)8, 1 }, { closed + 5, 0 }, { closed + 4100, 1 }, { fixed + 9, 1 }, { gone + 1, 0 },
						    { file + 4097, 0 }, { file + 9000, 1 }, { (char *)-4096, 0 }, { (char *)0x7fffffffffff000, 0 } };
	for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
		fault_number = 0;
		if (!sigsetjmp(away, 1)) {
			if (cases[i].write)
				*(volatile char *)cases[i].at = 1;
			else
				(void)*(volatile char *)cases[i].at;
		}
		say("%d/%d/%d", fault_number, fault_code, fault_address == (uintptr_t)cases[i].at);
	}
	fault_number = 0;
	if (!sigsetjmp(away, 1))
		((void (*)(void))fixed)();
	say("exec=%d/%d", fault_number, fault_code);
	fault_number = 0;
	if (!sigsetjmp(away, 1)) {
#ifdef __riscv
		__asm__ volatile(".word 0");
#elif defined __aarch64__
		__asm__ volatile(".word 0");
#else
		__asm__ volatile("ud2");
#endif
	}
	say("illegal=%d/%d", fault_number, fault_code);
	fault_number = 0;
	if (!sigsetjmp(away, 1)) {
#ifdef __riscv
		__asm__ volatile("ebreak");
#elif defined __aarch64__
		__asm__ volatile("brk #0");
#else
		__asm__ volatile("int3");
#endif
	}
	say("trap=%d/%d", fault_number, fault_code);
	/* A write that faults half way copies what it can. */
	int ends[2];
	pipe2(ends, O_NONBLOCK);
	char *edge = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(edge + 4096, 4096, PROT_NONE);
	SAY(write(ends[1], edge + 4000, 200));
	/* Not into a file: riscv's copy_from_user in 6.9 calls a half-done copy wholly undone, and generic_perform_write never ends. */
	SAY(pread(fd, edge + 4000, 200, 0));
	SAY(read(ends[0], edge + 4090, 96));
	SAY(write(ends[1], edge + 4096, 10));
	char path[] = "p";
	(void)path;
	memset(edge + 4090, 'a', 6);
	SAY(open(edge + 4090, O_RDONLY));
	SAY(mkdir((char *)8, 0700));
	SAY(syscall(SYS_uname, 8));
	SAY(syscall(SYS_rt_sigaction, SIGUSR1, 8, 0, 8));
	SAY(nanosleep((void *)16, 0));
	SAY(syscall(SYS_getcwd, edge + 4094, 100));
}

static char alternate[4][16384] __attribute__((aligned(16)));
static void on_alternate(int number, siginfo_t *info, void *context)
{
	char here;
	stack_t now;
	(void)info;
	sigaltstack(0, &now);
	note(number * 10 + (&here >= alternate[0] && &here < alternate[1]));
	note(now.ss_flags);
	stack_t other = { alternate[2], 0, 16384 };
	note(sigaltstack(&other, 0) < 0 ? errno : 0);
	note(((ucontext_t *)context)->uc_stack.ss_size);
	if (number == SIGUSR1)
		raise(SIGUSR2);
}
static int overflow(int depth)
{
	volatile char frame[4096];
	frame[0] = depth;
	return depth < 1 << 20 ? overflow(depth + 1) + frame[0] : 0;
}
static void alternate_stacks(void)
{
	stack_t stack = { alternate[0], 0, 16384 }, old;
	SAY(sigaltstack(&stack, &old));
	say("flags=%d", old.ss_flags);
	install(SIGUSR1, on_alternate, SA_ONSTACK, 0);
	install(SIGUSR2, on_alternate, SA_ONSTACK, 0);
	raise(SIGUSR1);
	say_events("alt");
	stack.ss_size = 100;
	SAY(sigaltstack(&stack, 0));
	stack.ss_flags = 77;
	SAY(sigaltstack(&stack, 0));
	struct rlimit_ { unsigned long soft, hard; } limit = { 1 << 18, 1 << 18 };
	syscall(SYS_prlimit64, 0, 3, &limit, 0);
	stack.ss_flags = 0;
	stack.ss_size = 16384;
	sigaltstack(&stack, 0);
	install(SIGSEGV, on_fault, SA_ONSTACK, 0);
	if (!sigsetjmp(away, 1))
		overflow(0);
	say("overflow=%d/%d", fault_number, fault_code);
	stack.ss_flags = SS_DISABLE;
	SAY(sigaltstack(&stack, 0));
	sigaltstack(0, &old);
	say("flags=%d", old.ss_flags);
}

/* System calls that a signal ends, or that go on. */
static void interruptions(void)
{
	int ends[2];
	char c;
	/* Again and again: a host that was busy may let the first one pass before the call it is to interrupt has begun. */
	struct itimerval often = { { 0, 3000 }, { 0, 3000 } }, never = { { 0, 0 }, { 0, 0 } };
	pipe(ends);
	install(SIGALRM, on_signal, 0, 0);
	setitimer(ITIMER_REAL, &often, 0);
	SAY(read(ends[0], &c, 1));
	SAY(pause());
	struct timespec time = { 3, 500000000 }, rest = { 0, 0 };
	SAY(nanosleep(&time, &rest));
	EXPECT((rest.tv_sec > 0 || rest.tv_nsec > 0) && rest.tv_sec <= 3);
	SAY(poll(0, 0, 3000));
	SAY(wait(0));
	install(SIGALRM, on_signal, SA_RESTART, 0);
	pid_t pid = fork();
	if (pid == 0) {
		sleep_ms(12);
		write(ends[1], "z", 1);
		_exit(0);
	}
	SAY(read(ends[0], &c, 1));
	say("c=%c", c);
	waitpid(pid, 0, 0);
	SAY(poll(0, 0, 3000));
	int word = 0;
	SAY(syscall(SYS_futex, &word, 0, 0, &time, 0, 0));
	setitimer(ITIMER_REAL, &never, 0);
	SAY(event_count >= 5);
	event_count = 0;
	sigset_t set;
	siginfo_t info;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, 0);
	if ((pid = fork()) == 0)
		_exit(21);
	SAY(sigwaitinfo(&set, &info));
	say("code=%d status=%d child=%d", info.si_code, info.si_status, info.si_pid == pid);
	waitpid(pid, 0, 0);
	int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	union sigval value = { .sival_int = 77 };
	sigqueue(getpid(), SIGUSR1, value);
	struct signalfd_siginfo record[2];
	struct pollfd poller = { fd, POLLIN, 0 };
	SAY(poll(&poller, 1, 0));
	SAY(read(fd, record, sizeof record));
	say("%u %d %d", record[0].ssi_signo, record[0].ssi_code, record[0].ssi_int);
	SAY(read(fd, record, sizeof record));
	SAY(read(fd, record, 10));
	SAY(signalfd(99, &set, 0));
	SAY(signalfd(-1, &set, 3));
	signal(SIGCHLD, SIG_IGN);
	if ((pid = fork()) == 0)
		_exit(0);
	sleep_ms(5);
	SAY(waitpid(pid, 0, 0));
}

static void queue_limit(void)
{
	unsigned long limit[2] = { 5, 5 };
	sigset_t set;
	union sigval value = { .sival_int = 1 };
	install(SIGRTMIN + 1, on_signal, 0, 0);
	sigfillset(&set);
	sigprocmask(SIG_BLOCK, &set, 0);
	SAY(syscall(SYS_prlimit64, 0, 11, limit, 0));
	for (int i = 0; i < 7; i++)
		SAY(sigqueue(getpid(), SIGRTMIN + 1, value));
	SAY(kill(getpid(), SIGRTMIN + 1));
	SAY(kill(getpid(), SIGUSR1));
	struct timespec none = { 0, 0 };
	sigset_t wanted;
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGRTMIN + 1);
	for (int i = 0; i < 7; i++) {
		siginfo_t info;
		SAY(sigtimedwait(&wanted, &info, &none));
	}
}

/* Stopping and going on, a group at once, and who may signal whom. */
static void jobs(void)
{
	int ready[2], status;
	char c;
	pipe(ready);
	pid_t pids[3];
	for (int i = 0; i < 3; i++)
		if ((pids[i] = fork()) == 0) {
			setpgid(0, i ? pids[0] : 0);
			write(ready[1], "r", 1);
			for (;;)
				pause();
		} else {
			setpgid(pids[i], pids[0]);
		}
	for (int i = 0; i < 3; i++)
		read(ready[0], &c, 1);
	SAY(kill(-pids[0], SIGSTOP));
	int stopped = 0;
	for (int i = 0; i < 3; i++)
		stopped += waitpid(-pids[0], &status, WUNTRACED) > 0 && WIFSTOPPED(status);
	say("stopped=%d", stopped);
	SAY(kill(-pids[0], SIGTERM));
	SAY(waitpid(-pids[0], &status, WNOHANG));
	SAY(kill(-pids[0], SIGCONT));
	int ended = 0;
	while (waitpid(-pids[0], &status, 0) > 0)
		ended += WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
	say("ended=%d", ended);
	SAY(kill(-pids[0], SIGCONT));
	SAY(kill(99999, SIGTERM));
	SAY(kill(getpid(), 65));
	SAY(kill(-99999, 0));
	pid_t other = fork();
	if (other == 0) {
		setuid(1234);
		write(ready[1], "r", 1);
		for (;;)
			pause();
	}
	read(ready[0], &c, 1);
	pid_t third = fork();
	if (third == 0) {
		setuid(4321);
		_exit(kill(other, SIGTERM) < 0 ? errno : 0);
	}
	waitpid(third, &status, 0);
	say("foreign=%d", WEXITSTATUS(status));
	kill(other, SIGKILL);
	waitpid(other, &status, 0);
}

const struct check signal_checks[] = {
	{ "signal-masks", masks }, { "signal-nested", nested }, { "signal-faults", faults }, { "signal-stacks", alternate_stacks },
	{ "signal-interruptions", interruptions }, { "signal-queue", queue_limit }, { "signal-jobs", jobs }, { 0, 0 },
};
