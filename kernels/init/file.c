#include "harness.h"
const struct check file_checks[] = { { 0, 0 } };
