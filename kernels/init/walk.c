/* Every file of /proc and /sys, read: of all that the kernel says about itself the transcript keeps the kinds of lines, which are the same
 * in every build, and nothing that follows addresses, sizes, counts, time or order. Settings are written as they were read, and once wrong. */
#include "harness.h"
#include <sys/mount.h>

/* Not to be opened: it waits, consumes what others want to read, or is as long as the memory. */
static const char *const CLOSED[] = { "trace_pipe", "kmsg", "kcore", "pagemap", "/kpage", "sysrq-trigger", "snapshot", "/mem", "raw", "/debug/tracing", "debugfs/tracing", "clear_refs", "zram-control", "/kallsyms", "/acpi",
				      /* with a filter, 6.9 frees the suites that these files read */
				      "debugfs/kunit" };
/* Read, but not told: follows the build, the clock or chance. */
static const char *const QUIET[] = { "timer_list", "sched", "vmallocinfo", "lock", "stack", "wchan", "slab", "maps", "numa", "auxv", "syscall", "/stat", "cmdline", "environ", "crypto", "config.gz", "vmcoreinfo", "notes",
				     "/fdt", "rng-seed", "initrd", "random", "uuid", "boot_id", "btf", "trace", "buddyinfo", "pagetypeinfo", "softirqs", "diskstats", "interrupts", "debug/", "zoneinfo", "vmstat", "meminfo",
				     "timerslack", "status", "limits", "cache", "free", "bootargs", "data", "node_info", "address", "iomem", "cpuinfo", "wakeup", "sections", "hashes", "loadavg", "uptime", "actions", "power/" };
/* Not to be written, even as it was: it acts when written, whatever the text. */
static const char *const FIXED[] = { "drop_caches", "compact_memory", "tainted", "stat_refresh", "printk_devkmsg", "uevent", "/sys/power/", "hotplug", "clock", "/tty/", "memory", "microcode", "online", "ns_last_pid",
				     "cad_pid", "random", "kexec", "crash", "/slab", "/tracing", "/debug/", "bind", "probe", "remove", "reset", "sysrq", "file-max", "threads-max", "pid_max", "scheduler", "cpufreq", "console",
				     "modules_disabled", "panic", "printk", "/trace", "profil", "/mm/", "sched_", "rt_", "hostname", "kunit", "rcu", "damon" };

static uint64_t sum;
static int files, failures, writes;
static char text[1 << 16], line[1 << 12], old[4096];

static int among(const char *path, const char *const *list, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (strstr(path, list[i]))
			return 1;
	return 0;
}
#define AMONG(path, list) among(path, list, sizeof list / sizeof *list)

/* Adds a text's kinds of lines: each line without numbers, each kind once, in no order. */
static void add_kinds(const char *path, long length)
{
	static uint64_t seen[512];
	int kinds = 0;

	for (long at = 0; at < length;) {
		int out = 0, masked = 0;
		for (; at < length && text[at] != '\n' && out < (int)sizeof line - 1; at++) {
			char c = text[at];
			int mask = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == 'x' || c == ' ' || c == '\t' || c == '-' || c == '.' || c == ',' || !c;
			if (!mask || !masked)
				line[out++] = mask ? '#' : c;
			masked = mask;
		}
		while (at < length && text[at] != '\n')
			at++;
		at++;
		uint64_t hash = hash_bytes(0xcbf29ce484222325ull, line, out);
		int known = 0;
		for (int i = 0; i < kinds && !known; i++)
			known = seen[i] == hash;
		if (known || kinds == 512)
			continue;
		seen[kinds++] = hash;
		sum += hash_bytes(hash, path, strlen(path));
	}
}

/* Of what there is by the hundred, caches and trace events, every eighth or so. */
static int crowd(const char *path)
{
	const char *at = strstr(path, "/slab/");

	if (!at && (at = strstr(path, "tracefs/events/")))
		at = strchr(at + 15, '/');
	if (!at || !at[1])
		return 0;
	const char *name = strchr(at + 1, '/');
	return name && hash_bytes(0xcbf29ce484222325ull, at, name - at) % 8 != 0;
}

static void visit(const char *path)
{
	int quiet = AMONG(path, QUIET);
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	long length = 0, got = -1;
	/* long and short steps: what is made a record at a time is made again from its middle */
	long step = strlen(path) % 4 == 1 ? 97 : sizeof text;

	files++;
	if (fd < 0) {
		failures++;
		sum += hash_bytes(errno, path, strlen(path));
		return;
	}
	while (length < (long)sizeof text && (got = read(fd, text + length, (long)sizeof text - length < step ? (long)sizeof text - length : step)) > 0)
		length += got;
	if (got < 0 && !quiet)
		sum += hash_bytes(errno + 1000, path, strlen(path));
	if (!quiet)
		add_kinds(path, length);
	lseek(fd, 3, SEEK_SET);
	read(fd, old, 11);
	pread(fd, old, 40, length > 60 ? length - 50 : 0);
	struct pollfd ready = { fd, POLLIN | POLLPRI, 0 };
	poll(&ready, 1, 0);
	close(fd);
}

static int write_text(const char *path, const char *bytes, long length)
{
	int fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno;
	int result = write(fd, bytes, length) < 0 ? errno : 0;
	close(fd);
	return result;
}

static void rewrite(const char *path)
{
	long length = read_file(path, old, sizeof old);

	if (length <= 0 || length > 200 || old[0] == '\n')
		return;
	writes++;
	int same = write_text(path, old, length), word = write_text(path, "oracle?", 7), back = write_text(path, old, length);
	sum += hash_bytes(same * 1000000 + word * 1000 + back, path, strlen(path));
}

static void walk(const char *path, int depth, int change)
{
	struct dirent **names;
	int count = scandir(path, &names, 0, alphasort);

	for (int i = 0; i < count; i++) {
		char name[700], target[300];
		struct stat info;
		snprintf(name, sizeof name, "%s/%s", path, names[i]->d_name);
		int dots = names[i]->d_name[0] == '.';
		free(names[i]);
		if (dots || AMONG(name, CLOSED) || crowd(name) || lstat(name, &info) < 0)
			continue;
		if (S_ISLNK(info.st_mode)) {
			readlink(name, target, sizeof target);
			stat(name, &info);
		} else if (S_ISDIR(info.st_mode)) {
			if (depth < 12)
				walk(name, depth + 1, change);
		} else if (!change) {
			if (info.st_mode & 0444)
				visit(name);
		} else if ((info.st_mode & 0600) == 0600 && !AMONG(name, FIXED))
			rewrite(name);
	}
	if (count >= 0)
		free(names);
}

static void over(const char *path, int change)
{
	sum = files = failures = writes = 0;
	walk(path, 0, change);
	say("%s %d %d %d %016llx", path, files, failures, writes, (unsigned long long)sum);
}

static void walk_proc(void)
{
	struct dirent **names;
	int count = scandir("/proc", &names, 0, alphasort);

	sum = files = failures = 0;
	for (int i = 0; i < count; i++) {
		char name[300];
		struct stat info;
		snprintf(name, sizeof name, "/proc/%s", names[i]->d_name);
		if (lstat(name, &info) == 0 && S_ISREG(info.st_mode) && (info.st_mode & 0444) && !AMONG(name, CLOSED))
			visit(name);
		free(names[i]);
	}
	say("%d %d %016llx", files, failures, (unsigned long long)sum);
	static const char *const trees[] = { "/proc/sys", "/proc/irq", "/proc/fs", "/proc/tty", "/proc/bus", "/proc/driver" };
	for (unsigned i = 0; i < sizeof trees / sizeof *trees; i++)
		over(trees[i], 0);
}

/* Processes: this one, the first one, a thread of the kernel. */
static void walk_processes(void)
{
	static const char *const processes[] = { "/proc/self", "/proc/1", "/proc/2" };

	for (unsigned i = 0; i < 3; i++) {
		files = failures = 0;
		walk(processes[i], 8, 0);
		say("%s", processes[i]);
	}
	sum = 0;
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		setuid(1000);
		/* what another may not see */
		sum = failures = 0;
		walk("/proc/1", 8, 0);
		say("%d", failures);
		sum = failures = 0;
		walk("/proc/sys", 0, 0);
		say("%d", failures);
		_exit(0);
	}
	waitpid(pid, &status, 0);
}

static void walk_sys(void)
{
	static const char *const trees[] = { "/sys/devices", "/sys/bus", "/sys/class", "/sys/kernel", "/sys/fs", "/sys/module", "/sys/firmware", "/sys/power", "/sys/block" };

	for (unsigned i = 0; i < sizeof trees / sizeof *trees; i++)
		over(trees[i], 0);
}

static void walk_debug(void)
{
	mkdir("/tmp/debugfs", 0755);
	if (mount("debugfs", "/tmp/debugfs", "debugfs", 0, 0) < 0)
		skip("no debugfs");
	over("/tmp/debugfs", 0);
	files = 0;
	mkdir("/tmp/tracefs", 0755);
	if (mount("tracefs", "/tmp/tracefs", "tracefs", 0, 0) == 0) {
		walk("/tmp/tracefs", 8, 0);
		umount("/tmp/tracefs");
	}
	say("%d", files);
	umount("/tmp/debugfs");
}

static void walk_settings(void)
{
	over("/proc/sys", 1);
	over("/sys/devices", 1);
	over("/sys/kernel", 1);
	over("/sys/module", 1);
}

const struct check walk_checks[] = {
	{ "walk-proc", walk_proc }, { "walk-processes", walk_processes }, { "walk-sys", walk_sys }, { "walk-debug", walk_debug }, { "walk-settings", walk_settings }, { 0, 0 },
};
