#include "harness.h"
const struct check memory_checks[] = { { 0, 0 } };
