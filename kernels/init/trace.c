/* The function tracer, where the kernel has one: every function's entry is patched while the kernel runs. */
#include "harness.h"
#include <sys/mount.h>

#define TRACING "/tmp/tracing"

static void need_tracer(const char *tracer)
{
	static char text[1000];
	char words[1010], sought[40];

	mkdir(TRACING, 0755);
	if (mount("tracefs", TRACING, "tracefs", 0, 0) < 0 && errno != EBUSY)
		skip("no tracefs");
	if (read_file(TRACING "/available_tracers", text, sizeof text) <= 0)
		skip("no tracers");
	snprintf(words, sizeof words, " %s", text);
	words[strcspn(words, "\n")] = ' ';
	snprintf(sought, sizeof sought, " %s ", tracer);
	if (!strstr(words, sought))
		skip("no such tracer");
	say("%s", text);
}

static void set(const char *file, const char *text)
{
	char path[100];

	snprintf(path, sizeof path, TRACING "/%s", file);
	int fd = open(path, O_WRONLY | O_TRUNC);
	long written = fd < 0 ? -1 : write(fd, text, strlen(text));
	say("%s:%s=%ld:%d", file, text, written, written < 0 ? errno : 0);
	close(fd);
}

/* How many lines of a file hold a text. */
static int lines_with(const char *file, const char *sought)
{
	static char text[200000];
	char path[100];
	int count = 0;

	snprintf(path, sizeof path, TRACING "/%s", file);
	text[0] = 0;
	if (read_file(path, text, sizeof text) < 0)
		return -errno;
	for (char *line = strtok(text, "\n"); line; line = strtok(0, "\n"))
		count += line[0] != '#' && strstr(line, sought) != 0;
	return count;
}

/* Entries of system calls: called through a table, so that no compiler can have put them into another function. */
static void call(int times)
{
	for (int i = 0; i < times; i++)
		syscall(SYS_getppid);
	for (int i = 0; i < 2 * times; i++)
		syscall(SYS_getuid);
}

static void trace_functions(void)
{
	need_tracer("function");
	set("tracing_on", "0");
	set("set_ftrace_filter", "*_sys_getppid");
	set("current_tracer", "function");
	set("tracing_on", "1");
	call(7);
	set("tracing_on", "0");
	say("getppid=%d getuid=%d", lines_with("trace", "_sys_getppid"), lines_with("trace", "_sys_getuid"));
	set("trace", "");
	set("set_ftrace_filter", "*_sys_getuid");
	set("set_ftrace_notrace", "*_sys_getppid");
	set("tracing_on", "1");
	call(5);
	set("tracing_on", "0");
	say("getppid=%d getuid=%d", lines_with("trace", "_sys_getppid"), lines_with("trace", "_sys_getuid"));
	set("current_tracer", "nop");
	set("trace", "");
	set("tracing_on", "1");
	call(3);
	set("tracing_on", "0");
	say("nop=%d", lines_with("trace", "_sys_get"));
	set("set_ftrace_filter", "no_function_of_this_name");
	set("set_ftrace_filter", "");
	set("set_ftrace_notrace", "");
	umount(TRACING);
}

/* Every function at once, with work that sleeps, forks and faults; then none again. */
static void trace_everything(void)
{
	need_tracer("function");
	set("tracing_on", "0");
	set("buffer_size_kb", "64");
	set("current_tracer", "function");
	set("tracing_on", "1");
	call(100);
	pid_t child = fork();
	if (child == 0)
		_exit(23);
	int status = 0;
	waitpid(child, &status, 0);
	char *page = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int i = 0; i < 65536; i += 4096)
		page[i] = i >> 12;
	sleep_ms(5);
	set("tracing_on", "0");
	say("status=%d page=%d traced=%d", WEXITSTATUS(status), page[61440], lines_with("trace", "<-") > 100);
	set("current_tracer", "nop");
	set("trace", "");
	set("tracing_on", "1");
	umount(TRACING);
}

/* The graph tracer also takes over the return addresses. */
static void trace_graph(void)
{
	need_tracer("function_graph");
	set("tracing_on", "0");
	set("set_ftrace_filter", "*_sys_getppid");
	set("current_tracer", "function_graph");
	set("tracing_on", "1");
	call(6);
	set("tracing_on", "0");
	say("getppid=%d getuid=%d", lines_with("trace", "_sys_getppid"), lines_with("trace", "_sys_getuid"));
	set("trace", "");
	set("set_ftrace_filter", "");
	set("max_graph_depth", "5");
	set("tracing_on", "1");
	call(20);
	set("tracing_on", "0");
	say("getppid=%d deep=%d", lines_with("trace", "_sys_getppid") > 0, lines_with("trace", "}") > 20);
	set("current_tracer", "nop");
	set("max_graph_depth", "0");
	set("trace", "");
	set("tracing_on", "1");
	umount(TRACING);
}

const struct check trace_checks[] = {
	{ "trace-functions", trace_functions }, { "trace-everything", trace_everything }, { "trace-graph", trace_graph }, { 0, 0 },
};
