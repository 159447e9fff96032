#include "harness.h"
const struct check mount_checks[] = { { 0, 0 } };
