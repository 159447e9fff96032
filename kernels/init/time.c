/* Clocks and timers: order, periods, overruns, errors, conversions. */
#include "harness.h"
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <utime.h>

static long long now_ns(int clock)
{
	struct timespec time;
	return clock_gettime(clock, &time) < 0 ? -1 : time.tv_sec * 1000000000ll + time.tv_nsec;
}

static void clocks(void)
{
	struct timespec time = { 0, 0 };
	for (int clock = -1; clock < 13; clock++) {
		say("%d:", clock);
		SAY(clock_gettime(clock, &time));
		SAY(clock_getres(clock, &time));
		say("%ld", (long)time.tv_nsec);
	}
	long long last = now_ns(CLOCK_MONOTONIC), raw = now_ns(CLOCK_MONOTONIC_RAW);
	for (int i = 0; i < 3000; i++) {
		long long next = now_ns(i & 1 ? CLOCK_MONOTONIC : CLOCK_BOOTTIME);
		EXPECT(next >= last);
		last = next;
	}
	EXPECT(now_ns(CLOCK_MONOTONIC_RAW) > raw);
	/* The system call and the vDSO tell the same time. */
	struct timespec direct;
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &direct);
	long long through = direct.tv_sec * 1000000000ll + direct.tv_nsec;
	EXPECT(through >= last && through - last < 1000000000);
	time.tv_sec = 1600000000;
	time.tv_nsec = 999999999;
	SAY(clock_settime(CLOCK_REALTIME, &time));
	long long set = now_ns(CLOCK_REALTIME) - 1600000000999999999ll;
	EXPECT(set >= 0 && set < 2000000000);
	time.tv_nsec = 1000000000;
	SAY(clock_settime(CLOCK_REALTIME, &time));
	time.tv_nsec = 0;
	SAY(clock_settime(CLOCK_MONOTONIC, &time));
	time.tv_sec = -5;
	SAY(clock_settime(CLOCK_REALTIME, &time));
	struct timex adjust = { 0 };
	SAY(adjtimex(&adjust));
	say("tick=%ld freq=%ld status=%x tolerance=%ld", adjust.tick, adjust.freq, adjust.status, adjust.tolerance);
	adjust.modes = ADJ_TICK;
	adjust.tick = 20000;
	SAY(adjtimex(&adjust));
	adjust.modes = ADJ_FREQUENCY;
	adjust.freq = 65536 * 10;
	SAY(adjtimex(&adjust));
	adjust.modes = ADJ_SETOFFSET;
	adjust.time.tv_sec = 100;
	adjust.time.tv_usec = 5;
	SAY(adjtimex(&adjust));
	set = now_ns(CLOCK_REALTIME) / 1000000000 - 1600000101;
	EXPECT(set >= 0 && set < 4);
	struct timeval day;
	struct timezone zone = { 60, 0 };
	SAY(settimeofday(0, &zone));
	SAY(gettimeofday(&day, &zone));
	say("west=%d", zone.tz_minuteswest);
	EXPECT(now_ns(CLOCK_PROCESS_CPUTIME_ID) > 0 && now_ns(CLOCK_THREAD_CPUTIME_ID) > 0);
	clockid_t other;
	SAY(clock_getcpuclockid(1, &other));
	SAY(clock_gettime(other, &time));
	SAY(clock_gettime(((~99999) << 3) | 2, &time));
	SAY(time.tv_sec >= 0);
}

static void sleeping(void)
{
	struct timespec wait = { 0, 3000000 }, until;
	long long before = now_ns(CLOCK_MONOTONIC);
	static const int clocks_[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI, CLOCK_PROCESS_CPUTIME_ID + 40, CLOCK_THREAD_CPUTIME_ID };
	for (unsigned i = 0; i < sizeof clocks_ / sizeof *clocks_; i++)
		say("%d", clock_nanosleep(clocks_[i], 0, &wait, 0));
	EXPECT(now_ns(CLOCK_MONOTONIC) - before >= 9000000);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += 4000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	say("%d", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0));
	EXPECT(now_ns(CLOCK_MONOTONIC) >= until.tv_sec * 1000000000ll + until.tv_nsec);
	until.tv_sec = 0;
	say("%d", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0));
	wait.tv_nsec = -1;
	say("%d", clock_nanosleep(CLOCK_MONOTONIC, 0, &wait, 0));
	wait.tv_nsec = 0;
	wait.tv_sec = -1;
	say("%d", clock_nanosleep(CLOCK_MONOTONIC, 0, &wait, 0));
	/* Sleepers wake in the order of their times. */
	int ends[2];
	pipe(ends);
	static const int delays[] = { 18, 6, 24, 12, 30, 0 };
	before = now_ns(CLOCK_MONOTONIC) + 10000000;
	for (int i = 0; i < 6; i++)
		if (fork() == 0) {
			long long at = before + delays[i] * 1000000ll;
			until.tv_sec = at / 1000000000;
			until.tv_nsec = at % 1000000000;
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0);
			char c = '0' + i;
			write(ends[1], &c, 1);
			_exit(0);
		}
	char order[7] = "";
	for (int i = 0; i < 6; i++)
		read(ends[0], order + i, 1);
	int seen = 0;
	for (int i = 0; i < 6; i++)
		seen |= 1 << (order[i] - '0');
	say("seen=%x", seen);
	EXPECT(now_ns(CLOCK_MONOTONIC) >= before + 30000000);
}

static void timer_files(void)
{
	uint64_t count = 0;
	struct itimerspec spec = { { 0, 2000000 }, { 0, 1000000 } }, old;
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	SAY(read(fd, &count, 8));
	SAY(timerfd_settime(fd, 0, &spec, 0));
	struct pollfd poller = { fd, POLLIN, 0 };
	SAY(poll(&poller, 1, 2000));
	sleep_ms(20);
	SAY(read(fd, &count, 8));
	EXPECT(count >= 9 && count < 5000);
	SAY(read(fd, &count, 4));
	timerfd_gettime(fd, &old);
	say("interval=%ld", old.it_interval.tv_nsec);
	/* Zero when it runs out just now, which a slow machine makes likely. */
	EXPECT(old.it_value.tv_nsec >= 0 && old.it_value.tv_nsec <= 2000000);
	spec.it_value.tv_nsec = 0;
	SAY(timerfd_settime(fd, 0, &spec, &old));
	timerfd_gettime(fd, &old);
	say("%ld %ld", old.it_value.tv_nsec, old.it_interval.tv_nsec);
	spec.it_value.tv_nsec = 1; /* long ago */
	spec.it_interval.tv_nsec = 0;
	SAY(timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, 0));
	SAY(poll(&poller, 1, 3000));
	SAY(read(fd, &count, 8));
	say("count=%llu", (unsigned long long)count);
	spec.it_value.tv_nsec = 1000000000;
	SAY(timerfd_settime(fd, 0, &spec, 0));
	SAY(timerfd_settime(fd, 77, &spec, 0));
	SAY(timerfd_settime(0, 0, &spec, 0));
	SAY(timerfd_create(99, 0));
	SAY(timerfd_create(CLOCK_MONOTONIC, 5));
	fd = timerfd_create(CLOCK_REALTIME, 0);
	spec.it_value.tv_sec = now_ns(CLOCK_REALTIME) / 1000000000 + 100;
	spec.it_value.tv_nsec = 0;
	SAY(timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, 0));
	struct timespec time;
	clock_gettime(CLOCK_REALTIME, &time);
	time.tv_sec += 5;
	clock_settime(CLOCK_REALTIME, &time);
	SAY(read(fd, &count, 8));
	char path[64];
	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
	say_shape(path);
}

static volatile int fired[8];
static void on_timer(int number, siginfo_t *info, void *context)
{
	(void)number, (void)context;
	fired[info->si_value.sival_int & 7]++;
}

static void posix_timers(void)
{
	timer_t timers[6];
	struct sigaction action = { 0 };
	action.sa_sigaction = on_timer;
	action.sa_flags = SA_SIGINFO | SA_RESTART;
	sigaction(SIGRTMIN, &action, 0);
	static const int clocks_[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID };
	for (int i = 0; i < 6; i++) {
		struct sigevent event = { 0 };
		event.sigev_notify = SIGEV_SIGNAL;
		event.sigev_signo = SIGRTMIN;
		event.sigev_value.sival_int = i;
		SAY(timer_create(clocks_[i], &event, &timers[i]));
		struct itimerspec spec = { { 0, i == 1 ? 2000000 : 0 }, { 0, 2000000 + i * 1000000 } };
		SAY(timer_settime(timers[i], 0, &spec, 0));
	}
	long long end = now_ns(CLOCK_MONOTONIC) + 4000000000ll;
	int all = 0;
	while (!all && now_ns(CLOCK_MONOTONIC) < end) {
		all = fired[1] >= 3;
		for (int i = 0; i < 6; i++)
			all &= fired[i] > 0;
	}
	say("all=%d once=%d%d%d%d%d", all, fired[0], fired[2], fired[3], fired[4], fired[5]);
	struct itimerspec spec;
	SAY(timer_gettime(timers[1], &spec));
	say("interval=%ld", spec.it_interval.tv_nsec);
	SAY(timer_gettime(timers[0], &spec));
	say("left=%ld", spec.it_value.tv_nsec);
	/* Blocked, its runs are counted. */
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, 0);
	sleep_ms(20);
	siginfo_t info;
	struct timespec none = { 0, 0 };
	SAY(sigtimedwait(&set, &info, &none) == SIGRTMIN);
	EXPECT(timer_getoverrun(timers[1]) >= 5);
	for (int i = 0; i < 6; i++)
		SAY(timer_delete(timers[i]));
	SAY(timer_delete(timers[0]));
	SAY(syscall(SYS_timer_gettime, 9999, &spec));
	SAY(syscall(SYS_timer_settime, 9999, 0, &spec, 0));
	struct sigevent event = { 0 };
	event.sigev_notify = 99;
	SAY(timer_create(CLOCK_MONOTONIC, &event, &timers[0]));
	event.sigev_notify = SIGEV_SIGNAL;
	event.sigev_signo = 99;
	SAY(timer_create(CLOCK_MONOTONIC, &event, &timers[0]));
	SAY(timer_create(55, 0, &timers[0]));
	struct itimerval value = { { 0, 0 }, { 5, 0 } }, old;
	for (int i = 0; i < 4; i++) {
		SAY(setitimer(i, &value, 0));
		SAY(getitimer(i, &old));
		EXPECT(i == 3 || (old.it_value.tv_sec <= 5 && old.it_value.tv_sec >= 4));
	}
	value.it_value.tv_usec = 1000000;
	SAY(setitimer(ITIMER_REAL, &value, 0));
	SAY(alarm(0) > 0);
	SAY(alarm(0));
}

static void file_times(void)
{
	int fd = open("times", O_CREAT | O_RDWR, 0600);
	struct stat info;
	struct timespec pair[2] = { { 123456789, 987654321 }, { -5, 1 } };
	SAY(futimens(fd, pair));
	fstat(fd, &info);
	say("%ld.%ld %ld.%ld", info.st_atim.tv_sec, info.st_atim.tv_nsec, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
	pair[0].tv_nsec = UTIME_OMIT;
	pair[1].tv_nsec = UTIME_NOW;
	SAY(futimens(fd, pair));
	fstat(fd, &info);
	say("%ld.%ld %d", info.st_atim.tv_sec, info.st_atim.tv_nsec, info.st_mtim.tv_sec > 1000000);
	pair[0].tv_nsec = 2000000000;
	SAY(futimens(fd, pair));
	pair[0].tv_sec = 1ll << 40;
	pair[0].tv_nsec = pair[1].tv_nsec = 0;
	SAY(utimensat(AT_FDCWD, "times", pair, 0));
	stat("times", &info);
	say("%ld", info.st_atim.tv_sec);
	SAY(utimensat(AT_FDCWD, "none", pair, 0));
	SAY(utimensat(AT_FDCWD, "times", pair, 55));
	struct timespec before = info.st_mtim;
	sleep_ms(10);
	write(fd, "x", 1);
	stat("times", &info);
	say("mtime=%d ctime=%d", info.st_mtim.tv_sec > before.tv_sec || info.st_mtim.tv_nsec != before.tv_nsec,
	    info.st_ctim.tv_sec == info.st_mtim.tv_sec && info.st_ctim.tv_nsec == info.st_mtim.tv_nsec);
	before = info.st_ctim;
	sleep_ms(10);
	chmod("times", 0640);
	stat("times", &info);
	say("changed=%d", info.st_ctim.tv_nsec != before.tv_nsec && info.st_mtim.tv_nsec == before.tv_nsec);
}

const struct check time_checks[] = {
	{ "time-clocks", clocks }, { "time-sleeping", sleeping }, { "time-files", timer_files }, { "time-posix", posix_timers }, { "time-stamps", file_times }, { 0, 0 },
};
