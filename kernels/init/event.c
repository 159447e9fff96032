#include "harness.h"
const struct check event_checks[] = { { 0, 0 } };
