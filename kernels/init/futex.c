/* Futexes under contention: threads in lockstep wait, are woken, moved, boosted and die.
 *
 * The director hands one worker at a time one operation and then waits until every worker has either finished or sleeps within
 * the kernel, which the state in its /proc entry tells; so the order in which they queue up is the same in every boot. A word
 * that holds a thread's number is said as the worker's index and its two marks. */
#include "harness.h"
#include <linux/futex.h>
#include <pthread.h>

#ifndef FUTEX_LOCK_PI2
#define FUTEX_LOCK_PI2 13
#endif
enum { WORKERS = 5, WORDS = 6, CALL_WAITV = 449, CALL_WAKE = 454, CALL_WAIT, CALL_REQUEUE };
enum { IDLE, GIVEN, RUNNING, DONE, ENDED };

struct worker {
	pthread_t thread;
	int tid, stat, pipe[2];
	volatile int state, error;
	volatile long result;
	long number, arguments[6];
};
static struct worker workers[WORKERS];
static unsigned words[WORDS * 32] __attribute__((aligned(4096)));
/* The words lie apart, so that they hash apart. */
#define WORD(i) (&words[(i) * 32])

static long done(long result) { return result < 0 ? -errno : result; }

static void noted(int number) { (void)number; }

static void *work(void *data)
{
	struct worker *worker = data;
	char byte;

	worker->tid = syscall(SYS_gettid);
	worker->state = IDLE;
	while (read(worker->pipe[0], &byte, 1) == 1) {
		long *a = worker->arguments;

		worker->state = RUNNING;
		if (worker->number < 0)
			break;
		worker->result = syscall(worker->number, a[0], a[1], a[2], a[3], a[4], a[5]);
		worker->error = errno;
		worker->state = DONE;
	}
	worker->state = ENDED;
	return 0;
}

/* The state and the priority of a thread, as the kernel tells them. */
static int look(int index, int *priority)
{
	char text[600], state = 'X';
	long length = pread(workers[index].stat, text, sizeof text - 1, 0);

	text[length > 0 ? length : 0] = 0;
	char *rest = strrchr(text, ')');
	if (rest)
		sscanf(rest + 2, "%c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %d", &state, priority);
	return state;
}

static void start_worker(int index)
{
	struct worker *worker = &workers[index];
	char path[60];

	memset(worker, 0, sizeof *worker);
	EXPECT(pipe2(worker->pipe, O_CLOEXEC) == 0);
	worker->state = GIVEN;
	EXPECT(pthread_create(&worker->thread, 0, work, worker) == 0);
	while (worker->state != IDLE)
		sched_yield();
	sprintf(path, "/proc/self/task/%d/stat", worker->tid);
	worker->stat = open(path, O_RDONLY | O_CLOEXEC);
	if (worker->stat < 0)
		skip("no /proc");
}

static void start_workers(void)
{
	struct sigaction action = { .sa_handler = noted };

	memset(words, 0, sizeof words);
	sigaction(SIGUSR1, &action, 0);
	action.sa_flags = SA_RESTART;
	sigaction(SIGUSR2, &action, 0);
	for (int i = 0; i < WORKERS; i++)
		start_worker(i);
}

/* Until one has finished or sleeps in the kernel. */
static void settle_one(int index)
{
	struct worker *worker = &workers[index];
	int priority;

	for (int round = 0; worker->state == GIVEN || worker->state == RUNNING; round++) {
		if (worker->state == RUNNING && look(index, &priority) == 'S' && worker->state == RUNNING)
			break;
		if (round < 4)
			sched_yield();
		else
			sleep_ms(1);
	}
}

static int last_given;

/* Until all have finished or sleep, first the one whose call may wake the others; says what the finished ones got. */
static void settle(void)
{
	int finished = -1, before;

	settle_one(last_given);
	do {
		before = finished;
		finished = 0;
		for (int i = 0; i < WORKERS; i++) {
			settle_one(i);
			finished += workers[i].state == DONE;
		}
	} while (finished && finished != before);
	for (int i = 0; i < WORKERS; i++)
		if (workers[i].state == DONE) {
			say("%d:%ld", i, workers[i].result < 0 ? -workers[i].error : workers[i].result);
			workers[i].state = IDLE;
		}
}

/* A worker that sleeps cannot be given anything: that is said, and is as good an answer. */
static void give(int index, long number, long a, long b, long c, long d, long e, long f)
{
	struct worker *worker = &workers[index];
	long arguments[6] = { a, b, c, d, e, f };

	if (worker->state != IDLE) {
		say("busy%d", index);
		return;
	}
	memcpy(worker->arguments, arguments, sizeof arguments);
	worker->number = number;
	worker->state = GIVEN;
	last_given = index;
	write(worker->pipe[1], "", 1);
}

/* Gives an operation on words and waits until it is over or sleeps. */
static void order(int index, int operation, int word, long value, long value2, int word2, long value3)
{
	say("%d?%x", index, operation);
	give(index, SYS_futex, (long)WORD(word), operation, value, value2, (long)WORD(word2), value3);
	settle();
}

static void end_worker(int index)
{
	say("end%d", index);
	if (workers[index].state != IDLE)
		return;
	give(index, -1, 0, 0, 0, 0, 0, 0);
	pthread_join(workers[index].thread, 0);
	close(workers[index].stat);
	close(workers[index].pipe[0]);
	close(workers[index].pipe[1]);
	settle();
}

static int owner_of(unsigned word)
{
	unsigned tid = word & FUTEX_TID_MASK;

	if (!tid)
		return -1;
	for (int i = 0; i < WORKERS; i++)
		if (workers[i].tid == (int)tid)
			return i;
	return 9;
}

static void show(int count)
{
	for (int i = 0; i < count; i++)
		say("%d%s%s", owner_of(*WORD(i)), *WORD(i) & FUTEX_WAITERS ? "w" : "", *WORD(i) & FUTEX_OWNER_DIED ? "d" : "");
}

static void show_priorities(void)
{
	say("p");
	for (int i = 0; i < WORKERS; i++) {
		int priority = 0;

		look(i, &priority);
		say("%d", priority);
	}
}

static int privacy;

/* What a library does: only a lock that is not free, or that somebody waits for, is the kernel's matter. */
static void lock(int index, int word)
{
	if (*WORD(word) == 0)
		*WORD(word) = workers[index].tid;
	else
		order(index, FUTEX_LOCK_PI | privacy, word, 0, 0, 0, 0);
}

static void unlock(int index, int word)
{
	if (*WORD(word) == (unsigned)workers[index].tid)
		*WORD(word) = 0;
	else
		order(index, FUTEX_UNLOCK_PI | privacy, word, 0, 0, 0, 0);
}

static void set_priority(int index, int priority)
{
	struct sched_param parameter = { priority };

	say("f%d:%ld", priority, done(sched_setscheduler(workers[index].tid, priority ? SCHED_FIFO : SCHED_OTHER, &parameter)));
}

static void waiting(void)
{
	static const int masks[] = { 1, 2, 6, 0x80000000, -1 };

	start_workers();
	for (int round = 0; round < 4; round++) {
		int private = round & 1 ? FUTEX_PRIVATE_FLAG : 0;

		for (int i = 0; i < WORKERS; i++)
			order(i, (round & 2 ? FUTEX_WAIT_BITSET : FUTEX_WAIT) | private, 0, i == 3 ? 7 : 0, 0, 0, masks[i]);
		say("%ld", done(syscall(SYS_futex, WORD(0), FUTEX_WAKE | (private ^ FUTEX_PRIVATE_FLAG), 5, 0, 0, 0)));
		settle();
		say("%ld", done(syscall(SYS_futex, WORD(0), FUTEX_WAKE_BITSET | private, 2, 0, 0, round & 2 ? 4 : -1)));
		settle();
		say("%ld", done(syscall(SYS_futex, WORD(0), FUTEX_WAKE_BITSET | private, 5, 0, 0, 0)));
		say("%ld", done(syscall(SYS_futex, WORD(0), FUTEX_WAKE | private, 1, 0, 0, 0)));
		settle();
		say("%ld", done(syscall(SYS_futex, WORD(0), FUTEX_WAKE | private, INT_MAX, 0, 0, 0)));
		settle();
	}
	/* the more urgent is woken first, whoever came first */
	set_priority(1, 30);
	set_priority(2, 10);
	set_priority(3, 20);
	for (int i = 0; i < WORKERS; i++)
		order(i, FUTEX_WAIT, 0, 0, 0, 0, 0);
	for (int i = 0; i < WORKERS; i++) {
		say("%ld", done(syscall(SYS_futex, WORD(0), FUTEX_WAKE, 1, 0, 0, 0)));
		settle();
	}
	for (int i = 1; i < 4; i++)
		set_priority(i, 0);
	/* signals: a wait without an end starts again where the handler allows it */
	for (int i = 0; i < 2; i++) {
		static struct timespec late = { 100000, 0 };
		order(i, FUTEX_WAIT, i, 0, 0, 0, 0);
		order(i + 2, FUTEX_WAIT, i, 0, (long)&late, 0, 0);
		syscall(SYS_tgkill, getpid(), workers[i].tid, i ? SIGUSR2 : SIGUSR1);
		settle();
		syscall(SYS_tgkill, getpid(), workers[i + 2].tid, i ? SIGUSR2 : SIGUSR1);
		settle();
		say("%ld", done(syscall(SYS_futex, WORD(i), FUTEX_WAKE, 5, 0, 0, 0)));
		settle();
	}
	/* times that are over, and that are none */
	static const struct timespec times[] = { { 0, 0 }, { 0, 50000 }, { 1, 0 }, { -1, 0 }, { 0, 1000000000 }, { 0, -1 } };
	for (unsigned i = 0; i < sizeof times / sizeof *times; i++)
		for (int kind = 0; kind < 4; kind++) {
			static const int operations[] = { FUTEX_WAIT, FUTEX_WAIT_BITSET, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, FUTEX_WAIT | FUTEX_CLOCK_REALTIME };
			/* a second of boot time is long over, a second from now is not waited for */
			if (i == 2 && (kind == 0 || kind == 3))
				continue;
			say("%ld", done(syscall(SYS_futex, WORD(0), operations[kind], 0, &times[i], 0, -1)));
		}
}

static void moving(void)
{
	static const struct {
		int wake, move, operation;
		long expected;
	} moves[] = { { 1, 1, FUTEX_REQUEUE, 0 },     { 0, 5, FUTEX_REQUEUE, 0 },      { 2, 0, FUTEX_REQUEUE, 0 },	   { 1, 2, FUTEX_CMP_REQUEUE, 0 }, { 1, 2, FUTEX_CMP_REQUEUE, 9 },
		      { 0, 0, FUTEX_CMP_REQUEUE, 0 }, { 5, 5, FUTEX_CMP_REQUEUE, 0 }, { -1, 1, FUTEX_CMP_REQUEUE, 0 }, { 1, -1, FUTEX_REQUEUE, 0 } };

	start_workers();
	for (unsigned i = 0; i < sizeof moves / sizeof *moves; i++) {
		int private = i & 1 ? FUTEX_PRIVATE_FLAG : 0;
		for (int w = 0; w < WORKERS; w++)
			order(w, FUTEX_WAIT | private, 0, 0, 0, 0, 0);
		say("move%ld", done(syscall(SYS_futex, WORD(0), moves[i].operation | private, moves[i].wake, (long)moves[i].move, WORD(i == 6 ? 0 : 1), moves[i].expected)));
		settle();
		say("wake%ld", done(syscall(SYS_futex, WORD(1), FUTEX_WAKE | private, 1, 0, 0, 0)));
		settle();
		say("wake%ld", done(syscall(SYS_futex, WORD(0), FUTEX_WAKE | private, 9, 0, 0, 0)));
		settle();
		say("wake%ld", done(syscall(SYS_futex, WORD(1), FUTEX_WAKE | private, 9, 0, 0, 0)));
		settle();
	}
	/* two words at once: the second one's sleepers wake if what it held compares */
	for (int operation = 0; operation < 5; operation++)
		for (int comparison = 0; comparison < 6; comparison++) {
			*WORD(2) = 0, *WORD(3) = 6;
			order(0, FUTEX_WAIT, 2, 0, 0, 0, 0);
			order(1, FUTEX_WAIT, 2, 0, 0, 0, 0);
			order(2, FUTEX_WAIT, 3, 6, 0, 0, 0);
			say("%ld", done(syscall(SYS_futex, WORD(2), FUTEX_WAKE_OP, 1, 1l, WORD(3), FUTEX_OP(operation, 3, comparison, (6 + operation % 2)))));
			settle();
			say("%x", *WORD(3));
			say("%ld", done(syscall(SYS_futex, WORD(2), FUTEX_WAKE, 9, 0, 0, 0)) + done(syscall(SYS_futex, WORD(3), FUTEX_WAKE, 9, 0, 0, 0)));
			settle();
		}
}

/* The calls that take sizes and several words. */
struct several {
	uint64_t value, address;
	uint32_t flags, reserved;
};

static void several(void)
{
	static struct several vector[130];
	static struct timespec past = { 1, 0 };

	start_workers();
	for (int i = 0; i < WORDS; i++)
		vector[i] = (struct several){ 0, (uintptr_t)WORD(i), i & 1 ? 0x82 : 2, 0 };
	if (syscall(CALL_WAITV, vector, 0, 0, 0, 0) < 0 && errno == ENOSYS)
		skip("no futex_waitv");
	for (int word = 0; word < 4; word++) {
		say("v");
		give(0, CALL_WAITV, (long)vector, 4, 0, 0, 0, 0);
		settle();
		give(1, CALL_WAITV, (long)(vector + 2), 3, 0, 0, 0, 0);
		settle();
		say("%ld", done(syscall(SYS_futex, WORD(word), FUTEX_WAKE | (word & 1) * 128, 9, 0, 0, 0)));
		settle();
		say("%ld", done(syscall(SYS_futex, WORD(3), FUTEX_WAKE_BITSET | 128, 9, 0, 0, 4)));
		settle();
	}
	/* a sleeper is moved, a signal ends it */
	give(0, CALL_WAITV, (long)vector, 2, 0, 0, 0, 0);
	settle();
	say("%ld", done(syscall(SYS_futex, WORD(0), FUTEX_REQUEUE, 0, 5l, WORD(5), 0)));
	say("%ld", done(syscall(SYS_futex, WORD(5), FUTEX_WAKE, 5, 0, 0, 0)));
	settle();
	give(0, CALL_WAITV, (long)vector, 2, 0, 0, 0, 0);
	settle();
	syscall(SYS_tgkill, getpid(), workers[0].tid, SIGUSR1);
	settle();
	say("%ld", done(syscall(CALL_WAITV, vector, 5, 0, &past, CLOCK_MONOTONIC)));
	say("%ld", done(syscall(CALL_WAITV, vector, 5, 0, &past, CLOCK_REALTIME)));
	say("%ld", done(syscall(CALL_WAITV, vector, 5, 0, &past, CLOCK_BOOTTIME)));
	say("%ld", done(syscall(CALL_WAITV, vector, 129, 0, &past, CLOCK_MONOTONIC)));
	say("%ld", done(syscall(CALL_WAITV, vector, 128, 0, &past, CLOCK_MONOTONIC)));
	say("%ld", done(syscall(CALL_WAITV, vector, 2, 1, 0, 0)));
	say("%ld", done(syscall(CALL_WAITV, 0, 2, 0, 0, 0)));
	say("%ld", done(syscall(CALL_WAITV, vector, 2, 0, 8l, CLOCK_MONOTONIC)));
	static const struct several bad[] = { { 1, 0, 2, 0 }, { 0, 0, 1, 0 }, { 0, 0, 2, 1 }, { 0, 0, 0x12, 0 }, { 1ull << 32, 0, 2, 0 }, { 0, 2, 2, 0 }, { 0, 4096, 2, 0 }, { 0, 0, 3, 0 }, { 0, 0, 6, 0 } };
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
		vector[1] = bad[i];
		vector[1].address = bad[i].address == 4096 ? 4096 : (uintptr_t)WORD(1) + bad[i].address;
		say("%ld", done(syscall(CALL_WAITV, vector, 2, 0, &past, CLOCK_MONOTONIC)));
	}
	/* the same as calls of their own, since 6.7 */
	if (syscall(CALL_WAKE, WORD(0), 0, 0, 2) < 0 && errno == ENOSYS) {
		say("no more");
		return;
	}
	vector[0] = (struct several){ 0, (uintptr_t)WORD(0), 2, 0 };
	vector[1] = (struct several){ 0, (uintptr_t)WORD(1), 2, 0 };
	static const int masks[] = { 1, 2, 4, 8, 16 };
	for (int round = 0; round < 2; round++) {
		int flags = round ? 0x82 : 2;
		for (int w = 0; w < WORKERS; w++) {
			give(w, CALL_WAIT, (long)WORD(0), w == 3, masks[w], flags, 0, CLOCK_MONOTONIC);
			settle();
		}
		vector[0].flags = vector[1].flags = flags;
		say("%ld", done(syscall(CALL_WAKE, WORD(0), 6, 1, flags)));
		settle();
		say("%ld", done(syscall(CALL_REQUEUE, vector, 0, 1, 1)));
		settle();
		say("%ld", done(syscall(CALL_WAKE, WORD(1), 0xffffffffl, 9, flags)));
		settle();
		say("%ld", done(syscall(CALL_WAKE, WORD(0), 0xffffffffl, 9, flags)));
		settle();
	}
	for (int flags = 0; flags < 9; flags++)
		say("%ld", done(syscall(CALL_WAKE, WORD(0), 1, 1, flags))), say("%ld", done(syscall(CALL_WAIT, WORD(0), 0, 1, flags, &past, CLOCK_REALTIME)));
	say("%ld", done(syscall(CALL_WAIT, WORD(0), 0, 0, 2, 0, 0)));
	say("%ld", done(syscall(CALL_WAIT, WORD(0), 1ul << 32, 1, 2, 0, 0)));
	say("%ld", done(syscall(CALL_WAIT, WORD(0), 0, 1ul << 32, 2, 0, 0)));
	say("%ld", done(syscall(CALL_WAKE, WORD(0), 1ul << 32, 1, 2)));
	say("%ld", done(syscall(CALL_REQUEUE, vector, 1, 1, 1)));
	say("%ld", done(syscall(CALL_REQUEUE, vector, 0, -1, 1)));
	say("%ld", done(syscall(CALL_REQUEUE, 0, 0, 1, 1)));
	vector[1].flags = 2, vector[0].flags = 0x82;
	say("%ld", done(syscall(CALL_REQUEUE, vector, 0, 1, 1)));
}

/* Locks that lend their owner the priority of who waits. */
static void lending(void)
{
	static struct timespec past = { 1, 0 }, wrong = { 0, 2000000000 };

	start_workers();
	order(0, FUTEX_LOCK_PI, 0, 0, 0, 0, 0);
	if (*WORD(0) == 0)
		skip("no FUTEX_LOCK_PI");
	show(1);
	order(0, FUTEX_LOCK_PI, 0, 0, 0, 0, 0);
	order(0, FUTEX_TRYLOCK_PI, 0, 0, 0, 0, 0);
	order(1, FUTEX_TRYLOCK_PI, 0, 0, 0, 0, 0);
	show(1);
	order(1, FUTEX_UNLOCK_PI, 0, 0, 0, 0, 0);
	order(0, FUTEX_UNLOCK_PI, 0, 0, 0, 0, 0);
	show(1);
	/* a queue: the more urgent comes first, and the owner is as urgent as the first */
	static const int urgency[WORKERS] = { 0, 5, 40, 20, 40 };
	for (int i = 0; i < WORKERS; i++)
		set_priority(i, urgency[i]);
	for (int i = 0; i < WORKERS; i++) {
		lock(i, 0);
		show_priorities();
	}
	show(1);
	set_priority(1, 50);
	show_priorities();
	for (int i = 0; i < WORKERS; i++) {
		int owner = owner_of(*WORD(0));
		if (owner < 0 || owner == 9)
			break;
		unlock(owner, 0);
		show(1);
		show_priorities();
	}
	/* chains: each holds one and waits for the next one's */
	for (int i = 0; i < WORKERS - 1; i++)
		lock(i, i);
	for (int i = 0; i < WORKERS - 1; i++)
		set_priority(i, 0);
	for (int i = 1; i < WORKERS - 1; i++)
		lock(i, i - 1);
	show_priorities();
	lock(4, 3);
	show_priorities();
	/* who closes the ring is told so */
	order(0, FUTEX_LOCK_PI, 2, 0, 0, 0, 0);
	order(0, FUTEX_LOCK_PI, 3, 0, 0, 0, 0);
	order(0, FUTEX_LOCK_PI2, 3, 0, 0, 0, 0);
	order(0, FUTEX_TRYLOCK_PI, 1, 0, 0, 0, 0);
	set_priority(4, 60);
	show_priorities();
	set_priority(4, 0);
	show_priorities();
	set_priority(4, 7);
	/* the waiter gives up, and so does the one behind it */
	syscall(SYS_tgkill, getpid(), workers[2].tid, SIGUSR1);
	settle();
	show_priorities();
	for (int i = 0; i < WORKERS - 1; i++) {
		unlock(i, i);
		if (i && i - 1 < WORKERS && owner_of(*WORD(i - 1)) == i)
			unlock(i, i - 1);
		show(4);
		show_priorities();
	}
	unlock(4, 3);
	show(4);
	/* limits in time */
	lock(0, 0);
	for (int i = 0; i < 2; i++) {
		order(1 + i, i ? FUTEX_LOCK_PI2 : FUTEX_LOCK_PI, 0, 0, (long)&past, 0, 0);
		order(1 + i, i ? FUTEX_LOCK_PI2 : FUTEX_LOCK_PI, 0, 0, (long)&wrong, 0, 0);
		order(1 + i, (i ? FUTEX_LOCK_PI2 : FUTEX_LOCK_PI) | FUTEX_CLOCK_REALTIME, 0, 0, (long)&past, 0, 0);
	}
	order(3, FUTEX_LOCK_PI, 0, 0, 8, 0, 0);
	show(1);
	struct timespec soon;
	clock_gettime(CLOCK_MONOTONIC, &soon);
	soon.tv_nsec += 3000000;
	if (soon.tv_nsec >= 1000000000)
		soon.tv_nsec -= 1000000000, soon.tv_sec++;
	set_priority(3, 12);
	say("soon");
	give(3, SYS_futex, (long)WORD(0), FUTEX_LOCK_PI2, 0, (long)&soon, 0, 0);
	while (workers[3].state != DONE)
		sleep_ms(2);
	settle();
	show_priorities();
	order(0, FUTEX_UNLOCK_PI, 0, 0, 0, 0, 0);
	show(1);
	/* words that no lock would hold */
	static const unsigned odd[] = { 1, 0x3fffffff, 0x80000000, 0x40000000, 0xc0000000, 0x40000001 };
	for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++) {
		*WORD(5) = odd[i];
		order(1, FUTEX_TRYLOCK_PI, 5, 0, 0, 0, 0);
		order(1, FUTEX_UNLOCK_PI, 5, 0, 0, 0, 0);
		*WORD(5) = odd[i];
		order(2, FUTEX_LOCK_PI, 5, 0, (long)&past, 0, 0);
		show(6);
	}
	*WORD(5) = workers[3].tid;
	order(2, FUTEX_WAIT, 5, *WORD(5), 0, 0, 0);
	order(1, FUTEX_LOCK_PI, 5, 0, (long)&past, 0, 0);
	say("%ld", done(syscall(SYS_futex, WORD(5), FUTEX_WAKE, 5, 0, 0, 0)));
	settle();
	order(1, FUTEX_LOCK_PI, 5, 0, 0, 0, 0);
	order(2, FUTEX_WAIT, 5, *WORD(5), 0, 0, 0);
	say("%ld", done(syscall(SYS_futex, WORD(5), FUTEX_WAKE, 5, 0, 0, 0)));
	say("%ld", done(syscall(SYS_futex, WORD(5), FUTEX_REQUEUE, 1, 1l, WORD(4), 0)));
	say("%ld", done(syscall(SYS_futex, WORD(5), FUTEX_WAKE_OP, 1, 1l, WORD(4), 0)));
	settle();
	say("%ld", done(syscall(SYS_futex, (char *)WORD(5) + 2, FUTEX_LOCK_PI, 0, 0, 0, 0)));
	say("%ld", done(syscall(SYS_futex, 16, FUTEX_LOCK_PI, 0, 0, 0, 0)));
	say("%ld", done(syscall(SYS_futex, 16, FUTEX_UNLOCK_PI, 0, 0, 0, 0)));
}

/* Waiters of a condition, moved to the lock that it belongs to. */
static void conditions(void)
{
	static struct timespec past = { 1, 0 }, wrong = { 5, -5 };
	enum { CONDITION = 0, LOCK = 1 };

	start_workers();
	if (syscall(SYS_futex, WORD(0), FUTEX_WAIT_REQUEUE_PI, 5, 0, WORD(1), -1) < 0 && errno == ENOSYS)
		skip("no FUTEX_WAIT_REQUEUE_PI");
	for (int round = 0; round < 6; round++) {
		int private = round & 1 ? FUTEX_PRIVATE_FLAG : 0, move = round < 2 ? 0 : round == 2 ? 1 : 9;

		say("round");
		privacy = private;
		set_priority(3, round > 3 ? 33 : 0);
		if (round > 2)
			lock(0, LOCK);
		for (int w = 1; w < WORKERS; w++)
			order(w, FUTEX_WAIT_REQUEUE_PI | private, CONDITION, 0, 0, LOCK, -1);
		say("%ld", done(syscall(SYS_futex, WORD(CONDITION), FUTEX_WAKE | private, 1, 0, 0, 0)));
		settle();
		say("%ld", done(syscall(SYS_futex, WORD(CONDITION), FUTEX_CMP_REQUEUE_PI | private, 2, (long)move, WORD(LOCK), 0)));
		say("%ld", done(syscall(SYS_futex, WORD(CONDITION), FUTEX_CMP_REQUEUE_PI | private, 1, (long)move, WORD(LOCK), 5)));
		say("%ld", done(syscall(SYS_futex, WORD(CONDITION), FUTEX_CMP_REQUEUE_PI | private, 1, (long)move, WORD(2), 0)));
		say("%ld", done(syscall(SYS_futex, WORD(CONDITION), FUTEX_CMP_REQUEUE_PI | private, 1, (long)move, WORD(CONDITION), 0)));
		say("%ld", done(syscall(SYS_futex, WORD(CONDITION), FUTEX_REQUEUE | private, 1, 1l, WORD(LOCK), 0)));
		settle();
		if (round == 5) {
			/* a signal before it is moved, and one after */
			syscall(SYS_tgkill, getpid(), workers[1].tid, SIGUSR1);
			settle();
		}
		order(0, FUTEX_CMP_REQUEUE_PI | private, CONDITION, 1, move, LOCK, 0);
		show(2);
		show_priorities();
		if (round == 4) {
			syscall(SYS_tgkill, getpid(), workers[2].tid, SIGUSR1);
			settle();
			show(2);
		}
		for (int i = 0; i < 12; i++) {
			int owner = owner_of(*WORD(LOCK));

			if (owner >= 0 && owner < WORKERS && workers[owner].state == IDLE)
				unlock(owner, LOCK);
			else
				order(0, FUTEX_CMP_REQUEUE_PI | private, CONDITION, 1, 0, LOCK, 0);
		}
		show(2);
		show_priorities();
	}
	privacy = 0;
	order(1, FUTEX_WAIT_REQUEUE_PI, CONDITION, 0, 0, CONDITION, -1);
	order(1, FUTEX_WAIT_REQUEUE_PI, CONDITION, 1, 0, LOCK, -1);
	order(1, FUTEX_WAIT_REQUEUE_PI, CONDITION, 0, (long)&past, LOCK, -1);
	order(1, FUTEX_WAIT_REQUEUE_PI | FUTEX_CLOCK_REALTIME, CONDITION, 0, (long)&past, LOCK, -1);
	order(1, FUTEX_WAIT_REQUEUE_PI, CONDITION, 0, (long)&wrong, LOCK, -1);
	/* plain sleepers are not to be moved to a lock */
	order(1, FUTEX_WAIT, CONDITION, 0, 0, 0, 0);
	order(2, FUTEX_CMP_REQUEUE_PI, CONDITION, 1, 1, LOCK, 0);
	order(2, FUTEX_WAKE, CONDITION, 1, 0, LOCK, 0);
}

/* The list of the locks that a thread holds, which the kernel walks when it ends. */
struct held {
	struct held *next;
	unsigned word, pad;
};
static struct held entries[40];
static struct {
	struct held *first;
	long offset;
	struct held *pending;
} heads[WORKERS];

static void dying(void)
{
	static struct timespec past = { 1, 0 };
	void *head;
	size_t size;

	start_workers();
	for (int round = 0; round < 6; round++) {
		/* 0: nobody waits, 1: one waits, 2: lent locks, 3: list with a wild end, 4: a ring without end, 5: pending */
		say("round");
		memset(entries, 0, sizeof entries);
		heads[0].first = &entries[0];
		heads[0].offset = offsetof(struct held, word);
		heads[0].pending = 0;
		for (int i = 0; i < 3; i++) {
			entries[i].next = i == 2 ? (void *)&heads[0] : &entries[i + 1];
			entries[i].word = workers[0].tid;
		}
		if (round == 2) {
			heads[0].first = (void *)((long)&entries[0] | 1);
			entries[1].next = (void *)((long)&entries[2] | 1);
		}
		if (round == 3)
			entries[1].next = (void *)64;
		if (round == 4)
			entries[2].next = &entries[0];
		if (round == 5)
			heads[0].pending = &entries[7], entries[7].word = workers[0].tid, entries[8].word = 0;
		give(0, SYS_set_robust_list, (long)&heads[0], sizeof heads[0], 0, 0, 0, 0);
		settle();
		EXPECT(syscall(SYS_get_robust_list, workers[0].tid, &head, &size) == 0 && head == &heads[0]);
		say("%ld", (long)size);
		if (round)
			for (int i = 1; i < WORKERS; i++) {
				unsigned *word = round == 5 && i == 2 ? &entries[7].word : &entries[i % 3].word;
				int lent = round == 2 && i % 3 != 1;

				if (!lent)
					*word |= FUTEX_WAITERS;
				give(i, SYS_futex, (long)word, lent ? FUTEX_LOCK_PI : FUTEX_WAIT, lent ? 0 : *word, 0, 0, 0);
				settle();
			}
		lock(0, 3);
		if (round & 1) {
			order(0, FUTEX_LOCK_PI, 4, 0, 0, 0, 0);
		}
		end_worker(0);
		for (int i = 0; i < 9; i++) {
			unsigned word = entries[i].word;
			say("%d%s%s", owner_of(word), word & FUTEX_WAITERS ? "w" : "", word & FUTEX_OWNER_DIED ? "d" : "");
		}
		/* who comes after the dead */
		order(1, FUTEX_LOCK_PI, 4, 0, (long)&past, 0, 0);
		order(2, FUTEX_LOCK_PI, 4, 0, (long)&past, 0, 0);
		show(5);
		order(1, FUTEX_UNLOCK_PI, 4, 0, 0, 0, 0);
		order(2, FUTEX_LOCK_PI, 3, 0, (long)&past, 0, 0);
		show(5);
		memset(words, 0, sizeof words);
		for (int i = 0; i < 3; i++) {
			for (int turn = 0; turn < 3; turn++) {
				int owner = owner_of(entries[i].word);
				if (owner < 1 || owner >= WORKERS)
					break;
				give(owner, SYS_futex, (long)&entries[i].word, FUTEX_UNLOCK_PI, 0, 0, 0, 0);
				settle();
			}
			say("%ld", done(syscall(SYS_futex, &entries[i].word, FUTEX_WAKE, 9, 0, 0, 0)));
			settle();
		}
		say("%ld", done(syscall(SYS_futex, &entries[7].word, FUTEX_WAKE, 9, 0, 0, 0)));
		settle();
		start_worker(0);
	}
	/* the owner of a lent lock ends with a queue behind it */
	lock(0, 0);
	for (int i = 1; i < 4; i++)
		lock(i, 0);
	show(1);
	end_worker(0);
	show(1);
	unlock(1, 0);
	show(1);
	end_worker(2);
	show(1);
	unlock(3, 0);
	show(1);
	say("%ld", done(syscall(SYS_set_robust_list, &heads[0], 8)));
	say("%ld", done(syscall(SYS_get_robust_list, workers[1].tid, 0, &size)));
	say("%ld", done(syscall(SYS_get_robust_list, -5, &head, &size)));
	say("%ld", done(syscall(SYS_get_robust_list, 0, &head, &size)));
}

/* Between processes that share the page, at different addresses, and one is killed. */
static void shared(void)
{
	static struct timespec past = { 1, 0 };
	char text[400];
	int file = memfd_create("words", 0), status;

	ftruncate(file, 8192);
	unsigned *here = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), *twin = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	for (int round = 0; round < 6; round++) {
		unsigned *word = round & 1 ? here : mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		int pipes[2];

		word[0] = 0, word[64] = 0;
		pipe(pipes);
		pid_t pid = fork();
		if (pid == 0) {
			if (round & 1)
				word = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
			if (round < 4)
				_exit(syscall(SYS_futex, word, FUTEX_WAIT, 0, 0, 0, 0) == 0 ? 3 : 4);
			long result = syscall(SYS_futex, word, FUTEX_LOCK_PI, 0, 0, 0, 0);
			write(pipes[1], &result, sizeof result);
			pause();
			_exit(0);
		}
		if (round < 4) {
			char path[40], *rest = 0;
			sprintf(path, "/proc/%d/stat", pid);
			do
				sleep_ms(1);
			while (read_file(path, text, sizeof text) > 0 && (rest = strrchr(text, ')')) && rest[2] != 'S');
			long woken = done(syscall(SYS_futex, round == 3 ? twin : word, FUTEX_WAKE, 1, 0, 0, 0));
			say("%ld", woken);
			waitpid(pid, &status, 0);
			say("%x", status);
		} else {
			long result = 5;
			read(pipes[0], &result, sizeof result);
			say("%ld %d", result, word[0] == (unsigned)pid);
			say("%ld", done(syscall(SYS_futex, round == 5 ? twin : word, FUTEX_LOCK_PI, 0, &past, 0, 0)));
			say("%ld", done(syscall(SYS_futex, word, FUTEX_UNLOCK_PI, 0, 0, 0, 0)));
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			say("%x %x", status, word[0] & ~FUTEX_TID_MASK);
			say("%ld", done(syscall(SYS_futex, round == 5 ? twin : word, FUTEX_LOCK_PI, 0, &past, 0, 0)));
			say("%d %x", (word[0] & FUTEX_TID_MASK) == (unsigned)getpid(), word[0] & ~FUTEX_TID_MASK);
			say("%ld", done(syscall(SYS_futex, word, FUTEX_UNLOCK_PI, 0, 0, 0, 0)));
		}
		close(pipes[0]);
		close(pipes[1]);
	}
	/* a page without a place, one only for reading, one beyond the end of its file, one of a file */
	int plain = open("words", O_RDWR | O_CREAT | O_TRUNC, 0600);
	ftruncate(plain, 4096);
	unsigned *pages[] = { mmap(0, 4096, PROT_NONE, MAP_SHARED, file, 0), mmap(0, 4096, PROT_READ, MAP_SHARED, file, 4096), mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 16384),
			      mmap(0, 4096, PROT_READ, MAP_PRIVATE, plain, 0), mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), mmap(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) };
	for (unsigned i = 0; i < sizeof pages / sizeof *pages; i++)
		for (int operation = 0; operation < 14; operation++)
			if (operation != FUTEX_FD && operation != FUTEX_WAIT && operation != FUTEX_LOCK_PI && operation != FUTEX_LOCK_PI2)
				say("%ld", done(syscall(SYS_futex, pages[i], operation, 1, operation == FUTEX_WAIT_BITSET || operation == FUTEX_WAIT_REQUEUE_PI ? (long)&past : 1, here, -1)));
			else if (operation != FUTEX_FD)
				say("%ld", done(syscall(SYS_futex, pages[i], operation, 1, &past, here, -1)));
}

/* Operations drawn by a generator, by whoever does not sleep. */
static void drawn(void)
{
	uint64_t seed = 20261121;

	start_workers();
	for (int round = 0; round < 80; round++) {
		uint64_t random = next_random(&seed);
		int index = -1, word = (random >> 8) % 3, other = (random >> 12) % 3;

		for (int i = 0; i < WORKERS && index < 0; i++)
			if (workers[(random + i) % WORKERS].state == IDLE)
				index = (random + i) % WORKERS;
		/* words 0 to 2 are locks, 3 to 5 conditions */
		int what = (random >> 20) % 12;
		if (index < 0)
			say("%ld", done(syscall(SYS_futex, WORD(3 + other), FUTEX_WAKE, 9, 0, 0, 0)));
		else if (what < 4)
			order(index, what & 1 ? FUTEX_LOCK_PI : FUTEX_LOCK_PI2, word, 0, 0, 0, 0);
		else if (what < 7) {
			int owner = owner_of(*WORD(word));
			if (owner >= 0 && owner < WORKERS && workers[owner].state == IDLE)
				unlock(owner, word);
			else
				order(index, FUTEX_TRYLOCK_PI, word, 0, 0, 0, 0);
		} else if (what == 7)
			order(index, FUTEX_WAIT, 3 + other, 0, 0, 0, 0);
		else if (what == 8)
			order(index, FUTEX_WAIT_REQUEUE_PI, 3 + word, 0, 0, word, -1);
		else if (what == 9)
			order(index, FUTEX_CMP_REQUEUE_PI, 3 + word, 1, random >> 40 & 3, word, 0);
		else if (what == 10)
			order(index, FUTEX_REQUEUE, 3 + word, random >> 40 & 1, random >> 41 & 3, 3 + other, 0);
		else if (random & 1)
			set_priority(index, (random >> 30) % 4 * 10);
		else
			syscall(SYS_tgkill, getpid(), workers[(random >> 30) % WORKERS].tid, random & 2 ? SIGUSR1 : SIGUSR2);
		settle();
		show(3);
		if (round % 8 == 0)
			show_priorities();
		/* all asleep: somebody outside must wake them */
		index = -1;
		for (int i = 0; i < WORKERS; i++)
			if (workers[i].state == IDLE)
				index = i;
		if (index < 0) {
			for (int i = 3; i < WORDS; i++)
				say("%ld", done(syscall(SYS_futex, WORD(i), FUTEX_WAKE, 9, 0, 0, 0)));
			for (int i = 0; i < WORKERS; i++)
				syscall(SYS_tgkill, getpid(), workers[i].tid, SIGUSR1);
			settle();
		}
	}
}

const struct check futex_checks[] = {
	{ "futex-waiting", waiting },	    { "futex-moving", moving }, { "futex-several", several }, { "futex-lending", lending },
	{ "futex-conditions", conditions }, { "futex-dying", dying },	{ "futex-shared", shared },   { "futex-drawn", drawn }, { 0, 0 },
};
