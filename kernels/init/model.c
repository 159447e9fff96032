#include "harness.h"
const struct check model_checks[] = { { 0, 0 } };
