/* Threads: clone with shared memory, mutexes and conditions, futexes. */
#include "harness.h"
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int clone_fn(void *p)
{
	*(int *)p += 41;
	return 7;
}

static char stack[65536] __attribute__((aligned(16)));
static void c_clone(void)
{
	int x = 1, st;
	pid_t p = clone(clone_fn, stack + sizeof stack, CLONE_VM | SIGCHLD, &x);
	waitpid(p, &st, 0);
	say("%d %x ", x, st);
	x = 1;
	p = clone(clone_fn, stack + sizeof stack, SIGCHLD, &x);
	waitpid(p, &st, 0);
	say("%d %x", x, st);
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int counter, turn;
static void *thread_fn(void *p)
{
	for (int i = 0; i < 200; i++) {
		pthread_mutex_lock(&mutex);
		while (turn != (long)p)
			pthread_cond_wait(&cond, &mutex);
		counter = counter * 3 + (long)p;
		turn = (turn + 1) % 3;
		pthread_cond_broadcast(&cond);
		pthread_mutex_unlock(&mutex);
	}
	return p;
}

static void c_threads(void)
{
	pthread_t t[3];
	for (long i = 0; i < 3; i++)
		if (pthread_create(&t[i], NULL, thread_fn, (void *)i))
			say("create! ");
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	say("%d", counter);
}

static void c_futex(void)
{
	int w = 5;
	struct timespec ts = { 0, 2000000 };
	say_result("again", syscall(SYS_futex, &w, FUTEX_WAIT, 4, &ts, NULL, 0));
	say_result("timeout", syscall(SYS_futex, &w, FUTEX_WAIT, 5, &ts, NULL, 0));
	say_result("wake", syscall(SYS_futex, &w, FUTEX_WAKE, 1, NULL, NULL, 0));
	int *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t p = fork();
	if (p == 0) {
		while (*(volatile int *)s == 0)
			syscall(SYS_futex, s, FUTEX_WAIT, 0, NULL, NULL, 0);
		_exit(*s);
	}
	usleep(2000);
	*s = 33;
	syscall(SYS_futex, s, FUTEX_WAKE, 10, NULL, NULL, 0);
	int st;
	waitpid(p, &st, 0);
	say("%x ", st);
	say_result("op", syscall(SYS_futex, &w, FUTEX_WAKE_OP, 1, 1, s, FUTEX_OP(FUTEX_OP_ADD, 7, FUTEX_OP_CMP_EQ, 33)));
	say("%d", *s);
}

const struct check thread_checks[] = {
#define C(x) { "basic-" #x, c_##x }
	C(clone), C(threads), C(futex),
	{ 0, 0 },
};
