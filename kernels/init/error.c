#include "harness.h"
const struct check error_checks[] = { { 0, 0 } };
