// What kernels print when something is wrong: families of patterns, as data.
//
// The families are those of design/verdict.md (union of what LAVA, tuxparse, syzkaller, LKP and rcutorture look for); the
// expressions are our own, written against the messages in Linux 6.9 (kernel/panic.c, arch/*/kernel/traps.c, arch/*/mm/fault.c,
// lib/bug.c, kernel/watchdog.c, kernel/rcu/tree_stall.h, kernel/locking/lockdep.c). They see a line whose time stamp is gone.
//
// Order matters: of two patterns that match one line the first counts.

/** What a pattern's match means for the verdict. */
export type Family = "panic" | "oops" | "hang" | "warn";

/** One kind of message. */
export interface Pattern {
  readonly family: Family;
  /** Short name of the kind, part of no signature. */
  readonly kind: string;
  readonly expression: RegExp;
}

/** All known messages of a kernel in trouble. */
export const PATTERNS: readonly Pattern[] = [
  { family: "hang", kind: "lockup", expression: /rcu.*(?:self-)?detected (?:expedited )?stall/ },
  {
    family: "hang",
    kind: "lockup",
    expression: /soft lockup - CPU|hard LOCKUP|blocked for more than \d+ seconds|workqueue lockup/,
  },
  { family: "hang", kind: "lockup", expression: /csd: (?:Detected|Re-sending)|rcu.*kthread starved|nobody cared/ },
  { family: "panic", kind: "panic", expression: /Kernel panic - not syncing: .*/ },
  { family: "panic", kind: "early", expression: /PANIC: (?:double fault|early exception).*/ },
  { family: "panic", kind: "halted", expression: /-- System halted|relocation outside of kernel|not a valid ELF/ },
  { family: "oops", kind: "bug", expression: /kernel BUG at .*!|Kernel BUG \[#\d+\]/ },
  { family: "oops", kind: "x86", expression: /BUG: (?:unable to handle|kernel NULL).*|general protection fault.*/ },
  { family: "oops", kind: "x86", expression: /(?:invalid opcode|divide error|stack segment|int3): \d{4}.*/ },
  { family: "oops", kind: "arm64", expression: /Internal error: .*|Unhandled fault.*|Asynchronous SError.*/ },
  { family: "oops", kind: "fault", expression: /Unable to handle kernel .*|Oops(?: - .*)?(?: \[#\d+\])?: .*|Oops - .*\[#\d+\]/ },
  {
    family: "oops",
    kind: "memory",
    expression: /BUG: K(?:ASAN|FENCE|MSAN|CSAN): .*|stack-protector: Kernel stack is corrupted.*|corrupted stack end.*/,
  },
  { family: "oops", kind: "bug", expression: /^BUG: (?!.*(?:scheduling while atomic|sleeping function)).*/ },
  {
    family: "warn",
    kind: "memory",
    expression: /UBSAN: .*|BUG kmalloc-.*|BUG .* \(.*\): .*|Bad page (?:state|map).*|Bad rss-counter.*/,
  },
  {
    family: "warn",
    kind: "memory",
    expression: /list_(?:add|del) corruption.*|refcount_t: .*|pagealloc: (?:memory corruption|single bit).*/,
  },
  { family: "warn", kind: "warning", expression: /WARNING: CPU: \d+ PID: \d+ at .*/ },
  { family: "warn", kind: "lockdep", expression: /WARNING: .*(?:deadlock|circular|inconsistent lock|suspicious RCU).*/ },
  { family: "warn", kind: "context", expression: /scheduling while atomic.*|sleeping function called from invalid context.*/ },
  { family: "warn", kind: "structure", expression: /sysfs: cannot create duplicate.*|kobject .*: tried.*/ },
  { family: "warn", kind: "memory", expression: /page allocation failure.*|Out of memory: .*|oom-kill:.*/ },
];

/** Lines that a mix of compilers may change: sizes and addresses of the kernel's own code, and how fast the machine is. */
export const CODE_DEPENDENT: readonly RegExp[] = [
  /^Memory: \d+K/,
  // of SMP alternatives: as many as instructions with a lock prefix
  /^Freeing (?:unused|initrd|SMP alternatives)/,
  /^(?:initcall|calling) /,
  /^printk: (?:log buffer|early log)/,
  /^Dentry cache|^Inode-cache|^Mount-cache|^Mountpoint-cache/,
  /^(?:random|random32): /,
  /\bBogoMIPS\b/,
  /^(?:Calibrating delay|tsc: |clocksource: |sched_clock: )/,
  /^Built \d+ zonelists/,
  // the size of per-cpu data follows the order in which a compiler lays it out
  /^percpu: Embedded|^pcpu-alloc:/,
  // how many functions there are to trace follows what a compiler inlines
  /^ftrace: (?:allocating \d+ entries|allocated \d+ pages)/,
  /^cpu\d+: Ratio of byte access time/,
  /^\s*(?:DMA32|Normal|Movable|node\s+\d+|lowmem|modules|vmalloc|vmemmap|fixmap|PCI I\/O|kernel|kasan)\b/,
  // frames of a call trace
  /\b[\w.]+\+0x[0-9a-f]+\/0x[0-9a-f]+/,
  /^Run \S+ as init process/,
  /^\s+(?:with arguments|with environment):?/,
];

/** Functions that raise the alarm and are not to blame: a title takes the first frame that is none of these. */
export const HELPER_FRAMES: ReadonlySet<string> = new Set([
  "dump_stack",
  "dump_stack_lvl",
  "dump_backtrace",
  "show_stack",
  "walk_stackframe",
  "panic",
  "die",
  "die_kernel_fault",
  "make_bad_area",
  "do_page_fault",
  "handle_page_fault",
  "ret_from_exception",
  "warn_slowpath_fmt",
  "__warn",
  "report_bug",
  "do_trap_break",
  "handle_break",
]);
