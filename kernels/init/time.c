#include "harness.h"
const struct check time_checks[] = { { 0, 0 } };
