/* What tells of events: poll, select, epoll, signalfd, pipes, sockets. */
#include "harness.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

static void c_sigfd(void)
{
	sigset_t s;
	sigemptyset(&s);
	sigaddset(&s, SIGUSR1);
	sigprocmask(SIG_BLOCK, &s, NULL);
	int fd = signalfd(-1, &s, SFD_NONBLOCK);
	struct signalfd_siginfo si;
	say_result("empty", read(fd, &si, sizeof si));
	raise(SIGUSR1);
	say_result("read", read(fd, &si, sizeof si));
	say("signo %u", si.ssi_signo);
}

static void c_poll(void)
{
	int p[2];
	pipe(p);
	struct pollfd f[2] = { { p[0], POLLIN, 0 }, { p[1], POLLOUT, 0 } };
	say_result("poll", poll(f, 2, 0));
	say("%x %x ", f[0].revents, f[1].revents);
	write(p[1], "x", 1);
	poll(f, 2, 0);
	say("%x %x ", f[0].revents, f[1].revents);
	close(p[1]);
	poll(f, 1, 0);
	say("%x ", f[0].revents);
	fd_set r;
	FD_ZERO(&r);
	FD_SET(p[0], &r);
	struct timeval tv = { 0, 1000 };
	say_result("select", select(p[0] + 1, &r, NULL, NULL, &tv));
	say_result("bad", poll((void *)8, 1, 0));
}

static void c_epoll(void)
{
	int e = epoll_create1(0), p[2], v = eventfd(3, EFD_NONBLOCK);
	pipe(p);
	struct epoll_event ev = { EPOLLIN, { .u32 = 1 } }, out[4];
	say_result("add", epoll_ctl(e, EPOLL_CTL_ADD, p[0], &ev));
	say_result("again", epoll_ctl(e, EPOLL_CTL_ADD, p[0], &ev));
	ev.events = EPOLLIN | EPOLLET;
	ev.data.u32 = 2;
	say_result("add", epoll_ctl(e, EPOLL_CTL_ADD, v, &ev));
	int n = epoll_wait(e, out, 4, 0);
	say("n%d %u ", n, out[0].data.u32);
	say_result("et", epoll_wait(e, out, 4, 0));
	write(p[1], "a", 1);
	n = epoll_wait(e, out, 4, 10);
	say("n%d %u %x ", n, out[0].data.u32, out[0].events);
	uint64_t c;
	read(v, &c, 8);
	say("%lld ", (long long)c);
	say_result("empty", read(v, &c, 8));
	say_result("self", epoll_ctl(e, EPOLL_CTL_ADD, e, &ev));
	say_result("del", epoll_ctl(e, EPOLL_CTL_DEL, p[0], NULL));
	say_result("del", epoll_ctl(e, EPOLL_CTL_DEL, p[0], NULL));
}

static void c_pipes(void)
{
	int p[2];
	pipe2(p, O_NONBLOCK);
	char b[5000];
	memset(b, 'z', sizeof b);
	int total = 0, n;
	while ((n = write(p[1], b, sizeof b)) > 0)
		total += n;
	say("%d -%d ", total, errno);
	say_result("size", fcntl(p[1], F_GETPIPE_SZ));
	say_result("nread", ioctl(p[0], FIONREAD, &n));
	say("%d ", n);
	total = 0;
	while ((n = read(p[0], b, 4999)) > 0)
		total += n;
	say("%d ", total);
	close(p[0]);
	signal(SIGPIPE, SIG_IGN);
	say_result("epipe", write(p[1], "x", 1));
}

static void c_sockets(void)
{
	int s[2];
	if (say_result("pair", socketpair(AF_UNIX, SOCK_STREAM, 0, s)) < 0)
		return;
	char b[16];
	say_result("send", send(s[0], "message", 7, 0));
	say_result("peek", recv(s[1], b, 4, MSG_PEEK));
	say_result("recv", recv(s[1], b, 16, 0));
	shutdown(s[0], SHUT_WR);
	say_result("eof", recv(s[1], b, 16, 0));
}

const struct check event_checks[] = {
#define C(x) { "basic-" #x, c_##x }
	C(sigfd), C(poll), C(epoll), C(pipes), C(sockets),
	{ 0, 0 },
};
