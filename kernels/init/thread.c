#include "harness.h"
const struct check thread_checks[] = { { 0, 0 } };
