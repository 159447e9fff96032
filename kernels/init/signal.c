#include "harness.h"
const struct check signal_checks[] = { { 0, 0 } };
