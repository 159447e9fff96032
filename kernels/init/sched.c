/* Scheduling classes, resource limits and use, arithmetic under preemption. */
#include "harness.h"
#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/wait.h>

#define H0 14695981039346656037ull

static void c_limits(void)
{
	struct rlimit r;
	for (int i = 0; i < 16; i++)
		if (i != RLIMIT_NPROC && i != RLIMIT_SIGPENDING && getrlimit(i, &r) == 0)
			say("%lx,%lx ", (long)r.rlim_cur, (long)r.rlim_max);
	r.rlim_cur = 8;
	r.rlim_max = 8;
	say_result("set", setrlimit(RLIMIT_NOFILE, &r));
	int n = 0;
	while (open("/dev/null", O_RDONLY) >= 0)
		n++;
	say("open %d -%d", n, errno);
}

static void c_sched(void)
{
	struct sched_param p = { .sched_priority = 10 };
	say_result("fifo", sched_setscheduler(0, SCHED_FIFO, &p));
	say_result("get", sched_getscheduler(0));
	say_result("max", sched_get_priority_max(SCHED_RR));
	p.sched_priority = 200;
	say_result("bad", sched_setscheduler(0, SCHED_RR, &p));
	p.sched_priority = 0;
	say_result("other", sched_setscheduler(0, SCHED_OTHER, &p));
	say_result("nice", setpriority(PRIO_PROCESS, 0, 5));
	say_result("prio", getpriority(PRIO_PROCESS, 0));
	cpu_set_t s;
	CPU_ZERO(&s);
	say_result("affinity", sched_getaffinity(0, sizeof s, &s));
	say("cpus %d ", CPU_COUNT(&s));
	say_result("yield", sched_yield());
	int p2[2];
	pipe(p2);
	if (fork() == 0) {
		for (volatile int i = 0; i < 2000000; i++)
			;
		write(p2[1], "c", 1);
		_exit(0);
	}
	char c;
	say_result("preempted", read(p2[0], &c, 1));
}

static void c_rusage(void)
{
	struct rusage u;
	for (volatile int i = 0; i < 300000; i++)
		;
	say_result("self", getrusage(RUSAGE_SELF, &u));
	say("%d %d ", u.ru_utime.tv_sec < 100, u.ru_minflt > 0);
	say_result("bad", getrusage(5, &u));
	say_result("dumpable", prctl(PR_GET_DUMPABLE));
	say_result("nonewprivs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	char n[17] = "";
	prctl(PR_SET_NAME, "a-name-longer-than-sixteen");
	prctl(PR_GET_NAME, n);
	say("%s", n);
}

static void c_compute(void)
{
	/* user space that the kernel must save and restore exactly: registers, floating point across switches */
	double x = 1;
	uint64_t h = H0;
	pid_t p = fork();
	for (int i = 0; i < 30000; i++) {
		x = x * 1.0000001 + 0.5 / (i + 1);
		h = hash_bytes(h, &i, sizeof i);
		if (i % 5000 == 0)
			sched_yield();
	}
	if (p == 0)
		_exit(x > 10 && h == 0 ? 1 : 0);
	wait(NULL);
	say("%.9f %llx", x, (unsigned long long)h);
}

const struct check sched_checks[] = {
#define C(x) { "basic-" #x, c_##x }
	C(limits), C(sched), C(rusage), C(compute),
	{ 0, 0 },
};
