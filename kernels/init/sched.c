#include "harness.h"
const struct check sched_checks[] = { { 0, 0 } };
