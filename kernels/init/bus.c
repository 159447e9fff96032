/* The driver model from user space: devices without hardware are bound to drivers and unbound, and moved between them; one driver measures
 * mappings for DMA, which needs no device that transfers. */
#include "harness.h"
#include <sys/mount.h>

#define DEVICES "/sys/bus/platform/devices"
#define DRIVERS "/sys/bus/platform/drivers"

/* A device of the platform bus that nothing has bound; the machine decides which there are. */
static int unbound(char *name, size_t size)
{
	struct dirent **list;
	char path[400];
	int found = 0, count = scandir(DEVICES, &list, 0, alphasort);

	for (int i = 0; i < count && !found; i++) {
		if (list[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, DEVICES "/%s/driver", list[i]->d_name);
		if (access(path, F_OK) == 0)
			continue;
		snprintf(path, sizeof path, DEVICES "/%s/driver_override", list[i]->d_name);
		if (access(path, W_OK) == 0 && !strchr(list[i]->d_name, ':'))
			found = snprintf(name, size, "%s", list[i]->d_name) > 0;
	}
	return found;
}

static void tell(const char *path, const char *text)
{
	int error = write_file(path, text) < 0 ? errno : 0;
	const char *slash = strrchr(path, '/');

	say("%s<%s:%d", slash + 1, text, error);
}

static void bind(void)
{
	char name[100], path[400], text[300], driver[300];

	if (!unbound(name, sizeof name))
		skip("no unbound device");
	if (access(DRIVERS "/dma_map_benchmark", F_OK) < 0)
		skip("no driver for any device");
	snprintf(path, sizeof path, DEVICES "/%s/driver_override", name);
	tell(path, "no_such_driver");
	read_file(path, text, sizeof text);
	say("%s", text);
	tell(DRIVERS "/dma_map_benchmark/bind", name);
	tell(path, "\n");
	tell(DRIVERS "/dma_map_benchmark/bind", name);
	tell(path, "dma_map_benchmark");
	tell(DRIVERS "/dma_map_benchmark/bind", "no_such_device");
	for (int i = 0; i < 3; i++) {
		tell(DRIVERS "/dma_map_benchmark/bind", name);
		tell(DRIVERS "/dma_map_benchmark/bind", name);
		snprintf(text, sizeof text, DEVICES "/%s/driver", name);
		long length = readlink(text, driver, sizeof driver - 1);
		driver[length < 0 ? 0 : length] = 0;
		say("%s", strrchr(driver, '/') ? strrchr(driver, '/') : "none");
		snprintf(text, sizeof text, DEVICES "/%s/uevent", name);
		say_shape(text);
		tell(text, i == 0 ? "change" : i == 1 ? "add 12345678-1234-1234-1234-123456789abc NAME=value" : "bad");
		snprintf(text, sizeof text, DEVICES "/%s/power/control", name);
		tell(text, i & 1 ? "on" : "auto");
		tell(DRIVERS "/dma_map_benchmark/unbind", name);
		tell(DRIVERS "/dma_map_benchmark/unbind", name);
	}
	tell(path, "\n");
	tell("/sys/bus/platform/drivers_probe", name);
	tell("/sys/bus/platform/drivers_probe", "no_such_device");
	tell("/sys/bus/platform/drivers_autoprobe", "0");
	tell("/sys/bus/platform/drivers_autoprobe", "1");
	tell("/sys/bus/platform/uevent", "add");
}

/* kernel/dma/map_benchmark.c: struct map_benchmark and its only command. */
struct benchmark {
	uint64_t map, map_deviation, unmap, unmap_deviation;
	uint32_t threads, seconds;
	int32_t node;
	uint32_t bits, direction, delay, granule;
};

static void mappings(void)
{
	char name[100], path[400];

	if (access(DRIVERS "/dma_map_benchmark", F_OK) < 0 || !unbound(name, sizeof name))
		skip("no driver for any device");
	mkdir("debug", 0755);
	SAY(mount("debugfs", "debug", "debugfs", 0, 0));
	snprintf(path, sizeof path, DEVICES "/%s/driver_override", name);
	tell(path, "dma_map_benchmark");
	tell(DRIVERS "/dma_map_benchmark/bind", name);
	int fd = open("debug/dma_map_benchmark", O_RDWR);
	say("open=%d", fd >= 0);
	for (int i = 0; i < 10; i++) {
		struct benchmark it = { .threads = 1, .seconds = 1, .node = -1, .bits = 32, .direction = i % 3, .delay = 0, .granule = 1 };
		if (i == 3) it.threads = 0;
		if (i == 4) it.seconds = 0;
		if (i == 5) it.node = 1000;
		if (i == 6) it.bits = 8;
		if (i == 7) it.direction = 3;
		if (i == 8) it.granule = 0;
		if (i == 9) it.delay = 2000000000;
		if (i == 1) it.granule = 32;
		/* a second of the guest each: once with work */
		if (i == 0 || i == 2)
			continue;
		long result = ioctl(fd, _IOWR('d', 1, struct benchmark), &it);
		say("%d:%ld:%d", i, result, result < 0 ? errno : 0);
	}
	SAY(ioctl(fd, 0x1234, 0));
	close(fd);
	tell(DRIVERS "/dma_map_benchmark/unbind", name);
	tell(path, "\n");
	umount("debug");
}

const struct check bus_checks[] = {
	{ "bus-bind", bind }, { "bus-mappings", mappings }, { 0, 0 },
};
