/* Input devices without hardware: keyboard, mouse, tablet, touch screen, joystick and rumble made through /dev/uinput.
 *
 * What the init writes as the device comes back, filtered and translated, from the event interface, the mouse interface and the
 * joystick interface, and what programs write to those comes back to the init. Events pass through the kernel within the write, so
 * their order is fixed; numbers of devices and times are not said. */
#include "harness.h"
#include <linux/joystick.h>
#include <linux/uinput.h>
#include <pthread.h>

struct device {
	int ui, event, mouse, stick;
	char system[64], node[64];
};
#define COUNT(array) (sizeof(array) / sizeof *(array))

static long done(long result) { return result < 0 ? -errno : result; }

static int begin(void)
{
	int fd = open("/dev/uinput", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		skip("no /dev/uinput");
	return fd;
}

static void bit(int fd, unsigned long request, int value) { say("%ld", done(ioctl(fd, request, value))); }

static void axis(int fd, int code, int minimum, int maximum, int fuzz, int flat)
{
	struct uinput_abs_setup setup = { code, { 0, minimum, maximum, fuzz, flat, 3 } };

	say("a%x:%ld", code, done(ioctl(fd, UI_ABS_SETUP, &setup)));
}

/* Opens what the kernel made for a device: its directory in sysfs names the nodes. */
static void find_nodes(struct device *device)
{
	char path[400];
	DIR *directory;

	device->event = device->mouse = device->stick = -1;
	memset(path, 0, sizeof path);
	EXPECT(ioctl(device->ui, UI_GET_SYSNAME(sizeof device->node), device->node) > 0);
	snprintf(device->system, sizeof device->system, "/sys/devices/virtual/input/%.20s", device->node);
	directory = opendir(device->system);
	for (struct dirent *entry; directory && (entry = readdir(directory));) {
		int *fd = !strncmp(entry->d_name, "event", 5) && entry->d_name[5] ? &device->event : !strncmp(entry->d_name, "mouse", 5) ? &device->mouse : !strncmp(entry->d_name, "js", 2) ? &device->stick : 0;

		snprintf(path, sizeof path, "/dev/input/%s", entry->d_name);
		if (fd) {
			*fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
			if (fd == &device->event)
				snprintf(device->node, sizeof device->node, "%.60s", path);
		}
	}
	if (directory)
		closedir(directory);
	say("%d%d%d", device->event >= 0, device->mouse >= 0, device->stick >= 0);
}

static void create(struct device *device, const char *name, int effects)
{
	struct uinput_setup setup = { { BUS_VIRTUAL, 0x1209, 0x2409, 7 }, "", effects };

	snprintf(setup.name, sizeof setup.name, "%s", name);
	say("%ld", done(ioctl(device->ui, UI_SET_PHYS, "oracle/input0")));
	say("%ld", done(ioctl(device->ui, UI_DEV_SETUP, &setup)));
	say("create%ld", done(ioctl(device->ui, UI_DEV_CREATE, 0)));
	find_nodes(device);
}

static void destroy(struct device *device)
{
	close(device->event);
	close(device->mouse);
	close(device->stick);
	say("destroy%ld", done(ioctl(device->ui, UI_DEV_DESTROY, 0)));
	close(device->ui);
}

static void emit(int fd, int type, int code, int value)
{
	struct input_event event = { .type = type, .code = code, .value = value };

	if (write(fd, &event, sizeof event) != sizeof event)
		say("write:%d", errno);
}

static void report(int fd) { emit(fd, EV_SYN, SYN_REPORT, 0); }

/* Says the events that wait; repeats of a held key come at their own time and are not said. */
static int drain(const char *what, int fd)
{
	struct input_event events[16];
	int count = 0;
	long length;

	say("%s", what);
	while ((length = read(fd, events, sizeof events)) > 0)
		for (unsigned i = 0; i < length / sizeof *events; i++)
			if (!(events[i].type == EV_KEY && events[i].value == 2) && !(events[i].type == EV_SYN && events[i].value == 1)) {
				say("%x.%x.%d", events[i].type, events[i].code, events[i].value);
				count++;
			}
	if (length < 0 && errno != EAGAIN)
		say("-%d", errno);
	return count;
}

static void drain_bytes(const char *what, int fd)
{
	unsigned char bytes[64];
	long length;

	say("%s", what);
	for (int round = 0; round < 40 && (length = read(fd, bytes, sizeof bytes)) > 0; round++)
		for (int i = 0; i < length; i++)
			say("%02x", bytes[i]);
}

static void drain_stick(const char *what, int fd)
{
	struct js_event events[8];
	long length;

	say("%s", what);
	while ((length = read(fd, events, sizeof events)) > 0)
		for (unsigned i = 0; i < length / sizeof *events; i++)
			say("%x.%d.%d", events[i].type, events[i].number, events[i].value);
}

static void describe(const struct device *device)
{
	static const char *const names[] = { "name", "phys", "uniq", "modalias", "properties", "uevent", "inhibited", "id/bustype", "id/vendor", "id/product", "id/version", "capabilities/ev", "capabilities/key",
					     "capabilities/rel", "capabilities/abs", "capabilities/msc", "capabilities/led", "capabilities/snd", "capabilities/ff", "capabilities/sw" };
	static char text[16000], path[120];

	for (unsigned i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof path, "%s/%s", device->system, names[i]);
		long length = read_file(path, text, sizeof text);
		say("%s:%ld %s", names[i], length, length > 0 ? text : "");
	}
	/* its lines in /proc, the numbers of its nodes struck out */
	long length = read_file("/proc/bus/input/devices", text, sizeof text);
	char *line = length > 0 ? strstr(text, strrchr(device->system, '/')) : 0;
	for (int lines = 0; line && lines < 16 && (line = strchr(line, '\n')) && line[1] != '\n'; lines++) {
		char copy[400];
		line++;
		snprintf(copy, sizeof copy, "%.*s", (int)strcspn(line, "\n"), line);
		for (char *c = copy; copy[0] == 'H' && *c; c++)
			if (*c >= '0' && *c <= '9')
				*c = '#';
		say("%s", copy);
	}
	say_shape("/proc/bus/input/handlers");
}

/* Everything that the event interface tells about a device. */
static void ask(int fd)
{
	static unsigned char bytes[200];
	struct input_absinfo info;
	struct input_id id;
	int version = 0, repeat[2] = { 0, 0 };

	say("%ld", done(ioctl(fd, EVIOCGVERSION, &version))), say("%x", version);
	say("%ld", done(ioctl(fd, EVIOCGID, &id)));
	say("%x.%x.%x.%x", id.bustype, id.vendor, id.product, id.version);
	say("%ld", done(ioctl(fd, EVIOCGREP, repeat))), say("%d", repeat[0]), say("%d", repeat[1]);
	say("%ld", done(ioctl(fd, EVIOCGEFFECTS, &version)));
	for (int size = 0; size < 130; size += 1 + size * 3) {
		const unsigned long requests[] = { EVIOCGNAME(size), EVIOCGPHYS(size), EVIOCGUNIQ(size), EVIOCGPROP(size), EVIOCGKEY(size), EVIOCGLED(size), EVIOCGSND(size), EVIOCGSW(size) };
		for (unsigned i = 0; i < COUNT(requests); i++) {
			memset(bytes, 0xee, sizeof bytes);
			say("%ld", done(ioctl(fd, requests[i], bytes)));
			say_bytes("", bytes, sizeof bytes);
		}
	}
	for (int type = 0; type <= EV_MAX; type++)
		for (int size = 3; size < 200; size += 92) {
			memset(bytes, 0xee, sizeof bytes);
			long result = done(ioctl(fd, EVIOCGBIT(type, size), bytes));
			if (result != -EINVAL) {
				say("%x:%ld", type, result);
				say_bytes("", bytes, sizeof bytes);
			}
		}
	for (int code = 0; code < ABS_CNT; code++) {
		memset(&info, 0, sizeof info);
		if (ioctl(fd, EVIOCGABS(code), &info) == 0 && (info.maximum || info.value))
			say("%x:%d %d %d %d %d %d", code, info.value, info.minimum, info.maximum, info.fuzz, info.flat, info.resolution);
	}
}

static void states(int fd)
{
	static unsigned char bytes[KEY_CNT / 8];
	static const unsigned long requests[] = { EVIOCGKEY(sizeof bytes), EVIOCGLED(8), EVIOCGSND(8), EVIOCGSW(8) };

	for (unsigned i = 0; i < COUNT(requests); i++) {
		memset(bytes, 0, sizeof bytes);
		ioctl(fd, requests[i], bytes);
		say_bytes("", bytes, sizeof bytes);
	}
}

static void make_keyboard(struct device *device)
{
	device->ui = begin();
	bit(device->ui, UI_SET_EVBIT, EV_KEY);
	bit(device->ui, UI_SET_EVBIT, EV_REP);
	bit(device->ui, UI_SET_EVBIT, EV_LED);
	bit(device->ui, UI_SET_EVBIT, EV_SND);
	bit(device->ui, UI_SET_EVBIT, EV_MSC);
	bit(device->ui, UI_SET_EVBIT, EV_SW);
	for (int key = KEY_ESC; key < KEY_MICMUTE; key += key % 7 == 3 ? 2 : 1)
		ioctl(device->ui, UI_SET_KEYBIT, key);
	bit(device->ui, UI_SET_KEYBIT, KEY_MAX);
	for (int led = 0; led < 4; led++)
		bit(device->ui, UI_SET_LEDBIT, led);
	bit(device->ui, UI_SET_SNDBIT, SND_BELL);
	bit(device->ui, UI_SET_SNDBIT, SND_TONE);
	bit(device->ui, UI_SET_MSCBIT, MSC_SCAN);
	bit(device->ui, UI_SET_SWBIT, SW_LID);
	bit(device->ui, UI_SET_SWBIT, SW_MAX);
	create(device, "Oracle's keyboard", 0);
}

static void keyboard(void)
{
	struct device device;
	struct input_event event;
	struct input_keymap_entry entry = { 0 };
	int repeat[2] = { 20, 5 }, pair[2] = { 1, 2 };

	make_keyboard(&device);
	if (device.event < 0)
		skip("no event interface");
	describe(&device);
	ask(device.event);
	static const int keys[] = { KEY_A, KEY_LEFTSHIFT, KEY_MAX, KEY_RESERVED, KEY_CNT, -1, BTN_LEFT, KEY_F12 };
	for (unsigned i = 0; i < COUNT(keys); i++)
		for (int value = -1; value < 4; value++) {
			emit(device.ui, EV_MSC, MSC_SCAN, 0x70000 + i);
			emit(device.ui, EV_KEY, keys[i], (value + 2) % 5 - 1);
			report(device.ui);
		}
	emit(device.ui, EV_SW, SW_LID, 1);
	emit(device.ui, EV_SW, SW_LID, 7);
	emit(device.ui, EV_SW, SW_DOCK, 1);
	emit(device.ui, EV_LED, LED_CAPSL, 1);
	emit(device.ui, EV_SND, SND_BELL, 1);
	emit(device.ui, EV_REP, REP_DELAY, -1);
	emit(device.ui, EV_REP, REP_DELAY, 300);
	emit(device.ui, EV_MAX, 0, 1);
	emit(device.ui, EV_CNT, 0, 1);
	emit(device.ui, EV_PWR, 0, 1);
	emit(device.ui, EV_SYN, SYN_CONFIG, 0);
	emit(device.ui, EV_SYN, 9, 0);
	report(device.ui);
	drain("keys", device.event);
	drain("back", device.ui);
	states(device.event);
	for (int key = 0; key < KEY_CNT; key += 5)
		emit(device.ui, EV_KEY, key, 1);
	report(device.ui);
	states(device.event);
	/* asking for the state took the waiting events that it covers */
	drain("left", device.event);
	/* lamps and bells go the other way */
	for (int i = 0; i < 6; i++) {
		emit(device.event, EV_LED, i, i % 3);
		emit(device.event, EV_SND, i, i * 100);
		emit(device.event, EV_KEY, KEY_A + i, 1);
	}
	emit(device.event, EV_SYN, SYN_REPORT, 0);
	drain("lamps", device.ui);
	drain("seen", device.event);
	states(device.event);
	say("%ld", done(ioctl(device.event, EVIOCSREP, repeat)));
	drain("repeat", device.ui);
	/* a held key comes again until another is pressed or it is let go */
	for (int key = 0; key < KEY_CNT; key++)
		emit(device.ui, EV_KEY, key, 0);
	report(device.ui);
	drain("before", device.event);
	emit(device.ui, EV_KEY, KEY_X, 1);
	report(device.ui);
	int again = 0;
	for (int round = 0; round < 100 && again < 3; round++) {
		struct pollfd wait = { device.event, POLLIN };
		if (poll(&wait, 1, 3000) < 1)
			break;
		while (read(device.event, &event, sizeof event) == sizeof event)
			again += event.type == EV_KEY && event.code == KEY_X && event.value == 2;
	}
	say("repeats:%d", again >= 3);
	emit(device.ui, EV_KEY, KEY_V, 1);
	emit(device.ui, EV_KEY, KEY_X, 0);
	emit(device.ui, EV_KEY, KEY_V, 0);
	report(device.ui);
	states(device.event);
	repeat[0] = 0, repeat[1] = 0;
	say("%ld", done(ioctl(device.event, EVIOCSREP, repeat)));
	drain("end", device.event);
	for (int i = 0; i < 3; i++) {
		entry.flags = i, entry.len = i * 2, entry.index = i;
		say("%ld", done(ioctl(device.event, EVIOCGKEYCODE, pair))), say("%ld", done(ioctl(device.event, EVIOCSKEYCODE, pair))), say("%ld", done(ioctl(device.event, EVIOCGKEYCODE_V2, &entry))), say("%ld", done(ioctl(device.event, EVIOCSKEYCODE_V2, &entry)));
	}
	destroy(&device);
}

/* Two programs at one device: one takes it for itself, sees less, asks for other clocks, is shut out. */
static void clients(void)
{
	struct device device;
	struct pollfd polled;
	static const int clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI, 9, -1 };
	unsigned char mask[KEY_CNT / 8], got[KEY_CNT / 8];
	char path[120];

	make_keyboard(&device);
	if (device.event < 0)
		skip("no event interface");
	int second = open(device.node, O_RDWR | O_NONBLOCK);
	polled = (struct pollfd){ second, POLLIN | POLLOUT };
	say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
	for (int round = 0; round < 5; round++) {
		if (round == 1)
			say("%ld", done(ioctl(second, EVIOCGRAB, 1))), say("%ld", done(ioctl(device.event, EVIOCGRAB, 1)));
		if (round == 2)
			say("%ld", done(ioctl(device.event, EVIOCGRAB, 0))), say("%ld", done(ioctl(second, EVIOCGRAB, 1))), say("%ld", done(ioctl(second, EVIOCGRAB, 0)));
		if (round == 3)
			say("%ld", done(write_file("/proc/self/oom_score_adj", "0")));
		emit(device.ui, EV_KEY, KEY_A, 1);
		report(device.ui);
		say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
		emit(device.ui, EV_KEY, KEY_A, 0);
		report(device.ui);
		drain("one", device.event);
		drain("two", second);
	}
	/* masks: of key codes, of types, of what has no mask */
	for (int type = 0; type < EV_CNT; type += type < 6 ? 1 : 8)
		for (unsigned size = 0; size <= sizeof mask; size = size ? size * 4 : 1) {
			memset(mask, type ? 0x44 : 0xff, sizeof mask);
			memset(got, 0xee, sizeof got);
			struct input_mask set = { type, size, (uintptr_t)mask }, get = { type, size ? sizeof got : 0, (uintptr_t)got };
			say("%ld", done(ioctl(second, EVIOCSMASK, &set))), say("%ld", done(ioctl(second, EVIOCGMASK, &get)));
			say_bytes("", got, sizeof got);
		}
	for (int key = KEY_1; key < KEY_T; key++)
		emit(device.ui, EV_KEY, key, 1);
	emit(device.ui, EV_SW, SW_LID, 1);
	report(device.ui);
	emit(device.ui, EV_MSC, MSC_SCAN, 4);
	report(device.ui);
	drain("all", device.event);
	drain("masked", second);
	mask[0] = 2;
	struct input_mask types = { 0, 1, (uintptr_t)mask };
	say("%ld", done(ioctl(second, EVIOCSMASK, &types)));
	emit(device.ui, EV_SW, SW_LID, 0);
	emit(device.ui, EV_KEY, KEY_2, 0);
	report(device.ui);
	drain("one type", second);
	close(second);
	second = open(device.node, O_RDWR | O_NONBLOCK);
	/* the time that the device gives is the time that the program sees */
	drain("", device.event);
	for (unsigned i = 0; i < COUNT(clocks); i++) {
		struct input_event event = { .type = EV_KEY, .code = KEY_B, .value = 1 }, seen;
		struct timespec now;

		emit(device.ui, EV_KEY, KEY_M, i & 1);
		say("c%ld", done(ioctl(second, EVIOCSCLOCKID, &clocks[i])));
		drain("", second);
		clock_gettime(CLOCK_MONOTONIC, &now);
		event.value = !(i & 1), event.input_event_sec = now.tv_sec, event.input_event_usec = now.tv_nsec / 1000;
		write(device.ui, &event, sizeof event);
		report(device.ui);
		if (read(second, &seen, sizeof seen) == sizeof seen && (i == 1 || i == 2))
			EXPECT(seen.input_event_sec == event.input_event_sec && seen.input_event_usec == event.input_event_usec);
		say("%x %x %d", seen.type, seen.code, seen.value);
		drain("", second);
	}
	/* more than fits: the oldest are gone, and a mark says so */
	drain("", device.event);
	for (int i = 0; i < 700; i++) {
		emit(device.ui, EV_KEY, KEY_A + i % 5, i / 5 % 2 ^ 1);
		if (i % 3 == 2)
			report(device.ui);
	}
	report(device.ui);
	say("lost %d", drain("", second));
	/* nobody speaks, nobody is heard */
	snprintf(path, sizeof path, "%s/inhibited", device.system);
	emit(device.ui, EV_KEY, KEY_A, 1);
	report(device.ui);
	static const char *const words[] = { "1", "1", "x", "0", "2" };
	for (unsigned i = 0; i < COUNT(words); i++) {
		say("%s:%ld", words[i], done(write_file(path, words[i])));
		emit(device.ui, EV_KEY, KEY_C, i & 1);
		emit(device.event, EV_LED, LED_NUML, i & 1);
		report(device.ui);
		drain("quiet", second);
	}
	drain("lamps", device.ui);
	say("%ld", done(fcntl(second, F_SETFL, O_NONBLOCK | O_ASYNC)));
	signal(SIGIO, SIG_IGN);
	say("%ld", done(fcntl(second, F_SETOWN, getpid())));
	emit(device.ui, EV_KEY, KEY_C, 0);
	report(device.ui);
	say("%ld", done(ioctl(second, EVIOCREVOKE, 1))), say("%ld", done(ioctl(second, EVIOCREVOKE, 0)));
	say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
	drain("revoked", second);
	emit(second, EV_LED, 0, 1);
	states(second);
	say("%ld", done(ioctl(device.event, EVIOCGRAB, 1)));
	/* the device goes while it is open */
	say("%ld", done(ioctl(device.ui, UI_DEV_DESTROY, 0)));
	polled.fd = device.event;
	say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
	drain("gone", device.event);
	emit(device.event, EV_LED, 0, 1);
	say("%ld", done(ioctl(device.event, EVIOCGRAB, 0)));
	drain("gone", device.ui);
	emit(device.ui, EV_KEY, KEY_A, 1);
	say("%ld", done(ioctl(device.ui, UI_DEV_DESTROY, 0)));
	close(second);
	close(device.event);
	close(device.ui);
}

static void make_mouse(struct device *device)
{
	device->ui = begin();
	bit(device->ui, UI_SET_EVBIT, EV_KEY);
	bit(device->ui, UI_SET_EVBIT, EV_REL);
	for (int button = BTN_LEFT; button <= BTN_TASK; button++)
		bit(device->ui, UI_SET_KEYBIT, button);
	bit(device->ui, UI_SET_RELBIT, REL_X);
	bit(device->ui, UI_SET_RELBIT, REL_Y);
	bit(device->ui, UI_SET_RELBIT, REL_WHEEL);
	bit(device->ui, UI_SET_RELBIT, REL_HWHEEL);
	bit(device->ui, UI_SET_PROPBIT, INPUT_PROP_POINTER);
	create(device, "Oracle's mouse", 0);
}

static void move(int fd, int x, int y, int wheel)
{
	emit(fd, EV_REL, REL_X, x);
	emit(fd, EV_REL, REL_Y, y);
	emit(fd, EV_REL, REL_WHEEL, wheel);
	report(fd);
}

static void mouse(void)
{
	struct device device;
	static const unsigned char commands[] = { 0xff, 0xf2, 0xe9, 0xeb, 0xf6, 0xf0, 0xee, 0xe6, 0xe8, 3, 0xf3, 200, 0xf3, 100, 0xf3, 80, 0xf2, 0xe9, 0xf3, 200, 0xf3, 200, 0xf3, 80, 0xf2, 0xeb, 0xf6, 0xf4, 0xf5, 1 };

	make_mouse(&device);
	describe(&device);
	ask(device.event);
	int all = open("/dev/input/mice", O_RDWR | O_NONBLOCK);
	if (device.mouse < 0 || all < 0)
		skip("no mouse interface");
	/* each of the three protocols: three bytes, with a wheel, with five buttons */
	static const char *const protocols[] = { "", "\xf3\xc8\xf3\x64\xf3\x50", "\xf3\xc8\xf3\xc8\xf3\x50" };
	for (int protocol = 0; protocol < 3; protocol++) {
		say("%ld", done(write(device.mouse, protocols[protocol], strlen(protocols[protocol]))));
		drain_bytes("ack", device.mouse);
		for (int i = 0; i < 12; i++) {
			static const int steps[] = { 1, -1, 5, 127, 128, -127, -128, 255, -256, 1000, 0, -3 };
			move(device.ui, steps[i], steps[(i + 5) % 12], i % 5 - 2);
			emit(device.ui, EV_KEY, BTN_LEFT + i % 8, i % 3 != 2);
			report(device.ui);
			if (i % 4 == 3)
				drain_bytes("m", device.mouse);
		}
		for (int button = 0; button < 8; button++)
			emit(device.ui, EV_KEY, BTN_LEFT + button, 0);
		report(device.ui);
		drain_bytes("m", device.mouse);
		drain_bytes("all", all);
		drain("e", device.event);
	}
	for (unsigned i = 0; i < sizeof commands; i++) {
		say("%02x:%ld", commands[i], done(write(device.mouse, &commands[i], 1)));
		if (i % 5 == 0)
			move(device.ui, i, -i, i & 1);
		drain_bytes("", device.mouse);
	}
	struct pollfd polled = { device.mouse, POLLIN | POLLOUT };
	say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
	move(device.ui, 3, 4, 0);
	say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
	/* more movement than packets are kept */
	for (int i = 0; i < 60; i++) {
		move(device.ui, i, i * 3, 0);
		emit(device.ui, EV_KEY, BTN_LEFT, i & 1);
		report(device.ui);
	}
	drain_bytes("late", device.mouse);
	say("%ld", done(ioctl(device.ui, UI_DEV_DESTROY, 0)));
	say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
	drain_bytes("gone", device.mouse);
	say("%ld", done(write(device.mouse, "\xf2", 1)));
	close(all);
	destroy(&device);
}

/* A tablet, whose places are absolute, and a touch screen with slots. */
static void touch(void)
{
	struct device device;
	static int slots[17];
	struct input_absinfo info;

	for (int kind = 0; kind < 4; kind++) {
		device.ui = begin();
		bit(device.ui, UI_SET_EVBIT, EV_KEY);
		bit(device.ui, UI_SET_EVBIT, EV_ABS);
		bit(device.ui, UI_SET_KEYBIT, BTN_TOUCH);
		bit(device.ui, UI_SET_KEYBIT, kind == 1 ? BTN_TOOL_FINGER : kind == 0 ? BTN_TOOL_PEN : BTN_TOOL_DOUBLETAP);
		bit(device.ui, UI_SET_PROPBIT, kind == 1 ? INPUT_PROP_POINTER : INPUT_PROP_DIRECT);
		axis(device.ui, ABS_X, 0, 4095, kind ? 16 : 0, 0);
		axis(device.ui, ABS_Y, -1000, 1000, 4, 100);
		axis(device.ui, ABS_PRESSURE, 0, 255, 0, 0);
		if (kind > 1) {
			axis(device.ui, ABS_MT_SLOT, 0, kind == 2 ? 4 : 0, 0, 0);
			axis(device.ui, ABS_MT_POSITION_X, 0, 4095, kind == 2 ? 8 : 0, 0);
			axis(device.ui, ABS_MT_POSITION_Y, 0, 4095, 0, 0);
			axis(device.ui, ABS_MT_TRACKING_ID, 0, 65535, 0, 0);
			axis(device.ui, ABS_MT_PRESSURE, 0, 255, 0, 0);
			axis(device.ui, ABS_MT_TOOL_TYPE, 0, MT_TOOL_MAX, 0, 0);
		}
		create(&device, kind > 1 ? "Oracle's touch screen" : "Oracle's tablet", 0);
		if (device.event < 0)
			skip("no event interface");
		describe(&device);
		ask(device.event);
		uint64_t seed = 77 + kind;
		int tracking = 10;
		for (int i = 0; i < 40; i++) {
			uint64_t random = next_random(&seed);
			int x = random % 4300 - 100, y = (random >> 16) % 2200 - 1100;

			if (kind > 1) {
				emit(device.ui, EV_ABS, ABS_MT_SLOT, (int)(random >> 32) % 7 - 1);
				emit(device.ui, EV_ABS, ABS_MT_TRACKING_ID, random >> 40 & 3 ? ++tracking : -1);
				emit(device.ui, EV_ABS, ABS_MT_POSITION_X, x);
				emit(device.ui, EV_ABS, ABS_MT_POSITION_Y, y);
				emit(device.ui, EV_ABS, ABS_MT_PRESSURE, random >> 44 & 255);
				emit(device.ui, EV_ABS, ABS_MT_TOOL_TYPE, random >> 52 & 3);
				if (i % 9 == 0)
					emit(device.ui, EV_SYN, SYN_MT_REPORT, 0);
			}
			emit(device.ui, EV_KEY, BTN_TOUCH, random >> 56 & 1);
			emit(device.ui, EV_KEY, kind == 1 ? BTN_TOOL_FINGER : BTN_TOOL_PEN, 1);
			emit(device.ui, EV_ABS, ABS_X, i % 4 ? x : x / 50);
			emit(device.ui, EV_ABS, ABS_Y, y);
			emit(device.ui, EV_ABS, ABS_PRESSURE, random >> 48 & 255);
			emit(device.ui, EV_ABS, ABS_MAX, 1);
			report(device.ui);
			if (i % 8 == 7) {
				drain("e", device.event);
				drain_bytes("m", device.mouse);
			}
		}
		for (int code = ABS_MT_SLOT; code < ABS_CNT; code++)
			for (unsigned size = 4; size <= sizeof slots; size *= 4) {
				memset(slots, 0x55, sizeof slots);
				slots[0] = code;
				long result = done(ioctl(device.event, EVIOCGMTSLOTS(size), slots));
				if (result != -EINVAL) {
					say("%x:%ld", code, result);
					say_bytes("", slots, sizeof slots);
				}
			}
		static const int codes[] = { ABS_X, ABS_Y, ABS_RUDDER, ABS_PRESSURE, ABS_MT_SLOT, ABS_MT_POSITION_X, ABS_MT_TRACKING_ID };
		for (unsigned i = 0; i < COUNT(codes); i++) {
			int code = codes[i];
			if (ioctl(device.event, EVIOCGABS(code), &info) == 0) {
				info.maximum += 5, info.fuzz = 2, info.value += 1;
				say("%x", code), say("%d", info.value), say("%ld", done(ioctl(device.event, EVIOCSABS(code), &info)));
				ioctl(device.event, EVIOCGABS(code), &info);
				say("%d %d %d", info.value, info.maximum, info.fuzz);
			}
		}
		destroy(&device);
	}
}

static void joystick(void)
{
	struct device device = { .ui = begin() };
	static struct uinput_user_dev legacy = { .name = "Oracle's joystick", .id = { BUS_USB, 1, 2, 3 } };
	static unsigned char axes[ABS_CNT];
	static unsigned short buttons[KEY_MAX - BTN_MISC + 1];
	static struct js_corr corrections[ABS_CNT];
	struct { int buttons, x, y; } old;
	unsigned char number = 0;
	char name[40] = "";
	int version = 0;

	bit(device.ui, UI_SET_EVBIT, EV_KEY);
	bit(device.ui, UI_SET_EVBIT, EV_ABS);
	for (int i = 0; i < 6; i++)
		bit(device.ui, UI_SET_KEYBIT, (i & 1 ? BTN_JOYSTICK : BTN_GAMEPAD) + i);
	bit(device.ui, UI_SET_KEYBIT, BTN_1);
	static const int codes[] = { ABS_X, ABS_Y, ABS_THROTTLE, ABS_HAT0X, ABS_HAT0Y, ABS_MISC };
	for (unsigned i = 0; i < COUNT(codes); i++) {
		bit(device.ui, UI_SET_ABSBIT, codes[i]);
		legacy.absmin[codes[i]] = i == 3 || i == 4 ? -1 : -(int)i * 50;
		legacy.absmax[codes[i]] = i == 3 || i == 4 ? 1 : 255;
		legacy.absflat[codes[i]] = i == 3 || i == 4 ? 0 : i * 2;
		legacy.absfuzz[codes[i]] = i == 1 ? 6 : 0;
	}
	say("%ld", done(write(device.ui, &legacy, sizeof legacy - 1)));
	legacy.absmax[ABS_Y] = -500;
	say("%ld", done(write(device.ui, &legacy, sizeof legacy)));
	legacy.absmax[ABS_Y] = 255;
	legacy.absflat[ABS_X] = 600;
	say("%ld", done(write(device.ui, &legacy, sizeof legacy)));
	legacy.absflat[ABS_X] = 10;
	say("%ld", done(write(device.ui, &legacy, sizeof legacy)));
	say("create%ld", done(ioctl(device.ui, UI_DEV_CREATE, 0)));
	find_nodes(&device);
	describe(&device);
	if (device.stick < 0)
		skip("no joystick interface");
	struct pollfd polled = { device.stick, POLLIN };
	say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
	drain_stick("first", device.stick);
	say("%ld", done(ioctl(device.stick, JSIOCGVERSION, &version))), say("%x", version);
	say("%ld", done(ioctl(device.stick, JSIOCGAXES, &number))), say("%d", number);
	say("%ld", done(ioctl(device.stick, JSIOCGBUTTONS, &number))), say("%d", number);
	say("%ld", done(ioctl(device.stick, JSIOCGNAME(sizeof name), name)));
	say("%s", name), say("%ld", done(ioctl(device.stick, JSIOCGNAME(5), name)));
	say("%ld", done(ioctl(device.stick, JSIOCGAXMAP, axes)));
	say_bytes("", axes, sizeof axes);
	say("%ld", done(ioctl(device.stick, JSIOCGBTNMAP, buttons)));
	say_bytes("", buttons, sizeof buttons);
	say("%ld", done(ioctl(device.stick, JSIOCGCORR, corrections)));
	say_bytes("", corrections, sizeof corrections);
	for (int round = 0; round < 4; round++) {
		for (int i = 0; i < 30; i++) {
			emit(device.ui, EV_ABS, codes[i % 6], i % 6 == 3 || i % 6 == 4 ? i % 3 - 1 : i * 37 % 300 - 30);
			emit(device.ui, EV_KEY, (i & 1 ? BTN_JOYSTICK : BTN_GAMEPAD) + i % 6, i >> 1 & 1);
			report(device.ui);
		}
		drain_stick("j", device.stick);
		if (round == 0) {
			say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
			for (int i = 0; i < 6; i++)
				corrections[i].type = JS_CORR_NONE;
			say("%ld", done(ioctl(device.stick, JSIOCSCORR, corrections)));
		}
		if (round == 1) {
			for (int i = 0; i < 6; i++) {
				static const struct js_corr broken = { { 100, 140, 1 << 15, 1 << 16 }, 2, JS_CORR_BROKEN };
				corrections[i] = broken;
				corrections[i].coef[2] += i << 10;
			}
			say("%ld", done(ioctl(device.stick, JSIOCSCORR, corrections)));
			ioctl(device.stick, JSIOCGCORR, corrections);
			say_bytes("", corrections, sizeof corrections);
		}
		if (round == 2) {
			unsigned char first = axes[0];
			unsigned short button = buttons[0];
			axes[0] = axes[1], axes[1] = first;
			buttons[0] = buttons[2], buttons[2] = button;
			say("%ld", done(ioctl(device.stick, JSIOCSAXMAP, axes))), say("%ld", done(ioctl(device.stick, JSIOCSBTNMAP, buttons)));
			axes[0] = 200, buttons[0] = 3;
			say("%ld", done(ioctl(device.stick, JSIOCSAXMAP, axes))), say("%ld", done(ioctl(device.stick, JSIOCSBTNMAP, buttons)));
		}
	}
	/* the oldest interface: the state of two axes */
	say("%ld", done(read(device.stick, &old, sizeof old)));
	say("%x %d %d", old.buttons, old.x, old.y);
	for (int i = 0; i < 100; i++)
		emit(device.ui, EV_ABS, ABS_X, i * 91 % 256);
	drain_stick("late", device.stick);
	for (int i = 0; i < 256; i++)
		if ((i & 0xf) < 5) {
			long result = done(ioctl(device.stick, _IOC(i & 8 ? _IOC_WRITE : _IOC_READ, 'j', i, 4), 8));
			if (result != -EINVAL)
				say("%x:%ld", i, result);
		}
	say("%ld", done(read(device.stick, &old, 3))), say("%ld", done(write(device.stick, &old, 3)));
	say("%ld", done(ioctl(device.ui, UI_DEV_DESTROY, 0)));
	say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
	say("%ld", done(read(device.stick, &old, 8))), say("%ld", done(ioctl(device.stick, JSIOCGVERSION, &version)));
	destroy(&device);
}

/* A program's half of an effect's upload, which waits for the device's half. */
static struct {
	int fd;
	unsigned long request;
	void *argument;
	volatile long result;
} asked;

static void *ask_device(void *data)
{
	asked.result = done(ioctl(asked.fd, asked.request, asked.argument));
	return data;
}

static void answer(int ui, int result)
{
	struct input_event event;
	pthread_t thread;

	pthread_create(&thread, 0, ask_device, 0);
	for (;;) {
		struct pollfd polled = { ui, POLLIN };
		/* refused before the device was asked */
		if (poll(&polled, 1, 4) < 1) {
			if (asked.result != 1)
				break;
			continue;
		}
		if (read(ui, &event, sizeof event) != sizeof event)
			break;
		say("u%x.%x.%d", event.type, event.code, event.value);
		if (event.type == EV_UINPUT && event.code == UI_FF_UPLOAD) {
			struct uinput_ff_upload upload = { .request_id = event.value };
			say("%ld", done(ioctl(ui, UI_BEGIN_FF_UPLOAD, &upload)));
			say_bytes("", &upload.effect, offsetof(struct ff_effect, u));
			say("%x %d %d %d", upload.effect.type, upload.effect.id, upload.effect.u.constant.level, upload.old.type);
			upload.retval = result;
			say("%ld", done(ioctl(ui, UI_END_FF_UPLOAD, &upload)));
			break;
		}
		if (event.type == EV_UINPUT && event.code == UI_FF_ERASE) {
			struct uinput_ff_erase erase = { .request_id = event.value };
			say("%ld", done(ioctl(ui, UI_BEGIN_FF_ERASE, &erase)));
			say("%d", erase.effect_id);
			erase.retval = result;
			say("%ld", done(ioctl(ui, UI_END_FF_ERASE, &erase)));
			break;
		}
	}
	pthread_join(thread, 0);
	say("r%ld", asked.result);
}

static void rumble(void)
{
	struct device device = { .ui = begin() };
	struct ff_effect effects[8];
	static const unsigned short kinds[] = { FF_RUMBLE, FF_PERIODIC, FF_CONSTANT, FF_RAMP, FF_SPRING, FF_CUSTOM, FF_GAIN, 0 };
	int count = 0;

	bit(device.ui, UI_SET_EVBIT, EV_FF);
	static const int bits[] = { FF_RUMBLE, FF_PERIODIC, FF_CONSTANT, FF_RAMP, FF_SINE, FF_SQUARE, FF_GAIN, FF_AUTOCENTER };
	for (unsigned i = 0; i < COUNT(bits); i++)
		bit(device.ui, UI_SET_FFBIT, bits[i]);
	/*
	 * An upload takes uinput's lock within the effects' lock, and the making of a device has it the other way round through two more:
	 * the lock validator tells so of every kernel, and is silent for the rest of the boot. So it does not look on.
	 */
	write_file("/proc/sys/kernel/prove_locking", "0");
	create(&device, "Oracle's rumble", 4);
	if (device.event < 0)
		skip("no event interface");
	describe(&device);
	say("%ld", done(ioctl(device.event, EVIOCGEFFECTS, &count))), say("%d", count);
	asked.fd = device.event;
	for (unsigned i = 0; i < COUNT(kinds); i++) {
		memset(&effects[i], 0, sizeof *effects);
		effects[i].type = kinds[i];
		effects[i].id = -1;
		effects[i].direction = 0x4000 + i;
		effects[i].replay.length = 100 + i;
		effects[i].trigger.button = BTN_TRIGGER;
		effects[i].u.constant.level = 0x1000 + i;
		if (kinds[i] == FF_PERIODIC)
			effects[i].u.periodic.waveform = i & 1 ? FF_SINE : FF_SAW_UP;
		asked.request = EVIOCSFF, asked.argument = &effects[i], asked.result = 1;
		say("kind%x", kinds[i]);
		answer(device.ui, i == 2 ? -EIO : 0);
		say("%d", effects[i].id);
	}
	/* change one, another one's kind, one that is none */
	effects[0].replay.length = 5;
	asked.argument = &effects[0], asked.result = 1;
	answer(device.ui, 0);
	effects[0].type = FF_CONSTANT;
	asked.result = 1;
	answer(device.ui, 0);
	effects[4] = effects[0];
	effects[4].id = 9;
	asked.argument = &effects[4], asked.result = 1;
	answer(device.ui, 0);
	effects[4].type = FF_RUMBLE, effects[4].id = -1;
	for (int i = 0; i < 4; i++) {
		effects[4].id = -1, asked.result = 1;
		answer(device.ui, 0);
		say("%d", effects[4].id);
	}
	for (int id = -1; id < 5; id++) {
		emit(device.event, EV_FF, id, id & 1 ? 2 : 0);
		drain("play", device.ui);
	}
	static const int values[] = { 0, 0x7fff, 0xffff, 0x10000, -1 };
	for (unsigned i = 0; i < COUNT(values); i++) {
		emit(device.event, EV_FF, FF_GAIN, values[i]);
		emit(device.event, EV_FF, FF_AUTOCENTER, values[i]);
		drain("gain", device.ui);
	}
	/* another program's effect may not be erased */
	asked.fd = open(device.node, O_RDWR | O_NONBLOCK);
	for (int id = -1; id < 6; id++) {
		asked.request = EVIOCRMFF, asked.argument = (void *)(long)id, asked.result = 1;
		if (id == 1)
			close(asked.fd), asked.fd = device.event;
		say("erase%d", id);
		answer(device.ui, id == 3 ? -EBUSY : 0);
	}
	struct uinput_ff_upload none = { .request_id = 99 };
	struct uinput_ff_erase erase = { .request_id = 3 };
	say("%ld", done(ioctl(device.ui, UI_BEGIN_FF_UPLOAD, &none))), say("%ld", done(ioctl(device.ui, UI_END_FF_UPLOAD, &none))), say("%ld", done(ioctl(device.ui, UI_BEGIN_FF_ERASE, &erase))), say("%ld", done(ioctl(device.ui, UI_END_FF_ERASE, &erase)));
	/* the program waits, the device goes */
	effects[4].id = -1;
	asked.request = EVIOCSFF, asked.argument = &effects[4], asked.result = 1;
	pthread_t thread;
	struct pollfd polled = { device.ui, POLLIN };
	pthread_create(&thread, 0, ask_device, 0);
	say("%d", poll(&polled, 1, 3000));
	say("destroy%ld", done(ioctl(device.ui, UI_DEV_DESTROY, 0)));
	pthread_join(thread, 0);
	say("r%ld", asked.result);
	destroy(&device);
	write_file("/proc/sys/kernel/prove_locking", "1");
}

static const int values[] = { 0, 1, 5, 0x1f, 0x20, 0x3f, 0x40, 0x7f, 0x80, 0x2ff, 0x300, -1 };
static const int types[] = { EV_KEY, EV_REL, EV_ABS, EV_MSC, EV_SW, EV_LED, EV_SND, EV_FF };

/* Every kind of event, and of each the numbers above as far as it has them. */
static void all_bits(int fd)
{
	for (int number = 100; number < 112; number++)
		for (unsigned i = 0; i < COUNT(values); i++)
			if (number != 108)
				say("%ld", done(ioctl(fd, _IOW('U', number, int), values[i])));
	for (unsigned i = 0; i < COUNT(types); i++)
		bit(fd, UI_SET_EVBIT, types[i]);
	axis(fd, ABS_X, 5, 1, 0, 0);
	axis(fd, ABS_X, 0, 0, 0, 0);
	axis(fd, ABS_Y, 1, 5, 0, 9);
	axis(fd, ABS_CNT, 1, 5, 0, 0);
	axis(fd, ABS_Z, INT_MIN, INT_MAX, 0, 0);
	axis(fd, ABS_MT_SLOT, 0, 5, 0, 0);
	axis(fd, ABS_MT_SLOT, -1, 5, 0, 0);
}

/* Calls out of order, numbers out of range, bad addresses. */
static void wrong(void)
{
	struct device device = { .ui = begin() };
	struct uinput_setup setup = { { 0, 0, 0, 0 }, "", 0 };
	char name[40] = "";
	int version = 0;

	say("%ld", done(ioctl(device.ui, UI_GET_VERSION, &version))), say("%d", version);
	say("%ld", done(ioctl(device.ui, UI_DEV_CREATE, 0)));
	say("%ld", done(ioctl(device.ui, UI_DEV_SETUP, &setup)));
	say("%ld", done(ioctl(device.ui, UI_DEV_SETUP, 8)));
	say("%ld", done(ioctl(device.ui, UI_GET_SYSNAME(40), name)));
	all_bits(device.ui);
	say("%ld", done(ioctl(device.ui, UI_DEV_CREATE, 0)));
	snprintf(setup.name, sizeof setup.name, "%s", "Everything that there is");
	say("%ld", done(ioctl(device.ui, UI_DEV_SETUP, &setup)));
	setup.ff_effects_max = 97;
	say("%ld", done(ioctl(device.ui, UI_DEV_SETUP, &setup)));
	say("create%ld", done(ioctl(device.ui, UI_DEV_CREATE, 0)));
	/* who is refused starts again */
	all_bits(device.ui);
	setup.ff_effects_max = 0;
	say("%ld", done(ioctl(device.ui, UI_DEV_SETUP, &setup)));
	say("create%ld", done(ioctl(device.ui, UI_DEV_CREATE, 0)));
	all_bits(device.ui);
	setup.ff_effects_max = 2;
	say("%ld", done(ioctl(device.ui, UI_DEV_SETUP, &setup)));
	say("create%ld", done(ioctl(device.ui, UI_DEV_CREATE, 0)));
	say("create%ld", done(ioctl(device.ui, UI_DEV_CREATE, 0)));
	say("%ld", done(ioctl(device.ui, UI_DEV_SETUP, &setup)));
	say("%ld", done(ioctl(device.ui, UI_SET_KEYBIT, KEY_A)));
	axis(device.ui, ABS_Y, 1, 5, 0, 0);
	say("%ld", done(ioctl(device.ui, UI_GET_SYSNAME(3), name)));
	say("%.3s", name);
	say("%ld", done(write(device.ui, name, 5)));
	say("%ld", done(write(device.ui, name, 0)));
	say("%ld", done(write(device.ui, (void *)8, sizeof(struct input_event))));
	say("%ld", done(read(device.ui, name, 5)));
	say("%ld", done(read(device.ui, name, 0)));
	find_nodes(&device);
	if (device.event < 0)
		skip("no event interface");
	describe(&device);
	ask(device.event);
	for (int number = 0; number < 256; number++)
		for (int direction = 1; direction < 4; direction++)
			for (int size = 4; size < 50; size += 44) {
				long result = done(ioctl(device.event, _IOC(direction, 'E', number, size), 8));
				if (result != -EINVAL)
					say("%d.%x.%d:%ld", direction, number, size, result);
			}
	say("%ld", done(ioctl(device.event, _IOR('X', 1, int), &version)));
	say("%ld", done(ioctl(device.event, EVIOCGRAB, 0)));
	say("%ld", done(read(device.event, name, 3))), say("%ld", done(read(device.event, name, 0)));
	say("%ld", done(write(device.event, name, 3))), say("%ld", done(write(device.event, (void *)8, 24)));
	uint64_t seed = 4242;
	for (int i = 0; i < 300; i++) {
		uint64_t random = next_random(&seed);
		emit(random & 7 ? device.ui : device.event, types[(random >> 3) % COUNT(types)], random >> 20 & 3 ? values[(random >> 8) % 8] : (random >> 8) % 0x310, (int)(random >> 24) % 300);
		if (i % 6 == 5)
			report(device.ui);
		if (i % 30 == 29) {
			drain("e", device.event);
			drain("u", device.ui);
		}
	}
	states(device.event);
	struct pollfd polled = { device.ui, POLLIN | POLLOUT };
	say("%d", poll(&polled, 1, 0)), say("%x", polled.revents);
	/* a device ends with its maker */
	close(device.ui);
	drain("gone", device.event);
	device.ui = -1;
	destroy(&device);
}

const struct check input_checks[] = {
	{ "input-keyboard", keyboard }, { "input-clients", clients }, { "input-mouse", mouse }, { "input-touch", touch },
	{ "input-joystick", joystick }, { "input-rumble", rumble },   { "input-wrong", wrong }, { 0, 0 },
};
