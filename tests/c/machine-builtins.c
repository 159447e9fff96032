// Built-in functions that ask the machine: what processor it is, its counters and flags, the thread's pointer, registers that a
// collector of garbage wants in the frame; and __has_builtin, which knows of another machine's functions nothing.
extern int printf(const char *, ...);
#if defined __x86_64__ && defined __OPTIMIZE__
#include <x86intrin.h>
#define HAVE_X86 1
#endif
#if defined __aarch64__ && defined __OPTIMIZE__
#pragma GCC target("+crc")
#include <arm_acle.h>
#endif

#ifdef HAVE_X86
// only to be assembled: not every processor has these
__attribute__((target("fsgsbase,rdpid"), noinline, used)) static unsigned bases(unsigned long long at)
{
	_writefsbase_u64(at);
	_writegsbase_u32(at);
	return _readfsbase_u64() + _readgsbase_u64() + _readfsbase_u32() + _rdpid_u32();
}
#endif

static __thread int own = 5;

__attribute__((noinline)) static long saved(long *low)
{
	long here[2] = { 17, 4 };
	__builtin_unwind_init();
	*low = (long)here;
	return here[0] + here[1];
}

int main(void)
{
	int bad = 0;
	long low;
	if (saved(&low) != 21)
		bad |= 1;
#if __has_builtin(__builtin_ia32_pause) != (defined __x86_64__)
	bad |= 2;
#endif
#if __has_builtin(__builtin_cpu_supports) != (defined __x86_64__)
	bad |= 4;
#endif
	if (sizeof(1.5d) != 8 || 1.5d + 0x1p-1d != 2)
		bad |= 512;
	char *tp = __builtin_thread_pointer();
	long away = (char *)&own - tp;
	if (away > 1 << 20 || away < -(1 << 20) || own != 5)
		bad |= 8;
#ifdef HAVE_X86
	__builtin_cpu_init();
	if (!__builtin_cpu_supports("sse2") || !__builtin_cpu_supports("cmov") || !__builtin_cpu_supports("x86-64"))
		bad |= 16;
	if (__builtin_cpu_supports("avx512vp2intersect") || __builtin_cpu_supports("hreset"))
		bad |= 32;
	if (__builtin_cpu_is("intel") && __builtin_cpu_is("amd"))
		bad |= 64;
	unsigned long long t = __rdtsc();
	for (int i = 0; i < 100; i++)
		_mm_pause();
	if (__rdtsc() < t)
		bad |= 128;
	volatile unsigned a = 5;
	unsigned b = a - 5; // the zero flag's state is not kept here: only that reading and writing agree
	unsigned long long f = __readeflags();
	__writeeflags(f | 1);
	if ((__readeflags() & 1) != 1 || !(f & 2) || b)
		bad |= 256;
	_mm_empty();
	volatile unsigned short h = 0x1234;
	volatile unsigned char c = 0x81;
	printf("%x %x %x %x\n", __rolw(h, 4), __rorw(h, 4), __rolb(c, 1), __rorb(c, 1));
#endif
#if defined __aarch64__ && defined __OPTIMIZE__
	unsigned x = 0xffffffff;
	x = __crc32b(x, 'a');
	x = __crc32h(x, 0x6263);
	x = __crc32w(x, 0x64656667);
	x = __crc32d(x, 0x68696a6b6c6d6e6f);
	x = __crc32cb(x, 'p');
	x = __crc32ch(x, 0x7172);
	x = __crc32cw(x, 0x73747576);
	x = __crc32cd(x, 0x7778797a41424344);
	printf("%08x\n", x);
	unsigned mode = __builtin_aarch64_get_fpcr();
	__builtin_aarch64_set_fpcr(mode | 3u << 22);
	int set = __builtin_aarch64_get_fpcr() == (mode | 3u << 22);
	__builtin_aarch64_set_fpcr(mode);
	__builtin_aarch64_set_fpsr(0);
	printf("%d %u\n", set, __builtin_aarch64_get_fpsr());
#endif
#ifdef __aarch64__
	int eq, lt, hi;
	long p = 3, q = 7;
	__asm__("cmp %3, %4" : "=@cceq"(eq), "=@cclt"(lt), "=@cchi"(hi) : "r"(p), "r"(q));
	printf("%d %d %d\n", eq, lt, hi);
	_Bool ne;
	__asm__("cmp %1, %1" : "=@ccne"(ne) : "r"(p));
	printf("%d\n", ne);
#endif
	printf("%d\n", bad);
	return bad != 0;
}
