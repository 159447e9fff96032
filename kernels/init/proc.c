/* What the kernel prints about itself: /proc, /sys, sysctl and the log, as text and as shape. */
#include "harness.h"
#include <sys/prctl.h>

/* Says every file of a tree: names always, contents of small files that are the same in every boot. */
static const char *const UNSTEADY[] = {
	"uevent_seqnum", "random", "uptime", "state", "stat", "address", "notes", "vmcoreinfo", "/power/", "slab", "cpuinfo", "entropy", "boot_id", "uuid",
	"nr", "ns_last_pid", "inode", "dentry-state", "file-", "time", "usage", "interrupts", "profiling", "wakeup", "port", "crash", "clock",
	"printk", "threads-max", "max_", "tty-ldisc", "min_free", "lowmem", "user_reserve", "admin_reserve", "free", "cad_pid", "msg", "sem", "shm", "kexec",
	"cpu0/cache", "cpu_capacity", "rng-seed", "bootargs", "initrd", "kaslr", "pty", "per_cpu_count", "spurious", "/fdt",
	/* from the calibrated speed of the processor */
	"cpu_intensive_thresh_us",
	/* sizes of the kernel; the check boot-params looks at the rest */
	"boot_params/data",
	/* reading makes a disk */
	"hot_add",
};

static uint64_t tree_hash;
static int tree_files, tree_read;

static int steady(const char *path)
{
	for (unsigned i = 0; i < sizeof UNSTEADY / sizeof *UNSTEADY; i++)
		if (strstr(path, UNSTEADY[i]))
			return 0;
	return 1;
}

static void walk(const char *path, int depth, int contents)
{
	static char text[20000];
	struct dirent **names;
	int count = scandir(path, &names, 0, alphasort);

	for (int i = 0; i < count; i++) {
		char name[600];
		struct stat info;
		snprintf(name, sizeof name, "%s/%s", path, names[i]->d_name);
		int dots = names[i]->d_name[0] == '.';
		free(names[i]);
		if (dots || lstat(name, &info) < 0)
			continue;
		tree_files++;
		tree_hash = hash_bytes(tree_hash, name, strlen(name));
		tree_hash = hash_bytes(tree_hash, &info.st_mode, sizeof info.st_mode);
		if (S_ISLNK(info.st_mode)) {
			ssize_t length = readlink(name, text, sizeof text);
			tree_hash = hash_bytes(tree_hash, text, length > 0 ? length : 0);
		} else if (S_ISDIR(info.st_mode) && depth < 12)
			walk(name, depth + 1, contents);
		else if (S_ISREG(info.st_mode) && contents && (info.st_mode & 0444) && steady(name)) {
			long length = read_file(name, text, sizeof text);
			tree_read++;
			if (length < 0)
				length = -errno;
			tree_hash = hash_bytes(tree_hash, &length, sizeof length);
			if (length > 0)
				tree_hash = hash_bytes(tree_hash, text, length);
		}
	}
	if (count >= 0)
		free(names);
}

static void say_tree(const char *path, int contents)
{
	tree_hash = 0xcbf29ce484222325ull;
	tree_files = tree_read = 0;
	walk(path, 0, contents);
	say("%s files=%d read=%d %016llx", path, tree_files, tree_read, (unsigned long long)tree_hash);
}

static void sys_devices(void) { say_tree("/sys/devices", 1); }
static void sys_bus(void) { say_tree("/sys/bus", 1); say_tree("/sys/class", 1); say_tree("/sys/dev", 1); }
static void sys_kernel(void) { say_tree("/sys/kernel", 1); say_tree("/sys/fs", 1); say_tree("/sys/module", 1); say_tree("/sys/block", 1); }
static void sys_firmware(void) { say_tree("/sys/firmware", 1); }
static void proc_sys(void) { say_tree("/proc/sys/kernel", 1); say_tree("/proc/sys/vm", 1); say_tree("/proc/sys/fs", 1); say_tree("/proc/sys/debug", 1); say_tree("/proc/sys/dev", 1); }
static void proc_irq(void) { say_tree("/proc/irq", 1); say_tree("/proc/tty", 1); say_tree("/proc/fs", 1); say_tree("/proc/driver", 1); say_tree("/proc/bus", 1); }

static void proc_text(void)
{
	static const char *const files[] = { "filesystems", "devices", "partitions", "misc", "swaps", "consoles", "execdomains", "fb", "dma", "ioports",
					     "cgroups", "modules", "version", "locks", "sysvipc/msg", "key-users", "keys", "self/wchan", "self/autogroup" };
	for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
		char path[64];
		snprintf(path, sizeof path, "/proc/%s", files[i]);
		say_text(path);
	}
}

static void proc_shapes(void)
{
	/* not interrupts, softirqs, vmallocinfo, slabinfo: they follow the kernel's size and the load of the host */
	static const char *const files[] = { "meminfo", "stat", "loadavg", "uptime", "vmstat", "cpuinfo", "diskstats", "schedstat" };
	for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
		char path[64];
		snprintf(path, sizeof path, "/proc/%s", files[i]);
		say_shape(path);
	}
}

/* The values of /proc/meminfo and vmstat that must fit each other. */
static long number_of(const char *text, const char *name)
{
	const char *at = strstr(text, name);
	return at ? strtol(at + strlen(name), 0, 10) : -1;
}

static void memory_accounts(void)
{
	static char text[16384];
	enum { MEGA = 8 };

	EXPECT(read_file("/proc/meminfo", text, sizeof text) > 0);
	long total = number_of(text, "MemTotal:"), available = number_of(text, "MemFree:"), before = number_of(text, "Shmem:"), anonymous = number_of(text, "AnonPages:");
	EXPECT(total > 100000 && available > 0 && available < total && before >= 0);
	int fd = open("big", O_CREAT | O_RDWR, 0600);
	static char block[65536];
	for (int i = 0; i < MEGA * 16; i++)
		write(fd, block, sizeof block);
	char *pages = mmap(0, MEGA << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	pages[5] = 1;
	read_file("/proc/meminfo", text, sizeof text);
	/* Counters are folded in from each CPU late: a slack of 256 KiB. */
	long grown = number_of(text, "Shmem:") - before, filled = number_of(text, "AnonPages:") - anonymous;
	EXPECT(grown > MEGA * 1024 - 256 && grown < MEGA * 1024 + 256);
	EXPECT(filled > MEGA * 1024 - 256 && filled < MEGA * 1024 + 256);
	/* not MemFree: what others gave back late may come in meanwhile */
	EXPECT(number_of(text, "Committed_AS:") > MEGA * 1024);
	close(fd);
	unlink("big");
	munmap(pages, MEGA << 20);
	read_file("/proc/meminfo", text, sizeof text);
	EXPECT(number_of(text, "Shmem:") - before < 256);
	EXPECT(number_of(text, "SwapTotal:") == 0 && number_of(text, "PageTables:") > 0 && number_of(text, "KernelStack:") > 0);
	read_file("/proc/vmstat", text, sizeof text);
	EXPECT(number_of(text, "nr_free_pages ") > 1000 && number_of(text, "pgfault ") != 0);
	read_file("/proc/buddyinfo", text, sizeof text);
	long pages_free = 0;
	for (char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : 0) {
		char *at = strstr(line, "zone");
		if (!at)
			break;
		at += 4;
		at += strspn(at, " ");
		at += strcspn(at, " ");
		for (int order = 0; order < 11; order++)
			pages_free += strtol(at, &at, 10) << order;
	}
	read_file("/proc/meminfo", text, sizeof text);
	long free_kb = number_of(text, "MemFree:");
	EXPECT(pages_free * 4 > free_kb - 4096 && pages_free * 4 < free_kb + 4096);
	read_file("/proc/zoneinfo", text, sizeof text);
	EXPECT(number_of(text, "spanned") > 0 && number_of(text, "high ") >= number_of(text, "low ") && number_of(text, "low ") >= number_of(text, "min "));
	EXPECT(number_of(text, "managed") <= number_of(text, "present") && number_of(text, "present") <= number_of(text, "spanned"));
}

static void self_files(void)
{
	static char text[32768];
	char path[64];
	char *const args[] = { "x" };
	(void)args;

	prctl(PR_SET_NAME, "odd ) (name\n");
	EXPECT(read_file("/proc/self/stat", text, sizeof text) > 0);
	char *end = strrchr(text, ')');
	EXPECT(end != 0);
	say("%.*s", end ? (int)(end - strchr(text, '(')) : 0, strchr(text, '('));
	long field[60];
	int count = 0;
	for (char *at = end ? end + 2 : ""; *at && count < 60;) {
		at += strspn(at, " ");
		field[count++] = strtol(at, &at, 10);
		while (*at && *at != ' ')
			at++;
	}
	say("fields=%d", count);
	EXPECT(count > 40 && field[1] == getppid() && field[2] == getpgrp() && field[3] == getsid(0));
	/* tty, flags apart: priority, nice, threads, exit signal, processor, policy. */
	say("%ld %ld %ld %ld %ld %ld", field[15], field[16], field[17], field[35], field[36], field[38]);
	say_shape("/proc/self/status");
	read_file("/proc/self/status", text, sizeof text);
	static const char *const lines[] = { "Name:", "Umask:", "State:", "Tgid:", "TracerPid:", "Uid:", "Gid:", "FDSize:", "Groups:", "Threads:", "SigQ:",
					     "SigPnd:", "SigBlk:", "SigIgn:", "SigCgt:", "CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "NoNewPrivs:", "Seccomp:",
					     "Cpus_allowed:", "Cpus_allowed_list:", "Mems_allowed:" };
	for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++) {
		char *line = strstr(text, lines[i]);
		if (line && strcmp(lines[i], "Tgid:") && strcmp(lines[i], "SigQ:"))
			say("%.*s", (int)strcspn(line, "\n"), line);
	}
	EXPECT(number_of(text, "Tgid:") == getpid() && number_of(text, "VmRSS:") > 100 && number_of(text, "VmSize:") >= number_of(text, "VmRSS:"));
	EXPECT(number_of(text, "VmHWM:") >= number_of(text, "VmRSS:") && number_of(text, "VmPeak:") >= number_of(text, "VmSize:"));
	long pages = 0, resident = 0;
	read_file("/proc/self/statm", text, sizeof text);
	sscanf(text, "%ld %ld", &pages, &resident);
	EXPECT(pages > resident && resident > 20);
	say_shape("/proc/self/statm");
	say_text("/proc/self/cmdline");
	say_text("/proc/self/environ");
	read_file("/proc/self/limits", text, sizeof text);
	for (char *line = strtok(text, "\n"); line; line = strtok(0, "\n")) {
		/* These two come from the free memory at boot, and so from the size of the kernel. */
		if (strncmp(line, "Max processes", 13) && strncmp(line, "Max pending signals", 19))
			say("%s", line);
	}
	say_text("/proc/self/comm");
	say_text("/proc/self/personality");
	say_text("/proc/self/oom_score_adj");
	say_text("/proc/self/loginuid");
	say_shape("/proc/self/sched");
	say_shape("/proc/self/io");
	say_shape("/proc/self/mountinfo");
	say_text("/proc/self/mountstats");
	say_shape("/proc/self/timers");
	say_text("/proc/self/coredump_filter");
	SAY(write_file("/proc/self/oom_score_adj", "-500"));
	say_text("/proc/self/oom_score_adj");
	SAY(write_file("/proc/self/oom_score_adj", "1001"));
	SAY(write_file("/proc/self/oom_score_adj", "x"));
	say_text("/proc/self/oom_adj");
	SAY(write_file("/proc/self/comm", "0123456789abcdefghi"));
	say_text("/proc/self/comm");
	SAY(write_file("/proc/self/clear_refs", "1"));
	SAY(write_file("/proc/self/clear_refs", "9"));
	int fd = open("opened", O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
	write(fd, "12345", 5);
	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	say_shape(path);
	read_file(path, text, sizeof text);
	say("pos=%ld flags=%ld", number_of(text, "pos:"), number_of(text, "flags:"));
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	text[readlink(path, text, sizeof text - 1)] = 0;
	say("%s", text);
	unlink("opened");
	memset(text, 0, 100);
	readlink(path, text, 100);
	say("%s", text);
	SAY(open(path, O_RDONLY) >= 0);
	text[readlink("/proc/self/cwd", text, 100)] = 0;
	say("%s", text);
	text[readlink("/proc/self/root", text, 100)] = 0;
	say("%s", text);
	SAY(readlink("/proc/self/fd/99", text, 100));
	SAY(open("/proc/self/nothing", O_RDONLY));
	SAY(open("/proc/99999", O_RDONLY));
	SAY(open("/proc/00001", O_RDONLY));
	SAY(open("/proc/1/stat", O_WRONLY));
	SAY(mkdir("/proc/x", 0700));
	SAY(unlink("/proc/self/stat"));
	DIR *tasks = opendir("/proc/self/task");
	int threads = 0;
	while (tasks && readdir(tasks))
		threads++;
	say("tasks=%d", threads);
	SAY(access("/proc/thread-self/comm", R_OK));
}

static void maps_files(void)
{
	static char text[1 << 17];
	int fd = open("mapped file\nwith newline", O_CREAT | O_RDWR, 0600);

	ftruncate(fd, 16384);
	char *shared = mmap(0, 16384, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char *hidden = mmap(0, 8192, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 4096);
	shared[1] = hidden[1];
	EXPECT(read_file("/proc/self/maps", text, sizeof text) > 0);
	/* Each line without its addresses; inode numbers apart. */
	for (char *line = text; *line; line = strchr(line, '\n') + 1) {
		char flags[8] = "", offset[20] = "", device[16] = "", *name = strchr(line, '/');
		unsigned long from, to;
		char *newline = strchr(line, '\n');
		if (sscanf(line, "%lx-%lx %4s %16s %8s", &from, &to, flags, offset, device) != 5)
			break;
		if (!name || name > newline)
			name = memchr(line, '[', newline - line);
		say("%s %s %s %.*s", flags, offset, device, name ? (int)(newline - name) : 0, name ? name : "");
		if (from <= (unsigned long)shared && to > (unsigned long)shared)
			say("size=%lu", to - from);
	}
	say_shape("/proc/self/smaps");
	EXPECT(read_file("/proc/self/smaps_rollup", text, sizeof text) > 0 || errno == ENOENT);
	char *pages = mmap(0, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 16; i += 3)
		pages[i * 4096] = 1;
	EXPECT(read_file("/proc/self/smaps", text, sizeof text) > 0 || errno == ENOENT);
	char head[40];
	snprintf(head, sizeof head, "%lx-", (unsigned long)pages);
	char *area = strstr(text, head);
	if (area)
		say("Rss=%ld Size=%ld Anonymous=%ld Private_Dirty=%ld", number_of(area, "Rss:"), number_of(area, "Size:"), number_of(area, "Anonymous:"),
		    number_of(area, "Private_Dirty:"));
	int map = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entries[16];
	if (map >= 0) {
		SAY(pread(map, entries, sizeof entries, (off_t)((unsigned long)pages / 4096 * 8)));
		for (int i = 0; i < 16; i++)
			say("%llx", (unsigned long long)(entries[i] >> 55));
	}
}

/* Numbers in and out of sysctl: every kind of parser, with what each must refuse. */
static void sysctl_numbers(void)
{
	static const char *const files[] = { "kernel/panic_on_oops", "kernel/panic", "kernel/core_pattern", "kernel/core_uses_pid", "kernel/ctrl-alt-del", "kernel/dmesg_restrict",
					     "kernel/overflowuid", "kernel/printk_ratelimit", "kernel/print-fatal-signals", "kernel/randomize_va_space", "kernel/sysrq",
					     "kernel/warn_limit", "kernel/oops_limit", "vm/overcommit_ratio", "vm/overcommit_memory", "vm/dirty_background_ratio",
					     "vm/dirty_bytes", "vm/dirty_expire_centisecs", "vm/dirty_writeback_centisecs", "vm/laptop_mode", "vm/page-cluster",
					     "vm/panic_on_oom", "vm/vfs_cache_pressure", "vm/watermark_scale_factor", "vm/stat_interval", "vm/legacy_va_layout", "vm/drop_caches",
					     "fs/leases-enable", "fs/lease-break-time", "fs/mount-max", "fs/overflowgid", "fs/protected_symlinks", "fs/suid_dumpable",
					     "fs/pipe-max-size", "fs/pipe-user-pages-soft", "fs/dir-notify-enable", "kernel/domainname", "kernel/cap_last_cap", "vm/nr_hugepages",
					     "kernel/sched_rr_timeslice_ms", "kernel/sched_rt_runtime_us", "kernel/sched_rt_period_us", "kernel/threads-max", "vm/mmap_min_addr" };
	static const char *const inputs[] = { "0", "2\n", "-1", "0x1f", "65536", "99999999999999999999", "abc", " 3 4" };
	char path[80], old[300], now[300];

	for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "/proc/sys/%s", files[i]);
		long length = read_file(path, old, sizeof old);
		say("%s:", strchr(files[i], '/') + 1);
		if (length < 0) {
			say("-%s", strerrorname_np(errno));
			continue;
		}
		int size_dependent = strstr(path, "threads-max") != 0;
		for (unsigned k = 0; k < sizeof inputs / sizeof *inputs; k++) {
			if (strstr(path, "drop_caches") && k > 1)
				continue;
			int result = write_file(path, inputs[k]) < 0 ? errno : 0;
			read_file(path, now, sizeof now);
			say("%d:%s", result, size_dependent ? "" : now);
		}
		write_file(path, old);
	}
	/* Reading in small steps, and from an offset. */
	int fd = open("/proc/sys/kernel/osrelease", O_RDONLY);
	char c;
	while (read(fd, &c, 1) == 1)
		say("%c", c);
	SAY(pread(fd, now, 3, 2));
	SAY(lseek(fd, -1, SEEK_END));
	fd = open("/proc/sys/kernel/hostname", O_RDWR);
	SAY(write(fd, "abc", 3));
	SAY(write(fd, "def", 3));
	SAY(pwrite(fd, "zz", 2, 1));
	say_text("/proc/sys/kernel/hostname");
	write_file("/proc/sys/kernel/hostname", "(none)");
	SAY(open("/proc/sys/kernel/osrelease", O_WRONLY));
	SAY(open("/proc/sys/kernel/none", O_RDONLY));
	SAY(mkdir("/proc/sys/kernel/none", 0700));
	SAY(chmod("/proc/sys/kernel/panic", 0600));
}

/* The log: records with their parts, and every way to put one in. */
static void kernel_log(void)
{
	char record[9000];
	int fd = open("/dev/kmsg", O_RDWR | O_NONBLOCK);

	EXPECT(fd >= 0);
	SAY(lseek(fd, 0, SEEK_END));
	static const char *const texts[] = { "<7>check: debug", "<30>check: facility", "<999>check: number", "check: plain", "<x>check: bad", "<3", "check: a\\b\x01\x7f\xffz",
					     "check: two\nlines", "<6>check: trailing\n\n" };
	for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++)
		SAY(write(fd, texts[i], strlen(texts[i])));
	long length;
	unsigned long last = 0;
	for (int i = 0; i < 40 && (length = read(fd, record, sizeof record - 1)) > 0; i++) {
		unsigned priority;
		unsigned long sequence, stamp;
		record[length] = 0;
		if (sscanf(record, "%u,%lu,%lu,", &priority, &sequence, &stamp) != 3 || !strstr(record, "check"))
			continue;
		EXPECT(last == 0 || sequence > last);
		last = sequence;
		say("%u%s", priority, strchr(record, ';'));
	}
	SAY(read(fd, record, sizeof record));
	SAY(lseek(fd, 0, SEEK_SET));
	SAY(read(fd, record, 5));
	length = read(fd, record, sizeof record - 1);
	EXPECT(length > 0);
	SAY(lseek(fd, 5, SEEK_SET));
	SAY(lseek(fd, 0, SEEK_DATA));
	struct iovec parts[3] = { { "<5>che", 6 }, { "ck: in", 6 }, { " parts", 6 } };
	SAY(writev(fd, parts, 3));
	SAY(syscall(SYS_syslog, 10, 0, 0) > 1000);
	SAY(syscall(SYS_syslog, 3, record, 500));
	SAY(syscall(SYS_syslog, 3, record, -1));
	SAY(syscall(SYS_syslog, 9, 0, 0) >= 0);
	SAY(syscall(SYS_syslog, 99, 0, 0));
	SAY(syscall(SYS_syslog, 8, 0, 9));
	SAY(syscall(SYS_syslog, 8, 0, 10));
	/* Old lines come back whole, cut at a line's beginning. */
	static char all[1 << 17];
	long got = syscall(SYS_syslog, 3, all, sizeof all);
	EXPECT(got > 5000);
	int lines = 0, stamped = 0;
	for (char *at = all; at && at < all + got; at = memchr(at, '\n', all + got - at), at = at ? at + 1 : 0, lines++)
		stamped += *at == '<';
	EXPECT(lines > 50 && stamped >= lines - 1);
	uint64_t hash = 0xcbf29ce484222325ull;
	char *banner = memmem(all, got, "Linux version", 13);
	if (banner)
		hash = hash_bytes(hash, banner, strcspn(banner, "\n"));
	say("banner %016llx", (unsigned long long)hash);
}

static void device_nodes(void)
{
	struct dirent **names;
	int count = scandir("/dev", &names, 0, alphasort);
	char path[300];
	struct stat info;
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "/dev/%s", names[i]->d_name);
		if (names[i]->d_name[0] == '.' || lstat(path, &info) < 0)
			continue;
		say("%s:%o:%lx:%d", names[i]->d_name, info.st_mode, (long)info.st_rdev, info.st_uid);
	}
	static char block[10000];
	int fd = open("/dev/zero", O_RDWR);
	memset(block, 1, sizeof block);
	SAY(read(fd, block, sizeof block));
	say_bytes("zero", block, sizeof block);
	char *shared = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	char *private = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	say("%d %d", shared != MAP_FAILED && shared[5000] == 0, private != MAP_FAILED && private[0] == 0);
	fd = open("/dev/full", O_RDWR);
	SAY(write(fd, block, 1));
	SAY(read(fd, block, 100));
	fd = open("/dev/null", O_RDWR);
	SAY(write(fd, block, 10000));
	SAY(read(fd, block, 100));
	SAY(lseek(fd, 100, SEEK_SET));
	fd = open("/dev/random", O_RDWR | O_NONBLOCK);
	SAY(write(fd, block, 100));
	SAY(read(fd, block, 256) > 0);
	fd = open("/dev/urandom", O_RDWR);
	static unsigned char noise[8192];
	SAY(read(fd, noise, sizeof noise));
	int ones = 0;
	for (unsigned i = 0; i < sizeof noise; i++)
		ones += __builtin_popcount(noise[i]);
	EXPECT(ones > 32768 - 1500 && ones < 32768 + 1500);
	static unsigned char more[8192];
	SAY(syscall(SYS_getrandom, more, sizeof more, 0));
	EXPECT(memcmp(noise, more, 64) != 0);
	SAY(syscall(SYS_getrandom, more, 10, 99));
	int entropy = 0;
	SAY(ioctl(fd, 0x80045200, &entropy));
	say("entropy=%d", entropy);
	SAY(ioctl(fd, 0x5201, &entropy));
	SAY(open("/dev/mem", O_RDONLY) >= 0);
	SAY(open("/dev/port", O_RDONLY) >= 0);
}

/* The crypto manager tests each algorithm in a thread of its own: until all have an answer there is nothing to compare. */
static void crypto_tests(void)
{
	static char text[200000];
	long length = read_file("/proc/crypto", text, sizeof text - 1);
	if (length < 0)
		skip("no /proc/crypto");
	for (int tries = 0; tries < 400 && strstr(text, ": unknown"); tries++) {
		sleep_ms(50);
		length = read_file("/proc/crypto", text, sizeof text - 1);
		text[length > 0 ? length : 0] = 0;
	}
	/* the order is that of the tests' ends, so the lines are summed and not strung together */
	uint64_t sum = 0;
	int algorithms = 0, passed = 0;
	char driver[200] = "";
	for (char *line = strtok(text, "\n"); line; line = strtok(0, "\n")) {
		if (!strncmp(line, "driver ", 7))
			snprintf(driver, sizeof driver, "%s", line);
		if (strncmp(line, "selftest ", 9))
			continue;
		algorithms++;
		passed += strstr(line, "passed") != 0;
		sum += hash_bytes(hash_bytes(0xcbf29ce484222325ull, driver, strlen(driver)), line, strlen(line));
	}
	say("algorithms=%d passed=%d %016llx", algorithms, passed, (unsigned long long)sum);
}

const struct check proc_checks[] = {
	{ "sys-devices", sys_devices }, { "sys-bus", sys_bus }, { "sys-kernel", sys_kernel }, { "sys-firmware", sys_firmware }, { "proc-sys", proc_sys },
	{ "proc-irq", proc_irq }, { "proc-text", proc_text }, { "proc-shapes", proc_shapes }, { "memory-accounts", memory_accounts },
	{ "self-files", self_files }, { "maps-files", maps_files }, { "sysctl-numbers", sysctl_numbers }, { "kernel-log", kernel_log },
	{ "device-nodes", device_nodes }, { "crypto-tests", crypto_tests }, { 0, 0 },
};
