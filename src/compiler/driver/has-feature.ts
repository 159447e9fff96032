// Answers to __has_attribute and __has_builtin (GCC CPP manual 4.2.10, 4.2.11): what GCC 12.2 says, by target.

import type { TargetName } from "../base/options.ts";
import { BF_FULLNAME, BF_PLAIN, BUILTINS } from "../c/builtin-ids.ts";

const words = (s: string): readonly string[] => s.trim().split(/\s+/);

const COMMON: ReadonlySet<string> = new Set(
  words(`
packed aligned access noreturn noclone unavailable alias always_inline gnu_inline artificial cold hot const constructor destructor
pure error warning externally_visible flatten format format_arg ifunc leaf malloc mode may_alias no_icf no_instrument_function
no_profile_instrument_function no_reorder no_sanitize no_sanitize_address no_sanitize_thread no_sanitize_undefined
no_sanitize_coverage no_address_safety_analysis no_split_stack no_stack_limit no_stack_protector stack_protect noinit persistent
noinline noipa nonnull nonstring noplt nothrow optimize patchable_function_entry returns_nonnull returns_twice retain section
sentinel simd symver target target_clones tls_model transparent_union unused used vector_size visibility warn_if_not_aligned
warn_unused_result weak weakref alloc_align alloc_size assume_aligned cleanup common nocommon copy designated_init
scalar_storage_order nocf_check uninitialized zero_call_used_regs tainted_args transaction_callable transaction_safe
transaction_unsafe transaction_pure warn_unused
`),
);
const X86: ReadonlySet<string> = new Set(
  words(`
ms_abi sysv_abi regparm fastcall cdecl stdcall thiscall interrupt no_caller_saved_registers ms_struct gcc_struct
force_align_arg_pointer ms_hook_prologue function_return indirect_branch indirect_return fentry_name fentry_section cf_check naked
sseregparm callee_pop_aggregate_return
`),
);
/** Standard attributes answer with the date of their adoption. */
const STANDARD: Readonly<Record<string, number>> = {
  fallthrough: 201904,
  deprecated: 201904,
  maybe_unused: 201904,
  nodiscard: 202003,
};

/** Value of __has_attribute(name), underscores at both ends stripped. */
export function hasAttribute(name: string, target: TargetName): number {
  const standard = STANDARD[name];
  if (standard !== undefined) return standard;
  if (COMMON.has(name)) return 1;
  if (target === "x86_64" || target === "i386") return X86.has(name) ? 1 : 0;
  if (target === "aarch64") return name === "aarch64_vector_pcs" ? 1 : 0;
  return name === "interrupt" || name === "naked" ? 1 : 0;
}

/** Built-ins that are syntax and not functions. */
const SYNTAX: ReadonlySet<string> = new Set(
  words(`
__builtin_offsetof __builtin_va_arg __builtin_types_compatible_p __builtin_choose_expr __builtin_convertvector __builtin_shuffle
__builtin_complex __builtin_has_attribute __builtin_tgmath
`),
);
let builtins: Set<string> | undefined;

/** Functions of one machine. */
const X86_BUILTIN = /^__builtin_(ia32_|cpu_)/;

/** Value of __has_builtin(name). */
export function hasBuiltin(name: string, target: TargetName): boolean {
  if (X86_BUILTIN.test(name) && target !== "x86_64" && target !== "i386") return false;
  if (name.startsWith("__builtin_aarch64_") && target !== "aarch64") return false;
  if (builtins === undefined) {
    builtins = new Set(SYNTAX);
    for (const [n, , , flags] of BUILTINS) {
      if ((flags & BF_FULLNAME) !== 0) builtins.add(n);
      else {
        builtins.add(`__builtin_${n}`);
        if ((flags & BF_PLAIN) !== 0) builtins.add(n);
      }
    }
  }
  return builtins.has(name);
}
