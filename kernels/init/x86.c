/* What only x86 has: the parameters that the boot loader's side hands over, 32-bit programs, the old system call. */
#include "harness.h"

#ifdef __x86_64__

/* Fields of struct boot_params that do not follow the kernel's size (Documentation/arch/x86/zero-page.rst). */
static void boot_params(void)
{
	static const struct {
		const char *name;
		int from, to;
	} fields[] = {
		{ "screen", 0x000, 0x040 }, { "apm", 0x040, 0x054 }, { "ist", 0x060, 0x070 }, { "rsdp", 0x070, 0x078 }, { "disks", 0x080, 0x0a0 },
		{ "table", 0x0a0, 0x0b0 }, { "edid", 0x140, 0x1c0 }, { "memory", 0x1e0, 0x1e4 }, { "counts", 0x1e8, 0x1ec }, { "video", 0x1fa, 0x1fe },
		{ "version", 0x206, 0x208 }, { "edd-signatures", 0x290, 0x2d0 }, { "e820", 0x2d0, 0xcd0 }, { "edd", 0xd00, 0xeec },
	};
	static char data[4097];

	if (read_file("/sys/kernel/boot_params/data", data, sizeof data) != 4096)
		skip("no boot parameters in sysfs");
	for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++)
		say_bytes(fields[i].name, data + fields[i].from, fields[i].to - fields[i].from);
}

/* A 32-bit program beside the init tells what it sees (kernels/init/x86-32). */
static void compat_program(void)
{
	static char text[16384];
	int ends[2], status = 0;
	long length = 0, got;

	if (pipe(ends) < 0)
		return fail_at(__FILE__, __LINE__, "pipe");
	pid_t child = fork();
	if (child == 0) {
		char *argv[] = { "check32", "one", "two three", 0 }, *envp[] = { "ORACLE=32", 0 };
		dup2(ends[1], 1);
		close(ends[0]);
		close(ends[1]);
		execve("/check32", argv, envp);
		_exit(errno == ENOEXEC ? 100 : 101);
	}
	close(ends[1]);
	while (length < (long)sizeof text - 1 && (got = read(ends[0], text + length, sizeof text - 1 - length)) > 0)
		length += got;
	waitpid(child, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 100)
		skip("no 32-bit programs");
	text[length] = 0;
	say("status=%x length=%ld", status, length);
	for (char *line = strtok(text, "\n"); line; line = strtok(0, "\n"))
		say("%s", line);
}

/* System calls of the 32-bit table from 64-bit code. */
static void compat_int80(void)
{
	static const struct {
		int number;
		long b, c, d;
	} calls[] = {
		{ 64, 0, 0, 0 },  { 20, -1, -1, -1 },	   { 24, 0, 0, 0 },	   { 199, 0, 0, 0 },  { 6, 999, 0, 0 },	   { 3, 999, 0, 0 },
		{ 33, 0, 0, 0 },  { 60, 0x1ff12, 0, 0 },   { 45, 0, 0, 0 },	   { 27, 0, 0, 0 },   { 132, 0, 0, 0 },	   { 120, 0, 0, 0 },
		{ 99999, 0, 0, 0 }, { -1, 0, 0, 0 }, { 265, 999, 0, 0 },
	};
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
			long result, kept = 0x123456789abcdefl, r8 = 0;
			if (calls[i].number == 45 || calls[i].number == 120)
				continue;
			asm volatile("mov %5, %%r12\n\tmov %5, %%r8\n\tint $0x80\n\tmov %%r12, %1\n\tmov %%r8, %2"
				     : "=a"(result), "=&r"(kept), "=&r"(r8)
				     : "0"((long)calls[i].number), "b"(calls[i].b), "r"(0x123456789abcdefl), "c"(calls[i].c), "d"(calls[i].d), "S"(0l), "D"(0l)
				     : "r8", "r9", "r10", "r11", "r12", "memory");
			if (calls[i].number == 20 || calls[i].number == 64 || calls[i].number == 132)
				result = result > 0;
			say("%d=%ld:%d:%d", calls[i].number, result, kept == 0x123456789abcdefl, r8 == 0x123456789abcdefl);
		}
		_exit(0);
	}
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV)
		skip("no 32-bit system calls");
	say("status=%x", status);
}

#endif

const struct check x86_checks[] = {
#ifdef __x86_64__
	{ "boot-params", boot_params }, { "compat-program", compat_program }, { "compat-int80", compat_int80 },
#endif
	{ 0, 0 },
};
