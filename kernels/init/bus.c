/* The driver model from user space: a device that nothing drives is bound to a driver that takes any (it measures mappings for DMA, which is
 * not done here: its thread never yields), and unbound; events are sent by hand. */
#include "harness.h"

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

const struct check bus_checks[] = {
	{ "bus-bind", bind }, { 0, 0 },
};
