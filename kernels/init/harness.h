/* The init's frame: checks that run one by one in a child each, and tell what they saw.
 *
 * A check writes a transcript with say(); what is printed is a 64-bit FNV-1a hash of all of it and its first words. The host
 * compares both with the GCC kernel's boot, so a check states no expectation where the comparison will do; EXPECT() is for
 * what no kernel may get wrong. Nothing that differs between two good boots may be said: no pid, address or time. */
#ifndef ORACLE_HARNESS_H
#define ORACLE_HARNESS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct check {
	const char *name;
	void (*run)(void);
};

/* Each file's table ends with a null name. */
extern const struct check basic_checks[], process_checks[], signal_checks[], memory_checks[], file_checks[], event_checks[], time_checks[],
	proc_checks[], sched_checks[], tty_checks[], error_checks[], model_checks[], thread_checks[], futex_checks[], mount_checks[], vdso_checks[],
	trace_checks[], tracing_checks[], reclaim_checks[], bus_checks[], input_checks[], x86_checks[], disk_checks[], ext4_checks[], block_checks[],
	io_checks[], rights_checks[], walk_checks[];

/* Adds to the transcript. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Adds the hash of some bytes to the transcript. */
void say_bytes(const char *what, const void *data, size_t size);
/* Adds "what=result" or "what=-ERRNO" for a system call's result. */
long say_result(const char *what, long result);
/* Ends the check: the kernel lacks what it needs. */
void skip(const char *why) __attribute__((noreturn));
void fail_at(const char *file, int line, const char *text);
#define EXPECT(condition) ((condition) ? (void)0 : fail_at(__FILE__, __LINE__, #condition))
/* The result of a system call by what it is, for values that may not be said. */
#define SAY(call) say_result(#call, (long)(call))

/* A generator of our own (xorshift64*), so that no library decides what is tested. */
uint64_t next_random(uint64_t *state);
uint64_t hash_bytes(uint64_t hash, const void *data, size_t size);
/* Reads a file whole; -1 with errno, or its length. */
long read_file(const char *path, char *buffer, size_t size);
int write_file(const char *path, const char *text);
/* Says a file's content with every run of digits struck out. */
void say_shape(const char *path);
void say_text(const char *path);
int raw_clone_thread(int (*run)(void *), void *argument);
void sleep_ms(int ms);
#endif
