// Lines of a Linux console that mean trouble, by family; the first family that matches names the event.
// The kernel's own messages: kernel/panic.c, arch/*/kernel/traps.c and mm/fault.c, lib/bug.c, mm/slub.c, kernel/watchdog.c.

export type Family = "panic" | "oops" | "memory" | "lockup" | "warn" | "init";

export const FAMILIES: readonly { readonly family: Family; readonly pattern: RegExp }[] = [
  { family: "panic", pattern: /Kernel panic - not syncing|PANIC: (?:double fault|early exception)|-- System halted/ },
  {
    family: "oops",
    pattern:
      /BUG: (?:unable to handle|kernel NULL)|kernel BUG at|general protection fault|(?:invalid opcode|divide error|stack segment|int3): \d{4}|\bOops\b.*[:\-#]|Internal error: |Unable to handle kernel|Unhandled fault|Asynchronous SError|Kernel BUG \[#/,
  },
  {
    family: "memory",
    pattern:
      /BUG: K(?:ASAN|FENCE|MSAN|CSAN):|UBSAN: |BUG kmalloc-|Bad page (?:state|map)|pagealloc: (?:memory corruption|single bit)|list_(?:add|del) corruption|refcount_t: |Bad rss-counter|stack-protector: Kernel stack|corrupted stack end|Object corrupt|Freelist/,
  },
  {
    family: "lockup",
    pattern:
      /detected (?:expedited )?stalls?|soft lockup - CPU|hard LOCKUP|blocked for more than \d+ seconds|workqueue lockup|kthread starved|nobody cared/,
  },
  {
    family: "init",
    pattern:
      /Attempted to kill init|Failed to execute|No working init|Initramfs unpacking failed|unhandled signal \d+ code|segfault at|traps: .* trap /,
  },
  {
    family: "warn",
    pattern:
      /^WARNING: |-+\[ cut here \]|scheduling while atomic|sleeping function called from invalid context|possible (?:circular|recursive) locking|inconsistent lock state|suspicious RCU|sysfs: cannot create duplicate|kobject .*: tried|initcall .* returned with (?:preemption|disabled)/,
  },
];

/** A line that no GCC boot ever printed is a finding only if it sounds like trouble. */
export const SUSPICIOUS =
  /error|fail|warn|invalid|unable|corrupt|bad|unexpected|cannot|could not|missing|timed? ?out|illegal|bug|mismatch|unknown|too (?:big|small|many|long)|out of/i;
