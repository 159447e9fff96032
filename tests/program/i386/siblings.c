// The tail calls of tests/c, by the conventions of i386: each gives 0 (the test defines SOURCE).
#define main program
#include SOURCE
#undef main
#include "start.h"
static void run(int one) { put("result", (u32)program() + one - 1); }
