/* Events in the tracer's buffer: what the kernel says while a known piece of work runs, chosen, filtered, counted and printed in every form.
 *
 * Only events of this process and its children are told, and of those only what the work alone decides: names and shapes in the order of
 * their coming, no time, address, process number or processor. All other events run too, but only have to do no harm. */
#include "harness.h"
#include <pthread.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#define TRACING "/tmp/tracing"

static char text[1 << 20];

static int put(const char *file, const char *words)
{
	char path[200];

	snprintf(path, sizeof path, TRACING "/%s", file);
	int fd = open(path, O_WRONLY | (words[0] ? 0 : O_TRUNC));
	long written = fd < 0 ? -1 : write(fd, words, strlen(words));
	int error = written < 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	return error;
}

static void add(const char *file, const char *words)
{
	char path[200];

	snprintf(path, sizeof path, TRACING "/%s", file);
	int fd = open(path, O_WRONLY | O_APPEND);
	long written = fd < 0 ? -1 : write(fd, words, strlen(words));
	say("%s<%s:%d", file, words, written < 0 ? errno : 0);
	if (fd >= 0)
		close(fd);
}

static long get(const char *file)
{
	char path[200];

	snprintf(path, sizeof path, TRACING "/%s", file);
	text[0] = 0;
	return read_file(path, text, sizeof text);
}

static void off(void)
{
	put("tracing_on", "0");
	put("events/enable", "0");
	put("set_event_pid", "");
	put("trace", "");
}

/* An empty buffer that takes events of this process and its children. */
static void begin(void)
{
	char pid[20];

	mkdir(TRACING, 0755);
	if (mount("tracefs", TRACING, "tracefs", 0, 0) < 0 && errno != EBUSY)
		skip("no tracefs");
	if (access(TRACING "/set_event_pid", F_OK) < 0 || access(TRACING "/events/syscalls", F_OK) < 0)
		skip("no events");
	off();
	put("buffer_size_kb", "300");
	put("options/event-fork", "1");
	snprintf(pid, sizeof pid, "%d", getpid());
	put("set_event_pid", pid);
}

static void end(void)
{
	off();
	put("buffer_size_kb", "20");
	umount(TRACING);
}

/*
 * An event of a trace without what differs from boot to boot: "name: words" with a # for every number. Of raw bytes the first ten stay:
 * the kernel prints more than were written, up to the end of the event's place in the buffer, which holds what was there before.
 */
static int shape(char *line, char *out, size_t size)
{
	const char *stamp = strstr(line, ": ");
	char *raw = strstr(line, " buf: ");
	size_t length = 0;
	int word = 0;

	if (line[0] == '#' || !stamp)
		return 0;
	if (raw && strlen(raw) > 6 + 3 * 10)
		raw[6 + 3 * 10] = 0;
	for (const char *c = stamp + 2; *c && length < size - 1; c++) {
		int part = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_';
		if (!word && *c >= '0' && *c <= '9') {
			out[length++] = '#';
			while ((c[1] >= '0' && c[1] <= '9') || (c[1] >= 'a' && c[1] <= 'f') || c[1] == 'x')
				c++;
			continue;
		}
		/* printed without 0x */
		if (!word && part) {
			size_t run = strspn(c, "0123456789abcdef");
			/* an argument of a system call: a process's number is "c9" in one boot and "ca" in another */
			int argument = c[-1] == ' ' && c[-2] == ':' && (c[run] == ',' || c[run] == ')');
			if ((run >= 6 || (run > 0 && argument)) && !strchr("ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ_", c[run])) {
				out[length++] = '#';
				c += run - 1;
				continue;
			}
		}
		word = part;
		out[length++] = *c;
	}
	out[length] = 0;
	return 1;
}

static void told(int signal) { (void)signal; }

static void *idle(void *argument) { return argument; }

/* What the events tell of: files, memory, processes, signals, a thread, names. */
static void work(void)
{
	char bytes[5000];
	struct stat info;
	int fds[2], status;
	pthread_t thread;

	memset(bytes, 7, sizeof bytes);
	int fd = open("events.data", O_CREAT | O_RDWR | O_TRUNC, 0600);
	write(fd, bytes, sizeof bytes);
	pread(fd, bytes, 100, 4950);
	fstat(fd, &info);
	ftruncate(fd, 100);
	char *page = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	page[5] = 1;
	msync(page, 8192, MS_SYNC);
	munmap(page, 8192);
	close(fd);
	rename("events.data", "events.other");
	unlink("events.other");
	pipe(fds);
	write(fds[1], "abc", 3);
	read(fds[0], bytes, 10);
	close(fds[0]);
	close(fds[1]);
	close(-1);
	prctl(PR_SET_NAME, "first name");
	signal(SIGUSR1, told);
	raise(SIGUSR1);
	pid_t child = fork();
	if (child == 0) {
		prctl(PR_SET_NAME, "child");
		kill(getpid(), SIGTERM);
		_exit(1);
	}
	waitpid(child, &status, 0);
	child = fork();
	if (child == 0) {
		execl("/init", "/init", "--exec", "x", (char *)0);
		_exit(2);
	}
	waitpid(child, &status, 0);
	if (pthread_create(&thread, 0, idle, 0) == 0)
		pthread_join(thread, 0);
	prctl(PR_SET_NAME, "last name");
}

/* Who a line of a trace is of: "name-NUMBER [cpu] flags time: event". */
static int task_of(const char *line)
{
	const char *end = strstr(line, " [");

	while (end && end > line && end[-1] == ' ')
		end--;
	while (end && end > line && end[-1] >= '0' && end[-1] <= '9')
		end--;
	return end ? atoi(end) : 0;
}

/*
 * The events of the last work: their number and a hash of their shapes, as a set or in order. In order is what one task does: when
 * another one has its turn is no kernel's promise.
 */
static void tell(const char *what, int ordered)
{
	uint64_t sum = 0;
	static uint64_t seen[4096];
	static struct { int number; uint64_t sum; } tasks[64];
	int count = 0, kinds = 0, used = 0;
	char out[600];

	get("trace");
	for (char *line = strtok(text, "\n"); line; line = strtok(0, "\n")) {
		if (!shape(line, out, sizeof out))
			continue;
		count++;
		if (ordered) {
			int number = task_of(line), at = 0;
			while (at < used && tasks[at].number != number)
				at++;
			if (at == used && used < 63)
				tasks[used].number = number, tasks[used++].sum = 0xcbf29ce484222325ull;
			tasks[at].sum = hash_bytes(tasks[at].sum, out, strlen(out) + 1);
			continue;
		}
		/* the name alone */
		out[strcspn(out, ":(")] = 0;
		uint64_t hash = hash_bytes(0xcbf29ce484222325ull, out, strlen(out));
		int known = 0;
		for (int i = 0; i < kinds && !known; i++)
			known = seen[i] == hash;
		if (!known && kinds < 4096)
			seen[kinds++] = hash, sum += hash;
	}
	for (int i = 0; i < used; i++)
		sum += tasks[i].sum;
	if (ordered)
		say("%s %d tasks=%d #%016llx", what, count, used, (unsigned long long)sum);
	else
		say("%s kinds=%d #%016llx", what, kinds, (unsigned long long)sum);
}

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }

/* The description of every event: its fields with their places, and how it is printed. */
static void formats(void)
{
	struct dirent **systems, **events;
	char path[400];

	begin();
	int count = scandir(TRACING "/events", &systems, 0, by_name);
	for (int i = 0; i < count; i++) {
		if (systems[i]->d_name[0] == '.' || systems[i]->d_type != DT_DIR)
			continue;
		snprintf(path, sizeof path, TRACING "/events/%s", systems[i]->d_name);
		int inner = scandir(path, &events, 0, by_name), told = 0;
		uint64_t sum = 0xcbf29ce484222325ull;
		for (int j = 0; j < inner; j++) {
			snprintf(path, sizeof path, "events/%s/%s/format", systems[i]->d_name, events[j]->d_name);
			if (events[j]->d_name[0] == '.' || get(path) <= 0)
				continue;
			/* the number of an event follows the order in which they are linked */
			char *id = strstr(text, "ID: "), *rest = id ? strchr(id, '\n') : 0;
			sum = hash_bytes(sum, rest ? rest : text, strlen(rest ? rest : text));
			told++;
		}
		say("%s %d #%016llx", systems[i]->d_name, told, (unsigned long long)sum);
	}
	say("header %ld", get("events/header_page"));
	say("event %ld", get("events/header_event"));
	end();
}

static const char *const OWN[] = { "syscalls", "signal", "task" };

static void own(void)
{
	char path[100];

	begin();
	for (unsigned i = 0; i < sizeof OWN / sizeof *OWN; i++) {
		snprintf(path, sizeof path, "events/%s/enable", OWN[i]);
		say("%s:%d", OWN[i], put(path, "1"));
		put("tracing_on", "1");
		work();
		put("tracing_on", "0");
		tell(OWN[i], 1);
		put(path, "0");
		put("trace", "");
	}
	add("set_event", "sched:sched_process_*");
	add("set_event", "!sched:sched_process_wait");
	add("set_event", "filelock");
	add("set_event", "none:such");
	put("tracing_on", "1");
	work();
	put("tracing_on", "0");
	tell("sched", 0);
	say("set_event %ld", get("set_event"));
	end();
}

/* Everything at once, of all processes: it has to go well. */
static void everything(void)
{
	begin();
	say("pid:%d", put("set_event_pid", ""));
	say("all:%d", put("events/enable", "1"));
	put("tracing_on", "1");
	for (int i = 0; i < 3; i++)
		work();
	sleep_ms(3);
	sync();
	put("tracing_on", "0");
	say("traced=%d", get("trace") > 20000);
	get("per_cpu/cpu0/stats");
	get("per_cpu/cpu0/trace");
	get("saved_cmdlines");
	get("saved_tgids");
	get("printk_formats");
	get("eval_map");
	get("error_log");
	end();
}

static void seek(int count)
{
	int fd = open("/proc/self/stat", O_RDONLY);

	for (int i = 0; i < count; i++)
		lseek(fd, i * 3, i & 1 ? SEEK_SET : SEEK_CUR);
	close(fd);
}

/* How many events of a name there are. */
static int events(const char *name)
{
	int count = 0;

	get("trace");
	for (char *line = strtok(text, "\n"); line; line = strtok(0, "\n"))
		count += line[0] != '#' && strstr(line, name) != 0;
	put("trace", "");
	return count;
}

static void filters(void)
{
	static const char *const numbers[] = {
		"offset == 30", "offset != 30", "offset < 30", "offset <= 30", "offset > 30", "offset >= 30", "offset & 0x10", "whence == 1 && offset > 60", "whence == 1 || offset > 60",
		"!(whence == 1)", "(offset > 9 && offset < 30) || (offset > 60 && whence != 0)", "!(offset > 9 && (whence == 0 || offset < 90))", "common_pid != 0 && offset == 3", "offset == -1",
		"offset == 0777", "offset >= 0x1e && offset <= 36", "none == 1", "offset ==", "(offset == 1", "offset == 1)", "offset = 1", "&& offset == 1", "offset == one", "offset ~ \"3*\"", "", "0",
	};
	static const char *const names[] = {
		"newcomm == \"alpha\"", "newcomm != \"alpha\"", "newcomm ~ \"al*\"", "newcomm ~ \"*ta\"", "newcomm ~ \"*et*\"", "newcomm ~ \"?eta\"", "newcomm ~ \"[ab]*a\"", "newcomm == \"al\"", "newcomm == alpha",
		"newcomm > \"a\"", "newcomm ~ \"*\" && oldcomm != \"beta\"", "COMM == \"beta\"", "comm ~ \"g*\"", "CPU == 0", "cpu > 3", "newcomm ~ \"unended", "0",
	};
	static const char *const given[] = { "alpha", "beta", "gamma", "delta", "eta" };

	begin();
	put("events/syscalls/sys_enter_lseek/enable", "1");
	put("events/task/task_rename/enable", "1");
	for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		int error = put("events/syscalls/sys_enter_lseek/filter", numbers[i]);
		put("tracing_on", "1");
		seek(40);
		put("tracing_on", "0");
		say("%s:%d:%d", numbers[i], error, events("sys_lseek("));
		get("events/syscalls/sys_enter_lseek/filter");
		say_bytes("", text, strlen(text));
	}
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		int error = put("events/task/task_rename/filter", names[i]);
		put("tracing_on", "1");
		for (unsigned j = 0; j < sizeof given / sizeof *given; j++)
			prctl(PR_SET_NAME, given[j]);
		put("tracing_on", "0");
		say("%s:%d:%d", names[i], error, events("task_rename:"));
	}
	say("system:%d", put("events/syscalls/filter", "common_pid == 0"));
	put("tracing_on", "1");
	seek(5);
	put("tracing_on", "0");
	say("none=%d", events("sys_lseek("));
	say("system:%d", put("events/syscalls/filter", "0"));
	end();
}

static void triggers(void)
{
	static const char *const given[] = {
		"traceoff if offset == 12", "traceoff:1", "traceon:2 if whence == 1", "stacktrace:2 if offset > 90", "enable_event:task:task_rename:1", "disable_event:task:task_rename if offset == 30",
		"traceoff:0", "traceoff:x", "no_such", "enable_event:none:such", "traceoff if none == 1", "snapshot:1", "hist:keys=whence", "hist:keys=whence:vals=offset:sort=offset.descending if offset > 9",
		"hist:keys=offset.log2,whence:size=128", "hist:keys=common_pid.execname:vals=hitcount", "hist:keys=none", "hist:vals=offset",
	};
	char removed[200];

	begin();
	put("events/syscalls/sys_enter_lseek/enable", "1");
	for (unsigned i = 0; i < sizeof given / sizeof *given; i++) {
		int error = put("events/syscalls/sys_enter_lseek/trigger", given[i]);
		put("tracing_on", "1");
		seek(40);
		prctl(PR_SET_NAME, "renamed");
		get("tracing_on");
		say("%s:%d on=%.1s", given[i], error, text);
		put("tracing_on", "0");
		say("list=%ld", get("events/syscalls/sys_enter_lseek/trigger"));
		if (!strncmp(given[i], "hist", 4)) {
			get("events/syscalls/sys_enter_lseek/hist");
			char *end = strstr(text, "Totals:");
			say("%d", end != 0);
			if (!strstr(given[i], "pid"))
				say_bytes("", text, end ? (size_t)(end - text) : 0);
		}
		say("%d %d", events("sys_lseek("), events("task_rename:"));
		snprintf(removed, sizeof removed, "!%s", given[i]);
		say("removed:%d", put("events/syscalls/sys_enter_lseek/trigger", removed));
		put("events/task/task_rename/enable", "0");
	}
	end();
}

/* Forms of the output whose lines are the recorder's affair. */
static int loose(const char *option)
{
	static const char *const names[] = { "bin", "hex", "stack", "latency", "blk_", "func", "graph", "pause", "irq", "sleep", "fields", "verbose", "markers", "trace_printk", "event-fork" };

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (strstr(option, names[i]))
			return 1;
	return 0;
}

static void forms(void)
{
	struct dirent **options;
	char path[300], *clock, *rest;
	static char clocks[300];

	begin();
	put("events/syscalls/enable", "1");
	put("events/task/enable", "1");
	int count = scandir(TRACING "/options", &options, 0, by_name);
	for (int i = 0; i < count; i++) {
		if (options[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "options/%s", options[i]->d_name);
		char before = get(path) > 0 ? text[0] : '?';
		int error = put(path, before == '1' ? "0" : "1");
		put("tracing_on", "1");
		prctl(PR_SET_NAME, "formed");
		seek(3);
		put("tracing_on", "0");
		say("%s=%c:%d", options[i]->d_name, before, error);
		int lines = events("");
		if (!loose(options[i]->d_name))
			say("%d", lines);
		put(path, before == '1' ? "1" : "0");
	}
	say("bad:%d", put("options/raw", "7"));
	say("bad:%d", put("trace_options", "nosuch"));
	say("set:%d", put("trace_options", "noraw"));
	get("trace_clock");
	snprintf(clocks, sizeof clocks, "%s", text);
	say("%s", clocks);
	for (clock = strtok_r(clocks, " []\n", &rest); clock; clock = strtok_r(0, " []\n", &rest)) {
		say("%s:%d", clock, put("trace_clock", clock));
		put("tracing_on", "1");
		seek(4);
		put("tracing_on", "0");
		say("%d", events("sys_lseek("));
	}
	say("none:%d", put("trace_clock", "none"));
	put("trace_clock", "local");
	end();
}

static void buffers(void)
{
	static const char *const sizes[] = { "8", "64", "1", "500", "0", "-1", "x", "40" };
	char path[100];

	begin();
	put("events/syscalls/enable", "1");
	for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		int error = put("buffer_size_kb", sizes[i]);
		put("tracing_on", "1");
		seek(200);
		put("tracing_on", "0");
		say("%s:%d some=%d", sizes[i], error, events("sys_lseek") > 10);
	}
	/* the oldest or the newest are lost */
	put("buffer_size_kb", "8");
	put("options/overwrite", "0");
	put("tracing_on", "1");
	seek(400);
	put("tracing_on", "0");
	say("first=%d", events("sys_lseek(") > 10);
	put("options/overwrite", "1");
	put("buffer_size_kb", "100");
	put("events/enable", "0");
	put("tracing_on", "1");
	int marker = open(TRACING "/trace_marker", O_WRONLY), raw = open(TRACING "/trace_marker_raw", O_WRONLY);
	for (int i = 1; i < 200; i += 13) {
		char line[300];
		memset(line, 'a' + i % 26, sizeof line);
		say("%ld %ld", (long)write(marker, line, i), (long)write(raw, line, i));
	}
	void *volatile nowhere = (void *)8;
	SAY(write(marker, nowhere, 10));
	close(marker);
	close(raw);
	put("tracing_on", "0");
	tell("markers", 1);
	/* as pages, and consumed */
	int fd = open(TRACING "/per_cpu/cpu0/trace_pipe_raw", O_RDONLY | O_NONBLOCK), fds[2];
	long got = read(fd, text, 8192);
	say("raw=%d", got > 500);
	pipe(fds);
	SAY(splice(fd, 0, fds[1], 0, 4096, SPLICE_F_NONBLOCK) > 0);
	close(fd);
	close(fds[0]);
	close(fds[1]);
	put("trace", "");
	put("events/syscalls/sys_enter_lseek/enable", "1");
	put("tracing_on", "1");
	seek(30);
	put("tracing_on", "0");
	fd = open(TRACING "/trace_pipe", O_RDONLY | O_NONBLOCK);
	int lines = 0;
	while ((got = read(fd, text, 1000)) > 0)
		for (long i = 0; i < got; i++)
			lines += text[i] == '\n';
	say("piped=%d:%d", lines, errno);
	close(fd);
	/* another buffer with events of its own */
	snprintf(path, sizeof path, TRACING "/instances/other");
	SAY(mkdir(path, 0755));
	SAY(mkdir(path, 0755));
	put("instances/other/events/task/enable", "1");
	prctl(PR_SET_NAME, "in another");
	say("other=%ld", get("instances/other/trace") > 0 ? (long)(strstr(text, "in another") != 0) : -1L);
	get("instances/other/events/task/enable");
	say("%.1s", text);
	fd = open(TRACING "/instances/other/trace", O_RDONLY);
	SAY(rmdir(path));
	close(fd);
	SAY(rmdir(path));
	SAY(mkdir(TRACING "/events/none", 0755));
	say("cpus:%d %d", put("tracing_cpumask", "1"), put("tracing_cpumask", "0"));
	say("cached:%d", put("saved_cmdlines_size", "64"));
	say("%ld", get("saved_cmdlines_size"));
	say("freed:%d", put("free_buffer", "1"));
	end();
}

const struct check tracing_checks[] = {
	{ "events-formats", formats }, { "events-own", own }, { "events-filters", filters }, { "events-triggers", triggers },
	{ "events-forms", forms }, { "events-buffers", buffers }, { "events-everything", everything }, { 0, 0 },
};
