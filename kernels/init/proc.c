#include "harness.h"
const struct check proc_checks[] = { { 0, 0 } };
