/* PID 1 of the guest: mounts what the checks need, runs them in order, tells the kernel log what they saw, powers off.
 *
 * The protocol is read by src/oracle/kernel/console.ts. Lines go through /dev/kmsg, whole, so that no message of the kernel
 * can fall into the middle of one. The last one carries the nonce of this boot, which came on the kernel's command line. */
#include "harness.h"
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>

#define WORDS 120
#define SLOW_CHECKS 2 /* after so many, the others get a quarter of the time */

struct transcript {
	uint64_t hash;
	int failed, skipped;
	unsigned length;
	char words[WORDS + 1];
	char failure[200];
};

static struct transcript *transcript;
static int log_fd = 1;

static void line(const char *format, ...)
{
	char text[700];
	va_list list;
	int length = snprintf(text, sizeof text, "oracle: ");

	va_start(list, format);
	length += vsnprintf(text + length, sizeof text - length - 2, format, list);
	va_end(list);
	text[length++] = '\n';
	write(log_fd, text, length);
}

uint64_t hash_bytes(uint64_t hash, const void *data, size_t size)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ull;
	return hash;
}

uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull;
}

void say(const char *format, ...)
{
	char text[4096];
	va_list list;

	va_start(list, format);
	int length = vsnprintf(text, sizeof text, format, list);
	va_end(list);
	if (length >= (int)sizeof text)
		length = sizeof text - 1;
	transcript->hash = hash_bytes(transcript->hash, text, length);
	for (int i = 0; i < length && transcript->length < WORDS; i++)
		transcript->words[transcript->length++] = text[i] > ' ' && text[i] < 127 ? text[i] : '_';
	if (transcript->length < WORDS)
		transcript->words[transcript->length++] = ' ';
}

void say_bytes(const char *what, const void *data, size_t size)
{
	say("%s#%016llx", what, (unsigned long long)hash_bytes(0xcbf29ce484222325ull, data, size));
}

long say_result(const char *what, long result)
{
	if (result == -1)
		say("%s=-%s", what, strerrorname_np(errno) ? strerrorname_np(errno) : "?");
	else
		say("%s=%ld", what, result);
	return result;
}

void skip(const char *why)
{
	transcript->skipped = 1;
	snprintf(transcript->failure, sizeof transcript->failure, "%s", why);
	_exit(0);
}

void fail_at(const char *file, int number, const char *text)
{
	const char *slash = strrchr(file, '/');

	if (!transcript->failed)
		snprintf(transcript->failure, sizeof transcript->failure, "%s:%d %s errno=%s", slash ? slash + 1 : file, number, text,
			 strerrorname_np(errno) ? strerrorname_np(errno) : "?");
	transcript->failed = 1;
}

long read_file(const char *path, char *buffer, size_t size)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	size_t length = 0;
	ssize_t got = 0;

	if (fd < 0)
		return -1;
	while (length < size - 1 && (got = read(fd, buffer + length, size - 1 - length)) > 0)
		length += got;
	int error = errno;
	close(fd);
	buffer[length] = 0;
	errno = error;
	return got < 0 ? -1 : (long)length;
}

int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	ssize_t wrote = write(fd, text, strlen(text));
	int error = errno;
	close(fd);
	errno = error;
	return wrote < 0 ? -1 : 0;
}

static char file_text[1 << 18];

void say_text(const char *path)
{
	long length = read_file(path, file_text, sizeof file_text);

	if (length < 0)
		say("%s=-%s", path, strerrorname_np(errno));
	else {
		say("%s %ld", path, length);
		say_bytes("", file_text, length);
	}
}

void say_shape(const char *path)
{
	long length = read_file(path, file_text, sizeof file_text), out = 0;
	int blank = 0;

	if (length < 0) {
		say("%s=-%s", path, strerrorname_np(errno));
		return;
	}
	/*
	 * Runs of digits and of spaces become one mark each: columns move with the width of their numbers. So do hexadecimal
	 * numbers, letters and all: they are addresses of code (vmallocinfo), which lies elsewhere in every mix.
	 */
	for (long i = 0; i < length; i++) {
		char c = file_text[i];
		if (c == '0' && i + 1 < length && file_text[i + 1] == 'x') {
			i++;
			while (i + 1 < length && strchr("0123456789abcdef", file_text[i + 1]) && file_text[i + 1])
				i++;
		}
		int digit = c >= '0' && c <= '9', space = c == ' ' || c == '\t';

		if ((digit || space) && blank)
			continue;
		blank = digit || space;
		file_text[out++] = blank ? '#' : c;
	}
	say("%s", path);
	say_bytes("", file_text, out);
}

void sleep_ms(int ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&time, 0);
}

/* Ends whatever a check left behind. */
static void reap(pid_t pid)
{
	kill(-pid, SIGKILL);
	for (;;) {
		pid_t child = waitpid(-1, 0, WNOHANG | __WALL);

		if (child < 0)
			return;
		if (child == 0) {
			kill(-1, SIGKILL);
			if (waitpid(-1, 0, __WALL) < 0)
				return;
		}
	}
}

static int slow_checks, check_ms = 12000;

static void run_check(const struct check *check)
{
	int status = 0, done = 0;
	sigset_t child_set;
	uint64_t patience = slow_checks > SLOW_CHECKS ? check_ms / 4 : check_ms;
	struct timespec limit = { patience / 1000, patience % 1000 * 1000000L };

	sigemptyset(&child_set);
	sigaddset(&child_set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child_set, 0);
	memset(transcript, 0, sizeof *transcript);
	transcript->hash = 0xcbf29ce484222325ull;
	line("start %s", check->name);
	pid_t pid = fork();
	if (pid < 0) {
		line("not ok %s fork errno=%s", check->name, strerrorname_np(errno));
		return;
	}
	if (pid == 0) {
		setsid();
		sigprocmask(SIG_UNBLOCK, &child_set, 0);
		umask(022);
		mkdir("/tmp/work", 0755);
		chdir("/tmp/work");
		check->run();
		_exit(transcript->failed);
	}
	for (int round = 0; round < 8 && !done; round++) {
		done = waitpid(pid, &status, WNOHANG) == pid;
		if (!done && sigtimedwait(&child_set, 0, &limit) < 0 && errno == EAGAIN)
			break;
	}
	if (!done && waitpid(pid, &status, WNOHANG) != pid) {
		slow_checks++;
		kill(pid, SIGKILL);
		waitpid(pid, &status, __WALL);
		line("not ok %s no end, %s", check->name, transcript->words);
	} else if (transcript->skipped)
		line("skip %s %s", check->name, transcript->failure);
	else if (transcript->failed)
		line("not ok %s %s", check->name, transcript->failure);
	else if (status != 0)
		line("not ok %s status=%x %s", check->name, status, transcript->words);
	else
		line("ok %s %016llx %s", check->name, (unsigned long long)transcript->hash, transcript->words);
	reap(pid);
}

static const struct check *const TABLES[] = {
	basic_checks, process_checks, signal_checks, memory_checks, file_checks, event_checks, time_checks, thread_checks, futex_checks,
	proc_checks, sched_checks, tty_checks, input_checks, mount_checks, disk_checks, ext4_checks, block_checks, io_checks, rights_checks,
	walk_checks, error_checks, model_checks, vdso_checks, x86_checks, trace_checks, tracing_checks, reclaim_checks, bus_checks,
};
#define TABLE_COUNT (sizeof TABLES / sizeof *TABLES)

static void prepare(void)
{
	static const char *const directories[] = { "/proc", "/sys", "/dev", "/tmp", "/mnt" };

	for (unsigned i = 0; i < sizeof directories / sizeof *directories; i++)
		mkdir(directories[i], 0755);
	mount("proc", "/proc", "proc", 0, 0);
	mount("sysfs", "/sys", "sysfs", 0, 0);
	mount("devtmpfs", "/dev", "devtmpfs", 0, "mode=0755");
	mkdir("/dev/pts", 0755);
	mount("devpts", "/dev/pts", "devpts", 0, "mode=620,ptmxmode=666");
	mount("tmpfs", "/tmp", "tmpfs", 0, "size=64m,mode=1777");
	mknod("/dev/kmsg", S_IFCHR | 0600, makedev(1, 11));
	mknod("/dev/console", S_IFCHR | 0600, makedev(5, 1));
	mknod("/dev/ptmx", S_IFCHR | 0666, makedev(5, 2));
	write_file("/proc/sys/debug/exception-trace", "0");
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd >= 0)
		log_fd = fd;
}

/* A word of the kernel's command line: oracle.NAME=VALUE; "" when there is none. */
static const char *option(const char *name)
{
	static char words[4096], value[64], sought[40];
	const char *found;

	value[0] = 0;
	snprintf(sought, sizeof sought, "oracle.%s=", name);
	if (read_file("/proc/cmdline", words, sizeof words) >= 0 && (found = strstr(words, sought)))
		snprintf(value, sizeof value, "%.*s", (int)strcspn(found + strlen(sought), " \n"), found + strlen(sought));
	return value;
}

int main(int argc, char **argv)
{
	char nonce[64], only[64];
	struct utsname uts;
	unsigned count = 0;

	if (argc > 1 && !strcmp(argv[1], "--exec"))
		return argc * 10 + (argc > 2 ? (int)strlen(argv[2]) : 0) + (environ[0] != 0);
	/* The checks run programs: this one. */
	if (getpid() != 1) {
		extern int exec_child(int argc, char **argv);
		return exec_child(argc, argv);
	}
	printf("oracle init on the console\n");
	fflush(stdout);
	prepare();
	transcript = mmap(0, sizeof *transcript, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (transcript == MAP_FAILED) {
		line("no shared memory: %s", strerrorname_np(errno));
		return 1;
	}
	snprintf(nonce, sizeof nonce, "%s", option("nonce"));
	if (atoi(option("patience")) > 0)
		check_ms = atoi(option("patience"));
	/* oracle.only=NAME runs one check: for people. */
	snprintf(only, sizeof only, "%s", option("only"));
	line("ready nonce=%s", nonce);
	for (unsigned t = 0; t < TABLE_COUNT; t++)
		for (const struct check *check = TABLES[t]; check->name; check++)
			count++;
	line("1..%u", count);
	count = 0;
	for (unsigned t = 0; t < TABLE_COUNT; t++)
		for (const struct check *check = TABLES[t]; check->name; check++)
			if (!only[0] || !strcmp(only, check->name)) {
				run_check(check);
				count++;
			}
	uname(&uts);
	line("done nonce=%s count=%u uts=%s %s %s %s", nonce, count, uts.sysname, uts.release, uts.version, uts.machine);
	sync();
#ifdef __x86_64__
	/* Without ACPI there is no power-off; QEMU is told not to start again. */
	reboot(RB_AUTOBOOT);
#else
	reboot(RB_POWER_OFF);
#endif
	for (;;)
		pause();
}
