#include "harness.h"
const struct check tty_checks[] = { { 0, 0 } };
