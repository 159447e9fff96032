/* Terminals: both ends of a pseudo terminal, the line discipline in every mode, job control, the console's settings. */
#include "harness.h"
#include <termios.h>

static int master = -1, slave = -1;

static void open_pair(void)
{
	int number = -1, unlock = 0;
	char path[32];
	master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (master < 0)
		master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK);
	if (master < 0)
		skip(strerrorname_np(errno));
	EXPECT(ioctl(master, TIOCSPTLCK, &unlock) == 0 && ioctl(master, TIOCGPTN, &number) == 0);
	snprintf(path, sizeof path, "/dev/pts/%d", number);
	slave = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
	EXPECT(slave >= 0);
}

static void drain(const char *what, int fd)
{
	char text[4096];
	for (int i = 0; i < 4; i++) {
		ssize_t got = read(fd, text, sizeof text);
		if (got < 0) {
			say("%s:-%s", what, strerrorname_np(errno));
			return;
		}
		say("%s:%ld", what, (long)got);
		for (ssize_t k = 0; k < got && k < 300; k++)
			say("%02x", (unsigned char)text[k]);
		if (got == 0)
			return;
	}
}

/* The flush to the line discipline is a work item: a host that was busy may let one sleep's timer go off before the worker
 * has run, but not several one after the other. */
static void settle(void)
{
	for (int i = 0; i < 4; i++)
		sleep_ms(1);
}

static void type(const char *text)
{
	say("<%ld>", (long)write(master, text, strlen(text)));
	settle();
	drain("s", slave);
	drain("m", master);
}

static void set(tcflag_t input, tcflag_t output, tcflag_t local, int minimum, int time)
{
	struct termios mode;
	tcgetattr(slave, &mode);
	mode.c_iflag = input;
	mode.c_oflag = output;
	mode.c_lflag = local;
	mode.c_cc[VMIN] = minimum;
	mode.c_cc[VTIME] = time;
	EXPECT(tcsetattr(slave, TCSANOW, &mode) == 0);
}

static void canonical(void)
{
	struct termios mode;
	open_pair();
	tcgetattr(slave, &mode);
	say("%x %x %x %x", mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag);
	say_bytes("cc", mode.c_cc, NCCS);
	type("plain line\n");
	type("erase\177\177d it\n");
	type("two words\027 end\n");
	type("killed line\025kept\n");
	type("lit\026\003eral \026\177\n");
	type("half");
	type(" a line\n");
	type("end of file\004");
	type("\004");
	type("re\022print\n");
	type("tab\tx\177\177\177y\n");
	type("\303\244\303\266\177u\n");
	type("a\nb\nc\n");
	type("\001\002\033[A\n");
	char longest[5001];
	memset(longest, 'q', 5000);
	longest[5000] = 0;
	type(longest);
	type("\n");
	int waiting = -1;
	write(master, "abc\nde", 6);
	settle();
	SAY(ioctl(slave, FIONREAD, &waiting));
	say("waiting=%d", waiting);
	SAY(tcflush(slave, TCIFLUSH));
	drain("s", slave);
}

static void modes(void)
{
	open_pair();
	set(ICRNL, OPOST | ONLCR, ICANON | ECHO, 1, 0);
	type("a\rb\n");
	set(INLCR, OPOST | ONLCR, ICANON | ECHO | ECHONL, 1, 0);
	type("a\rb\n");
	set(IGNCR, OPOST | ONOCR, ICANON | ECHOE | ECHO | ECHOCTL, 1, 0);
	type("a\r\001b\177\n");
	set(ISTRIP | IUCLC, OPOST | OLCUC, ICANON | ECHO | IEXTEN, 1, 0);
	type("aBC\344\n");
	set(0, 0, 0, 1, 0);
	type("raw \003\004\177\r\n");
	set(0, OPOST | OCRNL | ONLRET, ECHO, 3, 0);
	type("ab");
	type("cd");
	set(IXON, OPOST | ONLCR, ICANON | ECHO | ECHOK, 1, 0);
	type("x\023y\021z\025\n");
	set(0, OPOST | TAB3, ICANON | ECHO, 1, 0);
	type("a\tbb\tccc\n");
	SAY(write(slave, "out\tput\nline\r\n\b\f\v", 16));
	drain("m", master);
	set(0, OPOST | ONLCR | OCRNL, ICANON, 1, 0);
	SAY(write(slave, "out\tput\nline\r\n", 14));
	drain("m", master);
	int packet = 1;
	SAY(ioctl(master, TIOCPKT, &packet));
	write(slave, "pk", 2);
	drain("m", master);
	tcflush(slave, TCIOFLUSH);
	drain("m", master);
	SAY(tcsendbreak(slave, 0));
	SAY(tcflow(slave, TCOOFF));
	SAY(write(slave, "stopped", 7));
	drain("m", master);
	SAY(tcflow(slave, TCOON));
	SAY(tcflow(slave, 99));
	struct winsize size = { 30, 90, 1, 2 }, back = { 0 };
	SAY(ioctl(master, TIOCSWINSZ, &size));
	SAY(ioctl(slave, TIOCGWINSZ, &back));
	say("%d %d %d %d", back.ws_row, back.ws_col, back.ws_xpixel, back.ws_ypixel);
	int value = -1;
	SAY(ioctl(slave, TIOCGETD, &value));
	say("ldisc=%d", value);
	value = 1;
	SAY(ioctl(slave, TIOCSETD, &value) < 0);
	value = 27;
	SAY(ioctl(slave, TIOCSETD, &value));
	SAY(ioctl(slave, TIOCOUTQ, &value));
	SAY(ioctl(slave, TIOCEXCL, 0));
	SAY(ioctl(slave, TIOCNXCL, 0));
	SAY(ioctl(slave, 0x5499, &value));
	struct termios mode;
	tcgetattr(slave, &mode);
	static const speed_t speeds[] = { B0, B50, B110, B300, B9600, B38400, B115200, B4000000 };
	for (unsigned i = 0; i < sizeof speeds / sizeof *speeds; i++) {
		cfsetospeed(&mode, speeds[i]);
		cfsetispeed(&mode, speeds[i]);
		tcsetattr(slave, TCSADRAIN, &mode);
		tcgetattr(slave, &mode);
		say("%x", (unsigned)cfgetospeed(&mode));
	}
	close(slave);
	drain("m", master);
	close(master);
}

static volatile int got_signals;
static void on_job(int number) { got_signals |= 1 << number; }

static void job_control(void)
{
	open_pair();
	SAY(setsid() < 0);
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		setsid();
		SAY(ioctl(slave, TIOCSCTTY, 0));
		signal(SIGINT, on_job);
		signal(SIGQUIT, on_job);
		signal(SIGTSTP, on_job);
		signal(SIGWINCH, on_job);
		signal(SIGHUP, on_job);
		signal(SIGTTOU, on_job);
		SAY(tcgetpgrp(slave) == getpgrp());
		SAY(tcgetsid(slave) == getsid(0));
		SAY(open("/dev/tty", O_RDWR) >= 0);
		write(master, "\003\034\032", 3);
		struct winsize size = { 10, 20, 0, 0 };
		ioctl(master, TIOCSWINSZ, &size);
		for (int i = 0; i < 200 && (got_signals & (1 << SIGINT | 1 << SIGQUIT | 1 << SIGTSTP | 1 << SIGWINCH)) != (1 << SIGINT | 1 << SIGQUIT | 1 << SIGTSTP | 1 << SIGWINCH); i++)
			sleep_ms(2);
		say("signals=%x", got_signals);
		pid_t back = fork();
		if (back == 0) {
			setpgid(0, 0);
			char c;
			signal(SIGTTIN, SIG_IGN);
			signal(SIGTTOU, SIG_IGN);
			SAY(read(slave, &c, 1));
			SAY(tcsetpgrp(slave, getpgrp()));
			_exit(0);
		}
		setpgid(back, back);
		waitpid(back, 0, 0);
		SAY(tcsetpgrp(slave, 99999));
		SAY(ioctl(slave, TIOCNOTTY, 0));
		got_signals &= 1 << SIGHUP;
		say("hup=%x", got_signals);
		SAY(open("/dev/tty", O_RDWR));
		_exit(0);
	}
	waitpid(pid, &status, 0);
	say("%x", status);
	drain("m", master);
	close(master);
	drain("s", slave);
	SAY(write(slave, "x", 1));
}

static void console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);
	struct termios mode;
	SAY(fd >= 0);
	SAY(tcgetattr(fd, &mode));
	say("%x %x %x %x", mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag);
	SAY(write(fd, "oracle: tty through the console\ttab\n", 36) > 0);
	SAY(tcdrain(fd));
	int lines = 0;
	SAY(ioctl(fd, TIOCMGET, &lines));
	say("lines=%x", lines);
	char serial[72] = "";
	SAY(ioctl(fd, 0x541e /* TIOCGSERIAL */, serial));
	say("type=%d", *(int *)serial);
	SAY(open("/dev/tty", O_RDWR));
	SAY(open("/dev/ttyS3", O_RDWR | O_NONBLOCK) >= 0);
	SAY(ioctl(fd, TIOCINQ, &lines));
}

const struct check tty_checks[] = {
	{ "tty-canonical", canonical }, { "tty-modes", modes }, { "tty-jobs", job_control }, { "tty-console", console }, { 0, 0 },
};
